//! Promises about what happens between two steps of the loop. Each was broken once, by hand or by
//! mistake, and no other test noticed.
//!
//! What must happen between two steps is done by a sink: it is called there, on the loop's own thread.
//! So each order is certain; three tests draw lots, and say so.

mod common;
#[path = "common/records.rs"]
mod records;

use std::future::{Future, pending, poll_fn};
use std::io::{ErrorKind, Write};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, OnceLock, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use common::engine::*;
use kettle::io::AsyncReadExt;
use kettle::net::{TcpListener, TcpStream};
use kettle::runtime::{Builder, Handle, Runtime};
use kettle::task::{spawn_blocking, yield_now};
use kettle::time::{Instant, advance, sleep};
use kettle::trace::{Event, Record, Recorder, Recording, Sink};
use kettle_events::Id;
use kettle_runtime::{Config, StartThread, Timer, clock};
use records::*;

const HOUR: Duration = Duration::from_hours(1);

/// Does something once, when the loop says something that fits.
struct Between<F, A>(F, Option<A>);

impl<F: Fn(&Event) -> bool + Send, A: FnOnce() + Send> Sink for Between<F, A> {
    fn record(&mut self, records: &[Record]) {
        if records.iter().any(|record| (self.0)(&record.event))
            && let Some(act) = self.1.take()
        {
            act();
        }
    }
}

fn paused_with(sink: impl Sink + 'static) -> Runtime {
    Builder::new_current_thread().start_paused(true).trace(sink).build().unwrap()
}

/// On another thread, and done when this returns.
fn elsewhere(act: impl FnOnce() + Send) {
    thread::scope(|scope| scope.spawn(act).join().unwrap());
}

// ---- The virtual clock --------------------------------------------------------------------------

const TICK: Duration = Duration::from_millis(1);

#[test]
fn the_paused_clock_does_not_jump_when_another_thread_has_just_sent_a_message() {
    within_a_minute(|| {
        let parks = |event: &Event| matches!(event, Event::Park { .. });
        let fires = |event: &Event| matches!(event, Event::TimerFire { .. });
        // The loop has said that it sleeps; and it is about to, after a timer that woke nobody.
        let moments = [(parks as fn(&Event) -> bool, Duration::ZERO), (fires, TICK)];
        for (moment, then) in moments {
            let mail = Channel::new();
            let send = mail.clone();
            let act = move || elsewhere(|| send.send(()));
            let waited = paused_with(Between(moment, Some(act))).block_on(async move {
                let start = Instant::now();
                let mut nobodys = Timer::new(clock::now() + TICK);
                assert!(nobodys.poll(&mut Context::from_waker(Waker::noop())).is_pending());
                kettle::spawn(sleep(HOUR));
                mail.receive().await;
                start.elapsed()
            });
            assert_eq!(waited, then, "until the message was there");
        }
    });
}

#[test]
fn a_task_that_moves_the_clock_while_timers_fire_is_not_forgotten() {
    within_a_minute(|| {
        paused().block_on(async {
            kettle::spawn(sleep(24 * HOUR));
            let mut moving = Box::pin(advance(HOUR));
            let first = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
            let moved = Arc::new(AtomicBool::new(false));
            let told = moved.clone();
            // A foreign executor polls it at once, inside of the wake.
            let once = Mutex::new(Some(move || {
                let pending = moving.as_mut().poll(&mut Context::from_waker(&first)).is_pending();
                told.store(pending, Ordering::SeqCst);
                moving
            }));
            let kept = Arc::new(Mutex::new(None));
            let keep = kept.clone();
            let waker = waker_that(move || {
                if let Some(poll) = once.lock().unwrap().take() {
                    *keep.lock().unwrap() = Some(poll());
                }
            });
            let mut timer = Timer::new(clock::now() + HOUR);
            assert!(timer.poll(&mut Context::from_waker(&waker)).is_pending());
            let start = Instant::now();
            poll_fn(|_| if moved.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending })
                .await;
            assert_eq!(start.elapsed(), 2 * HOUR, "to the timer, and as far as it was moved");
            let moving = kept.lock().unwrap().take().unwrap();
            moving.await;
            assert_eq!(start.elapsed(), 2 * HOUR);
        });
    });
}

