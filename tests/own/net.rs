//! Sockets: what the selector hears of.

use std::io::Write;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::TcpListener;
use kettle::runtime::Runtime;
use kettle::trace::Event;
use kettle_events::{Replaced, Resource};

/// A connection whose data is there when it is accepted never joins the selector: four system calls
/// (accept, read, write, close), and none of epoll's. The listener joins once.
#[test]
fn a_short_connection_never_joins_the_selector() {
    let ((), records) = kettle::trace::record(|| {
        Runtime::new().unwrap().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            for _ in 0..20 {
                let (accepted, far) = kettle::join!(listener.accept(), async {
                    yield_times(2).await;
                    let mut far = std::net::TcpStream::connect(address).unwrap();
                    far.write_all(b"question").unwrap();
                    far
                });
                let mut near = accepted.unwrap().0;
                assert_eq!(near.read(&mut [0; 64]).await.unwrap(), 8);
                near.write_all(b"answer").await.unwrap();
                drop((near, far));
            }
        });
    });
    let count = |wanted: fn(&Event) -> bool| records.iter().filter(|r| wanted(&r.event)).count();
    assert_eq!(count(|e| matches!(e, Event::SourceAdd { .. })), 1);
    assert_eq!(count(|e| matches!(e, Event::SourceDrop { .. })), 1);
    // The accept of each connection had to wait, and nothing else did. (`join!` polls it again with
    // every yield of its neighbour: those waits replace its own.)
    let waits = |e: &Event| match e {
        Event::Wait { on: Resource::Source(..), replaced } => *replaced == Replaced::None,
        _ => false,
    };
    assert_eq!(count(waits), 20);
}

async fn yield_times(times: usize) {
    for _ in 0..times {
        kettle::task::yield_now().await;
    }
}
