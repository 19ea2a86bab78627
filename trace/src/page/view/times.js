// How long did each task run, wait in the queue, and wait for something else?
//
// A dialog has a table of all tasks, with their sums by cause (why/why.js) over the run or a
// stretch of it. It can be sorted, and leads to a time in the run and to the answer about one task.
//
// Interface: `K.times.open()` opens the dialog #times; `K.times.words(row, i)`: what a row does at
// event `i`, and how long, in words; `K.times.jobWords(name, i)`: what a job does, in words. Button
// #lanes-times.
// Not here: what a bar is (rows.js), the critical path (chain.js), pixels (lanes.js).

const { BAR, byId, esc, span } = K;
const times = (K.times = {});

/** What a row does in a bar of this kind. */
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
times.jobWords = function (name, i) {
  const row = K.rowOf(name);
  return WORD[row?.kind[row.barAt(i)] ?? BAR.QUEUED];
};
/** "task 2: in the queue, 1.2 ms, event 40 to 45": what a row does at an event. */
times.words = function (row, i) {
  const k = row.barAt(i),
    kind = row.kind[k],
    { n, last, count, header } = K.trace;
  if (!WORD[kind]) return `${row.name}: nothing yet`;
  const from = row.at[k],
    end = row.at[k + 1] ?? count,
    note = kind === BAR.WAIT && row.wordsAt(k),
    what = `${row.name}: ${WORD[kind]}${note ? ` for ${note}` : ""}`;
  if (K.isOver(kind)) return `${what} since event ${n[from]}`;
  // A job's own thread has measured it: recording takes time on the loop's thread only.
  const measured = { [BAR.QUEUED]: row.job?.waited, [BAR.JOB]: row.job?.ran }[kind],
    isOwn = row.job && !K.trace.isPaused,
    ns = measured ?? K.barLength(isOwn ? BAR.WAIT : kind, from, end),
    open = end > last ? " until the record ends" : "";
  return `${what}, ${span(ns)}${open}, event ${n[from]} to ${n[Math.min(end, last)]}`;
};

// ----- sums over a span of time (of the program's clock, in ns) -----

const OWN = ["poll", "job", "ready", "queue"],
  NONE = { ns: 0, longest: -1, open: false };
