// How are the page's own scripts run without a page?
//
// Interface: `scripts(...names)` gives the `K` that they make; `HERE` is where they are; `linesOf(text)` gives the lines of a trace, as objects;
// `pageOf(open, file, directory, name, change, options)` opens a copy of a page with other lines.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { fileURLToPath } from "node:url";

export const HERE = fileURLToPath(new URL("../../../trace/src/file/replay/", import.meta.url));

export function scripts(...names) {
  const window = {};
  window.window = window;
  const context = createContext(Object.assign(window, { console, DecompressionStream, TextDecoder, TextEncoder, atob }));
  for (const name of names) runInContext(readFileSync(join(HERE, name), "utf8"), context, { filename: name });
  return context.K;
}

export async function linesOf(text) {
  const K = scripts("trace/blocks.js"), lines = [], templates = [];
  await K.lines(text, ({ texts, of, at, numbers }) => {
    for (const text of texts) templates.push(text);
    of.forEach((template, row) => lines.push(JSON.parse(K.filled(templates[template], numbers, at[row]))));
  });
  return lines;
}

/** A page like this file, whose trace holds these lines. */
export async function pageOf(open, file, directory, name, change, options) {
  const text = readFileSync(file, "utf8"), data = text.indexOf('id="trace">') + 12, made = join(directory, `${name}.html`);
  const lines = change(await linesOf(text.slice(data)));
  writeFileSync(made, text.slice(0, data) + lines.map((line) => JSON.stringify(line).replace(/<\//g, "<\\/").replace(/<!/g, "<\\u0021")).join("\n"));
  return open(made, options);
}
