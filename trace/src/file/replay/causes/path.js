// Which chain of causes bounded a task's time?
//
// The chain is found backwards, as one would do by hand: why did the task go on only now? It was ready since it
// was woken; a timer or a socket woke it: then it had waited for that; a task woke it: then what had
// that task done until then? So each moment of the stretch is booked once, to the task and the cause that
// all else waited for. The chain leads from the task that is asked about to the largest of these sums.
// Of a lock or of permits it follows the holder as far back as the wait for them began, and goes on with the task that waited: what the
// holder did before that is not what was waited for. A stretch is answered with what goes on in it, also where no event lies in it.
// A wait is that for what has ended it, from where that was waited for first: what was given up with it, or by a
// cancelling, has bounded nothing. What a poll took that came after its wake, or that the task had asked for before it slept, is followed
// instead of the wake.
//
// Interface: `K.chainOf(name, begin, end, seen)` (`{links, last, next, around, cut, locks}`; `locks`: where it went back
// to the task that waited).
// Invariant: nothing after the event `seen` counts.
// Not here: the chain's words (chain.js).
"use strict";
(function (K) {
  const {
    ALSO_BEFORE,
    BAR,
    OVER_SEVERAL,
    Sums,
    TICK,
    addSpan,
    askedAt,
    gotLast,
    deciding,
    endOf,
    endedLater,
    inOneWait,
    isJob,
    isOnce,
    jobSpan,
    keyOf,
    lateOf,
    memberAt,
    partsOf,
    paused,
    rowsByName,
    stopAt,
    sumOf,
    toldFrom,
    unended,
    waitedSince,
    wakeAt,
    wasCancelled,
    wordsOf,
  } = K;
  /** So long may bytes be on their way within one machine: a small write may wait for the one before. */
  const MOMENT = 1e8;

  // ----- the chain -----

  /** More steps back are not made. (Each is one bar or one hop.) */
  const STEPS = 400_000;
  /** Of a task with more bars than so many the longest wait is not looked for. */
  const LONG = 20_000;
  /** Of so many sums, the largest, it is told how they are reached, and how much of them by that way; more hops are not followed for the latter. */
  const TOLD = 5,
    HOPS_MOST = 200_000;
  /** What leads to another task and is no wait for a thing. */
  const HOPS = {
    spawn: "its spawn",
    abort: "its cancelling",
    over: "the end of the run",
    set: "its local set",
    host: "a poll of its local set",
  };

  /** The task that polls the set of a ready one, if it waited for something else for most of that time, before event `i`. (Not what this one's wake has ended.) */
  function awayHost(row, k, i) {
    const { t, last } = K.trace,
      [from, to] = [row.at[k], Math.min(endOf(row, k), i, last)],
      host = rowsByName().get(row.hostAt(from));
    let away = 0;
    for (let b = Math.max(0, host?.barAt(from) ?? 0); host && host.at[b] < to; b++)
      if (host.kind[b] === BAR.WAIT && memberAt(host, endOf(host, b))?.task !== row.name)
        away += t[Math.min(endOf(host, b), to)] - t[Math.max(host.at[b], from)];
    return away * 2 > t[to] - t[from] ? host.name : null;
  }

  /** Could one or another task end a wait that was not over before event `i`? (In a `join!` it waits for all of them.) */
  function isOpenTo(row, k, i) {
    const waits = row.waits[k].filter((on) => !on.timer && K.branchOf(row, row.at[k], on)?.what !== "join");
    return waits.length > 1 && new Set(waits.map((on) => K.enderOf(row.name, on, i - 1)?.who)).size > 1;
  }
  /** Are there bytes for a socket that were sent a moment before event `i`, and not read yet? (Then no task is to send first.) */
  function isUnderWay(source, i) {
    const { at } = K.moved(K.otherEnd(source))?.write ?? { at: [] },
      sent = at[K.upTo(at, i)];
    return K.onTheWay(source, i) > 0 && K.trace.t[i] - K.trace.t[sent] < MOMENT;
  }
  /** What was waited for before a hop; null if it was no wait for a thing. */
  const whatOf = (on) => (on && typeof on === "object" ? K.onWhat(on) : null);
  /** How the chain came to this node: `{way, length}`, each `{who, node}` a task and where it hopped to, without what lies between a task and its coming back to it (`loops`). */
  function wayTo(last) {
    const nodes = [],
      way = [];
    for (let node = last; node; node = node.prev) nodes.push(node);
    const nearest = new Map(nodes.toReversed().map((node, n) => [node.who, nodes.length - 1 - n]));
    for (let n = nearest.get(nodes.at(-1).who); n > 0; n = nearest.get(nodes[n - 1].who))
      way.push({ who: nodes[n].who, node: nodes[n - 1], loops: nearest.get(nodes[n - 1].who) !== n - 1 });
    return { way, length: nodes.length };
  }
  /** Ways that read alike are one. */
  const wordsOfWay = (way) =>
    way.map(({ who, node: { on } }) => `${who} ${typeof on === "string" ? on : whatOf(on)}`).join();
  const latest = (a, b) => (a && b ? (a.i > b.i ? a : b) : (a ?? b));
  /** What the holder of a lock waited for itself, as it had that, has put it off, however long before the lock was waited for it began. */
  const isPutOffBy = ({ what, holder }, name) => K.isLock(what) && name !== holder;
  class Path {
    constructor(name, begin, until, most, seen) {
      Object.assign(this, {
        asked: name,
        begin,
        until,
        seen,
        sums: new Sums(),
        visited: new Set([name]),
        around: null,
        cut: null,
        locks: new Set(),
      });
      this.first = Math.max(0, Math.min(K.upTo(K.trace.t, begin - 1) + 1, K.upTo(K.trace.t, begin))); // (a stretch may have no event: then what began before it goes on in it)
      let at = {
        row: rowsByName().get(name),
        i: Math.min(seen, Math.max(0, K.upTo(K.trace.t, until))) + 1,
        ahead: true,
        node: { who: name, prev: null },
        within: null,
      };
      for (let n = 0; at?.row && at.i > this.first && n < most; n++) {
        const { within, row } = at,
          next = this.back(at);
        if (next?.within) next.within.holder = next.row.name;
        at = next && { within, ...next };
        for (let who = row.name; at?.within && at.i <= at.within.i;) {
          if (isPutOffBy(at.within, who)) at.within = at.within.within;
          else {
            if (K.isLock(at.within.what)) this.locks.add(at.within.what);
            at = at.within;
            who = at.row.name; // (in one line for the same lock it is the next one's turn)
          }
        }
      }
      if (at?.row && at.i > this.first) this.cut = Math.min(at.i, K.trace.last);
    }
    /** The bar that ends at this event, and what came before it. `ahead`: the bar may end later, and that end counts; `polled`: as far as the poll behind it counts; `came`: what that took
     *  of another task, which had come last. */
    back({ row, i, ahead, node, within, polled = Infinity, came = null }) {
      let bound = within;
      while (bound && isPutOffBy(bound, row.name)) bound = bound.within;
      Object.assign(this, { polled, came });
      [this.floor, this.held] = bound ? [Math.max(this.begin, K.trace.t[bound.i]), bound.held] : [this.begin, ""];
      const k = K.upTo(row.at, i - 1),
        from = row.at[k],
        asked = askedAt(row);
      if (k < 0) return row.parent ? this.hop(node, row.parent, row.at[0], "spawn") : null;
      if (from <= asked && asked < i && K.event(asked).run !== row.name && !row.job)
        return this.cancelled(row, k, i, node, asked);
      if (row.kind[k] === BAR.WAIT && (ahead || endOf(row, k) <= i)) return this.waited(row, k, i, node, within);
      const wake =
          row.kind[k] === BAR.READY && row.kind[k - 1] === BAR.WAIT && row.waits[k - 1]?.length
            ? wakeAt(row, from)
            : null,
        on = wake && deciding(row, k - 1, wake),
        { early } = this,
        ended = endedLater(
          row,
          k - 1,
          wake,
          on,
          Math.min(polled, row.at[k + 2] ?? K.trace.count),
          early && early.from === row.at[k + 2] && on?.source === early.source ? early.until : undefined,
        );
      const later = came?.i > from && !(ended?.i > came.i) ? came : ended;
      if (row.kind[k] === BAR.READY && later?.i < i && K.trace.t[from] > this.begin) {
        // (before that it was ready, but not for what it waited for)
        this.book(row, k, i, node, null, later.i);
        return {
          ...this.hop(node, later.run, later.i, later.on, row.at[later.asked ?? k - 1]),
          ...this.heldIn(row, k - 1, later.on, node, within),
        };
      }
      const host = row.local && row.kind[k] === BAR.READY ? awayHost(row, k, i) : null;
      if (host) return this.hop(node, host, i, "host", from);
      this.book(row, k, i, node);
      return row.kind[k] === BAR.POLL && !ahead
        ? { row, i: from, node, polled: i, came: latest(this.got(row, k, i), came) }
        : { row, i: from, node, polled, came };
    }
    /** What the task had asked for in the stretch, and got in a poll at last. */
    got(row, k, i) {
      const got = gotLast(row, k, i);
      return got && K.trace.t[endOf(row, got.asked)] > this.begin ? got : null;
    }
    /** A bar, as far as event `i`; of a job, as the wait of its task (`node.who`) for it (`job`), which began at event `wait`. What has ended it was waited for since `since`. */
    book(row, k, i, node, job = null, since = row.at[k], wait = 0) {
      const wake = since < row.at[k] ? wakeAt(row, endOf(row, k)) : null,
        ends = K.trace.t[endOf(row, k)],
        isOpen = ends > this.until && row.waits[k]?.length > 1,
        late = wake?.by === "timer" && !isOpen ? lateOf(wake, deciding(row, k, wake)) : 0,
        due = late >= 2 * TICK ? ends - late : Infinity; // (that it was late is told with its end)
      let before = since < row.at[k] ? K.lasted(BAR.WAIT, since, row.at[k], this.floor, Math.min(this.until, due)) : 0,
        behind =
          due < K.trace.t[row.at[k]] ? K.lasted(BAR.WAIT, since, row.at[k], Math.max(this.floor, due), this.until) : 0,
        wider =
          before > 0
            ? OVER_SEVERAL
            : job && K.lasted(BAR.WAIT, row.at[k], wait, this.floor, this.until) > TICK
              ? ALSO_BEFORE
              : "";
      const { t, last } = K.trace,
        begin = since > row.at[k] ? Math.max(this.floor, t[since]) : this.floor,
        until = Math.min(this.until, t[i] ?? Infinity),
        span = jobSpan(row, k) ?? [t[since], t[Math.min(i, endOf(row, k), last)]];
      partsOf(
        row,
        k,
        begin,
        until,
        (key, part, from, on, waits, at) => {
          const isLate = key === "late",
            more = isLate ? behind : before,
            open = endOf(row, k) > this.seen || unended(row, k, this.until),
            ns = part === null || more === null ? null : part + more;
          if (!(ns > 0 || (open && ns === 0))) return; // (a virtual clock stands still while it hangs)
          const began = !isLate && before > 0 ? since : from,
            width = isLate && more > 0 ? OVER_SEVERAL : wider;
          const lately = isLate && more > 0 ? Math.max(0, K.upTo(t, due)) : began; // (it may have been due in an earlier wait)
          if (isLate) behind = 0;
          else before = 0;
          if (key === "running" && job) key = "job";
          // (A wait that is not over is told by itself: what the others like it were for has come.)
          const sum = this.add(
            node,
            span,
            `${node.who}${open ? " open" : ""}${this.held}${width} ${sumOf(key, on, waits)}`,
            key,
            ns,
            from,
            job ?? on,
            waits,
            endOf(row, k) > wait ? Math.max(at ?? from, wait) : at,
          );
          [sum.wider, wider] = [width, wider === OVER_SEVERAL ? "" : wider];
          sum.open ||= open;
          if (!job)
            addSpan(
              sum,
              row,
              k,
              isLate ? ns : part,
              begin,
              stopAt(until, this.seen),
              lately,
              lately < from ? lately : at,
            );
        },
        this.seen,
        this.until,
        this.polled < (row.at[k + 3] ?? K.trace.count),
      );
    }
    /** The sum leads on from where its longest part was found. Its parts lie between these times. */
    add(node, [from, to], id, key, ns, first, on, waits, at = first) {
      const sum = this.sums.add(id, key, ns, first, on, waits, toldFrom(at, this.begin, this.until));
      if (ns >= sum.longest) sum.node = node;
      (sum.nodes ??= new Map()).set(node, (sum.nodes.get(node) ?? 0) + ns);
      sum.begins = Math.min(sum.begins ?? Infinity, Math.max(this.floor, from));
      sum.ends = Math.max(sum.ends ?? -Infinity, Math.min(this.until, to));
      return Object.assign(sum, { who: node.who, stretch: [this.begin, stopAt(this.until, this.seen)] });
    }
    /** Its end was asked for at this event: what it waited for then ended nothing, and is not followed. */
    cancelled(row, k, i, node, asked) {
      const { run, at } = K.event(asked),
        by = run ?? (K.event(asked + 1)?.by === "runtime" ? K.answer.main() : null);
      if (row.kind[k] !== BAR.WAIT) this.book(row, k, i, node, null, asked); // (what came before that has not put it off)
      if (rowsByName().has(by) && by !== row.name) return this.hop(node, by, asked, run ? "abort" : "over", asked);
      this.add(
        node,
        [K.trace.t[row.at[0]], K.trace.t[asked]],
        `${row.name} thread`,
        "thread",
        K.lasted(BAR.WAIT, row.at[0], asked, this.begin, this.until) ?? 0,
        asked,
        null,
        null,
      );
      return { row, i: row.at[0], node };
    }
    /** It waited, and went on because of something else: that is looked at instead of the wait. */
    waited(row, k, i, node, within) {
      const begins = K.trace.t[row.at[k]]; // (a wait that begins where the stretch ends, or after it, has bounded nothing in it)
      if (begins > this.until || (begins === this.until && endOf(row, k) <= Math.min(this.seen, K.trace.last)))
        return { row, i: row.at[k], node };
      const open = endOf(row, k) > this.seen,
        to = open ? K.trace.count : endOf(row, k),
        wake = open ? null : wakeAt(row, to),
        on = row.waits[k]?.length ? deciding(row, k, wake) : null;
      const still = this.stillFor(row, k, to, wake),
        lock = () => this.heldIn(row, k, still ?? on, node, within);
      if (still) return this.ender(row, k, i, node, still, lock) ?? this.booked(row, k, i, node, row.at[k]);
      if (on?.task && isJob(on.task) && to < K.trace.count) return this.job(row, k, on, node);
      if (
        on &&
        K.trace.t[to] > this.until &&
        this.visited.has(wake?.from) &&
        wake.from !== row.name &&
        !wasCancelled(row, k)
      ) {
        // (at the stretch's end each waits for the other)
        this.around = {
          who: row.name,
          words: K.onWhat(on),
          to: wake.from,
          how: null,
          at: toldFrom(row.at[k], this.begin, this.until),
        };
        return this.booked(row, k, i, node, row.at[k]);
      }
      const member = wake && !wasCancelled(row, k) ? memberAt(row, to) : null,
        bySet = () => ({ ...this.hop(node, member.task, Math.max(to, member.i), "set", row.at[k]), ahead: true });
      if (member?.i < to) return bySet(); // (for one of its set, whatever else it waits for)
      if (
        wake?.from &&
        wake.from !== row.name &&
        rowsByName().has(wake.from) &&
        !(on && !wasCancelled(row, k) && (on.deferred || K.wokenFor(row, k, wake)))
      )
        return wasCancelled(row, k)
          ? this.hop(node, wake.from, to, "abort", row.at[k])
          : { ...this.hop(node, wake.from, to, on, row.at[k]), ...lock() };
      const act = K.threadAct(row, k, wake, on);
      if (rowsByName().has(act?.task)) return { ...this.hop(node, act.task, act.i, on, row.at[k]), ...lock() };
      if (on?.source && wake?.by === "io")
        this.early = { from: row.at[k], source: on.source, until: row.at[k + 3] ?? K.trace.last }; // (what it took then had come before: while it was ready before that poll, perhaps)
      if (member) return bySet();
      const next =
        on && (!wake || wake.by === "runtime") && !isOpenTo(row, k, Math.min(i, to))
          ? this.ender(row, k, Math.min(i, to), node, on, lock)
          : null; // (it waited to the end of the record or of the run)
      const since = on && !on.deferred && wake && !K.wokenFor(row, k, wake) ? waitedSince(row, k, on) : row.at[k];
      return next ?? this.booked(row, k, i, node, inOneWait(row, k, since) ? row.at[k] : since);
    }
    /** What a task that had a lock or permits did before another one waited for them has not put that off. */
    heldIn(row, k, on, node, within) {
      const what = on?.sync ?? on?.value ?? "";
      const isShut = K.trace.state.primitives.get(what)?.closed && K.shutBy(on, row.at[k], endOf(row, k)), // (then it was given to none)
        since = K.isLock(what) && !isShut ? waitedSince(row, k, on) : -1; // (also before a wake for something else)
      return since < 0
        ? {}
        : {
            within: {
              what,
              row,
              i: Math.max(since, within?.i ?? 0),
              node,
              within,
              held: `${within?.held ?? ""} ${row.name}: ${isOnce(on ?? {}) ? "one value" : what}`,
            },
          }; // (what comes by this way is a sum of its own)
    }
    /** The wait, and what came before it; or, where the task had asked in vain for a value that came meanwhile, what its sender had done until then. */
    booked(row, k, i, node, since) {
      const { came } = this,
        isHere = came?.i > since && !row.waits[k]?.some((on) => K.onWhat(on) === K.onWhat(came.on));
      this.book(row, k, i, node, null, isHere ? came.i : since);
      return isHere ? this.hop(node, came.run, came.i, came.on, row.at[came.asked]) : { row, i: since, node, came };
    }
    /** What it waits for all through the stretch, though something else ends that wait later: a limit, or its cancelling. */
    stillFor(row, k, to, wake) {
      const left = K.trace.t[to] > this.until ? (row.waits[k] ?? []).filter((on) => !on.timer) : [];
      const isLimit = () =>
        wake.by === "timer" && !row.waits[k].some((on) => on.timer && K.ofInterval(K.waitLine(row.at[k], on))); // (a tick is what it waits for as well)
      return left.length === 1 && wake && (isLimit() || wasCancelled(row, k)) ? left[0] : null;
    }
    /** Which task could have ended a wait that was not over before event `i`? */
    ender(row, k, i, node, on, lock) {
      const ender = on.direction === "read" && isUnderWay(on.source, i - 1) ? null : K.enderOf(row.name, on, i - 1);
      this.others ||=
        /^semaphore /.test(on.sync ?? "") && new Set(K.knownHolders(K.stateAt(i - 1).primitives.get(on.sync))).size > 1; // (permits that another task has would do as well: it may not go around)
      if (ender && this.visited.has(ender.who))
        this.around = this.others
          ? this.around
          : { who: row.name, words: K.onWhat(on), to: ender.who, how: ender.how, at: row.at[k] };
      else if (ender) {
        const next = this.hop(node, ender.who, i, on, row.at[k]);
        next.node.how = ender.how;
        return { ...next, ...lock(), ahead: true };
      }
      return null;
    }
    /** A job's time is the waiting task's, back to where the job was handed over: one sum for all of them. */
    job(row, k, on, node) {
      const job = rowsByName().get(on.task);
      if (job.kind.includes(BAR.WAIT)) return this.hop(node, on.task, endOf(row, k), on, row.at[k]);
      for (let b = 0; b < job.at.length; b++) this.book(job, b, K.trace.count, node, on, job.at[b], row.at[k]);
      partsOf(row, k, this.floor, this.until, (key, ns, from, on, waits, at) => {
        if (key === "heard" && ns > 0)
          addSpan(
            this.add(
              node,
              [K.trace.t[row.at[k]], K.trace.t[Math.min(endOf(row, k), K.trace.last)]],
              `${row.name} heard`,
              key,
              ns,
              from,
              on,
              waits,
              at,
            ),
            row,
            k,
            ns,
            this.floor,
            this.until,
          );
      });
      return !job.parent
        ? { row, i: row.at[k], node }
        : job.parent === row.name
          ? { row, i: job.at[0], node }
          : this.hop(node, job.parent, job.at[0], on, row.at[k]);
    }
    hop(prev, name, i, on, at = i) {
      this.visited.add(name);
      return { row: rowsByName().get(name), i, node: { who: name, prev, on, at } };
    }
    /** From the task that is asked about to the one of a sum; of a way that comes to a task more than once the last time counts. `share`: so much of the sum came by this way. */
    linksTo(sum) {
      const { way, length } = wayTo(sum.node),
        key = wordsOfWay(way);
      let hops = length;
      sum.share = 0;
      for (const [node, ns] of sum.nodes) {
        const other = node === sum.node ? { way } : hops > HOPS_MOST ? { way, length: 0 } : wayTo(node); // (of very many it is not asked)
        hops += other.length ?? 0;
        if (other.way === way || wordsOfWay(other.way) === key) sum.share += ns;
      }
      return way.map(({ who, node, loops }) => Object.assign(this.link(who, node, sum.begins), { loops }));
    }
    /** A link leads to the longest of the waits for this which that task ended, but for those before the time `least`. */
    link(who, node, least) {
      const { first, begin, until, seen } = this,
        row = rowsByName().get(who),
        { on, at } = node,
        what = whatOf(on),
        lasts = (k) => K.lasted(BAR.WAIT, row.at[k], Math.min(endOf(row, k), seen), begin, until) ?? 0;
      const same = (k) =>
          what && row.kind[k] === BAR.WAIT ? row.waits[k]?.find((one) => K.onWhat(one) === what) : undefined,
        lineAt = (k) => (same(k) ? K.waitLine(row.at[k], same(k)) : null),
        lines = new Set([lineAt(row.barAt(at))]), // (of all these waits: of which of them its end came is not told apart)
        over = endOf(row, row.barAt(at)),
        shut = what && over <= seen && K.trace.t[over] <= until ? K.shutBy(on, row.at[row.barAt(at)], over) : null;
      let from = at,
        most = what && row.at.length < LONG ? lasts(row.barAt(at)) : Infinity;
      for (let k = Math.max(0, row.barAt(first)); most < Infinity && k < row.at.length && row.at[k] <= seen; k++) {
        const wake =
          row.kind[k] === BAR.WAIT &&
          lasts(k) > most &&
          K.trace.t[endOf(row, k)] >= least &&
          row.waits[k]?.some((one) => K.onWhat(one) === what)
            ? wakeAt(row, endOf(row, k))
            : null;
        if (wake?.from === node.who && K.onWhat(deciding(row, k, wake) ?? {}) === what && !wasCancelled(row, k)) {
          [from, most] = [row.at[k], lasts(k)];
          lines.add(lineAt(k));
        }
      }
      return linkOf(who, {
        ...node,
        at: Math.min(toldFrom(from, begin, until), endOf(row, row.barAt(from)) - 1),
        from,
        lines,
        shut,
      });
    }
  }
  const linkOf = (who, { who: next, on, at, from, how, lines, shut = null }) => ({
    who,
    at,
    from,
    next,
    lines: lines && new Set([...lines].filter(Boolean)),
    how: how ?? null,
    shut,
    on: typeof on === "string" ? null : on,
    key: on === "set" ? "hosted" : typeof on === "string" || !on ? null : keyOf(on),
    words:
      HOPS[on] ??
      (!on ? "its wake" : isJob(on.task) ? on.task : wordsOf(keyOf(on), on)) +
        (on?.source && K.otherEnd(on.source) ? `, whose other end is ${K.otherEnd(on.source)}` : ""),
  });

  /** From `name` to what took most of the stretch: `links`: `{who, words, at}` each waits for the next; `last`: the sum; `others`: the other sums, the largest first,
   *  each with its own `links`, and with the times between which its parts lie, `begins` and `ends`;
   *  `cut`: the event before which it was not followed, null if it was as far as it goes. */
  K.chainOf = function (name, begin, until, seen = Infinity, most = STEPS) {
    const path = new Path(name, begin, until, most, seen),
      { around, cut, locks } = path;
    // (Where it goes around, or hangs at `seen`, the task that waits still is the answer, however long the record was before that.)
    // (What recording took is no part of a virtual clock's time.)
    const sums = path.sums.list().filter(({ key }) => key !== "recorder" || (!paused() && seen === Infinity)),
      still = around ? (sum) => sum.who === around.who : () => seen < Infinity,
      last = sums.find((sum) => sum.open && still(sum)) ?? sums[0],
      others = sums.filter((sum) => sum !== last);
    for (const sum of sums.slice(0, TOLD)) sum.links = path.linksTo(sum);
    if (last) last.links ??= path.linksTo(last);
    return { links: last?.links ?? [], last: last ?? null, others, around, cut, locks: [...locks] };
  };
})((window.K = window.K || {}));
