//! What does a page know?
//!
//! [`Told`] has the values that were written last. What is over, and forgotten by the fold, is forgotten
//! here, too.

use std::collections::HashMap;

use kettle_events::Id;

use crate::fold::{
    Fold, Select, ShownJob, ShownLoop, ShownPrimitive, ShownSource, ShownTask, ShownTimer,
};
use crate::words::names::Quick;

/// The values that a page has.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) of_the_loop: ShownLoop,
    pub(super) tasks: HashMap<Id, ShownTask, Quick>,
    pub(super) jobs: HashMap<Id, ShownJob, Quick>,
    pub(super) selects: HashMap<Id, Select, Quick>,
    pub(super) timers: HashMap<Id, ShownTimer, Quick>,
    pub(super) sources: HashMap<Id, ShownSource, Quick>,
    pub(super) primitives: HashMap<Id, ShownPrimitive, Quick>,
}

impl Told {
    /// What the fold has forgotten is not asked for any more.
    pub(super) fn forget(&mut self, fold: &Fold) {
        self.tasks.retain(|id, _| fold.task(*id).is_some());
        self.selects.retain(|id, _| fold.shown_select(*id).is_some());
        self.primitives.retain(|id, _| fold.primitive(*id).is_some());
    }
}
