//! Do all schedules with few decisions pass?
//!
//! They are tried one after another: first that without any; then, for each choice of it and each
//! answer but the usual one, the run with that one decision; then, for each of those, every later
//! choice; and so on. Each list is tried once, and each is followed to the letter, because what
//! comes before its last decision has been seen before. (A run that follows its list otherwise than
//! before shows that the schedule does not decide everything: then nothing is proven.)
//!
//! How much a read or write transfers has as many answers as there are bytes: only the least and
//! the most but one are tried.
//!
//! For a small program that all of them pass is a proof, as far as the runtime's freedom goes.
//!
//! Interface: [`explore`], [`Explored`], [`Ran`].

use kettle_events::Point;

use crate::schedules::decision::Decision;

/// The result of an exploration.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Explored {
    /// All pass, so many.
    All(u64),
    /// This one, after so many, fails.
    Fails(Vec<Decision>, u64),
    /// There are too many: with at most this number of decisions all pass, and the next ones would
    /// be this many runs.
    TooMany(usize, u64),
    /// A run did not follow its list, which another run had asked for.
    Parts,
}

/// How a run with a list has ended.
pub(super) enum Ran {
    /// It passes. With every question that was asked, and its answer.
    Passes(Vec<Decision>),
    Fails,
    /// It passes, but didn't match its list.
    Parts,
}

/// Tries all lists with at most so many decisions, if there are no more than `limit`: one level
/// after the other, each of them whole.
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
        // Of lists that will not be run only the number is kept.
        let (mut longer, mut next) = (Vec::new(), 0);
        for list in level {
            runs += 1;
            let asked = match run(&list) {
                Ran::Passes(asked) => asked,
                Ran::Fails => return Explored::Fails(list, runs),
                Ran::Parts => return Explored::Parts,
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
    fn there_is_a_limit_and_the_level_before_it_is_whole() {
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
        let parts =
            |list: &[Decision]| if list.is_empty() { Ran::Passes(asked(list)) } else { Ran::Parts };
        assert_eq!(explore(2, 100, parts), Explored::Parts, "which proves nothing");
    }

    #[test]
    fn of_a_transfer_the_least_and_the_most_are_tried() {
        let transfer = |among| Decision { choice: 1, point: Point::Transfer, among, chosen: 0 };
        assert_eq!(answers(&transfer(8192)), [8191, 1]);
        assert_eq!(answers(&transfer(2)), [1]);
        assert_eq!(answers(&Decision { point: Point::Task, ..transfer(4) }), [1, 2, 3]);
    }
}
