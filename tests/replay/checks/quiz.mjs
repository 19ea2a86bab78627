// Does the quiz know, and does it hide?
//
// Every question of every program is asked, and its answer compared with the event that follows.

import { is, same } from "./harness.mjs";
import { PROGRAMS } from "./traces.mjs";

const KINDS = ["PollStart", "PollEnd", "Wake queued", "Wake during_poll", "Park"];

export function quiz(checks, files) {
  checks.add("quiz: the answers are the trace's", async (open) => {
    const kinds = new Set();
    for (const name of [...PROGRAMS, "zoo", "crowd"]) {
      const page = await open(files[name]);
      const { faults, asked } = await page.evaluate(every, name === "crowd" ? 2500 : Infinity);
      same(faults, [], `${name}: wrong answers`);
      asked.forEach((kind) => kinds.add(kind));
    }
    same(
      KINDS.filter((kind) => !kinds.has(kind)),
      [],
      "before these no program asks",
    );
  });

  checks.add("quiz: asked, answered by key and by click, counted", async (open) => {
    const page = await open(files.channel),
      at = () => page.evaluate(() => K.shown),
      score = () => page.evaluate(() => [K.quiz.score.right, K.quiz.score.answered]);
    const forward = async () => {
      for (let n = 0; n < 60 && !(await page.evaluate(() => K.quiz.question)); n++)
        await page.keyboard.press("ArrowRight");
      return page.evaluate(() => K.quiz.question);
    };
    await page.keyboard.press("q");
    const first = await forward(),
      shown = await at();
    is(first.i > shown, "the question is about what comes");
    await page.keyboard.press("ArrowRight");
    same(await at(), shown, "no step before the answer");
    await page.keyboard.press("abcd"[first.right]);
    same(await score(), [1, 1], "right, by key");
    await page.click("#quiz [data-go]");
    same(await at(), first.i, "and goes to see it");
    const second = await forward();
    await page.click(`#quiz [data-answer="${(second.right + 1) % second.options.length}"]`);
    same(await score(), [1, 2], "wrong, by click");
    is(
      await page.isVisible(`#quiz .right[data-answer="${second.right}"]`),
      "the right one is seen",
    );
    await page.keyboard.press("ArrowRight");
    same(await at(), second.i, "after an answer the step is free");
    await page.click("#b-quiz");
    is(await page.isHidden("#quiz"), "off again");
  });

  checks.add("quiz: the future is hidden", async (open) => {
    const page = await open(files.channel),
      latest = () =>
        page.evaluate(() => Math.max(...K.find.entries.map((one) => K.find.entry(one).i)));
    await page.evaluate(() => K.goTo(30));
    await page.click("#b-quiz");
    const ahead = await page.evaluate(() => {
      const edge = document.querySelector("#lanes-now .veil").getBoundingClientRect().left,
        drawn = [
          ...document.querySelectorAll("#lanes-still path, #lanes-words text, #ruler-still > *"),
        ];
      return drawn
        .filter((one) => one.getBoundingClientRect().left > edge + 1)
        .map((one) => one.outerHTML);
    });
    same(ahead, [], "drawn behind the event");
    await page.keyboard.press("/");
    is((await latest()) <= 30, "the search lists no later event");
    await page.keyboard.press("Escape");
    await page.click("#b-quiz");
    await page.click("#b-find");
    is((await latest()) > 30, "without the quiz it does");
  });
}

/** Asks before each event, at each level. (It runs in the page.) */
function every(most) {
  const faults = [],
    asked = new Set();
  for (const level of ["story", "tasks", "engine"]) {
    K.setLevel(level);
    for (let k = 1; k < Math.min(most, K.visible.length); k++) {
      const i = K.visible[k],
        e = K.event(i),
        q = K.quiz.ask(K.visible[k - 1], i);
      if (!q) continue;
      asked.add(e.ev === "Wake" ? `Wake ${e.effect}` : e.ev);
      const few = q.options.length >= 2 && q.options.length <= 4;
      if (!few || new Set(q.options).size !== q.options.length || !q.options[q.right])
        faults.push(`${level}, before event ${e.n}: ${q.text}: ${q.options}`);
    }
  }
  return { faults: faults.slice(0, 8), asked: [...asked] };
}
