//! How are the pictures of the replay made, and do they still show today's page?
//!
//! `cargo xtask pictures` records `examples/channel.rs`, opens the replay in Chromium
//! (`tests/replay/pictures.mjs`), and writes into `docs/pictures`, for light and for dark, a still picture
//! and a moving one: the frames joined as an animated PNG, each without what the one before shows already.
//! `replay.txt` gets the words of the page and the lines of the runtime that can be read in them. The test
//! of the papers compares these with the sources, so a page that says something else needs new pictures.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::iter;
use std::path::Path;
use std::process::ExitCode;

use color_quant::NeuQuant;
use kettle_kit::files::read;
use kettle_kit::report::{Outcome, none_of};
use kettle_kit::{cargo, process, tree};
use png::{BitDepth, BlendOp, ColorType, Compression, Encoder, Transformations};
use serde::Deserialize;

const FOLDER: &str = "docs/pictures";
const WORDS: &str = "docs/pictures/replay.txt";
/// Where the page has its words from.
const PAGE: &str = "trace/src/file/replay";
/// A word that is shorter says nothing about the page.
const SHORT: usize = 12;
/// A picture with few colours takes a fourth of the bytes, and the page hasn't many. (One number more is for
/// what hasn't changed.)
const COLOURS: usize = 255;
/// Of so many pixels one is looked at, to choose the colours.
const SAMPLED: i32 = 7;
/// The most bytes of a moving picture: a README opens with it.
const LARGEST: u64 = 1 << 20;
const HEAD: &str = "\
# What can be read in the pictures of the replay: words of the page, and lines of the runtime with their files. If one
# is no longer there, `cargo xtask pictures` takes the pictures anew.
";

/// What can go wrong: with files, with a picture's format, in the script.
type Done<T> = Result<T, Box<dyn Error>>;

/// What the script has seen.
#[derive(Deserialize)]
struct Seen {
    /// For how many milliseconds each frame is shown.
    frames: Vec<u16>,
    words: BTreeSet<String>,
    /// `file:line`, of the runtime.
    lines: BTreeSet<String>,
}

