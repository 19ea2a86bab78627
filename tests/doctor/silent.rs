//! What comes close to a mistake, and is none: for most lints a right program or two. (`tests/oops`
//! has more, such as a waker that a thread holds, and threads that sleep;
//! `trace/src/doctor/doctor_tests.rs` has guards that are held for a moment.)

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use kettle::sync::{Mutex, Notify, Semaphore};
use kettle::task::{JoinSet, yield_now};
use kettle::time::{interval, sleep, timeout};

use kettle::runtime::Builder;
use kettle::trace::doctor::{Keeper, Mode};
use kettle::trace::{Doctor, Event, Lint, Record, Sink};

use super::{Verdicts, ms, verdicts_in_virtual_time, verdicts_of};

#[track_caller]
fn silent(future: impl Future<Output = ()>) {
    let found =
        verdicts_of(&mut Builder::new_current_thread(), |runtime, _| runtime.block_on(future));
    assert!(found.is_empty(), "{found:#?}");
}

/// The same in virtual time.
#[track_caller]
fn silent_at_any_speed(future: impl Future<Output = ()>) {
    let found = verdicts_in_virtual_time(|runtime| runtime.block_on(future));
    assert!(found.is_empty(), "{found:#?}");
}

// ---- unpolled -----------------------------------------------------------------------------------

#[test]
fn the_losers_of_a_select_were_meant_to_lose() {
    silent(async {
        for _ in 0..10 {
            kettle::select! {
                biased;
                () = std::future::ready(()) => {}
                () = sleep(ms(5)) => unreachable!("it was never asked"),
            }
        }
        let _ = timeout(ms(1), sleep(ms(20))).await;
    });
}

// ---- deadlock -----------------------------------------------------------------------------------

#[test]
fn a_circle_that_a_timeout_breaks() {
    silent(async {
        let (pan, knife) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
        let bert = kettle::spawn({
            let (pan, knife) = (pan.clone(), knife.clone());
            async move {
                let _knife = knife.lock().await;
                sleep(ms(2)).await;
                drop(timeout(ms(20), pan.lock()).await);
            }
        });
        let _pan = pan.lock().await;
        sleep(ms(2)).await;
        drop(knife.lock().await);
        bert.await.unwrap();
    });
}

/// A rate limiter: tokens are permits that are forgotten when they are used, and a task adds new
/// ones.
#[test]
fn permits_that_are_never_given_back_but_made_anew() {
    silent_at_any_speed(async {
        let tokens = Arc::new(Semaphore::new(3));
        let refill = tokens.clone();
        kettle::spawn(async move {
            let mut clock = interval(ms(1_300));
            loop {
                clock.tick().await;
                refill.add_permits(3 - refill.available_permits());
            }
        });
        let mut requests = JoinSet::new();
        for _ in 0..8 {
            let tokens = tokens.clone();
            requests.spawn(async move { tokens.acquire().await.unwrap().forget() });
        }
        requests.join_all().await;
    });
}

// ---- blocking_poll ------------------------------------------------------------------------------

/// The sink behind the doctor takes its time as the second poll begins.
struct Slow(Verdicts, u32);

impl Sink for Slow {
    fn record(&mut self, records: &[Record]) {
        let begins = records.iter().any(|it| matches!(it.event, Event::PollStart { .. }));
        self.1 += u32::from(begins);
        if begins && self.1 == 2 {
            std::thread::sleep(ms(2_500));
        }
    }

    fn live(&self) -> bool {
        true
    }
}

impl Keeper for Slow {
    fn keep(&mut self, lint: &Lint) {
        self.0.keep(lint);
    }
}

#[test]
fn time_in_the_sink_behind_is_not_a_polls() {
    let verdicts = Verdicts::default();
    let doctor = Doctor::new(Mode::Watch, Some(Box::new(Slow(verdicts.clone(), 0))));
    let runtime = Builder::new_current_thread().trace(doctor).build().unwrap();
    runtime.block_on(async {
        let tasks = [kettle::spawn(yield_now()), kettle::spawn(yield_now())];
        for task in tasks {
            task.await.unwrap();
        }
    });
    drop(runtime);
    assert_eq!(verdicts.all(), []);
}

// ---- never_yields and busy_loop -----------------------------------------------------------------

#[test]
fn small_pieces_of_work_that_yield_in_between() {
    for micros in [10, 200] {
        silent(async move {
            let nap = kettle::spawn(sleep(ms(1_200)));
            let start = Instant::now();
            while start.elapsed() < Duration::from_millis(1_200) {
                let piece = Instant::now();
                while piece.elapsed() < Duration::from_micros(micros) {
                    std::hint::black_box(());
                }
                yield_now().await;
            }
            nap.await.unwrap();
        });
    }
}

/// Two tasks play table tennis as fast as they can: tens of thousands of polls that do next to
/// nothing. But each wake comes from the other player.
#[test]
fn two_tasks_that_wake_each_other() {
    silent(async {
        let (sides, over) =
            (Arc::new([Notify::new(), Notify::new()]), Arc::new(AtomicBool::new(false)));
        let play = |side: usize| {
            let (sides, over) = (sides.clone(), over.clone());
            async move {
                while !over.load(Ordering::Relaxed) {
                    sides[side].notified().await;
                    sides[1 - side].notify_one();
                }
            }
        };
        let players = [kettle::spawn(play(0)), kettle::spawn(play(1))];
        sides[0].notify_one();
        for _ in 0..4 {
            sleep(ms(400)).await;
        }
        over.store(true, Ordering::Relaxed);
        for player in players {
            player.await.unwrap();
        }
    });
}
