//! A client's session in a lock: its name, its connection, its bill. A function gives out the connection alone, as a mapped guard.
//!
//! Wrong: who has the mapped guard has the whole lock, and waits with it for the server's slow answer. The bill is asked for meanwhile.
//!
//! Expected: `guard_across_await`, of the lock that was taken in `connection`. The cure: a lock of its own for the connection.
//!
//! doctor: `guard_across_await`
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
use kettle::net::UnixStream;
use kettle::sync::{MappedMutexGuard, Mutex, MutexGuard};
use kettle::time::sleep;

struct Session {
    connection: UnixStream,
    bill: u32,
}

async fn connection(session: &Mutex<Session>) -> MappedMutexGuard<'_, UnixStream> {
    MutexGuard::map(session.lock().await, |session| &mut session.connection)
}

async fn ask(session: &Mutex<Session>, question: &[u8]) -> io::Result<u8> {
    let mut connection = connection(session).await;
    connection.write_all(question).await?;
    connection.read_u8().await
}

async fn server(mut line: UnixStream) -> io::Result<()> {
    let mut question = [0; 5];
    while line.read_exact(&mut question).await.is_ok() {
        sleep(Duration::from_millis(600)).await;
        line.write_u8(question[0]).await?;
    }
    Ok(())
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (near, far) = UnixStream::pair()?;
    kettle::spawn(server(far));
    let session = Arc::new(Mutex::new(Session { connection: near, bill: 7 }));
    let shown = Arc::clone(&session);
    let bill = kettle::spawn(async move {
        for _ in 0..4 {
            sleep(Duration::from_millis(50)).await;
            println!("the bill: {}", shown.lock().await.bill);
        }
    });
    for question in [b"price", b"place"] {
        println!("{}", char::from(ask(&session, question).await?));
    }
    bill.await.unwrap();
    Ok(())
}
