// Right programs of the eleventh trial: by an argument, as `w01`.
#![allow(unused_must_use, clippy::all, clippy::pedantic, unreachable_pub)]
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex as StdMutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::sync::{Barrier, Mutex, Notify, Semaphore, mpsc, oneshot};
use kettle::task::JoinSet;
use kettle::time::{interval, sleep, timeout};

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn main() {
    let name = std::env::args().nth(1).unwrap_or_default();
    let mut builder = kettle::runtime::Builder::new_current_thread();
    builder.enable_all();
    if name == "r20" {
        builder.start_paused(true);
    }
    let rt = builder.build().unwrap();
    match name.as_str() {
        "r01" => rt.block_on(r01_answer_from_a_thread()),
        "r02" => rt.block_on(r02_parked_value()),
        "r03" => rt.block_on(r03_one_at_the_printer()),
        "r04" => rt.block_on(r04_starting_gun()),
        "r05" => rt.block_on(r05_backlog()),
        "r06" => r06_two_runtimes(rt),
        "r07" => rt.block_on(r07_hash_alone()),
        "r08" => rt.block_on(r08_settle()),
        "r09" => rt.block_on(r09_own_timer()),
        "r10" => rt.block_on(r10_until_aborted()),
        "r11" => rt.block_on(r11_reload()),
        "r12" => rt.block_on(r12_try_again()),
        "r13" => rt.block_on(r13_polite_sum()),
        "r14" => rt.block_on(r14_slow_child()),
        "r15" => rt.block_on(r15_heartbeat()),
        "r16" => rt.block_on(r16_cached()),
        "r17" => rt.block_on(r17_last_one_is_a_job()),
        "r18" => rt.block_on(r18_own_join()),
        "r19" => rt.block_on(r19_reserved_for_later()),
        "r20" => rt.block_on(r20_limit_is_expected()),
        "r21" => rt.block_on(r21_handed_over()),
        "r22" => rt.block_on(r22_guarded_branch()),
        _ => panic!("which one?"),
    }
    println!("{name}: main is over");
}

// A thread that the runtime doesn't know answers after three seconds.
async fn r01_answer_from_a_thread() {
    let (answer, wait) = oneshot::channel();
    std::thread::spawn(move || {
        std::thread::sleep(ms(3000));
        answer.send(7).unwrap();
    });
    println!("{}", wait.await.unwrap());
}

// What was received is put into `kept` before the branch waits: the next round finds it.
async fn r02_parked_value() {
    let (send, mut receive) = mpsc::channel(16);
    kettle::spawn(async move {
        for number in 0..20 {
            sleep(ms(7)).await;
            send.send(number).await.unwrap();
        }
    });
    let mut kept: Option<u32> = None;
    let mut out = Vec::new();
    let mut tick = interval(ms(10));
    loop {
        kettle::select! {
            over = async {
                if kept.is_none() {
                    kept = receive.recv().await;
                }
                if kept.is_none() {
                    return true;
                }
                sleep(ms(4)).await;
                out.extend(kept.take());
                false
            } => if over { break },
            _ = tick.tick() => {}
        }
    }
    assert_eq!(out, (0..20).collect::<Vec<_>>());
}

// The lock is the printer: a page takes its time, and the next one waits for it.
async fn r03_one_at_the_printer() {
    let printer = Arc::new(Mutex::new(0));
    let mut pages = JoinSet::new();
    for _ in 0..4 {
        let printer = printer.clone();
        pages.spawn(async move {
            let mut printer = printer.lock().await;
            sleep(ms(250)).await;
            *printer += 1;
        });
    }
    pages.join_all().await;
    println!("{} pages", printer.lock().await);
}

// Twelve hundred runners wait for one gun.
async fn r04_starting_gun() {
    let gun = Arc::new(Notify::new());
    let running = Arc::new(AtomicUsize::new(0));
    for _ in 0..1200 {
        let (gun, running) = (gun.clone(), running.clone());
        kettle::spawn(async move {
            gun.notified().await;
            running.fetch_add(1, Ordering::Relaxed);
        });
    }
    sleep(ms(2500)).await;
    gun.notify_waiters();
    kettle::task::yield_now().await;
    sleep(ms(10)).await;
    println!("{}", running.load(Ordering::Relaxed));
}

