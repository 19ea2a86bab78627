// How are the trace's lines read and indexed?
//
// The page's data is a trace: a line for the header, then lines for source files, events, printed
// notes and verdicts, in the order in which they were written. `K.read` goes through them once. It
// keeps where each event's line begins, and parses that line again when the event is needed,
// because 200,000 events as objects would take hundreds of megabytes. What is needed of all events
// is kept in lists: their numbers, their times, and an index for each lookup (such as the events
// about a task). Reading never throws: a line that is torn or unknown is left out, and torn lines
// are counted.
//
// This script runs first. All scripts share one object, `K` (html.rs); what isn't in `K` is their
// own. In all of them `e` is an event, `i` its index, `s` the state after it (fold.js), and `f` the
// frame, the part of the run that is in the window (view.js).
//
// Interface: `K.read(text)`, `K.trace`, `K.event(i)`, `K.eventsOfKind(ev)`, `K.eventsOf(name)`,
// `K.indexOf(n)`, `K.backOf(e)`, `K.changesOf(e)`, `K.isAdmission(e)`, `K.isVirtual(e)`, `K.parsePlace(text)`;
// `K.on(what, f)` and `K.emit(what, …)`; `K.lastAtMost(sorted, value)`, `K.append(map, key, value)`,
// `K.DIRECTIONS`. While it reads, it emits "begin", and then "event" for each event in order.
// Invariants: an event's index `i` counts from 0 in this file, its number `e.n` from 1 in the run
// (some may be missing). `e.run` is the task being polled, `e.task` the task that the event is
// about. Nothing here changes after reading. Nothing from the file is run as code.
// Not here: the state after an event (fold.js), words (text.js).

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

K.read = function (text) {
  const trace = (K.trace = blank());
  lines = { text, from: [], more: new Map(), cache: [] };
  last = null;
  K.emit("begin", trace);
  for (let from = 0, end; from < text.length; from = end + 1) {
    end = endOf(from);
    if (end > from) readLine(trace, parsed(from, end), from);
  }
  finishLast();
  trace.cut = trace.end !== "complete";
  trace.program = String(trace.header.program ?? "a program");
  trace.isPaused = trace.header.clock === "paused";
  trace.main ??= [...trace.files.values()].find((file) => file.whose === "program")?.name ?? null;
  attach(trace);
  return trace;
};

/** A trace before its first line. */
// prettier-ignore
const blank = () => ({
  header: {}, end: null, torn: 0, lived: 0,
  files: new Map(), notes: [], lints: [], places: new Map(),
  stacks: new Map(), // the functions of each await stack, by its number
  count: 0, last: -1, n: [], t: [],
  real: [], // by the machine's clock, without what recording took
  overhead: 0, // what recording took
  main: null, // the file in which `main` was made, shown before a line of the program runs
  names: [], // tasks and jobs in the order of their appearance
  index: { byTask: new Map(), byEv: new Map() },
});

// ----- the lines of events -----

/** At most this many events are kept as objects. */
const CACHED = 1024;

/** The trace's text, where each event's line begins in it, and what further lines add to events. */
let lines;
function endOf(from) {
  const end = lines.text.indexOf("\n", from);
  return end < 0 ? lines.text.length : end;
}
/** The object in the line that begins here; `null` if it is torn. */
function parsed(from, end = endOf(from)) {
  try {
    const o = JSON.parse(lines.text.slice(from, end));
    if (o !== null && typeof o === "object") return (clean(o), o);
  } catch {
    /* torn */
  }
  return null;
}

/** Event `i`; `undefined` if there is none. */
K.event = function (i) {
  if (!(i >= 0 && i < K.trace.count)) return undefined;
  const { cache, from, more } = lines,
    slot = i % CACHED;
  if (cache[slot]?.i !== i) cache[slot] = Object.assign(complete(parsed(from[i]), i), more.get(i));
  return cache[slot];
};

/** The index of the event with the number `n`; undefined if it is not in the record. */
K.indexOf = function (n) {
  const i = K.lastAtMost(K.trace.n, n);
  return i >= 0 && K.trace.n[i] === n ? i : undefined;
};
/** The earlier event that this one completes: the put of the value that it gets, the taking of the
 * units that it gives back, the act that serves it; undefined if that isn't in the record. */
K.backOf = ({ back }) => K.event(K.indexOf(back));
/** What an event has changed: for each record its table, its name and the new values. */
K.changesOf = function* ({ then, also }) {
  for (const list of [then, ...also].filter(Array.isArray))
    for (let k = 0; k + 2 < list.length; k += 3) yield list.slice(k, k + 3);
};
/** Do the program's clock and the machine's differ at this event or state? */
K.isVirtual = ({ t, real }) => K.trace.isPaused || Math.abs(real - t) > 1e6;
/** A new task is queued for the first time: recorded as a wake, though no waker was called. */
K.isAdmission = ({ ev, back }) => ev === "Wake" && back > 0;

const NONE = Object.freeze([]);
/** The latest event, to which further lines may add changes. */
let last;

