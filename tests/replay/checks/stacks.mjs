// Does the page tell in which functions a task waits, and which task awaits which?

import { is, same } from "./harness.mjs";
import { pageOf } from "./scripts.mjs";

const TURNS = 5000;
/** The first lines of a run, and then a task that waits at one line again and again. Only its first wait has a stack. */
function longLoop(lines) {
  const out = lines.filter((o) => o.v !== undefined || o.file !== undefined), site = "src/a.rs:9:5";
  let n = 0;
  const event = (ev, more, ...then) => out.push({ n: ++n, t: n * 1000, ev, say: ev, ...more, then });
  event("Spawn", { task: "main", kind: "main" }, "tasks", "main", { kind: "main", where: "queued" });
  out.push({ stack: 1, frames: [["outer", "src/a.rs:3:5"], ["inner", site]] });
  for (let k = 1; k <= TURNS; k++) {
    const on = { timer: `timer ${k}` };
    event("PollStart", { task: "main", run: "main" }, "tasks", "main", { where: "polling", waits: [] });
    event("Wait", { task: "main", run: "main", on, at: site, ...(k === 1 && { stack: 1 }) }, "tasks", "main", { waits: [on] });
    event("PollEnd", { task: "main", run: "main", outcome: "pending", wakers: 1 }, "tasks", "main", { where: "waiting", wakers: 1 });
    event("Wake", { task: "main", by: "timer", effect: "queued" }, "tasks", "main", { where: "queued" });
  }
  return [...out, { end: "complete" }];
}

/** To the last event at which task 1 waits for something. */
const waiting = (page) => page.evaluate(() => {
  const { K } = window, i = window.T.events.findLast((e) => e.ev === "PollEnd" && e.task === "task 1" && e.outcome === "pending").i;
  K.go(i);
  return K.stateAt(i).tasks.get("task 1").waits.length;
});

export function stacks(checks, files, directory) {
  checks.add("stacks: a task that waits is shown at the line that its await stack ends with", async (open) => {
    const page = await open(files.stacks), [asked, wrong] = await page.evaluate(() => {
      const { K } = window, wrong = [];
      let asked = 0;
      for (const e of window.T.events.filter((e) => e.ev === "PollEnd" && e.outcome === "pending")) {
        K.go(e.i);
        const s = K.stateAt(e.i), t = s.tasks.get(e.task), lines = t.waits.flatMap((on) => [...K.stacks.html(s, t, on).matchAll(/:(\d+)<\/code>/g)].slice(-1).map(([, line]) => line)), shown = document.getElementById("p-file").textContent;
        asked += lines.length > 0;
        if (lines.length && !lines.includes(/:(\d+)$/.exec(shown)?.[1])) wrong.push(`event ${e.n}: ${shown}, and the stack has ${lines}`);
      }
      return [asked, wrong];
    });
    is(asked > 5, `${asked} waits have a stack`);
    same(wrong, [], "of these waits");
  });

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

  checks.add("stacks: in a long loop the functions of the first wait are told, and no search takes longer for it", async (open) => {
    const page = await pageOf(open, files.channel, directory, "loop", longLoop);
    const { said, title, read } = await page.evaluate(() => {
      const { K } = window, { parse } = JSON, s = K.stateAt(K.trace.last - 1), t = s.tasks.get("main");
      let read = 0;
      JSON.parse = (text) => { read += 1; return parse(text); };
      const said = K.stacks.html(s, t, t.waits[0]), title = K.stacks.titled(s, t, "");
      JSON.parse = parse;
      return { said: said.replace(/<[^>]*>/g, ""), title, read };
    });
    is(/^In outer a\.rs:3 → inner a\.rs:9 \(as at event 3,/.test(said), `told: ${said}`);
    is(/outer → inner \(as at event 3\)/.test(title), `where a mouse rests: ${title}`);
    is(read <= 2, `${read} lines are read for it`);
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
      // Under what it waits for is a task that is awaited; directly under the task is one that it has only spawned.
      const words = await page.evaluate(() => [...document.querySelectorAll("#tree .tree ul > li")].filter((li) => li.querySelector(":scope > div > .who:first-child")).map((li) => [!!li.parentElement.parentElement.querySelector(":scope > div > .who:first-child"), /spawned here/.test(li.querySelector(":scope > div > .mute")?.textContent)]));
      is(words.length > 0 && words.every(([under, says]) => under === says), `which are awaited, and which are not: ${JSON.stringify(words)}`);
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
