// How are the trace's lines read and indexed?
//
// A trace has a line for the header, then lines for source files, events, printed notes and
// verdicts, in the order in which they were written. `K.read` goes through them once. It keeps
// where each event's line begins, and parses that line again when the event is needed, because
// 200,000 events as objects would take hundreds of megabytes. What is needed of all events is kept
// in lists: their numbers, their times, and indices (such as the events about a task). Reading
// never throws: a line that is torn or unknown is left out.
//
// This script runs first. All scripts share one object, `K` (html.rs); what isn't in `K` is their
// own. In all of them `i` is the index of an event.
//
// Interface: `K.read(text)`, `K.trace`, `K.event(i)`, `K.eventsOfKind(ev)`, `K.eventsOf(name)`,
// `K.indexOf(n)`, `K.backOf(event)`, `K.changesOf(event)`, `K.isAdmission(event)`,
// `K.isVirtual(event)`, `K.parsePlace(text)`; `K.on(what, f)` and `K.emit(what, …)`;
// `K.lastAtMost(sorted, value)`, `K.shareOf(value, from, to)`, `K.append(map, key, value)`;
// `K.NONE`, `K.DIRECTIONS`. It emits "begin", and then "event" for each event in order.
// An event is the object of its line (docs/watch.md explains all fields), with its index `i`. Its
// `n` counts from 1 in the run (some may be missing); `t` and `real` are its times by the program's
// and the machine's clock; `run` is the task being polled, `task` the one that it is about; `on` is
// what a task waits for; `back` and `from` are the numbers of earlier events.
// Invariants: nothing here changes after reading, and nothing from the file is run as code.
// Not here: the state after an event (fold.js), words (words/).

// ----- messages: the parts of the page know of each other only through these -----
const listeners = new Map();
K.on = (what, f) => K.append(listeners, what, f);
/** An exception in one listener must not keep the message from the others. */
K.emit = (what, ...args) => {
  for (const f of listeners.get(what) ?? [])
    try {
      f(...args);
    } catch (error) {
      console.error(error);
    }
};

// ----- reading -----

/** The `text`; where each event's line `begins`; by index, the changes that further lines add
 * (`also`); and the `cache` of the events that were parsed last. */
let lines;
let latest; // the event read last: each line `{also: changes}` right behind it adds to it

K.read = function (text) {
  const trace = (K.trace = newTrace());
  lines = { text, begins: [], also: new Map(), cache: [] };
  latest = null;
  K.emit("begin", trace);
  for (let begin = 0, end; begin < text.length; begin = end + 1) {
    end = endOf(begin);
    if (end > begin) readLine(trace, parsed(begin, end), begin);
  }
  finishLatest();
  trace.cut = trace.end !== "complete";
  trace.program = String(trace.header.program ?? "a program");
  trace.isPaused = trace.header.clock === "paused";
  trace.main ??= [...trace.files.values()].find(({ whose }) => whose === "program")?.name ?? null;
  placeNotes(trace);
  return trace;
};

// prettier-ignore
const newTrace = () => ({
  header: {}, end: null, // the first line; why the last line says that the record ends
  lived: 0, // how long a program lived that was ended
  files: new Map(), notes: [], lints: [], // sources by name; printed lines; the doctor's verdicts
  stacks: new Map(), places: new Map(), // await stacks by number; lines by their text
  count: 0, last: -1, // how many events there are, and the index of the last
  n: [], t: [], // the number and the time of each event
  real: [], // by the machine's clock, without what recording took
  overhead: 0, // what recording took
  main: null, // the file in which `main` was made, shown before a line of the program runs
  names: [], // tasks and jobs in the order of their appearance
  index: { byTask: new Map(), byEv: new Map() },
});

