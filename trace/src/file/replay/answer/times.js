// How long did each task run, wait in the queue, and wait for something else?
//
// The sums by cause (causes.js) of every task, over the run or over a span of it: polling, ready, and what it waited
// for, its longest poll and its longest time in the queue, its wakes by cause; and how long the thread
// slept. A dialog shows them as a table that can be sorted. It goes to a time, and to the answer for one task.
//
// Interface: `K.times.bar(row, i)` (what the row does at event `i`, and for how long), `K.times.words(row, i)`,
// `K.times.job(name, i)`, `K.times.jobWords(name, i)`, `K.times.table(from, to, seen)`, `K.times.asleep(from, to, seen)`, `K.times.most(rows, from, to, seen)`,
// `K.costWords()` (what recording took), `K.times.open()`. Dialog #times, button #lanes-times.
// Not here: what a bar is (rows.js), how long it was and why (causes.js), pixels (lanes.js).
"use strict";
(function (K) {
  const { BAR, esc, span } = K;
  const times = (K.times = {});
  /** The bar that event `i` lies in: `{kind, from, to, ns, open}`, as far as it may be told (`open`: it ends later); null
   *  before the first. */
  times.bar = function (row, i) {
    const k = row.barAt(i);
    if (k < 0) return null;
    const from = row.at[k],
      end = row.at[k + 1] ?? K.trace.count,
      seen = K.seen(),
      to = Math.min(end, seen);
    const measured =
      end > seen
        ? null
        : row.kind[k] === BAR.QUEUED
          ? row.job.waited
          : row.kind[k] === BAR.JOB && !row.kind.includes(BAR.WAIT)
            ? row.job.ran
            : null;
    return {
      kind: row.kind[k],
      note: row.noteAt(k),
      from,
      to,
      ns: measured ?? K.lasted(row.job && K.trace.header.clock !== "paused" ? BAR.WAIT : row.kind[k], from, to), // (what recording took kept the loop, and no job)
      open: end > Math.min(K.trace.last, seen),
    };
  };

  /** Where a blocking job is at event `i`, by what its thread has measured: the loop hears of it later. `queue`: no thread
   *  has it yet, `left`: for so long; `ran`: so long, if it has ended; `since`: the event that handed it over, if that is told. */
  times.job = function (name, i) {
    const row = K.rowsOf(K.trace).rows.get(name),
      { since, waited, ran, told } = row.job,
      now = K.event(i).real;
    const queue = waited === null || now < since + waited;
    return {
      since: told ? row.at[0] : null,
      queue,
      waited,
      left: queue && waited !== null ? since + waited - now : null,
      ran: !queue && ran !== null && now >= since + waited + ran ? ran : null,
    };
  };
  times.jobWords = (name, i) => {
    const { queue, ran } = times.job(name, i),
      unheard = K.unheard(K.rowsOf(K.trace).rows.get(name));
    return unheard
      ? "in the pool’s queue, as far as the loop has heard"
      : queue
        ? "in the pool’s queue"
        : ran === null
          ? "on a thread of the pool"
          : "over, which the loop has not heard yet";
  };
  const WORD = {
    [BAR.POLL]: "polling",
    [BAR.READY]: "in the queue",
    [BAR.WAIT]: "waiting",
    [BAR.JOB]: "on a thread of the pool",
    [BAR.QUEUED]: "in the pool’s queue",
    [BAR.DONE]: "done",
    [BAR.CANCELLED]: "cancelled",
    [BAR.PANICKED]: "panicked",
    [BAR.WON]: "won",
  };
  /** "task 2: in the queue for 1.2 ms, event 40 to 45". */
  times.words = function (row, i) {
    const bar = times.bar(row, i);
    if (!bar || !WORD[bar.kind]) return `${row.name ?? "This branch"}: nothing yet`;
    const what = `${bar.kind === BAR.CANCELLED ? K.droppedWord(row.name) : WORD[bar.kind]}${bar.kind === BAR.WAIT && bar.note ? ` for ${bar.note}` : ""}`;
    const { n, last } = K.trace,
      first = n[bar.from],
      until = n[Math.min(bar.to, last)];
    if (![BAR.POLL, BAR.READY, BAR.WAIT, BAR.JOB, BAR.QUEUED].includes(bar.kind))
      return `${row.name}: ${what} since event ${first}`;
    const long =
      bar.ns === null
        ? ", how long is not known: events are missing"
        : `, ${span(bar.ns)}${!bar.open ? "" : K.seen() === Infinity ? " until the record ends" : " so far"}`;
    return `${row.name}: ${what}${long}, event ${first} to ${until}`;
  };

  // ----- sums over a span of time (of the program's clock, in ns) -----

  const IO = { "a socket": "sockets", "a pipe": "pipes", "a child’s end": "children’s ends", "a signal": "signals" };
  const cause = ({ i, by }) =>
    K.setWakes(K.event(i))
      ? "local sets"
      : by?.task
        ? "tasks"
        : by === "io"
          ? (IO[K.sourceWord(K.reported(i))] ?? "sources")
          : ({ timer: "timers", message: "other threads", deferred: "gave way" }[by] ?? "others");

  /** One object a task: `{name, made, busy, ready, waiting, causes, polls, longest, drops, queued, wakes, unknown}`; `causes`: what
   *  it waited for; `drops`: its longest poll dropped its future. */
  times.table = function (begin = -Infinity, end = Infinity, seen = Infinity) {
    const asked = [begin, end, seen],
      { table: made } = K.trace; // (sorting it anew, or opening it once more, asks the same)
    if (!made || asked.some((of, k) => of !== made.asked[k])) K.trace.table = { asked, rows: tableOf(...asked) };
    return [...K.trace.table.rows];
  };
  function tableOf(begin, end, seen) {
    const { t } = K.trace,
      all = new Map(),
      most = (cause) => (cause ? { ns: cause.longest, at: cause.at, open: cause.open } : null);
    for (const row of K.rowsOf(K.trace).rows.values()) {
      const sums = K.causesOf(row.name, begin, end, seen),
        of = (...keys) => sums.find((cause) => keys.includes(cause.key)),
        poll = of("poll", "running"),
        drop = of("drop"),
        held = [poll, drop].filter(Boolean),
        queue = row.job ? of("pool") : of("ready", "local");
      if (!sums.length && !sums.unknown) continue;
      const causes = sums.filter(
          (cause) => ![poll, drop, queue].includes(cause) && !["recorder", "advanced"].includes(cause.key),
        ),
        waiting = causes.reduce((ns, cause) => ns + cause.ns, 0);
      all.set(row.name, {
        name: row.name,
        made: row.made,
        job: !!row.job,
        busy: held.reduce((ns, cause) => ns + cause.ns, 0),
        open: held.some((cause) => cause.open),
        ready: queue?.ns ?? 0,
        waiting,
        causes,
        polls: sums.polls,
        longest: row.job ? null : most(held.toSorted((a, b) => b.longest - a.longest)[0]),
        drops: drop?.longest > (poll?.longest ?? 0),
        queued: most(queue),
        wakes: {},
        unknown: sums.unknown,
      });
    }
    for (const arrow of K.rowsOf(K.trace).arrows) {
      const sum = all.get(arrow.to),
        at = t[arrow.i];
      if (
        !sum ||
        !arrow.by ||
        ["coalesced", "stale"].includes(arrow.how) ||
        at < begin ||
        at > end ||
        arrow.i > seen ||
        arrow.by === "runtime"
      )
        continue;
      const by = cause(arrow);
      sum.wakes[by] = (sum.wakes[by] ?? 0) + 1;
    }
    return [...all.values()];
  }

  /** What of the wheel has ended the sleep from which the thread is back with this event: "a timer", or its turn alone; null if nothing has. */
  K.timedBy = function (i) {
    const { byEv } = K.trace.index,
      next = (ev, from) => {
        const all = byEv.get(ev) ?? [];
        return all[K.upTo(all, from) + 1] ?? Infinity;
      },
      turn = next("Turn", i),
      end = Math.min(next("Park", i), next("Turn", turn));
    return end === Infinity || K.trace.header.clock === "paused" || K.missing(i, end) > 0 || next("TimerFire", i) < end
      ? "a timer"
      : next("TimerCascade", i) < end
        ? "a turn of the wheel"
        : null;
  };
  /** How long the thread slept, in how many sleeps, and what ended them. */
  times.asleep = function (begin = -Infinity, end = Infinity, seen = Infinity) {
    const { t } = K.trace,
      sum = { ns: 0, sleeps: 0, by: {} };
    for (const nap of K.rowsOf(K.trace).naps) {
      const a = Math.max(begin, t[nap.from]),
        b = Math.min(end, t[Math.min(nap.to, seen)]);
      if (nap.from > seen || b < a || K.lasted(BAR.WAIT, nap.from, nap.to) === null) continue;
      const all = t[nap.to] - t[nap.from];
      sum.ns += all > 0 ? ((b - a) / all) * nap.ns : 0;
      sum.sleeps += 1;
      const e = K.event(nap.to),
        by = e.events
          ? K.sourceWord(K.event(nap.to + 1)?.source)
          : e.unparked
            ? K.trace.lints.some(({ lint, i }) => lint === "deadlock" && i <= nap.to + 2) &&
              [1, 2].every((n) => K.event(nap.to + n)?.ev !== "Message")
              ? "kettle’s doctor, which looked"
              : "another thread"
            : (K.timedBy(nap.to) ?? "nothing that is told");
      if (e.t <= end && nap.to <= seen) sum.by[by] = (sum.by[by] ?? 0) + 1;
    }
    return sum;
  };
  /** The extremes of a stretch, in words: the longest poll, the latest timer, the longest run queue, the longest that a lock was held. */
  times.most = function (rows, begin, end, seen) {
    const { t, last, holds } = K.trace,
      { counts, arrows } = K.rowsOf(K.trace),
      within = (i) => t[i] >= begin && t[i] <= end && i <= seen,
      out = [];
    const most = (all, of) => all.reduce((best, one) => (of(one) > (best ? of(best) : 0) ? one : best), null);
    const poll = most(rows, (row) => row.longest?.ns ?? 0),
      late = most(arrows, ({ i, late }) => (late && within(i) ? late : 0));
    let queue = null;
    counts?.ready.forEach((n, k) => {
      if (n > (counts.ready[queue] ?? 0) && within(counts.at[k])) queue = k;
    });
    const ends = ({ to }) => Math.min(end, t[Math.min(to ?? last, last, seen)]),
      long = (hold) => ends(hold) - Math.max(begin, t[hold.from]),
      hold = most(holds, long);
    const link = (i, words) => `<a href="#${esc(K.address(i))}" data-go="${i}">${words}</a>`;
    if (poll)
      out.push(
        `${poll.drops ? "the drop of " : ""}${K.nameHTML(poll.name)} ${poll.drops ? "held the thread" : "was polled"} for ${link(poll.longest.at, span(poll.longest.ns))}${poll.drops ? "" : " at once"}`,
      );
    if (queue !== null)
      out.push(
        `${link(counts.at[queue], K.plural(counts.ready[queue], "task"))} ${counts.ready[queue] === 1 ? "was" : "were"} in the queue`,
      );
    if (late) out.push(`a timer of ${K.nameHTML(late.to)} was ${link(late.i, span(late.late))} late`);
    const held =
      hold && link(hold.from, (hold.to === null && K.trace.cut && ends(hold) >= t[last] ? K.least : span)(long(hold))); // (what still held it as the record ended)
    if (hold)
      out.push(
        hold.owned
          ? `what ${K.nameHTML(hold.who)} had taken of ${esc(hold.sync)} was out for ${held}`
          : `${esc(hold.sync)} was held by ${K.nameHTML(hold.who)} for ${held}`,
      );
    return out.length ? ` At most, ${out.join("; ")}.` : "";
  };

  /** So much an event costs where the recorder is not optimised. */
  const DEAR = 2e3;
  /** "Recording kept the thread for 1.2 s, 5.9 µs an event." Empty if nothing is known of it. Beside a stretch (`part`) it is said that it is of the whole. */
  K.costWords = function (part = false) {
    const { overhead, n, last, count } = K.trace,
      each = overhead / Math.max(1, n[last]);
    return !overhead || !count
      ? ""
      : `${part ? "In the whole run recording" : "Recording"} kept the thread for ${span(overhead)}, ${span(each)} an event: it is in no poll and no time in the queue, but timers and sockets went on meanwhile.` +
          (each < DEAR
            ? ""
            : " A debug build in which the recorder is not optimised takes several times as much as one in which it is: docs/watch.md says how.");
  };

  // ----- a time in words -----

  const UNIT = { ns: 1, µs: 1e3, us: 1e3, ms: 1e6, s: 1e9, min: 6e10 };
  /** "1.2 s" in ns; null if it is none. */
  times.parse = function (text) {
    const m = /^([\d.,]+)\s*(ns|µs|us|ms|s|min)$/.exec(text.trim().toLowerCase());
    const ns = m ? Number(m[1].replace(",", ".")) * UNIT[m[2]] : NaN;
    return Number.isFinite(ns) ? ns : null;
  };
  /** The index of the event that a text means: the last at a time, the first after one, or one by its number. */
  times.find = function (text) {
    const words = text.trim().toLowerCase(),
      { n, t, last } = K.trace,
      number = /^(?:event\s*)?(\d+)$/.exec(words);
    if (number) return Math.max(0, K.upTo(n, +number[1]));
    const after = /^(?:next event |next |first event )?after\s+/.exec(words),
      ns = times.parse(words.slice(after?.[0].length ?? 0).replace(/^at\s+/, ""));
    if (ns === null) return null;
    const at = K.upTo(t, ns);
    return after ? Math.min(last, at + 1) : Math.max(0, at);
  };

  /** The stretch that "1.0-2.0 s" or "500 ms to 1.2 s" means: `[begin, end]`; null if it is none. */
  times.span = function (text) {
    const m = /^(.+?)\s*(?:-|–|\bto\b)\s*(.+)$/.exec(text.trim().toLowerCase()),
      end = m && times.parse(m[2]);
    const begin = m && (times.parse(m[1]) ?? times.parse(`${m[1]} ${/[a-zµ]+$/.exec(m[2])?.[0]}`));
    return begin !== null && end !== null && begin < end ? [begin, end] : null;
  };

  // ----- the dialog -----

  const COLUMNS = {
    name: ["task", (t) => t.name],
    busy: ["at work", (t) => t.busy],
    ready: ["in the queue", (t) => t.ready],
    queued: ["longest in the queue", (t) => t.queued?.ns ?? -1],
    waiting: ["waited for", (t) => t.waiting],
    polls: ["polls", (t) => t.polls],
    longest: ["longest poll", (t) => t.longest?.ns ?? -1],
    wakes: ["woken by", (t) => Object.values(t.wakes).reduce((a, b) => a + b, 0)],
  };
  const SHOWN = 200,
    CAUSES = 4;
  const asked = { from: "", to: "", by: "busy", down: true };
  const list = (counts) =>
    Object.entries(counts)
      .map(([what, n]) => `${what} ×${K.number(n)}`)
      .join(", ");
  const bound = (text, otherwise) => (text.trim() ? times.parse(text) : otherwise);

  function draw() {
    const begin = bound(asked.from, -Infinity),
      end = bound(asked.to, Infinity),
      sums = document.getElementById("times-sums"),
      box = document.getElementById("times-table");
    if (begin === null || end === null || begin > end) {
      sums.textContent = "Write a time such as 1.2 s or 500 ms, the earlier one first.";
      return box.replaceChildren();
    }
    const rows = times.table(begin, end, K.seen()).filter((t) => K.find.has(t.name)),
      asleep = times.asleep(begin, end, K.seen()),
      of = COLUMNS[asked.by][1];
    const isWithin = (t) => K.rowsOf(K.trace).rows.get(t.name).local && !K.find.tasks, // (in a poll of the task that runs its set)
      busy = rows.filter((t) => !t.job && !isWithin(t)).reduce((ns, t) => ns + t.busy, 0),
      unknown = rows.reduce((n, t) => n + t.unknown, 0);
    sums.innerHTML =
      `${K.quiz?.on && K.i < K.trace.last ? `Up to event ${K.number(K.trace.n[K.i])}, as the quiz hides what comes after it: ` : ""}${K.find.tasks ? `${esc(K.find.words())}: ` : ""}${K.plural(
        rows.reduce((n, t) => n + t.polls, 0),
        "poll",
      )}, ${span(busy)}. Asleep ${span(asleep.ns)} in ${K.plural(asleep.sleeps, "sleep")}${asleep.sleeps ? `, ended by ${list(asleep.by)}` : ""}.` +
      times
        .most(K.find.tasks ? times.table(begin, end, K.seen()) : rows, begin, end, K.seen())
        .replace("At most", K.find.tasks ? "Of all tasks, at most" : "$&") +
      (unknown ? ` ${K.plural(unknown, "time")} not counted: events are missing in between.` : "");
    const place = asked.by === "name" ? new Map(K.trace.names.map((name, k) => [name, k])) : null,
      value = place ? (t) => place.get(t.name) : of;
    rows.sort((a, b) => !!a.job - !!b.job || (value(a) - value(b)) * (asked.down ? -1 : 1)); // (jobs have threads of their own: the loop's tasks come first)
    const head = Object.entries(COLUMNS)
      .map(
        ([key, [words]]) =>
          `<th aria-sort="${asked.by !== key ? "none" : asked.down ? "descending" : "ascending"}"><button data-by="${key}">${words}${asked.by === key ? (asked.down ? " ▾" : " ▴") : ""}</button></th>`,
      )
      .join("");
    const link = (most) =>
      most
        ? `<a href="#${esc(K.address(most.at))}" data-go="${most.at}">${(most.open ? K.least : span)(most.ns)}</a>`
        : "";
    const waits = (t) =>
      t.causes
        .slice(0, CAUSES)
        .map(
          (c) =>
            `<a href="#${esc(K.address(c.at))}" data-go="${c.at}">${(c.open ? K.least : span)(c.ns)}</a> ${K.tokens(c.words)}`,
        )
        .join(", ") + (t.causes.length > CAUSES ? ` and ${t.causes.length - CAUSES} more` : "");
    const ask = (t) =>
      K.quiz?.on
        ? K.nameHTML(t.name)
        : `<button class="ask" data-ask="${esc(t.name)}" title="Why so long? Where its time went, and which chain bounded it">${K.nameHTML(t.name)}</button>`;
    const line = (t) =>
      `<tr>${[`${ask(t)}${K.origin(t.name) ? ` <code>${esc(K.origin(t.name))}</code>` : ""}`, `${(t.open ? K.least : span)(t.busy)}${t.job ? " on its thread" : ""}`, span(t.ready), link(t.queued), waits(t), t.job ? "" : K.number(t.polls), link(t.longest), esc(list(t.wakes))].map((cell, k) => `<td data-of="${Object.values(COLUMNS)[k][0]}">${cell}</td>`).join("")}</tr>`;
    const more =
      rows.length > SHOWN
        ? `<p class="mute">And ${K.number(rows.length - SHOWN)} more tasks: sort by another column to see them.</p>`
        : "";
    box.innerHTML = `<table><thead><tr>${head}</tr></thead><tbody>${rows.slice(0, SHOWN).map(line).join("")}</tbody></table>${more}`;
    const paused =
      K.trace.header.clock === "paused"
        ? " The clock is virtual: waiting and sleep are in its time, the others in the machine’s."
        : "";
    document.getElementById("times-notes").textContent =
      `Click a task for its answer. A poll of a local set counts for its tasks and for the task that runs the set.${paused} ${K.costWords(begin > -Infinity || end < Infinity)}`;
  }
  function build(box) {
    const input = (id, words, label) => K.el("input", { id, placeholder: words, "aria-label": label, size: 12 });
    const go = input("times-go", "1.2 s, after 0.5 s, 1.0-2.0 s, event 40", "Go to a time, a stretch or an event"),
      said = K.el("span", { class: "mute", role: "status" });
    const jump = K.el("form", { class: "times-by" }, K.el("label", {}, "Go to ", go), K.el("button", {}, "Go"), said);
    const from = input("times-from", "the beginning", "From this time"),
      to = input("times-to", "the end", "To this time");
    jump.addEventListener("submit", (ev) => {
      ev.preventDefault();
      const stretch = K.quiz?.on ? null : times.span(go.value),
        i = stretch ? K.i : times.find(go.value);
      if (i === null)
        return void (said.textContent =
          "Write a time (1.2 s), “after 0.5 s”, a stretch (1.0-2.0 s), or an event’s number.");
      box.close();
      K.stop();
      if (stretch) return K.answer.ask(K.answer.stretch?.name ?? K.pinned ?? K.answer.main(), ...stretch);
      K.go(K.quiz?.on ? Math.min(i, K.i) : i);
    });
    for (const [field, key] of [
      [from, "from"],
      [to, "to"],
    ])
      field.addEventListener("input", () => {
        asked[key] = field.value;
        draw();
      });
    box.replaceChildren(
      K.el("h2", {}, "How long?"),
      jump,
      K.el("div", { class: "times-by" }, K.el("label", {}, "From ", from), K.el("label", {}, "to ", to)),
      K.el("p", { id: "times-sums", role: "status" }),
      K.el("div", { id: "times-table" }),
      K.el("p", { class: "mute", id: "times-notes" }),
      K.el("form", { method: "dialog" }, K.el("button", {}, "Close", K.el("kbd", {}, "esc"))),
    );
    box.addEventListener("click", (ev) => {
      const name = ev.target.closest("[data-ask]")?.dataset.ask,
        begin = bound(asked.from, -Infinity),
        end = bound(asked.to, Infinity);
      if (name) {
        box.close();
        return K.answer.ask(name, begin, end);
      }
      const by = ev.target.closest("[data-by]")?.dataset.by;
      if (!by) return;
      Object.assign(asked, { by, down: asked.by === by ? !asked.down : by !== "name" });
      draw();
      box.querySelector(`[data-by="${by}"]`).focus();
    });
  }
  times.open = function () {
    const box = document.getElementById("times");
    if (!box || box.open || !K.trace?.count) return;
    if (!box.firstChild) build(box);
    draw();
    box.showModal();
    document.getElementById("times-go").select();
  };
})((window.K = window.K || {}));