#[test]
fn the_paused_clock_does_not_jump_while_a_job_is_out_that_the_sink_began() {
    within_a_minute(|| {
        let ended = Arc::new(AtomicBool::new(false));
        let (shared, ends) = (Arc::new(Mutex::new(None::<Handle>)), ended.clone());
        let handle = shared.clone();
        let begin = move || {
            let handle = handle.lock().unwrap().clone().unwrap();
            drop(handle.spawn_blocking(move || {
                thread::sleep(Duration::from_millis(50));
                ends.store(true, Ordering::SeqCst);
            }));
        };
        let parks = |event: &Event| matches!(event, Event::Park { .. });
        let runtime = paused_with(Between(parks, Some(begin)));
        *shared.lock().unwrap() = Some(runtime.handle().clone());
        runtime.block_on(async { sleep(HOUR).await });
        assert!(ended.load(Ordering::SeqCst), "the job had not ended when the hour had passed");
    });
}

/// A sink that objects to the first park.
#[derive(Default)]
struct NoParks(Option<bool>);

impl Sink for NoParks {
    fn record(&mut self, records: &[Record]) {
        if records.iter().any(|one| matches!(one.event, Event::Park { .. })) {
            self.0 = Some(self.0.is_none());
        }
    }

    fn objection(&mut self) -> Option<String> {
        (self.0 == Some(true)).then(|| {
            self.0 = Some(false);
            "no parks".to_owned()
        })
    }
}

#[test]
fn the_paused_clock_does_not_jump_when_a_sink_objects_to_the_sleep() {
    let runtime = paused_with(NoParks::default());
    let now = || runtime.block_on(async { Instant::now() });
    let before = now();
    assert_eq!(panic_of(|| runtime.block_on(async { sleep(HOUR).await })), "no parks");
    assert_eq!(now(), before);
}

/// Draws lots: the job ends at any moment of the loop's falling asleep.
/// The hook makes it due, and fires nothing. With the job out no jump follows that would.
#[test]
fn a_deadline_that_came_just_before_the_sleep_ends_it_though_a_job_is_out() {
    within_a_minute(|| {
        let first = AtomicBool::new(true);
        let pass_time = move || {
            if first.swap(false, Ordering::Relaxed) {
                clock::resume();
                thread::sleep(2 * TICK);
                clock::pause();
            }
        };
        let mut builder = Builder::new_current_thread();
        let runtime = builder.start_paused(true).on_thread_park(pass_time).build().unwrap();
        runtime.block_on(async {
            let (go, may_end) = mpsc::channel::<()>();
            let job = spawn_blocking(move || may_end.recv());
            sleep(TICK).await;
            drop(go);
            job.await.unwrap().unwrap_err();
        });
    });
}

#[test]
fn time_goes_on_when_a_job_that_nobody_awaits_has_ended() {
    within_a_minute(|| {
        paused().block_on(async {
            for _ in 0..5_000 {
                drop(spawn_blocking(|| ()));
                sleep(Duration::from_millis(1)).await;
            }
        });
    });
}

// ---- Messages -----------------------------------------------------------------------------------

#[test]
fn messages_sent_just_before_a_runtime_leaves_a_thread_are_handled_before_it_has_left() {
    let runtime = runtime();
    let handle = runtime.handle();
    runtime.block_on(async {
        elsewhere(|| {
            for _ in 0..3000 {
                handle.spawn(pending::<()>());
            }
        });
    });
    assert_eq!(handle.metrics().num_alive_tasks(), 3000);
}

/// It would end the next sleep for nothing, and costs a system call.
#[test]
fn a_message_to_a_loop_that_is_awake_unparks_nothing() {
    let (recorder, recording) = Recorder::with_capacity(10_000);
    let runtime = Builder::new_current_thread().enable_all().trace(recorder).build().unwrap();
    runtime.block_on(async {
        let mail = Channel::new();
        let mine = mail.clone();
        let receiver = kettle::spawn(async move { mine.receive().await });
        yield_now().await;
        elsewhere(|| mail.send(()));
        receiver.await.unwrap();
        sleep(Duration::from_millis(5)).await;
    });
    let unparks = |unparked| {
        count(
            &recording.records(),
            |event| matches!(event, Event::Unpark { unparked: by_another, .. } if *by_another == unparked),
        )
    };
    assert_eq!(unparks(true), 0);
    assert!(unparks(false) > 0);
}

