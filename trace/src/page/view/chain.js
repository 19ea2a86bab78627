// What bounded it, in words?
//
// The parts of the chain are summed by task and cause; the way is shown that leads from the task
// that is asked about to the largest sum. Of a wait that isn't over it is shown what could end it.
//
// Interface: `K.chainHTML(name, [begin, end], all)`, `K.openHTML(name, i)`, `K.circleHTML(state)`.
// Not here: how the chain is found (why/bounds.js).

const { toEvent } = K;
/** So many links of the way are shown. */
const LINKS = 6;

const OUTSIDE = { outside: "from outside" };
function sumsOf(parts) {
  const sums = new Map();
  for (const { who, what, wait, from, ns, after } of parts) {
    const words = K.barWords(what, wait),
      key = `${who} ${what} ${words} ${wait?.at?.text}`;
    const sum = sums.get(key) ?? {
      who,
      what,
      words: `${who} ← ${words}`,
      ns: 0,
      times: 0,
      longest: -1,
    };
    sums.set(key, sum);
    sum.ns += ns;
    sum.times += 1;
    if (ns <= sum.longest) continue;
    const place = [K.lineHTML(wait), OUTSIDE[what]].filter(Boolean).join(", ");
    Object.assign(sum, {
      longest: ns,
      at: from,
      after,
      open: what === "open",
      place,
      own: what === "poll",
    });
  }
  return [...sums.values()].sort((a, b) => b.ns - a.ns);
}

// ----- the way to the largest sum -----

const HOW = {
  spawn: "its spawn",
  woken: "its waker, called by",
  "gave way": "having given way",
  thread: "the thread, held by",
};
const hopWords = ({ how, wait }) =>
  HOW[how] ?? (wait ? K.onWhat(wait.on) : "what was there before");
/** The hops by which the chain came to the longest part of a sum; where it came back to a task,
 * without what was between. */
function wayTo(hops, { after }) {
  const way = [];
  for (const hop of hops.slice(0, after)) {
    const met = way.findIndex(({ who }) => who === hop.who);
    if (met >= 0) way.length = met;
    way.push(hop);
  }
  return way;
}
function wayHTML(hops, last) {
  const links = wayTo(hops, last).map(
    (hop) =>
      `<li>${K.nameHTML(hop.who)} ← ${toEvent(hop.i, K.tokens(hopWords(hop)))} <small>${K.lineHTML(hop.wait)}</small> ←</li>`,
  );
  const left = links.length - LINKS;
  if (left > 0) links.splice(LINKS / 2, left, `<li>… ${K.plural(left, "link")} …</li>`);
  const much = `${K.tokens(last.words.replace(/^.* ← /, ""))}, <b>${(last.open ? K.least : K.span)(last.ns)}</b>`;
  links.push(
    `<li>${K.nameHTML(last.who)} ← ${toEvent(last.at, much)} <small>${last.place}</small></li>`,
  );
  return `<ul class="chain">${links.join("")}</ul>`;
}

const STOPS = {
  before: "It goes back to what was there before the record begins.",
  instant:
    "What this timer’s deadline was set by isn’t recorded, so nothing before is said to count.",
  steps: "It is longer than this page follows it.",
  circle: "It goes around: each waits for the next.",
};
K.chainHTML = function (name, [begin, end], all) {
  const { parts, hops, stop } = K.bounded(name, begin, end),
    sums = sumsOf(parts);
  if (!sums.length) return "";
  return (
    `<h3>What bounded it <span class="mute">each part, a millisecond longer, would make all of it longer</span></h3>` +
    wayHTML(hops, sums[0]) +
    (sums.length > 1 ? K.sumsHTML(sums, all) : "") +
    (STOPS[stop] ? `<p class="mute">${STOPS[stop]}</p>` : "")
  );
};

// ----- what isn't over -----

K.openHTML = function (name, i) {
  const s = K.stateAt(i);
  if (s.tasks.get(name)?.where !== "waiting") return "";
  return `<h3>What it still waits for <span class="mute">after ${K.link(i)}</span></h3>${K.waitTree(s, [name]).html}${circleOf(s)}`;
};
const circleOf = (s) => (K.circle(s).length ? `<p class="circle">${K.circleHTML(s)}</p>` : "");
/** "task 1 waits for lock 2, which task 2 …"; "" if nothing goes around. */
K.circleHTML = function (s = K.trace.state) {
  const steps = K.circle(s);
  if (!steps.length) return "";
  const each = steps.map(
    ({ name, wait }) =>
      `${K.nameHTML(name)} waits for ${toEvent(wait.begin ?? s.i, K.tokens(K.onWhat(wait.on)))}`,
  );
  return `It goes around: ${K.several(each, (words) => words)}.`;
};
