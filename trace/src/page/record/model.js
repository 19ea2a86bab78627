// What stands in the file, and where does one find it again?
//
// The data of the page is a trace: lines, a header first, then source files, events, printed
// notes and verdicts, as they came. `K.read` goes through them once. Of an event's line it keeps
// where the line begins, and reads it again when the event is asked for: as objects, 200,000 of
// them would need hundreds of megabytes. What is asked of all events is kept in lists: numbers,
// times, and the indices that make each question a lookup (which events are about this task). It
// never throws: a line that is torn or unknown is left out, and those that are torn are counted.
//
// Interface: `K.read(text)`, `K.trace`, `K.event(i)`, `K.indexOf(n)`, `K.backOf(e)`,
// `K.isAdmission(e)`, `K.openBefore(e)`, `K.place(text)`; `K.on(what, f)` and `K.tell(what, …)`;
// `K.upTo(sorted, value)`, `K.put(map, key, one)`, `K.DIRECTIONS`. Tells "begin", and "event" with
// each, in their order, while it reads.
// Invariants: event index `i` counts from 0 in the file's order; an event's number in the run is
// `e.n` (they differ when a ring has dropped the beginning). `e.run` is who was being polled,
// `e.task` whom the event is about. Nothing here changes after reading. Nothing that stands in the
// file is run.
// Not here: the state behind an event (fold.js), words (text.js).

// ----- a small bus: the parts of the page listen to each other only through it -----
const ears = new Map();
K.on = (what, f) => {
  (ears.get(what) ?? ears.set(what, []).get(what)).push(f);
};
/** One part that fails must not take the others along. */
K.tell = (what, ...args) => {
  for (const f of ears.get(what) ?? [])
    try {
      f(...args);
    } catch (error) {
      console.error(error);
    }
};

K.read = function (text) {
  const trace = (K.trace = blank());
  lines = { text, from: [], more: new Map(), atHand: [] };
  [last, anew] = [null, null];
  K.tell("begin", trace);
  for (let from = 0; from < text.length; from = endOf(from) + 1)
    if (endOf(from) > from) take(trace, parsed(from), from);
  done();
  trace.overhead = Math.max(trace.overhead, trace.cost);
  trace.program = String(trace.header.program ?? "a program");
  trace.main ??= [...trace.files.values()].find((file) => file.whose === "program")?.name ?? null;
  attach(trace);
  return trace;
};

/** What the record says of itself, its lists, what is known of each event, and what follows from
 * them. */
// prettier-ignore
const blank = () => ({
  header: {}, cut: true, end: null, torn: 0, lived: 0,
  files: new Map(), notes: [], lints: [], places: new Map(),
  stacks: new Map(), // the functions of each await stack, by its number
  count: 0, last: -1, n: [], t: [],
  real: [], // by the machine's clock, without what recording took
  recorded: [], overhead: 0, // what recording took, up to and with each event
  cost: 0, // how long recording kept the runtime's thread, by the file's end
  main: null, // the program's own file that is shown before any of its lines runs: where `main` was made
  waited: new Set(), // for which kinds of things a task has waited
  names: [], // tasks and jobs in the order of their appearance
  panicked: new Set(), // jobs, of which the event of the one that awaits them says so
  index: { byTask: new Map(), byEv: new Map() },
});

// ----- the lines of events -----

/** So many events are kept as objects, too. */
const AT_HAND = 1024;

/** The trace, where each event's line begins in it, and what further lines say of an event. */
let lines;
function endOf(from) {
  const end = lines.text.indexOf("\n", from);
  return end < 0 ? lines.text.length : end;
}
/** What the line that begins here says; `null` if it is torn. */
function parsed(from) {
  try {
    const o = JSON.parse(lines.text.slice(from, endOf(from)));
    if (o !== null && typeof o === "object") return (clean(o), o);
  } catch {
    /* torn */
  }
  return null;
}

/** Event `i`; `undefined` if there is none. */
K.event = function (i) {
  if (!(i >= 0 && i < K.trace.count)) return undefined;
  const { atHand, from, more } = lines,
    slot = i % AT_HAND;
  if (atHand[slot]?.i !== i)
    atHand[slot] = Object.assign(complete(parsed(from[i]), i), more.get(i));
  return atHand[slot];
};

