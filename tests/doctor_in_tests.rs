//! Does the doctor say what is wrong with a test that hangs?
//!
//! libtest's own thread waits beside each test, and other tests run on threads of their own. The
//! tests of `hang` hang, and those of `fine` come close; none of them is run but by the last ones
//! here, which start this program once more, as `cargo test` does: with what a test prints kept
//! back.

use std::process::Command;
use std::thread;

/// Waits for a value whose sender it has itself.
async fn never() {
    let (tx, rx) = kettle::sync::oneshot::channel::<()>();
    rx.await.unwrap();
    drop(tx);
}

/// Each of these ends only by its verdict.
mod hang {
    use std::future::poll_fn;
    use std::task::Poll;
    use std::time::Duration;

    use kettle::sync::Mutex;
    use kettle::time::sleep;

    #[kettle::test]
    #[ignore = "run by the other tests"]
    async fn a_lock_taken_twice() {
        let task = kettle::spawn(async {
            let lock = Mutex::new(());
            let _first = lock.lock().await;
            let _second = lock.lock().await;
        });
        task.await.unwrap();
    }

    #[kettle::test]
    #[ignore = "run by the other tests"]
    async fn a_value_that_is_not_sent() {
        super::never().await;
    }

    #[kettle::test]
    #[ignore = "run by the other tests"]
    async fn a_waker_that_is_not_stored() {
        kettle::spawn(poll_fn(|_| Poll::<()>::Pending)).await.unwrap();
    }

    #[kettle::test]
    #[ignore = "run by the other tests"]
    async fn its_own_waker_while_a_heartbeat_goes_on() {
        kettle::spawn(async {
            loop {
                sleep(Duration::from_millis(10)).await;
            }
        });
        poll_fn(|_| Poll::<()>::Pending).await;
    }
}

/// Each of these waits long for another thread, and then passes.
mod fine {
    use std::thread;
    use std::time::Duration;

    use kettle::sync::{Notify, oneshot};

    /// Longer than the doctor looks on before it speaks.
    const LONG: Duration = Duration::from_secs(3);

    #[kettle::test]
    #[ignore = "run by the other tests"]
    async fn a_thread_that_sleeps_first() {
        let (tell, told) = oneshot::channel();
        thread::spawn(move || {
            thread::sleep(LONG);
            tell.send(()).unwrap();
        });
        told.await.unwrap();
    }

    static BETWEEN: Notify = Notify::const_new();

    #[kettle::test]
    #[ignore = "run by the other tests"]
    async fn a_test_that_waits_for_another() {
        BETWEEN.notified().await;
    }

    /// This one's sleep is a timer of another runtime.
    #[kettle::test]
    #[ignore = "run by the other tests"]
    async fn another_test() {
        kettle::time::sleep(LONG).await;
        BETWEEN.notify_one();
    }
}

/// What stays when nobody waits for it wakes nobody: a signal's source, which lives as long
/// as its runtime, and a dropped child, whose end the runtime awaits to reap it.
#[cfg(all(unix, feature = "signal", feature = "process"))]
mod stays {
    use std::process::Stdio;

    use kettle::process::{Child, ChildStdin, Command};
    use kettle::signal::unix::{SignalKind, signal};
    use kettle::task::yield_now;

    use super::never;

    #[kettle::test]
    #[ignore = "run by the other tests"]
    async fn a_signals_source() {
        let mut listener = signal(SignalKind::user_defined1()).unwrap();
        kettle::select! {
            _ = listener.recv() => unreachable!("nobody sends one"),
            () = yield_now() => drop(listener),
        }
        never().await;
    }

    #[kettle::test]
    #[ignore = "run by the other tests"]
    async fn a_child() {
        let (cat, _input) = cat();
        drop(cat);
        never().await;
    }

    #[kettle::test]
    #[ignore = "run by the other tests"]
    async fn a_child_that_was_awaited() {
        let (mut cat, _input) = cat();
        kettle::select! {
            _ = cat.wait() => unreachable!("its input is open"),
            () = yield_now() => drop(cat),
        }
        never().await;
    }

