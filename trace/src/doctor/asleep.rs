//! Which runtimes sleep for good, because no thread of the program can run?
//!
//! A runtime sleeps, with no timer that could fire, and none of its tasks waits for a socket: only
//! another thread could wake it. If each other thread waits for threads alone, too (`threads.rs`), none will. The doctor's own
//! thread looks; it tells each of these runtimes, whose threads then judge what is wrong.
//!
//! Interface: [`sleeps`], [`none_can_run`], [`none_runs`]. Invariant: what a round says is read between two looks at
//! its thread, which slept from the one to the other; and all are told before the first can go on.

use kettle_events::Event;
use parking_lot::Mutex;

use super::round::Round;
use super::threads::Stillness;

/// The thread of a runtime that nothing of its own will wake but a socket, and since when it sleeps.
pub(super) fn sleeps(round: &Round) -> Option<(u64, u64)> {
    let Round { run, moment, .. } = round;
    let for_good = matches!(moment.last, Some(Event::Park { timeout: None }));
    let asleep = for_good && moment.driven && run.fold.running().is_empty();
    (asleep && run.fold.is_whole()).then_some((moment.thread?.number, moment.number))
}

/// Which of these sleep for good, and are told so?
pub(super) fn none_can_run(rounds: &[&Mutex<Round>]) -> Vec<bool> {
    let asleep = || -> Vec<_> { rounds.iter().map(|it| sleeps(&it.lock())).collect() };
    let before = asleep();
    let threads: Vec<u64> = before.iter().flatten().map(|(thread, _)| *thread).collect();
    let look = || Stillness::look(&threads, None);
    let those = || rounds.iter().zip(&before).filter(|(_, asleep)| asleep.is_some());
    let listens = || those().any(|(round, _)| round.lock().run.listens());
    let seen =
        look().filter(|seen| !listens() && asleep() == before && look().as_ref() == Some(seen));
    let Some(seen) = seen else { return vec![false; rounds.len()] };
    for (round, _) in those() {
        round.lock().run.proven = Some(seen.others());
    }
    before.iter().map(Option::is_some).collect()
}

/// Does each thread of the program wait for another one, and for nothing else?
pub(super) fn none_runs() -> bool {
    let look = || Stillness::look(&[], None);
    look().is_some_and(|seen| look() == Some(seen))
}
