//! Step 2: the thread sleeps until a wake.

use std::cell::RefCell;
use std::fs;
use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::Duration;

use super::kit::*;
use super::moments::*;
use super::step1::*;

pub fn step2<S: Step>() -> Vec<Property> {
    properties![
        a_wait_is_two_polls "a future that is woken once is polled twice"
        the_thread_sleeps "while its future waits the thread sleeps"
        a_wake_during_the_poll "a wake during the poll is not lost"
        a_wake_at_any_moment "a wake between any two steps of `block_on` is not lost"
        woken_at_any_step "a wake is not lost if the thread looks for it between any two steps of the waker"
        an_older_waker "a waker that was kept from an earlier poll wakes, too, each time"
        an_unpark_of_others "an `unpark` of others is no wake, and a `park` of others loses no wake"
        the_newest_of_two_wakers "a sleep that is polled with two wakers calls the newest alone"
        a_poll_during_the_call "a sleep may be polled while its waker is being called"
        a_second_wake_at_any_moment "a second wake is not lost while a first is being answered"
        a_sleep_ends_at_any_moment "a sleep that ends while another task polls it wakes that task, or is ready"
        what_must_be_seen "the poll sees what a thread wrote before it called the waker"
        two_threads_wait "two threads run `block_on` at the same time, and each hears its own wake"
        eight_threads_wake "wakes from eight threads are not lost"
    ]
}

/// Waits until a thread wakes it; returns how often it was polled. Before the thread calls the
/// waker it lets `unasked` polls pass.
pub fn polls_of_a_wait<S: Step>(unasked: usize) -> usize {
    if_woken_it_hangs();
    let polls = Arc::new(AtomicUsize::new(0));
    let done = Arc::new(AtomicBool::new(false));
    let (send, receive) = mpsc::channel::<Waker>();
    let helper = thread::spawn({
        let (polls, done) = (Arc::clone(&polls), Arc::clone(&done));
        move || {
            let waker = receive.recv().unwrap();
            while polls.load(Ordering::Acquire) <= unasked {
                thread::yield_now();
            }
            done.store(true, Ordering::Release);
            waker.wake();
        }
    });
    let counted = Arc::clone(&polls);
    S::block_on(poll_fn(move |cx| {
        if counted.fetch_add(1, Ordering::AcqRel) == 0 {
            send.send(cx.waker().clone()).unwrap();
            return Poll::Pending;
        }
        if done.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
    }));
    helper.join().unwrap();
    polls.load(Ordering::Acquire)
}

pub(super) fn a_wait_is_two_polls<S: Step>() {
    assert_eq!(polls_of_a_wait::<S>(0), 2, "polls of a future that a thread wakes once");
    let polls = polls_of_a_sleep::<S>(5);
    assert!(polls <= 2, "polls of a sleep\n  came:     {polls}\n  expected: 2 at most");
}

pub(super) fn the_thread_sleeps<S: Step>() {
    let shortest_timeout = || WATCHING.get().and_then(|watching| (watching.shortest_timeout)());
    shortest_timeout();
    let (_, sleeps) = watched::<S>(|| ());
    assert!(
        sleeps,
        "its future waits, and the thread is at work, or looks for a wake again and again"
    );
    let shortest = shortest_timeout().unwrap_or(Duration::MAX);
    assert!(
        shortest > Duration::from_mins(50),
        "the timeout with which the thread sleeps, while its future waits for a wake, and for a sleep of an hour\n  \
         came:     {shortest:?}\n  expected: none, or the hour: until then it need not look for a wake"
    );
}

/// Waits until another thread has looked whether this one sleeps, and has woken it. How often was it
/// polled, and did it sleep? Each poll calls `in_each_poll`. A sleep of an hour waits, too.
pub(super) fn watched<S: Step>(in_each_poll: impl Fn()) -> (usize, bool) {
    if_woken_it_hangs();
    let (send, receive) = mpsc::channel::<(Waker, Option<PathBuf>)>();
    let done = Arc::new(AtomicBool::new(false));
    let helper = thread::spawn({
        let done = Arc::clone(&done);
        move || {
            let (waker, stat) = receive.recv().unwrap();
            let sleeps = stat.is_none_or(|stat| until_asleep(Some(&stat)) && sleeps_on(&stat));
            done.store(true, Ordering::Release);
            waker.wake();
            sleeps
        }
    });
    let (mut polls, mut hour) = (0, None);
    S::block_on(poll_fn(|cx| {
        polls += 1;
        in_each_poll();
        let hour = hour.get_or_insert_with(|| Box::pin(S::sleep(Duration::from_hours(1))));
        assert!(hour.as_mut().poll(cx).is_pending(), "a sleep of an hour is ready at once");
        if done.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        let _ = send.send((cx.waker().clone(), stat())); // the first one counts
        Poll::Pending
    }));
    (polls, helper.join().unwrap())
}

/// The file in which the system tells what this thread does. (Only Linux does.)
pub(super) fn stat() -> Option<PathBuf> {
    let thread = fs::read_link("/proc/thread-self").ok()?;
    Some(Path::new("/proc").join(thread).join("stat"))
}

