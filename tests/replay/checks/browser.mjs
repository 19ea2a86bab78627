// How are checks run in a browser?
//
// Interface: `await started(needed)`: `{args, files, checks, run}`; the command line must name a
// Chromium and each of `needed`, and `files` is what it has besides; `run()` runs the checks that
// were added, and ends the process. `launch(program)`.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { Checks, verdict } from "./harness.mjs";

export async function started(needed) {
  const names = ["chromium", ...needed, "only", "traces"],
    options = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
  const { values: args, positionals: files } = parseArgs({ options, allowPositionals: true }),
    missing = ["chromium", ...needed].filter((name) => !args[name]);
  if (missing.length) {
    console.error(`error: ${missing.map((name) => `--${name}`).join(" and ")} is missing`);
    process.exit(2);
  }
  const browser = await launch(args.chromium),
    checks = new Checks(browser, args.only);
  async function run() {
    await checks.run();
    await browser.close();
    verdict(checks);
  }
  return { args, files, checks, run };
}

/** Playwright wants a path; a program by its name alone is looked for where a shell would look. */
function pathOf(program) {
  const folders = program.includes("/") ? [] : (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, program)).find(existsSync) ?? program;
}

export const launch = (program) =>
  chromium.launch({ executablePath: pathOf(program), args: ["--no-sandbox", "--disable-gpu"] });
