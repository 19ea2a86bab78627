// Which pages do the program's other runtimes have?
//
// Interface: `pagesWords(before, after, later)`.
// Not here: wakes within this runtime (wakes.js).
"use strict";
(function (K) {
  const { NAMED, esc, span } = K;
  /** When the page's clock began, in microseconds. */
  const clockBegan = () => K.trace.header.began ?? 1e3 * K.trace.header.started;
  /** The pages of the program's other runtimes, and by how much later than this one's their clocks began. */
  function pagesWords(before, after, later = false) {
    const { pages } = K.trace,
      when = ({ began }) => {
        const ns = (began - clockBegan()) * 1e3;
        return ns ? ` (its clock began ${span(Math.abs(ns))} ${ns > 0 ? "later" : "earlier"})` : "";
      };
    return pages.length
      ? before +
          pages
            .slice(0, NAMED)
            .map((page) => `<a href="${encodeURIComponent(page.page)}">${esc(page.page)}</a>${later ? when(page) : ""}`)
            .join(", ") +
          (pages.length > NAMED ? ` and ${K.number(pages.length - NAMED)} more` : "") +
          after
      : "";
  }
  Object.assign(K, { pagesWords });
})((window.K = window.K || {}));
