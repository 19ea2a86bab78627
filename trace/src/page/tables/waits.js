// Which waits were there, and which event ended each?
//
// A wait lasts from a future's first `Pending` until that future is ready or dropped, and has a
// number. Four kinds of events have this number: `Wait` (the wait begins, or a later poll stores
// the waker again), `Served` (an event has given what is waited for), `Wake` (the waker is called)
// and `Done` (the wait ends). A wait for a source may be polled again after `Served`; then it isn't
// served any more. The page infers nothing: the event says which wait a wake ended.
//
// What is waited for is a resource, `on`. It has one of these fields: `timer`; `source`, with the
// `direction`; `task`, whose end is awaited; `value`, the channel or set whose next value or end is
// awaited; `closed`, a channel; or `sync`, a primitive, with the place in its line (`ticket`) and
// the `units` that are wanted.
//
// Interface (all scripts share `K`):
// - `K.trace.waits`, by number: `{id, task, on, at, branch, begin, done, polls, served, called,
//   cause}`. The last `Wait` gives `task`, `on`, the line `at` and the `branch`; `begin` and `done`
//   are its first and last event; `polls`, `served` and `called` list its events `Wait`, `Served`
//   and `Wake`; `cause` is the event that served it last, such as a send.
// - `K.waitAt(i)`: the wait that event `i` names; `K.onOf(event)`: the resource of that wait.
// - `K.lastPoll(wait, i)`: its latest `Wait`; `K.servedAt(wait, i)`: what has served it since (-1).
// - `K.openWaits(name, i)`: a task's open waits after event `i`, the oldest first;
//   `K.allWaits(name, i)`: also a set's own waits for its tasks (`K.isSet(branch)`);
//   `K.openNow(name)`: while the trace is read.
// - `K.waitsFor(state, name)`: the resources that a task waits for and that aren't there yet.
// - `K.waiters(state, source, direction)`, `K.waitersInLine(state, sync)`: tasks that wait there;
//   `K.placeInLine(state, on)`: the place of a ticket in that line, from 1; 0: none.
// - `K.holdersOf(primitive)`: `[{who, from, units}]`, who has taken units, at which event.
// - `K.withWaiters(state, primitive)`: its record, with the names of its `holders`, the tasks in
//   its `line`, those waiting `forValue` or `forEnd`, and those to which units were `handed`.
// Not here: a wait in words (words/), what follows from waits (why/).

// ----- while the trace is read -----

const newWait = (id) => ({ id, at: null, done: Infinity, polls: [], served: [], called: [] });
/** How each kind of event changes its wait. `waitsOf` and `waitsAt` are lists of the trace's. */
const ON_EVENT = {
  Wait(wait, event, { waitsOf, waitsAt }) {
    const { i, task, on, at, in: branch } = event,
      thing = thingOf(on),
      list = listOf(waitsOf, task);
    wait.begin ??= i;
    wait.polls.push(i);
    if (thing && thingOf(wait.on) !== thing) listOf(waitsAt, thing).add(wait, i);
    if (wait.task !== task) {
      waitsOf.get(wait.task)?.openNow.delete(wait);
      list.add(wait, i);
    }
    if (!K.isSet(branch)) list.openNow.add(wait);
    Object.assign(wait, { task, on, at, branch });
  },
  Served(wait, { i, back }) {
    if (wait.done < i) return; // its future was dropped before
    wait.served.push(i);
    wait.cause = back && K.indexOf(back);
  },
  Wake(wait, { i, task }) {
    wait.task ??= task;
    if (wait.done > i) wait.called.push(i);
  },
  Done(wait, { i, on }, { waitsOf }) {
    waitsOf.get(wait.task)?.openNow.delete(wait);
    wait.on ??= on;
    wait.done = i;
  },
};
K.on("begin", function (trace) {
  trace.waits = new Map();
  trace.waitsOf = new Map(); // by the name of the task
  trace.waitsAt = new Map(); // by the name of the source or primitive
});
K.on("event", function (event) {
  const { ev, wait: id } = event;
  if (!(id > 0) || !Object.hasOwn(ON_EVENT, ev)) return;
  if (!K.trace.waits.has(id)) K.trace.waits.set(id, newWait(id));
  ON_EVENT[ev](K.trace.waits.get(id), event, K.trace);
});
const thingOf = (on) => on?.sync ?? on?.value ?? on?.closed ?? on?.source;
const listOf = (lists, key) => lists.get(key) ?? lists.set(key, new WaitList()).get(key);

