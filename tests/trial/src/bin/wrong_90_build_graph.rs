//! A build tool: each target is a future that awaits those it depends on, and is shared by all that depend on it.
//!
//! Wrong: the targets depend on each other in a circle, `app` on `lib`, `lib` on `codegen`, `codegen` on `app`. Each
//! waits for the next, in `Shared` futures of another crate.
//!
//! Expected: `deadlock` or `lost_wakeup` of `main`: the wakers are in other code, and none is left that could call them.
//! The cure: what is waited for must end without it; a circle is to be found before it is awaited.
//!
//! doctor: `lost_wakeup` | `deadlock`
//! ends: killed

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{Shared, join_all};
use kettle::time::sleep;

type Target = Shared<Pin<Box<dyn Future<Output = u32> + Send>>>;

#[derive(Clone, Default)]
struct Graph {
    targets: Arc<Mutex<HashMap<&'static str, Target>>>,
}

const NEEDS: &[(&str, &[&str])] = &[
    ("app", &["lib", "icons"]),
    ("lib", &["codegen"]),
    ("icons", &[]),
    ("codegen", &["schema", "app"]),
    ("schema", &[]),
];

impl Graph {
    fn target(&self, name: &'static str) -> Target {
        if let Some(target) = self.targets.lock().unwrap().get(name) {
            return target.clone();
        }
        let target = self.clone().build(name).boxed().shared();
        self.targets.lock().unwrap().insert(name, target.clone());
        target
    }

    async fn build(self, name: &'static str) -> u32 {
        let needs = NEEDS.iter().find(|(target, _)| *target == name).map_or(&[][..], |need| need.1);
        let steps: u32 = join_all(needs.iter().map(|need| self.target(need))).await.iter().sum();
        sleep(Duration::from_millis(10)).await; // the compiler
        println!("built {name}");
        steps + 1
    }
}

#[kettle::main]
async fn main() {
    let graph = Graph::default();
    println!("{} steps", graph.target("app").await);
}
