// How does the page name a task, an event, a line of the program, and a panic?
//
// A task is drawn as a chip, which has the task's colour and shape and its number. An event has a
// sentence: its own, `say`, as the story in the terminal prints it. Here a `name` is that of a task
// or job, such as "main", "task 1" and "job 1", and `i` is the index of an event.
//
// Interface (all scripts share `K`):
// - Tasks: `K.styleOf(name)`; `K.chipHTML(name, box)`; `K.nameHTML(name)`: chip and name;
//   `K.colourStyle(name)`: a `style` attribute; `K.withChips(text)`: text with the names in it as
//   chips; `K.prose(text)`: also with backticks as code.
// - Lines: `K.shortPlace(text)`; `K.origin(name)`, `K.originHTML(name)`: where a task was spawned;
//   `K.lineOf(event)`: the line that caused an event; `K.lineWord(event)`: the word before it.
// - Events, by their index: `K.sentence(i)`, plain text; `K.headline(i)`, the same with chips;
//   `K.eventLink(i, html)`, `K.link(i)`, `K.timeHTML(i)`, `K.whenHTML(word, i)`: links;
//   `K.pollsBetween(name, from, to)`: how many polls of a task have ended.
// - Panics: `K.panicAt(event)`, `K.panicWords(name)`.
// Not here: names of resources (things.js), what an event teaches (events.js).

// ----- a task's chip -----

/** A holder or waiter may be a thread, or unknown. */
const isNoTask = (name) => !name || name === "a thread";
/** The number at the end of a name, as text; "" if there is none. */
const numberIn = (name) => /\d*$/.exec(name)[0];
/** `{shape: 1 … 6, colorVar: "--t1" …}`: `main` has the first; the other tasks share five in turn,
 * and differ by number. Jobs and unknown tasks have a neutral one. */
K.styleOf = function (name) {
  if (isNoTask(name) || name.startsWith("job")) return { shape: 3, colorVar: "--other" };
  const shape = name.startsWith("main") ? 1 : ((+numberIn(name) + 4) % 5) + 2;
  return { shape, colorVar: `--t${shape}` };
};
/** The text in a chip: "3", "m" for main, "j3" for a job. */
function chipText(name) {
  if (isNoTask(name)) return name ? "th" : "–";
  const letter = name.startsWith("main") ? "m" : name.startsWith("job") ? "j" : "";
  return letter + numberIn(name);
}
/** How many times wider than high a chip is, by the length of its text. */
const WIDTHS = [1, 1, 1.1, 1.45, 1.85, 2.2, 2.8];
/** Where the text stands, in shapes that need a baseline of their own. */
const BASELINES = { 2: 19.4, 6: 17.4 };
/** `box`: the middle and the size of a chip inside a picture, `{x, y, size}`. */
K.chipHTML = function (name, box) {
  const { shape, colorVar } = K.styleOf(name),
    text = chipText(name),
    isLong = text.length > 1, // it says more than a shape, so each has shape 3, a square
    wide = WIDTHS[text.length] ?? WIDTHS.at(-1),
    baseline = isLong ? 17.2 : (BASELINES[shape] ?? 16.4);
  const classes = text.length > 2 ? "chip long" : "chip",
    style = `style="--c:var(${colorVar});--wide:${wide}"`,
    stretch = wide > 1 ? ` transform="scale(${wide} 1)"` : "",
    place = box ? placeOf(box, box.size * wide) : "";
  return (
    `<svg class="${classes}"${place} viewBox="0 0 ${24 * wide} 24" aria-hidden="true" ${style}>` +
    `<use href="#s${isLong ? 3 : shape}" width="24" height="24"${stretch}/>` +
    `<text x="${12 * wide}" y="${baseline}"${isLong ? ' class="number"' : ""}>${K.esc(text)}</text></svg>`
  );
};
const placeOf = ({ x, y, size }, width) =>
  ` x="${x - width / 2}" y="${y - size / 2}" width="${width}" height="${size}"`;
K.colourStyle = (name) => `style="--c:var(${K.styleOf(name).colorVar})"`;
K.nameHTML = (name) =>
  `<span class="who" ${K.colourStyle(name)}>${K.chipHTML(name)} <span class="name">${K.esc(name)}</span></span>`;
