// Are the durations those of the events, and does one find them?

import { is, same } from "./harness.mjs";

/** From the events alone (and without what recording took), not by way of the lanes: [busy, in the queue, polls, longest poll] for each task, and the sleep. */
const COUNTED = `(() => {
  const tasks = {}, since = {}, ready = {}, own = new Map(), real = (e) => own.get(e);
  const of = (name) => (tasks[name] ??= [0, 0, 0, 0]);
  let parked = null, asleep = 0, sleeps = 0, overhead = 0;
  for (const e of window.T.events) {
    own.set(e, (e.real ?? e.t) - (overhead += e.overhead ?? 0));
    if (e.ev === "Spawn" || (e.ev === "Wake" && e.effect === "queued")) { of(e.task); ready[e.task] ??= e; }
    if (e.ev === "Wake" && e.effect === "during_poll") ready[e.task] = "again";
    if (e.ev === "PollStart") {
      if (ready[e.task]) of(e.task)[1] += real(e) - real(ready[e.task]);
      since[e.task] = e;
      delete ready[e.task];
    }
    if (e.ev === "PollEnd" && since[e.task]) {
      const long = real(e) - real(since[e.task]);
      of(e.task)[0] += long;
      of(e.task)[2] += 1;
      of(e.task)[3] = Math.max(of(e.task)[3], long);
      if (ready[e.task] === "again") ready[e.task] = e;
      delete since[e.task];
    }
    if (e.ev === "Park") parked = e;
    if (e.ev === "Unpark" && parked) { asleep += window.K.trace.header.clock === "paused" ? e.t - parked.t : real(e) - real(parked); sleeps += 1; parked = null; }
  }
  return [tasks, asleep, sleeps];
})()`;

