// How does one get from bar to bar without a mouse?
//
// The lanes are one stop of the tab key: a button that lies over one bar, and says what the bar is. The arrow
// keys move it: left and right to the bars of the same lane, up and down to the other lanes. Enter goes
// to the event that begins the bar. While the focus is elsewhere, the arrows step through the run, as ever.
//
// Interface: none; listens to "lanes", which lanes.js tells whenever it has drawn.
// Invariants: each move makes a new button, so that a screen reader says the new words. Without the focus the button
// is at the bar that the event which is shown is about. While the quiz is on, no later bar is reached.
// Not here: the bars themselves (rows.js, lanes.js), their words (times.js).
"use strict";
(function (K) {
  const { BAR } = K;
  let at = null; // {row, k}: the bar under the button
  let button = null;

  const rowOf = (item) => item.row ?? K.lanes.member(item);
  const itemOf = (row) => K.lanes.items.find((item) => rowOf(item) === row);
  const end = (row, k) => row.at[k + 1] ?? K.trace.count;
  const isBar = (row, k) => k >= 0 && k < row.at.length && row.kind[k] !== BAR.NONE && !(K.quiz?.on && row.at[k] > K.i);
  /** The bar of this row at event `i`, or the nearest one. */
  function barNear(row, i) {
    const from = Math.max(0, row.barAt(i));
    for (let d = 0; d < row.at.length; d++) for (const k of [from - d, from + d]) if (isBar(row, k)) return k;
    return -1;
  }
  /** "task 2, branch 1" for the row of a branch. */
  const words = (row) =>
    K.times.words(
      row.parent && /^branch/.test(row.name)
        ? Object.assign(Object.create(row), { name: `${row.parent}, ${row.name}` })
        : row,
      row.at[at.k],
    );

  function place(f) {
    const item = itemOf(at.row),
      high = item.band ? item.h - item.band : item.h - item.lift,
      top = item.y + (item.band ?? item.lift);
    const left = Math.max(0, f.px(at.row.at[at.k])),
      right = Math.min(f.column * f.span, f.px(end(at.row, at.k)));
    Object.assign(button.style, {
      left: `${left}px`,
      width: `${Math.max(8, right - left)}px`,
      top: `${top + 1}px`,
      height: `${high - 2}px`,
    });
  }
  function make() {
    const old = button,
      had = document.activeElement === old;
    button = K.el("button", {
      class: "lane-bar",
      "data-go": at.row.at[at.k],
      "aria-roledescription": "bar",
      "aria-label": `${words(at.row)}. Enter: go there`,
    });
    button.addEventListener("keydown", key);
    if (old?.isConnected) old.replaceWith(button);
    else K.lanes.track.append(button);
    if (had) button.focus({ preventScroll: true });
  }

  const MOVES = {
    ArrowLeft: () => along(-1),
    ArrowRight: () => along(1),
    ArrowUp: () => across(-1),
    ArrowDown: () => across(1),
  };
  function key(ev) {
    if (ev.shiftKey || ev.ctrlKey || ev.metaKey || ev.altKey || !MOVES[ev.key]) return;
    ev.preventDefault(); // here the arrows are not steps through the run
    const to = MOVES[ev.key]();
    if (!to) return;
    at = to;
    K.lanes.reveal(at.row.at[at.k], itemOf(at.row));
    draw(K.lanes.frame);
  }
  function along(way) {
    for (let k = at.k + way; k >= 0 && k < at.row.at.length; k += way) if (isBar(at.row, k)) return { row: at.row, k };
    return null;
  }
  function across(way) {
    const { items } = K.lanes,
      i = Math.max(at.row.at[at.k], K.lanes.frame.first);
    for (let n = items.indexOf(itemOf(at.row)) + way; n >= 0 && n < items.length; n += way) {
      const row = rowOf(items[n]),
        k = barNear(row, i);
      if (k >= 0) return { row, k };
    }
    return null;
  }

  function draw(f) {
    make();
    place(f);
    K.lanes.tell(at.row, at.row.at[at.k]);
  }
  /** The bar that the event which is shown is about, or that of the first lane. */
  function here() {
    const e = K.event(K.i),
      names = [K.pinned, e?.run, e?.task].filter(Boolean),
      { items } = K.lanes;
    const item = names.map((name) => items.find((x) => rowOf(x).name === name && !x.of)).find(Boolean) ?? items[0];
    const row = item && rowOf(item),
      k = row ? barNear(row, K.i) : -1;
    return k >= 0 ? { row, k } : null;
  }
  K.on("lanes", (f) => {
    const focused = button && document.activeElement === button;
    if (!(focused && at && itemOf(at.row) && isBar(at.row, at.k))) at = here();
    if (!at) return button?.remove();
    if (!focused || button.dataset.go !== String(at.row.at[at.k])) make();
    place(f);
  });
  K.on("trace", () => {
    at = button = null;
  });
})((window.K = window.K || {}));
