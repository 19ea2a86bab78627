//! A test of a service that looks up users three at a time, with the clock paused, and with a limit of ten minutes.
//!
//! Wrong: the service waits until its batch is full. With eight requests the last two stay in the batch forever, and so do the
//! senders of their answers.
//!
//! Expected: `deadlock`, which only the limit has ended: the service waits for a request, the callers for answers. The cure:
//! look up what there is after a while, or when no request is waiting.
//!
//! doctor: `deadlock`

use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::{mpsc, oneshot};
use kettle::task::JoinSet;
use kettle::time::{sleep, timeout};

struct Request {
    id: u32,
    answer: oneshot::Sender<String>,
}

async fn look_up(mut requests: mpsc::Receiver<Request>) {
    let mut batch = Vec::new();
    while let Some(request) = requests.recv().await {
        batch.push(request);
        if batch.len() == 3 {
            sleep(Duration::from_millis(20)).await; // the data base
            for Request { id, answer } in batch.drain(..) {
                let _ = answer.send(format!("user {id}"));
            }
        }
    }
}

async fn user(id: u32, service: mpsc::Sender<Request>) -> String {
    let (answer, answered) = oneshot::channel();
    service.send(Request { id, answer }).await.expect("the service is there");
    answered.await.expect("the service answers")
}

async fn eight_users_are_found() {
    let (service, requests) = mpsc::channel(16);
    kettle::spawn(look_up(requests));
    let users: JoinSet<String> = (0..8).map(|id| user(id, service.clone())).collect();
    let found = timeout(Duration::from_mins(10), users.join_all()).await;
    assert_eq!(found.expect("they are found in time").len(), 8);
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(eight_users_are_found());
}
