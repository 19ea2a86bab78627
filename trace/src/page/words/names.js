// How is a task shown, and how an event, a line of the program, a panic?
//
// A task's name is drawn as a token: colour, shape, number.
//
// Interface: tokens: `K.styleOf(name)`, `K.chipHTML(name, box)`, `K.nameHTML(name)`,
// `K.colourStyle(name)`, `K.tokens(text)`, `K.prose(text)`; lines: `K.shortPlace(place)`,
// `K.origin(name)`, `K.lineOf(e)`, `K.lineWord(e)`; events: `K.eventLink(i, html)`, `K.link(i)`,
// `K.timeHTML(i)`, `K.sinceHTML(i)`, `K.eventsBefore()`, `K.wakeOf(poll)`, `K.pollAfter(i)`;
// panics: `K.panicAt(e)`, `K.panicWords(name)`.
// Invariant: everything that comes from the trace goes through `K.esc` before it is HTML.
// Not here: names of resources (things.js), sentences (text.js).

// ----- tokens -----

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
/** The text in the token: the number, or `m` for main. */
const mark = (name) => {
  const number = /(\d+)$/.exec(name ?? "")?.[1] ?? "";
  if (isNoTask(name)) return name === "a thread" ? "th" : "–";
  return name.startsWith("main") ? `m${number}` : name.startsWith("job") ? `j${number}` : number;
};
/** A token's width by the length of its text; the text's baseline in shapes that need their own. */
const WIDTHS = [1, 1, 1.1, 1.45, 1.85, 2.2],
  BASELINES = { 2: 19.4, 6: 17.4 };
/** `box`: the middle and the size of a token inside a picture. A long number makes it wider, so
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
/** Text with the names in it drawn as tokens. */
K.tokens = (text) => K.esc(text).replace(NAME, (name) => K.nameHTML(name));
/** The same, with what is between backticks as code. */
K.prose = (text) => K.tokens(K.withTimes(text)).replace(/`([^`]+)`/g, "<code>$1</code>");

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
const jobLine = (name) => K.lineOf(K.event(K.trace.index.byTask.get(name)?.[0]));
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
/** How many events the run had before the file's first one. */
K.eventsBefore = () => K.trace.header.before ?? 0;
const eventsOf = (name) => K.trace.index.byTask.get(name) ?? [];
/** The next poll of the task that an event is about. */
K.pollAfter = function (i) {
  const { task: name } = K.event(i),
    begins = ({ ev, task }) => ev === "PollStart" && task === name;
  return eventsOf(name).find((k) => k > i && begins(K.event(k)));
};
const QUEUEING = ["queued", "during_poll"];
/** The wake that led to a poll; undefined if it isn't in the record. */
K.wakeOf = function (poll) {
  const name = K.event(poll)?.task,
    is = ({ ev, task, effect }) =>
      task === name && (ev === "PollStart" || QUEUEING.includes(effect)),
    i = eventsOf(name).findLast((k) => k < poll && is(K.event(k)));
  return K.event(i)?.ev === "Wake" ? i : undefined;
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
/** How a task or job panicked: `{place, message, at, i}`, from the panic hook's note `i`; null if
 * there is none in its last poll. (A panic in an earlier poll was caught.) */
function panicOf(name) {
  const begins = ({ ev }) => ev === "PollStart" || ev === "BlockingRun",
    begin = eventsOf(name).findLast((i) => begins(K.event(i))),
    i = (K.trace.index.byEv.get("Note") ?? []).findLast((i) => {
      const e = K.event(i);
      return i > begin && (e.run ?? e.task) === name && K.panicAt(e);
    });
  return i === undefined ? null : { ...K.panicAt(K.event(i)), i };
}
/** A sentence shows so many letters of a panic's message; its title has all of it. */
const MOST_LETTERS = 110;
/** " with “no tea”, at main.rs:9"; "" if that is not recorded. */
K.panicWords = function (name) {
  const { place, message = "" } = panicOf(name) ?? {},
    whole = K.esc(message),
    short = K.esc([...message].slice(0, MOST_LETTERS).join("").trimEnd()),
    said = message.length > MOST_LETTERS + 20 ? `<span title="${whole}">${short}…</span>` : whole;
  return place
    ? `${message ? ` with “${said}”` : ""}, at <code>${K.esc(K.shortPlace(place))}</code>`
    : "";
};
