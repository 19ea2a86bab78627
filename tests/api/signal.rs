//! `signal`: listeners, what they get, and what becomes of a signal's default.
//!
//! Every test has a signal of its own: they run in one process.

use std::future::poll_fn;
use std::io::ErrorKind;
use std::process::{self, Command};
use std::thread;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::signal::ctrl_c;
use kettle::signal::unix::{SignalKind, signal};
use kettle::time::sleep;

use crate::common::engine::yield_until;
use crate::help::{Polled, Side, panic_of, side};

/// Sends this process a signal, of which a listener that was there before has been told when this
/// returns. The system gives a signal to any thread, and `kill` may end before the handler has run;
/// so this listens, too.
fn send(name: &'static str) {
    let listens = async move {
        let mut listener = signal(kind(name)).unwrap();
        kill(name);
        assert_eq!(listener.recv().await, Some(()));
    };
    // In a runtime of its own: the caller is in one, too.
    let thread = thread::spawn(|| {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(listens);
    });
    thread.join().unwrap();
}

/// Sends this process a signal, which may come later.
fn kill(name: &str) {
    let id = process::id().to_string();
    assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
}

fn kind(name: &str) -> SignalKind {
    match name {
        "ALRM" => SignalKind::alarm(),
        "INT" => SignalKind::interrupt(),
        "IO" => SignalKind::io(),
        "PROF" => SignalKind::from_raw(27),
        "TERM" => SignalKind::terminate(),
        "USR1" => SignalKind::user_defined1(),
        "USR2" => SignalKind::user_defined2(),
        "VTALRM" => SignalKind::from_raw(26),
        _ => panic!("no test sends SIG{name}"),
    }
}

#[kettle::test]
async fn a_listener_gets_a_signal_that_comes_after_it_was_made() {
    let mut listener = signal(SignalKind::user_defined1()).unwrap();
    send("USR1");
    assert_eq!(listener.recv().await, Some(()));
    let mut later = signal(SignalKind::user_defined1()).unwrap();
    Polled::new(later.recv()).pending();
}

#[kettle::test]
async fn signals_between_two_calls_count_as_one() {
    let mut listener = signal(SignalKind::user_defined2()).unwrap();
    send("USR2");
    send("USR2");
    assert_eq!(listener.recv().await, Some(()));
    let next = Polled::waiting(listener.recv());
    drop(next);
    send("USR2");
    assert_eq!(listener.recv().await, Some(()));
}

#[kettle::test]
async fn listeners_that_wait_and_one_that_looks_later_all_get_it() {
    let listener = || signal(kind("VTALRM")).unwrap();
    let (mut waits, mut by_hand, mut later) = (listener(), listener(), listener());
    for _ in 0..2 {
        let mut waiting = Polled::waiting(waits.recv());
        let mut polled = Polled::waiting(poll_fn(|cx| by_hand.poll_recv(cx)));
        send("VTALRM");
        while waiting.poll().is_pending() || polled.wakes() == 0 {
            kettle::task::yield_now().await;
        }
        assert_eq!(polled.ready(), Some(()));
        assert_eq!(later.recv().await, Some(()));
        Polled::new(later.recv()).pending();
    }
}

/// The loop counts, so until its next turn the signal is a new listener's, too.
#[kettle::test]
async fn a_new_listener_hears_of_a_signal_that_the_loop_has_not_counted() {
    if side() != Side::Kettle {
        return; // there another runtime of this process may have counted it
    }
    let listener = || signal(kind("PROF")).unwrap();
    let mut old = listener();
    send("PROF");
    let mut new = listener();
    Polled::new(old.recv()).pending();
    assert_eq!(new.recv().await, Some(()));
    assert_eq!(old.recv().await, Some(()));
    Polled::new(listener().recv()).pending();
}

