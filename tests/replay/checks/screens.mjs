// Can it be read and pressed on every screen?
//
// At five sizes, light and dark, boxes are measured and colours compared: no lane is cut, no text lies upon another,
// the counter has one line, the lanes have their share, a finger or a mouse can hit what can be pressed, no text
// is smaller than 11 px, and each text has a contrast of 4.5 with what is really behind it. That is asked of the
// pixels: the page is photographed with its words and without them. And each measure is shown a
// page that has the fault it is for.

import { is, same } from "./harness.mjs";
import { pageOf } from "./scripts.mjs";

const SIZES = [[390, 844], [768, 1024], [1024, 768], [1366, 768], [1920, 1080], [844, 390]];
/** Smaller windows are held in the hand. */
const touch = (width) => width < 1000;
const sized = (width, height, scheme = "light") => ({ width, height, scheme, touch: touch(width) });
/** The event that comes after this share of the run's steps. */
const goTo = (page, share) => page.evaluate(async (part) => {
  window.K.go(window.K.visible[Math.floor((window.K.visible.length - 1) * part)]);
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}, share);
/** The same run, whose recording was dear, and which has a verdict in its middle. */
const dear = (lines) => {
  const wait = lines.filter((o) => o.ev === "Wait"), { n, at } = wait[wait.length >> 1] ?? { n: 9 }, spot = { at, say: "task 1 waits for lock 2; task 2 waits for lock 3; task 3 waits for lock 1" };
  return [...lines.map((o) => (o.ev ? { ...o, overhead: 1e6 } : o)), { lint: "deadlock", after: n, at, say: "3 tasks wait for each other's locks", why: "no timer is set, and no other thread is left: nothing will drop a guard, and this program hangs forever", help: "take the locks in the same order everywhere, or guard both values by one lock", spots: at ? [spot, spot, spot] : [] }];
};
/** When is a page looked at? */
const MOMENTS = {
  "at its opening": (page) => goTo(page, 0), "at the verdict": (page) => page.evaluate(() => { window.T.key("v"); document.getElementById("toast").hidden = true; }), ...Object.fromEntries([0.2, 0.35, 0.5, 0.65, 0.8, 1].map((share) => [`after ${share * 100} % of its steps`, (page) => goTo(page, share)])),
  "at a task's answer": (page) => page.evaluate(() => window.K.answer.ask([...window.K.rowsOf(window.K.trace).rows.keys()].at(-1))),
  "with a window of its lanes": (page) => page.evaluate(() => { window.K.answer.clear(); window.K.lanes.zoom(3); }),
};
const measured = async (page) => {
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  return [...new Set(await page.evaluate(measure))];
};

