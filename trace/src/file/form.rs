//! Which forms can a trace file have?
//!
//! Lines (`.jsonl`), or the same lines behind a page that shows them (`.html`). The ending of the
//! file's name says which.
//!
//! Interface: [`for_ending`], [`ENDINGS`].

use crate::file::json::Scribe;
use crate::file::lines;
use crate::page::html;

/// The endings there are, and what they mean, in words.
pub(crate) const ENDINGS: &str =
    ".html (a replay to open in a browser) or .jsonl (a line an event)";

/// Who writes the lines of files that are called so, what comes first in them, and by what each of
/// them is known.
pub(crate) fn for_ending(ending: &str) -> Option<(Scribe, String, &'static str)> {
    match ending {
        "html" => Some((Scribe::for_a_page(), html::head(), html::MARK)),
        "jsonl" => Some((Scribe::default(), String::new(), lines::MARK)),
        _ => None,
    }
}
