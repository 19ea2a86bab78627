// WRONG. A LocalSet for `Rc` tasks; main awaits the handle directly, and nothing polls the set.
// EXPECT: deadlock: main waits for the end of the local task; names a LocalSet that no task polls. CURE: `set.run_until(handle).await`.
use kettle::task::LocalSet;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

async fn render(page: Rc<RefCell<String>>) -> usize {
    for word in ["tea", "and", "cake"] {
        kettle::time::sleep(Duration::from_millis(5)).await;
        page.borrow_mut().push_str(word);
    }
    page.borrow().len()
}

#[kettle::main]
async fn main() {
    let page = Rc::new(RefCell::new(String::new()));
    let set = LocalSet::new();
    let rendered = set.spawn_local(render(page.clone()));
    println!("{} letters", rendered.await.unwrap());
    drop(set);
    println!("{}", page.borrow());
}
