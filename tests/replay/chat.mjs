// Does the chat's page work in a real browser?
//
//   node chat.mjs --chromium PROGRAM --server PROGRAM [--only WORDS]
//
// Four tabs, wide and narrow, light and dark, read what each of them says; one leaves; the server
// ends and says so. `cargo xtask full` runs it.

import { spawn } from "node:child_process";
import { started } from "./checks/browser.mjs";
import { is, same } from "./checks/harness.mjs";

const { args, checks, run } = await started(["server"]);
checks.add("chat: four tabs talk", async (open) => {
  const server = spawn(args.server, ["127.0.0.1:0", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    let printed = "";
    for await (const words of server.stdout.iterator({ destroyOnReturn: false }))
      if (/http:\S+\n/.test((printed += words))) break;
    const address = /http:\S+/.exec(printed)[0],
      tabs = [];
    const sizes = [[900, "light"], [390, "dark"], [390, "light"], [900, "dark"]]; // prettier-ignore
    for (const [width, scheme] of sizes) {
      tabs.push(await open(`${address}/`, { width, height: 600, scheme, ready: false }));
      await tabs.at(-1).getByText("You are in lobby").waitFor();
    }
    const words = (n) => `hello from tab ${n} <b>é</b>`, // others' words are never HTML
      lines = tabs.map((_, n) => `guest#${n + 1}: ${words(n)}`);
    for (const [n, tab] of tabs.entries()) {
      await tab.fill("#text", words(n));
      await tab.press("#text", "Enter");
      for (const reader of tabs) await reader.getByText(lines[n], { exact: true }).waitFor();
    }
    for (const tab of tabs) {
      const shown = await tab.locator("li:not(.note)").allTextContents();
      same(shown.slice(-4), lines, "the same lines in the same order");
    }
    await tabs.pop().close();
    await tabs[0].getByText("guest#4 has left").waitFor();
    server.kill("SIGINT");
    for (const tab of tabs) {
      await tab.getByText("The server is closing").waitFor();
      await tab.getByText("The connection has ended").waitFor();
      is((await tab.locator("#send").textContent()) === "Connect", "the button connects again");
    }
  } finally {
    server.kill("SIGKILL");
  }
});
await run();
