//! Right: a mailbox written by hand, with one waker that is replaced when the reader moves to another task.
//!
//! doctor: silence

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use kettle::time::sleep;

#[derive(Default)]
struct Mailbox {
    letters: VecDeque<u32>,
    reader: Option<Waker>,
}

type Shared = Arc<Mutex<Mailbox>>;

fn post(mailbox: &Shared, letter: u32) {
    let reader = {
        let mut mailbox = mailbox.lock().unwrap();
        mailbox.letters.push_back(letter);
        mailbox.reader.take()
    };
    if let Some(reader) = reader {
        reader.wake();
    }
}

async fn read(mailbox: &Shared) -> u32 {
    poll_fn(|cx| {
        let mut mailbox = mailbox.lock().unwrap();
        if let Some(letter) = mailbox.letters.pop_front() {
            return Poll::Ready(letter);
        }
        mailbox.reader = Some(cx.waker().clone());
        Poll::Pending
    })
    .await
}

#[kettle::main]
async fn main() {
    let mailbox = Shared::default();
    let postman = mailbox.clone();
    kettle::spawn(async move {
        for letter in 0..20 {
            sleep(Duration::from_millis(60)).await;
            post(&postman, letter);
        }
    });
    let first = mailbox.clone();
    let first = kettle::spawn(async move {
        let mut sum = 0;
        for _ in 0..10 {
            sum += read(&first).await;
        }
        sum
    });
    let mut sum = first.await.unwrap();
    for _ in 0..10 {
        sum += read(&mailbox).await;
    }
    println!("{sum}");
}
