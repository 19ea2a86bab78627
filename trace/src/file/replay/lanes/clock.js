// Where in the run is a pixel, and what does the ruler say there?
//
// Interface: `drawRuler`, `drawClock`, `timeAt`, `pxOf`, `sleepAt`, `stripX`, `lineBeside`, `spotOf`.
// Invariant: time that is left out has a sign.
// Not here: the rows (layout.js).
"use strict";
(function (K) {
  const { RULER, SKIP, STRIP, drawProfile, esc, laneView, lasting, number: commas, round, textWidth } = K;
  const gapsIn = () => [...K.trace.gaps.keys()];
  /** Where width is time: what time it is, every hundred pixels or so, at the roundest time that is near. */
  function drawClock(f, taken) {
    const marks = [],
      fits = ({ at, text }, end) => {
        const half = textWidth(text) / 2 + 3;
        return at - half >= end &&
          at + half <= laneView.width &&
          !taken.some(([a, b]) => at + half > a && at - half < b)
          ? at + half
          : null;
      };
    const markAt = (from, to) => {
      const time = roundest(from, to);
      return { time, text: stamp(time), at: round(pxOf(f, time)) };
    };
    // (The last one is at the run's end, if that is seen: what is before it may be a sleep of a few pixels.)
    const ends = f.px(K.trace.last),
      final = ends <= laneView.width ? markAt(timeAt(f, ends - 10), K.trace.t[K.trace.last]) : null,
      until = final && fits(final, 0);
    // (Where a verdict's sign is, the end's time is behind it, or before it.)
    const exact = K.clock(K.trace.t[K.trace.last]),
      wide = textWidth(exact),
      beside =
        final && !until
          ? [ends + 12, ends - 12 - wide].find(
              (x) => x > 0 && x + wide + 2 < laneView.width && !taken.some(([a, b]) => x + wide > a && x < b),
            )
          : undefined;
    const before = (until ? 2 * final.at - until : (beside ?? Infinity)) - 10;
    for (let x = 20, end = 0; x < Math.min(laneView.width, ends); x += 20) {
      const mark = markAt(timeAt(f, x - 20), timeAt(f, x + 20)),
        next = fits(mark, end);
      if (next !== null && next < before) [end] = [next + 40, marks.push(mark)];
    }
    if (until) marks.push(final);
    let notches = "",
      words = "",
      end = 0;
    for (const mark of alike(marks)) {
      const { at, text } = mark,
        until = fits(mark, end);
      if (until === null) continue; // (with more digits)
      notches += `<path class="notch" d="M${at} ${RULER - 5}v5"/>`;
      words += `<text class="time halo" x="${at}" y="12" text-anchor="middle">${text}</text>`;
      end = until;
    }
    if (beside > end) words += `<text class="time halo" x="${round(beside)}" y="12">${exact}</text>`;
    return { notches: notches + drawSkips(f), words };
  }
  /** A mark has as many digits behind the point as those beside it, if these have its unit. */
  function alike(marks) {
    const unit = ({ text }) => text.split(" ")[1],
      digits = ({ text }) => /\.(\d+)/.exec(text)?.[1].length ?? 0;
    return marks.map((mark, k) => ({
      ...mark,
      text: `${(mark.time / PER[unit(mark)]).toFixed(
        Math.max(
          ...marks
            .slice(Math.max(0, k - 1), k + 2)
            .filter((other) => unit(other) === unit(mark))
            .map(digits),
        ),
      )} ${unit(mark)}`,
    }));
  }
  const PER = { s: 1e9, ms: 1e6, µs: 1e3 };
  /** A sign on the clock where time of it has no width: what recording took, or what a program's own clock skipped. So much of it as would be seen. */
  function drawSkips(f) {
    const { t, real } = K.trace,
      { least, apart } = SKIP;
    let out = "",
      ns = 0,
      end = 0;
    for (let i = f.first; i < f.last; i++) {
      if (!sleepAt(i)) ns += Math.max(0, t[i + 1] - t[i] - Math.max(0, real[i + 1] - real[i]));
      const x = Math.max(3.5, round(f.px(i + 1)));
      if (x < end || ns * laneView.lanes.x.unit * f.column < least) continue;
      out += `<path class="skip" d="M${x - 3} ${RULER - 1}l2-5m2 5l2-5"><title>${lasting(ns)} of the clock are left out here</title></path>`;
      [ns, end] = [0, x + apart];
    }
    return out;
  }
  /** A point in time, with all its digits. */
  const stamp = (ns) =>
    ns >= 1e9 || ns === 0
      ? `${+(ns / 1e9).toFixed(9)} s`
      : ns >= 1e6
        ? `${+(ns / 1e6).toFixed(6)} ms`
        : `${+(ns / 1e3).toFixed(3)} µs`;
  /** The program's time at a pixel, and the pixel of a time. (What recording took has no width: the clock goes on at the next event.) */
  function timeAt(f, px) {
    const { t, last } = K.trace,
      at = f.left + px / f.column,
      i = Math.max(0, Math.min(last, K.upTo(laneView.lanes.x, at))),
      wide = laneView.lanes.x[i + 1] - laneView.lanes.x[i];
    return t[i] + (wide > 0 ? Math.max(0, Math.min(1, (at - laneView.lanes.x[i]) / wide)) * drawnAt(i) : 0);
  }
  function pxOf(f, time) {
    // (A virtual clock stands still in a poll: it is so late since the first event of that time.)
    const { t, last } = K.trace,
      at = Math.max(0, K.upTo(t, time)),
      i = t[at] === time ? K.upTo(t, time - 1) + 1 : at,
      drawn = drawnAt(i);
    return f.px(i) + (drawn > 0 ? Math.min(1, (time - t[i]) / drawn) * (f.px(Math.min(last, i + 1)) - f.px(i)) : 0);
  }
  /** How much of the time until the next event has a width. */
  function drawnAt(i) {
    const { t, real, last } = K.trace,
      next = Math.min(last, i + 1),
      all = t[next] - t[i];
    return sleepAt(i) ? all : Math.max(0, Math.min(all, real[next] - real[i]));
  }
  function roundest(from, to) {
    for (let step = 10 ** Math.ceil(Math.log10(Math.max(1, to))); step >= 1; step /= 10) {
      for (const part of [step, step / 2, step / 5]) {
        const time = Math.ceil(from / part) * part;
        if (time <= to) return time;
      }
    }
    return from;
  }
  const isFree = (x, half) => laneView.parts.wordy.every(([a, b]) => x + half < a || x - half > b);
  function drawRuler(f) {
    let out = "",
      told = "",
      end = -1e9;
    const taken = []; // from which pixel to which
    laneView.parts.wordy = []; // (of these the ones that dots would be in)
    for (const mark of K.trace.lints) {
      const x = round(f.px(mark.begin) + f.half);
      if (x <= -9 || x >= laneView.width + 9) continue;
      taken.push([x - 8, x + 8]);
      told += `<g class="mark" data-go="${mark.begin}"><title>${esc(mark.say ?? mark.lint)}</title><rect x="${x - 12}" y="-4" width="24" height="24"/><path d="M${x} 2l6 11h-12z"/><text x="${x}" y="12" text-anchor="middle">!</text></g>`;
    }
    for (const i of gapsIn()) {
      if (i < f.first || i > f.last) continue;
      const text = `${lasting(K.trace.gaps.get(i))} not told`,
        w = textWidth(text),
        x = Math.max(round(f.px(i)) - 3, w + 1); // (not over the left edge)
      if (x - w < end || x > laneView.width || taken.some(([a, b]) => x > a && x - w < b)) continue;
      end = x + 6;
      taken.push([x - w, x]);
      laneView.parts.wordy.push(taken.at(-1));
      out += `<text class="halo gap" x="${round(x)}" y="14" text-anchor="end"><title>${text}: ${esc(K.gapWords(i, () => ""))}</title>${text}</text>`;
    }
    [told, out] = [told + out, ""];
    for (const gap of K.trace.lost) {
      const x = round(f.px(gap.i) + f.column),
        text = `${commas(gap.lost)} lost`;
      if (x <= -90 || x >= laneView.width) continue;
      taken.push([x - 4, x + textWidth(text)]);
      laneView.parts.wordy.push(taken.at(-1));
      told += `<text class="cut halo" x="${x - 4}" y="13">${text}</text>`;
    }
    if (f.column >= 4.5 && !laneView.time) {
      const asleep = new Set(
        laneView.lanes.naps
          .slice(Math.max(0, K.upTo(laneView.lanes.napAt, f.first)), K.upTo(laneView.lanes.napAt, f.last) + 1)
          .filter(({ at, from }) => at === from)
          .map(({ at }) => at),
      );
      for (let k = Math.max(0, K.upTo(K.visible, f.first - 1)); k < K.visible.length && K.visible[k] <= f.last; k++) {
        const i = K.visible[k],
          x = f.px(i) + f.half;
        if (i >= f.first && !asleep.has(i) && isFree(x, 2))
          out += `<circle class="tick" cx="${Math.max(1.7, round(x))}" cy="10" r="1.7"/>`;
      }
    }
    const clock = laneView.time ? drawClock(f, taken) : { notches: "", words: "" };
    return { marks: out + clock.notches, told: told + clock.words, taken }; // (a time is read over the veil)
  }

  /** Where a word or a cross of the lanes is. */
  function spotOf(text) {
    const [x, y] =
        text
          .getAttribute("d")
          ?.match(/[-0-9.]+/g)
          .map(Number) ?? ["x", "y"].map((name) => +text.getAttribute(name)),
      w = textWidth(text.textContent) * (text.matches(".on-bar, .won") ? 1.1 : 1),
      a = x - w * ({ end: 1, middle: 0.5 }[text.getAttribute("text-anchor")] ?? 0);
    return { a: a - 3, b: a + (w || 10) + 3, top: y - (w ? 12 : 2), end: y + (w ? 5 : 12) }; // (a cross has no text)
  }

  /** The sleep in which event `i` is, or which begins with it. */
  const sleepAt = (i) => {
    const nap = laneView.lanes.naps[K.upTo(laneView.lanes.napAt, i)];
    return i < nap?.to ? nap : null;
  };
  /** A line from `y` down to `h`, open where it would go through a word. */
  function lineBeside(x, y, h) {
    let d = "";
    for (const { a, b, top, end } of laneView.parts.spots)
      if (a < x && x < b && end > y && top < h) {
        if (top > y + 4) d += `M${x} ${round(y)}V${round(top)}`;
        y = end;
      }
    return y < h ? `${d}M${x} ${round(y)}V${round(h)}` : d;
  }
  const stripX = (i) => round((laneView.lanes.x[i] / laneView.lanes.width) * (laneView.width - 2));
  function paintStrip(f) {
    laneView.parts.strip.toggleAttribute("hidden", f.whole);
    if (f.whole) return;
    if (laneView.stripOf !== `${laneView.width},${K.trace.last},${laneView.time}`) {
      laneView.stripOf = `${laneView.width},${K.trace.last},${laneView.time}`;
      const all = { first: 0, last: K.trace.last, px: stripX };
      laneView.parts.strip.setAttribute("width", laneView.width);
      laneView.parts.run.innerHTML = laneView.lanes.counts
        ? drawProfile(laneView.lanes.counts, all, STRIP - 5, STRIP - 8, Math.ceil(laneView.width))
        : "";
    }
    const a = (f.left / laneView.lanes.width) * (laneView.width - 2),
      b = (Math.min(laneView.lanes.width, f.left + f.span) / laneView.lanes.width) * (laneView.width - 2);
    for (const [k, v] of Object.entries({
      x: round(a) + 0.75,
      y: 0.75,
      width: round(Math.max(3, b - a)),
      height: STRIP - 1.5,
    }))
      laneView.parts.window.setAttribute(k, v);
  }

  Object.assign(K, { gapsIn, pxOf, isFree, drawRuler, spotOf, sleepAt, lineBeside, stripX, paintStrip });
})((window.K = window.K || {}));
