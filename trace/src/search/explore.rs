//! Do all schedules with few decisions pass?
//!
//! A run asks its schedule questions, its *choices*, numbered from 1. A *decision* is an answer
//! that isn't the usual one (`schedules/decision.rs`).
//!
//! They are tried level by level. Level 0 is the run without decisions. For each run of a level,
//! the next level has one more decision: at each later choice of that run, each answer but the
//! usual one. So each list of decisions is tried once. If all pass, that proves for a small program
//! that no choice of the runtime breaks it.
//!
//! Up to its last decision, a run must do the same as the run of the level before. If it doesn't,
//! something else than the schedule decides, and nothing is proven: `schedules/listed.rs` compares
//! the question at each decision, and `worker.rs` then stops the exploration.
//!
//! How many bytes a read or write transfers has as many answers as there are bytes. Only two are
//! tried: 1 byte, and one byte less than all.
//!
//! Interface: [`explore`] tries the lists with a function that runs one, and gives an [`Explored`].

use kettle_events::Point;

use crate::schedules::decision::Decision;

/// The result of an exploration that no run has stopped.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Explored {
    /// All lists pass.
    All { runs: u64 },
    /// All lists with at most `most` decisions pass. The next level would have so many runs, which
    /// is over the limit.
    OverLimit { most: usize, next_level: u64 },
}

/// Tries all lists with at most `most` decisions, level by level. A level is begun only if it keeps
/// the number of runs within `limit`.
///
/// If a run passes, `run` gives the questions that the run asked, each with its answer. An error
/// stops the exploration: the run has failed, or didn't follow its list.
pub(super) fn explore<Stop>(
    most: usize,
    limit: u64,
    mut run: impl FnMut(&[Decision]) -> Result<Vec<Decision>, Stop>,
) -> Result<Explored, Stop> {
    if limit == 0 {
        return Ok(Explored::OverLimit { most: 0, next_level: 1 });
    }
    let (mut runs, mut level) = (0, vec![Vec::new()]);
    for decisions in 0..=most {
        let left_for_next = limit - runs - level.len() as u64;
        let (mut next_level, mut next_count) = (Vec::new(), 0);
        for list in level {
            runs += 1;
            let asked = run(&list)?;
            if decisions == most {
                continue; // the last level
            }
            let last_choice = list.last().map_or(0, |last: &Decision| last.choice);
            for question in asked.iter().filter(|question| question.choice > last_choice) {
                for chosen in answers(question) {
                    next_count += 1;
                    // Lists beyond the limit are only counted.
                    if next_count <= left_for_next {
                        let mut longer = list.clone();
                        longer.push(Decision { chosen, ..*question });
                        next_level.push(longer);
                    }
                }
            }
        }
        if next_count > left_for_next {
            return Ok(Explored::OverLimit { most: decisions, next_level: next_count });
        }
        level = next_level;
    }
    Ok(Explored::All { runs })
}

/// The answers to try: all of the `among` answers but the usual one, which is 0.
fn answers(question: &Decision) -> Vec<usize> {
    match question.point {
        Point::Transfer if question.among > 2 => vec![question.among - 1, 1],
        _ => (1..question.among).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The questions of a program that asks three, with three answers each, and passes.
    fn asked(list: &[Decision]) -> Vec<Decision> {
        let chosen = |choice| {
            list.iter().find(|decision| decision.choice == choice).map_or(0, |one| one.chosen)
        };
        let question =
            |choice| Decision { choice, point: Point::Task, among: 3, chosen: chosen(choice) };
        (1..=3).map(question).collect()
    }

    #[test]
    fn each_list_is_tried_once() {
        let mut tried = Vec::new();
        let explored = explore(3, 100, |list| {
            tried.push(list.iter().map(|one| (one.choice, one.chosen)).collect::<Vec<_>>());
            Ok::<_, ()>(asked(list))
        });
        let runs = 1 + 6 + 12 + 8; // with 0 to 3 decisions
        assert_eq!(explored, Ok(Explored::All { runs }));
        tried.sort();
        tried.dedup();
        assert_eq!(tried.len() as u64, runs);
    }

    #[test]
    fn a_level_that_would_exceed_the_limit_is_not_begun() {
        // The levels have 1, 6 and 12 lists.
        for limit in 7..19 {
            let mut runs = 0;
            let explored = explore(3, limit, |list| {
                runs += 1;
                Ok::<_, ()>(asked(list))
            });
            let over_limit = Ok(Explored::OverLimit { most: 1, next_level: 12 });
            assert_eq!((explored, runs), (over_limit, 7), "with {limit}");
        }
        let none = explore(3, 0, |_| -> Result<_, ()> { panic!("no run is allowed") });
        assert_eq!(none, Ok(Explored::OverLimit { most: 0, next_level: 1 }));
    }

    #[test]
    fn for_a_transfer_the_smallest_and_the_largest_answer_are_tried() {
        let transfer = |among| Decision { choice: 1, point: Point::Transfer, among, chosen: 0 };
        assert_eq!(answers(&transfer(8192)), [8191, 1]);
        assert_eq!(answers(&transfer(2)), [1]);
        assert_eq!(answers(&Decision { point: Point::Task, ..transfer(4) }), [1, 2, 3]);
    }
}
