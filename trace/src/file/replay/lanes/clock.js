// Where in the run is a pixel, and what does the ruler say there?
//
// Interface: `drawRuler(frame)`: notches and dots, and the words over them; `drawNaps(frame, height)`,
// `pxOf(frame, time)`, `sleepAt(i)`.
// Invariant: time that is left out has a sign.
// Not here: the rows (layout.js).
"use strict";
(function (K) {
  const { RULER, esc, laneView, number: commas, round, sleepWords, span, textWidth } = K;

  // ----- pixels and times -----

  /** The sleep in which event `i` is, or which begins with it. */
  const sleepAt = (i) => {
    const nap = laneView.lanes.naps[K.upTo(laneView.lanes.napAt, i)];
    return i < nap?.to ? nap : null;
  };
  /** How much of the time until the next event has a width. (What recording took has none.) */
  function drawnAt(i) {
    const { t, real, last } = K.trace,
      next = Math.min(last, i + 1),
      all = t[next] - t[i];
    return sleepAt(i) ? all : Math.max(0, Math.min(all, real[next] - real[i]));
  }
  function timeAt(f, px) {
    const { t, last } = K.trace,
      { x } = laneView.lanes,
      at = f.left + px / f.column,
      i = Math.max(0, Math.min(last, K.upTo(x, at))),
      wide = x[i + 1] - x[i];
    return t[i] + (wide > 0 ? Math.max(0, Math.min(1, (at - x[i]) / wide)) * drawnAt(i) : 0);
  }
  function pxOf(f, time) {
    // (A virtual clock stands still in a poll: it is so late since the first event of that time.)
    const { t, last } = K.trace,
      at = Math.max(0, K.upTo(t, time)),
      i = t[at] === time ? K.upTo(t, time - 1) + 1 : at,
      drawn = drawnAt(i),
      wide = f.px(Math.min(last, i + 1)) - f.px(i);
    return f.px(i) + (drawn > 0 ? Math.min(1, (time - t[i]) / drawn) * wide : 0);
  }

  // ----- the ruler -----

  /** The roundest time in a stretch. */
  function roundest(from, to) {
    for (let step = 10 ** Math.ceil(Math.log10(Math.max(1, to))); step >= 1; step /= 10) {
      for (const part of [step, step / 2, step / 5]) {
        const time = Math.ceil(from / part) * part;
        if (time <= to) return time;
      }
    }
    return from;
  }
  /** A point in time, with all its digits. */
  const stamp = (ns) =>
    ns >= 1e9 || ns === 0
      ? `${+(ns / 1e9).toFixed(9)} s`
      : ns >= 1e6
        ? `${+(ns / 1e6).toFixed(6)} ms`
        : `${+(ns / 1e3).toFixed(3)} µs`;
  const APART = 120; // px from one time to the next
  /** Where width is time: what time it is, at the roundest time that is near. */
  function drawClock(f) {
    const end = Math.min(laneView.width, f.px(K.trace.last));
    let out = "",
      before = -1;
    for (let x = APART / 2; x < end; x += APART) {
      const time = roundest(timeAt(f, x - 20), timeAt(f, x + 20)),
        at = round(pxOf(f, time));
      if (time > before)
        out += `<path class="notch" d="M${at} ${RULER - 5}v5"/><text class="time halo" x="${at}" y="12" text-anchor="middle">${stamp(time)}</text>`;
      before = time;
    }
    return out;
  }
  const SKIP = { least: 8, apart: 24 }; // px of time that is left out
  /** A sign where time of the clock has no width: what recording took, or what a program's own clock skipped. */
  function drawSkips(f) {
    const { t, real } = K.trace;
    let out = "",
      ns = 0,
      end = 0;
    for (let i = f.first; i < f.last; i++) {
      if (!sleepAt(i)) ns += Math.max(0, t[i + 1] - t[i] - Math.max(0, real[i + 1] - real[i]));
      const x = Math.max(3.5, round(f.px(i + 1)));
      if (x < end || ns * laneView.lanes.x.unit * f.column < SKIP.least) continue;
      out += `<path class="skip" d="M${x - 3} ${RULER - 1}l2-5m2 5l2-5"/>`;
      [ns, end] = [0, x + SKIP.apart];
    }
    return out;
  }
  /** A dot for each event of this level. */
  function drawDots(f) {
    if (f.column < 4.5) return "";
    const k = Math.max(0, K.upTo(K.visible, f.first - 1));
    return K.visible
      .slice(k, K.upTo(K.visible, f.last) + 1)
      .map((i) => `<circle class="tick" cx="${Math.max(1.7, round(f.px(i) + f.half))}" cy="17" r="1.7"/>`)
      .join("");
  }
  /** Verdicts, and where nothing is told, or events are lost. */
  function drawSigns(f) {
    const { gaps, lints, lost } = K.trace,
      isSeen = (x) => x > -90 && x < laneView.width;
    const verdicts = lints
      .map(({ begin }) => round(f.px(begin) + f.half))
      .filter(isSeen)
      .map(
        (x) => `<g class="mark"><path d="M${x} 2l6 11h-12z"/><text x="${x}" y="12" text-anchor="middle">!</text></g>`,
      );
    let end = 0; // (a word upon another can't be read)
    const untold = [...gaps]
      .map(([i, ns]) => [round(f.px(i)), `${span(ns)} not told`])
      .filter(([x, text]) => isSeen(x) && x - textWidth(text) - 9 > end && (end = x))
      .map(
        ([x, text]) =>
          `<text class="halo gap" x="${Math.max(x - 3, textWidth(text))}" y="12" text-anchor="end">${esc(text)}</text>`,
      );
    const losses = lost
      .map(({ i, lost }) => [round(f.px(i) + f.column), `${commas(lost)} lost`])
      .filter(([x]) => isSeen(x))
      .map(([x, text]) => `<text class="cut halo" x="${x - 4}" y="12">${text}</text>`);
    return [...verdicts, ...untold, ...losses].join("");
  }
  const drawRuler = (f) => ({
    marks: laneView.time ? drawSkips(f) : drawDots(f),
    told: (laneView.time ? drawClock(f) : "") + drawSigns(f),
  });

  /** The sleeps in the window, and how long each was. */
  function drawNaps(f, height) {
    const { naps, napAt } = laneView.lanes;
    let d = "",
      words = "",
      end = -1;
    for (let k = Math.max(0, K.upTo(napAt, f.first)); k < naps.length && naps[k].from <= f.last; k++) {
      const nap = naps[k],
        a = Math.max(end, round(f.px(nap.from))),
        b = round(f.px(nap.to)),
        text = [`asleep ${sleepWords(nap.ns)}`, sleepWords(nap.ns)].find((t) => textWidth(t) < b - a + 12);
      if (b - a < 0.5) continue; // (all of a run of many short ones would be grey)
      d += `M${a} 0h${round(b - a)}v${height}h${round(a - b)}z`;
      if (text && a >= 0)
        words += `<text class="nap" data-nap="${nap.from}" x="${round((a + b) / 2)}" y="12" text-anchor="middle">${text}</text>`;
      end = b;
    }
    return { d, words };
  }

  Object.assign(K, { pxOf, sleepAt, drawRuler, drawNaps });
})((window.K = window.K || {}));
