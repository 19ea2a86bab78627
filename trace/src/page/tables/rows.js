// In which state was each task, from event to event?
//
// While the trace is read, the changes of each event become a row of bars for each task (ready,
// polling, waiting, done, cancelled …). A bar begins at one event and ends where the next bar
// begins. There are also arrows (which task woke or spawned which, and which wait a wake ended) and
// columns (one for each event; a sleep takes a few). Polls and the time in the queue are measured
// by the machine's clock, without the time that recording took; waits by the program's, since a
// timer goes on while recording takes time.
//
// Interface: `K.rowsOf(trace)`: the rows, arrows, sleeps and columns; `K.rowOf(name)`: one task's
// row; `K.timeColumns(trace, rows)`: columns whose width is time; `K.BAR`: the kinds of bars;
// `K.isOver(kind)`: does a task end with this bar? `K.barLength(kind, from, to, begin, end)`: the
// length in ns of a bar from event `from` to event `to`, as far as it lies between two times.
// A row has parallel lists with an entry for each bar: `at` (its first event), `kind`, `waits`
// (open meanwhile, see waits.js); and `barAt(i)`, `wordsAt(k)`, `last`, `taken`.
// Invariant: the bars of a row are in order and leave no gap.
// Not here: branches (scopes.js), pixels (lanes.js), the state after an event (fold.js).

/** The kinds of bars. `QUEUED`, then `JOB`: a job of the blocking pool. `WON`: the branch that
 * ended a `select!`. */
const KINDS = "NONE READY POLL WAIT DONE CANCELLED PANICKED JOB WON QUEUED".split(" "),
  BAR = Object.fromEntries(KINDS.map((kind, number) => [kind, number])),
  OPEN = [BAR.READY, BAR.POLL, BAR.WAIT, BAR.JOB, BAR.QUEUED];
K.BAR = BAR;
/** Is a task or branch over if its last bar is of this kind? */
K.isOver = (kind) => !OPEN.includes(kind);
/** A sleep takes this many columns, however long it was; its length is written in them. */
const SLEEP = 4;
/** At most this many waits are named beside a bar. */
const NAMED = 3;
const NONE = Object.freeze([]);
const areEqual = (a, b) => a.length === b.length && a.every((wait, k) => wait === b[k]);

class Row {
  constructor(name, made) {
    Object.assign(this, { name, made, at: [], kind: [], waits: [], branches: [] });
  }
  /** From event `i` on the row is in state `kind`; `waits` are its open waits. */
  begin(i, kind, waits = NONE) {
    const last = this.at.length - 1,
      isSame = this.kind[last] === kind && kind !== BAR.POLL;
    if (isSame && (kind !== BAR.WAIT || areEqual(this.waits[last], waits))) return;
    const k = this.at[last] === i ? last : last + 1;
    [this.at[k], this.kind[k], this.waits[k]] = [i, kind, waits];
  }
  /** A new row below this one, for a branch. */
  branch(number, more) {
    return Object.assign(new Row(`branch ${number}`, ""), more);
  }
  /** The index of the bar that event `i` lies in; -1 before the first. */
  barAt(i) {
    return K.lastAtMost(this.at, i);
  }
  /** The words beside bar `k`: what it waits for; "" if no wait is open. */
  wordsAt(k) {
    const all = [...new Set(K.sortedWords(this.waits[k].map(({ on }) => K.resourceLabel(on))))];
    return all.slice(0, NAMED).join(", ") + (all.length > NAMED ? " …" : "");
  }
  get last() {
    return this.kind[this.kind.length - 1];
  }
  /** Of a job: the bar that begins where a thread took it. */
  get taken() {
    return this.kind.findIndex((kind) => kind === BAR.JOB || kind === BAR.WAIT);
  }
}

const ENDS = { ready: BAR.DONE, panicked: BAR.PANICKED, cancelled: BAR.CANCELLED };

