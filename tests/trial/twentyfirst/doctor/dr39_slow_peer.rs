// RIGHT. A client reads from a peer (a std thread) that sends a byte each 700 ms; another polls a channel with a limit of 50 ms and finds nothing for 4 s. EXPECT: silence.
use kettle::io::AsyncReadExt;
use kettle::net::TcpListener;
use kettle::sync::mpsc;
use kettle::time::timeout;
use std::io::Write;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let peer = std::thread::spawn(move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        for byte in b"slowly" {
            std::thread::sleep(Duration::from_millis(700));
            stream.write_all(&[*byte]).unwrap();
        }
    });
    let (sender, mut news) = mpsc::channel::<()>(1);
    let asker = kettle::spawn(async move {
        let mut nothing = 0;
        loop {
            match timeout(Duration::from_millis(50), news.recv()).await {
                Ok(None) => return nothing,
                Ok(Some(())) => {}
                Err(_) => nothing += 1,
            }
        }
    });
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    println!("{text}");
    drop(sender);
    println!("{}", asker.await.unwrap() > 10);
    peer.join().unwrap();
}
