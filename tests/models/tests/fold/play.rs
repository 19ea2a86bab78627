//! How is a plan carried out?
//!
//! By tasks that do their deeds one after the other and ignore what comes of them. What a dropped
//! future holds goes back where others find it, so that the rest of the plan still has something to
//! do.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::ErrorKind;
use std::net;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex as StdMutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use kettle::io::unix::AsyncFd;
use kettle::io::{AsyncReadExt, AsyncWriteExt, Interest};
use kettle::net::{TcpListener, TcpStream, UdpSocket};
use kettle::runtime::{self, Builder};
use kettle::sync::{mpsc, oneshot};
use kettle::task::{LocalSet, spawn_blocking, spawn_local, yield_now};
use kettle::time::{Instant, advance, sleep, timeout};
use kettle::trace::{Record, Recorder};

use crate::plan::{Body, Deed, Plan, Remote};
use crate::world::World;

type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Plays a plan on a runtime of its own; gives back what was recorded.
pub(crate) fn play(plan: &Plan) -> Vec<Record> {
    let (recorder, recording) = Recorder::new();
    run(plan, recorder);
    recording.records()
}

fn run(plan: &Plan, recorder: Recorder) {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().start_paused(plan.paused).event_interval(plan.event_interval);
    builder.trace(recorder);
    let runtime = builder.build().unwrap();
    let world = runtime.block_on(async { Arc::new(World::new(plan.paused)) });
    let limit = if plan.paused { Duration::from_hours(1) } else { Duration::from_millis(50) };
    for (number, body) in plan.runs.iter().enumerate() {
        let panics = plan.panics && number + 1 == plan.runs.len();
        let all = async {
            let _ = timeout(limit, do_outside(body.clone(), &world)).await;
            assert!(!panics, "as planned");
        };
        let ended = catch_unwind(AssertUnwindSafe(|| runtime.block_on(all)));
        assert!(ended.is_ok() || panics || has_panic(body), "nobody else panics");
        // Some handles are dropped here, where nobody drives the runtime.
        let dropped = world.kept.lock().unwrap().pop();
        drop(dropped);
    }
    let kept = std::mem::take(&mut *world.kept.lock().unwrap());
    runtime.block_on(async {
        for handle in kept {
            handle.abort();
            let _ = handle.await;
        }
        take_apart(&world);
    });
}

/// Inside of a run, so that it is told.
fn take_apart(world: &World) {
    for receiver in &world.receivers {
        drop(receiver.lock().unwrap().take());
    }
    for senders in &world.senders {
        let taken = std::mem::take(&mut *senders.lock().unwrap());
        drop(taken);
    }
}

/// Does the body panic outside of a task of its own?
fn has_panic(body: &Body) -> bool {
    body.iter().any(|deed| match deed {
        Deed::Panic => true,
        Deed::Lock(_, body)
        | Deed::Timeout(_, body)
        | Deed::Permits(_, body)
        | Deed::Share(_, body)
        | Deed::Downgrade(body) => has_panic(body),
        Deed::Select(all, _) | Deed::Join(all) | Deed::Each(all) => all.iter().any(has_panic),
        _ => false,
    })
}

/// What is not in a task of its own may have a local set, whose tasks need not be `Send`.
async fn do_outside(body: Body, world: &Arc<World>) {
    for deed in body {
        match deed {
            Deed::Local(all) => local(all, world).await,
            deed => act(deed, world).await,
        }
    }
}

fn do_all(body: Body, world: Arc<World>) -> Boxed {
    Box::pin(async move {
        for deed in body {
            act(deed, &world).await;
        }
    })
}

