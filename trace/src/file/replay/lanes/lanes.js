// What did each task do, and when? And where in the run are we?
//
// One row a task, one column an event, sleep folded: the map of the run, and its scrubber. A window
// of the run is laid out, and of the rows only those in view; so a step costs the same in a run of
// a hundred events and in one of a hundred thousand. Many rows become groups by spawn site: how many
// of a group poll, are ready, wait, and below that the life of the one it is about. A strip
// above holds the whole run whenever the window doesn't.
//
// Interface: `K.lanes.zoom(factor)`, `K.lanes.whole()`, `K.stuckAt(i)` (which tasks wait in vain, by the verdicts). A click goes to an event, a
// label pins a task; the wheel and the keys + - 0 zoom, dragging marks a stretch and asks about it.
// Invariant: what is shown depends on the trace, the event, the level, the pinned task and what the
// reader set (zoom, filter, open groups); not on the way by which one came.
// Not here: the bars themselves (rows.js), words (text.js).
"use strict";
(function (K) {
  const { BAR, esc, svg, round, number: commas } = K;
  const SVG_BARS = 2000; // more bars in view are drawn by the pixel
  const COLUMN = { least: 9, touch: 13, most: 64, time: 4000 };
  const RULER = 20,
    STRIP = 22,
    EDGE = { narrow: 56, wide: 72 };
  const HEAD = 70; // title, ruler, edges
  const SKIP = { least: 8, apart: 24 }; // px of time that is left out
  const LINES = 8; // px that lines to spawned tasks are apart
  const SHORT = 20; // px of an arrow from a task that has no lane here
  const NAME = 17; // above the bars, where there is no room beside them
  const BIG = 10e6; // ns: what lasts longer than this is said in words

  const view = { column: null, left: null, open: new Set(), time: false, page: 0, under: null, marked: null };
  let lanes = null,
    parts = null,
    shown = [],
    items = [],
    now = { i: 0, state: null, event: null, told: [] },
    width = 0,
    drawn = "";

  const hue = (name) => `--c:var(${K.look(name).colorVar})`; // a job has no colour of its own
  const hatch = (name) => `#lane-hatch-${/^--t(\d)/.exec(K.look(name).colorVar)?.[1] ?? 1}`;

  const length = K.span;
  const sleep = (ns) => (ns >= 1e6 && ns < 1e9 ? `${Math.round(ns / 1e6)} ms` : length(ns));

  // ----- how wide is a text? -----
  const pen = document.createElement("canvas").getContext("2d");
  const widths = new Map();
  function textWidth(text) {
    if (!widths.size) pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    let w = widths.get(text);
    if (w === undefined) widths.set(text, (w = pen.measureText(text).width));
    return w;
  }
  /** A label that fits into so many pixels: itself, a shorter one, or none. */
  function fit(text, px) {
    if (!text || px < 18) return "";
    const shorter = [
      text,
      text.replace(/channel (\d+)/g, "ch $1"),
      text
        .replace(
          /(source|rwlock|channel|semaphore) (\d+)/g,
          (_, w, n) => `${{ source: "src", rwlock: "rw", channel: "ch", semaphore: "sem" }[w]} ${n}`,
        )
        .replace(/ (read|write|accept)|(value|room) in |other end of /g, ""),
    ];
    return shorter.find((t) => textWidth(t) + 8 <= px) ?? "";
  }

  // ----- the rows to show -----

  const coarse = matchMedia("(pointer: coarse)");
  /** So high a row must be: a finger needs more than a mouse. */
  const least = () => (coarse.matches || thin() ? 44 : 24);
  const thin = () => parts.scroll.clientWidth < 720;
  /** So high the rows may be in all without being scrolled. */
  function room(whole) {
    if (innerHeight <= 560) return Math.max(2 * least(), innerHeight * 0.24); // (and no strip)
    if (innerWidth <= 700) return Math.max(2 * least(), gives() ? 0 : innerHeight * 0.165);
    return (
      innerHeight * (gives() ? 0.27 : innerWidth <= 1180 ? (innerHeight >= 900 ? 0.33 : 0.3) : 0.375) -
      HEAD -
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
  function idle(row, f) {
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
  const concerned = () => [K.answer.stretch?.name, now.task ?? lastTask(), now.event?.run, K.pinned, ...now.told];

  function arrange() {
    shown = K.arrange(lanes, (row) => K.filter.has(row.name));
    place();
  }
  /** In the quiz there is no lane of what is not made yet. */
  const isBorn = (s) => !K.quiz?.on || (s.rows ?? [s]).some((row) => row.at[0] <= now.i);
  /** Those of its branches that have lanes. */
  const branchesOf = (row, are = isBorn) => (row.branches.length <= 8 ? row.branches.filter(are) : []);
  function place() {
    const f = width ? frame() : { whole: true },
      { whole } = f,
      bound = room(whole),
      first = document.body.matches(":has(> .opening)");
    const about = concerned().filter(
      (name) => !first || !width || !lanes.rows.has(name) || !idle(lanes.rows.get(name), f),
    ); // (the first screen names those of the whole run)
    const born = K.quiz?.on ? shown.filter(isBorn) : shown; // (each step asks)
    const rows = (row) => 1 + branchesOf(row).length,
      needed = born.reduce((n, s) => n + (s.rows ? (coarse.matches ? 88 : 50) : rows(s) * least()), 0);
    // Where not all have room, a row with nothing in the window leaves its own to the others.
    const scarce = width > 0 && needed > bound && [f.first, f.last, f.left, ...concerned()].join(),
      here = scarce
        ? born.filter(
            (s) =>
              about.some((name) => name && (s.name === name || lanes.rows.get(name)?.group === s)) ||
              !(s.rows ? isIdle(s, f) : idle(s, f)),
          )
        : born;
    // In the quiz lanes are as high as with all that will be: so nothing moves as a task is made.
    const like = K.quiz?.on ? fill(shown, whole, () => false) : null;
    // Where the event's tasks are not on one page with all branches, the others' give way, and then its own.
    const without = (row) => scarce && idle(row, f),
      run = now.event?.run,
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
      fill(here, whole, counted, like);
      best = scarce ? together(here, about) : { order: here, all: true };
      if (best.order !== here)
        fill(
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
    for (const [n, item] of items.entries()) {
      const row = item.of ?? item.row,
        before = items[n - 1]?.k ?? -1;
      item.k = order.get(item.group ?? row.group ?? row);
      item.apart = n > 0 && item.k !== before && item.k !== before + 1;
    }
    Object.assign(items, { scarce, quiz: K.quiz?.on && now.i, left: born.length - here.length, folded });
  }
  /** Those that the event is about are seen at once: if they are not on one page, they come before the others. Are `all` of the event's own tasks there? */
  function together(here, about) {
    const names = about.map((name) => lanes.rows.get(name)),
      own = new Set(names.flatMap((row) => [row, row?.group])),
      must = here.filter((s) => own.has(s));
    const high = items.high,
      from = items[pageOf(leading())]?.y,
      top = Math.min(from, items.end),
      of = (item) => item.group ?? item.of ?? item.row,
      seen = here.filter((s) =>
        items.some((item) => !item.of && of(item) === s && item.y >= top && item.y + item.h <= top + high),
      ); // (a branch is not its task)
    if (items.height <= high || must.every((s) => seen.includes(s))) return { order: here, all: true };
    const take = new Set(),
      bare = new Set();
    let left = high;
    for (const s of [...names.flatMap((row) => must.filter((s) => s === row || s === row?.group)), ...seen, ...here]) {
      const tall = items.reduce((sum, item) => sum + (of(item) === s ? item.h : 0), 0),
        lane = s.rows || must.includes(s) ? tall : items.find(({ row }) => row === s).h;
      if (take.has(s) || lane > left) continue;
      take.add(s);
      if (tall > left) bare.add(s); // (its branches come no later than it: they would be behind those that have room)
      left -= tall > left ? lane : tall;
    }
    const rest = here.filter((s) => !take.has(s)),
      event = [now.task, now.event?.run].map((name) => lanes.rows.get(name)).filter(Boolean);
    return {
      order: [...here.filter((s) => take.has(s)), ...rest],
      bare,
      all: event.every((row) => !here.includes(row) || take.has(row)),
    };
  }
  function fill(shown, whole, without, like) {
    const are = like ? isBorn : () => true,
      branches = (row) => branchesOf(row, are);
    const tall = shown.reduce((n, s) => n + (s.rows ? 2 : 1 + branches(s).length * 0.85), 0);
    const low = least(),
      limit = room(whole),
      branch = (h) => Math.min(h, 24),
      inAll = (h) => shown.reduce((n, s) => n + h + branches(s).length * branch(h), 0);
    let h = Math.max(low, Math.min(34, Math.floor(limit / tall)));
    if (tall * h <= limit && !shown.some((s) => s.rows)) while (h > low && inAll(h) > limit) h -= 1; // (a branch may be higher than its share)
    let inner = tall * h > limit ? h : branch(h); // rows of one height, where one scrolls from row to row
    if (like) ({ h, inner } = like);
    const member = Math.max(24, low),
      band = coarse.matches ? 44 : 26,
      lift = thin() ? NAME : 0;
    items = [];
    let y = 0;
    const put = (item) => {
      items.push({ lift: 0, ...item, y });
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
      const only = view.open.has(s.site); // (each of its tasks has a lane then)
      put({ group: s, h: only ? band : band + member, band, depth: 0, only });
      if (only) for (const row of s.rows.filter(are)) putRow(row, 1);
    }
    items.height = y;
    items.whole = whole;
    items.gave = gives();
    const pane = document.getElementById("lanes");
    pane.classList.toggle(
      "grouped",
      shown.some((s) => s.rows),
    );
    pane.classList.toggle("thin", thin());
    if (width) width = parts.track.clientWidth; // (the names of groups take more)
    pane.style.setProperty("--band", `${band}px`);
    // Whole rows only; the others are scrolled to.
    let most = 0; // (of the pages, the highest)
    for (let from = 0, to = 0; to < items.length; to++) {
      const end = items[to].y + items[to].h;
      while (from < to && end - items[from].y > limit) from++;
      if (end - items[from].y <= limit) most = Math.max(most, end - items[from].y);
    }
    const high = like
      ? like.high
      : !items.length
        ? low
        : items.height <= limit || !most
          ? items.height
          : Math.max(most, ...shown.map((s) => (s.rows ? band + member : h)));
    parts.scroll.style.height = `${high}px`;
    items.high = high;
    // The last page begins with a whole row, too (and is full: its first may be a branch, which says of which task).
    items.end =
      items
        .flatMap((item) => (item.group ? [item.y, item.y + item.band] : [item.y]))
        .find((top) => items.height - top <= high) ??
      items.at(-1)?.y ??
      0;
    items.full = Math.max(items.height, items.end + high);
    parts.labels.style.height = `${items.full}px`;
    parts.rows.setAttribute("height", items.full);
    items.tops = items.map((item) => item.y);
    items.of = new Map(
      items
        .filter((item) => item.row)
        .map((item) => [item.of ? `${item.of.name}/${item.row.key}` : item.row.name, item]),
    );
    return { h, inner, high };
  }
  const itemOf = (name) =>
    items.of.get(name) ?? items.find((item) => item.group && item.group === lanes.rows.get(name)?.group);

  // ----- where is what? -----

  /** A column that is a length of time may be as wide as it takes to tell two events apart. */
  const most = () => (view.time ? COLUMN.time : COLUMN.most);
  /** Behind the last event: the word of a task that ends with it has room there. */
  const edge = () => (width < 500 ? EDGE.narrow : EDGE.wide);
  /** The window: how wide a column is, the first column in view, and from it the first and last event. */
  function frame() {
    const touch = width < 500,
      least = width / (lanes.width + edge() / COLUMN.least);
    const whole = (width - edge()) / (lanes.width + 1);
    const normal = view.time ? whole : Math.max(touch ? COLUMN.touch : COLUMN.least, whole);
    const column = Math.min(most(), Math.max(Math.min(least, whole), view.column ?? Math.min(most(), normal)));
    const span = width / column,
      all = lanes.width + edge() / column;
    let left = 0;
    if (all > span) {
      // Pages that overlap: the place of an event on the screen doesn't depend on where one came from. (In the quiz nothing is seen right of it.)
      const page = span * 0.7,
        earlier = K.quiz?.on ? span * 0.18 : 0;
      left = view.left ?? Math.max(0, Math.floor((lanes.x[now.i] - span * 0.08) / page) * page - earlier);
      left = Math.max(0, Math.min(left, all - span));
    }
    const first = Math.max(0, K.upTo(lanes.x, left)),
      last = Math.min(K.trace.last, K.upTo(lanes.x, left + span));
    return {
      column,
      left,
      span,
      all,
      first,
      last,
      whole: all <= span + 0.01,
      half: view.time ? 0 : column / 2,
      px: (i) => (lanes.x[i] - left) * column,
    };
  }

  function body() {
    const h = parts.scroll.clientHeight || 200;
    const top = parts.scroll.scrollTop,
      from = Math.max(0, K.upTo(items.tops, top)),
      to = K.upTo(items.tops, top + h);
    if (top !== view.page || to <= from) return { from, to };
    // On a page that was turned to, nothing is cut; a hand scrolls as it likes.
    const last = items[to].y + items[to].h > top + h + 1 ? to - 1 : to,
      next = items[last + 1];
    return {
      from: items[from].y < top - 1 && !below(items[from], top) ? from + 1 : from,
      to: last,
      band: next?.group && next.y + next.band <= top + h + 1 ? next : null,
    };
  }
  /** Is a group's lane seen, and its band above it not? */
  const below = (item, top) => item.group && Math.abs(item.y + item.band - top) <= 1;
  /** Those in view; of a group for which there is no more room its band, without the lane below it. */
  const inView = (b) => [
    ...items.slice(b.from, b.to + 1),
    ...(b.band ? [{ ...b.band, h: b.band.band, only: true }] : []),
  ];

  // ----- drawing: strings of SVG, written at once -----

  function drawBars(item, f) {
    const { row } = item,
      { count } = K.trace,
      who = item.of ? item.of.name : row.name,
      c = hue(who);
    const high = item.h - item.lift,
      cy = item.y + item.lift + high / 2,
      sub = !!item.of,
      thick = sub ? high * 0.5 : high * 0.6,
      slim = Math.min(12, high * 0.4);
    let out = "";
    let crossed = -1e9,
      ran = "";
    const empty = idle(row, f),
      before = empty.startsWith("◂");
    if (empty)
      out += `<text x="${before ? 5 : round(width - 5)}" y="${round(cy + 4)}"${before ? "" : ` text-anchor="end"`}>${empty}</text>`;
    for (let k = Math.max(0, row.barAt(f.first)); k < row.at.length && row.at[k] <= f.last; k++) {
      const from = row.at[k],
        to = row.at[k + 1] ?? count;
      const a = Math.max(-60, f.px(from)),
        b = Math.min(width + 60, f.px(to)),
        w = b - a,
        text = Math.max(a, 0) + 5;
      const goesOn = to > K.seen(),
        room = Math.min(goesOn ? width : b, width) - text + 3,
        known = K.lasted(row.kind[k], from, to),
        torn = known === null,
        lasted = K.quiz?.on ? 0 : (known ?? 0); // (a length would tell when it ends)
      const beside = f.half + 3; // (the arrow that ends in the middle of its first column)
      const free = row.kind[k + 1] === BAR.NONE ? (row.at[k + 2] ?? count) : to; // (where nothing is drawn words have room)
      const label = (words, y, x = text) => (words ? `<text x="${round(x)}" y="${round(y)}">${esc(words)}</text>` : "");
      /** A word behind the sign that begins a bar, if it has room before the next one. */
      const after = (tone, at, ...words) => {
        const space = (free === count || free > K.seen() ? width : Math.min(width, f.px(free))) - a;
        const word = words.find((text) => text && at + textWidth(text) * (tone === "won" ? 1.15 : 1) < space); // (its letters are bold)
        return word && a + at >= 0
          ? `<text class="${tone}" x="${round(a + at)}" y="${round(cy + 4)}">${word}</text>`
          : "";
      };
      switch (row.kind[k]) {
        case BAR.POLL: {
          const bold = room / 1.1; // its letters are wider
          const held =
            lasted > BIG && !sub ? fit(`held the thread ${length(lasted)}`, bold) || fit(length(lasted), bold) : "";
          out += `<rect class="${torn ? "lane-torn" : "lane-poll"}" style="${c}" x="${round(a)}" y="${round(cy - thick / 2)}" width="${round(Math.max(w - 1, 1.5))}" height="${round(thick)}" rx="${Math.min(3, w / 3).toFixed(1)}"/>`;
          if (held) out += `<text class="on-bar" style="${c}" x="${round(text)}" y="${round(cy + 4)}">${held}</text>`;
          break;
        }
        case BAR.READY:
          out += `<rect class="lane-ready" style="${c};fill:url(${hatch(who)})" x="${round(a + 0.6)}" y="${round(cy - slim / 2)}" width="${round(Math.max(w - 1.8, 1.5))}" height="${round(slim)}" rx="${Math.min(2, w / 3).toFixed(1)}"/>`;
          if (lasted > BIG && high >= 30)
            out += label(
              fit(`ready for ${length(lasted)}`, room - beside) || fit(length(lasted), room - beside),
              Math.max(cy - slim / 2 - 4, item.y + item.lift + 9),
              text + beside,
            );
          break;
        case BAR.WAIT:
          out +=
            `<path class="lane-wait" style="${c}" d="M${round(a)} ${cy}h${round(w)}"/>` +
            label(fit(row.noteAt(k), to === count && !K.quiz?.on ? width - text : room), cy - 4); // (behind the end of the run there is room)
          break;
        case BAR.JOB: {
          const { ns, open } = K.times.bar(row, from),
            told = !K.quiz?.on && !open && ns > BIG ? length(ns) : "",
            skip = skipIn(from, to, ns, a, b, f);
          out += `<rect class="lane-job" style="${c}" x="${round(a)}" y="${round(cy - thick / 2)}" width="${round(Math.max(w - 1, 2))}" height="${round(thick)}" rx="3"/>`;
          if (skip)
            out += `<path class="skip" d="M${round(skip.x) - 4} ${round(cy + thick / 2 + 2)}l4-${round(thick + 4)}m4 0l-4 ${round(thick + 4)}"><title>${length(skip.ns)} that recording took are left out here</title></path>`;
          // (The words are beside that sign.)
          const past = Math.max(text, (skip?.x ?? 0) + 8),
            spots = skip
              ? [
                  [text, skip.x - 4 - text],
                  [past, Math.min(b, width) - past + 3],
                ]
              : [[text, room]];
          const words = [
            told && `on a thread of the pool for ${told}`,
            told ? `ran ${told}` : "on a thread of the pool",
          ]
            .flatMap((words) => spots.map(([x, room]) => [fit(words, room), x]))
            .find(([words]) => words);
          ran = told && !words ? `, ran ${told}` : "";
          if (words) out += label(words[0], cy + 4, words[1]).replace("<text", `<text class="plain"`);
          break;
        }
        case BAR.QUEUED:
          out +=
            `<path class="lane-wait" style="${c}" d="M${round(a)} ${cy}h${round(w)}"/>` +
            label(fit("in the pool’s queue", room - beside), cy - 4, text + beside);
          break;
        case BAR.WON:
          if (f.px(from) > -behind(BAR.WON, f))
            out +=
              `<rect class="lane-poll" style="${c}" x="${round(f.px(from))}" y="${round(cy - thick / 2)}" width="${round(Math.max(Math.min(b - f.px(from), f.column) - 1, 2))}" height="${round(thick)}" rx="3"/>` +
              after("won", f.column + 4, "✓ won", "✓");
          break;
        case BAR.DONE:
          if (a > -40)
            out +=
              `<path class="lane-wait" style="${c}" d="M${round(a + (view.time ? 1 : 3))} ${cy - 8}v16"/>` +
              after("", 9, `done${ran}`, "done");
          break;
        case BAR.CANCELLED:
        case BAR.PANICKED: {
          const size = free === count ? 10 : Math.max(4, Math.min(10, f.px(free) - a - 3)),
            at = free === count ? beside : Math.max(1, Math.min(beside, f.px(free) - a - size - 2)); // (before the next bar)
          if (
            (free !== count && (a + at < crossed + 8 || f.px(free) - a < 7)) ||
            ((to !== count || f.last < K.trace.last) && a < width && a + at + size > width)
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
    if (!view.time || b - a < 20 || left < ns / 10 || left * lanes.x.unit * f.column < SKIP.least) return null;
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
      const b = Math.ceil(Math.min(width, f.px(row.at[k + 1] ?? K.trace.count)));
      const a = Math.max(0, until[kind], Math.floor(f.px(row.at[k])));
      if (b <= a) continue;
      rects[kind] += `M${a} ${round(cy - high[kind] / 2)}h${b - a}v${round(high[kind])}h${a - b}z`;
      until[kind] = b;
    }
    return `<path class="dense-wait" style="${hue(who)}" d="${rects[BAR.WAIT]}"/><path class="dense-ready" style="${hue(who)};fill:url(${hatch(who)})" d="${rects[BAR.READY]}"/><path class="lane-poll" style="${hue(who)}" d="${rects[BAR.POLL]}"/>`;
  }

  /** For each pixel the most that polled; that were ready, or ran on threads of the pool; that waited in it. */
  function profile(counts, f, size) {
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
    const p = profile(counts, f, size),
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
    const own = [K.answer.stretch?.name ?? K.pinned, now.task, now.event?.run]
      .map((name) => lanes.rows.get(name))
      .find((row) => row?.group === group);
    if (own) return own;
    const { at, who } = group.counts;
    return who[Math.max(0, K.upTo(at, now.i))];
  }
  /** The lane below a group, which is that of one of its tasks. */
  const memberIn = ({ group, only, band, y, h }) =>
    only ? null : { row: memberOf(group), y: y + band, h: h - band, lift: 0 };
  function drawGroup(item, f) {
    const { band } = item,
      member = memberIn(item);
    const many = member && member.row.barAt(f.last) - member.row.barAt(f.first) > 600;
    return `<g class="group"><title>${ofJobs(item.group) ? "dark: on their threads; light: waiting, first for a thread" : "dark: ready; light: waiting; below: one of them is polled"}</title>${drawProfile(item.group.counts, f, item.y + band - 6, band - 9, Math.ceil(width))}</g>${member ? `<g class="member">${(many ? drawDense : drawBars)(member, f)}</g>` : ""}`;
  }

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
  const isWordAt = (x, from, to) => parts.spots.some(({ a, b, top, end }) => a < x && x < b && top < to && end > from);
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
    const since = (name) => lanes.rows.get(name)?.at[0] ?? -1,
      away = arrow.from && y2 + (since(arrow.from) > since(arrow.to) ? SHORT : -SHORT);
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
  function drawArrows(f) {
    if (f.column < 5) return "";
    let out = "";
    const lines = new Map(); // (where width is time, those that a task spawns at nearly the same time have one line: many would be a block)
    for (let k = K.upTo(lanes.arrowAt, f.first - 1) + 1; k < lanes.arrows.length && lanes.arrows[k].i <= f.last; k++) {
      const arrow = lanes.arrows[k],
        x = round(f.px(arrow.i) + f.half);
      if (x < 0) continue;
      const shared = view.time && arrow.how === "spawn" && x - lines.get(arrow.from) < LINES;
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
      let k = Math.max(0, K.upTo(lanes.napAt, f.first)), end = -1;
      k < lanes.naps.length && lanes.naps[k].from <= f.last;
      k++
    ) {
      const nap = lanes.naps[k],
        wide = f.px(nap.to) - f.px(nap.from),
        edge = Math.max(0, Math.min(1, (wide - 4) / 2)),
        a = Math.max(end, round(f.px(nap.from) + edge)),
        b = round(Math.max(f.px(nap.to) - edge, a + 1));
      if (wide < 0.5 || f.px(nap.to) <= a) continue; // (all of a run of many short ones would be grey)
      d += `M${a} 0h${round(b - a)}v${height}h${round(a - b)}z`;
      const from = nap.at === nap.from ? a : f.px(nap.at) + f.column,
        to = f.px(nap.at + 1) - 1,
        middle = round((Math.max(from, 0) + Math.min(to, width)) / 2),
        fits = (t) => middle - textWidth(t) / 2 >= 0 && middle + textWidth(t) / 2 <= width,
        isFree = (t) =>
          fits(t) &&
          taken.every(([from, to]) => middle + textWidth(t) / 2 + 3 < from || middle - textWidth(t) / 2 - 3 > to);
      const text = [`asleep ${sleep(nap.ns)}`, sleep(nap.ns)].find(
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
    const { lints, holds, movedOn, count } = K.trace,
      all = [];
    for (const { lint, begin, i, task, spots } of lints) {
      if (!["deadlock", "lost_wakeup"].includes(lint)) continue; // (of the others the wait comes to an end)
      const names = new Set([
        task,
        ...spots.flatMap(({ say }) => [...say.matchAll(/\b(main|task \d+) waits\b/g)].map(([, name]) => name)),
      ]);
      for (const row of [...names].map((name) => lanes.rows.get(name)).filter(Boolean)) {
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
              !movedOn.has(on.sync) &&
              holds.some(
                (hold) => hold.who === name && hold.sync === on.sync && hold.from <= from && (hold.to ?? count) >= to,
              ))),
      );
    for (let before = 0; before < all.length;) {
      const known = new Set(all.map(({ row }) => row)),
        ends = new Set(all.map(({ to }) => to));
      before = all.length;
      for (const to of ends)
        for (const row of lanes.rows.values()) {
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
  const stuck = () => (lanes.stuck ??= stuckWaits());
  /** The tasks that wait in vain at event `i`. */
  K.stuckAt = (i) =>
    lanes
      ? stuck()
          .filter(({ from, to }) => from <= i && i < to)
          .map(({ row }) => row.name)
      : [];
  /** Those are red. */
  function drawStuck(f) {
    let out = "";
    for (const { row, from, to } of stuck()) {
      const item = itemOf(row.name),
        lane = item?.group ? memberIn(item) : item,
        a = f.px(from),
        b = Math.min(width, f.px(to));
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
    for (const i of gaps()) {
      const from = round(f.px(i - 1)),
        to = round(f.px(i));
      if (to < 0 || from > width) continue;
      d += `M${to} 0v${height}`;
      if (!view.time || to - from < 6) continue;
      d += `M${from} 0v${height}`;
      shade += `M${from} 0H${to}v${height}H${from}z`;
    }
    return d && `<path class="gap-shade" d="${shade}"/><path class="lane-gap" d="${d}"/>`;
  }
  const gaps = () => [...K.trace.gaps.keys()];
  /** Where width is time: what time it is, every hundred pixels or so, at the roundest time that is near. */
  function drawClock(f, taken) {
    const marks = [],
      fits = ({ at, text }, end) => {
        const half = textWidth(text) / 2 + 3;
        return at - half >= end && at + half <= width && !taken.some(([a, b]) => at + half > a && at - half < b)
          ? at + half
          : null;
      };
    const markAt = (from, to) => {
      const time = roundest(from, to);
      return { time, text: stamp(time), at: round(pxOf(f, time)) };
    };
    // (The last one is at the run's end, if that is seen: what is before it may be a sleep of a few pixels.)
    const ends = f.px(K.trace.last),
      final = ends <= width ? markAt(timeAt(f, ends - 10), K.trace.t[K.trace.last]) : null,
      until = final && fits(final, 0);
    // (Where a verdict's sign is, the end's time is behind it, or before it.)
    const exact = K.clock(K.trace.t[K.trace.last]),
      wide = textWidth(exact),
      beside =
        final && !until
          ? [ends + 12, ends - 12 - wide].find(
              (x) => x > 0 && x + wide + 2 < width && !taken.some(([a, b]) => x + wide > a && x < b),
            )
          : undefined;
    const before = (until ? 2 * final.at - until : (beside ?? Infinity)) - 10;
    for (let x = 20, end = 0; x < Math.min(width, ends); x += 20) {
      const mark = markAt(timeAt(f, x - 20), timeAt(f, x + 20)),
        next = fits(mark, end);
      if (next !== null && next < before) [end] = [next + 40, marks.push(mark)];
    }
    if (until) marks.push(final);
    let notches = "",
      words = "",
      end = 0;
    for (const mark of alike(marks)) {
      const { at, text } = mark,
        until = fits(mark, end);
      if (until === null) continue; // (with more digits)
      notches += `<path class="notch" d="M${at} ${RULER - 5}v5"/>`;
      words += `<text class="time halo" x="${at}" y="12" text-anchor="middle">${text}</text>`;
      end = until;
    }
    if (beside > end) words += `<text class="time halo" x="${round(beside)}" y="12">${exact}</text>`;
    return { notches: notches + drawSkips(f), words };
  }
  /** A mark has as many digits behind the point as those beside it, if these have its unit. */
  function alike(marks) {
    const unit = ({ text }) => text.split(" ")[1],
      digits = ({ text }) => /\.(\d+)/.exec(text)?.[1].length ?? 0;
    return marks.map((mark, k) => ({
      ...mark,
      text: `${(mark.time / PER[unit(mark)]).toFixed(
        Math.max(
          ...marks
            .slice(Math.max(0, k - 1), k + 2)
            .filter((other) => unit(other) === unit(mark))
            .map(digits),
        ),
      )} ${unit(mark)}`,
    }));
  }
  const PER = { s: 1e9, ms: 1e6, µs: 1e3 };
  /** A sign on the clock where time of it has no width: what recording took, or what a program's own clock skipped. So much of it as would be seen. */
  function drawSkips(f) {
    const { t, real } = K.trace,
      { least, apart } = SKIP;
    let out = "",
      ns = 0,
      end = 0;
    for (let i = f.first; i < f.last; i++) {
      if (!sleepAt(i)) ns += Math.max(0, t[i + 1] - t[i] - Math.max(0, real[i + 1] - real[i]));
      const x = Math.max(3.5, round(f.px(i + 1)));
      if (x < end || ns * lanes.x.unit * f.column < least) continue;
      out += `<path class="skip" d="M${x - 3} ${RULER - 1}l2-5m2 5l2-5"><title>${length(ns)} of the clock are left out here</title></path>`;
      [ns, end] = [0, x + apart];
    }
    return out;
  }
  /** A point in time, with all its digits. */
  const stamp = (ns) =>
    ns >= 1e9 || ns === 0
      ? `${+(ns / 1e9).toFixed(9)} s`
      : ns >= 1e6
        ? `${+(ns / 1e6).toFixed(6)} ms`
        : `${+(ns / 1e3).toFixed(3)} µs`;
  /** The program's time at a pixel, and the pixel of a time. (What recording took has no width: the clock goes on at the next event.) */
  function timeAt(f, px) {
    const { t, last } = K.trace,
      at = f.left + px / f.column,
      i = Math.max(0, Math.min(last, K.upTo(lanes.x, at))),
      wide = lanes.x[i + 1] - lanes.x[i];
    return t[i] + (wide > 0 ? Math.max(0, Math.min(1, (at - lanes.x[i]) / wide)) * drawnAt(i) : 0);
  }
  function pxOf(f, time) {
    // (A virtual clock stands still in a poll: it is so late since the first event of that time.)
    const { t, last } = K.trace,
      at = Math.max(0, K.upTo(t, time)),
      i = t[at] === time ? K.upTo(t, time - 1) + 1 : at,
      drawn = drawnAt(i);
    return f.px(i) + (drawn > 0 ? Math.min(1, (time - t[i]) / drawn) * (f.px(Math.min(last, i + 1)) - f.px(i)) : 0);
  }
  /** How much of the time until the next event has a width. */
  function drawnAt(i) {
    const { t, real, last } = K.trace,
      next = Math.min(last, i + 1),
      all = t[next] - t[i];
    return sleepAt(i) ? all : Math.max(0, Math.min(all, real[next] - real[i]));
  }
  function roundest(from, to) {
    for (let step = 10 ** Math.ceil(Math.log10(Math.max(1, to))); step >= 1; step /= 10) {
      for (const part of [step, step / 2, step / 5]) {
        const time = Math.ceil(from / part) * part;
        if (time <= to) return time;
      }
    }
    return from;
  }
  const isFree = (x, half) => parts.wordy.every(([a, b]) => x + half < a || x - half > b);
  function drawRuler(f) {
    let out = "",
      told = "",
      end = -1e9;
    const taken = []; // from which pixel to which
    parts.wordy = []; // (of these the ones that dots would be in)
    for (const mark of K.trace.lints) {
      const x = round(f.px(mark.begin) + f.half);
      if (x <= -9 || x >= width + 9) continue;
      taken.push([x - 8, x + 8]);
      told += `<g class="mark" data-go="${mark.begin}"><title>${esc(mark.say ?? mark.lint)}</title><rect x="${x - 12}" y="-4" width="24" height="24"/><path d="M${x} 2l6 11h-12z"/><text x="${x}" y="12" text-anchor="middle">!</text></g>`;
    }
    for (const i of gaps()) {
      if (i < f.first || i > f.last) continue;
      const text = `${length(K.trace.gaps.get(i))} not told`,
        w = textWidth(text),
        x = Math.max(round(f.px(i)) - 3, w + 1); // (not over the left edge)
      if (x - w < end || x > width || taken.some(([a, b]) => x > a && x - w < b)) continue;
      end = x + 6;
      taken.push([x - w, x]);
      parts.wordy.push(taken.at(-1));
      out += `<text class="halo gap" x="${round(x)}" y="14" text-anchor="end"><title>${text}: ${esc(K.gapWords(i, () => ""))}</title>${text}</text>`;
    }
    [told, out] = [told + out, ""];
    for (const gap of K.trace.lost) {
      const x = round(f.px(gap.i) + f.column),
        text = `${commas(gap.lost)} lost`;
      if (x <= -90 || x >= width) continue;
      taken.push([x - 4, x + textWidth(text)]);
      parts.wordy.push(taken.at(-1));
      told += `<text class="cut halo" x="${x - 4}" y="13">${text}</text>`;
    }
    if (f.column >= 4.5 && !view.time) {
      const asleep = new Set(
        lanes.naps
          .slice(Math.max(0, K.upTo(lanes.napAt, f.first)), K.upTo(lanes.napAt, f.last) + 1)
          .filter(({ at, from }) => at === from)
          .map(({ at }) => at),
      );
      for (let k = Math.max(0, K.upTo(K.visible, f.first - 1)); k < K.visible.length && K.visible[k] <= f.last; k++) {
        const i = K.visible[k],
          x = f.px(i) + f.half;
        if (i >= f.first && !asleep.has(i) && isFree(x, 2))
          out += `<circle class="tick" cx="${Math.max(1.7, round(x))}" cy="10" r="1.7"/>`;
      }
    }
    const clock = view.time ? drawClock(f, taken) : { notches: "", words: "" };
    return { marks: out + clock.notches, told: told + clock.words, taken }; // (a time is read over the veil)
  }

  // ----- the still picture, the moving one, the strip -----

  function paintStill(f, b) {
    const key = [
      K.trace.last,
      view.time,
      width,
      f.column,
      f.left,
      b.from,
      b.to,
      K.level,
      K.filter.text,
      K.filter.at,
      [...view.open],
      items.height,
      parts.scroll.scrollTop,
      K.pinned,
      K.quiz?.on && now.i,
    ].join();
    const shown = inView(b),
      names = shown.map((item) => (item.only ? "" : (item.group ? memberOf(item.group) : item.row).name)).join();
    if (drawn === key + names) return;
    drawn = key + names;
    const bars = shown.reduce(
      (n, item) => n + (item.row ? item.row.barAt(f.last) - item.row.barAt(f.first) + 1 : 0),
      0,
    );
    const draw = bars > SVG_BARS ? drawDense : drawBars;
    const { marks, told, taken } = drawRuler(f),
      naps = drawNaps(f, items.height + 4, taken);
    parts.rows.setAttribute("width", width);
    const html = shown.map((item) => (item.group ? drawGroup(item, f) : draw(item, f))).join(""),
      words = [];
    const mute = html.replace(/<text .*?<\/text>|<path class="lane-cut".*?\/>/g, (text) => {
      words.push(text);
      return "";
    });
    parts.words.innerHTML = words.join(""); // over the arrows and the veil, so that they can be read
    parts.spots = [...parts.words.children].map(spotOf).sort((a, b) => a.top - b.top);
    parts.still.innerHTML = naps.shade + drawGaps(f, items.height + 4) + mute + drawStuck(f) + drawArrows(f);
    parts.ruler.setAttribute("width", width);
    parts.marks.innerHTML =
      `<path class="sleep" d="${naps.shade.match(/d="(.*?)"/)[1].replace(/ 0h/g, " 16h")}"/>` + marks;
    parts.told.innerHTML = told + (view.time ? "" : naps.words); // (the clock tells how long each was)
    paintLabels(shown);
    paintStrip(f);
  }

  /** Where a word or a cross of the lanes is. */
  function spotOf(text) {
    const [x, y] =
        text
          .getAttribute("d")
          ?.match(/[-0-9.]+/g)
          .map(Number) ?? ["x", "y"].map((name) => +text.getAttribute(name)),
      w = textWidth(text.textContent) * (text.matches(".on-bar, .won") ? 1.1 : 1),
      a = x - w * ({ end: 1, middle: 0.5 }[text.getAttribute("text-anchor")] ?? 0);
    return { a: a - 3, b: a + (w || 10) + 3, top: y - (w ? 12 : 2), end: y + (w ? 5 : 12) }; // (a cross has no text)
  }

  function paintNow(f, b) {
    const { i } = now,
      shut = K.quiz?.on ? " shut" : "",
      from = i === K.trace.last ? width : round(f.px(shut && view.time ? i : i + 1)),
      h = Math.max(items.height + 4, parts.scroll.clientHeight); // (on a clock the width of what the event begins would tell its end)
    const nap = sleepAt(i),
      asleep = nap?.at === i && nap.from === i;
    const x = round(f.px(i) + (asleep && !view.time ? (f.px(i + 1) - f.px(i)) / 2 : f.half)); // (on a clock it is at its time)
    const arrow = lanes.arrows[K.upTo(lanes.arrowAt, i)];
    const veil = (height) =>
      from < width
        ? `<rect class="veil${shut}" x="${Math.max(0, from)}" y="0" width="${Math.max(0, width - Math.max(0, from))}" height="${height}"/>`
        : "";
    parts.veil.innerHTML = veil(h);
    parts.dim.innerHTML = veil(RULER);
    for (const text of parts.words.querySelectorAll(".on-bar"))
      text.classList.toggle("later", +text.getAttribute("x") > from); // (its bar is pale)
    const isCrossed = (text) => {
      const { a, b } = shut ? spotOf(text) : {};
      return a < from && from < b;
    };
    for (const text of parts.told.querySelectorAll(".time")) text.classList.toggle("unborn", isCrossed(text)); // (else the veil would go through it)
    const known = [...parts.words.children].filter(isCrossed); // (what began is told, though its words go on)
    let written = false; // how long it sleeps is written there already, if there is room
    for (const text of parts.told.querySelectorAll(".nap")) {
      written = text.classList.toggle("on", !!asleep && +text.dataset.nap === i) || written;
      text.classList.toggle("unborn", !!shut && +text.dataset.nap >= (nap?.from ?? i)); // (how long it will be)
    }
    // (What is hidden in the quiz is hidden with its words.)
    parts.now.innerHTML =
      (shut && `${veil(h)}<g class="lane-words">${known.map((text) => text.outerHTML).join("")}</g>`) +
      (arrow && arrow.i === i && f.column >= 5 ? drawArrow(arrow, f, " on") : "") +
      `<path class="cursor" d="${lineBeside(x, 0, h)}"/>` +
      drawStretch(f, h);
    if (parts.rows.lastChild !== parts[shut ? "now" : "words"]) parts.rows.append(parts[shut ? "now" : "words"]); // (a word is read over the cursor; in a quiz it would tell too much)
    parts.tick.innerHTML =
      (shut && veil(RULER)) +
      (view.time
        ? `<path class="cursor" d="M${x} ${RULER - 5}V${RULER}"/>`
        : asleep && !written && !shut
          ? `<text class="nap on" x="${x}" y="14" text-anchor="middle">${sleep(nap.ns)}</text>`
          : asleep
            ? ""
            : `<path class="cursor" d="M${x} ${isFree(x, 0) ? 13 : RULER - 3}V${RULER}"/>${x < 0 || x > width || K.trace.lints.some(({ begin }) => begin === i) || !isFree(x, 4) ? "" : `<circle class="tick on" cx="${Math.max(4, x)}" cy="10" r="4"/>`}`); // (a verdict's sign is read, and so are words)
    paintCounts(b);
    const strip = stripX(i);
    parts.where.setAttribute("d", `M${strip} 0V${STRIP}`);
    parts.future.setAttribute("x", strip);
    parts.future.setAttribute("width", Math.max(0, width - strip));
    parts.future.setAttribute("class", `veil${shut}`);
  }

  /** The sleep in which event `i` is, or which begins with it. */
  const sleepAt = (i) => {
    const nap = lanes.naps[K.upTo(lanes.napAt, i)];
    return i < nap?.to ? nap : null;
  };
  /** A line from `y` down to `h`, open where it would go through a word. */
  function lineBeside(x, y, h) {
    let d = "";
    for (const { a, b, top, end } of parts.spots)
      if (a < x && x < b && end > y && top < h) {
        if (top > y + 4) d += `M${x} ${round(y)}V${round(top)}`;
        y = end;
      }
    return y < h ? `${d}M${x} ${round(y)}V${round(h)}` : d;
  }
  const stripX = (i) => round((lanes.x[i] / lanes.width) * (width - 2));
  let stripOf = "";
  function paintStrip(f) {
    parts.strip.toggleAttribute("hidden", f.whole);
    if (f.whole) return;
    if (stripOf !== `${width},${K.trace.last},${view.time}`) {
      stripOf = `${width},${K.trace.last},${view.time}`;
      const all = { first: 0, last: K.trace.last, px: stripX };
      parts.strip.setAttribute("width", width);
      parts.run.innerHTML = lanes.counts ? drawProfile(lanes.counts, all, STRIP - 5, STRIP - 8, Math.ceil(width)) : "";
    }
    const a = (f.left / lanes.width) * (width - 2),
      b = (Math.min(lanes.width, f.left + f.span) / lanes.width) * (width - 2);
    for (const [k, v] of Object.entries({
      x: round(a) + 0.75,
      y: 0.75,
      width: round(Math.max(3, b - a)),
      height: STRIP - 1.5,
    }))
      parts.window.setAttribute(k, v);
  }

  function paintLabels(shown) {
    parts.labels.replaceChildren(
      ...(items.length
        ? shown.map((item) => label(item))
        : [K.el("p", { class: "mute" }, K.filter.tasks ? "No task fits." : "No task so far.")]),
    );
  }
  function label(item) {
    const bare = below(item, parts.scroll.scrollTop),
      place = `top:${item.y + (bare ? item.band : 0)}px;height:${item.h - (bare ? item.band : 0)}px;padding-left:${item.depth * 14}px`;
    if (item.group) {
      const { group } = item,
        member = memberOf(group),
        open = view.open.has(group.site),
        size = commas(K.quiz?.on ? group.rows.filter((row) => row.at[0] <= now.i).length : group.rows.length); // (how many there will be would tell too much)
      const toggle = K.el(
        "button",
        {
          class: "lane-group",
          "aria-expanded": String(open),
          "data-site": group.site,
          title: `${size} ${ofJobs(group) ? "jobs of" : "tasks spawned at"} ${group.site}`,
        },
        K.el("span", {}, `${open ? "▾" : "▸"} ${size} ${ofJobs(group) ? "job" : "task"}${size === "1" ? "" : "s"}`),
        kept(K.site(group.site)),
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
        item.y <= parts.scroll.scrollTop && K.chip(item.of.name),
        K.el("span", { class: "txt" }, item.row.inner ? "inner branch " : "branch "),
        `${item.row.name.slice(7)}${item.row.code && item.row.of > item.of.branches.length ? ` of ${item.row.of}` : ""}`,
        K.el("span", { class: "txt" }, ofNth(item.row)),
        item.row.code ? K.el("code", {}, ` ${item.row.code}`) : "",
      );
    return K.el("div", { class: `lane-label${item.apart ? " apart" : ""}`, style: place }, taskButton(item.row.name));
  }
  /** Of `select!`s that a task asks in turn, as in a `join!`. */
  const ofNth = ({ nth }) => (nth > 0 ? `, ${K.nth(nth + 1)} select!` : "");
  function taskButton(name) {
    const row = lanes.rows.get(name);
    return K.el(
      "button",
      {
        class: `lane-task${K.pinned === name ? " sel" : ""}`,
        style: `${hue(name)};--name:${Math.ceil(textWidth(name) * 1.1) + 8}px`,
        "aria-pressed": String(K.pinned === name),
        "data-task": name,
        title: `${name}${row?.made ? `, spawned at ${row.made}` : ""}. Click: follow it`,
      },
      K.chip(name),
      K.el("span", { class: "name" }, name),
      kept(K.origin(name)),
    );
  }
  function kept(words) {
    const code = K.el("code", { class: "kept" });
    code.innerHTML = K.kept(words);
    return code;
  }
  function paintCounts(b) {
    for (const small of parts.labels.querySelectorAll(".lane-counts")) {
      const group = inView(b).find((item) => item.group?.site === small.dataset.site)?.group;
      if (!group) continue;
      const c = group.counts,
        k = K.upTo(c.at, now.i);
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

  // ----- show -----

  /** Rows that don't fit are scrolled so that the one the event is about is in view. */
  function follow() {
    const item = leading();
    if (items.height <= items.high || !item) return;
    parts.scroll.scrollTop = Math.min(items[pageOf(item)].y, items.end);
    view.page = parts.scroll.scrollTop;
  }
  const leading = () => itemOf(K.answer.stretch?.name) ?? itemOf(now.task) ?? itemOf(lastTask());
  /** The item with which the page of this one begins. */
  function pageOf(item) {
    const { high } = items;
    // By pages, so that the place of a row doesn't depend on where one came from. A task's branches are on its page, if that has room: which one won is told there.
    const ends = new Map();
    for (const { row, of, group, y, h } of items) ends.set(of ?? row ?? group, y + h);
    let first = 0;
    for (const next of items) {
      const end = next.of ? 0 : ends.get(next.row ?? next.group),
        until = end - next.y <= high ? end : 0;
      if (Math.max(until, next.y + next.h) - items[first].y > high) first = items.indexOf(next, first);
      if (next === item) break;
    }
    return first;
  }
  function lastTask() {
    const { counts } = lanes;
    return counts && counts.who[Math.max(0, K.upTo(counts.at, now.i))]?.name;
  }

  function show(state, event, i) {
    if (!lanes || !parts) return;
    const moved = i !== undefined && i !== now.i;
    if (moved) view.left = view.under = null;
    if (i !== undefined)
      now = {
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
    const box = parts.track.clientWidth;
    if (box < 40 || !K.trace.count) return;
    width = box;
    const asked = K.answer.stretch,
      row = asked !== view.asked && lanes.rows.get(asked?.name),
      at = (time) => Math.max(0, K.upTo(K.trace.t, time)),
      bound = row && Number.isFinite(asked.begin),
      f1 = frame();
    view.asked = asked;
    if (row && (bound ? at(asked.begin) < f1.first || at(asked.end) > f1.last + 1 : idle(row, f1)))
      view.left = lanes.x[bound ? at(asked.begin) : (row.at[0] ?? 0)] - f1.span * 0.08;
    const f0 = frame();
    if (
      f0.whole !== items.whole ||
      items.gave !== gives() ||
      items.quiz !== (K.quiz?.on && now.i) ||
      (items.scarce && items.scarce !== [f0.first, f0.last, f0.left, ...concerned()].join())
    ) {
      // the strip needs room, too
      place();
      parts.scroll.scrollTop = view.page = Math.min(
        items.end,
        items[Math.max(0, K.upTo(items.tops, parts.scroll.scrollTop))]?.y ?? 0,
      );
    }
    if (moved || drawn === "" || row) follow(); // who scrolls by hand is left in peace until the next step
    const f = frame(),
      b = body();
    paintStill(f, b);
    paintNow(f, b);
    K.tell("lanes", f);
    paintSign(f);
    parts.whole.disabled = f.whole;
    say(...(view.under ?? [itemOf(K.pinned ?? event?.run ?? event?.task)?.row, now.i]));
  }
  /** What is not in the window: events, and lanes. Where not all has room, the strip tells of the events, and broken lines of what is in between. */
  function paintSign(f) {
    const events = !f.whole && `${commas(f.last - f.first + 1)} of ${commas(K.trace.count)} events`,
      empty =
        items.left + items.folded > 0 &&
        `${K.plural(items.left + items.folded, "lane")} ${items.folded ? "left out" : "empty here"}`,
      more = scrolled(),
      short = more.replace(/(, [\d,]+)? from between$/, ""),
      top = parts.zoomed.parentElement;
    for (const words of [
      [events, empty, more],
      [empty, more],
      [events, empty, short],
    ]) {
      parts.zoomed.textContent = words.filter(Boolean).join(", ");
      if (more === short || top.scrollWidth <= top.clientWidth) break;
    }
    parts.zoomed.title =
      more === short
        ? ""
        : `The lanes of those that the event is about, or what is asked, come first: the others are below them, in their order${items.some(({ apart }) => apart) ? " (a broken line shows where some of them would be)" : ""}`;
  }
  /** "▾ 3 more lanes, 1 from between": those that one has to scroll to, and how many of them come in between those that are seen. */
  function scrolled() {
    const { scrollTop, clientHeight } = parts.scroll,
      known = items.filter((item) => isBorn(item.group ?? item.of ?? item.row)),
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
  const again = () => show(now.state, now.event);
  /** What a bar is: of the row under the pointer, or of the task that the event is about. */
  function say(row, i) {
    const words = (parts.bar.title = row && i >= 0 ? K.times.words(row, i) : TITLE[+view.time]),
      head = parts.bar.parentElement;
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
      parts.bar.textContent = text;
      if (head.scrollWidth <= head.clientWidth) return;
    }
    parts.bar.textContent = "";
  }
  const TITLE = ["one column an event; sleep is folded", "width is the program’s time"];

  // ----- the box itself, once -----

  const KEY = `<span><svg><rect y="0" width="26" height="12" rx="2" fill="var(--t1)"/></svg>polling</span>
    <span><svg><rect x=".6" y="2" width="24.8" height="8" rx="2" class="lane-ready" style="--c:var(--t1);fill:url(#lane-hatch-1)"/></svg>ready</span>
    <span><svg><path d="M0 6h26" class="lane-wait" style="--c:var(--t1)"/></svg>waiting, on what</span>
    <span><svg><path d="M9 2l8 8m0-8-8 8" class="lane-cut"/></svg>cancelled, cut off</span>
    <span><svg><path d="M13 12V1m-4 4 4-4 4 4" class="arrow"/></svg>wake</span>`;
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
    parts = {
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
    parts.strip = svg(
      "svg",
      {
        class: "lane-strip",
        id: "lanes-strip",
        height: STRIP,
        role: "img",
        "aria-label": "The whole run, and the window of it that is shown below",
      },
      parts.run,
      parts.future,
      parts.window,
      parts.where,
    );
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
        "aria-label": "Lanes: what each task did, event by event. The same as text: search",
      },
      parts.still,
      parts.veil,
      parts.words,
      parts.now,
    );
    parts.track = K.el("div", { class: "lane-track" }, parts.rows);
    parts.scroll = K.el("div", { class: "lane-scroll", id: "lanes-scroll" }, parts.labels, parts.track);
    const scale = K.el("div", { class: "lane-scale" });
    scale.innerHTML = SCALE;
    parts.head = K.el(
      "div",
      { class: "lane-head" },
      scale,
      K.el("div", { class: "lane-track" }, parts.strip, parts.ruler),
    );
    const key = K.el("div", { class: "key", "aria-hidden": "true" });
    key.innerHTML = KEY;
    const defs = svg("svg", { width: 0, height: 0, class: "hide", "aria-hidden": "true" });
    defs.innerHTML = HATCH;
    const tools = K.el(
      "div",
      { class: "lane-tools ctl" },
      parts.filter,
      parts.all,
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
      parts.whole,
    );
    const title = K.el("h2", {}, K.el("b", {}, "Lanes"));
    parts.bar = K.el("span", { id: "lanes-bar" });
    title.append(parts.bar);
    pane.replaceChildren(
      K.el("div", { class: "top" }, title, key, parts.zoomed, tools),
      parts.head,
      parts.scroll,
      defs,
    );
    listen(pane);
  }

  // ----- the reader's hand -----

  const nearest = (i) => K.visible[Math.max(0, K.upTo(K.visible, i))] ?? i;
  const eventAt = (x, f = frame()) => Math.max(0, Math.min(K.trace.last, K.upTo(lanes.x, f.left + x / f.column)));
  const go = (i) => K.go(nearest(i));

  function zoom(factor, at) {
    const f = frame(),
      x = at ?? Math.max(0, Math.min(width, f.px(now.i))),
      under = f.left + x / f.column;
    const least = (width - edge()) / (lanes.width + 1);
    view.column = Math.max(Math.min(least, COLUMN.least), Math.min(most(), f.column * factor));
    view.left = under - x / view.column;
    again();
  }
  function whole() {
    view.column = Math.min(most(), (width - edge()) / (lanes.width + 1));
    view.left = null;
    again();
  }

  function listen(pane) {
    const on = (id, f) => document.getElementById(id).addEventListener("click", f);
    on("lanes-in", () => zoom(1.6));
    on("lanes-out", () => zoom(1 / 1.6));
    on("lanes-whole", whole);
    on("lanes-filter", K.search.tasks);
    on("lanes-all", () => K.filter.set(""));
    on("lanes-times", K.times.open);
    on("lanes-time", byTime);
    parts.rows.addEventListener("pointermove", point);
    parts.rows.addEventListener("pointerleave", () => {
      view.under = null;
      again();
    });
    parts.labels.addEventListener("click", (ev) => {
      const group = ev.target.closest(".lane-group"); // a task's label is for controls.js, as everywhere
      if (group) toggle(group.dataset.site);
    });
    parts.scroll.addEventListener("scroll", () => {
      if (lanes) again();
    });
    pane.addEventListener("wheel", wheel, { passive: false });
    drag(parts.rows, false);
    drag(parts.ruler, true);
    drag(parts.strip, true, (x) => go(Math.max(0, K.upTo(lanes.x, (x / (width - 2)) * lanes.width))));
    const sized = new ResizeObserver(() => {
      stripOf = drawn = "";
      if (!lanes) return;
      arrange();
      again();
    });
    sized.observe(parts.head); // (not what is as high as is drawn in it)
    addEventListener("resize", () => {
      if (lanes) {
        arrange();
        again();
      }
    });
  }
  function toggle(site) {
    if (!view.open.delete(site)) view.open.add(site);
    arrange();
    again();
    parts.labels.querySelector(`[data-site="${CSS.escape(site)}"]`)?.focus();
  }

  /** One column an event, or width as time. */
  function byTime() {
    view.time = !view.time;
    lanes.x = view.time ? K.timeColumns(K.trace, lanes) : lanes.eventX;
    lanes.width = lanes.x[K.trace.count];
    document.getElementById("lanes-time").setAttribute("aria-pressed", String(view.time));
    parts.head.classList.toggle("timed", view.time);
    view.column = view.left = null;
    again();
  }
  const itemUnder = (ev) => items[K.upTo(items.tops, ev.clientY - parts.rows.getBoundingClientRect().top)];
  const rowUnder = (ev) => {
    const item = itemUnder(ev);
    return item && (item.of ?? item.row ?? memberOf(item.group));
  };
  function point(ev) {
    if (!lanes || ev.buttons) return;
    const box = parts.rows.getBoundingClientRect(),
      item = itemUnder(ev),
      i = eventAt(ev.clientX - box.left);
    if (!item || (K.quiz?.on && i > now.i)) return;
    view.under = [
      item.of
        ? Object.assign(Object.create(item.row), { name: `${item.of.name}, ${item.row.name}` })
        : (item.row ?? memberOf(item.group)),
      i,
    ];
    say(...view.under);
  }

  /** A click goes to the event. Dragging moves the cursor on a ruler. Over a row the mouse marks a stretch, which is answered
   *  (answer/answer.js); with shift it moves the window, as a finger does. */
  function drag(el, scrubs, scrub = (x) => go(eventAt(x))) {
    let start = null;
    const x = (ev) => ev.clientX - el.getBoundingClientRect().left;
    el.addEventListener("pointerdown", (ev) => {
      if (ev.button !== 0) return;
      const f = frame();
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
      view.left = start.left - (x(ev) - start.x) / start.column;
      again();
    });
    el.addEventListener("pointerup", (ev) => {
      if (start && !start.moved && !scrubs) scrub(x(ev));
      if (start?.moved && view.marked) K.answer.ask(view.marked.name, ...view.marked.span);
      start = view.marked = null;
      again();
    });
    el.addEventListener("pointercancel", () => {
      start = view.marked = null;
    });
  }
  function mark({ row, from }, to) {
    const { t, last } = K.trace,
      [a, b] = from <= to ? [from, to] : [to, from];
    view.marked = { name: row.name, span: [t[a], t[Math.min(b + 1, last)]] };
    again();
  }
  /** The stretch that is marked, or that was asked about: over the lane of its task. */
  function drawStretch(f, height) {
    const { name, span } =
      view.marked ??
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
      to = Math.min(width + 4, sleepAt(last) ? pxOf(f, b) : f.px(last));
    const [top, end] = item ? [item.y, item.y + item.h] : [0, height];
    // (Its sides are open where words are, and it has no edge above: there the words of its own bars are.)
    return `<path class="lane-stretch" d="M${round(from)} ${top}H${round(to)}V${round(end)}H${round(from)}z"/><path class="lane-stretch edge" d="${[from, to].map((x) => lineBeside(round(x), top, end)).join("")}"/>`;
  }

  /** Zooms where nothing else could scroll; with ctrl always. Sideways it pans. */
  function wheel(ev) {
    const f = frame(),
      f0 = parts.track.getBoundingClientRect(),
      sideways = ev.shiftKey ? ev.deltaY || ev.deltaX : Math.abs(ev.deltaX) > Math.abs(ev.deltaY) ? ev.deltaX : 0;
    if (sideways) {
      if (f.whole) return;
      view.left = f.left + sideways / f.column;
    } else {
      const scrolls = parts.scroll.scrollHeight > parts.scroll.clientHeight + 1 && parts.scroll.contains(ev.target);
      const pageScrolls = document.documentElement.scrollHeight > innerHeight + 1;
      if ((scrolls || pageScrolls) && !ev.ctrlKey && !ev.metaKey) return;
      ev.preventDefault();
      return zoom(Math.exp(-ev.deltaY / 400), ev.clientX - f0.left);
    }
    ev.preventDefault();
    again();
  }

  addEventListener("keydown", (ev) => {
    if (!lanes || !K.isForPage(ev)) return;
    const f = { "+": () => zoom(1.6), "=": () => zoom(1.6), "-": () => zoom(1 / 1.6), 0: whole }[ev.key];
    if (f) {
      ev.preventDefault();
      f();
    }
  });

  K.lanes = {
    zoom,
    whole,
    again,
    get frame() {
      return lanes && width ? frame() : null;
    },
    get items() {
      return items;
    },
    get track() {
      return parts.track;
    },
    member: (item) => memberOf(item.group),
    /** For bars.js: brings an event's column and a row into view, and says what a bar is. */
    reveal(i, item) {
      const f = frame(),
        high = parts.scroll.clientHeight;
      if (i < f.first || f.px(i) > width - 40) view.left = lanes.x[i] - f.span * 0.3;
      if (item.y < parts.scroll.scrollTop || item.y + item.h > parts.scroll.scrollTop + high)
        parts.scroll.scrollTop = view.page = item.y;
      again();
    },
    tell: (row, i) => say(row, i),
    get drawnBars() {
      return parts.still.querySelectorAll("rect, path").length;
    },
  };
  K.on("trace", () => {
    lanes = K.rowsOf(K.trace);
    lanes.eventX ??= lanes.x;
    lanes.x = lanes.eventX;
    lanes.width = lanes.x[K.trace.count];
    view.time = false;
    drawn = stripOf = "";
    width = 0;
    Object.assign(view, { column: null, left: null });
    view.open.clear();
    build();
    filtered();
    width = parts.track.clientWidth;
    arrange();
  });
  function filtered() {
    parts.filter.innerHTML = K.filter.tasks
      ? `<span class="wide">${K.esc(K.filter.words())}</span><span class="narrow">${K.number(K.filter.tasks.size)} of ${K.number(K.trace.names.length)}</span>`
      : "Filter";
    parts.filter.title = `${K.filter.tasks ? `${K.filter.words()}. ` : ""}Only some tasks: by name, line, state, age, or what they wait for (f)`;
    parts.filter.setAttribute("aria-pressed", String(!!K.filter.tasks));
    parts.all.hidden = !K.filter.tasks;
  }
  K.on("filter", () => {
    // (and then all is shown anew)
    filtered();
    parts.scroll.scrollTop = 0;
    arrange();
  });
  K.on("show", show);
  K.on("quiz", again);
})((window.K = window.K || {}));
