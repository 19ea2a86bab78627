//! How do lines take little room in a page?
//!
//! As *blocks*: the rows of many lines (`templates.rs`) are deflated and written as one line of
//! base64. One compressor serves all blocks of a file. Each ends with a sync flush, which makes all
//! of it readable.
//!
//! Interface: [`Blocks::lines`], to add to, and [`Blocks::write`]; [`lines`], which reads them.
//! Invariants: what is read back is what was given, byte for byte. A block needs those before it,
//! and none after it: so a file that was cut reads up to its last whole block.
//!
//! Not here: when a block is written (`writer.rs`); reading in a browser
//! (`page/record/blocks.js`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, compress_to_output, create_comp_flags_from_zip_params,
};
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZFlush};

use crate::file::templates::Templates;
use crate::page::html;
use crate::words::text::{Out, raw};

/// Of 10: what more would save is not worth its time.
const EFFORT: u8 = 5;
/// Of 10, where the program would wait.
const HURRY: u8 = 1;
/// So each block ends: by a sync flush.
const FLUSHED: &[u8] = &[0, 0, 255, 255];

/// Lines on their way to a block.
pub(crate) struct Blocks {
    lines: Out,
    templates: Templates,
    deflate: Box<CompressorOxide>,
}

impl Blocks {
    pub(crate) fn new() -> Blocks {
        // Without a header, at the size of window that all readers have.
        let flags = create_comp_flags_from_zip_params(EFFORT.into(), 0, 0);
        let deflate = Box::new(CompressorOxide::new(flags));
        Blocks { lines: Out::new(), templates: Templates::default(), deflate }
    }

    /// Are many records waiting? Then blocks become larger, and take less time.
    pub(crate) fn hurry(&mut self, hurry: bool) {
        self.deflate.set_compression_level_raw(if hurry { HURRY } else { EFFORT });
    }

    /// The lines of the next block, to add some.
    pub(crate) fn lines(&mut self) -> &mut Out {
        &mut self.lines
    }

    /// Adds to `out` the lines since the last block, as one line. If there are none, nothing.
    pub(crate) fn write(&mut self, out: &mut Out) {
        if self.lines.is_empty() {
            return;
        }
        let (mut rows, mut deflated) = (Vec::new(), Vec::new());
        for line in self.lines.as_encoded_bytes().split_inclusive(|byte| *byte == b'\n') {
            self.templates.pack(line.strip_suffix(b"\n").unwrap_or(line), &mut rows);
        }
        self.lines.clear();
        compress_to_output(&mut self.deflate, &rows, TDEFLFlush::Sync, |some| {
            deflated.extend_from_slice(some);
            true
        });
        raw(out, &STANDARD.encode(&deflated));
        raw(out, "\n");
    }
}

impl std::fmt::Debug for Blocks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Blocks").field("lines", &self.lines.len()).finish_non_exhaustive()
    }
}

/// The lines of a trace in their order, without their ends: of a replay's page, or of a file that
/// is nothing but lines. The last one may be cut, if the file was; a block that was cut is left
/// out.
///
/// ```
/// let ((), records) = kettle::trace::record(|| {
///     let runtime = kettle::runtime::Builder::new_current_thread().build().unwrap();
///     runtime.block_on(async {});
/// });
/// let path = std::env::temp_dir().join("kettle-doc-lines.html");
/// kettle::trace::save(&path, &records)?;
/// let lines = kettle::trace::lines(&std::fs::read_to_string(&path)?);
/// assert!(lines[0].starts_with("{\"v\":9,"));
/// assert!(lines.iter().any(|line| line.contains("main is polled")));
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn lines(trace: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut state = InflateState::new_boxed(DataFormat::Raw);
    let mut templates = Templates::default();
    for line in html::behind_the_page(trace).lines() {
        if line.starts_with('{') {
            lines.push(line.to_owned());
            continue;
        }
        let rows = STANDARD.decode(line).ok().and_then(|block| inflated(&mut state, &block));
        let block = rows.and_then(|rows| templates.unpack(&rows));
        lines.extend(block.iter().flat_map(|text| text.lines()).map(str::to_owned));
    }
    lines
}

