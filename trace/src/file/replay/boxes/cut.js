// Which rows of a box are seen whole, and what says that there are more?
//
// A pane is scrolled, and a row may end below its edge. A row that is cut through reads like a whole one; so what has no room is
// hidden as a whole, counted, and named by a sign that can be pressed.
//
// Interface: `K.paint(id, html)`, `K.cutAll()` (which rows of what is scrolled are seen whole).
// Invariant: no row is seen in part without a sign.
// Not here: how much room each box gets (fit.js).
"use strict";
(function (K) {
  const { number, plural } = K;
  const byId = (id) => document.getElementById(id);

  // ----- painting: only what differs, and the keyboard stays where it was -----
  const painted = new Map();
  /** A number with its unit, in a text and not in a tag: they stay together. */
  const UNIT = /\d[\d.,]* (?:ns|µs|ms|s|min)\b(?![^<>]*>)/g;
  K.paint = function (id, html) {
    if (painted.get(id) === html) return false;
    const box = byId(id),
      had = box.contains(document.activeElement) ? document.activeElement.dataset.task : null;
    painted.set(id, html);
    box.innerHTML = box.matches(".more") ? html.replace(UNIT, '<data class="who">$&</data>') : html;
    if (box.classList.contains("more")) box.scrollTop = 0;
    if (had) [...box.querySelectorAll("[data-task]")].find((el) => el.dataset.task === had)?.focus();
    return true;
  };

  // A box that is scrolled has a sign where more of it is below. (In `.more`, which is text, a click goes there.)
  const SCROLLED = ".more, .below",
    cutAt = (box) =>
      box.classList.toggle(
        "cut",
        box.scrollHeight - box.scrollTop - box.clientHeight >
          (box.matches("dialog") ? 20 : box.matches(".parts") ? 1 : 4),
      ); // (below its last line a dialog has so much room, and the frame of a part none)
  /** So high is the sign, and with it no row is seen in part: a row of text that it or the edge above cuts waits until it is scrolled to, and so does a whole item. */
  const SIGN = 30,
    SMALL = 24,
    isHigh = (box) =>
      box.matches(".tight")
        ? -3
        : box.matches("dialog")
          ? signBelow(box)
          : box.matches("main")
            ? 28
            : box.matches("#answer, #banner")
              ? SIGN
              : box.matches(".foot")
                ? 18
                : SMALL;
  /** What is scrolled in a dialog lies behind its buttons. */
  const signBelow = (dialog) => {
    const form = dialog.querySelector("form:last-child");
    return form ? dialog.getBoundingClientRect().bottom - form.getBoundingClientRect().top + 2 : 0;
  };
  const TEXT =
      "#answer > :is(p, h3), #answer > details > *, .chain li, .foot p, .lint :is(p, h2), .caption, dialog.below > :is(p, h2), .parts .branch, .why-row > *, #tree li > div, #times > p",
    ITEM =
      ".causes li, .parts :is(h3, li, .rail, .hook.short, .hook > *), .loop li, .tok, .rest, .ended, .place :is(h3, .none), .flow, .return, .wheel-line, .strip > *, .top, #times-table tbody tr, #help tr";
  const isTwo = (box) => getComputedStyle(box.firstElementChild).columnCount === "2",
    inLeft = (box, rect) => isTwo(box) && rect.right < box.getBoundingClientRect().left + box.clientWidth / 2;
  function halves() {
    // What the event touches is not behind the sign, if it is in the box at all: then the sign is below the other column, or beside its heading.
    for (const box of document.querySelectorAll(".parts")) {
      const { bottom, width, left } = box.getBoundingClientRect(),
        hot = box.querySelector(".hot")?.getBoundingClientRect(),
        tight =
          !box.querySelector("figure") && hot?.bottom > bottom - SMALL && hot.bottom < bottom + 1 && !inLeft(box, hot);
      for (const [name, is] of Object.entries({
        tight,
        wide: hot?.width > width * 0.6,
        right: hot?.left > left + width * 0.4,
      }))
        box.classList.toggle(name, tight && is);
      box.dataset.split = !tight && isTwo(box) ? "yes" : ""; // (then it is below the right column alone)
      cutAt(box); // (the heading beside the sign may take more)
    }
    const rooms = [...document.querySelectorAll(SCROLLED)]
      .filter((box) => box.id !== "aside" && box.scrollHeight > box.clientHeight + 1)
      .map((box) => {
        const { top, bottom, left, width } = box.getBoundingClientRect();
        return {
          box,
          top: box.scrollTop > 0 ? top : -Infinity,
          end: box.classList.contains("cut") ? bottom - isHigh(box) : Infinity,
          now: box.matches(".tight:not(.wide)") && box.querySelector(".hot")?.getBoundingClientRect(),
          middle: box.dataset.split ? left + width / 2 : -Infinity,
        };
      });
    const was = [...document.querySelectorAll(".half, .clipped")],
      now = new Map();
    for (const line of was) line.style.clipPath = "";
    for (const { box, top, end: below, now: hot, middle } of rooms)
      for (const line of box.querySelectorAll(`${TEXT}, ${ITEM}`)) {
        const at = line.getBoundingClientRect(),
          head = underHTML(line, top),
          end =
            hot && (at.right < hot.left || at.left > hot.right)
              ? below - SMALL
              : at.right < middle
                ? below + SMALL
                : below;
        if (
          (at.bottom <= end + 2 && at.top >= head - 1) ||
          (line.matches(".rail.hot") && at.top >= head - 1 && at.height > box.clientHeight - SMALL * 2)
        )
          continue; // (what the event is about is rather cut than hidden: it has no room anywhere)
        const rows =
            (line.matches(TEXT) || (line.matches(".causes li, tr") && at.height > 48)) &&
            at.top < end &&
            at.bottom > head
              ? rowsIn(line)
              : [],
          whole = rows.filter((row) => row.top >= head - 1 && row.bottom <= end),
          named = line.querySelector(":scope > a:first-child")?.getBoundingClientRect().bottom; // (a cause is not seen without all of its words)
        now.set(
          line,
          whole.length && !(line.matches(".causes li") && named > end + 1) && now.get(line) !== ""
            ? `inset(${whole[0] === rows[0] ? 0 : whole[0].top - at.top}px 0 ${Math.max(0, at.bottom - Math.min(whole.at(-1).bottom + 2, rows[rows.indexOf(whole.at(-1)) + 1]?.top ?? Infinity))}px)`
            : "",
        );
      }
    for (const row of document.querySelectorAll(".why-row"))
      if (
        now.get(row.firstElementChild) === "" &&
        row.getBoundingClientRect().top > row.closest("dialog").getBoundingClientRect().top
      )
        for (const cell of row.children) now.set(cell, ""); // (without its name it says nothing)
    const beside = (line) =>
      [...line.parentElement.children].filter(
        (other) => Math.abs(other.getBoundingClientRect().top - line.getBoundingClientRect().top) < 4,
      );
    for (const link of document.querySelectorAll("#answer .chain > li"))
      if (now.has(link) && beside(link).some((other) => now.get(other) === "")) now.set(link, ""); // (nor does a link without those before it)
    for (const head of document.querySelectorAll("#answer > h3"))
      if (
        now.get(
          head.nextElementSibling?.firstElementChild?.matches(".chain > li")
            ? head.nextElementSibling.firstElementChild
            : head.nextElementSibling,
        ) === ""
      )
        now.set(head, ""); // (a heading alone would say that there is nothing)
    for (const line of was) if (!now.has(line)) line.classList.remove("half", "clipped");
    for (const [line, clip] of now) {
      // (when all are measured: else each would be laid out anew)
      line.classList.toggle("half", !clip);
      line.classList.toggle("clipped", !!clip);
      line.style.clipPath = clip;
    }
    for (const line of new Set([...was, ...now.keys()])) if (!line.getAttribute("style")) line.removeAttribute("style"); // (nothing is left of what was there before)
    // (No sliver of a letter, and no part of a port: its title has it all.)
    for (const port of document.querySelectorAll(".socket .kept > b")) {
      const words = port.previousSibling,
        { right } = port.closest(".of").getBoundingClientRect();
      words.classList.toggle("hide-all", words.clientWidth < 14 && words.scrollWidth > words.clientWidth);
      port.classList.toggle("hide-all", port.getBoundingClientRect().right > right + 1);
    }
    // The sign names what is behind it.
    for (const box of document.querySelectorAll("#boxes, .parts:not(.tight)")) {
      const { top, width } = box.getBoundingClientRect(),
        room = ((box.dataset.split ? width / 2 - 26 : width) - 60) / 6.6,
        names = [
          ...new Set(
            [...box.querySelectorAll(HEADS)]
              .filter(
                (el) =>
                  (el.closest(".half") ??
                    linesOf(el).some(
                      (line) =>
                        line.matches(":is(li, .rail):is(.half, .clipped)") &&
                        line.getBoundingClientRect().top >= el.getBoundingClientRect().bottom,
                    )) &&
                  el.getBoundingClientRect().top > top - 1,
              )
              .map(ownWords),
          ),
        ].filter(Boolean);
      const some = (n) => `: ${names.slice(0, n).join(", ")}${names.length > n ? " …" : ""}`;
      box.dataset.more = names.length ? some(asMany(names, (n) => some(n).length < room)) : "";
    }
    const answer = byId("answer"),
      part = answer.hidden
        ? null
        : [...answer.querySelectorAll(":scope > h3.half")].find(
            (head) =>
              head.getBoundingClientRect().top >
              Math.max(answer.getBoundingClientRect().top, answer.closest("main").getBoundingClientRect().top),
          ),
      named = part ? ownWords(part) : "",
      fits = (answer.clientWidth - 80) / 6.6;
    for (const box of [answer, answer.closest("main")])
      box.dataset.more = named && `: ${named.length > fits ? `${named.slice(0, fits)}…` : named}`;
    // A heading whose first line waits says how many lines are below it: alone it would say that there is nothing.
    for (const head of document.querySelectorAll(".parts h3")) {
      const lines = linesOf(head),
        { bottom } = head.getBoundingClientRect();
      head.dataset.below =
        !head.matches(".half") && lines[0] && lines[0].getBoundingClientRect().top >= bottom - 8 && lines.every(waitsIn)
          ? `▾ ${number(lines.reduce((n, line) => n + +(line.dataset.left ?? line.dataset.count ?? 1), 0))} below`
          : "";
    }
  }
  /** What names the lines that are below it, its own words, and these lines. */
  const HEADS = ".parts h3, .parts .hook.short > b",
    ownWords = (el) =>
      [...el.childNodes]
        .filter((part) => part.nodeType === 3)
        .map((part) => part.data)
        .join("")
        .trim(),
    linesOf = (head) =>
      head.matches("h3")
        ? [...(head.closest(".whole, section")?.querySelectorAll("li, .rail, .hook") ?? [])].filter(
            (line) => line.offsetHeight,
          )
        : [];
  /** Of these names as many as fit, but one. */
  const asMany = (names, fits) => names.findLastIndex((_, k) => fits(k + 1)) + 1 || 1;
  /** Is nothing of a line seen? */
  const waitsIn = (line) => line.matches(".half") || [...line.children].every((part) => part.matches(".half"));
  /** Where lines begin to be seen: below their heading, which stays in view. */
  const underHTML = (line, top) =>
    (top > -Infinity &&
      !line.matches("h3") &&
      Math.max(
        top,
        (
          line.closest(".whole, .parts section")?.querySelector("h3") ??
          line.closest("#times-table")?.querySelector("th")
        )?.getBoundingClientRect().bottom ?? 0,
      )) ||
    top;
  /** The rows of a text, as high as they are with what is drawn in them. */
  function rowsIn(line) {
    const range = document.createRange(),
      rows = [],
      rects = [],
      walk = document.createTreeWalker(line, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
        node.parentElement.closest("svg")
          ? NodeFilter.FILTER_REJECT
          : node.nodeType === 1 && node.textContent && node.tagName !== "svg"
            ? NodeFilter.FILTER_SKIP
            : NodeFilter.FILTER_ACCEPT,
      );
    while (walk.nextNode()) {
      // (a box around several rows is none of them)
      range.selectNode(walk.currentNode);
      rects.push(...range.getClientRects());
    }
    for (const { top, bottom, height } of rects.filter(({ height }) => height).sort((a, b) => a.top - b.top)) {
      const last = rows.at(-1);
      if (last && top < last.bottom - Math.min(4, height / 2, (last.bottom - last.top) / 2))
        // (what is beside two rows belongs to both)
        last.bottom = Math.max(last.bottom, bottom);
      else rows.push({ top, bottom });
    }
    return rows;
  }
  /** Of the done as many as their line has room for, the last to end; the others are counted. */
  function countDone() {
    const line = document.querySelector(".ended"),
      place = line?.parentElement,
      count = line?.querySelector("[data-all]"),
      all = count ? [...line.querySelectorAll(".end-of")] : [],
      isBad = (end) => end.querySelector(".bad");
    const older = all.slice(0, -1),
      ends = [...older.filter((end) => !isBad(end)), ...older.filter(isBad), ...all.slice(-1)]; // (a panic is among them, and so is the last end)
    /** Without the first few of them: has the line room? (Else it has another row, which is not seen.) */
    const fits = (left, but = []) => {
      ends.forEach((end, k) => {
        end.hidden = k < left && !but.includes(end);
      });
      const hidden = left - but.length,
        more = count.dataset.all - ends.length + hidden;
      count.textContent = !more ? "" : hidden < ends.length ? `+${number(more)}` : number(more);
      count.title = plural(more, "other");
      count.hidden = !more;
      return line.scrollHeight < line.clientHeight + 12 && place.scrollHeight <= place.clientHeight + 3; // (so much of the row is below its signs)
    };
    if (!count || fits(0)) return;
    let most = 0,
      least = ends.length;
    while (least - most > 1) {
      const left = (most + least) >> 1;
      if (fits(left)) least = left;
      else most = left;
    }
    // (A cross is wide: where one has no room, one without has it perhaps.)
    const others = ends.some(isBad)
      ? ends
          .slice(0, least)
          .filter((end) => !isBad(end))
          .slice(-1)
      : [];
    if (!others.length || !fits(least, others)) fits(least);
  }
  /** So wide is the sign at the end of a text's last row. */
  const WORD = 76;
  /** A text that goes on ends before its sign: with a sentence if one ends late in the last row, else with a word and three dots. One that is scrolled begins with a whole row. What is before and behind these waits until it is scrolled to. */
  function whole(box) {
    for (const past of box.querySelectorAll(".past, .dots")) past.replaceWith(...past.childNodes);
    box.normalize();
    const { top, bottom, left, right } = box.getBoundingClientRect(),
      high = parseFloat(getComputedStyle(box).lineHeight),
      isCut = box.classList.contains("cut"),
      pieces = piecesOf(box),
      range = document.createRange();
    if (!isCut && !box.scrollTop) return;
    let begin = null,
      sentence = null,
      word = null;
    search: for (const node of pieces) {
      for (const { index, 0: letters } of node.nodeType === 3 ? node.data.matchAll(/\S+/g) : [{ index: 0, 0: "" }]) {
        const end = index + letters.length;
        if (letters) (range.setStart(node, end - 1), range.setEnd(node, end));
        else range.selectNode(node);
        const at = range.getBoundingClientRect(),
          middle = (at.top + at.bottom) / 2;
        if (isCut && at.bottom > bottom + 3) break search; // (a row with a sign in it is higher: the last may be cut)
        if (box.scrollTop && at.top < top - (letters ? 2 : 4)) continue; // (a sign is higher than its row)
        begin ??= { node, at: index };
        if (
          !letters ||
          /[(“]$/.test(letters) ||
          middle < top ||
          (at.bottom > bottom - high + 4 && at.right > right - WORD)
        )
          continue;
        word = { node, end };
        if (/[.!?]$/.test(letters) && middle > bottom - high && at.right > (left + right) / 2) sentence = word;
      }
    }
    // Each part of the rest is hidden where it is: nothing moves.
    const { node, end } = (isCut && (sentence ?? word)) || {},
      rest = node ? pieces.slice(pieces.indexOf(node) + 1) : [];
    if (node && end < node.length) rest.push(node.splitText(end));
    if (node && !/[.!?]$/.test(node.data)) node.after(K.el("span", { class: "dots" }));
    if (box.scrollTop && begin) rest.push(...pieces.slice(0, pieces.indexOf(begin.node)));
    if (box.scrollTop && begin?.at) (begin.node.splitText(begin.at), rest.push(begin.node));
    for (const part of rest) {
      const past = K.el("span", { class: "past" });
      part.replaceWith(past);
      past.append(part);
    }
  }
  /** What a text is made of, in its order: parts of text, and signs. */
  function piecesOf(box) {
    const walk = document.createTreeWalker(box, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (part) =>
        part.parentElement.closest("svg")
          ? NodeFilter.FILTER_REJECT
          : part.nodeType === 3 || part.matches("svg")
            ? NodeFilter.FILTER_ACCEPT
            : NodeFilter.FILTER_SKIP,
      ),
      pieces = [];
    while (walk.nextNode()) pieces.push(walk.currentNode);
    return pieces;
  }
  /** What is folded in the answer is open from the beginning where it has room. */
  function unfold() {
    const box = byId("answer"),
      fold = innerWidth > 700 && !box.hidden && box.querySelector(":scope > details:not([data-asked])");
    if (!fold) return;
    fold.dataset.asked = ""; // (from then on it is the reader's)
    fold.open = true;
    fold.open = box.scrollHeight <= box.clientHeight;
  }
  /** Where the time went is seen at once: where the first causes would be behind the sign for more, they come right behind the chain, or before it, where the chain itself has no room. */
  function causesFirst() {
    const box = byId("answer"),
      list = box.querySelector(":scope > .causes"),
      main = box.closest("main"),
      chain = box.querySelector(":scope > .chain");
    if (!list?.firstElementChild || box.hidden || box.scrollTop > 0 || main.scrollTop > 0) return;
    list.home ??= list.previousElementSibling;
    const behind = chain?.nextElementSibling?.matches(".circle") ? chain.nextElementSibling : chain,
      end = Math.min(box.getBoundingClientRect().bottom - SIGN, main.getBoundingClientRect().bottom - SIGN);
    for (const before of new Set([list.home, behind, box.querySelector("h2")])) {
      if (before && list.previousElementSibling !== before) before.after(list);
      if (
        list.firstElementChild.getBoundingClientRect().bottom < end ||
        (before === behind && chain?.getBoundingClientRect().bottom < end)
      )
        return;
    }
  }
  /** What has changed takes a second line where the box has one: the end tells most. */
  function wrapChanged() {
    const box = byId("changed"),
      long = [...box.querySelectorAll("li")].filter((line) => line.scrollWidth > line.clientWidth);
    for (const line of long) {
      line.classList.add("wrapped");
      if (box.scrollHeight > box.clientHeight + 1) line.classList.remove("wrapped");
    }
  }
  /** Before the first step the explanation has the rows that the answer leaves empty. */
  function lend() {
    const aside = byId("aside"),
      answer = byId("answer");
    aside.style.maxHeight = "";
    if (
      innerWidth <= 700 ||
      innerHeight <= 560 ||
      answer.hidden ||
      !answer.lastElementChild ||
      !byId("say").matches(".opening")
    )
      return;
    const high = parseFloat(getComputedStyle(aside).lineHeight),
      room =
        answer.getBoundingClientRect().bottom -
        SMALL -
        answer.lastElementChild.getBoundingClientRect().bottom +
        answer.scrollTop;
    const rows = Math.min(Math.ceil((aside.scrollHeight - aside.clientHeight - 4) / high), Math.floor(room / high));
    if (rows > 0) aside.style.maxHeight = `${aside.clientHeight + rows * high}px`;
  }
  function cutAll() {
    countDone();
    if (K.flights) return; // (what moves is not where it will be)
    lend();
    wrapChanged();
    unfold();
    causesFirst();
    // (A verdict that goes on is one column: in two the end of the first would be hidden above the second.)
    const banner = byId("banner"),
      lints = banner.querySelectorAll(".lint");
    banner.style.maxHeight = "";
    for (const long of [false, true])
      if (!long || banner.scrollHeight > banner.clientHeight + 1)
        for (const lint of lints) lint.classList.toggle("long", long);
    if (banner.scrollHeight > banner.clientHeight + 1)
      for (const lint of lints) lint.querySelector("p")?.after(...lint.querySelectorAll(".instead")); // (what to do is seen before all the places)
    const over = banner.scrollHeight - banner.clientHeight;
    if (over > 0 && over < 8) banner.style.maxHeight = `${banner.offsetHeight + over}px`; // (else a sign would hide a line for the sake of its frame)
    document.querySelectorAll(SCROLLED).forEach(cutAt);
    halves();
    document.querySelectorAll("#aside, #sentence").forEach(whole);
  }
  K.cutAll = cutAll;
  document.addEventListener(
    "scroll",
    ({ target }) => {
      if (target.matches?.(SCROLLED)) {
        cutAt(target);
        if (!K.flights) halves();
        if (target.matches("#aside, #sentence")) whole(target);
      }
    },
    true,
  );
  K.on("trace", function () {
    const sizes = new ResizeObserver(cutAll);
    for (const box of document.querySelectorAll(SCROLLED)) sizes.observe(box);
    for (const box of document.querySelectorAll(".more")) {
      box.addEventListener("click", (ev) => {
        if (ev.target.closest("a, button, select")) return;
        const next = box.scrollTop + box.clientHeight * 0.9,
          row = box.id === "aside" ? parseFloat(getComputedStyle(box).lineHeight) : 1; // (whose rows are of one height: the first is as high as before)
        box.scrollTop = cutAt(box) ? Math.floor(next / row) * row : 0;
      });
    }
  });

  // (The other boxes have buttons in them: there it is the sign itself, which lies over what is hidden anyhow.)
  document.addEventListener("click", ({ target: box, clientY }) => {
    if (box.matches?.(".below.cut") && clientY > box.getBoundingClientRect().bottom - isHigh(box) - 4)
      box.scrollTop += box.clientHeight - isHigh(box) * 2;
  });

  Object.assign(K, { byId, SMALL, isHigh, isTwo, inLeft, HEADS, ownWords, linesOf, asMany, waitsIn });
})((window.K = window.K || {}));
