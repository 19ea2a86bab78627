// Does the page show what the fold says, and does the fold say what the engine counted?
//
// At every event of every program: the words, the clock, the step of the loop, queue, polling,
// waiting, timers as drawn are compared with the state. The state is compared with the engine's own
// counters, which stand in the trace at each turn, and with the lanes, whose bars are made once, while the
// trace is read (rows.js). And what is answered to "why is it not running?" names the right place.

import { is, same } from "./harness.mjs";

export function state(checks, name, file) {
  checks.add(`${name}: the page shows the state`, async (open) => {
    const page = await open(file);
    same(await page.evaluate(drawn), [], "drawn otherwise than folded");
  });
  checks.add(`${name}: the state is the engine's`, async (open) => {
    const page = await open(file);
    same(await page.evaluate(counted), [], "folded otherwise than counted");
  });
}

/** Some task has waited for each primitive, and the page says what each one is for. */
export function meeting(checks, files) {
  checks.add("meeting: a full channel without a value says which task has reserved its places", async (open) => {
    const page = await open(files.meeting);
    const [taken, why, boxes] = await page.evaluate(() => {
      const { K } = window, all = [...Array(K.trace.count).keys()].map(K.event), take = all.find((e) => e.act === "take" && e.kind === "mpsc");
      const wait = all.find((e) => e.i > take.i && e.ev === "Wait" && e.on.sync === take.sync), { i } = all.find((e) => e.i > wait.i && e.ev === "PollEnd" && e.task === wait.task);
      K.go(i);
      return [take, K.why.words(K.stateAt(i), wait.task), window.T.words(document.getElementById("boxes"))];
    });
    is(/2 places of its 2 are reserved by .*\(meeting\.rs:\d+, /.test(why) && why.includes(`${taken.task} (`) && why.includes(`event ${taken.n})`), why);
    is(boxes.split("reserved").length === 3, boxes);
  });

  checks.add("meeting: a task waits for each primitive of sync", async (open) => {
    const page = await open(files.meeting);
    const waited = await page.evaluate(() => {
      const { K } = window, kinds = new Set();
      for (let i = 0; i <= K.trace.last; i++) for (const t of K.stateAt(i).tasks.values()) for (const on of t.waits) kinds.add((on.sync ?? on.value ?? "").replace(/ \d+$/, ""));
      return [...kinds].filter(Boolean).sort();
    });
    same(waited, ["barrier", "broadcast", "cell", "channel", "joinset", "notify", "once", "pipe", "rwlock", "semaphore", "watch"], "waited for");
    const silent = await page.evaluate(() => {
      const { K } = window, made = K.trace.index.byEv.get("SyncNew");
      return made.filter((i) => !K.aside(i, K.stateAt(i))).map((i) => K.event(i).kind);
    });
    same(silent, [], "made without a word about it");
  });
}

function drawn() {
  const { K, T } = window, faults = [];
  K.setLevel("engine");
  for (let i = 0; i <= K.trace.last; i++) {
    K.go(i);
    const s = K.stateAt(i), e = K.event(i);
    const say = (what, found, expected) => { if (found !== expected) faults.push(`event ${e.n} ${e.ev}: ${what}: ${found}, not ${expected}`); };
    const names = (box) => [...box.querySelectorAll("[data-task]")].map((el) => el.dataset.task);
    /** How many the box tells of beside those it shows: in words, or as small shapes. */
    const more = (box, word) => [...box.querySelectorAll(".rest")].filter((rest) => rest.textContent.includes(word)).reduce((n, rest) => n + (Number(/and ([\d,]+) more/.exec(rest.textContent)?.[1].replace(/,/g, "")) || rest.querySelectorAll("[data-key]").length), 0);
    const lower = (text) => text[0].toLowerCase() + text.slice(1);
    if (!K.answer.opening(i)) say("the sentence", lower(T.words(document.getElementById("sentence"))), lower(K.sentence(i)));
    const clock = document.getElementById("clock").textContent;
    say("the clock", document.querySelector("#clock b").textContent, K.clock(s.t));
    say("the turn", clock.includes(`turn ${K.number(s.turn)} `) || clock.includes(`turn ${K.number(s.turn)}event`) || /turn/.test(clock) && clock.includes(K.number(s.turn)), true);
    const lit = document.querySelector("#loop [aria-current]");
    say("the loop's step", lit?.textContent.slice(1) ?? "none", s.step === "park" || (s.step === "reactor" && s.parked) ? "parked" : s.step ?? "none");

    const [queue, polling, rest] = document.querySelectorAll("#places .place");
    const shown = names(queue), hidden = s.queue.length - shown.length;
    say("who is in the queue", shown.join(), s.queue.filter((n) => shown.includes(n)).join());
    say("the front of the queue", shown[0], s.queue[0]);
    say("how many more are in the queue", more(queue, ""), hidden);
    say("who is polled", names(polling).join(), [...s.stack].reverse().join());
    for (const n of names(rest)) say(`where ${n} is`, ["waiting", "done"].includes(s.tasks.get(n).where), true);
    const waiting = [...s.tasks.values()].filter((t) => t.where === "waiting").length;
    const seen = names(rest).filter((n) => s.tasks.get(n).where === "waiting").length;
    say("how many wait", seen + more(rest, "waiting"), waiting);
    if (waiting > 0) say("nobody waits unseen", seen > 0, true);

    const due = [...s.timers.values()].sort((a, b) => a.due - b.due).map((t) => t.name);
    const rows = [...document.querySelectorAll("#wakers li:not(.more):not(.gone)")].filter((li) => !/rings|removed/.test(li.textContent)).map((li) => li.querySelector("span")?.textContent).filter((text) => /^timer \d+$/.test(text));
    say("the timers, nearest first", rows.join(), due.filter((n) => rows.includes(n)).join());
    if (due.length && document.querySelector(".wheel")) say("the nearest timer is listed", rows.includes(due[0]), true);
    if (faults.length > 5) break;
  }
  return faults;
}

/** Where the state differs from what the engine has written, or from the lanes; the lanes are looked at in so
 *  many events at the most, all over the run. (It runs in the page.) */
export function counted(most = Infinity) {
  const { K } = window, faults = K.trace.torn ? [`${K.trace.torn} lines or blocks are torn`] : [];
  const rows = K.rowsOf(K.trace).rows, { BAR } = K;
  const spawned = K.rowsOf(K.trace).arrows.filter(({ how }) => how === "spawn").map(({ to }) => to);
  if (new Set(spawned).size < spawned.length) faults.push("a task or job has more than one arrow from where it was made");
  const step = Math.max(1, Math.ceil(K.trace.last / most));
  const place = { [BAR.READY]: "queued", [BAR.POLL]: "polling", [BAR.WAIT]: "waiting", [BAR.DONE]: "done", [BAR.CANCELLED]: "done", [BAR.PANICKED]: "done" };
  for (let i = 0; i <= K.trace.last; i++) {
    const s = K.stateAt(i), e = K.event(i);
    const say = (what, found, expected) => { if (found !== expected) faults.push(`event ${e.n} ${e.ev}: ${what}: ${found}, not ${expected}`); };
    if (e.ev === "Turn") {
      say("queued", s.ready.length, e.queued); // a local set has a queue of its own
      say("tasks", [...s.tasks.values()].filter((t) => t.where !== "done" && t.kind === "task").length, e.tasks);
      say("timers", s.timers.size, e.timers);
      say("sources", [...s.sources.values()].filter((source) => source.registered).length, e.sources);
    }
    if (e.ev === "PollStart" && i) say("polled was the front", K.stateAt(i - 1).queue[0] === e.task || s.stack.length > 1, true);
    if (i % step === 0) for (const t of s.tasks.values()) {
      const row = rows.get(t.name), k = row?.barAt(i) ?? -1;
      say(`the lane of ${t.name}`, place[row?.kind[k]], t.where);
      const why = K.why.words(s, t.name), at = s.ready.indexOf(t.name);
      if (t.where === "queued") say(`why ${t.name} is not running`, why.includes(t.kind === "local" ? "in the queue of its local set" : `at place ${at + 1} of the run queue`), true);
      if (t.where === "done") say(`why ${t.name} is not running`, /never polled again/.test(why), true);
      const served = K.servedOf(s, t); // (then its wake follows, whatever else it waits for)
      if (t.where === "waiting") for (const on of served ? [served] : t.waits) {
        const what = on.timer ?? on.source ?? on.value ?? on.closed ?? on.sync ?? on.task;
        if (what) say(`why ${t.name} waits names ${what}`, why.toLowerCase().includes(what), true);
      }
    }
    if (faults.length > 5) break;
  }
  return faults;
}
