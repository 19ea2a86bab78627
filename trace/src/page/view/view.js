// Which lanes are there, and which part of the run is in their window?
//
// Lanes are one below the other, in the order in which their tasks were made, each with its
// branches below it. All are equally high, so that which of them are in view is a division, however
// many there are.
//
// Interface: `K.view`: what the reader has set (`column`, `left`, `isTime`, `marked`), how wide the
// window is (`width`), where each event begins (`x`, in columns) and the lanes (`items`, `high`);
// `K.view.place()` after the tasks have changed, `K.view.frame()`: the window, with what turns an
// event into pixels.
// Invariant: a frame depends on `K.view`, the trace and the event that is shown.
// Not here: what a row is (rows.js), drawing (draw.js), the pointer (lanes.js).

/** How wide a column may be; `time`: where width is time, to tell two events apart. */
const COLUMN = { least: 9, most: 64, time: 4000 };
/** So many pixels are behind the last event: the word of a task that ends with it has room
 * there. */
const EDGE = 72;
const MOST_BRANCHES = 8;
const finger = matchMedia("(pointer: coarse)");
const view = (K.view = {
  width: 0,
  x: null,
  column: null,
  left: null,
  isTime: false,
  marked: null,
  items: [],
});

view.place = function () {
  view.high = finger.matches ? 44 : 28;
  view.items = [];
  view.of = new Map();
  view.ofBranch = new Map();
  function put(row, of) {
    view.items.push({ row, of, y: view.items.length * view.high });
    (of ? view.ofBranch : view.of).set(of ? row : row.name, view.items.at(-1));
  }
  for (const row of K.rowsOf(K.trace).rows.values()) {
    if (!K.find.has(row.name)) continue;
    put(row, null);
    if (row.branches.length <= MOST_BRANCHES) for (const branch of row.branches) put(branch, row);
  }
};

/** So wide is a column where the whole run is in the window. */
const whole = () => (view.width - EDGE) / (view.x[K.trace.count] + 1);
/** A column's width, as near to this one as may be. */
view.fitting = (column) =>
  Math.min(
    view.isTime ? COLUMN.time : COLUMN.most,
    Math.max(Math.min(COLUMN.least, whole()), column),
  );
view.frame = function () {
  const { x, width } = view,
    { count, last } = K.trace,
    column = view.fitting(view.column ?? (view.isTime ? whole() : Math.max(COLUMN.least, whole()))),
    span = width / column,
    all = x[count] + EDGE / column,
    left = Math.max(
      0,
      Math.min(all - span, view.left ?? paged(x[Math.max(0, K.i)], span, x[last])),
    );
  return {
    ...{ column, span, left },
    whole: all <= span + 0.01,
    first: Math.max(0, K.upTo(x, left)),
    last: Math.min(last, K.upTo(x, left + span)),
    half: view.isTime ? 0 : column / 2,
    px: (i) => (x[i] - left) * column,
    at: (px) => Math.max(0, Math.min(last, K.upTo(x, left + px / column))),
  };
};
/** Pages that overlap: the place of an event on the screen doesn't depend on where one came
 * from. (In the quiz nothing is right of it.) */
function paged(at, span, end) {
  if (K.quiz.on) return at - span * 0.8;
  const page = span * 0.7,
    left = Math.max(0, Math.floor((at - span * 0.08) / page) * page);
  return left + span > end ? Infinity : left;
}
/** Shows one column of the same width for each event, or width as time. */
view.setTime = function (isTime) {
  const lanes = K.rowsOf(K.trace);
  Object.assign(view, {
    isTime,
    column: null,
    left: null,
    x: isTime ? K.timeColumns(K.trace, lanes) : lanes.x,
  });
};
