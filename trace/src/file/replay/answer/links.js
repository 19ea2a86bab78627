// How does the answer name what it has read?
//
// Interface: `K.toEvent(i, html, more)`; `K.barWords(what, wait)`: what a part of time was, in
// words; `K.lineHTML(wait)`: the line at which it waits, and in which branch.
// Not here: what an event is (words/).

K.toEvent = (i, html, more = "") =>
  `<a href="#${K.esc(K.address(i))}" data-go="${i}"${more}>${html}</a>`;

const WORDS = {
  poll: "polling",
  ready: "ready, in the run queue",
  job: "on its thread",
  queue: "in the blocking pool’s queue",
  late: "a timer that was late",
  code: "code other than kettle’s",
  stale: "a wake for what it no longer waited for",
  open: "something",
};
K.barWords = function (what, wait) {
  if (Object.hasOwn(WORDS, what) && !(wait && what === "open")) return WORDS[what];
  return wait?.on.timer ? "a timer" : K.onWhat(wait?.on);
};
K.lineHTML = function (wait) {
  const branch = wait && K.branchWords(wait.scope),
    line = wait?.at ? `<code>${K.esc(K.site(wait.at.text))}</code>` : "";
  return [line, branch && `in ${K.esc(branch)}`].filter(Boolean).join(", ");
};
