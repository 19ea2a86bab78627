// How does the page show the whole run: what each task did, and when?
//
// As lanes: a row for each task and a column for each event; a sleep of the thread takes only a
// few columns. A line marks the event that is shown. Only the lanes in view and the events in the
// window are drawn, and only when one of them has changed; a step only moves the line.
//
// Interface: `K.lanes.whole()` shows the whole run; `K.lanes.byTime()` switches between columns of
// one width and time; `K.lanes.sized`, a promise, is fulfilled when the width of the lanes is known.
// A click goes to an event, a label pins a task; the keys + - 0, and the wheel with ctrl, zoom;
// dragging marks a stretch and asks about it.
// Invariant: the picture depends on the reader's settings and the event, not on how the reader got
// there.
// Not here: the bars themselves (rows.js), how they are drawn (draw.js), the box (page.html).

const { byId, round, view } = K;
let shown = -1, // the event
  drawn = "", // what decides the picture that stays
  under = null; // the row and event under the pointer

// ----- the picture -----

function show() {
  if (view.width < 40 || !K.trace.count) return;
  if (shown !== K.shown) view.left = under = null;
  if (shown !== K.shown || !drawn) byId("lanes-scroll").scrollTop = pageOf(leading());
  shown = K.shown;
  const f = view.frame(),
    part = f.whole
      ? ""
      : `${K.number(f.last - f.first + 1)} of ${K.number(K.trace.count)} events, `;
  paintStill(f);
  paintNow(f);
  byId("lanes-part").textContent = part + K.plural(view.items.length, "lane");
  byId("lanes-whole").disabled = f.whole;
  const e = K.event(K.shown);
  describe(...(under ?? [view.laneOf.get(K.pinned ?? e.run ?? e.task)?.row, K.shown]));
}
/** The lane to scroll to: of the task in question, of the event's, or of the one polled last. */
function leading() {
  const e = K.event(K.shown),
    { task } = K.stateAt(K.shown).removed.find(({ how }) => how === "rings") ?? e,
    polls = K.eventsOfKind("PollStart"),
    last = K.event(polls[Math.max(0, K.lastAtMost(polls, K.shown))])?.task;
  return (
    [K.answer.name, task, e.run, last].map((name) => view.laneOf.get(name)).find(Boolean) ??
    view.items[0]
  );
}
/** Where the box is scrolled to for a lane: by pages of four, so that the next step moves
 * nothing. */
