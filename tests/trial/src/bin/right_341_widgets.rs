//! A small user interface: widgets are tasks of a `LocalSet`, and redraw when a `watch` changes. They end when its sender is dropped.
//!
//! Right: a task of the runtime shows the pages and drops the sender, while `main` awaits the set.
//!
//! Expected: silence.
//!
//! doctor: silence
//! ends: by itself

use std::cell::RefCell;
use std::rc::Rc;

use kettle::sync::watch;
use kettle::task::LocalSet;
use kettle::time::{Duration, sleep};

type Screen = Rc<RefCell<Vec<String>>>;

async fn widget(name: &'static str, mut page: watch::Receiver<u32>, screen: Screen) {
    while page.changed().await.is_ok() {
        let number = *page.borrow_and_update();
        screen.borrow_mut().push(format!("{name} {number}"));
    }
}

#[kettle::main]
async fn main() {
    let screen = Screen::default();
    let (show, page) = watch::channel(0);
    let widgets = LocalSet::new();
    for name in ["title", "body"] {
        widgets.spawn_local(widget(name, page.clone(), Rc::clone(&screen)));
    }
    drop(page);
    kettle::spawn(async move {
        for number in 1..4 {
            sleep(Duration::from_millis(400)).await;
            show.send(number).unwrap();
        }
    });
    widgets.await;
    println!("{:?}", screen.borrow());
}
