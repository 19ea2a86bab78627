// Where is every task?
//
// The middle of the page. Above, the five phases of the loop and the three places: a task is in
// exactly one of them, in its own colour and shape. Ember marks what the event at hand touches.
//
// Interface: `K.loopHTML(state)`, `K.placesHTML(state, event)`; `K.few(names, room, must)`,
// `K.namesOf(names)`, `K.foremost(all, room, before)`, `K.byId(id)`.
// Invariant: what is drawn depends on the state and the event, the tasks that are shown and the
// pinned one.
// Not here: where the wakers are (wakers.js).

const { esc, nth, number, plural } = K;

/** The first few of many, with one that must be among them; and how many are left out. */
K.few = function (all, room, must) {
  if (all.length <= room) return { shown: all, left: 0 };
  const isFar = all.indexOf(must) >= room - 1,
    first = all.slice(0, room - 1 - isFar);
  return { shown: isFar ? [...first, must] : first, left: all.length - room + 1 };
};
K.namesOf = (names) => K.several(names, (name) => name) || "no task";
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

const PHASES = {
  run: "poll the tasks that are ready, front first",
  deferred: "wake the tasks that gave way on purpose",
  messages: "receive what other threads have sent",
  timers: "call the wakers that are due",
  reactor: "ask the operating system; with nothing to do, sleep",
};
K.loopHTML = function (s) {
  const at = s.phase === "park" ? "reactor" : s.phase;
  const phase = ([key, what], k) =>
    `<li title="${k + 1}. ${what}"${at === key ? ' class="on" aria-current="step"' : ""}><b>${k + 1}</b>${key === "reactor" && s.parked ? "parked" : key}</li>`;
  return (
    Object.entries(PHASES).map(phase).join("") +
    `<li class="back" title="turn ${s.turn}; after the fifth phase it begins again"><span class="hide">turn</span><i aria-hidden="true">↺</i><span class="num">${number(s.turn)}</span></li>`
  );
};

// ----- the places -----

/** `small` is beside its name; a `note` is below it, in the place of the line where it was made. */
function token(s, name, small, note) {
  const { polls = 0, made, where } = s.tasks.get(name) ?? {},
    is = K.pinned === name,
    title = `${name}: ${plural(polls, "poll")}${made ? `, made at ${made.text}` : ""}. Click to follow it with t.`;
  return (
    `<button class="tok${is ? " sel" : ""}${where === "done" ? " over" : ""}" data-task="${esc(name)}" aria-pressed="${is}" title="${esc(title)}" ${K.hue(name)}>` +
    `${K.chipHTML(name)}<span class="id" style="--n:${name.length}"><span class="name">${esc(name)}</span>` +
    `${note ? `<small>${note}</small>` : `<code class="kept">${K.kept(K.origin(name))}</code>`}</span><small>${small}</small></button>`
  );
}
const none = (text) => `<div class="none">${text}</div>`;
const rest = (left, word = "") =>
  left ? `<div class="rest"><b>and ${number(left)} more ${word}</b></div>` : "";

/** The last ones to end, the latest first: the bottom line of the box. */
const ENDED = 12,
  lately = (a, b) => b.ended - a.ended || -1,
  lastDone = (tasks) => K.foremost(tasks.filter(({ where }) => where === "done"), ENDED, lately); // prettier-ignore
function endedHTML(s, over) {
  const few = K.foremost(K.find.tasks ? over : s.tasks.each(lastDone), ENDED, lately);
  const one = ({ name, how }) => {
    const word = how === "ready" ? "done" : esc(how ?? "done");
    return (
      `<button class="end-of${K.pinned === name ? " sel" : ""}" data-task="${esc(name)}" aria-pressed="${K.pinned === name}" title="${esc(name)}: ${word}" ${K.hue(name)}>` +
      `${K.chipHTML(name)}${how === "ready" ? "" : `<i class="bad">✕</i>`}<span class="hide">${esc(name)} ${word}</span></button>`
    );
  };
  return over.length
    ? `<div class="ended"><b>Done</b><small>${number(over.length)}</small>${few.map(one).join("")}</div>`
    : "";
}
/** For what it waits; where that is there already, or nothing is, who has its waker. */
function waitsFor(s, { name, clones }) {
  const left = K.waitsFor(s, name);
  if (left.length < K.openWaits(name, s.i).length) return "woken soon";
  if (left.length) return esc(K.onAll(left));
  return clones > 0 ? "other code" : `no ${clones === 0 ? "waker left" : "open wait"}`;
}

function waitingHTML(s, waiting, over, must) {
  const { shown, left } = K.few(waiting, K.rooms - Math.min(over.length, 1), must),
    tokens = shown.map((t) => token(s, t.name, waitsFor(s, t))).join("") + rest(left, "waiting");
  return (tokens || none("none")) + endedHTML(s, over);
}
K.placesHTML = function (s, e) {
  const [waiting, over] = [s.places.waiting, s.places.done].map((all) =>
      K.find.tasks ? all.filter(({ name }) => K.find.has(name)) : all,
    ),
    queue = K.few(s.places.queued, K.rooms),
    isCut = (t) => (t.cancelling ? `<span class="bad">✕</span>` : "");
  const queued = queue.shown
    .map((t) => token(s, t.name, isCut(t), t.kind === "local" && "in its set"))
    .join("");
  const [running, ...around] = s.stack.toReversed(),
    polling = running
      ? token(s, running, "") + around.map((name) => token(s, name, "", "polls it")).join("")
      : none(s.parked ? "thread asleep, CPU 0" : "none");
  const count = (n, all = n) =>
    n < all ? `${number(n)} of ${number(all)}` : n > 1 ? number(n) : "";
  const place = (title, note, body, hot) =>
    `<div class="place${hot ? " hot" : ""}"><h3>${title}<span>${note}</span></h3>${body}</div>`;
  const flow = (ev) => `<div class="flow${e?.ev === ev ? " hot" : ""}" aria-hidden="true">→</div>`;
  const isWake = e?.ev === "Wake" && e.effect === "queued" && !K.isAdmission(e);
  return (
    place("Run queue", count(s.places.queued.length), queued + rest(queue.left) || none("empty")) +
    flow("PollStart") +
    place(
      "Polling",
      running ? `${nth(s.tasks.get(running)?.polls ?? 1)} poll` : "",
      polling,
      running,
    ) +
    flow("PollEnd") +
    place(
      "Waiting",
      count(waiting.length, s.places.waiting.length),
      waitingHTML(s, waiting, over, s.tasks.get(e?.task ?? e?.run)),
    ) +
    `<div class="return${isWake ? " hot" : ""}" aria-hidden="true"><span>its waker is called: a wake</span></div>`
  );
};
K.byId = (id) => document.getElementById(id);
