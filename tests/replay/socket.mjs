// Does a real browser get on with a WebSocket server? It echoes, and ends at "bye".
//
//   node socket.mjs --chromium PROGRAM --url ws://ADDRESS/

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const { values: args } = parseArgs({ options: { chromium: { type: "string" }, url: { type: "string" } } });
/** A program by its name alone is looked for where a shell would look. */
const found = (program) => (program.includes("/") ? program : (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, program)).find(existsSync) ?? program);
const browser = await chromium.launch({ executablePath: found(args.chromium), args: ["--no-sandbox", "--disable-gpu"] });
try {
  const page = await browser.newPage();
  const told = await page.evaluate(
    (url) =>
      new Promise((resolve, reject) => {
        const told = [];
        const words = ["tea", "x".repeat(70_000), "Grüße", "bye"];
        const socket = new WebSocket(url);
        socket.onopen = () => words.forEach((word) => socket.send(word));
        socket.onmessage = (message) => told.push(message.data);
        socket.onerror = () => reject(new Error("the socket failed"));
        socket.onclose = (event) => resolve({ same: JSON.stringify(told) === JSON.stringify(words), clean: event.wasClean });
      }),
    args.url,
  );
  if (!told.same || !told.clean) throw new Error(`other words came back, or the end was not clean: ${JSON.stringify(told)}`);
} finally {
  await browser.close();
}
