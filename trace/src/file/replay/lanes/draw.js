// How is the life of a task drawn, and that of a group?
//
// Interface: `drawBars`, `drawDense` (by the pixel, of very many bars), `drawGroup`, `memberOf(item)`: each
// gives SVG as text.
// Invariant: a bar is as wide as its columns; a word is beside it only if it has room there.
// Not here: which bars there are (rows.js).
"use strict";
(function (K) {
  const { BAR, LONG_NS, esc, fitted, hatch, hueStyle, idleWord, laneView, round, span } = K;

  // ----- drawing: strings of SVG, written at once -----

  function drawBars(item, f) {
    const empty = idleWord(item.row, f),
      isPast = empty.startsWith("◂"),
      cy = middleOf(item),
      { row } = item;
    let out = empty
      ? `<text x="${isPast ? 5 : round(laneView.width - 5)}" y="${round(cy + 4)}"${isPast ? "" : ` text-anchor="end"`}>${empty}</text>`
      : "";
    let crossed = -1e9; // (many crosses would be one red line)
    for (let k = Math.max(0, row.barAt(f.first)); k < row.at.length && row.at[k] <= f.last; k++) {
      const kind = row.kind[k],
        isCross = kind === BAR.CANCELLED || kind === BAR.PANICKED;
      if (isCross && f.px(row.at[k]) < crossed + 8) continue;
      if (isCross) crossed = f.px(row.at[k]);
      out += BARS[kind]?.(barOf(item, k, f), item, f) ?? "";
    }
    return out;
  }
  const middleOf = (item) => item.y + item.lift + (item.h - item.lift) / 2;
  /** The bar's place in pixels, how long it was if that may be told, and how much room there is for words behind its beginning. */
  function barOf(item, k, f) {
    const { row } = item,
      from = row.at[k],
      to = row.at[k + 1] ?? K.trace.count,
      a = Math.max(-60, f.px(from)),
      b = Math.min(laneView.width + 60, f.px(to)),
      text = Math.max(a, 0) + 5,
      end = to > K.seen() || to === K.trace.count ? laneView.width : Math.min(b, laneView.width),
      known = K.lasted(row.kind[k], from, to),
      high = item.h - item.lift;
    return {
      k,
      from,
      a,
      w: b - a,
      cy: middleOf(item),
      thick: high * (item.of ? 0.5 : 0.6),
      slim: Math.min(12, high * 0.4),
      text,
      room: end - text + 3,
      torn: known === null,
      ns: K.quiz?.on ? 0 : (known ?? 0), // (a length would tell when it ends)
      style: hueStyle(item.of ? item.of.name : row.name),
      who: item.of ? item.of.name : row.name,
    };
  }
  const words = (text, x, y, tone = "") =>
    text ? `<text class="${tone}" x="${round(x)}" y="${round(y)}">${esc(text)}</text>` : "";
  const block = (tone, { a, w, cy, style }, high, fill = "") =>
    `<rect class="${tone}" style="${style}${fill}" x="${round(a)}" y="${round(cy - high / 2)}" width="${round(Math.max(w - 1, 1.5))}" height="${round(high)}" rx="${Math.max(0, Math.min(3, w / 3)).toFixed(1)}"/>`;
  const line = ({ a, w, cy, style }) => `<path class="lane-wait" style="${style}" d="M${round(a)} ${cy}h${round(w)}"/>`;
  /** A cross where a task was dropped or has panicked, and the word for it. */
  function cross(bar, item) {
    const { a, cy, room, k } = bar,
      x = Math.max(a, 0) + 4,
      word = item.row.kind[k] === BAR.PANICKED ? "panicked" : item.of ? "dropped" : "cancelled";
    return a < -20
      ? ""
      : `<path class="lane-cut" d="M${round(x)} ${cy - 5}l10 10m0-10-10 10"/>${words(fitted(word, room - 14), x + 15, cy + 4, "cut")}`;
  }
  /** What is drawn of each kind of bar. */
  const BARS = {
    [BAR.POLL](bar, item) {
      const long = bar.ns > LONG_NS && !item.of ? span(bar.ns) : "",
        held = long && (fitted(`held the thread ${long}`, bar.room / 1.1) || fitted(long, bar.room / 1.1));
      const text = held
        ? `<text class="on-bar" style="${bar.style}" x="${round(bar.text)}" y="${round(bar.cy + 4)}">${held}</text>`
        : "";
      return block(bar.torn ? "lane-torn" : "lane-poll", bar, bar.thick) + text;
    },
    [BAR.READY]: (bar) => block("lane-ready", bar, bar.slim, `;fill:url(${hatch(bar.who)})`),
    [BAR.WAIT]: (bar, { row }) => line(bar) + words(fitted(row.noteAt(bar.k), bar.room), bar.text, bar.cy - 4),
    [BAR.QUEUED]: (bar) => line(bar) + words(fitted("in the pool’s queue", bar.room), bar.text, bar.cy - 4),
    [BAR.JOB](bar, { row }) {
      const { ns, open } = K.times.bar(row, bar.from),
        told = !K.quiz?.on && !open && ns > LONG_NS ? ` for ${span(ns)}` : "";
      return (
        block("lane-job", bar, bar.thick) +
        words(fitted(`on a thread of the pool${told}`, bar.room), bar.text, bar.cy + 4, "plain")
      );
    },
    [BAR.WON](bar, item, f) {
      const won = { ...bar, w: Math.min(bar.w, f.column) };
      return (
        block("lane-poll", won, bar.thick) +
        words(fitted("✓ won", bar.room - f.column), bar.a + f.column + 4, bar.cy + 4, "won")
      );
    },
    [BAR.DONE]: ({ a, cy, room, style }) =>
      a < -20
        ? ""
        : `<path class="lane-wait" style="${style}" d="M${round(a + (laneView.time ? 1 : 3))} ${cy - 8}v16"/>${words(fitted("done", room), a + 9, cy + 4)}`,
    [BAR.CANCELLED]: cross,
    [BAR.PANICKED]: cross,
  };

  /** The same when there are more bars than pixels: one path for each kind, bars of one pixel in one. */
  function drawDense(item, f) {
    const { row } = item,
      who = item.of ? item.of.name : row.name,
      cy = middleOf(item);
    const rects = { [BAR.POLL]: "", [BAR.READY]: "", [BAR.WAIT]: "" },
      until = { [BAR.POLL]: -1e9, [BAR.READY]: -1e9, [BAR.WAIT]: -1e9 };
    const high = { [BAR.POLL]: item.h * 0.6, [BAR.READY]: Math.min(12, item.h * 0.4), [BAR.WAIT]: 1.5 };
    for (let k = Math.max(0, row.barAt(f.first)); k < row.at.length && row.at[k] <= f.last; k++) {
      const kind = row.kind[k];
      if (rects[kind] === undefined) continue;
      const b = Math.ceil(Math.min(laneView.width, f.px(row.at[k + 1] ?? K.trace.count)));
      const a = Math.max(0, until[kind], Math.floor(f.px(row.at[k])));
      if (b <= a) continue;
      rects[kind] += `M${a} ${round(cy - high[kind] / 2)}h${b - a}v${round(high[kind])}h${a - b}z`;
      until[kind] = b;
    }
    return `<path class="dense-wait" style="${hueStyle(who)}" d="${rects[BAR.WAIT]}"/><path class="dense-ready" style="${hueStyle(who)};fill:url(${hatch(who)})" d="${rects[BAR.READY]}"/><path class="lane-poll" style="${hueStyle(who)}" d="${rects[BAR.POLL]}"/>`;
  }

  /** For each pixel the most that polled; that were ready, or ran on threads of the pool; that waited in it. */
  function profileOf(counts, f, size) {
    const out = { poll: new Float64Array(size), ready: new Float64Array(size), wait: new Float64Array(size) };
    let k = K.upTo(counts.at, f.first),
      p = 0;
    const sum = { poll: ["poll"], ready: ["ready", "runs"], wait: ["wait", "queued"] },
      value = (what) => (k < 0 ? 0 : sum[what].reduce((n, part) => n + counts[part][k], 0));
    const carry = (to) => {
      for (; p < to; p++)
        for (const what of ["poll", "ready", "wait"]) out[what][p] = Math.max(out[what][p], value(what));
    };
    while (k + 1 < counts.at.length && counts.at[k + 1] <= f.last) {
      carry(Math.min(size, Math.floor(f.px(counts.at[k + 1]))));
      k++;
      if (p < size) for (const what of ["poll", "ready"]) out[what][p] = Math.max(out[what][p], value(what));
    }
    carry(Math.min(size, Math.ceil(f.px(K.trace.count)))); // (nothing is known of what comes after the last event)
    return out;
  }
  /** The outline of a profile: from the baseline up, as steps. */
  function outline(values, below, scale, base) {
    let d = `M0 ${base}`,
      last = null;
    for (let p = 0; p < values.length; p++) {
      const y = round(base - (values[p] + (below ? below[p] : 0)) * scale);
      if (y !== last) d += `H${p}V${y}`;
      last = y;
    }
    return `${d}H${values.length}V${base}z`;
  }
  function drawProfile(counts, f, base, high, size) {
    const p = profileOf(counts, f, size),
      scale = high / counts.most;
    let polls = "";
    for (let x = 0; x < size; x++) {
      if (!p.poll[x]) continue;
      const from = x;
      while (x < size && p.poll[x]) x++;
      polls += `M${from} ${base + 1}h${x - from}v3h${from - x}z`;
    }
    return `<path class="area-wait" d="${outline(p.wait, p.ready, scale, base)}"/><path class="area-ready" d="${outline(p.ready, null, scale, base)}"/><path class="area-poll" d="${polls}"/>`;
  }

  const ofJobs = (group) => group.rows[0].name.startsWith("job");
  /** The one that is asked about, or the event is, or that is polled; else the last of which anything was told. */
  function memberOf(group) {
    const own = [K.answer.stretch?.name ?? K.pinned, laneView.now.task, laneView.now.event?.run]
      .map((name) => laneView.lanes.rows.get(name))
      .find((row) => row?.group === group);
    if (own) return own;
    const { at, who } = group.counts;
    return who[Math.max(0, K.upTo(at, laneView.now.i))];
  }
  /** The lane below a group, which is that of one of its tasks. */
  const memberIn = ({ group, only, band, y, h }) =>
    only ? null : { row: memberOf(group), y: y + band, h: h - band, lift: 0 };
  function drawGroup(item, f) {
    const { band } = item,
      member = memberIn(item);
    const many = member && member.row.barAt(f.last) - member.row.barAt(f.first) > 600;
    return `<g class="group">${drawProfile(item.group.counts, f, item.y + band - 6, band - 9, Math.ceil(laneView.width))}</g>${member ? `<g class="member">${(many ? drawDense : drawBars)(member, f)}</g>` : ""}`;
  }
  Object.assign(K, { drawBars, drawDense, ofJobs, memberOf, memberIn, drawGroup });
})((window.K = window.K || {}));
