//! A window in a `LocalSet`: widgets share an `Rc`, events go round, and some widgets are left waiting when the
//! window closes.
//!
//! Suspicious: tasks of the set that wait for a channel when the set is dropped.
//!
//! doctor: silence

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use kettle::sync::{Notify, broadcast};
use kettle::task::{LocalSet, spawn_local};
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let set = LocalSet::new();
    let drawn = Rc::new(RefCell::new(Vec::new()));
    let (events, _first) = broadcast::channel(16);
    let redraw = Rc::new(Notify::new());
    for widget in 0..5 {
        let (drawn, mut events, redraw) = (drawn.clone(), events.subscribe(), redraw.clone());
        set.spawn_local(async move {
            while let Ok(event) = events.recv().await {
                if event % 5 == widget {
                    drawn.borrow_mut().push(event);
                    redraw.notify_one();
                }
            }
        });
    }
    let waiting = redraw.clone();
    set.run_until(async move {
        let painter = spawn_local(async move {
            loop {
                waiting.notified().await;
            }
        });
        for event in 0..30 {
            events.send(event).expect("there are widgets");
            sleep(Duration::from_millis(40)).await;
        }
        println!("{}", drawn.borrow().len());
        painter.abort();
    })
    .await;
}
