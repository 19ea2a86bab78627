// The tour's second stop: a server and its fifty visitors, in one thread. (Included by `tour.rs`.)

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::task::Poll;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::runtime::{Builder, Handle};
use kettle::sync::oneshot;
use kettle::time::sleep;

use super::{server, threads};

const VISITORS: usize = 50;

pub(crate) fn fifty_visitors() {
    let before = threads(); // one, or more under an emulator
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its own address");
        println!("Server listening on {address}");
        let server = kettle::spawn(server::serve(listener));

        let (starts, visits): (Vec<_>, Vec<_>) = (1..=VISITORS)
            .map(|number| {
                let (start, started) = oneshot::channel();
                (start, visit(address, number, started))
            })
            .unzip();
        // Visitors and host are branches of this one future. As tasks they would be counted.
        let (greetings, ()) = kettle::join!(all(visits), host(starts, before));

        assert!(greetings.iter().all(|text| text.ends_with("Hello from async Rust!")));
        println!("{} visitors were greeted.", greetings.len());
        server.abort();
        assert!(server.await.unwrap_err().is_cancelled());
    });
}

/// Connects, waits for the host's word, speaks, and listens to the end.
async fn visit(address: SocketAddr, number: usize, started: oneshot::Receiver<()>) -> String {
    let mut socket = TcpStream::connect(address).await.expect("a server that listens");
    started.await.expect("a host that starts us");
    let request = format!("GET /{number}");
    socket.write_all(request.as_bytes()).await.expect("a socket to write to");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.expect("an answer");
    answer
}

/// Waits until a handler serves each visitor, counts, and lets them speak.
async fn host(starts: Vec<oneshot::Sender<()>>, before: Option<usize>) {
    let tasks = || Handle::current().metrics().num_alive_tasks();
    while tasks() < VISITORS + 1 {
        sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(tasks(), VISITORS + 1, "a handler for each visitor, and the accept loop");
    match threads() {
        Some(threads) => {
            assert_eq!(Some(threads), before, "no thread more for all of them");
            println!("Now: {} tasks alive, Threads: {threads}", tasks());
        }
        None => println!("Now: {} tasks alive (this system doesn't say how many threads)", tasks()),
    }
    for start in starts {
        start.send(()).expect("a visitor that waits");
    }
}

/// All of these futures as one. Each poll polls every one that is not ready yet: they share one
/// waker, so it can't know which of them was woken.
async fn all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut outputs: Vec<_> = futures.iter().map(|_| None).collect();
    poll_fn(|cx| {
        for (future, output) in futures.iter_mut().zip(&mut outputs) {
            if output.is_none()
                && let Poll::Ready(value) = future.as_mut().poll(cx)
            {
                *output = Some(value);
            }
        }
        if outputs.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    outputs.into_iter().flatten().collect()
}
