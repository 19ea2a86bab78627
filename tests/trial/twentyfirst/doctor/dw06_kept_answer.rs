// WRONG. An actor that keeps the oneshot of a request in a map until the "backend" answers; for the key "c" the backend
// answers with another id, so the responder stays in the map. The client of "c" waits forever.
// EXPECT: deadlock: client task (or main awaiting it) waits for the oneshot's value at `answer.await`; sender is alive (in the actor's map);
// the actor waits for a value of the mpsc whose sender the client has. CURE: answer/drop the responder for an unknown id.
use kettle::sync::{mpsc, oneshot};
use std::collections::HashMap;

struct Request {
    key: &'static str,
    respond: oneshot::Sender<usize>,
}

fn backend(key: &str) -> (String, usize) {
    if key == "c" { ("C".to_owned(), 3) } else { (key.to_owned(), key.len()) }
}

async fn actor(mut requests: mpsc::Receiver<Request>) {
    let mut pending: HashMap<String, oneshot::Sender<usize>> = HashMap::new();
    while let Some(Request { key, respond }) = requests.recv().await {
        pending.insert(key.to_owned(), respond);
        let (id, result) = backend(key);
        if let Some(respond) = pending.remove(&id) {
            let _ = respond.send(result);
        }
    }
}

#[kettle::main]
async fn main() {
    let (to_actor, requests) = mpsc::channel(4);
    kettle::spawn(actor(requests));
    for key in ["a", "b", "c", "d"] {
        let (respond, answer) = oneshot::channel();
        to_actor.send(Request { key, respond }).await.ok().unwrap();
        println!("{key}: {:?}", answer.await);
    }
}
