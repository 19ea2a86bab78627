//! Right programs of fourteen families, with lengths by chance.
//!
//! Interface: [`Program::random`], [`Program::run`]; [`Program::sleeps`], and the same program
//! [`Program::with_longer`] sleep.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use kettle::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream, UnixStream};
use kettle::sync::mpsc::{Receiver, Sender, channel};
use kettle::sync::{Mutex, Semaphore, oneshot};
use kettle::task::{JoinHandle, JoinSet, spawn_blocking, yield_now};
use kettle::{join, select, spawn, time, try_join};

pub(crate) const FAMILIES: u64 = 14;
/// Eleven days, in milliseconds.
const LONG: u64 = 1_000_000_000;

/// How long the sleeps of each of its tasks are, and how much room its channels have.
#[derive(Clone)]
pub(crate) struct Program {
    family: u64,
    lengths: Vec<VecDeque<u64>>,
    rooms: Vec<usize>,
}

impl Program {
    pub(crate) fn random(number: u64) -> Program {
        let mut seed = 0x0139_408D_CBBF_7A44 ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut random = |below: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed % below
        };
        let family = number % FAMILIES;
        let items = 2 + random(4);
        let mut lengths = |count: u64| (0..count).map(|_| 10 + random(LONG)).collect();
        let lengths =
            (0..8).map(|task| lengths(if task < 4 { items } else { 4 * items })).collect();
        let rooms = (0..8).map(|_| [1, 2, 3][usize::try_from(random(3)).expect("small")]).collect();
        Program { family, lengths, rooms }
    }

    pub(crate) fn sleeps(&self) -> Vec<u64> {
        self.lengths.iter().flatten().copied().collect()
    }

    /// One whose sleep with this number takes a millisecond more.
    pub(crate) fn with_longer(&self, sleep: usize) -> Program {
        let mut longer = self.clone();
        *longer.lengths.iter_mut().flatten().nth(sleep).expect("such a sleep") += 1;
        longer
    }

    pub(crate) async fn run(&self) {
        let Program { family, lengths, rooms } = self.clone();
        match family {
            0 => pipeline(lengths, rooms).await,
            1 => fan_in(lengths, rooms).await,
            how @ 2..=5 => actor(how, lengths, rooms).await,
            6 => pinned(lengths, rooms).await,
            7 => unordered(lengths).await,
            8 => handed_over(lengths, rooms).await,
            9 => sets(lengths).await,
            10 => permits(lengths).await,
            11 => set_before(lengths).await,
            12 => outside(lengths).await,
            _ => conversations(lengths).await,
        }
    }
}

async fn sleep(ms: u64) {
    time::sleep(Duration::from_millis(ms)).await;
}

/// A line of stages with a little room between them, and a limit and a race around each receive.
async fn pipeline(lengths: Vec<VecDeque<u64>>, rooms: Vec<usize>) {
    let items = lengths[0].len();
    let (first, mut from) = channel(rooms[0]);
    let mut all = vec![spawn(async move {
        for _ in 0..items {
            first.send(()).await.unwrap();
        }
    })];
    for (stage, lengths) in lengths.into_iter().take(5).enumerate() {
        let (to, next) = channel(rooms[stage + 1]);
        let own = std::mem::replace(&mut from, next);
        all.push(spawn(stage_of(own, lengths.into_iter().take(items).collect(), to)));
    }
    let mut last = 0;
    while from.recv().await.is_some() {
        last += 1;
        if last % 3 == 0 {
            yield_now().await;
        }
    }
    for handle in all {
        handle.await.unwrap();
    }
}

async fn stage_of(mut from: Receiver<()>, lengths: Vec<u64>, to: Sender<()>) {
    const LIMIT: Duration = Duration::from_millis(1000 * LONG);
    for ms in lengths {
        select! {
            got = time::timeout(LIMIT, from.recv()) => got.unwrap().unwrap(),
            () = sleep(2000 * LONG) => unreachable!(),
        }
        sleep(ms).await;
        to.send(()).await.unwrap();
    }
}

fn producer(lengths: VecDeque<u64>, to: Sender<()>) -> JoinHandle<()> {
    spawn(async move {
        for ms in lengths {
            sleep(ms).await;
            if to.send(()).await.is_err() {
                break;
            }
        }
    })
}

