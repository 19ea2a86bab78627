//! Macros.

mod attributes;
mod join;
mod select;
mod select_forms;

use std::future::{Ready, ready};

/// Becomes a future that is ready with this.
pub(crate) struct Soon(pub(crate) u32);

impl IntoFuture for Soon {
    type Output = u32;
    type IntoFuture = Ready<u32>;
    fn into_future(self) -> Ready<u32> {
        ready(self.0)
    }
}
