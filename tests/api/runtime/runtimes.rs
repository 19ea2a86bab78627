//! Can a runtime be built, moved, shared, entered and nested as its users will try to?

use crate::help::{self, Panicked, Side, says, side};
use std::sync::{Arc, LazyLock};
use std::thread::{self, ThreadId};
use std::time::Duration;

use crate::common::engine::*;
use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::TcpListener;
use kettle::runtime::{Handle, Runtime};
use kettle::task::{LocalSet, spawn_blocking, yield_now};
use kettle::time::sleep;

pub(super) async fn this_thread() -> ThreadId {
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
            let spawned = runtime.block_on(async { kettle::spawn(this_thread()).await.unwrap() });
            assert_eq!(spawned, there);
            there
        });
        assert_ne!(there.join().unwrap(), here);
    });
}

static STATIC: LazyLock<Runtime> = LazyLock::new(runtime);

#[test]
fn a_static_runtime_serves_several_threads() {
    within_a_minute(|| {
        let serves = || {
            for number in 0..50 {
                let task = STATIC.spawn(async move {
                    yield_now().await;
                    number
                });
                assert_eq!(STATIC.block_on(task).unwrap(), number);
            }
        };
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(serves);
            }
        });
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
fn a_socket_made_on_one_runtime_is_used_on_another() {
    within_a_minute(|| {
        let sockets = Channel::new();
        let (give, stop) = (sockets.clone(), Channel::new());
        let owner = thread::spawn({
            let stop = stop.clone();
            move || {
                runtime().block_on(async {
                    give.send(connection().await);
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
    let calls: [(&str, Call<'_>); 5] = [
        ("spawn", Box::new(|| drop(kettle::spawn(async {})))),
        ("spawn_blocking", Box::new(|| drop(spawn_blocking(|| ())))),
        ("Handle::current", Box::new(|| drop(Handle::current()))),
        ("sleep", Box::new(|| drop(sleep(Duration::ZERO)))),
        ("from_std", Box::new(move || drop(TcpListener::from_std(listener())))),
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
