// What came for a task only while it was ready, or while it did something else?
//
// A wake says why a task was put into the run queue. Until its poll more may come; and what a loop asks for in each of its rounds
// may come while it sleeps in one, by a timer or for a lock. A poll that takes that could not have gone on without it: so it, and not the wake, has bounded
// what the poll did next.
//
// Interface: `endedLater(row, k, wake, on, polled)`: what came between the wake and the poll; `gotLast(row, k, until)`: what the
// poll took that the task had asked for in an earlier round of a loop, when there was none.
// Invariant: counted is what the poll took, by the event up to which it is asked about, and another task gave.
// Not here: what has ended a wait at its wake (wakes.js).
"use strict";
(function (K) {
  const { BAR, deciding, endOf, gives, givenBy, rowsByName, wakeAt, wasCancelled, wokenAgain } = K;
  /** So many events of a poll are looked at, and so many bars may a round of a loop have that asks for a value again. */
  const LEFT = 2000,
    ROUND = 24;

  /** Did the task take this, between these events of a poll? */
  function isGot(row, on, from, until) {
    const isNotice = /^notify /.test(on.sync ?? ""); // (of which no event tells that it was got: only that it is waited for again, or no longer)
    for (let i = from; i < until && i < from + LEFT; i++) {
      const e = K.event(i);
      if (e.run !== row.name) continue;
      if (isNotice ? e.on?.sync === on.sync : gives(e, on)) return !isNotice;
    }
    return isNotice;
  }

  /** What the poll behind a wait took, by event `until`, of what the task had waited for: the last that another task gave while it was
   *  ready. `{i, run, on}`; null if it took nothing of the kind. */
  function cameMeanwhile(row, k, until) {
    const all = K.trace.index.byTask.get(row.name) ?? [],
      waits = row.waits[k].filter((on) => !on.timer && !on.source),
      first = row.at[k + 1];
    for (let n = K.upTo(all, row.at[k + 2] ?? 0); waits.length && all[n] > first; n--) {
      const { ev, by, i } = K.event(all[n]),
        on = ev === "Wake" && by?.task ? givenBy(row, k, { i }, waits, first) : undefined;
      if (on && isGot(row, on, row.at[k + 2], until)) return { i, run: by.task, on };
    }
    return null;
  }
  /** Of what a poll took by event `until` the value that was sent last, if the task had asked for it before and found none: what it did since, it did
   *  because that had not come. `{i, run, on, asked}`, sent by another task at event `i`, asked for by the wait of bar `asked`; null if there is none. */
  function gotLast(row, k, until) {
    const all = K.trace.index.byTask.get(row.name) ?? [],
      seen = new Set(); // (of a channel for values in a row each has its own, else the first counts)
    let last = null;
    for (let n = K.upTo(all, row.at[k]) + 1, least = n + LEFT; n < least && all[n] < until; n++) {
      const e = K.event(all[n]);
      if (e.run !== row.name || e.act !== "get") continue;
      const asked = askedFor(row, k, e),
        put = asked < 0 ? null : !seen.has(e.sync) ? putSince(row.at[asked], e) : K.backOf(e);
      seen.add(e.sync);
      if (
        put?.run &&
        put.run !== row.name &&
        rowsByName().has(put.run) &&
        put.i > row.at[asked] &&
        put.i > (last?.i ?? -1)
      )
        last = { i: put.i, run: put.run, on: row.waits[asked].find((on) => asks(on, e.sync)), asked };
    }
    return last;
  }
  const asks = (on, sync) => (K.forAll(sync) ? on.sync : on.value) === sync;
  /** Did a timer end that wait, or a lock's turn? (What another task or a socket gives is work that the task would not have had else: that is followed.) */
  function isOwnRound(row, b) {
    const wake = wakeAt(row, endOf(row, b));
    return wake?.by === "timer" || (!!wake && K.isLock(deciding(row, b, wake)?.sync ?? ""));
  }
  /** The last wait of a task before a bar that was for what it gets by event `e`, too (in the same line, if it is no watch or broadcast), if it got none since, and timers and locks alone have let it go on; else -1. */
  function askedFor(row, k, { sync, at: line }) {
    for (let b = k - 1; b >= 0 && b > k - ROUND; b--) {
      if (row.kind[b] !== BAR.WAIT) continue;
      if (!isOwnRound(row, b)) return -1;
      const on = row.waits[b]?.find((on) => asks(on, sync));
      if (on) {
        if (line && !K.forAll(sync) && (K.waitLine(row.at[b], on) ?? line).line !== line.line) return -1;
        const all = K.trace.index.byTask.get(row.name);
        for (let n = K.upTo(all, row.at[b]) + 1; all[n] < row.at[k]; n++) {
          const e = K.event(all[n]);
          if (e.act === "get" && e.sync === sync && e.run === row.name) return -1;
        }
        return b;
      }
    }
    return -1;
  }
  /** The first value that was put into its channel after event `from`, by event `e`. */
  function putSince(from, { i, sync }) {
    const acts = K.trace.index.byEv.get("SyncAct") ?? [];
    for (let k = K.upTo(acts, from) + 1; acts[k] < i; k++) {
      const e = K.event(acts[k]);
      if (e.sync === sync && e.act === "put") return e;
    }
    return null;
  }
  /** What ended a wait, if it came only while the task was ready: `{i, run, on}`, of another task; else null. `polled`: as far as the poll counts. */
  function endedLater(row, k, wake, on, polled, until = row.at[k + 3] ?? K.trace.last) {
    if (!on || !wake || wasCancelled(row, k)) return null;
    const isIo = wake.by === "io",
      found =
        isIo && on.source
          ? null
          : isIo
            ? wokenAgain(row, k)
            : wake.from && row.waits[k].length > 1
              ? K.cameLater(row, k, wake)
              : null,
      all = [found && { ...found, on }, cameMeanwhile(row, k, polled)].filter(
        (one) => one && one.run !== row.name && rowsByName().has(one.run),
      );
    return all.sort((a, b) => b.i - a.i)[0] ?? null;
  }

  Object.assign(K, { endedLater, gotLast });
})((window.K = window.K || {}));
