// Two stages that share a ledger: the booker holds the lock while it asks the auditor, who needs the lock.
// Expected: hangs. Ended by Ctrl-C (SIGINT) after about two seconds. Five tasks + main.
use kettle::sync::{Mutex, mpsc};
use kettle::time::{Duration, sleep};
use std::sync::Arc;

struct Ledger {
    total: u64,
}

async fn booker(ledger: Arc<Mutex<Ledger>>, ask: mpsc::Sender<u64>, mut answers: mpsc::Receiver<bool>) {
    for amount in [10, 20, 30, 40] {
        let mut book = ledger.lock().await;
        ask.send(amount).await.unwrap();
        if answers.recv().await == Some(true) {
            book.total += amount;
        }
    }
}

async fn auditor(ledger: Arc<Mutex<Ledger>>, mut questions: mpsc::Receiver<u64>, answers: mpsc::Sender<bool>) {
    while let Some(amount) = questions.recv().await {
        if amount <= 20 {
            answers.send(true).await.unwrap(); // small: no look into the book
        } else {
            let book = ledger.lock().await;
            answers.send(book.total + amount < 1000).await.unwrap();
        }
        sleep(Duration::from_millis(30)).await;
    }
}

async fn reporter(ledger: Arc<Mutex<Ledger>>) {
    loop {
        sleep(Duration::from_millis(100)).await;
        println!("total: {}", ledger.lock().await.total);
    }
}

async fn feeder(out: mpsc::Sender<&'static str>) {
    for line in ["a", "b", "c", "d", "e", "f"] {
        out.send(line).await.unwrap(); // nobody drains once the printer has stopped
        sleep(Duration::from_millis(20)).await;
    }
}

async fn printer(mut lines: mpsc::Receiver<&'static str>, ledger: Arc<Mutex<Ledger>>) {
    while let Some(line) = lines.recv().await {
        sleep(Duration::from_millis(40)).await;
        let book = ledger.lock().await;
        println!("{line} at {}", book.total);
    }
}

#[kettle::main]
async fn main() {
    let ledger = Arc::new(Mutex::new(Ledger { total: 0 }));
    let (ask, questions) = mpsc::channel(1);
    let (say, answers) = mpsc::channel(1);
    let (out, lines) = mpsc::channel(2);
    let booking = kettle::spawn(booker(ledger.clone(), ask, answers));
    let auditing = kettle::spawn(auditor(ledger.clone(), questions, say));
    let reporting = kettle::spawn(reporter(ledger.clone()));
    let feeding = kettle::spawn(feeder(out));
    let printing = kettle::spawn(printer(lines, ledger));
    kettle::select! {
        _ = async { let _ = kettle::join!(booking, auditing, feeding, printing); } => println!("all done"),
        _ = kettle::signal::ctrl_c() => println!("interrupted"),
    }
    reporting.abort();
}
