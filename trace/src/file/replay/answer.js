// Why so long?
//
// The page opens with an answer: how long the run was, how it ended, the doctor's verdict, where the time of `main`
// went by cause, and which chain bounded it. The same is answered for any task and any stretch:
// for one that was dragged over a lane, chosen in the list or in the table of times, or written as "1.0-2.0 s". The
// answer takes the place of the boxes until the next step; each of its parts goes to the moment it speaks of.
//
// Interface: `K.answer.ask(name, begin, end)`, `K.answer.clear()`, `K.answer.stretch` (what was asked: `{name, begin,
// end}`, or null), `K.answer.main()` (the task whose end was the run's), `K.answer.opening(i)` (sentence and aside of
// the first event: HTML, or null), `K.answer.html(name, begin, end)`. Element #answer.
// Invariants: what is shown depends on the trace, the event and what was asked. While the quiz is on nothing is
// answered: it would tell what comes.
// Not here: the sums and the chain (causes.js), the table of all tasks (times.js), dragging (lanes.js).
"use strict";
(function (K) {
  const { BAR, esc, span } = K;
  const CAUSES = 9,
    LINKS = 6,
    LISTED = 300,
    NAMED = 3,
    MANY = 20_000,
    MOST = 90;
  /** These begin at an event whose line tells nothing of them. */
  /** Of these the machine's clock tells, also where the program's own is virtual. */
  const MACHINES = ["recorder", "poll", "drop", "ready", "local"];
  const POINTLESS = ["recorder", "advanced", "poll", "drop", "running", "ready", "local", "pool", "hosted"];
  let stretch = null,
    askedAt = -1;
  const kinds = (ev) => K.trace.index.byEv.get(ev) ?? [];
  const go = (i, html, more = "") => `<a href="#${esc(K.address(i))}" data-go="${i}"${more}>${html}</a>`;

  /** `main`, the last that ended if there are several, and not a keeper's; else the task that ended last. */
  function main() {
    const { rows } = K.rowsOf(K.trace),
      ends = [...rows.values()].filter((row) => !row.job);
    const mains = ends.filter((row) => row.name.startsWith("main") && !/runtime\/keeper\.rs/.test(row.made));
    return (
      (mains.length ? mains : ends).reduce((last, row) => (!last || row.at.at(-1) >= last.at.at(-1) ? row : last), null)
        ?.name ?? null
    );
  }

  /** Of a run that hung (tasks that its end cut short are no hang): the task that the doctor's last verdict is about, `main` if it is one of them, and the event at which that was said. What
   *  comes then is the end, which cancels what waits. */
  function hung() {
    const { rows } = K.rowsOf(K.trace),
      lint = K.trace.lints.findLast(({ lint }) => lint !== "decision"),
      about = ["deadlock", "lost_wakeup"].includes(lint?.lint) && [
        lint.task,
        ...lint.spots.map(({ say }) => /^(?:main|task \d+)/.exec(say)?.[0]),
      ];
    const name =
      about &&
      [...(about[1] ? [main()] : []), ...about].find((name) => {
        const row = rows.get(name),
          k = row?.barAt(lint.i);
        return row?.kind[k] === BAR.WAIT && (k === row.kind.length - 1 || K.cancelledAfter(row, k));
      });
    if (!name) return null;
    // (It goes on waiting until the record's end, or that of the run.)
    const row = rows.get(name),
      over = kinds("RunEnd").at(-1),
      still = row.barAt(lint.i) === row.kind.length - 1 && !(over > lint.i);
    return { name, seen: still ? K.trace.last : lint.i };
  }

  // ----- the first event -----

  const HOW = { ready: "returned", panicked: "panicked", cancelled: "was cancelled" };
  /** When that was; "" if it is not in the record. */
  const atTime = (i) => (i >= 0 ? ` at ${K.when(i)}` : "");
  /** How the run ended. */
  function ending() {
    const { state, cut } = K.trace,
      name = main(),
      task = state.tasks.get(name),
      end = K.event(kinds("RunEnd").at(-1) ?? -1),
      tasks = [...state.tasks.values()];
    const others = tasks.filter((t) => t.name !== name),
      over = (t) => t.how && !(t.ended > end?.i),
      count = (how) => others.filter((t) => t.how === how && over(t)).length,
      panics = count("panicked"),
      jobs = [...K.trace.panicked],
      namesOf = (all, say = (t) => `${K.nameHTML(t.name)}${atTime(t.ended)}`) =>
        all.length && all.length <= NAMED
          ? ` ${all
              .map(say)
              .join("; ")
              .replace(/^(?:<span class="who"[^>]*>)?/, "$&(")})`
          : "",
      ended = (how) => others.filter((t) => t.how === how && over(t)),
      panicked = [
        panics &&
          `${K.plural(panics, "task")} panicked${namesOf(ended("panicked"), (t) => `${K.nameHTML(t.name)}${atTime(K.panicOf(t.name)?.i ?? t.ended)}${K.panicWords(t.name)}`)}`,
        jobs.length &&
          `${K.plural(jobs.length, "blocking job")} panicked (${new Set(jobs.map(K.panicWords)).size === 1 ? K.several(jobs, K.nameHTML, "job") + K.panicWords(jobs[0]) : K.several(jobs, (job) => K.nameHTML(job) + K.panicWords(job), "job", "; ")})`,
      ]
        .filter(Boolean)
        .join("; ");
    if (cut && !(K.trace.end && end && !(kinds("RunStart").at(-1) > end.i)))
      return `${K.trace.end ? "It was written before the run ended." : "What came after that is not in it."}${panicked ? ` ${panicked}.` : ""}`; // (first, so that "that" is no panic)
    // (A task that was aborted just before the end is dropped with the runtime; it is cancelled all the same.)
    const asked = new Map(
        kinds("Cancel")
          .filter((i) => i < end?.i)
          .map((i) => [K.event(i).task, i]),
      ),
      late = others.filter((t) => asked.has(t.name) && !over(t)).length,
      cancelled = count("cancelled") + late,
      left = Math.max(0, (end?.tasks ?? 0) - late);
    const how =
      task?.where === "done"
        ? `${K.nameHTML(name)} ${HOW[task.how] ?? (K.trace.lost.length ? "ended, how is not in the record" : "ended")}${task.how === "panicked" ? K.panicWords(name) : ""}`
        : name
          ? `${K.nameHTML(name)} never ended`
          : "";
    const { t, last } = K.trace,
      jobEnds = kinds("BlockingEnd").filter((i) => i > end?.i),
      waited =
        end && jobEnds.length && t[last] - t[end.i] > 5e6
          ? `then the runtime’s end waited ${span(t[last] - t[end.i])} for ${K.nameHTML(K.event(jobEnds.at(-1)).task)}${jobEnds.length > 1 ? " and others" : ""}`
          : "";
    const asks = others
        .filter((t) => (over(t) ? t.how === "cancelled" : asked.has(t.name)))
        .map((t) => ({
          t,
          ask: K.event(K.askedAt(K.rowsOf(K.trace).rows.get(t.name) ?? {}) ?? asked.get(t.name) ?? -1),
        })),
      [{ ask: first } = {}] = asks,
      once =
        asks.length > 1 &&
        first?.run &&
        asks.every(({ ask }) => ask?.run === first.run && Math.abs(ask.t - first.t) < 1e6),
      all = asks.map(({ t }) => t);
    const byWhom = (t) => {
        const { ask } = asks.find((one) => one.t === t);
        return `${K.nameHTML(t.name)}${ask?.run ? `, by ${K.nameHTML(ask.run)}` : ""}${atTime(ask?.i ?? t.ended)}`;
      },
      who = once
        ? ` by ${K.nameHTML(first.run)} at ${K.when(first.i)}${namesOf(all, (t) => K.nameHTML(t.name))}`
        : namesOf(all, byWhom);
    const failed = kinds("ChildEnd")
        .map(K.event)
        .filter((e) => e.code !== 0)
        .slice(0, NAMED)
        .map((e) => endOfChild(e).replace(/^C/, "c"))
        .join("; "),
      cutOff = others.filter((t) => !over(t) && !asked.has(t.name));
    return (
      [
        how,
        waited,
        panicked,
        failed,
        cancelled &&
          `${K.plural(cancelled, "task")} ${cancelled === 1 ? "was" : "were"} cancelled${K.trace.lost.length && !asked.size ? " or cut off" : ""}${who}`,
        left &&
          `${K.plural(left, "task")} ${left === 1 ? "was" : "were"} cut off${cutOff.length === left ? namesOf(cutOff, (t) => K.nameHTML(t.name)) : ""}`,
        state.jobs.size &&
          `${K.several(
            [...state.jobs.values()].map(({ name }) => name),
            K.nameHTML,
            "job",
          )} ${state.jobs.size === 1 ? "was" : "were"} not over yet`,
      ]
        .filter(Boolean)
        .join("; ") + "."
    );
  }
  /** When the page's clock began, in microseconds. */
  const zero = () => K.trace.header.began ?? 1e3 * K.trace.header.started;
  /** The pages of the program's other runtimes, and by how much later than this one's their clocks began. */
  function pagesWords(before, after, later = false) {
    const { pages } = K.trace,
      when = ({ began }) => {
        const ns = (began - zero()) * 1e3;
        return ns ? ` (its clock began ${span(Math.abs(ns))} ${ns > 0 ? "later" : "earlier"})` : "";
      };
    return pages.length
      ? before +
          pages
            .slice(0, NAMED)
            .map((page) => `<a href="${encodeURIComponent(page.page)}">${esc(page.page)}</a>${later ? when(page) : ""}`)
            .join(", ") +
          (pages.length > NAMED ? ` and ${K.number(pages.length - NAMED)} more` : "") +
          after
      : "";
  }
  /** Which page may tell of the wake by another thread, and at which moment of its clock: "; perhaps by a task of tea.2.html, at 0.12 s there". The record of one runtime knows neither. */
  function elsewhereWords(i, on) {
    const { pages, header, t, state } = K.trace,
      kindOf = (on) => state.primitives.get(on?.sync ?? on?.value ?? on?.closed)?.kind,
      kind = kindOf(on),
      exact = header.clock !== "paused" && zero() > 0;
    // (Messages are received in the order in which they were sent: so many for the like came after this one in its turn.)
    const { rows } = K.rowsOf(K.trace),
      like = (e) =>
        e.ev === "Wake" &&
        e.by === "message" &&
        ((row) => row?.waits[row.barAt(e.i - 1)]?.some((on) => kindOf(on) === kind))(rows.get(e.task));
    let later = 0;
    for (let j = i + 1, e = K.event(j); kind && e && !["Turn", "Park", "PollStart"].includes(e.ev); e = K.event(++j))
      later += like(e);
    const link = ({ page, began }) => {
      const at = exact && began > 0 ? t[i] - (began - zero()) * 1e3 : -1;
      return at < 0
        ? `<a href="${encodeURIComponent(page)}">${esc(page)}</a>`
        : `<a href="${encodeURIComponent(page)}#t=${Math.round(at)}${kind ? `&amp;of=${esc(encodeURIComponent(kind))}&amp;later=${later}` : ""}">${esc(page)}</a>, at ${K.clock(at)} there`;
    };
    return pages.length
      ? `; perhaps by a task of another runtime, which is on its page: ${pages.slice(0, NAMED).map(link).join(" or ")}${pages.length > NAMED ? ` or ${K.plural(pages.length - NAMED, "other page")}` : ""}`
      : "";
  }
  /** Of a value that was lost, which is told once for each place: which it was, and which others were lost so. */
  function againWords({ lint, task, say }) {
    const from = lint === "lost_value" && /from (\S+ \d+)$/.exec(say)?.[1],
      all = from
        ? K.trace.droppedWith.filter((one) => one.task === task && one.took.some((took) => took.from === from))
        : [];
    const nths = all
      .slice(0, 5)
      .map(({ took, i }) => nthOf(task, took, i))
      .filter(Boolean)
      .map(K.nth);
    if (!nths.length)
      return all.length > 1 ? ` It went so ${K.often(all.length)}, the last time at ${K.when(all.at(-1).i)}.` : "";
    return all.length === 1
      ? ` It was the ${nths[0]} value that ${K.nameHTML(task)} received from there.`
      : ` ${K.up(K.number(all.length))} went so: the ${nths.slice(0, -1).join(", ")}${all.length > nths.length ? ", " : " and "}the ${nths.at(-1)}${all.length > nths.length ? ", …" : ""} that ${K.nameHTML(task)} received from there, the last at ${K.when(all.at(-1).i)}.`;
  }
  /** What the program lost, at which few look for it: in dropped branches of `select!`, and of channels whose receivers were too slow. */
  function lostWords() {
    const names = [
      ...new Set([
        ...K.trace.droppedWith.map(({ task }) => task),
        ...K.trace.missed
          .map(K.event)
          .filter((e) => /^(missed|gone)/.test(missedOf(e) ?? ""))
          .map((e) => e.run),
      ]),
    ].filter((name) => name && !K.trace.lints.some(({ lint, task }) => lint === "lost_value" && task === name));
    return (
      names
        .slice(0, 2)
        .map(
          (name) =>
            droppedHTML(name, -Infinity, Infinity) +
            missedHTML(name, -Infinity, Infinity, /^(missed|gone)/).replaceAll(
              "It missed",
              `${K.nameHTML(name)} missed`,
            ),
        )
        .join(" ")
        .replace(/<\/?p>/g, " ") +
      (names.length > 2 ? ` ${K.up(K.plural(names.length - 2, "other task"))} lost or missed some, too.` : "")
    );
  }
  /** Values and bytes that branches of `select!` had taken in when they were dropped. */
  function droppedHTML(name, from, to) {
    const all = K.trace.droppedWith.filter(
        ({ task, i }) => task === name && K.trace.t[i] >= from && K.trace.t[i] <= to,
      ),
      [one] = all,
      nth = one && nthOf(name, one.took, one.i);
    return one
      ? `<p>When branch ${one.branch} of a <code>select!</code> of ${K.nameHTML(name)} was dropped at ${K.when(one.i)}, it ${esc(K.tookWords(one.took))}${nth ? `, the ${K.nth(nth)} that it received from there` : ""}: if it had not handed that on, it is lost${all.length > 1 ? `. So it was ${K.often(all.length)}, the last time at ${K.link(all.at(-1).i)}` : ""}.</p>`
      : "";
  }
  /** The value that a branch had taken in is the so-many-th that the task received from a channel; 0 of bytes. */
  function nthOf(name, took, i) {
    const [{ from }] = took,
      all = K.trace.index.byTask.get(name) ?? [];
    return took.length > 1 || took[0].units > 1 || /^(pipe|source)/.test(from) || all.length > MANY
      ? 0
      : all.slice(0, K.upTo(all, i) + 1).filter((i) => {
          const e = K.event(i);
          return e.act === "get" && e.sync === from && e.run === name;
        }).length;
  }
  /** What was going on where the record ends and the run did not, perhaps; "" if that is the run's end. */
  function atTheCut() {
    const { state, cut, end } = K.trace;
    if (!cut || end) return "";
    if (state.running) return `It ends in a poll of ${K.nameHTML(state.running)}. `;
    return state.parked ? "It ends with the thread asleep: how long it slept on is not known. " : "";
  }
  function opening(i) {
    if (K.quiz?.on || i !== K.visible[0]) return null;
    const { trace } = K,
      { t, last, lints, lost } = trace,
      spawned = [...trace.state.tasks.values()].filter((task) => task.kind !== "main").length,
      jobs = trace.books.jobs.size;
    const real = K.event(last).real,
      virtual = trace.header.clock === "paused" || Math.abs(real - t[last]) > 1e6;
    const long = `${span(t[last] - (trace.t[0] ?? 0))}${virtual ? ` of its virtual clock, ${span(real - K.event(0).real)} of the machine’s` : ""}`;
    const what = [
      spawned ? `${lost.length ? "at least " : ""}${K.plural(spawned, "task")}` : !jobs && "no task but main",
      jobs && K.plural(jobs, "blocking job"),
      K.plural(trace.n[0] > 1 ? trace.count : trace.n[last], "event"),
    ]
      .filter(Boolean)
      .join(", ");
    const verdicts = lints
      .toSorted((a, b) => (a.lint === "decision") - (b.lint === "decision"))
      .slice(0, 2)
      .map(
        (lint) =>
          `<b class="bad">⚠ ${go(lint.begin, esc(String(lint.lint ?? "verdict").replace(/_/g, " ")))}</b> ${K.prose(String(lint.say ?? "").replace(/\.$/, ""))}.${againWords(lint)}`,
      )
      .join(" ");
    const circle = K.circleHTML(),
      circles = circle && `<b class="bad">↻ circle</b> ${circle}`;
    const missing = lost.reduce((n, gap) => n + gap.lost, 0),
      gap = missing ? ` ${K.plural(missing, "event")} ${missing === 1 ? "is" : "are"} missing.` : "";
    return {
      sentence: `${trace.n[0] > 1 ? "The record has the last" : trace.cut ? "The record ends after" : "The run took"} ${long}: ${what}. ${ending()}`,
      aside: [
        K.beginWords(),
        verdicts,
        circles,
        lostWords(),
        atTheCut(),
        gap,
        pagesWords("The program’s other runtimes have pages of their own: ", ".", true),
        `<span class="wide">Press <kbd>→</kbd> to step through it; <kbd>h</kbd> lists all keys.</span><span class="narrow">Press Forward to step through it; ? says how to read it.</span>`,
      ]
        .filter(Boolean)
        .join(" "),
    };
  }

  // ----- one task, one stretch -----

  /** The line of the program at which a wait began. */
  const waitLine = (K.waitLine = function (i, on) {
    const job = on?.task && K.rowsOf(K.trace).rows.get(on.task)?.job;
    if (job?.told && !K.jobLine(K.event(K.rowsOf(K.trace).rows.get(on.task).at[0]))) return null;
    const end = K.event(i),
      all = K.trace.index.byTask.get(end?.task) ?? [];
    if (!on && end?.ev === "PollEnd" && K.isElsewhere(end.task, i)) return K.foreignAwait(end.task); // (that it told of last is before it)
    for (
      let k = end?.ev === "PollEnd" && on ? K.upTo(all, i) : -1, least = k - LISTED, begun = false;
      k >= 0 && !(begun && (k < least || !(on.timer || on.ticket)));
      k--
    ) {
      const e = K.event(all[k]);
      if (e.ev === "Wait" && e.run === end.task && K.isSameWait(e.on, on)) return K.lineOf(e);
      begun ||= e.ev === "PollStart" && e.task === end.task; // (a part of a set of futures may not have been asked again: so it waits since an earlier poll)
    }
    return K.lineOf(end);
  });
  /** "`sleep` in main.rs:6". */
  const site = (at) =>
    `${K.timerWord(at) ? `<code>${K.timerWord(at)}</code> in ` : ""}<code>${esc(K.site(at.text))}</code>`;
  /** What else was waited for: of a timer its line. */
  const otherWords = (from, on) => {
    const at = on.timer && waitLine(from, on);
    return at ? `a timer, ${site(at)},` : K.tokens(K.onWhat(on));
  };
  /** What a wait that began at an event was for, all of it. */
  const waitedFor = (i, waits) => {
    const at = waits.length === 1 && waits[0].timer && waitLine(i, waits[0]);
    return at ? `a timer, ${site(at)}` : K.tokens(waits.length > 1 ? K.anyOf(waits) : K.onWhat(waits[0]));
  };
  /** The same in words; of a wait that a timer ended both lines. */
  function placeWords({ at: i, from = i, key, on, beside, lines, who, times, waits, parts }, ofOne = false) {
    const e = K.event(i),
      { place, after } = !on && e?.ev === "Cancel" ? K.lineKnown(e, K.stateAt(i)) : {};
    if (place) return `${after ? "after " : ""}<code>${esc(K.site(place.text))}</code>`;
    const lasting =
      key === "open" && waits
        ? [
            ...new Set(
              waits
                .map((on) => waitLine(from, on))
                .filter(Boolean)
                .map(({ text }) => K.site(text)),
            ),
          ]
        : [];
    if (lasting.length > 1) return K.several(lasting, (line) => `<code>${esc(line)}</code>`, "line", ", ", " and ");
    const at = POINTLESS.includes(key) ? null : waitLine(from, on),
      timer = key === "before" && (K.endedBy(who, from)?.timer ?? beside?.find((on) => on.timer)),
      limit = timer && waitLine(from, timer),
      others = beside?.filter((beside) => !on?.timer || !beside.timer) ?? [],
      branch = who && !(lines?.size > 1) && K.joinBranch(who, at);
    const isOwn = (limit, at) => limit && limit.file === at?.file && limit.line === at.line,
      by = (part) => K.endedBy(who, part.from)?.timer;
    const each =
      parts &&
      parts.length === times &&
      parts.every((part) => by(part) && isOwn(waitLine(part.from, by(part)), waitLine(part.from, part.on)));
    const longest = times > 1 && !ofOne && !each ? "the longest " : "";
    const more = isOwn(limit, at)
      ? /\btimeout/.test(K.callAt(at))
        ? `, ${longest}ended by its <code>timeout</code>`
        : ""
      : limit
        ? `, ${longest}ended by ${site(limit)}`
        : others.length && !branch
          ? `, and${times > 1 && !ofOne ? " in the longest" : ""} for ${K.several([...new Set(others.map((other) => otherWords(from, other)))], (words) => words, "thing", " and for ")} as well`
          : "";
    const inJoin = branch
      ? `, in branch ${branch.number}${K.joinLast(who, branch) ? " (the last)" : ""} of its <code>join!</code>, <code>${esc(branch.code)}</code>`
      : "";
    return !at
      ? ""
      : (K.noAwait(at) && !K.event(from).made ? "after " : "") +
          (["timer", "late", "idle"].includes(key) ? site(at) : `<code>${esc(K.site(at.text))}</code>`) +
          alsoIn(lines, at) +
          inJoin +
          more;
  }
  /** " and 48": the other lines of waits that are one sum; of many, how many. */
  function alsoIn(lines, at) {
    const here = K.site(at.text),
      others = new Set([...(lines ?? [])].map((line) => K.site(line.text)).filter((line) => line !== here)),
      file = here.replace(/\d+$/, "");
    return others.size > NAMED
      ? ` and ${K.number(others.size)} other lines`
      : [...others].map((line) => ` and <code>${esc(line.replace(file, ""))}</code>`).join("");
  }
  /** What held up a cause, in words: of `all` of its waits, if that is known of each, and of its `longest`. "while task 2 held the thread (50 ms)". */
  function heldIn(
    name,
    { key, wider, at, from, longest, on, open, several, begins, ends, times, spans, stretch: [since, until] },
  ) {
    const { rows } = K.rowsOf(K.trace),
      row = rows.get(name),
      { t, last } = K.trace,
      end = row.endAt(from),
      later = t[end] > until,
      to = Math.min(end ?? last, last, K.upTo(t, until)),
      each = times > 1 && spans?.length === times && times <= MANY ? spans : null,
      alone = (longest) => ({ all: "", longest });
    // (Of a stretch: what came after it has ended nothing in it.)
    const cut = times === 1 && ends < t[end] - 1e6; // (a chain may have the first part of a wait alone)
    const ending = () => (!later ? (cut ? "" : endedBy(row, from, on)) : open ? "" : `not over by ${K.clock(until)}`);
    if (key === "poll") return alone(later || t[from] < since ? "" : innerWords(row, t[from], to, longest));
    if (key === "local" || key === "pool")
      return alone(
        later
          ? ""
          : key === "local"
            ? hostWords(rows, row, from)
            : ((words) => words && `${several ? `for ${K.nameHTML(on.task)}, ` : ""}${words}`)(
                poolWords(rows, row.job ? name : on.task, ...(K.trace.header.clock === "paused" ? [] : [begins, ends])),
              ),
      );
    const it = on?.sync && wider ? K.tokens(on.sync) : "it"; // (over several waits it is not named)
    if (key === "before")
      return alone(
        later
          ? ending()
          : (on?.sync &&
              inTurnWords(
                on,
                [
                  {
                    from,
                    to: Math.min(end ?? last, last),
                    begin: since,
                    stop: Math.min(until, Math.max(since, t[from]) + longest),
                    open: end === undefined,
                  },
                ],
                until,
                it,
              )) ||
              holderWords(end ?? last, on, it),
      );
    if (K.isChannel(on?.sync ?? "")) return alone(reservedWords(row, from, on) + ending());
    if (!K.BUSY.includes(key)) {
      const all = on?.sync && each ? inTurnWords(on, each, until) : "",
        whole = { from, to: Math.min(end ?? last, last), begin: since, stop: until, open: end === undefined };
      return all
        ? { all, longest: ending() }
        : alone(
            [
              on?.sync &&
                inTurnWords(on, [cut ? { ...whole, begin: Math.max(since, begins), stop: ends } : whole], until),
              ending(),
            ]
              .filter(Boolean)
              .join(" "),
          );
    }
    const stop = Math.min(t[end ?? last] ?? until, until),
      those = each ?? [
        {
          from: at,
          begin: ["late", "heard", "deaf"].includes(key) ? stop - longest : Math.max(t[at], since),
          to: end ?? last,
          stop,
        },
      ];
    const during = K.heldDuring(those, row),
      apart = key === "ready" ? during.recorder : 0,
      held = { ...during, recorder: during.recorder - apart }; // (that is no part of what a task is ready)
    const ns = those.reduce((ns, { begin, stop }) => ns + stop - begin, -apart),
      words = K.heldWords(held, ns, longest > 5e6),
      isKnown = () => those.length === 1 && !!K.threadAct(row, row.barAt(from), K.wakeAt(row, end), on);
    const said = words
      ? `${key === "deaf" && !isKnown() ? "at most (when it came is not known), " : ""}while ${words}`
      : held.recorder > ns / 2
        ? `while the recorder wrote this (${span(Math.min(held.recorder, ns))})`
        : longest < 5e6
          ? ""
          : `while no task held the thread for long: ${held.recorder > ns / 10 ? `the recorder wrote this (${span(held.recorder)}), and for the rest ` : ""}${K.awayWords(Math.max(0, K.upTo(t, stop - longest)), end ?? last, () => "") || "the machine was busy elsewhere"}`;
    return each ? { all: said, longest: "" } : alone(said);
  }
  /** A permit may be moved before any is given back: who took it is known, and not who has it. */
  const isSemaphore = (on) => /^semaphore /.test(on?.sync ?? "");
  /** The tasks that have some of a primitive, and those that it was given to, which have not been polled since. */
  const KEPT = "kept ",
    BEFORE = "before ",
    havers = (p) =>
      new Set([...K.knownHolders(p).filter((who) => !K.isNoTask(who)), ...(p?.handed ?? []).map((who) => KEPT + who)]);
  /** Of waits for a lock, a permit or a cell: which tasks had it meanwhile, and how long each, the longest first; "" also if too much came meanwhile. */
  function inTurnWords(on, spans, until, it = "it") {
    const { t, last } = K.trace,
      by = new Map();
    // (What others have to read keeps no reader out: the task that is to write before it does.)
    const keeping = (s) => {
      const p = s.primitives.get(on.sync);
      return p?.kind === "rw_lock" &&
        on.units !== "all" &&
        p.holders.length &&
        !p.whole &&
        K.wantsInLine(s, p, 0) === "all"
        ? [BEFORE + p.line[0]]
        : havers(p);
    };
    let left = MOST,
      all = 0;
    for (const { from, to, begin, stop } of spans) {
      const within = (i) => Math.max(begin, Math.min(t[i], stop)),
        points = [from];
      for (const acts of [kinds("SyncAct"), kinds("Served")])
        for (let k = K.upTo(acts, from) + 1, n = 0; acts[k] < to && points.length < left && n < MANY; k++, n++) {
          const e = K.event(acts[k]);
          if ((e.sync ?? e.on.sync) === on.sync) points.push(acts[k]);
        }
      points.sort((a, b) => a - b);
      if ((left -= points.length) <= 0) return "";
      points.forEach((i, k) => {
        for (const who of keeping(K.stateAt(i)))
          by.set(who, (by.get(who) ?? 0) + within(points[k + 1] ?? to) - within(i));
      });
      all += within(to) - within(from);
    }
    const long = [...by].filter(([, ns]) => ns > all / 20).sort((a, b) => b[1] - a[1]);
    const still =
      K.trace.cut && until >= t[last] && spans.some(({ open }) => open)
        ? K.knownHolders(K.trace.state.primitives.get(on.sync))
        : [];
    const hasHad = (who) => {
      const hold = K.trace.holds.findLast((hold) => hold.who === who && hold.sync === on.sync && hold.to === null);
      return hold && t[last] - t[hold.from];
    }; // (also before it was waited for)
    const had = (who) =>
      who.startsWith(BEFORE)
        ? `${K.nameHTML(who.slice(BEFORE.length))} was before it, to write`
        : who.startsWith(KEPT)
          ? `${isSemaphore(on) ? "what had come back" : "it"} was kept for ${K.nameHTML(who.slice(KEPT.length))}`
          : isSemaphore(on)
            ? `what ${K.nameHTML(who)} had taken was out`
            : `${K.nameHTML(who)} had ${it}`;
    return long.length
      ? `while ${K.several(long, ([who, ns]) => `${had(who)} (${still.includes(who) ? K.least(hasHad(who) ?? ns) : span(ns)})`)}`
      : "";
  }
  /** Most of a poll was that of another task, of a local set say. */
  function innerWords(row, begin, to, longest) {
    const { total, groups } = K.heldBy(begin, to, row);
    if (!(total > longest / 2)) return "";
    const inner = groups.flatMap((group) => [...group.tasks]).sort((a, b) => b[1] - a[1]),
      [[name, ns]] = inner;
    return ns > longest / 2
      ? `most of the longest in ${K.nameHTML(name)}, which it polls (${span(ns)})`
      : `${span(total)} of the longest in tasks that it polls: ${K.several(inner, ([who, ns]) => `${K.nameHTML(who)} (${span(ns)})`)}`;
  }
  /** What ended a wait: a task that cancelled this one, or that gave what this one waited for; another thread. */
  function endedBy(row, from, on) {
    const k = row.barAt(from),
      wake = row.kind[k] === BAR.WAIT ? K.wakeAt(row, row.at[k + 1]) : null;
    if (!wake) return "";
    if (wake.from && K.cancelledAfter(row, k)) return `until ${K.nameHTML(wake.from)} cancelled it (${K.link(wake.i)})`;
    if (on && K.setWakes(K.event(wake.i)))
      return `until its local set woke it, for ${K.nameHTML(K.event(wake.i - 1).task)} (${K.link(wake.i)})`;
    const left = on && K.wokenFor(row, k, wake);
    if (on && !left && (on.timer || on.source || on.task)) return "";
    const by = wake.from ?? K.threadAct(row, k, wake, on)?.task;
    const later = on && wake.from ? K.cameLater(row, k, wake) : null;
    if (later)
      return `until ${K.nameHTML(wake.from)} woke it for something else (${K.link(wake.i)}), and ${K.nameHTML(later.run)} after that for this`;
    const shut = by && on && !left ? K.shutBy(on, row.at[k], wake.i) : null;
    if (shut && K.lostSenders(shut))
      return `until ${K.nameHTML(by)} dropped its last sender (${K.link(shut.i)}): no value came`;
    if (shut)
      return `until ${K.nameHTML(by)} closed it${shut.kind === "mpsc" ? ", or dropped its receiver" : ""} (${K.link(shut.i)}): ${on.value ? "no value came" : "it got none"}`;
    const job = wake.by === "message" && on?.value ? K.jobOfSet(row, wake.i) : null;
    if (job) return `until ${K.nameHTML(job)} ended (${K.link(wake.i)})`;
    if (left && wake.by === "io")
      return `until the system reported ${left}, which it had asked before (${K.link(wake.i)})`;
    return by
      ? `until ${K.nameHTML(by)} woke it (${left ? `for ${left}, which it had asked before, ` : ""}${K.link(wake.i)})`
      : wake.by === "message"
        ? `until ${K.outsider(wake.i)} woke it (${K.link(wake.i)}${elsewhereWords(wake.i, on)})`
        : "";
  }
  /** Where a task is at a moment of which the answer tells: all but the end of the record are past. */
  const thenIs = (s, who) => K.whereIs(s, who, s.i < K.trace.last);
  /** Which tasks had reserved places of the channel in which there was no room? */
  function reservedWords(row, from, on) {
    const who =
      K.reservers(K.stateAt(from), on.sync) ||
      K.reservers(K.stateAt(Math.min(row.endAt(from) ?? Infinity, K.trace.count) - 1), on.sync);
    return who && `while places were reserved by ${who} `;
  }
  /** The task of a local set was ready, and not polled: what did the task do that had polled the set before? */
  function hostWords(rows, row, from) {
    const host = rows.get(row.hostAt(from)),
      { t, last } = K.trace,
      to = Math.min(row.endAt(from) ?? last, last),
      within = (b) =>
        host.kind[b] === BAR.WAIT ? t[Math.min(host.at[b + 1] ?? last, to)] - t[Math.max(host.at[b], from)] : -1;
    let k = host?.barAt(from) ?? -1;
    for (let b = k; b >= 0 && b < host.at.length && host.at[b] < to; b++) if (within(b) > within(k)) k = b; // (the longest: it may have been in the set still when the task was woken)
    const waits = host?.kind[k] === BAR.WAIT ? host.waits[k] : null;
    if (!waits?.length) return "";
    const at = waitLine(host.at[k], waits[0]);
    return `while ${K.nameHTML(host.name)}, which had polled the set, waited for ${waits
      .slice(0, 2)
      .map((on) => K.tokens(K.onWhat(on)))
      .join(" or ")}${at ? ` in <code>${esc(K.site(at.text))}</code>` : ""}`;
  }
  /** What a task had waited for until a timer came: which tasks had that? */
  function holderWords(to, on, it) {
    const who = K.knownHolders(K.stateAt(to - 1).primitives.get(on.sync)).filter((name) =>
      K.rowsOf(K.trace).rows.has(name),
    );
    return !who.length
      ? ""
      : isSemaphore(on)
        ? `while what ${K.several(who)} had taken was out`
        : `while ${K.several(who)} had ${it}`;
  }
  /** The job that a task waits for at the end of the record, or that has run till then; null if that isn't the cause. */
  const jobAt = ({ key, open, who, on }) =>
    !open || !["running", "job", "unheard"].includes(key) ? null : (on?.task ?? who);
  /** Of a job on its thread: that it is not known what it waits for; and which jobs wait for a thread. */
  function jobWords(last) {
    const job = jobAt(last);
    return !job
      ? ""
      : `<p>${K.jobWaits(K.trace.state, job) ? "" : "What a job does on its thread, but for channels, locks and permits, is not in the record."}${queuedWords()}</p>`;
  }
  function queuedWords() {
    const { rows } = K.rowsOf(K.trace),
      queued = [...rows.values()].filter((row) => row.last === BAR.QUEUED && !K.unheard(row)).map((row) => row.name);
    return queued.length
      ? ` ${K.several(queued, K.nameHTML, "job")} ${queued.length === 1 ? "waits" : "wait"} for a thread.`
      : "";
  }
  /** Which other jobs had threads of the pool for most of the time for which this one waited for one, or of a part of it? */
  function poolWords(rows, name, begins = -Infinity, ends = Infinity) {
    const row = rows.get(name),
      { job } = row,
      taken = (other) => other.since + other.waited,
      until = job.waited !== null ? taken(job) : row.last === BAR.CANCELLED ? K.event(row.at.at(-1)).real : Infinity; // (it may have been dropped from the queue)
    const has = ({ name: other, job: it }) =>
      it &&
      other !== name &&
      it.waited !== null &&
      taken(it) < until &&
      (it.ran === null || taken(it) + it.ran > job.since);
    const busy = [...rows.values()].filter(has).sort((a, b) => taken(a.job) - taken(b.job)),
      ran = ({ job }) => job.ran ?? Infinity;
    // (A job that a thread took while others ran on has not waited for them: the system starts a thread.)
    if (
      job.waited !== null &&
      !busy.some((row) => Math.abs(taken(row.job) + ran(row) - until) < Math.max(1e6, job.waited / 10))
    )
      return "";
    // (The clocks of two threads are read at slightly different times.)
    const inTurn =
        busy.length > 1 &&
        busy
          .slice(1)
          .every(
            (row, k) => taken(busy[k].job) + ran(busy[k]) - taken(row.job) <= Math.min(ran(busy[k]), ran(row)) / 10,
          ),
      [from, to] = [Math.max(job.since, begins), Math.min(until, ends, K.event(K.trace.last).real)];
    const had = (row) => Math.min(to, taken(row.job) + ran(row)) - Math.max(from, taken(row.job)),
      long = inTurn ? busy : busy.filter((row) => had(row) > (to - from) / 2),
      rest = busy.filter((row) => had(row) > 0).length - long.length;
    const names = long.slice(0, NAMED).map((row) => K.nameHTML(row.name)),
      more = long.length > NAMED && K.plural(long.length - NAMED, "other job"),
      others = !inTurn && rest > 0 ? (rest + long.length - names.length > 1 ? "others" : "another") : more;
    if (inTurn) return `while ${names.join(", then ")}${more ? `, then ${more}` : ""}, had its one thread`;
    return long.length
      ? `while ${names.join(", ")}${others ? ` and ${others}` : ""} had ${long.length === 1 && !others ? "a thread" : "its threads"}`
      : "";
  }
  /** Of several waits the longest: that is the one that goes on as the record ends, if any does. */
  const longestOf = ({ longest, open }) => (open ? `the longest ${K.least(longest)}` : `${span(longest)} at most`);
  /** A length of time; of what goes on where the record ends, that it was longer. */
  const atLeast = ({ ns, open, stretch }) =>
    open
      ? `<span title="at least: ${stretch?.[1] < K.trace.t[K.trace.last] ? "it went on after that" : "the record ends before it does"}">${K.least(ns)}</span>`
      : span(ns);
  /** Where it was, and what held it up. */
  const withHeld = (where, held) =>
    where +
    (where && held ? (held.startsWith("the longest") ? "; " : where.endsWith("as well") ? ", " : " ") : "") +
    held;
  /** What held up a cause of several waits is told of all, or of the longest. */
  const heldWords = ({ times, key }, { all, longest }) =>
    [all, times > 1 && key !== "poll" && longest ? `the longest ${longest}` : longest].filter(Boolean).join("; ");
  function causesHTML(name, causes, all) {
    const isMachines = ({ key }) => K.trace.header.clock === "paused" && MACHINES.includes(key);
    const scale = causes.reduce((ns, c) => ns - (isMachines(c) ? c.ns : 0), all),
      bar = (ns) => `<i style="width:${Math.max(0.5, (100 * ns) / Math.max(1, scale)).toFixed(1)}%"></i>`;
    const line = (c) =>
      `<li${c.key === "poll" ? ` class="poll"` : ""}>${go(c.at, `<b class="num">${atLeast(c)}</b><span>${K.tokens(c.words)}</span>`, ` title="to the longest of them: ${esc(span(c.longest))}"`)}<div>${isMachines(c) ? "" : bar(c.ns)}</div><small>${isMachines(c) ? "of the machine’s time" : c.times > 1 ? `${K.number(c.times)} times, ${longestOf(c)}` : ""}</small><small class="place-of">${withHeld(placeWords(c) + cutWords(c, name), c.ns > all / 20 || ["idle", "late", "deaf"].includes(c.key) ? heldWords(c, heldIn(name, c)) : "")}</small></li>`;
    // What is next to nothing is one line, so that the chain is in view.
    const small = causes.length > 3 ? causes.slice(2).filter((c) => c.ns < all / 100) : [],
      large = causes.filter((c) => !small.includes(c)),
      more = large.slice(CAUSES);
    const which = (c) => {
      const at = causes.some((other) => other !== c && other.words === c.words) ? waitLine(c.from, c.on) : null;
      return at ? ` (${["timer", "idle"].includes(c.key) ? site(at) : `<code>${esc(K.site(at.text))}</code>`})` : "";
    };
    const rest = small.length
      ? `<li class="small"><span>${small.map((c) => go(c.at, `<b class="num">${atLeast(c)}</b> ${K.tokens(c.words)}${which(c)}`)).join(", ")}</span></li>`
      : "";
    return (
      `<ol class="causes">${large.slice(0, CAUSES).map(line).join("")}${rest}</ol>` +
      (more.length
        ? `<p class="mute">and ${K.plural(more.length, "cause")} more, ${span(more.reduce((ns, c) => ns + c.ns, 0))} in all</p>`
        : "")
    );
  }
  /** How many bytes or values a task took in by an event. */
  const tookUnits = (e, name) =>
    e.run !== name
      ? 0
      : e.ev === "SourceTry" && e.direction === "read"
        ? e.bytes
        : e.act === "get" && e.kind !== "notify"
          ? Number(e.units)
          : 0;
  /** Of a wait that a limit has ended: what the task had taken in since the limit began, which its future may have kept. */
  function cutWords({ key, from, on, beside, who }, name = who) {
    const timer = key === "before" && beside.find((on) => on.timer)?.timer,
      row = timer && K.rowsOf(K.trace).rows.get(name);
    if (!row || K.joinBranch(name, waitLine(from, on))) return ""; // (what other branches took in was not under the limit)
    // The limit's timer is added after its future was polled for the first time. What was taken in that poll is the future's own if another limit
    // ended just before it; else only the last of it may be.
    const all = K.trace.index.byTask.get(name),
      since = [],
      first = [];
    for (let k = K.upTo(all, row.endAt(from) ?? K.trace.last) + 1; ; k++) {
      // (a tick, or another branch, is no limit)
      const { ev, run } = K.event(all[k] ?? -1) ?? { ev: "PollEnd", run: name };
      if (run === name && ev === "Elapsed") break;
      if (run === name && ev === "PollEnd") return "";
    }
    let begun = false,
      own = false;
    for (let k = K.upTo(all, row.endAt(from) ?? K.trace.last), n = 0; k >= 0 && n < MANY; k--, n++) {
      const e = K.event(all[k]),
        units = tookUnits(e, name);
      if (units > 0) (begun ? first : since).push({ from: e.source ?? e.sync, units, i: e.i });
      else if (e.timer === timer && ["TimerAdd", "TimerMove"].includes(e.ev)) begun = true;
      else if (begun && (own = e.ev === "TimerCancel")) break;
      else if (begun && ["PollStart", "SelectWin"].includes(e.ev)) break;
    }
    const taken = [
        ...since,
        ...(own
          ? first
          : since.length
            ? []
            : first.slice(0, 1).filter(({ from }) => on.timer || from === (on.source ?? on.value))),
      ],
      here = taken.filter(({ from }) => from === (on.source ?? on.value)),
      took = here.length ? here : taken,
      sums = new Map(); // (branches of a `join!` take in of their own)
    for (const { from, units } of took) sums.set(from, (sums.get(from) ?? 0) + units);
    return took.length
      ? `; ${since.length || own ? "since that limit began" : "just before"}, it ${esc(K.tookWords([...sums].slice(0, NAMED).map(([from, units]) => ({ from, units }))))} (${K.link(took[0].i)})`
      : "";
  }
  /** Of a wait for a child's end: pipes that nothing is read from, in which it may wait for room. */
  function childWords({ from, on, who }) {
    const row = K.sourceType(on?.source ?? "") === "Process" && K.rowsOf(K.trace).rows.get(who),
      to = row && (row.endAt(from) ?? K.trace.count);
    const full = row
      ? [...K.stateAt(to - 1).sources.values()]
          .filter(
            ({ name, what, read, closed, registered }) =>
              (registered || !K.madeOf(name).ends) &&
              /^(PipeReader|ChildStd)/.test(what) &&
              K.sourceType(name) !== "ChildStdin" &&
              read.ready &&
              !closed &&
              !K.moved(name)?.read.at.some((i) => i < to),
          )
          .map(({ name }) => name)
      : [];
    return full.length
      ? `<p>Meanwhile ${full
          .slice(0, NAMED)
          .map((name) => `${esc(name)}, ${esc(K.childOf(name)) || "a pipe"},`)
          .join(
            " and ",
          )} ${full.length > 1 ? "were" : "was"} readable, and nothing was read from ${full.length > 1 ? "them" : "it"}: a child that finds its pipe full waits for room.</p>`
      : "";
  }
  /** Of a wait for the other end of a connection that was accepted only in the middle of it. */
  function acceptedWords({ on, who, at, from = at }) {
    const end = on?.source && !K.isDatagram(on.source) && K.otherEnd(on.source),
      made = end && K.madeOf(end);
    return made?.i > from && made.run && made.run !== who
      ? `<p>The connection of ${esc(on.source)} had to wait for ${span(K.trace.t[made.i] - K.trace.t[Math.min(from, K.madeOf(on.source)?.i ?? from)])}, until ${K.nameHTML(made.run)} accepted it at ${K.when(made.i)}: as ${esc(end)}.</p>`
      : "";
  }
  /** (It may have ended before that: it is asked when its task is polled.) */
  const endOfChild = (e) => `${esc(K.sentence(e.i).slice(0, -1))}, seen at ${K.when(e.i)}`;
  /** Of a wait for a child: which of its other pipes are open then, when its end was asked for, and how it ended. */
  function pipeWords({ from, on, who }) {
    const child = K.childOf(on?.source ?? "") && K.madeOf(on.source).ends[0],
      row = K.rowsOf(K.trace).rows.get(who),
      to = child && (row.endAt(from) ?? K.trace.count) - 1;
    const others = child
      ? [...K.stateAt(to).sources.values()]
          .map(({ name }) => name)
          .filter(
            (name) => name !== on.source && K.madeOf(name)?.ends?.[0] === child && K.sourceType(name) !== "Process",
          )
      : [];
    const kills = child
        ? kinds("SourceTry")
            .slice(0, MANY)
            .map(K.event)
            .filter(
              (e) =>
                e.direction === "write" &&
                K.sourceType(e.source) === "Process" &&
                K.madeOf(e.source).ends?.[0] === child,
            )
        : [],
      killed = kills.length
        ? `<p>${kills[0].run ? K.nameHTML(kills[0].run) : "A thread"} asked the system to kill ${K.childOf(kills[0].source)} at ${K.when(kills[0].i)}: that is signal 9.</p>`
        : "";
    const over =
      child &&
      kinds("ChildEnd")
        .map(K.event)
        .find((e) => e.child === child);
    return (
      killed +
      (over ? `<p>${K.up(endOfChild(over))}.</p>` : "") +
      others
        .map((name) => {
          const user = K.userOf(name, to),
            used = K.useWords(name, to, (who) => thenIs(K.stateAt(to), who));
          return `<p>${K.up(K.childOf(name))} (${esc(name)}), ${to < K.trace.last ? "was still open then" : "is open still"}${used && `: ${used}`}${closedLater(name, to)}.</p>${(K.stateAt(to).tasks.get(user)?.waits ?? []).map((on) => senderWords(on, user, to)).join("")}`;
        })
        .join("")
    );
  }
  const closedLater = (name, i) => {
    const gone = kinds("SourceDrop").find((at) => at > i && K.event(at).source === name);
    return gone === undefined ? "" : `; it was closed at ${K.when(gone)}`;
  };
  /** In a record without an end: what was written at one end of a connection, and not read at the other so far. */
  function unreadWords() {
    if (!K.trace.cut) return "";
    const unread = [...K.moved.all()]
      .filter(([name]) => !K.isDatagram(name))
      .map(([name, { write }]) => ({
        name,
        by: new Set(write.at.map((i) => K.event(i).run)),
        end: K.otherEnd(name),
        bytes: (write.sum.at(-1) ?? 0) - (K.moved(K.otherEnd(name))?.read.sum.at(-1) ?? 0),
        i: write.at.at(-1),
      }))
      .filter(({ end, bytes }) => end && bytes > 0 && (K.moved(end)?.drop ?? null) === null); // (nobody could read them there any more)
    return unread
      .slice(0, NAMED)
      .map(
        ({ name, by, end, bytes, i }) =>
          `<p>${K.up(K.plural(bytes, "byte"))} that ${by.size > 1 ? "tasks" : K.event(i).run ? K.nameHTML(K.event(i).run) : "a task"} wrote to ${esc(name)} (${by.size > 1 ? "the last at " : ""}${K.link(i)}) had not been read at the other end, ${esc(end)}, when the record ends.</p>`,
      )
      .join("");
  }
  /** What has gone through a socket by the end of a wait to read from it. */
  function trafficOf({ key, from, on, who, times }) {
    const row = K.rowsOf(K.trace).rows.get(who),
      flow = key === "socket" && on.direction === "read" && K.moved(on.source),
      to = row && (row.endAt(from) ?? K.trace.last);
    const by = (side) => flow[side].sum[K.upTo(flow[side].at, to - 1)] ?? 0,
      bytes = (n) => (n ? K.plural(n, "byte") : "nothing");
    const end = flow && K.otherEnd(on.source),
      used = end && K.useWords(end, to - 1, () => "", on),
      peer = end
        ? `<p>The other end of ${esc(on.source)} is ${esc(end)}${used && `, ${used}`}${K.stateAt(to - 1).sources.has(end) ? (to > K.trace.last ? "; it is open" : `; it was open then${closedLater(end, to)}`) : ", and which is closed"}.</p>`
        : "";
    const sent =
        end && K.moved(end)?.counted ? (K.moved(end).write.sum[K.upTo(K.moved(end).write.at, to - 1)] ?? 0) : 0,
      all =
        sent > 0 && sent === by("read")
          ? `<p>All ${K.plural(sent, "byte")} that had been written there were read: nothing was under way.</p>`
          : "",
      only = flow && /^Child|Pipe/.test(K.sourceType(on.source));
    return flow?.counted
      ? `${peer}${all}<p class="mute">Before ${to > K.trace.last ? "the record ends" : times > 1 ? "the end of the longest" : "the end of this wait"}, ${bytes(by("read"))} had been read from ${esc(on.source)}${only ? "" : `, and ${bytes(by("write"))} written to it`}.</p>`
      : "";
  }
  /** Of a wait for a socket to be readable: which tasks wrote just before what was read then? The record has no addresses. So the
   *  bytes are counted, of both sockets from their beginnings; else those of the last write and of the first read. */
  function writerOf({ key, from, on, who, times }, asked) {
    const row = K.rowsOf(K.trace).rows.get(who),
      to = key === "socket" && on.direction === "read" ? row.endAt(from) : undefined;
    if (K.isDatagram(on?.source ?? "")) return senderOf(on, row, from, to, times);
    const read = !on || K.otherEnd(on.source) || K.childOf(on.source) ? undefined : K.moved(on.source)?.read,
      first = read ? K.upTo(read.at, to - 1) + 1 : -1,
      i = read?.at[first];
    if (to === undefined || i === undefined) return "";
    // (A turn that polled tasks looks at the sockets as it ends: what was written in an earlier one was found then.)
    const turns = K.trace.index.byEv.get("Turn") ?? [],
      since = Math.max(from, turns[K.upTo(turns, to - 1)] ?? 0),
      poll = row.at[row.barAt(i) + 1] ?? K.trace.count;
    const sums = read.sum.slice(first, K.upTo(read.at, poll) + 1),
      bytes = K.event(i).bytes;
    const writes = [...K.moved.all()]
      .filter(([source]) => source !== on.source && !K.isDatagram(source) && !K.childOf(source))
      .map(([source, { write }]) => ({
        e: K.event(write.at[K.upTo(write.at, to - 1)] ?? -1),
        sum: write.sum[K.upTo(write.at, to - 1)],
        source,
      }))
      .filter(({ e }) => e?.i > since && e.run);
    const counted = writes.filter(({ sum }) => sums.includes(sum)),
      found = (counted.length ? counted : writes.filter(({ e }) => e.bytes === bytes)).filter(
        ({ e }) => asked === who || e.run !== asked,
      ); // (under the writer's own answer it is no news)
    if (!found.length) return "";
    const writers = [...new Set(found.sort((a, b) => a.e.i - b.e.i).map(({ e }) => e.run))],
      [{ e }] = found,
      before = `Just before${times > 1 ? " the longest ended" : ""},`;
    if (found.length > 1)
      return `<p>${before} ${K.several(writers)} wrote ${found.every((f) => f.e.bytes === e.bytes) ? `${K.plural(e.bytes, "byte")} each ` : ""}to ${K.plural(found.length, "other socket")}, as many as were read then: perhaps one of them is the other end of this connection.</p>`;
    return `<p>${before} ${K.nameHTML(e.run)} wrote ${K.plural(e.bytes, "byte")} to ${esc(e.source)} (${K.link(e.i)}), as many as were read then: perhaps the other end of this connection.</p>`;
  }
  /** Of a wait for a datagram: which one was sent just before it ended, and what was not read by then at its other end. */
  function datagramWords({ on, who, at, from = at }) {
    const row = K.isDatagram(on?.source ?? "") && on.direction === "read" && K.rowsOf(K.trace).rows.get(who),
      to = row && (row.endAt(from) ?? K.trace.last + 1);
    const came = row && K.wakeAt(row, to)?.by === "io" ? K.cameFrom(on, from, to) : null,
      end = row && K.otherEnd(on.source),
      unread = (end && K.unread(end, to - 1)) || [];
    const sent = came?.run
      ? `<p>Before the end of the wait for ${esc(on.source)} that began at ${K.when(from)}, ${K.nameHTML(came.run)} sent a datagram of ${K.plural(came.bytes, "byte")} from ${esc(came.source)} (${K.link(came.i)}), ${came.source === end ? "its other end" : "which is connected to it"}.</p>`
      : "";
    return (
      sent + (unread.length ? `<p>${K.unreadWords(end, unread)} by ${K.when(Math.min(to, K.trace.last))}.</p>` : "")
    );
  }
  /** Of a datagram whose sender is not known: another socket of the kind has sent one just before. */
  function senderOf({ source, direction }, row, from, to, times) {
    if (K.wakeAt(row, to)?.by !== "io" || K.cameFrom({ source, direction }, from, to)) return "";
    const turns = K.trace.index.byEv.get("Turn") ?? [],
      since = Math.max(from, turns[K.upTo(turns, to - 1) - 1] ?? 0),
      is = (e) =>
        e.ev === "SourceTry" &&
        e.direction === "write" &&
        e.result === "done" &&
        e.run &&
        e.source !== source &&
        K.sourceType(e.source) === K.sourceType(source);
    for (let i = to - 1; i > since; i--)
      if (is(K.event(i)))
        return `<p>Just before ${times > 1 ? "the longest of these waits" : "its wait"} ended, ${K.nameHTML(K.event(i).run)} sent a datagram from ${esc(K.event(i).source)} (${K.link(i)}): perhaps to this socket.</p>`;
    return "";
  }
  /** " between 98 ms and 770 ms": when the parts of a sum of the chain came, if not all within the waits that led there. What a task did before the next one
   *  waited for it has bounded that, too. */
  function whenWords({ key, begins, ends, open, on, who, at, times, links = [] }) {
    const { t, last } = K.trace,
      { rows } = K.rowsOf(K.trace),
      job =
        times === 1 && on?.task && ["job", "pool"].includes(key)
          ? [{ who, from: rows.get(who).at[rows.get(who).barAt(at)] }]
          : [],
      waits = [...links.filter(({ on }) => on), ...job],
      [first] = waits,
      slack = (ends - begins) / 100;
    const within = ({ who, from }) =>
      begins >= t[from] - slack && ends <= t[Math.min(rows.get(who).endAt(from) ?? last, last)] + slack;
    if (
      !first ||
      begins === undefined ||
      waits.every(within) ||
      (K.trace.header.clock === "paused" && POINTLESS.includes(key))
    )
      return "";
    const early = waits.find(({ from }) => ends <= t[from]),
      nearly = times === 1 && waits.find(({ from }) => ends - t[from] < (ends - begins) / 10),
      later = early ?? nearly; // (the wait that it came before, of all that led there)
    return open
      ? ` since ${K.clock(begins)}`
      : ` between ${K.clock(begins)} and ${K.clock(ends)}${later ? `, ${early ? "" : "nearly all of it "}before that wait of ${K.nameHTML(later.who)} began (${K.link(later.from)})` : ""}`;
  }
  /** Of a sum how often, when, where, and what held it up: of several that is told of all, else of the longest, with its place. */
  function whereWords(sum, { all = "", longest = "" } = {}, before = " ") {
    const at = placeWords(sum, !sum.lines),
      many = sum.times > 1 && sum.key !== "poll",
      when = whenWords(sum),
      ofOne = many && at && !sum.lines,
      one = ofOne ? `the longest: ${withHeld(at, longest)}` : "",
      small = (words) => words && `<small>${words}</small>`;
    const words = [
      many ? `${K.number(sum.times)} times${when}` : when.trim(),
      many && !ofOne && longestOf(sum),
      ofOne ? !all && one : at,
    ]
      .filter(Boolean)
      .join(", ");
    return (
      (words && before + small(words)) +
      (all && `, ${all}`) +
      (all && one && `; ${small(one)}`) +
      (longest && !ofOne ? `${many ? ", the longest" : words && !at ? "," : ""} ${longest}` : "")
    );
  }
  /** "task 3 ← 1 permit of semaphore 1 ← ": how a sum of a task that the chain doesn't name is reached from one that it does. */
  function wayTo({ who, links }, chain) {
    const named = new Set(chain.flatMap(({ who, next }) => [who, next ?? who])),
      from = (links ?? []).findLastIndex((link) => named.has(link.who));
    return named.has(who) || from < 0 ? `${K.nameHTML(who)} ← ` : linksHTML(links.slice(from), who);
  }
  function linksHTML(links, last) {
    const steps = links.map(
      (link, k) =>
        `${links[k - 1]?.words.endsWith(link.who) ? "" : `${K.nameHTML(link.who)} `}← ${go(link.at, K.tokens(link.words))} ← `,
    );
    if (steps.length > NAMED) steps.splice(1, steps.length - NAMED + 1, "… ← ");
    return (
      steps.join("").replace(/ ← (?=← )/g, " ") + (links.at(-1).words.endsWith(last) ? "" : `${K.nameHTML(last)} ← `)
    );
  }
  /** Of sums, the largest first, those of several tasks of one spawn that are for the same, if they are more than so much together: `{of, ns, made, tasks}`. */
  function crowdsOf(sums, least) {
    const { rows } = K.rowsOf(K.trace),
      made = ({ who }) => rows.get(who)?.made;
    const all = [...Map.groupBy(sums.filter(made), (sum) => `${made(sum)} ${sum.words}`).values()].map((of) => ({
      of,
      ns: of.reduce((ns, sum) => ns + sum.ns, 0),
      made: made(of[0]),
      tasks: new Set(of.map(({ who }) => who)).size,
    }));
    return all.filter(({ tasks, ns }) => tasks > 2 && ns > least).sort((a, b) => b.ns - a.ns);
  }
  /** "task 1 ← room in channel 1 ← task 2 ← a timer": each link waits for the next; of many the middle is left out. And what is said of it. */
  function chainHTML(
    { links, last, others, around, cut, locks },
    all,
    causes,
    seen,
    title = `What it still waits for <span class="mute">after ${K.link(seen)}</span>`,
  ) {
    const [own] = causes,
      asked = links[0]?.who ?? last?.who,
      cutOff =
        (links.length
          ? links[0].words === "the end of the run"
          : last &&
            last.key !== "thread" &&
            K.droppedWord(last.who) === "cut off" &&
            last.stretch[1] >= K.trace.t[K.rowsOf(K.trace).rows.get(last.who).at.at(-1)]) && own;
    if (cutOff) [links, last, others, around, cut] = [[], own, [], null, null]; // (what bounded `main` says nothing of it)
    if (!last) return ["", ""];
    if (seen < Infinity && last.open && last.times === 1 && last.key !== "late") {
      const due = K.stateAt(seen).timers.get(last.on?.timer)?.due ?? Infinity; // (what comes after that is another part)
      last = Object.assign(Object.create(last), {
        begins: K.trace.t[last.from],
        ns: K.lasted(BAR.WAIT, last.from, K.trace.last, -Infinity, Math.min(last.ends, due)) ?? last.ns,
        stretch: [K.trace.t[last.from], last.stretch[1]],
      }); // (the wait itself, and not what the chain has of it)
    }
    const about = cutOff ? cutWait(last) : last,
      waits = K.jobWaits(K.trace.state, jobAt(last) ?? ""),
      where = (link) => {
        const at = placeWords(link);
        return at && ` <small>${at}</small>`;
      };
    const steps = [...links, last].map((link, k, list) => {
      const loops = list[k - 1]?.loops
          ? `<span title="what it waited for in between, and came back to it, is left out">… </span>`
          : "",
        who = !loops && list[k - 1]?.words.endsWith(link.who) ? "" : `${k ? "← " : ""}${loops}${K.nameHTML(link.who)} `; // (it is named already)
      const words =
        K.tokens(link.words) +
        (link === last && last.ns ? `, <b>${atLeast(last)}</b>${waits && ": it waits there"}` : "");
      return `<li>${who}← ${go(link.at, words)}${link === last ? whereWords(last, heldIn(last.who, last)) : where(link) + inLine(link)}${K.enderWords(link.how, K.nameHTML(link.next))}${link === last && waits ? ` for ${waits}` : ""}</li>`;
    });
    if (steps.length > LINKS) {
      const hidden = steps.splice(3, steps.length - 5);
      steps.splice(
        3,
        0,
        `<li><details><summary>← … ${K.number(hidden.length)} more …</summary><ul class="chain">${hidden.join("")}</ul></details></li>`,
      );
    }
    const named = new Set([...links, last].flatMap(({ who, next }) => [who, next])); // (what leads back to another one is told where that is asked)
    const circle =
      around && named.has(around.to)
        ? `<p class="circle">It goes around: ${K.nameHTML(around.who)} waits for ${go(around.at, K.tokens(around.words))}${K.enderWords(around.how, around.to === around.who ? "it" : K.nameHTML(around.to)) || `, which leads back to ${K.nameHTML(around.to)}`}.</p>`
        : "";
    const told = others.filter(({ ns }) => ns > all / 6).slice(0, NAMED),
      crowds = crowdsOf(
        others.filter((next) => !told.includes(next)),
        all / 6,
      ),
      small = others.filter((next) => !told.includes(next) && !crowds.some(({ of }) => of.includes(next))),
      left = small.filter((next) => next.ns > all / 1000),
      tiny = small.filter((next) => !left.includes(next)),
      sumOf = (parts) => parts.reduce((ns, next) => ns + next.ns, 0),
      least = sumOf(small);
    const whileWords = (
      next,
      { all: each, longest } = ["late", "ready"].includes(next.key) && next.ns > all / 20 ? heldIn(next.who, next) : {},
    ) => (each || longest ? `${!each && next.times > 1 ? ", the longest " : " "}${each || longest}` : "");
    const part = (next) =>
        `${go(next.at, `<b>${atLeast(next)}</b>`)} ${K.nameHTML(next.who)} ← ${K.tokens(next.words)}${whileWords(next)}`,
      few = left.slice(0, NAMED).map(part).join(", "),
      many = left.slice(NAMED, LISTED);
    const rest =
      (!links.length && left.every(({ who }) => who === asked)) || least < all / (links.length ? 50 : 10)
        ? ""
        : `<p class="mute">The rest of the chain, ${span(least)}: ${few}.</p>${many.length ? `<details class="mute"><summary>and ${K.plural(left.length - NAMED, "smaller part")}</summary><p>${many.map(part).join(", ")}${tiny.length ? `, and ${K.plural(tiny.length, "part")} of less than ${span(all / 1000)}${tiny.length > 1 ? ` each, ${span(sumOf(tiny))} in all` : ""}` : ""}.</p></details>` : ""}`;
    const more =
      told
        .map(
          (next) =>
            `<p>Another ${atLeast(next)} come from ${wayTo(next, links.length ? links : [last])}${go(next.at, K.tokens(next.words))}${whereWords(next, heldIn(next.who, next), ", ")}.</p>`,
        )
        .join("") +
      crowds
        .map(
          ({ of, ns, made, tasks }) =>
            `<p>Another ${span(ns)} come from ${K.plural(tasks, "task")} of <code>${esc(K.site(made))}</code> ← ${go(of[0].at, K.tokens(of[0].words))}, one after the other, ${span(of[0].ns)} at most.</p>`,
        )
        .join("");
    const isOwn = (part) =>
      part.who === asked &&
      (part.key === own.key ||
        [part.on, ...(part.waits ?? [])].some(
          (on) => on && [own.on, ...(own.waits ?? [])].some((of) => of && K.onWhat(of) === K.onWhat(on)),
        ));
    const apart =
      links.length &&
      own?.ns > all / 2 &&
      ![...links, last, ...told].some(isOwn) &&
      !links.some(({ next }) => next === own.on?.task) &&
      !["poll", "ready", "recorder", "hosted"].includes(own.key)
        ? `<p>Most of its own time, ${atLeast(own)}, went elsewhere: ${go(own.at, K.tokens(own.words))}${whereWords(own, "", ", ")}.</p>`
        : "";
    // (Where the last link is its own: it may have waited longer for that.)
    const inChain = [last, ...others]
        .filter(({ who, words, wider }) => who === asked && words.slice(0, words.length - wider.length) === own?.words)
        .reduce((ns, part) => ns + part.ns, 0),
      same = causes.filter(({ words }) => words === own.words),
      total = same.reduce((ns, sum) => ns + sum.ns, 0),
      outside = !links.length && !cutOff && own?.words === last.words ? total - inChain : 0;
    const listed =
      outside > all / 50
        ? `<p class="mute">In all ${same.length > 1 ? `it waited ${span(total)} for that, in ${K.number(same.length)} lines` : `that was ${span(total)} of its time`}; ${span(outside)} of them are not in the chain: others did then what it had to wait for next.</p>`
        : "";
    const short =
      cut === null
        ? ""
        : `<p class="mute">The chain is longer than this page follows it: nothing before ${K.link(cut)} is in it.</p>`;
    const held =
      locks.length && links.length
        ? `<p class="mute">Of a wait for ${locks.length > 2 ? "a lock or permits" : locks.map((name) => K.tokens(name)).join(" or ")} the chain has what ${locks.every((sync) => isSemaphore({ sync })) ? "the task did meanwhile that gave it" : "its holder did meanwhile"}, and then goes on with what the waiting task had done before.</p>`
        : "";
    if (seen < Infinity)
      return [
        `<h3>${title}</h3><ul class="chain">${steps.join("")}</ul>${circle}`,
        jobWords(last) +
          lineWords(last) +
          senderWords(last.on, last.who, seen) +
          pipeWords(last) +
          childWords(last) +
          trafficOf(last) +
          unreadWords(),
      ];
    const busy = locks.map((sync) => busyWords(sync, last.stretch, all / 4)).join("");
    return [
      `<h3>${cutOff ? "Where most of its own time went" : "What bounded it"} <span class="mute">${cutOff ? "until the end of the run cut it off" : `${last.ns > all ? span(last.ns) : `${span(last.ns)} of the ${span(all)}`} come from the last link`}</span></h3><ul class="chain">${steps.join("")}</ul>${circle}${busy}${listed}${apart}${more}`,
      thenHTML([last, ...told.filter(({ who }) => who === asked)]) +
        [...links, last]
          .slice(0, LINKS)
          .map((link) => acceptedWords(link) + datagramWords(link))
          .join("") +
        (links.length && links[0].on ? lineWords(links[0]) + requestAt(links[0]) : "") +
        lineWords(about) +
        (last.open ? senderWords(last.on, last.who, K.trace.last) : cutOff ? cutSenders(about) : "") +
        jobWords(last) +
        childWords(last) +
        pipeWords(last) +
        writerOf(last, asked) +
        trafficOf(last) +
        unreadWords() +
        rest +
        held +
        short,
    ];
  }
  /** Of a lock, or of permits, that several tasks had in turn for so long, and that was never free: to come there sooner helps one of them at the cost of another. */
  function busyWords(sync, [begin, end], least) {
    const { t, last } = K.trace,
      all = [],
      acts = kinds("SyncAct")
        .slice(0, MANY)
        .map(K.event)
        .filter((e) => e.sync === sync && ["take", "release", "put"].includes(e.act));
    let now = null;
    for (const { i, act, count, run } of acts) {
      if (act === "take" && (now || count === 0))
        (now ??= all[all.push({ from: i, to: last, who: new Set() }) - 1]).who.add(run);
      else if (act !== "take" && count > 0) {
        if (now) now.to = i;
        now = null;
      }
    }
    const within = (i) => Math.max(begin, Math.min(t[i], end)),
      [longest] = all
        .map(({ from, to, who }) => ({ from: within(from), to: within(to), who }))
        .sort((a, b) => b.to - b.from - (a.to - a.from)),
      some = isSemaphore({ sync });
    return !longest || longest.who.size < 3 || longest.to - longest.from < least
      ? ""
      : `<p>${some ? `No permit of ${K.tokens(sync)}` : K.up(K.tokens(sync))} was ${some ? "" : "never "}free from ${K.clock(longest.from)} to ${K.clock(longest.to)}: ${K.plural(longest.who.size, "task")} had ${some ? "some" : "it"} in turn. Had one of them come sooner, another one would have had to wait longer.</p>`;
  }
  const requestAt = ({ on, who, at, from }) => {
    const words =
      on.value &&
      K.requestWords(on.value, who, K.stateAt(at), at > from ? "as the stretch began" : "when that wait began");
    return words ? `<p>${words}</p>` : "";
  };
  /** Of waits that timers have ended, the longest of these sums: what was each for, and where did that lead, until then? */
  function thenHTML(sums) {
    const all = sums
        .flatMap((sum) => (sum.parts ?? []).map((part) => ({ ...part, who: sum.who })))
        .sort((a, b) => b.ns - a.ns),
      long = all
        .filter(({ ns }) => ns > all[0].ns / 2)
        .slice(0, NAMED)
        .map((part) => ({ ...part, ended: part.on.timer ? null : K.endedBy(part.who, part.from) }))
        .filter(({ ended }) => ended)
        .sort((a, b) => a.from - b.from);
    return long
      .map(({ from, on, who, ended: { before } }) => {
        const chain = K.chainOf(who, K.trace.t[from], K.trace.t[before], before),
          senders = senderWords(on, who, before),
          several = long.length > 1,
          title = several
            ? `What it waited for when the timer came <span class="mute">at ${K.when(before + 1)}</span>`
            : "What it waited for when that timer came";
        const rest =
          (chain.last?.key === "open" && chain.last.who === who && chain.last.waits?.filter((on) => !on.timer)) || [];
        if (rest.length && rest.length < chain.last.waits.length)
          chain.last = Object.assign(Object.create(chain.last), { waits: rest }); // (that timer has come)
        const each =
          chain.links.length || !rest.some(({ source }) => source)
            ? ""
            : rest
                .map((on) =>
                  K.otherEndWords(K.stateAt(before), on, true).replace(
                    /Its other end/,
                    `When that timer came, the other end of ${esc(on.source)}`,
                  ),
                )
                .map((words) => words && `<p>${words}</p>`)
                .join("");
        if (!chain.last || !(chain.links.length || several)) return senders + each;
        const led = chainHTML(chain, 1, [], before, title)[0],
          own = lineWords(chain.last) + (chain.links.length ? senderWords(chain.last.on, chain.last.who, before) : "");
        return several ? led + senders + own : senders + led + own;
      })
      .join("");
  }
  /** Of a wait for the answer in a channel for one value that the task has made itself: what it sent last before it waited, with which the sender may have gone. */
  K.requestWords = function (sync, who, s, then = "by then", past = s.i < K.trace.last) {
    const made = K.event(K.trace.senders.get(sync)?.[0] ?? -1),
      acts = made?.run === who && made.kind === "oneshot" ? kinds("SyncAct") : [],
      ours = acts.slice(0, K.upTo(acts, s.i) + 1);
    const sent = K.event(
      ours.find((i) => {
        const e = K.event(i);
        return i > made.i && e.run === who && e.act === "put" && ["mpsc", "oneshot"].includes(e.kind);
      }) ?? -1,
    );
    if (!sent || K.missing(made.i, s.i)) return "";
    const gets = ours
        .filter((i) => i > sent.i)
        .slice(0, MANY)
        .filter((i) => K.event(i).sync === sent.sync && K.event(i).act === "get")
        .map(K.event),
      taken = gets.find((_, k) => k + 1 === sent.count),
      by = (
        taken ??
        K.event(ours.slice(-MANY).findLast((i) => K.event(i).sync === sent.sync && K.event(i).act === "get") ?? -1)
      )?.run,
      before = sent.count - 1 - gets.length;
    const heard = K.trace.heard.has(sent.sync),
      fate = `That value had not been received ${then}: ${before ? `${K.plural(before, "value")} ${before === 1 ? "was" : "were"} before it` : "it was the next"}${by ? `, and ${K.nameHTML(by)} had received last${K.whereIs(s, by, past)}` : ""}`;
    return `${K.nameHTML(who)} had made ${esc(sync)}, and then sent into ${esc(sent.sync)} at ${K.when(sent.i)}, perhaps its sender. ${taken ? `That value was received at ${K.when(taken.i)}${by ? ` by ${K.nameHTML(by)}${K.whereIs(s, by, past)}` : ""}` : heard ? fate : `No task in this record has received from ${esc(sent.sync)}, or waited to: its receiver may be in another runtime, or on a thread without one`}.`;
  };
  /** Of a wait for a value that did not come: which tasks could still have sent one? (At the end of the record, too: as of the past.) */
  const senderWords = (on, who, i) => {
    const words = K.sendersWords(on, who, K.stateAt(i), true);
    return words && `<p>${words}</p>`;
  };
  /** Which notifications were lost by then: no task waited for them, or one was left already. */
  function noticeWords(sync, to) {
    const lost = [...K.trace.notices.fates].filter(([i]) => i <= to && K.event(i).sync === sync),
      [[i, fate] = []] = lost.slice(-1),
      by = fate && K.event(i).run;
    return !fate
      ? ""
      : ` ${lost.length > 1 ? `${K.up(K.plural(lost.length, "notification"))} of it were lost; of the last` : "One notification of it was lost"}: when ${by ? K.nameHTML(by) : K.outsider(i)} ${fate === "nobody" ? `notified all that waited, at ${K.when(i)}, no task did, and such a notification is kept only for what <code>notified()</code> had made before` : `notified it at ${K.when(i)}, one was left there already, and two that are left are one`}.`;
  }
  const opened = (barrier, from, to) =>
    kinds("SyncAct").some(
      (i) =>
        i > from && i <= to && K.event(i).sync === barrier && K.event(i).act === "put" && K.event(i).units === "all",
    );
  /** Which tasks have been at a barrier before, and are not there now? */
  function absentWords(s, { name, line }) {
    const came = kinds("Wait")
        .concat(kinds("SyncAct"))
        .slice(0, MANY)
        .map(K.event)
        .filter((e) => e.i <= s.i && e.run && (e.on?.sync === name || (e.sync === name && e.act === "put")))
        .map((e) => e.run),
      away = [...new Set(came)].filter((who) => !line.includes(who) && s.tasks.has(who));
    const where = (who) => {
      const t = s.tasks.get(who);
      return (
        K.nameHTML(who) +
        (t.how === "panicked"
          ? `, which panicked${atTime(K.panicOf(who)?.i ?? t.ended)}`
          : t.where === "done"
            ? `, which ended${atTime(t.ended)}`
            : thenIs(s, who))
      );
    };
    return away.length ? `; of those that had been there before: ${K.several(away, where, "task", "; ")}` : "";
  }
  const isLine = (p) => ["mutex", "rw_lock", "semaphore"].includes(p?.kind);
  /** ", 2nd in line, behind task 2 (for 3)": which tasks were before it when a wait for a lock or permits began, or the stretch in it. */
  function inLine({ who, at, from, on }) {
    const s = on?.sync && K.rowsOf(K.trace).rows.has(who) ? K.stateAt(at) : null,
      place = isLine(s?.primitives.get(on.sync)) ? K.placeOf(s, on) : 0;
    return place > 1
      ? `, ${K.nth(place)} in line as ${at > from ? "the stretch" : "that wait"} began${K.ahead(s, on, place)}`
      : "";
  }
  /** Of a task that the end of the run cut off: the wait that was cut off, which is perhaps not the longest of its sum. */
  function cutWait(sum) {
    const row = K.rowsOf(K.trace).rows.get(sum.who),
      k = row.kind.lastIndexOf(BAR.WAIT),
      waits = row.waits[k] ?? [];
    return row.at[k] === sum.from
      ? sum
      : {
          who: sum.who,
          from: row.at[k],
          at: row.at[k],
          on: waits.length === 1 ? waits[0] : null,
          times: 1,
          isLast: true,
        };
  }
  /** Of such a wait: who could still have sent. (Nothing, if it was over before the end of the run.) */
  function cutSenders({ who, on, from }) {
    const row = K.rowsOf(K.trace).rows.get(who),
      to = row.endAt(from) ?? K.trace.last;
    return K.event(to)?.ev === "Wake" && !(to > K.askedAt(row)) ? "" : senderWords(on, who, beforeEnds(to));
  }
  /** The last event before this one that asks for no end: the others that ended with a task had not been asked to, either. */
  function beforeEnds(i) {
    do i--;
    while (["Cancel", "Wake", "RunEnd"].includes(K.event(i)?.ev));
    return i;
  }
  /** Of a wait in a line: which tasks were before it; at a barrier, how many had not come; of a notification, when one had come before. */
  function lineWords({ at, from = at, on, who, times, next, isLast }) {
    const row = on?.sync && K.rowsOf(K.trace).rows.get(who),
      k = row?.barAt(from),
      to = row && Math.min(row.at[k + 1] ?? K.trace.count, K.trace.count) - 1,
      s = row && K.stateAt(to),
      p = s?.primitives.get(on.sync);
    if (p?.kind === "barrier")
      return !(p.count > 0) || opened(on.sync, from, to)
        ? ""
        : `<p>${K.up(K.plural(p.count, "task"))} had not come to ${esc(on.sync)} by ${K.when(to)}${absentWords(s, p)}.</p>`;
    if (p?.kind === "notify") {
      const i = K.actsUpTo(from - 1).findLast((i) => K.event(i).sync === on.sync && K.event(i).act === "put"),
        { kind, waits, at } = K.rowsOf(K.trace).rows.get(who);
      // (What other threads notify has no event.)
      if (
        K.unkept() ||
        K.missing(-1, from) ||
        kind.some(
          (is, k) =>
            is === BAR.WAIT &&
            waits[k]?.some((one) => one.sync === on.sync) &&
            K.event(at[k + 1] ?? -1)?.by === "message",
        )
      )
        return "";
      return `<p>Before the wait that began at ${K.when(from)}, ${i === undefined ? `${esc(on.sync)} had never been notified` : `${K.event(i).run ? K.nameHTML(K.event(i).run) : K.outsider(i)} had notified ${esc(on.sync)} last, at ${K.when(i)}`}.${noticeWords(on.sync, to)}</p>`;
    }
    const first = row && K.stateAt(Math.max(at, from)),
      place = row && !next ? K.placeOf(first, on) : 0,
      kept =
        row && [BAR.READY, BAR.POLL].includes(row.kind[k + 1])
          ? []
          : (p?.handed.filter((name) => !K.isNoTask(name)) ?? []); // (what ended the wait is kept for it, too, for a moment)
    const handed = kept.length
      ? `<p>${K.up(on.sync)} is kept for ${kept.slice(0, NAMED).map(K.nameHTML).join(", ")}, whose turn it is${kept.includes(who) ? `: for another of its waits${((e) => (e ? ` (<code>${esc(K.site(K.lineOf(e)?.text ?? ""))}</code>, ${K.link(e.i)})` : ""))(K.otherWait(s, who, on))}, which it does not poll` : kept.some((name) => s.tasks.get(name)?.where === "waiting") ? ": it has not taken it" : ""}.</p>`
      : "";
    const forgot = p?.kind === "semaphore" ? K.forgotWords(on.sync, s) : "";
    return (
      handed +
      (forgot && `<p>By ${K.when(to)}, ${forgot}</p>`) +
      (place > 1 && isLine(p)
        ? `<p>${times > 1 ? "In the longest of these waits, " : ""}${K.nameHTML(who)} was ${K.nth(place)} in line as ${at > from ? "the stretch" : times > 1 ? "it" : isLast ? `its wait for ${K.tokens(K.onWhat(on))}` : "that wait"} began${K.ahead(first, on, place)}${p?.kind === "semaphore" ? ": what is free is kept for the first" : ""}.</p>`
        : "")
    );
  }
  /** What a task lost, or missed, by this event: of a channel values that newer ones replaced, that it did not take or that went with its receiver; of
   *  an interval the ticks that came too late. */
  function missedOf(e) {
    if (e.ev === "LateTick") return e.overdue ? "ticks" : null;
    if (e.act === "refuse")
      return (
        {
          sent: e.count > 0 ? `full ${e.sync}` : ["watch", "broadcast"].includes(e.kind) ? `alone ${e.sync}` : "closed",
          got: `empty ${e.sync}`,
          taken: `taken ${e.sync}`,
        }[K.wanted(e)] ?? null
      );
    if (e.act !== "forget" || e.units === "all") return null;
    return ["watch", "broadcast"].includes(e.kind) ? `missed ${e.sync}` : e.kind === "mpsc" ? `gone ${e.sync}` : null;
  }
  /** What came in while the task that has missed values was busy, by whom, and what it waited for meanwhile. */
  function burstWords(e, times) {
    const { i, run, sync, units } = e,
      which = whichMissed(e),
      isIn = (puts) => Number(units) < puts.length && which?.puts[which.first] >= puts[0].i; // (what had been sent before may have been replaced by these)
    const acts = K.actsUpTo(i - 1)
        .map(K.event)
        .filter((e) => e.sync === sync),
      own = (...kinds) => acts.findLast((e) => e.run === run && kinds.includes(e.act)),
      got = own("get"),
      from = own("get", "forget")?.act === "forget" && which ? which.puts[which.first] : (got?.i ?? -1) + 1,
      puts = acts.filter((e) => e.act === "put" && e.i >= from),
      by = [...new Set(puts.map((e) => e.run))];
    const row = K.rowsOf(K.trace).rows.get(run),
      here = row && puts.length ? row.barAt(puts[0].i) : -1,
      ready = row?.kind[here] === BAR.READY,
      k = here - ready,
      what = row?.waits[k]?.length && waitedFor(row.at[k], row.waits[k]);
    if (!puts.length || (!got && kinds("SyncAct").length > MANY)) return "";
    const wokenThen = !ready && puts.length > 1 && row?.kind[row.barAt(puts.at(-1).i)] === BAR.READY; // (by the first of these, say)
    // (Where it did more than one thing meanwhile, which it did for most of that time.)
    const { t } = K.trace,
      last = puts.at(-1).i,
      several = row && !wokenThen && row.barAt(last) !== here,
      bars = several
        ? row.at.map((at, n) => ({
            n,
            ns: Math.min(t[row.at[n + 1] ?? K.trace.last], t[last]) - Math.max(t[at], t[puts[0].i]),
          }))
        : [],
      longest = bars.toSorted((a, b) => b.ns - a.ns)[0],
      waited = several && row.kind[longest.n] === BAR.WAIT && row.waits[longest.n]?.length,
      did = ({ n }) => (row.kind[n] === BAR.WAIT ? waitedFor(row.at[n], row.waits[n] ?? []) : row.kind[n]);
    const mostly =
      several && longest.ns * 2 > t[last] - t[puts[0].i] && (waited || row.kind[longest.n] === BAR.READY)
        ? `, while ${K.nameHTML(run)} was mostly ${waited ? `waiting for ${waitedFor(row.at[longest.n], row.waits[longest.n])}` : "ready, in the run queue"} (${span(bars.filter((bar) => bar.ns > 0 && did(bar) === did(longest)).reduce((ns, bar) => ns + bar.ns, 0))})`
        : "";
    const meanwhile = several
      ? mostly
      : what && wokenThen
        ? `, before ${K.nameHTML(run)}, which had waited for ${what}${what.startsWith("a timer, ") ? "," : ""} and was woken meanwhile, was polled`
        : what
          ? `, while ${K.nameHTML(run)} ${ready ? "was ready, and had waited for" : "waited for"} ${what}`
          : "";
    const who =
      by.length === 1 && by[0]
        ? K.nameHTML(by[0])
        : ((words) => (times > 1 ? words : K.up(words)))(by.includes(run) ? "tasks" : "other tasks");
    return ` ${times > 1 ? `Before ${K.link(i)} ` : ""}${who} had sent ${K.plural(puts.length, "value")} ${puts.length > 1 ? `from ${K.when(puts[0].i)} to ${K.when(puts.at(-1).i)}` : `at ${K.when(puts[0].i)}`}${isIn(puts) ? `, of which ${K.nameHTML(run)} missed ${K.number(units)}` : ""}${meanwhile}.`;
  }
  /** Which of the values of a broadcast or a watch were those that were missed: the last before those that it still had. */
  function whichMissed({ i, sync, kind, units, count }) {
    if (!["broadcast", "watch"].includes(kind) || K.missing(-1, i) || K.trace.n[0] > 1 || i >= MANY) return null;
    const puts = kinds("SyncAct")
        .slice(0, MANY)
        .filter((at) => at < i && K.event(at).sync === sync && K.event(at).act === "put"),
      end = puts.length - (kind === "watch" ? 1 : count),
      first = end - units;
    return first >= 0 ? { puts, first, end } : null;
  }
  function whichWords(e) {
    const { puts, first, end } = whichMissed(e) ?? {},
      { units } = e;
    if (!puts) return "";
    return units === 1
      ? `: the ${K.nth(end)} that was sent, ${K.link(puts[end - 1])}`
      : `: the ${K.nth(first + 1)} ${units === 2 ? "and" : "to"} the ${K.nth(end)} that were sent, ${K.link(puts[first])} ${units === 2 ? "and" : "to"} ${K.link(puts[end - 1])}`;
  }
  /** By which task's doing a channel has no receiver any more. */
  function closerWords({ sync, kind, i }) {
    const close = K.actsUpTo(i - 1).findLast((at) => K.event(at).sync === sync && K.event(at).act === "close"),
      by = close !== undefined && K.event(close).run;
    return by
      ? `: ${K.nameHTML(by)} had closed ${esc(sync)}, or dropped its ${kind === "pipe" ? "other end" : "receiver"}, at ${K.when(close)}`
      : "";
  }
  /** How many of the ticks that an interval was to make up for have come, and when: the task may have gone on to something else. */
  function caughtUp(e) {
    const later = kinds("LateTick")
        .filter((i) => i > e.i)
        .map(K.event)
        .filter((tick) => tick.run === e.run && tick.at?.text === e.at?.text && tick.t - tick.late <= e.t)
        .slice(0, e.overdue),
      some =
        later.length < e.overdue ? `${K.number(later.length)} of those ${later.length === 1 ? "was" : "were"} ` : "";
    const atOnce = later.every((tick, k) => tick.t - (later[k - 1] ?? e).t < 1e6);
    const rest =
      later.length < e.overdue
        ? `${later.length ? `, the other${e.overdue > later.length + 1 ? "s" : ""} came` : e.overdue === 1 ? "it came" : "they came"} less than 5 ms late, or not at all`
        : ""; // (of what is in time no event tells)
    return (
      (later.length
        ? `${some}made up for${atOnce ? " at once" : `, the last ${span(later.at(-1).t - e.t)} after that (${K.link(later.at(-1).i)})`}`
        : "") + rest
    );
  }
  const MISSED = {
    ticks: (n, most, times) =>
      `${times > 1 ? `Ticks of its interval came so late that others were due, on ${K.plural(times, "occasion")}: the one that was most late came` : "A tick of its interval came"} ${span(most.late)} late, when ${K.number(most.overdue)} more ${most.overdue === 1 ? "was" : "were"} due (${K.link(most.i)}): ${most.made_up ? caughtUp(most) : "passed over"}.`,
    closed: (n, most, times, sync, all) =>
      `${K.up(K.plural(n, most.kind === "pipe" ? "write" : "send"))} met ${new Set(all.map((i) => K.event(i).sync)).size > 1 ? `closed channels (the first, into ${esc(sync)}, at ` : `a closed ${most.kind === "pipe" ? "pipe" : "channel"} (${times > 1 ? "the first at " : ""}`}${K.link(most.i)})${closerWords(most)}.`,
    alone: (n, most, times, sync) =>
      `${K.up(K.plural(n, "send"))} into ${esc(sync)} met no receiver (${times > 1 ? "the first at " : ""}${K.link(most.i)}).`,
    full: (n, most, times, sync) =>
      `${K.up(K.plural(times, "call"))} found ${esc(sync)} full (${times > 1 ? "the first at " : ""}${K.link(most.i)}), and did not wait.`,
    empty: (n, most, times, sync) =>
      `${K.up(K.plural(times, "call"))} of <code>try_recv</code> found ${esc(sync)} empty (${times > 1 ? "the first at " : ""}${K.link(most.i)}).`,
    taken: (n, most, times, sync) =>
      `${K.up(K.plural(times, "call"))} did not get ${esc(sync)}, and did not wait (${times > 1 ? "the first at " : ""}${K.link(most.i)}).`,
    missed: (n, most, times, sync, all) => {
      const losses = all.slice(0, NAMED).map((i) => [K.link(i), whichWords(K.event(i))]),
        between = losses.some(([, which]) => which) ? "; " : ", ";
      return `It missed ${K.plural(n, "value")} of ${esc(sync)}: newer ones took ${n === 1 ? "its" : "their"} place (${losses.map((one) => one.join("")).join(between)}${times > NAMED ? `${between}…` : ""}).${burstWords(most, times)}`;
    },
    gone: (n, most, times, sync) =>
      `${K.up(K.plural(n, "value"))} in ${esc(sync)} ${n === 1 ? "was" : "were"} never received: ${n === 1 ? "it" : "they"} went with the receiver (${K.link(most.i)}).`,
  };
  function missedHTML(name, from, to, only = /./) {
    const { t, missed } = K.trace,
      found = new Map(),
      most = (e) => (e.act === "forget" ? e.units : e.late) ?? 0;
    for (const e of missed
      .filter((i) => t[i] >= from && t[i] <= to)
      .map(K.event)
      .filter((e) => e.run === name)) {
      const what = missedOf(e),
        sum = found.get(what) ?? { n: 0, times: 0, e, all: [] };
      const goesOn = what === "ticks" && sum.last?.made_up && e.overdue === sum.last.overdue - 1; // (one that is made up for at once)
      found.set(what, {
        n: sum.n + (Number(e.units) || 0),
        times: sum.times + !goesOn,
        e: !goesOn && most(e) > most(sum.e) ? e : sum.e,
        last: e,
        all: sum.all,
      });
      sum.all.push(e.i);
    }
    return [...found]
      .filter(([what]) => only.test(what))
      .map(([what, { n, times, e, all }]) => `<p>${MISSED[what.split(" ")[0]](n, e, times, e.sync, all)}</p>`)
      .join("");
  }
  /** A timer that began anew again and again before it was due: that of a branch of a `select!` which another one ended, or one that was reset. */
  function restartedHTML(name, from, to) {
    const all = K.trace.index.byTask.get(name) ?? [],
      { t } = K.trace,
      lines = new Map(),
      found = new Map(),
      gone = new Map(),
      dues = new Map();
    if (all.length > MANY) return "";
    for (const i of all) {
      const e = K.event(i),
        at = e.run === name && e.timer ? (lines.get(e.timer) ?? K.lineOf(e)) : null;
      if (!at) continue;
      lines.set(e.timer, at);
      const due = dues.get(e.timer),
        left = gone.get(at.text);
      if (e.due > 0) dues.set(e.timer, e.due);
      if (t[i] < from || t[i] > to) continue;
      if (e.ev === "TimerCancel" && e.at !== at && K.timerWord(at) === "sleep") gone.set(at.text, due ?? -Infinity);
      // (One that has the same deadline goes on: `sleep_until`.)
      if (!(e.ev === "TimerMove" || (e.ev === "TimerAdd" && gone.delete(at.text) && !(e.due <= left)))) continue;
      const sum = found.get(at.text) ?? { at, times: 0, last: i };
      found.set(at.text, { at, times: sum.times + 1, last: i });
    }
    return [...found.values()]
      .filter(({ times }) => times > 2)
      .map(
        ({ at, times, last }) =>
          `<p>Its timer, ${site(at)}, began anew ${K.often(times)} before it was due (the last time at ${K.link(last)}).</p>`,
      )
      .join("");
  }
  /** What a `select!` dropped again and again while it waited, and began anew: a request for whose answer it waited, or a place in a line. */
  function againHTML(name, from, to) {
    const { t } = K.trace,
      all = [...(K.trace.begunAnew.get(name)?.values() ?? [])].map((one) => ({
        ...one,
        here: one.drops.filter(({ i }) => t[i] >= from && t[i] <= to),
      }));
    return all
      .filter(
        ({ here, line }) => here.length > 1 && (line || new Set(here.map(({ what }) => what)).size === here.length),
      )
      .map(({ at, branch, line, here, asked }) => {
        const [first, last] = [here[0], here.at(-1)],
          anew = here.length - !(asked > last.i);
        return `<p>Its <code>select!</code>${at ? ` in <code>${esc(K.site(at.text))}</code>` : ""} dropped branch ${branch} while that waited, ${K.often(here.length)}, since another branch was ready (the first at ${K.link(first.i)}, the last at ${K.link(last.i)}), and began it anew ${K.often(anew)}: ${line ? `at the end of the line of ${K.tokens(last.what)}` : `it waited for ${K.tokens(first.what)} first, and for ${K.tokens(last.what)} last`}.</p>`;
      })
      .join("");
  }
  const lineOfSelect = (select) => K.selectLine(select) ?? select?.at;
  const OVER = { panicked: "panicked", cancelled: "was cancelled" },
    over = (name) => OVER[K.trace.state.tasks.get(name)?.how] ?? "was done"; // (only the last has an output)
  function panicHTML(name, from, to) {
    const time = K.trace.t[K.panicOf(name)?.i];
    if (K.trace.panicked.has(name))
      return time >= from && time <= to
        ? `<p>It panicked${K.panicWords(name)} (${K.link(K.panicOf(name).i)}).</p>`
        : "";
    const row = K.rowsOf(K.trace).rows.get(name),
      end = row?.at.at(-1),
      after = K.panicOf(name) ? K.trace.t[end] - K.trace.t[K.panicOf(name).i] : 0,
      { place } = row?.last === BAR.PANICKED ? K.lineKnown({ ...K.event(end), run: name, at: null }) : {};
    if (row?.last !== BAR.PANICKED || K.trace.t[end] > to) return "";
    const ns = K.lasted(BAR.POLL, row.at.at(-2), end);
    return ns === null
      ? `<p>It panicked${K.panicOf(name) ? `${K.panicWords(name)} (${K.link(K.panicOf(name).i)})` : ", in a poll that is not in the record"}.</p>`
      : `<p>Its last poll, of ${span(ns)}, ended in a panic at ${K.when(K.panicOf(name)?.i ?? end)}${K.panicOf(name) ? K.panicWords(name) : place ? `, after <code>${esc(K.site(place.text))}</code>` : ""}${after > 5e6 ? `; ${span(after)} of that poll came after it, as the panic was printed and what the task held was dropped` : ""}.</p>`;
  }
  /** At which event a task ended: a panic has a message before its poll's end. */
  const endedAt = (name) => (over(name) === "panicked" && K.panicOf(name)?.i) || K.trace.state.tasks.get(name)?.ended;
  /** Outputs that were taken long after they were there: of this task, or by it. */
  function untakenHTML(name, from, to) {
    const { t, state } = K.trace,
      joins = kinds("Join");
    if (joins.length > MANY) return "";
    const late = joins
      .filter((i) => t[i] >= from)
      .map((i) => {
        const e = K.event(i),
          ns = t[i] - t[endedAt(e.task) ?? i],
          end = state.tasks.get(e.task)?.ended;
        return { e, ns, inPoll: Math.max(0, ns - (t[i] - t[end ?? i])) };
      })
      .filter(({ ns, inPoll }) => ns - inPoll > 5e6 && ns > (t[K.trace.last] - t[0]) / 50);
    const rest = ({ inPoll }) => (inPoll > 5e6 ? `, ${span(inPoll)} of it in what was left of its poll` : ""); // (its panic was printed, and what it held dropped)
    const own = late.find(({ e }) => e.task === name && t[endedAt(name)] <= to),
      taken = late.filter(({ e }) => e.run === name && t[e.i] <= to).sort((a, b) => b.ns - a.ns),
      [most] = taken;
    const of = own
      ? `<p>It ${over(name)} at ${K.when(endedAt(name))}, and ${own.e.run ? K.nameHTML(own.e.run) : K.outsider(own.e.i)} ${over(name) === "was done" ? "took its output" : "learned that"} ${span(own.ns)} later${rest(own)} (${K.link(own.e.i)}).</p>`
      : "";
    return (
      of +
      (most
        ? `<p>${K.nameHTML(most.e.task)} had ${over(most.e.task) === "was done" ? `been done for ${span(most.ns)} before its output was taken` : `${over(most.e.task).replace("was", "been")} ${span(most.ns)} before that was learned${rest(most)}`} (${K.link(most.e.i)})${taken.length > 1 ? `; ${K.plural(taken.length - 1, "other task")} had been over for a time, too, but not so long` : ""}.</p>`
        : "")
    );
  }
  /** Where a task that was cancelled waited then, and what it had taken in last, which may have gone with it. */
  function cancelledHTML(name, to) {
    const row = K.rowsOf(K.trace).rows.get(name),
      all = K.trace.index.byTask.get(name) ?? [],
      end = row?.at.at(-1);
    if (row?.last !== BAR.CANCELLED || row.job || K.trace.t[end] > to) return "";
    let k = row.kind.length - 2;
    while (k > 0 && row.kind[k] !== BAR.WAIT) k--;
    if (row.kind[k] !== BAR.WAIT || K.missing(row.at[k], end) > 0) return "";
    const waits = row.waits[k] ?? [],
      [on] = waits,
      at =
        on &&
        !(waits.length === 1 && on.timer) &&
        waits.every((other) => waitLine(row.at[k], other)?.text === waitLine(row.at[k], on)?.text)
          ? waitLine(row.at[k], on)
          : null;
    let took = null;
    for (let a = K.upTo(all, row.at[k]), n = 0; a >= 0 && n < MANY && !took; a--, n++) {
      const e = K.event(all[a]),
        units = tookUnits(e, name);
      if (units > 0) took = { from: e.source ?? e.sync, units, i: e.i };
    }
    const asked = K.askedAt(row),
      by = asked !== undefined && K.event(asked).run,
      over = kinds("RunEnd").at(-1),
      atEnd = asked !== undefined && !by && K.event(asked + 1)?.by === "runtime";
    // (What it waited for may have come, and it was to be polled.)
    // (Who drops its set has it woken first, for that.)
    const there = row.barAt(asked ?? (end > over ? over : row.at[k])),
      then =
        there === k + 1 && row.kind[there] === BAR.READY && K.event(row.at[there])?.by === "runtime"
          ? BAR.WAIT
          : row.kind[there],
      did =
        { [BAR.READY]: "was ready, after it had waited for", [BAR.POLL]: "was in a poll, after it had waited for" }[
          then
        ] ?? "waited for";
    return `<p>When ${atEnd ? `the runtime ended, at ${K.when(asked)}` : asked === undefined && end > over ? "the end of the run cut it off" : `it was cancelled${asked === undefined ? "" : ` (${by ? K.nameHTML(by) : K.outsider(asked)} had asked for that at ${K.when(asked)})`}`}, it ${did} ${waits.length ? waitedFor(row.at[k], waits) : K.tokens(K.onWhat(on))}${at ? `, <code>${esc(K.site(at.text))}</code>` : ""}${took ? `; the last time that it took something in, it ${esc(K.tookWords([took]))} (${K.link(took.i)})` : ""}.</p>`;
  }
  /** Of such a wait what it led to, which has bounded nothing: the holder of a lock, say. */
  function stillHTML(name, from, to) {
    const row = K.rowsOf(K.trace).rows.get(name),
      seen = row && beforeEnds(K.askedAt(row));
    const chain = K.trace.t[seen] >= from && K.trace.t[seen] <= to ? K.chainOf(name, from, to, seen) : null;
    return chain?.links.length && chain.last?.open
      ? chainHTML(
          chain,
          to - from,
          [],
          seen,
          `What it waited for <span class="mute">when it was ${K.droppedWord(name)}</span>`,
        )[0]
      : "";
  }
  const chooser = (name) => {
    const names = K.trace.names.length > LISTED ? [name, ...K.trace.names.slice(0, LISTED)] : K.trace.names;
    return `<select aria-label="Of which task?" data-of>${[...new Set(names)].map((n) => `<option${n === name ? " selected" : ""}>${esc(n)}</option>`).join("")}${K.trace.names.length > LISTED ? `<option disabled>and ${K.number(K.trace.names.length - LISTED)} more: in the table, key l</option>` : ""}</select>`;
  };

  /** Sleeps of different lines are told apart, unless they are so many that looking for their lines would take long. */
  const lineOf = (name) => (K.rowsOf(K.trace).rows.get(name)?.at.length > MANY ? null : waitLine);
  /** Does the task wait where the record ends, with the thread asleep? How long that went on is not known: so it is told before all waits that are over. */
  const stillWaits = (name, end) =>
    K.trace.cut &&
    !K.trace.end &&
    K.trace.state.parked &&
    end >= K.trace.t[K.trace.last] &&
    K.rowsOf(K.trace).rows.get(name)?.last === BAR.WAIT;
  function html(name, begin, end, seen = stillWaits(name, end) ? K.trace.last : Infinity) {
    const life = K.lifeOf(name),
      from = Math.max(begin, life[0]),
      to = Math.min(end, life[1], K.trace.t[seen] ?? Infinity),
      causes = K.causesOf(name, from, to, seen, lineOf(name));
    if (to < from)
      return `<h2>Where did the time of ${chooser(name)} go? <span class="mute num">From ${K.clock(begin)} to ${K.clock(end)}</span></h2><p>${K.nameHTML(name)} ${begin > life[1] ? `was over at ${K.clock(life[1])}` : `began at ${K.clock(life[0])}`}.</p>`;
    const all = Math.max(
        1,
        causes.reduce((ns, c) => ns + c.ns, 0),
      ),
      whole = from === life[0] && to === life[1];
    const head = `<h2>Where did the ${K.trace.header.clock === "paused" && to === from ? "time" : `${K.trace.cut ? "recorded " : ""}${span(to - from)}`} of ${chooser(name)} go?${whole ? "" : ` <span class="mute num">${K.clock(from) === K.clock(to) ? `At ${K.clock(to)}` : `From ${K.clock(from)} to ${K.clock(to)}`}</span>`}</h2>`;
    if (!causes.length) return `${head}<p>${K.nameHTML(name)} did nothing and waited for nothing in this stretch.</p>`;
    const unknown = causes.unknown
      ? `<p class="mute">${K.plural(causes.unknown, "time")} not counted: events are missing in between.</p>`
      : "";
    const found = K.chainOf(name, from, to, seen),
      [chain, about] = chainHTML(found, to - from, causes, seen); // (it says most, and so is never behind the sign for more)
    const first = seen < Infinity || K.trace.cut || found.last?.key === "before"; // (how a hang, or the end of a limit, came about is asked before where the time went)
    const still = seen < Infinity ? "" : stillHTML(name, from, to),
      around = still.includes("It goes around");
    return (
      head +
      chain +
      (around ? still : "") +
      (first ? about : "") +
      causesHTML(name, causes, all) +
      panicHTML(name, from, to) +
      droppedHTML(name, from, to) +
      missedHTML(name, from, to) +
      layHTML(name, from, to) +
      overrunHTML(name, from, to) +
      restartedHTML(name, from, to) +
      againHTML(name, from, to) +
      (seen < Infinity ? "" : cancelledHTML(name, to) + (around ? "" : still)) +
      untakenHTML(name, from, to) +
      unknown +
      (first ? "" : about) +
      `<p class="mute">Each part goes to its longest moment. For a stretch drag over a lane, or write 1.0-2.0 s in <kbd>l</kbd>.</p>`
    );
  }

  // ----- where it is shown -----

  /** While nothing is asked the first event has the answer for the whole run. */
  const shown = (i) =>
    K.quiz?.on
      ? null
      : (stretch ??
        (i === K.visible[0] && main() ? { name: main(), begin: -Infinity, end: Infinity, ...hung() } : null));
  function paint(i) {
    const box = document.getElementById("answer"),
      what = i < 0 ? null : shown(i);
    box.hidden = !what;
    if (!what) return K.paint("answer", "");
    K.paint(
      "answer",
      (stretch ? `<button class="shut" data-shut aria-label="Close the answer">✕</button>` : "") +
        html(what.name, what.begin, what.end, what.seen),
    );
  }
  /** At which event one asks about tasks: where none is there yet, when the one of the answer waited longest, as the thread slept last. */
  function moment() {
    const what = K.i === K.visible[0] ? shown(K.i) : null,
      longest = what && !(what.seen < Infinity) && K.causesOf(what.name).find(({ key }) => !POINTLESS.includes(key)),
      row = longest && K.rowsOf(K.trace).rows.get(what.name),
      parks = kinds("Park");
    if (!row) return Math.min(what?.seen ?? K.i, K.trace.last);
    const from = longest.from,
      park = parks[K.upTo(parks, (row.endAt(from) ?? K.trace.count) - 1)];
    return park > from ? park : from;
  }
  K.answer = {
    main,
    opening,
    html,
    moment,
    get stretch() {
      return stretch;
    },
    ask(name, begin = -Infinity, end = Infinity) {
      if (K.quiz?.on || !name) return;
      [stretch, askedAt] = [{ name, begin, end }, K.i];
      K.show();
      document.getElementById("answer").scrollTop = 0;
    },
    clear() {
      if (!stretch) return;
      stretch = null;
      K.show();
    },
  };
  /** A value that lay long in its channel before this task received it. */
  function layHTML(name, from, to) {
    const { t } = K.trace,
      { got, put } = K.trace.lay.get(name) ?? {},
      ns = t[got] - t[put],
      row = K.rowsOf(K.trace).rows.get(name);
    if (!(ns > 20e6 && ns > (to - from) / 5) || t[got] < from || t[got] > to || K.missing(-1, got)) return "";
    const { sync } = K.event(got),
      by = K.event(put).run;
    const acts = kinds("SyncAct"),
      took = new Set(
        acts
          .slice(K.upTo(acts, put) + 1, K.upTo(acts, got))
          .map(K.event)
          .filter((e) => e.run === name && e.sync === sync && e.act === "get")
          .map(({ i }) => row?.barAt(i)),
      ),
      polls = row
        ? row.kind.slice(0, row.barAt(got)).filter((kind, k) => kind === BAR.POLL && k > row.barAt(put) && !took.has(k))
            .length
        : 0; // (others may have been before it)
    return `<p>A value that it received from ${esc(sync)} at ${K.when(got)} had been there for ${span(ns)}: ${by ? K.nameHTML(by) : K.outsider(put)} sent it at ${K.when(put)}${polls > 2 ? `, and ${K.nameHTML(name)} was polled ${K.often(polls)} in between without taking it` : ""}.</p>`;
  }
  // Of each task the value that had been in its channel longest when it was received. Values of a channel are taken in their order; of a broadcast each receiver
  // has a place of its own, which is known once nothing is left there. Where the counts do not agree, another runtime sends or receives there, too.
  K.on("begin", (trace) => Object.assign(trace, { lay: new Map(), order: new Map() }));
  K.on("event", ({ act, kind, sync, run, units, count, i }) => {
    if (!["mpsc", "oneshot", "broadcast"].includes(kind) || !["put", "get", "forget"].includes(act)) return;
    const { order, lay, t } = K.trace,
      of = order.get(sync) ?? order.set(sync, { puts: [], next: new Map() }).get(sync),
      who = kind === "broadcast" ? run : "";
    if (act === "put") return void of.puts.push(i);
    const known =
        kind === "broadcast" && act === "get" && count === 0
          ? of.puts.length - 1
          : (of.next.get(who) ?? (kind !== "broadcast" ? 0 : -1)),
      n = Number(units);
    if (!(known >= 0) || !(n > 0) || of.strange) return;
    if (known + n > of.puts.length || (kind !== "broadcast" && act === "get" && of.puts.length - known - n !== count))
      return void (of.strange = true);
    of.next.set(who, known + n);
    const put = of.puts[known],
      most = lay.get(run);
    if (act === "get" && run && (!most || t[i] - t[put] > t[most.got] - t[most.put])) lay.set(run, { got: i, put });
  });
  /** A limit was over, and what it limits was there when the task looked: that is asked first. */
  function overrunHTML(name, from, to) {
    const { t } = K.trace,
      all = K.trace.overrun
        .filter(({ i, run }) => run === name && t[i] >= from && t[i] <= to)
        .filter(({ at }) => K.timerWord(at) === "timeout")
        .sort((a, b) => b.ns - a.ns),
      [most] = all;
    if (!most) return "";
    const which = all.every(({ at: { file, line } }) => file === most.at.file && line === most.at.line)
        ? `The limit of ${site(most.at)}`
        : "A limit",
      often = all.length > 1 ? ` ${K.often(all.length)}` : "";
    return `<p>${which} had been over${often || ` for ${span(most.ns)}`} when the task looked (${often && `for ${span(most.ns)} at most, `}${K.link(most.i)}): what it limits was there, too, and that is asked first.</p>`;
  }
  K.on("begin", (trace) =>
    Object.assign(trace, {
      missed: [],
      droppedWith: [],
      begunAnew: new Map(),
      overrun: [],
      rung: new Map(),
      senders: new Map(),
    }),
  ); // the events by which a task missed something, and what went with branches
  K.on("event", (e) => {
    if (missedOf(e)) K.trace.missed.push(e.i);
    if (e.sync && (e.act === "senders" || (e.ev === "SyncNew" && K.isChannel(e.sync))))
      K.put(K.trace.senders, e.sync, e.i); // (by which the senders of each channel came and went)
    const late = e.ev === "TimerCancel" && K.trace.state.gone.find(({ due, at }) => due > 0 && at && e.t - due > 5e6);
    if (late) K.trace.overrun.push({ i: e.i, run: e.run, ns: e.t - late.due, at: late.at });
    const line = (who, at) => `${who} ${at?.file}:${at?.line}`; // (the line of the call is that of its timer)
    if (e.ev === "TimerFire") {
      const { task, due, at } = K.rang(e, K.trace.state);
      if (at) K.trace.rung.set(line(task, at), due);
    }
    if (e.ev === "AtLimit") {
      const at = K.trace.files.get(e.src?.file)?.whose === "program" ? e.src : e.at,
        ns = e.t - K.trace.rung.get(line(e.run, at));
      if (ns > 5e6) K.trace.overrun.push({ i: e.i, run: e.run, ns, at });
    }
    if (e.ev === "SelectPoll")
      for (const one of K.trace.begunAnew.get(e.run)?.values() ?? [])
        if (one.branch === e.branch + 1 && one.at?.text === lineOfSelect(K.trace.state.selects.get(e.run))?.text)
          one.asked = e.i;
    const select = (e.ev === "SelectWin" && K.trace.state.selects.get(e.run)) || {},
      { branches } = select,
      at = branches && lineOfSelect(select),
      all = branches && (K.trace.begunAnew.get(e.run) ?? K.trace.begunAnew.set(e.run, new Map()).get(e.run)),
      { lent } = K.losersOf(branches && select);
    branches?.forEach((b, k) => {
      const on = b.state === "dropped" && !lent.includes(k) ? b.waits.find((on) => !on.timer) : null,
        key = `${b.at?.text} ${k} of ${branches.length}`; // (of a first round the line of the `select!` is not known yet)
      if (on)
        Object.assign(
          all.get(key) ??
            all.set(key, { branch: k + 1, line: isLine(K.trace.state.primitives.get(on.sync)), drops: [] }).get(key),
          { at },
        ).drops.push({ i: e.i, what: K.onWhat(on) });
    });
    branches?.forEach((b, k) => {
      const took = b.took.filter(
        ({ from }) => !b.waits.some((on) => [on.value, on.sync].includes(from) && K.isChannel(from)),
      );
      if (b.state === "dropped" && b.waits.length && took.length)
        K.trace.droppedWith.push({ task: e.run, i: e.i, branch: k + 1, took });
    });
  });
  K.on("trace", () => {
    stretch = null;
    const box = document.getElementById("answer");
    box.addEventListener("click", (ev) => {
      if (ev.target.closest("[data-shut]")) K.answer.clear();
    });
    box.addEventListener("change", (ev) => {
      const { begin, end } = shown(K.i);
      K.answer.ask(ev.target.value, begin, end);
      box.focus(); // (a list would take the page's keys for itself)
    });
  });
  K.on("show", (s, e, i) => {
    if (i !== askedAt) stretch = null;
    askedAt = i;
    paint(i ?? -1);
  });
  K.on("quiz", () => K.show());
  document.addEventListener("keydown", (ev) => {
    if (ev.key === "Escape" && stretch && !document.querySelector("dialog[open]")) K.answer.clear();
  });
})((window.K = window.K || {}));
