// Which waits were there, and how did each of them go?
//
// A wait has a number, from a future's first `Pending` to its one end. Each event that is about it
// names that number: where it begins and is asked again (`Wait`), what serves it (`Served`, which
// names the act behind which it stands), the call of its waker (`Wake`), its end (`Done`). Here they
// are put together. The page decides nothing: which wait a wake ended is a number in its event.
//
// Interface: `K.trace.waits`: by number, each `{id, task, on, at, scope, begin, asked, served, act,
// called, done, got}`, indices of events, undefined where there is none (yet); `task`, `at` and
// `scope` (the branch) are of the last event that asked, `asked` are all of those.
// `K.waitAt(i)`: the wait that event `i` names. `K.openWaits(name, i)`: the waits that are open
// behind event `i` and that this task was the last to ask, the oldest first; `K.allWaits(name, i)`:
// with those for the tasks of its sets, which a set waits for by itself; `K.openNow(name)`, while
// the trace is read. `K.waitsFor(state, name)`: what a task waits for, as long as it isn't there.
// `K.askOf(wait, i)`: the event that had asked it last. `K.waiters(state, source, direction)`: who
// waits there. `K.holdersOf(primitive)`: `[{who, from, units}]`, who took what isn't back, and at
// which event. `K.withWaiters(state, primitive)`: its record with the names of its `holders`, with
// who waits in `line`, front to back (for room, or to take it), `forValue` or `forEnd`, and to whom
// it was `handed`, that has not taken it yet; `K.inLine(state, sync)`: the first of these;
// `K.placeOf(state, on)`: which place in it a ticket has, from 1; 0: none. `K.trace.sets`: the
// scopes of sets of tasks.
// Invariant: a wait that was there before the record has no `begin`, and may have `before`.
// Not here: what a wait is for in words (words/), what follows from waits (why/).

const NONE = Object.freeze([]);
// prettier-ignore
const BLANK = {
  task: undefined, on: undefined, at: null, scope: undefined, served: undefined, act: undefined,
  called: undefined, done: undefined, got: undefined, before: undefined,
};
class Wait {
  constructor(id) {
    Object.assign(this, BLANK, { id, asked: [] });
  }
  get begin() {
    return this.before ? undefined : this.asked[0];
  }
}

/** The waits that one task asked, or that were for one thing, in the order in which they first
 * were; in blocks, each with the last end in it. */
const BLOCK = 64;
/** So many are kept with each bar. */
const FEW = 8;
class Asked {
  waits = [];
  from = [];
  ends = null;
  now = null; // the open waits of a task, while the trace is read
  add(wait, e) {
    this.waits.push(wait);
    this.from.push(e.i);
    this.ends = null;
  }
  /** Those behind event `i` that have not ended. */
  at(i) {
    this.ends ??= endsOf(this.waits);
    const upTo = K.upTo(this.from, i),
      open = [];
    for (let k = 0; k <= upTo; k++) {
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
  wait.asked.length + !!wait.before > 1 ? K.askOf(wait, i)?.task : wait.task;

K.askOf = function (wait, i) {
  const { asked } = wait;
  return K.event(asked[K.upTo(asked, i)]) ?? wait.before;
};
K.waitAt = (i) => K.trace.waits.get(K.event(i)?.wait);
K.allWaits = (name, i) =>
  (K.trace.askedBy.get(name)?.at(i) ?? []).filter((wait) => taskOf(wait, i) === name);
/** While the trace is read: the first of those that are open behind the event at hand. */
K.openNow = function (name) {
  const open = [];
  for (const wait of K.trace.askedBy.get(name)?.now ?? []) if (open.push(wait) === FEW) break;
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
const at = (s, thing) => K.trace.askedAt.get(thing)?.at(s.i) ?? [];
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
K.inLine = (s, sync) => lineOf(s, sync).map(who(s));
K.placeOf = (s, on) => lineOf(s, on.sync).findIndex((wait) => wait.on.ticket === on.ticket) + 1;
const GIVES = /^(channel|lock|rwlock|cell|semaphore) /;
function handed(s, sync) {
  const some = GIVES.test(sync) ? at(s, sync) : NONE;
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
  line: K.inLine(s, p.name),
  handed: handed(s, p.name),
  forValue: waiting(s, p.name, ({ value }) => value),
  forEnd: waiting(s, p.name, ({ closed }) => closed),
});

// ----- while the trace is read -----

const TELL = {
  Wait(wait, e, { askedBy, askedAt, sets }) {
    if (e !== wait.before) wait.asked.push(e.i);
    const thing = thingOf(e.on),
      list = listOf(askedBy, e.task);
    if (thing && thingOf(wait.on) !== thing) listOf(askedAt, thing).add(wait, e);
    if (wait.task !== e.task) {
      askedBy.get(wait.task)?.now?.delete(wait);
      list.add(wait, e);
    }
    if (!sets.has(e.in)) (list.now ??= new Set()).add(wait);
    Object.assign(wait, { task: e.task, on: e.on, at: e.at, scope: e.in });
  },
  Served(wait, e) {
    if (wait.done !== undefined) return; // (it was given up, and has left its waker)
    wait.on ??= e.on;
    wait.served = e.i;
    wait.act = e.back && K.indexOf(e.back);
  },
  Wake(wait, e) {
    wait.task ??= e.task;
    if (wait.done === undefined) wait.called = e.i;
  },
  Done(wait, e, { askedBy }) {
    askedBy.get(wait.task)?.now?.delete(wait);
    wait.on ??= e.on;
    [wait.done, wait.got] = [e.i, e.got === true];
  },
};
const listOf = (lists, key) => lists.get(key) ?? lists.set(key, new Asked()).get(key);
K.on("begin", (trace) => {
  const [waits, askedBy, askedAt] = [1, 2, 3].map(() => new Map());
  Object.assign(trace, { waits, askedBy, askedAt, sets: new Set() });
});
K.on("event", function (e) {
  for (const before of K.openBefore(e)) tell(before, before);
  tell(e);
});
function tell(e, before) {
  const { waits, sets } = K.trace;
  if (e.ev === "Scope" && e.what === "set") sets.add(e.scope);
  if (!(e.wait > 0) || !Object.hasOwn(TELL, e.ev)) return;
  let wait = waits.get(e.wait);
  if (!wait) waits.set(e.wait, (wait = new Wait(e.wait)));
  wait.before ??= before;
  TELL[e.ev](wait, e, K.trace);
}
