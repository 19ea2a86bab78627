// What is in the timer wheel now?
//
// Six rings of 64 slots. The three fine levels are wide, the finest outermost; the coarse ones are
// thin, since they are almost always empty. A slot shows the wakers in it, in the colours of their
// tasks. A list beside it has the numbers.
//
// Interface: `K.wheelHTML(state)`, `K.timersHTML(state)`, `K.wheelLine(state, open)` (both folded
// into one line), `K.asksForTimers(state, event)`.
// Invariant: levels and slots are the events' own.
// Not here: when timers move (fold.js).

const { esc, number, round } = K;
const MIDDLE = 150;
/** Radius and width of each level's ring. */
const RINGS = [[138, 21], [114, 21], [90, 21], [73, 6], [64, 6], [55, 6]]; // prettier-ignore
const tick = (ns) => Math.ceil(ns / 1e6);
function point(level, part) {
  const [r] = RINGS[Math.min(level, 5)],
    angle = (part / 64) * 2 * Math.PI - Math.PI / 2;
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
const isOut = (s, t) => t.level > 0 && tick(t.due) <= s.hand;
/** By slot: the timers in the wheel, and those that have just fired. One that is due and in no slot
 * is drawn on the finest level. */
function slotsOf(s) {
  const slots = new Map(),
    all = [...s.timers.values(), ...s.gone.filter((t) => t.how === "rings")].filter(
      (t) => t.level < 6,
    );
  for (const t of all) {
    const at = isOut(s, t) ? { level: 0, slot: tick(t.due) % 64 } : t;
    K.append(slots, at.level * 64 + at.slot, t);
  }
  return slots;
}
/** Is it the timer that the event is about? */
const isNow = (s, t) => !!t.how || t.since === s.i || K.isNamed(t.name);

/** With more slots than these in use, slots are shaded (the more timers, the darker) and have no
 * tokens. */
const TOKENS = 16;
function slotHTML(s, key, all, isShaded) {
  const [level, slot] = [Math.floor(key / 64), key % 64],
    now = all.find((t) => isNow(s, t)),
    [x, y] = point(level, slot + 0.5),
    shade = Math.min(1, 0.3 + 0.15 * Math.log2(all.length)).toFixed(2);
  const held = isShaded
      ? `class="shade" opacity="${shade}"`
      : `class="held" ${K.colourStyle(all[0].task)}`,
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
  const held = [...slots].map(([key, all]) => slotHTML(s, key, all, slots.size > TOKENS));
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
  if (s.moved || e?.timer || e?.on?.timer || e?.by === "timer" || e?.by > 0) return true;
  if (e && !K.pinned && (e.sync || e.source || e.on)) return false; // their box needs room
  return K.waitsFor(s, K.pinned ?? e?.task ?? e?.run).some((on) => on.timer);
};
const sooner = (a, b) => a.due - b.due || a.since - b.since;
/** The earliest of some records. */
const next = (timers) => K.firstBy(timers, 1, sooner);
/** The wheel in one line: how much is in it, and what is due first. */
K.wheelLine = function (s, isOpen) {
  const [first] = K.firstBy(s.timers.each(next), 1, sooner),
    [sign, title] = isOpen ? ["▾", "Fold the wheel"] : ["▸", "Open the wheel"];
  const words = first
    ? `${K.plural(s.timers.size, "timer")}; next ${first.task ? K.chipHTML(first.task) : ""} ${esc(first.name)}, due at ${K.clock(first.due)}`
    : `no timer; the hand is at ${number(s.hand)} ms`;
  return `<button class="wheel-line" aria-expanded="${isOpen}" title="${title}"><i aria-hidden="true">${sign}</i><b>Timer wheel</b><span>${isOpen ? "" : words}</span></button>`;
};

/** At most so many timers are listed: the earliest, and the one that the event touches. */
const LISTED = 7;
K.timersHTML = function (s) {
  const all = [...s.timers.values(), ...s.gone.filter((t) => "due" in t)],
    now = all.find((t) => isNow(s, t)),
    first = K.firstBy(all, LISTED, sooner),
    shown = !now || first.includes(now) ? first : [...first.slice(0, -1), now];
  const row = (t) => {
    const place =
        t.level > 5 ? "beyond the wheel" : isOut(s, t) ? "due" : `level ${t.level}, slot ${t.slot}`,
      moved = s.moved?.timers.some(({ name }) => name === t.name),
      isHot = isNow(s, t) || moved || (s.parked && t === shown[0]); // the thread sleeps until then
    return (
      `<li class="${isHot ? "hot" : ""}${t.how === "removed" ? " gone" : ""}">${t.task ? K.chipHTML(t.task) : "<i></i>"}<span>${esc(t.name)}</span>` +
      `<b class="num">${t.how ?? K.clock(t.due)}</b><small>${place}${t.at ? ` · ${esc(K.shortPlace(t.at.text))}` : ""}</small></li>`
    );
  };
  const left = all.length - shown.length,
    more = left ? `<li class="rest-of">and ${number(left)} more</li>` : "";
  return `<section class="timers"><h3>Timers<span>${number(s.timers.size)} in the wheel</span></h3><ul class="rows">${shown.map(row).join("")}${more}</ul></section>`;
};
