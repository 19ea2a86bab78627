// How are the page's own scripts run without a page?
//
// Interface: `scripts(...names)` gives the `K` that they make; `linesOf(text)` the lines of a trace, as objects.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("../../../trace/src/file/replay/", import.meta.url));

export function scripts(...names) {
  const window = {};
  window.window = window;
  const context = createContext(Object.assign(window, { console, DecompressionStream, TextDecoder, TextEncoder, atob }));
  for (const name of names) runInContext(readFileSync(join(here, name), "utf8"), context, { filename: name });
  return context.K;
}

export async function linesOf(text) {
  const lines = [];
  await scripts("blocks.js").lines(text, (piece) => lines.push(...new TextDecoder().decode(piece).split("\n").map((line) => JSON.parse(line))));
  return lines;
}
