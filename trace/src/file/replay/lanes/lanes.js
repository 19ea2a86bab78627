// What did each task do, and when? And where in the run are we?
//
// One row a task, one column an event, sleep folded: the map of the run, and its scrubber. A window
// of the run is laid out, and of the rows only those in view; so a step costs the same in a run of
// a hundred events and in one of a hundred thousand. Many rows become groups by spawn site: how many
// of a group poll, are ready, wait, and below that the life of the one it is about. A strip
// above holds the whole run whenever the window doesn't.
//
// Interface: `K.lanes.zoom(factor)`, `K.lanes.whole()`. A click goes to an event, a
// label pins a task; the wheel and the keys + - 0 zoom, dragging marks a stretch and asks about it.
// Invariant: what is shown depends on the trace, the event, the level, the pinned task and what the
// reader set (zoom, filter, open groups); not on the way by which one came.
// Not here: the bars themselves (rows.js), words (text.js), where the rows are (layout.js).
"use strict";
(function (K) {
  const {
    COLUMN,
    RULER,
    STRIP,
    arrangeRows,
    concerned,
    edgeOf,
    frameOf,
    gives,
    idleWord,
    isBorn,
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
    rowsBox,
    svg,
  } = K;

  // ----- show -----

  /** Rows that don't fit are scrolled so that the one the event is about is in view. */
  function followEvent() {
    const item = leading();
    if (laneView.items.height <= laneView.items.high || !item) return;
    laneView.parts.scroll.scrollTop = Math.min(laneView.items[pageOf(item)].y, laneView.items.end);
    laneView.page = laneView.parts.scroll.scrollTop;
  }

  function show(state, event, i) {
    if (!laneView.lanes || !laneView.parts) return;
    const moved = i !== undefined && i !== laneView.now.i;
    if (moved) laneView.left = laneView.under = null;
    if (i !== undefined)
      laneView.now = {
        i,
        state,
        event,
        task: event?.ev === "TimerFire" ? K.rang(event, state).task : event?.task,
        told: K.quiz?.on
          ? []
          : [
              ...new Set(
                ["sentence", "aside", ...(document.body.matches(".warned") ? ["banner"] : [])].flatMap((id) =>
                  [...document.querySelectorAll(`#${id} .who .name`)].map((el) => el.textContent),
                ),
              ),
            ].slice(0, 6),
      };
    const box = laneView.parts.track.clientWidth;
    if (box < 40 || !K.trace.count) return;
    laneView.width = box;
    const asked = K.answer.stretch,
      row = asked !== laneView.asked && laneView.lanes.rows.get(asked?.name),
      at = (time) => Math.max(0, K.upTo(K.trace.t, time)),
      bound = row && Number.isFinite(asked.begin),
      f1 = frameOf();
    laneView.asked = asked;
    if (row && (bound ? at(asked.begin) < f1.first || at(asked.end) > f1.last + 1 : idleWord(row, f1)))
      laneView.left = laneView.lanes.x[bound ? at(asked.begin) : (row.at[0] ?? 0)] - f1.span * 0.08;
    const f0 = frameOf();
    if (
      f0.whole !== laneView.items.whole ||
      laneView.items.gave !== gives() ||
      laneView.items.quiz !== (K.quiz?.on && laneView.now.i) ||
      (laneView.items.scarce && laneView.items.scarce !== [f0.first, f0.last, f0.left, ...concerned()].join())
    ) {
      // the strip needs room, too
      placeRows();
      laneView.parts.scroll.scrollTop = laneView.page = Math.min(
        laneView.items.end,
        laneView.items[Math.max(0, K.upTo(laneView.items.tops, laneView.parts.scroll.scrollTop))]?.y ?? 0,
      );
    }
    if (moved || laneView.drawn === "" || row) followEvent(); // who scrolls by hand is left in peace until the next step
    const f = frameOf(),
      b = rowsBox();
    paintStill(f, b);
    paintNow(f, b);
    K.tell("lanes", f);
    paintSign(f);
    laneView.parts.whole.disabled = f.whole;
    say(...(laneView.under ?? [itemOf(K.pinned ?? event?.run ?? event?.task)?.row, laneView.now.i]));
  }
  /** What is not in the window: events, and lanes. Where not all has room, the strip tells of the events, and broken lines of what is in between. */
  function paintSign(f) {
    const events = !f.whole && `${commas(f.last - f.first + 1)} of ${commas(K.trace.count)} events`,
      empty =
        laneView.items.left + laneView.items.folded > 0 &&
        `${K.plural(laneView.items.left + laneView.items.folded, "lane")} ${laneView.items.folded ? "left out" : "empty here"}`,
      more = scrolled(),
      short = more.replace(/(, [\d,]+)? from between$/, ""),
      top = laneView.parts.zoomed.parentElement;
    for (const words of [
      [events, empty, more],
      [empty, more],
      [events, empty, short],
    ]) {
      laneView.parts.zoomed.textContent = words.filter(Boolean).join(", ");
      if (more === short || top.scrollWidth <= top.clientWidth) break;
    }
    laneView.parts.zoomed.title =
      more === short
        ? ""
        : `The lanes of those that the event is about, or what is asked, come first: the others are below them, in their order${laneView.items.some(({ apart }) => apart) ? " (a broken line shows where some of them would be)" : ""}`;
  }
  /** "▾ 3 more lanes, 1 from between": those that one has to scroll to, and how many of them come in between those that are seen. */
  function scrolled() {
    const { scrollTop, clientHeight } = laneView.parts.scroll,
      known = laneView.items.filter((item) => isBorn(item.group ?? item.of ?? item.row)),
      above = known.filter((item) => item.y < scrollTop - 1),
      under = known.filter((item) => item.y + item.h > scrollTop + clientHeight + 1),
      out = new Set([...above, ...under]);
    const [first, last] = known.reduce(
        ([a, b], item) => (out.has(item) ? [a, b] : [Math.min(a, item.k), Math.max(b, item.k)]),
        [Infinity, -1],
      ),
      between = [...out].filter(({ k }) => k > first && k < last).length;
    return (
      [above.length && `▴ ${commas(above.length)}`, under.length && `▾ ${commas(under.length)}`]
        .filter(Boolean)
        .join(" ") +
      (out.size ? ` more ${out.size === 1 ? "lane" : "lanes"}` : "") +
      (between ? `${between < out.size ? `, ${commas(between)}` : ""} from between` : "")
    );
  }
  const showAgain = () => show(laneView.now.state, laneView.now.event);
  /** What a bar is: of the row under the pointer, or of the task that the event is about. */
  function say(row, i) {
    const words = (laneView.parts.bar.title = row && i >= 0 ? K.times.words(row, i) : TITLE[+laneView.time]),
      head = laneView.parts.bar.parentElement;
    for (const text of [
      words,
      words.replace(/^width[^;]*; /, ""),
      words.replace(/^width[^;]*; |, left out$/g, ""),
      words.replace(/, event \d.*$|;.*$/, ""),
      words.replace(/[,;].*$/, (rest) => (/^, (?!\d|≥|event)/.test(rest) ? " …" : "")),
      words.replace(/ for .*$|[,;].*$/, ""),
      words.replace(/[:;].*$|^width is the program’s /, ""),
    ]) {
      // (what has no room is in its title)
      laneView.parts.bar.textContent = text;
      if (head.scrollWidth <= head.clientWidth) return;
    }
    laneView.parts.bar.textContent = "";
  }
  const TITLE = ["one column an event; sleep is folded", "width is the program’s time"];

  // ----- the box itself, once -----

  const KEY = `<span><svg><rect y="0" width="26" height="12" rx="2" fill="var(--t1)"/></svg>polling</span>
    <span><svg><rect x=".6" y="2" width="24.8" height="8" rx="2" class="lane-ready" style="--c:var(--t1);fill:url(#lane-hatch-1)"/></svg>ready</span>
    <span><svg><path d="M0 6h26" class="lane-wait" style="--c:var(--t1)"/></svg>waiting, on what</span>
    <span><svg><path d="M9 2l8 8m0-8-8 8" class="lane-cut"/></svg>cancelled, cut off</span>
    <span><svg><path d="M13 12V1m-4 4 4-4 4 4" class="arrow"/></svg>wake<i>: zoom in</i></span>`;
  /** Beside the clock, where it has room at every size; above it where the lanes' names are above the bars. */
  const SCALE = `<span><svg><rect width="12" height="12" class="sleep"/></svg>sleep, cut short</span> <span><svg><path d="M2 11l3-10m2 10 3-10" class="skip"/></svg><i>recording, </i>left out</span>`;
  const HATCH = [1, 2, 3, 4, 5, 6]
    .map(
      (n) =>
        `<pattern id="lane-hatch-${n}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0v5" stroke="var(--t${n})" stroke-width="1.6"/></pattern>`,
    )
    .join("");

  function build() {
    const pane = document.getElementById("lanes");
    if (!pane) return;
    laneView.parts = {
      window: svg("rect", { class: "window", rx: 3 }),
      where: svg("path", { class: "cursor" }),
      run: svg("g", {}),
      future: svg("rect", { class: "veil", y: 0, height: STRIP }),
      marks: svg("g", {}),
      dim: svg("g", {}),
      told: svg("g", { class: "lane-words" }),
      tick: svg("g", { id: "lanes-tick" }),
      still: svg("g", { id: "lanes-still" }),
      veil: svg("g", { id: "lanes-veil" }),
      words: svg("g", { id: "lanes-words", class: "lane-words" }),
      now: svg("g", { id: "lanes-now" }),
      labels: K.el("div", { class: "lane-labels" }),
      zoomed: K.el("small", { class: "lane-window num" }),
      filter: K.el("button", {
        id: "lanes-filter",
        class: "word",
        title: "Only some tasks: by name, line, state, age, or what they wait for (f)",
      }),
      all: K.el("button", { id: "lanes-all", title: "All tasks", "aria-label": "All tasks" }, "×"),
      whole: K.el("button", { id: "lanes-whole", title: "The whole run (0)", "aria-label": "The whole run" }, "⤢"),
    };
    laneView.parts.strip = svg(
      "svg",
      {
        class: "lane-strip",
        id: "lanes-strip",
        height: STRIP,
        role: "img",
        "aria-label": "The whole run, and the window of it that is shown below",
      },
      laneView.parts.run,
      laneView.parts.future,
      laneView.parts.window,
      laneView.parts.where,
    );
    laneView.parts.ruler = svg(
      "svg",
      { class: "lane-ruler", id: "lanes-ruler", height: RULER, "aria-hidden": "true" },
      laneView.parts.marks,
      laneView.parts.dim,
      laneView.parts.told,
      laneView.parts.tick,
    );
    laneView.parts.rows = svg(
      "svg",
      {
        class: "lane-rows",
        id: "lanes-rows",
        role: "img",
        "aria-label": "Lanes: what each task did, event by event. The same as text: search",
      },
      laneView.parts.still,
      laneView.parts.veil,
      laneView.parts.words,
      laneView.parts.now,
    );
    laneView.parts.track = K.el("div", { class: "lane-track" }, laneView.parts.rows);
    laneView.parts.scroll = K.el(
      "div",
      { class: "lane-scroll", id: "lanes-scroll" },
      laneView.parts.labels,
      laneView.parts.track,
    );
    const scale = K.el("div", { class: "lane-scale" });
    scale.innerHTML = SCALE;
    laneView.parts.head = K.el(
      "div",
      { class: "lane-head" },
      scale,
      K.el("div", { class: "lane-track" }, laneView.parts.strip, laneView.parts.ruler),
    );
    const key = (laneView.parts.key = K.el("div", { class: "key", "aria-hidden": "true" }));
    key.innerHTML = KEY;
    const defs = svg("svg", { width: 0, height: 0, class: "hide", "aria-hidden": "true" });
    defs.innerHTML = HATCH;
    const tools = K.el(
      "div",
      { class: "lane-tools ctl" },
      laneView.parts.filter,
      laneView.parts.all,
      K.el(
        "button",
        { id: "lanes-times", class: "word", title: "How long? A table of all tasks, and go to a time (l)" },
        "How long?",
      ),
      K.el(
        "button",
        {
          id: "lanes-time",
          class: "word",
          "aria-pressed": "false",
          title: `Width is time (m): ${TITLE[1]}; grey: sleep, cut short; //: recording, left out`,
        },
        "Time",
      ),
      K.el("button", { id: "lanes-out", title: "Further away (−)", "aria-label": "Zoom out" }, "−"),
      K.el("button", { id: "lanes-in", title: "Closer (+)", "aria-label": "Zoom in" }, "+"),
      laneView.parts.whole,
    );
    const title = K.el("h2", {}, K.el("b", {}, "Lanes"));
    laneView.parts.bar = K.el("span", { id: "lanes-bar" });
    title.append(laneView.parts.bar);
    pane.replaceChildren(
      K.el("div", { class: "top" }, title, key, laneView.parts.zoomed, tools),
      laneView.parts.head,
      laneView.parts.scroll,
      defs,
    );
    listen(pane);
  }

  // ----- the reader's hand -----

  const nearest = (i) => K.visible[Math.max(0, K.upTo(K.visible, i))] ?? i;
  const eventAt = (x, f = frameOf()) =>
    Math.max(0, Math.min(K.trace.last, K.upTo(laneView.lanes.x, f.left + x / f.column)));
  const goNear = (i) => K.go(nearest(i));

  function zoom(factor, at) {
    const f = frameOf(),
      x = at ?? Math.max(0, Math.min(laneView.width, f.px(laneView.now.i))),
      under = f.left + x / f.column;
    const least = (laneView.width - edgeOf()) / (laneView.lanes.width + 1);
    laneView.column = Math.max(Math.min(least, COLUMN.least), Math.min(mostZoom(), f.column * factor));
    laneView.left = under - x / laneView.column;
    showAgain();
  }
  function showWhole() {
    laneView.column = Math.min(mostZoom(), (laneView.width - edgeOf()) / (laneView.lanes.width + 1));
    laneView.left = null;
    showAgain();
  }

  function listen(pane) {
    const on = (id, f) => document.getElementById(id).addEventListener("click", f);
    on("lanes-in", () => zoom(1.6));
    on("lanes-out", () => zoom(1 / 1.6));
    on("lanes-whole", showWhole);
    on("lanes-filter", K.search.tasks);
    on("lanes-all", () => K.filter.set(""));
    on("lanes-times", K.times.open);
    on("lanes-time", byTime);
    laneView.parts.rows.addEventListener("pointermove", point);
    laneView.parts.rows.addEventListener("pointerleave", () => {
      laneView.under = null;
      showAgain();
    });
    laneView.parts.labels.addEventListener("click", (ev) => {
      const group = ev.target.closest(".lane-group"); // a task's label is for controls.js, as everywhere
      if (group) toggle(group.dataset.site);
    });
    laneView.parts.scroll.addEventListener("scroll", () => {
      if (laneView.lanes) showAgain();
    });
    pane.addEventListener("wheel", wheel, { passive: false });
    drag(laneView.parts.rows, false);
    drag(laneView.parts.ruler, true);
    drag(laneView.parts.strip, true, (x) =>
      goNear(Math.max(0, K.upTo(laneView.lanes.x, (x / (laneView.width - 2)) * laneView.lanes.width))),
    );
    const sized = new ResizeObserver(() => {
      laneView.stripOf = laneView.drawn = "";
      if (!laneView.lanes) return;
      arrangeRows();
      showAgain();
    });
    sized.observe(laneView.parts.head); // (not what is as high as is drawn in it)
    addEventListener("resize", () => {
      if (laneView.lanes) {
        arrangeRows();
        showAgain();
      }
    });
  }
  function toggle(site) {
    if (!laneView.open.delete(site)) laneView.open.add(site);
    arrangeRows();
    showAgain();
    laneView.parts.labels.querySelector(`[data-site="${CSS.escape(site)}"]`)?.focus();
  }

  /** One column an event, or width as time. */
  function byTime() {
    laneView.time = !laneView.time;
    laneView.lanes.x = laneView.time ? K.timeColumns(K.trace, laneView.lanes) : laneView.lanes.eventX;
    laneView.lanes.width = laneView.lanes.x[K.trace.count];
    document.getElementById("lanes-time").setAttribute("aria-pressed", String(laneView.time));
    laneView.parts.head.classList.toggle("timed", laneView.time);
    laneView.column = laneView.left = null;
    showAgain();
  }
  const itemUnder = (ev) =>
    laneView.items[K.upTo(laneView.items.tops, ev.clientY - laneView.parts.rows.getBoundingClientRect().top)];
  const rowUnder = (ev) => {
    const item = itemUnder(ev);
    return item && (item.of ?? item.row ?? memberOf(item.group));
  };
  function point(ev) {
    if (!laneView.lanes || ev.buttons) return;
    const box = laneView.parts.rows.getBoundingClientRect(),
      item = itemUnder(ev),
      i = eventAt(ev.clientX - box.left);
    if (!item || (K.quiz?.on && i > laneView.now.i)) return;
    laneView.under = [
      item.of
        ? Object.assign(Object.create(item.row), { name: `${item.of.name}, ${item.row.name}` })
        : (item.row ?? memberOf(item.group)),
      i,
    ];
    say(...laneView.under);
  }

  /** A click goes to the event. Dragging moves the cursor on a ruler. Over a row the mouse marks a stretch, which is answered
   *  (answer/answer.js); with shift it moves the window, as a finger does. */
  function drag(el, scrubs, scrub = (x) => goNear(eventAt(x))) {
    let start = null;
    const x = (ev) => ev.clientX - el.getBoundingClientRect().left;
    el.addEventListener("pointerdown", (ev) => {
      if (ev.button !== 0) return;
      const f = frameOf();
      const marks = !scrubs && ev.pointerType === "mouse" && !ev.shiftKey;
      start = {
        x: x(ev),
        left: f.left,
        column: f.column,
        moved: false,
        pan: !scrubs && !marks && !f.whole,
        row: marks ? rowUnder(ev) : null,
        from: eventAt(x(ev)),
      };
      if (ev.pointerType === "mouse" || scrubs) el.setPointerCapture(ev.pointerId);
      if (scrubs) scrub(start.x);
    });
    el.addEventListener("pointermove", (ev) => {
      if (!start || (ev.pointerType !== "mouse" && !scrubs && !start.pan)) return;
      if (Math.abs(x(ev) - start.x) > 4) start.moved = true;
      if (!start.moved) return;
      if (start.row) return mark(start, eventAt(x(ev)));
      if (!start.pan) return scrub(x(ev));
      laneView.left = start.left - (x(ev) - start.x) / start.column;
      showAgain();
    });
    el.addEventListener("pointerup", (ev) => {
      if (start && !start.moved && !scrubs) scrub(x(ev));
      if (start?.moved && laneView.marked) K.answer.ask(laneView.marked.name, ...laneView.marked.span);
      start = laneView.marked = null;
      if (ev.pointerType === "mouse" && el === laneView.parts.rows) point(ev);
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

  /** Zooms where nothing else could scroll; with ctrl always. Sideways it pans. */
  function wheel(ev) {
    const f = frameOf(),
      f0 = laneView.parts.track.getBoundingClientRect(),
      sideways = ev.shiftKey ? ev.deltaY || ev.deltaX : Math.abs(ev.deltaX) > Math.abs(ev.deltaY) ? ev.deltaX : 0;
    if (sideways) {
      if (f.whole) return;
      laneView.left = f.left + sideways / f.column;
    } else {
      const scrolls =
        laneView.parts.scroll.scrollHeight > laneView.parts.scroll.clientHeight + 1 &&
        laneView.parts.scroll.contains(ev.target);
      const pageScrolls = document.documentElement.scrollHeight > innerHeight + 1;
      if ((scrolls || pageScrolls) && !ev.ctrlKey && !ev.metaKey) return;
      ev.preventDefault();
      return zoom(Math.exp(-ev.deltaY / 400), ev.clientX - f0.left);
    }
    ev.preventDefault();
    showAgain();
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
    whole: showWhole,
    again: showAgain,
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
    /** For bars.js: brings an event's column and a row into view, and says what a bar is. */
    reveal(i, item) {
      const f = frameOf(),
        high = laneView.parts.scroll.clientHeight;
      if (i < f.first || f.px(i) > laneView.width - 40) laneView.left = laneView.lanes.x[i] - f.span * 0.3;
      if (item.y < laneView.parts.scroll.scrollTop || item.y + item.h > laneView.parts.scroll.scrollTop + high)
        laneView.parts.scroll.scrollTop = laneView.page = item.y;
      showAgain();
    },
    tell: (row, i) => say(row, i),
    get drawnBars() {
      return laneView.parts.still.querySelectorAll("rect, path").length;
    },
  };
  K.on("trace", () => {
    laneView.lanes = K.rowsOf(K.trace);
    laneView.lanes.eventX ??= laneView.lanes.x;
    laneView.lanes.x = laneView.lanes.eventX;
    laneView.lanes.width = laneView.lanes.x[K.trace.count];
    laneView.time = false;
    laneView.drawn = laneView.stripOf = "";
    laneView.width = 0;
    Object.assign(laneView, { column: null, left: null });
    laneView.open.clear();
    build();
    filtered();
    laneView.width = laneView.parts.track.clientWidth;
    arrangeRows();
  });
  function filtered() {
    laneView.parts.filter.innerHTML = K.filter.tasks
      ? `<span class="wide">${K.esc(K.filter.words())}</span><span class="narrow">${K.number(K.filter.tasks.size)} of ${K.number(K.trace.names.length)}</span>`
      : "Filter";
    laneView.parts.filter.title = `${K.filter.tasks ? `${K.filter.words()}. ` : ""}Only some tasks: by name, line, state, age, or what they wait for (f)`;
    laneView.parts.filter.setAttribute("aria-pressed", String(!!K.filter.tasks));
    laneView.parts.all.hidden = !K.filter.tasks;
  }
  K.on("filter", () => {
    // (and then all is shown anew)
    filtered();
    laneView.parts.scroll.scrollTop = 0;
    arrangeRows();
  });
  K.on("show", show);
  K.on("quiz", showAgain);
})((window.K = window.K || {}));
