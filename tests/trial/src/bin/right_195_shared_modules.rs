//! A compiler loads its modules lazily, each once: those who import a module share the future that loads it (`Shared`).
//!
//! Right: the imports have no circle, though two ways lead to `log`. Its waiters' wakers are in `Shared`, which wakes all of them.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{FutureExt, LocalBoxFuture, Shared, join_all};
use kettle::task::LocalSet;
use kettle::time::sleep;

type Loaded = Shared<LocalBoxFuture<'static, usize>>;

#[derive(Clone, Default)]
struct Modules(Rc<RefCell<HashMap<&'static str, Loaded>>>);

fn imports(module: &str) -> &'static [&'static str] {
    match module {
        "main" => &["model", "view", "log"],
        "model" | "view" => &["log"],
        _ => &[],
    }
}

impl Modules {
    fn load(&self, module: &'static str) -> Loaded {
        if let Some(begun) = self.0.borrow().get(module) {
            return begun.clone();
        }
        let all = self.clone();
        let loaded = async move {
            let long = if module == "log" { 1_300 } else { 20 };
            sleep(Duration::from_millis(long)).await;
            let below = imports(module).iter().map(|import| all.load(import));
            join_all(below).await.into_iter().sum::<usize>() + module.len()
        };
        let loaded = loaded.boxed_local().shared();
        self.0.borrow_mut().insert(module, loaded.clone());
        loaded
    }
}

#[kettle::main]
async fn main() {
    let all = Modules::default();
    let set = LocalSet::new();
    let other = set.spawn_local(all.load("view"));
    let lines = set.run_until(all.load("main")).await;
    println!("{lines} lines, {} of them for view", set.run_until(other).await.unwrap());
}
