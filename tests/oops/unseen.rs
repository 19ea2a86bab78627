//! Programs that hang where only the doctor's own thread notices: in a poll, or because another thread
//! waits, too. And right ones beside them.

use std::future::poll_fn;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::unix::pipe;
use kettle::net::{TcpListener, TcpStream, UdpSocket, UnixDatagram, UnixListener, UnixStream};
use kettle::runtime::{Builder, LocalRuntime};
use kettle::sync::{mpsc, watch};
use kettle::task::{LocalSet, spawn_blocking, spawn_local, yield_now};
use kettle::time::{sleep, timeout};

use crate::alone::both;

played! {
    /// As in `alone.rs`.
    NAMES:
    "deadlock/a_job_that_waits_for_main" a_job_that_waits_for_main();
    "deadlock/a_thread_that_waits_for_main" a_thread_that_waits_for_main();
    "deadlock/a_job_that_outlives_main" a_job_that_outlives_main();
    "deadlock/a_job_that_waits_for_a_timer_of_a_paused_clock" a_job_under_a_paused_clock();
    "deadlock/a_pool_whose_thread_is_taken" a_pool_whose_thread_is_taken();
    "deadlock/two_ends_of_a_connection" two_ends_of_a_connection(1);
    "deadlock/both_ends_of_all_kinds" both_ends_of_all_kinds();
    "deadlock?/two_ends_of_a_connection_of_a_server" two_ends_of_a_connection(9);
    "deadlock?/a_task_that_a_visitor_would_wake" a_task_that_a_visitor_would_wake();
    "deadlock?/two_ends_of_a_connection_that_are_full" two_ends_that_are_full();
    "deadlock?/a_circle_of_locks_while_the_loop_sleeps" a_circle_of_locks_while_the_loop_sleeps();
    "never_yields/a_flag_that_a_timer_would_set" a_flag_that_a_timer_would_set();
    "never_yields?/a_socket_that_is_not_served" a_socket_that_is_not_served();
    "blocking_poll/a_value_that_is_read_and_sent" a_value_that_is_read_and_sent();
    /// They end, and then the verdict is a panic.
    ENDS:
    "never_yields/a_limit_that_could_not_come_between" a_limit_that_could_not_come_between();
    /// These are only hinted at.
    HINTS:
    "idle_runtime/a_timer_that_no_thread_fires" a_timer_that_no_thread_fires();
    "idle_runtime/local_tasks_that_no_thread_drives" local_tasks_at_rest();
    FINE:
    "none/a_job_that_waits_for_a_while" a_job_that_waits_for_a_while();
    "none/a_thread_that_comes_late" a_thread_that_comes_late();
    "none/pipes_that_another_process_has" pipes_that_another_process_has();
    "none/a_pipe_with_a_name" a_pipe_with_a_name();
    "none/a_server_that_is_told_to_stop" a_server_that_is_told_to_stop();
    "none/a_set_between_two_runs" a_set_between_two_runs();
    "none/a_job_that_works_under_a_paused_clock" a_job_that_works_under_a_paused_clock();
}

/// Longer than the doctor looks on before it speaks.
const LONG: Duration = Duration::from_secs(3);

fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

/// What the first job waits for is told by the second one, which has no thread.
fn a_pool_whose_thread_is_taken() {
    let runtime = Builder::new_current_thread().max_blocking_threads(1).build();
    runtime.expect("a runtime").block_on(async {
        let (tx, rx) = std::sync::mpsc::channel();
        let first = spawn_blocking(move || rx.recv());
        let second = spawn_blocking(move || tx.send(1));
        first.await.expect("no panic").expect("it is told");
        second.await.expect("no panic").expect("it is heard");
    });
}

/// No visitor comes, so the loop goes to sleep with the circle, and nothing wakes it.
fn a_circle_of_locks_while_the_loop_sleeps() {
    block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let locks = [(); 2].map(|()| Arc::new(kettle::sync::Mutex::new(())));
        let [a, b] = locks;
        kettle::spawn(both(a.clone(), b.clone()));
        kettle::spawn(both(b, a));
        listener.accept().await.expect("nobody comes");
    });
}

/// The job ends with the last sender, which main keeps until the job has ended.
fn a_job_that_waits_for_main() {
    block_on(async {
        let (tx, mut rx) = mpsc::channel::<u32>(4);
        let sum = spawn_blocking(move || {
            let mut sum = 0;
            while let Some(number) = rx.blocking_recv() {
                sum += number;
            }
            sum
        });
        tx.send(1).await.expect("the job receives");
        assert_eq!(sum.await.expect("no panic"), 1);
        drop(tx);
    });
}

fn a_thread_that_waits_for_main() {
    block_on(async {
        let (to_main, mut answers) = mpsc::channel::<u32>(1);
        let (to_thread, questions) = std::sync::mpsc::channel();
        thread::spawn(move || {
            for question in questions {
                to_main.blocking_send(question).expect("main receives");
            }
        });
        assert_eq!(answers.recv().await, None, "main was to ask first");
        to_thread.send(1).expect("the thread receives");
    });
}

