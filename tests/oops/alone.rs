//! Programs beside `examples/oops_*.rs`, which need a process of their own, too: what is proof that
//! nothing can ever happen again, and what comes close to it.

use std::future::{pending, poll_fn};
use std::num::TryFromIntError;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex as StdMutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use kettle::io::AsyncReadExt;
use kettle::net::{TcpListener, TcpStream, UnixStream};
use kettle::runtime::Builder;
use kettle::sync::{Mutex, mpsc, oneshot};
use kettle::task::{LocalSet, spawn_blocking, spawn_local};
use kettle::time::sleep;

/// Each name begins with the lint that the program is to meet.
pub(crate) type Program = (&'static str, fn());

pub(crate) const ENDS: &[Program] = &[
    ("deadlock/after_blocking_work", after_blocking_work),
    ("deadlock/a_set_that_no_task_polls", a_set_that_no_task_polls),
    ("deadlock/a_read_that_select_has_dropped", a_read_that_select_has_dropped),
    ("deadlock/a_task_of_a_local_set", a_task_of_a_local_set),
    ("deadlock/after_more_records_than_fit", after_more_records_than_fit),
    ("lost_wakeup/a_task_that_main_needs", a_task_that_main_needs),
];

/// A thread of the pool waits, too, and no record tells that it won't act: so nothing is certain,
/// and only the doctor's own thread notices.
pub(crate) const UNSEEN: &[Program] =
    &[("open_waits?/a_job_that_waits_for_main", a_job_that_waits_for_main)];

/// The doctor has nothing to say.
pub(crate) const FINE: &[Program] = &[
    ("none/a_job_handed_in_before", a_job_handed_in_before),
    ("none/main_keeps_a_server_alive", main_keeps_a_server_alive),
    ("none/a_guard_in_a_thread", a_guard_in_a_thread),
    ("none/a_supervisor_that_aborts_one", a_supervisor_that_aborts_one),
    ("none/a_setter_that_wakes", a_setter_that_wakes),
    ("none/a_job_that_waits_for_a_while", a_job_that_waits_for_a_while),
    ("none/a_server_without_guests", a_server_without_guests),
    ("none/a_tcp_stream_that_is_asked_again", a_tcp_stream_that_is_asked_again),
    ("none/a_set_between_two_runs", a_set_between_two_runs),
    ("none/a_child_at_the_other_end", a_child_at_the_other_end),
    ("none/a_job_that_ends_after_main", a_job_that_ends_after_main),
    ("none/a_thread_that_comes_late", a_thread_that_comes_late),
    ("none/a_main_that_ends_with_an_error", a_main_that_ends_with_an_error),
];

/// Longer than the doctor looks on before it speaks.
const LONG: Duration = Duration::from_secs(3);

// ---- nothing can happen any more ----------------------------------------------------------------

/// The pool's thread is idle by then, and doesn't count.
#[kettle::main]
async fn after_blocking_work() {
    let (tx, rx) = oneshot::channel::<()>();
    let sum = spawn_blocking(|| (1..=10).sum::<u32>()).await.expect("no panic");
    assert_eq!(sum, 55);
    sleep(Duration::from_millis(5)).await;
    let (_nobody, mut never) = mpsc::channel::<()>(1);
    kettle::spawn(async move {
        never.recv().await;
        drop(tx);
    });
    let _ = rx.await;
}

#[kettle::main]
async fn a_set_that_no_task_polls() {
    let set = LocalSet::new();
    let (tx, rx) = oneshot::channel();
    set.spawn_local(async { tx.send(1) });
    rx.await.expect("a value");
}

/// Nobody waits for the socket any more, though it has main's waker.
#[kettle::main]
async fn a_read_that_select_has_dropped() {
    sleep(Duration::from_millis(5)).await;
    let (mut ours, _theirs) = UnixStream::pair().expect("a pair");
    let (tx, rx) = oneshot::channel();
    kettle::spawn(async move { tx.send(1) });
    let mut bytes = [0; 8];
    kettle::select! {
        biased;
        value = rx => assert_eq!(value, Ok(1)),
        _ = ours.read(&mut bytes) => unreachable!("nothing is written"),
    }
    let (_tx, rx) = oneshot::channel::<()>();
    let _ = rx.await;
}

/// It has a sender of its own.
fn a_task_of_a_local_set() {
    let set = LocalSet::new();
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    set.block_on(&runtime, async {
        let (tx, mut rx) = mpsc::channel::<()>(1);
        let waits = async move { (rx.recv().await, tx) };
        spawn_local(waits).await.expect("no panic");
    });
}

/// Where all is recorded, a part of it is lost.
#[kettle::main]
async fn after_more_records_than_fit() {
    for _ in 0..70_000 {
        kettle::trace::note("one more");
    }
    let (_tx, rx) = oneshot::channel::<()>();
    let _ = rx.await;
}

/// Another task goes on, which can't help.
#[kettle::main]
async fn a_task_that_main_needs() {
    kettle::spawn(async {
        loop {
            sleep(Duration::from_millis(5)).await;
        }
    });
    kettle::spawn(poll_fn(|_| Poll::<()>::Pending)).await.expect("no panic");
}

/// The job ends with the last sender, which main keeps until the job has ended.
#[kettle::main]
async fn a_job_that_waits_for_main() {
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
}

// ---- something comes ----------------------------------------------------------------------------

/// The job is on no record of the run: it was there before.
fn a_job_handed_in_before() {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let (tx, mut rx) = mpsc::channel(1);
    let job = runtime.spawn_blocking(move || {
        thread::sleep(Duration::from_millis(200));
        tx.blocking_send(5).expect("rx is here");
    });
    assert_eq!(runtime.block_on(rx.recv()), Some(5));
    runtime.block_on(job).expect("no panic");
}

/// What main itself waits for never comes; but it isn't there for its own sake.
#[kettle::main]
async fn main_keeps_a_server_alive() {
    kettle::spawn(async {
        sleep(Duration::from_millis(100)).await;
        std::process::exit(0);
    });
    pending::<()>().await;
}

/// A guard can be handed to a thread, and comes back.
#[kettle::main]
async fn a_guard_in_a_thread() {
    let till = Arc::new(Mutex::new(()));
    let guard = till.clone().lock_owned().await;
    let thread = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        drop(guard);
    });
    drop(till.lock().await);
    thread.join().expect("no panic");
}

