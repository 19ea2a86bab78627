// Where did a task's time go, and which chain of causes bounded it?
//
// The bars of the lanes (rows.js) say what a task did from which event to which. Here each gets its length and its
// cause: polling, ready in the run queue, or what it waited for. A wait at several things at once (a timeout, a
// `select!`) has the cause that ended it; a timer that came before something else (a timeout) is another cause than
// a sleep. What a timer was late is a cause of its own, and so is the part of a wait
// for a blocking job in which that was in the pool's queue.
//
// The chain is found backwards, as one would do by hand: why did the task go on only now? It was ready since it
// was woken; a timer or a socket woke it: then it had waited for that; a task woke it: then what had
// that task done until then? So each moment of the stretch is booked once, to the task and the cause that
// all else waited for. The chain leads from the task that is asked about to the largest of these sums.
// Of a lock or of permits it follows the holder as far back as the wait for them began, and goes on with the task that waited: what the
// holder did before that is not what was waited for. A stretch is answered with what goes on in it, also where no event lies in it.
// A wait is that for what has ended it, from where that was waited for first: what was given up with it, or by a
// cancelling, has bounded nothing.
//
// Interface: `K.lasted(kind, from, to, begin, end)`, `K.causesOf(name, begin, end, seen, lineOf)` (a list of `{key, words, ns,
// times, at, longest, on, beside, open}`, the largest first, with `unknown` and `polls`; `open`: at least so much, since the record ends
// before the longest does), `K.chainOf(name, begin, end, seen)` (`{links, last, next, around, cut, locks}`; `locks`: where it went back to the task that waited), `K.lifeOf(name)` (`[begin, end]`),
// `K.heldBy(begin, i, but)`, `K.heldDuring(spans, but)` and `K.heldWords(held, ns)`: whose polls held the thread,
// `K.wakeAt(row, i)`, `K.threadAct(row, bar, wake, on)`, `K.cameLater(row, bar, wake)`, `K.cancelledAfter(row, bar)`, `K.seen()`. Times in ns of the program's clock.
// Invariants: polls and the time in the queue are measured by the machine's clock, waits by the program's, which
// differ where time is virtual. What recording took is in a wait (a timer goes on meanwhile), and in no poll and no time
// in the queue: there it is a cause of its own, and so is the time by which a program advanced its paused clock. A bar
// across a gap of the record has no length. Nothing after the event `seen` counts: a bar that ends later lasts so far,
// and what will end it is not decided.
// Not here: how it is shown (answer.js, times.js).
"use strict";
(function (K) {
  const { BAR, inOrder } = K;
  /** A timer that is less late than this is as exact as the wheel. */
  const TICK = 1e6;
  /** So long may bytes be on their way within one machine: a small write may wait for the one before. */
  const MOMENT = 1e8;
  /** So many tasks are named that held the thread. */
  const FEW = 3;

  /** The last event that may be told: the quiz hides what comes. */
  K.seen = () => (K.quiz?.on ? K.i : Infinity);
  const paused = () => K.trace.header.clock === "paused";

  /** How long a bar lasted within a span of the program's time; null if that is not known. */
  K.lasted = function (kind, from, to, begin = -Infinity, end = Infinity) {
    const { t, real } = K.trace,
      until = Math.min(to, K.trace.last);
    if (K.missing(from, to) > 0) return null;
    const part = Math.min(t[until], end) - Math.max(t[from], begin);
    if (part < 0) return 0;
    return kind === BAR.WAIT ? part : grown(real, from, until, begin, end);
  };
  /** How much a sum that goes on with the events grows between two of them, as far as that is in a stretch. */
  function grown(sum, from, to, begin, end) {
    const { t } = K.trace,
      at = (time) => {
        const k = Math.min(Math.max(K.upTo(t, time), from), to - 1),
          gap = t[k + 1] - t[k];
        return gap > 0 ? sum[k] + (sum[k + 1] - sum[k]) * ((time - t[k]) / gap) : sum[k];
      };
    return end < t[from] || begin > t[to]
      ? 0
      : (end < t[to] ? at(end) : sum[to]) - (begin > t[from] ? at(begin) : sum[from]);
  }

  /** How long recording had taken by this time, which is between two events: what comes after an event waits until that is written. */
  function recordedBy(time, from, to) {
    const { t, recorded } = K.trace,
      k = K.upTo(t, time);
    return k < from ? recorded[from] : k >= to ? recorded[to] : Math.min(recorded[k + 1], recorded[k] + time - t[k]);
  }

  // When the timers were due that were dropped after that, without having fired; and what the losers of each `select!` had waited for.
  K.on("begin", (trace) => {
    Object.assign(trace, { passed: new Map(), lostWaits: new Map() });
  });
  K.on("event", (e) => {
    const timer = e.ev === "TimerCancel" && K.trace.state.gone.find(({ name }) => name === e.timer);
    if (timer && timer.due > 0 && e.t - timer.due > TICK) K.trace.passed.set(e.timer, timer.due);
    if (e.ev === "SelectWin")
      K.trace.lostWaits.set(
        e.i,
        (K.trace.state.selects.get(e.run)?.branches ?? []).flatMap(({ state, waits }) =>
          state === "dropped" ? waits : [],
        ),
      );
  });

  /** Where the program has moved its clock itself. */
  const advances = () =>
    (K.trace.advances ??= (K.trace.index.byEv.get("Advance") ?? []).filter((i) => !K.event(i).auto));
  const rows = () => K.rowsOf(K.trace).rows;
  const end = (row, k) => row.at[k + 1] ?? K.trace.count;
  /** What made a task ready at event `i`. */
  function wakeAt(row, i) {
    const { arrows, arrowAt } = K.rowsOf(K.trace),
      { run } = row.job ? (K.event(i) ?? {}) : {};
    if (run) return { i, from: run, to: row.name, by: { task: run } }; // (a job's thread is served, and no wake is told)
    for (let k = K.upTo(arrowAt, i); k >= 0 && arrowAt[k] === i; k--)
      if (arrows[k].to === row.name && arrows[k].how !== "spawn") return arrows[k];
    return null;
  }

  K.wakeAt = wakeAt;
  /** What another thread did by which it ended the wait of a bar for this, an event: its `task` is the thread's job, if it is one; null if that isn't told. */
  const DID = ["put", "release", "close", "end", "senders"],
    FAR = 200,
    LEFT = 2000;
  K.threadAct = function (row, k, wake, on) {
    const which = wake?.by === "message" && on && (on.sync ?? on.value ?? on.closed);
    for (let i = wake?.i - 1; which && i > row.at[k] && i > wake.i - FAR; i--) {
      const e = K.event(i);
      if (
        !e.run &&
        (e.ev === "Served" || DID.includes(e.act)) &&
        [e.sync, e.on?.sync, e.on?.value, e.on?.closed].includes(which)
      )
        return e;
    }
    return null;
  };
  /** The wake of a task of its local set which is why event `i` woke this one, that polls the set: just before, or, where a message of
   *  another thread is for the set, in the poll that follows. */
  const isMemberOf = (name, e, i) => e?.ev === "Wake" && rows().get(e.task)?.hostAt(i) === name;
  /** Is it a local set that wakes the task which polls it, since one of the set's was put into its queue just before? */
  K.setWakes = (e) => e?.ev === "Wake" && isMemberOf(e.task, K.event(e.i - 1), e.i);
  function memberAt(row, i) {
    const isMember = (e) => isMemberOf(row.name, e, i),
      before = K.event(i - 1);
    return isMember(before)
      ? before
      : (K.inPollAfter(row.name, i).find((e) => e.by === "message" && isMember(e)) ?? null);
  }

  /** The job whose end a task learned of in the poll after this wake: it was in the set. */
  K.jobOfSet = function (row, i) {
    const joined = K.inPollAfter(row.name, i).find(({ ev }) => ev === "Join")?.task;
    return joined && isJob(joined) ? joined : null;
  };

  // ----- what a bar was -----

  const isJob = (name) => !!rows().get(name)?.job;
  /** Waits with one key are one sum. */
  function keyOf(on) {
    if (on.timer) return "timer";
    if (on.source)
      return K.listens(on.source)
        ? "accept"
        : ({ Process: "child", SignalSocket: "signal" }[K.sourceType(on.source)] ?? "socket");
    if (on.task) return isJob(on.task) ? "job" : "task";
    if (on.sync) return on.sync;
    return on.value ? `value ${on.value}` : on.closed ? `end ${on.closed}` : "deferred";
  }
  const WORDS = {
    recorder: "the recorder, which wrote this",
    advanced: "the clock, which the program advanced",
    poll: "polling",
    drop: "its future being dropped, with all that it held",
    ready: "ready, in the run queue",
    timer: "a timer",
    late: "a timer that was late",
    heard: "a job that was over, which the loop heard late",
    deaf: "a wake from another thread, which the loop could not hear",
    pool: "a thread of the pool",
    running: "on its thread",
    accept: "a connection to accept",
    local: "ready, in its local set",
    deferred: "having given way",
    foreign: "something that kettle doesn’t know",
    hosted: "a task of the local set that it polls",
    thread: "code outside of any task, which cancelled it",
    nothing: "nothing: its waker is gone",
  };
  /** Is it a channel for one value? */
  const isOnce = (on) => K.trace.state.primitives.get(on.value)?.kind === "oneshot";
  /** Which waits are one sum: of those that a timer ended, those that were for one thing. */
  const sumOf = (key, on, waits) =>
    key === "before"
      ? `before ${[...new Set((waits ?? []).filter((other) => other === on || !other.timer).map((on) => (isOnce(on) ? "one value" : keyOf(on))))].sort().join()}`
      : key;
  /** Timers, and channels for one value, are told apart by their lines. */
  const byLine = (key, on) => key === "timer" || key === "idle" || (/^value /.test(key) && isOnce(on));
  /** "pipe 1, lock 1 or a timer": what a wait for several things is for. */
  const anyOf = (K.anyOf = (waits) =>
    orWords(waits.toSorted((a, b) => !!a.timer - !!b.timer).map((on) => (on.timer ? "a timer" : K.onWhat(on)))));
  function orWords(words) {
    const all = [...new Set(words)],
      few = all.length > 4 ? [...all.slice(0, 3), K.plural(all.length - 3, "other thing")] : all;
    return few.length > 1 ? `${few.slice(0, -1).join(", ")} or ${few.at(-1)}` : few[0];
  }
  /** In words, where a sum is of this one thing (`on`), or of several; `beside`: what was waited for as well. */
  function wordsOf(key, on, several, beside = [], sources = []) {
    if (key === "pool" && (several || on?.task)) return `${WORDS.pool}, for ${several ? "its jobs" : on.task}`;
    if (WORDS[key]) return WORDS[key];
    if (key === "idle") return `${wordsOf(keyOf(on), on, several, [], sources)}, until a wake for nothing`;
    if (key === "before")
      return `a timer that came before ${on.timer ? "another" : orWords(inOrder([on, ...beside.filter((on) => !on.timer)].map((on) => (keyOf(on) !== "job" ? wordsOf(keyOf(on), on, several, [], sources) : several ? "the end of jobs" : `the end of ${on.task}`))))}`; // (a job may be in the queue still)
    if (key === "unheard")
      return several
        ? "jobs, queued or on their threads"
        : on
          ? `${on.task}, queued or on its thread`
          : "queued or on its thread";
    if (!several) return key === "job" ? `${on.task}, on its thread` : K.onWhat(on);
    return (
      {
        socket: [...sources].sort().join(" or "),
        child: "the ends of child processes",
        job: "jobs, on their threads",
        task: "the end of other tasks",
      }[key] ??
      (/^value /.test(key)
        ? "a value in one channel after another"
        : /^semaphore/.test(key)
          ? `permits of ${key}`
          : /^rwlock/.test(key)
            ? key
            : K.onWhat(on))
    );
  }

  /** The timers that fired, or the sources that were reported, in one turn before event `i`, with nothing but wakes between them: the last is first. */
  function toldAtOnce(ev, i) {
    const all = [];
    for (let k = i - 1, e; k > i - FAR && [ev, "Wake"].includes((e = K.event(k))?.ev); k--)
      if (e.ev === ev) all.push(e);
    return all;
  }
  /** Of several timers the one that has fired just before event `i`: of those of one turn the first. */
  const firedAt = (waits, i) =>
    toldAtOnce("TimerFire", i)
      .map((e) => waits.find((on) => on.timer === e.timer))
      .findLast(Boolean) ?? null;
  /** Which of several timers has ended the wait that began at event `from`, and the last event before that; null if none has. */
  K.endedBy = function (name, from) {
    const row = rows().get(name),
      k = row?.barAt(from),
      wake = row?.waits[k] ? wakeAt(row, end(row, k)) : null,
      timer = wake?.by === "timer" ? firedAt(row.waits[k], wake.i) : null;
    let i = wake?.i - 1;
    while (["TimerFire", "Wake"].includes(K.event(i)?.ev)) i--;
    return timer && { timer, before: i };
  };
  /** The event that asked for the end of a task which was cancelled; undefined if none is told. */
  const askedAt = (K.askedAt = function (row) {
    if (row.last !== BAR.CANCELLED || row.asked !== undefined) return row.asked ?? undefined;
    const all = K.trace.index.byTask.get(row.name) ?? [];
    return (
      (row.asked =
        all.findLast((i) => {
          const e = K.event(i);
          return e.ev === "Cancel" && e.task === row.name;
        }) ?? null) ?? undefined
    );
  });
  /** The word for the end of a task that was dropped: "cut off" by the end of the run, or "cancelled" before that (or just before, so that it was dropped with the others). */
  K.droppedWord = function (name) {
    const over = (K.trace.index.byEv.get("RunEnd") ?? []).at(-1),
      row = rows().get(name),
      all = K.trace.index.byTask.get(name) ?? [];
    if (!row || row.job || row.last !== BAR.CANCELLED || !(row.at.at(-1) > over)) return "cancelled";
    return all.some((i) => i < over && K.event(i).ev === "Cancel" && K.event(i).task === name)
      ? "cancelled"
      : "cut off";
  };
  /** Was it the task's cancelling that ended this wait? (One that was woken before that is ready then.) */
  const cancelled = (K.cancelledAfter = function (row, k) {
    let next = k + 1;
    while (row.kind[next] === BAR.READY || row.kind[next] === BAR.POLL) next++;
    return row.kind[next] === BAR.CANCELLED && !(askedAt(row) >= row.at[k + 1]);
  });
  /** What a wake may be of: the primitive of the event before it, or the sources that were reported at once. */
  function wokenBy(i) {
    const { ev, sync, by } = K.event(i - 1) ?? {},
      told =
        ev === "SourceReady" || by === "io" ? "SourceReady" : ev === "TimerFire" || by === "timer" ? "TimerFire" : null;
    return told ? toldAtOnce(told, i).map((e) => e.source ?? e.timer) : sync ? [sync] : [];
  }
  /** Of which of kettle's own primitives or sources did a wake come, where an earlier poll had left the task's waker? */
  function leftAt(name, wake) {
    const by = wokenBy(wake.i),
      all = K.trace.index.byTask.get(name),
      last = K.upTo(all, wake.i - 1);
    if (wake.by === "timer" && K.inPollAfter(name, wake.i).some(({ ev }) => ev === "SelectWin")) return null; // (it may be that of a future which a combinator did not ask again)
    for (let n = last; by.length && n >= 0 && n > last - LEFT; n--) {
      // (the state has only those that wait for it now)
      const e = K.event(all[n]),
        on = [e.on?.sync, e.on?.value, e.on?.closed, e.on?.source, e.on?.timer].find(
          (name) => name && by.includes(name),
        );
      if (on) return e.ev === "Wait" ? on : null;
      if (e.ev === "Wake" && wokenBy(e.i).some((name) => by.includes(name))) return null; // that took it
    }
    return null;
  }
  /** The same, if the task waited on after it. */
  function forNothing(row, k, wake) {
    let next = k + 1;
    while (row.kind[next] === BAR.READY || row.kind[next] === BAR.POLL) next++;
    return row.kind[next] === BAR.WAIT &&
      row.waits[next]?.some((on) => row.waits[k].some((old) => K.onWhat(old) === K.onWhat(on)))
      ? leftAt(row.name, wake)
      : null;
  }
  /** The same of a wake that is for none of the things that were waited for. */
  K.wokenFor = (row, k, wake) =>
    row.waits[k] && isOfNone(row.waits[k], wake) && !cancelled(row, k) ? forNothing(row, k, wake) : null;
  /** The same of the wake at this event, of which only what came before is known. */
  K.wokenAt = function (name, i) {
    const row = rows().get(name),
      k = row?.barAt(i - 1),
      waits = row?.kind[k] === BAR.WAIT ? row.waits[k] : null,
      wake = waits?.length ? wakeAt(row, i) : null;
    return wake && isOfNone(waits, wake) ? leftAt(name, wake) : null;
  };
  const isForeign = (waits, wake) =>
    wake &&
    wake.by !== "runtime" &&
    waits.every((on) => (on.timer && wake.by !== "timer") || (on.source && wake.by !== "io"));
  /** Did a task wake it, of a primitive that is none of those, or another timer? (Before what another thread has woken there may be what a third one did.) */
  function isOfOther(waits, wake) {
    const by = wake?.from || wake?.by === "timer" ? wokenBy(wake.i) : [];
    return (
      by.length > 0 &&
      !waits.some((on) => on.task || by.includes(on.timer ?? on.sync ?? on.value ?? on.closed ?? on.source))
    );
  }
  const isOfNone = (waits, wake) => isForeign(waits, wake) || isOfOther(waits, wake);
  /** Which source did a wake come from: the first that was reported just before, of those that the task waited for; undefined if it is none of them. */
  K.wakingSource = function (i) {
    const row = rows().get(K.event(i).task),
      waits = row?.waits[row.barAt(i - 1)] ?? [];
    return toldAtOnce("SourceReady", i).findLast((e) => waits.some((on) => on.source === e.source))?.source;
  };
  /** The same, or that which was reported last. */
  K.reported = reported;
  function reported(i) {
    const found = K.wakingSource(i);
    for (let k = i - 1; !found && k >= Math.max(0, i - FAR); k--) {
      const e = K.event(k);
      if (e.ev === "SourceReady") return e.source;
    }
    return found;
  }
  /** What ended a wait; null if that is none of the things it was known to be for: a timer that has not fired ended nothing. */
  function deciding(row, k, wake) {
    const waits = row.waits[k],
      of = (is) => waits.find(is);
    if (isForeign(waits, wake) && !cancelled(row, k) && !forNothing(row, k, wake)) return null;
    if (waits.length < 2) return waits[0];
    const due = dueBefore(row, k, wake);
    if (due) return due.on;
    const fired = wake?.by === "timer" ? firedAt(waits, wake.i) : null;
    if (fired) return inTime(row, k, fired);
    if (wake?.by === "timer" && !memberAt(row, wake.i)) return of((on) => on.timer) ?? waits[0]; // (a local set's wake is by what woke the set's task)
    if (wake?.by === "io") {
      // (of those that were reported before the wake the last)
      const told = toldAtOnce("SourceReady", wake.i)
          .map((e) => of(({ source }) => source === e.source))
          .find(Boolean),
        left = told && lostNext(row, k, told),
        won =
          left?.some((on) => K.isSameWait(on, told)) &&
          waits.filter((on) => !left.some((lost) => K.isSameWait(lost, on)));
      if (won?.length) return won.find((on) => gotNext(row, k, on)) ?? won[0]; // (that came before it was polled)
      return told ?? of((on) => on.source && gotNext(row, k, on)) ?? of((on) => on.source) ?? waits[0];
    }
    const others = waits.filter((on) => !on.timer && !on.source);
    if (others.length < 2 || !wake) return others[0] ?? waits[0];
    const given = givenBy(row, k, wake, others);
    return (given && !cameLater(row, k, wake, given) ? given : others.find((on) => gotNext(row, k, on))) ?? others[0]; // (what another thread did isn't told: what the task got then is)
  }
  /** Of several things the one of which something was done just before a wake. */
  function givenBy(row, k, wake, others) {
    for (let i = wake.i; i > Math.max(row.at[k], wake.i - 8); i--) {
      const { ev, sync, value, task, on, outcome } = K.event(i),
        over = ev === "BlockingEnd" || (ev === "PollEnd" && outcome !== "pending"); // (a task that does something has not ended by that)
      const things = [sync, value, over && task, on?.sync, on?.value].filter(Boolean);
      const found = others.find((on) => things.includes(on.sync ?? on.value ?? on.closed ?? on.task));
      if (found) return found;
    }
    return undefined;
  }
  /** The wake by the task that gave what ended a wait while the waiting one was ready, since the wake was of something else, and of that the poll got nothing; else null. */
  K.cameLater = cameLater;
  function cameLater(row, k, wake, given = givenBy(row, k, wake, row.waits[k])) {
    const got =
      given && !gotNext(row, k, given) && row.waits[k].some((on) => on !== given && !on.timer && gotNext(row, k, on));
    return got ? wokenAgain(row, k) : null;
  }

  /** Of a wait that a timer has ended the timer that was waited for first: a `timeout` asks its future first, and then its limit. */
  const inner = (row, k, waits, ended) =>
    waits[0].timer && waits[0] !== ended && !hasFired(row, k, waits[0]) && !goesOn(row, k, waits[0])
      ? waits[0]
      : undefined;
  /** The event by which this timer fired after the wake that ended a wait, before the task was polled again; undefined if it didn't. */
  function firedLater(row, k, { timer }) {
    const all = K.trace.index.byEv.get("TimerFire") ?? [];
    for (
      let n = K.upTo(all, row.at[k + 1]) + 1, first = n;
      n < all.length && all[n] < row.at[k + 2] && n < first + LEFT;
      n++
    )
      if (K.event(all[n]).timer === timer) return K.event(all[n]);
    return undefined;
  }
  /** Did this timer come, too, before the task was polled again? (It may be one of several of one turn.) */
  const hasFired = (row, k, { timer }) =>
    !!firedLater(row, k, { timer }) || toldAtOnce("TimerFire", row.at[k + 1]).some((e) => e.timer === timer);
  /** Of a wait that another thread ended the timer that was due long before the loop could hear of that: it would have ended the wait. `{on, due}`, or null. */
  function dueBefore(row, k, wake) {
    const due = (on) => {
      const e = firedLater(row, k, on);
      return e ? e.t - (K.trace.reader.lateAt.get(e.i) ?? 0) : Infinity;
    };
    const all =
        wake?.by === "message" ? row.waits[k].filter(({ timer }) => timer).map((on) => ({ on, due: due(on) })) : [],
      first = all.sort((a, b) => a.due - b.due)[0],
      ends = K.trace.t[wake?.i];
    return first &&
      ends - first.due >= 2 * TICK &&
      !row.waits[k].some((on) => K.threadAct(row, k, wake, on)?.t < first.due)
      ? first
      : null;
  }
  /** Did another thread wake a task that had what it was woken for already, and waits on for all that it waited for? */
  function heardForNothing(row, k, wake) {
    const next = row.kind.indexOf(BAR.WAIT, k + 1),
      waits = row.waits[k];
    return (
      wake?.by === "message" &&
      next === k + 3 &&
      waits.every(
        (on) =>
          row.waits[next]?.some((later) => K.isSameWait(later, on)) &&
          !gotNext(row, k, on) &&
          !(on.timer && hasFired(row, k, on)),
      )
    );
  }
  /** Of several timers that came the one within the `timeout` whose limit came, too: its future was asked first, and was ready. Else the one that fired. */
  function inTime(row, k, fired) {
    const until = row.at[k + 3] ?? K.trace.count,
      all = row.waits[k].filter((on) => on.timer && (on === fired || hasFired(row, k, on)));
    for (let i = row.at[k + 2]; all.length > 1 && i < until && i < row.at[k + 2] + LEFT; i++) {
      const e = K.event(i);
      if (e.ev === "AtLimit" && e.run === row.name)
        return all.find((on) => K.timerWord(K.waitLine(row.at[k], on)) !== "timeout") ?? all[0];
    }
    return fired;
  }

  /** The wake by a task of one that was ready already, after this wait of it; null if there is none. */
  function wokenAgain(row, k) {
    const all = K.trace.index.byTask.get(row.name) ?? [];
    for (let n = K.upTo(all, row.at[k + 1]) + 1; all[n] < (row.at[k + 2] ?? 0); n++) {
      const e = K.event(all[n]);
      if (e.ev === "Wake" && e.by?.task) return { i: e.i, run: e.by.task };
    }
    return null;
  }
  /** What ended a wait, if it came only while the task was ready: `{i, run, on}`, of another task; else null. */
  function endedLater(row, k, wake, on, until = row.at[k + 3] ?? K.trace.last) {
    const isIo = wake?.by === "io",
      found =
        !on || !wake || cancelled(row, k)
          ? null
          : isIo && on.source
            ? K.cameLast(on, row.at[k + 1], until)
            : isIo
              ? wokenAgain(row, k)
              : wake.from && row.waits[k].length > 1
                ? cameLater(row, k, wake)
                : null;
    return found && found.run !== row.name && rows().has(found.run) ? { i: found.i, run: found.run, on } : null;
  }
  /** What the losers of a `select!` had waited for that a branch won in the poll behind a wait; undefined if none did, or what came (`told`) was got in that poll, too. */
  function lostNext(row, k, told) {
    let lost;
    for (let i = row.at[k + 1]; i < (row.at[k + 3] ?? K.trace.count) && i < row.at[k + 1] + LEFT; i++) {
      const e = K.event(i);
      if (e.run === row.name && e.source === told.source && e.result === "done") return undefined;
      if (e.run === row.name && e.ev === "SelectWin") lost ??= K.trace.lostWaits.get(i);
    }
    return lost;
  }
  /** Did the task get this in the poll that a timer began: in another branch of a `join!`, or before anything asked for the timer? */
  function gotNext(row, k, on) {
    const until = row.at[k + 3] ?? K.trace.count,
      is = (e) =>
        on.sync
          ? (e.act === (K.forAll(on.sync) ? "get" : "take") ? e.sync : e.ev === "Served" && e.on.sync) === on.sync
          : on.value
            ? K.isChannel(on.value)
              ? e.act === "get" && e.sync === on.value
              : e.ev === "Join"
            : on.task
              ? e.ev === "Join" && e.task === on.task
              : e.result === "done" && e.source === on.source;
    for (let i = row.at[k + 1]; i < until && i < row.at[k + 1] + LEFT; i++) {
      const e = K.event(i);
      if (e.run !== row.name) continue;
      if (is(e)) return true;
      if (
        (!on.sync && ["Elapsed", "SelectWin"].includes(e.ev)) ||
        (e.ev === "Unwait" && K.onWhat(e.on) === K.onWhat(on))
      )
        return false; // (what it gets later it has asked for anew)
    }
    return false;
  }
  /** Does the wait for this go on when a timer has come? In a `join!` it does; a `select!` that another branch wins drops it, and so does a `timeout` what it limits. */
  function goesOn(row, k, on) {
    let next = k + 1;
    while (row.kind[next] === BAR.READY || row.kind[next] === BAR.POLL) next++;
    if (row.kind[next] !== BAR.WAIT || !row.waits[next]?.some((later) => K.isSameWait(later, on))) return false;
    let asked = -1,
      limit = false; // (what is waited for anew behind the end of its limit, in the same poll, is another wait)
    for (let i = row.at[k + 1]; i < row.at[next]; i++) {
      const e = K.event(i),
        isAsked = e.ev === "Wait" && e.run === row.name && K.onWhat(e.on) === K.onWhat(on);
      if (isAsked && limit) return false;
      if (isAsked) asked = e.n;
      limit ||= e.ev === "Elapsed" && e.run === row.name && asked > e.since;
      if (
        e.run === row.name &&
        (K.trace.lostWaits.get(i)?.some((lost) => K.onWhat(lost) === K.onWhat(on)) ||
          (e.ev === "Unwait" && K.onWhat(e.on) === K.onWhat(on)))
      )
        return false;
    }
    return true;
  }

  /** From which event on did a task wait for this, which has ended the wait of a bar? A timer goes on while others come first, and so does what
   *  each round of a loop asks for again, until something was got of it. */
  function waitedSince(row, k, on) {
    const all = K.trace.index.byTask.get(row.name),
      what = K.onWhat(on),
      is = (e) =>
        on.timer
          ? e.timer === on.timer && ["TimerAdd", "TimerMove"].includes(e.ev)
          : e.source
            ? e.source === on.source && e.result === "done"
            : e.act && [on.sync, on.value, on.closed].includes(e.sync);
    const served = (b) =>
      on.sync &&
      [1, 2, 3, 4].some((n) => {
        const e = K.event(end(row, b) - n);
        return e?.ev === "Served" && e.on.sync === on.sync;
      });
    // (A timer that was set goes on, whatever else is waited for meanwhile.)
    if (on.timer)
      for (let n = K.upTo(all, row.at[k]), least = n - LEFT; n >= 0 && n > least; n--) {
        const e = K.event(all[n]);
        if (e.run === row.name && is(e)) return all[n];
      }
    let first = k;
    for (
      let b = k - 1;
      b >= 0 &&
      [BAR.POLL, BAR.READY, BAR.WAIT].includes(row.kind[b]) &&
      (row.kind[b] !== BAR.WAIT || (row.waits[b]?.some((other) => K.onWhat(other) === what) && !served(b)));
      b--
    )
      if (row.kind[b] === BAR.WAIT) first = b;
    for (let n = K.upTo(all, row.at[k]); n >= 0 && all[n] > row.at[first]; n--) {
      const e = K.event(all[n]);
      if (e.run === row.name && is(e)) return all[n];
    }
    return row.at[first];
  }
  /** (What was asked for since the last wait was waited for in this one alone.) */
  const inOneWait = (row, k, since) => row.kind.lastIndexOf(BAR.WAIT, k - 1) < row.barAt(since);

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
  function share(from, to, begin, until) {
    const { t, last } = K.trace,
      part = K.lasted(BAR.WAIT, from, to, begin, until),
      all = t[Math.min(to, last)] - t[from];
    if (part === null || all > 0) return part === null ? null : part / all;
    return t[from] >= begin && t[from] <= until ? 1 : 0;
  }

  /** Does a task poll a local set, of which a task is alive at event `i`? Then its waker may be with the set, whose tasks wake it. */
  const hosts = (K.pollsASet = (name, i) =>
    (K.trace.hosts ??= Map.groupBy(
      [...rows().values()].flatMap((row) => [...new Set(row.local?.who ?? [])].map((who) => ({ who, row }))),
      ({ who }) => who,
    ))
      .get(name)
      ?.some(
        ({ row }) =>
          row.hostAt(i) === name && ![BAR.DONE, BAR.CANCELLED, BAR.PANICKED].includes(row.kind[row.barAt(i)]),
      ) ?? false);
  /** Tells each part of a bar: `tell(key, ns, from, on, waits, at)`, where `ns` is null if it is not known, and `at` is where the part begins if that
   *  is after `from`. Which of several things a wait was for is not decided if it ends after the time `limit`, where the stretch does. */
  function parts(row, k, begin, until, tell, seen = Infinity, limit = Infinity) {
    const { t, last } = K.trace,
      kind = row.kind[k],
      from = row.at[k],
      open = end(row, k) > seen,
      to = open ? seen : end(row, k);
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
    if ((open || unended(row, k, until) || t[to] > limit || cancelled(row, k)) && waits.length > 1)
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
      other = lasting ?? others[0] ?? (ended?.timer ? inner(row, k, waits, ended) : undefined),
      on = other ?? ended,
      key = !on ? (hosts(row.name, from) ? "hosted" : "foreign") : other && !lasting ? "before" : keyOf(on),
      ends = t[Math.min(to, last)];
    if (key === "before") waits = waits.filter((on) => on.timer || others.includes(on)); // (what came all the same was not cut off)
    if (wake && !ended?.sync && (K.wokenFor(row, k, wake) || (ended && heardForNothing(row, k, wake))))
      return tell("idle", all, from, ended, waits); // (for a lock it stays in its line)
    if (key === "job" && (open || K.unheard(rows().get(on.task)))) return tell("unheard", all, from, on, waits);
    // Where it has two parts: the time between them.
    let middle = null,
      [first, second] = [key, key];
    if (ended?.timer && wake?.late >= 2 * TICK && !isOfOther(waits, wake))
      [middle, second] = [ends - wake.late, "late"];
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
        (wake?.by === "message" && on?.value && !K.isChannel(on.value) && rows().get(K.jobOfSet(row, wake.i))) || {},
      jobEnd = job?.ran > 0 && !paused() ? t[from] + (job.since + job.waited + job.ran - K.event(from).real) : null;
    const came =
      wake?.by === "message" && key !== "job" && !early
        ? (jobEnd ?? K.threadAct(row, k, wake, on)?.t ?? listened(to))
        : ends; // (when it came is not always known)
    if (ends - came > TICK) [middle, second] = [came, jobEnd === null ? "deaf" : "heard"];
    if (key === "job") [middle, first] = [takenAt(rows().get(on.task), from) ?? ends, "pool"];
    if (all === null || middle === null) return tell(key, all, from, on, waits);
    const over = key === "job" ? heardFrom(rows().get(on.task), middle, ends) : ends,
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
      ["late", "deaf", "heard"].includes(second) ? at(between) : from,
    );
    if (over < ends) tell("heard", within(Math.max(over, t[from]), ends), from, on, waits, at(over));
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
  /** When a job was over that a thread took at `taken`; that is `ends`, where its task heard of it at once. */
  function heardFrom({ job }, taken, ends) {
    return paused() || job.ran === null || ends - (taken + job.ran) <= TICK ? ends : taken + job.ran;
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
    const part = share(at[k], to, begin, until);
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
  const told = (i, begin, until) =>
    K.trace.t[i] < begin ? K.upTo(K.trace.t, begin) : K.trace.t[i] > until ? Math.max(0, K.upTo(K.trace.t, until)) : i;
  /** What a sum of the chain counts beyond the wait that it is for, in words: a cause of the task's own (`causesOf`) counts that elsewhere. */
  const OVER = ", over several waits",
    EARLY = ", also before the wait";
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
              this.wider === OVER && this.key === "before" ? "timer" : this.key,
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
  const stop = (until, seen) => Math.min(until, K.trace.t[seen] ?? Infinity);
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
  const BUSY = (K.BUSY = ["ready", "late", "heard", "deaf", "deferred"]);
  function addSpan(sum, row, k, ns, begin, until, from = row.at[k], at = from) {
    const { t, last } = K.trace,
      to = Math.min(end(row, k), last),
      stop = Math.min(t[to], until),
      { key } = sum;
    if (BUSY.includes(key) || (row.waits[k]?.some((on) => on.sync === key) && !K.isChannel(key)))
      (sum.spans ??= []).push({
        from,
        to,
        begin: ["late", "heard", "deaf"].includes(key) ? stop - ns : Math.max(t[at], begin),
        stop,
        open: row.at[k + 1] === undefined,
      });
  }
  K.causesOf = function (name, begin = -Infinity, until = Infinity, seen = Infinity, lineOf = null) {
    const row = rows().get(name),
      sums = new Sums(),
      { t } = K.trace,
      stretch = [begin, stop(until, seen)];
    let unknown = 0,
      polls = 0; // (a poll counts where it begins, how long it was or not)
    for (
      let k = Math.max(0, row ? row.barAt(Math.max(0, K.upTo(t, begin - 1))) : 0);
      row && k < row.at.length && t[row.at[k]] <= until && row.at[k] <= seen;
      k++
    ) {
      if (row.kind[k] === BAR.POLL && t[row.at[k]] >= begin && t[row.at[k]] < until) polls += 1;
      parts(
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
              told(at ?? from, begin, until),
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
    const row = rows().get(name),
      { t, last } = K.trace,
      over = [BAR.DONE, BAR.CANCELLED, BAR.PANICKED].includes(row?.last);
    return row?.at.length ? [t[row.at[0]], t[over ? row.at.at(-1) : last]] : [t[0], t[last]];
  };

  // ----- the chain -----

  /** More steps back are not made. (Each is one bar or one hop.) */
  const MOST = 400_000;
  /** Of a task with more bars than so many the longest wait is not looked for. */
  const LONG = 20_000;
  /** Of so many sums, the largest, it is told how they are reached. */
  const TOLD = 5;
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
      [from, to] = [row.at[k], Math.min(end(row, k), i, last)],
      host = rows().get(row.hostAt(from));
    let away = 0;
    for (let b = Math.max(0, host?.barAt(from) ?? 0); host && host.at[b] < to; b++)
      if (host.kind[b] === BAR.WAIT && memberAt(host, end(host, b))?.task !== row.name)
        away += t[Math.min(end(host, b), to)] - t[Math.max(host.at[b], from)];
    return away * 2 > t[to] - t[from] ? host.name : null;
  }

  /** Could one or another task end a wait that was not over before event `i`? (In a `join!` it waits for all of them.) */
  function isOpenTo(row, k, i) {
    const waits = row.waits[k].filter((on) => !on.timer && !K.joinBranch(row.name, K.waitLine(row.at[k], on)));
    return waits.length > 1 && new Set(waits.map((on) => K.enderOf(row.name, on, i - 1)?.who)).size > 1;
  }
  /** Are there bytes for a socket that were sent a moment before event `i`, and not read yet? (Then no task is to send first.) */
  function isUnderWay(source, i) {
    const { at } = K.moved(K.otherEnd(source))?.write ?? { at: [] },
      sent = at[K.upTo(at, i)];
    return K.onTheWay(source, i) > 0 && K.trace.t[i] - K.trace.t[sent] < MOMENT;
  }
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
        row: rows().get(name),
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
    /** The bar that ends at this event, and what came before it. `ahead`: the bar may end later, and that end counts. */
    back({ row, i, ahead, node, within }) {
      let bound = within;
      while (bound && isPutOffBy(bound, row.name)) bound = bound.within;
      [this.floor, this.held] = bound ? [Math.max(this.begin, K.trace.t[bound.i]), bound.held] : [this.begin, ""];
      const k = K.upTo(row.at, i - 1),
        from = row.at[k],
        asked = askedAt(row);
      if (k < 0) return row.parent ? this.hop(node, row.parent, row.at[0], "spawn") : null;
      if (from <= asked && asked < i && K.event(asked).run !== row.name && !row.job)
        return this.cancelled(row, k, i, node, asked);
      if (row.kind[k] === BAR.WAIT && (ahead || end(row, k) <= i)) return this.waited(row, k, i, node, within);
      const wake =
          row.kind[k] === BAR.READY && row.kind[k - 1] === BAR.WAIT && row.waits[k - 1]?.length
            ? wakeAt(row, from)
            : null,
        on = wake && deciding(row, k - 1, wake),
        { early } = this,
        later = endedLater(
          row,
          k - 1,
          wake,
          on,
          early && early.from === row.at[k + 2] && on?.source === early.source ? early.until : undefined,
        );
      if (later?.i < i && K.trace.t[from] > this.begin) {
        // (before that it was ready, but not for what it waited for)
        this.book(row, k, i, node, null, later.i);
        return {
          ...this.hop(node, later.run, later.i, on, row.at[k - 1]),
          ...this.heldIn(row, k - 1, on, node, within),
        };
      }
      const host = row.local && row.kind[k] === BAR.READY ? awayHost(row, k, i) : null;
      if (host) return this.hop(node, host, i, "host", from);
      this.book(row, k, i, node);
      return { row, i: from, node };
    }
    /** A bar, as far as event `i`; of a job, as the wait of its task (`node.who`) for it (`job`), which began at event `wait`. What has ended it was waited for since `since`. */
    book(row, k, i, node, job = null, since = row.at[k], wait = 0) {
      const wake = since < row.at[k] ? wakeAt(row, end(row, k)) : null,
        ends = K.trace.t[end(row, k)],
        isOpen = ends > this.until && row.waits[k]?.length > 1,
        due = wake?.by === "timer" && wake.late >= 2 * TICK && !isOpen ? ends - wake.late : Infinity; // (that it was late is told with its end)
      let before = since < row.at[k] ? K.lasted(BAR.WAIT, since, row.at[k], this.floor, Math.min(this.until, due)) : 0,
        behind =
          due < K.trace.t[row.at[k]] ? K.lasted(BAR.WAIT, since, row.at[k], Math.max(this.floor, due), this.until) : 0,
        wider =
          before > 0 ? OVER : job && K.lasted(BAR.WAIT, row.at[k], wait, this.floor, this.until) > TICK ? EARLY : "";
      const { t, last } = K.trace,
        begin = since > row.at[k] ? Math.max(this.floor, t[since]) : this.floor,
        until = Math.min(this.until, t[i] ?? Infinity),
        span = jobSpan(row, k) ?? [t[since], t[Math.min(i, end(row, k), last)]];
      parts(
        row,
        k,
        begin,
        until,
        (key, part, from, on, waits, at) => {
          const isLate = key === "late",
            more = isLate ? behind : before,
            open = end(row, k) > this.seen || unended(row, k, this.until),
            ns = part === null || more === null ? null : part + more;
          if (!(ns > 0 || (open && ns === 0))) return; // (a virtual clock stands still while it hangs)
          const began = !isLate && before > 0 ? since : from,
            width = isLate && more > 0 ? OVER : wider;
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
            end(row, k) > wait ? Math.max(at ?? from, wait) : at,
          );
          [sum.wider, wider] = [width, wider === OVER ? "" : wider];
          sum.open ||= open;
          if (!job) addSpan(sum, row, k, part, begin, stop(until, this.seen), began, began < from ? began : at);
        },
        this.seen,
        this.until,
      );
    }
    /** The sum leads on from where its longest part was found. Its parts lie between these times. */
    add(node, [from, to], id, key, ns, first, on, waits, at = first) {
      const sum = this.sums.add(id, key, ns, first, on, waits, told(at, this.begin, this.until));
      if (ns >= sum.longest) sum.node = node;
      sum.begins = Math.min(sum.begins ?? Infinity, Math.max(this.floor, from));
      sum.ends = Math.max(sum.ends ?? -Infinity, Math.min(this.until, to));
      return Object.assign(sum, { who: node.who, stretch: [this.begin, stop(this.until, this.seen)] });
    }
    /** Its end was asked for at this event: what it waited for then ended nothing, and is not followed. */
    cancelled(row, k, i, node, asked) {
      const { run, at } = K.event(asked),
        by = run ?? (K.event(asked + 1)?.by === "runtime" ? K.answer.main() : null);
      if (row.kind[k] !== BAR.WAIT) this.book(row, k, i, node, null, asked); // (what came before that has not put it off)
      if (rows().has(by) && by !== row.name) return this.hop(node, by, asked, run ? "abort" : "over", asked);
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
      if (begins > this.until || (begins === this.until && end(row, k) <= Math.min(this.seen, K.trace.last)))
        return { row, i: row.at[k], node };
      const open = end(row, k) > this.seen,
        to = open ? K.trace.count : end(row, k),
        wake = open ? null : wakeAt(row, to),
        on = row.waits[k]?.length ? deciding(row, k, wake) : null;
      const still = this.stillFor(row, k, to, wake),
        lock = this.heldIn(row, k, still ?? on, node, within);
      if (still) return this.ender(row, k, i, node, still, lock) ?? this.booked(row, k, i, node, row.at[k]);
      if (on?.task && isJob(on.task) && to < K.trace.count) return this.job(row, k, on, node);
      if (
        on &&
        K.trace.t[to] > this.until &&
        this.visited.has(wake?.from) &&
        wake.from !== row.name &&
        !cancelled(row, k)
      ) {
        // (at the stretch's end each waits for the other)
        this.around = {
          who: row.name,
          words: K.onWhat(on),
          to: wake.from,
          how: null,
          at: told(row.at[k], this.begin, this.until),
        };
        return this.booked(row, k, i, node, row.at[k]);
      }
      const member = wake && !cancelled(row, k) ? memberAt(row, to) : null,
        bySet = () => ({ ...this.hop(node, member.task, Math.max(to, member.i), "set", row.at[k]), ahead: true });
      if (member?.i < to) return bySet(); // (for one of its set, whatever else it waits for)
      if (
        wake?.from &&
        wake.from !== row.name &&
        rows().has(wake.from) &&
        !(on && !cancelled(row, k) && (on.deferred || K.wokenFor(row, k, wake)))
      )
        return cancelled(row, k)
          ? this.hop(node, wake.from, to, "abort", row.at[k])
          : { ...this.hop(node, wake.from, to, on, row.at[k]), ...lock };
      const act = K.threadAct(row, k, wake, on);
      if (rows().has(act?.task)) return { ...this.hop(node, act.task, act.i, on, row.at[k]), ...lock };
      const came = on?.source && wake?.by === "io" ? K.cameFrom(on, row.at[k], to) : null;
      if (came && came.run !== row.name && rows().has(came.run)) {
        this.book(row, k, i, node, null, came.i); // (from the write to the wake: the bytes were on the way, or the loop had not looked)
        return this.hop(node, came.run, came.i, on, row.at[k]);
      }
      if (on?.source && wake?.by === "io" && !came)
        this.early = { from: row.at[k], source: on.source, until: row.at[k + 3] ?? K.trace.last }; // (what it took then had come before: while it was ready before that poll, perhaps)
      if (member) return bySet();
      const next =
        on && (!wake || wake.by === "runtime") && !isOpenTo(row, k, Math.min(i, to))
          ? this.ender(row, k, Math.min(i, to), node, on, lock)
          : null; // (it waited to the end of the record or of the run)
      const since = on && !on.deferred && wake && !K.wokenFor(row, k, wake) ? waitedSince(row, k, on) : row.at[k];
      return next ?? this.booked(row, k, i, node, inOneWait(row, k, since) ? row.at[k] : since);
    }
    /** What a task that had a lock or permits did before another one waited for them has not put that off; nor has what one did before it could
     *  be asked for its answer, in a channel for one value. */
    heldIn(row, k, on, node, within) {
      const what = on?.sync ?? on?.value ?? "",
        made = K.event(K.trace.senders.get(on?.value)?.[0] ?? -1),
        asked = made?.kind === "oneshot" && made.run === row.name && made.i < row.at[k] ? made.i : -1;
      const since = K.isLock(what) ? waitedSince(row, k, on) : asked; // (also before a wake for something else)
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
    booked(row, k, i, node, since) {
      this.book(row, k, i, node, null, since);
      return { row, i: since, node };
    }
    /** What it waits for all through the stretch, though something else ends that wait later: a limit, or its cancelling. */
    stillFor(row, k, to, wake) {
      const left = K.trace.t[to] > this.until ? (row.waits[k] ?? []).filter((on) => !on.timer) : [];
      const isLimit = () =>
        wake.by === "timer" && !row.waits[k].some((on) => on.timer && K.ofInterval(K.waitLine(row.at[k], on))); // (a tick is what it waits for as well)
      return left.length === 1 && wake && (isLimit() || cancelled(row, k)) ? left[0] : null;
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
        return { ...next, ...lock, ahead: true };
      }
      return null;
    }
    /** A job's time is the waiting task's, back to where the job was handed over: one sum for all of them. */
    job(row, k, on, node) {
      const job = rows().get(on.task);
      if (job.kind.includes(BAR.WAIT)) return this.hop(node, on.task, end(row, k), on, row.at[k]);
      for (let b = 0; b < job.at.length; b++) this.book(job, b, K.trace.count, node, on, job.at[b], row.at[k]);
      parts(row, k, this.floor, this.until, (key, ns, from, on, waits, at) => {
        if (key === "heard" && ns > 0)
          addSpan(
            this.add(
              node,
              [K.trace.t[row.at[k]], K.trace.t[Math.min(end(row, k), K.trace.last)]],
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
      return { row: rows().get(name), i, node: { who: name, prev, on, at } };
    }
    /** From the task that is asked about to the one of a sum; of a way that comes to a task more than once the last time counts. */
    linksTo(last) {
      const way = [],
        links = [];
      for (let node = last.node; node; node = node.prev) way.push(node);
      const nearest = new Map(way.toReversed().map((node, n) => [node.who, way.length - 1 - n]));
      for (let n = nearest.get(way.at(-1).who); n > 0; n = nearest.get(way[n - 1].who))
        links.push(Object.assign(this.link(way[n].who, way[n - 1]), { loops: nearest.get(way[n - 1].who) !== n - 1 })); // (what lies between it and its coming back to that task is left out)
      return links;
    }
    /** A link leads to the longest of the waits for this which that task ended. */
    link(who, node) {
      const { first, begin, until, seen } = this,
        row = rows().get(who),
        { on, at } = node,
        what = on && typeof on === "object" ? K.onWhat(on) : null,
        lasts = (k) => K.lasted(BAR.WAIT, row.at[k], Math.min(end(row, k), seen), begin, until) ?? 0;
      const same = (k) =>
          what && row.kind[k] === BAR.WAIT ? row.waits[k]?.find((one) => K.onWhat(one) === what) : undefined,
        lineAt = (k) => (same(k) ? K.waitLine(row.at[k], same(k)) : null),
        lines = new Set([lineAt(row.barAt(at))]); // (of all these waits: of which of them its end came is not told apart)
      let from = at,
        most = what && row.at.length < LONG ? lasts(row.barAt(at)) : Infinity;
      for (let k = Math.max(0, row.barAt(first)); most < Infinity && k < row.at.length && row.at[k] <= seen; k++) {
        const wake =
          row.kind[k] === BAR.WAIT && lasts(k) > most && row.waits[k]?.some((one) => K.onWhat(one) === what)
            ? wakeAt(row, end(row, k))
            : null;
        if (wake?.from === node.who && K.onWhat(deciding(row, k, wake) ?? {}) === what && !cancelled(row, k)) {
          [from, most] = [row.at[k], lasts(k)];
          lines.add(lineAt(k));
        }
      }
      return linkOf(who, {
        ...node,
        at: Math.min(told(from, begin, until), end(row, row.barAt(from)) - 1),
        from,
        lines,
      });
    }
  }
  const linkOf = (who, { who: next, on, at, from, how, lines }) => ({
    who,
    at,
    from,
    next,
    lines: lines && new Set([...lines].filter(Boolean)),
    how: how ?? null,
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
  K.chainOf = function (name, begin, until, seen = Infinity, most = MOST) {
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

  // ----- who held the thread -----

  /** Why no task held it between two events, if the program did something itself: it moved the clock, or ran no runtime; "" if that is not so. */
  K.awayWords = function (from, to, link = (words) => ` (${words})`) {
    const kinds = (ev) => K.trace.index.byEv.get(ev) ?? [],
      moved = advances().find((i) => i > from && i <= to),
      over = kinds("RunEnd").find((i) => i >= from && i < to),
      again = kinds("RunStart").find((i) => i > over && i <= to);
    return moved !== undefined
      ? `the program moved the clock${link(K.link(moved))}`
      : again !== undefined
        ? `the program was outside of the runtime${link(`${K.link(over)} to ${K.link(again)}`)}`
        : "";
  };

  /** Whose polls held the thread from this time to event `i`, but for one task's: `{total, recorder, count, groups, unknown}`, where `groups` are
   *  tasks of one spawn site, `{made, ns, tasks}`, the longest first. */
  K.heldBy = (begin, i, but = null, until = Infinity) => K.heldDuring([{ begin, to: i, stop: until }], but);
  /** The same of several such times in all. */
  K.heldDuring = function (spans, but) {
    const { t, index, recorded, last } = K.trace,
      polls = index.byEv.get("PollStart") ?? [],
      sites = new Map();
    let recorder = 0,
      unknown = false;
    for (const { from, begin: since, to: i, stop: until } of spans) {
      // (In polls a virtual clock stands still: there the time is that between two events.)
      const [begin, stop] =
          paused() && from !== undefined ? [-Infinity, Infinity] : [since, Math.min(t[Math.min(i, last)], until)],
        to = Math.min(i, last),
        first = begin < since ? from : Math.max(0, K.upTo(t, begin)),
        around = [];
      recorder += recordedBy(stop, first, to) - recordedBy(begin, first, to);
      unknown ||= K.missing(first, to) > 0;
      for (let k = Math.max(0, K.upTo(polls, first)); polls[k] < to; k++) {
        const row = rows().get(K.event(polls[k]).task),
          bar = row?.barAt(polls[k]) ?? -1;
        if (bar < 0 || row === but) continue;
        const over = end(row, bar),
          ns = K.lasted(BAR.POLL, polls[k], Math.min(over, to), begin, stop);
        if (!(ns > 0)) continue;
        while (around.at(-1)?.until < polls[k]) around.pop();
        const outer = around.at(-1); // (a poll within a poll is the inner task's)
        if (outer) {
          outer.site.ns -= ns;
          outer.site.tasks.set(outer.name, outer.site.tasks.get(outer.name) - ns);
        }
        if (!sites.has(row.made)) sites.set(row.made, { made: row.made, ns: 0, tasks: new Map() });
        const site = sites.get(row.made);
        site.ns += ns;
        around.push({ until: over, site, name: row.name });
        site.tasks.set(row.name, (site.tasks.get(row.name) ?? 0) + ns);
      }
    }
    const groups = [...sites.values()].sort((a, b) => b.ns - a.ns),
      sum = (of) => groups.reduce((n, group) => n + of(group), 0);
    return { total: sum((group) => group.ns), count: sum((group) => group.tasks.size), recorder, groups, unknown };
  };
  /** "50 tasks of main.rs:35 held the thread, one after the other (292 ms)", of a time of so many ns; "" if no task did. `rest`: also if no task did for most of it. */
  K.heldWords = function ({ total, recorder, count, groups, unknown }, ns, rest = true) {
    if (unknown || !total || total < ns / 50) return "";
    const all = groups.flatMap(({ tasks }) => [...tasks]).sort((a, b) => b[1] - a[1]),
      [[most, time]] = all,
      [{ made, tasks }] = groups,
      long = all.filter(([, ns]) => ns > total / 20),
      few = long.length > 1 && long.length <= FEW && long.reduce((n, [, ns]) => n + ns, 0) > 0.8 * total;
    const words = few
      ? `${K.several(long, ([who, ns]) => `${K.nameHTML(who)} (${K.span(ns)})`, "task", ", ", " and ")} held the thread`
      : time > total / 2
        ? `${K.nameHTML(most)} held the thread (${K.span(time)})`
        : groups[0].ns > total / 2
          ? `${K.plural(tasks.size, "task")} of <code>${K.esc(K.site(made))}</code> held the thread, one after the other (${K.span(groups[0].ns)})`
          : `${K.plural(count, "task")} held the thread, one after the other (${K.span(total)})`;
    return (
      words +
      (recorder > ns / 10 && total < ns
        ? `, and so did the recorder (${K.span(Math.min(recorder, ns - total))})`
        : "") +
      (rest && total + recorder < ns / 2
        ? "; for most of that time no task did, and the machine was busy elsewhere"
        : "")
    );
  };
})((window.K = window.K || {}));
