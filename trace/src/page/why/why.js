// Who could end a wait, and where did a task's time go?
//
// Both answers only follow the pointers in the record. What no record can tell, such as who will
// send a value, isn't guessed.
//
// Interface: `K.whoCanEnd(wait, state)`: the tasks and jobs that could end it, if the record names
// any. `K.timesOf(name, begin, until, seen)`: the task's time summed by cause, the largest sum
// first, as `[{what, wait, ns, times, longest, from, open}]`, and the number of its `polls`. `from`
// is where the longest part of a sum begins; `open`: that part isn't over. `K.sumsOf(parts)` makes
// such sums; `K.lifeOf(name)`: `[begin, end]` of a task or job.
// Not here: the critical path (bounds.js), words (words/), verdicts (the trace brings them).

const { BAR } = K;

K.whoCanEnd = function (wait, s) {
  const { on, task } = wait;
  if (K.lastAsk(wait, s.i)?.own === false) return [];
  if (on.task) return [on.task];
  const ofSets = K.allWaits(task, s.i).filter(({ scope }) => K.trace.sets.has(scope));
  if (on.value && !K.isChannel(on.value)) return ofSets.map(({ on }) => on.task);
  return [...new Set(K.holdersOf(s.primitives.get(on.sync)).map(({ who }) => who))];
};

// ----- where the time went -----

/** Sums parts of time by task and cause. `from`, `wait` and `open` are the longest part's. */
K.sumsOf = function (parts) {
  const sums = new Map();
  for (const { ns, ...part } of parts) {
    const { who, what, wait } = part,
      key = [who, what, wait?.on.timer ? "" : K.resourceWords(wait?.on), wait?.at?.text].join(),
      sum = sums.get(key) ?? { ns: 0, times: 0, longest: -1 };
    sums.set(key, sum);
    sum.ns += ns;
    sum.times += 1;
    if (ns > sum.longest) Object.assign(sum, part, { longest: ns });
  }
  return [...sums.values()].sort((a, b) => b.ns - a.ns || b.open - a.open);
};

/** Bars that name their cause themselves. */
const CAUSES = {
  [BAR.POLL]: "poll",
  [BAR.READY]: "ready",
  [BAR.JOB]: "job",
  [BAR.QUEUED]: "queue",
};

/** The wait behind a bar of waiting: the wake at the bar's end names it, or it is still open. */
function waitOf(row, k, seen) {
  const end = row.at[k + 1],
    open = !(end <= seen),
    wait = open ? K.openWaits(row.name, row.at[k])[0] : K.waitAt(end);
  if (wait?.done < end) return { what: "stale", wait: null, open: false };
  return { what: wait ? "wait" : "code", wait: wait ?? null, open };
}
/** The parts of bar `k` between two times, as known after event `seen`. */
function partsOf(row, k, [begin, until, seen]) {
  const from = row.at[k],
    kind = row.kind[k],
    end = row.at[k + 1] ?? K.trace.count,
    ns = K.barLength(row.job ? BAR.WAIT : kind, from, Math.min(end, seen), begin, until),
    open = end > seen || end === K.trace.count;
  if (CAUSES[kind])
    return ns > 0 || kind === BAR.POLL ? [{ what: CAUSES[kind], ns, from, open }] : [];
  if (kind !== BAR.WAIT || !(ns > 0 || open)) return [];
  const part = { ...waitOf(row, k, Math.min(seen, K.trace.last)), from },
    fired = part.wait ? K.event(part.wait.act) : null,
    late = fired?.ev === "TimerFire" ? Math.min(ns, fired.late ?? 0) : 0;
  if (late < K.TICK) return [{ ...part, ns }];
  return [
    { ...part, ns: ns - late },
    { ...part, what: "late", from: fired.i, ns: late, open: false },
  ];
}

K.timesOf = function (name, begin = -Infinity, until = Infinity, seen = Infinity) {
  const row = K.rowsOf(K.trace).rows.get(name),
    { t, last } = K.trace,
    parts = [];
  let polls = 0;
  for (let k = 0; k < (row?.at.length ?? 0) && row.at[k] <= seen; k++) {
    const from = t[row.at[k]];
    if (from > until || t[Math.min(row.at[k + 1] ?? last, last)] < begin) continue;
    polls += row.kind[k] === BAR.POLL && from >= begin;
    parts.push(...partsOf(row, k, [begin, until, seen]));
  }
  return Object.assign(K.sumsOf(parts), { polls });
};

K.lifeOf = function (name) {
  const { t, last } = K.trace,
    row = K.rowsOf(K.trace).rows.get(name);
  return row ? [t[row.at[0]], t[K.isOver(row.last) ? row.at.at(-1) : last]] : [t[0], t[last]];
};
