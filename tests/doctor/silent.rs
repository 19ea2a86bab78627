//! What comes close to a mistake, and is none: for each lint a right program or two.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use kettle::runtime::Builder;
use kettle::sync::{Mutex, Notify};
use kettle::task::yield_now;
use kettle::time::{sleep, timeout};

use super::{ms, verdicts_of};

#[track_caller]
fn silent(future: impl Future<Output = ()>) {
    let found =
        verdicts_of(&mut Builder::new_current_thread(), |runtime, _| runtime.block_on(future));
    assert!(found.is_empty(), "{found:#?}");
}

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
