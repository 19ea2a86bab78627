// The replays follow the book's theme, and mdBook's dark theme has a name that means something here.
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
  const navy = document.getElementById("mdbook-theme-navy");
  if (navy) navy.textContent = "Dark";
})();
