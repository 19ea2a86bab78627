//! How does a replay get into the book?
//!
//! A chapter asks for it by `<!-- replay: NAME#l=engine at WORDS -->`, which [`parse`] reads into a
//! [`Request`]. `NAME` is an example. The page opens at the first event whose sentence contains
//! these words; if there is none, the book isn't built. `#l=engine`, the level of detail, may be
//! left out.
//!
//! For readers on a forge, the block in the Markdown holds a line of text ([`in_markdown`]). In the
//! built book it holds the page of a recorded run ([`in_book`]). [`record`] runs the examples for
//! this, and stops those that never end. A recording is used until its program is built again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use kettle_kit::record::RecordedRun;
use kettle_kit::{files, process, tree};
use serde_json::Value;

/// An example that prints nothing for this long is stopped.
const MAX_SILENCE: Duration = Duration::from_secs(8);
/// A recording that takes this long is stopped.
const MAX_TIME: Duration = Duration::from_mins(1);

/// The levels of detail at which a page can open, as they are in its address.
const LEVELS: [&str; 3] = ["l=story", "l=tasks", "l=engine"];

/// A replay that a chapter asks for.
#[derive(Debug, PartialEq)]
pub(crate) struct Request<'w> {
    /// The example.
    pub(crate) name: &'w str,
    /// One of [`LEVELS`].
    level: Option<&'w str>,
    /// Words in the sentence of the event at which the page opens.
    words: &'w str,
}

pub(crate) fn parse(request: &str) -> Result<Request<'_>, String> {
    let malformed = "is not of the form `NAME#l=LEVEL at WORDS`";
    let (page, words) = request.split_once(" at ").ok_or(malformed)?;
    let (name, level) = match page.split_once('#') {
        Some((name, level)) => (name, Some(level)),
        None => (page, None),
    };
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_level = level.is_none_or(|level| LEVELS.contains(&level));
    if is_name && is_level { Ok(Request { name, level, words }) } else { Err(malformed.to_owned()) }
}

/// The block's content in the Markdown.
pub(crate) fn in_markdown(request: &str) -> Result<String, String> {
    let Request { name, .. } = parse(request)?;
    let is_example = tree::root().join("examples").join(format!("{name}.rs")).exists()
        || tree::read("Cargo.toml")?.contains(&format!("[[example]]\nname = \"{name}\"\n"));
    if !is_example {
        return Err(format!("there is no example `{name}`"));
    }
    Ok(format!("> **Replay.** `cargo xtask replay {name}` opens it.\n"))
}

/// The block's content in the built book; `page` is the recording.
pub(crate) fn in_book(request: &Request, page: &Path) -> Result<String, String> {
    let Request { name, level, words } = request;
    let event = first_event(&files::read(page)?, words);
    let event = event.ok_or_else(|| format!("no event of `{name}` says {words:?}"))?;
    let level = level.map_or(String::new(), |level| format!("&{level}"));
    let address = format!("replays/{name}.html#e={event}{level}");
    // Without a blank line, at which Markdown would end the figure.
    Ok(format!(
        "<figure class=\"replay\">\n<figcaption><span>Replay of <code>{name}</code></span> \
         <a href=\"{address}\" target=\"_blank\">open it alone</a></figcaption>\n\
         <iframe src=\"{address}\" title=\"Replay of {name}\" loading=\"lazy\"></iframe>\n</figure>\n"
    ))
}

/// The number of the first event in a recorded page whose sentence contains these words.
fn first_event(page: &str, words: &str) -> Option<u64> {
    // The page has a line of JSON for each event.
    for line in page.lines().filter(|line| line.starts_with('{')) {
        let Ok(event) = serde_json::from_str::<Value>(line) else { continue };
        if event["say"].as_str().is_some_and(|sentence| sentence.contains(words)) {
            return event["n"].as_u64();
        }
    }
    None
}

/// Records the examples side by side, and returns the paths of the pages.
pub(crate) fn record(names: &[String]) -> Result<Vec<PathBuf>, String> {
    let record = |name: &String| {
        record_unless_kept(name).map_err(|error| format!("replay of {name}: {error}"))
    };
    process::side_by_side(names, record).into_iter().collect()
}

/// Records an example, unless its page is newer than its program.
fn record_unless_kept(name: &str) -> io::Result<PathBuf> {
    let directory = tree::target()?.join("book-replays");
    let program = tree::example(name)?;
    let recorded = directory.join(format!("{name}.html"));
    let modified = |path: &Path| fs::metadata(path).and_then(|data| data.modified());
    if let (Ok(recorded_at), Ok(built_at)) = (modified(&recorded), modified(&program))
        && built_at < recorded_at
    {
        return Ok(recorded);
    }
    // In another folder, so that an interrupted run leaves no page that looks complete.
    let mut recording = RecordedRun::new(name, &directory.join("part"))?;
    recording.command.stderr(Stdio::null()).env_remove("KETTLE_DOCTOR");
    let go_on = |runs: Duration, silent: Duration| silent < MAX_SILENCE && runs < MAX_TIME;
    let (page, _) = recording.run(io::sink(), go_on)?;
    fs::rename(&page, &recorded)?;
    Ok(recorded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_an_example_and_an_event() {
        let request = |level| Ok(Request { name: "channel", level, words: "main waits: a value" });
        assert_eq!(parse("channel at main waits: a value"), request(None));
        assert_eq!(parse("channel#l=engine at main waits: a value"), request(Some("l=engine")));
        assert!(parse("channel").is_err());
        for wrong in ["", "#l=engine", "a b", "../x", "a\"b", "a#e=1", "a#\"><script>"] {
            assert!(parse(&format!("{wrong} at x")).is_err(), "{wrong}");
        }
    }
}
