// Is the whole run there as text, and is it found?

import { is, same } from "./harness.mjs";
import { pageOf } from "./scripts.mjs";

/** Waits until the list has followed what was typed, and tells which events it holds. */
async function listed(page, text, kind = "all", tasks = "") {
  await page.fill("#search-text", text);
  await page.selectOption("#search-kind", kind);
  await page.evaluate(([t, k, who]) => { window.K.filter.set(who); window.K.search.filter({ text: t, kind: k }); }, [text, kind, tasks]);
  return page.evaluate(() => window.K.search.entries.map((code) => window.K.search.entry(code)).filter((entry) => entry.event).map((entry) => entry.i));
}
const events = (page, f) => page.evaluate(`window.K.visible.filter((i) => { const e = window.K.event(i), say = e.say.toLowerCase(); return ${f}; })`);

export function search(checks, files, directory) {
  checks.add("search: what is found is listed around the event that is shown, from a whole row on, with how much is above", async (open) => {
    for (const [width, height] of [[1366, 768], [390, 844]]) {
      const page = await open(files.meeting, { width, height });
      await page.evaluate(() => window.K.go(window.K.visible[Math.floor(window.K.visible.length * 0.6)]));
      await page.keyboard.press("/");
      for (const [words, event] of [["", null], ["wake", "Wake"], ["polled", "PollStart"], ["", "last"]]) {
        if (event) await page.evaluate((ev) => window.K.go(ev === "last" ? window.K.visible.at(-1) : window.K.trace.index.byEv.get(ev).filter((i) => window.K.visible.includes(i)).at(-4)), event);
        await page.fill("#search-text", words);
        await page.waitForTimeout(200);
        const [now, cut, beyond, above] = await page.evaluate(() => {
          const scroll = document.querySelector(".search-scroll"), { top, bottom } = scroll.getBoundingClientRect(), rows = [...document.querySelectorAll("#search-list li")].map((li) => [li.getBoundingClientRect(), !!li.querySelector("[aria-current]")]);
          return [rows.some(([at, now]) => now && at.top >= top - 1 && at.bottom <= bottom + 1), rows.some(([at]) => at.top < top - 1 && at.bottom > top + 3), document.getElementById("search-beyond").textContent, Math.round(scroll.scrollTop / 40)];
        });
        same([now, cut, beyond.includes("above") ? parseInt(beyond.replace(/[▴,]/g, "")) : 0], [true, false, above], `${width}×${height}: “${words}”, ${beyond}`);
        is(above > 0, "it is scrolled");
      }
    }
  });

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
    const behind = await page.evaluate(() => (window.K.go(window.K.search.entry(window.K.search.entries[3]).i - 1), window.K.search.entry(window.K.search.entries[3]).i));
    await page.click("#b-search");
    await page.keyboard.press("Enter");
    same(await page.evaluate(() => window.K.i), behind, "from the field it goes to the next that is found");
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
      const rows = await page.evaluate(() => [...document.querySelectorAll("#search-list a")].map((a) => [window.K.event(+a.dataset.go), a.querySelector("small .site")?.textContent])
        .filter(([e]) => e.ev === "Spawn").map(([e, told]) => [told, `${e.made.file.replace(/^.*\//, "")}:${e.made.line}`]));
      is(rows.length > 0, `${name}: no spawn is listed`);
      for (const [told, made] of rows) same(told, made, `${name}: the line of a spawn`);
    }
  });

  checks.add("filter: by name, line, state, age and what is waited for", async (open) => {
    const page = await open(files.crowd);
    await page.evaluate(() => window.K.go(window.K.upTo(window.K.trace.t, 40e6)));
    /** The tasks that a filter picks, and those that a test written out here does. */
    const both = (text, test) => page.evaluate(([text, test]) => {
      const { K } = window, s = K.stateAt(K.i), { t } = K.trace, fits = new Function("x", "s", "t", "K", `return ${test}`);
      K.filter.set(text);
      return [[...K.filter.tasks].sort(), s.tasks.values().filter((x) => fits(x, s, t, K)).map((x) => x.name).sort()];
    }, [text, test]);
    for (const [text, test, some = true] of [
      ["task 4711", "x.name === 'task 4711'"], ["main", "x.name === 'main'"], ["12, task 13", "x.name === 'task 12' || x.name === 'task 13'"],
      ["doze", "x.what === 'doze'"],
      ["line:crowd.rs:23", "x.made.line === 23"], ["line:35", "x.made.line === 35"], ["line:examples/crowd.rs", "true"], ["line:owd.rs:35", "false", false],
      ["state:ready", "x.where === 'queued'", false], ["state:waiting", "x.where === 'waiting'"], ["state:done, state:polling", "x.how === 'ready' || x.where === 'polling'"], ["state:cancelled", "x.how === 'cancelled'", false],
      ["age:>39 ms", "(x.ended < 0 ? t[s.i] : t[x.ended]) - t[x.spawned] > 39e6"], ["age:<2.5 ms", "(x.ended < 0 ? t[s.i] : t[x.ended]) - t[x.spawned] < 2.5e6"],
      ["for:>10 ms", "x.where !== 'done' && t[s.i] - t[x.since] > 10e6"], ["for:>10 ms state:done", "false", false],
      ["waits:timer", "x.waits.some((on) => on.timer)"], ["waits:channel 1", "x.waits.some((on) => (on.sync ?? on.value) === 'channel 1')", false],
      ["waits:timer line:crowd.rs:34", "x.waits.some((on) => on.timer) && x.made.line === 34"],
    ]) {
      const [picked, meant] = await both(text, test);
      const lacks = (some, others) => { const has = new Set(others); return some.filter((name) => !has.has(name)).slice(0, 5); };
      same([lacks(picked, meant), lacks(meant, picked)], [[], []], text);
      is(!some || picked.length > 0, `${text} picks none`);
    }
    same((await both("waits:timer 4", "x.waits.some((on) => on.timer === 'timer 4')"))[0].length <= 1, true, "timer 4 is not timer 47");
  });

  checks.add("filter: lanes, table, waiting tasks and sentences are narrowed alike, and stay so", async (open) => {
    const page = await open(files.meeting);
    const [thing, rows] = await page.evaluate(() => {
      const wait = window.T.events.find((e) => e.ev === "Wait" && e.on.sync);
      window.K.go(window.T.events.find((e) => e.i > wait.i && e.ev === "PollEnd").i);
      return [wait.on.sync, window.K.lanes.items.filter((item) => !item.of).length + window.K.lanes.items.left];
    });
    await page.keyboard.press("f");
    await page.keyboard.type(`waits:${thing}`);
    await page.keyboard.press("Enter");
    const picked = await page.evaluate(() => [...window.K.filter.tasks]), at = await page.evaluate(() => window.K.trace.n[window.K.i]);
    is(picked.length > 0 && picked.length < 10, `${picked}`);
    const narrowed = async (when) => {
      same(await page.evaluate(() => window.K.lanes.items.filter((item) => item.row && !item.of).map((item) => item.row.name)), picked, `lanes, ${when}`);
      same(await page.evaluate(() => { const [all, ...waiting] = [window.K.stateAt(window.K.i).places.waiting, ...document.querySelectorAll(".place:nth-child(5) [data-task]")]; return waiting.filter((el) => el.closest(".ended") || (el.closest(".tok") && all.some((t) => t.name === el.dataset.task))).every((el) => window.K.filter.has(el.dataset.task)); }), true, `waiting and done, ${when}`);
      await page.keyboard.press("l");
      same(await page.evaluate(() => [...document.querySelectorAll("#times-table tbody .name")].map((el) => el.textContent).sort()), [...picked].sort(), `table, ${when}`);
      await page.keyboard.press("Escape");
      await page.keyboard.press("/");
      const about = await page.evaluate(() => window.K.search.entries.map((code) => window.K.search.entry(code)).filter((entry) => entry.event).map((entry) => window.K.subjects(entry.event)));
      is(about.length > 0 && about.every((names) => names.some((name) => picked.includes(name))), `sentences, ${when}`);
      await page.keyboard.press("Escape");
    };
    await narrowed("at once");
    await page.keyboard.press("End");
    await narrowed("at the end");
    is((await page.textContent("#lanes-filter")).includes(`at event ${at}`), "it says as at which event");
    await page.keyboard.press("f");
    await page.click("[data-anew]");
    same(await page.evaluate(() => window.K.filter.tasks.size), 0, "at the end none waits");
    is(await page.isVisible("text=No task fits"), "and it says so");
    await page.keyboard.press("Escape");
    await page.click("#lanes-all");
    same(await page.evaluate(() => window.K.lanes.items.filter((item) => !item.of).length + window.K.lanes.items.left), rows, "all again");
  });

  checks.add("filter: what makes no sense is said, and narrows nothing", async (open) => {
    const page = await open(files.mutex);
    await page.keyboard.press("f");
    for (const [text, words] of [["status:ready", "there is no “status:”. Write a name, line:, state:"], ["state:running", "No state is called “running”. A state is ready, polling"], ["state:", "A state is ready"], ["age:5", "Write age:>1 s"],
      ["for:>soon", "Write for:>1 s"], ["waits:", "Write what the tasks wait for"], ["line:", "Write the line"], ["constructor:1", "there is no “constructor:”"], ["state:constructor", "No state is called"]]) {
      await page.fill("#search-tasks", text);
      await page.waitForFunction((text) => window.K.filter.text === text, text);
      const said = await page.textContent("#search-fits");
      is(said.includes(words), `${text}: ${said}`);
      same(await page.evaluate(() => [window.K.filter.tasks, window.K.lanes.items.length, document.getElementById("search-tasks").getAttribute("aria-invalid")]), [null, 11, "true"], text);
    }
    await page.fill("#search-tasks", "(.*[");
    await page.waitForFunction(() => window.K.filter.tasks?.size === 0);
    same(await page.getAttribute("#search-tasks", "aria-invalid"), "false", "strange words are only words");
  });

  checks.add("filter: a suggestion counts a task once for each thing that it waits for, and those still to come", async (open) => {
    const page = await pageOf(open, files.channel, directory, "suggestions", function (lines) {
      const out = lines.filter((o) => o.v !== undefined || o.file !== undefined), event = (ev, more, ...then) => out.push({ n: out.length, t: out.length * 1000, ev, say: ev, ...more, then });
      const spawn = (n, made) => event("Spawn", { task: `task ${n}`, run: "main", made }, "tasks", `task ${n}`, { where: "queued", made });
      event("Spawn", { task: "main", kind: "main" }, "tasks", "main", { kind: "main", where: "queued" });
      event("PollStart", { task: "main", run: "main" }, "tasks", "main", { where: "polling", waits: [] });
      spawn(1, "src/main.rs:9:5");
      spawn(2, "src/main.rs:9:40"); // the same line, further right
      const waits = [[{ timer: "timer 1" }, { timer: "timer 2" }, { value: "channel 1" }], [{ value: "channel 1" }]];
      waits.forEach((on, k) => event("PollEnd", { task: `task ${k + 1}`, run: `task ${k + 1}`, outcome: "pending" }, "tasks", `task ${k + 1}`, { where: "waiting", waits: on, wakers: on.length }));
      event("BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main", waited: null });
      spawn(3, "src/main.rs:9:5");
      return [...out, { end: "complete" }];
    });
    await page.evaluate(() => window.K.go(6));
    await page.keyboard.press("f");
    const all = await page.evaluate(() => window.K.filter.suggestions());
    same(all.filter(([text]) => /^(waits|line)/.test(text)), [["waits:channel 1", 2], ["waits:timer", 1], ["line:main.rs:9", 3]], "what is suggested");
    for (const [text, n] of all) same(await page.evaluate((text) => { window.K.filter.set(text); return window.K.filter.tasks.size; }, text), n, text);
    await page.evaluate(() => window.K.filter.set("waits:timer  line:main.rs:9"));
    same(await page.evaluate(() => [...document.querySelectorAll("[data-term][aria-pressed='true']")].map((el) => el.dataset.term)), ["waits:timer", "line:main.rs:9"], "terms with a space between");
    same(await page.textContent("#search-fits"), `1 of 5 tasks and jobs, counting main, as at event ${await page.evaluate(() => window.K.trace.n[window.K.i])}.`, "jobs are not called tasks");
  });

  checks.add("filter: on the first screen it asks of the whole run", async (open) => {
    for (const name of ["zoo", "meeting"]) {
      const page = await open(files[name]);
      await page.keyboard.press("f");
      const all = await page.evaluate(() => window.K.filter.suggestions());
      is(all.some(([text]) => /^waits:/.test(text)), `${name}: ${all}`);
      for (const [text, n] of all) same(await page.evaluate((text) => { window.K.filter.set(text); return window.K.filter.tasks.size; }, text), n, `${name}: ${text}`);
      // Those that a `Wait` tells of, each thing that is waited for.
      const [found, told] = await page.evaluate(() => {
        const { K } = window, waits = window.T.events.filter((e) => e.ev === "Wait" && e.on.sync), [{ on }] = waits;
        K.filter.set(`waits:${on.sync}`);
        return [[...K.filter.tasks].sort(), [...new Set(waits.filter((e) => [e.on.sync, e.on.value].includes(on.sync)).map((e) => e.run))].sort()];
      });
      is(told.length > 0 && told.every((name) => found.includes(name)), `${name}: ${found}, but ${told} waited`);
      is((await page.textContent("#search-fits")).endsWith(", at some moment of the run."), await page.textContent("#search-fits"));
    }
  });

  checks.add("filter: what is not suggested at first can be reached", async (open) => {
    const page = await open(files.zoo, { width: 390, height: 844, touch: true });
    await page.evaluate(() => window.K.search.tasks());
    const [few, every] = await page.evaluate(() => [window.K.filter.suggestions().length, window.K.filter.suggestions(200)]);
    is(every.length > few, "the zoo has more");
    same(await page.textContent("[data-every]"), `▾ all ${every.length}`, "how many");
    await page.click("[data-every]");
    same(await page.evaluate(() => [...document.querySelectorAll("[data-term]")].map((el) => el.dataset.term)), every.map(([text]) => text), "all are there");
    await page.click(`[data-term="${every.at(-1)[0]}"]`); // (which scrolls to it)
    same(await page.evaluate(() => window.K.filter.text), every.at(-1)[0], "and the last can be chosen");
  });

  checks.add("filter: each suggestion picks as many as it says", async (open) => {
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
        same(await page.evaluate(() => window.K.filter.tasks), null, `${name}: once more, and it is gone`);
      }
    }
    const page = await open(files.mutex);
    await page.keyboard.press("/");
    await page.keyboard.type("wakes state:waiting");
    await page.click("[data-move]");
    same(await page.evaluate(() => [document.getElementById("search-text").value, window.K.filter.text]), ["wakes", "state:waiting"], "what is written into the other field is offered");
  });

  checks.add("search: of 100,000 only those in view exist", async (open) => {
    const page = await open(files.crowd);
    await page.click("#b-search");
    const [entries, rows] = await page.evaluate(() => [window.K.search.entries.length, document.querySelectorAll("#search-list li").length]);
    is(entries > 90_000 && rows > 5 && rows < 80, `${rows} rows for ${entries} sentences`);
    same((await listed(page, "task 4711")).length, await page.evaluate(() => window.K.visible.filter((i) => /task 4711\b/.test(window.K.event(i).say)).length), "task 4711");
    await page.evaluate(() => { window.K.search.filter({ text: "", kind: "all" }); document.querySelector(".search-scroll").scrollTop = 40 * 70_000; });
    await page.waitForFunction(() => Number(document.querySelector("#search-list li")?.getAttribute("aria-posinset")) > 69_000);
  });
}
