// Does the page tell in which functions a task waits, and which task awaits which?

import { is, same } from "./harness.mjs";

/** To the last event at which task 1 waits for something. */
const waiting = (page) => page.evaluate(() => {
  const { K } = window, i = window.T.events.findLast((e) => e.ev === "PollEnd" && e.task === "task 1" && e.outcome === "pending").i;
  K.go(i);
  return K.stateAt(i).tasks.get("task 1").waits.length;
});

export function stacks(checks, files) {
  checks.add("stacks: the answer to ? names the functions, with their lines", async (open) => {
    const page = await open(files.stacks);
    is(await waiting(page) > 0, "it waits");
    const said = await page.evaluate(() => { const { K } = window; return K.why.words(K.stateAt(K.i), "task 1"); });
    is(/ In (block in main|\w+) channel\.rs:\d+/.test(said), `functions: ${said}`);
    same(await page.evaluate(() => document.querySelectorAll("#places [title^='in ']").length > 0), true, "and the task's box where a mouse rests");
    same(await page.evaluate(() => {
      const waits = window.T.events.filter((e) => e.ev === "Wait");
      return waits.every((e) => window.K.trace.stacks.has(e.stack));
    }), true, "each wait has its stack");
  });

  checks.add("stacks: the tree is reached by key and by button", async (open) => {
    for (const file of [files.stacks, files.channel]) {
      const page = await open(file), told = file === files.stacks;
      await waiting(page);
      await page.keyboard.press("k");
      const tree = await page.innerText("#tree");
      is(tree.includes("main") && tree.includes("task 1"), `all tasks: ${tree}`);
      same([/ In /.test(` ${tree.replace(/\s+/g, " ")}`), tree.includes("KETTLE_STACKS=1")], [told, !told], "with functions, or how to get them");
      same(await page.evaluate(() => document.querySelectorAll("#tree .tree > li").length), 1, "what main has spawned is under it");
      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await page.click("#why-tree");
      same(await page.evaluate(() => [document.getElementById("tree").open, document.getElementById("why").open]), [true, false], "the tree in place of the answer");
    }
  });

  checks.add("stacks: the tree fits a phone", async (open) => {
    const page = await open(files.stacks, { width: 375, height: 667, touch: true });
    await waiting(page);
    await page.evaluate(() => window.K.stacks.open());
    same(await page.evaluate(() => { const box = document.getElementById("tree"); return box.scrollWidth <= box.clientWidth; }), true, "nothing is cut");
  });
}
