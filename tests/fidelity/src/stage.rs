//! Where do the programs' printed lines go?
//!
//! To whoever records on this thread, as a step among the others. The two sides differ in how they
//! take them in, so the stage only knows a listener.
//!
//! Beside it there is the programs' own log: what they print, and what they [`log`] without telling
//! a listener.
//!
//! Interface: [`say`] and [`log`] for the programs, [`listen`] for the sides; [`logged`] for a
//! visitor who must read on the program's screen where to knock, and for whoever compares the logs.

use std::cell::RefCell;

type Listener = Box<dyn FnMut(&str)>;

thread_local! {
    static LISTENER: RefCell<Option<Listener>> = const { RefCell::new(None) };
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// What stands behind the programs' `println!`.
pub(crate) fn say(words: String) {
    // The port is the system's choice.
    let shown = match words.split_once("127.0.0.1:") {
        Some((before, _)) => format!("{before}127.0.0.1:…"),
        None => words.replace("\r\n", " ").trim_end().to_owned(),
    };
    log(words);
    LISTENER.with_borrow_mut(|listener| {
        if let Some(listener) = listener {
            listener(&shown);
        }
    });
}

/// Writes a line into the programs' own log, unheard by the listener.
pub(crate) fn log(words: String) {
    LOG.with_borrow_mut(|log| log.push(words));
}

/// Calls `f` while `listener` hears what is printed on this thread.
pub(crate) fn listen<R>(listener: impl FnMut(&str) + 'static, f: impl FnOnce() -> R) -> R {
    LOG.take();
    LISTENER.set(Some(Box::new(listener)));
    let result = f();
    LISTENER.set(None);
    result
}

/// What was printed and logged since [`listen`] began, word for word.
pub(crate) fn logged() -> Vec<String> {
    LOG.with_borrow(Clone::clone)
}
