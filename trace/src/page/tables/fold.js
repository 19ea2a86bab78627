// What was the state of the runtime after event i?
//
// Each event in the file says what it changed: in which table, in which record, and the new values
// of which fields (docs/watch.md). `apply` writes these values into a state, and nothing else
// changes one. The page knows no rule of the runtime: what a wake or a send does was decided where
// the file was written. Stepping back is exact, because `stateAt(i - 1)` is computed again from a
// snapshot before it. Snapshots are cheap, because the tables (`Book`) share what didn't change: a
// record and its leaf are copied before the first write.
//
// Interface: `K.stateAt(i)` (i = -1: before the first event); `K.trace.state`, the last state
// (while the trace is read, the one after the event just read); `K.trace.counts`: how many tasks,
// channels and other primitives the run had; `K.isChannel(name)`.
// Invariants: a task is in exactly one place; a state that was handed out never changes. A value of
// another type than the record's field is left out: anybody may have written the trace.
// Not here: who waits for what (waits.js), which changes an event makes (`trace/src/fold`),
// pictures (view/), words (words/).

// ----- Book: a map from names to records that shares what did not change -----
/** How many records a leaf has: 2 to the power of 5. */
const LEAF = 32;
class Book {
  /** `numbers`: a number for each name; `results`: the cache of `collect`. All copies share them. */
  constructor(numbers, results = new Map()) {
    Object.assign(this, { numbers, results });
    // `owner`: the book that may write to a leaf; `owned`: to which of its records, as bits.
    this.leaves = [];
    this.size = 0;
    this.own = {}; // identifies this book until it is copied
  }
  get(name) {
    const at = this.numbers.get(name);
    return at === undefined ? undefined : this.leaves[at >> 5]?.records[at & (LEAF - 1)];
  }
  /** A record that may be written to; it is made if there is none. (Only `apply` and what it calls
   * use `write` and `delete`.) */
  write(name, make) {
    const { leaf, k } = this.place(name),
      record = leaf.records[k];
    if (record && leaf.owned & (1 << k)) return record;
    this.size += !record;
    leaf.owned |= 1 << k;
    return (leaf.records[k] = record ? { ...record } : make(name));
  }
  delete(name) {
    if (!this.get(name)) return;
    const { leaf, k } = this.place(name);
    this.size -= 1;
    leaf.records[k] = undefined;
  }
  number(name) {
    const known = this.numbers.get(name);
    if (known === undefined) this.numbers.set(name, this.numbers.size);
    return known ?? this.numbers.size - 1;
  }
  /** Where a name's record is, for writing: a leaf of this book's own, and the slot in it. */
  place(name) {
    const at = this.number(name);
    let leaf = this.leaves[at >> 5];
    if (leaf?.owner !== this.own) {
      const records = leaf ? leaf.records.slice() : new Array(LEAF).fill(undefined);
      leaf = this.leaves[at >> 5] = { owner: this.own, owned: 0, records };
    }
    return { leaf, k: at & (LEAF - 1) };
  }
  copy() {
    const copy = new Book(this.numbers, this.results);
    copy.leaves = this.leaves.slice();
    copy.size = this.size;
    this.own = {}; // from here on both copy before they write
    return copy;
  }
  /** All records, in the order in which their names came up. */
  values() {
    return this.leaves.flatMap((leaf) => leaf.records.filter(Boolean));
  }
  /** What `select` returns for the records of each leaf, in order. Since `select` depends only on
   * them and on the trace, its result is cached for each leaf until that changes: a step costs what
   * it changed, not what there is. */
  collect(select) {
    const known = this.results;
    if (!known.has(select)) known.set(select, { leaves: [], results: [] });
    const { leaves, results } = known.get(select);
    this.own = {}; // a leaf whose result is cached is copied before the next write
    return this.leaves.flatMap((leaf, k) => {
      if (leaves[k] !== leaf) results[k] = select(leaf.records.filter(Boolean));
      leaves[k] = leaf;
      return results[k];
    });
  }
}

// ----- the state -----

const NOTHING = Object.freeze([]);
/** The index of an event that isn't in the trace. */
const UNKNOWN = -1;

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
const side = (ready) => ({ ready, last: null });
const LOOP = { phase: null, stack: NOTHING, timeout: null, hand: 0 };
const BOOKS = Object.keys(RECORDS);
const BLANK = Object.fromEntries(BOOKS.map((book) => [book, RECORDS[book]("")]));

class State {
  get parked() {
    return this.phase === "park";
  }
  get running() {
    return this.stack.at(-1) ?? null;
  }
  /** The run queue in the order in which it will be polled. */
  get queue() {
    return this.places.queued.map((t) => t.name);
  }
  /** The run queue without the tasks of local sets: each set has a queue of its own, which is used
   * only while a task polls the set. */
  get ready() {
    return this.places.queued.filter((t) => t.kind !== "local").map((t) => t.name);
  }
  /** The tasks in each place in the order of their first events, but the run queue in queue
   * order. */
  get places() {
    return (this.placed ??= placesOf(this));
  }
  /** How many events of a kind there were. */
  counts(ev) {
    return K.lastAtMost(K.eventsOfKind(ev), this.i) + 1;
  }
  copy() {
    const copy = Object.assign(new State(), this, { before: null });
    for (const book of BOOKS) copy[book] = this[book].copy();
    return copy;
  }
}

