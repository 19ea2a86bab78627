// What is a check, and what must no page ever do?
//
// A check is a name and a function; it fails by throwing. Each page that it opens is watched: an
// error on the console, an exception, a request for anything but the file (or its server) and what
// is made in it fail the check. Two checks run at a time, each with pages of its own. The output is
// libtest's, so that whoever reads one reads both.
//
// Interface: `new Checks(browser, only)`, `add(name, async (open) => …)`, `run()`; `is`, `same`;
// `at(page)`, the event that a page shows, and `go(page, i)`; `verdict(checks)`.

import { pathToFileURL } from "node:url";

const AT_ONCE = 2;
/** In milliseconds: even on a busy machine, only a check that hangs takes so long. */
const PATIENCE = 180_000;
/** What is evaluated in a page has no limit of its own. */
const hung = () =>
  new Promise((_, fail) => setTimeout(fail, 3 * PATIENCE, new Error("it hangs")).unref());

/** How a page is opened. (One that can't become ready, or is no replay, isn't waited for.) */
const USUAL = { width: 1440, height: 900, hash: "", scheme: "light", touch: false, ready: true };

export class Checks {
  constructor(browser, only) {
    Object.assign(this, { browser, only, all: [], passed: 0, failed: 0 });
  }

  add(name, f) {
    if (!this.only || name.includes(this.only)) this.all.push({ name, f });
  }

  async run() {
    const worker = async () => {
      for (let check = this.all.shift(); check; check = this.all.shift()) await this.#one(check);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  async #one({ name, f }) {
    const contexts = [],
      faults = [],
      begun = Date.now();
    try {
      const open = (file, options) => this.#open(file, options, contexts, faults);
      await Promise.race([f(open), hung()]);
      if (faults.length) throw new Error(faults.join("\n"));
      this.passed += 1;
      console.log(`test ${name} ... ok (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
    } catch (error) {
      this.failed += 1;
      const words = [error.stack ?? error, ...faults].join("\n");
      console.log(`test ${name} ... FAILED\n${words.replace(/^/gm, "    ")}`);
    }
    for (const context of contexts) await context.close();
  }

  async #open(file, options, contexts, faults) {
    const { width, height, hash, scheme: colorScheme, touch, ready } = { ...USUAL, ...options },
      device = { viewport: { width, height }, hasTouch: touch, isMobile: touch },
      context = await this.browser.newContext({ ...device, colorScheme, reducedMotion: "reduce" });
    contexts.push(context);
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => faults.push(`exception: ${error.stack}`));
    const address = /^http:/.test(file) ? file : pathToFileURL(file).href,
      own = new URL("/", address).href;
    page.on("request", (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(own))
        faults.push(`request: ${request.url()}`);
    });
    await page.goto(address + (hash && `#${hash}`));
    if (!ready) return page;
    await page.waitForFunction(() => window.K.ready);
    await page.evaluate(TOOLS);
    return page;
  }
}

/** What every check needs inside of the page. (Without the null, all events would come back.) */
const TOOLS = `window.T = {
  /** All of them, read. */
  get events() { return (this.all ??= Array.from(K.trace.n, (_, i) => K.event(i))); },
  /** Whom event \`i\` is about: its own task, who was being polled, who woke. */
  subjects(i) {
    const { task, run, by } = K.event(i);
    return [task, run, by?.task].filter(Boolean);
  },
  key(key) { document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })); },
  /** Everything that is shown, as text, without scripts and the passing message. Of a source file:
   * which it is, which lines are lit, and which tasks are beside them. */
  picture() {
    const source = (pane) => {
      const lines = [...pane.querySelectorAll(".file > div")];
      const marks = lines.map((line) => line.className + line.firstChild.innerHTML);
      return [lines.length, lines[0]?.textContent, ...marks].join();
    };
    const write = (el) => {
      if (el.matches("pre.code")) return source(el);
      if (!el.querySelector("pre.code")) return el.outerHTML;
      return el.cloneNode(false).outerHTML + [...el.children].map(write).join("");
    };
    const shown = [...document.body.children].filter((part) => part.tagName !== "SCRIPT" && part.id !== "toast");
    return shown.map(write).join("").replace(/ class=""/g, "");
  },
  /** The words of an element without what is drawn in it. */
  words(el) { const copy = el.cloneNode(true); for (const svg of copy.querySelectorAll("svg")) svg.remove(); return copy.textContent.replace(/\\s+/g, " ").trim(); },
}; null`;

export const at = (page) => page.evaluate(() => K.shown);
export const go = (page, i) => page.evaluate((i) => K.goTo(i), i);

export function is(condition, words) {
  if (!condition) throw new Error(words);
}

export function same(found, expected, words) {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${words}\n  found:    ${a}\n  expected: ${b}`);
}

/** Ends the process, with libtest's last line and status. */
export function verdict({ passed, failed }) {
  const isGood = passed > 0 && !failed,
    word = isGood ? "ok" : "FAILED";
  console.log(`test result: ${word}. ${passed} passed; ${failed} failed; 0 ignored`);
  process.exit(isGood ? 0 : 1);
}
