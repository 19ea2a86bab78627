//! Which circles are told of, and which tasks that wait for a lock of their own again and again?

use std::collections::BTreeSet;

use kettle_events::Place;

use super::super::super::circle::Retries;
use super::super::super::deadlock::Circles;
use super::*;

/// The place of an `.await`.
trait Awaited: Sized {
    #[track_caller]
    fn awaited(self) -> Place {
        crate::fixture::place()
    }
}

impl Awaited for Duration {}

/// Its name is what is looked for there.
fn timeout() -> Duration {
    Duration::from_mins(1)
}

/// It waits for this lock within a limit: what begins that, and what its end leaves.
fn tries(script: &mut Script, task: Id, lock: Lock, ticket: usize, at: Place) -> [Event; 2] {
    let (timer, begins) = (Id::next(), script.records.len());
    let on = Resource::Timer(timer);
    let limit = Event::TimerAdd { timer, due: timeout(), level: 2, slot: 15 };
    let waits = [lock.wait(ticket), limit, Event::Wait { on, replaced: Replaced::None }];
    poll_at(script, task, &waits);
    script.records[begins..].iter_mut().for_each(|record| record.at = Some(at));
    [Event::Unwait { on: lock.on(ticket) }, Event::TimerFire { timer, late: Duration::ZERO }]
}

/// Between two tries.
#[derive(Clone, Copy, PartialEq)]
enum Hold {
    Kept,
    TakenAnew,
    /// Other code has dropped the guard, so the try got the lock.
    Got,
}

/// How often in 20 tries, one each 150 ms, one of these locks that it has is waited for so often that it is told of.
fn told_in_20_tries(locks: usize, hold: Hold) -> usize {
    let anna = Id::next();
    let mut script = run_of(Id::next(), &[anna]);
    let locks: Vec<Lock> = (0..locks).map(|_| Lock::new(&mut script)).collect();
    let takes: Vec<Event> = locks.iter().map(|lock| lock.take()).collect();
    poll_at(&mut script, anna, &takes);
    let at = timeout().awaited();
    let (mut round, mut retries, mut told) = (Round::new(false), Retries::default(), 0);
    let mut seen = 0;
    for ticket in 1..=20 {
        script.at(150 * ticket as u64);
        let lock = locks[ticket % locks.len()];
        let ends = tries(&mut script, anna, lock, ticket, at);
        round.see(&script.records[seen..]);
        seen = script.records.len();
        let now = Duration::from_millis(150 * ticket as u64);
        let found = retries.see(&round.run, &BTreeSet::from([anna]), now);
        retries.forget(&found);
        told += found.len();
        let got = [lock.release(false), Event::Served { on: lock.on(ticket) }];
        let leaves = if hold == Hold::Got { got } else { ends };
        script.write(leaves[0]).write(leaves[1]);
        if hold != Hold::Kept {
            script.task(anna).write(lock.release(true)).task(None);
        }
        round.see(&script.records[seen..]);
        script.records[seen..].iter().for_each(|record| retries.note(&record.event));
        seen = script.records.len();
        assert_eq!(retries.see(&round.run, &BTreeSet::from([anna]), now), [], "a pause");
        if hold != Hold::Kept {
            script.task(anna).write(lock.take()).task(None);
        }
    }
    told
}

#[test]
fn only_tries_for_one_lock_that_are_given_up_are_told_of() {
    assert_eq!(told_in_20_tries(1, Hold::Kept), 2, "ten each, and told of it begins anew");
    assert_eq!(told_in_20_tries(1, Hold::TakenAnew), 2, "no try can have got it");
    assert_eq!(told_in_20_tries(1, Hold::Got), 0, "each of another hold");
    assert_eq!(told_in_20_tries(10, Hold::Kept), 0, "each at another lock");
}

/// A file is read once for a place, and only if the task has the lock.
#[test]
fn the_source_is_asked_of_tasks_that_have_the_lock_and_once() {
    let tasks: Vec<Id> = (0..21).map(|_| Id::next()).collect();
    let mut script = run_of(Id::next(), &tasks);
    let at = timeout().awaited();
    let lock = Lock::new(&mut script);
    poll_at(&mut script, tasks[0], &[lock.take()]);
    for (ticket, task) in tasks[1..11].iter().enumerate() {
        tries(&mut script, *task, lock, ticket, at);
    }
    let kept = |script: &Script| {
        let (mut round, mut retries) = (Round::new(false), Retries::default());
        round.see(&script.records);
        retries.see(&round.run, &tasks.iter().copied().collect(), Duration::ZERO);
        retries.len()
    };
    assert_eq!(kept(&script), 0, "another task has it");
    for task in &tasks[11..] {
        let own = Lock::new(&mut script);
        poll_at(&mut script, *task, &[own.take()]);
        tries(&mut script, *task, own, 1, at);
    }
    assert_eq!(kept(&script), 10 + 1, "ten tasks, and one place");
}

/// Each waits for a lock of its own.
#[test]
fn no_circle_hides_the_others() {
    let tasks @ [anna, bert] = [(); 2].map(|()| Id::next());
    let mut script = run_of(Id::next(), &[anna, bert]);
    for task in tasks {
        script.write(Event::Detach { task });
        let lock = Lock::new(&mut script);
        poll(&mut script, task, &[lock], Some(lock), 0);
    }
    let (round, mut circles) = (seen(&script), Circles::default());
    let mut due = |fresh: &[Id], seconds| {
        let fresh = fresh.iter().copied().collect();
        let due = circles.due(&round.run, &fresh, Duration::from_secs(seconds), false);
        circles.told(due.as_deref().unwrap_or_default());
        due
    };
    assert_eq!(due(&tasks, 0), None, "not yet");
    let told: BTreeSet<_> = [due(&[], 2), due(&[], 3)].into_iter().flatten().flatten().collect();
    assert_eq!(told, BTreeSet::from(tasks));
    assert_eq!(due(&[], 4), None);
}
