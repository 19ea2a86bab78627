// What did each task do, event by event?
//
// While the trace is read, what each event changes makes one row a task: a list of bars (ready,
// polling, waiting on what, done, cancelled), each from the event that began it to the one that
// began the next. Beside them are the arrows (who woke or spawned whom; of a wake the wait that it
// ended) and the columns (one an event; sleep is folded).
//
// Interface: `K.rowsOf(trace)`, `K.timeColumns(trace, rows)`, `K.BAR`, `K.isOver(kind)`; of a row
// `at`, `kind` and `waits` (which were open, tables/waits.js), `barAt(i)`, `noteAt(k)`, `last`.
// Invariants: the bars of a row are in order and leave no gap: a bar ends where the next begins.
// Not here: branches (scopes.js), pixels (lanes.js), the state behind an event (fold.js).

/** What a bar says. A row is in exactly one of them at a time. (`QUEUED`, then `JOB`: a job of
 * the blocking pool.) */
const KINDS = "NONE READY POLL WAIT DONE CANCELLED PANICKED JOB WON QUEUED".split(" "),
  BAR = Object.fromEntries(KINDS.map((kind, number) => [kind, number])),
  GOES_ON = [BAR.READY, BAR.POLL, BAR.WAIT, BAR.JOB, BAR.QUEUED];
/** Has a task ended, or a branch, of which the last bar is of this kind? */
K.isOver = (kind) => !GOES_ON.includes(kind);
/** Sleep takes this many columns, however long it was; its length is written in them. */
const NAP = 4;
/** So many waits are named. */
const NAMED = 3;
const NONE = Object.freeze([]);
const alike = (a, b) => a.length === b.length && a.every((wait, k) => wait === b[k]);

class Row {
  constructor(name, made) {
    Object.assign(this, { name, made, at: [], kind: [], waits: [], branches: [] });
  }
  /** From event `i` on the row is in state `kind`; `waits` are its open waits. */
  begin(i, kind, waits = NONE) {
    const last = this.at.length - 1,
      isSame = this.kind[last] === kind && kind !== BAR.POLL;
    if (isSame && (kind !== BAR.WAIT || alike(this.waits[last], waits))) return;
    const k = this.at[last] === i ? last : last + 1;
    [this.at[k], this.kind[k], this.waits[k]] = [i, kind, waits];
  }
  /** A row below it, for a branch. */
  below(number, more) {
    return Object.assign(new Row(`branch ${number}`, ""), more);
  }
  /** The index of the bar that event `i` lies in; -1 before the first. */
  barAt(i) {
    return K.upTo(this.at, i);
  }
  /** On what it waits; "" if no wait of it is open. */
  noteAt(k) {
    const all = [...new Set(K.inOrder(this.waits[k].map(({ on }) => K.onShort(on))))];
    return all.slice(0, NAMED).join(", ") + (all.length > NAMED ? " …" : "");
  }
  get last() {
    return this.kind[this.kind.length - 1];
  }
}

const ENDS = { ready: BAR.DONE, panicked: BAR.PANICKED, cancelled: BAR.CANCELLED };

