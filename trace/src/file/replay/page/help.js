// Which keys are there, and how is the page read? The dialog.
//
// Interface: `K.help()`. Dialog #help.
// Not here: what the keys do (controls.js).
"use strict";
(function (K) {
  const { byId: $, esc } = K;

  const HELP = [
    ["→ ←", "forward, back: one event of this level"],
    ["⇧→ ⇧←", "next, previous turn of the loop"],
    ["t ⇧t", "next, previous event of the same task; click a task to choose it"],
    ["w", "from a poll to the wake that caused it, and back"],
    ["?", "why is this task not running?"],
    ["k", "which task awaits which, and in which functions: a tree"],
    ["space", "play, stop"],
    ["1 2 3", "story, tasks, engine: how much to show"],
    ["/", "find: the run as text, and only some tasks, by name, line, state or what they wait for"],
    ["q", "quiz: guess before you see; answer with a b c d"],
    [
      "+ − 0",
      "lanes: closer, further, the whole run; a click goes to its event; drag over a lane to ask where that stretch went, with shift to pan",
    ],
    ["tab", "lanes: to the bars; there ← → and ↑ ↓ go from bar to bar and from lane to lane, enter goes to the event"],
    ["l", "how long: a table of all tasks, with sums by cause; go to a time, or ask about a stretch"],
    ["m", "lanes: one column an event, or width as time"],
    ["v", "next verdict of the doctor, which looks for mistakes in the program"],
    ["d", "dark or light"],
    ["Home End", "first event, with the answer for the whole run; last event"],
    ["esc", "close"],
  ];
  K.help = function () {
    const keys = HELP.map(
      ([k, text]) =>
        `<tr><td>${k
          .split(" ")
          .map((x) => `<kbd>${x}</kbd>`)
          .join("")}</td><td>${text}</td></tr>`,
    ).join("");
    const { kettle, started } = K.trace.header;
    const made = kettle
      ? `<p class="mute">Recorded by kettle ${esc(kettle)}${started ? ` on ${esc(new Date(started).toLocaleDateString("en-CA"))}` : ""}.</p>`
      : "";
    K.paint(
      "help",
      `<h2>How to read this page</h2><p><b class="ember">Ember</b> marks what happens now, and nothing else. A task has a colour, a shape and a number; main has a look of its own, and of the others every sixth has the colour of the first again; a number of two digits is in a square. A task is in exactly one place: ` +
        `queue, polling or waiting. A small shape in the wheel, at a channel or a socket is that task’s <b>waker</b>. Calling it puts the task back into the queue.</p>` +
        `<p>An event is one thing that happened; a step goes to the next event that this level shows (Engine shows all). The loop has five stations: it polls the tasks that are ready, wakes those that gave way on purpose (deferred), receives messages of other threads, calls the wakers of timers that are due, and asks the operating system (reactor).</p>` +
        `<p><b>Your program</b> has the line of the program, <b>kettle’s source</b> the line of kettle that did it. In the lanes a broken red line is a wait that comes to no end, by the verdict. The link of this page names the event you see.</p>${made}<table>${keys}</table><form method="dialog"><button autofocus>Close<kbd>esc</kbd></button></form>`,
    );
    $("help").showModal();
    $("help").scrollTop = 0; // the focus is on its last line
  };
})((window.K = window.K || {}));
