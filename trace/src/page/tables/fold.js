// What was the state of the runtime after event i?
//
// Each event in the file says what it changed: in which table, in which record, and the new values
// of which fields (docs/watch.md). `apply` writes these values into a state, and nothing else
// changes one. The page knows no rule of the runtime: what a wake or a send does was decided where
// the file was written. Stepping back is exact, because `stateAt(i - 1)` is computed again from a
// snapshot before it. Snapshots are cheap, because the tables (`Book`) share what didn't change.
//
// Interface (all scripts share `K`): `K.stateAt(i)` (i = -1: before the first event);
// `K.trace.state`, the last state (while the trace is read, the one after the event just read);
// `K.trace.counts`: how many tasks, channels and other primitives the run had; `K.isChannel(name)`.
// Invariants: a task is in exactly one place; a state that was handed out never changes.
// Not here: who waits for what (waits.js), which changes an event makes (`trace/src/fold`).

// ----- Book: a map from names to records that shares what did not change -----

const LEAF = 32; // records
class Book {
  leaves = [];
  size = 0;
  /** The leaves that only this book has, with the records of each that only this book has. It may
   * write to these; it copies others first. */
  own = new Map();
  /** All copies share a number for each name (`numbers`) and the cache of `collect` (`results`). */
  constructor(numbers, results = new Map()) {
    Object.assign(this, { numbers, results });
  }
  get(name) {
    const number = this.numbers.get(name);
    return this.leaves[Math.floor(number / LEAF)]?.[number % LEAF];
  }
  /** A record that may be written to; it is made if there is none. Only `apply` writes. */
  write(name, make) {
    const { leaf, k } = this.slotOf(name),
      record = leaf[k],
      ownRecords = this.own.get(leaf);
    if (record && ownRecords.has(record)) return record;
    this.size += record ? 0 : 1;
    leaf[k] = record ? { ...record } : make(name);
    ownRecords.add(leaf[k]);
    return leaf[k];
  }
  delete(name) {
    if (!this.get(name)) return;
    const { leaf, k } = this.slotOf(name);
    this.size -= 1;
    leaf[k] = undefined;
  }
  /** The number of a name, in the order in which names came up. */
  number(name) {
    if (!this.numbers.has(name)) this.numbers.set(name, this.numbers.size);
    return this.numbers.get(name);
  }
  /** Where a name's record is, for writing: a leaf of this book's own, and the place in it. */
  slotOf(name) {
    const number = this.number(name),
      at = Math.floor(number / LEAF);
    if (!this.own.has(this.leaves[at])) {
      this.leaves[at] = this.leaves[at]?.slice() ?? new Array(LEAF).fill(undefined);
      this.own.set(this.leaves[at], new Set());
    }
    return { leaf: this.leaves[at], k: number % LEAF };
  }
  copy() {
    const copy = new Book(this.numbers, this.results);
    Object.assign(copy, { leaves: this.leaves.slice(), size: this.size });
    this.own = new Map(); // from here on both copy before they write
    return copy;
  }
  /** All records, in the order in which their names came up. */
  values() {
    return this.leaves.flatMap((leaf) => leaf.filter(Boolean));
  }
  /** What `select` returns for the records of each leaf, in order. The result for a leaf is cached
   * until the leaf changes: a step costs what it changed, not what there is. */
  collect(select) {
    const known = this.results.get(select) ?? { leaves: [], results: [] };
    this.results.set(select, known);
    this.own = new Map(); // a leaf whose result is cached is copied before the next write
    return this.leaves.flatMap((leaf, k) => {
      if (known.leaves[k] !== leaf) known.results[k] = select(leaf.filter(Boolean));
      known.leaves[k] = leaf;
      return known.results[k];
    });
  }
}

// ----- the state -----

const NOTHING = Object.freeze([]);
const UNKNOWN = -1; // the index of an event that isn't in the trace

/** A new record of each table. */
// prettier-ignore
const RECORDS = {
  tasks: (name) => ({
    name, where: "waiting", how: null, kind: "task", made: null, what: null, at: null, rank: 0,
    polls: 0, since: UNKNOWN, spawned: UNKNOWN, ended: UNKNOWN, woken: false, deferred: false,
    cancelling: false, clones: null, handle: true, joiner: null, joined: null,
  }),
  timers: (name) => ({ name, due: 0, level: 0, slot: 0, task: null, at: null, since: UNKNOWN }),
  sources: (name) => ({
    name, what: null, read: side(true), write: side(true), priority: side(false),
    error: side(false), closed: false, registered: false, since: UNKNOWN,
  }),
  primitives: (name) => ({
    name, kind: null, room: null, count: null, senders: null, closed: false, uses: 0,
    holders: NOTHING, whole: false, gives: false, since: UNKNOWN,
  }),
  jobs: (name) => ({ name, by: null, waited: null, since: UNKNOWN }),
};
/** One direction of a source: is it ready, and how did the last try end? */
const side = (ready) => ({ ready, last: null });
const LOOP = { phase: null, stack: NOTHING, timeout: null, hand: 0 };
const BOOKS = Object.keys(RECORDS);
/** For each table the fields that its records have, with values of their types. */
const FIELDS = Object.fromEntries(BOOKS.map((book) => [book, RECORDS[book]("")]));

