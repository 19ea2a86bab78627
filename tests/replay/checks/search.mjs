// Does the search box find all sentences that fit, and choose the tasks that it describes?
//
// Which sentences and tasks these are is worked out here, from the trace's events and states.

import { at, go, is, same } from "./harness.mjs";

/** What is written, and which sentences of this level fit, by a test written out here: of an event
 * `e`, and what it says in small letters. */
const SENTENCES = [
  ["", "true"],
  ["timer 1", "/timer 1\\b/.test(say)"],
  ["channel WAITS", "say.includes('channel') && say.includes('waits')"],
  ["task:1", "T.subjects(e.i).includes('task 1')"],
  ["task:1 receives", "T.subjects(e.i).includes('task 1') && say.includes('receives')"],
  ["a teapot", "false"],
];
/** The same of tasks: of a task's state `x`, and what it waits for. */
const TASKS = [
  ["task:4711", "x.name === 'task 4711'"],
  ["task:12, task:task 13", "['task 12', 'task 13'].includes(x.name)"],
  ["task:doze", "x.what === 'doze'"],
  ["line:crowd.rs:24", "x.made.line === 24"],
  ["state:waiting", "x.where === 'waiting'"],
  ["state:done, state:polling", "x.how === 'ready' || x.where === 'polling'"],
  ["waits:timer line:crowd.rs:35", "waits.some((on) => on.timer) && x.made.line === 35"],
];

export function search(checks, files) {
  checks.add("find: by words and task", async (open) => {
    const page = await open(files.channel);
    await page.keyboard.press("/");
    for (const term of SENTENCES) {
      const [listed, meant] = await page.evaluate(([text, test]) => {
        const fits = new Function("e", "say", `return ${test}`),
          { find } = K;
        find.set(text);
        const found = find.entries.map(find.entry).filter(({ event }) => event),
          meant = K.visible.map(K.event).filter((e) => fits(e, e.say.toLowerCase()));
        return [found, meant].map((all) => all.map(({ i }) => i));
      }, term);
      same(listed, meant, term[0]);
    }
  });

  checks.add("find: typing filters, a click goes there", async (open) => {
    const page = await open(files.channel),
      entry = (k) => page.evaluate((k) => K.find.entry(K.find.entries[k]).i, k);
    await page.click("#b-find");
    await page.keyboard.type("receives");
    await page.waitForFunction(() => K.find.entries.length === 5);
    const [second, third] = [await entry(1), await entry(2)];
    await page.click("#find-list li:nth-child(3) a");
    same([await at(page), await page.isVisible("#find")], [third, false], "the third");
    await go(page, 0);
    await page.click("#b-find");
    for (const key of ["ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
    same(await at(page), second, "by arrows and enter");
  });

  checks.add("find: of 100,000 only those in view exist", async (open) => {
    const page = await open(files.crowd);
    await page.click("#b-find");
    const entries = await page.evaluate(() => K.find.entries.length),
      rows = await page.locator("#find-list li").count();
    is(entries > 90_000 && rows > 5 && rows < 80, `${rows} rows for ${entries} sentences`);
    await page.evaluate(
      () => void (document.querySelector("#find-scroll").scrollTop = 40 * 70_000),
    );
    const isFar = () => document.querySelector("#find-list li")?.ariaPosInSet > 69_000;
    await page.waitForFunction(isFar);
  });

  checks.add("find: tasks by name, line, state and what is waited for", async (open) => {
    const page = await open(files.crowd);
    for (const term of TASKS) {
      const [picked, meant] = await page.evaluate(([text, test]) => {
        const fits = new Function("x", "waits", `return ${test}`);
        K.goTo(K.lastAtMost(K.trace.t, 40e6));
        K.find.set(text);
        const s = K.stateAt(K.shown),
          meant = [...s.tasks.values()].filter((x) => fits(x, K.waitsFor(s, x.name)));
        return [[...K.find.tasks], meant.map(({ name }) => name)].map((all) => all.sort().join());
      }, term);
      is(picked && picked === meant, `${term[0]} picks other tasks`);
    }
  });

  checks.add(
    "find: lanes, table and sentences are narrowed alike, until it is undone",
    async (open) => {
      const page = await open(files.meeting),
        rows = () => K.view.items.filter((item) => !item.parent).map((item) => item.row.name),
        lanes = () => page.evaluate(rows);
      const thing = await page.evaluate(() => {
        const wait = T.events.find((e) => e.ev === "Wait" && e.on.sync);
        K.goTo(T.events.find((e) => e.i > wait.i && e.ev === "PollEnd").i);
        return wait.on.sync;
      });
      const before = await lanes();
      await page.keyboard.press("/");
      await page.keyboard.type(`waits:${thing}`);
      await page.waitForFunction((text) => K.find.text === text, `waits:${thing}`);
      const chosen = await page.evaluate(() => [...K.find.tasks]),
        isChosen = (name) => chosen.includes(name);
      is(chosen.length > 0 && chosen.length < 10, `${chosen}`);
      const about = await page.evaluate(() =>
        K.find.entries.map(K.find.entry).map(({ i }) => T.subjects(i)),
      );
      is(about.length > 0 && about.every((names) => names.some(isChosen)), "sentences");
      await page.keyboard.press("Escape");
      same(await lanes(), chosen, "lanes");
      await page.keyboard.press("l");
      const table = await page.locator("#times-table tbody .name").allTextContents();
      same(table.sort(), chosen.toSorted(), "table");
      await page.keyboard.press("Escape");
      await page.click("#lanes-all");
      same(await lanes(), before, "all again");
    },
  );

  checks.add("find: each term picks as many tasks as it says", async (open) => {
    for (const name of ["zoo", "meeting", "mutex", "crowd"]) {
      const page = await open(files[name]);
      await page.evaluate(() => K.goTo(Math.floor(K.trace.last / 2)));
      await page.keyboard.press("/");
      const all = await page.evaluate(() => K.find.suggestions());
      is(all.length > 3, `${name}: ${all}`);
      for (const [text, n] of all) {
        await page.click(`[data-term="${text}"]`);
        same(await page.evaluate(() => [K.find.text, K.find.tasks.size]), [text, n], name);
        await page.click(`[data-term="${text}"]`);
        same(await page.evaluate(() => K.find.tasks), null, `${name}: without ${text}`);
      }
    }
  });
}
