// How long did a bar last?
//
// Recording takes time itself, and a virtual clock stands still in polls: so the length of a bar is
// not the difference of two times of one clock.
//
// Interface: `K.lasted(kind, from, to, begin, end)`; `K.seen()`: the last event that may be shown;
// `K.TICK`. Times in ns.
// Invariants: polls and the time in the queue are measured by the machine's clock, waits by the
// program's. What recording took is in a wait (a timer goes on meanwhile), and in no poll and no
// time in the queue. A bar across a gap of the record has no length.
// Not here: what the bars are (rows.js).

const { BAR } = K;
/** A timer that is less late than this is as exact as the wheel. */
K.TICK = 1e6;
/** The quiz hides what comes. */
K.seen = () => (K.quiz?.on ? K.i : Infinity);

/** How long a bar lasted within a span of the program's time. */
K.lasted = function (kind, from, to, begin = -Infinity, end = Infinity) {
  const { t, real, last } = K.trace,
    until = Math.min(to, last);
  const part = Math.min(t[until], end) - Math.max(t[from], begin);
  if (part < 0) return 0;
  return kind === BAR.WAIT ? part : grown(real, from, until, begin, end);
};
/** How much a sum that goes on with the events grows between two of them, as far as that is in a
 * stretch. */
function grown(sum, from, to, begin, end) {
  const { t } = K.trace;
  function at(time) {
    const k = Math.min(Math.max(K.upTo(t, time), from), to - 1),
      gap = t[k + 1] - t[k];
    return gap > 0 ? sum[k] + (sum[k + 1] - sum[k]) * ((time - t[k]) / gap) : sum[k];
  }
  if (end < t[from] || begin > t[to]) return 0;
  return (end < t[to] ? at(end) : sum[to]) - (begin > t[from] ? at(begin) : sum[from]);
}
