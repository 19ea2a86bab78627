// Where is a task, and what will make it go on?
//
// - Ready: its place in the run queue, and who holds the thread.
// - Waiting: for what, at which line, in which branch, since when, and who could end each wait.
// - Over: how it ended, and when.
//
// Interface (all scripts share `K`): `K.waitTree(state, names, most)`: `{html, left}`, the answers
// for these tasks, and how many didn't fit; `K.openWaitHTML(name, i)`: what a task still waits for
// after event `i`; `K.wakerWords(state, task)`; `K.threadWords(state)`; `K.FOREIGN_WAKER`.
// Invariant: the answer depends on the event shown, and on nothing after it.
// Not here: what happened (events.js), verdicts (the trace brings them).

const { esc, plural } = K;

// ----- who waits for whom -----

/** Below each wait come the tasks and jobs that could end it. Each is drawn once. */
K.waitTree = function (state, names, most = Infinity) {
  const drawn = new Set();
  const below = (wait) => list(K.whoCanEnd(wait, state).filter((name) => !drawn.has(name)));
  function item(name) {
    if (drawn.has(name) || drawn.size >= most) return "";
    drawn.add(name);
    return `<li>${K.nameHTML(name)}${K.originHTML(name)} ${answer(state, name, below)}</li>`;
  }
  const list = (names) => (names.length ? `<ul>${names.map(item).join("")}</ul>` : "");
  return {
    html: list(names).replace("<ul>", '<ul class="tree">'),
    left: names.filter((name) => !drawn.has(name)).length,
  };
};
K.openWaitHTML = function (name, i) {
  const state = K.stateAt(i);
  if (state.tasks.get(name)?.where !== "waiting") return "";
  return `<h3>What it still waits for <span class="mute">after ${K.link(i)}</span></h3>${K.waitTree(state, [name]).html}`;
};
/** `below(wait)` gives the list below a wait. */
function answer(state, name, below) {
  const task = state.tasks.get(name),
    [first] = K.eventsOf(name);
  if (task) return ANSWERS[task.where](state, task, below);
  if (first === undefined) return "This run has no such task.";
  if (state.jobs.get(name) || first <= state.i) return jobAnswer(state, name);
  return "It has not been made yet: a future that is neither spawned nor polled does nothing.";
}

// ----- where a task is -----

const MOST_WAITS = 8;
const HOW = {
  ready: "It was <b>done</b>",
  panicked: "It <b>panicked</b>",
  cancelled: "It was <b>cancelled</b>",
};
/** The answer about a task, by its place; `below` is for the waits of one that waits. */
const ANSWERS = {
  polling(state, { name, polls, since }) {
    const begun = since >= 0 ? `, begun at ${K.timeHTML(since)}` : "";
    return state.running === name
      ? `It <b>is</b> running: this is its ${K.nth(polls)} poll${begun}.`
      : `It is being polled${K.whenHTML("since", since)}, and polls ${K.nameHTML(state.running)} inside that poll.`;
  },
  queued(state, { name, kind, since, cancelling }) {
    const ready = `It is <b>ready</b>${K.whenHTML("since", since)}`;
    if (kind === "local")
      return `${ready}, in the queue of its local set, which is looked at only while a task polls the set, by <code>run_until</code> or by awaiting it.`;
    const ahead = state.ready.slice(0, state.ready.indexOf(name)),
      before = ahead.length ? ` Before it: ${K.listWords(ahead)}.` : "",
      cancelled = " It was cancelled: when its turn comes, its future is dropped.";
    return `${ready}, at place ${ahead.length + 1} of the run queue.${before}${cancelling ? cancelled : ""}`;
  },
  waiting(state, task, below) {
    const { name, polls, since } = task,
      waits = K.openWaits(name, state.i),
      begin = `It returned <code>Pending</code>${K.whenHTML("at", since)}.`;
    if (polls === 0) return "It has been made, but isn’t in a queue yet.";
    if (!waits.length) return `${begin} ${K.wakerWords(state, task)}`;
    const areOwn = waits.length > 1 && waits.every((wait) => hasOwnWaker(wait, state.i)),
      which = areOwn ? ` Whichever of its ${waits.length} waits ends first wakes it.` : "",
      items = waits
        .slice(0, MOST_WAITS)
        .map((wait) => `<li>${waitWords(state, wait)}${below(wait)}</li>`),
      left = waits.length - items.length;
    return `${begin}${which}<ul>${items.join("")}${left ? `<li>And ${plural(left, "other wait")}.</li>` : ""}</ul>`;
  },
  done(state, { how, ended, since }) {
    const when = K.whenHTML("at", ended >= 0 ? ended : since);
    return `${K.lookUp(HOW, how) ?? "It ended"}${when}, and is never polled again.`;
  },
};
/** For a task without an open wait: other code has its waker, such as a local set that it polls. */
K.wakerWords = function (state, { clones, deferred }) {
  if (deferred) return "It gave way: the loop calls its waker at the end of this phase.";
  const isLocal = ({ kind, where }) => kind === "local" && where !== "done",
    set = state.tasks.values().some(isLocal) ? "a local set or " : "",
    are = `${plural(clones, "clone")} of its waker ${clones === 1 ? "is" : "are"}`;
  if (clones > 0) return `No wait of it is open: ${are} with ${set}code that isn’t kettle’s.`;
  return `No wait of it is open${clones === 0 ? ", and no clone of its waker is left" : ""}.`;
};

