// How does the page show the whole run: what each task did, and when?
//
// As lanes: a row for each task and a column for each event; a sleep of the thread takes only a few
// columns. A line marks the event that is shown. Only the lanes in view and the events in the
// window are drawn, and only when one of them has changed; a step only moves the line.
//
// Interface (all scripts share `K`): `K.lanes.closer()`, `K.lanes.further()` and `K.lanes.whole()`
// zoom; `K.lanes.byTime()` switches between columns of one width and time; `K.lanes.sized`, a
// promise, is fulfilled when the width of the lanes is known. A click goes to an event, a label
// pins a task, the wheel zooms with ctrl, and dragging marks a stretch and asks about it.
// Not here: the bars (rows.js), how they are drawn (draw.js), the box (page.html); which lanes
// there are, each a `{row, parent, y}`, and the frame, the part of the run in the window (view.js).

const { byId, esc, round, view } = K;
let shownEvent = -1, // the index of the event that was shown last
  drawnFor = "", // the settings for which the still part of the picture was drawn
  pointed = null; // the row and event under the pointer: `{row, i}`

// ----- the picture -----

function show() {
  if (view.width < 40 || !K.trace.count) return;
  const isOther = shownEvent !== K.shown;
  if (isOther) view.left = pointed = null;
  if (isOther || !drawnFor) byId("lanes-scroll").scrollTop = pageTop(leadingLane());
  shownEvent = K.shown;
  const frame = view.frame(),
    count = K.number(frame.last - frame.first + 1),
    part = frame.whole ? "" : `${count} of ${K.number(K.trace.count)} events, `;
  paintStill(frame);
  paintNow(frame);
  byId("lanes-part").textContent = part + K.plural(view.items.length, "lane");
  byId("lanes-whole").disabled = frame.whole;
  const { run, task } = K.event(K.shown);
  describe(pointed ?? { row: view.laneOf.get(K.pinned ?? run ?? task)?.row, i: K.shown });
}
/** The lane to scroll to: of the task that is asked about, the event's, or the one polled last. */
function leadingLane() {
  const event = K.event(K.shown),
    fired = K.stateAt(K.shown).removed.find(({ how }) => how === "rings"), // a timer that fires now
    polls = K.eventsOfKind("PollStart"),
    poll = K.event(polls[Math.max(0, K.lastAtMost(polls, K.shown))]);
  const names = [K.answer.name, (fired ?? event).task, event.run, poll?.task];
  return names.map((name) => view.laneOf.get(name)).find(Boolean) ?? view.items[0];
}
/** Where the box is scrolled to for a lane: by pages of four, so that few steps move anything. */
const pageTop = (lane) => Math.floor((lane?.y ?? 0) / (4 * view.high)) * 4 * view.high;
/** The lanes in view, and some around them. (lanes.css gives the box that share of the window.) */
function lanesInView() {
  const first = Math.max(0, Math.floor(byId("lanes-scroll").scrollTop / view.high) - 4);
  return view.items.slice(first, first + Math.ceil((innerHeight * 0.36) / view.high) + 8);
}
const height = () => Math.max(view.items.length, 1) * view.high;
function paintStill(frame) {
  const lanes = lanesInView(),
    place = [frame.column, frame.left, view.width, view.isTime, lanes[0]?.y],
    settings = [...place, K.pinned, K.level, K.find.text, K.find.at].join();
  if (settings === drawnFor) return;
  drawnFor = settings;
  const drawn = lanes.map((lane) => K.drawLane(lane, frame)),
    shapes = drawn.map(({ shapes }) => shapes).join("");
  byId("lanes-still").innerHTML =
    K.drawColumns(frame, height()) + shapes + K.drawStuck(frame) + K.drawArrows(frame);
  byId("lanes-words").innerHTML = drawn.map(({ words }) => words).join("");
  byId("ruler-still").innerHTML = K.drawRuler(frame);
  const labels = lanes.map(labelHTML).join("");
  byId("lanes-labels").innerHTML = labels || `<p class="mute">No task fits.</p>`;
}
function labelHTML({ row: { name, made, code = "" }, parent, y }) {
  const style = `style="top:${y}px;height:${view.high}px"`;
  if (parent)
    return `<div class="lane-label sub" ${style}>${esc(name)} <code>${esc(code)}</code></div>`;
  const title = `${name}${made ? `, spawned at ${made}` : ""}. Click: follow it`,
    line = `<code class="with-line">${K.labelHTML(K.origin(name))}</code>`,
    html = `<span class="name">${esc(name)}</span>${line}`;
  return `<div class="lane-label" ${style}>${K.taskButton(name, "lane-task", title, html)}</div>`;
}
/** Draws what moves with each step. A veil lies over what has not been reached yet. */
function paintNow(frame) {
  const { shown: i, trace } = K,
    arrow = K.rowsOf(trace).arrows.findLast((arrow) => arrow.i === i),
    x = frame.middle(i),
    next = Math.max(0, i < trace.last ? round(frame.px(i + 1)) : view.width),
    left = Math.max(0, view.width - next);
  const veil = `<rect class="veil" x="${next}" width="${left}" height="${height()}"/>`,
    arrowNow = arrow ? K.drawArrow(arrow, frame, " on") : "",
    cursor = `<path class="cursor" d="M${x} 0V${height()}"/>`,
    dot = `<circle class="tick on" cx="${Math.max(4, x)}" cy="16" r="4"/>`;
  byId("lanes-now").innerHTML = veil + arrowNow + cursor + stretch(frame);
  byId("ruler-now").innerHTML = veil + dot;
}
/** The stretch that is being marked, or that was asked about, drawn over the lane of its task. */
function stretch(frame) {
  const { name, begin, end } = view.marked ?? K.answer.question ?? {};
  if (!name || ![begin, end].every(Number.isFinite)) return "";
  const within = (px) => round(Math.max(-4, Math.min(view.width + 4, px))),
    [left, right] = [begin, end].map((time) => within(K.pxOf(frame, time))),
    lane = view.laneOf.get(name),
    [top, high] = lane ? [lane.y, view.high] : [0, height()];
  return `<path class="lane-stretch" d="M${left} ${top}H${right}v${high}H${left}z"/>`;
}
function describe({ row, i }) {
  const unit = view.isTime ? "width is the program’s time" : "one column an event; sleep is folded",
    words = row ? K.times.words(row, i) : unit;
  byId("lanes-bar").textContent = byId("lanes-bar").title = words;
}

