// How are the bars of a lane drawn?
//
// A lane is a row of bars, which say what a task or a branch did from event to event (rows.js). All
// bars of a kind are one SVG path. A bar that lies within the one before it, as many do in a
// long run, is left out.
//
// Interface: `K.drawLane(item, frame)` gives `{shapes, words}`, both SVG; `K.textWidth(text)`
// estimates a width in pixels.
// Invariant: a bar is as wide as its columns, and has a word only if there is room.
// Not here: which bars there are (rows.js).

const { BAR, esc, round, view } = K;
/** In pixels: the width of a letter, rather too much on average. */
const LETTER = 5.7;
/** In pixels: so much is drawn beside the window, for words that reach into it. */
const BESIDE = 60;
/** In pixels: the least width at which a bar gets a word. */
const ROOM = 18;
/** In ns: a longer poll has its length written on it. */
const LONG = 10e6;
K.textWidth = (text) => text.length * LETTER;

/** For each kind of bar: its class in lanes.css, its share of the lane's height, and its words.
 * (Those of a wait stand above the bar.) */
const BARS = {
  [BAR.POLL]: ["lane-poll", 0.6, ({ row, from, to }) => longWord(K.barLength(BAR.POLL, from, to))],
  [BAR.READY]: ["lane-ready", 0.38],
  [BAR.WAIT]: ["lane-wait", 0.06, ({ row, k }) => row.wordsAt(k)],
  [BAR.QUEUED]: ["lane-wait", 0.06, () => "in the pool’s queue"],
  [BAR.JOB]: ["lane-job", 0.6, () => "on a thread of the pool"],
};
const longWord = (ns) => (ns > LONG ? K.span(ns) : "");
/** Signs for what happens at one moment, as SVG paths. */
const TICK = "v16",
  CROSS = "m0 3 10 10m0-10-10 10";
/** For each kind of bar that is a moment: its class, its sign and its word. */
const MOMENTS = {
  [BAR.DONE]: ["lane-end", TICK, () => "done"],
  [BAR.WON]: ["lane-end", TICK, () => "✓ won"],
  [BAR.CANCELLED]: ["lane-cut", CROSS, ({ row }) => (row.key ? "dropped" : "cancelled")],
  [BAR.PANICKED]: ["lane-cut", CROSS, () => "panicked"],
};

/** The bars and moments of a row in the window: bar `k` begins at event `from`, ends at event `to`,
 * and is drawn from pixel `left` on, `width` pixels wide, of which `room` are in the window. */
function* barsIn(row, f) {
  const drawnTo = {}; // the right edge of the last bar of each kind
  for (let k = Math.max(0, row.barAt(f.first)); k < row.at.length && row.at[k] <= f.last; k++) {
    const kind = row.kind[k],
      [from, to] = [row.at[k], row.at[k + 1] ?? K.trace.count],
      left = Math.max(-BESIDE, f.px(from)),
      right = Math.min(view.width + BESIDE, f.px(to)),
      width = BARS[kind] ? Math.max(right - left - 1, 1.5) : 8;
    const isOut = MOMENTS[kind] && left < -8,
      isHidden = left + width < (drawnTo[kind] ?? -Infinity) + 0.7;
    if (kind === BAR.NONE || isOut || isHidden) continue;
    drawnTo[kind] = left + width;
    const isOpen = to === K.trace.count,
      room = (isOpen ? view.width : Math.min(right, view.width)) - Math.max(left, 0);
    yield { row, k, kind, from, to, left, width, room };
  }
}
function shapeOf({ kind, left, width }, middle, isBranch) {
  if (MOMENTS[kind]) return `M${round(left + 3)} ${middle - 8}${MOMENTS[kind][1]}`;
  const high = round(view.high * BARS[kind][1] * (isBranch ? 0.8 : 1));
  return `M${round(left)} ${round(middle - high / 2)}h${round(width)}v${high}h${-round(width)}z`;
}
function wordOf(bar, middle) {
  const [tone, , word] = BARS[bar.kind] ?? MOMENTS[bar.kind],
    before = tone === "lane-cut" ? 16 : 6;
  const text = (word && bar.room > ROOM && word(bar)) || "";
  if (!text || K.textWidth(text) + before + 2 > bar.room) return "";
  const [x, y] = [Math.max(bar.left, 0) + before, middle + (tone === "lane-wait" ? -4 : 4)];
  return `<text class="of-${tone}" x="${round(x)}" y="${round(y)}">${esc(text)}</text>`;
}
K.drawLane = function (item, f) {
  const middle = item.y + view.high / 2,
    { colorVar } = K.styleOf((item.parent ?? item.row).name),
    hue = `style="--c:var(${colorVar})"`,
    hatch = `fill:url(#lane-hatch-${/\d/.exec(colorVar) ?? 1})`,
    paths = {};
  let words = idleWord(item.row, f, middle);
  for (const bar of barsIn(item.row, f)) {
    const [tone] = BARS[bar.kind] ?? MOMENTS[bar.kind];
    paths[tone] = (paths[tone] ?? "") + shapeOf(bar, middle, !!item.parent);
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
  const k = row.barAt(f.last);
  if (k < 0 && row.at.length)
    return `<text x="${view.width - 5}" y="${middle + 4}" text-anchor="end">begins later ▸</text>`;
  return k >= 0 && K.isOver(row.kind[k]) && f.px(row.at[k]) < -BESIDE
    ? `<text x="5" y="${middle + 4}">◂ over</text>`
    : "";
}
