//! Several threads at one lock. Two at a time in it would lose increments; a lost wake-up shows as
//! a test that does not end.

use std::sync::Arc;
use std::thread;

use kettle::sync::Mutex;

use super::boxed;
use crate::common::CountingWaker;
use crate::help::rounds;

const EACH: u32 = if cfg!(miri) { 100 } else { 20_000 };

/// Adds one in two steps, so that two at a time would lose one.
fn add_one(value: &mut (u32, u32)) {
    value.0 += 1;
    let seen = value.1;
    std::hint::spin_loop();
    value.1 = seen + 1;
}

#[test]
fn those_who_give_up_and_those_who_only_try_lose_nobody_elses_wake_up() {
    let mutex = Arc::new(Mutex::new((0, 0)));
    let waits = |mutex: Arc<Mutex<(u32, u32)>>| {
        thread::spawn(move || {
            for _ in 0..EACH {
                add_one(&mut mutex.clone().blocking_lock_owned());
            }
            EACH
        })
    };
    let gives_up = |mutex: Arc<Mutex<(u32, u32)>>| {
        thread::spawn(move || {
            let mut taken = 0;
            for round in 0..EACH {
                if round % 3 == 0 {
                    if let Ok(mut guard) = mutex.try_lock() {
                        add_one(&mut guard);
                        taken += 1;
                    }
                } else if let std::task::Poll::Ready(mut guard) =
                    CountingWaker::new().poll(&mut boxed(mutex.lock()))
                {
                    add_one(&mut guard);
                    taken += 1;
                }
            }
            taken
        })
    };
    let threads = [
        waits(mutex.clone()),
        waits(mutex.clone()),
        gives_up(mutex.clone()),
        gives_up(mutex.clone()),
    ];
    let taken: u32 = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    assert_eq!(*mutex.try_lock().expect("nobody is left in line"), (taken, taken));
}

#[test]
fn two_runtimes_share_a_lock() {
    let each = rounds(2_000);
    let mutex = Arc::new(Mutex::new((0, 0)));
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let mutex = mutex.clone();
            thread::spawn(move || {
                let runtime = kettle::runtime::Builder::new_current_thread().build().unwrap();
                runtime.block_on(async move {
                    for _ in 0..each {
                        let mut guard = mutex.lock().await;
                        kettle::task::yield_now().await;
                        add_one(&mut guard);
                    }
                });
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(*mutex.try_lock().unwrap(), (2 * each, 2 * each));
}
