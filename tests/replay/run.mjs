// Do the replays work in a real browser?
//
//   node run.mjs --chromium PROGRAM --built DIRECTORY [--only WORDS] [--traces DIRECTORY] [--every]
//
// Makes the traces (checks/traces.mjs), opens them, and looks: back is exact (walk), the page shows the
// state (state), every control by click and by key (controls), lanes, quiz, search, paper, phone, torn
// and hostile traces (looks), and a run of 10,000 tasks (scale). `cargo xtask test browser` runs it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { launch, verdict } from "./checks/browser.mjs";
import { Checks } from "./checks/harness.mjs";
import { makeTraces, PROGRAMS } from "./checks/traces.mjs";
import * as parts from "./checks/index.mjs";

const { values: args } = parseArgs({ options: { chromium: { type: "string" }, built: { type: "string" }, only: { type: "string" }, traces: { type: "string" }, every: { type: "boolean" } } });
if (!args.chromium || !args.built) {
  console.error("error: --chromium PROGRAM and --built DIRECTORY (with the examples in it) are needed");
  process.exit(2);
}
const directory = args.traces ?? mkdtempSync(join(tmpdir(), "kettle-replay-"));
const browser = await launch(args.chromium);
let checks;
try {
  const files = await makeTraces(args.built, directory);
  checks = new Checks(browser, args.only);
  for (const name of [...PROGRAMS, "zoo", "meeting", "flight"]) {
    parts.walk(checks, name, files[name], args.every);
    parts.state(checks, name, files[name]);
  }
  for (const part of parts.ONCE) part(checks, files, directory);
  await checks.run();
} finally {
  await browser.close();
  if (!args.traces) rmSync(directory, { recursive: true, force: true });
}
verdict(checks);