function blank(trace) {
  const moment = { i: -1, t: 0, real: 0, turn: 0, file: null, before: null },
    made = { ...LOOP, placed: null, removed: NOTHING, moved: null },
    s = Object.assign(new State(), moment, made);
  trace.books ??= Object.fromEntries(BOOKS.map((book) => [book, new Map()]));
  for (const book of BOOKS) s[book] = new Book(trace.books[book]);
  return s;
}

const nowhere = () => ({ __proto__: null, queued: [], polling: [], waiting: [], done: [] });
function byPlace(tasks) {
  const places = nowhere();
  for (const t of tasks) places[t.where]?.push(t);
  return [places];
}
function placesOf(s) {
  const places = nowhere();
  for (const some of s.tasks.collect(byPlace))
    for (const where in places) for (const t of some[where]) places[where].push(t);
  places.queued.sort((a, b) => a.rank - b.rank);
  return places;
}

// ----- snapshots -----
/** At most so many snapshots, and at first so many events between two. */
const MOST = 512,
  APART = 200;
K.on("begin", (trace) =>
  Object.assign(trace, { state: blank(trace), snapshots: [], apart: APART }),
);
K.on("event", function (e) {
  const { trace } = K,
    { snapshots, state } = trace;
  if (e.i % trace.apart === 0 && snapshots.push(state.copy()) > MOST) {
    trace.snapshots = snapshots.filter((_, k) => k % 2 === 0);
    trace.apart *= 2;
  }
  apply(state, e);
});
/** Counts that decide how much room the boxes get. */
K.on("trace", function (trace) {
  const { names, books } = trace,
    tasks = names.filter((name) => !name.startsWith("job")).length,
    channels = [...books.primitives.keys()].filter(K.isChannel).length;
  trace.counts = { tasks, channels, primitives: books.primitives.size - channels };
});

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
    s = from.copy();
  from.before = null; // otherwise every state that was ever shown would stay in memory
  for (let at = from.i + 1; at <= last; at++) {
    if (at === last) s.before = from.i === last - 1 ? from : s.copy();
    apply(s, K.event(at));
  }
  return (trace.latest = s);
};
K.isChannel = (name) => name.startsWith("channel ");

// ----- apply -----

function apply(s, e) {
  const { i, t, real, turn, at } = e;
  // `removed`, `moved`: the records that this one event removed or moved.
  Object.assign(s, { i, t, real, turn, placed: null, removed: NOTHING, moved: null });
  for (const [table, name, what] of K.changesOf(e)) put(s, e, table, name, what);
  if (at && s.file !== at.file && K.trace.files.get(at.file)?.whose === "program") s.file = at.file;
}

function put(s, e, table, name, what) {
  if (table === "loop") setFields(s, LOOP, what);
  else if (!Object.hasOwn(RECORDS, table) || typeof name !== "string") return;
  else if (typeof what === "string") remove(s, table, name, what);
  else if (typeof what === "object" && what !== null) change(s, e, table, name, what);
}

function remove(s, table, name, how) {
  const before = s[table].get(name);
  if (!before) return;
  s[table].delete(name);
  s.removed = [...s.removed, { ...before, how }];
}

/** A change of these fields sets `since`; in other tables, every change does. */
const SINCE = { tasks: ["where"], timers: ["due", "level", "slot"] };

function change(s, e, table, name, what) {
  const { size } = s[table],
    record = s[table].write(name, RECORDS[table]),
    isNew = s[table].size > size,
    { level, slot, where } = record;
  setFields(record, BLANK[table], what);
  if (isNew || !SINCE[table] || SINCE[table].some((key) => key in what)) record.since = e.i;
  if (table === "tasks") {
    if (isNew && e.ev === "Spawn") record.spawned = e.i;
    // Its end may be missing in the record, and a later event say how it ended.
    if (what.where === "done" && (isNew || where !== "done")) record.ended = e.i;
  } else if (table === "timers") {
    if (isNew || (level === record.level && slot === record.slot)) return;
    s.moved ??= { from: [level, slot], timers: [] };
    s.moved.timers.push({ name, to: [record.level, record.slot] });
  }
}

/** Sets a record's fields to these values, except those of another type than the field. */
function setFields(record, kinds, what) {
  for (const key in what) {
    const value = what[key],
      kind = kinds[key];
    if (!Object.hasOwn(kinds, key) || key === "name" || key === "since") continue;
    if (key === "at" || key === "made") record[key] = K.parsePlace(value);
    else if (Array.isArray(kind)) record[key] = Array.isArray(value) ? value : record[key];
    else if (kind !== null && typeof kind === "object")
      record[key] = setFields({ ...record[key] }, kind, value);
    else if (kind === null || typeof value === typeof kind) record[key] = value;
  }
  return record;
}
