// What was the state of the runtime after event i?
//
// A fold: `apply` takes a state and one event and gives the next state, and it is the only function
// that changes one. So going back is exact: `stateAt(i - 1)` is folded anew, from a snapshot that
// is not far. Snapshots are cheap, because records are replaced and never changed, and the
// tables (`Book`) copy only the few leaves that were written to.
//
// Interface: `K.stateAt(i)` (i = -1: before the first event), `K.prepare()`, `K.place(hand, due)`,
// the rule of the wheel; `Book`, which reads like a `Map`.
// Invariants: a task is in exactly one place; a state that was given out never changes. What the
// engine counts at the beginning of each turn stands in `state.engine`, so that it can be compared.
// Not here: pictures (kitchen.js, lanes.js), words (text.js).
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
    /** Only `apply` calls this and `delete`. */
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
  const BOOKS = ["tasks", "timers", "sources", "channels", "locks", "jobs", "selects"];

  class State {
    /** The run queue in the order in which it will be polled: two queues, taken from in turn. */
    get queue() { return (this.queued ??= order(this)); }
    copy() {
      const copy = Object.assign(new State(), this);
      for (const book of BOOKS) copy[book] = this[book].copy();
      copy.counts = { ...this.counts };
      copy.queues = { ...this.queues };
      copy.queued = null;
      return copy;
    }
  }

  function blank(trace) {
    const s = Object.assign(new State(), {
      i: -1, t: 0, real: 0, turn: 0, step: null, running: null, stack: [], parked: false, timeout: undefined,
      hand: 0, queued: null, deferred: [], message: null, engine: null, ended: false, gone: [], moved: null, file: null,
      queues: { next: 0, front: -1, ordinary: 0, urgent: 0, local: 0, urgentNext: true },
      counts: { polls: 0, wakes: 0, parks: 0, messages: 0, alive: 0, queued: 0, waiting: 0, done: 0, lost: 0, spawned: 0 },
    });
    trace.books ??= Object.fromEntries(BOOKS.map((book) => [book, { index: new Map(), list: [] }]));
    for (const book of BOOKS) s[book] = new Book(trace.books[book]);
    return s;
  }

  function order(s) {
    const queues = { ordinary: [], urgent: [], local: [] };
    for (const task of s.tasks.values()) if (task.where === "queued") queues[task.queue].push(task);
    for (const queue of Object.values(queues)) queue.sort((a, b) => a.ticket - b.ticket);
    const out = [], { ordinary, urgent } = queues;
    let urgentNext = s.queues.urgentNext, o = 0, u = 0;
    while (o < ordinary.length || u < urgent.length) {
      const takeUrgent = u < urgent.length && (urgentNext || o >= ordinary.length);
      if (u < urgent.length) urgentNext = !urgentNext;
      out.push((takeUrgent ? urgent[u++] : ordinary[o++]).name);
    }
    return out.concat(queues.local.map((task) => task.name));
  }

  // ----- snapshots -----
  /** How many events apart: of a long run more, because each takes room for all tasks. */
  const apart = (trace) => (trace.last < 100_000 ? 200 : 2000);

  function snapshot(trace, k) {
    const all = (trace.snapshots ??= [blank(trace)]), EVERY = apart(trace);
    while (all.length <= k) {
      const s = all[all.length - 1].copy(), from = (all.length - 1) * EVERY;
      for (let i = from; i < from + EVERY; i++) measure(trace, apply(s, trace.events[i]));
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
  /** Folds the whole trace once, so that every later question is quick; `trace.most` then says how
   *  much room the boxes need. */
  K.prepare = function () {
    const trace = K.trace, EVERY = apart(trace), k = Math.floor((trace.last + 1) / EVERY), s = snapshot(trace, k).copy();
    for (let i = k * EVERY; i <= trace.last; i++) measure(trace, apply(s, trace.events[i]));
    trace.most ??= { tasks: 0, timers: 0, channels: 0 };
  };
  function measure(trace, s) {
    const most = (trace.most ??= { tasks: 0, timers: 0, channels: 0 });
    if (s.tasks.size > most.tasks) most.tasks = s.tasks.size;
    if (s.timers.size > most.timers) most.timers = s.timers.size;
    if (s.channels.size > most.channels) most.channels = s.channels.size;
  }

  // ----- apply: one function for each kind of event -----

  const NOTHING = Object.freeze([]);

  function apply(s, e) {
    s.before = s.gone; // what the event before took away: a cascade asks
    s.i = e.i; s.t = e.t; s.real = e.real ?? e.t; s.turn = e.turn;
    s.queued = null;
    s.gone = NOTHING; s.moved = null; // what this one event took away or moved
    EVENTS[e.ev]?.(s, e);
    s.running = s.stack.length ? s.stack[s.stack.length - 1] : null;
    // The program's line belongs to the task that stands there, also when somebody else runs.
    if (e.at && e.run && s.tasks.get(e.run)?.at !== e.at) change(s, e.run, { at: e.at });
    if (e.at && s.file !== e.at.file && K.trace.files.get(e.at.file)?.whose === "program") s.file = e.at.file;
    return s;
  }

  const fresh = (name) => ({
    name, where: "waiting", how: null, kind: "task", made: null, at: null, polls: 0, waits: [], parent: null, since: 0,
    handle: true, cause: null, by: null, queue: "ordinary", ticket: 0, woken: false, cancelling: false, spawned: null, ended: null, wakers: null,
  });
  const isJob = (name) => typeof name === "string" && name.startsWith("job");

  function change(s, name, what) {
    if (!name || isJob(name)) return null;
    let task = s.tasks.get(name);
    if (!task) { // its beginning is not in the trace
      task = fresh(name);
      if (name.startsWith("main")) task.kind = "main";
      s.counts.alive += 1; s.counts.waiting += 1;
    }
    if (what.where && what.where !== task.where) moveTo(s, task, what.where);
    const next = { ...task, ...what };
    s.tasks.set(name, next);
    return next;
  }
  function moveTo(s, task, where) {
    const c = s.counts;
    if (task.where === "queued") { c.queued -= 1; s.queues[task.queue] -= 1; }
    if (task.where === "waiting") c.waiting -= 1;
    if (where === "queued") c.queued += 1;
    if (where === "waiting") c.waiting += 1;
    if (where === "done") { c.done += 1; c.alive -= 1; }
  }
  /** At the end of a queue. (`queue` is counted here, and when the task leaves in `moveTo`.) */
  function enqueue(s, name, queue, more, front) {
    const task = s.tasks.get(name) ?? change(s, name, {});
    if (!task || task.where === "done") return;
    const at = task.kind === "local" ? "local" : queue;
    const ticket = front ? s.queues.front-- : s.queues.next++;
    // A spawn's own wake finds it there already.
    if (task.where === "queued") s.queues[task.queue] -= 1; else moveTo(s, task, "queued");
    s.tasks.set(name, { ...task, ...more, where: "queued", since: s.i, queue: at, ticket });
    s.queues[at] += 1;
  }
  const key = (on) => JSON.stringify([on.timer, on.source, on.direction, on.value, on.room, on.closed, on.lock, on.ticket, on.task, on.deferred]);
  const without = (list, name) => (list.includes(name) ? list.filter((other) => other !== name) : list);
  const withOne = (list, name) => (list.includes(name) ? list : [...list, name]);
  // A line is two lists, the names and the tickets that they drew: a task may stand in it more than once.
  /** The line with this waiter: where its ticket was, or, if that is new, where it belongs. */
  function joined(names, tickets, ticket, name) {
    const at = tickets.indexOf(ticket);
    if (at >= 0) return [names.with(at, name), tickets];
    const behind = tickets.findIndex((other) => other > ticket), index = behind < 0 ? tickets.length : behind;
    return [names.toSpliced(index, 0, name), tickets.toSpliced(index, 0, ticket)];
  }
  function leaving(names, tickets, ticket) {
    const at = tickets.indexOf(ticket);
    return at < 0 ? [names, tickets] : [names.toSpliced(at, 1), tickets.toSpliced(at, 1)];
  }
  /** A lock's line with the one who was called, and has not come yet, at its front. */
  const lineOf = (l) => (!l ? [] : l.handed ? [l.holder, ...l.line] : l.line);
  const ticketsOf = (l) => (!l ? [] : l.handed ? [l.called, ...l.tickets] : l.tickets);
  /** Which place in line, from 1, a ticket for room or for a lock has; 0: none. */
  K.placeOf = (s, on) => (on.room ? s.channels.get(on.room)?.room_tickets ?? [] : ticketsOf(s.locks.get(on.lock))).indexOf(on.ticket) + 1;
  const edit = (book, name, make, what) => {
    const before = book.get(name) ?? make(name);
    book.set(name, { ...before, ...(typeof what === "function" ? what(before) : what) });
  };

  const timer = (name) => ({ name, due: 0, level: 0, slot: 0, task: null, since: 0, at: null });
  const side = () => ({ ready: true, waits: [], last: null });
  const source = (name) => ({ name, what: null, read: side(), write: side(), closed: false, registered: false, gone: false, since: 0 });
  const channel = (name) => ({ name, kind: null, capacity: undefined, len: 0, senders: null, receivers_waiting: [], room_waiting: [], room_tickets: [], closed_waiting: [], closed: false, made: null, high: 0, since: 0 });
  const lock = (name) => ({ name, holder: null, taken: false, handed: false, called: 0, line: [], tickets: [], takes: 0, waits: 0, since: 0 });

  /** A task that one of these woke goes into the urgent queue. */
  const URGENT = new Set(["timer", "io", "message"]);

  const EVENTS = {
    RunStart(s) { s.step = null; s.ended = false; },
    RunEnd(s) { s.step = null; s.ended = true; s.stack = []; s.parked = false; },
    Turn(s, e) {
      // The hand moved up to now at the end of the turn before; after a sleep it has still to move.
      if (s.step !== "reactor" && s.step !== "park") s.hand = Math.max(s.hand, Math.floor(e.t / 1e6));
      s.step = "run";
      s.engine = { queued: e.queued, tasks: e.tasks, timers: e.timers, sources: e.sources };
    },
    Spawn(s, e) {
      const kind = e.kind ?? (String(e.task).startsWith("main") ? "main" : "task");
      s.tasks.set(e.task, { ...fresh(e.task), kind, made: e.made, parent: e.run, spawned: s.i, since: s.i, handle: kind !== "main", size: e.size, what: e.what ?? null });
      s.counts.alive += 1; s.counts.waiting += 1; s.counts.spawned += 1;
      enqueue(s, e.task, "ordinary", { cause: s.i, by: "runtime" }, kind === "main");
    },
    PollStart(s, e) {
      const task = s.tasks.get(e.task) ?? change(s, e.task, {});
      if (!s.stack.length) s.step = "run";
      if (task && task.where === "queued" && task.queue !== "local" && s.queues.urgent > 0) s.queues.urgentNext = !s.queues.urgentNext;
      s.stack = [...s.stack, e.task];
      s.counts.polls += 1;
      change(s, e.task, { where: "polling", since: s.i, polls: (task?.polls ?? 0) + 1, waits: [], woken: false });
    },
    PollEnd(s, e) {
      s.stack = s.stack.slice(0, Math.max(0, s.stack.lastIndexOf(e.task)));
      const task = s.tasks.get(e.task) ?? fresh(e.task);
      // A handle that was dropped on another thread is missed here.
      const told = { wakers: e.wakers ?? null, handle: task.handle && e.handles !== 0 };
      if (e.outcome !== "pending") {
        change(s, e.task, { ...told, where: "done", how: e.outcome, since: s.i, ended: s.i, waits: [], woken: false });
        leaveAll(s, e.task);
        joinerServed(s, e.task);
      } else if (task.woken) enqueue(s, e.task, "ordinary", { ...told, woken: false });
      else change(s, e.task, { ...told, where: "waiting", since: s.i });
    },
    Wake(s, e) {
      s.counts.wakes += 1;
      const by = e.by?.task ? { task: e.by.task } : e.by;
      if (!s.stack.length) s.step = { timer: "timers", io: "reactor", message: "messages", deferred: "deferred" }[e.by] ?? s.step;
      if (e.by === "deferred") s.deferred = without(s.deferred, e.task);
      if (e.effect === "during_poll") change(s, e.task, { woken: true, cause: s.i, by });
      if (e.effect !== "queued") return;
      const task = s.tasks.get(e.task);
      const admitted = e.by === "runtime" && task?.where === "queued" && task.polls === 0;
      const front = admitted && task.kind === "main";
      enqueue(s, e.task, URGENT.has(e.by) ? "urgent" : "ordinary", { cause: s.i, by, place: e.place }, front);
    },
    Wait(s, e) {
      const who = e.run, on = e.on ?? {};
      if (who) {
        const task = s.tasks.get(who) ?? change(s, who, {});
        const waits = (task?.waits ?? []).filter((other) => key(other) !== key(on));
        change(s, who, { waits: [...waits, on] });
        branchWaits(s, who, on);
      }
      const name = who ?? "somebody";
      if (on.timer) edit(s.timers, on.timer, timer, { task: who, at: e.at ?? null });
      if (on.source) edit(s.sources, on.source, source, (r) => ({ since: s.i, [on.direction]: { ...r[on.direction], waits: withOne(r[on.direction].waits, name) } }));
      if (on.value) edit(s.channels, on.value, channel, () => ({ since: s.i, receivers_waiting: [name] }));
      if (on.room) edit(s.channels, on.room, channel, (c) => {
        const [room_waiting, room_tickets] = joined(c.room_waiting, c.room_tickets, on.ticket, name);
        return { since: s.i, room_waiting, room_tickets };
      });
      if (on.closed) edit(s.channels, on.closed, channel, (c) => ({ since: s.i, closed_waiting: withOne(c.closed_waiting, name) }));
      // (Who was called is the first in line still, here as the holder.)
      if (on.lock) edit(s.locks, on.lock, lock, (l) => {
        if (l.handed && l.called === on.ticket) return { since: s.i, holder: null, taken: false, handed: false, line: [name, ...l.line], tickets: [on.ticket, ...l.tickets] };
        const [line, tickets] = joined(l.line, l.tickets, on.ticket, name);
        return { since: s.i, waits: l.waits + !l.line.includes(name), line, tickets };
      });
      if (on.task && s.tasks.has(on.task)) change(s, on.task, { joiner: name });
      const job = on.task && s.jobs.get(on.task);
      if (job) s.jobs.set(on.task, { ...job, joiner: name });
    },
    Unwait(s, e) {
      const on = e.on ?? {}, at = on.room ?? on.lock;
      // Nobody runs when the engine drops a future at its end: then the ticket tells who.
      let who = e.run;
      if (on.room) who ??= s.channels.get(at)?.room_waiting[K.placeOf(s, on) - 1];
      if (on.lock) who ??= lineOf(s.locks.get(at))[K.placeOf(s, on) - 1];
      if (on.value) who ??= s.channels.get(on.value)?.receivers_waiting[0];
      if (who && s.tasks.has(who)) change(s, who, { waits: s.tasks.get(who).waits.filter((other) => key(other) !== key(on)) });
      leave(s, who, on);
      s.gone = [{ ...on, how: "removed", of: who }];
    },
    Defer(s, e) {
      if (!e.run) return;
      s.deferred = withOne(s.deferred, e.run);
      const task = s.tasks.get(e.run);
      if (task) change(s, e.run, { waits: [...task.waits.filter((on) => !on.deferred), { deferred: e.why }] });
    },
    TimerAdd(s, e) {
      s.timers.set(e.timer, { ...timer(e.timer), due: e.due, level: e.level, slot: e.slot, task: e.run, since: s.i, at: e.at });
    },
    TimerMove(s, e) {
      const t = s.timers.get(e.timer) ?? timer(e.timer);
      if (t.due) s.moved = { from: [t.level, t.slot], timers: [{ name: t.name, to: [e.level, e.slot] }] };
      s.timers.set(e.timer, { ...t, due: e.due, level: e.level, slot: e.slot, since: s.i });
    },
    TimerCascade(s, e) {
      if (!s.stack.length) s.step = "timers";
      const from = [e.level, e.slot], here = [];
      for (const t of s.timers.values()) if (t.level === e.level && t.slot === e.slot) here.push(t);
      // If one of the slot's own has fired, the hand is at its deadline; else at the first one there, or at now.
      const fired = s.before.some((t) => t.how === "rings" && t.level === e.level && t.slot === e.slot);
      if (!fired) {
        const first = here.reduce((least, t) => Math.min(least, tick(t.due)), Infinity);
        // If all of them move, the first one there was cancelled, and none is due.
        s.hand = Math.max(s.hand, Math.min(e.moved < here.length ? first : first - 1, Math.floor(e.t / 1e6)));
      }
      s.moved = { from, timers: [] };
      for (const t of here) {
        if (tick(t.due) <= s.hand) continue; // it is due, and fires soon
        const [level, slot] = K.place(s.hand, tick(t.due));
        s.timers.set(t.name, { ...t, level, slot });
        if (level !== e.level || slot !== e.slot) s.moved.timers.push({ name: t.name, to: [level, slot] });
      }
    },
    TimerFire(s, e) {
      if (!s.stack.length) s.step = "timers";
      const t = s.timers.get(e.timer) ?? timer(e.timer);
      s.hand = Math.max(s.hand, tick(t.due));
      s.gone = [{ ...t, how: "rings", late: e.late }];
      s.timers.delete(e.timer);
      served(s, t.task, (on) => on.timer === e.timer);
    },
    TimerCancel(s, e) {
      const t = s.timers.get(e.timer) ?? timer(e.timer);
      s.gone = [{ ...t, how: "removed" }];
      s.timers.delete(e.timer);
      served(s, t.task, (on) => on.timer === e.timer);
      branchLost(s, t.task, e.timer);
    },
    SourceAdd(s, e) { edit(s.sources, e.source, source, { registered: true, what: e.what ?? null, since: s.i, by: e.run }); },
    SourceTry(s, e) {
      edit(s.sources, e.source, source, (r) => ({
        since: s.i, [e.direction]: { ...r[e.direction], last: e.result, bytes: e.bytes ?? null, by: e.run, ready: e.result === "would_block" ? false : r[e.direction].ready },
        closed: e.result === "would_block" && e.direction === "read" ? false : r.closed,
      }));
    },
    SourceReady(s, e) {
      if (!s.stack.length) { s.step = "reactor"; s.parked = false; }
      const before = s.sources.get(e.source);
      for (const [direction, ready] of [["read", e.readable], ["write", e.writable]]) {
        for (const who of (ready && before?.[direction].waits) || []) served(s, who, (on) => on.source === e.source && on.direction === direction);
      }
      edit(s.sources, e.source, source, (r) => ({
        since: s.i, closed: r.closed || !!e.closed,
        read: e.readable ? { ...r.read, ready: true, waits: [] } : r.read,
        write: e.writable ? { ...r.write, ready: true, waits: [] } : r.write,
      }));
    },
    SourceClear(s, e) { edit(s.sources, e.source, source, (r) => ({ since: s.i, [e.direction]: { ...r[e.direction], ready: false } })); },
    SourceDrop(s, e) {
      const before = s.sources.get(e.source);
      for (const who of before ? [...before.read.waits, ...before.write.waits] : []) served(s, who, (on) => on.source === e.source);
      s.gone = [{ ...(s.sources.get(e.source) ?? source(e.source)), how: "removed" }];
      s.sources.delete(e.source);
    },
    Park(s, e) { s.hand = Math.max(s.hand, Math.floor(e.t / 1e6)); s.step = "park"; s.parked = true; s.timeout = e.timeout ?? null; s.counts.parks += 1; },
    Unpark(s) { s.step = "reactor"; s.parked = false; s.timeout = undefined; },
    Message(s, e) { if (!s.stack.length) s.step = "messages"; s.message = { kind: e.kind, i: s.i }; s.counts.messages += 1; },
    BlockingStart(s, e) { s.jobs.set(e.task, { name: e.task, by: e.run, since: s.i, t: e.t, done: false }); },
    BlockingEnd(s, e) { joinerServed(s, e.task); s.gone = [{ ...s.jobs.get(e.task), name: e.task, how: "ended" }]; s.jobs.delete(e.task); },
    ChannelOpen(s, e) { s.channels.set(e.channel, { ...channel(e.channel), kind: e.kind, capacity: e.capacity ?? null, senders: 1, made: e.made, since: s.i }); },
    ChannelSenders(s, e) { edit(s.channels, e.channel, channel, { senders: e.alive, since: s.i }); },
    ChannelSend(s, e) {
      const waiting = s.channels.get(e.channel)?.receivers_waiting ?? [];
      edit(s.channels, e.channel, channel, (c) => ({ len: e.len, senders: c.kind === "oneshot" ? 0 : c.senders, high: Math.max(c.high, e.len), receivers_waiting: [], handed: without(c.handed ?? [], e.run), since: s.i }));
      for (const who of waiting) served(s, who, (on) => on.value === e.channel);
    },
    ChannelRecv(s, e) {
      edit(s.channels, e.channel, channel, (c) => ({ len: e.len, since: s.i, over: c.kind === "oneshot", receivers_waiting: without(c.receivers_waiting, e.run) }));
    },
    Served(s, e) {
      const on = e.on ?? {};
      // The free place goes to the first in line, before anybody else can take it.
      const line = on.room && s.channels.get(on.room);
      if (line) served(s, line.room_waiting[0], (other) => other.room === on.room && other.ticket === line.room_tickets[0]);
      if (on.room) edit(s.channels, on.room, channel, (c) => {
        const [first, ...rest] = c.room_waiting;
        return { since: s.i, room_waiting: rest, room_tickets: c.room_tickets.slice(1), handed: first ? [...(c.handed ?? []), first] : c.handed ?? [] };
      });
      if (on.value) edit(s.channels, on.value, channel, (c) => {
        for (const who of c.receivers_waiting) served(s, who, (other) => other.value === on.value);
        return { since: s.i, receivers_waiting: [] };
      });
    },
    ChannelDrop(s, e) { edit(s.channels, e.channel, channel, { len: 0, since: s.i }); },
    ChannelClose(s, e) {
      const before = s.channels.get(e.channel);
      for (const who of before?.receivers_waiting ?? []) served(s, who, (on) => on.value === e.channel);
      if (e.by === "receiver") for (const who of [...before?.room_waiting ?? [], ...before?.closed_waiting ?? []]) served(s, who, (on) => on.room === e.channel || on.closed === e.channel);
      edit(s.channels, e.channel, channel, (c) => ({ closed: e.by, since: s.i, receivers_waiting: [], ...(e.by === "receiver" ? { room_waiting: [], room_tickets: [], closed_waiting: [] } : { senders: 0 }) }));
    },
    LockTake(s, e) {
      edit(s.locks, e.lock, lock, (l) => {
        const first = !l.handed && l.line[0] === e.run ? 1 : 0;
        return { holder: e.run ?? "somebody", taken: true, handed: false, called: 0, takes: l.takes + 1, line: l.line.slice(first), tickets: l.tickets.slice(first), since: s.i };
      });
    },
    LockRelease(s, e) {
      const l = s.locks.get(e.lock);
      if (e.handed_over && l) served(s, l.line[0], (on) => on.lock === e.lock && on.ticket === l.tickets[0]);
      edit(s.locks, e.lock, lock, (l) => {
        return e.handed_over ? called(s, l.line, l.tickets) : { holder: null, taken: false, handed: false, called: 0, since: s.i };
      });
    },
    SelectStart(s, e) {
      const before = s.selects.get(e.run ?? "nobody");
      const again = before && before.won === null && before.branches.length === e.branches;
      const branches = Array.from({ length: e.branches }, (_, k) => {
        const old = again ? before.branches[k] : { polls: 0, at: null, lost: [] };
        return old.state === "ready" ? old : { ...old, state: old.polls ? "waiting" : "new", waits: again ? old.waits : [] };
      });
      s.selects.set(e.run ?? "nobody", { task: e.run, first: e.first, rounds: again ? before.rounds + 1 : 1, branches, won: null, since: s.i, now: e.first, fresh: [], at: e.at ?? (again ? before.at : null) });
    },
    SelectPoll(s, e) {
      const x = s.selects.get(e.run ?? "nobody");
      if (!x) return;
      const branches = x.branches.map((b, k) => k !== e.branch ? b
        : { ...b, polls: b.polls + 1, state: e.ready ? "ready" : "waiting", waits: e.ready ? [] : x.fresh, at: b.at ?? x.freshAt ?? null });
      s.selects.set(e.run ?? "nobody", { ...x, branches, fresh: [], freshAt: null, since: s.i, now: (e.branch + 1) % branches.length });
    },
    SelectWin(s, e) {
      const x = s.selects.get(e.run ?? "nobody");
      if (!x) return;
      const branches = x.branches.map((b, k) => k === e.branch ? { ...b, state: "won", waits: [] } : { ...b, state: "dropped", lost: b.waits });
      s.selects.set(e.run ?? "nobody", { ...x, branches, won: e.branch, since: s.i, now: null });
    },
    Cancel(s, e) { if (s.tasks.has(e.task)) change(s, e.task, { cancelling: true }); },
    Join(s, e) { if (s.tasks.has(e.task)) change(s, e.task, { handle: false, joined: e.outcome }); joinerServed(s, e.task); },
    Detach(s, e) { if (s.tasks.has(e.task)) change(s, e.task, { handle: false, detached: true }); joinerServed(s, e.task); },
    Lost(s, e) { s.counts.lost += e.records ?? 0; },
  };

  // ----- helpers of the events -----

  /** A branch of `select!` is what is polled between two of its own events. */
  function branchWaits(s, who, on) {
    const x = s.selects.get(who);
    if (x && x.won === null && s.tasks.get(who)?.where === "polling") s.selects.set(who, { ...x, fresh: [...x.fresh, on], freshAt: x.freshAt ?? K.trace.events[s.i].at });
  }
  function branchLost(s, who, name) {
    const x = who && s.selects.get(who);
    if (!x || x.won === null) return;
    s.selects.set(who, { ...x, branches: x.branches.map((b) => b.lost.some((on) => on.timer === name) ? { ...b, gone: [...(b.gone ?? []), name] } : b) });
  }
  /** Who was served no longer waits for that, whatever else it waits for. */
  function served(s, who, is) {
    const task = who && s.tasks.get(who);
    if (task?.waits.some(is)) change(s, who, { waits: task.waits.filter((on) => !is(on)) });
  }
  /** The end of a task (or job) is known, or nobody asks for it any more. */
  function joinerServed(s, name) {
    const of = s.tasks.get(name) ?? s.jobs.get(name);
    if (!of?.joiner) return;
    served(s, of.joiner, (on) => on.task === name);
    if (s.tasks.has(name)) change(s, name, { joiner: null }); else s.jobs.set(name, { ...of, joiner: null });
  }
  function leave(s, who, on) {
    if (on.source && s.sources.has(on.source)) edit(s.sources, on.source, source, (r) => ({ since: s.i, [on.direction]: { ...r[on.direction], waits: without(r[on.direction].waits, who) } }));
    if (on.value && s.channels.has(on.value)) edit(s.channels, on.value, channel, { since: s.i, receivers_waiting: [] });
    if (on.room && s.channels.has(on.room)) edit(s.channels, on.room, channel, (c) => {
      const [room_waiting, room_tickets] = leaving(c.room_waiting, c.room_tickets, on.ticket);
      return { since: s.i, room_waiting, room_tickets };
    });
    if (on.closed && s.channels.has(on.closed)) edit(s.channels, on.closed, channel, (c) => ({ since: s.i, closed_waiting: without(c.closed_waiting, who) }));
    if (on.lock && s.locks.has(on.lock)) edit(s.locks, on.lock, lock, (l) => {
      const [line, tickets] = leaving(lineOf(l), ticketsOf(l), on.ticket);
      // At a lock that is free the first is called, if that was not done.
      if (l.taken && !l.handed) return { since: s.i, line, tickets };
      served(s, line[0], (other) => other.lock === on.lock && other.ticket === tickets[0]);
      return called(s, line, tickets);
    });
  }
  /** A lock that is free, with this line: its first, if there is one, was called. */
  function called(s, line, tickets) {
    const is = line.length > 0;
    return { since: s.i, holder: line[0] ?? null, taken: is, handed: is, called: tickets[0] ?? 0, line: line.slice(1), tickets: tickets.slice(1) };
  }
  /** A task that has ended waits nowhere: its future was dropped with all that it held. */
  function leaveAll(s, who) {
    for (const r of s.sources.values()) if (!r.registered && (r.read.by === who || r.write.by === who)) s.sources.delete(r.name);
    for (const c of s.channels.values()) if (c.receivers_waiting.includes(who)) edit(s.channels, c.name, channel, { receivers_waiting: [] });
    s.deferred = without(s.deferred, who);
  }

  // ----- the wheel -----
  const tick = (ns) => Math.ceil(ns / 1e6);

  /** The one rule of the wheel: the highest group of six bits in which hand and deadline differ. */
  K.place = function (hand, due) {
    let level = 0;
    for (let group = 5; group >= 0; group--) {
      const width = 64 ** group;
      if (Math.floor(hand / width) !== Math.floor(due / width)) { level = group; break; }
    }
    if (Math.floor(hand / 64 ** 6) !== Math.floor(due / 64 ** 6)) return [6, 0];
    return [level, Math.floor(due / 64 ** level) % 64];
  };
})(window.K = window.K || {});
