// How is the life of a task drawn?
//
// Bars of one kind are one path, and a bar that lies within the one before it, as many do in a long
// run, is left out.
//
// Interface: `K.drawLane(item, frame)` gives `{shapes, words}`, both SVG; `K.textWidth(text)`.
// Invariants: a bar is as wide as its columns; a word is beside it only if it has room there. While
// the quiz is on, nothing is drawn of what comes.
// Not here: which bars there are (rows.js).

const { BAR, esc, round, view } = K;
/** A letter is so wide, at the most in the middle. */
const LETTER = 5.7;
/** The length of a longer poll is written on it, in ns. */
const LONG = 10e6;
K.textWidth = (text) => text.length * LETTER;

/** Of each kind of bar: its class, how much of the lane's height it has, and its words, of which
 * those of a wait are above it. */
const BARS = {
  [BAR.POLL]: ["lane-poll", 0.6, ({ row, from, to }) => longWord(K.lasted(BAR.POLL, from, to))],
  [BAR.READY]: ["lane-ready", 0.38],
  [BAR.WAIT]: ["lane-wait", 0.06, ({ row, k }) => row.noteAt(k)],
  [BAR.QUEUED]: ["lane-wait", 0.06, () => "in the pool’s queue"],
  [BAR.JOB]: ["lane-job", 0.6, () => "on a thread of the pool"],
};
const longWord = (ns) => (ns > LONG && !K.quiz.on ? K.span(ns) : "");
/** Of each kind of moment: its class, its sign, and its word. */
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
  const seen = K.seen(),
    ends = {}; // of each kind the right edge of the last one
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
/** The fewest pixels into which a word is put. */
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
    { colorVar } = K.look((item.of ?? item.row).name),
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
/** What a lane says whose bars are all before the window, or after it. */
function idleWord(row, f, middle) {
  const k = row.barAt(Math.min(f.last, K.seen()));
  if (k < 0 && row.at.length && !K.quiz.on)
    return `<text x="${view.width - 5}" y="${middle + 4}" text-anchor="end">begins later ▸</text>`;
  return k >= 0 && K.isOver(row.kind[k]) && f.px(row.at[k]) < -60
    ? `<text x="5" y="${middle + 4}">◂ over</text>`
    : "";
}
