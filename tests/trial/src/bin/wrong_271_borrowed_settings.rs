//! `main` keeps what `borrow` gave it of a `watch` while it waits for an answer, and the task that answers first sends
//! new settings into that `watch`: the send waits for the borrow, and blocks the only thread.
//!
//! doctor: `blocking_poll`
//! cure: don't keep the borrow of a `watch` across an `.await` (clone the value)
//! ends: killed

use kettle::sync::{mpsc, oneshot, watch};

type Request = (String, oneshot::Sender<usize>);

async fn server(mut requests: mpsc::Receiver<Request>, settings: watch::Sender<Vec<String>>) {
    while let Some((name, answer)) = requests.recv().await {
        remember(&settings, name);
        let known = settings.borrow().len();
        let _ = answer.send(known);
    }
}

fn remember(settings: &watch::Sender<Vec<String>>, name: String) {
    settings.send_modify(|names| names.push(name));
}

#[kettle::main]
async fn main() {
    let (settings, current) = watch::channel(vec!["Ann".to_owned()]);
    let (requests, inbox) = mpsc::channel(4);
    kettle::spawn(server(inbox, settings));

    let names = current.borrow();
    for name in names.iter() {
        let (answer, known) = oneshot::channel();
        requests.send((format!("{name}'s brother"), answer)).await.unwrap();
        println!("{} are known", known.await.unwrap());
    }
}
