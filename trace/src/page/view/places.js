// How does the page show where each task is: in the run queue, polling, or waiting?
//
// These three places are in the middle of the page, below the five phases of the loop. A task is in
// exactly one place, in its own colour and shape. The class `hot` marks the arrow for this event,
// and Polling while a task is polled. In a state (fold.js), `places` has the tasks' records by
// place, and `stack` the names of the tasks that are being polled, the innermost last.
//
// Interface (all scripts share `K`): `K.loopHTML(state)` and `K.placesHTML(state, event)`;
// `K.taskButton(name, classes, title, html)`: a task's chip and more; a click pins the task.
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

K.loopHTML = function (state) {
  // The record calls a sleep the phase "park". It is a call of the reactor, so the page marks that
  // phase, and writes "parked" there while the thread is asleep.
  const current = state.phase === "park" ? "reactor" : state.phase;
  const phaseHTML = ([phase, what], k) => {
    const mark = phase === current ? ' class="on" aria-current="step"' : "";
    const word = phase === "reactor" && state.parked ? "parked" : phase;
    return `<li title="${k + 1}. ${what}"${mark}><b>${k + 1}</b>${word}</li>`;
  };
  return (
    Object.entries(PHASES).map(phaseHTML).join("") +
    `<li class="back" title="turn ${state.turn}; after the fifth phase it begins again">` +
    `<span class="hide">turn</span><i aria-hidden="true">↺</i>` +
    `<span class="num">${number(state.turn)}</span></li>`
  );
};

// ----- the places -----

K.taskButton = function (name, classes, title, html) {
  const isPinned = K.pinned === name;
  return (
    `<button class="${classes}${isPinned ? " sel" : ""}" data-task="${esc(name)}" ` +
    `aria-pressed="${isPinned}" title="${esc(title)}" ${K.colourStyle(name)}>` +
    `${K.chipHTML(name)}${html}</button>`
  );
};

/** A task's card. `badge` is at its right; `note` replaces the line that spawned the task. */
function cardHTML(state, name, badge, note) {
  const { polls = 0, made, where } = state.tasks.get(name) ?? {};
  const birth = made ? `, made at ${made.text}` : "";
  const title = `${name}: ${plural(polls, "poll")}${birth}. Click to follow it with t.`;
  const spawnLine = `<code class="with-line">${K.labelHTML(K.origin(name))}</code>`;
  const secondLine = note ? `<small>${note}</small>` : spawnLine;
  const html =
    `<span class="id" style="--n:${name.length}"><span class="name">${esc(name)}</span>` +
    `${secondLine}</span><small>${badge}</small>`;
  return K.taskButton(name, where === "done" ? "tok over" : "tok", title, html);
}
const emptyHTML = (text) => `<div class="none">${text}</div>`;
const restHTML = (left, word = "") =>
  left ? `<div class="rest"><b>and ${number(left)} more ${word}</b></div>` : "";
/** "2 of 5", if not all are shown; a single card needs no count. */
const countHTML = (n, all = n) =>
  n < all ? `${number(n)} of ${number(all)}` : n > 1 ? number(n) : "";

const MOST_ENDED = 12;
function endedHTML(done) {
  if (!done.length) return "";
  const buttonHTML = ({ name, how }) => {
    const word = how === "ready" ? "done" : esc(how ?? "done");
    const mark = how === "ready" ? "" : `<i class="bad">✕</i>`;
    const html = `${mark}<span class="hide">${esc(name)} ${word}</span>`;
    return K.taskButton(name, "end-of", `${name}: ${word}`, html);
  };
  const latestFirst = done.toReversed().toSorted((a, b) => b.ended - a.ended);
  const buttons = latestFirst.slice(0, MOST_ENDED).map(buttonHTML).join("");
  return `<div class="ended"><b>Done</b><small>${number(done.length)}</small>${buttons}</div>`;
}

/** What a task waits for; or, if that has come already or no wait is open, what will wake it.
 * `clones` counts the copies of its waker that code other than kettle's has, if that is known. */
function waitText(state, { name, clones }) {
  const waits = K.waitsFor(state, name); // its open waits, without those for what has come
  if (waits.length < K.openWaits(name, state.i).length) return "woken soon"; // one has come
  if (waits.length) return esc(K.resourceLabels(waits));
  if (clones > 0) return "other code";
  return clones === 0 ? "no waker left" : "no open wait";
}

function queueHTML(state) {
  // The first tasks for which a place has room (boxes.js), and how many are left out (tools.js).
  const { shown, left } = K.fitting(state.places.queued, K.tasksPerPlace);
  const taskHTML = (task) => {
    const cancelMark = task.cancelling ? `<span class="bad">✕</span>` : "";
    return cardHTML(state, task.name, cancelMark, task.kind === "local" && "in its set");
  };
  return shown.map(taskHTML).join("") + restHTML(left) || emptyHTML("empty");
}

/** The task that is polled, and the tasks in whose polls that happens, the innermost first. */
function pollingHTML(state) {
  const [polled, ...callers] = state.stack.toReversed();
  if (!polled) return emptyHTML(state.parked ? "thread asleep, CPU 0" : "none");
  const cards = callers.map((name) => cardHTML(state, name, "", "polls it"));
  return cardHTML(state, polled, "") + cards.join("");
}

function waitingHTML(state, waiting, done, eventTask) {
  // The line of the tasks that are done takes the room of a card.
  const room = K.tasksPerPlace - (done.length ? 1 : 0);
  const { shown, left } = K.fitting(waiting, room, eventTask); // that one if it waits
  const cards = shown.map((task) => cardHTML(state, task.name, waitText(state, task))).join("");
  return (cards + restHTML(left, "waiting") || emptyHTML("none")) + endedHTML(done);
}

K.placesHTML = function (state, event) {
  const chosen = (tasks) => tasks.filter(({ name }) => K.find.has(name)); // by the reader (find.js)
  const [waiting, done] = [chosen(state.places.waiting), chosen(state.places.done)];
  const eventTask = state.tasks.get(event?.task ?? event?.run);
  const polled = state.running;
  const isWake = event?.ev === "Wake" && event.effect === "queued" && !K.isAdmission(event);

  const placeHTML = (title, note, body, isHot) =>
    `<div class="place${isHot ? " hot" : ""}"><h3>${title}<span>${note}</span></h3>${body}</div>`;
  const arrowHTML = (ev) =>
    `<div class="flow${event?.ev === ev ? " hot" : ""}" aria-hidden="true">→</div>`;
  const polls = polled ? `${nth(state.tasks.get(polled)?.polls ?? 1)} poll` : "";
  const waitingCount = countHTML(waiting.length, state.places.waiting.length);
  return (
    placeHTML("Run queue", countHTML(state.places.queued.length), queueHTML(state)) +
    arrowHTML("PollStart") +
    placeHTML("Polling", polls, pollingHTML(state), polled) +
    arrowHTML("PollEnd") +
    placeHTML("Waiting", waitingCount, waitingHTML(state, waiting, done, eventTask)) +
    `<div class="return${isWake ? " hot" : ""}" aria-hidden="true">` +
    `<span>its waker is called: a wake</span></div>`
  );
};
