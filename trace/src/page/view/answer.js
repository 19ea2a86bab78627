// Why did a run, or a part of it, take so long? (The panel at the top.)
//
// The page opens with an answer: what bounded `main`, and where its time went. A reader can ask
// this about any task and any stretch of time: drag over a lane, choose from the list or from the
// table of times, or write "1.0-2.0 s". The answer replaces the boxes until the next step. What
// bounded a task is its critical path, whose parts are summed by task and cause: the page lists the
// hops from the task to the longest part of the largest sum, and then all sums.
//
// Interface (all scripts share `K`): `K.answer.ask(name, begin, end)`, `K.answer.clear()`,
// `K.answer.question` (the reader's question: `{name, begin, end}`, a task and two times in ns, or
// null), `K.answer.name`, `K.answer.moment()`; `K.stretchWords(begin, end)`. Element #answer.
// Not here: how the path is found (why/bounds.js), its parts and their sums (why/why.js), the first
// event (opening.js), the table of all tasks (times.js).

const { byId, esc, span } = K;
/** The page's own question, answered where it opens, as known after event `seen`. */
let ownQuestion = null;
let shownAt = -1; // the event at which the panel was painted last

K.answer = {
  question: null,
  /** The task of the answer that is shown. */
  get name() {
    return questionAt(K.shown)?.name;
  },
  ask(name, begin = -Infinity, end = Infinity) {
    if (!name) return;
    K.answer.question = { name, begin, end };
    shownAt = K.shown;
    K.show();
    byId("answer").scrollTop = 0;
  },
  clear() {
    if (!K.answer.question) return;
    K.answer.question = null;
    K.show();
  },
  /** The event at which questions about tasks are answered: the one shown, but while the page's own
   * answer is there, in its longest wait, or where the run hung. */
  moment() {
    const { name, seen } = (K.shown === K.opensAt() && questionAt(K.shown)) || {};
    if (!name) return K.shown;
    if (seen < Infinity) return seen;
    return K.timesOf(name).find(({ wait }) => wait)?.from ?? K.shown;
  },
};
const questionAt = (i) => K.answer.question ?? (i === K.opensAt() ? ownQuestion : null);

// ----- the answer -----

/** The answer about a task between two times, as known after event `seen`. */
function answerHTML({ name, begin, end, seen = Infinity }) {
  const [born, ended] = K.lifeOf(name),
    from = Math.max(begin, born),
    to = Math.min(end, ended, K.trace.t[seen] ?? Infinity),
    length = `${K.trace.cut ? "recorded " : ""}${span(to - from)}`,
    isWhole = from === born && to === ended,
    when = isWhole ? "" : ` <span class="mute num">${K.stretchWords(from, to)}</span>`,
    head = `<h2>Where did the ${length} of ${chooserHTML(name)} go?${when}</h2>`;
  const other = begin > ended ? `was over at ${K.clock(ended)}` : `began at ${K.clock(born)}`;
  if (to < from) return `${head}<p>${K.nameHTML(name)} ${other}.</p>`;
  const all = Math.max(1, to - from),
    isOpen = seen < Infinity || (K.trace.cut && to >= K.trace.t[K.trace.last]),
    open = isOpen ? K.openWaitHTML(name, Math.min(seen, K.trace.last)) : "",
    chain = chainHTML(name, from, to, all),
    times = timesHTML(K.timesOf(name, from, to, seen), all);
  return `${head}${open}${chain}${times}<p class="mute">Click a part to go to its longest moment. To ask about a stretch, drag over a lane.</p>`;
}
K.stretchWords = function (begin, end) {
  if (K.clock(begin) === K.clock(end)) return `at ${K.clock(end)}`;
  return Number.isFinite(begin) ? `from ${K.clock(begin)} to ${K.clock(end)}` : "";
};

const MOST_LISTED = 300;
function chooserHTML(name) {
  const listed = K.trace.names.slice(0, MOST_LISTED),
    options = listed.map((each) => `<option value="${esc(each)}">`);
  return (
    `<input type="search" list="answer-tasks" value="${esc(name)}" aria-label="Of which task?" data-of size="9">` +
    `<datalist id="answer-tasks">${options.join("")}</datalist>`
  );
}

// ----- what bounded it: the critical path -----

/** What bounded a task between two times. The bars are shares of `all` ns. */
function chainHTML(name, begin, end, all) {
  const { parts, hops, stop } = K.criticalPath(name, begin, end),
    sums = K.sumsOf(parts);
  if (!sums.length) return "";
  const head = `<h3>What bounded it <span class="mute">a millisecond more in any of these parts would have made it all longer</span></h3>`,
    list = sums.length > 1 ? sumsHTML(sums, all) : "",
    stopped = STOPS[stop] ? `<p class="mute">${STOPS[stop]}</p>` : "";
  return head + pathHTML(hops, sums[0]) + list + stopped;
}

const endsAt = (event) =>
  `The chain ends at a ${event}: whatever came before it isn’t known to have bounded the run.`;
