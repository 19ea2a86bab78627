// In which state was each task, from event to event?
//
// While the trace is read, the changes of each event become a row of bars for each task (ready,
// polling, waiting, done, cancelled …). A bar begins at one event and ends where the next bar
// begins. There are also arrows (which task woke or spawned which, and which wait a wake ended) and
// columns (one for each event; a sleep takes a few). Polls and the time in the queue are measured
// by the machine's clock, without what recording took; waits by the program's, as timers go on.
//
// Interface (all scripts share `K`):
// - `K.rowsOf(trace)`: `rows` by name, `arrows`, `sleeps` (each from one event to another, `ns`
//   long), and `x`, the left edge of each event in columns.
// - `K.rowOf(name)`: a `Row`. Its bars are in parallel lists: bar `k` begins at event `at[k]`, is
//   of kind `kind[k]`, and the waits `waits[k]` are open meanwhile (waits.js).
// - `K.BAR`: the kinds of bars; `K.isOver(kind)`: does a task end with this bar?
// - `K.barLength(kind, from, to, begin, end)`: the length in ns of a bar from one event to another,
//   within two times; `K.timeColumns(trace, rows)`: `x` for columns whose width is time.
// Invariant: the bars of a row are in order and leave no gap.
// Not here: branches (scopes.js), pixels (draw.js), the state after an event (fold.js).

// `NONE`: of a branch that is neither polled nor has a wait. `QUEUED`, then `JOB`: of a job of the
// blocking pool, before and while a thread runs it. `WON`: of the branch that ended a `select!`.
const KINDS = "NONE READY POLL WAIT DONE CANCELLED PANICKED JOB WON QUEUED".split(" "),
  BAR = Object.fromEntries(KINDS.map((kind, number) => [kind, number])),
  OPEN = [BAR.READY, BAR.POLL, BAR.WAIT, BAR.JOB, BAR.QUEUED];
K.BAR = BAR;
K.isOver = (kind) => !OPEN.includes(kind);
const MOST_NAMED = 3;

/** `made`: the line that spawned its task; `branches`: the rows of its branches (scopes.js). */
const Row = (K.Row = class {
  constructor(name, made) {
    Object.assign(this, { name, made, at: [], kind: [], waits: [], branches: [] });
  }
  /** From event `i` on the row is in state `kind`; `waits` are its open waits. */
  begin(i, kind, waits = K.NONE) {
    const last = this.at.length - 1,
      isSame = this.kind[last] === kind && kind !== BAR.POLL; // each poll is a bar of its own
    if (isSame && (kind !== BAR.WAIT || areEqual(this.waits[last], waits))) return;
    const k = this.at[last] === i ? last : last + 1; // a bar without length is replaced
    [this.at[k], this.kind[k], this.waits[k]] = [i, kind, waits];
  }
  /** The index of the bar that event `i` lies in; -1 before the first. */
  barAt(i) {
    return K.lastAtMost(this.at, i);
  }
  /** The words beside bar `k`: what it waits for; "" if no wait is open. */
  wordsAt(k) {
    const words = K.sortedWords(this.waits[k].map(({ on }) => K.resourceLabel(on))),
      different = [...new Set(words)];
    return different.slice(0, MOST_NAMED).join(", ") + (different.length > MOST_NAMED ? " …" : "");
  }
  /** The kind of its last bar. */
  get last() {
    return this.kind.at(-1);
  }
  set last(kind) {
    this.kind[this.kind.length - 1] = kind;
  }
  /** Of a job: the bar that begins where a thread took it. */
  get taken() {
    return this.kind.findIndex((kind) => kind === BAR.JOB || kind === BAR.WAIT);
  }
});
const areEqual = (a, b) => a.length === b.length && a.every((wait, k) => wait === b[k]);

// ----- while the trace is read -----

const ENDS = { ready: BAR.DONE, panicked: BAR.PANICKED, cancelled: BAR.CANCELLED };

