// Does the page name what bounded a run, and nothing else?
//
//   node checks/bounded.mjs DIRECTORY
//
// The directory holds traces of random programs on a virtual clock (NUMBER.html), and beside each the lengths of its sleeps, and
// whether the run's end comes later if one of them is longer (NUMBER.sleeps); tests/bounded.rs writes them. The page's own
// scripts say which timers bounded the run: they must be those. No browser is needed for that.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { scripts } from "./scripts.mjs";

const directory = process.argv[2];
const K = scripts(
  "trace/blocks.js",
  "trace/model.js",
  "trace/fold.js",
  "trace/waits.js",
  "trace/rows.js",
  "trace/scopes.js",
  "trace/lengths.js",
  "words/names.js",
  "why/inputs.js",
  "why/bounds.js",
);

/** The lengths of the timers that the page names, in milliseconds. */
function named() {
  const { parts } = K.bounded("main");
  return new Set(parts.filter(({ what }) => what === "timer").map(({ ns }) => Math.round(ns / 1e6)));
}

/** What it says wrongly of this program. */
async function faults(file) {
  await K.read(readFileSync(join(directory, file), "utf8"));
  const timers = named(),
    lines = readFileSync(join(directory, file.replace(".html", ".sleeps")), "utf8")
      .trimEnd()
      .split("\n");
  const sleeps = lines
    .map((line) => line.split(" "))
    .map(([ms, bounds]) => ({ ms: Number(ms), bounds: bounds === "true" }));
  const wrong = sleeps.filter(({ ms, bounds }) => timers.has(ms) !== bounds);
  return wrong.map(({ ms, bounds }) => `${file}: the sleep of ${ms} ms ${bounds ? "bounded it" : "didn't bound it"}`);
}

const found = [];
let passed = 0;
for (const file of readdirSync(directory).filter((name) => name.endsWith(".html"))) {
  const wrong = await faults(file);
  found.push(...wrong);
  passed += wrong.length === 0;
}
const failed = new Set(found.map((line) => line.split(":")[0])).size;
if (found.length) console.log(found.slice(0, 40).join("\n"));
console.log(`test result: ${failed || !passed ? "FAILED" : "ok"}. ${passed} passed; ${failed} failed; 0 ignored`);
process.exit(failed || !passed ? 1 : 0);