class State {
  constructor(trace) {
    const moment = { i: -1, t: 0, real: 0, turn: 0, file: null, before: null };
    Object.assign(this, moment, LOOP, { placed: null, removed: NOTHING, moved: null });
    for (const book of BOOKS) this[book] = new Book(trace.books[book]);
  }
  get parked() {
    return this.phase === "park";
  }
  get running() {
    return this.stack.at(-1) ?? null;
  }
  /** The run queue in the order in which it will be polled. */
  get queue() {
    return this.places.queued.map(({ name }) => name);
  }
  /** The run queue without the tasks of local sets: each set has a queue, used in its own polls. */
  get ready() {
    return this.places.queued.filter(({ kind }) => kind !== "local").map(({ name }) => name);
  }
  /** The tasks in each place: the run queue in its order, others in that of their first events. */
  get places() {
    if (!this.placed) {
      this.placed = noPlaces();
      for (const places of this.tasks.collect(byPlace))
        for (const where in places) this.placed[where].push(...places[where]);
      this.placed.queued.sort((a, b) => a.rank - b.rank);
    }
    return this.placed;
  }
  /** How many events of a kind there were. */
  counts(ev) {
    return K.lastAtMost(K.eventsOfKind(ev), this.i) + 1;
  }
  copy() {
    const copy = Object.assign(Object.create(State.prototype), this, { before: null });
    for (const book of BOOKS) copy[book] = this[book].copy();
    return copy;
  }
}
const noPlaces = () => ({ __proto__: null, queued: [], polling: [], waiting: [], done: [] });
function byPlace(tasks) {
  const places = noPlaces();
  for (const task of tasks) places[task.where]?.push(task);
  return [places];
}

// ----- snapshots -----

/** At most so many snapshots, and at first so many events between two. */
const MOST = 512,
  APART = 200;
K.on("begin", function (trace) {
  trace.books = Object.fromEntries(BOOKS.map((book) => [book, new Map()]));
  Object.assign(trace, { state: new State(trace), snapshots: [], apart: APART });
});
K.on("event", function (event) {
  const { trace } = K,
    { snapshots, state } = trace;
  if (event.i % trace.apart === 0 && snapshots.push(state.copy()) > MOST) {
    trace.snapshots = snapshots.filter((_, k) => k % 2 === 0);
    trace.apart *= 2;
  }
  apply(state, event);
});
/** Counts that decide how much room the boxes get. */
K.on("trace", function (trace) {
  const { names, books } = trace,
    tasks = names.filter((name) => !name.startsWith("job")).length,
    channels = [...books.primitives.keys()].filter(K.isChannel).length;
  trace.counts = { tasks, channels, primitives: books.primitives.size - channels };
});
K.isChannel = (name) => name.startsWith("channel ");

/** The state after event `i`; its `before` is the state before that event. */
K.stateAt = function (i) {
  const { trace } = K,
    last = Math.min(i, trace.last);
  if (trace.latest?.i === last) return trace.latest;
  // From a snapshot before the event itself, since the page compares the state before it. A step
  // forward goes on from the state that was shown.
  const k = Math.max(0, Math.min(Math.floor(last / trace.apart), trace.snapshots.length - 1)),
    isForward = trace.latest?.i >= k * trace.apart - 1 && trace.latest.i < last,
    from = isForward ? trace.latest : (trace.snapshots[k] ?? trace.state),
    state = from.copy();
  from.before = null; // otherwise every state that was ever shown would stay in memory
  for (let at = from.i + 1; at <= last; at++) {
    if (at === last) state.before = from.i === last - 1 ? from : state.copy();
    apply(state, K.event(at));
  }
  return (trace.latest = state);
};

// ----- apply -----

function apply(state, event) {
  const { i, t, real, turn, at } = event;
  // `removed`, `moved`: the records that this one event removed, and the timers that it moved.
  Object.assign(state, { i, t, real, turn, placed: null, removed: NOTHING, moved: null });
  for (const [table, name, what] of K.changesOf(event)) {
    if (table === "loop") setFields(state, LOOP, what);
    else if (!Object.hasOwn(RECORDS, table) || typeof name !== "string") continue;
    else if (typeof what === "string") remove(state, table, name, what);
    else if (typeof what === "object" && what !== null) change(state, event, table, name, what);
  }
  const isOfProgram = at && K.trace.files.get(at.file)?.whose === "program";
  if (isOfProgram) state.file = at.file;
}
/** `how` says why the record goes. */
function remove(state, table, name, how) {
  const before = state[table].get(name);
  if (!before) return;
  state[table].delete(name);
  state.removed = [...state.removed, { ...before, how }];
}

/** A change of these fields sets `since`; in other tables, every change does. */
const SINCE = { tasks: ["where"], timers: ["due", "level", "slot"] };
function change(state, event, table, name, values) {
  const isNew = !state[table].get(name),
    record = state[table].write(name, RECORDS[table]),
    { level, slot, where } = record;
  setFields(record, FIELDS[table], values);
  const isSince = !SINCE[table] || SINCE[table].some((key) => key in values);
  if (isNew || isSince) record.since = event.i;
  if (table === "tasks") {
    if (isNew && event.ev === "Spawn") record.spawned = event.i;
    // Its end may be missing in the record, and a later event say how it ended.
    if (values.where === "done" && (isNew || where !== "done")) record.ended = event.i;
  } else if (table === "timers" && !isNew && (level !== record.level || slot !== record.slot)) {
    state.moved ??= { from: { level, slot }, timers: [] };
    state.moved.timers.push({ name, to: { level: record.level, slot: record.slot } });
  }
}
/** Sets a record's fields, unless a value has another type than in `fields`; null there is any. */
function setFields(record, fields, values) {
  for (const key in values) {
    const [value, known] = [values[key], fields[key]];
    if (!Object.hasOwn(fields, key) || key === "name" || key === "since") continue;
    if (key === "at" || key === "made") record[key] = K.parsePlace(value);
    else if (known === null) record[key] = value;
    else if (Array.isArray(known)) record[key] = Array.isArray(value) ? value : record[key];
    else if (typeof known === "object") record[key] = setFields({ ...record[key] }, known, value);
    else if (typeof value === typeof known) record[key] = value;
  }
  return record;
}
