// A task waited for something that others had meanwhile: who had it, and for how long each?
//
// A lock, a permit, a thread of the pool, the thread that runs the tasks: one after the other has it in turn. What they
// had of the wait is summed for each, the longest first.
//
// Interface: `heldIn(sum, …)`, `poolWords(rows, name, begins, ends)`, `isSemaphore(on)`.
// Invariant: the sums of one wait are not longer than that wait.
// Not here: who has a lock at one event (state.locks in fold.js), whom the chain goes on with (chain.js).
"use strict";
(function (K) {
  const { BAR, MANY, NAMED, esc, eventsOf, span, waitLine } = K;
  const MOST = 90;
  /** What held up a cause, in words: of `all` of its waits, if that is known of each, and of its `longest`. "while task 2 held the thread (50 ms)". */
  function heldIn(
    name,
    { key, wider, at, from, longest, on, open, several, begins, ends, times, spans, stretch: [since, until] },
  ) {
    const { rows } = K.rowsOf(K.trace),
      row = rows.get(name),
      { t, last } = K.trace,
      end = row.endAt(from),
      later = t[end] > until,
      to = Math.min(end ?? last, last, K.upTo(t, until)),
      each = times > 1 && spans?.length === times && times <= MANY ? spans : null,
      alone = (longest) => ({ all: "", longest });
    // (Of a stretch: what came after it has ended nothing in it.)
    const cut = times === 1 && ends < t[end] - 1e6; // (a chain may have the first part of a wait alone)
    const isFirst = Math.max(t[from], since) + longest < Math.min(t[end] ?? Infinity, until) - 1e6; // (the rest of the wait is another cause)
    const ending = () =>
      !later ? (cut || isFirst ? "" : endedBy(row, from, on)) : open ? "" : `not over by ${K.clock(until)}`;
    if (key === "poll") return alone(later || t[from] < since ? "" : innerWords(row, t[from], to, longest));
    if (key === "local" || key === "pool")
      return alone(later ? "" : key === "local" ? hostWords(rows, row, from) : threadWords(row.job ? name : on.task));
    const it = on?.sync && wider ? K.tokens(on.sync) : "it"; // (over several waits it is not named)
    if (key === "before")
      return alone(
        later
          ? ending()
          : (on?.sync &&
              inTurnWords(
                on,
                [
                  {
                    from,
                    to: Math.min(end ?? last, last),
                    begin: since,
                    stop: Math.min(until, Math.max(since, t[from]) + longest),
                    open: end === undefined,
                  },
                ],
                until,
                it,
              )) ||
              holderWords(end ?? last, on, it),
      );
    if (K.isChannel(on?.sync ?? "")) return alone(reservedWords(row, from, on) + ending());
    if (!K.BUSY.includes(key)) {
      const all = on?.sync && each ? inTurnWords(on, each, until) : "",
        whole = { from, to: Math.min(end ?? last, last), begin: since, stop: until, open: end === undefined };
      return all
        ? { all, longest: ending() }
        : alone(
            [
              on?.sync &&
                inTurnWords(
                  on,
                  [cut ? { ...whole, begin: Math.max(since, begins), stop: ends } : whole],
                  until,
                  "it",
                  open,
                ),
              ending(),
            ]
              .filter(Boolean)
              .join(" "),
          );
    }
    const stop = Math.min(t[end ?? last] ?? until, until),
      those = each ?? [
        { from: at, begin: K.LATE.includes(key) ? stop - longest : Math.max(t[at], since), to: end ?? last, stop },
      ];
    const during = K.heldDuring(those, row),
      apart = key === "ready" ? during.recorder : 0,
      held = { ...during, recorder: during.recorder - apart }; // (that is no part of what a task is ready)
    const ns = those.reduce((ns, { begin, stop }) => ns + stop - begin, -apart),
      words = K.heldWords(held, ns, longest > 5e6),
      isKnown = () => those.length === 1 && !!K.threadAct(row, row.barAt(from), K.wakeAt(row, end), on);
    const said = words
      ? `${key === "deaf" && !isKnown() ? "at most (when it came is not known), " : ""}while ${words}`
      : held.recorder > ns / 2
        ? `while the recorder wrote this (${span(Math.min(held.recorder, ns))})${K.restWords(held.recorder, ns)}`
        : longest < 5e6
          ? ""
          : `while no task held the thread for long: ${held.recorder > ns / 10 ? `the recorder wrote this (${span(held.recorder)}), and for the rest ` : ""}${K.awayWords(Math.max(0, K.upTo(t, stop - longest)), end ?? last, () => "") || "the machine was busy elsewhere"}`;
    return each ? { all: said, longest: "" } : alone(said);
  }
  /** A permit may be moved before any is given back: who took it is known, and not who has it. */
  const isSemaphore = (on) => /^semaphore /.test(on?.sync ?? "");
  /** The tasks that have some of a primitive, and those that it was given to, which have not been polled since. */
  const KEPT = "kept ",
    BEFORE = "before ",
    havers = (p) =>
      new Set([...K.knownHolders(p).filter((who) => !K.isNoTask(who)), ...(p?.handed ?? []).map((who) => KEPT + who)]);
  /** Of waits for a lock, a permit or a cell: which tasks had it meanwhile, and how long each, the longest first; "" also if too much came meanwhile. */
  function inTurnWords(on, spans, until, it = "it", open = false) {
    const { t, last } = K.trace,
      by = new Map();
    // (What others have to read keeps no reader out: the task that is to write before it does.)
    const keeping = (s) => {
      const p = s.primitives.get(on.sync);
      return p?.kind === "rw_lock" &&
        on.units !== "all" &&
        p.holders.length &&
        !p.whole &&
        K.wantsInLine(s, p, 0) === "all"
        ? [BEFORE + p.line[0]]
        : havers(p);
    };
    let left = MOST,
      all = 0;
    for (const { from, to, begin, stop } of spans) {
      const within = (i) => Math.max(begin, Math.min(t[i], stop)),
        points = [from];
      for (const acts of [eventsOf("SyncAct"), eventsOf("Served")])
        for (let k = K.upTo(acts, from) + 1, n = 0; acts[k] < to && points.length < left && n < MANY; k++, n++) {
          const e = K.event(acts[k]);
          if ((e.sync ?? e.on.sync) === on.sync) points.push(acts[k]);
        }
      points.sort((a, b) => a - b);
      if ((left -= points.length) <= 0) return "";
      points.forEach((i, k) => {
        for (const who of keeping(K.stateAt(i)))
          by.set(who, (by.get(who) ?? 0) + within(points[k + 1] ?? to) - within(i));
      });
      all += within(to) - within(from);
    }
    const long = [...by].filter(([, ns]) => ns > all / 20).sort((a, b) => b[1] - a[1]);
    const still =
      K.trace.cut && until >= t[last] && spans.some(({ open }) => open)
        ? K.knownHolders(K.trace.state.primitives.get(on.sync))
        : [];
    const hasHad = (who) => {
      const hold = K.trace.holds.findLast((hold) => hold.who === who && hold.sync === on.sync && hold.to === null);
      return hold && t[last] - t[hold.from];
    }; // (also before it was waited for)
    const had = (who) =>
      who.startsWith(BEFORE)
        ? `${K.nameHTML(who.slice(BEFORE.length))} was before it, to write`
        : who.startsWith(KEPT)
          ? `${isSemaphore(on) ? "what had come back" : "it"} was kept for ${K.nameHTML(who.slice(KEPT.length))}`
          : isSemaphore(on)
            ? `what ${K.nameHTML(who)} had taken was out`
            : `${K.nameHTML(who)} had ${it}`;
    return long.length
      ? `while ${K.several(long, ([who, ns]) => `${had(who)} (${still.includes(who) ? K.least(hasHad(who) ?? ns) : open && ns === all ? K.least(ns) : span(ns)})`)}`
      : "";
  }
  /** Most of a poll was that of another task, of a local set say. */
  function innerWords(row, begin, to, longest) {
    const { total, groups } = K.heldBy(begin, to, row);
    if (!(total > longest / 2)) return "";
    const inner = groups.flatMap((group) => [...group.tasks]).sort((a, b) => b[1] - a[1]),
      [[name, ns]] = inner;
    return ns > longest / 2
      ? `most of the longest in ${K.nameHTML(name)}, which it polls (${span(ns)})`
      : `${span(total)} of the longest in tasks that it polls: ${K.several(inner, ([who, ns]) => `${K.nameHTML(who)} (${span(ns)})`)}`;
  }
  /** What ended a wait: a task that cancelled this one, or that gave what this one waited for; another thread. */
  function endedBy(row, from, on) {
    const k = row.barAt(from),
      wake = row.kind[k] === BAR.WAIT ? K.wakeAt(row, row.at[k + 1]) : null;
    if (!wake) return "";
    if (wake.from && K.cancelledAfter(row, k)) return `until ${K.nameHTML(wake.from)} cancelled it (${K.link(wake.i)})`;
    if (on && K.setWakes(K.event(wake.i)))
      return `until its local set woke it, for ${K.nameHTML(K.event(wake.i - 1).task)} (${K.link(wake.i)})`;
    const left = on && K.wokenFor(row, k, wake);
    if (on && !left && (on.timer || on.source || on.task)) return "";
    const by = wake.from ?? K.threadAct(row, k, wake, on)?.task;
    const later = on && wake.from ? K.cameLater(row, k, wake) : null;
    if (later)
      return `until ${K.nameHTML(wake.from)} woke it for ${((other) => (other ? K.tokens(K.onWhat(other)) : "something else"))(K.givenBy(row, k, wake, row.waits[k]))} (${K.link(wake.i)}), and ${K.nameHTML(later.run)} after that for this`;
    const shut = by && on && !left ? K.shutBy(on, row.at[k], wake.i) : null;
    if (shut && K.lostSenders(shut))
      return `until ${K.nameHTML(by)} dropped its last sender (${K.link(shut.i)}): no value came`;
    if (shut)
      return `until ${K.nameHTML(by)} closed it${shut.kind === "mpsc" ? ", or dropped its receiver" : ""} (${K.link(shut.i)}): ${on.value ? "no value came" : "it got none"}`;
    const job = wake.by === "message" && on?.value ? K.jobOfSet(row, wake.i) : null;
    if (job) return `until ${K.nameHTML(job)} ended (${K.link(wake.i)})`;
    if (left && wake.by === "io")
      return `until the system reported ${left}, which it had asked before (${K.link(wake.i)})`;
    return by
      ? `until ${K.nameHTML(by)} woke it (${left ? `for ${left}, which it had asked before, ` : ""}${K.link(wake.i)})`
      : wake.by === "message"
        ? `until ${K.outsider(wake.i)} woke it (${K.link(wake.i)})`
        : "";
  }
  /** Which tasks had reserved places of the channel in which there was no room? */
  function reservedWords(row, from, on) {
    const who =
      K.reservers(K.stateAt(from), on.sync) ||
      K.reservers(K.stateAt(Math.min(row.endAt(from) ?? Infinity, K.trace.count) - 1), on.sync);
    return who && `while places were reserved by ${who} `;
  }
  /** The task of a local set was ready, and not polled: what did the task do that had polled the set before? */
  function hostWords(rows, row, from) {
    const host = rows.get(row.hostAt(from)),
      { t, last } = K.trace,
      to = Math.min(row.endAt(from) ?? last, last),
      within = (b) =>
        host.kind[b] === BAR.WAIT ? t[Math.min(host.at[b + 1] ?? last, to)] - t[Math.max(host.at[b], from)] : -1;
    let k = host?.barAt(from) ?? -1;
    for (let b = k; b >= 0 && b < host.at.length && host.at[b] < to; b++) if (within(b) > within(k)) k = b; // (the longest: it may have been in the set still when the task was woken)
    const waits = host?.kind[k] === BAR.WAIT ? host.waits[k] : null;
    if (!waits?.length) return "";
    const at = waitLine(host.at[k], waits[0]);
    return `while ${K.nameHTML(host.name)}, which had polled the set, waited for ${waits
      .slice(0, 2)
      .map((on) => K.tokens(K.onWhat(on)))
      .join(" or ")}${at ? ` in <code>${esc(K.site(at.text))}</code>` : ""}`;
  }
  /** What a task had waited for until a timer came: which tasks had that? */
  function holderWords(to, on, it) {
    const who = K.knownHolders(K.stateAt(to - 1).primitives.get(on.sync)).filter((name) =>
      K.rowsOf(K.trace).rows.has(name),
    );
    return !who.length
      ? ""
      : isSemaphore(on)
        ? `while what ${K.several(who)} had taken was out`
        : `while ${K.several(who)} had ${it}`;
  }
  /** Which job had run before on the thread that took this one? */
  function threadWords(job) {
    const before = K.trace.jobBefore.get(job);
    return before ? `until the thread that had run ${K.nameHTML(before)} took it` : "";
  }
  K.on("begin", (trace) => Object.assign(trace, { jobOn: new Map(), jobBefore: new Map() }));
  K.on("event", ({ ev, task, thread }) => {
    if (ev !== "BlockingRun" || !thread) return;
    K.trace.jobBefore.set(task, K.trace.jobOn.get(thread));
    K.trace.jobOn.set(thread, task);
  });

  Object.assign(K, { heldIn, isSemaphore });
})((window.K = window.K || {}));
