// How does the timer wheel look at this moment?
//
// Six rings of 64 slots. The three fine levels are drawn wide, the finest outermost; the coarse ones
// as threads, since they are almost always empty. A token in a slot is the waker of the task whose
// colour it has. Beside it the same timers as a list: the picture for the shape, the list for
// numbers.
//
// Interface: `K.wheelHTML(state)`, `K.timersHTML(state)`, `K.wheelLine(state, open)`,
// `K.asksForTimers(state, event)`.
// Invariant: levels and slots are those of the events and of the wheel's own rule (`K.place`).
// Not here: when timers move (fold.js).
"use strict";
(function (K) {
  const { esc, number } = K;
  const C = 150;
  /** Radius and width of each level's ring. */
  const RINGS = [
    [138, 21],
    [114, 21],
    [90, 21],
    [73, 6],
    [64, 6],
    [55, 6],
  ];
  const { round } = K;
  const tick = (ns) => Math.ceil(ns / 1e6);
  const xy = (level, slot, dr = 0) => {
    const a = ((slot + 0.5) / 64) * 2 * Math.PI - Math.PI / 2,
      r = RINGS[Math.min(level, 5)][0] + dr;
    return [C + r * Math.cos(a), C + r * Math.sin(a)].map((v) => +v.toFixed(2));
  };
  const arc = (level, slot) => {
    const [r] = RINGS[Math.min(level, 5)],
      at = (k) => (k / 64) * 2 * Math.PI - Math.PI / 2;
    const p = (k) => `${(C + r * Math.cos(at(k))).toFixed(2)} ${(C + r * Math.sin(at(k))).toFixed(2)}`;
    return `M${p(slot)}A${r} ${r} 0 0 1 ${p(slot + 1)}`;
  };
  const rings = RINGS.map(([r, w]) => {
    const slot = (2 * Math.PI * r) / 64;
    return `<circle class="ring${w < 9 ? " thin" : ""}" cx="${C}" cy="${C}" r="${r}" stroke-width="${w}" stroke-dasharray="${(slot - 1).toFixed(4)} 1" transform="rotate(-90 ${C} ${C})"/>`;
  }).join("");

  /** Has its slot been opened before it was the turn of the finest level? Then it is in no slot any more until it fires. */
  const isOut = (s, t) => t.level > 0 && tick(t.due) <= s.hand;
  /** What is drawn: the timers in the wheel with those that have just fired, slot by slot, and those just cut. */
  function hanging(s) {
    // (Like the others that are due what is in no slot is drawn on the finest level.)
    const drawn = (t) => (isOut(s, t) ? { ...t, level: 0, slot: tick(t.due) % 64 } : t),
      inWheel = s.timers
        .values()
        .filter((t) => t.level < 6)
        .map(drawn);
    const rung = s.gone.filter((g) => g.how === "rings" && g.level < 6).map(drawn),
      cut = s.gone.filter((g) => g.how === "removed" && g.level < 6 && "due" in g);
    const slots = new Map();
    for (const t of [...inWheel, ...rung]) {
      const key = t.level * 64 + t.slot;
      if (!slots.has(key)) slots.set(key, []);
      slots.get(key).push(t);
    }
    return { inWheel, cut, slots };
  }
  const ofLevel = (slots, level) =>
    [...slots.values()].filter(([t]) => t.level === level).sort(([a], [b]) => a.slot - b.slot);
  /** Of one level the timers of slots that are so near that one token would lie upon the other: they have one number. */
  function nearOnes(slots, level, areNear) {
    let groups = ofLevel(slots, level).map((all) => ({ from: all[0].slot, to: all[0].slot, all }));
    // (Once more where one that took in another has become wider.)
    for (let before = Infinity; groups.length < before;) {
      before = groups.length;
      const joined = [];
      for (const group of groups) {
        const last = joined.at(-1);
        if (last && areNear(last, group)) Object.assign(last, { to: group.to, all: [...last.all, ...group.all] });
        else joined.push(group);
      }
      groups = joined;
    }
    return groups;
  }
  /** Is it the timer that the event is about? */
  const isNow = (s, t) => !!t.how || t.since === s.i || K.isNamed(s, t.name);
  const label = (s, inWheel) =>
    `Timer wheel at ${s.hand} ms: ${esc(inWheel.length ? K.namesOf(inWheel.map((t) => `${t.name}${t.task ? ` of ${t.task}` : ""}, due at ${tick(t.due)} ms`)) : "no timer")}`;

  K.wheelHTML = function (s) {
    const { inWheel, cut, slots } = hanging(s);
    const hands = [0, 1, 2]
      .map(
        (l) =>
          `<path class="hand" stroke-width="${RINGS[l][1]}" opacity="${l ? 0.3 : 0.55}" d="${arc(l, Math.floor(s.hand / 64 ** l) % 64)}"/>`,
      )
      .join("");
    // A slot with many shows their number; with many such slots, the darker the more.
    const crowds = [...slots.values()].map((all) => all.length).filter((n) => n > 3),
      shaded = crowds.length > 8,
      most = Math.max(4, ...crowds);
    const groups = RINGS.flatMap(([r], level) =>
      nearOnes(slots, level, ({ to }, { from }) => (from - to) * ((2 * Math.PI * r) / 64) < 21),
    ); // (a number is in the middle of its slots)
    /** A token is smaller where one of another ring is nearer than it is wide, while its number can be read. */
    const sized = (level, slot) => {
      const [x, y] = xy(level, slot),
        others = [...slots.values()].filter(([t]) => t.level !== level).map(([t]) => xy(t.level, t.slot));
      return Math.max(20, Math.min(20.5, ...others.map(([a, b]) => Math.hypot(a - x, b - y) - 1)));
    };
    let held = "",
      hung = "";
    for (const all of slots.values()) {
      const { level, slot } = all[0],
        is = shaded && !all.some((t) => isNow(s, t));
      held += `<path class="${is ? "shade" : "held"}" ${is ? "" : K.hue(all[0].task)} stroke-width="${RINGS[level][1]}"${is ? ` opacity="${(0.25 + (0.75 * Math.log(all.length)) / Math.log(most)).toFixed(2)}"` : ""} d="${arc(level, slot)}"/>`;
    }
    for (const { from, to, all } of groups) {
      const [{ level }] = all;
      const now = all.find((t) => isNow(s, t)),
        [x, y] = xy(level, (from + to) / 2),
        size = sized(level, from);
      if (shaded && !now) continue;
      const ring = (r) =>
        now
          ? `<circle class="ringing${now.how ? "" : " new"}" cx="${x}" cy="${y}" r="${round(r * (now.how ? 1.1 : 1))}"/>`
          : "";
      // (Whose several are is in the list beside it.)
      const w = number(all.length).length * 7 + 16,
        h = 15,
        sum = `<rect class="sum" x="${round(x - w / 2)}" y="${round(y - h / 2)}" width="${round(w)}" height="${round(h)}" rx="${round(h / 2)}"/><text class="sum" x="${x}" y="${round(y + 3.8)}">×${number(all.length)}</text>`;
      hung += `<g>${
        all.length > 1
          ? `<title>${esc(K.namesOf(all.map((t) => `${t.name} in slot ${t.slot}`)))}</title>${ring(w * 0.6)}${sum}`
          : ring(size * 0.68) + K.chipHTML(all[0].task, { x, y, size, mute: /\d{3}/.test(all[0].task) })
      }</g>`;
    }
    const trail = (s.moved?.timers ?? [])
      .slice(0, 6)
      .map(({ to }) => {
        const from = xy(...s.moved.from),
          end = xy(...to);
        return `<path class="trail" d="M${from}L${end}"/><circle class="trail" cx="${from[0]}" cy="${from[1]}" r="9"/>`;
      })
      .join("");
    const isFree = (x, y) =>
      groups.every(({ from, to, all: [{ level }] }) =>
        ((at) => Math.hypot(at[0] - x, at[1] - y) > 16)(xy(level, (from + to) / 2)),
      ); // (a cross upon another one's token would be that one's)
    const cuts = cut
      .filter((g) => isFree(...xy(g.level, g.slot)))
      .map((g) => {
        const [x, y] = xy(g.level, g.slot);
        return `<path class="lane-cut" d="M${x - 6} ${y - 6}l12 12m0 -12l-12 12"/>`;
      })
      .join("");
    const hand = number(s.hand),
      size = hand.length > 9 ? 13 : hand.length > 7 ? 15 : 19;
    return (
      `<svg class="wheel" viewBox="0 0 300 300" role="img" aria-label="${label(s, inWheel)}">${rings}${hands}${held}${trail}${hung}${cuts}` +
      `<text x="${C}" y="${round(C + Math.min(-17, 6 - 0.78 * size - 2.9))}">hand at</text><text class="big" style="font-size:${size.toFixed(1)}px" x="${C}" y="${C + 6}">${hand}</text><text x="${C}" y="${round(C + Math.max(23, 6 + 0.24 * size + 10.9))}">ms</text></svg>`
    );
  };

  /** Is a timer what this event, or the task that the reader follows, is about? Then the wheel is opened. */
  K.asksForTimers = function (s, e) {
    if (
      e &&
      !K.pinned &&
      (e.sync || e.source || e.value || e.branch !== undefined || e.branches !== undefined || (e.on && !e.on.timer))
    )
      return false; // (its box needs the room)
    if (e && (e.timer || e.on?.timer || e.by === "timer" || e.ev === "TimerCascade" || e.ev === "Advance")) return true;
    return !!s.tasks.get(K.pinned ?? e?.task ?? e?.run)?.waits.some((on) => on.timer);
  };

  /** The wheel in one line: how much is in it, and what is due first. */
  const sooner = (a, b) => a.due - b.due || a.since - b.since,
    next = (timers) => K.foremost(timers, 1, sooner);
  K.wheelLine = function (s, open) {
    const e = K.event(s.i),
      named = s.timers.get(e?.timer ?? e?.on?.timer),
      [first] = named ? [named] : K.foremost(s.timers.each(next), 1, sooner),
      n = s.timers.size;
    const what = open
      ? ""
      : first
        ? `${K.plural(n, "timer")}; ${named ? "" : "next "}${first.task ? `${K.chipHTML(first.task)} ` : ""}${named ? `${esc(first.name)}, ` : `<i>${esc(first.name)}, </i>`}due at ${K.clock(first.due)}`
        : `no timer; the hand is at ${number(s.hand)} ms`;
    return `<button class="wheel-line" aria-expanded="${!!open}" title="${open ? "Fold the wheel" : `Open the wheel${first ? `: ${esc(first.name)} is due at ${K.clock(first.due)}` : ""}`}"><i aria-hidden="true">${open ? "▾" : "▸"}</i><b>Timer wheel</b><span>${what}</span></button>`;
  };

  /** The earliest few, with the one that is touched; and the others, in no order. */
  function earliest(all, room, touched) {
    if (all.length <= room) return { shown: all.sort(sooner), left: [] };
    const shown = K.foremost(all, room - 1, sooner),
      now = all.find(touched);
    if (now && !shown.includes(now)) shown[room - 2] = now;
    const out = new Set(shown);
    return { shown, left: all.filter((t) => !out.has(t)) };
  }

  K.timersHTML = function (s) {
    const gone = s.gone.filter((g) => "due" in g),
      tight = K.trace.most.timers > 3,
      room = tight ? 7 : 4;
    const { shown, left } = earliest([...s.timers.values(), ...gone], room, (t) => isNow(s, t));
    const all = s.timers.size + gone.length;
    const moved = new Set((s.moved?.timers ?? []).map((m) => m.name));
    const first = s.parked && all ? shown[0].name : null; // the timer that the thread sleeps for
    const lines = shown.map((t) => {
      const hot = isNow(s, t) || moved.has(t.name) || first === t.name;
      const where =
        t.level > 5
          ? "beyond the wheel"
          : isOut(s, t)
            ? `due, was on level ${t.level}`
            : `level ${t.level}, slot ${t.slot}`;
      const line = !t.at
        ? ""
        : t.at.file === K.trace.main
          ? ` · ${K.timerWord(t.at) ? `${K.timerWord(t.at)}, ` : ""}line ${t.at.line}`
          : ` · ${K.site(t.at.text)}`;
      return (
        `<li class="${[hot && "hot", t.how === "removed" && "gone", tight && "tight"].filter(Boolean).join(" ")}">${t.task ? K.chipHTML(t.task) : "<i></i>"}<span>${esc(t.name)}</span>` +
        `<b class="num">${t.how ?? K.clock(t.due)}</b><small class="kept" title="${esc(where + line)}">${K.kept(tight ? where.replace(/,.*/, "") : where + line)}</small></li>`
      );
    });
    let more = "";
    if (left.length) {
      const levels = new Map();
      for (const t of left) {
        const level = isOut(s, t) ? -1 : t.level;
        levels.set(level, (levels.get(level) ?? 0) + 1);
      } // (what is due has left its level)
      more = `<li class="rest-of">and ${number(left.length)} more: ${[...levels]
        .sort((a, b) => a[0] - b[0])
        .map(([level, n]) => (level < 0 ? `${number(n)} due` : `${number(n)} on level ${level}`))
        .join(", ")}</li>`;
    }
    return `<section class="timers"><h3 class="">Timers<span>${s.timers.size ? number(s.timers.size) : "none"} in the wheel</span></h3>${all ? `<ul class="rows ordered">${lines.join("") + more}</ul>` : ""}</section>`;
  };
})((window.K = window.K || {}));
