//! An interview over a line with one end for each side: one part of the program asks, the other one takes notes, both in one
//! `join!`.
//!
//! Wrong: the part that takes notes locks the line and keeps it while it waits for answers. The part that asks needs the same
//! lock to put a question.
//!
//! Expected: `deadlock`: `main` waits for a lock of its own, and for a value. The cure: give each part its own end (sender
//! and receiver apart), or drop the guard before `recv`.
//!
//! doctor: `deadlock`
//! ends: killed

use std::time::Duration;

use kettle::sync::Mutex;
use kettle::sync::mpsc::{self, Receiver, Sender};
use kettle::time::sleep;

struct Line {
    questions: Sender<String>,
    answers: Receiver<String>,
}

async fn ask(line: &Mutex<Line>) {
    for what in ["tea", "coffee", "good bye"] {
        sleep(Duration::from_millis(10)).await;
        let line = line.lock().await;
        line.questions.send(what.to_owned()).await.expect("the guest is there");
    }
}

async fn take_notes(line: &Mutex<Line>) -> Vec<String> {
    let mut notes = Vec::new();
    let mut line = line.lock().await;
    while let Some(answer) = line.answers.recv().await {
        notes.push(answer);
    }
    notes
}

async fn guest(mut questions: Receiver<String>, answers: Sender<String>) {
    while let Some(question) = questions.recv().await {
        if question == "good bye" {
            return;
        }
        let answer = format!("{question}? With pleasure.");
        if answers.send(answer).await.is_err() {
            return;
        }
    }
}

#[kettle::main]
async fn main() {
    let (questions, asked) = mpsc::channel(1);
    let (answer, answers) = mpsc::channel(1);
    kettle::spawn(guest(asked, answer));
    let line = Mutex::new(Line { questions, answers });
    let ((), notes) = kettle::join!(ask(&line), take_notes(&line));
    println!("{notes:?}");
}
