// What is waited for, and what is a source?
//
// Interface: `K.onWhat(on)`, `K.onShort(on)`, `K.onAll(waits, word)`, `K.onKind(on)`,
// `K.inOrder(all)`; `K.childOf(source)`, `K.listens(source)`; `K.branchWords(branch)`, `K.joins(e)`,
// `K.isOfEarlierRound(branch, i)`;
// `K.barWords(part)`: what a part of time was; `K.lineHTML(wait)`: the line at which it
// waits, and in which branch.
// Invariant: plain words, to be escaped before they are HTML.
// Not here: primitives (primitives.js), why a task waits (whereabouts.js).

const { compare } = new Intl.Collator("en", { numeric: true });
/** By their words: a `select!` polls its branches in another order each time. (Of very many the
 * first few are said.) */
K.inOrder = (all) => (all.length > 1 && all.length < 100 ? all.toSorted(compare) : all);

// ----- sources -----

/** The event that says what a source is: that it was made or, in a late record, that it joined. */
const madeOf = (source) =>
  (K.trace.madeSources ??= new Map(
    ["SourceAdd", "SourceNew"]
      .flatMap((ev) => K.trace.index.byEv.get(ev) ?? [])
      .map((i) => [K.event(i).source, K.event(i)]),
  )).get(source);
K.on("trace", (trace) => {
  trace.madeSources = null;
}); // (asked for while the record was read they had but the first)
/** Of which type is a source? */
const sourceType = (source) => madeOf(source)?.what ?? "";
/** "the stdout of child process 812"; "" if it is no child's. */
K.childOf = function (source) {
  const { what, ends } = madeOf(source) ?? {},
    pipe = /^Child(Std\w+)$/.exec(what)?.[1].toLowerCase();
  return ends?.[0] && (pipe || what === "Process")
    ? `${pipe ? `the ${pipe} of ` : ""}child process ${ends[0]}`
    : "";
};
const SIGNALS = { 1: "HUP", 2: "INT", 3: "QUIT", 13: "PIPE", 14: "ALRM", 15: "TERM" };
/** "SIGHUP", "signal 10": for which signal a source is; "" if it is for none. */
function signalOf(source) {
  const number = sourceType(source) === "SignalSocket" && madeOf(source).ends?.[0];
  return number ? (SIGNALS[number] ? `SIG${SIGNALS[number]}` : `signal ${number}`) : "";
}
/** Whatever listens accepts, and never writes. */
K.listens = (source) => /Listener$/.test(sourceType(source));
/** What a task waits to do. */
const TO = {
  read: "read",
  write: "write",
  priority: "read priority data",
  error: "fetch an error",
};
function onSource({ source, direction }) {
  if (sourceType(source) === "Process")
    return `the end of ${K.childOf(source) || "a child process"} (${source})`;
  if (signalOf(source)) return `${signalOf(source)} (${source})`;
  if (K.listens(source)) return `a connection at ${source}`;
  return `${source}${K.childOf(source) && ` (${K.childOf(source)})`}, to ${TO[direction]}`;
}

// ----- what is waited for -----

function onSync({ sync, units }) {
  const all = units === "all",
    [family] = sync.split(" ");
  if (family === "channel")
    return units > 1 ? `room for ${K.number(units)} in ${sync}` : `room in ${sync}`;
  if (family === "pipe") return `${all ? "room" : "bytes"} in ${sync}`;
  if (family === "rwlock") return `${sync}, to ${all ? "write" : "read"}`;
  return family === "semaphore" ? `${K.plural(units, "permit")} of ${sync}` : sync;
}
/** By the field that a wait's `on` has. */
const ON = {
  timer: ({ timer }) => timer,
  source: onSource,
  value: ({ value }) => (K.isChannel(value) ? `a value in ${value}` : `the next end in ${value}`),
  closed: ({ closed }) => `the other end of ${closed} to go`,
  sync: onSync,
  task: ({ task }) => `the end of ${task}`,
  deferred: () => "the end of this phase of the loop",
};
/** Which of these it is: "timer", "source" …; undefined of a newer version's. */
K.onKind = (on) => Object.keys(ON).find((kind) => on?.[kind] !== undefined);
K.onWhat = (on) =>
  on ? (ON[K.onKind(on)]?.(on) ?? "something") : "something that the record doesn’t have";
const SHORT = {
  source: ({ source, direction }) => `${source} ${K.listens(source) ? "accept" : direction}`,
  sync: (on) => (K.isChannel(on.sync) ? onSync(on) : on.sync),
  value: ({ value }) => (K.isChannel(value) ? `value in ${value}` : value),
  closed: ({ closed }) => `other end of ${closed}`,
  task: ({ task }) => `end of ${task}`,
  deferred: () => "gave way",
};
/** The same where there is little room: without what the thing's own name says. */
K.onShort = (on) => (on ? (SHORT[K.onKind(on)] ?? K.onWhat)(on) : "");
/** Of several: "timers 1, 2", or the first and how many more; `word`: each in these words. */
K.onAll = function (waits, word = K.onShort) {
  const all = K.inOrder(waits.map(word)),
    isTimers = all.length > 1 && waits.every((on) => on.timer),
    some = all.slice(0, isTimers ? 3 : 1).join(", "),
    more = all.length - (isTimers ? 3 : 1);
  return `${isTimers ? `timers ${some.replaceAll("timer ", "")}` : some}${more > 0 ? ` +${more}` : ""}`;
};

// ----- waits -----

/** Does a set of tasks begin to wait for the end of one of them? */
K.joins = (e) => e.ev === "Wait" && K.trace.sets.has(e.in);
/** Is the `select!` or the like over in which something was asked, or one around it? */
K.isOfEarlierRound = (branch, i) => K.branchPath(branch).some(({ scope }) => scope.end <= i);
/** "branch 2 of a select!, in branch 1 of a timeout"; "" outside of all branches. */
K.branchWords = (branch) =>
  K.branchPath(branch)
    .filter(({ scope }) => K.of(K.SCOPES, scope.what))
    .map(({ scope, number }) => `branch ${number} of a ${K.SCOPES[scope.what]}`)
    .join(", in ");

// ----- where the time went -----

/** What a part of time was. */
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
  const on = wait?.on.timer ? "a timer" : K.onWhat(wait?.on);
  return what === "outside" ? `${on}, from outside` : on;
};
K.lineHTML = function (wait) {
  const branch = wait && K.branchWords(wait.scope),
    line = wait?.at ? `<code>${K.esc(K.site(wait.at.text))}</code>` : "";
  return K.joined([line, branch && `in ${K.esc(branch)}`]);
};
