// How long did a bar last?
//
// Recording takes time itself, and a test may advance its paused clock: neither is the program's time. So the length of
// a bar is not the difference of two times.
//
// Interface: `K.lasted(kind, from, to, begin, end)`, `recordedBy(…)`, `advances()`, `paused()`, `K.seen()`;
// `rowsByName()`, `endOf(row, bar)`; `TICK`. Times in ns of the program's clock.
// Invariants: polls and the time in the queue are measured by the machine's clock, waits by the program's, which
// differ where time is virtual. What recording took is in a wait (a timer goes on meanwhile), and in no poll and no time
// in the queue. A bar across a gap of the record has no length.
// Not here: what the bars are (rows.js).
"use strict";
(function (K) {
  const { BAR } = K;
  /** A timer that is less late than this is as exact as the wheel. */
  const TICK = 1e6;

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
  const rowsByName = () => K.rowsOf(K.trace).rows;
  const endOf = (row, k) => row.at[k + 1] ?? K.trace.count;

  Object.assign(K, { TICK, paused, grown, recordedBy, advances, rowsByName, endOf });
})((window.K = window.K || {}));