// Six thousand values at once, worked off over two seconds.
async fn r05_backlog() {
    let (send, mut receive) = mpsc::unbounded_channel();
    for number in 0..6000u32 {
        send.send(number).unwrap();
    }
    drop(send);
    let mut sum = 0;
    while let Some(number) = receive.recv().await {
        sum += number;
        if number % 100 == 0 {
            sleep(ms(35)).await;
        }
    }
    println!("{sum}");
}

// Two runtimes on two threads play ping-pong with long pauses.
fn r06_two_runtimes(first: kettle::runtime::Runtime) {
    let (ping, mut pinged) = mpsc::channel::<u32>(1);
    let (pong, mut ponged) = mpsc::channel::<u32>(1);
    let other = std::thread::spawn(move || {
        let second = kettle::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        second.block_on(async move {
            while let Some(ball) = pinged.recv().await {
                sleep(ms(900)).await;
                pong.send(ball + 1).await.unwrap();
            }
        });
    });
    first.block_on(async move {
        let mut ball = 0;
        for _ in 0..3 {
            ping.send(ball).await.unwrap();
            ball = ponged.recv().await.unwrap();
        }
        println!("{ball}");
    });
    other.join().unwrap();
}

// A long computation, but nothing else is there to run.
async fn r07_hash_alone() {
    let mut hash = 17u64;
    let began = std::time::Instant::now();
    while began.elapsed() < ms(1500) {
        for byte in 0..1000u64 {
            hash = hash.wrapping_mul(31).wrapping_add(byte);
        }
    }
    println!("{}", hash % 2);
}

// main lets a device settle before the first task is there.
async fn r08_settle() {
    std::thread::sleep(ms(800));
    let task = kettle::spawn(async { 1 });
    println!("{}", task.await.unwrap());
}

// A sleep by a thread of its own, with the newest waker.
struct Alarm(Arc<StdMutex<(bool, Option<Waker>)>>);

impl Alarm {
    fn after(wait: Duration) -> Alarm {
        let shared = Arc::new(StdMutex::new((false, None::<Waker>)));
        let thread = shared.clone();
        std::thread::spawn(move || {
            std::thread::sleep(wait);
            let waker = {
                let mut state = thread.lock().unwrap();
                state.0 = true;
                state.1.take()
            };
            waker.map(Waker::wake);
        });
        Alarm(shared)
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.lock().unwrap();
        if state.0 {
            return Poll::Ready(());
        }
        state.1 = Some(cx.waker().clone());
        Poll::Pending
    }
}

async fn r09_own_timer() {
    let task = kettle::spawn(Alarm::after(ms(2200)));
    kettle::select! {
        () = Alarm::after(ms(300)) => println!("first"),
        () = Alarm::after(ms(4000)) => println!("never"),
    }
    task.await.unwrap();
}

// A task that holds a resource until it is aborted: it waits for nothing.
async fn r10_until_aborted() {
    struct Lamp;
    impl Drop for Lamp {
        fn drop(&mut self) {
            println!("the lamp is off");
        }
    }
    let lamp = kettle::spawn(async {
        let _lamp = Lamp;
        std::future::pending::<()>().await
    });
    sleep(ms(2500)).await;
    lamp.abort();
    assert!(lamp.await.unwrap_err().is_cancelled());
}

// Everything waits for a signal, which a child sends after two seconds.
async fn r11_reload() {
    use kettle::signal::unix::{SignalKind, signal};
    let mut reload = signal(SignalKind::user_defined1()).unwrap();
    let bell = Arc::new(Notify::new());
    let rung = bell.clone();
    let worker = kettle::spawn(async move { rung.notified().await });
    let pid = std::process::id();
    std::thread::spawn(move || {
        std::process::Command::new("sh").args(["-c", &format!("sleep 2; kill -USR1 {pid}")]).status().unwrap();
    });
    reload.recv().await;
    bell.notify_one();
    worker.await.unwrap();
}

