// What stands in the file, and where does one find it again?
//
// The data of the page is a trace: lines, a header first, then source files, events, printed
// notes and verdicts, as they came. `K.read` makes one object of them, `K.trace`, and makes
// the indices that keep every question a lookup: which events are about this task, which wake
// caused this poll. It never throws: a line that is torn or unknown is counted and left out.
//
// Interface: `await K.read(text)`, `K.trace`, `K.on(what, f)` and `K.tell(what, …)`, `K.subjects(e)`,
// `K.upTo(sorted, value)`.
// Invariants: event index `i` counts from 0 in the file's order; an event's number in the run is
// `e.n` (they differ when a ring has dropped the beginning). `e.run` is who was being polled,
// `e.task` whom the event is about. Nothing here changes after reading.
// Not here: lines in blocks (blocks.js), the state behind an event (fold.js), words (text.js).
"use strict";
(function (K) {
  // ----- a small bus: the parts of the page hear of each other only through it -----
  const ears = new Map();
  K.on = (what, f) => { (ears.get(what) ?? ears.set(what, []).get(what)).push(f); };
  /** One part that fails must not take the others along. */
  K.tell = (what, ...args) => {
    for (const f of ears.get(what) ?? []) try { f(...args); } catch (error) { console.error(error); }
  };

  /** What an event is given here: it has room for that from the beginning. */
  const ROOM = '{"i":0,"run":null,"at":null,"made":null,"also":null,"anew":null,"changes":';

  K.read = async function (text) {
    const trace = {
      header: {}, files: new Map(), events: [], notes: [], lints: [], lost: [], full: null,
      cut: true, torn: 0, unknown: 0, anew: null, places: new Map(),
    };
    [chunks, used] = [[], CHUNK];
    trace.torn += await K.lines(text, (line) => read(trace, line));
    derive(trace);
    return (K.trace = trace);
  };

  function read(trace, line) {
    let o = null;
    try { o = line.startsWith('{"n":') ? event(line) : JSON.parse(line); } catch { /* torn */ }
    if (o !== null && typeof o === "object") take(trace, o); else trace.torn += 1;
  }

  // What an event has changed is kept as it is in the file, and read when it is asked for: as objects it would
  // be half of what the page needs.
  const CHUNK = 1 << 20, END = 10, WRITE = new TextEncoder(), READ = new TextDecoder();
  let chunks, used;
  /** Keeps a text of one line; gives where it is. */
  function keep(text) {
    if (used + 3 * text.length >= CHUNK) { chunks.push(new Uint8Array(CHUNK)); used = 0; }
    const from = (chunks.length - 1) * CHUNK + used;
    used += WRITE.encodeInto(text, chunks.at(-1).subarray(used)).written;
    chunks.at(-1)[used++] = END;
    return from;
  }
  function event(line) {
    // These are keys: in a text their quotes would be escaped.
    const from = line.indexOf(',"then":'), to = line.lastIndexOf(',"say":');
    const late = from > 0 && to > from && 3 * (to - from) < CHUNK;
    return JSON.parse(`${ROOM}${late ? keep(line.slice(from + 8, to)) : null},${late ? line.slice(1, from) + line.slice(to) : line.slice(1)}`);
  }
  /** What an event has changed, as its line says it. */
  K.changes = function (e) {
    if (typeof e.changes !== "number") return e.then;
    const chunk = chunks[Math.floor(e.changes / CHUNK)], from = e.changes % CHUNK;
    try { return JSON.parse(READ.decode(chunk?.subarray(from, chunk.indexOf(END, from)))); } catch { return undefined; }
  };

  function take(trace, o) {
    if (typeof o.ev === "string") {
      clean(o);
      o.i = trace.events.length;
      // If no event is missing before it, all that is known already.
      if (trace.anew && trace.events.at(-1)?.n !== o.n - 1) o.anew = trace.anew;
      trace.anew = null;
      trace.events.push(o);
    } else if (typeof o.file === "string") {
      const text = typeof o.text === "string" ? o.text : null;
      trace.files.set(o.file, { name: o.file, whose: o.whose, text, lines: text === null ? [] : text.replace(/\n$/, "").split("\n") });
    } else if ("also" in o) also(trace, o.also);
    else if ("anew" in o) trace.anew = [o.anew];
    else if ("v" in o) trace.header = o;
    else if ("note" in o) trace.notes.push(o);
    else if ("lint" in o) trace.lints.push(o);
    else if ("lost" in o) { clean(o); trace.lost.push(o); }
    else if ("full" in o) trace.full = o;
    else if ("end" in o) trace.cut = o.end !== "complete";
    else trace.unknown += 1; // a newer version's
  }

  /** More of what the last event has changed, or of what there is behind a gap. */
  function also(trace, list) {
    const last = trace.events.at(-1), all = trace.anew ?? (last ? (last.also ??= []) : []);
    all.push(list);
  }

  // A trace may come from anybody. What should be a number is one from here on, a name is a text or
  // is not there; the rest of the page need not ask again.
  const NUMBERS = new Set(["n", "t", "real", "turn", "place", "due", "level", "slot", "moved", "late", "room", "queued", "tasks", "timers",
    "sources", "timeout", "events", "records", "lost", "wakers", "handles", "size", "bytes", "branch", "branches", "first", "count"]);
  /** What a socket may be ready for. */
  K.DIRECTIONS = ["read", "write", "priority", "error"];
  const NAMES = new Set(["task", "run", "timer", "source", "sync", "value", "closed", "direction"]);
  const whole = (value, most) => Math.max(0, Math.min(most, Math.floor(value ?? 0)));
  function clean(o) {
    tidy(o);
    if (o.ev === undefined) return;
    if (o.level !== undefined) { o.level = whole(o.level, 6); o.slot = whole(o.slot, 63); }
    if (o.ev === "SelectStart") o.branches = whole(o.branches, 64);
  }
  /** Puts right what is not. */
  function tidy(o) {
    for (const key in o) {
      const value = o[key], type = typeof value;
      if (type === "string" ? NUMBERS.has(key) : type !== "number" || NAMES.has(key)) right(o, key, value, type);
    }
    if (o.ev === undefined) return;
    if (typeof o.effect?.queued === "number") { o.place = o.effect.queued; o.effect = "queued"; }
    if (!/^[A-Z]/.test(o.ev)) o.ev = `Unknown ${o.ev}`; // not "constructor", say
    if (o.on !== undefined && (typeof o.on !== "object" || o.on === null)) o.on = undefined;
    if (o.on?.source && !K.DIRECTIONS.includes(o.on.direction)) o.on.direction = "read";
    if ((o.ev === "SourceTry" || o.ev === "SourceClear") && !K.DIRECTIONS.includes(o.direction)) o.direction = "read";
  }
  function right(o, key, value, type) {
    if (NUMBERS.has(key)) {
      if (type !== "number" && value !== null && value !== undefined) o[key] = Number(value) || 0;
    } else if (NAMES.has(key) && type !== "string" && !(key === "closed" && type === "boolean")) o[key] = undefined;
    else if ((key === "on" || key === "by") && type === "object" && value !== null) tidy(value);
  }

  // ----- what is not in the file and follows from it -----

  /** From some events to others: a `Map` that takes four bytes an event. */
  class Links {
    constructor(trace) { this.to = new Int32Array(trace.events.length).fill(-1); }
    get(i) { return this.to[i] >= 0 ? this.to[i] : undefined; }
    set(i, other) { this.to[i] = other; }
  }

  function derive(trace) {
    const index = { byTask: new Map(), byEv: new Map(), wakeOfPoll: new Links(trace), pollOfWake: new Links(trace) };
    const names = [];          // tasks and jobs in the order of their appearance
    const causes = new Map();  // task -> wakes since its last poll began: the poll's causes
    const put = (map, key, i) => { const a = map.get(key); if (a) a.push(i); else map.set(key, [i]); };
    const about = (name, i) => {
      if (!index.byTask.has(name)) names.push(name);
      put(index.byTask, name, i);
    };
    let turn = 0;
    for (const e of trace.events) {
      const i = e.i;
      if (e.n === undefined) e.n = i + 1;
      if (e.t === undefined) e.t = 0;
      e.turn = turn = e.turn ?? turn;
      e.run ??= null;
      e.src = place(trace, e.src);
      e.at = place(trace, e.at);
      e.made = place(trace, e.made);
      put(index.byEv, e.ev, i);
      const { task, run } = e, by = e.by?.task;
      if (task) about(task, i);
      if (run && run !== task) about(run, i);
      if (by && by !== task && by !== run) about(by, i);
      if (e.ev === "Wake" && e.effect !== "stale") {
        const since = causes.get(e.task) ?? { deciding: null, all: [] };
        if (e.effect !== "coalesced" || since.deciding === null) since.deciding = i;
        since.all.push(i);
        causes.set(e.task, since);
      }
      if (e.ev === "PollStart") {
        const since = causes.get(e.task);
        if (since) {
          index.wakeOfPoll.set(i, since.deciding);
          for (const wake of since.all) index.pollOfWake.set(wake, i);
          causes.delete(e.task);
        }
      }
    }
    // Wakes that come in the middle of a poll are causes of the next one: they were counted after
    // that poll's own PollStart had emptied the list, so nothing more is to be done for them.
    trace.index = index;
    trace.names = names;
    trace.last = trace.events.length - 1;
    trace.program = String(trace.header.program ?? "a program");
    trace.main = programFile(trace);
    attach(trace);
  }

  /** "src/x.rs:12:5" becomes `{file, line, column, text}`; the same place is the same object. */
  function place({ places }, text) {
    if (typeof text !== "string") return null;
    let known = places.get(text);
    if (!known) {
      const m = /^(.*?):(\d+)(?::(\d+))?$/.exec(text);
      known = m ? { file: m[1], line: +m[2], column: +(m[3] ?? 0), text } : { file: text, line: 0, column: 0, text };
      places.set(text, known);
    }
    return known;
  }

  K.place = (text) => place(K.trace, text);

  /** Whom an event is about: its own task, who was being polled, who woke. */
  K.subjects = function (e) {
    const out = [];
    const add = (name) => { if (name && !out.includes(name)) out.push(name); };
    add(e.task);
    add(e.run);
    add(e.by && e.by.task);
    return out;
  };

  /** The program's own file that is shown before any of its lines runs: where `main` was made. */
  function programFile(trace) {
    for (const e of trace.events) if (e.ev === "Spawn" && e.made && trace.files.get(e.made.file)?.whose === "program") return e.made.file;
    for (const [name, file] of trace.files) if (file.whose === "program") return name;
    return null;
  }

  /** Notes, verdicts and losses hang at the index of the event that they came after. */
  function attach(trace) {
    const ns = trace.events.map((e) => e.n);
    const hang = (o) => { o.i = typeof o.after === "number" ? Math.max(0, K.upTo(ns, o.after)) : trace.last; };
    trace.notes.forEach(hang);
    trace.lints.forEach((lint) => { hang(lint); lint.at = place(trace, lint.at); });
    trace.lost.forEach(hang);
    trace.notes.sort((a, b) => a.i - b.i);
  }

  /** The position of the last element `<= value` in a sorted array; -1 if there is none. */
  K.upTo = function (sorted, value) {
    let low = 0, high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] <= value) low = middle + 1; else high = middle;
    }
    return low - 1;
  };
})(window.K = window.K || {});
