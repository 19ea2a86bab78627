// Who could end a wait, and where did the time go?
//
// Each answer follows the pointers that the record gives, and is made of these; the words for an
// answer link to the events. A question that no record answers, such as who will send a value, is
// not asked.
//
// Interface: `K.enders(wait, state)`: the tasks and jobs that could end it, as far as the record
// names any. `K.timesOf(name, begin, until, seen)`: sums of its time by
// cause, each `{what, wait, ns, times, longest, from, open}`, and how many `polls` (`open`: the
// longest isn't over); `K.sumsOf(parts)`; `K.lifeOf(name)`.
// Not here: what bounded it (bounds.js), words (words/), verdicts (they come with the trace).

const { BAR } = K;

K.enders = function (wait, s) {
  const { on, task } = wait;
  if (K.askOf(wait, s.i)?.own === false) return [];
  if (on.task) return [on.task];
  const ofSets = K.allWaits(task, s.i).filter(({ scope }) => K.trace.sets.has(scope));
  if (on.value && !K.isChannel(on.value)) return ofSets.map(({ on }) => on.task);
  return [...new Set(K.holdersOf(s.primitives.get(on.sync)).map(({ who }) => who))];
};

// ----- where the time went -----

/** Parts of time by task and cause, the largest sum first; all but its length is the longest
 * part's. */
K.sumsOf = function (parts) {
  const sums = new Map();
  for (const { ns, ...part } of parts) {
    const { who, what, wait } = part,
      key = [who, what, wait?.on.timer ? "" : K.onWhat(wait?.on), wait?.at?.text].join(),
      sum = sums.get(key) ?? { ns: 0, times: 0, longest: -1 };
    sums.set(key, sum);
    sum.ns += ns;
    sum.times += 1;
    if (ns > sum.longest) Object.assign(sum, part, { longest: ns });
  }
  return [...sums.values()].sort((a, b) => b.ns - a.ns || b.open - a.open);
};

const OWN = { [BAR.POLL]: "poll", [BAR.READY]: "ready", [BAR.JOB]: "job", [BAR.QUEUED]: "queue" };

/** The wait for which a bar was one: the wake at its end names it, or it is still open. */
function waitOf(row, k, seen) {
  const end = row.at[k + 1],
    open = !(end <= seen),
    wait = open ? K.openWaits(row.name, row.at[k])[0] : K.waitAt(end);
  if (wait?.done < end) return { what: "stale", wait: null, open: false };
  return { what: wait ? "wait" : "code", wait: wait ?? null, open };
}
/** The parts of a bar within a stretch. */
function partsOf(row, k, [begin, until, seen]) {
  const from = row.at[k],
    kind = row.kind[k],
    end = row.at[k + 1] ?? K.trace.count,
    ns = K.lasted(row.job ? BAR.WAIT : kind, from, Math.min(end, seen), begin, until),
    open = end > seen || end === K.trace.count;
  if (OWN[kind]) return ns > 0 || kind === BAR.POLL ? [{ what: OWN[kind], ns, from, open }] : [];
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

/** From when to when there was this task or job, by the program's clock. */
K.lifeOf = function (name) {
  const { t, last } = K.trace,
    row = K.rowsOf(K.trace).rows.get(name);
  return row ? [t[row.at[0]], t[K.isOver(row.last) ? row.at.at(-1) : last]] : [t[0], t[last]];
};
