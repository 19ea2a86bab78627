// How does the page name what a task waits for: a timer, a socket, a channel, a task?
//
// A wait has it in the field `on`, a resource, such as `{source: "source 1", direction: "read"}`
// (waits.js lists all). A socket's type is in the event that made it.
//
// Interface (all scripts share `K`): `K.resourceKind(on)`; `K.resourceWords(on)`, in full;
// `K.resourceLabel(on)`, where there is little room; `K.resourceLabels(list, word)`, of several;
// `K.sortedWords(all)`; `K.childOf(source)`, `K.isListener(source)`; `K.branchWords(branch)`,
// `K.isWaitOfSet(event)`, `K.isOfEarlierRound(branch, i)`; `K.barWords(part)`: how a part of the
// time was spent; `K.lineHTML(wait)`: the line and branch in which it waits.
// Invariant: these are plain words, to be escaped before they are HTML (but for `K.lineHTML`).
// Not here: primitives (primitives.js), why a task waits (whereabouts.js).

const { compare } = new Intl.Collator("en", { numeric: true });
/** Sorted, as a `select!` polls in any order; but not very many, of which only a few are shown. */
K.sortedWords = (all) => (all.length > 1 && all.length < 100 ? all.toSorted(compare) : all);

// ----- sources: sockets, pipes and processes that the operating system reports on -----

/** The event that made a source or, if the record begins later, by which it joined the selector.
 * `what` is the source's type in Rust, `ends` are its ports, or the number of a child or signal. */
const madeBy = (source) => K.trace.madeSources.get(source);
const typeOf = (source) => madeBy(source)?.what ?? "";
K.on("begin", (trace) => (trace.madeSources = new Map()));
K.on("event", function (event) {
  const { ev, source } = event;
  if (ev === "SourceNew" || (ev === "SourceAdd" && !madeBy(source)))
    K.trace.madeSources.set(source, event);
});
K.isListener = (source) => /Listener$/.test(typeOf(source));
/** "the stdout of child process 812"; "" if it is no child's. */
K.childOf = function (source) {
  const pid = madeBy(source)?.ends?.[0],
    [, pipe] = /^Child(Std\w+)$/.exec(typeOf(source)) ?? [];
  if (!pid || !(pipe || typeOf(source) === "Process")) return "";
  return `${pipe ? `the ${pipe.toLowerCase()} of ` : ""}child process ${pid}`;
};
const SIGNALS = { 1: "HUP", 2: "INT", 3: "QUIT", 13: "PIPE", 14: "ALRM", 15: "TERM" };
/** "SIGHUP", "signal 10": for which signal a source is; "" if it is for none. */
function signalOf(source) {
  const number = typeOf(source) === "SignalSocket" && madeBy(source).ends?.[0];
  if (!number) return "";
  return SIGNALS[number] ? `SIG${SIGNALS[number]}` : `signal ${number}`;
}
/** What a task waits to do, for directions whose names aren't verbs. */
const VERBS = { priority: "read priority data", error: "fetch an error" };
function sourceWords({ source, direction }) {
  const child = K.childOf(source);
  if (typeOf(source) === "Process") return `the end of ${child || "a child process"} (${source})`;
  if (signalOf(source)) return `${signalOf(source)} (${source})`;
  if (K.isListener(source)) return `a connection at ${source}`;
  return `${source}${child && ` (${child})`}, to ${VERBS[direction] ?? direction}`;
}

// ----- resources -----

function syncWords({ sync, units }) {
  const isAll = units === "all", // the writer's side of a pipe, or all of a lock
    [family] = sync.split(" "); // the name of a primitive is its family and a number: "channel 1"
  if (family === "channel")
    return units > 1 ? `room for ${K.number(units)} in ${sync}` : `room in ${sync}`;
  if (family === "pipe") return `${isAll ? "room" : "bytes"} in ${sync}`;
  if (family === "rwlock") return `${sync}, to ${isAll ? "write" : "read"}`;
  return family === "semaphore" ? `${K.plural(units, "permit")} of ${sync}` : sync;
}
/** A resource's words by its kind, which is the one of these fields that it has. */
const FULL = {
  timer: ({ timer }) => timer,
  source: sourceWords,
  value: ({ value }) => (K.isChannel(value) ? `a value in ${value}` : `the next end in ${value}`),
  closed: ({ closed }) => `the other end of ${closed} to go`,
  sync: syncWords,
  task: ({ task }) => `the end of ${task}`,
  deferred: () => "the end of this phase of the loop",
};
/** "timer", "source" …; undefined for a kind that only a newer version has. */
K.resourceKind = (on) => Object.keys(FULL).find((kind) => on?.[kind] !== undefined);
K.resourceWords = (on) =>
  on ? (FULL[K.resourceKind(on)]?.(on) ?? "something") : "something that the record doesn’t have";
const SHORT = {
  source: ({ source, direction }) => `${source} ${K.isListener(source) ? "accept" : direction}`,
  sync: (on) => (K.isChannel(on.sync) ? syncWords(on) : on.sync),
  value: ({ value }) => (K.isChannel(value) ? `value in ${value}` : value),
  closed: ({ closed }) => `other end of ${closed}`,
  task: ({ task }) => `end of ${task}`,
  deferred: () => "gave way",
};
K.resourceLabel = (on) => (on ? (SHORT[K.resourceKind(on)] ?? K.resourceWords)(on) : "");
/** "timers 1, 2", or the first and how many more; `word` names each. */
K.resourceLabels = function (list, word = K.resourceLabel) {
  const words = K.sortedWords(list.map(word)),
    areTimers = words.length > 1 && list.every((on) => on.timer),
    room = areTimers ? 3 : 1,
    named = words.slice(0, room).join(", "),
    left = words.length - room;
  return `${areTimers ? `timers ${named.replaceAll("timer ", "")}` : named}${left > 0 ? ` +${left}` : ""}`;
};

// ----- waits -----

/** Is this the wait of a set of tasks for one of its own tasks? */
K.isWaitOfSet = (event) => event.ev === "Wait" && K.isSet(event.in);
/** Has the scope of this branch ended, or one around it? */
K.isOfEarlierRound = (branch, i) => K.branchPath(branch).some(({ scope }) => scope.end <= i);
/** "branch 2 of a select!, in branch 1 of a timeout"; "" outside of all branches. */
K.branchWords = (branch) =>
  K.branchPath(branch)
    .filter(({ scope }) => K.lookUp(K.SCOPES, scope.what))
    .map(({ scope, number }) => `branch ${number} of a ${K.SCOPES[scope.what]}`)
    .join(", in ");

// ----- where the time went -----

/** Words for `what` of a part of time (why.js, bounds.js). */
const PARTS = {
  poll: "polling",
  ready: "ready, in the run queue",
  job: "on its thread",
  queue: "in the blocking pool’s queue",
  late: "a timer that was late",
  code: "a wake that names no wait",
  stale: "a wake for a wait that it had given up",
  open: "something",
};
K.barWords = function ({ what, wait }) {
  if (Object.hasOwn(PARTS, what) && !(wait && what === "open")) return PARTS[what];
  const on = wait?.on.timer ? "a timer" : K.resourceWords(wait?.on);
  return what === "outside" ? `${on}, from outside` : on;
};
K.lineHTML = function (wait) {
  const branch = wait && K.branchWords(wait.branch),
    line = wait?.at ? `<code>${K.esc(K.shortPlace(wait.at.text))}</code>` : "";
  return K.joinParts([line, branch && `in ${K.esc(branch)}`]);
};
