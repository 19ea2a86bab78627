// What bounded it (the critical path)?
//
// The chain of parts of which each, made a little longer, makes the whole longer. It is found from
// the end: an event came from the latest of its causes; from there on it goes on with what the
// other task did before that, or where a timer ended a wait, with what the task had done before it
// waited. What else was waited for meanwhile came in time, and has bounded nothing. It stops at a
// wait that something outside ended: the record doesn't say whether what came before it mattered.
// Where the thread was what it waited for, for a tick or more, it goes on with the poll that held
// that.
//
// Interface: `K.bounded(name, begin, until)`: `{parts, hops, stop}`: the parts from the end to the
// beginning, each `{who, what, wait, from, ns, after, open}`: what a task did or waited for, from
// which event, how long, and after how many hops. `what`: "poll", "ready", "timer", "late",
// "outside" (the system, another thread), "queue", "job", "code" (it waited for code other than
// kettle's), "stale" (it was woken for what it had given up), "open" (its wait isn't over). `hops`:
// `{who, next, how, wait, i}`: where it goes on with another task; `how` is the kind of event that
// it came from, or "thread". `stop`: why it goes no further:
// "begin", "before" (the record), "instant" (what set that deadline isn't recorded), "system",
// "thread", "code" (what ended that wait is outside), "steps". `K.pollOf(i)`: `{who, begin}`.
// Invariant: parts don't overlap in time, and leave nothing out but where the chain stops.
// Not here: what an event came from (the file says that), the chain in words (view/chain.js).

const { BAR } = K;
/** So many steps back are made. */
const STEPS = 100_000;

/** A virtual clock stands still in these. What recording took is in none of them. */
const OWN = ["poll", "ready"];
const BEGINS = ["PollStart", "BlockingRun"];
const timeAt = (i) => K.trace.t[Math.max(0, Math.min(i, K.trace.last))];

/** The poll, or the run of a job, in which event `i` happened: whose, and the event that began it;
 * undefined if it was in none. */
function pollOf(i) {
  const { ev, run, task } = K.event(i) ?? {},
    row = K.rowsOf(K.trace).rows.get(run ?? task),
    k = row?.job
      ? row.kind.findIndex((kind) => kind !== BAR.QUEUED)
      : row?.barAt(ev === "PollEnd" ? i - 1 : i),
    isIn = row?.job ? row.at[k] <= i : run || ev === "PollEnd",
    begin = row?.at[k];
  return isIn && BEGINS.includes(K.event(begin)?.ev) ? { who: row.name, begin } : undefined;
}
K.pollOf = pollOf;
/** The end of the poll before event `i`, if that came a tick or more after this time; undefined
 * if not. */
function heldUntil(i, time) {
  const polls = K.trace.index.byEv.get("PollEnd") ?? [],
    end = polls[K.upTo(polls, i - 1)];
  return end !== undefined && timeAt(end) - time >= K.TICK ? end : undefined;
}

