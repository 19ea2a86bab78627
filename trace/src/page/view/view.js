// Which lanes are there, and which part of the run is in the window?
//
// Lanes lie one below the other in the order in which their tasks were made, each with its branches
// below it. All have the same height, so a division tells which are in view, however many there
// are. The unit along the run is a column: the width of an event or, if width is time, a share of
// the run's time. A frame is the part of the run that is in the window.
//
// Interface (all scripts share `K`): `K.view`, with
// - the reader's settings: `column`, a column's width in pixels, and `left`, the left edge in
//   columns (null: as the page chooses); `isTime`; `marked`, the stretch that is being marked;
// - the window's `width`, the left edge of each event (`x`, in columns), the lanes (`items`, each
//   `{row, parent, y}`: the row that it shows (rows.js), the row of the task if that is a branch's,
//   and its upper edge) and their height (`high`);
// - `place()`, called when the tasks have changed; `frame()`, with `px(i)`, the left edge of event
//   `i` in pixels, `middle(i)`, where its signs are drawn, and `at(px)`, the event at a pixel.
// Not here: what a row is (rows.js), drawing (draw.js), the pointer (lanes.js).

/** Bounds for a column's width in pixels; `mostOfTime`: the upper one where width is time. */
const COLUMN = { least: 9, most: 64, mostOfTime: 4000 };
const EDGE = 72; // px: behind the last event, for the word of a task that ends with it
const MOST_BRANCHES = 8;
const finger = matchMedia("(pointer: coarse)");
// prettier-ignore
const view = (K.view = {
  width: 0, x: null, column: null, left: null, isTime: false, marked: null, items: [],
});

view.place = function () {
  view.high = finger.matches ? 44 : 28;
  view.items = [];
  view.laneOf = new Map(); // by the task's name
  view.laneOfBranch = new Map(); // by the branch's row
  function add(row, parent) {
    const lane = { row, parent, y: view.items.length * view.high };
    view.items.push(lane);
    if (parent) view.laneOfBranch.set(row, lane);
    else view.laneOf.set(row.name, lane);
  }
  for (const row of K.rowsOf(K.trace).rows.values()) {
    if (!K.find.has(row.name)) continue;
    add(row, null);
    if (row.branches.length <= MOST_BRANCHES) for (const branch of row.branches) add(branch, row);
  }
};
/** Shows one column of the same width for each event, or width as time. */
view.setTime = function (isTime) {
  const rows = K.rowsOf(K.trace);
  Object.assign(view, { isTime, column: null, left: null });
  view.x = isTime ? K.timeColumns(K.trace, rows) : rows.x;
};

/** A column's width with the whole run in the window. */
const wholeColumn = () => (view.width - EDGE) / (view.x[K.trace.count] + 1);
/** The allowed column's width that is nearest to this one. */
view.fitting = function (column) {
  const least = Math.min(COLUMN.least, wholeColumn());
  return Math.min(view.isTime ? COLUMN.mostOfTime : COLUMN.most, Math.max(least, column));
};
view.frame = function () {
  const { x, width } = view,
    { count, last } = K.trace,
    usual = view.isTime ? wholeColumn() : Math.max(COLUMN.least, wholeColumn()),
    column = view.fitting(view.column ?? usual),
    span = width / column, // of the window, in columns
    all = x[count] + EDGE / column, // the whole run, in columns
    wanted = view.left ?? pageLeft(x[Math.max(0, K.shown)], span, x[last]),
    left = Math.max(0, Math.min(all - span, wanted));
  return {
    ...{ column, span, left },
    whole: all <= span + 0.01,
    first: Math.max(0, K.lastAtMost(x, left)),
    last: Math.min(last, K.lastAtMost(x, left + span)),
    px: (i) => (x[i] - left) * column,
    middle: (i) => K.round((x[i] - left) * column + (view.isTime ? 0 : column / 2)),
    at: (px) => Math.max(0, Math.min(last, K.lastAtMost(x, left + px / column))),
  };
};
/** The left edge of the page with the column `at`, in a window `span` columns wide. Pages overlap,
 * and begin at fixed columns, so that an event has its place however the reader got there. */
function pageLeft(at, span, end) {
  const page = span * 0.7,
    left = Math.max(0, Math.floor((at - span * 0.08) / page) * page);
  return left + span > end ? Infinity : left; // the last page ends with the run
}