/// The runtime ends when its jobs have, and this one ends with a sender that nothing drops.
fn a_job_that_outlives_main() {
    block_on(async {
        let (tx, lines) = std::sync::mpsc::channel::<&str>();
        spawn_blocking(move || for _line in lines {});
        tx.send("begin").expect("the job receives");
        std::mem::forget(tx);
    });
}

/// The clock stands still until the job has ended.
fn a_job_under_a_paused_clock() {
    let runtime = Builder::new_current_thread().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        let (tx, mut rx) = mpsc::channel::<u32>(1);
        let job = spawn_blocking(move || rx.blocking_recv());
        kettle::spawn(async move {
            sleep(LONG).await;
            tx.send(1).await
        });
        job.await.expect("no panic");
    });
}

fn local_tasks_at_rest() {
    let runtime = LocalRuntime::new().expect("a runtime");
    let _answer = runtime.spawn_local(async { 42 });
    thread::sleep(LONG);
}

/// Of each connection one end is read; nothing comes, and what has not been accepted stays so.
fn both_ends_of_all_kinds() {
    block_on(async {
        let at = std::env::temp_dir().join(format!("kettle-oops-{}", std::process::id()));
        let unix = UnixListener::bind(&at).expect("a path");
        let tcp = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let (sender, mut receiver) = pipe::pipe().expect("a pipe");
        let (stream, other) = UnixStream::pair().expect("two ends");
        let (datagrams, others) = UnixDatagram::pair().expect("two ends");
        let [ours, theirs] = [UdpSocket::bind("127.0.0.1:0"), UdpSocket::bind("127.0.0.1:0")];
        let [ours, theirs] = [ours.await.expect("a port"), theirs.await.expect("a port")];
        ours.connect(theirs.local_addr().expect("its address")).await.expect("a way there");
        theirs.connect(ours.local_addr().expect("its address")).await.expect("a way back");
        let mut in_line = UnixStream::connect(&at).await.expect("a listener");
        let address = tcp.local_addr().expect("its address");
        let mut in_line_too = TcpStream::connect(address).await.expect("a listener");
        std::fs::remove_file(at).expect("it was bound");
        let [mut stream, mut other] = [stream, other];
        let _never = kettle::join!(
            stream.read_u8(),
            other.read_u8(),
            datagrams.readable(),
            ours.readable(),
            receiver.read_u8(),
            in_line.read_u8(),
            in_line_too.read_u8(),
        );
        drop((unix, tcp, sender, others, theirs));
    });
}

fn a_flag_that_a_timer_would_set() {
    block_on(async {
        let done = Arc::new(AtomicBool::new(false));
        kettle::spawn({
            let done = done.clone();
            async move {
                sleep(Duration::from_millis(20)).await;
                done.store(true, Ordering::Release);
            }
        });
        sleep(Duration::from_millis(1)).await;
        while !done.load(Ordering::Acquire) {
            std::hint::spin_loop();
        }
    });
}

/// The poll ends by itself, and what was due is gone with the `timeout`: the verdict that was given meanwhile stays.
fn a_limit_that_could_not_come_between() {
    block_on(async {
        let solve = async {
            yield_now().await;
            let begun = Instant::now();
            while begun.elapsed() < LONG {
                std::hint::spin_loop();
            }
        };
        timeout(Duration::from_millis(50), solve).await.expect("it is ready");
    });
}

fn a_socket_that_is_not_served() {
    block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let served = Arc::new(AtomicBool::new(false));
        kettle::spawn({
            let served = served.clone();
            async move {
                listener.accept().await.expect("a visitor");
                served.store(true, Ordering::Release);
            }
        });
        sleep(Duration::from_millis(1)).await;
        while !served.load(Ordering::Acquire) {
            std::hint::spin_loop();
        }
    });
}

/// What `borrow` gives is a lock.
fn a_value_that_is_read_and_sent() {
    block_on(async {
        let (tx, rx) = watch::channel(1);
        let now = rx.borrow();
        tx.send(*now + 1).expect("rx is here");
    });
}

fn a_timer_that_no_thread_fires() {
    let worker = Builder::new_current_thread().name("worker").build().expect("a runtime");
    worker.block_on(async {
        let beats = async || loop {
            sleep(Duration::from_millis(100)).await;
        };
        kettle::spawn(async move { beats().await });
        yield_now().await;
    });
    thread::sleep(LONG);
}

/// Each reads to the end of what the other one sends, and neither ends that.
fn two_ends_of_a_connection(visitors: u32) {
    block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let mut near = TcpStream::connect(listener.local_addr().expect("its address"))
            .await
            .expect("a listener");
        kettle::spawn(async move {
            for _ in 0..visitors {
                let (mut far, _) = listener.accept().await.expect("a visitor");
                kettle::spawn(async move { far.read_to_end(&mut Vec::new()).await });
            }
        });
        near.write_all(b"tea").await.expect("a server");
        near.read_to_end(&mut Vec::new()).await.expect("its answer");
    });
}

