// What of the run is looked at in the lanes?
//
// Interface: `laneView`: of the trace the rows, those that are shown and where, the event, and what
// the reader has set; `fitted(text, px)`, `textWidth(text)`; the lengths that several of these files
// use.
// Invariant: what is drawn depends on `laneView`, the trace, the event and the level, and not on the
// way by which one came.
// Not here: what a row is (rows.js).
"use strict";
(function (K) {
  const SVG_BARS = 2000; // more bars in view are drawn by the pixel
  const COLUMN = { least: 9, touch: 13, most: 64, time: 4000 };
  const RULER = 20,
    EDGE = 72; // px behind the last event: the word of a task that ends with it has room there
  const LETTER = 5.7; // px of a letter, at the most in the middle
  const LONG_NS = 10e6; // ns: what lasts longer than this is said in words

  const laneView = {
    lanes: null,
    shown: [],
    items: [],
    now: { i: 0, state: null, event: null },
    parts: null,
    width: 0,
    drawn: "",
    column: null,
    left: null,
    open: new Set(),
    time: false,
    under: null,
    marked: null,
  };

  const hueStyle = (name) => `--c:var(${K.look(name).colorVar})`; // a job has no colour of its own
  const hatch = (name) => `#lane-hatch-${/^--t(\d)/.exec(K.look(name).colorVar)?.[1] ?? 1}`;
  const sleepWords = (ns) => (ns >= 1e6 && ns < 1e9 ? `${Math.round(ns / 1e6)} ms` : K.span(ns));

  const textWidth = (text) => text.length * LETTER;
  const SHORT_NAMES = { source: "src", rwlock: "rw", channel: "ch", semaphore: "sem" };
  /** A label that has room in so many pixels: itself, a shorter one, or none. */
  function fitted(text, px) {
    if (!text || px < 18) return "";
    const short = text.replace(/(source|rwlock|channel|semaphore) (\d+)/g, (_, w, n) => `${SHORT_NAMES[w]} ${n}`),
      shorter = short.replace(/ (read|write|accept)|(value|room) in |other (?=end of )/g, "");
    return [text, short, shorter].find((t) => textWidth(t) + 8 <= px) ?? "";
  }

  Object.assign(K, {
    SVG_BARS,
    COLUMN,
    RULER,
    EDGE,
    LONG_NS,
    laneView,
    hueStyle,
    hatch,
    sleepWords,
    textWidth,
    fitted,
  });
})((window.K = window.K || {}));
