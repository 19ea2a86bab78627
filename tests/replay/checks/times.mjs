// Are the durations those of the events?

import { is, same } from "./harness.mjs";

/** From the events alone, without what recording took: `[busy, polls, longest poll]` of each
 * task. (It runs in the page.) */
function counted() {
  const tasks = {},
    since = {};
  let overhead = 0;
  for (const e of T.events) {
    const now = (e.real ?? e.t) - (overhead += e.overhead ?? 0),
      of = (tasks[e.task] ??= [0, 0, 0]);
    if (e.ev === "PollStart") since[e.task] = now;
    if (e.ev !== "PollEnd" || since[e.task] === undefined) continue;
    const long = now - since[e.task];
    tasks[e.task] = [of[0] + long, of[1] + 1, Math.max(of[2], long)];
    delete since[e.task];
  }
  return tasks;
}

export function times(checks, files) {
  checks.add("times: the sums are those of the events", async (open) => {
    for (const name of ["make_tea", "channel", "select", "mutex", "zoo"]) {
      const page = await open(files[name]),
        ours = await page.evaluate(counted);
      const table = await page.evaluate(() =>
        K.times
          .table()
          .filter(({ polls }) => polls)
          .map((t) => [t.name, [t.busy, t.polls, t.longest?.ns ?? 0]]),
      );
      is(table.length > 0, `${name}: no task was polled`);
      for (const [task, [busy, ...rest]] of table) {
        same(rest, ours[task].slice(1), `${name}: polls of ${task}, and the longest`);
        is(
          Math.abs(busy - ours[task][0]) < 1,
          `${name}: ${task} was busy for ${ours[task][0]}, not ${busy}`,
        );
      }
    }
  });
}
