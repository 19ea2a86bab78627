// Which waits were there, and how did each of them go?
//
// A wait lasts from a future's first `Pending` until that future is ready or dropped, and has a
// number. Each event about it has it: `Wait` (it begins, or a later poll stores the waker again),
// `Served` (the resource is there, by which act), `Wake` (its waker is called) and `Done` (its
// end). Here they are put together. The page decides nothing: the event says which wait a wake
// ended.
//
// Interface: `K.trace.waits`, by number: `{id, task, on, at, scope, begin, polls, served, act,
// called, done, got}`. `begin`, `served`, `act`, `called` and `done` are indices of events,
// undefined before they happen; `polls` are the indices of all its `Wait` events, of which the last
// gives `task`, `at` and `scope` (the branch).
// - `K.waitAt(i)`: the wait that event `i` names. `K.lastAsk(wait, i)`: its latest `Wait` event.
// - `K.openWaits(name, i)`: a task's open waits after event `i`, the oldest first.
//   `K.allWaits(name, i)` adds a set's own waits for its tasks. `K.openNow(name)`: the same while
//   the trace is read.
// - `K.waitsFor(state, name)`: the resources that a task waits for and that aren't there yet.
// - `K.waiters(state, source, direction)`, `K.waitersInLine(state, sync)`: tasks that wait there;
//   `K.placeOf(state, on)`: the place of a ticket in that line, from 1; 0: none.
// - `K.holdersOf(primitive)`: `[{who, from, units}]`, who has taken units, at which event.
// - `K.withWaiters(state, primitive)`: its record, with the names of its `holders`, the tasks in
//   its `line`, those waiting `forValue` or `forEnd`, and those to which units were `handed` but
//   that have not been polled since.
// - `K.trace.sets`: the scopes of sets of tasks.
// Invariant: a wait that was open before the record has no `begin`, and may have `before`, an
// event.
// Not here: a wait in words (words/), what follows from waits (why/).

const NONE = Object.freeze([]);
// prettier-ignore
const BLANK = {
  task: undefined, on: undefined, at: null, scope: undefined, served: undefined, act: undefined,
  called: undefined, done: undefined, got: undefined, before: undefined,
};
class Wait {
  constructor(id) {
    Object.assign(this, BLANK, { id, polls: [] });
  }
  get begin() {
    return this.before ? undefined : this.polls[0];
  }
}

/** Waits come in blocks; a block whose latest end has passed is skipped. */
const BLOCK = 64;
/** At most so many waits are kept with each bar. */
const PER_BAR = 8;
/** All waits of one task, or at one resource, in the order in which they began. */
class WaitList {
  waits = [];
  from = [];
  ends = null;
  openNow = null; // of a task, while the trace is read
  add(wait, e) {
    this.waits.push(wait);
    this.from.push(e.i);
    this.ends = null;
  }
  /** The waits that are open after event `i`. */
  at(i) {
    this.ends ??= endsOf(this.waits);
    const last = K.lastAtMost(this.from, i),
      open = [];
    for (let k = 0; k <= last; k++) {
      if (k % BLOCK === 0 && this.ends[k / BLOCK] <= i) k += BLOCK - 1;
      else if (!(this.waits[k].done <= i)) open.push(this.waits[k]);
    }
    return open;
  }
}
function endsOf(waits) {
  const ends = [];
  waits.forEach(({ done = Infinity }, k) => {
    const block = Math.floor(k / BLOCK);
    ends[block] = Math.max(ends[block] ?? -1, done);
  });
  return ends;
}
const taskOf = (wait, i) =>
  wait.polls.length + !!wait.before > 1 ? K.lastAsk(wait, i)?.task : wait.task;

K.lastAsk = function (wait, i) {
  const { polls } = wait;
  return K.event(polls[K.lastAtMost(polls, i)]) ?? wait.before;
};
K.waitAt = (i) => K.trace.waits.get(K.event(i)?.wait);
K.allWaits = (name, i) =>
  (K.trace.waitsOf.get(name)?.at(i) ?? []).filter((wait) => taskOf(wait, i) === name);
/** While the trace is read: the first few that are open after the event just read. */
K.openNow = function (name) {
  const open = [];
  for (const wait of K.trace.waitsOf.get(name)?.openNow ?? [])
    if (open.push(wait) === PER_BAR) break;
  return open;
};
K.openWaits = (name, i) => K.allWaits(name, i).filter(({ scope }) => !K.trace.sets.has(scope));
const isStored = (wait, i) => !(wait.served <= i);
K.waitsFor = function (s, name) {
  const some = K.openWaits(name, s.i).filter((wait) => isStored(wait, s.i)),
    all = some.map(({ on }) => on);
  return s.tasks.get(name)?.deferred ? [...all, { deferred: true }] : all;
};

