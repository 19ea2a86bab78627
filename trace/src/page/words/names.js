// How does the page name a task, an event, a line of the program, and a panic?
//
// A task is drawn as a chip, which has the task's colour and shape and its number.
//
// Interface:
// - Tasks: `K.styleOf(name)`: colour and shape; `K.chipHTML(name, box)`: the chip;
//   `K.nameHTML(name)`: chip and name; `K.colourStyle(name)`: a `style` attribute;
//   `K.withChips(text)`: text with the names in it as chips; `K.prose(text)`: also with backticks as
//   code.
// - Lines: `K.shortPlace(place)`; `K.origin(name)`: where a task was spawned; `K.lineOf(e)`: the
//   line that caused an event; `K.lineWord(e)`: the word before that line.
// - Events: `K.eventLink(i, html)`, `K.link(i)`, `K.timeHTML(i)`, `K.sinceHTML(i)`: links;
//   `K.pollsBetween(name, from, to)`: how many polls of a task have ended.
// - Panics: `K.panicAt(e)`, `K.panicWords(name)`.
// Not here: names of resources (things.js), sentences (text.js).

// ----- a task's chip -----

/** A holder or waiter may be a thread, or unknown. */
const isNoTask = (name) => !name || name === "a thread";
/** `{shape: 1 … 6, colorVar: "--t1" …}`: `main` has the first; the other tasks share five in turn,
 * and differ by number. Jobs and unknown tasks have a neutral one. */
K.styleOf = function (name) {
  if (isNoTask(name) || name.startsWith("job")) return { shape: 3, colorVar: "--other" };
  const number = +(/(\d+)$/.exec(name)?.[1] ?? 0),
    n = name.startsWith("main") ? 1 : ((number + 4) % 5) + 2;
  return { shape: n, colorVar: `--t${n}` };
};
/** The text in the chip: the number, or `m` for main. */
const mark = (name) => {
  const number = /(\d+)$/.exec(name ?? "")?.[1] ?? "";
  if (isNoTask(name)) return name === "a thread" ? "th" : "–";
  return name.startsWith("main") ? `m${number}` : name.startsWith("job") ? `j${number}` : number;
};
/** A chip's width by the length of its text; the text's baseline in shapes that need their own. */
const WIDTHS = [1, 1, 1.1, 1.45, 1.85, 2.2],
  BASELINES = { 2: 19.4, 6: 17.4 };
/** `box`: the middle and the size of a chip inside a picture. A long number makes it wider, so
 * that it can be read. */
K.chipHTML = function (name, box) {
  const { shape: own, colorVar } = K.styleOf(name),
    text = mark(name),
    long = text.length > 1,
    shape = long ? 3 : own, // (a long number says more than a shape)
    wide = WIDTHS[text.length] ?? 2.8;
  const place = box
    ? ` x="${box.x - (box.size * wide) / 2}" y="${box.y - box.size / 2}" width="${box.size * wide}" height="${box.size}"`
    : "";
  const words = `<text x="${12 * wide}" y="${long ? 17.2 : (BASELINES[shape] ?? 16.4)}"${long ? ' class="number"' : ""}>${K.esc(text)}</text>`;
  return (
    `<svg class="chip${text.length > 2 ? " long" : ""}${text.length > 3 ? " longer" : ""}"${place}` +
    ` viewBox="0 0 ${24 * wide} 24" aria-hidden="true" style="--c:var(${colorVar});--wide:${wide}">` +
    `<use href="#s${shape}" width="24" height="24"${wide > 1 ? ` transform="scale(${wide} 1)"` : ""}/>` +
    `${words}</svg>`
  );
};
K.colourStyle = (name) => `style="--c:var(${K.styleOf(name).colorVar})"`;
K.nameHTML = (name) =>
  `<span class="who" ${K.colourStyle(name)}>${K.chipHTML(name)} <span class="name">${K.esc(name)}</span></span>`;