// Two tasks take two locks in different orders, but give the first back if the second does not come.
async fn r12_try_again() {
    let locks = Arc::new([Mutex::new(0), Mutex::new(0)]);
    let mut both = JoinSet::new();
    for (first, second, pause) in [(0, 1, 30), (1, 0, 70)] {
        let locks = locks.clone();
        both.spawn(async move {
            let mut tries = 0;
            loop {
                tries += 1;
                let mut a = locks[first].lock().await;
                sleep(ms(15)).await;
                if let Ok(mut b) = timeout(ms(100), locks[second].lock()).await {
                    *a += 1;
                    *b += 1;
                    break tries;
                }
                drop(a);
                sleep(ms(pause)).await;
            }
        });
    }
    while let Some(tries) = both.join_next().await {
        println!("{} tries", tries.unwrap());
    }
}

// A sum in small portions with a yield after each, beside a ticker.
async fn r13_polite_sum() {
    let ticker = kettle::spawn(async {
        let mut tick = interval(ms(20));
        for _ in 0..80 {
            tick.tick().await;
        }
    });
    let adder = kettle::spawn(async {
        let mut sum = 0u64;
        for part in 0..60_000u64 {
            for number in 0..300 {
                sum = sum.wrapping_add(std::hint::black_box(number ^ part));
            }
            kettle::task::yield_now().await;
        }
        sum
    });
    println!("{}", adder.await.unwrap() % 2);
    ticker.await.unwrap();
}

// A child says nothing for two seconds, then one line.
async fn r14_slow_child() {
    let mut child = kettle::process::Command::new("sh")
        .args(["-c", "sleep 2.5; read line; echo \"$line!\""])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = child.stdout.take().unwrap();
    let mut text = String::new();
    let (written, read) = kettle::join!(
        async move { input.write_all(b"hello\n").await },
        output.read_to_string(&mut text)
    );
    written.unwrap();
    read.unwrap();
    println!("{} {}", text.trim(), child.wait().await.unwrap());
}