/// Takes one lock and then another.
async fn both(first: Arc<Mutex<()>>, second: Arc<Mutex<()>>) {
    let _first = first.lock().await;
    sleep(Duration::from_millis(1)).await;
    let _second = second.lock().await;
}

/// Anna and Bert wait for each other until one of them is aborted.
#[kettle::main]
async fn a_supervisor_that_aborts_one() {
    let (pan, knife) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
    let anna = kettle::spawn(both(pan.clone(), knife.clone()));
    let bert = kettle::spawn(both(knife, pan));
    sleep(Duration::from_millis(50)).await;
    anna.abort();
    assert!(anna.await.expect_err("aborted").is_cancelled());
    bert.await.expect("the lock that Anna had");
}

/// A flag that isn't kettle's, with the waker of whoever waits for it.
#[derive(Clone, Default)]
pub(crate) struct Flag(Arc<StdMutex<(bool, Option<Waker>)>>);

impl Flag {
    /// Returns the waker to call.
    pub(crate) fn set(&self) -> Option<Waker> {
        let mut flag = self.0.lock().expect("no panic");
        flag.0 = true;
        flag.1.take()
    }

    pub(crate) async fn is_set(&self) {
        poll_fn(|cx| {
            let mut flag = self.0.lock().expect("no panic");
            flag.1 = Some(cx.waker().clone());
            if flag.0 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

/// The waker is outside of kettle, and a timer's task calls it.
#[kettle::main]
async fn a_setter_that_wakes() {
    let flag = Flag::default();
    let setter = flag.clone();
    kettle::spawn(async move {
        sleep(Duration::from_millis(20)).await;
        setter.set().expect("main waits").wake();
    });
    flag.is_set().await;
}

/// It looks as if it waited for main, but its wait ends by itself.
#[kettle::main]
async fn a_job_that_waits_for_a_while() {
    let (tx, rx) = std::sync::mpsc::channel::<()>();
    let job = spawn_blocking(move || rx.recv_timeout(LONG));
    assert_eq!(job.await.expect("no panic"), Err(RecvTimeoutError::Timeout));
    drop(tx);
}

/// It would have awaited the task. (`forgets`: it doesn't.)
#[kettle::main]
async fn a_main(forgets: bool) -> Result<(), TryFromIntError> {
    let task = kettle::spawn(async {});
    u8::try_from(if forgets { 3 } else { 300 })?;
    if !forgets {
        task.await.expect("it ends");
    }
    Ok(())
}

fn a_main_that_ends_with_an_error() {
    a_main(false).unwrap_err();
}

pub(crate) fn a_main_that_forgets_a_task() {
    a_main(true).unwrap();
}

/// What the program's own threads will do, the program knows, as one that reads its input so.
#[kettle::main]
async fn a_thread_that_comes_late() {
    sleep(Duration::from_millis(100)).await;
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
}

/// It waits for what may come from outside.
#[kettle::main]
async fn a_server_without_guests() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        thread::sleep(LONG);
        std::net::TcpStream::connect(address).expect("it listens");
    });
    listener.accept().await.expect("a guest");
}

/// No thread of this process can end the wait: the child has the other end, and leaves in time.
#[kettle::main]
async fn a_child_at_the_other_end() {
    sleep(Duration::from_millis(5)).await;
    let (ours, theirs) = std::os::unix::net::UnixStream::pair().expect("a pair");
    let theirs = OwnedFd::from(theirs);
    let mut child = Command::new("sleep").arg("3").stdin(theirs).spawn().expect("a child");
    ours.set_nonblocking(true).expect("a socket");
    let mut ours = UnixStream::from_std(ours).expect("a socket");
    assert_eq!(ours.read(&mut [0; 8]).await.expect("the end"), 0);
    assert!(child.wait().expect("it has ended").success());
}

/// The other process writes soon after the first time, and then after longer than the doctor looks
/// on before it speaks.
#[kettle::main]
async fn a_tcp_stream_that_is_asked_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let mut ours = TcpStream::connect(address).await.expect("it listens");
    let theirs = listener.accept().await.expect("a guest").0.into_std().expect("a socket");
    let slowly = "echo tea; sleep 0.3; echo tea; sleep 3; echo tea";
    let mut shell = Command::new("sh");
    shell.args(["-c", slowly]).stdin(Stdio::null()).stdout(OwnedFd::from(theirs));
    drop(shell.spawn().expect("a shell"));
    for _ in 0..3 {
        assert_eq!(ours.read(&mut [0; 8]).await.expect("a line"), 4);
    }
}

/// What is spawned last runs only in the second one.
fn a_set_between_two_runs() {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let set = LocalSet::new();
    runtime.block_on(set.run_until(async { drop(spawn_local(async { 42 })) }));
    thread::sleep(LONG);
    runtime.block_on(set);
}

/// The runtime stays, but no job keeps it. No record has the end of that one.
fn a_job_that_ends_after_main() {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        drop(spawn_blocking(|| thread::sleep(Duration::from_millis(100))));
    });
    thread::sleep(LONG);
    drop(runtime);
}