/** One look at all events, in their order, and at what each has changed. */
class Reader {
  constructor() {
    Object.assign(this, { rows: new Map(), arrows: [], naps: [], park: -1 });
    this.scopes = new K.Scopes((name) => this.row(name));
  }
  row(name, made = "") {
    if (!this.rows.has(name)) this.rows.set(name, new Row(name, made));
    return this.rows.get(name);
  }
  read(e, s) {
    if (e.anew) {
      for (const t of s.tasks.values()) this.task(t, e, s);
      for (const j of s.jobs.values()) this.job(j, j.name, e);
      this.scopes.were(e);
    }
    this.changes(e.then, e, s);
    for (const list of e.also) this.changes(list, e, s);
    if (e.ev === "Join" && e.outcome === "panicked") this.sayPanicked(this.rows.get(e.task));
    if (e.ev === "Wake" && !K.isAdmission(e))
      this.arrows.push({ i: e.i, from: e.by?.task, to: e.task, how: e.effect, wait: e.wait });
    this.scopes.read(e);
  }
  changes(list, e, s) {
    if (Array.isArray(list))
      for (let k = 0; k + 2 < list.length; k += 3)
        this.change(list[k], list[k + 1], list[k + 2], e, s);
  }
  change(table, name, what, e, s) {
    if (table === "tasks" && (what?.where || !this.rows.has(name)))
      this.task(s.tasks.get(name), e, s);
    else if (table === "jobs") this.job(s.jobs.get(name), name, e);
    else if (table === "loop") this.loop(s, e.i);
  }
  task(t, e, s) {
    if (!t) return;
    const { i } = e,
      isNew = !this.rows.has(t.name),
      parent = e.ev === "Spawn" && t.kind !== "main" ? e.run : null,
      row = this.row(t.name, t.made?.text ?? (e.ev === "Spawn" ? "made in other code" : ""));
    row.local = t.kind === "local";
    if (isNew && parent) this.arrows.push({ i, from: parent, to: t.name, how: "spawn" });
    switch (t.where) {
      case "queued":
        return row.begin(i, BAR.READY);
      case "polling":
        return row.begin(i, BAR.POLL);
      case "waiting":
        this.scopes.settles(t.name, i);
        return row.begin(i, BAR.WAIT, K.openNow(t.name));
    }
    this.scopes.over(t.name, i);
    // (Where its end is missing, a later event says how it ended.)
    if (row.last === BAR.DONE) row.kind[row.kind.length - 1] = ENDS[t.how] ?? BAR.DONE;
    else row.begin(i, ENDS[t.how] ?? BAR.DONE);
  }
  job(j, name, { i, ran }) {
    const isNew = !this.rows.has(name),
      row = this.row(name, "the blocking pool"),
      over = K.trace.panicked.has(name) ? BAR.PANICKED : BAR.DONE;
    row.job ??= { waited: null, ran: null };
    if (j) row.job.waited = j.waited;
    else row.job.ran = ran ?? null;
    if (!j) row.begin(i, row.job.ran === null ? BAR.CANCELLED : over);
    else if (j.waited === null) row.begin(i, BAR.QUEUED);
    else row.begin(i, K.openNow(name).length ? BAR.WAIT : BAR.JOB, K.openNow(name));
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
      clock = header.clock === "paused" ? t : real; // (what recording took was no sleep)
    this.naps.push({ from: this.park, to: i, ns: Math.max(0, clock[i] - clock[this.park]) });
    this.park = -1;
  }
}

/** Where each event stands, in columns: x[i] is the left edge of event i, x[n] the right end.
 * Other threads may tell something during a sleep: it is folded where it was longest without a
 * word (`at`). */
function columnsOf({ count, t }, naps) {
  const x = new Float64Array(count + 1);
  for (const nap of naps)
    for (let i = (nap.at = nap.from); i < nap.to; i++)
      if (t[i + 1] - t[i] > t[nap.at + 1] - t[nap.at]) nap.at = i;
  const folded = new Set(naps.map((nap) => nap.at));
  for (let i = 0, at = 0; i < count; i++) {
    x[i] = at;
    at += folded.has(i) ? NAP : 1;
    x[i + 1] = at;
  }
  return x;
}

/** The same where width is time: each event as wide as the time until the next. A sleep is wide
 * enough to be seen in the whole of a long run, too, but many sleeps have no more than about a
 * quarter of it. */
K.timeColumns = function (trace, { naps }) {
  const { real, count } = trace,
    nap = Math.max(NAP, count * Math.min(0.01, 0.25 / naps.length)),
    folded = new Map(
      naps.flatMap(({ from, to }) =>
        Array.from({ length: to - from }, (_, k) => [from + k, nap / (to - from)]),
      ),
    );
  const long = (i) => (i + 1 < count && !folded.has(i) ? Math.max(0, real[i + 1] - real[i]) : 0);
  let all = 0;
  for (let i = 0; i < count; i++) all += long(i);
  const x = new Float64Array(count + 1),
    unit = all > 0 ? Math.max(1, count - folded.size) / all : 0;
  for (let i = 0; i < count; i++) x[i + 1] = x[i] + (folded.get(i) ?? long(i) * unit);
  return Object.assign(x, { unit }); // (columns for a nanosecond)
};

K.on("begin", (trace) => {
  trace.reader = new Reader();
});
K.on("event", (e) => K.trace.reader.read(e, K.trace.state));

K.rowsOf = (trace) => {
  if (trace.lanes) return trace.lanes;
  const { rows, arrows, naps } = trace.reader,
    x = columnsOf(trace, naps);
  const lanes = (trace.lanes = { rows, arrows, naps, x, width: x[trace.count] });
  lanes.arrowAt = arrows.map((arrow) => arrow.i);
  lanes.napAt = naps.map((nap) => nap.from);
  return lanes;
};
K.BAR = BAR;
