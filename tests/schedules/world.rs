//! Tests in which both ends of each socket are: a clock that is paused or virtual doesn't jump over
//! what is under way.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt, Interest, copy};
use kettle::net::{TcpListener, TcpSocket, TcpStream, UnixStream};
use kettle::task::yield_now;
use kettle::time::{Instant, sleep, timeout};

const HOUR: Duration = Duration::from_hours(1);

async fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let connect = TcpStream::connect(("localhost", port));
    let (near, (far, _)) = kettle::try_join!(connect, listener.accept()).unwrap();
    (near, far)
}

/// In two pieces each, of which the system may hold the second back.
#[kettle::test(start_paused = true)]
async fn an_hour_lies_between_two_requests() {
    let (mut near, mut far) = connection().await;
    let (mut one, mut other) = UnixStream::pair().unwrap();
    kettle::spawn(async move {
        while let Ok(asked) = far.read_u16().await {
            one.write_u16(asked).await.unwrap();
        }
    });
    let begun = Instant::now();
    assert!(!near.nodelay().unwrap());
    for asked in 0..3 {
        let round = async {
            near.write_u8(0).await?;
            near.write_u8(asked).await?;
            other.read_u16().await
        };
        let answer = timeout(Duration::from_millis(10), round).await.expect("no time passes");
        assert_eq!(answer.unwrap(), u16::from(asked));
        sleep(HOUR).await;
    }
    assert_eq!(begun.elapsed(), HOUR * 3);
}

/// With a listener and a socket that others have made, and a stream that was away for a moment.
#[kettle::test(start_paused = true)]
async fn an_hour_lies_between_bytes_from_elsewhere() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let listener = TcpListener::from_std(listener).unwrap();
    let connect = TcpSocket::new_v4().unwrap().connect(listener.local_addr().unwrap());
    let (near, (far, _)) = kettle::try_join!(connect, listener.accept()).unwrap();
    let [mut near, mut far] =
        [near, far].map(|it| TcpStream::from_std(it.into_std().unwrap()).unwrap());
    for byte in 0..3 {
        let ends = async { kettle::try_join!(near.write_u8(byte), far.read_u8()) };
        assert_eq!(timeout(HOUR, ends).await.unwrap().unwrap().1, byte);
        sleep(HOUR).await;
    }
}

/// Far more than a window.
#[kettle::test(start_paused = true)]
async fn moves_much_in_both_directions() {
    const MUCH: usize = 1 << 20;
    let (mut near, mut far) = connection().await;
    kettle::spawn(async move {
        let (mut reader, mut writer) = far.split();
        copy(&mut reader, &mut writer).await.unwrap();
    });
    let (mut reader, mut writer) = near.split();
    let write = async {
        writer.write_all(&vec![1; MUCH]).await?;
        writer.shutdown().await
    };
    let mut got = Vec::new();
    let both = async { kettle::try_join!(write, reader.read_to_end(&mut got)) };
    timeout(Duration::from_millis(10), both).await.expect("no time passes").unwrap();
    assert_eq!(got.len(), MUCH);
}

/// If the task that reads comes later.
#[kettle::test(start_paused = true)]
async fn uses_up_a_report() {
    let (near, mut far) = connection().await;
    far.write_all(b"tea").await.unwrap();
    near.readable().await.unwrap();
    let near = Arc::new(near);
    let reader = near.clone();
    let reads = kettle::spawn(async move {
        reader.readable().await.unwrap();
        assert!(reader.try_read(&mut [0; 8]).unwrap() > 0);
    });
    let clears = kettle::spawn(async move {
        let none = || Err::<(), _>(std::io::ErrorKind::WouldBlock.into());
        near.try_io(Interest::READABLE, none).unwrap_err();
    });
    kettle::try_join!(reads, clears).unwrap();
}

