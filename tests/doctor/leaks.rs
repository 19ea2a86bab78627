//! Is a leak of tasks or values hinted at, and nothing that only looks like one?

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream, UnixStream};
use kettle::runtime::Builder;
use kettle::sync::{Mutex, Semaphore, mpsc, oneshot, watch};
use kettle::task::{JoinSet, LocalSet, spawn_blocking, spawn_local, yield_now};
use kettle::time::{interval, sleep};
use kettle::trace::Doctor;
use kettle::trace::doctor::LintKind::{CutShort, GrowingChannel, LeakedTasks};

use super::{Keeper, Lint, Verdicts, ms, verdicts, verdicts_in_virtual_time};

/// What the doctor says, if it is asked for hints.
fn hints(program: impl Future<Output = ()>) -> Vec<Lint> {
    said(program, |keeper| Doctor::telling(keeper).hinting())
}

/// What this doctor says. In virtual time.
fn said(
    program: impl Future<Output = ()>,
    doctor: impl FnOnce(Box<dyn Keeper>) -> Doctor,
) -> Vec<Lint> {
    let verdicts = Verdicts::default();
    let doctor = doctor(Box::new(verdicts.clone()));
    let mut builder = Builder::new_current_thread();
    builder.start_paused(true).trace(doctor);
    builder.build().unwrap().block_on(program);
    verdicts.all()
}

/// Waits for an order; the sender is its own.
async fn forgotten() {
    let (_own, mut orders) = mpsc::channel::<()>(1);
    orders.recv().await;
}

/// Comes from one place to the next, and has an end.
async fn work() {
    sleep(ms(1)).await;
    sleep(ms(2)).await;
    sleep(ms(300)).await;
}

async fn leak() {
    for _ in 0..2_500 {
        kettle::spawn(forgotten());
        sleep(ms(2)).await;
    }
}

#[test]
fn tasks_that_wait_for_themselves_and_grow_in_number() {
    let found = hints(leak());
    let [lint] = &found[..] else { panic!("{found:#?}") };
    assert_eq!(lint.kind, LeakedTasks);
    assert!(lint.place().unwrap().file().ends_with("leaks.rs"), "{lint:#?}");
}