    /// A child that lives until its input is dropped.
    fn cat() -> (Child, ChildStdin) {
        let mut cat = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let input = cat.stdin.take().unwrap();
        (cat, input)
    }
}

/// One of them hangs, and the other one takes long.
mod late {
    use std::thread;
    use std::time::Duration;

    #[kettle::test]
    #[ignore = "run by the other tests"]
    async fn a_value_that_is_not_sent() {
        super::never().await;
    }

    #[test]
    #[ignore = "run by the other tests"]
    fn a_long_one() {
        thread::sleep(Duration::from_secs(3));
    }
}

/// Here something comes when the loop has said that it sleeps for good, and the doctor has not yet
/// heard that.
mod raced {
    use std::pin::Pin;
    use std::sync::Arc;
    use std::task::{Context, Wake};
    use std::thread;
    use std::time::Duration;

    use kettle::runtime::{Builder, Handle};
    use kettle::sync::Notify;
    use kettle::time::{Sleep, sleep};
    use kettle::trace::doctor::Mode;
    use kettle::trace::{Doctor, Event, Record, Sink};

    struct Bell(Notify);

    impl Wake for Bell {
        fn wake(self: Arc<Bell>) {
            self.0.notify_one();
        }
    }

    /// A doctor; before it hears of the first sleep for good, another thread sets a timer, and
    /// ends.
    struct Raced {
        doctor: Doctor,
        bell: Arc<Bell>,
        set: Option<Pin<Box<Sleep>>>,
    }

    impl Sink for Raced {
        fn record(&mut self, records: &[Record]) {
            let sleeps = |last: &Record| matches!(last.event, Event::Park { timeout: None });
            if self.set.is_none() && records.last().is_some_and(sleeps) {
                let (runtime, rings) = (Handle::current(), self.bell.clone().into());
                let other = thread::spawn(move || {
                    let _entered = runtime.enter();
                    let mut timer = Box::pin(sleep(Duration::from_millis(10)));
                    let polled = timer.as_mut().poll(&mut Context::from_waker(&rings));
                    assert!(polled.is_pending());
                    timer
                });
                self.set = Some(other.join().unwrap());
            }
            self.doctor.record(records);
        }

        fn live(&self) -> bool {
            self.doctor.live()
        }

        fn veto(&mut self) -> Option<String> {
            self.doctor.veto()
        }
    }

    #[test]
    #[ignore = "run by the other tests"]
    fn a_timer_of_another_thread() {
        let bell = Arc::new(Bell(Notify::new()));
        let doctor = Doctor::new(Mode::Panic, None);
        let raced = Raced { doctor, bell: bell.clone(), set: None };
        let runtime = Builder::new_current_thread().enable_all().trace(raced).build().unwrap();
        runtime.block_on(bell.0.notified());
    }
}

/// Each has a limit that passes, and fails: for that, and for another reason in a later poll.
mod limit {
    use std::time::Duration;

    use kettle::sync::oneshot;
    use kettle::task::yield_now;
    use kettle::time::timeout;

    #[kettle::test(start_paused = true)]
    #[ignore = "run by the other tests"]
    async fn an_answer_that_does_not_come() {
        let (_ask, asked) = oneshot::channel::<()>();
        let answer = kettle::spawn(asked);
        timeout(Duration::from_secs(1), answer).await.expect("an answer").unwrap().unwrap();
    }

    #[kettle::test(start_paused = true)]
    #[ignore = "run by the other tests"]
    async fn something_else() {
        let (_ask, asked) = oneshot::channel::<()>();
        timeout(Duration::from_secs(1), asked).await.unwrap_err();
        yield_now().await;
        panic!("something else");
    }
}

/// Runs these tests; nothing is said but through what `cargo test` shows.
fn run(module: &str, threads: &str) -> (bool, String) {
    run_in("panic", module, threads)
}

