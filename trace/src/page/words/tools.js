// How are words, numbers and times written?
//
// Interface: `K.esc` escapes text for HTML.
// - Times in ns: `K.clock(ns)`, a point in time; `K.span(ns)`, a length; `K.lengthWords(part)`, the
//   same with "≥" while a part isn't over; `K.withTimes(text)` rewrites the seconds in a sentence.
// - Numbers: `K.number` (1,000), `K.nth` (2nd), `K.plural` (3 tasks), `K.countOfTimes` (once),
//   `K.round`.
// - Texts: `K.listWords` (task 1, task 2 and 3 others), `K.joinParts(parts, between)`,
//   `K.capitalised`, `K.labelHTML(label)`; `K.lookUp(table, key)`, since a key may come from
//   anybody.
// Invariant: everything that comes from the trace goes through `K.esc` before it is HTML.
// Not here: names of tasks and places (names.js), resources (things.js).

/** `K.listWords` names at most so many. */
const NAMED = 3;

K.lookUp = (table, key) => (Object.hasOwn(table, key) ? table[key] : undefined);
/** To a tenth of a pixel. */
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
  const some = list.slice(0, NAMED).map((one) => show(one)).join(between); // prettier-ignore
  return list.length > NAMED
    ? `${some} and ${K.plural(list.length - NAMED, `other ${what}`)}`
    : some;
};
/** A label whose number at the end (of a line, a port) stays visible where the rest is cut off. */
K.labelHTML = (label) => {
  const [, words, line] = /^(.*?)((?::|line |port )\d+|\d+ to \d+)?$/.exec(label);
  return `<span>${K.esc(words)}</span><b>${line ?? ""}</b>`;
};

// ----- times -----

/** A point in time, as exact as it matters. */
K.clock = (ns) =>
  ns < 1e6
    ? `${(ns / 1e3).toFixed(1)} µs`
    : ns < 1e9
      ? `${(ns / 1e6).toFixed(2)} ms`
      : `${(ns / 1e9).toFixed(3)} s`;
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
