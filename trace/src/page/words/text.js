// Which words does the page show for an event?
//
// The event's own sentence, `say`, as the story in the terminal prints it.
//
// Interface:
// - `K.sentence(i)`: the sentence of event `i` as plain text; `K.headline(i)`: as HTML, in which
//   names of tasks are links;
// - `K.levelOf(e)`: the index in `K.LEVELS` of the first level of detail that shows event `e`;
// - `K.fieldOfKind(e, field, state)`: what `K.EVENTS` (events.js) has for this kind of event.
// Not here: what a kind of event teaches (events.js), source code (panes.js).

K.fieldOfKind = (e, field, state) => K.entryValue(K.lookUp(K.EVENTS, e.ev)?.[field], e, state);
K.LEVELS = ["story", "tasks", "engine"];
/** A kind that this version doesn't know is shown at the last level only. */
K.levelOf = (e) => K.fieldOfKind(e, "level") ?? K.LEVELS.length - 1;

function plainSentence(e) {
  if (K.isAdmission(e))
    return `${e.task} is put into its queue${e.place ? `, as number ${e.place}` : ""}`;
  if (K.isWaitOfSet(e)) return `the end of ${e.on.task} will wake the set that it is in`;
  const say = typeof e.say === "string" && e.say ? e.say : `an event of a newer version: ${e.ev}`;
  return e.ev === "Note" ? say : K.withTimes(say);
}
K.sentence = function (i) {
  const e = K.event(i);
  if (!e) return "";
  const say = plainSentence(e),
    text = say.startsWith("select!") ? say : K.capitalised(say); // a macro's name stays as it is
  return /[.!?…]$/.test(text) ? text : `${text}.`;
};
K.headline = function (i) {
  const text = K.sentence(i),
    e = K.event(i),
    note = e?.ev === "Note" ? (K.panicAt(e)?.message ?? e.text) : "",
    wordsAt = note ? text.lastIndexOf(note) : -1;
  // The name of a task is a link, and has a small letter even at the beginning of a sentence.
  const words = /^(Main|Task \d|Job \d)/.test(text) ? text[0].toLowerCase() + text.slice(1) : text;
  if (wordsAt < 0) return K.withChips(words);
  // The note is the program's own text: "task 1" in it doesn't mean a task of this run.
  return K.withChips(words.slice(0, wordsAt)) + K.esc(words.slice(wordsAt));
};
