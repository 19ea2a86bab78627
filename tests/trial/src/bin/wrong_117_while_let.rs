//! A walk over a tree of folders with a stack behind a lock: three walkers take a folder, look into it, and put its folders
//! on the stack.
//!
//! Wrong: in `while let Some(folder) = stack.lock().await.pop()` the guard is a temporary that lives until the end of the
//! loop's body, where the same task locks the stack again.
//!
//! Expected: `deadlock` of a task that waits for a lock of its own. The cure: `pop` in a statement of its own, so that the
//! guard is dropped before the body.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;

use kettle::sync::Mutex;
use kettle::task::{JoinSet, yield_now};

#[derive(Clone, Debug)]
struct Folder {
    depth: u32,
    name: String,
}

impl Folder {
    async fn folders(&self) -> Vec<Folder> {
        yield_now().await; // the disk
        if self.depth == 3 {
            return Vec::new();
        }
        let inside =
            |letter| Folder { depth: self.depth + 1, name: format!("{}/{letter}", self.name) };
        ['a', 'b'].map(inside).into()
    }
}

async fn walk(stack: Arc<Mutex<Vec<Folder>>>) -> usize {
    let mut seen = 0;
    while let Some(folder) = stack.lock().await.pop() {
        seen += 1;
        let inside = folder.folders().await;
        if !inside.is_empty() {
            stack.lock().await.extend(inside);
        }
    }
    seen
}

#[kettle::main]
async fn main() {
    let root = Folder { depth: 0, name: "/home".to_owned() };
    let stack = Arc::new(Mutex::new(vec![root]));
    let mut walkers = JoinSet::new();
    for _ in 0..3 {
        walkers.spawn(walk(stack.clone()));
    }
    let seen: usize = walkers.join_all().await.iter().sum();
    println!("{seen} folders");
}
