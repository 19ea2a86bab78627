//! A line against a plain list, step by step.

use std::collections::VecDeque;

use super::{KEEP, Line, RunQueue};
use crate::event::Cause;
use crate::rng::Rng;

/// A number below `limit`; the same ones come again with the same seed.
fn below(dice: &mut Rng, limit: usize) -> usize {
    usize::try_from(dice.next()).unwrap() % limit
}

#[test]
fn a_line_is_first_in_first_out_whatever_is_done_to_it() {
    for seed in 0..300 {
        let (mut dice, mut line, mut list) = (Rng::new(seed), Line::default(), VecDeque::new());
        for number in 0..400 {
            match below(&mut dice, 16) {
                // Long enough to be turned over with many in it, and often empty.
                0..=6 => {
                    line.push(number);
                    list.push_back(number);
                }
                7..=12 => assert_eq!(line.pop(), list.pop_front(), "seed {seed}"),
                13 => {
                    line.push_front(number);
                    list.push_front(number);
                }
                14 if !list.is_empty() => {
                    let gone = list[below(&mut dice, list.len())];
                    line.remove(gone);
                    list.retain(|&other| other != gone);
                }
                _ => line.give_back(),
            }
            assert_eq!(line.len(), list.len(), "seed {seed}");
        }
        while let Some(number) = list.pop_front() {
            assert_eq!(line.pop(), Some(number), "seed {seed}");
        }
        assert_eq!((line.pop(), line.len()), (None, 0));
    }
}

#[test]
fn what_a_burst_took_is_given_back_and_nobody_is_lost() {
    let mut line = Line::default();
    let burst = 8 * u32::try_from(KEEP).unwrap();
    (0..burst).for_each(|index| line.push(index));
    assert_eq!(line.pop(), Some(0)); // the two have changed places
    (0..burst).for_each(|index| line.push(burst + index));
    let last = 2 * burst - 10;
    for index in 1..last {
        assert_eq!(line.pop(), Some(index));
    }
    line.give_back();
    assert!(line.capacity() <= 2 * KEEP, "{}", line.capacity());
    for index in last..2 * burst {
        assert_eq!(line.pop(), Some(index));
    }
    assert_eq!(line.pop(), None);
}

#[test]
fn a_place_at_the_front_costs_the_same_however_long_the_line_is() {
    let mut line = Line::default();
    (0..100_000).for_each(|index| line.push(index));
    assert_eq!(line.pop(), Some(0));
    let room = line.capacity();
    for _ in 0..1_000 {
        line.push_front(7);
        assert_eq!((line.taken, line.pop()), (0, Some(7))); // the place of one that is gone
    }
    assert_eq!((line.capacity(), line.len()), (room, 99_999));
}

#[test]
fn who_stands_in_either_line_is_counted_and_comes_out_once() {
    for seed in 0..100 {
        let (mut dice, mut queue, mut inside) = (Rng::new(seed), RunQueue::new(), Vec::new());
        for index in 0..200 {
            match below(&mut dice, 8) {
                0..=2 => {
                    queue.push(index, Cause::Timer);
                    inside.push(index);
                }
                3..=4 => {
                    queue.push(index, Cause::Engine);
                    inside.push(index);
                }
                5 if !inside.is_empty() => {
                    queue.remove(inside.swap_remove(below(&mut dice, inside.len())));
                }
                _ => {
                    let popped = queue.pop();
                    assert_eq!(popped.is_none(), inside.is_empty(), "seed {seed}");
                    inside.retain(|&other| Some(other) != popped);
                }
            }
            assert_eq!(queue.len(), inside.len(), "seed {seed}");
        }
    }
}