/** The index of the event with the number `n`; undefined if it is not in the record. */
K.indexOf = function (n) {
  const i = n > 0 ? K.upTo(K.trace.n, n) : -1;
  return K.trace.n[i] === n ? i : undefined;
};
/** The event to which this one goes back: the put of what it gets, the taking of what it gives
 * back, the act that serves; undefined if that is not in the record. */
K.backOf = ({ back }) => K.event(K.indexOf(back));
/** The first queueing of a new task goes back to its spawn: no wake, though recorded as one. */
K.isAdmission = ({ ev, back }) => ev === "Wake" && back > 0;

/** The scopes and waits that were open before the first event of a record that begins in the
 * middle, as the events that were about them last; none before any other event. */
K.openBefore = ({ i, anew }) => {
  if (!anew) return NONE;
  const open = anew.filter((list) => list?.[0] === "open" && list[2]?.event);
  return open.map(([, , { event, task, in: branch }]) => {
    const o = { ...event, task, run: task, in: branch };
    clean(o);
    return complete(o, i);
  });
};

const NONE = Object.freeze([]);
/** The last event, which may have more changes than its line says; and what there is where the
 * record begins. */
let last, anew;

function take(trace, o, at) {
  if (o === null) trace.torn += 1;
  else if (typeof o.ev === "string") event(trace, o, at);
  else if (typeof o.file === "string") {
    const text = typeof o.text === "string" ? o.text : null;
    trace.files.set(o.file, {
      name: o.file,
      whose: o.whose,
      text,
      lines: text === null ? [] : text.replace(/\n$/, "").split("\n"),
    });
  } else if (Array.isArray(o.frames)) {
    trace.stacks.set(
      o.stack,
      o.frames.filter(Array.isArray).map(([name, at]) => ({ name: String(name), at: K.place(at) })),
    );
  } else if ("also" in o) {
    if (last?.also === NONE) last.also = [];
    (anew ?? last?.also)?.push(o.also);
  } else if ("anew" in o) anew = [o.anew];
  else if ("v" in o) trace.header = o;
  else if ("note" in o) trace.notes.push(o);
  else if ("lint" in o) trace.lints.push(o);
  else if ("lived" in o) trace.lived = o.lived;
  else if ("end" in o) {
    trace.cut = o.end !== "complete";
    [trace.end, trace.cost] = [o.end, o.overhead ?? 0];
  } // (of a newer version there may be others)
}

function event(trace, o, at) {
  done();
  const i = trace.count;
  lines.from.push(at);
  last = complete(o, i);
  [last.anew, anew] = [anew, null];
  trace.n.push(last.n);
  trace.t.push(last.t);
  trace.overhead += last.overhead;
  trace.recorded.push(trace.overhead);
  // (An event of another thread may be from before its recording: it is no step back.)
  trace.real.push(Math.max(trace.real.at(-1) ?? -Infinity, last.real - trace.overhead));
  trace.count = (trace.last = i) + 1;
  index(trace, last);
}
/** The last event has all its changes. */
function done() {
  if (!last) return;
  if (last.also.length || last.anew) lines.more.set(last.i, { also: last.also, anew: last.anew });
  K.tell("event", last);
}

// A trace may come from anybody. What should be a number is one from here on, a name is a text or
// is not there; the rest of the page need not ask again.
const words = (text) => new Set(text.split(" "));
const NUMBERS = words(
  "n t real overhead turn place due level slot moved late room queued tasks timers sources " +
    "timeout waited ran overdue events records lost clones size bytes branch branches " +
    "first scope in won count before item wait back thread lived",
);
const NAMES = words("task run timer source sync value closed direction unseen");
/** What a socket may be ready for. */
K.DIRECTIONS = ["read", "write", "priority", "error"];
const whole = (value, most) => Math.max(0, Math.min(most, Math.floor(value ?? 0)));
/** Puts right what is not. */
function clean(o) {
  if (typeof o.ev === "string" && !/^[A-Z]/.test(o.ev)) o.ev = `Unknown ${o.ev}`; // not "constructor", say
  for (const key in o) {
    const value = o[key],
      type = typeof value;
    if (type === "string" ? NUMBERS.has(key) : type !== "number" || NAMES.has(key))
      right(o, key, value, type);
  }
}
function right(o, key, value, type) {
  if (NUMBERS.has(key)) {
    if (type !== "number" && value !== null && value !== undefined) o[key] = Number(value) || 0;
  } else if (NAMES.has(key) && type !== "string" && !(key === "closed" && type === "boolean"))
    o[key] = undefined;
  else if ((key === "on" || key === "by") && type === "object" && value !== null) clean(value);
}

