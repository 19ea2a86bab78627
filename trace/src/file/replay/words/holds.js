// Who has a lock, in few words?
//
// Interface: `K.holdWords(primitive, names)`.
// Not here: the table of holds (trace/holds.js).

/** Of what is not back: has it surely not gone to another task? */
const heldWord = (p) => (p.kind === "semaphore" || K.trace.owned.has(p.name) ? "taken" : "held");
const WAYS = { true: "to write ", false: "to read " };
function freeWords(p) {
  const own = K.of(K.PRIMITIVES, p.kind ?? "")?.free ?? "",
    free = typeof own === "function" ? own(p) : own;
  if (p.kind === "semaphore" && p.count === 0) return "none free";
  return p.kind !== "once_cell" && free && p.line.length ? "kept for the first in line" : free;
}
/** "held by task 5", "kept for task 2", "free": which tasks have a primitive, or what has come
 * back of it; "" of a kind that no task can hold. `names` writes some of them, at most so many. */
K.holdWords = function (p, names) {
  const way = p.kind === "rw_lock" ? WAYS[!!p.whole] : "",
    words = [
      p.holders.length && `${heldWord(p)} ${way}by ${names([...new Set(p.holders)], 4)}`,
      p.handed.length && `kept for ${names(p.handed, 3)}`,
    ];
  return words.filter(Boolean).join("; ") || freeWords(p);
};
