//! Deadlines: equal ones, crossed ones, none.

use super::rt::time::{Duration, Instant, advance, interval, sleep, sleep_until, timeout};

/// Three tasks sleep until the same moment: in which order do they go on?
pub(crate) async fn sleeps_to_one_moment() {
    let tasks = ["A", "B", "C"].map(|name| {
        super::rt::spawn(async move {
            sleep(Duration::from_millis(10)).await;
            println!("{name}");
        })
    });
    for task in tasks {
        task.await.expect("no panic");
    }
}

/// Two tasks are due at once, and the first of them wakes a third.
pub(crate) async fn wake_beside_a_due_timer() {
    two_of_whom_the_first_wakes_a_third(10).await;
}

/// The same, but the two are due a millisecond apart.
pub(crate) async fn wake_between_due_timers() {
    two_of_whom_the_first_wakes_a_third(11).await;
}

async fn two_of_whom_the_first_wakes_a_third(second: u64) {
    let (tx, rx) = super::rt::sync::oneshot::channel();
    super::rt::spawn(async move {
        rx.await.expect("a word");
        println!("the third");
    });
    super::rt::spawn(async move {
        sleep(Duration::from_millis(10)).await;
        tx.send(()).expect("the third is there");
        println!("the first");
    });
    super::rt::spawn(async move {
        sleep(Duration::from_millis(second)).await;
        println!("the second");
    });
    sleep(Duration::from_millis(20)).await;
}

/// Four tasks sleep to one moment far away, on a higher level of the wheel.
pub(crate) async fn sleeps_to_one_moment_far_away() {
    let end = Instant::now() + Duration::from_secs(100);
    let tasks = [5, 50, 0, 99].map(|seconds| {
        super::rt::spawn(async move {
            sleep(Duration::from_secs(seconds)).await;
            sleep_until(end).await;
            println!("the one after {seconds} s");
        })
    });
    for task in tasks {
        task.await.expect("no panic");
    }
}

/// A sleep of nothing, and one until a moment that has passed.
pub(crate) async fn sleep_of_nothing() {
    let other = super::rt::spawn(async { println!("the other one") });
    sleep(Duration::ZERO).await;
    println!("after nothing");
    sleep_until(Instant::now()).await;
    println!("after now");
    other.await.expect("no panic");
}

/// Less than a millisecond, and one and a half.
pub(crate) async fn sleep_of_parts() {
    let start = Instant::now();
    sleep(Duration::from_micros(300)).await;
    println!("after {:?}", start.elapsed());
    sleep(Duration::from_micros(1500)).await;
    println!("after {:?}", start.elapsed());
}

/// Future and deadline are due at the same moment: the future is asked first.
pub(crate) async fn timeout_at_the_same_moment() {
    let moment = Duration::from_millis(10);
    println!("in time: {}", timeout(moment, sleep(moment)).await.is_ok());
}

/// A sleep is put off while it waits.
pub(crate) async fn sleep_reset() {
    let start = Instant::now();
    let mut nap = Box::pin(sleep(Duration::from_millis(10)));
    println!("over: {}", timeout(Duration::from_millis(5), nap.as_mut()).await.is_ok());
    nap.as_mut().reset(start + Duration::from_millis(30));
    nap.await;
    println!("after {:?}", start.elapsed());
}

/// Three hundred sleeps of nothing: the budget ends, and others go first.
pub(crate) async fn sleeps_of_nothing() {
    let other = super::rt::spawn(async { println!("the other one") });
    for _ in 0..300 {
        sleep(Duration::ZERO).await;
    }
    println!("after 300");
    other.await.expect("no panic");
}

/// Sleeping over the two deadlines, instead of moving the clock over them.
pub(crate) async fn sleep_over_two() {
    beside_two_deadlines(sleep(Duration::from_millis(25))).await;
}

/// The clock is moved by hand, over two deadlines at once.
pub(crate) async fn advance_over_two() {
    let moves = async {
        advance(Duration::ZERO).await;
        advance(Duration::from_millis(25)).await;
    };
    beside_two_deadlines(moves).await;
}

async fn beside_two_deadlines(moves: impl Future<Output = ()>) {
    let tasks = [20, 10].map(|millis| {
        super::rt::spawn(async move {
            sleep(Duration::from_millis(millis)).await;
            println!("{millis} ms");
        })
    });
    moves.await;
    println!("moved");
    for task in tasks {
        task.await.expect("no panic");
    }
}

/// The same in a task.
pub(crate) async fn advance_in_a_task() {
    super::rt::spawn(advance_over_two()).await.expect("no panic");
}

/// A sleep that is polled by one task is awaited by another: the second is woken.
pub(crate) async fn sleep_moves() {
    let mut nap = Box::pin(sleep(Duration::from_millis(10)));
    println!("over: {}", timeout(Duration::from_millis(5), nap.as_mut()).await.is_ok());
    let heir = super::rt::spawn(async move {
        nap.await;
        println!("over");
    });
    sleep(Duration::from_millis(20)).await;
    heir.await.expect("no panic");
}

/// Deadlines that never come.
pub(crate) async fn out_of_reach() {
    let forever = super::rt::spawn(sleep(Duration::MAX));
    println!("in time: {}", timeout(Duration::MAX, sleep(Duration::from_millis(5))).await.is_ok());
    forever.abort();
    println!("in time: {}", timeout(Duration::from_secs(1), forever).await.is_ok());
}

/// Three tasks tick at once, for a while.
pub(crate) async fn hundred_intervals() {
    let tasks = [3, 4, 6].map(|period| {
        super::rt::spawn(async move {
            let mut ticks = interval(Duration::from_millis(period));
            for _ in 0..10 {
                ticks.tick().await;
            }
            println!("every {period} ms");
        })
    });
    sleep(Duration::from_millis(100)).await;
    for task in tasks {
        task.await.expect("no panic");
    }
}