/** A finger is drawn upwards over the rows: how far have they gone? */
async function swiped(page) {
  const { x, y } = await page.evaluate(() => { const r = document.getElementById("lanes-scroll").getBoundingClientRect(); return { x: r.left + r.width * 0.6, y: r.top + r.height * 0.8 }; });
  const finger = await page.context().newCDPSession(page), touch = (type, up) => finger.send("Input.dispatchTouchEvent", { type, touchPoints: up === undefined ? [] : [{ x, y: y - up }] });
  await touch("touchStart", 0);
  for (let up = 6; up <= 60; up += 6) {
    await touch("touchMove", up);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  await touch("touchEnd");
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  return page.evaluate(() => document.getElementById("lanes-scroll").scrollTop);
}

/** The same run, but each time that the thread has woken up, 5 ms pass of which nothing is told. */
function paused(lines) {
  let woken = false, real = 0;
  return lines.map(function (o) {
    if (o.ev === undefined) return o;
    if (woken && o.ev !== "Unpark") real += 5e6;
    woken = o.ev === "Unpark";
    return { ...o, real: (o.real ?? o.t) + real };
  });
}

export function screens(checks, files, directory) {
  checks.add("screens: on the ruler the length of a sleep leaves room for time of which nothing is told", async (open) => {
    for (const [width, keys] of [[1280, ["0"]], [390, []], [390, ["m"]]]) {
      const page = await pageOf(open, files.channel, directory, "paused", paused, sized(width, 844));
      for (const key of keys) await page.keyboard.press(key);
      same(await page.evaluate(() => {
        const faults = [], ruler = document.getElementById("lanes-ruler");
        for (const i of [...window.K.trace.gaps.keys()].flatMap((i) => [i - 1, i])) {
          window.K.go(i);
          for (const el of ruler.querySelectorAll(".gap")) {
            const { left, right } = el.getBoundingClientRect();
            if (left < ruler.getBoundingClientRect().left) faults.push(`event ${i}: “${el.lastChild.data}” is cut`);
            if ([...ruler.querySelectorAll("circle")].some((dot) => { const r = dot.getBoundingClientRect(); return r.right > left + 1 && r.left < right - 1; })) faults.push(`event ${i}: a dot is in “${el.lastChild.data}”`);
          }
        }
        return faults;
      }), [], `${width} ${keys}`);
    }
    const page = await pageOf(open, files.channel, directory, "paused", paused, sized(1280, 720));
    await page.evaluate(() => window.K.go([...window.K.trace.gaps.keys()][2]));
    for (let zoomed = 0; zoomed < 6; zoomed++) {
      same(await page.evaluate(() => {
        const all = [...document.querySelectorAll("#lanes-ruler text")].map((el) => ({ words: el.lastChild.data, ...el.getBoundingClientRect().toJSON() })).sort((a, b) => a.left - b.left);
        return all.slice(1).map((b, k) => [all[k], b]).filter(([a, b]) => a.right > b.left).map(([a, b]) => `${a.words} on ${b.words}`);
      }), [], `zoomed in ${zoomed} times`);
      is(await page.evaluate(() => /not told/.test(document.getElementById("lanes-ruler").textContent)), "something is not told");
      await page.evaluate(() => window.K.lanes.zoom(1.5));
    }
  });

  for (const [width, height] of SIZES) {
    checks.add(`screens: boxes at ${width}×${height}`, async (open) => {
      const faults = [];
      for (const name of ["make_tea", "channel", "server", "select", "mutex", "errors", "zoo", "meeting", "crowd"]) {
        const page = await pageOf(open, files[name], directory, `dear-${name}-${width}`, name === "crowd" ? (lines) => lines : dear, sized(width, height));
        for (const [when, go] of Object.entries(MOMENTS)) {
          await go(page);
          faults.push(...(await measured(page)).map((fault) => `${name}, ${when}: ${fault}`));
        }
      }
      same(faults, [], `${width}×${height}`);
    });

    checks.add(`screens: contrast at ${width}×${height}`, async (open) => {
      for (const scheme of ["light", "dark"]) {
        for (const [name, shares] of [["channel", [0.1, 0.5]], ["zoo", [0.5, 1]], ["meeting", [0.5]], ["crowd", [0.5]]]) {
          const page = await open(files[name], sized(width, height, scheme));
          for (const share of shares) {
            await goTo(page, share);
            await page.evaluate(() => { window.K.pinned = window.K.chosen(); window.K.show(); });
            same(await pale(page), [], `${name}, ${scheme}, after ${share * 100} % of its steps`);
          }
        }
      }
    });

    checks.add(`screens: dialogs at ${width}×${height}`, async (open) => {
      const page = await open(files.zoo, sized(width, height));
      await goTo(page, 0.5);
      for (const id of ["b-help", "b-why", "b-search", "lanes-times"]) {
        await page.click(`#${id}`);
        same(await measured(page), [], id);
        same(await pale(page), [], id);
        await page.keyboard.press("Escape");
      }
      // What has room in a dialog is seen, above its buttons.
      const many = await open(files.mutex, sized(width, height));
      await goTo(many, 0.3);
      for (const [id, show] of Object.entries({ why: "document.getElementById('b-why').click()", tree: "K.stacks.open()", help: "document.getElementById('tree').close(); document.getElementById('b-help').click()" })) {
        await many.evaluate(show);
        same(await measured(many), [], `many tasks: ${id}`);
        same(await many.evaluate((id) => {
          const box = document.getElementById(id), end = box.querySelector("form:last-child").getBoundingClientRect().top - 4;
          return [...box.querySelectorAll("h2, p, .why-row > *, li > div, tr")].filter((el) => el.getBoundingClientRect().bottom < end && el.closest(".half, .clipped")).map((el) => el.textContent.slice(0, 60));
        }, id), [], `hidden in ${id}`);
      }
    });

    checks.add(`screens: the quiz moves nothing at ${width}×${height}`, async (open) => {
      const page = await open(files.mutex, sized(width, height));
      await goTo(page, 0.3);
      // (On a phone the sheet lies over the buttons, and the lanes go up above it.)
      const boxes = () => page.evaluate(() => ["boxes", "pane-program", ...(innerWidth > 700 ? ["lanes-scroll", "b-next"] : [])].map((id) => Object.values(document.getElementById(id).getBoundingClientRect().toJSON()).map(Math.round)));
      const before = await boxes();
      await page.click("#b-quiz");
      same(await boxes(), before, "switched on");
      await page.evaluate(() => window.K.quiz.next());
      same(await boxes(), before, "asked");
      const edges = () => page.evaluate(() => ["#quiz", "main"].map((what) => document.querySelector(what).getBoundingClientRect()).map(({ top, bottom }, k) => (k ? top : bottom))), [end, panes] = await edges();
      is(width < 1180 || end <= panes, `the question ends at ${end}, and the panes begin at ${panes}`);
      const answers = await page.evaluate(() => [...document.querySelectorAll("#quiz button")].map((b) => { const r = b.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight && r.left >= 0 && r.right <= innerWidth; }));
      is(answers.length > 1 && answers.every((seen) => seen), `the answers are in view: ${answers}`);
      await page.click("#quiz [data-answer='0']");
      const lanes = await page.evaluate(() => ["lanes", "quiz"].map((id) => document.getElementById(id).getBoundingClientRect()).map(({ top, bottom }, k) => (k ? top : bottom)));
      is(width > 700 || lanes[0] <= lanes[1] + 1, `the lanes end at ${lanes[0]}, and the sheet begins at ${lanes[1]}`);
      const over = (([end, panes]) => end - panes)(await edges());
      is(width <= 700 || height <= 560 || over <= 0, `answered, it covers ${over} px of the panes`);
      same((await measured(page)).filter((fault) => !/upon/.test(fault)), [], "measured"); // it may lie over the panes
    });
  }

  checks.add("screens: seven lanes need no scrolling beside a mouse, and below 800 px the wheel is a strip", async (open) => {
    for (const [width, height] of SIZES.filter(([w]) => w > 1180)) {
      const page = await open(files.mutex, sized(width, height));
      await page.keyboard.press("ArrowRight"); // (the first event has the answer in place of the boxes)
      await page.click(".wheel-line");
      await page.evaluate(() => window.K.filter.set("main, task 1, task 2, task 3, task 4, task 5, task 6"));
      const [rows, high, room] = await page.evaluate(() => { const box = document.getElementById("lanes-scroll"); return [document.querySelectorAll("#lanes .lane-label").length, box.scrollHeight, box.clientHeight]; });
      is(rows === 7 && high <= room, `${width}×${height}: ${rows} lanes, ${high} px in ${room} px`);
      same(await page.evaluate(() => [!!document.querySelector(".wheel"), !!document.querySelector(".strip")]), height < 800 ? [false, true] : await page.evaluate(() => { const wheel = !!document.querySelector(".wheel"); return [wheel, !wheel]; }), "wheel or strip");
    }
    const page = await open(files.channel, sized(1920, 1080));
    await page.keyboard.press("ArrowRight");
    await page.click(".wheel-line");
    is(await page.isVisible(".wheel"), "a wheel where there is room");
    // (In the least window that has room for it, its words are whole, and nothing is behind a sign.)
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.evaluate(() => { const { K } = window; K.go(K.trace.index.byEv.get("TimerAdd").at(-1)); });
    is(await page.isVisible(".wheel"), "a wheel at 1440×900");
    same(await page.evaluate(() => { const box = document.querySelector(".parts"); return [box.scrollHeight <= box.clientHeight + 1, document.querySelector(".wakers figcaption").getClientRects()[0].height < 40]; }), [true, true], "with its words");
    await page.setViewportSize({ width: 1920, height: 799 });
    await page.waitForSelector(".strip");
    is(!(await page.isVisible(".wheel")), "and a strip where there is not");
    await page.setViewportSize({ width: 1920, height: 1080 });
    await page.waitForSelector(".wheel");
  });

  checks.add("screens: a long panic message stays in its frame, and says that it goes on", async (open) => {
    const all = "the kettle fell over & <b>nobody</b> knows why, ".repeat(6), long = (lines) => lines.map((o) => JSON.parse(JSON.stringify(o).replaceAll("the kettle fell over", all)));
    for (const [width, height] of SIZES) for (const wide of [false, true]) {
      const page = await pageOf(open, files.errors, directory, `panic-${width}`, long, sized(width, height));
      if (wide) await page.addStyleTag({ content: "#sentence { letter-spacing: .2em !important }" }); // (as if it were longer yet)
      const [out, hidden, more, said] = await page.evaluate(() => {
        const box = document.getElementById("sentence"), end = box.getBoundingClientRect().bottom, say = document.getElementById("say").getBoundingClientRect().bottom;
        return [Math.round(end - say), box.scrollHeight - box.clientHeight > 4 && getComputedStyle(box).overflowY !== "auto", box.classList.contains("cut"), box.textContent];
      });
      is(out <= 0 && !hidden, `${width}×${height}: ${out} px out of the frame`);
      is(/“the kettle fell over & <b>nobody[^”]*…”/.test(said), said);
      same(await page.evaluate(() => document.querySelector("#sentence [title*='fell over']").title), all, "its title has it all");
      if (more) {
        await page.click("#sentence", { position: { x: 4, y: 4 } });
        is((await page.evaluate(() => document.getElementById("sentence").scrollTop)) > 10, "and a click shows the rest");
      }
    }
  });

  checks.add("screens: words beside the sentence are read on from row to row, with their signs and the lines under their links", async (open) => {
    const page = await open(files.errors, sized(390, 844));
    await page.addStyleTag({ content: "#aside { max-height: calc(2lh + 4px) !important; letter-spacing: .2em }" }); // (as if they were longer)
    const [faults, scrolled] = await page.evaluate(async () => {
      const box = document.getElementById("aside"), drawn = () => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then))), faults = [], { K } = window;
      const isSeen = (node) => !node.parentElement.closest(".past, .dots"), parts = () => { const walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT), all = []; while (walk.nextNode()) if (!walk.currentNode.parentElement.closest("svg")) all.push(walk.currentNode); return all; };
      let scrolled = 0;
      for (const i of K.visible.slice(0, 200)) {
        K.go(i);
        for (let turn = 0, at = -1; turn < 20; turn++) {
          const { top } = box.getBoundingClientRect(), range = document.createRange();
          for (const chip of box.querySelectorAll("svg.chip")) if (isSeen(chip) && chip.getBoundingClientRect().bottom > top && chip.getBoundingClientRect().top < top - 0.6) faults.push(`${K.sentence(i)}: a sign is cut at ${box.scrollTop}`);
          for (const node of parts()) {
            range.selectNodeContents(node);
            for (const row of range.getClientRects()) if (isSeen(node) && row.width > 1 && row.top < top - 3 && row.bottom > top - 3) faults.push(`${K.sentence(i)}: “${node.data}” is cut at ${box.scrollTop}`);
          }
          if (!box.matches(".cut")) break;
          if (box.scrollTop <= at) faults.push(`${K.sentence(i)}: it does not go on`);
          at = box.scrollTop;
          scrolled++;
          box.click();
          await drawn();
        }
      }
      return [faults, scrolled];
    });
    is(scrolled > 10, `${scrolled} times`);
    same(faults, [], "cut");
  });

  checks.add("screens: what a program writes at a panic stays in the frame of the sentence", async (open) => {
    const long = (lines) => lines.map((o) => (o.say ? { ...o, say: `${o.say}: the kettle fell over, and nobody knows why, `.padEnd(260, "so ") } : o));
    for (const [width, height] of SIZES) {
      const page = await pageOf(open, files.errors, directory, `says-${width}`, long, sized(width, height)), faults = await page.evaluate(() => window.K.visible.filter(function (i) {
        window.K.go(i);
        const [box, frame, clock] = ["sentence", "say", "clock"].map((id) => document.getElementById(id).getBoundingClientRect());
        return box.top < frame.top || box.bottom > frame.bottom || (clock.left < box.left + 9 && clock.height && clock.bottom > box.top + 1);
      }).map((i) => window.K.trace.n[i]));
      same(faults, [], `${width}×${height}`);
    }
  });

  checks.add("screens: on a phone a place shows who is in it, and how many more", async (open) => {
    for (const name of ["mutex", "zoo", "crowd"]) {
      const page = await open(files[name], { ...sized(390, 844), motion: "no-preference" });
      for (let step = 0; step < 60; step++) {
        await page.keyboard.press("ArrowRight");
        if (step % 6 || (await page.evaluate(() => document.body.matches(".warned")))) continue; // (a verdict takes the room)
        await page.waitForFunction(() => !window.K.flights); // (tokens that flew to their places were taken for hidden)
        const faults = await page.evaluate(() => {
          const end = document.querySelector("main").getBoundingClientRect().bottom - 28, seen = (el) => el && !el.matches(".half") && el.getBoundingClientRect().bottom <= end + 1;
          const arrows = [...document.querySelectorAll("#places .flow.half")].filter((el) => { const r = el.getBoundingClientRect(); return (r.top + r.bottom) / 2 < end - 12; }).map(() => "an arrow between two places is hidden");
          return [...arrows, ...[...document.querySelectorAll("#places .place")].filter((place) => place.querySelector(".tok") && !(seen(place.querySelector(".tok")) && (!place.querySelector(".rest") || seen(place.querySelector(".rest"))))).map((place) => place.textContent)];
        });
        same(faults, [], `${name}, event ${await page.evaluate(() => window.K.trace.n[window.K.i])}`);
      }
    }
  });

  checks.add("screens: a finger on the sign for more shows more, and chooses nothing", async (open) => {
    for (const steps of [0, 20]) {
      const page = await open(files.mutex, sized(390, 844));
      for (let step = 0; step < steps; step++) await page.keyboard.press("ArrowRight");
      const { right, bottom } = await page.evaluate(() => document.querySelector("main").getBoundingClientRect().toJSON());
      await page.touchscreen.tap(right - 36, bottom - 12);
      await page.waitForFunction(() => document.querySelector("main").scrollTop > 60);
      same(await page.evaluate(() => window.K.pinned), null, "chosen");
    }
  });

  checks.add("screens: a phone's head has two rows", async (open) => {
    for (const width of [360, 390, 430]) for (const name of ["mutex", "zoo"]) {
      const page = await open(files[name], sized(width, 844));
      is((await page.evaluate(() => document.querySelector("header").offsetHeight)) < 120, `${name} at ${width}`);
    }
  });

  checks.add("screens: a phone's tools are whole when there is a filter", async (open) => {
    const page = await open(files.mutex, sized(390, 844));
    for (const filter of ["", "state:waiting", "task 1, task 2", "nobody"]) {
      await page.evaluate((text) => { window.K.go(window.K.visible[30]); window.K.filter.set(text); }, filter);
      same(await page.evaluate(() => [...document.querySelectorAll(".lane-tools button")].filter((el) => el.checkVisibility() && el.scrollWidth > el.clientWidth + 1).map((el) => el.textContent)), [], filter);
    }
  });

  checks.add("screens: below a sentence of two lines there is room for its explanation", async (open) => {
    let two = 0;
    for (const [width, height] of [...SIZES, [1180, 900]].filter(([w, h]) => w > 700 && h > 560)) {
      const page = await open(files.mutex, sized(width, height));
      const [long, faults] = await page.evaluate(() => {
        const sentence = document.getElementById("sentence"), aside = document.getElementById("aside"), line = parseFloat(getComputedStyle(sentence).lineHeight), faults = [];
        let long = 0;
        for (const i of window.K.visible) {
          window.K.go(i);
          if (document.body.matches(".warned") || !aside.textContent) continue;
          long += sentence.clientHeight > line * 1.5;
          if (aside.clientHeight < 16) faults.push(window.K.trace.n[i]);
        }
        return [long, faults];
      });
      two += long;
      same(faults, [], `${width}×${height}`);
    }
    is(two > 5, `${two} sentences of two lines`);
  });

  checks.add("screens: code is broken between words", async (open) => {
    for (const [width, height] of [[1280, 720], [1366, 768], [1024, 768], [768, 1024], [390, 844]]) for (const name of ["server", "channel", "zoo", "meeting"]) {
      const page = await open(files[name], sized(width, height));
      for (const share of name === "meeting" ? [0.1, 0.3, 0.5, 0.7, 0.9] : [0.5]) same(await goTo(page, share).then(() => page.evaluate(() => {
        const broken = [], walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), range = document.createRange();
        for (let node = walk.nextNode(); node; node = walk.nextNode()) {
          const row = node.parentElement.closest(".code .file > div > span");
          for (const { 0: word, index } of row ? node.data.matchAll(/[A-Za-z_]{3,22}/g) : []) {
            range.setStart(node, index);
            range.setEnd(node, index + word.length);
            if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) broken.push(word);
          }
        }
        return broken;
      })), [], `${name} at ${width}×${height}`);
    }
  });

  checks.add("screens: how long a poll held the thread can be read before it is reached", async (open) => {
    for (const scheme of ["light", "dark"]) {
      let late = 0;
      const page = await pageOf(open, files.channel, directory, "held", (lines) => lines.map((o) => { const at = { t: o.t + late, real: (o.real ?? o.t) + late }; if (o.ev === "PollStart") late += 15e8; return o.ev ? { ...o, ...at } : o; }), sized(1920, 1080, scheme));
      await page.evaluate(() => window.K.lanes.zoom(4));
      for (const share of [0, 0.1]) {
        await goTo(page, share);
        is((await page.evaluate(() => document.querySelectorAll("#lanes-words .later").length)) > 0, "words in pale bars");
        same((await pale(page)).filter((fault) => /1\.5/.test(fault)), [], scheme);
      }
    }
  });

  checks.add("screens: a finger scrolls the lanes up and down", async (open) => {
    for (const [width, height] of SIZES.filter(([w]) => touch(w))) {
      const page = await open(files.mutex, sized(width, height));
      const i = await page.evaluate(() => window.K.i);
      is((await swiped(page)) > 20, `${width}×${height}: scrolled`);
      same(await page.evaluate(() => window.K.i), i, "and the event stays");
      // (Rows that keep the finger for themselves take it for a press.)
      const stiff = await open(files.mutex, sized(width, height));
      await stiff.addStyleTag({ content: ".lane-rows { touch-action: none }" });
      await swiped(stiff);
      is((await stiff.evaluate(() => window.K.i)) !== i, "which the rows could prevent");
    }
  });

  checks.add("screens: a verdict has its tasks, its locks and its advice in sight", async (open) => {
    const hang = (lines) => {
      const waits = lines.filter((o) => o.ev === "Wait"), { n, at } = waits[waits.length >> 1], spots = ["task 2 waits for lock 2; task 3 waits for lock 3; task 4 waits for lock 1", "task 3 took lock 2 here; task 4 took lock 3 here; task 2 took lock 1 here"].map((say) => ({ at, say }));
      return [...lines, { lint: "deadlock", after: n, at, say: "3 tasks wait for each other's locks", why: "if no guard was given away, they wait forever: none of them drops one before its own wait is over. (No event tells whether a guard was moved to where other code can drop it)", help: "take the locks in the same order everywhere, or guard both values by one lock", spots }];
    };
    for (const [width, height] of SIZES.filter(([, h]) => h > 560)) {
      const page = await pageOf(open, files.mutex, directory, `hang-${width}`, hang, sized(width, height));
      await page.evaluate(() => window.T.key("v"));
      same(await page.evaluate(() => [...document.querySelectorAll(".lint :is(h2, .spot, .why p:has(b))")].filter((el) => el.matches(".half, .clipped") || el.getBoundingClientRect().bottom > document.getElementById("banner").getBoundingClientRect().bottom).map((el) => el.textContent)), [], `${width}×${height}`);
    }
  });

  checks.add("screens: before the first step the explanation has the room that the answer leaves", async (open) => {
    const page = await open(files.mutex, sized(768, 1024));
    const [high, line, cut, empty] = await page.evaluate(async () => {
      const aside = document.getElementById("aside"), answer = document.getElementById("answer");
      answer.replaceChildren(answer.querySelector("h2"));
      aside.textContent = "It says much. ".repeat(30);
      for (let k = 0; k < 3; k++) {
        window.K.cutAll();
        await new Promise(requestAnimationFrame);
      }
      return [aside.clientHeight, parseFloat(getComputedStyle(aside).lineHeight), aside.matches(".cut"), answer.clientHeight];
    });
    is(!cut && high > line * 5 && empty > 100, `${high} px with lines of ${line} px, ${cut ? "cut" : "whole"}, beside ${empty} px`);
  });

  checks.add("screens: a cause’s name has the room that its bar does not need, and all below it begins where it does", async (open) => {
    for (const [width, height] of [[1366, 768], [1280, 720], [768, 1024]]) {
      const page = await open(files.zoo, sized(width, height));
      const [names, faults] = await page.evaluate(() => {
        const { K } = window, faults = [];
        let names = 0;
        for (const name of K.trace.names.slice(0, 30)) {
          K.answer.ask(name);
          for (const li of document.querySelectorAll("#answer .causes > li:not(.small)")) {
            const words = document.createRange(), bar = li.querySelector("div").getBoundingClientRect(), place = li.querySelector(".place-of"), at = li.querySelector("a span").getBoundingClientRect();
            words.selectNodeContents(li.querySelector("a span"));
            names += 1;
            if (new Set([...words.getClientRects()].map(({ top }) => Math.round(top / 12))).size > 1 && bar.top < at.bottom - 4 && bar.width > 62) faults.push(`${name}: “${words}” has ${at.width} px, its bar ${bar.width}`);
            if (bar.right > li.getBoundingClientRect().right + 1 || bar.width < 50) faults.push(`${name}: the bar of “${words}” is ${bar.width} px`);
            if (place.textContent && Math.abs(place.getBoundingClientRect().left + parseFloat(getComputedStyle(place).paddingLeft) - at.left) > 1) faults.push(`${name}: the place of “${words}” is not below it`);
          }
        }
        return [names, faults];
      });
      is(names > 10, `${names} causes`);
      same(faults, [], `${width}×${height}`);
    }
  });

  checks.add("screens: what is folded in the answer is open where it has room, and stays as the reader leaves it", async (open) => {
    for (const [width, height, is] of [[2560, 1440, true], [390, 844, false]]) {
      const page = await open(files.zoo, sized(width, height));
      await page.evaluate(() => { const box = document.getElementById("answer"); box.insertAdjacentHTML("beforeend", "<details><summary>and 1 smaller part</summary><p>2 ms</p></details>"); window.K.show(); });
      const isOpen = () => page.evaluate(() => document.querySelector("#answer > details").open);
      same(await isOpen(), is, `${width}×${height}`);
      await page.evaluate(() => { document.querySelector("#answer > details").open = false; window.K.show(); });
      same(await isOpen(), false, `${width}×${height}, when it was shut`);
    }
  });

  checks.add("screens: a chain that has room is seen whole, and the causes come behind it", async (open) => {
    const page = await open(files.mutex, sized(1366, 768));
    const [first, end, limit] = await page.evaluate(async () => {
      window.K.go(window.K.trace.last);
      window.K.answer.ask("task 1");
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      const answer = document.getElementById("answer"), chain = answer.querySelector(":scope > .chain"), limit = answer.getBoundingClientRect().bottom - 30;
      chain.style.minHeight = `${limit - 12 - chain.getBoundingClientRect().top}px`; // (as if it were longer)
      window.K.cutAll();
      return [!!(chain.compareDocumentPosition(answer.querySelector(".causes")) & Node.DOCUMENT_POSITION_FOLLOWING), chain.getBoundingClientRect().bottom, limit];
    });
    is(first && end <= limit, `the chain ends at ${end} of ${limit}, ${first ? "before" : "behind"} the causes`);
  });

  checks.add("screens: what recording took is told on every screen", async (open) => {
    for (const [width, height] of SIZES.filter(([, h]) => h > 560)) {
      const page = await pageOf(open, files.mutex, directory, `cost-${width}`, (lines) => lines.map((o) => (o.ev ? { ...o, overhead: 1e6 } : o)), sized(width, height));
      same(await page.evaluate(() => [...document.querySelectorAll(".dear, .cost")].filter((el) => el.checkVisibility() && !el.closest(".past")).length), 1, `${width}×${height}`);
    }
  });

  checks.add("screens: each of these faults is found", async (open) => {
    const faults = [
      [[390, 844], ".lane-label { translate: 0 -14px }", /lane .* is cut/], [[390, 844], "nav { position: relative; top: -60px; background: white }", /lanes .*behind/],
      [[1280, 720], "#count { white-space: normal !important; width: 90px }", /counter has \d lines/], [[1280, 720], "nav { flex-wrap: wrap } nav button { width: 300px }", /buttons are in more than one row|sticks out/],
      [[1440, 900], "#aside { margin-top: -20px }", /lies upon/], [[1280, 720], ".lane-scroll { height: 24px !important }", /of the height/],
      [[844, 390], "#b-theme { min-width: 0; width: 40px; padding: 0 }", /40×\d+ is too small/], [[1280, 720], ".lane-tools button { min-height: 0; height: 20px }", /×20 is too small/],
      [[1440, 900], ".tok code { font-size: 9px }", /9 px/], [[1440, 900], "body { height: 1000px }", /does not fit/],
      [[1366, 768], "#program { padding-top: 7px }", /cut through by #program/], [[1366, 768], ".parts .hot { translate: 0 300px }", /what the event is about/],
      [[1366, 768], "#lanes-still, #lanes-words { display: none }", /the lane of main is empty/], [[1366, 768], ".place h3 { width: 30px; overflow: hidden }", /is cut by h3, and no title/], [[1366, 768], ".below.cut::after { content: none }", /does not say so/], [[1366, 768], "#aside { max-height: 0 !important }", /beside the sentence no line is seen/],
      [[1366, 768], ".parts.cut::after, .boxes.cut::after { width: 30px !important }", /the sign .* is cut/, "meeting"], [[1366, 768], ".parts .hook, .parts h3 { translate: 0 400px }", /the sentence names lock 1/],
      [[1366, 768], "#lanes-ruler text { letter-spacing: 90px }", /words of the ruler/, "channel"],
      [[390, 844], "#aside { padding-top: 0 !important; margin: 0 !important; } #aside .chip { margin-top: -9px !important; }", /is cut at its top/, "channel"],
      [[2560, 1440], ".tall + .hook { translate: 300px 0; }", /parted from its lines/, "meeting"],
      [[768, 1024], ".tok .id > *, .kept > span { padding-bottom: 0 !important; margin-bottom: 0 !important }", /an underscore would be cut/],
    ];
    for (const [[width, height], css, wanted, name = "mutex"] of faults) {
      const page = await open(files[name], sized(width, height));
      await goTo(page, 0.5);
      same(await measured(page), [], `${width}×${height} without a fault`);
      await page.addStyleTag({ content: css });
      const found = await measured(page);
      is(found.some((words) => wanted.test(words)), `${css}: ${found}`);
    }
    for (const css of ["#aside { color: #999 !important }", ".lane-task .name { color: #aaa }", "#lanes-words text { fill: #aaa; }", ".places { opacity: .5 }", "#lanes-words { display: none } #lanes-veil, .lane-task { opacity: .4 }", ".tok .chip text { fill: #888 }"]) {
      const page = await open(files.mutex, sized(1440, 900));
      await goTo(page, 0.5);
      await page.addStyleTag({ content: css });
      is((await pale(page)).length > 0, `contrast: ${css}`);
    }
  });
}

