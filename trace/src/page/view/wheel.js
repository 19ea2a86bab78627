// How does the page show the timer wheel?
//
// Six rings of 64 slots. The three fine levels are wide, the finest outermost; the coarse ones are
// thin, since they are almost always empty. A slot shows the wakers in it, in the colours of their
// tasks. A list beside it has the numbers.
//
// Interface: `K.wheelHTML(state)`: the picture; `K.timersHTML(state)`: the list;
// `K.wheelLine(state, open)`: one line instead of both; `K.asksForTimers(state, event)`: is the
// event about timers, so that the wheel should be open?
// Invariant: levels and slots are the events' own.
// Not here: when timers move (fold.js).

const { esc, number, round } = K;
/** In the picture's units: both coordinates of the wheel's centre. */
const MIDDLE = 150;
/** Radius and width of each level's ring. */
const RINGS = [[138, 21], [114, 21], [90, 21], [73, 6], [64, 6], [55, 6]]; // prettier-ignore
const tick = (ns) => Math.ceil(ns / 1e6);
/** Where on a level's ring a slot begins; with half a slot more, its middle. */
function point(level, slot) {
  const [r] = RINGS[Math.min(level, 5)],
    angle = (slot / 64) * 2 * Math.PI - Math.PI / 2;
  return [MIDDLE + r * Math.cos(angle), MIDDLE + r * Math.sin(angle)].map((x) => +x.toFixed(2));
}
const arc = (level, slot) => {
  const [r] = RINGS[level];
  return `M${point(level, slot)}A${r} ${r} 0 0 1 ${point(level, slot + 1)}`;
};
const rings = RINGS.map(([r, wide]) => {
  const dashes = `${((2 * Math.PI * r) / 64 - 1).toFixed(4)} 1`;
  return `<circle class="ring" cx="${MIDDLE}" cy="${MIDDLE}" r="${r}" stroke-width="${wide}" stroke-dasharray="${dashes}" transform="rotate(-90 ${MIDDLE} ${MIDDLE})"/>`;
}).join("");

/** Has the hand reached its tick? Then it is in no slot any more, and fires next. */
const isPastHand = (s, t) => t.level > 0 && tick(t.due) <= s.hand;
/** By slot: the timers in the wheel, and those that have just fired. One that is due and in no slot
 * is drawn on the finest level. */
function slotsOf(s) {
  const slots = new Map(),
    fired = s.removed.filter((t) => t.how === "rings");
  for (const t of [...s.timers.values(), ...fired])
    if (t.level < 6)
      K.append(slots, isPastHand(s, t) ? tick(t.due) % 64 : t.level * 64 + t.slot, t);
  return slots;
}
/** Is this a timer that the event is about? */
const isTouched = (s, t) => !!t.how || t.since === s.i || K.isNamed(t.name);

/** With more slots than these in use, slots are shaded (the more timers, the darker) and have no
 * chips. */
const CHIPS = 16;
function slotHTML(s, key, all, isShaded) {
  const [level, slot] = [Math.floor(key / 64), key % 64],
    now = all.find((t) => isTouched(s, t)),
    [x, y] = point(level, slot + 0.5),
    shade = Math.min(1, 0.3 + 0.15 * Math.log2(all.length)).toFixed(2);
  const own = `class="held" ${K.colourStyle(all[0].task)}`,
    held = isShaded ? `class="shade" opacity="${shade}"` : own,
    mark = `<path ${held} stroke-width="${RINGS[level][1]}" d="${arc(level, slot)}"/>`;
  if (isShaded && !now) return mark;
  const ring = now ? `<circle class="ringing" cx="${x}" cy="${y}" r="15"/>` : "";
  if (all.length === 1) return `${mark}${ring}${K.chipHTML(all[0].task, { x, y, size: 20 })}`;
  const wide = number(all.length).length * 7 + 16;
  return (
    `${mark}${ring}<title>${esc(K.namesOf(all.map(({ name }) => name)))}</title>` +
    `<rect class="sum" x="${round(x - wide / 2)}" y="${y - 7.5}" width="${wide}" height="15" rx="7.5"/><text class="sum" x="${x}" y="${y + 4}">×${number(all.length)}</text>`
  );
}
K.wheelHTML = function (s) {
  const slots = slotsOf(s),
    hand = number(s.hand);
  const hands = [0, 1, 2].map(
    (level) => `<path class="hand" opacity="${level ? 0.3 : 0.55}" stroke-width="${RINGS[level][1]}" d="${arc(level, Math.floor(s.hand / 64 ** level) % 64)}"/>`, // prettier-ignore
  );
  const held = [...slots].map(([key, all]) => slotHTML(s, key, all, slots.size > CHIPS));
  const trail = ({ to: [level, slot] }) =>
    `<path class="trail" d="M${point(s.moved.from[0], s.moved.from[1] + 0.5)}L${point(level, slot + 0.5)}"/>`;
  const trails = (s.moved?.timers ?? []).slice(0, 6).map(trail),
    label = `Timer wheel at ${hand} ms: ${K.plural(s.timers.size, "timer")}`;
  return (
    `<svg class="wheel" viewBox="0 0 300 300" role="img" aria-label="${label}">${rings}${[...hands, ...trails, ...held].join("")}` +
    `<text x="150" y="130">hand at</text><text class="big" style="font-size:${hand.length > 7 ? 13 : 19}px" x="150" y="156">${hand}</text><text x="150" y="176">ms</text></svg>`
  );
};

