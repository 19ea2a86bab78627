// What did each task do, event by event?
//
// One pass over the events makes one row a task: a list of bars (ready, polling, waiting on what,
// done, cancelled), each from the event that began it to the one that began the next. Beside them
// stand the arrows (who woke or spawned whom), the columns (one an event; sleep is folded) and the
// groups (rows by spawn site, with counts), so that drawing is a lookup, however long the run is.
//
// Interface: `K.rowsOf(trace)`, `K.arrange(rows, wanted)`, `K.countsOf(log, rows)`, `K.BAR`.
// Invariants: the bars of a row are in order and leave no gap: a bar ends where the next begins.
// All of this depends on the trace alone.
// Not here: pixels (lanes.js), the state behind an event (fold.js).
"use strict";
(function (K) {
  /** What a bar says. A row is in exactly one of them at a time. */
  const BAR = { NONE: 0, READY: 1, POLL: 2, WAIT: 3, DONE: 4, CANCELLED: 5, PANICKED: 6, JOB: 7, WON: 8 };
  /** Sleep takes this many columns, however long it was; its length is written in them. */
  const NAP = 4;
  /** So many rows are shown one by one; of more, those with one spawn site become a group. */
  const SINGLE_ROWS = 12;

  class Row {
    constructor(name, made, parent) {
      Object.assign(this, { name, made, parent, at: [], kind: [], note: [], branches: [], group: null });
    }
    /** From event `i` on the row is in state `kind`; `note` says on what it waits. */
    begin(i, kind, note = "") {
      const last = this.at.length - 1;
      if (last >= 0 && this.kind[last] === kind && this.note[last] === note && kind !== BAR.POLL) return;
      if (last >= 0 && this.at[last] === i) {
        const old = this.kind[last];
        this.kind[last] = kind;
        this.note[last] = note;
        return this.log?.push(this, i, old, kind);
      }
      this.at.push(i);
      this.kind.push(kind);
      this.note.push(note);
      this.log?.push(this, i, last >= 0 ? this.kind[last] : BAR.NONE, kind);
    }
    /** The index of the bar that event `i` lies in; -1 before the first. */
    barAt(i) {
      return K.upTo(this.at, i);
    }
    get last() {
      return this.kind[this.kind.length - 1];
    }
  }

  /** One look at all events, in their order. */
  class Reader {
    constructor(trace) {
      this.trace = trace;
      this.rows = new Map();
      this.arrows = [];
      this.naps = [];
      this.log = new Log();
      this.held = new Map();  // who waits -> for what: a poll that stores no waker anew leaves those there
      this.polls = new Map(); // who is being polled -> what this poll has done so far
      this.timers = new Map(); // a timer that was waited for -> by whom
      this.park = -1;
    }
    row(name, made, parent) {
      let row = this.rows.get(name);
      if (!row) {
        row = new Row(name, made ?? "", parent ?? null);
        row.log = this.log;
        this.rows.set(name, row);
      }
      return row;
    }
    read() {
      this.trace.events.forEach((e, i) => {
        const step = this[e.ev];
        if (step) step.call(this, e, i);
      });
      return this;
    }
    Spawn(e, i) {
      const task = e.task;
      const parent = e.kind === "main" ? null : e.run;
      this.row(task, e.made?.text, parent).begin(i, BAR.READY, "new");
      if (parent) this.arrows.push({ i, from: parent, to: task, how: "spawn" });
    }
    Wake(e, i) {
      const task = e.task;
      const row = this.row(task);
      const fresh = row.kind.length === 1 && row.note[0] === "new"; // its spawn has its arrow already
      if (e.effect === "queued") row.begin(i, BAR.READY, fresh ? "new" : "");
      const poll = this.polls.get(task);
      if (e.effect === "during_poll" && poll) poll.again = true;
      if (!fresh) this.arrows.push({ i, from: e.by?.task ?? null, to: task, how: e.effect });
    }
    PollStart(e, i) {
      const task = e.task;
      this.row(task).begin(i, BAR.POLL);
      this.polls.set(task, { waits: [], again: false, selects: [] });
    }
    Wait(e) {
      const poll = this.polls.get(e.run);
      if (poll) poll.waits.push(e.on);
      if (e.on?.timer) this.timers.set(e.on.timer, e.run);
    }
    /** It has rung: its task doesn't wait for it any more. */
    TimerFire(e) {
      this.over(this.timers.get(e.timer), (on) => on.timer === e.timer);
      this.timers.delete(e.timer);
    }
    /** The task that runs waits for this no more: it has dropped the handle or the timer. */
    over(task, is) {
      const poll = this.polls.get(task), held = this.held.get(task);
      if (poll) poll.waits = poll.waits.filter((on) => !is(on));
      if (held) this.held.set(task, held.filter((on) => !is(on)));
    }
    Detach(e) {
      this.over(e.run, (on) => on.task === e.task);
    }
    TimerCancel(e) {
      this.over(e.run, (on) => on.timer === e.timer);
    }
    Unwait(e) {
      this.over(e.run, (on) => K.onShort(on) === K.onShort(e.on));
    }
    Defer(e) {
      const poll = this.polls.get(e.run);
      if (poll) poll.waits.push({ deferred: e.why });
    }
    PollEnd(e, i) {
      const task = e.task;
      const row = this.row(task);
      const poll = this.polls.get(task);
      this.polls.delete(task);
      if (e.outcome === "pending") {
        if (poll?.again) row.begin(i, BAR.READY);
        else row.begin(i, BAR.WAIT, this.waitNote(row, poll) || (e.wakers > 0 ? this.elsewhere(task) : ""));
        return;
      }
      const how = { ready: BAR.DONE, panicked: BAR.PANICKED, cancelled: BAR.CANCELLED }[e.outcome];
      this.held.delete(task);
      row.begin(i, how);
      for (const branch of row.branches) branch.begin(i, BAR.NONE);
    }
    /** Its waker is held by other code: the line where it waits, if that is known. */
    elsewhere(task) {
      const at = K.foreignAwait?.(task);
      return at ? K.site(at.text) : "";
    }
    /** A poll that stores no waker anew leaves the ones before where they hang. */
    waitNote(row, poll) {
      const waits = poll?.waits.length || !this.held.has(row.name) ? poll?.waits ?? [] : this.held.get(row.name);
      if (waits.length) this.held.set(row.name, waits); else this.held.delete(row.name);
      return [...new Set(waits.map(K.onShort))].join(", ");
    }
    Park(e, i) {
      this.park = i;
    }
    Unpark(e, i) {
      if (this.park < 0) return;
      const events = this.trace.events;
      this.naps.push({ from: this.park, to: i, ns: Math.max(0, e.t - events[this.park].t) });
      this.park = -1;
    }
    BlockingStart(e, i) {
      const job = e.task;
      this.row(job, "the blocking pool", e.run).begin(i, BAR.JOB);
      if (e.run) this.arrows.push({ i, from: e.run, to: job, how: "spawn" });
    }
    BlockingEnd(e, i) {
      this.row(e.task, "the blocking pool").begin(i, BAR.DONE);
    }

    /* select!: rounds may nest, so a poll keeps a stack of them; a branch is a row below its task's. */
    SelectStart(e, i) {
      const task = e.run;
      const poll = this.polls.get(task);
      if (!poll) return;
      const depth = poll.selects.length;
      poll.selects.push({ depth, since: i, waits: poll.waits.length });
      for (let b = 0; b < e.branches; b++) this.branch(task, depth, b, e.branches);
    }
    branch(task, depth, number, of) {
      const row = this.row(task);
      const key = `${depth}.${number}`;
      let branch = row.branches.find((r) => r.key === key);
      if (!branch) {
        branch = new Row(`branch ${number + 1}`, "", task);
        Object.assign(branch, { key, of });
        row.branches.push(branch);
        row.branches.sort((a, b) => (a.key < b.key ? -1 : 1));
      }
      return branch;
    }
    SelectPoll(e, i) {
      const poll = this.polls.get(e.run);
      const round = poll?.selects[poll.selects.length - 1];
      if (!round) return;
      const branch = this.branch(e.run, round.depth, e.branch);
      const waits = poll.waits.slice(round.waits).map(K.onShort);
      branch.begin(round.since, BAR.POLL);
      branch.begin(i, e.ready ? BAR.WON : BAR.WAIT, e.ready ? "" : [...new Set(waits)].join(", "));
      Object.assign(round, { since: i, waits: poll.waits.length });
      round.asked = (round.asked ?? 0) + 1;
      if (!e.ready && round.asked === branch.of) poll.selects.pop(); // all asked, none ready
    }
    SelectWin(e, i) {
      const task = e.run;
      const poll = this.polls.get(task);
      const round = poll?.selects.pop();
      if (!round) return;
      for (const branch of this.row(task).branches) {
        if (!branch.key.startsWith(`${round.depth}.`)) continue;
        if (branch.key === `${round.depth}.${e.branch}`) branch.begin(i, BAR.WON);
        else if (branch.last === BAR.WAIT || branch.last === BAR.POLL) branch.begin(i, BAR.CANCELLED);
      }
    }
  }

  /** Where each event stands, in columns: x[i] is the left edge of event i, x[n] the right end. */
  function columnsOf(trace, naps) {
    const count = trace.events.length;
    const x = new Float64Array(count + 1);
    const folded = new Set(naps.map((nap) => nap.from));
    for (let i = 0, at = 0; i < count; i++) {
      x[i] = at;
      at += folded.has(i) ? NAP : 1;
      x[i + 1] = at;
    }
    return x;
  }

  /** The same where width is time: as many columns in all, but each event as wide as the time until the next. */
  K.timeColumns = function (trace, { naps }) {
    const { events } = trace, count = events.length, folded = new Set(naps.map((nap) => nap.from)), real = (e) => e.real ?? e.t;
    const long = (i) => (i + 1 < count && !folded.has(i) ? Math.max(0, real(events[i + 1]) - real(events[i])) : 0);
    let all = 0;
    for (let i = 0; i < count; i++) all += long(i);
    const x = new Float64Array(count + 1), unit = all > 0 ? Math.max(1, count - folded.size) / all : 0;
    for (let i = 0; i < count; i++) x[i + 1] = x[i] + (folded.has(i) ? NAP : long(i) * unit);
    return x;
  };

  /** All changes of all rows, in the order of the run. */
  class Log {
    constructor() {
      Object.assign(this, { row: [], at: [], old: [], kind: [] });
    }
    push(row, at, old, kind) {
      this.row.push(row);
      this.at.push(at);
      this.old.push(old);
      this.kind.push(kind);
    }
  }

  /** How many members of each group poll, are ready, wait: from each change on, as lists. */
  K.countsOf = (log, groupOf) => {
    const all = new Map();
    for (let k = 0; k < log.at.length; k++) {
      const group = groupOf(log.row[k]);
      if (!group) continue;
      let c = all.get(group);
      if (!c) all.set(group, (c = { at: [], poll: [], ready: [], wait: [], over: [], who: [], most: 1, now: new Array(9).fill(0) }));
      c.now[log.old[k]]--;
      c.now[log.kind[k]]++;
      const [poll, ready, wait] = [c.now[BAR.POLL], c.now[BAR.READY], c.now[BAR.WAIT] + c.now[BAR.JOB]];
      c.at.push(log.at[k]);
      c.poll.push(poll);
      c.ready.push(ready);
      c.wait.push(wait);
      c.over.push(c.now[BAR.DONE] + c.now[BAR.CANCELLED] + c.now[BAR.PANICKED]);
      c.who.push(log.row[k]);
      c.most = Math.max(c.most, poll + ready + wait);
    }
    return all;
  };

  /** The rows to show, top down: each by itself, or groups of them where there are too many. */
  K.arrange = (lanes, wanted) => {
    const list = [...lanes.rows.values()].filter(wanted);
    for (const row of lanes.rows.values()) row.group = null;
    if (list.length <= SINGLE_ROWS) return list;
    const bySite = new Map();
    for (const row of list) {
      const site = row.made || "made before this record begins";
      if (!bySite.has(site)) bySite.set(site, []);
      bySite.get(site).push(row);
    }
    const shown = [...bySite].map(([site, rows]) => (rows.length === 1 ? rows[0] : { site, rows }));
    for (const group of shown) if (group.rows) for (const row of group.rows) row.group = group;
    const counts = K.countsOf(lanes.log, (row) => row.group);
    for (const group of shown) if (group.rows) group.counts = counts.get(group);
    return shown;
  };

  const made = new WeakMap();
  K.rowsOf = (trace) => {
    if (made.has(trace)) return made.get(trace);
    const { rows, arrows, naps, log } = new Reader(trace).read();
    const x = columnsOf(trace, naps);
    const lanes = { rows, arrows, naps, log, x, width: x[trace.events.length] };
    lanes.arrowAt = arrows.map((arrow) => arrow.i);
    lanes.napAt = naps.map((nap) => nap.from);
    lanes.counts = K.countsOf(log, () => lanes).get(lanes) ?? null;
    made.set(trace, lanes);
    return lanes;
  };
  K.BAR = BAR;
})((window.K = window.K || {}));
