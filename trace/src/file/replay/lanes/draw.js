// How is the life of a task drawn, and that of a group?
//
// Interface: `drawBars`, `drawDense` (by the pixel, of very many bars), `drawGroup`, `drawProfile`, `memberOf(item)`: each
// gives SVG as text.
// Invariant: a bar is as wide as its columns; a word is beside it only if it has room there.
// Not here: which bars there are (rows.js), marks at the bars (bars.js).
"use strict";
(function (K) {
  const { BAR, LONG_NS, SKIP, behind, esc, fitted, hatch, hueStyle, idleWord, laneView, lasting, round, textWidth } = K;

  // ----- drawing: strings of SVG, written at once -----

  function drawBars(item, f) {
    const { row } = item,
      { count } = K.trace,
      who = item.of ? item.of.name : row.name,
      c = hueStyle(who);
    const high = item.h - item.lift,
      cy = item.y + item.lift + high / 2,
      sub = !!item.of,
      thick = sub ? high * 0.5 : high * 0.6,
      slim = Math.min(12, high * 0.4);
    let out = "";
    let crossed = -1e9,
      ran = "";
    const empty = idleWord(row, f),
      before = empty.startsWith("◂");
    if (empty)
      out += `<text x="${before ? 5 : round(laneView.width - 5)}" y="${round(cy + 4)}"${before ? "" : ` text-anchor="end"`}>${empty}</text>`;
    for (let k = Math.max(0, row.barAt(f.first)); k < row.at.length && row.at[k] <= f.last; k++) {
      const from = row.at[k],
        to = row.at[k + 1] ?? count;
      const a = Math.max(-60, f.px(from)),
        b = Math.min(laneView.width + 60, f.px(to)),
        w = b - a,
        text = Math.max(a, 0) + 5;
      const goesOn = to > K.seen(),
        room = Math.min(goesOn ? laneView.width : b, laneView.width) - text + 3,
        known = K.lasted(row.kind[k], from, to),
        torn = known === null,
        lasted = K.quiz?.on ? 0 : (known ?? 0); // (a length would tell when it ends)
      const beside = f.half + 3; // (the arrow that ends in the middle of its first column)
      const free = row.kind[k + 1] === BAR.NONE ? (row.at[k + 2] ?? count) : to; // (where nothing is drawn words have room)
      const label = (words, y, x = text) => (words ? `<text x="${round(x)}" y="${round(y)}">${esc(words)}</text>` : "");
      /** A word behind the sign that begins a bar, if it has room before the next one. */
      const after = (tone, at, ...words) => {
        const space = (free === count || free > K.seen() ? laneView.width : Math.min(laneView.width, f.px(free))) - a;
        const word = words.find((text) => text && at + textWidth(text) * (tone === "won" ? 1.15 : 1) < space); // (its letters are bold)
        return word && a + at >= 0
          ? `<text class="${tone}" x="${round(a + at)}" y="${round(cy + 4)}">${word}</text>`
          : "";
      };
      switch (row.kind[k]) {
        case BAR.POLL: {
          const bold = room / 1.1; // its letters are wider
          const held =
            lasted > LONG_NS && !sub
              ? fitted(`held the thread ${lasting(lasted)}`, bold) || fitted(lasting(lasted), bold)
              : "";
          out += `<rect class="${torn ? "lane-torn" : "lane-poll"}" style="${c}" x="${round(a)}" y="${round(cy - thick / 2)}" width="${round(Math.max(w - 1, 1.5))}" height="${round(thick)}" rx="${Math.min(3, w / 3).toFixed(1)}"/>`;
          if (held) out += `<text class="on-bar" style="${c}" x="${round(text)}" y="${round(cy + 4)}">${held}</text>`;
          break;
        }
        case BAR.READY:
          out += `<rect class="lane-ready" style="${c};fill:url(${hatch(who)})" x="${round(a + 0.6)}" y="${round(cy - slim / 2)}" width="${round(Math.max(w - 1.8, 1.5))}" height="${round(slim)}" rx="${Math.min(2, w / 3).toFixed(1)}"/>`;
          if (lasted > LONG_NS && high >= 30)
            out += label(
              fitted(`ready for ${lasting(lasted)}`, room - beside) || fitted(lasting(lasted), room - beside),
              Math.max(cy - slim / 2 - 4, item.y + item.lift + 8),
              text + beside,
            );
          break;
        case BAR.WAIT:
          out +=
            `<path class="lane-wait" style="${c}" d="M${round(a)} ${cy}h${round(w)}"/>` +
            label(fitted(row.noteAt(k), to === count && !K.quiz?.on ? laneView.width - text : room), cy - 4); // (behind the end of the run there is room)
          break;
        case BAR.JOB: {
          const { ns, open } = K.times.bar(row, from),
            told = !K.quiz?.on && !open && ns > LONG_NS ? lasting(ns) : "",
            skip = skipIn(from, to, ns, a, b, f);
          out += `<rect class="lane-job" style="${c}" x="${round(a)}" y="${round(cy - thick / 2)}" width="${round(Math.max(w - 1, 2))}" height="${round(thick)}" rx="3"/>`;
          if (skip)
            out += `<path class="skip" d="M${round(skip.x) - 4} ${round(cy + thick / 2 + 2)}l4-${round(thick + 4)}m4 0l-4 ${round(thick + 4)}"><title>${lasting(skip.ns)} that recording took are left out here</title></path>`;
          // (The words are beside that sign.)
          const past = Math.max(text, (skip?.x ?? 0) + 8),
            spots = skip
              ? [
                  [text, skip.x - 4 - text],
                  [past, Math.min(b, laneView.width) - past + 3],
                ]
              : [[text, room]];
          const words = [
            told && `on a thread of the pool for ${told}`,
            told ? `ran ${told}` : "on a thread of the pool",
          ]
            .flatMap((words) => spots.map(([x, room]) => [fitted(words, room), x]))
            .find(([words]) => words);
          ran = told && !words ? `, ran ${told}` : "";
          if (words) out += label(words[0], cy + 4, words[1]).replace("<text", `<text class="plain"`);
          break;
        }
        case BAR.QUEUED:
          out +=
            `<path class="lane-wait" style="${c}" d="M${round(a)} ${cy}h${round(w)}"/>` +
            label(fitted("in the pool’s queue", room - beside), cy - 4, text + beside);
          break;
        case BAR.WON: {
          if (f.px(from) <= -behind(BAR.WON, f)) break;
          const long = Math.max(Math.min(b - f.px(from), f.column) - 1, 2),
            sign = f.px(from) + long + 1,
            size = Math.min(8, (free === count ? laneView.width : f.px(free)) - sign - 1); // (as a cross is smaller where the next bar is near)
          out +=
            `<rect class="lane-poll" style="${c}" x="${round(f.px(from))}" y="${round(cy - thick / 2)}" width="${round(long)}" height="${round(thick)}" rx="3"/>` +
            (after("won", f.column + 4, "✓ won", "✓") ||
              (size < 4 || sign < 0
                ? ""
                : `<path class="lane-won" d="M${round(sign)} ${cy}l${round(size / 3)} ${round(size / 3)} ${round(size / 1.5)} ${-round(size / 1.2)}"/>`));
          break;
        }
        case BAR.DONE:
          if (a > -40)
            out +=
              `<path class="lane-wait" style="${c}" d="M${round(a + (laneView.time ? 1 : 3))} ${cy - 8}v16"/>` +
              after("", 9, `done${ran}`, "done");
          break;
        case BAR.CANCELLED:
        case BAR.PANICKED: {
          const size = free === count ? 10 : Math.max(4, Math.min(10, f.px(free) - a - 3)),
            at = free === count ? beside : Math.max(1, Math.min(beside, f.px(free) - a - size - 2)); // (before the next bar)
          if (
            (free !== count && (a + at < crossed + 8 || f.px(free) - a < 7)) ||
            ((to !== count || f.last < K.trace.last) && a < laneView.width && a + at + size > laneView.width)
          )
            break; // (many would be one red line; nor is one upon the next bar, or half a one at the edge)
          crossed = a + at + size;
          if (a > -behind(BAR.CANCELLED, f))
            out +=
              `<path class="lane-cut" d="M${round(a + at)} ${cy - size / 2}l${size} ${size}m0-${size}-${size} ${size}"/>` +
              after(
                "cut",
                at + size + 5,
                row.kind[k] === BAR.PANICKED ? "panicked" : sub ? "dropped" : K.droppedWord(row.name),
                "",
              );
          break;
        }
      }
    }
    return out;
  }

  /** Where width is time, a thread of the pool goes on while the loop's is kept by recording, which has no width: in a job's bar of which a tenth and
   *  more is left out, the place where most of that is. */
  function skipIn(from, to, ns, a, b, f) {
    const { recorded, last } = K.trace,
      until = Math.min(to, last),
      left = recorded[until] - recorded[from];
    if (!laneView.time || b - a < 20 || left < ns / 10 || left * laneView.lanes.x.unit * f.column < SKIP.least)
      return null;
    let at = from + 1;
    for (let i = at + 1; i <= until; i++) if (recorded[i] - recorded[i - 1] > recorded[at] - recorded[at - 1]) at = i;
    return { ns: left, x: Math.max(a + 8, Math.min(b - 8, f.px(at))) };
  }

  /** The same when there are more bars than pixels: one path for each kind, bars of one pixel in one. */
  function drawDense(item, f) {
    const { row } = item,
      who = item.of ? item.of.name : row.name,
      cy = item.y + (item.lift + item.h) / 2;
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
    return `<g class="group"><title>${ofJobs(item.group) ? "dark: on their threads; light: waiting, first for a thread" : "dark: ready; light: waiting; below: one of them is polled"}</title>${drawProfile(item.group.counts, f, item.y + band - 6, band - 9, Math.ceil(laneView.width))}</g>${member ? `<g class="member">${(many ? drawDense : drawBars)(member, f)}</g>` : ""}`;
  }
  /** Of `select!`s that a task asks in turn, as in a `join!`. */
  const ofNth = ({ nth }) => (nth > 0 ? `, ${K.nth(nth + 1)} select!` : "");

  Object.assign(K, { drawBars, drawDense, drawProfile, ofJobs, memberOf, memberIn, drawGroup, ofNth });
})((window.K = window.K || {}));
