// Why did a run, or a part of it, take so long? (The panel at the top.)
//
// The page opens with an answer: how long the run took, how it ended, the doctor's verdict, what
// bounded `main`, and where its time went. A reader can ask this about any task and any stretch of
// time: drag over a lane, choose from the list or from the table of times, or write "1.0-2.0 s".
// The answer replaces the boxes until the next step.
//
// Interface: `K.answer.ask(name, begin, end)`, `K.answer.clear()`, `K.answer.question` (the reader's
// question: `{name, begin, end}`, or null), `K.answer.name`, `K.answer.moment()` (the event at
// which questions about tasks are answered); `K.sumsHTML(sums, all)`, `K.stretchWords(from, to)`.
// Element #answer.
// Invariant: the panel depends on the trace, the event and the question.
// Not here: the critical path in words (chain.js), the sums (why/why.js), the first event
// (opening.js), the table of all tasks (times.js).

const { esc, span, eventLink } = K;
/** The list offers at most this many tasks; any other can be typed. */
const LISTED = 300;
/** At most this many causes have a line each. */
const CAUSES = 8;
/** The page's own question, which is answered at the event with which it opens. */
let ownQuestion = null;
let shownAt = -1; // the event at which the panel was painted last

function chooser(name) {
  const options = K.trace.names.slice(0, LISTED).map((n) => `<option value="${esc(n)}">`);
  return (
    `<input type="search" list="answer-tasks" value="${esc(name)}" aria-label="Of which task?" data-of size="9">` +
    `<datalist id="answer-tasks">${options.join("")}</datalist>`
  );
}

/** A line for each sum of time: how much, for what, how often, and where. */
K.sumsHTML = function (sums, all) {
  const lines = sums.slice(0, CAUSES).map(function (sum) {
    const { who, what, wait, ns, from, times, longest } = sum,
      words = `${who ? `${who} ← ` : ""}${K.barWords(sum)}`,
      width = Math.max(0.5, (100 * ns) / Math.max(1, all)).toFixed(1),
      often = times > 1 ? `${K.number(times)} times, the longest ${span(longest)}` : "";
    return (
      `<li class="${what}">${eventLink(from, `<b class="num">${K.lengthWords(sum)}</b><span>${K.withChips(words)}</span>`)}` +
      `<div><i style="width:${width}%"></i></div><small>${often}</small><small class="place-of">${K.lineHTML(wait)}</small></li>`
    );
  });
  const more = sums.slice(CAUSES),
    ns = span(more.reduce((ns, sum) => ns + sum.ns, 0)),
    others = `<p class="mute">And ${K.plural(more.length, "smaller part")}, ${ns} in all.</p>`;
  return `<ol class="causes">${lines.join("")}</ol>${more.length ? others : ""}`;
};

function timesHTML(name, [from, to], all, seen) {
  const times = K.timesOf(name, from, to, seen),
    isReal = ({ what }) => K.trace.isPaused && ["poll", "ready"].includes(what),
    shown = times.filter((sum) => !isReal(sum)),
    real = times.filter(isReal).map((sum) => `${K.barWords(sum)} ${span(sum.ns)}`),
    realHTML = `<p class="mute">Of the machine’s time: ${real.join(", ")}.</p>`;
  return `<h3>Where its time went</h3>${K.sumsHTML(shown, all)}${real.length ? realHTML : ""}`;
}

K.stretchWords = function (from, to) {
  if (K.clock(from) === K.clock(to)) return `at ${K.clock(to)}`;
  return Number.isFinite(from) ? `from ${K.clock(from)} to ${K.clock(to)}` : "";
};
function headHTML(name, [from, to], whole) {
  const when = whole ? "" : ` <span class="mute num">${K.stretchWords(from, to)}</span>`,
    long = `${K.trace.cut ? "recorded " : ""}${span(to - from)}`;
  return `<h2>Where did the ${long} of ${chooser(name)} go?${when}</h2>`;
}
function html(name, begin, end, seen = Infinity) {
  const life = K.lifeOf(name),
    part = [Math.max(begin, life[0]), Math.min(end, life[1], K.trace.t[seen] ?? Infinity)],
    head = headHTML(name, part, part[0] === life[0] && part[1] === life[1]);
  if (part[1] < part[0])
    return `${head}<p>${K.nameHTML(name)} ${begin > life[1] ? `was over at ${K.clock(life[1])}` : `began at ${K.clock(life[0])}`}.</p>`;
  const all = Math.max(1, part[1] - part[0]),
    isOpen = seen < Infinity || (K.trace.cut && part[1] >= K.trace.t[K.trace.last]),
    open = isOpen ? K.openWaitHTML(name, Math.min(seen, K.trace.last)) : "",
    help = `<p class="mute">Click a part to go to its longest moment. To ask about a stretch, drag over a lane.</p>`;
  return head + open + K.chainHTML(name, part, all) + timesHTML(name, part, all, seen) + help;
}

// ----- where it is shown -----

const questionAt = (i) => K.answer.question ?? (i === K.opensAt() ? ownQuestion : null);
function paint(i) {
  const box = document.getElementById("answer"),
    { name, begin, end, seen } = (i < 0 ? null : questionAt(i)) ?? {},
    shut = `<button class="shut" data-shut aria-label="Close the answer">✕</button>`;
  box.hidden = !name;
  K.paint("answer", name ? (K.answer.question ? shut : "") + html(name, begin, end, seen) : "");
}
/** The event at which questions about tasks are answered: the one shown, but while the page's own
 * answer is there, in its longest wait, or where the run hung. */
function moment() {
  const { name, seen } = (K.shown === K.opensAt() ? questionAt(K.shown) : null) ?? {};
  if (!name) return K.shown;
  if (seen < Infinity) return seen;
  return K.timesOf(name).find(({ wait }) => wait)?.from ?? K.shown;
}
K.answer = {
  moment,
  question: null,
  /** The task of the answer that is shown. */
  get name() {
    return questionAt(K.shown)?.name;
  },
  ask(name, begin = -Infinity, end = Infinity) {
    if (!name) return;
    [K.answer.question, shownAt] = [{ name, begin, end }, K.shown];
    K.show();
    document.getElementById("answer").scrollTop = 0;
  },
  clear() {
    if (!K.answer.question) return;
    K.answer.question = null;
    K.show();
  },
};
function chooseTask(ev) {
  const { begin, end } = questionAt(K.shown),
    name = ev.target.value.trim();
  if (!K.trace.names.includes(name)) return K.toast(`No task is called “${name}”.`);
  K.answer.ask(name, begin, end);
  document.getElementById("answer").focus(); // otherwise the list would take the page's keys
}
K.on("trace", () => {
  const name = K.trace.lints.every(({ lint }) => lint !== "decision") && K.mainTask();
  K.answer.question = null;
  ownQuestion = name && { name, begin: -Infinity, end: Infinity, ...K.hungTask() };
  const box = document.getElementById("answer");
  box.addEventListener("click", (ev) => {
    if (ev.target.closest("[data-shut]")) K.answer.clear();
  });
  box.addEventListener("change", chooseTask);
});
K.on("show", (s, e, i) => {
  if (i !== shownAt) K.answer.question = null;
  shownAt = i;
  paint(i ?? -1);
});
document.addEventListener("keydown", (ev) => {
  if (ev.key === "Escape" && !document.querySelector("dialog[open]")) K.answer.clear();
});
