// What does it look like? Three pictures for the papers.

import { join } from "node:path";
import { pathToFileURL } from "node:url";

const PICTURES = [
  ["replay-wide-light.png", "channel", { width: 1440, height: 900 }, "light", 0.6],
  ["replay-wide-dark.png", "select", { width: 1440, height: 900 }, "dark", 0.85],
  ["replay-phone.png", "channel", { width: 390, height: 844 }, "dark", 0.45],
  ["replay-crowd.png", "crowd", { width: 1440, height: 900 }, "light", 0.4],
];

export async function pictures(checks, files, directory) {
  for (const [name, program, viewport, colorScheme, where] of PICTURES) {
    const context = await checks.browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.goto(pathToFileURL(files[program]).href);
    await page.evaluate((share) => { const { K } = window; K.go(K.visible[Math.floor(K.visible.length * share)]); }, where);
    await page.screenshot({ path: join(directory, name) });
    await context.close();
  }
}
