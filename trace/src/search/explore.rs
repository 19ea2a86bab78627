//! Do all schedules with few decisions pass?
//!
//! They are tried one after another: first that without any; then, for each step of it and each answer but
//! the usual one, the run with that one decision; then, for each of those, every later step; and so on. Each
//! list is tried once, and each is followed to the letter, because what comes before its last decision has been
//! seen before. So the number of runs with one decision more is known before they begin.
//!
//! For a small program that all of them pass is a proof, as far as the runtime's freedom goes.
//!
//! Interface: [`explore`], [`Explored`].

use crate::schedules::decision::Decision;

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Explored {
    /// All pass, so many.
    All(u64),
    /// This one, after so many, fails.
    Fails(Vec<Decision>, u64),
    /// There are too many: with at most this number of decisions all pass, and the next ones would be this
    /// many runs.
    TooMany(usize, u64),
}

/// Tries all lists with at most so many decisions, if there are no more than `limit`. `run` follows a list and
/// gives back every question that was asked, with its answer, or `None` if the run fails. `count` hears, for
/// each number of decisions, how many runs have it.
pub(super) fn explore(
    most: usize,
    limit: u64,
    mut count: impl FnMut(usize, u64),
    mut run: impl FnMut(&[Decision]) -> Option<Vec<Decision>>,
) -> Explored {
    let (mut runs, mut level) = (0, vec![Vec::new()]);
    for decisions in 0..=most {
        let next = level.len() as u64;
        if runs + next > limit {
            return Explored::TooMany(decisions.saturating_sub(1), next);
        }
        count(decisions, next);
        let mut longer = Vec::new();
        for list in level {
            runs += 1;
            let Some(asked) = run(&list) else { return Explored::Fails(list, runs) };
            if decisions < most {
                let last = list.last().map_or(0, |last: &Decision| last.step);
                for question in asked.iter().filter(|question| question.step > last) {
                    longer.extend((1..question.among).map(|chosen| {
                        let one = Decision { chosen, ..*question };
                        list.iter().copied().chain([one]).collect::<Vec<_>>()
                    }));
                }
                if longer.len() as u64 > limit {
                    return Explored::TooMany(decisions, longer.len() as u64);
                }
            }
        }
        level = longer;
    }
    Explored::All(runs)
}

#[cfg(test)]
mod tests {
    use kettle_events::Point;

    use super::*;

    /// A program that asks three questions, with three answers each.
    fn asked(list: &[Decision]) -> Vec<Decision> {
        let chosen =
            |step| list.iter().find(|decision| decision.step == step).map_or(0, |one| one.chosen);
        let question = |step| Decision { step, point: Point::Task, among: 3, chosen: chosen(step) };
        (1..=3).map(question).collect()
    }

    #[test]
    fn each_list_is_tried_once_and_their_number_is_said_first() {
        let (mut seen, mut counts) = (Vec::new(), Vec::new());
        let explored = explore(
            3,
            100,
            |decisions, runs| counts.push((decisions, runs)),
            |list| {
                seen.push(list.iter().map(|one| (one.step, one.chosen)).collect::<Vec<_>>());
                Some(asked(list))
            },
        );
        assert_eq!(explored, Explored::All(27));
        assert_eq!(counts, [(0, 1), (1, 6), (2, 12), (3, 8)]);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 27);
    }

    #[test]
    fn the_first_that_fails_has_the_fewest_decisions() {
        let fails = |list: &[Decision]| list.iter().filter(|one| one.chosen == 2).count() == 2;
        let explored = explore(3, 100, |_, _| {}, |list| (!fails(list)).then(|| asked(list)));
        let Explored::Fails(list, 8..=19) = explored else { panic!("{explored:?}") };
        assert_eq!(list.len(), 2);
    }

    #[test]
    fn there_is_a_limit() {
        let explored = explore(3, 18, |_, _| {}, |list| Some(asked(list)));
        assert_eq!(explored, Explored::TooMany(1, 12));
    }
}
