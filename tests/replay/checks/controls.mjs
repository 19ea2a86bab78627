// Does every control do what it says, by click and by key?
//
// The expected result of each is worked out from the trace's events here, not asked of the page.
// (That the arrow keys reach every event, and in which order, is in walk.mjs.)

import { at, go, is, same } from "./harness.mjs";

/** Where a key leads from event `i`, by the events alone. */
const KEYS = {
  "Shift+ArrowRight": (i) => K.visible.find((k) => K.event(k).turn > K.event(i).turn),
  "Shift+ArrowLeft": function (i) {
    const begin = (i) => K.visible.find((k) => K.event(k).turn === K.event(i).turn);
    return begin(i) < i ? begin(i) : begin(K.visible.findLast((k) => k < i));
  },
  t: (i) => K.visible.find((k) => k > i && T.subjects(k).includes(K.event(i).task)),
  "Shift+T": (i) => K.visible.findLast((k) => k < i && T.subjects(k).includes(K.event(i).task)),
  Home: () => K.visible[0],
  End: () => K.trace.last,
  ArrowRight: (i) => K.visible.find((k) => k > i),
  ArrowLeft: (i) => K.visible.findLast((k) => k < i),
};
/** The buttons that do the same. */
const BUTTONS = {
  "Shift+ArrowRight": "#b-turn",
  t: "#b-task",
  ArrowRight: "#b-next",
  ArrowLeft: "#b-back",
};
const DIALOGS = { "#why": ["#b-why", "?"], "#find": ["#b-find", "/"], "#help": ["#b-help", "h"] };

export function controls(checks, files) {
  checks.add("control: keys, and the buttons that do the same", async (open) => {
    const page = await open(files.channel);
    for (const [key, expected] of Object.entries(KEYS)) {
      for (const from of [30, 31, 52, 75]) {
        const start = await page.evaluate(
          (i) => K.visible.find((k) => k >= i && K.event(k).task),
          from,
        );
        await go(page, start);
        const wanted = await page.evaluate(expected, start);
        await page.keyboard.press(key);
        same(await at(page), wanted, `the key ${key} from ${start}`);
        if (!BUTTONS[key]) continue;
        await go(page, start);
        await page.click(BUTTONS[key]);
        same(await at(page), wanted, `the button ${BUTTONS[key]} from ${start}`);
      }
    }
  });

  checks.add("control: the tree of waits shows each task's functions", async (open) => {
    const page = await open(files.mutex);
    const [wait, end] = await page.evaluate(() => {
      const wait = T.events.find((e) => e.ev === "Wait" && e.stack !== undefined),
        isEnd = (e) => e.i > wait.i && e.ev === "PollEnd" && e.task === wait.run;
      return [wait.i, T.events.find(isEnd).i];
    });
    await go(page, end);
    await page.keyboard.press("?");
    const [frames, shown] = await page.evaluate((i) => {
      const shown = [...document.querySelectorAll("#why .stack b")];
      return [
        K.trace.stacks.get(K.event(i).stack).map(({ name }) => name),
        shown.map((name) => name.textContent),
      ];
    }, wait);
    is(frames.length > 0, "the wait has functions");
    same(shown, frames, "the functions of the task that waits");
  });

  checks.add("control: from a poll to its wake, and back", async (open) => {
    const page = await open(files.channel);
    const [poll, wake] = await page.evaluate(() => {
      const ofTask = T.events.filter((e) => e.task === "task 1"),
        poll = ofTask.filter((e) => e.ev === "PollStart")[1].i,
        queues = (e) => e.i < poll && e.ev === "Wake" && e.effect === "queued";
      return [poll, ofTask.findLast(queues).i];
    });
    for (const press of [() => page.click("#b-wake"), () => page.keyboard.press("w")]) {
      await go(page, poll);
      await press();
      same(await at(page), wake, "the wake before the second poll of task 1");
      await press();
      same(await at(page), poll, "and back to the poll");
    }
  });

  checks.add("control: levels keep the place", async (open) => {
    const page = await open(files.channel),
      place = await page.evaluate(() => T.events.find((e) => e.ev === "PollStart" && e.i > 40).i),
      pressed = () => page.getAttribute("#levels [aria-pressed=true]", "data-level"),
      counts = [];
    await go(page, place);
    for (const [k, level] of ["story", "tasks", "engine"].entries()) {
      for (const press of [
        () => page.keyboard.press(String(k + 1)),
        () => page.click(`[data-level="${level}"]`),
      ]) {
        await press();
        same([await at(page), await pressed()], [place, level], "place and level");
      }
      counts.push(await page.evaluate(() => K.visible.length));
    }
    is(counts[0] < counts[1] && counts[1] < counts[2], `more is shown at each level: ${counts}`);
  });

  checks.add("control: dialogs open and close", async (open) => {
    const page = await open(files.channel);
    for (const [dialog, [button, key]] of Object.entries(DIALOGS)) {
      for (const press of [() => page.click(button), () => page.keyboard.press(key)]) {
        await go(page, 20);
        await press();
        is(await page.isVisible(dialog), `${dialog} is open`);
        is((await page.innerText(dialog)).length > 100, "it says something");
        await page.keyboard.press("Escape");
        is(!(await page.isVisible(dialog)), `${dialog} is closed`);
      }
    }
  });

  checks.add("control: light and dark", async (open) => {
    for (const scheme of ["light", "dark"]) {
      const page = await open(files.channel, { scheme });
      const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const before = await colour();
      await page.keyboard.press("d");
      is(before !== (await colour()), `d changes the paper, ${before}`);
      await page.click("#b-theme");
      same(await colour(), before, "and the button changes it back");
    }
  });

  checks.add("control: following a task", async (open) => {
    const page = await open(files.channel),
      label = "#lanes [data-task='task 1']",
      pinned = () => page.evaluate(() => K.pinned);
    await go(page, 40);
    for (const where of ["#places [data-task='task 1']", label]) {
      await page.click(where);
      same(await pinned(), "task 1", `a click on ${where} pins it`);
      same(await page.getAttribute(label, "aria-pressed"), "true", "its label says so");
      await page.click("#b-task");
      is(await page.evaluate(() => T.subjects(K.shown).includes("task 1")), "t follows it");
      await page.click(where);
      same(await pinned(), null, "a second click lets it go");
    }
  });

  checks.add("control: the address names the event", async (open) => {
    const page = await open(files.channel, { hash: "e=20&l=engine&theme=dark" });
    const opened = () => [K.event(K.shown).n, K.level, document.documentElement.dataset.theme];
    same(await page.evaluate(opened), [20, "engine", "dark"], "opened from an address");
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => location.hash.includes("e=21"));
    await page.evaluate(() => void (location.hash = "e=33&l=tasks"));
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
    const dialogs = await page.locator("dialog[open]").count(),
      level = await page.evaluate(() => K.level);
    same([await at(page), level, dialogs], [20, "tasks", 1], "typed words are words");
  });
}
