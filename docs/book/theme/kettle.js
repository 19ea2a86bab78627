// The replays follow the book's theme; an arrow is meant for the replay that one looks at; and
// mdBook's dark theme has a name that says so.
(() => {
  "use strict";
  const theme = () => (document.documentElement.classList.contains("light") ? "light" : "dark");
  const frames = [...document.querySelectorAll(".replay iframe")];
  const links = [...document.querySelectorAll(".replay figcaption a")];
  const plain = new Map([...frames, ...links].map((e) => [e, e.getAttribute(e.src === undefined ? "href" : "src")]));
  const themed = (address) => `${address}${address.includes("#") ? "&" : "#"}theme=${theme()}`;
  let shown;
  const follow = () => {
    if (theme() === shown) return;
    shown = theme();
    for (const e of frames) e.src = themed(plain.get(e));
    for (const e of links) e.href = themed(plain.get(e));
  };
  follow();
  new MutationObserver(follow).observe(document.documentElement, { attributeFilter: ["class"] });
  // mdBook turns the page at an arrow. With a replay before one's eyes it is a step: from then on
  // its own.
  const inView = (e) => {
    const { top, bottom, height } = e.getBoundingClientRect();
    return Math.min(bottom, innerHeight) - Math.max(top, 0) > height / 2;
  };
  addEventListener("keydown", (ev) => {
    if (!["ArrowLeft", "ArrowRight"].includes(ev.key) || ev.altKey || ev.ctrlKey || ev.metaKey || ev.target.closest?.("input")) return;
    const frame = frames.find(inView);
    if (!frame) return;
    ev.stopImmediatePropagation();
    ev.preventDefault();
    frame.focus();
  }, true);
  const navy = document.getElementById("mdbook-theme-navy");
  if (navy) navy.textContent = "Dark";
})();
