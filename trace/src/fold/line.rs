//! Which tasks are in line, and in which order?
//!
//! A [`Line`]: the waiters by their tickets, as the events tell them. A waiter joins, renews, is
//! served or leaves in a few steps, however long the line is. Its place is counted only when
//! something asks for it ([`Line::place`]).
//!
//! Invariant: the order of tickets is the order in line (`src/sync/wait_list.rs`).

use std::collections::BTreeMap;

use kettle_events::Replaced;

use super::waiting::{ANOTHERS, NONE_IS_THERE, Stored, Waiter};

const WRONG_TICKET: &str = "its ticket is not higher than those in line";
const ONE_IS_THERE: &str = "none was stored there, it says, but its own is";

/// The waiters of one primitive.
#[derive(Clone, Debug, Default)]
pub struct Line {
    waiters: BTreeMap<usize, Waiter>,
}

impl Line {
    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiters.len()
    }

    /// Does nobody wait?
    pub fn is_empty(&self) -> bool {
        self.waiters.is_empty()
    }

    /// Front to back.
    pub fn iter(&self) -> impl Iterator<Item = &Waiter> {
        self.waiters.values()
    }

    /// Their tickets, front to back.
    pub(super) fn tickets(&self) -> impl Iterator<Item = usize> {
        self.waiters.keys().copied()
    }

    /// Whose turn it is next.
    pub fn first(&self) -> Option<&Waiter> {
        Some(self.waiters.first_key_value()?.1)
    }

    /// The waiter with this ticket.
    pub fn get(&self, ticket: usize) -> Option<&Waiter> {
        self.waiters.get(&ticket)
    }

    pub(super) fn get_mut(&mut self, ticket: usize) -> Option<&mut Waiter> {
        self.waiters.get_mut(&ticket)
    }

    /// The place of this ticket in line, 1 being the front. Walks the line up to there.
    pub fn place(&self, ticket: usize) -> Option<usize> {
        self.waiters.keys().position(|other| *other == ticket).map(|index| index + 1)
    }

    /// Joins with a new ticket, or renews the waker of a known one.
    pub(super) fn store(&mut self, ticket: usize, new: Waiter, told: Replaced) -> Stored {
        let Some(old) = self.waiters.get_mut(&ticket) else {
            let last = self.waiters.last_key_value().map_or(0, |(last, _)| *last);
            self.waiters.insert(ticket, new);
            let wrong = match told {
                Replaced::None if ticket > last => None,
                Replaced::None => Some(WRONG_TICKET),
                _ => Some(NONE_IS_THERE),
            };
            return Stored { gone: None, joined: true, wrong };
        };
        let wrong = match told {
            Replaced::None => Some(ONE_IS_THERE),
            Replaced::Same if old.task != new.task => Some(ANOTHERS),
            _ => None,
        };
        let same = old.task == new.task;
        let since = if same { old.since } else { new.since };
        let gone = std::mem::replace(old, Waiter { since, ..new });
        Stored { gone: Some(gone).filter(|_| !same), joined: !same, wrong }
    }

    /// Takes away the waiter with this ticket.
    pub(super) fn take(&mut self, ticket: usize) -> Option<Waiter> {
        self.waiters.remove(&ticket)
    }

    /// Takes away the first, and says which ticket it had.
    pub(super) fn take_first(&mut self) -> Option<(usize, Waiter)> {
        self.waiters.pop_first()
    }

    /// All that wait, each with its ticket.
    pub(super) fn into_waiters(self) -> impl Iterator<Item = (usize, Waiter)> {
        self.waiters.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kettle_events::Units;

    const WAITER: Waiter =
        Waiter { task: None, since: 0, renewed: 0, poll: 0, at: None, units: Units::Count(1) };

    #[test]
    fn the_place_is_counted_from_the_tickets_that_are_left() {
        let mut line = Line::default();
        for ticket in 1..=4 {
            assert!(line.store(ticket, WAITER, Replaced::None).wrong.is_none());
        }
        assert!(line.take(2).is_some() && line.take(2).is_none());
        assert_eq!(
            [1, 2, 3, 4].map(|ticket| line.place(ticket)),
            [Some(1), None, Some(2), Some(3)]
        );
        assert_eq!(line.take_first().map(|(ticket, _)| ticket), Some(1));
        assert_eq!((line.place(3), line.len()), (Some(1), 2));
    }

    #[test]
    fn a_ticket_that_is_not_the_highest_can_not_be_new() {
        let mut line = Line::default();
        line.store(5, WAITER, Replaced::None);
        assert_eq!(line.store(3, WAITER, Replaced::None).wrong, Some(WRONG_TICKET));
        assert_eq!(line.store(6, WAITER, Replaced::Same).wrong, Some(NONE_IS_THERE));
        assert_eq!(line.store(6, WAITER, Replaced::None).wrong, Some(ONE_IS_THERE));
        assert_eq!(line.store(6, WAITER, Replaced::Same).wrong, None);
    }
}
