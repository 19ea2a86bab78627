// Which lanes are there, and which part of the run is in the window?
//
// Lanes lie one below the other in the order in which their tasks were made, each with its branches
// below it. All have the same height, so a division tells which are in view, however many there
// are.
//
// Interface: `K.view`: the reader's settings (`column`, `left`, `isTime`, `marked`), the window's
// `width`, the left edge of each event (`x`, in columns), the lanes (`items`) and their height
// (`high`); `K.view.place()` when the tasks have changed; `K.view.frame()`: the window, with
// `px(i)`, the left edge of event `i` in pixels, and `at(px)`, the event there.
// Invariant: a frame depends on `K.view`, the trace and the event shown.
// Not here: what a row is (rows.js), drawing (draw.js), the pointer (lanes.js).

/** Bounds for a column's width in pixels; `time`: the upper one where width is time. */
const COLUMN = { least: 9, most: 64, time: 4000 };
/** Pixels behind the last event, for the word of a task that ends with it. */
const EDGE = 72;
const MOST_BRANCHES = 8;
const finger = matchMedia("(pointer: coarse)");
// prettier-ignore
const view = (K.view = {
  width: 0, x: null, column: null, left: null, isTime: false, marked: null, items: [],
});

view.place = function () {
  view.high = finger.matches ? 44 : 28;
  view.items = [];
  view.laneOf = new Map();
  view.laneOfBranch = new Map();
  function put(row, parent) {
    const item = { row, parent, y: view.items.length * view.high };
    view.items.push(item);
    if (parent) view.laneOfBranch.set(row, item);
    else view.laneOf.set(row.name, item);
  }
  for (const row of K.rowsOf(K.trace).rows.values()) {
    if (!K.find.has(row.name)) continue;
    put(row, null);
    if (row.branches.length <= MOST_BRANCHES) for (const branch of row.branches) put(branch, row);
  }
};

/** A column's width with the whole run in the window. */
const wholeColumn = () => (view.width - EDGE) / (view.x[K.trace.count] + 1);
/** The allowed column's width that is nearest to this one. */
view.fitting = function (column) {
  const least = Math.min(COLUMN.least, wholeColumn());
  return Math.min(view.isTime ? COLUMN.time : COLUMN.most, Math.max(least, column));
};
view.frame = function () {
  const { x, width } = view,
    { count, last } = K.trace,
    usual = view.isTime ? wholeColumn() : Math.max(COLUMN.least, wholeColumn()),
    column = view.fitting(view.column ?? usual),
    span = width / column,
    all = x[count] + EDGE / column,
    wanted = view.left ?? paged(x[Math.max(0, K.shown)], span, x[last]),
    left = Math.max(0, Math.min(all - span, wanted));
  return {
    ...{ column, span, left },
    whole: all <= span + 0.01,
    first: Math.max(0, K.lastAtMost(x, left)),
    last: Math.min(last, K.lastAtMost(x, left + span)),
    half: view.isTime ? 0 : column / 2,
    px: (i) => (x[i] - left) * column,
    at: (px) => Math.max(0, Math.min(last, K.lastAtMost(x, left + px / column))),
  };
};
/** The left edge by pages that overlap, so that an event has its place on the screen however the
 * reader got there. */
function paged(at, span, end) {
  const page = span * 0.7,
    left = Math.max(0, Math.floor((at - span * 0.08) / page) * page);
  return left + span > end ? Infinity : left;
}
/** Shows one column of the same width for each event, or width as time. */
view.setTime = function (isTime) {
  const lanes = K.rowsOf(K.trace);
  Object.assign(view, { isTime, column: null, left: null });
  view.x = isTime ? K.timeColumns(K.trace, lanes) : lanes.x;
};
