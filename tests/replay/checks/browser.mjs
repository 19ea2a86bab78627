// How is a browser started for checks, and how does a process say how they ended?
//
// Interface: `launch(program)`, `verdict(checks)`.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

/** A program by its name alone is looked for where a shell would look. */
const found = (program) =>
  program.includes("/")
    ? program
    : ((process.env.PATH ?? "")
        .split(delimiter)
        .map((folder) => join(folder, program))
        .find(existsSync) ?? program);

export const launch = (program) =>
  chromium.launch({ executablePath: found(program), args: ["--no-sandbox", "--disable-gpu"] });

/** Ends the process, with libtest's last line and status. */
export function verdict(checks) {
  console.log(
    `test result: ${checks.failed ? "FAILED" : "ok"}. ${checks.passed} passed; ${checks.failed} failed; 0 ignored`,
  );
  process.exit(checks.failed ? 1 : 0);
}
