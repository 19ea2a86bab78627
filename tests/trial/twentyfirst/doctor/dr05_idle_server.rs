// RIGHT. An echo server idles for 4 s before its first and only visitor (a std thread) comes; then it stops. EXPECT: silence.
use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::TcpListener;
use std::io::{Read, Write};
use std::time::Duration;

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let visitor = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(4));
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.write_all(b"anybody home?").unwrap();
        let mut answer = [0; 13];
        stream.read_exact(&mut answer).unwrap();
        answer
    });
    let (mut stream, _) = listener.accept().await?;
    let served = kettle::spawn(async move {
        let mut said = [0; 64];
        while let Ok(n) = stream.read(&mut said).await {
            if n == 0 {
                break;
            }
            stream.write_all(&said[..n]).await.unwrap();
        }
    });
    served.await.unwrap();
    println!("{}", String::from_utf8_lossy(&visitor.join().unwrap()));
    Ok(())
}
