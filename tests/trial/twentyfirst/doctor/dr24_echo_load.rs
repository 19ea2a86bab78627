// RIGHT. An echo server with 20 clients, 200 messages each, over TCP; at the end the accept loop is aborted. EXPECT: silence.
use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = kettle::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            kettle::spawn(async move {
                let (mut read, mut write) = stream.split();
                let _ = kettle::io::copy(&mut read, &mut write).await;
            });
        }
    });
    let mut clients = Vec::new();
    for id in 0..20_u8 {
        clients.push(kettle::spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let mut back = [0; 256];
            for _ in 0..200 {
                stream.write_all(&[id; 256]).await.unwrap();
                stream.read_exact(&mut back).await.unwrap();
                assert!(back.iter().all(|b| *b == id));
            }
        }));
    }
    for client in clients {
        client.await.unwrap();
    }
    server.abort();
    println!("all echoed");
    Ok(())
}
