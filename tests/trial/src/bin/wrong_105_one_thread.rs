//! Documents are converted in `spawn_blocking`, by a library that isn't async and asks for its templates by a callback.
//! The pool has one thread, because the library takes much memory.
//!
//! Wrong: the callback reads the template with `kettle::fs::read` under `Handle::block_on`. Files are read on the same
//! pool, whose one thread waits for that.
//!
//! Expected: `deadlock`, with the job that waits for a thread. The cure: `std::fs::read` in the job, or more threads.
//!
//! doctor: `deadlock`
//! ends: killed

use std::path::{Path, PathBuf};

use kettle::runtime::{Builder, Handle};
use kettle::task::spawn_blocking;

type Templates = Box<dyn Fn(&str) -> std::io::Result<String> + Send>;

/// The library.
fn convert(document: &str, template: &Templates) -> std::io::Result<String> {
    let (kind, text) = document.split_once(':').unwrap_or(("letter", document));
    Ok(template(kind)?.replace("{}", text))
}

fn templates(folder: PathBuf) -> Templates {
    let handle = Handle::current();
    Box::new(move |kind| {
        let file = folder.join(format!("{kind}.txt"));
        handle.block_on(kettle::fs::read_to_string(file))
    })
}

async fn convert_all(folder: &Path) -> std::io::Result<()> {
    kettle::fs::create_dir_all(folder).await?;
    kettle::fs::write(folder.join("letter.txt"), "Dear {},").await?;
    kettle::fs::write(folder.join("bill.txt"), "To pay: {}").await?;
    for document in ["letter:Ada", "bill:12 p"] {
        let template = templates(folder.to_path_buf());
        let text = spawn_blocking(move || convert(document, &template)).await??;
        println!("{text}");
    }
    kettle::fs::remove_dir_all(folder).await
}

fn main() -> std::io::Result<()> {
    let folder = std::env::temp_dir().join(format!("templates-{}", std::process::id()));
    let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(1).build()?;
    runtime.block_on(convert_all(&folder))
}
