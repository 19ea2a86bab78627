// Do the lanes show the run, and can the reader move about in them?
//
// A click and a drag lead to the event under the pointer. Zooming keeps that event in its place.
// The bars and arrows that are drawn are those of the rows (tables/rows.js).

import { at, go, is, same } from "./harness.mjs";

const frame = (page) => page.evaluate(() => ({ ...K.view.frame(), px: null, at: null }));
/** The middle of event i's column, on the screen. */
async function middle(page, i, on) {
  const box = await page.locator(on).boundingBox(),
    x = await page.evaluate((i) => {
      const { px, column } = K.view.frame();
      return (px(i) + Math.min(px(i + 1), px(i) + column)) / 2;
    }, i);
  return { x: box.x + x, y: box.y + box.height / 2 };
}

export function lanes(checks, files) {
  checks.add("lanes: a click goes to its event, and dragging the ruler scrubs", async (open) => {
    const page = await open(files.channel),
      visible = await page.evaluate(() => K.visible);
    for (const box of ["#lanes-rows", "#lanes-ruler"]) {
      for (const k of [3, 17, 40, 60]) {
        const { x, y } = await middle(page, visible[k], box);
        await page.mouse.click(x, y);
        same(await at(page), visible[k], `a click into ${box}`);
      }
    }
    const from = await middle(page, visible[5], "#lanes-ruler"),
      to = await middle(page, visible[50], "#lanes-ruler");
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move((from.x + to.x) / 2, to.y, { steps: 4 });
    is((await at(page)) > visible[5] && (await at(page)) < visible[50], "half way");
    await page.mouse.move(to.x, to.y, { steps: 4 });
    await page.mouse.up();
    same(await at(page), visible[50], "all the way");
  });

  checks.add("lanes: zoom by key, button and wheel; pan by dragging with shift", async (open) => {
    const page = await open(files.mutex);
    is((await frame(page)).whole, "a short run is shown whole");
    await go(page, 50);
    for (const closer of [() => page.keyboard.press("+"), () => page.click("#lanes-in")]) {
      await closer();
      const near = await frame(page);
      is(!near.whole && near.first <= 50 && near.last >= 50, "closer, with the event in view");
      await page.keyboard.press("0");
      is((await frame(page)).whole, "0 shows the whole run");
    }
    const { x, y } = await middle(page, 50, "#lanes-ruler");
    await page.mouse.move(x, y);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -400);
    await page.keyboard.up("Control");
    await page.waitForFunction(() => !K.view.frame().whole);
    const before = await frame(page),
      under = await middle(page, 50, "#lanes-ruler");
    is(Math.abs(under.x - x) < 2 * before.column, "what is under the mouse stays there");
    const rows = await page.locator("#lanes-rows").boundingBox();
    await page.keyboard.down("Shift"); // (without it one marks a stretch)
    await page.mouse.move(rows.x + 600, rows.y + 20);
    await page.mouse.down();
    await page.mouse.move(rows.x + 300, rows.y + 20, { steps: 5 });
    await page.mouse.up();
    await page.keyboard.up("Shift");
    const after = await frame(page);
    is(Math.abs((after.left - before.left) * after.column - 300) < 3, "it moves with the hand");
    same(await at(page), 50, "and the event stays");
  });

  checks.add("lanes: what is drawn is what the bars say", async (open) => {
    for (const name of ["channel", "select", "errors", "server"]) {
      const page = await open(files[name]);
      const faults = await page.evaluate(() => {
        const { first, last, px } = K.view.frame(),
          paths = [...document.querySelectorAll("#lanes-still .lane-poll")],
          shapes = paths.map((path) => path.getAttribute("d")).join(""),
          bars = [...shapes.matchAll(/M(\S+) (\S+)h\S+?v([^h]+)/g)];
        return K.view.items.flatMap(({ row, y }) => {
          const isShown = (i, k) => row.kind[k] === K.BAR.POLL && i >= first && i <= last,
            isIn = ([, , top, high]) => Math.abs(+top + high / 2 - y - K.view.high / 2) < 1,
            [polls, drawn] = [row.at.filter(isShown), bars.filter(isIn)],
            is = (x) => drawn.some((bar) => Math.abs(bar[1] - x) < 1);
          if (drawn.length !== polls.length)
            return [`${row.name}: ${drawn.length} bars for ${polls.length} polls`];
          return polls.filter((i) => !is(px(i))).map((i) => `${row.name}: no bar at event ${i}`);
        });
      });
      same(faults, [], `${name}: bars of polls`);
    }
  });

  checks.add("lanes: the arrow of a wake ends at the wait that it ended", async (open) => {
    const page = await open(files.select);
    const ends = await page.evaluate(() => {
      const { rows, arrows } = K.rowsOf(K.trace);
      return arrows.flatMap((arrow) => {
        const [inner] = K.branchPath(K.trace.waits.get(arrow.wait)?.branch);
        if (!inner) return [];
        const is = (row) => row.what === inner.scope.what && row.number === inner.number - 1,
          row = rows.get(arrow.to).branches.find(is),
          end = Number(/V([-.\d]+)/.exec(K.drawArrow(arrow, K.view.frame()))[1]);
        return [Math.abs(end - K.view.laneOfBranch.get(row).y - K.view.high / 2) <= 7];
      });
    });
    is(ends.length > 0 && ends.every(Boolean), `it does so for ${ends}`);
  });
}
