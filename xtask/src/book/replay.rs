//! How does a replay come into the book?
//!
//! In the Markdown a block `<!-- replay: NAME -->` holds a line of words, for the reader on a
//! forge. In the built book it holds a page that was recorded when the book was built: the example
//! ran with `KETTLE_TRACE` set, what it printed is beside the events, and an example that never
//! ends was ended.
//!
//! `<!-- replay: PACKAGE: PROGRAM -->` means a program of a workspace of its own. It takes minutes to
//! build, so the built book has the same words as the Markdown.
//!
//! Recordings are kept in `target/book-replays` until the program is built anew.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use kettle_kit::record::Recording;
use kettle_kit::{process, tree};

/// An example that prints nothing for so long has come to its end, or never will.
const QUIET: Duration = Duration::from_secs(8);
/// No recording takes longer.
const LIMIT: Duration = Duration::from_mins(1);

/// What the Markdown has.
pub(crate) fn in_markdown(wish: &str) -> Result<String, String> {
    if let Some((package, program)) = elsewhere(wish) {
        let source = format!("{package}/src/bin/{program}.rs");
        tree::read(&source).map_err(|_| format!("there is no {source}"))?;
        return Ok(format!(
            "> **Replay.** `cargo kettle watch --manifest-path {package} --bin {program}` records this run \
             and opens it, step by step.\n"
        ));
    }
    let (name, _) = parse(wish)?;
    let is_example = tree::root().join("examples").join(format!("{name}.rs")).exists()
        || tree::read("Cargo.toml")?.contains(&format!("[[example]]\nname = \"{name}\"\n"));
    if !is_example {
        return Err(format!("there is no example `{name}`"));
    }
    Ok(format!(
        "> **Replay.** `cargo xtask replay {name}` records this run and opens it, step by step; the \
         built book (`cargo xtask book --open`) has it here.\n"
    ))
}

/// What the built book has.
pub(crate) fn in_book(wish: &str) -> Result<String, String> {
    let (name, event) = parse(wish)?;
    let address = format!("replays/{name}.html{event}");
    // No blank line in it: Markdown would end the figure there.
    Ok(format!(
        "<figure class=\"replay\">\n<figcaption><span>Replay of <code>{name}</code></span> \
         <a href=\"{address}\" target=\"_blank\">open it alone</a></figcaption>\n\
         <iframe src=\"{address}\" title=\"Replay of {name}\" loading=\"lazy\"></iframe>\n</figure>\n"
    ))
}

/// The package and the program, if it is no example of ours.
pub(crate) fn elsewhere(wish: &str) -> Option<(&str, &str)> {
    wish.split_once(": ")
}

/// The example, and with its `#` the event at which the page opens.
pub(crate) fn parse(wish: &str) -> Result<(&str, &str), String> {
    let (name, event) = wish.split_at(wish.find('#').unwrap_or(wish.len()));
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let safe = event.chars().all(|c| c.is_ascii_alphanumeric() || "#=&".contains(c));
    if plain && safe && !name.is_empty() {
        Ok((name, event))
    } else {
        Err("names an example".into())
    }
}

/// Records the examples, side by side; where the pages are.
pub(crate) fn record(names: &[String]) -> Result<Vec<PathBuf>, String> {
    let pages = process::side_by_side(names, |name| recorded(name));
    let told = |(page, name): (io::Result<PathBuf>, &String)| {
        page.map_err(|error| format!("replay of {name}: {error}"))
    };
    pages.into_iter().zip(names).map(told).collect()
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
    fn a_wish_names_an_example_and_perhaps_an_event() {
        assert_eq!(parse("channel"), Ok(("channel", "")));
        assert_eq!(parse("channel#e=12&l=engine"), Ok(("channel", "#e=12&l=engine")));
        for wrong in ["", "#e=1", "a b", "../x", "a\"b", "a#\"><script>"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_program_of_another_workspace_is_watched() {
        let words = in_markdown("interop/tokio/programs/whole: teahouse").unwrap();
        let command =
            "`cargo kettle watch --manifest-path interop/tokio/programs/whole --bin teahouse`";
        assert!(words.contains(command), "{words}");
        assert!(in_markdown("interop/tokio/programs/whole: coffee").is_err());
    }
}