/** In the page: everything that is wrong with its boxes, in words. */
function measure() {
  const faults = [], say = (words) => faults.push(words), shown = document.querySelector("dialog[open]") ?? document.body;
  const coarse = matchMedia("(pointer: coarse)").matches, least = coarse ? 44 : 24, root = document.documentElement;
  if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth) say(`the page does not fit: ${root.scrollWidth}×${root.scrollHeight}`);

  // The lanes: whole, in view, and with their share.
  const scroll = document.getElementById("lanes-scroll"), view = scroll.getBoundingClientRect(), all = window.K.lanes.items.height;
  for (const label of document.querySelectorAll("#lanes .lane-label")) {
    const r = label.getBoundingClientRect();
    if (r.bottom > view.top + 1 && r.top < view.bottom - 1 && (r.top < view.top - 1 || r.bottom > view.bottom + 1)) say(`lane ${label.textContent} is cut: ${r.top} to ${r.bottom} in ${view.top} to ${view.bottom}`);
  }
  const ruler = document.getElementById("lanes-ruler").getBoundingClientRect();
  if (ruler.bottom > view.top + 1 || view.bottom > innerHeight) say("the lanes are out of view");
  if (shown === document.body && !document.querySelector("#quiz:not([hidden])")) {
    const above = document.elementFromPoint(view.left + view.width / 2, view.bottom - 3);
    if (!scroll.contains(above)) say(`the lanes are behind ${above?.tagName}#${above?.id}`);
  }
  if (view.height < Math.min(all, innerHeight * (document.body.matches(".warned, :has(> .opening)") ? 0.1 : 0.15), 160)) say(`the lanes have ${Math.round(view.height)} px, ${Math.round((view.height / innerHeight) * 100)} % of the height`);

  // The buttons below.
  const count = document.getElementById("count");
  const lines = count.firstChild && new Set([...count.querySelectorAll("*")].flatMap((el) => [...el.getClientRects()]).map((r) => Math.round(r.bottom / 4))).size;
  if (count.getClientRects().length && lines > 1) say(`the counter has ${lines} lines`);
  if (!coarse && new Set([...document.querySelectorAll("nav button")].map((b) => Math.round((b.getBoundingClientRect().top + b.getBoundingClientRect().bottom) / 4))).size > 1) say("the buttons are in more than one row");

  // What can be pressed. (A link within a sentence is as high as its line.)
  for (const el of shown.querySelectorAll("button, select, input, summary")) {
    const r = el.getBoundingClientRect(), name = `${el.tagName.toLowerCase()} ${el.id || el.dataset.task || el.className || el.textContent}`;
    if (!r.width || getComputedStyle(el).pointerEvents === "none" || el.closest(".hide")) continue;
    if (r.width < least - 0.5 || r.height < least - 0.5) say(`${name}: ${Math.round(r.width)}×${Math.round(r.height)} is too small`);
    if (shown === document.body && el.closest("header, nav, .lane-tools, #quiz") && (r.left < 0 || r.right > innerWidth || r.top < 0 || r.bottom > innerHeight)) say(`${name} sticks out`);
  }

  // Texts: large enough, and not upon each other.
  const texts = window.T.texts(shown);
  for (const { words, size } of texts) if (size < 10.95) say(`“${words}” has ${size.toFixed(1)} px`.replace(".0", ""));
  for (let a = 0; a < texts.length; a++) for (let b = a + 1; b < texts.length; b++) {
    if (texts[a].el === texts[b].el || texts[a].sticky || texts[b].sticky) continue; // what is sticky covers what is scrolled
    for (const r of texts[a].rects) for (const q of texts[b].rects) {
      // The letters are smaller than the box of a line.
      const wide = Math.min(r.right, q.right) - Math.max(r.left, q.left), high = Math.min(r.bottom, q.bottom) - Math.max(r.top, q.top);
      if (wide > 1.5 && high > 0.36 * Math.min(r.bottom - r.top, q.bottom - q.top)) say(`“${texts[a].words}” lies upon “${texts[b].words}”`);
    }
  }

  // Every row of text: is it seen whole, or told of? (A row is cut by what scrolls, by the sign for more, or by an edge.)
  const id = (x) => (x.id ? `#${x.id}` : x.tagName.toLowerCase() + (x.getAttribute("class") ? `.${x.getAttribute("class").replaceAll(" ", ".")}` : "")), titled = (el) => el.closest("[title]") || el.closest("g, text")?.querySelector(":scope > title");
  const boxes = new Map([...document.querySelectorAll("*")].filter((box) => box.checkVisibility({ visibilityProperty: true })).map((box) => [box, getComputedStyle(box)]).filter(([box, style]) => style.display !== "inline" && !box.ownerSVGElement && (style.overflowX !== "visible" || style.overflowY !== "visible" || style.clipPath !== "none")).map(function ([box, style]) {
    const { left, top, right, bottom, width } = box.getBoundingClientRect(), more = getComputedStyle(box, "::after"), sign = more.content.includes("more") && more.display === "block" && parseFloat(more.width) > width / 2 && box.id !== "aside" ? parseFloat(more.height) : 0, inset = style.clipPath.match(/-?[0-9.]+px/g)?.map(parseFloat) ?? [0];
    return [box, { style, left, right, top: top + inset[0], bottom: bottom - Math.max(sign, inset[2] ?? 0), clips: style.overflowX !== "visible" && style.textOverflow !== "ellipsis", told: style.textOverflow === "ellipsis" && style.overflowX !== "visible", whole: inset.length > 1 || box.matches(".code") }];
  }));
  for (const parts of document.querySelectorAll(".parts")) for (const framed of parts.querySelectorAll("*")) {
    const { top, bottom, height } = framed.getBoundingClientRect(), end = parts.getBoundingClientRect().bottom;
    if (height && top < end && bottom > end + 0.6 && parseFloat(getComputedStyle(framed).borderBottomWidth) && framed.checkVisibility({ opacityProperty: true, visibilityProperty: true })) say(`the frame of “${framed.textContent.slice(0, 40)}” is cut by ${Math.round((bottom - end) * 10) / 10} px`);
  }
  const lowest = new Map(), walk = document.createTreeWalker(shown, NodeFilter.SHOW_TEXT), range = document.createRange();
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const el = node.parentElement, words = node.data.trim().slice(0, 50);
    if (!words || el.closest("script, style, title, option, select, .hide, #toast, #lanes-rows, dialog:not([open])") || !el.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    range.selectNodeContents(node);
    for (const { left, top, right, bottom, width } of range.getClientRects()) {
      let seen = width > 2;
      for (let up = el; seen && up && up !== shown; up = up.parentElement) {
        const box = boxes.get(up);
        if (!box) continue;
        if (bottom < box.top + 3 || top > box.bottom - 3 || (box.style.overflowX === "auto" && left > box.right)) seen = false;
        else if (left < box.left - 2 || right > box.right + 2) {
          seen = false;
          if (!titled(el) && !up.matches("svg")) say(`“${words}” is cut by ${id(up)}, and no title tells it`);
        } else if (!up.matches("svg, .kept, .kept > span, button, dialog, #search-list *, .search-scroll") && (top < box.top - 3 || bottom > box.bottom + 3)) say(`a row of “${words}” is cut through by ${id(up)}: ${Math.round(top)} to ${Math.round(bottom)} in ${Math.round(box.top)} to ${Math.round(box.bottom)}`);
      }
      if (seen) for (const [box] of boxes) if (box.contains(el)) lowest.set(box, Math.max(lowest.get(box) ?? 0, bottom));
      if (seen && !el.closest("dialog") && (right > innerWidth + 1 || left < -1)) say(`“${words}” leaves the window`);
    }
  }
  if (shown !== document.body || document.querySelector("#quiz:not([hidden])")) return faults;
  // What is scrolled says so, and uses the room that it has; what the event is about is in sight with its heading.
  for (const [box, { style, top, bottom }] of boxes) {
    const more = box.scrollHeight - box.scrollTop - box.clientHeight > (box.matches(".parts") ? 1 : 4) && style.overflowY !== "hidden", says = getComputedStyle(box, "::after").content.includes("more");
    if (box.matches(".more, .below") && more !== says) say(`${id(box)} has ${more ? "" : "no "}more, and does ${says ? "" : "not "}say so`);
    const end = Math.min(bottom, ...[...boxes].filter(([up]) => up !== box && up.contains(box)).map(([, up]) => up.bottom)), empty = end - Math.max(top, lowest.get(box) ?? 0);
    if (box.matches("#answer, #banner, .parts") && says && empty > (box.matches(".parts") ? 64 : Math.max(64, (bottom - top) * 0.45))) say(`${id(box)} has an empty area of ${Math.round(empty)} px while there is more`);
  }
  // A text that goes on ends with a whole word before its sign, and uses the rows that it could have.
  for (const id of ["aside", "sentence"]) {
    const box = document.getElementById(id), view = box.getBoundingClientRect(), line = parseFloat(getComputedStyle(box).lineHeight), parts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    for (const chip of box.querySelectorAll("svg.chip")) if (view.height && chip.getBoundingClientRect().top < view.top - 0.6 && box.scrollTop === 0) say(`a sign of #${id} is cut at its top`);
    if (!box.classList.contains("cut") || !view.height) continue;
    const texts = [];
    let last = null;
    while (parts.nextNode()) texts.push(parts.currentNode);
    for (const [k, node] of texts.entries()) {
      const { parentElement: el, data } = node;
      if (!data.trim() || el.closest("svg")) continue;
      range.selectNodeContents(node);
      if (!el.closest(".past")) last = { data, rects: [...range.getClientRects()], split: /\S$/.test(data) && /^\w/.test(texts[k + 1]?.data ?? "") && texts[k + 1].parentElement.matches(".past") };
      if (last && el.closest(".past") && !el.checkVisibility({ opacityProperty: true })) break; // (what is before it may be scrolled away)
    }
    if (last?.rects.some((r) => (r.top + r.bottom) / 2 > view.bottom - line && r.right > view.right - 56)) say(`“${last.data.slice(-40)}” of #${id} runs under its sign`);
    if (id === "aside" && last?.rects.length && last.rects.at(-1).right < view.left + view.width * 0.4 && last.rects.at(-1).bottom > view.bottom - line) say(`#aside has room for more beside “${last.data.slice(-40)}”`);
    if (last?.split) say(`“${last.data.slice(-40)}” of #${id} ends within a word`);
    for (const chip of box.querySelectorAll("svg.chip")) if (!chip.closest(".past") && chip.getBoundingClientRect().top < view.bottom && chip.getBoundingClientRect().bottom > view.bottom + 4) say(`a sliver of a sign is seen at the end of #${id}`);
    const frame = document.getElementById("say"), below = [...frame.children].filter((el) => el !== box && el.id !== "clock" && el.getClientRects().length && el.getBoundingClientRect().top >= view.bottom - 1 && el.textContent).map((el) => el.getBoundingClientRect().top);
    const free = Math.min(frame.getBoundingClientRect().bottom - parseFloat(getComputedStyle(frame).paddingBottom), ...below) - view.bottom;
    if (id === "aside" && free > line + 5 && !frame.matches(".opening")) say(`#aside is cut, and has a row of ${Math.round(free)} px free below`);
  }
  // The first screen has the answer: its first causes whole, each with all of its words, and no heading alone.
  const answer = document.getElementById("answer"), limit = Math.min(...["#answer", "main"].map((of) => boxes.get(document.querySelector(of))?.bottom ?? Infinity)), cause = answer.querySelector(".causes li"), chain = answer.querySelector(":scope > .chain");
  const first = chain && chain.compareDocumentPosition(answer.querySelector(".causes") ?? chain) & Node.DOCUMENT_POSITION_FOLLOWING && chain.getBoundingClientRect().bottom <= limit + 2; // (a chain that is seen whole may come before them)
  if (!answer.hidden && chain && innerHeight > 560 && answer.scrollTop === 0 && !first && answer.querySelector("h2") && chain.getBoundingClientRect().bottom > limit && answer.querySelector("h2").getBoundingClientRect().bottom + chain.parentElement.querySelector("h3").offsetHeight + chain.offsetHeight + 40 < limit - 30) say("the end of the chain is out of sight, and it would have room before the causes");
  if (!answer.hidden && innerHeight > 560 && cause && !first && (cause.matches(".half") || cause.querySelector("a").getBoundingClientRect().bottom > limit + 2)) say(`the first cause is out of sight: ${cause.textContent.slice(0, 40)}`);
  for (const li of answer.querySelectorAll(".causes li.clipped")) if (li.querySelector("a").getBoundingClientRect().bottom > li.getBoundingClientRect().bottom - parseFloat(/inset\(\S+ \S+ (\S+)\)/.exec(li.style.clipPath)?.[1] ?? 0) + 4) say(`a cause is without its words: ${li.textContent.slice(0, 40)}`);
  for (const head of answer.hidden ? [] : answer.querySelectorAll(":scope > h3:not(.half)")) if (head.getBoundingClientRect().bottom < limit && (head.nextElementSibling?.matches(".half") || head.nextElementSibling?.querySelector(":scope > li")?.matches(".half"))) say(`a heading alone: ${head.textContent}`);
  for (const link of answer.querySelectorAll(":scope > .chain > li:not(.half)")) if ([...link.parentElement.children].some((other) => other.matches(".half") && Math.abs(other.getBoundingClientRect().top - link.getBoundingClientRect().top) < 4)) say(`of a row of a chain a link alone is seen: ${link.textContent.slice(0, 40)}`);
  // No number is parted from its unit, and what is said of a line of the program is not cut.
  for (const box of document.querySelectorAll(".more, #times a, #p-file")) {
    const walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT), range = document.createRange();
    if (box.id === "p-file" && / /.test(box.textContent)) {
      range.setStart(walk.nextNode(), 0);
      range.setEnd(walk.currentNode, walk.currentNode.data.indexOf(" "));
      if (range.getBoundingClientRect().left < box.getBoundingClientRect().left - 1) say(`“${box.textContent}” is without its first word`);
    }
    for (let node = walk.nextNode(); node; node = walk.nextNode()) for (const { 0: text, index } of node.data.matchAll(/\d[\d.,]* (?:ns|µs|ms|s|min)\b/g)) {
      range.setStart(node, index);
      range.setEnd(node, index + text.length);
      if (new Set([...range.getClientRects()].map((r) => Math.round(r.top))).size > 1) say(`“${text}” is parted`);
    }
  }
  // What is hidden of the answer, of the locks and the like is named.
  const waits = answer.hidden ? null : answer.querySelector(":scope > h3.half"), words = waits?.firstChild.data.trim(), signs = ["main", "#answer"].map((box) => getComputedStyle(document.querySelector(box), "::after").content).join();
  if (waits?.getBoundingClientRect().top > answer.getBoundingClientRect().top && innerHeight > 560 && !signs.includes(words.slice(0, 30))) say(`no sign names “${words}”: ${signs}`);
  for (const box of innerWidth > 700 ? document.querySelectorAll(".boxes.cut, .boxes:not(.cut) .parts.cut:not(.tight)") : []) if ([...box.querySelectorAll(".parts h3.half, .parts .hook.short.half")].some((el) => el.getBoundingClientRect().top > box.getBoundingClientRect().top) && !/: \w/.test(box.dataset.more)) say(`the sign of ${id(box)} does not name what is behind it`);
  for (const head of innerWidth > 700 && answer.hidden ? document.querySelectorAll(".parts h3, .parts .hook.short > b") : []) {
    const words = [...head.childNodes].map((part) => (part.nodeType === 3 ? part.data : "")).join("").trim(), box = head.closest(".parts"), r = head.getBoundingClientRect(), all = [...document.querySelectorAll(".parts h3:not(.half)")].map((el) => el.dataset.above), lines = head.matches("h3") ? [...head.closest(".whole, section").querySelectorAll("li, .rail, .hook")] : [];
    if (r.height && head.closest(".half") && r.top < box.getBoundingClientRect().top - 1 && all.length && !all.some((above) => above.includes(words) || above.includes("…"))) say(`${words} is scrolled away above, and no sign names it`);
    const waits = lines.filter((line) => line.offsetHeight && (line.matches(".half, .clipped") || [...line.children].every((part) => part.matches(".half")))), above = waits.filter((line) => line.getBoundingClientRect().top < r.bottom - 2).length, told = /(\d+) more/.exec(head.dataset.above)?.[1] ?? 0;
    if (!head.closest(".half") && above > told) say(`${words}: of ${above} lines above ${told} are told`);
    if (!head.closest(".half") && waits.some((line) => line.matches("li.half") && line.getBoundingClientRect().top > r.bottom) && box.matches(".cut:not(.tight)") && !document.querySelector(".boxes.cut") && !box.dataset.more.includes(words) && !box.dataset.more.includes("…")) say(`the sign for more does not name ${words}, which goes on`);
  }
  // The sign for more is not cut itself, no heading is alone where its first line has room, and what the sentence names is seen.
  const pen = document.createElement("canvas").getContext("2d"), panes = innerWidth > 700 && innerHeight > 560 && document.getElementById("answer").hidden ? document.querySelector(".parts") : null;
  pen.font = `600 11px ${getComputedStyle(document.body).fontFamily}`;
  for (const box of document.querySelectorAll(".boxes.cut, .boxes:not(.cut) .parts.cut")) {
    const { content, width } = getComputedStyle(box, "::after"), words = content.match(/"([^"]*)"/g)?.map((part) => part.slice(1, -1)).join("") ?? "";
    if (pen.measureText(words).width > parseFloat(width)) say(`the sign “${words}” of ${id(box)} is cut`);
  }
  for (const head of panes?.querySelectorAll("h3[data-below]:not([data-below=''])") ?? []) {
    const line = head.closest(".whole, section").querySelector("li, .rail, .hook"), r = line.getBoundingClientRect(), { left, right } = panes.getBoundingClientRect(), half = panes.dataset.split && r.right < (left + right) / 2;
    if (r.bottom <= Math.min(panes.getBoundingClientRect().bottom + (half || !panes.matches(".cut") ? 1.5 : -24), boxes.get(document.getElementById("boxes")).bottom)) say(`${head.textContent} is a heading over nothing, and its first line has room`);
  }
  for (const [name] of panes ? document.getElementById("sentence").textContent.matchAll(/\b(lock|rwlock|semaphore|notify|channel|source|timer|watch|barrier|broadcast) \d+\b/g) : []) {
    const said = new RegExp(`^${name}\\b`, "i"), all = [...panes.querySelectorAll(".hook.short > b, h3, li > span:first-child, li.tight > span")].filter((el) => said.test((el.firstChild?.data ?? el.textContent).trim())), r = all[0]?.getBoundingClientRect(), room = panes.getBoundingClientRect();
    if (all.length && !all.some((el) => !el.closest(".half") && el.getBoundingClientRect().top > room.top - 4 && el.getBoundingClientRect().bottom < Math.min(room.bottom, document.getElementById("boxes").getBoundingClientRect().bottom) + 4)) say(`the sentence names ${name}, which is out of sight (${Math.round(r.top - room.top)} of ${Math.round(room.height)})`);
  }
  for (const el of document.querySelectorAll(".socket .shut, .socket .kept b")) {
    const r = el.getBoundingClientRect(), cell = el.closest("small:not(.kept), .of, li").getBoundingClientRect();
    if (r.width && el.checkVisibility({ visibilityProperty: true }) && !el.closest(".half") && r.right > cell.right + 1) say(`“${el.textContent}” of a socket is cut`);
  }
  const hot = innerWidth > 700 && innerHeight > 560 && document.getElementById("answer").hidden ? document.querySelector(".parts .hot:not(.branch)") ?? document.querySelector(".parts .hot") : null, around = hot?.closest(".whole, section"), room = hot && document.querySelector(".parts").getBoundingClientRect(), pane = document.getElementById("boxes").getBoundingClientRect();
  for (const el of hot ? [hot, around.querySelector("h3")] : []) {
    const r = el?.getBoundingClientRect();
    if (r?.height && (el.matches(".half") || r.top < room.top - 3 || r.bottom > Math.min(room.bottom, pane.bottom) + 4)) say(`${el.textContent.slice(0, 30)} is what the event is about, and out of sight`);
  }
  // Each row of the lanes has something in it, and where one has to scroll no row's room is empty.
  const { items } = window.K.lanes, end = scroll.scrollTop + scroll.clientHeight, full = items.filter((item) => item.y >= scroll.scrollTop - 1 && item.y + item.h <= end + 1), at = (y) => y - document.getElementById("lanes-rows").getBoundingClientRect().top;
  const drawn = [...document.querySelectorAll("#lanes-still > :not(.arrow, .sleep, .lane-gap), #lanes-words > *")].map((el) => el.getBoundingClientRect()).filter((r) => r.right > 0.5 + document.getElementById("lanes-rows").getBoundingClientRect().left).map((r) => (at(r.top) + at(r.bottom)) / 2);
  for (const item of full) if (!item.group && !drawn.some((y) => y >= item.y && y <= item.y + item.h)) say(`the lane of ${item.row.name} is empty`);
  if (full.length && (end - full.at(-1).y - full.at(-1).h >= (items[items.indexOf(full.at(-1)) + 1]?.h ?? Infinity) || full[0].y > scroll.scrollTop + 4 && !items.some((item) => item.group && Math.abs(item.y + item.band - scroll.scrollTop) <= 1))) say("a lane's room is empty while there are more");
  const [before, next] = full.length ? [items[items.indexOf(full[0]) - 1], items[items.indexOf(full.at(-1)) + 1]] : [], empty = before ? end - full.at(-1).y - full.at(-1).h - (next?.band ?? 0) : 0;
  if (before && full[0].y <= scroll.scrollTop + 4 && empty >= before.h / (before.group ? 2 : 1)) say(`${Math.round(empty)} px below the last lane are empty, and there are more above`);
  for (const el of document.querySelectorAll("#lanes-words .lane-cut")) if (el.getBoundingClientRect().left < document.getElementById("lanes-rows").getBoundingClientRect().left - 2) say("a cross of the lanes is cut");
  const apart = (a, b) => a.right < b.left + 2 || a.left > b.right - 2 || a.bottom < b.top + 2 || a.top > b.bottom - 2, rects = (all) => [...document.querySelectorAll(all)].map((el) => el.getBoundingClientRect());
  for (const head of document.querySelectorAll(".parts .tall")) if (head.offsetHeight && head.nextElementSibling && Math.abs(head.getBoundingClientRect().left - head.nextElementSibling.getBoundingClientRect().left) > 40) say(`the heading ${head.textContent.slice(0, 20)} is parted from its lines`);
  const onRuler = rects("#lanes-ruler text").sort((a, b) => a.left - b.left);
  if (onRuler.some((r, k) => k && r.left < onRuler[k - 1].right - 1)) say("words of the ruler lie upon one another");
  for (const [what, some, others] of [["a cross of the lanes is over a bar", "#lanes-words .lane-cut", "#lanes-still .lane-poll"], ["the event's ball is over a verdict's sign", "#lanes-tick circle", ".mark path"]]) if (rects(some).some((a) => rects(others).some((b) => !apart(a, b)))) say(what);
  // The end of a verdict's first column is not hidden above its second, and on a phone the done are not behind the sign while there is room above them.
  for (const lint of document.querySelectorAll("#banner.cut .lint")) if (getComputedStyle(lint).columnCount === "2") say("the first column of a verdict goes on behind the sign for more");
  for (const done of innerWidth > 700 ? [] : document.querySelectorAll(".ended.half")) if (done.getBoundingClientRect().top - done.previousElementSibling.getBoundingClientRect().bottom > 24) say("the done are out of sight below an empty place");
  // Of a group the lane is that of the task whose timer fires.
  const rings = window.K.event(window.K.i)?.ev === "TimerFire" ? window.K.rang(window.K.event(window.K.i), window.K.stateAt(window.K.i)).task : null, ringing = rings && items.find((item) => item.group && item.group === window.K.rowsOf(window.K.trace).rows.get(rings)?.group);
  if (ringing && !window.K.pinned && !window.K.answer.stretch && window.K.lanes.member(ringing).name !== rings) say(`the timer of ${rings} fires, and the lane below its group is that of ${window.K.lanes.member(ringing).name}`);
  // The lanes of the event's tasks are among them, and its line goes through no word.
  const told = window.K.event(window.K.i);
  for (const item of items) if (item.row && !item.of && [told?.task, told?.run].includes(item.row.name) && !full.includes(item)) say(`the lane of ${item.row.name}, of which the event tells, is out of sight`);
  for (const [, x, from, to] of document.querySelector("#lanes-now .cursor")?.getAttribute("d").matchAll(/M([-0-9.]+) ([-0-9.]+)V([-0-9.]+)/g) ?? []) for (const el of document.querySelectorAll("#lanes-words > *")) {
    const r = el.getBBox();
    if (r.x + 1 < x && x < r.x + r.width - 1 && from < r.y + r.height / 2 && r.y + r.height / 2 < to) say(`the event's line goes through “${el.textContent || "✕"}”`);
  }
  // An arrow's line ends at its head, and of the words above the lanes the less important ones give way.
  for (const el of document.querySelectorAll("#lanes-still .arrow, #lanes-now .arrow")) {
    const d = el.getAttribute("d"), head = /M\S+ (\S+?)m-3\.5 (-?4)/.exec(d), ends = [...d.matchAll(/(?:M\S+ |V)([-0-9.]+)/g)].map(([, y]) => +y);
    if (head && (head[2] < 0 ? Math.max(...ends) > +head[1] : Math.min(...ends) < +head[1])) say(`an arrow of the lanes has its head in the middle: ${d}`);
  }
  const aside = document.getElementById("aside");
  if (aside.textContent && aside.checkVisibility() && aside.clientHeight < parseFloat(getComputedStyle(aside).lineHeight) - 1) say("of what is said beside the sentence no line is seen");
  const bar = document.getElementById("lanes-bar");
  if (bar.checkVisibility() && bar.parentElement.scrollWidth > bar.parentElement.clientWidth + 1 && /, event \d|;/.test(bar.textContent)) say(`“${bar.textContent}” is cut, and could be shorter`);
  if (full.length < items.length !== document.querySelector(".lane-window").textContent.includes("more lane")) say("hidden lanes are not told");

  // A token holds what is in it, and so does the margin beside the program.
  for (const el of document.querySelectorAll("#places .tok > *, #program u > *, #program u small, #program u .chip")) {
    const r = el.getBoundingClientRect(), box = el.closest(".tok, u").getBoundingClientRect();
    if (r.width && (r.left < box.left - 3 || r.right > box.right + 3)) say(`“${el.closest(".tok, u").textContent}” runs over its edge`);
  }

  // No underscore is cut: it is below all other letters. (Asked of each text, as if it had one.)
  for (const { el, rects, words } of texts) {
    const box = el.closest("#places .tok .kept > span, #places .tok small, #places .tok .id > *, #places .rest > *, #aside"), style = getComputedStyle(el), edge = box?.getBoundingClientRect().bottom;
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    range.selectNodeContents(el);
    const { actualBoundingBoxDescent: foot, fontBoundingBoxDescent: all } = pen.measureText("_"), low = [...range.getClientRects()].map((r) => r.bottom - all + foot).filter((y) => y > edge && y < edge + 3);
    if (box && !el.closest("svg") && rects.length && low.length) say(`below “${words}” an underscore would be cut by ${id(box)}: ${low[0] - edge} px`);
  }

  // The head, the names and the labels.
  const cutOff = (all) => [...document.querySelectorAll(all)].filter((el) => el.checkVisibility() && el.scrollWidth > el.clientWidth + 1).map((el) => el.textContent);
  for (const words of [...cutOff("header button, nav button"), ...(innerWidth < 900 ? [] : cutOff("#places .tok .name")), ...cutOff(".lane-counts, #lanes-bar"), ...(innerWidth > 1000 ? cutOff("h1 .dear") : [])]) say(`“${words}” is cut`);
  for (const el of document.querySelectorAll(".kept:not(.socket *)")) if (el.checkVisibility() && el.querySelector("b")?.textContent && el.querySelector("b").getBoundingClientRect().right > (el.closest(".thin .lane-scroll") ?? el.parentElement).getBoundingClientRect().right + 1) say(`“${el.textContent}” loses its line's number`);
  if (innerWidth > 700 && document.getElementById("sentence").getBoundingClientRect().width < innerWidth / 3) say("the sentence is narrow");
  if (count.checkVisibility() && count.getBoundingClientRect().right > innerWidth) say("the counter leaves the window");
  return faults;
}

