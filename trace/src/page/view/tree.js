// Why is this task not running, and who waits for whom? (The dialog.)
//
// First comes the task that the reader has chosen, or that the event is about, and then each task
// for which no other task waits. Below each wait are the tasks that could end it.
//
// Interface (all scripts share `K`): `K.openWhy()` opens the dialog #why.
// Not here: the answers themselves (whereabouts.js).

const { byId } = K;
const MOST_DRAWN = 60;

K.openWhy = function () {
  const i = K.answer.moment(),
    state = K.stateAt(i),
    { html, left } = K.waitTree(state, namesInOrder(state, i), MOST_DRAWN),
    rest = `<p class="mute">And ${K.number(left)} more: pick some with <kbd>/</kbd>.</p>`;
  byId("why").innerHTML =
    `<h2>Why isn’t it running? <span class="mute">after event ${K.trace.n[i] ?? 0}, at ${K.clock(state.t)}</span></h2>` +
    `<p class="mute">${K.threadWords(state)} Below each wait are the tasks that could end it.</p>` +
    (html || "<p>There is no task yet: a future does nothing by itself.</p>") +
    (left ? rest : "") +
    `<form method="dialog"><button autofocus>Close<kbd>esc</kbd></button></form>`;
  byId("why").showModal();
  byId("why").scrollTop = 0; // the focus is on its last line
};
/** The tasks that haven't ended; last those that could end a wait, as most are drawn below it. */
function namesInOrder(state, i) {
  const first = K.pinned ?? (i === K.shown ? K.event(i)?.task : K.answer.name) ?? state.running,
    alive = state.tasks.values().filter(({ where, name }) => where !== "done" && K.find.has(name)),
    names = alive.map(({ name }) => name);
  const waits = names.flatMap((name) => K.openWaits(name, state.i)),
    awaited = new Set(waits.flatMap((wait) => K.whoCanEnd(wait, state))),
    tops = names.filter((name) => !awaited.has(name));
  return [...new Set([...(state.tasks.get(first) ? [first] : []), ...tops, ...names])];
}
