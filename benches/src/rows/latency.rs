//! How long does a timer wait for its turn when everybody is busy, and how long a socket?

use std::io::Write;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::rt;
use super::rt::{AsyncReadExt, TcpStream};
use crate::sample::{Sample, float, quantile};

/// How often it is tried; the middle one counts.
const TIMES: usize = 21;
/// How long the timer runs, among tasks that are always ready.
const NAP: Duration = Duration::from_millis(3);

/// No instant: the timer is not running.
const NEVER: u64 = u64::MAX;

struct Crowd {
    /// What the instants are counted from.
    begun: Instant,
    /// How many polls the crowd had.
    polls: AtomicU64,
    /// The timer's instant, in nanoseconds.
    due: AtomicU64,
    /// How many polls the crowd had when the first of it saw that the instant had passed.
    polls_when_due: AtomicU64,
    over: AtomicBool,
}

/// How many polls the others get after the timer's instant, before its task is polled.
pub(crate) fn timer(tasks: u64) -> Sample {
    rt::block_on(async {
        let crowd = Arc::new(Crowd {
            begun: Instant::now(),
            polls: AtomicU64::new(0),
            due: AtomicU64::new(NEVER),
            polls_when_due: AtomicU64::new(0),
            over: AtomicBool::new(false),
        });
        for _ in 0..tasks {
            rt::detach(be_busy(crowd.clone()));
        }
        let (mut polls, mut late) = rt::spawn(wait_among(crowd.clone())).await;
        crowd.over.store(true, Relaxed);
        in_quantiles(&mut polls, &mut late)
    })
}

/// For each try, the polls of the crowd and the microseconds that passed too many.
async fn wait_among(crowd: Arc<Crowd>) -> (Vec<f64>, Vec<f64>) {
    let mut polls = Vec::new();
    let mut late = Vec::new();
    for _ in 0..TIMES {
        let due = Instant::now() + NAP;
        crowd.due.store(nanos(due - crowd.begun), Relaxed);
        rt::sleep(NAP).await;
        let served = Instant::now();
        // Nobody of the crowd was polled since the instant: then no poll was too many.
        let seen = crowd.due.swap(NEVER, Relaxed) == NEVER;
        let now = crowd.polls.load(Relaxed);
        let since = if seen { crowd.polls_when_due.load(Relaxed) } else { now };
        polls.push(float(now - since));
        late.push(
            served.checked_duration_since(due).expect("no sleep is early").as_secs_f64() * 1e6,
        );
    }
    (polls, late)
}

async fn be_busy(crowd: Arc<Crowd>) {
    while !crowd.over.load(Relaxed) {
        let polls = crowd.polls.fetch_add(1, Relaxed);
        let due = crowd.due.load(Relaxed);
        if due != NEVER && nanos(crowd.begun.elapsed()) >= due {
            crowd.polls_when_due.store(polls, Relaxed);
            crowd.due.store(NEVER, Relaxed);
        }
        rt::yield_now().await;
    }
}

/// A crowd in which now and then somebody writes into the other end of a socket.
struct Writers {
    polls: AtomicU64,
    /// Who is polled as this one writes.
    writes_at: AtomicU64,
    written: Mutex<Instant>,
    peer: std::net::TcpStream,
    over: AtomicBool,
}

/// How many polls the others get after a socket became ready, before its task is polled.
pub(crate) fn socket(tasks: u64) -> Sample {
    rt::block_on(async move {
        let (listener, address) = rt::listen().await;
        let peer = std::net::TcpStream::connect(address).expect("a port of this machine");
        let (socket, _) = listener.accept().await.expect("a visitor");
        let crowd = Arc::new(Writers {
            polls: AtomicU64::new(0),
            writes_at: AtomicU64::new(NEVER),
            written: Mutex::new(Instant::now()),
            peer,
            over: AtomicBool::new(false),
        });
        for _ in 0..tasks {
            rt::detach(write_when_asked(crowd.clone()));
        }
        let (mut polls, mut late) = rt::spawn(read_among(socket, crowd.clone())).await;
        crowd.over.store(true, Relaxed);
        in_quantiles(&mut polls, &mut late)
    })
}

/// For each try, the polls of the crowd and the microseconds that passed after the write.
async fn read_among(mut socket: TcpStream, crowd: Arc<Writers>) -> (Vec<f64>, Vec<f64>) {
    let mut polls = Vec::new();
    let mut late = Vec::new();
    for time in 0..TIMES as u64 {
        // Each time at another place between two looks at the sockets.
        let writes_at = crowd.polls.load(Relaxed) + 10_000 + 7 * time;
        crowd.writes_at.store(writes_at, Relaxed);
        let length = socket.read(&mut [0; 8]).await.expect("a crowd that writes");
        assert_eq!(length, 1);
        late.push(crowd.written.lock().unwrap().elapsed().as_secs_f64() * 1e6);
        polls.push(float(crowd.polls.load(Relaxed) - writes_at - 1));
    }
    (polls, late)
}

async fn write_when_asked(crowd: Arc<Writers>) {
    while !crowd.over.load(Relaxed) {
        let polls = crowd.polls.fetch_add(1, Relaxed);
        if polls == crowd.writes_at.load(Relaxed) {
            let written = (&crowd.peer).write(b"!").expect("room for a byte");
            assert_eq!(written, 1);
            *crowd.written.lock().unwrap() = Instant::now();
        }
        rt::yield_now().await;
    }
}

fn in_quantiles(polls: &mut [f64], late: &mut [f64]) -> Sample {
    let sample = Sample::new(quantile(polls, (1, 2)));
    let quantiles = [("p50 us", (1, 2)), ("max us", (1, 1))];
    quantiles
        .into_iter()
        .fold(sample, |sample, (name, share)| sample.with(name, quantile(late, share)))
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).expect("the bench takes no centuries")
}
