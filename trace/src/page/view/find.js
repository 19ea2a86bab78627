// How does the reader find sentences, and choose the tasks to be shown?
//
// One box does both. `task:`, `line:`, `state:` and `waits:` choose tasks, for the lanes, the
// table, the boxes and the sentences alike; every other word must be in the sentence. Below the box
// are terms to click, and then this level's sentences, with the printed lines and the verdicts.
// That list is the text alternative to every picture of the page. Only the rows in view exist.
//
// Interface: `K.find.open()`, `K.find.set(text)`, `K.find.text`; `K.find.tasks`, the chosen ones
// (null: all), `K.find.has(name)`, `K.find.words()`, `K.find.suggestions()`; `K.find.entries`, the
// sentences listed, and `K.find.entry(one)`, the words of one. Dialog #find. Emits "find".
// Invariants: terms of the same kind mean *or*, of different kinds *and*. What a task is and waits
// for is looked up at the event that is shown when the box opens or its text changes; the choice
// stays while the reader steps on.
// Not here: the sentences themselves (in the trace; text.js).

const { byId } = K;
const find = (K.find = { text: "", tasks: null, at: -1, entries: [] });

// ----- the words in the box -----

/** Splits "state:ready task 3" into terms, `{word, kind, value}`; a number belongs to the word
 * before it. */
const termsOf = (text) =>
  (text.toLowerCase().match(/[^\s,]+(?:\s+\d+(?![^\s,]))?/g) ?? []).map((word) => {
    const [, kind, value] = /^(task|line|state|waits):\s*(.*)$/.exec(word) ?? [];
    return { word, kind, value };
  });
const wordsOf = (text) => termsOf(text).map(({ word }) => word);
/** The terms that choose tasks. */
const choosing = (text) => termsOf(text).filter(({ kind }) => kind);
/** Is this in a text, as a word begins, and a number as a whole? "lock 1" is neither in "rwlock
 * 1" nor in "lock 12". */
