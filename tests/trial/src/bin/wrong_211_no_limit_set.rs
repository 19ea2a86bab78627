//! A chat client says good-bye, and gives the server a moment to answer.
//!
//! Wrong: `timeout` is a future, and `let _ =` drops it: there is no moment, and the answer isn't waited for. rustc is
//! silent, because of the `let _ =`.
//!
//! Expected: `unpolled`: a future of kettle's is dropped before its first poll, in line 19. The cure: `.await` it.
//!
//! doctor: `unpolled`
//! ends: by itself

use std::time::Duration;

use kettle::io::{self, AsyncReadExt, AsyncWriteExt, DuplexStream};
use kettle::time::{sleep, timeout};

async fn leave(mut server: DuplexStream) -> io::Result<()> {
    server.write_all(b"bye\n").await?;
    let mut answer = [0; 16];
    let _ = timeout(Duration::from_millis(500), server.read(&mut answer));
    println!("the server said {:?}", String::from_utf8_lossy(&answer));
    Ok(())
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (client, mut server) = io::duplex(64);
    let serving = kettle::spawn(async move {
        let mut line = [0; 4];
        server.read_exact(&mut line).await?;
        sleep(Duration::from_millis(20)).await;
        server.write_all(b"see you").await
    });
    leave(client).await?;
    println!("{:?}", serving.await.unwrap());
    Ok(())
}
