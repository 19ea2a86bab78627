// What of the run is looked at in the lanes, and how wide is a text there?
//
// Interface: `laneView`: of the trace the rows, those that are shown and where, the event, and what the reader has set;
// `fitted(text, px)`, `textWidth(text)`; the measures that several of these files use.
// Invariant: what is drawn depends on `laneView`, the trace, the event and the level, and not on the way by which one came.
// Not here: what a row is (rows.js).
"use strict";
(function (K) {
  const SVG_BARS = 2000; // more bars in view are drawn by the pixel
  const COLUMN = { least: 9, touch: 13, most: 64, time: 4000 };
  const RULER = 20,
    STRIP = 22,
    EDGE = { narrow: 56, wide: 72 };
  const LANES_HEAD = 70; // title, ruler, edges
  const SKIP = { least: 8, apart: 24 }; // px of time that is left out
  const LINES_APART = 8; // px that lines to spawned tasks are apart
  const SHORT_ARROW = 20; // px of an arrow from a task that has no lane here
  const NAME_HEIGHT = 17; // above the bars, where there is no room beside them
  const LONG_NS = 10e6; // ns: what lasts longer than this is said in words

  /** What is looked at: of the trace the rows, those that are shown and where, the event, and what the reader has set. */
  const laneView = {
    lanes: null,
    shown: [],
    items: [],
    now: { i: 0, state: null, event: null, told: [] },
    parts: null,
    width: 0,
    drawn: "",
    stripOf: "",
    column: null,
    left: null,
    open: new Set(),
    time: false,
    page: 0,
    under: null,
    marked: null,
  };

  const hueStyle = (name) => `--c:var(${K.look(name).colorVar})`; // a job has no colour of its own
  const hatch = (name) => `#lane-hatch-${/^--t(\d)/.exec(K.look(name).colorVar)?.[1] ?? 1}`;

  const lasting = K.span;
  const sleepWords = (ns) => (ns >= 1e6 && ns < 1e9 ? `${Math.round(ns / 1e6)} ms` : lasting(ns));

  // ----- how wide is a text? -----
  const pen = document.createElement("canvas").getContext("2d");
  const widths = new Map();
  function textWidth(text) {
    if (!widths.size) pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    let w = widths.get(text);
    if (w === undefined) widths.set(text, (w = pen.measureText(text).width));
    return w;
  }
  const SHORT_NAMES = { source: "src", rwlock: "rw", channel: "ch", semaphore: "sem" };
  /** A label that fits into so many pixels: itself, a shorter one, or none. */
  function fitted(text, px) {
    if (!text || px < 18) return "";
    const shorter = [
      text,
      text.replace(/channel (\d+)/g, "ch $1"),
      text
        .replace(/(source|rwlock|channel|semaphore) (\d+)/g, (_, w, n) => `${SHORT_NAMES[w]} ${n}`)
        .replace(/ (read|write|accept)|(value|room) in /g, "")
        .replace(/other end of /g, "end of "),
    ];
    return shorter.find((t) => textWidth(t) + 8 <= px) ?? "";
  }

  Object.assign(K, {
    SVG_BARS,
    COLUMN,
    RULER,
    STRIP,
    EDGE,
    LANES_HEAD,
    SKIP,
    LINES_APART,
    SHORT_ARROW,
    NAME_HEIGHT,
    LONG_NS,
    laneView,
    hueStyle,
    hatch,
    lasting,
    sleepWords,
    textWidth,
    fitted,
  });
})((window.K = window.K || {}));