/// A frame, as red, green, blue and opacity of each pixel.
struct Frame {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

pub(crate) fn pictures() -> ExitCode {
    match take() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn take() -> Done<()> {
    cargo::succeed(&["build", "--example", "channel"]).map_err(|trouble| trouble.to_string())?;
    let replays = crate::book::record(&["channel".to_owned()])?;
    let taken = fs::canonicalize(tree::target()?)?.join("pictures");
    fs::create_dir_all(&taken)?;
    let script = crate::browser::in_chromium("pictures.mjs");
    let mut script = script.map_err(|trouble| trouble.to_string())?;
    script.arg("--replay").args(&replays).arg("--to").arg(&taken);
    process::run(&mut script)?.expect_success()?;
    let seen: Seen = serde_json::from_str(&read(&taken.join("seen.json"))?)?;
    let folder = tree::root().join(FOLDER);
    for scheme in ["light", "dark"] {
        let still = folder.join(format!("replay-wide-{scheme}.png"));
        fs::copy(taken.join(format!("still-{scheme}.png")), still)?;
        let frame = |number| open(&taken.join(format!("frame-{scheme}-{number}.png")));
        let frames = (0..seen.frames.len()).map(frame).collect::<Result<Vec<_>, _>>()?;
        let moving = folder.join(format!("replay-moving-{scheme}.png"));
        join(&frames, &seen.frames, &moving)?;
        println!("{}: {} KiB", tree::shown(&moving), fs::metadata(&moving)?.len() / 1024);
    }
    fs::write(tree::root().join(WORDS), said(&seen)?)?;
    Ok(())
}

/// Reads a frame.
fn open(path: &Path) -> Done<Frame> {
    let mut decoder = png::Decoder::new(BufReader::new(File::open(path)?));
    decoder.set_transformations(Transformations::ALPHA | Transformations::EXPAND);
    let mut reader = decoder.read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("too large")?];
    let info = reader.next_frame(&mut pixels)?;
    Ok(Frame { width: info.width, height: info.height, pixels })
}

/// Writes one picture of all frames. What a frame has in common with the one before is transparent in it.
fn join(frames: &[Frame], shown: &[u16], to: &Path) -> Done<()> {
    let first = frames.first().ok_or("no frames")?;
    let all: Vec<u8> = frames.iter().flat_map(|frame| &frame.pixels).copied().collect();
    let colours = NeuQuant::new(SAMPLED, COLOURS, &all);
    let mut encoder = Encoder::new(BufWriter::new(File::create(to)?), first.width, first.height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    encoder.set_palette([&[0; 3], &*colours.color_map_rgb()].concat());
    encoder.set_trns(&[0][..]); // the first colour is none
    encoder.set_animated(u32::try_from(frames.len())?, 0)?;
    let mut writer = encoder.write_header()?;
    let nothing = Frame { pixels: vec![0; first.pixels.len()], ..*first };
    let before = iter::once(&nothing).chain(frames);
    for ((before, frame), shown) in before.zip(frames).zip(shown) {
        writer.set_frame_delay(*shown, 1000)?;
        writer.set_blend_op(BlendOp::Over)?;
        writer.write_image_data(&difference(before, frame, &colours)?)?;
    }
    writer.finish()?;
    Ok(())
}

/// For each pixel the number of its colour, 0 where nothing has changed.
fn difference(before: &Frame, frame: &Frame, colours: &NeuQuant) -> Done<Vec<u8>> {
    let (old, new) = (before.pixels.chunks_exact(4), frame.pixels.chunks_exact(4));
    let mut known = BTreeMap::new();
    let mut number = |pixel| *known.entry(pixel).or_insert_with(|| 1 + colours.index_of(pixel));
    let numbers = old.zip(new).map(|(old, new)| if old == new { 0 } else { number(new) });
    Ok(numbers.map(u8::try_from).collect::<Result<_, _>>()?)
}

/// The text of [`WORDS`].
fn said(seen: &Seen) -> Done<String> {
    let page = page()?;
    let words = seen.words.iter().filter(|word| word.len() >= SHORT && page.contains(*word));
    let mut text = HEAD.to_owned();
    text.extend(words.map(|word| format!("{word}\n")));
    for place in &seen.lines {
        let (file, line) = place.rsplit_once(':').ok_or("a place without a line")?;
        let number: usize = line.parse()?;
        let source = tree::read(file)?;
        let line = source.lines().nth(number - 1).ok_or("a place that isn't there")?;
        text.extend([file, ": ", line.trim(), "\n"]);
    }
    Ok(text)
}

/// The page's own text, of all its parts.
fn page() -> Result<String, String> {
    let directory = tree::root().join(PAGE);
    let sources = [".html", ".js"].iter().flat_map(|ending| tree::files(&directory, ending));
    sources.map(|path| read(&path)).collect()
}

/// Is all that can be read in the pictures still there, and are they small enough?
pub(crate) fn check() -> Outcome {
    let (page, words) = (page()?, tree::read(WORDS)?);
    let mut faults = Vec::new();
    for line in words.lines().filter(|line| !line.starts_with('#')) {
        let is_there = match line.split_once(".rs: ") {
            Some((file, code)) => tree::read(&format!("{file}.rs"))?.contains(code),
            None => page.contains(line),
        };
        if !is_there {
            faults.push(format!("{WORDS}: no longer there: {line}"));
        }
    }
    for picture in tree::files(&tree::root().join(FOLDER), ".png") {
        let size = fs::metadata(&picture)?.len();
        if size > LARGEST {
            faults.push(format!("{}: {size} bytes, more than {LARGEST}", tree::shown(&picture)));
        }
    }
    none_of(&faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Left of one colour, right of another.
    fn frame(halves: [[u8; 4]; 2]) -> Frame {
        let row: Vec<u8> = halves.iter().flat_map(|half| half.repeat(32)).collect();
        Frame { width: 64, height: 32, pixels: row.repeat(32) }
    }

    #[test]
    fn a_joined_picture_shows_each_frame_for_its_time() {
        let (red, green, blue) = ([255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]);
        let frames = [frame([red, green]), frame([red, blue]), frame([green, blue])];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("moving.png");
        join(&frames, &[100, 200, 300], &path).unwrap();
        let mut decoder = png::Decoder::new(BufReader::new(File::open(path).unwrap()));
        decoder.set_transformations(Transformations::ALPHA | Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut shown = vec![0; frames[0].pixels.len()];
        for (frame, delay) in frames.iter().zip([100, 200, 300]) {
            let mut new = vec![0; shown.len()];
            reader.next_frame(&mut new).unwrap();
            for (shown, new) in shown.chunks_exact_mut(4).zip(new.chunks_exact(4)) {
                if new[3] > 0 {
                    shown.copy_from_slice(new);
                }
            }
            let is_far = |(is, wanted): (&u8, &u8)| is.abs_diff(*wanted) > 8;
            assert!(!shown.iter().zip(&frame.pixels).any(is_far), "after {delay} ms");
            assert_eq!(reader.info().frame_control().unwrap().delay_num, delay);
        }
    }
}
