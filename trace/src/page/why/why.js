// Which tasks could end a wait, and where did a task's time go?
//
// Both answers only follow links in the record, such as the one from a wake to the wait that it
// ended. The page doesn't guess what no record says, such as which task will send a value.
//
// A *bar* is a stretch of a task's or job's life in one state: waiting, in a poll … (rows.js: bar
// `k` of a row begins at event `row.at[k]`, is of kind `row.kind[k]`, and ends where the next one
// begins). A wait (waits.js) is for the resource in its field `on`: `on.task` is a task whose end
// is awaited, `on.value` a channel or set, `on.sync` another primitive.
//
// Interface (all scripts share `K`):
// - `K.whoCanEnd(wait, state)`: the tasks and jobs that could end the wait, by the record.
// - `K.timesOf(name, begin, until, seen)`: the task's time between two times, as known after event
//   `seen`, summed by cause, the largest sum first; its field `polls` is the number of polls.
// - `K.sumsOf(parts)`: such sums, `[{who, what, wait, ns, times, longest, from, open}]`. `what` is
//   "poll", "ready", "job", "queue", "wait", "late" (the timer), "code" (code other than kettle's)
//   or "stale" (woken for a wait that was over); `ns` is the sum, `times` the number of parts,
//   `longest` the longest in ns, which begins at event `from`, and is `open` if it isn't over.
// - `K.lifeOf(name)`: the times at which a task or job begins and ends.
// Not here: the critical path (bounds.js), words (words/), verdicts (the trace contains them).

const { POLL, READY, WAIT, JOB, QUEUED } = K.BAR;

K.whoCanEnd = function (wait, state) {
  const { on, task } = wait;
  // The wait was last polled with a waker of other code, such as a combinator's. Which task a call
  // of that waker wakes isn't recorded.
  if (K.lastPoll(wait, state.i)?.own === false) return [];
  if (on.task) return [on.task];
  const isForSet = on.value && !K.isChannel(on.value);
  if (isForSet) {
    // The set itself has a wait for the end of each of its tasks, and each such end is enough.
    const waitsOfSets = K.allWaits(task, state.i).filter(({ branch }) => K.isSet(branch));
    return waitsOfSets.map(({ on }) => on.task);
  }
  // A wait for a lock, a permit or a place in a channel: whoever holds one can end it.
  return [...new Set(K.holdersOf(state.primitives.get(on.sync)).map(({ who }) => who))];
};

K.timesOf = function (name, begin = -Infinity, until = Infinity, seen = Infinity) {
  const row = K.rowOf(name),
    { t, last } = K.trace, // the time of each event, and the index of the last
    parts = [];
  let polls = 0;
  for (let k = 0; row?.at[k] <= seen; k++) {
    const from = t[row.at[k]],
      to = t[Math.min(row.at[k + 1] ?? last, last)];
    if (from > until || to < begin) continue;
    if (row.kind[k] === POLL && from >= begin) polls += 1;
    parts.push(...partsOf(row, k, begin, until, seen));
  }
  return Object.assign(K.sumsOf(parts), { polls });
};
/** Sums parts by task and cause. A sum has all other fields of its longest part. */
K.sumsOf = function (parts) {
  const sums = new Map();
  for (const { ns, ...part } of parts) {
    const { who, what, wait } = part,
      resource = wait?.on.timer ? "" : K.resourceWords(wait?.on), // all timers are one cause
      key = [who, what, resource, wait?.at?.text].join(),
      sum = sums.get(key) ?? { ns: 0, times: 0, longest: -1 };
    sums.set(key, sum);
    sum.ns += ns;
    sum.times += 1;
    if (ns > sum.longest) Object.assign(sum, part, { longest: ns });
  }
  return [...sums.values()].sort((a, b) => b.ns - a.ns || b.open - a.open); // open ones first
};

/** In ns, the resolution of the timer wheel: a timer that is less late than this isn't late. */
const TICK = 1e6;
/** The kinds of bars that need no wait to explain them. */
const CAUSES = { [POLL]: "poll", [READY]: "ready", [JOB]: "job", [QUEUED]: "queue" };
/** The part of bar `k` between two times, as known after event `seen`, in a list: none if the bar
 * takes no time there, unless it is a poll, which is counted, or still open. The delay of a timer
 * that fired late is another part. */
function partsOf(row, k, begin, until, seen) {
  const [from, kind] = [row.at[k], row.kind[k]],
    end = row.at[k + 1] ?? K.trace.count, // the last bar ends with the trace
    clockOf = row.job ? WAIT : kind, // a job is timed by the program's clock, as a wait is
    ns = K.barLength(clockOf, from, Math.min(end, seen), begin, until),
    open = end > seen || end === K.trace.count;
  if (CAUSES[kind]) return ns > 0 || kind === POLL ? [{ what: CAUSES[kind], ns, from, open }] : [];
  if (kind !== WAIT || !(ns > 0 || open)) return [];
  const part = { ...waitOf(row, k, Math.min(seen, K.trace.last)), from },
    fired = part.wait ? K.event(part.wait.cause) : null, // the event that served the wait
    late = fired?.ev === "TimerFire" ? Math.min(ns, fired.late ?? 0) : 0;
  if (late < TICK) return [{ ...part, ns }];
  const delay = { ...part, what: "late", from: fired.i, ns: late, open: false };
  return [{ ...part, ns: ns - late }, delay];
}
/** The wait behind a bar of waiting: the wake at the bar's end names it, or it is still open. */
function waitOf(row, k, seen) {
  const end = row.at[k + 1],
    open = end === undefined || end > seen,
    wait = open ? K.openWaits(row.name, row.at[k])[0] : K.waitAt(end);
  // The wait was over before this bar ended, so the wake came for nothing.
  if (wait?.done < end) return { what: "stale", wait: null, open: false };
  return { what: wait ? "wait" : "code", wait: wait ?? null, open };
}

K.lifeOf = function (name) {
  const { t, last } = K.trace,
    row = K.rowOf(name);
  return row ? [t[row.at[0]], t[K.isOver(row.last) ? row.at.at(-1) : last]] : [t[0], t[last]];
};
