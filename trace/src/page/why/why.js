// Why does a task run now, or not? What could end a wait, and where did the time go?
//
// Each answer follows the numbers of waits and the indices that the record gives, and is made of
// these; the words for an answer link to the events. A question that no record answers, such as who
// will send a value, is not asked.
//
// Interface: `K.whyNow(poll)`: `{how, i, wait, given}`, why it was polled: "spawn", "gave way",
// "wait", "code" (other than kettle's called its waker); `given`: that wait had been given up
// before. `K.couldEnd(wait, state)`: `{how, who, certain}`; `certain`: nothing else can.
// `K.circle(state)`: `[{name, wait}]`, each waits for the next, and nothing that is recorded can end
// these waits; empty if there is none. `K.timesOf(name, begin, until, seen)`: sums of its time by
// cause, each `{what, wait, ns, times, longest, from, open}`, and how many `polls` (`open`: the
// longest isn't over); `K.sumsOf(parts)`; `K.lifeOf(name)`.
// Not here: what came before (inputs.js), what bounded it (bounds.js), words (words/).

const { BAR } = K;

K.whyNow = function (poll) {
  const { inputs, index, admissions } = K.trace,
    wake = index.wakeOfPoll.get(poll);
  if (wake === undefined || admissions.has(wake))
    return { how: "spawn", i: inputs.spawns.get(K.event(poll).task) };
  if (inputs.gaveWay.has(wake)) return { how: "gave way", i: inputs.gaveWay.get(wake) };
  const wait = K.waitAt(wake);
  if (!wait) return { how: "code", i: wake };
  return { how: "wait", wait, i: wait.act ?? wake, given: wait.done < wake };
};

/** The tasks of the sets of this one that are not over. */
const setTasks = (name, i) =>
  K.allWaits(name, i)
    .filter(({ scope }) => K.trace.sets.has(scope))
    .map(({ on }) => on.task);

K.couldEnd = function (wait, s) {
  const { on, task } = wait;
  if (K.askOf(wait, s.i)?.own === false) return { how: "code", who: [], certain: false };
  if (on.timer) return { how: "clock", who: [], certain: true };
  if (on.task) return { how: "task", who: [on.task], certain: true };
  if (on.source) return { how: "system", who: [], certain: false };
  if (on.value && !K.isChannel(on.value))
    return { how: "set", who: setTasks(task, s.i), certain: true };
  const p = s.primitives.get(on.sync),
    holders = K.holdersOf(p).map(({ who }) => who);
  if (!p?.certain) return { how: "handles", who: [...new Set(holders)], certain: false };
  const before = K.inLine(s, on.sync).slice(0, Math.max(0, K.placeOf(s, on) - 1));
  return { how: "holders", who: [...new Set([...holders, ...before])], certain: true };
};

// ----- who waits for whom -----

/** The waiting tasks of which nothing that is recorded can end a wait, but each other. */
function stuckIn(s) {
  const waits = new Map(),
    behind = new Map(), // of each task those that wait for it
    free = [];
  for (const { name } of s.places.waiting) {
    const open = K.openWaits(name, s.i),
      enders = open.map((wait) => K.couldEnd(wait, s));
    if (!open.length) continue;
    waits.set(name, open);
    if (!enders.every(({ who, certain }) => certain && who.length)) free.push(name);
    for (const who of new Set(enders.flatMap(({ who }) => who))) K.put(behind, who, name);
  }
  for (const name of behind.keys()) if (!waits.has(name)) free.push(...behind.get(name));
  for (const name of free)
    // (it grows meanwhile)
    if (waits.delete(name)) for (const next of behind.get(name) ?? []) free.push(next);
  return waits;
}

K.circle = function (s) {
  const stuck = stuckIn(s),
    way = [];
  for (let name = stuck.keys().next().value; name; name = K.couldEnd(way.at(-1).wait, s).who[0]) {
    const met = way.findIndex((step) => step.name === name);
    if (met >= 0) return way.slice(met);
    way.push({ name, wait: stuck.get(name)[0] });
  }
  return [];
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
