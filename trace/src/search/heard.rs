//! What has the doctor said?
//!
//! The sink behind it, which keeps the verdicts, and passes them and the records on to another one.
//!
//! Interface: [`Heard`].

use std::sync::Arc;

use kettle_events::{Record, Sink, Stack};
use parking_lot::Mutex;

use crate::doctor::{Keeper, Lint};

/// Keeps the verdicts, and passes everything on.
pub(super) struct Heard {
    found: Arc<Mutex<Vec<Lint>>>,
    behind: Option<Box<dyn Keeper>>,
}

impl Heard {
    pub(super) fn new(found: Arc<Mutex<Vec<Lint>>>, behind: Option<Box<dyn Keeper>>) -> Heard {
        Heard { found, behind }
    }
}

impl Sink for Heard {
    fn record(&mut self, records: &[Record]) {
        if let Some(behind) = &mut self.behind {
            behind.record(records);
        }
    }

    fn takes_stacks(&self) -> Option<fn() -> Stack> {
        self.behind.as_ref().and_then(|behind| behind.takes_stacks())
    }

    fn stacks(&mut self, stacks: &[(u64, Stack)]) {
        if let Some(behind) = &mut self.behind {
            behind.stacks(stacks);
        }
    }

    fn live(&self) -> bool {
        self.behind.as_ref().is_some_and(|behind| behind.live())
    }
}

impl Keeper for Heard {
    fn keep(&mut self, lint: &Lint) {
        self.found.lock().push(lint.clone());
        if let Some(behind) = &mut self.behind {
            behind.keep(lint);
        }
    }
}
