//! What is one program?
//!
//! A [`Program`] is compiled twice, with tokio and with kettle, and its source is kept to be shown.
//! Not here: which programs there are (`programs.rs`, `variations.rs`).

use crate::step::Recording;
use crate::{kettle_side, tokio_side};

/// Something that is run on both.
pub struct Program {
    /// Its name.
    pub name: &'static str,
    /// Where it stands: `examples` or a file of variations.
    pub file: &'static str,
    /// That file.
    pub source: &'static str,
    pub(crate) on_tokio: fn(),
    pub(crate) on_kettle: fn(),
}

impl Program {
    /// What tokio did.
    pub fn with_tokio(&self) -> Recording {
        tokio_side::record(self.on_tokio)
    }

    /// What kettle did.
    pub fn with_kettle(&self) -> Recording {
        kettle_side::record(self.on_kettle)
    }
}
