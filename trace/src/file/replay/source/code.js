// What does the program's text say at a place?
//
// The record has the line at which a task waits, and the file with it. So the page can read there which call it is, in
// which function, and which branches a `select!` has: by words and indents, as a reader would, and not as a compiler.
//
// Interface: `K.codeAt(place)`, the text of a line; `K.functionAt(place)`, `K.functionAround(lines, line)`,
// `K.branchesOf(select)`, `K.losersOf(select)`, `K.callAt(place)`,
// `K.timerWord(place)`, `K.ofInterval(place)`, `K.isLent(code)`, `K.writtenAs(select)`.
// Invariant: where the text is not there, or leaves it open, nothing is said.
// Not here: which line a task has reached (awaits.js).
"use strict";
(function (K) {
  const indentOf = (line) => /^ */.exec(line)[0].length;
  /** Where a future is, in short: the function around it, or the line itself if that is main's. */
  K.functionAt = function (place) {
    const lines = K.trace.files.get(place.file)?.lines;
    if (!lines?.[place.line - 1]) return null;
    const name = nameOfFunction(lines, functionAround(lines, place.line));
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
  /** What is awaited at a place: its line, from where the statement begins, or the branches of a `select!`. */
  K.callAt = function (place) {
    const file = place && K.trace.files.get(place.file),
      line = K.codeAt(place);
    const written = file ? selectsIn(file).flatMap((x) => (place.line === x.first ? x.branches : [])) : [];
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

  // ----- kettle's own source -----

  /** The function around a line: from its comments to its closing brace. */
  K.functionAround = functionAround;
  function functionAround(lines, at) {
    let top = at - 1;
    const is = /^\s*(pub(\([^)]*\))? )?(const |async |unsafe )*fn /;
    const isWhole = (line) => /\{.*\}\s*(\/\/.*)?$/.test(line); // (on one line)
    while (
      top >= 0 &&
      !(
        is.test(lines[top]) &&
        (top === at - 1 || (indentOf(lines[top]) < indentOf(lines[at - 1]) && !isWhole(lines[top])))
      )
    )
      top--;
    if (top < 0) return [1, lines.length];
    const depth = indentOf(lines[top]);
    let end = at - 1;
    while (
      end < lines.length - 1 &&
      !isWhole(lines[top]) &&
      !(lines[end].startsWith(" ".repeat(depth) + "}") && indentOf(lines[end]) === depth)
    )
      end++;
    while (top > 0 && /^\s*(\/\/|#\[)/.test(lines[top - 1])) top--;
    return [top + 1, end + 1];
  }

  const nameOfFunction = (lines, [first, last]) =>
    last - first < lines.length - 1
      ? (lines
          .slice(first - 1, last)
          .filter((line) => !/^\s*\/\//.test(line)) // (its own comment may have another one in an example)
          .join("\n")
          .match(/\bfn (\w+)/)?.[1] ?? null)
      : null;

  Object.assign(K, { indentOf, nameOfFunction });
})((window.K = window.K || {}));
