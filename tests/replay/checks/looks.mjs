// On paper, on a phone, torn, and from somebody who means ill.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, deflateRawSync } from "node:zlib";
import * as prettier from "prettier";
import { is, same } from "./harness.mjs";
import { HERE, linesOf, pageOf as copyOf } from "./scripts.mjs";

/** What an event has changed of a task, as the trace says it. */
const now = (name, what) => ({ then: ["tasks", name, what] });

export function looks(checks, files, directory) {
  checks.add("scripts: `npm run format` has nothing to change", async () => {
    const config = fileURLToPath(new URL("../package.json", import.meta.url)), names = readdirSync(HERE, { recursive: true }).filter((name) => name.endsWith(".js"));
    for (const name of names) is(await prettier.check(readFileSync(join(HERE, name), "utf8"), { ...(await prettier.resolveConfig(config, { config })), filepath: name }), name);
  });

  checks.add("paper: light, with all sentences behind the picture", async (open) => {
    const page = await open(files.channel, { scheme: "dark" });
    await page.evaluate(() => window.K.go(40));
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    const [rows, steps, paper, colour] = await page.evaluate(() => [document.querySelectorAll("#print tr").length, window.K.visible.length, getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]);
    same(rows, steps, "a line for each step");
    is(/\b2[2-5]\d, 2[2-5]\d/.test(paper) && /\((\d|[1-6]\d),/.test(colour), `dark text on paper: ${colour} on ${paper}`);
    is(await page.isVisible("#print"), "they are printed");
    is(!(await page.isVisible("nav")) && !(await page.isVisible(".lane-tools")), "buttons are not");
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await page.emulateMedia({ media: "screen", colorScheme: "dark" });
    same(await page.evaluate(() => [document.querySelectorAll("#print tr").length, document.documentElement.dataset.theme ?? ""]), [0, ""], "afterwards all is as before");
    is((await page.pdf()).length > 20_000, "and it prints");
  });

  checks.add("phone: nothing sticks out, everything can be reached", async (open) => {
    for (const name of ["channel", "mutex", "select", "server"]) {
      const page = await open(files[name], { width: 390, height: 844, touch: true });
      for (let k = 0; k < 8; k++) {
        await page.tap("#b-next");
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        is(wide <= 390, `${name}: ${wide} px wide at step ${k}`);
      }
      const i = await page.evaluate(() => window.K.i);
      await page.tap("#b-back");
      is((await page.evaluate(() => window.K.i)) < i, "back");
      const seen = await page.evaluate(() => { const r = document.getElementById("sentence").getBoundingClientRect(); return r.top >= 0 && r.bottom < innerHeight; });
      is(seen, "the sentence is in view");
      for (const id of ["b-why", "b-search", "b-help"]) {
        await page.tap(`#${id}`);
        const dialog = await page.evaluate(() => { const r = document.querySelector("dialog[open]").getBoundingClientRect(); return [r.left >= 0, r.right <= innerWidth + 0.5]; });
        same(dialog, [true, true], `${id} fits`);
        await page.keyboard.press("Escape");
      }
      if (name === "channel") {
        const swipe = await page.evaluate(() => {
          const rows = document.getElementById("lanes-rows"), before = window.K.lanes.frame.left, i = window.K.i;
          const finger = (type, x) => rows.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerType: "touch", pointerId: 7, button: type === "pointermove" ? -1 : 0, clientX: x, clientY: rows.getBoundingClientRect().top + 20 }));
          finger("pointerdown", 300);
          finger("pointermove", 250);
          finger("pointermove", 200);
          finger("pointerup", 200);
          return [window.K.lanes.frame.left > before, window.K.i === i];
        });
        same(swipe, [true, true], "a finger moves the lanes' window, and not the event");
      }
      const small = await page.evaluate(() => [...document.querySelectorAll("nav button, header button")].filter((b) => b.offsetParent && b.getBoundingClientRect().height < 30).map((b) => b.id));
      same(small, [], "buttons that a thumb can't hit");
    }
  });

  checks.add("blocks: a thread that fails leaves no line out, and doubles none", async (open) => {
    const page = await open(files.mutex), varint = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >> 7)]), rows = [], lines = [];
    // Templates of 2 MiB, of which the first are forgotten; each comes twice.
    for (let k = 0, known = 0, room = 2 ** 20; k < 5000; k++) {
      const text = `{"note":"${"tea ".repeat(100)}${k.toString(36)}","t":`, size = text.length + 2;
      if ((room -= size) < 0) [known, room] = [0, 2 ** 20 - size];
      rows.push(0, ...varint(size), ...Buffer.from(`${text}\0}`), ...varint(2 * k), ...varint(++known), 1);
      lines.push(`${text}${k}}`, `${text}${k - 1}}`);
    }
    const block = deflateRawSync(Uint8Array.from(rows), { finishFlush: constants.Z_SYNC_FLUSH }).toString("base64");
    const found = await page.evaluate(async (text) => {
      const { K, Blob, Worker } = window;
      async function read() {
        const templates = [], lines = [];
        const torn = await K.lines(text, ({ texts, of, at, numbers }) => { templates.push(...texts); of.forEach((template, row) => lines.push(K.filled(templates[template], numbers, at[row]))); });
        return { lines, torn };
      }
      const whole = await read();
      window.Blob = class extends Blob { constructor(parts) { super(["DecompressionStream = undefined;", ...parts]); } };
      const unable = await read();
      window.Blob = Blob;
      let ended = 0;
      window.Worker = class {
        postMessage() { queueMicrotask(() => { this.onmessage({ data: { pieces: [{ texts: ["{}"], of: [0], at: [0], numbers: [] }] } }); this.onerror(new Event("error")); }); }
        terminate() { ended += 1; }
      };
      const broken = await read();
      window.Worker = Worker;
      return { whole, unable, broken, ended };
    }, `=${block}`);
    same(found.whole, { lines, torn: 0 }, "a thread that does it all");
    same(found.unable, found.whole, "a thread that can't inflate");
    same([found.broken, found.ended], [{ lines: ["{}"], torn: 1 }, 1], "a thread that fails when a piece is there");
  });

  checks.add("cut: a server that was killed, and a file torn anywhere", async (open) => {
    const killed = await open(files.server);
    is(await killed.evaluate(() => window.K.trace.cut && window.K.trace.count > 30), "the killed server's trace opens");
    await killed.keyboard.press("End");
    is(/cut here/i.test(await killed.innerText("#aside")), "and says that it ends there");
    const [plain, deflated] = [files.channel, files.zoo].map((file) => readFileSync(file, "utf8")), begin = (text) => text.indexOf('id="trace">') + 12;
    const first = (text) => text.search(/\n(?:=|{"n":)/) + 1; // the first block, or the first event
    const cuts = (text) => [["in the header", begin(text) + 9], ["in a source file", begin(text) + 3000], ["behind the first event", text.indexOf("\n", first(text)) + 1], ["in a later one", text.lastIndexOf("\n", text.length - 30) - 9], ["before the end", text.length - 3]];
    for (const text of [plain, deflated]) for (const [name, end] of cuts(text)) {
      const file = join(directory, "torn.html");
      writeFileSync(file, text.slice(0, end));
      const page = await open(file);
      const [cut, events, said] = await page.evaluate(() => [window.K.trace.cut, window.K.trace.count, document.getElementById("sentence").textContent.trim()]);
      is(cut && said.length > 10, `torn ${name}: it says “${said}”`);
      same(events > 0, end > first(text), `torn ${name}: what is there is read`);
      for (const key of ["ArrowRight", "ArrowRight", "End", "w", "t", "Home"]) await page.keyboard.press(key);
    }
    // Before the trace begins there is no script that could read it: the page's own words must say so.
    for (const [name, end] of [["before the scripts", plain.indexOf("</main>")], ["between two scripts", plain.indexOf("<script>\n", plain.indexOf("</main>") + 90_000)], ["before the trace", begin(plain) - 30]]) {
      const file = join(directory, "torn.html");
      writeFileSync(file, plain.slice(0, end));
      const page = await open(file, { ready: false });
      await page.waitForLoadState("load");
      const said = await page.textContent("#sentence");
      is(/^This page is not whole/.test(said), `torn ${name}: it says “${said}”`);
    }
  });

  const pageOf = (open, name, change) => copyOf(open, files.channel, directory, name, change);

  checks.add("a gap: what is behind it is not explained by what is before", async (open) => {
    const whole = await open(files.channel);
    const [wake, poll, n] = await whole.evaluate(() => {
      const { trace } = window.K, poll = trace.index.byEv.get("PollStart").findLast((i) => window.K.wakeOf(i) !== undefined), wake = window.K.wakeOf(poll);
      return [wake, poll, K.event(wake).n];
    });
    const aside = (page, i) => page.evaluate((k) => { window.K.go(k); return document.getElementById("aside").textContent; }, i);
    is(/^Why now\?/.test(await aside(whole, poll)), "without a gap the cause is told");
    const page = await pageOf(open, "gap", (lines) => { lines.splice(lines.findIndex((line) => line.n === n) + 1, 0, { lost: 9, after: n }); return lines; });
    is(/not known: 9 events/.test(await aside(page, poll)), `behind the gap: “${await aside(page, poll)}”`);
    await page.keyboard.press("3");
    await page.keyboard.press("w");
    same(await page.evaluate(() => window.K.i), poll, "no step to a wake that may be another's");
    is(/events before it are missing/.test(await page.textContent("#toast")), "and it says why");
    await page.evaluate((i) => window.K.go(i), wake);
    await page.keyboard.press("w");
    same(await page.evaluate(() => window.K.i), wake, "nor from the wake to a poll");
    is(/9 events are missing. In those that are recorded/.test(await aside(page, await page.evaluate(() => window.K.trace.index.byEv.get("RunEnd")[0]))), "the counts are of what is recorded");
    const unsure = await page.evaluate((i) => window.K.stateAt(i + 1).tasks.values().map((t) => window.K.why.words(window.K.stateAt(i + 1), t.name)), wake);
    is(unsure.some((words) => /^Not known for sure: 9 events/.test(words)), `why: ${unsure}`);
  });

  checks.add("flight: a record that begins in the middle says so, and misses nothing", async (open) => {
    const page = await open(files.flight);
    const [before, first, lost, anew, chip] = await page.evaluate(() => [window.K.trace.header.before, window.K.event(0).n, window.K.trace.lost.length, !!window.K.event(0).anew, document.getElementById("program-name").textContent]);
    is(before > 50 && first === before + 1 && anew, `${before} before event ${first}`);
    is(/the last \d+ events/.test(chip) && !/ends early/.test(chip), `in the header: “${chip}”`);
    await page.evaluate(() => window.K.go(0));
    const aside = () => page.innerText("#aside");
    is((await aside()).startsWith("The record begins here, in the middle of the run") && (await aside()).includes(`${before} events came before`), `at the first event: “${await aside()}”`);
    for (const key of ["3", "End"]) await page.keyboard.press(key);
    is(/Written here\. The file was written at this moment, because a task had panicked/.test(await aside()), `at the last: “${await aside()}”`);
    is(lost === 0 && !/\b(lost|missing|not known)\b/i.test(await page.innerText("#lanes")), "nothing is missing");
    const text = readFileSync(files.flight, "utf8"), file = join(directory, "stuck.html");
    writeFileSync(file, text.replace(/\{"end":.*\}\n$/, '{"end":"verdict","unseen":"task 3"}\n'));
    const stuck = await open(file);
    await stuck.keyboard.press("End");
    const said = (await stuck.innerText("#aside")).replace(/\s+/g, " ");
    is(/at a verdict of the doctor\. The loop was in a poll of .*task 3 then\. What that poll has done after this event is not in the file/.test(said), `stuck: “${said}”`);
  });

  checks.add("a sleep that ends before the first timer is due says why", async (open) => {
    const page = await pageOf(open, "too-early", ([header]) => {
      const run = [["TimerAdd", { timer: "timer 1", due: 82e6, then: ["timers", "timer 1", { due: 82e6, level: 1, slot: 1, task: "main" }] }], ["Park", { timeout: 71e6 }], ["Unpark", { events: 0 }], ["Park", { timeout: 82e6 - 3e6 + 20e3 }], ["Unpark", { events: 0 }]];
      return [header, ...run.map(([ev, fields], k) => ({ n: k + 1, t: k * 1e6, turn: 0, ev, say: ev, ...fields })), { end: "complete" }];
    });
    same(await page.evaluate(() => [1, 3].map((i) => (window.K.go(i), /None of the wheel’s timers is due then: the first is timer 1, at 82.00 ms./.test(document.getElementById("aside").textContent)))), [true, false], "the wheel's moment is earlier, or its timer's");
  });

  checks.add("a dropped handle is waited for no more", async (open) => {
    let n = 0;
    const event = (ev, more) => ({ n: ++n, t: n * 1000, ev, say: ev, ...more }), main = { task: "main" }, on = { ...main, run: "main" };
    const page = await pageOf(open, "dropped", (lines) => [lines.find((line) => "v" in line),
      event("Spawn", { ...main, kind: "main", ...now("main", { kind: "main", where: "queued" }) }), event("PollStart", { ...on, ...now("main", { where: "polling", polls: 1 }) }),
      event("Spawn", { task: "task 1", kind: "task", run: "main", ...now("task 1", { where: "queued" }) }), event("Wait", { ...on, on: { task: "task 1" }, ...now("main", { waits: [{ task: "task 1" }] }) }),
      event("PollEnd", { ...on, outcome: "pending", wakers: 1, ...now("main", { where: "waiting", wakers: 1 }) }), event("Wake", { ...main, by: "message", effect: "queued", ...now("main", { where: "queued" }) }),
      event("PollStart", { ...on, ...now("main", { where: "polling", polls: 2 }) }), event("Detach", { task: "task 1", run: "main", then: ["tasks", "task 1", { detached: true }, "tasks", "main", { waits: [] }] }),
      event("PollEnd", { ...on, outcome: "pending", wakers: 1, ...now("main", { where: "waiting" }) }), { end: "complete" }]);
    const notes = await page.evaluate(() => {
      const row = window.K.rowsOf(window.K.trace).rows.get("main");
      return [...row.kind.keys()].filter((k) => row.kind[k] === window.K.BAR.WAIT).map((k) => row.noteAt(k));
    });
    same(notes, ["end of task 1", ""], "for task 1, and then for something unknown");
  });

  checks.add("names: a task whose waker other code holds is where it waits", async (open) => {
    let n = 0;
    const event = (ev, more) => ({ n: ++n, t: n * 1000, ev, say: ev, ...more }), main = { task: "main" }, on = { ...main, run: "main" }, task = { task: "task 1" }, there = { ...task, run: "task 1" };
    const text = "async fn listen(rx: Foreign) {\n    sleep(ms(1)).await;\n    // here.await\n    rx.await;\n}\n\n#[kettle::main]\nasync fn main() {\n    kettle::spawn(listen(rx)).await;\n}\n";
    const page = await pageOf(open, "foreign", (lines) => [lines.find((line) => "v" in line), { file: "src/main.rs", whose: "program", text },
      event("Spawn", { ...main, kind: "main", made: "src/main.rs:7:1", ...now("main", { kind: "main", made: "src/main.rs:7:1", where: "queued" }) }), event("PollStart", { ...on, ...now("main", { where: "polling", polls: 1 }) }),
      event("Spawn", { ...task, kind: "task", what: "listen", made: "src/main.rs:9:5", run: "main", ...now("task 1", { what: "listen", made: "src/main.rs:9:5", where: "queued" }) }),
      event("Wait", { ...on, on: { task: "task 1" }, at: "src/main.rs:9:31", ...now("main", { waits: [{ task: "task 1" }], at: "src/main.rs:9:31" }) }), event("PollEnd", { ...on, outcome: "pending", wakers: 1, ...now("main", { where: "waiting", wakers: 1 }) }),
      event("PollStart", { ...there, ...now("task 1", { where: "polling", polls: 1 }) }), event("Wait", { ...there, on: { timer: "timer 1" }, at: "src/main.rs:2:18", ...now("task 1", { waits: [{ timer: "timer 1" }], at: "src/main.rs:2:18" }) }),
      event("PollEnd", { ...there, outcome: "pending", wakers: 1, ...now("task 1", { where: "waiting", wakers: 1 }) }),
      event("TimerFire", { timer: "timer 1", late: 0, ...now("task 1", { waits: [] }) }), event("Wake", { ...task, by: "timer", effect: "queued", ...now("task 1", { where: "queued" }) }), event("PollStart", { ...there, ...now("task 1", { where: "polling", polls: 2 }) }),
      event("PollEnd", { ...there, outcome: "pending", wakers: 1, ...now("task 1", { where: "waiting" }) }),
      event("Turn", { queued: 0, tasks: 2, timers: 0, sources: 0 }), event("Wake", { ...task, by: "message", effect: "queued", ...now("task 1", { where: "queued" }) }), event("PollStart", { ...there, ...now("task 1", { where: "polling", polls: 3 }) }), { end: "complete" }]);
    const place = () => page.evaluate(() => [...document.querySelectorAll("#program .file > div")].findIndex((div) => /task 1/.test(div.firstChild.innerHTML)) + 1);
    for (const ago of [1, 0]) {
      await page.evaluate((ago) => window.K.go(window.K.trace.last - ago), ago);
      same(await place(), 4, "and there it is when it was woken, and as its next poll begins");
    }
    await page.evaluate(() => window.K.go(window.K.trace.last - 3));
    const [gutter, token, why, lane, lit] = await page.evaluate(() => {
      const row = window.K.rowsOf(window.K.trace).rows.get("task 1");
      return [[...document.querySelectorAll("#program .file > div")].findIndex((div) => /task 1/.test(div.firstChild.innerHTML)) + 1, document.querySelector("#places [data-task='task 1'] small").textContent,
        window.K.why.words(window.K.stateAt(window.K.i), "task 1"), row.noteAt(row.barAt(window.K.i)), document.querySelector("#program .on i")?.textContent];
    });
    same([gutter, token, lane, lit], [4, "main.rs:4", "main.rs:4", "4"], "the line after which nothing of kettle's was told");
    is(why.includes("(main.rs:4)"), why);
    const asked = await page.evaluate(() => { const box = document.createElement("div"); box.innerHTML = window.K.answer.html("task 1", -Infinity, Infinity); return box.textContent; });
    is(/something that kettle doesn’t know[^:]*main\.rs:4/.test(asked) && !/doesn’t know[^:]*main\.rs:2/.test(asked), asked);
    // So it is when it is dropped there; and what nothing wakes does not go on without its handle.
    n = 0;
    const begins = (lines) => [lines.find((line) => "v" in line), { file: "src/main.rs", whose: "program", text }, event("Spawn", { ...main, kind: "main", ...now("main", { kind: "main", where: "queued" }) }), event("PollStart", { ...on, ...now("main", { where: "polling" }) }), event("Spawn", { ...task, kind: "task", what: "listen", made: "src/main.rs:9:5", run: "main", ...now("task 1", { what: "listen", made: "src/main.rs:9:5", where: "queued" }) }),
      event("PollEnd", { ...on, outcome: "pending", wakers: 1, ...now("main", { where: "waiting", waits: [{ timer: "timer 2" }], wakers: 1 }) }), event("PollStart", { ...there, ...now("task 1", { where: "polling" }) }), event("Wait", { ...there, on: { timer: "timer 1" }, at: "src/main.rs:2:18", ...now("task 1", { waits: [{ timer: "timer 1" }], at: "src/main.rs:2:18" }) }), event("PollEnd", { ...there, outcome: "pending", wakers: 1, ...now("task 1", { where: "waiting", wakers: 1 }) }),
      event("TimerFire", { timer: "timer 1", late: 0, ...now("task 1", { waits: [] }) }), event("Wake", { ...task, by: "timer", effect: "queued", ...now("task 1", { where: "queued" }) }), event("PollStart", { ...there, ...now("task 1", { where: "polling" }) }), event("PollEnd", { ...there, outcome: "pending", wakers: 0, ...now("task 1", { where: "waiting", wakers: 0 }) }), event("PollStart", { ...on, ...now("main", { where: "polling", waits: [] }) }), event("Detach", { ...task, run: "main", ...now("task 1", { detached: true }) }), event("PollEnd", { ...on, outcome: "ready", ...now("main", { where: "done", how: "ready" }) }),
      event("Cancel", { ...task, ...now("task 1", { cancelling: true }) }), event("Wake", { ...task, by: "runtime", effect: "queued", ...now("task 1", { where: "queued" }) }), event("PollStart", { ...there, ...now("task 1", { where: "polling" }) }), event("PollEnd", { ...there, outcome: "cancelled", ...now("task 1", { where: "done", how: "cancelled" }) }), { end: "complete" }];
    const dropped = await pageOf(open, "dropped-elsewhere", begins);
    const ends = await dropped.evaluate(() => { const { K } = window, [i] = K.trace.index.byEv.get("Detach"); K.setLevel("engine"); K.go(K.trace.last); return [document.getElementById("p-file").textContent, /nothing that could end it/.test(K.aside(i, K.stateAt(i)))]; });
    same(ends, ["last await src/main.rs:4", true], "where it is dropped");
    // Of many tasks at one line the count is beside the line's number, and not upon it.
    n = 0;
    const names = Array.from({ length: 30 }, (_, k) => `task ${k + 1}`), line = "src/main.rs:104:9", timer = { timer: "timer 1" };
    const crowd = await pageOf(open, "crowd-of-lines", (lines) => [lines.find((line) => "v" in line), { file: "src/main.rs", whose: "program", text: `${"\n".repeat(103)}    sleep(ms(1)).await;\n` }, event("Spawn", { ...main, kind: "main", ...now("main", { kind: "main", where: "queued" }) }),
      ...names.flatMap((task) => [event("Spawn", { task, kind: "task", made: line, run: "main", ...now(task, { where: "queued" }) }), event("PollStart", { task, run: task, ...now(task, { where: "polling" }) }), event("Wait", { task, run: task, on: timer, at: line, ...now(task, { waits: [timer], at: line }) }), event("PollEnd", { task, run: task, outcome: "pending", wakers: 1, ...now(task, { where: "waiting", wakers: 1 }) })]), { end: "complete" }]);
    const [count, number] = await crowd.evaluate(() => { window.K.go(window.K.trace.last); const small = document.querySelector("#program .pile small"), range = document.createRange(); range.selectNodeContents(small.closest("u").nextElementSibling); return [[small.textContent, small.getBoundingClientRect().right], range.getBoundingClientRect().left]; });
    is(count[0] === "+29" && count[1] <= number, `${count} and ${number}`);
  });

  checks.add("names: a task that no waker is left of is behind the line that it told of last, or at the one await that told of none", async (open) => {
    for (const [awaits, file, why] of [[["pending().await;"], "src/main.rs:4", "(main.rs:4)"], [["one.await;", "two.await;"], "after src/main.rs:3", "(after main.rs:3)"]]) {
      let n = 0;
      const event = (ev, more) => ({ n: ++n, t: n * 1000, ev, say: ev, run: "main", task: "main", ...more }), at = "src/main.rs:3:21";
      const text = ["#[kettle::main]", "async fn main() {", "    if rx.changed().await.is_err() {", ...awaits.map((line) => `        ${line}`), "    }", "}"].join("\n");
      const page = await pageOf(open, "no-waker", (lines) => [lines.find((line) => "v" in line), { file: "src/main.rs", whose: "program", text },
        event("Spawn", { run: undefined, kind: "main", made: "src/main.rs:1:1", ...now("main", { kind: "main", made: "src/main.rs:1:1", where: "queued" }) }), event("PollStart", now("main", { where: "polling", polls: 1 })),
        event("SyncAct", { kind: "watch", sync: "watch 1", act: "get", units: 1, count: 1, at, ...now("main", { at }) }), event("PollEnd", { outcome: "pending", wakers: 0, ...now("main", { where: "waiting", wakers: 0 }) }), { end: "complete" }]);
      const found = await page.evaluate(() => { const { K } = window; K.go(K.trace.last); const row = K.rowsOf(K.trace).rows.get("main"); return [document.getElementById("p-file").textContent, K.why.words(K.stateAt(K.i), "main"), row.noteAt(row.barAt(K.i))]; });
      same([found[0], found[1].includes(why), found[2]], [file, true, "no waker left"], found[1]);
    }
  });

  checks.add("a task that polls a future of a variable is where it awaits that, if one line does", async (open) => {
    for (const [lines, where] of [[["select! {", "    Some(one) = rx.recv() => {}", "    () = &mut later => {} // not later.await", "}"], 6], [["later.as_mut().reset(soon);", "later.await;"], 5], [["timeout(ms(1), &mut later).await;", "later.await;"], 3]]) {
      const text = ["#[kettle::main]", "async fn main() {", "    let mut later = Box::pin(sleep(ms(9)));", ...lines.map((line) => `    ${line}`), "}"].join("\n"), at = "src/main.rs:3:30", main = { task: "main", run: "main" };
      const page = await pageOf(open, "variable", (all) => [all.find((line) => "v" in line), { file: "src/main.rs", whose: "program", text },
        ...[["Spawn", { task: "main", kind: "main", made: "src/main.rs:1:1", ...now("main", { kind: "main", made: "src/main.rs:1:1", where: "queued" }) }], ["PollStart", { ...main, ...now("main", { where: "polling", polls: 1 }) }],
          ["Wait", { ...main, on: { timer: "timer 1" }, at, ...now("main", { waits: [{ timer: "timer 1" }], at }) }], ["PollEnd", { ...main, at, outcome: "pending", wakers: 1, ...now("main", { where: "waiting", wakers: 1 }) }], ["Turn", { queued: 0, tasks: 1, timers: 1, sources: 0 }]].map(([ev, more], k) => ({ n: k + 1, t: k * 1000, ev, say: ev, ...more })), { end: "complete" }]);
      const [lit, stays] = await page.evaluate(() => { window.K.go(2); const lit = document.querySelector("#program .on i").textContent; window.K.go(4); return [lit, document.querySelector("#program u:not(:empty)").nextSibling.textContent]; });
      same([lit, stays], [String(where), String(where)], lines.join(" "));
    }
  });

  checks.add("a task is where it waits, and not where a branch that is over has been", async (open) => {
    const text = ["#[kettle::main]", "async fn main() {", "    join!(", "        one.await,", "        two.await", "    );", "    select! {", "        _ = one.recv() => {}", "        _ = two.recv() => {}", "    }", "}"].join("\n"), main = { task: "main", run: "main" }, at = (line) => `src/main.rs:${line}:9`;
    const wait = (line, on) => ["Wait", { ...main, on, at: at(line), ...now("main", { at: at(line), waits: [on] }) }], job = { task: "task 2" }, one = { value: "channel 1" }, two = { value: "channel 2" }, ends = ["PollEnd", { ...main, outcome: "pending", wakers: 1, ...now("main", { where: "waiting", wakers: 1 }) }];
    const page = await pageOf(open, "over", (all) => [all.find((line) => "v" in line), { file: "src/main.rs", whose: "program", text },
      ...[["Spawn", { task: "main", kind: "main", made: "src/main.rs:1:1", ...now("main", { kind: "main", made: "src/main.rs:1:1", where: "queued" }) }], ["PollStart", { ...main, ...now("main", { where: "polling", polls: 1 }) }],
        wait(5, job), ["Join", { run: "main", task: "task 1", outcome: "ready", at: at(4), ...now("main", { at: at(4) }) }], ends, ["Wake", { task: "main", by: "message", effect: "queued", ...now("main", { where: "queued", waits: [] }) }], ["PollStart", { ...main, ...now("main", { where: "polling", polls: 2 }) }],
        wait(8, one), ["Wait", { ...main, on: two, at: at(9), ...now("main", { at: at(9), waits: [one, two] }) }], ends].map(([ev, more], k) => ({ n: k + 1, t: k * 1000, ev, say: ev, ...more })), { end: "complete" }]);
    const where = await page.evaluate(() => [4, 5, 6, 9].map((i) => (window.K.go(i), document.querySelector("#program u:not(:empty)").nextSibling.textContent)));
    same(where, ["5", "5", "5", "7"], "at the end of its poll, ready, and polled; and in a select!, whichever branch was asked last");
  });

  checks.add("a branch whose timer has fired waits for it no more, though its task is not polled yet, and a select! that is over counts for nothing", async (open) => {
    const main = { task: "main", run: "main" }, other = { task: "task 1", run: "task 1" }, timer = { timer: "timer 1" }, lock = { sync: "lock 1", ticket: 1 }, at = "src/main.rs:3:9", branch = (on) => ({ state: "waiting", polls: 1, at, waits: [on], took: [] }), won = { state: "won", polls: 1, at, waits: [], took: [] };
    const page = await pageOf(open, "branch-woken", (all) => [all.find((line) => "v" in line),
      ...[["Spawn", { task: "main", kind: "main", ...now("main", { kind: "main", where: "queued" }) }], ["Spawn", { task: "task 1", kind: "task", ...now("task 1", { kind: "task", where: "queued" }) }], ["TimerAdd", { timer: "timer 1", due: 2000, then: ["timers", "timer 1", { due: 2000, level: 0, slot: 2, task: "main" }] }],
        ["PollStart", { ...other, ...now("task 1", { where: "polling", polls: 1 }) }], ["SelectWin", { ...other, branch: 0, at, then: ["selects", "task 1", { branches: [won], won: 0 }] }], ["PollEnd", { ...other, outcome: "pending", wakers: 1, ...now("task 1", { where: "waiting", wakers: 1, waits: [timer] }) }],
        ["PollStart", { ...main, ...now("main", { where: "polling", polls: 1 }) }], ["SelectStart", { ...main, branches: 2, first: 0, at, then: ["selects", "main", { branches: [branch(timer), branch(lock)], won: null }] }], ...[0, 1].map((branch) => ["SelectPoll", { ...main, branch, ready: false, at }]), ["PollEnd", { ...main, outcome: "pending", wakers: 2, ...now("main", { where: "waiting", wakers: 2, waits: [timer, lock] }) }],
        ["TimerFire", { timer: "timer 1", late: 0, then: ["tasks", "main", { waits: [lock] }, "tasks", "task 1", { waits: [] }, "timers", "timer 1", "rings"] }], ["Wake", { task: "task 1", by: "timer", effect: "queued", ...now("task 1", { where: "queued" }) }], ["Wake", { task: "main", by: "timer", effect: "queued", ...now("main", { where: "queued" }) }]].map(([ev, more], k) => ({ n: k + 1, t: k * 1000, ev, say: ev, ...more })), { end: "complete" }]);
    const [before, after, changed, head] = await page.evaluate(() => {
      const said = () => [...document.querySelectorAll("#wakers .branch small")].map((el) => el.textContent), at = (i, what) => (window.K.go(i), what());
      return [at(10, said), at(13, said), at(11, () => document.getElementById("changed").textContent), at(10, () => [...document.querySelectorAll("#wakers h3")].find((el) => /^select!/.test(el.textContent)).textContent)];
    });
    same([before, after], [["waiting for timer 1 · 1 poll", "waiting for lock 1 · 1 poll"], ["woken for timer 1 · 1 poll", "waiting for lock 1 · 1 poll"]], "before and after the wake");
    const fired = await page.evaluate(() => { window.K.go(11); return [document.querySelector("#places [data-task='main']").textContent, window.K.why.words(window.K.stateAt(11), "main").replace(/<[^>]*>/g, ""), document.getElementById("changed").innerText.match(/^.*main.*$/m)[0]]; });
    is(/woken soon/.test(fired[0]) && /Timer 1 has fired; the wake follows/.test(fired[1]) && /woken soon/.test(fired[2]) && !/lock 1/.test(fired.join()), `though it waits for lock 1 as well: ${fired.join(" | ")}`);
    is(/woken soon/.test(changed) && !/waits no more/.test(changed), `it is among those that wait: ${changed}`);
    is(/inside *m?$/.test(head), `the one of task 1 is over: ${head}`);
  });

  checks.add("hostile: names, notes and sources stay text", async (open) => {
    const evil = `<img src=x onerror="window.hurt=1"><script>window.hurt=2</script>`;
    const text = readFileSync(files.select, "utf8"), data = text.indexOf('id="trace">') + 12;
    const lines = await linesOf(text.slice(data));
    for (const line of lines) {
      if (line.v) Object.assign(line, { program: evil, kettle: evil, args: [evil] });
      if (line.say) line.say += evil;
      if (line.file && line.whose === "program") line.text = `${evil}\n${line.text}`;
      if (line.made) line.made = line.made.replace(/:(\d+):(\d+)$/, `${evil}:$1:$2`);
      if (line.ev === "SourceAdd") line.what = evil;
    }
    lines.splice(-1, 0, { note: evil, after: 12, t: 5 }, { lint: evil, after: 14, task: "main", say: evil, help: evil });
    const file = join(directory, "hostile.html"), escaped = (line) => JSON.stringify(line).replace(/<\//g, "<\\/").replace(/<!/g, "<\\u0021");
    writeFileSync(file, text.slice(0, data) + lines.map(escaped).join("\n"));
    const page = await open(file);
    await page.evaluate(() => { window.K.setLevel("engine"); for (let i = 0; i <= window.K.trace.last; i++) window.K.go(i); });
    await page.keyboard.press("q");
    for (let n = 0; n < 8; n++) await page.evaluate(() => { window.K.quiz.next(); window.K.quiz.answer(0); });
    await page.keyboard.press("q");
    for (const key of ["?", "Escape", "/", "Escape", "h", "Escape"]) await page.keyboard.press(key);
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    same(await page.evaluate(() => [document.querySelectorAll("img").length, document.querySelectorAll("body script:not([id])").length, window.hurt ?? 0]), [0, 0, 0].map((n, k) => (k === 1 ? scripts(text) : n)), "nothing of it became part of the page");
  });

  checks.add("screen readers: names, roles, states", async (open) => {
    const page = await open(files.channel);
    await page.evaluate(() => window.K.go(40));
    const lacking = await page.evaluate(() => [...document.querySelectorAll("button, a, input, select, [role=img]")].filter((el) => el.offsetParent !== null || el.ownerSVGElement === null && el.tagName === "svg" && el.getBoundingClientRect().width > 0)
      .filter((el) => !(el.getAttribute("aria-label") || el.textContent.trim() || el.getAttribute("title") || el.getAttribute("placeholder"))).map((el) => el.outerHTML.slice(0, 80)));
    same(lacking, [], "these have no name");
    same(await page.evaluate(() => [document.getElementById("sentence").getAttribute("aria-live"), document.querySelectorAll("#loop [aria-current]").length]), ["polite", 1], "live, and where the loop is");
  });
}

const scripts = (text) => (text.slice(0, text.indexOf('id="trace">')).match(/<script>/g) ?? []).length;
