// What does a line of the source say?
//
// It is shown, and nothing is decided by it.
//
// Interface: `K.codeAt(place)`, the text of a line; `K.ownPlace(place)`: it, if it isn't kettle's;
// `K.reachedPlace(task)`: the line that a task has recorded last; `K.functionAround(lines, line)`,
// from which line to which the pane shows kettle's own code; `K.nameOfFunction(lines, span)`,
// `K.indentOf(line)`.
// Not here: how it is lit (panes.js).

K.codeAt = (place) => (place && K.trace.files.get(place.file)?.lines[place.line - 1]) ?? "";
K.ownPlace = (place) => (place && K.trace.files.get(place.file)?.whose !== "kettle" ? place : null);
K.reachedPlace = (t) => K.ownPlace(t?.at) ?? K.ownPlace(t?.made);

K.indentOf = (line) => /^ */.exec(line)[0].length;
const HEAD = /^\s*(pub(\([^)]*\))? )?(const |async |unsafe )*fn (\w+)/;
/** The function around a line: from its comments to its closing brace. */
K.functionAround = function (lines, at) {
  const within = K.indentOf(lines[at - 1] ?? "");
  let top = at - 1;
  while (
    top >= 0 &&
    !(HEAD.test(lines[top]) && (top === at - 1 || K.indentOf(lines[top]) < within))
  )
    top--;
  if (top < 0) return [1, lines.length];
  const close = `${" ".repeat(K.indentOf(lines[top]))}}`;
  const isOneLine = /\}\s*$/.test(lines[top]);
  let end = at - 1;
  while (!isOneLine && end < lines.length - 1 && !lines[end].startsWith(close)) end++;
  while (top > 0 && /^\s*(\/\/|#\[)/.test(lines[top - 1])) top--;
  return [top + 1, end + 1];
};
K.nameOfFunction = function (lines, [first, last]) {
  const head = lines.slice(first - 1, last).find((line) => HEAD.test(line));
  return last - first < lines.length - 1 && head ? HEAD.exec(head)[4] : null;
};