/** A job's own thread has measured how long it waited and ran. */
function jobAnswer(state, name) {
  const { at = [], kind = [], taken, job } = K.rowOf(name) ?? {},
    k = K.lastAtMost(at, state.i);
  if (k < 0) return "The record doesn’t have its beginning.";
  if (kind[k] === K.BAR.QUEUED)
    return `It is in the blocking pool’s queue${K.whenHTML("since", at[k])}: no thread of the pool has taken it yet. A task that awaits it is woken when it ends.`;
  if (kind[k] === K.BAR.CANCELLED) return `It was cancelled before it ran (${K.link(at[k])}).`;
  if (K.isOver(kind[k])) return `It is over (${K.link(at[k])}): it ran for ${K.span(job.ran)}.`;
  const waits = K.openWaits(name, state.i).map((wait) => waitWords(state, wait)),
    since = `${K.span(job.waited)} after it was handed over (${K.link(at[taken])})`;
  return `It runs on a thread of the blocking pool, which took it ${since}. ${waits.join(" ")} When it ends, it wakes the task that awaits it.`;
}

K.threadWords = function (state) {
  const [first] = state.ready,
    next = first ? `${K.nameHTML(first)} is the first in the run queue` : "the run queue is empty",
    isOver = state.i >= (K.eventsOfKind("RunEnd").at(-1) ?? Infinity);
  if (isOver) return "The run is over: no thread drives the runtime.";
  if (state.running)
    return `${K.nameHTML(state.running)} holds the only thread; a poll can’t be interrupted, it ends when it returns.`;
  if (state.parked)
    return `The thread sleeps${state.timeout > 0 ? "" : " until something comes from outside"}: the run queue is empty.`;
  return `The loop is at work; ${next}.`;
};

// ----- what a wait is for, and what ends it -----

K.FOREIGN_WAKER =
  "The waker isn’t the task’s own: only the code that made it knows whether it wakes the task.";
