// How long did each task run, wait in the queue, and wait for something else?
//
// A dialog has a table of all tasks, with their sums by cause over the run or a stretch of it. It
// can be sorted, and leads to a time in the run and to the answer about one task. A sum (why.js) is
// `{what, wait, ns, longest, from, open}`: a cause, such as "poll" or "wait", and how long in all;
// its longest part, in ns, begins at event `from`, and is `open` if it isn't over.
// A row is the history of a task or job, a list of bars: bar `k` begins at event `row.at[k]` and is
// of kind `row.kind[k]` (rows.js). All lengths are in ns.
//
// Interface (all scripts share `K`): `K.times.open()` opens the dialog #times; `K.times.words(row,
// i)` and `K.times.jobWords(name, i)`: what a row, or a job, does at event `i`, in words.
// Not here: the critical path (answer.js), pixels (lanes.js).

const { BAR, byId, esc, span } = K;
const times = (K.times = {});

const WORDS = {
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
times.jobWords = function (name, i) {
  const row = K.rowOf(name);
  return WORDS[row?.kind[row.barAt(i)] ?? BAR.QUEUED];
};
/** "task 2: in the queue, 1.2 ms, event 40 to 45". */
times.words = function (row, i) {
  const { n, last, count, isPaused } = K.trace,
    k = row.barAt(i),
    kind = row.kind[k],
    [from, to] = [row.at[k], row.at[k + 1] ?? count]; // the event after the last ends the last bar
  if (!WORDS[kind]) return `${row.name}: nothing yet`;
  const resources = kind === BAR.WAIT && row.wordsAt(k),
    words = `${row.name}: ${WORDS[kind]}${resources ? ` for ${resources}` : ""}`;
  if (K.isOver(kind)) return `${words} since event ${n[from]}`;
  // A job's own thread has measured it: recording takes time on the loop's thread only.
  const measured = { [BAR.QUEUED]: row.job?.waited, [BAR.JOB]: row.job?.ran }[kind],
    clockOf = row.job && !isPaused ? BAR.WAIT : kind, // else the program's, as for a wait
    ns = measured ?? K.barLength(clockOf, from, to),
    open = to > last ? " until the record ends" : "";
  return `${words}, ${span(ns)}${open}, event ${n[from]} to ${n[Math.min(to, last)]}`;
};

// ----- sums over a span of time (of the program's clock, in ns) -----

const NOT_WAITING = ["poll", "job", "ready", "queue"],
  NO_TIME = { ns: 0, longest: -1, open: false };
/** The sums of a row's task: at work, in the queue, and for each cause of its waits. */
function sumsOf({ name, job }, begin, end) {
  const sums = K.timesOf(name, begin, end), // a list, with the number of `polls` as a field
    sumOf = (what) => sums.find((sum) => sum.what === what) ?? NO_TIME,
    causes = sums.filter(({ what }) => !NOT_WAITING.includes(what)),
    waiting = causes.reduce((ns, cause) => ns + cause.ns, 0),
    [busy, queue] = (job ? ["job", "queue"] : ["poll", "ready"]).map(sumOf);
  return { name, job: !!job, busy, queue, waiting, causes, polls: sums.polls };
}
/** The sums of all tasks that did anything meanwhile. */
function tableOf(begin, end) {
  const key = [begin, end].join(); // sorting needs the same sums again
  if (K.trace.table?.key !== key) {
    const all = [...K.rowsOf(K.trace).rows.values()].map((row) => sumsOf(row, begin, end)),
      isUsed = ({ polls, causes, busy, queue }) => polls || causes.length || busy.ns || queue.ns;
    K.trace.table = { key, sums: all.filter(isUsed) };
  }
  return [...K.trace.table.sums];
}
/** How long the thread slept, in how many sleeps. */
function asleep(begin, end) {
  const { t, last } = K.trace,
    sum = { ns: 0, sleeps: 0 };
  for (const { from, to, ns } of K.rowsOf(K.trace).sleeps) {
    const inside = Math.min(end, t[Math.min(to, last)]) - Math.max(begin, t[from]);
    if (inside < 0) continue;
    sum.ns += ns * K.shareOf(inside, 0, t[to] - t[from]);
    sum.sleeps += 1;
  }
  return sum;
}
const UNOPTIMISED = 2e3; // ns: what an event costs at least if the recorder isn't optimised
function costWords() {
  const { overhead, n, last, count } = K.trace,
    each = overhead / Math.max(1, n[last]);
  if (!overhead || !count) return "";
  const advice = " An optimised recorder takes a fraction of that: docs/watch.md says how.";
  const words = `Recording kept the thread for ${span(overhead)} in the whole run, ${span(each)} an event. The times of polls and queue leave that out, but timers and sockets went on meanwhile.`;
  return each < UNOPTIMISED ? words : words + advice;
}

// ----- what the reader writes -----

const UNIT = { ns: 1, µs: 1e3, us: 1e3, ms: 1e6, s: 1e9, min: 6e10 };
/** "1.2 s" in ns; null if it is no time. */
function timeOf(text) {
  const [, number, unit] = /^([\d.,]+)\s*(ns|µs|us|ms|s|min)$/.exec(text) ?? [];
  const ns = number ? Number(number.replace(",", ".")) * UNIT[unit] : NaN;
  return Number.isFinite(ns) ? ns : null;
}
/** The index of the event that a text means: the last at a time, the first after one, or one by
 * its number; null if it is none of these. */
function eventOf(text) {
  const { n, t, last } = K.trace,
    [, number] = /^(?:event\s*)?(\d+)$/.exec(text) ?? [],
    [, after, time] = /^(after\s+)?(.*)$/.exec(text);
  if (number) return Math.max(0, K.lastAtMost(n, +number));
  if (timeOf(time) === null) return null;
  const i = K.lastAtMost(t, timeOf(time));
  return after ? Math.min(last, i + 1) : Math.max(0, i);
}
/** The stretch that "1.0-2.0 s" or "500 ms to 1.2 s" means: `[begin, end]`; null if it is none. */
function stretchOf(text) {
  const [, from, to] = /^(.+?)\s*(?:-|–|\bto\b)\s*(.+)$/.exec(text) ?? [];
  if (!from) return null;
  const [unit] = /[a-zµ]+$/.exec(to) ?? [],
    begin = timeOf(from) ?? timeOf(`${from} ${unit}`),
    end = timeOf(to);
  return begin !== null && end !== null && begin < end ? [begin, end] : null;
}
/** Goes to the event, or answers for the stretch, that the reader has written. */
function submitted(ev) {
  ev.preventDefault();
  const text = byId("times-go").value.trim().toLowerCase(),
    stretch = stretchOf(text),
    i = stretch ? K.shown : eventOf(text);
  if (i === null)
    return (byId("times-sums").textContent =
      "Write a time (1.2 s), “after 0.5 s”, a stretch (1.0-2.0 s), or an event’s number.");
  byId("times").close();
  if (stretch) K.answer.ask(K.answer.question?.name ?? K.pinned ?? K.mainTask(), ...stretch);
  else K.goTo(i);
}

const link = (sum) => K.eventLink(sum.from, K.lengthWords(sum)),
  longest = (sum) => (sum.longest < 0 ? "" : link({ ...sum, ns: sum.longest }));
const MOST_CAUSES = 3;
function causesHTML({ causes }) {
  const causeHTML = (sum) => `${link(sum)} ${K.withChips(K.barWords(sum))}`,
    more = causes.length - MOST_CAUSES;
  return (
    causes.slice(0, MOST_CAUSES).map(causeHTML).join(", ") + (more > 0 ? ` and ${more} more` : "")
  );
}
const taskHTML = ({ name }) =>
  `<button class="ask" data-ask="${esc(name)}" title="Why so long? Where its time went, and what bounded it">${K.nameHTML(name)}</button>${K.originHTML(name)}`;
const busyHTML = ({ busy, job }) => K.lengthWords(busy) + (job ? " on its thread" : "");
/** The columns, as functions of a task's sums: `value` is for sorting, `html` for the cell. */
const COLUMNS = {
  name: { title: "task", value: (t) => K.trace.names.indexOf(t.name), html: taskHTML },
  busy: { title: "at work", value: (t) => t.busy.ns, html: busyHTML },
  ready: { title: "in the queue", value: (t) => t.queue.ns, html: (t) => span(t.queue.ns) },
  queued: { title: "longest in the queue", value: (t) => t.queue.longest, html: (t) => longest(t.queue) }, // prettier-ignore
  waiting: { title: "waited for", value: (t) => t.waiting, html: causesHTML },
  polls: { title: "polls", value: (t) => t.polls, html: (t) => (t.job ? "" : K.number(t.polls)) },
  longest: { title: "longest poll", value: (t) => (t.job ? -1 : t.busy.longest), html: (t) => (t.job ? "" : longest(t.busy)) }, // prettier-ignore
};
let sorting = { by: "busy", isDown: true };
const MOST_SHOWN = 200;
function tableHTML(tasks) {
  const head = Object.entries(COLUMNS).map(([key, { title }]) => {
    const order = sorting.by !== key ? "none" : sorting.isDown ? "descending" : "ascending",
      sign = { none: "", descending: " ▾", ascending: " ▴" }[order];
    return `<th aria-sort="${order}"><button data-by="${key}">${title}${sign}</button></th>`;
  });
  const cells = (task) =>
      Object.entries(COLUMNS).map(([key, { html }]) => `<td data-of="${key}">${html(task)}</td>`),
    lines = tasks.slice(0, MOST_SHOWN).map((task) => `<tr>${cells(task).join("")}</tr>`);
  return `<table><thead><tr>${head.join("")}</tr></thead><tbody>${lines.join("")}</tbody></table>`;
}
function totalHTML(tasks, { ns, sleeps }) {
  const { rows } = K.rowsOf(K.trace),
    polls = tasks.reduce((sum, { polls }) => sum + polls, 0);
  let busy = 0; // polls of a local set's tasks are inside of another task's poll
  for (const task of tasks) if (!task.job && !rows.get(task.name).isLocal) busy += task.busy.ns;
  return `${K.plural(polls, "poll")}, ${span(busy)}. Asleep ${span(ns)} in ${K.plural(sleeps, "sleep")}.`;
}

// ----- the dialog -----

/** The stretch in question, or the whole run. */
const stretchAsked = () => K.answer.question ?? { begin: -Infinity, end: Infinity };
function draw() {
  const { begin, end } = stretchAsked(),
    tasks = tableOf(begin, end).filter(({ name }) => K.find.has(name)),
    { value } = COLUMNS[sorting.by];
  byId("times-span").textContent = K.stretchWords(begin, end);
  byId("times-sums").innerHTML = totalHTML(tasks, asleep(begin, end));
  // Jobs have threads of their own, so the loop's tasks come first.
  tasks.sort((a, b) => a.job - b.job || (value(a) - value(b)) * (sorting.isDown ? -1 : 1));
  const more = tasks.length - MOST_SHOWN,
    left = `<p class="mute">And ${K.number(more)} more tasks: pick some with <kbd>/</kbd>.</p>`;
  byId("times-table").innerHTML = tableHTML(tasks) + (more > 0 ? left : "");
  const paused =
    " The clock is virtual: waits and sleeps are in its time, everything else in the machine’s.";
  byId("times-notes").textContent =
    `Click a task to see where its time went.${K.trace.isPaused ? paused : ""} ${costWords()}`;
}
function clicked({ target }) {
  const name = target.closest("[data-ask]")?.dataset.ask,
    by = target.closest("[data-by]")?.dataset.by;
  if (name) {
    const { begin, end } = stretchAsked();
    byId("times").close();
    K.answer.ask(name, begin, end);
  }
  if (!by) return;
  sorting = { by, isDown: sorting.by === by ? !sorting.isDown : by !== "name" };
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