const NAME = /(?<!the |\/)\b(main(?: \d+)?|task \d+|job \d+)\b(?!\(|\.rs\b| thread| function)/g;
K.withChips = (text) => K.esc(text).replace(NAME, (name) => K.nameHTML(name));
K.prose = (text) => K.withChips(K.withTimes(text)).replace(/`([^`]+)`/g, "<code>$1</code>");

// ----- lines of the program -----

/** "channel.rs:33": enough to find it, and short enough for a label. */
K.shortPlace = (text) => text.replace(/^.*\//, "").replace(/(:\d+):\d+$/, "$1");
/** The name of a task's future, and the line that spawned the task (or started the job):
 * "producer · channel.rs:33"; "" if that isn't recorded. */
K.origin = function (name) {
  const jobLine = () => name.startsWith("job") && K.lineOf(K.event(K.eventsOf(name)[0])),
    { what, made } = K.trace.state.tasks.get(name) ?? { made: jobLine() },
    isPath = /^[\p{ID_Continue}:]+$/u.test(what ?? "") && what !== name;
  return K.joinParts([isPath && what, made && K.shortPlace(made.text)], " · ");
};
K.originHTML = (name) => (K.origin(name) ? ` <code>${K.esc(K.origin(name))}</code>` : "");
/** The line of the program that caused the event, or that panicked; null if it isn't known. */
K.lineOf = (event) => event?.made ?? K.panicAt(event)?.at ?? event?.at ?? null;
/** The word in front of it: if other code polls a future of kettle's, it is where that was made. */
K.lineWord = (event) => (event?.line === "made" ? "made at " : "");

// ----- events -----

K.sentence = function (i) {
  const event = K.event(i),
    words = event ? sentenceWords(event) : "",
    text = words.startsWith("select!") ? words : K.capitalised(words); // a macro stays as it is
  return !text || /[.!?…]$/.test(text) ? text : `${text}.`;
};
function sentenceWords(event) {
  const { ev, task, place, say, on } = event;
  // To a reader, the first two aren't the wake and the wait as which they are recorded.
  if (K.isAdmission(event)) return `${task} is put into its queue${place ? `, as number ${place}` : ""}`; // prettier-ignore
  if (K.isWaitOfSet(event)) return `the end of ${on.task} will wake the set that it is in`;
  if (typeof say !== "string" || !say) return `an event of a newer version: ${ev}`;
  return ev === "Note" ? say : K.withTimes(say);
}
K.headline = function (i) {
  const text = K.sentence(i),
    event = K.event(i),
    note = event?.ev === "Note" ? (K.panicAt(event)?.message ?? event.text) : "",
    begin = note ? text.lastIndexOf(note) : -1,
    // A chip has a task's name with a small letter, also at the beginning of a sentence.
    words = text.replace(/^(Main|Task \d|Job \d)/, (name) => name.toLowerCase());
  if (begin < 0) return K.withChips(words);
  // The note is the program's own text: "task 1" in it needn't mean a task of this run.
  return K.withChips(words.slice(0, begin)) + K.esc(words.slice(begin));
};
K.eventLink = (i, html) => `<a href="#${K.esc(K.address(i))}" data-go="${i}">${html}</a>`;
K.link = (i) => `<a href="#e=${K.trace.n[i]}" data-go="${i}">event ${K.trace.n[i]}</a>`;
/** "0.160 s (event 88)". */
K.timeHTML = (i) => `${K.clock(K.trace.t[i])} (${K.link(i)})`;
/** " since 0.160 s (event 88)"; "" if that is not known. */
K.whenHTML = (word, i) => (K.event(i) ? ` ${word} ${K.timeHTML(i)}` : "");
K.pollsBetween = function (name, from, to) {
  const { at = [], kind } = K.rowOf(name) ?? {}, // bar `k` begins at event `at[k]` (rows.js)
    isPoll = (begin, k) => kind[k] === K.BAR.POLL && begin > from && at[k + 1] <= to;
  return at.filter(isPoll).length;
};

// ----- panics -----

const PANIC = /^panicked at ([^ ]+?:\d+):\d+(?:: ([^]*))?$/;
/** What the panic hook noted by this event: `{place, message, at}`, with `at` the line if the
 * page has its text; null of all other events. */
K.panicAt = function (event) {
  const [, place, message = ""] = (event?.ev === "Note" && PANIC.exec(event.text)) || [];
  if (!place) return null;
  const at = K.parsePlace(place),
    isKnown = K.trace.files.get(at.file)?.lines[at.line - 1] !== undefined;
  return { place, message, at: isKnown ? at : null };
};
/** The last panic of a task or job, or null. (One in an earlier poll than the last was caught.) */
function panicOf(name) {
  const { at = [], kind = [] } = K.rowOf(name) ?? {},
    begin = at[kind.lastIndexOf(K.BAR.POLL)] ?? at[0], // of its last poll
    isPanic = (i) => i > begin && K.panicAt(K.event(i));
  return K.panicAt(K.event(K.eventsOf(name).findLast(isPanic)));
}
/** A longer message of a panic is cut to so many letters; its title has all of it. */
const MOST_LETTERS = 110;
/** " with “no tea”, at main.rs:9"; "" if that is not recorded. */
K.panicWords = function (name) {
  const { place, message = "" } = panicOf(name) ?? {},
    whole = K.esc(message),
    short = K.esc([...message].slice(0, MOST_LETTERS).join("").trimEnd()),
    isCut = message.length > MOST_LETTERS + 20, // a few letters more aren't worth it
    said = isCut ? `<span title="${whole}">${short}…</span>` : whole;
  if (!place) return "";
  return `${message ? ` with “${said}”` : ""}, at <code>${K.esc(K.shortPlace(place))}</code>`;
};
