// How does the page show the timer wheel?
//
// Six rings of 64 slots. The three fine levels are wide, the finest outermost; the coarse ones are
// thin, since they are almost always empty. A slot shows its wakers in their tasks' colours.
//
// In a state (fold.js), a timer is `{name, due, level, slot, task, at}`: when it is due in ns, its
// slot, and which task set it in which line. `hand` is the tick (1 ms) that the wheel's hand has
// reached. `removed` and `moved` are what the event itself removed and moved; a timer that was
// removed has the word `how`: it "rings", or is "removed" before that.
//
// Interface (all scripts share `K`): `K.wheelHTML(state)`: the picture; `K.timersHTML(state)`: the
// list; `K.wheelLine(state, isOpen)`: the button that opens and folds both; `K.asksForTimers(state,
// event)`: is the event about timers, so that both should be open?
// Not here: when timers move (`trace/src/fold/wheel.rs`).

const { esc, number, round } = K;
const SLOTS = 64;
const tickOf = (ns) => Math.ceil(ns / 1e6);
/** Has the hand reached its tick? Then it is in no slot any more, and fires next. */
const isDue = (state, { level, due }) => level > 0 && tickOf(due) <= state.hand;
/** Has the event changed, named or removed (`how`) this timer? */
const isTouched = (state, { how, since, name }) => !!how || since === state.i || K.isNamed(name);
const countOf = (state) => K.plural(state.timers.values().length, "timer");
const sooner = (a, b) => a.due - b.due || a.since - b.since;

/** Each level's ring, in the picture's units: its radius and its width. */
const RINGS = [[138, 21], [114, 21], [90, 21], [73, 6], [64, 6], [55, 6]] // prettier-ignore
  .map(([radius, width]) => ({ radius, width }));
const MIDDLE = 150; // both coordinates of the wheel's centre
/** `[x, y]` where a slot begins, clockwise from the top; with `share` 0.5, its middle. */
function point({ level, slot }, share = 0) {
  const { radius } = RINGS[Math.min(level, RINGS.length - 1)]; // there is none beyond the wheel
  const angle = ((slot + share) / SLOTS) * 2 * Math.PI - Math.PI / 2;
  return [Math.cos(angle), Math.sin(angle)].map((x) => +(MIDDLE + radius * x).toFixed(2));
}
/** A slot, filled. `attributes` are its class and colour. */
function slotPath(place, attributes) {
  const { radius, width } = RINGS[place.level];
  const arc = `M${point(place)}A${radius} ${radius} 0 0 1 ${point(place, 1)}`;
  return `<path ${attributes} stroke-width="${width}" d="${arc}"/>`;
}
/** The empty rings: a circle of 64 dashes with gaps of 1, which begins at the top. */
const rings = RINGS.map(({ radius, width }) => {
  const dash = ((2 * Math.PI * radius) / SLOTS - 1).toFixed(4);
  const circle = `cx="${MIDDLE}" cy="${MIDDLE}" r="${radius}" stroke-width="${width}"`;
  const turned = `transform="rotate(-90 ${MIDDLE} ${MIDDLE})"`;
  return `<circle class="ring" ${circle} stroke-dasharray="${dash} 1" ${turned}/>`;
});

/** The timers, also those that have just fired, by the number of the slot: 0 to 63 on level 0, and
 * so on. One that is due is drawn on level 0. */
