// Where is every task?
//
// The middle of the page. Above, the five steps of the loop and the three places: a task is in
// exactly one of them, in its own colour and shape. Ember marks what the event at hand touches.
//
// Interface: `loopHTML(state)`, `placesHTML(state, event)`, `K.few(names, room, must)`,
// `K.foremost(all, room, before)`.
// Invariant: what is drawn depends on the state and the event alone.
// Not here: where the wakers are (wakers.js).
"use strict";
(function (K) {
  const { esc, nth, number, plural } = K;

  /** The first few of many, with one that must be among them; and how many are left out. */
  K.few = function (names, room, must) {
    if (names.length <= room) return { shown: names, left: [] };
    if (room < 2) return { shown: [], left: names };
    const at = names.indexOf(must),
      front = Math.max(0, room - (at >= room - 1 ? 2 : 1));
    if (at < room - 1) return { shown: names.slice(0, front), left: names.slice(front) };
    return { shown: [...names.slice(0, front), must], left: [...names.slice(front, at), ...names.slice(at + 1)] };
  };

  /** "task 1, task 2, task 3 and 48 more". */
  const NAMED = 3;
  K.namesOf = (names, all = names.length) =>
    names.slice(0, NAMED).join(", ") + (all > NAMED ? ` and ${number(all - NAMED)} more` : "") || "no task";

  /** The first few by `before`: one pass, however long the list is. */
  K.foremost = function (all, room, before) {
    const best = [];
    for (const item of all) {
      if (best.length === room && before(item, best[room - 1]) >= 0) continue;
      let k = best.length;
      while (k > 0 && before(item, best[k - 1]) < 0) k--;
      best.splice(k, 0, item);
      if (best.length > room) best.pop();
    }
    return best;
  };

  // ----- the loop -----
  const STEPS = [
    ["run", "poll the tasks that are ready, front first"],
    ["deferred", "wake the tasks that gave way on purpose"],
    ["messages", "receive what other threads have sent"],
    ["timers", "call the wakers that are due"],
    ["reactor", "ask the operating system; with nothing to do, sleep"],
  ];
  function loopHTML(s) {
    const at = s.step === "park" ? "reactor" : s.step;
    const steps = STEPS.map(([key, what], k) => {
      const word = key === "reactor" && s.parked ? "parked" : key;
      return `<li title="${k + 1}. ${what}" ${at === key ? 'class="on" aria-current="step"' : ""}><b>${k + 1}</b>${word}</li>`;
    });
    return (
      steps.join("") +
      `<li class="back" title="turn ${s.turn}; after the fifth step it begins again"><span class="hide">turn</span><i aria-hidden="true">↺</i><span class="num">${number(s.turn)}</span></li>`
    );
  }

  // ----- the places -----
  const origin = (name) => (K.origin(name) ? `<code class="kept">${K.kept(K.origin(name))}</code>` : "");
  /** `small` is beside its name; a `note` is below it, in the place of the line where it was made: the loop's columns are narrow. */
  const token = (s, name, small, note = "") => {
    const t = s.tasks.get(name),
      over = t?.where === "done";
    return (
      `<button class="tok${K.pinned === name ? " sel" : ""}${over ? " over" : ""}" data-task="${esc(name)}" aria-pressed="${K.pinned === name}" ` +
      `title="${esc(`${name}${t?.what ? `, ${t.what}` : ""}${/[<✕]/.test(small) || !small ? "" : `, ${small}`}${note && `, ${note}`}: ${plural(t?.polls ?? 0, "poll")}${t?.made ? `, made at ${t.made.text}` : ""}. Click to follow it with t.`)}" ${K.hue(name)}>` +
      `${K.chipHTML(name)}<span class="id" style="--n:${name.length}"><span class="name">${esc(name)}</span>${note ? `<small>${note}</small>` : origin(name)}</span><small>${small}</small></button>`
    );
  };
  const ENDS = { ready: "✓ done", panicked: "✕ panicked", cancelled: "✕ cancelled" };
  const none = (text) => `<div class="none">${text}</div>`;

  /** "and 412 more", and where most of them come from. */
  function rest(tasks, word = "") {
    if (!tasks.length) return "";
    const sites = new Map(); // (the same place is the same object)
    for (let k = 0, from = 0; (from = k) < tasks.length;) {
      const { made } = tasks[k];
      while (tasks[++k]?.made === made); // (those of one spawn come together)
      sites.set(made, (sites.get(made) ?? 0) + k - from);
    }
    const [[site, n]] = [...sites].sort((a, b) => b[1] - a[1]),
      label = site && n > tasks.length / 2 && K.site(site.text);
    return (
      `<div class="rest" title="${esc(
        K.namesOf(
          tasks.slice(0, 4).map((t) => t.name),
          tasks.length,
        ),
      )}"><b>and ${number(tasks.length)} more ${word}</b>` +
      `${label ? `<small>${sites.size === 1 ? "all" : "most"} from ${esc(label)}</small>` : ""}</div>`
    );
  }

  /** The done: the bottom line of the box has the last ones to end, the latest first. */
  const ENDED = 12,
    lately = (a, b) => b.ended - a.ended || -1,
    lastDone = (tasks) =>
      K.foremost(
        tasks.filter((t) => t.where === "done"),
        ENDED,
        lately,
      );
  function ended(s, over) {
    if (!over.length) return "";
    const few = K.foremost(K.find.tasks ? over : s.tasks.each(lastDone), ENDED, lately);
    const one = (t) =>
      `<button class="end-of${K.pinned === t.name ? " sel" : ""}" data-task="${esc(t.name)}" aria-pressed="${K.pinned === t.name}" title="${esc(t.name)}: ${t.how === "ready" ? "done" : esc(t.how ?? "done")}" ${K.hue(t.name)}>` +
      `${K.chipHTML(t.name)}${t.how === "ready" ? "" : `<i class="bad">✕</i>`}<span class="hide">${esc(t.name)} ${t.how === "cancelled" ? `✕ ${K.droppedWord(t.name)}` : (ENDS[t.how] ?? "")}</span></button>`;
    return `<div class="ended"><b>Done</b><small>${number(over.length)}</small>${few.map(one).join("")}</div>`;
  }

  function placesHTML(s, e) {
    const room = K.rooms,
      focus = e?.task ?? e?.run;
    const { queued } = s.places,
      [waiting, over] = [s.places.waiting, s.places.done].map((tasks) =>
        K.find.tasks ? tasks.filter((t) => K.find.has(t.name)) : tasks,
      ),
      hidden = s.places.waiting.length - waiting.length;
    const place = (title, note, body, hot) =>
      `<div class="place${hot ? " hot" : ""}"><h3>${title}<span>${note}</span></h3>${body}</div>`;
    const flow = (hot) => `<div class="flow${hot ? " hot" : ""}" aria-hidden="true">→</div>`;

    const q = K.few(queued, room); // in its order, front first
    const queue =
      q.shown
        .map((t) =>
          token(s, t.name, t.cancelling ? `<span class="bad">✕</span>` : "", t.kind === "local" ? "in its set" : ""),
        )
        .join("") + rest(q.left);

    const outer = s.stack.slice(0, -1);
    const polling =
      (s.running ? token(s, s.running, "") : "") + outer.map((name) => token(s, name, "", "polls it")).join("");

    const w = K.few(waiting, room - Math.min(over.length, 1), s.tasks.get(focus));
    const numbered = (words) => {
      const [, what, number] = /^([^,]* )(\d+)$/.exec(words) ?? [];
      return number ? `<span class="kept"><span>${esc(what)}</span><b>${number}</b></span>` : esc(words);
    }; // (of a channel the number tells more than the word)
    const on = (t) => numbered((t.waits.length && !K.servedOf(s, t) && K.onAll(t.waits)) || unsaid(t)),
      unsaid = (t) =>
        ({
          called: "woken soon",
          set: "its local set",
          other: "other code",
          nowhere: "no waker left",
        })[K.wakerOf(s, t)];
    const waits =
      (waiting.length
        ? w.shown.map((t) => token(s, t.name, on(t))).join("") + rest(w.left, "waiting")
        : none(hidden ? "none of the filter’s" : "none")) + ended(s, over);

    const sleeps = s.parked && s.step === "park";
    const note = hidden
      ? `${number(waiting.length)} of ${number(s.places.waiting.length)}`
      : waiting.length > 1
        ? number(waiting.length)
        : "";
    return (
      place("Run queue", queued.length > 1 ? number(queued.length) : "", queue || none("empty"), false) +
      flow(e?.ev === "PollStart") +
      place(
        "Polling",
        s.running ? `${nth(s.tasks.get(s.running)?.polls ?? 1)} poll` : "",
        polling || none(sleeps ? "thread asleep, CPU 0" : "none"),
        !!s.running,
      ) +
      flow(e?.ev === "PollEnd") +
      place("Waiting", note, waits, false) +
      `<div class="return${e?.ev === "Wake" && e.effect === "queued" && !K.isAdmission(e) ? " hot" : ""}" aria-hidden="true"><span>its waker is called: a wake</span></div>`
    );
  }

  // ----- the wakers that are not in the wheel -----
  const wakers = (names, room = 5) => {
    if (!names.length) return `<span class="no">–</span>`;
    const { shown, left } = K.few(names, room);
    const chip = (name) =>
      K.isNoTask(name) && name !== "a thread"
        ? `<span title="with which task it is now, no event tells">${K.chipHTML(name)}</span>`
        : K.chipHTML(name);
    return shown.map(chip).join("") + (left.length ? `<small>+${number(left.length)}</small>` : "");
  };
  const titleHTML = (word, note) =>
    `<h3 class="">${word}<span${/</.test(note) ? "" : ` title="${esc(note)}"`}>${note}</span></h3>`;

  Object.assign(K, { byId: (id) => document.getElementById(id), loopHTML, placesHTML, wakers, titleHTML });
})((window.K = window.K || {}));
