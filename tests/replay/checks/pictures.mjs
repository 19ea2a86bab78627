// What does it look like? The pictures for the papers, at a moment at which much is to be seen.

import { join } from "node:path";
import { pathToFileURL } from "node:url";

const PICTURES = [
  ["replay-wide-light.png", "channel", { width: 1440, height: 900 }, "light", (e, n) => e.ev === "TimerAdd" && n > 55],
  ["replay-wide-dark.png", "channel", { width: 1440, height: 900 }, "dark", (e, n) => e.ev === "TimerAdd" && n > 55],
];

export async function pictures(checks, files, directory) {
  for (const [name, program, viewport, colorScheme, moment] of PICTURES) {
    const context = await checks.browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.goto(pathToFileURL(files[program]).href);
    await page.evaluate(`window.K.go(Array.from(window.K.trace.n, (_, i) => window.K.event(i)).find(${moment}).i)`);
    await page.screenshot({ path: join(directory, name) });
    await context.close();
  }
}
