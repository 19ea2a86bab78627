// What is the critical path of a task: which parts of the run bounded its time?
//
// The path is a chain of parts: had any of them taken longer, the whole would have taken longer. It
// is followed backwards from the end. At each event it goes on with the event's latest cause:
// - if another task caused it, with what that task did before;
// - if a timer ended the wait, with what the waiting task did before it began to wait;
// - if other polls held the thread for a tick or more, with the last of them (`held` in the file).
// It stops at a wait that something outside ended, because the record doesn't say what that
// depended on.
//
// Interface: `K.criticalPath(name, begin, until)` gives `{parts, hops, stop}`; `K.pollOf(i)` gives
// `{who, begin}`.
// - `parts`, from the end to the beginning: `{who, what, wait, from, ns, after, open}`: what a task
//   did or waited for (`what` as in why.js, and "timer", "outside" or "open" for a wait), from which
//   event, how long, and after how many hops.
// - `hops`: `{who, next, how, wait, i}`, where the chain goes on with another task; `how` is the
//   kind of event that was the cause, or "thread".
// - `stop`, why it goes no further: at the task's "begin", or for a reason in view/chain.js.
// Invariant: the parts don't overlap in time, and have no gap before the chain stops.
// Not here: the cause of an event (a number in the file), the chain in words (view/chain.js).

const { BAR } = K;

/** Parts measured by the machine's clock, because a virtual one stands still meanwhile. */
const BY_MACHINE = ["poll", "ready"];
const timeAt = (i) => K.trace.t[Math.min(i, K.trace.last)];

/** The poll, or the run of a job, in which event `i` happened: whose, and the event that began it;
 * undefined if it was in none. */
function pollOf(i) {
  const { ev, run, task } = K.event(i) ?? {},
    row = K.rowOf(run ?? task),
    isEnd = ev === "PollEnd",
    k = row?.job ? row.taken : row?.barAt(isEnd ? i - 1 : i),
    begin = row?.at[k],
    isIn = row?.job ? begin <= i : (run || isEnd) && row?.kind[k] === BAR.POLL;
  return isIn ? { who: row.name, begin } : undefined;
}
K.pollOf = pollOf;

class Chain {
  constructor(name, begin, until) {
    Object.assign(this, { begin, until, parts: [], hops: [], stop: null });
    let [next, at] = [this.lastOf(name), Infinity];
    // (In a trace that isn't ours an event could come from a later one.)
    for (; next < at && timeAt(next) > begin; next = this.back(at)) at = next;
  }
  addPart(who, what, from, to, { wait = null, begin = timeAt(from), end = timeAt(to) } = {}) {
    const isReal = BY_MACHINE.includes(what) && !K.trace.isPaused,
      span = [Math.max(this.begin, begin), Math.min(this.until, end)],
      ns = isReal ? K.barLength(BAR.POLL, from, to, ...span) : span[1] - span[0];
    const open = what === "open",
      after = this.hops.length;
    if (ns > 0 || (open && ns === 0)) this.parts.push({ who, what, wait, from, ns, after, open });
  }
  hop(i, cause, how, wait = null) {
    const [from, next] = [i, cause].map((at) => pollOf(at)?.who);
    if (next && next !== from) this.hops.push({ who: from, next, how, wait, i: cause });
    return cause;
  }
  /** One step back from event `i`: the event to go on from; undefined where the chain stops. */
  back(i) {
    const poll = pollOf(i);
    if (!poll) return this.stopAt(K.event(i).ev === "Spawn" ? "begin" : "thread");
    const came = [i, poll.begin].map(K.event).find((e) => e.from) ?? {},
      from = K.event(K.indexOf(came.from)),
      held = K.indexOf(came.held);
    if (!from) return this.stopAt(came.from ? "before" : "begin");
    if (this.addPoll(i, from.i, poll, held)) return this.hop(i, held, "thread");
    if (from.effect) return this.afterWake(from, i);
    const wait = K.waitAt(from.i),
      act = (wait && K.backOf(from)) ?? from;
    if (wait?.on?.timer) return this.afterTimer(wait, act, i);
    if (wait && !pollOf(act.i)) return this.stopAfter(wait, act);
    return this.hop(i, act.i, act.ev, wait);
  }
  /** From the cause on the task was polled, or was ready and then polled. Was it ready, and the
   * thread `held` by another poll meanwhile? */
  addPoll(i, cause, { who, begin }, held) {
    const isJob = !!K.rowOf(who).job;
    this.addPart(who, isJob ? "job" : "poll", Math.max(cause, begin), i);
    if (isJob && cause < begin) this.addPart(who, "queue", cause, begin);
    if (isJob || cause > begin) return false;
    this.addPart(who, "ready", held ?? cause, begin);
    return held !== undefined;
  }
  /** A timer ended the wait; `next` is the event after it. */
  afterTimer(wait, { i, late = 0, from, held: n }, next) {
    const due = timeAt(i) - late,
      held = K.indexOf(n);
    this.addPart(wait.task, "late", held ?? i, i, { wait, begin: timeAt(held) ?? due });
    if (held !== undefined) return this.hop(next, held, "thread");
    const begin = this.addWait(wait, "timer", i, due);
    return from ? begin : this.stopAt("instant");
  }
  /** The system or another thread ended the wait. */
  stopAfter(wait, act) {
    const begin = this.addWait(wait, "outside", act.i, timeAt(act.i));
    return begin === undefined ? begin : this.stopAt(wait.on?.source ? "system" : "thread");
  }
  addWait(wait, what, to, end) {
    if (wait.begin === undefined) return this.stopAt("before");
    this.addPart(wait.task, what, wait.begin, to, { wait, end });
    return wait.begin;
  }
  /** Its waker was called for no wait, or for one that it had given up: in the poll of a task,
   * which is followed, or by code of which nothing is recorded. */
  afterWake(wake, i) {
    if (pollOf(wake.i)) return this.hop(i, wake.i, wake.ev);
    const { who } = pollOf(i),
      row = K.rowOf(who),
      k = row.barAt(wake.i - 1);
    if (row.kind[k] !== BAR.WAIT) return this.stopAt("before");
    this.addPart(who, wake.wait ? "stale" : "code", row.at[k], wake.i);
    return this.stopAt("code");
  }

  /** The event of the task with which the stretch ends: the end of a poll, or the beginning of the
   * next one. */
  lastOf(name) {
    const { t, last } = K.trace,
      row = K.rowOf(name),
      seen = Math.min(last, Math.max(0, K.lastAtMost(t, this.until)));
    for (let k = row?.barAt(seen) ?? -1; k >= 0 && k < row.at.length; k++) {
      if (row.kind[k] === BAR.POLL) return seen >= row.at[k] ? (row.at[k + 1] ?? last) : row.at[k];
      if (K.isOver(row.kind[k])) return row.at[k];
      if (k < row.at.length - 1) continue;
      const [wait] = K.openWaits(name, last); // it still waits at the end of the record
      this.addPart(name, "open", row.at[k], last, { wait });
      return row.at[k];
    }
    return this.stopAt("begin");
  }
  stopAt(why) {
    this.stop = why;
    return undefined;
  }
}

K.criticalPath = function (name, begin = -Infinity, until = Infinity) {
  const key = [name, begin, until].join(); // each paint of the page needs the same chain
  if (K.trace.chain?.key !== key) K.trace.chain = { key, chain: new Chain(name, begin, until) };
  return K.trace.chain.chain;
};