/// If the second task comes first.
#[kettle::test(start_paused = true)]
async fn reads_at_both_ends_in_some_order() {
    let (mut near, mut far) = connection().await;
    let first = Arc::new(Mutex::new(None));
    let turn = first.clone();
    let other = kettle::spawn(async move {
        yield_now().await;
        if *turn.lock().unwrap().get_or_insert(2) == 1 {
            far.write_u8(1).await.unwrap();
        }
        far.read_u8().await.unwrap()
    });
    let here = kettle::spawn(async move {
        first.lock().unwrap().get_or_insert(1);
        assert_eq!(near.read_u8().await.unwrap(), 1);
        near.write_u8(2).await.unwrap();
    });
    here.await.unwrap();
    assert_eq!(other.await.unwrap(), 2);
}

/// An order whose answer is lost is sent again, and is paid for twice unless it has a number.
async fn pays(once: bool) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (paid, seen) = (Arc::new(AtomicU32::new(0)), Arc::new(Mutex::new(HashSet::new())));
    let account = paid.clone();
    kettle::spawn(async move {
        loop {
            let (account, seen) = (account.clone(), seen.clone());
            let mut stream = listener.accept().await.unwrap().0;
            kettle::spawn(async move {
                while let Ok(order) = stream.read_u32().await {
                    if seen.lock().unwrap().insert(order) || !once {
                        account.fetch_add(10, Ordering::Relaxed);
                    }
                    if stream.write_u8(1).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    for order in 1..=3 {
        for _ in 0..4 {
            let ask = async {
                let mut stream = TcpStream::connect(address).await?;
                stream.write_u32(order).await?;
                stream.read_u8().await
            };
            if timeout(HOUR, ask).await.is_ok_and(|paid| paid.is_ok()) {
                break;
            }
        }
    }
    assert_eq!(paid.load(Ordering::Relaxed), 30);
}

#[kettle::test]
async fn pays_twice_after_a_cut() {
    pays(false).await;
}

#[kettle::test]
async fn pays_once_also_after_a_cut() {
    pays(true).await;
}

/// An error is said once. Then the connection is at its end.
#[kettle::test]
async fn reads_on_after_an_error() {
    let (mut near, mut far) = connection().await;
    kettle::spawn(async move { far.write_u8(1).await });
    let mut errors = 0;
    loop {
        match near.read(&mut [0; 2]).await {
            Ok(0) => break,
            Ok(_) => {}
            Err(_) => errors += 1,
        }
        assert!(errors < 2);
    }
    assert!(errors == 0 || near.write_u8(1).await.is_err());
}

/// One connection is heard before another if it speaks 5 ms earlier, unless the network delays it.
#[kettle::test]
async fn believes_in_an_order_of_connections() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let [(mut one, far_one), (mut two, far_two)] = [connection().await, connection().await];
    let hears = [far_one, far_two].map(|mut far| {
        let heard = heard.clone();
        kettle::spawn(async move {
            let number = far.read_u8().await.unwrap_or(0);
            heard.lock().unwrap().push(number);
        })
    });
    let _ = one.write_u8(1).await;
    sleep(Duration::from_millis(5)).await;
    let _ = two.write_u8(2).await;
    for hear in hears {
        hear.await.unwrap();
    }
    assert_ne!(*heard.lock().unwrap(), [2, 1]);
}

/// Asks twice, and lives with every error.
async fn asks(limit: Duration) {
    let (mut near, mut far) = connection().await;
    kettle::spawn(async move {
        while let Ok(asked) = far.read_u8().await {
            let _ = far.write_u8(asked).await;
        }
    });
    for asked in 0..2 {
        let round = async {
            near.write_u8(asked).await?;
            near.read_u8().await
        };
        let _ = timeout(limit, round).await;
    }
}

#[kettle::test]
async fn asks_with_a_limit() {
    asks(HOUR).await;
}

#[kettle::test]
async fn asks_without_a_limit() {
    asks(Duration::MAX).await;
}
