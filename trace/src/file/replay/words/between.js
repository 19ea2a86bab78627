// Did an event happen in an await, or after it?
//
// An event tells of the line of the last await. What that call does itself happens there; what no call awaits, or what the program may
// have called without awaiting it, happened between that line and the next.
//
// Interface: `actBetween(event, state)`, `wakeBetween(event, state)`, `notInShutdown`, `inFile`; `K.lineKnown(event, state)`,
// `K.noAwait(place)`, `K.AFTER`.
// Invariant: where both may be, it was after the line.
// Not here: which line that may be (guess.js).
"use strict";
(function (K) {
  // ----- done by an await, or after it? -----

  /** Of an act that an `.await` can do: the calls that are awaited, and those that do the same at once. */
  const CALLS = {
    "mpsc put": [/\bsend\(/, /\btry_send\(/],
    "mpsc get": [/\b(recv|recv_many|next)\(/, /\btry_recv\(/],
    "mpsc take": [/\breserve(_many|_owned)?\(/, /\btry_reserve/],
    "oneshot get": [/./, /\btry_recv\(/],
    "mutex take": [/\block(_owned)?\(/, /\btry_lock(_owned)?\(/],
    "rw_lock take": [/\b(read|write)(_owned)?\(/, /\btry_(read|write)(_owned)?\(|\bdowngrade\(/],
    "semaphore take": [/\bacquire(_many)?(_owned)?\(/, /\btry_acquire/],
    "broadcast get": [/\brecv\(/, /\btry_recv\(/],
    "once_cell put": [/\bget_or_/, /\bset\(/],
    "once_cell take": [/\bget_or_/, /\bset\(/],
    "watch get": [/\b(changed|wait_for)\(/, /\bborrow_and_update\(/],
  };
  /** These are calls that nothing awaits. */
  const UNAWAITED = ["notify put", "oneshot put", "watch put", "broadcast put", "semaphore put", "set_once put"];
  function actBetween(e, s) {
    const what = `${e.kind} ${e.act}`,
      [awaited, atOnce] = K.of(CALLS, what) ?? [];
    if (UNAWAITED.includes(what) || ["release", "senders", "open", "close", "end", "forget", "refuse"].includes(e.act))
      return true;
    if (what === "mpsc put" && s?.primitives.get(e.sync)?.room === null) return true; // without a limit, none waits
    return !!awaited && (!awaited.test(K.callAt(e.at)) || inFile(e, atOnce));
  }
  /** `JoinSet::shutdown` cancels all before it waits for them. */
  const notInShutdown = (e) => !/\bshutdown\(/.test(K.callAt(e.at));
  /** Does the program call this, somewhere in the file, without awaiting it? Then it is not known which call it was. */
  const inFile = (e, call) => call.test(K.trace.files.get(e.at?.file)?.text ?? "");
  /** Of a wake that a task causes: is it known which line did it, by what was told just before? */
  function wakeBetween(e, s) {
    for (let i = e.i - 1; i >= Math.max(0, e.i - 64); i--) {
      const x = K.event(i);
      if (x.run !== e.run) return true;
      if (x.made && x.made === e.at) return false;
      if (x.ev === "SyncAct") return actBetween(x, s);
      if (x.ev === "Cancel") return notInShutdown(x);
      if (!["Wake", "Served"].includes(x.ev)) return true;
    }
    return true;
  }
  /** Where a task had come to before an event that tells no line: its last await, or where its function begins; null if that is far. */
  function lastLine(e) {
    const all = K.trace.index.byTask.get(e.run) ?? [];
    for (let k = K.upTo(all, e.i), n = 0; k >= 0 && n < 200; k--, n++) {
      const x = K.event(all[k]);
      if (x.run === e.run && x.at) return x.at;
      if (x.ev === "Spawn" && x.task === e.run) return K.beginning(K.trace.state.tasks.get(e.run));
    }
    return null;
  }
  /** The line of the program that an event is about, and whether it is only known that it was done after that line: a spawn has its own, and an act
   *  between two awaits has that of the one before: with a state, the last that its poll has told of. */
  K.lineKnown = function (e, s) {
    const known =
      e.ev === "BlockingStart"
        ? !!K.jobLine(e)
        : e.ev === "SourceNew"
          ? !K.keptInside(e)
          : K.panicAt(e)
            ? !!K.panicAt(e).at
            : !!K.of(K.EVENTS, e.ev)?.line;
    const place = K.lineOf(e);
    if (!place && e.run) return { place: lastLine(e), after: true };
    const after = !e.made && !known && !!e.run && (K.noAwait(place) || !!K.about(e, "between", s));
    return { place: (after && s && K.lastTold(s, e)) || place, after };
  };
  /** Is a task, a channel or the like made at this place? Then it is no await, though it may be the last line that is known of a wait: that of a
   *  future which other code polls. */
  K.noAwait = (place) => !!place && K.trace.makings.has(place.text);
  K.on("begin", (trace) => {
    trace.makings = new Set();
  });
  K.on("event", (e) => {
    if (e.made && ["Spawn", "SyncNew", "BlockingStart", "SourceNew"].includes(e.ev)) K.trace.makings.add(e.made.text);
  });
  K.AFTER = "The last line that is known: an event has the line of the await or the spawn before it.";

  Object.assign(K, { actBetween, notInShutdown, inFile, wakeBetween });
})((window.K = window.K || {}));
