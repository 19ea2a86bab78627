// A web server that renders pages, and three visitors.
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::{Instant, sleep};

async fn render(path: &str) -> String {
    sleep(Duration::from_millis(300)).await;
    format!("<h1>{path}</h1>\n")
}

async fn serve(listener: TcpListener) -> std::io::Result<()> {
    loop {
        let (mut visitor, _) = listener.accept().await?;
        let mut request = [0; 256];
        let n = visitor.read(&mut request).await?;
        let path = String::from_utf8_lossy(&request[..n]).trim().to_owned();
        let page = render(&path).await;
        visitor.write_all(page.as_bytes()).await?;
        visitor.shutdown().await?;
    }
}

async fn visit(port: u16, number: u64) -> std::io::Result<Duration> {
    sleep(Duration::from_millis(20 * number)).await;
    let began = Instant::now();
    let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
    server.write_all(format!("/page/{number}\n").as_bytes()).await?;
    let mut page = String::new();
    server.read_to_string(&mut page).await?;
    println!("visitor {number} has {} bytes after {:?}", page.len(), began.elapsed());
    Ok(began.elapsed())
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    kettle::spawn(serve(listener));

    let visitors: Vec<_> = (1..=3).map(|number| kettle::spawn(visit(port, number))).collect();
    let mut longest = Duration::ZERO;
    for visitor in visitors {
        longest = longest.max(visitor.await.unwrap()?);
    }
    println!("the longest wait: {longest:?}");
    Ok(())
}