/** Is this event, or the pinned task, about a timer? Then the wheel is opened. */
K.asksForTimers = function (s, e) {
  // `by > 0`: a virtual clock has gone on to the next timer.
  if (s.moved || e?.timer || K.onOf(e)?.timer || e?.by === "timer" || e?.by > 0) return true;
  if (e && !K.pinned && (e.sync || e.source || e.on)) return false; // their box needs room
  return K.waitsFor(s, K.pinned ?? e?.task ?? e?.run).some((on) => on.timer);
};
const sooner = (a, b) => a.due - b.due || a.since - b.since;
/** The earliest of some records. */
const next = (timers) => K.firstBy(timers, 1, sooner);
/** The wheel in one line: how much is in it, and what is due first. */
K.wheelLine = function (s, isOpen) {
  const [first] = K.firstBy(s.timers.collect(next), 1, sooner),
    [sign, title] = isOpen ? ["▾", "Fold the wheel"] : ["▸", "Open the wheel"];
  const words = first
    ? `${K.plural(s.timers.size, "timer")}; next ${first.task ? K.chipHTML(first.task) : ""} ${esc(first.name)}, due at ${K.clock(first.due)}`
    : `no timer; the hand is at ${number(s.hand)} ms`;
  return `<button class="wheel-line" aria-expanded="${isOpen}" title="${title}"><i aria-hidden="true">${sign}</i><b>Timer wheel</b><span>${isOpen ? "" : words}</span></button>`;
};

/** At most this many timers are listed: the earliest, and the one that the event touches. */
const LISTED = 7;
K.timersHTML = function (s) {
  const all = [...s.timers.values(), ...s.removed.filter((t) => "due" in t)],
    now = all.find((t) => isTouched(s, t)),
    first = K.firstBy(all, LISTED, sooner),
    shown = !now || first.includes(now) ? first : [...first.slice(0, -1), now];
  const placeOf = (t) =>
    t.level > 5
      ? "beyond the wheel"
      : isPastHand(s, t)
        ? "due"
        : `level ${t.level}, slot ${t.slot}`;
  const row = (t) => {
    const moved = s.moved?.timers.some(({ name }) => name === t.name),
      endsSleep = s.parked && t === shown[0],
      tone = `${isTouched(s, t) || moved || endsSleep ? "hot" : ""}${t.how === "removed" ? " gone" : ""}`;
    return (
      `<li class="${tone}">${t.task ? K.chipHTML(t.task) : "<i></i>"}<span>${esc(t.name)}</span>` +
      `<b class="num">${t.how ?? K.clock(t.due)}</b><small>${placeOf(t)}${t.at ? ` · ${esc(K.shortPlace(t.at.text))}` : ""}</small></li>`
    );
  };
  const left = all.length - shown.length,
    more = left ? `<li class="rest-of">and ${number(left)} more</li>` : "";
  return `<section class="timers"><h3>Timers<span>${number(s.timers.size)} in the wheel</span></h3><ul class="rows">${shown.map(row).join("")}${more}</ul></section>`;
};