class Chain {
  constructor(name, begin, until) {
    Object.assign(this, { begin, until, parts: [], hops: [], stop: null });
    let at = this.lastOf(name);
    for (let n = 0; at >= 0 && timeAt(at) > begin; n++)
      at = n === STEPS ? this.ends("steps") : this.back(at);
  }
  book(who, what, from, to, { wait = null, begin = timeAt(from), end = timeAt(to) } = {}) {
    const isOwn = OWN.includes(what) && K.trace.header.clock !== "paused",
      span = [Math.max(this.begin, begin), Math.min(this.until, end)],
      ns = isOwn ? K.lasted(BAR.POLL, from, to, ...span) : span[1] - span[0];
    if (ns > 0 || (what === "open" && ns === 0))
      this.parts.push({
        who,
        what,
        wait,
        from,
        ns,
        after: this.hops.length,
        open: what === "open",
      });
  }
  hop(i, cause, how, wait = null) {
    const [from, next] = [i, cause].map((at) => pollOf(at)?.who);
    if (next && next !== from) this.hops.push({ who: from, next, how, wait, i: cause });
    return cause;
  }
  /** What led to event `i`: the event to go on from; undefined where there is none. */
  back(i) {
    const poll = pollOf(i),
      n = poll && (K.event(i).from ?? K.event(poll.begin).from),
      from = K.event(K.indexOf(n));
    if (!poll) return this.ends(K.event(i).ev === "Spawn" ? "begin" : "thread");
    if (!from) return this.ends(n ? "before" : "begin");
    const held = this.polled(i, from.i, poll);
    if (held) return this.hop(i, held, "thread");
    if (from.ev === "Wake") return this.woken(from, i);
    if (from.ev !== "Served") return this.hop(i, from.i, from.ev);
    const wait = K.waitAt(from.i),
      act = K.backOf(from) ?? from;
    if (act.ev === "TimerFire") return this.slept(wait, act, i);
    if (act.ev === "SourceReady" || !pollOf(act.i)) return this.endsAfter(wait, act);
    return this.hop(i, act.i, act.ev, wait);
  }
  /** The task polled from the cause on, or was ready and then polled: which poll held the thread
   * meanwhile, if one did. */
  polled(i, cause, { who, begin }) {
    const isJob = !!K.rowsOf(K.trace).rows.get(who).job;
    this.book(who, isJob ? "job" : "poll", Math.max(cause, begin), i);
    if (isJob && cause < begin) this.book(who, "queue", cause, begin);
    if (isJob || cause > begin) return undefined;
    const held = heldUntil(begin, timeAt(cause));
    this.book(who, "ready", held ?? cause, begin);
    return held;
  }
  slept(wait, { i, late, from }, came) {
    const due = timeAt(i) - (late > 0 ? late : 0),
      held = heldUntil(i, due);
    this.book(wait.task, "late", held ?? i, i, { wait, begin: held ? timeAt(held) : due });
    if (held) return this.hop(came, held, "thread");
    const begin = this.waited(wait, "timer", i, due);
    return from ? begin : this.ends("instant");
  }
  /** What the system or another thread did ended the wait. */
  endsAfter(wait, act) {
    const begin = this.waited(wait, "outside", act.i, timeAt(act.i));
    return begin === undefined ? begin : this.ends(act.ev === "SourceReady" ? "system" : "thread");
  }
  waited(wait, what, to, end) {
    if (wait.begin === undefined) return this.ends("before");
    this.book(wait.task, what, wait.begin, to, { wait, end });
    return wait.begin;
  }
  /** Its waker was called for no wait, or for one that it had given up: in the poll of a task,
   * which is followed, or by code of which nothing is recorded. */
  woken(wake, i) {
    if (pollOf(wake.i)) return this.hop(i, wake.i, wake.ev);
    const { who } = pollOf(i),
      row = K.rowsOf(K.trace).rows.get(who),
      k = row.barAt(wake.i - 1);
    if (row.kind[k] !== BAR.WAIT) return this.ends("before");
    this.book(who, wake.wait ? "stale" : "code", row.at[k], wake.i);
    return this.ends("code");
  }

  /** The event of a task's at which a stretch ends: the end of its poll, or the beginning of the
   * next one. */
  lastOf(name) {
    const { t, last } = K.trace,
      row = K.rowsOf(K.trace).rows.get(name),
      seen = Math.min(last, Math.max(0, K.upTo(t, this.until)));
    for (let k = row?.barAt(seen) ?? -1; k >= 0 && k < row.at.length; k++) {
      if (row.kind[k] === BAR.POLL) return seen >= row.at[k] ? (row.at[k + 1] ?? last) : row.at[k];
      if (K.isOver(row.kind[k])) return row.at[k];
      if (k === row.at.length - 1) return this.open(row, k);
    }
    return this.ends("begin");
  }
  /** It goes on waiting where the record ends. */
  open(row, k) {
    const { last } = K.trace,
      [wait] = K.openWaits(row.name, last);
    this.book(row.name, "open", row.at[k], last, { wait });
    return row.at[k];
  }
  ends(why) {
    this.stop = why;
    return undefined;
  }
}

K.bounded = function (name, begin = -Infinity, until = Infinity) {
  const asked = [name, begin, until].join(); // (the page asks the same each time it is painted)
  if (K.trace.chain?.asked !== asked)
    K.trace.chain = { asked, found: new Chain(name, begin, until) };
  return K.trace.chain.found;
};
