// Which of the program's other runtimes may have done it?
//
// The record of one runtime knows of a wake by another thread, and not whose thread that is. Each runtime has a page of
// its own; this one names the others, and goes to the moment there.
//
// Interface: `pagesWords(before, after, later)`, `elsewhereWords(i, on)`.
// Invariant: a moment is told only where both clocks are known.
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
  /** Which page may tell of the wake by another thread, and at which moment of its clock: "; perhaps by a task of tea.2.html, at 0.12 s there". The record of one runtime knows neither. */
  function elsewhereWords(i, on) {
    const { pages, header, t, state } = K.trace,
      kindOf = (on) => state.primitives.get(on?.sync ?? on?.value ?? on?.closed)?.kind,
      kind = kindOf(on),
      exact = header.clock !== "paused" && clockBegan() > 0;
    // (Messages are received in the order in which they were sent: so many for the like came after this one in its turn.)
    const { rows } = K.rowsOf(K.trace),
      like = (e) =>
        e.ev === "Wake" &&
        e.by === "message" &&
        ((row) => row?.waits[row.barAt(e.i - 1)]?.some((on) => kindOf(on) === kind))(rows.get(e.task));
    let later = 0;
    for (let j = i + 1, e = K.event(j); kind && e && !["Turn", "Park", "PollStart"].includes(e.ev); e = K.event(++j))
      later += like(e);
    const link = ({ page, began }) => {
      const at = exact && began > 0 ? t[i] - (began - clockBegan()) * 1e3 : -1;
      return at < 0
        ? `<a href="${encodeURIComponent(page)}">${esc(page)}</a>`
        : `<a href="${encodeURIComponent(page)}#t=${Math.round(at)}${kind ? `&amp;of=${esc(encodeURIComponent(kind))}&amp;later=${later}` : ""}">${esc(page)}</a>, at ${K.clock(at)} there`;
    };
    return pages.length
      ? `; perhaps by a task of another runtime, which is on its page: ${pages.slice(0, NAMED).map(link).join(" or ")}${pages.length > NAMED ? ` or ${K.plural(pages.length - NAMED, "other page")}` : ""}`
      : "";
  }

  Object.assign(K, { pagesWords, elsewhereWords });
})((window.K = window.K || {}));
