// Where is a task, and what will make it go on?
//
// - Ready: its place in the run queue, and who holds the thread.
// - Waiting: each of its open waits: for what, at which line, in which branch, since when, and who
//   will end it, if that is certain.
// - Over: how it ended, and when.
//
// Interface: `K.waitTree(state, names, most)`: `{html, left}`, the answers for these tasks, and how
// many didn't fit; `K.wakerWords(state, task)`; `K.threadWords(state)`; `K.FOREIGN_WAKER`: about a
// wait with another waker than the task's own.
// Invariant: the answer depends on the event shown, and on nothing after it.
// Not here: what happened (text.js), verdicts (the trace brings them).

const bold = (on) => `<b>${K.withChips(K.resourceWords(on))}</b>`;

/** What the thread does. */
K.threadWords = function (s) {
  const [first] = s.ready,
    isOver = s.i >= (K.eventsOfKind("RunEnd").at(-1) ?? Infinity);
  if (isOver) return "The run is over: no thread drives the runtime.";
  if (s.running)
    return `${K.nameHTML(s.running)} holds the only thread; a poll can’t be interrupted, it ends when it returns.`;
  if (s.parked)
    return `The thread sleeps${s.timeout > 0 ? "" : " until something comes from outside"}: the run queue is empty.`;
  return `The loop is at work; ${first ? `${K.nameHTML(first)} is the first in the run queue` : "the run queue is empty"}.`;
};

// ----- what a wait is for, and what ends it -----

/** Which task took it, and when. (It may have passed the guard on.) */
function holdWords({ who, from, units }, { name }) {
  const it = name.startsWith("semaphore") ? `${K.plural(units, "permit")} of it` : "it";
  return `${K.nameHTML(who)} took ${it}${from >= 0 ? ` at ${K.timeHTML(from)}` : ""}`;
}
function lineWords(s, on) {
  const place = K.wakesAll(s, on) ? 0 : K.placeOf(s, on),
    first = K.waitersInLine(s, on.sync).slice(0, Math.max(0, place - 1));
  return place
    ? ` It is ${K.nth(place)} in line${first.length ? `, behind ${K.listWords(first)}` : ""}.`
    : "";
}
/** What ends a wait, by the kind of its resource. */
const ENDS = {
  timer: (s, { timer }) => {
    const { due } = s.timers.get(timer) ?? {};
    return due === undefined ? "" : `It is due at ${K.clock(due)}; now it is ${K.clock(s.t)}.`;
  },
  source: () => "The system’s next report for this direction ends the wait.",
  task: (s, { task }) => `The end of ${K.nameHTML(task)} ends the wait.`,
  value: (s, { value }) => {
    const { senders } = s.primitives.get(value) ?? {};
    if (!K.isChannel(value)) return "The end of any of its tasks ends the wait.";
    return `A send ends the wait, or the last sender’s end${senders > 0 ? `: ${K.plural(senders, "sender")} ${senders === 1 ? "is" : "are"} alive` : ""}.`;
  },
  closed: () => "The wait ends when the other end is closed, or the last of it is gone.",
  sync: (s, on) => {
    const p = s.primitives.get(on.sync) ?? {},
      { room, count } = p,
      took = K.listWords(K.holdersOf(p), (one) => holdWords(one, p), "hold", "; "),
      holders = took && ` ${K.capitalised(took)}.`;
    const fill = ` It has ${K.plural(count, "value")} in it, and room for ${room}.`;
    return `${K.isChannel(on.sync) ? fill : ""}${lineWords(s, on)}${holders}`.trim();
  },
};
K.FOREIGN_WAKER =
  "The waker isn’t the task’s own: only the code that made it knows whether it wakes the task.";
/** What will end the wait or, if the resource is there already, since when. */
function endWords(s, wait, on) {
  const served = K.servedAt(wait, s.i);
  if (served < 0) return K.lookUp(ENDS, K.resourceKind(on) ?? "")?.(s, on) ?? "";
  const act = K.backOf(K.event(served)),
    called = wait.called[K.lastAtMost(wait.called, s.i)],
    polls = K.pollsBetween(K.lastPoll(wait, s.i)?.task, served, s.i);
  return K.joinParts(
    [
      `It has been there${act ? ` since ${K.timeHTML(act.i)}` : ""}`,
      `its waker ${called > served ? `was called (${K.link(called)})` : "has not been called yet"}`,
      polls > 0 && `its task was polled ${K.plural(polls, "time")} since and never asked it`,
    ],
    "; ",
  ).concat(".");
}
const isOwn = (i) => (wait) => K.lastPoll(wait, i)?.own !== false;
/** The functions that await each other there: with `KETTLE_STACKS=1` a `Wait` has its stack. */
function stackHTML(wait, i) {
  const frame = ({ name, at }) =>
      `<b>${K.esc(name)}</b> <code>${K.esc(K.shortPlace(at.text))}</code>`,
    frames = (K.trace.stacks.get(K.lastPoll(wait, i)?.stack) ?? []).map(frame);
  return frames.length ? `<span class="stack">In ${frames.join(" ← ")}.</span>` : "";
}
function waitWords(s, one) {
  const ask = K.lastPoll(one, s.i),
    { on } = ask ?? one,
    { begin } = one,
    line = K.lineOf(ask),
    branch = K.branchWords(ask?.in);
  const site = line && `${K.lineWord(ask)}<code>${K.esc(K.shortPlace(line.text))}</code>`,
    earlier = K.isOfEarlierRound(ask?.in, s.i) && "asked in an earlier round",
    place = K.joinParts([site, branch && `in ${branch}`, earlier]),
    wait = `It waits for ${bold(on)}${place && ` (${place})`}${K.sinceHTML(begin ?? -1)}.`,
    foreign = isOwn(s.i)(one) ? "" : K.FOREIGN_WAKER;
  return K.joinParts([wait, foreign, endWords(s, one, on), stackHTML(one, s.i)], " ");
}
/** For a task that waits although no wait of it is open: other code has its waker. (A local set has
 * the waker of the task that polls it.) */
