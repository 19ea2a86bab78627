// Where is every task, and where is its waker?
//
// The middle of the page. Above, the five steps of the loop and the three places: a task is in
// exactly one of them. Below, the wakers, each drawn where the wake will come from, in the colour
// and shape of the task that will be woken. Ember marks what the event at hand touches.
//
// Interface: `K.paint(id, html)`, `K.cutAll()` (which rows of what is scrolled are seen whole), `K.isNamed(state, name)`, `K.few(names, room, must)`, `K.foremost(all, room, before)`; listens to "trace" and "show".
// Invariants: what is drawn depends on the state alone. A box keeps its height through a trace, so
// that a step moves nothing but what changed; a part is there if the trace ever uses it.
// Not here: the wheel (wheel.js), the lanes, the sources.
"use strict";
(function (K) {
  const { esc, plural, nth, number } = K;
  const $ = (id) => document.getElementById(id);

  // ----- painting: only what differs, and the keyboard stays where it was -----
  const painted = new Map();
  /** A number with its unit, in a text and not in a tag: they stay together. */
  const UNIT = /\d[\d.,]* (?:ns|µs|ms|s|min)\b(?![^<>]*>)/g;
  K.paint = function (id, html) {
    if (painted.get(id) === html) return false;
    const box = $(id),
      had = box.contains(document.activeElement) ? document.activeElement.dataset.task : null;
    painted.set(id, html);
    box.innerHTML = box.matches(".more") ? html.replace(UNIT, '<data class="who">$&</data>') : html;
    if (box.classList.contains("more")) box.scrollTop = 0;
    if (had) [...box.querySelectorAll("[data-task]")].find((el) => el.dataset.task === had)?.focus();
    return true;
  };

  // A box that is scrolled has a sign where more of it is below. (In `.more`, which is text, a click goes there.)
  const SCROLLED = ".more, .below",
    cut = (box) =>
      box.classList.toggle(
        "cut",
        box.scrollHeight - box.scrollTop - box.clientHeight >
          (box.matches("dialog") ? 20 : box.matches(".parts") ? 1 : 4),
      ); // (below its last line a dialog has so much room, and the frame of a part none)
  /** So high is the sign, and with it no row is seen in part: a row of text that it or the edge above cuts waits until it is scrolled to, and so does a whole item. */
  const SIGN = 30,
    SMALL = 24,
    high = (box) =>
      box.matches(".tight")
        ? -3
        : box.matches("dialog")
          ? below(box)
          : box.matches("main")
            ? 28
            : box.matches("#answer, #banner")
              ? SIGN
              : box.matches(".foot")
                ? 18
                : SMALL;
  /** What is scrolled in a dialog lies behind its buttons. */
  const below = (dialog) => {
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
      cut(box); // (the heading beside the sign may take more)
    }
    const rooms = [...document.querySelectorAll(SCROLLED)]
      .filter((box) => box.id !== "aside" && box.scrollHeight > box.clientHeight + 1)
      .map((box) => {
        const { top, bottom, left, width } = box.getBoundingClientRect();
        return {
          box,
          top: box.scrollTop > 0 ? top : -Infinity,
          end: box.classList.contains("cut") ? bottom - high(box) : Infinity,
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
          head = under(line, top),
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
    const answer = $("answer"),
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
        !head.matches(".half") && lines[0] && lines[0].getBoundingClientRect().top >= bottom - 8 && lines.every(waits)
          ? `▾ ${number(lines.reduce((n, line) => n + +(line.dataset.left ?? 1), 0))} below`
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
  const waits = (line) => line.matches(".half") || [...line.children].every((part) => part.matches(".half"));
  /** Where lines begin to be seen: below their heading, which stays in view. */
  const under = (line, top) =>
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
    const box = $("answer"),
      fold = innerWidth > 700 && !box.hidden && box.querySelector(":scope > details:not([data-asked])");
    if (!fold) return;
    fold.dataset.asked = ""; // (from then on it is the reader's)
    fold.open = true;
    fold.open = box.scrollHeight <= box.clientHeight;
  }
  /** Where the time went is seen at once: where the first causes would be behind the sign for more, they come right behind the chain, or before it, where the chain itself has no room. */
  function causesFirst() {
    const box = $("answer"),
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
    const box = $("changed"),
      long = [...box.querySelectorAll("li")].filter((line) => line.scrollWidth > line.clientWidth);
    for (const line of long) {
      line.classList.add("wrapped");
      if (box.scrollHeight > box.clientHeight + 1) line.classList.remove("wrapped");
    }
  }
  /** Before the first step the explanation has the rows that the answer leaves empty. */
  function lend() {
    const aside = $("aside"),
      answer = $("answer");
    aside.style.maxHeight = "";
    if (
      innerWidth <= 700 ||
      innerHeight <= 560 ||
      answer.hidden ||
      !answer.lastElementChild ||
      !$("say").matches(".opening")
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
    const banner = $("banner"),
      lints = banner.querySelectorAll(".lint");
    banner.style.maxHeight = "";
    for (const long of [false, true])
      if (!long || banner.scrollHeight > banner.clientHeight + 1)
        for (const lint of lints) lint.classList.toggle("long", long);
    if (banner.scrollHeight > banner.clientHeight + 1)
      for (const lint of lints) lint.querySelector("p")?.after(...lint.querySelectorAll(".instead")); // (what to do is seen before all the places)
    const over = banner.scrollHeight - banner.clientHeight;
    if (over > 0 && over < 8) banner.style.maxHeight = `${banner.offsetHeight + over}px`; // (else a sign would hide a line for the sake of its frame)
    document.querySelectorAll(SCROLLED).forEach(cut);
    halves();
    document.querySelectorAll("#aside, #sentence").forEach(whole);
  }
  K.cutAll = cutAll;
  document.addEventListener(
    "scroll",
    ({ target }) => {
      if (target.matches?.(SCROLLED)) {
        cut(target);
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
        box.scrollTop = cut(box) ? Math.floor(next / row) * row : 0;
      });
    }
  });

  // (The other boxes have buttons in them: there it is the sign itself, which lies over what is hidden anyhow.)
  document.addEventListener("click", ({ target: box, clientY }) => {
    if (box.matches?.(".below.cut") && clientY > box.getBoundingClientRect().bottom - high(box) - 4)
      box.scrollTop += box.clientHeight - high(box) * 2;
  });

  /** The first few of many, with one that must be among them; and how many are left out. */
  K.few = function (names, room, must) {
    if (names.length <= room) return { shown: names, left: [] };
    if (room < 2) return { shown: [], left: names };
    const at = names.indexOf(must),
      front = Math.max(0, room - (at >= room - 1 ? 2 : 1));
    if (at < room - 1) return { shown: names.slice(0, front), left: names.slice(front) };
    return { shown: [...names.slice(0, front), must], left: [...names.slice(front, at), ...names.slice(at + 1)] };
  };

  /** The first few by `before`: one pass, however long the list is. */
  K.foremost = function (all, room, before) {
    const best = [];
    for (const item of all) {
      if (best.length === room && before(item, best[room - 1]) >= 0) continue;
      let k = best.length;
      while (k > 0 && before(item, best[k - 1]) < 0) k--;
      best.splice(k, 0, item);
      if (best.length > room) best.pop();
    }
    return best;
  };

  // ----- the loop -----
  const STEPS = [
    ["run", "poll the tasks that are ready, front first"],
    ["deferred", "wake the tasks that gave way on purpose"],
    ["messages", "receive what other threads have sent"],
    ["timers", "call the wakers that are due"],
    ["reactor", "ask the operating system; with nothing to do, sleep"],
  ];
  function loop(s) {
    const at = s.step === "park" ? "reactor" : s.step;
    const steps = STEPS.map(([key, what], k) => {
      const word = key === "reactor" && s.parked ? "parked" : key;
      return `<li title="${k + 1}. ${what}" ${at === key ? 'class="on" aria-current="step"' : ""}><b>${k + 1}</b>${word}</li>`;
    });
    return (
      steps.join("") +
      `<li class="back" title="turn ${s.turn}; after the fifth step it begins again"><span class="hide">turn</span><i aria-hidden="true">↺</i><span class="num">${number(s.turn)}</span></li>`
    );
  }

  // ----- the places -----
  const origin = (name) => (K.origin(name) ? `<code class="kept">${K.kept(K.origin(name))}</code>` : "");
  /** `small` is beside its name; a `note` is below it, in the place of the line where it was made: the loop's columns are narrow. */
  const token = (s, name, small, note = "") => {
    const t = s.tasks.get(name),
      over = t?.where === "done";
    return (
      `<button class="tok${K.pinned === name ? " sel" : ""}${over ? " over" : ""}" data-key="task-${esc(name)}" data-task="${esc(name)}" aria-pressed="${K.pinned === name}" ` +
      `title="${esc(`${name}${t?.what ? `, ${t.what}` : ""}${/[<✕]/.test(small) || !small ? "" : `, ${small}`}${note && `, ${note}`}: ${plural(t?.polls ?? 0, "poll")}${t?.made ? `, made at ${t.made.text}` : ""}. Click to follow it with t.`)}" ${K.hue(name)}>` +
      `${K.chipHTML(name)}<span class="id" style="--n:${name.length}"><span class="name">${esc(name)}</span>${note ? `<small>${note}</small>` : origin(name)}</span><small>${small}</small></button>`
    );
  };
  const ENDS = { ready: "✓ done", panicked: "✕ panicked", cancelled: "✕ cancelled" };
  const none = (text) => `<div class="none">${text}</div>`;

  /** So many pixels has a place for what is in a row, and so many take a word or a count beside the signs of tasks; of more tasks than this nobody compares them. */
  let columns = [];
  const SIGNS = 24,
    WORD_PX = 46,
    COUNT_PX = 30,
    signPx = (name) => (/\d\d$/.test(name) ? 24 : 22) - (innerWidth <= 700); // (two pixels apart, or one)
  /** "and 412 more", and where most of them come from; or the signs of all of them, or of the first few, beginning with this one, as far as the place (0, 1 or 2) has room. */
  function rest(tasks, place, word, shown = true, first = null, ended = false) {
    if (!tasks.length) return "";
    const local = word ? 0 : tasks.reduce((n, t) => n + (t.kind === "local"), 0),
      names = tasks.slice(0, SIGNS).map((t) => t.name); // (the loop doesn't look for those)
    if (!local && tasks.length <= SIGNS && names.every((name) => !/\d{3}/.test(name))) {
      const rows = innerWidth > 860 ? 1 : innerWidth > 700 ? 2 + ended : K.rooms > 2 ? 2 : 1,
        room = columns[place * 2],
        fits = (names, note) =>
          [...names.map(signPx), ...(note ? [note] : [])].reduce(
            ([row, px], one) => (px + one > room ? [row + 1, one] : [row, px + one]),
            [1, 0],
          )[0] <= rows; // (a token has two lines there, and so have they; that of the ended has one)
      const signs = [...names.filter((name) => name === first), ...names.filter((name) => name !== first)];
      if (!fits(signs)) while (signs.length && !fits(signs, COUNT_PX)) signs.pop();
      const more = names.length - signs.length,
        note = more ? `+${more}` : word && fits(signs, WORD_PX) ? word : "";
      if (signs.length > 2 || !more)
        return `<div class="rest signs" title="${more ? esc(names.join(", ")) : ""}"><span class="hide">and ${names.length} more${word ? ` ${word}` : ""}: ${names.map(esc).join(", ")}</span><span>${signs.map((name) => `<i data-key="task-${esc(name)}" title="${esc(name)}">${K.chipHTML(name)}</i>`).join("")} <small aria-hidden="true"${more ? ' class="count"' : ""}>${note}</small></span></div>`;
    }
    const sites = new Map(); // the same place is the same object
    for (let k = 0, from = 0; (from = k) < tasks.length;) {
      const { made } = tasks[k];
      while (tasks[++k]?.made === made); // (those of one spawn come together)
      sites.set(made, (sites.get(made) ?? 0) + k - from);
    }
    const [site] = [...sites].reduce((most, one) => (one[1] > most[1] ? one : most));
    const label = site && sites.get(site) > tasks.length / 2 && K.site(site.text);
    const from = local
      ? `<small class="sets">${number(local)} in a set</small>`
      : label && tasks.length > 9
        ? `<small>${sites.size === 1 ? `all from ${esc(label)}` : `most from ${esc(label)}`}</small>`
        : "";
    return `<div class="rest" title="${esc(names.slice(0, 12).join(", "))}${tasks.length > 12 ? " …" : ""}"><b${shown ? ' class="and"' : ""}>${shown ? `<span class="wide">and </span>` : ""}${number(tasks.length)}${shown ? " more" : ""}${word ? `<span${shown ? ' class="wide"' : ""}> ${word}</span>` : ""}</b>${from}</div>`;
  }

  /** The done, in the order of their ends: the bottom line of the box, wherever who waits stands. */
  const ENDED = 40,
    lately = (a, b) => b.ended - a.ended || -1,
    endedOf = (is, room) => (tasks) =>
      K.foremost(
        tasks.filter((t) => t.where === "done" && is(t)),
        room,
        lately,
      );
  const lastDone = endedOf((t) => t.how !== "panicked", ENDED),
    lastBad = endedOf((t) => t.how === "panicked", 4);
  function ended(s, over) {
    if (!over.length) return "";
    const few = (
      K.filter.tasks
        ? K.foremost(over, ENDED, lately)
        : [...K.foremost(s.tasks.each(lastDone), ENDED, lately), ...K.foremost(s.tasks.each(lastBad), 4, lately)].sort(
            lately,
          )
    ).reverse();
    const one = (t) =>
      `<button class="end-of${K.pinned === t.name ? " sel" : ""}" data-task="${esc(t.name)}" data-key="task-${esc(t.name)}" aria-pressed="${K.pinned === t.name}" title="${esc(t.name)}: ${t.how === "ready" ? "done" : esc(t.how ?? "done")}" ${K.hue(t.name)}>` +
      `${K.chipHTML(t.name)}${t.how === "ready" ? "" : `<i class="bad">✕</i>`}<span class="hide">${esc(t.name)} ${t.how === "cancelled" ? `✕ ${K.droppedWord(t.name)}` : (ENDS[t.how] ?? "")}</span></button>`;
    const only = over.length === 1 && over[0].how !== "ready" ? `<small class="bad">${esc(over[0].how)}</small>` : "";
    return `<div class="ended${only ? " only" : ""}"><b>Done</b>${only ? "" : `<small data-all="${over.length}"></small>`}${few.map(one).join("")}${only}</div>`;
  }

  function places(s, e) {
    const room = K.rooms,
      focus = e?.task ?? e?.run;
    const { queued } = s.places,
      [waiting, over] = [s.places.waiting, s.places.done].map((tasks) =>
        K.filter.tasks ? tasks.filter((t) => K.filter.has(t.name)) : tasks,
      ),
      hidden = s.places.waiting.length - waiting.length;
    const place = (title, note, body, hot) =>
      `<div class="place${hot ? " hot" : ""}"><h3>${title}<span>${note}</span></h3>${body}</div>`;
    const flow = (hot) => `<div class="flow${hot ? " hot" : ""}" aria-hidden="true">→</div>`;

    const q = K.few(queued, room); // in its order, front first
    const queue =
      q.shown
        .map((t) =>
          token(s, t.name, t.cancelling ? `<span class="bad">✕</span>` : "", t.kind === "local" ? "in its set" : ""),
        )
        .join("") + rest(q.left, 0);

    const outer = s.stack.slice(0, -1);
    const polling =
      (s.running ? token(s, s.running, "") : "") + outer.map((name) => token(s, name, "", "polls it")).join("");

    const w = K.few(waiting, Math.max(innerWidth > 700 ? 1 : 2, room - Math.min(over.length, 1)), s.tasks.get(focus));
    const numbered = (words) => {
      const [, what, number] = /^([^,]* )(\d+)$/.exec(words) ?? [];
      return number ? `<span class="kept"><span>${esc(what)}</span><b>${number}</b></span>` : esc(words);
    }; // (of a channel the number tells more than the word)
    const on = (t) => numbered((t.waits.length && !K.servedOf(s, t) && K.onAll(t.waits)) || unsaid(t)),
      unsaid = (t) =>
        ({
          called: "woken soon",
          set: "its local set",
          other: K.waitsElsewhere(t.name) || "other code",
          nowhere: "no waker left",
        })[K.wakerOf(s, t)];
    const waits =
      (waiting.length
        ? w.shown.map((t) => token(s, t.name, K.stacks.titled(s, t, on(t)))).join("") +
          rest(w.left, 2, "waiting", w.shown.length > 0, focus, over.length > 0 && K.rooms > 1)
        : K.rooms > 1 || !over.length
          ? none(hidden ? "none of the filter’s" : "none")
          : "") + (K.rooms > 1 || !waiting.length ? ended(s, over) : "");

    const sleeps = s.parked && s.step === "park";
    const note = hidden
      ? `<b class="of">${number(waiting.length)} of ${number(s.places.waiting.length)}</b>`
      : waiting.length
        ? "no CPU, no thread"
        : "";
    return (
      place("Run queue", queued.length > 1 ? number(queued.length) : "", queue || none("empty"), false) +
      flow(e?.ev === "PollStart") +
      place(
        "Polling",
        s.running ? `${nth(s.tasks.get(s.running)?.polls ?? 1)} poll` : "",
        polling || none(sleeps ? "thread asleep, CPU 0" : "none"),
        !!s.running,
      ) +
      flow(e?.ev === "PollEnd") +
      place("Waiting", note, waits, false) +
      `<div class="return${e?.ev === "Wake" && e.effect === "queued" && !K.isAdmission(e) ? " hot" : ""}" aria-hidden="true"><span>its waker is called: a wake</span></div>`
    );
  }

  // ----- the wakers that are not in the wheel -----
  const wakers = (names, room = 5) => {
    if (!names.length) return `<span class="no">–</span>`;
    const { shown, left } = K.few(names, room);
    const chip = (name) =>
      K.isNoTask(name) && name !== "a thread"
        ? `<span title="with which task it is now, no event tells">${K.chipHTML(name)}</span>`
        : K.chipHTML(name);
    return shown.map(chip).join("") + (left.length ? `<small>+${number(left.length)}</small>` : "");
  };
  const title = (word, note) =>
    `<h3 class="">${word}<span${/</.test(note) ? "" : ` title="${esc(note)}"`}>${note}</span></h3>`;
  /** A part with nothing in it: among many it steps behind the others. */
  const idle = (word, note) => ({ html: title(word, note), idle: true });
  const rows = (html, more = "") => `<ul class="rows ${more}">${html}</ul>`;
  /** What the event is about, by name: it is among the first of its box, whatever else is there. */
  K.isNamed = (s, name) => {
    const e = K.event(s.i);
    return !!e && [e.timer, e.sync, e.source, ...Object.values(e.on ?? {})].includes(name);
  };
  const hot = (s, record) => (record.since === s.i || K.isNamed(s, record.name) ? " hot" : asked(s, record));
  /** What the task waits for that the reader follows, or else the event's, or has waited for up to its wake; where the event has none, what is waited for in vain. */
  function askedFor(s) {
    const e = K.event(s.i),
      name = K.pinned ?? e?.task ?? e?.run,
      row = e?.ev === "Wake" && !K.pinned ? K.rowsOf(K.trace).rows.get(name) : null,
      k = row?.barAt(s.i) ?? -1;
    return [
      ...(name ? [name] : K.stuckAt(s.i)).flatMap((name) => s.tasks.get(name)?.waits ?? []),
      ...(row?.kind[k] === K.BAR.READY && row.at[k] === s.i ? (row.waits[k - 1] ?? []) : []),
    ].flatMap(Object.values);
  }
  /** Is it one of these? Then it is in sight, unless something was touched. */
  const asked = (s, { name }) => (askedFor(s).includes(name) ? " asked" : "");
  const list = (book) => book.values();
  /** Of many, those shown: the first ones, with the one that is touched. */
  const some = (s, all, room) => {
    const waits = askedFor(s); // (what the event is about, or what its task waits for, is among them)
    const { shown, left } = K.few(
      all.map((r) => r.name),
      Math.round(room * spread),
      (
        all.find((r) => K.isNamed(s, r.name)) ??
        all.find((r) => r.since === s.i) ??
        all.find((r) => waits.includes(r.name))
      )?.name,
    );
    return { shown: all.filter((r) => shown.includes(r.name)), left: left.length };
  };
  const and = (left, word) =>
    left ? `<li class="more" data-left="${left}">and ${number(left)} more ${word}</li>` : "";
  /** Where there is room for all of a box's lines, each part has so many times more of them, and so many times at most. */
  const spreads = new Map(),
    MOST = 4; // (by part)
  let spread = 1;

  function channels(s) {
    const ended = (c) => c.closed || c.senders === 0;
    const over = (c) => c.since < s.i && !(c.count && K.countKnown(c)) && ended(c) && K.trace.most.channels > 2;
    const known = list(s.primitives).filter((p) => K.isChannel(p.name)),
      all = known.filter((c) => !over(c));
    if (!all.length) return idle("Channels", known.length ? "all are over" : "none open");
    const full = K.trace.most.channels <= 2,
      { shown, left } = some(s, all, full ? 2 : 5);
    return full
      ? shown.map((c) => rail(s, c)).join("")
      : title("Channels", plural(all.length, "channel")) +
          rows(shown.map((c) => channelRow(s, c)).join("") + and(left, "channels"));
  }
  /** (A oneshot has no sender any more when it has sent; it was closed if nothing was ever in it.) */
  const taken = (c) => c.kind === "oneshot" && c.high > 0 && c.count === 0 && !c.closed && K.countKnown(c);
  const senders = (c) =>
    taken(c)
      ? "its value was taken"
      : c.kind === "oneshot"
        ? c.closed || (c.senders === 0 && !c.high)
          ? "closed"
          : "one value, once"
        : c.senders === null
          ? ""
          : c.closed
            ? "closed by its receiver"
            : c.senders === 0
              ? "no sender left"
              : `${plural(c.senders, "sender")} alive`;
  /** What other threads put in and took out is not told. */
  const unused = (c) => K.event(c.since)?.ev === "SyncNew";
  const ELSEWHERE = "how many values are in it is not known: another runtime may receive them";
  const room = (c) => (c.kind === "oneshot" ? "" : c.room === null ? "no limit" : `room for ${number(c.room)}`);
  function rail(s, c) {
    const wait = (names, word, say) =>
      `<div class="end" aria-label="${say}: ${names.map(esc).join(", ") || "no task"}"><div class="wait${names.length ? " on" : ""}">${wakers(names, 4)}</div>${word}</div>`;
    const places = [
        ...(c.handed ?? []).flatMap((who) => Array(K.wantedBy(who, c.name, s.i)).fill(`kept ${K.chipHTML(who)}`)),
        ...(c.holders ?? []).map(
          (who) => `${K.chipHTML(who)} ${s.tasks.get(who)?.where === "done" ? "is over" : "reserved"}`,
        ),
      ],
      len = c.count ?? 0;
    const capacity = c.kind === "oneshot" ? 1 : c.room;
    const keeps = c.line.length && (K.comesFree(s, c.name) || K.wantedBy(c.line[0], c.name, s.i) > 1),
      lined = keeps ? `kept ${K.chipHTML(c.line[0])}` : "reserved"; // (the first in line may want more than has come)
    let cells;
    if (!K.countKnown(c)) cells = `<small>${ELSEWHERE}</small>`;
    else if (capacity && capacity <= 6) {
      cells = Array.from({ length: capacity }, (_, k) =>
        k < len
          ? `<span class="cell full">value</span>`
          : `<span class="cell">${places[k - len] ?? (c.line.length ? lined : taken(c) ? "taken" : "free")}</span>`,
      ).join("");
    } else {
      const share = capacity ? Math.min(1, len / capacity) : Math.min(1, len / Math.max(8, c.high));
      cells =
        `<span class="gauge"><i style="width:${(share * 100).toFixed(1)}%"></i></span><b class="num">${number(len)}${capacity ? ` of ${number(capacity)}` : ""}</b>` +
        (c.holders.length
          ? `<small>reserved: ${wakers([...new Set(c.holders)], 3)}</small>`
          : c.high
            ? `<small>at most ${number(c.high)} so far</small>`
            : "");
    }
    return (
      `<div class="whole">${title(esc(c.name[0].toUpperCase() + c.name.slice(1)), [room(c), senders(c), unused(c) && "no task has used it"].filter(Boolean).join(", "))}` +
      `<div class="rail${hot(s, c)}${c.closed || taken(c) || (c.senders === 0 && (c.kind !== "oneshot" || !c.high)) ? " closed" : ""}">${wait(c.line, "to send", "waiting to send")}<div class="cells${capacity && capacity <= 6 ? "" : " many"}">${cells}</div>${wait(c.value_waiting, "to get", "waiting to receive")}</div></div>`
    );
  }
  const channelRow = (s, c) =>
    `<li class="line${hot(s, c)}" title="${c.kind === "oneshot" ? "oneshot, " : ""}${senders(c)}"><span>${esc(c.name)}</span><b class="num">${unused(c) || !K.countKnown(c) ? "" : `${number(c.count ?? 0)}${c.room ? ` of ${number(c.room)}` : ""}`}</b>` +
    `<small>${[c.handed?.length && `kept for ${wakers(c.handed)}`, c.holders?.length && `reserved by ${wakers([...new Set(c.holders)])}`, c.line.length && `to send ${wakers(c.line)}`, c.value_waiting.length && `to get ${wakers(c.value_waiting)}`, unused(c) ? "no task has used it" : !K.countKnown(c) && "perhaps received in another runtime", `${c.kind === "oneshot" ? "oneshot, " : ""}${senders(c)}`].filter(Boolean).join(" · ")}</small></li>`;

  function primitives(s) {
    const all = list(s.primitives).filter((p) => !K.isChannel(p.name));
    if (!all.length) return idle("Locks and others", "none used yet");
    const many = K.trace.most.primitives > 2,
      { shown, left } = some(s, all, many ? 8 : 4);
    const counted = (p) =>
      [
        p.count === null ? "" : (K.of(K.PRIMITIVES, p.kind)?.count?.(p.count, p) ?? ""),
        p.closed ? K.closedWord(p) : "",
        p.kind === "join_set" ? "" : p.waits ? `waited for ${K.often(p.waits)}` : "no task has waited",
      ]
        .filter(Boolean)
        .join(", ");
    /** Nothing, of a kind that no task can hold. */
    const held = (p) => K.holdWords(p, wakers);
    const holder = (p) =>
      held(p) && `<div class="holder${p.holders.length || p.handed.length ? " on" : ""}">${held(p)}</div>`;
    const line = (p) => [...p.line, ...p.value_waiting];
    const queue = (p) =>
      `<div class="queue" aria-label="in line: ${line(p).map(esc).join(", ") || "no task"}">${line(p).length ? `<span>${K.of(K.PRIMITIVES, p.kind ?? "")?.one ? "waits" : "in line"}</span> ${wakers(line(p), 7)}` : `<span>no task ${K.of(K.PRIMITIVES, p.kind ?? "")?.one ? "waits" : "in line"}</span>`}</div>`;
    const name = (p) => esc(p.name[0].toUpperCase() + p.name.slice(1));
    const more = left ? rows(and(left, "primitives")) : "";
    if (many)
      return (
        `<div class="tall">${title("Locks and others", plural(all.length, "primitive"))}</div>` +
        shown
          .map(
            (p) =>
              `<div class="hook short${hot(s, p)}" title="${name(p)}: ${esc(counted(p))}"><b>${name(p)}</b>${holder(p)}${line(p).length ? queue(p) : p.kind === "semaphore" && p.holders.length && p.count > 0 ? `<small>${number(p.count)} free</small>` : held(p) ? "" : `<small>${esc(counted(p) || "no task waits")}</small>`}</div>`,
          )
          .join("") +
        more
      );
    return (
      shown
        .map(
          (p) =>
            `<div class="whole">${title(name(p), counted(p))}<div class="hook${hot(s, p)}">${holder(p)}${queue(p)}</div></div>`,
        )
        .join("") + more
    );
  }

  const TAGS = { new: "not polled yet", waiting: "waiting", ready: "ready", won: "✓ won", dropped: "✕ dropped" };
  /** In which branch of this `select!` an event happens: what is between two of its own events belongs to the one that the next names. (One within a branch asks its own.) */
  function branchNow(e, select) {
    for (let x = e, n = 0; x && x.run === e.run && n < 64; x = K.event(x.i + 1), n++)
      if (/^(Select|Poll)/.test(x.ev))
        return x.ev === "SelectPoll" && n && K.stateAt(x.i).selects.get(e.run)?.begun === select.begun
          ? x.branch
          : undefined;
  }
  /** Is a `select!` without a winner over? Its task has ended; it was dropped, or has gone on with its `else`; or the task has been polled since, and did not ask it. */
  function isGone(s, { task, begun, since }) {
    const where = s.tasks.get(task)?.where,
      { rows, gone } = K.rowsOf(K.trace),
      polls = rows.get(task),
      k = polls?.barAt(s.i) ?? -1;
    const isOver = (gone.get(`${task} ${begun}`) ?? []).some((i) => i >= since && i <= s.i);
    return (
      where === "done" ||
      isOver ||
      (where !== "polling" && k >= 0 && polls.at[polls.kind.lastIndexOf(K.BAR.POLL, k)] > since)
    );
  }
  /** Behind a win: another one of the task, which a `join!` asks in turn with it, and whose branches wait; else the same. */
  function goesOn(s, select) {
    if (select.won === null || select.since === s.i) return select;
    const at = (row) => row.barAt(s.i),
      row = K.rowsOf(K.trace)
        .rows.get(select.task)
        ?.branches.find((row) => row.kind[at(row)] === K.BAR.WAIT),
      other = row && K.stateAt(row.at[at(row)]).selects.get(select.task);
    return other && other.begun !== select.begun ? other : select;
  }
  function selects(s, e) {
    const all = list(s.selects)
      .map((x) => goesOn(s, x))
      .filter((x) => (x.won === null ? !isGone(s, x) : x.since > s.i - 12));
    if (!all.length) return idle("select!", "none at work");
    const isOver = (x) => x.won !== null && x.since < s.i;
    all.sort((a, b) => isOver(a) - isOver(b) || b.since - a.since);
    const x = all.find((x) => x.task === e?.run && !isOver(x)) ?? all[0];
    const written = K.branchesOf(x),
      losers = K.losersOf(x),
      asked = branchNow(e, x),
      t = s.tasks.get(x.task),
      begins = e?.ev === "SelectStart" && e.run === x.task;
    const body = x.branches.map((b, k) => {
      const polled = asked === k && e.run === x.task,
        now = polled || (e?.branch === k && e.run === x.task);
      const code = written?.[k] ?? (b.at && K.functionAt(b.at)),
        breaks = code && esc(code).replace(/([(,.]|::)(?=\S)/g, "$1<wbr>");
      const took = b.state === "won" || b.state === "ready" ? "" : K.tookWords(b.took);
      // (A wake is called once for all that the task waits for; the branch hears of it when it is polled.)
      const waited = b.waits ?? [],
        left =
          b.state === "waiting" && !polled && ["waiting", "queued"].includes(t?.where)
            ? waited.filter((on) => t.waits.some((one) => K.isSameWait(one, on)))
            : waited,
        woken = waited.length > 0 && left.length === 0;
      const held = polled
        ? ""
        : b.state === "dropped"
          ? (b.waits.length ? ` while it waited for ${esc(b.waits.map(K.onWhat).join(", "))}` : "") +
            (took && `; <b>it ${esc(took)}</b>`)
          : (waited.length ? ` for ${esc(K.onAll(woken ? waited : left, K.onWhat))}` : "") +
            (took && `; it ${esc(took)}`);
      const lent = losers.unasked.includes(k)
        ? "not asked: off, or another was ready first"
        : losers.lent.includes(k) && "put aside: only a reference to it was dropped";
      return (
        `<li class="branch${now ? " hot" : begins && k === (e.first ?? x.branches.length - 1) ? " asked" : ""}"><b class="num">${k + 1}</b><span>${code ? `<code>${breaks}</code>` : `branch ${k + 1}`}</span>` +
        `<small><span class="tag ${lent || polled ? "new" : b.state}">${lent || (polled ? "being polled" : woken ? "woken" : b.state === "ready" && !now ? "its value doesn’t fit" : b.state === "new" && t?.where !== "polling" ? "off: its if is false" : (TAGS[b.state] ?? ""))}</span>${held}${b.polls ? ` · ${plural(b.polls, "poll")}` : ""}</small></li>`
      );
    });
    const more = all.filter((other) => other !== x && other.won === null).length;
    return (
      title(
        "select!",
        `${x.won !== null && x.since < s.i ? "was " : ""}inside ${K.chipHTML(x.task)}${more ? `, and ${more} more` : ""}`,
      ) + rows(body.join(""), "ordered")
    );
  }

  /** What has one direction alone. */
  const ONLY = (name) =>
    /^Process|^Signal|Reader$|Std(out|err)$/.test(K.sourceType(name)) || K.listens(name)
      ? "read"
      : /Writer$|Stdin$/.test(K.sourceType(name))
        ? "write"
        : null;
  /** Which end of a connection sends no more? */
  function shutWords(s, { name, closed }) {
    const end = K.otherEnd(name),
      is = (i) => i !== null && i !== undefined && i <= s.i,
      [own, other] = [name, end].map((one) => K.moved(one)),
      gone = end ? is(other?.drop) : false;
    if (gone) return ["other end closed", "the other end is gone"];
    if (is(own?.shut))
      return ["shut", `it writes no more${end && is(other?.shut) ? ", and neither does the other end" : ""}`];
    return end && is(other?.shut)
      ? ["half closed", "the other end writes no more; this one still can"]
      : closed
        ? ["other side closed", "the other side writes no more, or is gone, or there was an error"]
        : null;
  }
  const LAST = { would_block: "would block", done: "done", failed: "failed" };
  /** Has a task tried that by then, and not only waited for it? */
  const tried = (name, way, i) => {
    const uses = K.moved(name)?.uses ?? [];
    let k = K.upTo(uses, i),
      n = 0;
    while (k >= 0 && n++ < 64 && K.event(uses[k]).direction !== way) k--;
    return k >= 0 || !K.moved(name);
  };
  const isChild = (name) => K.sourceType(name) === "Process";
  const came = (r, name, way, i) =>
    r.last === "would_block" && !r.ready && !tried(name, way, i)
      ? "not ready yet"
      : isChild(name) && !r.ready && r.last === "would_block"
        ? "not yet"
        : r.ready && r.last === "would_block"
          ? "reported since"
          : r.bytes === null || r.bytes === undefined
            ? (LAST[r.last] ?? esc(r.last))
            : plural(r.bytes, "byte");
  const portsOf = ({ name }) => {
    const [near, far] = (!K.signalOf(name) && K.madeOf(name)?.ends) || [];
    return far ? `, port ${near} to ${far}` : near ? `, port ${near}` : "";
  };
  const whatOf = (r) => K.childOf(r.name) || `${r.what ?? ""}${portsOf(r)}`;
  const unread = (s, { name }) => {
    const n = K.isDatagram(name) ? K.unread(name, s.i)?.length : 0;
    return n ? `; ${plural(n, "datagram")} sent to it and not read` : "";
  };
  function sockets(s) {
    const all = list(s.sources);
    if (!all.length) return idle("Sockets", "none open");
    const { shown, left } = some(s, all, 6);
    const half = (r, word, letter, known) =>
      `<span class="bit${r.ready && known ? " set" : ""}" title="${word}: ${!known ? "not registered with the system" : r.ready ? "ready, as far as is known" : "not ready"}">${letter}</span><span class="hang" aria-label="${word}: ${r.waits.map(esc).join(", ") || "no task"} waits">${r.waits.length ? wakers(r.waits, 3) : ""}</span>`;
    const rare = (side, word, letter, known) => (side.last || side.waits.length ? half(side, word, letter, known) : ""); // (a connection that ends is reported as ready for all)
    const isJoined = ({ what, write }) =>
      write.last === "done" && (write.bytes ?? null) === null && /Stream$/.test(what ?? ""); // (it was asked that, and has written nothing)
    const did = (way, words) => `${/ bytes?$/.test(words) ? "last " : ""}${way}: ${words}`; // (of one call, and not in all)
    const last = (r) =>
      [
        r.read.last &&
          ONLY(r.name) !== "write" &&
          (r.read.bytes === 0 && /Stream$/.test(r.what ?? "")
            ? "read: the end"
            : did(
                K.listens(r.name) ? "accept" : isChild(r.name) ? "its end" : "read",
                came(r.read, r.name, "read", s.i),
              )),
        r.write.last &&
          ONLY(r.name) !== "read" &&
          (isJoined(r)
            ? "connected"
            : did(
                "write",
                K.moved(r.name)?.shut <= s.i && K.moved(r.name).shut !== null && r.write.bytes === 0
                  ? "shut down"
                  : came(r.write, r.name, "write", s.i),
              )),
        r.priority.last && `priority data: ${came(r.priority, r.name, "priority", s.i)}`,
        r.error.last && `error: ${came(r.error, r.name, "error", s.i)}`,
      ]
        .filter(Boolean)
        .join(", ");
    const isClosed = (shut) => shut?.[0].startsWith("other "),
      open = (r) => ((shut) => (shut && !isClosed(shut) ? shut[1] : "open"))(shutWords(s, r));
    const tell = (words, r) =>
      ((shut) =>
        `<small title="${(isClosed(shut) ? `${shut[1]}; ` : "") + words}">${isClosed(shut) ? `<b class="shut">${shut[0]}</b>; ` : ""}${words}</small>`)(
        shutWords(s, r),
      ); // (which end is closed is said in words: this one is open)
    return (
      title("Sockets", "R read, W write; filled: ready") +
      rows(
        shown
          .map(
            (r) =>
              `<li class="socket${hot(s, r)}"><span class="of" title="${esc(`${r.name} ${whatOf(r)}`)}">${esc(r.name)} <small class="kept">${K.kept(whatOf(r))}</small></span>` +
              `<span class="bits">${ONLY(r.name) === "write" ? "" : half(r.read, K.listens(r.name) ? "accepting" : "reading", "R", r.registered)}${ONLY(r.name) === "read" ? "" : half(r.write, "writing", "W", r.registered)}${rare(r.priority, "priority data", "P", r.registered)}${rare(r.error, "errors", "E", r.registered)}${((shut) => shut && !isClosed(shut) && `<b class="shut" title="${shut[1]}">${shut[0]}</b>`)(shutWords(s, r)) || ""}</span>` +
              tell(
                `${last(r) || "not tried yet"}${unread(s, r)}; ${open(r)}${r.registered ? "" : ", and never had to wait"}`,
                r,
              ) +
              "</li>",
          )
          .join("") + and(left, "sockets"),
      )
    );
  }

  /** What the handle of a task is for at the moment; nothing for `main`, which has none. */
  function handleOf(s, t) {
    const waits = t.joiner && s.tasks.get(t.joiner)?.waits.some((on) => on.task === t.name);
    const small = (words, title) => `<small title="${esc(title)}">${words}</small>`;
    if (waits) return small(`${K.chipHTML(t.joiner)} waits`, `${t.joiner} waits for its end`);
    if (t.joined)
      return t.joined === "ready"
        ? small("✓ taken", "its output is taken")
        : small(
            t.joined === "asked" ? "asked" : `✕ ${t.joined}`,
            `it was asked for${t.joined === "asked" ? "" : `: a JoinError, ${t.joined}`}`,
          );
    if (t.detached) return small("dropped", "its handle is dropped");
    if (t.where === "done")
      return t.how === "ready"
        ? small("output kept", "its output waits in the handle")
        : small("error kept", "a JoinError waits in the handle");
    return small("held", "its handle is held");
  }
  // First those where something can still happen, then the latest.
  const rank = (t) => (t.joiner && !t.joined ? 0 : t.where === "done" && t.handle ? 1 : t.joined || t.detached ? 3 : 2),
    sooner = (a, b) => rank(a) - rank(b) || b.since - a.since;
  const HANDLES = 8,
    mains = (tasks) => tasks.filter((t) => t.kind === "main"),
    soonest = (tasks) =>
      K.foremost(
        tasks.filter((t) => t.kind !== "main"),
        HANDLES * MOST,
        sooner,
      );
  function joins(s, e) {
    const all = s.tasks.size - s.tasks.each(mains).length;
    if (!all) return idle("Join handles", s.jobs.size ? "of jobs only: see Other threads" : "no task so far");
    const room = Math.round(HANDLES * spread),
      best = K.foremost(s.tasks.each(soonest), all > room ? room - 1 : room, sooner),
      shown = best.sort((a, b) => s.tasks.number(a.name) - s.tasks.number(b.name));
    const touched = (t) =>
      e &&
      ((e.task === t.name && (K.about(e, "kind") === "task" || (t.since === s.i && t.where === "done"))) ||
        e.on?.task === t.name);
    return (
      title("Join handles", "wakers at a task’s end") +
      rows(
        shown
          .map(
            (t) =>
              `<li class="handle${touched(t) ? " hot" : asked(s, t)}"><span>${K.nameHTML(t.name)}</span>${handleOf(s, t)}</li>`,
          )
          .join("") + and(all - shown.length, all - shown.length === 1 ? "task" : "tasks"),
        "beside",
      )
    );
  }

  function otherThreads(s, e) {
    const jobs = list(s.jobs),
      message = s.message,
      now = e?.ev === "Message" || e?.by === "message";
    const { shown, left } = some(s, jobs, 4),
      over =
        e?.ev === "BlockingEnd"
          ? `<li class="handle job hot"><span>${K.chipHTML(e.task)} ${esc(e.task)}</span><small>over</small></li>`
          : "";
    const job = (j) =>
      `<li class="handle job${hot(s, j)}"><span>${K.chipHTML(j.name)} ${esc(j.name)}</span><small>${j.by ? `for ${K.chipHTML(j.by)}: ` : ""}${K.times.jobWords(j.name, s.i)}</small></li>`;
    return (
      title("Other threads", s.counts.messages ? `${plural(s.counts.messages, "message")} received` : "") +
      rows(
        over +
          shown.map(job).join("") +
          and(left, "jobs") +
          `<li class="post${now ? " hot" : ""}"><i aria-hidden="true">✉</i><span>${message ? `last message: ${esc(String(message.kind).replace(/_/g, " "))}` : "no message received"}</span></li>`,
      )
    );
  }

  const gaveWay = (s) =>
    !s.deferred.length
      ? idle("Gave way", "no task")
      : title("Gave way", "woken in step 2") +
        `<div class="hook"><div class="queue">${s.deferred.length ? wakers(s.deferred, 9) : "<span>no task</span>"}</div></div>`;

  /** Which parts this trace ever uses, in the order in which they stand. */
  function partsOf(trace) {
    const { index, most, books, waited, state } = trace,
      used = (table) => books[table].size > 0,
      parts = [];
    const add = (is, draw) => {
      if (is) parts.push(draw);
    };
    add(used("selects"), selects);
    add(most.channels, channels);
    add(most.primitives, primitives);
    add(used("sources"), sockets);
    add(waited.has("task") || state.tasks.values().some((t) => t.joined), joins);
    add(used("jobs") || index.byEv.has("Message"), otherThreads);
    add(index.byEv.has("Defer"), gaveWay);
    return { parts, wheel: used("timers") };
  }

  let used = { parts: [], wheel: true },
    round = 0,
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
    columns = getComputedStyle($("places"))
      .gridTemplateColumns.split(" ")
      .map((px) => parseFloat(px) - (innerWidth > 860 ? 21 : 17));
    const pane = $("boxes"),
      box = $("wakers"),
      before = `${round} ${K.rooms}`,
      { tasks } = K.trace.most,
      high = innerWidth > 700 ? pane.clientHeight : 0;
    if (innerWidth > 700 && $("say").matches(".opening")) {
      // (nothing is seen of them: whatever room the answer has, they are the same)
      pane.classList.add("low");
      [K.rooms, round] = [2, 0];
      $("places").style.setProperty("--rooms", K.rooms);
      return `${round} ${K.rooms}` !== before;
    }
    pane.classList.remove("low");
    const row = () =>
      ["--tok", "--between"].reduce(
        (px, name) => px + parseFloat(getComputedStyle($("places")).getPropertyValue(name)),
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
    $("places").style.setProperty("--rooms", K.rooms);
    // On a phone as many are named as are seen above the sign, and below them stands how many more there are.
    if (innerWidth <= 700 && K.rooms > 2) K.rooms = seen() < 2 * row() + 30 ? 2 : 3;
    $("places").classList.toggle("scant", innerWidth <= 700 && K.rooms < 3);
    const room = innerWidth > 700 ? box.clientHeight - CAPTION - RINGS - (used.parts.length ? LINE : 0) : 290;
    round = low || !used.wheel ? 0 : Math.floor(Math.max(120, Math.min(wide, room)));
    return `${round} ${K.rooms}` !== before;
  }
  /** So many pixels of a place's rows are above the sign for more, where all is one column. */
  const HEAD = 38,
    seen = () => {
      const places = $("places"),
        main = places.closest("main");
      return main.clientHeight - high(main) - places.offsetTop - HEAD;
    };
  K.on("trace", function () {
    fitted = null;
    const sizes = new ResizeObserver(() => {
      if (fit()) K.show();
      else settle();
    });
    for (const box of [$("boxes"), $("boxes").closest("main")]) sizes.observe(box); // (on a phone the boxes are as high as they are)
  });
  K.on("trace", function (trace) {
    used = partsOf(trace);
    byHand = null;
  });
  document.addEventListener("click", (ev) => {
    if (!ev.target.closest?.(".wheel-line")) return;
    byHand = $("wakers").classList.contains("folded");
    K.show();
    document.querySelector(".wheel-line")?.focus();
  });

  K.on("show", function (s, e) {
    const size = $("say").className; // (the answer of the first event may be higher than a sentence)
    if (fitted !== size) fit();
    fitted = size;
    // The wheel is open where a timer is asked about, or nothing else is waited for; unless the reader has said otherwise.
    // (On a phone all is one column, and in a narrow window where that is low: a wheel that opens by itself would push everything below it away.)
    const open =
      used.wheel && (byHand ?? (!used.parts.length || (innerWidth > (round ? 700 : 860) && K.asksForTimers(s, e))));
    $("wakers").classList.toggle("folded", used.wheel && !open);
    $("wakers").classList.toggle("nowheel", !open);
    K.paint("loop", loop(s));
    K.paint("places", places(s, e));
    const caption = "A slot of the outer ring is 1 ms, then<br>64 ms, 4.1 s, … Slot 0 is on top. <b><i></i> now</b>",
      wide = $("wakers").clientWidth;
    const figure = open
      ? `<figure>${round ? K.wheelHTML(s, round) : K.stripHTML(s, (innerWidth > 860 ? (wide - 52) / 2 : wide - 28) - 48)}<figcaption>${caption}</figcaption></figure>`
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
      spread = spreads.get(k) ?? 1;
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
        const all = Math.min(MOST, (rows + +sign.dataset.left) / rows),
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
            (waits(line) || line.matches(".clipped") ? at.top : at.bottom) <= bottom - 2
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
    const { classList } = $("boxes");
    classList.remove("asleep"); // (so that it is the last, on whatever way one came here)
    classList.toggle("asleep", s.parked && s.step === "park");
  };
})((window.K = window.K || {}));
