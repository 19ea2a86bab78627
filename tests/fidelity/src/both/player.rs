//! Plays a random program.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use super::rt::sync::{Mutex, mpsc, oneshot};
use super::rt::task::JoinHandle;
use super::rt::time::{Duration, sleep, timeout};
use crate::random::{CHANNELS, FOREVER, KINDS, LOCKS, Op};

/// What the tasks of a program share.
struct World {
    channels: Vec<(mpsc::Sender<usize>, Mutex<mpsc::Receiver<usize>>)>,
    locks: Vec<Mutex<()>>,
    /// Names for what is sent.
    sent: AtomicUsize,
    /// How often each kind of step was done to its end.
    done: [AtomicUsize; KINDS],
    /// Tasks so far, to name them in their own log.
    tasks: AtomicUsize,
}

/// Wakes itself and returns `Pending`, once.
async fn step_aside() {
    let mut stepped = false;
    poll_fn(|cx| {
        if stepped {
            return Poll::Ready(());
        }
        stepped = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

type Play = Pin<Box<dyn Future<Output = ()> + Send>>;

impl World {
    /// A task that logs each of its polls.
    fn spawn(&self, mut play: Play) -> JoinHandle<()> {
        let task = self.tasks.fetch_add(1, Ordering::Relaxed);
        let logged = poll_fn(move |cx| {
            crate::stage::log(format!("task {task} is polled"));
            play.as_mut().poll(cx)
        });
        super::rt::spawn(logged)
    }
}

/// Plays a program; returns how often each kind of step was done to its end.
pub(crate) async fn play(ops: Vec<Op>) -> [usize; KINDS] {
    let channel = |index: usize| {
        let (sender, receiver) = mpsc::channel(index + 1);
        (sender, Mutex::new(receiver))
    };
    let world = Arc::new(World {
        channels: (0..CHANNELS).map(channel).collect(),
        locks: (0..LOCKS).map(|_| Mutex::new(())).collect(),
        sent: AtomicUsize::new(0),
        done: Default::default(),
        tasks: AtomicUsize::new(0),
    });
    world.spawn(run(Arc::clone(&world), ops));
    // Long enough for everything that can still happen. Whoever waits then waits for ever.
    sleep(Duration::from_millis(2 * FOREVER)).await;
    world.done.each_ref().map(|done| done.load(Ordering::Relaxed))
}

fn run(world: Arc<World>, ops: Vec<Op>) -> Play {
    Box::pin(async move {
        let mut children = VecDeque::new();
        for op in ops {
            let kind = match op {
                Op::Spawn(ops) => {
                    children.push_back(world.spawn(run(Arc::clone(&world), ops)));
                    0
                }
                Op::Ask(ops) => {
                    let (answer, answered) = oneshot::channel();
                    let asked = run(Arc::clone(&world), ops);
                    children.push_back(world.spawn(Box::pin(async move {
                        asked.await;
                        let _ = answer.send(());
                    })));
                    println!("answered: {}", answered.await.is_ok());
                    1
                }
                Op::Join => {
                    if let Some(child) = children.pop_front() {
                        println!("ended well: {}", child.await.is_ok());
                        2
                    } else {
                        continue;
                    }
                }
                Op::Abort => {
                    let Some(child) = children.back() else { continue };
                    child.abort();
                    3
                }
                Op::Detach => {
                    let Some(child) = children.pop_front() else { continue };
                    drop(child);
                    4
                }
                Op::Sleep(millis) => {
                    sleep(Duration::from_millis(millis)).await;
                    5
                }
                Op::Timeout(millis, ops) => {
                    let inner = run(Arc::clone(&world), ops);
                    let inner = timeout(Duration::from_millis(millis), inner);
                    println!("in time: {}", inner.await.is_ok());
                    6
                }
                Op::Race(one, two) => {
                    super::rt::select! {
                        biased;
                        () = run(Arc::clone(&world), one) => println!("one wins"),
                        () = run(Arc::clone(&world), two) => println!("two wins"),
                    }
                    7
                }
                Op::Send(channel) => {
                    let name = world.sent.fetch_add(1, Ordering::Relaxed);
                    world.channels[channel].0.send(name).await.expect("the receiver is there");
                    8
                }
                Op::Receive(channel) => {
                    let value = world.channels[channel].1.lock().await.recv().await;
                    println!("received {value:?}");
                    9
                }
                Op::Lock(lock, ops) => {
                    let _guard = world.locks[lock].lock().await;
                    run(Arc::clone(&world), ops).await;
                    10
                }
                Op::StepAside => {
                    step_aside().await;
                    11
                }
            };
            world.done[kind].fetch_add(1, Ordering::Relaxed);
        }
    })
}
