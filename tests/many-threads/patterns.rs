//! The patterns: programs that wait for a task without `.await`, or for a runtime whose `block_on` no thread is in.
//!
//! Each returns when what it waits for has come. A pattern that isn't served never returns.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Condvar, Mutex, mpsc as std_mpsc};
use std::task::{Context, Poll, Wake};
use std::thread::{self, Thread};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{block_in_place, spawn_blocking, yield_now};
use tokio::time::sleep;

pub(crate) struct Pattern {
    pub(crate) name: &'static str,
    /// What the program does.
    pub(crate) about: &'static str,
    /// What to write instead where it hangs.
    pub(crate) instead: &'static str,
    pub(crate) play: fn(),
}

/// `patterns!(name: about, instead)`.
macro_rules! patterns {
    ($($name:ident: $about:literal, $instead:expr;)*) => {
        pub(crate) const PATTERNS: &[Pattern] = &[$(Pattern {
            name: stringify!($name), about: $about, instead: $instead, play: $name,
        }),*];
    };
}

const AWAIT: &str = "`.await` it";
const MOVE: &str = "`spawn_blocking`";
const ASYNC: &str = "the same of `tokio::sync`, with `.await`";

patterns! {
    after_block_on: "a task goes on after `block_on` has returned", "";
    before_block_on: "a runtime on which tasks are only spawned, from a static or a field", "";
    between_block_ons: "a task goes on between two `block_on`s", "";
    second_runtime: "a task of a second runtime is awaited in the first one", "";
    handle_block_on: "`Handle::block_on` of a task, with no `Runtime::block_on` around", "";
    entered: "another executor polls what needs the entered runtime", "";
    main_recvs: "`main` waits for a task with std's `recv`", AWAIT;
    task_recvs: "a task waits for another one with std's `recv`", ASYNC;
    task_spins: "a task spins until another one has set a flag", ASYNC;
    barrier: "two tasks meet at std's `Barrier`", ASYNC;
    condvar: "a task waits at std's `Condvar` for another one", ASYNC;
    guard: "std's guard is held across an `.await`, and a task wants the lock", ASYNC;
    other_executor: "a task calls another executor's `block_on` for what another task sends", AWAIT;
    in_place_block_on: "`block_in_place(\\|\\| Handle::current().block_on(…))` of a task", AWAIT;
    in_place_sleeps: "the same of a task that sleeps", AWAIT;
    in_place_recvs: "`block_in_place(\\|\\| rx.recv())`, std's, and a task sends", MOVE;
    in_place_blocking_recv: "`block_in_place(\\|\\| rx.blocking_recv())`, and a task sends", AWAIT;
    in_place_joins: "`block_in_place` of the join of a thread that awaits a task", MOVE;
    in_place_works: "`block_in_place` of work that waits for no task", "";
    blocking_block_on: "`spawn_blocking(\\|\\| handle.block_on(…))` of a task", "";
    thread_recvs: "a thread has `blocking_recv` and `blocking_send`", "";
    threads_spawn: "threads spawn tasks by a `Handle` during `block_on`", "";
    two_block_ons: "two threads are in `block_on` of one runtime", "";
    computing: "tasks that compute, awaited together", "";
    own_runtime: "a thread with a runtime of its own answers through channels", "";
}

/// With two threads, or what the runtime makes of that.
fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn after_block_on() {
    let (runtime, (tell, told)) = (runtime(), std_mpsc::channel());
    let (go, goes) = oneshot::channel();
    runtime.block_on(async {
        tokio::spawn(async move {
            goes.await.unwrap();
            tell.send(()).unwrap();
        });
        yield_now().await;
    });
    go.send(()).unwrap();
    told.recv().unwrap();
}

fn before_block_on() {
    let (runtime, (tell, told)) = (runtime(), std_mpsc::channel());
    runtime.spawn(async move { tell.send(()).unwrap() });
    told.recv().unwrap();
}

fn between_block_ons() {
    let (runtime, done) = (runtime(), Arc::new(AtomicBool::new(false)));
    let sets = done.clone();
    runtime.block_on(async {
        tokio::spawn(async move {
            sleep(Duration::from_millis(1)).await;
            sets.store(true, Ordering::Release);
        });
        yield_now().await;
    });
    // It wakes a task that is to go on now.
    let (tell, told) = oneshot::channel();
    runtime.spawn(async move {
        while !done.load(Ordering::Acquire) {
            yield_now().await;
        }
        tell.send(()).unwrap();
    });
    told.blocking_recv().unwrap();
    runtime.block_on(async {});
}