function endOf(begin) {
  const end = lines.text.indexOf("\n", begin);
  return end < 0 ? lines.text.length : end;
}
/** The object in the line that begins here; an empty one if it is torn. */
function parsed(begin, end = endOf(begin)) {
  try {
    const line = JSON.parse(lines.text.slice(begin, end));
    if (line === null || typeof line !== "object") return {};
    clean(line);
    return line;
  } catch {
    return {};
  }
}
function readLine(trace, line, begin) {
  if (typeof line.ev === "string") readEvent(trace, line, begin);
  else if (typeof line.file === "string") trace.files.set(line.file, sourceFile(line));
  else if (Array.isArray(line.frames)) trace.stacks.set(line.stack, stackOf(line.frames));
  else if ("also" in line) latest?.also.push(line.also);
  else if ("v" in line) trace.header = line;
  else if ("note" in line) trace.notes.push(line);
  else if ("lint" in line) trace.lints.push(line);
  else if ("lived" in line) trace.lived = line.lived;
  else if ("end" in line) [trace.end, trace.overhead] = [line.end, line.overhead ?? trace.overhead];
}
K.NONE = Object.freeze([]); // a list without elements
function sourceFile({ file: name, whose, text }) {
  if (typeof text !== "string") return { name, whose, text: null, lines: K.NONE };
  return { name, whose, text, lines: text.replace(/\n$/, "").split("\n") };
}
const stackOf = (frames) =>
  frames.filter(Array.isArray).map(([name, at]) => ({ name: `${name}`, at: K.parsePlace(at) }));

function readEvent(trace, line, begin) {
  finishLatest();
  const i = trace.count;
  lines.begins.push(begin);
  latest = complete(line, i);
  trace.n.push(latest.n);
  trace.t.push(latest.t);
  trace.overhead += latest.overhead;
  // (An event of another thread may be from before its recording: it is no step back.)
  trace.real.push(Math.max(trace.real.at(-1) ?? -Infinity, latest.real - trace.overhead));
  Object.assign(trace, { count: i + 1, last: i });
  indexEvent(trace, latest);
}
function indexEvent(trace, event) {
  const { i, ev, task, run, by, made } = event,
    { byEv, byTask } = trace.index;
  K.append(byEv, K.isAdmission(event) ? "Admission" : ev, i);
  for (const name of new Set([task, run, by?.task].filter(Boolean))) {
    if (!byTask.has(name)) trace.names.push(name);
    K.append(byTask, name, i);
  }
  if (ev === "Spawn" && trace.main === null && trace.files.get(made?.file)?.whose === "program")
    trace.main = made.file;
}
/** No further line adds to the latest event. */
function finishLatest() {
  if (!latest) return;
  if (latest.also.length) lines.also.set(latest.i, latest.also);
  K.emit("event", latest);
}
/** Notes and verdicts get the index `i` of the event after which they were written, and a verdict
 * that of the event since which it holds (`begin`), and its lines as places. */
function placeNotes({ n, last, notes, lints }) {
  const indexAt = (number, latest) =>
    typeof number === "number" ? Math.max(0, Math.min(latest, K.lastAtMost(n, number))) : latest;
  for (const noteOrLint of [...notes, ...lints]) noteOrLint.i = indexAt(noteOrLint.after, last);
  for (const lint of lints) {
    lint.begin = indexAt(lint.since, lint.i);
    lint.at = K.parsePlace(lint.at);
    const spots = Array.isArray(lint.spots) ? lint.spots : [{ at: lint.at?.text }];
    lint.spots = spots
      .map((spot) => ({ at: K.parsePlace(spot?.at), say: String(spot?.say ?? "") }))
      .filter(({ at }) => at);
  }
  notes.sort((a, b) => a.i - b.i);
}

// ----- what anybody may have written: then a number is one, and a name is text or undefined -----

