// Does the reader know what will happen next?
//
// While the quiz is on, the page hides later events (`K.lastVisible`), and before some steps it
// asks: which task is polled next, what does this poll return, what does this wake do, how long
// does the thread sleep?
//
// Interface: `K.quiz.on`, `K.quiz.toggle()`; `K.quiz.stops(i)`: must a question be answered before
// the step to event `i`? `K.quiz.answer(k)`, `K.quiz.next()`, `K.quiz.question`, `K.quiz.score`,
// `K.quiz.ask(shown, i)`. Emits "quiz".
// Invariants: a question is asked only if its answer follows from the state shown, and the trace
// agrees. The same step always has the same question, with its answers in the same order.
// Not here: steps and keys in general (controls.js).

const { byId } = K;
const LETTERS = "abcd";
/** A kind of question that was answered right so often isn't asked any more. */
const KNOWN = 3;
const quiz = (K.quiz = { on: false, question: null, score: { right: 0, answered: 0 }, known: {} });

// ----- the questions: a function for each kind of event; null: no question -----

/** What a wake does, and why. */
const EFFECTS = {
  queued: [
    "it goes to the end of its part of the run queue",
    "A wake runs nothing: it puts the task into the queue.",
  ],
  coalesced: [
    "nothing new: it is in the run queue already",
    "It was ready already: two wakes, one poll.",
  ],
  during_poll: [
    "it is polled once more after this poll",
    "The wake is not lost: it counts after this poll.",
  ],
  stale: ["nothing: the task is over", "A waker may outlive its task."],
};
const EFFECT_OF = { queued: "coalesced", polling: "during_poll", done: "stale", waiting: "queued" };
const AT_ONCE = "its code runs at once, inside this call",
  OUTSIDE = "it sleeps until something comes from outside, and no deadline ends that",
  BUSY = "it asks every task in turn, until one can go on";
/** In ns: the sleep's end may differ so much from the deadline, because deadlines are rounded to
 * ticks, and the clock goes on between two readings. */
const TICKS = 3e6;

const ASK = {
  PollStart({ i, task }, s) {
    if (s.running || s.queue[0] !== task) return null;
    const others = [
        ...s.queue.slice(1, 3),
        ...s.places.waiting.slice(0, 2).map(({ name }) => name),
      ].slice(0, 2),
      wake = K.wakeOf(i),
      since = wake <= s.i ? ` It was put there at ${K.link(wake)}.` : "",
      why = `${task} is at the front of the run queue.${since}`;
    if (!others.length) return null;
    const text = "Which task is polled next?";
    return { text, right: task, others: [...others, "none: the thread sleeps"], why };
  },
  PollEnd({ task: name, outcome }, s) {
    const task = s.tasks.get(name),
      waits = K.waitsFor(s, name),
      held = waits.length > 0 || task?.woken;
    if (s.running !== name || outcome !== (held ? "pending" : "ready")) return null;
    const why = !held
      ? "It has stored no waker in this poll, so Pending would last forever. Its body has come to its end."
      : waits.length
        ? `It has stored its waker at ${K.resourceLabels(waits, K.resourceWords)}. That is what is done before Pending.`
        : "It was woken in this very poll: it will be polled once more.";
    const text = `What does this poll of ${name} return?`;
    return { text, right: held ? "Pending" : "Ready", others: ["Pending", "Ready"], why };
  },
  Wake({ task: name, by, effect }, s) {
    const task = s.tasks.get(name);
    if (
      EFFECT_OF[task?.where] !== effect ||
      by === "runtime" ||
      (by?.task && by.task !== s.running)
    )
      return null;
    const who = by?.task ?? (by === "timer" ? "A timer’s waker" : "A waker"),
      text = `${who} wakes ${who === name ? "itself" : name}. What happens now?`,
      [right, why] = EFFECTS[effect],
      other = effect === "during_poll" ? EFFECTS.coalesced : EFFECTS.during_poll;
    return { text, right, others: [AT_ONCE, EFFECTS.queued[0], other[0]], why };
  },
  Park({ t, timeout }, s) {
    const [first] = K.firstBy(s.timers.values(), 1, (a, b) => a.due - b.due),
      text = "No task can run. What does the thread do?";
    if (s.running || s.queue.length || timeout === 0 || Number.isFinite(timeout) !== !!first)
      return null;
    if (!first) {
      const why =
        "No timer is in the wheel, so only a socket or another thread can end this sleep.";
      return { text, right: OUTSIDE, others: [BUSY, "the program ends"], why };
    }
    if (Math.abs(t + timeout - first.due) > TICKS) return null;
    const why = `${first.name} is the first deadline in the wheel. What comes from outside may end the sleep before.`;
    const right = `it sleeps, until ${first.name} is due at the latest, at ${K.clock(first.due)}`;
    return { text, right, others: [OUTSIDE, BUSY], why };
  },
};
/** The question before the step from event `shown` to event `i`, or null. */
quiz.ask = function (shown, i) {
  const e = K.event(i);
  if (!e || !ASK[e.ev] || i <= shown) return null;
  // Events of a finer level, between the two, must not decide the answer: so it is asked of the
  // state shown and of the last one before `i`, and both must agree.
  const early = ASK[e.ev](e, K.stateAt(shown)),
    late = early && ASK[e.ev](e, K.stateAt(i - 1));
  if (!late || late.right !== early.right) return null;
  const all = [...new Set([early.right, ...early.others])].slice(0, LETTERS.length),
    turn = (i * 7 + all.length) % all.length,
    options = [...all.slice(turn), ...all.slice(0, turn)];
  return { i, text: early.text, options, right: options.indexOf(early.right), why: late.why };
};

