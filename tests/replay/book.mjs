// Does the built book work in a real browser?
//
//   node book.mjs --chromium PROGRAM --book DIRECTORY [--only WORDS]
//
// Every link leads somewhere; every page fits a phone and asks for nothing from elsewhere; the
// search finds; the replays open at their event, step where they stand in the text, take the
// arrows, and follow the theme. `cargo xtask full` runs it.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
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
  const open = chapters.filter((name) =>
    readFileSync(file(name), "utf8").includes('<iframe src="replays/'),
  );
  is(
    chapters.length > 10 && open.length > chapters.length / 2,
    `${open.length} of ${chapters.length} chapters`,
  );
});

checks.add("every link leads to a page, and to a heading of it, that are there", async () => {
  const all = readdirSync(args.book, { recursive: true }).filter((name) => name.endsWith(".html"));
  // What mdBook makes of all chapters in one page, or for a server's errors, has other addresses.
  const own = all.filter((name) => !/^(print|404|toc)\.html$|^replays\//.test(name));
  const ids = new Map(),
    faults = [];
  const has = (name, id) => {
    if (!ids.has(name))
      ids.set(
        name,
        new Set(
          [...readFileSync(file(name), "utf8").matchAll(/\bid="([^"]+)"/g)].map(
            (match) => match[1],
          ),
        ),
      );
    return ids.get(name).has(id);
  };
  for (const name of own) {
    for (const [, , target] of readFileSync(file(name), "utf8").matchAll(
      /\s(href|src)="([^"]*)"/g,
    )) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path, id] = decodeURI(target.replaceAll("&amp;", "&")).split("#");
      const to = path ? relative(args.book, normalize(join(args.book, dirname(name), path))) : name;
      if (to.startsWith("..") || !existsSync(file(to))) faults.push(`${name}: ${target}`);
      else if (id && !to.startsWith("replays/") && to.endsWith(".html") && !has(to, id))
        faults.push(`${name}: no heading ${target}`);
    }
  }
  same([...new Set(faults)], [], "links that lead nowhere");
});

checks.add("every page fits a phone, with all its pictures", async (open) => {
  const page = await read(open, "index.html", { width: 360, height: 740, touch: true });
  for (const name of ["index.html", ...pages]) {
    await page.goto(new URL(name, page.url()).href);
    same(await page.evaluate(tooWide), [], `${name}: wider than the screen`);
    const blind = () =>
      [...document.images]
        .filter((image) => image.complete && !image.naturalWidth)
        .map((image) => image.src);
    same(await page.evaluate(blind), [], `${name}: pictures that don't show`);
  }
});

checks.add("the search finds, and leads there", async (open) => {
  const page = await read(open, "index.html");
  await page.keyboard.press("/");
  await page.locator("#mdbook-searchbar").pressSequentially("run queue");
  const hit = page.locator("#mdbook-searchresults a").first();
  await hit.waitFor();
  await hit.click();
  await page.waitForURL(/highlight=/);
  is(await page.locator("mark").count(), "nothing is marked on the page that was found");
});

for (const name of chapters) {
  checks.add(`${name}: the replays step where they stand`, async (open) => {
    const text = readFileSync(file(name), "utf8"),
      wanted = [
        ...text.matchAll(/<iframe src="(replays\/[^"#]+)(?:#(?:[^"]*&(?:amp;)?)?e=(\d+))?/g),
      ];
    const page = await read(open, name);
    const frames = await page.locator(".replay iframe").all();
    same(frames.length, wanted.length, "frames");
    for (const [i, element] of frames.entries()) {
      await element.scrollIntoViewIfNeeded();
      const frame = await (await element.elementHandle()).contentFrame();
      await frame.waitForSelector("#sentence:not(:empty)");
      const [, address, event] = wanted[i];
      same(
        await frame.evaluate("K.trace.n[K.shown]"),
        Number(event),
        `${address}: the event at which it opens`,
      );
      await frame.locator("#b-next").click();
      is((await frame.evaluate("K.trace.n[K.shown]")) > event, `${address} does not step`);
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
  const theme = (wanted) =>
    frame.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, wanted, {
      polling: 100,
    });
  await theme("dark");
  await page.locator("#mdbook-theme-toggle").click();
  same(
    (await page.locator("#mdbook-theme-list button:visible").allTextContents()).map((text) =>
      text.trim(),
    ),
    ["Auto", "Light", "Dark"],
    "themes",
  );
  await page.locator("#mdbook-theme-light").click();
  await theme("light");
});

checks.add(
  "with a replay before one's eyes an arrow is a step, else the next chapter",
  async (open) => {
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
  },
);

await run();