async fn act(deed: Deed, world: &Arc<World>) {
    match deed {
        Deed::Sleep(millis) => sleep(world.span(millis)).await,
        Deed::ResetSleep(first, then) => {
            let mut nap = Box::pin(sleep(world.span(first)));
            if timeout(Duration::ZERO, &mut nap).await.is_err() {
                nap.as_mut().reset(Instant::now() + world.span(then));
                nap.await;
            }
        }
        Deed::Yield => yield_now().await,
        Deed::WakeSelf => wake_self().await,
        Deed::Spend(values) => spend(values).await,
        Deed::WaitSignal(signal) => poll_fn(|cx| world.poll_signal(signal, cx)).await,
        Deed::SetSignal(signal) => world.set(signal),
        Deed::ThreadSets(signal) => {
            let world = world.clone();
            drop(std::thread::spawn(move || world.set(signal)));
        }
        Deed::Advance(millis) if world.paused => advance(Duration::from_millis(millis)).await,
        Deed::Advance(_) => {}
        Deed::Panic => panic!("as planned"),
        Deed::Sockets(bytes) => sockets(bytes).await,
        Deed::SocketError => socket_error().await,
        Deed::PriorityData => priority_data().await,
        Deed::FromThread(deed) => from_a_thread(deed, world).await,
        Deed::Blocking(handle) => world.treat(spawn_blocking(|| ()), handle).await,
        Deed::Spawn(body, handle) => {
            let task = kettle::spawn(do_all(body, world.clone()));
            world.treat(task, handle).await;
        }
        Deed::Crowd(many, body) => {
            for _ in 0..many {
                drop(kettle::spawn(do_all(body.clone(), world.clone())));
            }
        }
        deed => act_on_channels(deed, world).await,
    }
}

async fn act_on_channels(deed: Deed, world: &Arc<World>) {
    match deed {
        Deed::Send(channel) => {
            if let Some(sender) = world.sender(channel) {
                let _ = sender.send(1).await;
            }
        }
        Deed::TrySend(channel) => {
            let _ = world.sender(channel).map(|sender| sender.try_send(1));
        }
        Deed::Reserve(channel, n, used) => {
            if let Some(sender) = world.sender(channel)
                && let Ok(permits) = sender.reserve_many(n).await
            {
                yield_now().await;
                permits.take(used).for_each(|permit| permit.send(2));
            }
        }
        Deed::Recv(channel) => {
            if let Some(mut receiver) = world.receiver(channel) {
                receiver.recv().await;
            }
        }
        Deed::TryRecv(channel) => {
            let _ = world.receiver(channel).map(|mut receiver| receiver.try_recv());
        }
        Deed::RecvMany(channel, limit) => {
            if let Some(mut receiver) = world.receiver(channel) {
                receiver.recv_many(&mut Vec::new(), limit).await;
            }
        }
        Deed::CloneSender(channel) => {
            let clone = world.sender(channel);
            world.senders[channel].lock().unwrap().extend(clone);
        }
        Deed::DropSender(channel) => {
            let last = world.senders[channel].lock().unwrap().pop();
            drop(last);
        }
        Deed::WaitClosed(channel) => {
            if let Some(sender) = world.sender(channel) {
                sender.closed().await;
            }
        }
        Deed::CloseReceiver(channel) => {
            if let Some(mut receiver) = world.receiver(channel) {
                receiver.close();
            }
        }
        Deed::DropReceiver(channel) => {
            let receiver = world.receivers[channel].lock().unwrap().take();
            drop(receiver);
        }
        deed => act_together(deed, world).await,
    }
}