/// Among so many tasks that are always ready, with neither a timer nor a socket.
#[test]
fn a_wake_from_another_thread_is_as_prompt_as_a_timers() {
    const INTERVAL: usize = 31;
    const TASKS: usize = 100_000;
    let polls = Arc::new(AtomicUsize::new(0));
    let mut builder = Builder::new_current_thread();
    let runtime = builder.event_interval(u32::try_from(INTERVAL).unwrap()).build().unwrap();
    let late = runtime.block_on(async {
        let mail = Channel::new();
        for _ in 0..TASKS {
            let (polls, mail) = (polls.clone(), mail.clone());
            kettle::spawn(async move {
                loop {
                    let now = polls.fetch_add(1, Ordering::Relaxed);
                    if now % (TASKS / 10 + 7) == 0 {
                        elsewhere(|| mail.send(now)); // inside of this poll
                    }
                    yield_now().await;
                }
            });
        }
        let mut late = Vec::new();
        for _ in 0..20 {
            let then = mail.receive().await;
            late.push(polls.load(Ordering::Relaxed) - then);
        }
        late
    });
    assert!(late.iter().all(|polls| *polls <= 2 * INTERVAL), "{late:?}");
}

#[test]
fn a_sleep_dropped_where_its_runtime_is_entered_but_not_driven_leaves_nothing() {
    let (recorder, recording) = Recorder::with_capacity(1_000_000);
    let runtime = Builder::new_current_thread().trace(recorder).build().unwrap();
    let room = || runtime.block_on(async { Handle::current().metrics().capacity().unwrap() });
    let before = room();
    {
        let _entered = runtime.enter();
        for _ in 0..100_000 {
            let sleep = pin!(sleep(HOUR));
            assert!(sleep.poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
    }
    assert!(room() <= before + 64, "room for {} more", room() - before);
    let messages =
        recording.records().iter().filter(|one| matches!(one.event, Event::Message { .. })).count();
    assert_eq!(messages, 0);
}

/// Another thread registers and cancels timers while turns begin: what a turn counts is what the
/// events before it have told. Draws lots: the thread does so at any moment of a turn.
#[test]
fn a_turn_counts_what_was_recorded_before_it() {
    let (recorder, recording) = Recorder::with_capacity(10_000_000);
    let runtime = Builder::new_current_thread().trace(recorder).build().unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let _entered = runtime.enter();
            while !done.load(Ordering::Relaxed) {
                let sleep = pin!(sleep(HOUR));
                assert!(sleep.poll(&mut Context::from_waker(Waker::noop())).is_pending());
            }
        });
        runtime.block_on(async {
            for _ in 0..10_000 {
                yield_now().await;
            }
        });
        done.store(true, Ordering::Relaxed);
    });
    let mut alive = 0;
    for record in recording.records() {
        match record.event {
            Event::TimerAdd { .. } => alive += 1,
            Event::TimerCancel { .. } => alive -= 1,
            Event::Turn { timers, .. } => assert_eq!(timers, alive, "at record {}", record.seq),
            Event::Lost { .. } => return, // the rest is not known
            _ => {}
        }
    }
    assert!(alive <= 1);
}

// ---- The end of tasks ---------------------------------------------------------------------------

/// Draws lots: the job ends on its thread at any moment of the handle's polls.
#[test]
fn a_job_whose_output_was_taken_has_ended() {
    let runtime = runtime();
    let _entered = runtime.enter();
    for round in 0..50_000 {
        let mut job = spawn_blocking(|| ());
        let abort = job.abort_handle();
        let mut cx = Context::from_waker(Waker::noop());
        while Pin::new(&mut job).poll(&mut cx).is_pending() {
            std::hint::spin_loop();
        }
        assert!(job.is_finished() && abort.is_finished(), "round {round}");
    }
}

// ---- Many timers at once ------------------------------------------------------------------------

