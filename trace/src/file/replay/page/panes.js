// Which line of the program runs now, and which line of kettle?
//
// Two panes. Left, the program: the line that the running task has reached is lit, and in the gutter
// are the shapes of all tasks that have not ended, each where its `.await` is. Right, kettle's own
// file at the line that emitted the event, its function brought out; below, where tokio does the
// same. Stepping through a replay is a guided reading of both.
//
// Interface: listens to "trace" and "show".
// Invariant: a pane is built anew only when its file changes; a step moves a class and the shapes.
// Not here: what a line says (code.js), which one a task has reached (awaits.js), what an event means (events.js).
"use strict";
(function (K) {
  const { esc, functionAround, indentOf, nameOfFunction, ownPlace, reachedPlace } = K;
  const $ = (id) => document.getElementById(id);

  // ----- code: no colours, so that ember is the only one -----
  const KEYWORD =
    /\b(as|async|await|break|const|continue|else|enum|fn|for|if|impl|in|let|loop|match|mod|move|mut|pub|ref|return|self|Self|static|struct|super|trait|type|unsafe|use|where|while)\b/g;
  /** Where a long line may be broken: behind a bracket or a path's colons, and before a method. */
  const BREAKS = /[(\[](?=[\w&"<])|::(?=[\w{])|[\w)\]?](?=\.[a-z_])|(?<=\w{8})_(?=\w{8})/g;
  function paintLine(line) {
    const [, code, note] = /^(.*?)(\/\/.*)?$/.exec(line.replace(/\t/g, "    ")) ?? [null, line, ""];
    const broken = (text) => esc(text.replace(BREAKS, "$&\u0001")),
      words = (html) => html.replaceAll("\u0001", "<wbr>"); // (before keywords are marked: `.await` has a method behind it, too)
    return (
      words(broken(code).replace(KEYWORD, "<strong>$1</strong>")) +
      (note ? `<em>${words(broken(note).replace(/\w\/(?=\w)/g, "$&\u0001"))}</em>` : "")
    );
  }

  /** Shows a file in its pane, and gives the box with its lines. Each file is built once. */
  function open(pane, name) {
    if (pane.dataset.file === name) return pane.firstElementChild;
    pane.dataset.file = name;
    const boxes = (pane.boxes ??= new Map());
    if (!boxes.has(name)) boxes.set(name, build(name));
    pane.replaceChildren(boxes.get(name));
    delete pane.dataset.first;
    return pane.firstElementChild;
  }
  function build(name) {
    const file = K.trace.files.get(name);
    if (!file || file.text === null) {
      const words =
        name === ""
          ? "No line to show: this is reported from the line of your program that calls it."
          : `The text of <code>${esc(name)}</code> is not in this trace: the program did not find the file while it ran, or could not tell whether the one that it found is its own. <code>cargo run</code> tells it: record it again by that.`;
      const box = K.el("div", { class: "file missing" });
      box.innerHTML = `<p class="none">${words}</p>`;
      return box;
    }
    const box = K.el("div", { class: "file" });
    box.innerHTML = file.lines
      .map(
        (line, k) =>
          `<div style="--in:${indentOf(line)}"><u></u><i>${k + 1}</i><span>${paintLine(line.trimStart()) || " "}</span></div>`,
      )
      .join("");
    return box;
  }
  const lineOf = (box, line) => (box.classList.contains("missing") ? undefined : box.children[line - 1]);

  /** So many pixels below the upper edge of its pane is a line at the most: the panes are low where one is above the other. */
  const columns = matchMedia("(min-width: 1181px)"),
    above = () => (columns.matches ? 220 : 40);
  /** Scrolls a pane, and nothing else of the page, to the function's beginning, or near to the line if that is far from it. */
  function scrollTo(pane, box, first, on) {
    const begin = lineOf(box, first),
      line = lineOf(box, on);
    if (line) pane.scrollTop = Math.max(begin?.offsetTop ?? 0, line.offsetTop - above());
  }
  function light(box, line, over) {
    if (box.lit) box.lit.classList.remove("on", "was");
    box.lit = line ? lineOf(box, line) : null;
    if (box.lit) box.lit.classList.add(over ? "was" : "on");
  }

  /** The line of the program that this event belongs to, whether it runs there now, and what the line is if it is not the event's own. */
  function placeNow(s, e) {
    if (!e) return { place: null, now: false };
    const task = s.tasks.get(e.run),
      panic = K.panicAt(e),
      own = ownPlace(K.lineOf(e)),
      place = own ?? reachedPlace(task);
    if (panic) return { place, now: true, word: panic.at ? "panicked at" : "panicked after" };
    if (e.ev === "PollEnd" && e.outcome !== "pending") return { place, now: false, word: "after" };
    if (e.run && (own || e.ev === "PollStart")) return { place, now: true, word: e.line === "made" ? "made at" : "" };
    if (e.run) return { place, now: true, word: e.line === "drop" ? "in a drop after" : "after" };
    if (own) return { place: own, now: true }; // (of another thread, or a spawn's)
    // Nobody runs: where the one is that the event is about, or else the first that has not ended.
    const other = s.tasks.get(e.task) ?? s.tasks.values().find((t) => t.where !== "done");
    return { place: reachedPlace(other), now: false };
  }

  const WORD = { queued: "ready", polling: "running", waiting: "waiting" };
  /** The places of the tasks that have not ended. */
  function placed(tasks) {
    const all = new Map();
    for (const t of tasks) if (t.where !== "done") K.put(all, reachedPlace(t), t);
    return [...all];
  }
  function gutter(box, s, file, here) {
    const before = box.querySelectorAll("u:not(:empty)"),
      lines = new Map(),
      running = here && s.tasks.get(s.running);
    if (here?.file === file && running) lines.set(here.line, [running]);
    for (const [place, tasks] of s.tasks.each(placed))
      if (place?.file === file) for (const t of tasks) if (t !== running) K.put(lines, place.line, t);
    for (const u of before) if (!lines.has(+u.nextSibling.textContent)) u.innerHTML = "";
    for (const [line, tasks] of lines) {
      const u = lineOf(box, line)?.firstChild;
      if (!u) continue;
      const html =
        tasks.length > 1
          ? `<span class="pile" title="${esc(K.namesOf(tasks.map((t) => t.name)))} are here">${K.chipHTML(tasks[0].name)}${tasks.length === 2 && !tasks.some((t) => /\d{3}/.test(t.name)) ? K.chipHTML(tasks[1].name) : `<small>${tasks.length > 99 ? "99+" : `+${tasks.length - 1}`}</small>`}</span>`
          : `<span title="${esc(tasks[0].name)}, ${WORD[tasks[0].where] ?? ""}: ${tasks[0] === running && here?.word ? `${here.word} this line` : "is here"}">${K.chipHTML(tasks[0].name)}</span>`;
      if (u.innerHTML !== html) u.innerHTML = html;
    }
  }

  function program(s, e) {
    const pane = $("program"),
      { place: known, now, word } = placeNow(s, e),
      wrong = K.lintsHere.map((lint) => lint.at).filter(Boolean);
    const place = now || word || !wrong.length ? known : wrong[0]; // nobody runs: show what the verdict is about
    const file = place?.file ?? s.file ?? K.trace.main ?? "",
      box = open(pane, file);
    light(box, place && (now || word) ? place.line : 0, !now || !!word);
    for (const line of box.querySelectorAll(".wrong")) line.classList.remove("wrong");
    for (const at of wrong) if (at.file === file) lineOf(box, at.line)?.classList.add("wrong");
    gutter(box, s, file, now && e?.run === s.running ? { ...place, word } : null); // (the end of a poll in a local set is its host’s again)
    $("p-file").innerHTML =
      `${word && place ? `<i>${word} </i>` : ""}<span><bdi dir="ltr">${esc(file)}${place && (now || word) ? `:${place.line}` : ""}</bdi></span>`;
    const lines = K.trace.files.get(file)?.lines ?? [];
    if (place)
      scrollTo(pane, box, lines.length ? Math.max(functionAround(lines, place.line)[0], 1) : place.line, place.line);
    else if (lines.length && pane.dataset.first === undefined) {
      // where main begins; or else not the comment at its head
      const begins = [...K.trace.state.tasks.values()].find((t) => t.kind === "main")?.made,
        first =
          begins?.file === file
            ? functionAround(lines, begins.line)[0]
            : Math.max(
                0,
                lines.findIndex((line) => line.trim() && !/^\s*(\/\/|#!)/.test(line)),
              ) + 1;
      scrollTo(pane, box, first, first);
      pane.dataset.first = first;
    }
    return place && (now || word) ? { ...place, word } : null;
  }

  function engine(e) {
    const pane = $("engine"),
      src = e?.src && K.trace.files.get(e.src.file)?.whose !== "program" ? e.src : null,
      file = src?.file ?? "",
      box = open(pane, file);
    $("e-file").textContent = "";
    $("e-file").title = src ? src.text : "";
    const lines = K.trace.files.get(file)?.lines ?? [];
    if (!lines.length) return null;
    const [first, last] = functionAround(lines, Math.min(src.line, lines.length)),
      span = `${first}-${last}`,
      name = nameOfFunction(lines, [first, last]);
    $("e-file").innerHTML = `<bdi dir="ltr">${esc(file)}:${src.line}${name ? ` <b>${esc(name)}</b>` : ""}</bdi>`;
    if (box.dataset.span !== span) {
      box.dataset.span = span;
      box.style.setProperty("--cut", indentOf(lines[first - 1])); // its own depth tells nothing here
      [...box.children].forEach((div, k) => {
        div.classList.toggle("far", k + 1 < first || k + 1 > last);
        div.classList.toggle("near", k + 1 >= first && k + 1 <= last && last - first < lines.length - 1);
      });
    }
    light(box, src.line);
    scrollTo(pane, box, first, src.line);
    return src;
  }

  // ----- the same step in tokio -----
  /** What the head of kettle's file says about tokio: a paragraph that begins with "tokio:". */
  function ownWords(trace, file) {
    const memo = (trace.ownWords ??= new Map());
    if (memo.has(file)) return memo.get(file);
    const lines = trace.files.get(file)?.lines ?? [],
      out = [];
    let at = lines.findIndex((line) => line.startsWith("//! tokio:"));
    while (at >= 0 && /^\/\/! \S/.test(lines[at] ?? "")) out.push(lines[at++].slice(4).trim());
    const text = out.join(" ").replace(/^tokio:\s*/, "");
    memo.set(file, text);
    return text;
  }
  function tokio(s, e) {
    if (!e) return "";
    const files = K.about(e, "tokio", s) ?? [],
      words = ownWords(K.trace, e.src?.file ?? "");
    const code = (text) =>
      esc(text)
        .replace(/`([^`]+)`/g, "<code>$1</code>")
        .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1");
    return (
      (files.length
        ? `<p><b>The same step in tokio:</b> ${files.map((f) => `<code>${esc(f).replaceAll("/", "/<wbr>")}</code>`).join(", ")}</p>`
        : `<p>Tokio has no counterpart of this step.</p>`) +
      (/[a-z]/i.test(words.replace(/`[^`]*`/g, "")) ? `<p class="differs"><b>Compared:</b> ${code(words)}</p>` : "")
    );
  }

  // ----- what was printed, and the two lines for a phone -----
  function printed(s) {
    const notes = K.trace.notes,
      box = $("out");
    box.hidden = notes.length === 0;
    if (!notes.length) return;
    const ns = K.trace.noteAt ?? (K.trace.noteAt = notes.map((note) => note.i));
    const until = K.upTo(ns, s.i),
      before = K.upTo(ns, K.before ?? s.i - 1);
    const shown = notes.slice(Math.max(0, until - 40), until + 1);
    const html = shown
      .map((note, k) => `<span class="${Math.max(0, until - 40) + k > before ? "new" : ""}">${esc(note.note)}</span>`)
      .join("\n");
    if (K.paint("out", html || `<span class="mute">nothing yet</span>`)) box.scrollTop = 1e9; // (its end)
  }
  function where(place, src, running) {
    const line = (at, otherwise) =>
      at
        ? `<span title="${esc(K.codeAt(at).trim())}">${at.word ? `${at.word} ` : ""}${esc(K.site(at.text))} <b>${esc(K.codeAt(at).trim())}</b></span>`
        : `<span>${otherwise}</span>`;
    K.paint(
      "where",
      line(place, running ? "the line that runs is not known" : "no line of the program runs") +
        line(src, "kettle’s line is not known"),
    );
  }

  K.on("trace", function () {
    for (const id of ["program", "engine"]) {
      delete $(id).dataset.file;
      delete $(id).boxes;
    }
    const digits = /\d*$/.exec(K.trace.names.findLast((name) => name.startsWith("task")) ?? "")[0].length; // (of the newest; a long number has its count beside it)
    $("program").style.setProperty("--gutter", `${[40, 46, 54, 62][Math.max(0, Math.min(digits, 4) - 1)]}px`);
  });
  K.on("show", function (s, e) {
    const place = program(s, e),
      src = engine(e);
    K.paint("tokio", tokio(s, e));
    printed(s);
    where(place, src, s.running);
  });
})((window.K = window.K || {}));
