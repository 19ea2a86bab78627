// What did each task do, and when? And where in the run are we?
//
// One row a task, one column an event, sleep folded: the map of the run, and its scrubber. A window
// of the run is laid out, and of the rows only those in view; so a step costs the same in a run of
// a hundred events and in one of a hundred thousand. Many rows become groups by spawn site: how many
// of a group poll, are ready, wait, and below that the life of the one it is about.
//
// Interface: `K.lanes.zoom(factor)`, `K.lanes.whole()`, `K.lanes.sized`: a promise, kept when the
// browser has told how wide the lanes are; for bars.js `K.lanes.reveal(i, item)` and `K.lanes.tell`.
// A click goes to an event, a label pins a task; the keys + - 0, and the wheel with ctrl, zoom;
// dragging marks a stretch and asks about it.
// Invariant: what is shown depends on the trace, the event, the level, the pinned task and what the
// reader set (zoom, filter, open groups); not on the way by which one came.
// Not here: the bars themselves (rows.js), words (text.js), where the rows are (layout.js).
"use strict";
(function (K) {
  const {
    COLUMN,
    RULER,
    arrangeRows,
    frameOf,
    itemOf,
    laneView,
    leading,
    memberOf,
    mostZoom,
    number: commas,
    pageOf,
    paintNow,
    paintStill,
    placeRows,
    svg,
    wholeColumn,
  } = K;

  // ----- show -----

  function show(state, event, i) {
    if (!laneView.lanes || !laneView.parts) return;
    const moved = i !== undefined && i !== laneView.now.i;
    if (moved) laneView.left = laneView.under = null;
    if (i !== undefined) {
      const task = event?.ev === "TimerFire" ? K.rang(event, state).task : event?.task;
      laneView.now = { i, state, event, task };
    }
    if (laneView.width < 40 || !K.trace.count) return;
    const asked = K.answer.stretch,
      isNew = asked !== laneView.asked;
    laneView.asked = asked;
    if (isNew && asked) showStretch(asked);
    if (laneView.items.born !== (K.quiz?.on && laneView.now.i)) placeRows();
    // (Who scrolls by hand is left in peace until the next step.)
    if (moved || isNew || laneView.drawn === "") {
      const item = leading();
      if (item) laneView.parts.scroll.scrollTop = pageOf(item);
    }
    const f = frameOf();
    paintStill(f);
    paintNow(f);
    K.tell("lanes", f);
    const part = f.whole ? "" : `${commas(f.last - f.first + 1)} of ${commas(K.trace.count)} events, `;
    laneView.parts.zoomed.textContent = part + K.plural(laneView.items.length, "lane");
    laneView.parts.whole.disabled = f.whole;
    const row = itemOf(K.pinned ?? event?.run ?? event?.task)?.row;
    say(...(laneView.under ?? [row, laneView.now.i]));
  }
  /** Moves the window to the beginning of what is asked about, if that is outside of it. */
  function showStretch({ begin, end }) {
    if (!Number.isFinite(begin)) return;
    const at = (time) => Math.max(0, K.upTo(K.trace.t, time)),
      f = frameOf();
    if (at(begin) < f.first || at(end) > f.last + 1) laneView.left = laneView.lanes.x[at(begin)] - f.span * 0.08;
  }
  const showAgain = () => show(laneView.now.state, laneView.now.event);
  const TITLE = ["one column an event; sleep is folded", "width is the program’s time"];
  /** What a bar is: of the row under the pointer, or of the task that the event is about. */
  function say(row, i) {
    const words = row && i >= 0 ? K.times.words(row, i) : TITLE[+laneView.time];
    laneView.parts.bar.textContent = laneView.parts.bar.title = words;
  }

  // ----- the box itself, once -----

  const KEY = `<span><svg><rect y="0" width="26" height="12" rx="2" fill="var(--t1)"/></svg>polling</span>
    <span><svg><rect x=".6" y="2" width="24.8" height="8" rx="2" class="lane-ready" style="--c:var(--t1);fill:url(#lane-hatch-1)"/></svg>ready</span>
    <span><svg><path d="M0 6h26" class="lane-wait" style="--c:var(--t1)"/></svg>waiting, on what</span>
    <span><svg><path d="M9 2l8 8m0-8-8 8" class="lane-cut"/></svg>cancelled, cut off</span>
    <span><svg><path d="M13 12V1m-4 4 4-4 4 4" class="arrow"/></svg>wake</span>`;
  const HATCH = [1, 2, 3, 4, 5, 6]
    .map(
      (n) =>
        `<pattern id="lane-hatch-${n}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0v5" stroke="var(--t${n})" stroke-width="1.6"/></pattern>`,
    )
    .join("");
  const group = (id, more) => svg("g", { id, ...more });
  const button = (id, words, title, more) => K.el("button", { id, title, "aria-label": title, ...more }, words);
  const html = (tag, more, text) => Object.assign(K.el(tag, more), { innerHTML: text });

  function build() {
    const pane = document.getElementById("lanes"),
      parts = (laneView.parts = {
        marks: group("lanes-marks"),
        dim: group("lanes-dim"),
        told: group("lanes-told", { class: "lane-words" }),
        tick: group("lanes-tick"),
        still: group("lanes-still"),
        veil: group("lanes-veil"),
        words: group("lanes-words", { class: "lane-words" }),
        now: group("lanes-now"),
        labels: K.el("div", { class: "lane-labels" }),
        zoomed: K.el("small", { class: "lane-window num" }),
        bar: K.el("span", { id: "lanes-bar" }),
        filter: K.el("button", { id: "lanes-filter", class: "word" }),
        all: button("lanes-all", "×", "All tasks"),
        whole: button("lanes-whole", "⤢", "The whole run (0)"),
      });
    parts.ruler = svg(
      "svg",
      { class: "lane-ruler", id: "lanes-ruler", height: RULER, "aria-hidden": "true" },
      parts.marks,
      parts.dim,
      parts.told,
      parts.tick,
    );
    parts.rows = svg(
      "svg",
      {
        class: "lane-rows",
        id: "lanes-rows",
        role: "img",
        "aria-label": "Lanes: what each task did, event by event. The same as text: find",
      },
      parts.still,
      parts.veil,
      parts.words,
      parts.now,
    );
    parts.track = K.el("div", { class: "lane-track" }, parts.rows);
    parts.scroll = K.el("div", { class: "lane-scroll", id: "lanes-scroll" }, parts.labels, parts.track);
    parts.head = K.el("div", { class: "lane-head" }, K.el("div"), K.el("div", { class: "lane-track" }, parts.ruler));
    const tools = K.el(
      "div",
      { class: "lane-tools ctl" },
      parts.filter,
      parts.all,
      button("lanes-times", "How long?", "A table of all tasks, and go to a time (l)", { class: "word" }),
      button("lanes-time", "Time", `Width is time (m): ${TITLE[1]}`, { class: "word", "aria-pressed": "false" }),
      button("lanes-out", "−", "Zoom out (−)"),
      button("lanes-in", "+", "Zoom in (+)"),
      parts.whole,
    );
    const title = K.el("h2", {}, K.el("b", {}, "Lanes"), parts.zoomed, parts.bar),
      defs = svg("svg", { width: 0, height: 0, class: "hide", "aria-hidden": "true" });
    defs.innerHTML = HATCH;
    pane.replaceChildren(
      K.el("div", { class: "top" }, title, html("div", { class: "key", "aria-hidden": "true" }, KEY), tools),
      parts.head,
      parts.scroll,
      defs,
    );
    listen(parts);
  }

  // ----- the reader's hand -----

  const goNear = (i) => K.go(K.visible[Math.max(0, K.upTo(K.visible, i))] ?? i);
  const eventAt = (x, f = frameOf()) =>
    Math.max(0, Math.min(K.trace.last, K.upTo(laneView.lanes.x, f.left + x / f.column)));

  function zoom(factor, at) {
    const f = frameOf(),
      x = at ?? Math.max(0, Math.min(laneView.width, f.px(laneView.now.i))),
      under = f.left + x / f.column,
      least = Math.min(wholeColumn(), COLUMN.least);
    laneView.column = Math.max(least, Math.min(mostZoom(), f.column * factor));
    laneView.left = under - x / laneView.column;
    showAgain();
  }
  function showWhole() {
    laneView.column = Math.min(mostZoom(), wholeColumn());
    laneView.left = null;
    showAgain();
  }

  /** The one length that the browser tells: how wide the lanes are, in the pixels in which they are drawn. */
  let isSized;
  const sized = new Promise((told) => {
    isSized = told;
  });
  const watch = new ResizeObserver(([{ contentRect }]) => {
    laneView.width = Math.floor(contentRect.width);
    laneView.drawn = "";
    isSized();
    if (!laneView.lanes) return;
    arrangeRows();
    showAgain();
  });

  function listen(parts) {
    const on = (id, f) => document.getElementById(id).addEventListener("click", f);
    on("lanes-in", () => zoom(1.6));
    on("lanes-out", () => zoom(1 / 1.6));
    on("lanes-whole", showWhole);
    on("lanes-filter", K.find.open);
    on("lanes-all", () => K.find.set(""));
    on("lanes-times", K.times.open);
    on("lanes-time", byTime);
    parts.rows.addEventListener("pointermove", point);
    parts.rows.addEventListener("pointerleave", () => {
      laneView.under = null;
      showAgain();
    });
    parts.labels.addEventListener("click", (ev) => {
      const toggled = ev.target.closest(".lane-group"); // a task's label is for controls.js, as everywhere
      if (toggled) toggle(toggled.dataset.site);
    });
    parts.scroll.addEventListener("scroll", () => laneView.lanes && showAgain());
    for (const el of [parts.rows, parts.ruler]) el.addEventListener("wheel", wheel, { passive: false });
    drag(parts.rows, false);
    drag(parts.ruler, true);
    watch.disconnect();
    watch.observe(parts.head.lastChild);
  }
  function toggle(site) {
    if (!laneView.open.delete(site)) laneView.open.add(site);
    arrangeRows();
    showAgain();
    laneView.parts.labels.querySelector(`[data-site="${CSS.escape(site)}"]`)?.focus();
  }

  /** One column an event, or width as time. */
  function byTime() {
    setTime(!laneView.time);
    showAgain();
  }
  function setTime(is) {
    const { lanes } = laneView;
    lanes.eventX ??= lanes.x;
    lanes.x = is ? K.timeColumns(K.trace, lanes) : lanes.eventX;
    lanes.width = lanes.x[K.trace.count];
    Object.assign(laneView, { time: is, column: null, left: null });
    document.getElementById("lanes-time").setAttribute("aria-pressed", String(is));
  }
  const rowOf = (item) => item && (item.of ?? item.row ?? memberOf(item.group));
  const itemUnder = (ev) => laneView.items[K.upTo(laneView.items.tops, ev.offsetY)];
  function point(ev) {
    if (!laneView.lanes || ev.buttons) return;
    const item = itemUnder(ev),
      i = eventAt(ev.offsetX);
    if (!item || (K.quiz?.on && i > laneView.now.i)) return;
    const branch = item.of && Object.assign(Object.create(item.row), { name: `${item.of.name}, ${item.row.name}` });
    laneView.under = [branch ?? rowOf(item), i];
    say(...laneView.under);
  }

  /** A click goes to the event. Dragging moves the cursor on a ruler. Over a row the mouse marks a stretch, which is answered
   *  (answer/answer.js); with shift it moves the window, as a finger does. */
  function drag(el, scrubs) {
    let start = null;
    el.addEventListener("pointerdown", (ev) => {
      if (ev.button !== 0) return;
      const { left, column, whole } = frameOf(),
        x = ev.offsetX,
        marks = !scrubs && ev.pointerType === "mouse" && !ev.shiftKey;
      start = { x, left, column, pan: !scrubs && !marks && !whole, row: marks ? rowOf(itemUnder(ev)) : null };
      start.from = eventAt(x);
      if (ev.pointerType === "mouse" || scrubs) el.setPointerCapture(ev.pointerId);
      if (scrubs) goNear(start.from);
    });
    el.addEventListener("pointermove", (ev) => {
      if (!start || (ev.pointerType !== "mouse" && !scrubs && !start.pan)) return;
      if (Math.abs(ev.offsetX - start.x) > 4) start.moved = true;
      if (!start.moved) return;
      if (start.row) return mark(start, eventAt(ev.offsetX));
      if (!start.pan) return goNear(eventAt(ev.offsetX));
      laneView.left = start.left - (ev.offsetX - start.x) / start.column;
      showAgain();
    });
    el.addEventListener("pointerup", (ev) => {
      if (start && !start.moved && !scrubs) goNear(eventAt(ev.offsetX));
      if (start?.moved && laneView.marked) K.answer.ask(laneView.marked.name, ...laneView.marked.span);
      start = laneView.marked = null;
      if (ev.pointerType === "mouse" && !scrubs) point(ev);
      showAgain();
    });
    el.addEventListener("pointercancel", () => {
      start = laneView.marked = null;
    });
  }
  function mark({ row, from }, to) {
    const { t, last } = K.trace,
      [a, b] = from <= to ? [from, to] : [to, from];
    laneView.marked = { name: row.name, span: [t[a], t[Math.min(b + 1, last)]] };
    showAgain();
  }

  /** With ctrl it zooms; sideways, or with shift, it pans. Else it scrolls, as everywhere. */
  function wheel(ev) {
    const f = frameOf(),
      isAside = Math.abs(ev.deltaX) > Math.abs(ev.deltaY),
      sideways = ev.shiftKey ? ev.deltaY || ev.deltaX : isAside ? ev.deltaX : 0;
    if (ev.ctrlKey || ev.metaKey) zoom(Math.exp(-ev.deltaY / 400), ev.offsetX);
    else if (sideways && !f.whole) {
      laneView.left = f.left + sideways / f.column;
      showAgain();
    } else return;
    ev.preventDefault();
  }

  addEventListener("keydown", (ev) => {
    if (!laneView.lanes || !K.isForPage(ev)) return;
    const f = { "+": () => zoom(1.6), "=": () => zoom(1.6), "-": () => zoom(1 / 1.6), 0: showWhole }[ev.key];
    if (f) {
      ev.preventDefault();
      f();
    }
  });

  K.lanes = {
    zoom,
    sized,
    whole: showWhole,
    byTime,
    get frame() {
      return laneView.lanes && laneView.width ? frameOf() : null;
    },
    get items() {
      return laneView.items;
    },
    get track() {
      return laneView.parts.track;
    },
    member: (item) => memberOf(item.group),
    reveal(i, item) {
      const f = frameOf();
      if (i < f.first || f.px(i) > laneView.width - 40) laneView.left = laneView.lanes.x[i] - f.span * 0.3;
      laneView.parts.scroll.scrollTop = pageOf(item);
      showAgain();
    },
    tell: say,
    get drawnBars() {
      return laneView.parts.still.querySelectorAll("rect, path").length;
    },
  };
  K.on("trace", () => {
    laneView.lanes = K.rowsOf(K.trace);
    laneView.drawn = "";
    laneView.open.clear();
    build();
    setTime(false);
    filtered();
    arrangeRows();
  });
  function filtered() {
    const { filter, all } = laneView.parts,
      title = "Only some tasks: by name, line, state, or what they wait for (/)",
      words = K.find.tasks && K.find.words(),
      short = words && `${K.number(K.find.tasks.size)} of ${K.number(K.trace.names.length)}`;
    filter.innerHTML = words
      ? `<span class="wide">${K.esc(words)}</span><span class="narrow">${short}</span>`
      : "Filter";
    filter.title = words ? `${words}. ${title}` : title;
    filter.setAttribute("aria-pressed", String(!!words));
    all.hidden = !words;
  }
  K.on("find", () => {
    // (and then all is shown anew)
    filtered();
    laneView.parts.scroll.scrollTop = 0;
    arrangeRows();
  });
  K.on("show", show);
  K.on("quiz", showAgain);
})((window.K = window.K || {}));