// ----- the window's part of the run -----

/** Zooms around a pixel or, if there is none, around the event shown: what is there stays there. */
function zoom(factor, px) {
  const frame = view.frame(),
    fixed = px ?? Math.max(0, Math.min(view.width, frame.px(K.shown)));
  view.column = view.fitting(frame.column * factor);
  view.left = frame.left + fixed / frame.column - fixed / view.column;
  show();
}
function whole() {
  Object.assign(view, { column: view.fitting(0), left: null });
  show();
}
function byTime() {
  view.setTime(!view.isTime);
  byId("lanes-time").setAttribute("aria-pressed", String(view.isTime));
  show();
}
const closer = () => zoom(1.6),
  further = () => zoom(1 / 1.6);
/** The mouse's wheel: with ctrl it zooms; sideways, or with shift, it pans; else it scrolls. */
function wheel(ev) {
  const frame = view.frame(),
    isAside = Math.abs(ev.deltaX) > Math.abs(ev.deltaY),
    sideways = ev.shiftKey ? ev.deltaY || ev.deltaX : isAside ? ev.deltaX : 0;
  if (!(ev.ctrlKey || ev.metaKey) && (!sideways || frame.whole)) return;
  ev.preventDefault();
  if (ev.ctrlKey || ev.metaKey) return zoom(Math.exp(-ev.deltaY / 400), ev.offsetX);
  view.left = frame.left + sideways / frame.column;
  show();
}

// ----- the pointer -----

