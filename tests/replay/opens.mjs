// Do the replays of programs that were written for tokio open in a real browser?
//
//   node opens.mjs --chromium PROGRAM FILE…
//
// The story can be stepped through, and at each turn the page has as many tasks, timers and sources
// as the engine has counted. `cargo xtask test programs` runs it.

import { basename } from "node:path";
import { started } from "./checks/browser.mjs";
import { is, same } from "./checks/harness.mjs";

const { checks, files, run } = await started([]);
for (const file of files) {
  checks.add(`${basename(file)} opens`, async (open) => {
    const page = await open(file);
    const { steps, words } = await page.evaluate(story);
    is(steps > 1 && words, `its story has ${steps} steps, and ends with ${JSON.stringify(words)}`);
    same(await page.evaluate(counted), [], "folded otherwise than counted");
  });
}
await run();

/** The story's first steps, and the sentence of its last. */
function story() {
  const FIRST = 100;
  K.setLevel("story");
  T.key("Home");
  let steps = 0;
  for (let before = -1; before !== K.shown && steps < FIRST; steps += 1) {
    before = K.shown;
    T.key("ArrowRight");
  }
  T.key("End");
  return { steps, words: T.words(document.getElementById("sentence")) };
}

/** The turns at which the page has other numbers than the engine has written. */
function counted() {
  const faults = K.trace.torn ? [`${K.trace.torn} lines are torn`] : [];
  for (const i of K.trace.index.byEv.get("Turn") ?? []) {
    const { n, queued, tasks, timers, sources } = K.event(i),
      s = K.stateAt(i),
      count = (all, is) => [...all.values()].filter(is).length,
      ours = [
        s.ready.length, // a local set has a queue of its own
        count(s.tasks, (t) => t.where !== "done" && t.kind === "task"),
        s.timers.size,
        count(s.sources, (r) => r.registered),
      ];
    if (String(ours) !== String([queued, tasks, timers, sources]))
      faults.push(`event ${n}: ${ours}`);
  }
  return faults.slice(0, 5);
}
