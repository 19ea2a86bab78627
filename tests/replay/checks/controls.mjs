// Does every control do what it says, by click and by key?
//
// For each: what it must come to is worked out from the trace's events here, not asked of the page.

import { is, same } from "./harness.mjs";

const at = (page) => page.evaluate(() => window.K.i);
const go = (page, i) => page.evaluate((to) => window.K.go(to), i);
/** The first event of this kind behind `after` that the page shows at its level. */
const find = (page, ev, after = -1) =>
  page.evaluate(
    ([name, from]) =>
      window.T.events.find((e) => e.ev === name && e.i > from && window.K.visible.includes(e.i))?.i,
    [ev, after],
  );

/** What a control comes to from event `i`, by the events alone. */
const EXPECTED = {
  next: (i) => window.K.visible.find((k) => k > i),
  back: (i) => window.K.visible.findLast((k) => k < i),
  turn: (i) => window.K.visible.find((k) => window.K.event(k).turn > window.K.event(i).turn),
  turnBack: (i) => {
    const { visible } = window.K,
      begin = visible.find((k) => K.event(k).turn === K.event(i).turn);
    return begin < i
      ? begin
      : visible.find((k) => K.event(k).turn === K.event(visible.findLast((v) => v < begin)).turn);
  },
  task: (i) =>
    window.K.visible.find(
      (k) => k > i && window.K.subjects(window.K.event(k)).includes(window.K.event(i).task),
    ),
  taskBack: (i) =>
    window.K.visible.findLast(
      (k) => k < i && window.K.subjects(window.K.event(k)).includes(window.K.event(i).task),
    ),
  first: () => window.K.visible[0],
  last: () => window.K.trace.last,
};
const STEPS = [
  ["forward", "#b-next", "ArrowRight", "next"],
  ["back", "#b-back", "ArrowLeft", "back"],
  ["next turn", "#b-turn", "Shift+ArrowRight", "turn"],
  ["turn before", null, "Shift+ArrowLeft", "turnBack"],
  ["same task", "#b-task", "t", "task"],
  ["same task, back", null, "Shift+T", "taskBack"],
  ["first", null, "Home", "first"],
  ["last", null, "End", "last"],
];

