//! A folder removes itself: its `drop` spawns a task for that. The last one is dropped when `main` ends, and its task
//! never has a turn.
//!
//! doctor: `unpolled`
//! cure: an `async fn close` that is awaited, or std's `remove_dir_all` in `drop`

use std::path::{Path, PathBuf};

use kettle::fs;

struct Folder {
    path: PathBuf,
}

impl Folder {
    async fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&path).await.unwrap();
        Folder { path }
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let path = std::mem::take(&mut self.path);
        kettle::spawn(async move { fs::remove_dir_all(path).await });
    }
}

async fn build(folder: &Folder) {
    let file = folder.path().join("page.txt");
    fs::write(&file, "a page").await.unwrap();
    println!("{}", fs::read_to_string(&file).await.unwrap());
}

#[kettle::main]
async fn main() {
    let folder = Folder::new("pages").await;
    build(&folder).await;
}
