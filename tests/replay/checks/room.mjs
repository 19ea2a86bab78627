// What is shown where there is much to show, and what is asked about?
//
// Made for it: three tasks whose three locks close a circle, beside a task that sleeps; forty tasks of one spawn
// line; a branch that is dropped with what it had read; a gap in the middle of a poll.

import { is, same } from "./harness.mjs";
import { pageOf } from "./scripts.mjs";

const SIZES = [[1280, 720], [1440, 900], [1920, 1080]];

/** A run, line by line: each event has a number and a millisecond of its own. */
function story() {
  let n = 0;
  const lines = [{ v: 7, kettle: "0", program: "made", args: [], clock: "real", started: 0, sites: true }];
  const event = (ev, more, ...then) => lines.push({ n: ++n, t: n * 1e6, ev, say: more.say ?? ev, ...more, then });
  const task = (name, made = "src/main.rs:9:5") => event("Spawn", { task: name, kind: name === "main" ? "main" : "task", made }, "tasks", name, { kind: name === "main" ? "main" : "task", what: "app::work", made, where: "queued" });
  const polled = (name, inside, waits) => {
    event("PollStart", { task: name, run: name }, "tasks", name, { where: "polling", polls: 1 });
    inside();
    event("PollEnd", { task: name, run: name, outcome: "pending", wakers: 1 }, "tasks", name, { where: "waiting", wakers: 1, waits });
  };
  return { lines, event, task, polled, end: () => [...lines, { end: "complete" }], get n() { return n; } };
}

/** Each waits for the next one's lock; the last wait closes the circle. */
function circle(more = 0) {
  const s = story(), names = ["task 1", "task 2", "task 3"], next = (k) => ((k + 1) % 3) + 1;
  ["main", ...names, "task 4", ...Array.from({ length: more }, (_, k) => `task ${k + 5}`)].forEach((name) => s.task(name));
  names.forEach((name, k) => s.event("SyncAct", { kind: "mutex", sync: `lock ${k + 1}`, act: "take", units: "all", count: 0, run: name }, "primitives", `lock ${k + 1}`, { kind: "mutex", count: 0, holders: [name], uses: 1 }));
  s.polled("task 4", () => s.event("TimerAdd", { timer: "timer 1", due: 9e9, level: 2, slot: 2, run: "task 4" }, "timers", "timer 1", { due: 9e9, level: 2, slot: 2, task: "task 4" }), [{ timer: "timer 1" }]);
  let closed = 0;
  names.forEach((name, k) => s.polled(name, () => {
    s.event("Wait", { on: { sync: `lock ${next(k)}`, ticket: 1, units: "all" }, run: name, task: name }, "primitives", `lock ${next(k)}`, { ticket: 1, who: name, waits: 1 });
    closed = s.n;
  }, [{ sync: `lock ${next(k)}`, ticket: 1, units: "all" }]));
  for (let k = 0; k < 20; k++) s.event("Turn", { queued: 0, tasks: 4, timers: 1, sources: 0 }, "loop", "", { step: "run" });
  const at = (line) => `src/main.rs:${line}:9`;
  s.lines.push({ file: "src/main.rs", whose: "program", text: Array.from({ length: 40 }, (_, k) => `    line(${k + 1}).await;`).join("\n") });
  s.lines.push({ lint: "deadlock", after: s.n, since: closed, at: at(20), say: "3 tasks wait for each other's locks", why: "they wait forever", help: "take the locks in the same order",
    spots: [{ at: at(20), say: "task 1 waits for lock 2; task 2 waits for lock 3; task 3 waits for lock 1" }, { at: at(12), say: "task 1 took lock 1 here" }, { at: at(14), say: "task 2 took lock 2 here" }, { at: at(16), say: "task 3 took lock 3 here" }] });
  return { lines: s.end(), closed };
}

const inside = (page, selector, box) => page.evaluate(([what, where]) => {
  const room = document.querySelector(where).getBoundingClientRect();
  return [...document.querySelectorAll(what)].map((el) => { const r = el.getBoundingClientRect(); return r.height > 0 && r.top >= room.top - 1 && r.bottom <= room.bottom + 1 && r.left >= room.left - 1 && r.right <= room.right + 1; });
}, [selector, box]);

