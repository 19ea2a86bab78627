//! Can a runtime be built, moved, shared, entered and nested as its users will try to?

use crate::help::{self, Panicked, Side, says, side};
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, LazyLock};
use std::task::Poll;
use std::thread::{self, ThreadId};
use std::time::Duration;

use crate::common::engine::*;
use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::runtime::{Handle, Runtime};
use kettle::task::{LocalSet, spawn_blocking, yield_now};
use kettle::time::{Instant, sleep};

async fn this_thread() -> ThreadId {
    thread::current().id()
}

// ---- built here, run there ----------------------------------------------------------------------

#[test]
fn a_runtime_moves_with_its_tasks_to_another_thread() {
    within_a_minute(|| {
        let runtime = runtime();
        let unpolled = runtime.spawn(this_thread());
        let go = Channel::new();
        let wait = go.clone();
        // One that began here, one that ended here, a timer that was registered here.
        let (begun, ended, timer) = runtime.block_on(async {
            let begun = kettle::spawn(async move {
                wait.receive().await;
                this_thread().await
            });
            let ended = kettle::spawn(this_thread());
            let timer = kettle::spawn(sleep(Duration::from_millis(1)));
            let_run().await;
            (begun, ended, timer)
        });
        let here = thread::current().id();
        let there = thread::spawn(move || {
            let there = thread::current().id();
            go.send(());
            runtime.block_on(async {
                assert_eq!(begun.await.unwrap(), there);
                assert_eq!(ended.await.unwrap(), here);
                timer.await.unwrap();
            });
            let unpolled = runtime.block_on(unpolled).unwrap();
            assert!(unpolled == here, "it ran in the first block_on");
            // Both handles can be waited for without the runtime, too.
            assert_eq!(
                runtime.block_on(async { kettle::spawn(this_thread()).await.unwrap() }),
                there
            );
            there
        });
        assert_ne!(there.join().unwrap(), here);
    });
}

#[test]
fn a_runtime_moves_before_its_first_block_on() {
    let runtime = runtime();
    let task = runtime.spawn(this_thread());
    let guard = runtime.enter();
    let entered = kettle::spawn(this_thread());
    drop(guard);
    let thread = thread::spawn(move || {
        let here = thread::current().id();
        assert_eq!(runtime.block_on(task).unwrap(), here);
        assert_eq!(runtime.block_on(entered).unwrap(), here);
    });
    thread.join().unwrap();
}

static STATIC: LazyLock<Runtime> = LazyLock::new(runtime);

