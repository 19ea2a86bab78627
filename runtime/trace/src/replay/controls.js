"use strict";
(function (K) {
  // A placeholder: prints the sentences.
  document.addEventListener("DOMContentLoaded", function () {
    const list = document.getElementById("sentences");
    for (const line of document.getElementById("trace").textContent.split("\n")) {
      let event;
      try { event = JSON.parse(line); } catch (error) { continue; }
      if (event.say) list.append(Object.assign(document.createElement("li"), { textContent: event.say }));
    }
  });
})(window.K = window.K || {});
