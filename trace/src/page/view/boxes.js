// How do the boxes in the middle get into the page?
//
// Other scripts make HTML from the state and the event. This one puts it into the page where it
// differs from what is there. The style decides how much room a part gets (boxes.css): a long list
// scrolls in its own box, and its heading has the count.
//
// Interface: `K.paint(id, html)` replaces an element's content; `K.tasksPerPlace`: how many tasks
// fit into each place.
// Invariant: the boxes depend on the trace, the state, the event, and on whether the reader has
// opened or folded the wheel.
// Not here: the parts themselves (places.js, wakers.js, wheel.js).

const { byId } = K;

// ----- painting: only what differs, so that the keyboard's focus stays -----
const painted = new Map();
/** A number and its unit, which must stay on one line; not inside of a tag. */
const UNIT = /\d[\d.,]* (?:ns|µs|ms|s|min)\b(?![^<>]*>)/g;
K.paint = function (id, html) {
  if (painted.get(id) === html) return false;
  const box = byId(id),
    had = box.contains(document.activeElement) ? document.activeElement.dataset.task : null;
  painted.set(id, html);
  const isText = box.matches(".words");
  box.innerHTML = isText ? html.replace(UNIT, '<data class="who">$&</data>') : html;
  if (isText) box.scrollTop = 0;
  if (had) box.querySelector(`[data-task="${CSS.escape(had)}"]`)?.focus();
  return true;
};

// ----- the middle pane -----
/** How many tasks a place has room for: as many as the run has, within these bounds. */
const ROOM = { least: 3, most: 4 };
/** In pixels: how far below a list's upper edge the row that the event touches is scrolled. */
const ABOVE = 90;
let wakersHTML = null,
  isOpen = false, // the wheel
  isOpenByHand = null; // the reader's own choice

K.on("trace", function (trace) {
  wakersHTML = K.wakerParts(trace);
  K.tasksPerPlace = Math.max(ROOM.least, Math.min(trace.counts.tasks + 1, ROOM.most));
  byId("places").style.setProperty("--rooms", K.tasksPerPlace);
  byId("wakers").addEventListener("click", (ev) => {
    if (!ev.target.closest(".wheel-line")) return;
    isOpenByHand = !isOpen;
    K.show();
    document.querySelector(".wheel-line").focus();
  });
});
K.on("show", function (s, e) {
  byId("boxes").classList.toggle("asleep", s.parked);
  K.paint("loop", K.loopHTML(s));
  K.paint("places", K.placesHTML(s, e));
  const parts = wakersHTML(s, e),
    hasWheel = K.trace.books.timers.size > 0;
  isOpen = hasWheel && (isOpenByHand ?? (!parts || K.asksForTimers(s, e)));
  const wheel = isOpen ? K.wheelHTML(s) + K.timersHTML(s) : "",
    html = wheel + parts || `<p class="none">No task ever waits for anything in this run.</p>`;
  K.paint(
    "wakers",
    `${hasWheel && parts ? K.wheelLine(s, isOpen) : ""}<div class="parts" tabindex="0" aria-label="Where each waker is"><div class="cols">${html}</div></div>`,
  );
  const list = document.querySelector(".parts"),
    touched = list.querySelector(".hot") ?? list.querySelector(".awaited");
  list.scrollTop = touched ? touched.offsetTop - ABOVE : 0;
});
