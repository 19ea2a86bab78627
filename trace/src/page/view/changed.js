// What did this event change?
//
// An event names the records that it changed, by table and name. Each is compared with the one
// before the event, and the difference is shown beside the sentence: "task 2: waiting → ready".
//
// Interface (all scripts share `K`): `K.changesHTML(event, state)`.
// Invariant: only what the boxes show counts as a difference.
// Not here: why it changed (events.js), the tables and the fields of their records (fold.js).

const { esc } = K;
const MOST_CHANGES = 3;

K.changesHTML = function (event, state) {
  const { before } = state;
  if (!event || !before) return "";
  const tables = new Map(); // of the records that were changed, by their names
  for (const [table, name] of K.changesOf(event))
    if (Object.hasOwn(DIFFERENCES, table)) tables.set(name, table);
  const changes = [];
  for (const [name, table] of tables) {
    const [old, now] = [before[table].get(name), state[table].get(name)],
      words = DIFFERENCES[table](old, now, before, state),
      title = /^(main|task|job)/.test(name) ? K.nameHTML(name) : `<b>${esc(name)}</b>`;
    if (words) changes.push(`${title} ${K.withChips(words)}`);
  }
  const queue = arrow(before.places.queued.length, state.places.queued.length);
  if (queue) changes.push(`<b>run queue</b> ${queue}`);
  const items = changes.slice(0, MOST_CHANGES).map((html) => `<li>${html}</li>`),
    left = changes.length - MOST_CHANGES;
  if (left > 0) items.push(`<li class="mute">and ${K.plural(left, "more change")}</li>`);
  return items.length ? `<ul>${items.join("")}</ul>` : "";
};

/** "waiting → ready"; "" if there is no difference. */
const arrow = (old, now) => (old === now ? "" : `${old ?? "unknown"} → ${now ?? "unknown"}`);
const WHERE = { queued: "ready", polling: "polled", waiting: "waiting", done: "ended" };
const whereWords = ({ where, how } = {}) =>
  where === "done" && how !== "ready" ? (how ?? "ended") : (WHERE[where] ?? "");
const waitWords = (state, { name }) => K.resourceLabels(K.waitsFor(state, name), K.resourceWords);
/** By table: how a record differs, in words: `old` in the state `before` the event, `now` in that
 * after it; undefined if there is none. */
const DIFFERENCES = {
  tasks(old, now, before, state) {
    if (old?.where !== now.where) return arrow(whereWords(old), whereWords(now));
    const waits = waitWords(state, now),
      hasOtherWaits = waitWords(before, old) !== waits;
    return K.joinParts([
      hasOtherWaits && (waits ? `waits for ${waits}` : "waits no more"),
      now.woken && !old.woken && "woken",
      now.cancelling && !old.cancelling && "to be cancelled",
      now.joined && !old.joined && (now.joined === "ready" ? "output taken" : "output asked for"),
      !now.handle && old.handle && !now.joined && "handle dropped",
    ]);
  },
  timers(old, now) {
    if (!old || !now) return now ? `in the wheel, due at ${K.clock(now.due)}` : "out of the wheel";
    return K.joinParts([
      arrow(K.clock(old.due), K.clock(now.due)),
      arrow(`level ${old.level}`, `level ${now.level}`),
      old.task !== now.task && now.task && `now for ${now.task}`,
    ]);
  },
  sources(old, now, before, state) {
    if (!old || !now) return now ? "known" : "gone";
    const readiness = (way) =>
        old[way].ready !== now[way].ready && `${way}: ${now[way].ready ? "ready" : "not ready"}`,
      waiters = (state, way) => K.namesOf(K.waiters(state, now.name, way)),
      waits = (way) =>
        waiters(before, way) !== waiters(state, way) && `${waiters(state, way)} waits to ${way}`;
    return K.joinParts(K.DIRECTIONS.flatMap((way) => [readiness(way), waits(way)]));
  },
  primitives(old, now, before, state) {
    if (!old || !now) return now ? "made" : "gone";
    [old, now] = [K.withWaiters(before, old), K.withWaiters(state, now)];
    const waiters = ({ line, forValue, forEnd }) => [...line, ...forValue, ...forEnd].length,
      waiting = arrow(waiters(old), waiters(now));
    return K.joinParts([
      arrow(old.count, now.count),
      !K.isChannel(now.name) && arrow(K.holdWords(old, K.namesOf), K.holdWords(now, K.namesOf)),
      waiting && `${waiting} waiting`,
      old.senders !== now.senders && `senders ${arrow(old.senders, now.senders)}`,
      old.closed !== now.closed && (now.closed ? "closed" : "open"),
    ]);
  },
  jobs(old, now) {
    if (!old || !now) return now ? "in the pool’s queue" : "over";
    return now.waited !== null && old.waited === null ? "on a thread" : "";
  },
};
