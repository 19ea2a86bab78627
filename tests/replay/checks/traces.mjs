// Which replays are looked at?
//
// Those of the six programs of the tutorial, made anew each time by running the examples; the
// server gets three visitors and is killed, so its trace ends in the middle. And three of our own:
// the zoo, of what the six don't show, the meeting, of all else that tasks wait for in `sync`, and
// the crowd of 10,000 tasks. And of the zoo's run its end alone, as a flight recorder writes it at
// a panic. (A directory that has them already is taken as it is: for work on the page.)
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
    flight: (to) => run("zoo", `last:${to}`, { KETTLE_TRACE_LIMIT: "20K" }),
  };
  const made = Object.entries(runs).map(async ([name, make]) => {
    const file = join(directory, `${name}.html`);
    if (!existsSync(file)) await make(file);
    if (!existsSync(file)) throw new Error(`${name} has written no trace`);
    return [name, file];
  });
  return Object.fromEntries(await Promise.all(made));
}

const start = (program, args, file, more) =>
  spawn(program, args, {
    env: { ...process.env, ...more, KETTLE_TRACE: file, RUST_BACKTRACE: "0" },
    stdio: ["ignore", "pipe", "ignore"],
  });

async function finished(program, file, more) {
  const child = start(program, [], file, more);
  child.stdout.resume();
  const late = setTimeout(() => child.kill("SIGKILL"), LIMIT);
  const [status] = await once(child, "exit");
  clearTimeout(late);
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
}

/** Three visitors, of whom the second is slow, and then the server is killed. */
async function visited(program, file) {
  const child = start(program, ["127.0.0.1:0"], file);
  const late = setTimeout(() => child.kill("SIGKILL"), LIMIT);
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
  clearTimeout(late);
}