export function controls(checks, files) {
  for (const [name, button, key, expected] of STEPS) {
    checks.add(`control: ${name}`, async (open) => {
      const page = await open(files.channel);
      for (const from of [30, 31, 52, 75]) {
        const start = await page.evaluate((i) => {
          const { visible } = window.K,
            k = visible.find((v) => v >= i && window.K.event(v).task);
          window.K.go(k);
          return k;
        }, from);
        const wanted = await page.evaluate(EXPECTED[expected], start);
        await page.keyboard.press(key);
        same(await at(page), wanted, `the key ${key} from ${start}`);
        if (!button) continue;
        await go(page, start);
        await page.click(button);
        same(await at(page), wanted, `the button ${button} from ${start}`);
      }
    });
  }

  checks.add("control: the tree of tasks tells each task's functions", async (open) => {
    const page = await open(files.mutex);
    const [wait, waits] = await page.evaluate(() => {
      const { events } = window.T,
        wait = events.find((e) => e.ev === "Wait" && e.stack !== undefined);
      return [
        wait.i,
        events.find((e) => e.i > wait.i && e.ev === "PollEnd" && e.task === wait.run).i,
      ];
    });
    await go(page, waits);
    await page.keyboard.press("k");
    const [frames, shown] = await page.evaluate((i) => {
      const { stacks } = window.K.trace,
        shown = [...document.querySelectorAll("#tree .stack b")].map((name) => name.textContent);
      return [stacks.get(window.K.event(i).stack).map(({ name }) => name), shown];
    }, wait);
    is(frames.length > 0, "the wait has functions");
    same(shown, frames, "the functions of the task that waits");
  });

  checks.add("control: from a poll to its wake, and back", async (open) => {
    const page = await open(files.channel);
    for (const press of [() => page.click("#b-wake"), () => page.keyboard.press("w")]) {
      const poll = await page.evaluate(
        () => window.T.events.filter((e) => e.ev === "PollStart" && e.task === "task 1")[1].i,
      );
      await go(page, poll);
      await press();
      const wake = await page.evaluate(() => window.K.event(window.K.i));
      const wanted = await page.evaluate(
        (i) =>
          window.T.events.findLast(
            (e) => e.i < i && e.ev === "Wake" && e.task === "task 1" && e.effect === "queued",
          ).i,
        poll,
      );
      same([wake.ev, wake.i], ["Wake", wanted], "the wake before the second poll of task 1");
      await press();
      same(await at(page), poll, "and back to the poll");
    }
  });

  checks.add("control: levels keep the place", async (open) => {
    const page = await open(files.channel);
    await go(page, await find(page, "PollStart", 40));
    const place = await at(page),
      counts = [];
    for (const [k, level] of ["story", "tasks", "engine"].entries()) {
      for (const press of [
        () => page.keyboard.press(String(k + 1)),
        () => page.click(`[data-level="${level}"]`),
      ]) {
        await press();
        same(
          await page.evaluate(() => [
            window.K.level,
            window.K.i,
            document.querySelector("#levels [aria-pressed=true]").dataset.level,
          ]),
          [level, place, level],
          "level and place",
        );
      }
      counts.push(await page.evaluate(() => window.K.visible.length));
    }
    is(counts[0] < counts[1] && counts[1] < counts[2], `more is shown at each level: ${counts}`);
  });

  checks.add("control: play and stop", async (open) => {
    const page = await open(files.channel);
    await page.selectOption("#speed", "400");
    for (const press of [() => page.keyboard.press(" "), () => page.click("#b-play")]) {
      await go(page, 10);
      await press();
      same(await page.getAttribute("#b-play", "aria-pressed"), "true", "it plays");
      same(
        await page.getAttribute("#sentence", "aria-live"),
        "off",
        "a screen reader is not flooded",
      );
      await page.waitForFunction(() => window.K.i > 13);
      await press();
      same(await page.getAttribute("#b-play", "aria-pressed"), "false", "it has stopped");
      same(await page.evaluate(() => window.K.playing), 0, "and no clock goes on");
      await page.evaluate(() => document.activeElement.blur());
    }
  });

  for (const [name, button, key, dialog] of [
    ["why", "#b-why", "?", "#why"],
    ["find", "#b-find", "/", "#find"],
    ["help", "#b-help", "h", "#help"],
  ]) {
    checks.add(`control: ${name} opens and closes`, async (open) => {
      const page = await open(files.channel);
      for (const press of [() => page.click(button), () => page.keyboard.press(key)]) {
        await go(page, 20);
        await press();
        is(await page.isVisible(dialog), `${dialog} is open`);
        is((await page.innerText(dialog)).length > 100, "it says something");
        await page.keyboard.press("Escape");
        is(!(await page.isVisible(dialog)), `${dialog} is closed`);
      }
    });
  }

  checks.add("control: light and dark", async (open) => {
    for (const scheme of ["light", "dark"]) {
      const page = await open(files.channel, { scheme });
      const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const before = await colour();
      await page.keyboard.press("d");
      const after = await colour();
      is(before !== after, `d changes the paper, ${before}`);
      await page.click("#b-theme");
      same(await colour(), before, "and the button changes it back");
    }
  });

  checks.add("control: following a task", async (open) => {
    const page = await open(files.channel);
    await go(page, 40);
    for (const where of ["#places [data-task='task 1']", "#lanes [data-task='task 1']"]) {
      await page.click(where);
      same(await page.evaluate(() => window.K.pinned), "task 1", `a click on ${where} pins it`);
      same(
        await page.getAttribute("#lanes [data-task='task 1']", "aria-pressed"),
        "true",
        "its label says so",
      );
      await page.click("#b-task");
      is(
        await page.evaluate(() => window.K.subjects(window.K.event(window.K.i)).includes("task 1")),
        "t follows it",
      );
      await page.click(where);
      same(await page.evaluate(() => window.K.pinned), null, "a second click lets it go");
    }
  });

  checks.add("control: the address names the event", async (open) => {
    const page = await open(files.channel, { hash: "e=20&l=engine&theme=dark" });
    same(
      await page.evaluate(() => [
        window.K.event(window.K.i).n,
        window.K.level,
        document.documentElement.dataset.theme,
      ]),
      [20, "engine", "dark"],
      "opened from an address",
    );
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => location.hash.includes("e=21"));
    await page.evaluate(() => {
      location.hash = "e=33&l=tasks";
    });
    await page.waitForFunction(
      () => window.K.event(window.K.i).n === 33 && window.K.level === "tasks",
    );
    for (const hash of ["e=999999", "e=nonsense&l=nowhere", "e=-3", "e=last"]) {
      const odd = await open(files.channel, { hash });
      is(
        await odd.evaluate(() => window.K.event(window.K.i) !== undefined),
        `#${hash} shows an event`,
      );
    }
  });

  checks.add("control: no key acts while one types", async (open) => {
    const page = await open(files.channel);
    await go(page, 20);
    await page.keyboard.press("/");
    await page.keyboard.type("twd?q/ 12h");
    same(
      await page.evaluate(() => [
        window.K.i,
        window.K.level,
        window.K.quiz.on,
        document.querySelectorAll("dialog[open]").length,
      ]),
      [20, "tasks", false, 1],
      "typed words are words",
    );
  });
}
