// How long did each task run, wait in the queue, and wait for something else?
//
// A dialog with a table of all tasks, from their sums by cause (why/why.js), over the run or a
// stretch of it. It can be sorted, and leads to a time in the run and to the answer for one task.
//
// Interface: `K.times.words(row, i)`, `K.times.jobWords(name, i)`, `K.times.open()`. Dialog #times,
// button #lanes-times.
// Not here: what a bar is (rows.js), the critical path (chain.js), pixels (lanes.js).

const { BAR, byId, esc, span } = K;
const times = (K.times = {});

times.jobWords = function (name, i) {
  const row = K.rowsOf(K.trace).rows.get(name);
  return WORD[row?.kind[row.barAt(i)]] ?? "in the pool’s queue";
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
/** "task 2: in the queue, 1.2 ms, event 40 to 45": what a row does at an event. */
times.words = function (row, i) {
  const k = row.barAt(i),
    kind = row.kind[k],
    { n, last, count, header } = K.trace;
  if (!WORD[kind]) return `${row.name}: nothing yet`;
  const from = row.at[k],
    end = row.at[k + 1] ?? count,
    to = Math.min(end, K.lastVisible()),
    note = kind === BAR.WAIT && row.noteAt(k),
    what = `${row.name}: ${WORD[kind]}${note ? ` for ${note}` : ""}`;
  if (K.isOver(kind)) return `${what} since event ${n[from]}`;
  // A job's own thread has measured it: recording takes time on the loop's thread only.
  const measured = { [BAR.QUEUED]: row.job?.waited, [BAR.JOB]: row.job?.ran }[kind],
    isOwn = row.job && header.clock !== "paused",
    ns = (end > to ? null : measured) ?? K.barLength(isOwn ? BAR.WAIT : kind, from, to),
    so = K.lastVisible() === Infinity ? " until the record ends" : " so far",
    isOpen = end > Math.min(last, K.lastVisible());
  return `${what}, ${span(ns)}${isOpen ? so : ""}, event ${n[from]} to ${n[Math.min(to, last)]}`;
};

// ----- sums over a span of time (of the program's clock, in ns) -----

const OWN = ["poll", "job", "ready", "queue"];
function rowOf({ name, job }, span) {
  const sums = K.timesOf(name, ...span),
    of = (key) => sums.find(({ what }) => what === key),
    most = (sum) => (sum ? { ...sum, ns: sum.longest } : null),
    busy = of(job ? "job" : "poll"),
    queue = of(job ? "queue" : "ready"),
    causes = sums.filter(({ what }) => !OWN.includes(what));
  return {
    name,
    job: !!job,
    busy: busy?.ns ?? 0,
    open: !!busy?.open,
    ready: queue?.ns ?? 0,
    waiting: causes.reduce((ns, cause) => ns + cause.ns, 0),
    causes,
    polls: sums.polls,
    longest: job ? null : most(busy),
    queued: most(queue),
  };
}
/** One object a task: `{name, busy, ready, waiting, causes, polls, longest, queued}`;
 * `causes`: what it waited for. */
function tableOf(begin, end, seen) {
  const key = [begin, end, seen].join(); // sorting needs the same rows again
  if (K.trace.table?.key !== key) {
    const rows = [...K.rowsOf(K.trace).rows.values()].map((row) => rowOf(row, [begin, end, seen]));
    K.trace.table = {
      key,
      rows: rows.filter((row) => row.polls || row.causes.length || row.busy || row.ready),
    };
  }
  return [...K.trace.table.rows];
}
/** How long the thread slept, in how many sleeps. */
function asleep(begin, end, seen) {
  const { t } = K.trace,
    sum = { ns: 0, sleeps: 0 };
  for (const { from, to, ns } of K.rowsOf(K.trace).naps) {
    const part = Math.min(end, t[Math.min(to, seen)]) - Math.max(begin, t[from]);
    if (from > seen || part < 0) continue;
    sum.ns += t[to] > t[from] ? (part / (t[to] - t[from])) * ns : 0;
    sum.sleeps += 1;
  }
  return sum;
}
/** In ns: an event costs at least so much if the recorder isn't optimised. */
const UNOPTIMISED = 2e3;
function costWords() {
  const { overhead, n, last, count } = K.trace,
    each = overhead / Math.max(1, n[last]);
  if (!overhead || !count) return "";
  const advice =
    each < UNOPTIMISED
      ? ""
      : " An optimised recorder takes a fraction of that: docs/watch.md says how.";
  return `Recording kept the thread for ${span(overhead)} in the whole run, ${span(each)} an event. The times of polls and queue leave that out, but timers and sockets went on meanwhile.${advice}`;
}

// ----- a time in words -----

const UNIT = { ns: 1, µs: 1e3, us: 1e3, ms: 1e6, s: 1e9, min: 6e10 };
/** "1.2 s" in ns; null if it is none. */
function parsed(text) {
  const m = /^([\d.,]+)\s*(ns|µs|us|ms|s|min)$/.exec(text.trim().toLowerCase());
  const ns = m ? Number(m[1].replace(",", ".")) * UNIT[m[2]] : NaN;
  return Number.isFinite(ns) ? ns : null;
}
/** The index of the event that a text means: the last at a time, the first after one, or one by
 * its number. */
function eventAt(text) {
  const words = text.trim().toLowerCase(),
    { n, t, last } = K.trace,
    number = /^(?:event\s*)?(\d+)$/.exec(words);
  if (number) return Math.max(0, K.lastAtMost(n, +number[1]));
  const after = /^after\s+/.exec(words),
    ns = parsed(words.slice(after?.[0].length ?? 0));
  if (ns === null) return null;
  const at = K.lastAtMost(t, ns);
  return after ? Math.min(last, at + 1) : Math.max(0, at);
}
/** The stretch that "1.0-2.0 s" or "500 ms to 1.2 s" means: `[begin, end]`; null if it is none. */
function spanOf(text) {
  const m = /^(.+?)\s*(?:-|–|\bto\b)\s*(.+)$/.exec(text.trim().toLowerCase()),
    end = m && parsed(m[2]);
  const begin = m && (parsed(m[1]) ?? parsed(`${m[1]} ${/[a-zµ]+$/.exec(m[2])?.[0]}`));
  return begin !== null && end !== null && begin < end ? [begin, end] : null;
}

// ----- the dialog -----

const link = (most) => (most ? K.eventLink(most.from, K.lengthWords(most)) : "");
const CAUSES = 3;
function waits({ causes }) {
  const each = (sum) => `${link(sum)} ${K.tokens(K.barWords(sum))}`,
    more = causes.length - CAUSES;
  return causes.slice(0, CAUSES).map(each).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
function ask({ name }) {
  const origin = K.origin(name) ? ` <code>${esc(K.origin(name))}</code>` : "";
  if (K.quiz?.on) return K.nameHTML(name) + origin;
  return `<button class="ask" data-ask="${esc(name)}" title="Why so long? Where its time went, and what bounded it">${K.nameHTML(name)}</button>${origin}`;
}
/** For each column: its heading, its value for sorting, and its cell. */
const COLUMNS = {
  name: ["task", (t) => K.trace.names.indexOf(t.name), ask],
  busy: [
    "at work",
    (t) => t.busy,
    (t) => `${K.lengthWords({ ns: t.busy, open: t.open })}${t.job ? " on its thread" : ""}`,
  ],
  ready: ["in the queue", (t) => t.ready, (t) => span(t.ready)],
  queued: ["longest in the queue", (t) => t.queued?.ns ?? -1, (t) => link(t.queued)],
  waiting: ["waited for", (t) => t.waiting, waits],
  polls: ["polls", (t) => t.polls, (t) => (t.job ? "" : K.number(t.polls))],
  longest: ["longest poll", (t) => t.longest?.ns ?? -1, (t) => link(t.longest)],
};
const SHOWN = 200;
const sorted = { by: "busy", down: true };
function tableHTML(rows) {
  const head = Object.entries(COLUMNS).map(([key, [words]]) => {
    const way = sorted.by !== key ? "none" : sorted.down ? "descending" : "ascending",
      sign = { none: "", descending: " ▾", ascending: " ▴" }[way];
    return `<th aria-sort="${way}"><button data-by="${key}">${words}${sign}</button></th>`;
  });
  const cells = (t) =>
      Object.entries(COLUMNS).map(([key, [, , show]]) => `<td data-of="${key}">${show(t)}</td>`),
    lines = rows.slice(0, SHOWN).map((t) => `<tr>${cells(t).join("")}</tr>`);
  return `<table><thead><tr>${head.join("")}</tr></thead><tbody>${lines.join("")}</tbody></table>`;
}
function sumsHTML(rows, { ns, sleeps }) {
  const { rows: lanes } = K.rowsOf(K.trace),
    polls = rows.reduce((all, { polls }) => all + polls, 0);
  let busy = 0; // polls of a local set's tasks are inside of another task's poll
  for (const t of rows) if (!t.job && !lanes.get(t.name).local) busy += t.busy;
  return `${K.plural(polls, "poll")}, ${span(busy)}. Asleep ${span(ns)} in ${K.plural(sleeps, "sleep")}.`;
}
/** The stretch in question, or the whole run. */
const stretch = () => [K.answer.stretch?.begin ?? -Infinity, K.answer.stretch?.end ?? Infinity];
function draw() {
  const [begin, end] = stretch(),
    rows = tableOf(begin, end, K.lastVisible()).filter(({ name }) => K.find.has(name)),
    value = COLUMNS[sorted.by][1];
  byId("times-span").textContent = K.stretchWords(begin, end);
  byId("times-sums").innerHTML = sumsHTML(rows, asleep(begin, end, K.lastVisible()));
  // Jobs have threads of their own, so the loop's tasks come first.
  rows.sort((a, b) => !!a.job - !!b.job || (value(a) - value(b)) * (sorted.down ? -1 : 1));
  const more = rows.length - SHOWN,
    left = `<p class="mute">And ${K.number(more)} more tasks: pick some with <kbd>/</kbd>.</p>`;
  byId("times-table").innerHTML = tableHTML(rows) + (more > 0 ? left : "");
  const paused =
    " The clock is virtual: waits and sleeps are in its time, everything else in the machine’s.";
  byId("times-notes").textContent =
    `Click a task to see where its time went.${K.trace.header.clock === "paused" ? paused : ""} ${costWords()}`;
}
/** Goes to the event, or answers for the stretch, that the reader has written. */
function submitted(ev) {
  ev.preventDefault();
  const text = byId("times-go").value,
    span = K.quiz.on ? null : spanOf(text),
    i = span ? K.shown : eventAt(text);
  if (i === null)
    return (byId("times-sums").textContent =
      "Write a time (1.2 s), “after 0.5 s”, a stretch (1.0-2.0 s), or an event’s number.");
  byId("times").close();
  if (span) K.answer.ask(K.answer.stretch?.name ?? K.pinned ?? K.mainTask(), ...span);
  else K.goTo(K.quiz.on ? Math.min(i, K.shown) : i);
}
function clicked({ target }) {
  const name = target.closest("[data-ask]")?.dataset.ask,
    by = target.closest("[data-by]")?.dataset.by;
  if (name) {
    byId("times").close();
    K.answer.ask(name, ...stretch());
  }
  if (!by) return;
  Object.assign(sorted, { by, down: sorted.by === by ? !sorted.down : by !== "name" });
  draw();
  byId("times").querySelector(`[data-by="${by}"]`).focus();
}
times.open = function () {
  if (!K.trace.count) return;
  draw();
  byId("times").showModal();
  byId("times-go").select();
};
K.on("trace", () => {
  byId("times").addEventListener("click", clicked);
  byId("times-by").addEventListener("submit", submitted);
});
