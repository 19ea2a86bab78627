// How are the bars of a lane drawn?
//
// A lane shows a row: bar `k` says what a task or branch did from the event `row.at[k]` to the next
// bar's, and is of kind `row.kind[k]` (rows.js). All bars of a kind are one SVG path. A bar that
// lies within the one before it is left out.
//
// Interface (all scripts share `K`): `K.drawLane(lane, frame)` gives `{shapes, words}`, both SVG;
// `K.textWidth(text)` estimates a width in pixels.
// Invariant: a bar is as wide as its columns, and has a word only if there is room.
// Not here: which bars there are (rows.js), which lanes, and the frame (view.js).

const { BAR, esc, round, view } = K;
const LETTER = 5.7; // px: the width of a letter, rather too much on average
const BESIDE = 60; // px: so much is drawn beside the window, for words that reach into it
const ROOM = 18; // px: the least width at which a bar gets a word
const LONG = 10e6; // ns: a longer poll has its length written on it
K.textWidth = (text) => text.length * LETTER;

/** Signs for a moment at which something ends, as SVG paths. */
const TICK = "v16",
  CROSS = "m0 3 10 10m0-10-10 10";
const cutWord = ({ row }) => (row.isBranch ? "dropped" : "cancelled");
/** By kind of bar: its class, its share of the lane's height (or a moment's sign), and its word. */
const SHAPES = {
  [BAR.POLL]: { tone: "lane-poll", share: 0.6, word: pollWord },
  [BAR.READY]: { tone: "lane-ready", share: 0.38 },
  [BAR.WAIT]: { tone: "lane-wait", share: 0.06, word: ({ row, k }) => row.wordsAt(k) },
  [BAR.QUEUED]: { tone: "lane-wait", share: 0.06, word: () => "in the pool’s queue" },
  [BAR.JOB]: { tone: "lane-job", share: 0.6, word: () => "on a thread of the pool" },
  [BAR.DONE]: { tone: "lane-end", sign: TICK, word: () => "done" },
  [BAR.WON]: { tone: "lane-end", sign: TICK, word: () => "✓ won" },
  [BAR.CANCELLED]: { tone: "lane-cut", sign: CROSS, word: cutWord },
  [BAR.PANICKED]: { tone: "lane-cut", sign: CROSS, word: () => "panicked" },
};
function pollWord({ from, to }) {
  const ns = K.barLength(BAR.POLL, from, to);
  return ns > LONG ? K.span(ns) : "";
}

K.drawLane = function (lane, frame) {
  const middle = lane.y + view.high / 2,
    { colorVar } = K.styleOf((lane.parent ?? lane.row).name),
    colour = `style="--c:var(${colorVar})"`,
    hatch = ` style="fill:url(#lane-hatch-${/\d/.exec(colorVar) ?? 1})"`,
    paths = {}; // by class
  let words = idleWord(lane.row, frame, middle);
  for (const bar of barsIn(lane.row, frame)) {
    const { tone } = bar.shape;
    paths[tone] = (paths[tone] ?? "") + pathOf(bar, middle, !!lane.parent);
    words += wordOf(bar, middle);
  }
  const path = ([tone, d]) =>
    `<path class="${tone}"${tone === "lane-ready" ? hatch : ""} d="${d}"/>`;
  const shapes = Object.entries(paths).map(path).join("");
  return { shapes: `<g ${colour}>${shapes}</g>`, words: `<g ${colour}>${words}</g>` };
};
/** The word in a lane whose bars are all before or after the window. */
function idleWord(row, frame, middle) {
  const k = row.barAt(frame.last);
  if (k < 0 && row.at.length)
    return `<text x="${view.width - 5}" y="${middle + 4}" text-anchor="end">begins later ▸</text>`;
  return k >= 0 && K.isOver(row.kind[k]) && frame.px(row.at[k]) < -BESIDE
    ? `<text x="5" y="${middle + 4}">◂ over</text>`
    : "";
}
/** The bars of a row in the window: bar `k` begins at event `from`, ends at event `to`, and is
 * drawn from pixel `left` on, `width` pixels wide, of which `room` are in the window. */
function* barsIn(row, frame) {
  const drawnTo = {}; // the right edge of the last bar of each kind
  for (let k = Math.max(0, row.barAt(frame.first)); row.at[k] <= frame.last; k++) {
    const kind = row.kind[k],
      shape = SHAPES[kind],
      [from, to] = [row.at[k], row.at[k + 1] ?? K.trace.count],
      left = Math.max(-BESIDE, frame.px(from)),
      right = Math.min(view.width + BESIDE, frame.px(to)),
      width = shape?.sign ? 8 : Math.max(right - left - 1, 1.5);
    const isOutside = shape?.sign && left < -8,
      isHidden = left + width < (drawnTo[kind] ?? -Infinity) + 0.7; // px: less isn't seen
    if (kind === BAR.NONE || isOutside || isHidden) continue;
    drawnTo[kind] = left + width;
    const isLast = to === K.trace.count,
      room = (isLast ? view.width : Math.min(right, view.width)) - Math.max(left, 0);
    yield { row, k, shape, from, to, left, width, room };
  }
}
function pathOf({ shape, left, width }, middle, isBranch) {
  if (shape.sign) return `M${round(left + 3)} ${middle - 8}${shape.sign}`;
  const high = round(view.high * shape.share * (isBranch ? 0.8 : 1));
  return `M${round(left)} ${round(middle - high / 2)}h${round(width)}v${high}h${-round(width)}z`;
}
function wordOf(bar, middle) {
  const { tone, word } = bar.shape,
    margin = tone === "lane-cut" ? 16 : 6;
  const text = (word && bar.room > ROOM && word(bar)) || "";
  if (!text || K.textWidth(text) + margin + 2 > bar.room) return "";
  const x = Math.max(bar.left, 0) + margin,
    y = middle + (tone === "lane-wait" ? -4 : 4); // above the line of a wait
  return `<text class="of-${tone}" x="${round(x)}" y="${round(y)}">${esc(text)}</text>`;
}
