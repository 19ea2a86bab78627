// Which wakes and spawns go from one lane to another, and which tasks are stuck?
//
// Interface: `K.drawArrow(arrow, frame)`, `K.drawArrows(frame)`, `K.drawStuck(frame)`;
// `K.stuckAt(i)`: the tasks that wait in vain at event `i`, as the verdicts say.
// Invariants: an arrow from a task without a lane is a short one. The arrow of a wake ends at the
// branch whose wait it ended.
// Not here: the bars (draw.js).

const { BAR, round, view } = K;
/** Pixels: the length of an arrow from a task without a lane. */
const SHORT = 20;
/** Pixels between arrows: nearer ones would run together into a block. */
const APART = 5;

const middle = (item) => (item ? item.y + view.high / 2 : null),
  middleOf = (name) => middle(view.of.get(name));
/** Where the arrow ends: at the innermost branch whose wait this wake ended, else at the task. */
function endOf({ i, to, wait }) {
  const row = K.rowsOf(K.trace).rows.get(to),
    branch =
      wait &&
      row?.branches.findLast((row) => row.waits[row.barAt(i)]?.some(({ id }) => id === wait));
  return middle(view.ofBranch.get(branch)) ?? middleOf(to);
}
/** An arrow that puts its task into the queue ends in a head, others in a dot. */
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
      K.lastAtMost(arrowAt, f.first - 1) + 1,
      K.lastAtMost(arrowAt, Math.min(f.last, K.lastVisible())) + 1,
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
    return y === null || b <= Math.max(a, 0) || from > K.lastVisible()
      ? ""
      : `M${round(a)} ${y}H${round(b)}`;
  };
  return `<path class="lane-stuck" d="${stuck.map(line).join("")}"/>`;
};
