// Which rows have lanes, where, and which part of the run is in the window?
//
// Many rows become groups by spawn site. Where not all have room, a row with nothing in the window leaves its own to the others,
// branches give way, and what the event is about comes together on one page.
//
// Interface: `arrangeRows()`, `placeRows()`, `frameOf()`: the part of the run that is in the window, with what turns an event
// into pixels; `inView()`, `itemOf(row)`, `idleWord(row, frame)`.
// Invariant: of the rows only those in view are drawn; so a step costs the same in a run of any length.
// Not here: drawing (draw.js), the pointer (lanes.js).
"use strict";
(function (K) {
  const { BAR, COLUMN, EDGE, LANES_HEAD, NAME_HEIGHT, STRIP, laneView } = K;

  // ----- the rows to show -----

  const coarsePointer = matchMedia("(pointer: coarse)");
  /** So high a row must be: a finger needs more than a mouse. */
  const leastHeight = () => (coarsePointer.matches || thin() ? 44 : 24);
  const thin = () => laneView.parts.scroll.clientWidth < 720;
  /** So high the rows may be in all without being scrolled. */
  function roomForRows(whole) {
    if (innerHeight <= 560) return Math.max(2 * leastHeight(), innerHeight * 0.24); // (and no strip)
    if (innerWidth <= 700) return Math.max(2 * leastHeight(), gives() ? 0 : innerHeight * 0.165);
    return (
      innerHeight * (gives() ? 0.27 : innerWidth <= 1180 ? (innerHeight >= 900 ? 0.33 : 0.3) : 0.375) -
      LANES_HEAD -
      (whole ? 0 : STRIP + 2)
    );
  }

  /** Is a verdict shown, or the answer for the whole run? That needs the room. */
  const gives = () => document.body.matches(".warned, :has(> .opening)");

  /** So far to the right of where a bar begins is the word that tells of its end. */
  const behind = (kind, f) => (kind === BAR.WON ? f.column + 4 : kind === BAR.DONE ? 9 : f.half + 3);
  /** The quiz hides what is to come. */
  const lastKnown = (f) => Math.min(f.last, K.seen());
  /** What a row is whose bars are all before the window, or after it: "" if it has one in it. */
  function idleWord(row, f) {
    const last = row.barAt(lastKnown(f)),
      over = row.kind[last] === BAR.NONE,
      at = over ? last - 1 : last,
      word = {
        [BAR.DONE]: "◂ done",
        [BAR.CANCELLED]: `◂ ${row.name.startsWith("branch") ? "dropped" : K.droppedWord(row.name)}`,
        [BAR.PANICKED]: "◂ panicked",
        [BAR.WON]: "◂ won",
      }[row.kind[at]];
    if (at < 0) return row.at.length ? "begins later ▸" : "never polled"; // (a branch whose `if` is false)
    if (!word) return over && f.px(row.at[last]) < 0 ? "◂ earlier" : ""; // (how it ended is not known: one of a join!, say)
    return f.px(row.at[at]) < -behind(row.kind[at], f) ? word : "";
  }
  /** Is no task of a group there in the window? */
  function isIdle({ counts: c }, f) {
    const k = K.upTo(c?.at ?? [], f.first),
      last = K.upTo(c?.at ?? [], lastKnown(f));
    return !!c && (last < 0 || (last === k && c.poll[k] + c.ready[k] + c.wait[k] + c.queued[k] + c.runs[k] === 0));
  }
  /** Which tasks keep their lanes, though there be nothing in them. */
  const concerned = () => [
    K.answer.name,
    laneView.now.task ?? lastTask(),
    laneView.now.event?.run,
    K.pinned,
    ...laneView.now.told,
  ];

  function arrangeRows() {
    laneView.shown = K.arrange(laneView.lanes, (row) => K.filter.has(row.name));
    placeRows();
  }
  /** In the quiz there is no lane of what is not made yet. */
  const isBorn = (s) => !K.quiz?.on || (s.rows ?? [s]).some((row) => row.at[0] <= laneView.now.i);
  /** Those of its branches that have lanes. */
  const branchesOf = (row, are = isBorn) => (row.branches.length <= 8 ? row.branches.filter(are) : []);
  function placeRows() {
    const f = laneView.width ? frameOf() : { whole: true },
      { whole } = f,
      bound = roomForRows(whole),
      first = document.body.matches(":has(> .opening)");
    const about = concerned().filter(
      (name) =>
        !first || !laneView.width || !laneView.lanes.rows.has(name) || !idleWord(laneView.lanes.rows.get(name), f),
    ); // (the first screen names those of the whole run)
    const born = K.quiz?.on ? laneView.shown.filter(isBorn) : laneView.shown; // (each step asks)
    const rows = (row) => 1 + branchesOf(row).length,
      needed = born.reduce((n, s) => n + (s.rows ? (coarsePointer.matches ? 88 : 50) : rows(s) * leastHeight()), 0);
    // Where not all have room, a row with nothing in the window leaves its own to the others.
    const scarce = laneView.width > 0 && needed > bound && [f.first, f.last, f.left, ...concerned()].join(),
      kept = born.filter(
        (s) =>
          scarce &&
          (about.some((name) => name && (s.name === name || laneView.lanes.rows.get(name)?.group === s)) ||
            !(s.rows ? isIdle(s, f) : idleWord(s, f))),
      ),
      here = kept.length ? kept : born; // (where all are before the window, or after it, they say so)
    // In the quiz lanes are as high as with all that will be: so nothing moves as a task is made.
    const like = K.quiz?.on ? fillRows(laneView.shown, whole, () => false) : null;
    // Where the event's tasks are not on one page with all branches, the others' give way, and then its own.
    const without = (row) => scarce && idleWord(row, f),
      run = laneView.now.event?.run,
      fewer = [without, (row, of) => without(row) || (of && of.name !== run), (row, of) => of || without(row)];
    let best = null,
      folded = 0;
    for (const leave of scarce ? fewer : [without]) {
      const out = new Set(),
        counted = (row, of) => {
          const is = leave(row, of);
          if (of && is && !without(row)) out.add(row);
          return is;
        };
      fillRows(here, whole, counted, like);
      best = scarce ? together(here, about) : { order: here, all: true };
      if (best.order !== here)
        fillRows(
          best.order,
          whole,
          (row, of) => {
            const isBare = best.bare.has(of) && !without(row);
            if (isBare) out.add(row);
            return counted(row, of) || isBare;
          },
          like,
        );
      folded = out.size;
      if (best.all) break;
    }
    // (`k`: its place in the order of all. Where others come in between it begins `apart`.)
    const order = new Map(here.map((s, k) => [s, k]));
    for (const [n, item] of laneView.items.entries()) {
      const row = item.of ?? item.row,
        before = laneView.items[n - 1]?.k ?? -1;
      item.k = order.get(item.group ?? row.group ?? row);
      item.apart = n > 0 && item.k !== before && item.k !== before + 1;
    }
    Object.assign(laneView.items, {
      scarce,
      quiz: K.quiz?.on && laneView.now.i,
      left: lanesOf(born) - laneView.items.length - folded,
      folded,
    });
  }
  /** How many lanes these have in all, with their branches and, in open groups, their members. */
  const lanesOf = (shown) =>
    shown.reduce(
      (n, s) =>
        n +
        1 +
        (!s.rows ? branchesOf(s).length : laneView.open.has(s.site) ? lanesOf(s.rows.filter((row) => isBorn(row))) : 0),
      0,
    );
  /** Those that the event is about are seen at once: if they are not on one page, they come before the others. Are `all` of the event's own tasks there? */
  function together(here, about) {
    const names = about.map((name) => laneView.lanes.rows.get(name)),
      own = new Set(names.flatMap((row) => [row, row?.group])),
      must = here.filter((s) => own.has(s));
    const high = laneView.items.high,
      from = laneView.items[pageOf(leading())]?.y,
      top = Math.min(from, laneView.items.end),
      of = (item) => item.group ?? item.of ?? item.row,
      seen = here.filter((s) =>
        laneView.items.some((item) => !item.of && of(item) === s && item.y >= top && item.y + item.h <= top + high),
      ); // (a branch is not its task)
    if (laneView.items.height <= high || must.every((s) => seen.includes(s))) return { order: here, all: true };
    const take = new Set(),
      bare = new Set();
    let left = high;
    for (const s of [...names.flatMap((row) => must.filter((s) => s === row || s === row?.group)), ...seen, ...here]) {
      const tall = laneView.items.reduce((sum, item) => sum + (of(item) === s ? item.h : 0), 0),
        lane = s.rows || must.includes(s) ? tall : laneView.items.find(({ row }) => row === s).h;
      if (take.has(s) || lane > left) continue;
      take.add(s);
      if (tall > left) bare.add(s); // (its branches come no later than it: they would be behind those that have room)
      left -= tall > left ? lane : tall;
    }
    const rest = here.filter((s) => !take.has(s)),
      event = [laneView.now.task, laneView.now.event?.run].map((name) => laneView.lanes.rows.get(name)).filter(Boolean);
    return {
      order: [...here.filter((s) => take.has(s)), ...rest],
      bare,
      all: event.every((row) => !here.includes(row) || take.has(row)),
    };
  }
  function fillRows(shown, whole, without, like) {
    const are = like ? isBorn : () => true,
      branches = (row) => branchesOf(row, are);
    const tall = shown.reduce((n, s) => n + (s.rows ? 2 : 1 + branches(s).length * 0.85), 0);
    const low = leastHeight(),
      limit = roomForRows(whole),
      branch = (h) => Math.min(h, 24),
      inAll = (h) => shown.reduce((n, s) => n + h + branches(s).length * branch(h), 0);
    let h = Math.max(low, Math.min(34, Math.floor(limit / tall)));
    if (tall * h <= limit && !shown.some((s) => s.rows)) while (h > low && inAll(h) > limit) h -= 1; // (a branch may be higher than its share)
    let inner = tall * h > limit ? h : branch(h); // rows of one height, where one scrolls from row to row
    if (like) ({ h, inner } = like);
    const member = Math.max(24, low),
      band = coarsePointer.matches ? 44 : 26,
      lift = thin() ? NAME_HEIGHT : 0;
    laneView.items = [];
    let y = 0;
    const put = (item) => {
      laneView.items.push({ lift: 0, ...item, y });
      y += item.h;
    };
    const putRow = (row, depth) => {
      put({ row, h, depth, lift });
      for (const branch of branches(row))
        if (!without(branch, row)) put({ row: branch, of: row, h: inner, depth: depth + 1 });
    };
    for (const s of shown) {
      if (!s.rows) {
        putRow(s, 0);
        continue;
      }
      const only = laneView.open.has(s.site); // (each of its tasks has a lane then)
      put({ group: s, h: only ? band : band + member, band, depth: 0, only });
      if (only) for (const row of s.rows.filter(are)) putRow(row, 1);
    }
    laneView.items.height = y;
    laneView.items.whole = whole;
    laneView.items.gave = gives();
    const pane = document.getElementById("lanes");
    pane.classList.toggle(
      "grouped",
      shown.some((s) => s.rows),
    );
    pane.classList.toggle("thin", thin());
    if (laneView.width) laneView.width = laneView.parts.track.clientWidth; // (the names of groups take more)
    pane.style.setProperty("--band", `${band}px`);
    // Whole rows only; the others are scrolled to.
    let most = 0; // (of the pages, the highest)
    for (let from = 0, to = 0; to < laneView.items.length; to++) {
      const end = laneView.items[to].y + laneView.items[to].h;
      while (from < to && end - laneView.items[from].y > limit) from++;
      if (end - laneView.items[from].y <= limit) most = Math.max(most, end - laneView.items[from].y);
    }
    const high = like
      ? like.high
      : !laneView.items.length
        ? low
        : laneView.items.height <= limit || !most
          ? laneView.items.height
          : Math.max(most, ...shown.map((s) => (s.rows ? band + member : h)));
    laneView.parts.scroll.style.height = `${high}px`;
    laneView.items.high = high;
    // The last page begins with a whole row, too (and is full: its first may be a branch, which says of which task).
    laneView.items.end =
      laneView.items
        .flatMap((item) => (item.group ? [item.y, item.y + item.band] : [item.y]))
        .find((top) => laneView.items.height - top <= high) ??
      laneView.items.at(-1)?.y ??
      0;
    laneView.items.full = Math.max(laneView.items.height, laneView.items.end + high);
    laneView.parts.labels.style.height = `${laneView.items.full}px`;
    laneView.parts.rows.setAttribute("height", laneView.items.full);
    laneView.items.tops = laneView.items.map((item) => item.y);
    laneView.items.of = new Map(
      laneView.items
        .filter((item) => item.row)
        .map((item) => [item.of ? `${item.of.name}/${item.row.key}` : item.row.name, item]),
    );
    return { h, inner, high };
  }
  const itemOf = (name) =>
    laneView.items.of.get(name) ??
    laneView.items.find((item) => item.group && item.group === laneView.lanes.rows.get(name)?.group);

  // ----- where is what? -----

  /** A column that is a length of time may be as wide as it takes to tell two events apart. */
  const mostZoom = () => (laneView.time ? COLUMN.time : COLUMN.most);
  /** Behind the last event: the word of a task that ends with it has room there. */
  const edgeOf = () => (laneView.width < 500 ? EDGE.narrow : EDGE.wide);
  /** The window: how wide a column is, the first column in view, and from it the first and last event. */
  function frameOf() {
    const touch = laneView.width < 500,
      least = laneView.width / (laneView.lanes.width + edgeOf() / COLUMN.least);
    const whole = (laneView.width - edgeOf()) / (laneView.lanes.width + 1);
    const normal = laneView.time ? whole : Math.max(touch ? COLUMN.touch : COLUMN.least, whole);
    const column = Math.min(
      mostZoom(),
      Math.max(Math.min(least, whole), laneView.column ?? Math.min(mostZoom(), normal)),
    );
    const span = laneView.width / column,
      all = laneView.lanes.width + edgeOf() / column;
    let left = 0;
    if (all > span) {
      // Pages that overlap: the place of an event on the screen doesn't depend on where one came from. (In the quiz nothing is seen right of it.)
      const page = span * 0.7,
        earlier = K.quiz?.on ? span * 0.18 : 0;
      left =
        laneView.left ??
        Math.max(0, Math.floor((laneView.lanes.x[laneView.now.i] - span * 0.08) / page) * page - earlier);
      if (laneView.left === null && left + span > laneView.lanes.x[K.trace.last]) left = all; // (the word behind the last event has its room)
      left = Math.max(0, Math.min(left, all - span));
    }
    const first = Math.max(0, K.upTo(laneView.lanes.x, left)),
      last = Math.min(K.trace.last, K.upTo(laneView.lanes.x, left + span));
    return {
      column,
      left,
      span,
      all,
      first,
      last,
      whole: all <= span + 0.01,
      half: laneView.time ? 0 : column / 2,
      px: (i) => (laneView.lanes.x[i] - left) * column,
    };
  }

  function rowsBox() {
    const h = laneView.parts.scroll.clientHeight || 200;
    const top = laneView.parts.scroll.scrollTop,
      from = Math.max(0, K.upTo(laneView.items.tops, top)),
      to = K.upTo(laneView.items.tops, top + h);
    if (top !== laneView.page || to <= from) return { from, to };
    // On a page that was turned to, nothing is cut; a hand scrolls as it likes.
    const last = laneView.items[to].y + laneView.items[to].h > top + h + 1 ? to - 1 : to,
      next = laneView.items[last + 1];
    return {
      from: laneView.items[from].y < top - 1 && !bottomOf(laneView.items[from], top) ? from + 1 : from,
      to: last,
      band: next?.group && next.y + next.band <= top + h + 1 ? next : null,
    };
  }
  /** Is a group's lane seen, and its band above it not? */
  const bottomOf = (item, top) => item.group && Math.abs(item.y + item.band - top) <= 1;
  /** Those in view; of a group for which there is no more room its band, without the lane below it. */
  const inView = (b) => [
    ...laneView.items.slice(b.from, b.to + 1),
    ...(b.band ? [{ ...b.band, h: b.band.band, only: true }] : []),
  ];
  const leading = () => itemOf(K.answer.name) ?? itemOf(laneView.now.task) ?? itemOf(lastTask());
  /** The item with which the page of this one begins. */
  function pageOf(item) {
    const { high } = laneView.items;
    // By pages, so that the place of a row doesn't depend on where one came from. A task's branches are on its page, if that has room: which one won is told there.
    const ends = new Map();
    for (const { row, of, group, y, h } of laneView.items) ends.set(of ?? row ?? group, y + h);
    let first = 0;
    for (const next of laneView.items) {
      const end = next.of ? 0 : ends.get(next.row ?? next.group),
        until = end - next.y <= high ? end : 0;
      if (Math.max(until, next.y + next.h) - laneView.items[first].y > high)
        first = laneView.items.indexOf(next, first);
      if (next === item) break;
    }
    return first;
  }
  function lastTask() {
    const { counts } = laneView.lanes;
    return counts && counts.who[Math.max(0, K.upTo(counts.at, laneView.now.i))]?.name;
  }

  Object.assign(K, {
    gives,
    behind,
    idleWord,
    concerned,
    arrangeRows,
    isBorn,
    placeRows,
    itemOf,
    mostZoom,
    edgeOf,
    frameOf,
    rowsBox,
    bottomOf,
    inView,
    leading,
    pageOf,
  });
})((window.K = window.K || {}));
