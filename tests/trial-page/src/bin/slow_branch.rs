//! Three things are fetched at once for the start page. Which of them made it slow, and why?

use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver, Sender};
use kettle::sync::oneshot;
use kettle::time::sleep;

/// How long it takes, and where the answer goes.
struct Query(u64, oneshot::Sender<usize>);

/// Answers one query after the other.
async fn database(mut queries: Receiver<Query>) {
    while let Some(Query(millis, answer)) = queries.recv().await {
        sleep(Duration::from_millis(millis)).await;
        let _ = answer.send(7); // an error: nobody waits any more
    }
}

async fn ask(database: &Sender<Query>, millis: u64) -> usize {
    let (answer, answered) = oneshot::channel();
    database.send(Query(millis, answer)).await.expect("a database");
    answered.await.expect("an answer")
}

async fn profile() -> usize {
    sleep(Duration::from_millis(80)).await; // "asks the identity provider"
    1
}

async fn orders(database: &Sender<Query>) -> usize {
    sleep(Duration::from_millis(30)).await; // checks the session
    ask(database, 100).await
}

async fn offers() -> usize {
    sleep(Duration::from_millis(120)).await; // "asks the shop"
    3
}

async fn start_page(database: Sender<Query>) -> usize {
    let (profile, orders, offers) = kettle::join!(profile(), orders(&database), offers());
    profile + orders + offers
}

async fn report(database: Sender<Query>) {
    sleep(Duration::from_millis(10)).await;
    ask(&database, 450).await;
}

#[kettle::main]
async fn main() {
    let (to, queries) = mpsc::channel(16);
    kettle::spawn(database(queries));
    let page = kettle::spawn(start_page(to.clone()));
    kettle::spawn(report(to));
    println!("{} parts", page.await.expect("the start page"));
}
