//! A client for programs without async, which has a runtime of its own and drives it for each question. The connection is a
//! task, which is left there between two questions.
//!
//! Right: the task waits for the next question, and there is none while the program does other things for a second and a half.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::io;
use std::thread;
use std::time::Duration;

use kettle::runtime::{Builder, Runtime};
use kettle::sync::{mpsc, oneshot};
use kettle::time::{sleep, timeout};

/// After so long without a question the connection is closed.
const IDLE: Duration = Duration::from_secs(30);

struct Question {
    city: &'static str,
    answer: oneshot::Sender<usize>,
}

struct Client {
    runtime: Runtime,
    connection: mpsc::Sender<Question>,
}

async fn connection(mut questions: mpsc::Receiver<Question>) {
    while let Ok(Some(Question { city, answer })) = timeout(IDLE, questions.recv()).await {
        sleep(Duration::from_millis(20)).await; // the server
        let _ = answer.send(city.len() + 7);
    }
}

impl Client {
    fn connect() -> io::Result<Client> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let connection = runtime.block_on(async {
            let (send, questions) = mpsc::channel(1);
            kettle::spawn(connection(questions));
            sleep(Duration::from_millis(10)).await; // the handshake
            send
        });
        Ok(Client { runtime, connection })
    }

    fn temperature(&self, city: &'static str) -> Option<usize> {
        self.runtime.block_on(async {
            let (answer, answered) = oneshot::channel();
            self.connection.send(Question { city, answer }).await.ok()?;
            answered.await.ok()
        })
    }
}

fn main() -> io::Result<()> {
    let client = Client::connect()?;
    for city in ["Leeds", "Bath"] {
        println!("{city}: {:?} °C", client.temperature(city));
        thread::sleep(Duration::from_millis(1500)); // the program does other things
    }
    Ok(())
}
