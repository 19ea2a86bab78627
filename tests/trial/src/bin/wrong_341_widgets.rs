//! A small user interface: widgets are tasks of a `LocalSet`, and redraw when a `watch` changes. They end when its sender is dropped.
//!
//! Wrong: `main` awaits the set first, which ends when all widgets have, and would show the page and hang up after that.
//!
//! Expected: `deadlock`. The widgets wait for a change of the watch whose sender `main` keeps, `main` waits for the set. The cure: `local.run_until(…)` around what main does, or send and drop the sender before the set is awaited.
//!
//! doctor: `deadlock`
//! ends: killed

use std::cell::RefCell;
use std::rc::Rc;

use kettle::sync::watch;
use kettle::task::LocalSet;

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
    widgets.await;
    for number in 1..4 {
        show.send(number).unwrap();
    }
    drop(show);
    println!("{:?}", screen.borrow());
}
