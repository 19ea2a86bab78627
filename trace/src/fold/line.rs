//! Which tasks are in line, and in which order?
//!
//! A [`Line`]: the waiters by their tickets, as the events tell them. A waiter joins, renews, is
//! served or leaves in a few steps, however long the line is. Its place is counted only when
//! something asks for it ([`Line::place`]).
//!
//! Invariant: the order of tickets is the order in line (`src/sync/wait_list.rs`).

use std::collections::BTreeMap;

use super::waiting::{Stored, Waiter, store_at};

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

    /// Joins with a new ticket, or stays with a known one.
    pub(super) fn store(&mut self, ticket: usize, new: Waiter) -> Stored {
        let before = self.waiters.insert(ticket, new);
        store_at(before, self.get_mut(ticket), new)
    }

    /// Takes away the waiter with this ticket.
    pub(super) fn take(&mut self, ticket: usize) -> Option<Waiter> {
        self.waiters.remove(&ticket)
    }

    /// All that wait, each with its ticket.
    pub(super) fn into_waiters(self) -> impl Iterator<Item = (usize, Waiter)> {
        self.waiters.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kettle_events::{Id, Units};

    fn waiter() -> Waiter {
        let (wait, units) = (Id::next(), Units::Count(1));
        Waiter { wait, task: None, since: 0, renewed: 0, poll: 0, at: None, units }
    }

    #[test]
    fn the_place_is_counted_from_the_tickets_that_are_left() {
        let mut line = Line::default();
        for ticket in 1..=4 {
            assert!(line.store(ticket, waiter()).joined);
        }
        assert!(line.take(2).is_some() && line.take(2).is_none());
        assert_eq!(
            [1, 2, 3, 4].map(|ticket| line.place(ticket)),
            [Some(1), None, Some(2), Some(3)]
        );
        assert!(line.take(1).is_some());
        assert_eq!((line.place(3), line.len()), (Some(1), 2));
    }
}
