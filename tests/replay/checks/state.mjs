// Does the page show the state?
//
// At each event of each program, what is drawn (sentence, clock, phase of the loop, queue, polling
// and waiting tasks, timers) is compared with the state. That the state is right is checked without
// a page, in fold.mjs.

import { same } from "./harness.mjs";

export function state(checks, name, file) {
  checks.add(`${name}: the page shows the state`, async (open) => {
    const page = await open(file);
    same(await page.evaluate(drawn), [], "drawn otherwise than folded");
  });
}

/** What is drawn otherwise than the state is. (It runs in the page.) */
function drawn() {
  const faults = [],
    text = (query) => document.querySelector(query)?.textContent ?? "none",
    lower = (text) => text[0].toLowerCase() + text.slice(1);
  /** The names in a box, and how many it counts beside those. */
  const inBox = (box) => ({
    names: [...box.querySelectorAll("[data-task]")].map((el) => el.dataset.task),
    more: Number(/and ([\d,]+) more/.exec(box.textContent)?.[1].replace(/,/g, "") ?? 0),
  });
  K.setLevel("engine");
  for (let i = 0; i <= K.trace.last && faults.length < 5; i++) {
    K.goTo(i);
    const s = K.stateAt(i),
      [queue, polling, rest] = [...document.querySelectorAll("#places .place")].map(inBox),
      waits = (name) => s.tasks.get(name).where === "waiting",
      waiting = [...s.tasks.values()].filter((t) => t.where === "waiting").length,
      seen = rest.names.filter(waits),
      others = rest.names.filter((name) => !waits(name) && s.tasks.get(name).where !== "done"),
      phase = s.parked ? "parked" : (s.phase ?? "none");
    const due = [...s.timers.values()].sort((a, b) => a.due - b.due).map((t) => t.name),
      timers = [...document.querySelectorAll("#wakers li:not(.rest-of, .gone)")]
        .filter((li) => !/rings|removed/.test(li.textContent))
        .map((li) => li.querySelector("span")?.textContent)
        .filter((text) => /^timer \d+$/.test(text)),
      isOpen = due.length > 0 && document.querySelector(".wheel") !== null;
    const words = T.words(document.getElementById("sentence")),
      sentence = K.opening(i) ? words : K.sentence(i);
    const pairs = {
      sentence: [lower(words), lower(sentence)],
      clock: [text("#clock b"), K.clock(s.t)],
      turn: [text("#clock span:not([title])"), `turn ${K.number(s.turn)}`],
      phase: [text("#loop [aria-current]").replace(/^\d/, ""), phase],
      queue: [queue.names, s.places.queued.slice(0, queue.names.length).map(({ name }) => name)],
      "length of the queue": [queue.names.length + queue.more, s.places.queued.length],
      polled: [polling.names, s.stack.toReversed()],
      "neither waiting nor done": [others, []],
      "how many wait": [seen.length + rest.more, waiting],
      "does anyone": [seen.length > 0, waiting > 0],
      timers: [timers, due.filter((name) => timers.includes(name))],
      "next timer": [isOpen && !timers.includes(due[0]), false],
    };
    for (const [what, [found, expected]] of Object.entries(pairs))
      if (String(found) !== String(expected))
        faults.push(`event ${K.trace.n[i]}: ${what}: ${found}, not ${expected}`);
  }
  return faults;
}
