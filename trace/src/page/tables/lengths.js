// How long did a bar last?
//
// Not the difference of two times of one clock: recording takes time itself, and a virtual clock
// stands still during polls.
//
// Interface: `K.barLength(kind, from, to, begin, end)` in ns; `K.lastVisible()`: the last event
// that may be shown; `K.TICK`, a millisecond.
// Invariants: polls and the time in the run queue are measured by the machine's clock, waits by the
// program's. The time that recording took counts as part of a wait (a timer goes on meanwhile), but
// not of a poll or of the time in the queue. A bar across a gap in the record has no length.
// Not here: which bars there are (rows.js).

const { BAR } = K;
/** The wheel's resolution: a timer that is less late than this isn't late. */
K.TICK = 1e6;
/** While the quiz is on, later events are hidden. */
K.lastVisible = () => (K.quiz?.on ? K.shown : Infinity);

/** How long the bar from event `from` to event `to` lasted between these times of the program. */
K.barLength = function (kind, from, to, begin = -Infinity, end = Infinity) {
  const { t, real, last } = K.trace,
    until = Math.min(to, last);
  const part = Math.min(t[until], end) - Math.max(t[from], begin);
  if (part < 0) return 0;
  return kind === BAR.WAIT ? part : growth(real, from, until, begin, end);
};
/** How much a running total (a value for each event) grows from one event to another, between
 * these times of the program. */
function growth(sum, from, to, begin, end) {
  const { t } = K.trace;
  function at(time) {
    const k = Math.min(Math.max(K.lastAtMost(t, time), from), to - 1),
      gap = t[k + 1] - t[k];
    return gap > 0 ? sum[k] + (sum[k + 1] - sum[k]) * ((time - t[k]) / gap) : sum[k];
  }
  if (end < t[from] || begin > t[to]) return 0;
  return (end < t[to] ? at(end) : sum[to]) - (begin > t[from] ? at(begin) : sum[from]);
}
