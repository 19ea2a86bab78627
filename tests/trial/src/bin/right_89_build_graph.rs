//! A build tool: each target is a future that awaits those it depends on, and is shared by all that depend on it. The
//! lowest one takes two seconds, in a program of its own.
//!
//! Right: four targets wait for one, by wakers in another crate's `Shared`. It looks like a circle, and is a diamond.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use futures_util::future::{Shared, join_all};
use kettle::process::Command;

type Target = Shared<Pin<Box<dyn Future<Output = u32> + Send>>>;

#[derive(Clone, Default)]
struct Graph {
    targets: Arc<Mutex<HashMap<&'static str, Target>>>,
}

const NEEDS: &[(&str, &[&str])] = &[
    ("app", &["lib", "icons", "tests"]),
    ("lib", &["schema"]),
    ("icons", &["schema"]),
    ("tests", &["lib", "icons", "schema"]),
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
        let seconds = if needs.is_empty() { "2" } else { "0.01" };
        let done = Command::new("sleep").arg(seconds).status().await.unwrap();
        println!("built {name}: {done}");
        steps + 1
    }
}

#[kettle::main]
async fn main() {
    let graph = Graph::default();
    let app = kettle::spawn(graph.target("app"));
    let tests = kettle::spawn(graph.target("tests"));
    println!("{} steps, {} for the tests", app.await.unwrap(), tests.await.unwrap());
}
