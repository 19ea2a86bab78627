// What did each task do, event by event?
//
// While the trace is read, what each event changes makes one row a task: a list of bars (ready, polling,
// waiting on what, done, cancelled), each from the event that began it to the one that began the next. Beside them
// are the arrows (who woke or spawned whom) and the columns (one an event; sleep is folded), so that
// drawing is a lookup, however long the run is.
//
// Interface: `K.rowsOf(trace)`, `K.rang(e, state)`, `K.servedOf(state, task)`, `K.wokenSoon(i, name)`, `K.wakerOf(state, task)`, `K.BAR`.
// Invariants: the bars of a row are in order and leave no gap: a bar ends where the next begins.
// All of this depends on the trace alone.
// Not here: pixels (lanes.js), the state behind an event (fold.js).
"use strict";
(function (K) {
  /** What a bar says. A row is in exactly one of them at a time. (`QUEUED`, then `JOB`: a job of the blocking pool.) */
  const BAR = { NONE: 0, READY: 1, POLL: 2, WAIT: 3, DONE: 4, CANCELLED: 5, PANICKED: 6, JOB: 7, WON: 8, QUEUED: 9 };
  /** Sleep takes this many columns, however long it was; its length is written in them. */
  const NAP = 4;

  /** For which task a timer fired, of which line, when it was due, and how late. (The event's own `late` is in whole milliseconds.) */
  K.rang = function (e, s) {
    const { task, due, at } = s.gone.find((timer) => timer.how === "rings") ?? {};
    return { task, due, at, late: due ? Math.max(0, e.t - due) : (e.late ?? 0) };
  };

  const NONE = Object.freeze([]);
  const short = (waits) => [...new Set(K.inOrder(waits.map(K.onShort)))].join(", ");
  const alike = (a, b) => a === b || (a !== null && b !== null && short(a) === short(b));

  class Row {
    constructor(name, made, parent) {
      Object.assign(this, { name, made, parent, at: [], kind: [], waits: [], branches: [] });
    }
    /** From event `i` on the row is in state `kind`; `waits` is what it waits for, `null` if other code has its waker. */
    begin(i, kind, waits = NONE) {
      const last = this.at.length - 1;
      if (
        last >= 0 &&
        this.kind[last] === kind &&
        kind !== BAR.POLL &&
        (kind !== BAR.WAIT || alike(this.waits[last], waits))
      )
        return;
      if (last >= 0 && this.at[last] === i) {
        const old = this.kind[last];
        this.kind[last] = kind;
        this.waits[last] = waits;
        return this.log?.push(i, old, kind);
      }
      this.at.push(i);
      this.kind.push(kind);
      this.waits.push(waits);
      this.log?.push(i, last >= 0 ? this.kind[last] : BAR.NONE, kind);
    }
    /** A thread took the job at this time, which is told at event `i` only: the bar begins at the event nearest in time.
     *  (So its entry in the log is not in its place yet.) */
    taken(time, i) {
      const clock = (at) => K.event(at).real; // (with what recording took: the pool's threads know nothing of that)
      let first = Math.min(i, (this.at.at(-1) ?? i - 1) + 1),
        high = i;
      while (first < high) {
        // the first event that is nearer to it than the one before
        const middle = (first + high) >> 1;
        if (time - clock(middle) > clock(middle + 1) - time) first = middle + 1;
        else high = middle;
      }
      this.log?.push(first, this.last ?? BAR.NONE, BAR.JOB);
      this.at.push(first);
      this.kind.push(BAR.JOB);
      this.waits.push(NONE);
    }
    /** A row below it, for a branch. */
    below(number, more) {
      return Object.assign(new Row(`branch ${number}`, "", this.name), more);
    }
    /** Of a task of a local set: the task that had last polled the set when event `i` came; undefined if none had. */
    hostAt(i) {
      return this.local?.who[K.upTo(this.local.at, i)];
    }
    /** The index of the bar that event `i` lies in; -1 before the first. */
    barAt(i) {
      return K.upTo(this.at, i);
    }
    /** The event with which that bar ends; undefined if it goes on. */
    endAt(i) {
      return this.at[this.barAt(i) + 1];
    }
    /** Does it wait for nothing of kettle's in this bar: other code has its waker, or none is left? */
    isElsewhere(k) {
      return this.kind[k] === BAR.WAIT && !this.waits[k]?.length;
    }
    /** On what it waits. */
    noteAt(k) {
      const waits = this.waits[k];
      return waits === null
        ? ""
        : this.isElsewhere(k) && this.kind[k - 1] === BAR.POLL
          ? "no waker left"
          : short(waits);
    }
    get last() {
      return this.kind[this.kind.length - 1];
    }
  }

  /** What a task waits for no more, though it is not woken yet: its timer has fired, or the wake of another thread is on its way to the loop; null if it isn't so. */
  K.servedOf = function (s, { name, where, waits }) {
    const row = where === "waiting" ? K.rowsOf(K.trace).rows.get(name) : null,
      k = row?.barAt(s.i) ?? -1,
      all = K.trace.index.byTask.get(name);
    if (row?.kind[k] !== BAR.WAIT || !(row.waits[k]?.length > waits.length)) return null;
    for (let n = K.upTo(all, s.i); all[n] > row.at[k]; n--) if (K.event(all[n]).ev === "Unwait") return null; // (dropped, and not served)
    const served = row.waits[k].filter(
      (on) => !waits.some((one) => K.isSameWait(one, on)) && !takenOver(s, name, row.at[k], on),
    );
    return served.find((on) => !on.timer) ?? served[0] ?? null;
  };
  /** Has another task put its waker in the place of this one's since event `from`? (A future that several tasks share, which wakes them all, has room for one.) */
  function takenOver(s, name, from, on) {
    const all = K.trace.index.byEv.get("Wait") ?? [];
    for (let n = K.upTo(all, s.i), first = n - FAR; all[n] > from && n > first; n--) {
      const e = K.event(all[n]);
      if (e.task !== name && K.isSameWait(e.on, on) && e.then.includes(name)) return true;
    }
    return false;
  }

  /** Is the next that is told of a task its wake, in the same step? What served it is told before, and of many first all that. */
  K.wokenSoon = function (i, name) {
    const { byTask, byEv } = K.trace.index,
      after = (all) => all?.[K.upTo(all, i) + 1] ?? Infinity,
      next = after(byTask.get(name)),
      e = K.event(next);
    return (
      e?.ev === "Wake" && e.task === name && ["PollStart", "Turn", "Park"].every((ev) => after(byEv.get(ev)) > next)
    );
  };
  /** Where the waker is of a task that waits for nothing of kettle's (any more): "called", or so soon that nothing comes between; with a local "set" that it polls; with "other" code; or "nowhere". */
  K.wakerOf = (s, t) =>
    K.wokenSoon(s.i, t.name) || K.servedOf(s, t)
      ? "called"
      : !(t.wakers > 0)
        ? "nowhere"
        : K.pollsASet(t.name, s.i)
          ? "set"
          : "other";

  /** So many waits are looked back over. */
  const FAR = 5000;

  const ENDS = { ready: BAR.DONE, panicked: BAR.PANICKED, cancelled: BAR.CANCELLED };

  /** One look at all events, in their order, and at what each has changed. */
  class Reader {
    constructor() {
      Object.assign(this, { rows: new Map(), arrows: [], naps: [], log: new Log(), park: -1 });
      this.late = new Map(); // of each task how late its timers were that have fired and not woken it yet, in their order
      this.lateAt = new Map(); // and by event
      this.scopes = new K.Scopes((name) => this.row(name));
      this.served = new Map(); // of each task that is polled for which jobs it waits no more, since they ended in that poll: their wakes follow
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
    read(e, s) {
      if (e.anew) {
        for (const t of s.tasks.values()) this.task(t, e, s);
        for (const j of s.jobs.values()) this.job(j, j.name, e);
      }
      this.changes(e.then, e, s);
      for (const list of e.also) this.changes(list, e, s);
      if (e.ev === "TimerFire") {
        const { task, late } = K.rang(e, s);
        if (this.fired !== e.i - 1) this.late.clear(); // (those of one turn fire first, and then wake their tasks)
        K.put(this.late, task, late);
        this.fired = e.i;
        if (e.late) this.lateAt.set(e.i, late);
      }
      if (e.ev === "Join" && e.outcome === "panicked") this.sayPanicked(this.rows.get(e.task));
      if (e.ev === "Wake" && !K.isAdmission(e))
        this.arrows.push({
          i: e.i,
          from: e.by?.task ?? null,
          to: e.task,
          how: e.effect,
          by: e.by,
          ...(e.by === "timer" && { late: this.late.get(e.task)?.shift() ?? 0 }),
        });
      this.scopes.read(e);
    }
    changes(list, e, s) {
      if (Array.isArray(list))
        for (let k = 0; k + 2 < list.length; k += 3) this.change(list[k], list[k + 1], list[k + 2], e, s);
    }
    change(table, name, what, e, s) {
      if (table === "tasks" && (what?.where || !this.rows.has(name))) this.task(s.tasks.get(name), e, s);
      else if (table === "tasks" && what?.waits && e.ev === "BlockingEnd" && s.tasks.get(name).where === "polling")
        K.put(this.served, name, { task: e.task });
      else if (table === "jobs") this.job(s.jobs.get(name), name, e);
      else if (table === "loop") this.loop(s, e.i);
    }
    task(t, e, s) {
      if (!t) return;
      const { i } = e,
        isNew = !this.rows.has(t.name),
        parent = e.ev === "Spawn" && t.kind !== "main" ? e.run : null,
        row = this.row(t.name, t.made?.text ?? (e.ev === "Spawn" ? "made in other code" : ""), parent);
      if (t.kind === "local") row.local ??= { at: [], who: [] };
      if (isNew && parent) this.arrows.push({ i, from: parent, to: t.name, how: "spawn" });
      switch (t.where) {
        case "queued":
          return row.begin(i, BAR.READY);
        case "polling": {
          const host = s.stack.at(-2);
          this.served.delete(t.name);
          if (row.local && host && row.local.who.at(-1) !== host) {
            row.local.at.push(i);
            row.local.who.push(host);
          }
          return row.begin(i, BAR.POLL);
        }
        case "waiting":
          this.scopes.settles(t.name, i);
          // (What other code waits for is looked for when the whole run is known.)
          return row.begin(
            i,
            BAR.WAIT,
            t.waits.length ? t.waits : t.wakers > 0 ? null : (this.served.get(t.name) ?? NONE),
          );
      }
      this.scopes.over(t.name, i);
      if (row.last === BAR.DONE)
        row.kind[row.kind.length - 1] = ENDS[t.how] ?? BAR.DONE; // (how it ended is told later, where its end is missing)
      else row.begin(i, ENDS[t.how] ?? BAR.DONE);
    }
    job(j, name, { i, ev, ran, real }) {
      const isNew = !this.rows.has(name),
        row = this.row(name, "the blocking pool", j?.by);
      row.job ??= { since: real, waited: null, ran: null, told: ev === "BlockingStart" };
      if (!j) row.job.ran = ran ?? null;
      // (Of a job that was there when the record begins it is counted back, from what it has measured.)
      if (!row.job.told && (j ? j.waited !== null && row.job.waited === null : row.job.ran !== null))
        row.job.since = real - (j?.waited ?? row.job.waited ?? 0) - (row.job.ran ?? 0);
      if (!j || j.waited === null)
        row.begin(
          i,
          j ? BAR.QUEUED : row.job.ran === null ? BAR.CANCELLED : K.trace.panicked.has(name) ? BAR.PANICKED : BAR.DONE,
        );
      else if (row.job.waited === null) {
        row.job.waited = j.waited;
        row.taken(row.job.since + j.waited, i);
      } else row.begin(i, j.waits.length ? BAR.WAIT : BAR.JOB, j.waits); // (it waits on its thread)
      if (isNew && j?.by) this.arrows.push({ i, from: j.by, to: name, how: "spawn" });
    }
    /** A job's end doesn't say how it ended: who learns of it does. */
    sayPanicked(row) {
      if (row?.job && row.last === BAR.DONE) row.kind[row.kind.length - 1] = BAR.PANICKED;
    }
    loop(s, i) {
      if (s.parked && this.park < 0) this.park = i;
      if (s.parked || this.park < 0) return;
      const { header, t, real } = K.trace,
        clock = header.clock === "paused" ? t : real; // (what recording took was no sleep: the events are written as it begins)
      this.naps.push({ from: this.park, to: i, ns: Math.max(0, clock[i] - clock[this.park]) });
      this.park = -1;
    }
  }

  /** Where each event stands, in columns: x[i] is the left edge of event i, x[n] the right end. Other threads may tell something during a
   *  sleep: it is folded where it was longest without a word (`at`). */
  function columnsOf({ count, t }, naps) {
    const x = new Float64Array(count + 1);
    for (const nap of naps)
      for (let i = (nap.at = nap.from); i < nap.to; i++) if (t[i + 1] - t[i] > t[nap.at + 1] - t[nap.at]) nap.at = i;
    const folded = new Set(naps.map((nap) => nap.at));
    for (let i = 0, at = 0; i < count; i++) {
      x[i] = at;
      at += folded.has(i) ? NAP : 1;
      x[i + 1] = at;
    }
    return x;
  }

  /** The same where width is time: each event as wide as the time until the next. A sleep is wide enough to be seen in the whole of
   *  a long run, too, but many sleeps have no more than about a quarter of it. */
  K.timeColumns = function (trace, { naps }) {
    const { real, count } = trace,
      nap = Math.max(NAP, count * Math.min(0.01, 0.25 / naps.length)),
      folded = new Map(
        naps.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, k) => [from + k, nap / (to - from)])),
      );
    const long = (i) => (i + 1 < count && !folded.has(i) ? Math.max(0, real[i + 1] - real[i]) : 0);
    let all = 0;
    for (let i = 0; i < count; i++) all += long(i);
    const x = new Float64Array(count + 1),
      unit = all > 0 ? Math.max(1, count - folded.size) / all : 0;
    for (let i = 0; i < count; i++) x[i + 1] = x[i] + (folded.get(i) ?? long(i) * unit);
    return Object.assign(x, { unit }); // (columns for a nanosecond)
  };

  /** All changes of all rows, in the order of the run. */
  class Log {
    constructor() {
      Object.assign(this, { at: [], old: [], kind: [] });
    }
    push(at, old, kind) {
      this.at.push(at);
      this.old.push(old);
      this.kind.push(kind);
    }
    /** Some are told later than they were. */
    sort() {
      if (this.at.every((at, k) => k === 0 || this.at[k - 1] <= at)) return;
      const order = this.at.map((_, k) => k).sort((a, b) => this.at[a] - this.at[b] || a - b);
      for (const key of ["old", "kind", "at"]) this[key] = order.map((k) => this[key][k]);
    }
  }

  /** How many tasks are in the run queue, from each change on. */
  function readyIn(log) {
    const counts = { at: log.at, ready: [] };
    let now = 0;
    for (let k = 0; k < log.at.length; k++)
      counts.ready.push((now += (log.kind[k] === BAR.READY) - (log.old[k] === BAR.READY)));
    return counts;
  }

  K.on("begin", (trace) => {
    trace.reader = new Reader();
  });
  K.on("event", (e) => K.trace.reader.read(e, K.trace.state));

  K.rowsOf = (trace) => {
    if (trace.lanes) return trace.lanes;
    const { rows, arrows, naps, log } = trace.reader,
      gone = trace.reader.scopes.ends,
      x = columnsOf(trace, naps);
    // (Of a job that no task awaits the panic's own message tells.)
    for (const i of trace.index.byEv.has("BlockingStart") ? (trace.index.byEv.get("Note") ?? []) : []) {
      const { run, task } = K.event(i),
        job = run ?? task;
      if (!rows.get(job)?.job || !K.hasPanicked(job)) continue;
      trace.panicked.add(job);
      trace.reader.sayPanicked(rows.get(job));
    }
    const lanes = (trace.lanes = { rows, arrows, naps, gone, log, x, width: x[trace.count] });
    log.sort();
    lanes.arrowAt = arrows.map((arrow) => arrow.i);
    lanes.napAt = naps.map((nap) => nap.from);
    lanes.counts = readyIn(log);
    return lanes;
  };
  K.BAR = BAR;
})((window.K = window.K || {}));
