//! Mistakes that show in what the thread does.

use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use kettle::io::Interest;
#[cfg(target_os = "linux")]
use kettle::net::TcpListener;
use kettle::net::UdpSocket;
use kettle::runtime::Builder;
use kettle::task::{LocalSet, spawn_local, yield_now};
use kettle::time::{sleep, timeout_at};
#[cfg(target_os = "linux")]
use kettle::trace::doctor::LintKind::NeverYields;
use kettle::trace::doctor::LintKind::{BlockingPoll, BusyLoop};

use super::{Lint, Verdicts, check, ms, only, verdicts, verdicts_of};

/// More than the doctor allows under any circumstances.
const LONG: Duration = Duration::from_millis(1_500);

// ---- blocking_poll ------------------------------------------------------------------------------

/// It was spawned in that very poll.
#[test]
fn a_task_that_was_spawned_before_the_thread_slept() {
    let lint = check(BlockingPoll, async {
        let task = kettle::spawn(async {});
        thread::sleep(LONG);
        task.await.unwrap();
    });
    assert!(lint.notes[0].contains("1 task was ready"), "{lint:#?}");
}

/// As a program that asks a question before it begins, or joins a thread at its end.
#[test]
fn a_thread_on_which_there_is_nothing_else_to_do() {
    let found = verdicts(|runtime| {
        runtime.block_on(async {
            thread::sleep(ms(1_100)); // there is no task yet
            kettle::spawn(sleep(ms(1))).await.unwrap();
            thread::spawn(|| thread::sleep(2 * LONG)).join().unwrap();
        });
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_nap_in_a_local_task_is_blamed_on_that_alone() {
    let found = verdicts(|runtime| {
        LocalSet::new().block_on(runtime, async {
            let rc = Rc::new(5);
            let nap = spawn_local(async move {
                thread::sleep(LONG);
                *rc
            });
            assert_eq!(nap.await.unwrap(), 5);
        });
    });
    let [lint] = &found[..] else { panic!("{found:#?}") };
    assert_eq!(lint.kind, BlockingPoll);
    assert_eq!(lint.task.unwrap().to_string(), "task 1");
}

/// Whether a visitor has come is not known.
#[cfg(target_os = "linux")]
#[test]
fn a_nap_while_only_a_socket_is_waited_for_may_keep_a_visitor_waiting() {
    if std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0") {
        return; // the limit is a second then
    }
    let lint = check(BlockingPoll, async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = kettle::spawn(async move { listener.accept().await });
        yield_now().await;
        thread::sleep(ms(800));
        server.abort();
    });
    assert!(!lint.certain, "{lint:#?}");
    assert!(lint.notes[0].contains("whatever came meanwhile at 1 socket"), "{lint:#?}");
}

// ---- never_yields -------------------------------------------------------------------------------

/// Computes until this thread has used a processor for so long.
#[cfg(target_os = "linux")]
fn compute(millis: u64) {
    use std::hint::black_box;

    let used = || -> u64 {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
        text.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or_default()
    };
    let (start, begun) = (used(), Instant::now());
    // Where the kernel doesn't tell, by the clock.
    while used() < start + millis * 1_000_000 && (used() > 0 || begun.elapsed() < LONG) {
        (0..100_000_u64).for_each(|number| _ = black_box(number));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn main_computes_while_a_task_stands_ready() {
    let lint = check(NeverYields, async {
        let ready = kettle::spawn(async {});
        yield_now().await;
        let again = kettle::spawn(async { yield_now().await });
        yield_now().await;
        compute(500);
        ready.await.unwrap();
        again.await.unwrap();
    });
    assert_eq!(lint.task.unwrap().to_string(), "main");
}

#[cfg(target_os = "linux")]
#[test]
fn a_future_by_hand_that_computes_over_a_timer() {
    check(NeverYields, async {
        let nap = kettle::spawn(sleep(ms(20)));
        let work = kettle::spawn(poll_fn(|_| {
            compute(500);
            Poll::Ready(())
        }));
        work.await.unwrap();
        nap.await.unwrap();
    });
}

#[cfg(target_os = "linux")]
#[test]
fn awaits_that_never_wait() {
    async fn step(left: u32) {
        if left > 0 {
            compute(50);
            Box::pin(step(left - 1)).await;
        }
    }
    check(NeverYields, async {
        let nap = kettle::spawn(sleep(ms(20)));
        sleep(ms(1)).await;
        step(12).await;
        nap.await.unwrap();
    });
}

// ---- busy_loop ----------------------------------------------------------------------------------

/// Is to be busy until the doctor has said so. (It judges each second by itself, and the machine may spoil some.)
#[derive(Clone)]
struct Busy(Verdicts, Instant);

impl Busy {
    fn goes_on(&self) -> bool {
        self.0.0.lock().unwrap().is_empty() && self.1.elapsed() < Duration::from_mins(1)
    }
}

fn busy<F: Future<Output = ()>>(program: impl FnOnce(Busy) -> F) -> Lint {
    let found = verdicts_of(&mut Builder::new_current_thread(), |runtime, told| {
        // Something may come from it, whichever test runs beside this one.
        let other = thread::spawn(thread::park);
        runtime.block_on(program(Busy(told.clone(), Instant::now())));
        other.thread().unpark();
    });
    only(BusyLoop, found)
}

#[test]
fn a_future_that_wakes_itself_until_another_thread_is_done() {
    let lint = busy(|busy| async {
        let other = thread::spawn(move || {
            while busy.goes_on() {
                thread::sleep(ms(10));
            }
        });
        let asks = kettle::spawn(poll_fn(move |cx| {
            if other.is_finished() {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        }));
        asks.await.unwrap();
    });
    assert_eq!(lint.task.unwrap().to_string(), "task 1");
}

#[test]
fn a_channel_asked_again_and_again() {
    busy(|busy| async {
        let (tx, mut rx) = kettle::sync::mpsc::channel(1);
        let slow = kettle::spawn(async move {
            while busy.goes_on() {
                sleep(ms(400)).await;
            }
            tx.send(1).await.unwrap();
        });
        while rx.try_recv().is_err() {
            yield_now().await;
        }
        slow.await.unwrap();
    });
}

/// A value is told each 50 ms, and the loop between does nothing but yield.
#[test]
fn a_time_asked_for_again_and_again() {
    let lint = busy(|busy| async move {
        let (steps, _seen) = kettle::sync::watch::channel(0);
        let start = Instant::now();
        for step in (1..).take_while(|_| busy.goes_on()) {
            while start.elapsed().as_millis() < 50 * step {
                yield_now().await;
            }
            steps.send_replace(step);
        }
    });
    assert!(lint.text.contains("hardly anything else"), "{}", lint.text);
}

/// A limit that isn't moved on, and a sleep that is over.
#[test]
fn a_time_that_has_passed_is_awaited_again_and_again() {
    for selects in [false, true] {
        let lint = busy(|busy| async move {
            let (_tx, mut rx) = kettle::sync::mpsc::channel::<()>(1);
            let limit = kettle::time::Instant::now();
            let nap = sleep(ms(1));
            kettle::pin!(nap);
            while busy.goes_on() {
                if selects {
                    kettle::select! {
                        _ = rx.recv() => break,
                        () = &mut nap => {}
                    }
                } else {
                    let _late = timeout_at(limit, rx.recv()).await;
                }
            }
        });
        assert!(lint.text.contains("waited again and again for a time"), "{}", lint.text);
    }
}

/// Its polls spend their budget, and timers fire meanwhile.
#[test]
fn a_loop_that_does_not_leave_when_its_channel_is_closed() {
    let lint = busy(|busy| async move {
        let (tx, mut rx) = kettle::sync::watch::channel(1);
        let task = kettle::spawn(async move {
            loop {
                let _closed = rx.changed().await;
            }
        });
        sleep(ms(1)).await;
        drop(tx);
        while busy.goes_on() {
            sleep(ms(100)).await;
        }
        task.abort();
    });
    assert!(lint.text.contains("asked the same channel again and again"), "{}", lint.text);
}

/// So with one that goes on when nothing receives any more, also in a branch of a `select!`, beside one that waits.
#[test]
fn a_loop_that_does_not_leave_when_its_values_are_refused() {
    for selects in [false, true] {
        let lint = busy(|busy| async move {
            let (tx, _) = kettle::sync::mpsc::channel(1);
            let (_stop, mut stopped) = kettle::sync::mpsc::channel::<()>(1);
            let task = kettle::spawn(async move {
                while busy.goes_on() {
                    if selects {
                        kettle::select! {
                            _ = stopped.recv() => break,
                            _closed = tx.send(1) => {}
                        }
                    } else {
                        let _closed = tx.send(1).await;
                    }
                }
            });
            task.await.unwrap();
        });
        let told = "sent into the same channel again and again";
        assert!(lint.text.contains(told), "{}", lint.text);
    }
}

/// A datagram is there, and is not taken.
#[test]
fn a_socket_asked_again_and_again_whether_it_is_ready() {
    let lint = busy(|busy| async move {
        let (ours, theirs) = (UdpSocket::bind("127.0.0.1:0"), UdpSocket::bind("127.0.0.1:0"));
        let (ours, theirs) = (ours.await.unwrap(), theirs.await.unwrap());
        let address = ours.local_addr().unwrap();
        let task = kettle::spawn(async move {
            while busy.goes_on() {
                let _ready = ours.ready(Interest::READABLE | Interest::WRITABLE).await.unwrap();
            }
        });
        sleep(ms(1)).await;
        theirs.send_to(&[1], address).await.unwrap();
        task.await.unwrap();
    });
    assert!(lint.text.contains("again and again, and read and wrote nothing"), "{}", lint.text);
    assert!(lint.help.contains("`try_read`"), "{}", lint.help);
}

/// As most of these loops are written, and its own ticks end nothing.
#[test]
fn a_select_that_asks_a_closed_channel_beside_a_timer() {
    let lint = busy(|busy| async move {
        let (tx, mut rx) = kettle::sync::mpsc::channel::<u32>(1);
        let mut tick = kettle::time::interval(ms(400));
        let task = kettle::spawn(async move {
            while busy.goes_on() {
                kettle::select! {
                    _closed = rx.recv() => {}
                    _ = tick.tick() => {}
                }
            }
        });
        yield_now().await;
        drop(tx);
        task.await.unwrap();
    });
    assert!(lint.text.contains("asked the same channel again and again"), "{}", lint.text);
}

/// They spend their budget, too. (What the computation tells of its progress may be for nobody.)
#[test]
fn a_computation_and_a_channel_with_values_ask_for_something() {
    let found = verdicts(|runtime| {
        runtime.block_on(async {
            let (tx, mut rx) = kettle::sync::mpsc::unbounded_channel();
            let (progress, _) = kettle::sync::mpsc::channel(1);
            let start = Instant::now();
            let computes = kettle::spawn(async move {
                while start.elapsed() < LONG {
                    let _nobody = progress.try_send(());
                    kettle::task::consume_budget().await;
                }
            });
            let receives = kettle::spawn(async move { while rx.recv().await.is_some() {} });
            while start.elapsed() < LONG {
                (0..200).for_each(|number| tx.send(number).unwrap());
                sleep(ms(1)).await;
            }
            drop(tx);
            computes.await.unwrap();
            receives.await.unwrap();
        });
    });
    assert!(found.is_empty(), "{found:#?}");
}