const hasOwnWaker = (wait, i) => K.lastPoll(wait, i)?.own !== false;
function waitWords(state, wait) {
  const asked = K.lastPoll(wait, state.i), // the event `Wait` by which it was asked for last
    { on } = asked ?? wait, // what it waits for (waits.js)
    line = K.lineOf(asked),
    branch = K.branchWords(asked?.in);
  const place = K.joinParts([
    line && `${K.lineWord(asked)}<code>${esc(K.shortPlace(line.text))}</code>`,
    branch && `in ${branch}`,
    K.isOfEarlierRound(asked?.in, state.i) && "asked in an earlier round",
  ]);
  const what = `<b>${K.withChips(K.resourceWords(on))}</b>${place && ` (${place})`}`,
    foreign = hasOwnWaker(wait, state.i) ? "" : K.FOREIGN_WAKER,
    words = `It waits for ${what}${K.whenHTML("since", wait.begin)}.`;
  return K.joinParts([words, foreign, endWords(state, wait, on), stackHTML(asked)], " ");
}
/** The functions that await each other there: with `KETTLE_STACKS=1` a `Wait` has its stack. */
function stackHTML(asked) {
  const frames = K.trace.stacks.get(asked?.stack) ?? [],
    frameHTML = ({ name, at }) => `<b>${esc(name)}</b> <code>${esc(K.shortPlace(at.text))}</code>`;
  return frames.length ? `<span class="stack">In ${frames.map(frameHTML).join(" ← ")}.</span>` : "";
}
/** What will end the wait or, if the resource is there already, since when. */
function endWords(state, wait, on) {
  const served = K.servedAt(wait, state.i); // the event that has given what it waits for, or -1
  if (served < 0) return K.lookUp(ENDS, K.resourceKind(on), state, on) ?? "";
  const act = K.backOf(K.event(served)),
    called = wait.called[K.lastAtMost(wait.called, state.i)],
    polls = K.pollsBetween(K.lastPoll(wait, state.i)?.task, served, state.i);
  const there = `It has been there${K.whenHTML("since", act?.i)}`,
    waker = `its waker ${called > served ? `was called (${K.link(called)})` : "has not been called yet"}`,
    unasked = `its task was polled ${plural(polls, "time")} since and never asked it`;
  return `${K.joinParts([there, waker, polls > 0 && unasked], "; ")}.`;
}
/** What ends a wait, by the kind of its resource. */
const ENDS = {
  timer(state, { timer }) {
    const { due } = state.timers.get(timer) ?? {};
    return due === undefined ? "" : `It is due at ${K.clock(due)}; now it is ${K.clock(state.t)}.`;
  },
  source: "The system’s next report for this direction ends the wait.",
  task: (state, { task }) => `The end of ${K.nameHTML(task)} ends the wait.`,
  value(state, { value }) {
    if (!K.isChannel(value)) return "The end of any of its tasks ends the wait.";
    const { senders } = state.primitives.get(value) ?? {},
      alive = `: ${plural(senders, "sender")} ${senders === 1 ? "is" : "are"} alive`;
    return `A send ends the wait, or the last sender’s end${senders > 0 ? alive : ""}.`;
  },
  closed: "The wait ends when the other end is closed, or the last of it is gone.",
  sync(state, on) {
    const primitive = state.primitives.get(on.sync) ?? {},
      { room, count } = primitive,
      fill = ` It has ${plural(count, "value")} in it, and room for ${room}.`,
      wordsOf = (holder) => takerWords(holder, primitive),
      takers = K.listWords(K.holdersOf(primitive), wordsOf, "hold", "; ");
    return `${K.isChannel(on.sync) ? fill : ""}${lineWords(state, on)}${takers && ` ${K.capitalised(takers)}.`}`.trim();
  },
};
/** Which task took it, and when. (It may have passed the guard on.) */
function takerWords({ who, from, units }, { name }) {
  const it = name.startsWith("semaphore") ? `${plural(units, "permit")} of it` : "it";
  return `${K.nameHTML(who)} took ${it}${K.whenHTML("at", from)}`;
}
/** The place in the line of the tasks that wait there. */
function lineWords(state, on) {
  const place = K.wakesAll(state, on) ? 0 : K.placeInLine(state, on),
    ahead = K.waitersInLine(state, on.sync).slice(0, Math.max(0, place - 1)),
    behind = ahead.length ? `, behind ${K.listWords(ahead)}` : "";
  return place ? ` It is ${K.nth(place)} in line${behind}.` : "";
}
