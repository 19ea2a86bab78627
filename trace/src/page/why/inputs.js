// What had to come before a task could go on?
//
// A poll goes on by what it gets: the end of a wait, a value that was there, a lock that was free,
// room, the end of a task. Each of these names its cause: an event before it, in its own poll or
// another one. What a poll has got, its wake and its spawn are all that an event in it can have
// come from.
//
// Interface: `K.trace.inputs` (`pollOf`: of each event the one that began the poll, or the run of a
// job, in which it happened; -1: none; `who`: by that, whose). `K.cameFrom(i)`: the latest cause of
// event `i`: `{cause, wait, how}`, or null where the record has none.
// Invariants: a cause comes before what it causes. Only what is in a branch around the event, or
// within it, or in one that is over, is its cause.
// Not here: the way back to the beginning (bounds.js).

class Inputs {
  pollOf = [];
  who = new Map(); // by such an event: the task or job
  stack = [];
  jobs = new Map(); // of each job that runs: the event that began it
  spawns = new Map();
  ends = new Map();
  deferred = new Map(); // of each task: where it gave way last
  gaveWay = new Map(); // of each wake that came of that: where
  instants = new Set(); // timers whose deadline was not a length from the wait on
  things = new Map();
  at = []; // the events that are inputs, in their order
  scope = [];
  cause = [];
  wait = [];
  get(e, cause, wait = null) {
    if (!(cause < e.i)) return;
    this.at.push(e.i);
    this.scope.push(e.in);
    this.cause.push(cause);
    this.wait.push(wait);
  }
}

/** A channel or lock: since when so much of it was free, and which `get` made room for which
 * value. */
class Thing {
  constructor(room) {
    Object.assign(this, { room, most: 1, free: [], gets: [], over: undefined });
  }
  /** `count` is free since event `i`. */
  counts(count, i) {
    this.most = Math.max(this.most, count);
    while (this.free.length && this.free.at(-1).count > count) this.free.pop();
    if (!(this.free.at(-1)?.count >= count)) this.free.push({ count, i });
  }
  since(units) {
    const wanted = units === "all" ? this.most : units;
    return this.free.find(({ count }) => count >= wanted)?.i;
  }
}

const ACTS = {
  take(inputs, thing, e) {
    if (e.kind !== "mpsc") inputs.get(e, thing.since(e.units)); // (of a channel it is room)
  },
  get(inputs, thing, e) {
    inputs.get(e, K.indexOf(e.back) ?? thing.since(1));
    if (thing.room > 0) thing.gets[e.item % thing.room] = e.i;
  },
  put(inputs, thing, e) {
    if (e.kind === "mpsc" && e.item > thing.room) inputs.get(e, thing.gets[e.item % thing.room]);
  },
  end(inputs, thing, e) {
    thing.over = e.i;
  },
  /** It has learned that no more will come. */
  refuse: (inputs, thing, e) => inputs.get(e, thing.over),
};
const TELL = {
  Spawn: (inputs, e) => inputs.spawns.set(e.task, e.i),
  BlockingStart: (inputs, e) => inputs.spawns.set(e.task, e.i),
  BlockingRun: (inputs, e) => inputs.jobs.set(e.task, e.i),
  BlockingEnd: (inputs, e) => inputs.ends.set(e.task, e.i),
  PollEnd(inputs, e) {
    if (e.outcome !== "pending") inputs.ends.set(e.task, e.i);
    inputs.stack.pop();
  },
  Done(inputs, e) {
    const wait = K.trace.waits.get(e.wait);
    if (e.got && wait?.served !== undefined) inputs.get(e, wait.served, wait);
  },
  Join: (inputs, e) => inputs.get(e, inputs.ends.get(e.task)),
  TimerAt: (inputs, e) => inputs.instants.add(e.timer),
  TimerMove: (inputs, e) => inputs.instants.add(e.timer),
  Defer: (inputs, e) => inputs.deferred.set(e.run, e.i),
  Wake(inputs, e) {
    if (e.by === "deferred") inputs.gaveWay.set(e.i, inputs.deferred.get(e.task));
  },
  SyncNew(inputs, e) {
    const thing = new Thing(e.room);
    inputs.things.set(e.sync, thing);
    thing.counts(e.count, e.i);
  },
  SyncAct(inputs, e) {
    const thing = inputs.things.get(e.sync) ?? inputs.things.set(e.sync, new Thing()).get(e.sync);
    ACTS[e.act]?.(inputs, thing, e);
    if (!K.isChannel(e.sync)) thing.counts(e.count, e.i);
  },
};
K.on("begin", (trace) => (trace.inputs = new Inputs()));
K.on("event", function (e) {
  const { inputs } = K.trace,
    { stack, pollOf, jobs } = inputs;
  if (["Turn", "Park"].includes(e.ev)) stack.length = 0;
  if (e.ev === "PollStart") stack.push(e.i);
  if (e.ev === "PollStart" || e.ev === "BlockingRun") inputs.who.set(e.i, e.task);
  pollOf.push(e.run || e.ev === "PollEnd" ? (stack.at(-1) ?? -1) : (jobs.get(e.task) ?? -1));
  if (Object.hasOwn(TELL, e.ev)) TELL[e.ev](inputs, e);
});

// ----- what an event came from -----

/** Is a branch within another one, or the same? (The task itself is no branch.) */
const isIn = (branch, other) =>
  !(other > 0) || branch === other || K.branchPath(branch).some((one) => one.branch === other);
/** The branch, or where that is over at event `i` the one around it. */
const openBranch = (branch, i) =>
  K.branchPath(branch).find(({ scope }) => !(scope.end < i))?.branch;
function concerns(branch, { i, in: here }) {
  const open = openBranch(branch, i);
  return isIn(open, here) || isIn(here, open);
}

/** What the poll got before this event. */
function* gotBefore(e, poll) {
  const { at, scope, cause, wait, pollOf } = K.trace.inputs;
  for (let k = K.upTo(at, e.i); at[k] > poll; k--)
    if (pollOf[at[k]] === poll && concerns(scope[k], e))
      yield { cause: cause[k], wait: wait[k], how: "got" };
}
/** What it was polled for: a wait, where it had given way, its spawn; or a call of its waker for
 * no wait. */
function wokenBefore(e, poll) {
  const { gaveWay, spawns } = K.trace.inputs,
    task = K.trace.inputs.who.get(poll),
    wake = K.trace.index.wakeOfPoll.get(poll);
  if (wake === undefined || K.trace.admissions.has(wake))
    return { cause: spawns.get(task), wait: null, how: "spawn" };
  if (gaveWay.has(wake)) return { cause: gaveWay.get(wake), wait: null, how: "gave way" };
  const wait = K.waitAt(wake);
  if (!wait) return { cause: wake, wait: null, how: "woken" };
  if (!(wait.served < poll) || wait.done < poll) return { cause: wake, wait: null, how: "woken" };
  return { cause: wait.served, wait, how: "got", isApart: !concerns(wait.scope, e) };
}

K.cameFrom = function (i) {
  const e = K.event(i),
    poll = K.trace.inputs.pollOf[i];
  if (!(poll >= 0)) return null;
  const woken = wokenBefore(e, poll);
  let last = null;
  for (const one of [...(woken.isApart ? [] : [woken]), ...gotBefore(e, poll)])
    if (one.cause < i && !(last?.cause >= one.cause)) last = one;
  return last ?? (woken.cause < i ? woken : null);
};
