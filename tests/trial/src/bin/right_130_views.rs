//! A catalogue is read by pages that stay open for a while: an open page keeps a read guard, in a list of views, until it is
//! evicted. A new edition waits for the last of them.
//!
//! Right: the guards are owned, and not the tasks that took them, but an evictor drops them, after a second and a half. No
//! page shall change while it is open.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::{OwnedRwLockReadGuard, RwLock};
use kettle::time::{Instant, interval, sleep};

struct View {
    visitor: u32,
    opened: Instant,
    page: OwnedRwLockReadGuard<Vec<String>>,
}

type Views = Arc<Mutex<VecDeque<View>>>;

async fn evict(views: Views) {
    let mut clock = interval(Duration::from_millis(50));
    loop {
        clock.tick().await;
        let mut views = views.lock().unwrap();
        while views.front().is_some_and(|view| view.opened.elapsed() > Duration::from_millis(1500))
        {
            let view = views.pop_front().expect("there is one");
            println!("visitor {} has seen {} teas", view.visitor, view.page.len());
        }
    }
}

async fn visit(visitor: u32, catalogue: Arc<RwLock<Vec<String>>>, views: Views) {
    let page = catalogue.read_owned().await;
    views.lock().unwrap().push_back(View { visitor, opened: Instant::now(), page });
}

#[kettle::main]
async fn main() {
    let catalogue = Arc::new(RwLock::new(vec!["Assam".to_owned()]));
    let views = Views::default();
    let evictor = kettle::spawn(evict(views.clone()));
    for visitor in 1..=6 {
        kettle::spawn(visit(visitor, catalogue.clone(), views.clone()));
        sleep(Duration::from_millis(20)).await;
    }
    let edition = kettle::spawn({
        let catalogue = catalogue.clone();
        async move { catalogue.write().await.push("Ceylon".to_owned()) }
    });
    visit(7, catalogue.clone(), views.clone()).await;
    edition.await.unwrap();
    evictor.abort();
    println!("{} teas", catalogue.read().await.len());
}
