// Does the page show the state?
//
// At every event of every program: the words, the clock, the phase of the loop, queue, polling,
// waiting and timers as drawn are compared with the state. (fold.mjs compares the state with the
// crate's and with the lanes, without a page.)

import { same } from "./harness.mjs";

export function state(checks, name, file) {
  checks.add(`${name}: the page shows the state`, async (open) => {
    const page = await open(file);
    same(await page.evaluate(drawn), [], "drawn otherwise than folded");
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
    if (!K.opening(i))
      say(
        "the sentence",
        lower(T.words(document.getElementById("sentence"))),
        lower(K.sentence(i)),
      );
    say("the clock", document.querySelector("#clock b").textContent, K.clock(s.t));
    const turn = document.querySelector("#clock span:not([title])").textContent;
    say("the turn", turn, `turn ${K.number(s.turn)}`);
    const lit = document.querySelector("#loop [aria-current]");
    say(
      "the loop's phase",
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
