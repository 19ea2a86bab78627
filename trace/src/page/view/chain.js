// How does the page show a task's critical path?
//
// The path's parts are summed by task and cause. The page lists the hops from the task that the
// reader asked about to the longest part of the largest sum, and then all sums.
//
// Interface: both give HTML.
// - `K.chainHTML(name, [begin, end], all)`: what bounded task `name` between two times; the bars
//   are shares of `all` ns.
// - `K.openWaitHTML(name, i)`: what the task still waits for after event `i`, and what could end
//   that; empty if it isn't waiting.
// Not here: how the path is found (why/bounds.js), how parts are summed (why/why.js).

const { eventLink } = K;
/** At most this many hops are shown. */
const MOST = 6;

// ----- the path to the largest sum -----

/** The words for a hop, by its `how`: the kind of event by which one task led to the other. */
const CAUSED_BY = {
  Spawn: "its spawn",
  BlockingStart: "its spawn",
  Wake: "its waker, called by",
  Defer: "having given way",
  thread: "the thread, held by",
};
const hopWords = ({ how, wait }) =>
  CAUSED_BY[how] ?? (wait ? K.resourceWords(wait.on) : "what was there before");
/** The first `count` hops from the end of the chain. Where the chain comes back to a task, the
 * detour between is left out. */
function hopsTo(hops, count) {
  const path = [];
  for (const hop of hops.slice(0, count)) {
    const earlier = path.findIndex(({ who }) => who === hop.who);
    if (earlier >= 0) path.length = earlier;
    path.push(hop);
  }
  return path;
}
function pathHTML(hops, last) {
  const link = ({ who, wait }, i, words, end = "") =>
    `<li>${K.nameHTML(who)} ← ${eventLink(i, words)} <small>${K.lineHTML(wait)}</small>${end}</li>`;
  const links = hopsTo(hops, last.after).map((hop) =>
      link(hop, hop.i, K.withChips(hopWords(hop)), " ←"),
    ),
    omitted = links.length - MOST;
  if (omitted > 0) links.splice(MOST / 2, omitted, `<li>… ${K.plural(omitted, "link")} …</li>`);
  const part = `${K.withChips(K.barWords(last))}, <b>${K.lengthWords(last)}</b>`;
  return `<ul class="chain">${links.join("")}${link(last, last.from, part)}</ul>`;
}

const endsAt = (wait) =>
  `The chain ends at a ${wait}: whatever came before it isn’t known to have bounded the run.`;
/** Why the chain goes no further, by its `stop`. */
const STOPS = {
  before: "The chain goes back beyond the beginning of the record.",
  instant: "The chain ends here, because the record doesn’t have what set this timer’s deadline.",
  system: endsAt("wait that a report of the system ended"),
  thread: endsAt("wait that another thread ended"),
  code: endsAt("wake that names no wait"),
};
K.chainHTML = function (name, [begin, end], all) {
  const { parts, hops, stop } = K.criticalPath(name, begin, end),
    sums = K.sumsOf(parts);
  if (!sums.length) return "";
  const head = `<h3>What bounded it <span class="mute">a millisecond more in any of these parts would have made it all longer</span></h3>`,
    list = sums.length > 1 ? K.sumsHTML(sums, all) : "",
    stopped = STOPS[stop] ? `<p class="mute">${STOPS[stop]}</p>` : "";
  return head + pathHTML(hops, sums[0]) + list + stopped;
};

// ----- a wait that isn't over -----

K.openWaitHTML = function (name, i) {
  const s = K.stateAt(i);
  if (s.tasks.get(name)?.where !== "waiting") return "";
  return `<h3>What it still waits for <span class="mute">after ${K.link(i)}</span></h3>${K.waitTree(s, [name]).html}`;
};
