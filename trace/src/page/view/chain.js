// How is the critical path told in words?
//
// Its parts are summed by task and cause. The page shows the way from the task in question to the
// largest sum, and below it, for a wait that isn't over, what could end it.
//
// Interface: `K.chainHTML(name, [begin, end], all)`, `K.openHTML(name, i)`.
// Not here: how the path is found (why/bounds.js).

const { eventLink } = K;
/** At most so many links of the way are shown. */
const LINKS = 6;

// ----- the way to the largest sum -----

const HOW = {
  Spawn: "its spawn",
  BlockingStart: "its spawn",
  Wake: "its waker, called by",
  Defer: "having given way",
  thread: "the thread, held by",
};
const hopWords = ({ how, wait }) =>
  HOW[how] ?? (wait ? K.resourceWords(wait.on) : "what was there before");
/** The hops from the end of the chain to the longest part of a sum. Where the chain comes back to a
 * task, the detour between is left out. */
function wayTo(hops, { after }) {
  const way = [];
  for (const hop of hops.slice(0, after)) {
    const earlier = way.findIndex(({ who }) => who === hop.who);
    if (earlier >= 0) way.length = earlier;
    way.push(hop);
  }
  return way;
}
function wayHTML(hops, last) {
  const links = wayTo(hops, last).map(
    (hop) =>
      `<li>${K.nameHTML(hop.who)} ← ${eventLink(hop.i, K.tokens(hopWords(hop)))} <small>${K.lineHTML(hop.wait)}</small> ←</li>`,
  );
  const left = links.length - LINKS;
  if (left > 0) links.splice(LINKS / 2, left, `<li>… ${K.plural(left, "link")} …</li>`);
  const much = `${K.tokens(K.barWords(last))}, <b>${K.lengthWords(last)}</b>`;
  links.push(
    `<li>${K.nameHTML(last.who)} ← ${eventLink(last.from, much)} <small>${K.lineHTML(last.wait)}</small></li>`,
  );
  return `<ul class="chain">${links.join("")}</ul>`;
}

const STOPS = {
  before: "The chain goes back beyond the beginning of the record.",
  instant: "The chain ends here, because the record doesn’t have what set this timer’s deadline.",
  system:
    "The chain ends at a wait that a report of the system ended: whatever came before it isn’t known to have bounded the run.",
  thread:
    "The chain ends at a wait that another thread ended: whatever came before it isn’t known to have bounded the run.",
  code: "The chain ends at a wake that names no wait: whatever came before it isn’t known to have bounded the run.",
  steps: "The chain is longer than the page follows it.",
};
K.chainHTML = function (name, [begin, end], all) {
  const { parts, hops, stop } = K.criticalPath(name, begin, end),
    sums = K.sumsOf(parts);
  if (!sums.length) return "";
  return (
    `<h3>What bounded it <span class="mute">a millisecond more in any of these parts would have made it all longer</span></h3>` +
    wayHTML(hops, sums[0]) +
    (sums.length > 1 ? K.sumsHTML(sums, all) : "") +
    (STOPS[stop] ? `<p class="mute">${STOPS[stop]}</p>` : "")
  );
};

// ----- what isn't over -----

K.openHTML = function (name, i) {
  const s = K.stateAt(i);
  if (s.tasks.get(name)?.where !== "waiting") return "";
  return `<h3>What it still waits for <span class="mute">after ${K.link(i)}</span></h3>${K.waitTree(s, [name]).html}`;
};
