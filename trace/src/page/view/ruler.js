// What does the ruler over the lanes show, and where in the run is a pixel?
//
// The ruler has a dot for each event of this level or, where width is time, a scale. On it are also
// the thread's sleeps and the doctor's verdicts.
//
// Interface: `K.drawRuler(frame)`: dots or times, sleeps and verdicts; `K.drawColumns(frame,
// height)`: the sleeps, over all lanes; `K.pxOf(frame, time)`.
// Not here: the lanes (draw.js).

const { esc, round, view } = K;
/** Pixels between two times on the ruler. */
const APART = 120;

/** The pixel of a time; if several events have it, of the first. */
K.pxOf = function (f, time) {
  const { t, last } = K.trace,
    at = Math.max(0, K.lastAtMost(t, time)),
    i = t[at] === time ? K.lastAtMost(t, time - 1) + 1 : at,
    next = Math.min(last, i + 1),
    part = t[next] > t[i] ? (time - t[i]) / (t[next] - t[i]) : 0;
  return f.px(i) + Math.min(1, part) * (f.px(next) - f.px(i));
};
function timeAt(f, px) {
  const { t, last } = K.trace,
    i = f.at(px),
    next = Math.min(last, i + 1),
    wide = f.px(next) - f.px(i);
  return t[i] + (wide > 0 ? Math.min(1, (px - f.px(i)) / wide) * (t[next] - t[i]) : 0);
}
/** The times, where width is time. */
function times(f) {
  const end = Math.min(view.width, f.px(K.trace.last));
  let out = "";
  for (let x = APART / 2; x < end; x += APART)
    out += `<path class="notch" d="M${x} 15v5"/><text x="${x}" y="12" text-anchor="middle">${K.clock(timeAt(f, x))}</text>`;
  return out;
}
/** A dot for each event of this level. */
function dots(f) {
  if (f.column < 4.5) return "";
  const from = K.lastAtMost(K.visible, f.first - 1) + 1,
    to = K.lastAtMost(K.visible, f.last) + 1;
  const dot = (i) => `<circle class="tick" cx="${round(f.px(i) + f.half)}" cy="17" r="1.7"/>`;
  return K.visible.slice(from, to).map(dot).join("");
}
function verdicts(f) {
  const at = K.trace.lints.filter(({ begin }) => begin >= f.first && begin <= f.last);
  const mark = (x) =>
    `<g class="mark"><path d="M${x} 2l6 11h-12z"/><text x="${x}" y="12" text-anchor="middle">!</text></g>`;
  return at.map(({ begin }) => mark(round(f.px(begin) + f.half))).join("");
}
/** The sleeps in the window that are wide enough to be seen. */
function sleepsIn(f) {
  const { sleeps, sleepAt } = K.rowsOf(K.trace),
    first = Math.max(0, K.lastAtMost(sleepAt, f.first)),
    shown = sleeps.slice(first, K.lastAtMost(sleepAt, f.last) + 1);
  return shown
    .map(({ from, to, ns }) => ({ a: round(f.px(from)), wide: round(f.px(to) - f.px(from)), ns }))
    .filter(({ wide }) => wide >= 0.5);
}
const rect = ({ a, wide }, high) =>
  `<rect class="sleep" x="${a}" y="0" width="${wide}" height="${high}"/>`;

K.drawRuler = function (f) {
  const word = ({ a, wide, ns }) => {
    const text = [`asleep ${K.span(ns)}`, K.span(ns)].find((text) => K.textWidth(text) < wide + 12);
    return text ? `<text x="${a + wide / 2}" y="12" text-anchor="middle">${esc(text)}</text>` : "";
  };
  const sleeps = sleepsIn(f);
  return (
    sleeps.map((sleep) => rect(sleep, 16)).join("") +
    (view.isTime ? times(f) : dots(f) + sleeps.map(word).join("")) +
    verdicts(f)
  );
};
K.drawColumns = (f, height) => sleepsIn(f).map((sleep) => rect(sleep, height)).join(""); // prettier-ignore
