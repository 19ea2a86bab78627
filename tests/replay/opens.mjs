// Do the replays of programs that were written for tokio open in a real browser?
//
//   node opens.mjs --chromium PROGRAM FILE…
//
// The story can be stepped through, the page's state is what the engine counted at each turn, and
// it is what the lanes show: at each event, or in a long run at many. `cargo xtask test programs`
// runs it.

import { basename } from "node:path";
import { parseArgs } from "node:util";
import { launch } from "./checks/browser.mjs";
import { Checks, is, same, verdict } from "./checks/harness.mjs";
import { counted } from "./checks/state.mjs";

const { values: args, positionals: files } = parseArgs({
  options: { chromium: { type: "string" } },
  allowPositionals: true,
});
const LOOKS = 500;
const browser = await launch(args.chromium);
const checks = new Checks(browser);
for (const file of files) {
  checks.add(`${basename(file)} opens`, async (open) => {
    const page = await open(file);
    const { steps, words } = await page.evaluate(story);
    is(steps > 1 && words, `its story has ${steps} steps, and ends with ${JSON.stringify(words)}`);
    same(await page.evaluate(counted, LOOKS), [], "folded otherwise than counted");
  });
}

/** The story's first steps, and the sentence of its last. */
function story() {
  const FIRST = 100;
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

try {
  await checks.run();
} finally {
  await browser.close();
}
verdict(checks);