#[test]
fn a_ctrl_c_while_a_handler_blocks_the_thread_is_not_lost() {
    // In a process of its own, because in tokio's any runtime counts it.
    let test = "signal::a_loop_whose_handler_blocks_the_thread";
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command.args(["--exact", test, "--ignored"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[kettle::test]
#[ignore = "run by the test above"]
async fn a_loop_whose_handler_blocks_the_thread() {
    for round in 0.. {
        let stopped = kettle::select! {
            stopped = ctrl_c() => stopped.is_ok(),
            () = sleep(Duration::from_millis(10)) => false,
        };
        // No listener is left here.
        if round == 1 {
            kill("INT");
            while is_pending(SignalKind::interrupt()) {
                thread::yield_now();
            }
        }
        if stopped {
            return;
        }
        assert!(round < 1_000, "it can't be stopped");
    }
}

#[kettle::test]
async fn a_recv_that_is_dropped_loses_no_signal() {
    let mut listener = signal(SignalKind::alarm()).unwrap();
    let dropped = Polled::waiting(listener.recv());
    drop(dropped);
    send("ALRM");
    assert_eq!(listener.recv().await, Some(()));
}

#[kettle::test]
async fn the_default_does_not_come_back_with_the_last_listener() {
    drop(signal(SignalKind::quit()).unwrap());
    // By default this would end the process. No listener is there that could prevent it.
    kill("QUIT");
    yield_until(|| !is_pending(SignalKind::quit())).await;
}

/// Does the system still hold a signal to this process back?
fn is_pending(kind: SignalKind) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let pending = status.lines().find_map(|line| line.strip_prefix("ShdPnd:")).unwrap();
    u64::from_str_radix(pending.trim(), 16).unwrap() >> (kind.as_raw_value() - 1) & 1 == 1
}

#[test]
fn each_runtime_has_listeners_of_its_own() {
    let runtimes = [(); 2].map(|()| Builder::new_current_thread().enable_all().build().unwrap());
    let listeners = runtimes.each_ref().map(|runtime| {
        let _entered = runtime.enter();
        signal(SignalKind::io()).unwrap()
    });
    send("IO");
    for (runtime, mut listener) in runtimes.iter().zip(listeners) {
        assert_eq!(runtime.block_on(listener.recv()), Some(()));
    }
}

#[test]
fn a_runtime_that_has_ended_takes_no_new_listener() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let handle = runtime.handle().clone();
    let _entered = handle.enter();
    let old = signal(SignalKind::quit()).unwrap();
    drop(runtime);
    assert!(signal(SignalKind::quit()).is_err(), "also while there is an old one");
    drop(old);
    assert!(signal(SignalKind::quit()).is_err());
}

#[kettle::test]
async fn ctrl_c_waits_from_its_first_poll_on() {
    let mut waits = Polled::waiting(ctrl_c());
    send("INT");
    let task = kettle::spawn(async { ctrl_c().await.unwrap() });
    kettle::task::yield_now().await;
    send("INT");
    task.await.unwrap();
    yield_until(|| waits.poll().is_ready()).await;
    // In this test, because it has the signal.
    thread::spawn(the_end_of_the_runtime_is_no_ctrl_c).join().unwrap();
}

fn the_end_of_the_runtime_is_no_ctrl_c() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let entered = runtime.enter();
    let mut waits = Polled::waiting(ctrl_c());
    let mut listener = signal(SignalKind::interrupt()).unwrap();
    drop(entered);
    drop(runtime);
    match side() {
        Side::Kettle => {
            assert_eq!(waits.wakes(), 1);
            assert_eq!(waits.ready().unwrap_err().kind(), ErrorKind::Other);
            assert_eq!(Polled::new(listener.recv()).ready(), None);
        }
        // Its listeners belong to the process: another runtime may still bring the signal.
        Side::Tokio => {
            waits.pending();
            Polled::new(listener.recv()).pending();
        }
    }
}

#[kettle::test]
async fn what_can_not_be_handled_is_an_error() {
    // SIGKILL, SIGSEGV, SIGSTOP, and what is no signal.
    for number in [9, 11, 19, 0, -1] {
        let error = signal(SignalKind::from_raw(number)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Other, "{number}");
    }
    assert!(signal(SignalKind::from_raw(4096)).is_err());
}

#[test]
fn kinds_have_the_numbers_of_the_system() {
    let kinds = [
        (SignalKind::hangup(), "HUP"),
        (SignalKind::interrupt(), "INT"),
        (SignalKind::quit(), "QUIT"),
        (SignalKind::user_defined1(), "USR1"),
        (SignalKind::user_defined2(), "USR2"),
        (SignalKind::pipe(), "PIPE"),
        (SignalKind::alarm(), "ALRM"),
        (SignalKind::terminate(), "TERM"),
        (SignalKind::child(), "CHLD"),
        (SignalKind::window_change(), "WINCH"),
    ];
    for (kind, name) in kinds {
        // bash's own word for the number.
        let told = Command::new("bash").args(["-c", &format!("kill -l {name}")]).output().unwrap();
        let number: i32 = String::from_utf8(told.stdout).unwrap().trim().parse().unwrap();
        assert_eq!(kind.as_raw_value(), number, "{name}");
        assert_eq!(SignalKind::from(number), kind);
        assert_eq!(i32::from(kind), number);
    }
}

#[test]
fn a_signal_sent_by_another_thread_reaches_a_parked_loop() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut listener = signal(SignalKind::terminate()).unwrap();
        let sender = thread::spawn(|| send("TERM"));
        assert_eq!(listener.recv().await, Some(()));
        sender.join().unwrap();
    });
}

#[test]
fn it_needs_a_runtime() {
    assert_eq!(panic_of(|| drop(signal(SignalKind::terminate()))).file, file!());
}
