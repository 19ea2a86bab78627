//! Which holder of a lock has kept the others waiting across an `.await`?

use super::*;

const KIND: SyncKind = SyncKind::RwLock;

/// A run with these tasks and a lock that ten may read at once.
fn readers(tasks: &[Id]) -> (Script, Sync) {
    let mut script = run_of(Id::next(), tasks);
    let lock = Sync::new(&mut script, KIND, 10);
    (script, lock)
}

/// It reads, and sleeps for long.
fn reads_and_sleeps(script: &mut Script, task: Id, read: Event) {
    sleeps_until(60_000, script, task, read);
}

fn sleeps_until(due: u64, script: &mut Script, task: Id, read: Event) {
    let timer = Id::next();
    let on = Resource::Timer(timer);
    let sleeps = [
        Event::TimerAdd { timer, due: Duration::from_millis(due), level: 2, slot: 15 },
        crate::fixture::waits(on),
    ];
    poll_at(script, task, &[&[read][..], &sleeps].concat());
}

fn releases(script: &mut Script, task: Id, lock: Sync, count: usize) {
    let hold = |record: &Record| match record.event {
        Event::SyncAct { act: Act::Take, item, .. } if record.task == Some(task) => Some(item),
        _ => None,
    };
    let item = script.records.iter().find_map(hold).expect("it has taken it");
    let (kind, sync, act, units) = (KIND, lock.1, Act::Release, ONE);
    let event = Event::SyncAct { kind, sync, act, units, count, item, with: 0, owned: false };
    script.task(task).write(event).task(None);
}

/// The verdicts on kept guards. (Wakes, and what else makes such a run whole, are left out.)
fn kept(script: &Script) -> Vec<Lint> {
    let mut round = Round::new(false);
    round.see(&script.records);
    round.found.into_iter().filter(|lint| lint.kind == LintKind::GuardAcrossAwait).collect()
}

/// Anna reads and sleeps. A writer before Bert gives up, so that he reads beside her, and later alone.
#[test]
fn no_reader_answers_for_what_another_has_slept() {
    let tasks @ [anna, writer, bert, other] = [(); 4].map(|()| Id::next());
    let (mut script, lock) = readers(&tasks);
    reads_and_sleeps(&mut script, anna, lock.take(ONE, 9));
    poll_at(&mut script, writer, &[lock.wait(Units::All, 1)]);
    poll_at(&mut script, bert, &[lock.wait(ONE, 2)]);
    poll_at(&mut script, other, &[lock.wait(Units::All, 3)]);
    let on = |units, ticket| Resource::Sync(KIND, lock.1, units, ticket);
    script.at(900).write(crate::fixture::given_up(on(Units::All, 1)));
    script.write(crate::fixture::served(on(ONE, 2)));
    poll_at(&mut script, bert, &[lock.take(ONE, 8)]);
    releases(script.at(1_000), anna, lock, 9);
    releases(script.at(1_500), bert, lock, 10);
    assert_eq!(kept(&script), []);
}

#[test]
fn the_last_of_two_readers_that_sleeps_on_alone() {
    // (What a timer is late by, on a busy machine, is not its holder's doing.)
    for (due, end, verdicts) in [(60_000, 400, 0), (60_000, 1_300, 1), (450, 1_300, 0)] {
        let tasks @ [anna, bert, writer] = [(); 3].map(|()| Id::next());
        let (mut script, lock) = readers(&tasks);
        reads_and_sleeps(&mut script, anna, lock.take(ONE, 9));
        sleeps_until(due, &mut script, bert, lock.take(ONE, 8));
        poll_at(&mut script, writer, &[lock.wait(Units::All, 1)]);
        releases(script.at(300), anna, lock, 9);
        releases(script.at(end), bert, lock, 10);
        let found = kept(&script);
        assert_eq!(found.len(), verdicts, "{found:#?}");
        for lint in found {
            let text = "task 2 held rwlock 1 across an `.await`, and 1 other task waited 1.0 s for it meanwhile";
            assert_eq!(lint.text, text);
        }
    }
}

#[test]
fn a_reader_beside_many_is_not_alone() {
    const MANY: usize = 100;
    let tasks: Vec<Id> = (0..=MANY).map(|_| Id::next()).collect();
    let mut script = run_of(Id::next(), &tasks);
    let lock = Sync::new(&mut script, KIND, MANY);
    for (index, reader) in tasks[..MANY].iter().enumerate() {
        reads_and_sleeps(&mut script, *reader, lock.take(ONE, MANY - 1 - index));
    }
    poll_at(&mut script, tasks[MANY], &[lock.wait(Units::All, 1)]);
    for (index, reader) in tasks[MANY - 64..MANY - 1].iter().enumerate() {
        releases(&mut script, *reader, lock, index + 1);
    }
    releases(script.at(1_000), tasks[MANY - 1], lock, 64);
    assert_eq!(kept(&script), []);
}

#[test]
fn a_guard_that_is_never_dropped_is_known_while_it_is_kept() {
    let tasks @ [anna, writer] = [(); 2].map(|()| Id::next());
    let (mut script, lock) = readers(&tasks);
    reads_and_sleeps(&mut script, anna, lock.take(ONE, 9));
    let mut round = Round::new(false);
    round.see(&script.records);
    assert!(round.guards.kept().is_empty(), "no task waits for it");
    let before = script.records.len();
    poll_at(&mut script, writer, &[lock.wait(Units::All, 1)]);
    round.see(&script.records[before..]);
    let kept = round.guards.kept();
    assert_eq!(kept.iter().map(|(lock, _)| *lock).collect::<Vec<_>>(), [lock.1]);
    let lint = round.guards.lasts(&round.run, lock.1, Duration::from_secs(3), 1).unwrap();
    let text =
        "task 1 has held rwlock 1 across an `.await` for 3.0 s, and another task waits for it";
    assert_eq!(lint.text, text);
    assert!(round.once(lint.clone()).is_some() && round.once(lint).is_none(), "it is told once");
    let before = script.records.len();
    releases(&mut script, anna, lock, 10);
    round.see(&script.records[before..]);
    assert!(round.guards.kept().is_empty());
}

#[test]
fn a_task_that_is_over_with_the_guard_in_its_output_awaits_nothing() {
    let tasks @ [anna, writer] = [(); 2].map(|()| Id::next());
    let (mut script, lock) = readers(&tasks);
    reads_and_sleeps(&mut script, anna, lock.take(ONE, 9));
    poll_at(&mut script, writer, &[lock.wait(Units::All, 1)]);
    let mut round = Round::new(false);
    round.see(&script.records);
    assert_eq!(round.guards.kept().len(), 1);
    let before = script.records.len();
    crate::fixture::poll(&mut script, anna, Outcome::Ready);
    round.see(&script.records[before..]);
    assert!(round.guards.kept().is_empty());
}

/// Anna reads, and wants to write, too.
#[test]
fn a_holder_that_waits_for_its_own_lock_is_none_of_the_others() {
    let tasks @ [anna, writer] = [(); 2].map(|()| Id::next());
    let (mut script, lock) = readers(&tasks);
    poll_at(&mut script, anna, &[lock.take(ONE, 9), lock.wait(Units::All, 1)]);
    poll_at(&mut script, writer, &[lock.wait(Units::All, 2)]);
    let mut round = Round::new(false);
    round.see(&script.records);
    let lint = round.guards.lasts(&round.run, lock.1, Duration::from_secs(3), 1).unwrap();
    assert!(lint.text.ends_with("for 3.0 s, and another task waits for it"), "{}", lint.text);
}
