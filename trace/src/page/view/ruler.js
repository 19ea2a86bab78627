// What does the ruler over the lanes show, and where in the run is a pixel?
//
// The ruler has a dot for each event of this level or, where width is time, a scale. On it are also
// the thread's sleeps and the doctor's verdicts.
//
// Interface (all scripts share `K`): `K.drawRuler(frame)`: dots or times, sleeps and verdicts;
// `K.drawColumns(frame, height)`: the sleeps, over all lanes; `K.pxOf(frame, time)`.
// Not here: the lanes (draw.js); the frame, the part of the run in the window, where `px(i)` is the
// pixel at which event `i` begins, and `at(px)` the event at a pixel (view.js).

const { round, view } = K;
/** In pixels: between two times on the ruler, and at least between two dots. */
const APART = { times: 120, dots: 4.5 };

K.drawRuler = function (frame) {
  const sleeps = sleepsIn(frame);
  return (
    sleeps.map((sleep) => sleepRect(sleep, 16)).join("") +
    (view.isTime ? times(frame) : dots(frame) + sleeps.map(sleepWords).join("")) +
    verdicts(frame)
  );
};
K.drawColumns = (frame, height) =>
  sleepsIn(frame).map((sleep) => sleepRect(sleep, height)).join(""); // prettier-ignore

function dots(frame) {
  if (frame.column < APART.dots) return "";
  const shown = K.visible.filter((i) => i >= frame.first && i <= frame.last),
    dot = (i) => `<circle class="tick" cx="${frame.middle(i)}" cy="17" r="1.7"/>`;
  return shown.map(dot).join("");
}
function times(frame) {
  const end = Math.min(view.width, frame.px(K.trace.last));
  let svg = "";
  for (let x = APART.times / 2; x < end; x += APART.times)
    svg += `<path class="notch" d="M${x} 15v5"/>${wordAt(x, K.clock(timeAt(frame, x)))}`;
  return svg;
}
const wordAt = (x, word) => `<text x="${x}" y="12" text-anchor="middle">${word}</text>`;
/** The time at a pixel: between two events it goes on evenly. */
function timeAt(frame, px) {
  const { t, last } = K.trace,
    i = frame.at(px),
    next = Math.min(last, i + 1);
  return t[i] + K.shareOf(px, frame.px(i), frame.px(next)) * (t[next] - t[i]);
}
/** The pixel of a time; if several events have it, of the first. */
K.pxOf = function (frame, time) {
  const { t, last } = K.trace,
    at = Math.max(0, K.lastAtMost(t, time)),
    i = t[at] === time ? K.lastAtMost(t, time - 1) + 1 : at,
    next = Math.min(last, i + 1);
  return frame.px(i) + K.shareOf(time, t[i], t[next]) * (frame.px(next) - frame.px(i));
};
function verdicts(frame) {
  const shown = K.trace.lints.filter(({ begin }) => begin >= frame.first && begin <= frame.last);
  const mark = (x) => `<g class="mark"><path d="M${x} 2l6 11h-12z"/>${wordAt(x, "!")}</g>`;
  return shown.map(({ begin }) => mark(frame.middle(begin))).join("");
}

/** The sleeps in the window that are wide enough to be seen: `{x, width, ns}`. */
function sleepsIn(frame) {
  const { sleeps } = K.rowsOf(K.trace),
    shown = sleeps.filter(({ from, to }) => to >= frame.first && from <= frame.last);
  const placed = ({ from, to, ns }) => {
    const x = frame.px(from);
    return { x: round(x), width: round(frame.px(to) - x), ns };
  };
  return shown.map(placed).filter(({ width }) => width >= 0.5);
}
const sleepRect = ({ x, width }, height) =>
  `<rect class="sleep" x="${x}" y="0" width="${width}" height="${height}"/>`;
/** How long the sleep was, as far as there is room. */
function sleepWords({ x, width, ns }) {
  const fits = (text) => K.textWidth(text) < width + 12,
    text = [`asleep ${K.span(ns)}`, K.span(ns)].find(fits);
  return text ? wordAt(x + width / 2, text) : "";
}
