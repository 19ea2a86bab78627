// How do the boxes in the middle get into the page?
//
// Other scripts make HTML from the state and the event. This one puts it into the page where it
// differs from what is there. The style decides how much room a part gets (boxes.css): a long list
// scrolls in its own box, and its heading has the count.
//
// Interface (all scripts share `K`): `K.paint(id, html)` replaces an element's content, and returns
// whether it was another; `K.tasksPerPlace`: how many tasks fit into each place.
// Not here: the parts themselves (places.js, wakers.js, wheel.js).

const { byId } = K;

/** The HTML by id. Only what differs is painted, so that the keyboard's focus stays. */
const painted = new Map();
/** A number and its unit, which must stay on one line; not inside of a tag. */
const LENGTH = /\d[\d.,]* (?:ns|µs|ms|s|min)\b(?![^<>]*>)/g;
K.paint = function (id, html) {
  if (painted.get(id) === html) return false;
  painted.set(id, html);
  const box = byId(id),
    focused = box.contains(document.activeElement) ? document.activeElement.dataset.task : null,
    isText = box.matches(".words");
  box.innerHTML = isText ? html.replace(LENGTH, '<data class="who">$&</data>') : html;
  if (isText) box.scrollTop = 0;
  if (focused) box.querySelector(`[data-task="${CSS.escape(focused)}"]`)?.focus();
  return true;
};

/** How many tasks a place has room for: as many as the run has, within these bounds. */
const ROOM = { least: 3, most: 4 };
const ABOVE = 90; // px: from a list's upper edge to the row to which it is scrolled
let wakersHTML = null; // a function of state and event (wakers.js)
let isWheelOpen = false, // the timer wheel, above the wakers
  isOpenByHand = null; // the reader's own choice; null: as the event needs it

K.on("trace", function (trace) {
  const tasks = trace.names.filter((name) => !name.startsWith("job")).length;
  wakersHTML = K.wakerParts(trace);
  K.tasksPerPlace = Math.max(ROOM.least, Math.min(tasks + 1, ROOM.most));
  byId("places").style.setProperty("--rooms", K.tasksPerPlace);
  byId("wakers").addEventListener("click", (ev) => {
    if (!ev.target.closest(".wheel-line")) return;
    isOpenByHand = !isWheelOpen;
    K.show();
    document.querySelector(".wheel-line").focus();
  });
});
K.on("show", function (state, event) {
  byId("boxes").classList.toggle("asleep", state.parked);
  K.paint("loop", K.loopHTML(state));
  K.paint("places", K.placesHTML(state, event));
  const wakers = wakersHTML(state, event),
    hasWheel = K.trace.books.timers.size > 0; // did the run ever have a timer?
  isWheelOpen = hasWheel && (isOpenByHand ?? (!wakers || K.asksForTimers(state, event)));
  const line = hasWheel && wakers ? K.wheelLine(state, isWheelOpen) : "",
    wheel = isWheelOpen ? K.wheelHTML(state) + K.timersHTML(state) : "",
    html = wheel + wakers || `<p class="none">No task ever waits for anything in this run.</p>`;
  const parts = `<div class="parts" tabindex="0" aria-label="Where each waker is">`;
  K.paint("wakers", `${line}${parts}<div class="cols">${html}</div></div>`);
  const list = document.querySelector(".parts"),
    touched = list.querySelector(".hot") ?? list.querySelector(".awaited");
  list.scrollTop = touched ? touched.offsetTop - ABOVE : 0;
});
