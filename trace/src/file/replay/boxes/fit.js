// How much room does each box get?
//
// All is one screen. The boxes are painted, measured, and painted again with more lines where there is room for them;
// what must be seen at an event comes into sight, and what is left over is filled.
//
// Interface: listens to "trace", "show" and "shown".
// Invariant: a box keeps its height through a trace, so that a step moves nothing but what changed.
// Not here: what is in the boxes (places.js, wakers.js, wheel.js).
"use strict";
(function (K) {
  const {
    HEADS,
    MOST_SPREAD,
    SMALL,
    asMany,
    byId,
    cutAll,
    given,
    inLeft,
    isHigh,
    isTwo,
    linesOf,
    loopHTML,
    number,
    ownWords,
    placesHTML,
    waitsIn,
    wakerParts,
  } = K;
  /** Where there is room for all of a box's lines, each part has so many times more of them. */
  const spreads = new Map(); // (by part)

  let used = { parts: [], wheel: true },
    wheelSize = 0,
    fitted = null,
    byHand = null;
  const CIRCLE = 220,
    CAPTION = 46,
    LINE = 28,
    RINGS = 12; // (rings above and below it are so much higher than the wheel)
  /** So much of the pane's height is above and between the rows of the places; and where it is low, so much is the wakers', too, or
   *  this share of it all, where three rows are left: one who waits is seen beside the others, counted, and the done. */
  const ABOVE = 154,
    LOW = 241,
    WAKERS = 0.35;
  /** How many tasks has each place room for? And is there room for the wheel as a circle, and of how many pixels? Where
   *  the window is low, or the tasks are many for it, the wheel is a strip. */
  function fit() {
    given.columns = getComputedStyle(byId("places"))
      .gridTemplateColumns.split(" ")
      .map((px) => parseFloat(px) - (innerWidth > 860 ? 21 : 17));
    const pane = byId("boxes"),
      box = byId("wakers"),
      before = `${wheelSize} ${K.rooms}`,
      { tasks } = K.trace.most,
      high = innerWidth > 700 ? pane.clientHeight : 0;
    if (innerWidth > 700 && byId("say").matches(".opening")) {
      // (nothing is seen of them: whatever room the answer has, they are the same)
      pane.classList.add("low");
      [K.rooms, wheelSize] = [2, 0];
      byId("places").style.setProperty("--rooms", K.rooms);
      return `${wheelSize} ${K.rooms}` !== before;
    }
    pane.classList.remove("low");
    const row = () =>
      ["--tok", "--between"].reduce(
        (px, name) => px + parseFloat(getComputedStyle(byId("places")).getPropertyValue(name)),
        0,
      );
    const tall = Math.floor((high - ABOVE - CIRCLE - CAPTION - LINE) / row()),
      wide = innerWidth > 860 ? (box.clientWidth - 52) / 2 : innerWidth > 700 ? 0 : box.clientWidth - 20,
      low = innerHeight < 800 || (innerWidth > 700 && (wide < CIRCLE || tall < Math.min(tasks, 6)));
    pane.classList.toggle("low", low);
    // (One row more: that of the tasks that have ended.)
    const fits =
      innerWidth <= 700
        ? 3
        : low
          ? Math.floor(Math.min((high - LOW) / row(), Math.max(3, (high - ABOVE - high * WAKERS) / row())))
          : tall;
    K.rooms = Math.max(innerHeight > 560 && high && high < LOW + row() ? 1 : 2, Math.min(tasks + 1, 9, fits)); // (where a verdict is shown it may be low)
    byId("places").style.setProperty("--rooms", K.rooms);
    // On a phone as many are named as are seen above the sign, and below them stands how many more there are.
    if (innerWidth <= 700 && K.rooms > 2) K.rooms = seen() < 2 * row() + 30 ? 2 : 3;
    byId("places").classList.toggle("scant", innerWidth <= 700 && K.rooms < 3);
    const room = innerWidth > 700 ? box.clientHeight - CAPTION - RINGS - (used.parts.length ? LINE : 0) : 290;
    wheelSize = low || !used.wheel ? 0 : Math.floor(Math.max(120, Math.min(wide, room)));
    return `${wheelSize} ${K.rooms}` !== before;
  }
  /** So many pixels of a place's rows are above the sign for more, where all is one column. */
  const HEAD = 38,
    seen = () => {
      const places = byId("places"),
        main = places.closest("main");
      return main.clientHeight - isHigh(main) - places.offsetTop - HEAD;
    };
  K.on("trace", function () {
    fitted = null;
    const sizes = new ResizeObserver(() => {
      if (fit()) K.show();
      else settle();
    });
    for (const box of [byId("boxes"), byId("boxes").closest("main")]) sizes.observe(box); // (on a phone the boxes are as high as they are)
  });
  K.on("trace", function (trace) {
    used = wakerParts(trace);
    byHand = null;
  });
  document.addEventListener("click", (ev) => {
    if (!ev.target.closest?.(".wheel-line")) return;
    byHand = byId("wakers").classList.contains("folded");
    K.show();
    document.querySelector(".wheel-line")?.focus();
  });

  K.on("show", function (s, e) {
    const size = byId("say").className; // (the answer of the first event may be higher than a sentence)
    if (fitted !== size) fit();
    fitted = size;
    // The wheel is open where a timer is asked about, or nothing else is waited for; unless the reader has said otherwise.
    // (On a phone all is one column, and in a narrow window where that is low: a wheel that opens by itself would push everything below it away.)
    const open =
      used.wheel && (byHand ?? (!used.parts.length || (innerWidth > (wheelSize ? 700 : 860) && K.asksForTimers(s, e))));
    byId("wakers").classList.toggle("folded", used.wheel && !open);
    byId("wakers").classList.toggle("nowheel", !open);
    K.paint("loop", loopHTML(s));
    K.paint("places", placesHTML(s, e));
    const caption = "A slot of the outer ring is 1 ms, then<br>64 ms, 4.1 s, … Slot 0 is on top. <b><i></i> now</b>",
      wide = byId("wakers").clientWidth;
    const figure = open
      ? `<figure>${wheelSize ? K.wheelHTML(s, wheelSize) : K.stripHTML(s, (innerWidth > 860 ? (wide - 52) / 2 : wide - 28) - 48)}<figcaption>${caption}</figcaption></figure>`
      : "";
    spreads.clear();
    drawParts(s, e, open, figure);
    const over = tooHigh(),
      dense = over > 0 && over < DENSER,
      more = over >= DENSER || !document.querySelector(SIGN_OF) || lacksRoom(dense) ? [] : moreIn();
    let failed = false;
    const fits = (changes) => {
      for (const [part, times] of changes) spreads.set(part, times);
      drawParts(s, e, open, figure);
      failed = lacksRoom(dense);
      if (failed) for (const [part] of changes) spreads.delete(part);
      return !failed;
    };
    // (All of them, or else part by part as many as fit, those first that need the least. Each try costs a layout.)
    const all = more.map(({ part, all }) => [part, all]),
      needed = more.reduce((px, { needs }) => px + needs, 0);
    if (more.length && (needed > more[0].room || !fits(all)))
      for (const { part, tries } of more) tries.some((times) => fits([[part, times]]));
    if (failed) drawParts(s, e, open, figure);
    asleep(s);
  });
  function drawParts(s, e, open, figure) {
    const drawn = used.parts.map((draw, k) => {
      given.spread = spreads.get(k) ?? 1;
      const part = draw(s, e);
      return {
        idle: used.parts.length > 2 && part.idle,
        html: `<section data-part="${k}">${part.html ?? part}</section>`,
      };
    });
    const htmlOf = (is) =>
        drawn
          .filter(({ idle }) => !!idle === is)
          .map(({ html }) => html)
          .join(""),
      parts = (open ? K.timersHTML(s) : "") + htmlOf(false) + htmlOf(true);
    K.paint(
      "wakers",
      `${used.wheel && used.parts.length ? K.wheelLine(s, open) : ""}<div class="parts below${open || used.parts.length > 1 || K.trace.most.primitives > 2 ? " two" : ""}" tabindex="0" aria-label="Where each waker is"><div class="cols">${figure}${parts || `<p class="none">No task ever waits for anything in this run.</p>`}</div></div>`,
    );
    asPainted();
  }
  /** Each part that has left lines out, and how many times as many lines it could have: `all` of them, which need so many pixels of the room that there
   *  is; or as many as may have room, from the most to the least. (A part grows into the other column, too, as others go there, unless it is alone in the second.) */
  function moreIn() {
    const box = document.querySelector(".parts"),
      { top, bottom } = box.getBoundingClientRect(),
      parts = [...box.querySelectorAll("section")],
      isLeft = (part) => inLeft(box, part.getBoundingClientRect());
    const freeIn = (left) =>
      bottom -
      Math.max(
        top,
        ...parts.filter((part) => isLeft(part) === left).map((part) => part.getBoundingClientRect().bottom),
      );
    const room = (isTwo(box) ? freeIn(true) : 0) + freeIn(false),
      isAlone = parts.filter((part) => !isLeft(part)).length === 1;
    return [...box.querySelectorAll(SIGN_OF)]
      .map((sign) => {
        const part = sign.closest("section"),
          rows = part.querySelectorAll("li:not(.post), .hook").length,
          each = (part.offsetHeight - part.querySelector("h3").offsetHeight) / rows;
        const all = Math.min(MOST_SPREAD, (rows + +sign.dataset.left) / rows),
          timesIn = (px) => (px < sign.offsetHeight ? 1 : Math.min(all, (rows + Math.floor(px / each)) / rows));
        const least = timesIn(freeIn(isLeft(part))),
          most = isAlone && !isLeft(part) ? least : timesIn(room),
          middle = Math.round(((most + least) / 2) * rows) / rows;
        return {
          part: +part.dataset.part,
          all,
          needs: (all - 1) * rows * each,
          room,
          tries: [...new Set([most, middle, least])].filter((times) => times > 1),
        };
      })
      .sort((a, b) => a.all - b.all);
  }
  const SIGN_OF = ".more[data-left]";
  /** Is there more in the box than it has room for? */
  const tooHigh = () => {
      const box = document.querySelector(".parts");
      return box.scrollHeight - box.clientHeight - 1;
    },
    isOver = () => tooHigh() > 0;
  /** So many pixels may be won where lines are closer together. (It costs a layout to try.) */
  const DENSER = 80;
  /** The same, with its lines closer together if they are `dense`, and in the first column what has room there. */
  function lacksRoom(dense) {
    const box = document.querySelector(".parts");
    if (dense && isOver()) box.dataset.dense = "yes"; // (no class: those are in the order in which they came)
    if (isOver() && isTwo(box)) fillLeft(box);
    if (isOver() && isTwo(box)) partAnew(box);
    return isOver();
  }
  function inSight() {
    const scroll = document.querySelector(".parts"),
      cols = scroll?.firstElementChild,
      over = isOver;
    if (!scroll) return;
    // Where not all have room they are closer together; and what is touched comes first, if it would be out of sight: its part, then it within its part.
    asPainted();
    lacksRoom(true);
    // (A branch is only where it happens.)
    const [hot, where] = [...scroll.querySelectorAll(".hot")].sort(
        (a, b) => a.matches(".branch") - b.matches(".branch"),
      ),
      touched = hot ?? scroll.querySelector(".asked") ?? (byHand ? cols.querySelector(".timers") : null),
      rect = (line) => line.getBoundingClientRect(),
      isSeen = (line) =>
        !over() || rect(line).bottom <= rect(scroll).bottom + (inLeft(scroll, rect(line)) ? 2 : -SMALL);
    if (!touched) return;
    scroll.scrollTop = 0;
    if (where && !isSeen(where)) putFirst(where.closest("section"));
    for (const part of [touched.closest("section"), touched.closest(".whole")])
      if (part && !isSeen(touched)) putFirst(part);
    cols.classList.toggle("apart", !isSeen(touched));
    if (cols.classList.contains("apart") && isTwo(scroll)) belowFigure(scroll);
    if (touched.matches(".rows:not(.ordered) > li, .hook.short") && !isSeen(touched)) putFirst(touched);
    if (isSeen(touched) || (!isTwo(scroll) && cols.querySelector("figure") && (byHand || touched.closest(".timers"))))
      return; // (the reader opened the wheel, or the timer is in it)
    // (Beside an open wheel the first of its timers give way: else its caption would be scrolled away; and of a `select!` the first branches, for the other column's sake.)
    const isBranch = touched.matches(".branch"),
      before =
        isBranch || (touched.matches(".timers li") && cols.querySelector("figure"))
          ? [...touched.parentElement.children].slice(0, [...touched.parentElement.children].indexOf(touched))
          : [],
      given = before.findIndex((row) => {
        row.hidden = true;
        return isSeen(touched);
      });
    if (given >= 0)
      return void (touched.closest("section").querySelector("h3 span").dataset.before =
        `, ${given + 1}${isBranch ? "" : " due"} before`);
    for (const row of before) row.hidden = false;
    const box = rect(scroll),
      { top, bottom } = rect(touched),
      head = touched.closest(".whole, section")?.querySelector("h3")?.offsetHeight ?? 0; // (in a list whose order tells something, or in a box that is lower than that one line)
    scroll.scrollTop = Math.max(0, Math.min(top - box.top - head - 2, bottom - box.bottom + SMALL + 4));
  }
  /** Puts those of the parts that have room there below `last`, one below the other: which is the last then? (A height is read before any is moved.) */
  function putBelow(last, parts, room) {
    const heights = parts.map((part) => part.offsetHeight);
    for (const [k, part] of parts.entries()) {
      if (heights[k] > room) continue;
      last.after(part);
      room -= heights[k];
      last = part;
    }
    return last;
  }
  /** Parts that are behind the sign go below the first column, while there is room: the last ones have the least to tell. */
  function fillLeft(scroll) {
    const all = [...scroll.firstElementChild.children],
      left = all.filter((part) => inLeft(scroll, part.getBoundingClientRect())),
      last = left.at(-1);
    if (last)
      putBelow(
        last,
        all.filter((part) => !left.includes(part)).reverse(),
        scroll.getBoundingClientRect().bottom - last.getBoundingClientRect().bottom,
      );
  }
  /** Where all parts are in the column beside the wheel, those that are behind the sign go below it, as far as there is room. */
  function belowFigure(scroll) {
    const cols = scroll.firstElementChild,
      figure = cols.querySelector(":scope > figure"),
      first = figure?.nextElementSibling,
      { bottom } = scroll.getBoundingClientRect(),
      rect = (part) => part.getBoundingClientRect();
    const hidden = [...cols.children].filter(
      (part) => part !== figure && part !== first && part.offsetHeight && rect(part).top > bottom - SMALL,
    );
    if (!first || putBelow(figure, hidden, bottom - rect(figure).bottom - 6) === figure) return;
    cols.classList.remove("apart");
    first.classList.add("second");
  }
  /** The parts go into the columns so that the higher one is as low as can be, if more of them is seen then. (The first stays the first.) */
  function partAnew(scroll) {
    const cols = scroll.firstElementChild,
      parts = [...cols.children],
      heights = parts.map((part) => part.offsetHeight),
      all = heights.reduce((sum, high) => sum + high, 0),
      before = tooHigh();
    if (cols.querySelector("figure") || parts.length > 8 || parts.length < 2) return;
    const highest = (left) => {
        const high = heights.reduce((sum, high, k) => sum + ((left >> k) & 1) * high, 0);
        return Math.max(high, all - high);
      },
      ways = Array.from({ length: 2 ** (parts.length - 1) }, (_, way) => 2 * way + 1); // (a bit for each part of the first column)
    const best = ways.reduce((best, way) => (highest(way) < highest(best) ? way : best)),
      second = parts.filter((_, k) => !((best >> k) & 1));
    if (!second.length || highest(best) > scroll.scrollHeight - SMALL / 2) return; // (next to nothing is won: a try costs a layout)
    cols.append(...second);
    second[0].classList.add("second");
    if (tooHigh() < before) return;
    second[0].classList.remove("second");
    cols.append(...parts);
  }
  /** As far apart and in the order as they were painted, whatever was in sight since. */
  function asPainted() {
    const scroll = document.querySelector(".parts");
    if (scroll.dataset.dense !== "") scroll.dataset.dense = "";
    scroll.classList.remove("tight", "wide", "right", "cut"); // (a heading may be lower without them)
    scroll.firstElementChild.classList.remove("apart");
    scroll.querySelector(".second")?.classList.remove("second");
    for (const row of scroll.querySelectorAll(":is(.timers li, .branch)[hidden]")) row.hidden = false;
    scroll.querySelector("[data-before]")?.removeAttribute("data-before");
    for (const box of scroll.querySelectorAll(".cols, section, .rows")) {
      box.home ??= [...box.childNodes];
      if (box.home.some((part, k) => box.childNodes[k] !== part)) box.append(...box.home);
    }
  }
  /** Behind the wheel, or its part's heading; of the second column first in that. */
  function putFirst(part) {
    const second = part.parentElement.querySelector(":scope > .second");
    if (second && second.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING) {
      second.before(part);
      second.classList.remove("second");
      return part.classList.add("second");
    }
    const head = [...part.parentElement.children].find((other) => other.matches("figure, h3, .tall"));
    if (head) head.after(part);
    else part.parentElement.prepend(part);
  }
  /** A heading stays when its lines are scrolled away above it: how many are. The first of a column names those that went whole, too. */
  function countAbove() {
    const heads = [...document.querySelectorAll(HEADS)].filter((head) => head.offsetHeight),
      seen = heads.filter((head) => head.matches("h3") && !head.closest(".half")),
      gone = new Map();
    for (const head of heads)
      if (
        seen.length &&
        head.closest(".half") &&
        head.getBoundingClientRect().top < seen[0].closest(".parts").getBoundingClientRect().top - 1
      )
        K.put(
          gone,
          seen.find((other) => Math.abs(other.getBoundingClientRect().left - head.getBoundingClientRect().left) < 40) ??
            seen[0],
          ownWords(head),
        );
    for (const head of document.querySelectorAll(".parts h3")) {
      const { bottom, width, left, right } = head.getBoundingClientRect(),
        above = linesOf(head).filter((line) => {
          const at = line.getBoundingClientRect();
          return (
            at.left < right &&
            at.right > left &&
            (waitsIn(line) || line.matches(".clipped") ? at.top : at.bottom) <= bottom - 2
          );
        }),
        names = gone.get(head) ?? [];
      const some = (n) =>
        `▴ ${[...names.slice(0, n), n < names.length && "…", above.length && `${number(above.length)} more`].filter(Boolean).join(", ")}`;
      head.dataset.above =
        names.length || above.length
          ? some(asMany(names, (n) => some(n).length < (width - 24) / 6.6 - ownWords(head).length))
          : "";
    }
  }
  const settle = () => {
    inSight();
    cutAll();
    countAbove();
  };
  K.on("shown", settle); // (when each part has its size)
  document.addEventListener(
    "scroll",
    ({ target }) => {
      if (target.matches?.(".parts")) countAbove();
    },
    { capture: true, passive: true },
  );
  const asleep = (s) => {
    const { classList } = byId("boxes");
    classList.remove("asleep"); // (so that it is the last, on whatever way one came here)
    classList.toggle("asleep", s.parked && s.step === "park");
  };
})((window.K = window.K || {}));
