// Which line of the program runs now, and which line of kettle?
//
// Two panes. Left, the program: the line that the running task has reached is lit, and in the gutter
// are the shapes of all tasks that have not ended, each where its `.await` is. Right, kettle's own
// file at the line that emitted the event, its function brought out; below, where tokio does the
// same. Stepping through a replay is a guided reading of both.
//
// Interface: listens to "trace" and "show"; `K.codeAt(place)`, the text of a line; `K.functionAt(place)`, `K.branchesOf(select)`,
// `K.losersOf(select)`, `K.selectLine(select)`, `K.branchAt(place, branch)`, `K.callAt(place)`, `K.timerWord(place)`, `K.ofInterval(place)`, `K.functionAround(lines, line)`,
// `K.foreignAwait(name)`: what the program’s text tells; `K.isElsewhere(name, i)`, `K.waitsAfter(task, i)`.
// Invariant: a pane is built anew only when its file changes; a step moves a class and the shapes.
// Not here: what an event means, and where tokio has it (events.js).
"use strict";
(function (K) {
  const { esc } = K;
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
  const indent = (line) => /^ */.exec(line)[0].length;

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
          `<div style="--in:${indent(line)}"><u></u><i>${k + 1}</i><span>${paintLine(line.trimStart()) || " "}</span></div>`,
      )
      .join("");
    return box;
  }
  const lineOf = (box, line) => (box.classList.contains("missing") ? undefined : box.children[line - 1]);

  /** Scrolls a line into view in its pane, and nothing else of the page; once more when the pane gets its final size. */
  function centre(pane, box, first, on) {
    if (!pane.watch) {
      // (At the end of a file what a pane grows by is above: it may begin within a line.)
      pane.watch = new ResizeObserver(() => {
        if (pane.scrollTop + pane.clientHeight > pane.scrollHeight - 1) delete pane.dataset.first;
        pane.again?.();
      });
      pane.watch.observe(pane);
    }
    pane.again = () => scrollTo(pane, box, first, on);
    pane.again();
  }
  function scrollTo(pane, box, first, on) {
    const a = lineOf(box, first),
      b = lineOf(box, on);
    if (!b) return;
    // Whole rows only: the pane begins with one, and what is left below the last is not shown.
    const row = parseFloat(getComputedStyle(pane).lineHeight);
    pane.scrollTop = Math.floor(pane.scrollTop / row + 0.01) * row; // (a pane that grows is scrolled back by less)
    const room = Math.floor(pane.clientHeight / row + 0.01) * row,
      origin = pane.getBoundingClientRect().top - pane.scrollTop,
      at = b.getBoundingClientRect();
    pane.style.setProperty("--rest", `${pane.clientHeight - room + 1}px`); // (its height may have a fraction)
    const top = at.top - origin,
      bottom = at.bottom - origin,
      begin = a ? a.getBoundingClientRect().top - origin : top;
    if (top >= pane.scrollTop && bottom <= pane.scrollTop + room && pane.dataset.first === String(first)) return;
    // From the function's beginning, if it and the line fit together.
    let line = b,
      above = bottom - begin < room * 0.85 ? begin : Math.max(top - room * 0.42, bottom - room);
    while (line.previousElementSibling && line.getBoundingClientRect().top - origin > above + 1)
      line = line.previousElementSibling;
    if (bottom - (line.getBoundingClientRect().top - origin) > room && line !== b) line = line.nextElementSibling;
    const topOf = (line) => Math.round(line.getBoundingClientRect().top - origin),
      end = Math.floor((pane.scrollHeight - pane.clientHeight) / row) * row;
    // (At the end of a file there may be no more to scroll: then with the whole of the line that goes on there.)
    while (line.previousElementSibling && topOf(line) > end + 1) line = line.previousElementSibling;
    pane.scrollTop = topOf(line);
    pane.dataset.first = first;
  }
  function light(box, line, over) {
    if (box.lit) box.lit.classList.remove("on", "was");
    box.lit = line ? lineOf(box, line) : null;
    if (box.lit) box.lit.classList.add(over ? "was" : "on");
  }
  /** Where a future is, in short: the function around it, or the line itself if that is main's. */
  K.functionAt = function (place) {
    const lines = K.trace.files.get(place.file)?.lines;
    if (!lines?.[place.line - 1]) return null;
    const name = nameOf(lines, functionAround(lines, place.line));
    return name && name !== "main" ? `${name}()` : lines[place.line - 1].trim();
  };
  /** The branches of the `select!` at a place, as they are written: `["rx.recv()", …]`; null if unsure. */
  K.branchesOf = function (select) {
    return writtenAs(select)?.branches ?? null;
  };
  /** How a `select!` is written: is it `biased`, or `guarded` by an `if`? Null if there is none, or that is unsure. */
  K.writtenAs = (select) => (select ? writtenAs(select) : null);
  function writtenAs(select) {
    const files = [...K.trace.files.values()].filter((file) => file.whose === "program");
    const all = files.flatMap((file) => selectsIn(file)).filter((x) => x.branches.length === select.branches.length);
    const places = [select.at, ...select.branches.map((b) => b.at)].filter(Boolean),
      around = places
        .map((at) => all.findLast((x) => at.file === x.file && at.line >= x.first && at.line <= x.last))
        .find(Boolean); // (of one within another the inner)
    return around ?? (all.length === 1 ? all[0] : null);
  }
  function selectsIn(file) {
    if (file.selects) return file.selects;
    file.selects = [];
    const text = file.text ?? "",
      start = /\bselect!\s*[{(]/g;
    for (let m = start.exec(text); m; m = start.exec(text)) {
      const line = (at) => text.slice(0, at).split("\n").length;
      const branches = [],
        lines = [],
        from = m.index + m[0].length;
      let depth = 0,
        begin = from,
        head = true,
        at = from;
      for (; at < text.length && depth >= 0; at++) {
        const c = text[at];
        if (c === "/" && text[at + 1] === "/")
          at = Math.max(at, text.indexOf("\n", at)); // a comment
        else if ("{([".includes(c)) depth++;
        else if ("})]".includes(c)) {
          depth--;
          if (depth === 0 && !head && c === "}") {
            head = true;
            begin = at + 1;
          } // a handler in braces has ended
        } else if (depth === 0 && head && c === "=" && text[at + 1] === ">") {
          const written = text.slice(begin, at),
            branch = written
              .replace(/^[\s,]*(biased;)?\s*/, "")
              .replace(/\s+/g, " ")
              .trim();
          if (branch !== "else")
            lines.push(line(begin + /^(?:[\s,]|biased;|\/\/.*\n)*(?:[^=]*?[^=!<>]=(?!=)\s*)?/.exec(written)[0].length));
          branches.push(branch);
          head = false;
          at++;
        } else if (depth === 0 && !head && c === ",") {
          head = true;
          begin = at + 1;
        } else if (depth === 0 && head && c === ";") begin = at + 1; // `biased;`
      }
      const future = (branch) => branch.replace(/^[^=]*?[^=!<>]=(?!=)\s*/, "").replace(/, if .*$/, "");
      file.selects.push({
        guarded: branches.some((branch) => /, if /.test(branch)),
        biased: /^[\s,]*biased\s*;/.test(text.slice(from, from + 200)),
        file: file.name,
        first: line(m.index),
        last: line(at),
        branches: branches.filter((b) => b !== "else").map(future),
        lines,
      });
    }
    return file.selects;
  }
  /** Is what a branch awaits only a reference to a future, by its code? */
  K.isLent = (code) => /^&mut \w+$|\.as_mut\(\)$/.test(code);
  /** What is dropped as a branch of a `select!` wins: so many futures (`count`, undefined of a `select!` that is not known); `lent`: the branches of these that are
   *  only references, whose future lives on; `unasked`: those that are none of them, since they were not asked and only refer to what may be over (their `if` may have switched them off). */
  K.losersOf = function (select) {
    const { guarded = false, branches: written = [] } = (select && writtenAs(select)) || {},
      { branches = [], won } = select ?? {};
    const isOf = (k) => branches[k].state === "dropped" && K.isLent(written[k] ?? ""),
      all = [...branches.keys()],
      unasked = all.filter((k) => guarded && isOf(k) && !branches[k].polls),
      lost = all.filter((k) => k !== won && !unasked.includes(k) && branches[k].state !== "ready"); // (of one that is ready the value didn’t fit: it was over)
    return { count: select && lost.length, lent: lost.filter(isOf), unasked };
  };
  /** Where a branch of the `select!` at a place is written; null if unsure. */
  K.branchAt = function (place, branch) {
    const file = place && K.trace.files.get(place.file),
      found = file ? selectsIn(file).filter((x) => x.first === place.line) : [];
    return found.length === 1 && found[0].lines[branch] ? K.place(`${file.name}:${found[0].lines[branch]}`) : null;
  };
  /** What is awaited at a place: its line, from where the statement begins, or the branches of a `select!`. */
  K.callAt = function (place) {
    const file = place && K.trace.files.get(place.file),
      line = K.codeAt(place);
    const written = file
      ? selectsIn(file).flatMap((x) =>
          x.branches.filter((_, k) => place.line === (place.column ? x.first : x.lines[k])),
        )
      : []; // (what `branchAt` gives has no column)
    if (written.length) return written.join(" ");
    let first = place?.line ?? 1;
    while (first > 1 && place.line - first < 8 && /^\s*[.)}]/.test(file?.lines[first - 1] ?? "")) first--;
    return [...(file?.lines.slice(first - 1, place.line - 1) ?? []), line].join(" ");
  };
  /** What a timer is for, by the program's line that it hangs at: "timeout", "sleep"; "" if unsure. */
  K.timerWord = function (place) {
    const text = K.callAt(place);
    const words = ["timeout", "sleep", "interval", "tick"].filter((word) =>
      new RegExp(`\\b${word}(_\\w+)?\\(`).test(text),
    );
    return words.length === 1 ? words[0] : "";
  };
  /** Is the timer an interval's? */
  K.ofInterval = (place) => ["tick", "interval"].includes(K.timerWord(place));
  K.codeAt = (place) => (place && K.trace.files.get(place.file)?.lines[place.line - 1]) ?? "";

  // ----- the program -----

  const own = (place) => (place && K.trace.files.get(place.file)?.whose !== "kettle" ? place : null);
  /** Of a place at which an event tells that a task is: where it awaits the future that it has made there and keeps in a variable, if one line of the function
   *  does that; or else the place. (A place is one object, so it can keep the answer.) */
  const awaited = (at) => own(at) && (at.awaited ??= awaitedAt(at));
  function awaitedAt(place) {
    const { lines } = K.trace.files.get(place.file) ?? {},
      [, name] = /^\s*let (?:mut )?(\w+)(?:: [^=]+)? = (?!.*\.await\b)/.exec(K.codeAt(place)) ?? [];
    if (!name || K.noAwait(place)) return place;
    const is = new RegExp(
        `&mut ${name}\\b(?![.[])|\\b${name}(\\.as_mut\\(\\)(?!\\.)|(\\.as_mut\\(\\))?\\.await\\b)|\\bjoin!\\(.*\\b${name}\\b`,
      ),
      found = [];
    for (let k = place.line + 1; k <= functionAround(lines, place.line)[1]; k++)
      if (is.test(lines[k - 1].replace(/\/\/.*$/, ""))) found.push(k);
    return found.length === 1 ? K.place(`${place.file}:${found[0]}`) : place;
  }

  /** Where a task's body begins: an attribute or a spawn is not yet its first line. */
  const beginning = (K.beginning = function (t) {
    const made = own(t?.made),
      file = made && K.trace.files.get(made.file);
    if (!file) return made;
    const is = t.kind === "main" ? /\bfn \w/ : /^\w+$/.test(t.what ?? "") ? new RegExp(`\\bfn ${t.what}\\b`) : null;
    const from = t.kind === "main" ? made.line - 1 : 0,
      at = is ? file.lines.findIndex((line, k) => k >= from && is.test(line)) : -1;
    return at < 0 ? made : { ...made, line: at + 1, text: `${made.file}:${at + 1}` };
  });

  /** The lines with an `.await` between two lines, without those of a block that is another future's. */
  function awaitsIn(lines, first, last) {
    const out = [];
    let others = null,
      depth = 0; // the depth of braces, and that at which another's block began
    for (let k = first, begun = false; k <= last; k++) {
      const code = lines[k - 1].replace(/\/\/.*$/, ""),
        after = depth + (code.match(/\{/g) ?? []).length - (code.match(/\}/g) ?? []).length;
      if (others === null && k > first && /\basync\s+(move\s+)?\{/.test(code)) others = depth;
      const ends = begun && after <= 0; // (an `.await` behind the last brace is another's, too)
      if (others === null && !ends && /\.await\b/.test(code)) out.push(k);
      if (others !== null && after <= others) others = null;
      depth = after;
      if (ends) break;
      begun ||= code.includes("{");
    }
    return out;
  }
  /** Where a task waits for something that is not kettle's, which tells of no line: the one `.await` of its body at which
   *  nothing of kettle's was ever told; null if that is not known. */
  K.foreignAwait = function (name) {
    const { trace } = K,
      memo = (trace.foreign ??= new Map()),
      row = K.rowsOf(trace).rows.get(name);
    if (row && !row.kind.some((_, k) => row.isElsewhere(k))) return null; // (each wait of it was for something of kettle's)
    if (memo.has(name)) return memo.get(name);
    const begin = beginning(trace.state.tasks.get(name)),
      lines = begin && trace.files.get(begin.file)?.lines,
      told = new Set();
    for (const i of (begin && trace.index.byTask.get(name)) || []) {
      const { run, at } = K.event(i);
      if (run === name && at?.file === begin.file) told.add(at.line);
    }
    const all = lines?.length ? awaitsIn(lines, begin.line, lines.length).filter((line) => !told.has(line)) : [];
    const place =
      all.length === 1 ? { file: begin.file, line: all[0], column: 0, text: `${begin.file}:${all[0]}` } : null;
    memo.set(name, place);
    return place;
  };
  /** The same in short; "" if it is not known. */
  K.waitsElsewhere = (name) => {
    const at = K.foreignAwait(name);
    return at ? K.site(at.text) : "";
  };
  /** Where a task's future is: at an `.await`, or not begun. */
  const reached = (t) =>
    stays(t) || (waitsElsewhere(t) && K.foreignAwait(t.name)) || (own(t.at) ? awaited(t.at) : (t.at ?? beginning(t)));
  /** The wait that a task is in, or was in and has told of no line since: `{since, waits}`, these null if it is for something that is not kettle's. (A wake
   *  changes no place, nor does a poll before it tells of one.) */
  function waitOf(t) {
    const row = t && K.rowsOf(K.trace).rows.get(t.name),
      k = row && t.since >= 0 ? row.barAt(t.since) - ({ waiting: 0, queued: 1 }[t.where] ?? 2) : -1;
    return k >= 0 && row.kind[k] === K.BAR.WAIT && (t.where === "waiting" || (K.event(row.at[k]).at ?? t.at) === t.at)
      ? { since: row.at[k], waits: row.waits[k] }
      : null;
  }
  const waitsElsewhere = (t) => {
    const wait = waitOf(t);
    return !!wait && !wait.waits?.length;
  };
  /** Did a task wait for what is not kettle's at event `i`? (The host of a local set has that set's waker.) */
  K.isElsewhere = (name, i) => {
    const row = K.rowsOf(K.trace).rows.get(name);
    return !!row?.isElsewhere(row.barAt(i)) && !K.pollsASet(name, i);
  };
  /** Is it known only after which line a task waits? (The line of what is not kettle's is in no event.) */
  K.waitsAfter = (t, i) => !!t?.at && waitsElsewhere(t) && !K.pollsASet(t.name, i) && !K.foreignAwait(t.name);
  /** The line of what a task waits for, and not that of its `timeout`; of several in one `select!` that line; or else null, if what it has told of last is one
   *  of them. (That may be a branch of a `join!` that is over.) */
  function stays(t) {
    const memo = (K.trace.within ??= new Map()); // (each step asks of all tasks)
    if (t?.where === "waiting" && memo.has(t.since)) return memo.get(t.since);
    const { since = -1, waits } = waitOf(t) ?? {};
    if (since < 0 || !waits?.length || waits.length > MANY) return null;
    if (!memo.has(since)) {
      const select = waits.length > 1 && K.trace.names.length < FEW ? K.stateAt(since).selects.get(t.name) : null; // (whichever of its branches was asked last; of very many tasks no state is made for each)
      if (
        select?.at &&
        select.won === null &&
        waits.every((on) => select.branches.some((branch) => branch.waits?.some((one) => K.isSameWait(one, on))))
      )
        return (memo.set(since, select.at), select.at);
      const all = waits
        .map((on) => [on, awaited(K.waitLine(since, on))])
        .filter(([on, at]) => at && (!on.timer || K.timerWord(at) !== "timeout"))
        .map(([, at]) => at);
      memo.set(since, all.length ? oneLineOf(all, awaited(K.event(since).at)) : null);
    }
    return memo.get(since);
  }
  function oneLineOf(all, told) {
    const last = all.at(-1),
      file = K.trace.files.get(last.file),
      is = (at) => at.file === told?.file && at.line === told.line;
    const select =
      file &&
      new Set(all.map(({ line }) => line)).size > 1 &&
      selectsIn(file).find(({ first, lines }) =>
        all.every((at) => at.file === last.file && (at.line === first || lines.includes(at.line))),
      );
    return select
      ? K.place(`${last.file}:${select.first}`)
      : all.some(is) || (all.length > 1 && /\bselect!/.test(K.codeAt(told)))
        ? null
        : last;
  }
  /** Of so many things the last that was told of is one. Of so many tasks a state can be asked for. */
  const MANY = 60,
    FEW = 1000;

  /** The last line that this poll has told of, up to event `e`, null before the first; and the panic that it told of since. */
  function toldInPoll(s, e) {
    const begin = K.pollOf(e);
    let line = null,
      await_ = null,
      panic = null;
    for (let i = Math.max(begin, e.i - 500, 0); i <= e.i; i++) {
      const x = K.event(i);
      if (x.run !== e.run) continue;
      const at = awaited(x.at),
        goesOn = at && (at !== await_ || !K.about(x, "between", s));
      if (goesOn) line = await_ = at;
      if (goesOn || x.made) panic = null; // (it was caught)
      panic = K.panicAt(x) ?? panic;
      line = own(x.made ?? K.about(x, "line", s)) ?? line;
    }
    return { told: line, panic };
  }
  K.lastTold = (s, e) => toldInPoll(s, e).told;
  /** A place after which an event was: the one line of its function that can have done it, or two. */
  function guessed(e, last) {
    const lines = K.perhaps(e, last);
    return !lines.length
      ? { place: last, now: true, word: "after" }
      : {
          place: {
            ...last,
            line: lines[0],
            lit: lines.length > 1 ? last.line : lines[0],
            text: `${last.file}:${lines.join(" or ")}`,
          },
          now: true,
          word: K.perhapsWord(lines),
        };
  }
  /** Where a `select!` begins; null if unsure. */
  K.selectLine = function (select) {
    const x = K.writtenAs(select);
    return x ? { file: x.file, line: x.first, column: 0, text: `${x.file}:${x.first}` } : null;
  };

  /** The line of the program that this event belongs to, whether it runs there now, and what the line is if it is not the event's own. */
  function placeNow(s, e) {
    if (!e) return { place: null, now: false };
    const task = e.run && s.tasks.get(e.run);
    if (e.run) {
      const pending = e.ev === "PollEnd" && e.outcome === "pending" && task,
        within = pending && (stays(pending) || (waitsElsewhere(pending) && K.foreignAwait(e.run)));
      if (within) return { place: within, now: true };
      const was = e.ev === "PollEnd" ? (s.before?.tasks.get(e.run) ?? task) : task,
        elsewhere = waitsElsewhere(was) && K.foreignAwait(e.run);
      const { told, panic } = toldInPoll(s, e),
        last = told ?? stays(task) ?? (e.ev === "PollEnd" && elsewhere ? elsewhere : awaited(task?.at));
      if (pending && last && K.waitsAfter(pending, e.i)) return { place: last, now: true, word: "after" };
      if (panic && last)
        return { place: last, now: e.ev !== "PollEnd", word: panic.at ? "panicked at" : "panicked after" };
      if (e.ev === "PollEnd" && e.outcome !== "pending")
        return {
          place: last ?? beginning(task),
          now: false,
          word: !last ? "begins here" : K.noAwait(last) ? "after" : "last await",
        };
      // A poll goes on behind the await where its task stood; a first poll begins where its function does.
      if (!told && elsewhere) return { place: elsewhere, now: true };
      if (last && !told && K.noAwait(last)) return { place: last, now: true, word: "after" }; // (nothing is awaited there: what is awaited since tells of no line)
      const begins = last ?? beginning(task);
      return begins && (last ? K.lineOf(e) && K.lineKnown(e, s).after : e.ev !== "PollStart")
        ? guessed(e, begins)
        : { place: begins, now: true };
    }
    if (e.ev === "Spawn" && own(e.made)) return { place: beginning(s.tasks.get(e.task)), now: false };
    if (K.lineOf(e) && ["SyncAct", "Wait"].includes(e.ev)) return { place: own(K.lineOf(e)), now: true }; // (of another thread)
    // Nobody runs: where the one is that the event is about, or else the first that has not ended.
    const other = s.tasks.get(e.task) ?? s.tasks.values().find((t) => t.where !== "done");
    return { place: other ? (own(reached(other)) ?? beginning(other)) : null, now: false };
  }

  const WORD = { queued: "ready", polling: "running", waiting: "waiting" };
  /** The places of the tasks that have not ended. */
  function placed(tasks) {
    const begins = new Map(),
      all = new Map(); // (thousands of one spawn are looked at once)
    const at = (t) => {
      if (t.at || t.where !== "queued") return reached(t);
      if (begins.get(t.made)?.what !== t.what) begins.set(t.made, { what: t.what, place: beginning(t) });
      return begins.get(t.made).place;
    };
    for (const t of tasks) if (t.where !== "done") K.put(all, at(t), t);
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
          ? `<span class="pile" title="${esc(
              tasks
                .slice(0, 12)
                .map((t) => t.name)
                .join(", "),
            )}${tasks.length > 12 ? " …" : ""} are here">${K.chipHTML(tasks[0].name)}${tasks.length === 2 && !tasks.some((t) => /\d{3}/.test(t.name)) ? K.chipHTML(tasks[1].name) : `<small>${tasks.length > 99 ? "99+" : `+${tasks.length - 1}`}</small>`}</span>`
          : `<span title="${esc(tasks[0].name)}, ${WORD[tasks[0].where] ?? ""}: ${tasks[0] === running && here?.word ? `${here.word} this line` : K.waitsAfter(tasks[0], s.i) ? "after this line" : "is here"}">${K.chipHTML(tasks[0].name)}</span>`;
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
    light(box, place && (now || word) ? (place.lit ?? place.line) : 0, !now || !!word);
    for (const line of box.querySelectorAll(".wrong")) line.classList.remove("wrong");
    for (const at of wrong) if (at.file === file) lineOf(box, at.line)?.classList.add("wrong");
    gutter(box, s, file, now && e?.run === s.running ? { ...place, line: place?.lit ?? place?.line, word } : null); // (the end of a poll in a local set is its host’s again)
    $("p-file").innerHTML =
      `${word && place ? `<i>${word} </i>` : ""}<span><bdi dir="ltr">${esc(file)}${place && (now || word) ? `:${/\d+ or \d+$/.exec(place.text)?.[0] ?? place.line}` : ""}</bdi></span>`;
    $("p-file").title = /after$|^perhaps|^one of/.test(word ?? "") ? K.AFTER : "";
    const lines = K.trace.files.get(file)?.lines ?? [];
    if (place)
      centre(pane, box, lines.length ? Math.max(functionAround(lines, place.line)[0], 1) : place.line, place.line);
    else if (lines.length && pane.dataset.first === undefined) {
      // where main begins; or else not the comment at its head
      const begins = beginning([...K.trace.state.tasks.values()].find((t) => t.kind === "main")),
        first =
          begins?.file === file
            ? functionAround(lines, begins.line)[0]
            : Math.max(
                0,
                lines.findIndex((line) => line.trim() && !/^\s*(\/\/|#!)/.test(line)),
              ) + 1;
      centre(pane, box, first, first);
    }
    return place && (now || word) ? { ...place, word } : null;
  }

  // ----- kettle's own source -----

  /** The function around a line: from its comments to its closing brace. */
  K.functionAround = functionAround;
  function functionAround(lines, at) {
    let top = at - 1;
    const is = /^\s*(pub(\([^)]*\))? )?(const |async |unsafe )*fn /;
    const isWhole = (line) => /\{.*\}\s*(\/\/.*)?$/.test(line); // (on one line)
    while (
      top >= 0 &&
      !(is.test(lines[top]) && (top === at - 1 || (indent(lines[top]) < indent(lines[at - 1]) && !isWhole(lines[top]))))
    )
      top--;
    if (top < 0) return [1, lines.length];
    const depth = indent(lines[top]);
    let end = at - 1;
    while (
      end < lines.length - 1 &&
      !isWhole(lines[top]) &&
      !(lines[end].startsWith(" ".repeat(depth) + "}") && indent(lines[end]) === depth)
    )
      end++;
    while (top > 0 && /^\s*(\/\/|#\[)/.test(lines[top - 1])) top--;
    return [top + 1, end + 1];
  }

  const nameOf = (lines, [first, last]) =>
    last - first < lines.length - 1
      ? (lines
          .slice(first - 1, last)
          .join("\n")
          .match(/\bfn (\w+)/)?.[1] ?? null)
      : null;

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
      name = nameOf(lines, [first, last]);
    $("e-file").innerHTML = `<bdi dir="ltr">${esc(file)}:${src.line}${name ? ` <b>${esc(name)}</b>` : ""}</bdi>`;
    if (box.dataset.span !== span) {
      box.dataset.span = span;
      box.style.setProperty("--cut", indent(lines[first - 1])); // its own depth tells nothing here
      [...box.children].forEach((div, k) => {
        div.classList.toggle("far", k + 1 < first || k + 1 > last);
        div.classList.toggle("near", k + 1 >= first && k + 1 <= last && last - first < lines.length - 1);
      });
    }
    light(box, src.line);
    centre(pane, box, first, src.line);
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
    if (K.paint("out", html || `<span class="mute">nothing yet</span>`)) box.scrollTop = box.scrollHeight;
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
