// How long did each task run, wait in the queue, and wait for something else?
//
// The bars of the lanes (rows.js) say what each task did from which event to which; here they get their
// lengths, and sums over the run or over a span of it: busy, ready and waiting for each task, its longest
// poll and its longest time in the queue, its wakes by cause; and how long the thread slept. A dialog
// shows them as a table that can be sorted, and goes to a time.
//
// Interface: `K.times.bar(row, i)` (what the row does at event `i`, and for how long), `K.times.words(row, i)`,
// `K.times.table(from, to)`, `K.times.asleep(from, to)`, `K.costWords()` (what recording took), `K.times.find(text)` (the event that "1.2 s",
// "after 0.5 s" or "event 40" means), `K.times.open()`. Dialog #times, button #lanes-times.
// Invariants: a poll and the time in the queue are measured by the machine's clock, a wait by the program's, which
// differs where time is virtual. What recording took is in a wait (a timer goes on meanwhile), and in no poll and no
// time in the queue. A bar across a gap of the record has no length: it is counted apart.
// Not here: what a bar is (rows.js), pixels (lanes.js).
"use strict";
(function (K) {
  const { BAR, esc, span } = K;
  const times = (K.times = {});
  const STATE = { [BAR.POLL]: "busy", [BAR.READY]: "ready", [BAR.WAIT]: "waiting", [BAR.JOB]: "busy", [BAR.QUEUED]: "ready" };

  /** Is something missing between these two events? */
  const torn = (from, to) => K.trace.lost.some((lost) => lost.i >= from && lost.i < to);

  /** How long a bar lasted within a span of time of the program's clock; null if that is not known. */
  function lasted(kind, from, to, begin = -Infinity, end = Infinity) {
    const { t, real } = K.trace, until = Math.min(to, K.trace.last);
    if (torn(from, to)) return null;
    const part = Math.min(t[until], end) - Math.max(t[from], begin), all = t[until] - t[from], machine = real[until] - real[from];
    if (part < 0) return 0;
    if (kind === BAR.WAIT) return part;
    return all > 0 ? machine * (part / all) : machine;
  }

  /** Of a job's two bars, as its threads measured them: within the span; null of others, and where it has not ended. */
  function ofJob({ job }, kind, begin, end) {
    if (!job || job.waited === null || (kind === BAR.JOB && job.ran === null)) return null;
    const from = kind === BAR.JOB ? job.since + job.waited : job.since, long = kind === BAR.JOB ? job.ran : job.waited;
    return Math.max(0, Math.min(from + long, end) - Math.max(from, begin));
  }

  /** The bar that event `i` lies in: `{kind, from, to, ns, open}`; null before the first. */
  times.bar = function (row, i) {
    const k = row.barAt(i);
    if (k < 0) return null;
    const from = row.at[k], to = row.at[k + 1] ?? K.trace.count;
    const measured = row.kind[k] === BAR.QUEUED ? row.job.waited : row.kind[k] === BAR.JOB ? row.job.ran : null;
    return { kind: row.kind[k], note: row.noteAt(k), from, to, ns: measured ?? lasted(row.kind[k], from, to), open: to > K.trace.last };
  };

  /** Where a blocking job is at event `i`, by what its thread has measured: the loop hears of it later. `queue`: no thread
   *  has it yet, `left`: for so long; `ran`: so long, if it has ended; `since`: the event that handed it over, if that is told. */
  times.job = function (name, i) {
    const row = K.rowsOf(K.trace).rows.get(name), { since, waited, ran, told } = row.job, now = K.trace.real[i];
    const queue = waited === null || now < since + waited;
    return { since: told ? row.at[0] : null, queue, waited, left: queue && waited !== null ? since + waited - now : null, ran: !queue && ran !== null && now >= since + waited + ran ? ran : null };
  };
  times.jobWords = (name, i) => {
    const { queue, ran } = times.job(name, i);
    return queue ? "in the pool’s queue" : ran === null ? "on a thread of the pool" : "over, which the loop has not heard yet";
  };
  const WORD = { [BAR.POLL]: "polling", [BAR.READY]: "in the queue", [BAR.WAIT]: "waiting", [BAR.JOB]: "on a thread of the pool", [BAR.QUEUED]: "in the pool’s queue",
    [BAR.DONE]: "done", [BAR.CANCELLED]: "cancelled", [BAR.PANICKED]: "panicked", [BAR.WON]: "won" };
  /** "task 2: in the queue for 1.2 ms, event 40 to 45". */
  times.words = function (row, i) {
    const bar = times.bar(row, i);
    if (!bar || !WORD[bar.kind]) return `${row.name ?? "This branch"}: nothing yet`;
    const what = `${WORD[bar.kind]}${bar.kind === BAR.WAIT && bar.note ? ` for ${bar.note}` : ""}`;
    const { n, last } = K.trace, first = n[bar.from], until = n[Math.min(bar.to, last)];
    if (!(bar.kind in STATE)) return `${row.name}: ${what} since event ${first}`;
    const long = bar.ns === null ? ", how long is not known: events are missing" : `, ${span(bar.ns)}${bar.open ? " until the record ends" : ""}`;
    return `${row.name}: ${what}${long}, event ${first} to ${until}`;
  };

  // ----- sums over a span of time (of the program's clock, in ns) -----

  const cause = (by) => (by?.task ? "tasks" : { timer: "timers", io: "sockets", message: "other threads", deferred: "gave way" }[by] ?? "others");

  /** One object a task: `{name, made, busy, ready, waiting, polls, longest, queued, wakes, unknown}`. */
  times.table = function (begin = -Infinity, end = Infinity) {
    const { t, count } = K.trace, all = new Map();
    const most = (old, ns, at) => (ns > (old?.ns ?? -1) ? { ns, at } : old);
    for (const row of K.rowsOf(K.trace).rows.values()) {
      const sum = { name: row.name, made: row.made, busy: 0, ready: 0, waiting: 0, polls: 0, longest: null, queued: null, wakes: {}, unknown: 0 };
      let seen = false;
      for (let k = 0; k < row.at.length; k++) {
        const kind = row.kind[k], from = row.at[k], to = row.at[k + 1] ?? count, state = STATE[kind];
        if (!state || t[from] > end || t[Math.min(to, count - 1)] < begin) continue;
        seen = true;
        if (kind === BAR.POLL && t[from] >= begin) sum.polls += 1;
        const ns = ofJob(row, kind, begin, end) ?? lasted(kind, from, to, begin, end);
        if (ns === null) { sum.unknown += 1; continue; }
        sum[state] += ns;
        if (kind === BAR.POLL) sum.longest = most(sum.longest, ns, from);
        if (kind === BAR.READY) sum.queued = most(sum.queued, ns, from);
      }
      if (seen) all.set(row.name, sum);
    }
    for (const arrow of K.rowsOf(K.trace).arrows) {
      const sum = all.get(arrow.to), at = t[arrow.i];
      if (!sum || !arrow.by || at < begin || at > end || arrow.by === "runtime") continue;
      const by = cause(arrow.by);
      sum.wakes[by] = (sum.wakes[by] ?? 0) + 1;
    }
    return [...all.values()];
  };

  /** How long the thread slept, in how many sleeps, and what ended them. */
  times.asleep = function (begin = -Infinity, end = Infinity) {
    const { t } = K.trace, sum = { ns: 0, sleeps: 0, by: {} };
    for (const nap of K.rowsOf(K.trace).naps) {
      const a = Math.max(begin, t[nap.from]), b = Math.min(end, t[nap.to]);
      if (b < a || torn(nap.from, nap.to)) continue;
      sum.ns += b - a;
      sum.sleeps += 1;
      const e = K.event(nap.to), by = e.events ? "a socket" : e.unparked ? "another thread" : "a timer";
      if (e.t <= end) sum.by[by] = (sum.by[by] ?? 0) + 1;
    }
    return sum;
  };

  /** So much an event costs where the recorder is not optimised. */
  const DEAR = 2e3;
  /** "Recording kept the thread for 1.2 s, 5.9 µs an event." Empty if nothing is known of it. */
  K.costWords = function () {
    const { overhead, n, last, count } = K.trace, each = overhead / Math.max(1, n[last]);
    return !overhead || !count ? "" : `Recording kept the thread for ${span(overhead)}, ${span(each)} an event: it is in no poll and no time in the queue, but timers and sockets went on meanwhile.`
      + (each < DEAR ? "" : " In a debug build it takes a small part of that if the recorder is optimised: docs/watch.md says how.");
  };

  // ----- a time in words -----

  const UNIT = { ns: 1, "µs": 1e3, us: 1e3, ms: 1e6, s: 1e9, min: 6e10 };
  /** "1.2 s" in ns; null if it is none. */
  times.parse = function (text) {
    const m = /^([\d.,]+)\s*(ns|µs|us|ms|s|min)$/.exec(text.trim().toLowerCase());
    const ns = m ? Number(m[1].replace(",", ".")) * UNIT[m[2]] : NaN;
    return Number.isFinite(ns) ? ns : null;
  };
  /** The index of the event that a text means: the last at a time, the first after one, or one by its number. */
  times.find = function (text) {
    const words = text.trim().toLowerCase(), { n, t, last } = K.trace, number = /^(?:event\s*)?(\d+)$/.exec(words);
    if (number) return Math.max(0, K.upTo(n, +number[1]));
    const after = /^(?:next event |next |first event )?after\s+/.exec(words), ns = times.parse(words.slice(after?.[0].length ?? 0).replace(/^at\s+/, ""));
    if (ns === null) return null;
    const at = K.upTo(t, ns);
    return after ? Math.min(last, at + 1) : Math.max(0, at);
  };

  // ----- the dialog -----

  const COLUMNS = {
    name: ["task", (t) => t.name], busy: ["busy", (t) => t.busy], ready: ["in the queue", (t) => t.ready], queued: ["longest in the queue", (t) => t.queued?.ns ?? -1],
    waiting: ["waiting", (t) => t.waiting], polls: ["polls", (t) => t.polls], longest: ["longest poll", (t) => t.longest?.ns ?? -1],
    wakes: ["woken by", (t) => Object.values(t.wakes).reduce((a, b) => a + b, 0)],
  };
  const SHOWN = 200;
  const asked = { from: "", to: "", by: "busy", down: true };
  const list = (counts) => Object.entries(counts).map(([what, n]) => `${what} ×${K.number(n)}`).join(", ");
  const bound = (text, otherwise) => (text.trim() ? times.parse(text) : otherwise);

  function draw() {
    const begin = bound(asked.from, -Infinity), end = bound(asked.to, Infinity), sums = document.getElementById("times-sums"), box = document.getElementById("times-table");
    if (begin === null || end === null || begin > end) {
      sums.textContent = "Write a time such as 1.2 s or 500 ms, the earlier one first.";
      return box.replaceChildren();
    }
    const future = K.quiz?.on ? K.event(K.i)?.t ?? 0 : Infinity, until = Math.min(end, future); // the quiz hides what comes
    const rows = times.table(begin, until).filter((t) => K.filter.has(t.name)), asleep = times.asleep(begin, until), of = COLUMNS[asked.by][1];
    const busy = rows.filter((t) => !t.name.startsWith("job")).reduce((ns, t) => ns + t.busy, 0), unknown = rows.reduce((n, t) => n + t.unknown, 0);
    sums.textContent = `${K.filter.tasks ? `${K.filter.words()}: ` : ""}${K.plural(rows.reduce((n, t) => n + t.polls, 0), "poll")}, ${span(busy)}. Asleep ${span(asleep.ns)} in ${K.plural(asleep.sleeps, "sleep")}${asleep.sleeps ? `, ended by ${list(asleep.by)}` : ""}.`
      + (unknown ? ` ${K.plural(unknown, "time")} not counted: events are missing in between.` : "");
    rows.sort((a, b) => (asked.by === "name" ? K.trace.names.indexOf(a.name) - K.trace.names.indexOf(b.name) : of(a) - of(b)) * (asked.down ? -1 : 1));
    const head = Object.entries(COLUMNS).map(([key, [words]]) => `<th aria-sort="${asked.by !== key ? "none" : asked.down ? "descending" : "ascending"}"><button data-by="${key}">${words}${asked.by === key ? (asked.down ? " ▾" : " ▴") : ""}</button></th>`).join("");
    const link = (most) => (most ? `<a href="#${esc(K.address(most.at))}" data-go="${most.at}">${span(most.ns)}</a>` : "");
    const line = (t) => `<tr><td>${K.nameHTML(t.name)}${K.origin(t.name) ? ` <code>${esc(K.origin(t.name))}</code>` : ""}</td><td>${span(t.busy)}</td><td>${span(t.ready)}</td><td>${link(t.queued)}</td><td>${span(t.waiting)}</td><td>${K.number(t.polls)}</td><td>${link(t.longest)}</td><td>${esc(list(t.wakes))}</td></tr>`;
    const more = rows.length > SHOWN ? `<p class="mute">And ${K.number(rows.length - SHOWN)} more tasks: sort by another column to see them.</p>` : "";
    box.innerHTML = `<table><thead><tr>${head}</tr></thead><tbody>${rows.slice(0, SHOWN).map(line).join("")}</tbody></table>${more}`;
  }

  function build(box) {
    const input = (id, words, label) => K.el("input", { id, placeholder: words, "aria-label": label, size: 12 });
    const go = input("times-go", "1.2 s, after 0.5 s, event 40", "Go to a time or an event"), said = K.el("span", { class: "mute", role: "status" });
    const jump = K.el("form", { class: "times-by" }, K.el("label", {}, "Go to ", go), K.el("button", {}, "Go"), said);
    const from = input("times-from", "the beginning", "From this time"), to = input("times-to", "the end", "To this time");
    jump.addEventListener("submit", (ev) => {
      ev.preventDefault();
      const i = times.find(go.value);
      if (i === null) return void (said.textContent = "Write a time (1.2 s), “after 0.5 s”, or an event’s number.");
      box.close();
      K.stop();
      K.go(K.quiz?.on ? Math.min(i, K.i) : i);
    });
    for (const [field, key] of [[from, "from"], [to, "to"]]) field.addEventListener("input", () => { asked[key] = field.value; draw(); });
    const paused = K.trace.header.clock === "paused" ? " The clock is virtual: waiting and sleep are in its time, the others in the machine’s." : "";
    box.replaceChildren(K.el("h2", {}, "How long?"), jump, K.el("div", { class: "times-by" }, K.el("label", {}, "From ", from), K.el("label", {}, "to ", to)),
      K.el("p", { id: "times-sums", role: "status" }), K.el("div", { id: "times-table" }),
      K.el("p", { class: "mute" }, `A poll of a local set counts for its tasks and for the task that runs the set.${paused} ${K.costWords()}`),
      K.el("form", { method: "dialog" }, K.el("button", {}, "Close", K.el("kbd", {}, "esc"))));
    box.addEventListener("click", (ev) => {
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
    document.getElementById("times-go").focus();
  };
})(window.K = window.K || {});
