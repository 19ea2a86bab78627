// Is a run of 100,000 events and 10,000 tasks still quick, and legible?
//
// A step is counted: what it reads, and what it draws. Reading the file is measured, by the
// processor time of the page's thread. A busy machine makes nothing slower by that clock, or not by
// much: two threads that share a core's units each get less done in the same time. So the limit is
// twice what is promised; what was really needed is printed.

import { is } from "./harness.mjs";

/** In milliseconds, to the first picture. */
const LOAD = 2 * 2000;
/** So many events are between two snapshots of this run (fold.js keeps 512 of them at most). */
const APART = 400;

export function scale(checks, files) {
  checks.add("scale: a step reads few events, and draws what is in view", async (open) => {
    const page = await open(files.crowd);
    for (const whole of [false, true]) {
      const { forward, back, labels, bars, elements } = await page.evaluate((whole) => {
        const { event } = K,
          read = new Set();
        K.event = (i) => event(read.add(i) && i);
        const counted = (f) => {
          read.clear();
          f();
          return read.size;
        };
        const most = (f) => Math.max(...Array.from({ length: 40 }, () => counted(f)));
        K.goTo(60_000);
        if (whole) K.lanes.whole();
        const out = {
          forward: most(K.forward),
          back: most(K.back),
          labels: document.querySelectorAll("#lanes .lane-label").length,
          bars: (document.getElementById("lanes-still").innerHTML.match(/M/g) ?? []).length,
          elements: document.querySelectorAll("*").length,
        };
        K.event = event;
        return out;
      }, whole);
      is(forward <= 64, `a step forward reads up to ${forward} events`);
      is(back <= 2 * APART, `a step back reads up to ${back} events`); // from the last snapshot
      is(labels < 100 && bars < 3000, `${labels} lanes with ${bars} bars are drawn`);
      is(elements < 8000, `${elements} elements`);
    }
  });

  checks.add("scale: 100,000 events, 10,000 tasks", async (open) => {
    const page = await open(files.crowd),
      session = await page.context().newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    const busy = async () => {
      const { metrics } = await session.send("Performance.getMetrics");
      return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
    };
    const [events, tasks] = await page.evaluate(() => [K.trace.count, K.trace.names.length]);
    is(events > 100_000 && tasks > 10_000, `${events} events, ${tasks} tasks`);
    const before = await busy();
    await page.reload();
    await page.waitForFunction(() => window.K?.ready);
    const load = Math.round((await busy()) - before);
    console.log(`    ${events} events, ${tasks} tasks: loaded in ${load} ms`);
    is(load <= LOAD, `loading takes ${load} ms, more than ${LOAD}`);
  });
}
