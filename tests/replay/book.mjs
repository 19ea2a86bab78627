// Does the built book work in a real browser?
//
//   node book.mjs --chromium PROGRAM --book DIRECTORY [--only WORDS]
//
// Every page fits a phone and asks for nothing from elsewhere; the replays open at their event,
// step where they stand in the text, take the arrows, and follow the theme. `cargo xtask full` runs
// it.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { started } from "./checks/browser.mjs";
import { is, same } from "./checks/harness.mjs";

const { args, checks, run } = await started(["book"]);
const pages = readdirSync(args.book).filter(
  (name) =>
    name.endsWith(".html") && !["404.html", "print.html", "toc.html", "index.html"].includes(name),
);
const file = (name) => join(args.book, name);
/** The pages whose titles have numbers, in their order. */
const number = (name) => Number(/<h1 id="(\d+)-/.exec(readFileSync(file(name), "utf8"))?.[1]);
const chapters = pages.filter(number).sort((a, b) => number(a) - number(b));
/** A page of the book. It is no replay, which would say when it is ready. */
const read = (open, name, options) => open(file(name), { ...options, ready: false });
const sentence = (frame) => frame.locator("#sentence").textContent();

/** What of the text hangs out of the window, and cannot be scrolled into it by itself. */
function tooWide() {
  const scrolls = (el) =>
    el.tagName !== "MAIN" &&
    (["auto", "scroll"].includes(getComputedStyle(el).overflowX) || scrolls(el.parentElement));
  const out = [...document.querySelectorAll("main *")].filter(
    (el) => el.getBoundingClientRect().right > innerWidth + 1 && !scrolls(el),
  );
  return out.map((el) => el.outerHTML.slice(0, 80));
}

checks.add("there are chapters, and most have a replay", async () => {
  const hasReplay = (name) => readFileSync(file(name), "utf8").includes('<iframe src="replays/'),
    some = chapters.filter(hasReplay).length;
  is(chapters.length > 10 && some > chapters.length / 2, `${some} of ${chapters.length} chapters`);
});

checks.add("every page fits a phone, with all its pictures", async (open) => {
  const page = await read(open, "index.html", { width: 360, height: 740, touch: true });
  const missing = () =>
    [...document.images].filter((it) => it.complete && !it.naturalWidth).map(({ src }) => src);
  for (const name of ["index.html", ...pages]) {
    await page.goto(new URL(name, page.url()).href);
    same(await page.evaluate(tooWide), [], `${name}: wider than the screen`);
    same(await page.evaluate(missing), [], `${name}: pictures that don't show`);
  }
});

for (const name of chapters) {
  checks.add(`${name}: the replays step where they stand`, async (open) => {
    const frame = /<iframe src="(replays\/[^"#]+)(?:#(?:[^"]*&(?:amp;)?)?e=(\d+))?/g,
      wanted = [...readFileSync(file(name), "utf8").matchAll(frame)],
      page = await read(open, name);
    const frames = await page.locator(".replay iframe").all();
    same(frames.length, wanted.length, "frames");
    for (const [i, element] of frames.entries()) {
      await element.scrollIntoViewIfNeeded();
      const frame = await (await element.elementHandle()).contentFrame();
      await frame.waitForSelector("#sentence:not(:empty)");
      const [, address, event] = wanted[i],
        shown = () => frame.evaluate("K.trace.n[K.shown]");
      same(await shown(), Number(event), `${address}: the event at which it opens`);
      await frame.locator("#b-next").click();
      is((await shown()) > event, `${address} does not step`);
    }
  });
}

checks.add("a replay follows the book's theme", async (open) => {
  const page = await read(open, chapters[0], { scheme: "dark" });
  const element = page.locator(".replay iframe").first();
  await element.scrollIntoViewIfNeeded();
  const frame = await (await element.elementHandle()).contentFrame();
  // (By a clock: clicking the page's menu scrolls the frame out of sight, and then it gets no
  // animation frames.)
  const is = (wanted) => document.documentElement.dataset.theme === wanted,
    theme = (wanted) => frame.waitForFunction(is, wanted, { polling: 100 });
  await theme("dark");
  await page.locator("#mdbook-theme-toggle").click();
  const themes = await page.locator("#mdbook-theme-list button:visible").allTextContents();
  same(themes.map((text) => text.trim()), ["Auto", "Light", "Dark"], "themes"); // prettier-ignore
  await page.locator("#mdbook-theme-light").click();
  await theme("light");
});

checks.add("with a replay in view an arrow is a step, else the next chapter", async (open) => {
  const page = await read(open, chapters[0]);
  const element = page.locator(".replay iframe").first();
  await element.evaluate((el) => el.scrollIntoView({ block: "center" }));
  const frame = await (await element.elementHandle()).contentFrame();
  await frame.waitForSelector("#sentence:not(:empty)");
  const before = await sentence(frame);
  await page.keyboard.press("ArrowRight"); // goes there
  await page.keyboard.press("ArrowRight");
  is((await sentence(frame)) !== before, "no step");
  is(page.url().includes(chapters[0]), `it went to ${page.url()}`);
  await page.goto(page.url());
  await page.evaluate(() => scrollTo(0, 0));
  await page.keyboard.press("ArrowRight");
  await page.waitForURL(new RegExp(chapters[1]));
});

await run();
