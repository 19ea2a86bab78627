// Do the replays of programs that were written for tokio open in a real browser?
//
//   node opens.mjs --chromium PROGRAM FILE…
//
// The story can be stepped through, and at each turn of the loop the page's state is what the engine
// counted. `cargo xtask test programs` runs it.

import { basename } from "node:path";
import { parseArgs } from "node:util";
import { launch, verdict } from "./checks/browser.mjs";
import { Checks, is, same } from "./checks/harness.mjs";

const { values: args, positionals: files } = parseArgs({ options: { chromium: { type: "string" } }, allowPositionals: true });
const browser = await launch(args.chromium);
const checks = new Checks(browser);
for (const file of files) {
  checks.add(`${basename(file)} opens`, async (open) => {
    const page = await open(file);
    const { steps, words } = await page.evaluate(story);
    is(steps > 1 && words, `its story has ${steps} steps, and ends with ${JSON.stringify(words)}`);
    same(await page.evaluate(counted), [], "folded otherwise than counted");
  });
}

/** The story's first steps, and the sentence of its last. */
function story() {
  const { K, T } = window, FIRST = 100;
  K.setLevel("story");
  T.key("Home");
  let steps = 0;
  for (let before = -1; before !== K.i && steps < FIRST; steps += 1) {
    before = K.i;
    T.key("ArrowRight");
  }
  T.key("End");
  return { steps, words: T.words(document.getElementById("sentence")) };
}

/** Where the state differs from what the engine wrote at the beginning of a turn. */
function counted() {
  const { K } = window, faults = K.trace.torn ? [`${K.trace.torn} lines or blocks are torn`] : [];
  const count = (map, is) => [...map.values()].filter(is).length;
  for (let i = 0; i <= K.trace.last && faults.length < 5; i++) {
    const e = K.trace.events[i];
    if (e.ev !== "Turn") continue;
    const s = K.stateAt(i);
    const counted = { tasks: count(s.tasks, (task) => task.where !== "done" && task.kind === "task"), timers: s.timers.size, sources: count(s.sources, (source) => source.registered) };
    for (const what in counted) if (counted[what] !== e[what]) faults.push(`event ${e.n}: ${what}: ${counted[what]}, not ${e[what]}`);
  }
  return faults;
}

try {
  await checks.run();
} finally {
  await browser.close();
}
verdict(checks);