#[test]
fn a_hundred_thousand_timers_due_at_once_leave_room_for_others_and_can_be_cancelled() {
    const TIMERS: usize = 100_000;
    paused().block_on(async {
        let fired = Arc::new(AtomicUsize::new(0));
        let count = fired.clone();
        let waker = waker_that(move || {
            count.fetch_add(1, Ordering::Relaxed);
        });
        let due = clock::now() + HOUR;
        let mut timers: Vec<_> = (0..TIMERS)
            .map(|_| {
                let mut timer = Timer::new(due);
                assert!(timer.poll(&mut Context::from_waker(&waker)).is_pending());
                timer
            })
            .collect();
        // Looks at each of its polls how many have fired since, and then cancels the last one.
        let seen = fired.clone();
        let witness = kettle::spawn(async move {
            let (mut most, mut polls, mut before) = (0, 0, 0);
            while before < TIMERS - 1 {
                let now = seen.load(Ordering::Relaxed);
                if before == 0 && now > 0 {
                    drop(timers.pop());
                }
                most = most.max(now - before);
                polls += usize::from(now > before);
                before = now;
                yield_now().await;
            }
            (most, polls, timers)
        });
        advance(HOUR).await;
        assert_eq!(fired.load(Ordering::Relaxed), TIMERS - 1, "all are woken, but for one");
        let (most, polls, timers) = witness.await.unwrap();
        assert!(
            most <= 2 * 1024 && polls >= TIMERS / 2048,
            "{most} at once, {polls} polls between"
        );
        assert!(timers.iter().all(Timer::is_elapsed));
    });
}

// ---- Timers -------------------------------------------------------------------------------------

/// The sink takes 500 ms at the park before a timer of 600 ms. After it the loop may sleep for 100
/// ms, and not for the 600 that it had been before.
#[test]
fn a_sink_that_takes_its_time_at_a_park_does_not_make_timers_late() {
    let parks = |event: &Event| matches!(event, Event::Park { .. });
    let slow = Between(parks, Some(|| thread::sleep(Duration::from_millis(500))));
    let runtime = Builder::new_current_thread().enable_all().trace(slow).build().unwrap();
    let mail = Channel::new();
    let (first, second) = (mail.clone(), mail.clone());
    let after = thread::spawn(move || {
        thread::sleep(Duration::from_secs(1));
        second.send("the other thread, after 1,000 ms");
    });
    let came = runtime.block_on(async {
        kettle::spawn(async move {
            sleep(Duration::from_millis(600)).await;
            first.send("the timer, after 600 ms");
        });
        mail.receive().await
    });
    after.join().unwrap();
    assert_eq!(came, "the timer, after 600 ms");
}

