// What was the state of the runtime after event i?
//
// The file says of each event what it has changed: in which table, of which entry, which fields have
// which values now (docs/trace-format.md). `apply` puts these values in, and is the only function that
// changes a state. It knows no rule: what a wake or a send does was decided where the file was written.
// Going back is exact: `stateAt(i - 1)` is made anew, from a snapshot that is not far. Snapshots are
// cheap, because records are replaced and never changed, and the tables (`Book`) copy only the few
// leaves that were written to.
//
// Interface: `K.stateAt(i)` (i = -1: before the first event), `K.prepare()`, `K.placeOf(state, on)`;
// `Book`, which reads like a `Map`.
// Invariants: a task is in exactly one place; a state that was given out never changes. A value of another
// kind than the record has is left out: a trace may come from anybody.
// Not here: what an event changes (`trace/src/fold`), pictures (kitchen.js, lanes.js), words (text.js).
"use strict";
(function (K) {
  // ----- Book: a map from names to records that shares what did not change -----
  const LEAF = 32;
  class Book {
    constructor(names) {
      this.names = names;    // {index: Map name -> number, list: [names]}, shared, only grows
      this.leaves = [];
      this.owned = new Set(); // leaves that nobody else can see
      this.size = 0;
    }
    get(name) {
      const at = this.names.index.get(name);
      return at === undefined ? undefined : this.leaves[at >> 5]?.[at & (LEAF - 1)];
    }
    has(name) { return this.get(name) !== undefined; }
    /** Only `apply` and what it calls use this and `delete`. */
    set(name, record) {
      if (typeof name !== "string") return; // a name that is not in the trace
      let at = this.names.index.get(name);
      if (at === undefined) {
        at = this.names.list.length;
        this.names.index.set(name, at);
        this.names.list.push(name);
      }
      const n = at >> 5;
      let leaf = this.leaves[n];
      if (!leaf || !this.owned.has(leaf)) {
        leaf = leaf ? leaf.slice() : new Array(LEAF).fill(undefined);
        this.leaves[n] = leaf;
        this.owned.add(leaf);
      }
      const before = leaf[at & (LEAF - 1)];
      leaf[at & (LEAF - 1)] = record;
      this.size += (record !== undefined) - (before !== undefined);
    }
    delete(name) { if (this.has(name)) this.set(name, undefined); }
    copy() {
      const copy = new Book(this.names);
      copy.leaves = this.leaves.slice();
      copy.size = this.size;
      this.owned = new Set(); // from here on both copy before they write
      return copy;
    }
    *entries() {
      for (let n = 0; n < this.leaves.length; n++) {
        const leaf = this.leaves[n];
        if (!leaf) continue;
        for (let k = 0; k < LEAF; k++) if (leaf[k] !== undefined) yield [this.names.list[n * LEAF + k], leaf[k]];
      }
    }
    [Symbol.iterator]() { return this.entries(); }
    *keys() { for (const [name] of this.entries()) yield name; }
    *values() { for (const [, record] of this.entries()) yield record; }
    forEach(f) { for (const [name, record] of this.entries()) f(record, name); }
  }
  K.Book = Book;

  // ----- the state -----

  const NOTHING = Object.freeze([]);
  /** Of an event's index: not known, it is not in the trace. */
  const UNKNOWN = -1;
  /** Waiters in order, by the tickets that they drew. A task may be in a line more than once. */
  const EMPTY = Object.freeze({ names: NOTHING, tickets: NOTHING });

  /** Each table's records, as they are before anything is said of them. */
  const RECORDS = {
    tasks: (name) => ({
      name, where: "waiting", how: null, kind: "task", made: null, what: null, at: null, rank: 0, polls: 0, waits: NOTHING, since: UNKNOWN, spawned: UNKNOWN, ended: UNKNOWN,
      woken: false, cancelling: false, wakers: 0, handle: true, joiner: null, joined: null, detached: false,
    }),
    timers: (name) => ({ name, due: 0, level: 0, slot: 0, task: null, at: null, since: UNKNOWN }),
    sources: (name) => ({ name, what: null, read: side(true), write: side(true), priority: side(false), error: side(false), closed: false, registered: false, since: UNKNOWN }),
    primitives: (name) => ({ name, kind: null, room: null, count: null, high: 0, senders: null, closed: false, holders: NOTHING, whole: false, handed: NOTHING, value_waiting: NOTHING, closed_waiting: NOTHING, uses: 0, waits: 0, all: EMPTY, line: NOTHING, since: UNKNOWN }),
    jobs: (name) => ({ name, by: null, since: UNKNOWN }),
    selects: (name) => ({ name, task: name, at: null, won: null, branches: NOTHING, since: UNKNOWN }),
  };
  const side = (ready) => ({ ready, waits: NOTHING, last: null, bytes: null });
  const LOOP = Object.freeze({ step: null, stack: NOTHING, timeout: null, hand: 0, deferred: NOTHING });
  const BOOKS = Object.keys(RECORDS);
  const BLANK = Object.fromEntries(BOOKS.map((book) => [book, RECORDS[book]("")]));

  class State {
    get step() { return this.loop.step; }
    get parked() { return this.loop.step === "park"; }
    get timeout() { return this.loop.timeout; }
    get hand() { return this.loop.hand; }
    get deferred() { return this.loop.deferred; }
    /** The tasks that are being polled, the innermost last. */
    get stack() { return this.loop.stack; }
    get running() { return this.loop.stack.at(-1) ?? null; }
    /** The run queue in the order in which it will be polled. */
    get queue() { return (this.queued ??= [...this.tasks.values()].filter((t) => t.where === "queued").sort((a, b) => a.rank - b.rank).map((t) => t.name)); }
    /** The last message of another thread. */
    get message() { return K.trace.events[K.trace.index.byEv.get("Message")?.[counted(this, "Message") - 1]] ?? null; }
    /** How many events of a kind there were, and how many tasks there are. */
    get counts() { return (this.counted ??= count(this)); }
    copy() {
      const copy = Object.assign(new State(), this);
      for (const book of BOOKS) copy[book] = this[book].copy();
      return copy;
    }
  }

  function blank(trace) {
    const s = Object.assign(new State(), { i: -1, t: 0, real: 0, turn: 0, loop: LOOP, queued: null, counted: null, gone: NOTHING, moved: null, file: null, known: UNKNOWN });
    trace.books ??= Object.fromEntries(BOOKS.map((book) => [book, { index: new Map(), list: [] }]));
    for (const book of BOOKS) s[book] = new Book(trace.books[book]);
    return s;
  }

  const counted = (s, ev) => K.upTo(K.trace.index.byEv.get(ev) ?? [], s.i) + 1;
  function count(s) {
    const all = { polls: counted(s, "PollStart"), wakes: counted(s, "Wake"), parks: counted(s, "Park"), messages: counted(s, "Message"), alive: 0, queued: 0, waiting: 0, polling: 0, done: 0 };
    for (const t of s.tasks.values()) all[t.where] += 1;
    all.alive = s.tasks.size - all.done;
    return all;
  }

  // ----- lines -----
  /** The line with this one at its ticket; `null`: without. */
  function placed({ names, tickets }, ticket, who) {
    const before = K.upTo(tickets, ticket), is = tickets[before] === ticket;
    const at = is ? before : before + 1, one = who === null ? [] : [who];
    return { names: names.toSpliced(at, +is, ...one), tickets: tickets.toSpliced(at, +is, ...(who === null ? [] : [ticket])) };
  }
  /** Which place in the line of a primitive, from 1, a ticket has; 0: none. */
  K.placeOf = (s, on) => s.primitives.get(on.sync)?.all.tickets.indexOf(on.ticket) + 1 || 0;

  // ----- snapshots -----
  /** How many events apart: of a long run more, because each takes room for all tasks. */
  const apart = (trace) => (trace.last < 100_000 ? 200 : 2000);

  function snapshot(trace, k) {
    const all = (trace.snapshots ??= [blank(trace)]), EVERY = apart(trace);
    while (all.length <= k) {
      const s = all[all.length - 1].copy(), from = (all.length - 1) * EVERY;
      for (let i = from; i < from + EVERY; i++) apply(s, trace.events[i]);
      all.push(s);
    }
    return all[k];
  }

  /** The state after event `i`. */
  K.stateAt = function (i) {
    const trace = K.trace, last = Math.min(i, trace.last);
    if (trace.kept?.i === last) return trace.kept;
    const EVERY = apart(trace), k = Math.floor((last + 1) / EVERY), s = snapshot(trace, k).copy();
    for (let at = k * EVERY; at <= last; at++) apply(s, trace.events[at]);
    return (trace.kept = s);
  };
  /** Looks how much room the boxes need (`trace.most`), and takes all snapshots, so that every later
   *  question is quick: bit by bit, for of a long run that takes seconds, and the page is there before. */
  K.prepare = function () {
    const { trace } = K;
    trace.most = { tasks: trace.names.filter((name) => !name.startsWith("job")).length, timers: mostTimers(trace), ...primitives(trace) };
    const last = Math.floor((trace.last + 1) / apart(trace));
    const more = () => {
      for (const end = performance.now() + SLICE; performance.now() < end;) {
        if (trace !== K.trace || trace.snapshots?.length > last) return;
        snapshot(trace, trace.snapshots?.length ?? 0);
      }
      setTimeout(more, 0);
    };
    if (last > 0) setTimeout(more, 0);
  };
  const SLICE = 8;
  function mostTimers(trace) {
    const changes = [["TimerAdd", 1], ["TimerFire", -1], ["TimerCancel", -1]].flatMap(([ev, by]) => (trace.index.byEv.get(ev) ?? []).map((i) => [i, by]));
    let now = 0, most = 0;
    for (const [, by] of changes.sort((a, b) => a[0] - b[0])) most = Math.max(most, (now = Math.max(0, now + by)));
    return most;
  }
  /** How many channels for values in order there are, and how many other primitives. */
  function primitives(trace) {
    const all = new Set(trace.events.map(({ sync, on }) => sync ?? on?.sync ?? on?.value ?? on?.closed).filter(Boolean));
    const channels = [...all].filter(K.isChannel).length;
    return { channels, primitives: all.size - channels };
  }
  K.isChannel = (name) => name.startsWith("channel ");

  // ----- apply -----

  function apply(s, e) {
    s.i = e.i; s.t = e.t; s.real = e.real ?? e.t; s.turn = e.turn;
    s.queued = s.counted = null;
    s.gone = NOTHING; s.moved = null; // what this one event took away or moved
    if (e.anew) begin(s, e.anew);
    put(s, e, K.changes(e));
    if (e.also) for (const more of e.also) put(s, e, more);
    if (e.at && s.file !== e.at.file && K.trace.files.get(e.at.file)?.whose === "program") s.file = e.at.file;
    return s;
  }

  /** Takes a list of changes: table, name, values, and so on. */
  function put(s, e, list) {
    if (!Array.isArray(list)) return;
    for (let k = 0; k + 2 < list.length; k += 3) {
      const table = list[k], name = list[k + 1], what = list[k + 2];
      if (table === "loop") s.loop = merged(s.loop, LOOP, what);
      else if (!Object.hasOwn(RECORDS, table) || typeof name !== "string") continue;
      else if (typeof what === "string") remove(s, table, name, what);
      else if (typeof what === "object" && what !== null) s[table].set(name, changed(s, e, table, name, what));
    }
  }

  function remove(s, table, name, how) {
    const before = s[table].get(name);
    if (!before) return;
    s[table].delete(name);
    s.gone = [...s.gone, { ...before, how }];
  }

  /** These decide since when a record is as it is; of other tables each change does. */
  const SINCE = { tasks: ["where"], timers: ["due", "level", "slot"] };

  function changed(s, e, table, name, what) {
    const before = s[table].get(name), record = merged(before ?? RECORDS[table](name), BLANK[table], what);
    if (e && (!before || !SINCE[table] || SINCE[table].some((key) => key in what))) record.since = e.i;
    MORE[table]?.(s, e, record, what, before);
    return record;
  }

  /** The record with these values; those of another kind than it has are left out. */
  function merged(record, kinds, what) {
    const out = { ...record };
    for (const key in what) {
      const value = what[key], kind = kinds[key];
      if (key === "at" || key === "made") out[key] = K.place(value);
      else if (Array.isArray(kind) ? Array.isArray(value) : kind === null || kind === undefined || typeof value === typeof kind) {
        if (key in kinds && key !== "name" && key !== "since") out[key] = value;
      }
    }
    return out;
  }

  /** What is made of the values, so that the page need not ask again. */
  const MORE = {
    tasks(s, e, t, what, before) {
      if (!before && e?.ev === "Spawn") t.spawned = e.i;
      if (what.where === "done") t.ended = e ? e.i : UNKNOWN;
    },
    timers(s, e, t, what, before) {
      if (!before || (before.level === t.level && before.slot === t.slot)) return;
      s.moved ??= { from: [before.level, before.slot], timers: [] };
      s.moved.timers.push({ name: t.name, to: [t.level, t.slot] });
    },
    sources(s, e, r, what, before) {
      for (const way of K.DIRECTIONS) r[way] = merged(before?.[way] ?? BLANK.sources[way], BLANK.sources[way], what[way]);
    },
    primitives(s, e, p, what) {
      p.all = "ticket" in what ? placed(p.all, what.ticket, what.who) : p.all;
      p.line = p.all.names;
    },
    selects(s, e, x, what) {
      if (what.branches) x.branches = x.branches.map((b) => ({ state: "new", polls: 0, waits: NOTHING, ...b, at: K.place(b.at) }));
    },
  };

  /** Behind a gap: all there is now. What was there before and is not any more has gone unseen. */
  function begin(s, lists) {
    const { tasks, primitives } = s.copy();
    for (const book of BOOKS) s[book] = new Book(s[book].names);
    for (const t of tasks.values()) if (t.where === "done") s.tasks.set(t.name, t);
    s.loop = LOOP;
    s.known = s.i; // whatever was missed before
    for (const list of lists) put(s, null, list);
    for (const t of tasks.values()) {
      const now = s.tasks.get(t.name), same = now?.where === t.where && now.polls === t.polls;
      s.tasks.set(t.name, now ? { ...now, spawned: t.spawned, since: same ? t.since : UNKNOWN } : { ...t, where: "done", since: UNKNOWN, ended: UNKNOWN, waits: NOTHING });
    }
    for (const p of primitives.values()) if (!s.primitives.has(p.name)) s.primitives.set(p.name, { ...p, holders: NOTHING, whole: false, handed: NOTHING, value_waiting: NOTHING, closed_waiting: NOTHING, all: EMPTY, line: NOTHING });
  }
})(window.K = window.K || {});
