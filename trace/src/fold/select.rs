//! Which branches of a `select!` were asked?
//!
//! A round begins with its number of branches and the one that is asked first; then each is polled
//! once, unless it is out of the race. A branch may hold a `select!` itself, so rounds are nested;
//! and no event says that a round came to its end without a winner. So a branch's poll belongs to
//! the innermost round that has not asked that branch yet, and the rounds within that one are
//! over.

/// One round of a `select!`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Round {
    /// How many branches there are.
    pub branches: u32,
    /// Which one is asked first.
    pub first: u32,
    /// Which were asked, in order, and whether they were ready.
    pub asked: Vec<(u32, bool)>,
    /// The branch that won.
    pub won: Option<u32>,
}

impl Round {
    fn new(branches: u32, first: u32) -> Round {
        Round { branches, first, asked: Vec::new(), won: None }
    }

    /// How many branches lie between the first and this one.
    fn turn_of(&self, branch: u32) -> u32 {
        (branch + self.branches - self.first) % self.branches
    }

    /// Can it ask another branch?
    pub(super) fn is_open(&self) -> bool {
        (0..self.branches).any(|branch| self.may_ask(branch))
    }

    /// Can this branch be the next that is asked?
    fn may_ask(&self, branch: u32) -> bool {
        let last = self.asked.last().map(|&(last, _)| self.turn_of(last));
        self.won.is_none()
            && branch < self.branches
            && last.is_none_or(|last| last < self.turn_of(branch))
    }
}

/// A round begins.
pub(super) fn begin(rounds: &mut Vec<Round>, branches: u32, first: u32) -> bool {
    let fits = first < branches;
    if fits {
        rounds.push(Round::new(branches, first));
    }
    fits
}

/// A branch was polled: in which of these rounds? False if in none.
pub(super) fn ask(rounds: &mut Vec<Round>, branch: u32, ready: bool) -> bool {
    let Some(index) = rounds.iter().rposition(|round| round.may_ask(branch)) else { return false };
    rounds.truncate(index + 1);
    rounds[index].asked.push((branch, ready));
    true
}

/// A branch won. False if it was not the last that was asked, and ready.
pub(super) fn win(rounds: &mut [Round], branch: u32) -> bool {
    let Some(round) = rounds.last_mut() else { return false };
    round.won = Some(branch);
    round.asked.last() == Some(&(branch, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_select_inside_of_a_branch_is_over_when_the_outer_one_goes_on() {
        let mut rounds = vec![Round::new(2, 1), Round::new(3, 0)];
        assert!(ask(&mut rounds, 0, false) && ask(&mut rounds, 1, false));
        assert_eq!(rounds.len(), 2); // the inner one's third branch is out of the race
        assert!(ask(&mut rounds, 1, false));
        // Taken for the outer one's: it begins with branch 1.
        assert_eq!(rounds.len(), 1);
        assert!(ask(&mut rounds, 0, true) && win(&mut rounds, 0));
        assert!(!ask(&mut rounds, 0, true), "each is asked once");
    }

    #[test]
    fn only_who_was_ready_wins() {
        assert!(!ask(&mut Vec::new(), 0, true));
        let mut rounds = vec![Round::new(2, 0)];
        assert!(!win(&mut rounds, 0));
        let mut rounds = vec![Round::new(2, 0)];
        assert!(ask(&mut rounds, 0, false) && !win(&mut rounds, 0));
    }
}