#[test]
fn without_hints_nothing_is_said_of_them() {
    let found = said(leak(), Doctor::telling);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_crowd_that_is_there_from_the_beginning() {
    let found = hints(async {
        for number in 0..5_000 {
            kettle::spawn(forgotten());
            if number % 100 == 0 {
                yield_now().await;
            }
        }
        sleep(ms(60_000)).await;
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn tasks_that_come_and_go_sleep_or_can_be_aborted() {
    let found = hints(async {
        let mut kept = Vec::new();
        for number in 0..2_500_u64 {
            let (tx, rx) = oneshot::channel::<()>();
            kettle::spawn(rx);
            kettle::spawn(sleep(ms(10_000 + number)));
            kept.push(kettle::spawn(pending::<()>()));
            sleep(ms(2)).await;
            drop(tx);
        }
        for idle in kept {
            idle.abort();
        }
    });
    assert!(found.is_empty(), "{found:#?}");
}

fn hints_in_real_time(program: impl Future<Output = ()>) -> Vec<Lint> {
    let verdicts = Verdicts::default();
    let mut builder = Builder::new_current_thread();
    builder.trace(Doctor::telling(Box::new(verdicts.clone())).hinting());
    builder.build().unwrap().block_on(program);
    verdicts.all()
}

#[test]
fn a_burst_that_is_worked_off() {
    let found = hints_in_real_time(async {
        let (tx, mut rx) = mpsc::unbounded_channel();
        (0..20_000).for_each(|value| tx.send(value).unwrap());
        for _ in 0..1_000 {
            for _ in 0..20 {
                rx.recv().await;
            }
            tx.send(0).unwrap();
            sleep(ms(1)).await;
        }
    });
    assert!(found.is_empty(), "{found:#?}");
}

/// Four uploads in three steps each.
async fn uploads() {
    for number in 0..4 {
        kettle::spawn(async move {
            sleep(ms(5)).await;
            sleep(ms(10 * number)).await;
            sleep(ms(50)).await;
        });
    }
    sleep(ms(30)).await;
}

/// The entry is there before the ledger asks for it, and is accepted before it is written.
async fn accepted() {
    let (entries, mut ledger) = mpsc::channel::<oneshot::Sender<()>>(1);
    kettle::spawn(async move {
        while let Some(accepted) = ledger.recv().await {
            accepted.send(()).unwrap();
            sleep(ms(50)).await;
        }
    });
    let (accepts, accepted) = oneshot::channel();
    entries.send(accepts).await.unwrap();
    accepted.await.unwrap();
}

#[test]
fn tasks_that_the_end_of_main_cuts_short() {
    for found in [said(uploads(), Doctor::telling), said(accepted(), Doctor::telling)] {
        // In a release build no places are known, and no task of that line has ended.
        let told = usize::from(cfg!(debug_assertions));
        assert_eq!(found.len(), told, "{found:#?}");
        assert!(found.iter().all(|lint| lint.kind == CutShort), "{found:#?}");
    }
}

/// One was over when the task came to wait for it, the other is not: two steps, or two rounds of a loop.
#[cfg(debug_assertions)]
#[test]
fn a_task_at_its_second_job_is_cut_short() {
    for two in [true, false] {
        let found = hints_in_real_time(async move {
            kettle::spawn(async move {
                for long in [0, 100] {
                    let job = spawn_blocking(move || std::thread::sleep(ms(long)));
                    while long == 0 && !job.is_finished() {
                        std::thread::yield_now();
                    }
                    if two && long > 0 {
                        return job.await.unwrap(); // at a place of its own
                    }
                    job.await.unwrap();
                }
            });
            sleep(ms(1)).await;
        });
        assert_eq!(found.len(), usize::from(two), "{found:#?}");
        assert!(found.iter().all(|lint| lint.kind == CutShort), "{found:#?}");
    }
}

/// Its loop is over when the word comes; or it is not, if `main` says nothing.
#[cfg(debug_assertions)]
#[test]
fn a_task_that_was_told_to_stop_is_cut_short() {
    for (told, ticks) in [(true, false), (true, true), (false, false)] {
        let main = async move {
            let (stop, mut stopped) = watch::channel(false);
            kettle::spawn(async move {
                // Its timer wakes the task once more, at the sleep, where it goes on waiting.
                let mut tick = ticks.then(|| interval(ms(10)));
                for _round in 0..20 {
                    let word = stopped.wait_for(|&stop| stop);
                    let next = async {
                        match &mut tick {
                            Some(tick) => drop(tick.tick().await),
                            None => sleep(ms(10)).await,
                        }
                    };
                    kettle::select! {
                        _ = word => break,
                        () = next => {}
                    }
                }
                sleep(ms(50)).await;
            });
            sleep(ms(100)).await;
            if told {
                stop.send_replace(true);
            }
            sleep(ms(20)).await;
        };
        let found = said(main, Doctor::telling);
        assert_eq!(found.len(), usize::from(told), "{found:#?}");
        assert!(found.iter().all(|lint| lint.kind == CutShort), "{found:#?}");
    }
}

/// The set goes with `main`, which doesn't wait for it. What is over, loops, can be aborted, or waits for a lock that nothing
/// gives back was not cut short.
#[cfg(debug_assertions)]
/// It was at its work when the channel ended; with values of another task's it would go round.
#[test]
fn a_task_that_has_left_its_loop_after_the_last_value_is_cut_short() {
    for ended in [true, false] {
        let main = async move {
            let (tx, mut rx) = mpsc::channel(4);
            kettle::spawn(async move {
                while let Some(n) = rx.recv().await {
                    sleep(ms(n)).await;
                }
                sleep(ms(300)).await;
            });
            for n in [1, 1, 30] {
                tx.send(n).await.unwrap();
                sleep(ms(10)).await;
            }
            let kept = (!ended).then(|| tx.clone());
            drop(tx);
            sleep(ms(100)).await;
            drop(kept);
        };
        let found = said(main, Doctor::telling);
        assert!(found.iter().all(|lint| lint.kind == CutShort), "{found:#?}");
        assert_eq!(found.len(), usize::from(ended));
    }
}

#[test]
fn tasks_of_a_set_that_goes_with_main_are_cut_short() {
    async fn waits(lock: Arc<Mutex<()>>) {
        sleep(ms(1)).await;
        let _guard = lock.lock().await;
        forgotten().await;
    }
    let main = |cut: bool| async move {
        let (kept, passed) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
        let _guard = kept.lock().await;
        let set = LocalSet::new();
        let session = set.run_until(async {
            spawn_local(sleep(ms(1)));
            spawn_local(async {
                loop {
                    sleep(ms(5)).await;
                }
            });
            for lock in [&kept, &passed, &passed] {
                spawn_local(waits(lock.clone()));
            }
            let mut owned = JoinSet::new();
            owned.spawn_local(work());
            if cut {
                spawn_local(work());
            }
            sleep(ms(10)).await;
        });
        session.await;
    };
    for cut in [false, true] {
        let found = said(main(cut), Doctor::telling);
        assert_eq!(found.len(), usize::from(cut), "{found:#?}");
        assert!(found.iter().all(|lint| lint.text.contains("1 task was dropped")), "{found:#?}");
    }
}

/// The caller hangs up as `main` returns: the answer that its task is about to give is wanted no more.
#[test]
fn a_branch_that_has_lost_as_main_returned_is_not_cut_short() {
    let found = said(
        async {
            let (mut answer, answered) = oneshot::channel::<()>();
            kettle::spawn(async move {
                sleep(ms(1)).await;
                kettle::select! {
                    () = sleep(ms(50)) => {}
                    () = answer.closed() => {}
                }
            });
            sleep(ms(10)).await;
            drop(answered);
        },
        Doctor::telling,
    );
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn what_shutdown_background_cuts_short_is_meant() {
    let verdicts = Verdicts::default();
    let mut builder = Builder::new_current_thread();
    builder.start_paused(true).trace(Doctor::telling(Box::new(verdicts.clone())));
    let runtime = builder.build().unwrap();
    runtime.block_on(async {
        kettle::spawn(async {
            sleep(ms(5)).await;
            sleep(ms(500)).await;
        });
        sleep(ms(50)).await;
    });
    runtime.shutdown_background();
    let found = verdicts.all();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn tasks_that_go_round_or_wait_for_orders_are_not_cut_short() {
    let found = said(
        async {
            kettle::spawn(async {
                loop {
                    sleep(ms(5)).await;
                    sleep(ms(6)).await;
                }
            });
            // A server's loop: more awaits than one remembers at a glance.
            kettle::spawn(async {
                loop {
                    sleep(ms(5)).await;
                    sleep(ms(6)).await;
                    sleep(ms(7)).await;
                    sleep(ms(8)).await;
                    sleep(ms(9)).await;
                    sleep(ms(10)).await;
                }
            });
            kettle::spawn(sleep(ms(500)));
            kettle::spawn(forgotten());
            let kept = kettle::spawn(work());
            sleep(ms(100)).await;
            kept.abort();
            kept.await.unwrap_err();
        },
        Doctor::telling,
    );
    assert!(found.is_empty(), "{found:#?}");
}

/// In the first round each gets at once what it has to wait for in the second.
#[test]
fn a_loop_whose_first_round_had_not_to_wait_is_not_cut_short() {
    let found = hints_in_real_time(async {
        let (mut here, mut there) = UnixStream::pair().unwrap();
        here.write_u8(1).await.unwrap();
        kettle::spawn(async move {
            while let Ok(question) = there.read_u8().await {
                sleep(ms(1)).await;
                there.write_u8(question + 1).await.unwrap();
            }
        });
        let lock = Arc::new(Mutex::new(()));
        let own = lock.clone();
        kettle::spawn(async move {
            for _ in 0..9 {
                drop(own.lock().await);
                sleep(ms(1)).await;
            }
        });
        assert_eq!(here.read_u8().await.unwrap(), 2);
        kettle::spawn(async move {
            let _guard = lock.lock().await;
            sleep(ms(20)).await;
        });
        sleep(ms(10)).await;
    });
    assert!(found.is_empty(), "{found:#?}");
}

/// The first round of a loop looks like a way to an end; and no permit comes by itself.
#[test]
fn a_pause_and_a_permit_that_never_comes_are_no_work() {
    let found = said(
        async {
            let gate = Arc::new(Semaphore::new(0));
            kettle::spawn(async {
                sleep(ms(5)).await;
                sleep(Duration::from_mins(1)).await;
            });
            kettle::spawn(async move {
                sleep(ms(5)).await;
                drop(gate.acquire().await);
            });
            sleep(ms(100)).await;
        },
        Doctor::telling,
    );
    assert!(found.is_empty(), "{found:#?}");
}

/// The one that has the lock goes on, and so would the other.
#[cfg(debug_assertions)]
#[test]
fn a_task_at_a_lock_whose_holder_goes_on_is_cut_short() {
    let found = said(
        async {
            let lock = Arc::new(Mutex::new(()));
            for _ in 0..2 {
                let lock = lock.clone();
                kettle::spawn(async move {
                    sleep(ms(5)).await;
                    let _guard = lock.lock().await;
                    sleep(ms(500)).await;
                });
            }
            sleep(ms(100)).await;
        },
        Doctor::telling,
    );
    let [lint] = &found[..] else { panic!("{found:#?}") };
    assert!(lint.text.contains("2 tasks were dropped"), "{}", lint.text);
}

#[test]
fn a_main_that_panics_has_not_returned() {
    let main = async {
        uploads().await;
        panic!("the main future panics");
    };
    let found = verdicts_in_virtual_time(|runtime| {
        catch_unwind(AssertUnwindSafe(|| runtime.block_on(main))).unwrap_err();
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn tasks_that_the_program_has_aborted_are_not_cut_short() {
    let found = said(
        async {
            // The runtime's end asks this one to end, and the second of them was aborted before.
            kettle::spawn(forgotten());
            for _ in 0..2 {
                let aborted = kettle::spawn(work());
                sleep(ms(10)).await;
                aborted.abort();
            }
        },
        Doctor::telling,
    );
    assert!(found.is_empty(), "{found:#?}");
}

/// Main returns while a server waits for the next visitor, and for more from the last one.
#[test]
fn a_server_and_what_its_visitors_have_not_said_are_not_cut_short() {
    let main = async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        kettle::spawn(async move {
            sleep(ms(1)).await;
            loop {
                let (mut visitor, _) = listener.accept().await.unwrap();
                kettle::spawn(async move {
                    let word = visitor.read_u8().await.unwrap();
                    visitor.write_u8(word).await.unwrap();
                    visitor.read_u8().await
                });
            }
        });
        let mut visitor = TcpStream::connect(address).await.unwrap();
        sleep(ms(5)).await;
        visitor.write_u8(7).await.unwrap();
        assert_eq!(visitor.read_u8().await.unwrap(), 7);
        sleep(ms(1)).await;
    };
    let found = verdicts(|runtime| runtime.block_on(main));
    assert!(found.is_empty(), "{found:#?}");
}

/// Main returns before it had its turn, and has asked it to end.
#[test]
fn a_task_that_was_aborted_before_its_first_poll_was_not_wanted() {
    let found = said(async { kettle::spawn(work()).abort() }, Doctor::telling);
    assert!(found.is_empty(), "{found:#?}");
}

/// Each value that it takes out brings two more: it must not wait for room itself.
#[test]
fn a_task_that_fills_the_channel_that_it_empties() {
    let found = hints_in_real_time(async {
        let (tx, mut rx) = mpsc::unbounded_channel();
        tx.send(1_u32).unwrap();
        let start = std::time::Instant::now();
        while start.elapsed() < ms(2_000) || rx.len() < 6_000 {
            for _ in 0..40 {
                let value = rx.recv().await.unwrap();
                (0..2).for_each(|_| tx.send(value).unwrap());
            }
            (0..100).for_each(|value| tx.send(value).unwrap());
            sleep(ms(1)).await;
        }
    });
    let [lint] = &found[..] else { panic!("{found:#?}") };
    assert!(lint.kind == GrowingChannel && lint.help.contains("wait for itself"), "{lint:#?}");
}
