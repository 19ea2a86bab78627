// Wrong programs of the eleventh trial: by an argument, as `w01`.
#![allow(unused_must_use, let_underscore_drop, clippy::all, clippy::pedantic, unreachable_pub)]
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex as StdMutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::{Mutex, Notify, OnceCell, RwLock, Semaphore, mpsc, oneshot, watch};
use kettle::task::JoinSet;
use kettle::time::{Sleep, interval, sleep};

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn main() {
    let name = std::env::args().nth(1).unwrap_or_default();
    let rt = kettle::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    match name.as_str() {
        "w01" => rt.block_on(w01_stop_after_the_join()),
        "w02" => rt.block_on(w02_config_needs_itself()),
        "w03" => rt.block_on(w03_cache_fill()),
        "w04" => rt.block_on(w04_crawler_inbox()),
        "w05" => rt.block_on(w05_std_barrier()),
        "w06" => rt.block_on(w06_git_version()),
        "w07" => rt.block_on(w07_std_client()),
        "w08" => rt.block_on(w08_debounce()),
        "w09" => rt.block_on(w09_counted()),
        "w10" => rt.block_on(w10_gate()),
        "w11" => rt.block_on(w11_until_loaded()),
        "w12" => rt.block_on(w12_child_output()),
        "w13" => rt.block_on(w13_ledger()),
        "w14" => rt.block_on(w14_one_session()),
        "w15" => rt.block_on(w15_permit()),
        "w16" => rt.block_on(w16_audit()),
        "w17" => rt.block_on(w17_subscribers()),
        "w18" => rt.block_on(w18_transfer()),
        "w19" => rt.block_on(w19_importer()),
        "w20" => rt.block_on(w20_local()),
        "w21" => rt.block_on(w21_after_you()),
        "w22" => rt.block_on(w22_pipe_reader()),
        "w23" => rt.block_on(w23_each_others_end()),
        "w24" => rt.block_on(w24_settings()),
        _ => panic!("which one?"),
    }
    println!("{name}: main is over");
}

// The workers stop when they are told; main tells them after it has joined them.
async fn w01_stop_after_the_join() {
    let (stop, stopped) = watch::channel(false);
    let mut workers = JoinSet::new();
    for number in 0..3 {
        let mut stopped = stopped.clone();
        workers.spawn(async move {
            sleep(ms(20 * number)).await;
            stopped.wait_for(|stop| *stop).await.map(|_| ()).ok();
            number
        });
    }
    while let Some(worker) = workers.join_next().await {
        println!("worker {} is over", worker.unwrap());
    }
    stop.send(true).ok();
}

// The configuration's initialiser asks for the log level, which asks for the configuration.
static CONFIG: OnceCell<HashMap<&'static str, &'static str>> = OnceCell::const_new();

async fn config() -> &'static HashMap<&'static str, &'static str> {
    CONFIG
        .get_or_init(|| async {
            sleep(ms(10)).await;
            log("reading the configuration").await;
            HashMap::from([("level", "info")])
        })
        .await
}

fn log(line: &str) -> Pin<Box<dyn Future<Output = ()> + '_>> {
    Box::pin(async move {
        if config().await["level"] != "silent" {
            println!("{line}");
        }
    })
}

async fn w02_config_needs_itself() {
    log("hello").await;
}

// The scrutinee's guard lives until the end of the `match`.
async fn w03_cache_fill() {
    let cache: Arc<RwLock<HashMap<u32, String>>> = Arc::default();
    let mut tasks = Vec::new();
    for key in 0..2 {
        let cache = cache.clone();
        tasks.push(kettle::spawn(async move {
            match cache.read().await.get(&key) {
                Some(found) => found.clone(),
                None => {
                    sleep(ms(30)).await;
                    let fetched = format!("page {key}");
                    cache.write().await.insert(key, fetched.clone());
                    fetched
                }
            }
        }));
    }
    for task in tasks {
        println!("{}", task.await.unwrap());
    }
}

// An actor that sends to its own bounded inbox.
async fn w04_crawler_inbox() {
    let (pages, mut inbox) = mpsc::channel::<u32>(4);
    let more = pages.clone();
    let crawler = kettle::spawn(async move {
        let mut seen = 0;
        while let Some(depth) = inbox.recv().await {
            seen += 1;
            sleep(ms(1)).await;
            if depth < 5 {
                for _ in 0..3 {
                    more.send(depth + 1).await.unwrap();
                }
            }
            if seen == 364 {
                break;
            }
        }
        seen
    });
    pages.send(0).await.unwrap();
    println!("{} pages", crawler.await.unwrap());
}

