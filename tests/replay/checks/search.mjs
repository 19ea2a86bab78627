// Is the whole run there as text, is it found, and does a filter of tasks pick those that it names?

import { is, same } from "./harness.mjs";

/** The events that the list holds, once it has followed what was typed. */
async function listed(page, text, kind = "all", tasks = "") {
  await page.fill("#search-text", text);
  await page.selectOption("#search-kind", kind);
  return page.evaluate(
    ([text, kind, tasks]) => {
      const { filter, search } = window.K;
      filter.set(tasks);
      search.filter({ text, kind });
      return search.entries
        .map((code) => search.entry(code))
        .filter(({ event }) => event)
        .map(({ i }) => i);
    },
    [text, kind, tasks],
  );
}

/** Those of the events shown at this level that fit, by a test written out here. */
const events = (page, test) =>
  page.evaluate((test) => {
    const fits = new Function("e", "say", `return ${test}`);
    return window.K.visible
      .map((i) => window.K.event(i))
      .filter((e) => fits(e, e.say.toLowerCase()))
      .map(({ i }) => i);
  }, test);

/** A filter of tasks, and the same by hand: of a task's state `x`, in nanoseconds `now` and `t`. */
const FILTERS = [
  ["task 4711", "x.name === 'task 4711'"],
  ["12, task 13", "['task 12', 'task 13'].includes(x.name)"],
  ["doze", "x.what === 'doze'"],
  ["line:crowd.rs:24", "x.made.line === 24"],
  ["state:waiting", "x.where === 'waiting'"],
  ["state:done, state:polling", "x.how === 'ready' || x.where === 'polling'"],
  ["age:>39 ms", "(x.ended < 0 ? now : t[x.ended]) - t[x.spawned] > 39e6"],
  ["for:>10 ms", "x.where !== 'done' && now - t[x.since] > 10e6"],
  ["waits:timer", "x.waits.some((on) => on.timer)"],
  ["waits:timer line:crowd.rs:35", "x.waits.some((on) => on.timer) && x.made.line === 35"],
];