/// The same in this mode; by default, it is empty.
fn run_in(mode: &str, module: &str, threads: &str) -> (bool, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([module, "--ignored", "--test-threads", threads]);
    for variable in ["KETTLE_TRACE", "KETTLE_STACKS", "RUST_TEST_NOCAPTURE", "RUST_BACKTRACE"] {
        command.env_remove(variable);
    }
    let output = command.env("KETTLE_DOCTOR", mode).output().unwrap();
    let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.success(), told)
}

#[cfg_attr(not(target_os = "linux"), ignore = "the system doesn't tell what a thread waits for")]
#[test]
fn each_test_that_hangs_fails_with_its_verdict() {
    const VERDICTS: [(&str, usize); 4] = [
        ("[kettle::deadlock]: task 1 waits for a lock that it took itself", 1),
        ("[kettle::deadlock]: main waits, and nothing is left that could wake it", 1),
        ("[kettle::lost_wakeup]: no waker of task 1 is left: nothing can wake it", 1),
        ("[kettle::lost_wakeup]: no waker of main is left: nothing can wake it", 1),
    ];
    for threads in ["1", "3", "16"] {
        let (passed, told) = run("hang::", threads);
        assert!(!passed && told.contains("; 4 failed;"), "{threads} threads: {told}");
        for (verdict, times) in VERDICTS {
            let found = told.matches(&format!("error{verdict}")).count();
            assert_eq!(found, times, "{verdict}: {told}");
        }
        assert!(!told.contains("warning[kettle::"), "{told}");
        assert_eq!(told.matches("\nkettle's doctor: ").count(), 4, "{told}");
    }
}

#[cfg(all(target_os = "linux", feature = "signal", feature = "process"))]
#[test]
fn a_test_that_hangs_beside_what_nobody_waits_for_fails_with_its_verdict() {
    let (passed, told) = run("stays::", "1");
    let verdict = "error[kettle::deadlock]: main waits, and nothing is left that could wake it";
    assert!(!passed && told.matches(verdict).count() == 3, "{told}");
    assert!(!told.contains("to read"), "{told}");
}

/// After a second it is told what waits, and nothing fails for that: also not where libtest, among
/// other programs, gets to start the next test only when this one sleeps.
#[test]
fn a_test_that_waits_for_another_thread_passes() {
    let passes = || {
        let (passed, told) = run("fine::", "16");
        let noted =
            told.matches("note[kettle::open_waits]: main waits, and only another thread").count();
        assert!(passed && told.matches("[kettle::").count() == noted, "{told}");
    };
    thread::scope(|scope| (0..8).for_each(|_| drop(scope.spawn(passes))));
}

/// It has been told by then that only another thread could end it.
#[cfg_attr(not(target_os = "linux"), ignore = "the system doesn't tell how many threads there are")]
#[test]
fn a_test_that_hangs_beside_a_long_one_fails_when_that_is_over() {
    let (passed, told) = run("late::", "2");
    assert!(!passed && told.contains("1 passed; 1 failed"), "{told}");
    let note = told.find("note[kettle::open_waits]: main waits, and only another thread");
    let error = told.find("error[kettle::deadlock]: main waits, and nothing is left");
    assert!(note.is_some() && note < error, "{told}");
}

/// What waits is told before it is dropped.
#[test]
fn a_test_that_fails_at_a_limit_says_what_it_waited_for() {
    for mode in ["", "watch"] {
        let (_, told) = run_in(mode, "limit::an_answer", "1");
        let note = "note[kettle::end]: a limit of time ended main's wait, and main panicked: these waits were open";
        assert_eq!(told.matches(note).count(), 1, "{mode}: {told}");
        for wait in ["for the end of task 1", "for a value in channel 1"] {
            assert!(told.contains(wait), "{wait}: {told}");
        }
        let (_, told) = run_in(mode, "limit::something_else", "1");
        assert!(!told.contains("a limit of time"), "{mode}: {told}");
    }
}

#[test]
fn what_comes_as_the_loop_goes_to_sleep_is_no_hang() {
    for threads in ["1", "2"] {
        let (passed, told) = run("raced::", threads);
        assert!(passed && !told.contains("[kettle::"), "{threads} threads: {told}");
    }
}