async fn act_together(deed: Deed, world: &Arc<World>) {
    let start = |body: Body| do_all(body, world.clone());
    match deed {
        Deed::Lock(lock, body) => {
            let guard = world.locks[lock].lock().await;
            start(body).await;
            drop(guard);
        }
        Deed::TryLock(lock) => drop(world.locks[lock].try_lock()),
        Deed::Timeout(millis, body) => {
            let _ = timeout(world.span(millis), start(body)).await;
        }
        Deed::Oneshot(body, sends) => {
            let (sender, receiver) = oneshot::channel();
            let body = start(body);
            kettle::spawn(async move {
                body.await;
                if sends {
                    let _ = sender.send(3);
                }
            });
            let _ = receiver.await;
        }
        Deed::Select(all, fair) => {
            let mut all = all.into_iter().map(start);
            let (a, b) = (all.next().unwrap(), all.next().unwrap());
            match (all.next(), fair) {
                (Some(c), true) => kettle::select! { () = a => {} () = b => {} () = c => {} },
                (Some(c), false) => {
                    kettle::select! { biased; () = a => {} () = b => {} () = c => {} }
                }
                (None, true) => kettle::select! { () = a => {} () = b => {} },
                (None, false) => kettle::select! { biased; () = a => {} () = b => {} },
            }
        }
        Deed::Join(all) => {
            let mut all = all.into_iter().map(start);
            let (a, b) = (all.next().unwrap(), all.next().unwrap());
            let c = all.next().unwrap_or_else(|| start(Body::new()));
            kettle::join!(a, b, c);
        }
        Deed::Each(all) => each(all.into_iter().map(start).collect()).await,
        deed => act_on_primitives(deed, world).await,
    }
}

async fn act_on_primitives(deed: Deed, world: &Arc<World>) {
    let start = |body: Body| do_all(body, world.clone());
    match deed {
        Deed::Permits(n, body) => {
            let permit = world.semaphore.acquire_many(n).await;
            start(body).await;
            drop(permit);
        }
        Deed::TryPermits(n) => drop(world.semaphore.try_acquire_many(n)),
        Deed::GiveUpPermits(n) => {
            let mut wants = Box::pin(world.semaphore.acquire_many(n));
            let has = poll_fn(|cx| Poll::Ready(wants.as_mut().poll(cx).is_ready())).await;
            if !has {
                yield_now().await;
            }
        }
        Deed::AddPermit => world.semaphore.add_permits(1),
        Deed::ForgetPermit => {
            world.semaphore.forget_permits(1);
        }
        Deed::Share(true, body) => {
            let guard = world.rwlock.write().await;
            start(body).await;
            drop(guard);
        }
        Deed::Share(false, body) => {
            let guard = world.rwlock.read().await;
            start(body).await;
            drop(guard);
        }
        Deed::Downgrade(body) => {
            let guard = world.rwlock.write().await.downgrade();
            start(body).await;
            drop(guard);
        }
        Deed::WaitNotified => world.notify.notified().await,
        Deed::Notify(true) => world.notify.notify_last(),
        Deed::Notify(false) => world.notify.notify_one(),
        Deed::NotifyAll => world.notify.notify_waiters(),
        Deed::Meet => {
            world.barrier.wait().await;
        }
        deed => act_on_values(deed, world).await,
    }
}

async fn act_on_values(deed: Deed, world: &Arc<World>) {
    match deed {
        Deed::Watch => {
            let _ = world.watched.subscribe().changed().await;
        }
        Deed::Change => world.watched.send_modify(|value| *value += 1),
        Deed::WaitUnwatched => world.watched.closed().await,
        Deed::Hear => {
            let _ = world.broadcast.subscribe().recv().await;
        }
        Deed::Say => drop(world.broadcast.send(5)),
        _ => {} // a local set inside of a task
    }
}

async fn local(all: Vec<Body>, world: &Arc<World>) {
    let set = LocalSet::new();
    let tasks = async {
        let tasks: Vec<_> =
            all.into_iter().map(|body| spawn_local(do_all(body, world.clone()))).collect();
        for task in tasks {
            let _ = task.await;
        }
    };
    set.run_until(tasks).await;
}

async fn wake_self() {
    let mut woken = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut woken, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

async fn spend(values: usize) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    (0..values).for_each(|value| sender.send(value).unwrap());
    drop(sender);
    while receiver.recv().await.is_some() {}
}

async fn sockets(bytes: usize) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (one, other) = kettle::join!(TcpStream::connect(address), listener.accept());
    let (mut one, (mut other, _)) = (one.unwrap(), other.unwrap());
    let echo = kettle::spawn(async move {
        let mut buffer = [0; 512];
        while let Ok(n @ 1..) = other.read(&mut buffer).await {
            if other.write_all(&buffer[..n]).await.is_err() {
                return;
            }
        }
    });
    let sent = vec![7; bytes];
    let mut heard = vec![0; bytes];
    for _ in 0..2 {
        one.write_all(&sent).await.unwrap();
        one.read_exact(&mut heard).await.unwrap();
    }
    drop(one);
    let _ = echo.await;
}