/// Is the thread of this file asleep, look for look, before it has worked for 0.2 s? (Elsewhere it had the time to.)
pub(super) fn until_asleep(stat: Option<&Path>) -> bool {
    let Some(file) = stat else { return (0..20_000).map(|_| thread::yield_now()).count() > 0 };
    let look = || -> Option<(bool, u64)> {
        let stat = fs::read_to_string(file).ok()?;
        let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
        let ticks = |field: usize| fields.get(field)?.parse::<u64>().ok();
        Some((fields.first()? == &"S", ticks(11)? + ticks(12)?))
    };
    let (mut asleep, mut before) = (0, None);
    while let Some((sleeps, ticks)) = look() {
        asleep = if sleeps { asleep + 1 } else { 0 };
        if asleep == 20 || ticks - *before.get_or_insert(ticks) >= 20 {
            break;
        }
        thread::yield_now();
    }
    asleep == 20
}

/// Does it sleep on? A thread that goes to sleep has given the processor away, and that is counted.
fn sleeps_on(stat: &Path) -> bool {
    let times_asleep = || -> Option<usize> {
        let status = fs::read_to_string(stat.with_file_name("status")).ok()?;
        let times = |line: &str| line.strip_prefix("voluntary_ctxt_switches:")?.trim().parse().ok();
        status.lines().find_map(times)
    };
    let before = times_asleep();
    (0..2_000).all(|_| times_asleep() <= before.map(|times| times + 2))
}

pub(super) fn a_wake_during_the_poll<S: Step>() {
    let mut polls = 0;
    S::block_on(poll_fn(|cx| {
        polls += 1;
        cx.waker().wake_by_ref();
        if polls == 3 { Poll::Ready(()) } else { Poll::Pending }
    }));
    assert_eq!(polls, 3, "polls of a future that wakes itself in its first two");
}

pub(super) fn an_older_waker<S: Step>() {
    const POLLS: usize = 9;
    let mut wakers = Vec::new();
    S::block_on(poll_fn(|cx| {
        wakers.push(cx.waker().clone());
        let older = wakers[wakers.len() / 3].clone();
        thread::spawn(move || older.wake()).join().unwrap();
        if wakers.len() == POLLS { Poll::Ready(()) } else { Poll::Pending }
    }));
    assert_eq!(
        wakers.len(),
        POLLS,
        "polls of a future, each of which has one wake by an older waker"
    );
}

pub(super) const UNPARK_USED_UP: &str = "the waker was called, and then other code on this thread parked, which uses up an `unpark`. `block_on` sleeps all the \
     same. Does it look before each sleep whether a wake came (at its flag, or at its queue)?";

pub(super) fn an_unpark_of_others<S: Step>() {
    let (polls, _) = watched::<S>(|| thread::current().unpark());
    assert_eq!(polls, 2, "polls of a future that is woken once and unparks its own thread");
    let mut old = None;
    S::block_on(poll_fn(|cx| {
        old = Some(cx.waker().clone());
        Poll::Ready(())
    }));
    let (polls, _) = watched::<S>(|| old.iter().for_each(Waker::wake_by_ref));
    assert_eq!(
        polls, 2,
        "polls of a future that is woken once and calls a waker of an earlier `block_on`"
    );
    if_it_hangs(UNPARK_USED_UP);
    let mut woken = false;
    S::block_on(poll_fn(|cx| {
        if woken {
            return Poll::Ready(());
        }
        woken = true;
        let waker = cx.waker().clone();
        thread::spawn(move || waker.wake()).join().unwrap();
        thread::park_timeout(Duration::ZERO); // takes the token that the wake may have left
        Poll::Pending
    }));
}