/** Why the chain goes no further, by its `stop`. */
const STOPS = {
  before: "The chain goes back beyond the beginning of the record.",
  instant: "The chain ends here, because the record doesn’t have what set this timer’s deadline.",
  system: endsAt("wait that a report of the system ended"),
  thread: endsAt("wait that another thread ended"),
  code: endsAt("wake that names no wait"),
};

const MOST_HOPS = 6;
function pathHTML(hops, part) {
  const itemHTML = ({ who, wait }, i, words, end = "") =>
    `<li>${K.nameHTML(who)} ← ${K.eventLink(i, words)} <small>${K.lineHTML(wait)}</small>${end}</li>`;
  const hopHTML = (hop) => itemHTML(hop, hop.i, K.withChips(hopWords(hop)), " ←"),
    items = hopsTo(part, hops).map(hopHTML),
    left = items.length - MOST_HOPS; // of a longer chain, links in the middle are left out
  if (left > 0) items.splice(MOST_HOPS / 2, left, `<li>… ${K.plural(left, "link")} …</li>`);
  const words = `${K.withChips(K.barWords(part))}, <b>${K.lengthWords(part)}</b>`;
  return `<ul class="chain">${items.join("")}${itemHTML(part, part.from, words)}</ul>`;
}
/** The `after` hops from the end of the chain to a part, without detours back to a task. */
function hopsTo({ after }, hops) {
  const path = [];
  for (const hop of hops.slice(0, after)) {
    const earlier = path.findIndex(({ who }) => who === hop.who);
    if (earlier >= 0) path.length = earlier;
    path.push(hop);
  }
  return path;
}
/** The words for a hop, by its `how`: the kind of event by which one task led to the other. */
const CAUSED_BY = {
  Spawn: "its spawn",
  BlockingStart: "its spawn",
  Wake: "its waker, called by",
  Defer: "having given way",
  thread: "the thread, held by",
};
const hopWords = ({ how, wait }) =>
  CAUSED_BY[how] ?? (wait ? K.resourceWords(wait.on) : "what was there before");

// ----- where its time went -----

function timesHTML(sums, all) {
  // Under a virtual clock these two are measured by the machine's.
  const isReal = ({ what }) => K.trace.isPaused && ["poll", "ready"].includes(what),
    virtual = sums.filter((sum) => !isReal(sum)),
    real = sums.filter(isReal).map((sum) => `${K.barWords(sum)} ${span(sum.ns)}`),
    realHTML = `<p class="mute">Of the machine’s time: ${real.join(", ")}.</p>`;
  return `<h3>Where its time went</h3>${sumsHTML(virtual, all)}${real.length ? realHTML : ""}`;
}
const MOST_LINES = 8;
/** A line for each sum of time: how much, for what, how often, and where. */
function sumsHTML(sums, all) {
  const rest = sums.slice(MOST_LINES),
    ns = span(rest.reduce((ns, sum) => ns + sum.ns, 0)),
    more = `<p class="mute">And ${K.plural(rest.length, "smaller part")}, ${ns} in all.</p>`,
    lines = sums.slice(0, MOST_LINES).map((sum) => sumHTML(sum, all));
  return `<ol class="causes">${lines.join("")}</ol>${rest.length ? more : ""}`;
}
function sumHTML(sum, all) {
  const { who, what, wait, ns, from, times, longest } = sum,
    words = K.withChips((who ? `${who} ← ` : "") + K.barWords(sum)),
    link = K.eventLink(from, `<b class="num">${K.lengthWords(sum)}</b><span>${words}</span>`),
    percent = Math.max(0.5, (100 * ns) / Math.max(1, all)).toFixed(1),
    often = times > 1 ? `${K.number(times)} times, the longest ${span(longest)}` : "";
  return `<li class="${what}">${link}<div><i style="width:${percent}%"></i></div><small>${often}</small><small class="place-of">${K.lineHTML(wait)}</small></li>`;
}

// ----- where it is shown -----

function paint(i) {
  const question = i < 0 ? null : questionAt(i),
    shut = `<button class="shut" data-shut aria-label="Close the answer">✕</button>`;
  byId("answer").hidden = !question?.name;
  K.paint("answer", question?.name ? (K.answer.question ? shut : "") + answerHTML(question) : "");
}
function chooseTask(ev) {
  const { begin, end } = questionAt(K.shown),
    name = ev.target.value.trim();
  if (!K.trace.names.includes(name)) return K.toast(`No task is called “${name}”.`);
  K.answer.ask(name, begin, end);
  byId("answer").focus(); // otherwise the list would take the page's keys
}
K.on("trace", function ({ lints }) {
  const name = lints.every(({ lint }) => lint !== "decision") && K.mainTask();
  K.answer.question = null;
  ownQuestion = name && { name, begin: -Infinity, end: Infinity, ...K.hungTask() };
  byId("answer").addEventListener("change", chooseTask);
  byId("answer").addEventListener("click", (ev) => {
    if (ev.target.closest("[data-shut]")) K.answer.clear();
  });
  document.addEventListener("keydown", (ev) => {
    if (ev.key === "Escape" && !document.querySelector("dialog[open]")) K.answer.clear();
  });
});
K.on("show", function (state, event, i) {
  if (i !== shownAt) K.answer.question = null;
  shownAt = i;
  paint(i ?? -1);
});