/// What it sends goes to a port at which no program listens.
async fn socket_error() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let gone = UdpSocket::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    socket.connect(gone).await.unwrap();
    let socket = Arc::new(socket);
    let tasks = [Interest::ERROR, Interest::READABLE | Interest::ERROR].map(|interest| {
        let socket = socket.clone();
        kettle::spawn(async move {
            let _ = socket.try_recv(&mut [0; 8]);
            let taken = socket.async_io(interest, || match socket.take_error()? {
                Some(error) => Err(error),
                None => Err::<(), _>(ErrorKind::WouldBlock.into()),
            });
            let _ = timeout(Duration::from_millis(5), taken).await;
        })
    });
    yield_now().await;
    let _ = socket.send(b"x").await;
    for task in tasks {
        let _ = task.await;
    }
}

/// Only Linux tells of priority data. Elsewhere the two wait for bytes.
#[cfg(target_os = "linux")]
const PRIORITY: Interest = Interest::PRIORITY;
#[cfg(not(target_os = "linux"))]
const PRIORITY: Interest = Interest::READABLE;

async fn priority_data() {
    let listener = net::TcpListener::bind("127.0.0.1:0").unwrap();
    let far = net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let near = listener.accept().unwrap().0;
    near.set_nonblocking(true).unwrap();
    let both = PRIORITY | Interest::READABLE;
    let near = Arc::new(AsyncFd::with_interest(near, both).unwrap());
    let tasks = [PRIORITY, both].map(|interest| {
        let near = near.clone();
        kettle::spawn(async move {
            for _ in 0..2 {
                let Ok(mut guard) = near.ready(interest).await else { return };
                guard.clear_ready();
                yield_now().await;
            }
        })
    });
    yield_now().await;
    let socket = socket2::SockRef::from(&far);
    let _ = socket.send_out_of_band(b"!");
    yield_now().await;
    drop(far);
    for task in tasks {
        let _ = task.await;
    }
}

async fn from_a_thread(deed: Remote, world: &Arc<World>) {
    let handle = runtime::Handle::current();
    let sender = if let Remote::Send(channel) = deed { world.sender(channel) } else { None };
    let work = move || match deed {
        Remote::Spawn => drop(handle.spawn(yield_now())),
        Remote::SpawnAndAbort => handle.spawn(std::future::pending::<()>()).abort(),
        // A timer of the runtime that is waited for on another thread.
        Remote::Sleep => {
            let _entered = handle.enter();
            let mut nap = Box::pin(sleep(Duration::from_millis(1)));
            let _ = nap.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        }
        Remote::Send(_) => drop(sender.map(|sender| sender.try_send(4))),
    };
    let _ = spawn_blocking(work).await;
}

/// All of these, each polled only when its own waker was called.
async fn each(futures: Vec<Boxed>) {
    let mut parts: VecDeque<_> =
        futures.into_iter().map(|future| (future, Arc::new(Part::default()))).collect();
    poll_fn(|cx| {
        parts.retain_mut(|(future, part)| {
            *part.outer.lock().unwrap() = Some(cx.waker().clone());
            if part.polled.swap(true, Ordering::Relaxed) {
                return true; // not woken
            }
            let waker = Waker::from(part.clone());
            future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending()
        });
        if parts.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[derive(Default)]
struct Part {
    /// Polled since it was woken last.
    polled: AtomicBool,
    outer: StdMutex<Option<Waker>>,
}

impl Wake for Part {
    fn wake(self: Arc<Part>) {
        self.polled.store(false, Ordering::Relaxed);
        let outer = self.outer.lock().unwrap().take();
        if let Some(outer) = outer {
            outer.wake();
        }
    }
}
