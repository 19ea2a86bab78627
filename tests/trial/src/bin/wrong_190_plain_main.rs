//! A tool with a plain `main` makes a `LocalRuntime`, since its state is in an `Rc`, and has it gather names in the background.
//!
//! Wrong: `main` sleeps to give the tasks time, as one does with a runtime of many threads. This one runs its tasks in `block_on`
//! alone, so after two seconds the list is empty.
//!
//! Expected: `idle_runtime`, a hint, with the `spawn_local`. The cure: `block_on` the sleep of the runtime (or the handle).
//!
//! doctor: `idle_runtime`
//! ends: by itself

use std::cell::RefCell;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use kettle::runtime::LocalRuntime;
use kettle::time::sleep;

async fn gather(names: Rc<RefCell<Vec<String>>>) {
    for n in 0..10 {
        sleep(Duration::from_millis(20)).await;
        names.borrow_mut().push(format!("name {n}"));
    }
}

fn main() {
    let runtime = LocalRuntime::new().expect("a runtime");
    let names = Rc::new(RefCell::new(Vec::new()));
    let _gathering = runtime.spawn_local(gather(Rc::clone(&names)));
    thread::sleep(Duration::from_millis(2500));
    println!("{} names", names.borrow().len());
}
