//! Two queues against two plain lists, step by step.

use std::collections::VecDeque;

use kettle_events::Cause;

use super::RunQueue;

/// Draws the same numbers again with the same seed.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Dice {
        Dice(seed << 1 | 1)
    }

    /// A number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// The number of random runs; Miri takes a second for each.
const SEEDS: u64 = if cfg!(miri) { 2 } else { 300 };

fn pop_all(queue: &mut RunQueue) -> Vec<u32> {
    std::iter::from_fn(|| queue.pop(0)).collect()
}

#[test]
fn each_of_the_two_queues_is_first_in_first_out_whatever_is_done_to_it() {
    for (cause, front) in [(Cause::Runtime, true), (Cause::Message, false)] {
        for seed in 0..SEEDS {
            let (mut dice, mut queue) = (Dice::new(seed), RunQueue::new());
            let mut list = VecDeque::new();
            for number in 0..400 {
                match dice.below(16) {
                    // The queue is often empty, or so long that it wraps around with many tasks.
                    0..=6 => {
                        list.push_back(number);
                        assert_eq!(queue.push(number, cause), list.len(), "seed {seed}");
                    }
                    7..=12 => assert_eq!(queue.pop(0), list.pop_front(), "seed {seed}"),
                    13 if front => {
                        queue.push_front(number);
                        list.push_front(number);
                    }
                    14 if !list.is_empty() => {
                        let gone = list[dice.below(list.len())];
                        queue.remove(gone);
                        list.retain(|&other| other != gone);
                    }
                    _ => queue.shrink_to(8),
                }
                assert_eq!((queue.len(), queue.is_empty()), (list.len(), list.is_empty()));
            }
            assert_eq!(pop_all(&mut queue), Vec::from(list), "seed {seed}");
        }
    }
}

#[test]
fn urgent_are_those_woken_by_a_timer_a_socket_or_another_thread() {
    let causes = [Cause::Runtime, Cause::Deferred, Cause::Timer, Cause::Io, Cause::Message];
    for (cause, urgent) in causes.into_iter().zip([false, false, true, true, true]) {
        let mut queue = RunQueue::new();
        for slot in 1..=3 {
            queue.push(slot, Cause::Runtime);
        }
        queue.push(u32::MAX, cause);
        let place = pop_all(&mut queue).iter().position(|&slot| slot == u32::MAX);
        assert_eq!(place, Some(if urgent { 0 } else { 3 }), "{cause:?}");
    }
}

#[test]
fn the_two_queues_are_served_in_turn() {
    let mut queue = RunQueue::new();
    for slot in 0..4 {
        queue.push(slot, Cause::Runtime);
        queue.push(10 + slot, Cause::Io);
    }
    assert_eq!(pop_all(&mut queue), [10, 0, 11, 1, 12, 2, 13, 3]);
}

#[test]
fn whichever_is_taken_out_the_others_keep_their_order() {
    for seed in 0..SEEDS {
        let (mut dice, mut queue) = (Dice::new(seed), RunQueue::new());
        let mut lists = [vec![], vec![]]; // the ordinary one, the urgent one
        for slot in 0..100 {
            if dice.below(2) == 0 {
                let urgent = dice.below(2);
                queue.push(slot, [Cause::Runtime, Cause::Io][urgent]);
                lists[urgent].push(slot);
            } else if !queue.is_empty() {
                let (next, nth) = (usize::from(!queue.ordinary_next), dice.below(queue.len()));
                let first = if lists[next].is_empty() { 1 - next } else { next };
                let (seen, popped) = (queue.peek(nth), queue.pop(nth));
                let in_order = [lists[first].clone(), lists[1 - first].clone()].concat();
                assert_eq!(popped, Some(in_order[nth]), "seed {seed}: {nth} of {in_order:?}");
                assert_eq!(seen, popped, "seed {seed}: {nth} of {in_order:?}");
                for list in &mut lists {
                    list.retain(|&slot| Some(slot) != popped);
                }
            }
            assert_eq!(queue.ordinary, lists[0], "seed {seed}");
            assert_eq!(queue.urgent, lists[1], "seed {seed}");
        }
        assert_eq!(queue.pop(queue.len()), None, "there are not so many");
    }
}