/** Makes the rows from all events in order. `parkedAt`: where the thread fell asleep, or null. */
class Reader {
  constructor() {
    Object.assign(this, { rows: new Map(), arrows: [], sleeps: [], parkedAt: null });
    this.scopes = new K.Scopes((name) => this.row(name));
  }
  row(name, made = "") {
    if (!this.rows.has(name)) this.rows.set(name, new Row(name, made));
    return this.rows.get(name);
  }
  /** `state` is the state after the event. An event lists the records that it changed (fold.js). */
  read(event, state) {
    for (const [table, name, values] of K.changesOf(event)) {
      if (table === "tasks" && (values?.where || !this.rows.has(name)))
        this.readTask(state.tasks.get(name), event);
      else if (table === "jobs") this.readJob(state.jobs.get(name), name, event);
      else if (table === "loop") this.readLoop(state, event.i);
    }
    const { i, ev, task, by, effect, wait } = event;
    if (event.outcome === "panicked") this.markPanicked(this.rows.get(task));
    if (ev === "Wake" && !K.isAdmission(event))
      this.arrows.push({ i, from: by?.task, to: task, how: effect, wait });
    this.scopes.read(event);
  }
  readTask(task, { i, ev, run }) {
    if (!task) return;
    const { name, where, kind, made, how } = task,
      isNew = !this.rows.has(name),
      spawner = ev === "Spawn" && kind !== "main" ? run : null,
      row = this.row(name, made?.text ?? (ev === "Spawn" ? "made in other code" : ""));
    row.isLocal = kind === "local";
    if (isNew && spawner) this.arrows.push({ i, from: spawner, to: name, how: "spawn" });
    if (where === "queued") row.begin(i, BAR.READY);
    else if (where === "polling") row.begin(i, BAR.POLL);
    else if (where === "waiting") {
      this.scopes.pollEnded(name, i);
      row.begin(i, BAR.WAIT, K.openNow(name));
    } else {
      const end = ENDS[how] ?? BAR.DONE;
      this.scopes.taskEnded(name, i);
      // If the record of its end is missing, a later event says how it ended.
      if (row.last === BAR.DONE) row.last = end;
      else row.begin(i, end);
    }
  }
  /** `job` is the job's record in the state (fold.js), undefined when it is over. */
  readJob(job, name, { i, ran = null }) {
    const isNew = !this.rows.has(name),
      row = this.row(name, "the blocking pool"),
      waits = K.openNow(name);
    row.job ??= { waited: null, ran: null, end: BAR.DONE }; // measured by its thread, in ns
    if (!job) {
      row.job.ran = ran;
      return row.begin(i, ran === null ? BAR.CANCELLED : row.job.end);
    }
    row.job.waited = job.waited;
    if (job.waited === null) row.begin(i, BAR.QUEUED);
    else row.begin(i, waits.length ? BAR.WAIT : BAR.JOB, waits);
    if (isNew && job.by) this.arrows.push({ i, from: job.by, to: name, how: "spawn" });
  }
  /** The event of a job's end doesn't say how it ended; that of its join does, before or after. */
  markPanicked(row) {
    if (!row?.job) return;
    row.job.end = BAR.PANICKED;
    if (row.last === BAR.DONE) row.last = BAR.PANICKED;
  }
  readLoop({ parked }, i) {
    const { header, t, real } = K.trace,
      clock = header.clock === "paused" ? t : real, // (what recording took was no sleep)
      from = this.parkedAt;
    if (!parked && from !== null)
      this.sleeps.push({ from, to: i, ns: Math.max(0, clock[i] - clock[from]) });
    this.parkedAt = parked ? (from ?? i) : null;
  }
}
K.on("begin", (trace) => (trace.reader = new Reader()));
K.on("event", (event) => K.trace.reader.read(event, K.trace.state));

K.rowsOf = function (trace) {
  if (trace.rows) return trace.rows;
  const { rows, arrows, sleeps } = trace.reader;
  return (trace.rows = { rows, arrows, sleeps, x: columnsOf(trace, sleeps) });
};
K.rowOf = (name) => K.rowsOf(K.trace).rows.get(name);

// ----- columns -----

const SLEEP = 4; // columns, however long the sleep was; its length is written in them
/** The left edge of each event in columns, and behind the last one the right end. */
function edges(count, widthOf) {
  const x = new Float64Array(count + 1);
  for (let i = 0; i < count; i++) x[i + 1] = x[i] + widthOf(i);
  return x;
}
/** Other threads may record events in a sleep. Its columns are at the longest time between two. */
function columnsOf({ count, t }, sleeps) {
  const wide = new Set();
  for (const { from, to } of sleeps) {
    let longest = from;
    for (let i = from; i < to; i++) if (t[i + 1] - t[i] > t[longest + 1] - t[longest]) longest = i;
    wide.add(longest);
  }
  return edges(count, (i) => (wide.has(i) ? SLEEP : 1));
}
/** Columns whose width is time: an event is as wide as the time until the next one. A sleep is wide
 * enough to be seen in a long run, but all sleeps take at most about a quarter of the width. */
K.timeColumns = function ({ real, count }, { sleeps }) {
  const wide = Math.max(SLEEP, count * Math.min(0.01, 0.25 / sleeps.length)),
    asleep = new Map(); // the width of each event during a sleep
  for (const { from, to } of sleeps)
    for (let i = from; i < to; i++) asleep.set(i, wide / (to - from));
  const lengthOf = (i) =>
    i + 1 < count && !asleep.has(i) ? Math.max(0, real[i + 1] - real[i]) : 0;
  const total = edges(count, lengthOf)[count],
    perNs = total > 0 ? Math.max(1, count - asleep.size) / total : 0;
  return edges(count, (i) => asleep.get(i) ?? lengthOf(i) * perNs);
};

// ----- how long a bar lasted -----

K.barLength = function (kind, from, to, begin = -Infinity, end = Infinity) {
  const { t, real, last } = K.trace,
    until = Math.min(to, last),
    ns = Math.min(t[until], end) - Math.max(t[from], begin);
  if (ns < 0) return 0;
  return kind === BAR.WAIT ? ns : growth(real, from, until, begin, end);
};
/** How much a running total (a value for each event) grows from one event to another, between
 * these times of the program. Between two events it grows evenly. */
function growth(total, from, to, begin, end) {
  const { t } = K.trace;
  function totalAt(time) {
    const k = Math.min(Math.max(K.lastAtMost(t, time), from), to - 1);
    return total[k] + (total[k + 1] - total[k]) * K.shareOf(time, t[k], t[k + 1]);
  }
  if (end < t[from] || begin > t[to]) return 0;
  const first = begin > t[from] ? totalAt(begin) : total[from];
  return (end < t[to] ? totalAt(end) : total[to]) - first;
}
