//! Which forms can a trace file have?
//!
//! The ending of the file's name decides: `.jsonl` stands for lines of JSON, `.html` for a page
//! that shows these lines in a browser.
//!
//! Interface: [`Form::of`] reads a path; the fields of a [`Form`] say how to write the file.
//! Not here: the page itself (`page/html.rs`), the lines (`json.rs`, `lines.rs`).

use std::ffi::OsStr;
use std::path::Path;

use crate::file::json::Encoder;
use crate::file::lines;
use crate::page::html;

/// The endings of file names and what they mean, for messages.
pub(crate) const ENDINGS: &str =
    ".html (a replay to open in a browser) or .jsonl (a line an event)";

/// How many events a page holds: a browser can open it in a few seconds.
pub(crate) const PAGE_EVENTS: u64 = 200_000;

/// The form of a trace file.
pub(crate) struct Form {
    /// The text with which every file of this form, and of this version of it, begins.
    pub(crate) mark: &'static str,
    /// Makes the text that precedes the first line.
    pub(crate) head: fn() -> String,
    pub(crate) new_encoder: fn() -> Encoder,
    pub(crate) max_events: u64,
}

const PAGE: Form = Form {
    mark: html::MARK,
    head: html::head,
    new_encoder: Encoder::for_a_page,
    max_events: PAGE_EVENTS,
};

const LINES: Form = Form {
    mark: lines::MARK,
    head: String::new,
    new_encoder: Encoder::default,
    max_events: u64::MAX,
};

impl Form {
    /// The form of the file with this path; `None` if its name has another ending.
    pub(crate) fn of(path: &Path) -> Option<Form> {
        match path.extension().and_then(OsStr::to_str) {
            Some("html") => Some(PAGE),
            Some("jsonl") => Some(LINES),
            _ => None,
        }
    }
}