/** Makes the rows from all events in their order. */
class Reader {
  constructor() {
    Object.assign(this, { rows: new Map(), arrows: [], sleeps: [], park: -1 });
    this.scopes = new K.Scopes((name) => this.row(name));
  }
  row(name, made = "") {
    if (!this.rows.has(name)) this.rows.set(name, new Row(name, made));
    return this.rows.get(name);
  }
  read(e, s) {
    for (const [table, name, what] of K.changesOf(e)) this.change(table, name, what, e, s);
    if (e.outcome === "panicked") this.markPanicked(this.rows.get(e.task));
    if (e.ev === "Wake" && !K.isAdmission(e))
      this.arrows.push({ i: e.i, from: e.by?.task, to: e.task, how: e.effect, wait: e.wait });
    this.scopes.read(e);
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
        this.scopes.pollEnded(t.name, i);
        return row.begin(i, BAR.WAIT, K.openNow(t.name));
    }
    this.scopes.taskEnded(t.name, i);
    // If the record of its end is missing, a later event says how it ended.
    if (row.last === BAR.DONE) row.kind[row.kind.length - 1] = ENDS[t.how] ?? BAR.DONE;
    else row.begin(i, ENDS[t.how] ?? BAR.DONE);
  }
  job(j, name, { i, ran }) {
    const isNew = !this.rows.has(name),
      row = this.row(name, "the blocking pool");
    row.job ??= { waited: null, ran: null, over: BAR.DONE };
    if (j) row.job.waited = j.waited;
    else row.job.ran = ran ?? null;
    if (!j) row.begin(i, row.job.ran === null ? BAR.CANCELLED : row.job.over);
    else if (j.waited === null) row.begin(i, BAR.QUEUED);
    else row.begin(i, K.openNow(name).length ? BAR.WAIT : BAR.JOB, K.openNow(name));
    if (isNew && j?.by) this.arrows.push({ i, from: j.by, to: name, how: "spawn" });
  }
  /** The event of a job's end doesn't say how it ended; that of its join does, before or after. */
  markPanicked(row) {
    if (!row?.job) return;
    row.job.over = BAR.PANICKED;
    if (row.last === BAR.DONE) row.kind[row.kind.length - 1] = BAR.PANICKED;
  }
  loop(s, i) {
    if (s.parked && this.park < 0) this.park = i;
    if (s.parked || this.park < 0) return;
    const { header, t, real } = K.trace,
      clock = header.clock === "paused" ? t : real; // (what recording took was no sleep)
    this.sleeps.push({ from: this.park, to: i, ns: Math.max(0, clock[i] - clock[this.park]) });
    this.park = -1;
  }
}

/** The left edge of each event in columns; x[count] is the right end. */
function edges(count, widthOf) {
  const x = new Float64Array(count + 1);
  for (let i = 0; i < count; i++) x[i + 1] = x[i] + widthOf(i);
  return x;
}
/** Other threads may record events during a sleep, so its columns are at the longest time between
 * two of these. */
function columnsOf({ count, t }, sleeps) {
  const folded = new Set();
  for (const { from, to } of sleeps) {
    let longest = from;
    for (let i = from; i < to; i++) if (t[i + 1] - t[i] > t[longest + 1] - t[longest]) longest = i;
    folded.add(longest);
  }
  return edges(count, (i) => (folded.has(i) ? SLEEP : 1));
}

/** Columns whose width is time: an event is as wide as the time until the next one. A sleep is wide
 * enough to be seen even if a long run is shown whole, but many sleeps together take no more than
 * about a quarter of the width. */
K.timeColumns = function ({ real, count }, { sleeps }) {
  const wide = Math.max(SLEEP, count * Math.min(0.01, 0.25 / sleeps.length)),
    folded = new Map(); // the width of each event during a sleep
  for (const { from, to } of sleeps)
    for (let i = from; i < to; i++) folded.set(i, wide / (to - from));
  const lengthOf = (i) =>
    i + 1 < count && !folded.has(i) ? Math.max(0, real[i + 1] - real[i]) : 0;
  let all = 0;
  for (let i = 0; i < count; i++) all += lengthOf(i);
  const unit = all > 0 ? Math.max(1, count - folded.size) / all : 0; // columns for a nanosecond
  return edges(count, (i) => folded.get(i) ?? lengthOf(i) * unit);
};

K.on("begin", (trace) => {
  trace.reader = new Reader();
});
K.on("event", (e) => K.trace.reader.read(e, K.trace.state));

K.rowsOf = function (trace) {
  if (trace.lanes) return trace.lanes;
  const { rows, arrows, sleeps } = trace.reader,
    [arrowAt, sleepAt] = [arrows.map(({ i }) => i), sleeps.map(({ from }) => from)];
  return (trace.lanes = { rows, arrows, arrowAt, sleeps, sleepAt, x: columnsOf(trace, sleeps) });
};
K.rowOf = (name) => K.rowsOf(K.trace).rows.get(name);

// ----- how long a bar lasted -----

/** (`real`: each event's time by the machine's clock, less what recording took up to there.) */
K.barLength = function (kind, from, to, begin = -Infinity, end = Infinity) {
  const { t, real, last } = K.trace,
    until = Math.min(to, last);
  const part = Math.min(t[until], end) - Math.max(t[from], begin);
  if (part < 0) return 0;
  return kind === BAR.WAIT ? part : growth(real, from, until, begin, end);
};
/** How much a running total (a value for each event) grows from one event to another, between
 * these times of the program. */
function growth(sum, from, to, begin, end) {
  const { t } = K.trace;
  // Between two events the total grows evenly.
  function sumAt(time) {
    const k = Math.min(Math.max(K.lastAtMost(t, time), from), to - 1),
      step = t[k + 1] - t[k];
    return step > 0 ? sum[k] + (sum[k + 1] - sum[k]) * ((time - t[k]) / step) : sum[k];
  }
  if (end < t[from] || begin > t[to]) return 0;
  return (end < t[to] ? sumAt(end) : sum[to]) - (begin > t[from] ? sumAt(begin) : sum[from]);
}