const NAME = /(?<!the |\/)\b(main(?: \d+)?|task \d+|job \d+)\b(?!\(|\.rs\b| thread| function)/g;
/** Text with the names in it drawn as chips. */
K.withChips = (text) => K.esc(text).replace(NAME, (name) => K.nameHTML(name));
/** Text with names as chips, and with code where it has backticks. */
K.prose = (text) => K.withChips(K.withTimes(text)).replace(/`([^`]+)`/g, "<code>$1</code>");

// ----- lines of the program -----

/** "channel.rs:33": enough to find it, and short enough for a label. */
K.shortPlace = (place) => place.replace(/^.*\//, "").replace(/(:\d+):\d+$/, "$1");
/** The name of a task's future, and the line that spawned the task (or started the job):
 * "producer · channel.rs:33"; "" if that isn't recorded. */
K.origin = function (name) {
  const { what, made } = K.trace.state.tasks.get(name) ?? {
    made: name.startsWith("job") ? jobLine(name) : null,
  };
  const isName = /^[\p{ID_Continue}:]+$/u.test(what ?? "") && what !== name;
  return K.joinParts([isName && what, made && K.shortPlace(made.text)], " · ");
};
const jobLine = (name) => K.lineOf(K.event(K.eventsOf(name)[0]));
/** The line of the program that caused the event, or that panicked; null if it isn't known. */
K.lineOf = (e) => e?.made ?? K.panicAt(e)?.at ?? e?.at ?? null;
/** The word in front of that line: if other code polls a future of kettle's, it is the line that
 * made the future. */
K.lineWord = (e) => (e?.line === "made" ? "made at " : "");

// ----- events -----

K.eventLink = (i, html) => `<a href="#${K.esc(K.address(i))}" data-go="${i}">${html}</a>`;
K.link = (i) => `<a href="#e=${K.trace.n[i]}" data-go="${i}">event ${K.trace.n[i]}</a>`;
/** "0.160 s (event 88)". */
K.timeHTML = (i) => `${K.clock(K.trace.t[i])} (${K.link(i)})`;
/** " since 0.160 s (event 88)"; "" if that is not known. */
K.sinceHTML = (i) => (i >= 0 && K.event(i) ? ` since ${K.timeHTML(i)}` : "");
/** How many polls of a task have ended between two events. */
K.pollsBetween = function (name, from, to) {
  const { at, kind } = K.rowOf(name) ?? { at: [], kind: [] };
  let polls = 0;
  for (let k = K.lastAtMost(at, from) + 1; at[k + 1] <= to; k++) polls += kind[k] === K.BAR.POLL;
  return polls;
};

// ----- panics -----

const PANIC = /^panicked at ([^ ]+?:\d+):\d+(?:: ([^]*))?$/;
/** What the panic hook noted by this event: `{place, message, at}`, with `at` the line if the
 * page has its text; null of all other events. */
K.panicAt = function (e) {
  const [, place, message = ""] = (e?.ev === "Note" && PANIC.exec(e.text)) || [],
    at = place && K.parsePlace(place),
    lines = K.trace.files.get(at?.file)?.lines;
  return place ? { place, message, at: lines?.[at.line - 1] === undefined ? null : at } : null;
};
/** How a task or job panicked: `{place, message, at}`, from the panic hook's note; null if there is
 * none in its last poll. (A panic in an earlier poll was caught.) */
function panicOf(name) {
  const { at = [], kind = [] } = K.rowOf(name) ?? {},
    begin = at[kind.lastIndexOf(K.BAR.POLL)] ?? at[0],
    panic = (i) => i > begin && K.panicAt(K.event(i));
  return panic(K.eventsOf(name).findLast(panic)) || null;
}
/** A sentence shows so many letters of a panic's message; its title has all of it. */
const MOST_LETTERS = 110;
/** " with “no tea”, at main.rs:9"; "" if that is not recorded. */
K.panicWords = function (name) {
  const { place, message = "" } = panicOf(name) ?? {},
    whole = K.esc(message),
    short = K.esc([...message].slice(0, MOST_LETTERS).join("").trimEnd()),
    said = message.length > MOST_LETTERS + 20 ? `<span title="${whole}">${short}…</span>` : whole;
  if (!place) return "";
  return `${message ? ` with “${said}”` : ""}, at <code>${K.esc(K.shortPlace(place))}</code>`;
};
