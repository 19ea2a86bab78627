// How are the boxes put together?
//
// Each part of the middle pane is HTML, made of the state and the event; here it is written into
// the page where it differs from what is there. How much room a part gets is the style's matter
// (style.css): a long list is scrolled in its own box, and its heading has the count.
//
// Interface: `K.paint(id, html)`; `K.rooms`: so many tasks each place has room for.
// Invariant: what is drawn depends on the trace, the state, the event, and whether the reader has
// opened or folded the wheel.
// Not here: what is in the boxes (places.js, wakers.js, wheel.js).

const { byId } = K;

// ----- painting: only what differs, and the keyboard stays where it was -----
const painted = new Map();
/** A number with its unit, in a text and not in a tag: they stay together. */
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
/** So many tasks has each place room for, where the run has as many. */
const ROOMS = { least: 3, most: 4 };
/** So far below the upper edge is what the event touches, in a list that is scrolled to it. */
const ABOVE = 90;
let wakersHTML = null,
  isOpen = false, // the wheel
  byHand = null; // as the reader has opened or folded it

K.on("trace", function (trace) {
  wakersHTML = K.wakerParts(trace);
  K.rooms = Math.max(ROOMS.least, Math.min(trace.most.tasks + 1, ROOMS.most));
  byId("places").style.setProperty("--rooms", K.rooms);
  byId("wakers").addEventListener("click", (ev) => {
    if (!ev.target.closest(".wheel-line")) return;
    byHand = !isOpen;
    K.show();
    document.querySelector(".wheel-line").focus();
  });
});
K.on("show", function (s, e) {
  byId("boxes").classList.toggle("asleep", s.parked);
  K.paint("loop", K.loopHTML(s));
  K.paint("places", K.placesHTML(s, e));
  const others = wakersHTML(s, e),
    hasWheel = K.trace.books.timers.size > 0;
  isOpen = hasWheel && (byHand ?? (!others || K.asksForTimers(s, e)));
  const wheel = isOpen ? K.wheelHTML(s) + K.timersHTML(s) : "",
    html = wheel + others || `<p class="none">No task ever waits for anything in this run.</p>`;
  K.paint(
    "wakers",
    `${hasWheel && others ? K.wheelLine(s, isOpen) : ""}<div class="parts" tabindex="0" aria-label="Where each waker is"><div class="cols">${html}</div></div>`,
  );
  const list = document.querySelector(".parts"),
    touched = list.querySelector(".hot") ?? list.querySelector(".asked");
  list.scrollTop = touched ? touched.offsetTop - ABOVE : 0;
});
