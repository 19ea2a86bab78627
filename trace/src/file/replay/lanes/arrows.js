// What goes from one lane to another, or over all of them: wakes, spawns, gaps, and waits in vain?
//
// Interface: `drawArrow(arrow, frame)`, `drawArrows(frame)`, `drawStuck(frame)`, `drawGaps(frame, height)`;
// `K.stuckAt(i)`: which tasks wait in vain, by the verdicts.
// Invariant: an arrow from a task that has no lane here is short.
// Not here: the bars (draw.js).
"use strict";
(function (K) {
  const { BAR, itemOf, laneView, memberIn, memberOf, round } = K;

  /** The middle of a task's lane; of a group one has the lane below it. */
  function arrowY(name) {
    const item = itemOf(name);
    if (!item?.group) return item ? item.y + (item.lift + item.h) / 2 : null;
    const isShown = !item.only && memberOf(item.group).name === name;
    return item.y + (isShown ? item.band + item.h : item.band) / 2;
  }
  const SHORT = 20; // px of an arrow from a task that has no lane here
  const HEADS = {
    queued: (down) => `m-3.5 ${-4 * down} 3.5 ${4 * down} 3.5 ${-4 * down}`,
    stale: () => "m-3-3 6 6m0-6-6 6",
    other: () => "m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0",
  };
  HEADS.spawn = HEADS.queued;
  function drawArrow({ i, from, to, how }, f, on = "") {
    const x = Math.max(5, round(f.px(i) + f.half)),
      y2 = arrowY(to);
    if (y2 === null) return "";
    if (how === "during_poll" && from === to)
      return `<path class="arrow${on}" d="M${x - 3} ${y2 - 10}a4 4 0 1 1 6 0m-3-.5 3.4.8.6-3.4"/>`; // (in its own lane)
    const since = (name) => laneView.lanes.rows.get(name)?.at[0] ?? -1,
      y = from && from !== to ? arrowY(from) : null,
      away = from ? y2 + (since(from) > since(to) ? SHORT : -SHORT) : 0; // (what comes from outside comes from above)
    const y1 = y === null || y === y2 ? away : y,
      down = y2 >= y1 ? 1 : -1,
      begin = y1 === y ? y1 + down * 9 : y1,
      end = round(y2 - down * 7),
      tone = how === "spawn" ? " spawn" : from ? "" : " outer";
    return `<path class="arrow${tone}${on}" d="M${x} ${round(begin)}V${end}${(HEADS[how] ?? HEADS.other)(down)}"/>`;
  }
  /** Nearer than so many pixels they would be a block. */
  const APART = 5;
  function drawArrows(f) {
    const { arrows, arrowAt } = laneView.lanes;
    return f.column < APART
      ? ""
      : arrows
          .slice(K.upTo(arrowAt, f.first - 1) + 1, K.upTo(arrowAt, f.last) + 1)
          .map((arrow) => drawArrow(arrow, f))
          .join("");
  }

  /** The waits that come to no end, by the verdicts: `{row, from, to}`. */
  const stuckWaits = () =>
    K.trace.lints
      .filter(({ lint }) => lint === "deadlock" || lint === "lost_wakeup")
      .map(({ task, i, begin }) => ({ row: laneView.lanes.rows.get(task), i, begin }))
      .map(({ row, i, begin }) => ({ row, begin, k: row?.barAt(i) ?? -1 }))
      .filter(({ row, k }) => row?.kind[k] === BAR.WAIT)
      .map(({ row, begin, k }) => ({ row, from: Math.max(begin, row.at[k]), to: row.at[k + 1] ?? K.trace.count }));
  const stuckNow = () => (laneView.lanes.stuck ??= stuckWaits());
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
        a = Math.max(f.px(from), -20),
        b = Math.min(laneView.width, f.px(to));
      if (lane?.row !== row || b <= Math.max(a, 0)) continue;
      const cy = lane.y + (lane.lift + lane.h) / 2,
        x = round(Math.max(a, 0) + 9);
      out += `<path class="lane-stuck" d="M${round(a)} ${cy}H${round(b)}"/><path class="lane-stuck sign" d="M${x} ${cy - 4}l6 10h-12z"/>`;
    }
    return out;
  }
  /** Time in which nothing was recorded (model.js): a dotted line on both sides, and grey in between. */
  function drawGaps(f, height) {
    let d = "",
      shade = "";
    for (const i of K.trace.gaps.keys()) {
      const [from, to] = [round(f.px(i - 1)), round(f.px(i))];
      if (to < 0 || from > laneView.width) continue;
      d += `M${to} 0v${height}`;
      if (laneView.time) [d, shade] = [`${d}M${from} 0v${height}`, `${shade}M${from} 0H${to}v${height}H${from}z`];
    }
    return d && `<path class="gap-shade" d="${shade}"/><path class="lane-gap" d="${d}"/>`;
  }

  Object.assign(K, { drawArrow, drawArrows, drawStuck, drawGaps });
})((window.K = window.K || {}));