const pageOf = (item) => Math.floor((item?.y ?? 0) / (4 * view.high)) * 4 * view.high;
/** The lanes in view, and some around them. (lanes.css gives the box that share of the window.) */
function inView() {
  const first = Math.max(0, Math.floor(byId("lanes-scroll").scrollTop / view.high) - 4);
  return view.items.slice(first, first + Math.ceil((innerHeight * 0.36) / view.high) + 8);
}
const heightOf = () => Math.max(view.items.length, 1) * view.high;
function paintStill(f) {
  const lanes = inView(),
    { column, left } = f,
    { text, at } = K.find,
    settings = [K.pinned, K.level, text, at],
    key = [column, left, view.width, view.isTime, lanes[0]?.y, ...settings].join();
  if (key === drawn) return;
  drawn = key;
  const height = heightOf(),
    rows = lanes.map((item) => K.drawLane(item, f));
  const parts = [K.drawColumns(f, height), ...rows.map(({ shapes }) => shapes)];
  byId("lanes-still").innerHTML = parts.join("") + K.drawStuck(f) + K.drawArrows(f);
  byId("lanes-words").innerHTML = rows.map(({ words }) => words).join("");
  byId("ruler-still").innerHTML = K.drawRuler(f);
  const labels = lanes.map(labelHTML).join("");
  byId("lanes-labels").innerHTML = labels || `<p class="mute">No task fits.</p>`;
}
function labelHTML({ row, parent, y }) {
  const style = `style="top:${y}px;height:${view.high}px"`,
    { name, made } = row;
  if (parent)
    return `<div class="lane-label sub" ${style}>${K.esc(name)} <code>${K.esc(row.code ?? "")}</code></div>`;
  const isPinned = K.pinned === name,
    title = K.esc(`${name}${made ? `, spawned at ${made}` : ""}. Click: follow it`);
  return (
    `<div class="lane-label" ${style}><button class="lane-task${isPinned ? " sel" : ""}" ${K.colourStyle(name)} aria-pressed="${isPinned}" data-task="${K.esc(name)}" title="${title}">` +
    `${K.chipHTML(name)}<span class="name">${K.esc(name)}</span><code class="with-line">${K.labelHTML(K.origin(name))}</code></button></div>`
  );
}
function paintNow(f) {
  const { shown: i } = K,
    { arrows, arrowAt } = K.rowsOf(K.trace),
    arrow = arrows[K.lastAtMost(arrowAt, i)],
    x = round(f.px(i) + f.half),
    height = heightOf(),
    ahead = Math.max(0, i < K.trace.last ? round(f.px(i + 1)) : view.width);
  const veil = `<rect class="veil" x="${ahead}" width="${Math.max(0, view.width - ahead)}" height="${height}"/>`;
  const arrowNow = arrow?.i === i ? K.drawArrow(arrow, f, " on") : "",
    cursor = `<path class="cursor" d="M${x} 0V${height}"/>`,
    dot = `<circle class="tick on" cx="${Math.max(4, x)}" cy="16" r="4"/>`;
  byId("lanes-now").innerHTML = veil + arrowNow + cursor + stretch(f, height);
  byId("ruler-now").innerHTML = veil + dot;
}
/** The stretch that is being marked, or that was asked about, drawn over the lane of its task. */
function stretch(f, height) {
  const { name, begin, end } = view.marked ?? K.answer.question ?? {};
  if (!name || ![begin, end].every(Number.isFinite)) return "";
  const [a, b] = [begin, end].map((time) =>
      round(Math.max(-4, Math.min(view.width + 4, K.pxOf(f, time)))),
    ),
    top = view.laneOf.get(name)?.y ?? 0;
  return `<path class="lane-stretch" d="M${a} ${top}H${b}v${view.laneOf.has(name) ? view.high : height}H${a}z"/>`;
}
/** Says in words what a row does at an event. */
function describe(row, i) {
  const words = row ? K.times.words(row, i) : view.isTime ? "width is the program’s time" : "one column an event; sleep is folded"; // prettier-ignore
  byId("lanes-bar").textContent = byId("lanes-bar").title = words;
}

// ----- mouse and keys -----

const goNear = (i) => K.goTo(K.visible[Math.max(0, K.lastAtMost(K.visible, i))] ?? i);
function zoom(factor, at) {
  const f = view.frame(),
    x = at ?? Math.max(0, Math.min(view.width, f.px(K.shown)));
  view.column = view.fitting(f.column * factor);
  view.left = f.left + x / f.column - x / view.column;
  show();
}
function whole() {
  Object.assign(view, { column: 0, left: null });
  view.column = view.fitting(0);
  show();
}
function byTime() {
  view.setTime(!view.isTime);
  byId("lanes-time").setAttribute("aria-pressed", String(view.isTime));
  show();
}
/** For words, a branch's row has its task's name, too. */
const named = ({ row, parent }) =>
  parent ? Object.assign(Object.create(row), { name: `${parent.name}, ${row.name}` }) : row;
const itemAt = (ev) => view.items[Math.floor(ev.offsetY / view.high)];
function point(ev) {
  const item = itemAt(ev),
    i = view.frame().at(ev.offsetX);
  under = item ? [named(item), i] : null;
  if (under) describe(...under);
}

/** A click goes to the event. Dragging moves the cursor on the ruler. Over a lane the mouse
 * marks a stretch, which is answered (answer.js); with shift it moves the window, as a finger
 * does. */
