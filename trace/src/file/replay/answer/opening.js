// What does the page say before the first step?
//
// How long the run was, how many tasks it had, how it ended, the doctor's verdict, and what was lost.
//
// Interface: `mainTask()`: the task whose end was the run's; `hungTask()`: of a run that hung, which task is asked about;
// `opening(i)`: sentence and aside of the first event (HTML), or null.
// Invariant: nothing is told that is not in the record: of a record that was cut short, not how the run ended.
// Not here: where the time went (answer.js).
"use strict";
(function (K) {
  const {
    BAR,
    NAMED,
    atTime,
    droppedHTML,
    endOfChild,
    esc,
    eventsOf,
    missedHTML,
    missedOf,
    nthOf,
    pagesWords,
    span,
    toEvent,
  } = K;

  /** `main`, the last that ended if there are several, and not a keeper's; else the task that ended last. */
  function mainTask() {
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
  function hungTask() {
    const { rows } = K.rowsOf(K.trace),
      lint = K.trace.lints.findLast(({ lint }) => lint !== "decision"),
      about = ["deadlock", "lost_wakeup"].includes(lint?.lint) && [
        lint.task,
        ...lint.spots.map(({ say }) => /^(?:main|task \d+)/.exec(say)?.[0]),
      ];
    const name =
      about &&
      [...(about[1] ? [mainTask()] : []), ...about].find((name) => {
        const row = rows.get(name),
          k = row?.barAt(lint.i);
        return row?.kind[k] === BAR.WAIT && (k === row.kind.length - 1 || K.cancelledAfter(row, k));
      });
    if (!name) return null;
    // (It goes on waiting until the record's end, or that of the run.)
    const row = rows.get(name),
      over = eventsOf("RunEnd").at(-1),
      still = row.barAt(lint.i) === row.kind.length - 1 && !(over > lint.i);
    return { name, seen: still ? K.trace.last : lint.i };
  }

  // ----- the first event -----

  const HOW = { ready: "returned", panicked: "panicked", cancelled: "was cancelled" };
  /** How the run ended. */
  function ending() {
    const { state, cut } = K.trace,
      name = mainTask(),
      task = state.tasks.get(name),
      end = K.event(eventsOf("RunEnd").at(-1) ?? -1),
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
    if (cut && !(K.trace.end && end && !(eventsOf("RunStart").at(-1) > end.i)))
      return `${K.trace.end ? "It was written before the run ended." : "What came after that is not in it."}${panicked ? ` ${panicked}.` : ""}`; // (first, so that "that" is no panic)
    // (A task that was aborted just before the end is dropped with the runtime; it is cancelled all the same.)
    const asked = new Map(
        eventsOf("Cancel")
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
      jobEnds = eventsOf("BlockingEnd").filter((i) => i > end?.i),
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
      all = asks.map(({ t }) => t),
      each = [...new Set(asks.map(({ ask }) => ask?.i))].sort((a, b) => a - b),
      number = (i) => K.link(i).replace("event ", "");
    const byWhom = (t) => {
        const { ask } = asks.find((one) => one.t === t);
        return `${K.nameHTML(t.name)}${ask?.run ? `, by ${K.nameHTML(ask.run)}` : ""}${atTime(ask?.i ?? t.ended)}`;
      },
      who = once
        ? ` by ${K.nameHTML(first.run)} at ${each.length > 1 ? `${K.clock(first.t)} (events ${each.length > 3 ? `${number(each[0])} to ${number(each.at(-1))}` : K.several(each, number, "", ", ", " and ")})` : K.when(first.i)}${namesOf(all, (t) => K.nameHTML(t.name))}`
        : namesOf(all, byWhom);
    const failed = eventsOf("ChildEnd")
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
          `<b class="bad">⚠ ${toEvent(lint.begin, esc(String(lint.lint ?? "verdict").replace(/_/g, " ")))}</b> ${K.prose(String(lint.say ?? "").replace(/\.$/, ""))}.${againWords(lint)}`,
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

  Object.assign(K, { mainTask, hungTask, opening });
})((window.K = window.K || {}));
