//! A cache of pages is kept in an `Rc` by a local task, and answers questions by a channel.
//!
//! Wrong: only the warming up happens in `run_until`. After that nobody polls the `LocalSet`, and `main` asks again.
//!
//! Expected: `deadlock`, with the set that no task polls. The cure: put all that asks into `run_until`, or await the
//! set beside it.
//!
//! doctor: `deadlock`
//! ends: killed

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::task::{LocalSet, spawn_local};
use kettle::time::sleep;

type Question = (String, oneshot::Sender<Rc<str>>);

async fn fetch(name: &str) -> Rc<str> {
    sleep(Duration::from_millis(10)).await;
    format!("<h1>{name}</h1>").into()
}

async fn serve(mut questions: mpsc::Receiver<Question>) {
    let pages = Rc::new(RefCell::new(HashMap::<String, Rc<str>>::new()));
    while let Some((name, answer)) = questions.recv().await {
        let pages = Rc::clone(&pages);
        spawn_local(async move {
            let known = pages.borrow().get(&name).cloned();
            let page = match known {
                Some(page) => page,
                None => fetch(&name).await,
            };
            pages.borrow_mut().insert(name, Rc::clone(&page));
            let _ = answer.send(page);
        });
    }
}

async fn ask(cache: &mpsc::Sender<Question>, name: &str) -> Rc<str> {
    let (answer, page) = oneshot::channel();
    cache.send((name.to_string(), answer)).await.expect("the cache");
    page.await.expect("a page")
}

#[kettle::main]
async fn main() {
    let local = LocalSet::new();
    let (cache, questions) = mpsc::channel(8);
    local
        .run_until(async {
            spawn_local(serve(questions));
            for name in ["index", "menu", "imprint"] {
                ask(&cache, name).await;
            }
        })
        .await;
    println!("warm");
    println!("{}", ask(&cache, "menu").await);
}
