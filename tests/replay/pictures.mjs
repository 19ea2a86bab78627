// How are the pictures of the replay in docs/pictures made?
//
//   npm --prefix tests/replay run pictures
//
// Records examples/channel.rs and opens its replay in Chromium, in light and in dark. Writes a
// still picture of a moment at which much is to be seen, and a moving one: a few steps forwards,
// some of them back, and a question.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import UPNG from "upng-js";
import { launch } from "./checks/browser.mjs";

const { values: args } = parseArgs({
  options: { chromium: { type: "string", default: "chromium" } },
});
const ROOT = fileURLToPath(new URL("../../", import.meta.url)),
  PICTURES = join(ROOT, "docs/pictures");
/** At which the still picture is taken: a timer goes into the wheel, some time after the
 * beginning. */
const MOMENT = `Array.from(K.trace.n, (_, i) => K.event(i)).find((e, n) => e.ev === "TimerAdd" && n > 55).i`;
const STILL = { width: 1440, height: 900 },
  MOVING = { width: 1080, height: 760 };
/** What is pressed before each frame of the moving picture, and for how many milliseconds the
 * frame is shown. */
const STEPS = [
  ["1", 2000],
  ...Array(16).fill(["ArrowRight", 900]),
  ...Array(4).fill(["ArrowLeft", 600]),
  ...Array(4).fill(["ArrowRight", 300]),
  ["?", 4000],
];
/** A picture with few colours takes a fourth of the bytes, and the page hasn't many. */
const COLOURS = 256;

const folder = mkdtempSync(join(tmpdir(), "kettle-pictures-")),
  replay = join(folder, "channel.html");
const browser = await launch(args.chromium);
try {
  const env = { ...process.env, KETTLE_TRACE: replay };
  execFileSync("cargo", ["run", "--quiet", "--example", "channel"], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  for (const colorScheme of ["light", "dark"]) {
    const open = async (viewport) => {
      const page = await browser.newPage({ viewport, colorScheme, reducedMotion: "reduce" });
      await page.goto(pathToFileURL(replay).href);
      await page.locator("#sentence:not(:empty)").waitFor();
      return page;
    };
    const still = await open(STILL);
    await still.evaluate(`K.goTo(${MOMENT})`);
    await still.screenshot({ path: join(PICTURES, `replay-wide-${colorScheme}.png`) });

    const page = await open(MOVING),
      frames = [];
    await page.keyboard.press("Home");
    for (const [key] of STEPS) {
      await page.keyboard.press(key);
      const { buffer } = new Uint8Array(await page.screenshot());
      frames.push(UPNG.toRGBA8(UPNG.decode(buffer))[0]);
    }
    const joined = UPNG.encode(
      frames,
      MOVING.width,
      MOVING.height,
      COLOURS,
      STEPS.map(([, shown]) => shown),
    );
    writeFileSync(join(PICTURES, `replay-moving-${colorScheme}.png`), Buffer.from(joined));
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