/// It has the far end of the connection, and waits for code that is not kettle's.
fn a_task_that_a_visitor_would_wake() {
    block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let mut near = TcpStream::connect(address).await.expect("a listener");
        let (far, _) = listener.accept().await.expect("a visitor");
        let bell = Arc::new(Mutex::new(None::<Waker>));
        let kept = bell.clone();
        kettle::spawn(async move {
            poll_fn(|cx| {
                *kept.lock().expect("no panic") = Some(cx.waker().clone());
                Poll::<()>::Pending
            })
            .await;
            drop(far);
        });
        kettle::spawn(async move {
            listener.accept().await.expect("a visitor");
            bell.lock().expect("no panic").take().expect("a task waits").wake();
        });
        near.read_to_end(&mut Vec::new()).await.expect("an end");
    });
}

/// Both write more than fits. The system asks again and again whether there is room, and may give that up.
fn two_ends_that_are_full() {
    static MUCH: [u8; 1 << 16] = [7; 1 << 16];
    block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let mut near = TcpStream::connect(address).await.expect("a listener");
        let (mut far, _) = listener.accept().await.expect("a visitor");
        kettle::spawn(async move { while far.write_all(&MUCH).await.is_ok() {} });
        while near.write_all(&MUCH).await.is_ok() {}
    });
}

/// It looks as if it waited for main, but its wait ends by itself.
fn a_job_that_waits_for_a_while() {
    block_on(async {
        let (tx, rx) = std::sync::mpsc::channel::<()>();
        let job = spawn_blocking(move || rx.recv_timeout(LONG));
        assert_eq!(job.await.expect("no panic"), Err(RecvTimeoutError::Timeout));
        drop(tx);
    });
}

fn a_thread_that_comes_late() {
    block_on(async {
        let (tx, mut rx) = mpsc::channel(1);
        let (go, starts) = std::sync::mpsc::channel();
        thread::spawn(move || {
            starts.recv().expect("the other thread tells");
            tx.blocking_send(5).expect("main receives");
        });
        thread::spawn(move || {
            thread::sleep(LONG);
            go.send(()).expect("it waits");
        });
        assert_eq!(rx.recv().await, Some(5));
    });
}

/// A process that is no child, as another job of the build that has these pipes, too.
fn elsewhere(script: &str, stdout: Stdio) {
    let script = format!("(sleep 3; {script}) &");
    let shell = Command::new("sh").args(["-c", &script]).stdout(stdout).status();
    assert!(shell.expect("a shell").success());
}

/// A token comes by a pipe whose ends are both here, and one is there.
fn pipes_that_another_process_has() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    elsewhere("printf +", writer.try_clone().expect("room").into());
    block_on(async {
        let mut tokens = pipe::Receiver::from_owned_fd(reader.into()).expect("a pipe");
        assert_eq!(tokens.read_u8().await.expect("a token"), b'+');
        drop(writer);
    });
}

fn a_pipe_with_a_name() {
    let at = std::env::temp_dir().join(format!("kettle-orders-{}", std::process::id()));
    assert!(Command::new("mkfifo").arg(&at).status().expect("it is there").success());
    elsewhere(&format!("printf + > {}", at.display()), Stdio::null());
    block_on(async {
        let both = std::fs::File::options().read(true).write(true).open(&at).expect("both ends");
        let mut orders = pipe::Receiver::from_owned_fd(both.into()).expect("a pipe");
        assert_eq!(orders.read_u8().await.expect("an order"), b'+');
    });
    std::fs::remove_file(at).expect("it was made");
}

/// Main waits for the word to stop, which a visitor brings.
fn a_server_that_is_told_to_stop() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    listener.set_nonblocking(true).expect("a socket");
    let url = format!("/dev/tcp/127.0.0.1/{}", address.port());
    elsewhere(&format!("exec bash -c 'printf + > {url}'"), Stdio::null());
    block_on(async {
        let listener = TcpListener::from_std(listener).expect("a listener");
        let (mut stop, mut stopped) = pipe::pipe().expect("a pipe");
        kettle::spawn(async move {
            let (mut visitor, _) = listener.accept().await.expect("a visitor");
            let word = visitor.read_u8().await.expect("a word");
            stop.write_u8(word).await.expect("main reads");
        });
        assert_eq!(stopped.read_u8().await.expect("a word"), b'+');
    });
}

/// What is spawned last runs only in the second one.
fn a_set_between_two_runs() {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let set = LocalSet::new();
    runtime.block_on(set.run_until(async { drop(spawn_local(async { 42 })) }));
    thread::sleep(LONG);
    runtime.block_on(set);
}

/// The clock stands still for so long, and then goes on.
fn a_job_that_works_under_a_paused_clock() {
    let runtime = Builder::new_current_thread().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        let begins = std::time::Instant::now();
        let job = spawn_blocking(move || while begins.elapsed() < LONG {});
        kettle::spawn(sleep(LONG)).await.expect("no panic");
        job.await.expect("no panic");
    });
}
