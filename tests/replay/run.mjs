// Do the replays work in a real browser?
//
//   node run.mjs --chromium PROGRAM --built DIRECTORY [--only WORDS] [--traces DIRECTORY]
//
// Makes the traces (checks/traces.mjs), opens them, and looks: back is exact (walk), the page shows
// the state (state), every control by click and by key (controls), lanes, times, quiz, search and
// filter (search), torn and hostile traces (files), paper and phone (looks), and a run of 10,000
// tasks (scale). `cargo xtask test browser` runs it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { launch } from "./checks/browser.mjs";
import { Checks, verdict } from "./checks/harness.mjs";
import { controls } from "./checks/controls.mjs";
import { files } from "./checks/files.mjs";
import { lanes } from "./checks/lanes.mjs";
import { looks } from "./checks/looks.mjs";
import { quiz } from "./checks/quiz.mjs";
import { scale } from "./checks/scale.mjs";
import { search } from "./checks/search.mjs";
import { state } from "./checks/state.mjs";
import { times } from "./checks/times.mjs";
import { makeTraces, PROGRAMS } from "./checks/traces.mjs";
import { walk } from "./checks/walk.mjs";

const { values: args } = parseArgs({
  options: {
    chromium: { type: "string" },
    built: { type: "string" },
    only: { type: "string" },
    traces: { type: "string" },
  },
});
if (!args.chromium || !args.built) {
  console.error(
    "error: --chromium PROGRAM and --built DIRECTORY (with the examples in it) are needed",
  );
  process.exit(2);
}
const directory = args.traces ?? mkdtempSync(join(tmpdir(), "kettle-replay-"));
const browser = await launch(args.chromium);
let checks;
try {
  const traces = await makeTraces(args.built, directory);
  checks = new Checks(browser, args.only);
  for (const name of [...PROGRAMS, "zoo", "meeting", "flight"]) {
    walk(checks, name, traces[name]);
    state(checks, name, traces[name]);
  }
  for (const part of [controls, lanes, times, quiz, search, files, looks, scale])
    part(checks, traces, directory);
  await checks.run();
} finally {
  await browser.close();
  if (!args.traces) rmSync(directory, { recursive: true, force: true });
}
verdict(checks);
