// Does the page show what the fold says, and does the fold say what the engine counted?
//
// At every event of every program: the words, the clock, the step of the loop, queue, polling,
// waiting, timers as drawn are compared with the state. The state is compared with the engine's own
// counters, which stand in the trace at each turn, and with the lanes, whose bars are made once,
// while the trace is read (rows.js).

import { is, same } from "./harness.mjs";

export function state(checks, name, file) {
  checks.add(`${name}: the page shows the state`, async (open) => {
    const page = await open(file);
    same(await page.evaluate(drawn), [], "drawn otherwise than folded");
  });
  checks.add(`${name}: the state is the engine's`, async (open) => {
    const page = await open(file);
    same(await page.evaluate(counted), [], "folded otherwise than counted");
  });
}

function drawn() {
  const faults = [];
  K.setLevel("engine");
  for (let i = 0; i <= K.trace.last; i++) {
    K.go(i);
    const s = K.stateAt(i),
      e = K.event(i);
    const say = (what, found, expected) => {
      if (found !== expected)
        faults.push(`event ${e.n} ${e.ev}: ${what}: ${found}, not ${expected}`);
    };
    const names = (box) => [...box.querySelectorAll("[data-task]")].map((el) => el.dataset.task);
    /** How many the box counts beside those it shows. */
    const more = (box, word) =>
      [...box.querySelectorAll(".rest")]
        .filter((rest) => rest.textContent.includes(word))
        .reduce(
          (n, rest) => n + Number(/and ([\d,]+) more/.exec(rest.textContent)[1].replace(/,/g, "")),
          0,
        );
    const lower = (text) => text[0].toLowerCase() + text.slice(1);
    if (!K.answer.opening(i))
      say(
        "the sentence",
        lower(T.words(document.getElementById("sentence"))),
        lower(K.sentence(i)),
      );
    const clock = document.getElementById("clock").textContent;
    say("the clock", document.querySelector("#clock b").textContent, K.clock(s.t));
    say(
      "the turn",
      clock.includes(`turn ${K.number(s.turn)} `) ||
        clock.includes(`turn ${K.number(s.turn)}event`) ||
        (/turn/.test(clock) && clock.includes(K.number(s.turn))),
      true,
    );
    const lit = document.querySelector("#loop [aria-current]");
    say(
      "the loop's step",
      lit?.textContent.slice(1) ?? "none",
      s.phase === "park" || (s.phase === "reactor" && s.parked) ? "parked" : (s.phase ?? "none"),
    );

    const [queue, polling, rest] = document.querySelectorAll("#places .place");
    const shown = names(queue),
      hidden = s.queue.length - shown.length;
    say("who is in the queue", shown.join(), s.queue.filter((n) => shown.includes(n)).join());
    say("the front of the queue", shown[0], s.queue[0]);
    say("how many more are in the queue", more(queue, ""), hidden);
    say("who is polled", names(polling).join(), [...s.stack].reverse().join());
    for (const n of names(rest))
      say(`where ${n} is`, ["waiting", "done"].includes(s.tasks.get(n).where), true);
    const waiting = [...s.tasks.values()].filter((t) => t.where === "waiting").length;
    const seen = names(rest).filter((n) => s.tasks.get(n).where === "waiting").length;
    say("how many wait", seen + more(rest, "waiting"), waiting);
    if (waiting > 0) say("nobody waits unseen", seen > 0, true);

    const due = [...s.timers.values()].sort((a, b) => a.due - b.due).map((t) => t.name);
    const rows = [...document.querySelectorAll("#wakers li:not(.rest-of, .gone)")]
      .filter((li) => !/rings|removed/.test(li.textContent))
      .map((li) => li.querySelector("span")?.textContent)
      .filter((text) => /^timer \d+$/.test(text));
    say("the timers, nearest first", rows.join(), due.filter((n) => rows.includes(n)).join());
    if (due.length && document.querySelector(".wheel"))
      say("the nearest timer is listed", rows.includes(due[0]), true);
    if (faults.length > 5) break;
  }
  return faults;
}

/** Where the state differs from what the engine has written, or from the lanes; the lanes are
 * looked at in so many events at the most, all over the run. (It runs in the page.) */
export function counted(most = Infinity) {
  const faults = K.trace.torn ? [`${K.trace.torn} lines or blocks are torn`] : [];
  const rows = K.rowsOf(K.trace).rows,
    { BAR } = K;
  const spawned = K.rowsOf(K.trace)
    .arrows.filter(({ how }) => how === "spawn")
    .map(({ to }) => to);
  if (new Set(spawned).size < spawned.length)
    faults.push("a task or job has more than one arrow from where it was made");
  const step = Math.max(1, Math.ceil(K.trace.last / most));
  const place = {
    [BAR.READY]: "queued",
    [BAR.POLL]: "polling",
    [BAR.WAIT]: "waiting",
    [BAR.DONE]: "done",
    [BAR.CANCELLED]: "done",
    [BAR.PANICKED]: "done",
  };
  for (let i = 0; i <= K.trace.last; i++) {
    const s = K.stateAt(i),
      e = K.event(i);
    const say = (what, found, expected) => {
      if (found !== expected)
        faults.push(`event ${e.n} ${e.ev}: ${what}: ${found}, not ${expected}`);
    };
    if (e.ev === "Turn") {
      say("queued", s.ready.length, e.queued); // a local set has a queue of its own
      say(
        "tasks",
        [...s.tasks.values()].filter((t) => t.where !== "done" && t.kind === "task").length,
        e.tasks,
      );
      say("timers", s.timers.size, e.timers);
      say("sources", [...s.sources.values()].filter((r) => r.registered).length, e.sources);
    }
    if (e.ev === "PollStart" && i)
      say("polled was the front", K.stateAt(i - 1).queue[0] === e.task || s.stack.length > 1, true);
    if (i % step === 0)
      for (const t of s.tasks.values()) {
        const row = rows.get(t.name),
          k = row?.barAt(i) ?? -1;
        say(`the lane of ${t.name}`, place[row?.kind[k]], t.where);
      }
    if (faults.length > 5) break;
  }
  return faults;
}
