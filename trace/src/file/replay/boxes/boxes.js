// How are the boxes put together?
//
// Each part of the middle pane is HTML, made of the state and the event; here it is written into the
// page where it differs from what is there. How much room a part gets is the style's matter
// (style.css): a long list is scrolled in its own box, and its heading has the count.
//
// Interface: `K.paint(id, html)`; listens to "trace" and "show".
// Invariant: what is drawn depends on the trace, the state, the event, and whether the reader has
// opened or folded the wheel.
// Not here: what is in the boxes (places.js, wakers.js, wheel.js).
"use strict";
(function (K) {
  const { byId, loopHTML, placesHTML, wakerParts } = K;

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
    const same = had && [...box.querySelectorAll("[data-task]")].find((el) => el.dataset.task === had);
    if (same) same.focus();
    return true;
  };

  // ----- the middle pane -----
  /** So many tasks has each place room for, where the run has as many. */
  const ROOMS = { least: 3, most: 4 };
  /** So far below the upper edge is what the event touches, in a list that is scrolled to it. */
  const ABOVE = 90;
  let used = { parts: [], wheel: true },
    byHand = null, // the wheel, opened or folded by the reader
    isOpen = false;

  K.on("trace", function (trace) {
    used = wakerParts(trace);
    byHand = null;
    K.rooms = Math.max(ROOMS.least, Math.min(trace.most.tasks + 1, ROOMS.most));
    byId("places").style.setProperty("--rooms", K.rooms);
  });
  document.addEventListener("click", (ev) => {
    if (!ev.target.closest?.(".wheel-line")) return;
    byHand = !isOpen;
    K.show();
    document.querySelector(".wheel-line")?.focus();
  });

  /** The wheel is open where a timer is asked about, or nothing else is waited for; unless the reader has said otherwise. */
  function wakersHTML(s, e) {
    isOpen = used.wheel && (byHand ?? (!used.parts.length || K.asksForTimers(s, e)));
    const drawn = used.parts.map((draw) => draw(s, e)),
      idle = (part) => used.parts.length > 2 && !!part.idle;
    const sections = [...drawn.filter((part) => !idle(part)), ...drawn.filter(idle)].map(
      (part) => `<section>${part.html ?? part}</section>`,
    );
    const parts = (isOpen ? K.timersHTML(s) : "") + sections.join(""),
      line = used.wheel && used.parts.length ? K.wheelLine(s, isOpen) : "",
      none = `<p class="none">No task ever waits for anything in this run.</p>`;
    return `${line}<div class="parts" tabindex="0" aria-label="Where each waker is"><div class="cols">${
      (isOpen ? K.wheelHTML(s) : "") + parts || none
    }</div></div>`;
  }

  K.on("show", function (s, e) {
    const isAsleep = s.parked && s.step === "park";
    byId("boxes").classList.toggle("asleep", isAsleep);
    K.paint("loop", loopHTML(s));
    K.paint("places", placesHTML(s, e));
    K.paint("wakers", wakersHTML(s, e));
    const list = document.querySelector(".parts"),
      touched = list.querySelector(".hot:not(.branch)") ?? list.querySelector(".hot, .asked");
    list.scrollTop = touched ? touched.offsetTop - ABOVE : 0;
  });
})((window.K = window.K || {}));
