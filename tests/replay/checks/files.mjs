// Is what is in a file shown, however it ends, and nothing else that stands in it?
//
// A server that was killed, a file that was torn, and names that are HTML.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { is, same } from "./harness.mjs";
import { dataOf } from "./scripts.mjs";

export function files(checks, replays, directory) {
  checks.add("files: a server that was killed, and a file torn anywhere", async (open) => {
    const killed = await open(replays.server);
    is(await killed.evaluate(() => K.trace.cut && K.trace.count > 30), "its trace opens");
    for (const replay of [replays.channel, replays.zoo]) {
      const text = readFileSync(replay, "utf8"),
        begin = dataOf(text);
      const first = begin + text.slice(begin).search(/^{"n":/m), // an event
        lineEnds = [text.indexOf("\n", first) + 1, text.lastIndexOf("\n", text.length - 30) - 9];
      for (const end of [begin + 9, begin + 3000, ...lineEnds, text.length - 3]) {
        const file = join(directory, "torn.html");
        writeFileSync(file, text.slice(0, end));
        const page = await open(file);
        const [cut, events] = await page.evaluate(() => [K.trace.cut, K.trace.count]);
        is(cut && events > 0 === end > first, `torn at ${end} of ${text.length}: ${events} events`);
        for (const key of ["ArrowRight", "End", "w", "t", "Home"]) await page.keyboard.press(key);
      }
    }
  });

  checks.add("files: a page that is torn before its trace says so", async (open) => {
    const text = readFileSync(replays.channel, "utf8"),
      file = join(directory, "no-trace.html");
    for (const end of [text.indexOf("</main>"), dataOf(text) - 30]) {
      writeFileSync(file, text.slice(0, end));
      const page = await open(file, { ready: false });
      await page.waitForLoadState("load");
      is(/not whole/.test(await page.textContent("#sentence")), `torn at ${end}`);
    }
  });

  checks.add("files: names, notes and sources stay text", async (open) => {
    const evil = `<img src=x onerror="window.hurt=1"><script>window.hurt=2</script>`;
    const text = readFileSync(replays.select, "utf8"),
      lines = text.slice(dataOf(text)).trim().split("\n").map((line) => JSON.parse(line)); // prettier-ignore
    for (const line of lines) {
      if (line.v) Object.assign(line, { program: evil, kettle: evil, args: [evil] });
      if (line.say) line.say += evil;
      if (line.file && line.whose === "program") line.text = `${evil}\n${line.text}`;
      if (line.made) line.made = line.made.replace(/:(\d+):(\d+)$/, `${evil}:$1:$2`);
      if (line.ev === "SourceAdd") line.what = evil;
    }
    // Lines that differ in a number were made code, once: an escaped quote ended a text early.
    const line = (k) => ({ ev: "X", a: `P"in ${k}`, "+(window.hurt=3)}//": 1 }),
      code = Array.from({ length: 64 }, (_, k) => line(k));
    const verdict = { lint: evil, after: 14, task: "main", say: evil, help: evil };
    lines.splice(-1, 0, ...code, { note: evil, after: 12, t: 5 }, verdict);
    const escaped = lines.map((line) =>
      JSON.stringify(line).replace(/<\//g, "<\\/").replace(/<!/g, "<\\u0021"),
    );
    const file = join(directory, "hostile.html");
    writeFileSync(file, text.slice(0, dataOf(text)) + escaped.join("\n"));
    const page = await open(file);
    const own = (text.slice(0, dataOf(text)).match(/<script[ >]/g) ?? []).length;
    await page.evaluate(() => {
      K.setLevel("engine");
      for (let i = 0; i <= K.trace.last; i++) K.goTo(i);
    });
    for (const key of ["?", "Escape", "/", "Escape", "h", "Escape"]) await page.keyboard.press(key);
    same(await page.locator("img, script").count(), own, "nothing of it became part of the page");
    same(await page.evaluate(() => window.hurt), undefined, "nothing of it ran");
  });
}
