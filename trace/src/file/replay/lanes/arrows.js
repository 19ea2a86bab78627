// What goes from one lane to another, or over all of them: wakes, spawns, sleep, gaps, and waits in vain?
//
// Interface: `drawArrow(s)`, `K.hasArrows(f)` (is there room for them?), `drawNaps`, `drawStuck`, `drawGaps`; `K.stuckAt(i)`: which tasks wait in vain, by the verdicts.
// Invariant: an arrow from a task that has no lane here is short.
// Not here: the bars (draw.js).
"use strict";
(function (K) {
  const {
    BAR,
    LINES_APART,
    SHORT_ARROW,
    gapsIn,
    itemOf,
    laneView,
    lineBeside,
    memberIn,
    memberOf,
    round,
    sleepWords,
    textWidth,
  } = K;

  const arrowY = (name) => {
    const item = itemOf(name);
    const of = item?.group
      ? memberOf(item.group).name === name
        ? item.band + item.h
        : item.band
      : item?.lift + item?.h; // (of a group one has the lane below it)
    return item ? item.y + of / 2 : null;
  };
  /** Is a word at this pixel, somewhere between these heights? */
  const isWordAt = (x, from, to) =>
    laneView.parts.spots.some(({ a, b, top, end }) => a < x && x < b && top < to && end > from);
  function drawArrow(arrow, f, on, x = round(f.px(arrow.i) + f.half)) {
    x = Math.max(x, 5); // (else half of it would be outside)
    const y2 = arrowY(arrow.to),
      from = arrow.from && arrow.from !== arrow.to ? arrowY(arrow.from) : null;
    if (y2 === null) return "";
    const one =
      from !== null && itemOf(arrow.to)?.group && itemOf(arrow.to) === itemOf(arrow.from) ? itemOf(arrow.to) : null; // (within a group it comes from its band)
    if (arrow.how === "during_poll" && arrow.from === arrow.to)
      return `<path class="arrow${on}" d="M${x - 3} ${Math.max(y2 - 12, itemOf(arrow.to).y + 8)}a4 4 0 1 1 6 0m-3-.5 3.4.8.6-3.4"/>`; // (above the bar, and in its own lane)
    // (From a task that has no lane here it is a short one, from the side where that would be; what comes from outside comes from above.)
    const since = (name) => laneView.lanes.rows.get(name)?.at[0] ?? -1,
      away = arrow.from && y2 + (since(arrow.from) > since(arrow.to) ? SHORT_ARROW : -SHORT_ARROW);
    const y1 = one ? one.y - 7 : (from ?? (away || 0)),
      down = y2 >= y1 ? 1 : -1,
      end = y2 - down * 7,
      start = from === null ? y1 : y1 + down * 9;
    const tip =
      arrow.how === "queued" || arrow.how === "spawn"
        ? `m-3.5 ${-4 * down} 3.5 ${4 * down} 3.5 ${-4 * down}`
        : arrow.how === "stale"
          ? "m-3-3 6 6m0-6-6 6"
          : "m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0";
    const how = arrow.how === "spawn" ? " spawn" : arrow.from ? "" : " outer";
    // (Where a word is right at its beginning, it begins in its task's row: else it would seem to come from below the word.)
    const begin = from !== null && isWordAt(x, start - 5, start + 5) ? y1 : start;
    const behind = isWordAt(x, end, end); // (of its head, too, only remains would be seen beside a word)
    return `<path class="arrow${how}${on}" d="${lineBeside(x, Math.min(begin, end), Math.max(begin, end))}${behind ? "" : `M${x} ${round(end)}${tip}`}"/>`;
  }
  /** Nearer than so many pixels they would be a block. */
  const APART = 5;
  K.hasArrows = (f) => f.column >= APART;
  function drawArrows(f) {
    if (!K.hasArrows(f)) return "";
    let out = "";
    const lines = new Map(); // (where width is time, those that a task spawns at nearly the same time have one line: many would be a block)
    for (
      let k = K.upTo(laneView.lanes.arrowAt, f.first - 1) + 1;
      k < laneView.lanes.arrows.length && laneView.lanes.arrows[k].i <= f.last;
      k++
    ) {
      const arrow = laneView.lanes.arrows[k],
        x = round(f.px(arrow.i) + f.half);
      if (x < 0) continue;
      const shared = laneView.time && arrow.how === "spawn" && x - lines.get(arrow.from) < LINES_APART;
      if (arrow.how === "spawn" && !shared) lines.set(arrow.from, x);
      out += drawArrow(arrow, f, "", shared ? lines.get(arrow.from) : x);
    }
    return out;
  }

  /** `taken`: where other words are on the ruler. */
  function drawNaps(f, height, taken) {
    let d = "",
      words = "";
    for (
      let k = Math.max(0, K.upTo(laneView.lanes.napAt, f.first)), end = -1;
      k < laneView.lanes.naps.length && laneView.lanes.naps[k].from <= f.last;
      k++
    ) {
      const nap = laneView.lanes.naps[k],
        wide = f.px(nap.to) - f.px(nap.from),
        edge = Math.max(0, Math.min(1, (wide - 4) / 2)),
        a = Math.max(end, round(f.px(nap.from) + edge)),
        b = round(Math.max(f.px(nap.to) - edge, a + 1));
      if (wide < 0.5 || f.px(nap.to) <= a) continue; // (all of a run of many short ones would be grey)
      d += `M${a} 0h${round(b - a)}v${height}h${round(a - b)}z`;
      const from = nap.at === nap.from ? a : f.px(nap.at) + f.column,
        to = f.px(nap.at + 1) - 1,
        middle = round((Math.max(from, 0) + Math.min(to, laneView.width)) / 2),
        fits = (t) => middle - textWidth(t) / 2 >= 0 && middle + textWidth(t) / 2 <= laneView.width,
        isFree = (t) =>
          fits(t) &&
          taken.every(([from, to]) => middle + textWidth(t) / 2 + 3 < from || middle - textWidth(t) / 2 - 3 > to);
      const text = [`asleep ${sleepWords(nap.ns)}`, sleepWords(nap.ns)].find(
        (t) => textWidth(t) + 6 <= to - from + 14 && isFree(t),
      );
      if (text)
        words += `<text class="nap" data-nap="${nap.from}" x="${middle}" y="14" text-anchor="middle">${text}</text>`;
      end = b;
    }
    return { shade: `<path class="sleep" d="${d}"/>`, words };
  }
  /** The waits that come to no end, by the verdicts' words, each from where the mistake began: `{row, from, to}`. */
  function stuckWaits() {
    const { lints, holds, count } = K.trace,
      all = [];
    for (const { lint, begin, i, task, spots } of lints) {
      if (!["deadlock", "lost_wakeup"].includes(lint)) continue; // (of the others the wait comes to an end)
      const names = new Set([
        task,
        ...spots.flatMap(({ say }) => [...say.matchAll(/\b(main|task \d+) waits\b/g)].map(([, name]) => name)),
      ]);
      for (const row of [...names].map((name) => laneView.lanes.rows.get(name)).filter(Boolean)) {
        let k = Math.max(0, row.barAt(begin));
        if (row.kind[k] === BAR.POLL) k += 1; // (the wait that closed a circle is told in its poll)
        if ([BAR.READY, BAR.POLL].includes(row.kind[k + 1])) k = row.barAt(i); // (it came to an end: a task of its local set was woken, say)
        if (row.kind[k] === BAR.WAIT) all.push({ row, from: Math.max(begin, row.at[k]), to: row.at[k + 1] ?? count });
      }
    }
    // So is the wait of one that waits for such a task's end, or for a lock that one of these has, and for nothing else.
    const blocker = (on, to) =>
      all.find(
        ({ row: { name }, from, ...stuck }) =>
          stuck.to >= to &&
          (on.task === name ||
            (/^lock /.test(on.sync) &&
              holds.some(
                (hold) =>
                  !hold.owned &&
                  hold.who === name &&
                  hold.sync === on.sync &&
                  hold.from <= from &&
                  (hold.to ?? count) >= to,
              ))),
      );
    for (let before = 0; before < all.length;) {
      const known = new Set(all.map(({ row }) => row)),
        ends = new Set(all.map(({ to }) => to));
      before = all.length;
      for (const to of ends)
        for (const row of laneView.lanes.rows.values()) {
          const k = row.barAt(to - 1),
            waits = row.kind[k] === BAR.WAIT && !known.has(row) ? (row.waits[k] ?? []) : [],
            blockers = waits.map((on) => blocker(on, to));
          if (waits.length && blockers.every(Boolean))
            all.push({
              row,
              from: Math.max(row.at[k], ...blockers.map(({ from }) => from)),
              to: Math.min(to, row.at[k + 1] ?? count),
            });
        }
    }
    return all;
  }
  const stuckNow = () => (laneView.lanes.stuck ??= stuckWaits());
  /** The tasks that wait in vain at event `i`. */
  K.stuckAt = (i) =>
    laneView.lanes
      ? stuckNow()
          .filter(({ from, to }) => from <= i && i < to)
          .map(({ row }) => row.name)
      : [];
  /** Those are red. */
  function drawStuck(f) {
    let out = "";
    for (const { row, from, to } of stuckNow()) {
      const item = itemOf(row.name),
        lane = item?.group ? memberIn(item) : item,
        a = f.px(from),
        b = Math.min(laneView.width, f.px(to));
      if (lane?.row !== row || b <= Math.max(a, 0)) continue;
      const cy = lane.y + (lane.lift + lane.h) / 2,
        x = round(Math.max(a, 0) + 9);
      out += `<path class="lane-stuck" d="M${round(Math.max(a, -20))} ${cy}H${round(b)}"/>${x + 6 > b ? "" : `<path class="lane-stuck sign" d="M${x} ${cy - 4}l6 10h-12z"/>`}`;
    }
    return out;
  }
  /** Time in which nothing was told (text.js): a dotted line where it ended; where width is time it is dotted on both sides, and grey in between. */
  function drawGaps(f, height) {
    let d = "",
      shade = "";
    for (const i of gapsIn()) {
      const from = round(f.px(i - 1)),
        to = round(f.px(i));
      if (to < 0 || from > laneView.width) continue;
      d += `M${to} 0v${height}`;
      if (!laneView.time || to - from < 6) continue;
      d += `M${from} 0v${height}`;
      shade += `M${from} 0H${to}v${height}H${from}z`;
    }
    return d && `<path class="gap-shade" d="${shade}"/><path class="lane-gap" d="${d}"/>`;
  }

  Object.assign(K, { drawArrow, drawArrows, drawNaps, drawStuck, drawGaps });
})((window.K = window.K || {}));
