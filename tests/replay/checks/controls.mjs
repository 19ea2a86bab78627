// Does every control do what it says, by click and by key?
//
// For each: what it must come to is worked out from the trace's events here, not asked of the page.

import { is, same } from "./harness.mjs";

const at = (page) => page.evaluate(() => K.shown);
const go = (page, i) => page.evaluate((to) => K.goTo(to), i);
/** What a key comes to from event `i`, by the events alone. */
const KEYS = {
  ArrowRight: (i) => K.visible.find((k) => k > i),
  ArrowLeft: (i) => K.visible.findLast((k) => k < i),
  "Shift+ArrowRight": (i) => K.visible.find((k) => K.event(k).turn > K.event(i).turn),
  "Shift+ArrowLeft": function (i) {
    const begin = (i) => K.visible.find((k) => K.event(k).turn === K.event(i).turn);
    return begin(i) < i ? begin(i) : begin(K.visible.findLast((k) => k < i));
  },
  t: (i) => K.visible.find((k) => k > i && T.subjects(k).includes(K.event(i).task)),
  "Shift+T": (i) => K.visible.findLast((k) => k < i && T.subjects(k).includes(K.event(i).task)),
  Home: () => K.visible[0],
  End: () => K.trace.last,
};
/** The buttons that do the same. */
const BUTTONS = {
  ArrowRight: "#b-next",
  ArrowLeft: "#b-back",
  "Shift+ArrowRight": "#b-turn",
  t: "#b-task",
};

export function controls(checks, files) {
  for (const [key, expected] of Object.entries(KEYS)) {
    checks.add(`control: ${key}`, async (open) => {
      const page = await open(files.channel),
        button = BUTTONS[key];
      for (const from of [30, 31, 52, 75]) {
        const start = await page.evaluate((i) => {
          const { visible } = K,
            k = visible.find((v) => v >= i && K.event(v).task);
          K.goTo(k);
          return k;
        }, from);
        const wanted = await page.evaluate(expected, start);
        await page.keyboard.press(key);
        same(await at(page), wanted, `the key ${key} from ${start}`);
        if (!button) continue;
        await go(page, start);
        await page.click(button);
        same(await at(page), wanted, `the button ${button} from ${start}`);
      }
    });
  }

  checks.add("control: the tree of waits tells each task's functions", async (open) => {
    const page = await open(files.mutex);
    const [wait, waits] = await page.evaluate(() => {
      const { events } = T,
        wait = events.find((e) => e.ev === "Wait" && e.stack !== undefined);
      return [
        wait.i,
        events.find((e) => e.i > wait.i && e.ev === "PollEnd" && e.task === wait.run).i,
      ];
    });
    await go(page, waits);
    await page.keyboard.press("?");
    const [frames, shown] = await page.evaluate((i) => {
      const { stacks } = K.trace,
        shown = [...document.querySelectorAll("#why .stack b")].map((name) => name.textContent);
      return [stacks.get(K.event(i).stack).map(({ name }) => name), shown];
    }, wait);
    is(frames.length > 0, "the wait has functions");
    same(shown, frames, "the functions of the task that waits");
  });

  checks.add("control: from a poll to its wake, and back", async (open) => {
    const page = await open(files.channel);
    for (const press of [() => page.click("#b-wake"), () => page.keyboard.press("w")]) {
      const poll = await page.evaluate(
        () => T.events.filter((e) => e.ev === "PollStart" && e.task === "task 1")[1].i,
      );
      await go(page, poll);
      await press();
      const wake = await page.evaluate(() => K.event(K.shown));
      const wanted = await page.evaluate(
        (i) =>
          T.events.findLast(
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
    await page.evaluate(() => K.goTo(T.events.find((e) => e.ev === "PollStart" && e.i > 40).i));
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
            K.level,
            K.shown,
            document.querySelector("#levels [aria-pressed=true]").dataset.level,
          ]),
          [level, place, level],
          "level and place",
        );
      }
      counts.push(await page.evaluate(() => K.visible.length));
    }
    is(counts[0] < counts[1] && counts[1] < counts[2], `more is shown at each level: ${counts}`);
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
      same(await page.evaluate(() => K.pinned), "task 1", `a click on ${where} pins it`);
      same(
        await page.getAttribute("#lanes [data-task='task 1']", "aria-pressed"),
        "true",
        "its label says so",
      );
      await page.click("#b-task");
      is(await page.evaluate(() => T.subjects(K.shown).includes("task 1")), "t follows it");
      await page.click(where);
      same(await page.evaluate(() => K.pinned), null, "a second click lets it go");
    }
  });

  checks.add("control: the address names the event", async (open) => {
    const page = await open(files.channel, { hash: "e=20&l=engine&theme=dark" });
    same(
      await page.evaluate(() => [
        K.event(K.shown).n,
        K.level,
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
    await page.waitForFunction(() => K.event(K.shown).n === 33 && K.level === "tasks");
    for (const hash of ["e=999999", "e=nonsense&l=nowhere", "e=-3", "e=last"]) {
      const odd = await open(files.channel, { hash });
      is(await odd.evaluate(() => K.event(K.shown) !== undefined), `#${hash} shows an event`);
    }
  });

  checks.add("control: no key acts while one types", async (open) => {
    const page = await open(files.channel);
    await go(page, 20);
    await page.keyboard.press("/");
    await page.keyboard.type("twd?q/ 12h");
    same(
      await page.evaluate(() => [
        K.shown,
        K.level,
        K.quiz.on,
        document.querySelectorAll("dialog[open]").length,
      ]),
      [20, "tasks", false, 1],
      "typed words are words",
    );
  });
}
