// How are words, numbers, lists and times written?
//
// Interface: `K.esc` escapes text for HTML.
// - Times in ns: `K.clock(ns)`, a point in time; `K.span(ns)`, a length; `K.lengthWords(part)`, the
//   same with "≥" while a part isn't over; `K.withTimes(text)` rewrites the seconds in a sentence.
// - Numbers: `K.number` (1,000), `K.nth` (2nd), `K.plural` (3 tasks), `K.countOfTimes` (once),
//   `K.round`.
// - Texts: `K.listWords` (task 1, task 2 and 3 others), `K.joinParts(parts, between)`,
//   `K.capitalised`, `K.labelHTML(label)`.
// - Lists: `K.fitting(all, room, must)`, as many of the first items as fit; `K.firstBy(all, room,
//   before)`, the first items by an order; `K.namesOf(names)`.
// - Tables: `K.lookUp(table, key)`, since a key may come from anybody; `K.entryValue(entry, …)`.
// Invariant of all scripts: whatever comes from the trace goes through `K.esc` before it is HTML.
// Not here: names of tasks and places (names.js), resources (things.js).

/** `K.listWords` names at most this many. */
const NAMED = 3;

K.lookUp = (table, key) => (Object.hasOwn(table, key) ? table[key] : undefined);
/** The value of an entry that is a value, or a function of `args`. */
K.entryValue = (entry, ...args) => (typeof entry === "function" ? entry(...args) : entry);
K.byId = (id) => document.getElementById(id);
/** Rounds to a tenth of a pixel. */
K.round = (x) => Math.round(x * 10) / 10;

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
K.esc = (text) => String(text).replace(/[&<>"']/g, (c) => ESCAPES[c]);

/** Leaves out parts that are empty or false. */
K.joinParts = (parts, between = ", ") => parts.filter(Boolean).join(between);
K.capitalised = (name) => name[0].toUpperCase() + name.slice(1);
K.number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
K.nth = (n) =>
  n + (n % 100 > 10 && n % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th"));
K.countOfTimes = (n) => (n === 1 ? "once" : `${K.number(n)} times`);
K.plural = (n, word) => `${K.number(n)} ${word}${n === 1 ? "" : word.endsWith("ch") ? "es" : "s"}`;
/** "task 1, task 2, task 3 and 4 other tasks". */
K.listWords = function (list, show = K.nameHTML, what = "task", between = ", ") {
  const some = list.slice(0, NAMED).map((one) => show(one)).join(between), // prettier-ignore
    more = list.length - NAMED;
  return more > 0 ? `${some} and ${K.plural(more, `other ${what}`)}` : some;
};
/** As many of the first as there is room for, among them `must`, and the number left out. */
K.fitting = function (all, room, must) {
  if (all.length <= room) return { shown: all, left: 0 };
  const isFar = all.indexOf(must) >= room - 1,
    first = all.slice(0, room - 1 - isFar);
  return { shown: isFar ? [...first, must] : first, left: all.length - room + 1 };
};
K.namesOf = (names) => K.listWords(names, (name) => name) || "no task";
/** The first few in the order `before`, in one pass over a list that may be long. */
K.firstBy = function (all, room, before) {
  const best = [];
  for (const item of all) {
    if (best.length === room && before(item, best[room - 1]) >= 0) continue;
    let k = best.length;
    while (k > 0 && before(item, best[k - 1]) < 0) k--;
    best.splice(k, 0, item);
    if (best.length > room) best.pop();
  }
  return best;
};
/** A label whose number at the end (of a line, a port) stays visible where the rest is cut off. */
K.labelHTML = (label) => {
  const [, words, line] = /^(.*?)((?::|line |port )\d+|\d+ to \d+)?$/.exec(label);
  return `<span>${K.esc(words)}</span><b>${line ?? ""}</b>`;
};

// ----- times -----

/** A point in time, as exact as it matters. */
K.clock = function (ns) {
  if (ns < 1e6) return `${(ns / 1e3).toFixed(1)} µs`;
  return ns < 1e9 ? `${(ns / 1e6).toFixed(2)} ms` : `${(ns / 1e9).toFixed(3)} s`;
};
/** A length of time with two or three digits. */
K.span = function (ns) {
  if (ns < 999.5) return `${Math.round(ns)} ns`;
  if (ns < 995e3) return `${+(ns / 1e3).toPrecision(2)} µs`;
  if (ns < 999.5e6) return `${+(ns / 1e6).toPrecision(3)} ms`;
  return ns < 6e10 ? `${+(ns / 1e9).toFixed(2)} s` : `${+(ns / 6e10).toFixed(1)} min`;
};
/** "≥ 1.2 s": a length rounded down. */
function atLeast(ns) {
  const digits = (n) => 10 ** (Math.floor(Math.log10(ns)) + 1 - n),
    step = ns < 1e3 ? 1 : ns < 1e6 ? digits(2) : ns < 1e9 ? digits(3) : ns < 6e10 ? 1e7 : 6e9;
  return `≥ ${K.span(Math.floor(ns / step) * step)}`;
}
K.lengthWords = ({ ns, open }) => (open ? atLeast : K.span)(ns);
K.withTimes = (text) =>
  text.replace(/\b(at |until )?(\d+\.\d{3}(?:\d{3})?) s\b/g, (_, point, s) =>
    point ? point + K.clock(Math.round(s * 1e9)) : K.span(Math.round(s * 1e9)),
  );
