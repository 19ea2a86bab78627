//! What the answer of `unordered` must do.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use kettle::time::sleep;
use kettle_judge::count::{Log, Polls, calling, dropping, waker};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::{Just, Strategy, any, prop_oneof};
use kettle_judge::runtime::run;
use kettle_judge::{Check, check, if_it_hangs, property, spins};

use super::answer::FuturesUnordered;

pub const CHECKS: &[Check] = &[
    check!(outputs_as_they_come => "the outputs come in the order in which the futures become ready, then `None`"),
    check!(one_poll => "if one of a hundred futures is woken, only that one is polled"),
    check!(woken_again => "many wakes cause one poll, and a wake during a poll causes one more"),
    check!(foreign_code => "the outer waker is called and dropped while no lock is held"),
    check!(dropped => "each future is dropped when it is ready, and the others with the set, in order"),
    check!(gives_way => "a future that wakes itself in each poll holds up neither the set nor the others"),
    check!(two_threads => "a member that another thread wakes is polled, whenever the wake comes"),
    check!(any_schedule => "in any order of pushes, wakes and polls exactly the woken futures are polled, and one that is gone wakes nothing"),
];

fn outputs_as_they_come() {
    run(async {
        let mut set = FuturesUnordered::new();
        for minutes in [3, 1, 2] {
            set.push(async move {
                sleep(Duration::from_mins(minutes)).await;
                minutes
            });
        }
        for next in [Some(1), Some(2), Some(3), None] {
            let output = Polls::new(set.next(), 20).0.await;
            assert_eq!(output, next, "the next output of sleeps of 3, 1 and 2 minutes");
        }
    });
}

fn one_poll() {
    let (mut set, doors) = set_of(100);
    let _ = poll_next(&mut set, Waker::noop());
    doors[37].wake();
    let _ = (poll_next(&mut set, Waker::noop()), poll_next(&mut set, Waker::noop()));
    let polls: usize = doors.iter().map(|door| door.look().polls).sum();
    assert_eq!(polls, 101, "polls of a hundred new futures, one of which was woken");
}

fn woken_again() {
    let (mut set, doors) = set_of(1);
    let mut polls = || {
        let _ = (poll_next(&mut set, Waker::noop()), poll_next(&mut set, Waker::noop()));
        std::mem::take(&mut doors[0].look().polls)
    };
    polls();
    (0..1_000).for_each(|_| doors[0].wake());
    assert_eq!(polls(), 1, "polls of a future that was woken 1,000 times");
    doors[0].look().wakes_itself = 1;
    doors[0].wake();
    assert_eq!(polls(), 2, "polls of a future that was woken, and woken again in that poll");
}

/// The task outside may be a set, too, whose waker wakes another member of this set.
fn foreign_code() {
    let (mut set, doors) = set_of(2);
    let wakes_another = || {
        let door = doors[1].clone();
        move || {
            let waker = door.look().waker.take();
            waker.into_iter().for_each(Waker::wake);
        }
    };
    let _ = poll_next(&mut set, &calling(wakes_another()));
    if_it_hangs("a member calls the outer waker under a lock that another member's waker needs");
    doors[0].wake();
    if_it_hangs(
        "`poll_next` drops an earlier poll's waker under a lock that a member's waker needs",
    );
    let _ = poll_next(&mut set, &dropping(wakes_another()));
    let _ = poll_next(&mut set, &waker().0);
}

fn dropped() {
    let (log, (waker, calls)) = (Log::new(), waker());
    let mut set = FuturesUnordered::new();
    for number in 0..5 {
        let on_drop = log.on_drop(format!("future {number}"));
        set.push(poll_fn(move |_| {
            let _is_kept = &on_drop;
            if number == 1 { Poll::Ready(()) } else { Poll::Pending }
        }));
    }
    assert_eq!(poll_next(&mut set, &waker), Poll::Ready(Some(())), "the one that is ready");
    assert_eq!(log.lines(), ["future 1"], "what is dropped when its output is there");
    drop(set);
    let all = [1, 0, 2, 3, 4].map(|number| format!("future {number}"));
    assert_eq!(log.lines(), all, "what is dropped with the set, after future 1");
    assert_eq!(calls.held(), 0, "wakers kept of the task outside when the set is gone");
}

fn gives_way() {
    let ((mut set, doors), (waker, calls)) = (set_of(2), waker());
    doors[0].look().wakes_itself = usize::MAX;
    for round in 0..10 {
        let before = calls.count();
        assert_eq!(poll_next(&mut set, &waker), Poll::Pending, "neither of the two is ready");
        let is_woken = calls.count() > before;
        assert!(is_woken, "in poll {round} a future has woken itself, but not the task outside");
    }
    doors[1].open();
    let is_there = (0..10).any(|_| poll_next(&mut set, &waker) == Poll::Ready(Some(1)));
    assert!(is_there, "the other one is ready, and doesn't come out of the set in ten polls");
}

