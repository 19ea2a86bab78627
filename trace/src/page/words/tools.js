// With what are words, numbers and elements written?
//
// Interface: `K.esc`; `K.span(ns)`, `K.lasting(part)`, `K.clock(ns)`, `K.timed(text)`; `K.number`,
// `K.nth`, `K.plural`, `K.often`, `K.several`, `K.up`, `K.joined(parts, between)`, `K.round`,
// `K.kept(label)`; `K.of(table, key)`, since a key may be unknown.
// Invariant: everything that comes from the trace goes through `K.esc` before it is HTML.
// Not here: names of tasks and places (names.js), of things (things.js).

/** So many of a kind are named. */
const NAMED = 3;

K.of = (table, key) => (Object.hasOwn(table, key) ? table[key] : undefined);
/** A pixel's tenth is as exact as anything is drawn. */
K.round = (x) => Math.round(x * 10) / 10;

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
K.esc = (text) => String(text).replace(/[&<>"']/g, (c) => ESCAPES[c]);

/** Those of some parts that say something, in a row. */
K.joined = (parts, between = ", ") => parts.filter(Boolean).join(between);
K.up = (name) => name[0].toUpperCase() + name.slice(1);
K.number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
K.nth = (n) =>
  n + (n % 100 > 10 && n % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th"));
K.often = (n) => (n === 1 ? "once" : `${K.number(n)} times`);
K.plural = (n, word) => `${K.number(n)} ${word}${n === 1 ? "" : word.endsWith("ch") ? "es" : "s"}`;
/** "task 1, task 2, task 3 and 4 other tasks". */
K.several = function (list, show = K.nameHTML, what = "task", between = ", ") {
  const some = list.slice(0, NAMED).map((one) => show(one)).join(between); // prettier-ignore
  return list.length > NAMED
    ? `${some} and ${K.plural(list.length - NAMED, `other ${what}`)}`
    : some;
};
/** A label that ends with a line's number: where there is little room, the number is what stays. */
K.kept = (label) => {
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
/** A length of time, as one would say it. */
K.span = function (ns) {
  if (ns < 999.5) return `${Math.round(ns)} ns`;
  if (ns < 995e3) return `${+(ns / 1e3).toPrecision(2)} µs`;
  if (ns < 999.5e6) return `${+(ns / 1e6).toPrecision(3)} ms`;
  return ns < 6e10 ? `${+(ns / 1e9).toFixed(2)} s` : `${+(ns / 6e10).toFixed(1)} min`;
};
/** "≥ 1.2 s", of what lasted at least so long: it is never rounded up. */
function least(ns) {
  const digits = (n) => 10 ** (Math.floor(Math.log10(ns)) + 1 - n),
    step = ns < 1e3 ? 1 : ns < 1e6 ? digits(2) : ns < 1e9 ? digits(3) : ns < 6e10 ? 1e7 : 6e9;
  return `≥ ${K.span(Math.floor(ns / step) * step)}`;
}
/** How long a part of time was, of which the end may not be recorded. */
K.lasting = ({ ns, open }) => (open ? least : K.span)(ns);
/** The seconds of a sentence, as the page says times. */
K.timed = (text) =>
  text.replace(/\b(at |until )?(\d+\.\d{3}(?:\d{3})?) s\b/g, (_, point, s) =>
    point ? point + K.clock(Math.round(s * 1e9)) : K.span(Math.round(s * 1e9)),
  );