// std's barrier in tasks of one thread.
async fn w05_std_barrier() {
    let start = Arc::new(std::sync::Barrier::new(2));
    let mut racers = JoinSet::new();
    for racer in 0..2 {
        let start = start.clone();
        racers.spawn(async move {
            sleep(ms(10)).await;
            start.wait();
            println!("racer {racer} runs");
        });
    }
    while racers.join_next().await.is_some() {}
}

// std's process in a task, beside a heartbeat.
async fn w06_git_version() {
    let heart = kettle::spawn(async {
        let mut beat = interval(ms(50));
        for _ in 0..20 {
            beat.tick().await;
        }
    });
    sleep(ms(60)).await;
    let tool = kettle::spawn(async {
        let output = std::process::Command::new("sh").args(["-c", "sleep 0.7; echo 2.44"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    });
    println!("version {}", tool.await.unwrap().trim());
    heart.await.unwrap();
}

// std's client of a server that runs on the same thread.
async fn w07_std_client() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    kettle::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            socket.write_all(b"welcome").await.unwrap();
        }
    });
    let answer = kettle::spawn(async move {
        use std::io::Read;
        let mut client = std::net::TcpStream::connect(address).unwrap();
        let mut text = String::new();
        client.read_to_string(&mut text).unwrap();
        text
    });
    println!("{}", answer.await.unwrap());
}

// A debounce: restarts its sleep at each value, and returns without polling it.
struct Debounce {
    keys: mpsc::Receiver<char>,
    pause: Pin<Box<Sleep>>,
    last: Option<char>,
}

impl Future for Debounce {
    type Output = Option<char>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<char>> {
        let this = &mut *self;
        if let Poll::Ready(key) = this.keys.poll_recv(cx) {
            let Some(key) = key else { return Poll::Ready(this.last) };
            this.last = Some(key);
            this.pause.as_mut().reset(kettle::time::Instant::now() + ms(50));
            return Poll::Pending;
        }
        if this.last.is_some() && this.pause.as_mut().poll(cx).is_ready() {
            return Poll::Ready(this.last);
        }
        Poll::Pending
    }
}

async fn w08_debounce() {
    let (keyboard, keys) = mpsc::channel(8);
    let typist = kettle::spawn(async move {
        keyboard.send('a').await.unwrap();
        keyboard
    });
    let debounced = kettle::spawn(Debounce { keys, pause: Box::pin(sleep(ms(50))), last: None });
    println!("search for {:?}", debounced.await.unwrap());
    drop(typist.await.unwrap());
}

// A waker that counts, and does not pass the call on.
struct Counter {
    count: AtomicUsize,
    #[allow(dead_code)]
    inner: Waker,
}

impl Wake for Counter {
    fn wake(self: Arc<Self>) {
        self.count.fetch_add(1, Ordering::Relaxed);
    }
}

struct Counted<F>(Pin<Box<F>>, Option<Arc<Counter>>);

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        let counter = Arc::new(Counter { count: AtomicUsize::new(0), inner: cx.waker().clone() });
        this.1 = Some(counter.clone());
        this.0.as_mut().poll(&mut Context::from_waker(&Waker::from(counter)))
    }
}

async fn w09_counted() {
    let (ask, asked) = oneshot::channel();
    kettle::spawn(async move {
        sleep(ms(30)).await;
        ask.send(42).unwrap();
    });
    let measured = kettle::spawn(Counted(Box::pin(asked), None));
    println!("{}", measured.await.unwrap().unwrap());
}

// A gate that wakes the first of those it has taken out of its list.
#[derive(Default)]
struct Gate {
    open: AtomicBool,
    waiting: StdMutex<Vec<Waker>>,
}

impl Gate {
    fn open(&self) {
        self.open.store(true, Ordering::SeqCst);
        let waiting = std::mem::take(&mut *self.waiting.lock().unwrap());
        if let Some(first) = waiting.into_iter().next() {
            first.wake();
        }
    }
}

async fn pass(gate: &Gate) {
    std::future::poll_fn(|cx| {
        if gate.open.load(Ordering::SeqCst) {
            return Poll::Ready(());
        }
        gate.waiting.lock().unwrap().push(cx.waker().clone());
        Poll::Pending
    })
    .await
}

async fn w10_gate() {
    let gate = Arc::new(Gate::default());
    let mut people = JoinSet::new();
    for number in 0..3 {
        let gate = gate.clone();
        people.spawn(async move {
            pass(&gate).await;
            println!("{number} is in");
        });
    }
    sleep(ms(20)).await;
    gate.open();
    while people.join_next().await.is_some() {}
}

