// How is the life of a task drawn?
//
// All bars of a kind are one SVG path. A bar that lies within the one before it, as many do in a
// long run, is left out.
//
// Interface: `K.drawLane(item, frame)` gives `{shapes, words}`, both SVG; `K.textWidth(text)`.
// Invariants: a bar is as wide as its columns, and has a word only if there is room. While the quiz
// is on, nothing is drawn of later events.
// Not here: which bars there are (rows.js).

const { BAR, esc, round, view } = K;
/** Pixels: the width of a letter, rather too much on average. */
const LETTER = 5.7;
/** In ns: a longer poll has its length written on it. */
const LONG = 10e6;
K.textWidth = (text) => text.length * LETTER;

/** For each kind of bar: its class, its share of the lane's height, and its words (those of a wait
 * stand above it). */
const BARS = {
  [BAR.POLL]: ["lane-poll", 0.6, ({ row, from, to }) => longWord(K.barLength(BAR.POLL, from, to))],
  [BAR.READY]: ["lane-ready", 0.38],
  [BAR.WAIT]: ["lane-wait", 0.06, ({ row, k }) => row.noteAt(k)],
  [BAR.QUEUED]: ["lane-wait", 0.06, () => "in the pool’s queue"],
  [BAR.JOB]: ["lane-job", 0.6, () => "on a thread of the pool"],
};
const longWord = (ns) => (ns > LONG && !K.quiz.on ? K.span(ns) : "");
/** For each kind that is a moment: its class, its sign and its word. */
const TICK = "v16",
  CROSS = "m0 3 10 10m0-10-10 10";
const MOMENTS = {
  [BAR.DONE]: ["lane-end", TICK, () => "done"],
  [BAR.WON]: ["lane-end", TICK, () => "✓ won"],
  [BAR.CANCELLED]: ["lane-cut", CROSS, ({ row }) => (row.key ? "dropped" : "cancelled")],
  [BAR.PANICKED]: ["lane-cut", CROSS, () => "panicked"],
};

/** The bars and moments of a row in the window. */
function* barsIn(row, f) {
  const seen = K.lastVisible(),
    ends = {}; // the right edge of the last bar of each kind
  for (
    let k = Math.max(0, row.barAt(f.first));
    k < row.at.length && row.at[k] <= Math.min(f.last, seen);
    k++
  ) {
    const kind = row.kind[k],
      [from, to] = [row.at[k], row.at[k + 1] ?? K.trace.count],
      a = Math.max(-60, f.px(from)),
      b = Math.min(view.width + 60, f.px(Math.min(to, seen + 1))),
      wide = BARS[kind] ? Math.max(b - a - 1, 1.5) : 8;
    if (
      kind === BAR.NONE ||
      (MOMENTS[kind] && a < -8) ||
      a + wide < (ends[kind] ?? -Infinity) + 0.7
    )
      continue;
    ends[kind] = a + wide;
    const isOpen = to > seen || to === K.trace.count,
      room = (isOpen ? view.width : Math.min(b, view.width)) - Math.max(a, 0);
    yield { row, k, kind, from, to, a, wide, room };
  }
}
function shapeOf({ kind, a, wide }, middle, isBranch) {
  if (MOMENTS[kind]) return `M${round(a + 3)} ${middle - 8}${MOMENTS[kind][1]}`;
  const high = round(view.high * BARS[kind][1] * (isBranch ? 0.8 : 1));
  return `M${round(a)} ${round(middle - high / 2)}h${round(wide)}v${high}h${-round(wide)}z`;
}
/** Pixels: a word needs at least so many. */
const ROOM = 18;
function wordOf(bar, middle) {
  const [tone, , word] = BARS[bar.kind] ?? MOMENTS[bar.kind],
    before = tone === "lane-cut" ? 16 : 6;
  const text = (word && bar.room > ROOM && word(bar)) || "";
  if (!text || K.textWidth(text) + before + 2 > bar.room) return "";
  const y = round(middle + (tone === "lane-wait" ? -4 : 4));
  return `<text class="of-${tone}" x="${round(Math.max(bar.a, 0) + before)}" y="${y}">${esc(text)}</text>`;
}
K.drawLane = function (item, f) {
  const middle = item.y + view.high / 2,
    { colorVar } = K.styleOf((item.of ?? item.row).name),
    hue = `style="--c:var(${colorVar})"`,
    hatch = `fill:url(#lane-hatch-${/\d/.exec(colorVar) ?? 1})`,
    paths = {};
  let words = idleWord(item.row, f, middle);
  for (const bar of barsIn(item.row, f)) {
    const [tone] = BARS[bar.kind] ?? MOMENTS[bar.kind];
    paths[tone] = (paths[tone] ?? "") + shapeOf(bar, middle, !!item.of);
    words += wordOf(bar, middle);
  }
  const path = ([tone, d]) =>
    `<path class="${tone}"${tone === "lane-ready" ? ` style="${hatch}"` : ""} d="${d}"/>`;
  return {
    shapes: `<g ${hue}>${Object.entries(paths).map(path).join("")}</g>`,
    words: `<g ${hue}>${words}</g>`,
  };
};
/** The word in a lane whose bars are all before or after the window. */
function idleWord(row, f, middle) {
  const k = row.barAt(Math.min(f.last, K.lastVisible()));
  if (k < 0 && row.at.length && !K.quiz.on)
    return `<text x="${view.width - 5}" y="${middle + 4}" text-anchor="end">begins later ▸</text>`;
  return k >= 0 && K.isOver(row.kind[k]) && f.px(row.at[k]) < -60
    ? `<text x="5" y="${middle + 4}">◂ over</text>`
    : "";
}
