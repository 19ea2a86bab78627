// Which lines are in the trace?
//
// A line of the data that begins with "{" is there as it is. Any other is a block, which holds the
// rows of many lines: a piece of one deflate stream in base64 (docs/watch.md).
//
// Interface: `await K.lines(text, take)` calls `take` with a piece at a time, `{texts, of, at,
// numbers}`, and gives 1 if a block was torn. A piece has a row for each of its lines: row `r` is
// of the template with the number `of[r]`, counted from the first piece on, and its numbers begin
// at `numbers[at[r]]`. `texts` are the templates that come up in it. `K.filled(template, numbers,
// at)` is a row's line.
// Invariants: lines that are there as they are come first (each is a template of its own), then
// those of the blocks, both in the order of the file. So an event comes after every file that it
// names. Up to a block that is cut or makes no sense, all is read.
// Not here: what a line says (model.js).

/** In a template, where a number goes. */
const HOLE = "\0";
/** Each block ends like this (a sync flush), and the last one is followed by an end: a stream
 * without one is an error, which may take along what was not read yet. */
const FLUSHED = [0, 0, 255, 255],
  END = Uint8Array.of(1, 0, 0, 255, 255);

K.lines = async function (text, take) {
  const lines = text.split("\n"),
    plain = lines.filter((line) => line.startsWith("{")),
    blocks = lines.filter((line) => line && !line.startsWith("{")),
    first = plain.length; // the number of the next template
  take({
    texts: plain,
    of: Uint32Array.from(plain.keys()),
    at: new Uint32Array(first),
    numbers: new Float64Array(),
  });
  return blocks.length ? inflated(blocks, first, take) : 0;
};
K.filled = (template, numbers, at) =>
  template.split(HOLE).reduce((line, part, k) => line + numbers[at + k - 1] + part);

/** Takes the rows of a stream as far as it is whole; 1 if that isn't to its end. */
async function inflated(blocks, first, take) {
  const stream = new DecompressionStream("deflate-raw"),
    reader = stream.readable.getReader(),
    unpack = unpacker(first),
    given = give(blocks, stream.writable.getWriter());
  let rest = new Uint8Array(),
    torn = 0;
  try {
    for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
      const bytes = joined(rest, value),
        piece = unpack(bytes);
      rest = bytes.subarray(piece.end);
      take(piece);
    }
  } catch {
    torn = 1; /* it makes no sense from here on */
  }
  return torn || rest.length || !(await given) ? 1 : 0;
}
function joined(a, b) {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
/** Gives the blocks to the decompressor, up to one that was cut: was there none? */
async function give(blocks, writer) {
  const isWhole = (bytes) => FLUSHED.every((byte, k) => bytes.at(k - 4) === byte);
  let isAll = true;
  try {
    for (const bytes of blocks.map(bytesOf))
      if ((isAll &&= isWhole(bytes))) await writer.write(bytes);
    await writer.write(END);
    await writer.close();
  } catch {
    return false;
  } // (the reader fails, too)
  return isAll;
}
/** What stands in base64; nothing, if that was cut. */
function bytesOf(block) {
  try {
    return Uint8Array.from(atob(block), (letter) => letter.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

// ----- rows -----

/** What is being unpacked, and up to where. */
let bytes, p;
function number() {
  let value = 0;
  for (let scale = 1, byte = 128; byte > 127 && p <= bytes.length; scale *= 128)
    value += ((byte = bytes[p++]) & 127) * scale;
  return value;
}
/** A template that comes up: its length, and its text; `last`: the numbers of its last row. */
function template(which) {
  const size = number(),
    text = bytes.subarray(p, (p += size)),
    holes = text.reduce((holes, byte) => holes + !byte, 0);
  return { number: which, size, text, last: new Float64Array(holes) };
}
/** Templates of more bytes together are forgotten. */
const MOST = 2 ** 20,
  READ = new TextDecoder("utf-8", { ignoreBOM: true });
/** What makes a piece of the rows that are whole; the first template is to have this number. */
function unpacker(first) {
  let known = [],
    room = MOST;
  function learn(its, texts) {
    if ((room -= its.size) < 0) [known, room] = [[], MOST - its.size];
    first += 1;
    known.push(its);
    texts.push(READ.decode(its.text));
    its.text = null;
  }
  return function (all) {
    [bytes, p] = [all, 0];
    const [of, at] = [1, 2].map(() => new Uint32Array(all.length)),
      numbers = new Float64Array(all.length),
      texts = [];
    let row = 0, // so many are whole,
      count = 0, // with so many numbers,
      end = 0; // up to this byte
    for (;;) {
      const which = number(),
        isNew = which === 0 && p === end + 1,
        its = p > all.length ? null : isNew ? template(first) : known[which - 1];
      for (let k = 0; p <= all.length && k < its.last.length; k++) {
        const more = number();
        numbers[count + k] = its.last[k] + (more % 2 ? -(more + 1) / 2 : more / 2);
      }
      if (p > all.length) break; // the rest of this row is yet to come
      if (isNew) learn(its, texts);
      [of[row], at[row]] = [its.number, count];
      for (let k = 0; k < its.last.length; k++) its.last[k] = numbers[count++];
      [row, end] = [row + 1, p];
    }
    const whole = { of: of.slice(0, row), at: at.slice(0, row), numbers: numbers.slice(0, count) };
    return { texts, ...whole, end };
  };
}