/// Four producers, two tasks that take from two of them each, and one that takes from both.
async fn fan_in(mut lengths: Vec<VecDeque<u64>>, rooms: Vec<usize>) {
    let mut out = Vec::new();
    for merger in 0..2 {
        let [mut a, mut b] = [0, 1].map(|which| {
            let (to, from) = channel(rooms[2 * merger + which]);
            drop(producer(std::mem::take(&mut lengths[2 * merger + which]), to));
            from
        });
        let (to, next) = channel(rooms[4 + merger]);
        out.push(next);
        let mut lengths = std::mem::take(&mut lengths[4 + merger]);
        drop(spawn(async move {
            let (mut left, mut right) = (true, true);
            while left || right {
                let got = select! {
                    biased;
                    got = a.recv(), if left => { left = got.is_some(); got }
                    got = b.recv(), if right => { right = got.is_some(); got }
                };
                if got.is_some() {
                    sleep(lengths.pop_front().unwrap()).await;
                    to.send(()).await.unwrap();
                }
            }
        }));
    }
    let (mut b, mut a) = (out.pop().unwrap(), out.pop().unwrap());
    let (other, one) = (lengths.pop().unwrap(), lengths.pop().unwrap());
    let last = spawn(async move { join!(take_all(&mut a, one), take_all(&mut b, other)) });
    last.await.unwrap();
}

async fn take_all(from: &mut Receiver<()>, mut lengths: VecDeque<u64>) {
    while from.recv().await.is_some() {
        sleep(lengths.pop_front().unwrap()).await;
    }
}

type Answer = oneshot::Sender<()>;

/// Four clients, who ask one task, and wait for its answer.
async fn actor(how: u64, mut lengths: Vec<VecDeque<u64>>, rooms: Vec<usize>) {
    let (ask, asked) = channel::<Answer>(rooms[0]);
    let mut set = JoinSet::new();
    for lengths in lengths.drain(..4) {
        let ask = ask.clone();
        set.spawn(async move {
            for ms in lengths {
                sleep(ms).await;
                let (answer, answered) = oneshot::channel();
                ask.send(answer).await.unwrap();
                answered.await.unwrap();
            }
        });
    }
    drop(ask);
    let actor = match how {
        2 => spawn(at_once(asked, lengths.remove(0))),
        3 => spawn(in_batches(asked, lengths.remove(0))),
        4 => spawn(behind_a_lock(asked, lengths.remove(0))),
        _ => spawn(one_late(asked, lengths.remove(0))),
    };
    while let Some(done) = set.join_next().await {
        done.unwrap();
    }
    actor.await.unwrap();
}

async fn at_once(mut asked: Receiver<Answer>, mut works: VecDeque<u64>) {
    while let Some(answer) = asked.recv().await {
        sleep(works.pop_front().unwrap()).await;
        answer.send(()).unwrap();
    }
}

async fn in_batches(mut asked: Receiver<Answer>, mut works: VecDeque<u64>) {
    while let Some(answer) = asked.recv().await {
        let mut all = vec![answer];
        while let Ok(more) = asked.try_recv() {
            all.push(more);
        }
        sleep(works.pop_front().unwrap()).await;
        for answer in all {
            answer.send(()).unwrap();
        }
    }
}

async fn behind_a_lock(mut asked: Receiver<Answer>, mut works: VecDeque<u64>) {
    let lock = Arc::new(Mutex::new(()));
    while let Some(answer) = asked.recv().await {
        let (ms, lock) = (works.pop_front().unwrap(), lock.clone());
        drop(spawn(async move {
            let _held = lock.lock().await;
            sleep(ms).await;
            answer.send(()).unwrap();
        }));
    }
}

/// One request is answered when the next has come, or where none is there.
async fn one_late(mut asked: Receiver<Answer>, mut works: VecDeque<u64>) {
    let mut late: Vec<Answer> = Vec::new();
    while let Some(answer) = asked.recv().await {
        for answer in late.drain(..) {
            answer.send(()).unwrap();
        }
        sleep(works.pop_front().unwrap()).await;
        late.push(answer);
        if asked.is_empty() {
            for answer in late.drain(..) {
                answer.send(()).unwrap();
            }
        }
    }
}

/// A sleep that goes on through the rounds of a loop.
async fn pinned(mut lengths: Vec<VecDeque<u64>>, rooms: Vec<usize>) {
    let (to, mut from) = channel(rooms[0]);
    let sends = producer(lengths.remove(0), to);
    let (mut works, mut limits) = (lengths.remove(0), lengths.remove(0));
    let takes = spawn(async move {
        while let Some(limit) = limits.pop_front() {
            let mut limit = pin!(sleep(limit));
            loop {
                select! {
                    biased;
                    () = &mut limit => break,
                    got = from.recv() => match (got, works.pop_front()) {
                        (Some(()), Some(ms)) => sleep(ms).await,
                        _ => return,
                    },
                }
            }
        }
    });
    takes.await.unwrap();
    sends.await.unwrap();
}

/// Chains of sleeps side by side in one task, which sleeps itself at each end of one.
async fn unordered(mut lengths: Vec<VecDeque<u64>>) {
    let mut own = lengths.pop().unwrap();
    let chains = lengths.into_iter().take(4);
    let mut all: FuturesUnordered<_> = chains.map(one_by_one).collect();
    while all.next().await.is_some() {
        sleep(own.pop_front().unwrap()).await;
    }
}

