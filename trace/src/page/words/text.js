// How is an event told in words?
//
// The headline is the event's own sentence, `say`, as the story in the terminal prints it; the
// lines below say what the event teaches (events.js).
//
// Interface: `K.sentence(i)` (plain words), `K.headline(i)` and `K.aside(i, state)` (HTML);
// `K.kindField(e, field, state)`: a field of `K.EVENTS`; `K.levelOf(e)`, `K.LEVELS`;
// `K.beginWords()`.
// Invariant: everything that comes from the trace goes through `K.esc` before it is HTML.
// Not here: what a kind of event teaches (events.js), source code (panes.js).

K.kindField = function (e, field, state) {
  const value = K.lookUp(K.EVENTS, e.ev)?.[field];
  return typeof value === "function" ? value(e, state) : value;
};
K.LEVELS = ["story", "tasks", "engine"];
/** A kind that this version doesn't know is shown at the last level only. */
K.levelOf = (e) => K.kindField(e, "level") ?? 2;

function plainSentence(e) {
  if (K.isAdmission(e))
    return `${e.task} is put into its queue${e.place ? `, as number ${e.place}` : ""}`;
  if (K.isSetsWait(e)) return `the end of ${e.on.task} will wake the set that it is in`;
  const say = typeof e.say === "string" && e.say ? e.say : `an event of a newer version: ${e.ev}`;
  return e.ev === "Note" ? say : K.withTimes(say);
}
K.sentence = function (i) {
  const e = K.event(i);
  if (!e) return "";
  const say = plainSentence(e),
    text = say.startsWith("select!") ? say : K.capitalised(say);
  return /[.!?…]$/.test(text) ? text : `${text}.`;
};
K.headline = function (i) {
  const text = K.sentence(i),
    e = K.event(i),
    own = e?.ev === "Note" ? (K.panicAt(e)?.message ?? e.text) : "",
    at = own ? text.lastIndexOf(own) : -1;
  // A name keeps its small letter at the beginning of a sentence. Names in the program's own notes
  // aren't tasks of this run.
  const words = /^(Main|Task \d|Job \d)/.test(text) ? text[0].toLowerCase() + text.slice(1) : text;
  return at < 0 ? K.tokens(words) : K.tokens(words.slice(0, at)) + K.esc(words.slice(at));
};

/** For a file that begins in the middle of a run; else "". */
K.beginWords = () =>
  K.eventsBefore()
    ? `<b>The record begins here,</b> in the middle of the run: ${K.plural(K.eventsBefore(), "event")} came before. The page shows everything that was there at this moment.`
    : "";
function endWords() {
  const open = [...K.trace.waits.values()].filter((wait) => wait.done === undefined).length;
  return `<b>The record ends here:</b> ${K.plural(open, "wait")} ${open === 1 ? "is" : "are"} open.`;
}
K.aside = function (i, state) {
  const e = K.event(i),
    end = i === K.trace.last && K.trace.cut && endWords();
  return e ? K.joinParts([i === 0 && K.beginWords(), K.teaches(e, state), end], " ") : "";
};
