//! A compiler loads its modules lazily, each once: those who import a module share the future that loads it (`Shared`).
//!
//! Wrong: `model` imports `view`, and `view` imports `model`. The future of `model` waits for itself.
//!
//! Expected: `deadlock` (or `lost_wakeup`) of `main`: it waits for other code than kettle's, and nothing will wake it. The cure:
//! no future can await itself, look for a circle; or: whoever completes it has to wake.
//!
//! doctor: `deadlock` | `lost_wakeup`
//! ends: killed

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{FutureExt, LocalBoxFuture, Shared};
use kettle::time::sleep;

type Loaded = Shared<LocalBoxFuture<'static, usize>>;

#[derive(Clone, Default)]
struct Modules(Rc<RefCell<HashMap<&'static str, Loaded>>>);

fn imports(module: &str) -> &'static [&'static str] {
    match module {
        "main" => &["model", "log"],
        "model" => &["view", "log"],
        "view" => &["model"],
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
            sleep(Duration::from_millis(5)).await; // reads the file
            let mut lines = module.len();
            for import in imports(module) {
                lines += all.load(import).await;
            }
            lines
        };
        let loaded = loaded.boxed_local().shared();
        self.0.borrow_mut().insert(module, loaded.clone());
        loaded
    }
}

#[kettle::main]
async fn main() {
    println!("{} lines", Modules::default().load("main").await);
}