/** All waits of one task, or at one resource, in the order in which they began. */
class WaitList {
  waits = [];
  from = []; // the event at which each was added
  latestEnd = null; // of each wait and those before it, the latest `done`; made when it is needed
  openNow = new Set(); // of a task, while the trace is read
  add(wait, i) {
    this.waits.push(wait);
    this.from.push(i);
    this.latestEnd = null;
  }
  openAfter(i) {
    this.latestEnd ??= latestEnds(this.waits);
    const open = [];
    for (let k = K.lastAtMost(this.from, i); this.latestEnd[k] > i; k--)
      if (this.waits[k].done > i) open.push(this.waits[k]);
    return open.reverse();
  }
}
function latestEnds(waits) {
  let latest = -1;
  return waits.map(({ done }) => (latest = Math.max(latest, done)));
}
const MOST_PER_BAR = 8;
K.openNow = function (name) {
  const open = [];
  for (const wait of K.trace.waitsOf.get(name)?.openNow ?? [])
    if (open.push(wait) === MOST_PER_BAR) break;
  return open;
};

// ----- the waits of a task -----

K.waitAt = (i) => K.trace.waits.get(K.event(i)?.wait);
K.onOf = (event) => event?.on ?? K.trace.waits.get(event?.wait)?.on;
/** Is this branch a set of tasks, such as a `JoinSet`? It has a wait of its own for each task. */
K.isSet = (branch) => K.trace.scopes.get(branch)?.what === "set";
K.lastPoll = ({ polls }, i) => K.event(polls[K.lastAtMost(polls, i)]);
K.servedAt = function ({ served, polls }, i) {
  const latest = (events) => events[K.lastAtMost(events, i)] ?? -1;
  return latest(served) > latest(polls) ? latest(served) : -1;
};
const isServed = (wait, i) => K.servedAt(wait, i) >= 0;
/** Which task waits: another one, if the future has moved since. */
const taskOf = (wait, i) => (wait.polls.length > 1 ? K.lastPoll(wait, i)?.task : wait.task);

K.allWaits = (name, i) =>
  (K.trace.waitsOf.get(name)?.openAfter(i) ?? []).filter((wait) => taskOf(wait, i) === name);
K.openWaits = (name, i) => K.allWaits(name, i).filter(({ branch }) => !K.isSet(branch));
K.waitsFor = function (state, name) {
  const unserved = K.openWaits(name, state.i).filter((wait) => !isServed(wait, state.i)),
    resources = unserved.map(({ on }) => on);
  if (state.tasks.get(name)?.deferred) resources.push({ deferred: true });
  return resources;
};

// ----- the waits at a source or primitive -----

const waitsAt = ({ i }, thing) => K.trace.waitsAt.get(thing)?.openAfter(i) ?? K.NONE;
const unservedAt = (state, thing) =>
  waitsAt(state, thing).filter((wait) => !isServed(wait, state.i));
const namesOf = ({ i }, waits) => waits.map((wait) => taskOf(wait, i) ?? "a thread");
/** The tasks whose wakers are at this thing, for waits on something that `isMeant`. */
function waiting(state, thing, isMeant) {
  const waits = unservedAt(state, thing).filter(({ on }) => isMeant(on)),
    names = [...new Set(namesOf(state, waits))];
  return names.filter((name) => state.tasks.get(name)?.where !== "done");
}
K.waiters = (state, source, way) => waiting(state, source, ({ direction }) => direction === way);
const byTicket = (a, b) => a.on.ticket - b.on.ticket;
const waitsInLine = (state, sync) =>
  unservedAt(state, sync).filter(({ on }) => on.sync).sort(byTicket); // prettier-ignore
K.waitersInLine = (state, sync) => namesOf(state, waitsInLine(state, sync));
K.placeInLine = (state, { sync, ticket }) =>
  waitsInLine(state, sync).findIndex(({ on }) => on.ticket === ticket) + 1;
/** The tasks that were given what they waited for, and haven't been polled since. */
function handed(state, { name, gives }) {
  const isHanded = (wait) => wait.on.sync && isServed(wait, state.i);
  return gives ? namesOf(state, waitsAt(state, name).filter(isHanded)) : K.NONE;
}
/** In the record of a primitive, a holder is a list of its name, an event's number, and units. */
const holder = ([who, n, units]) => ({ who: `${who}`, from: K.indexOf(n), units: +units || 1 });
K.holdersOf = (primitive) => (primitive?.holders ?? K.NONE).filter(Array.isArray).map(holder);
K.withWaiters = (state, primitive) => ({
  ...primitive,
  holders: K.holdersOf(primitive).map(({ who }) => who),
  line: K.waitersInLine(state, primitive.name),
  handed: handed(state, primitive),
  forValue: waiting(state, primitive.name, ({ value }) => value),
  forEnd: waiting(state, primitive.name, ({ closed }) => closed),
});
