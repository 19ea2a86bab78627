// An editor: what is drawn lives in a `LocalSet`, because it isn't `Send`.
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use kettle::sync::oneshot;
use kettle::task::{LocalSet, spawn_local};
use kettle::time::{Instant, sleep};

type Screen = Rc<RefCell<Vec<String>>>;

/// Draws a clock each 100 ms.
async fn clock(screen: Screen, began: Instant) {
    for second in 0..6 {
        sleep(Duration::from_millis(100)).await;
        screen.borrow_mut().push(format!("{second}"));
        println!("clock drawn after {:?}", began.elapsed());
    }
}

async fn spell_check(screen: Screen, done: oneshot::Sender<usize>) {
    sleep(Duration::from_millis(150)).await;
    let _ = done.send(screen.borrow().len());
}

/// Writes the document away.
async fn save() {
    sleep(Duration::from_millis(500)).await;
}

#[kettle::main]
async fn main() {
    let began = Instant::now();
    let screen: Screen = Rc::default();
    let window = LocalSet::new();
    let words = window
        .run_until(async {
            spawn_local(clock(screen.clone(), began));
            let (done, checked) = oneshot::channel();
            spawn_local(spell_check(screen.clone(), done));
            checked.await.unwrap()
        })
        .await;
    println!("{words} words checked after {:?}", began.elapsed());

    save().await;
    println!("saved after {:?}", began.elapsed());

    window.await;
    println!("closed after {:?}, {} drawn", began.elapsed(), screen.borrow().len());
}
