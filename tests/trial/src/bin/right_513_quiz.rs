//! A quiz on the terminal: the program is an ordinary one, and enters its runtime only for the club's list.
//! doctor: silence

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use kettle::runtime::Runtime;
use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

enum Ask {
    Right(&'static str),
    List(oneshot::Sender<BTreeMap<&'static str, u32>>),
}

async fn club(mut asked: mpsc::Receiver<Ask>) {
    let mut points = BTreeMap::new();
    while let Some(ask) = asked.recv().await {
        match ask {
            Ask::Right(name) => *points.entry(name).or_default() += 1,
            Ask::List(reply) => {
                sleep(Duration::from_millis(20)).await;
                let _ = reply.send(points.clone());
            }
        }
    }
}

/// The player thinks and types.
fn type_in(answer: &str) -> &str {
    thread::sleep(Duration::from_millis(1_200));
    answer
}

fn main() -> std::io::Result<()> {
    thread::sleep(Duration::from_millis(400)); // reads the questions from a slow disk
    let runtime = Runtime::new()?;
    let (to_club, asked) = mpsc::channel(8);
    let club = runtime.block_on(async {
        let club = kettle::spawn(club(asked));
        kettle::task::yield_now().await;
        club
    });
    for (name, answer) in [("Anna", "Lima"), ("Bert", "Quito"), ("Anna", "Rome")] {
        if type_in(answer).len() < 5 {
            runtime.block_on(to_club.send(Ask::Right(name))).ok().expect("the club listens");
        }
    }
    let points = runtime.block_on(async {
        let (reply, list) = oneshot::channel();
        to_club.send(Ask::List(reply)).await.ok().expect("the club listens");
        drop(to_club);
        list.await.expect("the club answers")
    });
    runtime.block_on(club).expect("no panic");
    println!("{points:?}");
    Ok(())
}
