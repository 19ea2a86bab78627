// How long did a bar of the lanes last?
//
// That isn't just the difference of two times: recording takes time itself, and a virtual clock
// stands still during polls.
//
// Interface: `K.barLength(kind, from, to, begin, end)`: the length in ns of a bar from event `from`
// to event `to`, as far as it lies between two times; `K.TICK`, a millisecond.
// Invariants: polls and the time in the run queue are measured by the machine's clock, waits by the
// program's. The time that recording took counts as part of a wait (a timer goes on meanwhile), but
// not of a poll or of the time in the queue.
// Not here: which bars there are (rows.js).

const { BAR } = K;
/** The resolution of the timer wheel, 1 ms: a timer that is less late than this isn't late. */
K.TICK = 1e6;

/** How long the bar from event `from` to event `to` lasted between these times of the program.
 * (`real`: each event's time by the machine's clock, less what recording took up to there.) */
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
  // Between two events the total grows evenly.
  function sumAt(time) {
    const k = Math.min(Math.max(K.lastAtMost(t, time), from), to - 1),
      step = t[k + 1] - t[k];
    return step > 0 ? sum[k] + (sum[k + 1] - sum[k]) * ((time - t[k]) / step) : sum[k];
  }
  if (end < t[from] || begin > t[to]) return 0;
  return (end < t[to] ? sumAt(end) : sum[to]) - (begin > t[from] ? sumAt(begin) : sum[from]);
}