/// Waits, many times, until eight threads have spoken; each of them calls the waker.
pub(super) async fn wait_for_eight_threads() {
    const EACH: usize = 200;
    for _ in 0..EACH {
        let shared = Arc::<(AtomicUsize, Mutex<Option<Waker>>)>::default();
        let threads = [(); 8].map(|()| {
            let there = Arc::clone(&shared);
            thread::spawn(move || {
                there.0.fetch_add(1, Ordering::AcqRel);
                let waker = there.1.lock().unwrap().clone();
                waker.iter().for_each(Waker::wake_by_ref);
            })
        });
        // Leave the waker first, then look: the eighth may speak in between.
        poll_fn(|cx| {
            *shared.1.lock().unwrap() = Some(cx.waker().clone());
            if shared.0.load(Ordering::Acquire) == 8 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        _ = threads.map(|thread| thread.join().unwrap());
    }
}

pub(super) fn eight_threads_wake<S: Step>() {
    if_woken_it_hangs();
    S::block_on(wait_for_eight_threads());
}

pub(super) fn the_newest_of_two_wakers<S: Step>() {
    // A longer one, if the machine was so busy that the sleep was over before its second poll.
    let judged = |&milliseconds: &u64| two_wakers::<S>(Duration::from_millis(milliseconds));
    [20, 200, 2_000].iter().any(judged);
    after_its_own::<S>();
    if let Some(Watching { alike, .. }) = WATCHING.get() {
        two_alike::<S>(alike());
    }
}

/// Polls a sleep with one waker, then with another. `false`: it was over too early.
fn two_wakers<S: Step>(long: Duration) -> bool {
    let ((first, old), (second, newest)) = (caller(), caller());
    let calls = |caller: &Caller| caller.0.lock().unwrap().len();
    S::block_on(async {
        let mut sleep = Box::pin(S::sleep(long));
        if [&first, &second].into_iter().any(|waker| poll(sleep.as_mut(), waker).is_ready()) {
            return false;
        }
        let kept = clones_of(&newest);
        assert!(kept > 0, "the newest waker was not kept: the sleep can call only an earlier one");
        gives_way_until(|| calls(&old) + calls(&newest) > 0).await;
        assert!(calls(&newest) > 0, "the first poll's waker was called: the newest counts, alone");
        // An older one would have been called before the sleep was over, or will be very soon.
        S::sleep(Duration::from_millis(20)).await;
        assert_eq!(calls(&old), 0, "calls of the waker of the first poll, beside the newest's");
        true
    })
}

/// The same with the running task's own waker, and then another one, as a combinator inside the task has it.
fn after_its_own<S: Step>() {
    let (other, calls) = caller();
    let is_called = || !calls.0.lock().unwrap().is_empty();
    S::block_on(async {
        let mut sleep = Box::pin(S::sleep(Duration::from_millis(20)));
        let own = poll_fn(|cx| Poll::Ready(poll(sleep.as_mut(), cx.waker()))).await;
        let waits = own.is_pending() && poll(sleep.as_mut(), &other).is_pending();
        for _ in 0..if waits { 300 } else { 0 } {
            S::sleep(Duration::from_millis(10)).await;
            if is_called() {
                return;
            }
        }
        assert!(
            !waits,
            "a sleep was polled with the waker of `block_on`'s own future, and then, inside that future, with another \
             waker. It is over, and that other one was not called"
        );
    });
}

/// The same with two wakers of one data: their functions alone differ.
fn two_alike<S: Step>([(first, firsts), (second, seconds)]: [(Waker, Calls); 2]) {
    S::block_on(async {
        let mut sleep = Box::pin(S::sleep(Duration::from_millis(20)));
        let waits = [first, second].map(|waker| poll(sleep.as_mut(), &waker).is_pending());
        gives_way_until(|| waits != [true; 2] || firsts() + seconds() > 0).await;
        let calls = (firsts(), seconds());
        assert!(
            waits != [true; 2] || calls == (0, 1),
            "calls of two wakers with the same data, and not the same functions: {calls:?}"
        );
    });
}

/// Says that it is called, and keeps another thread until it hears that its sleep was polled.
struct Patient {
    thread: ThreadId,
    called: AtomicBool,
    polled: Mutex<mpsc::Receiver<()>>,
}

impl Wake for Patient {
    fn wake(self: Arc<Self>) {
        self.called.store(true, Ordering::Release);
        if thread::current().id() != self.thread {
            let _ = self.polled.lock().unwrap().recv();
        }
    }
}

pub(super) fn a_poll_during_the_call<S: Step>() {
    let (tell, polled) = mpsc::channel();
    let (thread, polled) = (thread::current().id(), Mutex::new(polled));
    let patient = Arc::new(Patient { thread, called: AtomicBool::new(false), polled });
    let waker = Waker::from(Arc::clone(&patient));
    S::block_on(async {
        let mut sleep = Box::pin(S::sleep(Duration::from_millis(5)));
        let mut is_over = poll(sleep.as_mut(), &waker).is_ready();
        let kept = Arc::strong_count(&patient) > 2; // besides ours and that of `waker`
        let kept = kept || patient.called.load(Ordering::Acquire);
        assert!(is_over || kept, "a sleep that is not over has not kept the waker");
        if_it_hangs(
            "a sleep is polled while another thread calls its waker, and the poll waits until that call is over: the \
             waker is called while the lock is held that the poll needs. Take the waker out or clone it, release the \
             lock, then call it",
        );
        gives_way_until(|| is_over || patient.called.load(Ordering::Acquire)).await;
        is_over = is_over || poll(sleep.as_mut(), &waker).is_ready();
        assert!(is_over, "a sleep has called its waker, and is not ready");
    });
    let _ = tell.send(());
}

pub(super) fn two_threads_wait<S: Step>() {
    let waits = || (0..300).for_each(|_| _ = polls_of_a_wait::<S>(0));
    let threads = [(); 2].map(|()| thread::spawn(waits));
    _ = threads.map(|thread| thread.join().unwrap());
}

pub type Log = Rc<RefCell<Vec<&'static str>>>;

pub(super) async fn begin_and_end(log: Log, begin: &'static str, end: &'static str) {
    log.borrow_mut().push(begin);
    yield_now().await;
    log.borrow_mut().push(end);
}

/// Tea and toast, by one future.
pub fn one_after_another<S: Step>() -> Vec<&'static str> {
    let log = Log::default();
    S::block_on(async {
        begin_and_end(log.clone(), "tea begins", "tea ends").await;
        begin_and_end(log.clone(), "toast begins", "toast ends").await;
    });
    log.take()
}
