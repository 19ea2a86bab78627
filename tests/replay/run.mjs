// Do the replays work in a real browser?
//
//   node run.mjs --chromium PROGRAM --built DIRECTORY [--only WORDS] [--traces DIRECTORY]
//
// Makes the traces (checks/traces.mjs), opens them, and looks: back is exact (walk), the page shows
// the state (state), every control by click and by key (controls), lanes, search and filter
// (search), torn and hostile traces (files), phone and screen reader (looks), and a run of 10,000
// tasks (scale). `cargo xtask test browser` runs it. What needs no page is in fold.mjs and
// bounded.mjs, which `cargo xtask test page` runs.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { started } from "./checks/browser.mjs";
import { controls } from "./checks/controls.mjs";
import { files } from "./checks/files.mjs";
import { lanes } from "./checks/lanes.mjs";
import { looks } from "./checks/looks.mjs";
import { scale } from "./checks/scale.mjs";
import { search } from "./checks/search.mjs";
import { state } from "./checks/state.mjs";
import { makeTraces, PROGRAMS } from "./checks/traces.mjs";
import { walk } from "./checks/walk.mjs";

const { args, checks, run } = await started(["built"]);
const directory = args.traces ?? mkdtempSync(join(tmpdir(), "kettle-replay-"));
if (!args.traces) process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
const traces = await makeTraces(args.built, directory);
for (const name of [...PROGRAMS, "zoo", "meeting"]) {
  walk(checks, name, traces[name]);
  state(checks, name, traces[name]);
}
for (const part of [controls, lanes, search, files, looks, scale]) part(checks, traces, directory);
await run();