const words = (text) => new Set(text.split(" "));
const NUMBERS = words(
  "n t real overhead turn place due level slot late room queued tasks timers sources timeout " +
    "waited ran overdue events size bytes branches scope in won count wait back lived",
);
const NAMES = words("task run timer source sync value closed direction");
/** What a socket may be ready for. */
K.DIRECTIONS = ["read", "write", "priority", "error"];
function clean(line) {
  // Kinds are keys of tables: this one isn't "constructor", say.
  if (typeof line.ev === "string" && !/^[A-Z]/.test(line.ev)) line.ev = `Unknown ${line.ev}`;
  for (const key in line) {
    const value = line[key],
      type = typeof value;
    if (NUMBERS.has(key)) {
      if (type !== "number" && value !== null) line[key] = Number(value) || 0;
    } else if (NAMES.has(key)) {
      const isFlag = key === "closed" && type === "boolean"; // of a socket, not a channel's name
      if (type !== "string" && !isFlag) line[key] = undefined;
    } else if ((key === "on" || key === "by") && type === "object" && value !== null) clean(value);
  }
}
const wholeUpTo = (most, value) => Math.max(0, Math.min(most, Math.floor(value ?? 0)));
/** Adds to an event what its line leaves out, and keeps numbers within what the page can draw. */
function complete(event, i, also = []) {
  Object.assign(event, { i, also });
  event.n ??= i + 1;
  event.t ??= 0;
  event.real ??= event.t;
  event.overhead ??= 0;
  event.turn ??= 0;
  event.run ??= null;
  const place = event.effect?.queued; // of a wake: `{queued: 3}`, its task's place in the queue
  if (typeof place === "number") Object.assign(event, { place, effect: "queued" });
  if (event.level !== undefined)
    Object.assign(event, { level: wholeUpTo(6, event.level), slot: wholeUpTo(63, event.slot) });
  if (event.branches !== undefined) event.branches = wholeUpTo(64, event.branches);
  if (event.on === null || typeof event.on !== "object") event.on = undefined;
  if (event.on?.source && !K.DIRECTIONS.includes(event.on.direction)) event.on.direction = "read";
  for (const key of ["src", "at", "made"]) event[key] = K.parsePlace(event[key]);
  return event;
}

// ----- looking up -----

const MOST_CACHED = 1024;
K.event = function (i) {
  if (!(i >= 0 && i < K.trace.count)) return undefined;
  const { cache, begins, also } = lines,
    slot = i % MOST_CACHED;
  if (cache[slot]?.i !== i) cache[slot] = complete(parsed(begins[i]), i, also.get(i));
  return cache[slot];
};
/** The index of the event with the number `n`; undefined if it is not in the record. */
K.indexOf = function (n) {
  const i = K.lastAtMost(K.trace.n, n);
  return i >= 0 && K.trace.n[i] === n ? i : undefined;
};
/** The indices of the events of a kind, and of the events about a task or in its polls. */
K.eventsOfKind = (ev) => K.trace.index.byEv.get(ev) ?? K.NONE;
K.eventsOf = (name) => K.trace.index.byTask.get(name) ?? K.NONE;
/** The earlier event that this one completes: the put of the value that it gets, the taking of the
 * units that it gives back, the act that serves it; undefined if that isn't in the record. */
K.backOf = ({ back }) => K.event(K.indexOf(back));
/** What an event has changed, `[table, name, values]` for each record: its new values or, if it is
 * gone, a word. The file has these three one after the other, in the lists `then` and `also`. */
K.changesOf = function* ({ then, also }) {
  for (const list of [then, ...also].filter(Array.isArray))
    for (let k = 0; k + 2 < list.length; k += 3) yield list.slice(k, k + 3);
};
/** Do the program's clock and the machine's differ at this event or state, by more than 1 ms? */
K.isVirtual = ({ t, real }) => K.trace.isPaused || Math.abs(real - t) > 1e6;
/** A new task is queued for the first time: recorded as a wake, though no waker was called. */
K.isAdmission = ({ ev, back }) => ev === "Wake" && back > 0;
/** "src/x.rs:12:5" becomes `{file, line, text}`; the same place is the same object. */
K.parsePlace = function (text) {
  if (typeof text !== "string") return null;
  const { places } = K.trace;
  if (!places.has(text)) {
    const [, file, line] = /^(.*?):(\d+)(?::\d+)?$/.exec(text) ?? [null, text, 0];
    places.set(text, { file, line: +line, text });
  }
  return places.get(text);
};

/** The position of the last element `<= value` in a sorted array; -1 if there is none. */
K.lastAtMost = function (sorted, value) {
  let low = 0,
    high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};
/** How far a value is on the way from one value to another: from 0 to 1. */
K.shareOf = (value, from, to) => (to > from ? Math.min(1, (value - from) / (to - from)) : 0);
K.append = (map, key, value) => {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
};
