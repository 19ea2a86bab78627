//! (Can't be told: `flush` is a future of `io`.) A diary, written through a buffer that isn't flushed.
//! doctor: can't be told

use kettle::fs::File;
use kettle::io::{AsyncWriteExt, BufWriter};

struct Diary {
    file: BufWriter<File>,
    days: u32,
}

impl Diary {
    async fn open(name: &str) -> std::io::Result<Diary> {
        let file = File::create(std::env::temp_dir().join(name)).await?;
        Ok(Diary { file: BufWriter::new(file), days: 0 })
    }

    async fn note(&mut self, text: &str) -> std::io::Result<()> {
        self.days += 1;
        self.file.write_all(format!("day {}: {text}\n", self.days).as_bytes()).await
    }

    async fn close(mut self) -> u32 {
        let _ = self.file.flush();
        self.days
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let mut diary = Diary::open("trial14-diary.txt").await?;
    diary.note("rain").await?;
    diary.note("more rain").await?;
    diary.note("tea").await?;
    let days = diary.close().await;
    let path = std::env::temp_dir().join("trial14-diary.txt");
    let kept = kettle::fs::read_to_string(&path).await?.lines().count();
    kettle::fs::remove_file(path).await?;
    println!("{kept} of {days} days are in the diary");
    Ok(())
}
