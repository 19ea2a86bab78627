// What did this event change?
//
// An event names the records that it changed (fold.js). Here each is compared with what it was before, and the
// difference is said in a few words beside the sentence: "task 2: waiting → ready", "channel 1: 2 → 1".
//
// Interface: `K.changed(e, state)` (HTML). The state has the one before it in `before`.
// Invariant: only what can be seen in the boxes counts as a difference; what the page keeps for itself does not.
// Not here: why it changed (events.js), the state (fold.js).
"use strict";
(function (K) {
  const { esc } = K;
  const MOST = 3;
  const WHERE = { queued: "ready", polling: "polled", waiting: "waiting", done: "ended" };
  const STEPS = {
    run: "1 run",
    deferred: "2 deferred",
    messages: "3 messages",
    timers: "4 timers",
    reactor: "5 reactor",
    park: "asleep",
  };
  const list = (names) => K.namesOf(names);
  const to = (a, b) => `${a} → ${b}`;

  /** What is different in a record: `[words of before, words of now]`, or one text. */
  const DIFFERS = {
    tasks(a, b, e, s) {
      if (!a) return to("", WHERE[b.where] ?? b.where);
      if (a.where !== b.where) return to(WHERE[a.where], b.how && b.how !== "ready" ? b.how : WHERE[b.where]);
      const served = b.where === "waiting" && K.servedOf(s, b);
      if (K.onAll(a.waits) !== K.onAll(b.waits))
        return b.where === "waiting" && (served || !b.waits.length) && K.wokenSoon(s.i, b.name)
          ? "woken soon"
          : served
            ? "its wake is on the way"
            : b.waits.length
              ? `waits for ${K.onAll(b.waits, K.onWhat)}`
              : e.ev === "Elapsed"
                ? "gives up its wait"
                : "waits no more";
      return b.woken && !a.woken
        ? "woken"
        : b.cancelling && !a.cancelling
          ? "to be cancelled"
          : b.joined && !a.joined
            ? b.joined === "ready"
              ? "output taken"
              : b.joined === "asked"
                ? "asked for its output"
                : "error taken"
            : b.detached && !a.detached
              ? "handle dropped"
              : "";
    },
    timers(a, b) {
      if (!b) return "out of the wheel";
      if (!a) return `in the wheel, due at ${K.clock(b.due)}`;
      const parts =
        a.due !== b.due
          ? [to(K.clock(a.due), K.clock(b.due))]
          : a.level !== b.level
            ? [to(`level ${a.level}`, b.level)]
            : [];
      if (a.task !== b.task && b.task) parts.push(`now for ${b.task}`);
      return parts.join(", ");
    },
    sources(a, b) {
      if (!b) return "gone";
      if (!a) return "known";
      const parts = K.DIRECTIONS.filter(
        (way) => a[way].ready !== b[way].ready && !(way === "priority" && b.closed),
      ).map((way) => `${way}: ${b[way].ready ? "ready" : "not ready"}`);
      for (const way of K.DIRECTIONS)
        if (list(a[way].waits) !== list(b[way].waits))
          parts.push(`${list(b[way].waits)} waits to ${way === "read" && K.listens(b.name) ? "accept" : K.TO[way]}`);
      return parts.join(", ") || (a.registered !== b.registered ? "registered" : "");
    },
    primitives(a, b, e) {
      if (!b) return "gone";
      if (!a) return "made";
      const parts = [];
      const held = [a, b].map((p) =>
        K.isChannel(b.name)
          ? p.holders.length
            ? `room reserved by ${list([...new Set(p.holders)])}`
            : "no room reserved"
          : K.holdWords(p, list, e.act === "release"),
      );
      if (list(a.holders) !== list(b.holders) && held[0] !== held[1]) parts.push(to(...held));
      else if (a.count !== b.count && b.count !== null && !["mutex", "rw_lock"].includes(b.kind))
        parts.push(to(a.count ?? "unknown", b.count) + (b.kind === "barrier" ? " missing" : ""));
      if (a.line.length !== b.line.length) parts.push(`${to(a.line.length, b.line.length)} in line`);
      if (a.senders !== b.senders) parts.push(`senders ${to(a.senders ?? "unknown", b.senders)}`);
      if (a.value_waiting.length !== b.value_waiting.length)
        parts.push(
          b.value_waiting.length
            ? `${list(b.value_waiting)} waits for ${b.kind === "join_set" ? "the next end" : "a value"}`
            : `no task waits for ${b.kind === "join_set" ? "the next end" : "a value"}`,
        );
      if (a.closed_waiting.length !== b.closed_waiting.length)
        parts.push(`${list(b.closed_waiting)} ${b.closed_waiting.length > 1 ? "wait" : "waits"} till it closes`);
      if (b.closed !== a.closed)
        parts.push(b.closed ? K.closedWord(b) : b.kind === "broadcast" ? "has a receiver" : "open");
      return parts.join(", ");
    },
    jobs: (a, b) =>
      !b
        ? "over"
        : !a
          ? "in the pool’s queue"
          : b.waited !== null && a.waited === null
            ? "on a thread"
            : b.waits[0]
              ? `waits for ${K.onWhat(b.waits[0])}`
              : a.waits[0]
                ? "goes on"
                : "",
    selects: (a, b) => (b && b.won !== null && a?.won !== b.won ? `branch ${b.won + 1} won` : ""),
  };

  K.changed = function (e, s) {
    if (!e || !s.before || e.anew) return "";
    const seen = new Set(),
      out = [];
    for (const lists of [e.then, ...e.also]) {
      for (let k = 0; Array.isArray(lists) && k + 2 < lists.length; k += 3) {
        const [table, name] = [lists[k], lists[k + 1]];
        if (!Object.hasOwn(DIFFERS, table) || typeof name !== "string" || seen.has(table + name)) continue;
        seen.add(table + name);
        const text = DIFFERS[table](s.before[table].get(name), s[table].get(name), e, s);
        if (text)
          out.push(`${/^(main|task|job)/.test(name) ? K.nameHTML(name) : `<b>${esc(name)}</b>`} ${K.tokens(text)}`);
      }
    }
    if (s.before.queue.length !== s.queue.length)
      out.push(`<b>run queue</b> ${to(s.before.queue.length, s.queue.length)}`);
    if (s.before.step !== s.step && s.step)
      out.push(`<b>loop</b> ${to(STEPS[s.before.step] ?? "", STEPS[s.step] ?? esc(s.step))}`);
    const more = out.length - MOST;
    return out.length
      ? `<ul>${out
          .slice(0, MOST)
          .map((html) => `<li>${html}</li>`)
          .join("")}${more > 0 ? `<li class="mute">and ${K.plural(more, "more change")}</li>` : ""}</ul>`
      : "";
  };
})((window.K = window.K || {}));