function timersBySlot(state) {
  const slots = new Map(),
    fired = state.removed.filter(({ how }) => how === "rings");
  for (const timer of [...state.timers.values(), ...fired]) {
    const { level, slot, due } = timer,
      slotNumber = isDue(state, timer) ? tickOf(due) % SLOTS : level * SLOTS + slot;
    if (level < RINGS.length) K.append(slots, slotNumber, timer);
  }
  return slots;
}
/** If more slots are in use, they are shaded (the more timers, the darker) instead. */
const MOST_CHIPS = 16;
function slotHTML(state, slotNumber, timers, isShaded) {
  const place = { level: Math.floor(slotNumber / SLOTS), slot: slotNumber % SLOTS },
    [x, y] = point(place, 0.5),
    [{ task }] = timers;
  const isNow = timers.some((timer) => isTouched(state, timer)),
    shade = Math.min(1, 0.3 + 0.15 * Math.log2(timers.length)).toFixed(2),
    tone = isShaded ? `class="shade" opacity="${shade}"` : `class="held" ${K.colourStyle(task)}`,
    slot = slotPath(place, tone);
  if (isShaded && !isNow) return slot;
  const ring = isNow ? `<circle class="ringing" cx="${x}" cy="${y}" r="15"/>` : "";
  if (timers.length === 1) return slot + ring + K.chipHTML(task, { x, y, size: 20 });
  const width = number(timers.length).length * 7 + 16; // of "×12" in its box
  return (
    `${slot}${ring}<title>${esc(K.namesOf(timers.map(({ name }) => name)))}</title>` +
    `<rect class="sum" x="${round(x - width / 2)}" y="${y - 7.5}" width="${width}" height="15" rx="7.5"/>` +
    `<text class="sum" x="${x}" y="${y + 4}">×${number(timers.length)}</text>`
  );
}
K.wheelHTML = function (state) {
  const slots = timersBySlot(state),
    isShaded = slots.size > MOST_CHIPS,
    held = [...slots].map(([slotNumber, timers]) => slotHTML(state, slotNumber, timers, isShaded));
  const hands = [0, 1, 2].map((level) => {
    const slot = Math.floor(state.hand / SLOTS ** level) % SLOTS;
    return slotPath({ level, slot }, `class="hand" opacity="${level ? 0.3 : 0.55}"`);
  });
  const { from, timers = [] } = state.moved ?? {},
    trail = ({ to }) => `<path class="trail" d="M${point(from, 0.5)}L${point(to, 0.5)}"/>`,
    trails = timers.slice(0, 6).map(trail); // more would hide the wheel
  const hand = number(state.hand),
    style = `style="font-size:${hand.length > 7 ? 13 : 19}px"`,
    label = `Timer wheel at ${hand} ms: ${countOf(state)}`;
  return (
    `<svg class="wheel" viewBox="0 0 300 300" role="img" aria-label="${label}">` +
    [...rings, ...hands, ...trails, ...held].join("") +
    `<text x="${MIDDLE}" y="130">hand at</text>` +
    `<text class="big" ${style} x="${MIDDLE}" y="156">${hand}</text>` +
    `<text x="${MIDDLE}" y="176">ms</text></svg>`
  );
};

/** Is this event about a timer, or does its task (or the pinned one) wait for one? */
K.asksForTimers = function (state, event) {
  const { timer, by, sync, source, on, task, run } = event ?? {},
    isWakeByTimer = by === "timer", // `by` of a `Wake`: who woke the task
    isClockMoved = by > 0; // `by` of an `Advance`: how far a virtual clock moved, in ns
  if (state.moved || timer || K.onOf(event)?.timer || isWakeByTimer || isClockMoved) return true;
  if (!K.pinned && (sync || source || on)) return false; // the section of that needs the room
  return K.waitsFor(state, K.pinned ?? task ?? run).some((resource) => resource.timer);
};
/** While the wheel is folded, the button says how much is in it, and what is due first. */
K.wheelLine = function (state, isOpen) {
  const [next] = state.timers.values().toSorted(sooner),
    [sign, title] = isOpen ? ["▾", "Fold the wheel"] : ["▸", "Open the wheel"];
  const chip = next?.task ? K.chipHTML(next.task) : "",
    words = next
      ? `${countOf(state)}; next ${chip} ${esc(next.name)}, due at ${K.clock(next.due)}`
      : `no timer; the hand is at ${number(state.hand)} ms`;
  return (
    `<button class="wheel-line" aria-expanded="${isOpen}" title="${title}">` +
    `<i aria-hidden="true">${sign}</i><b>Timer wheel</b><span>${isOpen ? "" : words}</span></button>`
  );
};

const MOST_LISTED = 7;
K.timersHTML = function (state) {
  const isTimer = (record) => "due" in record, // only timers have that field
    timers = [...state.timers.values(), ...state.removed.filter(isTimer)],
    touched = timers.find((timer) => isTouched(state, timer)),
    first = timers.toSorted(sooner).slice(0, MOST_LISTED),
    shown = !touched || first.includes(touched) ? first : [...first.slice(0, -1), touched];
  const rows = shown.map((timer, k) => timerRow(state, timer, state.parked && k === 0)),
    list = K.rowList(rows, timers.length - shown.length);
  return K.section("Timers", `${number(state.timers.values().length)} in the wheel`, list);
};
function timerRow(state, timer, endsSleep) {
  const { name, task, at, due, how } = timer;
  const isMoved = state.moved?.timers.some((moved) => moved.name === name),
    tone = isMoved || endsSleep || isTouched(state, timer) ? "hot" : "",
    line = at ? ` · ${esc(K.shortPlace(at.text))}` : "";
  return (
    `<li class="${tone}${how === "removed" ? " gone" : ""}">${task ? K.chipHTML(task) : "<i></i>"}<span>${esc(name)}</span>` +
    `<b class="num">${how ?? K.clock(due)}</b><small>${placeWords(state, timer)}${line}</small></li>`
  );
}
function placeWords(state, timer) {
  if (timer.level >= RINGS.length) return "beyond the wheel";
  return isDue(state, timer) ? "due" : `level ${timer.level}, slot ${timer.slot}`;
}
