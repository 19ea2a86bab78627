// Which of the things that a task waited for has ended its wait?
//
// A task may wait for several things at once (a `timeout`, a `select!`), and a wake doesn't say for which it is. What the
// record tells around it does: what rang, who sent, what the task took in the poll that followed.
//
// Interface: `K.wakeAt(row, i)`, `deciding(…)`, `waitedSince`, `K.threadAct`, `K.wokenAt`, `K.wokenFor`, `K.wakingSource`,
// `K.endedBy`, `K.cameLater`, `K.cancelledAfter`, `K.droppedWord`, and some that ask one thing of a wake each.
// Invariant: what is not decided by the record is not guessed: then it is the whole wait, at all of its things.
// Not here: how long that was (causes.js).
"use strict";
(function (K) {
  const { BAR, TICK, endOf, memberAt, rowsByName } = K;
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
  /** The event by which this timer fired, of those of the turn before event `i`. */
  const fireOf = ({ timer }, i) => toldAtOnce("TimerFire", i).find((e) => e.timer === timer);
  /** How late the timer was that a wait was for: another one that came with it may have woken the task. */
  function lateOf(wake, on) {
    const fired = on?.timer && fireOf(on, wake.i);
    return fired ? (K.trace.reader.lateAt.get(fired.i) ?? 0) : (wake.late ?? 0);
  }
  /** Which of several timers has ended the wait that began at event `from`, by which event, and the last one before all that came with it; null if none has. */
  K.endedBy = function (name, from) {
    const row = rowsByName().get(name),
      k = row?.barAt(from),
      wake = row?.waits[k] ? wakeAt(row, endOf(row, k)) : null,
      timer = wake?.by === "timer" ? firedAt(row.waits[k], wake.i) : null;
    let i = wake?.i - 1;
    while (["TimerFire", "Wake"].includes(K.event(i)?.ev)) i--;
    return timer && { timer, at: fireOf(timer, wake.i).i, before: i };
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
      row = rowsByName().get(name),
      all = K.trace.index.byTask.get(name) ?? [];
    if (!row || row.job || row.last !== BAR.CANCELLED || !(row.at.at(-1) > over)) return "cancelled";
    return all.some((i) => i < over && K.event(i).ev === "Cancel" && K.event(i).task === name)
      ? "cancelled"
      : "cut off";
  };
  /** Was it the task's cancelling that ended this wait? (One that was woken before that is ready then.) */
  const wasCancelled = (K.cancelledAfter = function (row, k) {
    let next = k + 1;
    while (row.kind[next] === BAR.READY || row.kind[next] === BAR.POLL) next++;
    return row.kind[next] === BAR.CANCELLED && !(askedAt(row) >= row.at[k + 1]);
  });
  /** What a wake may be of: the primitive of the event before it, or the sources that were reported at once. */
  function wokenBy(i) {
    const { ev, sync, by, on } = K.event(i - 1) ?? {},
      told =
        ev === "SourceReady" || by === "io" ? "SourceReady" : ev === "TimerFire" || by === "timer" ? "TimerFire" : null;
    return told
      ? toldAtOnce(told, i).map((e) => e.source ?? e.timer)
      : sync
        ? [sync]
        : ev === "Served"
          ? [on.sync ?? on.value]
          : [];
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
    row.waits[k] && isOfNone(row.waits[k], wake) && !wasCancelled(row, k) ? forNothing(row, k, wake) : null;
  /** The same of the wake at this event, of which only what came before is known. */
  K.wokenAt = function (name, i) {
    const row = rowsByName().get(name),
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
    const by = wake?.from || wake?.by === "timer" ? wokenBy(wake.i) : [],
      isServed = K.event(wake?.i - 1)?.ev === "Served"; // (by the end of a task in a set, and not by that of one that is awaited)
    return (
      by.length > 0 &&
      !waits.some(
        (on) => (on.task && !isServed) || by.includes(on.timer ?? on.sync ?? on.value ?? on.closed ?? on.source),
      )
    );
  }
  const isOfNone = (waits, wake) => isForeign(waits, wake) || isOfOther(waits, wake);
  /** Which source did a wake come from: the first that was reported just before, of those that the task waited for; undefined if it is none of them. */
  K.wakingSource = function (i) {
    const row = rowsByName().get(K.event(i).task),
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
    if (isForeign(waits, wake) && !wasCancelled(row, k) && !forNothing(row, k, wake)) return null;
    if (waits.length < 2) return waits[0];
    const due = dueBefore(row, k, wake);
    if (due) return due.on;
    const fired = wake?.by === "timer" ? firedAt(waits, wake.i) : null;
    if (fired) return insteadOf(row, k, fired) ?? inTime(row, k, fired);
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
    const jobs = others.filter((on) => rowsByName().get(on.task)?.job?.ran > 0 && gotNext(row, k, on)),
      ended = ({ job }) => job.since + job.waited + job.ran;
    if (jobs.length > 1)
      return jobs.reduce((last, on) =>
        ended(rowsByName().get(on.task)) > ended(rowsByName().get(last.task)) ? on : last,
      ); // (a poll may learn of all)
    const given = givenBy(row, k, wake, others);
    return (given && !cameLater(row, k, wake, given) ? given : others.find((on) => gotNext(row, k, on))) ?? others[0]; // (what another thread did isn't told: what the task got then is)
  }
  /** Of several things the one of which something was done just before a wake. */
  function givenBy(row, k, wake, others, from = row.at[k]) {
    for (let i = wake.i; i > Math.max(from, wake.i - 8); i--) {
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
  const hasFired = (row, k, { timer }) => !!firedLater(row, k, { timer }) || !!fireOf({ timer }, row.at[k + 1]);
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
  /** Of a wait that a timer has ended the socket of which the poll took something in another branch of its `select!`, so that the timer's was dropped. */
  function insteadOf(row, k, fired) {
    const lost = lostNext(row, k, {}),
      is = (on) => lost.some((other) => K.isSameWait(other, on));
    return lost && is(fired) ? row.waits[k].find((on) => on.source && !is(on) && gotNext(row, k, on)) : undefined;
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
  /** Is this what a task got, by this event? */
  const gives = (e, on) =>
    on.sync
      ? (e.act === (K.forAll(on.sync) ? "get" : "take") ? e.sync : e.ev === "Served" && e.on.sync) === on.sync
      : on.value
        ? K.isChannel(on.value)
          ? e.act === "get" && e.sync === on.value
          : e.ev === "Join"
        : on.task
          ? e.ev === "Join" && e.task === on.task
          : e.result === "done" && e.source === on.source;
  /** Did the task get this in the poll that a timer began: in another branch of a `join!`, or before anything asked for the timer? */
  function gotNext(row, k, on) {
    const until = row.at[k + 3] ?? K.trace.count;
    for (let i = row.at[k + 1]; i < until && i < row.at[k + 1] + LEFT; i++) {
      const e = K.event(i);
      if (e.run !== row.name) continue;
      if (gives(e, on)) return true;
      if (
        (!on.sync && ["Elapsed", "SelectWin"].includes(e.ev)) ||
        (K.givesUp(e) && K.onWhat(e.on) === K.onWhat(on))
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
          (K.givesUp(e) && K.onWhat(e.on) === K.onWhat(on)))
      )
        return false;
    }
    return true;
  }

  /** Did the task, behind a wait, begin to wait for a socket, a channel or the like that it had not waited for, and end no branch of a `select!` and no limit? Then one branch of a
   *  `join!` went on to that. */
  function ledOn(row, k) {
    let next = k + 1;
    while (row.kind[next] === BAR.READY || row.kind[next] === BAR.POLL) next++;
    for (let i = row.at[k + 1]; i < row.at[next] && i < row.at[k + 1] + LEFT; i++) {
      const { ev, run } = K.event(i);
      if (run === row.name && ["SelectWin", "Elapsed"].includes(ev)) return false;
    }
    const old = row.waits[k].map(K.onWhat);
    return (row.waits[next] ?? []).some(
      (on) => (on.source || on.sync || K.isChannel(on.value ?? "")) && !old.includes(K.onWhat(on)),
    );
  }

  /** From which event on is this one wait of a task? A timer goes on while others come first, and so does what one branch of a `join!` waits for; what a loop asks for
   *  again is another wait. */
  function begunAt(row, k, on) {
    if (on.timer) return waitedSince(row, k, on);
    let first = k;
    for (let b = k - 1; [BAR.POLL, BAR.READY, BAR.WAIT].includes(row.kind[b]); b--) {
      if (row.kind[b] !== BAR.WAIT) continue;
      if (!row.waits[b]?.some((other) => K.isSameWait(other, on)) || gotNext(row, b, on) || !goesOn(row, b, on)) break;
      first = b;
    }
    return row.at[first];
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
            : e.ev === "Join"
              ? !!on.value && !K.isChannel(on.value)
              : e.act && [on.sync, on.value, on.closed].includes(e.sync);
    const served = (b) =>
      on.sync &&
      [1, 2, 3, 4].some((n) => {
        const e = K.event(endOf(row, b) - n);
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

  Object.assign(K, {
    wasCancelled,
    isOfOther,
    deciding,
    lateOf,
    inner,
    dueBefore,
    heardForNothing,
    givenBy,
    gives,
    wokenAgain,
    gotNext,
    begunAt,
    goesOn,
    ledOn,
    waitedSince,
    inOneWait,
  });
})((window.K = window.K || {}));
