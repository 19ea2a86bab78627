// How is an event said, who is shown how, and which events does a level show?
//
// The headline of an event is its own sentence, `say`, as the story in the terminal prints it; the
// line below says what the event teaches. Names in both are drawn as tokens: colour, shape, number.
//
// Interface: `K.sentence(i)` (plain words), `K.headline(i)` and `K.aside(i, state)` (HTML),
// `K.look(name)`, `K.chip(name)`, `K.chipHTML(name)`, `K.nameHTML(name)`, `K.tokens(text)`,
// `K.levelOf(e)`, `K.el`, `K.svg`, `K.esc`, `K.span(ns)`, `K.clock(ns)`, `K.nth`, `K.plural`,
// `K.onWhat(on)`, `K.onShort(on)`.
// Invariant: everything that comes from the trace goes through `K.esc` before it is HTML.
// Not here: boxes and pictures (kitchen.js), sources (panes.js).
"use strict";
(function (K) {
  // ----- small tools -----
  const make = (ns) => (tag, attrs, ...children) => {
    const node = ns ? document.createElementNS(ns, tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attrs ?? {})) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
    return node;
  };
  K.el = make(null);
  K.svg = make("http://www.w3.org/2000/svg");
  const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  K.esc = (text) => String(text).replace(/[&<>"']/g, (c) => ESCAPES[c]);
  /** "channel.rs:33": enough to find it, and short enough for a label. */
  K.site = (place) => place.replace(/^.*\//, "").replace(/(:\d+):\d+$/, "$1");
  /** What a task is, and where it was spawned: "producer · channel.rs:33"; "" if that is not recorded. */
  K.origin = function (name) {
    const { trace } = K;
    trace.origins ??= new Map((trace.index.byEv.get("Spawn") ?? []).map((i) => trace.events[i])
      .map((e) => [e.task, [/^\w+$/.test(e.what ?? "") && e.what !== e.task ? e.what : "", e.made ? K.site(e.made.text) : ""].filter(Boolean).join(" · ")]));
    return trace.origins.get(name) ?? "";
  };
  /** How many events are missing between these two. */
  K.missing = (from, to) => K.trace.lost.reduce((n, lost) => (lost.i >= from && lost.i < to ? n + lost.lost : n), 0);
  /** The wake that led to a poll, and the poll that a wake led to: not across a gap, where there may have been others. */
  K.wakeOf = (poll) => { const wake = K.trace.index.wakeOfPoll.get(poll); return wake === undefined || K.missing(wake, poll) ? undefined : wake; };
  K.pollAfter = (wake) => { const poll = K.trace.index.pollOfWake.get(wake); return poll === undefined || K.missing(wake, poll) ? undefined : poll; };
  K.plural = (n, word) => `${K.number(n)} ${word}${n === 1 ? "" : word.endsWith("ch") ? "es" : "s"}`;
  K.number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
  K.nth = (n) => n + (n % 100 > 10 && n % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][n % 10] ?? "th");
  /** A point in time, as exact as it matters. */
  K.clock = (ns) => ns < 1e6 ? `${(ns / 1e3).toFixed(1)} µs` : ns < 1e9 ? `${(ns / 1e6).toFixed(2)} ms` : `${(ns / 1e9).toFixed(3)} s`;
  /** A length of time, as one would say it. */
  K.span = (ns) => ns < 1e3 ? `${Math.round(ns)} ns` : ns < 1e6 ? `${+(ns / 1e3).toPrecision(2)} µs` : ns < 1e9 ? `${+(ns / 1e6).toPrecision(3)} ms` : ns < 6e10 ? `${+(ns / 1e9).toFixed(2)} s` : `${+(ns / 6e10).toFixed(1)} min`;

  // ----- tokens -----
  /** Main is the first, and nobody else looks like it; task n is the one after. With many tasks those of one spawn site look alike. */
  function order(name) {
    const trace = K.trace, memo = (trace.looks ??= new Map());
    if (!memo.has(name)) memo.set(name, ordinal(trace, name));
    return memo.get(name);
  }
  function ordinal(trace, name) {
    const number = +(/(\d+)$/.exec(name)?.[1] ?? 0);
    if (name.startsWith("main")) return 0;
    const spawns = trace.index?.byEv.get("Spawn") ?? [];
    if (spawns.length <= 13) return number;
    trace.sites ??= new Map();
    if (!trace.sites.size) for (const i of spawns) {
      const e = trace.events[i], site = e.made?.text ?? "";
      if (e.kind !== "main" && !trace.sites.has(site)) trace.sites.set(site, trace.sites.size + 1);
      (trace.siteOf ??= new Map()).set(e.task, site);
    }
    return trace.sites.get(trace.siteOf?.get(name)) ?? number;
  }
  /** `{shape: 1 … 6, colorVar: "--t1" …}`; a job and whoever is unknown have no colour of their own. */
  K.look = function (name) {
    if (!name || name.startsWith("job") || name === "somebody") return { shape: 3, colorVar: "--other" };
    const at = order(name), n = at === 0 ? 1 : ((at - 1) % 5) + 2; // main's is its own
    return { shape: n, colorVar: `--t${n}` };
  };
  /** What stands in the token: the number, or `m` for main. */
  const mark = (name) => {
    const number = /(\d+)$/.exec(name ?? "")?.[1] ?? "";
    if (!name || name === "somebody") return "?";
    return name.startsWith("main") ? `m${number}` : name.startsWith("job") ? `j${number}` : number;
  };
  /** `box`: the middle and the size of a token inside a picture. A long number makes it wider, so that it can be read. */
  K.chipHTML = function (name, box) {
    const { shape: own, colorVar } = K.look(name), text = mark(name), long = text.length > 2, shape = long ? 3 : own; // (a long number tells more than a shape)
    const wide = box?.mute ? 1 : long ? [1.25, 1.6, 1.9][text.length - 3] ?? 2.4 : text.length === 2 && shape === 2 ? 1.2 : 1;
    const place = box ? ` x="${box.x - (box.size * wide) / 2}" y="${box.y - box.size / 2}" width="${box.size * wide}" height="${box.size}"` : "";
    return `<svg class="chip${long ? " long" : ""}"${place} viewBox="0 0 ${24 * wide} 24" aria-hidden="true" style="--c:var(${colorVar});--wide:${wide}"><use href="#s${shape}" width="24" height="24"${wide > 1 ? ` transform="scale(${wide} 1)"` : ""}/>` +
      (box?.mute ? "" : `<text x="${12 * wide}" y="${shape === 2 ? 19.4 : shape === 6 ? 17.4 : 16.4}">${K.esc(text)}</text>`) + `</svg>`;
  };
  K.chip = function (name) {
    const box = document.createElement("span");
    box.innerHTML = K.chipHTML(name);
    return box.firstChild;
  };
  K.hue = (name) => `style="--c:var(${K.look(name).colorVar})"`;
  K.nameHTML = (name) => `<span class="who" ${K.hue(name)}>${K.chipHTML(name)} <span class="name">${K.esc(name)}</span></span>`;
  /** Text with the names in it drawn as tokens. */
  K.tokens = (text) => K.esc(text).replace(/(?<!the )\b(main(?: \d+)?|task \d+|job \d+)\b(?!\(| thread| function)/g, (name) => K.nameHTML(name));
  K.link = (i) => `<a href="#e=${K.trace.events[i].n}" data-go="${i}">event ${K.trace.events[i].n}</a>`;

  // ----- sentences -----

  /** The first queueing of a new task: no wake, though it is told as one. */
  K.isAdmission = function (e) {
    if (e?.ev !== "Wake" || e.by !== "runtime" || e.effect !== "queued") return false;
    const { trace } = K, first = (trace.firstPolls ??= new Map());
    if (!first.size) for (const i of trace.index.byEv.get("PollStart") ?? []) if (!first.has(trace.events[i].task)) first.set(trace.events[i].task, i);
    return !(first.get(e.task) < e.i);
  };
  /** Whatever listens accepts, and never writes. */
  K.listens = function (source) {
    const { trace } = K;
    trace.listeners ??= new Set((trace.index.byEv.get("SourceAdd") ?? []).map((i) => trace.events[i]).filter((e) => /Listener$/.test(e.what)).map((e) => e.source));
    return trace.listeners.has(source);
  };
  function said(e) {
    const say = typeof e.say === "string" && e.say ? e.say : `an event of a newer version: ${e.ev}`;
    if (K.isAdmission(e)) return `${e.task} is put into the run queue${e.place ? `, as number ${e.place}` : ""}`;
    if (e.ev === "SourceTry" && K.listens(e.source)) return say.replace(`tries to read ${e.source}`, `tries to accept at ${e.source}`);
    return say;
  }
  K.sentence = function (i) {
    const e = K.trace.events[i];
    if (!e) return "";
    const say = said(e);
    const text = say.startsWith("select!") ? say : say[0].toUpperCase() + say.slice(1);
    return /[.!?…]$/.test(text) ? text : `${text}.`;
  };
  K.headline = function (i) {
    const text = K.sentence(i);
    // A name keeps its small letter, also at the beginning: it is a name.
    return K.tokens(/^(Main|Task \d|Job \d)/.test(text) ? text[0].toLowerCase() + text.slice(1) : text);
  };

  /** What a task waits to do. */
  const TO = { read: "read", write: "write", priority: "read priority data", error: "fetch an error" };
  const onSync = (on) => K.isChannel(on.sync) ? `room in ${on.sync}` : on.sync.startsWith("rwlock") ? `${on.sync}, to ${on.units === "all" ? "write" : "read"}` : on.sync.startsWith("semaphore") ? `${K.plural(on.units, "permit")} of ${on.sync}` : on.sync;
  K.onWhat = (on) => !on ? "nothing" : on.timer ? on.timer : on.source ? `${on.source}, to ${TO[on.direction]}`
    : on.value ? `a value in ${on.value}` : on.closed ? `the other end of ${on.closed} to go`
      : on.sync ? onSync(on) : on.task ? `the end of ${on.task}` : on.deferred ? "the end of this step of the loop" : "something";
  K.onShort = (on) => !on ? "" : on.timer ? on.timer : on.source ? `${on.source} ${on.direction}`
    : on.value ? `${on.value} empty` : on.closed ? `${on.closed} open` : on.sync ? (K.isChannel(on.sync) ? `${on.sync} full` : on.sync)
      : on.task ? `end of ${on.task}` : on.deferred ? "gave way" : "something";
  const onAll = (waits) => {
    const [first, ...more] = waits.map(K.onShort);
    return !first ? "" : !more.length ? first : waits.every((on) => on.timer) ? `timers ${waits.map((on) => on.timer.replace("timer ", "")).join(", ")}` : `${first} +${more.length}`;
  };
  K.onAll = onAll;

  // ----- what an event teaches -----
  const widths = ["1 ms", "64 ms", "4.1 s", "4.4 min", "4.7 h", "12.4 days", "the rest"];
  const MESSAGES = { wake: "A wake from another thread", spawn: "A spawn from another thread", abort: "An abort from another thread" };

  /** The beginning of the poll that an event belongs to. */
  function pollOf(e) {
    const all = K.trace.index.byTask.get(e.run) ?? [];
    for (let at = K.upTo(all, e.i); at >= 0; at--) if (K.trace.events[all[at]].ev === "PollStart" && K.trace.events[all[at]].task === e.run) return all[at];
    return -1;
  }
  K.pollOf = pollOf;

  /** What the run did not show, said plainly: a picture of a channel that never fills teaches little. */
  function honest(s) {
    const begun = (K.trace.index.byEv.get("Wake") ?? []).filter((i) => K.isAdmission(K.trace.events[i])).length;
    const missing = K.missing(-1, s.i), lead = missing ? `${K.plural(missing, "event")} ${missing === 1 ? "is" : "are"} missing. In those that are recorded: ` : "";
    const out = [`${lead}${K.plural(s.counts.polls, "poll")}, ${K.plural(Math.max(0, s.counts.wakes - begun), "wake")}, ${K.plural(s.counts.parks, "sleep")}.`];
    if (missing) return out[0]; // whether anybody ever waited is not known
    const all = [...s.primitives.values()].filter((p) => !p.waits), locks = all.filter((p) => p.kind === "mutex" && p.uses), channels = all.filter((p) => p.kind === "mpsc" && p.room);
    for (const l of locks.slice(0, 2)) out.push(`${up(l.name)} was taken ${l.uses === 1 ? "once" : `${K.number(l.uses)} times`}, and no task ever had to wait for it.`);
    for (const c of channels.slice(0, 2)) out.push(`${up(c.name)} never held more than ${K.number(c.high)} of ${K.number(c.room)} values: no send ever had to wait.`);
    return out.join(" ");
  }
  const up = (name) => name[0].toUpperCase() + name.slice(1);

  /** Is there a clone of its waker anywhere? (Unknown counts as yes.) */
  const foreign = (e) => typeof e.wakers !== "number" || e.wakers > 0;

  /** Does one of the next few events queue somebody for what the sockets report? */
  function wakesNext(e, most) {
    for (let i = e.i + 1; i <= Math.min(K.trace.last, e.i + most); i++) {
      const x = K.trace.events[i];
      if (x.ev === "Wake" && x.by === "io") return true;
      if (["Turn", "Park", "PollStart"].includes(x.ev)) return false;
    }
    return false;
  }
  function nobody(e) {
    const [readable, writable, priority, error] = Array.isArray(e.ready) ? e.ready : [];
    const ways = [readable && (K.listens(e.source) ? "accept" : TO.read), writable && TO.write, priority && TO.priority, error && TO.error].filter(Boolean);
    return ways.length ? `No task waits to ${ways.join(" or to ")}, so none is woken.` : "No task waits for it, so none is woken.";
  }
  /** A read or write that moved bytes, and the bit is cleared behind it: a short one. */
  function shortly(e, clear = K.trace.events[(e?.i ?? -1) + 1]) {
    return e?.ev === "SourceTry" && e.result === "done" && e.bytes > 0 && clear?.ev === "SourceClear" && clear.source === e.source && clear.direction === e.direction;
  }

  const GAP = 2e6;
  /** So long nothing was told before event `i`, though no poll ran and nobody slept; 0 if that is not so. */
  K.gapBefore = function (i) {
    const e = K.trace.events[i], before = K.trace.events[i - 1];
    if (!before || before.ev === "Park" || ["Unpark", "Advance", "PollEnd", "Lost"].includes(e.ev)) return 0;
    if (before.run && before.ev !== "PollEnd") return 0;
    const gap = (e.real ?? e.t) - (before.real ?? before.t);
    return gap >= GAP ? gap : 0;
  };

  /** Whose timer was cancelled, and why. */
  function cancelled(e, s) {
    const timer = s.gone.find((g) => g.how === "removed"), who = timer?.task, events = K.trace.events;
    const whose = `It ${K.timerWord(timer?.at) ? `is the timer of a <code>${K.timerWord(timer.at)}</code>` : "was waited for"}${who ? ` in ${K.nameHTML(who)}` : ""}`;
    let k = e.i - 1;
    while (events[k] && ["TimerCancel", "Unwait"].includes(events[k].ev)) k -= 1;
    const why = events[k]?.ev === "SelectWin" && events[k].run === e.run ? `its branch lost the <code>select!</code> to branch ${events[k].branch + 1} (${K.link(k)})`
      : who && s.tasks.get(who)?.cancelling ? "that task is cancelled, and all that it holds is dropped"
        : e.run ? `its future was dropped in this poll of ${K.nameHTML(e.run)}` : "its future was dropped with the runtime";
    return `${whose}: ${why}.`;
  }

  const NEW = {
    mpsc: (e) => e.room === null || e.room === undefined ? "Without a limit: send never waits, and memory is the only bound." : `With room for ${e.room}: a task that sends into a full channel waits until a place is free.`,
    oneshot: "One value, once, from one end to the other.", mutex: "One task at a time has what is in it. It may keep it while it waits for something else.",
    semaphore: "A number of permits. A task that wants more than are free waits in line.", notify: "One task tells another that something has happened; a notification that no task waits for is kept, but only one.",
    rw_lock: "Many readers or one writer. Tasks are served in order of arrival, so a waiting writer keeps later readers out.", barrier: "Tasks wait until enough of them have come.",
    once_cell: "One task makes the value, and the others wait for it.", set_once: "A value that is set once.", watch: "Only the latest value is kept.", broadcast: "Each receiver gets each value, if it isn’t too slow.",
    pipe: "Bytes in memory, from its writer to its reader. The reader waits while it is empty, the writer while it is full.",
  };
  /** What was done with a channel for values in order, or with a lock. */
  const ACTS = {
    mpsc: {
      put: () => "There was room, so this send did not wait. An await yields only when it must.",
      get: () => "There was a value, so this recv did not wait.",
      senders: (e) => e.units === 0 ? "The last sender is gone." : `${K.plural(e.units, "sender")} alive: the channel ends only when the last one is dropped.`,
      end: () => "What is inside can still be taken; after that, recv gives None.",
      close: () => "The receiver takes no more: every send fails from now on, and the tasks that wait to send are woken.",
      forget: () => "No task can receive them any more.",
    },
    oneshot: {
      put: () => "The one value is on its way.", get: () => "The one value has arrived.", end: () => "Its sender was dropped without sending: the receiver gets an error.",
      close: () => "The receiver takes no value any more: sending one fails.", forget: () => "No task can receive it any more.",
    },
    mutex: {
      take: (e, s) => !s.primitives.get(e.sync)?.waits ? "It was free, so this lock().await did not wait. On one thread, a lock is only ever found taken if its holder awaits while it holds it."
        : K.trace.events[K.wakeOf(pollOf(e)) ?? -1]?.by?.task ? "The task that held it before has handed it over: no other could push in." : "",
      release: (e) => e.count === 0 ? "It passes directly to the first in line: no other task can push in, and one is woken, not all." : "No task waits for it.",
    },
  };
  const TEACHES = {
    RunStart: (e) => e.paused ? "A virtual clock: it stops while a task runs, and jumps when none can. A test of an hour takes no time."
      : "main() has made a future and handed it over. A future is a recipe: calling an async fn writes it, only a poll cooks. Press → to step.",
    RunEnd: (e, s) => (e.tasks || e.timers || e.sources ? "The run ends with main. Whatever else is left is dropped with the runtime. " : "No task, no timer, no waker is left. ") + honest(s),
    Turn: (e) => e.queued ? "Poll the tasks that are ready, then look at messages, timers and the operating system: that is the whole runtime." : "No task is ready, so the turn goes straight on to the messages and the timers.",
    Spawn: (e) => e.kind === "main" ? "The future given to block_on is a task like any other here: it waits in the queue for its turn." : `spawn returns at once. The new task${e.what ? `, <code>${K.esc(e.what)}</code>,` : ""} is a record of ${e.size ? K.plural(e.size, "byte") : "a few bytes"} and a place in the queue, not a thread; nothing of it has run.`,
    PollStart: (e, s) => {
      const t = s.tasks.get(e.task), wake = K.wakeOf(e.i), missing = K.missing(t?.spawned ?? -1, e.i);
      if (missing && wake === undefined) return `What woke it is not known: ${K.plural(missing, "event")} before this ${missing === 1 ? "is" : "are"} missing.`;
      if (t?.polls === 1) return "Its first poll: only now does the first line of its body run.";
      if (wake === undefined) return "It goes on after the .await where it waited.";
      return `Why now? ${because(K.trace.events[wake])} at ${K.link(wake)}. It goes on after the .await where it waited.`;
    },
    PollEnd: (e, s) => {
      const t = s.tasks.get(e.task);
      if (e.outcome === "pending") return t?.where === "queued" ? "It was woken while it ran, so it goes straight back to the end of the queue."
        : t?.waits.length ? `Pending means: don’t ask again until my waker is called. Its waker is ${K.tokens(hangs(t.waits))}.`
          : `Pending means: don’t ask again until my waker is called. ${foreign(e) ? "Something outside of kettle’s own parts holds a clone of it." : "Nothing holds a clone of it: the task will never run again."}`;
      if (e.outcome === "panicked") return "The panic ends this task only. A task that awaits its handle gets a JoinError, and the loop goes on.";
      if (e.outcome === "cancelled") return "Cancelling is a drop and no more: its future goes, with all that it held.";
      return "Ready: its future is dropped, and it is never polled again.";
    },
    Wake: (e, s) => ({
      queued: K.isAdmission(e) ? "Every task starts in the queue. This is no wake yet: the task did not wait, and no waker was called."
        : ["timer", "io", "message"].includes(e.by) ? "A wake runs nothing. It puts the task into the urgent queue, for tasks that a timer, a socket or another thread woke. The loop takes from both queues in turn."
          : "A wake runs nothing. It only puts the task at the end of the queue; the poll comes when its turn comes.",
      coalesced: "Two wakes, one poll: the task is in the queue already, and it is there only once.",
      during_poll: "A wake in the middle of the task’s own poll is not lost: if the poll returns Pending, the task is queued once more.",
      stale: "A waker may outlive its task. Calling it then does nothing.",
    })[e.effect] ?? "",
    Wait: (e, state) => (e.replaced === "other" ? "It takes the place of another task’s waker: here only one can wait at a time. "
      : e.replaced === "same" ? "The latest waker is stored at every poll; this one was there already. " : "") + waits(e.on, state),
    Unwait: () => "The future that waited was dropped; it takes its waker along, so no task is woken for nothing.",
    Served: (e, s) => {
      const of = e.on?.sync ?? "", handed = s.primitives.get(of)?.handed ?? [];
      return K.isChannel(of) ? `The free place goes to the one that has waited longest${handed.length ? `: ${K.tokens(handed.at(-1))}` : ""}. No other task can push in between.` : "The waiting task is told, and woken next.";
    },
    Defer: (e) => ({
      budget: "After a number of successful steps a task must give way, even if it could go on: otherwise one busy task would hold the thread forever.",
      yield: "It could go on, and lets the others run first.", clock: "What has become due runs first.",
    })[e.why] ?? "",
    TimerAdd: (e) => `The task’s waker is in the wheel now. On level ${e.level} one slot is ${widths[e.level] ?? "wide"}${e.level < 6 ? " wide" : ""}. No thread sits and waits for it.`,
    TimerMove: () => "A deadline was set anew. It is the same waker, in another slot: two steps, and no task is woken.",
    TimerCascade: () => "Their slot is opened, and they are not due yet: they move to finer slots. The wheel looks closer as time comes near.",
    TimerFire: (e, s) => { const due = s.gone.find((t) => t.how === "rings")?.due, late = due ? Math.max(0, e.t - due) : e.late ?? 0;
      return late > 2e6 ? `${K.span(late)} late: a task held the thread, or the system was slow. A timer can be late, never early.` : `${late >= 1e3 ? `${K.span(late)} late. ` : ""}A timer is never early: its deadline is rounded up to the next millisecond.`; },
    TimerCancel: (e, s) => `${cancelled(e, s)} One step takes it out of the wheel, however many timers there are.`,
    SourceAdd: () => "It was tried first, and only joins the selector because it would have blocked: from now on the operating system reports when that changes.",
    SourceTry: (e) => ({
      would_block: "Nothing there. That is an answer, not an error: the thread goes on, and the system will report a change.",
      done: (e.bytes === 0 ? "0 bytes: the other side has ended. " : e.bytes > 0 ? `${K.plural(e.bytes, "byte")}, at once: no waiting, no waker. ` : "It worked at once: no waiting, no waker. ") + (shortly(e) ? "That was less than there was room for, so there is no more for now." : "The source counts as ready until a try says otherwise."),
      failed: "The operation’s own error goes to the program.",
    })[e.result] ?? "",
    SourceReady: (e) => (e.closed ? "Closed is told once and kept: the other side will send no more, and the next read will find the end. " : "A report means: worth a try. It says nothing about how much there is, and it comes once for each change. ") + (wakesNext(e, 1) ? "" : nobody(e)),
    SourceClear: (e) => (shortly(K.trace.events[e.i - 1], e) ? "It was a short try: fewer bytes than there was room for, so the next one would block. " : "") + "The bit is cleared; only a new report of the system sets it again.",
    SourceDrop: () => "Its descriptor is closed or handed out; the system reports nothing more about it.",
    Park: (e) => e.timeout === null || e.timeout === undefined ? "No CPU is used. Without a timer only a socket or another thread can end this sleep."
      : e.timeout === 0 ? "Not for long: there is something due already." : "No CPU is used until then. The operating system ends the sleep for a timer, a socket, or another thread’s unpark.",
    Unpark: (e) => e.events ? `It brings what the sockets report. ${wakesNext(e, 64) ? "The tasks that waited for that are queued next." : "No task waited for it, so none is woken."}` : e.unparked ? "Another thread has sent a message, which is received in step 3, or set an earlier timer." : "It doesn’t know yet for whom. The timers are looked at in step 4.",
    Advance: (e) => e.auto ? "No task can run before the next deadline, so the virtual clock simply goes there." : "By hand, from the program.",
    Message: (e) => (MESSAGES[e.kind] ?? "What another thread wants") + " comes as a message: no other thread ever touches the run queue, so the queue needs no lock.",
    BlockingStart: () => "Work that would block goes to a thread of its own. The loop stays free.",
    BlockingEnd: () => "It has left its output with its handle. A task that awaits the job is woken by a message.",
    SyncNew: (e) => (typeof NEW[e.kind] === "function" ? NEW[e.kind](e) : NEW[e.kind]) ?? "",
    SyncAct: (e, s) => ACTS[e.kind]?.[e.act]?.(e, s) ?? (e.act === "take" || e.act === "get" ? (s.primitives.get(e.sync)?.line.length ? "Tasks are served in order of arrival." : "")
      : e.act === "close" ? (e.kind === "watch" || e.kind === "broadcast" ? "Every task that waits is woken. Without receivers a send fails until one subscribes; without senders nothing new will come." : "No more will come: every task that waits is woken.") : e.act === "open" ? "From now on a send reaches a receiver." : e.units === "all" && e.act === "put" ? "Every task that waits here is woken." : e.act === "forget" ? "What is forgotten doesn’t come back by itself." : ""),
    SelectStart: (e) => `The waker says only: ${K.esc(e.run ?? "this task")}. It does not say which branch. So at each poll of the task the branches are asked in turn, beginning with one drawn by lot, and the first that is ready ends it.`,
    SelectPoll: (e) => e.ready ? "The first that is ready ends the select!; those not asked yet are not asked any more." : `All branches live inside the one task and share its waker. That waker says only: ${K.esc(e.run ?? "this task")}. So the next poll has to ask them all again.`,
    SelectWin: () => "The losers are dropped, with all they hold. That is all that cancelling is: no exception, no clean-up code.",
    Cancel: () => "It is only asked for: the task’s future will be dropped when its turn to be polled comes.",
    Join: (e) => e.outcome === "panicked" ? "A panic comes out of the handle as an error; it did not spread." : e.outcome === "cancelled" ? "The handle says so: a JoinError." : "The output waits with the handle until that is awaited.",
    Detach: () => "Dropping a handle stops nothing: the task goes on, and its output is lost.",
    Note: () => "A note of the program itself.",
    Unpolled: () => "Making a future starts nothing. This one was dropped before its first poll, so nothing of it has ever happened: an .await is missing.",
    Lost: () => "What happened in between is not in this trace.",
  };

  /** Where a waker hangs, in a sentence. */
  const hang = (on) => on.timer ? `in the wheel, at ${on.timer}` : on.source ? `at ${on.source}, to ${TO[on.direction]}` : on.sync && !K.isChannel(on.sync) ? `in the line of ${on.sync}`
    : on.task ? `at the end of ${on.task}` : on.value || on.sync || on.closed ? `at ${on.value ?? on.sync ?? on.closed}` : on.deferred ? "with the loop, until the end of this step" : "somewhere";
  function hangs(waits) {
    if (waits.length > 1 && waits.every((on) => on.timer)) return `in the wheel, at ${waits.map((on) => on.timer).join(" and at ")}`;
    return waits.map(hang).join(", and ");
  }
  K.hangs = hangs;

  function because(wake) {
    const by = wake.by;
    if (by?.task) return by.task === wake.task ? "It woke itself" : `${K.nameHTML(by.task)} woke it`;
    return { timer: "A timer woke it", io: "A socket woke it", message: "Another thread woke it", deferred: "It had given way, and was woken", runtime: "It was put into the queue" }[by] ?? "It was woken";
  }
  K.because = because;

  function waits(on, state) {
    if (!on) return "";
    if (on.timer) return "Its waker is stored with the timer. The poll goes on until it returns Pending; from then on waiting costs no CPU and no thread.";
    if (on.source) return "Its waker is at the socket; the next report of the system calls it.";
    if (on.value) return "Its waker is at the channel; the next send calls it, or the last sender’s end.";
    if (on.sync && K.isChannel(on.sync)) return `Back-pressure: the fast side is slowed to the pace of the slow one. ${K.nth(K.placeOf(state, on) || 1)} in line, first come, first served.`;
    if (on.closed) return "The waker is called when the receiver is closed or dropped.";
    if (on.sync) return `${state.primitives.get(on.sync)?.kind === "mutex" ? "The lock is taken. " : ""}Its waker is in the line of ${K.esc(on.sync)}, ${K.nth(K.placeOf(state, on) || 1)}; a future that is dropped loses its place.`;
    if (on.task) return "A handle is a future: its waker is at the task, and the task’s end calls it.";
    return "";
  }

  K.aside = function (i, state) {
    const e = K.trace.events[i];
    if (!e) return "";
    const gap = K.gapBefore(i), text = TEACHES[e.ev]?.(e, state) || "";
    return text + (gap ? ` <b>Before this, ${K.span(gap)} in which nothing was told:</b> the machine was busy elsewhere, or the recorder wrote its file.` : "")
      + (K.trace.cut && i === K.trace.last ? ` <b>Cut here.</b> ${K.cutWords(K.trace)}` : "");
  };

  // ----- levels -----
  K.LEVELS = ["story", "tasks", "engine"];
  const STORY = new Set(["RunStart", "RunEnd", "Spawn", "PollStart", "PollEnd", "TimerAdd", "SyncNew", "SelectWin", "Cancel", "Join", "BlockingStart", "BlockingEnd", "SourceReady", "Advance", "Note", "Unpolled", "Lost"]);
  const ENGINE = new Set(["Turn", "TimerCascade", "SelectStart", "SourceClear", "Unwait"]);
  /** 0: in the story already, 1: with the tasks, 2: only for who wants it all. */
  K.levelOf = function (e) {
    if (STORY.has(e.ev)) return 0;
    if (ENGINE.has(e.ev) || !(e.ev in TEACHES)) return 2;
    switch (e.ev) {
      case "Wake": return e.by === "runtime" ? 2 : e.effect === "queued" ? 0 : 1;
      case "Wait": return e.on?.timer ? 1 : 0;
      case "Park": return e.timeout === 0 ? 1 : 0;
      case "SyncAct": return e.act === "senders" || (ACTS[e.kind] && e.act === "forget") || (e.kind === "mutex" && e.act === "release" && e.count > 0) ? 1 : 0;
      case "SourceTry": return e.result === "would_block" ? 1 : 0;
      default: return 1;
    }
  };
})(window.K = window.K || {});
