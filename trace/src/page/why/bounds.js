// What is the critical path of a task: which parts of the run bounded its time?
//
// The path is a chain of parts: had any of them taken longer, the whole would have taken longer. It
// is followed backwards from the end. At each event it goes on with the event's latest cause:
// - if another task caused it, with what that task did before;
// - if a timer ended the wait, with what the waiting task did before it began to wait;
// - if other polls held the thread for a tick or more, with the last of them (`held` is its end).
// It stops at a wait that something outside ended: the record doesn't say what that depended on.
//
// Interface (all scripts share `K`): `K.pollOf(i)` gives `{who, begin}`: in whose poll, or run of a
// job, event `i` happened, and which event began it; undefined if it was in none.
// `K.criticalPath(name, begin, until)` gives
// - `parts`, from the end to the beginning: `{who, what, wait, from, ns, after, open}`: what a task
//   did, from which event, how long, and after how many hops. `what` is "poll", "ready", "job" or
//   "queue" (before a job) or, of a wait, "timer", "outside", "open" (it isn't over), "late" (since
//   its timer's deadline), "stale" (ended by a wake for a wait given up) or "code" (for no wait);
// - `hops`: `{who, next, how, wait, i}`, where the chain goes on with another task; `how` is the
//   kind of event that was the cause, or "thread";
// - `stop`, why it goes no further: at the task's "begin", or for a reason in view/answer.js.
// Invariant: the parts don't overlap in time, and have no gap before the chain stops.
// In the file, an event has the numbers of earlier ones: `from` is its cause (of a poll: a `Served`
// that ended a wait, or a `Spawn`, `Defer` or `Wake`), `back` the act that it completes (of a
// `Served`: the send or timer's end). Bar `k` of a row, of kind `kind[k]`, begins at event `at[k]`.
// Not here: rows (rows.js), waits (waits.js), the chain in words (view/answer.js).

const { BAR } = K;

K.criticalPath = function (name, begin = -Infinity, until = Infinity) {
  const key = [name, begin, until].join(); // each paint of the page needs the same chain
  if (K.trace.chain?.key !== key) K.trace.chain = { key, chain: new Chain(name, begin, until) };
  return K.trace.chain.chain;
};

K.pollOf = function (i) {
  const { ev, run, task } = K.event(i) ?? {},
    row = K.rowOf(run ?? task),
    isEnd = ev === "PollEnd", // then the bar of the poll is the one before
    k = row?.job ? row.taken : row?.barAt(isEnd ? i - 1 : i),
    begin = row?.at[k],
    isIn = row?.job ? begin <= i : (run || isEnd) && row?.kind[k] === BAR.POLL;
  return isIn ? { who: row.name, begin } : undefined;
};
/** Parts measured by the machine's clock, because a virtual one stands still meanwhile. */
const BY_MACHINE = ["poll", "ready"];
const timeAt = (i) => K.trace.t[Math.min(i, K.trace.last)];

