// How is a browser started for checks?
//
// Interface: `launch(program)`.

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