async fn one_by_one(lengths: VecDeque<u64>) {
    for ms in lengths {
        sleep(ms).await;
    }
}

type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A sleep that one task begins, and another one goes on with.
async fn handed_over(mut lengths: Vec<VecDeque<u64>>, rooms: Vec<usize>) {
    let (to, mut from) = channel::<Sleep>(rooms[0]);
    let (first, meanwhile) = (lengths.remove(0), lengths.remove(0));
    let begins = spawn(async move {
        for (ms, meanwhile) in first.into_iter().zip(meanwhile) {
            let mut begun: Sleep = Box::pin(sleep(ms));
            select! {
                biased;
                () = &mut begun => continue,
                () = sleep(meanwhile) => {}
            }
            if to.send(begun).await.is_err() {
                break;
            }
        }
    });
    let mut works = lengths.remove(0);
    while let Some(begun) = from.recv().await {
        begun.await;
        sleep(works.pop_front().unwrap()).await;
    }
    begins.await.unwrap();
}

/// Tasks in a set, whose ends one task learns of.
async fn sets(mut lengths: Vec<VecDeque<u64>>) {
    let mut own = lengths.pop().unwrap();
    let mut set = JoinSet::new();
    for chain in lengths.into_iter().take(4) {
        set.spawn(one_by_one(chain));
    }
    while let Some(done) = set.join_next().await {
        done.unwrap();
        sleep(own.pop_front().unwrap()).await;
    }
}

/// Two permits for five tasks.
async fn permits(lengths: Vec<VecDeque<u64>>) {
    let permits = Arc::new(Semaphore::new(2));
    let mut all = Vec::new();
    for lengths in lengths.into_iter().take(5) {
        let permits = permits.clone();
        all.push(spawn(async move {
            for (turn, ms) in lengths.into_iter().enumerate() {
                let held =
                    if turn % 2 == 1 { Some(permits.acquire().await.unwrap()) } else { None };
                sleep(ms).await;
                drop(held);
            }
        }));
    }
    for task in all {
        task.await.unwrap();
    }
}

/// Deadlines that are set before the task waits for them: what it does meanwhile moves none.
async fn set_before(mut lengths: Vec<VecDeque<u64>>) {
    let mut ticks = time::interval(Duration::from_millis(LONG / 2));
    let [cups, pots, works] = [0, 1, 2].map(|nth| std::mem::take(&mut lengths[nth]));
    for ((cup, pot), work) in cups.into_iter().zip(pots).zip(works) {
        let (begun, made) = (time::Instant::now(), time::sleep(Duration::from_millis(cup)));
        sleep(pot).await;
        made.await;
        time::sleep_until(begun + Duration::from_millis(LONG)).await;
        ticks.tick().await;
        sleep(work).await;
    }
}

/// Another thread answers each question of one task. The clock stands while a job waits for that.
async fn outside(mut lengths: Vec<VecDeque<u64>>) {
    let (works, others) = (lengths.remove(0), lengths.remove(0));
    let beside = spawn(one_by_one(others.into_iter().take(1).collect()));
    for ms in works {
        let (answer, answered) = oneshot::channel();
        let thread = std::thread::spawn(|| answer.send(()).unwrap());
        drop(spawn_blocking(|| thread.join().unwrap()));
        answered.await.unwrap();
        sleep(ms).await;
    }
    beside.await.unwrap();
}

/// Two over TCP and two over Unix sockets. Both ends know who speaks next.
async fn conversations(lengths: Vec<VecDeque<u64>>) {
    let mut all = Vec::new();
    for (nth, lengths) in lengths.into_iter().take(4).enumerate() {
        let says = [lengths.clone(), lengths].into_iter().enumerate();
        if nth % 2 == 0 {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let near = TcpStream::connect(listener.local_addr().unwrap());
            let (near, (far, _)) = try_join!(near, listener.accept()).unwrap();
            all.extend([near, far].into_iter().zip(says).map(|(at, says)| spawn(talk(at, says))));
        } else {
            let both: [_; 2] = UnixStream::pair().unwrap().into();
            all.extend(both.into_iter().zip(says).map(|(at, says)| spawn(talk(at, says))));
        }
    }
    futures_util::future::try_join_all(all).await.unwrap();
}

async fn talk(mut at: impl AsyncRead + AsyncWrite + Unpin, (own, says): (usize, VecDeque<u64>)) {
    for (turn, ms) in says.into_iter().enumerate() {
        let mut words = vec![0; usize::try_from(ms % 3000).unwrap() + 1];
        if turn % 2 == own {
            sleep(ms).await;
            at.write_all(&words).await.unwrap();
        } else {
            at.read_exact(&mut words).await.unwrap();
        }
    }
    at.shutdown().await.unwrap();
    assert_eq!(at.read(&mut [0]).await.unwrap(), 0);
}
