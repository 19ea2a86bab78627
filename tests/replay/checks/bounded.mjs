// Does the page name what bounded a run, and nothing else?
//
//   node checks/bounded.mjs DIRECTORY
//
// The directory holds traces of random programs on a virtual clock (NUMBER.html), and beside each
// the lengths of its sleeps, and whether the run's end comes later if one of them is longer
// (NUMBER.sleeps); tests/bounded.rs writes them. The page's own scripts say which timers bounded
// the run: they must be those. The same where two polls of one moment that have nothing to do with
// each other are written in the other order. No browser is needed for that.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { verdict } from "./harness.mjs";
import { TABLES, beside, linesOf, scripts } from "./scripts.mjs";

const directory = process.argv[2];
const K = scripts(...TABLES, "words/names.js", "why/inputs.js", "why/bounds.js");

/** The lengths of the timers that the page names, in milliseconds. */
function named() {
  const { parts } = K.bounded("main");
  return new Set(
    parts.filter(({ what }) => what === "timer").map(({ ns }) => Math.round(ns / 1e6)),
  );
}

/** In the last family no event says what set the deadlines, so the chain stops at one. */
const isSetBefore = (file) => parseInt(file) % 12 === 11;
/** The parts are all of `main`'s time, and each is in it once. */
function gaps(file) {
  const { parts, stop } = K.bounded("main"),
    { t, last } = K.trace,
    all = parts.reduce((ns, part) => ns + part.ns, 0);
  if (isSetBefore(file) && stop === "instant") return [];
  return stop === "begin" && all === t[last]
    ? []
    : [`${file}: ${all} ns of ${t[last]} are in the chain, which ends at ${stop}`];
}

/** Everything that an event names: tasks, things, waits, other events. */
function namesOf({ task, run, by, sync, timer, wait, on, back }) {
  const names = [task, run, by?.task, sync, timer, ...Object.values(on ?? {})];
  names.push(wait && `wait ${wait}`, back && `event ${back}`);
  return names.filter((name) => typeof name === "string");
}
/** The polls of a record, as `[first, last]`, that have no other poll in them. */
function pollsOf(events) {
  const polls = [];
  events.forEach(({ ev }, k) => {
    if (ev === "PollStart") polls.push([k]);
    if (ev === "PollEnd" && polls.at(-1)?.length === 1) polls.at(-1).push(k);
  });
  return polls.filter((poll) => poll.length === 2);
}
/** The record with each second pair of neighbouring, independent polls exchanged; null if there
 * is none. */
function exchanged(lines) {
  const events = lines.filter(({ ev }) => ev),
    polls = pollsOf(events),
    order = [...events.keys()];
  let pairs = 0;
  for (let k = 1; k < polls.length; k++) {
    const [[a, b], [c, d]] = [polls[k - 1], polls[k]],
      names = new Set(events.slice(a, b + 1).flatMap((e) => [...namesOf(e), `event ${e.n}`])),
      isApart = events
        .slice(c, d + 1)
        .every((e) => e.t === events[a].t && !namesOf(e).some((name) => names.has(name)));
    if (c !== b + 1 || !isApart) continue;
    order.splice(a, d - a + 1, ...order.slice(c, d + 1), ...order.slice(a, b + 1));
    pairs += 1;
    k += 1;
  }
  const number = new Map(order.map((k, n) => [events[k].n, n + 1]));
  const renamed = order.map((k) => ({
    ...events[k],
    n: number.get(events[k].n),
    back: number.get(events[k].back),
  }));
  return pairs ? [...lines.filter((line) => !line.ev && !line.also), ...renamed] : null;
}

/** What it says wrongly of this program. */
async function faults(file) {
  const text = readFileSync(join(directory, file), "utf8");
  K.read(text);
  const timers = named(),
    sleeps = beside(join(directory, file), "sleeps").map((line) => line.split(" ")),
    is = (ms) => timers.has(Number(ms)),
    wrong = sleeps.filter(([ms, bounds]) =>
      bounds === "true" ? !is(ms) && !isSetBefore(file) : is(ms),
    );
  const found = wrong.map(
    ([ms, bounds]) => `${file}: of the sleep of ${ms} ms it is ${bounds} that it bounds`,
  );
  found.push(...gaps(file));
  const other = exchanged(linesOf(text));
  if (!other) return found;
  exchanges += 1;
  K.read(other.map((line) => JSON.stringify(line)).join("\n"));
  const same = [...named()].sort().join() === [...timers].sort().join();
  return same ? found : [...found, `${file}: with polls in another order it names other timers`];
}

const found = [];
let exchanges = 0,
  passed = 0;
for (const file of readdirSync(directory).filter((name) => name.endsWith(".html"))) {
  const wrong = await faults(file);
  found.push(...wrong);
  passed += wrong.length === 0;
}
if (!exchanges) found.push("none: no polls can be exchanged");
if (found.length) console.log(found.slice(0, 40).join("\n"));
verdict({ passed, failed: new Set(found.map((line) => line.split(":")[0])).size });
