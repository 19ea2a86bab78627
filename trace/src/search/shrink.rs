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

use std::ops::Range;

use crate::schedules::decision::Decision;

/// When a decision is left out, the later ones are tried this many choices later (or earlier).
const SHIFTS: [i64; 7] = [0, -1, 1, -2, 2, -3, 3];

/// Leaves out of a failing list what doesn't matter, with at most `max_runs` runs. `failing_part`
/// runs a list and, if that fails in the same way, gives the part of it that the run has followed.
pub(super) fn shrink(
    failing: Vec<Decision>,
    max_runs: usize,
    mut failing_part: impl FnMut(&[Decision]) -> Option<Vec<Decision>>,
) -> Vec<Decision> {
    let mut runs_left = max_runs;
    let mut failing_part = |list: &[Decision]| {
        runs_left = runs_left.checked_sub(1)?;
        failing_part(list)
    };
    if let Some(no_decisions) = failing_part(&[]) {
        return no_decisions;
    }
    let mut shortest = failing;
    let mut size = shortest.len() / 2;
    while size > 0 {
        let is_shorter = drop_blocks(&mut shortest, size, &mut failing_part);
        // Without one decision, another may have become needless.
        size = if size == 1 && is_shorter { 1 } else { size / 2 };
        size = size.min(shortest.len());
    }
    shortest
}

/// Leaves out each block of this size that isn't needed. Was one left out?
fn drop_blocks(
    shortest: &mut Vec<Decision>,
    size: usize,
    failing_part: &mut impl FnMut(&[Decision]) -> Option<Vec<Decision>>,
) -> bool {
    let (mut start, len_before) = (0, shortest.len());
    while start < shortest.len() {
        let end = (start + size).min(shortest.len());
        // For larger blocks, there are enough others to try.
        let shifts = if size == 1 { &SHIFTS[..] } else { &[0] };
        let shorter =
            shifts.iter().find_map(|shift| failing_part(&without(shortest, start..end, *shift)?));
        match shorter.filter(|shorter| shorter.len() < shortest.len()) {
            Some(shorter) => *shortest = shorter,
            None => start = end,
        }
    }
    shortest.len() < len_before
}

/// The list without the decisions in `left_out`, and with the later ones moved by some choices.
/// `None`: that isn't a list, because its choices would not rise, or would be less than 1.
fn without(list: &[Decision], left_out: Range<usize>, shift: i64) -> Option<Vec<Decision>> {
    let later = &list[left_out.end..];
    if shift != 0 && later.is_empty() {
        return None; // there is nothing to move
    }
    let mut rest = list[..left_out.start].to_vec();
    for decision in later {
        let choice = decision.choice.checked_add_signed(shift)?;
        if choice <= rest.last().map_or(0, |last| last.choice) {
            return None;
        }
        rest.push(Decision { choice, ..*decision });
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use kettle_events::Point;

    use super::*;

    /// A list with decisions at these choices.
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
                let choices = choices(list);
                needed.iter().all(|choice| choices.contains(choice)).then(|| list.to_vec())
            });
            assert_eq!(choices(&shrunk), needed);
            assert!(runs < 150, "{runs} runs for {needed:?}");
        }
    }

    #[test]
    fn later_decisions_are_found_at_nearby_choices() {
        // The decision at choice 2 makes the run ask one question more, before the others.
        let shrunk = shrink(at(&[2, 5, 9]), 1000, |list| {
            let choices = choices(list);
            let is_failing = choices.ends_with(&[5, 9]) && choices.contains(&2)
                || choices.ends_with(&[4, 8]) && !choices.contains(&2);
            is_failing.then(|| list.to_vec())
        });
        assert_eq!(choices(&shrunk), [4, 8]);
    }

    #[test]
    fn nothing_is_left_of_a_run_that_fails_without_decisions() {
        assert_eq!(shrink(at(&[1, 2]), 10, |list| Some(list.to_vec())), []);
    }

    #[test]
    fn the_number_of_runs_is_limited() {
        let mut runs = 0;
        shrink(at(&(1..=1000).collect::<Vec<_>>()), 10, |_| {
            runs += 1;
            None
        });
        assert_eq!(runs, 10);
    }
}