/** The methods that follow the chain return the event to go on from; undefined where it stops. */
class Chain {
  constructor(name, begin, until) {
    Object.assign(this, { begin, until, parts: [], hops: [], stop: null });
    let [next, at] = [this.lastOf(name), Infinity];
    while (next < at && timeAt(next) > begin) {
      at = next;
      next = this.stepBack(at); // an earlier event, except in a trace that isn't ours
    }
  }
  /** The event with which the stretch ends: the end of a poll, or the beginning of the next. */
  lastOf(name) {
    const { t, last } = K.trace,
      row = K.rowOf(name),
      lastInside = Math.min(last, Math.max(0, K.lastAtMost(t, this.until))),
      current = row?.barAt(lastInside) ?? -1; // the bar that the stretch ends in
    if (current < 0) return this.stopAt("begin");
    if (row.kind[current] === BAR.POLL) return row.at[current + 1] ?? last;
    const isPollOrEnd = (kind, k) => k >= current && (kind === BAR.POLL || K.isOver(kind)),
      next = row.kind.findIndex(isPollOrEnd);
    if (next >= 0) return row.at[next];
    const [from, [wait]] = [row.at.at(-1), K.openWaits(name, last)]; // it still waits at the end
    this.addPart(name, "open", from, last, { wait });
    return from;
  }
  stepBack(i) {
    const poll = K.pollOf(i);
    if (!poll) return this.stopAt(K.event(i).ev === "Spawn" ? "begin" : "thread");
    // The event itself has a cause, or the poll in which it happened.
    const caused = [i, poll.begin].map(K.event).find(({ from }) => from) ?? {},
      cause = K.event(K.indexOf(caused.from)),
      held = K.indexOf(caused.held);
    if (!cause) return this.stopAt(caused.from ? "before" : "begin");
    const wasHeld = this.addPoll(i, cause.i, poll, held);
    if (wasHeld) return this.hop(i, held, "thread");
    if (cause.ev === "Wake") return this.afterWake(cause, i);
    const wait = K.waitAt(cause.i), // the wait that a `Served` names (waits.js)
      act = (wait && K.backOf(cause)) ?? cause;
    if (wait?.on?.timer) return this.afterTimer(wait, act, i);
    if (wait && !K.pollOf(act.i)) return this.stopAfter(wait, act);
    return this.hop(i, act.i, act.ev, wait);
  }
  /** From the cause on the task was polled, or was ready and then polled. Returns whether it was
   * ready, and the thread `held` by another poll meanwhile. */
  addPoll(i, cause, { who, begin }, held) {
    const isJob = !!K.rowOf(who).job;
    this.addPart(who, isJob ? "job" : "poll", Math.max(cause, begin), i);
    if (isJob && cause < begin) this.addPart(who, "queue", cause, begin);
    if (isJob || cause > begin) return false;
    this.addPart(who, "ready", held ?? cause, begin);
    return held !== undefined;
  }
  /** A timer ended the wait: `act` is its end, `next` the event after it. */
  afterTimer(wait, act, next) {
    const { i, late = 0, from } = act,
      due = timeAt(i) - late,
      held = K.indexOf(act.held);
    this.addPart(wait.task, "late", held ?? i, i, { wait, begin: timeAt(held) ?? due });
    if (held !== undefined) return this.hop(next, held, "thread");
    const begin = this.addWait(wait, "timer", i, due);
    return from ? begin : this.stopAt("instant"); // `from` is the wait that set the deadline
  }
  /** The system or another thread ended the wait, by `act`. */
  stopAfter(wait, act) {
    const begin = this.addWait(wait, "outside", act.i, timeAt(act.i));
    return begin === undefined ? begin : this.stopAt(wait.on?.source ? "system" : "thread");
  }
  /** Its waker was called for no wait, or for one that it had given up: in the poll of a task,
   * which is followed, or by code of which nothing is recorded. */
  afterWake(wake, i) {
    if (K.pollOf(wake.i)) return this.hop(i, wake.i, wake.ev);
    const { who } = K.pollOf(i),
      row = K.rowOf(who),
      k = row.barAt(wake.i - 1);
    if (row.kind[k] !== BAR.WAIT) return this.stopAt("before");
    this.addPart(who, wake.wait ? "stale" : "code", row.at[k], wake.i);
    return this.stopAt("code");
  }
  /** Goes on from event `cause`, which may be another task's than event `i`. */
  hop(i, cause, how, wait = null) {
    const [who, next] = [i, cause].map((at) => K.pollOf(at)?.who);
    if (next && next !== who) this.hops.push({ who, next, how, wait, i: cause });
    return cause;
  }
  addWait(wait, what, to, end) {
    if (wait.begin === undefined) return this.stopAt("before");
    this.addPart(wait.task, what, wait.begin, to, { wait, end });
    return wait.begin;
  }
  /** Adds what the task did from one event to another; `begin` and `end` are times. */
  addPart(who, what, from, to, { wait = null, begin = timeAt(from), end = timeAt(to) } = {}) {
    const isReal = BY_MACHINE.includes(what) && !K.trace.isPaused,
      within = [Math.max(this.begin, begin), Math.min(this.until, end)],
      ns = isReal ? K.barLength(BAR.POLL, from, to, ...within) : within[1] - within[0],
      open = what === "open",
      after = this.hops.length;
    if (ns > 0 || (open && ns === 0)) this.parts.push({ who, what, wait, from, ns, after, open });
  }
  stopAt(why) {
    this.stop = why;
  }
}
