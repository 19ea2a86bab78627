//! A relay: the baton is an owned guard, which each runner hands to the next one.
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, OwnedMutexGuard, oneshot};
use kettle::time::{sleep, timeout};

type Baton = OwnedMutexGuard<Vec<&'static str>>;

async fn run(
    name: &'static str,
    taken: oneshot::Receiver<Baton>,
    next: Option<oneshot::Sender<Baton>>,
) {
    let Ok(mut baton) = taken.await else {
        println!("{name} waited for nothing");
        return;
    };
    sleep(Duration::from_millis(150)).await;
    baton.push(name);
    println!("{name} has run");
    if let Some(next) = next {
        let _ = next.send(baton);
    }
}

async fn press(baton: Arc<Mutex<Vec<&'static str>>>) -> u32 {
    let mut asked = 0;
    loop {
        asked += 1;
        if let Ok(runners) = timeout(Duration::from_millis(60), baton.lock()).await {
            println!("the press: {runners:?}");
            return asked;
        }
        sleep(Duration::from_millis(120)).await;
    }
}

#[kettle::main]
async fn main() {
    let baton = Arc::new(Mutex::new(Vec::new()));
    let (first, taken) = oneshot::channel();
    let mut runners = Vec::new();
    let mut taken = Some(taken);
    for name in ["Ann", "Bea", "Cyd"] {
        let (to_next, next) = oneshot::channel();
        let to_next = (name != "Cyd").then_some(to_next);
        runners.push(kettle::spawn(run(name, taken.replace(next).unwrap(), to_next)));
    }
    let _ = first.send(baton.clone().lock_owned().await);
    let press = kettle::spawn(press(baton));
    for runner in runners {
        runner.await.unwrap();
    }
    println!("the press asked {} times", press.await.unwrap());
}
