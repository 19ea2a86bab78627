// Does the page open with the right answer, and does each stretch get one?

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { is, same } from "./harness.mjs";

const shown = (page) => page.evaluate(() => [document.getElementById("answer").hidden, window.T.words(document.getElementById("sentence")), window.T.words(document.getElementById("answer"))]);

export function answer(checks, files, directory) {
  checks.add("answer: the page opens with it, a step ends it, and the quiz hides it", async (open) => {
    for (const name of ["make_tea", "channel", "mutex", "server", "zoo"]) {
      const page = await open(files[name]), cut = name === "server";
      const [hidden, sentence, words] = await shown(page);
      is(!hidden && /^The run took [\d.]+ (µs|ms|s)/.test(sentence), `${name}: ${sentence}`);
      is(cut ? /cut short/.test(sentence) : /main returned/.test(sentence), `${name}: how it ended: ${sentence}`);
      is(/^Where did the [\d.]+ (µs|ms|s) of .* go\?/.test(words) && words.includes("What bounded it"), `${name}: ${words}`);
      await page.keyboard.press("ArrowRight");
      same((await shown(page))[0], true, `${name}: the boxes come with the first step`);
      is(await page.isVisible("#places"), `${name}: and are seen`);
      await page.keyboard.press("Home");
      same(await shown(page), [hidden, sentence, words], `${name}: the first event has it again`);
      await page.keyboard.press("q");
      const [away, plain] = await shown(page);
      is(away && plain === "The run begins.", `${name}: the quiz tells nothing of what comes: ${plain}`);
      await page.evaluate(() => window.K.answer.ask("main"));
      same((await shown(page))[0], true, `${name}: not even if one asks`);
    }
  });

  checks.add("answer: every moment of a task has one cause", async (open) => {
    for (const name of ["make_tea", "channel", "select", "mutex", "errors", "zoo", "meeting"]) {
      const page = await open(files[name]);
      const faults = await page.evaluate(() => {
        // (Where the clock is virtual, polls are measured by the machine's.)
        const { K } = window, { t, real } = K.trace, out = [], slack = 20_000 + Math.abs(real[K.trace.last] - t[K.trace.last]), close = (a, b) => Math.abs(a - b) <= slack;
        for (const row of K.rowsOf(K.trace).rows.values()) {
          if (row.job) continue; // (its thread measures)
          const [begin, end] = K.lifeOf(row.name), middle = begin + (end - begin) / 3, sum = (from, to) => K.causesOf(row.name, from, to).reduce((ns, cause) => ns + cause.ns, 0);
          if (!close(sum(), end - begin)) out.push(`${row.name} lived ${end - begin}, and its causes are ${sum()}`);
          if (!close(sum(begin, middle) + sum(middle, end), sum())) out.push(`${row.name}: the parts are not the whole`);
          const { links, last } = K.chainOf(row.name, begin, end);
          if (last && last.ns > end - begin + slack) out.push(`${row.name}: its chain is longer than its life`);
          for (const link of links) if (link.words !== "its spawn" && K.rowsOf(K.trace).rows.get(link.who).kind[K.rowsOf(K.trace).rows.get(link.who).barAt(link.at)] !== K.BAR.WAIT) out.push(`${link.who} does not wait at ${link.at} for ${link.words}`);
        }
        return out;
      });
      same(faults, [], name);
    }
  });

  checks.add("answer: the causes are those of the events", async (open) => {
    const page = await open(files.channel);
    // Each wait from the events alone: from its PollEnd to the wake, by what it was for.
    const counted = await page.evaluate(() => {
      const sums = {}, since = {};
      for (const e of window.T.events) {
        if (e.ev === "Wait" && e.run) (since[e.run] ??= { on: [] }).on.push(e.on);
        if (e.ev === "PollStart") delete since[e.task];
        if (e.ev === "PollEnd" && since[e.task]) since[e.task].from = e.t;
        if (e.ev === "Wake" && e.effect === "queued" && since[e.task]?.from !== undefined) {
          const { on, from } = since[e.task];
          if (on.length === 1) ((sums[e.task] ??= {})[window.K.onWhat(on[0]).replace(/^timer.*/, "a timer")] ??= []).push(e.t - from);
          delete since[e.task];
        }
      }
      return sums;
    });
    is(Object.keys(counted).length >= 2, "some tasks wait");
    for (const [task, sums] of Object.entries(counted)) {
      const causes = await page.evaluate((name) => window.K.causesOf(name).map(({ words, key, ns }) => [key === "late" ? "a timer" : words, ns]), task);
      for (const [words, all] of Object.entries(sums)) {
        const ns = causes.filter(([w]) => w === words).reduce((sum, [, ns]) => sum + ns, 0), wanted = all.reduce((a, b) => a + b, 0);
        is(Math.abs(ns - wanted) < 1000, `${task} waited ${wanted} for ${words}, not ${ns}`);
      }
    }
  });

  /** A page with a run that is written down here: `[ms, event, its fields, its changes …]` a line. */
  async function told(open, name, run) {
    const text = readFileSync(files.channel, "utf8"), data = text.indexOf('id="trace">') + 12, file = join(directory, `${name}.html`);
    const header = text.slice(data).split("\n").find((line) => line.startsWith("{") && "v" in JSON.parse(line));
    const lines = run.map(([ms, ev, more, ...then], k) => JSON.stringify({ n: k + 1, t: ms * 1e6, ev, say: ev, ...more, then }));
    writeFileSync(file, text.slice(0, data) + [header, ...lines, '{"end":"complete"}'].join("\n"));
    return open(file);
  }
  const made = (task, ms = 0) => [ms, "Spawn", { task, kind: task === "main" ? "main" : "task", ...(task !== "main" && { run: "main" }) }, "tasks", task, { kind: task === "main" ? "main" : "task", where: "queued" }];
  const polled = (task, ms) => [ms, "PollStart", { task, run: task }, "tasks", task, { where: "polling", waits: [] }];
  const waits = (task, ms, ...on) => [ms, "PollEnd", { task, run: task, outcome: "pending", wakers: 1 }, "tasks", task, { where: "waiting", waits: on, wakers: 1 }];
  const woken = (task, ms, by) => [ms, "Wake", { task, by: by.startsWith("task") || by === "main" ? { task: by } : by, effect: "queued", ...((by.startsWith("task") || by === "main") && { run: by }) }, "tasks", task, { where: "queued" }];
  const over = (task, ms) => [ms, "PollEnd", { task, run: task, outcome: "ready" }, "tasks", task, { where: "done", how: "ready" }];
  const sums = (page, name) => page.evaluate((name) => window.K.causesOf(name).map(({ words, ns }) => [words, ns / 1e6]), name);
  const chain = (page, name) => page.evaluate((name) => {
    const { links, last, around } = window.K.chainOf(name, ...window.K.lifeOf(name));
    return [links.map(({ who, words }) => `${who}: ${words}`), last && [last.who, last.words, last.ns / 1e6], around && [around.who, around.to]];
  }, name);

  checks.add("answer: the chain leads from the slowed to the slow, and a late timer to who held the thread", async (open) => {
    const page = await told(open, "pressure", [
      made("main"), polled("main", 0), made("task 1"), made("task 2"), made("task 3"), waits("main", 0, { task: "task 1" }),
      polled("task 1", 1), waits("task 1", 1, { sync: "channel 1", ticket: 1, units: 1 }), polled("task 2", 2), waits("task 2", 2, { sync: "channel 2", ticket: 1, units: 1 }),
      polled("task 3", 3), [3, "TimerAdd", { timer: "timer 1", run: "task 3" }, "timers", "timer 1", { due: 103e6, task: "task 3" }], waits("task 3", 3, { timer: "timer 1" }),
      [153, "TimerFire", { timer: "timer 1", late: 50e6 }, "timers", "timer 1", "rings"], woken("task 3", 153, "timer"), polled("task 3", 154),
      woken("task 2", 154, "task 3"), over("task 3", 154), polled("task 2", 155), woken("task 1", 155, "task 2"), over("task 2", 155), polled("task 1", 156), woken("main", 156, "task 1"), over("task 1", 156),
      polled("main", 157), over("main", 157), [157, "RunEnd", { tasks: 0, timers: 0, sources: 0 }],
    ]);
    same(await sums(page, "task 3"), [["a timer", 100], ["a timer that was late", 50], ["ready, in the run queue", 4], ["polling", 0]], "of the slow task");
    same(await chain(page, "main"), [["main: the end of task 1", "task 1: room in channel 1", "task 2: room in channel 2"], ["task 3", "a timer", 100], null], "of main");
    same((await chain(page, "task 2"))[0], ["task 2: room in channel 2"], "of one in between");
    const links = await page.evaluate(() => [...document.querySelectorAll("#answer .chain a")].map((a) => [a.textContent.replace(/\s+/g, " "), window.K.event(+a.dataset.go).ev, window.K.event(+a.dataset.go).task]));
    same(links.map(([, ev, task]) => `${ev} ${task}`), ["PollEnd main", "PollEnd task 1", "PollEnd task 2", "PollEnd task 3"], `each link goes to where its wait begins: ${links}`);
  });

  checks.add("answer: a job’s queue, a wait for two things, and a circle", async (open) => {
    const page = await told(open, "pool", [
      made("main"), polled("main", 0), [0, "BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main", waited: null }], waits("main", 0, { task: "job 1" }),
      [600, "BlockingRun", { task: "job 1", waited: 400e6 }, "jobs", "job 1", { waited: 400e6 }], [600, "BlockingEnd", { task: "job 1", ran: 200e6 }, "jobs", "job 1", "ended"],
      woken("main", 600, "message"), polled("main", 600), made("task 1", 600), waits("main", 600, { timer: "timer 9" }, { value: "channel 5" }), polled("task 1", 630), woken("main", 630, "task 1"), waits("task 1", 630, { timer: "timer 8" }),
      polled("main", 630), waits("main", 630, { timer: "timer 9" }, { value: "channel 5" }), woken("main", 650, "timer"), polled("main", 650), over("main", 650), [650, "RunEnd", { tasks: 1, timers: 0, sources: 0 }],
    ]);
    same((await sums(page, "main")).slice(0, 4), [["a thread of the pool", 400], ["job 1, on its thread", 200], ["a value in channel 5", 30], ["a timer", 20]], "each by what ended it");
    same((await chain(page, "main")).slice(0, 2), [["main: job 1"], ["job 1", "a thread of the pool", 400]], "the pool had too few threads");
    const locked = (n) => [0, "SyncAct", { sync: `lock ${n}`, kind: "mutex", act: "take", count: 0, units: 1, run: `task ${n}` }, "primitives", `lock ${n}`, { kind: "mutex", holders: [`task ${n}`], count: 0 }];
    const ring = await told(open, "ring", [made("main"), polled("main", 0), ...[1, 2, 3].map((n) => made(`task ${n}`)), waits("main", 0, { task: "task 1" }),
      ...[1, 2, 3].flatMap((n) => [polled(`task ${n}`, n), locked(n), waits(`task ${n}`, n, { sync: `lock ${(n % 3) + 1}`, ticket: 1 })]), [90, "Park", { timeout: null }, "loop", "", { step: "park" }]]);
    same(await chain(ring, "main"), [["main: the end of task 1", "task 1: lock 2", "task 2: lock 3"], ["task 3", "lock 1", 87], ["task 3", "task 1"]], "who waits for whom");
    is(/It goes around: .*task 3 waits for lock 1, which leads back to .*task 1/.test((await shown(ring))[2]), "in words");
  });

  checks.add("answer: a stretch by dragging, by the table, in words", async (open) => {
    const page = await open(files.channel);
    await page.keyboard.press("ArrowRight");
    const box = await page.evaluate(() => {
      const { K } = window, f = K.lanes.frame, item = K.lanes.items.find((x) => x.row?.name === "main"), at = document.getElementById("lanes-rows").getBoundingClientRect();
      return { from: at.left + f.px(10) + f.half, to: at.left + f.px(40) + f.half, y: at.top + item.y + item.h / 2, span: [K.trace.t[10], K.trace.t[41]] };
    });
    await page.mouse.move(box.from, box.y);
    await page.mouse.down();
    await page.mouse.move((box.from + box.to) / 2, box.y, { steps: 3 });
    is(await page.evaluate(() => !!document.querySelector(".lane-stretch")), "the stretch is marked while one drags");
    await page.mouse.move(box.to, box.y, { steps: 3 });
    await page.mouse.up();
    const stretch = () => page.evaluate(() => window.K.answer.stretch && [window.K.answer.stretch.name, window.K.answer.stretch.begin, window.K.answer.stretch.end]);
    same(await stretch(), ["main", ...box.span], "what was dragged over is asked about");
    is(/From .* to/.test((await shown(page))[2]) && !(await shown(page))[0], "and answered");
    await page.keyboard.press("Escape");
    same([await stretch(), (await shown(page))[0]], [null, true], "esc closes it");

    await page.keyboard.press("l");
    await page.fill("#times-go", "100-400 ms");
    await page.keyboard.press("Enter");
    same([await stretch(), await page.isVisible("#times")], [["main", 1e8, 4e8], false], "in words, of main");
    await page.selectOption("#answer [data-of]", "task 1");
    same(await stretch(), ["task 1", 1e8, 4e8], "the same stretch of another task");
    await page.keyboard.press("ArrowRight"); // (the list has the focus)
    await page.click("#b-next");
    same(await stretch(), null, "a step ends it");
    await page.keyboard.press("l");
    await page.fill("#times-from", "0.1 s");
    await page.click("#times-table [data-ask='task 1']");
    same(await page.evaluate(() => [window.K.answer.stretch.name, window.K.answer.stretch.begin]), ["task 1", 1e8], "by the table");
    const to = await page.evaluate(() => +document.querySelector("#answer .causes a").dataset.go);
    await page.click("#answer .causes a");
    same(await page.evaluate(() => window.K.i), to, "each cause goes to its longest moment");
    same(await stretch(), to === 1 ? await stretch() : null, "and the boxes are back");
  });

  checks.add("answer: what a step has changed", async (open) => {
    for (const name of ["channel", "mutex", "zoo"]) {
      const page = await open(files[name], { hash: "l=engine" });
      const faults = await page.evaluate(() => {
        const { K } = window, out = [], WHERE = { queued: "ready", polling: "polled", waiting: "waiting", done: "ended" };
        for (let i = 1; i <= Math.min(K.trace.last, 400); i++) {
          const s = K.stateAt(i), box = document.createElement("div"), tables = ["tasks", "timers", "sources", "primitives", "jobs"];
          box.innerHTML = K.changed(K.event(i), s);
          const words = [...box.querySelectorAll("li")].map((li) => window.T.words(li)), text = words.join("; "), before = K.stateAt(i - 1), many = /and \d+ more/.test(text);
          for (const t of s.tasks.values()) {
            const old = before.tasks.get(t.name), told = words.find((line) => line.startsWith(`${t.name} `));
            if (old && old.where !== t.where && !many && !told?.includes(`${WHERE[old.where]} →`)) out.push(`${i}: ${t.name} ${old.where} → ${t.where}: ${text}`);
            if (old && old.where === t.where && told?.includes("→")) out.push(`${i}: ${t.name} is as it was: ${text}`);
          }
          for (const line of words) if (/(\S+) → \1$/.test(line)) out.push(`${i}: nothing differs: ${line}`);
          for (const table of tables) for (const who of K.trace.books[table].keys()) if (before[table].get(who) === s[table].get(who) && words.some((line) => line.startsWith(`${who} `))) out.push(`${i}: ${who} has not changed: ${text}`);
          if (before.queue.length !== s.queue.length && !many && !text.includes(`run queue ${before.queue.length} → ${s.queue.length}`)) out.push(`${i}: the run queue: ${text}`);
        }
        return out.slice(0, 5);
      });
      same(faults, [], name);
    }
  });
}
