// What stays while one steps, and what changes with each step?
//
// Interface: `paintStill(frame)`: bars, ruler, strip, labels, only if the window or the rows have changed; `paintNow(frame)`:
// the line of the event, its wake, the marked stretch, the counts.
// Invariant: a step draws no bar anew.
// Not here: what is drawn (draw.js, clock.js, arrows.js).
"use strict";
(function (K) {
  const {
    RULER,
    STRIP,
    SVG_BARS,
    bottomOf,
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
    isFree,
    itemOf,
    laneView,
    lineBeside,
    memberOf,
    number: commas,
    ofJobs,
    ofNth,
    paintStrip,
    pxOf,
    round,
    sleepAt,
    sleepWords,
    spotOf,
    stripX,
    textWidth,
  } = K;

  // ----- the still picture, the moving one, the strip -----

  function paintStill(f, b) {
    const key = [
      K.trace.last,
      laneView.time,
      laneView.width,
      f.column,
      f.left,
      b.from,
      b.to,
      K.level,
      K.filter.text,
      K.filter.at,
      [...laneView.open],
      laneView.items.height,
      laneView.parts.scroll.scrollTop,
      K.pinned,
      K.quiz?.on && laneView.now.i,
    ].join();
    const shown = inView(b),
      names = shown.map((item) => (item.only ? "" : (item.group ? memberOf(item.group) : item.row).name)).join();
    if (laneView.drawn === key + names) return;
    laneView.drawn = key + names;
    const bars = shown.reduce(
      (n, item) => n + (item.row ? item.row.barAt(f.last) - item.row.barAt(f.first) + 1 : 0),
      0,
    );
    const draw = bars > SVG_BARS ? drawDense : drawBars;
    const { marks, told, taken } = drawRuler(f),
      naps = drawNaps(f, laneView.items.height + 4, taken);
    laneView.parts.rows.setAttribute("width", laneView.width);
    const html = shown.map((item) => (item.group ? drawGroup(item, f) : draw(item, f))).join(""),
      words = [];
    const mute = html.replace(/<text .*?<\/text>|<path class="lane-cut".*?\/>/g, (text) => {
      words.push(text);
      return "";
    });
    laneView.parts.words.innerHTML = words.join(""); // over the arrows and the veil, so that they can be read
    laneView.parts.spots = [...laneView.parts.words.children].map(spotOf).sort((a, b) => a.top - b.top);
    laneView.parts.still.innerHTML =
      naps.shade + drawGaps(f, laneView.items.height + 4) + mute + drawStuck(f) + drawArrows(f);
    laneView.parts.key.classList.toggle("far", !K.hasArrows(f));
    laneView.parts.ruler.setAttribute("width", laneView.width);
    laneView.parts.marks.innerHTML =
      `<path class="sleep" d="${naps.shade.match(/d="(.*?)"/)[1].replace(/ 0h/g, " 16h")}"/>` + marks;
    laneView.parts.told.innerHTML = told + (laneView.time ? "" : naps.words); // (the clock tells how long each was)
    paintLabels(shown);
    paintStrip(f);
  }

  function paintNow(f, b) {
    const { i } = laneView.now,
      shut = K.quiz?.on ? " shut" : "",
      from = i === K.trace.last ? laneView.width : round(f.px(shut && laneView.time ? i : i + 1)),
      h = Math.max(laneView.items.height + 4, laneView.parts.scroll.clientHeight); // (on a clock the width of what the event begins would tell its end)
    const nap = sleepAt(i),
      asleep = nap?.at === i && nap.from === i;
    const x = round(f.px(i) + (asleep && !laneView.time ? (f.px(i + 1) - f.px(i)) / 2 : f.half)); // (on a clock it is at its time)
    const arrow = laneView.lanes.arrows[K.upTo(laneView.lanes.arrowAt, i)];
    const veil = (height) =>
      from < laneView.width
        ? `<rect class="veil${shut}" x="${Math.max(0, from)}" y="0" width="${Math.max(0, laneView.width - Math.max(0, from))}" height="${height}"/>`
        : "";
    laneView.parts.veil.innerHTML = veil(h);
    laneView.parts.dim.innerHTML = veil(RULER);
    for (const text of laneView.parts.words.querySelectorAll(".on-bar"))
      text.classList.toggle("later", +text.getAttribute("x") > from); // (its bar is pale)
    const isCrossed = (text) => {
      const { a, b } = shut ? spotOf(text) : {};
      return a < from && from < b;
    };
    for (const text of laneView.parts.told.querySelectorAll(".time")) text.classList.toggle("unborn", isCrossed(text)); // (else the veil would go through it)
    const known = [...laneView.parts.words.children].filter(isCrossed); // (what began is told, though its words go on)
    let written = false; // how long it sleeps is written there already, if there is room
    for (const text of laneView.parts.told.querySelectorAll(".nap")) {
      written = text.classList.toggle("on", !!asleep && +text.dataset.nap === i) || written;
      text.classList.toggle("unborn", !!shut && +text.dataset.nap >= (nap?.from ?? i)); // (how long it will be)
    }
    // (What is hidden in the quiz is hidden with its words.)
    laneView.parts.now.innerHTML =
      (shut && `${veil(h)}<g class="lane-words">${known.map((text) => text.outerHTML).join("")}</g>`) +
      (arrow && arrow.i === i && f.column >= 5 ? drawArrow(arrow, f, " on") : "") +
      `<path class="cursor" d="${lineBeside(x, 0, h)}"/>` +
      drawStretch(f, h);
    if (laneView.parts.rows.lastChild !== laneView.parts[shut ? "now" : "words"])
      laneView.parts.rows.append(laneView.parts[shut ? "now" : "words"]); // (a word is read over the cursor; in a quiz it would tell too much)
    laneView.parts.tick.innerHTML =
      (shut && veil(RULER)) +
      (laneView.time
        ? `<path class="cursor" d="M${x} ${RULER - 5}V${RULER}"/>`
        : asleep && !written && !shut
          ? `<text class="nap on" x="${x}" y="14" text-anchor="middle">${sleepWords(nap.ns)}</text>`
          : asleep
            ? ""
            : `<path class="cursor" d="M${x} ${isFree(x, 0) ? 13 : RULER - 3}V${RULER}"/>${x < 0 || x > laneView.width || K.trace.lints.some(({ begin }) => begin === i) || !isFree(x, 4) ? "" : `<circle class="tick on" cx="${Math.max(4, x)}" cy="10" r="4"/>`}`); // (a verdict's sign is read, and so are words)
    paintCounts(b);
    const strip = stripX(i);
    laneView.parts.where.setAttribute("d", `M${strip} 0V${STRIP}`);
    laneView.parts.future.setAttribute("x", strip);
    laneView.parts.future.setAttribute("width", Math.max(0, laneView.width - strip));
    laneView.parts.future.setAttribute("class", `veil${shut}`);
  }

  function paintLabels(shown) {
    laneView.parts.labels.replaceChildren(
      ...(laneView.items.length
        ? shown.map((item) => labelOf(item))
        : [K.el("p", { class: "mute" }, K.filter.tasks ? "No task fits." : "No task so far.")]),
    );
  }
  function labelOf(item) {
    const bare = bottomOf(item, laneView.parts.scroll.scrollTop),
      place = `top:${item.y + (bare ? item.band : 0)}px;height:${item.h - (bare ? item.band : 0)}px;padding-left:${item.depth * 14}px`;
    if (item.group) {
      const { group } = item,
        member = memberOf(group),
        open = laneView.open.has(group.site),
        size = commas(K.quiz?.on ? group.rows.filter((row) => row.at[0] <= laneView.now.i).length : group.rows.length); // (how many there will be would tell too much)
      const toggle = K.el(
        "button",
        {
          class: "lane-group",
          "aria-expanded": String(open),
          "data-site": group.site,
          title: `${size} ${ofJobs(group) ? "jobs of" : "tasks spawned at"} ${group.site}`,
        },
        K.el("span", {}, `${open ? "▾" : "▸"} ${size} ${ofJobs(group) ? "job" : "task"}${size === "1" ? "" : "s"}`),
        keptName(K.site(group.site)),
      );
      return K.el(
        "div",
        { class: `lane-label two${item.apart ? " apart" : ""}`, style: place },
        !bare && toggle,
        !item.only &&
          K.el(
            "div",
            { class: "lane-member" },
            taskButton(member.name),
            K.el("small", { class: "lane-counts", "data-site": group.site }),
          ),
      );
    }
    if (item.of)
      return K.el(
        "div",
        { class: "lane-label sub", style: place, title: item.row.name + ofNth(item.row) },
        item.y <= laneView.parts.scroll.scrollTop && K.chip(item.of.name),
        K.el("span", { class: "txt" }, item.row.inner ? "inner branch " : "branch "),
        `${item.row.name.slice(7)}${item.row.code && item.row.of > item.of.branches.length ? ` of ${item.row.of}` : ""}`,
        K.el("span", { class: "txt" }, ofNth(item.row)),
        item.row.code ? K.el("code", {}, ` ${item.row.code}`) : "",
      );
    return K.el("div", { class: `lane-label${item.apart ? " apart" : ""}`, style: place }, taskButton(item.row.name));
  }
  function taskButton(name) {
    const row = laneView.lanes.rows.get(name);
    return K.el(
      "button",
      {
        class: `lane-task${K.pinned === name ? " sel" : ""}`,
        style: `${hueStyle(name)};--name:${Math.ceil(textWidth(name) * 1.1) + 8}px`,
        "aria-pressed": String(K.pinned === name),
        "data-task": name,
        title: `${name}${row?.made ? `, spawned at ${row.made}` : ""}. Click: follow it`,
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
  function paintCounts(b) {
    for (const small of laneView.parts.labels.querySelectorAll(".lane-counts")) {
      const group = inView(b).find((item) => item.group?.site === small.dataset.site)?.group;
      if (!group) continue;
      const c = group.counts,
        k = K.upTo(c.at, laneView.now.i);
      const words =
          k < 0
            ? []
            : [
                [c.poll[k], "polled"],
                [c.runs[k], "running"],
                [c.queued[k], "queued"],
                [c.ready[k], "ready"],
                [c.wait[k], "waiting"],
                [c.over[k], "over"],
              ]
                .filter(([n]) => n)
                .map(([n, w]) => `${commas(n)} ${w}`),
        all = words.join(" · ");
      // (Where not all have room, a sign says that there are more; the one that is polled is seen in its lane.)
      const { clientWidth } = small.parentElement,
        room = clientWidth - (small.previousElementSibling?.offsetWidth ?? 0) - 12,
        others = c.poll[k] ? [...words.slice(1), words[0]] : words,
        forms = [
          all,
          ...others
            .keys()
            .map((n) => others.slice(0, -n - 1).join(" · "))
            .filter(Boolean)
            .map((some) => `${some} · …`),
        ].map((some) => `all: ${some}`); // (it is beside the name of one)
      small.textContent = words.length ? (forms.find((text) => textWidth(text) <= room) ?? "") : "";
      small.title = words
        .join(", ")
        .replace("running", "running on their threads")
        .replace("queued", "waiting for a thread");
    }
  }
  /** The stretch that is marked, or that was asked about: over the lane of its task. */
  function drawStretch(f, height) {
    const { name, span } =
      laneView.marked ??
      (K.answer.stretch
        ? { name: K.answer.stretch.name, span: [K.answer.stretch.begin, K.answer.stretch.end] }
        : { span: [] });
    if (!name || !span.every(Number.isFinite)) return "";
    // (As the answer does it: what is before its task or after it, is not in it.)
    const [begins, ends] = K.lifeOf(name),
      [a, b] = ends < span[0] || begins > span[1] ? span : [Math.max(span[0], begins), Math.min(span[1], ends)];
    const { t } = K.trace,
      item = itemOf(name),
      before = K.upTo(t, a - 1),
      last = Math.max(0, K.upTo(t, b)); // (of a sleep in which it begins or ends it has its part)
    const from = Math.max(-4, sleepAt(before) ? pxOf(f, a) : f.px(Math.max(0, before + 1))),
      to = Math.min(laneView.width + 4, sleepAt(last) ? pxOf(f, b) : f.px(last));
    const [top, end] = item ? [item.y, item.y + item.h] : [0, height];
    // (Its sides are open where words are, and it has no edge above: there the words of its own bars are.)
    return `<path class="lane-stretch" d="M${round(from)} ${top}H${round(to)}V${round(end)}H${round(from)}z"/><path class="lane-stretch edge" d="${[from, to].map((x) => lineBeside(round(x), top, end)).join("")}"/>`;
  }

  Object.assign(K, { paintStill, paintNow });
})((window.K = window.K || {}));