export function search(checks, files) {
  checks.add("search: by words, kind and task", async (open) => {
    const page = await open(files.channel);
    await page.keyboard.press("/");
    for (const [found, test] of [
      [await listed(page, ""), "true"],
      [await listed(page, "timer 1"), "/timer 1\\b/.test(say)"],
      [await listed(page, "channel WAITS"), "say.includes('channel') && say.includes('waits')"],
      [await listed(page, "", "wake"), "e.ev === 'Wake' || e.ev === 'Defer'"],
      [await listed(page, "", "timer"), "e.ev.startsWith('Timer') || e.ev === 'Advance'"],
      [await listed(page, "", "all", "task 1"), "[e.task, e.run, e.by?.task].includes('task 1')"],
      [await listed(page, "a teapot"), "false"],
    ])
      same(found, await events(page, test), test);
  });

  checks.add("search: typing filters, a click goes there", async (open) => {
    const page = await open(files.channel),
      entry = (k) => page.evaluate((k) => window.K.search.entry(window.K.search.entries[k]).i, k);
    await page.click("#b-search");
    await page.keyboard.type("receives");
    await page.waitForFunction(() => window.K.search.entries.length === 5);
    const [second, third] = [await entry(1), await entry(2)];
    await page.click("#search-list li:nth-child(3) a");
    same(await page.evaluate(() => [window.K.i, document.getElementById("search").open]), [third, false], "the third");
    await page.click("#b-search");
    for (const key of ["ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
    same(await page.evaluate(() => window.K.i), second, "by arrows and enter");
  });

  checks.add("search: of 100,000 only those in view exist", async (open) => {
    const page = await open(files.crowd);
    await page.click("#b-search");
    const [entries, rows] = await page.evaluate(() => [
      window.K.search.entries.length,
      document.querySelectorAll("#search-list li").length,
    ]);
    is(entries > 90_000 && rows > 5 && rows < 80, `${rows} rows for ${entries} sentences`);
    await page.evaluate(() => {
      document.querySelector(".search-scroll").scrollTop = 40 * 70_000;
    });
    await page.waitForFunction(
      () => Number(document.querySelector("#search-list li")?.getAttribute("aria-posinset")) > 69_000,
    );
  });

  checks.add("filter: by name, line, state, age and what is waited for", async (open) => {
    const page = await open(files.crowd);
    for (const [text, test] of FILTERS) {
      const [picked, meant] = await page.evaluate(
        ([text, test]) => {
          const { K } = window,
            { t } = K.trace,
            fits = new Function("x", "now", "t", `return ${test}`);
          K.go(K.upTo(t, 40e6));
          K.filter.set(text);
          const { i, tasks } = K.stateAt(K.i);
          return [
            [...K.filter.tasks].sort(),
            [...tasks.values()]
              .filter((x) => fits(x, t[i], t))
              .map((x) => x.name)
              .sort(),
          ];
        },
        [text, test],
      );
      is(picked.length > 0, `${text} picks none`);
      is(picked.join() === meant.join(), `${text}: ${picked.length} tasks are picked, and ${meant.length} meant`);
    }
  });

  checks.add("filter: lanes, table and sentences are narrowed alike, and all are there again", async (open) => {
    const page = await open(files.meeting);
    const lanes = () =>
      page.evaluate(() => window.K.lanes.items.filter((item) => item.row && !item.of).map((item) => item.row.name));
    const thing = await page.evaluate(() => {
      const wait = window.T.events.find((e) => e.ev === "Wait" && e.on.sync);
      window.K.go(window.T.events.find((e) => e.i > wait.i && e.ev === "PollEnd").i);
      return wait.on.sync;
    });
    const before = await lanes();
    await page.keyboard.press("f");
    await page.keyboard.type(`waits:${thing}`);
    await page.keyboard.press("Enter");
    const picked = await page.evaluate(() => [...window.K.filter.tasks]);
    is(picked.length > 0 && picked.length < 10, `${picked}`);
    same(await lanes(), picked, "lanes");
    await page.keyboard.press("l");
    same(
      await page.evaluate(() =>
        [...document.querySelectorAll("#times-table tbody .name")].map((el) => el.textContent).sort(),
      ),
      [...picked].sort(),
      "table",
    );
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    const about = await page.evaluate(() => {
      const { search, subjects } = window.K;
      return search.entries
        .map((code) => search.entry(code).event)
        .filter(Boolean)
        .map(subjects);
    });
    is(about.length > 0 && about.every((names) => names.some((name) => picked.includes(name))), "sentences");
    await page.keyboard.press("Escape");
    await page.click("#lanes-all");
    same(await lanes(), before, "all again");
  });

  checks.add(
    "filter: each suggestion picks as many as it says, and what makes no sense narrows nothing",
    async (open) => {
      for (const name of ["zoo", "meeting", "mutex", "crowd"]) {
        const page = await open(files[name]);
        await page.evaluate(() => window.K.go(Math.floor(window.K.trace.last / 2)));
        await page.keyboard.press("f");
        const all = await page.evaluate(() => window.K.filter.suggestions());
        is(all.length > 3, `${name}: ${all}`);
        for (const [text, n] of all) {
          await page.click(`[data-term="${text}"]`);
          same(await page.evaluate(() => [window.K.filter.text, window.K.filter.tasks.size]), [text, n], name);
          await page.click(`[data-term="${text}"]`);
        }
        for (const text of ["status:ready", "state:running", "age:5", "waits:", "constructor:1"]) {
          await page.fill("#search-tasks", text);
          await page.waitForFunction((text) => window.K.filter.text === text, text);
          same(
            [
              await page.getAttribute("#search-tasks", "aria-invalid"),
              await page.evaluate(() => window.K.filter.tasks),
            ],
            ["true", null],
            text,
          );
        }
      }
    },
  );
}
