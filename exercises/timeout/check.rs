//! What the answer of `timeout` must do.

use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use kettle::time::{Instant, sleep};
use kettle::trace::{Event, note};
use kettle_judge::count::{Log, Polls};
use kettle_judge::runtime::run;
use kettle_judge::{Check, check, expect, if_it_hangs, no_panic};

use super::answer::{Elapsed, timeout};

pub const CHECKS: &[Check] = &[
    check!(in_time => "a future that is in time gives its output, and when it is ready"),
    check!(too_late => "a future that takes too long is given up when the limit has passed"),
    check!(value_wins => "if the future and the limit are ready together, the output counts"),
    check!(counts_from_the_call => "the limit counts from the call of `timeout`, not from a poll"),
    check!(one_deadline => "a future that wakes its task again and again doesn't move the limit"),
    check!(moved_to_another_task => "begun by one task and awaited by another, it is given up when the limit has passed"),
    check!(given_up_is_dropped => "a future that was given up is dropped, and does nothing more"),
    check!(no_timer_left => "no timer is left behind, and a future ready at once needs none"),
];

const SECOND: Duration = Duration::from_secs(1);

async fn tea_within_ten_seconds(takes: Duration, right: Result<(), Elapsed>) {
    let begin = Instant::now();
    let (tea, of_tea) = Polls::new(sleep(takes), 20);
    let (limited, of_timeout) = Polls::new(timeout(10 * SECOND, tea), 20);
    assert_eq!(limited.await, right, "tea takes {takes:?}, the limit is 10 s");
    let polls = [of_tea, of_timeout].map(|polls| polls.load(Ordering::SeqCst));
    let what =
        "and of its `Timeout` of 10 s: one to begin, and one when the first of the two is over";
    assert_eq!(polls, [2, 2], "polls of tea that takes {takes:?}, {what}");
    assert_eq!(begin.elapsed(), takes.min(10 * SECOND), "how long a `Timeout` of 10 s took");
}

fn in_time() {
    run(async {
        tea_within_ten_seconds(3 * SECOND, Ok(())).await;
        for (less, days) in [(0, 2), (0, 60), (1, 400), (1_000, 40 * 365)] {
            let limit = Duration::MAX - SECOND * less;
            let work = sleep(Duration::from_hours(24 * days));
            let what =
                format!("{days} days of sleep, limit {limit:?} (`Duration::MAX`, or nearly)");
            let mut limited = Box::pin(no_panic(&what, || timeout(limit, work)));
            let came = poll_fn(|cx| no_panic(&what, || limited.as_mut().poll(cx))).await;
            assert_eq!(came, Ok(()), "{what}");
        }
    });
}

fn too_late() {
    run(async {
        tea_within_ten_seconds(3600 * SECOND, Err(Elapsed)).await;
        let whole = [0, 1, 1 << 33, 900_000_000_000].map(Duration::from_millis);
        for limit in whole.into_iter().chain([1, 500, 1_001].map(Duration::from_micros)) {
            if_it_hangs(&format!("a future that is never ready, limit {limit:?}, is not given up"));
            let begin = Instant::now();
            let limited = timeout(limit, pending::<()>()).await;
            assert_eq!(limited, Err(Elapsed), "a future that is never ready, limit {limit:?}");
            // The clock's ticks are milliseconds.
            let (waited, late) = (begin.elapsed(), !whole.contains(&limit));
            let what = "how long a future that is never ready was waited for. (The limit needs a timer of its own, polled in each poll.)";
            let right = format!("{limit:?}, the limit{}", if late { ", at least" } else { "" });
            expect(waited == limit || late && waited > limit, what, waited, &right);
        }
    });
}

fn value_wins() {
    run(async {
        // Often: an answer may leave it to chance which of the two is polled first, as `select!` does.
        for _ in 0..20 {
            let at_once = timeout(Duration::ZERO, sent_before()).await;
            assert_eq!(at_once, Ok("tea"), "ready at once, limit 0. (The future comes first.)");
            let together = timeout(SECOND, sleep(SECOND)).await;
            assert_eq!(together, Ok(()), "a sleep of 1 s, and a limit of 1 s");
        }
        // It is polled only when both have long been ready.
        let asked_late = timeout(SECOND, sleep(SECOND));
        sleep(5 * SECOND).await;
        assert_eq!(asked_late.await, Ok(()), "the same, polled for the first time after 5 s");
        let mut again_late = Box::pin(timeout(2 * SECOND, sleep(SECOND)));
        assert_eq!(asked_once(&mut again_late).await, Poll::Pending, "a sleep of 1 s, at once");
        sleep(5 * SECOND).await;
        let what = "a sleep of 1 s, a limit of 2 s, polled at once and again after 5 s. (The future is polled first, \
                    however late it is.)";
        assert_eq!(again_late.await, Ok(()), "{what}");
    });
}

fn counts_from_the_call() {
    run(async {
        let begin = Instant::now();
        let limited = timeout(10 * SECOND, pending::<()>());
        sleep(4 * SECOND).await;
        assert_eq!(limited.await, Err(Elapsed), "a future that is never ready");
        let what = "the time from the call, where the first poll comes 4 s after it. (`timeout` makes its timer when it is called.)";
        assert_eq!(begin.elapsed(), 10 * SECOND, "{what}");
    });
}

