// Is going back exact?
//
// For each program and level: from the first event to the last by the key, back again, and about at
// random. The page must look the same at an event, on whatever way one came: not similar, but the
// very same.

import { is, same } from "./harness.mjs";

/** At these all levels are walked; the others' have as many steps, and show nothing new. */
const ALL_LEVELS = ["make_tea", "select"];

export function walk(checks, name, file) {
  for (const level of ALL_LEVELS.includes(name) ? ["story", "tasks", "engine"] : ["engine"]) {
    checks.add(`${name}: back is exact, ${level}`, async (open) => {
      const page = await open(file);
      const result = await page.evaluate(thereAndBack, level);
      is(result.steps > 3, `only ${result.steps} steps`);
      same(result.faults, [], "these events look different on the way back, or after a jump");
      if (level === "engine")
        same(result.steps, result.events, "at this level every event is a step");
      if (level === "story" && name === "make_tea")
        is(result.steps <= 12, `the story of make_tea has ${result.steps} steps, not 12 at most`);
    });
  }
}

function thereAndBack(level) {
  K.setLevel(level);
  T.key("Home");
  const seen = new Map([[K.shown, T.picture()]]),
    faults = [];
  for (let before = -1; before !== K.shown;) {
    before = K.shown;
    T.key("ArrowRight");
    seen.set(K.shown, T.picture());
  }
  const order = [...seen.keys()];
  const compare = (how) => {
    if (seen.get(K.shown) !== T.picture())
      faults.push(`${how} ${K.event(K.shown).n} ${K.event(K.shown).ev}`);
  };
  for (let k = order.length - 2; k >= 0; k--) {
    T.key("ArrowLeft");
    if (K.shown !== order[k])
      faults.push(`back from ${order[k + 1]} comes to ${K.shown}, not ${order[k]}`);
    compare("back");
  }
  for (let n = 0, random = 4711; n < 15; n++) {
    random = (random * 48271) % 2147483647;
    K.goTo(order[random % order.length]);
    compare("jump");
  }
  return { steps: order.length, events: K.trace.count, faults: faults.slice(0, 10) };
}