function isIn(word) {
  const [begin, end] = [/^\w/.test(word) ? "(?<![a-z0-9])" : "", /\d$/.test(word) ? "(?!\\d)" : ""],
    pattern = new RegExp(begin + word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") + end);
  return (text) => pattern.test(text.toLowerCase());
}

// ----- the tasks -----

/** A task or job of the whole run, and what it is `now`, at the event that is asked about. */
const subject = (s, name) => ({
  name,
  ...K.trace.state.tasks.get(name),
  now: s.tasks.get(name) ?? s.jobs.get(name),
  get waits() {
    return K.waitsFor(s, name);
  },
});
const STATES = { queued: "ready", polling: "polling", waiting: "waiting" };
/** The words of a task in which each kind of term is looked for. */
const TEXTS = {
  task: ({ name, what }) => `${name} ${what ?? ""}`,
  line: ({ made }) => (made ? `${made.file}:${made.line}` : ""),
  state: ({ now }) => STATES[now?.where] ?? (now?.how === "ready" ? "done" : (now?.how ?? "")),
  waits: (one) => waitsOf(one).map((on) => `${family(on)} ${on ? K.resourceWords(on) : ""}`).join(), // prettier-ignore
};
const waitsOf = ({ now, waits }) => (now?.where === "waiting" && !waits.length ? [null] : waits);
/** For the search, all timers are one word: thousands of tasks may wait for a timer each. */
const family = (on) => (on ? (on.sync ?? on.value ?? on.closed ?? Object.keys(on)[0]) : "nothing");

function chosen(terms) {
  const s = K.stateAt(find.at),
    kinds = Object.keys(TEXTS).filter((kind) => terms.some((term) => term.kind === kind));
  const tests = terms.map(({ kind, value }) => ({ kind, is: isIn(value) }));
  const fits = (task) =>
    kinds.every((kind) => tests.some((test) => test.kind === kind && test.is(TEXTS[kind](task))));
  return new Set(K.trace.names.filter((name) => fits(subject(s, name))));
}
find.has = (name) => !find.tasks || find.tasks.has(name);
/** "12 of 100,001 tasks, as at event 40"; "" if all are shown. */
find.words = function () {
  if (!find.tasks) return "";
  const isOfNow = /\b(state|waits):/.test(find.text),
    when = isOfNow ? `, as at event ${K.number(K.trace.n[find.at])}` : "";
  return `${K.number(find.tasks.size)} of ${K.plural(K.trace.names.length, "task")}${when}`;
};
const PER_KIND = 4;
/** Terms that tell the tasks shown apart: for each kind those that most tasks have, with their
 * number. */
find.suggestions = function () {
  const s = K.stateAt(find.at),
    counts = { state: new Map(), waits: new Map(), line: new Map() };
  const count = (kind, value) =>
    value && counts[kind].set(value, (counts[kind].get(value) ?? 0) + 1);
  for (const name of find.tasks?.size ? find.tasks : K.trace.names) {
    const task = subject(s, name);
    count("state", TEXTS.state(task));
    count("line", task.made && K.shortPlace(task.made.text));
    for (const one of new Set(waitsOf(task).map(family))) count("waits", one);
  }
  const most = (all) => [...all].sort((a, b) => b[1] - a[1]).slice(0, PER_KIND);
  return Object.entries(counts).flatMap(([kind, all]) =>
    most(all).map(([value, n]) => [`${kind}:${value}`.toLowerCase(), n]),
  );
};

// ----- the sentences: an entry is an event's index, or a note or verdict itself -----

/** The event of an entry or, for a note or verdict, the one after which it was written. */
const eventOf = (one) => one.i ?? one;
find.entry = function (one) {
  const i = eventOf(one),
    event = one === i ? K.event(i) : undefined;
  if (event) return { i, kind: event.ev, text: K.sentence(i), event };
  const { note, task, say = "" } = one,
    who = task ? `In this poll ${task}` : "The program";
  if (note !== undefined) return { i, kind: "printed", text: `${who} prints “${note}”.` };
  return { i, kind: "verdict", text: `The doctor, ${K.nameOfLint(one)}: ${say}` };
};
/** All entries of this level, in order, that are about the tasks shown. */
function allEntries() {
  const { notes, lints, count, index } = K.trace,
    about = find.tasks && new Uint8Array(count);
  for (const name of find.tasks ?? []) for (const i of index.byTask.get(name)) about[i] = 1;
  const events = K.visible.filter((i) => !about || about[i]),
    printed = notes.filter((note) => find.has(note.task)),
    verdicts = lints.filter((lint) => find.has(lint.task));
  return [...events, ...printed, ...verdicts].sort((a, b) => eventOf(a) - eventOf(b));
}

/** Applies the text of the box. */
find.set = function (text) {
  const words = (terms) => terms.map(({ word }) => word).join(),
    terms = choosing(text),
    isSame = words(choosing(find.text)) === words(terms),
    isNew = !isSame || (terms.length && find.at !== K.answer.moment());
  [find.text, find.at] = [text.trim(), K.answer.moment()];
  if (isNew) {
    find.tasks = terms.length ? chosen(terms) : null;
    K.emit("find");
    K.show();
  }
  if (byId("find").open) paint();
};

// ----- the dialog (page.html) -----

const ROW = 40, // px; panels.css
  SPARE = 6; // rows above the event that is shown, and above those in view

function paint() {
  const all = allEntries(),
    tests = termsOf(find.text).flatMap(({ kind, word }) => (kind ? [] : [isIn(word)]));
  const fits = ({ text, kind }) => tests.every((is) => is(`${text} ${kind}`));
  find.entries = tests.length ? all.filter((one) => fits(find.entry(one))) : all;
  const some = find.entries.length,
    count = some === all.length ? "" : `${some ? K.number(some) : "None"} of `;
  byId("find-count").textContent =
    `${find.tasks ? `${find.words()}. ` : ""}${count}${K.plural(all.length, "sentence")} at the level “${K.level}”.`;
  const words = wordsOf(find.text);
  const term = ([text, n]) =>
    `<button data-term="${K.esc(text)}" aria-pressed="${words.includes(text)}">${K.esc(text)}<small>×${K.number(n)}</small></button>`;
  byId("find-terms").innerHTML = find.suggestions().map(term).join("");
  byId("find-list").style.height = `${some * ROW}px`;
  byId("find-scroll").scrollTop =
    Math.max(0, K.lastAtMost(find.entries.map(eventOf), K.shown) - SPARE) * ROW;
  draw();
}
/** The rows in view. */
function draw() {
  const from = Math.max(0, Math.floor(byId("find-scroll").scrollTop / ROW) - SPARE),
    to = from + Math.ceil(innerHeight / ROW) + 2 * SPARE;
  const focused = document.activeElement.closest("#find-list li")?.ariaPosInSet;
  const rows = find.entries.slice(from, to).map((one, k) => rowHTML(find.entry(one), from + k));
  byId("find-list").innerHTML = rows.join("");
  if (focused) rowAt(focused)?.focus({ preventScroll: true });
}
const rowAt = (number) => byId("find-list").querySelector(`[aria-posinset="${number}"] a`);
function rowHTML({ i, kind, text, event }, k) {
  const at = event && K.lineOf(event),
    site = at ? K.labelHTML(K.lineWord(event) + K.shortPlace(at.text)) : "";
  // Some sentences don't name the task that acted, so its name is put before them.
  const who = event?.run && !text.toLowerCase().includes(event.run);
  const now = event && i === K.shown ? ` aria-current="step"` : "";
  return (
    `<li style="top:${k * ROW}px" aria-setsize="${find.entries.length}" aria-posinset="${k + 1}">` +
    `<a href="#${K.esc(K.address(i))}" data-go="${i}" data-kind="${K.esc(kind)}"${now}>` +
    `<span class="n">${event?.n ?? (kind === "verdict" ? "!" : "»")}</span>` +
    `<span class="said" title="${K.esc(text)}">${who ? `${K.nameHTML(event.run)}: ` : ""}${event ? K.headline(i) : K.withChips(text)}</span>` +
    `<small><span>${K.clock(K.trace.t[i])}</span><span class="site with-line">${site}</span></small></a></li>`
  );
}

/** A click on a term puts it into the box, or takes it out. */
function toggle(ev) {
  const term = ev.target.closest("[data-term]")?.dataset.term,
    words = wordsOf(find.text),
    at = words.indexOf(term);
  if (!term) return;
  byId("find-text").value = (at < 0 ? [...words, term] : words.toSpliced(at, 1)).join(", ");
  find.set(byId("find-text").value);
}
/** Escape closes (and doesn't empty the field first). Enter in the field goes to the next entry
 * behind the event; the arrows walk through the list. */
function key(ev) {
  const li = ev.target.closest("li"),
    isField = ev.target.id === "find-text";
  if (ev.key === "Escape") return void (ev.preventDefault(), byId("find").close());
  if (ev.key === "Enter" && isField) {
    find.set(ev.target.value);
    const next = find.entries.find((one) => eventOf(one) > K.shown) ?? find.entries.at(-1);
    const link = byId("find-list").querySelector(`[data-go="${next && eventOf(next)}"]`);
    return link?.click();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[ev.key];
  if (!step || !(li || isField)) return;
  ev.preventDefault();
  const first = Math.ceil(byId("find-scroll").scrollTop / ROW) + 1,
    at = li ? +li.getAttribute("aria-posinset") + step : first;
  if (!rowAt(at)) byId("find-scroll").scrollTop = Math.max(0, at - SPARE) * ROW;
  draw();
  (rowAt(at) ?? byId("find-text")).focus();
}
find.open = function () {
  if (byId("find").open) return;
  byId("find").showModal();
  byId("find-text").value = find.text;
  byId("find-text").select();
  find.set(find.text);
};

K.on("trace", () => {
  let soon = 0;
  byId("find-text").addEventListener("input", (ev) => {
    clearTimeout(soon);
    soon = setTimeout(() => find.set(ev.target.value), 60);
  });
  byId("find").addEventListener("keydown", key);
  byId("find-terms").addEventListener("click", toggle);
  byId("find-scroll").addEventListener("scroll", draw);
});
