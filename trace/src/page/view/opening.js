// What does the page say before the first step?
//
// How long the run took, how many tasks it had, how it ended, the doctor's verdict, and what is
// missing in the record. The page of a run that hung opens where the doctor said so or, if it was
// killed without a verdict, at its last event; that of a schedule at the first decision.
//
// Interface (all scripts share `K`): `K.opensAt()`: the event with which the page opens;
// `K.opening(i)`: the sentence and the text below it (HTML) if `i` is that event, or null;
// `K.mainTask()`: the task whose end was the run's; `K.hungTask()`: for a run that hung, the task
// that still waits, and the event at which it is shown; null for any other.
// A verdict (in `K.trace.lints`) is on a mistake since event `begin`; `hangs`: tasks wait for ever.
// Invariant: if the record was cut short, the page doesn't say how the run ended.
// Not here: where the time went (answer.js).

const { esc, span } = K;

K.opening = function (i) {
  const { lints, last } = K.trace;
  if (i !== K.opensAt()) return null;
  const begin = lints.some(isDecision) ? "Here the schedule decides" : lengthWords(),
    step = `Step with <b>${i === last ? "Back" : "Forward"}</b>; <b>Help</b> says how to read the page, and lists its keys.`;
  // (The banner has the verdicts on this event.)
  const verdicts = lints.filter((lint) => ![lint.begin, lint.i].includes(i)).slice(0, 2);
  return {
    sentence: `${begin}: ${contentWords()}. ${endWords()}`,
    aside: K.joinParts([...verdicts.map(verdictHTML), step], " "),
  };
};
const verdictHTML = ({ lint, begin, say }) =>
  `<b class="bad">⚠ ${K.eventLink(begin, esc(K.nameOfLint({ lint })))}</b> ${K.prose(String(say ?? "").replace(/\.$/, ""))}.`;

// ----- where it opens -----

const isDecision = ({ lint }) => lint === "decision";
let hung = null;
K.on("trace", () => (hung = K.hungTask()));
K.opensAt = () => K.trace.lints.find(isDecision)?.begin ?? hung?.seen ?? K.visible[0];

/** `main`, the last that ended if there are several; else the task that ended last. */
K.mainTask = function () {
  const tasks = [...K.rowsOf(K.trace).rows.values()].filter((row) => !row.job),
    mains = tasks.filter(({ name }) => K.trace.state.tasks.get(name)?.kind === "main"),
    endOf = ({ at }) => at.at(-1), // a row's last bar begins where its task ended
    byEnd = (mains.length ? mains : tasks).toSorted((a, b) => endOf(a) - endOf(b));
  return byEnd.at(-1)?.name ?? null;
};
/** (After the verdict that a run hangs comes only its end, which cancels all waits. Without one,
 * the last event is a sleep, whose field `inside` names the task that waits.) */
K.hungTask = function () {
  const { lints, end, last } = K.trace,
    { hangs, i, task } = lints.at(-1) ?? {},
    isWaiting = (name) => K.stateAt(i).tasks.get(name)?.where === "waiting",
    name = hangs ? [K.mainTask(), task].find(isWaiting) : !end && K.event(last)?.inside;
  return K.rowOf(name) ? { name, seen: hangs ? i : last } : null;
};

// ----- how long the run took, and what was in it -----

function lengthWords() {
  const { t, last, cut, lived } = K.trace,
    event = K.event(last),
    real = span(event.real - K.event(0).real);
  const whole = cut ? "The record ends after" : "The run took",
    begin = hasLostBeginning() ? "The record has the last" : whole,
    ended = lived ? `, and the program was ended ${span(lived)} after its start` : "",
    clocks = K.isVirtual(event) ? ` of its virtual clock, ${real} of the machine’s` : "";
  return `${begin} ${span(t[last] - (t[0] ?? 0))}${ended}${clocks}`;
}
/** (Of a `Recorder` that was full, only the last events are saved.) */
const hasLostBeginning = () => K.trace.n[0] > 1;
function contentWords() {
  const { state, books, n, last, count } = K.trace, // `books`: the names of all records, by table
    tasks = state.tasks.values().filter(({ kind }) => kind !== "main").length,
    jobs = books.jobs.size;
  return K.joinParts([
    tasks ? K.plural(tasks, "task") : !jobs && "no task but main",
    jobs && K.plural(jobs, "blocking job"),
    K.plural(hasLostBeginning() ? count : n[last], "event"),
  ]);
}

// ----- how it ended -----

const FULL =
  "The page was full then; through a pipe, <code>tail</code> keeps the end of a run of any length.";
function endWords() {
  const { cut, end } = K.trace,
    runEnd = K.event(K.eventsOfKind("RunEnd").at(-1)),
    panics = othersWords("panicked", runEnd);
  if (cut) return `${end === "full" ? FULL : ""} ${panics && `${panics}.`}`;
  const left = runEnd?.tasks,
    wereLeft = `${K.plural(left, "task")} ${left === 1 ? "was" : "were"} not over when the run ended`,
    cancelled = othersWords("cancelled", runEnd);
  return `${K.joinParts([mainWords(), panics, cancelled, left && wereLeft, ...jobsWords()], "; ")}.`;
}
const HOW = { ready: "returned", panicked: "panicked", cancelled: "was cancelled" };
function mainWords() {
  const name = K.mainTask(),
    { where, how } = K.trace.state.tasks.get(name) ?? {};
  if (!name) return "";
  if (where !== "done") return `${K.nameHTML(name)} never ended`;
  return `${K.nameHTML(name)} ${HOW[how] ?? "ended"}${how === "panicked" ? K.panicWords(name) : ""}`;
}
/** "2 tasks were cancelled (task 1 at …; task 2 at …)", before the end of the run. */
function othersWords(how, runEnd) {
  const main = K.mainTask(),
    isOther = ({ name, ended }) => name !== main && ended < (runEnd?.i ?? Infinity),
    others = K.trace.state.tasks.values().filter((task) => task.how === how && isOther(task)),
    was = how !== "cancelled" ? "" : others.length === 1 ? "was " : "were ";
  const endHTML = ({ name, ended }) =>
    `${K.nameHTML(name)}${K.whenHTML("at", ended)}${how === "panicked" ? K.panicWords(name) : ""}`;
  const list = K.listWords(others, endHTML, "task", "; ");
  return others.length ? `${K.plural(others.length, "task")} ${was}${how} (${list})` : "";
}
function jobsWords() {
  const { rows } = K.rowsOf(K.trace),
    panicked = [...rows.values()].filter(({ job }) => job?.end === K.BAR.PANICKED),
    left = K.trace.state.jobs.values().map(({ name }) => name);
  const panicHTML = ({ name }) => K.nameHTML(name) + K.panicWords(name),
    panics = K.listWords(panicked, panicHTML, "job", "; "),
    were = left.length === 1 ? "was" : "were";
  return [
    panicked.length && `${K.plural(panicked.length, "blocking job")} panicked (${panics})`,
    left.length && `${K.listWords(left, K.nameHTML, "job")} ${were} not over yet`,
  ];
}
