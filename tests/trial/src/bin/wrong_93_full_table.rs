//! A service takes measurements by UDP. When its table is full it takes none until the table has been written away.
//!
//! Wrong: `readable()` only tells; it doesn't take the datagram. With a full table the loop asks `readable()` again, which
//! is true again at once, and so on until there is room.
//!
//! Expected: `busy_loop`. The cure: wait for what is missing (the table's being written, a `Notify`), not for the socket,
//! which is ready.
//!
//! doctor: `busy_loop` | `never_yields`
//! ends: by itself

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use kettle::net::UdpSocket;
use kettle::task::{LocalSet, spawn_local};
use kettle::time::{sleep, timeout};

const ROOM: usize = 3;

type Table = Rc<RefCell<Vec<u16>>>;

async fn take(socket: UdpSocket, table: Table) -> std::io::Result<()> {
    loop {
        socket.readable().await?;
        if table.borrow().len() == ROOM {
            continue; // full: later
        }
        let mut datagram = [0; 2];
        if let Ok(2) = socket.try_recv(&mut datagram) {
            table.borrow_mut().push(u16::from_be_bytes(datagram));
        }
    }
}

async fn write_away(table: Table) {
    for _ in 0..3 {
        sleep(Duration::from_millis(1500)).await;
        println!("{:?}", table.take());
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let probe = UdpSocket::bind("127.0.0.1:0").await?;
    probe.connect(socket.local_addr()?).await?;
    LocalSet::new()
        .run_until(async move {
            let table = Table::default();
            let taker = spawn_local(take(socket, table.clone()));
            for value in [211_u16, 208, 214, 220, 219, 223] {
                probe.send(&value.to_be_bytes()).await?;
            }
            let _ = timeout(Duration::from_secs(10), write_away(table)).await;
            taker.abort();
            Ok(())
        })
        .await
}