export function times(checks, files) {
  checks.add("times: in a narrow window no row ends in a sign for more", async (open) => {
    for (const width of [390, 1024]) {
      const page = await open(files.mutex, { width, height: 800 });
      await page.keyboard.press("l");
      same(await page.evaluate(() => [...document.querySelectorAll("#times tbody tr")].map((row) => [...row.cells].filter((cell) => cell.textContent).at(-1)).filter((cell) => getComputedStyle(cell, "::after").content.includes(";")).map((cell) => cell.parentElement.textContent)), [], "rows");
    }
  });

  checks.add("times: the loop's tasks come before jobs, however long those ran", async (open) => {
    const page = await open(files.zoo);
    for (const by of [null, "busy", "name", "waiting"]) {
      if (by) await page.click(`#times [data-by="${by}"]`);
      else await page.keyboard.press("l");
      const jobs = await page.evaluate(() => [...document.querySelectorAll("#times tbody [data-ask]")].map((el) => /^job/.test(el.dataset.ask)));
      is(jobs.includes(true) && jobs.every((job, k) => !job || jobs.slice(k).every((other) => other)), `${by}: ${jobs}`);
    }
  });

  checks.add("times: what lasted at least so long is never rounded up", async (open) => {
    const page = await open(files.channel), words = await page.evaluate(() => [0, 999, 1285, 999_900, 1_258_200, 999_960_000, 1_285_300_000, 119_000_000_000].map((ns) => window.K.least(ns)));
    same(words, ["≥ 0 ns", "≥ 999 ns", "≥ 1.2 µs", "≥ 990 µs", "≥ 1.25 ms", "≥ 999 ms", "≥ 1.28 s", "≥ 1.9 min"], "and with as many digits as others");
  });

  checks.add("times: the sums are those of the events", async (open) => {
    for (const name of ["make_tea", "channel", "select", "mutex", "zoo", "server"]) {
      const page = await open(files[name]);
      const [tasks, asleep, sleeps] = await page.evaluate(COUNTED), killed = name === "server"; // there the queue's last wait has no end
      const [table, slept] = await page.evaluate(() => [Object.fromEntries(window.K.times.table().map((t) => [t.name, [t.busy, t.ready, t.polls, t.longest?.ns ?? 0]])), window.K.times.asleep()]);
      const cut = await page.evaluate(() => window.K.stateAt(window.K.trace.last).stack); // polls that have no end
      for (const [task, [busy, ready, polls, longest]] of Object.entries(tasks)) {
        same(table[task]?.slice(2), [polls + cut.includes(task), longest], `${name}: polls of ${task}, and the longest`);
        is(Math.abs(table[task][0] - busy) < 1 && (killed || Math.abs(table[task][1] - ready) < 1), `${name}: ${task} was busy for ${busy}, ready for ${ready}, not ${table[task]}`);
      }
      same([Math.round(slept.ns), slept.sleeps], [asleep, sleeps], `${name}: asleep`);
      const halves = await page.evaluate(() => {
        const { last } = window.K.trace, middle = (K.event(0).t + K.event(last).t) / 2, sum = (table) => table.reduce((ns, t) => ns + t.waiting, 0);
        const begun = window.T.events.find((e) => e.ev === "PollEnd"), long = (begun.t + K.event(window.K.pollOf(begun)).t) / 2, polls = (table) => table.reduce((n, t) => n + t.polls, 0);
        if (polls(window.K.times.table()) !== polls(window.K.times.table(0, long)) + polls(window.K.times.table(long))) return ["a poll is counted where it begins"];
        return [sum(window.K.times.table()), sum(window.K.times.table(0, middle)) + sum(window.K.times.table(middle)), window.K.times.asleep().ns, window.K.times.asleep(0, middle).ns + window.K.times.asleep(middle).ns];
      });
      is(Math.abs(halves[0] - halves[1]) < 10 && Math.abs(halves[2] - halves[3]) < 10, `${name}: two halves are the whole: ${halves}`);
    }
  });

  checks.add("times: which poll was the longest, and who had a lock for how long", async (open) => {
    for (const name of ["mutex", "zoo"]) {
      const page = await open(files[name]);
      await page.keyboard.press("l");
      const [said, links] = await page.evaluate(() => [document.getElementById("times-sums").textContent, [...document.querySelectorAll("#times-sums a")].map((a) => [a.textContent, +a.dataset.go])]);
      const [hold, poll] = await page.evaluate(() => {
        const had = {}, { t } = window.K.trace, longest = window.K.times.table().reduce((a, b) => ((b.longest?.ns ?? 0) > (a.longest?.ns ?? 0) ? b : a)).longest;
        let most = null;
        for (const e of window.T.events) {
          const is = e.ev === "SyncAct" && ["mutex", "rw_lock", "semaphore"].includes(e.kind), key = `${e.sync} ${e.run ?? e.task}`;
          if (is && e.act === "take") (had[key] ??= []).push(e.i);
          if (!is || !["release", "forget"].includes(e.act)) continue;
          const from = had[key]?.pop(), ns = t[e.i] - t[from];
          if (ns > (most?.[1] ?? 0)) most = [from, ns];
        }
        return [[window.K.span(most[1]), most[0]], [window.K.span(longest.ns), longest.at]];
      });
      is(/was polled for .* at once; .* in the queue.* was held by .* for /.test(said), `${name}: ${said}`);
      same([links[0], links.at(-1)], [poll, hold], `${name}: ${said}`);
      const within = await page.evaluate((i) => window.K.times.most([], window.K.trace.t[i] + 1000, window.K.trace.t[i] + 2000, Infinity).replace(/<[^>]*>/g, ""), hold[1]);
      is(/was held by .* for 1 µs\./.test(within), `${name}: of a stretch so much of it as lies there: ${within}`);
    }
  });

  checks.add("times: a job is in the pool’s queue until a thread takes it", async (open) => {
    const page = await open(files.zoo);
    const [waited, ran, start, end] = await page.evaluate(() => {
      const of = (ev) => window.T.events.find((e) => e.ev === ev);
      return [of("BlockingRun").waited, of("BlockingEnd").ran, of("BlockingStart").i, of("BlockingEnd").i];
    });
    is(waited > 0 && ran >= 30e6, `it waited ${waited} and ran ${ran}`);
    const sum = await page.evaluate(() => window.K.times.table().map((t) => [t.name, t.ready, t.busy]).find(([name]) => name === "job 1"));
    same(sum, ["job 1", waited, ran], "its sums are what its thread measured");
    const [before, at, after] = await page.evaluate((all) => all.map((i) => window.K.why.words(window.K.stateAt(i), "job 1")), [start, end - 1, end]);
    is(/^It is in the blocking pool’s queue since event \d+/.test(before), `handed over: ${before}`);
    is(/^It runs on a thread|^It has ended, after .* on its thread/.test(at), `taken: ${at}`);
    is(/^It is over: it waited .* and ran for \d/.test(after), `ended: ${after}`);
    const row = "window.K.rowsOf(window.K.trace).rows.get('job 1')";
    same(await page.evaluate(`${row}.kind`), await page.evaluate("[window.K.BAR.QUEUED, window.K.BAR.JOB, window.K.BAR.DONE]"), "its bars");
    is(/^job 1: in the pool’s queue, .*s, event/.test(await page.evaluate(`window.K.times.words(${row}, ${start})`)), "and the words of the first");
  });

  checks.add("times: what recording took is no task's, and the page says how much it was", async (open) => {
    const page = await open(files.channel);
    const [told, sum, words, dialog] = await page.evaluate(() => {
      document.getElementById("lanes-times").click();
      return [window.K.trace.overhead, window.T.events.reduce((ns, e) => ns + (e.overhead ?? 0), 0), window.K.costWords(), document.getElementById("times").textContent];
    });
    is(sum > 0 && told >= sum, `the end's is the sum of all, and more: ${sum} of ${told}`);
    is(/^Recording kept the thread for .*s, .*s an event/.test(words) && dialog.includes(words), `in words: ${words}`);
    await page.fill("#times-from", "1 ms");
    is(/In the whole run recording kept the thread for/.test(await page.textContent("#times")), "beside a stretch, too");
  });

  checks.add("times: the table sorts, its links go there, and a gap is not counted", async (open) => {
    const page = await open(files.mutex);
    await page.keyboard.press("l");
    const column = (n) => page.evaluate((k) => [...document.querySelectorAll(`#times-table tbody td:nth-child(${k})`)].map((td) => td.textContent), n);
    await page.click('#times [data-by="polls"]');
    const polls = (await column(6)).map(Number);
    same(polls, [...polls].sort((a, b) => b - a), "by polls, the most first");
    await page.click('#times [data-by="polls"]');
    same((await column(6)).map(Number), [...polls].reverse(), "and once more: the least first");
    await page.click('#times [data-by="name"]');
    same(await page.evaluate(() => [...document.querySelectorAll("#times-table tbody td:first-child .name")].map((el) => el.textContent)), await page.evaluate(() => { const all = window.K.times.table().map((t) => t.name); return window.K.trace.names.filter((name) => all.includes(name)); }), "by task: in the order in which they came up");
    await page.click('#times [data-by="longest"]');
    const wanted = await page.evaluate(() => window.K.times.table().map((t) => t.longest).sort((a, b) => b.ns - a.ns)[0].at);
    await page.click("#times-table tbody tr:first-child td:nth-child(7) a");
    same(await page.evaluate(() => [window.K.i, window.K.event(window.K.i).ev, document.getElementById("times").open]), [wanted, "PollStart", false], "to the longest poll");
    const [unknown, before, after] = await page.evaluate((i) => {
      const name = window.K.event(i).task, of = () => window.K.times.table().find((t) => t.name === name), before = of().busy;
      window.K.trace.lost.push({ i, lost: 5 });
      window.K.trace.table = null; // (of a trace that has been read, nothing changes)
      return [of().unknown, before, of().busy];
    }, wanted);
    const count = await page.evaluate((i) => window.K.times.table().find((t) => t.name === window.K.event(i).task).polls - window.T.events.filter((e) => e.ev === "PollStart" && e.task === window.K.event(i).task).length, wanted);
    same(count, 0, "a poll with a gap in it is a poll");
    is(unknown === 1 && after < before, `a poll with a gap in it has no length: ${before} before, ${after} after`);
    is(/not known/.test(await page.evaluate((i) => window.K.times.words(window.K.rowsOf(window.K.trace).rows.get(window.K.event(i).task), i), wanted)), "and its bar says so");
  });

  checks.add("times: go to a time, after a time, to an event", async (open) => {
    const page = await open(files.channel);
    const go = async (text) => {
      await page.keyboard.press("l");
      await page.fill("#times-go", text);
      await page.keyboard.press("Enter");
      return page.evaluate(() => [window.K.i, document.getElementById("times").open]);
    };
    const at = (f) => page.evaluate(`window.T.events.${f}`);
    same(await go("0.5 s"), [await at("findLastIndex((e) => e.t <= 5e8)"), false], "the last event at 0.5 s");
    same(await go("next event after 500 ms"), [await at("findIndex((e) => e.t > 5e8)"), false], "the first after it");
    same(await go("event 7"), [await at("findIndex((e) => e.n === 7)"), false], "by its number");
    const soon = await page.evaluate(() => { // a key in the frame in which the dialog is closed, whose field still has the focus
      const key = (to) => to.dispatchEvent(new KeyboardEvent("keydown", { key: "l", bubbles: true, cancelable: true })), box = document.getElementById("times");
      key(document.body);
      document.getElementById("times-go").form.requestSubmit();
      const closed = !box.open, field = document.activeElement.id;
      key(document.activeElement);
      return [closed, field, box.open];
    });
    same(soon, [true, "times-go", true], "a key that comes at once is the page's");
    await page.keyboard.press("Escape");
    same((await go("soon"))[1], true, "anything else is answered in words");
    await page.fill("#times-from", "1 s");
    await page.fill("#times-to", "0.2 s");
    is(/earlier one first/.test(await page.textContent("#times-sums")), "a span that ends before it begins");
    await page.keyboard.press("Escape");
  });

  checks.add("times: width as time, and what a bar is", async (open) => {
    const page = await open(files.mutex);
    const wide = () => page.evaluate(() => {
      const { rows } = window.K.rowsOf(window.K.trace), { px } = window.K.lanes.frame, out = [];
      for (const row of rows.values()) row.kind.forEach((kind, k) => { if (kind === window.K.BAR.POLL && row.at[k + 1] !== undefined) out.push([window.K.trace.real[row.at[k + 1]] - window.K.trace.real[row.at[k]], px(row.at[k + 1]) - px(row.at[k])]); });
      return out.sort((a, b) => b[0] - a[0]);
    });
    await page.keyboard.press("m");
    const bars = await wide(), [long, most] = bars[0];
    for (const [ns, px] of bars) is(Math.abs(px / most - ns / long) < 0.001, `a poll of ${ns} ns has ${px} px, one of ${long} ns ${most} px`);
    same(await page.getAttribute("#lanes-time", "aria-pressed"), "true", "the button says so");
    await page.keyboard.press("m");
    const box = await page.evaluate(() => {
      const { rows } = window.K.rowsOf(window.K.trace), item = window.K.lanes.items.find((x) => x.row === rows.get("task 1")), k = item.row.kind.indexOf(window.K.BAR.POLL);
      const at = document.getElementById("lanes-rows").getBoundingClientRect();
      return [at.left + window.K.lanes.frame.px(item.row.at[k]) + 3, at.top + item.y + item.h / 2, item.row.at[k], `event ${item.row.at[k] + 1} to ${item.row.at[k + 1] + 1}`];
    });
    await page.mouse.move(box[0], box[1]);
    const words = await page.textContent("#lanes-bar");
    is(/^task 1: polling, [\d.]+ [nµm]?s, event \d+ to \d+$/.test(words) && words.endsWith(box[3]), `over a bar: ${words}, not ${box[3]}`);
    await page.mouse.move(2, 2);
    await page.evaluate((i) => window.K.go(i), box[2]);
    is(/^task 1: polling/.test(await page.textContent("#lanes-bar")), "and at the event itself, without a mouse");
  });
}