// ----- at a thing -----

const thingOf = (on) => on?.sync ?? on?.value ?? on?.closed ?? on?.source;
const at = (s, thing) => K.trace.waitsAt.get(thing)?.at(s.i) ?? [];
const who = (s) => (wait) => taskOf(wait, s.i) ?? "a thread";
function waiting(s, thing, is) {
  const wait = (wait) => isStored(wait, s.i) && is(wait.on),
    all = new Set(at(s, thing).filter(wait).map(who(s)));
  return [...all].filter((name) => s.tasks.get(name)?.where !== "done");
}
K.waiters = (s, source, way) => waiting(s, source, ({ direction }) => direction === way);
const lineOf = (s, sync) =>
  at(s, sync)
    .filter((wait) => wait.on.sync && isStored(wait, s.i))
    .sort((a, b) => a.on.ticket - b.on.ticket);
K.waitersInLine = (s, sync) => lineOf(s, sync).map(who(s));
K.placeOf = (s, on) => lineOf(s, on.sync).findIndex((wait) => wait.on.ticket === on.ticket) + 1;
/** Kinds that give a unit to the first in line before it is polled. */
const GIVES_TO_FIRST = /^(channel|lock|rwlock|cell|semaphore) /;
function handed(s, sync) {
  const some = GIVES_TO_FIRST.test(sync) ? at(s, sync) : NONE;
  return some.filter((wait) => wait.on.sync && !isStored(wait, s.i)).map(who(s));
}
const hold = ([who, n, units]) => ({
  who: `${who}`,
  from: K.indexOf(n),
  units: Number(units) || 1,
});
K.holdersOf = (p) => (p?.holders ?? NONE).filter(Array.isArray).map(hold);
K.withWaiters = (s, p) => ({
  ...p,
  holders: K.holdersOf(p).map(({ who }) => who),
  line: K.waitersInLine(s, p.name),
  handed: handed(s, p.name),
  forValue: waiting(s, p.name, ({ value }) => value),
  forEnd: waiting(s, p.name, ({ closed }) => closed),
});

// ----- while the trace is read -----

const ON_EVENT = {
  Wait(wait, e, { waitsOf, waitsAt, sets }) {
    if (e !== wait.before) wait.polls.push(e.i);
    const thing = thingOf(e.on),
      list = listOf(waitsOf, e.task);
    if (thing && thingOf(wait.on) !== thing) listOf(waitsAt, thing).add(wait, e);
    if (wait.task !== e.task) {
      waitsOf.get(wait.task)?.openNow?.delete(wait);
      list.add(wait, e);
    }
    if (!sets.has(e.in)) (list.openNow ??= new Set()).add(wait);
    Object.assign(wait, { task: e.task, on: e.on, at: e.at, scope: e.in });
  },
  Served(wait, e) {
    if (wait.done !== undefined) return; // its future was dropped before
    wait.on ??= e.on;
    wait.served = e.i;
    wait.act = e.back && K.indexOf(e.back);
  },
  Wake(wait, e) {
    wait.task ??= e.task;
    if (wait.done === undefined) wait.called = e.i;
  },
  Done(wait, e, { waitsOf }) {
    waitsOf.get(wait.task)?.openNow?.delete(wait);
    wait.on ??= e.on;
    [wait.done, wait.got] = [e.i, e.got === true];
  },
};
const listOf = (lists, key) => lists.get(key) ?? lists.set(key, new WaitList()).get(key);
K.on("begin", (trace) => {
  const [waits, waitsOf, waitsAt] = [1, 2, 3].map(() => new Map());
  Object.assign(trace, { waits, waitsOf, waitsAt, sets: new Set() });
});
K.on("event", function (e) {
  for (const before of K.openAtStart(e)) add(before, before);
  add(e);
});
function add(e, before) {
  const { waits, sets } = K.trace;
  if (e.ev === "Scope" && e.what === "set") sets.add(e.scope);
  if (!(e.wait > 0) || !Object.hasOwn(ON_EVENT, e.ev)) return;
  let wait = waits.get(e.wait);
  if (!wait) waits.set(e.wait, (wait = new Wait(e.wait)));
  wait.before ??= before;
  ON_EVENT[e.ev](wait, e, K.trace);
}
