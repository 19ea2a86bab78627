//! What the answer of `unordered` must do.

use std::cell::{OnceCell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use kettle::time::{Instant, sleep};
use kettle_judge::atomic::{self, News};
use kettle_judge::count::{Log, LogDrop, Polls, Waiter, alike, calling, dropping, waker};
use kettle_judge::lock::with_gap;
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::{Just, Strategy, prop_oneof};
use kettle_judge::runtime::run;
use kettle_judge::{Check, check, if_it_hangs, lock, property, spins};

use super::answer::FuturesUnordered;

pub const CHECKS: &[Check] = &[
    check!(outputs_as_they_come => "the outputs come in the order in which the futures become ready, then `None`"),
    check!(one_poll => "with a hundred futures of which one is woken, one is polled"),
    check!(woken_again => "many wakes are one poll, and a wake during a poll is one more"),
    check!(newest_waker => "a wake of a member wakes the task that polled the set last"),
    check!(stale_wakes => "the waker of a future that is gone wakes no task"),
    check!(wakers_that_come_back => "the outer waker is called, and dropped, when no lock is held"),
    check!(no_wake_is_missed => "a member that another thread wakes in the middle of a poll is polled by it, or wakes the task"),
    check!(what_the_wakers_did => "a poll sees what was done before each wake that asked for it"),
    check!(drops_without_a_lock => "a future is dropped when no lock is held, and with the set it wakes no task"),
    check!(dropped => "a future is dropped when it is ready, and all with the set, in their order"),
    check!(gives_way => "a future that wakes itself in each poll holds up neither the set nor the others"),
    check!(any_schedule => "in any order of pushes, wakes and polls, exactly the woken are polled"),
];

fn outputs_as_they_come() {
    const MINUTE: Duration = Duration::from_mins(1);
    run(async {
        let begin = Instant::now();
        let mut set = FuturesUnordered::new();
        for minutes in [3, 1, 2] {
            set.push(async move {
                sleep(MINUTE * minutes).await;
                minutes
            });
        }
        assert_eq!(set.len(), 3, "futures in the set");
        let all = async {
            let mut outputs = Vec::new();
            while let Some(minutes) = set.next().await {
                outputs.push(minutes);
            }
            outputs
        };
        assert_eq!(Polls::new(all, 20).0.await, [1, 2, 3], "sleeps of 3, 1 and 2 minutes");
        assert_eq!(begin.elapsed(), 3 * MINUTE, "how long the three took together");
    });
    let (mut set, doors) = set_of(6);
    let _ = poll_next(&mut set, Waker::noop());
    let order = [3, 0, 5, 1, 4];
    order.iter().for_each(|door| doors[*door].open());
    let outputs = order.map(|_| poll_next(&mut set, Waker::noop()));
    let expected = order.map(|number| Poll::Ready(Some(number)));
    assert_eq!(outputs, expected, "outputs of 3, 0, 5, 1 and 4, which became ready in this order");
    // New ones that are ready at once.
    let (mut set, doors) = set_of(3);
    doors.iter().for_each(Door::open);
    let outputs = [(); 3].map(|()| poll_next(&mut set, Waker::noop()));
    let expected = [0, 1, 2].map(|number| Poll::Ready(Some(number)));
    assert_eq!(outputs, expected, "outputs of three that were ready when they were pushed");
    // One becomes ready, and then a new one comes that is ready at once.
    let (mut set, doors) = set_of(2);
    let _ = poll_next(&mut set, Waker::noop());
    doors[1].open();
    let door = Door::default();
    door.open();
    set.push(door.future(2));
    let outputs = [(); 2].map(|()| poll_next(&mut set, Waker::noop()));
    let expected = [1, 2].map(|number| Poll::Ready(Some(number)));
    assert_eq!(outputs, expected, "outputs of 1, which became ready, and 2, pushed after that");
    // Some become ready when one has come out, and one that isn't ready is woken among them.
    let (mut set, doors) = set_of(7);
    let _ = poll_next(&mut set, Waker::noop());
    let mut next = |ready: &[usize]| {
        ready.iter().for_each(|door| doors[*door].open());
        poll_next(&mut set, Waker::noop())
    };
    let outputs = [next(&[3, 0, 5]), next(&[1]), next(&[2, 4]), next(&[]), next(&[]), next(&[])];
    let expected = [3, 0, 5, 1, 2, 4].map(|number| Poll::Ready(Some(number)));
    assert_eq!(outputs, expected, "outputs of 3, 0 and 5; then 1 became ready; then 2 and 4");
    // The first opens the door of the third, when the second is ready already.
    let (mut set, doors) = (FuturesUnordered::new(), [(); 3].map(|()| Door::default()));
    for number in 0..3 {
        let ([first, _, third], mut future) = (doors.clone(), doors[number].future(number));
        set.push(poll_fn(move |cx| {
            if number == 0 && first.look().open {
                third.open();
            }
            Pin::new(&mut future).poll(cx)
        }));
    }
    let mut next = || set.poll_next(&mut Context::from_waker(Waker::noop()));
    assert_eq!(next(), Poll::Pending, "three doors are closed");
    doors[..2].iter().for_each(Door::open);
    let expected = [0, 1, 2].map(|number| Poll::Ready(Some(number)));
    assert_eq!([next(), next(), next()], expected, "outputs: the first's poll opens the third");
}

fn one_poll() {
    let (mut set, doors) = set_of(100);
    let waker = waker().0;
    let _ = poll_next(&mut set, &waker);
    let polls = || doors.iter().map(|door| door.look().polls).collect::<Vec<_>>();
    assert_eq!(polls(), [1; 100], "polls of each of a hundred new futures, by the first poll");
    doors[37].wake();
    let _ = poll_next(&mut set, &waker);
    assert_eq!(doors[37].look().polls, 2, "polls of the one that was woken");
    assert_eq!(polls().iter().sum::<usize>(), 101, "polls of all hundred, after one was woken");
    let _ = poll_next(&mut set, &waker);
    assert_eq!(polls().iter().sum::<usize>(), 101, "polls after a poll without a wake");
}

fn woken_again() {
    let (mut set, doors) = set_of(2);
    let (waker, calls) = waker();
    let _ = poll_next(&mut set, &waker);
    for _ in 0..1000 {
        doors[1].wake();
    }
    let _ = poll_next(&mut set, &waker);
    let _ = poll_next(&mut set, &waker);
    assert_eq!(doors[1].look().polls, 2, "polls of a future that was polled, and woken 1000 times");

    // A waker of its first poll, and one of its second.
    let older = doors[0].kept();
    older.wake_by_ref();
    let _ = poll_next(&mut set, &waker);
    for waker in [&older, &doors[0].kept(), &older] {
        waker.wake_by_ref();
    }
    let _ = poll_next(&mut set, &waker);
    let _ = poll_next(&mut set, &waker);
    let polls = std::mem::take(&mut doors[0].look().polls);
    assert_eq!(polls, 3, "polls of a future, woken, and woken by the wakers of two polls");

    doors[0].look().wakes_itself = 1;
    doors[0].wake();
    let before = calls.count();
    let _ = poll_next(&mut set, &waker);
    let polled = doors[0].look().polls;
    if polled == 1 {
        assert!(
            calls.count() > before,
            "a future was woken during its poll, and the task outside was not: it never comes back"
        );
    }
    let _ = poll_next(&mut set, &waker);
    assert_eq!(doors[0].look().polls, 2, "polls of a future that was woken, and in that poll");
}

fn newest_waker() {
    // Two tasks; two whose wakers differ in nothing but what they do; and two of which the second gets an output.
    for (tasks, gets) in [([waker(), waker()], false), (alike(), false), (alike(), true)] {
        let ((mut set, doors), [(first, firsts), (second, seconds)]) = (set_of(1), tasks);
        let others = firsts.held();
        let _ = poll_next(&mut set, &first);
        let door = Door::default();
        door.open();
        if gets {
            set.push(door.future(1));
        }
        let polled = poll_next(&mut set, &second);
        let what = format!("after the second polled the set, and got {polled:?}");
        let before = [firsts.count(), seconds.count()];
        doors[0].wake();
        assert_eq!(firsts.count(), before[0], "wakes of the first task, {what}");
        assert!(seconds.count() > before[1], "the second task was not woken, {what}");
        assert!(others > 0 || firsts.held() == 0, "a waker of the first task is kept, {what}");
    }
}

fn stale_wakes() {
    let (mut set, doors) = set_of(1);
    let (waker, calls) = waker();
    let _ = poll_next(&mut set, &waker);
    let stale = doors[0].kept();
    doors[0].wake();
    let _ = poll_next(&mut set, &waker);
    doors[0].open();
    assert_eq!(poll_next(&mut set, &waker), Poll::Ready(Some(0)), "a future that is ready");
    let door = Door::default();
    set.push(door.future(1));
    let _ = poll_next(&mut set, &waker);
    let before = calls.count();
    stale.wake_by_ref();
    doors[0].wake();
    assert_eq!(calls.count() - before, 0, "wakes of the task outside, by a future that is gone");
    let _ = poll_next(&mut set, &waker);
    assert_eq!(
        door.look().polls,
        1,
        "polls of the second future, which came when the first was gone, after a waker of the \
         *first* was called"
    );
    // So many come and go as sixteen bits can number: none of them gets the number of one that is there.
    for _ in 0..1 << 16 {
        let door = Door::default();
        set.push(door.future(9));
        door.open();
        assert_eq!(poll_next(&mut set, &waker), Poll::Ready(Some(9)), "one that comes and goes");
    }
    assert_eq!(set.len(), 1, "futures in the set, when 65,536 have come and gone beside one");
    // It wakes itself in the poll in which it is ready, and so is woken when it is gone.
    door.look().wakes_itself = 1;
    door.open();
    assert_eq!(poll_next(&mut set, &waker), Poll::Ready(Some(1)), "the second, which is ready");
    let third = Door::default();
    set.push(third.future(2));
    third.open();
    let output = poll_next(&mut set, &waker);
    assert_eq!(output, Poll::Ready(Some(2)), "a third, behind one that was woken and is gone");

    let last = Door::default();
    set.push(last.future(3));
    let _ = poll_next(&mut set, &waker);
    let before = calls.count();
    drop(set);
    stale.wake();
    last.wake();
    assert_eq!(calls.count() - before, 0, "wakes of the task outside, by the set's end or later");
}

fn wakers_that_come_back() {
    // The task outside may be a set, too, or belong to a runtime that wakes other tasks at once: what
    // its waker does when it is called or dropped may be to wake another member of this set.
    let (mut set, doors) = set_of(2);
    // It does so once: a member's waker may call it again each time, and then the two would never end.
    let wakes_another = |door: &Door| {
        let (door, done) = (door.clone(), AtomicBool::new(false));
        move || {
            if !done.swap(true, Ordering::SeqCst) {
                door.wake();
            }
        }
    };
    let _ = poll_next(&mut set, &calling(wakes_another(&doors[1])));
    if_it_hangs("a member calls the outer waker under a lock that another member's waker needs");
    doors[0].wake();
    if_it_hangs("`poll_next` drops an earlier poll's waker under a lock that a member's needs");
    let _ = poll_next(&mut set, &dropping(wakes_another(&doors[1])));
    let _ = poll_next(&mut set, &waker().0);
    if_it_hangs("the outer waker is dropped under a lock, when the set is empty or goes");
    for is_ready in [true, false] {
        let (mut set, doors) = set_of(2);
        doors.iter().filter(|_| is_ready).for_each(Door::open);
        for _ in 0..3 {
            let _ = poll_next(&mut set, &dropping(wakes_another(&doors[1])));
        }
    }
}

fn no_wake_is_missed() {
    // Never polled; polled before; and the same while another member is in the queue, which is polled first.
    for (was_polled, other_is_woken) in [(false, false), (true, false), (true, true)] {
        lock::no_news_is_missed("the set is polled", || {
            let (mut set, doors) = set_of(2);
            if was_polled {
                let _ = poll_next(&mut set, Waker::noop());
            }
            if other_is_woken {
                doors[0].wake();
            }
            (Box::pin(async move { set.next().await }), move || doors[1].open())
        });
    }
    // And the other way round: in the middle of a wake, the set is polled, or that member is woken again.
    let begin = || {
        let (mut set, doors) = set_of(2);
        let _ = poll_next(&mut set, Waker::noop());
        (RefCell::new(Waiter::new(async move { set.next().await })), doors)
    };
    lock::as_in_turn(
        "a member is woken, and the set is polled",
        begin,
        |(_, doors)| doors[1].open(),
        |(set, _)| set.borrow_mut().poll().is_ready(),
        |(set, _), (), is_ready| {
            let mut set = set.borrow_mut();
            let comes = is_ready || set.is_woken() && set.poll().is_ready();
            ["the output comes neither now nor by a wake", "the output comes"][usize::from(comes)]
        },
    );
    lock::as_in_turn(
        "a member is woken, twice",
        begin,
        |(_, doors)| doors[1].wake(),
        |(_, doors)| doors[1].wake(),
        |(set, doors), (), ()| {
            let polls = || (set.borrow_mut().poll().is_ready(), doors[1].look().polls);
            [polls(), polls()]
        },
    );
}

/// A member's waker, and what a thread wrote before it called that the second time: does its poll have to see that?
#[derive(Clone, Default)]
struct Heard {
    waker: Rc<OnceCell<Waker>>,
    news: Rc<RefCell<Vec<News>>>,
}

impl Heard {
    /// A set with one member, which is ready when two threads have woken it, and its poll has to see what they did.
    fn set_of_one(&self) -> RefCell<FuturesUnordered<impl Future<Output = ()> + use<>>> {
        let heard = self.clone();
        let mut set = FuturesUnordered::new();
        set.push(poll_fn(move |cx| {
            let _ = heard.waker.set(cx.waker().clone());
            let news = heard.news.borrow();
            let is_heard = news.len() == 2 && news.iter().all(|news| news.must_be_seen());
            if is_heard { Poll::Ready(()) } else { Poll::Pending }
        }));
        let is_pending = set.poll_next(&mut Context::from_waker(Waker::noop())).is_pending();
        assert!(is_pending, "no thread has woken the member, and it is ready");
        RefCell::new(set)
    }

    fn waker(&self) -> Waker {
        self.waker.get().expect("the member was polled").clone()
    }

    /// A thread does something and wakes the member.
    fn wake(&self) {
        let waker = self.waker();
        let writes = move || {
            let news = News::write();
            waker.wake();
            news
        };
        let news = thread::spawn(writes).join().expect("no panic");
        self.news.borrow_mut().push(news);
    }
}

/// Two threads wake a member. Its next poll must see what both have done before, or there must be one more.
fn what_the_wakers_did() {
    let heard = Heard::default();
    let set = heard.set_of_one();
    (0..2).for_each(|_| heard.wake());
    let before = atomic::accesses();
    let is_heard = set.borrow_mut().poll_next(&mut Context::from_waker(Waker::noop())).is_ready();
    if atomic::accesses() == before {
        return;
    }
    assert!(
        is_heard,
        "two threads did something and woke the member, one after the other. Its poll need not see what both did, by \
         the `Ordering`s of the set's atomics. (A `swap` reads, too, and passes on what came before. A `store` doesn't.)"
    );
    // Polls the set, and again as often as a wake asks for that. Is the member ready?
    fn polled<F: Future>(set: &RefCell<FuturesUnordered<F>>) -> bool {
        for _ in 0..9 {
            let (waker, wakes) = waker();
            let is_ready = set.borrow_mut().poll_next(&mut Context::from_waker(&waker)).is_ready();
            if is_ready || wakes.count() == 0 {
                return is_ready;
            }
        }
        false
    }
    for moment in 1.. {
        let heard = Heard::default();
        let set = heard.set_of_one();
        heard.wake();
        let other = heard.clone();
        let Some(is_heard) = with_gap(moment, move || other.wake(), || polled(&set)) else { break };
        assert!(
            is_heard,
            "a thread woke a member, and the set is polled. At a step of that (number {moment}) a second thread did \
             something and woke the member, too. The member's poll need not see that, and no other poll follows: the second \
             wake was cleared with the first. (A `load` with a `store` after it does that. A `swap` does both in one step.)"
        );
    }
    for moment in 1.. {
        let heard = Heard::default();
        let set = heard.set_of_one();
        heard.wake();
        let ((tell, told), (go_on, goes_on)) = (mpsc::channel(), mpsc::channel::<()>());
        let its = heard.waker();
        let second = thread::spawn(move || {
            tell.send(News::write()).expect("the check listens");
            let other = move || {
                drop(tell);
                let _ = goes_on.recv();
            };
            with_gap(moment, other, || its.wake()).is_some()
        });
        heard.news.borrow_mut().extend(told.iter());
        let (task, wakes) = waker();
        let early = set.borrow_mut().poll_next(&mut Context::from_waker(&task)).is_ready();
        drop(go_on);
        let was_there = second.join().expect("no panic");
        let is_heard = early || (wakes.count() > 0 && polled(&set));
        assert!(
            is_heard,
            "a thread woke a member, and a second one did something and called its waker. Between two steps of that call \
             (moment {moment}) the set was polled, and so the member. It need not see what the second did, and the call has \
             woken the task no more: it went on with what it had read before. (A `load` with a `store` after it does that. A \
             `swap` does both in one step.)"
        );
        if !was_there {
            break;
        }
    }
}

/// A member whose drop wakes another one.
fn drops_without_a_lock() {
    let other = Door::default();
    let wakes = |door: &Door| {
        let door = door.clone();
        dropping(move || door.wake())
    };
    let member = |mut future: DoorFuture, on_drop: Waker| {
        poll_fn(move |cx| {
            let _is_kept = &on_drop;
            Pin::new(&mut future).poll(cx)
        })
    };
    let mut set = FuturesUnordered::new();
    set.push(member(other.future(0), Waker::noop().clone()));
    let own = Door::default();
    set.push(member(own.future(1), wakes(&other)));
    let cx = &mut Context::from_waker(Waker::noop());
    assert_eq!(set.poll_next(cx), Poll::Pending, "neither of two is ready");
    own.open();
    if_it_hangs("a ready future is dropped under a lock, and its drop wakes another member");
    assert_eq!(set.poll_next(cx), Poll::Ready(Some(1)), "the one that is ready");
    // Each of two wakes the other, when it is dropped.
    let [mine, its] = [(); 2].map(|()| Door::default());
    set.push(member(mine.future(2), wakes(&its)));
    set.push(member(its.future(3), wakes(&mine)));
    let (waker, calls) = waker();
    assert_eq!(set.poll_next(&mut Context::from_waker(&waker)), Poll::Pending, "none is ready");
    if_it_hangs("with the set a future is dropped under a lock, and its drop wakes another member");
    drop(set);
    let woken = (calls.count(), calls.held());
    assert_eq!(woken, (0, 0), "outer wakes by members dropped with the set, and its wakers");
}

fn dropped() {
    let log = Log::new();
    let (waker, calls) = waker();
    let mut set = FuturesUnordered::new();
    let doors: [Door; 9] = Default::default();
    for (number, door) in doors.iter().enumerate() {
        set.push(DoorFuture {
            _on_drop: Some(log.on_drop(format!("future {number} is dropped"))),
            ..door.future(number)
        });
    }
    let _ = poll_next(&mut set, &waker);
    doors[1].open();
    assert_eq!(poll_next(&mut set, &waker), Poll::Ready(Some(1)), "when future 1 is ready");
    assert_eq!(log.lines(), ["future 1 is dropped"], "what is dropped when its output is there");
    assert!(!set.is_empty(), "`is_empty` says yes, with eight futures");
    assert_eq!(set.len(), 8, "futures in the set, of nine, when one was ready");
    let _ = poll_next(&mut set, &waker);
    drop(set);
    let in_order = [1, 0, 2, 3, 4, 5, 6, 7, 8].map(|number| format!("future {number} is dropped"));
    assert_eq!(log.lines(), in_order, "what is dropped with the set, after future 1");
    // The doors have kept wakers of their futures, as a timer or a channel may.
    assert_eq!(calls.held(), 0, "wakers of the task outside that are kept when the set is gone");
}

fn gives_way() {
    let (mut set, doors) = set_of(3);
    let (waker, calls) = waker();
    let _ = poll_next(&mut set, &waker);
    // 1 is woken and ready, and then comes 0, which is woken whenever it is polled.
    doors[1].open();
    doors[0].look().wakes_itself = usize::MAX;
    doors[0].wake();
    let mut in_ten = || (0..10).map(|_| poll_next(&mut set, &waker)).find(Poll::is_ready);
    assert_eq!(in_ten(), Some(Poll::Ready(Some(1))), "the one that is ready, in ten polls");
    for round in 0..10 {
        let before = calls.count();
        assert_eq!(poll_next(&mut set, &waker), Poll::Pending, "neither of the two is ready");
        assert!(
            calls.count() > before,
            "in poll {round} the set returned `Pending` though one of its futures was woken, and \
             has not woken the task outside: the set is not polled again"
        );
    }
    doors[2].open();
    let mut in_ten = || (0..10).map(|_| poll_next(&mut set, &waker)).find(Poll::is_ready);
    assert_eq!(in_ten(), Some(Poll::Ready(Some(2))), "the other, which is ready now, in ten polls");
    // Two of them: when the first wakes itself, the second is still in the queue.
    let (mut set, doors) = set_of(2);
    doors.iter().for_each(|door| door.look().wakes_itself = usize::MAX);
    for round in 0..10 {
        let before = calls.count();
        assert_eq!(poll_next(&mut set, &waker), Poll::Pending, "neither of the two is ready");
        assert!(
            calls.count() > before,
            "two futures wake themselves in each poll. In poll {round} the set returned `Pending`, and has not woken the \
             task outside: the set is not polled again. (A member that is woken wakes the task, also if others are in the \
             queue already: they may be polled before the task sleeps.)"
        );
    }
}

/// A step of [`any_schedule`].
#[derive(Clone, Copy, Debug)]
enum Do {
    /// A new future.
    Push,
    /// A future is woken, and not ready.
    Wake(usize),
    /// A future is woken, and ready.
    Open(usize),
    /// The set is polled until it has nothing more.
    Poll,
}

fn any_schedule() {
    let step = prop_oneof![
        3 => Just(Do::Push),
        2 => (0..6_usize).prop_map(Do::Wake),
        1 => (0..6_usize).prop_map(Do::Open),
        2 => Just(Do::Poll),
    ];
    property(500, &vec(step, 0..30), |steps| {
        let mut set = FuturesUnordered::new();
        let (waker, calls) = waker();
        let mut doors: Vec<Door> = Vec::new();
        let (mut to_poll, mut polls) = (Vec::new(), Vec::new());
        let mut ready: Vec<usize> = Vec::new();
        // Has the set said `Pending`, and not called the waker since?
        let mut asleep = false;
        for step in steps {
            match step {
                Do::Push => {
                    let door = Door::default();
                    set.push(door.future(doors.len()));
                    doors.push(door);
                    to_poll.push(true);
                    polls.push(0);
                    asleep = false;
                }
                Do::Wake(number) | Do::Open(number) => {
                    let Some(door) = doors.get(number) else { continue };
                    let before = calls.count();
                    if matches!(step, Do::Open(_)) {
                        door.open();
                    } else {
                        door.wake();
                    }
                    asleep &= calls.count() == before;
                    if !ready.contains(&number) {
                        assert!(!asleep, "future {number} was woken, and the task outside was not");
                        to_poll[number] = true;
                    }
                }
                Do::Poll => {
                    let mut outputs = Vec::new();
                    let end = loop {
                        match poll_next(&mut set, &waker) {
                            Poll::Ready(Some(output)) => outputs.push(output),
                            end => break end,
                        }
                    };
                    outputs.sort_unstable();
                    let is_due = |number: &usize| to_poll[*number] && doors[*number].look().open;
                    let due: Vec<usize> = (0..doors.len()).filter(is_due).collect();
                    assert_eq!(outputs, due, "the outputs of the futures that are ready");
                    ready.extend(due);
                    let empty = ready.len() == doors.len();
                    let expected = if empty { Poll::Ready(None) } else { Poll::Pending };
                    assert_eq!(end, expected, "the end, with {} futures", set.len());
                    asleep = !empty;
                    for (number, to_poll) in to_poll.iter_mut().enumerate() {
                        polls[number] += usize::from(std::mem::take(to_poll));
                    }
                    let polled: Vec<usize> = doors.iter().map(|door| door.look().polls).collect();
                    assert_eq!(polled, polls, "how often each future was polled");
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
    polls: usize,
    /// How often the future wakes itself while it is polled: once in each poll.
    wakes_itself: usize,
    waker: Option<Waker>,
    gone: bool,
}

impl Door {
    fn look(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no panic under the lock")
    }

    /// The waker of its latest poll.
    fn kept(&self) -> Waker {
        self.look().waker.clone().expect("the future has kept its waker")
    }

    fn wake(&self) {
        let waker = self.look().waker.clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn open(&self) {
        self.look().open = true;
        self.wake();
    }

    fn future(&self, number: usize) -> DoorFuture {
        DoorFuture { door: self.clone(), number, _on_drop: None }
    }
}

struct DoorFuture {
    door: Door,
    number: usize,
    _on_drop: Option<LogDrop>,
}

impl Future for DoorFuture {
    type Output = usize;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<usize> {
        let mut state = self.door.look();
        let gone = state.gone;
        state.polls += 1;
        if state.polls > 300 {
            spins("a future in the set was polled", state.polls);
        }
        state.waker = Some(cx.waker().clone());
        let wakes = state.wakes_itself > 0;
        state.wakes_itself = state.wakes_itself.saturating_sub(1);
        let open = state.open;
        state.gone = open;
        drop(state);
        assert!(!gone, "future {} was polled again after it was ready", self.number);
        if wakes {
            cx.waker().wake_by_ref();
        }
        if open { Poll::Ready(self.number) } else { Poll::Pending }
    }
}

fn set_of(count: usize) -> (FuturesUnordered<DoorFuture>, Vec<Door>) {
    let doors: Vec<Door> = (0..count).map(|_| Door::default()).collect();
    let mut set = FuturesUnordered::new();
    for (number, door) in doors.iter().enumerate() {
        set.push(door.future(number));
    }
    (set, doors)
}

fn poll_next(set: &mut FuturesUnordered<DoorFuture>, waker: &Waker) -> Poll<Option<usize>> {
    set.poll_next(&mut Context::from_waker(waker))
}
