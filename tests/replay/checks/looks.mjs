// Can the page be read on a phone, below a long verdict, and with a screen reader?
//
// Nothing is wider than the screen or hangs out of its pane, every button is as high as a finger
// needs, and whatever can be pressed has a name.

import { go, is, same } from "./harness.mjs";

export function looks(checks, files) {
  checks.add("phone: nothing sticks out, everything can be reached", async (open) => {
    for (const name of ["channel", "mutex", "select", "server"]) {
      const page = await open(files[name], { width: 390, height: 844, touch: true });
      for (let k = 0; k < 8; k++) {
        await page.tap("#b-next");
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        is(wide <= 390, `${name}: ${wide} px wide at step ${k}`);
      }
      for (const id of ["b-why", "b-find", "b-help"]) {
        await page.tap(`#${id}`);
        const { x, width } = await page.locator("dialog[open]").boundingBox();
        is(x >= 0 && x + width <= 390.5, `${id}: ${width} wide from ${x}`);
        await page.keyboard.press("Escape");
      }
      const small = await page.evaluate(() =>
        [...document.querySelectorAll("nav button, header button")]
          .filter((b) => b.offsetParent && b.getBoundingClientRect().height < 30)
          .map((b) => b.id),
      );
      same(small, [], "buttons that a thumb can't hit");
    }
  });

  checks.add("below a verdict each pane holds what is in it", async (open) => {
    const page = await open(files.mutex, { width: 1280, height: 800 });
    const out = await page.evaluate(() => {
      const moment = { i: 30, begin: 30 };
      K.trace.lints.push({ ...moment, lint: "deadlock", say: "too long ".repeat(99), spots: [] });
      K.goTo(30);
      const inside = [...document.querySelectorAll(":is(#pane-program, #pane-engine) > *")],
        bottom = (el) => el.getBoundingClientRect().bottom;
      return inside.filter((el) => bottom(el) > bottom(el.parentElement)).map(({ id }) => id);
    });
    same(out, [], "these hang out");
  });

  checks.add("screen readers: names, roles, states", async (open) => {
    const page = await open(files.channel);
    await go(page, 40);
    const lacking = await page.evaluate(() => {
      const seen = (el) =>
        el.offsetParent !== null ||
        (el.matches("svg:not(svg svg)") && el.getBoundingClientRect().width > 0);
      const named = (el) =>
        ["aria-label", "title", "placeholder"].some((name) => el.getAttribute(name)) ||
        el.textContent.trim();
      const all = [...document.querySelectorAll("button, a, input, select, [role=img]")];
      return all.filter((el) => seen(el) && !named(el)).map((el) => el.outerHTML.slice(0, 80));
    });
    same(lacking, [], "these have no name");
    same(await page.getAttribute("#sentence", "aria-live"), "polite", "it is read out");
    same(await page.locator("#loop [aria-current]").count(), 1, "where the loop is");
  });
}
