//! How does a replay get into the book?
//!
//! In the Markdown, a block `<!-- replay: NAME -->` holds a line of text, for readers on a forge.
//! In the built book it holds a page that was recorded when the book was built: the example ran
//! with `KETTLE_TRACE` set, its output is noted beside the events, and an example that never ends
//! was stopped.
//!
//! With `<!-- replay: NAME at WORDS -->` the page opens at the first event whose sentence contains
//! these words, such as the chapter's quotation. If the run has no such event, the book isn't
//! built. `NAME#l=engine` chooses a level.
//!
//! Recordings are kept in `target/book-replays` until the program is built again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use kettle_kit::record::Recording;
use kettle_kit::{files, process, tree};
use serde_json::Value;

/// An example that prints nothing for so long has come to its end, or never will.
const QUIET: Duration = Duration::from_secs(8);
/// No recording takes longer.
const LIMIT: Duration = Duration::from_mins(1);

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
    let Request { name, .. } = request;
    let event = match request.sentence {
        Some(words) => {
            let event = first(&files::read(page)?, words);
            let event = event.ok_or_else(|| format!("no event of `{name}` says {words:?}"))?;
            Some(format!("e={event}"))
        }
        None => None,
    };
    let place: Vec<&str> = event.as_deref().into_iter().chain(request.level).collect();
    let place = if place.is_empty() { String::new() } else { format!("#{}", place.join("&")) };
    let address = format!("replays/{name}.html{place}");
    // No blank line in it: Markdown would end the figure there.
    Ok(format!(
        "<figure class=\"replay\">\n<figcaption><span>Replay of <code>{name}</code></span> \
         <a href=\"{address}\" target=\"_blank\">open it alone</a></figcaption>\n\
         <iframe src=\"{address}\" title=\"Replay of {name}\" loading=\"lazy\"></iframe>\n</figure>\n"
    ))
}

/// A replay that a chapter asks for.
#[derive(Debug, PartialEq)]
pub(crate) struct Request<'w> {
    /// The example.
    pub(crate) name: &'w str,
    /// `l=engine`
    level: Option<&'w str>,
    /// Words of the event at which it opens.
    sentence: Option<&'w str>,
}

pub(crate) fn parse(request: &str) -> Result<Request<'_>, String> {
    let (page, sentence) = request
        .split_once(" at ")
        .map_or((request, None), |(page, sentence)| (page, Some(sentence)));
    let (name, level) = page.split_once('#').map_or((page, None), |(name, at)| (name, Some(at)));
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let safe = level.is_none_or(|level| ["l=story", "l=tasks", "l=engine"].contains(&level));
    if plain && safe && !name.is_empty() {
        Ok(Request { name, level, sentence })
    } else {
        Err("names an example".into())
    }
}

/// The number of the first event of a recording whose sentence has these words.
fn first(page: &str, words: &str) -> Option<u64> {
    let lines = page.lines().filter(|line| line.starts_with('{'));
    let mut events = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok());
    events.find_map(|event| event["say"].as_str()?.contains(words).then(|| event["n"].as_u64())?)
}

/// Records the examples side by side, and returns the paths of the pages.
pub(crate) fn record(names: &[String]) -> Result<Vec<PathBuf>, String> {
    let pages = process::side_by_side(names, |name| recorded(name));
    let with_name = |(page, name): (io::Result<PathBuf>, &String)| {
        page.map_err(|error| format!("replay of {name}: {error}"))
    };
    pages.into_iter().zip(names).map(with_name).collect()
}

fn recorded(name: &str) -> io::Result<PathBuf> {
    let directory = tree::target()?.join("book-replays");
    let program = tree::example(name)?;
    let finished = directory.join(format!("{name}.html"));
    let written = |path: &Path| fs::metadata(path).and_then(|data| data.modified());
    if written(&finished).is_ok_and(|at| written(&program).is_ok_and(|built| built < at)) {
        return Ok(finished);
    }
    let mut recording = Recording::of(name, &directory.join("part"))?;
    recording.command.stderr(Stdio::null()).env_remove("KETTLE_DOCTOR");
    let (page, _) = recording.run(io::sink(), |runs, silent| silent < QUIET && runs < LIMIT)?;
    fs::rename(&page, &finished)?;
    Ok(finished)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_an_example_and_perhaps_an_event() {
        let request = |name, level, sentence| Ok(Request { name, level, sentence });
        assert_eq!(parse("channel"), request("channel", None, None));
        let words = "channel#l=engine at main waits: a value";
        assert_eq!(parse(words), request("channel", Some("l=engine"), Some("main waits: a value")));
        for wrong in ["", "#l=engine", "a b", "../x", "a\"b", "a#e=1", "a#\"><script>"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
