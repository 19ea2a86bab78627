// Does the page say what is true of programs whose truth is known?
//
//   node checks/said.mjs DIRECTORY
//
// The directory holds traces of the programs of tests/said.rs, by their names. The page's own
// scripts read each, and what they say of it at its note "now", or of one event, is held against
// what the program does. No browser is needed for that.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { is, same, verdict } from "./harness.mjs";
import { TABLES, scripts, traceIn } from "./scripts.mjs";

const WORDS = ["tools", "names", "things", "primitives", "events", "whereabouts"];
const K = scripts(
  ...TABLES,
  ...["why", "bounds"].map((name) => `why/${name}.js`),
  ...WORDS.map((name) => `words/${name}.js`),
  ...["banner", "opening"].map((name) => `view/${name}.js`),
);

/** The first event of which this is true. */
const find = (f) => K.trace.n.findIndex((_, i) => f(K.event(i)));
const noted = (text) => K.stateAt(find((e) => e.ev === "Note" && e.text === text));
/** The page's words about a task at the note "now", without marks. */
const wordsOn = (name, s = noted("now")) => plain(K.waitTree(s, [name]).html);
const plain = (html) => html.replace(/<[^>]*>/g, "").replace(/\s+/g, " ");
const teaches = (f) => {
  const i = find(f);
  return plain(K.teaches(K.event(i), K.stateAt(i)));
};
const says = (text, words) => is(text.includes(words), `not “${words}”, but: ${text}`);
const never = (text, words) => is(!text.includes(words), `“${words}” in: ${text}`);
/** The chain of main stops at its wait for what is outside. */
function outside(why) {
  const { parts, stop } = K.criticalPath("main");
  is(stop === why, `the chain ends at ${stop}, not ${why}`);
  is(parts.at(-1).what === "outside", `its last part is ${parts.at(-1).what}`);
}

const PROGRAMS = {
  outside_thread: () => outside("thread"),
  outside_peer() {
    outside("system");
    const isForSource = (e) => e.ev === "Wait" && e.on.source;
    says(teaches(isForSource), "for this direction");
  },
  held_thread() {
    const { hops, parts } = K.criticalPath("main"),
      held = hops.flatMap(({ who, next, how }) => (how === "thread" ? [`${who} ${next}`] : []));
    same(held.join(), "main task 2,main task 1", "who held the thread");
    const late = parts.find(({ what }) => what === "late"),
      polls = parts.filter(({ what, ns }) => what === "poll" && ns >= 5e6).map(({ who }) => who);
    is(late?.wait.on.timer, "the timer was late");
    same(polls.join(), "task 2,task 1", "whose polls bounded it");
  },
  noop_select() {
    says(wordsOn("task 1"), "The waker isn’t the task’s own");
    never(wordsOn("task 1"), "Whichever");
  },
  watch_closed: () => says(wordsOn("task 1"), "or the last of it is gone"),
  caught_panic: () => never(K.panicWords("task 1"), "harmless"),
  self_abort() {
    const isAbort = (e) => e.ev === "Cancel";
    says(teaches(isAbort), "if this poll returns Pending");
  },
  later_owned() {
    says(wordsOn("task 1"), "took it at");
    const isTake = (e) => e.act === "take";
    never(teaches(isTake), "only ever found taken");
  },
  /** What is left of a program that was killed after two seconds of silence. */
  hung(text) {
    const cut = text.slice(0, text.indexOf('"ev":"Advance"'));
    K.emit("trace", K.read(cut.slice(0, cut.lastIndexOf("\n")) + '\n{"lived":2000000000}\n'));
    const last = K.trace.last,
      words = plain(K.openWaitHTML("main", last));
    is(K.opensAt() === last && K.event(last).ev === "Park", "it opens at its last event");
    says(words, "It waits for lock 1");
    says(words, "task 1 took it at");
    says(plain(K.opening(last).sentence), "the program was ended 2 s after its start");
  },
  asked_no_more: () => says(wordsOn("task 1"), "was polled 1 time since and never asked it"),
  asked_again() {
    const [{ served, polls }] = K.openWaits("task 2", noted("now").i);
    is(served.length === 1 && polls.length === 2, "it was served once, and polled again");
    says(wordsOn("task 2", K.stateAt(served[0])), "It has been there");
    says(wordsOn("task 2"), "The system’s next report");
  },
  unordered_in_select() {
    says(wordsOn("task 1"), "a value in channel 1");
    says(wordsOn("task 1"), "asked in an earlier round");
    never(wordsOn("task 1"), "No wait of it is open");
  },
};

// From which events the first twenty came that came from one, as tests/golden/came_from.txt has it.
const golden = readFileSync(new URL("../../golden/came_from.txt", import.meta.url), "utf8");
for (const [, name, answers] of golden.matchAll(/^(\w+):\n((?:[ \d].*\n)+)/gm))
  PROGRAMS[name] = () => {
    const came = [...K.trace.n.keys()].filter((i) => K.event(i).from).slice(0, 20),
      numbers = came.flatMap((i) => [K.event(i).n, K.event(K.indexOf(K.event(i).from)).n]);
    same(numbers.join(), [...answers.matchAll(/^ *(\d+)/gm)].map(([, n]) => +n).join(), name);
  };

let [passed, failed] = [0, 0];
for (const [name, check] of Object.entries(PROGRAMS)) {
  const text = traceIn(join(process.argv[2], `${name}.html`));
  K.read(text);
  try {
    check(text);
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`${name}: ${error.message}`);
  }
}
is(!/nothing/.test(K.resourceWords(undefined)), "a wait that isn't in the record is for nothing");
verdict({ passed, failed });
