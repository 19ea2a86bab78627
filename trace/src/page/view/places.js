// How does the page show where each task is: in the run queue, polling, or waiting?
//
// These three places are in the middle of the page, below the five phases of the loop. A task is in
// exactly one place, in its own colour and shape. The colour ember marks what the event has
// changed.
//
// Interface: `K.loopHTML(state)` and `K.placesHTML(state, event)` make the HTML.
// Invariant: the picture depends on the state, the event, the tasks that the reader chose to see,
// and the pinned one.
// Not here: where the wakers are (wakers.js).

const { esc, nth, number, plural } = K;

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

/** A task's card. `small` stands beside the name; `note` below it, instead of the line that spawned
 * the task. */
function card(s, name, small, note) {
  const { polls = 0, made, where } = s.tasks.get(name) ?? {},
    isPinned = K.pinned === name,
    title = `${name}: ${plural(polls, "poll")}${made ? `, made at ${made.text}` : ""}. Click to follow it with t.`;
  return (
    `<button class="tok${isPinned ? " sel" : ""}${where === "done" ? " over" : ""}" data-task="${esc(name)}" aria-pressed="${isPinned}" title="${esc(title)}" ${K.colourStyle(name)}>` +
    `${K.chipHTML(name)}<span class="id" style="--n:${name.length}"><span class="name">${esc(name)}</span>` +
    `${note ? `<small>${note}</small>` : `<code class="with-line">${K.labelHTML(K.origin(name))}</code>`}</span><small>${small}</small></button>`
  );
}
const none = (text) => `<div class="none">${text}</div>`;
const more = (left, word = "") =>
  left ? `<div class="rest"><b>and ${number(left)} more ${word}</b></div>` : "";

/** The bottom line of the box: the tasks that ended last, the latest first. */
const ENDED = 12,
  lately = (a, b) => b.ended - a.ended || -1,
  lastDone = (tasks) => K.firstBy(tasks.filter(({ where }) => where === "done"), ENDED, lately); // prettier-ignore
function endedHTML(s, over) {
  const few = K.firstBy(K.find.tasks ? over : s.tasks.collect(lastDone), ENDED, lately);
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
/** What a task waits for; or, if that has come already or no wait is open, what will wake it. */
function waitsFor(s, { name, clones }) {
  const left = K.waitsFor(s, name);
  if (left.length < K.openWaits(name, s.i).length) return "woken soon";
  if (left.length) return esc(K.resourceLabels(left));
  return clones > 0 ? "other code" : `no ${clones === 0 ? "waker left" : "open wait"}`;
}

function waitingHTML(s, waiting, over, must) {
  const { shown, left } = K.fitting(waiting, K.tasksPerPlace - Math.min(over.length, 1), must),
    cards = shown.map((t) => card(s, t.name, waitsFor(s, t))).join("") + more(left, "waiting");
  return (cards || none("none")) + endedHTML(s, over);
}
K.placesHTML = function (s, e) {
  const isChosen = ({ name }) => K.find.has(name),
    [waiting, over] = [s.places.waiting, s.places.done].map((all) =>
      K.find.tasks ? all.filter(isChosen) : all,
    ),
    queue = K.fitting(s.places.queued, K.tasksPerPlace),
    isCut = (t) => (t.cancelling ? `<span class="bad">✕</span>` : ""),
    inSet = (t) => t.kind === "local" && "in its set",
    queued = queue.shown.map((t) => card(s, t.name, isCut(t), inSet(t))).join("");
  const [running, ...around] = s.stack.toReversed(),
    polling = running
      ? card(s, running, "") + around.map((name) => card(s, name, "", "polls it")).join("")
      : none(s.parked ? "thread asleep, CPU 0" : "none"),
    polls = running ? `${nth(s.tasks.get(running)?.polls ?? 1)} poll` : "";
  const count = (n, all = n) =>
      n < all ? `${number(n)} of ${number(all)}` : n > 1 ? number(n) : "",
    waitingCount = count(waiting.length, s.places.waiting.length);
  const place = (title, note, body, hot) =>
    `<div class="place${hot ? " hot" : ""}"><h3>${title}<span>${note}</span></h3>${body}</div>`;
  const flow = (ev) => `<div class="flow${e?.ev === ev ? " hot" : ""}" aria-hidden="true">→</div>`;
  const isWake = e?.ev === "Wake" && e.effect === "queued" && !K.isAdmission(e),
    waits = waitingHTML(s, waiting, over, s.tasks.get(e?.task ?? e?.run));
  return (
    place("Run queue", count(s.places.queued.length), queued + more(queue.left) || none("empty")) +
    flow("PollStart") +
    place("Polling", polls, polling, running) +
    flow("PollEnd") +
    place("Waiting", waitingCount, waits) +
    `<div class="return${isWake ? " hot" : ""}" aria-hidden="true"><span>its waker is called: a wake</span></div>`
  );
};
