//! Which decisions of a failing run matter?
//!
//! A decision matters if the run passes without it. [`shrink`] leaves out parts of the list as long
//! as the run still fails in the same way: first large blocks, then smaller ones, then single
//! decisions, until none can be left out (*delta debugging*). Without a decision, the run may have
//! more or fewer choices before the later ones, so these are also tried at nearby choices.
//!
//! The result need not be the shortest list that fails: `explore.rs` tries all shorter ones.
//!
//! Invariant: the list that is returned has failed.

use crate::schedules::decision::Decision;

/// When a decision is left out, the later ones are tried this many choices later (or earlier).
const SHIFTS: [i64; 7] = [0, -1, 1, -2, 2, -3, 3];

/// Leaves out of `failing` what doesn't matter, with at most `most` runs. `fails` runs a list and,
/// if that fails in the same way, gives the part of it that the run has followed.
pub(super) fn shrink(
    failing: Vec<Decision>,
    most: usize,
    mut fails: impl FnMut(&[Decision]) -> Option<Vec<Decision>>,
) -> Vec<Decision> {
    let mut left = most;
    let mut fails = |list: &[Decision]| {
        left = left.checked_sub(1)?;
        fails(list)
    };
    if let Some(none) = fails(&[]) {
        return none; // it fails without a decision
    }
    let mut best = failing;
    let mut size = best.len() / 2;
    while size > 0 {
        let shortened = drop_blocks(&mut best, size, &mut fails);
        size = if size == 1 && shortened { 1 } else { size / 2 };
        size = size.min(best.len());
    }
    best
}

/// Leaves out each block of this size that isn't needed. Was one left out?
fn drop_blocks(
    best: &mut Vec<Decision>,
    size: usize,
    fails: &mut impl FnMut(&[Decision]) -> Option<Vec<Decision>>,
) -> bool {
    let (mut at, before) = (0, best.len());
    while at < best.len() {
        let end = (at + size).min(best.len());
        // Shifts are tried only for single decisions: for blocks there are enough others to try.
        let shifts = if size == 1 { &SHIFTS[..] } else { &SHIFTS[..1] };
        let shorter = shifts.iter().find_map(|by| fails(&without(best, at..end, *by)?));
        match shorter.filter(|shorter| shorter.len() < best.len()) {
            Some(shorter) => *best = shorter,
            None => at = end,
        }
    }
    best.len() < before
}

/// The list without the decisions in `left_out`, the later ones moved `by` some choices. `None`:
/// that isn't a list, because its choices would not rise.
fn without(list: &[Decision], left_out: std::ops::Range<usize>, by: i64) -> Option<Vec<Decision>> {
    if by != 0 && left_out.end == list.len() {
        return None; // nothing follows
    }
    let moved = |decision: &Decision| {
        Some(Decision { choice: decision.choice.checked_add_signed(by)?, ..*decision })
    };
    let mut rest = list[..left_out.start].to_vec();
    for decision in &list[left_out.end..] {
        let decision = moved(decision)?;
        if decision.choice <= rest.last().map_or(0, |last| last.choice) {
            return None;
        }
        rest.push(decision);
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use kettle_events::Point;

    use super::*;

    fn at(choices: &[u64]) -> Vec<Decision> {
        let decision =
            |choice: &u64| Decision { choice: *choice, point: Point::Task, among: 2, chosen: 1 };
        choices.iter().map(decision).collect()
    }

    fn choices(list: &[Decision]) -> Vec<u64> {
        list.iter().map(|decision| decision.choice).collect()
    }

    #[test]
    fn decisions_that_do_not_matter_are_left_out() {
        let all: Vec<u64> = (1..=100).collect();
        for needed in [vec![7], vec![100], vec![1, 100], vec![12, 30, 31]] {
            let mut runs = 0;
            let shrunk = shrink(at(&all), 1000, |list| {
                runs += 1;
                let there = |choice: &u64| list.iter().any(|decision| decision.choice == *choice);
                needed.iter().all(there).then(|| list.to_vec())
            });
            assert_eq!(choices(&shrunk), needed);
            assert!(runs < 150, "{runs} runs for {needed:?}");
        }
    }

    #[test]
    fn later_decisions_are_found_at_nearby_choices() {
        // The decision at choice 2 makes the run ask one question more, before the others.
        let shrunk = shrink(at(&[2, 5, 9]), 1000, |list| {
            let more = u64::from(choices(list).contains(&2));
            let there = |choice: u64| choices(list).contains(&(choice + more));
            (there(4) && there(8)).then(|| list.to_vec())
        });
        assert_eq!(choices(&shrunk), [4, 8]);
    }

    #[test]
    fn a_run_that_fails_without_decisions_has_none_and_the_number_of_runs_is_limited() {
        assert_eq!(shrink(at(&[1, 2]), 10, |list| Some(list.to_vec())), []);
        let mut runs = 0;
        shrink(at(&(1..=1000).collect::<Vec<_>>()), 10, |_| {
            runs += 1;
            None
        });
        assert_eq!(runs, 10);
    }
}