const eventAt = (ev) => view.frame().at(ev.offsetX);
const laneAt = (ev) => view.items[Math.floor(ev.offsetY / view.high)];
/** Goes to the last event of this level up to event `i`. */
const goNear = (i) => K.goTo(K.visible[Math.max(0, K.lastAtMost(K.visible, i))] ?? i);
/** Describes what is under the pointer; a branch is named together with its task. */
function point(ev) {
  const { row, parent } = laneAt(ev) ?? {},
    name = parent && `${parent.name}, ${row.name}`,
    named = name ? Object.assign(Object.create(row), { name }) : row;
  pointed = row ? { row: named, i: eventAt(ev) } : null;
  if (pointed) describe(pointed);
}

const CLICK = 4; // px: a pointer that moves no further has clicked
/** A click goes to the event. Dragging moves the cursor on the ruler. Over a lane the mouse marks a
 * stretch, which is answered (answer.js); with shift, as a finger does, it moves the window. */
function listenToPointer(el, isRuler) {
  let drag = null; // where it began: the pixel, the frame, the event, and the task of the lane
  el.addEventListener("pointerdown", function (ev) {
    if (ev.button !== 0) return;
    const isMouse = ev.pointerType === "mouse",
      lane = isRuler || !isMouse || ev.shiftKey ? null : laneAt(ev),
      task = lane && (lane.parent ?? lane.row).name;
    if (isMouse || isRuler) el.setPointerCapture(ev.pointerId);
    drag = { px: ev.offsetX, frame: view.frame(), i: eventAt(ev), task, hasMoved: false };
    if (isRuler) goNear(drag.i);
  });
  el.addEventListener("pointermove", function (ev) {
    if (!drag) return isRuler ? undefined : point(ev);
    drag.hasMoved ||= Math.abs(ev.offsetX - drag.px) > CLICK;
    if (!drag.hasMoved) return;
    if (isRuler) return goNear(eventAt(ev));
    if (drag.task) view.marked = stretchBetween(drag, eventAt(ev));
    else view.left = drag.frame.left - (ev.offsetX - drag.px) / drag.frame.column;
    show();
  });
  el.addEventListener("pointerup", function (ev) {
    if (drag && !drag.hasMoved && !isRuler) goNear(eventAt(ev));
    if (view.marked) K.answer.ask(view.marked.name, view.marked.begin, view.marked.end);
    drag = view.marked = null;
    show();
  });
  el.addEventListener("pointercancel", () => (drag = view.marked = null));
  el.addEventListener("wheel", wheel, { passive: false });
}
function stretchBetween({ task, i }, other) {
  const { t, last } = K.trace;
  const [first, after] = [Math.min(i, other), Math.min(Math.max(i, other) + 1, last)];
  return { name: task, begin: t[first], end: t[after] };
}

// ----- the beginning -----

let onSized;
const sized = new Promise((resolve) => (onSized = resolve));
K.lanes = { closer, further, whole, byTime, sized };
/** The only length that is measured in the browser: the width of the lanes in pixels. */
const watch = new ResizeObserver(function ([{ contentRect }]) {
  view.width = Math.floor(contentRect.width);
  drawnFor = "";
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
  byId("lanes-rows").setAttribute("height", height());
  byId("lanes-labels").style.height = `${height()}px`;
  drawnFor = "";
}
const BUTTONS = {
  "lanes-in": closer,
  "lanes-out": further,
  "lanes-whole": whole,
  "lanes-find": () => K.find.open(),
  "lanes-all": () => K.find.set(""),
  "lanes-times": () => K.times.open(),
  "lanes-time": byTime,
};
K.on("trace", function () {
  view.setTime(false);
  choose();
  for (const id in BUTTONS) byId(id).addEventListener("click", BUTTONS[id]);
  listenToPointer(byId("lanes-rows"), false);
  listenToPointer(byId("lanes-ruler"), true);
  byId("lanes-rows").addEventListener("pointerleave", () => (pointed = null));
  byId("lanes-scroll").addEventListener("scroll", show);
  watch.observe(byId("lanes-ruler").parentNode);
});
K.on("find", choose);
K.on("show", show);
