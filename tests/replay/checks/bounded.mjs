// Does the page name what bounded a run, and nothing else?
//
//   node checks/bounded.mjs DIRECTORY
//
// The directory holds traces of random programs on a virtual clock (NUMBER.html), and beside each
// the lengths of its sleeps, and whether the run's end comes later if one of them is longer
// (NUMBER.sleeps); tests/bounded.rs writes them. The page's own scripts say which timers bounded
// the run: they must be those. No browser is needed for that.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { verdict } from "./harness.mjs";
import { TABLES, beside, scripts, traceIn } from "./scripts.mjs";

const directory = process.argv[2];
const K = scripts(...TABLES, "words/names.js", "why/bounds.js");

/** The lengths of the timers that the page names, in milliseconds. */
function named() {
  const { parts } = K.criticalPath("main");
  const timers = parts.filter(({ what }) => what === "timer");
  return new Set(timers.map(({ ns }) => Math.round(ns / 1e6)));
}

/** Where the chain of some families stops: no event says what set a deadline, and another thread,
 * or who writes at the other end, may have waited for what came before. It names no sleep wrongly,
 * but not all. */
const STOPS = { 11: "instant", 12: "thread", 13: "system" },
  FAMILIES = 14;
/** The parts are all of `main`'s time, and each is in it once. */
function gaps(file, stops) {
  const { parts, stop } = K.criticalPath("main"),
    { t, last } = K.trace,
    all = parts.reduce((ns, part) => ns + part.ns, 0);
  return stop === stops || (stop === "begin" && all === t[last])
    ? []
    : [`${file}: ${all} ns of ${t[last]} are in the chain, which ends at ${stop}`];
}

/** What it says wrongly of this program. */
function faults(file) {
  K.read(traceIn(join(directory, file)));
  const timers = named(),
    stops = STOPS[parseInt(file) % FAMILIES],
    sleeps = beside(join(directory, file), "sleeps").map((line) => line.split(" "));
  const isWrong = ([ms, bounds]) =>
      timers.has(Number(ms)) ? bounds !== "true" : bounds === "true" && !stops,
    words = ([ms, bounds]) => `${file}: of the sleep of ${ms} ms it is ${bounds} that it bounds`;
  return [...sleeps.filter(isWrong).map(words), ...gaps(file, stops)];
}

const files = readdirSync(directory).filter((name) => name.endsWith(".html")),
  found = files.map(faults),
  passed = found.filter((wrong) => !wrong.length).length;
if (passed < files.length) console.log(found.flat().slice(0, 40).join("\n"));
verdict({ passed, failed: files.length - passed });
