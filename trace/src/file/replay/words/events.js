// What does the page say of each kind of event?
//
// The sentence of an event is in the trace. Here is what the page adds: what the event teaches (the line below
// the sentence), from which level on it is shown, under which word the search finds it, where tokio does the
// same step. A new event has its entry here, and a question of the quiz
// (quiz.js) if it has one; the rest of the page reads its fields and the state.
//
// Interface: `K.EVENTS[ev]`: `level` (0: in the story already, 1: with the tasks, 2: only for who wants it all),
// `kind` (a key of search.js), `tokio` (paths below tokio/src/), `teaches` (HTML),
// `drops` (what is gone with it). Each is a value, or a function of event and state.
// Invariant: everything that comes from the trace goes through `K.esc` before it is HTML.
// Not here: names, times and sentences (text.js), primitives (primitives.js), what an event changes (fold.js).
"use strict";
(function (K) {
  const {
    esc,
    forAll,
    hadToWait,
    hasPanicked,
    number,
    plural,
    primitiveOf,
    saidOf,
  } = K;
  /** What was done with a primitive: its own words, or those for all. */
  function act(e, s) {
    const own = saidOf(K.of(primitiveOf(e.kind).acts ?? {}, e.act), e, s);
    if (own !== undefined) return own;
    const was = s.before?.primitives.get(e.sync),
      atOnce = was?.room && was.count === was.room ? " There was no room: it has taken the place of the oldest." : ""; // (of a broadcast)
    const now = s.primitives.get(e.sync),
      first = e.kind === "semaphore" && ["release", "put"].includes(e.act) && now?.count === 0 && now.all?.names[0],
      wants = first ? K.wantsInLine(s, now, 0) : 1;
    if (first)
      return `${e.units > 1 ? "They go" : "It goes"} to ${K.nameHTML(first)}, the first in line${wants > e.units ? `, which wants ${wants}, and keeps what has come back until it has all of them` : e.units > 1 && now.all.names.length > 1 ? ", and so on" : ""}.`;
    switch (e.act) {
      case "take":
      case "get":
        if (forAll(e.sync) || !s.primitives.get(e.sync)?.line.length) return "";
        return hadToWait(e, "sync")
          ? "Tasks are served in order of arrival."
          : e.act === "take" &&
              K.event(e.i - 1)?.act === "release" &&
              K.event(e.i - 1).sync === e.sync &&
              K.event(e.i - 1).run === e.run
            ? "It has kept it, as a reader."
            : "";
      case "put":
        return e.units !== "all"
          ? ""
          : K.trace.notices.fates.get(e.i) === "nobody"
            ? "No task waits here, so none is woken. A future that <code>notified()</code> has made hears of it when it is polled; one that is made after this does not."
            : ["watch", "broadcast"].includes(e.kind) && was?.line.length === 0 && K.event(e.i - 1)?.on?.sync !== e.sync
              ? `No task waits here now, so none is woken: a receiver finds it when it asks, unless a newer one has taken its place by then.${atOnce}`
              : `Every task that waits here is woken.${atOnce}`;
      case "close":
        return "No more will come: every task that waits is woken.";
      case "open":
        if (e.kind === "watch" && Number(e.units) > 1)
          return "If it is a clone, it has seen what its original has; of <code>subscribe</code>, it hears of what is sent from now on.";
        return Number(e.units) > 1
          ? "It hears of what is sent from now on, as do the receivers that there were before."
          : "From now on a send reaches a receiver.";
      case "forget":
        return "What is forgotten doesn’t come back by itself.";
      case "refuse":
        return K.wanted(e) !== "sent"
          ? "A call that doesn’t wait stores no waker: nothing wakes the task for this."
          : e.count > 0
            ? /\btry_reserve/.test(K.callAt(e.at))
              ? "try_reserve doesn’t wait: nothing wakes the task when there is room."
              : "try_send doesn’t wait: the value comes back with an error, and what becomes of it is up to the program."
            : "Its receiver is gone, or has closed it: the value reaches no task.";
      default:
        return "";
    }
  }
  /** A sender more or less, a permit used, values that a channel forgets, a lock released that no task waits for: not for the story. */
  const isDetail = (e) =>
    e.act === "senders" ||
    (e.act === "refuse" && e.units === 0) ||
    (e.kind === "mpsc" && e.act === "release") ||
    (e.act === "forget" && primitiveOf(e.kind).acts?.forget) ||
    (e.kind === "mutex" && e.act === "release" && e.count > 0);

  // ----- where tokio does it -----

  const LOOP = ["runtime/scheduler/current_thread/mod.rs"],
    WHEEL = "runtime/time/wheel/mod.rs",
    DRIVER = "runtime/io/driver.rs",
    HARNESS = "runtime/task/harness.rs",
    SELECT = ["macros/select.rs"];
  const RESOURCES = {
    timer: ["runtime/time/entry.rs"],
    source: ["runtime/io/scheduled_io.rs"],
    value: ["sync/mpsc/chan.rs", "sync/task/atomic_waker.rs"],
    closed: ["sync/mpsc/chan.rs", "sync/notify.rs"],
    task: ["runtime/task/join.rs", HARNESS],
  };
  /** Of a wait: where what is waited for is. */
  function atThing(e, s) {
    if (e.on?.sync) return primitiveOf(s.primitives.get(e.on.sync)?.kind).tokio;
    if (/oneshot/.test(e.src?.file ?? "")) return primitiveOf("oneshot").tokio;
    return RESOURCES[Object.keys(e.on ?? {}).find((kind) => Object.hasOwn(RESOURCES, kind))];
  }

  // ----- what is taught of some events -----

  const widths = ["1 ms", "64 ms", "4.1 s", "4.4 min", "4.7 h", "12.4 days", "the rest"];
  const AT_ONCE = "All of these are due now, and nothing promises which comes first.";
  const CHOICES = {
    task: "Any ready task may be polled next. A program that is right is right in each of these orders.",
    timer: AT_ONCE,
    source: AT_ONCE,
    deferred: AT_ONCE,
    select: "<code>select!</code> may begin with any of its branches.",
    transfer: "A read or a write may move less than there is. The next one moves the rest.",
    budget: "A poll may have to give way after any operation that made progress.",
    spurious: "A task may be polled without need. Then its future looks once more, and waits on.",
  };
  const MESSAGES = { wake: "A wake", spawn: "A spawn", abort: "An abort" };

  /** Was the handle of a job dropped before its end was told? */
  const isDetached = (e) => (K.trace.index.byTask.get(e.task) ?? []).some((i) => i < e.i && K.event(i).ev === "Detach");
  /** A wake of something for which the task waits no more. */
  const ofEarlier = (e) => {
    const left = K.wokenAt(e.task, e.i);
    return left
      ? ` An earlier poll has left this waker at ${left}, for which the task no longer waits: it is polled all the same.`
      : "";
  };
  /** Where both queues are counted, as they take turns: which place a task has, if it isn't the last. */
  const ofBoth = (e, s, words) => {
    const at = (s?.places.queued.findIndex((t) => t.name === e.task) ?? -1) + 1;
    return at > 0 && (at !== e.place || at < s.places.queued.length) ? `${words} it is number ${at}.` : ""; // (it is the last of its own)
  };
  /** What the run did not show, said plainly: a picture of a channel that never fills teaches little. */
  function honest(s) {
    const missing = K.missing(-1, s.i),
      before = K.unkept();
    const lead = before
      ? "In the events that are recorded: "
      : missing
        ? `${plural(missing, "event")} ${missing === 1 ? "is" : "are"} missing. In those that are recorded: `
        : "";
    const out = [
      `${lead}${plural(s.counts.polls, "poll")}, ${plural(Math.max(0, s.counts.wakes - [...K.trace.admissions].filter((i) => i <= s.i).length), "wake")}, ${plural(s.counts.parks, "sleep")}.`,
    ];
    if (missing || before) return out[0]; // whether anybody ever waited is not known
    const all = s.primitives.values().filter((p) => !p.waits),
      locks = all.filter((p) => p.kind === "mutex" && p.uses),
      channels = all.filter((p) => p.kind === "mpsc" && p.high > 0 && p.high < p.room);
    for (const l of locks.slice(0, 2))
      out.push(`${K.up(l.name)} was taken ${K.often(l.uses)}, and no task ever had to wait for it.`);
    for (const c of channels.slice(0, 2))
      out.push(
        `${K.up(c.name)} never held more than ${number(c.high)} of ${number(c.room)} values: no send ever had to wait.`,
      );
    return out.join(" ");
  }

  /** Is there a clone of its waker anywhere? (Unknown counts as yes.) */
  const foreign = (e) => typeof e.wakers !== "number" || e.wakers > 0;

  /** Does one of the next few events queue a task for what the sockets report? */
  function wakesNext(e, most) {
    for (let i = e.i + 1; i <= Math.min(K.trace.last, e.i + most); i++) {
      const next = K.event(i);
      if (next.ev === "Wake" && next.by === "io") return true;
      if (["Turn", "Park", "PollStart"].includes(next.ev)) return false;
    }
    return false;
  }
  /** Does no message come before the next sleep? */
  function saysNothing(e) {
    const next = (ev) => {
      const all = K.trace.index.byEv.get(ev) ?? [];
      return all[K.upTo(all, e.i) + 1] ?? Infinity;
    };
    return next("Park") < next("Message");
  }
  function nobody(e) {
    const [readable, writable, priority, error] = Array.isArray(e.ready) ? e.ready : [];
    const ways = [
      readable && (K.listens(e.source) ? "accept" : K.TO.read),
      writable && K.TO.write,
      priority && !e.closed && K.TO.priority,
      error && K.TO.error,
    ].filter(Boolean);
    return ways.length
      ? `No task waits to ${ways.join(" or to ")}, so none is woken.`
      : "No task waits for it, so none is woken.";
  }
  /** A read or write that moved bytes, and the bit is cleared behind it: a short one. */
  const shortly = (e, clear) =>
    e?.result === "done" &&
    e.bytes > 0 &&
    clear?.ev === "SourceClear" &&
    clear.source === e.source &&
    clear.direction === e.direction;

  /** Is no timer due when a sleep ends at the latest? The wheel's list keeps the moment of one that has left it. */
  function tooEarly(e, s) {
    const first = s.timers.values().reduce((one, t) => (one?.due <= t.due ? one : t), null);
    return first && Math.ceil(first.due / 1e6) * 1e6 - e.t - e.timeout > 5e5
      ? ` None of the wheel’s timers is due then: the first is ${first.name}, at ${K.clock(first.due)}. A slot of the wheel keeps the earliest moment that it was given, though that timer has left it since.`
      : "";
  }

  /** What held the thread when a timer was due. */
  function whileLate(e, late) {
    const held = K.heldBy(e.t - late, e.i),
      words = K.heldWords(held, late),
      begin = K.link(Math.max(0, K.upTo(K.trace.t, e.t - late)));
    if (held.unknown) return "what held the thread is not known, since events are missing";
    return words
      ? `from ${begin} on, ${words}`
      : held.recorder > late / 2
        ? `from ${begin} on, the recorder held the thread (${K.span(held.recorder)})`
        : `from ${begin} on, no task held the thread${((away) => (away ? `: ${away}` : ", so the system woke it late"))(K.awayWords(Math.max(0, K.upTo(K.trace.t, e.t - late)), e.i))}`;
  }

  /** Whose timer was cancelled, and why. */
  function cancelled(e, s) {
    const timer = s.gone.find((g) => g.how === "removed"),
      who = timer?.task,
      select = s.selects.get(e.run);
    const whose = `It ${K.timerWord(timer?.at) ? `is the timer of a <code>${K.timerWord(timer.at)}</code>` : "was waited for"}${who ? ` in ${K.nameHTML(who)}` : ""}`;
    const lost =
      select?.since >= 0 &&
      K.pollOf(K.event(select.since)) === K.pollOf(e) &&
      select.branches.some(
        (b, k) =>
          b.state === "dropped" && b.waits.some((on) => on.timer === e.timer) && !K.losersOf(select).lent.includes(k),
      );
    // (An interval keeps its timer when a tick of it has lost: it goes with the interval, some ticks later or at once.)
    const why = K.ofInterval(timer?.at)
      ? `the interval was dropped${e.run ? ` in this poll of ${K.nameHTML(e.run)}` : ""}${lost ? `, and not only that tick, which lost the <code>select!</code> to branch ${select.won + 1} (${K.link(select.since)})` : ""}`
      : lost
        ? `its branch lost the <code>select!</code> to branch ${select.won + 1} (${K.link(select.since)})`
        : who && s.tasks.get(who)?.cancelling
          ? "that task is cancelled, and all that it holds is dropped"
          : e.run
            ? `its future was dropped in this poll of ${K.nameHTML(e.run)}`
            : `its future was dropped ${who || K.trace.index.byEv.get("RunEnd")?.[0] < e.i ? "with the runtime" : "outside of all tasks"}`;
    return `${whose}: ${why}.`;
  }

  /** Where a waker hangs, in a sentence. */
  const hang = (on) =>
    on.value && !K.isChannel(on.value)
      ? `in ${on.value}`
      : on.timer
        ? `in the wheel, at ${on.timer}`
        : on.source
          ? `at ${on.source}, ${K.toDo(on)}`
          : on.sync && !K.isChannel(on.sync)
            ? `in the line of ${on.sync}`
            : on.task
              ? `at the end of ${on.task}`
              : on.value || on.sync || on.closed
                ? `at ${on.value ?? on.sync ?? on.closed}`
                : on.deferred
                  ? "with the loop, until the end of this phase"
                  : "somewhere";
  function hangs(waits) {
    if (waits.length > 1 && waits.every((on) => on.timer))
      return `in the wheel, at ${waits.map((on) => on.timer).join(" and at ")}`;
    const all = waits.map(hang);
    return [...new Set(all)]
      .map((words) => [words, all.filter((other) => other === words).length])
      .map(([words, n]) => (n > 1 ? `${K.often(n)} ${words}` : words))
      .join(", and "); // (two branches may be in one line)
  }

  /** Where a job's thread took it earlier than the loop tells of it: what the loop did meanwhile. */
  function heardOf(e) {
    const { job } = K.rowsOf(K.trace).rows.get(e.task) ?? {},
      { index, real } = K.trace,
      late = job ? e.real - (job.since + (e.waited ?? 0)) : 0,
      i = K.upTo(real, real[e.i] - late);
    const before = (ev) => {
      const all = index.byEv.get(ev) ?? [];
      return all[K.upTo(all, i)] ?? -1;
    };
    if (!(late > 1e6)) return "";
    return before("Park") > before("Unpark")
      ? " The loop slept then, and does not wake for that: so it is told only now."
      : ` The loop hears of it only now, ${K.span(late)} later: it was at work.`;
  }
  const CAUSES = {
    timer: "A timer woke it",
    deferred: "It had given way, and was woken",
    runtime: "It was put into the queue",
  };
  function because(wake) {
    const { by, task } = wake,
      source = by === "io" ? K.wakingSource(wake.i) : undefined;
    if (by === "io")
      return `${K.up(K.sourceWord(source ?? K.reported(wake.i)))}${source ? ` (${source})` : ""} woke it`;
    if (by?.task) return by.task === task ? "It woke itself" : `${K.nameHTML(by.task)} woke it`;
    if (K.setWakes(wake)) return "Its local set woke it";
    if (by === "message") return `${K.up(K.outsider(wake.i))} woke it`;
    return CAUSES[by] ?? "It was woken";
  }

  function waits(on, state) {
    if (!on) return "";
    if (on.timer)
      return "Its waker is stored with the timer. The poll goes on until it returns Pending; from then on waiting costs no CPU and no thread.";
    if (on.source)
      return `Its waker is at ${K.sourceWord(on.source).replace(/^an? /, "the ")}; the next report of the system calls it.`;
    if (on.value)
      return K.isChannel(on.value)
        ? "Its waker is at the channel; the next send calls it, or the last sender’s end."
        : "Its waker is at the set; the end of any task of the set calls it.";
    if (on.sync && K.isChannel(on.sync))
      return `Back-pressure: the fast side is slowed to the pace of the slow one. ${K.nth(K.placeOf(state, on) || 1)} in line, first come, first served.`;
    if (on.closed) return "The waker is called when the receiver is closed or dropped.";
    if (on.sync)
      return `${state.primitives.get(on.sync)?.kind === "mutex" ? "The lock is taken. " : ""}Its waker is ${forAll(on.sync) ? `at ${esc(on.sync)}: all that wait there are woken at once` : `in the line of ${esc(on.sync)}, ${K.nth(K.placeOf(state, on) || 1)}; a future that is dropped loses its place`}.`;
    if (on.task) return "A handle is a future: its waker is at the task, and the task’s end calls it.";
    return "";
  }

  // ----- events -----

  /** A branch of a `select!` was ready, and the next event is not that it has won. */
  const misfits = ({ i }) => !["SelectWin", undefined].includes(K.event(i + 1)?.ev);

  /** Is what the `timeout` limits only a reference to a future, by its code? (The calls within it are left out: their arguments are not its own.) */
  function isLimitOfLent({ at }) {
    let [, code = ""] = /\btimeout\w*\(([^]*)/.exec(K.callAt(at)) ?? [];
    for (let was = ""; was !== code;) [was, code] = [code, code.replace(/\([^()]+\)/g, "()")];
    return /,\s*(&mut\s+\w+|\w+\.as_mut\(\))\s*,?\s*\)/.test(code);
  }

  /** What is dropped as a branch wins. */
  function losersWords(select) {
    const { count: losers, lent: all } = K.losersOf(select),
      lent = all.length,
      kept = all
        .map(
          (k) =>
            `<code>${esc(K.branchesOf(select)[k])}</code> is only a reference: its future lives on, keeps its place in a line, and is polled again only if the program awaits it. `,
        )
        .join("");
    if (losers === 0)
      return select?.branches.some((b, k) => k !== select.won && b.state === "ready")
        ? "Of those that were asked no other is left: a value that doesn’t fit its pattern ends a branch. "
        : "No other future was asked. ";
    return `${kept}${lent >= losers ? "A loser is dropped, with all it holds: here only a reference. " : losers - lent === 1 ? `The other${lent ? "" : " one"} is dropped, with all it holds. ` : `The ${lent ? "others" : "losers"} are dropped, with all they hold. `}That is all that cancelling is: no exception, no clean-up code.`;
  }

  /** Is it woken by nothing any more? */
  const hasNoWaker = (s, t) => !t.waits.length && K.wakerOf(s, t) === "nowhere";

  /** Why a future was rightly not polled: a `select!` has left it out, or the task that held it was ended; undefined if that is not so. */
  function leftOut({ i, run }) {
    if (!run) return undefined;
    const within = (ev) => (e) => e?.run === run && e.ev !== ev,
      poll = (way, stop) => {
        let k = i + way;
        while (within(stop)(K.event(k))) k += way;
        return k;
      };
    const begin = poll(-1, "PollStart"),
      end = K.event(poll(1, "PollEnd"));
    for (let k = i - 1; k > begin; k--)
      if (K.event(k).ev === "SelectWin")
        return ": its <code>if</code> was false, or another branch of the <code>select!</code> was ready first";
      else if (K.event(k).ev === "Elapsed") return ": a <code>timeout</code> has dropped what held it";
      else if (K.event(k).ev === "SelectPoll" && K.event(k).ready && misfits(K.event(k)))
        return ": its <code>if</code> was false, and the <code>select!</code> went on with its <code>else</code>";
    return ["cancelled", "panicked"].includes(end?.outcome) ? ": the task that held it was ended before" : undefined;
  }

  K.EVENTS = {
    RunStart: {
      level: 0,
      kind: "loop",
      tokio: ["runtime/runtime.rs", "runtime/context/runtime.rs"],
      teaches: (e) =>
        e.paused
          ? "A virtual clock: it stops while a task runs, and jumps when none can. A test of an hour takes no time."
          : "main() has made a future and handed it over. A future is a recipe: calling an async fn writes it, only a poll cooks. Step forward to see the first.",
    },
    RunEnd: {
      level: 0,
      kind: "loop",
      tokio: LOOP,
      teaches: (e, s) =>
        (e.tasks || e.timers || e.sources
          ? `The run ends with main. ${(K.trace.index.byEv.get("RunStart") ?? []).some((i) => i > e.i) ? "Whatever else is left goes on when this runtime runs again. " : "Whatever else is left is dropped with the runtime. "}`
          : "No task, no timer, no waker is left. ") + honest(s),
    },
    Turn: {
      level: 2,
      kind: "loop",
      tokio: LOOP,
      teaches: (e) =>
        e.queued
          ? "Poll the tasks that are ready, then look at messages, timers and the operating system: that is the whole runtime."
          : "No task is ready, so the turn goes straight on to the messages and the timers.",
    },
    Spawn: {
      level: 0,
      kind: "task",
      tokio: ["task/spawn.rs", "runtime/task/list.rs"],
      teaches: (e) =>
        e.kind === "main"
          ? "The future given to block_on is a task like any other here: it waits in the queue for its turn."
          : `spawn returns at once. The new task${e.what ? `, <code>${esc(e.what)}</code>,` : ""} is a record of ${e.size ? plural(e.size, "byte") : "a few bytes"} and a place in the queue, not a thread; nothing of it has run.`,
    },
    PollStart: {
      level: 0,
      kind: "poll",
      tokio: [...LOOP, HARNESS],
      teaches(e, s) {
        const t = s.tasks.get(e.task),
          wake = K.wakeOf(e.i),
          missing = K.missing(t?.spawned ?? -1, e.i);
        if (missing && wake === undefined)
          return `What woke it is not known: ${plural(missing, "event")} before this ${missing === 1 ? "is" : "are"} missing.`;
        if (wake === undefined && K.unkept() && (t?.spawned ?? -1) < 0)
          return "What woke it came before the record begins.";
        const row = K.rowsOf(K.trace).rows.get(e.task),
          asked = row && row.kind[row.barAt(e.i) + 1] === K.BAR.CANCELLED ? K.askedAt(row) : undefined;
        if (asked < e.i && !K.quiz?.on)
          return `Its end was asked for (${K.link(asked)}): this poll runs nothing of it, but drops its future.`;
        if (t?.polls === 1) return "Its first poll: only now does the first line of its body run.";
        const resumes = "It resumes at the .await where it waited, and goes on if that is ready.";
        const left = wake === undefined ? null : K.wokenAt(e.task, wake);
        return wake === undefined
          ? resumes
          : `Why now? ${because(K.event(wake))} at ${K.link(wake)}${left ? `: an earlier poll had left its waker at ${left}, for which it no longer waited` : ""}. ${resumes}`;
      },
    },
    PollEnd: {
      level: 0,
      kind: "poll",
      tokio: [HARNESS, "runtime/task/state.rs"],
      teaches(e, s) {
        const t = s.tasks.get(e.task);
        if (e.outcome === "pending")
          return t?.where === "queued"
            ? "It was woken while it ran, so it goes straight back to the end of the queue."
            : t?.waits.length
              ? `Pending means: don’t ask again until my waker is called. Its waker is ${K.tokens(hangs(t.waits))}.${K.quiz?.on ? "" : K.closesCircle(e.i)}`
              : `Pending means: don’t ask again until my waker is called. ${K.pollsASet(e.task, e.i) ? "The local set that it polls, or other code, holds a clone of it." : foreign(e) ? "Something outside of kettle’s own parts holds a clone of it." : K.servedOf(s, t) ? `What it waited for came while it was still polled, ${K.tokens(K.onWhat(K.servedOf(s, t)))}: the wake follows.` : "Nothing holds a clone of it: the future will never go on, and can only be dropped."}`;
        if (e.outcome === "panicked")
          return `${K.panicOf(e.task) ? `It panicked${K.panicWords(e.task)}. ` : ""}${t?.kind === "main" ? "It has no handle: the panic ends the run." : "The panic ends this task only. A task that awaits its handle gets a JoinError, and the loop goes on."}`;
        const asked = e.outcome === "cancelled" ? K.askedAt(K.rowsOf(K.trace).rows.get(e.task) ?? {}) : undefined;
        if (asked !== undefined)
          return `${K.event(asked).run ? `${K.nameHTML(K.event(asked).run)} had asked for that` : K.event(asked + 1)?.by === "runtime" ? "The runtime’s end asked for that," : "Other code had asked for that"} at ${K.when(asked)}. Its future goes, with all that it held.`;
        if (e.outcome === "cancelled")
          return "Cancelling is a drop and no more: its future goes, with all that it held.";
        return "Ready: its future is dropped, and it is never polled again.";
      },
    },
    Wake: {
      level: (e) => (e.by === "runtime" ? 2 : e.effect === "queued" ? 0 : 1),
      kind: "wake",
      tokio: ["runtime/task/waker.rs", "runtime/task/state.rs"],
      teaches: (e, s) =>
        ({
          queued: K.isAdmission(e)
            ? "Every task starts in the queue. This is no wake yet: the task did not wait, and no waker was called."
            : K.rowsOf(K.trace).rows.get(e.task)?.local
              ? "A wake runs nothing. It puts the task into the queue of its local set, and the loop does not look there: the task is polled while another polls the set, by <code>run_until</code> or by awaiting it."
              : ["timer", "io", "message"].includes(e.by)
                ? `A wake runs nothing. It puts the task into the urgent queue, for tasks that a timer, a socket or another thread woke. The loop takes from both queues in turn.${ofBoth(e, s, " Of both")}${ofEarlier(e)}`
                : `A wake runs nothing. It only puts the task at the end of the queue; the poll comes when its turn comes.${ofBoth(e, s, " The urgent queue has tasks, too: of both")}${ofEarlier(e)}`,
          coalesced: "Two wakes, one poll: the task is in the queue already, and it is there only once.",
          during_poll:
            "A wake in the middle of the task’s own poll is not lost: if the poll returns Pending, the task is queued once more.",
          stale: "A waker may outlive its task. Calling it then does nothing.",
        })[e.effect],
    },
    Wait: {
      level: (e) => (K.joins(e) ? 2 : e.on?.timer ? 1 : 0),
      kind: "wait",
      tokio: atThing,
      teaches: (e, s) =>
        K.joins(e)
          ? "A set keeps a waker of its own at each of its tasks. No task waits for that yet: <code>join_next</code> will."
          : (e.replaced === "other"
              ? "It takes the place of another task’s waker: here only one can wait at a time. "
              : e.replaced === "same"
                ? "The latest waker is stored at every poll; this one was there already. "
                : "") + waits(e.on, s),
    },
    Unwait: {
      level: 2,
      kind: "wait",
      tokio: atThing,
      drops: (e) => `its place at ${K.onWhat(e.on)}`,
      teaches: "The future that waited was dropped; it takes its waker along, so no task is woken for nothing.",
    },
    Served: {
      level: 1,
      tokio: atThing,
      teaches(e, s) {
        const of = e.on?.sync ?? "",
          handed = s.primitives.get(of)?.handed ?? [],
          told = K.event(e.i + 1),
          left = told?.ev === "Wake" ? K.wokenAt(told.task, told.i) : null,
          before = (name) => s.before?.primitives.get(name),
          who = handed.at(-1) ?? before(e.on?.value)?.value_waiting[0] ?? before(of)?.line[0];
        if (left)
          return `${K.nameHTML(told.task)} is told, which had asked ${left} before and waits for something else now: its waker was there still.`;
        return K.isChannel(of)
          ? `The free place goes to the one that has waited longest${handed.length ? `: ${K.tokens(handed.at(-1))}` : ""}. No other task can push in between.`
          : who !== undefined && K.isNoTask(who)
            ? "What waited for that is outside of all tasks: none of them is woken."
            : s.tasks.get(who)?.where === "queued"
              ? "The task is told: it had been woken already."
              : `The waiting task is told${K.wokenSoon(e.i, who) ? ", and woken soon" : ""}.`;
      },
    },
    Defer: {
      level: 1,
      kind: "wake",
      tokio: ["runtime/scheduler/defer.rs", "task/coop/mod.rs"],
      teaches: (e) =>
        ({
          budget:
            "After a number of successful steps a task must give way, even if it could go on: otherwise one busy task would hold the thread forever.",
          yield: "It asks to be polled again, and lets the others run first.",
          clock: "What has become due runs first.",
        })[e.why],
    },
    TimerAdd: {
      level: 0,
      kind: "timer",
      tokio: [WHEEL, "runtime/time/wheel/level.rs"],
      teaches: (e) =>
        `${e.run ? "The task’s waker" : "A waker, of no task,"} is in the wheel now. On level ${e.level} one slot is ${widths[e.level] ?? "wide"}${e.level < 6 ? " wide" : ""}.${e.run ? " No thread sits and waits for it." : ""}`,
    },
    TimerMove: {
      level: 1,
      kind: "timer",
      tokio: ["runtime/time/entry.rs", WHEEL],
      teaches: (e, s) =>
        `A deadline was set anew. It is the same waker, in ${((was) => was && was.level === e.level && was.slot === e.slot)(s.before?.timers.get(e.timer)) ? "a slot of the same time" : "another slot"}: two steps, and no task is woken.`,
    },
    TimerCascade: {
      level: 2,
      kind: "timer",
      tokio: [WHEEL],
      teaches:
        "Their slot is opened: they move to finer slots, or fire next if they are due. The wheel looks closer as time comes near.",
    },
    TimerFire: {
      level: 1,
      kind: "timer",
      tokio: ["runtime/time/mod.rs", WHEEL],
      teaches(e, s) {
        const { late } = K.rang(e, s);
        return late > 2e6
          ? `${K.span(late)} late: ${whileLate(e, late)}. A timer can be late, never early.`
          : `${late >= 1e3 && !e.late ? `${K.span(late)} late. ` : ""}A timer is never early: its deadline is rounded up to the next millisecond.`;
      },
    },
    TimerCancel: {
      level: 1,
      kind: "timer",
      tokio: ["runtime/time/entry.rs", WHEEL],
      drops: (e) => e.timer,
      teaches: (e, s) => `${cancelled(e, s)} One step takes it out of the wheel, however many timers there are.`,
    },
    SourceNew: {
      level: 1,
      kind: "source",
      tokio: ["net/tcp/stream.rs", "io/poll_evented.rs"],
      teaches: (e, s) =>
        e.what === "UdpSocket" && e.ends[1]
          ? "From now on it sends to that port unless told otherwise, and the system drops what comes from others. Nothing is sent for this."
          : (/^(Process|Child)/.test(e.what) ? `This is ${K.childOf(e.source)}. ` : "") +
            (!e.ready.includes(true)
              ? "It joins the selector at once. The program tries it itself once the system has reported it."
              : s.before?.sources.get(e.source)?.registered
                ? "The selector knows it already."
                : "The system knows it, and the selector not yet: it joins that when it first has to wait."),
    },
    SourceAdd: {
      level: 1,
      kind: "source",
      tokio: ["runtime/io/registration.rs", DRIVER],
      teaches: (e, s) => {
        const { read, write } = s.before?.sources.get(e.source) ?? {};
        return `${read?.last || write?.last ? "It was tried first, and only joins the selector because it would have blocked" : "It joins the selector"}: from now on the operating system reports when it becomes ready.`;
      },
    },
    SourceTry: {
      level: (e) => (e.result === "would_block" ? 1 : 0),
      kind: "source",
      tokio: ["runtime/io/registration.rs", "io/poll_evented.rs"],
      teaches: (e, s) =>
        K.isKill(e)
          ? "The child can’t refuse that, and nothing is written: the system reports when it has ended."
          : {
              would_block:
                `${e.direction === "write" ? "It can’t be written to now." : /^(Process|SignalSocket)$/.test(K.sourceType(e.source)) ? "" : K.listens(e.source) ? "No connection is there." : "Nothing there."} That is an answer, not an error: the thread goes on, and the system will report a change.`.trim(),
              done:
                e.bytes === 0 && e.direction === "write"
                  ? (K.moved(K.otherEnd(e.source))?.drop ?? Infinity) <= e.i
                    ? "The other end is gone already: nothing reads that any more."
                    : "The other end reads what is on its way, and then the end of the stream."
                  : (e.bytes === 0 && K.isDatagram(e.source)
                      ? "An empty datagram. "
                      : e.bytes === 0
                        ? "0 bytes: the other side has ended. "
                        : hadToWait(e)
                          ? `${e.bytes > 0 ? `${plural(e.bytes, "byte")}. ` : ""}It had waited for this. `
                          : e.bytes > 0
                            ? `${plural(e.bytes, "byte")}, at once: no waiting, no waker. `
                            : "It worked at once: no waiting, no waker. ") +
                    (shortly(e, K.event(e.i + 1))
                      ? e.direction === "write"
                        ? "There was no room for more."
                        : "That was less than there was room for, so there is no more for now."
                      : ((source) =>
                          !source?.[e.direction]?.ready
                            ? ""
                            : source.registered
                              ? "The source counts as ready until a try says otherwise."
                              : "It is registered with the system only when a try would block.")(
                          s.sources.get(e.source),
                        )),
              failed: "The operation’s own error goes to the program.",
            }[e.result],
    },
    SourceReady: {
      level: 0,
      kind: "source",
      tokio: [DRIVER, "runtime/io/scheduled_io.rs"],
      teaches: (e) =>
        (e.closed
          ? "Closed is told once and kept: the other side will send no more, or there was an error. What has come before that can still be read. "
          : K.sourceType(e.source) === "Process"
            ? "That is told once. "
            : "A report means: worth a try. It says nothing about how much there is, and it comes once for each change. ") +
        ((wakesNext(e, 1) && K.reported(e.i + 1) === e.source) || e.then?.includes?.("tasks") ? "" : nobody(e)),
    },
    SourceClear: {
      level: 2,
      kind: "source",
      tokio: ["runtime/io/scheduled_io.rs"],
      teaches: (e) =>
        (shortly(K.event(e.i - 1), e)
          ? `It was a short try: ${e.direction === "write" ? "there was no room for more" : "fewer bytes than there was room for"}, so the next one would block. `
          : "") + "The bit is cleared; only a new report of the system sets it again.",
    },
    SourceDrop: {
      level: 1,
      kind: "source",
      tokio: ["runtime/io/registration.rs", DRIVER],
      teaches: (e) =>
        `Its descriptor is closed or handed out: nothing more comes of it${K.isDatagram(e.source) || K.listens(e.source) || K.signalOf(e.source) ? "" : ", and the other side may find the end"}.`,
    },
    Choice: {
      level: 1,
      kind: "loop",
      teaches: (e) =>
        `${K.of(CHOICES, e.point) ?? "Several answers are right here."} Without a seed the first answer is taken, each time.`,
    },
    ChildEnd: {
      level: 1,
      kind: "source",
      tokio: ["process/unix/pidfd_reaper.rs"],
      teaches: (e) =>
        (e.signal
          ? "It did not end by itself: a signal ended it, and it has no status. "
          : e.code
            ? "By custom a status other than 0 says that it failed. "
            : "By custom status 0 says that all went well. ") + "The system keeps the answer until it is asked for.",
    },
    Park: {
      level: (e) => (e.timeout === 0 ? 1 : 0),
      kind: "loop",
      tokio: [...LOOP, "runtime/time/mod.rs"],
      teaches: (e, s) =>
        e.timeout === null || e.timeout === undefined
          ? `No CPU is used. ${K.isHopeless(e.i) ? (K.wokeUp(e.i) && !K.quiz?.on ? "Nothing of the program’s own is left that could end this sleep: see the verdict. An unpark ends it, such as the doctor’s, which looks around." : "Nothing is left that could end this sleep: see the verdict.") : s.timers.size ? "While a job is out the virtual clock stands still, so no timer can end this: a socket or another thread does, such as the job’s." : "Without a timer only a socket or another thread can end it."}`
          : e.timeout === 0
            ? "Not for long: there is something due already."
            : `No CPU is used until then. The operating system ends the sleep for a timer, a socket, or another thread’s unpark.${tooEarly(e, s)}`,
    },
    Unpark: {
      level: 1,
      kind: "loop",
      tokio: [DRIVER],
      teaches: (e) =>
        e.events
          ? `It brings what the sockets report. ${wakesNext(e, 64) ? "The tasks that waited for that are queued next." : "No task waited for it, so none is woken."}`
          : e.unparked
            ? saysNothing(e)
              ? "An unpark without a message: a job has ended, another thread has set an earlier timer, or the doctor looks around."
              : "Another thread has sent a message, which is received in step 3, or set an earlier timer."
            : K.timedBy(e.i)
              ? "It doesn’t know yet for whom. The timers are looked at in step 4."
              : "For nothing that is told: a signal to the process, say, may end the system’s call.",
    },
    Advance: {
      level: 0,
      kind: "timer",
      tokio: ["time/clock.rs"],
      teaches: (e) =>
        e.auto
          ? "No task can run before the next deadline, so the virtual clock simply goes there."
          : "By hand, from the program.",
    },
    Message: {
      level: 1,
      kind: "loop",
      tokio: [...LOOP, "runtime/scheduler/inject.rs"],
      teaches: (e) =>
        `${K.of(MESSAGES, e.kind) ?? "What is wanted"} from ${K.outsider(e.i)} comes as a message: no other thread ever touches the run queue, so the queue needs no lock.`,
    },
    BlockingStart: {
      level: 0,
      kind: "task",
      tokio: ["runtime/blocking/pool.rs"],
      teaches:
        "Work that would block goes to a thread of its own, or into the pool’s queue if there are as many as there may be. The loop stays free.",
    },
    BlockingRun: {
      level: 1,
      kind: "task",
      tokio: ["runtime/blocking/pool.rs"],
      teaches: (e) =>
        `Until then the job was in the pool’s queue: for a thread that was idle, for a new one, or for one that was at work.${heardOf(e)}`,
    },
    BlockingEnd: {
      level: 0,
      kind: "task",
      tokio: ["runtime/blocking/task.rs"],
      teaches: (e) =>
        e.ran === null
          ? "No thread ever ran it: it was aborted, or the runtime ended before."
          : isDetached(e)
            ? `${hasPanicked(e.task) ? "It panicked" : "It is done"}; its handle was dropped before, so nothing is kept, and no task is woken.`
            : `${hasPanicked(e.task) ? "It panicked, and its handle will say so." : "It has left its output with its handle."} A task that awaits the job is woken by a message.`,
    },
    SyncNew: {
      level: 0,
      kind: (e) => primitiveOf(e.kind).word ?? "sync",
      tokio: (e) => primitiveOf(e.kind).tokio,
      teaches: (e, s) => saidOf(primitiveOf(e.kind).is, e, s),
    },
    SyncAct: {
      level: (e) => (isDetail(e) ? 1 : 0),
      kind: (e) => primitiveOf(e.kind).word ?? "sync",
      teaches: act,
      tokio: (e) => (e.kind === "mpsc" && e.act !== "put" ? ["sync/mpsc/chan.rs"] : primitiveOf(e.kind).tokio),
    },
    Scope: { level: 2, kind: "select", teaches: () => "What happens in one of its branches says so from here on." },
    ScopeEnd: {
      level: 2,
      kind: "select",
      teaches: () => "Futures of its branches that aren’t ready are dropped where they are.",
    },
    SelectStart: {
      level: 2,
      kind: "select",
      tokio: SELECT,
      teaches: (e, s) =>
        `The waker says only: ${esc(e.run ?? "this task")}. It does not say which branch. So at each poll of the task the branches are asked in turn, beginning with ${((written) => (written?.biased ? "the first, since it is <code>biased</code>" : `one drawn by lot${written ? "" : ", unless it is <code>biased</code>"}`))(K.writtenAs(s.selects.get(e.run)))}, and the first that is ready ends it.`,
    },
    SelectPoll: {
      level: 1,
      kind: "select",
      tokio: SELECT,
      teaches: (e, s) =>
        e.ready
          ? misfits(e)
            ? `Its value doesn’t fit the pattern that is written for it: this branch is over, and ${s.selects.get(e.run)?.branches.every(({ state }) => state === "ready") ? "so is the select!, by its else" : "the select! goes on with the others"}.`
            : "The first that is ready ends the select!; those not asked yet are not asked any more."
          : `All branches live inside the one task and share its waker. That waker says only: ${esc(e.run ?? "this task")}. So the next poll has to ask them all again.`,
    },
    SelectWin: {
      level: 0,
      kind: "select",
      tokio: SELECT,
      teaches: (e, s) =>
        `${losersWords(s.selects.get(e.run))}${/ had (read|received) /.test(e.say) ? " <b>What a loser had taken in and kept inside itself is gone with it</b>; what it had put elsewhere is not." : ""}`,
    },
    Cancel: {
      level: 0,
      kind: "task",
      tokio: ["runtime/task/abort.rs", HARNESS],
      teaches: (e) =>
        e.task?.startsWith("job")
          ? "A job that a thread has begun can’t be stopped: it runs on. One that still waits for a thread never runs."
          : "It is only asked for: the task’s future will be dropped when its turn to be polled comes.",
    },
    Join: {
      level: 0,
      kind: "task",
      tokio: ["runtime/task/join.rs"],
      teaches: (e) =>
        e.outcome === "panicked"
          ? `${K.panicOf(e.task) ? `It panicked${K.panicWords(e.task)}. ` : ""}A panic comes out of the handle as an error; it did not spread.`
          : e.outcome === "cancelled"
            ? "The handle says so: a JoinError."
            : "The handle gives its output out: it waited there until it was asked for.",
    },
    Detach: {
      level: 1,
      kind: "task",
      tokio: ["runtime/task/join.rs", HARNESS],
      teaches: (e, s) =>
        ((t, job) =>
          job && !s.jobs.has(e.task)
            ? "The job is over: its output is dropped with the handle."
            : job && (K.trace.index.byEv.get("Cancel") ?? []).some((i) => i < e.i && K.event(i).task === e.task)
              ? "Its end was asked for: if no thread has begun it, it never runs; else its output is lost."
              : t?.cancelling
                ? "The task is cancelled all the same: no task asks how it ends."
                : t?.where === "waiting" && hasNoWaker(s, t)
                  ? "Dropping a handle stops nothing; but no waker of this task is left, and now nothing that could end it: its future is dropped with the runtime."
                  : t?.where !== "done"
                    ? `Dropping a handle stops nothing: the ${job ? "job" : "task"} goes on, and its output is lost.`
                    : t.how === "ready"
                      ? "The task is over: its output is dropped with the handle."
                      : "The task is over: no task asks how it ended.")(s.tasks.get(e.task), /^job/.test(e.task)),
    },
    Unpolled: {
      level: (e) => (leftOut(e) ? 2 : 0),
      kind: "task",
      teaches: (e) =>
        `Making a future starts nothing. This one was dropped before its first poll, so nothing of it has ever happened${leftOut(e) ?? ": if it was meant to, an .await is missing"}.`,
    },
    Elapsed: {
      level: 1,
      kind: "timer",
      tokio: ["time/timeout.rs"],
      teaches: (e) =>
        isLimitOfLent(e)
          ? "A timeout drops its future with itself: here only a reference to it. What the future waits for it still does."
          : "A timeout drops its future with itself: what that waited for is not waited for any more.",
    },
    AtLimit: {
      level: 0,
      kind: "timer",
      tokio: ["time/timeout.rs"],
      teaches:
        "timeout asks the future first, and then its timer. So what is ready by then is taken, as if it had come in time.",
    },
    LateTick: {
      level: 1,
      kind: "timer",
      tokio: ["time/interval.rs"],
      teaches: (e) =>
        !e.overdue
          ? "The task came late for it, or the thread did."
          : e.made_up
            ? "An interval makes up for the ticks that it missed, one after another without a pause, unless <code>set_missed_tick_behavior</code> says otherwise (Burst)."
            : "The program has chosen that: <code>set_missed_tick_behavior</code>.",
    },
    Note: {
      level: 0,
      kind: (e) => (K.panicAt(e) ? "task" : "printed"),
      teaches: (e) =>
        K.panicAt(e)
          ? `${K.otherNumber(K.panicAt(e).message, "Its ").replace(/.$/, "$&. ")}A panic goes up through the functions of this poll, or of this job, and drops what they hold on its way: that is told next.`
          : "A note of the program itself.",
    },
    Lost: { level: 0, kind: "verdict", teaches: "What happened in between is not in this trace." },
  };
})((window.K = window.K || {}));
