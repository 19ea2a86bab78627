// What did this event change?
//
// An event names the records that it changed (fold.js). Each is compared with its state before the
// event, and the difference is shown beside the sentence: "task 2: waiting → ready", "channel 1: 2
// → 1".
//
// Interface: `K.changesHTML(e, state)` (HTML); `state.before` is the state before the event.
// Invariant: only what the boxes show counts as a difference.
// Not here: why it changed (events.js), the state (fold.js).

const { esc } = K;
const MOST = 3;
const WHERE = { queued: "ready", polling: "polled", waiting: "waiting", done: "ended" };
const arrow = (a, b) => (a === b ? "" : `${a ?? "unknown"} → ${b ?? "unknown"}`);
const whereOf = (t) =>
  t?.where === "done" && t.how !== "ready" ? (t.how ?? "ended") : (WHERE[t?.where] ?? "");

const waitsOf = (s, { name }) => K.resourceLabels(K.waitsFor(s, name), K.resourceWords);
/** By table: how the records `a` and `b` of one name differ, in words. */
const DIFFERS = {
  tasks(a, b, before, s) {
    if (!a || a.where !== b.where) return arrow(whereOf(a), whereOf(b));
    const waits = waitsOf(s, b);
    return K.joinParts([
      waitsOf(before, a) !== waits && (waits ? `waits for ${waits}` : "waits no more"),
      b.woken && !a.woken && "woken",
      b.cancelling && !a.cancelling && "to be cancelled",
      b.joined && !a.joined && (b.joined === "ready" ? "output taken" : `output asked for`),
      !b.handle && a.handle && !b.joined && "handle dropped",
    ]);
  },
  timers(a, b) {
    if (!a || !b) return b ? `in the wheel, due at ${K.clock(b.due)}` : "out of the wheel";
    return K.joinParts([
      arrow(K.clock(a.due), K.clock(b.due)),
      arrow(`level ${a.level}`, `level ${b.level}`),
      a.task !== b.task && b.task && `now for ${b.task}`,
    ]);
  },
  sources(a, b, before, s) {
    if (!a || !b) return b ? "known" : "gone";
    const ready = (way) =>
        a[way].ready !== b[way].ready && `${way}: ${b[way].ready ? "ready" : "not ready"}`,
      who = (s, way) => K.namesOf(K.waiters(s, b.name, way)),
      waits = (way) => who(before, way) !== who(s, way) && `${who(s, way)} waits to ${way}`;
    return K.joinParts(K.DIRECTIONS.flatMap((way) => [ready(way), waits(way)]));
  },
  primitives(a, b, before, s) {
    if (!a || !b) return b ? "made" : "gone";
    [a, b] = [K.withWaiters(before, a), K.withWaiters(s, b)];
    const waiting = ({ line, forValue, forEnd }) => [...line, ...forValue, ...forEnd].length;
    return K.joinParts([
      arrow(a.count, b.count),
      K.isChannel(b.name) ? "" : arrow(K.holdWords(a, K.namesOf), K.holdWords(b, K.namesOf)),
      waiting(a) !== waiting(b) && `${arrow(waiting(a), waiting(b))} waiting`,
      a.senders !== b.senders && `senders ${arrow(a.senders, b.senders)}`,
      a.closed !== b.closed && (b.closed ? "closed" : "open"),
    ]);
  },
  jobs: (a, b) => (!b ? "over" : !a ? "in the pool’s queue" : b.waited !== null && a.waited === null ? "on a thread" : ""), // prettier-ignore
};

K.changesHTML = function (e, s) {
  if (!e || !s.before) return "";
  const names = new Map(); // of the records that were changed, with their tables
  for (const [table, name] of K.changesOf(e))
    if (Object.hasOwn(DIFFERS, table)) names.set(name, table);
  const out = [...names].flatMap(([name, table]) => {
    const words = DIFFERS[table](s.before[table].get(name), s[table].get(name), s.before, s);
    const of = /^(main|task|job)/.test(name) ? K.nameHTML(name) : `<b>${esc(name)}</b>`;
    return words ? [`${of} ${K.withChips(words)}`] : [];
  });
  const queue = arrow(s.before.queue.length, s.queue.length);
  if (queue) out.push(`<b>run queue</b> ${queue}`);
  const items = out.slice(0, MOST).map((html) => `<li>${html}</li>`),
    more = out.length - MOST;
  if (more > 0) items.push(`<li class="mute">and ${K.plural(more, "more change")}</li>`);
  return out.length ? `<ul>${items.join("")}</ul>` : "";
};
