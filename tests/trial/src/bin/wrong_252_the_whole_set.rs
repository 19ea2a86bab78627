//! A window and its parts are tasks of a `LocalSet`. `main` says what is to be shown, and waits for all of them by awaiting the set itself.
//!
//! Wrong: a set that is awaited ends when its last task does, and the window goes on as long as it may be told something: `main` still has the
//! sender.
//!
//! Expected: `deadlock`: task 1, of the set, waits for a value of channel 1, and `main` for the set. The cure: drop the sender before the set is
//! awaited.
//!
//! doctor: `deadlock`
//! ends: killed

use std::cell::RefCell;
use std::rc::Rc;

use kettle::sync::mpsc;
use kettle::task::LocalSet;

type Screen = Rc<RefCell<Vec<String>>>;

async fn window(mut texts: mpsc::UnboundedReceiver<String>, screen: Screen) {
    while let Some(text) = texts.recv().await {
        screen.borrow_mut().push(text);
    }
}

#[kettle::main]
async fn main() {
    let set = LocalSet::new();
    let screen = Screen::default();
    let (show, texts) = mpsc::unbounded_channel();
    set.spawn_local(window(texts, Rc::clone(&screen)));
    for text in ["Good morning", "It will rain"] {
        show.send(text.to_owned()).unwrap();
    }
    set.await;
    println!("{:?}", screen.borrow());
    drop(show);
}