#[test]
fn a_timer_that_never_fired_is_not_elapsed_after_its_runtimes_end() {
    let runtime = paused();
    let mut timer = runtime.block_on(async { Timer::new(clock::now() + HOUR) });
    assert!(timer.poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(runtime);
    assert!(!timer.is_elapsed());
}

// ---- Sockets ------------------------------------------------------------------------------------

/// More futures wait for one socket than one step of the loop wakes, and the runtime ends after that
/// step.
#[test]
fn every_future_that_waits_for_a_socket_is_woken_though_the_runtime_ends_in_between() {
    const FUTURES: usize = 1500;
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_all().event_interval(1).build().unwrap();
    let woken = Arc::new(AtomicUsize::new(0));
    let count = woken.clone();
    let waker = waker_that(move || {
        count.fetch_add(1, Ordering::Relaxed);
    });
    let (stream, mut far) = runtime.block_on(connected());
    let mut futures: Vec<_> = (0..FUTURES).map(|_| Box::pin(stream.readable())).collect();
    assert_eq!(stream.try_read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::WouldBlock);
    for future in &mut futures {
        assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    runtime.block_on(async {
        far.write_all(b"tea").unwrap();
        yield_now().await; // the loop has looked at the sockets, and woken some
    });
    let before = woken.load(Ordering::Relaxed);
    assert!(0 < before && before < FUTURES, "{before}");
    drop(runtime);
    assert_eq!(woken.load(Ordering::Relaxed), FUTURES);
}

/// A connection of loopback: kettle's end, and std's.
async fn connected() -> (TcpStream, std::net::TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let far = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (listener.accept().await.unwrap().0, far)
}

#[test]
fn a_socket_that_waited_is_tried_again_after_its_runtimes_end() {
    let runtime = runtime();
    let (stream, mut far) = runtime.block_on(connected());
    let mut buf = [0; 8];
    assert_eq!(stream.try_read(&mut buf).unwrap_err().kind(), ErrorKind::WouldBlock);
    drop(runtime);
    far.write_all(b"tea").unwrap();
    let read = (0..1000).find_map(|_| {
        thread::sleep(Duration::from_millis(1)); // loopback may take a moment
        stream.try_read(&mut buf).ok()
    });
    assert_eq!(read, Some(3));
}

/// The loop sleeps while another thread registers a socket, and hears of it before it records
/// what that thread did.
#[test]
fn a_source_that_another_thread_adds_is_on_record_before_it_is_ready() {
    within_a_minute(|| {
        let (recorder, recording) = Recorder::with_capacity(10_000);
        let mut builder = Builder::new_current_thread();
        let runtime = builder.enable_all().trace(recorder).build().unwrap();
        let handle = runtime.handle().clone();
        let mail = Channel::new();
        let done = mail.clone();
        let other = thread::spawn(move || {
            let read = handle.block_on(async {
                let (mut stream, mut far) = connected().await;
                let late = thread::spawn(move || {
                    thread::sleep(Duration::from_millis(20));
                    far.write_all(b"tea").unwrap();
                });
                let read = stream.read(&mut [0; 8]).await.unwrap();
                late.join().unwrap();
                read
            });
            done.send(read);
        });
        assert_eq!(runtime.block_on(mail.receive()), 3);
        other.join().unwrap();
        let mut added = Vec::new();
        for record in recording.records() {
            match record.event {
                Event::SourceAdd { source, .. } => added.push(source),
                Event::SourceReady { source, .. } => assert!(added.contains(&source)),
                _ => {}
            }
        }
        assert!(!added.is_empty());
    });
}

// ---- Runtimes inside of others ------------------------------------------------------------------

#[test]
fn a_runtime_that_a_task_ends_records_nothing_as_that_tasks_doing() {
    let (recorder, recording) = Recorder::with_capacity(10_000);
    let inner = Builder::new_current_thread().trace(recorder).build().unwrap();
    inner.spawn(pending::<()>());
    inner.block_on(yield_now());
    let outer = runtime();
    let ends = outer.spawn(async move {
        inner.shutdown_background();
        kettle::task::id()
    });
    let id = outer.block_on(ends).unwrap();
    let records = recording.records();
    let end = records.iter().position(|record| matches!(record.event, Event::RunEnd { .. }));
    assert!(records.len() > end.unwrap() + 1, "the end of the task is on record");
    assert!(records.iter().all(|record| record.task != Some(id)));
}

/// Asks, whenever it is called, which task a program would be told.
struct AsksForTheTask(Arc<Mutex<Vec<Option<Id>>>>);

impl Sink for AsksForTheTask {
    fn record(&mut self, _: &[Record]) {
        self.0.lock().unwrap().push(kettle_runtime::shown_id());
    }
}

#[test]
fn a_runtime_that_an_unwanted_output_ends_is_no_tasks_doing() {
    let answers = Arc::<Mutex<Vec<_>>>::default();
    let inner = paused_with(AsksForTheTask(answers.clone()));
    inner.spawn(pending::<()>());
    let ends_it = on_drop(move || drop(inner));
    runtime().block_on(async {
        drop(kettle::spawn(async { ends_it }));
        yield_now().await;
    });
    let answers = answers.lock().unwrap();
    assert!(!answers.is_empty() && answers.iter().all(Option::is_none), "{answers:?}");
}

#[test]
fn a_step_inside_of_a_poll_leaves_the_tasks_line_as_it_was() {
    let (recorder, recording) = Recorder::new();
    let runtime = Builder::new_current_thread().trace(recorder).build().unwrap();
    runtime.block_on(async {
        let line = line!() + 1;
        yield_now().await;
        {
            let _step = kettle_events::run_as(None);
            kettle::spawn(async {});
        }
        kettle_events::note("after the step");
        let is_the_note = |record: &&Record| matches!(record.event, Event::Note { .. });
        kettle_events::flush();
        let note = recording.records().iter().find(is_the_note).and_then(|record| record.at);
        assert_eq!(note.map(std::panic::Location::line), Some(line));
    });
}

/// Also what the runtime's end adds.
fn in_all_runs(recording: &Recording, what: impl Fn(&Event) -> bool) -> usize {
    recording.records().iter().filter(|record| what(&record.event)).count()
}

// ---- Counts and the end of jobs -----------------------------------------------------------------

#[test]
fn a_job_that_ends_while_its_runtime_does_is_on_record() {
    let (recorder, recording) = Recorder::new();
    let runtime = Builder::new_current_thread().trace(recorder).build().unwrap();
    let (go, may_end) = mpsc::channel::<()>();
    runtime.block_on(async {
        drop(spawn_blocking(move || may_end.recv()));
        // Dropped by the runtime's end.
        kettle::spawn(async move {
            let _go = go;
            pending::<()>().await;
        });
    });
    drop(runtime);
    let ends = |event: &Event| matches!(event, Event::BlockingEnd { .. });
    assert_eq!(in_all_runs(&recording, ends), 1);
}

#[test]
fn a_task_that_was_aborted_before_its_runtimes_end_is_cancelled_once() {
    let (recorder, recording) = Recorder::new();
    let runtime = Builder::new_current_thread().trace(recorder).build().unwrap();
    runtime.block_on(async { kettle::spawn(pending::<()>()).abort() });
    drop(runtime);
    let cancels = |event: &Event| matches!(event, Event::Cancel { .. });
    assert_eq!(in_all_runs(&recording, cancels), 1);
}

#[test]
fn a_task_that_ended_is_not_counted_while_the_loop_sleeps() {
    within_a_minute(|| {
        let runtime = runtime();
        let (handle, metrics) = (runtime.handle().clone(), runtime.handle().metrics());
        let mail = Channel::new();
        let end = mail.clone();
        let watcher = thread::spawn(move || {
            while metrics.worker_park_unpark_count(0) % 2 == 0 {}
            let task = handle.spawn(async {});
            while !task.is_finished() || metrics.worker_park_unpark_count(0) % 2 == 0 {}
            end.send(metrics.num_alive_tasks());
        });
        let alive = runtime.block_on(mail.receive());
        watcher.join().unwrap();
        assert_eq!(alive, 0);
    });
}

#[test]
fn the_doctors_list_of_waiting_tasks_is_without_the_main_future() {
    let parks = |event: &Event| matches!(event, Event::Park { .. });
    let list = Arc::<Mutex<Option<Vec<_>>>>::default();
    let seen = list.clone();
    let look = move || *seen.lock().unwrap() = Some(Handle::current().metrics().waiting());
    paused_with(Between(parks, Some(look))).block_on(async { sleep(TICK).await });
    assert_eq!(list.lock().unwrap().take(), Some(vec![]));
}

// ---- Threads that can't be started --------------------------------------------------------------

/// Two calls at a time, each with a thread that the system refuses. None may say that the job will
/// be run, because the other one's thread will come.
#[test]
fn a_job_is_not_lost_where_two_threads_are_refused_at_once() {
    within_a_minute(|| {
        let [both, one_is_back] = [(); 2].map(|()| Arc::new(Barrier::new(2)));
        let back = one_is_back.clone();
        let start_thread: StartThread = Arc::new(move |_work| {
            both.wait();
            if thread::current().name() == Some("second") {
                back.wait();
            }
            Err(ErrorKind::OutOfMemory.into())
        });
        let config = Config { start_thread, ..Config::default() };
        let runtime = kettle_runtime::Runtime::with(config).unwrap();
        let ask = |name: &str| {
            let handle = runtime.handle().clone();
            let thread = thread::Builder::new().name(name.to_owned());
            let call = move || {
                let _entered = handle.enter();
                kettle_runtime::spawn_mandatory(|| ()).map(drop)
            };
            thread.spawn(call).unwrap()
        };
        let (first, second) = (ask("first"), ask("second"));
        let refused = first.join().is_err();
        one_is_back.wait();
        assert!(second.join().is_err());
        assert!(refused, "the first was told that its job will be run");
        assert_eq!(runtime.handle().metrics().idle_threads(), Some(0));
    });
}

#[test]
fn a_job_whose_thread_was_not_started_because_of_a_panic_is_dropped() {
    let start_thread: StartThread = Arc::new(|_work| panic!("no thread today"));
    let config = Config { start_thread, ..Config::default() };
    let runtime = kettle_runtime::Runtime::with(config).unwrap();
    let panic = panic_of(|| runtime.handle().spawn_blocking(|| ()));
    assert_eq!(panic, "no thread today");
    assert_eq!(runtime.handle().metrics().idle_threads(), Some(0), "no job is out");
}

/// The limit allows no second thread, so the second job is queued for the first one's.
#[test]
fn a_job_that_was_queued_for_a_thread_that_is_refused_is_cancelled() {
    within_a_minute(|| {
        let handle = Arc::new(OnceLock::<Handle>::new());
        let second = Arc::<Mutex<Option<_>>>::default();
        let (known, made) = (handle.clone(), second.clone());
        let start_thread: StartThread = Arc::new(move |_work| {
            let handle = known.get().expect("the job comes after its runtime");
            *made.lock().unwrap() = Some(handle.spawn_blocking(|| ()));
            Err(ErrorKind::OutOfMemory.into())
        });
        let config = Config { start_thread, max_blocking_threads: 1, ..Config::default() };
        let runtime = kettle_runtime::Runtime::with(config).unwrap();
        handle.set(runtime.handle().clone()).unwrap();
        panic_of(|| runtime.handle().spawn_blocking(|| ()));
        assert_eq!(runtime.handle().metrics().idle_threads(), Some(0), "no job is out");
        let second = second.lock().unwrap().take().unwrap();
        assert!(runtime.block_on(second).unwrap_err().is_cancelled());
    });
}

/// The first thread has ended, by its short life, before the call that made it returns.
#[test]
fn a_job_is_not_queued_for_a_thread_that_has_ended() {
    let handle = Arc::new(OnceLock::<Handle>::new());
    let (known, panicked) = (handle.clone(), Arc::<OnceLock<String>>::default());
    let words = panicked.clone();
    let start_thread: StartThread = Arc::new(move |work| {
        if thread::current().name() == Some("second") {
            return Err(ErrorKind::OutOfMemory.into());
        }
        thread::spawn(work).join().unwrap();
        let handle = known.get().expect("the job comes after its runtime");
        let call = || panic_of(|| handle.spawn_blocking(|| ()));
        thread::scope(|scope| {
            let second = thread::Builder::new().name("second".to_owned());
            words.set(second.spawn_scoped(scope, call).unwrap().join().unwrap()).unwrap();
        });
        Ok(())
    });
    let thread_keep_alive = Duration::ZERO;
    let config = Config { start_thread, thread_keep_alive, ..Config::default() };
    let runtime = kettle_runtime::Runtime::with(config).unwrap();
    handle.set(runtime.handle().clone()).unwrap();
    drop(runtime.handle().spawn_blocking(|| ()));
    assert!(panicked.get().unwrap().starts_with("no thread for blocking work"));
    assert_eq!(runtime.handle().metrics().idle_threads(), Some(0), "no job is out");
}

// ---- A `block_on` inside of a task ---------------------------------------------------------------

/// The loop that calls deferred wakers is the one that this blocks.
#[test]
fn a_block_on_inside_of_a_task_defers_no_waker() {
    within_a_minute(|| {
        paused().block_on(async {
            let handle = Handle::current();
            let (sender, mut receiver) = kettle::sync::mpsc::unbounded_channel();
            let spawned = kettle::task::run_in_place(|| {
                handle.block_on(async {
                    yield_now().await;
                    for number in 0..1000 {
                        sender.send(number).unwrap();
                        assert_eq!(receiver.recv().await, Some(number));
                    }
                });
                kettle::spawn(async { 7 }) // by message: it is polled later
            });
            assert_eq!(spawned.await.unwrap(), 7);
        });
    });
}

// ---- Timers -------------------------------------------------------------------------------------

#[test]
fn a_timer_whose_waker_panics_at_a_reset_forgets_its_key() {
    paused().block_on(async {
        let (begin, later) = (clock::now(), clock::now() + HOUR);
        let mut first = Timer::new(later);
        let panics = waker_that(|| panic!("a foreign waker"));
        assert!(first.poll(&mut Context::from_waker(&panics)).is_pending());
        advance(2 * TICK).await;
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| first.reset(begin)));
        let mut second = Timer::new(later);
        assert!(second.poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(first);
        assert!(!second.is_elapsed(), "the first took the second one out of the wheel");
    });
}
