//! A window and its parts are tasks of a `LocalSet`, which `main` awaits as a whole. What is to be shown comes from a thread.
//!
//! Right: the thread has the only sender, and drops it after two seconds. Tasks of the set spawn others, and one of them aborts another one.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::cell::RefCell;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use kettle::sync::{Notify, mpsc};
use kettle::task::{LocalSet, spawn_local};

type Screen = Rc<RefCell<Vec<String>>>;

async fn window(mut texts: mpsc::UnboundedReceiver<String>, screen: Screen) {
    let changed = Rc::new(Notify::new());
    let (seen, drawn) = (Rc::clone(&screen), Rc::clone(&changed));
    let painter = spawn_local(async move {
        loop {
            drawn.notified().await;
            println!("{:?}", seen.borrow().last());
        }
    });
    while let Some(text) = texts.recv().await {
        screen.borrow_mut().push(text);
        changed.notify_one();
    }
    painter.abort();
}

#[kettle::main]
async fn main() {
    let set = LocalSet::new();
    let screen = Screen::default();
    let (show, texts) = mpsc::unbounded_channel();
    set.spawn_local(window(texts, Rc::clone(&screen)));
    thread::spawn(move || {
        for text in ["Good morning", "It will rain"] {
            show.send(text.to_owned()).unwrap();
            thread::sleep(Duration::from_secs(1));
        }
    });
    set.await;
    println!("{} texts", screen.borrow().len());
}
