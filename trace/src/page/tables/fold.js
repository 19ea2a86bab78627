// What was the state of the runtime after event i?
//
// Each event in the file says what it changed: in which table, in which record, and the new values
// of which fields (docs/watch.md). `apply` writes these values into a state, and nothing else
// changes one. The page knows no rule of the runtime: what a wake or a send does was decided where
// the file was written. Stepping back is exact, because `stateAt(i - 1)` is computed again from a
// snapshot before it. Snapshots are cheap, because the tables (`Book`) share what didn't change.
//
// Interface (all scripts share `K`): `K.stateAt(i)` (i = -1: before the first event), a `State`;
// `K.trace.state`, the last one (while the trace is read, of the event just read); `K.isChannel`.
// Invariants: a task is in exactly one place; a state that was handed out never changes.
// Not here: who waits for what (waits.js), which changes an event makes (`trace/src/fold`).

// ----- Book: a map from names to records that shares what did not change -----

const LEAF = 32; // records
/** Each name has a number, by which its record has a place in a leaf. Copies share their leaves: a
 * book copies a leaf or record before it writes to it, unless that is in `own`. */
class Book {
  leaves = [];
  own = new Set(); // the leaves and records that no other book has
  /** All copies share the numbers of the names. */
  constructor(numbers) {
    this.numbers = numbers;
  }
  get(name) {
    const number = this.numbers.get(name);
    return this.leaves[Math.floor(number / LEAF)]?.[number % LEAF];
  }
  /** A record that may be written to; it is made if there is none. Only `apply` writes. */
  write(name, make) {
    const { leaf, k } = this.slotOf(name),
      record = leaf[k];
    if (record && this.own.has(record)) return record;
    leaf[k] = record ? { ...record } : make(name);
    this.own.add(leaf[k]);
    return leaf[k];
  }
  delete(name) {
    const { leaf, k } = this.slotOf(name);
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
      this.own.add(this.leaves[at]);
    }
    return { leaf: this.leaves[at], k: number % LEAF };
  }
  copy() {
    const copy = new Book(this.numbers);
    copy.leaves = this.leaves.slice();
    this.own = new Set(); // from here on both copy before they write
    return copy;
  }
  /** All records, in the order in which their names came up. */
  values() {
    return this.leaves.flatMap((leaf) => leaf.filter(Boolean));
  }
}

// ----- the state -----

const UNKNOWN = -1; // the index of an event that isn't in the trace

/** A new record of each table. `since` is the event that changed it last (see `SINCE`), `made` the
 * line that made it, `at` the program's line that it has reached, and times are in ns. */
// prettier-ignore
const RECORDS = {
  tasks: (name) => ({
    name, kind: "task", what: null, // or "main", "local" (of a local set); its future's type
    where: "waiting", how: null, // or "queued", "polling", "done"; then `how` it ended
    rank: 0, polls: 0, // its rank in the run queue; how many polls have begun
    since: UNKNOWN, spawned: UNKNOWN, ended: UNKNOWN, made: null, at: null,
    woken: false, deferred: false, // woken in its present poll; gave way until the polls are over
    cancelling: false, clones: null, // to be dropped; clones of its waker, if they were counted
    handle: true, joiner: null, joined: null, // who awaits the handle, and what that has reported
  }),
  timers: (name) => ({ name, due: 0, level: 0, slot: 0, task: null, at: null, since: UNKNOWN }),
  sources: (name) => ({
    name, what: null, read: side(true), write: side(true), priority: side(false),
    error: side(false), closed: false, registered: false, since: UNKNOWN,
  }),
  primitives: (name) => ({
    name, kind: null, closed: false, uses: 0, since: UNKNOWN,
    room: null, count: null, senders: null, // of a channel: its capacity, values and senders
    holders: K.NONE, whole: false, // who has taken units (waits.js); does one have all of them?
    gives: false, // does a waiter that is served have its units before it is polled?
  }),
  jobs: (name) => ({ name, by: null, waited: null, since: UNKNOWN }), // `waited`: for a thread
};
/** One direction of a source: is it ready, and how did the last try end? */
const side = (ready) => ({ ready, last: null });
/** The phase of the turn; the tasks that are being polled, the innermost last; how long the thread
 * sleeps at most; and the tick that the hand of the timer wheel has reached. */
const LOOP = { phase: null, stack: K.NONE, timeout: null, hand: 0 };
const BOOKS = Object.keys(RECORDS);
/** For each table the fields that its records have, with values of their types. */
const FIELDS = Object.fromEntries(BOOKS.map((book) => [book, RECORDS[book]("")]));

/** The fields of the loop, a book for each table, and: the event `i`, its time by both clocks, its
 * turn of the loop; the program's `file` in which a line was reached last; the state `before`; the
 * records that this event `removed`, each with the word `how`; and the timers that it `moved`,
 * `{ from, timers: [{ name, to }] }`, or null. */
class State {
  constructor(trace) {
    const moment = { i: -1, t: 0, real: 0, turn: 0, file: null, before: null };
    Object.assign(this, moment, LOOP, { placed: null, removed: K.NONE, moved: null });
    for (const book of BOOKS) this[book] = new Book(trace.books[book]);
  }
  get parked() {
    return this.phase === "park";
  }
  get running() {
    return this.stack.at(-1) ?? null;
  }
  /** The run queue without the tasks of local sets: each set has a queue, used in its own polls. */
  get ready() {
    return this.places.queued.filter(({ kind }) => kind !== "local").map(({ name }) => name);
  }
  /** The tasks in each place: the run queue in its order, others in that of their first events. */
  get places() {
    if (!this.placed) {
      this.placed = { __proto__: null, queued: [], polling: [], waiting: [], done: [] };
      for (const task of this.tasks.values()) this.placed[task.where]?.push(task);
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

// ----- snapshots -----

const MOST_SNAPSHOTS = 512;
const APART = 200; // events between two snapshots, at first; when there are too many, half go
K.on("begin", function (trace) {
  trace.books = Object.fromEntries(BOOKS.map((book) => [book, new Map()]));
  Object.assign(trace, { state: new State(trace), snapshots: [], apart: APART });
});
K.on("event", function (event) {
  const { trace } = K,
    { snapshots, state } = trace;
  if (event.i % trace.apart === 0 && snapshots.push(state.copy()) > MOST_SNAPSHOTS) {
    trace.snapshots = snapshots.filter((_, k) => k % 2 === 0);
    trace.apart *= 2;
  }
  apply(state, event);
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
  Object.assign(state, { i, t, real, turn, placed: null, removed: K.NONE, moved: null });
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