/// A block's rows, if the block is whole.
fn inflated(state: &mut InflateState, mut block: &[u8]) -> Option<Vec<u8>> {
    let (mut rows, mut some) = (Vec::new(), vec![0; 1 << 16]);
    let whole = block.ends_with(FLUSHED);
    loop {
        let done = inflate(state, block, &mut some, MZFlush::None);
        block = &block[done.bytes_consumed..];
        rows.extend_from_slice(&some[..done.bytes_written]);
        if (done.bytes_consumed, done.bytes_written) == (0, 0) {
            return whole.then_some(rows);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(blocks: &mut Blocks, lines: &[&str]) -> String {
        let mut out = Out::new();
        for line in lines {
            raw(blocks.lines(), &format!("{line}\n"));
        }
        blocks.write(&mut out);
        out.into_string().unwrap()
    }

    const ODD: [&str; 7] = [
        "{\"n\":1,\"t\":1000,\"task\":\"task 1\"}",
        "{\"n\":18446744073709551615,\"t\":0}",
        "42 cups \\u0000 \u{1f375}9",
        "=",
        "{\"note\":\"5-5\",\"t\":12,\"after\":3}",
        "{\"note\":\"5-5\",\"t\":999999999999999,\"after\":0}",
        "{\"note\":\"5-5\",\"t\":1,\"after\":04,\"at\":\"a.rs:3:7\",\"say\":\"1.50 s, 1.05 s\"}",
    ];

    #[test]
    fn what_is_read_back_is_what_was_given() {
        let mut blocks = Blocks::new();
        let first = block(&mut blocks, &ODD);
        assert_eq!(lines(&first), ODD);
        let second = block(&mut blocks, &ODD[..2]);
        assert!(second.len() < first.len() / 3, "it was said before");
        assert_eq!(lines(&(first + &second)), [&ODD[..], &ODD[..2]].concat());
        assert_eq!(block(&mut blocks, &[]), "", "nothing has no block");
    }

    #[test]
    fn blocks_that_were_made_in_a_hurry_are_of_the_same_stream() {
        let (mut blocks, mut written, mut all) = (Blocks::new(), String::new(), Vec::new());
        for number in 0..20_u64 {
            let line = |k: u64| format!("{{\"say\":\"{:x}\"}}", (number * k).wrapping_pow(9));
            let some: Vec<String> = (0..500).map(line).collect();
            blocks.hurry(number % 3 == 1);
            written += &block(&mut blocks, &some.iter().map(String::as_str).collect::<Vec<_>>());
            all.extend(some);
        }
        assert_eq!(lines(&written), all);
    }

    #[test]
    fn templates_that_are_too_many_are_forgotten_and_said_again() {
        let (mut templates, mut rows) = (Templates::default(), Vec::new());
        let line = |n| format!("{{\"x{n}\":\"{}\"}}", "tea".repeat(1000));
        let mut length = |n| {
            let before = rows.len();
            templates.pack(line(n).as_bytes(), &mut rows);
            rows.len() - before
        };
        let order = || (0..600).chain([599, 0, 0]);
        let lengths: Vec<_> = order().map(&mut length).collect();
        assert_eq!((lengths[600], lengths[601] > 3000, lengths[602]), (2, true, 2));
        let all: Vec<_> = order().map(line).collect();
        assert_eq!(Templates::default().unpack(&rows).unwrap().lines().collect::<Vec<_>>(), all);
    }

    #[test]
    fn a_cut_costs_the_block_that_it_goes_through_and_no_more() {
        let mut blocks = Blocks::new();
        let first = block(&mut blocks, &ODD);
        let whole = first.clone() + &block(&mut blocks, &ODD);
        // (At its very end is only what tells that it is over.)
        for cut in first.len()..whole.len() - 12 {
            let read = lines(&whole[..cut]);
            assert_eq!(read[..ODD.len()], ODD, "{cut}");
            assert!(read.len() <= 2 * ODD.len(), "{cut}");
        }
    }
}
