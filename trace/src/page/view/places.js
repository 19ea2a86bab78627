// Where is every task?
//
// The middle of the page: above, the five phases of the loop, then the three places. A task is in
// exactly one of them, in its own colour and shape. The colour ember marks what the event touches.
//
// Interface: `K.loopHTML(state)`, `K.placesHTML(state, event)`; `K.fitting(all, room, must)`: the
// first of many; `K.firstBy(all, room, before)`: the same by an order; `K.namesOf(names)`,
// `K.byId(id)`.
// Invariant: the picture depends on the state, the event, the tasks that the reader chose to see,
// and the pinned one.
// Not here: where the wakers are (wakers.js).

const { esc, nth, number, plural } = K;

/** As many of the first as there is room for, among them `must`, and the number left out. */
K.fitting = function (all, room, must) {
  if (all.length <= room) return { shown: all, left: 0 };
  const isFar = all.indexOf(must) >= room - 1,
    first = all.slice(0, room - 1 - isFar);
  return { shown: isFar ? [...first, must] : first, left: all.length - room + 1 };
};
K.namesOf = (names) => K.listWords(names, (name) => name) || "no task";
/** The first few in the order `before`, in one pass over a list that may be long. */
K.firstBy = function (all, room, before) {
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

/** `small` stands beside the name; `note` below it, in place of the line that made the task. */
function token(s, name, small, note) {
  const { polls = 0, made, where } = s.tasks.get(name) ?? {},
    is = K.pinned === name,
    title = `${name}: ${plural(polls, "poll")}${made ? `, made at ${made.text}` : ""}. Click to follow it with t.`;
  return (
    `<button class="tok${is ? " sel" : ""}${where === "done" ? " over" : ""}" data-task="${esc(name)}" aria-pressed="${is}" title="${esc(title)}" ${K.colourStyle(name)}>` +
    `${K.chipHTML(name)}<span class="id" style="--n:${name.length}"><span class="name">${esc(name)}</span>` +
    `${note ? `<small>${note}</small>` : `<code class="with-line">${K.labelHTML(K.origin(name))}</code>`}</span><small>${small}</small></button>`
  );
}
const none = (text) => `<div class="none">${text}</div>`;
const rest = (left, word = "") =>
  left ? `<div class="rest"><b>and ${number(left)} more ${word}</b></div>` : "";

/** The bottom line of the box: the tasks that ended last, the latest first. */
const ENDED = 12,
  lately = (a, b) => b.ended - a.ended || -1,
  lastDone = (tasks) => K.firstBy(tasks.filter(({ where }) => where === "done"), ENDED, lately); // prettier-ignore
function endedHTML(s, over) {
  const few = K.firstBy(K.find.tasks ? over : s.tasks.each(lastDone), ENDED, lately);
  const one = ({ name, how }) => {
    const word = how === "ready" ? "done" : esc(how ?? "done");
    return (
      `<button class="end-of${K.pinned === name ? " sel" : ""}" data-task="${esc(name)}" aria-pressed="${K.pinned === name}" title="${esc(name)}: ${word}" ${K.colourStyle(name)}>` +
      `${K.chipHTML(name)}${how === "ready" ? "" : `<i class="bad">✕</i>`}<span class="hide">${esc(name)} ${word}</span></button>`
    );
  };
  return over.length
    ? `<div class="ended"><b>Done</b><small>${number(over.length)}</small>${few.map(one).join("")}</div>`
    : "";
}
/** What a task waits for; if it is there already, or no wait is open, who has the task's waker. */
function waitsFor(s, { name, clones }) {
  const left = K.waitsFor(s, name);
  if (left.length < K.openWaits(name, s.i).length) return "woken soon";
  if (left.length) return esc(K.resourceLabels(left));
  return clones > 0 ? "other code" : `no ${clones === 0 ? "waker left" : "open wait"}`;
}

function waitingHTML(s, waiting, over, must) {
  const { shown, left } = K.fitting(waiting, K.tasksPerPlace - Math.min(over.length, 1), must),
    tokens = shown.map((t) => token(s, t.name, waitsFor(s, t))).join("") + rest(left, "waiting");
  return (tokens || none("none")) + endedHTML(s, over);
}
K.placesHTML = function (s, e) {
  const [waiting, over] = [s.places.waiting, s.places.done].map((all) =>
      K.find.tasks ? all.filter(({ name }) => K.find.has(name)) : all,
    ),
    queue = K.fitting(s.places.queued, K.tasksPerPlace),
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
