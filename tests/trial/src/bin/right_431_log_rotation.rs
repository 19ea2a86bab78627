//! A log in files that rotate, written by several tasks, with a lock around the file.
//! doctor: silence

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use kettle::fs::{self, File};
use kettle::io::{AsyncWriteExt, BufWriter};
use kettle::sync::Mutex;
use kettle::time::sleep;

struct Log {
    folder: PathBuf,
    file: BufWriter<File>,
    lines: u32,
    files: u32,
}

impl Log {
    async fn open(folder: &Path) -> std::io::Result<Log> {
        fs::create_dir_all(folder).await?;
        let file = BufWriter::new(File::create(folder.join("0.log")).await?);
        Ok(Log { folder: folder.to_path_buf(), file, lines: 0, files: 1 })
    }

    async fn write(&mut self, line: &str) -> std::io::Result<()> {
        self.file.write_all(line.as_bytes()).await?;
        self.file.write_all(b"\n").await?;
        self.lines += 1;
        if self.lines.is_multiple_of(10) {
            self.file.flush().await?;
            let next = self.folder.join(format!("{}.log", self.files));
            self.file = BufWriter::new(File::create(next).await?);
            self.files += 1;
        }
        Ok(())
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let folder = std::env::temp_dir().join(format!("trial14-log-{}", std::process::id()));
    let log = Arc::new(Mutex::new(Log::open(&folder).await?));
    let mut tasks = kettle::task::JoinSet::new();
    for task in 0..4 {
        let log = log.clone();
        tasks.spawn(async move {
            for n in 0..12 {
                log.lock().await.write(&format!("task {task}, line {n}")).await?;
                sleep(Duration::from_millis(5 * task)).await;
            }
            std::io::Result::Ok(())
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap()?;
    }
    log.lock().await.file.flush().await?;
    let mut lines = 0;
    let mut files = fs::read_dir(&folder).await?;
    while let Some(file) = files.next_entry().await? {
        lines += fs::read_to_string(file.path()).await?.lines().count();
    }
    fs::remove_dir_all(&folder).await?;
    println!("{lines} lines");
    assert_eq!(lines, 48);
    Ok(())
}
