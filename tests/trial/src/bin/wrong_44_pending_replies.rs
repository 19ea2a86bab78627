//! A client over a message queue: questions have numbers, the answers come in any order, and the senders for
//! them are in a map.
//!
//! The mistake: an answer with an error has the number 0, and is thrown away. Its caller waits for ever, and
//! its sender is in the map for ever.
//!
//! Expected: a deadlock: main waits for a oneshot, and the client's task for a message. Cure: give each
//! question an answer, or take the sender out of the map and drop it.
//!
//! doctor: `deadlock`
//! ends: killed

use std::collections::HashMap;

use kettle::select;
use kettle::sync::{mpsc, oneshot};

struct Question {
    text: &'static str,
    reply: oneshot::Sender<String>,
}

/// The other side: it can answer short questions.
async fn serve(
    mut questions: mpsc::Receiver<(u32, &'static str)>,
    answers: mpsc::Sender<(u32, String)>,
) {
    while let Some((number, text)) = questions.recv().await {
        let short = text.len() < 8;
        let answer = if short { (number, text.to_uppercase()) } else { (0, "too long".to_owned()) };
        if answers.send(answer).await.is_err() {
            return;
        }
    }
}

async fn client(mut asked: mpsc::Receiver<Question>) {
    let (to_server, questions) = mpsc::channel(4);
    let (answers, mut from_server) = mpsc::channel(4);
    kettle::spawn(serve(questions, answers));
    let (mut last, mut waiting) = (0, HashMap::new());
    loop {
        select! {
            question = asked.recv() => {
                let Some(question) = question else { return };
                last += 1;
                waiting.insert(last, question.reply);
                to_server.send((last, question.text)).await.expect("the server runs");
            }
            answer = from_server.recv() => {
                let Some((number, text)) = answer else { return };
                if let Some(reply) = waiting.remove(&number) {
                    let _gone = reply.send(text);
                }
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (ask, asked) = mpsc::channel(4);
    kettle::spawn(client(asked));
    for text in ["tea?", "what is in the kettle?", "sugar?"] {
        let (reply, answer) = oneshot::channel();
        ask.send(Question { text, reply }).await.expect("the client runs");
        println!("{:?}", answer.await);
    }
}