// Yields until a job on another thread has loaded a table.
async fn w11_until_loaded() {
    let loaded = Arc::new(AtomicBool::new(false));
    let flag = loaded.clone();
    let job = kettle::task::spawn_blocking(move || {
        std::thread::sleep(ms(2500));
        flag.store(true, Ordering::Release);
    });
    while !loaded.load(Ordering::Acquire) {
        kettle::task::yield_now().await;
    }
    println!("loaded");
    job.await.unwrap();
}

// Reads the child's output on and on after its end, until the child exits.
async fn w12_child_output() {
    let mut child = kettle::process::Command::new("sh")
        .args(["-c", "echo a line; exec >&-; sleep 3"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = child.stdout.take().unwrap();
    let mut text = Vec::new();
    let mut part = [0; 64];
    loop {
        kettle::select! {
            read = output.read(&mut part) => text.extend_from_slice(&part[..read.unwrap()]),
            status = child.wait() => {
                println!("{}: {}", status.unwrap(), String::from_utf8_lossy(&text).trim());
                break;
            }
        }
    }
}

// The branch has received an order and waits for the book; a tick comes first.
async fn w13_ledger() {
    let book = Arc::new(Mutex::new(Vec::new()));
    let (orders, mut incoming) = mpsc::channel(16);
    let auditor = book.clone();
    kettle::spawn(async move {
        for _ in 0..4 {
            let guard = auditor.lock().await;
            sleep(ms(45)).await;
            drop(guard);
            sleep(ms(15)).await;
        }
    });
    kettle::spawn(async move {
        for order in 0..20 {
            sleep(ms(10)).await;
            orders.send(order).await.unwrap();
        }
    });
    let mut tick = interval(ms(25));
    loop {
        kettle::select! {
            over = async {
                let Some(order) = incoming.recv().await else { return true };
                book.lock().await.push(order);
                false
            } => if over { break },
            _ = tick.tick() => {}
        }
    }
    println!("{} of 20 orders", book.lock().await.len());
}

// One connection behind one lock: a slow answer keeps all others waiting.
async fn w14_one_session() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(|| ()).join().unwrap();
    kettle::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut byte = [0];
        while socket.read_exact(&mut byte).await.is_ok() {
            if byte[0] == b's' {
                sleep(ms(600)).await;
            }
            socket.write_all(b"!").await.unwrap();
        }
    });
    let session = Arc::new(Mutex::new((TcpStream::connect(address).await.unwrap(), 0)));
    let mut users = JoinSet::new();
    for question in *b"sqq" {
        let session = session.clone();
        users.spawn(async move {
            let mut session = session.lock().await;
            session.1 += 1;
            session.0.write_all(&[question]).await.unwrap();
            let mut answer = [0];
            session.0.read_exact(&mut answer).await.unwrap();
        });
    }
    // This one wants only the count.
    let count = kettle::spawn(async move { session.lock().await.1 });
    println!("{} questions so far", count.await.unwrap());
    while users.join_next().await.is_some() {}
}

// `acquire` without `.await`: no limit at all.
async fn w15_permit() {
    let limit = Arc::new(Semaphore::new(2));
    let mut downloads = JoinSet::new();
    for number in 0..6 {
        let limit = limit.clone();
        downloads.spawn(async move {
            let _permit = limit.acquire();
            sleep(ms(20)).await;
            number
        });
    }
    let mut sum = 0;
    while let Some(number) = downloads.join_next().await {
        sum += number.unwrap();
    }
    println!("{sum}");
}

// The audit record is written in two steps; main does not wait for it.
async fn w16_audit() {
    let (orders, mut incoming) = mpsc::channel::<u32>(4);
    kettle::spawn(async move {
        let mut sum = 0;
        while let Some(order) = incoming.recv().await {
            sum += order;
        }
        sleep(ms(30)).await; // asks the time server
        sleep(ms(30)).await; // writes
        println!("the sum is {sum}");
    });
    for order in 0..5 {
        orders.send(order).await.unwrap();
        sleep(ms(5)).await;
    }
    drop(orders);
    sleep(ms(10)).await;
}

// Each request leaves a task behind that waits for a notification of which nobody knows. (hint)
async fn w17_subscribers() {
    for batch in 0..40 {
        for _ in 0..100 {
            let bell = Arc::new(Notify::new());
            kettle::spawn(async move { bell.notified().await });
        }
        sleep(ms(80)).await;
        if batch % 10 == 0 {
            println!("{batch}");
        }
    }
}

