// A pool of four workers prints invoices, 20 ms each. Those of one customer go to the same worker, so that they stay in
// order. Three of the workers do nothing for a quarter of a second, though nine invoices are theirs.

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::task::JoinSet;
use kettle::time::sleep;

const WORKERS: usize = 4;

#[derive(Debug)]
struct Invoice {
    customer: &'static str,
    number: u32,
}

async fn worker(mut invoices: mpsc::Receiver<Invoice>) -> Vec<u32> {
    let mut printed = Vec::new();
    while let Some(invoice) = invoices.recv().await {
        print(&invoice).await;
        printed.push(invoice.number);
    }
    printed
}

async fn print(_: &Invoice) {
    sleep(Duration::from_millis(20)).await;
}

/// The worker of this customer.
fn place(customer: &str) -> usize {
    customer.bytes().map(usize::from).sum::<usize>() % WORKERS
}

/// What has come in overnight: the baker has sent all of theirs at once.
fn invoices() -> Vec<Invoice> {
    let customers = ["baker"; 15].into_iter().chain(["weaver", "dyer", "farrier"].repeat(3));
    customers.zip(1..).map(|(customer, number)| Invoice { customer, number }).collect()
}

async fn deal(invoices: Vec<Invoice>, workers: Vec<mpsc::Sender<Invoice>>) {
    for invoice in invoices {
        let worker = &workers[place(invoice.customer)];
        worker.send(invoice).await.expect("a worker stays until the end");
    }
}

#[kettle::main]
async fn main() {
    let mut pool = JoinSet::new();
    let mut workers = Vec::new();
    for _ in 0..WORKERS {
        let (sender, receiver) = mpsc::channel(2);
        pool.spawn(worker(receiver));
        workers.push(sender);
    }
    kettle::spawn(deal(invoices(), workers)).await.unwrap();
    while let Some(printed) = pool.join_next().await {
        println!("{:?}", printed.unwrap());
    }
}
