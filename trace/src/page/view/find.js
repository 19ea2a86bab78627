// How does the reader find sentences, and choose the tasks to be shown?
//
// One box does both. `task:`, `line:`, `state:` and `waits:` choose tasks, for the lanes, the
// table, the boxes and the sentences alike; every other word must be in the sentence. Below the box
// are terms to click, and then this level's sentences, with the printed lines and the verdicts.
// That list is the text alternative to every picture of the page. Only the rows in view exist.
//
// Interface (all scripts share `K`): `K.find.open()`, `K.find.set(text)`, `K.find.text`;
// `K.find.tasks`, the names of the chosen ones (null: all), `K.find.has(name)`, `K.find.words()`,
// `K.find.suggestions()`; `K.find.entries`, the items listed, `K.find.entry(item)`. Dialog #find.
// Emits "find" when other tasks are chosen.
// Invariants: terms of the same kind mean *or*, of different kinds *and*. A task is judged as it
// was when the box was opened or its text changed, at event `K.find.at`.
// Not here: the sentences themselves (in the trace; names.js).

const { byId, esc } = K;
const find = (K.find = { text: "", tasks: null, at: -1, entries: [] });

// ----- the words in the box -----

/** Splits "state:ready task 3" into terms, `{word, kind, value}`; a number belongs to the word
 * before it. A term with a kind chooses tasks. */
const termsOf = (text) =>
  (text.toLowerCase().match(/[^\s,]+(?:\s+\d+(?![^\s,]))?/g) ?? []).map((word) => {
    const [, kind, value] = /^(task|line|state|waits):\s*(.*)$/.exec(word) ?? [];
    return { word, kind, value };
  });
