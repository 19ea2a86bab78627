import { chromium } from "playwright-core";
import { measured } from "./checks/tmp_screens.mjs";
import { TOOLS } from "./checks/tmp_harness.mjs";
const b = await chromium.launch({ executablePath: "/usr/bin/chromium" });
const N = +(process.env.N ?? 25);
const found = new Map();
for (const page of process.argv.slice(2)) for (const [width, height] of (process.env.S390 ? [[390, 844], [375, 667]] : [[390, 844], [768, 1024], [1366, 768], [1920, 1080], [2560, 1440]])) {
  const p = await b.newPage({ viewport: { width, height }, reducedMotion: "reduce", hasTouch: width < 700, isMobile: width < 700 });
  p.on("pageerror", (e) => console.log("ERROR", page, e.message));
  await p.goto("file://" + page); await p.waitForFunction(() => window.K.ready); await p.addScriptTag({ content: TOOLS });
  const n = await p.evaluate(() => K.visible.length);
  for (let k = 0; k <= N; k++) {
    const i = await p.evaluate((at) => { K.go(K.visible[at]); return K.i; }, Math.round((n - 1) * k / N));
    for (const f of await measured(p)) { const key = f.replace(/\d+/g, "#"); const list = found.get(key) ?? found.set(key, []).get(key); list.push(`${page.split("/").pop()} ${width} i=${i}: ${f}`); }
  }
  await p.evaluate(() => { K.answer.ask([...K.rowsOf(K.trace).rows.keys()][2]); });
  for (const f of await measured(p)) console.log(page, width, "answer", f);
  await p.evaluate(() => { K.answer.clear(); document.getElementById("lanes-time").click(); });
  for (const f of await measured(p)) console.log(page, width, "time", f);
  await p.close();
}
for (const [k, l] of found) console.log(l.length, l.slice(0, 4).join("\n    "));
await b.close();
