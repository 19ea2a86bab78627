// Which call of the program made an event, and in which line may that be?
//
// An event tells of the line at which its task awaited last, and not of its own. But it has a kind: a value that was sent
// comes from a `send`. So the lines of the function that can be reached from there are looked through for such a call.
//
// Interface: `K.perhaps(event, place)`: one line or two, none if there are more; `K.perhapsWord(lines)`; `callsOf(event)`:
// names of the API for what an event tells.
// Invariant: what goes with its future, or at the end of a function, has no line.
// Not here: the line of the last await (awaits.js).
"use strict";
(function (K) {
  /** What a reader may call it: the names of the API, or another word for the same. */
  const NAMES = {
    Spawn: "spawn_local joinset",
    Cancel: "abort abort_all shutdown cancel",
    Join: "joinhandle join_next try_join_next joinerror",
    Detach: "joinhandle detach_all dropped",
    BlockingStart: "spawn_blocking",
    BlockingEnd: "spawn_blocking",
    Done: "dropped",
    Defer: "yield_now consume_budget coop gave given way",
    Unpolled: "await dropped",
    SelectWin: "chosen",
    TimerMove: "reset",
    LateTick: "interval missed burst skip delay",
    Elapsed: "elapsed timed out",
    Advance: "advance",
    SourceDrop: "closed dropped",
    ChildEnd: "wait try_wait exit status code exited killed failed",
    "mpsc put": "send try_send blocking_send",
    "oneshot put": "send",
    "broadcast put": "send",
    "mpsc get": "recv try_recv recv_many",
    "mpsc take": "reserve try_reserve permit",
    "mpsc release": "permit",
    "mpsc senders": "clone drop upgrade",
    "mpsc end": "dropped disconnected",
    "mpsc forget": "nobody lost dropped",
    "oneshot get": "recv await",
    "oneshot end": "dropped recverror",
    "mutex take": "lock try_lock mutex guard",
    "mutex release": "unlock mutex guard drop",
    "rw_lock take": "read write try_read try_write guard lock",
    "rw_lock release": "unlock guard drop downgrade",
    "semaphore take": "acquire try_acquire",
    "semaphore release": "drop",
    "semaphore put": "add_permits",
    "semaphore forget": "forget_permits",
    "notify get": "notified permit",
    "watch put": "send send_modify send_replace send_if_modified",
    "watch get": "changed borrow_and_update wait_for seen",
    "watch forget": "missed lagged overwritten",
    "watch open": "subscribe clone",
    "broadcast get": "recv try_recv",
    "broadcast forget": "missed lagged overwritten",
    "broadcast open": "subscribe resubscribe",
    "barrier put": "wait",
    "once_cell take": "get_or_init get_or_try_init",
    "once_cell put": "get_or_init",
    "pipe put": "duplex",
    "pipe get": "duplex",
    "notify all": "notify_waiters",
    "notify one": "notify_one notify_last",
    full: "try_send try_reserve",
    sent: "send try_send try_reserve",
    got: "try_recv",
    taken: "try_lock try_read try_write try_acquire",
    set: "set",
  };
  function callsOf(e) {
    if (e.kind === "notify" && e.act === "put")
      return (
        NAMES[e.units === "all" ? "notify all" : "notify one"] +
        (K.trace.notices.fates.has(e.i) ? " nobody lost merged coalesced" : "")
      );
    if (e.act === "refuse")
      return `${NAMES[e.kind === "mpsc" && e.count > 0 && e.units !== 0 ? "full" : K.wanted(e)]} refused nobody lost failed dropped`;
    const names = K.of(NAMES, e.act ? `${e.kind} ${e.act}` : e.ev);
    if (names) return names;
    if (e.ev === "SourceTry") return tried(e);
    if (["cancelled", "panicked"].includes(e.outcome)) return e.outcome;
    const at = e.timer || e.on?.timer ? K.lineOf(e) : null;
    if (!at) return "";
    if (!calls.has(at)) calls.set(at, K.ofInterval(at) ? "tick interval" : K.timerWord(at));
    return calls.get(at);
  }
  function tried(e) {
    if (e.result === "failed") return `${triedTo(e)} error failed io::error`;
    return triedTo(e);
  }
  function triedTo(e) {
    const type = K.sourceType(e.source),
      bare = (e.bytes ?? null) === null && !/Udp|Datagram|Pipe/.test(type),
      child = type === "Process";
    if (e.direction === "write")
      return e.bytes === 0
        ? "shutdown"
        : child
          ? "start_kill"
          : `send send_to try_write ${bare && K.moved(e.source)?.uses[0] === e.i ? "connect" : ""}`;
    return child
      ? "wait try_wait"
      : type === "SignalSocket"
        ? "signal recv"
        : `recv recv_from try_read ${bare && !/Stream/.test(type) ? "accept" : ""}`;
  }
  /** Of an event that came after a line: the one or two lines of its function with a call that does what it tells of; none if there are more. */
  K.perhaps = function (e, { file: name, line }) {
    const file = K.trace.files.get(name),
      calls = isDrop(e)
        ? null
        : (K.downgrades(e) ? "downgrade" : callsOf(e).replace(/ downgrade$/, "")).match(/\b[a-z]+(_[a-z]+)*\b/g),
      known = `${name}:${line} ${e.kind} ${calls}`;
    if (!file?.lines.length || !calls) return [];
    if (e.act === "take" && K.hadToWait(e, "sync")) {
      const wait = K.waitFor(e.run, e.sync, e.i - 1),
        waited = K.lineOf(wait);
      return waited?.file === name && waited.line === line ? [line] : []; // (what it waited for it has got where it waited)
    }
    if (!places.has(known)) {
      const [first, last] = K.functionAround(file.lines, line),
        is = new RegExp(`(\\.|::)(${calls.join("|")})(_owned|_many)*\\(`),
        found = [];
      const own = asyncAround(file.lines, line, first);
      const loops = loopsIn(file.lines, first, last),
        comesAgain = (k) => loops.some(([from, to]) => from <= k && line <= to); // (else what is before that line is over)
      for (let k = first; k <= last; k++)
        if (
          (k >= line || comesAgain(k)) &&
          is.test(file.lines[k - 1].replace(/\/\/.*$/, "")) &&
          asyncAround(file.lines, k, first) === own &&
          !isOther(file.lines.slice(first - 1, last), file.lines[k - 1], e)
        )
          found.push(k);
      places.set(known, found.length < 3 ? found : []);
    }
    return places.get(known);
  };
  /** The loops of these lines, and the closures (one may be called again), each from its first line to its last: a block ends where no line is further in. */
  function loopsIn(lines, first, last) {
    const indent = (k) => lines[k - 1].search(/\S/),
      all = [];
    for (let k = first; k <= last; k++) {
      if (!/\b(for|while|loop)\b|\|[^|]*\{\s*$/.test(lines[k - 1])) continue;
      let to = k;
      while (to < last && (indent(to + 1) < 0 || indent(to + 1) > indent(k))) to++;
      if (/^\s*\}/.test(lines[to] ?? "")) to++;
      all.push([k, to]);
    }
    return all;
  }
  /** Does it tell of what goes with its future, or at the end of a function? No call does that. */
  const isDrop = (e) => ["Elapsed", "TimerCancel"].includes(e.ev) || (e.act === "senders" && /^drop/.test(K.within(e)));
  /** At which line the innermost `async` block around a line of a function begins, which is another task's, perhaps; 0: it is in none. */
  function asyncAround(lines, line, first) {
    const indent = (k) => lines[k - 1].search(/\S/);
    for (let k = line - 1, depth = indent(line); k >= first; k--) {
      if (indent(k) < 0 || indent(k) >= depth) continue;
      if (/\basync\b[^{}]*\{\s*$/.test(lines[k - 1])) return k;
      depth = indent(k);
    }
    return 0;
  }
  /** Does a line of a function send into a channel of another kind, as the function's parameters or its `let`s say? (Of a name that they have twice nothing is known.) */
  function isOther(lines, line, { act, kind }) {
    const name = act === "put" && /\b(\w+)\.(?:try_)?send\(/.exec(line)?.[1],
      is =
        name &&
        new RegExp(
          `\\b${name}\\s*:\\s*&?(?:mut )?(?:\\w+::)*(mpsc|oneshot|broadcast|watch)::\\w*Sender\\b|let \\((?:mut )?${name}, [^=]*= (?:\\w+::)*(mpsc|oneshot|broadcast|watch)::(?:unbounded_)?channel\\b`,
          "g",
        );
    const kinds = name ? [...lines.join("\n").matchAll(is)].map(([, of, made]) => of ?? made) : [];
    return kinds.length === 1 && kinds[0] !== kind;
  }
  /** "perhaps", or "one of", for so many. */
  K.perhapsWord = (lines) => (lines.length > 1 ? "one of" : "perhaps");
  const places = new Map();
  const calls = new Map(); // (of each place, which many events have)

  Object.assign(K, { callsOf });
})((window.K = window.K || {}));
