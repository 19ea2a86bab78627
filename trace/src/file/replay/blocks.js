// Which lines are in the trace?
//
// A line of the data that begins with "{" is there as it is. Any other is a block, which holds many lines: a
// piece of a deflate stream in base64 (docs/trace-format.md). It begins with "=" where a stream begins.
//
// Interface: `await K.lines(text, take)` calls `take` with many lines at a time, as bytes of UTF-8, and gives how many
// blocks were torn.
// Invariants: lines that are there as they are come first, then those of the blocks, both in the order of
// the file. So an event comes after every file that it names. A block that is cut or makes no sense ends its
// stream; what comes before it is read.
// Not here: what a line says (model.js).
"use strict";
(function (K) {
  const TOGETHER = 256;

  K.lines = async function (text, take) {
    const plain = [], streams = [];
    for (const line of text.split("\n")) {
      if (line.startsWith("{")) plain.push(line);
      else if (line.startsWith("=")) streams.push([line.slice(1)]);
      else if (line && streams.length) streams.at(-1).push(line);
    }
    const write = new TextEncoder();
    for (let k = 0; k < plain.length; k += TOGETHER) take(write.encode(plain.slice(k, k + TOGETHER).join("\n")));
    let torn = 0;
    for (const blocks of streams) torn += await onAThread(blocks, take);
    return torn;
  };

  /** Inflates a stream beside this thread, which reads meanwhile what there is. Where a page has no threads, or
   *  this one fails before it has sent anything, it is done here; if it fails later, the rest is torn. */
  async function onAThread(blocks, take) {
    let thread = null, place = null, taken = false;
    try {
      return await new Promise(function (done, fails) {
        place = URL.createObjectURL(new Blob([`(${beside})(${inflater})`]));
        thread = new Worker(place);
        thread.onmessage = ({ data: { pieces, torn, failed } }) => {
          taken ||= pieces.length > 0;
          pieces.forEach(take);
          if (failed) fails(); else if (torn !== undefined) done(torn);
        };
        thread.onerror = fails;
        thread.postMessage(blocks);
      });
    } catch {
      return taken ? 1 : inflater()(blocks, take);
    } finally {
      thread?.terminate();
      if (place) URL.revokeObjectURL(place);
    }
  }
  /** What that thread does: it sends some pieces at a time. (A promise that fails there is no error that `onerror` hears of.) */
  function beside(inflater) {
    let pieces = [];
    const send = (more) => { postMessage({ pieces, ...more }, pieces.map((bytes) => bytes.buffer)); pieces = []; };
    onmessage = async ({ data }) => {
      try { send({ torn: await inflater()(data, (bytes) => { if (pieces.push(bytes) === 32) send(); }) }); } catch { postMessage({ pieces: [], failed: true }); }
    };
  }

  /** What takes the lines of a stream as far as it is whole, and gives 1 if that isn't to its end. (It uses nothing from outside.) */
  function inflater() {
    /** Each block ends like this (a sync flush), and the last one is followed by an end: a stream without one
     *  is an error, which may take along what was not read yet. */
    const FLUSHED = [0, 0, 255, 255], END = Uint8Array.of(1, 0, 0, 255, 255), NEWLINE = 10;

    async function inflated(blocks, take) {
      const stream = new DecompressionStream("deflate-raw"), reader = stream.readable.getReader();
      const given = give(blocks, stream.writable.getWriter());
      let rest = new Uint8Array(), torn = 0;
      try {
        for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
          const end = value.lastIndexOf(NEWLINE);
          if (end >= 0) take(joined(rest, value.subarray(0, end)));
          rest = end >= 0 ? value.slice(end + 1) : joined(rest, value);
        }
      } catch { torn = 1; /* it makes no sense from here on */ }
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
      const whole = blocks.map(bytesOf);
      const cut = whole.findIndex((bytes) => !FLUSHED.every((byte, k) => bytes.at(k - 4) === byte));
      try {
        for (const bytes of cut < 0 ? whole : whole.slice(0, cut)) await writer.write(bytes);
        await writer.write(END);
        await writer.close();
      } catch { return false; } // the reader hears of it, too
      return cut < 0;
    }

    /** What stands in base64; nothing, if that was cut. */
    function bytesOf(block) {
      let text = "";
      try { text = atob(block); } catch { /* cut */ }
      const bytes = new Uint8Array(text.length);
      for (let k = 0; k < text.length; k++) bytes[k] = text.charCodeAt(k);
      return bytes;
    }
    return inflated;
  }
})(window.K = window.K || {});