/** An event's line as the page reads it: with its index, with places for texts, and with what an
 * older file leaves out. */
function complete(o, i) {
  o.i = i;
  o.n ??= i + 1;
  o.t ??= 0;
  o.real ??= o.t;
  o.overhead ??= 0;
  o.turn ??= 0;
  o.run ??= null;
  if (typeof o.effect?.queued === "number") {
    o.place = o.effect.queued;
    o.effect = "queued";
  }
  if (o.level !== undefined) {
    o.level = whole(o.level, 6);
    o.slot = whole(o.slot, 63);
  }
  if (o.branches !== undefined) o.branches = whole(o.branches, 64);
  if (o.on !== undefined && (typeof o.on !== "object" || o.on === null)) o.on = undefined;
  if (o.on?.source && !K.DIRECTIONS.includes(o.on.direction)) o.on.direction = "read";
  o.src = K.place(o.src);
  o.at = K.place(o.at);
  o.made = K.place(o.made);
  o.also = NONE;
  o.anew = null;
  return o;
}

/** "src/x.rs:12:5" becomes `{file, line, column, text}`; the same place is the same object. */
K.place = function (text) {
  if (typeof text !== "string") return null;
  const { places } = K.trace;
  let known = places.get(text);
  if (!known) {
    const m = /^(.*?):(\d+)(?::(\d+))?$/.exec(text);
    known = m
      ? { file: m[1], line: +m[2], column: +(m[3] ?? 0), text }
      : { file: text, line: 0, column: 0, text };
    places.set(text, known);
  }
  return known;
};

// ----- what is not in the file and follows from it -----

const put = (K.put = (map, key, i) => {
  const all = map.get(key);
  if (all) all.push(i);
  else map.set(key, [i]);
});
/** Event `i` is about this task, mostly the same as the event before. */
function about(trace, name, i) {
  const { byTask } = trace.index;
  if (trace.subject !== name) [trace.subject, trace.about] = [name, byTask.get(name)];
  if (trace.about) return trace.about.push(i);
  trace.names.push(name);
  byTask.set(name, (trace.about = [i]));
}

function index(trace, e) {
  const { i, task, run } = e,
    by = e.by?.task;
  put(trace.index.byEv, K.isAdmission(e) ? "Admission" : e.ev, i);
  for (const kind in e.on) trace.waited.add(kind);
  if (e.outcome === "panicked" && e.ev === "Join" && /^job/.test(task)) trace.panicked.add(task);
  if (task) about(trace, task, i);
  if (run && run !== task) about(trace, run, i);
  if (by && by !== task && by !== run) about(trace, by, i);
  if (e.ev === "Spawn" && trace.main === null && trace.files.get(e.made?.file)?.whose === "program")
    trace.main = e.made.file;
}

/** Notes and verdicts hang at the index of the event that they came after. */
function attach(trace) {
  const hang = (o) => {
    o.i = typeof o.after === "number" ? Math.max(0, K.upTo(trace.n, o.after)) : trace.last;
  };
  trace.notes.forEach(hang);
  trace.lints.forEach((lint) => {
    hang(lint);
    lint.begin =
      typeof lint.since === "number"
        ? Math.max(0, Math.min(lint.i, K.upTo(trace.n, lint.since)))
        : lint.i;
    lint.at = K.place(lint.at);
    lint.spots = (Array.isArray(lint.spots) ? lint.spots : [{ at: lint.at?.text }])
      .map((spot) => ({ at: K.place(spot?.at), say: String(spot?.say ?? "") }))
      .filter((spot) => spot.at);
  });
  trace.notes.sort((a, b) => a.i - b.i);
}

/** The position of the last element `<= value` in a sorted array; -1 if there is none. */
K.upTo = function (sorted, value) {
  let low = 0,
    high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};
