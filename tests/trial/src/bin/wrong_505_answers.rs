//! A client that asks many questions over one connection. A reader hands each answer to its asker.
//! doctor: `deadlock`

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use kettle::io::{
    AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader, DuplexStream, duplex, split,
};
use kettle::sync::oneshot;

type Waiting = Arc<Mutex<HashMap<u32, oneshot::Sender<String>>>>;

async fn serve(stream: DuplexStream) {
    let (reader, mut writer) = split(stream);
    let mut lines = BufReader::new(reader).lines();
    let mut answered = 0;
    while let Ok(Some(line)) = lines.next_line().await {
        if answered == 2 {
            writer.write_all(b"KEEPALIVE\n").await.expect("the client is there");
        }
        let (id, question) = line.split_once(' ').expect("an id and a question");
        let answer = format!("{id} {}\n", question.to_uppercase());
        writer.write_all(answer.as_bytes()).await.expect("the client is there");
        answered += 1;
    }
}

async fn read_answers(reader: impl AsyncRead + Unpin, waiting: Waiting) {
    let mut lines = BufReader::new(reader).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let (id, answer) = line.split_once(' ').expect("an id and an answer");
        let id: u32 = id.parse().expect("a number");
        if let Some(asker) = waiting.lock().unwrap().remove(&id) {
            let _ = asker.send(answer.to_string());
        }
    }
}

#[kettle::main]
async fn main() {
    let (here, there) = duplex(256);
    let (reader, mut writer) = split(here);
    let waiting = Waiting::default();
    kettle::spawn(serve(there));
    kettle::spawn(read_answers(reader, waiting.clone()));

    for (id, question) in (1..).zip(["tea", "milk", "sugar", "lemon"]) {
        let (answer, answered) = oneshot::channel();
        waiting.lock().unwrap().insert(id, answer);
        writer.write_all(format!("{id} {question}\n").as_bytes()).await.expect("connected");
        println!("{question}: {}", answered.await.expect("an answer"));
    }
}