/** The texts that have less contrast than 4.5 with what is behind them, as photographed. */
async function pale(page) {
  const shot = async () => (await page.screenshot({ scale: "css" })).toString("base64");
  const texts = await page.evaluate(() => {
    window.textsNow = window.T.texts(document.querySelector("dialog[open]") ?? document.body);
    return window.textsNow.length;
  });
  is(texts > 5, `only ${texts} texts`);
  const written = await shot();
  const style = await page.addStyleTag({ content: "* { -webkit-text-fill-color: transparent !important; text-decoration-color: transparent !important; caret-color: transparent !important } text { fill: transparent !important } input::placeholder { color: transparent !important }" });
  const blank = await shot();
  await style.evaluate((el) => el.remove());
  return page.evaluate(compare, [written, blank]);
}

async function compare([written, blank]) {
  const pixels = async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    return { width: image.width, height: image.height, data: pen.getImageData(0, 0, image.width, image.height).data };
  };
  const [a, b] = [await pixels(written), await pixels(blank)], faults = new Set();
  const linear = Float64Array.from({ length: 256 }, (_, c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  const light = (red, green, blue) => 0.2126 * linear[Math.round(red)] + 0.7152 * linear[Math.round(green)] + 0.0722 * linear[Math.round(blue)];
  for (const { words, rects, colour, alpha } of window.textsNow) {
    let least = 21, low = 0, looked = 0;
    for (const r of rects) {
      const all = [], inked = [];
      for (let y = Math.max(0, Math.ceil(r.top)); y < Math.min(b.height, r.bottom); y++) for (let x = Math.max(0, Math.ceil(r.left)); x < Math.min(b.width, r.right); x++) {
        const at = (y * b.width + x) * 4;
        all.push(at);
        if (Math.abs(a.data[at] - b.data[at]) + Math.abs(a.data[at + 1] - b.data[at + 1]) + Math.abs(a.data[at + 2] - b.data[at + 2]) > 60) inked.push(at);
      }
      // Behind the letters, as far as they can be seen; of a text that can't be seen, behind all of it.
      for (const at of inked.length ? inked : all) {
        const [red, green, blue] = colour.map((c, k) => c * alpha + b.data[at + k] * (1 - alpha)), p = light(red, green, blue), q = light(b.data[at], b.data[at + 1], b.data[at + 2]);
        const contrast = (Math.max(p, q) + 0.05) / (Math.min(p, q) + 0.05);
        looked += 1;
        low += contrast < 4.45;
        least = Math.min(least, contrast);
      }
    }
    if (low > looked * 0.12) faults.add(`“${words}”: ${least.toFixed(1)}, ${Math.round((low / looked) * 100)} % of it`);
  }
  return [...faults];
}
