//! A till writes the day's report into a pipe, and an archive reads it.
//!
//! Wrong: the `flush` at the end is not awaited. A `BufWriter` that is dropped writes nothing, so the archive gets an
//! empty report.
//!
//! Expected: `unpolled`. The cure: `.await`.
//!
//! doctor: `unpolled`
//! ends: by itself

use kettle::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, BufWriter, DuplexStream, duplex};

async fn write_report(pipe: DuplexStream) -> std::io::Result<()> {
    let mut report = BufWriter::new(pipe);
    for (tea, cups) in [("Assam", 12), ("Ceylon", 7), ("Darjeeling", 31)] {
        let line = format!("{tea}\t{cups}\n");
        report.write_all(line.as_bytes()).await?;
    }
    let _written = report.flush();
    Ok(())
}

async fn archive(pipe: DuplexStream) -> std::io::Result<usize> {
    let mut lines = BufReader::new(pipe).lines();
    let mut archived = 0;
    while let Some(line) = lines.next_line().await? {
        println!("archived: {line}");
        archived += 1;
    }
    Ok(archived)
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let (till, office) = duplex(1024);
    let archive = kettle::spawn(archive(office));
    let report = kettle::spawn(write_report(till));
    report.await.expect("the till")?;
    println!("{} lines", archive.await.expect("the archive")?);
    Ok(())
}
