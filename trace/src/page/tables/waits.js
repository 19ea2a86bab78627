// Which waits were there, and which event ended each?
//
// A wait lasts from a future's first `Pending` until that future is ready or dropped, and has a
// number. Four kinds of events have this number, and are put together here: `Wait` (the wait
// begins, or a later poll stores the waker again), `Served` (an event has given what is waited
// for), `Wake` (the waker is called) and `Done` (the wait ends). A wait for a source may be polled
// again after `Served`; then it isn't served any more. The page infers nothing: the event says
// which wait a wake ended.
//
// Interface: `K.trace.waits`, by number: `{id, task, on, at, scope, begin, polls, served, cause,
// called, done}`. `begin`, `cause` (what served it last) and `done` are indices of events,
// undefined before they happen; `polls`, `served` and `called` are those of all its events `Wait`,
// `Served` and `Wake`. The last `Wait` gives `task`, `at` and `scope` (the branch).
// - `K.waitAt(i)`: the wait that event `i` names. `K.lastPoll(wait, i)`: its latest `Wait` event.
// - `K.servedAt(wait, i)`: which event has served it, at event `i`, since its latest poll; or -1.
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
// - `K.isSet(scope)`: is it a set of tasks? `K.onOf(e)`: the resource of the wait that `e` names.
// Not here: a wait in words (words/), what follows from waits (why/).

const NONE = Object.freeze([]);
/** A wait before its first event. */
// prettier-ignore
const blank = (id) => ({
  id, task: undefined, on: undefined, at: null, scope: undefined, begin: undefined,
  cause: undefined, done: undefined, polls: [], served: [], called: [],
});

/** Waits come in blocks; a block whose latest end has passed is skipped. */
const BLOCK = 64;
/** At most this many waits are kept with each bar. */
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
/** The latest end of a wait in each block. */
function endsOf(waits) {
  const ends = [];
  waits.forEach(({ done = Infinity }, k) => {
    const block = Math.floor(k / BLOCK);
    ends[block] = Math.max(ends[block] ?? -1, done);
  });
  return ends;
}
const taskOf = (wait, i) => (wait.polls.length > 1 ? K.lastPoll(wait, i)?.task : wait.task);

K.lastPoll = function (wait, i) {
  const { polls } = wait;
  return K.event(polls[K.lastAtMost(polls, i)]);
};
K.servedAt = function (wait, i) {
  const last = (all) => all[K.lastAtMost(all, i)] ?? -1;
  return last(wait.served) > last(wait.polls) ? last(wait.served) : -1;
};
K.waitAt = (i) => K.trace.waits.get(K.event(i)?.wait);
K.onOf = (e) => e?.on ?? K.trace.waits.get(e?.wait)?.on;
K.isSet = (scope) => K.trace.scopes.get(scope)?.what === "set";
K.allWaits = (name, i) =>
  (K.trace.waitsOf.get(name)?.at(i) ?? []).filter((wait) => taskOf(wait, i) === name);
/** While the trace is read: the first few that are open after the event just read. */
K.openNow = function (name) {
  const open = [];
  for (const wait of K.trace.waitsOf.get(name)?.openNow ?? [])
    if (open.push(wait) === PER_BAR) break;
  return open;
};
K.openWaits = (name, i) => K.allWaits(name, i).filter(({ scope }) => !K.isSet(scope));
const isStored = (wait, i) => K.servedAt(wait, i) < 0;
K.waitsFor = function (s, name) {
  const some = K.openWaits(name, s.i).filter((wait) => isStored(wait, s.i)),
    all = some.map(({ on }) => on);
  return s.tasks.get(name)?.deferred ? [...all, { deferred: true }] : all;
};

// ----- who waits at a source or primitive -----

const thingOf = (on) => on?.sync ?? on?.value ?? on?.closed ?? on?.source;
const waitsAt = (s, thing) => K.trace.waitsAt.get(thing)?.at(s.i) ?? [];
const waiterIn = (s) => (wait) => taskOf(wait, s.i) ?? "a thread";
/** The tasks whose wakers are at this thing, for waits on something that `isMeant`. */
function waiting(s, thing, isMeant) {
  const waits = waitsAt(s, thing).filter((wait) => isStored(wait, s.i) && isMeant(wait.on)),
    names = new Set(waits.map(waiterIn(s)));
  return [...names].filter((name) => s.tasks.get(name)?.where !== "done");
}
K.waiters = (s, source, way) => waiting(s, source, ({ direction }) => direction === way);
const lineOf = (s, sync) =>
  waitsAt(s, sync)
    .filter((wait) => wait.on.sync && isStored(wait, s.i))
    .sort((a, b) => a.on.ticket - b.on.ticket);
K.waitersInLine = (s, sync) => lineOf(s, sync).map(waiterIn(s));
K.placeOf = (s, on) => lineOf(s, on.sync).findIndex((wait) => wait.on.ticket === on.ticket) + 1;
/** The tasks that were given what they waited for, and haven't been polled since. */
function handed(s, { name, gives }) {
  const waits = gives ? waitsAt(s, name) : NONE;
  return waits.filter((wait) => wait.on.sync && !isStored(wait, s.i)).map(waiterIn(s));
}
const hold = ([who, n, units]) => ({ who: `${who}`, from: K.indexOf(n), units: +units || 1 });
K.holdersOf = (p) => (p?.holders ?? NONE).filter(Array.isArray).map(hold);
K.withWaiters = (s, p) => ({
  ...p,
  holders: K.holdersOf(p).map(({ who }) => who),
  line: K.waitersInLine(s, p.name),
  handed: handed(s, p),
  forValue: waiting(s, p.name, ({ value }) => value),
  forEnd: waiting(s, p.name, ({ closed }) => closed),
});

// ----- while the trace is read -----

const ON_EVENT = {
  Wait(wait, e, { waitsOf, waitsAt }) {
    wait.begin ??= e.i;
    wait.polls.push(e.i);
    const thing = thingOf(e.on),
      list = listOf(waitsOf, e.task);
    if (thing && thingOf(wait.on) !== thing) listOf(waitsAt, thing).add(wait, e);
    if (wait.task !== e.task) {
      waitsOf.get(wait.task)?.openNow?.delete(wait);
      list.add(wait, e);
    }
    if (!K.isSet(e.in)) (list.openNow ??= new Set()).add(wait);
    Object.assign(wait, { task: e.task, on: e.on, at: e.at, scope: e.in });
  },
  Served(wait, e) {
    if (wait.done !== undefined) return; // its future was dropped before
    wait.served.push(e.i);
    wait.cause = e.back && K.indexOf(e.back);
  },
  Wake(wait, e) {
    wait.task ??= e.task;
    if (wait.done === undefined) wait.called.push(e.i);
  },
  Done(wait, e, { waitsOf }) {
    waitsOf.get(wait.task)?.openNow?.delete(wait);
    wait.on ??= e.on;
    wait.done = e.i;
  },
};
const listOf = (lists, key) => lists.get(key) ?? lists.set(key, new WaitList()).get(key);
K.on("begin", (trace) => {
  const [waits, waitsOf, waitsAt] = [1, 2, 3].map(() => new Map());
  Object.assign(trace, { waits, waitsOf, waitsAt });
});
K.on("event", function (e) {
  const { waits } = K.trace;
  if (!(e.wait > 0) || !Object.hasOwn(ON_EVENT, e.ev)) return;
  if (!waits.has(e.wait)) waits.set(e.wait, blank(e.wait));
  ON_EVENT[e.ev](waits.get(e.wait), e, K.trace);
});
