// Are the lanes a map, a scrubber, and a window?

import { is, same } from "./harness.mjs";
import { pageOf } from "./scripts.mjs";

const at = (page) => page.evaluate(() => window.K.i);
const frame = (page) => page.evaluate(() => { const { column, left, span, first, last, whole } = window.K.lanes.frame; return { column, left, span, first, last, whole }; });
/** The middle of event i's column, on the screen. */
const middle = (page, i, on) => page.evaluate(([k, box]) => { const f = window.K.lanes.frame, r = document.querySelector(box).getBoundingClientRect(); return { x: r.left + (f.px(k) + Math.min(f.px(k + 1), f.px(k) + f.column)) / 2, y: r.top + r.height / 2 }; }, [i, on]);

export function lanes(checks, files, directory) {
  checks.add("lanes: a click goes to its event", async (open) => {
    const page = await open(files.channel);
    for (const box of ["#lanes-rows", "#lanes-ruler"]) {
      for (const k of [3, 17, 40, 60]) {
        const i = await page.evaluate((n) => window.K.visible[n], k), { x, y } = await middle(page, i, box);
        await page.mouse.click(x, y);
        same(await at(page), i, `a click into ${box} at event ${i}`);
        const cursor = await page.evaluate(() => document.querySelector("#lanes-now .cursor").getBoundingClientRect().x);
        is(Math.abs(cursor - x) < 30, "the cursor is there");
      }
    }
  });

  checks.add("lanes: what a task waits for has one wording, beside the sentence, in the boxes and on its bar", async (open) => {
    const wait = (name, on, say) => [{ ev: "Wait", run: name, task: name, on, say: `${name} ${say}`, then: ["tasks", name, { waits: [on] }] }, { ev: "PollEnd", task: name, run: name, outcome: "pending", wakers: 1, say: `${name} returns Pending`, then: ["loop", "", { stack: [] }, "tasks", name, { where: "waiting", wakers: 1 }] }];
    const start = (name) => [{ ev: "Spawn", task: name, kind: name === "main" ? "main" : "task", say: `code outside of any task spawns ${name}`, then: ["tasks", name, { kind: name === "main" ? "main" : "task", where: "queued" }] }, { ev: "PollStart", task: name, run: name, say: `${name} is polled`, then: ["loop", "", { stack: [name] }, "tasks", name, { where: "polling", polls: 1 }] }];
    const events = [{ ev: "SyncNew", sync: "channel 13", kind: "mpsc", room: 1, say: "code outside of any task makes channel 13", then: ["primitives", "channel 13", { kind: "mpsc", room: 1, count: 1, senders: 2 }] }, ...start("main"), ...wait("main", { value: "channel 13" }, "waits for a value in channel 13"), ...start("task 1"), ...wait("task 1", { sync: "channel 13", ticket: 1, units: 1 }, "waits for room in channel 13")];
    const page = await pageOf(open, files.channel, directory, "wording", () => [{ v: 7, kettle: "0", program: "made", args: [], clock: "real", started: 0 }, ...events.map((e, k) => ({ n: k + 1, t: k * 1e6, ...e })), { end: "complete" }]);
    for (const [name, words] of [["main", "value in channel 13"], ["task 1", "room in channel 13"]]) {
      const [sentence, changed, box, bar] = await page.evaluate((name) => {
        const i = window.T.events.findIndex((e) => e.ev === "Wait" && e.run === name), text = (what) => document.querySelector(what)?.textContent ?? "";
        window.K.go(i);
        const [said, changed] = [text("#sentence"), text("#changed")];
        window.K.go(i + 1);
        return [said, changed, text(`#places [data-task="${name}"] small`), window.K.rowsOf(window.K.trace).rows.get(name).noteAt(2)];
      }, name);
      for (const [where, text] of Object.entries({ sentence, changed, box, bar })) is(text.includes(words), `${where}: ${text}`);
    }
  });

  checks.add("lanes: dragging the ruler scrubs", async (open) => {
    const page = await open(files.channel);
    const [a, b] = await page.evaluate(() => [window.K.visible[5], window.K.visible[50]]);
    const from = await middle(page, a, "#lanes-ruler"), to = await middle(page, b, "#lanes-ruler");
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move((from.x + to.x) / 2, to.y, { steps: 4 });
    is((await at(page)) > a && (await at(page)) < b, "half way");
    await page.mouse.move(to.x, to.y, { steps: 4 });
    await page.mouse.up();
    same(await at(page), b, "all the way");
  });

  checks.add("lanes: zoom by key, button and wheel; pan by dragging with shift", async (open) => {
    const page = await open(files.channel);
    is((await frame(page)).whole, "a short run is shown whole");
    is(await page.isHidden("#lanes-strip"), "and needs no strip");
    await page.evaluate(() => window.K.go(50));
    for (const [closer, further] of [[() => page.keyboard.press("+"), () => page.keyboard.press("-")], [() => page.click("#lanes-in"), () => page.click("#lanes-out")]]) {
      await closer();
      const near = await frame(page);
      is(!near.whole && near.first <= 50 && near.last >= 50, "closer, with the event in view");
      is(await page.isVisible("#lanes-strip"), "the strip shows where one is");
      await closer();
      is((await frame(page)).column > near.column, "closer still");
      await further();
      await page.keyboard.press("0");
      is((await frame(page)).whole, "0 shows the whole run");
    }
    const { x, y } = await middle(page, 50, "#lanes-ruler");
    await page.mouse.move(x, y);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -400);
    await page.keyboard.up("Control");
    await page.waitForFunction(() => !window.K.lanes.frame.whole);
    const under = await middle(page, 50, "#lanes-ruler");
    is(Math.abs(under.x - x) < 2 * (await frame(page)).column, "what is under the mouse stays there");
    const before = await frame(page), still = await at(page), rows = await page.locator("#lanes-rows").boundingBox();
    await page.keyboard.down("Shift"); // (without it one marks a stretch)
    await page.mouse.move(rows.x + 600, rows.y + 20);
    await page.mouse.down();
    await page.mouse.move(rows.x + 300, rows.y + 20, { steps: 5 });
    await page.mouse.up();
    const after = await frame(page);
    is(Math.abs((after.left - before.left) * after.column - 300) < 3, `the window moves with the hand: ${before.left} to ${after.left}`);
    same(await at(page), still, "and the event stays");
    for (let n = 0; n < 4; n++) {
      await page.mouse.move(rows.x + 1000, rows.y + 20);
      await page.mouse.down();
      await page.mouse.move(rows.x + 40, rows.y + 20, { steps: 3 });
      await page.mouse.up();
    }
    await page.keyboard.up("Shift");
    is((await frame(page)).first > still, "pulled out of view");
    await page.keyboard.press("ArrowRight");
    const next = await frame(page);
    is(next.first <= (await at(page)) && next.last >= (await at(page)), "a step brings the cursor back into view");
    await page.click("#lanes-whole");
    is((await frame(page)).whole, "the button shows the whole run");
  });

  checks.add("lanes: what is drawn is what the bars say", async (open) => {
    for (const name of ["channel", "select", "errors", "server"]) {
      const page = await open(files[name]);
      const faults = await page.evaluate(() => {
        const { K } = window, out = [], f = K.lanes.frame, box = document.getElementById("lanes-rows").getBoundingClientRect();
        for (const { row, of, y, h } of K.lanes.items) {
          const polls = row.kind.flatMap((kind, k) => (kind === K.BAR.POLL && row.at[k] >= f.first && row.at[k] <= f.last ? [f.px(row.at[k])] : []));
          const inRow = [...document.querySelectorAll("#lanes-still .lane-poll")].map((el) => el.getBoundingClientRect()).filter((r) => Math.abs(r.top + r.height / 2 - box.top - y - h / 2) < 2);
          for (const x of polls) if (!inRow.some((r) => Math.abs(r.left - box.left - x) < 1.5)) out.push(`${row.name}: no bar at ${x}`);
          if (!of && inRow.length !== polls.length) out.push(`${row.name}: ${inRow.length} bars for ${polls.length} polls`);
        }
        return out;
      });
      same(faults, [], `${name}: bars of polls`);
    }
  });

  checks.add("lanes: select!'s branches, their winner and their loser", async (open) => {
    const page = await open(files.select);
    const text = await page.evaluate(() => document.getElementById("lanes-words").textContent);
    is(/won/.test(text) && /dropped/.test(text), `one has won, one was dropped: ${text}`);
    const [win, dropped] = await page.evaluate(() => {
      const { rows } = window.K.rowsOf(window.K.trace), e = window.T.events.find((x) => x.ev === "SelectWin");
      const of = rows.get("main").branches;
      return [of.map((b) => b.kind[b.barAt(e.i)]), e.branch];
    });
    same(win.map((kind, k) => (k === dropped ? kind === 8 : kind === 5)), [true, true], "the lanes agree with the event");
  });

  checks.add("lanes: groups open to their rows", async (open) => {
    const page = await open(files.crowd);
    const items = () => page.evaluate(() => window.K.lanes.items.length);
    const before = await items();
    is(before >= 4 && before < 12, `main and a few groups, not 10,000 rows: ${before}`);
    same(await page.evaluate(() => window.K.lanes.items.flatMap((item) => (item.group ? [item.group.rows.length] : []))), [500, 1500, 8000], "by spawn site");
    await page.click("#lanes .lane-group >> nth=0");
    same(await items(), before + 500, "a group opens");
    const named = await page.evaluate(() => [...document.querySelectorAll("#lanes .lane-label [data-task]")].map((el) => el.dataset.task));
    is(named.length > 3 && new Set(named).size === named.length, `none of its tasks has two lanes: ${named}`);
    is((await page.evaluate(() => document.querySelectorAll("#lanes .lane-label").length)) < 40, "only rows in view are laid out");
    await page.evaluate(() => { document.getElementById("lanes-scroll").scrollTop = 5000; });
    await page.waitForFunction(() => document.querySelectorAll("#lanes .lane-label").length > 2 && document.querySelector("#lanes .lane-label").offsetTop > 4000);
    is((await page.evaluate(() => document.querySelectorAll("#lanes .lane-label").length)) < 40, "after scrolling, too");
    await page.evaluate(() => { document.getElementById("lanes-scroll").scrollTop = 0; });
    await page.click("#lanes .lane-group >> nth=0");
    same(await items(), before, "and closes");
    const counts = await page.evaluate(() => { window.K.go(60000); const s = window.K.stateAt(60000); return [...document.querySelectorAll("#lanes .lane-counts")].map((el) => el.textContent).join(" ").match(/([\d,]+) ready/g)?.reduce((n, w) => n + parseInt(w.replace(/,/g, ""), 10), 0) ?? -s.counts.queued; });
    is(counts >= 0, "the groups say how many are ready");
  });

  checks.add("lanes: of a group the task that is polled has its lane, and is counted", async (open) => {
    const names = ["main", ...Array.from({ length: 14 }, (_, k) => `task ${k + 1}`)], made = (name) => ({ kind: name === "main" ? "main" : "task", made: `src/main.rs:${name === "main" ? 3 : 9}:5`, where: "queued" });
    const events = [...names.map((name) => ({ ev: "Spawn", task: name, ...made(name), then: ["tasks", name, made(name)] })), ...names.slice(1, 5).flatMap((name) => [{ ev: "PollStart", task: name, run: name, then: ["tasks", name, { where: "polling" }] }, { ev: "PollEnd", task: name, run: name, outcome: "pending", wakers: 1, then: ["tasks", name, { where: "waiting", waits: [{ timer: "timer 1" }] }] }]),
      { ev: "PollStart", task: "task 9", run: "task 9", then: ["loop", "", { stack: ["task 9"] }, "tasks", "task 9", { where: "polling" }] }, { ev: "Wake", task: "task 2", run: "task 9", by: { task: "task 9" }, effect: "queued", then: ["tasks", "task 2", { where: "queued" }] }, { ev: "SyncAct", run: "task 9", sync: "lock 1", kind: "mutex", act: "release", then: [] }];
    const lines = [{ v: 7, kettle: "0", program: "made", args: [], clock: "real", started: 0 }, ...events.map((e, k) => ({ n: k + 1, t: k * 1e6, say: e.ev, ...e })), { end: "complete" }];
    for (const [width, height] of [[1920, 1080], [1024, 768], [768, 1024]]) {
      const page = await pageOf(open, files.channel, directory, "group", () => lines, { width, height });
      const at = (n) => page.evaluate((n) => { window.K.go(window.K.trace.last - n); const small = document.querySelector(".lane-counts"); return [document.querySelector(".lane-member .lane-task").dataset.task, small.textContent, small.title, small.scrollWidth <= small.clientWidth]; }, n);
      same((await at(1))[0], "task 2", "the one that is woken");
      const [name, words, title, whole] = await at(0);
      same([name, title, whole], ["task 9", "1 polled, 10 ready, 3 waiting", true], `${width}×${height}`);
      is(words.replace("all: ", "").replaceAll(" · ", ", ") === title || /10 ready.* · …$/.test(words), `${width}×${height}: ${words}`);
      is(words.startsWith("all: "), `beside the name of one: ${words}`);
    }
  });

  checks.add("lanes: of a group the task whose timer fires has its lane", async (open) => {
    const page = await open(files.crowd);
    const [fired, others] = await page.evaluate(() => {
      const { K } = window, rows = K.rowsOf(K.trace).rows, shown = K.trace.index.byEv.get("TimerFire").slice(0, 30).map((i) => {
        K.go(i);
        const { task } = K.rang(K.event(i), K.stateAt(i)), item = K.lanes.items.find(({ group }) => group && group === rows.get(task)?.group);
        return item && [task, K.lanes.member(item).name];
      });
      return [shown.filter(Boolean).length, shown.filter((pair) => pair && pair[0] !== pair[1])];
    });
    is(fired > 10, `${fired} timers of tasks in groups`);
    same(others, [], "lanes of others");
  });

  checks.add("lanes: the arrows of a group end at it, and in the lane below it those of its one task", async (open) => {
    const page = await open(files.crowd);
    const [seen, faults] = await page.evaluate(() => {
      const { K } = window, { arrows } = K.rowsOf(K.trace), groups = K.lanes.items.filter((item) => item.group), out = [];
      let seen = 0;
      for (const i of [arrows[20].i, arrows[300].i, arrows.at(-9).i]) {
        K.go(i);
        const f = K.lanes.frame;
        for (const path of document.querySelectorAll("#lanes-still .arrow")) {
          const [, x, y] = /.*M(\S+) (\S+?)m/.exec(path.getAttribute("d")).map(Number), item = groups.find((item) => y >= item.y && y < item.y + item.h), here = arrows.filter((arrow) => Math.abs(f.px(arrow.i) + f.half - x) < 1);
          seen += !!item;
          if (item && y > item.y + item.band && !here.some(({ to }) => to === K.lanes.member(item).name)) out.push(`${here.map(({ to }) => to)}, in the lane of ${K.lanes.member(item).name}`);
        }
      }
      return [seen, out];
    });
    is(seen > 10, `${seen} arrows`);
    same(faults.slice(0, 5), [], "arrows in another task's lane");
  });

  checks.add("lanes: where arrows would be a block, the key says how to see them", async (open) => {
    const page = await open(files.meeting), seen = [];
    await page.keyboard.press("End");
    for (const key of ["0", "+", "+", "+", "+", "+", "+", "+", "+"]) {
      await page.keyboard.press(key);
      const [drawn, said] = await page.evaluate(() => [!!document.querySelector("#lanes-still .arrow"), document.querySelector(".key").innerText.includes("wake: zoom in")]);
      seen.push(drawn);
      same(said, !drawn, `after ${key}`);
    }
    same([seen[0], seen.at(-1)], [false, true], "none from afar, and some near");
  });

  checks.add("lanes: an arrow is in the column of its wake, also at the left edge", async (open) => {
    const page = await open(files.mutex, { width: 768, height: 1024 });
    const [seen, faults] = await page.evaluate(() => {
      const { K } = window, { arrows } = K.rowsOf(K.trace), out = [];
      let seen = 0;
      for (let i = 10; i < K.trace.count; i += 3) {
        K.go(i);
        const f = K.lanes.frame;
        for (const path of document.querySelectorAll("#lanes-still .arrow")) {
          const [, x] = /M([-\d.]+)/.exec(path.getAttribute("d")) ?? [0, NaN];
          seen += 1;
          if (!arrows.some((arrow) => Math.abs(f.px(arrow.i) + f.half - x) < 5)) out.push(`event ${i}: ${x}`);
        }
      }
      return [seen, out];
    });
    is(seen > 50, `${seen} arrows`);
    same(faults.slice(0, 5), [], "arrows where nothing is woken");
  });

  checks.add("lanes: the band of a stretch takes in the sleep in which it begins or ends", async (open) => {
    const page = await open(files.channel);
    const out = await page.evaluate(() => {
      const { K } = window, { t } = K.trace, { naps } = K.rowsOf(K.trace), long = naps.filter(({ ns }) => ns > 1e6), [first, last] = [long[0], long.at(-1)], middle = ({ from }) => (t[from] + t[from + 1]) / 2;
      K.answer.ask("main", middle(first), middle(last));
      const f = K.lanes.frame, [, from, to] = /M(\S+) \S+H([^V]+)V/.exec(document.querySelector(".lane-stretch").getAttribute("d")).map(Number);
      return [[first, from], [last, to]].map(([nap, x]) => x > f.px(nap.from) + 2 && x < f.px(nap.from + 1) - 2);
    });
    same(out, [true, true], "its edges are in the two sleeps");
    const end = await page.evaluate(() => {
      const { K } = window, { t, last } = K.trace, name = K.trace.names.find((name) => K.lifeOf(name)[1] < t[last]), [from, to] = K.lifeOf(name);
      K.answer.ask(name, from, t[last]);
      const [, , x] = /M(\S+) \S+H([^V]+)V/.exec(document.querySelector(".lane-stretch").getAttribute("d")).map(Number);
      return Math.abs(x - K.lanes.frame.px(K.upTo(t, to)));
    });
    is(end < 1, `it ends with its task, as the answer does: ${end} px off`);
    const far = await (await open(files.zoo)).evaluate(() => {
      const { K } = window, { t, count } = K.trace, whole = K.lanes.frame.whole;
      K.answer.ask(K.answer.main(), t[count - 20], t[count - 10]);
      const [, from, to] = /M(\S+) \S+H([^V]+)V/.exec(document.querySelector(".lane-stretch").getAttribute("d")).map(Number);
      return [whole, from > 0 && from < to && to < K.lanes.frame.span * K.lanes.frame.column];
    });
    same(far, [false, true], "one that is far off is shown, too");
  });

  checks.add("lanes: what other threads tell during a sleep is drawn within it", async (open) => {
    const page = await pageOf(open, files.zoo, directory, "asleep", ([header]) => {
      const run = [["Spawn", { task: "main", kind: "main", then: ["tasks", "main", { kind: "main", where: "queued" }] }], ["PollStart", { task: "main", run: "main", then: ["tasks", "main", { where: "polling" }] }], ["BlockingStart", { task: "job 1", run: "main", then: ["jobs", "job 1", { by: "main", waited: null, waits: [] }] }],
        ["PollEnd", { task: "main", run: "main", outcome: "pending", wakers: 1, then: ["tasks", "main", { where: "waiting", wakers: 1 }] }], ["Park", { then: ["loop", "", { step: "park" }] }], ["BlockingRun", { task: "job 1", waited: 0, then: ["jobs", "job 1", { waited: 0 }] }], ["BlockingEnd", { task: "job 1", ran: 9, then: ["jobs", "job 1", "over"] }], ["Unpark", { then: ["loop", "", { step: "run" }] }]];
      return [header, ...run.map(([ev, fields], k) => ({ n: k + 1, t: k * 1e6, turn: 0, ev, say: ev, ...fields })), { end: "complete" }];
    });
    const [seen, outside] = await page.evaluate(() => {
      const { K } = window, out = [];
      let seen = 0;
      for (const { from, to } of K.rowsOf(K.trace).naps.filter(({ from, to }) => to > from + 1)) {
        K.go(from);
        const f = K.lanes.frame, shades = [...document.querySelector("#lanes-still .sleep").getAttribute("d").matchAll(/M(\S+) 0h([^v]+)v/g)].map(([, a, wide]) => [+a, +a + +wide]);
        for (let i = from + 1; i < to && f.px(i + 1) < document.getElementById("lanes-rows").clientWidth; i++, seen++) if (!shades.some(([a, b]) => f.px(i) >= a - 1 && f.px(i + 1) <= b + 2)) out.push(K.event(i).ev);
      }
      return [seen, out];
    });
    is(seen > 0, "something is told during a sleep");
    same(outside, [], "outside of the sleep in which it was");
  });

  checks.add("lanes: a time of a clock that stands still is where it began, and a wake of oneself is in its own lane", async (open) => {
    const state = (where) => ["tasks", "main", { where }], run = [["Spawn", 0, 0, { task: "main", kind: "main", then: ["tasks", "main", { kind: "main", where: "queued" }] }], ["PollStart", 0, 0, { task: "main", run: "main", then: state("polling") }], ["PollEnd", 0, 1e6, { task: "main", run: "main", outcome: "pending", wakers: 1, then: state("waiting") }], ["Wake", 57e11, 2e6, { task: "main", by: "timer", effect: "queued", then: state("queued") }], ["PollStart", 57e11, 2e6, { task: "main", run: "main", then: state("polling") }],
      ["Wake", 57e11, 300e6, { task: "main", by: { task: "main" }, run: "main", effect: "during_poll" }], ["PollEnd", 57e11, 342e6, { task: "main", run: "main", outcome: "pending", wakers: 1, then: state("queued") }], ["PollStart", 57e11, 343e6, { task: "main", run: "main", then: state("polling") }], ["PollEnd", 57e11, 344e6, { task: "main", run: "main", outcome: "pending", wakers: 1, then: state("waiting") }], ["Wake", 9e12, 345e6, { task: "main", by: "timer", effect: "queued", then: state("queued") }], ["PollStart", 9e12, 346e6, { task: "main", run: "main", then: state("polling") }], ["PollEnd", 9e12, 446e6, { task: "main", run: "main", outcome: "ready", then: ["tasks", "main", { where: "done", how: "ready" }] }]];
    const page = await pageOf(open, files.zoo, directory, "stands-still", ([header]) => [{ ...header, clock: "paused" }, ...run.map(([ev, t, real, fields], k) => ({ n: k + 1, t, real, turn: 0, ev, say: ev, ...fields })), { end: "complete" }]);
    const loops = await page.evaluate(() => [...document.querySelectorAll("#lanes-still .arrow")].filter((el) => el.getAttribute("d").includes("a4 4 0 1 1")).map((el) => [el.getBBox().y, window.K.lanes.items[0].y]));
    is(loops.length > 0 && loops.every(([y, top]) => y >= top), `a loop and its lane: ${JSON.stringify(loops)}`);
    await page.keyboard.press("m");
    const [times, polls] = await page.evaluate(() => [[...document.querySelectorAll("#lanes-ruler text.time")].map((el) => [el.textContent, (el.getBoundingClientRect().left + el.getBoundingClientRect().right) / 2]), [...document.querySelectorAll("#lanes-still .lane-poll")].map((el) => el.getBoundingClientRect()).map(({ left, right }) => [left, right])]), [long] = polls.sort((a, b) => b[1] - b[0] - a[1] + a[0]);
    is(long[1] - long[0] > 100 && times.length > 0 && times.every(([words, x]) => parseFloat(words) > 5700 || x < long[0] + 30), `the poll is from ${long}, and the times are ${JSON.stringify(times)}`);
  });

  checks.add("lanes: a job that ran through the recording says how long it was, and where its bar is cut", async (open) => {
    const job = (what) => ["jobs", "job 1", what], run = [["Spawn", 0, { task: "main", kind: "main", then: ["tasks", "main", { kind: "main", where: "queued" }] }], ["PollStart", 1e6, { task: "main", run: "main", then: ["tasks", "main", { where: "polling" }] }], ["BlockingStart", 2e6, { task: "job 1", run: "main", then: job({ by: "main", waited: null, waits: [] }) }], ["BlockingRun", 2e6, { task: "job 1", waited: 0, then: job({ waited: 0 }) }],
      ["PollEnd", 3e6, { task: "main", run: "main", outcome: "pending", wakers: 1, then: ["tasks", "main", { where: "waiting", wakers: 1 }] }], ["Turn", 4e6, {}], ["Turn", 74e6, { overhead: 69e6 }], ["BlockingEnd", 75e6, { task: "job 1", ran: 73e6, then: job("over") }], ["Wake", 75e6, { task: "main", effect: "queued", then: ["tasks", "main", { where: "queued" }] }], ["PollStart", 76e6, { task: "main", run: "main", then: ["tasks", "main", { where: "polling" }] }]];
    const page = await pageOf(open, files.zoo, directory, "cut-job", ([header]) => [{ ...header, clock: "real" }, ...run.map(([ev, t, fields], k) => ({ n: k + 1, t, turn: 0, ev, say: ev, ...fields })), { end: "complete" }]);
    const drawn = () => page.evaluate(() => [[...document.querySelectorAll("#lanes-still .skip")].map((el) => el.textContent), [...document.querySelectorAll("#lanes-words text")].map((el) => el.textContent).filter((words) => /pool|ran/.test(words))]);
    same(await drawn(), [[], ["on a thread of the pool for 73 ms"]], "where each event has a column, nothing is left out");
    await page.keyboard.press("m");
    same(await drawn(), [["69 ms that recording took are left out here"], ["on a thread of the pool for 73 ms"]], "where width is time");
    const apart = await page.evaluate(() => { const text = [...document.querySelectorAll("#lanes-words text")].find((el) => /pool/.test(el.textContent)).getBBox(), sign = document.querySelector("#lanes-still .skip").getBBox(); return text.x > sign.x + sign.width || text.x + text.width < sign.x; });
    is(apart, "the words are beside the sign");
    const over = await page.evaluate(() => [1, 2, 2, 2, 2].map((nearer) => {
      window.K.go(8);
      window.K.lanes.zoom(nearer);
      const bar = document.querySelector("#lanes-still .lane-job").getBBox(), text = [...document.querySelectorAll("#lanes-words text")].find((el) => /pool|^ran/.test(el.textContent))?.getBBox();
      return text ? Math.max(0, Math.round(text.x + text.width - bar.x - bar.width)) : "";
    }));
    is(over.includes(0) && over.every((px) => !px), `where the sign is out of the window, its words end with the bar: ${over}`);
    await page.evaluate(() => window.K.lanes.zoom(1 / 16));
    is(/recording, left out/.test(await page.evaluate(() => document.getElementById("lanes-time").title)), "the button says what is left out");
    for (const [width, height] of [[390, 844], [720, 900], [844, 390], [768, 1024], [1024, 768], [1366, 768], [1920, 1080]]) {
      await page.setViewportSize({ width, height });
      const key = await page.evaluate(() => {
        window.K.go(1);
        const box = document.querySelector(".lane-scale"), { right, bottom } = box.getBoundingClientRect(), lane = document.getElementById("lanes-scroll").getBoundingClientRect();
        return [...box.children].filter((el) => { const r = el.getBoundingClientRect(); return r.width && r.right <= right && r.bottom <= bottom + 1 && r.bottom <= lane.top && el.contains(document.elementFromPoint(r.right - 4, (r.top + r.bottom) / 2)); }).map((el) => el.innerText).join(" ");
      });
      is(/^sleep, cut short (recording, )?left out$/.test(key), `${width}×${height}: after a step the key says what is not to scale: ${key}`);
    }
    await page.keyboard.press("m");
    same(await page.evaluate(() => document.querySelector(".lane-scale").innerText.trim()), "", "and nothing where each event has a column");
    await page.keyboard.press("m");
    await page.keyboard.press("q");
    is(!(await drawn())[1].some((words) => /73/.test(words)), "in a quiz the length would tell when it ends");
  });

  checks.add("lanes: where width is time, the clock tells when the run ended, also behind a sleep of a few pixels", async (open) => {
    for (const verdict of [false, true]) for (const width of [390, 1366]) {
      const page = await pageOf(open, files.mutex, directory, `ends-${verdict}-${width}`, (lines) => (verdict ? [...lines, { lint: "deadlock", after: lines.findLast((o) => o.ev).n, say: "they wait for each other" }] : lines), { width, height: 844 });
      await page.keyboard.press("m");
      const [last, end] = await page.evaluate(() => [[...document.querySelectorAll("#lanes-ruler .time")].map((el) => window.K.times.parse(el.textContent)).at(-1), window.K.trace.t[window.K.trace.last]]);
      is(last > end * 0.6 && last <= end * 1.01, `${width}, ${verdict ? "at a verdict" : "plain"}: ${last} of ${end}`);
    }
    // (Wherever the marks before the verdict's sign are.)
    for (const turns of [12, 16, 24]) {
      const run = [["Spawn", { task: "main", kind: "main", then: ["tasks", "main", { kind: "main", where: "queued" }] }], ...Array.from({ length: turns }, () => ["Turn", {}])], slept = turns * 1e6 + 100e6;
      const page = await pageOf(open, files.zoo, directory, "ends-behind", ([header]) => [header, ...run.map(([ev, fields], k) => ({ n: k + 1, t: k * 1e6, turn: 0, ev, say: ev, ...fields })), { n: run.length + 1, t: turns * 1e6, turn: 0, ev: "Park", say: "Park", timeout: 100e6 }, { n: run.length + 2, t: slept, turn: 0, ev: "Unpark", say: "Unpark" }, { end: "complete" }, { lint: "deadlock", after: run.length + 2, say: "they wait for each other" }], { width: 390, height: 844 });
      await page.keyboard.press("m");
      const marks = await page.evaluate(() => [...document.querySelectorAll("#lanes-ruler .time")].map((el) => el.textContent));
      is(marks.some((words) => words.startsWith(String(slept / 1e6))), `${turns} ms before it: ${marks}`);
    }
  });

  checks.add("lanes: where time passes untold before the end, its words and those of the end are not upon one another", async (open) => {
    for (const apart of [1, 2, 3, 4, 5, 6]) {
      const run = [["Spawn", { task: "main", kind: "main", then: ["tasks", "main", { kind: "main", where: "queued" }] }], ...Array.from({ length: 12 }, () => ["Turn", {}])], begin = 300e6, end = begin + 52e6 + apart * 1e6;
      const page = await pageOf(open, files.zoo, directory, "untold", ([header]) => [header, ...run.map(([ev, fields], k) => ({ n: k + 1, t: begin + k * 1e6, turn: 0, ev, say: ev, ...fields })), ...Array.from({ length: apart }, (_, k) => ({ n: 14 + k, t: begin + 52e6 + k * 1e6, turn: 0, ev: "Turn", say: "Turn" })), { n: 14 + apart, t: end, turn: 0, ev: "RunEnd", say: "RunEnd" }, { end: "complete" }], { width: 390, height: 844 });
      const cursorAt = (i) => page.evaluate((i) => (window.K.go(i), document.querySelector(".lane-rows .cursor").getBBox().x), i);
      const shade = async () => (await page.evaluate(() => document.querySelector(".gap-shade").getBBox().width)) / ((await cursorAt(13 + apart)) - (await cursorAt(0))); // (of what the run is wide)
      same(await shade(), 0, "where width is no time it is a line");
      await page.keyboard.press("m");
      is(Math.abs((await shade()) - 40 / (52 + apart)) < 0.03, `${await shade()} of the width is grey, of 40 ms of ${52 + apart}`);
      const words = await page.evaluate(() => [...document.querySelectorAll("#lanes-ruler text")].map((el) => { const { left, right } = el.getBoundingClientRect(); return [left, right, el.textContent]; }).sort(([a], [b]) => a - b));
      is(words.some(([, , text]) => /not told/.test(text)) && words.every(([left], k) => !k || left >= words[k - 1][1] - 1), `${apart}: ${words.join(" | ")}`);
    }
  });

  checks.add("lanes: where much of the time between two events is left out, the clock is no faster there", async (open) => {
    const run = [["Spawn", { task: "main", kind: "main", then: ["tasks", "main", { kind: "main", where: "queued" }] }], ...[1, 2, 3, 4].map((ms) => ["Turn", { t: ms * 1e6 }]), ["Turn", { t: 64e6, overhead: 40e6 }], ...Array.from({ length: 20 }, (_, k) => ["Turn", { t: (65 + k) * 1e6 }])];
    const page = await pageOf(open, files.zoo, directory, "left-out", ([header]) => [header, ...run.map(([ev, fields], k) => ({ n: k + 1, t: 0, turn: 0, ev, say: ev, ...fields })), { end: "complete" }], { width: 1366, height: 844 });
    await page.keyboard.press("m");
    const marks = await page.evaluate(() => [...document.querySelectorAll("#lanes-ruler .time")].map((el) => [parseFloat(el.textContent), +el.getAttribute("x")]).sort(([a], [b]) => a - b)), pace = ([a, x], [b, y]) => (y - x) / (b - a);
    const before = marks.filter(([ms]) => ms <= 24), after = marks.filter(([ms]) => ms >= 64), [slow, quick] = [before, after].map((all) => pace(all[0], all.at(-1)));
    is(before.length > 2 && after.length > 2 && Math.abs(slow / quick - 1) < 0.05, `20 ms have a width, and 40 ms of recording have none: ${slow} and ${quick} px a ms: ${marks.join(" | ")}`);
  });

  checks.add("lanes: a cross at the end of the run has its word where there is room", async (open) => {
    for (const turns of [6, 60]) {
      const run = [["Spawn", { task: "main", kind: "main", then: ["tasks", "main", { kind: "main", where: "queued" }] }], ["Spawn", { task: "task 1", kind: "task", then: ["tasks", "task 1", { kind: "task", where: "queued" }] }], ...Array.from({ length: turns }, () => ["Turn", {}]), ["TaskEnd", { task: "task 1", outcome: "cancelled", then: ["tasks", "task 1", { where: "ended", how: "cancelled" }] }]];
      const page = await pageOf(open, files.zoo, directory, "last-cross", ([header]) => [header, ...run.map(([ev, fields], k) => ({ n: k + 1, t: k * 1e6, turn: 0, ev, say: ev, ...fields })), { end: "complete" }]);
      for (const key of ["", "m"]) {
        if (key) await page.keyboard.press(key);
        same(await page.evaluate(() => [...document.querySelectorAll("#lanes-words .cut")].map((el) => el.textContent)), ["cancelled"], `its word, ${turns} turns ${key}`);
      }
    }
  });

  checks.add("lanes: where those of the event come first, the sign says how many lanes from between are below", async (open) => {
    const names = ["main", ...Array.from({ length: 9 }, (_, k) => `task ${k + 1}`)], kind = (name) => (name === "main" ? "main" : "task");
    const run = [...names.map((task) => ["Spawn", { task, kind: kind(task), then: ["tasks", task, { kind: kind(task), where: "queued" }] }]), ...names.flatMap((task) => [["PollStart", { task, run: task, then: ["tasks", task, { where: "polling" }] }], ["PollEnd", { task, run: task, outcome: "pending", wakers: 1, then: ["tasks", task, { where: "waiting", wakers: 1 }] }]])];
    let between = 0;
    for (const [width, height] of [[1366, 700], [1024, 700], [390, 844]]) {
      const page = await pageOf(open, files.zoo, directory, "between", ([header]) => [header, ...run.map(([ev, fields], k) => ({ n: k + 1, t: k * 1e6, turn: 0, ev, say: ev, ...fields })), { end: "complete" }], { width, height });
      for (const name of ["main", "task 2", "task 6", "task 9"]) {
        const [shown, sign, apart] = await page.evaluate((name) => {
          window.K.answer.ask(name, -Infinity, Infinity);
          const scroll = document.getElementById("lanes-scroll").getBoundingClientRect(), labels = [...document.querySelectorAll(".lane-label")].filter((el) => el.getBoundingClientRect().bottom <= scroll.bottom + 1), of = (el) => el.querySelector("[data-task]").dataset.task;
          return [labels.map(of), document.querySelector(".lane-window").textContent, labels.filter((el) => el.matches(".apart")).map(of)];
        }, name);
        const at = shown.map((name) => names.indexOf(name)), hidden = names.length - shown.length, inner = Math.max(...at) - Math.min(...at) + 1 - shown.length;
        between += inner;
        is(hidden > 0 && sign.endsWith(`▾ ${hidden} more lanes${inner === 0 ? "" : inner === hidden ? " from between" : `, ${inner} from between`}`), `${width}×${height}, ${name}: ${shown}: “${sign}”`);
        same(apart, shown.filter((_, k) => k > 0 && at[k] !== at[k - 1] + 1), `${width}×${height}, ${name}: ${shown}: where others come in between`);
      }
    }
    is(between > 0, "some are from between");
  });

  checks.add("lanes: a wake by a task that is filtered out is none from outside", async (open) => {
    const names = ["main", "task 1", "task 2"], kind = (name) => (name === "main" ? "main" : "task"), wake = (task, by) => ["Wake", { task, by, effect: "queued", then: ["tasks", task, { where: "queued" }] }];
    const polled = (task, ...inside) => [["PollStart", { task, run: task, then: ["loop", "", { stack: [task] }, "tasks", task, { where: "polling" }] }], ...inside, ["PollEnd", { task, run: task, outcome: "pending", wakers: 1, then: ["loop", "", { stack: [] }, "tasks", task, { where: "waiting", wakers: 1 }] }]];
    const run = [...names.map((task) => ["Spawn", { task, kind: kind(task), then: ["tasks", task, { kind: kind(task), where: "queued" }] }]), ...polled("main"), ...polled("task 2"), ...polled("task 1", wake("main", { task: "task 1" }), wake("task 2", { task: "task 1" })), ...polled("main"), wake("main", "timer")];
    const page = await pageOf(open, files.zoo, directory, "woken", ([header]) => [header, ...run.map(([ev, fields], k) => ({ n: k + 1, t: k * 1e6, turn: 0, ev, say: ev, ...fields })), { end: "complete" }]);
    const arrows = () => page.evaluate(() => [...document.querySelectorAll("#lanes-still .arrow:not(.spawn)")].map((el) => { const [, y, to] = /M\S+ (\S+?)V([\d.]+)/.exec(el.getAttribute("d")), [end] = /(?<=M\S+ )[\d.]+(?=m)/.exec(el.getAttribute("d")); return [el.matches(".outer") ? "outside" : "task", to - y < 20 && (+y < +end ? "above" : "below")]; }));
    const all = await arrows();
    same(all.map(([who]) => who), ["task", "task", "outside"], "who woke");
    await page.evaluate(() => window.K.filter.set("main, task 2"));
    const some = await arrows();
    same(some.map(([who]) => who), ["task", "task", "outside"], "the same, where its lane isn't there");
    same(some.slice(0, 2).map(([, from]) => from), ["below", "above"], "and they come from the side where it would be");
  });

  checks.add("lanes: where width is time, the lines to tasks spawned at nearly the same time are no block", async (open) => {
    const names = Array.from({ length: 9 }, (_, k) => `task ${k + 1}`), spawn = (task, kind, run) => ["Spawn", { task, kind, run, then: ["tasks", task, { kind, where: "queued" }] }];
    const run = [spawn("main", "main"), ["PollStart", { task: "main", run: "main", then: ["loop", "", { stack: ["main"] }, "tasks", "main", { where: "polling" }] }], ...names.map((name) => spawn(name, "task", "main")), ["Turn", {}], ["Turn", {}]];
    const page = await pageOf(open, files.zoo, directory, "spawned", ([header]) => [header, ...run.map(([ev, fields], k) => ({ n: k + 1, t: k < 12 ? k * 1e3 : (k - 11) * 4e5, turn: 0, ev, say: ev, ...fields })), { end: "complete" }]);
    const lines = () => page.evaluate(() => [...document.querySelectorAll("#lanes-still .arrow.spawn")].map((el) => Number(/.*M(\S+) \S+?m/.exec(el.getAttribute("d"))[1])).sort((a, b) => a - b));
    same(new Set(await lines()).size, names.length, "where each event has a column, each has its line");
    await page.keyboard.press("m");
    const all = await lines(), apart = [...new Set(all)];
    same(all.length, names.length, "each has its head");
    is(apart.length < names.length && apart.slice(1).every((x, k) => x - apart[k] >= 6), `apart, or one: ${all}`);
  });

  checks.add("lanes: where width is time, a sleep is seen in the whole of a long run, and later times are to the right of the event", async (open) => {
    const run = [["Spawn", { task: "main", kind: "main", then: ["tasks", "main", { kind: "main", where: "queued" }] }]];
    for (let k = 0; k < 2240; k++) run.push(k % 40 === 38 ? ["Park", { then: ["loop", "", { step: "park" }] }] : k % 40 === 39 ? ["Unpark", { then: ["loop", "", { step: "run" }] }] : ["Turn", {}]);
    let t = 0;
    const lines = run.map(([ev, fields], k) => ({ n: k + 1, t: (t += ev === "Unpark" ? 8e6 : 1e5), turn: 0, ev, say: ev, ...fields }));
    for (const [width, height] of [[1366, 768], [768, 1024], [390, 844]]) {
      const page = await pageOf(open, files.zoo, directory, "sleeps", ([header]) => [header, ...lines, { end: "complete" }], { width, height });
      await page.keyboard.press("m");
      const [wide, all, early] = await page.evaluate(() => {
        const { K } = window, shades = [...document.querySelector("#lanes-still .sleep").getAttribute("d").matchAll(/0h(\S+?)v/g)].map((m) => +m[1]), early = [];
        K.setLevel("engine");
        for (const { from } of K.rowsOf(K.trace).naps) {
          K.go(from);
          const now = +/M(\S+)/.exec(document.querySelector("#lanes-tick .cursor").getAttribute("d"))[1];
          for (const el of document.querySelectorAll("#lanes-ruler .time")) if (K.times.parse(el.textContent) > K.trace.t[from] && +el.getAttribute("x") < now) early.push(`${el.textContent} at ${K.trace.t[from]}`);
        }
        return [shades, K.lanes.track.clientWidth, early];
      });
      const sum = wide.reduce((a, b) => a + b, 0);
      is(wide.length === 56 && wide.every((w) => w >= 0.9) && sum < all / 3, `${width}: ${wide.length} sleeps of 56, ${Math.min(...wide)} px at least, ${sum} of ${all} px`);
      same(early, [], `${width}: times`);
    }
  });

  checks.add("lanes: a time on the ruler has as many digits as those beside it", async (open) => {
    for (const name of ["channel", "mutex", "zoo"]) {
      const page = await open(files[name]);
      await page.keyboard.press("m");
      for (const closer of [1, 1.6, 4]) {
        const times = await page.evaluate((closer) => { window.K.lanes.zoom(closer); return [...document.querySelectorAll("#lanes-ruler .time")].map((el) => el.textContent); }, closer);
        const pairs = times.slice(1).map((time, k) => [times[k], time]).filter(([a, b]) => a.split(" ")[1] === b.split(" ")[1]), digits = (text) => /\.(\d+)/.exec(text)?.[1] ?? "", own = (text) => digits(text).replace(/0+$/, "").length;
        same(pairs.filter(([a, b]) => digits(a).length < own(b) || digits(b).length < own(a)), [], `${name}: ${times}`);
      }
    }
  });

  checks.add("lanes: a task that waits for locks of a circle or for the end of a task in it, and for nothing else, waits in vain as well", async (open) => {
    const take = (run, sync) => ["SyncAct", { run, task: run, sync, kind: "mutex", act: "take", units: 1, count: 0, then: [] }], lock = (sync) => ({ sync, units: 1, ticket: 1 });
    const polled = (task, takes, waits) => [["PollStart", { task, run: task, then: ["tasks", task, { where: "polling" }] }], ...takes.map((sync) => take(task, sync)), ["PollEnd", { task, run: task, outcome: "pending", wakers: 1, then: ["tasks", task, { where: "waiting", waits }] }]];
    const names = ["main", ...Array.from({ length: 9 }, (_, k) => `task ${k + 1}`)], kind = (name) => (name === "main" ? "main" : "task");
    const run = [...names.map((task) => ["Spawn", { task, kind: kind(task), then: ["tasks", task, { kind: kind(task), where: "queued" }] }]), ...polled("main", ["lock 3"], [{ timer: "timer 1" }]), ...polled("task 1", ["lock 1"], [lock("lock 2")]), ...polled("task 2", ["lock 2"], [lock("lock 1")]),
      ...polled("task 3", ["lock 4"], [lock("lock 1")]), ...polled("task 4", [], [lock("lock 1"), { timer: "timer 2" }]), ...polled("task 5", [], [lock("lock 3")]), ...polled("task 6", [], [lock("lock 4")]), ...polled("task 7", [], [lock("lock 1"), lock("lock 2")]), ...polled("task 8", [], [{ task: "task 7" }]), ...polled("task 9", [], [{ task: "task 7" }, { task: "task 4" }])];
    const at = "src/main.rs:9:5", lint = { lint: "deadlock", task: "task 1", since: names.length + 9, after: names.length + 9, say: "a circle", spots: [{ at, say: "task 1 waits for lock 2" }, { at, say: "task 2 waits for lock 1" }] };
    const page = await pageOf(open, files.zoo, directory, "circle-and-others", ([header]) => [header, ...run.map(([ev, fields], k) => ({ n: k + 1, t: k * 1e6, turn: 0, ev, say: ev, ...fields })), lint, { end: "complete" }]);
    const red = await page.evaluate(() => { window.K.go(window.K.trace.last); return [...document.querySelectorAll(".lane-stuck:not(.sign)")].map((el) => { const y = Number(/M\S+ ([\d.]+)/.exec(el.getAttribute("d"))[1]); return window.K.lanes.items.find((item) => y > item.y && y < item.y + item.h).row.name; }).sort(); });
    same(red, ["task 1", "task 2", "task 3", "task 6", "task 7", "task 8"], "not the one that a timer may wake, nor those that wait for its end or for main's lock");
  });

  checks.add("lanes: the first screen has the lane of the task that the page asks about by itself, before those that it names besides", async (open) => {
    const names = ["main", ...Array.from({ length: 9 }, (_, k) => `task ${k + 1}`)], kind = (name) => (name === "main" ? "main" : "task"), lock = (sync) => ({ sync, units: 1, ticket: 1 });
    const polled = (task, outcome, waits, takes = []) => [["PollStart", { task, run: task, then: ["tasks", task, { where: "polling" }] }], ...takes.map((sync) => ["SyncAct", { run: task, task, sync, kind: "mutex", act: "take", units: 1, count: 0, then: [] }]), ["PollEnd", { task, run: task, outcome, wakers: 1, then: ["tasks", task, waits ? { where: "waiting", waits } : { where: "done", how: outcome }] }]];
    const run = [...names.map((task, k) => ["Spawn", { task, kind: kind(task), made: `src/main.rs:${k + 3}:5`, then: ["tasks", task, { kind: kind(task), where: "queued", made: `src/main.rs:${k + 3}:5` }] }]), ...["task 1", "task 2", "task 3"].flatMap((task) => polled(task, "panicked")), ...polled("task 9", "pending", [lock("lock 2")], ["lock 1"]), ...polled("task 8", "pending", [lock("lock 1")], ["lock 2"])];
    const at = "src/main.rs:12:5", lint = { lint: "deadlock", task: "task 9", since: run.length, after: run.length, say: "a circle", spots: [{ at, say: "task 9 waits for lock 2" }, { at, say: "task 8 waits for lock 1" }] };
    const page = await pageOf(open, files.zoo, directory, "asked-by-itself", ([header]) => [header, ...run.map(([ev, fields], k) => ({ n: k + 1, t: k * 1e6, turn: 0, ev, say: ev, ...fields })), lint, { end: "complete" }], { width: 1366, height: 768 });
    const [asked, shown] = await page.evaluate(() => [document.querySelector("#answer select").value, [...document.querySelectorAll("#lanes-scroll .lane-label")].filter((el) => el.getBoundingClientRect().bottom <= document.getElementById("lanes-scroll").getBoundingClientRect().bottom + 1).map((el) => el.textContent)]);
    same(asked, "task 9", "whom it asks about");
    is(shown.length < names.length && shown.some((words) => words.includes("task 9")), `the lanes: ${shown}`);
  });

  checks.add("lanes: the words of a filter leave room for the buttons beside it", async (open) => {
    for (const [width, height] of [[1280, 720], [1366, 768], [1920, 1080]]) {
      const page = await open(files.zoo, { width, height });
      await page.evaluate(() => window.K.filter.set("state:waiting,done,ready for:>1ns"));
      const [out, filter] = await page.evaluate(() => { const edge = document.getElementById("lanes").getBoundingClientRect().right - 8; return [[...document.querySelectorAll(".lane-tools button")].filter((el) => el.getBoundingClientRect().right > edge).map((el) => el.id), document.getElementById("lanes-filter")].map((one, k) => (k ? [one.textContent.length, one.getBoundingClientRect().width] : one)); });
      is(filter[0] > 40 && filter[1] > 40, `${width}: the filter is on: ${filter}`);
      same(out, [], `${width}: buttons behind the edge`);
    }
  });

  checks.add("lanes: where the tasks of a filter all begin later their lanes say so", async (open) => {
    const names = ["main", ...Array.from({ length: 5 }, (_, k) => `task ${k + 1}`)], kind = (name) => (name === "main" ? "main" : "task");
    const spawn = (task, k) => ["Spawn", { task, kind: kind(task), made: `src/main.rs:${k + 3}:5`, then: ["tasks", task, { kind: kind(task), where: "queued", made: `src/main.rs:${k + 3}:5` }] }];
    const run = [spawn("main", 0), ...Array.from({ length: 80 }, () => ["Turn", {}]), ...names.slice(1).map((task, k) => spawn(task, k + 1)), ["Turn", {}]];
    const page = await pageOf(open, files.zoo, directory, "all-later", ([header]) => [header, ...run.map(([ev, fields], k) => ({ n: k + 1, t: k * 1e6, turn: 0, ev, say: ev, ...fields })), { end: "complete" }], { width: 390, height: 844 });
    await page.evaluate(() => window.K.filter.set("task 1, task 2, task 3, task 4, task 5"));
    const [words, lanes] = await page.evaluate(() => [document.getElementById("lanes-scroll").textContent, window.K.lanes.items.length]);
    is(!/No task fits/.test(words) && lanes === 5, `${lanes} lanes: ${words}`);
  });

  checks.add("lanes: the frame of a stretch goes through no word", async (open) => {
    const page = await open(files.channel, { width: 1366, height: 768 });
    const crossed = await page.evaluate(() => {
      const out = [], words = [...document.querySelectorAll("#lanes-words text")].map((text) => [text.textContent, text.getBBox()]);
      for (const name of window.K.trace.names) for (const share of [0.2, 0.4, 0.6]) {
        const { t, last } = window.K.trace;
        window.K.answer.ask(name, t[Math.floor(last * share)], t[Math.floor(last * (share + 0.2))]);
        for (const [, x, y, end] of (document.querySelector(".lane-stretch.edge")?.getAttribute("d") ?? "").matchAll(/M(\S+) (\S+)V(\S+)/g)) for (const [word, box] of words) if (box.x + 1 < x && x < box.x + box.width - 1 && end > box.y + 3 && y < box.y + box.height - 3) out.push(`${name}: ${word}`);
      }
      return [out, !!document.querySelector(".lane-stretch.edge")];
    });
    same(crossed, [[], true], "which words");
  });

  checks.add("lanes: no empty row is below the lanes while a group is still to come", async (open) => {
    const names = ["main", ...Array.from({ length: 25 }, (_, k) => `task ${k + 1}`)], made = (name, k) => ({ kind: name === "main" ? "main" : "task", made: `src/main.rs:${k < 2 ? 3 + k : k < 14 ? 9 : 10}:5`, where: "queued" });
    const lines = [{ v: 7, kettle: "0", program: "made", args: [], clock: "real", started: 0 }, ...names.map((name, k) => ({ n: k + 1, t: k * 1e6, say: `code outside of any task spawns ${name}`, ev: "Spawn", task: name, ...made(name, k), then: ["tasks", name, made(name, k)] })), { end: "complete" }];
    let bands = 0;
    for (const [width, height] of [[1366, 768], [1024, 768], [390, 844]]) {
      const page = await pageOf(open, files.channel, directory, "bands", () => lines, { width, height });
      await page.evaluate(() => window.K.go(1));
      const [gap, below, band] = await page.evaluate(() => {
        const scroll = document.getElementById("lanes-scroll"), labels = [...document.querySelectorAll("#lanes-scroll .lane-label")], end = Math.max(...labels.map((label) => label.getBoundingClientRect().bottom)), last = labels.at(-1);
        return [scroll.getBoundingClientRect().bottom - end, document.querySelector(".lane-window").textContent, last.matches(".two") && !last.querySelector(".lane-member")];
      });
      bands += band;
      is(gap < 26 || !/▾/.test(below), `${width}×${height}: ${gap} px are empty, “${below}”`);
    }
    is(bands > 0, "of some group the band alone has room");
  });

  checks.add("lanes: of jobs those on their threads run, and the others wait for one", async (open) => {
    const page = await pageOf(open, files.zoo, directory, "pool", ([header, ...lines]) => {
      const sources = lines.filter((line) => "file" in line), jobs = Array.from({ length: 16 }, (_, k) => `job ${k + 1}`), job = (name, waited) => ["jobs", name, { by: "main", waited, waits: [] }];
      const run = [["Spawn", { task: "main", kind: "main", then: ["tasks", "main", { kind: "main", where: "queued" }] }], ["PollStart", { task: "main", run: "main", then: ["tasks", "main", { where: "polling" }] }],
        ...jobs.map((task) => ["BlockingStart", { task, run: "main", then: job(task, null) }]), ...jobs.slice(0, 2).map((task) => ["BlockingRun", { task, waited: 0, then: job(task, 0) }]), ["BlockingEnd", { task: "job 1", ran: 9, then: ["jobs", "job 1", "over"] }]];
      return [header, ...sources, ...run.map(([ev, fields], k) => ({ n: k + 1, t: k * 1000, turn: 0, ev, say: ev, ...fields })), { end: "complete" }];
    });
    const counts = await page.evaluate(() => { window.K.setLevel("engine"); window.K.go(window.K.trace.last); return document.querySelector(".lane-counts").title; });
    same(counts, "1 running on their threads, 14 waiting for a thread, 1 over", "what the heading counts");
  });

  checks.add("lanes: from bar to bar by the keyboard", async (open) => {
    const page = await open(files.select);
    await page.evaluate(() => window.K.go(16));
    const bar = () => page.evaluate(() => { const el = document.activeElement, r = el.getBoundingClientRect(); return { is: el.className, says: el.getAttribute("aria-label"), to: Number(el.dataset.go), x: r.left + r.width / 2, y: r.top + r.height / 2 }; });
    const rows = await page.evaluate(() => [...window.K.rowsOf(window.K.trace).rows.values()].map((row) => ({ name: row.name, at: row.at, kind: row.kind })));
    const main = rows.find((row) => row.name === "main");
    await page.focus("#lanes-filter");
    for (let n = 0; n < 40 && (await bar()).is !== "lane-bar"; n++) await page.keyboard.press("Tab");
    const first = await bar();
    same(first.is, "lane-bar", "one of the bars has the focus");
    is(/^(main|task \d+): (polling|in the queue|waiting).*, event \d+ to \d+\. Enter/.test(first.says), `it says what it is: ${first.says}`);
    await page.keyboard.press("ArrowRight");
    const second = await bar();
    is(second.is === "lane-bar" && second.to > first.to && second.x > first.x && Math.abs(second.y - first.y) < 2, `the next one, in the same lane: ${first.says}, ${second.says}`);
    same(await at(page), 16, "the event stays");
    await page.keyboard.press("ArrowLeft");
    same((await bar()).to, first.to, "and back");
    await page.keyboard.press("ArrowDown");
    const below = await bar();
    is(below.y > first.y + 10 && below.says !== first.says, `down, to another lane: ${below.says}`);
    await page.keyboard.press("ArrowUp");
    is(Math.abs((await bar()).y - first.y) < 2, "and up again");
    await page.keyboard.press("Enter");
    const gone = (await bar()).to;
    same([await at(page), (await bar()).is], [gone, "lane-bar"], "enter goes to its event, and the focus stays");
    await page.keyboard.press("t");
    is((await at(page)) > gone, "the other keys do what they did");
    const all = [];
    for (let n = 0; n < 300; n++) { const { to, says } = await bar(); if (all.at(-1) === to || !says.startsWith("main:")) break; all.push(to); await page.keyboard.press("ArrowLeft"); }
    same(all.at(-1), main.at[0], "to the first bar of the lane");
    is((await page.evaluate(() => { const el = document.activeElement.getBoundingClientRect(), box = document.querySelector("#lanes-scroll .lane-track").getBoundingClientRect(); return el.left >= box.left - 1 && el.right <= box.right + 1; })), "which is brought into view");
    await page.evaluate(() => document.activeElement.blur());
    const here = await at(page);
    await page.keyboard.press("ArrowRight");
    is((await at(page)) > here, "without the focus the arrows are steps");
    const quiz = await open(files.select);
    await quiz.evaluate(() => window.K.go(16));
    await quiz.keyboard.press("q");
    await quiz.focus(".lane-bar");
    for (let n = 0; n < 60; n++) await quiz.keyboard.press("ArrowRight");
    is((await quiz.evaluate(() => Number(document.activeElement.dataset.go))) <= 16, "the quiz hides the later ones");
  });

  checks.add("names: the boxes and narrow lanes say whose task it is", async (open) => {
    for (const size of [{}, { width: 1280, height: 720 }, { width: 390, height: 844, touch: true }, { width: 844, height: 390, touch: true }]) {
      const page = await open(files.zoo, size);
      await page.evaluate(() => window.K.go(window.T.events.find((e) => e.ev === "PollStart" && e.task === "task 2").i));
      const shown = await page.evaluate(() => ["#places .tok", "#lanes .lane-task"].map((box) => [...document.querySelectorAll(`${box}[data-task="task 2"] code`)].filter((el) => el.getBoundingClientRect().width > 20).map((el) => el.textContent)));
      const line = await page.evaluate(() => window.T.events.find((e) => e.ev === "Spawn" && e.task === "task 2").made.line);
      same(shown, [[`send · zoo.rs:${line}`], [`send · zoo.rs:${line}`]], `in the boxes and beside its lane, ${JSON.stringify(size)}`);
    }
  });

  checks.add("names: a task's spawn line is in its label, and a cancelled timer names its task and why", async (open) => {
    const page = await open(files.channel);
    const labels = await page.evaluate(() => [...document.querySelectorAll(".lane-task")].map((el) => [el.dataset.task, el.querySelector("code").offsetWidth > 0 && el.querySelector("code").textContent]));
    for (const [task, words] of labels) {
      const made = await page.evaluate((name) => window.T.events.find((e) => e.ev === "Spawn" && e.task === name).made, task);
      is(words?.endsWith(`${made.file.replace(/^.*\//, "")}:${made.line}`), `${task}: ${words}`);
    }
    const select = await open(files.select);
    const told = await select.evaluate(() => window.K.trace.index.byEv.get("TimerCancel").map((i) => { window.K.go(i); return document.getElementById("aside").textContent; }));
    is(told.length > 0 && told.every((words) => /in .*main: /.test(words)), `whose: ${told}`);
    is(told.some((words) => /lost the select! to branch \d/.test(words)), `why: ${told}`);
  });
}