// Two transfers take two locks in different orders, while main waits for a signal.
async fn w18_transfer() {
    let mut hangup = kettle::signal::unix::signal(kettle::signal::unix::SignalKind::hangup()).unwrap();
    let accounts = Arc::new([Mutex::new(100), Mutex::new(100)]);
    for (from, to) in [(0, 1), (1, 0)] {
        let accounts = accounts.clone();
        kettle::spawn(async move {
            let mut payer = accounts[from].lock().await;
            sleep(ms(20)).await;
            let mut payee = accounts[to].lock().await;
            *payer -= 10;
            *payee += 10;
        });
    }
    hangup.recv().await;
}

// The job drives a future by the runtime's handle; main keeps the sender and awaits the job.
async fn w19_importer() {
    let (rows, mut incoming) = mpsc::channel::<u32>(4);
    let handle = kettle::runtime::Handle::current();
    let import = kettle::task::spawn_blocking(move || {
        handle.block_on(async move {
            let mut sum = 0;
            while let Some(row) = incoming.recv().await {
                sum += row;
            }
            sum
        })
    });
    for row in 0..10 {
        rows.send(row).await.unwrap();
    }
    println!("{}", import.await.unwrap());
    drop(rows);
}

// A task in a `LocalSet` that is not driven.
async fn w20_local() {
    let set = kettle::task::LocalSet::new();
    let shared = std::rc::Rc::new(std::cell::Cell::new(1));
    let copy = shared.clone();
    let handle = set.spawn_local(async move {
        sleep(ms(10)).await;
        copy.set(2);
    });
    handle.await.unwrap();
    println!("{}", shared.get());
}

// Both ends of a connection wait for the other's greeting.
async fn w21_after_you() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = kettle::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        drop(listener);
        let mut greeting = [0; 5];
        socket.read_exact(&mut greeting).await.unwrap();
        socket.write_all(b"hello").await.unwrap();
    });
    let mut client = TcpStream::connect(address).await.unwrap();
    let mut greeting = [0; 5];
    client.read_exact(&mut greeting).await.unwrap();
    client.write_all(b"hello").await.unwrap();
    server.await.unwrap();
}

// An `AsyncFd` whose readiness is never cleared.
async fn w22_pipe_reader() {
    use std::io::Read;
    use std::os::fd::OwnedFd;
    let (reader, writer) = std::os::unix::net::UnixStream::pair().unwrap();
    reader.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        use std::io::Write;
        let mut writer = writer;
        writer.write_all(b"one").unwrap();
        std::thread::sleep(ms(2500));
        writer.write_all(b"two").unwrap();
    });
    let _: fn(std::os::unix::net::UnixStream) -> OwnedFd = OwnedFd::from;
    let fd = kettle::io::unix::AsyncFd::new(reader).unwrap();
    let mut all = 0;
    let mut part = [0; 16];
    while all < 6 {
        let _ready = fd.readable().await.unwrap();
        match fd.get_ref().read(&mut part) {
            Ok(n) => all += n,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
            Err(error) => panic!("{error}"),
        }
    }
    println!("{all} bytes");
}

// Each of two services waits for the other's end before it stops.
async fn w23_each_others_end() {
    let (to_store, for_store) = oneshot::channel::<kettle::task::JoinHandle<()>>();
    let (to_mail, for_mail) = oneshot::channel::<kettle::task::JoinHandle<()>>();
    let (stop, stopped) = oneshot::channel::<()>();
    let store = kettle::spawn(async move {
        let mail = for_store.await.unwrap();
        mail.await.unwrap();
        stop.send(()).unwrap();
    });
    let mail = kettle::spawn(async move {
        let store = for_mail.await.unwrap();
        store.await.unwrap();
        println!("mail: over");
    });
    to_store.send(mail).unwrap();
    to_mail.send(store).unwrap();
    stopped.await.unwrap();
}

// A borrowed watch value is kept over an await, and another task sends.
async fn w24_settings() {
    let began = Instant::now();
    let (settings, current) = watch::channel(1);
    let reader = kettle::task::LocalSet::new();
    reader
        .run_until(async move {
            let user = kettle::task::spawn_local(async move {
                let value = current.borrow();
                sleep(ms(50)).await;
                println!("used {}", *value);
            });
            sleep(ms(10)).await;
            settings.send(2).unwrap();
            user.await.unwrap();
        })
        .await;
    println!("{:?}", began.elapsed());
}
