// What goes from one lane to another: wakes, spawns? And which waits come to no end?
//
// Interface: `K.drawArrow(arrow, frame)`, `K.drawArrows(frame)`, `K.drawStuck(frame)`;
// `K.stuckAt(i)`: which tasks wait in vain, by the verdicts.
// Invariants: an arrow from a task that has no lane here is short; that of a wake ends at the
// branch whose wait it ended.
// Not here: the bars (draw.js).

const { BAR, round, view } = K;
/** So many pixels is an arrow long from a task that has no lane here. */
const SHORT = 20;
/** Nearer than so many pixels they would be a block. */
const APART = 5;

const middle = (item) => (item ? item.y + view.high / 2 : null),
  middleOf = (name) => middle(view.of.get(name));
/** The lane of the innermost branch that waited for what this wake is for; else that of the
 * task. */
function endOf({ i, to, wait }) {
  const row = K.rowsOf(K.trace).rows.get(to),
    branch =
      wait &&
      row?.branches.findLast((row) => row.waits[row.barAt(i)]?.some(({ id }) => id === wait));
  return middle(view.ofBranch.get(branch)) ?? middleOf(to);
}
/** What puts a task into the queue has a head; what doesn't has a dot. */
const isQueueing = (how) => how === "queued" || how === "spawn";
K.drawArrow = function (arrow, f, on = "") {
  const { i, from, to, how } = arrow,
    end = endOf(arrow),
    isLane = from && from !== to && middleOf(from) !== null;
  if (end === null) return "";
  const begin = isLane ? middleOf(from) : end - SHORT,
    down = end >= begin ? 1 : -1,
    x = Math.max(5, round(f.px(i) + f.half)),
    head = isQueueing(how) ? `m-3.5 ${-4 * down} 3.5 ${4 * down} 3.5 ${-4 * down}` : "m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0", // prettier-ignore
    tone = how === "spawn" ? " spawn" : from ? "" : " outer";
  return `<path class="arrow${tone}${on}" d="M${x} ${begin + (isLane ? 9 * down : 0)}V${end - 7 * down}${head}"/>`;
};
K.drawArrows = function (f) {
  const { arrows, arrowAt } = K.rowsOf(K.trace),
    shown = arrows.slice(
      K.upTo(arrowAt, f.first - 1) + 1,
      K.upTo(arrowAt, Math.min(f.last, K.seen())) + 1,
    );
  return f.column < APART ? "" : shown.map((arrow) => K.drawArrow(arrow, f)).join("");
};

let stuck = null;
/** The waits that come to no end: `{row, from, to}`. */
function stuckWaits() {
  const lints = K.trace.lints.filter(({ lint }) => lint === "deadlock" || lint === "lost_wakeup");
  return lints.flatMap(({ task, i, begin }) => {
    const row = K.rowsOf(K.trace).rows.get(task),
      k = row?.barAt(i) ?? -1;
    if (row?.kind[k] !== BAR.WAIT) return [];
    return [{ row, from: Math.max(begin, row.at[k]), to: row.at[k + 1] ?? K.trace.count }];
  });
}
K.stuckAt = (i) =>
  (stuck ??= stuckWaits()).filter(({ from, to }) => from <= i && i < to).map(({ row }) => row.name);
K.drawStuck = function (f) {
  stuck ??= stuckWaits();
  const line = ({ row, from, to }) => {
    const [a, b, y] = [
      Math.max(f.px(from), -20),
      Math.min(view.width, f.px(to)),
      middleOf(row.name),
    ];
    return y === null || b <= Math.max(a, 0) || from > K.seen()
      ? ""
      : `M${round(a)} ${y}H${round(b)}`;
  };
  return `<path class="lane-stuck" d="${stuck.map(line).join("")}"/>`;
};
