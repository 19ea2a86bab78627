// Is going back exact?
//
// For each program: from the first event to the last by the key, back again, and about at random.
// At an event the page must look exactly the same, on whatever way the reader got there.

import { is, same } from "./harness.mjs";

export function walk(checks, name, file) {
  checks.add(`${name}: back is exact`, async (open) => {
    const page = await open(file);
    // (At the other levels the same events look the same. One program shows that these work, too.)
    for (const level of name === "make_tea" ? ["story", "tasks", "engine"] : ["engine"]) {
      const { steps, events, faults } = await page.evaluate(thereAndBack, level);
      same(faults, [], "these events look different on the way back, or after a jump");
      if (level === "engine") same(steps, events, "at this level every event is a step");
      is(steps > 3, `the level ${level} of ${name} has ${steps} steps`);
      if (level === "story") is(steps <= 12, `the story of ${name} has ${steps} steps`);
    }
  });
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
