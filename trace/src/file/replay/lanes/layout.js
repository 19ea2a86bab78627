// Which rows have lanes, where, and which part of the run is in the window?
//
// Rows are one below the other, in the order in which their tasks were made; many become groups by
// spawn site. Their box is scrolled, and only the rows near the part that is seen are drawn.
//
// Interface: `arrangeRows()`; `frameOf()`: the part of the run that is in the window, with what turns
// an event into pixels; `inView()`, `itemOf(name)`, `leading()`, `pageOf(item)`.
// Invariant: a step costs the same in a run of any length.
// Not here: drawing (draw.js), the pointer (lanes.js).
"use strict";
(function (K) {
  const { BAR, COLUMN, EDGE, laneView } = K;

  // ----- the rows -----

  const finger = matchMedia("(pointer: coarse)"),
    thin = matchMedia("(max-width: 760px)"); // (where a lane's name stands above its bars)
  /** So much of the window's height the lanes have at the most (lanes.css), so many rows are a page, and so many pixels
   *  above the part that is seen are drawn. */
  const SHARE = 0.36,
    PAGE = 4,
    AROUND = 200;
  const heightOf = () => (finger.matches || thin.matches ? 44 : 28);

  function arrangeRows() {
    laneView.shown = K.arrange(laneView.lanes, (row) => K.find.has(row.name));
    placeRows();
  }
  /** In the quiz there is no lane of what is not made yet. */
  const isBorn = (row) => !K.quiz?.on || row.at[0] <= laneView.now.i;
  const MOST_BRANCHES = 8;
  function placeRows() {
    const h = heightOf(),
      band = finger.matches ? 44 : 24,
      items = (laneView.items = []);
    let y = 0;
    const put = (item) => {
      items.push({ lift: 0, ...item, y });
      y += item.h;
    };
    const putRow = (row, depth) => {
      if (!isBorn(row)) return;
      put({ row, h, depth, lift: thin.matches ? 17 : 0 });
      if (row.branches.length > MOST_BRANCHES) return;
      for (const branch of row.branches) if (isBorn(branch)) put({ row: branch, of: row, h: h - 4, depth: depth + 1 });
    };
    for (const s of laneView.shown) {
      if (!s.rows) putRow(s, 0);
      else if (s.rows.some(isBorn)) {
        const isOpen = laneView.open.has(s.site); // (each of its tasks has a lane then)
        put({ group: s, h: isOpen ? band : band + h, band, depth: 0, only: isOpen });
        if (isOpen) for (const row of s.rows) putRow(row, 1);
      }
    }
    const byName = items.filter((item) => item.row && !item.of).map((item) => [item.row.name, item]);
    Object.assign(items, {
      height: y,
      born: K.quiz?.on && laneView.now.i,
      tops: items.map((item) => item.y),
      of: new Map(byName),
    });
    document.getElementById("lanes").classList.toggle("thin", thin.matches);
    laneView.parts.labels.style.height = `${Math.max(y, h)}px`;
    laneView.parts.rows.setAttribute("height", Math.max(y, h));
  }
  const itemOf = (name) =>
    laneView.items.of.get(name) ??
    laneView.items.find(({ group }) => group && group === laneView.lanes.rows.get(name)?.group);

  /** The lane of the task that is asked about, or the event is, or that was polled last. */
  function leading() {
    const { counts } = laneView.lanes,
      last = counts && counts.who[Math.max(0, K.upTo(counts.at, laneView.now.i))]?.name;
    return [K.answer.name, laneView.now.task, last].map((name) => name && itemOf(name)).find(Boolean);
  }
  /** Where the box is scrolled to for a lane: by pages, so that the next step moves nothing. */
  const pageOf = (item) => Math.floor(item.y / (PAGE * heightOf())) * PAGE * heightOf();
  /** Those that may be seen, and some around them. */
  function inView() {
    const top = laneView.parts.scroll.scrollTop - AROUND,
      end = top + AROUND + innerHeight * SHARE;
    return laneView.items.slice(Math.max(0, K.upTo(laneView.items.tops, top)), K.upTo(laneView.items.tops, end) + 1);
  }

  const ENDED = {
    [BAR.NONE]: "over",
    [BAR.DONE]: "done",
    [BAR.CANCELLED]: "cancelled",
    [BAR.PANICKED]: "panicked",
    [BAR.WON]: "won",
  };
  /** What a row is whose bars are all before the window, or after it: "" if it has one in it. */
  function idleWord(row, f) {
    const k = row.barAt(Math.min(f.last, K.seen())),
      end = ENDED[row.kind[k]];
    if (k < 0) return row.at.length ? "begins later ▸" : "";
    return end && f.px(row.at[k]) < -EDGE ? `◂ ${end}` : "";
  }

  // ----- the window -----

  /** A column that is a length of time may be as wide as it takes to tell two events apart. */
  const mostZoom = () => (laneView.time ? COLUMN.time : COLUMN.most);
  /** So wide is a column where the whole run is in the window. */
  const wholeColumn = () => (laneView.width - EDGE) / (laneView.lanes.width + 1);
  /** How wide a column is, the first column in view, and from it the first and last event. */
  function frameOf() {
    const { lanes, width, now } = laneView,
      whole = wholeColumn(),
      usual = Math.max(finger.matches ? COLUMN.touch : COLUMN.least, whole),
      wanted = laneView.column ?? (laneView.time ? whole : usual),
      column = Math.min(mostZoom(), Math.max(Math.min(COLUMN.least, whole), wanted)),
      span = width / column,
      all = lanes.width + EDGE / column;
    let left = 0;
    if (all > span) {
      // Pages that overlap: the place of an event on the screen doesn't depend on where one came from.
      // (In the quiz nothing is seen right of it.)
      const page = span * 0.7,
        earlier = K.quiz?.on ? span * 0.18 : 0,
        x = lanes.x[now.i] - span * 0.08;
      left = laneView.left ?? Math.max(0, Math.floor(x / page) * page - earlier);
      if (laneView.left === null && left + span > lanes.x[K.trace.last]) left = all;
      left = Math.max(0, Math.min(left, all - span));
    }
    return {
      column,
      left,
      span,
      first: Math.max(0, K.upTo(lanes.x, left)),
      last: Math.min(K.trace.last, K.upTo(lanes.x, left + span)),
      whole: all <= span + 0.01,
      half: laneView.time ? 0 : column / 2,
      px: (i) => (lanes.x[i] - left) * column,
    };
  }

  Object.assign(K, {
    arrangeRows,
    placeRows,
    itemOf,
    leading,
    pageOf,
    inView,
    isBorn,
    idleWord,
    mostZoom,
    wholeColumn,
    frameOf,
  });
})((window.K = window.K || {}));