fn second_runtime() {
    let (first, second) = (runtime(), runtime());
    let task = second.spawn(async { sleep(Duration::from_millis(1)).await });
    first.block_on(async {
        // A socket may always report: that the first one waits is no hang by itself.
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        tokio::select! {
            _ = listener.accept() => panic!("a visitor"),
            ended = task => ended.unwrap(),
        }
    });
}

fn handle_block_on() {
    let runtime = runtime();
    runtime.handle().block_on(async { tokio::spawn(async {}).await.unwrap() });
}

fn entered() {
    let runtime = runtime();
    let _entered = runtime.enter();
    foreign_block_on(tokio::spawn(async { sleep(Duration::from_millis(1)).await })).unwrap();
}

fn main_recvs() {
    runtime().block_on(async {
        let (tell, told) = std_mpsc::channel();
        tokio::spawn(async move { tell.send(()).unwrap() });
        told.recv().unwrap();
    });
}

/// The first waits for the second.
fn two_tasks(
    waits: impl Future<Output = ()> + Send + 'static,
    acts: impl Future<Output = ()> + Send + 'static,
) {
    runtime().block_on(async {
        let (waits, acts) = (tokio::spawn(waits), tokio::spawn(acts));
        waits.await.unwrap();
        acts.await.unwrap();
    });
}

fn task_recvs() {
    let (tell, told) = std_mpsc::channel();
    two_tasks(async move { told.recv().unwrap() }, async move { tell.send(()).unwrap() });
}

fn task_spins() {
    let flag = Arc::new(AtomicBool::new(false));
    let set = flag.clone();
    two_tasks(async move { while !flag.load(Ordering::Acquire) {} }, async move {
        set.store(true, Ordering::Release);
    });
}

fn barrier() {
    let one = Arc::new(Barrier::new(2));
    let other = one.clone();
    two_tasks(async move { _ = one.wait() }, async move { _ = other.wait() });
}

fn condvar() {
    let pair = Arc::new((Mutex::new(false), Condvar::new()));
    let other = pair.clone();
    let waits = async move {
        drop(pair.1.wait_while(pair.0.lock().unwrap(), |done| !*done).unwrap());
    };
    two_tasks(waits, async move {
        *other.0.lock().unwrap() = true;
        other.1.notify_one();
    });
}

#[allow(clippy::await_holding_lock, reason = "it is the pattern")]
fn guard() {
    let lock = Arc::new(Mutex::new(()));
    runtime().block_on(async {
        let guard = lock.lock().unwrap();
        let other = lock.clone();
        let task = tokio::spawn(async move { drop(other.lock().unwrap()) });
        sleep(Duration::from_millis(1)).await;
        drop(guard);
        task.await.unwrap();
    });
}

fn other_executor() {
    let (tell, told) = oneshot::channel();
    two_tasks(
        async move { foreign_block_on(told).unwrap() },
        async move { tell.send(()).unwrap() },
    );
}

fn in_place_block_on() {
    runtime().block_on(async {
        let task = tokio::spawn(async {});
        block_in_place(|| Handle::current().block_on(task)).unwrap();
    });
}

fn in_place_sleeps() {
    runtime().block_on(async {
        let task = tokio::spawn(async { sleep(Duration::from_millis(1)).await });
        block_in_place(|| Handle::current().block_on(task)).unwrap();
    });
}

fn in_place_recvs() {
    runtime().block_on(async {
        let (tell, told) = std_mpsc::channel();
        tokio::spawn(async move { tell.send(()).unwrap() });
        block_in_place(|| told.recv().unwrap());
    });
}

fn in_place_blocking_recv() {
    runtime().block_on(async {
        let (tell, told) = oneshot::channel();
        tokio::spawn(async move { tell.send(()).unwrap() });
        block_in_place(|| told.blocking_recv().unwrap());
    });
}

