// How does one get from bar to bar without a mouse?
//
// The lanes are one stop of the tab key: a button that lies over one bar, and says what the bar is.
// The arrow keys move it: left and right to the bars of the same lane, up and down to the other
// lanes. Enter goes to the event that begins the bar. While the focus is elsewhere, the arrows step
// through the run, as ever.
//
// Interface: none; listens to "lanes", which lanes.js tells whenever it has drawn.
// Invariants: each move makes a new button, so that a screen reader says the new words. Without the
// focus the button is at the bar that the event which is shown is about. While the quiz is on, no
// later bar is reached.
// Not here: the bars themselves (rows.js), their words (times.js).

const { BAR, byId, view } = K;
let at = null, // {item, k}: the bar under the button
  button = null;

const isBar = ({ kind, at }, k) =>
  k >= 0 && k < at.length && kind[k] !== BAR.NONE && at[k] <= K.seen();
/** The bar of this lane at event `i`, or the nearest one. */
function near(item, i) {
  const from = Math.max(0, item.row.barAt(i));
  for (let d = 0; d < item.row.at.length; d++)
    for (const k of [from - d, from + d]) if (isBar(item.row, k)) return { item, k };
  return null;
}
/** The next bar of the same lane. */
function along(way) {
  for (let k = at.k + way; k >= 0 && k < at.item.row.at.length; k += way)
    if (isBar(at.item.row, k)) return { item: at.item, k };
  return null;
}
/** The nearest bar of another lane. */
function across(way) {
  const i = Math.max(at.item.row.at[at.k], view.frame().first);
  for (let n = view.items.indexOf(at.item) + way; n >= 0 && n < view.items.length; n += way) {
    const bar = near(view.items[n], i);
    if (bar) return bar;
  }
  return null;
}
const MOVES = {
  ArrowLeft: [along, -1],
  ArrowRight: [along, 1],
  ArrowUp: [across, -1],
  ArrowDown: [across, 1],
};
function key(ev) {
  if (ev.shiftKey || ev.ctrlKey || ev.metaKey || ev.altKey || !MOVES[ev.key]) return;
  ev.preventDefault(); // here the arrows are not steps through the run
  const [move, way] = MOVES[ev.key],
    to = move(way);
  if (!to) return;
  at = to;
  K.lanes.reveal(at.item.row.at[at.k], at.item);
  make();
  K.lanes.tell(K.lanes.named(at.item), at.item.row.at[at.k]);
}

function make() {
  const old = button,
    i = at.item.row.at[at.k];
  button = K.el("button", {
    class: "lane-bar",
    "data-go": i,
    "aria-roledescription": "bar",
    "aria-label": `${K.times.words(K.lanes.named(at.item), i)}. Enter: go there`,
  });
  button.addEventListener("keydown", key);
  place();
  const had = document.activeElement === old;
  old?.remove();
  byId("lanes-rows").after(button);
  if (had) button.focus({ preventScroll: true });
}
function place() {
  const f = view.frame(),
    { row, y } = at.item,
    left = Math.max(0, f.px(row.at[at.k])),
    right = Math.min(view.width, f.px(row.at[at.k + 1] ?? K.trace.count));
  button.style = `left:${left}px;width:${Math.max(8, right - left)}px;top:${y + 1}px;height:${view.high - 2}px`;
}
/** The bar that the event which is shown is about, or that of the first lane. */
function here() {
  const e = K.event(K.i),
    item =
      [K.pinned, e.run, e.task].map((name) => view.of.get(name)).find(Boolean) ?? view.items[0];
  return item ? near(item, K.i) : null;
}
K.on("lanes", () => {
  const isHeld = button && document.activeElement === button && view.items.includes(at?.item);
  if (!isHeld) at = here();
  if (!at) return button?.remove();
  if (isHeld && button.dataset.go === String(at.item.row.at[at.k])) place();
  else make();
});