fn one_deadline() {
    run(async {
        let begin = Instant::now();
        let restless = async {
            for _ in 0..30 {
                sleep(SECOND).await;
            }
        };
        let limited = timeout(10 * SECOND + SECOND / 2, restless);
        assert_eq!(limited.await, Err(Elapsed), "30 s of work in small steps, limit 10.5 s");
        assert_eq!(
            begin.elapsed(),
            10 * SECOND + SECOND / 2,
            "when it is given up: each second the future wants a poll, and the limit is 10.5 s"
        );
    });
}

/// What one poll says.
async fn asked_once<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}

// `main` asks once, and gives it away: of both futures the newest waker counts.
fn moved_to_another_task() {
    run(async {
        let begin = Instant::now();
        let mut limited = Box::pin(timeout(10 * SECOND, pending::<()>()));
        let early = asked_once(&mut limited).await;
        assert_eq!(early, Poll::Pending, "asked at once, with a limit of 10 s");
        sleep(4 * SECOND).await;
        let guest = kettle::spawn(Polls::new(limited, 20).0);
        if_it_hangs("another task awaits it now, and the limit doesn't wake that task");
        assert_eq!(guest.await.expect("no panic"), Err(Elapsed), "a future that is never ready");
        let taken = begin.elapsed();
        assert_eq!(taken, 10 * SECOND, "the time from the call: another task awaits it after 4 s");
        let mut limited = Box::pin(timeout(10 * SECOND, sleep(5 * SECOND)));
        let early = asked_once(&mut limited).await;
        assert_eq!(early, Poll::Pending, "asked at once, and the future takes 5 s");
        let guest = kettle::spawn(Polls::new(limited, 20).0);
        if_it_hangs("another task awaits it now, and the future doesn't wake that task");
        assert_eq!(guest.await.expect("no panic"), Ok(()), "a future that takes 5 s");
        assert_eq!(begin.elapsed(), 15 * SECOND, "the time of both: a limit, and a future of 5 s");
    });
}

fn given_up_is_dropped() {
    let log = Log::new();
    run(async {
        let (told, dropped) = (log.clone(), log.on_drop("the kettle is dropped"));
        let kettle = async move {
            let _dropped = dropped;
            sleep(20 * SECOND).await;
            told.add("the kettle boils");
        };
        let limited = timeout(10 * SECOND, kettle);
        assert_eq!(limited.await, Err(Elapsed), "a kettle that takes 20 s, and a limit of 10 s");
        log.add("we go without tea");
        sleep(60 * SECOND).await;
        log.add("a minute later");
        for (ready, what) in [(true, "ready"), (false, "early")] {
            let own = log.on_drop(what);
            let future = poll_fn(move |_| {
                let _own = &own;
                if ready { Poll::Ready(()) } else { Poll::Pending }
            });
            let _ = asked_once(&mut Box::pin(timeout(SECOND, future))).await;
        }
    });
    assert_eq!(
        log.lines(),
        ["the kettle is dropped", "we go without tea", "a minute later", "ready", "early"],
        "what was dropped and done: a kettle that takes 20 s, with a limit of 10 s; then two futures that go before the limit, one ready and \
         one early"
    );
}

// Counts what the engine tells of its timers, until a note says that the answer is there.
fn no_timer_left() {
    let at_once = timers(sent_before());
    assert_eq!(at_once, (0, 0), "timers made and gone, for a future ready at once");
    assert_eq!(
        timers(SecondPoll(false)),
        (1, 1),
        "timers made, and timers gone when the output is there, for a future that is ready in its \
         second poll"
    );
    let given_up = told_of_timers(async {
        let mut limited = Box::pin(timeout(60 * SECOND, pending::<()>()));
        assert_eq!(asked_once(&mut limited).await, Poll::Pending, "a future that is never ready");
    });
    assert_eq!(
        given_up,
        (1, 1),
        "timers made and gone, when a `Timeout` was polled and is dropped long before its limit"
    );
}

/// The tea was sent before. (Its receiver is a future of kettle's, so the doctor sees a poll between
/// the making of a `sleep` and its drop. It warns of one that is made and dropped with no poll
/// between, and would name a line of the starter's.)
async fn sent_before() -> &'static str {
    let (sender, receiver) = kettle::sync::oneshot::channel();
    assert_eq!(sender.send("tea"), Ok(()), "`send`, with the receiver there");
    receiver.await.expect("it was sent")
}

fn timers(future: impl Future<Output = &'static str> + Send + 'static) -> (usize, usize) {
    told_of_timers(async {
        let limited = timeout(60 * SECOND, future).await;
        assert_eq!(limited, Ok("tea"), "tea that is ready before the limit of a minute");
    })
}

/// How many were made and gone until this was done.
fn told_of_timers(what: impl Future<Output = ()>) -> (usize, usize) {
    let ((), records) = kettle::trace::record(|| {
        run(async {
            what.await;
            note(THE_ANSWER);
        });
    });
    let until_then = || {
        let events = records.iter().map(|record| record.event);
        events.take_while(|event| *event != Event::Note { text: THE_ANSWER })
    };
    let made = until_then().filter(|event| matches!(event, Event::TimerAdd { .. })).count();
    let gone = until_then()
        .filter(|event| matches!(event, Event::TimerCancel { .. } | Event::TimerFire { .. }));
    (made, gone.count())
}

const THE_ANSWER: &str = "the answer";

/// Ready in its second poll.
struct SecondPoll(bool);

impl Future for SecondPoll {
    type Output = &'static str;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<&'static str> {
        if self.0 {
            return Poll::Ready("tea");
        }
        self.0 = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