/** The sums of a task: at work, in the queue, and for each cause of its waits. */
function sumsOf({ name, job }, [begin, end]) {
  const sums = K.timesOf(name, begin, end),
    of = (key) => sums.find(({ what }) => what === key) ?? NONE,
    causes = sums.filter(({ what }) => !OWN.includes(what)),
    waiting = causes.reduce((ns, cause) => ns + cause.ns, 0),
    [busy, queue] = [of(job ? "job" : "poll"), of(job ? "queue" : "ready")];
  return { name, job: !!job, busy, queue, waiting, causes, polls: sums.polls };
}
function tableOf(begin, end) {
  const key = [begin, end].join(); // sorting needs the same rows again
  if (K.trace.table?.key !== key) {
    const rows = [...K.rowsOf(K.trace).rows.values()].map((row) => sumsOf(row, [begin, end])),
      isUsed = ({ polls, causes, busy, queue }) => polls || causes.length || busy.ns || queue.ns;
    K.trace.table = { key, rows: rows.filter(isUsed) };
  }
  return [...K.trace.table.rows];
}
/** How long the thread slept, in how many sleeps. */
function asleep(begin, end) {
  const { t, last } = K.trace,
    sum = { ns: 0, sleeps: 0 };
  for (const { from, to, ns } of K.rowsOf(K.trace).sleeps) {
    const part = Math.min(end, t[Math.min(to, last)]) - Math.max(begin, t[from]);
    if (part < 0) continue;
    sum.ns += t[to] > t[from] ? (part / (t[to] - t[from])) * ns : 0;
    sum.sleeps += 1;
  }
  return sum;
}
/** In ns: what an event costs at least if the recorder isn't optimised. */
const UNOPTIMISED = 2e3;
function costWords() {
  const { overhead, n, last, count } = K.trace,
    each = overhead / Math.max(1, n[last]);
  if (!overhead || !count) return "";
  const advice = " An optimised recorder takes a fraction of that: docs/watch.md says how.";
  return `Recording kept the thread for ${span(overhead)} in the whole run, ${span(each)} an event. The times of polls and queue leave that out, but timers and sockets went on meanwhile.${each < UNOPTIMISED ? "" : advice}`;
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

const link = (sum) => K.eventLink(sum.from, K.lengthWords(sum)),
  longest = (sum) => (sum.longest < 0 ? "" : link({ ...sum, ns: sum.longest }));
const CAUSES = 3;
function waits({ causes }) {
  const each = (sum) => `${link(sum)} ${K.withChips(K.barWords(sum))}`,
    more = causes.length - CAUSES;
  return causes.slice(0, CAUSES).map(each).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
function ask({ name }) {
  const origin = K.origin(name) ? ` <code>${esc(K.origin(name))}</code>` : "";
  return `<button class="ask" data-ask="${esc(name)}" title="Why so long? Where its time went, and what bounded it">${K.nameHTML(name)}</button>${origin}`;
}
/** For each column: its heading, its value for sorting, and its cell. */
const COLUMNS = {
  name: ["task", (t) => K.trace.names.indexOf(t.name), ask],
  busy: ["at work", (t) => t.busy.ns, ({ busy, job }) => K.lengthWords(busy) + (job ? " on its thread" : "")], // prettier-ignore
  ready: ["in the queue", (t) => t.queue.ns, (t) => span(t.queue.ns)],
  queued: ["longest in the queue", (t) => t.queue.longest, (t) => longest(t.queue)],
  waiting: ["waited for", (t) => t.waiting, waits],
  polls: ["polls", (t) => t.polls, (t) => (t.job ? "" : K.number(t.polls))],
  longest: ["longest poll", (t) => (t.job ? -1 : t.busy.longest), (t) => (t.job ? "" : longest(t.busy))], // prettier-ignore
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
  for (const t of rows) if (!t.job && !lanes.get(t.name).local) busy += t.busy.ns;
  return `${K.plural(polls, "poll")}, ${span(busy)}. Asleep ${span(ns)} in ${K.plural(sleeps, "sleep")}.`;
}
/** The stretch in question, or the whole run. */
const stretch = () => [K.answer.question?.begin ?? -Infinity, K.answer.question?.end ?? Infinity];
function draw() {
  const [begin, end] = stretch(),
    rows = tableOf(begin, end).filter(({ name }) => K.find.has(name)),
    value = COLUMNS[sorted.by][1];
  byId("times-span").textContent = K.stretchWords(begin, end);
  byId("times-sums").innerHTML = sumsHTML(rows, asleep(begin, end));
  // Jobs have threads of their own, so the loop's tasks come first.
  rows.sort((a, b) => !!a.job - !!b.job || (value(a) - value(b)) * (sorted.down ? -1 : 1));
  const more = rows.length - SHOWN,
    left = `<p class="mute">And ${K.number(more)} more tasks: pick some with <kbd>/</kbd>.</p>`;
  byId("times-table").innerHTML = tableHTML(rows) + (more > 0 ? left : "");
  const paused =
    " The clock is virtual: waits and sleeps are in its time, everything else in the machine’s.";
  byId("times-notes").textContent =
    `Click a task to see where its time went.${K.trace.isPaused ? paused : ""} ${costWords()}`;
}
/** Goes to the event, or answers for the stretch, that the reader has written. */
function submitted(ev) {
  ev.preventDefault();
  const text = byId("times-go").value,
    span = spanOf(text),
    i = span ? K.shown : eventAt(text);
  if (i === null)
    return (byId("times-sums").textContent =
      "Write a time (1.2 s), “after 0.5 s”, a stretch (1.0-2.0 s), or an event’s number.");
  byId("times").close();
  if (span) K.answer.ask(K.answer.question?.name ?? K.pinned ?? K.mainTask(), ...span);
  else K.goTo(i);
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
