// Does the quiz know, and does it hide?
//
// Every question of every program is asked, and its answer compared with the event that follows.

import { is, same } from "./harness.mjs";

export function quiz(checks, files) {
  checks.add("quiz: on a phone one can step until there is a question", async (open) => {
    const page = await open(files.select, { width: 390, height: 844, touch: true });
    await page.click("#b-quiz");
    const covered = () => page.evaluate(() => ["b-back", "b-next", "lanes-scroll"].filter((id) => { const el = document.getElementById(id), r = el.getBoundingClientRect(); return !el.contains(document.elementFromPoint(r.left + r.width / 2, r.bottom - 4)); }));
    let asked = false;
    for (let step = 0; step < 30 && !asked; step++) {
      is((await covered()).length === 0, `step ${step}: ${await covered()} covered`);
      await page.click("#b-next");
      asked = await page.evaluate(() => !!window.K.quiz.question);
    }
    is(asked && (await covered()).includes("b-next"), "no step is taken before the answer");
  });

  checks.add("quiz: the answers are the trace's", async (open) => {
    const kinds = new Set();
    for (const name of ["make_tea", "server", "channel", "select", "mutex", "errors", "zoo", "crowd"]) {
      const page = await open(files[name]);
      const { faults, asked } = await page.evaluate(every, name === "crowd" ? 2500 : Infinity);
      same(faults, [], `${name}: wrong answers`);
      is(asked.length > 0, `${name}: something is asked`);
      asked.forEach((kind) => kinds.add(kind));
    }
    for (const kind of ["PollStart", "PollEnd", "Wake queued", "Wake during_poll", "Spawn", "Park", "SelectWin", "SyncAct"]) is(kinds.has(kind), `some program asks before a ${kind}`);
  });

  checks.add("quiz: asked, answered by key and by click, counted", async (open) => {
    const page = await open(files.channel);
    await page.keyboard.press("q");
    same(await page.getAttribute("#b-quiz", "aria-pressed"), "true", "the quiz is on");
    const forward = async () => { for (let n = 0; n < 60 && !(await page.evaluate(() => window.K.quiz.question)); n++) await page.keyboard.press("ArrowRight"); };
    await forward();
    const first = await page.evaluate(() => ({ ...window.K.quiz.question, shown: window.K.i }));
    is(first.i > first.shown, "the question is about what comes");
    const theme = await page.evaluate(() => document.documentElement.dataset.theme ?? "");
    await page.keyboard.press("ArrowRight");
    same(await page.evaluate(() => window.K.i), first.shown, "no step before the answer");
    await page.keyboard.press("abcd"[first.right]);
    same(await page.evaluate(() => [window.K.quiz.score.right, window.K.quiz.score.asked]), [1, 1], "right, by key");
    is(/Right\./.test(await page.innerText("#quiz")), "it says so");
    same(await page.evaluate(() => document.documentElement.dataset.theme ?? ""), theme, "d was an answer, not the theme");
    await page.click("#quiz [data-on]");
    same(await page.evaluate(() => window.K.i), first.i, "and goes to see it");
    await forward();
    const second = await page.evaluate(() => window.K.quiz.question);
    const wrong = (second.right + 1) % second.options.length;
    await page.click(`#quiz [data-answer="${wrong}"]`);
    const words = await page.innerText("#quiz");
    is(/No\./.test(words) && /1 of 2 right/.test(words), `wrong, by click: ${words}`);
    is(await page.isVisible(`#quiz .right[data-answer="${second.right}"]`), "the right one is marked");
    await page.keyboard.press("ArrowRight");
    same(await page.evaluate(() => window.K.i), second.i, "after an answer the step is free");
    await page.click("#quiz [data-next]");
    is(await page.evaluate(() => window.K.quiz.question !== null), "on to the next question");
    await page.click("#b-quiz");
    is(await page.isHidden("#quiz"), "off again");
  });

  checks.add("quiz: the future is hidden", async (open) => {
    const page = await open(files.channel);
    await page.evaluate(() => window.K.go(30));
    await page.click("#b-quiz");
    const [shut, opacity, left, from] = await page.evaluate(() => {
      const veil = document.querySelector("#lanes-now .veil"), f = window.K.lanes.frame;
      return [veil.classList.contains("shut"), getComputedStyle(veil).opacity, Number(veil.getAttribute("x")), f.px(window.K.i + 1)];
    });
    same([shut, opacity], [true, "1"], "the veil is shut");
    is(Math.abs(left - from) < 0.1, "and begins behind the event");
    // (Nor how long the sleep will be that an event begins.)
    const sleeps = await page.evaluate(() => {
      const { K } = window, out = [], seen = () => [...document.querySelectorAll("#lanes-ruler .nap:not(.unborn)")].map((el) => +el.dataset.nap).filter((from) => !(K.rowsOf(K.trace).naps.find((nap) => nap.from === from)?.to <= K.i));
      for (const i of K.trace.index.byEv.get("Park").slice(0, 5)) { K.go(i); out.push([K.quiz.on, seen().length]); }
      K.quiz.toggle();
      out.push([K.quiz.on, seen().length > 0]);
      K.quiz.toggle();
      K.go(30);
      return out;
    });
    same(sleeps, [...Array(5).fill([true, 0]), [false, true]], "lengths of sleeps that are not over");
    await page.keyboard.press("/");
    same(await page.evaluate(() => window.K.search.entries.every((code) => window.K.search.entry(code).i <= 30)), true, "the search lists no later event");
    await page.keyboard.press("Escape");
    await page.click("#b-quiz");
    await page.click("#b-search");
    is(await page.evaluate(() => window.K.search.entries.some((code) => window.K.search.entry(code).i > 30)), "without the quiz it does");
  });

  checks.add("quiz: how many tasks a group will have is hidden", async (open) => {
    const page = await open(files.crowd), sizes = () => page.evaluate(() => [...document.querySelectorAll(".lane-label.two")].map((el) => [el.checkVisibility({ visibilityProperty: true }), el.querySelector(".lane-group span").textContent]));
    const made = await page.evaluate(() => { const { K } = window, at = K.trace.index.byEv.get("Spawn")[4]; K.go(at); return K.trace.index.byEv.get("Spawn").filter((i) => i <= at && window.K.event(i).kind !== "main").length; });
    await page.click("#b-quiz");
    const shown = (await sizes()).filter(([seen]) => seen).map(([, words]) => Number(/[\d,]+/.exec(words)[0].replaceAll(",", "")));
    is(shown.every((n) => n <= made) && (await sizes()).length > 0, `${JSON.stringify(await sizes())}, of ${made} that are made`);
  });

  checks.add("quiz: what is over is not hidden", async (open) => {
    const page = await open(files.server, { width: 1024, height: 1400 }), over = () => page.evaluate(() => [...document.querySelectorAll("#lanes-words text")].map((el) => el.textContent).filter((text) => text.startsWith("◂")));
    await page.evaluate(() => { window.K.lanes.zoom(4); window.K.go(window.K.trace.last); });
    const known = await over();
    is(known.length > 0, "some tasks ended before the window");
    await page.click("#b-quiz");
    same(await over(), known, "their lanes say so in the quiz, too");
  });

  checks.add("quiz: what was answered right three times is not asked any more", async (open) => {
    const page = await open(files.crowd);
    await page.keyboard.press("q");
    const asked = await page.evaluate(() => {
      const kinds = {}, { K } = window;
      for (let n = 0; n < 60 && K.quiz.next(); n++) {
        const q = K.quiz.question, kind = K.event(q.i).ev;
        kinds[kind] = (kinds[kind] ?? 0) + 1;
        K.quiz.answer(q.right);
        if (kinds[kind] > 3) break;
      }
      return kinds;
    });
    is(Object.keys(asked).length > 1 && Object.values(asked).every((n) => n <= 3), `asked: ${JSON.stringify(asked)}`);
  });
}

