// Does the page open with the right answer, and does each stretch get one?

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { is, same } from "./harness.mjs";
import { falsehoods } from "./truth.mjs";

const shown = (page) => page.evaluate(() => [document.getElementById("answer").hidden, window.T.words(document.getElementById("sentence")), window.T.words(document.getElementById("answer"))]);

export function answer(checks, files, directory) {
  checks.add("answer: the page opens with it, a step ends it, and the quiz hides it", async (open) => {
    for (const name of ["make_tea", "channel", "mutex", "server", "zoo"]) {
      const page = await open(files[name]), cut = name === "server";
      const [hidden, sentence, words] = await shown(page);
      is(!hidden && (cut ? /^The record ends after [\d.]+ (µs|ms|s)/ : /^The run took [\d.]+ (µs|ms|s)/).test(sentence), `${name}: ${sentence}`);
      is(cut ? /What came after that is not in it/.test(sentence) : /main returned/.test(sentence), `${name}: how it ended: ${sentence}`);
      is(/^Where did the (recorded )?[\d.]+ (µs|ms|s) of .* go\?/.test(words) && words.includes("recorded") === cut && (words.includes("What bounded it") || (cut && words.includes("What it still waits for"))), `${name}: ${words}`); // (the server may have been ended in a sleep)
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

  checks.add("answer: a panic is as old as its message, and a hang's answer says from when to when it is", async (open) => {
    const page = await told(open, "late-panic", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), [100, "Note", { run: "task 1", text: "panicked at src/main.rs:9:5: no tea" }], [300, "PollEnd", { task: "task 1", run: "task 1", outcome: "panicked" }, "tasks", "task 1", { where: "done", how: "panicked" }],
      woken("main", 400, "timer"), polled("main", 400), [400, "Join", { task: "task 1", run: "main" }], over("main", 400)]);
    is(/task 1 had panicked 300 ms before that was learned, 200 ms of it in what was left of its poll/.test((await shown(page))[2]), (await shown(page))[2]);
    const soon = await told(open, "soon-panic", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), [100, "Note", { run: "task 1", text: "panicked at src/main.rs:9:5: no tea" }], [398, "PollEnd", { task: "task 1", run: "task 1", outcome: "panicked" }, "tasks", "task 1", { where: "done", how: "panicked" }],
      woken("main", 399, "timer"), polled("main", 400), [400, "Join", { task: "task 1", run: "main" }], over("main", 400)]);
    is(!/before that was learned/.test((await shown(soon))[2]), `no task was late: ${(await shown(soon))[2]}`);
    const quoted = await told(open, "quoted", [made("main"), polled("main", 0), [5, "Note", { run: "main", say: "main panicked at src/main.rs:9:5: no: task 1 panicked with message \"x\"", text: "panicked at src/main.rs:9:5: no: task 1 panicked with message \"x\"" }], over("main", 6)]);
    const { chips, words } = await quoted.evaluate(() => { const i = window.K.trace.index.byEv.get("Note")[0], box = document.createElement("div"); box.innerHTML = window.K.headline(i); return { chips: [...box.querySelectorAll(".name")].map((el) => el.textContent), words: window.K.aside(i, window.K.stateAt(i)) }; });
    same(chips, ["main"], "the number in a JoinError is none of the page’s");
    is(words.startsWith("Its task 1 is a <code>task::Id</code>: this page counts otherwise."), words);
    const early = await told(open, "late-cancelled", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), [100, "PollEnd", { task: "task 1", run: "task 1", outcome: "cancelled" }, "tasks", "task 1", { where: "done", how: "cancelled" }], woken("main", 400, "timer"), polled("main", 400), [400, "Join", { task: "task 1", run: "main" }], over("main", 400)]);
    is(/task 1 had been cancelled 300 ms before that was learned/.test((await shown(early))[2]), `a task that was cancelled has no output: ${(await shown(early))[2]}`);
    is(/^It was cancelled at 100\.00 ms .*and main learned that 300 ms later/m.test(await early.evaluate(() => { const box = document.createElement("div"); box.innerHTML = window.K.answer.html("task 1", -Infinity, Infinity); return [...box.querySelectorAll("p")].map((el) => window.T.words(el)).join("\n"); })), "nor in its own answer");
    const hung = await told(open, "hung-part", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { task: "task 1" }), polled("task 1", 1), waits("task 1", 2, { value: "channel 1" }), [39, "Park", { timeout: null }, "loop", "", { step: "park" }], [90, "Unpark", { events: 0 }, "loop", "", { step: "turn" }]], {}, [], "");
    const head = await hung.evaluate(() => window.K.answer.html("main", -Infinity, Infinity, window.K.trace.index.byEv.get("Park")[0]).replace(/<[^>]*>/g, ""));
    is(/^Where did the recorded 39 ms of .* go\? From \S+ \S+ to 39\.00 ms/.test(head), head);
  });

  checks.add("answer: at a panic the program is at the line that panicked, not at the last await", async (open) => {
    const page = await open(files.errors), at = (i) => page.evaluate((i) => {
      window.K.go(i);
      return [document.getElementById("p-file").textContent, document.querySelector("#program .on, #program .was")?.lastElementChild.textContent ?? ""];
    }, i);
    const [note, end] = await page.evaluate(() => ["Note", "PollEnd"].map((ev) => window.T.events.find((e) => e.ev === ev && (e.outcome === "panicked" || /^panicked at/.test(e.text))).i));
    for (const i of [note, end]) is(((file, code) => /^panicked at examples\/errors\.rs:\d+$/.test(file) && /\b(panic|assert|unreachable)\w*!|unwrap|expect/.test(code))(...(await at(i))), `at event ${i}: ${await at(i)}`);
  });

  checks.add("answer: a verdict’s own line is not called the last await", async (open) => {
    const at = "src/main.rs:2:5", spawned = also(made("task 1"), { made: at }), away = [9, "PollEnd", { task: "task 1", run: "task 1", outcome: "cancelled" }, "tasks", "task 1", { where: "done", how: "cancelled", waits: [] }];
    spawned.at(-1).made = at;
    const waiting = also(waits("task 1", 1, { timer: "timer 1" }), { at: "src/main.rs:6:9" });
    waiting.at(-1).at = "src/main.rs:6:9";
    const page = await told(open, "blocked-drop", [made("main"), polled("main", 0), spawned, waits("main", 0, { task: "task 1" }), polled("task 1", 1), waiting, woken("task 1", 2, "main"), polled("task 1", 2), away], {},
      [{ file: "src/main.rs", whose: "program", text: "async fn main() {\n    let one = spawn(feed());\n    one.await\n}\nasync fn feed() {\n    sleep(MS).await;\n}\n" }, { lint: "blocking_poll", after: 9, at, say: "task 1 blocked the thread for 7 ms in one poll", spots: [] }]);
    same(await page.evaluate(() => { window.K.go(8); return [document.getElementById("p-file").textContent, document.querySelector("#program .wrong")?.lastElementChild.textContent.trim()]; }), ["last await src/main.rs:6", "let one = spawn(feed());"], "at the verdict");
    is(/ At most, the drop of .*task 1.* held the thread for .*7 ms/.test(await page.evaluate(() => window.K.times.most(window.K.times.table(), -Infinity, Infinity, Infinity))), "what held the thread the longest was a drop");
  });

  checks.add("answer: every moment of a task has one cause", async (open) => {
    for (const name of ["make_tea", "channel", "select", "mutex", "errors", "zoo", "meeting"]) {
      const page = await open(files[name]);
      const faults = await page.evaluate(() => {
        // (Where the clock is virtual, it stands still in polls and in the queue, and the machine's measures them.)
        const { K } = window, out = [], close = (a, b) => Math.abs(a - b) <= 10, paused = K.trace.header.clock === "paused", machines = ["poll", "ready", "recorder"];
        for (const row of K.rowsOf(K.trace).rows.values()) {
          if (row.job) continue; // (its thread measures)
          const [begin, end] = K.lifeOf(row.name), middle = begin + (end - begin) / 3, sum = (from, to) => K.causesOf(row.name, from, to).reduce((ns, cause) => ns + (paused && machines.includes(cause.key) ? 0 : cause.ns), 0);
          if (!close(sum(), end - begin)) out.push(`${row.name} lived ${end - begin}, and its causes are ${sum()}`);
          if (!close(sum(begin, middle) + sum(middle, end), sum())) out.push(`${row.name}: the parts are not the whole`);
          const { links, last } = K.chainOf(row.name, begin, end);
          if (last && !(paused && machines.includes(last.key)) && last.ns > end - begin + 10) out.push(`${row.name}: its chain is longer than its life`);
          for (const { who, words, at } of links) {
            const of = K.rowsOf(K.trace).rows.get(who), { ev } = K.event(at);
            if (words === "its spawn" ? !["Spawn", "BlockingStart"].includes(ev) : words === "a poll of its local set" ? of.kind[of.barAt(at)] !== K.BAR.READY : /its cancelling|the end of the run/.test(words) ? ev !== "Cancel" : of.kind[of.barAt(at)] !== K.BAR.WAIT) out.push(`${who} does not wait at ${at}, ${ev}, for ${words}`);
          }
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

  let pages = 0; // (checks run side by side: each has a page of its own)
  /** A page with a run that is written down here: `[ms, event, its fields, its changes …]` a line. */
  async function told(open, name, run, more = {}, others = [], end = '{"end":"complete"}') {
    const text = readFileSync(files.channel, "utf8"), data = text.indexOf('id="trace">') + 12, file = join(directory, `told-${++pages}-${name}.html`);
    const header = text.slice(data).split("\n").find((line) => line.startsWith("{") && "v" in JSON.parse(line));
    const event = ([ms, ev, more, ...then], k) => ({ n: k + 1, t: ms * 1e6, ev, say: ev, ...more, then }), lines = run.map((one, k) => JSON.stringify(Array.isArray(one) ? event(one, k) : one)); // (another line than an event's is a gap in their numbers)
    writeFileSync(file, text.slice(0, data) + [JSON.stringify({ ...JSON.parse(header), ...more }), ...others.filter(({ file }) => file).map((line) => JSON.stringify(line)), ...lines, ...others.filter(({ file }) => !file).map((line) => JSON.stringify(line)), end].join("\n"));
    const page = await open(file);
    same(await falsehoods(page), [], `${name}: what is false of it`);
    return page;
  }
  /** The same event with more fields. */
  const also = ([ms, ev, fields, ...then], more) => [ms, ev, { ...fields, ...more }, ...then];
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

  checks.add("answer: behind a gap nothing is told of what is not in the record", async (open) => {
    const holds = [1, "SyncAct", { sync: "lock 1", kind: "mutex", act: "take", units: "all", count: 0, run: "task 1", task: "task 1" }, "primitives", "lock 1", { kind: "mutex", count: 0, holders: ["task 1"], whole: true }];
    const page = await told(open, "behind-a-gap", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { task: "task 1" }), polled("task 1", 1), holds, waits("task 1", 1, { timer: "timer 1" }), { lost: 500, after: 7 }, { anew: ["tasks", "main", { kind: "main", where: "waiting", polls: 3, waits: [{ value: "channel 1" }] }] },
      woken("main", 400, "runtime"), polled("main", 400), [400, "Join", { task: "task 1", run: "main", outcome: "panicked" }, "tasks", "task 1", { where: "done", how: "panicked" }], [400, "TimerCancel", { timer: "timer 2", run: "main" }, "selects", "main", { branches: [] }], over("main", 401), [402, "RunEnd", { tasks: 1 }]]);
    const found = await page.evaluate(() => { const { K } = window, { index } = K.trace, last = (ev) => index.byEv.get(ev).at(-1); return [K.isAdmission(K.event(last("Wake"))), K.trace.holds.length, K.answer.html("task 1", -Infinity, Infinity).replace(/<[^>]*>/g, ""), K.answer.opening(0).sentence.replace(/<[^>]*>/g, ""), ...["RunEnd", "TimerCancel"].map((ev) => typeof K.aside(last(ev), K.stateAt(last(ev)))), K.why.words(K.stateAt(K.trace.last), "task 1")]; });
    same([...found.slice(0, 2), ...found.slice(4, 6)], [false, 0, "string", "string"], "a wake, a lock that may be back, and two events that ask for what came before");
    is(/It panicked, in a poll that is not in the record\./.test(found[2]) && /at least 1 task/.test(found[3]) && /1 task panicked \((1 )?task 1\)/.test(found[3]) && !/at \d/.test(found[6]) && !/NaN/.test(found.join()), found.join("; "));
  });
  checks.add("answer: what was left out of a race, late over several waits, or a tick that never came is told as that", async (open) => {
    const unpolled = (run, ms) => [ms, "Unpolled", { run, task: run, say: `${run} drops a future that was never polled` }], ends = (task, ms, how) => [ms, "PollEnd", { task, run: task, outcome: how }, "tasks", task, { where: "done", how, waits: [] }], tick = (overdue) => [99, "LateTick", { run: "main", task: "main", overdue, made_up: true, late: 80e6 + overdue * 1e6, at: "src/main.rs:7:9" }];
    const page = await told(open, "left-out", [made("main"), polled("main", 0), made("task 1"), [0, "SelectWin", { branch: 0, run: "main", task: "main" }, "selects", "main", { won: 0, begun: 3, branches: [{ state: "won", waits: [], took: [] }, { state: "dropped", waits: [], took: [] }] }], unpolled("main", 0), waits("main", 0, { timer: "timer 1" }), polled("task 1", 1), unpolled("task 1", 1), ends("task 1", 1, "cancelled"), woken("main", 99, "timer"), polled("main", 99), tick(3), tick(2), unpolled("main", 99), over("main", 99)]);
    const found = await page.evaluate(() => { const { K } = window, of = K.trace.index.byEv.get("Unpolled"); return [...of.map((i) => K.EVENTS.Unpolled.level(K.event(i))), ...of.map((i) => K.aside(i, K.stateAt(i)).replace(/<[^>]*>/g, "")), K.answer.html("main", -Infinity, Infinity).replace(/<[^>]*>/g, "")]; });
    same(found.slice(0, 3), [2, 2, 0], "the levels");
    is(/its if was false, or another branch/.test(found[3]) && /the task that held it was ended before/.test(found[4]) && /an \.await is missing/.test(found[5]) && /when 3 more were due \(event \d+\): 1 of those was made up for at once, the others came less than 5 ms late, or not at all\./.test(found[6]), found.join("; "));
    const add = [0, "TimerAdd", { timer: "timer 1", run: "main", task: "main" }, "timers", "timer 1", { due: 10e6, task: "main" }], held = await told(open, "late-over-waits", [made("main"), polled("main", 0), add, waits("main", 0, { timer: "timer 1" }, { timer: "timer 2" }), [5, "TimerFire", { timer: "timer 2", late: 0 }, "timers", "timer 2", "rings"], woken("main", 5, "timer"), polled("main", 5), waits("main", 5, { timer: "timer 1" }, { value: "channel 1" }), woken("main", 6, "message"), made("task 1", 6), polled("task 1", 7),
      [27, "PollEnd", { task: "task 1", run: "task 1", outcome: "ready" }, "tasks", "task 1", { where: "done", how: "ready" }], polled("main", 27), waits("main", 27, { timer: "timer 1" }), [28, "TimerFire", { timer: "timer 1", late: 18e6 }, "timers", "timer 1", "rings"], woken("main", 28, "timer"), polled("main", 28), over("main", 28)]);
    same((await held.evaluate(() => { const { last, others } = window.K.chainOf("main", ...window.K.lifeOf("main")); return [last, ...others].map(({ words, ns }) => [words, ns / 1e6]); })).filter(([, ms]) => ms > 1), [["a timer that was late, over several waits", 18], ["a timer, over several waits", 10]], "when it was due, and how late it came");
  });
  checks.add("answer: what the program does outside of a run, or to its clock, is the doing of no machine and no other thread", async (open) => {
    const run = (ms) => [[ms, "RunStart", {}], [ms, "Message", { kind: "wake", say: "a message from another thread: wake a task" }], [ms, "Turn", { queued: 1 }]], add = [0, "TimerAdd", { timer: "timer 1", run: "main" }, "timers", "timer 1", { due: 10e6, task: "main" }];
    const page = await told(open, "of-its-own", [...run(0), made("main"), polled("main", 0), add, waits("main", 0, { timer: "timer 1" }), [50, "Advance", { auto: false, by: 50e6 }], [50, "TimerFire", { timer: "timer 1", late: 40e6, say: "timer 1 fires, 40 ms late" }, "timers", "timer 1", "rings"], woken("main", 50, "timer"), polled("main", 50), over("main", 50), [50, "RunEnd", {}], ...run(90), [90, "Message", { kind: "wake", say: "a message from another thread: wake a task" }]]);
    const said = await page.evaluate(() => { const { K } = window, { byEv } = K.trace.index, aside = (i) => K.aside(i, K.stateAt(i)).replace(/<[^>]*>/g, ""); return [...byEv.get("Message").map((i) => /another thread|code outside of the run/.exec(K.sentence(i))[0]), aside(byEv.get("TimerFire")[0]), aside(byEv.get("RunStart")[1]), K.answer.html("main", -Infinity, Infinity).replace(/<[^>]*>/g, "")]; });
    same(said.slice(0, 3), ["code outside of the run", "code outside of the run", "another thread"], "from where a message comes");
    is(/: the program moved the clock \(event 8\)/.test(said[3]) && /: the program moved the clock/.test(said[5]) && !/the machine was|the system/.test(said[3] + said[5]), said.join("; "));
    is(/the program was outside of the runtime \(event \d+ to event \d+\)/.test(said[4]), said[4]);
  });

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
    const fires = (name, late) => [149, "TimerFire", { timer: name, late: late * 1e6 }, "timers", name, "rings"], set = (name, due) => [1, "TimerAdd", { timer: name, run: "main" }, "timers", name, { due: due * 1e6, task: "main" }];
    const two = await told(open, "two-late", [made("main"), polled("main", 0), set("timer 2", 86), set("timer 1", 75), waits("main", 1, { timer: "timer 1" }),
      fires("timer 1", 74), fires("timer 2", 63), woken("main", 149, "timer"), [149, "Wake", { task: "main", by: "timer", effect: "coalesced" }], polled("main", 149), over("main", 150), [150, "RunEnd", { tasks: 0, timers: 0, sources: 0 }]]);
    same((await sums(two, "main")).slice(0, 2), [["a timer", 74], ["a timer that was late", 74]], "a second timer of the task, which fired in the same turn, is not what it waited for");
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
    same((await sums(page, "main")).slice(0, 4), [["a thread of the pool, for job 1", 400], ["job 1, on its thread", 200], ["a value in channel 5", 30], ["a timer that came before a value in channel 5", 20]], "each by what ended it");
    same((await chain(page, "main")).slice(0, 2), [[], ["main", "a thread of the pool, for job 1", 400]], "the pool had too few threads");
    const locked = (n) => [0, "SyncAct", { sync: `lock ${n}`, kind: "mutex", act: "take", count: 0, units: 1, run: `task ${n}` }, "primitives", `lock ${n}`, { kind: "mutex", holders: [`task ${n}`], count: 0 }];
    const circle = [made("main"), polled("main", 0), ...[1, 2, 3].map((n) => made(`task ${n}`)), waits("main", 0, { task: "task 1" }),
      ...[1, 2, 3].flatMap((n) => [polled(`task ${n}`, n), locked(n), waits(`task ${n}`, n, { sync: `lock ${(n % 3) + 1}`, ticket: 1 })]), [90, "Park", { timeout: null }, "loop", "", { step: "park" }]], ring = await told(open, "ring", circle);
    same(await chain(ring, "main"), [["main: the end of task 1", "task 1: lock 2", "task 2: lock 3"], ["task 3", "lock 1", 87], ["task 3", "task 1"]], "who waits for whom");
    is(/It goes around: .*task 3 waits for lock 1, which leads back to .*task 1/.test((await shown(ring))[2]), "in words");
    const late = await told(open, "ring-late", circle.map((one) => (one[1] === "PollEnd" && one[2].task === "main" ? waits("main", 0, { task: "task 3" }) : one)), {}, [], ""), lateWords = (await shown(late))[2];
    is(/task 2 ← lock 3, ≥ 88 ms since 2\.00 ms/.test(lateWords), `the last of them waits since before the one that waits for it: ${lateWords}`);
    const still = await told(open, "ring-cut", circle, {}, [], ""), held = await still.evaluate(() => window.K.times.most([], -Infinity, Infinity, Infinity));
    is(/lock 1, ≥ 87 ms.*while .*task 1 had it \(≥ 90 ms\)/.test((await shown(still))[2]) && /lock \d was held by .* for .*≥ \d+ ms/.test(held), `held on as the record ended: ${(await shown(still))[2]} ${held}`);
  });

  checks.add("answer: of a run that was ended from outside, nothing is said of its end, and open waits are at least so long", async (open) => {
    const page = await told(open, "killed", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { task: "task 1" }), polled("task 1", 1), waits("task 1", 2, { value: "channel 1" }), [39, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [], "");
    const [, sentence, words] = await shown(page), aside = await page.textContent("#aside");
    is(/^The record ends after 39 ms: 1 task, 7 events\. What came after that is not in it/.test(sentence) && !/took|never ended/.test(sentence), sentence);
    const fell = await told(open, "killed-late", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 1), [2, "PollEnd", { task: "task 1", run: "task 1", outcome: "panicked" }, "tasks", "task 1", { where: "done", how: "panicked" }], [39, "Turn", { queued: 0 }]], {}, [], "");
    is(/^The record ends after 39 ms: 1 task, 7 events\. What came after that is not in it\. 1 task panicked .*\.$/.test((await shown(fell))[1]), `a panic is not what the record ends with: ${(await shown(fell))[1]}`);
    is(/asleep: how long it slept on is not known/.test(aside), aside);
    is(/recorded 39 ms/.test(words) && /≥ 39 ms/.test(words) && /a value in channel 1, ≥ 37 ms/.test(words), words);
    is(!/≥/.test((await shown(await told(open, "ended", [made("main"), polled("main", 0), waits("main", 0, { timer: "timer 1" }), woken("main", 40, "timer"), polled("main", 40), over("main", 41)])))[2]), "what has ended is as long as it was");
  });

  checks.add("answer: many tasks held the thread, and the lateness begins where the timer was due", async (open) => {
    const crumbs = Array.from({ length: 30 }, (_, k) => `task ${k + 2}`), at = "src/main.rs:35:9";
    const late = (busy) => [made("main"), polled("main", 0), made("task 1"), ...crumbs.map((name) => also(made(name), { made: at })), waits("main", 0, { task: "task 1" }),
      polled("task 1", 1), waits("task 1", 1, { timer: "timer 1" }), [1, "TimerAdd", { timer: "timer 1", run: "task 1" }, "timers", "timer 1", { due: 101e6, task: "task 1" }],
      ...(busy ? crumbs.flatMap((name, k) => [polled(name, 91 + 10 * k), over(name, 101 + 10 * k)]) : []),
      [391, "TimerFire", { timer: "timer 1", late: 290e6 }, "timers", "timer 1", "rings"], woken("task 1", 391, "timer"), polled("task 1", 391), woken("main", 391, "task 1"), over("task 1", 391), polled("main", 391), over("main", 391)];
    const made2 = (run) => run.map((line) => (line[1] === "Spawn" && line[2].made ? [line[0], line[1], line[2], "tasks", line[2].task, { ...line[5], made: at }] : line));
    const page = await told(open, "crumbs", made2(late(true)));
    await page.evaluate(() => window.K.answer.ask("task 1"));
    const [, , words] = await shown(page), held = /while 29 tasks of main\.rs:35 held the thread, one after the other \(290 ms\)/;
    is(held.test(words), words);
    const [to, fire, aside] = await page.evaluate(() => {
      const link = [...document.querySelectorAll("#answer .causes a")].find((a) => a.textContent.includes("late"));
      window.K.go(window.K.trace.index.byEv.get("TimerFire")[0]);
      return [window.K.trace.t[+link.dataset.go] / 1e6, window.K.i, document.getElementById("aside").textContent];
    });
    same(to, 101, "the link goes to where the lateness begins");
    is(/^290 ms late: from event \d+ on, 29 tasks of main\.rs:35 held the thread/.test(aside), `event ${fire}: ${aside}`);
    const idle = await told(open, "idle", made2(late(false)));
    const said = await idle.evaluate(() => { window.K.go(window.K.trace.index.byEv.get("TimerFire")[0]); return document.getElementById("aside").textContent; });
    is(/no task held the thread, so the system woke it late/.test(said), said);
  });

  checks.add("answer: of two branches of one select! each wait has its own line", async (open) => {
    const wait = (ms, on, line) => [ms, "Wait", { task: "main", run: "main", on, at: `src/main.rs:${line}:9` }];
    const timer = { timer: "timer 1" }, value = { value: "channel 1" };
    const round = (ms) => [polled("main", ms), wait(ms, timer, 29), wait(ms, value, 17), also(waits("main", ms, timer, value), { at: "src/main.rs:17:9" })];
    const page = await told(open, "branches", [made("main"), ...round(0), woken("main", 60, "message"), ...round(60), woken("main", 100, "timer"), polled("main", 100), over("main", 100)]);
    const places = await page.evaluate(() => [...document.querySelectorAll("#answer .causes li")].map((li) => [li.querySelector("a span").textContent, li.querySelector(".place-of").textContent]));
    is(places.some(([what, at]) => /a value/.test(what) && /main\.rs:17/.test(at)) && places.some(([what, at]) => /a timer that came before a value/.test(what) && /main\.rs:17, ended by main\.rs:29/.test(at)), JSON.stringify(places));
  });

  checks.add("answer: a wait for a socket leads to who wrote as much just before, and to nobody else", async (open) => {
    const moved = (task, ms, source, direction, bytes) => [ms, "SourceTry", { source, direction, result: "done", bytes, run: task }];
    for (const [bytes, wanted] of [[4, /Just before, .*task 2 wrote 4 bytes to source 9 \(event \d+\), as many as were read/], [5, null]]) {
      const page = await told(open, `connection-${bytes}`, [made("main"), polled("main", 0), made("task 1"), made("task 2"), waits("main", 0, { task: "task 1" }), polled("task 1", 1), waits("task 1", 1, { source: "source 7", direction: "read" }),
        polled("task 2", 900), moved("task 2", 900, "source 9", "write", bytes), over("task 2", 900), woken("task 1", 901, "io"), polled("task 1", 901), moved("task 1", 901, "source 7", "read", 4), woken("main", 901, "task 1"), over("task 1", 901), polled("main", 901), over("main", 901)]);
      const [, , words] = await shown(page);
      is(wanted ? wanted.test(words) : !/Just before/.test(words), `${bytes} bytes: ${words}`);
    }
    const own = await told(open, "own-write", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { source: "source 7", direction: "read" }), polled("task 1", 1), [...moved("task 1", 1, "source 9", "write", 4), "sources", "source 9", {}], waits("task 1", 1, { value: "channel 1" }), woken("main", 901, "io"), polled("main", 901), moved("main", 901, "source 7", "read", 4), woken("task 1", 901, "main"), over("main", 901), polled("task 1", 901), over("task 1", 901)]);
    const said = (name) => own.evaluate((name) => window.K.answer.html(name, -Infinity, Infinity), name);
    same([/Just before/.test(await said("main")), /Just before/.test(await said("task 1"))], [true, false], "under the writer's own answer it is no news");
    same(await own.evaluate(() => { window.K.go(window.K.trace.index.byEv.get("SourceTry")[0]); return document.querySelector(".socket > small").textContent; }), "not tried yet; open, and never had to wait", "a source that has not joined");
  });

  checks.add("answer: of a datagram the task is told that sent one just before", async (open) => {
    const add = (source, task) => [1, "SourceAdd", { source, what: "UdpSocket", run: task, task }, "sources", source, { what: "UdpSocket" }];
    const page = await told(open, "datagram", [made("main"), polled("main", 0), add("source 1", "main"), add("source 2", "main"), made("task 1"), waits("main", 1, { source: "source 1", direction: "read" }), polled("task 1", 2), [50, "SourceTry", { source: "source 2", direction: "write", result: "done", bytes: null, run: "task 1", task: "task 1" }], over("task 1", 50),
      [50, "Turn", {}], woken("main", 51, "io"), polled("main", 51), over("main", 51)]);
    is(/Just before its wait ended, ?1?task 1 sent a datagram from source 2 \(event 8\): perhaps to this socket/.test((await shown(page))[2]), (await shown(page))[2]);
  });

  checks.add("answer: from a connected datagram socket the chain goes on at its other end, and what lies unread there is told", async (open) => {
    const socket = (source, task, ...ends) => [0, "SourceNew", { source, what: "UdpSocket", ends, run: task, task }, "sources", source, { what: "UdpSocket" }], read = { source: "source 2", direction: "read" };
    const tried = (ms, task, source, direction, bytes) => [ms, "SourceTry", { source, direction, result: "done", bytes, run: task, task }];
    const run = (more = [], length = 3, replies = 1) => [made("main"), polled("main", 0), made("task 1"), socket("source 1", "main", 53, 0), socket("source 2", "main", 5001, 0), ...more, socket("source 2", "main", 5001, 53), tried(0, "main", "source 2", "write", 3), waits("main", 0, read),
      polled("task 1", 1), tried(1, "task 1", "source 1", "read", length), waits("task 1", 1, { timer: "timer 1" }), polled("main", 80), tried(80, "main", "source 2", "write", 3), waits("main", 80, read), woken("task 1", 802, "timer"), polled("task 1", 802), ...Array(replies).fill(tried(802, "task 1", "source 1", "write", 5)), over("task 1", 802), woken("main", 803, "io"), polled("main", 803), tried(803, "main", "source 2", "read", 5), over("main", 803)];
    const page = await told(open, "datagram-ends", run()), words = (await shown(page))[2];
    same((await chain(page, "main"))[0], ["main: source 2, to read, whose other end is source 1"], "the chain");
    is(/Before the end of the wait for source 2 that began at 80\.00 ms \(event 14\), ?1?.?task 1 sent a datagram of 5 bytes from source 1 \(event \d+\), its other end\./.test(words) && !/perhaps to this socket/.test(words), words);
    is(/1 datagram was sent to source 1 \(event \d+\) and not read by 803\.00 ms/.test(words), words);
    const why = (page) => page.evaluate(() => window.K.why.words(window.K.stateAt(window.T.events.filter((e) => e.run === "main" && e.ev === "PollEnd")[1].i), "main"));
    is(/Its other end is source 1, last used by .*task 1, .*1 datagram was sent to source 1 \(event \d+\) and not read so far/.test(await why(page)), await why(page));
    const early = await page.evaluate(() => window.K.why.words(window.K.stateAt(window.T.events.find((e) => e.ev === "PollEnd").i), "main"));
    is(/Its other end is source 1, which no task has used yet/.test(early), early);
    const boxes = await page.evaluate(() => { window.K.go(window.K.trace.index.byEv.get("Wake")[0]); return [...document.querySelectorAll(".socket")].map((el) => el.textContent); });
    is(boxes.some((box) => /source 1.*1 datagram sent to it and not read/.test(box)) && boxes.every((box) => !/source 2.*not read/.test(box)), boxes.join("; "));
    const twice = await told(open, "datagram-twice", run([], 3, 2)), first = await twice.evaluate(() => window.T.events.find((e) => e.ev === "SourceTry" && e.bytes === 5).i + 1);
    is((await shown(twice))[2].includes(`from source 1 (event ${first}), its other end`), `not the first, event ${first}: ${(await shown(twice))[2]}`);
    const silent = async (name, run) => { const page = await told(open, name, run); is(!/datagrams? (was|were) sent to/.test(await why(page)), `${name}: ${await why(page)}`); return page; };
    await silent("datagram-other-length", run([], 2));
    await silent("datagram-stranger", run([socket("source 3", "main", 5002, 0), tried(0, "main", "source 3", "write", 3)]));
    const two = await silent("datagram-two-ports", run([socket("source 3", "main", 53, 0)]));
    same(await two.evaluate(() => window.K.otherEnd("source 2") ?? null), null, "either socket may be it");
    same(await page.evaluate(() => window.K.otherEnd("source 1") ?? null), null, "others may send to it");
  });

  checks.add("answer: several that wrote as much are all told, and nobody who wrote before the loop looked", async (open) => {
    const moved = (task, ms, source, direction) => [ms, "SourceTry", { source, direction, result: "done", bytes: 1, run: task }];
    const wrote = (task, ms, source) => [polled(task, ms), moved(task, ms, source, "write"), over(task, ms)];
    const read = (writes) => [made("main"), polled("main", 0), ...[1, 2, 3, 4].map((n) => made(`task ${n}`)), waits("main", 0, { source: "source 7", direction: "read" }), ...writes,
      woken("main", 901, "io"), polled("main", 901), moved("main", 901, "source 7", "read"), over("main", 901)];
    const several = await told(open, "writers", read([1, 2, 3, 4].flatMap((n) => wrote(`task ${n}`, 899 + n / 8, `source 1${n}`))));
    is(/Just before, .*task 1, .*task 2, .*task 3 and 1 other task wrote 1 byte each to 4 other sockets, .*perhaps one of them/.test((await shown(several))[2]), (await shown(several))[2]);
    const turn = (ms) => [ms, "Turn", { queued: 0, tasks: 5, timers: 0, sources: 5 }], slept = (ms) => [ms, "Unpark", { events: 0 }];
    for (const [name, ...looked] of [["asleep", slept(301)], ["busy"]]) { // a busy turn looks without an event of its own
      const one = await told(open, `looked-${name}`, read([...wrote("task 1", 300, "source 11"), ...looked, turn(301), ...wrote("task 2", 900, "source 12"), ...looked.map(() => slept(900))]));
      is(/Just before, .*task 2 wrote 1 byte to source 12/.test((await shown(one))[2]), `${name}: ${(await shown(one))[2]}`);
    }
  });

  checks.add("answer: bytes are counted over several writes and reads, and ten short jobs are one cause", async (open) => {
    const moved = (task, ms, source, direction, bytes) => [ms, "SourceTry", { source, direction, result: "done", bytes, run: task }];
    const page = await told(open, "flows", [made("main"), polled("main", 0), made("task 1"), made("task 2"), waits("main", 0, { source: "source 7", direction: "read" }), polled("task 1", 900), moved("task 1", 900, "source 8", "write", 6), moved("task 1", 900, "source 8", "write", 4), over("task 1", 900),
      polled("task 2", 900), moved("task 2", 900, "source 9", "write", 8), over("task 2", 900), woken("main", 901, "io"), polled("main", 901), moved("main", 901, "source 7", "read", 8), moved("main", 901, "source 7", "read", 2), over("main", 901)]);
    is(/Just before, .*task 1, .*task 2 wrote to 2 other sockets, with which as many had been written there in all as were read/.test((await shown(page))[2]), (await shown(page))[2]);
    const jobs = await told(open, "jobs", [made("main"), polled("main", 0), ...[...Array(10).keys()].flatMap((n) => [[n * 10, "BlockingStart", { task: `job ${n}`, run: "main" }, "jobs", `job ${n}`, { by: "main", waited: null }], waits("main", n * 10, { task: `job ${n}` }),
      [n * 10 + 8, "BlockingRun", { task: `job ${n}`, waited: 0 }, "jobs", `job ${n}`, { waited: 0 }], [n * 10 + 8, "BlockingEnd", { task: `job ${n}`, ran: 8e6 }, "jobs", `job ${n}`, "ended"], woken("main", n * 10 + 8, "message"), polled("main", n * 10 + 10)]), waits("main", 100, { timer: "timer 1" }), woken("main", 120, "timer"), polled("main", 120), over("main", 120)]);
    same((await chain(jobs, "main"))[1], ["main", "jobs, on their threads", 80], "not the longest of them");
  });

  checks.add("answer: a cancelled task says by whom, and the task that polls a local set leads into it", async (open) => {
    const ended = (task, ms) => [ms, "PollEnd", { task, run: task }, "tasks", task, { where: "done", how: "cancelled", waits: [] }];
    const page = await told(open, "cancelled", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 2" }), polled("task 1", 0), waits("task 1", 0, { timer: "timer 1" }), woken("main", 100, "timer"), polled("main", 100), woken("task 1", 100, "main"), over("main", 100), polled("task 1", 101), ended("task 1", 101)]);
    same(await chain(page, "task 1"), [["task 1: its cancelling"], ["main", "a timer", 100], null], "no timer came");
    const words = await page.evaluate(() => { window.K.answer.ask("task 1"); return document.querySelector("#answer .causes").textContent + document.getElementById("sentence").textContent; });
    is(/until .*main cancelled it/.test(words), words);
    const local = (ms) => [ms, "Spawn", { task: "task 1", kind: "local", run: "main" }, "tasks", "task 1", { kind: "local", where: "queued" }], stack = (...names) => ["loop", "", { stack: names }];
    const set = await told(open, "set", [made("main"), [...polled("main", 0), ...stack("main")], local(0), [...polled("task 1", 0), ...stack("main", "task 1")], [...waits("task 1", 0, { timer: "timer 1" }), ...stack("main")], [...waits("main", 0, { task: "task 1" }), ...stack()],
      woken("task 1", 100, "timer"), woken("main", 100, "timer"), [...polled("main", 100), ...stack("main")], [...polled("task 1", 100), ...stack("main", "task 1")], [...over("task 1", 100), ...stack("main")], over("main", 100)]);
    same(await chain(set, "main"), [["main: its local set"], ["task 1", "a timer", 100], null], "what the set's task waited for");
    const pended = (ms) => [ms, "PollEnd", { task: "main", run: "main", outcome: "pending" }, "tasks", "main", { where: "waiting", waits: [], wakers: 1, polls: 2 }, ...stack()];
    const away = await told(open, "set-away", [made("main"), [...polled("main", 0), ...stack("main")], local(0), [...polled("task 1", 0), ...stack("main", "task 1")], [...waits("task 1", 0, { timer: "timer 1" }), ...stack("main")], [...waits("main", 0, { timer: "timer 2" }), ...stack()],
      woken("task 1", 100, "timer"), woken("main", 100, "timer"), [...polled("main", 100), ...stack("main")], [...waits("main", 100, { timer: "timer 2" }), ...stack()], [400, "Unpark", { events: 0 }, "loop", "", { step: "turn" }], woken("main", 400, "timer"), [...polled("main", 400), ...stack("main")], [...polled("task 1", 400), ...stack("main", "task 1")], [...waits("task 1", 400, { timer: "timer 3" }), ...stack("main")], pended(400), [400, "Park", { timeout: null }, "loop", "", { step: "park" }],
      woken("task 1", 500, "timer"), woken("main", 500, "timer"), [...polled("main", 500), ...stack("main")], [...polled("task 1", 500), ...stack("main", "task 1")], [...over("task 1", 500), ...stack("main")], over("main", 500)]);
    same(await chain(away, "task 1"), [["task 1: a poll of its local set"], ["main", "a timer, over several waits", 400], null], "what the task that polls the set did meanwhile");
    const why = await away.evaluate(() => { const { K } = window, i = K.trace.index.byEv.get("PollEnd").findLast((i) => K.event(i).task === "main" && K.event(i).outcome === "pending"), s = K.stateAt(i); return `${K.why.words(s, "main")} ${K.aside(i, s)}`; });
    is(/Its waker is with the local set that it polls, whose tasks wake it, or with other code\. .*The local set that it polls, or other code, holds a clone of it\./.test(why), why);
    same(await away.evaluate(() => window.K.chainOf("main", 410e6, 500e6).links.map(({ key }) => key)), ["hosted"], "no event tells the line of such a wait");
    const own = await away.evaluate(() => { window.K.answer.ask("main", 410e6, 500e6); return document.getElementById("answer").textContent; });
    is(/a task of the local set that it polls/.test(own) && !/elsewhere/.test(own), own);
    const gone = await away.evaluate(() => { window.K.answer.ask("task 1", 600e6, 700e6); return document.getElementById("answer").textContent; });
    is(/Where did the time of .*From 600\.00 ms to 700\.00 ms.*task 1 was over at 500\.00 ms\./.test(gone), gone);
    await away.evaluate(() => window.K.go(window.K.visible[0]));
    await away.evaluate(() => window.K.answer.ask("task 1", 100e6, 200e6));
    await away.keyboard.press("Home");
    same(await away.evaluate(() => window.K.answer.stretch), null, "home has the answer for the whole run, also from the first event");
    const told1 = await told(open, "set-told", [made("main"), [...polled("main", 0), ...stack("main")], local(0), [...polled("task 1", 0), ...stack("main", "task 1")], [0, "BlockingStart", { task: "job 1", run: "task 1" }, "jobs", "job 1", { by: "task 1", waited: null }], [...waits("task 1", 0, { task: "job 1" }), ...stack("main")], [...waits("main", 0, { task: "task 1" }), ...stack()],
      [100, "BlockingRun", { task: "job 1", waited: 0 }, "jobs", "job 1", { waited: 0 }], [100, "BlockingEnd", { task: "job 1", ran: 100e6 }, "jobs", "job 1", "ended"], woken("main", 100, "message"), [...polled("main", 100), ...stack("main")], also(woken("task 1", 100, "message"), { run: "main" }), [...polled("task 1", 100), ...stack("main", "task 1")], [...over("task 1", 100), ...stack("main")], over("main", 100)]);
    same(await chain(told1, "main"), [["main: its local set"], ["task 1", "job 1, on its thread", 100], null], "a message for the set is handed on in its poll");
    // (Who wakes a task of the set wakes the one that polls the set with that: not for what that one waits for itself.)
    const passed = await told(open, "set-passed-on", [made("main"), [...polled("main", 0), ...stack("main")], local(0), made("task 2"), [...polled("task 1", 0), ...stack("main", "task 1")], [...waits("task 1", 0, { value: "channel 1" }), ...stack("main")], [...waits("main", 0, { value: "joinset 1" }), ...stack()], polled("task 2", 1), waits("task 2", 1, { timer: "timer 1" }),
      woken("task 2", 100, "timer"), polled("task 2", 100), woken("task 1", 100, "task 2"), woken("main", 100, "task 2"), over("task 2", 100), [...polled("main", 100), ...stack("main")], [...polled("task 1", 100), ...stack("main", "task 1")], [...over("task 1", 100), ...stack("main")], over("main", 100)]);
    same(await chain(passed, "main"), [["main: its local set", "task 1: a value in channel 1"], ["task 2", "a timer", 99], null], "what a task of the set waited for");
    is(/the next end in joinset 1.*until its local set woke it, for .*task 1 \(event \d+\)/.test(await passed.textContent("#answer")), await passed.textContent("#answer"));
  });

  checks.add("answer: what a limit or a cancelling has ended is bounded by that alone", async (open) => {
    const ended = (task, ms) => [ms, "PollEnd", { task, run: task }, "tasks", task, { where: "done", how: "cancelled", waits: [] }], armed = (n, run, ms) => [ms, "TimerAdd", { timer: `timer ${n}`, run }, "timers", `timer ${n}`, { due: 0, task: run }];
    const both = (ms) => waits("task 1", ms, { value: "joinset 1" }, { timer: "timer 1" }), limit = "a timer, over several waits", asked = (n, ms, run) => [ms, "Cancel", { task: `task ${n}`, ...(run && { run }) }];
    const page = await told(open, "limited", [made("main"), polled("main", 0), made("task 1"), made("task 2"), made("task 3"), waits("main", 0, { task: "task 1" }), polled("task 1", 0), armed(1, "task 1", 0), both(0), polled("task 2", 0), armed(2, "task 2", 0), waits("task 2", 0, { timer: "timer 2" }),
      polled("task 3", 0), waits("task 3", 0, { value: "channel 1" }), woken("task 2", 50, "timer"), polled("task 2", 50), woken("task 1", 50, "task 2"), over("task 2", 50), polled("task 1", 50), both(50), woken("task 1", 80, "timer"), polled("task 1", 80), asked(3, 80, "task 1"), woken("task 3", 80, "task 1"), woken("main", 80, "task 1"), over("task 1", 80), polled("task 3", 80), ended("task 3", 80), polled("main", 80), over("main", 81)]);
    same(await chain(page, "main"), [["main: the end of task 1"], ["task 1", limit, 80], null], "not by the member that came before");
    same(await chain(page, "task 3"), [["task 3: its cancelling"], ["task 1", limit, 80], null], "nor is what it ended");
    const rounds = [0, 20, 40].flatMap((ms, n) => [armed(n, "task 1", ms), waits("task 1", ms, { source: "source 1", direction: "read" }, { timer: `timer ${n}` }), woken("task 1", ms + 20, n < 2 ? "timer" : "io"), polled("task 1", ms + 20)]);
    same(await chain(await told(open, "ticks", [made("task 1"), polled("task 1", 0), ...rounds, over("task 1", 60)]), "task 1"), [[], ["task 1", "source 1, to read, over several waits", 60], null], "a socket that each round of a loop asks for again");
    const late = await told(open, "over", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), waits("task 1", 0, { value: "channel 1" }), woken("main", 70, "timer"), polled("main", 70), woken("task 1", 70, "main"), over("main", 70), [71, "RunEnd", { tasks: 1 }], asked(1, 71), [71, "Wake", { task: "task 1", by: "runtime", effect: "coalesced" }], polled("task 1", 71), ended("task 1", 71)]);
    same(await chain(late, "task 1"), [["task 1: the end of the run"], ["main", "a timer", 70], null], "one that was ready is ended by the end, and woken by its value");
    is(/until .*main woke it/.test(await late.evaluate(() => { window.K.answer.ask("task 1"); return document.querySelector("#answer .causes").textContent; })), "and not cancelled by that");
    const gaveWay = [10, 20, 30].flatMap((ms) => [[ms - 10, "Defer", { run: "task 1", task: "task 1" }], waits("task 1", ms, { deferred: true }), woken("task 1", ms, "runtime"), polled("task 1", ms)]);
    same((await chain(await told(open, "way", [made("task 1"), polled("task 1", 0), ...gaveWay, over("task 1", 40)]), "task 1"))[1], ["task 1", "polling", 40], "one that gave way again and again waited for nothing meanwhile");
    const stray = [made("task 1"), polled("task 1", 0), made("task 2"), [50, "Defer", { run: "task 1", task: "task 1" }], waits("task 1", 50, { deferred: true }), polled("task 2", 50), woken("task 1", 60, "task 2"), over("task 2", 60), polled("task 1", 60), over("task 1", 70)];
    same((await chain(await told(open, "stray-wake", stray), "task 1")).slice(0, 2), [[], ["task 1", "polling", 60]], "and not for the task that woke it, as a waker of before was left there");
    const again = await told(open, "again", [made("main"), polled("main", 0), made("task 1"), made("task 2"), waits("main", 0, { task: "task 1" }), polled("task 1", 0), waits("task 1", 0, { value: "channel 1" }), polled("task 2", 0), armed(1, "task 2", 0), waits("task 2", 0, { timer: "timer 1" }), woken("task 2", 90, "timer"), polled("task 2", 90), woken("task 1", 90, "task 2"), waits("task 2", 90, { timer: "timer 2" }),
      polled("task 1", 90), woken("main", 90, "task 1"), over("task 1", 90), polled("main", 90), asked(2, 91, "main"), woken("task 2", 91, "main"), waits("main", 91, { task: "task 2" }), polled("task 2", 91), woken("main", 91, "task 2"), ended("task 2", 91), polled("main", 91), over("main", 91)]);
    same(await chain(again, "main"), [["main: the end of task 1", "task 1: a value in channel 1"], ["task 2", "a timer", 90], null], "of two ways to a task the one that leads to its sum");
  });

  checks.add("answer: a task of a local set is not in the run queue, and the task that left the set is named", async (open) => {
    const local = (ms) => [ms, "Spawn", { task: "task 1", kind: "local", run: "main" }, "tasks", "task 1", { kind: "local", where: "queued" }];
    const inMain = [1, "PollStart", { task: "task 1", run: "task 1" }, "tasks", "task 1", { where: "polling", waits: [] }, "loop", "", { stack: ["main", "task 1"] }];
    const page = await told(open, "local", [made("main"), also([...polled("main", 0), "loop", "", { stack: ["main"] }], {}), local(0), inMain, [...waits("task 1", 1, { timer: "timer 1" }), "loop", "", { stack: ["main"] }],
      also([...waits("main", 2, { value: "channel 1" }), "loop", "", { stack: [] }], { at: "src/main.rs:34:9" }), woken("task 1", 100, "timer"), [100, "Park", { timeout: 1 }, "loop", "", { step: "park" }],
      [540, "Unpark", {}, "loop", "", { step: null }], woken("main", 540, "timer"), [...polled("main", 540), "loop", "", { stack: ["main"] }], [...polled("task 1", 540), "loop", "", { stack: ["main", "task 1"] }], over("task 1", 540), over("main", 540)]);
    const [key, words, why, thread] = await page.evaluate(() => {
      const { K } = window;
      K.go(K.trace.index.byEv.get("Park")[0]);
      document.getElementById("b-why").click();
      const thread = document.querySelector("#why > p").textContent, why = K.why.words(K.stateAt(K.i), "task 1");
      document.getElementById("why").close();
      K.answer.ask("task 1");
      return [K.causesOf("task 1")[0].key, document.querySelector("#answer .causes li").textContent, why, thread];
    });
    same(key, "local", "its time is not the run queue's");
    is(/441 ms ?ready, in its local set.*main, which had polled the set, waited for a value in channel 1 in main\.rs:34/.test(words), words);
    is(/in the queue of its local set/.test(why) && /main did so last, which itself waits for a value in channel 1/.test(why), why);
    is(/no task is ready but in a local set/.test(thread), thread);
    const left = await told(open, "left", [made("main"), also([...polled("main", 0), "loop", "", { stack: ["main"] }], {}), local(0), inMain, [...waits("task 1", 1, { timer: "timer 1" }), "loop", "", { stack: ["main"] }], also([...waits("main", 2, { timer: "timer 2" }), "loop", "", { stack: [] }], { at: "src/main.rs:10:9" }), woken("task 1", 20, "timer"), woken("main", 21, "timer"),
      [...polled("main", 21), "loop", "", { stack: ["main"] }], also([...waits("main", 21, { value: "channel 1" }), "loop", "", { stack: [] }], { at: "src/main.rs:11:9" }), woken("main", 90, "message"), [...polled("main", 90), "loop", "", { stack: ["main"] }], [...polled("task 1", 90), "loop", "", { stack: ["main", "task 1"] }], over("task 1", 90), over("main", 90)]);
    is(/main, which had polled the set, waited for a value in channel 1 in main\.rs:11/.test(await left.evaluate(() => window.K.answer.html("task 1", -Infinity, Infinity).replace(/<[^>]*>/g, ""))), "where it was most of that time, not where it was just before it left the set");
  });

  checks.add("answer: that a JoinSet keeps a waker at its tasks is no wait of the task that has the set", async (open) => {
    const at = "src/main.rs:42:11", spawn = [0, "Spawn", { task: "task 1", kind: "task", run: "main", made: at }, "tasks", "task 1", { kind: "task", where: "queued", made: at }];
    const kept = [0, "Wait", { task: "main", run: "main", on: { task: "task 1" }, at, replaced: "none" }, "tasks", "main", { waits: [{ task: "task 1" }] }];
    const set = [0, "SyncNew", { sync: "joinset 1", kind: "join_set", run: "main" }, "primitives", "joinset 1", { kind: "join_set" }];
    const run = (...before) => [made("main"), polled("main", 0), ...before, spawn, kept, waits("main", 0, { task: "task 1" }, { timer: "timer 1" }), woken("main", 500, "timer"), polled("main", 500),
      waits("main", 500, { task: "task 1" }, { value: "joinset 1" }), polled("task 1", 900), woken("main", 900, "task 1"), over("task 1", 900), polled("main", 900), over("main", 900)];
    const page = await told(open, "members", run(set));
    same((await sums(page, "main")).slice(0, 2), [["a timer", 500], ["the next end in joinset 1", 400]], "what it waited for");
    const plain = run(set).map((line) => (line === kept ? [kept[0], kept[1], { ...kept[2], at: undefined }, ...kept.slice(3)] : line)); // (the line of the `JoinSet` is no line of the program)
    same((await sums(await told(open, "members-without-lines", plain), "main")).slice(0, 2), [["a timer", 500], ["the next end in joinset 1", 400]], "where the recorder knows no line");
    const joined = await told(open, "joined", run()); // `join_all` of a library: its polls have no line of the program
    is((await sums(joined, "main")).some(([words, ms]) => words === "the end of task 1" && ms === 900), `no set, no member, and its wait goes on: ${JSON.stringify(await sums(joined, "main"))}`);
    const [told1, level] = await page.evaluate(() => { const [i] = window.K.trace.index.byEv.get("Wait"); return [window.K.sentence(i), window.K.levelOf(window.K.event(i))]; });
    same([told1, level], ["The set that task 1 is in will hear of its end.", 2], "the event");
    // A job of a loop is awaited in the line where the last one was; it is in a set only if a method hands it over.
    const here = "src/main.rs:1:9", of = async (code, name) => (await told(open, name, [made("main"), set, polled("main", 0), [0, "BlockingStart", { task: "job 1", run: "main", src: "src/main.rs:1", at: here }, "jobs", "job 1", { by: "main", waited: null }], [0, "Wait", { on: { task: "job 1" }, run: "main", task: "main", at: here }], waits("main", 0, { timer: "timer 1" })], {}, [{ file: "src/main.rs", whose: "program", text: `${code}\n` }])).evaluate(() => [...window.K.trace.members]);
    same([await of("match spawn_blocking(work).await {", "awaited-in-a-loop"), await of("set.spawn_blocking(work);", "in-a-set")], [[], ["job 1"]], "whose job is in a set");
  });

  checks.add("answer: a job that waits for a thread names those that had them, and a job’s line is that of its call", async (open) => {
    const text = `${"\n".repeat(15)}    sleep(MS).await;\n    spawn_blocking(work).await;\n`;
    const job = (name, ms) => [ms, "BlockingStart", { task: name, run: "main", src: "src/main.rs:17:9", at: "src/main.rs:16:9" }, "jobs", name, { by: "main", waited: null }];
    const page = await told(open, "threads", [made("main"), polled("main", 0), job("job 1", 0), [0, "BlockingRun", { task: "job 1", waited: 0 }, "jobs", "job 1", { waited: 0 }], [10, "Turn", { queued: 0, tasks: 0, timers: 0, sources: 0 }], job("job 2", 50), waits("main", 50, { task: "job 2" }),
      [300, "BlockingEnd", { task: "job 1", ran: 300e6 }, "jobs", "job 1", "ended"], [310, "BlockingRun", { task: "job 2", waited: 250e6 }, "jobs", "job 2", { waited: 250e6 }], [310, "BlockingEnd", { task: "job 2", ran: 10e6 }, "jobs", "job 2", "ended"],
      woken("main", 310, "message"), polled("main", 310), over("main", 310)], {}, [{ file: "src/main.rs", whose: "program", text }]);
    is(/a thread of the pool, for job 2, 250 ms while .*job 1 had a thread/.test((await shown(page))[2]), (await shown(page))[2]);
    const line = await page.evaluate(() => { window.K.go(window.K.trace.index.byEv.get("BlockingStart")[1]); return document.querySelector("#program .file > .on")?.children[1].textContent; });
    same([line, await page.evaluate(() => window.K.origin("job 2"))], ["17", "main.rs:17"], "the line that is lit, and of its lane");
    const why = await page.evaluate(() => { const { K } = window; K.go(K.trace.index.byEv.get("PollEnd")[0]); return K.why.words(K.stateAt(K.i), "main"); });
    is(/the job’s thread calls its waker/.test(why), why);
  });

  checks.add("answer: a job that was over before the loop heard of it, and those that had the pool’s threads one after another", async (open) => {
    const job = (name, ms, waited, ran) => [[ms, "BlockingRun", { task: name, waited: waited * 1e6 }, "jobs", name, { waited: waited * 1e6 }], [ms, "BlockingEnd", { task: name, ran: ran * 1e6 }, "jobs", name, "ended"]];
    const asked = (name, ms) => [ms, "BlockingStart", { task: name, run: "main" }, "jobs", name, { by: "main", waited: null }];
    const page = await told(open, "heard", [made("main"), polled("main", 0), made("task 1"), asked("job 1", 0), asked("job 2", 0), asked("job 3", 0), waits("main", 0, { task: "job 3" }), polled("task 1", 100), ...job("job 1", 100, 0, 40), over("task 1", 200),
      ...job("job 2", 200, 40, 40), ...job("job 3", 200, 80, 40), woken("main", 200, "message"), polled("main", 200), over("main", 200)]);
    same((await sums(page, "main")).slice(0, 3), [["a thread of the pool, for job 3", 80], ["a job that was over, which the loop heard late", 80], ["job 3, on its thread", 40]], "its thread had it no longer than it ran");
    const words = (await shown(page))[2];
    is(/a thread of the pool.*while .*job 1, then .*job 2, had its one thread/.test(words) && /heard late *while .*task 1 held the thread \(80 ms\)/.test(words), words);
    const two = await told(open, "threads", [made("main"), polled("main", 0), asked("job 1", 0), asked("job 2", 0), asked("job 3", 0), waits("main", 0, { task: "job 3" }), ...job("job 1", 80, 0, 80), ...job("job 2", 90, 10, 80), ...job("job 3", 200, 80, 40), woken("main", 200, "message"), polled("main", 200), over("main", 200)]);
    is(/while .*job 1, .*job 2 had its threads/.test((await shown(two))[2]), (await shown(two))[2]);
    const part = await told(open, "threads-part", [made("main"), polled("main", 0), asked("job 1", 0), asked("job 2", 0), asked("job 3", 0), waits("main", 0, { task: "job 3" }), ...job("job 1", 80, 0, 80), ...job("job 2", 90, 60, 30), ...job("job 3", 200, 80, 40), woken("main", 200, "message"), polled("main", 200), over("main", 200)]);
    is(/while .*job 1 and another had its threads/.test((await shown(part))[2]), (await shown(part))[2]);
  });

  checks.add("answer: of two timers the one that has fired ended the wait, and sleeps of two lines are two causes", async (open) => {
    const wait = (ms, on, line) => [ms, "Wait", { task: "main", run: "main", on, at: `src/main.rs:${line}:9` }], add = (name, ms) => [0, "TimerAdd", { timer: name, run: "main" }, "timers", name, { due: ms * 1e6, task: "main" }];
    const fired = (name, ms) => [[ms, "TimerFire", { timer: name, late: 0 }, "timers", name, "rings"], woken("main", ms, "timer")];
    const page = await told(open, "limits", [made("main"), polled("main", 0), add("timer 1", 70), add("timer 2", 40), wait(0, { timer: "timer 1" }, 22), wait(0, { timer: "timer 2" }, 38), waits("main", 0, { timer: "timer 1" }, { timer: "timer 2" }),
      ...fired("timer 2", 40), polled("main", 40), add("timer 3", 50), wait(40, { timer: "timer 3" }, 50), also(waits("main", 40, { timer: "timer 3" }), { at: "src/main.rs:50:9" }), ...fired("timer 3", 50), polled("main", 50), add("timer 4", 80), wait(50, { timer: "timer 4" }, 60), also(waits("main", 50, { timer: "timer 4" }), { at: "src/main.rs:60:9" }), ...fired("timer 4", 80), polled("main", 80), over("main", 80)]);
    const causes = await page.evaluate(() => [...document.querySelectorAll("#answer .causes > li:not(.poll):not(.small)")].map((li) => [li.querySelector("a").textContent.replace(/\s+/g, " "), li.querySelector(".place-of").textContent]));
    same(causes.slice(0, 3), [["40 msa timer that came before another", "main.rs:22, ended by main.rs:38"], ["30 msa timer", "main.rs:60"], ["10 msa timer", "main.rs:50"]], "which, and where");
    const both = [{ timer: "timer 1" }, { timer: "timer 2" }], goesOn = [made("main"), polled("main", 0), add("timer 1", 70), add("timer 2", 40), wait(0, both[0], 22), wait(0, both[1], 38), waits("main", 0, ...both), ...fired("timer 2", 40), polled("main", 40), wait(40, both[0], 22), waits("main", 40, both[0]), ...fired("timer 1", 70), polled("main", 70), over("main", 70)];
    const placed = (page) => page.evaluate(() => [...document.querySelectorAll("#answer .causes > li:not(.poll):not(.small)")].map((li) => `${li.querySelector("a").textContent.replace(/\s+/g, " ")} ${li.querySelector(".place-of").textContent}`));
    same(await placed(await told(open, "both", goesOn)), ["40 msa timer main.rs:38", "30 msa timer main.rs:22"], "two branches of a join!: the timer that came ended the wait");
    const tries = [{ sync: "semaphore 1", ticket: 1, units: 1 }, { value: "channel 1" }].flatMap((on, k) => [add(`timer ${k}`, 40 * (k + 1)), waits("main", 40 * k, on, { timer: `timer ${k}` }), ...fired(`timer ${k}`, 40 * (k + 1)), polled("main", 40 * (k + 1))]);
    const limits = await told(open, "tries", [made("main"), polled("main", 0), ...tries, over("main", 80)]), each = (await shown(limits))[2];
    is(/when the timer came at 40\.0.*1 permit of semaphore 1.*when the timer came at 80\.0.*a value in channel 1/.test(each), each);
    await limits.setViewportSize({ width: 768, height: 700 });
    await limits.waitForFunction(() => document.querySelector("#answer h3.half"));
    same(await limits.evaluate(() => document.getElementById("answer").dataset.more), ": What it waited for when the timer came", "the sign for more has the heading’s words");
    const beside = [{ value: "channel 1" }, { timer: "timer 1" }], well = [0, 50].flatMap((ms) => [also(waits("main", ms, ...beside), { at: "src/main.rs:22:9" }), woken("main", ms ? 90 : 50, "task 1"), polled("main", ms ? 90 : 50)]);
    is(/ as well; the longest until task 1 woke it/.test((await placed(await told(open, "as-well", [made("main"), made("task 1"), polled("main", 0), ...well, over("main", 90)])))[0].replace(/ 1 (?=task 1)/, " ")), "what held up the longest is apart from where it was");
    const atOnce = [...goesOn.slice(0, 7), fired("timer 2", 40)[0], fired("timer 2", 40)[1], [40, "TimerFire", { timer: "timer 1", late: 0 }, "timers", "timer 1", "rings"], polled("main", 40), over("main", 40)];
    same(await placed(await told(open, "at-once", atOnce)), ["40 msa timer main.rs:38"], "both came: none came before the other");
  });

  checks.add("answer: a wait that begins where a stretch ends has bounded nothing in it", async (open) => {
    const page = await told(open, "edge", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), waits("task 1", 0, { timer: "timer 2" }), woken("main", 40, "timer"), polled("main", 40), waits("main", 50, { value: "channel 1" }),
      woken("task 1", 90, "timer"), polled("task 1", 90), woken("main", 90, "task 1"), over("task 1", 90), polled("main", 90), over("main", 90)]);
    const ends = (until) => page.evaluate((until) => { const { links, last } = window.K.chainOf("main", 0, until); return [links.map(({ who }) => who), last.who, last.ns]; }, until);
    same([await ends(50e6), await ends(51e6)], [[[], "main", 40e6], [["main"], "task 1", 51e6]], "up to its first moment, and a millisecond on");
  });

  checks.add("answer: a wake for what an earlier poll had asked of kettle is no unknown cause, and is told", async (open) => {
    const left = ["primitives", "channel 1", { kind: "oneshot", count: 0 }], put = (ms) => [ms, "SyncAct", { sync: "channel 1", kind: "oneshot", act: "put", units: 1, count: 1, run: "task 1" }, "primitives", "channel 1", { count: 1 }];
    const page = await told(open, "left", [made("main"), polled("main", 0), made("task 1"), [0, "Wait", { task: "main", run: "main", on: { value: "channel 1" } }, ...left], waits("main", 0, { timer: "timer 1" }), polled("task 1", 50), put(50), woken("main", 50, "task 1"), over("task 1", 50),
      polled("main", 50), waits("main", 50, { timer: "timer 1" }), woken("main", 90, "timer"), polled("main", 90), over("main", 90)]);
    same((await sums(page, "main")).slice(0, 2), [["a timer, until a wake for nothing", 50], ["a timer", 40]], "it slept on");
    const words = (await shown(page))[2];
    is(/until a wake for nothing.*until .*task 1 woke it \(for channel 1, which it had asked before, event 8\)/.test(words), words);
    same((await chain(page, "main"))[0], [], "what woke it had not kept it");
    const lock = { sync: "lock 1", ticket: 1, units: "all" }, held = (ms, act, more) => [ms, "SyncAct", { sync: "lock 1", kind: "mutex", act, units: "all", count: 0, run: "task 1", task: "task 1" }, "primitives", "lock 1", { kind: "mutex", count: 0, ...more }], sent = put(50);
    sent[2].run = "task 2";
    const line = await told(open, "left-in-line", [made("main"), polled("main", 0), ...[1, 2].map((n) => made(`task ${n}`)), [0, "Wait", { task: "main", run: "main", on: { value: "channel 1" } }, ...left], waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), held(0, "take", { holders: ["task 1"] }), waits("task 1", 0, { timer: "timer 2" }), polled("task 2", 0), waits("task 2", 0, { timer: "timer 3" }),
      woken("main", 10, "timer"), polled("main", 10), waits("main", 10, lock), woken("task 2", 50, "timer"), polled("task 2", 50), sent, woken("main", 50, "task 2"), over("task 2", 50), polled("main", 50), waits("main", 50, lock), woken("task 1", 90, "timer"), polled("task 1", 90), held(90, "release", { holders: [] }), woken("main", 90, "task 1"), over("task 1", 90), polled("main", 90), over("main", 90)]);
    same((await chain(line, "main")).slice(0, 2), [["main: lock 1"], ["task 1", "a timer", 80]], "what woke a task in a line has not had the lock");
    const why = await line.evaluate(() => { const { K } = window; return ["Wake", "PollStart"].flatMap((ev) => K.trace.index.byEv.get(ev).filter((i) => K.event(i).task === "main").map((i) => { K.go(i); return document.getElementById("aside").textContent; })); });
    same(why.map((words) => /n earlier poll ha[sd] left (its|this) waker at channel 1, for which (it|the task) no longer wait/.test(words)), [false, true, false, false, false, true, false], why.join(" | "));
    const read = { source: "source 1", direction: "read" }, ready = (ms, source) => [ms, "SourceReady", { source, ready: [true, false, false, false], closed: false }], asks = (ms, on) => [ms, "Wait", { task: "main", run: "main", on, replaced: "none" }];
    const socket = await told(open, "left-socket", [made("main"), polled("main", 0), asks(0, read), waits("main", 0, read, { timer: "timer 1" }), woken("main", 20, "timer"), polled("main", 20), asks(20, { timer: "timer 2" }), waits("main", 20, { timer: "timer 2" }),
      ready(50, "source 1"), ready(50, "source 2"), woken("main", 50, "io"), polled("main", 50), asks(50, { timer: "timer 2" }), waits("main", 50, { timer: "timer 2" }), woken("main", 90, "timer"), polled("main", 90), over("main", 90)]);
    same((await sums(socket, "main")).slice(0, 2), [["a timer", 40], ["a timer, until a wake for nothing", 30]], "so does one whose read was cut short");
    is(/until the system reported source 1, which it had asked before \(event 1\d\)/.test((await shown(socket))[2]), (await shown(socket))[2]);
    // (A timer that nothing awaits any more, of an interval say, is no cause of the sleep that it disturbs; but a combinator may have asked for the one by which a branch won.)
    const fires = (ms, n, late) => [ms, "TimerFire", { timer: `timer ${n}`, late: late * 1e6 }, "timers", `timer ${n}`, "rings"], add = (n, due) => [0, "TimerAdd", { timer: `timer ${n}`, run: "main", task: "main" }, "timers", `timer ${n}`, { due: due * 1e6, task: "main" }];
    const stray = (name, did) => told(open, name, [made("main"), polled("main", 0), add(7, 20), asks(0, { timer: "timer 7" }), add(8, 90), waits("main", 0, { timer: "timer 8" }), fires(50, 7, 30), woken("main", 50, "timer"), polled("main", 50), ...did, asks(50, { timer: "timer 8" }), waits("main", 50, { timer: "timer 8" }), fires(90, 8, 0), woken("main", 90, "timer"), polled("main", 90), over("main", 90)]);
    same((await sums(await stray("left-timer", []), "main")).slice(0, 2), [["a timer, until a wake for nothing", 50], ["a timer", 40]], "of a timer that was late for nothing");
    same((await sums(await stray("won-timer", [[50, "SelectWin", { branch: 0, run: "main", task: "main" }, "selects", "main", { won: 0, begun: 3, branches: [{ state: "won", waits: [], took: [] }] }]]), "main"))[0], ["a timer", 90], "of one by which a branch won");
    const act = (act, more) => [5, "SyncAct", { sync: "channel 1", kind: "oneshot", act, units: 1, run: "main" }, "primitives", "channel 1", more];
    const once = await told(open, "once", [made("main"), polled("main", 0), [1, "SyncNew", { sync: "channel 1", kind: "oneshot", run: "main" }, "primitives", "channel 1", { kind: "oneshot", senders: 1, count: 0 }], act("put", { count: 1, high: 1, senders: 0 }), act("get", { count: 0 }), over("main", 6)]);
    const rail = async (i) => { await once.evaluate((i) => window.K.go(i), i); return once.evaluate(() => { const whole = document.querySelector(".rail").closest(".whole"); return [whole.querySelector("h3 > :last-child").textContent, whole.querySelector(".cell").textContent, whole.querySelector(".rail").matches(".closed")]; }); };
    const first = await once.evaluate(() => window.K.trace.index.byEv.get("SyncAct")[0]);
    same([await rail(first), await rail(first + 1)], [["one value, once", "value", false], ["its value was taken", "taken", true]], "the channel of one value, before it is received and after");
  });

  checks.add("answer: a wake from another thread that came while a task held the thread, and a chain that hides the longest wait", async (open) => {
    const turn = (ms) => [ms, "Turn", { queued: 0, tasks: 2, timers: 0, sources: 0 }];
    const page = await told(open, "deaf", [made("main"), turn(0), polled("main", 0), made("task 1"), waits("main", 0, { value: "channel 1" }), turn(10), polled("task 1", 10), over("task 1", 210), woken("main", 210, "message"), turn(210), polled("main", 210), [210, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "get", units: 1, count: 0, run: "main", task: "main" }],
      waits("main", 210, { value: "channel 1" }), [210, "Park", { timeout: null }, "loop", "", { step: "park" }], [300, "Unpark", { unparked: true }, "loop", "", { step: "run" }], turn(300), woken("main", 300, "message"), polled("main", 300), over("main", 300)]);
    same((await sums(page, "main")).slice(0, 2), [["a wake from another thread, which the loop could not hear", 200], ["a value in channel 1", 100]], "asleep it hears at once");
    is(/could not hear *at most \(when it came is not known\), while .*task 1 held the thread \(200 ms\)/.test((await shown(page))[2]), (await shown(page))[2]);
    const hidden = await told(open, "hidden", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 2" }), polled("task 1", 0), waits("task 1", 0, { timer: "timer 1" }), woken("task 1", 600, "timer"), polled("task 1", 600), waits("task 1", 600, { value: "channel 1" }),
      woken("main", 650, "timer"), polled("main", 650), woken("task 1", 650, "main"), over("main", 650), polled("task 1", 650), over("task 1", 650)]);
    await hidden.evaluate(() => window.K.answer.ask("task 1"));
    is(/task 1 *← a value in channel 1.*← .*main *← a timer, 650 ms.*Most of its own time, 600 ms, went elsewhere: a timer/.test((await shown(hidden))[2]), (await shown(hidden))[2]);
    await hidden.selectOption("#answer [data-of]", "main");
    await hidden.keyboard.press("?");
    is(await hidden.isVisible("#why"), "the keys are the page’s again when a task was chosen");
  });

  checks.add("answer: what a limit has cut, what went through a socket, a connect, and a send without a receiver", async (open) => {
    const moved = (task, ms, source, direction, bytes, result = "done") => [ms, "SourceTry", { source, direction, result, bytes, run: task, say: `${task} tries to ${direction} ${source}: ${bytes === null ? "done" : "some"}` }], add = (name, ms, due) => [ms, "TimerAdd", { timer: name, run: "main" }, "timers", name, { due: due * 1e6, task: "main" }];
    const page = await told(open, "frame", [made("main"), polled("main", 0), [0, "SourceAdd", { source: "source 3", what: "TcpStream", run: "main" }], moved("main", 0, "source 3", "write", null), moved("main", 0, "source 3", "write", 9), moved("main", 0, "source 3", "read", 26), add("timer 1", 0, 150), waits("main", 0, { source: "source 3", direction: "read" }, { timer: "timer 1" }),
      woken("main", 50, "io"), polled("main", 50), moved("main", 50, "source 3", "read", 2), waits("main", 50, { source: "source 3", direction: "read" }, { timer: "timer 1" }), [150, "TimerFire", { timer: "timer 1", late: 0 }, "timers", "timer 1", "rings"], woken("main", 150, "timer"), polled("main", 150), [150, "Elapsed", { run: "main", since: 0 }], [150, "Unwait", { on: { source: "source 3", direction: "read" }, run: "main" }],
      [150, "SyncAct", { sync: "channel 7", kind: "oneshot", act: "refuse", units: 1, count: 0, run: "main", task: "main" }], waits("main", 150, { source: "source 3", direction: "read" }), [900, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [], "");
    const words = (await shown(page))[2];
    is(/a timer that came before source 3, to read.*; since that limit began, it had read 2 bytes from source 3 \(event \d+\)/.test(words), words);
    is(/28 bytes had been read from source 3, and 9 bytes written to it/.test(words), words);
    is(/1 send met a closed channel/.test(words), words);
    // The next limit begins in the poll in which the one before was kept.
    const reading = (ms, timer) => waits("main", ms, { source: "source 3", direction: "read" }, { timer });
    const next = await told(open, "next-frame", [made("main"), polled("main", 0), add("timer 1", 0, 100), reading(0, "timer 1"), woken("main", 50, "io"), polled("main", 50), moved("main", 50, "source 3", "read", 9), [50, "TimerCancel", { timer: "timer 1", run: "main" }, "timers", "timer 1", "removed"],
      moved("main", 50, "source 3", "read", 2), add("timer 2", 50, 150), reading(50, "timer 2"), [150, "TimerFire", { timer: "timer 2", late: 0 }, "timers", "timer 2", "rings"], woken("main", 150, "timer"), polled("main", 150), [150, "Elapsed", { run: "main", since: 0 }], over("main", 150)]);
    is(/since that limit began, it had read 2 bytes from source 3/.test((await shown(next))[2]), (await shown(next))[2]);
    // Around one call a limit has begun after a datagram, and after what came behind the reading of bytes.
    const sends = [50, "SyncAct", { sync: "watch 1", kind: "watch", act: "put", units: 1, run: "main", task: "main" }];
    for (const [name, what, between, found] of [["datagram", "UdpSocket", [], false], ["bytes", "TcpStream", [], true], ["bytes-then", "TcpStream", [sends], false]]) {
      const at = { at: "src/main.rs:2:9" }, each = (ms, timer) => [...[{ source: "source 3", direction: "read" }, { timer }].map((on) => [ms, "Wait", { on, run: "main", task: "main", ...at }]), also(reading(ms, timer), at)];
      const page = await told(open, `limit-${name}`, [made("main"), polled("main", 0), [0, "SourceNew", { source: "source 3", what, ends: [5001], run: "main" }, "sources", "source 3", { what }], add("timer 1", 0, 150), ...each(0, "timer 1"), woken("main", 50, "io"), polled("main", 50), moved("main", 50, "source 3", "read", 1), ...between, add("timer 1", 50, 150), ...each(50, "timer 1"),
        [150, "TimerFire", { timer: "timer 1", late: 0 }, "timers", "timer 1", "rings"], woken("main", 150, "timer"), polled("main", 150), [150, "Elapsed", { run: "main", since: 0 }], over("main", 150)], {}, [{ file: "src/main.rs", whose: "program", text: "async fn main() {\n    timeout(MS, socket.recv(&mut buf)).await;\n}\n" }]);
      const [, , words] = await shown(page);
      is(/a timer that came before source 3/.test(words) && /it had read 1 byte from source 3/.test(words) === found, `${name}: ${words}`);
    }
    const said = await page.evaluate(() => [window.K.sentence(window.K.trace.index.byEv.get("SourceTry")[0]), ...["nobody", "dropped", "refused"].map((text) => { window.K.search.filter({ text, kind: "all" }); return window.K.search.entries.length; })]);
    same(said[0], "Main asks whether source 3 is connected: it is.", "no byte was written");
    is(said[1] === 1 && said[2] >= 1 && said[3] === 1, `found: ${said}`);
  });

  checks.add("answer: what a task missed is told, and found", async (open) => {
    const at = "src/main.rs:34:9", act = (ms, more) => [ms, "SyncAct", { act: "forget", count: 1, run: "task 1", task: "task 1", ...more }], tick = (ms, late, overdue, made_up) => [ms, "LateTick", { late: late * 1e6, overdue, made_up, run: "task 1", task: "task 1", at }];
    const page = await told(open, "missed", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { task: "task 1" }), polled("task 1", 1), act(1, { sync: "watch 1", kind: "watch", units: 2 }), act(2, { sync: "watch 1", kind: "watch", units: 1 }), act(2, { sync: "broadcast 1", kind: "broadcast", units: "all" }),
      tick(3, 120, 2, true), tick(3, 70, 1, true), tick(3, 20, 0, true), woken("main", 4, "task 1"), over("task 1", 4), polled("main", 4), over("main", 4)]);
    const sent = (ms, count) => [ms, "SyncAct", { sync: "broadcast 2", kind: "broadcast", act: "put", units: "all", count, run: "main", task: "main" }], lagged = (ms, units) => act(ms, { sync: "broadcast 2", kind: "broadcast", units, count: 2 });
    const which = await told(open, "which-missed", [made("main"), made("task 1"), polled("main", 0), ...[1, 2, 2, 2, 2].map((count, ms) => sent(ms, count)), waits("main", 5, { task: "task 1" }), polled("task 1", 6), lagged(6, 3), waits("task 1", 6, { timer: "timer 1" }), polled("main", 7), sent(7, 2), waits("main", 7, { task: "task 1" }), polled("task 1", 8), lagged(8, 1), over("task 1", 9)]);
    const losses = await which.evaluate(() => { window.K.answer.ask("task 1"); return document.getElementById("answer").textContent; });
    is(losses.includes("(event 11: the 1st to the 3rd that were sent, event 4 to event 6; event 17: the 4th that was sent, event 7)"), losses);
    const ps = (name) => page.evaluate((name) => { window.K.answer.ask(name); return [...document.querySelectorAll("#answer > p")].map((p) => p.textContent).filter((text) => /missed|tick/.test(text)); }, name);
    same(await ps("task 1"), ["It missed 3 values of watch 1: newer ones took their place (event 6, event 7).", "A tick of its interval came 120 ms late, when 2 more were due (event 9): made up for at once."], "of the task");
    same(await ps("main"), [], "and of no other");
    const feed = (ms, run, act, units) => [ms, "SyncAct", { sync: "broadcast 1", kind: "broadcast", act, units, count: act === "forget" ? 3 - units : 4, run, task: run }], burst = await told(open, "burst", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 1), waits("task 1", 1, { timer: "timer 2" }), woken("main", 4, "timer"), polled("main", 4), ...[4, 5, 6].map((ms) => feed(ms, "main", "put", 1)), over("main", 6), woken("task 1", 9, "timer"), polled("task 1", 9), feed(9, "task 1", "forget", 2), over("task 1", 9)]);
    is(/task 1 missed 2 values of broadcast 1: .*\(event 15: the 1st and the 2nd that were sent, event 9 and event 10\)\..*main had sent 3 values from 4\.00 ms \(event 9\) to 6\.00 ms \(event 11\), of which .*task 1 missed 2, while .*task 1 waited for timer 2/.test(await burst.evaluate(() => window.K.answer.opening(0).aside.replace(/<[^>]*>/g, ""))), await burst.evaluate(() => window.K.answer.opening(0).aside.replace(/<[^>]*>/g, "")));
    const earlier = await told(open, "burst-earlier", [made("main"), polled("main", 0), made("task 1"), feed(0, "main", "put", 1), feed(0, "main", "put", 1), waits("main", 0, { timer: "timer 1" }), polled("task 1", 1), feed(1, "task 1", "get", 1), waits("task 1", 1, { timer: "timer 2" }), woken("main", 4, "timer"), polled("main", 4), ...[4, 5].map((ms) => feed(ms, "main", "put", 1)), over("main", 6), woken("task 1", 9, "timer"), polled("task 1", 9), feed(9, "task 1", "forget", 1), over("task 1", 9)]);
    const of = await earlier.evaluate(() => window.K.answer.opening(0).aside.replace(/<[^>]*>/g, ""));
    is(/the 2nd that was sent, event 5\)\..*main had sent 2 values from 4\.00 ms \(event \d+\) to 5\.00 ms \(event \d+\), while .*task 1 waited for timer 2/.test(of), of);
    const woke = await told(open, "burst-woke", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 1), waits("task 1", 1, { value: "broadcast 1" }), woken("main", 4, "timer"), polled("main", 4), feed(4, "main", "put", 1), woken("task 1", 4, "main"), ...[5, 6].map((ms) => feed(ms, "main", "put", 1)), over("main", 6), polled("task 1", 9), feed(9, "task 1", "forget", 2), over("task 1", 9)]);
    is(/main had sent 3 values from .*, of which .*task 1 missed \d, before .*task 1, which had waited for .* and was woken meanwhile, was polled/.test(await woke.evaluate(() => window.K.answer.opening(0).aside.replace(/<[^>]*>/g, ""))), "one that the first of them woke did not wait during the others");
    const crowd = await told(open, "losers", [made("main"), polled("main", 0), feed(0, "main", "put", 1), ...[1, 2, 3, 4].map((n) => made(`task ${n}`)), waits("main", 0, { timer: "timer 1" }), ...[1, 2, 3, 4].flatMap((n) => [polled(`task ${n}`, n), feed(n, `task ${n}`, "forget", 1), over(`task ${n}`, n)]), woken("main", 9, "timer"), polled("main", 9), over("main", 9)]);
    is(/task 2 missed 1 value of broadcast 1.* 2 other tasks lost or missed some, too\./.test(await crowd.evaluate(() => window.K.answer.opening(0).aside.replace(/<[^>]*>/g, ""))), "the others are counted");
    const often = await told(open, "often", [made("task 1"), polled("task 1", 1), tick(3, 35, 3, false), tick(80, 15, 1, false), over("task 1", 90)]);
    is(/Ticks of its interval came so late that others were due, on 2 occasions: the one that was most late came 35 ms late, when 3 more were due/.test(await often.evaluate(() => window.K.answer.html("task 1", -Infinity, Infinity).replace(/<[^>]*>/g, ""))), "each time that ticks came late");
    const found = await page.evaluate(() => ["interval", "overdue tick", "missed"].map((text) => { window.K.search.filter({ text, kind: "all" }); return window.K.search.entries.length; }));
    is(found[0] === 3 && found[2] >= 3, `found: ${found}`);
  });

  checks.add("answer: what a channel refused or lost, a timer that began anew, and what a cancelled task had taken", async (open) => {
    const act = (ms, task, act, more) => [ms, "SyncAct", { sync: "channel 1", kind: "mpsc", act, units: 1, count: 4, run: task, task, ...more }], timer = (ms, ev, line) => [ms, ev, { timer: "timer 1", task: "task 1", run: "task 1", at: `src/main.rs:${line}:9` }];
    const page = await told(open, "refused", [made("main"), polled("main", 0), made("task 1"), act(0, "main", "refuse"), act(0, "main", "refuse"), act(0, "main", "refuse", { count: 0 }), waits("main", 0, { task: "task 1" }), polled("task 1", 1), timer(1, "TimerAdd", 8), ...[2, 3, 4].map((ms) => timer(ms, "TimerMove", 13)), act(5, "task 1", "get"),
      also(waits("task 1", 5, { timer: "timer 1" }), { at: "src/main.rs:9:9" }), polled("task 1", 90), act(90, "task 1", "forget", { units: 4 }), [90, "PollEnd", { task: "task 1", run: "task 1" }, "tasks", "task 1", { where: "done", how: "cancelled", waits: [] }], woken("main", 91, "task 1"), polled("main", 91), act(91, "main", "refuse", { units: 0 }), act(91, "main", "refuse", { sync: "lock 1", kind: "mutex", units: "all" }), over("main", 91)]);
    const ps = (name) => page.evaluate((name) => { window.K.answer.ask(name); return [...document.querySelectorAll("#answer > p")].map((p) => p.textContent); }, name);
    same((await ps("main")).slice(0, 4), ["2 calls found channel 1 full (the first at event 4), and did not wait.", "1 send met a closed channel (event 6).", "1 call of try_recv found channel 1 empty (event 20).", "1 call did not get lock 1, and did not wait (event 21)."], "of main");
    same(await page.evaluate(() => ["try_send", "try_recv", "try_lock"].map((text) => { window.K.search.filter({ text, kind: "all" }); return window.K.search.entries.length; })), [3, 2, 1], "found by the names of the calls");
    same((await ps("task 1")).slice(0, 3), ["4 values in channel 1 were never received: they went with the receiver (event 16).", "Its timer, main.rs:8, began anew 3 times before it was due (the last time at event 12).",
      "When it was cancelled, it waited for a timer, main.rs:9; the last time that it took something in, it had received 1 value from channel 1 (event 13)."], "of the task");
  });

  checks.add("answer: a task that the runtime’s end has cancelled, and one that another thread has", async (open) => {
    const asked = (by) => [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 1), waits("task 1", 1, { timer: "timer 2" }), [51, "RunEnd", { tasks: 1 }], [52, "Cancel", { task: "task 1" }], woken("task 1", 52, by), [53, "PollEnd", { task: "task 1", run: "task 1" }, "tasks", "task 1", { where: "done", how: "cancelled", waits: [] }]];
    for (const [by, words] of [["runtime", /When the runtime ended, at 52\.00 ms \(event 8\), it waited for/], ["message", /When it was cancelled \(code outside of the run had asked for that at 52\.00 ms \(event 8\)\), it waited for/]]) {
      const page = await told(open, `asked-by-${by}`, asked(by));
      const said = await page.evaluate(() => { window.K.answer.ask("task 1"); return document.getElementById("answer").textContent; });
      is(words.test(said) && said.includes("Where most of its own time went") === (by === "runtime") && said.includes("What bounded it") !== (by === "runtime"), said);
      same((await chain(page, "task 1")).slice(0, 2), by === "runtime" ? [["task 1: the end of the run"], ["main", "a timer", 52]] : [[], ["task 1", "code outside of any task, which cancelled it", 52]], "what bounded it");
    }
  });

  checks.add("answer: a run that hangs opens with what the task of its verdict still waits for, not with what its end has cancelled", async (open) => {
    const asked = (n) => [[0, "Cancel", { task: `task ${n}` }], woken(`task ${n}`, 0, "runtime")], ends = (n) => [polled(`task ${n}`, 0), [0, "PollEnd", { task: `task ${n}`, run: `task ${n}` }, "tasks", `task ${n}`, { where: "done", how: "cancelled", waits: [] }]];
    const run = [also(made("main"), { made: "src/entry.rs:88:72" }), polled("main", 0), made("task 1"), made("task 2"), waits("main", 0, { task: "task 1" }), polled("task 1", 0), waits("task 1", 0, { sync: "notify 1", ticket: 1, units: 1 }), polled("task 2", 0), waits("task 2", 0, { value: "channel 1" }), [0, "Park", { timeout: null }, "loop", "", { step: "park" }]];
    const verdict = { lint: "deadlock", after: run.length, say: "main and 2 tasks wait, and nothing is left that could wake them", spots: [{ at: "src/main.rs:5:5", say: "main waits for task 1 to end" }] };
    const page = await told(open, "hung", [...run, [0, "RunEnd", { tasks: 2 }], ...asked(1), ...asked(2), ...ends(1), ...ends(2)], { clock: "paused" }, [{ file: "src/entry.rs", whose: "kettle", text: "" }, { lint: "decision", after: 3, say: "step 1" }, verdict]);
    const [, sentence, words] = await shown(page), aside = await page.innerText("#aside");
    is(aside.indexOf("deadlock") < aside.indexOf("decision"), `the verdict first: ${aside}`);
    const feed = { sync: "watch 1", kind: "watch", run: "main", task: "main" }, kept = await told(open, "kept", [made("main"), polled("main", 0), [0, "SyncNew", { ...feed, count: 0 }, "primitives", "watch 1", { kind: "watch", count: 1 }], made("task 1"), [1, "SyncAct", { ...feed, act: "put", units: "all", count: 0 }], waits("main", 1, { task: "task 1" }), polled("task 1", 1), waits("task 1", 1, { sync: "watch 1", ticket: 1, units: 1 }), [900, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [], "");
    is(/← watch 1.*Watch 1 was last sent to by .*main.* at 1\.00 ms \(event 5\)\. That task has not ended, and may still have a sender/.test((await shown(kept))[2]), (await shown(kept))[2]);
    is(/main never ended/.test(sentence) && /What it still waits for after event 10 *m? ?main ← the end of .*task 1 *← notify 1/.test(words) && !/recorder|cancelled/.test(words), words);
    const asleep = await page.evaluate(() => { const { K } = window, i = K.trace.index.byEv.get("Park").at(-1), state = K.stateAt(i); return K.aside(i, state); });
    is(/Nothing is left that could end this sleep/.test(asleep), asleep);
  });

  checks.add("answer: what a job gave on its thread ended the wait for it, and the chain goes on there", async (open) => {
    const page = await told(open, "gave", [made("main"), polled("main", 0), made("task 1"), [0, "BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main", waited: null }], waits("main", 0, { task: "task 1" }), [0, "BlockingRun", { task: "job 1", waited: 0 }, "jobs", "job 1", { waited: 0 }],
      [1, "SyncAct", { sync: "lock 1", kind: "mutex", act: "take", units: "all", count: 0, task: "job 1" }, "primitives", "lock 1", { kind: "mutex", count: 0, holders: ["job 1"], whole: true }], polled("task 1", 2), waits("task 1", 2, { sync: "lock 1", ticket: 1, units: "all" }),
      [180, "SyncAct", { sync: "lock 1", kind: "mutex", act: "release", units: "all", count: 0, task: "job 1" }, "primitives", "lock 1", { holders: [], whole: false }], [180, "Served", { on: { sync: "lock 1", units: 1 }, task: "job 1" }], woken("task 1", 180, "message"), polled("task 1", 180), woken("main", 180, "task 1"), over("task 1", 180), polled("main", 180), over("main", 180)]);
    same((await chain(page, "main")).slice(0, 2), [["main: the end of task 1", "task 1: lock 1"], ["job 1", "on its thread", 178]], "of main: as long as the lock was waited for");
    const words = await page.evaluate(() => { window.K.answer.ask("task 1"); return [document.getElementById("answer").textContent, (window.K.go(8), document.querySelector("#wakers .holder").textContent)]; });
    is(/lock 1.*until .*job 1 woke it/.test(words[0]) && /held by *j1/.test(words[1]), words.join("; "));
  });

  checks.add("answer: an output that was taken late, a cancelling that the end carried out, what a limit cut beside a sleep, and a child", async (open) => {
    const join = (task, ms) => [ms, "Join", { task, run: "main", outcome: "ready" }], ends = (task, ms, how) => [ms, "PollEnd", { task, run: task, outcome: how }, "tasks", task, { where: "done", how, waits: [] }];
    const add = (ms, timer, line) => [ms, "TimerAdd", { timer, run: "task 1", task: "task 1", at: `src/main.rs:${line}:9` }], fired = [61, "TimerFire", { timer: "timer 2", late: 0 }, "timers", "timer 2", "rings"];
    const page = await told(open, "untaken", [made("main"), polled("main", 0), made("task 1"), made("task 2"), waits("main", 0, { task: "task 2" }), polled("task 1", 1), [1, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "get", units: 1, count: 0, run: "task 1", task: "task 1" }], add(1, "timer 1", 20), add(1, "timer 2", 53),
      waits("task 1", 1, { timer: "timer 1" }, { timer: "timer 2" }), polled("task 2", 2), waits("task 2", 2, { timer: "timer 3" }), fired, woken("task 1", 61, "timer"), polled("task 1", 61), [61, "Elapsed", { run: "task 1", since: 0 }], over("task 1", 61), woken("main", 400, "message"), polled("main", 400), join("task 1", 400), [400, "Cancel", { task: "task 2", run: "main" }], over("main", 400), [401, "RunEnd", { tasks: 1 }], ends("task 2", 401, "cancelled")]);
    const words = async (name) => { await page.evaluate((name) => window.K.answer.ask(name), name); return (await shown(page))[2]; };
    is(/a timer that came before another.*; just before, it had received 1 value from channel 1 \(event 7\)/.test(await words("task 1")), await words("task 1"));
    is(/It was done at 61\.00 ms \(event 17\), and .*main took its output 339 ms later \(event 20\)/.test(await words("task 1")), await words("task 1"));
    is(/task 1 had been done for 339 ms before its output was taken \(event 20\)\./.test(await words("main")), await words("main"));
    is(/When it was cancelled \(.*main had asked for that at 400\.00 ms \(event 21\)\), it waited for/.test(await words("task 2")), await words("task 2"));
    const late = await told(open, "ready-then-cancelled", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 1), waits("task 1", 1, { timer: "timer 2" }), woken("main", 50, "timer"), woken("task 1", 50, "timer"), polled("main", 50), [51, "Cancel", { task: "task 1", run: "main" }], over("main", 52), ends("task 1", 53, "cancelled")]);
    const ready = await late.evaluate(() => { window.K.answer.ask("task 1"); return document.getElementById("answer").textContent; });
    const set = [0, "SyncNew", { sync: "barrier 1", kind: "barrier", run: "main", count: 2 }, "primitives", "barrier 1", { kind: "barrier", count: 1 }];
    const limit = await told(open, "limit", [made("main"), polled("main", 0), set, made("task 1"), made("task 2"), waits("main", 0, { task: "task 1" }, { timer: "timer 1" }), polled("task 1", 1), waits("task 1", 1, { sync: "barrier 1", ticket: 1, units: 1 }), polled("task 2", 5), [9, "PollEnd", { task: "task 2", run: "task 2", outcome: "panicked" }, "tasks", "task 2", { where: "done", how: "panicked", waits: [] }],
      [90, "TimerFire", { timer: "timer 1", late: 0 }, "timers", "timer 1", "rings"], woken("main", 90, "timer"), polled("main", 90), over("main", 90)]), [, how, came] = await shown(limit);
    const closes = [[0, "SyncNew", { sync: "channel 1", kind: "mpsc", run: "main" }, "primitives", "channel 1", { kind: "mpsc", count: 0, senders: 1 }], made("task 1"), made("task 2"), polled("task 1", 1), [1, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "put", units: 1, count: 1, run: "task 1", task: "task 1" }]];
    const silent = await told(open, "silent", [made("main"), polled("main", 0), ...closes, waits("main", 2, { value: "channel 1" }, { timer: "timer 1" }), [90, "TimerFire", { timer: "timer 1", late: 0 }, "timers", "timer 1", "rings"], woken("main", 90, "timer"), polled("main", 90), [91, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "close", units: 1, count: 0, run: "main", task: "main" }], [92, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "refuse", units: 1, count: 0, run: "task 1", task: "task 1" }], over("main", 93)]);
    is(/Then 1 sender of channel 1 was alive: .*main made it; .*task 1 used it last, at 1\.00 ms \(event \d+\)\./.test((await shown(silent))[2]), (await shown(silent))[2]);
    is(/1 send met a closed channel \(event \d+\): .*main had closed channel 1, or dropped its receiver, at 91\.00 ms/.test(await silent.evaluate(() => window.K.answer.html("task 1", -Infinity, Infinity).replace(/<[^>]*>/g, ""))), "who closed it");
    is(/1 task panicked \(.*task 2 at 9\.00 ms \(event \d+\)\)/.test(how), how);
    is(/a timer that came before the end of task 1.*What it waited for when that timer came main ← the end of .*task 1 *← barrier 1.*1 task had not come to barrier 1 by 90\.00 ms \(event \d+\)/.test(came), came);
    is(/When it was cancelled \(.*\(event 10\)\), it was ready, after it had waited for/.test(ready), ready);
    const source = (name, what, ready) => [0, "SourceAdd", { source: name, what, run: "main" }, "sources", name, { what, read: { ready, waits: [], last: null, bytes: null } }];
    const child = await told(open, "child", [made("main"), polled("main", 0), source("source 1", "PipeReader", true), source("source 2", "Process", false), waits("main", 0, { source: "source 2", direction: "read" }), [900, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [], "");
    const gone = await told(open, "peer-gone", [made("main"), polled("main", 0), [0, "SourceAdd", { source: "source 1", what: "TcpStream", run: "main" }, "sources", "source 1", { what: "TcpStream", closed: true, registered: true, read: { ready: false, waits: [], last: "would_block", bytes: null } }], waits("main", 0, { source: "source 1", direction: "read" }), [900, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [], "");
    const boxed = await gone.evaluate(() => { window.K.go(window.K.trace.last); return window.T.words(document.querySelector("#wakers .socket > small")); });
    same(boxed, "other side closed; read: would block; open", "which end of a connection is closed, and that this one is open");
    is(/the end of a child process \(source 2\), ≥ 900 ms.*Meanwhile source 1, a pipe, was readable, and nothing was read from it/.test((await shown(child))[2]), (await shown(child))[2]);
  });

  checks.add("answer: who had a lock in turn, for whom it is kept, who is missing at a barrier, and where a question is", async (open) => {
    const new1 = (sync, kind, more) => [0, "SyncNew", { sync, kind, run: "main" }, "primitives", sync, { kind, ...more }], act = (ms, run, sync, kind, act, more, then) => [ms, "SyncAct", { sync, kind, act, units: 1, count: 0, run, task: run, ...more }, "primitives", sync, then];
    const words = (page, who) => page.evaluate((who) => { window.K.answer.ask(who); return window.T.words(document.getElementById("answer")); }, who), tasks = ["task 1", "task 2", "task 3"].map((name) => made(name)), all = (name, ...run) => [polled(name, run[0][0]), ...run];
    const lock = { sync: "lock 1", ticket: 1, units: 1 }, took = (ms, run) => act(ms, run, "lock 1", "mutex", "take", {}, { holders: [run], handed: [] });
    const inTurn = await told(open, "in-turn", [made("main"), new1("lock 1", "mutex", {}), ...tasks, ...all("task 1", took(0, "task 1"), waits("task 1", 0, { timer: "timer 1" })), ...all("task 3", waits("task 3", 0, lock)), polled("task 1", 40), over("task 1", 40), polled("task 2", 40), took(40, "task 2"), waits("task 2", 40, { timer: "timer 2" }), polled("task 2", 90), act(90, "task 2", "lock 1", "mutex", "release", {}, { holders: [], handed: ["task 3"] }), woken("task 3", 90, "task 2"), over("task 2", 90), polled("task 3", 90), over("task 3", 91), over("main", 92)]);
    is(/while task 2 had it \(50 ms\), task 1 had it \(40 ms\)/.test(await words(inTurn, "task 3")), await words(inTurn, "task 3"));
    // A permit that was moved into another task, which gives it back.
    const permits = { sync: "semaphore 1", ticket: 1, units: 1 }, took2 = act(0, "main", "semaphore 1", "semaphore", "take", {}, { holders: ["main"], handed: [] }), back = act(40, "task 1", "semaphore 1", "semaphore", "release", {}, { holders: [], handed: ["main"] });
    const moved = await told(open, "moved-permit", [made("main"), new1("semaphore 1", "semaphore", { count: 1 }), made("task 1"), polled("main", 0), took2, waits("main", 0, permits), ...all("task 1", waits("task 1", 0, { timer: "timer 1" })), polled("task 1", 40), back, woken("main", 40, "task 1"), over("task 1", 40), polled("main", 40), over("main", 41)]);
    is(!/main had/.test(await words(moved, "main")) && /until task 1 woke it/.test(await words(moved, "main")), await words(moved, "main"));
    const why = await moved.evaluate(() => { window.K.go(window.K.trace.index.byEv.get("PollEnd")[0]); document.querySelector("#b-why").click(); return document.querySelector("#why").textContent; });
    is(/What has not come back of it was taken by .*main/.test(why) && !/no event tells/.test(why), why); // (it has not come back by then)
    const later = await told(open, "moved-permits", [made("main"), new1("semaphore 1", "semaphore", { count: 2 }), made("task 1"), made("task 2"), polled("main", 0), act(0, "main", "semaphore 1", "semaphore", "take", {}, { holders: ["main"] }), waits("main", 0, { timer: "timer 1" }), ...all("task 2", act(1, "task 2", "semaphore 1", "semaphore", "take", {}, { holders: ["main", "task 2"] }), waits("task 2", 1, { timer: "timer 2" })),
      polled("task 1", 40), act(40, "task 1", "semaphore 1", "semaphore", "release", {}, { holders: ["somebody"] }), act(41, "task 1", "semaphore 1", "semaphore", "take", {}, { holders: ["somebody", "task 1"] }), waits("task 1", 41, permits), over("main", 90)]);
    const after = await later.evaluate(() => { const s = window.K.stateAt(window.K.trace.last - 1); return window.K.why.words(s, "task 1"); });
    is(/Of what has not come back of it some was taken by .*task 1.* At 40\.00 ms \(event \d+\) .*task 1 gave back what it had not taken: which task has what is out now, no event tells\./.test(after), after);
    is(!/kept for/.test(await words(inTurn, "task 3")), "what has ended its wait is not kept from it");
    const parked = (ms) => [ms, "Park", { timeout: null }, "loop", "", { step: "park" }], hangs = (name, run, files = []) => told(open, name, run, {}, files, "");
    const kept = await hangs("kept", [made("main"), new1("lock 1", "mutex", {}), ...tasks, ...all("task 1", act(1, "task 1", "lock 1", "mutex", "release", {}, { holders: [], handed: ["task 2"] })), ...all("task 2", waits("task 2", 5, lock)), parked(90)]);
    is(/Lock 1 is kept for task 2, whose turn it is: for another of its waits, which it does not poll\./.test(await words(kept, "task 2")), await words(kept, "task 2"));
    const at = { sync: "barrier 1", ticket: 1, units: 1 }, came = (run, then) => act(5, run, "barrier 1", "barrier", "put", { units: "all" }, then);
    const absent = await hangs("absent", [made("main"), new1("barrier 1", "barrier", { count: 2 }), ...tasks, ...all("task 1", came("task 1", { count: 2 }), [9, "PollEnd", { task: "task 1", run: "task 1", outcome: "panicked" }, "tasks", "task 1", { where: "done", how: "panicked" }]), ...all("task 2", [9, "Wait", { task: "task 2", run: "task 2", on: at }, "primitives", "barrier 1", { count: 1, ticket: 1, who: "task 2" }], waits("task 2", 9, at)), act(10, "task 3", "barrier 1", "barrier", "put", {}, { count: 1 }), parked(90)]);
    is(/1 task had not come to barrier 1 by 90\.00 ms \(event \d+\); of those that had been there before: task 1, which panicked at 9\.00 ms/.test(await words(absent, "task 2")), await words(absent, "task 2"));
    const asks = await hangs("asks", [made("main"), new1("channel 1", "mpsc", { count: 0, senders: 1 }), ...tasks, ...all("task 1", act(1, "task 1", "channel 1", "mpsc", "get", {}, { count: 0 }), waits("task 1", 1, { timer: "timer 1" })), ...all("task 3", act(2, "task 3", "channel 1", "mpsc", "put", { count: 1 }, { count: 1 })),
      ...all("task 2", [3, "SyncNew", { sync: "channel 2", kind: "oneshot", run: "task 2" }, "primitives", "channel 2", { kind: "oneshot", senders: 1 }], act(3, "task 2", "channel 1", "mpsc", "put", { count: 2 }, { count: 2 }), waits("task 2", 4, { value: "channel 2" })), parked(90)]);
    is(/task 2 had made channel 2, and then sent into channel 1 at 3\.00 ms \(event \d+\), perhaps its sender\. That value had not been received by then: 1 value was before it, and task 1 had received last, which itself waits for timer 1\./.test(await words(asks, "task 2")), await words(asks, "task 2"));
    const once = (n) => [3, "SyncNew", { sync: `channel ${n}`, kind: "oneshot", run: "task 2" }, "primitives", `channel ${n}`, { kind: "oneshot", senders: 1 }], asked = (n) => act(3, "task 2", `channel ${n}`, "mpsc", "put", { count: 1 }, { count: 1 });
    const pair = await hangs("asks-two", [made("main"), ...[1, 4].map((n) => new1(`channel ${n}`, "mpsc", { count: 0, senders: 1 })), ...tasks, ...all("task 2", once(2), once(3), asked(1), asked(4), waits("task 2", 4, { value: "channel 2" }, { value: "channel 3" })), parked(90)]);
    same(await pair.evaluate(() => [2, 3].map((n) => /sent into (channel \d)/.exec(window.K.requestWords(`channel ${n}`, "task 2", window.K.stateAt(window.K.trace.last)))[1])), ["channel 1", "channel 4"], "each of two went with a send of its own");
    const given = await hangs("given-on", [made("main"), new1("channel 1", "mpsc", { count: 0, senders: 1 }), ...tasks, ...all("task 2", once(2), asked(1), waits("task 2", 4, { value: "channel 2" })), ...all("task 1", act(5, "task 1", "channel 1", "mpsc", "get", { count: 0 }, { count: 0 }), waits("task 1", 5, { timer: "timer 1" })), ...all("task 3", act(9, "task 3", "channel 2", "oneshot", "put", { count: 1 }, { count: 1 })), parked(90)]);
    is(/received at 5\.00 ms \(event \d+\) by task 1; the answer came from task 3 at 9\.00 ms/.test(await given.evaluate(() => { const box = document.createElement("div"), { K } = window; box.innerHTML = K.requestWords("channel 2", "task 2", K.stateAt(K.trace.index.byEv.get("SyncAct").at(-1) - 1)); return window.T.words(box); })), "the sender was given on");
    // (Of a stretch it is told as of its beginning.)
    const later2 = await told(open, "asked-before", [made("main"), new1("channel 1", "mpsc", { count: 0, senders: 1 }), ...tasks, ...all("task 2", [3, "SyncNew", { sync: "channel 2", kind: "oneshot", run: "task 2" }, "primitives", "channel 2", { kind: "oneshot", senders: 1 }], act(3, "task 2", "channel 1", "mpsc", "put", { count: 1 }, { count: 1 }), waits("task 2", 4, { value: "channel 2" })),
      polled("task 1", 10), act(10, "task 1", "channel 1", "mpsc", "get", {}, { count: 0 }), waits("task 1", 10, { timer: "timer 1" }), woken("task 1", 80, "timer"), polled("task 1", 80), act(80, "task 1", "channel 2", "oneshot", "put", { count: 1 }, { count: 1 }), woken("task 2", 80, "task 1"), over("task 1", 80), polled("task 2", 80), over("task 2", 80), over("main", 80)]);
    const stretch = await later2.evaluate(() => [window.K.answer.html("task 2", 20e6, 60e6), window.K.answer.html("task 2", -Infinity, Infinity)].map((html) => html.replace(/<[^>]*>/g, "")));
    is(/That value was received at 10\.0/.test(stretch[0]) && /had not been received when that wait began/.test(stretch[1]), stretch.join());
    const alone = await hangs("alone", [made("main"), new1("channel 1", "mpsc", { count: 0, senders: 1 }), ...tasks, ...all("task 2", [3, "SyncNew", { sync: "channel 2", kind: "oneshot", run: "task 2" }, "primitives", "channel 2", { kind: "oneshot", senders: 1 }], act(3, "task 2", "channel 1", "mpsc", "put", { count: 1 }, { count: 1 }), waits("task 2", 4, { value: "channel 2" })), parked(90)]);
    is(/perhaps its sender\. No task in this record has received from channel 1, or waited to: its receiver may be in another runtime/.test(await words(alone, "task 2")), await words(alone, "task 2"));
    const senders = await asks.evaluate(() => window.K.madeWords("channel 1", window.K.trace.last).replace(/<[^>]*>/g, ""));
    is(/^: .*main made it$/.test(senders), senders);
    const put = (run, count) => act(1, run, "channel 1", "mpsc", "put", { count }, { count }), more = (ms, units) => [ms, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "senders", units, count: 0, run: "main", task: "main" }, "primitives", "channel 1", { senders: units }];
    const kept2 = await hangs("kept-unused", [made("main"), made("task 1"), new1("channel 1", "mpsc", { count: 0, senders: 1 }), more(0, 2), made("task 2"), made("task 3"), ...all("task 1", put("task 1", 1), waits("task 1", 1, { timer: "timer 1" })), ...all("task 3", waits("task 3", 2, { value: "channel 1" })), parked(90)]);
    is(/Then 2 senders of channel 1 were alive: main made 2; task 1 used one last, at 1\.00 ms \(event \d+\)\. Where the other was, no event tells; these tasks were left: task 2, task 3, main\./.test(await words(kept2, "task 3")), await words(kept2, "task 3"));
    // One sender that several tasks use, the waiting one among them; and one that was moved: the page and `?` say the same of it.
    const whyOf = (page, who) => page.evaluate((who) => { const box = document.createElement("div"); box.innerHTML = window.K.why.answer(window.K.stateAt(window.K.trace.last), who); return window.T.words(box); }, who), one = new1("channel 1", "mpsc", { count: 0, senders: 1 });
    const shared = await hangs("shared-sender", [made("main"), one, ...tasks, ...all("main", put("main", 1)), ...all("task 1", put("task 1", 2)), ...all("task 3", put("task 3", 3)), ...all("task 2", put("task 2", 4), waits("task 2", 2, { value: "channel 1" })), parked(90)]), itself = /main made it; task 2 itself used it last, at 1\.00 ms \(event \d+\); task 3, task 1 and main ha(d|ve) used it, too: if task 2 still keeps it, the channel can’t end while it waits\./;
    is(itself.test(await words(shared, "task 2")), await words(shared, "task 2"));
    is(itself.test(await whyOf(shared, "task 2")), await whyOf(shared, "task 2"));
    const moved1 = await hangs("moved-sender", [made("main"), one, ...tasks, polled("main", 0), put("main", 1), ...all("task 1", put("task 1", 2)), waits("main", 2, { value: "channel 1" }), parked(90)]);
    is(/task 1 used it last, at 1\.00 ms \(event \d+\), and so has main itself\./.test(await whyOf(moved1, "main")), await whyOf(moved1, "main")); // (it made it, and may have moved it)
    const pipe = await hangs("pipe", [made("main"), new1("pipe 1", "pipe", { count: 0 }), ...tasks, ...all("task 1", act(1, "task 1", "pipe 1", "pipe", "get", {}, { count: 0 }), waits("task 1", 2, { timer: "timer 1" })), ...all("task 2", waits("task 2", 3, { sync: "pipe 1", ticket: 1, units: "all" })), parked(90)]);
    is(/task 1 read from it last, which itself waits for timer 1\./.test(await whyOf(pipe, "task 2")), await whyOf(pipe, "task 2"));
    const outside = await hangs("made-outside", [made("main"), [0, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "senders", units: 3, count: 0, run: "main", task: "main" }, "primitives", "channel 1", { kind: "mpsc", count: 0, senders: 3 }], ...tasks, ...all("task 1", waits("task 1", 2, { value: "channel 1" })), parked(90)]);
    is(/3 senders of channel 1 are alive\. Where they are, no event tells\./.test(await whyOf(outside, "task 1")), await whyOf(outside, "task 1")); // (by which task they were made is not told)
    const lent = await hangs("lent-sender", [made("main"), one, ...tasks, ...all("task 1", put("task 1", 1)), ...all("task 2", put("task 2", 2), waits("task 2", 2, { value: "channel 1" })), parked(90)]);
    same(await lent.evaluate(() => window.K.enderOf("task 2", { value: "channel 1" }, window.K.trace.last)), null, "which of two tasks sends next is not known, though one of them waits");
    const over1 = await hangs("dropped-sender", [made("main"), one, more(0, 2), ...tasks, ...all("task 1", put("task 1", 1), [2, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "senders", units: 1, count: 0, run: "task 1", task: "task 1" }, "primitives", "channel 1", { senders: 1 }], waits("task 1", 2, { timer: "timer 1" })), ...all("task 3", waits("task 3", 3, { value: "channel 1" })), parked(90)]);
    is(/1 sender of channel 1 was alive: main made 2, and task 1 dropped 1\. Where it was, no event tells; these tasks were left: task 1, task 2, task 3 and 1 other task\./.test(await words(over1, "task 3")), await words(over1, "task 3"));
    const rest = await hangs("rest", [made("main"), one, more(0, 3), ...tasks, ...all("task 1", put("task 1", 1)), ...all("task 2", put("task 2", 2)), ...all("task 3", waits("task 3", 3, { value: "channel 1" })), parked(90)]);
    is(/3 senders of channel 1 were alive.*Where the rest was, no event tells/.test(await words(rest, "task 3")) && /Where the rest is, no event tells/.test(await whyOf(rest, "task 3")), await whyOf(rest, "task 3")); // (two of three are known)
    const opens = (units) => act(1, "main", "watch 1", "watch", "open", { units }, {}), news = await told(open, "subscribes", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "watch 1", kind: "watch", run: "main" }, "primitives", "watch 1", { kind: "watch" }], opens(1), opens(2)]);
    same(await news.evaluate(() => window.K.trace.index.byEv.get("SyncAct").map((i) => /^From now on a send reaches a receiver/.test(window.K.aside(i, window.K.stateAt(i))))), [true, false], "a send reached one before");
    const watch = (...run) => hangs(`own-watch-${run.length}`, [made("main"), ...tasks, ...all("task 1", [1, "SyncNew", { sync: "watch 1", kind: "watch", run: "task 1" }, "primitives", "watch 1", { kind: "watch" }], ...run, waits("task 1", 2, { sync: "watch 1", ticket: 1, units: 1 })), parked(90)]), seen = await watch(act(1, "task 1", "watch 1", "watch", "put", { units: "all" }, {})), unsent = await watch();
    for (const said of [await words(seen, "task 1"), await whyOf(seen, "task 1")]) is(/Watch 1 was last sent to by task 1 itself at 1\.00 ms \(event \d+\)\. That task has not ended, and may still have a sender\./.test(said), said);
    for (const said of [await words(unsent, "task 1"), await whyOf(unsent, "task 1")]) is(/task 1 made watch 1, and no task ha[sd] sent to it\. Which tasks ha(ve|d) a sender of it, no event tells\./.test(said), said);
    const forgot = await hangs("forgotten", [made("main"), new1("semaphore 1", "semaphore", { count: 1 }), ...tasks, ...all("task 1", act(1, "task 1", "semaphore 1", "semaphore", "take", {}, { holders: ["task 1"], count: 0 }), act(2, "task 1", "semaphore 1", "semaphore", "forget", {}, { holders: [] }), waits("task 1", 2, { timer: "timer 1" })), ...all("task 2", waits("task 2", 3, permits)), parked(90)]), gone = /1 permit of semaphore 1 was forgotten, by task 1 \(event \d+\): it does not come back by itself\./;
    is(gone.test(await words(forgot, "task 2")) && gone.test(await whyOf(forgot, "task 2")), await whyOf(forgot, "task 2"));
    const joined = await hangs("own-lock", [made("main"), new1("lock 1", "mutex", {}), ...tasks, ...all("task 1", took(1, "task 1"), waits("task 1", 2, lock, { timer: "timer 1" })), parked(90)]);
    is(/lock 1.*task 1 itself holds it\./.test(await whyOf(joined, "task 1")), await whyOf(joined, "task 1"));
    const sends = await hangs("two-sends", [made("main"), parked(90)], [{ file: "src/main.rs", whose: "program", text: "async fn publish(events: broadcast::Sender<u32>, level: watch::Sender<u32>) {\n    loop {\n        sleep(MS).await;\n        let _ = events.send(1);\n        let _ = level.send(1);\n    }\n}\n" }]);
    same(await sends.evaluate(() => ["broadcast", "watch", "mpsc"].map((kind) => window.K.perhaps({ ev: "SyncAct", act: "put", kind, i: 0 }, { file: "src/main.rs", line: 3 }))), [[4], [5], []], "the line that sends into a channel of this kind");
    const kettles = { file: "src/fs/paths.rs", whose: "kettle", text: "async { off_thread(move || std::fs::read(path)).await }\nKind::Write => 1" }, handed = (job, line) => [1, "BlockingStart", { task: job, run: "task 1", src: `src/fs/paths.rs:${line}`, at: `src/main.rs:${line}:9` }, "jobs", job, { by: "task 1", waited: null }];
    const set = [0, "SyncNew", { sync: "joinset 1", kind: "join_set", run: "main", count: 0 }, "primitives", "joinset 1", { kind: "join_set", count: 0 }];
    const files = await hangs("jobs-of-files", [made("main"), set, ...tasks, ...all("task 1", handed("job 1", 1), [1, "Wait", { on: { task: "job 1" }, run: "task 1", task: "task 1", at: "src/main.rs:1:9" }], handed("job 2", 2), waits("task 1", 1, { task: "job 1" })), parked(90)], [kettles]);
    same(await files.evaluate(() => [window.K.trace.sets, window.K.trace.members.size]), [true, 0], "a job that is awaited where it is handed over is in no set");
    same(await files.evaluate(() => [0, 1].map((k) => window.K.jobLine(window.K.event(window.K.trace.index.byEv.get("BlockingStart")[k]))?.text ?? null)), ["src/main.rs:1:9", null], "the lines that await a job of `fs`, and one of a write");
  });

  checks.add("answer: what is only a reference is put aside, a cancelled task is dropped in its last poll, and a limit may be over before it is looked at", async (open) => {
    const text = "async fn run() {\n    select! {\n        _ = &mut sale => {}\n        _ = sleep(MS) => {}\n    }\n    timeout(MS, child).await;\n}\n", file = { file: "src/main.rs", whose: "program", text }, at = "src/main.rs:2:5", branch = (state, more = {}) => ({ state, waits: [], took: [], ...more });
    const began = [0, "SelectStart", { branches: 2, first: 0, run: "main", task: "main", at }, "selects", "main", { task: "main", won: null, at, branches: [branch("new"), branch("new")] }], asked = (k, ready) => [0, "SelectPoll", { branch: k, ready, run: "main", task: "main", at }];
    const won = [0, "SelectWin", { branch: 1, run: "main", task: "main", say: "branch 2 of main’s select! wins: the other futures are dropped" }, "selects", "main", { won: 1, branches: [branch("dropped"), branch("won")] }];
    const limit = [0, "TimerAdd", { timer: "timer 1", task: "main", run: "main", at: "src/main.rs:6:22" }, "timers", "timer 1", { due: 50e6, level: 0, slot: 50, task: "main", at: "src/main.rs:6:22" }];
    const page = await told(open, "put-aside", [made("main"), polled("main", 0), began, asked(0, false), asked(1, true), won, made("task 1"), limit, waits("main", 0, { task: "task 1" }, { timer: "timer 1" }), polled("task 1", 0), waits("task 1", 0, { timer: "timer 2" }), [5, "Cancel", { task: "task 1", run: "main" }], woken("task 1", 5, "main"), polled("task 1", 10), woken("main", 90, "task 1"), [90, "PollEnd", { task: "task 1", run: "task 1", outcome: "cancelled" }, "tasks", "task 1", { where: "done", how: "cancelled", waits: [] }], polled("main", 90), [90, "TimerCancel", { timer: "timer 1", task: "main", run: "main" }, "timers", "timer 1", "cancelled"], over("main", 91)], {}, [file]);
    const found = await page.evaluate(() => {
      const { K } = window, [win] = K.trace.index.byEv.get("SelectWin"), row = K.rowsOf(K.trace).rows.get("main"), dropped = K.trace.index.byEv.get("PollStart").at(-2);
      return [K.sentence(win), row.branches[0].kind.includes(K.BAR.CANCELLED), K.causesOf("task 1").map(({ words, ns }) => [words, ns / 1e6]).find(([, ms]) => ms > 50), K.about(K.event(dropped), "teaches", K.stateAt(dropped)).replace(/<[^>]*>/g, "")];
    });
    // (One that was not asked may have been switched off by its `if`, and be over.)
    const off = await told(open, "switched-off", [made("main"), polled("main", 0), began, asked(1, true), won, over("main", 1)], {}, [{ ...file, text: text.replace("sale =>", "sale, if !sold =>") }]), anywhere = await told(open, "no-source", [made("main"), polled("main", 0), began, asked(1, true), won, over("main", 1)]), teaches = (page) => page.evaluate(() => window.K.aside(window.K.trace.index.byEv.get("SelectStart")[0], window.K.stateAt(3)).replace(/<[^>]*>/g, ""));
    same(await off.evaluate(() => { const { K } = window, [win] = K.trace.index.byEv.get("SelectWin"); K.go(win); return [K.sentence(win), /not asked: off/.test(document.getElementById("wakers").textContent)]; }), ["Branch 2 of main’s select! wins.", true], "what has lost nothing");
    same((await Promise.all([off, anywhere].map(teaches))).map((words) => /unless it is biased/.test(words)), [false, true], "what the program’s text would say");
    same(found, ["Branch 2 of main’s select! wins: &mut sale put aside.", false, ["its future being dropped, with all that it held", 80], "Its end was asked for (event 12): this poll runs nothing of it, but drops its future."], "sentence, lane, cause, words on the poll");
    is(/The limit of timeout in main\.rs:6 had been over for 40 ms when the task looked/.test(await page.evaluate(() => window.K.answer.html("main", -Infinity, Infinity).replace(/<[^>]*>/g, ""))), "the limit");
  });

  checks.add("answer: a limit that came before two things is one cause, in whichever order they were polled", async (open) => {
    const two = [{ sync: "broadcast 1", ticket: 1 }, { value: "channel 2" }], wins = (ms) => [ms, "SelectWin", { branch: 2, run: "main", task: "main" }, "selects", "main", { won: 2, branches: [...two.map((on) => ({ state: "dropped", waits: [on], took: [] })), { state: "won", waits: [], took: [] }] }], round = (ms, ...waiting) => [polled("main", ms), ...(ms ? [wins(ms)] : []), [ms, "SelectStart", { branches: 3, first: 0, run: "main", task: "main" }], waits("main", ms, ...waiting, { timer: "timer 1" }), [ms + 20, "TimerFire", { timer: "timer 1", late: 0 }, "timers", "timer 1", "rings"], woken("main", ms + 20, "timer")];
    const page = await told(open, "two-orders", [made("main"), ...round(0, ...two), ...round(20, two[1], two[0]), ...round(40, ...two), polled("main", 60), wins(60), over("main", 60)]);
    same(await sums(page, "main").then((all) => all.filter(([, ms]) => ms > 0)), [["a timer that came before a value in channel 2 or broadcast 1", 60]], "one sum, one wording");
  });

  checks.add("answer: a wait of a join! goes on beside a timer that came, and one of a select! has its branch’s line", async (open) => {
    const lock = { sync: "lock 1", ticket: 1, units: 1 }, timer = { timer: "timer 1" }, fires = (ms) => [[ms, "TimerFire", { timer: "timer 1", late: 0 }, "timers", "timer 1", "rings"], woken("main", ms, "timer")];
    for (const [name, round, wanted] of [["got", [[40, "SyncAct", { sync: "lock 1", kind: "mutex", act: "take", units: "all", count: 0, run: "main", task: "main" }]], [["lock 1", 50], ["a timer", 40]]], ["joined", [], [["lock 1", 90]]], ["polled again", [[40, "SelectStart", { branches: 2, first: 0, run: "main", task: "main" }]], [["lock 1", 90]]],
      ["selected", [[40, "SelectWin", { branch: 1, run: "main", task: "main" }, "selects", "main", { won: 1, branches: [{ state: "dropped", waits: [lock], took: [] }, { state: "won", waits: [], took: [] }] }]], [["lock 1", 50], ["a timer that came before lock 1", 40]]]]) {
      const page = await told(open, name, [made("main"), polled("main", 0), waits("main", 0, lock, timer), ...fires(40), polled("main", 40), ...round, waits("main", 40, lock), woken("main", 90, "message"), polled("main", 90), over("main", 90)]);
      same(await sums(page, "main").then((all) => all.filter(([, ms]) => ms > 0)), wanted, name);
    }
    const text = "fn main() {\n    loop {\n        select! {\n            biased;\n            Some(x) = rx.recv() => {\n                use_it(x)\n            }\n            // or too late\n            _ = sleep(MS) => break,\n            else => {}\n        }\n    }\n}\n", at = "src/main.rs:3:9", asked = (branch) => [0, "SelectPoll", { branch, ready: false, run: "main", task: "main", at }];
    const wait = (on) => [0, "Wait", { task: "main", run: "main", on, at }], add = [0, "TimerAdd", { timer: "timer 1", task: "main", run: "main", at }, "timers", "timer 1", { due: 40e6, level: 0, slot: 40, task: "main", at }];
    const page = await told(open, "branch-lines", [made("main"), polled("main", 0), [0, "SelectStart", { branches: 2, first: 0, run: "main", task: "main" }], wait({ value: "channel 1" }), asked(0), add, wait(timer), asked(1), also(waits("main", 0, { value: "channel 1" }, timer), { at }), ...fires(40), polled("main", 40), over("main", 40)], {}, [{ file: "src/main.rs", whose: "program", text }]);
    is(/a timer that came before a value in channel 1.*main\.rs:5, ended by sleep in main\.rs:9/.test((await shown(page))[2]), (await shown(page))[2]);
    const lines = await page.evaluate(() => {
      const { K } = window, of = (ev) => K.trace.index.byEv.get(ev), [begin] = of("SelectStart"), [add] = of("TimerAdd"), end = of("PollEnd")[0];
      K.go(add);
      const lit = document.querySelector("#program .on i").textContent, at = [...of("Wait"), add, end].map((i) => K.lineKnown(K.event(i), K.stateAt(i)).place.line);
      K.go(begin); // (and back, from a snapshot)
      return [at, lit, K.stateAt(end).timers.get("timer 1").at.line, K.why.words(K.stateAt(end), "main").match(/main\.rs:\d+/g)];
    });
    same(lines, [[5, 9, 9, 3], "9", 9, ["main.rs:5", "main.rs:9"]], "sentences, source, wheel and question have the branch's line, too; the macro waits in its own");
  });

  checks.add("answer: of a join! it is told which branch waits for what, and which was the last", async (open) => {
    const text = ["async fn a() {", "    sleep(MS).await;", "}", "async fn b() {", "    ask(2).await;", "}", "async fn ask(n: u32) {", "    answer(n).await;", "}", "async fn page() {", "    kettle::join!(a(), b());", "}", "async fn other() {", "    ask(1).await;", "}"].join("\n");
    const file = { file: "src/main.rs", whose: "program", text }, value = { value: "channel 1" }, timer = { timer: "timer 1" }, wait = (ms, on, line) => [ms, "Wait", { task: "main", run: "main", on, at: `src/main.rs:${line}:9` }];
    const run = (what, end, wakers = 1) => [made("main").with(5, { kind: "task", what, where: "queued" }), polled("main", 0), wait(0, timer, 2), wait(0, value, 8), also(waits("main", 0, timer, value), { wakers: 2 }), [40, "TimerFire", { timer: "timer 1", late: 0 }, "timers", "timer 1", "rings"], woken("main", 40, "timer"),
      polled("main", 40), wait(40, value, 8), also(waits("main", 40, value), { wakers }), woken("main", 100, "message"), polled("main", 100), end ?? over("main", 100)];
    const rows = (page) => page.evaluate(() => window.K.rowsOf(window.K.trace).rows.get("main").branches.map(({ name, code, kind, at }) => [name, code, kind.map((k, n) => `${Object.keys(window.K.BAR)[k]} ${window.K.trace.n[at[n]]}`)]));
    const page = await told(open, "joined-lines", run("page"), {}, [file]);
    same(await rows(page), [["branch 1", "a()", ["WAIT 5", "POLL 8", "DONE 10"]], ["branch 2", "b()", ["WAIT 5", "POLL 9", "WAIT 10", "POLL 12", "DONE 13"]]], "a lane for each, from where it is known on");
    is(/100 ms ?a value in channel 1.*main\.rs:8, in branch 2 \(the last\) of its join!, b\(\)(?!, and for)/.test((await shown(page))[2]), (await shown(page))[2]);
    same(await page.evaluate(() => [...document.querySelectorAll("#lanes .lane-label.sub")].map((el) => el.textContent)), ["branch 1 a()", "branch 2 b()"], "with its words");
    const cut = await rows(await told(open, "joined-cut", run("page", [100, "PollEnd", { task: "main", run: "main" }, "tasks", "main", { where: "done", how: "cancelled", waits: [] }]), {}, [file]));
    same(cut[1][2].at(-1), "CANCELLED 13", "one that was cut off");
    // Where other code has the waker, or a branch was never seen, that one may be the last.
    const other = await told(open, "joined-other-code", run("page", null, 2), {}, [file]);
    same((await rows(other)).map(([, , bars]) => bars.at(-1)), ["NONE 10", "DONE 13"], "one that may wait for other code");
    await other.setViewportSize({ width: 320, height: 1800 });
    same(await other.evaluate(() => { window.K.go(window.K.trace.last); window.K.lanes.zoom(8); return [...document.querySelectorAll("#lanes-words text")].map((el) => el.textContent).includes("◂ earlier"); }), true, "where the window has nothing of it, its lane says so");
    await other.keyboard.press("Home");
    await other.setViewportSize({ width: 1440, height: 900 });
    const many = await told(open, "joined-many", run("page"), {}, [{ ...file, text: text.replace("a(), b()", `c(), c(), a(), ${"c(), ".repeat(7)}b()`) }]);
    same((await rows(many)).map(([branch]) => branch), ["branch 3", "branch 11"], "in their order");
    for (const page of [other, many]) is(/in branch \d+ of its join!/.test((await shown(page))[2]), (await shown(page))[2]);
    // What the task does outside of the macro, too, is no branch's; nor is what another task does.
    for (const [name, what, twice] of [["outside", "page", text.replace("join!(a(), b());", "join!(a(), b()); ask(3).await;")], ["namesake", "page", `${text}\nimpl X { fn ask() {} }\nfn ask() {}`]]) {
      const told1 = await told(open, `joined-${name}`, run(what), {}, [{ ...file, text: twice }]);
      same((await rows(told1)).map(([, code]) => code), ["a()"], name);
    }
    // A string is no code, whatever is in it, and a macro may be in another's branch.
    for (const [name, macro, wanted] of [["string", `join!(b(), get("http://x")); ask(3).await;`, []], ["shown", `join!(a(), b("http://x{"));`, ["a()", `b("http://x{")`]], ["open", `join!(b(), get(r"\n}\n")); ask(3).await;`, []], ["nested", "join!(async { kettle::join!(a(), c()) }, b()); ask(3).await;", []]]) {
      same((await rows(await told(open, `joined-${name}`, run("page"), {}, [{ ...file, text: text.replace("join!(a(), b());", macro) }]))).map(([, code]) => code), wanted, name);
    }
    same(await rows(await told(open, "joined-other", run("other"), {}, [file])), [], "a task that leads to no join!");
    // Two of them in one line, each has its place there.
    const both = [1, 2].map((ticket) => ({ sync: "barrier 1", ticket, units: 1 }));
    const line = await told(open, "joined-one-line", [made("main").with(5, { kind: "task", what: "page", where: "queued" }), polled("main", 0), wait(0, both[0], 2), wait(0, both[1], 8), also(waits("main", 0, ...both), { wakers: 2 })], {}, [file]);
    same(await rows(line), [["branch 1", "a()", ["WAIT 5"]], ["branch 2", "b()", ["WAIT 5"]]], "two in the line of one barrier");
  });

  checks.add("answer: what a job waits for on its thread is a part of its time, and leads on", async (open) => {
    const on = { sync: "channel 1", ticket: 1, units: 1 }, at = "src/main.rs:16:9";
    const page = await told(open, "job-waits", [made("main"), polled("main", 0), made("task 1"), [0, "BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main", waited: null }], waits("main", 0, { task: "job 1" }), polled("task 1", 0), waits("task 1", 0, { timer: "timer 1" }),
      [20, "BlockingRun", { task: "job 1", waited: 20e6 }, "jobs", "job 1", { waited: 20e6 }], [50, "Wait", { task: "job 1", on, at }, "jobs", "job 1", { waits: [on] }], [180, "TimerFire", { timer: "timer 1", late: 0 }, "timers", "timer 1", "rings"], woken("task 1", 180, "timer"), polled("task 1", 180),
      [180, "Served", { on: { sync: "channel 1", units: 1 }, task: "task 1", run: "task 1" }, "jobs", "job 1", { waits: [] }], over("task 1", 180), [200, "BlockingEnd", { task: "job 1", ran: 180e6 }, "jobs", "job 1", "ended"], woken("main", 200, "message"), polled("main", 200), over("main", 200)]);
    same((await sums(page, "job 1")).filter(([, ms]) => ms > 0), [["room in channel 1", 130], ["on its thread", 50], ["a thread of the pool", 20]], "of the job");
    same((await chain(page, "main")).slice(0, 2), [["main: job 1", "job 1: room in channel 1"], ["task 1", "a timer", 180]], "of main");
    const words = await page.evaluate(() => { window.K.answer.ask("job 1"); return document.querySelector("#answer .causes li").textContent; });
    is(/room in channel 1.*main\.rs:16 until .*task 1 woke it/.test(words), words);
    same(await page.evaluate(() => [7, 8, 9].map((i) => window.K.times.words(window.K.rowsOf(window.K.trace).rows.get("job 1"), i).replace(/, event.*/, ""))), ["job 1: on a thread of the pool, 30 ms", "job 1: waiting for room in channel 1, 130 ms", "job 1: waiting for room in channel 1, 130 ms"], "above its lane");
  });

  checks.add("answer: each line of several waits that are one sum is named", async (open) => {
    const job = (n, ms, line) => [[ms, "BlockingStart", { task: `job ${n}`, run: "main", src: "src/main.rs:1" }, "jobs", `job ${n}`, { by: "main", waited: null }], [ms, "Wait", { task: "main", run: "main", on: { task: `job ${n}` }, at: `src/main.rs:${line}:9` }], also(waits("main", ms, { task: `job ${n}` }), { at: `src/main.rs:${line}:9` }),
      [ms + 40, "BlockingRun", { task: `job ${n}`, waited: 0 }, "jobs", `job ${n}`, { waited: 0 }], [ms + 40, "BlockingEnd", { task: `job ${n}`, ran: 40e6 }, "jobs", `job ${n}`, "ended"], woken("main", ms + 40, "message"), polled("main", ms + 40)];
    const all = (lines) => [made("main"), polled("main", 0), ...lines.flatMap((line, k) => job(k + 1, 50 * k, line)), over("main", 50 * lines.length)];
    const place = async (name, lines) => (await told(open, name, all(lines))).evaluate(() => document.querySelector("#answer .causes .place-of").textContent.trim());
    same(await place("two-lines", [47, 48, 48]), "main.rs:47 and 48", "two");
    same(await place("one-line", [47, 47]), "main.rs:47", "one");
    same(await place("five-lines", [41, 42, 43, 44, 45]), "main.rs:41 and 4 other lines", "many");
  });

  checks.add("answer: the two ends of a connection are told where their bytes leave one way alone, and the chain goes on at the other end", async (open) => {
    const add = (source, what) => [0, "SourceAdd", { source, what, run: "main" }], tried = (task, ms, source, direction, bytes = null) => [ms, "SourceTry", { source, direction, result: "done", bytes, run: task, say: `${task} tries` }], read = (source) => ({ source, direction: "read" });
    const run = (bytes) => [made("main"), polled("main", 0), add("source 1", "TcpListener"), made("task 1"), made("task 2"), ...[2, 3].flatMap((n) => [add(`source ${n}`, "TcpStream"), tried("main", 0, `source ${n}`, "write"), tried("main", 0, `source ${n}`, "write", 5)]), waits("main", 0, read("source 3")),
      polled("task 1", 1), tried("task 1", 1, "source 1", "read"), tried("task 1", 1, "source 1", "read"), waits("task 1", 1, { timer: "timer 1" }), polled("task 2", 2), tried("task 2", 2, "source 4", "read", 5), tried("task 2", 2, "source 5", "read", 5), waits("task 2", 2, { timer: "timer 2" }),
      woken("task 2", 802, "timer"), polled("task 2", 802), tried("task 2", 802, "source 5", "write", bytes), over("task 2", 802), woken("main", 803, "io"), polled("main", 803), tried("main", 803, "source 3", "read", 7), over("main", 803)];
    const page = await told(open, "ends", run(7));
    same(await chain(page, "main"), [["main: source 3, to read, whose other end is source 5"], ["task 2", "a timer", 800], null], "as many as were read");
    same(await page.evaluate(() => window.K.why.words(window.K.stateAt(window.K.trace.index.byEv.get("PollEnd")[0]), "main").replace(/.*reports/, "")), " it readable. Its other end is source 5, which no task has used yet. 5 bytes for source 5 were written, and are not read yet.", "in words");
    const other = await told(open, "no-ends", run(6));
    same((await chain(other, "main"))[0], [], "one end can’t have read more than was written at the other");
    const one = (bytes) => [...run(7).slice(0, 12).filter(([, , { source }]) => source !== "source 2"), polled("task 1", 1), tried("task 1", 1, "source 1", "read"), over("task 1", 1), polled("task 2", 2), tried("task 2", 2, "source 5", "read", bytes), waits("task 2", 2, read("source 5")), [900, "Park", { timeout: null }, "loop", "", { step: "park" }]];
    const alone = await told(open, "end-open", one(4), {}, [], "");
    same((await chain(alone, "main"))[2], ["task 2", "main"], "each waits for the other");
    const known = (name, who, what, ends) => [0, "SourceNew", { source: name, what, ends, run: who }, "sources", name, { what }];
    const ports = await told(open, "ports", [made("main"), polled("main", 0), made("task 1"), known("source 7", "main", "TcpStream", [5001, 80]), known("source 8", "main", "TcpStream", [5002, 80]), waits("main", 0, read("source 7")), polled("task 1", 1), [1, ...known("source 9", "task 1", "TcpStream", [80, 5001]).slice(1)], waits("task 1", 1, { timer: "timer 1" }),
      woken("task 1", 802, "timer"), polled("task 1", 802), tried("task 1", 802, "source 9", "write", 3), over("task 1", 802), woken("main", 803, "io"), polled("main", 803), tried("main", 803, "source 7", "read", 3), over("main", 803)]);
    same(await chain(ports, "main"), [["main: source 7, to read, whose other end is source 9"], ["task 1", "a timer", 801], null], "by their ports");
    const gone = await told(open, "end-gone", [made("main"), polled("main", 0), made("task 1"), known("source 7", "main", "TcpStream", [5001, 80]), known("source 9", "main", "TcpStream", [80, 5001]), tried("main", 0, "source 9", "write", 3), waits("main", 0, { task: "task 1" }), polled("task 1", 1), tried("task 1", 1, "source 7", "read", 3), waits("task 1", 1, read("source 7")), woken("main", 5, "runtime"), polled("main", 5), [5, "SourceDrop", { source: "source 9", run: "main" }, "sources", "source 9", "dropped"], waits("main", 5, { task: "task 1" }), [900, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [], "");
    is(/Its other end, source 9, was dropped by .*main at 5\.00 ms \(event \d+\)\. What is left to read is the end of the stream\./.test(await gone.evaluate(() => window.K.why.words(window.K.stateAt(window.K.trace.last), "task 1").replace(/<[^>]*>/g, ""))), await gone.evaluate(() => window.K.why.words(window.K.stateAt(window.K.trace.last), "task 1").replace(/<[^>]*>/g, "")));
    // (Of bytes that are written later without a word of how many, nothing is a connect.)
    const first = await told(open, "first-write", [made("main"), polled("main", 0), known("source 7", "main", "TcpStream", [5001, 80]), tried("main", 0, "source 7", "write"), tried("main", 0, "source 7", "write"), over("main", 1)]);
    same(await first.evaluate(() => window.K.trace.index.byEv.get("SourceTry").map((i) => window.K.connects(window.K.event(i)))), [true, false], "the first alone");
    // The first bytes that had not been read end the wait, and are on the way till then; and of two tasks with a half each the one that wrote may end a wait to read.
    const way = await told(open, "on-the-way", [made("main"), polled("main", 0), made("task 1"), made("task 2"), known("source 7", "main", "TcpStream", [5001, 80]), known("source 9", "main", "TcpStream", [80, 5001]), waits("main", 0, read("source 7")), polled("task 1", 1), waits("task 1", 1, { timer: "timer 1" }), woken("task 1", 302, "timer"), polled("task 1", 302), tried("task 1", 302, "source 9", "write", 3), waits("task 1", 302, { timer: "timer 2" }),
      polled("task 2", 303), also(tried("task 2", 303, "source 9", "read"), { result: "would_block" }), waits("task 2", 303, read("source 9")), woken("task 1", 502, "timer"), polled("task 1", 502), tried("task 1", 502, "source 9", "write", 3), over("task 1", 502), woken("main", 503, "io"), polled("main", 503), tried("main", 503, "source 7", "read", 6), over("main", 503)]);
    same(await chain(way, "main"), [["main: source 7, to read, whose other end is source 9"], ["task 1", "a timer", 301], null], "the second write has ended nothing"); // (and what is on the way is in the sum: truth.mjs)
    same(await way.evaluate(() => window.K.enderOf("main", { source: "source 7", direction: "read" }, window.K.trace.index.byEv.get("Wake")[1]).who), "task 1", "task 2 has only read from it");
    // (The other end is in the queue of a listener, whose task does something else.)
    const queue = await told(open, "queue", [made("main"), polled("main", 0), made("task 1"), known("source 6", "task 1", "TcpListener", [80, 0]), known("source 7", "main", "TcpStream", [5001, 80]), polled("task 1", 1), tried("task 1", 1, "source 6", "read"), waits("task 1", 1, { timer: "timer 1" }), waits("main", 1, read("source 7"), { timer: "timer 2" }),
      [90, "TimerFire", { timer: "timer 2", late: 0 }, "timers", "timer 2", "rings"], woken("main", 90, "timer"), polled("main", 90), over("main", 90)]);
    is(/What it waited for when that timer came *main ← source 7, to read.*← .*task 1 *← a timer/.test((await shown(queue))[2]), (await shown(queue))[2]);
    const limit = (name, ...then) => told(open, name, [made("main"), polled("main", 0), waits("main", 0, { value: "channel 1" }, { timer: "timer 1" }), [90, "TimerFire", { timer: "timer 1", late: 0 }, "timers", "timer 1", "rings"], woken("main", 90, "timer"), polled("main", 90), ...then, over("main", 90)]);
    const got = [90, "SyncAct", { kind: "oneshot", sync: "channel 1", act: "get", units: 1, count: 0, run: "main" }];
    is(/main ← a timer, /.test((await shown(await limit("in-time", got)))[2]), "it was there, although the timer woke the task");
    is(/main ← a timer that came before a value/.test((await shown(await limit("too-late", [90, "Elapsed", { since: 3, run: "main" }], got)))[2]), "it came after the limit");
    const two = (reports) => [made("main"), polled("main", 0), waits("main", 0, read("source 1"), read("source 2")), [70, "SourceReady", { source: reports, ready: [true, false, false, false] }], woken("main", 70, "io"), polled("main", 70), over("main", 70)];
    for (const source of ["source 1", "source 2"]) same((await chain(await told(open, `of-two-${source.at(-1)}`, two(source)), "main"))[1], ["main", `${source}, to read`, 70], "the one that the selector reported");
    const several = await told(open, "one-of-reported", [...two("source 1").slice(0, 4), [70, "SourceReady", { source: "source 9", ready: [false, true, false, false] }], also(two("source 1")[4], { say: "a source wakes main: queued" }), ...two("source 1").slice(5)]);
    same(await several.evaluate(() => { const { K } = window, all = (ev) => K.trace.index.byEv.get(ev); return [K.sentence(all("Wake")[0]), /none is woken/.test(K.aside(all("SourceReady")[1], K.stateAt(all("SourceReady")[1])))]; }), ["Source 1 wakes main: queued.", true], "of those that were reported, the one that it waited for");
    const pipes = await told(open, "pipes", [made("main"), polled("main", 0), known("source 1", "main", "Process", [77, 0]), known("source 2", "main", "ChildStdin", [77, 0]), known("source 3", "main", "ChildStdout", [77, 0]), tried("main", 0, "source 1", "write"), waits("main", 0, read("source 3")), [800, "ChildEnd", { child: 77, code: null, signal: 9, run: "main", say: "child process 77 ended by signal 9" }], [900, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [], "");
    const signal = await told(open, "signal", [made("main"), polled("main", 0), known("source 1", "main", "SignalSocket", [1, 0]), tried("main", 0, "source 1", "read"), waits("main", 0, read("source 1")), [900, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [], "");
    is(/SIGHUP/.test((await shown(signal))[2]), (await shown(signal))[2]);
    is(/main asked the system to kill child 1 at .*: that is signal 9.*Child 1 ended by signal 9, seen at 800/.test((await shown(pipes))[2]), (await shown(pipes))[2]);
    is(/main ← source 7, to read, whose other end is source 9.*The connection of source 7 had to wait for .*, until .*task 1 accepted it at 1\.00 ms/.test((await shown(ports))[2]), (await shown(ports))[2]);
    is(/main ← source 3 \(the stdout of child 1\), to read.*The stdin of child 1 \(source 2\), is open still: made by .*main, and not used by then/.test((await shown(pipes))[2]), (await shown(pipes))[2]);
    is(/1 byte that .*main wrote to source 3 \(event \d+\) had not been read at the other end, source 5, when the record ends/.test((await shown(alone))[2]), (await shown(alone))[2]);
    const pairs = async (name, run) => (await told(open, name, run, {}, [], "")).evaluate(() => window.K.otherEnd("source 3") ?? null);
    same(await pairs("ends-alike", run(7).filter(([ms]) => ms < 802)), null, "either of two may be the other end");
    same(await pairs("ends-two-listen", [...one(4).slice(0, 2), add("source 9", "UnixListener"), ...one(4).slice(2)]), null, "or it came from the other listener");
    same(await pairs("ends-kinds", [...one(4).slice(0, 2), add("source 5", "UnixStream"), ...one(4).slice(2)]), null, "a socket of another kind");
    same(await pairs("ends-more", [...one(4).slice(0, 2), add("source 9", "TcpStream"), ...one(4).slice(2)]), null, "a third stream may be one of them");
    same(await pairs("ends-silent", one(0)), null, "nothing that was written came");
    const datagrams = await told(open, "datagrams", [made("main"), polled("main", 0), add("source 1", "UdpSocket"), tried("main", 0, "source 1", "write"), waits("main", 0, read("source 1")), [900, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [], "");
    is(!/nothing had been read/.test((await shown(datagrams))[2]), "this datagram may be an empty one");
  });

  checks.add("answer: the pages of the program’s other runtimes, and a channel whose places are reserved", async (open) => {
    const run = [made("main"), polled("main", 0), [0, "SyncNew", { sync: "channel 1", kind: "mpsc" }, "primitives", "channel 1", { kind: "mpsc", room: 2, count: 1 }], waits("main", 0, { sync: "channel 1", ticket: 1, units: 1 }), woken("main", 90, "message"), polled("main", 90), waits("main", 90, { value: "channel 2" }), woken("main", 400, "message"), polled("main", 400), over("main", 400)];
    const page = await told(open, "many-runtimes", run, { started: 5000, began: 5000e3 }, [], '{"end":"complete","pages":[{"page":"x.2.html","started":5009,"began":5009500}]}');
    const links = await page.evaluate(() => [document.getElementById("aside").innerText, ...[...document.querySelectorAll("#aside a, #answer .causes a[href*=html]")].map((a) => a.getAttribute("href"))]);
    is(/other runtimes have pages of their own: x\.2\.html \(its clock began 9\.5 ms later\)/.test(links[0]), links[0]);
    is(links[1] === "x.2.html" && links.includes("x.2.html#t=80500000&of=mpsc&later=0"), `the waits lead there, too, at their moment: ${links}`);
    is(/perhaps by a task of another runtime, which is on its page: x\.2\.html, at [\d.]+ ms there/.test((await shown(page))[2]), (await shown(page))[2]);
    const put = (ms, task, kind) => [ms, "SyncAct", { sync: "channel 1", kind, act: "put", units: 1, count: 1, run: task, task }], there = await told(open, "other-runtime", [made("main"), polled("main", 0), put(10, "main", "oneshot"), put(80.3, "main", "mpsc"), put(80.4, "main", "mpsc"), put(80.45, "main", "oneshot"), put(80.9, "main", "mpsc"), over("main", 400)]);
    const opens = (hash) => there.evaluate((hash) => new Promise((done) => { addEventListener("hashchange", () => setTimeout(() => done([window.T.events[window.K.i].t / 1e6, document.getElementById("toast").textContent]), 50), { once: true }); location.hash = hash; }), hash);
    same([(await opens("t=80500000&of=mpsc&later=0"))[0], (await opens("t=80500000&of=mpsc&later=1"))[0], (await opens("t=80500000&of=oneshot&later=0"))[0], (await opens("t=390000000&of=watch"))[0]], [80.4, 80.3, 80.45, 80.9], "the event that gave it, or what was last then");
    is(/other runtime’s task was woken/.test((await opens("t=10000000"))[1]), "and why the page opens there");
    same(await there.evaluate(() => new Promise((done) => {
      addEventListener("hashchange", () => done(window.T.events[window.K.i].t / 1e6), { once: true });
      location.hash = "t=390000000";
      history.replaceState(null, "", `#${window.K.address(0)}`); // (as the page does a moment after each step)
    })), 80.9, "a link that is followed just as the page writes its own");
    const words = await page.evaluate(() => window.K.why.words(window.K.stateAt(3), "main"));
    is(/channel 1 has no room: 1 value in it, and 1 place of its 2 is reserved, or given to a task/.test(words), words);
  });

  checks.add("answer: an act between two awaits has no line of its own", async (open) => {
    const at = "src/main.rs:30:39", text = `${"\n".repeat(29)}    sleep(MS).await;\n    bell.notify_one();\n    tx.send(1).await;\n`;
    const act = (kind, act, more) => [1, "SyncAct", { sync: `${kind} 1`, kind, act, units: 1, run: "task 1", at, ...more }];
    const page = await told(open, "between", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { task: "task 1" }), polled("task 1", 1),
      act("notify", "put"), also(woken("main", 1, "task 1"), { at }), act("mpsc", "senders"), act("mpsc", "put", { at: "src/main.rs:32:16" }), also(over("task 1", 1), { at: "src/main.rs:32:16" })], {}, [{ file: "src/main.rs", whose: "program", text }]);
    const shows = await page.evaluate(() => { window.K.setLevel("engine"); return window.T.events.filter((e) => e.run === "task 1" && e.at).map((e) => { window.K.go(e.i); return [e.ev, document.getElementById("p-file").textContent, document.querySelector("#program .file > .on")?.children[1].textContent ?? ""]; }); });
    same(shows, [["SyncAct", "perhaps src/main.rs:31", ""], ["Wake", "after src/main.rs:30", ""], ["SyncAct", "after src/main.rs:30", ""], ["SyncAct", "src/main.rs:32", "32"], ["PollEnd", "last await src/main.rs:32", ""]], "which line, and whether it is lit as the event’s own");
    await page.keyboard.press("/");
    const sites = await page.evaluate(() => [...document.querySelectorAll("#search .site")].map((el) => el.textContent));
    is(sites.includes("after main.rs:30") && sites.includes("main.rs:32"), `in the list: ${sites}`);
  });

  checks.add("answer: a task that the run's end drops is cut off in the sentence and in the lanes, one that was aborted is cancelled", async (open) => {
    const drop = (task, ms) => [polled(task, ms), [ms, "PollEnd", { task, run: task, outcome: "cancelled" }, "tasks", task, { where: "done", how: "cancelled" }]], ask = (task, ms, run) => [ms, "Cancel", { task, ...(run && { run }) }];
    const page = await told(open, "cut-off", [made("main"), polled("main", 0), made("task 1"), made("task 2"), waits("main", 0, { timer: "timer 3" }), polled("task 1", 0), waits("task 1", 0, { timer: "timer 1" }), polled("task 2", 0), waits("task 2", 0, { timer: "timer 2" }),
      polled("main", 5), ask("task 1", 5, "main"), woken("task 1", 5, "main"), waits("main", 5, { timer: "timer 4" }), ...drop("task 1", 6), polled("main", 9), over("main", 9), [9, "RunEnd", { tasks: 1, timers: 1, sources: 0 }], ask("task 2", 9), woken("task 2", 9, "runtime"), ...drop("task 2", 9)]);
    is(/1 task was cancelled \( ?task 1, by main.*; 1 task was cut off \( ?task 2\)/.test((await shown(page))[1]), (await shown(page))[1]);
    const lanes = await page.evaluate(() => { window.K.setLevel("engine"); window.K.go(window.K.trace.last); window.K.lanes.whole(); return [...document.querySelectorAll("#lanes-still text, #lanes-words text")].map((el) => el.textContent).filter((text) => /c(ut|ancelled)/.test(text)).sort(); });
    same(lanes, ["cancelled", "cut off"], "in the lanes");
    same(await page.evaluate(() => ["task 1", "task 2"].map((name) => /cut off by the end of the run/.test(window.K.why.words(window.K.stateAt(window.K.trace.last), name)))), [false, true], "and why");
  });

  checks.add("answer: on a phone a verdict is read whole, and the help names no sides", async (open) => {
    const lint = { lint: "deadlock", i: 3, begin: 3, task: "main", say: "2 tasks wait for each other's locks", why: "a lock is kept while the other is waited for. ".repeat(6), help: "take the locks in the same order", spots: [1, 2, 3, 4].map((n) => ({ at: `src/main.rs:${n}:1`, say: `task ${n} waits here` })) };
    const page = await told(open, "verdict-on-a-phone", [made("main"), polled("main", 0), waits("main", 0, { timer: "timer 1" })], {}, [lint], "");
    await page.setViewportSize({ width: 390, height: 844 });
    await page.evaluate(() => { window.K.setLevel("engine"); window.K.go(window.K.trace.last); });
    const box = await page.evaluate(() => { const el = document.getElementById("banner"), first = el.clientHeight; el.scrollTop = 1e6; const last = el.querySelector(".why p:last-child").getBoundingClientRect(), at = el.getBoundingClientRect(); return [el.hidden, first, last.bottom <= at.bottom + 1, el.querySelector("p").textContent]; });
    is(!box[0] && box[1] >= 120 && box[2], `some lines at once, and the last can be scrolled to: ${box}`);
    is(/locks\. It /.test(box[3]) || !/It (began|begins)/.test(box[3]), box[3]);
    await page.keyboard.press("h");
    is(!/\b(left|right)\b/.test(await page.innerText("#help p:nth-of-type(3)")), await page.innerText("#help"));
  });

  checks.add("answer: the line of a spawn is not called an await", async (open) => {
    const spawn = "src/main.rs:2:16", at = "src/main.rs:2:16", text = "async fn main() {\n    let one = kettle::spawn(async {});\n    join_all([one]).await;\n}\n", on = { task: "task 1" };
    const page = await told(open, "no-await", [made("main"), polled("main", 0), also(made("task 1"), { made: spawn }), [0, "Wait", { run: "main", on, at }, "tasks", "main", { waits: [on] }], also(waits("main", 0, on), { at }),
      polled("task 1", 8), woken("main", 9, "task 1"), over("task 1", 9), polled("main", 9), also(over("main", 9), { at })], {}, [{ file: "src/main.rs", whose: "program", text }]);
    const shown = await page.evaluate(() => ["Wait", "PollEnd"].flatMap((ev) => window.T.events.filter((e) => e.ev === ev && e.run === "main").map(({ i }) => { window.K.setLevel("engine"); window.K.go(i); return document.getElementById("p-file").textContent; })));
    same(shown, ["after src/main.rs:2", "after src/main.rs:2", "after src/main.rs:2"], "the program’s pane");
    const words = await page.evaluate(() => window.K.answer.html("main", -Infinity, Infinity));
    is(/after <code>main\.rs:2<\/code>/.test(words), words);
  });

  checks.add("answer: where the clock stands still, it is not the recorder that moves it", async (open) => {
    const told5 = (event, real) => also(event, { real, overhead: 500 });
    const page = await told(open, "advanced", [
      told5(made("main"), 1000), told5(polled("main", 0), 2000), told5(made("task 1"), 3000),
      told5([3600e3, "Advance", { run: "main" }], 5000), told5(over("main", 3600e3), 9000), told5(polled("task 1", 3600e3), 10000), told5(over("task 1", 3600e3), 11000),
    ], { clock: "paused" });
    const exact = (page, name, ...stretch) => page.evaluate(([name, from, to]) => window.K.causesOf(name, from ?? undefined, to ?? undefined).map(({ key, ns }) => [key, ns]), [name, ...stretch]);
    same(await exact(page, "main"), [["advanced", 3600e9], ["poll", 5500], ["recorder", 2000], ["ready", 500]], "an hour is no recorder’s");
    same(await exact(page, "task 1"), [["advanced", 3600e9], ["ready", 5500], ["recorder", 2000], ["poll", 500]], "nor for the task that is ready meanwhile");
    same(await exact(page, "main", 0, 1800e9), [["advanced", 1800e9], ["recorder", 1250], ["poll", 1250], ["ready", 500]], "the half of the jump, and what was before it");
    const job = await told(open, "still", [
      also(made("main"), { real: 0 }), also(polled("main", 0), { real: 1000 }), [0, "BlockingStart", { task: "job 1", run: "main", real: 2000 }, "jobs", "job 1", { by: "main", waited: null }], also(waits("main", 0, { task: "job 1" }), { real: 3000 }),
      [0, "BlockingRun", { task: "job 1", waited: 1000, real: 2e9 }, "jobs", "job 1", { waited: 1000 }], [0, "BlockingEnd", { task: "job 1", ran: 1.9e9, real: 2e9 }, "jobs", "job 1", "ended"],
      also(woken("main", 0, "message"), { real: 2e9 }), also(polled("main", 0), { real: 2e9 }), also(waits("main", 0, { timer: "timer 1" }), { real: 2e9 + 500 }),
      also(woken("main", 10000, "timer"), { real: 2e9 + 600 }), also(polled("main", 10000), { real: 2e9 + 700 }), also(over("main", 10000), { real: 2e9 + 1000 }),
    ], { clock: "paused" });
    same([await exact(job, "job 1"), await exact(job, "job 1", 0, 1e9), await exact(job, "job 1", 1e9, 3e9)], [[["running", 1.9e9], ["pool", 1000]], [["running", 1.9e9], ["pool", 1000]], []], "a job is where the program’s clock was, as long as its thread measured");
    same(await exact(job, "main"), [["timer", 1e10], ["poll", 2800], ["ready", 1100]], "the program’s time is the timer’s");
  });

  checks.add("answer: a wake from elsewhere, a spawn, and a job that is not heard of", async (open) => {
    const elsewhere = await told(open, "elsewhere", [
      made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 1), waits("task 1", 1, { timer: "timer 2" }),
      woken("task 1", 100, "timer"), polled("task 1", 100), woken("main", 100, "task 1"), over("task 1", 100), polled("main", 100), over("main", 100),
    ]);
    same((await sums(elsewhere, "main"))[0], ["something that kettle doesn’t know", 100], "a timer that has not fired ended nothing");
    same((await chain(elsewhere, "main")).slice(0, 2), [["main: its wake"], ["task 1", "a timer", 99]], "a wake of what is not known is no spawn");
    // Where the last link is its own, it may have waited longer for that, while others did what it had to wait for next.
    const own = await told(open, "own-chain", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), waits("task 1", 0, { timer: "timer 2" }), woken("main", 30, "timer"), polled("main", 30), waits("main", 30, { value: "channel 1" }),
      woken("task 1", 50, "timer"), polled("task 1", 50), woken("main", 50, "task 1"), over("task 1", 50), polled("main", 50), waits("main", 50, { timer: "timer 3" }), woken("main", 150, "timer"), polled("main", 150), over("main", 150)]);
    is(/main ← a timer, 100 ms.*In all that was 130 ms of its time; 30 ms of them are not in the chain/.test((await shown(own))[2].replace(/\s+/g, " ")), (await shown(own))[2]);
    // Both timers of a `timeout` came in one turn: it asks its future first, which was ready.
    const both = (outcome) => [made("main"), polled("main", 0), waits("main", 0, { timer: "timer 1" }, { timer: "timer 2" }), [100, "TimerFire", { timer: "timer 2", late: 0 }, "tasks", "main", { waits: [{ timer: "timer 1" }] }], [100, "TimerFire", { timer: "timer 1", late: 0 }, "tasks", "main", { waits: [] }], woken("main", 100, "timer"), polled("main", 101), [101, outcome, { run: "main", task: "main" }], over("main", 102)];
    const ended = async (outcome) => (await told(open, `both-${outcome}`, both(outcome))).evaluate(() => { const [{ words, on }] = window.K.causesOf("main"); return [words, on.timer]; });
    same([await ended("AtLimit"), await ended("Elapsed")], [["a timer", "timer 1"], ["a timer", "timer 2"]], "which of them ended the wait");
    const unknown = await told(open, "unknown", [made("main"), polled("main", 0), made("task 1"), waits("main", 0), polled("task 1", 1), woken("main", 100, "task 1"), over("task 1", 100), polled("main", 101), over("main", 101)]);
    same((await chain(unknown, "main")).slice(0, 2), [["main: its wake"], ["task 1", "polling", 99]], "nor is one of a wait for nothing that is known");
    const aborted = await told(open, "aborted", [
      made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 1), waits("task 1", 1, { timer: "timer 2" }),
      woken("main", 50, "timer"), polled("main", 50), woken("task 1", 50, "main"), over("main", 51), [52, "PollEnd", { task: "task 1", outcome: "cancelled" }, "tasks", "task 1", { where: "done", how: "cancelled" }],
    ]);
    same((await sums(aborted, "task 1"))[0], ["a timer", 49], "a task that is cancelled waited for its timer until then");
    const spawned = await told(open, "spawned", [
      made("main"), polled("main", 0), made("task 1"), waits("main", 0, { task: "task 2" }), polled("task 1", 1), waits("task 1", 1, { timer: "timer 1" }), woken("task 1", 500, "timer"), polled("task 1", 500),
      also(made("task 2", 500), { run: "task 1", made: "src/main.rs:99:5", at: "src/main.rs:3:5" }), over("task 1", 501), polled("task 2", 502), woken("main", 503, "task 2"), over("task 2", 503), polled("main", 504), over("main", 504),
    ]);
    same((await chain(spawned, "main"))[0], ["main: the end of task 2", "task 2: its spawn"], "it was spawned late");
    const where = await spawned.evaluate(() => document.querySelector("#answer .chain").textContent);
    is(/its spawn main\.rs:99/.test(where) && !/main\.rs:3\b/.test(where), `the line of the spawn, not of the last await before it: ${where}`);
    const short = await spawned.evaluate(() => [2, undefined].map((most) => window.K.chainOf("main", ...window.K.lifeOf("main"), undefined, most).cut));
    is(short[0] > 0 && short[1] === null, `a chain that is not followed to its end says so: ${short}`);
    const unheard = await told(open, "unheard", [
      made("main"), polled("main", 0), [0, "BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main", waited: null }], waits("main", 0, { task: "job 1" }),
      [1, "Park", { timeout: null }, "loop", "", { step: "park" }], [5000, "Unpark", {}, "loop", "", { step: "run" }],
    ]);
    same((await sums(unheard, "main"))[0], ["job 1, queued or on its thread", 5000], "where it was is not told");
    same((await chain(unheard, "main"))[1], ["job 1", "queued or on its thread", 5000], "nor in the chain");
    is(/as far as the loop has heard/.test(await unheard.evaluate(() => window.K.why.words(window.K.stateAt(4), "job 1"))), "and ? says who has not heard");
  });

  checks.add("answer: what is taught of an event is so in the case at hand", async (open) => {
    const act = (sync, kind, act, units, count, then) => [1, "SyncAct", { sync, kind, act, units, count, run: "main", task: "main" }, ...(then ? ["primitives", sync, then] : [])], text = 'async fn main() {\n    let _ = timeout(ms(5), &mut job).await;\n    let _ = timeout(ms(5), job).await;\n    let _ = lock.try_lock();\n    let _ = lock.lock().await;\n    let _ = timeout(ms(5), copy(&mut a, &mut b)).await;\n}\n', at = (line) => ({ at: `src/main.rs:${line}:13` });
    const source = [0, "SourceNew", { source: "source 1", what: "TcpStream", ends: [1, 2], run: "main", task: "main" }, "sources", "source 1", { what: "TcpStream", registered: true, read: { ready: true }, write: { ready: true } }], line = ([ms, ev, fields, ...then], n) => [ms, ev, { ...fields, ...at(n) }, ...then];
    const page = await told(open, "taught", [made("main"), polled("main", 0), source, [0, "SyncNew", { sync: "barrier 1", kind: "barrier", room: null, count: 3, run: "main" }, "primitives", "barrier 1", { kind: "barrier", count: 3 }], [0, "BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main" }],
      line([1, "Elapsed", { run: "main", task: "main" }], 2), line([1, "Elapsed", { run: "main", task: "main" }], 3), line([1, "Elapsed", { run: "main", task: "main" }], 6), line(act("lock 1", "mutex", "take", 1, 0), 4), line(act("lock 1", "mutex", "take", 1, 0), 5), act("barrier 1", "barrier", "put", 1, 2, { count: 2 }),
      [1, "SourceTry", { source: "source 1", direction: "write", result: "done", bytes: 3, run: "main", task: "main" }], [1, "SourceClear", { source: "source 1", direction: "write", run: "main", task: "main" }], [1, "SourceReady", { source: "source 1", read: true, closed: true }],
      [1, "Note", { run: "job 1", text: "panicked at src/main.rs:4:5: no" }], [1, "BlockingEnd", { task: "job 1", ran: 1e6 }, "jobs", "job 1", "ended"], [1, "Detach", { task: "job 1", run: "main" }], [2, "Note", { run: "main", text: "panicked at src/main.rs:5:5: no" }], [2, "PollEnd", { task: "main", run: "main", outcome: "panicked" }, "tasks", "main", { where: "done", how: "panicked" }]], {}, [{ file: "src/main.rs", whose: "program", text }]);
    const [taught, barrier] = await page.evaluate(() => { const { K } = window, all = (ev) => (K.trace.index.byEv.get(ev) ?? []).map((i) => { const box = document.createElement("div"); box.innerHTML = K.aside(i, K.stateAt(i)); return box.textContent; }), put = K.trace.index.byEv.get("SyncAct")[2]; return [Object.fromEntries(["Elapsed", "SyncAct", "SourceClear", "SourceReady", "BlockingEnd", "Detach", "PollEnd"].map((ev) => [ev, all(ev)])), K.PRIMITIVES.barrier.count(2, K.stateAt(put).primitives.get("barrier 1"))]; });
    is(/only a reference/.test(taught.Elapsed[0]) && !/reference/.test(taught.Elapsed[1] + taught.Elapsed[2]), taught.Elapsed.join(" | "));
    is(!/await/.test(taught.SyncAct[0]) && /did not wait/.test(taught.SyncAct[1]), taught.SyncAct.join(" | "));
    same(barrier, "2 tasks missing", "of a barrier for three, as the first comes");
    is(/no room for more/.test(taught.SourceClear[0]), taught.SourceClear[0]);
    is(/What has come before that can still be read/.test(taught.SourceReady[0]), taught.SourceReady[0]);
    is(/panicked/.test(taught.BlockingEnd[0]) && /job is over/.test(taught.Detach[0]) && /ends the run/.test(taught.PollEnd[0]), [taught.BlockingEnd, taught.Detach, taught.PollEnd].join(" | "));
  });

  checks.add("answer: a select! within a timeout is over with it, and goes on if the timeout is in a branch of it", async (open) => {
    const on = { value: "channel 1" }, branch = (more) => ({ state: "waiting", polls: 1, waits: [on], took: [], ...more }), asks = (ms, k, ready) => [ms, "SelectPoll", { branch: k, ready, run: "main", task: "main" }, "selects", "main", { branches: [branch({}), branch({})] }], begins = [0, "SelectStart", { branches: 2, first: 0, run: "main", task: "main" }, "selects", "main", { task: "main", won: null, since: 2, branches: [branch({}), branch({})] }];
    const page = async (name, within) => told(open, name, [made("main"), polled("main", 0), begins, asks(0, 0, false), asks(0, 1, false), waits("main", 0, on, { timer: "timer 1" }), woken("main", 50, "timer"), polled("main", 50), ...(within ? [] : [asks(50, 0, false), asks(50, 1, false)]), [50, "Elapsed", { run: "main", task: "main" }], ...(within ? [asks(50, 0, false), asks(50, 1, false)] : [[50, "Unwait", { on, run: "main", task: "main" }]]), waits("main", 50, ...(within ? [on] : []), { timer: "timer 2" }), woken("main", 90, "timer"), polled("main", 90), over("main", 90)]);
    const seen = (page) => page.evaluate(() => { const { K } = window, i = K.trace.index.byEv.get("PollEnd")[1]; K.go(i); const row = K.rowsOf(K.trace).rows.get("main"); return [/none at work/.test(document.getElementById("wakers").textContent), row.branches.map((branch) => branch.kind[branch.barAt(i)] === K.BAR.WAIT)]; });
    same(await seen(await page("limit-around", false)), [true, [false, false]], "the timeout has dropped it");
    same(await seen(await page("limit-within", true)), [false, [true, true]], "the limit was one of a branch");
  });

  checks.add("answer: of several nothing is told that holds for the first or the last of them alone", async (open) => {
    const tm = { timer: "timer 1" }, act = (ms, who, sync, kind, act, units, count, then) => [ms, "SyncAct", { sync, kind, act, units, count, run: who, task: who }, ...(then ? ["primitives", sync, then] : [])], asleep = [400, "Park", { timeout: null }, "loop", "", { step: "park" }];
    const fresh = (sync, kind, room, more = {}) => [0, "SyncNew", { sync, kind, room, count: 0, run: "main", task: "main" }, "primitives", sync, { kind, room, count: 0, ...(room && { senders: 1 }), ...more }];
    const words = (page, name = "main") => page.evaluate((name) => { const box = document.createElement("div"); box.innerHTML = window.K.answer.html(name, -Infinity, Infinity); for (const drawn of box.querySelectorAll("svg, select")) drawn.remove(); return box.textContent.replace(/\s+/g, " "); }, name);
    const asked = await words(await told(open, "requests", [made("main"), polled("main", 0), fresh("channel 1", "mpsc", 8), fresh("channel 4", "mpsc", 8), made("task 1"), made("task 2"), fresh("channel 2", "oneshot", 1), act(0, "main", "channel 1", "mpsc", "put", 1, 1), fresh("channel 3", "oneshot", 1), act(0, "main", "channel 4", "mpsc", "put", 1, 1),
      waits("main", 0, { value: "channel 2" }), polled("task 1", 1), act(1, "task 1", "channel 1", "mpsc", "get", 1, 0), waits("task 1", 1, tm), polled("task 2", 1), act(1, "task 2", "channel 4", "mpsc", "get", 1, 0), act(2, "task 2", "channel 3", "oneshot", "put", 1, 1), waits("task 2", 2, { value: "channel 4" }), asleep], {}, [], ""));
    is(/main had made channel 2, and then sent into channel 1 .*received .*by task 1/.test(asked), `the first of two requests: ${asked}`);
    const note = { sync: "notify 1", ticket: 1, units: 1 }, heard = await words(await told(open, "thread-notify", [made("main"), polled("main", 0), fresh("notify 1", "notify", null), waits("main", 0, note), woken("main", 50, "message"), polled("main", 50), waits("main", 50, note), woken("main", 120, "message"), polled("main", 120), over("main", 120)]));
    is(!/never been notified/.test(heard), `what another thread notifies is not told: ${heard}`);
    const shut = (ms, n) => [polled(`task ${n}`, ms), act(ms, `task ${n}`, `channel ${n}`, "mpsc", "close", "all", 0), over(`task ${n}`, ms)];
    const closed = await words(await told(open, "two-closed", [made("main"), polled("main", 0), made("task 1"), made("task 2"), waits("main", 0, tm), ...shut(1, 1), ...shut(2, 2), woken("main", 50, "timer"), polled("main", 50), act(50, "main", "channel 1", "mpsc", "refuse", 1, 0), act(50, "main", "channel 2", "mpsc", "refuse", 1, 0), over("main", 51)]));
    is(/2 sends met closed channels \(the first, into channel 1, at event \d+\): task 1 had closed channel 1/.test(closed), closed);
    const alone = await words(await told(open, "no-subscriber", [made("main"), polled("main", 0), fresh("broadcast 1", "broadcast", 16), act(0, "main", "broadcast 1", "broadcast", "close", "all", 0), act(1, "main", "broadcast 1", "broadcast", "refuse", 1, 0), over("main", 1)]));
    is(/1 send into broadcast 1 met no receiver/.test(alone) && !/closed channel/.test(alone), alone);
    const late = await words(await told(open, "late-ticks", [made("main"), polled("main", 0), ...[[60, 40, 4], [550, 390, 1]].flatMap(([ms, late, overdue], k) => [waits("main", k * 60, tm), woken("main", ms, "timer"), polled("main", ms), [ms, "LateTick", { run: "main", task: "main", late: late * 1e6, overdue, made_up: false }]]), over("main", 551)]));
    is(/the one that was most late came 390 ms late/.test(late), late);
    const source = (ms, task, source, what, ...ends) => [ms, "SourceNew", { source, what, ends, run: task, task }, "sources", source, { what, registered: true, read: { ready: false }, write: { ready: true } }], tries = (ms, task, source, direction, bytes) => [ms, "SourceTry", { source, direction, result: "done", bytes, run: task, task }];
    const link = [source(0, "main", "source 1", "TcpListener", 9000, 0), source(0, "main", "source 2", "TcpStream", 5001, 9000), source(0, "main", "source 3", "TcpStream", 9000, 5001)];
    const unread = await words(await told(open, "two-writers", [made("main"), polled("main", 0), ...link, made("task 1"), made("task 2"), waits("main", 0, { value: "channel 9" }), polled("task 1", 1), tries(1, "task 1", "source 2", "write", 10), waits("task 1", 1, tm), polled("task 2", 2), tries(2, "task 2", "source 2", "write", 2), waits("task 2", 2, { timer: "timer 2" }), asleep], {}, [], ""));
    is(/12 bytes that tasks wrote to source 2 \(the last at event \d+\) had not been read/.test(unread), unread);
    const accepted = await words(await told(open, "accepted-late", [made("main"), polled("main", 0), source(0, "main", "source 1", "TcpListener", 9000, 0), made("task 1"), waits("main", 0, tm), polled("task 1", 1), source(1, "task 1", "source 2", "TcpStream", 5001, 9000), tries(1, "task 1", "source 2", "write", null), waits("task 1", 1, { timer: "timer 2" }),
      woken("task 1", 100, "timer"), polled("task 1", 100), waits("task 1", 100, { source: "source 2", direction: "read" }), woken("main", 150, "timer"), polled("main", 150), tries(150, "main", "source 1", "read", null), source(150, "main", "source 3", "TcpStream", 9000, 5001), tries(150, "main", "source 3", "write", 4), waits("main", 150, { task: "task 1" }),
      woken("task 1", 151, "io"), polled("task 1", 151), tries(151, "task 1", "source 2", "read", 4), woken("main", 151, "task 1"), over("task 1", 151), polled("main", 151), over("main", 151)]), "task 1");
    is(/The connection of source 2 had to wait for 149 ms/.test(accepted), accepted);
    const set = [[0, "Spawn", { task: "task 1", kind: "task", run: "main" }, "tasks", "task 1", { kind: "task", where: "queued" }], [0, "Wait", { on: { task: "task 1" }, run: "main", task: "main", replaced: "none" }]], member = (n) => JSON.parse(JSON.stringify(set).replaceAll("task 1", `task ${n}`));
    const around = await told(open, "set-around", [made("main"), polled("main", 0), fresh("joinset 1", "join_set", null), fresh("channel 1", "mpsc", 8, { senders: 1 }), ...member(1), ...member(2), act(0, "main", "channel 1", "mpsc", "put", 1, 1, { count: 1 }), waits("main", 0, { value: "joinset 1" }), polled("task 1", 1), act(1, "task 1", "channel 1", "mpsc", "get", 1, 0, { count: 0 }), waits("task 1", 1, { value: "channel 1" }), polled("task 2", 2), waits("task 2", 2, tm), asleep], {}, [], "");
    same((await chain(around, "main"))[2], null, "the other task of the set ends the wait as well");
    const sets = (n) => [0, "SyncNew", { sync: `joinset ${n}`, kind: "join_set", room: null, count: 0, run: "main", task: "main" }, "primitives", `joinset ${n}`, { kind: "join_set", count: 0 }], ofSets = async (name, run) => (await told(open, name, [made("main"), polled("main", 0), ...run, waits("main", 0, { value: "joinset 2" }), asleep], {}, [], "")).evaluate(() => { const { K } = window, s = K.stateAt(K.trace.last); return ["joinset 1", "joinset 2"].map((set) => K.membersOf(set, "main", s).join()); });
    same(await ofSets("sets-in-turn", [sets(1), ...member(1), ...member(2), sets(2), ...member(3)]), ["task 1,task 2", "task 3"], "each set has those that were spawned since it was made");
    same(await ofSets("sets-at-once", [sets(1), sets(2), ...member(1), ...member(2)]), ["", ""], "in which of two sets they are no event tells");
    const permits = (taken, holders) => ({ count: 2 - taken, holders }), both = await told(open, "permits-around", [made("main"), polled("main", 0), fresh("semaphore 1", "semaphore", null, { count: 2 }), fresh("channel 1", "mpsc", 8, { senders: 1 }), made("task 1"), made("task 2"), made("task 3"), waits("main", 0, { task: "task 1" }), polled("task 1", 1), act(1, "task 1", "channel 1", "mpsc", "put", 1, 1, { count: 1 }), waits("task 1", 1, { timer: "timer 2" }),
      polled("task 2", 2), act(2, "task 2", "semaphore 1", "semaphore", "take", 1, 1, permits(1, ["task 2"])), act(2, "task 2", "channel 1", "mpsc", "get", 1, 0, { count: 0 }), waits("task 2", 2, { value: "channel 1" }), polled("task 3", 3), act(3, "task 3", "semaphore 1", "semaphore", "take", 1, 0, permits(2, ["task 2", "task 3"])), waits("task 3", 3, tm), woken("task 1", 10, "timer"), polled("task 1", 10), waits("task 1", 10, { sync: "semaphore 1", ticket: 1, units: 1 }), asleep], {}, [], "");
    same((await chain(both, "main"))[2], null, "the other task's permit would do as well");
    const fine = await told(open, "blocked-once", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, tm), polled("task 1", 1), waits("task 1", 20, { source: "source 1", direction: "read" }), woken("main", 500, "timer"), polled("main", 500), [500, "Cancel", { task: "task 1", run: "main" }], [500, "PollEnd", { task: "task 1", run: "task 1", outcome: "cancelled" }, "tasks", "task 1", { where: "done", how: "cancelled", waits: [] }], over("main", 501)], {}, [{ lint: "blocking_poll", after: 6, task: "task 1", say: "task 1 blocked the thread for 19 ms in one poll", spots: [] }]);
    same(await fine.evaluate(() => document.querySelector("#answer select").value), "main", "a task that blocked the thread once hangs nothing");
  });

  checks.add("answer: the words for one wait and for several, and for what is missing", async (open) => {
    const twice = (on, other) => [made("main"), polled("main", 0), waits("main", 0, on), woken("main", 50, "message"), polled("main", 50), waits("main", 50, other), woken("main", 90, "message"), polled("main", 90), over("main", 90)];
    const permits = (units) => ({ sync: "semaphore 1", units, ticket: 1 }), lock = (units) => ({ sync: "rwlock 1", units, ticket: 1 });
    for (const [name, one, other, words] of [["three", permits(3), permits(3), "3 permits of semaphore 1"], ["four", permits(3), permits(1), "permits of semaphore 1"], ["rwlock", lock("all"), lock(1), "rwlock 1"], ["write", lock("all"), lock("all"), "rwlock 1, to write"]]) {
      const page = await told(open, name, twice(one, other));
      same((await sums(page, "main"))[0], [words, 90], name);
    }
    const page = await told(open, "verdict", [made("main"), polled("main", 0), over("main", 5)], {}, [{ lost: 1, after: 2 }, { lint: "x", say: "use `drop` first.", after: 2 }]);
    const aside = await page.evaluate(() => window.K.answer.opening(0).aside);
    is(aside.includes("use <code>drop</code> first. ") && aside.includes(" 1 event is missing."), aside);
  });

  checks.add("answer: the headline tells of an abort that only the end of the run carried out, and the search knows the word", async (open) => {
    const broke = await told(open, "broke", [made("main"), polled("main", 0), [1, "Join", { task: "job 1", outcome: "panicked", run: "main" }], over("main", 1), [2, "RunEnd", { tasks: 0 }]]);
    is(/main returned; 1 blocking job panicked/.test((await shown(broke))[1]), "and of a job that panicked");
    await broke.keyboard.press("End");
    await broke.click("#b-why");
    is(/The run is over/.test(await broke.textContent("#why")), "the loop is not at work then");
    const ends = (more) => [made("main"), polled("main", 0), made("task 1"), made("task 2"), ...more, over("main", 5), [5, "RunEnd", { tasks: 2, timers: 0, sources: 0 }]];
    const headline = async (name, more) => {
      const page = await told(open, name, ends(more));
      return page.evaluate(() => [window.K.answer.opening(0).sentence.replace(/<[^>]*>/g, ""), (window.K.search.filter({ text: "abort", kind: "all" }), window.K.search.entries.length)]);
    };
    const [plain, none] = await headline("left", []), [aborted, found] = await headline("aborted", [[4, "Cancel", { task: "task 1", run: "main" }]]);
    is(/main returned; 2 tasks were cut off \(.*task 1; .*task 2\)\.$/.test(plain), plain);
    is(/main returned; 1 task was cancelled \(.*task 1, by .*main at .*event \d+.*\); 1 task was cut off \(.*task 2\)\.$/.test(aborted), aborted);
    const late = await told(open, "aborted-then-cut", [...ends([[4, "Cancel", { task: "task 1", run: "main" }]]), [6, "Cancel", { task: "task 2", by: "runtime" }], ...["task 1", "task 2"].map((task) => [6, "PollEnd", { task, run: task }, "tasks", task, { where: "done", how: "cancelled", waits: [] }])]);
    is(/main returned; 1 task was cancelled \(.*task 1, by .*main at .*event \d+.*\); 1 task was cut off \(.*task 2\)\.$/.test((await shown(late))[1]), (await shown(late))[1]);
    same([none, found], [0, 1], "events that abort finds");
    const drop = (ms, task) => [ms, "PollEnd", { task, run: task }, "tasks", task, { where: "done", how: "cancelled", waits: [] }];
    const apart = await told(open, "aborted-apart", ends([[2, "Cancel", { task: "task 2", run: "main" }], drop(2, "task 2"), [4.5, "Cancel", { task: "task 1", run: "main" }], drop(4.5, "task 1")]));
    is(/2 tasks were cancelled \(.*task 1, by .*main at 4\.50 ms .*; .*task 2, by .*main at 2\.00 ms /.test((await shown(apart))[1]), `each at its time: ${(await shown(apart))[1]}`);
    const detached = await told(open, "detached", ends([[2, "Cancel", { task: "task 2", run: "main" }], drop(2, "task 2"), [3, "Detach", { task: "task 2", run: "main" }], [3, "Detach", { task: "task 1", run: "main" }]]));
    same(await detached.evaluate(() => window.K.trace.index.byEv.get("Detach").map((i) => /task goes on/.test(window.K.aside(i, window.K.stateAt(i))))), [false, true], "a task that is over does not go on without its handle");
    // A job's end comes in the middle of a poll, which goes on: that is no time of which nothing is told.
    const within = await told(open, "told-within", [made("main"), polled("main", 0), [20, "BlockingEnd", { task: "job 1", ran: 1e6 }], [90, "SyncAct", { sync: "lock 1", kind: "mutex", act: "release", units: 1, count: 1, run: "main", task: "main" }], over("main", 95), [99, "Turn", { queued: 0 }]]);
    same(await within.evaluate(() => [...window.K.trace.gaps.keys()].map((i) => window.K.trace.n[i])), [6], "but between the poll's end and the turn it is");
    const short = await told(open, "short", [...ends([polled("task 1", 1), waits("task 1", 1, { timer: "timer 1" })]), [6, "PollEnd", { task: "task 1", run: "task 1" }, "tasks", "task 1", { where: "done", how: "cancelled", waits: [] }]], {}, [{ lint: "cut_short", task: null, say: "the runtime ended, and 1 task was dropped half-way, at an `.await`", spots: [{ say: "task 1 was dropped here" }], after: 8 }]);
    const loser = { state: "dropped", waits: [{ sync: "channel 2", ticket: 1, units: 1 }], took: [{ from: "channel 1", units: 1 }] };
    const lost = [0, 5].flatMap((ms) => [[ms, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "get", units: 1, count: 0, run: "main", task: "main" }], [ms, "SelectStart", { branches: 2, first: 0, run: "main", task: "main" }, "selects", "main", { task: "main", won: null, branches: [loser, {}] }], [ms, "SelectWin", { branch: 1, run: "main", task: "main" }, "selects", "main", { won: 1, branches: [loser, { state: "won" }] }]]);
    // A verdict's red line is at the wait that never ends, and not at one before.
    const stuck = await told(open, "stuck", [made("main"), polled("main", 0), waits("main", 0, { value: "channel 1" }), woken("main", 50, "timer"), polled("main", 50), waits("main", 50, { value: "channel 1" }), [90, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [{ lint: "deadlock", task: "main", since: 3, say: "main waits, and nothing is left that could wake it", spots: [], after: 7 }], "");
    await stuck.keyboard.press("End");
    await stuck.waitForSelector(".lane-stuck", { state: "attached" });
    const [end, wide] = await stuck.evaluate(() => { const line = document.querySelector(".lane-stuck"); return [Number(/H([\d.]+)$/.exec(line.getAttribute("d"))[1]), line.closest("svg").getBoundingClientRect().width]; });
    is(end > wide * 0.4, `the red line ends at ${end} of ${wide}`);
    is(/2 tasks were cut off \(/.test((await shown(short))[1]) && !(await shown(short))[2].includes("still waits"), (await shown(short)).join(" "));
    const values = await told(open, "lost-twice", [made("main"), polled("main", 0), ...lost, over("main", 5)], {}, [{ lint: "lost_value", task: "main", say: "`select!` dropped a branch that had received a value from channel 1", after: 4 }]);
    const { aside } = await values.evaluate(() => window.K.answer.opening(0));
    is(/2 went so: the 1st and the 2nd that .*main received from there, the last at 5\.00 ms \(event 8\)/.test(aside.replace(/<[^>]*>/g, "")), aside);
  });

  checks.add("answer: with which words a task panicked, and which notifications were lost", async (open) => {
    const [, how] = await shown(await open(files.errors));
    is(/1 task panicked \(.*task 2 at .* with “the kettle fell over”, at errors\.rs:49\)/.test(how), how);
    const job = await told(open, "job-panics", [made("main"), polled("main", 0), [0, "BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main", waited: null }], waits("main", 0, { task: "job 1" }), [1, "Note", { task: "job 1", text: "panicked at src/a.rs:7:9: <no tea>", say: "job 1 panicked at src/a.rs:7:9: <no tea>" }],
      [2, "BlockingEnd", { task: "job 1", ran: 2e6 }, "jobs", "job 1", "ended"], woken("main", 2, "message"), polled("main", 2), [2, "Join", { task: "job 1", outcome: "panicked", run: "main" }], over("main", 3)]);
    is(/1 blocking job panicked \(.*job 1 with “<no tea>”, at a\.rs:7\)/.test((await shown(job))[1]), (await shown(job))[1]);
    is(/It panicked with “<no tea>”, at a\.rs:7 \(event 5\)/.test(await job.evaluate(() => { window.K.answer.ask("job 1"); return document.getElementById("answer").textContent; })), "and under the job");
    const put = (ms, units, count) => [ms, "SyncAct", { sync: "notify 1", kind: "notify", act: "put", units, count, run: "main", say: count ? "main leaves a notification in notify 1" : "main notifies all that wait for notify 1" }];
    const lost = await told(open, "notices", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "notify 1", kind: "notify", run: "main" }, "primitives", "notify 1", { kind: "notify", count: 0 }], put(1, "all", 0), put(2, 1, 1), put(3, 1, 1), [3, ...made("task 1").slice(1)], waits("main", 3, { timer: "timer 1" }), polled("task 1", 4),
      [4, "Wait", { on: { sync: "notify 1", units: 1, ticket: 1 }, run: "task 1" }], waits("task 1", 4, { sync: "notify 1", ticket: 1, units: 1 }), [9, "SyncAct", { sync: "notify 1", kind: "notify", act: "put", units: "all", count: 0, run: "main", say: "main notifies all that wait for notify 1" }], [90, "Park", { timeout: null }, "loop", "", { step: "park" }]]);
    const found = await lost.evaluate(() => (window.K.search.filter({ text: "nobody", kind: "all" }), window.K.search.entries.map((code) => window.K.search.entry(code).text)));
    same(found, ["Main notifies all that wait for notify 1: no task does.", "Main leaves a notification in notify 1, where one is left already: the two are one."], "those that reached no task, and not the last, which did");
    is(/One notification of it was lost: when .*main notified it at 3\.00 ms/.test(await lost.evaluate(() => { window.K.answer.ask("task 1"); return document.getElementById("answer").textContent; })), "under the task that waits there");
    const early = await told(open, "noticed-early", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "notify 1", kind: "notify", run: "main" }, "primitives", "notify 1", { kind: "notify", count: 0 }], put(1, "all", 0), put(2, "all", 0), [3, ...made("task 1").slice(1)], waits("main", 3, { timer: "timer 1" }), polled("task 1", 4), [4, "Wait", { on: { sync: "notify 1", units: 1, ticket: 1 }, run: "task 1" }], waits("task 1", 4, { sync: "notify 1", ticket: 1, units: 1 }), [90, "Park", { timeout: null }, "loop", "", { step: "park" }]]),
      words = await early.evaluate(() => { window.K.answer.ask("task 1"); return document.getElementById("answer").textContent; });
    is(/main had notified notify 1 last, at 2\.00 ms .*It notified all that waited, and no task did \(nor once before\): such a notification is kept only for what notified\(\) had made before, and whether there was any is in no event/.test(words) && !words.includes("lost"), `that may have been heard: ${words}`);
  });

  checks.add("answer: on the first screen ? and k tell of the longest wait, and times have one form", async (open) => {
    const page = await open(files.channel);
    await page.keyboard.press("?");
    is(/of which the answer tells.*main/.test((await page.textContent("#why")).replace(/\s+/g, " ")) && !/There is no task yet/.test(await page.textContent("#why")), await page.textContent("#why"));
    await page.keyboard.press("Escape");
    await page.keyboard.press("k");
    is(!/No task is there/.test(await page.textContent("#tree")), await page.textContent("#tree"));
    await page.keyboard.press("Escape");
    const said = await page.evaluate(() => [...window.T.events].filter((e) => /\d\.\d{3,6} s\b/.test(window.K.sentence(e.i)) && e.t < 1e9 && e.ev !== "Note").map((e) => window.K.sentence(e.i)));
    same(said.filter((text) => /\b0\.\d+ s/.test(text)), [], "a time below a second is in ms or µs");
    const inside = await page.evaluate(() => { const e = [...window.T.events].find((e) => e.ev === "SyncAct" && e.act === "get" && e.kind === "mpsc"); return window.K.about(e, "teaches", window.K.stateAt(e.i)).replace(/<[^>]*>/g, ""); });
    is(/It was sent [\d.]+ (ns|µs|ms) before, by .*task \d+ \(event \d+\)/.test(inside), inside);
  });

  const aside = (page, at) => page.evaluate((at) => { const e = window.T.events.filter((e) => e.ev === at.ev && (!at.act || e.act === at.act)).at(at.nth ?? 0), box = document.createElement("div"); box.innerHTML = window.K.aside(e.i, window.K.stateAt(e.i)); return box.textContent; }, at);
  checks.add("answer: values that another runtime receives are not counted, and its page is named in a run that was ended from outside", async (open) => {
    const channel = [0, "SyncNew", { sync: "channel 1", kind: "mpsc", count: 0, run: "main" }, "primitives", "channel 1", { kind: "mpsc", room: 8, count: 0, senders: 1 }], put = (ms, count) => [ms, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "put", units: 1, count, run: "main", task: "main" }, "primitives", "channel 1", { count, high: 1 }];
    const run = [made("main"), polled("main", 0), channel, put(1, 1), waits("main", 1, { timer: "timer 1" }), woken("main", 90, "timer"), polled("main", 90)], asleep = [900, "Park", { timeout: null }, "loop", "", { step: "park" }];
    const counted = async (page) => { await page.keyboard.press("End"); return page.evaluate(() => window.T.words(document.getElementById("wakers"))); };
    const page = await told(open, "elsewhere", [...run, put(90, 1), waits("main", 90, { timer: "timer 2" }), asleep], {}, [{ pages: [{ page: "x.2.html", started: 1 }] }], "");
    is(/other runtimes have pages of their own: x\.2\.html/.test(await page.innerText("#aside")), await page.innerText("#aside"));
    is(/how many values are in it is not known/.test(await counted(page)) && !/1 of 8/.test(await counted(page)), await counted(page));
    is(/1 of 8/.test(await counted(await told(open, "here", [...run, also(put(90, 2), { count: 2 }), waits("main", 90, { timer: "timer 2" }), asleep], {}, [], ""))) === false, "two were put in");
    is(/2 of 8/.test(await counted(await told(open, "here", [...run, put(90, 2), waits("main", 90, { timer: "timer 2" }), asleep], {}, [], ""))), "which are there still");
  });

  checks.add("answer: each select! of a task has lanes of its own, until it is over", async (open) => {
    const run = { run: "main", task: "main" }, on = (n) => ({ timer: `timer ${n}` }), branch = (state, ...waits) => ({ state, waits, polls: 1, took: [] }), state = (begun, ...branches) => ["selects", "main", { begun, won: null, branches }];
    const begins = (begun, ms) => [ms, "SelectStart", { branches: 2, first: 0, ...run }, ...state(begun, branch("new"), branch("new"))], asks = (begun, ms, k, of, ready = false) => [ms, "SelectPoll", { branch: k, ready, ...run }, ...state(begun, ...of)], cancel = (ms, n) => [ms, "TimerCancel", { timer: `timer ${n}`, ...run }];
    const round = (begun, ms, a, b) => [begins(begun, ms), asks(begun, ms, 0, [branch("waiting", on(a)), branch("new")]), asks(begun, ms, 1, [branch("waiting", on(a)), branch("waiting", on(b))])], wins = (begun, ms, a, b) => [begins(begun, ms), asks(begun, ms, 0, [branch("ready"), branch("waiting", on(b))], true), [ms, "SelectWin", { branch: 0, ...run }, "selects", "main", { won: 0, branches: [branch("won"), branch("dropped", on(b))] }], cancel(ms, b)];
    const lanes = (page) => page.evaluate(() => { const { K } = window, word = Object.fromEntries(Object.entries(K.BAR).map(([word, kind]) => [kind, word])); return K.rowsOf(K.trace).rows.get("main").branches.map((row) => [row.inner ? "inner" : row.nth, row.kind.map((kind, k) => `${word[kind]} ${K.trace.t[row.at[k]] / 1e6}${kind === K.BAR.WAIT ? ` ${row.noteAt(k)}` : ""}`).filter((words) => !/^(POLL|NONE)/.test(words)).join(", ")]); });
    const limit = await told(open, "select-limit", [made("main"), polled("main", 0), ...round(1, 0, 1, 2), waits("main", 0, on(1), on(2)), woken("main", 9, "timer"), polled("main", 9), ...round(1, 9, 1, 2), [9, "Elapsed", run], cancel(9, 1), cancel(9, 2), waits("main", 9, on(3)), woken("main", 20, "timer"), polled("main", 20), [20, "Elapsed", run], over("main", 20)]);
    same(await lanes(limit), [[0, "WAIT 0 timer 1, WAIT 9 timer 1, CANCELLED 9"], [0, "WAIT 0 timer 2, WAIT 9 timer 2, CANCELLED 9"]], "dropped by the first of two limits");
    const without = await told(open, "select-else", [made("main"), polled("main", 0), begins(1, 0), asks(1, 0, 0, [branch("ready"), branch("new")], true), ...round(2, 0, 1, 2), waits("main", 0, on(1), on(2)), woken("main", 9, "timer"), polled("main", 9), ...wins(2, 9, 1, 2), over("main", 10)]);
    same(await lanes(without), [[0, "DONE 0, WAIT 0 timer 1, WON 9"], [0, "WAIT 0 timer 2, CANCELLED 9"]], "behind an else the next one is no inner one");
    const two = await told(open, "select-join", [made("main"), polled("main", 0), ...round(1, 0, 1, 2), ...round(2, 0, 3, 4), waits("main", 0, on(1), on(2), on(3), on(4)), woken("main", 9, "timer"), polled("main", 9), ...wins(1, 9, 1, 2), ...round(2, 9, 3, 4), waits("main", 9, on(3), on(4)), woken("main", 20, "timer"), polled("main", 20), ...wins(2, 20, 3, 4), over("main", 21)]);
    same(await lanes(two), [[0, "WAIT 0 timer 1, WON 9"], [0, "WAIT 0 timer 2, CANCELLED 9"], [1, "WAIT 0 timer 3, WAIT 9 timer 3, WON 20"], [1, "WAIT 0 timer 4, WAIT 9 timer 4, CANCELLED 20"]], "two of a join! side by side");
    const inside = await told(open, "select-inside", [made("main"), polled("main", 0), begins(1, 0), ...round(2, 0, 1, 2), asks(1, 0, 0, [branch("waiting", on(1), on(2)), branch("new")]), asks(1, 0, 1, [branch("waiting", on(1), on(2)), branch("waiting", on(3))]), waits("main", 0, on(1), on(2), on(3)), woken("main", 9, "timer"), polled("main", 9), cancel(9, 3), cancel(9, 1), cancel(9, 2), over("main", 10)]);
    same((await lanes(inside)).map(([which, words]) => [which, words.replace(/^.*, /, "")]), [[0, "CANCELLED 9"], [0, "CANCELLED 9"], ["inner", "CANCELLED 9"], ["inner", "CANCELLED 9"]], "one within a branch goes with it");
  });

  checks.add("answer: a job that ended is no other code, an unpark ends a hopeless sleep, and a loop that slept was not at work", async (open) => {
    const job = [[0, "BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main", waited: null }], waits("main", 0, { task: "job 1" }), [0, "Park", { timeout: null }, "loop", "", { step: "park" }], [50, "BlockingRun", { task: "job 1", waited: 230e3 }, "jobs", "job 1", { waited: 230e3 }], [50, "BlockingEnd", { task: "job 1", ran: 49e6 }, "jobs", "job 1", "ended", "tasks", "main", { waits: [], polls: 1 }], [50, "Unpark", { unparked: true }, "loop", "", { step: "run" }], [50, "Turn", { queued: 0, tasks: 1, timers: 0, sources: 0 }], woken("main", 51, "message"), polled("main", 51), over("main", 51)];
    const page = await told(open, "heard-later", [made("main"), polled("main", 0), ...job]), at = await page.evaluate(() => window.K.trace.index.byEv.get("BlockingEnd")[0]);
    const [why, box] = await page.evaluate((i) => { window.K.go(i); return [window.K.why.words(window.K.stateAt(i), "main"), window.T.words(document.getElementById("places"))]; }, at);
    is(/job 1 has ended: another thread has done that, and its message, which wakes this task, has not reached the loop yet/.test(why) && !/other code/.test(why + box) && /woken soon/.test(box), `${why} ${box}`);
    is(/or for one that was at work\. The loop slept then/.test(await aside(page, { ev: "BlockingRun" })), await aside(page, { ev: "BlockingRun" }));
    is(/An unpark without a message|sent a message/.test(await aside(page, { ev: "Unpark" })), await aside(page, { ev: "Unpark" }));
    const looked = await told(open, "looked", [made("main"), polled("main", 0), waits("main", 0, { sync: "lock 1", ticket: 1, units: 1 }), [0, "Park", { timeout: null }, "loop", "", { step: "park" }], [90, "Unpark", { unparked: true }, "loop", "", { step: "run" }], [90, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [{ lint: "deadlock", task: "main", after: 3, say: "main waits, and nothing is left that could wake it", spots: [] }], "");
    is(/own is left that could end this sleep: see the verdict\. An unpark ends it/.test(await aside(looked, { ev: "Park" })), await aside(looked, { ev: "Park" }));
    is(/Nothing is left that could end this sleep/.test(await aside(looked, { ev: "Park", nth: -1 })), await aside(looked, { ev: "Park", nth: -1 }));
    is(/the doctor looks around/.test(await aside(looked, { ev: "Unpark" })), await aside(looked, { ev: "Unpark" }));
  });

  checks.add("answer: pipes and child ends are no sockets, a pipe that was closed later was open then, and an end is no priority data", async (open) => {
    const known = (source, what, ends) => [0, "SourceNew", { source, what, ends, run: "main" }, "sources", source, { what }], read = (source) => ({ source, direction: "read" }), wait = (ms, source) => [[ms, "Wait", { on: read(source), run: "main", task: "main" }], waits("main", ms, read(source))];
    const page = await told(open, "closed-later", [made("main"), polled("main", 0), known("source 1", "Process", [7, 0]), known("source 2", "ChildStdin", [7, 0]), known("source 3", "ChildStdout", [7, 0]), ...wait(0, "source 3"), [80, "SourceReady", { source: "source 3", ready: [true, false, true, false], closed: true }, "sources", "source 3", { closed: true, read: { ready: true }, priority: { ready: true } }], woken("main", 80, "io"), polled("main", 80), [81, "SourceDrop", { source: "source 2", run: "main" }, "sources", "source 2", "removed"], ...wait(82, "source 1"), woken("main", 90, "io"), polled("main", 90), over("main", 91)]);
    is(/The stdin of child 1 \(source 2\), was still open then.*; it was closed at 81\.00 ms/.test((await shown(page))[2]), (await shown(page))[2]);
    is(/Its waker is at the pipe/.test(await aside(page, { ev: "Wait" })) && /Its waker is at the child’s end/.test(await aside(page, { ev: "Wait", nth: 1 })), await aside(page, { ev: "Wait", nth: 1 }));
    is(/A pipe \(source 3\) woke it/.test(await aside(page, { ev: "PollStart", nth: 1 })), await aside(page, { ev: "PollStart", nth: 1 }));
    const ready = await page.evaluate(() => { const [i] = window.K.trace.index.byEv.get("SourceReady"); return [window.K.stateAt(i).sources.get("source 3").priority.ready, window.K.changed(window.K.event(i), window.K.stateAt(i))]; });
    is(ready[0] && !/priority/.test(ready[1]), `${ready}`);
  });

  checks.add("answer: a send without a limit, a notification for no task, a timer that was dropped late, and a job’s own sends", async (open) => {
    const act = (sync, kind, act, more, ...then) => [0, "SyncAct", { sync, kind, act, units: 1, count: 1, run: "main", task: "main", ...more }, ...then], make = (sync, kind, more) => [0, "SyncNew", { sync, kind, run: "main" }, "primitives", sync, { kind, ...more }];
    const page = await told(open, "unlimited", [made("main"), polled("main", 0), make("channel 1", "mpsc", { room: null, count: 0 }), act("channel 1", "mpsc", "put"), make("notify 1", "notify", { count: 0 }), act("notify 1", "notify", "put", { units: "all", count: 0 }), make("watch 1", "watch", { count: 1 }), act("watch 1", "watch", "put", { units: "all" }), over("main", 1)]);
    same(await Promise.all([0, 1, 2].map((nth) => aside(page, { ev: "SyncAct", nth }))), ["The channel has no limit: a send into it never waits, and is not awaited.", "No task waits here, so none is woken. A future that notified() has made hears of it when it is polled; one that is made after this does not.", "No task waits here now, so none is woken: a receiver finds it when it asks, unless a newer one has taken its place by then."], "of each");
    const late = await told(open, "late-drop", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 2" }), polled("task 1", 0), [0, "TimerAdd", { timer: "timer 1", run: "task 1" }, "timers", "timer 1", { due: 100e6, task: "task 1" }], waits("task 1", 0, { timer: "timer 1" }), woken("main", 150, "timer"), polled("main", 150), [150, "Cancel", { task: "task 1", run: "main" }], woken("task 1", 150, "main"), waits("main", 150, { task: "task 1" }), polled("task 1", 150), [150, "TimerCancel", { timer: "timer 1", run: "task 1" }, "timers", "timer 1", "removed"], [150, "PollEnd", { task: "task 1", run: "task 1", outcome: "cancelled" }, "tasks", "task 1", { where: "done", how: "cancelled", waits: [] }], woken("main", 150, "task 1"), polled("main", 150), over("main", 150)]);
    const of = await sums(late, "task 1");
    same(of.filter(([words]) => /timer/.test(words)), [["a timer", 100], ["a timer that was late", 50]], "what is behind the deadline");
    const cell = { task: "job 1", run: null }, on = { sync: "channel 1", ticket: 1, units: 1 };
    const job = await told(open, "job-sends", [made("main"), polled("main", 0), make("channel 1", "mpsc", { room: 1, count: 0 }), [0, "BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main", waited: null }], waits("main", 0, { timer: "timer 1" }), [1, "BlockingRun", { task: "job 1", waited: 1e6 }, "jobs", "job 1", { waited: 1e6 }], act("channel 1", "mpsc", "put", cell), [2, "Wait", { task: "job 1", on }, "jobs", "job 1", { waits: [on] }], [9, "Served", { on }, "jobs", "job 1", { waits: [] }], act("channel 1", "mpsc", "put", { ...cell, count: 2 }), woken("main", 90, "timer"), polled("main", 90), over("main", 90)]);
    is(/^It had waited for room\. 1 value is before it: 1 of .*job 1/.test(await aside(job, { ev: "SyncAct", nth: 1 })), await aside(job, { ev: "SyncAct", nth: 1 }));
  });

  checks.add("answer: what ended a wait is what did, and what is got after it is told as waited for", async (open) => {
    const made1 = (sync, kind) => [0, "SyncNew", { sync, kind, run: "main" }, "primitives", sync, { kind, count: 0 }], act = (ms, sync, kind, act, run, more) => [ms, "SyncAct", { sync, kind, act, units: "all", count: 1, run, task: run, ...more }], words = (page, who) => page.evaluate((who) => window.K.answer.html(who, -Infinity, Infinity).replace(/<[^>]*>/g, ""), who);
    for (const [kind, said] of [["watch", "dropped its last sender"], ["broadcast", "dropped its last sender"], ["semaphore", "closed it"]]) {
      const sync = `${kind} 1`, page = await told(open, `shut-${kind}`, [made("main"), polled("main", 0), made1(sync, kind), made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), waits("task 1", 0, { sync, ticket: 1, units: 1 }), woken("main", 90, "timer"), polled("main", 90), act(90, sync, kind, "close", "main"), woken("task 1", 90, "main"), over("main", 91), polled("task 1", 92), over("task 1", 93)]);
      is(new RegExp(`until [^(]*main ${said} \\(`).test(await words(page, "task 1")), `${kind}: ${await words(page, "task 1")}`);
    }
    const on = { source: "source 1", direction: "read" }, tried = (ms, result, bytes = null) => [ms, "SourceTry", { ...on, result, bytes, run: "main", task: "main" }];
    const read = await told(open, "had-waited", [made("main"), polled("main", 0), [0, "SourceNew", { source: "source 1", what: "TcpStream", ends: [1, 2], run: "main" }, "sources", "source 1", { what: "TcpStream" }], tried(0, "would_block"), waits("main", 0, on), woken("main", 90, "io"), polled("main", 90), tried(90, "done", 5), tried(91, "done", 6), over("main", 92)]);
    same((await Promise.all([1, 2].map((nth) => aside(read, { ev: "SourceTry", nth })))).map((words) => words.slice(0, 30)), ["5 bytes. It had waited for thi", "6 bytes, at once: no waiting, "], "the first of two in a poll");
    // A lock that is taken behind a limit was asked for anew.
    const lock = { sync: "lock 1", ticket: 1, units: "all" };
    const anew = await told(open, "asked-anew", [made("main"), polled("main", 0), made1("lock 1", "mutex"), waits("main", 0, lock, { timer: "timer 1" }), woken("main", 90, "timer"), polled("main", 90), [90, "Elapsed", { run: "main", task: "main" }], [90, "Unwait", { on: lock, run: "main", task: "main" }], act(90, "lock 1", "mutex", "take", "main", { count: 0 }), over("main", 91)]);
    same((await sums(anew, "main")).filter(([, ns]) => ns > 50), [["a timer that came before lock 1", 90]], "a limit");
    const set = await told(open, "job-of-set", [made("main"), polled("main", 0), made1("joinset 1", "join_set"), [0, "BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main", waited: null }], waits("main", 0, { value: "joinset 1" }), [1, "BlockingRun", { task: "job 1", waited: 1e6 }, "jobs", "job 1", { waited: 1e6 }], [90, "BlockingEnd", { task: "job 1", ran: 89e6 }, "jobs", "job 1", "ended"], woken("main", 90, "message"), polled("main", 90), [90, "Join", { task: "job 1", run: "main" }], over("main", 91)]);
    is(/until \S* ?job 1 ended \(/.test(await words(set, "main")), await words(set, "main"));
    // What another task's timer was late, by the time of a limit, is no part of its sleep.
    const added = (ms, n, who, due) => [ms, "TimerAdd", { timer: `timer ${n}`, run: who, task: who }, "timers", `timer ${n}`, { due: due * 1e6, task: who }];
    const late = await told(open, "late-for-another", [made("main"), polled("main", 0), made("task 1"), made("task 2"), added(0, 1, "main", 80), waits("main", 0, { task: "task 1" }, { timer: "timer 1" }), polled("task 1", 0), added(0, 2, "task 1", 10), waits("task 1", 0, { timer: "timer 2" }), polled("task 2", 1), over("task 2", 100), [100, "TimerFire", { timer: "timer 2" }, "timers", "timer 2", "rings"], woken("task 1", 100, "timer"), [100, "TimerFire", { timer: "timer 1" }, "timers", "timer 1", "rings"], woken("main", 100, "timer"), polled("task 1", 100), over("task 1", 100), polled("main", 101), [101, "Elapsed", { run: "main", task: "main" }], over("main", 102)]);
    is(/← a timer that was late, ≥ 90 ms/.test(await words(late, "main")), await words(late, "main"));
  });

  checks.add("answer: what held a task up is told where a clock stands still, of several waits, and of the whole of one", async (open) => {
    const words = (page, who) => page.evaluate((who) => window.K.answer.html(who, -Infinity, Infinity).replace(/<[^>]*>/g, ""), who), real = (ms, event) => also(event, { real: ms * 1e6 });
    const still = await told(open, "held-while-still", [real(0, made("main")), real(0, polled("main", 0)), real(0, made("task 1")), real(0, made("task 2")), real(0, [0, "TimerAdd", { timer: "timer 1", run: "main" }, "timers", "timer 1", { due: 9e12, task: "main" }]), real(1, waits("main", 0, { task: "task 2" })), real(1, polled("task 1", 0)), real(340, over("task 1", 0)), real(340, polled("task 2", 0)),
      real(341, [0, "BlockingStart", { task: "job 1", run: "task 2" }, "jobs", "job 1", { by: "task 2", waited: 0 }]), real(341, waits("task 2", 0, { task: "job 1" })), real(341, [0, "Park", { timeout: null }]), real(345, [0, "BlockingEnd", { task: "job 1", ran: 3e6 }, "jobs", "job 1", "ended"]), real(345, woken("task 2", 0, "message")), real(345, polled("task 2", 0)), real(345, over("task 2", 0)), real(346, woken("main", 0, "task 2")), real(346, polled("main", 0)), real(346, over("main", 0))], { clock: "paused" });
    is(/ready, in the run queue,? ?(339|340) ms while \S* ?task 1 held the thread \(339 ms\)/.test((await words(still, "task 2")).replace(/(\d+ ms)ready, in the run queue/, "ready, in the run queue $1 ")), await words(still, "task 2"));
    is(/^While a job is out the virtual clock stands still, so no timer can end this/.test((await aside(still, { ev: "Park" })).replace("No CPU is used. ", "")), await aside(still, { ev: "Park" }));
    is(/^Where did the time of .*job 1 go\?/.test(await words(still, "job 1")), await words(still, "job 1"));
    // Of two timers that were late the recorder held up one.
    const fires = (n, ms, due) => [[ms, "TimerFire", { timer: `timer ${n}`, late: ms - due, say: `timer ${n} rings, ${(ms - due) / 1e3} s late` }, "timers", `timer ${n}`, "rings"], woken("main", ms, "timer"), polled("main", ms)], added = (n, ms, due, task = "main") => [ms, "TimerAdd", { timer: `timer ${n}`, run: task, task }, "timers", `timer ${n}`, { due: due * 1e6, task }];
    const late = await told(open, "late-by-recorder", [made("main"), polled("main", 0), added(1, 0, 10), waits("main", 0, { timer: "timer 1" }), also([60, "Turn", { queued: 0 }], { overhead: 45e6 }), ...fires(1, 60, 10), added(2, 60, 100), waits("main", 60, { timer: "timer 2" }), ...fires(2, 150, 100), over("main", 150)]);
    is(/no task held the thread for long: the recorder wrote this \(35 ms\), and for the rest the machine was busy elsewhere/.test(await words(late, "main")), await words(late, "main"));
    // A limit began in the middle of a circle of locks.
    const act = (sync, kind, act, run) => [0, "SyncAct", { sync, kind, act, units: "all", count: 0, run, task: run }, "primitives", sync, { kind, holders: [run] }], lock = (n) => ({ sync: `lock ${n}`, ticket: 1, units: "all" });
    const held = await told(open, "held-before", [made("main"), polled("main", 0), made("task 1"), made("task 2"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), act("lock 1", "mutex", "take", "task 1"), waits("task 1", 0, { timer: "timer 2" }), polled("task 2", 10), act("lock 2", "mutex", "take", "task 2"), waits("task 2", 10, lock(1)), woken("task 1", 10, "timer"), polled("task 1", 10), waits("task 1", 10, lock(2)), woken("main", 100, "timer"), polled("main", 100), added(3, 100, 200), waits("main", 100, { task: "task 2" }, { timer: "timer 3" }),
      ...fires(3, 200, 200), [200, "Elapsed", { run: "main", task: "main" }], over("main", 201)]);
    is(/≥ 90 ms since 10\.00 ms, *while .*task \d had it \(≥ 90 ms\)/.test((await words(held, "main")).split("What it waited for")[1]), await words(held, "main"));
    // A task that waits at both ends of a pipe.
    const pipe = await told(open, "own-pipe", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "pipe 1", kind: "pipe", run: "main" }, "primitives", "pipe 1", { kind: "pipe", count: 0 }], act("pipe 1", "pipe", "put", "main"), waits("main", 0, { sync: "pipe 1", ticket: 1, units: 1 })], {}, [], "");
    is(/main itself (wrote into|read from) it last\.$/.test((await pipe.evaluate(() => window.K.why.words(window.K.trace.state, "main"))).trim()), await pipe.evaluate(() => window.K.why.words(window.K.trace.state, "main")));
  });

  checks.add("answer: of what is asked, kept, polled and used it says no more than the record", async (open) => {
    const of = (source, what, ends, ms = 0, run = "main") => [ms, "SourceNew", { source, what, ends, run }, "sources", source, { what }], tried = (ms, run, source, direction, result, more, ...then) => [ms, "SourceTry", { source, direction, result, bytes: null, run, task: run, ...more }, ...then];
    const children = await told(open, "asked", [made("main"), polled("main", 0), of("source 1", "Process", [7, 0]), tried(0, "main", "source 1", "read", "would_block", {}, "sources", "source 1", { read: { ready: false, last: "would_block" } }), tried(0, "main", "source 1", "write", "done"), [0, "Wait", { on: { source: "source 1", direction: "read" }, run: "main", say: "main waits to read source 1" }],
      of("source 2", "ChildStdout", [7, 0]), tried(0, "main", "source 2", "read", "would_block", { src: "runtime/src/io/wait.rs:70:5" }, "sources", "source 2", { read: { ready: false, last: "would_block" } }), [0, "SourceClear", { source: "source 2", direction: "read", say: "source 2 has nothing more to read for now" }], waits("main", 0, { source: "source 1", direction: "read" }),
      [8, "SourceReady", { source: "source 1", ready: [true, false, false, false], say: "the selector reports source 1: readable" }], woken("main", 8, "io"), polled("main", 8), over("main", 9)]);
    const about = await Promise.all([0, 1, 2].map((nth) => aside(children, { ev: "SourceTry", nth }))), sentences = await children.evaluate(() => window.T.events.filter(({ ev }) => ["Wait", "SourceClear", "SourceReady"].includes(ev)).map(({ i }) => window.K.sentence(i)));
    is(!/Nothing there|can’t be written|counts as ready/.test(about), about.join("; "));
    same(sentences, ["Main waits for the end of child 1 (source 1).", "Source 2 counts as not ready until the system reports it.", "The selector reports source 1: child 1 has ended."], "a child is asked, not read");
    const asks = await children.evaluate(() => { const { K } = window, s = K.stateAt(K.trace.index.byEv.get("PollEnd")[0]); K.go(s.i); return [K.why.words(s, "main"), document.querySelector("#wakers").textContent]; });
    is(/called when the operating system reports that the child has ended/.test(asks[0]) && /not ready yet/.test(asks[1]), asks.join("; "));
    // Of a lock and of permits that are handed over, each that has some, or for which some is kept.
    const act = (ms, run, sync, kind, act, more, then) => [ms, "SyncAct", { sync, kind, act, units: 1, count: 0, run, task: run, ...more }, "primitives", sync, then], make = (sync, kind, more) => [0, "SyncNew", { sync, kind, run: "main", ...more }, "primitives", sync, { kind, count: 1, ...more }], line = (sync, ms, who, ticket) => [ms, "Wait", { on: { sync, ticket, units: 1 }, run: who, task: who }, "primitives", sync, { count: 0, ticket, who }];
    const served = (ms, sync, ticket, then) => [ms, "Served", { on: { sync, ticket, units: 1 }, run: "main", task: "main" }, "primitives", sync, { ticket, who: null, ...then }];
    const kept = await told(open, "handed-over", [made("main"), polled("main", 0), make("lock 1", "mutex"), make("semaphore 1", "semaphore", { count: 2 }), act(0, "main", "lock 1", "mutex", "take", {}, { count: 0, holders: ["main"] }), act(0, "main", "semaphore 1", "semaphore", "take", { units: 2 }, { count: 0, holders: ["main"] }), made("task 1"), made("task 2"), waits("main", 0, { timer: "timer 1" }),
      ...["task 1", "task 2"].flatMap((who, k) => [polled(who, 1), line("semaphore 1", 1, who, k + 1), line("lock 1", 1, who, k + 1), waits(who, 1, { sync: "semaphore 1", ticket: k + 1, units: 1 }, { sync: "lock 1", ticket: k + 1, units: 1 })]), woken("main", 9, "timer"), polled("main", 9), act(9, "main", "lock 1", "mutex", "release", {}, { holders: [] }), served(9, "lock 1", 1, { handed: ["task 1"] }),
      act(9, "main", "semaphore 1", "semaphore", "release", {}, { count: 0 }), served(9, "semaphore 1", 1, { handed: ["task 1"] }), woken("task 1", 9, "main"), act(9, "main", "semaphore 1", "semaphore", "release", {}, { holders: [] }), over("main", 9)]);
    const boxes = await kept.evaluate(() => { const { K } = window; return [...K.trace.index.byEv.get("SyncAct"), ...K.trace.index.byEv.get("Served")].sort((a, b) => a - b).slice(2).map((i) => { K.go(i); return [...document.querySelectorAll("#wakers .holder")].map((el) => el.textContent.replace(/\s+/g, " ")).join(" | "); }); });
    same(boxes.slice(0, 4), ["kept for the first in line | taken by m", "kept for 1 | taken by m", "kept for 1 | taken by m; 1 kept for 1", "kept for 1 | taken by m; kept for 1"], "boxes");
    const second = await kept.evaluate(() => { const { K } = window, s = K.stateAt(K.trace.index.byEv.get("Served")[1]); return [K.why.words(s, "task 2"), K.trace.movedOn.size]; });
    is(/taken by .*main, which is being polled \(a permit can be passed on\)\. Some of it is kept for .*task 1, which is woken soon\. What was free, and what comes back, is kept for it/.test(second[0]), second[0]);
    same(second[1], 0, "of two permits one comes back before the other: each is what main had taken");
    // What happens between two events of a `select!` is done by the branch that the next names.
    const branch = (state, polls = 0) => ({ state, waits: [], polls, took: [] }), round = [0, "SelectStart", { branches: 2, first: 0, run: "main", task: "main" }, "selects", "main", { won: null, branches: [branch("new"), branch("new")] }], asked = (k, ...branches) => [0, "SelectPoll", { branch: k, ready: false, run: "main", task: "main" }, "selects", "main", { branches }], on = (n) => [0, "Wait", { on: { timer: `timer ${n}` }, run: "main", task: "main" }];
    const select = await told(open, "being-polled", [made("main"), polled("main", 0), round, on(1), asked(0, branch("waiting", 1), branch("new")), on(2), asked(1, branch("waiting", 1), branch("waiting", 1)), waits("main", 0, { timer: "timer 1" }, { timer: "timer 2" })]);
    same(await select.evaluate(() => window.K.trace.index.byEv.get("Wait").map((i) => { window.K.go(i); return [...document.querySelectorAll(".branch .tag")].map((tag) => tag.textContent); })), [["being polled", "not polled yet"], ["waiting", "being polled"]], "which is polled");
    // A connection is with the task that has used it: one that was only accepted may be moved, and one that is not there yet is no one's.
    const ends = await told(open, "only-accepted", [made("main"), polled("main", 0), made("task 1"), made("task 2"), of("source 1", "TcpListener", [80, 0], 0, "task 1"), of("source 2", "TcpStream", [5001, 80]), tried(0, "main", "source 2", "write", "done"), tried(0, "main", "source 2", "read", "would_block"), waits("main", 0, { source: "source 2", direction: "read" }),
      polled("task 1", 1), tried(1, "task 1", "source 1", "read", "done"), of("source 3", "TcpStream", [80, 5001], 1, "task 1"), waits("task 1", 1, { timer: "timer 1" }), polled("task 2", 2), tried(2, "task 2", "source 3", "read", "done", { bytes: 4 }), waits("task 2", 2, { timer: "timer 2" })], {}, [], "");
    const other = await ends.evaluate(() => window.K.trace.index.byEv.get("PollEnd").map((i) => window.K.why.words(window.K.stateAt(i), "main").replace(/^.*readable\. ?/, "")));
    same(other.map((words) => words.replace(/ \d (?=task)/, " ")), ["", "Its other end is source 3, accepted by task 1, and not used by then.", "Its other end is source 3, last used by task 2, which itself waits for timer 2."], "the other end");
    const both = [["main", "source 2"], ["task 1", "source 3"]], crossed = await told(open, "on-the-way", [made("main"), polled("main", 0), made("task 1"), of("source 2", "TcpStream", [5001, 80]), of("source 3", "TcpStream", [80, 5001]), ...both.flatMap(([who, source], ms) => [...(ms ? [polled(who, 0), tried(0, who, source, "write", "done", { bytes: 10 }), tried(0, who, source, "write", "done", { bytes: 10 })] : []), tried(0, who, source, "read", "would_block"), waits(who, 0, { source, direction: "read" })]), woken("main", 0, "io"), polled("main", 0), tried(0, "main", "source 2", "read", "done", { bytes: 20 }), waits("main", 0, { timer: "timer 1" })], {}, [], "");
    same(await crossed.evaluate(() => window.K.trace.index.byEv.get("PollEnd").map((i) => ["main", "task 1"].map((who) => /\d+ bytes for source \d were written, and are not read yet/.exec(window.K.why.words(window.K.stateAt(i), who))?.[0].slice(0, 21) ?? ""))), [["", ""], ["20 bytes for source 2", "20 bytes for source 2"], ["", ""]], "what is on the way from one that waits to another");
    // Which jobs have the threads; no claim of a channel that was full; and how much a broadcast holds.
    const end = await told(open, "full-once", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "channel 1", kind: "mpsc", room: 1, count: 0, run: "main" }, "primitives", "channel 1", { kind: "mpsc", room: 1, count: 1, high: 1 }], make("broadcast 1", "broadcast", { room: 1, count: 0 }), make("channel 2", "mpsc", { room: 4, count: 0 }), ...[1, 2].map(() => act(0, "main", "broadcast 1", "broadcast", "put", { units: "all", count: 1 }, { count: 1 })),
      ...[1, 2].map((n) => [0, "BlockingStart", { task: `job ${n}`, run: "main" }, "jobs", `job ${n}`, { by: "main", waited: null }]), waits("main", 0, { task: "job 2" }), [1, "BlockingRun", { task: "job 1", waited: 1e6 }, "jobs", "job 1", { waited: 1e6 }], [9, "Park", { timeout: null }], [9, "RunEnd", { tasks: 0, timers: 0, sources: 0 }]]);
    is(!/no send ever had to wait/.test(await aside(end, { ev: "RunEnd" })), await aside(end, { ev: "RunEnd" })); // (one was full, into the other nothing was sent)
    const closes = await (await open(files.meeting)).evaluate(() => { const { K } = window; return K.trace.index.byEv.get("SyncAct").map(K.event).filter((e) => e.act === "close" && /^(watch|broadcast)$/.test(e.kind)).map((e) => `${K.sentence(e.i).replace(/^.* leaves /, "")} ${K.aside(e.i, K.stateAt(e.i))}`).sort(); });
    same(closes.map((words) => /^(\w+) 1 without (sender|receiver)s\. (A send fails|Every task that waits for a value|The other side is gone already)/.exec(words)?.slice(1)), [["broadcast", "receiver", "A send fails"], ["broadcast", "sender", "The other side is gone already"], ["watch", "receiver", "The other side is gone already"], ["watch", "sender", "Every task that waits for a value"]], `which end is gone: ${closes}`);
    is(/1 is kept at most, and a newer one takes the place of the oldest/.test(await aside(end, { ev: "SyncNew", nth: 1 })) && /There was no room: it has taken the place of the oldest\.$/.test(await aside(end, { ev: "SyncAct", nth: 1 })), await aside(end, { ev: "SyncAct", nth: 1 }));
    const queued = await end.evaluate(() => window.K.why.words(window.K.stateAt(window.K.trace.index.byEv.get("Park")[0]), "job 2"));
    is(/in the blocking pool’s queue.* On threads of the pool is .*job 1\. A task/.test(queued), queued);
  });

  checks.add("answer: the chain goes on at the task that sends into a watch or a broadcast, and a function of kettle’s own gives its job a name and a line", async (open) => {
    const put = (sync, kind) => [1, "SyncAct", { sync, kind, act: "put", units: "all", count: 1, run: "task 1", task: "task 1" }];
    for (const [sync, kind] of [["watch 1", "watch"], ["broadcast 1", "broadcast"]]) {
      const page = await told(open, `feeds-${kind}`, [made("main"), polled("main", 0), [0, "SyncNew", { sync, kind, run: "main" }, "primitives", sync, { kind, count: 0 }], made("task 1"), polled("task 1", 1), put(sync, kind), waits("task 1", 1, { timer: "timer 1" }), waits("main", 2, { sync, ticket: 1, units: 1 }), [900, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [], "");
      is(new RegExp(`main ← ${sync}.*task 1 ← a timer`).test((await shown(page))[2].replace(/\s+/g, " ").replace(/← m? ?main/, "← main").replace(/(\d) (task)/g, "$2")), (await shown(page))[2]);
    }
    const own = { file: "src/fs/read_dir.rs", whose: "kettle", text: "pub async fn read_dir(path: impl AsRef<Path>) -> io::Result<ReadDir> {\n    located(async {\n        let batch = off_thread(move || {\n        });\n    })\n}\n" };
    const page = await told(open, "read-dir", [made("main"), polled("main", 0), [0, "BlockingStart", { task: "job 1", run: "main", src: "src/fs/read_dir.rs:3", at: "src/main.rs:66:44", say: "main hands job 1 to the blocking pool" }, "jobs", "job 1", { by: "main", waited: null }], waits("main", 0, { task: "job 1" }), [50, "BlockingRun", { task: "job 1", waited: 1e6 }, "jobs", "job 1", { waited: 1e6 }], [50, "BlockingEnd", { task: "job 1", ran: 49e6 }, "jobs", "job 1", "ended"], woken("main", 51, "message"), polled("main", 51), over("main", 51)], {}, [own]);
    const [said, line] = await page.evaluate(() => { const [i] = window.K.trace.index.byEv.get("BlockingStart"); return [window.K.sentence(i), window.K.lineKnown(window.K.event(i))]; });
    same([said, line.place.text, line.after], ["Main hands job 1 to the blocking pool: fs::read_dir.", "src/main.rs:66:44", false], "what the job does");
  });

  checks.add("answer: the list and the program’s pane say the same of an event’s line, and a timer’s short word is no task’s", async (open) => {
    const text = "async fn worker() {\n    sleep(MS).await;\n    bell.notify_one();\n    rest().await;\n}\n", at = "src/main.rs:2:15";
    const page = await told(open, "one-place", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { task: "task 1" }), polled("task 1", 1), [1, "SyncAct", { sync: "notify 1", kind: "notify", act: "put", units: 1, count: 1, run: "task 1", task: "task 1", at }], also(over("task 1", 1), { at })], {}, [{ file: "src/main.rs", whose: "program", text }]);
    await page.evaluate(() => { window.K.setLevel("engine"); window.K.go(window.T.events.find((e) => e.ev === "SyncAct").i); });
    const pane = await page.textContent("#p-file");
    await page.keyboard.press("/");
    const site = await page.evaluate(() => document.querySelector("#search a[aria-current] .site").textContent);
    same([pane, site], ["perhaps src/main.rs:3", "perhaps main.rs:3"], "of the notification");
  });

  checks.add("answer: of a wait for several things all are told, and what lies before a wait is no part of it", async (open) => {
    const three = [{ sync: "notify 1", ticket: 1, units: 1 }, { timer: "timer 1" }, { sync: "watch 1", ticket: 2, units: 1 }], act = (ms, act, more) => [ms, "SyncAct", { sync: "watch 1", kind: "watch", act, units: 1, count: 1, run: "task 2", task: "task 2", ...more }];
    const page = await told(open, "three", [made("main"), polled("main", 0), made("task 1"), made("task 2"), waits("main", 0, { task: "task 1" }), polled("task 1", 1), waits("task 1", 1, ...three), polled("task 2", 50), act(50, "put", { units: "all" }), woken("task 1", 50, "task 2"), act(51, "put", { units: "all" }), waits("task 2", 52, ...three),
      polled("task 1", 52), act(53, "forget", { run: "task 1", task: "task 1", units: 1 }), waits("task 1", 53, ...three), [153, "TimerFire", { timer: "timer 1", late: 0 }, "timers", "timer 1", "rings"], woken("task 1", 153, "timer"), polled("task 1", 153), woken("main", 153, "task 1"), over("task 1", 153), polled("main", 153), over("main", 153), [153, "RunEnd", { tasks: 0, timers: 0, sources: 0 }]]);
    is((await sums(page, "task 1")).some(([words, ms]) => words === "a timer that came before notify 1 or watch 1" && ms === 100), JSON.stringify(await sums(page, "task 1")));
    await page.evaluate(() => window.K.answer.ask("task 1"));
    const [, , words] = await shown(page), why = await page.evaluate(() => window.K.whereIs(window.K.stateAt(window.K.trace.last), "task 2"));
    is(/which had waited for notify 1, watch 1 or a timer and was woken meanwhile/.test(words), words);
    is(/for notify 1, watch 1 or a timer/.test(why), why);
    // Task 1 was late with its answer since task 3 had woken it late: long before main asked.
    const value = (channel) => ({ value: channel }), early = await told(open, "earlier", [made("main"), polled("main", 0), made("task 1"), made("task 2"), made("task 3"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), waits("task 1", 0, value("channel 1")), polled("task 3", 0), waits("task 3", 0, { timer: "timer 3" }), woken("task 3", 99, "timer"), polled("task 3", 99), woken("task 1", 99, "task 3"), over("task 3", 99),
      woken("main", 100, "timer"), polled("main", 100), waits("main", 100, value("channel 2")), polled("task 1", 100), waits("task 1", 101, { timer: "timer 4" }), woken("task 1", 104, "timer"), polled("task 1", 104), woken("main", 104, "task 1"), waits("task 1", 104, value("channel 1")), polled("main", 104), waits("main", 104, { timer: "timer 5" }), woken("main", 304, "timer"), polled("main", 304), over("main", 304), [304, "RunEnd", { tasks: 0, timers: 0, sources: 0 }]]);
    const earlier = (await shown(early))[2];
    is(/Another 99 ms come from .*main ← a value in channel 2 ← .*task 1 ← a value in channel 1 ← .*task 3 ← a timer, between 0\.0 µs and 99\.00 ms, before that wait of .*main began \(event \d+\)\./.test(earlier), earlier);
  });

  checks.add("answer: several waits are told as several, of a stretch no end that lies after it, and of a hang only the wait that goes on", async (open) => {
    const words = async (page, ...asked) => { await page.evaluate((asked) => window.K.answer.ask(...asked), asked); return (await shown(page))[2]; };
    const notify = { sync: "notify 1", ticket: 1, units: 1 }, served = (ms, run) => [ms, "Served", { on: { sync: "notify 1", units: 1 }, ...(run && { run, task: run }) }], act = (ms, run, act) => [ms, "SyncAct", { sync: "notify 1", kind: "notify", act, units: 1, count: 0, run, task: run }], make = [0, "SyncNew", { sync: "notify 1", kind: "notify", run: "main" }, "primitives", "notify 1", { kind: "notify", count: 0 }];
    const page = await told(open, "twice", [made("main"), polled("main", 0), make, made("task 1"), made("task 2"), waits("main", 0, { task: "task 2" }), polled("task 1", 1), waits("task 1", 1, notify), polled("task 2", 1), waits("task 2", 1, { timer: "timer 1" }), woken("task 2", 401, "timer"), polled("task 2", 401), act(401, "task 2", "put"), served(401, "task 2"), woken("task 1", 401, "task 2"), waits("task 2", 401, { timer: "timer 2" }),
      polled("task 1", 401), waits("task 1", 402, notify), woken("task 2", 702, "timer"), polled("task 2", 702), woken("main", 702, "task 2"), over("task 2", 702), polled("main", 702), over("main", 702), [702, "RunEnd", { tasks: 1, timers: 0, sources: 0 }], [702, "Cancel", { task: "task 1" }], woken("task 1", 702, "runtime"), polled("task 1", 702), [702, "PollEnd", { task: "task 1", run: "task 1" }, "tasks", "task 1", { where: "done", how: "cancelled", waits: [] }]]);
    const cut = await words(page, "task 1");
    is(/notify 1, 700 ms 2 times, 400 ms at most, the longest until .*task 2 woke it/.test(cut), cut);
    is(/Before the wait that began at 402\.00 ms \(event \d+\), .*task 2 had notified notify 1 last, at 401\.00 ms/.test(cut) && !/never been notified/.test(cut), `of the wait that was cut off: ${cut}`);
    const part = await words(page, "task 1", 100e6, 300e6);
    is(/200 ms ?notify 1 ?not over by 300\.00 ms/.test(part) && /notify 1 *← .*task 2 *← a timer, 200 ms not over by/.test(part) && !/woke it|event (?!8\b)/.test(part), `of a stretch: ${part}`);
    const thread = await told(open, "served-twice", [made("main"), polled("main", 0), make, waits("main", 0, notify), served(100), woken("main", 100, "message"), polled("main", 100), waits("main", 101, notify), served(300), woken("main", 300, "message"), polled("main", 300), over("main", 300)]);
    same((await chain(thread, "main"))[1], ["main", "notify 1", 299], "the poll between two waits is no wait");
    is(/2 times, 400 ms at most/.test(await words(page, "main")) && !/between/.test(await words(page, "main")), "all of these sleeps lie in the wait for that task");
    const still = await told(open, "still-one", [made("main"), polled("main", 0), ...[1, 2, 3].flatMap((k) => [waits("main", 100 * (k - 1), { timer: `timer ${k}` }), ...(k < 3 ? [woken("main", 100 * k, "timer"), polled("main", 100 * k)] : [])]), [239, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [], "");
    is(/What it still waits for after event \d+ ?main ← a timer, ≥ 39 ms/.test((await shown(still))[2]) && !/a timer, ≥ 39 ms \d+ times/.test((await shown(still))[2]), (await shown(still))[2]);
    const permits = (ticket, units) => ({ sync: "semaphore 1", ticket, units }), wait = (ms, ticket, units, who) => [ms, "Wait", { on: permits(ticket, units), run: who, task: who }, "primitives", "semaphore 1", { ticket, who }], hold = (ms, run, act) => [ms, "SyncAct", { sync: "semaphore 1", kind: "semaphore", act, units: 1, count: 0, run, task: run }];
    const line = await told(open, "in-line", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "semaphore 1", kind: "semaphore", run: "main" }, "primitives", "semaphore 1", { kind: "semaphore", count: 1 }], made("task 1"), made("task 2"), made("task 3"), waits("main", 0, { task: "task 3" }), polled("task 1", 1), hold(1, "task 1", "take"), waits("task 1", 1, { timer: "timer 1" }), polled("task 2", 2), wait(2, 1, 3, "task 2"), waits("task 2", 2, permits(1, 3)),
      polled("task 3", 3), wait(3, 2, 1, "task 3"), waits("task 3", 3, permits(2, 1)), woken("task 1", 500, "timer"), polled("task 1", 500), hold(500, "task 1", "release"), woken("task 3", 500, "task 1"), over("task 1", 500), polled("task 3", 500), woken("main", 500, "task 3"), over("task 3", 500), polled("main", 500), over("main", 500), [500, "RunEnd", { tasks: 1, timers: 0, sources: 0 }]]);
    is(/1 permit of semaphore 1, 2nd in line as that wait began, behind .*task 2 \(for 3\)/.test(await words(line, "task 3")), await words(line, "task 3"));
    const ends = [1, 2, 3, 4, 5].map((n) => ({ task: `task ${n}` })), many = await told(open, "many", [made("main"), polled("main", 0), ...ends.map(({ task }) => made(task)), ...ends.flatMap(({ task }, n) => [polled(task, 0), waits(task, 0, { timer: `timer ${n}` })]), also(waits("main", 0, ...ends), { at: "src/main.rs:9:9" }),
      ...[4, 3, 2, 1, 0].flatMap((n) => [woken(`task ${n + 1}`, 50, "timer"), polled(`task ${n + 1}`, 50), woken("main", 50, `task ${n + 1}`), over(`task ${n + 1}`, 50)]), polled("main", 50), [60, "Join", { task: "task 1", run: "main" }], [60, "Join", { task: "task 2", run: "main" }], over("main", 60)]);
    is(/for the end of task \d and for the end of task \d and for the end of task \d and 1 other thing as well/.test(await words(many, "main")) && /before its output was taken \(event \d+\); 1 other task had been over for a time, too/.test(await words(many, "main")), await words(many, "main"));
  });

  checks.add("answer: tasks that wait for each other over channels are a circle, on the first screen and in the chain", async (open) => {
    const channel = (n) => [0, "SyncNew", { sync: `channel ${n}`, kind: "mpsc", count: 0, run: "main" }, "primitives", `channel ${n}`, { kind: "mpsc", room: 1, count: 1, senders: 1 }], got = (ms, task, n) => [ms, "SyncAct", { sync: `channel ${n}`, kind: "mpsc", act: "get", units: 1, count: 0, run: task, task }], room = (n) => ({ sync: `channel ${n}`, ticket: n, units: 1 });
    const begin = (two) => [made("main"), polled("main", 0), channel(1), channel(2), made("task 1"), made("task 2"), made("task 3"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 1), got(1, "task 1", 1), waits("task 1", 1, room(2)), polled("task 2", 2), got(2, "task 2", 2), waits("task 2", 2, ...two), polled("task 3", 3), waits("task 3", 3, room(2))];
    const ended = (ms) => [woken("main", ms, "timer"), polled("main", ms), over("main", ms), [ms, "RunEnd", { tasks: 3, timers: 0, sources: 0 }], ...["task 1", "task 2", "task 3"].flatMap((task) => [[ms, "Cancel", { task }], woken(task, ms, "runtime")])];
    const words = async (page, name) => { await page.evaluate((name) => window.K.answer.ask(name), name); return (await shown(page))[2]; }, first = (page) => page.evaluate(() => window.K.answer.opening(0).aside.replace(/<[^>]*>/g, ""));
    const page = await told(open, "circle-of-channels", [...begin([room(1)]), ...ended(900)]), told1 = await first(page);
    is(/↻ circle .*task [12] and .*task [12] waited for each other in a circle since 2\.00 ms \(event 14\), until 900\.00 ms: .*task 2 for room in channel 1, from which .*task 1 received last/.test(told1) && /task 3 waited for one of them/.test(told1), told1);
    is(/With this, .*wait for each other in a circle: .*task 2 for room in channel 1, from which .*task 1 received last/.test(await aside(page, { ev: "PollEnd", nth: 2 })), await aside(page, { ev: "PollEnd", nth: 2 }));
    await page.keyboard.press("v");
    is(/nothing to say about this run\. That tasks wait in a circle as it ends/.test(await page.textContent("body")), "and v says that it is not the doctor’s");
    const broken = await told(open, "circle-broken", [...begin([room(1)]), woken("main", 800, "timer"), polled("main", 800), [899, "Cancel", { task: "task 2", run: "main" }], woken("task 2", 899, "main"), waits("main", 899, { timer: "timer 3" }), polled("task 2", 899), [899, "PollEnd", { task: "task 2", run: "task 2", outcome: "cancelled" }, "tasks", "task 2", { where: "done", how: "cancelled", waits: [] }], woken("main", 900, "timer"), ...ended(900).slice(1)]);
    await broken.keyboard.press("v");
    is(/That tasks waited in a circle for a time/.test(await broken.textContent("body")) && /until 899\.00 ms/.test(await first(broken)), await first(broken));
    const of3 = await words(page, "task 3");
    is(/task 3 ← room in channel 2, from which .*task 2 received last.*← room in channel 1.*It goes around: .*from which .*task [12] received last/s.test(of3), of3);
    is(/task 2 received from it last, which itself waits for room in channel 1/.test(await page.evaluate(() => { const { K } = window; return K.why.words(K.stateAt(K.trace.index.byEv.get("RunEnd")[0] - 4), "task 1"); })), "asked for why");
    is(!/circle/.test(await first(await told(open, "circle-of-a-moment", [...begin([room(1)]), ...ended(4)]))), "no wait of a moment is one");
    is(!/circle/.test(await first(await told(open, "circle-with-a-limit", [...begin([room(1), { timer: "timer 2" }]), ...ended(900)]))), "nor one that a timer can end");
    is(/task 1 and .*task 2 wait for each other|task 2 and .*task 1 wait for each other/.test(await first(await told(open, "circle-now", [...begin([room(1)]), [900, "Park", { timeout: 1e9 }, "loop", "", { step: "park" }]], {}, [], ""))), "of a run that goes on");
  });

  checks.add("answer: the rest of a chain, a value that lay long, the job that another task waits for, and what each before it in a line wants", async (open) => {
    const act = (ms, run, sync, kind, act, count, more) => [ms, "SyncAct", { sync, kind, act, units: 1, count, run, task: run, ...more }], make = (sync, kind, more) => [0, "SyncNew", { sync, kind, run: "main" }, "primitives", sync, { kind, ...more }];
    const words = async (page, name) => { await page.evaluate((name) => window.K.answer.ask(name), name); return (await shown(page))[2]; };
    const logs = (lines) => [made("main"), polled("main", 0), make("channel 1", "mpsc", { count: 0, senders: 1 }), make("broadcast 1", "broadcast", { count: 0 }), made("task 1"), act(1, "main", "broadcast 1", "broadcast", "put", 1), act(2, "main", "channel 1", "mpsc", "put", 1), waits("main", 2, { task: "task 1" }),
      ...[0, 1, 2].flatMap((k) => [polled("task 1", 3 + 100 * k), ...(k ? [] : lines), waits("task 1", 3 + 100 * k, { timer: `timer ${k}` }), woken("task 1", 103 + 100 * k, "timer")]), polled("task 1", 303), act(303, "task 1", "broadcast 1", "broadcast", "get", 0), woken("main", 303, "task 1"), over("task 1", 303), polled("main", 310), over("main", 340), [340, "RunEnd", { tasks: 0, timers: 0, sources: 0 }]];
    const page = await told(open, "lay-long", logs([act(3, "task 1", "channel 1", "mpsc", "get", 0)])), lay = await words(page, "task 1");
    is(/A value that it received from broadcast 1 at 303\.00 ms \(event \d+\) had been there for 302 ms: .*main sent it at 1\.00 ms \(event \d+\), and .*task 1 was polled 3 times in between without taking one/.test(lay), lay);
    const each = (k) => act(3 + 100 * k, "task 1", "broadcast 1", "broadcast", "get", 3 - k), burst = (lines) => [...lines.slice(0, 5), ...[1, 1, 1].map((ms) => act(ms, "main", "broadcast 1", "broadcast", "put", 1)), ...lines.slice(5).flatMap((line) => (line[1] === "PollStart" && line[2].task === "task 1" && line[0] < 300 ? [line, each((line[0] - 3) / 100)] : [line]))];
    is(/had been there for 302 ms: .*main sent it at 1\.00 ms \(event \d+\)\./.test(await words(await told(open, "lay-in-line", burst(logs([]))), "task 1")), "of values that came at once the others were taken meanwhile");
    is(/The rest of the chain, 40 ms/.test(await words(page, "main")) && /30 ms .*main ← polling/.test(await words(page, "main")), await words(page, "main"));
    const strange = await told(open, "lay-elsewhere", logs([act(3, "task 1", "channel 1", "mpsc", "get", 5)]).filter(([, , e]) => e.kind !== "broadcast"));
    is(!/had been there for/.test(await words(strange, "task 1")), "where others send, too, nothing is said");
    // (A job that ends on its thread in the poll that waits for it: its message is on its way.)
    const quick = await told(open, "quick-job", [made("main"), polled("main", 0), [0, "BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main", waited: null }], [0, "Wait", { task: "main", run: "main", on: { task: "job 1" } }, "tasks", "main", { waits: [{ task: "job 1" }] }], [1, "BlockingRun", { task: "job 1", waited: 0 }, "jobs", "job 1", { waited: 0 }],
      [2, "BlockingEnd", { task: "job 1", ran: 1e6 }, "tasks", "main", { waits: [] }, "jobs", "job 1", "ended"], [3, "PollEnd", { task: "main", run: "main", outcome: "pending", wakers: 0 }, "tasks", "main", { where: "waiting", polls: 1, waits: [], wakers: 0 }], woken("main", 9, "message"), polled("main", 9), over("main", 9)]);
    const came = await quick.evaluate(() => { const { K } = window, i = K.trace.index.byEv.get("PollEnd")[0]; return [K.aside(i, K.stateAt(i)), K.why.words(K.stateAt(i), "main"), K.answer.html("main", -Infinity, Infinity)].map((html) => html.replace(/<[^>]*>/g, "")); });
    is(/What it waited for came while it was still polled, the end of .*job 1: the wake follows\./.test(came[0]) && /is there; the wake follows/.test(came[1]) && !/waker is gone/.test(came[2]), came.join(" | "));
    // (Of two jobs the one that ended has ended the wait, though a thread took the other right after.)
    const start = (n) => [0, "BlockingStart", { task: `job ${n}`, run: "main" }, "jobs", `job ${n}`, { by: "main", waited: null }], run = (n, ms) => [ms, "BlockingRun", { task: `job ${n}`, waited: ms * 1e6 }, "jobs", `job ${n}`, { waited: ms * 1e6 }], end = (n, ms, ran) => [ms, "BlockingEnd", { task: `job ${n}`, ran: ran * 1e6 }, "jobs", `job ${n}`, "ended"];
    const pair = await told(open, "two-jobs", [made("main"), polled("main", 0), start(1), start(2), waits("main", 0, { task: "job 1" }, { task: "job 2" }), run(1, 0), end(1, 60, 60), run(2, 60), woken("main", 60, "message"), polled("main", 60), waits("main", 60, { task: "job 2" }), end(2, 120, 60), woken("main", 120, "message"), polled("main", 120), over("main", 120)]);
    same((await sums(pair, "main"))[0], ["jobs, on their threads", 120], "no thread of the pool had to be waited for, by the wait that the first one ended");
    // (What of several permits the first in line keeps; and which side of a broadcast has gone.)
    const back = (ms, task, count) => [ms, "SyncAct", { sync: "semaphore 1", kind: "semaphore", act: "release", units: 1, count, run: task, task }, "primitives", "semaphore 1", { count, holders: ["task 2"] }];
    const part = await told(open, "part-kept", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "semaphore 1", kind: "semaphore", count: 0, run: "main" }, "primitives", "semaphore 1", { kind: "semaphore", count: 0, holders: ["task 1", "task 2"], ticket: 1, who: "task 3" }], back(5, "task 1", 0), over("main", 6)]);
    same(await part.evaluate(() => { const { K } = window; return K.holdWords(K.stateAt(K.trace.index.byEv.get("SyncAct")[0]).primitives.get("semaphore 1"), (names) => names.join()); }), "taken by task 2; 1 kept for task 3", "a permit that came back");
    const grown = await told(open, "more-kept", [made("main"), polled("main", 0), [0, "Wait", { on: { sync: "semaphore 1", units: 3, ticket: 1 }, run: "task 3", task: "task 3" }], [0, "SyncNew", { sync: "semaphore 1", kind: "semaphore", count: 1, run: "main" }, "primitives", "semaphore 1", { kind: "semaphore", count: 0, ticket: 1, who: "task 3" }], [5, "SyncAct", { sync: "semaphore 1", kind: "semaphore", act: "put", units: 1, count: 0, run: "main", task: "main" }, "primitives", "semaphore 1", {}], over("main", 6)]);
    same(await grown.evaluate(() => { const { K } = window; return [3, 4].map((i) => K.holdWords(K.stateAt(i).primitives.get("semaphore 1"), (names) => names.join())); }), ["1 kept for task 3", "2 kept for task 3"], "a permit that was free, and one that was added");
    const inLine = (ms, who, ticket) => [ms, "Wait", { on: { sync: "semaphore 1", units: 2, ticket }, run: who, task: who }, "primitives", "semaphore 1", { ticket, who }];
    const shared = await told(open, "kept-for-two", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "semaphore 1", kind: "semaphore", count: 0, run: "main" }, "primitives", "semaphore 1", { kind: "semaphore", count: 0 }], inLine(1, "task 1", 1), inLine(2, "task 2", 2), ...[[3, 0], [2, 1]].map(([units, count]) => [5, "SyncAct", { sync: "semaphore 1", kind: "semaphore", act: "put", units, count, run: "main", task: "main" }, "primitives", "semaphore 1", { count }]), over("main", 6)]);
    same(await shared.evaluate(() => { const { K } = window; return K.trace.index.byEv.get("SyncAct").map((i) => K.holdWords(K.stateAt(i).primitives.get("semaphore 1"), (names) => names.join())); }), ["2 kept for task 1; 1 kept for task 2", "2 kept for task 1; 2 kept for task 2; 1 free"], "each no more than it wants, in their order");
    const job = await told(open, "waits-for-a-job", [made("main"), polled("main", 0), [0, "BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main", waited: null }], waits("main", 0, { task: "job 1" }), [900, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [], "");
    is(/for the end of .*job 1.*, which is in the pool’s queue/.test(await job.evaluate(() => window.K.whereIs(window.K.stateAt(window.K.trace.last), "main").replace(/<[^>]*>/g, ""))), "where the job is");
    const permits = (ticket, units) => ({ sync: "semaphore 1", ticket, units }), wait = (ticket, units, who) => [1, "Wait", { on: permits(ticket, units), run: who, task: who }, "primitives", "semaphore 1", { ticket, who }];
    const line = await told(open, "wants", [made("main"), polled("main", 0), make("semaphore 1", "semaphore", { count: 2 }), made("task 1"), made("task 2"), waits("main", 0, { task: "task 1" }), polled("task 1", 1), wait(1, 3, "task 1"), wait(2, 1, "task 1"), waits("task 1", 1, permits(2, 1), permits(1, 3)), polled("task 2", 2), wait(3, 1, "task 2"), waits("task 2", 2, permits(3, 1)), [900, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [], "");
    const why = await line.evaluate(() => window.K.why.words(window.K.stateAt(window.K.trace.last), "task 2"));
    is(/behind .*task 1 \(for 3\), .*task 1\./.test(why.replace(/\s+/g, " ")), why);
  });

  checks.add("answer: the quiz tells of nothing how it will end", async (open) => {
    const page = await told(open, "secret", [
      made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 1" }, { value: "channel 5" }), polled("task 1", 50), waits("task 1", 50, { timer: "timer 2" }),
      woken("task 1", 90, "timer"), polled("task 1", 90), [90, "SyncAct", { sync: "channel 5", run: "task 1", act: "send" }], woken("main", 90, "task 1"), over("task 1", 130), polled("main", 130), over("main", 130),
    ]);
    const at = (i) => page.evaluate((i) => {
      const { K } = window;
      K.go(i);
      K.times.open();
      const table = document.getElementById("times-table").textContent, { polls } = K.times.table(-Infinity, Infinity, K.seen()).find((t) => t.name === "main");
      document.getElementById("times").close();
      return [document.getElementById("lanes-bar").textContent, K.causesOf("main", -Infinity, Infinity, K.seen()).filter((c) => c.ns > 0).map(({ words, ns }) => [words, ns / 1e6]), table, polls, K.times.words(K.rowsOf(K.trace).rows.get("main"), i)];
    }, i);
    const [, open4, , , told4] = await at(4);
    same(open4[0], ["a value in channel 5", 90], "without the quiz each wait has its end");
    is(/event 4 to 10$/.test(told4), told4);
    is(/held the thread/.test(await page.textContent("#lanes-rows")), "and each bar its length");
    await page.keyboard.press("q");
    is(!/held the thread|ready for/.test(await page.textContent("#lanes-rows")), "a length in a bar is an end");
    const [bar, causes, table, polls, words] = await at(4);
    same(bar, "task 1: polling, 0 ns so far, event 5 to 5", "above the lanes");
    is(/, 50 ms so far, event 4 to 5$/.test(words), `its wait, so far: ${words}`);
    same([causes, polls], [[["a value in channel 5 or a timer", 50]], 1], "what ends it is not decided");
    is(!/a value in channel 5(?! or a timer)/.test(table), `nor in the table: ${table}`);
    same((await at(9))[1][0], ["a value in channel 5", 90], "until it has ended");
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

  checks.add("answer: a lock bounds as long as it was waited for, and a stretch without an event has the answer of the wait that covers it", async (open) => {
    const lock = { sync: "lock 1", ticket: 1, units: "all" }, sync = (ms, run, act) => [ms, "SyncAct", { sync: "lock 1", kind: "mutex", act, units: "all", count: 0, run, task: run }, "primitives", "lock 1", { kind: "mutex", holders: act === "take" ? [run] : [] }];
    const slept = (ms, task, until, n, ...then) => [waits(task, ms, { timer: `timer ${n}` }), woken(task, until, "timer"), polled(task, until), ...then], gives = (ms) => [sync(ms, "task 1", "release"), woken("main", ms, "task 1")];
    // The task's sleep from 100 ms to 180 ms is in no hold of the lock.
    const run = [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 9" }), polled("task 1", 0), sync(0, "task 1", "take"), waits("task 1", 0, { timer: "timer 1" }), woken("main", 20, "timer"), polled("main", 20), waits("main", 20, lock), woken("task 1", 100, "timer"), polled("task 1", 100), ...gives(100), waits("task 1", 100, { timer: "timer 2" }),
      polled("main", 100), sync(100, "main", "take"), sync(100, "main", "release"), waits("main", 100, { timer: "timer 3" }), woken("task 1", 180, "timer"), polled("task 1", 180), sync(180, "task 1", "take"), waits("task 1", 180, { timer: "timer 4" }), woken("main", 190, "timer"), polled("main", 190), waits("main", 190, lock), woken("task 1", 290, "timer"), polled("task 1", 290), ...gives(290), over("task 1", 290), polled("main", 290), sync(290, "main", "take"), over("main", 290)];
    const page = await told(open, "held", run), asked = (page, name, from, to) => page.evaluate(([name, from, to]) => { const { links, last } = window.K.chainOf(name, from * 1e6, to * 1e6); return [links.map(({ who, words }) => `${who}: ${words}`), last && [last.who, last.words, last.ns / 1e6]]; }, [name, from, to]);
    same(await chain(page, "main"), [["main: lock 1"], ["task 1", "a timer", 180], null], "as long as it was waited for");
    same(await asked(page, "main", 30, 90), [["main: lock 1"], ["task 1", "a timer", 60]], "in the wait for the lock there is no event");
    same(await asked(page, "main", 110, 170), [[], ["main", "a timer", 60]], "nor in its own sleep");
    same(await page.evaluate(() => { const { links: [{ who, at }] } = window.K.chainOf("main", ...window.K.lifeOf("main")); return [who, window.K.trace.t[at] / 1e6]; }), ["main", 190], "the link leads to the longest of the waits");
    // Of three in one line each is put off by the one before it, and the second by nothing that was before its own wait.
    const wants = (who, ticket) => waits(who, ticket * 30, { ...lock, ticket }), takes = (who, next) => [polled(who, 100), sync(100, who, "take"), sync(100, who, "release"), ...(next ? [woken(next, 100, who)] : []), over(who, 100)];
    const three = await told(open, "three-in-line", [made("main"), polled("main", 0), made("task 1"), made("task 2"), sync(0, "main", "take"), waits("main", 0, { timer: "timer 9" }), polled("task 1", 0), waits("task 1", 0, { timer: "timer 1" }), polled("task 2", 0), waits("task 2", 0, { timer: "timer 2" }), woken("task 1", 30, "timer"), polled("task 1", 30), wants("task 1", 1), woken("task 2", 60, "timer"), polled("task 2", 60), wants("task 2", 2),
      woken("main", 100, "timer"), polled("main", 100), sync(100, "main", "release"), woken("task 1", 100, "main"), over("main", 100), ...takes("task 1", "task 2"), ...takes("task 2")]);
    same((await three.evaluate(() => { const { last, others } = window.K.chainOf("task 2", 0, 100e6); return [last, ...others].map(({ who, words, ns }) => [who, words, ns / 1e6]); })).filter(([, , ms]) => ms > 1), [["task 2", "a timer", 60], ["main", "a timer", 40]], "three in one line");
    // A late timer: the task that held the thread is named in a part of that time, too.
    const late = await told(open, "late-in-part", [made("main"), polled("main", 0), made("task 1"), [0, "TimerAdd", { timer: "timer 1", run: "main" }, "timers", "timer 1", { due: 50e6, task: "main" }], waits("main", 0, { timer: "timer 1" }), polled("task 1", 40), over("task 1", 450), [450.7, "TimerFire", { timer: "timer 1", late: 400, say: "timer 1 rings, 0.400 s late" }, "timers", "timer 1", "rings"], woken("main", 450.7, "timer"), polled("main", 450.7), over("main", 451)]);
    const part = await late.evaluate(() => { window.K.answer.ask("main", 100e6, 300e6); return window.T.words(document.getElementById("answer")); });
    is(/main ← a timer that was late, 200 ms while *task 1 held the thread \(200 ms\)/.test(part), part);
    is(/rings, 401 ms late/.test(await late.evaluate(() => window.K.sentence(window.K.trace.index.byEv.get("TimerFire")[0]))), "a length is rounded, and not cut");
    // A limit ends the wait later: in a stretch before that, the chain goes on to the task that was to send.
    const put = (ms) => [ms, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "put", units: 1, count: 1, run: "task 1", task: "task 1" }, "primitives", "channel 1", { kind: "mpsc", senders: 1 }];
    const limit = await told(open, "limit-later", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "channel 1", kind: "mpsc", run: "main" }, "primitives", "channel 1", { kind: "mpsc", senders: 1 }], made("task 1"), waits("main", 0, { value: "channel 1" }), polled("task 1", 0), put(0), woken("main", 0, "task 1"), waits("task 1", 0, { timer: "timer 1" }), polled("main", 0), waits("main", 0, { value: "channel 1" }, { timer: "timer 2" }),
      [90, "TimerFire", { timer: "timer 2", late: 0 }, "timers", "timer 2", "rings"], woken("main", 90, "timer"), polled("main", 90), over("main", 90), woken("task 1", 200, "timer"), polled("task 1", 200), over("task 1", 200)]);
    same(await asked(limit, "main", 20, 60), [["main: a value in channel 1"], ["task 1", "a timer", 40]], "where the sender was");
  });

  checks.add("answer: what held up a cause of several waits is told of all of them, or of the longest alone", async (open) => {
    // Three ticks that came late: 30 ms since task 2 held the thread, 10 ms since task 3 did, and 80 ms for nothing.
    const tick = (n, ms, due, until, ...between) => [[ms, "TimerAdd", { timer: `timer ${n}`, run: "task 1" }, "timers", `timer ${n}`, { due: due * 1e6, task: "task 1" }], waits("task 1", ms, { timer: `timer ${n}` }), ...between, [until, "TimerFire", { timer: `timer ${n}`, late: (until - due) * 1e6 }, "timers", `timer ${n}`, "rings"], woken("task 1", until, "timer"), polled("task 1", until)];
    const busy = (name, from, to) => [polled(name, from), over(name, to)], late = (rest) => [made("main"), polled("main", 0), made("task 1"), made("task 2"), made("task 3"), waits("main", 0, { task: "task 1" }), polled("task 1", 0), ...tick(1, 0, 10, 40, ...busy("task 2", 10, 40)), ...tick(2, 40, 50, 60, ...busy("task 3", 50, 60)), ...tick(3, 60, 70, 70 + rest), woken("main", 70 + rest, "task 1"), over("task 1", 70 + rest), polled("main", 70 + rest), over("main", 70 + rest)];
    const parts = async (page, name) => page.evaluate((name) => { const box = document.createElement("div"); box.innerHTML = window.K.answer.html(name, -Infinity, Infinity); return [...box.querySelectorAll(".chain li:last-child, .causes li")].map((el) => [window.T.words(el), [...el.querySelectorAll("small")].map((el) => window.T.words(el))]); }, name);
    const [[chained], [listed]] = await parts(await told(open, "late-thrice", late(80)), "task 1"), all = "while task 2 (30.0 ms) and task 3 (10.0 ms) held the thread; for most of that time no task did, and the machine was busy elsewhere", plain = (words) => words.replace(/ \d (?=task \d)/g, " ").replace(/ms 3/, "ms, 3").replace(/(\d\d) ms\)/g, "$1.0 ms)");
    is(plain(chained).includes(all) && plain(listed).includes(all), `in the chain and in the list: ${chained}; ${listed}`);
    const [[mostly]] = await parts(await told(open, "late-twice", late(20)), "task 1");
    is(/held the thread, and for the rest the machine was busy elsewhere$/.test(mostly), `most of it is told: ${mostly}`);
    // Two waits for a lock, which two tasks had: each is named. Which wake ended it is said of the longest.
    const lock = { sync: "lock 1", ticket: 1, units: "all" }, act = (ms, run, what) => [ms, "SyncAct", { sync: "lock 1", kind: "mutex", act: what, units: "all", count: 0, run, task: run }, "primitives", "lock 1", { kind: "mutex", holders: what === "take" ? [run] : [] }];
    const holds = (name, n, from, to) => [polled(name, from), act(from, name, "take"), waits(name, from, { timer: `timer ${n}` })], gives = (name, to, last) => [woken(name, to, "timer"), polled(name, to), act(to, name, "release"), woken("main", to, name), over(name, to), polled("main", to), act(to, "main", "take"), act(to, "main", "release"), ...(last ? [over("main", to)] : [])];
    const turns = await parts(await told(open, "held-in-turn", [made("main"), polled("main", 0), made("task 1"), made("task 2"), waits("main", 0, { timer: "timer 9" }), ...holds("task 1", 1, 0), woken("main", 0, "timer"), polled("main", 0), waits("main", 0, lock), ...gives("task 1", 60), waits("main", 60, { timer: "timer 8" }), ...holds("task 2", 2, 60), woken("main", 60, "timer"), polled("main", 60), waits("main", 60, lock), ...gives("task 2", 90, true)]), "main");
    const own = plain(turns.find(([words]) => /lock 1/.test(words) && /2 times/.test(words))[0]);
    is(/while task 1 had it \(60\.0 ms\), task 2 had it \(30\.0 ms\); the longest until task 1 woke it/.test(own), own);
  });

  checks.add("answer: small parts with the same words have their places", async (open) => {
    const at = (n) => `src/main.rs:${n}:5`, sleep = (n, line, ms, until) => { const on = { timer: `timer ${n}` }; return [[ms, "Wait", { on, run: "main", task: "main", at: at(line) }], also(waits("main", ms, on), { at: at(line) }), woken("main", until, "timer"), polled("main", until)]; };
    const page = await told(open, "small-parts", [made("main"), polled("main", 0), ...sleep(1, 1, 0, 500), ...sleep(2, 2, 500, 900), ...sleep(3, 3, 900, 903), ...sleep(4, 4, 903, 905), over("main", 905)], {}, [{ file: "src/main.rs", whose: "program", text: "    sleep(A).await;\n    sleep(B).await;\n    sleep(C).await;\n    sleep(D).await;\n" }]);
    same(await page.evaluate(() => window.T.words(document.querySelector("#answer .causes .small"))), "3 ms a timer (sleep in main.rs:3), 2 ms a timer (sleep in main.rs:4), 0 ns polling", "the line of small parts");
  });

  checks.add("answer: a part of a job leads to the wait for that job, and an answer bounds since it was asked for", async (open) => {
    const page = await told(open, "beside", [made("main"), polled("main", 0), [0, "BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main", waited: null }], waits("main", 0, { timer: "timer 1" }), [10, "BlockingRun", { task: "job 1", waited: 0 }, "jobs", "job 1", { waited: 0 }], woken("main", 100, "timer"), polled("main", 100), waits("main", 100, { task: "job 1" }), [300, "BlockingEnd", { task: "job 1", ran: 300e6 }, "jobs", "job 1", "ended"], woken("main", 300, "message"), polled("main", 300), over("main", 300)]);
    // What a task did before it could be asked for an answer has not put that off.
    const late = await told(open, "asked-late", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), waits("task 1", 0, { timer: "timer 2" }), woken("main", 100, "timer"), polled("main", 100), [100, "SyncNew", { sync: "channel 1", kind: "oneshot", run: "main" }, "primitives", "channel 1", { kind: "oneshot", senders: 1 }], waits("main", 100, { value: "channel 1" }), woken("task 1", 300, "timer"), polled("task 1", 300), woken("main", 300, "task 1"), over("task 1", 300), polled("main", 300), over("main", 300)]);
    same(await chain(late, "main"), [["main: a value in channel 1"], ["task 1", "a timer", 200], null], "as long as it was asked for");
    same(await page.evaluate(() => { const { last: { words, at } } = window.K.chainOf("main", ...window.K.lifeOf("main")); return [words, window.K.trace.t[at] / 1e6]; }), ["job 1, on its thread, also before the wait", 100], "where that wait begins");
    is(/main ← job 1, on its thread, also before the wait, 300 ms *between 0\.0 µs and 300\.00 ms/.test((await shown(page))[2]), (await shown(page))[2]);
  });

  checks.add("answer: what a select! gave up and began anew, and what ended the sleeps", async (open) => {
    const win = (ms, n) => [[ms, "SelectPoll", { branch: 0, ready: false, run: "main", task: "main" }], [ms, "SelectWin", { branch: 1, run: "main", task: "main" }, "selects", "main", { won: 1, branches: [{ state: "dropped", waits: [{ value: `channel ${n}` }], took: [] }, { state: "won" }] }]];
    const round = (ms, n) => [[ms, "SelectStart", { branches: 2, first: 0, run: "main", task: "main" }, "selects", "main", { task: "main", won: null, branches: [{}, {}] }], [ms, "SelectPoll", { branch: 0, ready: false, run: "main", task: "main" }], waits("main", ms, { value: `channel ${n}` }, { timer: `timer ${n}` }), woken("main", ms + 50, "timer"), polled("main", ms + 50), ...win(ms + 50, n)];
    const page = await told(open, "anew", [made("main"), polled("main", 0), ...round(0, 2), ...round(50, 3), ...round(100, 4), over("main", 150)]);
    is(/Its select! dropped branch 1 while that waited, 3 times, since another branch was ready \(the first at event \d+, the last at event \d+\), and began it anew 2 times: it waited for a value in channel 2 first, and for a value in channel 4 last\./.test((await shown(page))[2]), (await shown(page))[2]);
    const source = (n, what, ends) => [0, "SourceNew", { source: `source ${n}`, what, ends, run: "main" }], read = (n) => ({ source: `source ${n}`, direction: "read" }), ready = (ms, n) => [[ms, "Park", { timeout: null }, "loop", "", { step: "park" }], [ms + 50, "Unpark", { events: 1 }, "loop", "", { step: "turn" }], [ms + 50, "SourceReady", { source: `source ${n}`, ready: [true, false, false, false] }], woken("main", ms + 50, "io"), polled("main", ms + 50)];
    const sleeps = await told(open, "sleeps", [made("main"), polled("main", 0), source(1, "Process", [77, 0]), source(2, "ChildStdout", [77, 0]), source(3, "TcpStream", [5000, 80]), waits("main", 0, read(2)), ...ready(0, 2), waits("main", 50, read(1)), ...ready(50, 1), waits("main", 100, read(3)), ...ready(100, 3), over("main", 150)]);
    same(await sleeps.evaluate(() => [window.K.times.asleep().by, window.K.times.table()[0].wakes, window.K.causesOf("main").map(({ words }) => words)[0]]), [{ "a pipe": 1, "a child’s end": 1, "a socket": 1 }, { pipes: 1, "children’s ends": 1, sockets: 1 }, "pipes or sockets"], "each by what it is");
  });

  checks.add("answer: what a thread outside of all tasks waits for is not the loop’s, nor a task’s", async (open) => {
    const on = { sync: "semaphore 1", ticket: 1, units: 1 }, page = await told(open, "outside", [
      made("main"), polled("main", 0), [0, "SyncNew", { sync: "semaphore 1", kind: "semaphore", count: 1, run: "main" }, "primitives", "semaphore 1", { kind: "semaphore", count: 1 }],
      [0, "BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main", waited: 0 }], [0, "SyncAct", { sync: "semaphore 1", kind: "semaphore", act: "take", units: 1, count: 0, run: "main" }, "primitives", "semaphore 1", { holders: ["main"], count: 0 }],
      [0, "TimerAdd", { timer: "timer 1", level: 0 }, "timers", "timer 1", { due: 60e6 }], waits("main", 0, { task: "job 1" }), [1, "Wait", { on, say: "code outside of any task waits for 1 permit of semaphore 1" }, "primitives", "semaphore 1", { ticket: 1, who: "a thread" }],
      [9, "Served", { on: { sync: "semaphore 1", units: 1 }, say: "code outside of any task serves the first in line of semaphore 1" }, "primitives", "semaphore 1", { handed: ["a thread"] }, "primitives", "semaphore 1", { ticket: 1, who: null }], [10, "TimerCancel", { timer: "timer 1" }, "timers", "timer 1", "removed"],
    ]);
    const said = await page.evaluate(() => Object.fromEntries(["TimerAdd", "Wait", "Served", "TimerCancel"].map((ev) => { const i = window.K.trace.index.byEv.get(ev)[0]; return [ev, `${window.K.sentence(i)} ${window.K.aside(i, window.K.stateAt(i))} ${window.K.why.words(window.K.stateAt(i), "job 1")}`]; })));
    for (const [ev, words] of Object.entries(said)) is(!/[Tt]he loop (waits|serves)|task’s waker|No thread sits|woken soon|dropped with the runtime/.test(words), `${ev}: ${words}`);
  });

  checks.add("answer: what a step has changed", async (open) => {
    for (const name of ["channel", "mutex", "zoo", "meeting"]) {
      const page = await open(files[name], { hash: "l=engine" });
      const faults = await page.evaluate(() => {
        const { K } = window, out = [], WHERE = { queued: "ready", polling: "polled", waiting: "waiting", done: "ended" };
        for (let i = 1; i <= Math.min(K.trace.last, 400); i++) {
          const s = K.stateAt(i), box = document.createElement("div"), tables = ["tasks", "timers", "sources", "primitives", "jobs"];
          box.innerHTML = K.changed(K.event(i), s);
          const words = [...box.querySelectorAll("li")].map((li) => window.T.words(li)), text = words.join("; "), before = K.stateAt(i - 1), many = /and \d+ more/.test(text);
          const of = (name) => words.find((line) => line.startsWith(`${name} `) && !(name === "main" && /^main \d/.test(line))); // ("main 2" is another)
          for (const t of s.tasks.values()) {
            const old = before.tasks.get(t.name), told = of(t.name);
            if (old && old.where !== t.where && !many && !told?.includes(`${WHERE[old.where]} →`)) out.push(`${i}: ${t.name} ${old.where} → ${t.where}: ${text}`);
            if (old && old.where === t.where && told?.includes("→")) out.push(`${i}: ${t.name} is as it was: ${text}`);
          }
          for (const line of words) if (/(\S+) → \1$/.test(line)) out.push(`${i}: nothing differs: ${line}`);
          for (const p of s.primitives.values()) if (/^\S+ \d+ (.* → )?(free|not taken)\b/.test(of(p.name)) && p.line.length + p.handed.length + (before.primitives.get(p.name)?.handed.length ?? 0) && !p.count) out.push(`${i}: it is kept for a task: ${of(p.name)}`);
          for (const table of tables) for (const who of K.trace.books[table].keys()) if (before[table].get(who) === s[table].get(who) && of(who)) out.push(`${i}: ${who} has not changed: ${text}`);
          if (before.queue.length !== s.queue.length && !many && !text.includes(`run queue ${before.queue.length} → ${s.queue.length}`)) out.push(`${i}: the run queue: ${text}`);
        }
        return out.slice(0, 5);
      });
      same(faults, [], name);
    }
    const page = await told(open, "on-its-way", [made("main"), polled("main", 0), [0, "BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main", waited: 0 }], waits("main", 0, { task: "job 1" }),
      [9, "BlockingEnd", { task: "job 1", ran: 9e6 }, "tasks", "main", { waits: [] }, "jobs", "job 1", "ended"], [10, "Turn", { queued: 0 }], [10, "Message", { kind: "wake" }], woken("main", 10, "message"), polled("main", 10), over("main", 10), [10, "RunEnd", { tasks: 0, timers: 0, sources: 0 }]]);
    same(await page.evaluate(() => { const i = window.K.trace.index.byEv.get("BlockingEnd")[0]; return /main.*its wake is on the way/.test(window.K.changed(window.K.event(i), window.K.stateAt(i))); }), true, "a task whose job has ended waits until the message comes");
  });
  checks.add("answer: what went on is no end, what was shared is not served, and what the program did itself is told as that", async (open) => {
    const read = { source: "source 1", direction: "read" }, cast = { sync: "broadcast 1", ticket: 1, units: 1 }, timer = { timer: "timer 1" }, words = (page, who) => page.evaluate((who) => window.K.answer.html(who, ...window.K.lifeOf(who)).replace(/<[^>]*>/g, ""), who);
    const ends = (task, ms) => [ms, "PollEnd", { task, run: task, outcome: "cancelled" }, "tasks", task, { where: "done", how: "cancelled", waits: [] }];
    // Of several things that were waited for until it was cancelled none has ended the wait.
    const cut = await told(open, "cut-of-several", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, timer), polled("task 1", 1), waits("task 1", 1, read, cast), woken("main", 90, "timer"), polled("main", 90), [90, "Cancel", { task: "task 1", run: "main" }], woken("task 1", 90, "main"), over("main", 91), polled("task 1", 92), ends("task 1", 92)]);
    same((await sums(cut, "task 1")).filter(([, ms]) => ms > 50), [["source 1, to read or broadcast 1", 89]], "undecided");
    // A task that asks for its own end has come to that by what it did before.
    const own = await told(open, "ends-itself", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { task: "task 1" }), polled("task 1", 0), waits("task 1", 0, timer), woken("task 1", 50, "timer"), polled("task 1", 50), [50, "Cancel", { task: "task 1", run: "task 1" }], ends("task 1", 51), woken("main", 51, "task 1"), polled("main", 51), over("main", 51)]);
    same(await chain(own, "main"), [["main: the end of task 1"], ["task 1", "a timer", 50], null], "its own doing");
    // A job that outlives its task: its time is that of the task's wait.
    const job = await told(open, "outlives", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, timer), polled("task 1", 0), [0, "BlockingStart", { task: "job 1", run: "task 1" }, "jobs", "job 1", { by: "task 1", waited: null }], waits("task 1", 0, { task: "job 1" }), [1, "BlockingRun", { task: "job 1", waited: 1e6 }, "jobs", "job 1", { waited: 1e6 }], woken("main", 40, "timer"), polled("main", 40), over("main", 40), [40, "RunEnd", { tasks: 1 }],
      [41, "Cancel", { task: "task 1" }], woken("task 1", 41, "runtime"), polled("task 1", 41), [41, "Detach", { task: "job 1", run: "task 1" }, "jobs", "job 1", {}], ends("task 1", 41), [160, "BlockingEnd", { task: "job 1", ran: 159e6 }, "jobs", "job 1", "ended"]]);
    is(/job 1/.test(await words(job, "task 1")) && !/NaN/.test(await words(job, "task 1")), await words(job, "task 1"));
    // A clock that is paused in the middle of a run, and moved.
    const clock = await told(open, "paused-later", [made("main"), polled("main", 0), [5, "SyncNew", { sync: "lock 1", kind: "mutex", run: "main" }, "primitives", "lock 1", { kind: "mutex" }], [8005, "Advance", { run: "main", by: 8e9, real: 5e6 }], also(over("main", 8005), { real: 5e6 })]);
    same((await sums(clock, "main")).filter(([, ms]) => ms > 50), [["the clock, which the program advanced", 8000]], "what the program advanced");
    // A timer in a future that two tasks share has the waker of the last that asked.
    const shared = await told(open, "shared", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, timer), polled("task 1", 1), [1, "Wait", { task: "task 1", run: "task 1", on: timer }, "tasks", "main", { waits: [] }, "tasks", "task 1", { waits: [timer] }], waits("task 1", 1, timer), [2, "Park", { timeout: null }, "loop", "", { step: "park" }], [90, "TimerFire", { ...timer, late: 0 }, "tasks", "task 1", { waits: [] }], [90, "Turn", { queued: 0 }]]);
    same(await shared.evaluate(() => [["main", 7], ["task 1", 8]].map(([name, i]) => !!window.K.servedOf(window.K.stateAt(i), window.K.stateAt(i).tasks.get(name)))), [false, true], "what has fired, and what another task waits for now");
    // Asked for, and woken, in one poll: what the next one gets had been waited for.
    const value = { value: "channel 1" }, act = (ms, act, run, count) => [ms, "SyncAct", { sync: "channel 1", kind: "mpsc", act, units: 1, count, run, task: run }, "primitives", "channel 1", { count }];
    const soon = await told(open, "woken-as-it-asked", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "channel 1", kind: "mpsc", run: "main" }, "primitives", "channel 1", { kind: "mpsc", count: 0 }], [0, "Wait", { task: "main", run: "main", on: value }, "tasks", "main", { waits: [value] }], act(0, "put", "task 1", 1), woken("main", 0, "task 1"), [1, "PollEnd", { task: "main", run: "main", outcome: "pending" }, "tasks", "main", { where: "queued", waits: [] }], polled("main", 1), act(1, "get", "main", 0), act(1, "put", "task 1", 1), act(1, "get", "main", 0), over("main", 2)]);
    same((await Promise.all([1, 3].map((nth) => aside(soon, { ev: "SyncAct", nth })))).map((words) => /did not wait|had waited/.exec(words)[0]), ["had waited", "did not wait"], "the first of two");
    // Many that are little, of one spawn, are told together.
    const at = "src/main.rs:35:9", spawn = (task, ms) => [ms, "Spawn", { task, kind: "task", run: "main", made: at }, "tasks", task, { kind: "task", where: "queued", made: at }];
    const many = await told(open, "many-alike", [made("main"), polled("main", 0), ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap((n) => { const task = `task ${n}`, ms = n * 20; return [spawn(task, ms - 20), waits("main", ms - 20, { task }), polled(task, ms - 20), waits(task, ms - 20, { timer: `timer ${n}` }), woken(task, ms, "timer"), polled(task, ms), woken("main", ms, task), over(task, ms), polled("main", ms)]; }), over("main", 160)]);
    is(/Another 140 ms come from 7 tasks of main\.rs:35 ← a timer, one after the other, 20 ms at most\./.test(await words(many, "main")), await words(many, "main"));
    // Nothing reads what the last of two ends sends.
    const known = (source, ends) => [0, "SourceNew", { source, what: "TcpStream", ends, run: "main" }, "sources", source, { what: "TcpStream" }], shut = (ms, source) => [ms, "SourceTry", { source, direction: "write", result: "done", bytes: 0, run: "main", task: "main" }];
    const gone = await told(open, "reads-no-more", [made("main"), polled("main", 0), known("source 1", [5001, 80]), known("source 2", [80, 5001]), shut(0, "source 1"), [1, "SourceDrop", { source: "source 1", run: "main" }, "sources", "source 1", null], shut(2, "source 2"), over("main", 3)]);
    same((await Promise.all([0, 1].map((nth) => aside(gone, { ev: "SourceTry", nth })))).map((words) => /reads what is on its way|is gone already/.exec(words)[0]), ["reads what is on its way", "is gone already"], "the other end");
  });

  checks.add("answer: a task that serves has not ended, what is kept for one is out of the others’ reach, and a sum has what is in it", async (open) => {
    const words = (page, who) => page.evaluate((who) => window.K.answer.html(who, ...window.K.lifeOf(who)).replace(/<[^>]*>/g, ""), who), made1 = (sync, kind, more = {}) => [0, "SyncNew", { sync, kind, run: "main" }, "primitives", sync, { kind, count: 0, ...more }], line = (sync, units = 1) => ({ sync, ticket: 1, units });
    const room = await told(open, "serves-and-lives", [made("main"), polled("main", 0), made1("channel 1", "mpsc", { room: 1, count: 1 }), made("task 1"), made("task 2"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), waits("task 1", 0, { task: "task 2" }, line("channel 1")), polled("task 2", 50), [50, "Served", { on: line("channel 1"), run: "task 2", task: "task 2" }], woken("task 1", 50, "task 2"), waits("task 2", 50, { timer: "timer 2" }), polled("task 1", 50), over("task 1", 50)]);
    same((await sums(room, "task 1")).filter(([, ms]) => ms > 40), [["room in channel 1", 50]], "what the other task gave");
    // The bytes woke it first, and it did not take them: the branch that won is what ended the wait, and what came to that.
    const watch = line("watch 1"), bytes = { source: "source 1", direction: "read" }, branch = (state, waits = []) => ({ state, waits, took: [] }), at = "src/main.rs:2:5";
    const stop = await told(open, "won-by-the-later", [made("main"), polled("main", 0), made1("watch 1", "watch"), made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), [0, "SelectStart", { branches: 2, first: 0, run: "task 1", task: "task 1", at }, "selects", "task 1", { task: "task 1", won: null, at, branches: [branch("waiting", [bytes]), branch("waiting", [watch])] }], waits("task 1", 0, bytes, watch), [90, "SourceReady", { source: "source 1", ready: [true, false, false, false], closed: false }], woken("task 1", 90, "io"),
      [90, "TimerFire", { timer: "timer 1", late: 0 }, "timers", "timer 1", "rings"], woken("main", 90, "timer"), polled("main", 91), [91, "SyncAct", { sync: "watch 1", kind: "watch", act: "put", units: 1, count: 1, run: "main", task: "main" }], [91, "Wake", { task: "task 1", by: { task: "main" }, effect: "already", run: "main" }], over("main", 91), polled("task 1", 91), [91, "SelectWin", { branch: 1, run: "task 1", task: "task 1" }, "selects", "task 1", { won: 1, branches: [branch("dropped", [bytes]), branch("won")] }], over("task 1", 92)]);
    same([(await sums(stop, "task 1"))[0], await chain(stop, "task 1")], [["watch 1", 90], [["task 1: watch 1"], ["main", "a timer", 90], null]], "the branch that won, and the task that saw to it");
    // What recording took is a sum of its own, and not told again beside how long a task was ready.
    const act = (ms, overhead, run) => [ms, "SyncAct", { sync: "notify 1", kind: "notify", act: "leave", units: 1, count: 1, run, task: run, overhead }];
    const ready = await told(open, "ready-beside-the-recorder", [made("main"), polled("main", 0), made1("notify 1", "notify"), made("task 1"), made("task 2"), waits("main", 0, { timer: "timer 1" }), polled("task 2", 0), act(80, 40e6, "task 2"), over("task 2", 80), polled("task 1", 80), over("task 1", 80)]);
    is(/40 ms.*ready, in the run queue.*while .*task 2 held the thread \(40 ms\)/.test(await words(ready, "task 1")) && !/so did the recorder/.test(await words(ready, "task 1")), await words(ready, "task 1"));
    // A permit that was given to a task is kept for it until it is polled.
    const gives = (ms, act, more, then) => [ms, "SyncAct", { sync: "semaphore 1", kind: "semaphore", act, units: 1, count: 0, ...more }, "primitives", "semaphore 1", then];
    const kept = await told(open, "kept-for-another", [made("main"), polled("main", 0), made1("semaphore 1", "semaphore", { count: 0, line: [] }), made("task 1"), made("task 2"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), waits("task 1", 0, line("semaphore 1")), polled("task 2", 0), waits("task 2", 0, { ...line("semaphore 1"), ticket: 2 }), [0, "Served", { on: line("semaphore 1") }, "primitives", "semaphore 1", { handed: ["task 1"] }], woken("task 1", 0, "message"), polled("main", 80), over("main", 90), polled("task 1", 90), gives(90, "take", { run: "task 1", task: "task 1" }, { handed: [], holders: ["task 1"] }), gives(100, "release", { run: "task 1", task: "task 1" }, { handed: ["task 2"], holders: [] }), woken("task 2", 100, "task 1"), over("task 1", 100), polled("task 2", 100), over("task 2", 100)]);
    is(/while what had come back was kept for .*task 1 \(90 ms\), what .*task 1 had taken was out \(10 ms\)/.test(await words(kept, "task 2")), await words(kept, "task 2"));
    // Of a socket that answers several the last that wrote has answered one, perhaps another; and one that no task has used is nobody’s yet.
    const udp = (source, ends, run) => [0, "SourceNew", { source, what: "UdpSocket", ends, run }, "sources", source, { what: "UdpSocket" }], asks = (source, run, direction, bytes, ms = 1) => [ms, "SourceTry", { source, direction, result: bytes ? "done" : "would_block", bytes, run, task: run }], from = (source) => ({ source, direction: "read" });
    const datagrams = await told(open, "answers-others", [made("main"), polled("main", 0), udp("source 1", [80, 0], "main"), udp("source 2", [90, 0], "main"), made("task 1"), made("task 2"), made("task 3"), made("task 4"), waits("main", 0, { task: "task 4" }), ...["task 2", "task 3", "task 4"].flatMap((task, k) => { const source = `source ${k + 3}`, port = 5000 + k, far = k < 2 ? 80 : 90; return [polled(task, 1), udp(source, [port, 0], task), udp(source, [port, far], task), asks(source, task, "write", 4 + k), asks(source, task, "read"), waits(task, 1, from(source))]; }),
      polled("task 1", 2), asks("source 1", "task 1", "read", 4, 2), asks("source 1", "task 1", "read", 5, 2), waits("task 1", 2, from("source 1")), polled("main", 40), asks("source 1", "main", "write", 9, 40), waits("main", 40, { task: "task 4" }), [900, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [], "");
    same(await datagrams.evaluate(() => [window.K.answererOf({ source: "source 4", direction: "read" }, window.K.trace.last), window.K.answererOf({ source: "source 5", direction: "read" }, window.K.trace.last), window.K.unread("source 2", window.K.trace.last).length]), ["task 1", null, 1], "the task that reads there, and none");
    const heard = await told(open, "answers-all", [made("main"), polled("main", 0), udp("source 1", [80, 0], "main"), made("task 1"), made("task 2"), made("task 3"), waits("main", 0, { timer: "timer 1" }), ...["task 2", "task 3"].flatMap((task, k) => { const source = `source ${k + 3}`, port = 5000 + k; return [polled(task, 1), udp(source, [port, 0], task), udp(source, [port, 80], task), asks(source, task, "write", 4 + k), asks(source, task, "read"), waits(task, 1, from(source))]; }),
      polled("task 1", 2), asks("source 1", "task 1", "read", 4, 2), asks("source 1", "task 1", "read", 5, 2), waits("task 1", 2, from("source 1")), woken("main", 40, "timer"), polled("main", 40), asks("source 1", "main", "write", 9, 40), asks("source 1", "main", "write", 9, 40), waits("main", 40, { sync: "pipe 1", units: "all", ticket: 1 }), woken("task 2", 40, "io"), polled("task 2", 40), asks("source 3", "task 2", "read", 9, 40), waits("task 2", 40, from("source 3")), woken("task 1", 50, "io"), polled("task 1", 50), asks("source 1", "task 1", "read", undefined, 50), waits("task 1", 50, from("source 1")), [900, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [], "");
    same(await heard.evaluate(() => ["source 3", "source 4"].map((source) => window.K.answererOf({ source, direction: "read" }, window.K.trace.last))), ["main", "task 1"], "which has heard of the one that writes");
    is(/Its other end is source 1, last written to by .*main, which itself waits for room in pipe 1/.test(await heard.evaluate(() => { const box = document.createElement("div"); box.innerHTML = window.K.why.words(window.K.stateAt(window.K.trace.last), "task 2"); return window.T.words(box); })), await heard.evaluate(() => window.K.why.words(window.K.stateAt(window.K.trace.last), "task 2")));
    // Of a pipe the task at its other end may end the wait.
    const pipes = (act, run) => [1, "SyncAct", { sync: "pipe 1", kind: "pipe", act, units: 4, count: 4, run, task: run }], full = await told(open, "full-pipe", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "pipe 1", kind: "pipe", room: 4, run: "main" }, "primitives", "pipe 1", { kind: "pipe", room: 4, count: 4 }], made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 1), pipes("get", "task 1"), waits("task 1", 1, { value: "channel 1" }), woken("main", 2, "timer"), polled("main", 2), pipes("put", "main"), waits("main", 2, { sync: "pipe 1", units: "all", ticket: 1 }), [900, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [], "");
    same(await full.evaluate(() => ["main", "task 1"].map((who) => window.K.enderOf(who, { sync: "pipe 1", units: "all" }, window.K.trace.last))), [{ who: "task 1", how: "received" }, null], "but for itself");
    // A search’s only hit is in sight, however late in its sentence it is; and of timers that are not listed those that are due are told.
    const note = [0, "Note", { task: "main", run: "main", text: "x" , say: `main panicked at ${"very/long/path/".repeat(6)}main.rs:1:1: the amber is gone` }], timers = Array.from({ length: 9 }, (_, k) => [0, "TimerAdd", { timer: `timer ${k + 1}`, run: "main", task: "main" }, "timers", `timer ${k + 1}`, { due: (k ? 900 + k : 60) * 1e6, level: 1, slot: 1, task: "main" }]);
    const list = await told(open, "only-hit", [made("main"), polled("main", 0), note, ...timers, waits("main", 0, { timer: "timer 1" }), [60, "Turn", { queued: 0 }, "loop", "", { hand: 60 }], [60, "TimerFire", { timer: "timer 9", late: 0 }, "timers", "timer 9", "rings"]]);
    await list.click("#b-search");
    await list.fill("#search-text", "amber");
    await list.waitForFunction(() => window.K.search.entries.length === 1);
    is(/^… .*amber is gone/.test(await list.evaluate(() => { const said = document.querySelector("#search-list .said"); return said.scrollHeight <= said.clientHeight + 1 ? said.textContent : said.scrollHeight; })), await list.innerText("#search-list"));
  });

  checks.add("answer: a limit ends what it limits alone, and a late timer is no wake that came unheard", async (open) => {
    const turn = (ms) => [ms, "Turn", { queued: 0, tasks: 2, timers: 0, sources: 0 }], value = { value: "channel 1" }, tm = { timer: "timer 1" }, words = (page, who) => page.evaluate((who) => window.K.answer.html(who, ...window.K.lifeOf(who)).replace(/<[^>]*>/g, ""), who), fires = (ms, late = 0) => [ms, "TimerFire", { timer: "timer 1", late: late * 1e6 }, "timers", "timer 1", "rings"], put = (ms, run) => [ms, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "put", units: 1, count: 1, run, task: run }], gets = (ms) => [ms, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "get", units: 1, count: 0, run: "main", task: "main" }], asks = (ms, on, more = {}) => [ms, "Wait", { on, run: "main", task: "main", ...more }];
    const long = async (page, who = "main") => (await sums(page, who)).filter(([, ms]) => ms > 9);
    // While a task holds the thread a timer comes due, and later another thread sends.
    const added = (due, more = {}) => [0, "TimerAdd", { timer: "timer 1", run: "main", ...more }, "timers", "timer 1", { due: due * 1e6, task: "main", ...more }], busy = (...on) => [made("main"), turn(0), polled("main", 0), made("task 1"), added(20), waits("main", 0, ...on), turn(10), polled("task 1", 10), put(150), over("task 1", 210), woken("main", 210, "message")], rest = [turn(210), polled("main", 210), gets(210), over("main", 210)];
    same(await long(await told(open, "due-before", [...busy(value, tm), fires(210, 190), ...rest])), [["a timer that was late", 190], ["a timer", 20]], "it would have gone on then");
    same(await long(await told(open, "heard-late", [...busy(value), ...rest])), [["a value in channel 1", 150], ["a wake from another thread, which the loop could not hear", 60]], "when it came an event tells");
    // What came had been taken.
    const nothing = await told(open, "heard-in-vain", [made("main"), polled("main", 0), waits("main", 0, value), woken("main", 50, "message"), polled("main", 50), asks(50, value), waits("main", 50, value), woken("main", 90, "task 1"), polled("main", 90), gets(90), over("main", 90)]);
    same(await long(nothing), [["a value in channel 1, until a wake for nothing", 50], ["a value in channel 1", 40]], "a message that brings nothing");
    // A limit in one branch of a `join!`: the other one waits on. And a job that is waited for may be in the queue.
    const child = { task: "task 1" }, joined = await told(open, "limit-in-a-branch", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, child, value, tm), polled("task 1", 0), waits("task 1", 0, { timer: "timer 2" }), fires(50), woken("main", 50, "timer"), polled("main", 50), asks(50, value), [50, "Elapsed", { since: 8, run: "main", task: "main" }], asks(50, child), waits("main", 50, child), woken("task 1", 90, "timer"), polled("task 1", 90), woken("main", 90, "task 1"), over("task 1", 90), polled("main", 90), [90, "Join", { task: "task 1", run: "main", outcome: "ready" }], over("main", 90)]);
    same(await long(joined), [["the end of task 1", 90]], "both times");
    const queued = await told(open, "limit-of-a-job", [made("main"), polled("main", 0), [0, "BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main", waited: null }], waits("main", 0, { task: "job 1" }, tm), fires(50), woken("main", 50, "timer"), polled("main", 50), [50, "Elapsed", { since: 5, run: "main", task: "main" }], over("main", 50)]);
    same(await long(queued), [["a timer that came before the end of job 1", 50]], "wherever the job is");
    // A value of a broadcast was there, and its limit over: how long, the event of that tells, too.
    const at = "src/main.rs:2:9", file = (line) => [{ file: "src/main.rs", whose: "program", text: `async fn main() {\n    ${line}\n}\n` }], cast = { sync: "broadcast 1", ticket: 1, units: 1 }, got = [90, "SyncAct", { sync: "broadcast 1", kind: "broadcast", act: "get", units: 1, count: 0, run: "main", task: "main" }], takes = [made("main"), polled("main", 0), added(50, { at }), asks(0, cast, { at }), asks(0, tm, { at }), waits("main", 0, cast, tm), fires(90), woken("main", 90, "timer"), polled("main", 90), got, [90, "AtLimit", { run: "main", task: "main", at }], over("main", 90)];
    takes[2].at(-1).at = at;
    const there = await told(open, "there-at-its-limit", takes, {}, file("let it = timeout(MS, rx.recv()).await;"));
    is((await long(there)).every(([words]) => !/before/.test(words)) && /The limit of .* had been over for 40 ms when the task looked \(event \d+\)/.test(await words(there, "main")), await words(there, "main"));
    // A tick is no limit to what is waited for as well; a lost one leaves its interval the timer.
    const watch = { sync: "watch 1", ticket: 1, units: 1 }, through = async (line) => (await told(open, `through-${line.slice(0, 4)}`, [made("main"), polled("main", 0), made("task 1"), added(90, { at }), asks(0, watch), asks(0, tm, { at }), waits("main", 0, watch, tm), polled("task 1", 0), [0, "SyncAct", { sync: "watch 1", kind: "watch", act: "put", units: "all", count: 1, run: "task 1", task: "task 1" }], waits("task 1", 0, { timer: "timer 2" }), [10, "Turn", { queued: 0 }], fires(90), woken("main", 90, "timer"), polled("main", 90), over("main", 90)], {}, file(line))).evaluate(() => window.K.chainOf("main", 5e6, 40e6).links.map(({ words }) => words));
    same([await through("timeout(MS, rx.changed()).await;"), await through("tick.tick().await;")], [["watch 1"], []], "in a stretch of it");
    const branch = (state, waits = []) => ({ state, waits, took: [] }), lose = async (line) => { const wins = [made("main"), polled("main", 0), added(90, { at }), [0, "SelectStart", { branches: 2, first: 0, run: "main", task: "main" }, "selects", "main", { task: "main", won: null, branches: [branch("waiting", [value]), branch("waiting", [tm])] }], waits("main", 0, value, tm), woken("main", 50, "task 1"), [...polled("main", 50), "loop", "", { stack: ["main"] }], gets(50), [50, "SelectWin", { branch: 0, run: "main", task: "main" }, "selects", "main", { won: 0, branches: [branch("won"), branch("dropped", [tm])] }], [50, "TimerCancel", { timer: "timer 1", run: "main" }, "timers", "timer 1", "removed"], over("main", 50)]; wins[2].at(-1).at = at; return (await told(open, `lost-${line.slice(0, 4)}`, wins, {}, file(line))).evaluate(() => { const [i] = window.K.trace.index.byEv.get("SelectWin"); return window.K.quiz.ask(i - 1, i) !== null; }); };
    same([await lose("sleep(MS).await;"), await lose("tick.tick().await;")], [true, false], "whose timer goes with the branch");
    // Of two sockets either would have done: no chain leads to one of them.
    const ends = (n, from, to) => [0, "SourceNew", { source: `source ${n}`, what: "TcpStream", ends: [from, to], run: n % 2 ? "main" : `task ${n / 2}` }, "sources", `source ${n}`, { what: "TcpStream" }], read = (n) => ({ source: `source ${n}`, direction: "read" }), writes = (n, run) => [1, "SourceTry", { source: `source ${n}`, direction: "write", result: "done", bytes: 1, run, task: run }];
    const either = await told(open, "either-socket", [made("main"), polled("main", 0), made("task 1"), made("task 2"), ends(1, 5001, 80), ends(2, 80, 5001), ends(3, 5002, 81), ends(4, 81, 5002), waits("main", 0, read(1), read(3), tm), polled("task 1", 1), writes(2, "task 1"), waits("task 1", 1, { task: "main" }), polled("task 2", 1), writes(4, "task 2"), waits("task 2", 1, { timer: "timer 2" }), fires(50), woken("main", 50, "timer"), polled("main", 50), [50, "Elapsed", { since: 8, run: "main", task: "main" }], over("main", 50)]);
    is(/the other end of source 1 is source 2, last used by .*task 1.*the other end of source 3 is source 4, last used by .*task 2/.test(await words(either, "main")) && !/It goes around/.test(await words(either, "main")), await words(either, "main"));
    // What recording took is cut to the time in question; and what a task was cut off from by the run's end did not bound it.
    const cost = await told(open, "cost-in-part", [made("main"), polled("main", 0), waits("main", 0, tm), [100, "Turn", { queued: 0, overhead: 40e6 }], woken("main", 100, "timer"), polled("main", 100), over("main", 100)]);
    same(await cost.evaluate(() => window.K.heldBy(90e6, window.K.trace.index.byEv.get("Turn")[0]).recorder), 0, "none of it: the event before was written long ago");
    const cut = await told(open, "cut-off-itself", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, tm), polled("task 1", 0), waits("task 1", 0, { timer: "timer 2" }), woken("task 1", 80, "timer"), polled("task 1", 80), waits("task 1", 80, read(1)), woken("main", 100, "timer"), polled("main", 100), over("main", 100), [100, "RunEnd", { tasks: 1 }], [100, "PollEnd", { task: "task 1", run: "task 1", outcome: "cancelled" }, "tasks", "task 1", { where: "done", how: "cancelled", waits: [] }]]);
    is(/Where most of its own time went until the end of the run cut it off/.test(await words(cut, "task 1")) && !/until the end of the run/.test(await words(cut, "main")), await words(cut, "task 1"));
  });

  checks.add("answer: a wait ended by what came while its task was ready, and a sign for more that names what is below it", async (open) => {
    const [one, two] = [1, 2].map((n) => ({ value: `channel ${n}` })), act = (ms, n, act, run, units) => [ms, "SyncAct", { sync: `channel ${n}`, kind: "mpsc", act, units, count: act === "put" ? 1 : 0, run, task: run }];
    const page = await told(open, "came-later", [made("main"), polled("main", 0), made("task 1"), made("task 2"), waits("main", 0, one, two), polled("task 1", 0), waits("task 1", 0, { timer: "timer 1" }), polled("task 2", 0), waits("task 2", 0, { timer: "timer 2" }), woken("task 1", 40, "timer"), woken("task 2", 40, "timer"), polled("task 1", 40), act(40, 1, "senders", "task 1", 0), woken("main", 40, "task 1"), over("task 1", 40),
      polled("task 2", 40), act(40, 2, "put", "task 2", 1), [40, "Wake", { task: "main", by: { task: "task 2" }, effect: "coalesced", run: "task 2" }], over("task 2", 40), polled("main", 41), act(41, 2, "get", "main", 1), over("main", 41)]);
    same(await chain(page, "main"), [["main: a value in channel 2"], ["task 2", "a timer", 40], null], "the task that gave what it got");
    is(/until task 1 woke it for a value in channel 1 .*, and task 2 after that for this/.test(await page.evaluate(() => { const box = document.createElement("div"); box.innerHTML = window.K.answer.html("main", ...window.K.lifeOf("main")); return window.T.words(box); })), (await shown(page))[2]);
    const phone = await open(files.mutex, { width: 390, height: 560 }), above = await phone.evaluate(async () => {
      const main = document.querySelector("main"), answer = document.getElementById("answer"), out = [];
      let hidden = 0;
      for (let y = 0; y <= 360; y += 45) for (let x = 0; x <= 80; x += 40) {
        [main.scrollTop, answer.scrollTop] = [y, x];
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)));
        const isAbove = (head) => head.getBoundingClientRect().bottom < main.getBoundingClientRect().top, heads = [...answer.querySelectorAll("h3")], head = heads.find((head) => answer.dataset.more && head.textContent.startsWith(answer.dataset.more.slice(2, 10)));
        hidden += heads.some((head) => head.matches(".half") && isAbove(head));
        if (head && isAbove(head)) out.push(`${y}, ${x}: ${answer.dataset.more}`);
      }
      return [hidden > 0, out];
    });
    same(above, [true, []], "wherever it is scrolled to");
  });

  checks.add("answer: what a set, a local set, a limit and a socket have ended, and what the quiz asks of them", async (open) => {
    const tm = { timer: "timer 1" }, set = { value: "joinset 1" }, child = { task: "task 1" }, at = (line) => ({ at: `src/main.rs:${line}:9` }), words = (page, who) => page.evaluate((who) => window.K.answer.html(who, ...window.K.lifeOf(who)).replace(/<[^>]*>/g, ""), who), wait = (ms, on, more = {}) => [ms, "Wait", { on, run: "main", task: "main", ...more }], fires = (ms, name = "timer 1", late = 0) => [ms, "TimerFire", { timer: name, late: late * 1e6 }, "timers", name, "rings"];
    const long = async (page, who = "main") => (await sums(page, who)).filter(([, ms]) => ms > 9), file = (...lines) => [{ file: "src/main.rs", whose: "program", text: ["async fn main() {", ...lines.map((line) => `    ${line}`), "}", ""].join("\n") }];
    // Each end in a set is what the wake was for; and another thread tells something as the set puts its waker there.
    const job = (n) => [0, "BlockingStart", { task: `job ${n}`, run: "main", src: "src/main.rs:1:5" }, "jobs", `job ${n}`, { by: "main", waited: null }], ends = (ms, n) => [[ms, "BlockingEnd", { task: `job ${n}`, ran: ms * 1e6 }, "jobs", `job ${n}`, "ended"], [ms, "Message", { kind: "wake" }], woken("main", ms, "message"), polled("main", ms), [ms, "Join", { task: `job ${n}`, run: "main", outcome: "ready" }]], runs = (n) => [0, "BlockingRun", { task: `job ${n}`, waited: 0 }, "jobs", `job ${n}`, { waited: 0 }];
    const jobs = await told(open, "set-of-jobs", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "joinset 1", kind: "join_set", run: "main" }, "primitives", "joinset 1", { kind: "join_set" }], job(1), runs(1), runs(1), wait(0, { task: "job 1" }), job(2), wait(0, { task: "job 2" }), runs(2), waits("main", 0, set), ...ends(30, 1), wait(30, set), waits("main", 30, set), ...ends(70, 2), over("main", 70)]);
    same(await long(jobs), [["the next end in joinset 1", 70]], "both ends");
    same(await jobs.evaluate(() => [...window.K.trace.members]), ["job 1", "job 2"], "the set’s own");
    // A local set wakes its host as a timer wakes the set's task: no limit of the host has come.
    const local = [[0, "Spawn", { task: "task 1", kind: "local", run: "main" }, "tasks", "task 1", { kind: "local", where: "queued" }], [...polled("task 1", 0), "loop", "", { stack: ["main", "task 1"] }], [...waits("task 1", 0, { timer: "timer 2" }), "loop", "", { stack: ["main"] }], wait(0, child), wait(0, tm), [...waits("main", 0, child, tm), "loop", "", { stack: [] }], fires(50, "timer 2"), woken("task 1", 50, "timer"), woken("main", 50, "timer"), [...polled("main", 50), "loop", "", { stack: ["main"] }], [...polled("task 1", 50), "loop", "", { stack: ["main", "task 1"] }], [...over("task 1", 50), "loop", "", { stack: ["main"] }], [50, "Join", { task: "task 1", run: "main", outcome: "ready" }], over("main", 50)];
    same((await long(await told(open, "in-a-local-set", [made("main"), [...polled("main", 0), "loop", "", { stack: ["main"] }], ...local])))[0], ["the end of task 1", 50], "and not its limit");
    // The sleep within a limit fired first, and both are late: the sleep ended the wait; the limit is that of the call in line 3.
    const added = (n, due, line) => { const e = [0, "TimerAdd", { timer: `timer ${n}`, run: "main", ...at(line) }, "timers", `timer ${n}`, { due: due * 1e6, task: "main", ...at(line) }]; e.at(-1).at = at(line).at; return e; };
    const inner = await told(open, "inner-sleep", [made("main"), polled("main", 0), added(1, 40, 2), wait(0, tm, at(2)), added(2, 50, 3), wait(0, { timer: "timer 2" }, at(3)), waits("main", 0, tm, { timer: "timer 2" }), fires(90, "timer 1", 50), woken("main", 90, "timer"), fires(90, "timer 2", 40), polled("main", 90), [90, "AtLimit", { run: "main", task: "main", ...at(2), src: "src/main.rs:3" }], over("main", 90)], {}, file("sleep(MS).await;", "timeout(MS, slow()).await;"));
    same(await inner.evaluate(() => window.K.causesOf("main").filter(({ ns }) => ns > 9e6).map(({ on }) => on.timer)), ["timer 1", "timer 1"], "what came in time");
    is(/The limit of timeout in main\.rs:3 had been over for 40 ms/.test(await words(inner, "main")), await words(inner, "main"));
    // The end of a stream came while the task was ready, after bytes that had woken it; and what is on its way was sent.
    const socket = (n, from, to, run) => [0, "SourceNew", { source: `source ${n}`, what: "TcpStream", ends: [from, to], run }, "sources", `source ${n}`, { what: "TcpStream" }], tries = (ms, n, run, direction, bytes) => [ms, "SourceTry", { source: `source ${n}`, direction, result: "done", bytes, run, task: run }], read = (n) => ({ source: `source ${n}`, direction: "read" });
    const begun = [made("main"), polled("main", 0), made("task 1"), made("task 2"), socket(1, 5001, 80, "main"), socket(2, 80, 5001, "task 1"), waits("main", 0, read(1)), polled("task 1", 0), tries(0, 2, "task 1", "write", 3), waits("task 1", 0, { value: "channel 1" }), polled("task 2", 0), waits("task 2", 0, { timer: "timer 2" })];
    const last = await told(open, "last-bytes", [...begun, [20, "SourceReady", { source: "source 1", ready: [true, false, false, false] }], woken("main", 20, "io"), fires(60, "timer 2"), woken("task 2", 60, "timer"), polled("task 2", 60), woken("task 1", 60, "task 2"), over("task 2", 60), polled("task 1", 60), [60, "SourceTry", { source: "source 2", direction: "write", result: "done", bytes: 0, run: "task 1", task: "task 1" }], over("task 1", 60), polled("main", 61), tries(61, 1, "main", "read", 3), tries(61, 1, "main", "read", 0), over("main", 61)]);
    is((await last.evaluate(() => window.K.chainOf("main", ...window.K.lifeOf("main")).links.map(({ who, next }) => `${who} ${next}`))).includes("main task 1"), "the task that closed it");
    const away = await told(open, "on-the-way", [made("main"), polled("main", 0), made("task 1"), socket(1, 5001, 80, "main"), socket(2, 80, 5001, "task 1"), added(1, 50, 2), wait(0, read(1), at(2)), wait(0, tm, at(2)), waits("main", 0, read(1), tm), polled("task 1", 0), tries(0, 2, "task 1", "write", 3), waits("task 1", 0, { value: "channel 1" }), fires(50), woken("main", 50, "timer"), polled("main", 50), [50, "Elapsed", { since: 2, run: "main", task: "main" }], over("main", 50)]);
    is(/3 bytes for source 1 were written, and are not read yet/.test(await words(away, "main")) && !/What it waited for when/.test(await words(away, "main")), await words(away, "main"));
    // A connection that is not accepted waits for the task that listens, and not for the one that made the listener.
    const listens = await told(open, "who-listens", [made("main"), polled("main", 0), made("task 1"), [0, "SourceNew", { source: "source 3", what: "TcpListener", ends: [80, 0], run: "main" }, "sources", "source 3", { what: "TcpListener" }], socket(1, 5001, 80, "main"), waits("main", 0, read(1)), polled("task 1", 0), [0, "SourceTry", { source: "source 3", direction: "read", result: "would_block", run: "task 1", task: "task 1" }], waits("task 1", 0, tm), [900, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [], "");
    same(await listens.evaluate(() => window.K.answererOf({ source: "source 1", direction: "read" }, window.K.trace.last)), "task 1", "whose listener it is");
    // The quiz: a reference that was put aside is not dropped with its timer; a wake by another task is no giving way.
    const branch = (state, waits = []) => ({ state, waits, took: [] }), wins = [made("main"), polled("main", 0), added(1, 90, 2), [0, "SelectStart", { branches: 2, first: 0, run: "main", task: "main" }, "selects", "main", { task: "main", won: null, branches: [branch("waiting", [set]), branch("waiting", [tm])] }], waits("main", 0, set, tm), woken("main", 50, "task 1"), [...polled("main", 50), "loop", "", { stack: ["main"] }], [50, "SelectWin", { branch: 0, run: "main", task: "main" }, "selects", "main", { won: 0, branches: [branch("won"), branch("dropped", [tm])] }], [50, "TimerCancel", { timer: "timer 1", run: "main" }, "timers", "timer 1", "removed"], over("main", 50)];
    const asked = async (name, code) => (await told(open, name, wins, {}, file("sleep(MS);", "select! {", "    x = set.join_next() => {}", `    () = ${code} => {}`, "}"))).evaluate(() => { const [i] = window.K.trace.index.byEv.get("SelectWin"); return window.K.quiz.ask(i - 1, i) !== null; });
    same([await asked("its-own", "quiet"), await asked("put-aside", "&mut quiet")], [true, false], "what goes with the branch");
    const turns = async (by) => (await told(open, `turn-${by.length}`, [made("main"), [...polled("main", 0), "loop", "", { stack: ["main"] }], [0, "Wake", { task: "main", by: { task: by }, effect: "during_poll", run: by }, "tasks", "main", { woken: true }], [0, "PollEnd", { task: "main", run: "main", outcome: "pending" }, "tasks", "main", { where: "queued", waits: [] }], polled("main", 1), over("main", 1)])).evaluate(() => { const [i] = window.K.trace.index.byEv.get("PollEnd"); return /gives way/.test(window.K.quiz.ask(i - 1, i).why); });
    same([await turns("main"), await turns("task 1")], [true, false], "who gives way");
    // Who was served waits there no more.
    const note = (ms, units, run) => [ms, "SyncAct", { sync: "notify 1", kind: "notify", act: "put", units, count: 0, run, task: run }], served = await told(open, "served-before", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "notify 1", kind: "notify", run: "main" }, "primitives", "notify 1", { kind: "notify", count: 0 }], made("task 1"), waits("main", 0, tm), polled("task 1", 0), [0, "Wait", { on: { sync: "notify 1", ticket: 1, units: 1 }, run: "task 1", task: "task 1" }], waits("task 1", 0, { sync: "notify 1", ticket: 1, units: 1 }), woken("main", 20, "timer"), polled("main", 20), note(20, 1, "main"), [20, "Served", { on: { sync: "notify 1", units: 1 }, run: "main" }], woken("task 1", 20, "main"), note(20, "all", "main"), over("main", 20), polled("task 1", 20), over("task 1", 20)]);
    same(await served.evaluate(() => [...window.K.trace.notices.fates.values()]), ["nobody"], "the second finds no task");
  });

  checks.add("answer: an end that was dropped unread, a place that has just come free, a downgrade, and sums of several lines", async (open) => {
    const why = (page, who, ev) => page.evaluate(([who, ev]) => { const { K } = window, box = document.createElement("div"); box.innerHTML = K.why.words(K.stateAt(K.trace.index.byEv.get(ev).at(-1)), who); return window.T.words(box); }, [who, ev]), words = (page, who) => page.evaluate((who) => window.K.answer.html(who, ...window.K.lifeOf(who)).replace(/<[^>]*>/g, ""), who);
    const socket = (n, from, to, run) => [0, "SourceNew", { source: `source ${n}`, what: "TcpStream", ends: [from, to], run }, "sources", `source ${n}`, { what: "TcpStream" }], tries = (ms, n, run, direction, bytes) => [ms, "SourceTry", { source: `source ${n}`, direction, result: "done", bytes, run, task: run }], read = { source: "source 1", direction: "read" }, drops = [9, "SourceDrop", { source: "source 2", run: "task 1" }, "sources", "source 2", "dropped"];
    // Nobody can read any more what was written to an end that is gone, though no task ever tried that; and the drop is what a wait there ended by.
    const begun = [made("main"), polled("main", 0), made("task 1"), socket(1, 5001, 80, "main"), socket(2, 80, 5001, "task 1"), tries(0, 1, "main", "write", 5), waits("main", 0, read), polled("task 1", 9)], ended = [over("task 1", 9), [40, "SourceReady", { source: "source 1", ready: [true, true, true, true] }], woken("main", 40, "io"), polled("main", 40), over("main", 40)];
    const unread = await told(open, "dropped-unread", [...begun, drops, ...ended]), late = await why(unread, "main", "SourceDrop");
    is(/Its other end, source 2, was dropped by .*task 1 .*, with 5 bytes that were not read\. What is left to read is an error/.test(late) && !/are not read yet/.test(late), late);
    same(await unread.evaluate(() => window.K.cameFrom({ source: "source 1", direction: "read" }, 6, window.K.trace.index.byEv.get("Wake").at(-1))?.ev), "SourceDrop", "what ended the wait");
    const whole = await why(await told(open, "dropped-read", [...begun, tries(9, 2, "task 1", "read", 5), drops, ...ended]), "main", "SourceDrop");
    is(/was dropped by .*task 1 [^,]*\. What is left to read is the end of the stream/.test(whole), whole);
    // A place that was given back a moment ago is not reserved: it is for the first in line.
    const room = (ticket) => ({ sync: "channel 1", ticket, units: 1 }), lines = (sync, ticket, who) => [0, "Wait", { on: { sync, ticket, units: sync === "rwlock 1" ? "all" : 1 }, run: who, task: who }, "primitives", sync, { ticket, who }], full = [made("main"), polled("main", 0), [0, "SyncNew", { sync: "channel 1", kind: "mpsc", room: 2, run: "main" }, "primitives", "channel 1", { kind: "mpsc", room: 2, count: 2, high: 2 }], made("task 1"), made("task 2"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), lines("channel 1", 1, "task 1"), waits("task 1", 0, room(1)), polled("task 2", 0), lines("channel 1", 2, "task 2"), waits("task 2", 0, room(2)), woken("main", 9, "timer"), polled("main", 9), [9, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "get", units: 1, count: 1, run: "main", task: "main" }, "primitives", "channel 1", { count: 1 }]];
    const free = await told(open, "comes-free", [...full, [9, "Served", { on: room(1), run: "main" }, "primitives", "channel 1", { handed: ["task 1"], ticket: 1, who: null }], woken("task 1", 9, "main"), over("main", 9)]), kept = await told(open, "stays-free", [...full, over("main", 9)]);
    same([await why(free, "task 1", "SyncAct"), await why(kept, "task 1", "SyncAct")].map((words) => [/has just come free, which it gets, the first in line/.test(words), /is reserved/.test(words)]), [[true, false], [false, true]], await why(free, "task 1", "SyncAct"));
    // A downgrade gives nothing to the first in line, which wants to write.
    const lock = (act, units, line, then) => [9, "SyncAct", { sync: "rwlock 1", kind: "rw_lock", act, units, count: 1, run: "main", task: "main", src: `src/sync/permits.rs:${line}` }, "primitives", "rwlock 1", then], source = { file: "src/sync/permits.rs", whose: "kettle", text: "self.acted(Act::Release, taken, free + kept);\nself.acted(Act::Take, kept, free);\nself.acted(act, permits, free);\n" };
    const downgrade = async (name, line) => { const page = await told(open, name, [made("main"), polled("main", 0), [0, "SyncNew", { sync: "rwlock 1", kind: "rw_lock", run: "main" }, "primitives", "rwlock 1", { kind: "rw_lock", count: 0, holders: ["main"], whole: true }], made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), lines("rwlock 1", 1, "task 1"), waits("task 1", 0, { sync: "rwlock 1", ticket: 1, units: "all" }), woken("main", 9, "timer"), polled("main", 9), lock("release", "all", line, { holders: [], whole: false }), lock("take", 1, 2, { holders: ["main"] }), over("main", 9)], {}, [source]); return page.evaluate(() => { const { K } = window, [i] = K.trace.index.byEv.get("SyncAct"), s = K.stateAt(i), box = document.createElement("div"); box.innerHTML = K.why.words(s, "task 1"); return [/downgrades/.test(K.headline(i)), /main keeps it, as a reader/.test(box.textContent), K.holdWords(s.primitives.get("rwlock 1"), String)]; }); };
    same([await downgrade("downgrade", 1), await downgrade("released", 3)], [[true, true, "kept by main, to read"], [false, false, "kept for the first in line"]], "by what the runtime does there");
    // What a chain leaves out of a wait is counted for all lines, since a part of the chain is of all of them.
    const code = { file: "src/main.rs", whose: "program", text: "async fn main() {\n    sleep(MS).await;\n    sleep(MS).await;\n    lock.lock().await;\n}\n" }, at = (line) => `src/main.rs:${line}:9`, sleeps = (run, from, to, n, line) => { const add = [from, "TimerAdd", { timer: `timer ${n}`, run, at: at(line) }, "timers", `timer ${n}`, { due: to * 1e6, task: run, at: at(line) }], wait = also(waits(run, from, { timer: `timer ${n}` }), { at: at(line) }); wait.at(-1).at = at(line); return [add, wait, [to, "TimerFire", { timer: `timer ${n}`, late: 0 }, "timers", `timer ${n}`, "rings"], woken(run, to, "timer"), polled(run, to)]; };
    const several = await told(open, "several-lines", [made("main"), polled("main", 0), made("task 1"), ...sleeps("main", 0, 40, 1, 2).slice(0, 2), polled("task 1", 0), ...sleeps("task 1", 0, 60, 2, 4).slice(0, 2), ...sleeps("main", 0, 40, 1, 2).slice(2), waits("main", 40, { task: "task 1" }), ...sleeps("task 1", 0, 60, 2, 4).slice(2), woken("main", 60, "task 1"), over("task 1", 60), polled("main", 60), ...sleeps("main", 60, 110, 3, 2), ...sleeps("main", 110, 140, 4, 3), over("main", 140)], {}, [code]);
    is(/In all it waited 120 ms for that, in 2 lines; 40 ms of them are not in the chain/.test(await words(several, "main")), await words(several, "main"));
    // A function that is written in one line ends there: what comes after it is not in it.
    const joins = await told(open, "one-line", [made("main"), polled("main", 0), over("main", 1)], {}, [{ file: "src/main.rs", whose: "program", text: "async fn brew() { sleep(MS).await }\nasync fn typist() {\n    sleep(MS).await;\n}\nasync fn boil() { sleep(MS).await }\n\nasync fn main() {\n    let _ = try_join!(typist(), brew());\n    word.await;\n}\n" }]);
    same(await joins.evaluate(() => [[1, 19], [3, 5], [9, 5]].map(([line, column]) => window.K.joinBranch("main", { file: "src/main.rs", line, column, text: `src/main.rs:${line}:${column}` })?.number)), [2, 1, undefined], "the line after the macro is no branch’s");
    const pipe = await told(open, "pipe-gone", [made("main"), polled("main", 0), [1, "SyncNew", { sync: "pipe 1", kind: "pipe", run: "main" }, "primitives", "pipe 1", { kind: "pipe", count: 0 }], [2, "SyncAct", { sync: "pipe 1", kind: "pipe", act: "close", units: 0, count: 0, run: "main", task: "main" }], [3, "SyncAct", { sync: "pipe 1", kind: "pipe", act: "refuse", units: 1, count: 0, run: "main", task: "main", say: "main finds pipe 1 closed: nothing is sent" }], over("main", 4)]);
    is(/1 write met a closed pipe \(event 5\): .*main had closed pipe 1, or dropped its other end, at/.test(await words(pipe, "main")), await words(pipe, "main"));
    // Whom a task that the run's end cut off waited for was woken by that end, too: what it did is told as of before.
    const mine = { value: "channel 2" }, put = (sync, kind, ms, run) => [ms, "SyncAct", { sync, kind, act: "put", units: 1, count: 1, run, task: run }], cuts = (who) => [[90, "Cancel", { task: who }], [90, "Wake", { task: who, by: "runtime", effect: "queued" }, "tasks", who, { where: "queued" }]], gone = (who) => [polled(who, 91), [91, "PollEnd", { task: who, run: who, outcome: "cancelled" }, "tasks", who, { where: "done", how: "cancelled", waits: [] }]];
    const cut = await told(open, "request-cut-off", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "channel 1", kind: "mpsc", room: 1, run: "main" }, "primitives", "channel 1", { kind: "mpsc", room: 1, count: 0 }], made("task 1"), made("task 2"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 1), waits("task 1", 1, { value: "channel 1" }), polled("task 2", 2),
      [2, "SyncNew", { sync: "channel 2", kind: "oneshot", run: "task 2" }, "primitives", "channel 2", { kind: "oneshot", count: 0, senders: 1 }], put("channel 1", "mpsc", 2, "task 2"), woken("task 1", 2, "task 2"), waits("task 2", 2, mine), polled("task 1", 3), [3, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "get", units: 1, count: 0, run: "task 1", task: "task 1" }], waits("task 1", 3, { sync: "lock 1", ticket: 1, units: 1 }), woken("main", 90, "timer"), polled("main", 90), over("main", 90), [90, "RunEnd", { tasks: 2 }], ...cuts("task 1"), ...cuts("task 2"), ...gone("task 1"), ...gone("task 2")]);
    is(/That value was received at .* by .*task 1, which itself waited for lock 1/.test(await words(cut, "task 2")), await words(cut, "task 2"));
    // What a task did before the wait that led to it began is told as that, whichever wait of the chain it is.
    const watch = { sync: "watch 1", ticket: 1, units: 1 }, early = await told(open, "before-a-later-wait", [made("main"), polled("main", 0), made("task 1"), made("task 2"), waits("main", 0, { timer: "timer 1" }), polled("task 2", 20), waits("task 2", 20, { task: "task 1" }), woken("main", 50, "timer"), polled("main", 50), waits("main", 50, { value: "channel 1" }), polled("task 1", 60), waits("task 1", 60, watch),
      woken("main", 90, "message"), polled("main", 90), [90, "SyncAct", { sync: "watch 1", kind: "watch", act: "put", units: "all", count: 1, run: "main", task: "main" }], woken("task 1", 90, "main"), over("main", 90), polled("task 1", 90), woken("task 2", 90, "task 1"), over("task 1", 90), polled("task 2", 90), over("task 2", 90)]);
    is(/main ← a timer, 50 ms between \S+ \S+ and 50\.00 ms, before that wait of .*task 1 began \(event 12\)/.test(await words(early, "task 2")), await words(early, "task 2"));
  });

  checks.add("answer: what a job, a stream’s end, a writer in line and a part of a set have ended, and no line for what has none", async (open) => {
    const words = (page, who) => page.evaluate((who) => window.K.answer.html(who, ...window.K.lifeOf(who)).replace(/<[^>]*>/g, ""), who), ways = (page, who) => page.evaluate((who) => { const { links, last } = window.K.chainOf(who, ...window.K.lifeOf(who)); return [...links.map(({ who, words }) => `${who}: ${words}`), `${last.who}: ${last.words}, ${last.ns / 1e6}`]; }, who);
    // The abort of a job that waits for a thread ends nothing: a thread has to take it all the same.
    const jobs = await told(open, "abort-in-the-queue", [made("main"), polled("main", 0), ...[1, 2].map((n) => [0, "BlockingStart", { task: `job ${n}`, run: "main" }, "jobs", `job ${n}`, { by: "main", waited: null }]), [0, "BlockingRun", { task: "job 1", waited: 0 }, "jobs", "job 1", { waited: 0 }], waits("main", 0, { timer: "timer 1" }), woken("main", 30, "timer"), polled("main", 30), [30, "Cancel", { task: "job 2", run: "main" }], waits("main", 30, { task: "job 2" }), [80, "BlockingEnd", { task: "job 1", ran: 80e6 }, "jobs", "job 1", "ended"], [80, "BlockingEnd", { task: "job 2", ran: null }, "jobs", "job 2", "ended"], woken("main", 80, "message"), polled("main", 80), [80, "Join", { task: "job 2", run: "main", outcome: "cancelled" }], over("main", 80)]);
    same(await ways(jobs, "job 2"), ["job 2: a thread of the pool, 80"], "all of it");
    // The end of a stream came while the task was ready for what had come before, and was reported when it waited again.
    const socket = (n, from, to, run) => [0, "SourceNew", { source: `source ${n}`, what: "TcpStream", ends: [from, to], run }, "sources", `source ${n}`, { what: "TcpStream" }], tries = (ms, n, run, direction, bytes) => [ms, "SourceTry", { source: `source ${n}`, direction, result: "done", bytes, run, task: run }], read = { source: "source 1", direction: "read" }, reports = (ms) => [ms, "SourceReady", { source: "source 1", ready: [true, false, false, false] }];
    const stream = await told(open, "end-before-its-wait", [made("main"), polled("main", 0), made("task 1"), made("task 2"), socket(1, 5001, 80, "main"), socket(2, 80, 5001, "task 1"), tries(0, 1, "main", "write", 1), waits("main", 0, read), polled("task 1", 0), tries(0, 2, "task 1", "read", 1), tries(0, 2, "task 1", "write", 3), waits("task 1", 0, { timer: "timer 1" }), polled("task 2", 0), waits("task 2", 0, { timer: "timer 2" }),
      reports(20), woken("main", 20, "io"), [60, "TimerFire", { timer: "timer 1", late: 0 }, "timers", "timer 1", "rings"], woken("task 1", 60, "timer"), polled("task 1", 60), [60, "SourceDrop", { source: "source 2", run: "task 1" }, "sources", "source 2", "dropped"], over("task 1", 60), polled("main", 61), tries(61, 1, "main", "read", 3), waits("main", 61, read), reports(62), woken("main", 62, "io"), polled("main", 62), tries(62, 1, "main", "read", 0), over("main", 62)]);
    same(await ways(stream, "main"), ["main: source 1, to read, whose other end is source 2", "task 1: a timer, 60"], "the task that closed it");
    // A reader waits for the writer before it, not for those that read; and of one that is ended it isn't said what it wanted.
    const line = (ms, ticket, who, units) => [ms, "Wait", { on: { sync: "rwlock 1", ticket, units }, run: who, task: who }, "primitives", "rwlock 1", { ticket, who }], on = (ticket, units) => ({ sync: "rwlock 1", ticket, units });
    const readers = await told(open, "writer-in-line", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "rwlock 1", kind: "rw_lock", run: "main" }, "primitives", "rwlock 1", { kind: "rw_lock", count: 1, holders: ["main"], whole: false }], made("task 1"), made("task 2"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), line(0, 1, "task 1", "all"), waits("task 1", 0, on(1, "all")), polled("task 2", 0), line(0, 2, "task 2", 1), waits("task 2", 0, on(2, 1)),
      woken("main", 50, "timer"), polled("main", 50), [50, "Cancel", { task: "task 1", run: "main" }], woken("task 1", 50, "main"), waits("main", 50, { timer: "timer 2" }), polled("task 1", 50), [50, "Unwait", { on: on(1, "all"), run: "task 1", task: "task 1" }, "primitives", "rwlock 1", { ticket: 1, who: null }], [50, "Served", { on: { sync: "rwlock 1", units: 1 }, run: "task 1" }, "primitives", "rwlock 1", { ticket: 2, who: null, handed: ["task 2"] }], woken("task 2", 50, "task 1"), [50, "PollEnd", { task: "task 1", run: "task 1", outcome: "cancelled" }, "tasks", "task 1", { where: "done", how: "cancelled", waits: [] }], polled("task 2", 50), over("task 2", 50), woken("main", 90, "timer"), polled("main", 90), over("main", 90)]);
    is(/rwlock 1, to read\s*while .*task 1 was before it, to write \(50 ms\)/.test(await words(readers, "task 2")) && !/main had it/.test(await words(readers, "task 2")), await words(readers, "task 2"));
    const ahead = await readers.evaluate(() => { const { K } = window, [, i] = K.trace.index.byTask.get("task 1").filter((i) => K.event(i).ev === "PollStart"); return [i - 1, i].map((i) => { const box = document.createElement("div"); box.innerHTML = K.why.words(K.stateAt(i), "task 2"); return / behind .*task 1( \(to \w+\))?\./.exec(window.T.words(box))?.[1] ?? ""; }); });
    same(ahead, [" (to write)", ""], "as it is dropped");
    // A lock that was taken without an await has the place of the await before it: that is not its own.
    const at = "src/main.rs:2:21", code = { file: "src/main.rs", whose: "program", text: "async fn main() {\n    let one = first.lock().await;\n    let two = second.try_lock();\n}\nasync fn join() {\n    gate.acquire().await;\n    sleep(MS).await;\n}\nasync fn late(to: Sender) {\n    for _ in 0..2 { spawn(to.clone()); }\n    timeout(MS, work).await;\n    println!(\"{:?}\", begun.elapsed());\n}\nasync fn shares() {\n    let rows = table.write().await;\n    let rows = rows.downgrade();\n    spawn(async move {\n        gate.acquire().await;\n        other.read().await;\n    });\n    third.read().await;\n}\n" };
    const take = (n) => [1, "SyncAct", { sync: `lock ${n}`, kind: "mutex", act: "take", units: "all", count: 0, run: "main", task: "main", at }, "primitives", `lock ${n}`, { count: 0, holders: ["main"] }], locks = await told(open, "try-lock", [made("main"), polled("main", 0), ...[1, 2].map((n) => [0, "SyncNew", { sync: `lock ${n}`, kind: "mutex", run: "main" }, "primitives", `lock ${n}`, { kind: "mutex", count: 1 }]), take(1), take(2), over("main", 4)], {}, [code]);
    same(await locks.evaluate(() => window.K.trace.index.byEv.get("SyncAct").map((i) => /lock\(\)\.await did not wait/.test(window.K.aside(i, window.K.stateAt(i))))), [true, false], "of which the first was awaited");
    // What was not asked again in a poll waits where it began to.
    const permit = { sync: "semaphore 1", ticket: 1, units: 1 }, asks = (ms, on, line) => [ms, "Wait", { on, run: "main", task: "main", at: `src/main.rs:${line}:9` }], waitsAt = (ms, line, ...on) => { const e = also(waits("main", ms, ...on), { at: `src/main.rs:${line}:9` }); e.at(-1).at = `src/main.rs:${line}:9`; return e; };
    const parts = await told(open, "not-asked-again", [made("main"), polled("main", 0), asks(0, permit, 6), asks(0, { timer: "timer 1" }, 7), waitsAt(0, 7, permit, { timer: "timer 1" }), woken("main", 30, "timer"), polled("main", 30), asks(30, { timer: "timer 2" }, 7), waitsAt(30, 7, permit, { timer: "timer 2" }), woken("main", 60, "timer"), polled("main", 60), over("main", 60)], {}, [code]);
    same(await parts.evaluate(() => { const { K } = window, i = K.trace.index.byEv.get("PollEnd")[1]; return [{ sync: "semaphore 1", ticket: 1, units: 1 }, { timer: "timer 2" }].map((on) => K.waitLine(i, on).line); }), [6, 7], "each its own line");
    // A lock that many have in turn is told as that, beside the chain: it goes on with what the last of them had done before, which put nothing off.
    const hold = (act, ms, who, count) => [ms, "SyncAct", { sync: "lock 1", kind: "mutex", act, units: "all", count, run: who, task: who }, "primitives", "lock 1", { count, holders: act === "take" ? [who] : [] }], wants = (ms, ticket, who) => [[ms, "Wait", { on: { sync: "lock 1", ticket, units: "all" }, run: who, task: who }, "primitives", "lock 1", { ticket, who }], waits(who, ms, { sync: "lock 1", ticket, units: "all" })], served = (ms, ticket, who, by) => [[ms, "Served", { on: { sync: "lock 1", units: "all" }, run: by }, "primitives", "lock 1", { ticket, who: null, handed: [who] }], woken(who, ms, by)], sleeps = (who, ms, n) => waits(who, ms, { timer: `timer ${n}` });
    const turns = (free) => [made("main"), polled("main", 0), [0, "SyncNew", { sync: "lock 1", kind: "mutex", run: "main" }, "primitives", "lock 1", { kind: "mutex", count: 1 }], ...[1, 2, 3].map((n) => made(`task ${n}`)), waits("main", 0, { task: "task 3" }), polled("task 1", 0), hold("take", 0, "task 1", 0), sleeps("task 1", 0, 1), polled("task 2", 0), ...wants(0, 1, "task 2"), polled("task 3", 0), sleeps("task 3", 0, 3), woken("task 1", 30, "timer"), polled("task 1", 30), hold("release", 30, "task 1", free), ...served(30, 1, "task 2", "task 1"), over("task 1", 30), polled("task 2", 30), hold("take", 30, "task 2", 0), sleeps("task 2", 30, 2), woken("task 3", 50, "timer"), polled("task 3", 50), ...wants(50, 2, "task 3"), woken("task 2", 60, "timer"), polled("task 2", 60), hold("release", 60, "task 2", free), ...served(60, 2, "task 3", "task 2"), over("task 2", 60), polled("task 3", 60), hold("take", 60, "task 3", 0), sleeps("task 3", 60, 4), woken("task 3", 90, "timer"), polled("task 3", 90), hold("release", 90, "task 3", 1), woken("main", 90, "task 3"), over("task 3", 90), polled("main", 90), over("main", 90)];
    same(await Promise.all([["in-turn", 0], ["free-between", 1]].map(async ([name, free]) => /(?:Lock|lock) 1 was never free from 0\.0 µs to 90\.00 ms: 3 tasks had it in turn/.test(await words(await told(open, name, turns(free)), "main")))), [true, false], "if it was free in between it is not");
    // A link has the lines of all its waits; a branch whose value didn’t fit is no loser; and part of a lock that a writer hands on is no turn.
    const watch = (n) => ({ sync: "watch 1", ticket: n, units: 1 }), hears = (ms, line, n) => { const e = also(waits("task 1", ms, watch(n)), { at: `src/main.rs:${line}:9` }); e.at(-1).at = `src/main.rs:${line}:9`; return [[ms, "Wait", { on: watch(n), run: "task 1", task: "task 1", at: `src/main.rs:${line}:9` }], e]; }, put = (ms) => [[ms, "SyncAct", { sync: "watch 1", kind: "watch", act: "put", units: "all", count: 1, run: "main", task: "main" }], woken("task 1", ms, "main")];
    const twice = await told(open, "two-lines", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), ...hears(0, 6, 1), woken("main", 60, "timer"), polled("main", 60), ...put(60), waits("main", 60, { timer: "timer 2" }), polled("task 1", 60), ...hears(60, 7, 2), woken("main", 90, "timer"), polled("main", 90), ...put(90), over("main", 90), polled("task 1", 90), [90, "SyncAct", { sync: "rwlock 1", kind: "rw_lock", act: "put", units: 9, count: 0, run: "task 1", task: "task 1", say: "task 1 gives up its turn at rwlock 1", src: "src/sync/left.rs:1" }], over("task 1", 90)], {}, [code, { file: "src/sync/left.rs", whose: "kettle", text: "self.give(left.got);\n" }]);
    same(await twice.evaluate(() => [[...window.K.chainOf("task 1", ...window.K.lifeOf("task 1")).links[0].lines].map(({ line }) => line).sort(), window.K.losersOf({ won: 1, branches: ["ready", "won", "dropped"].map((state) => ({ state, polls: 1, waits: [], took: [] })) }).count, window.K.headline(window.K.trace.index.byEv.get("SyncAct").at(-1)).replace(/<[^>]*>/g, "").replace(/^\s*\d+ /, "")]), [[6, 7], 1, "task 1 drops its wait for rwlock 1, and what it had been given of it so far."], "both lines, one loser, no turn");
    // No line is guessed for a sender that is dropped at the end of a function, nor for a limit that is over.
    const chan = { file: "src/sync/chan.rs", whose: "kettle", text: "fn add_sender() {\n    act();\n}\nfn drop_sender() {\n    act();\n}\n" }, senders = (units, line) => [1, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "senders", units, count: 0, run: "main", task: "main", at: "src/main.rs:11:9", src: `src/sync/chan.rs:${line}` }, "primitives", "channel 1", { senders: units }];
    const guess = await told(open, "no-guess", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "channel 1", kind: "mpsc", run: "main" }, "primitives", "channel 1", { kind: "mpsc", count: 0, senders: 1 }], senders(2, 2), senders(1, 5), [1, "Elapsed", { since: 2, run: "main", task: "main", at: "src/main.rs:11:9" }], [2, "SyncAct", { sync: "rwlock 1", kind: "rw_lock", act: "release", units: "all", count: 1, run: "main", task: "main" }], [2, "SyncAct", { sync: "rwlock 1", kind: "rw_lock", act: "take", units: 1, count: 0, run: "main", task: "main" }], over("main", 4)], {}, [code, chan]);
    same(await guess.evaluate(() => { const { K } = window; return [...K.trace.index.byEv.get("SyncAct").slice(0, 2), ...K.trace.index.byEv.get("Elapsed")].map((i, n) => K.perhaps(K.event(i), { file: "src/main.rs", line: n ? 11 : 10 })); }), [[10], [], []], "but for one that is cloned");
    // Nor for a release by a line that gives up a part, or by one that is in another block.
    same(await guess.evaluate(() => { const { K } = window, [release, take] = K.trace.index.byEv.get("SyncAct").slice(2).map(K.event); return [K.perhaps(release, { file: "src/main.rs", line: 15 }), ...[18, 15].map((line) => K.perhaps(take, { file: "src/main.rs", line }))]; }), [[], [19], [15, 21]], "of this block alone");
  });

  checks.add("answer: a task that answers is followed through what it did for others, and a wait for two places says so", async (open) => {
    const act = (ms, run, sync, kind, act, count, more = {}) => [ms, "SyncAct", { sync, kind, act, units: 1, count, run, task: run }, "primitives", sync, { count, ...more }];
    const channel = (ms, run, sync, kind, room = null) => [ms, "SyncNew", { sync, kind, run, ...(room && { room }) }, "primitives", sync, { kind, room, count: 0, senders: 1 }];
    const asks = (ms, run, answer) => [channel(ms, run, answer, "oneshot"), act(ms, run, "channel 1", "mpsc", "put", 1), waits(run, ms, { value: answer })];
    const takes = (ms) => act(ms, "task 1", "channel 1", "mpsc", "get", 0);
    const answers = (ms, answer, who) => [act(ms, "task 1", answer, "oneshot", "put", 1), woken(who, ms, "task 1")];
    const sleeps = (run, from, to, n) => [waits(run, from, { timer: `timer ${n}` }), woken(run, to, "timer"), polled(run, to)];
    const [first, ...rests] = sleeps("task 3", 0, 30, 3);
    // It is at work for task 2 as task 3 asks; or it has answered by then, and waits for the next value.
    const busy = [...sleeps("task 1", 0, 50, 1)], idle = [...sleeps("task 1", 0, 20, 1)];
    const begin = [made("main"), polled("main", 0), channel(0, "main", "channel 1", "mpsc"), ...[1, 2, 3].map((n) => made(`task ${n}`)), waits("main", 0, { task: "task 3" }), polled("task 3", 0), first, polled("task 2", 0), ...asks(0, "task 2", "channel 2"), polled("task 1", 0), takes(0)];
    const end = (ms) => [...sleeps("task 1", ms, ms + 40, 2), ...answers(ms + 40, "channel 3", "task 3"), waits("task 1", ms + 40, { value: "channel 1" }), polled("task 3", ms + 40), woken("main", ms + 40, "task 3"), over("task 3", ms + 40), polled("main", ms + 40), over("main", ms + 40)];
    const atWork = await told(open, "at-work", [...begin, busy[0], ...rests, ...asks(30, "task 3", "channel 3"), ...busy.slice(1), ...answers(50, "channel 2", "task 2"), takes(50), ...end(50)]);
    const free = await told(open, "free", [...begin, ...idle, ...answers(20, "channel 2", "task 2"), waits("task 1", 20, { value: "channel 1" }), ...rests, ...asks(30, "task 3", "channel 3"), woken("task 1", 30, "task 3"), polled("task 1", 30), takes(30), ...end(30)]);
    // (Or it is at work for an earlier question of the same task.)
    const own = await told(open, "own-question", [...begin.slice(0, -5), polled("task 2", 0), channel(0, "task 2", "channel 2", "oneshot"), act(0, "task 2", "channel 1", "mpsc", "put", 1), waits("task 2", 0, { timer: "timer 5" }), polled("task 1", 0), takes(0), busy[0], ...sleeps("task 2", 0, 30, 5).slice(1), ...asks(30, "task 2", "channel 3"), ...busy.slice(1), act(50, "task 1", "channel 2", "oneshot", "put", 1), takes(50), ...sleeps("task 1", 50, 90, 2), ...answers(90, "channel 3", "task 2"), waits("task 1", 90, { value: "channel 1" }), polled("task 2", 90), over("task 2", 90), woken("main", 90, "message"), polled("main", 90), over("main", 90)]);
    same(await chain(own, "task 2"), [["task 2: a value in channel 3"], ["task 1", "a timer", 90], null], "all that it did since the first question");
    same([await chain(atWork, "task 3"), await chain(free, "task 3")], [[["task 3: a value in channel 3"], ["task 1", "a timer", 90], null], [["task 3: a value in channel 3"], ["task 1", "a timer", 40], null]], "what was in the way");

    // Two places: one that is free is kept for it, and none for another task.
    const two = { sync: "channel 1", ticket: 1, units: 2 };
    const waiting = [[2, "Wait", { on: two, run: "main", task: "main", say: "main waits for room in channel 1, ticket 1" }, "tasks", "main", { waits: [two] }, "primitives", "channel 1", { ticket: 1, who: "main" }], waits("main", 2, two), [90, "Park", { timeout: null }, "loop", "", { step: "park" }]];
    const page = await told(open, "two-places", [made("main"), polled("main", 0), channel(0, "main", "channel 1", "mpsc", 2), act(1, "main", "channel 1", "mpsc", "put", 1), ...waiting]);
    const [sentence, why, cells] = await page.evaluate(() => { const { K } = window, i = K.trace.index.byEv.get("Wait")[0]; K.go(i + 1); return [K.sentence(i), K.why.words(K.stateAt(i + 1), "main"), [...document.querySelectorAll(".rail .cell")].map((cell) => window.T.words(cell))]; });
    same(sentence, "Main waits for room for 2 in channel 1, ticket 1.", "how many it wants");
    is(/wants to send 2 values: it is the first in line for as many places of the 2 of channel 1, and 1 is kept for it.*runs again when one more place has come free/.test(why), why);
    same(cells, ["value", "kept"], "the place that is kept");
    const served = await told(open, "two-served", [made("main"), polled("main", 0), channel(0, "main", "channel 1", "mpsc", 2), act(1, "main", "channel 1", "mpsc", "put", 1), ...waiting.slice(0, 2), act(3, "task 1", "channel 1", "mpsc", "get", 0), [3, "Served", { on: { sync: "channel 1", units: 1 } }, "primitives", "channel 1", { ticket: 1, who: null, handed: ["main"] }], woken("main", 3, "message"), polled("main", 3), over("main", 4)]);
    same(await served.evaluate(() => { window.K.go(window.K.trace.index.byEv.get("Served")[0]); return [...document.querySelectorAll(".rail .cell")].map((cell) => window.T.words(cell)); }), ["kept", "kept"], "both are its own");

    // The filter knows of it while it is still polled.
    same(await page.evaluate(() => { const { K } = window, [wait] = K.trace.index.byEv.get("Wait"); return [wait - 1, wait].map((i) => { K.go(i); return K.filter.suggestions().filter(([term]) => /^waits:channel 1/.test(term)).length; }); }), [0, 1], "as soon as it is in the line");
  });

  checks.add("answer: no line is guessed that is over, and a lock was taken where it was waited for", async (open) => {
    const code = { file: "src/main.rs", whose: "program", text: ["async fn main() {", "    radio.send(1).unwrap();", "    for _ in 0..2 {", "        tick().await;", "        radio.send(2).unwrap();", "        tock().await;", "    }", "    all.iter().map(|one| {", "        radio.send(3).unwrap();", "        spawn(one)", "    });", "}", ""].join("\n") };
    const page = await told(open, "over-lines", [made("main"), polled("main", 0), [1, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "put", units: 1, count: 0, run: "main" }, "primitives", "channel 1", { kind: "mpsc", count: 0 }], over("main", 1)], {}, [code]);
    same(await page.evaluate(() => { const { K } = window, [i] = K.trace.index.byEv.get("SyncAct"); return [4, 6, 10].map((line) => K.perhaps(K.event(i), { file: "src/main.rs", line })); }), [[5, 9], [5, 9], [9]], "before the loop it is over, in it and in a closure it comes again");
    const lock = (act, ms, count) => [ms, "SyncAct", { sync: "lock 1", kind: "mutex", act, units: "all", count, run: "main", task: "main" }, "primitives", "lock 1", { kind: "mutex", count }], on = { sync: "lock 1", ticket: 1, units: "all" }, text = "async fn main() {\n    a.lock().await;\n    b.lock().await;\n}\n";
    const took = await told(open, "waited-there", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "lock 1", kind: "mutex", run: "main" }, "primitives", "lock 1", { kind: "mutex", count: 0 }], [1, "Wait", { on, run: "main", task: "main", at: "src/main.rs:2:9" }, "primitives", "lock 1", { ticket: 1, who: "main" }], waits("main", 1, on), woken("main", 50, "message"), polled("main", 50), lock("take", 50, 0), over("main", 51)], {}, [{ ...code, text }]);
    same(await took.evaluate(() => { const { K } = window, [i] = K.trace.index.byEv.get("SyncAct"); return [K.perhaps(K.event(i), { file: "src/main.rs", line: 2 }), K.perhaps({ ...K.event(i), act: "release", run: "main" }, { file: "src/main.rs", line: 1 }).length]; }), [[2], 0], "where the wait was");
  });

  checks.add("answer: bytes that had come and were found late are no wait for the other end", async (open) => {
    const socket = (n, from, to, run) => [0, "SourceNew", { source: `source ${n}`, what: "TcpStream", ends: [from, to], run }, "sources", `source ${n}`, { what: "TcpStream" }];
    const tries = (ms, n, run, direction, bytes) => [ms, "SourceTry", { source: `source ${n}`, direction, result: "done", bytes, run, task: run }];
    const turn = (ms) => [ms, "Turn", {}, "loop", "", { step: "run" }];
    // Task 1 writes 10 ms after the turn has begun, and task 2 holds the thread for 50 ms more; or another turn begins just before the wake.
    const run = (...late) => [made("main"), polled("main", 0), socket(1, 5001, 5002, "main"), socket(2, 5002, 5001, "main"), made("task 1"), made("task 2"), waits("main", 0, { source: "source 1", direction: "read" }), turn(1), polled("task 1", 10), tries(10, 2, "task 1", "write", 4), over("task 1", 10), polled("task 2", 10), over("task 2", 60), ...late, woken("main", 60, "io"), polled("main", 60), tries(60, 1, "main", "read", 4), over("main", 60)];
    const [busy, soon] = [await told(open, "found-late", run()), await told(open, "found-soon", run(turn(59.5)))];
    const waited = async (page) => (await sums(page, "main")).filter(([, ms]) => ms > 0);
    same([await waited(busy), await waited(soon)], [[["a socket that was ready, which the loop found late", 50], ["source 1, to read", 10]], [["source 1, to read", 60]]], "since they were written, or since the loop looked last");
    is(/found late, 50 ms.* while .*task 2 held the thread \(50 ms\)/.test((await shown(busy))[2]), (await shown(busy))[2]);
  });

  const kept = (ms, run, sync, kind, act, count = 1) => [ms, "SyncAct", { sync, kind, act, units: kind === "watch" ? "all" : 1, count, run, task: run }, "primitives", sync, { kind, count }];
  const timed = (ms, n, task, at) => [ms, "TimerAdd", { timer: `timer ${n}`, run: task, task }, "timers", `timer ${n}`, { due: at * 1e6, task }];
  const fires = (ms, n, late = 0) => [ms, "TimerFire", { timer: `timer ${n}`, late: late * 1e6 }, "timers", `timer ${n}`, "rings"];
  const news = { sync: "watch 1", ticket: 1, units: 1 }, again = (task, ms, by) => also(woken(task, ms, by), { effect: "coalesced" });
  const chained = (page) => page.evaluate(() => {
    const { links, last, others } = window.K.chainOf("main", ...window.K.lifeOf("main"));
    return [links.map(({ who, words }) => `${who}: ${words}`), ...[last, ...others].map(({ who, words, ns }) => [who, words, ns / 1e6]).filter(([, , ms]) => ms > 1)];
  });

  checks.add("answer: a task that was woken for something else goes on with what came last, if it took that", async (open) => {
    // Main looks at news in each round of a timer. The last news come while it is ready, or while it sleeps and does not wait for them.
    const begin = [made("main"), polled("main", 0), made("task 1"), kept(0, "main", "watch 1", "watch", "put"), timed(0, 1, "main", 20)];
    const took = [kept(80, "main", "watch 1", "watch", "get"), over("main", 80)];
    const sends = (ms) => [timed(1, 9, "task 1", ms), waits("task 1", 1, { timer: "timer 9" })];
    const ready = await told(open, "came-while-ready", [...begin, waits("main", 0, news, { timer: "timer 1" }), polled("task 1", 1), ...sends(60), fires(20, 1), woken("main", 20, "timer"), fires(60, 9), woken("task 1", 60, "timer"), polled("task 1", 60), kept(78, "task 1", "watch 1", "watch", "put"), again("main", 78, "task 1"), over("task 1", 78), polled("main", 80), ...took]);
    same(await chained(ready), [["main: watch 1"], ["task 1", "a timer", 59], ["task 1", "polling", 18], ["main", "ready, in the run queue", 2]], "it came while the task was ready");
    const asleep = await told(open, "came-while-asleep", [...begin, waits("main", 0, news, { timer: "timer 1" }), polled("task 1", 1), ...sends(60), fires(20, 1), woken("main", 20, "timer"), polled("main", 20), timed(20, 2, "main", 80), waits("main", 20, { timer: "timer 2" }), fires(60, 9), woken("task 1", 60, "timer"), polled("task 1", 60), kept(60, "task 1", "watch 1", "watch", "put"), over("task 1", 60), fires(80, 2), woken("main", 80, "timer"), polled("main", 80), ...took]);
    same(await chained(asleep), [["main: watch 1"], ["task 1", "a timer", 59], ["main", "a timer", 20]], "and while it slept, as none had come before");
    const value = { value: "channel 1" }, gives = kept(20, "task 2", "channel 1", "mpsc", "put");
    const busy = await told(open, "came-while-busy", [...begin.slice(0, 3), made("task 2"), [0, "Wait", { on: news, run: "main", task: "main" }], waits("main", 0, news, value), polled("task 1", 1), ...sends(60), polled("task 2", 1), timed(1, 3, "task 2", 20), waits("task 2", 1, { timer: "timer 3" }), fires(20, 3), woken("task 2", 20, "timer"), polled("task 2", 20), gives, woken("main", 20, "task 2"), over("task 2", 20), polled("main", 20), kept(20, "main", "channel 1", "mpsc", "get", 0), timed(20, 2, "main", 80), waits("main", 20, { timer: "timer 2" }), fires(60, 9), woken("task 1", 60, "timer"), polled("task 1", 60), kept(60, "task 1", "watch 1", "watch", "put"), over("task 1", 60), fires(80, 2), woken("main", 80, "timer"), polled("main", 80), ...took]);
    same(await chained(busy), [[], ["main", "a timer", 60], ["task 2", "a timer", 19]], "what another task has given it to do in that round has put it off, all of it");
    is(/In its last poll main took what task 1 had sent into watch 1 at 60\.00 ms .*, 20 ms before, while it waited for something else\./.test((await shown(busy))[2]) && !/In its last poll/.test((await shown(asleep))[2]), (await shown(busy))[2]);
    const other = await told(open, "came-and-left", [...begin, waits("main", 0, news, { timer: "timer 1" }), polled("task 1", 1), ...sends(60), fires(20, 1), woken("main", 20, "timer"), polled("main", 20), timed(20, 2, "main", 80), waits("main", 20, { timer: "timer 2" }), fires(60, 9), woken("task 1", 60, "timer"), polled("task 1", 60), kept(60, "task 1", "watch 1", "watch", "put"), over("task 1", 60), fires(80, 2), woken("main", 80, "timer"), polled("main", 80), over("main", 80)]);
    same(await chained(other), [[], ["main", "a timer", 60], ["main", "a timer that came before watch 1", 20]], "if it has not taken that, it goes on with its own rounds");
  });

  checks.add("answer: what a branch of a join! did next was put off by what that waited for, and not by the others", async (open) => {
    const both = { timer: "timer 1" }, rest = { value: "channel 1" };
    const page = await told(open, "branch-acted", [made("main"), polled("main", 0), made("task 1"), timed(0, 1, "main", 30), waits("main", 0, both, rest), polled("task 1", 1), waits("task 1", 1, { value: "channel 2" }), fires(30, 1), woken("main", 30, "timer"), polled("main", 30), kept(30, "main", "channel 2", "mpsc", "put"), woken("task 1", 30, "main"), waits("main", 30, rest), polled("task 1", 30), timed(30, 2, "task 1", 50), waits("task 1", 30, { timer: "timer 2" }), fires(50, 2), woken("task 1", 50, "timer"), polled("task 1", 50), kept(50, "task 1", "channel 1", "mpsc", "put"), woken("main", 50, "task 1"), over("task 1", 50), polled("main", 50), kept(50, "main", "channel 1", "mpsc", "get", 0), over("main", 50)]);
    same((await chained(page)).slice(1), [["main", "a timer", 30], ["task 1", "a timer", 20]], "main sent when its timer came");
    const limit = await told(open, "limit-acted", [made("main"), polled("main", 0), made("task 1"), timed(0, 1, "main", 30), waits("main", 0, rest, { value: "channel 3" }, both), polled("task 1", 1), waits("task 1", 1, { closed: "channel 3" }), fires(30, 1), woken("main", 30, "timer"), polled("main", 30), [30, "Elapsed", { run: "main", task: "main", since: 1 }], [30, "Unwait", { run: "main", task: "main", on: { value: "channel 3" } }], kept(30, "main", "channel 3", "oneshot", "close", 0), woken("task 1", 30, "main"), waits("main", 30, rest), polled("task 1", 30), timed(30, 2, "task 1", 50), waits("task 1", 30, { timer: "timer 2" }), fires(50, 2), woken("task 1", 50, "timer"), polled("task 1", 50), kept(50, "task 1", "channel 1", "mpsc", "put"), woken("main", 50, "task 1"), over("task 1", 50), polled("main", 50), kept(50, "main", "channel 1", "mpsc", "get", 0), over("main", 50)]);
    same((await chained(limit)).slice(1), [["main", "a timer that came before a value in channel 3", 30], ["task 1", "a timer", 20]], "and it closed when its limit was over");
  });

  checks.add("answer: a timer that was due in an earlier wait was held up by all that held the thread since", async (open) => {
    const page = await told(open, "late-since", [made("main"), polled("main", 0), made("task 1"), timed(0, 1, "main", 10), waits("main", 0, { timer: "timer 1" }, { value: "channel 1" }), woken("main", 5, "message"), polled("task 1", 6), over("task 1", 40), polled("main", 40), waits("main", 41, { timer: "timer 1" }), fires(42, 1, 32), woken("main", 42, "timer"), polled("main", 42), over("main", 42)]);
    is(/a timer that was late, over several waits, 32 ms.* while .*task 1 held the thread \(30 ms\)/.test((await shown(page))[2]), (await shown(page))[2]);
    const ended = await told(open, "late-cancel", [made("main"), polled("main", 0), made("task 1"), waits("main", 0, { timer: "timer 2" }), polled("task 1", 0), timed(0, 1, "task 1", 10), waits("task 1", 0, { timer: "timer 1" }), fires(60, 2), woken("main", 60, "timer"), polled("main", 60), [60, "TimerCancel", { timer: "timer 1", run: "main", task: "main" }, "timers", "timer 1", "dropped"], [60, "Cancel", { task: "task 1", run: "main" }], [60, "PollEnd", { task: "task 1", run: "task 1", outcome: "cancelled" }, "tasks", "task 1", { where: "done", how: "cancelled", waits: [] }], over("main", 60)]);
    const rows = await ended.evaluate(() => { const box = document.createElement("div"); box.innerHTML = window.K.answer.html("task 1", -Infinity, Infinity); return [...box.querySelectorAll("li")].map((el) => window.T.words(el)); });
    is(rows.some((words) => /^10 ms ?a timer/.test(words)) && !rows.some((words) => /^10 ms.*cancelled it/.test(words)), rows.join("; "));
  });

  checks.add("answer: of permits that are passed on it is told what is kept, what is out, and how long one was surely out", async (open) => {
    const act = (ms, run, act, then, count = 0) => [ms, "SyncAct", { sync: "semaphore 1", kind: "semaphore", act, units: 1, count, run, task: run }, "primitives", "semaphore 1", then], on = { sync: "semaphore 1", ticket: 1, units: 1 };
    const line = (ms, who, ticket) => [ms, "Wait", { on: { ...on, ticket }, run: who, task: who }, "primitives", "semaphore 1", { count: 0, ticket, who }], serve = (ms, run, ticket, who) => [ms, "Served", { on: { ...on, ticket }, run, task: run }, "primitives", "semaphore 1", { ticket, who: null, handed: [who] }];
    const page = await told(open, "passed-on", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "semaphore 1", kind: "semaphore", count: 2, run: "main" }, "primitives", "semaphore 1", { kind: "semaphore", count: 2 }], act(0, "main", "take", { count: 1, holders: ["main"] }, 1), ...["task 1", "task 2", "task 3", "task 4"].map((name) => made(name)), waits("main", 0, { timer: "timer 1" }), polled("task 1", 1), act(10, "task 1", "take", { count: 0, holders: ["main", "task 1"] }), waits("task 1", 10, { timer: "timer 2" }),
      polled("task 2", 11), line(11, "task 2", 1), waits("task 2", 11, on), polled("task 3", 12), line(12, "task 3", 2), waits("task 3", 12, { ...on, ticket: 2 }), polled("task 4", 13), waits("task 4", 13, { timer: "timer 3" }), fires(60, 3), woken("task 4", 60, "timer"), polled("task 4", 60), act(60, "task 4", "release", { holders: ["somebody"] }), serve(60, "task 4", 1, "task 2"), woken("task 2", 60, "task 4"), waits("task 4", 60, { timer: "timer 4" }), fires(90, 4), woken("task 4", 90, "timer"), polled("task 4", 90), act(90, "task 4", "release", { holders: [] }), serve(90, "task 4", 2, "task 3"), woken("task 3", 90, "task 4"), over("task 4", 90), woken("main", 90, "message"), polled("main", 90), over("main", 90)]);
    const [kept, back, most] = await page.evaluate(() => { const { K } = window, plain = (html) => html.replace(/<[^>]*>/g, ""), [, first, second] = [0, ...K.trace.index.byEv.get("Served")]; return [plain(K.why.words(K.stateAt(first), "task 3")), plain(K.why.words(K.stateAt(second - 1), "task 3")), plain(K.times.most([], -Infinity, Infinity, Infinity))]; });
    is(/What has come back is kept for .*task 2, which is woken soon\. At 60\.00 ms .*task 4 gave back what it had not taken: which task has what is out now, no event tells\./.test(kept), `while one is out: ${kept}`);
    is(/What it waited for, 1 permit of semaphore 1, has come back, and is kept for it/.test(back), `as it comes back: ${back}`);
    is(!/semaphore 1/.test(most), `either may have come back first: ${most}`);
    const slept = await told(open, "slept", [made("main"), polled("main", 0), waits("main", 0, { timer: "timer 1" }), [0, "Park", { timeout: 5e6 }, "loop", "", { step: "park" }], [5, "Unpark", { events: 0 }, "loop", "", { step: "turn" }], [5, "Turn", {}], [5, "TimerCascade", { timer: "timer 1" }], [5, "Park", { timeout: 5e6 }, "loop", "", { step: "park" }], [10, "Unpark", { events: 0 }, "loop", "", { step: "turn" }], [10, "Turn", {}], fires(10, 1), woken("main", 10, "timer"), polled("main", 10), over("main", 10)]);
    same(await slept.evaluate(() => window.K.times.asleep().by), { "a turn of the wheel": 1, "a timer": 1 }, "what ended the sleeps");
  });

  checks.add("answer: one socket that has read all that the others sent has it from them", async (open) => {
    const udp = (n) => [0, "SourceNew", { source: `source ${n}`, what: "UdpSocket", ends: [5000 + n, 0], run: "main" }, "sources", `source ${n}`, { what: "UdpSocket" }];
    const tries = (ms, n, run, direction, bytes) => [ms, "SourceTry", { source: `source ${n}`, direction, result: "done", bytes, run, task: run }];
    const run = (second) => [made("main"), polled("main", 0), udp(1), udp(2), udp(3), made("task 1"), made("task 2"), waits("main", 0, { source: "source 1", direction: "read" }), polled("task 1", 1), tries(1, 2, "task 1", "write", 4), waits("task 1", 1, { timer: "timer 1" }), polled("task 2", 1), waits("task 2", 1, { timer: "timer 2" }), woken("main", 2, "io"), polled("main", 2), tries(2, 1, "main", "read", 4), waits("main", 2, { source: "source 1", direction: "read" }), fires(50, 2), woken("task 2", 50, "timer"), polled("task 2", 50), tries(50, 3, "task 2", "write", second), over("task 2", 50), woken("main", 50, "io"), polled("main", 50), tries(50, 1, "main", "read", 6), over("main", 50)];
    const [page, other] = [await told(open, "hub", run(6)), await told(open, "no-hub", run(7))];
    same(await chained(page), [["main: source 1, to read"], ["task 2", "a timer", 49]], "the second is from task 2");
    is(/task 2 sent a datagram of 6 bytes from source 3 \(event \d+\), by the number and sizes of all datagrams the one that was read there\./.test((await shown(page))[2]), (await shown(page))[2]);
    same((await chained(other))[0], [], "if the sizes differ, that is not known");
  });

  checks.add("answer: a waker that was left in a set of tasks ends no wait for another task", async (open) => {
    const member = { value: "joinset 1" }, set = [0, "SyncNew", { sync: "joinset 1", kind: "join_set", run: "main", count: 0 }, "primitives", "joinset 1", { kind: "join_set", count: 0 }];
    const page = await told(open, "left-in-set", [made("main"), polled("main", 0), set, made("task 1"), made("task 2"), timed(0, 1, "main", 10), [0, "Wait", { on: member, run: "main", task: "main" }], waits("main", 0, member, { timer: "timer 1" }), polled("task 1", 0), timed(0, 2, "task 1", 30), waits("task 1", 0, { timer: "timer 2" }), polled("task 2", 0), timed(0, 3, "task 2", 60), waits("task 2", 0, { timer: "timer 3" }), fires(10, 1), woken("main", 10, "timer"), polled("main", 10), [10, "Elapsed", { run: "main", task: "main", since: 1 }], [10, "Wait", { on: { task: "task 2" }, run: "main", task: "main" }], waits("main", 10, { task: "task 2" }), fires(30, 2), woken("task 1", 30, "timer"), polled("task 1", 30), over("task 1", 30), [30, "Served", { on: member, say: "a task of joinset 1 has ended" }], also(woken("main", 30, "task 1"), { run: undefined }), polled("main", 30), [30, "Wait", { on: { task: "task 2" }, run: "main", task: "main" }], waits("main", 30, { task: "task 2" }), fires(60, 3), woken("task 2", 60, "timer"), polled("task 2", 60), over("task 2", 60), woken("main", 60, "task 2"), polled("main", 60), [60, "Join", { task: "task 2", run: "main" }], over("main", 60)]);
    same(await chained(page), [["main: the end of task 2"], ["task 2", "a timer", 60]], "task 1 has put nothing off");
    const [served] = await page.evaluate(() => { const { K } = window, [i] = K.trace.index.byEv.get("Served"); return [K.aside(i, K.stateAt(i)).replace(/<[^>]*>/g, "")]; });
    is(/main is told, which had asked joinset 1 before and waits for something else now/.test(served), served);
  });

  checks.add("answer: a branch of a join! waits for a task since it has asked for its end", async (open) => {
    const end = { task: "task 1" };
    const page = await told(open, "asked-before", [made("main"), polled("main", 0), made("task 1"), timed(0, 1, "main", 70), waits("main", 0, end, { timer: "timer 1" }), polled("task 1", 0), timed(0, 2, "task 1", 80), waits("task 1", 0, { timer: "timer 2" }), fires(70, 1), woken("main", 70, "timer"), polled("main", 70), waits("main", 70, end), fires(80, 2), woken("task 1", 80, "timer"), polled("task 1", 80), over("task 1", 80), woken("main", 80, "task 1"), polled("main", 80), [80, "Join", { task: "task 1", run: "main" }], over("main", 80)]);
    is(!/before that wait of/.test((await shown(page))[2]), (await shown(page))[2]);
    const after = await told(open, "asked-after", [made("main"), polled("main", 0), made("task 1"), timed(0, 1, "main", 70), waits("main", 0, { timer: "timer 1" }), polled("task 1", 0), timed(0, 2, "task 1", 80), waits("task 1", 0, { timer: "timer 2" }), fires(70, 1), woken("main", 70, "timer"), polled("main", 70), waits("main", 70, end), fires(80, 2), woken("task 1", 80, "timer"), polled("task 1", 80), over("task 1", 80), woken("main", 80, "task 1"), polled("main", 80), [80, "Join", { task: "task 1", run: "main" }], over("main", 80)]);
    is(/80 ms between 0\.0 µs and 80\.00 ms, most of it before that wait of .*main began/.test((await shown(after))[2]), (await shown(after))[2]);
  });

  checks.add("answer: a timer that led a branch of a join! on to a socket has ended that wait, whatever else goes on", async (open) => {
    const read = (n) => ({ source: `source ${n}`, direction: "read" }), led = async (name, ...more) => (await sums(await told(open, `led-${name}`, [made("main"), polled("main", 0), timed(0, 1, "main", 30), waits("main", 0, { timer: "timer 1" }, read(1)), fires(30, 1), woken("main", 30, "timer"), polled("main", 30), waits("main", 30, read(1), ...more), woken("main", 50, "io"), polled("main", 50), over("main", 50)]), "main")).filter(([, ms]) => ms > 0);
    same(await led("on", read(2)), [["a timer", 30], ["source 1, to read", 20]].sort(), "it waits for another socket then");
    same(await led("nowhere"), [["source 1, to read", 50]], "it waits for nothing new");
  });

  checks.add("answer: where several ways lead to a sum, it says how much came by the one that is told", async (open) => {
    const on = (n) => ({ value: `channel ${n}` });
    const page = await told(open, "two-ways", [made("main"), polled("main", 0), made("task 1"), made("task 2"), waits("main", 0, on(1)), polled("task 1", 0), waits("task 1", 0, on(2)), polled("task 2", 0), timed(0, 1, "task 2", 30), waits("task 2", 0, { timer: "timer 1" }),
      fires(30, 1), woken("task 2", 30, "timer"), polled("task 2", 30), woken("task 1", 30, "task 2"), waits("task 2", 30, on(3)), polled("task 1", 30), woken("main", 30, "task 1"), over("task 1", 30), polled("main", 30), woken("task 2", 30, "main"), waits("main", 30, on(4)),
      polled("task 2", 30), timed(30, 2, "task 2", 50), waits("task 2", 30, { timer: "timer 2" }), fires(50, 2), woken("task 2", 50, "timer"), polled("task 2", 50), woken("main", 50, "task 2"), over("task 2", 50), polled("main", 50), over("main", 50)]);
    const [, , words] = await shown(page);
    is(/← .*task 1 *← a value in channel 2.*← .*task 2 *← a timer, 50 ms.*; 30 ms of it this way/.test(words), words);
    same(await page.evaluate(() => window.K.chainOf("task 1", -Infinity, Infinity).last.share), 30e6, "and by one way all of it");
    // Of what is cancelled at once each event is told; of more than three the first and the last.
    const cancel = (n) => [[9, "Cancel", { task: `task ${n}`, run: "main" }], [9, "PollEnd", { task: `task ${n}`, run: `task ${n}`, outcome: "cancelled" }, "tasks", `task ${n}`, { where: "done", how: "cancelled", waits: [] }]], all = (most) => Array.from({ length: most }, (_, k) => k + 1);
    for (const [most, wanted] of [[1, /was cancelled \( ?.*task 1, by .*main at 9\.00 ms \(event 4\)\)/], [2, /2 tasks were cancelled by .*main at 9\.00 ms \(events 5 and 7\)/], [5, /5 tasks were cancelled by .*main at 9\.00 ms \(events 8 to 16\)/]]) {
      const [, sentence] = await shown(await told(open, `cancelled-${most}`, [made("main"), polled("main", 0), ...all(most).map((n) => made(`task ${n}`)), ...all(most).flatMap(cancel), over("main", 9)]));
      is(wanted.test(sentence), sentence);
    }
  });

  checks.add("boxes: who waits for the other end to go has its waker at the watch, or the channel", async (open) => {
    const made1 = (sync, kind) => [0, "SyncNew", { sync, kind, run: "main" }, "primitives", sync, { kind, senders: 1 }], ends = (task, closed) => [[0, "Wait", { on: { closed }, run: task, task }, "primitives", closed, { closed_waiting: [task] }], waits(task, 0, { closed })];
    const page = await told(open, "till-closed", [made("main"), polled("main", 0), made1("watch 1", "watch"), made1("channel 2", "mpsc"), made("task 1"), made("task 2"), waits("main", 0, { task: "task 1" }), polled("task 1", 0), ...ends("task 1", "watch 1"), polled("task 2", 0), ...ends("task 2", "channel 2"), [9, "Park", { timeout: null }, "loop", "", { step: "park" }]]);
    const [words, change] = await page.evaluate(() => { const { K } = window; K.go(K.trace.last); const words = document.getElementById("wakers").textContent; K.go(K.trace.index.byEv.get("Wait")[0]); return [words, document.getElementById("changed").textContent]; });
    is(/Watch 1.*till it closes *1/.test(words) && /Channel 2.*till it closes *2/.test(words) && !/no task has waited(?! for a value)/.test(words), words);
    is(/watch 1.*task 1 waits till it closes/.test(change), change);
  });

  checks.add("answer: what a select! asks for again in each round of a loop is another wait each time", async (open) => {
    const read = (ticket) => ({ sync: "broadcast 1", ticket }), sums = [made("main"), polled("main", 0), made("task 1"), timed(0, 1, "main", 60), waits("main", 0, read(1), { timer: "timer 1" }), polled("task 1", 0), timed(0, 2, "task 1", 65), waits("task 1", 0, { timer: "timer 2" }), fires(60, 1), woken("main", 60, "timer"), polled("main", 60)];
    const page = await told(open, "asked-again", [...sums, waits("main", 60, read(2)), fires(65, 2), woken("task 1", 65, "timer"), polled("task 1", 65), woken("main", 65, "task 1"), over("task 1", 65), polled("main", 65), over("main", 65)]);
    const [, , words] = await shown(page), n = await page.evaluate(() => window.K.trace.index.byEv.get("PollEnd").map((i) => window.K.event(i)).find(({ run, t }) => run === "main" && t === 60e6).n);
    is(new RegExp(`65 ms between .*, nearly all of it before that wait of .*main began \\(event ${n}\\)`).test(words), words);
  });

  checks.add("answer: a future that was dropped before its first poll is not the last line that a task has reached", async (open) => {
    const at = (line) => ({ at: `src/main.rs:${line}:9` });
    const page = await told(open, "never-reached", [made("main"), polled("main", 0), [0, "SyncAct", { sync: "channel 1", kind: "mpsc", act: "get", units: 1, count: 0, run: "main", task: "main", ...at(2) }], [0, "Unpolled", { run: "main", task: "main", made: "src/main.rs:3:9", ...at(2) }], also(over("main", 0), at(2))], {}, [{ file: "src/main.rs", whose: "program", text: "async fn main() {\n    a.recv().await;\n    b.recv();\n}\n" }]);
    same(await page.evaluate(() => ["Unpolled", "PollEnd"].map((ev) => { const { K } = window, [i] = K.trace.index.byEv.get(ev); return K.lastTold(K.stateAt(i), K.event(i)).line; })), [3, 2], "where it was made, and after that");
  });

  checks.add("boxes: of a limit and what it limits one may have come, and its branch is woken", async (open) => {
    const on = { value: "channel 1" }, select = ["selects", "main", { begun: 2, since: 2, task: "main", won: null, branches: [{ state: "waiting", polls: 1, waits: [on, { timer: "timer 1" }], took: [] }, { state: "waiting", polls: 1, waits: [{ timer: "timer 2" }], took: [] }] }];
    const page = await told(open, "limit-woken", [made("main"), polled("main", 0), timed(0, 1, "main", 90), timed(0, 2, "main", 95), [0, "SelectStart", { branches: 2, first: 0, run: "main", task: "main" }, ...select], ...[0, 1].map((branch) => [0, "SelectPoll", { branch, ready: false, run: "main", task: "main" }]), waits("main", 0, on, { timer: "timer 1" }, { timer: "timer 2" }), [20, "Wake", { task: "main", by: "message", effect: "queued" }, "tasks", "main", { where: "queued", waits: [{ timer: "timer 1" }, { timer: "timer 2" }] }], polled("main", 20), over("main", 20)]);
    same(await page.evaluate(() => { const { K } = window; K.go(K.trace.index.byEv.get("Wake")[0]); return [...document.querySelectorAll(".branch small")].map((el) => el.textContent.replace(/ · .*/, "")); }), ["woken for a value in channel 1", "waiting for timer 2"], "as it is woken");
  });

  checks.add("answer: who waits for two things in two lines waits in both", async (open) => {
    const at = (line) => `src/main.rs:${line}:9`, wait = (on, line) => [0, "Wait", { on, run: "main", task: "main", at: at(line) }];
    const where = async (name, ...lines) => (await told(open, `lines-${name}`, [made("main"), polled("main", 0), ...lines.map((line, k) => wait({ value: `channel ${k + 1}` }, line)), waits("main", 0, ...lines.map((_, k) => ({ value: `channel ${k + 1}` }))), [9, "Park", { timeout: null }, "loop", "", { step: "park" }]], {}, [{ file: "src/main.rs", whose: "program", text: "async fn main() {\n    a.recv().await;\n    b.recv().await;\n}\n" }])).evaluate(() => window.K.whereIs(window.K.trace.state, "main").replace(/<[^>]*>/g, ""));
    is(/ \(src\/main\.rs:2 and src\/main\.rs:3\)$| \(main\.rs:2 and main\.rs:3\)$/.test(await where("two", 2, 3)), await where("two", 2, 3));
    is(/ \((src\/)?main\.rs:2\)$/.test(await where("one", 2, 2)), await where("one", 2, 2));
  });

  checks.add("answer: of what held the thread none is left out that is not little", async (open) => {
    const words = (page, tasks, recorder, ns) => page.evaluate(([tasks, recorder, ns]) => {
      const groups = [...Map.groupBy(tasks, ([made]) => made)].map(([made, all]) => ({ made, ns: all.reduce((n, [, , ns]) => n + ns, 0), tasks: new Map(all.map(([, name, ns]) => [name, ns])) })).sort((a, b) => b.ns - a.ns);
      const held = { total: tasks.reduce((n, [, , ns]) => n + ns, 0), count: tasks.length, recorder, groups, unknown: false };
      return window.K.heldWords(held, ns).replace(/<[^>]*>/g, "");
    }, [tasks, recorder * 1e6, ns * 1e6]);
    const page = await open(files.channel), task = (line, n, ms) => [`src/main.rs:${line}`, `task ${n}`, ms * 1e6], crowd = [1, 2, 3, 4, 5].map((n) => task(9, n, 2));
    same([await words(page, [...crowd, task(3, 6, 2), task(4, 7, 2)], 0, 14), await words(page, [...crowd, task(3, 6, 1)], 0, 11)], ["5 tasks of main.rs:9 (10 ms) and 2 other tasks (4 ms) held the thread, one after the other", "5 tasks of main.rs:9 held the thread, one after the other (10 ms)"], "the others");
    same([await words(page, crowd, 10, 40), await words(page, crowd, 10, 22)].map((words) => /, and for the rest the machine was busy elsewhere$/.test(words)), [true, false], "the rest");
  });

  checks.add("answer: of what came in one turn that counts which the task waited for, or took", async (open) => {
    // A timer that a select! has left, and the one that is waited for, fire at once.
    const two = await told(open, "two-late", [made("main"), polled("main", 0), timed(0, 1, "main", 10), timed(0, 2, "main", 30), waits("main", 0, { timer: "timer 2" }), fires(40, 1, 30), fires(40, 2, 10), woken("main", 40, "timer"), polled("main", 40), over("main", 40)]);
    same((await sums(two, "main")).filter(([, ms]) => ms > 0), [["a timer", 30], ["a timer that was late", 10]], "as late as its own timer");
    same((await chained(two)).slice(1), [["main", "a timer", 30], ["main", "a timer that was late", 10]], "and in the chain");
    const socket = (n, from, to, run) => [0, "SourceNew", { source: `source ${n}`, what: "TcpStream", ends: [from, to], run }, "sources", `source ${n}`, { what: "TcpStream" }];
    const tries = (ms, n, run, direction) => [ms, "SourceTry", { source: `source ${n}`, direction, result: "done", bytes: 4, run, task: run }];
    const wins = (k) => [[25, "SelectPoll", { branch: k, ready: true, run: "main", task: "main" }], [25, "SelectWin", { branch: k, run: "main", task: "main" }, "selects", "main", { won: k, begun: 3, branches: [{ state: k ? "dropped" : "won", waits: k ? [{ timer: "timer 1" }] : [], took: [] }, { state: k ? "won" : "dropped", waits: [], took: [] }] }]];
    const run = (k, ...took) => [made("main"), polled("main", 0), socket(1, 5001, 5002, "main"), socket(2, 5002, 5001, "main"), made("task 1"), timed(0, 1, "main", 25), [0, "SelectStart", { branches: 2, first: 0, run: "main", task: "main" }, "selects", "main", { won: null, begun: 3, branches: [{ state: "waiting", waits: [{ timer: "timer 1" }], took: [] }, { state: "waiting", waits: [{ source: "source 1", direction: "read" }], took: [] }] }], waits("main", 0, { timer: "timer 1" }, { source: "source 1", direction: "read" }), polled("task 1", 0), timed(0, 2, "task 1", 20), waits("task 1", 0, { timer: "timer 2" }), fires(20, 2), woken("task 1", 20, "timer"), polled("task 1", 20), tries(20, 2, "task 1", "write"), over("task 1", 20), fires(25, 1), woken("main", 25, "timer"), polled("main", 25), ...took, ...wins(k), over("main", 25)];
    same(await chained(await told(open, "took-bytes", run(1, tries(25, 1, "main", "read")))), [["main: source 1, to read, whose other end is source 2"], ["task 1", "a timer", 20], ["main", "source 1, to read", 5]], "what it took, though a timer woke it");
    same((await chained(await told(open, "took-tick", run(0))))[1][0], "main", "and the timer, if that won");
    // The wait for the next end began as the task gave way, and not as it heard of the one before.
    const set = { value: "joinset 1" }, next = await told(open, "next-end", [made("main"), polled("main", 0), [0, "SyncNew", { sync: "joinset 1", kind: "join_set", run: "main", count: 0 }, "primitives", "joinset 1", { kind: "join_set", count: 0 }], made("task 1"), made("task 2"), waits("main", 0, set), polled("task 1", 0), timed(0, 1, "task 1", 70), waits("task 1", 0, { timer: "timer 1" }), polled("task 2", 0), timed(0, 2, "task 2", 80), waits("task 2", 0, { timer: "timer 2" }), fires(70, 1), woken("task 1", 70, "timer"), polled("task 1", 70), over("task 1", 70), woken("main", 70, "task 1"), polled("main", 70), [70, "Join", { task: "task 1", run: "main" }], waits("main", 70, set), fires(80, 2), woken("task 2", 80, "timer"), polled("task 2", 80), over("task 2", 80), woken("main", 80, "task 2"), polled("main", 80), [80, "Join", { task: "task 2", run: "main" }], over("main", 80)]);
    same(await next.evaluate(() => { const { K } = window, [, n] = /most of it before that wait of .*main.* began \(event (\d+)\)/.exec(document.getElementById("answer").textContent) ?? []; return K.event(K.upTo(K.trace.n, Number(n)))?.ev; }), "PollEnd", "since it has given way");
  });

  checks.add("answer: each line has its own call, and a function its own name", async (open) => {
    const text = "async fn main() {\n    sleep(MS).await;\n    ticks.tick().await;\n}\n", at = (line) => ({ at: `src/main.rs:${line}:9` });
    const wait = (ms, n, line) => [also(timed(ms, n, "main", ms + 10), at(line)), [ms, "Wait", { on: { timer: `timer ${n}` }, run: "main", task: "main", ...at(line) }], waits("main", ms, { timer: `timer ${n}` })];
    const page = await told(open, "two-calls", [made("main"), polled("main", 0), ...wait(0, 1, 2), fires(40, 1, 30), woken("main", 40, "timer"), polled("main", 40), ...wait(40, 2, 3), fires(70, 2, 20), woken("main", 70, "timer"), polled("main", 70), over("main", 70)], {}, [{ file: "src/main.rs", whose: "program", text }]);
    is(/50 ms ?a timer that was late ?2 times, 30 ms at most ?sleep in (src\/)?main\.rs:2 and tick in 3/.test((await shown(page))[2]), (await shown(page))[2]);
    same(await page.evaluate(() => window.K.nameOfFunction(["/// # async fn main() {", "/// # }", "pub fn poll_tick() {", "}", ""], [1, 4])), "poll_tick", "and not that of an example in its comment");
  });

  checks.add("answer: of jobs that a join! waits for the last to end has ended the wait", async (open) => {
    const job = (n) => [0, "BlockingStart", { task: `job ${n}`, run: "main", src: "src/main.rs:1:5" }, "jobs", `job ${n}`, { by: "main", waited: null }], runs = (n) => [0, "BlockingRun", { task: `job ${n}`, waited: 0 }, "jobs", `job ${n}`, { waited: 0 }], ends = (ms, n) => [ms, "BlockingEnd", { task: `job ${n}`, ran: ms * 1e6 }, "jobs", `job ${n}`, "ended"], learns = (n) => [100, "Join", { task: `job ${n}`, run: "main", outcome: "ready" }];
    const page = await told(open, "two-jobs", [made("main"), polled("main", 0), job(1), runs(1), job(2), runs(2), waits("main", 0, { task: "job 1" }, { task: "job 2" }), ends(60, 1), ends(85, 2), [100, "Message", { kind: "wake" }], woken("main", 100, "message"), polled("main", 100), learns(1), learns(2), over("main", 100)]);
    same((await sums(page, "main")).filter(([, ms]) => ms > 0), [["job 2, on its thread", 85], ["a job that was over, which the loop heard late", 15]], "job 2 was not over before");
  });

  checks.add("boxes at the beginning of a poll: a branch that is not asked yet was woken, if what it waited for has come", async (open) => {
    const select = (more) => ["selects", "main", { begun: 2, since: 2, task: "main", won: null, branches: [{ state: "waiting", polls: 1, waits: [{ timer: "timer 1" }], took: [] }, { state: "waiting", polls: 1, waits: [{ value: "channel 1" }], took: [], ...more }] }];
    const page = await told(open, "branch-woken-early", [made("main"), polled("main", 0), timed(0, 1, "main", 20), [0, "SelectStart", { branches: 2, first: 0, run: "main", task: "main" }, ...select()], ...[0, 1].map((branch) => [0, "SelectPoll", { branch, ready: false, run: "main", task: "main" }]), waits("main", 0, { timer: "timer 1" }, { value: "channel 1" }), fires(20, 9), fires(20, 1), [20, "Wake", { task: "main", by: "timer", effect: "queued" }, "tasks", "main", { where: "queued", waits: [{ value: "channel 1" }] }], polled("main", 20), [20, "SelectPoll", { branch: 0, ready: true, run: "main", task: "main" }], [20, "SelectWin", { branch: 0, run: "main", task: "main" }, ...select({ state: "dropped" })], over("main", 20)]);
    same(await page.evaluate(() => { const { K } = window; K.go(K.trace.index.byEv.get("PollStart")[1]); return [...document.querySelectorAll(".branch .tag")].map((el) => el.textContent); }), ["woken", "waiting"], "as it is polled");
    same(await page.evaluate(() => { const { K } = window, [first] = K.trace.index.byEv.get("PollEnd"), { at, before } = K.endedBy("main", first); return [K.event(at).timer, at - before]; }), ["timer 1", 2], "by which timer, though another came with it");
  });
}
