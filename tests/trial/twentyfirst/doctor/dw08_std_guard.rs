// WRONG. std's Mutex, guard kept over an await, in tasks of a LocalSet (so it compiles). The second task's `lock()` blocks the thread
// that the first one needs to go on.
// EXPECT: blocking_poll: a poll that never ends, of the second task (spawned in the loop); proven: other task/timer has to wait.
// CURE: drop the guard before the await, or kettle's Mutex.
use kettle::task::LocalSet;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Mutex;
use std::time::Duration;

struct Journal {
    lines: Mutex<Vec<String>>,
    flushed: Cell<usize>,
}

async fn append(journal: Rc<Journal>, line: String) {
    let mut lines = journal.lines.lock().unwrap();
    lines.push(line);
    kettle::time::sleep(Duration::from_millis(50)).await; // the disk
    journal.flushed.set(lines.len());
}

#[kettle::main]
async fn main() {
    let journal = Rc::new(Journal { lines: Mutex::default(), flushed: Cell::new(0) });
    let set = LocalSet::new();
    for i in 0..3 {
        let journal = journal.clone();
        set.spawn_local(async move { append(journal, format!("line {i}")).await });
    }
    set.await;
    println!("{} lines", journal.flushed.get());
}