#[test]
fn neither_queue_starves_the_other() {
    for seed in 0..SEEDS {
        let (mut dice, mut queue) = (Dice::new(seed), RunQueue::new());
        queue.push(0, Cause::Runtime);
        let (mut urgent_since, mut ordinary_since) = (0, 0);
        for _ in 0..200 {
            // Slot 0 yields forever, slot 1 is woken by a timer now and then, or at once.
            if queue.urgent.is_empty() && dice.below(2) == 0 {
                queue.push(1, Cause::Timer);
                urgent_since = 0;
            }
            match queue.pop(0) {
                Some(0) => (ordinary_since, urgent_since) = (0, urgent_since + 1),
                Some(_) => (urgent_since, ordinary_since) = (0, ordinary_since + 1),
                None => unreachable!("slot 0 is always there"),
            }
            if ordinary_since == 0 {
                queue.push(0, Cause::Runtime);
            }
            assert!(ordinary_since <= 1, "seed {seed}");
            assert!(queue.urgent.is_empty() || urgent_since <= 1, "seed {seed}");
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "a burst takes minutes there")]
fn what_a_burst_took_is_given_back_and_no_task_is_lost() {
    for (cause, left) in [(Cause::Runtime, 10), (Cause::Runtime, 5_000), (Cause::Timer, 5_000)] {
        let mut queue = RunQueue::new();
        let burst = 100_000;
        for slot in 0..burst {
            queue.push(slot, cause);
        }
        (0..burst - left).for_each(|slot| assert_eq!(queue.pop(0), Some(slot)));
        assert!(queue.capacity() >= 100_000);
        queue.shrink_to(1_000);
        assert!(queue.capacity() <= 2 * left.max(1_000) as usize, "{}", queue.capacity());
        assert!(queue.capacity() >= queue.len(), "the room of those in it: {}", queue.capacity());
        assert_eq!(pop_all(&mut queue), (burst - left..burst).collect::<Vec<_>>());
    }
}

#[test]
fn each_queue_gives_its_own_room_back_and_the_turn_stays() {
    for (cause, room) in [(Cause::Runtime, 1_500), (Cause::Timer, 0)] {
        let mut queue = RunQueue::new();
        (0..2_000).for_each(|slot| _ = queue.push(slot, cause));
        pop_all(&mut queue);
        queue.shrink_to(room);
        assert!((room..room + 100).contains(&queue.capacity()), "{cause:?}: {}", queue.capacity());
    }
    let mut queue = RunQueue::new();
    queue.push(0, Cause::Timer);
    (1..200).for_each(|slot| _ = queue.push(slot, Cause::Runtime));
    pop_all(&mut queue);
    // The first was urgent, and from then on no other was: it is still the ordinary one's turn.
    queue.shrink_to(16);
    queue.push(1, Cause::Runtime);
    queue.push(2, Cause::Timer);
    assert_eq!(pop_all(&mut queue), [1, 2]);
}

#[test]
fn a_task_in_either_queue_is_counted_and_comes_out_once() {
    for seed in 0..SEEDS {
        let (mut dice, mut queue, mut inside) = (Dice::new(seed), RunQueue::new(), Vec::new());
        for slot in 0..200 {
            match dice.below(8) {
                0..=2 => {
                    queue.push(slot, Cause::Timer);
                    inside.push(slot);
                }
                3..=4 => {
                    queue.push(slot, Cause::Runtime);
                    inside.push(slot);
                }
                5 if !inside.is_empty() => {
                    queue.remove(inside.swap_remove(dice.below(inside.len())));
                }
                _ => {
                    let popped = queue.pop(0);
                    assert_eq!(popped.is_none(), inside.is_empty(), "seed {seed}");
                    inside.retain(|&other| Some(other) != popped);
                }
            }
            assert_eq!(queue.len(), inside.len(), "seed {seed}");
        }
    }
}
