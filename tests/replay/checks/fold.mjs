// Does the page fold as the crate does?
//
//   node checks/fold.mjs DIRECTORY
//
// The directory holds traces of random programs (NUMBER.html) and beside each the states that the
// crate's fold has come to (NUMBER.states), an object for each event, in the page's words; the test
// `write_for_the_page` of tests/models writes them. Here the page's own scripts read the trace, and each of their
// states must be the same. No browser is needed for that.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { scripts } from "./scripts.mjs";

const sorted = (list) => [...new Set(list)].sort();
const entries = (book, f) => Object.fromEntries([...book.entries()].map(([name, value]) => [name, f(value)]).filter(([, value]) => value !== undefined));

/** What is in the page's last tag. */
const data = (page) => page.slice(page.lastIndexOf('id="trace">\n') + 'id="trace">\n'.length);

/** What a task waits for, in the words of the file. */
function waits(on) {
  if (on.source) return `${on.direction} ${on.source}`;
  if (on.value) return `value ${on.value}`;
  if (on.room) return `room ${on.room} ${on.ticket}`;
  if (on.closed) return `closed ${on.closed}`;
  return on.lock ? `${on.lock} ${on.ticket}` : on.timer ?? on.task;
}

/** The page's state in the form of the file. */
function told(s) {
  const local = [...s.tasks.values()].filter((t) => t.kind === "local").map((t) => t.name);
  return {
    queue: s.queue.filter((name) => !local.includes(name)),
    running: s.stack,
    tasks: entries(s.tasks, (t) => t.where === "done" ? undefined : [t.where, t.polls, t.handle, t.parent ?? null, t.waits.filter((on) => !on.deferred).map(waits).sort()]),
    timers: entries(s.timers, (t) => [t.due, t.level, t.slot, t.task ?? null]),
    sources: entries(s.sources, (r) => !r.registered ? undefined : [r.read.ready, sorted(r.read.waits), r.write.ready, sorted(r.write.waits)]),
    channels: entries(s.channels, (c) => [c.kind === "oneshot", c.len, c.senders ?? 0, c.receivers_waiting[0] ?? null, c.room_waiting, sorted(c.closed_waiting)]),
    locks: entries(s.locks, (l) => !l.taken && !l.line.length ? undefined : l.handed ? [null, [l.holder, ...l.line]] : [l.taken ? l.holder : null, l.line]),
  };
}

/** Where two states differ. What the crate has forgotten, because it is over, the page may show. */
function differences(ours, theirs) {
  const out = [];
  for (const part of ["queue", "running"]) if (String(ours[part]) !== String(theirs[part])) out.push(`${part}: ${ours[part]}, not ${theirs[part]}`);
  for (const part of ["tasks", "timers", "sources", "channels", "locks"]) {
    for (const [name, value] of Object.entries(theirs[part])) {
      const mine = JSON.stringify(ours[part][name]), its = JSON.stringify(value);
      if (mine !== its) out.push(`${name}: ${mine}, not ${its}`);
    }
    if (part === "channels") continue; // the page shows what is over, too
    for (const name of Object.keys(ours[part])) if (!(name in theirs[part])) out.push(`${name}: ${JSON.stringify(ours[part][name])}, which is not there`);
  }
  return out;
}

let passed = 0, failed = 0;
const directory = process.argv[2];
for (const file of readdirSync(directory).filter((name) => name.endsWith(".html"))) {
  const K = scripts("unpack.js", "model.js", "fold.js");
  await K.read(data(readFileSync(join(directory, file), "utf8")));
  const states = readFileSync(join(directory, file.replace(".html", ".states")), "utf8").trimEnd().split("\n");
  const faults = K.trace.torn ? [`${K.trace.torn} blocks are torn`] : [];
  if (states.length !== K.trace.events.length) faults.push(`${K.trace.events.length} events, ${states.length} states`);
  for (let i = 0; i < states.length && faults.length < 3; i++) {
    const e = K.trace.events[i];
    // The page shows at once what a very next event says: the new task queued, the timer waited for, the
    // source not ready.
    if (["Spawn", "TimerAdd", "SourceTry", "SourceAdd"].includes(e.ev)) continue;
    for (const fault of differences(told(K.stateAt(i)), JSON.parse(states[i]))) faults.push(`event ${e.n} (${e.say}): ${fault}`);
  }
  if (faults.length) { failed += 1; console.log(`${file}: ${faults.slice(0, 3).join("\n    ")}`); } else passed += 1;
}
console.log(`test result: ${failed ? "FAILED" : "ok"}. ${passed} passed; ${failed} failed; 0 ignored`);
process.exit(failed ? 1 : 0);
