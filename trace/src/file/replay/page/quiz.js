// Do I understand what will happen next?
//
// While the quiz is on, the lanes hide the future, and before some steps the page asks: who is
// polled next, what does this poll return, what does this wake do, until when does the thread sleep.
// The answer is checked against the trace itself, and the page says why it is so, with a link to the
// event that decided it.
//
// Interface: `K.quiz.on`, `K.quiz.toggle()`, `K.quiz.stops(i)`: is there a question to be answered
// before the step to event `i`? `K.quiz.answer(k)`, `K.quiz.next()`, `K.quiz.question`,
// `K.quiz.score`, `K.quiz.ask(shown, i)`. Tells "quiz".
// Invariants: a question is asked only if its answer follows from the state that is shown; where the
// trace went another way than the state lets one expect, nothing is asked. The same step asks the same
// question with its answers in the same order.
// Not here: steps and keys in general (controls.js).
"use strict";
(function (K) {
  const LETTERS = "abcd";
  const quiz = (K.quiz = { on: false, question: null, score: { right: 0, asked: 0 }, known: {} });

  // ----- the questions: one function for each kind of event; null: nothing to be asked -----

  const list = (words) => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);

  /** The right answer among others, at most four, always in the same order for the same event. */
  function choose(i, text, right, others, why) {
    const options = [...new Set([right, ...others])].slice(0, 4);
    const turn = (i * 7 + options.length) % options.length;
    const turned = [...options.slice(turn), ...options.slice(0, turn)];
    return { i, text, options: turned, right: turned.indexOf(right), why };
  }

  const ASK = {
    PollStart(e, s) {
      if (s.running || s.queue[0] !== e.task) return null;
      const others = [...s.queue.slice(1, 3), ...near(s, "waiting", 3)].filter((name) => name !== e.task).slice(0, 2);
      if (!others.length) return null;
      const wake = K.wakeOf(e.i);
      const since = wake === undefined || wake > s.i ? "" : ` It was put there at ${K.link(wake)}.`;
      return choose(
        e.i,
        "Which task is polled next?",
        e.task,
        [...others, "none: the thread goes to sleep"],
        `${e.task} is at the front of the run queue.${since}`,
      );
    },
    PollEnd(e, s) {
      const task = s.tasks.get(e.task);
      if (!task || s.running !== e.task) return null;
      const held = task.waits.length > 0 || task.woken;
      if ((e.outcome === "pending") !== held || e.outcome === "cancelled") return null;
      const text = `What does this poll of ${e.task} return?`;
      if (e.outcome === "panicked") return null; // nobody can know that
      const why = !held
        ? "It has stored no waker anywhere in this poll, so Pending would last forever. Its body has come to its end."
        : task.woken && !task.waits.length
          ? `${wokenBy(e) === e.task ? "It has woken itself: it gives way, and" : "It was woken in this very poll: it"} will be polled once more.`
          : `It has stored its waker at ${list(task.waits.map(K.onWhat))}. That is what is done before Pending.`;
      return choose(e.i, text, e.outcome === "pending" ? "Pending" : "Ready", ["Pending", "Ready"], why);
    },
    Wake(e, s) {
      const by = e.by?.task,
        task = s.tasks.get(e.task);
      if (!task || e.by === "runtime" || (by && by !== s.running)) return null;
      const expected = { queued: "coalesced", polling: "during_poll", done: "stale", waiting: "queued" }[task.where];
      if (expected !== e.effect) return null;
      const words = {
        queued: "it goes to the end of its part of the run queue",
        coalesced: "nothing new: it is in the run queue already",
        during_poll: "it is polled once more after this poll",
        stale: "nothing: the task is over",
      };
      const who =
        by === e.task
          ? `${e.task} wakes itself`
          : by
            ? `${by} wakes ${e.task}`
            : `${e.by === "timer" ? "A timer’s waker" : "A waker"} wakes ${e.task}`;
      const why = {
        queued: `${e.task} was waiting. A wake runs nothing, it only puts the task into the queue.`,
        coalesced: `${e.task} was ready already: two wakes, one poll.`,
        during_poll: `${e.task} is being polled at this moment. The wake is not lost: it counts after this poll.`,
        stale: `${e.task} has ended. A waker may outlive its task.`,
      };
      return choose(
        e.i,
        `${who}. What happens now?`,
        words[e.effect],
        [
          "its code runs at once, inside this call",
          words.queued,
          e.effect === "during_poll" ? words.coalesced : words.during_poll,
        ],
        why[e.effect],
      );
    },
    Park(e, s) {
      if (s.running || s.queue.length || e.timeout === 0) return null;
      const timers = [...s.timers.values()].sort((a, b) => a.due - b.due),
        [first] = timers;
      const outside = "it sleeps until something comes from outside, and no deadline ends that",
        busy = "it asks every task in turn, until one can go on";
      const until = (timer) => `it sleeps, until ${timer.name} is due at the latest, at ${K.clock(timer.due)}`;
      if (e.timeout === null || e.timeout === undefined) {
        if (first) return null;
        return choose(
          e.i,
          "No task can run. What does the thread do?",
          outside,
          [busy, "the program ends"],
          "No timer is in the wheel, so only a socket or another thread can end this sleep.",
        );
      }
      // The deadline is a tick of the wheel; the clock went on between the two readings.
      if (!first || Math.abs(e.t + e.timeout - first.due) > 3e6) return null;
      const later = timers.findLast((timer) => timer.due > first.due + 3e6);
      return choose(
        e.i,
        "No task can run. What does the thread do?",
        until(first),
        [...(later ? [until(later)] : []), outside, busy],
        `${first.name} is the first deadline in the wheel. Until then nothing inside can change, so the thread leaves the processor to others. What comes from outside may end it before.`,
      );
    },
  };
  /** The task that has woken another one, or itself, in the latter's poll, which ends here. */
  const wokenBy = ({ task, i }) => {
    const { byTask } = K.trace.index,
      all = byTask.get(task) ?? [];
    return K.event(
      all.slice(0, K.upTo(all, i) + 1).findLast((k) => K.event(k).ev === "Wake" && K.event(k).task === task) ?? -1,
    )?.by?.task;
  };
  const near = (s, where, most) => {
    const out = [];
    for (const task of s.tasks.values()) if (task.where === where && out.push(task.name) >= most) break;
    return out;
  };
  /** The question before the step from event `shown` to event `i`, or null. */
  quiz.ask = function (shown, i) {
    const e = K.event(i);
    if (!e || !ASK[e.ev] || i <= shown) return null;
    const state = K.stateAt(shown);
    // What happens unseen on the way must not decide the answer: asked from what is shown and from what comes last.
    const question = ASK[e.ev](e, state);
    if (!question) return null;
    const late = i - 1 === shown ? question : ASK[e.ev](e, K.stateAt(i - 1));
    return late && late.options[late.right] === question.options[question.right]
      ? { ...question, why: late.why }
      : null;
  };

  // ----- asking and answering -----

  /** What was answered right three times is not asked any more. */
  const KNOWN = 3;
  const open = (shown, i) => ((quiz.known[K.event(i)?.ev] ?? 0) >= KNOWN ? null : quiz.ask(shown, i));

  quiz.stops = function (i) {
    if (!quiz.on) return false;
    if (quiz.question?.i === i) {
      if (quiz.question.given === undefined) document.querySelector("#quiz [data-answer]")?.focus();
      return quiz.question.given === undefined;
    }
    quiz.question = open(K.i, i);
    paint();
    return quiz.question !== null;
  };
  quiz.answer = function (k) {
    const q = quiz.question;
    if (!q || q.given !== undefined || k >= q.options.length) return;
    q.given = k;
    quiz.score.asked += 1;
    if (k === q.right) {
      const kind = K.event(q.i).ev;
      quiz.score.right += 1;
      quiz.known[kind] = (quiz.known[kind] ?? 0) + 1;
    }
    paint();
    document.querySelector("#quiz [data-on]")?.focus();
  };
  quiz.toggle = function () {
    quiz.on = !quiz.on;
    quiz.question = null;
    document.getElementById("b-quiz")?.setAttribute("aria-pressed", String(quiz.on));
    paint();
    K.tell("quiz", quiz.on);
  };
  /** On to the step before the next question, if there is one. */
  quiz.next = function () {
    for (let k = K.upTo(K.visible, K.i) + 1; k < K.visible.length; k++) {
      const shown = Math.max(K.i, K.visible[k - 1] ?? -1);
      if (shown === K.i && quiz.question?.i === K.visible[k]) continue;
      if (!open(shown, K.visible[k])) continue;
      if (shown !== K.i) K.go(shown);
      return quiz.stops(K.visible[k]);
    }
    return false;
  };

  function paint() {
    const box = document.getElementById("quiz"),
      q = quiz.question;
    if (!box) return;
    box.hidden = !quiz.on;
    document.getElementById("say")?.classList.toggle("asking", quiz.on);
    if (!quiz.on) return;
    const score = K.el("span", { class: "mute num" }, `${quiz.score.right} of ${quiz.score.asked} right`);
    const next = K.el(
      "button",
      {
        "data-next": true,
        onclick: () => quiz.next() || box.querySelector("[data-next]")?.replaceWith("no further question"),
      },
      "Next question",
    );
    box.classList.toggle("idle", !q);
    if (!q && K.i === K.trace.last)
      return box.replaceChildren(K.el("span", { class: "mute" }, "The record is over, and so is the quiz."), score);
    if (!q)
      return box.replaceChildren(
        K.el(
          "span",
          { class: "mute" },
          "The future is hidden.",
          K.el("span", { class: "wide" }, " Step forward; before some steps you are asked."),
        ),
        next,
        score,
      );
    const answered = q.given !== undefined;
    const options = q.options.map((text, k) => {
      const mark = !answered ? "" : k === q.right ? "right" : k === q.given ? "wrong" : "";
      return K.el(
        "button",
        { "data-answer": k, class: mark, disabled: answered, onclick: () => quiz.answer(k) },
        answered && k === q.right ? "✓ " : answered && k === q.given ? "✕ " : "",
        html(K.tokens(text)),
        K.el("kbd", {}, LETTERS[k]),
      );
    });
    const line = K.el("span", { class: "break" });
    if (!answered) return box.replaceChildren(K.el("b", {}, html(K.tokens(q.text))), score, line, ...options);
    const verdict = K.el(
      "p",
      { role: "status", class: "verdict" },
      K.el("b", {}, q.given === q.right ? "Right. " : "No. "),
      html(withLinks(q.why)),
    );
    const on = K.el("button", { "data-on": true, onclick: () => K.go(q.i) }, "See it →");
    box.replaceChildren(verdict, score, line, ...options, on, next); // the verdict takes the question's place
  }
  const html = (text) => K.el("span", {}, document.createRange().createContextualFragment(text));
  /** Names become tokens, links that are there already stay. */
  const withLinks = (text) =>
    text
      .split(/(<a .*?<\/a>)/)
      .map((part, k) => (k % 2 ? part : K.tokens(part)))
      .join("");

  document.addEventListener(
    "keydown",
    (ev) => {
      const q = quiz.question;
      if (!quiz.on || !q || q.given !== undefined || !K.isForPage(ev)) return;
      const k = LETTERS.indexOf(ev.key);
      if (k < 0 || k >= q.options.length) return;
      ev.preventDefault();
      ev.stopImmediatePropagation(); // while a question stands, these letters are answers and nothing else
      quiz.answer(k);
    },
    true,
  );
  K.on("show", (state, event, i) => {
    if (quiz.question && quiz.shown !== i) quiz.question = null;
    quiz.shown = i;
    if (quiz.on) paint();
  });
  K.on("level", () => {
    quiz.question = null;
  });
  K.on("trace", () => {
    quiz.question = null;
    quiz.score = { right: 0, asked: 0 };
    quiz.known = {};
  });
  document.addEventListener("DOMContentLoaded", () => {
    K.gate = quiz.stops;
    document.getElementById("b-quiz")?.addEventListener("click", quiz.toggle);
  });
})((window.K = window.K || {}));