fn two_threads() {
    if_it_hangs("another thread has woken a member, but the task that waits for the set sleeps on");
    let (mut set, doors) = set_of(2_000);
    thread::scope(|scope| {
        scope.spawn(|| doors.iter().for_each(Door::open));
        run(async { while set.next().await.is_some() {} });
    });
}

#[derive(Clone, Copy, Debug)]
enum Do {
    /// A new future.
    Push,
    /// Wakes a future, which is ready then, or not.
    Wake { number: usize, ready: bool },
    /// Polls the set until it has nothing more.
    Poll,
}

fn any_schedule() {
    let step = prop_oneof![
        3 => Just(Do::Push),
        3 => (0..6_usize, any::<bool>()).prop_map(|(number, ready)| Do::Wake { number, ready }),
        2 => Just(Do::Poll),
    ];
    property(500, &vec(step, 0..30), |steps| {
        let (mut set, mut task) = (FuturesUnordered::new(), waker());
        let mut doors: Vec<Door> = Vec::new();
        // Which futures are to be polled? Does the task outside sleep?
        let (mut to_poll, mut asleep) = (Vec::new(), false);
        for step in steps {
            match step {
                Do::Push => {
                    doors.push(Door::default());
                    set.push(doors[to_poll.len()].future(to_poll.len()));
                    to_poll.push(true);
                    asleep = false;
                }
                Do::Wake { number, ready } => {
                    let Some(door) = doors.get(number) else { continue };
                    let before = task.1.count();
                    door.look().open |= ready;
                    door.wake();
                    let is_woken = task.1.count() > before;
                    to_poll[number] = !door.look().gone;
                    let is_right = if to_poll[number] { is_woken || !asleep } else { !is_woken };
                    assert!(is_right, "future {number} was woken: is the task outside? {is_woken}");
                    asleep &= !is_woken;
                }
                Do::Poll => {
                    let is_due = |number: &usize| to_poll[*number] && doors[*number].look().open;
                    let due: Vec<usize> = (0..doors.len()).filter(is_due).collect();
                    task = waker(); // another one each time
                    let mut outputs = Vec::new();
                    while let Poll::Ready(Some(output)) = poll_next(&mut set, &task.0) {
                        outputs.push(output);
                    }
                    outputs.sort_unstable();
                    assert_eq!(outputs, due, "the outputs of the futures that are ready");
                    asleep = !set.is_empty();
                    for (number, door) in doors.iter().enumerate() {
                        let polls = std::mem::take(&mut door.look().polls);
                        let expected = usize::from(std::mem::take(&mut to_poll[number]));
                        assert_eq!(polls, expected, "polls of future {number} in this poll");
                    }
                }
            }
        }
    });
}

/// What a future waits for: it is ready when the door is open. Clones are the same door.
#[derive(Clone, Default)]
struct Door(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    open: bool,
    gone: bool,
    polls: usize,
    /// In so many polls the future wakes itself.
    wakes_itself: usize,
    waker: Option<Waker>,
}

impl Door {
    fn look(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no panic under the lock")
    }

    fn wake(&self) {
        let waker = self.look().waker.clone();
        waker.into_iter().for_each(Waker::wake);
    }

    fn open(&self) {
        self.look().open = true;
        self.wake();
    }

    fn future(&self, number: usize) -> impl Future<Output = usize> + Send + use<> {
        let door = self.clone();
        poll_fn(move |cx| {
            let mut state = door.look();
            assert!(!state.gone, "future {number} was polled again after it was ready");
            state.polls += 1;
            if state.polls > 300 {
                spins("a future in the set was polled", state.polls);
            }
            state.waker = Some(cx.waker().clone());
            let (wakes, is_open) = (state.wakes_itself, state.open);
            (state.wakes_itself, state.gone) = (wakes.saturating_sub(1), is_open);
            drop(state);
            if wakes > 0 {
                cx.waker().wake_by_ref();
            }
            if is_open { Poll::Ready(number) } else { Poll::Pending }
        })
    }
}

fn set_of(count: usize) -> (FuturesUnordered<impl Future<Output = usize> + Send>, Vec<Door>) {
    let doors: Vec<Door> = (0..count).map(|_| Door::default()).collect();
    let mut set = FuturesUnordered::new();
    doors.iter().enumerate().for_each(|(number, door)| set.push(door.future(number)));
    (set, doors)
}

fn poll_next<F: Future>(set: &mut FuturesUnordered<F>, waker: &Waker) -> Poll<Option<F::Output>> {
    set.poll_next(&mut Context::from_waker(waker))
}
