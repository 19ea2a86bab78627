// Of which programs are the replays looked at?
//
// Of the six programs of the tutorial, which run each time. The server gets three visitors and is
// then killed, so that its trace ends in the middle. Three more programs were written for this:
// `zoo` has what the six don't show, `meeting` waits for everything in `sync` that a task can wait
// for, and `crowd` has 10,000 tasks. A trace that is in the directory already is used as it is,
// which saves time during work on the page.
//
// Interface: `makeTraces(built, directory)`: name -> file.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

export const PROGRAMS = ["make_tea", "server", "channel", "select", "mutex", "errors"];
const LIMIT = 60_000;

export async function makeTraces(built, directory) {
  const run = (name, to, more) => finished(join(built, "examples", name), to, more),
    names = [...PROGRAMS, "zoo", "meeting", "crowd"];
  const runs = {
    ...Object.fromEntries(names.map((name) => [name, (to) => run(name, to)])),
    mutex: (to) => run("mutex", to, { KETTLE_STACKS: "1" }),
    server: (to) => visited(join(built, "examples/server"), to),
  };
  const made = Object.entries(runs).map(async ([name, make]) => {
    const file = join(directory, `${name}.html`);
    if (!existsSync(file)) await make(file);
    if (!existsSync(file)) throw new Error(`${name} has written no trace`);
    return [name, file];
  });
  return Object.fromEntries(await Promise.all(made));
}

function start(program, args, file, more) {
  const env = { ...process.env, ...more, KETTLE_TRACE: file, RUST_BACKTRACE: "0" },
    child = spawn(program, args, { env, stdio: ["ignore", "pipe", "ignore"] }),
    late = setTimeout(() => child.kill("SIGKILL"), LIMIT);
  child.once("exit", () => clearTimeout(late));
  return child;
}
async function finished(program, file, more) {
  const child = start(program, [], file, more);
  child.stdout.resume();
  const [status] = await once(child, "exit");
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
}

/** Three visitors, of whom the second is slow, and then the server is killed. */
async function visited(program, file) {
  const child = start(program, ["127.0.0.1:0"], file);
  const [line] = await once(child.stdout.setEncoding("utf8"), "data");
  child.stdout.resume();
  const port = Number(/:(\d+)\s/.exec(line)[1]);
  const visitors = [1, 2, 3].map(() => connect(port, "127.0.0.1"));
  await Promise.all(visitors.map((socket) => once(socket, "connect")));
  const [first, slow, third] = visitors;
  const answered = (socket) => {
    socket.resume();
    return once(socket, "close");
  };
  for (const socket of [first, third]) socket.write("GET / HTTP/1.1\r\n\r\n");
  await Promise.all([first, third].map(answered));
  slow.write("GET / HTTP/1.1\r\n\r\n");
  await answered(slow);
  child.kill("SIGKILL");
  await once(child, "exit");
}