K.wakerWords = function (s, { clones, deferred }) {
  if (deferred) return "It gave way: the loop calls its waker at the end of this phase.";
  const sets = s.tasks.values().some((t) => t.kind === "local" && t.where !== "done"),
    who = `${sets ? "a local set or " : ""}code that isn’t kettle’s`;
  return clones > 0
    ? `No wait of it is open: ${K.plural(clones, "clone")} of its waker ${clones === 1 ? "is" : "are"} with ${who}.`
    : `No wait of it is open${clones === 0 ? ", and no clone of its waker is left" : ""}.`;
};

// ----- where a task is -----

/** At most this many waits of a task are listed. */
const MOST = 8;
const HOW = {
  ready: "It was <b>done</b>",
  panicked: "It <b>panicked</b>",
  cancelled: "It was <b>cancelled</b>",
};
const WHERE = {
  polling: (s, t) =>
    s.running === t.name
      ? `It <b>is</b> running: this is its ${K.nth(t.polls)} poll${t.since >= 0 ? `, begun at ${K.timeHTML(t.since)}` : ""}.`
      : `It is being polled${K.sinceHTML(t.since)}, and polls ${K.nameHTML(s.running)} inside that poll.`,
  queued(s, t) {
    if (t.kind === "local")
      return `It is <b>ready</b>${K.sinceHTML(t.since)}, in the queue of its local set, which is looked at only while a task polls the set, by <code>run_until</code> or by awaiting it.`;
    const place = s.ready.indexOf(t.name) + 1,
      first = s.ready.slice(0, place - 1);
    return `It is <b>ready</b>${K.sinceHTML(t.since)}, at place ${place} of the run queue.${first.length ? ` Before it: ${K.listWords(first)}.` : ""}${t.cancelling ? " It was cancelled: when its turn comes, its future is dropped." : ""}`;
  },
  done(s, t) {
    const i = t.ended >= 0 ? t.ended : t.since;
    return `${K.lookUp(HOW, t.how ?? "") ?? "It ended"}${i >= 0 ? ` at ${K.timeHTML(i)}` : ""}, and is never polled again.`;
  },
  waiting(s, t, below) {
    const open = K.openWaits(t.name, s.i),
      begin = `It returned <code>Pending</code>${t.since >= 0 ? ` at ${K.timeHTML(t.since)}` : ""}.`;
    if (t.polls === 0) return "It has been made, but isn’t in a queue yet.";
    if (!open.length) return `${begin} ${K.wakerWords(s, t)}`;
    const areOwn = open.length > 1 && open.every(isOwn(s.i)),
      which = areOwn ? ` Whichever of its ${open.length} waits ends first wakes it.` : "",
      items = open.slice(0, MOST).map((wait) => `<li>${waitWords(s, wait)}${below(wait)}</li>`),
      more = open.length - items.length;
    return `${begin}${which}<ul>${items.join("")}${more ? `<li>And ${K.plural(more, "other wait")}.</li>` : ""}</ul>`;
  },
};
// ----- where a job is -----

/** A job's own thread has measured how long it waited and ran. */
function jobAnswer(s, who) {
  const { at = [], kind = [], taken, job } = K.rowOf(who) ?? {},
    k = K.lastAtMost(at, s.i);
  if (k < 0) return "The record doesn’t have its beginning.";
  if (kind[k] === K.BAR.QUEUED)
    return `It is in the blocking pool’s queue${K.sinceHTML(at[k])}: no thread of the pool has taken it yet. A task that awaits it is woken when it ends.`;
  if (kind[k] === K.BAR.CANCELLED) return `It was cancelled before it ran (${K.link(at[k])}).`;
  if (K.isOver(kind[k])) return `It is over (${K.link(at[k])}): it ran for ${K.span(job.ran)}.`;
  const open = K.openWaits(who, s.i).map((wait) => waitWords(s, wait)),
    since = `${K.span(job.waited)} after it was handed over (${K.link(at[taken])})`;
  return `It runs on a thread of the blocking pool, which took it ${since}. ${open.join(" ")} When it ends, it wakes the task that awaits it.`;
}

function answer(s, who, below) {
  const t = s.tasks.get(who),
    [first] = K.eventsOf(who);
  if (t) return WHERE[t.where](s, t, below);
  if (first === undefined) return "This run has no such task.";
  if (s.jobs.get(who) || first <= s.i) return jobAnswer(s, who);
  return "It has not been made yet: a future that is neither spawned nor polled does nothing.";
}

// ----- who waits for whom -----

/** Below each wait come the tasks and jobs that could end it. Each is drawn once. */
K.waitTree = function (s, names, most = Infinity) {
  const drawn = new Set();
  const below = (wait) => list(K.whoCanEnd(wait, s).filter((who) => !drawn.has(who)));
  function item(who) {
    if (drawn.has(who) || drawn.size >= most) return "";
    drawn.add(who);
    const origin = K.origin(who) ? ` <code>${K.esc(K.origin(who))}</code>` : "";
    return `<li>${K.nameHTML(who)}${origin} ${answer(s, who, below)}</li>`;
  }
  const list = (all) => (all.length ? `<ul>${all.map(item).join("")}</ul>` : "");
  return {
    html: list(names).replace("<ul>", '<ul class="tree">'),
    left: names.filter((who) => !drawn.has(who)).length,
  };
};