export function room(checks, files, directory) {
  const made = (open, name, lines, options) => pageOf(open, files.channel, directory, name, () => lines, options);

  checks.add("room: of the done the line has as many as it has room for, and counts the others", async (open) => {
    const s = story(), names = ["main", ...Array.from({ length: 11 }, (_, k) => `task ${k + 1}`)];
    names.forEach((name) => s.task(name));
    for (const name of names.toReversed()) s.event("PollEnd", { task: name, run: name, outcome: "ready" }, "tasks", name, { where: "done", how: name === "task 9" ? "panicked" : name === "task 1" ? "cancelled" : "ready", ended: s.n });
    for (const [width, height] of [[1920, 1080], [1366, 768], [768, 1024], [390, 844]]) {
      const page = await made(open, `done-${width}`, s.end(), { width, height });
      await page.keyboard.press("End");
      const [seen, told] = await page.evaluate(() => {
        const line = document.querySelector(".ended"), { bottom, right } = line.parentElement.getBoundingClientRect();
        return [[...line.querySelectorAll(".end-of")].filter((el) => { const r = el.getBoundingClientRect(); return r.width > 0 && r.bottom <= bottom + 1 && r.right <= right + 1; }).map((el) => el.dataset.task), +line.querySelector("small").textContent];
      });
      is(await page.evaluate(() => [...document.querySelectorAll(".ended > *")].every((el) => { const r = el.getBoundingClientRect(), line = el.parentElement.getBoundingClientRect(); return !r.width || r.bottom <= line.bottom + 1; })), `${width}×${height}: a row of the done is cut`);
      is(seen.includes("task 9") && seen.at(-1) === "main" && seen.length + told === 12 && (told === 0) === (width === 1920), `${width}×${height}: ${told} and ${seen}`);
    }
  });

  checks.add("room: a circle of three locks is in view, at the moment when it closed, with its places", async (open) => {
    const { lines, closed } = circle();
    for (const [width, height] of SIZES) {
      const page = await made(open, `circle-${width}`, lines, { width, height });
      await page.keyboard.press("v");
      same(await page.evaluate(() => window.K.event(window.K.i).n), closed, "the wait that closed it");
      same(await inside(page, "#wakers .hook", "#boxes"), [true, true, true], `${width}×${height}: the three locks`);
      const words = await page.innerText("#banner");
      for (const line of [12, 14, 16, 20]) is(words.includes(`main.rs:${line} line(${line}).await;`), `${width}×${height}: the place ${line}: ${words}`);
      is(words.includes(`at ${(closed).toFixed(2)} ms`), `since when: ${words}`);
      await page.keyboard.press("End");
      is((await page.innerText("#banner")).includes(`It began at ${closed.toFixed(2)} ms`), "and where it became sure");
      if (height > 1000) same(await page.evaluate(() => [...document.querySelectorAll("#places .place")].at(-1).querySelectorAll(".tok").length), 4, "each task that waits is shown");
    }
  });

  checks.add("room: in a folded group the wait of a circle is marked, too, and nothing is drawn behind the last event", async (open) => {
    const page = await made(open, "grouped-circle", circle(12).lines);
    await page.keyboard.press("End");
    const [groups, stuck, ends, last] = await page.evaluate(() => {
      const { K } = window;
      K.answer.ask("task 2");
      const ends = [...document.querySelectorAll(".area-wait")].map((path) => +/H([\d.]+)V([\d.]+)H[\d.]+V\2z$/.exec(path.getAttribute("d"))?.[1]);
      return [K.lanes.items.filter((item) => item.group).length, document.querySelectorAll(".lane-stuck:not(.sign)").length, ends, K.lanes.frame.px(K.trace.count)];
    });
    same([groups, stuck], [1, 1], "the lane below the group");
    is(ends.length === 1 && ends[0] <= last + 1, `its band ends at ${ends}, the run at ${last}`);
  });

  checks.add("room: the wheel is one line unless a timer is asked about", async (open) => {
    const page = await made(open, "folded", circle().lines), shown = () => page.evaluate(() => [document.querySelector(".wheel-line").getAttribute("aria-expanded"), !!document.querySelector(".wheel, .strip")]);
    const go = (ev) => page.evaluate((what) => window.K.go(window.K.trace.index.byEv.get(what).at(-1)), ev);
    await go("Wait");
    same(await shown(), ["false", false], "a lock is waited for");
    is(/1 timer; next .*timer 1, due at 9\.000 s/.test(await page.textContent(".wheel-line")), "the line says what is due");
    await go("TimerAdd");
    same(await shown(), ["true", true], "a timer's event");
    await go("Wait");
    await page.evaluate(() => { window.K.pinned = "task 4"; window.K.show(); });
    same(await shown(), ["true", true], "a pinned task that waits for one");
    await page.evaluate(() => { window.K.pinned = null; window.K.show(); });
    await page.click(".wheel-line");
    same(await shown(), ["true", true], "a click opens it");
    await page.click(".wheel-line");
    same(await shown(), ["false", false], "and folds it");
  });

  checks.add("room: the timer or channel that the event is about is in sight, in its list, among many", async (open) => {
    const s = story(), names = Array.from({ length: 12 }, (_, k) => `task ${k + 1}`), channel = (n) => `channel ${n}`, last = { value: channel(12) };
    ["main", ...names].forEach((name) => s.task(name));
    for (let n = 1; n <= 12; n++) s.event("SyncNew", { sync: channel(n), kind: "mpsc", room: 4 }, "primitives", channel(n), { kind: "mpsc", room: 4, count: 0, senders: 1 });
    names.forEach((name, k) => s.polled(name, () => {
      const timer = { due: (80 + 7 * k) * 1e6, level: 1, slot: 2 + k, task: name };
      s.event("TimerAdd", { timer: `timer ${k + 1}`, run: name, task: name, ...timer }, "timers", `timer ${k + 1}`, timer);
      s.event("Wait", { on: { timer: `timer ${k + 1}` }, run: name, task: name }, "tasks", name, { waits: [{ timer: `timer ${k + 1}` }] });
    }, [{ timer: `timer ${k + 1}` }]));
    s.polled("main", () => s.event("Wait", { on: last, run: "main", task: "main" }, "tasks", "main", { waits: [last] }, "primitives", channel(12), { value_waiting: ["main"] }), [last]);
    s.event("SyncAct", { kind: "mpsc", sync: channel(12), act: "put", units: 1, count: 1 }, "primitives", channel(12), { count: 1, value_waiting: [] });
    s.event("Wake", { task: "main", by: "message", effect: "queued" }, "tasks", "main", { where: "queued", waits: [] });
    for (const [width, height] of [[1920, 1080], [1366, 768], [1024, 768], [768, 1024]]) {
      const page = await made(open, `named-${width}`, s.end(), { width, height }), at = (ev, k) => page.evaluate(([what, k]) => window.K.go(window.K.trace.index.byEv.get(what).at(k)), [ev, k]);
      await at("Wait", -2);
      if (width > 860) {
        same(await page.evaluate(() => [document.querySelector(".parts li.hot > span").textContent, !!document.querySelector(".ringing")]), ["timer 12", true], `${width}×${height}: in the list, and in the wheel`);
        same(await inside(page, ".parts li.hot", ".parts"), [true], `${width}×${height}: in sight`);
      } else is(/12 timers; .*timer 12, due at/.test(await page.textContent(".wheel-line")), `${width}×${height}: ${await page.textContent(".wheel-line")}`);
      for (const [ev, is] of [["SyncAct", "hot"], ["Wake", "asked"]]) {
        await at(ev, -1);
        same(await page.evaluate((is) => document.querySelector(`.parts li.${is} span`).textContent, is), "channel 12", `${width}×${height}: ${ev}`);
        same(await inside(page, `.parts li.${is}`, ".parts"), [true], `${width}×${height}: ${ev}, in sight`);
      }
    }
  });

  checks.add("room: timers of two slots are two signs on a strip, or no sign says that they are in one", async (open) => {
    const wheel = (slots, of) => {
      const s = story();
      for (const name of ["main", "task 1"]) s.task(name);
      s.polled("main", () => slots.forEach((slot, k) => s.event("TimerAdd", { timer: `timer ${k + 1}`, due: 64e6 * slot, level: 1, slot, run: "main", task: "main" }, "timers", `timer ${k + 1}`, { due: 64e6 * slot, level: 1, slot, task: of(k) })), slots.map((_, k) => ({ timer: `timer ${k + 1}` })));
      return s.end();
    };
    for (const [width, height] of [[768, 1024], [1024, 768], [1366, 768]]) for (const [slots, wanted, second = "main"] of [[[24, 33], ["", ""]], [[24, 26], ["+1"]], [[24, 24], ["×2"]], [[24, 24], ["+1"], "task 1"]]) {
      const page = await made(open, `slots-${slots.join("-")}-${second}-${width}`, wheel(slots, (k) => (k ? second : "main")), { width, height });
      await page.keyboard.press("End");
      same(await page.evaluate(() => [...document.querySelectorAll(".strip .waker")].map((sign) => sign.querySelector("small")?.textContent ?? "")), wanted, `${width}×${height}: slots ${slots}`);
      if (wanted.length === 2) is(await page.evaluate(() => { const [a, b] = [...document.querySelectorAll(".strip .waker")].map((sign) => sign.getBoundingClientRect()); return a.right <= b.left + 1; }), `${width}×${height}: beside each other`);
    }
  });

  checks.add("room: no sign of a strip is upon another one, also where the strip ends, and they are as many as the timers", async (open) => {
    for (const width of [1024, 1366]) for (const slots of [[2, 15, 24, 33, 42, 51, 60, 62], [30, 48, 52, 60, 63], [50, 51, 56, 62, 63], [6, 15, 24, 33, 42, 51, 60]]) {
      const s = story();
      for (const name of ["main", ...slots.map((_, k) => `task ${k + 1}`)]) s.task(name);
      s.polled("main", () => slots.forEach((slot, k) => s.event("TimerAdd", { timer: `timer ${k + 1}`, due: slot * 1e6, level: 0, slot, run: "main", task: `task ${k + 1}` }, "timers", `timer ${k + 1}`, { due: slot * 1e6, level: 0, slot, task: `task ${k + 1}` })), slots.map((_, k) => ({ timer: `timer ${k + 1}` })));
      const page = await made(open, `crowded-${slots.join("-")}-${width}`, s.end(), { width, height: 768 });
      await page.keyboard.press("End");
      const signs = await page.evaluate(() => [...document.querySelectorAll(".strip .waker")].map((sign) => { const { left, right } = sign.getBoundingClientRect(); return [left, right, 1 + Number(sign.querySelector("small")?.textContent.slice(1) ?? 0)]; }).sort(([a], [b]) => a - b));
      is(signs.every(([left], k) => !k || left >= signs[k - 1][1] - 1), `${width}: slots ${slots}: ${signs.map(([left, right]) => `${left}–${right}`)}`);
      same(signs.reduce((n, [, , held]) => n + held, 0), slots.length, `${width}: slots ${slots}: each timer is in one`);
    }
  });

  checks.add("room: the cross of a timer that leaves the wheel is upon no other one's token", async (open) => {
    for (const [slot, crosses] of [[2, 0], [40, 1]]) {
      const s = story();
      for (const name of ["main", "task 1"]) s.task(name);
      const put = (n, task, slot) => s.event("TimerAdd", { timer: `timer ${n}`, due: slot * 1e6, level: 0, slot, run: task, task }, "timers", `timer ${n}`, { due: slot * 1e6, level: 0, slot, task });
      s.polled("main", () => put(1, "main", 2), [{ timer: "timer 1" }]);
      s.polled("task 1", () => { put(2, "task 1", slot); s.event("TimerCancel", { timer: "timer 2", run: "task 1" }, "timers", "timer 2", "removed"); }, [{ value: "channel 1" }]);
      const page = await made(open, `cross-${slot}`, s.end(), { width: 2560, height: 1440 });
      const found = await page.evaluate(() => { const { K } = window; K.go(K.trace.index.byEv.get("TimerCancel")[0]); if (!document.querySelector(".wheel")) document.querySelector(".wheel-line").click(); return [document.querySelectorAll(".wheel .lane-cut").length, document.querySelectorAll(".wheel svg.chip").length]; });
      same(found, [crosses, 1], `slot ${slot}`);
    }
  });

  checks.add("room: of an open wheel each ring with a timer is seen whole", async (open) => {
    const s = story();
    ["main", "task 1", "task 2", "task 3"].forEach((name) => s.task(name));
    for (const [k, level] of [0, 1, 2, 3].entries()) s.polled(k ? `task ${k}` : "main", () => s.event("TimerAdd", { timer: `timer ${k + 1}`, due: 64 ** level * 5e6, level, slot: 5, run: "main" }, "timers", `timer ${k + 1}`, { due: 64 ** level * 5e6, level, slot: 5, task: k ? `task ${k}` : "main" }), [{ timer: `timer ${k + 1}` }]);
    s.event("SyncNew", { sync: "lock 1", kind: "mutex" }, "primitives", "lock 1", { kind: "mutex", count: 1 });
    for (const [width, height] of [[768, 1024], [768, 900], [1024, 768]]) {
      const page = await made(open, `rings-${width}`, s.end(), { width, height });
      await page.keyboard.press("End");
      if (await page.isVisible(".wheel-line[aria-expanded=false]")) await page.click(".wheel-line");
      const [rings, parts] = await page.evaluate(() => [".strip .level", ".parts"].map((what) => [...document.querySelectorAll(what)].map((el) => el.getBoundingClientRect()).map((r) => [r.left, r.top, r.bottom])));
      const [, top, bottom] = parts[0];
      is(rings.length === 4 && rings.every((ring) => ring[1] >= top && ring[2] <= bottom + 1), `${width}×${height}: rings ${rings.join("; ")}, the box from ${top} to ${bottom}`);
    }
    // (A level that nothing hangs at takes no row: of few rows each is seen.)
    const far = story(), late = { due: 64 ** 4 * 5e6, level: 4, slot: 5, task: "main" };
    far.task("main");
    far.event("SyncNew", { sync: "lock 1", kind: "mutex" }, "primitives", "lock 1", { kind: "mutex", count: 1, holders: [] });
    far.polled("main", () => far.event("TimerAdd", { timer: "timer 1", run: "main", ...late }, "timers", "timer 1", late), [{ timer: "timer 1" }]);
    for (const [width, height] of [[768, 1024], [1366, 768]]) {
      const page = await made(open, `far-${width}`, far.end(), { width, height });
      await page.keyboard.press("End");
      if (await page.isVisible(".wheel-line[aria-expanded=false]")) await page.click(".wheel-line");
      same(await page.evaluate(() => [...document.querySelectorAll(".strip .level > span")].map((el) => el.textContent)), ["1 ms", "64 ms", "4.7 h"], `${width}×${height}`);
      same(await inside(page, ".strip .level", ".parts"), [true, true, true], `${width}×${height}: in sight`);
    }
    const page = await made(open, "rings-2560", s.end(), { width: 2560, height: 1440 });
    await page.keyboard.press("End");
    if (await page.isVisible(".wheel-line[aria-expanded=false]")) await page.click(".wheel-line");
    const [a, b] = await page.evaluate(() => [...document.querySelectorAll(".wheel .chip")].slice(2).map((chip) => chip.getBoundingClientRect()).map((r) => [r.left + r.width / 2, r.top + r.height / 2, r.height]));
    is(Math.hypot(a[0] - b[0], a[1] - b[1]) >= (a[2] + b[2]) / 2, `two tokens lie upon each other: ${a} and ${b}`);
  });

  checks.add("room: of an open wheel a slot with several timers has their number, and no token is upon another ring’s", async (open) => {
    for (const step of [0, 1]) { // (in one slot, or in neighbours)
    const s = story(), names = ["task 1", "task 2", "task 3"];
    ["main", ...names].forEach((name) => s.task(name));
    names.forEach((name, k) => s.polled(name, () => { const timer = { due: 70e6 + k, level: 1, slot: 1 + k * step, task: name }; s.event("TimerAdd", { timer: `timer ${k + 1}`, run: name, ...timer }, "timers", `timer ${k + 1}`, timer); }, [{ timer: `timer ${k + 1}` }]));
    for (const [width, height] of [[2560, 1440], [390, 844]]) {
      const page = await made(open, `slot-${width}-${step}`, s.end(), { width, height });
      await page.keyboard.press("End");
      if (await page.isVisible(".wheel-line[aria-expanded=false]")) await page.click(".wheel-line");
      same(await page.evaluate(() => [[...document.querySelectorAll(".wheel text.sum")].map((el) => el.textContent), document.querySelectorAll(".wheel .chip").length]), [["×3"], 0], `${width}×${height}`);
      is(await page.evaluate(() => { const [text, box] = ["text.sum", "rect.sum"].map((what) => document.querySelector(`.wheel ${what}`).getBoundingClientRect()); return text.left >= box.left && text.right <= box.right; }), "in its box");
    }
    }
  });

  checks.add("room: of many channels the row says for whom a place is kept, and a wake where in both queues its task is", async (open) => {
    const s = story();
    ["main", "task 1", "task 2"].forEach((name) => s.task(name));
    for (const n of [1, 2, 3]) s.event("SyncNew", { sync: `channel ${n}`, kind: "mpsc", room: 1 }, "primitives", `channel ${n}`, { kind: "mpsc", room: 1, count: 0, senders: 1 });
    ["task 1", "task 2"].forEach((name) => s.polled(name, () => {}, []));
    s.event("SyncAct", { sync: "channel 2", kind: "mpsc", act: "get", count: 0, run: "main" }, "primitives", "channel 2", { count: 0, handed: ["task 2"] });
    s.event("Wake", { task: "task 1", by: "timer", effect: { queued: 1 } }, "tasks", "task 1", { where: "queued", rank: 1 });
    s.event("Wake", { task: "task 2", by: { task: "main" }, run: "main", effect: { queued: 1 } }, "tasks", "task 2", { where: "queued", rank: 2 });
    const page = await made(open, "kept-place", s.end(), { width: 1920, height: 1080 });
    await page.keyboard.press("End");
    const [row, aside] = await page.evaluate(() => [window.T.words([...document.querySelectorAll(".parts .line")].find((el) => /channel 2/.test(el.textContent))), window.T.words(document.getElementById("aside"))]);
    is(/kept for/.test(row), row);
    is(/The urgent queue has tasks, too: of both it is number \d/.test(aside), aside);
    // (At a pipe no place is kept: the one that waited in its line is told.)
    const pipe = story(), wait = { sync: "pipe 1", ticket: 1, units: 1 };
    ["main", "task 1"].forEach((name) => pipe.task(name));
    pipe.event("SyncNew", { sync: "pipe 1", kind: "pipe" }, "primitives", "pipe 1", { kind: "pipe", count: 0 });
    pipe.polled("task 1", () => pipe.event("Wait", { on: wait, run: "task 1", task: "task 1" }, "primitives", "pipe 1", { ticket: 1, who: "task 1" }), [wait]);
    pipe.event("Served", { on: wait, run: "main" }, "primitives", "pipe 1", { ticket: 1, who: null });
    pipe.event("Wake", { task: "task 1", by: { task: "main" }, run: "main", effect: { queued: 1 } }, "tasks", "task 1", { where: "queued", waits: [] });
    const served = await made(open, "pipe-served", pipe.end());
    const told = await served.evaluate(() => { window.K.setLevel("engine"); window.K.go(window.K.trace.index.byEv.get("Served")[0]); return [window.K.stateAt(window.K.i).before?.primitives.get("pipe 1")?.line, document.getElementById("aside").textContent]; });
    same(told, [["task 1"], "The waiting task is told, and woken soon."], "a pipe");
    // (And a job whose handle is gone leaves nothing with it.)
    const job = story();
    job.task("main");
    job.event("BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main", waited: null });
    job.event("Detach", { task: "job 1", run: "main" });
    job.event("BlockingEnd", { task: "job 1", ran: 1e6 }, "jobs", "job 1", "ended");
    const gone = await made(open, "job-gone", job.end());
    await gone.keyboard.press("End");
    is(/its handle was dropped before, so nothing is kept/.test(await gone.textContent("#aside")), await gone.textContent("#aside"));
    await gone.evaluate(() => { window.K.setLevel("engine"); window.K.go(window.K.trace.index.byEv.get("BlockingEnd")[0]); });
    // (A job's end doesn't say that it panicked: who learns of it does.)
    const bad = story();
    bad.task("main");
    bad.event("BlockingStart", { task: "job 1", run: "main" }, "jobs", "job 1", { by: "main", waited: null });
    bad.event("BlockingRun", { task: "job 1", waited: 1e5 }, "jobs", "job 1", { waited: 1e5, waits: [] });
    bad.event("BlockingEnd", { task: "job 1", ran: 1e6 }, "jobs", "job 1", "ended");
    bad.event("Join", { task: "job 1", run: "main", outcome: "panicked" });
    same(await (await made(open, "job-panicked", bad.end())).evaluate(() => { const { BAR, rowsOf, trace } = window.K; return rowsOf(trace).rows.get("job 1").last === BAR.PANICKED; }), true, "its lane says so");
    same(await gone.evaluate(() => [".job.hot", ".post.hot"].map((row) => document.querySelector(row)?.textContent.replace(/\s+/g, " ") ?? null)), ["j1 job 1over", null], "its end is marked, and no message that did not come with it");
  });

  checks.add("room: no heading tells of lines that are not there", async (open) => {
    const s = story();
    s.task("main");
    s.event("SyncNew", { sync: "lock 1", kind: "mutex" }, "primitives", "lock 1", { kind: "mutex", count: 1, holders: [] });
    for (const n of [1, 2, 3]) s.event("SyncNew", { sync: `barrier ${n}`, kind: "barrier" }, "primitives", `barrier ${n}`, { kind: "barrier", count: n, holders: [] });
    s.polled("main", () => s.event("TimerAdd", { timer: "timer 1", due: 9e9, level: 2, slot: 2, run: "main" }, "timers", "timer 1", { due: 9e9, level: 2, slot: 2, task: "main" }), [{ timer: "timer 1" }]);
    s.event("TimerFire", { timer: "timer 1", late: 0 }, "timers", "timer 1", "rings");
    s.event("Turn", { queued: 0, tasks: 1, timers: 0, sources: 0 }, "loop", "", { step: "run" });
    for (const [width, height] of [...SIZES, [1366, 768]]) {
      const page = await made(open, `empty-${width}`, s.end(), { width, height });
      await page.evaluate(() => { window.K.setLevel("engine"); window.K.go(window.K.trace.last); if (document.querySelector(".wheel-line[aria-expanded=false]")) document.querySelector(".wheel-line").click(); });
      const [timers, hooks] = await page.evaluate(() => { const timers = [...document.querySelectorAll(".parts h3")].find((head) => /^Timers/.test(head.textContent)); return [[timers.textContent, timers.dataset.below, timers.parentElement.querySelectorAll("li").length], [...document.querySelectorAll(".parts .hook")].map((hook) => hook.textContent)]; });
      same(timers, ["Timersnone in the wheel", "", 0], `${width}×${height}`);
      is(hooks.length === 4 && hooks.slice(1).every((text) => /opens at \d tasks?/.test(text)), `${width}×${height}: ${hooks}`);
    }
  });

  checks.add("room: what an event is about is in sight without scrolling, and each handle where there is room", async (open) => {
    for (const [width, height] of [[768, 1024], [1366, 768], [1024, 768], [1920, 1080]]) {
      const page = await open(files.meeting, { width, height });
      const [away, touched] = await page.evaluate(async (narrow) => { // (in one column a wheel that was opened leaves little room)
        const away = [];
        let touched = 0;
        for (const [k, i] of window.K.visible.filter((_, k) => k % 4 === 0).entries()) {
          window.K.go(i);
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          if (k % 2 && !document.querySelector(".strip, .wheel")) document.querySelector(".wheel-line")?.click();
          const box = document.querySelector(".parts"), { bottom, right } = box.getBoundingClientRect(), line = box.querySelector(".hot"), at = line?.getBoundingClientRect();
          touched += !!line;
          if (narrow ? at?.right > right + 1 : (box.scrollTop > 0 && !line?.matches(".ordered > li")) || at?.bottom > bottom + 3 || at?.right > right + 1) away.push(`${window.K.trace.n[i]}: ${line?.textContent}`);
        }
        return [away, touched];
      }, width < 861);
      is(away.length === 0 && touched > 5, `${width}×${height}: ${touched} times touched, not in sight: ${away.slice(0, 5).join("; ")}`);
    }
    const s = story();
    ["main", ...Array.from({ length: 11 }, (_, k) => `task ${k + 1}`)].forEach((name) => s.task(name));
    s.polled("main", () => s.event("Wait", { on: { task: "task 11" }, run: "main", task: "main" }, "tasks", "task 11", { joiner: "main" }), [{ task: "task 11" }]);
    for (const [width, height, all] of [[1366, 768, false], [1920, 1080, true]]) {
      const page = await made(open, `handles-${width}`, s.end(), { width, height });
      await page.keyboard.press("End");
      const [rows, waits] = await page.evaluate(() => [document.querySelectorAll(".parts .handle").length, document.querySelector(".parts .handle.asked")?.textContent]);
      is(all ? rows === 11 : rows >= 7, `${width}×${height}: ${rows} handles`);
      is(/task 11.*waits/.test(waits), `${width}×${height}: ${waits}`);
    }
  });

  checks.add("room: a heading whose lines are above it, whole or in part, says so", async (open) => {
    for (const name of ["meeting", "zoo"]) {
      const page = await open(files[name], { width: 1366, height: 768 });
      await page.keyboard.press("ArrowRight");
      await page.addStyleTag({ content: ".parts { height: 84px !important; min-height: 0 !important }" });
      const [silent, told] = await page.evaluate(async () => {
        const silent = new Set(), box = () => document.querySelector(".parts"), drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        let told = 0;
        for (const share of [0.3, 0.5, 0.7]) for (let by = 0; by < 120; by += 9) {
          window.K.go(window.K.visible[Math.floor((window.K.visible.length - 1) * share)]);
          await drawn();
          box().scrollTop = by;
          await drawn();
          for (const head of box().querySelectorAll("h3:not(.half)")) {
            const { bottom } = head.getBoundingClientRect(), above = [...head.closest(".whole, section").querySelectorAll("li, .rail, .hook")].filter((line) => line.offsetHeight && line.getBoundingClientRect().top < bottom - 2 && (line.matches(".half, .clipped") || [...line.children].every((part) => part.matches(".half"))));
            told += above.length > 0;
            if (above.length && !head.dataset.above) silent.add(head.textContent);
          }
        }
        return [[...silent], told];
      });
      same(silent, [], name);
      is(told > 3, `${name}: ${told} lines above`);
    }
  });

  checks.add("room: forty tasks of one line can be told apart", async (open) => {
    const s = story(), names = Array.from({ length: 40 }, (_, k) => `task ${k + 1}`), line = names.slice(1, 8);
    ["main", ...names].forEach((name) => s.task(name));
    s.event("SyncAct", { kind: "mutex", sync: "lock 1", act: "take", units: "all", count: 0, run: "task 1" }, "primitives", "lock 1", { kind: "mutex", count: 0, holders: ["task 30"], uses: 1 });
    for (const [k, name] of names.slice(10, 17).entries()) s.polled(name, () => s.event("Wait", { on: { sync: "lock 1", ticket: k + 1, units: "all" }, run: name, task: name }, "primitives", "lock 1", { ticket: k + 1, who: name }), [{ sync: "lock 1", ticket: k + 1, units: "all" }]);
    const seven = story(), waiting = ["main", ...names.slice(0, 6)];
    waiting.forEach((name) => seven.task(name));
    for (const name of waiting) seven.polled(name, () => {}, [{ value: "channel 1" }]);
    const page = await made(open, "forty", s.end());
    await page.keyboard.press("End");
    const [looks, sizes] = await page.evaluate((all) => [all.map((name) => JSON.stringify(window.K.look(name))), window.T.texts(document.querySelector("#wakers .hook")).filter(({ words }) => /^\d+$/.test(words)).map(({ words, size }) => [words, size])], line);
    const few = await made(open, "seven", seven.end(), { width: 1366, height: 768 });
    await few.keyboard.press("End");
    same(await few.evaluate(() => document.querySelectorAll('#places [data-key^="task-"] svg').length), 7, "each of seven that wait is seen, where their signs have room");
    const some = story();
    for (let k = 0; k < 12; k++) some.task(`task ${k + 1}`, `src/main.rs:${20 + (k % 4)}:5`);
    for (let k = 0; k < 12; k++) some.polled(`task ${k + 1}`, () => {}, [{ value: "channel 1" }]);
    const lines = await made(open, "four-lines", some.end(), { width: 1366, height: 768 });
    await lines.keyboard.press("End");
    is(!/most from/.test(await lines.textContent("#places")), "a quarter is not most of them");
    for (const [width, height] of [[390, 844], [768, 1024], [1366, 768]]) {
      const page = await made(open, `twelve-${width}`, some.end(), { width, height });
      await page.keyboard.press("End");
      const [signs, more] = await page.evaluate(() => [document.querySelectorAll(".place:nth-child(5) [data-key^='task-'] svg").length, [...document.querySelectorAll(".rest")].map((el) => +/\d+/.exec(el.querySelector(".count, .and")?.checkVisibility() ? el.querySelector(".count, .and").textContent : "")?.[0] || 0)[0] ?? 0]);
      is(signs > 0 && signs + more === 12, `${width}×${height}: ${signs} signs, and ${more} more`);
    }
    is(looks.every((look, k) => k === 0 || look !== looks[k - 1]), `neighbours look alike: ${looks}`);
    is(sizes.length === 8 && sizes.every(([, size]) => size >= 11.9), `numbers in a lock's line: ${JSON.stringify(sizes)}`);
  });

  checks.add("room: a channel that the event is about is seen, however many wait there", async (open) => {
    const s = story(), names = Array.from({ length: 40 }, (_, k) => `task ${k + 1}`), wait = { room: "channel 1" };
    ["main", ...names].forEach((name, k) => s.task(name, k < 3 || k > 38 ? `src/main.rs:${k + 20}:5` : undefined)); // (many lanes: they leave little room)
    for (const [sync, kind] of [["lock 1", "mutex"], ["lock 2", "mutex"], ["channel 2", "mpsc"]]) s.event("SyncNew", { sync, kind }, "primitives", sync, { kind, count: 1, room: 8, senders: 1 });
    s.event("SyncNew", { sync: "channel 1", kind: "mpsc" }, "primitives", "channel 1", { kind: "mpsc", room: 4, count: 0, senders: 40 });
    for (const [k, name] of names.slice(4).entries()) s.polled(name, () => s.event("Wait", { on: wait, run: name, task: name }, "primitives", "channel 1", { ticket: k + 1, who: name }), [wait]);
    s.polled("task 1", () => s.event("TimerAdd", { timer: "timer 1", due: 9e9, level: 2, slot: 2, run: "task 1" }, "timers", "timer 1", { due: 9e9, level: 2, slot: 2, task: "task 1" }), [{ timer: "timer 1" }]);
    for (let k = 1; k <= 4; k++) s.event("SyncAct", { sync: "channel 1", kind: "mpsc", act: "get", count: 0, run: "main" }, "primitives", "channel 1", { count: 0, handed: names.slice(0, k) });
    for (const [width, height] of [[1024, 768], [1366, 768], [1920, 1080]]) {
      const page = await made(open, `rail-${width}`, s.end(), { width, height });
      await page.keyboard.press("End");
      const [rail, box] = await page.evaluate(() => [".rail.hot", ".parts"].map((what) => { const el = document.querySelector(what), r = el.getBoundingClientRect(); return [r.top, r.bottom, el.matches(".half")]; }));
      is(!rail[2] && rail[0] > box[0] && rail[1] <= box[1] + 3, `${width}×${height}: ${rail} in ${box}`);
    }
  });

  checks.add("room: a window that gets another size shows the boxes as a step does", async (open) => {
    const s = story(), names = Array.from({ length: 6 }, (_, k) => `source ${k + 1}`);
    ["main", ...Array.from({ length: 9 }, (_, k) => `task ${k + 1}`)].forEach((name) => s.task(name));
    for (const name of names) s.event("SourceAdd", { source: name, what: "TcpStream", run: "main" }, "sources", name, { what: "TcpStream", registered: true });
    s.polled("main", () => s.event("Wait", { on: { source: "source 4", direction: "read" }, run: "main", task: "main" }, "sources", "source 4", { read: { waits: ["main"] } }), [{ source: "source 4", direction: "read" }]);
    const page = await made(open, "resized", s.end(), { width: 768, height: 1024 }), drawn = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const boxes = () => page.evaluate(() => { const box = document.querySelector(".parts"); return [box.scrollTop, box.className.split(" ").sort().join(" "), ...[...box.querySelectorAll("h3")].map((head) => head.dataset.above)]; });
    for (let height = 1020; height > 800; height -= 12) {
      await page.evaluate(() => window.K.go(window.K.trace.index.byEv.get("Wait")[0]));
      await page.setViewportSize({ width: 768, height });
      await drawn();
      const resized = await boxes();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowLeft");
      await drawn();
      same(resized, await boxes(), `${height} px high`);
      is(resized[0] === 0 && (await inside(page, ".parts li.hot", ".parts"))[0], `${height} px high: what is touched is in sight`);
    }
  });

  checks.add("room: a source pane begins with a whole line, also when it grows at its file’s end", async (open) => {
    const page = await open(files.zoo, { width: 768, height: 1024 }), count = await page.evaluate(() => window.K.trace.count), within = [];
    for (let i = 1; i < count; i += Math.ceil(count / 60)) {
      await page.setViewportSize({ width: 768, height: 1024 });
      await page.evaluate((i) => window.K.go(i), i);
      await page.setViewportSize({ width: 768, height: 1200 });
      within.push(...await page.evaluate(async (i) => {
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        const cut = (pane) => { const { top } = pane.getBoundingClientRect(), line = [...pane.querySelectorAll(".file > div")].find((line) => line.getBoundingClientRect().bottom > top + pane.clientTop + 1); return line && line.getBoundingClientRect().top < top + pane.clientTop - 1; };
        return [...document.querySelectorAll("pre.code")].filter((pane) => pane.offsetHeight && cut(pane)).map((pane) => `${pane.id} at ${i}`);
      }, i));
    }
    same(within, [], "panes that begin within a line");
    // A line that is higher than its pane is seen from its first row on, and not scrolled past.
    const s = story(), at = "src/main.rs:20:5";
    s.task("main");
    s.polled("main", () => s.event("TimerAdd", { timer: "timer 1", due: 9e9, level: 2, slot: 2, run: "main", at }, "timers", "timer 1", { due: 9e9, level: 2, slot: 2, task: "main", at }), [{ timer: "timer 1" }]);
    s.lines.push({ file: "src/main.rs", whose: "program", text: Array.from({ length: 40 }, (_, k) => `    ${"line(one, two).".repeat(k === 19 ? 60 : 1)}await;`).join("\n") });
    const high = await made(open, "high-line", s.end(), { width: 768, height: 1024 });
    const [begins, rows] = await high.evaluate(() => { window.K.go(window.K.trace.index.byEv.get("TimerAdd")[0]); const pane = document.getElementById("program"), line = pane.querySelector(".on, .was").getBoundingClientRect(); return [line.top - pane.getBoundingClientRect().top, line.height > pane.clientHeight]; });
    is(rows && Math.abs(begins) < 3, `the line begins ${begins} pixels below its pane’s top; higher than it: ${rows}`);
  });

  checks.add("room: it is said where a permit goes, that an interval takes its timer along, and which line another thread or a set’s shutdown is in", async (open) => {
    const s = story(), at = (line, column) => `src/main.rs:${line}:${column}`, ends = [];
    ["main", "task 1"].forEach((name) => s.task(name));
    s.event("SyncAct", { kind: "semaphore", sync: "semaphore 1", act: "take", units: 2, count: 0, run: "main" }, "primitives", "semaphore 1", { kind: "semaphore", count: 0, holders: ["main"], uses: 1 });
    s.polled("task 1", () => s.event("Wait", { on: { sync: "semaphore 1", ticket: 1, units: 2 }, run: "task 1", task: "task 1" }, "primitives", "semaphore 1", { ticket: 1, who: "task 1", waits: 1 }), [{ sync: "semaphore 1", ticket: 1, units: 2 }]);
    s.polled("main", () => {
      ends.push(s.n);
      s.event("SyncAct", { kind: "semaphore", sync: "semaphore 1", act: "release", units: 1, count: 0, run: "main" }, "primitives", "semaphore 1", {});
      s.event("TimerAdd", { timer: "timer 1", due: 9e9, level: 2, slot: 2, run: "main", at: at(2, 16) }, "timers", "timer 1", { due: 9e9, level: 2, slot: 2, task: "main", at: at(2, 16) });
      ends.push(s.n);
      s.event("TimerCancel", { timer: "timer 1", run: "main", at: at(3, 16) }, "timers", "timer 1", "removed");
      ends.push(s.n);
      s.event("SyncAct", { kind: "mpsc", sync: "channel 1", act: "put", units: 1, count: 1, made: at(4, 16) }, "primitives", "channel 1", { kind: "mpsc", room: 2, count: 1, senders: 1 });
      ends.push(s.n);
      s.event("Cancel", { task: "task 1", run: "main", at: at(5, 20) }, "tasks", "main", { at: at(5, 20) }, "tasks", "task 1", { cancelling: true });
      // (A loser that is only lent does not take its timer along.)
      const branch = (state, waits = []) => ({ state, waits, polls: 1, took: [] }), nap = [{ timer: "timer 2" }];
      s.event("TimerAdd", { timer: "timer 2", due: 9e9, level: 2, slot: 2, run: "main", at: at(6, 13) }, "timers", "timer 2", { due: 9e9, level: 2, slot: 2, task: "main", at: at(6, 13) });
      s.event("SelectWin", { branch: 0, won: 0, run: "main", at: at(6, 13) }, "selects", "main", { task: "main", at: at(6, 13), won: 0, branches: [branch("won"), branch("dropped", nap)] });
      ends.push(s.n);
      s.event("TimerCancel", { timer: "timer 2", run: "main", at: at(6, 13) }, "timers", "timer 2", "removed");
    }, []);
    s.lines.push({ file: "src/main.rs", whose: "program", text: "async fn main() {\n    let _ = round.tick().await;\n    let _ = other().await;\n    let _ = say.blocking_send(1);\n    let _ = set.shutdown().await;\n    kettle::select! {\n        _ = rx.recv() => {}\n        _ = &mut nap => {}\n    }\n}\n" });
    const page = await made(open, "where-it-goes", s.end());
    const [permit, timer, sent, set, lent] = await page.evaluate((all) => all.map((i) => { window.K.go(i); return [window.T.words(document.getElementById("aside")), window.T.words(document.getElementById("p-file"))]; }), ends);
    is(/It goes to (1 )?task 1, the first in line, which wants 2, and keeps what has come back/.test(permit[0]), permit[0]);
    is(/timer of a tick in (m )?main: the interval was dropped in this poll/.test(timer[0]), timer[0]);
    same([sent[1], set[1]], ["src/main.rs:4", "src/main.rs:5"], "and no *after*");
    is(/its future was dropped in this poll/.test(lent[0]), lent[0]);
  });

  checks.add("room: on a phone the causes are seen though the card is scrolled by a little", async (open) => {
    const page = await open(files.zoo, { width: 390, height: 844, touch: true });
    const [seen, hidden] = await page.evaluate(async () => {
      const main = document.querySelector("main"), out = [], below = document.querySelector("#answer .causes li").getBoundingClientRect().bottom - main.getBoundingClientRect().bottom + 200;
      for (const top of [1, 30, 60]) {
        main.scrollTop = Math.max(0, below) + top; // (how long the chain before them is depends on the run)
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        const box = main.getBoundingClientRect();
        out.push(...[...document.querySelectorAll("#answer .causes li")].filter((line) => { const at = line.getBoundingClientRect(); return at.top > box.top && at.bottom < box.bottom - 40; }));
      }
      return [out.length, out.filter((line) => line.matches(".half")).length];
    });
    is(seen > 0 && hidden === 0, `${hidden} of ${seen} are hidden`);
  });

  checks.add("room: where the words of a wait have little room, the number stays", async (open) => {
    const s = story();
    ["main", "task 1"].forEach((name) => s.task(name));
    s.polled("task 1", () => s.event("Wait", { on: { value: "channel 123" }, run: "task 1", task: "task 1" }), [{ value: "channel 123" }]);
    for (const [width, height] of [[1366, 768], [768, 1024]]) {
      const page = await made(open, `number-${width}`, s.end(), { width, height });
      await page.keyboard.press("End");
      await page.addStyleTag({ content: "#places .tok small { max-width: 80px !important }" });
      const [words, end, edge] = await page.evaluate(() => {
        const el = document.querySelector("#places [data-task='task 1'] small"), last = document.createTreeWalker(el, NodeFilter.SHOW_TEXT), range = document.createRange();
        while (last.nextNode()) range.selectNodeContents(last.currentNode);
        return [el.textContent, range.getBoundingClientRect().right, el.getBoundingClientRect().right];
      });
      same(words, "value in channel 123", `${width}×${height}`);
      is(end <= edge + 1, `${width}×${height}: the number ends at ${end}, its room at ${edge}`);
    }
  });

  checks.add("room: a branch whose value does not fit its pattern has not won", async (open) => {
    const s = story(), branch = (state) => ({ state, waits: [], polls: 1, took: [] }), select = (ev, more, ...states) => s.event(ev, { run: "main", task: "main", ...more }, ...(states.length ? ["selects", "main", { task: "main", won: more.won ?? null, branches: states.map(branch) }] : []));
    s.task("main");
    s.polled("main", () => {
      select("SelectStart", { branches: 2, first: 0 }, "new", "new");
      select("SelectPoll", { branch: 0, ready: true }, "ready", "new");
      select("SelectPoll", { branch: 1, ready: false }, "ready", "waiting");
    }, [{ value: "channel 1" }]);
    s.polled("main", () => {
      select("SelectStart", { branches: 2, first: 0 });
      select("SelectPoll", { branch: 1, ready: true }, "ready", "ready");
      select("SelectWin", { branch: 1, won: 1 }, "ready", "won");
    }, [{ value: "channel 1" }]);
    const page = await made(open, "misfit", s.end());
    const [kinds, first, last, box] = await page.evaluate(() => {
      const { K } = window, [a, b, c] = K.trace.index.byEv.get("SelectPoll"), word = (row) => row.kind.map((kind) => Object.keys(K.BAR).find((key) => K.BAR[key] === kind)), said = (i) => K.aside(i, K.stateAt(i));
      K.setLevel("engine");
      K.go(b);
      return [K.rowsOf(K.trace).rows.get("main").branches.map(word), said(a), said(c), document.querySelector(".parts .branch").textContent];
    });
    is(kinds[0].includes("DONE") && !kinds[0].includes("WON") && kinds[1].includes("WON"), JSON.stringify(kinds));
    is(/doesn’t fit the pattern/.test(first) && /The first that is ready ends/.test(last) && /its value doesn’t fit/.test(box), `${first} ${last} ${box}`);
  });

  checks.add("room: where width is time, the crosses of many dropped branches are no line, and none is upon the next bar", async (open) => {
    const branch = (more) => ({ state: "waiting", polls: 1, waits: [{ value: "channel 1" }], ...more });
    for (const [rounds, many] of [[180, false], [60, true]]) {
      const s = story();
      s.task("main");
      for (let k = 0; k < rounds; k++) s.polled("main", () => {
        s.event("SelectStart", { branches: 2, first: 0, run: "main" }, "selects", "main", { branches: [branch({}), branch({})] });
        for (const ready of [false, true]) s.event("SelectPoll", { branch: +ready, ready, run: "main" });
        s.event("SelectWin", { branch: 1, run: "main" }, "selects", "main", { won: 1, branches: [branch({ state: "dropped" }), branch({ state: "won", waits: [] })] });
      }, []);
      const page = await made(open, `crosses-${rounds}`, s.end(), { width: 1366, height: 768 });
      await page.keyboard.press("m");
      const [at, upon] = await page.evaluate(() => {
        const rects = (what) => [...document.querySelectorAll(what)].map((el) => el.getBoundingClientRect()), crosses = rects("#lanes-words .lane-cut").sort((a, b) => a.left - b.left), bars = rects("#lanes-words .lane-poll, #lanes-bars .lane-poll, #lanes .lane-poll");
        return [crosses.map(({ left, right }) => [left, right]), crosses.filter((one) => bars.some((bar) => bar.left < one.right - 1 && bar.right > one.left + 1 && bar.top < one.bottom && bar.bottom > one.top)).length];
      });
      is(many === at.length > 20 && at.length > 0 && at.slice(1).every(([left], k) => left > at[k][1] + 3), `${at.length} crosses: ${JSON.stringify(at.slice(0, 5))}`);
      same(upon, 0, `crosses upon bars, ${rounds} rounds`);
      const words = await page.evaluate(() => [...document.querySelectorAll("#lanes-words .won, #lanes-words .cut")].map((el) => el.textContent));
      same(words.slice(-2), ["dropped", "✓ won"], "of the last one it is written: nothing is drawn behind it");
    }
  });

  checks.add("room: what recording took is in no poll, though an event of another thread comes in between", async (open) => {
    const s = story();
    for (const name of ["main", "task 1"]) s.task(name);
    s.polled("main", () => {
      s.event("BlockingRun", { task: "job 1", waited: 0 });
      s.event("SyncNew", { sync: "lock 1", kind: "mutex", run: "main" });
    }, []);
    s.polled("task 1", () => {}, []);
    // (Recording was long before it was told by an event from before that.)
    const page = await made(open, "stepped", s.end().map((o) => ({ ...o, ...(o.n && { t: o.t / 10 + (o.n > 4 ? 50e6 : 0) }), ...(o.n === 4 && { overhead: 50e6 }) })), { width: 1366, height: 768 });
    await page.keyboard.press("m");
    same(await page.evaluate(() => { const { real, gaps, count } = window.K.trace; return [gaps.size, real.every((at, i) => i === 0 || at >= real[i - 1]), Math.round((real[count - 1] - real[0]) / 1e5)]; }), [0, true, 7], "gaps, in order, 100 µs");
    // (A stretch has what was in it, and no share of what came before.)
    const long = story();
    long.task("main");
    long.polled("main", () => { for (const n of [1, 2]) long.event("SyncNew", { sync: `lock ${n}`, kind: "mutex", run: "main" }); }, []);
    const late = await made(open, "late", long.end().map((o) => ({ ...o, ...(o.n && { t: o.t * 10 }), ...(o.n === 3 && { overhead: 8e6 }) })), { width: 1366, height: 768 });
    same(await late.evaluate(() => [[-Infinity, 80e6], [30e6, 80e6], [25e6, 80e6]].map(([from, to]) => window.K.causesOf("main", from, to, Infinity).filter(({ key }) => ["poll", "recorder"].includes(key)).map(({ key, ns }) => `${key} ${ns / 1e6}`).sort())), [["poll 22", "recorder 8"], ["poll 20"], ["poll 21", "recorder 4"]], "of the poll from 20 to 50 ms, with 8 ms of recording up to 30 ms");
  });

  checks.add("room: a dropped branch has what it had read", async (open) => {
    const s = story(), branch = (more) => ({ state: "waiting", polls: 1, waits: [{ value: "channel 1" }], ...more });
    s.task("main");
    s.polled("main", () => {
      s.event("SelectStart", { branches: 2, first: 0, run: "main" }, "selects", "main", { branches: [branch({ took: [{ from: "pipe 1", units: 3 }, { from: "channel 1", units: 1 }] }), branch({})] });
      s.event("SelectWin", { branch: 1, run: "main", say: "branch 2 wins: the other futures are dropped; branch 1 had read 3 bytes from pipe 1" }, "selects", "main", { won: 1, branches: [branch({ state: "dropped", took: [{ from: "pipe 1", units: 3 }, { from: "channel 1", units: 1 }] }), branch({ state: "won", waits: [] })] });
    }, []);
    const page = await made(open, "branch", s.end()), at = (ev) => page.evaluate((what) => { window.K.go(window.K.trace.index.byEv.get(what)[0]); return document.querySelector("#wakers .branch").textContent; }, ev);
    is(/waiting for a value in channel 1; it had read 3 bytes from pipe 1 and received 1 value from channel 1/.test(await at("SelectStart").then((text) => text.replace("had received", "received"))), await at("SelectStart"));
    is(/dropped while it waited for a value in channel 1; it had read 3 bytes from pipe 1/.test(await at("SelectWin")), await at("SelectWin"));
    is(/kept inside itself is gone with it/.test(await page.textContent("#aside")), "and what that means");
  });

  checks.add("room: a poll across a gap has no length, and the header says that events are missing", async (open) => {
    const s = story();
    s.task("main");
    s.event("PollStart", { task: "main", run: "main" }, "tasks", "main", { where: "polling", polls: 1 });
    const before = s.n;
    s.lines.push({ lost: 900, after: before });
    const lines = [...s.lines, { n: before + 901, t: 3e9, ev: "PollEnd", task: "main", run: "main", outcome: "ready", say: "main returns Ready", then: ["tasks", "main", { where: "done", how: "ready" }] }, { end: "complete" }];
    const page = await made(open, "lost", lines);
    await page.keyboard.press("End");
    same(await page.evaluate(() => [document.querySelectorAll("#lanes-still .lane-poll").length, document.querySelectorAll("#lanes-still .lane-torn").length, document.querySelectorAll("#lanes-words .on-bar").length]), [0, 1, 0], "bars");
    is(/900 events missing/.test(await page.innerText("#program-name")), "the header's chip");
    is(!/nothing was told/.test(await page.textContent("#aside")), await page.textContent("#aside"));
  });

  checks.add("room: where width is time, the ruler is a clock", async (open) => {
    const page = await open(files.mutex);
    await page.keyboard.press("m");
    const clock = () => page.evaluate(() => [...document.querySelectorAll("#lanes-ruler .time")].map((text) => { const r = text.getBoundingClientRect(); return [window.K.times.parse(text.textContent), r.left, r.right]; }));
    for (const closer of [1, 3, 4]) {
      await page.evaluate((factor) => window.K.lanes.zoom(factor), closer);
      const all = await clock();
      is(all.length > 1, `${all.length} times`);
      is(all.every(([t, left], k) => t !== null && (k === 0 || (t > all[k - 1][0] && left > all[k - 1][2]))), `in order, and none upon another: ${JSON.stringify(all)}`);
    }
    for (const [width, height] of [[390, 844], [768, 1024], [1024, 768], [1366, 768]]) {
      const narrow = await open(files.mutex, { width, height }), high = () => narrow.evaluate(() => { window.K.go(40); return document.getElementById("lanes-scroll").clientHeight; }), before = await high();
      await narrow.evaluate(() => window.K.go(0));
      await narrow.keyboard.press("m");
      const said = () => narrow.evaluate(() => [document.getElementById("lanes-bar").textContent, document.querySelector(".lane-scale").innerText]), [title, scale] = await said();
      is(/^(width is the program’s time)?$/.test(title) && /sleep, cut short\s.*left out/.test(scale), `${width}×${height}: “${title}”, “${scale}”`);
      await narrow.keyboard.press("ArrowRight");
      same((await said())[1], scale, `${width}×${height}: a step later`);
      is((await high()) >= before, `${width}×${height}: the lanes had ${before} px`);
    }
    same(await page.evaluate(() => document.querySelectorAll("#lanes-ruler .nap").length), 0, "no lengths between the times");
    is(await page.evaluate(() => [...document.querySelectorAll("#lanes-ruler .time")].every((text) => text.compareDocumentPosition(document.querySelector("#lanes-ruler .veil")) & Node.DOCUMENT_POSITION_PRECEDING)), "no time is below the veil of what is to come");
  });

  checks.add("room: where width is time, the clock has a mark where it leaves time out, and no word is cut by it", async (open) => {
    const s = story();
    s.task("main");
    s.task("task 1");
    for (let k = 0; k < 20; k++) s.polled("task 1", () => {}, [{ timer: "timer 1" }]);
    const late = (overhead) => s.end().map((o) => (o.n > 20 ? { ...o, t: o.t + overhead, ...(o.n === 21 && { overhead }) } : o));
    for (const [overhead, wanted] of [[0, []], [7e8, [[20, "700 ms of the clock are left out here"]]]]) {
      const page = await made(open, `skip-${overhead}`, late(overhead), { width: 1366, height: 768 });
      await page.keyboard.press("End");
      await page.keyboard.press("m");
      const [marks, words] = await page.evaluate(() => {
        const { top } = document.getElementById("lanes-rows").getBoundingClientRect(), { px } = window.K.lanes.frame;
        return [[...document.querySelectorAll("#lanes-ruler .skip")].map((el) => [window.K.trace.t.findIndex((_, i) => Math.abs(px(i) - el.getBBox().x - 3) < 1), el.textContent]), [...document.querySelectorAll("#lanes-words text")].map((el) => [el.textContent, el.getBoundingClientRect().top + 2 - top])];
      });
      same(marks, wanted, `${overhead} ns`);
      is(words.some(([text]) => /ms/.test(text)) && words.every(([, y]) => y >= 0), `cut: ${JSON.stringify(words)}`);
    }
  });

  checks.add("room: the sign before a branch whose task is scrolled away keeps apart, and a task's name has the table's room", async (open) => {
    const s = story(), branch = { state: "waiting", polls: 1, waits: [{ value: "channel 1" }] }, long = "app::a_name_that_says_all_of_what_its_function_does";
    for (const name of ["main", "task 1"]) s.task(name);
    s.polled("main", () => s.event("SelectStart", { branches: 2, first: 0, run: "main" }, "selects", "main", { branches: [branch, branch] }), []);
    const page = await made(open, "apart", s.end().map((o) => JSON.parse(JSON.stringify(o).replaceAll("app::work", long))), { width: 1366, height: 768 });
    await page.addStyleTag({ content: "#lanes-scroll { height: 24px !important }" });
    await page.evaluate(() => { const box = document.getElementById("lanes-scroll"); box.scrollTop = window.K.lanes.items.find(({ of }) => of).y; });
    await page.waitForSelector(".lane-label.sub .chip");
    const [sign, words] = await page.evaluate(() => [".chip", ".txt"].map((part) => document.querySelector(`.lane-label.sub ${part}`).getBoundingClientRect()).map(({ left, right }) => [left, right]));
    is(words[0] - sign[1] >= 4, `the sign ends at ${sign[1]}, and the words begin at ${words[0]}`);
    await page.keyboard.press("l");
    same(await page.evaluate(() => [...document.querySelectorAll("#times td:first-child code")].map((el) => el.getClientRects().length)), [1, 1], "rows of a name");
  });

  checks.add("room: a pipe is not held, and jobs are no tasks", async (open) => {
    const meeting = await open(files.meeting);
    const words = await meeting.evaluate(() => { const out = new Set(); for (const i of window.K.visible) { window.K.go(i); for (const el of document.querySelectorAll("#wakers .whole, #wakers .hook.short")) if (/^(Pipe|Notify|Watch|Broadcast|Barrier|Joinset)/.test(el.textContent)) out.add(el.textContent); } return [...out]; });
    is(words.length > 5 && words.every((text) => !/held|free/.test(text)), words.filter((text) => /held|free/.test(text)).join());
    const s = story();
    s.task("main");
    for (let k = 1; k <= 20; k++) s.event("BlockingStart", { task: `job ${k}`, run: "main" }, "jobs", `job ${k}`, { by: "main" });
    const page = await made(open, "jobs", s.end());
    await page.keyboard.press("End");
    same(await page.evaluate(() => [...document.querySelectorAll(".lane-group > span")].map((el) => el.textContent)), ["▸ 20 jobs"], "a group of jobs");
  });
}