// ----- asking and answering -----

const SIGNS = { right: "✓ ", wrong: "✕ " };
const open = (shown, i) => ((quiz.known[K.event(i)?.ev] ?? 0) >= KNOWN ? null : quiz.ask(shown, i));
quiz.stops = function (i) {
  if (!quiz.on) return false;
  if (quiz.question?.i === i) return quiz.question.given === undefined;
  quiz.question = open(K.shown, i);
  paint();
  return quiz.question !== null;
};
quiz.answer = function (k) {
  const q = quiz.question;
  if (!q || q.given !== undefined || k >= q.options.length) return;
  const { ev } = K.event(q.i);
  q.given = k;
  quiz.score.answered += 1;
  quiz.score.right += k === q.right;
  quiz.known[ev] = (quiz.known[ev] ?? 0) + (k === q.right);
  paint();
  byId("quiz").querySelector("[data-go]").focus();
};
quiz.toggle = function () {
  quiz.on = !quiz.on;
  quiz.question = null;
  byId("b-quiz").setAttribute("aria-pressed", String(quiz.on));
  paint();
  K.emit("quiz");
};
/** On to the step before the next question, if there is one. */
quiz.next = function () {
  for (let k = K.lastAtMost(K.visible, K.shown) + 1; k < K.visible.length; k++) {
    const shown = Math.max(K.shown, K.visible[k - 1] ?? -1);
    if (quiz.question?.i === K.visible[k] || !open(shown, K.visible[k])) continue;
    if (shown !== K.shown) K.goTo(shown);
    return quiz.stops(K.visible[k]);
  }
  K.toast("There is no further question.");
  return false;
};

function paint() {
  const q = quiz.question,
    isOver = q?.given !== undefined;
  byId("quiz").hidden = !quiz.on;
  byId("say").classList.toggle("asking", quiz.on);
  const next = `<button data-next>Next question</button>`,
    idle = `<span class="mute">The future is hidden, and before some steps you are asked what comes.</span>`,
    { right, answered } = quiz.score,
    score = answered ? `<span class="mute num">${right} of ${answered} right</span>` : "";
  if (!q) return K.paint("quiz", idle + next + score);
  const mark = (k) => (!isOver ? "" : k === q.right ? "right" : k === q.given ? "wrong" : "");
  const option = (text, k) =>
    `<button data-answer="${k}" class="${mark(k)}"${isOver ? " disabled" : ""}>` +
    `${SIGNS[mark(k)] ?? ""}${K.tokens(text)}<kbd>${LETTERS[k]}</kbd></button>`;
  // (Names become tokens; a link that is there already stays.)
  const why = q.why
    .split(/(<a .*?<\/a>)/)
    .map((part) => (part.startsWith("<a ") ? part : K.tokens(part)));
  const said = isOver
    ? `<p role="status" class="verdict"><b>${q.given === q.right ? "Right." : "No."}</b> ${why.join("")}</p>`
    : `<b>${K.tokens(q.text)}</b>`;
  const on = isOver ? `<button data-go="${q.i}">See it →</button>${next}` : "";
  K.paint(
    "quiz",
    `${said}${score}<span class="break"></span>${q.options.map(option).join("")}${on}`,
  );
}

/** While a question stands, its letters are answers and nothing else. */
function key(ev) {
  const q = quiz.on && quiz.question,
    k = LETTERS.indexOf(ev.key);
  if (!q || q.given !== undefined || !K.isForPage(ev) || k < 0 || k >= q.options.length) return;
  ev.preventDefault();
  ev.stopImmediatePropagation();
  quiz.answer(k);
}
K.on("show", (state, event, i) => {
  if (quiz.shown !== i) quiz.question = null;
  quiz.shown = i;
  paint();
});
K.on("trace", () => {
  document.addEventListener("keydown", key, true);
  byId("quiz").addEventListener("click", (ev) => {
    const { answer, next } = ev.target.closest("button")?.dataset ?? {};
    if (answer) quiz.answer(+answer);
    else if (next !== undefined) quiz.next();
  });
});
