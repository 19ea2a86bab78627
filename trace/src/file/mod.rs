//! Floor 4: how does a run become a file?
//!
//! Reading order: `json.rs` with its folder (a record as a line), `lines.rs` (the other lines),
//! `chrome.rs` with its folder, `html.rs` and the page's own files in `replay/`, `blocks.rs` (lines in
//! little room), `ink.rs` (which form?), `store.rs` and `output.rs` (the files), `writer.rs`
//! (what is written), `thread.rs` and `file.rs` (the sink).

pub(crate) mod blocks;
pub(crate) mod chrome;
pub(crate) mod file;
pub(crate) mod html;
pub(crate) mod ink;
pub(crate) mod json;
pub(crate) mod lines;
pub(crate) mod output;
pub(crate) mod store;
mod thread;
pub(crate) mod writer;
