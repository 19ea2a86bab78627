// At which line of the program is a task?
//
// At the one that was recorded last: of its wait, or of the call that it is in. Nothing is looked up in the text.
//
// Interface: `K.ownPlace(place)`, `K.reachedPlace(task)`, `K.waitLine(i, on)`: where a wait began; `K.isElsewhere(name, i)`.
// Not here: what the text of a line says (code.js), how it is lit (panes.js).
"use strict";
(function (K) {
  const ownPlace = (place) => (place && K.trace.files.get(place.file)?.whose !== "kettle" ? place : null);
  /** Where a task is: at the line that it has told of last, or not begun. */
  const reachedPlace = (t) => ownPlace(t?.at) ?? ownPlace(t?.made);
  /** Did a task wait for what is not kettle's at event `i`? (The host of a local set has that set's waker.) */
  const isElsewhere = (name, i) => {
    const row = K.rowsOf(K.trace).rows.get(name);
    return !!row?.isElsewhere(row.barAt(i)) && !K.pollsASet(name, i);
  };

  /** So many events before the end of a poll a wait is looked for. */
  const FAR_BACK = 300;
  /** The line of the program at which a wait began. */
  function waitLine(i, on) {
    const end = K.event(i),
      all = K.trace.index.byTask.get(end?.task) ?? [];
    for (
      let k = end?.ev === "PollEnd" && on ? K.upTo(all, i) : -1, least = k - FAR_BACK, begun = false;
      k >= 0 && !(begun && (k < least || !(on.timer || on.ticket)));
      k--
    ) {
      const e = K.event(all[k]);
      if (e.ev === "Wait" && e.run === end.task && K.isSameWait(e.on, on)) return K.lineOf(e);
      begun ||= e.ev === "PollStart" && e.task === end.task; // (a part of a set of futures may not have been asked again: so it waits since an earlier poll)
    }
    return K.lineOf(end);
  }

  Object.assign(K, { isElsewhere, ownPlace, reachedPlace, waitLine });
})((window.K = window.K || {}));