function drag(el, scrubs) {
  let start = null;
  el.addEventListener("pointerdown", (ev) => {
    if (ev.button !== 0) return;
    const f = view.frame(),
      isMouse = ev.pointerType === "mouse",
      item = !scrubs && isMouse && !ev.shiftKey ? itemAt(ev) : null;
    if (isMouse || scrubs) el.setPointerCapture(ev.pointerId);
    start = {
      x: ev.offsetX,
      f,
      from: f.at(ev.offsetX),
      name: item && (item.parent ?? item.row).name,
    };
    if (scrubs) goNear(start.from);
  });
  el.addEventListener("pointermove", (ev) => {
    if (!start) return scrubs ? undefined : point(ev);
    start.moved ||= Math.abs(ev.offsetX - start.x) > 4;
    if (!start.moved) return;
    if (scrubs) return goNear(view.frame().at(ev.offsetX));
    if (start.name) mark(start, view.frame().at(ev.offsetX));
    else view.left = start.f.left - (ev.offsetX - start.x) / start.f.column;
    show();
  });
  el.addEventListener("pointerup", (ev) => {
    if (start && !start.moved && !scrubs) goNear(view.frame().at(ev.offsetX));
    if (view.marked) K.answer.ask(view.marked.name, view.marked.begin, view.marked.end);
    start = view.marked = null;
    show();
  });
  el.addEventListener("pointercancel", () => (start = view.marked = null));
  el.addEventListener("wheel", wheel, { passive: false });
}
function mark({ name, from }, to) {
  const { t, last } = K.trace;
  const [first, after] = [Math.min(from, to), Math.min(Math.max(from, to) + 1, last)];
  view.marked = { name, begin: t[first], end: t[after] };
}
/** The mouse's wheel: with ctrl it zooms; sideways, or with shift, it pans; else it scrolls. */
function wheel(ev) {
  const f = view.frame(),
    isAside = Math.abs(ev.deltaX) > Math.abs(ev.deltaY),
    sideways = ev.shiftKey ? ev.deltaY || ev.deltaX : isAside ? ev.deltaX : 0;
  if (!(ev.ctrlKey || ev.metaKey) && (!sideways || f.whole)) return;
  ev.preventDefault();
  if (ev.ctrlKey || ev.metaKey) return zoom(Math.exp(-ev.deltaY / 400), ev.offsetX);
  view.left = f.left + sideways / f.column;
  show();
}
const [closer, further] = [() => zoom(1.6), () => zoom(1 / 1.6)],
  KEYS = { "+": closer, "=": closer, "-": further, 0: whole };
function key(ev) {
  const press = KEYS[ev.key];
  if (!press || !K.trace?.count || !K.isForPage(ev)) return;
  ev.preventDefault();
  press();
}

// ----- the beginning -----

let onSized;
K.lanes = { ...{ whole, byTime }, sized: new Promise((resolve) => (onSized = resolve)) };
/** The only length that is measured in the browser: the width of the lanes in pixels. */
const watch = new ResizeObserver(([{ contentRect }]) => {
  view.width = Math.floor(contentRect.width);
  drawn = "";
  onSized();
  if (K.ready) show();
});
/** Shows the lanes of the tasks that the reader has chosen. */
function choose() {
  const words = K.find.words();
  byId("lanes-find").textContent = words || "Tasks";
  byId("lanes-find").setAttribute("aria-pressed", String(!!words));
  byId("lanes-all").hidden = !words;
  view.place();
  byId("lanes-rows").setAttribute("height", heightOf());
  byId("lanes-labels").style.height = `${heightOf()}px`;
  drawn = "";
}
K.on("trace", () => {
  view.setTime(false);
  choose();
  const press = {
    "lanes-in": closer,
    "lanes-out": further,
    "lanes-whole": whole,
    "lanes-find": K.find.open,
    "lanes-all": () => K.find.set(""),
    "lanes-times": K.times.open,
    "lanes-time": byTime,
  };
  for (const id in press) byId(id).addEventListener("click", press[id]);
  drag(byId("lanes-rows"), false);
  drag(byId("lanes-ruler"), true);
  byId("lanes-rows").addEventListener("pointerleave", () => (under = null));
  byId("lanes-scroll").addEventListener("scroll", show);
  addEventListener("keydown", key);
  watch.observe(byId("lanes-ruler").parentNode);
});
K.on("find", choose);
K.on("show", show);
