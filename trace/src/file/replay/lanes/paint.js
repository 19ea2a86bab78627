// What stays while one steps, and what changes with each step?
//
// Interface: `paintStill(frame)`: bars, ruler, labels, only if the window or the rows have changed;
// `paintNow(frame)`: the line of the event, its wake, the marked stretch, the counts.
// Invariant: a step draws no bar anew.
// Not here: what is drawn (draw.js, clock.js, arrows.js).
"use strict";
(function (K) {
  const {
    RULER,
    SVG_BARS,
    drawArrow,
    drawArrows,
    drawBars,
    drawDense,
    drawGaps,
    drawGroup,
    drawNaps,
    drawRuler,
    drawStuck,
    hueStyle,
    inView,
    itemOf,
    laneView,
    memberOf,
    number: commas,
    ofJobs,
    pxOf,
    round,
    sleepAt,
  } = K;

  // ----- the picture that stays -----

  function paintStill(f) {
    const { parts, items, time, width, open } = laneView,
      shown = inView(),
      names = shown.map((item) => (item.only ? "" : (item.group ? memberOf(item.group) : item.row).name)),
      hidden = K.quiz?.on && laneView.now.i;
    const key = [
      [K.trace.last, time, width, f.column, f.left, K.level, K.find.text, K.find.at, K.pinned, hidden],
      [items.height, shown[0]?.y, ...open],
      names,
    ].join();
    if (laneView.drawn === key) return;
    laneView.drawn = key;
    const height = items.height + 4,
      bars = shown.reduce((n, { row }) => n + (row ? row.barAt(f.last) - row.barAt(f.first) + 1 : 0), 0),
      draw = bars > SVG_BARS ? drawDense : drawBars;
    const { marks, told } = drawRuler(f),
      naps = drawNaps(f, height),
      words = [];
    const mute = shown
      .map((item) => (item.group ? drawGroup(item, f) : draw(item, f)))
      .join("")
      .replace(/<text .*?<\/text>/g, (text) => {
        words.push(text);
        return "";
      });
    parts.rows.setAttribute("width", width);
    parts.words.innerHTML = words.join(""); // over the arrows and the veil, so that they can be read
    parts.still.innerHTML =
      `<path class="sleep" d="${naps.d}"/>` + drawGaps(f, height) + mute + drawStuck(f) + drawArrows(f);
    parts.ruler.setAttribute("width", width);
    parts.marks.innerHTML = `<path class="sleep" d="${naps.d.replace(/ 0h/g, " 16h")}"/>${marks}`;
    parts.told.innerHTML = told + (time ? "" : naps.words); // (the clock tells how long each was)
    paintLabels(shown);
  }

  function paintLabels(shown) {
    const none = K.find.tasks ? "No task fits." : "No task so far.";
    laneView.parts.labels.replaceChildren(
      ...(shown.length ? shown.map(labelOf) : [K.el("p", { class: "mute" }, none)]),
    );
  }
  function labelOf(item) {
    const { y, h, depth, group, only, of, row } = item,
      style = `top:${y}px;height:${h}px;padding-left:${depth * 14}px`;
    if (group)
      return K.el(
        "div",
        { class: "lane-label two", style },
        groupButton(group),
        !only &&
          K.el(
            "div",
            { class: "lane-member" },
            taskButton(memberOf(group).name),
            K.el("small", { class: "lane-counts", "data-site": group.site }),
          ),
      );
    if (!of) return K.el("div", { class: "lane-label", style }, taskButton(row.name));
    return K.el(
      "div",
      { class: "lane-label sub", style, title: row.name },
      K.el("span", {}, row.name),
      row.code ? K.el("code", {}, row.code) : "",
    );
  }
  function groupButton(group) {
    const isOpen = laneView.open.has(group.site),
      born = K.quiz?.on ? group.rows.filter((row) => row.at[0] <= laneView.now.i) : group.rows, // (how many there will be would tell too much)
      size = `${commas(born.length)} ${ofJobs(group) ? "job" : "task"}${born.length === 1 ? "" : "s"}`;
    return K.el(
      "button",
      {
        class: "lane-group",
        "aria-expanded": String(isOpen),
        "data-site": group.site,
        title: `${size} made at ${group.site}. Dark: ready; light: waiting; below: one is polled`,
      },
      K.el("span", {}, `${isOpen ? "▾" : "▸"} ${size}`),
      keptName(K.site(group.site)),
    );
  }
  function taskButton(name) {
    const made = laneView.lanes.rows.get(name)?.made;
    return K.el(
      "button",
      {
        class: `lane-task${K.pinned === name ? " sel" : ""}`,
        style: hueStyle(name),
        "aria-pressed": String(K.pinned === name),
        "data-task": name,
        title: `${name}${made ? `, spawned at ${made}` : ""}. Click: follow it`,
      },
      K.chip(name),
      K.el("span", { class: "name" }, name),
      keptName(K.origin(name)),
    );
  }
  function keptName(words) {
    const code = K.el("code", { class: "kept" });
    code.innerHTML = K.kept(words);
    return code;
  }

  // ----- what a step changes -----

  function paintNow(f) {
    const { parts, width, items, time } = laneView,
      { i } = laneView.now,
      shut = K.quiz?.on ? " shut" : "",
      from = i === K.trace.last ? width : round(f.px(shut && time ? i : i + 1)),
      height = Math.max(items.height + 4, 60),
      nap = sleepAt(i),
      isAsleep = nap?.at === i && nap.from === i,
      x = round(f.px(i) + (isAsleep && !time ? (f.px(i + 1) - f.px(i)) / 2 : f.half)), // (on a clock it is at its time)
      arrow = laneView.lanes.arrows[K.upTo(laneView.lanes.arrowAt, i)];
    const veil = (high) =>
      from < width
        ? `<rect class="veil${shut}" x="${Math.max(0, from)}" y="0" width="${Math.max(0, width - Math.max(0, from))}" height="${high}"/>`
        : "";
    parts.veil.innerHTML = veil(height);
    parts.dim.innerHTML = veil(RULER);
    for (const text of parts.told.querySelectorAll(".nap")) {
      text.classList.toggle("on", isAsleep && +text.dataset.nap === i);
      text.classList.toggle("unborn", !!shut && +text.dataset.nap >= (nap?.from ?? i)); // (how long it will be)
    }
    parts.now.innerHTML =
      (shut && veil(height)) + // (over the words: a later one would tell too much)
      (arrow?.i === i ? drawArrow(arrow, f, " on") : "") +
      `<path class="cursor" d="M${x} 0V${height}"/>` +
      drawStretch(f, height);
    if (parts.rows.lastChild !== parts[shut ? "now" : "words"]) parts.rows.append(parts[shut ? "now" : "words"]);
    parts.tick.innerHTML =
      (shut && veil(RULER)) +
      `<path class="cursor" d="M${x} 14V${RULER}"/>${time || isAsleep || x < 0 || x > width ? "" : `<circle class="tick on" cx="${Math.max(4, x)}" cy="16" r="4"/>`}`;
    paintCounts();
  }
  /** How many of a group are what. */
  function paintCounts() {
    const groups = new Map(laneView.items.filter(({ group }) => group).map(({ group }) => [group.site, group]));
    for (const small of laneView.parts.labels.querySelectorAll(".lane-counts")) {
      const c = groups.get(small.dataset.site).counts,
        k = K.upTo(c.at, laneView.now.i);
      const words = [
        [c.poll, "polled"],
        [c.runs, "running"],
        [c.queued, "queued"],
        [c.ready, "ready"],
        [c.wait, "waiting"],
        [c.over, "over"],
      ]
        .filter(([n]) => n[k])
        .map(([n, word]) => `${commas(n[k])} ${word}`);
      small.textContent = words.length ? `all: ${words.join(" · ")}` : "";
      small.title = words.join(", ");
    }
  }
  /** The stretch that is marked, or that was asked about: over the lane of its task. */
  function drawStretch(f, height) {
    const asked = K.answer.stretch,
      { name, span } = laneView.marked ?? (asked ? { name: asked.name, span: [asked.begin, asked.end] } : {});
    if (!name || !span.every(Number.isFinite)) return "";
    const item = itemOf(name),
      [from, to] = span.map((time) => round(Math.max(-4, Math.min(laneView.width + 4, pxOf(f, time))))),
      [top, end] = item ? [item.y, item.y + item.h] : [0, height];
    return `<path class="lane-stretch" d="M${from} ${top}H${to}V${end}H${from}z"/>`;
  }

  Object.assign(K, { paintStill, paintNow });
})((window.K = window.K || {}));
