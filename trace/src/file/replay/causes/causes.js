// Where did a task's time go?
//
// The bars of the lanes (rows.js) say what a task did from which event to which. Here each gets its length and its
// cause: polling, ready in the run queue, or what it waited for. A wait at several things at once (a timeout, a
// `select!`) has the cause that ended it; a timer that came before something else (a timeout) is another cause than
// a sleep. What a timer was late is a cause of its own, and so is the part of a wait
// for a blocking job in which that was in the pool's queue.
//
// Interface: `K.causesOf(name, begin, end, seen, lineOf)` (a list of `{key, words, ns,
// times, at, longest, on, beside, open}`, the largest first, with `unknown` and `polls`; `open`: at least so much, since the record ends
// before the longest does), `K.lifeOf(name)` (`[begin, end]`); for the chain `partsOf` and `Sums`.
// Invariants: what recording took is a cause of its own, and so is the time by which a program advanced its paused
// clock. Nothing after the event `seen` counts: a bar that ends later lasts so far, and what will end it is not decided.
// Not here: how it is shown (answer.js, times.js), the chain (path.js).
"use strict";
(function (K) {
  const {
    BAR,
    TICK,
    advances,
    anyOf,
    byLine,
    deciding,
    dueBefore,
    endOf,
    goesOn,
    gotNext,
    grown,
    heardForNothing,
    inOrder,
    inner,
    isOfOther,
    keyOf,
    lateOf,
    ledOn,
    paused,
    rowsByName,
    sumOf,
    wakeAt,
    wasCancelled,
    wordsOf,
  } = K;

  /** Is it not told whether a thread has taken the job? (One that is over and has not run was in the queue.) */
  K.unheard = ({ job, last }) =>
    job.waited === null && (last !== BAR.CANCELLED || job.ran !== null) && !queuedStill(job);
  /** It was in the queue when the loop looked last, which was at the end of most of its wait. */
  function queuedStill({ since }) {
    const { index, last } = K.trace,
      looked = K.event((index.byEv.get("Turn") ?? []).at(-1))?.real ?? since;
    return looked - since > 0.9 * (K.event(last).real - since) && looked - since > TICK;
  }

  /** How much of a stretch a bar is, from 0 to 1, and null across a gap: all of it, or nothing, where time stands still. */
  function shareOf(from, to, begin, until) {
    const { t, last } = K.trace,
      part = K.lasted(BAR.WAIT, from, to, begin, until),
      all = t[Math.min(to, last)] - t[from];
    if (part === null || all > 0) return part === null ? null : part / all;
    return t[from] >= begin && t[from] <= until ? 1 : 0;
  }

  /** Does a task poll a local set, of which a task is alive at event `i`? Then its waker may be with the set, whose tasks wake it. */
  const hosts = (K.pollsASet = (name, i) =>
    (K.trace.hosts ??= Map.groupBy(
      [...rowsByName().values()].flatMap((row) => [...new Set(row.local?.who ?? [])].map((who) => ({ who, row }))),
      ({ who }) => who,
    ))
      .get(name)
      ?.some(
        ({ row }) =>
          row.hostAt(i) === name && ![BAR.DONE, BAR.CANCELLED, BAR.PANICKED].includes(row.kind[row.barAt(i)]),
      ) ?? false);
  /** Tells each part of a bar: `tell(key, ns, from, on, waits, at)`, where `ns` is null if it is not known, and `at` is where the part begins if that
   *  is after `from`. Which of several things a wait was for is not decided if it ends after the time `limit`, where the stretch does. `acted`: what the poll
   *  did next is what matters, and not what the task waits for still (in a `join!`). */
  function partsOf(row, k, begin, until, tell, seen = Infinity, limit = Infinity, acted = false) {
    const { t, last } = K.trace,
      kind = row.kind[k],
      from = row.at[k],
      open = endOf(row, k) > seen,
      to = open ? seen : endOf(row, k);
    if (kind === BAR.POLL || kind === BAR.READY) {
      const ns = K.lasted(kind, from, to, begin, until),
        { recorded } = K.trace;
      if (ns !== null && recorded[last] > 0)
        tell("recorder", grown(recorded, from, Math.min(to, last), begin, until), from);
      const moved =
        ns === null
          ? 0
          : advances().reduce(
              (ns, i) => ns + (i > from && i <= to ? K.lasted(BAR.WAIT, i - 1, i, begin, until) : 0),
              0,
            ); // (a clock that is paused in the middle goes on for the rest)
      if (moved) tell("advanced", moved, from);
      return tell(
        kind === BAR.POLL ? (row.kind[k + 1] === BAR.CANCELLED ? "drop" : "poll") : row.local ? "local" : "ready",
        ns,
        from,
      );
    }
    if (kind === BAR.QUEUED || kind === BAR.JOB)
      return tell(
        kind === BAR.JOB ? "running" : open || K.unheard(row) ? "unheard" : "pool",
        jobTime(row, k, to, begin, until, open),
        from,
      );
    if (kind !== BAR.WAIT) return;
    const all = K.lasted(kind, from, to, begin, until);
    let waits = row.waits[k];
    if (!waits?.length) return tell(hosts(row.name, from) ? "hosted" : waits ? "nothing" : "foreign", all, from);
    if ((open || unended(row, k, until) || t[to] > limit || wasCancelled(row, k)) && waits.length > 1)
      return tell("open", all, from, null, waits);
    const wake = open ? null : wakeAt(row, to),
      ended = deciding(row, k, wake),
      others = ended?.timer
        ? inOrder(
            waits.filter((on) => !on.timer && !gotNext(row, k, on)),
            K.onWhat,
          )
        : [],
      lasting = others.find((on) => goesOn(row, k, on)),
      left = lasting && (acted || ledOn(row, k)) ? others.filter((on) => !goesOn(row, k, on)) : null,
      other = (left ? left[0] : (lasting ?? others[0])) ?? (ended?.timer ? inner(row, k, waits, ended) : undefined),
      on = other ?? ended,
      key = !on ? (hosts(row.name, from) ? "hosted" : "foreign") : other && (left || !lasting) ? "before" : keyOf(on),
      ends = t[Math.min(to, last)];
    if (key === "before") waits = waits.filter((on) => on.timer || (left ?? others).includes(on)); // (what came all the same was not cut off)
    if (wake && !ended?.sync && (K.wokenFor(row, k, wake) || (ended && heardForNothing(row, k, wake))))
      return tell("idle", all, from, ended, waits); // (for a lock it stays in its line)
    if (key === "job" && (open || K.unheard(rowsByName().get(on.task)))) return tell("unheard", all, from, on, waits);
    // Where it has two parts: the time between them.
    let middle = null,
      [first, second] = [key, key];
    const late = ended?.timer && wake?.by === "timer" && !isOfOther(waits, wake) ? lateOf(wake, ended) : 0;
    if (late >= 2 * TICK) [middle, second] = [ends - late, "late"];
    const early = ended?.timer ? dueBefore(row, k, wake) : null;
    if (early) [middle, second] = [early.due, "late"];
    const due =
      key !== "timer"
        ? undefined
        : open
          ? K.stateAt(to).timers.get(on.timer)?.due
          : wake?.by !== "timer"
            ? K.trace.passed.get(on.timer)
            : undefined; // (it has not fired yet, or was dropped before it could)
    if (due !== undefined && ends - due >= 2 * TICK) [middle, second] = [due, "late"];
    const { job } =
        (wake?.by === "message" && on?.value && !K.isChannel(on.value) && rowsByName().get(K.jobOfSet(row, wake.i))) ||
        {},
      jobEnd = job?.ran > 0 && !paused() ? t[from] + (job.since + job.waited + job.ran - K.event(from).real) : null;
    const came =
      wake?.by === "message" && key !== "job" && !early
        ? (jobEnd ?? K.threadAct(row, k, wake, on)?.t ?? listened(to))
        : wake?.by === "io" && on?.direction === "read" && !early && ends - listened(to) > TICK
          ? readySince(on, from, to)
          : ends; // (when it came is not always known)
    if (ends - came > TICK) [middle, second] = [came, on?.source ? "found" : jobEnd === null ? "deaf" : "heard"];
    if (key === "job") [middle, first] = [takenAt(rowsByName().get(on.task), from) ?? ends, "pool"];
    if (all === null || middle === null) return tell(key, all, from, on, waits);
    const over = key === "job" ? heardFrom(rowsByName().get(on.task), middle, ends) : ends,
      between = Math.max(t[from], Math.min(middle, over)),
      within = (a, b) => Math.max(0, Math.min(b, until) - Math.max(a, begin)),
      at = (time) => Math.max(from, K.upTo(t, time));
    tell(first, within(t[from], between), from, on, waits);
    tell(
      second,
      within(between, Math.max(between, over)),
      from,
      second === "late" ? ended : on,
      waits,
      LATE.includes(second) ? at(between) : from,
    );
    if (over < ends) tell("heard", within(Math.max(over, t[from]), ends), from, on, waits, at(over));
  }
  /** What had come before the loop heard or found it. */
  const LATE = (K.LATE = ["late", "heard", "deaf", "found"]);
  /** Since when what ended a wait for a socket at event `to` had been there, no record tells. */
  function readySince(_on, _from, to) {
    return K.trace.t[to];
  }
  /** When the loop had looked for messages last, before it found one at event `i`: since then it has polled tasks, or slept, and a sleep is ended
   *  by a message. (A turn begins right after the look of the one before.) */
  function listened(i) {
    const { t, index } = K.trace,
      turns = index.byEv.get("Turn") ?? [],
      at = K.upTo(turns, i - 1);
    return at < 0
      ? t[i]
      : t[Math.max(turns[at], (index.byEv.get("RunStart") ?? []).findLast((begun) => begun < i) ?? 0)]; // (what came before the run is no task's to hear)
  }
  /** So soon is at once, by the clocks of two threads. */
  const AT_ONCE = 2e5;
  /** When a job was over that a thread took at `taken`; that is `ends`, where its task heard of it at once. */
  function heardFrom({ job }, taken, ends) {
    return paused() || job.ran === null || ends - (taken + job.ran) <= AT_ONCE ? ends : taken + job.ran;
  }
  /** How long a job was in the queue, or on its thread: as that has measured, which goes by the machine's clock. */
  function jobTime({ job, kind, at }, k, to, begin, until, open) {
    const [since, ns] = kind[k] === BAR.JOB ? [job.since + job.waited, job.ran] : [job.since, job.waited],
      [after, before] = [k - 1, k + 1].map((other) => kind[other] === BAR.WAIT),
      { t } = K.trace;
    if (open || job.waited === null || ns === null || (paused() && (after || before)))
      return K.lasted(paused() ? kind[k] : BAR.WAIT, at[k], to, begin, until); // (what recording took kept the loop, and no job)
    if (!paused())
      return Math.max(
        0,
        Math.min(before ? t[at[k + 1]] : since + ns, until) - Math.max(after ? t[at[k]] : since, begin),
      );
    const part = shareOf(at[k], to, begin, until);
    return part === null ? null : ns * part;
  }
  /** From when to when a job was in the queue, or on its thread, as that has measured; null if it hasn't. */
  function jobSpan({ job, kind }, k) {
    const since =
        !paused() && job && job.waited !== null && [BAR.QUEUED, BAR.JOB].includes(kind[k])
          ? job.since + (kind[k] === BAR.JOB ? job.waited : 0)
          : null,
      ns = kind[k] === BAR.JOB ? job?.ran : job?.waited;
    return since === null || ns === null ? null : [since, since + ns];
  }
  /** The program's time at which a thread took a job, of which a task waits since event `from`; null if none did. */
  function takenAt({ job, kind, at }, from) {
    const { t } = K.trace,
      taken = at[kind.indexOf(BAR.JOB)];
    if (job.waited === null) return null;
    return paused() ? (t[taken] ?? null) : t[from] + (job.since + job.waited - K.event(from).real);
  }

  /** Does the record end, though the run perhaps did not, before this bar and what is asked about? */
  const unended = (row, k, until) =>
    (K.trace.cut || row.job) && row.at[k + 1] === undefined && until >= K.trace.t[K.trace.last];

  // ----- the sums -----

  /** Where a part is told that began at event `i`: not before the stretch, at whose beginning it went on; nor after it, where a job's thread has told of it later. */
  const toldFrom = (i, begin, until) =>
    K.trace.t[i] < begin ? K.upTo(K.trace.t, begin) : K.trace.t[i] > until ? Math.max(0, K.upTo(K.trace.t, until)) : i;
  /** What a sum of the chain counts beyond the wait that it is for, in words: a cause of the task's own (`causesOf`) counts that elsewhere. */
  const OVER_SEVERAL = ", over several waits",
    ALSO_BEFORE = ", also before the wait";
  /** One cause: how much, how often, and where the longest began. (What few ask for is made when they do: of 100,000 tasks there are
   *  half a million.) */
  class Sum {
    constructor(key, at, from, on, waits) {
      Object.assign(this, {
        key,
        ns: 0,
        times: 0,
        at,
        from,
        longest: -1,
        on,
        waits,
        wider: "",
        several: false,
        open: false,
        who: null,
        lines: null,
      });
    }
    get words() {
      return (
        (this.key === "open"
          ? anyOf(this.waits)
          : wordsOf(
              this.wider === OVER_SEVERAL && this.key === "before" ? "timer" : this.key,
              this.on,
              this.several,
              this.beside,
              this.sources ?? [],
            )) + this.wider
      );
    }
    /** What else the longest wait was for. */
    get beside() {
      return this.key === "open" ? [] : (this.waits ?? []).filter((on) => on !== this.on);
    }
  }
  /** Until when it is asked where the time went: a wait may end after that. */
  const stopAt = (until, seen) => Math.min(until, K.trace.t[seen] ?? Infinity);
  class Sums extends Map {
    add(id, key, ns, from, on, waits, at = from) {
      let sum = this.get(id);
      if (!sum) this.set(id, (sum = new Sum(key, at, from, on, waits)));
      else if (on && !sum.several) sum.several = K.onWhat(on) !== K.onWhat(sum.on);
      if (on?.source) (sum.sources ??= new Set()).add(K.sourceWord(on.source) === "a pipe" ? "pipes" : "sockets");
      sum.ns += ns;
      sum.times += 1;
      if (key === "before")
        sum.parts = [...(sum.parts ?? []), { from, ns, on }].sort((a, b) => b.ns - a.ns).slice(0, 3);
      if (ns > sum.longest) [sum.at, sum.from, sum.longest, sum.on, sum.waits] = [at, from, ns, on, waits];
      return sum;
    }
    /** The largest first. */
    list() {
      return [...this.values()].sort((a, b) => b.ns - a.ns);
    }
  }
  /** Those in which other tasks may have held the thread; of these, and of waits for what others have, a sum has each: `{from, to, begin, stop, open}`. */
  const BUSY = (K.BUSY = ["ready", ...LATE, "deferred"]);
  function addSpan(sum, row, k, ns, begin, until, from = row.at[k], at = from) {
    const { t, last } = K.trace,
      to = Math.min(endOf(row, k), last),
      stop = Math.min(t[to], until),
      { key } = sum;
    if (BUSY.includes(key) || (row.waits[k]?.some((on) => on.sync === key) && !K.isChannel(key)))
      (sum.spans ??= []).push({
        from,
        to,
        begin: LATE.includes(key) ? stop - ns : Math.max(t[at], begin),
        stop,
        open: row.at[k + 1] === undefined,
      });
  }
  K.causesOf = function (name, begin = -Infinity, until = Infinity, seen = Infinity, lineOf = null) {
    const row = rowsByName().get(name),
      sums = new Sums(),
      { t } = K.trace,
      stretch = [begin, stopAt(until, seen)];
    let unknown = 0,
      polls = 0; // (a poll counts where it begins, how long it was or not)
    for (
      let k = Math.max(0, row ? row.barAt(Math.max(0, K.upTo(t, begin - 1))) : 0);
      row && k < row.at.length && t[row.at[k]] <= until && row.at[k] <= seen;
      k++
    ) {
      if (row.kind[k] === BAR.POLL && t[row.at[k]] >= begin && t[row.at[k]] < until) polls += 1;
      partsOf(
        row,
        k,
        begin,
        until,
        (key, ns, from, on, waits, at) => {
          if (ns === null) return (unknown += 1);
          if (!(ns > 0 || key === "poll")) return;
          const line = lineOf && waits ? lineOf(from, on) : null,
            sum = sums.add(
              line && byLine(key, on) ? `${key.split(" ")[0]} ${line.text}` : sumOf(key, on, waits),
              key,
              ns,
              from,
              on,
              waits,
              toldFrom(at ?? from, begin, until),
            );
          sum.open ||= unended(row, k, until);
          [sum.who, sum.stretch] = [name, stretch];
          if (lineOf) addSpan(sum, row, k, ns, begin, stretch[1], from, at);
          if (line) (sum.lines ??= new Set()).add(line);
        },
        seen,
        until,
      );
    }
    return Object.assign(sums.list(), { unknown, polls });
  };
  /** From a task's first event to its end, or that of the record. */
  K.lifeOf = function (name) {
    const row = rowsByName().get(name),
      { t, last } = K.trace,
      over = [BAR.DONE, BAR.CANCELLED, BAR.PANICKED].includes(row?.last);
    return row?.at.length ? [t[row.at[0]], t[over ? row.at.at(-1) : last]] : [t[0], t[last]];
  };

  Object.assign(K, { partsOf, jobSpan, unended, toldFrom, OVER_SEVERAL, ALSO_BEFORE, stopAt, Sums, addSpan });
})((window.K = window.K || {}));
