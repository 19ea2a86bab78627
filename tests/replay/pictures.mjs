// What does a replay look like?
//
//   node pictures.mjs --chromium PROGRAM --replay FILE --to DIRECTORY
//
// Opens the replay of examples/channel.rs, in light and in dark. Writes a still picture of a moment at which much is
// to be seen, the frames of the moving picture (a few steps forwards, some of them back, and a question), and in
// `seen.json` how long each frame is shown, every text that was seen, and the lines of the runtime that were marked.
// `cargo xtask pictures` runs it, and joins the frames.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import { launch } from "./checks/browser.mjs";

const { values: args } = parseArgs({ options: { chromium: { type: "string" }, replay: { type: "string" }, to: { type: "string" } } });
if (!args.chromium || !args.replay || !args.to) {
  console.error("error: --chromium PROGRAM, --replay FILE and --to DIRECTORY are needed");
  process.exit(2);
}
/** At which the still picture is taken: a timer goes into the wheel, some time after the beginning. */
const MOMENT = `Array.from(window.K.trace.n, (_, i) => window.K.event(i)).find((e, n) => e.ev === "TimerAdd" && n > 55).i`;
const STILL = { width: 1440, height: 900 }, MOVING = { width: 1080, height: 760 };
/** What is pressed before each frame of the moving picture, and for how many milliseconds the frame is shown. */
const STEPS = [
  ["Home", 2000], ["1", 0], ...Array(16).fill(["ArrowRight", 900]), ...Array(4).fill(["ArrowLeft", 600]),
  ...Array(4).fill(["ArrowRight", 300]), ["?", 4000],
];

const seen = { frames: [], words: new Set(), lines: new Set() };
/** The texts that can be seen, and the runtime's line at this event. */
async function look(page) {
  const { words, line } = await page.evaluate(() => {
    const words = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const parent = walk.currentNode.parentElement, box = parent.getBoundingClientRect();
      const shown = parent.checkVisibility({ visibilityProperty: true }) && box.width > 1 && box.bottom > 0 && box.top < innerHeight;
      if (shown && !parent.closest("pre, code")) words.push(walk.currentNode.data.trim());
    }
    return { words, line: window.K.event(window.K.i).src?.text };
  });
  for (const word of words) seen.words.add(word);
  if (line) seen.lines.add(line);
}

const browser = await launch(args.chromium);
try {
  for (const colorScheme of ["light", "dark"]) {
    const open = async (viewport) => {
      const page = await (await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" })).newPage();
      page.on("pageerror", (error) => { throw error; });
      await page.goto(pathToFileURL(args.replay).href);
      await page.locator("#sentence:not(:empty)").waitFor();
      return page;
    };
    const still = await open(STILL);
    await still.evaluate(`window.K.go(${MOMENT})`);
    await look(still);
    await still.screenshot({ path: join(args.to, `still-${colorScheme}.png`) });

    const page = await open(MOVING);
    seen.frames = [];
    for (const [key, shown] of STEPS) {
      await page.keyboard.press(key);
      if (!shown) continue;
      await look(page);
      const name = `frame-${colorScheme}-${seen.frames.length}.png`;
      await page.screenshot({ path: join(args.to, name) });
      seen.frames.push(shown);
    }
  }
} finally {
  await browser.close();
}
writeFileSync(join(args.to, "seen.json"), JSON.stringify({ frames: seen.frames, words: [...seen.words].filter(Boolean), lines: [...seen.lines] }));
