//! What is known of one module?
//!
//! A [`Module`] is a file or a block in one: what it declares, and which paths it writes. `modules.rs`
//! and `names.rs` fill it in, `imports.rs` asks it.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

/// The segments of a path.
pub(crate) type Words = Vec<String>;

/// A file, or a `mod name { … }` in one.
#[derive(Default)]
pub(crate) struct Module {
    pub(crate) file: PathBuf,
    /// Where the files of its child modules are.
    pub(crate) folder: PathBuf,
    pub(crate) root: usize,
    pub(crate) parent: Option<usize>,
    pub(crate) names: HashMap<String, Vec<Meaning>>,
    /// `use path::*`, and whether it is a re-export.
    pub(crate) globs: Vec<(Words, bool)>,
    /// Every path of two words or more, imports among them.
    pub(crate) paths: BTreeSet<Words>,
    /// The path of each `pub use`, and the name it gets here.
    pub(crate) handed_on: Vec<(Words, String)>,
    /// Every path of one word: it may come from a glob.
    pub(crate) words: BTreeSet<String>,
    /// Every `name!`: a macro may come from the module above, without a path.
    pub(crate) macros: BTreeSet<String>,
}

/// What a module says that a name of its own is.
#[derive(Clone)]
pub(crate) enum Meaning {
    /// It is defined here.
    Item,
    Module(usize),
    /// It is imported by this path.
    Import(Words),
}

impl Module {
    pub(crate) fn define(&mut self, name: &str, meaning: Meaning) {
        self.names.entry(name.to_owned()).or_default().push(meaning);
    }
}
