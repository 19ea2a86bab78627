// Does a real browser get on with a WebSocket server? It echoes, and ends at "bye".
//
//   node socket.mjs --chromium PROGRAM --url ws://ADDRESS/

import { parseArgs } from "node:util";
import { launch } from "./checks/browser.mjs";

const { values: args } = parseArgs({
  options: { chromium: { type: "string" }, url: { type: "string" } },
});
const browser = await launch(args.chromium);
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
        socket.onclose = (event) =>
          resolve({ same: JSON.stringify(told) === JSON.stringify(words), clean: event.wasClean });
      }),
    args.url,
  );
  if (!told.same || !told.clean)
    throw new Error(`other words came back, or the end was not clean: ${JSON.stringify(told)}`);
} finally {
  await browser.close();
}
