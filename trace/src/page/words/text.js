// How is an event said?
//
// The headline of an event is its own sentence, `say`, as the story in the terminal prints it; the
// line below says what the event teaches (events.js).
//
// Interface: `K.sentence(i)` (plain words), `K.headline(i)` and `K.aside(i, state)` (HTML);
// `K.about(e, what, state)`: a field of `K.EVENTS`; `K.levelOf(e)`, `K.LEVELS`; `K.beginWords()`.
// Invariant: everything that comes from the trace goes through `K.esc` before it is HTML.
// Not here: what is said of a kind of event (events.js), sources (panes.js).

K.about = function (e, what, state) {
  const value = K.of(K.EVENTS, e.ev)?.[what];
  return typeof value === "function" ? value(e, state) : value;
};
K.LEVELS = ["story", "tasks", "engine"];
/** Of a kind that is not known: only for who wants it all. */
K.levelOf = (e) => K.about(e, "level") ?? 2;

function said(e) {
  if (K.isAdmission(e))
    return `${e.task} is put into its queue${e.place ? `, as number ${e.place}` : ""}`;
  if (K.joins(e)) return `the end of ${e.on.task} will wake the set that it is in`;
  const say = typeof e.say === "string" && e.say ? e.say : `an event of a newer version: ${e.ev}`;
  return e.ev === "Note" ? say : K.timed(say);
}
K.sentence = function (i) {
  const e = K.event(i);
  if (!e) return "";
  const say = said(e),
    text = say.startsWith("select!") ? say : K.up(say);
  return /[.!?…]$/.test(text) ? text : `${text}.`;
};
K.headline = function (i) {
  const text = K.sentence(i),
    e = K.event(i),
    own = e?.ev === "Note" ? (K.panicAt(e)?.message ?? e.text) : "",
    at = own ? text.lastIndexOf(own) : -1;
  // A name keeps its small letter, also at the beginning. (What the program itself says names no
  // task of the page.)
  const words = /^(Main|Task \d|Job \d)/.test(text) ? text[0].toLowerCase() + text.slice(1) : text;
  return at < 0 ? K.tokens(words) : K.tokens(words.slice(0, at)) + K.esc(words.slice(at));
};

/** In a file that begins in the middle of a run: that, and how much came before. */
K.beginWords = () =>
  K.unkept()
    ? `<b>The record begins here,</b> in the middle of the run: ${K.plural(K.unkept(), "event")} came before. The page shows everything that was there at this moment.`
    : "";
function endWords() {
  const open = [...K.trace.waits.values()].filter((wait) => wait.done === undefined).length;
  return `<b>The record ends here:</b> ${K.plural(open, "wait")} ${open === 1 ? "is" : "are"} open.`;
}
K.aside = function (i, state) {
  const e = K.event(i),
    end = i === K.trace.last && K.trace.cut && endWords();
  return e ? K.joined([i === 0 && K.beginWords(), K.teaches(e, state), end], " ") : "";
};