#[test]
fn a_static_runtime_serves_several_threads() {
    within_a_minute(|| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                thread::spawn(|| {
                    for number in 0..50 {
                        let task = STATIC.spawn(async move {
                            yield_now().await;
                            number
                        });
                        assert_eq!(STATIC.block_on(task).unwrap(), number);
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

// ---- a second block_on --------------------------------------------------------------------------

#[test]
fn the_future_of_block_on_comes_before_tasks_that_were_left_in_the_queue() {
    let runtime = runtime();
    let polled = Arc::new(AtomicBool::new(false));
    let mark = polled.clone();
    runtime
        .block_on(async { drop(kettle::spawn(async move { mark.store(true, Ordering::SeqCst) })) });
    assert!(!runtime.block_on(async { polled.load(Ordering::SeqCst) }));
    runtime.block_on(let_run());
    assert!(polled.load(Ordering::SeqCst));
}

#[test]
fn a_second_block_on_runs_its_own_future_while_the_first_drives() {
    within_a_minute(|| {
        let runtime = Arc::new(runtime());
        let (there, back) = (Channel::new(), Channel::new());
        let own = |runtime: Arc<Runtime>| {
            let (there, back) = (there.clone(), back.clone());
            move || {
                runtime.block_on(async {
                    // Its own future runs here, a task of the runtime on the driver's thread.
                    back.send(kettle::spawn(this_thread()));
                    for number in 0..100 {
                        assert_eq!(there.receive().await, number);
                    }
                });
            }
        };
        runtime.block_on(async {
            let second = thread::spawn(own(runtime.clone()));
            let task = back.receive().await;
            assert_eq!(task.await.unwrap(), thread::current().id());
            for number in 0..100 {
                there.send(number);
            }
            // The second ends while the first still drives.
            let done = Channel::new();
            let tell = done.clone();
            thread::spawn(move || tell.send(second.join().is_ok()));
            assert!(done.receive().await);
        });
    });
}

#[test]
fn beside_a_driver_many_wakes_are_one_poll_and_anybody_elses_unpark_is_none() {
    const ROUNDS: usize = 50;
    within_a_minute(|| {
        let runtime = Arc::new(runtime());
        let (news, woken) = (Channel::new(), Arc::new(AtomicBool::new(true)));
        let (second, tell, by_us) = (runtime.clone(), news.clone(), woken.clone());
        let mut polls = 0;
        let beside = poll_fn(move |cx| {
            polls += 1;
            if polls % 2 == 0 {
                // Caused by the thousand. This unpark is not our waker's.
                thread::current().unpark();
                tell.send(Some(cx.waker().clone()));
            } else if !by_us.swap(false, Ordering::SeqCst) {
                tell.send(None); // polled though nobody has woken it
                return Poll::Ready(());
            } else if polls == 2 * ROUNDS + 1 {
                return Poll::Ready(());
            } else {
                (0..1000).for_each(|_| cx.waker().wake_by_ref());
            }
            Poll::Pending
        });
        runtime.block_on(async {
            let thread = thread::spawn(move || second.block_on(beside));
            for round in 1..=ROUNDS {
                let waker = news.receive().await;
                let waker = waker.unwrap_or_else(|| panic!("in round {round} polled for nothing"));
                woken.store(true, Ordering::SeqCst);
                waker.wake();
            }
            thread.join().unwrap();
        });
    });
}

/// Waits in `block_on` beside a driver; then needs the engine. Says on which thread its task ran.
fn waiter(runtime: &Arc<Runtime>, ready: &Channel<()>, go: &Channel<()>) -> thread::JoinHandle<()> {
    let (runtime, ready, go) = (runtime.clone(), ready.clone(), go.clone());
    thread::spawn(move || {
        runtime.block_on(async {
            ready.send(());
            go.receive().await;
            for _ in 0..10 {
                kettle::spawn(yield_now()).await.unwrap();
            }
            sleep(Duration::from_millis(1)).await;
        });
    })
}

#[test]
fn a_waiting_block_on_takes_the_engine_over() {
    within_a_minute(|| {
        let runtime = Arc::new(runtime());
        let (ready, go) = (Channel::new(), Channel::new());
        let second = runtime.block_on(async {
            let second = waiter(&runtime, &ready, &go);
            ready.receive().await;
            second
        });
        go.send(());
        second.join().unwrap();
    });
}

#[test]
fn a_waiting_block_on_takes_over_from_one_that_panics() {
    within_a_minute(|| {
        let runtime = Arc::new(runtime());
        let (ready, go) = (Channel::new(), Channel::new());
        let seconds = Channel::new();
        let panicked = panic_of(|| {
            runtime.block_on(async {
                seconds.send(waiter(&runtime, &ready, &go));
                ready.receive().await;
                panic!("out of block_on");
            });
        });
        assert_eq!(panicked, "out of block_on");
        go.send(());
        crate::common::block_on(seconds.receive()).join().unwrap();
    });
}

#[test]
fn of_several_waiting_each_gets_the_engine_in_the_end() {
    within_a_minute(|| {
        for _ in 0..20 {
            let runtime = Arc::new(runtime());
            let (ready, goes) = (Channel::new(), [(); 6].map(|()| Channel::new()));
            let threads = runtime.block_on(async {
                let start = |go| waiter(&runtime, &ready, go);
                let threads = goes.iter().map(start).collect::<Vec<_>>();
                for _ in &goes {
                    ready.receive().await;
                }
                threads
            });
            for go in &goes {
                go.send(());
            }
            for thread in threads {
                thread.join().unwrap();
            }
        }
    });
}

#[test]
fn a_waiter_whose_future_ends_first_does_not_keep_the_engine_from_the_others() {
    within_a_minute(|| {
        for _ in 0..200 {
            let runtime = Arc::new(runtime());
            let barrier = Arc::new(Barrier::new(2));
            let (ready, finish, go) = (Channel::new(), Channel::new(), Channel::new());
            let threads = runtime.block_on(async {
                let short = thread::spawn({
                    let (runtime, ready) = (runtime.clone(), ready.clone());
                    let finish = finish.clone();
                    move || {
                        runtime.block_on(async {
                            ready.send(());
                            finish.receive().await;
                        });
                    }
                });
                let long = waiter(&runtime, &ready, &go);
                ready.receive().await;
                ready.receive().await;
                let teller = thread::spawn({
                    let barrier = barrier.clone();
                    move || {
                        barrier.wait();
                        finish.send(());
                    }
                });
                // The short one gets ready at the moment at which the driver leaves.
                barrier.wait();
                [short, long, teller]
            });
            go.send(());
            for thread in threads {
                thread.join().unwrap();
            }
        }
    });
}

#[test]
fn one_that_took_over_while_it_waited_for_a_timer_and_a_task_misses_neither() {
    within_a_minute(|| {
        let runtime = Arc::new(runtime());
        let (ready, go) = (Channel::new(), Channel::<()>::new());
        let second = runtime.block_on(async {
            let second = thread::spawn({
                let (runtime, ready, go) = (runtime.clone(), ready.clone(), go.clone());
                move || {
                    runtime.block_on(async {
                        let task = kettle::spawn(async move { go.receive().await });
                        let mut both = Box::pin(async {
                            kettle::join!(task, sleep(Duration::from_millis(20))).0
                        });
                        // Registered from outside the runtime…
                        must_wait(|cx| both.as_mut().poll(cx)).await;
                        ready.send(());
                        both.await.unwrap();
                    });
                }
            });
            ready.receive().await;
            let_run().await; // …and driven by the first.
            second
        });
        go.send(());
        second.join().unwrap();
    });
}

// ---- enter --------------------------------------------------------------------------------------

/// Names a runtime.
fn which(handle: &Handle) -> String {
    format!("{handle:?}")
}

#[test]
fn what_is_made_under_enter_belongs_to_the_entered_runtime() {
    within_a_minute(|| {
        let (one, two) = (runtime(), runtime());
        let (task, timer, job, local) = one.block_on(async {
            let guard = two.enter();
            assert_eq!(which(&Handle::current()), which(two.handle()));
            let task = kettle::spawn(async { which(&Handle::current()) });
            let timer = kettle::time::sleep(Duration::from_millis(1));
            let job = spawn_blocking(|| which(&Handle::current()));
            let again = one.enter();
            let local = kettle::spawn(async { which(&Handle::current()) });
            drop(again);
            assert_eq!(which(&Handle::current()), which(two.handle()));
            drop(guard);
            assert_eq!(which(&Handle::current()), which(one.handle()));
            let_run().await;
            assert!(!task.is_finished(), "nobody drives the second runtime");
            assert!(local.is_finished(), "it was entered again where it is current");
            (task, timer, job, local)
        });
        assert_eq!(two.block_on(task).unwrap(), which(two.handle()));
        two.block_on(timer);
        assert_eq!(two.block_on(job).unwrap(), which(two.handle()));
        assert_eq!(two.block_on(local).unwrap(), which(one.handle()));
    });
}

#[test]
fn guards_of_enter_dropped_out_of_order_say_so() {
    let words = thread::spawn(|| {
        let (one, two) = (runtime(), runtime());
        let first = one.enter();
        let second = two.enter();
        let words = panic_of(|| drop(first));
        drop(second);
        words
    });
    let words = words.join().unwrap();
    assert!(words.contains("out of order"), "{words}");
}

// ---- two runtimes -------------------------------------------------------------------------------

#[test]
fn two_runtimes_on_two_threads_exchange_messages() {
    within_a_minute(|| {
        let (there, back) = (Channel::new(), Channel::new());
        let echoes = echo(there.clone(), back.clone());
        let echo = thread::spawn(move || runtime().block_on(echoes));
        runtime().block_on(async {
            kettle::spawn(ask_echo(5000, there, back)).await.unwrap();
        });
        echo.join().unwrap();
    });
}

#[test]
fn tasks_of_two_runtimes_await_each_other() {
    within_a_minute(|| {
        let other = Arc::new(runtime());
        let (handle, stop) = (other.handle().clone(), Channel::new());
        let driver = thread::spawn({
            let stop = stop.clone();
            move || other.block_on(stop.receive())
        });
        runtime().block_on(async {
            for number in 0..200 {
                let own = Handle::current();
                // A task there awaits a task here, and a task here awaits that one.
                let there = handle.spawn(async move {
                    let here = own.spawn(async move {
                        yield_now().await;
                        number
                    });
                    here.await.unwrap() + 1
                });
                let here = kettle::spawn(async move { there.await.unwrap() + 1 });
                assert_eq!(here.await.unwrap(), number + 2);
            }
        });
        stop.send(());
        driver.join().unwrap();
    });
}

#[test]
fn a_socket_made_on_one_runtime_is_used_on_another() {
    within_a_minute(|| {
        let sockets = Channel::new();
        let (give, stop) = (sockets.clone(), Channel::new());
        let owner = thread::spawn({
            let stop = stop.clone();
            move || {
                runtime().block_on(async {
                    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                    let address = listener.local_addr().unwrap();
                    let (client, server) =
                        kettle::join!(TcpStream::connect(address), listener.accept());
                    give.send((client.unwrap(), server.unwrap().0));
                    stop.receive().await;
                });
            }
        });
        runtime().block_on(async {
            let (mut client, mut server) = sockets.receive().await;
            for number in 0..100u8 {
                // The reader waits before anything was written.
                let read = kettle::spawn(async move {
                    let mut byte = [0];
                    server.read_exact(&mut byte).await.unwrap();
                    (byte[0], server)
                });
                let_run().await;
                client.write_all(&[number]).await.unwrap();
                let byte;
                (byte, server) = read.await.unwrap();
                assert_eq!(byte, number);
            }
        });
        stop.send(());
        owner.join().unwrap();
    });
}

// ---- Handle::block_on ---------------------------------------------------------------------------

/// A runtime that is driven on a thread of its own until the guard is dropped.
fn driven() -> (Handle, impl Drop) {
    let runtime = runtime();
    let (handle, stop) = (runtime.handle().clone(), Channel::new());
    let wait = stop.clone();
    let driver = thread::spawn(move || runtime.block_on(wait.receive()));
    let end = on_drop(move || {
        stop.send(());
        driver.join().unwrap();
    });
    (handle, end)
}

#[test]
fn timers_and_sockets_work_under_a_handles_block_on_on_another_thread() {
    within_a_minute(|| {
        let (handle, _end) = driven();
        handle.block_on(async {
            let begin = Instant::now();
            sleep(Duration::from_millis(20)).await;
            assert!(begin.elapsed() >= Duration::from_millis(20));

            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let (client, server) = kettle::join!(TcpStream::connect(address), listener.accept());
            let (mut client, (mut server, _)) = (client.unwrap(), server.unwrap());
            let mut byte = [0];
            let write = async {
                sleep(Duration::from_millis(5)).await;
                client.write_all(b"t").await.unwrap();
            };
            let (read, ()) = kettle::join!(server.read_exact(&mut byte), write);
            read.unwrap();
            assert_eq!(&byte, b"t");

            let here = thread::current().id();
            assert_ne!(kettle::spawn(this_thread()).await.unwrap(), here);
            assert_eq!(spawn_blocking(|| 7).await.unwrap(), 7);
        });
    });
}

#[test]
fn a_sleep_that_is_dropped_under_a_handles_block_on_leaves_the_wheel() {
    within_a_minute(|| {
        let (handle, _end) = driven();
        handle.block_on(async {
            let slow = sleep(Duration::from_hours(1));
            let quick = kettle::time::timeout(Duration::from_millis(2), slow).await;
            assert!(quick.is_err());
            // Reset from afar to something that comes.
            let mut moved = Box::pin(sleep(Duration::from_hours(1)));
            must_wait(|cx| moved.as_mut().poll(cx)).await;
            moved.as_mut().reset(Instant::now() + Duration::from_millis(2));
            moved.await;
        });
    });
}

#[test]
fn a_future_may_be_blocked_on_in_a_blocking_job_and_on_a_plain_thread() {
    run_within_a_minute(async || {
        let job = spawn_blocking(|| {
            let own = Handle::current();
            own.block_on(async { kettle::spawn(async { 1 }).await.unwrap() })
        });
        assert_eq!(job.await.unwrap(), 1);
        let handle = Handle::current();
        let done = Channel::new();
        let tell = done.clone();
        let thread = thread::spawn(move || {
            let task = handle.spawn(async { 2 });
            tell.send(handle.block_on(task).unwrap());
        });
        assert_eq!(done.receive().await, 2);
        thread.join().unwrap();
    });
}

// ---- words that help ----------------------------------------------------------------------------

type Call<'a> = Box<dyn Fn() + 'a>;

#[test]
fn a_nested_block_on_panics_with_words_that_help() {
    let (outer, inner) = (runtime(), runtime());
    let nested: [(&str, Call<'_>); 4] = [
        ("another runtime", Box::new(|| inner.block_on(async {}))),
        ("the same runtime", Box::new(|| outer.block_on(async {}))),
        ("a handle", Box::new(|| inner.handle().block_on(async {}))),
        ("a local set", Box::new(|| LocalSet::new().block_on(&inner, async {}))),
    ];
    for (what, nested) in nested {
        let Panicked { words, file } = outer.block_on(async { help::panic_of(&nested) });
        assert_eq!(file, file!(), "{what}: {words}");
        assert!(says(&words, "inside of a `block_on`"), "{what}: {words}");
        assert!(says(&words, ".await") && says(&words, "spawn"), "{what}: {words}");
    }
    // In a task, under a handle's block_on, and beside a driver it is the same.
    let words = outer.block_on(async {
        kettle::spawn(async { panic_of(|| Handle::current().block_on(async {})) }).await.unwrap()
    });
    assert!(says(&words, "inside of a `block_on`"), "{words}");
    let beside = || help::panic_of(|| inner.block_on(async {}));
    let Panicked { words, file } = outer.handle().block_on(async { beside() });
    assert_eq!(file, file!(), "{words}");
    assert!(says(&words, "inside of a `block_on`"), "{words}");
    // And it leaves both runtimes as they were.
    assert_eq!((outer.block_on(async { 1 }), inner.block_on(async { 2 })), (1, 2));
}

#[test]
fn without_a_runtime_the_panic_says_what_to_write() {
    let listener = || {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        listener
    };
    let calls: [(&str, Call<'_>); 7] = [
        ("spawn", Box::new(|| drop(kettle::spawn(async {})))),
        ("spawn_blocking", Box::new(|| drop(spawn_blocking(|| ())))),
        ("Handle::current", Box::new(|| drop(Handle::current()))),
        ("sleep", Box::new(|| drop(sleep(Duration::ZERO)))),
        ("interval", Box::new(|| drop(kettle::time::interval(Duration::from_secs(1))))),
        ("from_std", Box::new(move || drop(TcpListener::from_std(listener())))),
        (
            "pause",
            Box::new(|| {
                kettle::time::pause();
            }),
        ),
    ];
    for (what, call) in calls {
        let Panicked { words, file } = help::panic_of(call);
        // (One of tokio's names its own.)
        assert!(file == file!() || side() == Side::Tokio, "{what}: {file}");
        assert!(says(&words, "no runtime here"), "{what}: {words}");
        assert!(says(&words, "#[kettle::main]"), "{what}: {words}");
        assert!(says(&words, "Handle::enter"), "{what}: {words}");
        assert!(says(&words, "`handle.spawn`"), "{what}: {words}");
    }
}

// ---- several at a time --------------------------------------------------------------------------

#[test]
fn many_runtimes_live_and_end_side_by_side() {
    within_a_minute(|| {
        let polls = Arc::new(AtomicUsize::new(0));
        let runtimes: Vec<_> = (0..20).map(|_| runtime()).collect();
        for runtime in &runtimes {
            let polls = polls.clone();
            runtime.spawn(poll_fn(move |_| {
                polls.fetch_add(1, Ordering::SeqCst);
                Poll::Ready(())
            }));
        }
        for runtime in runtimes.iter().rev() {
            runtime.block_on(yield_now());
        }
        assert_eq!(polls.load(Ordering::SeqCst), 20);
    });
}

/// The guard was taken before there was an engine on its thread, and is dropped when there is.
#[test]
fn a_guard_of_enter_may_be_held_while_the_engine_is_taken_over() {
    within_a_minute(|| {
        let (runtime, other) = (Arc::new(runtime()), runtime());
        let (ready, go) = (Channel::new(), Channel::new());
        let (taker, sender, receiver) = (runtime.clone(), ready.clone(), go.clone());
        let other = other.handle().clone();
        let taker = runtime.block_on(async move {
            let taker = thread::spawn(move || {
                taker.block_on(async move {
                    let entered = other.enter();
                    sender.send(());
                    receiver.receive().await;
                    let current = Handle::current();
                    drop(entered);
                    (which(&current) == which(&other), which(&Handle::current()))
                })
            });
            ready.receive().await;
            taker
        });
        go.send(());
        assert_eq!(taker.join().unwrap(), (true, which(runtime.handle())));
    });
}