function readLine(trace, o, at) {
  if (o === null) trace.torn += 1;
  else if (typeof o.ev === "string") event(trace, o, at);
  else if (typeof o.file === "string") trace.files.set(o.file, sourceFile(o));
  else if (Array.isArray(o.frames)) trace.stacks.set(o.stack, stackOf(o.frames));
  else if ("also" in o) last?.also.push(o.also);
  else if ("v" in o) trace.header = o;
  else if ("note" in o) trace.notes.push(o);
  else if ("lint" in o) trace.lints.push(o);
  else if ("lived" in o) trace.lived = o.lived;
  else if ("end" in o) [trace.end, trace.overhead] = [o.end, o.overhead ?? trace.overhead];
  // A newer version may have other lines.
}
function sourceFile({ file: name, whose, text }) {
  const isKnown = typeof text === "string",
    lines = isKnown ? text.replace(/\n$/, "").split("\n") : NONE;
  return { name, whose, text: isKnown ? text : null, lines };
}
const stackOf = (frames) =>
  frames.filter(Array.isArray).map(([name, at]) => ({ name: `${name}`, at: K.parsePlace(at) }));

function event(trace, o, at) {
  finishLast();
  const i = trace.count;
  lines.from.push(at);
  last = complete(o, i);
  trace.n.push(last.n);
  trace.t.push(last.t);
  trace.overhead += last.overhead;
  // (An event of another thread may be from before its recording: it is no step back.)
  trace.real.push(Math.max(trace.real.at(-1) ?? -Infinity, last.real - trace.overhead));
  trace.count = (trace.last = i) + 1;
  index(trace, last);
}
/** No further line adds to the latest event. */
function finishLast() {
  if (!last) return;
  if (last.also.length) lines.more.set(last.i, { also: last.also });
  K.emit("event", last);
}

// Anybody may have written the trace. From here on, what should be a number is one, and a name is a
// text or undefined, so that the rest of the page need not check.
const words = (text) => new Set(text.split(" "));
const NUMBERS = words(
  "n t real overhead turn place due level slot late room queued tasks timers sources timeout " +
    "waited ran overdue events size bytes branches scope in won count wait back lived",
);
const NAMES = words("task run timer source sync value closed direction");
/** What a socket may be ready for. */
K.DIRECTIONS = ["read", "write", "priority", "error"];
const whole = (value, most) => Math.max(0, Math.min(most, Math.floor(value ?? 0)));
/** Replaces values of the wrong type. */
function clean(o) {
  if (typeof o.ev === "string" && !/^[A-Z]/.test(o.ev)) o.ev = `Unknown ${o.ev}`; // not "constructor", say
  for (const key in o) {
    const value = o[key],
      type = typeof value;
    if (type === "string" ? NUMBERS.has(key) : type !== "number" || NAMES.has(key))
      cleanField(o, key, value, type);
  }
}
function cleanField(o, key, value, type) {
  if (NUMBERS.has(key)) {
    if (type !== "number" && value !== null && value !== undefined) o[key] = Number(value) || 0;
  } else if (NAMES.has(key) && type !== "string" && !(key === "closed" && type === "boolean"))
    o[key] = undefined;
  else if ((key === "on" || key === "by") && type === "object" && value !== null) clean(value);
}

/** Adds to an event what its line leaves out: its index, defaults, and places as objects. */
function complete(o, i) {
  o.i = i;
  o.n ??= i + 1;
  o.t ??= 0;
  o.real ??= o.t;
  o.overhead ??= 0;
  o.turn ??= 0;
  o.run ??= null;
  if (typeof o.effect?.queued === "number") [o.place, o.effect] = [o.effect.queued, "queued"];
  if (o.level !== undefined) [o.level, o.slot] = [whole(o.level, 6), whole(o.slot, 63)];
  if (o.branches !== undefined) o.branches = whole(o.branches, 64);
  if (o.on !== undefined && (typeof o.on !== "object" || o.on === null)) o.on = undefined;
  if (o.on?.source && !K.DIRECTIONS.includes(o.on.direction)) o.on.direction = "read";
  o.src = K.parsePlace(o.src);
  o.at = K.parsePlace(o.at);
  o.made = K.parsePlace(o.made);
  o.also = [];
  return o;
}

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

// ----- indices over all events -----

K.append = (map, key, value) => {
  const all = map.get(key);
  if (all) all.push(value);
  else map.set(key, [value]);
};
/** The indices of the events of a kind, and of the events about a task or in its polls. */
K.eventsOfKind = (ev) => K.trace.index.byEv.get(ev) ?? NONE;
K.eventsOf = (name) => K.trace.index.byTask.get(name) ?? NONE;
/** Event `i` is about this task, or happened in its poll. */
function indexTask({ names, index }, name, i) {
  if (!index.byTask.has(name)) names.push(name);
  K.append(index.byTask, name, i);
}

function index(trace, e) {
  const { i, task, run, by } = e;
  K.append(trace.index.byEv, K.isAdmission(e) ? "Admission" : e.ev, i);
  for (const name of new Set([task, run, by?.task])) if (name) indexTask(trace, name, i);
  if (e.ev === "Spawn" && trace.main === null && trace.files.get(e.made?.file)?.whose === "program")
    trace.main = e.made.file;
}

/** Notes and verdicts get the index of the event after which they were written. */
function attach(trace) {
  const indexAt = (n, latest) =>
    typeof n === "number" ? Math.max(0, Math.min(latest, K.lastAtMost(trace.n, n))) : latest;
  for (const one of [...trace.notes, ...trace.lints]) one.i = indexAt(one.after, trace.last);
  for (const lint of trace.lints) {
    lint.begin = indexAt(lint.since, lint.i);
    lint.at = K.parsePlace(lint.at);
    const spots = Array.isArray(lint.spots) ? lint.spots : [{ at: lint.at?.text }];
    lint.spots = spots
      .map((spot) => ({ at: K.parsePlace(spot?.at), say: String(spot?.say ?? "") }))
      .filter((spot) => spot.at);
  }
  trace.notes.sort((a, b) => a.i - b.i);
}

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
