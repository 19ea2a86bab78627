// Which branch of a `join!` waits for what?
//
// No event tells of the branches of a `join!`: a wait has the line of the `.await` that it is in, and no more. So the program's text has to
// tell. A line is a branch's if that branch alone leads to the function around it: calls it, or calls one that does. What is called
// elsewhere by the same task, or has the name of another function, is no branch's; nor is a future that the macro polls itself, if it isn't the only one.
// A branch that waits for nothing known is done if the task has given its waker to nothing else, and each of its waits is another branch's or
// none's; or at the task's end. Otherwise it may wait for other code, and nothing is said of it until it is seen again.
//
// Interface: `K.joinBranch(name, at)`: the branch of a task's `join!` that waits at this line, `{macro, number, of, code, key}`, from 1; false if no branch does, null if that isn't known;
// `K.joinRows(row)`: a row for each branch, for the lanes; `K.joinLast(name, branch)`: was this one done after all others?
// Invariant: all of this depends on the trace alone.
// Not here: the branches of a `select!`, of which events tell (rows.js).
"use strict";
(function (K) {
  const { BAR } = K;
  /** Of a task with more bars than so many no branches are looked for, nor among more tasks. */
  const MANY = 20_000,
    CROWD = 1000;
  /** Comments, strings and characters (no lifetimes): what is in them is neither a call nor a bracket. */
  const NO_CODE =
    /\/\/[^\n]*|\/\*[^]*?\*\/|\bb?r(#*)"[^]*?"\1|"(?:\\[^]|[^"\\])*"|'(?:\\(?:u\{\w+\}|x\w\w|[^])|[^'\\\ud800-\udfff]|[\ud800-\udbff][\udc00-\udfff])'/g;
  /** The text with as many blanks instead: of all of these, or of comments alone. */
  const blanked = (text, all) =>
    text.replace(NO_CODE, (found) => (all || found[0] === "/" ? found.replace(/[^\n]/g, " ") : found));

  /** The program's functions: `name -> {file, first, last, code, joins}`; null where several have the name. */
  function functions() {
    if (K.trace.functions) return K.trace.functions;
    const all = (K.trace.functions = new Map());
    for (const file of K.trace.files.values()) {
      if (file.whose !== "program") continue;
      const text = file.lines.join("\n"),
        written = blanked(text, false).split("\n"),
        code = blanked(text, true).split("\n");
      code.forEach((line, k) => {
        const name = /\bfn (\w+)/.exec(line)?.[1];
        if (!name) return;
        const [first, last] = K.functionAround(file.lines, k + 1);
        all.set(
          name,
          all.has(name)
            ? null
            : {
                name,
                file: file.name,
                first,
                last,
                code: code.slice(first - 1, last).join("\n"),
                written: written.slice(first - 1, last).join("\n"),
              },
        );
      });
    }
    for (const f of all.values()) if (f) f.joins = joinsIn(f);
    return all;
  }
  /** Each `join!` of a function: from which line to which, and its branches, each with the lines that it is written in. */
  function joinsIn({ first, code: text, written }) {
    const out = [],
      line = (at) => first + text.slice(0, at).split("\n").length - 1;
    for (const m of text.matchAll(/\b(?:try_)?join!\s*[({[]/g)) {
      const branches = [];
      let at = m.index + m[0].length,
        depth = 0,
        begin = at;
      const end = () => {
        const code = text.slice(begin, at),
          shown = written.slice(begin, at),
          from = begin + /^\s*/.exec(shown)[0].length;
        if (shown.trim() && shown.trim() !== "biased;")
          branches.push({
            code,
            shown: shown
              .replace(/^\s*biased;/, "")
              .replace(/\s+/g, " ")
              .trim(),
            first: line(from),
            last: line(at),
          });
      };
      for (; at < text.length && depth >= 0; at++) {
        if ("{([".includes(text[at])) depth++;
        else if ("})]".includes(text[at]) && depth-- === 0) end();
        else if (depth === 0 && text[at] === ",") {
          end();
          begin = at + 1;
        }
      }
      if (depth < 0)
        out.push({
          macro: /^\w+!/.exec(m[0])[0],
          from: m.index,
          to: at,
          first: line(m.index),
          last: line(at - 1),
          branches,
        });
    }
    return out;
  }

  /** The program's functions that a text calls. */
  const called = (text) =>
    [...text.matchAll(/(?<!\bfn\s+)\b(\w+)\s*\(/g)].map(([, name]) => functions().get(name)).filter(Boolean);
  /** Does it lead to this function, by calls, but for those of `but`? */
  function leads(text, to, but = null) {
    const seen = new Set([but]),
      left = called(text);
    for (let f; (f = left.pop());) {
      if (seen.has(f)) continue;
      if (f === to) return true;
      seen.add(f);
      left.push(...called(f.code));
    }
    return false;
  }
  /** A function's text without what is in its macros `join!`. */
  const outside = ({ code, joins }) =>
    joins.reduce((text, { from, to }) => text.slice(0, from) + " ".repeat(to - from) + text.slice(to), code);

  function found(root, at) {
    const all = functions(),
      begin = all.get(root),
      inner = [...all.values()].find((f) => f && f.file === at.file && at.line >= f.first && at.line <= f.last);
    if (!begin || !inner) return null;
    const hits = [];
    let other = false,
      unsure = false;
    for (const f of all.values()) {
      if (!f?.joins.length || (f !== begin && !leads(begin.code, f))) continue;
      // Is the line reached in another way, too?
      if (
        inner !== f &&
        (inner === begin || leads(outside(f), inner, f) || (f !== begin && leads(outside(begin), inner, f)))
      )
        other = true;
      f.joins.forEach(({ macro, first, last, branches }, join) => {
        const own = branches.filter(({ code }) => !called(code).length && !/\basync\b/.test(code)),
          here = at.line >= first && at.line <= last;
        unsure ||= inner === f && at.line <= last; // (a future may be made before the macro, and polled in it)
        branches.forEach((branch, k) => {
          const is =
            inner !== f
              ? leads(branch.code, inner)
              : !here
                ? false
                : at.line === first
                  ? own.length === 1 && own[0] === branch
                  : at.line >= branch.first && at.line <= branch.last;
          if (is)
            hits.push({
              macro,
              number: k + 1,
              of: branches.length,
              code: branch.shown,
              key: `join ${f.name} ${join}.${k}`,
            });
        });
      });
    }
    return hits.length === 1 && !other ? hits[0] : hits.length || unsure ? null : false;
  }

  K.joinBranch = function (name, at) {
    const t = K.trace.state.tasks.get(name),
      root = t?.kind === "main" ? "main" : t?.what,
      memo = (K.trace.joined ??= new Map()),
      key = `${root} ${at?.text}`;
    if (!root || !at) return null;
    if (!memo.has(key)) memo.set(key, found(root, at));
    return memo.get(key);
  };

  /** In a poll a branch is polled from its first event on, until the first of another one; then it waits for what it has told, if it has. */
  function polled(row, k, rows) {
    const all = rows.size ? K.trace.index.byTask.get(row.name) : [],
      until = row.at[k + 1] ?? K.trace.count;
    let now = null,
      waits = [];
    for (let n = K.upTo(all, row.at[k]) + 1; all[n] < until; n++) {
      const e = K.event(all[n]),
        branch = e.run === row.name && e.at ? rows.get(K.joinBranch(row.name, e.at)?.key) : now;
      if (branch !== now) {
        if (waits.length) now.begin(e.i, BAR.WAIT, waits);
        [now, waits] = [branch, []];
        now?.begin(e.i, BAR.POLL);
      }
      if (now && e.ev === "Wait") waits.push(e.on);
    }
  }

  K.joinRows = function (row) {
    const rows = new Map();
    if (
      row.job ||
      row.at.length > MANY ||
      K.trace.names.length > CROWD ||
      ![...functions().values()].some((f) => f?.joins.length)
    )
      return [];
    const to = (i, kind, is) => {
        for (const branch of rows.values()) if (is(branch)) branch.begin(i, kind);
      },
      goesOn = ({ last }) => last === BAR.WAIT || last === BAR.POLL;
    row.kind.forEach((kind, k) => {
      const i = row.at[k],
        waits = kind === BAR.WAIT ? (row.waits[k] ?? []) : [],
        by = new Map();
      let known = kind !== BAR.WAIT || K.event(i).wakers === waits.length;
      if (kind === BAR.POLL) polled(row, k, rows);
      if (kind === BAR.POLL || kind === BAR.READY) return;
      for (const on of waits) {
        const branch = K.joinBranch(row.name, K.waitLine(i, on));
        known &&= branch !== null;
        if (branch) by.set(branch.key, [...(by.get(branch.key) ?? []), on]);
        if (!branch || rows.has(branch.key)) continue;
        rows.set(branch.key, row.below(branch.number, branch)); // (when its first poll began is not told)
      }
      const gone = (branch) => goesOn(branch) && !by.has(branch.key),
        begun = row.at[k - 1];
      if (known && row.kind[k - 1] === BAR.POLL)
        to(begun, BAR.POLL, (branch) => gone(branch) && branch.last === BAR.WAIT && branch.at.at(-1) < begun); // (it told nothing as it ended)
      to(i, kind === BAR.CANCELLED ? kind : known ? BAR.DONE : BAR.NONE, gone);
      for (const [key, all] of by) rows.get(key).begin(i, BAR.WAIT, all);
    });
    return [...rows.values()].sort((a, b) => a.key.localeCompare(b.key, "en", { numeric: true }));
  };

  /** Was this branch done after all others of its `join!`? */
  K.joinLast = function (name, { key, of }) {
    const rows = K.rowsOf(K.trace).rows.get(name)?.branches ?? [],
      ends = rows
        .filter((row) => row.key.replace(/\d+$/, "") === key.replace(/\d+$/, ""))
        .map((row) => ({ key: row.key, at: row.last === BAR.DONE ? row.at.at(-1) : Infinity }))
        .sort((a, b) => b.at - a.at);
    return ends.length > 1 && ends.length === of && ends[0].key === key && ends[0].at > ends[1].at;
  };
})((window.K = window.K || {}));
