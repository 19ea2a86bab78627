//! What comes close to a mistake, and is none.

use std::future::{pending, poll_fn};
use std::io::Write;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use kettle::io::{AsyncReadExt, AsyncWriteExt, duplex};
use kettle::sync::{Mutex, mpsc, oneshot};
use kettle::task::{LocalSet, spawn_blocking, spawn_local, yield_now};
use kettle::time::{interval, sleep, timeout};

use super::{Device, Tap, ms, verdicts};

fn silent(future: impl Future<Output = ()>) {
    let found = verdicts(|runtime| runtime.block_on(future));
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
fn branches_of_a_select_that_were_not_asked() {
    silent(async {
        let never = std::hint::black_box(false);
        kettle::select! {
            () = sleep(ms(5)), if never => unreachable!("disabled"),
            else => {}
        }
        let mut idle = pin!(sleep(ms(50)));
        kettle::select! {
            biased;
            () = std::future::ready(()) => {}
            () = &mut idle => unreachable!("it was never asked"),
        }
        sleep(ms(1)).await;
    });
}

/// A method's place is that of its name, whatever is before it.
#[test]
fn futures_that_methods_make_and_that_have_names() {
    silent(async {
        let wait = std::hint::black_box(false);
        let (till, (tx, _rx)) = (Mutex::new(1), mpsc::channel(1));
        let guard = till.lock();
        #[rustfmt::skip]
        let later =
            tx
                .send(3);
        let naps = [sleep(ms(1)), sleep(ms(2))];
        let mut either = Some(sleep(ms(1)));
        if wait {
            drop(guard.await);
            later.await.unwrap();
            either.take().unwrap().await;
        }
        drop(naps);
    });
}

#[test]
fn a_future_that_a_function_gives() {
    fn nap() -> kettle::time::Sleep {
        sleep(ms(1))
    }
    silent(async {
        let nap = nap();
        if std::hint::black_box(false) {
            nap.await;
        }
    });
}

/// It is used, if not in this run.
#[test]
fn a_future_with_a_name_that_is_awaited_sometimes() {
    silent(async {
        let wait = std::hint::black_box(false);
        let nap = sleep(ms(5));
        if wait {
            nap.await;
        }
    });
}

#[test]
fn a_race_by_hand_and_naps_that_are_left_out() {
    silent(async {
        let (mut first, mut second) = (Box::pin(yield_now()), Box::pin(sleep(ms(50))));
        poll_fn(|cx| match first.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(()),
            Poll::Pending => second.as_mut().poll(cx),
        })
        .await;
        let (nap, further) = (sleep(ms(1)), sleep(ms(2)));
        nap.await;
        drop(further);
        let naps: Vec<_> = (0..3).map(|nap| Box::pin(sleep(ms(nap)))).collect();
        sleep(ms(1)).await;
        drop(naps);
    });
}

