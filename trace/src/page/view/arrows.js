// Which wakes and spawns go from one lane to another, and which tasks are stuck?
//
// An arrow goes from the lane of the task that woke or spawned another to that task's lane. A
// broken line over a wait says that the wait never ends.
//
// Interface: `K.drawArrow(arrow, frame)`, `K.drawArrows(frame)`, `K.drawStuck(frame)`, all SVG;
// `K.stuckAt(i)`: the tasks that are stuck at event `i`, according to the doctor's verdicts.
// Invariants: an arrow from a task without a lane is a short one. The arrow of a wake ends at the
// branch whose wait it ended.
// Not here: the bars (draw.js).

const { BAR, round, view } = K;
/** Pixels: the length of an arrow from a task without a lane. */
const SHORT = 20;
/** Pixels between arrows: nearer ones would run together into a block. */
const APART = 5;

/** The vertical middle of a lane, in pixels; null if there is no lane. */
const middle = (lane) => (lane ? lane.y + view.high / 2 : null),
  middleOf = (name) => middle(view.laneOf.get(name));
/** The row where the arrow ends: the innermost branch whose wait this wake ended, or the task. */
function endOf({ i, to, wait }) {
  const row = K.rowOf(to),
    branch =
      wait &&
      row?.branches.findLast((row) => row.waits[row.barAt(i)]?.some(({ id }) => id === wait));
  return middle(view.laneOfBranch.get(branch)) ?? middleOf(to);
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
    shown = arrows.slice(K.lastAtMost(arrowAt, f.first - 1) + 1, K.lastAtMost(arrowAt, f.last) + 1);
  return f.column < APART ? "" : shown.map((arrow) => K.drawArrow(arrow, f)).join("");
};

let stuck = [];
/** The waits of stuck tasks: `{row, from, to}`. */
function stuckWaits() {
  return K.trace.lints.flatMap(({ hangs, task, i, begin }) => {
    const row = K.rowOf(task),
      k = row?.barAt(i) ?? -1;
    if (!hangs || row?.kind[k] !== BAR.WAIT) return [];
    return [{ row, from: Math.max(begin, row.at[k]), to: row.at[k + 1] ?? K.trace.count }];
  });
}
K.on("trace", () => (stuck = stuckWaits()));
K.stuckAt = (i) => stuck.filter(({ from, to }) => from <= i && i < to).map(({ row }) => row.name);
K.drawStuck = function (f) {
  const line = ({ row, from, to }) => {
    const a = Math.max(f.px(from), -20),
      b = Math.min(view.width, f.px(to)),
      y = middleOf(row.name);
    return y === null || b <= Math.max(a, 0) ? "" : `M${round(a)} ${y}H${round(b)}`;
  };
  return `<path class="lane-stuck" d="${stuck.map(line).join("")}"/>`;
};
