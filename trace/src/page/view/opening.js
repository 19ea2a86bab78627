// What does the page say before the first step?
//
// How long the run took, how many tasks it had, how it ended, the doctor's verdict, and what is
// missing in the record. The page of a run that hung opens where the doctor said so or, if it was
// killed without a verdict, at its last event; that of a schedule at the first decision.
//
// Interface: `K.opensAt()`: the event with which the page opens; `K.opening(i)`: the sentence and
// the text below it (HTML) if `i` is that event, or null; `K.mainTask()`: the task whose end was
// the run's; `K.hungTask()`: for a run that hung, the task that still waits, and the event at
// which it is shown; null for any other.
// Invariant: if the record was cut short, the page doesn't say how the run ended.
// Not here: where the time went (answer.js).

const { esc, span, eventLink } = K,
  { PANICKED } = K.BAR;
const runEnd = () => K.event(K.eventsOfKind("RunEnd").at(-1));

/** `main`, the last that ended if there are several; else the task that ended last. */
K.mainTask = function () {
  const tasks = [...K.rowsOf(K.trace).rows.values()].filter((row) => !row.job),
    mains = tasks.filter(({ name }) => K.trace.state.tasks.get(name)?.kind === "main"),
    latest = (best, row) => (!best || row.at.at(-1) >= best.at.at(-1) ? row : best);
  return (mains.length ? mains : tasks).reduce(latest, null)?.name ?? null;
};

/** (After the verdict that a run hangs comes only its end, which cancels all waits.) */
K.hungTask = function () {
  const { lints, end, last } = K.trace,
    { hangs, i, task } = lints.at(-1) ?? {},
    waits = (name) => K.stateAt(i).tasks.get(name)?.where === "waiting",
    name = hangs ? [K.mainTask(), task].find(waits) : !end && K.event(last)?.inside;
  return K.rowOf(name) ? { name, seen: hangs ? i : last } : null;
};
const isDecision = ({ lint }) => lint === "decision";
let hung = null;
K.on("trace", () => (hung = K.hungTask()));
K.opensAt = () => K.trace.lints.find(isDecision)?.begin ?? hung?.seen ?? K.visible[0];

// ----- how the run ended -----

const FULL =
  "The page was full then; through a pipe, <code>tail</code> keeps the end of a run of any length.";
const HOW = { ready: "returned", panicked: "panicked", cancelled: "was cancelled" };
function mainWords() {
  const name = K.mainTask(),
    task = K.trace.state.tasks.get(name);
  if (!name) return "";
  if (task?.where !== "done") return `${K.nameHTML(name)} never ended`;
  return `${K.nameHTML(name)} ${HOW[task.how] ?? "ended"}${task.how === "panicked" ? K.panicWords(name) : ""}`;
}
const endWords = ({ name, ended, how }) =>
  `${K.nameHTML(name)}${ended >= 0 ? ` at ${K.timeHTML(ended)}` : ""}${how === "panicked" ? K.panicWords(name) : ""}`;
/** "2 tasks were cancelled (task 1 at …; task 2 at …)", before the end of the run. */
function othersWords(how) {
  const end = runEnd()?.i ?? Infinity,
    name = K.mainTask(),
    all = [...K.trace.state.tasks.values()].filter(
      (t) => t.how === how && t.name !== name && t.ended < end,
    ),
    was = how !== "cancelled" ? "" : all.length === 1 ? "was " : "were ";
  return all.length
    ? `${K.plural(all.length, "task")} ${was}${how} (${K.listWords(all, endWords, "task", "; ")})`
    : "";
}
function jobsWords() {
  const panicked = [...K.rowsOf(K.trace).rows.values()].filter((row) => row.job?.over === PANICKED),
    left = [...K.trace.state.jobs.values()].map(({ name }) => name);
  const panic = ({ name }) => K.nameHTML(name) + K.panicWords(name),
    panics = `${K.plural(panicked.length, "blocking job")} panicked (${K.listWords(panicked, panic, "job", "; ")})`,
    others = `${K.listWords(left, K.nameHTML, "job")} ${left.length === 1 ? "was" : "were"} not over yet`;
  return [panicked.length && panics, left.length && others];
}
function ending() {
  const { cut } = K.trace,
    over = runEnd(),
    panics = othersWords("panicked");
  if (cut) return `${K.trace.end === "full" ? FULL : ""} ${panics && `${panics}.`}`;
  const parts = [
    mainWords(),
    panics,
    othersWords("cancelled"),
    over?.tasks &&
      `${K.plural(over.tasks, "task")} ${over.tasks === 1 ? "was" : "were"} not over when the run ended`,
    ...jobsWords(),
  ];
  return `${K.joinParts(parts, "; ")}.`;
}
// ----- the first event -----

function longWords() {
  const { t, last, cut, n, lived } = K.trace,
    { real } = K.event(last),
    virtual = K.isVirtual(K.event(last)),
    long = span(t[last] - (t[0] ?? 0));
  // What `save` makes of a `Recorder` that was full has lost the beginning.
  const whole = cut ? "The record ends after" : "The run took",
    begin = n[0] > 1 ? "The record has the last" : whole;
  const ended = lived ? `, and the program was ended ${span(lived)} after its start` : "";
  return `${begin} ${long}${ended}${virtual ? ` of its virtual clock, ${span(real - K.event(0).real)} of the machine’s` : ""}`;
}
function whatWords() {
  const { state, books, n, last, count } = K.trace,
    spawned = [...state.tasks.values()].filter((task) => task.kind !== "main").length,
    jobs = books.jobs.size;
  const parts = [
    spawned ? `${K.plural(spawned, "task")}` : !jobs && "no task but main",
    jobs && K.plural(jobs, "blocking job"),
    K.plural(n[0] > 1 ? count : n[last], "event"),
  ];
  return K.joinParts(parts);
}
const verdict = ({ lint, begin, say }) =>
  `<b class="bad">⚠ ${eventLink(begin, esc(K.nameOfLint({ lint })))}</b> ${K.prose(String(say ?? "").replace(/\.$/, ""))}.`;
K.opening = function (i) {
  if (i !== K.opensAt()) return null;
  // (The banner has the verdicts on this event.)
  const others = K.trace.lints.filter((lint) => ![lint.begin, lint.i].includes(i));
  const aside = [
    ...others.slice(0, 2).map(verdict),
    `Step with <b>${i === K.trace.last ? "Back" : "Forward"}</b>; <b>Help</b> says how to read the page, and lists its keys.`,
  ];
  const long = K.trace.lints.some(isDecision) ? "Here the schedule decides" : longWords();
  return { sentence: `${long}: ${whatWords()}. ${ending()}`, aside: K.joinParts(aside, " ") };
};
