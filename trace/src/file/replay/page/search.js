// Where in the run is it said that …? Which tasks are shown? And: the whole page as text.
//
// All sentences of this level, one below the other, with what the program printed and what the
// doctor said between them; narrowed by words, by kind, and to those about the tasks of the filter, which
// is set here, too. It is the text alternative to every
// picture of the page: what a screen reader reads, and what is printed behind the picture. Only the
// rows in view exist, so a list of 100,000 opens as fast as one of a hundred.
//
// Interface: `K.search.open()`, `K.search.entries` (what is listed: `{i, text, kind}` made on demand by
// `K.search.entry(k)`), `K.search.filter({text, kind})`, `K.search.tasks()` (opens it at the filter). Button #b-search,
// dialog #search.
// Invariant: while the quiz is on, nothing after the event that is shown is listed.
// Not here: the sentences themselves (the trace brings them, text.js adds), which tasks a filter means (filter.js).
"use strict";
(function (K) {
  const ROW = 40,
    SPARE = 6;
  /** Each with a test of its own, or of the kind that events.js gives. */
  const KINDS = {
    all: ["everything", () => true],
    poll: ["polls"],
    wake: ["wakes"],
    coalesced: ["wakes that were coalesced", ({ event }) => event?.effect === "coalesced"],
    wait: ["waits"],
    task: ["tasks: made, ended"],
    timer: ["timers and the clock"],
    source: ["sockets"],
    channel: ["channels"],
    lock: ["locks"],
    sync: ["semaphores and others"],
    select: ["select!"],
    loop: ["the loop"],
    printed: ["printed"],
    verdict: ["verdicts"],
  };
  const isOf = (entry, kind) =>
    KINDS[kind][1]?.(entry) ?? (entry.event ? K.about(entry.event, "kind") : entry.kind) === kind;

  const search = (K.search = { entries: [] });
  const wanted = { text: "", kind: "all" };
  let parts = null;

  // ----- what is listed: numbers, whose words are made when they are needed -----
  // 3 i: event i; 3 i + 1: what was printed; 3 i + 2: a verdict (the index counts notes and lints).

  search.entry = function (code) {
    const { notes, lints } = K.trace,
      k = Math.floor(code / 3);
    if (code % 3 === 1)
      return {
        i: notes[k].i,
        kind: "printed",
        text: notes[k].task
          ? `In this poll ${notes[k].task} prints “${notes[k].note}”.`
          : `The program prints “${notes[k].note}”.`,
        t: notes[k].t,
      };
    if (code % 3 === 2)
      return {
        i: lints[k].i,
        kind: "verdict",
        text: `The doctor, ${String(lints[k].lint ?? "verdict").replace(/_/g, " ")}: ${lints[k].say ?? ""}`.replace(
          /: $/,
          "",
        ),
        t: K.trace.t[lints[k].i],
        task: lints[k].task,
      };
    const event = K.event(k);
    return { i: k, kind: event.ev, text: K.sentence(k), t: event.t, event };
  };
  /** Everything of this level in its order, as far as it is about the tasks of the filter. */
  function all() {
    const { notes, lints } = K.trace,
      out = [],
      end = K.quiz?.on ? K.i : Infinity,
      about = K.filter.tasks && eventsOf(K.filter.tasks);
    let n = 0,
      l = 0;
    const between = (i) => {
      for (; n < notes.length && notes[n].i < i; n++)
        if (!notes[n].own && notes[n].i <= end && K.filter.has(notes[n].task)) out.push(3 * n + 1);
      for (; l < lints.length && lints[l].i < i; l++)
        if (lints[l].i <= end && K.filter.has(lints[l].task)) out.push(3 * l + 2);
    };
    for (const i of K.visible) {
      if (i > end) break;
      between(i);
      if (!about || about[i]) out.push(3 * i);
    }
    between(Infinity);
    return out;
  }
  /** 1 at each event that is about one of these. */
  function eventsOf(tasks) {
    const about = new Uint8Array(K.trace.count);
    for (const name of tasks) for (const i of K.trace.index.byTask.get(name)) about[i] = 1;
    return about;
  }
  /** As a word begins, but a number as a whole: "lock 1" is neither rwlock 1 nor lock 12. */
  const pattern = (w) =>
    new RegExp(
      `${/^[a-z0-9]/.test(w) ? "(?<![a-z0-9])" : ""}${w.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}${/\d$/.test(w) ? "(?!\\d)" : ""}`,
    );
  /** The type of the primitive that it is about: "oneshot", "rw_lock rwlock". */
  function kindOf({ sync, on }) {
    const kind = K.trace.state.primitives.get(sync ?? on?.sync ?? on?.value ?? on?.closed)?.kind ?? "";
    return `${kind} ${kind.replace("_", "")}`;
  }
  /** Those with all of these words, each from its beginning on; if there are none, those with the words anywhere: one is being written, then. */
  function found(list, words) {
    const whole = words.map(pattern),
      hits = [],
      near = [];
    for (const code of list) {
      const entry = search.entry(code);
      if (!isOf(entry, wanted.kind)) continue;
      const text = words.length
        ? `${entry.text.replace(/, ticket \d+| at the latest\b/, "")} ${entry.kind} ${entry.event ? `${K.codeAt(K.lineOf(entry.event))} ${kindOf(entry.event)}` : ""}`.toLowerCase()
        : "";
      if (whole.every((w) => w.test(text))) hits.push(code);
      else if (!hits.length && words.every((w) => text.includes(w))) near.push(code);
    }
    return hits.length ? hits : near;
  }
  search.all = all;
  search.filter = function (what) {
    Object.assign(wanted, what);
    const text = wanted.text.toLowerCase().trim();
    const words =
      text.match(
        /(?:task|timer|channel|source|lock|job|turn|branch|main|semaphore|notify|rwlock|barrier|cell|once|watch|broadcast|pipe|joinset) \d+|\S+/g,
      ) ?? [];
    const list = all();
    wanted.words = words;
    search.entries = words.length || wanted.kind !== "all" ? found(list, words) : list;
    if (!parts) return;
    const count = search.entries.length === list.length ? "" : ` of ${K.number(list.length)}`;
    const others = search.entries.reduce((n, code) => n + (code % 3 > 0), 0);
    parts.count.textContent = `${K.number(search.entries.length)}${count} ${list.length === 1 ? "sentence" : "sentences"} at the level “${K.level}”${others ? `, ${K.number(others)} of them printed lines or verdicts` : ""}${K.quiz?.on ? "; the quiz hides what comes" : ""}`;
    parts.empty.hidden = search.entries.length > 0;
    parts.sizer.style.height = `${search.entries.length * ROW}px`;
    draw();
  };

  // ----- the list: only the rows in view -----

  function row(code, k) {
    const { i, kind, text, t, event } = search.entry(code);
    const now = i === K.i && event;
    const li = K.el("li", { style: `top:${k * ROW}px`, "aria-setsize": search.entries.length, "aria-posinset": k + 1 });
    const said = K.el("span", { class: "said", title: text });
    // (Some sentences are about a thing alone: who did it is told before.)
    said.innerHTML = !event
      ? K.tokens(text)
      : event.ev === "SyncAct" && event.run && !text.toLowerCase().includes(event.run)
        ? `${K.nameHTML(event.run)}: ${K.headline(i)}`
        : K.headline(i);
    const when = t === undefined ? "" : K.clock(t),
      at = K.lineOf(event),
      site = at && K.el("span", { class: "site kept", title: at.text });
    if (at) site.innerHTML = K.kept(K.lineWord(event) + K.site(at.text));
    li.append(
      K.el(
        "a",
        { href: `#${K.address(i)}`, "data-go": i, "data-kind": kind, "aria-current": now ? "step" : null },
        K.el("span", { class: "n" }, event ? String(event.n) : kind === "verdict" ? "!" : "»"),
        said,
        K.el("small", {}, K.el("span", {}, when), site),
      ),
    );
    return li;
  }
  function draw() {
    const { scroll, sizer } = parts,
      from = Math.max(0, Math.floor(scroll.scrollTop / ROW) - SPARE),
      to = Math.min(search.entries.length, Math.ceil((scroll.scrollTop + innerHeight) / ROW));
    const rows = [];
    for (let k = from; k < to; k++) rows.push(row(search.entries[k], k));
    sizer.replaceChildren(...rows);
  }
  /** Some rows above the event that is shown, or what comes next, are in view. */
  const BEFORE = 6;
  function settle() {
    parts.scroll.scrollTop = Math.max(0, position() - BEFORE) * ROW;
    draw();
  }
  /** Where the event that is shown stands in the list. */
  function position() {
    let low = 0,
      high = search.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (search.entry(search.entries[middle]).i < K.i) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function build(box) {
    const kind = K.el(
      "select",
      { id: "search-kind", "aria-label": "Kind of event" },
      Object.entries(KINDS).map(([key, [words]]) => K.el("option", { value: key }, words)),
    );
    parts = {
      text: K.el("input", {
        type: "search",
        id: "search-text",
        placeholder: "wake, timer 3, channel, printed …",
        "aria-label": "Search the sentences",
        autofocus: true,
      }),
      kind,
      tasks: K.el("input", {
        type: "search",
        id: "search-tasks",
        placeholder: "task 3, state:ready, waits:channel 2 …",
        "aria-label": "Only these tasks",
        "aria-describedby": "search-fits",
      }),
      fits: K.el("p", { id: "search-fits", role: "status" }),
      terms: K.el("div", { class: "search-terms", role: "group", "aria-label": "Suggestions" }),
      count: K.el("p", { class: "mute num", role: "status", id: "search-count" }),
      empty: K.el("p", { class: "mute" }, "No event says that at this level."),
      sizer: K.el("ol", { id: "search-list" }),
    };
    parts.scroll = K.el("div", { class: "search-scroll", tabindex: 0, "aria-label": "Sentences" }, parts.sizer);
    const close = K.el("button", { id: "search-close", onclick: () => box.close() }, "Close", K.el("kbd", {}, "esc"));
    const print = K.el(
      "button",
      {
        id: "search-print",
        onclick: () => {
          box.close();
          setTimeout(() => window.print(), 60);
        },
      },
      "Print",
    );
    box.replaceChildren(
      K.el("div", { class: "search-top" }, K.el("h2", {}, "The run as text"), print, close),
      parts.text,
      K.el("div", { class: "search-by" }, kind, parts.count),
      K.el("label", { class: "search-by" }, "Only tasks ", parts.tasks),
      parts.fits,
      parts.terms,
      parts.empty,
      parts.scroll,
    );
    let soon = 0;
    const later = (f) => () => {
      clearTimeout(soon);
      soon = setTimeout(f, 60);
    };
    for (const input of [parts.text, kind])
      input.addEventListener(
        "input",
        later(() => {
          search.filter({ text: parts.text.value, kind: kind.value });
          fits();
          settle();
        }),
      );
    parts.tasks.addEventListener(
      "input",
      later(() => K.filter.set(parts.tasks.value)),
    );
    parts.tasks.addEventListener("keydown", (ev) => {
      if (ev.key !== "Enter") return;
      clearTimeout(soon);
      K.filter.set(parts.tasks.value);
      if (!K.filter.fault) box.close();
    });
    parts.terms.addEventListener("click", suggested);
    parts.scroll.addEventListener("scroll", draw);
    box.addEventListener("keydown", (ev) => {
      if (ev.key !== "Escape") return;
      ev.preventDefault(); // else the first press only empties the field
      box.close();
    });
    parts.text.addEventListener("keydown", (ev) => {
      if (ev.key !== "Enter" && ev.key !== "ArrowDown") return;
      ev.preventDefault();
      const [first] = parts.sizer.querySelectorAll("a"),
        at = Math.min(position() + 1, search.entries.length); // (the event that is shown, if it is found, or the next one; else the last)
      if (ev.key === "Enter" && first) (parts.sizer.querySelector(`[aria-posinset="${at}"] a`) ?? first).click();
      else first?.focus();
    });
    parts.sizer.addEventListener("keydown", (ev) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[ev.key],
        li = ev.target.closest("li");
      if (!step || !li) return;
      ev.preventDefault();
      const at = +li.getAttribute("aria-posinset") - 1 + step;
      const { scrollTop } = parts.scroll,
        top = Math.max(0, at - BEFORE) * ROW;
      if (at * ROW < scrollTop || top > scrollTop) parts.scroll.scrollTop = top;
      draw();
      (parts.sizer.querySelector(`[aria-posinset="${at + 1}"] a`) ?? parts.text).focus();
    });
    box.addEventListener("close", () => document.getElementById("b-search")?.setAttribute("aria-expanded", "false"));
  }

  // ----- the filter -----

  /** What the filter picks, or what is wrong with it; and what else it may say. */
  function fits() {
    const { filter } = K,
      moved = filter.momentary && filter.at !== filter.here(),
      misplaced = parts.text.value.match(/\b(?:line|state|age|for|waits):.*/)?.[0];
    parts.tasks.setAttribute("aria-invalid", String(!!filter.fault));
    parts.fits.textContent =
      filter.fault ||
      (filter.tasks
        ? `${filter.words()}.${filter.tasks.size ? "" : ` No task fits. Below is what tasks ${filter.here() < 0 ? "were, and waited for, in this run" : "are, and wait for, at this event"}.`}`
        : "All tasks, in the lanes, the table and the boxes.");
    const term = (text, words, more) => K.el("button", { "data-term": text, ...more }, ...words);
    const MOST = 200,
      every = filter.suggestions(MOST),
      some = parts.every ? every : filter.suggestions(),
      left = every.length - some.length;
    parts.terms.classList.toggle("every", !!parts.every);
    const shown = filter.terms(filter.text).map(({ word }) => word);
    parts.terms.replaceChildren(
      ...(misplaced ? [K.el("button", { "data-move": misplaced }, `Only tasks: ${misplaced}`)] : []),
      ...(moved
        ? [
            K.el(
              "button",
              { "data-anew": "" },
              filter.here() < 0 ? "Pick anew, of the whole run" : `Pick anew at event ${K.number(K.trace.n[K.i])}`,
            ),
          ]
        : []),
      ...(left > 0
        ? [K.el("button", { "data-every": "", title: "All suggestions" }, `▾ all ${K.number(every.length)}`)]
        : []), // (first: the last rows may be scrolled away)
      ...some.map(([text, n]) =>
        term(text, [text, K.el("small", {}, `×${K.number(n)}`)], {
          title: K.plural(n, "task"),
          "aria-pressed": String(shown.includes(text)),
        }),
      ),
    );
  }
  function suggested(ev) {
    const { term, move, anew, every } = ev.target.closest("button")?.dataset ?? {};
    if (every !== undefined) {
      parts.every = true;
      fits();
    } else if (move) {
      parts.text.value = wanted.text = parts.text.value.replace(move, "").trim();
      K.filter.set(K.filter.toggled(move));
    } else if (anew !== undefined) K.filter.set(K.filter.text);
    else if (term) K.filter.set(K.filter.toggled(term));
    parts.tasks.focus();
  }
  K.on("filter", function () {
    if (!parts) return;
    if (document.activeElement !== parts.tasks || !parts.tasks.value.trim().startsWith(K.filter.text))
      parts.tasks.value = K.filter.text;
    if (!document.getElementById("search").open) return;
    search.filter({});
    fits();
    settle();
  });
  search.tasks = function () {
    search.open();
    parts.tasks.focus();
    parts.tasks.select();
  };

  search.open = function () {
    const box = document.getElementById("search");
    if (!box || box.open) return;
    if (!parts) build(box);
    box.showModal();
    document.getElementById("b-search")?.setAttribute("aria-expanded", "true");
    search.filter({ text: parts.text.value, kind: parts.kind.value });
    fits();
    settle();
    parts.text.focus();
    parts.text.select();
  };

  document.addEventListener("DOMContentLoaded", () =>
    document.getElementById("b-search")?.addEventListener("click", search.open),
  );
})((window.K = window.K || {}));
