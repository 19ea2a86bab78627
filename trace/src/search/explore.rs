//! Do all schedules with few decisions pass?
//!
//! They are tried level by level. Level 0 is the run without decisions. For each run of a level,
//! the next level has one more decision: at each later choice of that run, each answer but the
//! usual one. So each list of decisions is tried once. If all pass, that proves for a small program
//! that no choice of the runtime breaks it.
//!
//! Up to its last decision, a run must do the same as the run of the level before. If it doesn't
//! ([`Ran::Diverges`]), something else than the schedule decides, and nothing is proven.
//!
//! How many bytes a read or write transfers has as many answers as there are bytes. Only two are
//! tried: 1 byte, and one byte less than all.
//!
//! Interface: [`explore`] tries the lists with a function that runs one, which gives [`Ran`]; the
//! result is [`Explored`].

use kettle_events::Point;

use crate::schedules::decision::Decision;

/// The result of an exploration.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Explored {
    /// All pass: how many there were.
    All(u64),
    /// A list fails: the last one that was run.
    Fails,
    /// All lists with at most this number of decisions pass, and the next level has this many runs,
    /// which is over the limit.
    TooMany(usize, u64),
    /// A run did not follow its list.
    Diverges,
}

/// How a run with a list has ended.
pub(super) enum Ran {
    /// It passes. These questions were asked, each with its answer.
    Passes(Vec<Decision>),
    Fails,
    /// It passes, but didn't follow its list.
    Diverges,
}

/// Tries all lists with at most `most` decisions, level by level. A level is begun only if it keeps
/// the number of runs within `limit`.
pub(super) fn explore(
    most: usize,
    limit: u64,
    mut run: impl FnMut(&[Decision]) -> Ran,
) -> Explored {
    if limit == 0 {
        return Explored::TooMany(0, 1);
    }
    let (mut runs, mut level) = (0, vec![Vec::new()]);
    for decisions in 0..=most {
        let left = limit - runs - level.len() as u64;
        // Lists beyond the limit are only counted.
        let (mut longer, mut next) = (Vec::new(), 0);
        for list in level {
            runs += 1;
            let asked = match run(&list) {
                Ran::Passes(asked) => asked,
                Ran::Fails => return Explored::Fails,
                Ran::Diverges => return Explored::Diverges,
            };
            if decisions == most {
                continue;
            }
            let last = list.last().map_or(0, |last: &Decision| last.choice);
            for question in asked.iter().filter(|question| question.choice > last) {
                for chosen in answers(question) {
                    next += 1;
                    if next <= left {
                        let one = Decision { chosen, ..*question };
                        longer.push(list.iter().copied().chain([one]).collect::<Vec<_>>());
                    }
                }
            }
        }
        if next > left {
            return Explored::TooMany(decisions, next);
        }
        level = longer;
    }
    Explored::All(runs)
}

/// The answers to try, which are all but the usual one.
fn answers(question: &Decision) -> Vec<usize> {
    match question.point {
        Point::Transfer if question.among > 2 => vec![question.among - 1, 1],
        _ => (1..question.among).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that asks three questions, with three answers each.
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
        let mut seen = Vec::new();
        let explored = explore(3, 100, |list| {
            seen.push(list.iter().map(|one| (one.choice, one.chosen)).collect::<Vec<_>>());
            Ran::Passes(asked(list))
        });
        assert_eq!(explored, Explored::All(27)); // 1, 6, 12 and 8 with 0 to 3 decisions
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 27);
    }

    #[test]
    fn a_level_that_would_exceed_the_limit_is_not_begun() {
        for limit in 7..19 {
            let mut runs = 0;
            let explored = explore(3, limit, |list| {
                runs += 1;
                Ran::Passes(asked(list))
            });
            assert_eq!((explored, runs), (Explored::TooMany(1, 12), 7), "with {limit}");
        }
        let none = explore(3, 0, |_| panic!("no run is allowed"));
        assert_eq!(none, Explored::TooMany(0, 1));
        let diverges = |list: &[Decision]| match list {
            [] => Ran::Passes(asked(list)),
            _ => Ran::Diverges,
        };
        assert_eq!(explore(2, 100, diverges), Explored::Diverges, "which proves nothing");
    }

    #[test]
    fn for_a_transfer_the_smallest_and_the_largest_answer_are_tried() {
        let transfer = |among| Decision { choice: 1, point: Point::Transfer, among, chosen: 0 };
        assert_eq!(answers(&transfer(8192)), [8191, 1]);
        assert_eq!(answers(&transfer(2)), [1]);
        assert_eq!(answers(&Decision { point: Point::Task, ..transfer(4) }), [1, 2, 3]);
    }
}