// A heartbeat and a refresher have no end; they end with main.
async fn r15_heartbeat() {
    let beats = Arc::new(AtomicUsize::new(0));
    let count = beats.clone();
    kettle::spawn(async move {
        sleep(ms(30)).await; // not at the same time as the others
        let mut beat = interval(ms(40));
        loop {
            beat.tick().await;
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    let (wish, mut wishes) = mpsc::channel::<u32>(2);
    kettle::spawn(async move {
        while let Some(wish) = wishes.recv().await {
            sleep(ms(5)).await;
            println!("wish {wish}");
        }
    });
    for number in 0..3 {
        wish.send(number).await.unwrap();
        sleep(ms(100)).await;
    }
    println!("{} beats", beats.load(Ordering::Relaxed));
    let _alive = &wish;
}

// The request is made before the cache is looked at: if it is there, nobody needs the pause.
async fn r16_cached() {
    let cache = Arc::new(Mutex::new(HashMap::new()));
    for key in [1, 2, 1, 1, 2] {
        let back_off = sleep(ms(20));
        let next_look = cache.lock();
        if cache.try_lock().is_ok_and(|cache| cache.contains_key(&key)) {
            continue;
        }
        back_off.await;
        next_look.await.insert(key, "page");
    }
    println!("{} pages", cache.lock().await.len());
}

// The last one at the barrier is a job of the blocking pool, two seconds later.
async fn r17_last_one_is_a_job() {
    let line = Arc::new(Barrier::new(3));
    let mut people = JoinSet::new();
    for _ in 0..2 {
        let line = line.clone();
        people.spawn(async move { line.wait().await.is_leader() });
    }
    let handle = kettle::runtime::Handle::current();
    let job = kettle::task::spawn_blocking(move || {
        std::thread::sleep(ms(2000));
        handle.block_on(line.wait()).is_leader()
    });
    let leaders = people.join_all().await.into_iter().filter(|is| *is).count();
    println!("{} leader", leaders + usize::from(job.await.unwrap()));
}

// A `join` by hand, with a waker of its own for each half that passes the call on.
struct Part {
    woken: std::sync::atomic::AtomicBool,
    outer: StdMutex<Option<Waker>>,
}

impl Wake for Part {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, Ordering::SeqCst);
        let outer = self.outer.lock().unwrap().take();
        outer.map(Waker::wake);
    }
}

async fn r18_own_join() {
    type Half = (Option<Pin<Box<dyn Future<Output = u32> + Send>>>, Arc<Part>, u32);
    let half = |wait: u64| -> Half {
        let part = Part { woken: true.into(), outer: StdMutex::new(None) };
        let future = async move {
            sleep(ms(wait)).await;
            wait as u32
        };
        (Some(Box::pin(future)), Arc::new(part), 0)
    };
    let mut halves = [half(30), half(700), half(1500)];
    let sum = kettle::spawn(std::future::poll_fn(move |cx| {
        for (future, part, output) in &mut halves {
            *part.outer.lock().unwrap() = Some(cx.waker().clone());
            if !part.woken.swap(false, Ordering::SeqCst) {
                continue;
            }
            let waker = Waker::from(part.clone());
            let Some(polled) = future else { continue };
            if let Poll::Ready(ready) = polled.as_mut().poll(&mut Context::from_waker(&waker)) {
                *output = ready;
                *future = None;
            }
        }
        if halves.iter().all(|half| half.0.is_none()) {
            return Poll::Ready(halves.iter().map(|half| half.2).sum::<u32>());
        }
        Poll::Pending
    }));
    println!("{}", sum.await.unwrap());
}

// Permits are taken for good while the load is high; a second later they are given anew.
async fn r19_reserved_for_later() {
    let limit = Arc::new(Semaphore::new(3));
    limit.acquire_many(3).await.unwrap().forget();
    let mut waiting = JoinSet::new();
    for _ in 0..3 {
        let limit = limit.clone();
        waiting.spawn(async move {
            let _permit = limit.acquire().await.unwrap();
            sleep(ms(5)).await;
        });
    }
    let giver = limit.clone();
    kettle::spawn(async move {
        sleep(ms(2500)).await;
        giver.add_permits(1);
    });
    while waiting.join_next().await.is_some() {}
    println!("{} free", limit.available_permits());
}

// A paused clock: that nothing comes within a minute is what is asked.
async fn r20_limit_is_expected() {
    let (send, mut receive) = mpsc::channel::<u32>(1);
    let began = kettle::time::Instant::now();
    let nothing = timeout(Duration::from_secs(60), receive.recv()).await;
    assert!(nothing.is_err());
    send.send(1).await.unwrap();
    assert_eq!(receive.recv().await, Some(1));
    println!("{:?}", began.elapsed());
}

// A guard goes through a channel to another task, which keeps it for a while and gives it back there.
async fn r21_handed_over() {
    let seat = Arc::new(Mutex::new(0));
    let (hand, mut handed) = mpsc::channel::<kettle::sync::OwnedMutexGuard<i32>>(1);
    let guest = kettle::spawn(async move {
        while let Some(mut guard) = handed.recv().await {
            *guard += 1;
            sleep(ms(1200)).await;
        }
    });
    for _ in 0..3 {
        let guard = seat.clone().lock_owned().await;
        hand.send(guard).await.unwrap();
    }
    drop(hand);
    guest.await.unwrap();
    println!("{}", seat.lock().await);
}

// A closed channel in a `select!` loop, whose branch is switched off then.
async fn r22_guarded_branch() {
    let (news, mut paper) = mpsc::channel::<u32>(2);
    kettle::spawn(async move {
        news.send(1).await.unwrap();
    });
    let mut open = true;
    let mut tick = interval(ms(300));
    let mut ticks = 0;
    while ticks < 6 {
        kettle::select! {
            item = paper.recv(), if open => match item {
                Some(item) => println!("{item}"),
                None => open = false,
            },
            _ = tick.tick() => ticks += 1,
        }
    }
}
