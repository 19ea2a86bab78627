// How are words, numbers, lists and times written?
//
// Interface (all scripts share `K`): `K.byId`; `K.esc` escapes text for HTML.
// - Times in ns: `K.clock(ns)`, a point in time; `K.span(ns)`, a length; `K.lengthWords(part)`, the
//   same with "≥" while a part isn't over; `K.withTimes(text)` rewrites the seconds in a sentence.
// - Numbers: `K.number` (1,000), `K.nth` (2nd), `K.plural` (3 tasks), `K.countOfTimes`, `K.round`.
// - Texts: `K.listWords`, `K.namesOf`, `K.joinParts`, `K.capitalised`, `K.labelHTML`.
// - Lists: `K.fitting(all, room, must)`: the first few.
// - Tables: `K.lookUp(table, key, …)`, since a key may come from anybody.
// Invariant of all scripts: whatever comes from the trace goes through `K.esc` before it is HTML.
// Not here: names of tasks and places (names.js), resources (things.js).

const MOST_NAMED = 3;

/** A table's entry or, if that is a function, its result for `args`; undefined if there is none. */
K.lookUp = function (table, key, ...args) {
  const entry = Object.hasOwn(table, key) ? table[key] : undefined;
  return typeof entry === "function" ? entry(...args) : entry;
};
K.byId = (id) => document.getElementById(id);
K.round = (px) => Math.round(px * 10) / 10; // to a tenth

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
K.esc = (text) => String(text).replace(/[&<>"']/g, (c) => ESCAPES[c]);

K.joinParts = (parts, between = ", ") => parts.filter(Boolean).join(between); // no empty parts
K.capitalised = (text) => text.charAt(0).toUpperCase() + text.slice(1);
K.number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
K.nth = (n) =>
  n + (n % 100 > 10 && n % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th"));
K.countOfTimes = (n) => (n === 1 ? "once" : `${K.number(n)} times`);
K.plural = (n, word) => `${K.number(n)} ${word}${n === 1 ? "" : word.endsWith("ch") ? "es" : "s"}`;
/** "task 1, task 2, task 3 and 4 other tasks". */
K.listWords = function (items, wordsOf = K.nameHTML, what = "task", between = ", ") {
  const words = items.slice(0, MOST_NAMED).map((item) => wordsOf(item)),
    left = items.length - MOST_NAMED,
    more = left > 0 ? ` and ${K.plural(left, `other ${what}`)}` : "";
  return words.join(between) + more;
};
K.namesOf = (names) => K.listWords(names, (name) => name) || "no task";
/** The first items that fit, among them `must`; "and 3 more" takes the room of one. */
K.fitting = function (all, room, must) {
  if (all.length <= room) return { shown: all, left: 0 };
  const isBeyond = all.indexOf(must) >= room - 1,
    shown = isBeyond ? [...all.slice(0, room - 2), must] : all.slice(0, room - 1);
  return { shown, left: all.length - room + 1 };
};
/** A label whose number at the end (of a line, a port) stays visible where the rest is cut off. */
K.labelHTML = (label) => {
  const [, words, line] = /^(.*?)((?::|line |port )\d+|\d+ to \d+)?$/.exec(label);
  return `<span>${K.esc(words)}</span><b>${line ?? ""}</b>`;
};

/** A point in time, as exact as it matters. */
K.clock = function (ns) {
  if (ns < 1e6) return `${(ns / 1e3).toFixed(1)} µs`;
  return ns < 1e9 ? `${(ns / 1e6).toFixed(2)} ms` : `${(ns / 1e9).toFixed(3)} s`;
};
/** A length of time with two or three digits. (What would be rounded to 1000 has the next unit.) */
K.span = function (ns) {
  if (ns < 999.5) return `${Math.round(ns)} ns`;
  if (ns < 995e3) return `${+(ns / 1e3).toPrecision(2)} µs`;
  if (ns < 999.5e6) return `${+(ns / 1e6).toPrecision(3)} ms`;
  return ns < 6e10 ? `${+(ns / 1e9).toFixed(2)} s` : `${+(ns / 6e10).toFixed(1)} min`;
};
/** "≥ 1.2 s": a length rounded down, to a multiple of the last digit that `K.span` shows. */
function atLeast(ns) {
  const unitOfDigit = (n) => 10 ** (Math.floor(Math.log10(ns)) + 1 - n),
    short = ns < 1e3 ? 1 : unitOfDigit(ns < 1e6 ? 2 : 3),
    unit = ns < 1e9 ? short : ns < 6e10 ? 1e7 : 6e9;
  return `≥ ${K.span(Math.floor(ns / unit) * unit)}`;
}
K.lengthWords = ({ ns, open }) => (open ? atLeast : K.span)(ns);
K.withTimes = (text) =>
  text.replace(/\b(at |until )?(\d+\.\d{3}(?:\d{3})?) s\b/g, (_, point, s) =>
    point ? point + K.clock(Math.round(s * 1e9)) : K.span(Math.round(s * 1e9)),
  );
