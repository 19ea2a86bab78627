// Why is this task not running, and who waits for whom? (The dialog.)
//
// First comes the task that the reader has chosen, or that the event is about, and then each task
// for which no other task waits. Below each wait are the tasks that could end it.
//
// Interface: `K.why.open()` opens the dialog #why.
// Not here: the answers themselves (whereabouts.js).

const { byId } = K;
/** At most so many tasks are drawn. */
const MOST = 60;

/** Tasks below no wait come first. The rest are drawn below others, or wait for each other. */
function order(s, i) {
  const first = K.pinned ?? (i !== K.shown ? K.answer.name : K.event(i)?.task) ?? s.running,
    alive = s.tasks.values().filter((t) => t.where !== "done" && K.find.has(t.name)),
    waits = alive.flatMap((t) => K.openWaits(t.name, s.i)),
    below = new Set(waits.flatMap((wait) => K.whoCanEnd(wait, s))),
    names = alive.map((t) => t.name);
  const tops = names.filter((name) => !below.has(name));
  return [...new Set([...(s.tasks.get(first) ? [first] : []), ...tops, ...names])];
}
function open() {
  const i = K.answer.moment(),
    s = K.stateAt(i),
    { html, left } = K.waitTree(s, order(s, i), MOST),
    more = left
      ? `<p class="mute">And ${K.number(left)} more: pick some with <kbd>/</kbd>.</p>`
      : "";
  byId("why").innerHTML =
    `<h2>Why isn’t it running? <span class="mute">after event ${K.trace.n[i] ?? 0}, at ${K.clock(s.t)}</span></h2>` +
    `<p class="mute">${K.threadWords(s)} Below each wait are the tasks that could end it.</p>` +
    (html || "<p>There is no task yet: a future does nothing by itself.</p>") +
    `${more}<form method="dialog"><button autofocus>Close<kbd>esc</kbd></button></form>`;
  byId("why").showModal();
  byId("why").scrollTop = 0; // the focus is on its last line
}
K.why = { open };
