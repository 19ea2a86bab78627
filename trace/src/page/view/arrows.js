// Which wakes and spawns go from one lane to another, and which tasks are stuck?
//
// An arrow goes from the lane of the task that woke or spawned another to that task's lane, or to
// the branch whose wait the wake ended; from a task without a lane, it is a short one. A broken
// line over a wait says that the wait never ends.
// An arrow is `{i, from, to, how, wait}` (rows.js): at event `i`, the task `from` woke or spawned
// the task `to`; `how` is "spawn" or the wake's effect, and `wait` the wait that it ended.
//
// Interface (all scripts share `K`): `K.drawArrow(arrow, frame, on)`, `K.drawArrows(frame)`,
// `K.drawStuck(frame)`, all SVG; `K.stuckAt(i)`: the tasks that are stuck then, says the doctor.
// Not here: the bars (draw.js); a lane, with its upper edge `y`, and the frame, the part of the run
// in the window, where `px(i)` and `middle(i)` are the pixels of event `i` (view.js).

const { BAR, round, view } = K;
const SHORT = 20; // px: the length of an arrow from a task without a lane
const LEAST_COLUMN = 5; // px: in narrower columns, arrows would run together into a block

K.drawArrows = function (frame) {
  const shown = K.rowsOf(K.trace).arrows.filter(({ i }) => i >= frame.first && i <= frame.last);
  return frame.column < LEAST_COLUMN ? "" : shown.map((one) => K.drawArrow(one, frame)).join("");
};
const GAP = { begin: 9, end: 7 }; // px: between an arrow's ends and the middles of its lanes
/** An arrow that puts its task into the queue ends in a tip, others in a dot. `on` is a class. */
K.drawArrow = function (arrow, frame, on = "") {
  const { i, from, to, how } = arrow,
    end = middleOf(laneOfBranch(arrow)) ?? middleOf(view.laneOf.get(to)),
    origin = from === to ? null : middleOf(view.laneOf.get(from)),
    begin = origin ?? end - SHORT;
  if (end === null) return "";
  const down = end >= begin ? 1 : -1, // the direction
    x = Math.max(5, frame.middle(i)),
    tip = `m-3.5 ${-4 * down} 3.5 ${4 * down} 3.5 ${-4 * down}`,
    dot = "m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0",
    head = how === "queued" || how === "spawn" ? tip : dot,
    tone = how === "spawn" ? " spawn" : from ? "" : " outer"; // "outer": not by a task
  const top = origin === null ? begin : begin + GAP.begin * down;
  return `<path class="arrow${tone}${on}" d="M${x} ${top}V${end - GAP.end * down}${head}"/>`;
};
/** The vertical middle of a lane, in pixels; null if there is no lane. */
const middleOf = (lane) => (lane ? lane.y + view.high / 2 : null);
/** The lane of the innermost branch whose wait this wake ended; undefined if there is none. */
function laneOfBranch({ i, to, wait }) {
  const isEnded = (branch) => branch.waits[branch.barAt(i)]?.some(({ id }) => id === wait);
  return view.laneOfBranch.get(wait && K.rowOf(to)?.branches.findLast(isEnded));
}

/** The waits that never end: `{row, from, to}`, from one event to another. */
let stuck = [];
K.on("trace", function (trace) {
  stuck = trace.lints.flatMap(({ hangs, task, i, begin }) => {
    const row = K.rowOf(task), // its bars: bar `k` is of kind `kind[k]`, and begins at `at[k]`
      k = row?.barAt(i) ?? -1;
    if (!hangs || row?.kind[k] !== BAR.WAIT) return [];
    return [{ row, from: Math.max(begin, row.at[k]), to: row.at[k + 1] ?? trace.count }];
  });
});
K.stuckAt = (i) => stuck.filter(({ from, to }) => from <= i && i < to).map(({ row }) => row.name);
K.drawStuck = function (frame) {
  const line = ({ row, from, to }) => {
    const left = Math.max(frame.px(from), -20), // a little beside the window
      right = Math.min(view.width, frame.px(to)),
      y = middleOf(view.laneOf.get(row.name)),
      isInView = right > Math.max(left, 0);
    return y !== null && isInView ? `M${round(left)} ${y}H${round(right)}` : "";
  };
  return `<path class="lane-stuck" d="${stuck.map(line).join("")}"/>`;
};
