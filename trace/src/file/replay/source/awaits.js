// At which await is a task, and which line has it reached since?
//
// An event tells of the line at which its task awaited last. What a poll did after that is told by the events in it; what
// code does that isn't kettle's is not.
//
// Interface: `K.foreignAwait(name)`, `K.isElsewhere(name, i)`, `K.waitsElsewhere(name)`, `K.waitsAfter(task, i)`,
// `K.lastTold(state, event)`, `K.waitLine(i, on)`: where a wait began; for the panes `reachedPlace`, `staysAt`, `beginningOf`, `toldInPoll`, `guessedPlace`.
// Invariant: a line that is guessed is called that.
// Not here: what the text of a line says (code.js), how it is lit (panes.js).
"use strict";
(function (K) {
  const { functionAround, oneLineOf } = K;

  // ----- the program -----

  const ownPlace = (place) => (place && K.trace.files.get(place.file)?.whose !== "kettle" ? place : null);
  /** Of a place at which an event tells that a task is: where it awaits the future that it has made there and keeps in a variable, if one line of the function
   *  does that; or else the place. (A place is one object, so it can keep the answer.) */
  const awaitedPlace = (at) => ownPlace(at) && (at.awaited ??= awaitedAt(at));
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
  const beginningOf = (K.beginning = function (t) {
    const made = ownPlace(t?.made),
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
    const begin = beginningOf(trace.state.tasks.get(name)),
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
  const reachedPlace = (t) =>
    staysAt(t) ||
    (isAway(t) && K.foreignAwait(t.name)) ||
    (ownPlace(t.at) ? awaitedPlace(t.at) : (t.at ?? beginningOf(t)));
  /** The wait that a task is in, or was in and has told of no line since: `{since, waits}`, these null if it is for something that is not kettle's. (A wake
   *  changes no place, nor does a poll before it tells of one.) */
  function waitOf(t) {
    const row = t && K.rowsOf(K.trace).rows.get(t.name),
      k = row && t.since >= 0 ? row.barAt(t.since) - ({ waiting: 0, queued: 1 }[t.where] ?? 2) : -1;
    return k >= 0 && row.kind[k] === K.BAR.WAIT && (t.where === "waiting" || (K.event(row.at[k]).at ?? t.at) === t.at)
      ? { since: row.at[k], waits: row.waits[k] }
      : null;
  }
  const isAway = (t) => {
    const wait = waitOf(t);
    return !!wait && !wait.waits?.length;
  };
  /** Did a task wait for what is not kettle's at event `i`? (The host of a local set has that set's waker.) */
  K.isElsewhere = (name, i) => {
    const row = K.rowsOf(K.trace).rows.get(name);
    return !!row?.isElsewhere(row.barAt(i)) && !K.pollsASet(name, i);
  };
  /** Is it known only after which line a task waits? (The line of what is not kettle's is in no event.) */
  K.waitsAfter = (t, i) => !!t?.at && isAway(t) && !K.pollsASet(t.name, i) && !K.foreignAwait(t.name);
  /** The line of what a task waits for, and not that of its `timeout`; of several in one `select!` that line; or else null, if what it has told of last is one
   *  of them. (That may be a branch of a `join!` that is over.) */
  function staysAt(t) {
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
        .map((on) => [on, awaitedPlace(K.waitLine(since, on))])
        .filter(([on, at]) => at && (!on.timer || K.timerWord(at) !== "timeout"))
        .map(([, at]) => at);
      memo.set(since, all.length ? oneLineOf(all, awaitedPlace(K.event(since).at)) : null);
    }
    return memo.get(since);
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
      const at = awaitedPlace(x.at),
        goesOn = at && (at !== await_ || !K.about(x, "between", s));
      if (goesOn) line = await_ = at;
      if (goesOn || x.made) panic = null; // (it was caught)
      panic = K.panicAt(x) ?? panic;
      if (x.ev !== "Unpolled" || i === e.i) line = ownPlace(x.made ?? K.about(x, "line", s)) ?? line; // (what was made there had not been reached)
    }
    return { told: line, panic };
  }
  K.lastTold = (s, e) => toldInPoll(s, e).told;
  /** A place after which an event was: the one line of its function that can have done it, or two. */
  function guessedPlace(e, last) {
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

  /** So many events before the end of a poll a wait is looked for. */
  const FAR_BACK = 300;
  /** The line of the program at which a wait began. */
  function waitLine(i, on) {
    const job = on?.task && K.rowsOf(K.trace).rows.get(on.task)?.job;
    if (job?.told && !K.jobLine(K.event(K.rowsOf(K.trace).rows.get(on.task).at[0]))) return null;
    const end = K.event(i),
      all = K.trace.index.byTask.get(end?.task) ?? [];
    if (!on && end?.ev === "PollEnd" && K.isElsewhere(end.task, i)) return K.foreignAwait(end.task); // (that it told of last is before it)
    for (
      let k = end?.ev === "PollEnd" && on ? K.upTo(all, i) : -1, least = k - FAR_BACK, begun = false;
      k >= 0 && !(begun && (k < least || !(on.timer || on.ticket)));
      k--
    ) {
      const e = K.event(all[k]);
      if (e.ev === "Wait" && e.run === end.task && K.isSameWait(e.on, on)) return K.lineOf(e);
      begun ||= e.ev === "PollStart" && e.task === end.task; // (a part of a set of futures may not have been asked again: so it waits since an earlier poll)
    }
    return K.lineOf(end);
  }

  Object.assign(K, {
    waitLine,
    ownPlace,
    awaitedPlace,
    beginningOf,
    reachedPlace,
    isAway,
    staysAt,
    toldInPoll,
    guessedPlace,
  });
})((window.K = window.K || {}));
