//! What does the wheel tell of its timers?
//!
//! That one came in or was moved, and to which slot; by a name that only events know. Apart from the
//! wheel, because nothing in here is done while nobody records.

use std::time::Duration;

use super::{SLOTS, TimerKey, Wheel};
use crate::event::Event;
use crate::id::Serial;

impl<T> Wheel<T> {
    #[cold] // apart: saves a thirteenth of a registration's instructions
    pub(super) fn added(&mut self, list: usize, index: u32, deadline: u64) -> Event {
        let (timer, (level, slot)) = (Serial::new(), level_and_slot(list));
        self.names.resize(self.names.len().max(index as usize + 1), timer);
        self.names[index as usize] = timer;
        Event::TimerAdd { timer, due: Duration::from_millis(deadline), level, slot }
    }

    #[cold]
    pub(super) fn moved(&self, list: usize, key: TimerKey, deadline: u64) -> Event {
        let (timer, (level, slot)) = (self.name(key), level_and_slot(list));
        Event::TimerMove { timer, due: Duration::from_millis(deadline), level, slot }
    }

    /// What the timer is called in events.
    pub(crate) fn name(&self, key: TimerKey) -> Serial {
        self.names[key.index as usize]
    }
}

#[allow(clippy::cast_possible_truncation)] // there are 385 lists
pub(super) fn level_and_slot(list: usize) -> (u8, u8) {
    ((list / SLOTS) as u8, (list % SLOTS) as u8)
}
