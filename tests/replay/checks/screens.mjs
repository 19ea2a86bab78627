// Can it be read and pressed on every screen?
//
// At five sizes, light and dark, boxes are measured and colours compared: no lane is cut, no text lies upon another,
// the counter has one line, the lanes have their share, a finger or a mouse can hit what can be pressed, no text
// is smaller than 10 px, and each text has a contrast of 4.5 with what is really behind it. That is asked of the
// pixels: the page is photographed with its words and without them. And each measure is shown a
// page that has the fault it is for.

import { is, same } from "./harness.mjs";
import { pageOf } from "./scripts.mjs";

const SIZES = [[1600, 1000], [1440, 900], [1280, 720], [844, 390], [390, 844]];
/** Smaller windows are held in the hand. */
const touch = (width) => width < 1000;
const sized = (width, height, scheme = "light") => ({ width, height, scheme, touch: touch(width) });
/** The event that comes after this share of the run's steps. */
const goTo = (page, share) => page.evaluate(async (part) => {
  window.K.go(window.K.visible[Math.floor((window.K.visible.length - 1) * part)]);
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}, share);
const measured = async (page) => [...new Set(await page.evaluate(measure))];

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
      for (const name of ["make_tea", "channel", "server", "mutex", "zoo", "meeting", "crowd"]) {
        const page = await open(files[name], sized(width, height));
        for (const share of [0, 0.2, 0.5, 0.8, 1]) {
          await goTo(page, share);
          same(await measured(page), [], `${name}, after ${share * 100} % of its steps`);
        }
        await page.evaluate(() => window.K.lanes.zoom(3));
        same(await measured(page), [], `${name}, with a window of its lanes`);
      }
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
    });

    checks.add(`screens: the quiz moves nothing at ${width}×${height}`, async (open) => {
      const page = await open(files.mutex, sized(width, height));
      await goTo(page, 0.3);
      const boxes = () => page.evaluate(() => ["boxes", "pane-program", "lanes-scroll", "b-next"].map((id) => Object.values(document.getElementById(id).getBoundingClientRect().toJSON()).map(Math.round)));
      const before = await boxes();
      await page.click("#b-quiz");
      same(await boxes(), before, "switched on");
      await page.evaluate(() => window.K.quiz.next());
      same(await boxes(), before, "asked");
      const answers = await page.evaluate(() => [...document.querySelectorAll("#quiz button")].map((b) => { const r = b.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight && r.left >= 0 && r.right <= innerWidth; }));
      is(answers.length > 1 && answers.every((seen) => seen), `the answers are in view: ${answers}`);
      await page.click("#quiz [data-answer='0']");
      same(await boxes(), before, "answered");
      same((await measured(page)).filter((fault) => !/upon/.test(fault)), [], "measured"); // it may lie over the panes
    });
  }

  checks.add("screens: between phone and desk the sentence has its width, buttons hold their words, and what is cut says so", async (open) => {
    for (const [width, height] of [[720, 1024], [768, 1024], [1000, 768], [1024, 768], [1366, 768]]) {
      const page = await open(files.mutex, { width, height });
      for (const share of [0, 0.5]) {
        await goTo(page, share);
        same(await measured(page), [], `${width}×${height}, after ${share * 100} % of its steps`);
        const [wide, out, silent] = await page.evaluate(() => [document.getElementById("sentence").getBoundingClientRect().width,
          [...document.querySelectorAll("header button, nav button")].filter((b) => b.scrollWidth > b.clientWidth + 1).map((b) => b.id || b.textContent),
          [...document.querySelectorAll(".more")].filter((box) => box.scrollHeight > box.clientHeight + 4 && !box.classList.contains("cut")).map((box) => box.id)]);
        is(wide > width / 3, `${width}×${height}: the sentence is ${wide} px wide`);
        same([out, silent], [[], []], `${width}×${height}: buttons that are narrower than their words, and boxes with more than they show that don't say so`);
        same(await page.isVisible("#speed"), true, `${width}×${height}: a choice of speed`);
      }
      const lines = await page.evaluate(() => { // no line of what is said is cut through
        window.K.go(0);
        const aside = document.getElementById("aside");
        aside.textContent = "word ".repeat(400);
        return aside.getBoundingClientRect().height / parseFloat(getComputedStyle(aside).lineHeight);
      });
      is(lines >= 1 && Math.abs(lines - Math.round(lines)) < 0.05, `${width}×${height}: ${lines} lines are seen`);
    }
  });

  checks.add("screens: what is scrolled says so, the count of steps is in the window, and a task keeps its name", async (open) => {
    for (const [width, height] of [[360, 780], [768, 1024], [1024, 768], [1440, 900]]) {
      let said = 0;
      for (const name of ["crowd", "meeting", "errors"]) {
        const page = await open(files[name], { width, height });
        for (const share of [0, 0.5]) {
          await goTo(page, share);
          const [silent, loud, out, unnamed] = await page.evaluate(() => {
            const boxes = [...document.querySelectorAll("#banner, main, #boxes, .parts, #tokio, #answer, #aside")].filter((box) => box.checkVisibility() && getComputedStyle(box).overflowY !== "visible");
            const scrolled = (box) => box.scrollHeight - box.scrollTop - box.clientHeight > 4, says = (box) => getComputedStyle(box, "::after").content.includes("more"), name = (box) => box.id || box.className || box.tagName;
            const count = document.getElementById("count"), names = [...document.querySelectorAll("#places .tok .name")];
            return [boxes.filter((box) => scrolled(box) && !says(box)).map(name), boxes.filter(says).length, count.checkVisibility() && count.getBoundingClientRect().right > innerWidth, innerWidth < 900 ? [] : names.filter((el) => el.scrollWidth > el.clientWidth).map((el) => el.textContent)];
          });
          same([silent, out, unnamed], [[], false, []], `${name} at ${width}×${height}, after ${share * 100} % of its steps: boxes that don't say so, is the count outside, and names that are cut`);
          said += loud;
        }
      }
      is(said > 0, `${width}×${height}: nothing was scrolled`);
    }
  });

  checks.add("screens: no line is cut through above the sign for more, a label keeps its line's number, and hidden lanes and the recorder's cost are told", async (open) => {
    const dear = (lines) => [...lines.map((o) => (o.ev ? { ...o, overhead: 1e6 } : o)), { lint: "deadlock", after: 9, say: "so it is" }];
    let signs = 0, short = 0, hidden = 0;
    for (const [width, height] of [[390, 844], [768, 1024], [1024, 768], [1366, 768], [1920, 1080]]) for (const name of ["zoo", "errors", "meeting", "mutex"]) {
      const page = await pageOf(open, files[name], directory, `dear-${name}-${width}`, dear, { width, height });
      for (const share of [0, 0.3, 0.5, 0.7]) {
        await goTo(page, share);
        const seen = await page.evaluate(() => {
          const cut = [...document.querySelectorAll("#answer, .parts")].filter((box) => box.checkVisibility({ visibilityProperty: true }) && box.classList.contains("cut")), end = (box) => box.getBoundingClientRect().bottom - (box.matches(".tight") ? -3 : 22);
          const lines = cut.flatMap((box) => [...box.querySelectorAll("li, p, h3, .hook, .end, .cell")].filter((el) => { const r = el.getBoundingClientRect(); return r.top < end(box) && r.bottom > end(box) + 1 && !el.closest(".half") && el.innerText && ![...el.children].some((x) => x.matches(".half")); }).map((el) => el.textContent));
          const labels = [...document.querySelectorAll(".kept")].filter((el) => el.checkVisibility() && el.querySelector("b")?.textContent), number = (el) => el.querySelector("b").getBoundingClientRect(), figure = document.querySelector("h1 .dear");
          const { items } = window.K.lanes, scroll = document.getElementById("lanes-scroll"), below = items.filter((item) => item.y + item.h > scroll.scrollTop + scroll.clientHeight + 1).length;
          return {
            lines, lost: labels.filter((el) => number(el).width < 2 || number(el).right > (el.closest(".lanes.thin") ?? el.parentElement).getBoundingClientRect().right + 1).map((el) => el.textContent),
            figure: innerWidth <= 1000 || (figure && figure.scrollWidth <= figure.clientWidth), lanes: !below || (document.querySelector(".lane-window").checkVisibility() && document.querySelector(".lane-window").textContent.includes("more lane")),
            marks: [...document.querySelectorAll(".mark text")].filter((el) => getComputedStyle(el).stroke !== "none").length,
            counts: [cut.length, labels.filter((el) => el.firstChild.scrollWidth > el.firstChild.clientWidth).length, below],
          };
        });
        const { counts, ...rest } = seen;
        same(rest, { lines: [], lost: [], figure: true, lanes: true, marks: 0 }, `${name} at ${width}×${height}, after ${share * 100} % of its steps`);
        signs += counts[0]; short += counts[1]; hidden += counts[2];
      }
    }
    is(signs > 0 && short > 0 && hidden > 0, `${signs} boxes with more, ${short} labels that are cut, ${hidden} lanes that are hidden`);
  });

  checks.add("screens: seven lanes need no scrolling beside a mouse, and below 800 px the wheel is a strip", async (open) => {
    for (const [width, height] of SIZES.filter(([w]) => !touch(w))) {
      const page = await open(files.mutex, sized(width, height));
      await page.keyboard.press("ArrowRight"); // (the first event has the answer in place of the boxes)
      await page.click(".wheel-line");
      await page.evaluate(() => window.K.filter.set("main, task 1, task 2, task 3, task 4, task 5, task 6"));
      const [rows, high, room] = await page.evaluate(() => { const box = document.getElementById("lanes-scroll"); return [document.querySelectorAll("#lanes .lane-label").length, box.scrollHeight, box.clientHeight]; });
      is(rows === 7 && high <= room, `${width}×${height}: ${rows} lanes, ${high} px in ${room} px`);
      same(await page.evaluate(() => [!!document.querySelector(".wheel"), !!document.querySelector(".strip")]), height < 800 ? [false, true] : await page.evaluate(() => { const wheel = !!document.querySelector(".wheel"); return [wheel, !wheel]; }), "wheel or strip");
    }
    const page = await open(files.channel, sized(1440, 900));
    await page.keyboard.press("ArrowRight");
    await page.click(".wheel-line");
    is(await page.isVisible(".wheel"), "a wheel where there is room");
    await page.setViewportSize({ width: 1440, height: 799 });
    await page.waitForSelector(".strip");
    is(!(await page.isVisible(".wheel")), "and a strip where there is not");
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.waitForSelector(".wheel");
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

  checks.add("screens: each of these faults is found", async (open) => {
    const faults = [
      [[390, 844], ".lane-scroll { height: 60px !important }", /lane .* is cut/], [[390, 844], "nav { position: relative; top: -60px; background: white }", /lanes .*behind/],
      [[1280, 720], "#count { white-space: normal !important; width: 90px }", /counter has \d lines/], [[1280, 720], "nav { flex-wrap: wrap } nav button { width: 300px }", /buttons are in more than one row|sticks out/],
      [[1440, 900], "#aside { margin-top: -20px }", /lies upon/], [[1280, 720], ".lane-scroll { height: 24px !important }", /of the height/],
      [[844, 390], "#b-theme { min-width: 0; width: 40px; padding: 0 }", /40×\d+ is too small/], [[1280, 720], ".lane-tools button { min-height: 0; height: 20px }", /×20 is too small/],
      [[1440, 900], ".tok code { font-size: 9px }", /9 px/], [[1440, 900], "body { height: 1000px }", /does not fit/],
    ];
    for (const [[width, height], css, wanted] of faults) {
      const page = await open(files.mutex, sized(width, height));
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
  if (view.height < Math.min(all, innerHeight * 0.15, 160)) say(`the lanes have ${Math.round(view.height)} px, ${Math.round((view.height / innerHeight) * 100)} % of the height`);

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
  for (const { words, size } of texts) if (size < 9.95) say(`“${words}” has ${size.toFixed(1)} px`.replace(".0", ""));
  for (let a = 0; a < texts.length; a++) for (let b = a + 1; b < texts.length; b++) {
    if (texts[a].el === texts[b].el || texts[a].sticky || texts[b].sticky) continue; // what is sticky covers what is scrolled
    for (const r of texts[a].rects) for (const q of texts[b].rects) {
      // The letters are smaller than the box of a line.
      const wide = Math.min(r.right, q.right) - Math.max(r.left, q.left), high = Math.min(r.bottom, q.bottom) - Math.max(r.top, q.top);
      if (wide > 1.5 && high > 0.36 * Math.min(r.bottom - r.top, q.bottom - q.top)) say(`“${texts[a].words}” lies upon “${texts[b].words}”`);
    }
  }
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
