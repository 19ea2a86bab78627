// Is the whole run there as text, and is it found?

import { is, same } from "./harness.mjs";

/** Waits until the list has followed what was typed, and tells which events it holds. */
async function listed(page, text, kind = "all", task = "") {
  await page.fill("#search-text", text);
  await page.selectOption("#search-kind", kind);
  await page.fill("#search-task", task);
  await page.evaluate(([t, k, who]) => window.K.search.filter({ text: t, kind: k, task: who }), [text, kind, task]);
  return page.evaluate(() => window.K.search.entries.map((code) => window.K.search.entry(code)).filter((entry) => entry.event).map((entry) => entry.i));
}
const events = (page, f) => page.evaluate(`window.K.visible.filter((i) => { const e = window.K.event(i), say = e.say.toLowerCase(); return ${f}; })`);

export function search(checks, files) {
  checks.add("search: by words, kind and task", async (open) => {
    const page = await open(files.channel);
    await page.keyboard.press("/");
    same(await listed(page, ""), await events(page, "true"), "everything");
    same(await listed(page, "timer 1"), await events(page, "/timer 1\\b/.test(say)"), "timer 1");
    same(await listed(page, "channel WAITS"), await events(page, "say.includes('channel') && say.includes('waits')"), "both words, whatever their size");
    same(await listed(page, "", "wake"), await events(page, "e.ev === 'Wake' || e.ev === 'Defer'"), "wakes");
    same(await listed(page, "", "timer"), await events(page, "e.ev.startsWith('Timer') || e.ev === 'Advance'"), "timers");
    same(await listed(page, "", "all", "task 1"), await events(page, "e.task === 'task 1' || e.run === 'task 1' || e.by?.task === 'task 1'"), "task 1");
    same(await listed(page, "", "coalesced"), await events(page, "e.ev === 'Wake' && e.effect === 'coalesced'"), "wakes that were coalesced");
    same(await listed(page, "a teapot"), [], "nothing");
    is(await page.isVisible("text=No event says that"), "and it says so");
    await page.click("#search-close");
    await page.keyboard.press("3");
    await page.keyboard.press("/");
    same(await listed(page, ""), await page.evaluate(() => window.T.events.map((e) => e.i)), "all events at the engine's level");
  });

  checks.add("search: typing filters, a click goes there", async (open) => {
    const page = await open(files.channel);
    await page.click("#b-search");
    await page.keyboard.type("receives");
    await page.waitForFunction(() => window.K.search.entries.length === 5);
    same(await page.evaluate(() => [...document.querySelectorAll("#search-list .said")].every((el) => /receives/.test(el.textContent))), true, "what is listed says so");
    const wanted = await page.evaluate(() => window.K.search.entry(window.K.search.entries[2]).i);
    await page.click("#search-list li:nth-child(3) a");
    same(await page.evaluate(() => [window.K.i, document.getElementById("search").open]), [wanted, false], "the third");
    await page.click("#b-search");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    const second = await page.evaluate(() => Number(document.activeElement.dataset.go));
    same(second, await page.evaluate(() => window.K.search.entry(window.K.search.entries[1]).i), "arrows move through the list");
    await page.keyboard.press("Enter");
    same(await page.evaluate(() => window.K.i), second, "and enter goes there");
  });

  checks.add("search: one press of esc closes it", async (open) => {
    const page = await open(files.channel);
    await page.keyboard.press("/");
    await page.keyboard.type("timer");
    await page.keyboard.press("Escape");
    is(!(await page.evaluate(() => document.getElementById("search").open)), "though something is in the field");
  });

  checks.add("search: each spawn has its own line", async (open) => {
    for (const name of ["channel", "mutex", "zoo"]) {
      const page = await open(files[name]);
      await page.keyboard.press("/");
      await listed(page, "", "task");
      const rows = await page.evaluate(() => [...document.querySelectorAll("#search-list a")].map((a) => [window.K.event(+a.dataset.go), a.querySelector("small").textContent])
        .filter(([e]) => e.ev === "Spawn").map(([e, told]) => [told.split(" · ").at(-1), `${e.made.file.replace(/^.*\//, "")}:${e.made.line}`]));
      is(rows.length > 0, `${name}: no spawn is listed`);
      for (const [told, made] of rows) same(told, made, `${name}: the line of a spawn`);
    }
  });

  checks.add("search: of 100,000 only those in view exist", async (open) => {
    const page = await open(files.crowd);
    await page.click("#b-search");
    const [entries, rows] = await page.evaluate(() => [window.K.search.entries.length, document.querySelectorAll("#search-list li").length]);
    is(entries > 90_000 && rows > 5 && rows < 80, `${rows} rows for ${entries} sentences`);
    same((await listed(page, "task 4711")).length, await page.evaluate(() => window.K.visible.filter((i) => /task 4711\b/.test(window.K.event(i).say)).length), "task 4711");
    await page.evaluate(() => { window.K.search.filter({ text: "", kind: "all", task: "" }); document.querySelector(".search-scroll").scrollTop = 40 * 70_000; });
    await page.waitForFunction(() => Number(document.querySelector("#search-list li")?.getAttribute("aria-posinset")) > 69_000);
  });
}
