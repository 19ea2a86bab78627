// In which functions does a task wait, and which task awaits which?
//
// With `KETTLE_STACKS=1` a `Wait` names the await stack in which it happened.
//
// Interface: `K.stacks.html(wait, i)`: the functions in which this wait was asked by event `i`, or
// nothing; `K.stacks.open()`: all tasks that have not ended, as a tree. Dialog #tree.
// Not here: what a task waits for in words (things.js), why it is not running (whereabouts.js).

const { byId, esc } = K;
/** So many tasks are drawn. */
const MOST = 200;
const stacks = (K.stacks = {});

stacks.html = function (wait, i) {
  const frame = ({ name, at }) => `<b>${esc(name)}</b> <code>${esc(K.site(at.text))}</code>`,
    frames = (K.trace.stacks.get(K.askOf(wait, i)?.stack) ?? []).map(frame);
  return frames.length ? `<span class="stack">In ${frames.join(" ← ")}.</span>` : "";
};

const STATES = { queued: "is ready", polling: "is being polled", waiting: "waits" };
/** Each task stands below the first whose wait it could end. */
function tree(s) {
  const alive = [...s.tasks.values()].filter((t) => t.where !== "done" && K.find.has(t.name)),
    below = new Set(
      alive.flatMap((t) => K.openWaits(t.name, s.i).flatMap((wait) => K.couldEnd(wait, s).who)),
    ),
    drawn = new Set();
  function task(name) {
    const t = s.tasks.get(name),
      isKnown = t && t.where !== "done";
    if (!isKnown && !s.jobs.has(name)) return "";
    if (drawn.has(name) || !isKnown || drawn.size >= MOST)
      return `<li><div>${K.nameHTML(name)}</div></li>`;
    drawn.add(name);
    const wait = (one) =>
      `<li><div>${stacks.html(one, s.i)} Waits for ${K.tokens(K.onWhat(one.on))}.</div>` +
      `<ul>${K.couldEnd(one, s).who.map(task).join("")}</ul></li>`;
    const all = t.where === "waiting" ? K.openWaits(name, s.i).map(wait).join("") : "",
      state = all ? "" : ` <span class="mute">${STATES[t.where]}</span>`;
    return `<li><div>${K.nameHTML(name)} <code>${esc(K.origin(name))}</code>${state}</div><ul>${all}</ul></li>`;
  }
  // (Those that are below none come first; of the rest each is in a circle, or below one.)
  const tops = alive.filter((t) => !below.has(t.name)),
    html = [...tops, ...alive]
      .map((t) => (drawn.has(t.name) || drawn.size >= MOST ? "" : task(t.name)))
      .join("");
  const left = alive.length - drawn.size;
  return `<ul class="tree">${html}</ul>${left > 0 ? `<p>And ${K.number(left)} more: pick some with /.</p>` : ""}`;
}
stacks.open = function () {
  const s = K.stateAt(K.answer.moment()),
    known = K.trace.stacks.size
      ? ""
      : " Record it with <code>KETTLE_STACKS=1</code> to see in which functions.";
  byId("why").close();
  byId("tree").innerHTML =
    `<h2>Which task awaits which? <span class="mute">after event ${K.trace.n[s.i] ?? 0}, at ${K.clock(s.t)}</span></h2>` +
    `<p class="mute">Under a task is what it waits for, and the tasks that could end that wait.${known}</p>${tree(s)}` +
    `<form method="dialog"><button autofocus>Close<kbd>esc</kbd></button></form>`;
  byId("tree").showModal();
  byId("tree").scrollTop = 0; // the focus is on its last line
};
