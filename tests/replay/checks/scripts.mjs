// How are the page's own scripts run without a page?
//
// Interface: `scripts(...names)` gives the `K` that they make; `TABLES` names those that read a
// trace; `traceIn(file)` is the text of the trace in a page, and `dataOf(text)` where it begins;
// `beside(file, ending)` gives the lines of a file beside a page.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL("../../../trace/src/page/", import.meta.url));
const TAG = 'id="trace">\n';

const TABLE = ["fold", "waits", "rows", "scopes"].map((name) => `tables/${name}.js`);
export const TABLES = ["record/model.js", ...TABLE];

/** (Each script's names are its own, as in the page.) */
export function scripts(...names) {
  const K = {},
    context = createContext({ K, console });
  for (const name of names) {
    const text = readFileSync(join(HERE, name), "utf8");
    runInContext(`(() => { "use strict";\n${text}})()`, context, { filename: name });
  }
  return K;
}

/** (0 if the text has only the lines of a trace.) */
export const dataOf = (text) => (text.includes(TAG) ? text.lastIndexOf(TAG) + TAG.length : 0);
export function traceIn(file) {
  const text = readFileSync(file, "utf8");
  return text.slice(dataOf(text));
}

/** The lines of the file beside a page, of another ending. */
export const beside = (file, ending) =>
  readFileSync(file.replace(/html$/, ending), "utf8").trimEnd().split("\n"); // prettier-ignore