function every(most) {
  const { K } = window, faults = [], asked = new Set();
  for (const level of ["story", "tasks", "engine"]) {
    K.setLevel(level);
    for (let k = 1; k < Math.min(most, K.visible.length); k++) {
      const [shown, i] = [K.visible[k - 1], K.visible[k]], e = K.event(i), q = K.quiz.ask(shown, i);
      if (!q) continue;
      asked.add(e.ev === "Wake" ? `Wake ${e.effect}` : e.ev);
      const answer = q.options[q.right], say = (ok) => { if (!ok) faults.push(`${level}, before event ${e.n} ${e.ev}: “${q.text}” “${answer}”`); };
      if (new Set(q.options).size !== q.options.length || q.options.length < 2 || q.options.length > 4) faults.push(`${q.text}: ${q.options}`);
      if (e.ev === "PollStart") say(answer === e.task);
      if (e.ev === "PollEnd") say(answer.toLowerCase() === e.outcome);
      if (e.ev === "Wake") say({ queued: /end of its part/, coalesced: /already/, during_poll: /once more/, stale: /over/ }[e.effect].test(answer));
      if (e.ev === "Park") say(e.timeout === null ? /from outside/.test(answer) : window.T.events.some((t) => t.ev === "TimerAdd" && answer.includes(`${t.timer} is due`) && Math.abs(t.due - e.t - e.timeout) < 3e6));
      if (e.ev === "Spawn") say(answer === "nothing yet" && window.T.events.findIndex((x) => x.ev === "PollStart" && x.task === e.task) > window.T.events.findIndex((x) => x.i > i && x.ev === "PollEnd" && x.task === e.run));
      if (e.ev === "SelectWin") say(window.T.events.slice(i + 1).some((x) => x.ev === "TimerCancel" && answer.includes(x.timer)));
      if (e.ev === "SyncAct") say(window.T.events.slice(i).find((x) => x.act === "take" && x.sync === e.sync)?.task === answer);
    }
  }
  return { faults: faults.slice(0, 8), asked: [...asked] };
}
