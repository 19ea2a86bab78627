//! A library's desk: readers ask for books, and three got no answer.

use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::{sleep, timeout};

struct Request {
    book: u32,
    answer: oneshot::Sender<&'static str>,
}

async fn desk(mut requests: mpsc::Receiver<Request>, cellar: mpsc::Sender<Request>) {
    while let Some(request) = requests.recv().await {
        match request.book {
            0..=9 => drop(request.answer.send("here")),
            10..=19 => drop(cellar.try_send(request)),
            _ => {}
        }
    }
}

async fn cellar(mut requests: mpsc::Receiver<Request>) {
    while let Some(request) = requests.recv().await {
        let found = timeout(Duration::from_millis(50), search(request.book)).await;
        if found.is_ok() {
            let _ = request.answer.send("from the cellar");
        }
    }
}

async fn search(book: u32) {
    sleep(Duration::from_millis(10 * u64::from(book - 9))).await;
}

async fn reader(book: u32, desk: mpsc::Sender<Request>) {
    let (answer, answered) = oneshot::channel();
    desk.send(Request { book, answer }).await.expect("the desk is open");
    match answered.await {
        Ok(place) => println!("book {book}: {place}"),
        Err(_) => println!("book {book}: no answer"),
    }
}

#[kettle::main]
async fn main() {
    let (ask, asked) = mpsc::channel(8);
    let (down, below) = mpsc::channel(1);
    kettle::spawn(desk(asked, down));
    kettle::spawn(cellar(below));
    let mut readers = Vec::new();
    for book in [3, 12, 10, 11, 40, 17] {
        readers.push(kettle::spawn(reader(book, ask.clone())));
        sleep(Duration::from_millis(12)).await;
    }
    for reader in readers {
        reader.await.unwrap();
    }
}
