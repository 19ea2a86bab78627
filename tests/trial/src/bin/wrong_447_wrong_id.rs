//! A client with many requests over one connection. Answers are matched by their number.
//! doctor: `deadlock`

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use kettle::sync::{mpsc, oneshot};

type Pending = Arc<Mutex<HashMap<u32, oneshot::Sender<String>>>>;

struct Request {
    id: u32,
    text: String,
}

struct Response {
    id: u32,
    text: String,
}

async fn backend(mut requests: mpsc::Receiver<Request>, responses: mpsc::Sender<Response>) {
    let mut served = 0;
    while let Some(request) = requests.recv().await {
        served += 1;
        let text = request.text.to_uppercase();
        // After a batch of three, ids start anew.
        responses.send(Response { id: request.id % 3, text }).await.unwrap();
    }
    println!("{served} served");
}

async fn dispatch(mut responses: mpsc::Receiver<Response>, pending: Pending) {
    while let Some(response) = responses.recv().await {
        match pending.lock().unwrap().remove(&response.id) {
            Some(waiting) => drop(waiting.send(response.text)),
            None => eprintln!("nobody waits for {}", response.id),
        }
    }
}

#[kettle::main]
async fn main() {
    let pending = Pending::default();
    let (requests, incoming) = mpsc::channel(4);
    let (responses, outgoing) = mpsc::channel(4);
    kettle::spawn(backend(incoming, responses));
    kettle::spawn(dispatch(outgoing, pending.clone()));
    for (id, word) in ["oolong", "assam", "sencha", "matcha"].into_iter().enumerate() {
        let (tx, answer) = oneshot::channel();
        let id = id as u32;
        pending.lock().unwrap().insert(id, tx);
        requests.send(Request { id, text: word.into() }).await.unwrap();
        println!("{}", answer.await.unwrap());
    }
}