fn in_place_joins() {
    runtime().block_on(async {
        let (task, handle) = (tokio::spawn(async {}), Handle::current());
        let thread = thread::spawn(move || handle.block_on(task).unwrap());
        block_in_place(|| thread.join().unwrap());
    });
}

fn in_place_works() {
    runtime().block_on(async {
        let task = tokio::spawn(async { block_in_place(|| thread::spawn(|| 7).join().unwrap()) });
        assert_eq!(task.await.unwrap(), 7);
    });
}

fn blocking_block_on() {
    runtime().block_on(async {
        let (task, handle) = (tokio::spawn(async { 7 }), Handle::current());
        let job = spawn_blocking(move || handle.block_on(task).unwrap());
        assert_eq!(job.await.unwrap(), 7);
    });
}

fn thread_recvs() {
    let ((ask, mut asked), (tell, mut told)) = (mpsc::channel(1), mpsc::channel(1));
    let thread = thread::spawn(move || {
        while let Some(number) = asked.blocking_recv() {
            tell.blocking_send(number + 1).unwrap();
        }
    });
    runtime().block_on(async {
        ask.send(6).await.unwrap();
        assert_eq!(told.recv().await, Some(7));
        drop(ask);
    });
    thread.join().unwrap();
}

fn threads_spawn() {
    runtime().block_on(async {
        let handle = Handle::current();
        let threads = [0, 1].map(|number| {
            let handle = handle.clone();
            thread::spawn(move || handle.spawn(async move { number }))
        });
        for (number, thread) in threads.into_iter().enumerate() {
            assert_eq!(thread.join().unwrap().await.unwrap(), number);
        }
    });
}

fn two_block_ons() {
    let runtime = Arc::new(runtime());
    let (tell, told) = oneshot::channel();
    let other = runtime.clone();
    let thread = thread::spawn(move || other.block_on(told).unwrap());
    runtime.block_on(async { tokio::spawn(async { tell.send(()).unwrap() }).await.unwrap() });
    thread.join().unwrap();
}

fn computing() {
    runtime().block_on(async {
        let sum = |to: u64| tokio::spawn(async move { (1..=to).sum::<u64>() });
        let (one, two) = tokio::join!(sum(1000), sum(10));
        assert_eq!((one.unwrap(), two.unwrap()), (500_500, 55));
    });
}

fn own_runtime() {
    let (ask, asked) = mpsc::unbounded_channel();
    let thread = thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(answers(asked));
    });
    runtime().block_on(async {
        let (tell, told) = oneshot::channel();
        ask.send((6, tell)).unwrap();
        assert_eq!(told.await.unwrap(), 7);
        drop(ask);
    });
    thread.join().unwrap();
}

async fn answers(mut asked: mpsc::UnboundedReceiver<(u32, oneshot::Sender<u32>)>) {
    while let Some((number, tell)) = asked.recv().await {
        sleep(Duration::from_millis(1)).await;
        tell.send(number + 1).unwrap();
    }
}

/// An executor that knows nothing of runtimes.
fn foreign_block_on<F: Future>(future: F) -> F::Output {
    struct Unparks(Thread);
    impl Wake for Unparks {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unparks(thread::current())).into();
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        thread::park();
    }
}

/// What a program can ask, and what tokio and kettle answer.
pub(crate) type Fact = (&'static str, fn() -> String, [&'static str; 2]);

pub(crate) const FACTS: &[Fact] = &[
    ("`Handle::runtime_flavor()`", flavor, ["`MultiThread`", "`CurrentThread`"]),
    ("`num_workers()` after `worker_threads(2)`", workers, ["2", "1"]),
    (
        "the name of a spawned task's thread after `thread_name(\"cook\")`",
        name,
        ["`cook`", "that of `block_on`'s thread"],
    ),
];

fn flavor() -> String {
    format!("`{:?}`", runtime().handle().runtime_flavor())
}

fn workers() -> String {
    runtime().metrics().num_workers().to_string()
}

fn name() -> String {
    let runtime = Builder::new_multi_thread().thread_name("cook").build().unwrap();
    let own = || thread::current().name().unwrap_or_default().to_owned();
    let name = runtime.block_on(async { tokio::spawn(async move { own() }).await.unwrap() });
    if name == own() { "that of `block_on`'s thread".to_owned() } else { format!("`{name}`") }
}
