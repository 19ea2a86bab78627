//! An editor of texts, all in one `LocalSet`, because its text isn't `Send`. When it is closed, a task saves the text: first
//! into a new file, then the old one is kept as a copy, then the new one takes its name.
//!
//! Wrong: nothing awaits that task. `run_until` returns with its own future, the set is dropped with `main`, and the text is
//! somewhere between the second step and the third.
//!
//! Expected: `cut_short` of the task in `close`. The cure: await its handle within `run_until`, or await the set.
//!
//! doctor: `cut_short`

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use kettle::task::{LocalSet, spawn_local};
use kettle::time::sleep;

type Text = Rc<RefCell<String>>;

async fn write_new_file(text: &Text) {
    let size = text.borrow().len();
    sleep(Duration::from_millis(10)).await;
    println!("{size} bytes written");
}

async fn copy_old_file() {
    sleep(Duration::from_millis(60)).await;
    println!("the old text is kept");
}

async fn rename() {
    sleep(Duration::from_millis(10)).await;
    println!("saved");
}

fn close(text: Text) {
    spawn_local(async move {
        write_new_file(&text).await;
        copy_old_file().await;
        rename().await;
    });
}

#[kettle::main]
async fn main() {
    let text = Text::default();
    let set = LocalSet::new();
    let session = set.run_until(async {
        for word in ["It", "was", "a", "dark", "and", "stormy", "night"] {
            sleep(Duration::from_millis(5)).await;
            text.borrow_mut().push_str(word);
        }
        close(text.clone());
        sleep(Duration::from_millis(30)).await; // the window fades out
    });
    session.await;
}
