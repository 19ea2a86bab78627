//! A client sends a form through a `BufWriter`, then takes the stream out of it and talks on.
//!
//! Wrong: `into_inner` throws away what the `BufWriter` had not yet written. The server waits for the form, the client for the answer.
//!
//! Expected: `deadlock`. `main` waits to read from the pipe, task 1 waits to read from its other end. The cure: `flush().await` before `into_inner`.
//!
//! doctor: `deadlock`
//! ends: killed

use std::io;

use kettle::io::{AsyncReadExt, AsyncWriteExt, BufWriter, DuplexStream, duplex};

async fn server(mut stream: DuplexStream) -> io::Result<()> {
    let mut form = [0; 8];
    stream.read_exact(&mut form).await?;
    let sum = form.iter().map(|field| u32::from(*field)).sum();
    stream.write_u32(sum).await?;
    let more = stream.read_u8().await?;
    stream.write_u32(sum + u32::from(more)).await
}

async fn fill_in(stream: DuplexStream) -> io::Result<DuplexStream> {
    let mut form = BufWriter::new(stream);
    for field in 1..=8 {
        form.write_u8(field).await?;
    }
    Ok(form.into_inner())
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (here, there) = duplex(256);
    let server = kettle::spawn(server(there));
    let mut stream = fill_in(here).await?;
    println!("the sum is {}", stream.read_u32().await?);
    stream.write_u8(6).await?;
    println!("and then {}", stream.read_u32().await?);
    server.await?
}
