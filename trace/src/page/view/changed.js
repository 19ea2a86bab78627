// What did this event change?
//
// An event names the records that it changed (fold.js). Here each is compared with what it was
// before, and the difference is said in a few words beside the sentence: "task 2: waiting → ready",
// "channel 1: 2 → 1".
//
// Interface: `K.changed(e, state)` (HTML). The state has the one before it in `before`.
// Invariant: only what can be seen in the boxes counts as a difference; what the page keeps for
// itself does not.
// Not here: why it changed (events.js), the state (fold.js).

const { esc } = K;
const MOST = 3;
const WHERE = { queued: "ready", polling: "polled", waiting: "waiting", done: "ended" };
const to = (a, b) => (a === b ? "" : `${a ?? "unknown"} → ${b ?? "unknown"}`);
const whereOf = (t) =>
  t?.where === "done" && t.how !== "ready" ? (t.how ?? "ended") : (WHERE[t?.where] ?? "");

const waitsOf = (s, { name }) => K.onAll(K.waitsFor(s, name), K.onWhat);
/** What is different in a record of a table, in words. */
const DIFFERS = {
  tasks(a, b, before, s) {
    if (!a || a.where !== b.where) return to(whereOf(a), whereOf(b));
    const waits = waitsOf(s, b);
    return K.joined([
      waitsOf(before, a) !== waits && (waits ? `waits for ${waits}` : "waits no more"),
      b.woken && !a.woken && "woken",
      b.cancelling && !a.cancelling && "to be cancelled",
      b.joined && !a.joined && (b.joined === "ready" ? "output taken" : `output asked for`),
      !b.handle && a.handle && !b.joined && "handle dropped",
    ]);
  },
  timers(a, b) {
    if (!a || !b) return b ? `in the wheel, due at ${K.clock(b.due)}` : "out of the wheel";
    return K.joined([
      to(K.clock(a.due), K.clock(b.due)),
      to(`level ${a.level}`, `level ${b.level}`),
      a.task !== b.task && b.task && `now for ${b.task}`,
    ]);
  },
  sources(a, b, before, s) {
    if (!a || !b) return b ? "known" : "gone";
    const ready = (way) =>
        a[way].ready !== b[way].ready && `${way}: ${b[way].ready ? "ready" : "not ready"}`,
      who = (s, way) => K.namesOf(K.waiters(s, b.name, way)),
      waits = (way) => who(before, way) !== who(s, way) && `${who(s, way)} waits to ${way}`;
    return K.joined(K.DIRECTIONS.flatMap((way) => [ready(way), waits(way)]));
  },
  primitives(a, b, before, s) {
    if (!a || !b) return b ? "made" : "gone";
    [a, b] = [K.withWaiters(before, a), K.withWaiters(s, b)];
    const waiting = ({ line, forValue, forEnd }) => [...line, ...forValue, ...forEnd].length;
    return K.joined([
      to(a.count, b.count),
      K.isChannel(b.name) ? "" : to(K.holdWords(a, K.namesOf), K.holdWords(b, K.namesOf)),
      waiting(a) !== waiting(b) && `${to(waiting(a), waiting(b))} waiting`,
      a.senders !== b.senders && `senders ${to(a.senders, b.senders)}`,
      a.closed !== b.closed && (b.closed ? "closed" : "open"),
    ]);
  },
  jobs: (a, b) => (!b ? "over" : !a ? "in the pool’s queue" : b.waited !== null && a.waited === null ? "on a thread" : ""), // prettier-ignore
};

K.changed = function (e, s) {
  if (!e || !s.before || e.anew) return "";
  const names = new Map(); // of the records that were changed, with their tables
  for (const list of [e.then, ...e.also].filter(Array.isArray))
    for (let k = 0; k + 2 < list.length; k += 3)
      if (Object.hasOwn(DIFFERS, list[k])) names.set(list[k + 1], list[k]);
  const out = [...names].flatMap(([name, table]) => {
    const words = DIFFERS[table](s.before[table].get(name), s[table].get(name), s.before, s);
    const of = /^(main|task|job)/.test(name) ? K.nameHTML(name) : `<b>${esc(name)}</b>`;
    return words ? [`${of} ${K.tokens(words)}`] : [];
  });
  const queue = to(s.before.queue.length, s.queue.length),
    phase = s.phase && to(s.before.phase ?? "", s.phase);
  if (queue) out.push(`<b>run queue</b> ${queue}`);
  if (phase) out.push(`<b>loop</b> ${esc(phase)}`);
  const more =
    out.length > MOST
      ? `<li class="mute">and ${K.plural(out.length - MOST, "more change")}</li>`
      : "";
  const item = (html) => `<li>${html}</li>`;
  return out.length ? `<ul>${out.slice(0, MOST).map(item).join("")}${more}</ul>` : "";
};