#[test]
fn a_guard_that_has_moved_elsewhere() {
    silent(async {
        let till = Arc::new(Mutex::new(()));
        let guard = till.clone().lock_owned().await;
        let job = spawn_blocking(move || {
            std::thread::sleep(ms(100));
            drop(guard);
        });
        let guard = till.clone().lock_owned().await;
        let task = kettle::spawn(async move {
            sleep(ms(20)).await;
            drop(guard);
        });
        drop(till.lock().await);
        task.await.unwrap();
        job.await.unwrap();
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

/// The thread sleeps as often, but no task waits for it.
#[test]
fn short_naps_that_keep_nothing_waiting() {
    silent(async {
        for _ in 0..250 {
            std::thread::sleep(ms(5));
            yield_now().await;
        }
        sleep(ms(1)).await;
    });
}

/// Work of the same length that is done on a processor, however busy that is.
#[test]
fn many_pieces_of_work_while_timers_wait() {
    silent(async {
        let clock = kettle::spawn(async {
            loop {
                sleep(ms(2)).await;
            }
        });
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(2_500) {
            let piece = Instant::now();
            while piece.elapsed() < ms(5) {
                std::hint::black_box(());
            }
            yield_now().await;
        }
        clock.abort();
    });
}

#[test]
fn a_file_read_before_anybody_waits() {
    silent(async {
        std::thread::sleep(ms(400));
        sleep(ms(1)).await;
    });
}

#[test]
fn what_an_aborted_task_had_not_begun() {
    silent(async {
        let task = kettle::spawn(async {
            let later = sleep(ms(1));
            pending::<()>().await;
            later.await;
        });
        sleep(ms(2)).await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    });
}

#[test]
fn a_task_that_waits_to_be_aborted() {
    silent(async {
        let idle = kettle::spawn(pending::<()>());
        let abort = idle.abort_handle();
        sleep(ms(5)).await;
        drop(idle);
        sleep(ms(5)).await;
        abort.abort();
        sleep(ms(5)).await;
    });
}

#[test]
fn a_waker_that_a_thread_holds() {
    silent(async {
        let task = kettle::spawn(async {
            let mut given = false;
            poll_fn(move |cx| {
                if given {
                    return Poll::Ready(());
                }
                given = true;
                let waker = cx.waker().clone();
                std::thread::spawn(move || Waker::wake(waker));
                Poll::Pending
            })
            .await;
        });
        sleep(ms(5)).await;
        task.await.unwrap();
    });
}

#[test]
fn a_timer_of_another_runtime() {
    let own = kettle::runtime::Runtime::new().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let handle = own.handle().clone();
    let driver = std::thread::spawn(move || own.block_on(ended).unwrap());
    let nap = {
        let _entered = handle.enter();
        sleep(ms(10))
    };
    silent(async move {
        kettle::spawn(nap).await.unwrap();
    });
    end.send(()).unwrap();
    driver.join().unwrap();
}

#[test]
fn a_busy_channel_spends_its_budget() {
    silent(async {
        let (tx, mut rx) = mpsc::channel(8);
        let sender = kettle::spawn(async move {
            for number in 0..20_000 {
                tx.send(number).await.unwrap();
            }
        });
        while rx.recv().await.is_some() {}
        sender.await.unwrap();
    });
}

#[test]
fn a_lock_handed_along_quickly() {
    silent(async {
        let lock = Arc::new(Mutex::new(0));
        let add = |lock: Arc<Mutex<i32>>| async move {
            let mut sum = lock.lock().await;
            sleep(ms(1)).await;
            *sum += 1;
        };
        let tasks: Vec<_> = (0..10).map(|_| kettle::spawn(add(lock.clone()))).collect();
        for task in tasks {
            task.await.unwrap();
        }
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
fn blocking_work_where_it_belongs() {
    silent(async {
        let nap = spawn_blocking(|| std::thread::sleep(ms(300)));
        let mut ticks = interval(ms(100));
        for _ in 0..3 {
            ticks.tick().await;
        }
        nap.await.unwrap();
    });
}

#[test]
fn a_local_set_whose_task_is_woken_from_a_thread() {
    let found = verdicts(|runtime| {
        LocalSet::new().block_on(runtime, async {
            let (tx, rx) = oneshot::channel();
            let task = spawn_local(rx);
            std::thread::spawn(move || tx.send(7).unwrap());
            assert_eq!(task.await.unwrap().unwrap(), 7);
        });
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_future_that_is_polled_by_hand_and_dropped() {
    silent(async {
        let mut nap = pin!(sleep(ms(50)));
        let polled = poll_fn(|cx| Poll::Ready(nap.as_mut().poll(cx))).await;
        assert!(polled.is_pending());
    });
}

#[test]
fn a_reset_timer_is_waited_for() {
    silent(async {
        kettle::spawn(async {
            let mut nap = pin!(sleep(ms(1)));
            let mut left = 5;
            poll_fn(move |cx| {
                while nap.as_mut().poll(cx).is_ready() && left > 0 {
                    left -= 1;
                    nap.as_mut().reset(kettle::time::Instant::now() + ms(1));
                }
                if left == 0 { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
        });
        sleep(ms(30)).await;
    });
}

#[test]
fn a_pipe_whose_reader_gave_up_once() {
    silent(async {
        let (mut a, mut b) = duplex(4);
        timeout(ms(1), b.read_u8()).await.expect_err("nothing is in it");
        let writing = kettle::spawn(async move { a.write_all(b"green tea").await });
        sleep(ms(2)).await;
        let mut text = String::new();
        b.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "green tea");
        writing.await.unwrap().unwrap();
    });
}

/// Reading it is on no record, and what its guards are called this file doesn't say.
#[test]
fn a_device_that_always_has_data() {
    silent(async {
        let (reader, writer) = std::io::pipe().unwrap();
        (&writer).write_all(b"tea").unwrap();
        let tap = Tap::new(Device(reader)).unwrap();
        let start = Instant::now();
        while start.elapsed() < ms(1200) {
            let _data = tap.readable().await.unwrap();
        }
    });
}
