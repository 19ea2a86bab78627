// Which rows are shown together, where there are many?
//
// Interface: `K.arrange(lanes, wanted)`: the rows to show, each by itself, or groups of those with one spawn site;
// `K.countsOf(log, groupOf)`.
// Invariant: all of this depends on the trace alone.
// Not here: the rows (rows.js).
"use strict";
(function (K) {
  const { BAR } = K;
  /** So many rows are shown one by one; of more, those with one spawn site become a group. */
  const SINGLE_ROWS = 12;
  const SHOWN = { poll: [BAR.POLL], ready: [BAR.READY], wait: [BAR.WAIT], queued: [BAR.QUEUED], runs: [BAR.JOB] };
  SHOWN.over = [BAR.DONE, BAR.CANCELLED, BAR.PANICKED];

  class Counts {
    constructor() {
      Object.assign(this, { at: [], who: [], most: 1, now: new Array(10).fill(0) });
      for (const what in SHOWN) this[what] = [];
    }
    push(at, who, old, kind) {
      this.now[old]--;
      this.now[kind]++;
      this.at.push(at);
      this.who.push(who);
      let alive = 0;
      for (const what in SHOWN) {
        const n = SHOWN[what].reduce((sum, one) => sum + this.now[one], 0);
        this[what].push(n);
        if (what !== "over") alive += n;
      }
      this.most = Math.max(this.most, alive);
    }
  }
  /** How many members of each group poll, are ready, wait, and of jobs how many wait for a thread, or run on one: from each change on, as lists. */
  K.countsOf = function (log, groupOf) {
    const all = new Map();
    for (let k = 0; k < log.at.length; k++) {
      const group = groupOf(log.row[k]);
      if (!group) continue;
      if (!all.has(group)) all.set(group, new Counts());
      all.get(group).push(log.at[k], log.row[k], log.old[k], log.kind[k]);
    }
    return all;
  };

  /** The rows to show, top down: each by itself, or groups of them where there are too many. */
  K.arrange = (lanes, wanted) => {
    const list = [...lanes.rows.values()].filter(wanted);
    for (const row of lanes.rows.values()) row.group = null;
    if (list.length <= SINGLE_ROWS) return list;
    const bySite = new Map();
    for (const row of list) {
      const site = row.made || "made before this record begins";
      if (!bySite.has(site)) bySite.set(site, []);
      bySite.get(site).push(row);
    }
    const shown = [...bySite].map(([site, rows]) => (rows.length === 1 ? rows[0] : { site, rows }));
    for (const group of shown) if (group.rows) for (const row of group.rows) row.group = group;
    const counts = K.countsOf(lanes.log, (row) => row.group);
    for (const group of shown) if (group.rows) group.counts = counts.get(group);
    return shown;
  };
})((window.K = window.K || {}));