const wordsOf = (text) => termsOf(text).map(({ word }) => word);
/** A test: is this whole word in a text? "lock 1" is neither in "rwlock 1" nor in "lock 12". */
function testFor(word) {
  const begin = /^\w/.test(word) ? "(?<![a-z0-9])" : "",
    end = /\d$/.test(word) ? "(?!\\d)" : "",
    pattern = new RegExp(begin + word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") + end);
  return (text) => pattern.test(text.toLowerCase());
}

// ----- the tasks -----

/** A task or job: its record at the end of the run, with its `current` one, in this state, and the
 * resources for which it waits there (waits.js). */
const subject = (state, name) => ({
  name,
  ...K.trace.state.tasks.get(name),
  current: state.tasks.get(name) ?? state.jobs.get(name),
  get waits() {
    const waits = K.waitsFor(state, name);
    return this.current?.where === "waiting" && !waits.length ? [undefined] : waits;
  },
});
const STATES = { queued: "ready", polling: "polling", waiting: "waiting" };
/** The text of a task in which each kind of term is looked for. */
const TEXTS = {
  task: ({ name, what }) => `${name} ${what ?? ""}`,
  line: ({ made }) => (made ? `${made.file}:${made.line}` : ""),
  state: ({ current: { where, how } = {} }) =>
    STATES[where] ?? (how === "ready" ? "done" : (how ?? "")),
  waits: ({ waits }) =>
    waits.map((on) => `${familyOf(on)} ${on ? K.resourceWords(on) : ""}`).join(),
};
/** For the search, all timers are one word: thousands of tasks may wait for a timer each. */
const familyOf = (on) =>
  on ? (on.sync ?? on.value ?? on.closed ?? Object.keys(on)[0]) : "nothing";

/** The names of the tasks that these terms choose. */
function chosen(terms) {
  const state = K.stateAt(find.at),
    testsByKind = new Map();
  for (const { kind, value } of terms) K.append(testsByKind, kind, testFor(value));
  const fits = (task) =>
    [...testsByKind].every(([kind, tests]) => tests.some((test) => test(TEXTS[kind](task))));
  return new Set(K.trace.names.filter((name) => fits(subject(state, name))));
}
find.has = (name) => !find.tasks || find.tasks.has(name);
/** "12 of 100,001 tasks, as at event 40"; "" if all are shown. */
find.words = function () {
  if (!find.tasks) return "";
  const isOfMoment = /\b(state|waits):/.test(find.text),
    when = isOfMoment ? `, as at event ${K.number(K.trace.n[find.at])}` : "";
  return `${K.number(find.tasks.size)} of ${K.plural(K.trace.names.length, "task")}${when}`;
};
const MOST_PER_KIND = 4;
/** `[term, n]`: for some kinds the terms that choose the most of the tasks shown, and how many. */
find.suggestions = function () {
  const state = K.stateAt(find.at),
    counts = { state: new Map(), waits: new Map(), line: new Map() };
  const count = (kind, value) =>
    value && counts[kind].set(value, (counts[kind].get(value) ?? 0) + 1);
  for (const name of find.tasks?.size ? find.tasks : K.trace.names) {
    const task = subject(state, name);
    count("state", TEXTS.state(task));
    count("line", task.made && K.shortPlace(task.made.text));
    for (const family of new Set(task.waits.map(familyOf))) count("waits", family);
  }
  const most = (values) => [...values].sort(([, a], [, b]) => b - a).slice(0, MOST_PER_KIND);
  return Object.entries(counts).flatMap(([kind, values]) =>
    most(values).map(([value, n]) => [`${kind}:${value}`.toLowerCase(), n]),
  );
};

// ----- the sentences: an item of the list is an event's index, or a note or verdict itself -----

/** The item's event or, for a note or verdict, the one after which it was written. */
const eventOf = (item) => item.i ?? item;
find.entry = function (item) {
  const i = eventOf(item),
    event = item === i ? K.event(i) : undefined;
  if (event) return { i, kind: event.ev, text: K.sentence(i), event };
  const { note, task, say = "" } = item,
    who = task ? `In this poll ${task}` : "The program";
  if (note !== undefined) return { i, kind: "printed", text: `${who} prints “${note}”.` };
  return { i, kind: "verdict", text: `The doctor, ${K.nameOfLint(item)}: ${say}` };
};
/** The items of this level, in order, that are about the tasks shown. */
function itemsOfLevel() {
  const { notes, lints } = K.trace,
    about = find.tasks && new Set([...find.tasks].flatMap((name) => K.eventsOf(name))),
    events = K.visible.filter((i) => !about || about.has(i)),
    others = [...notes, ...lints].filter(({ task }) => find.has(task));
  return [...events, ...others].sort((a, b) => eventOf(a) - eventOf(b));
}

find.set = function (text) {
  const taskTerms = (text) => termsOf(text).filter(({ kind }) => kind),
    wordsIn = (text) => taskTerms(text).map(({ word }) => word).join(), // prettier-ignore
    terms = taskTerms(text),
    at = K.answer.moment(), // the event at which tasks are judged
    isOther = wordsIn(find.text) !== wordsIn(text) || (terms.length && find.at !== at);
  Object.assign(find, { text: text.trim(), at });
  if (isOther) {
    find.tasks = terms.length ? chosen(terms) : null;
    K.emit("find");
    K.show();
  }
  if (byId("find").open) paint();
};

// ----- the dialog (page.html) -----

const ROW = 40, // px: the height of a row (panels.css)
  SPARE = 6; // rows above the event that is shown, and drawn above and below those in view

function paint() {
  const items = itemsOfLevel(),
    words = wordsOf(find.text),
    tests = termsOf(find.text).flatMap(({ kind, word }) => (kind ? [] : [testFor(word)]));
  const fits = ({ text, kind }) => tests.every((test) => test(`${text} ${kind}`));
  find.entries = tests.length ? items.filter((item) => fits(find.entry(item))) : items;
  const found = find.entries.length,
    count = found === items.length ? "" : `${found ? K.number(found) : "None"} of `;
  byId("find-count").textContent =
    `${find.tasks ? `${find.words()}. ` : ""}${count}${K.plural(items.length, "sentence")} at the level “${K.level}”.`;
  const termHTML = ([term, n]) =>
    `<button data-term="${esc(term)}" aria-pressed="${words.includes(term)}">${esc(term)}<small>×${K.number(n)}</small></button>`;
  byId("find-terms").innerHTML = find.suggestions().map(termHTML).join("");
  byId("find-list").style.height = `${found * ROW}px`;
  const current = K.lastAtMost(find.entries.map(eventOf), K.shown);
  byId("find-scroll").scrollTop = Math.max(0, current - SPARE) * ROW;
  paintRows();
}
/** Draws the rows in view. */
function paintRows() {
  const from = Math.max(0, Math.floor(byId("find-scroll").scrollTop / ROW) - SPARE),
    to = from + Math.ceil(innerHeight / ROW) + 2 * SPARE,
    focused = document.activeElement.closest("#find-list li")?.ariaPosInSet;
  const rows = find.entries.slice(from, to).map((item, k) => rowHTML(find.entry(item), from + k));
  byId("find-list").innerHTML = rows.join("");
  if (focused) linkIn(focused)?.focus({ preventScroll: true });
}
const linkTo = (i) => byId("find-list").querySelector(`[data-go="${i}"]`);
/** The link in a row; rows are numbered from 1. */
const linkIn = (row) => byId("find-list").querySelector(`[aria-posinset="${row}"] a`);
function rowHTML({ i, kind, text, event }, k) {
  const place = event && K.lineOf(event),
    line = place ? K.labelHTML(K.lineWord(event) + K.shortPlace(place.text)) : "",
    sign = event?.n ?? (kind === "verdict" ? "!" : "»"),
    current = event && i === K.shown ? ` aria-current="step"` : "";
  // Some sentences don't name the task that acted, so its name is put before them.
  const isUnnamed = event?.run && !text.toLowerCase().includes(event.run),
    said = (isUnnamed ? `${K.nameHTML(event.run)}: ` : "") + (event ? K.headline(i) : K.withChips(text)); // prettier-ignore
  return (
    `<li style="top:${k * ROW}px" aria-setsize="${find.entries.length}" aria-posinset="${k + 1}">` +
    `<a href="#${esc(K.address(i))}" data-go="${i}" data-kind="${esc(kind)}"${current}>` +
    `<span class="n">${sign}</span><span class="said" title="${esc(text)}">${said}</span>` +
    `<small><span>${K.clock(K.trace.t[i])}</span><span class="with-line">${line}</span></small></a></li>`
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
/** Escape closes (and doesn't empty the field first). Enter in the field goes to the next item
 * behind the event; the arrows walk through the list. */
function key(ev) {
  const row = ev.target.closest("li"),
    isField = ev.target.id === "find-text",
    step = { ArrowDown: 1, ArrowUp: -1 }[ev.key];
  if (ev.key === "Escape") {
    ev.preventDefault();
    byId("find").close();
  } else if (ev.key === "Enter" && isField) {
    find.set(ev.target.value);
    const next = find.entries.find((item) => eventOf(item) > K.shown) ?? find.entries.at(-1);
    linkTo(next && eventOf(next))?.click();
  } else if (step && (row || isField)) {
    ev.preventDefault();
    const first = Math.ceil(byId("find-scroll").scrollTop / ROW) + 1,
      next = row ? Number(row.ariaPosInSet) + step : first;
    if (!linkIn(next)) byId("find-scroll").scrollTop = Math.max(0, next - SPARE) * ROW;
    paintRows();
    (linkIn(next) ?? byId("find-text")).focus();
  }
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
  byId("find-scroll").addEventListener("scroll", paintRows);
});
