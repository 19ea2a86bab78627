//! The wrappers that make a stream of a receiver, an interval, a listener or a reader.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use kettle::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, Lines, Split};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::{broadcast, mpsc, oneshot, watch};
use kettle::task::JoinSet;
use kettle::time::{Instant, interval};

use crate::auto_traits;
use crate::auto_traits::{NN, YN, YY};
use crate::help::{Drops, Polled};
use crate::names::tokio_stream::Stream;
use crate::names::tokio_stream::wrappers::errors::BroadcastStreamRecvError;
use crate::names::tokio_stream::wrappers::{
    BroadcastStream, IntervalStream, JoinSetStream, LinesStream, ReceiverStream, SplitStream,
    TcpListenerStream, UnboundedReceiverStream, WatchStream,
};

auto_traits!(ReceiverStream<NN>: !Send & !Sync & Unpin);
auto_traits!(ReceiverStream<YN>: Send & Sync & Unpin);
auto_traits!(ReceiverStream<YY>: Send & Sync & Unpin);
auto_traits!(UnboundedReceiverStream<NN>: !Send & !Sync & Unpin);
auto_traits!(UnboundedReceiverStream<YN>: Send & Sync & Unpin);
auto_traits!(UnboundedReceiverStream<YY>: Send & Sync & Unpin);
auto_traits!(BroadcastStream<YN>: Send & Sync & Unpin);
auto_traits!(BroadcastStream<YY>: Send & Sync & Unpin);
auto_traits!(WatchStream<YY>: Send & Sync & Unpin);
auto_traits!(IntervalStream: Send & Sync & Unpin);
auto_traits!(TcpListenerStream: Send & Sync & Unpin);
auto_traits!(JoinSetStream<NN>: !Send & !Sync & Unpin);
auto_traits!(JoinSetStream<YN>: Send & Sync & Unpin);
auto_traits!(JoinSetStream<YY>: Send & Sync & Unpin);
auto_traits!(LinesStream<YY>: Send & Sync & Unpin);
auto_traits!(SplitStream<YY>: Send & Sync & Unpin);

/// The next item.
fn next<S: Stream + Unpin>(stream: &mut S) -> impl Future<Output = Option<S::Item>> {
    poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx))
}

#[test]
fn values_are_items_until_the_channel_ends() {
    let (tx, rx) = mpsc::channel(4);
    let mut stream = ReceiverStream::new(rx);
    let mut item = Polled::new(next(&mut stream));
    item.pending();
    tx.try_send(1).unwrap();
    assert_eq!(item.wakes(), 1);
    assert_eq!(item.ready(), Some(1));
    drop((item, tx));
    assert_eq!(Polled::new(next(&mut stream)).ready(), None);
    assert_eq!(Polled::new(next(&mut stream)).ready(), None);

    let (tx, rx) = mpsc::unbounded_channel();
    let mut stream = UnboundedReceiverStream::new(rx);
    let mut item = Polled::new(next(&mut stream));
    item.pending();
    tx.send(1).unwrap();
    assert_eq!((item.wakes(), item.ready()), (1, Some(1)));
    drop((item, tx));
    assert_eq!(Polled::new(next(&mut stream)).ready(), None);
}

#[test]
fn the_size_is_known_once_the_channel_is_closed() {
    let (tx, rx) = mpsc::channel(8);
    let mut stream = ReceiverStream::from(rx);
    assert_eq!(stream.size_hint(), (0, None));
    tx.try_send(1).unwrap();
    tx.try_send(2).unwrap();
    assert_eq!(stream.size_hint(), (2, None));
    let permit = tx.try_reserve().unwrap();
    stream.close();
    assert_eq!(stream.size_hint(), (2, Some(3)), "the permit may still be used");
    drop(permit);
    assert_eq!(stream.size_hint(), (2, Some(2)));
    assert!(tx.try_send(3).is_err());

    let (tx, rx) = mpsc::unbounded_channel();
    let mut stream = UnboundedReceiverStream::from(rx);
    tx.send(1).unwrap();
    assert_eq!(stream.size_hint(), (1, None));
    stream.close();
    assert_eq!(stream.size_hint(), (1, Some(1)));
    assert_eq!(stream.as_ref().len(), 1);
    stream.as_mut().try_recv().unwrap();
    drop(tx);
    assert!(stream.into_inner().try_recv().is_err());
}

#[test]
fn the_receiver_can_be_had_again() {
    let (tx, rx) = mpsc::channel(8);
    let mut stream = ReceiverStream::new(rx);
    tx.try_send(1).unwrap();
    tx.try_send(2).unwrap();
    assert_eq!(stream.as_ref().len(), 2);
    assert_eq!(stream.as_mut().try_recv(), Ok(1));
    assert_eq!(stream.into_inner().try_recv(), Ok(2));
}

// ---- broadcast ----------------------------------------------------------------------------------

#[test]
fn broadcast_values_and_misses_are_items() {
    let (tx, rx) = broadcast::channel(2);
    let mut stream = BroadcastStream::new(rx);
    let mut item = Polled::new(next(&mut stream));
    item.pending();
    tx.send(1).unwrap();
    assert_eq!((item.wakes(), item.ready()), (1, Some(Ok(1))));
    drop(item);
    for number in 2..=4 {
        tx.send(number).unwrap();
    }
    drop(tx);
    let missed = BroadcastStreamRecvError::Lagged(1);
    assert_eq!(missed.to_string(), "channel lagged by 1");
    let items: Vec<_> = (0..4).map(|_| Polled::new(next(&mut stream)).ready()).collect();
    assert_eq!(items, [Some(Err(missed)), Some(Ok(3)), Some(Ok(4)), None]);
    assert!(Polled::new(next(&mut stream)).ready().is_none());
}

#[derive(Default)]
struct Counts(AtomicUsize);

impl Wake for Counts {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_dropped_stream_leaves_no_waker_and_no_value() {
    let counts = Arc::new(Counts::default());
    let waker = Waker::from(counts.clone());
    let mut cx = Context::from_waker(&waker);
    let drops = Drops::default();
    let (tx, rx) = broadcast::channel(2);
    let mut stream = BroadcastStream::from(rx);
    assert!(Pin::new(&mut stream).poll_next(&mut cx).is_pending());
    assert!(tx.send(Arc::new(drops.value())).is_ok());
    drop(stream);
    assert_eq!((tx.receiver_count(), drops.count()), (0, 1));

    let (tx, rx) = watch::channel(1);
    let mut stream = WatchStream::from_changes(rx);
    assert!(Pin::new(&mut stream).poll_next(&mut cx).is_pending());
    drop(stream);
    assert!(tx.is_closed());
    assert_eq!(Arc::strong_count(&counts), 2, "the waker here is the only one left");
}

#[test]
fn only_the_newest_waker_is_called() {
    let (tx, rx) = broadcast::channel(2);
    let mut stream = BroadcastStream::new(rx);
    let all = [Arc::new(Counts::default()), Arc::new(Counts::default())];
    for counts in &all {
        let waker = Waker::from(counts.clone());
        assert!(Pin::new(&mut stream).poll_next(&mut Context::from_waker(&waker)).is_pending());
    }
    tx.send(1).unwrap();
    assert_eq!(all.map(|counts| counts.0.load(Ordering::SeqCst)), [0, 1]);
}

// ---- watch --------------------------------------------------------------------------------------

#[test]
fn a_watched_value_is_an_item_now_and_after_each_change() {
    let (tx, rx) = watch::channel(1);
    let mut stream = WatchStream::new(rx);
    assert_eq!(Polled::new(next(&mut stream)).ready(), Some(1));
    let mut item = Polled::new(next(&mut stream));
    item.pending();
    tx.send(2).unwrap();
    tx.send(3).unwrap();
    assert_eq!((item.wakes(), item.ready()), (1, Some(3)));
    drop(item);
    tx.send(4).unwrap();
    drop(tx);
    assert_eq!(Polled::new(next(&mut stream)).ready(), Some(4));
    assert_eq!(Polled::new(next(&mut stream)).ready(), None);
    assert_eq!(Polled::new(next(&mut stream)).ready(), None);
}

#[test]
fn the_first_item_is_the_value_of_the_first_poll() {
    let (tx, rx) = watch::channel(1);
    let mut stream = WatchStream::from(rx);
    tx.send(2).unwrap();
    assert_eq!(Polled::new(next(&mut stream)).ready(), Some(2));
    Polled::new(next(&mut stream)).pending();
    let mut last = WatchStream::new(tx.subscribe());
    drop(tx);
    assert_eq!(Polled::new(next(&mut last)).ready(), Some(2), "also after the end");
    assert_eq!(Polled::new(next(&mut last)).ready(), None);
}

#[test]
fn changes_alone_begin_with_what_was_not_seen() {
    let (tx, rx) = watch::channel(1);
    let mut changes = WatchStream::from_changes(rx);
    Polled::new(next(&mut changes)).pending();
    tx.send(2).unwrap();
    assert_eq!(Polled::new(next(&mut changes)).ready(), Some(2));
    let mut rx = tx.subscribe();
    rx.mark_changed();
    assert_eq!(Polled::new(next(&mut WatchStream::from_changes(rx))).ready(), Some(2));
    drop(tx);
    assert_eq!(Polled::new(next(&mut changes)).ready(), None);
}

// ---- time, sockets, lines -----------------------------------------------------------------------

#[kettle::test(start_paused = true)]
async fn ticks_are_items() {
    let start = Instant::now();
    let mut ticks = IntervalStream::new(interval(Duration::from_secs(1)));
    assert_eq!(ticks.size_hint(), (usize::MAX, None));
    for second in 0..3 {
        assert_eq!(next(&mut ticks).await, Some(start + Duration::from_secs(second)));
    }
    assert_eq!(ticks.as_ref().period(), Duration::from_secs(1));
    ticks.as_mut().reset_immediately();
    next(&mut ticks).await;
    assert_eq!(ticks.into_inner().tick().await, start + Duration::from_secs(3));
}

#[kettle::test]
async fn connections_are_items() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut connections = TcpListenerStream::new(listener);
    assert!(poll_fn(|cx| Poll::Ready(Pin::new(&mut connections).poll_next(cx).is_pending())).await);
    for text in ["one", "two"] {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(text.as_bytes()).await.unwrap();
        drop(client);
        let mut heard = String::new();
        let mut server = next(&mut connections).await.unwrap().unwrap();
        server.read_to_string(&mut heard).await.unwrap();
        assert_eq!(heard, text);
    }
    assert_eq!(connections.as_ref().local_addr().unwrap(), address);
    assert_eq!(connections.as_mut().local_addr().unwrap(), address);
    assert_eq!(connections.into_inner().local_addr().unwrap(), address);
}

#[cfg(unix)]
#[kettle::test]
async fn connections_of_a_path_are_items() {
    use crate::names::tokio_stream::wrappers::UnixListenerStream;
    use kettle::net::{UnixListener, UnixStream};

    auto_traits!(UnixListenerStream: Send & Sync & Unpin);
    let side = if crate::help::side() == crate::help::Side::Kettle { "kettle" } else { "tokio" };
    let name = format!("kettle-test-{side}-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let mut connections = UnixListenerStream::new(UnixListener::bind(&path).unwrap());
    let mut client = UnixStream::connect(&path).await.unwrap();
    let mut server = next(&mut connections).await.unwrap().unwrap();
    client.write_all(b"tea").await.unwrap();
    drop(client);
    let mut heard = Vec::new();
    server.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, b"tea");
    let _: &UnixListener = connections.as_ref();
    let _: &mut UnixListener = connections.as_mut();
    drop(connections.into_inner());
    std::fs::remove_file(path).unwrap();
}

#[kettle::test]
async fn entries_of_a_folder_are_items() {
    use crate::names::tokio_stream::wrappers::ReadDirStream;

    let folder = tempfile();
    std::fs::create_dir(&folder).unwrap();
    for name in ["green", "black"] {
        std::fs::write(folder.join(name), "tea").unwrap();
    }
    let mut entries = ReadDirStream::new(kettle::fs::read_dir(&folder).await.unwrap());
    let mut names = Vec::new();
    while let Some(entry) = next(&mut entries).await {
        names.push(entry.unwrap().file_name());
    }
    names.sort();
    assert_eq!(names, ["black", "green"]);
    assert!(entries.as_mut().next_entry().await.unwrap().is_none());
    assert!(entries.into_inner().next_entry().await.unwrap().is_none());
    std::fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
#[kettle::test]
async fn a_signal_that_has_not_come_is_no_item() {
    use crate::names::tokio_stream::wrappers::SignalStream;
    use kettle::signal::unix::{SignalKind, signal};

    auto_traits!(SignalStream: Send & Sync & Unpin);
    let mut signals = SignalStream::new(signal(SignalKind::user_defined2()).unwrap());
    assert!(poll_fn(|cx| Poll::Ready(Pin::new(&mut signals).poll_next(cx).is_pending())).await);
    let mut receives = signals.into_inner();
    Polled::new(receives.recv()).pending();
}

/// A path that no file has yet, of this test program.
fn tempfile() -> std::path::PathBuf {
    let side = if crate::help::side() == crate::help::Side::Kettle { "kettle" } else { "tokio" };
    std::env::temp_dir().join(format!("kettle-streams-{side}-{}", std::process::id()))
}

#[kettle::test]
async fn the_ends_of_tasks_are_items() {
    let mut tasks = JoinSet::new();
    let (tx, rx) = oneshot::channel();
    tasks.spawn(async { rx.await.unwrap() });
    tasks.spawn(async { 2 });
    let mut ends = JoinSetStream::from(tasks);
    assert_eq!(ends.size_hint(), (2, Some(2)));
    assert_eq!(next(&mut ends).await.unwrap().unwrap(), 2);
    tx.send(1).unwrap();
    assert_eq!(next(&mut ends).await.unwrap().unwrap(), 1);
    assert!(next(&mut ends).await.is_none());
    ends.as_mut().spawn(async { panic!("in a task") });
    assert_eq!(ends.as_ref().len(), 1);
    assert!(next(&mut ends).await.unwrap().unwrap_err().is_panic());
    assert!(ends.into_inner().is_empty());
}

#[kettle::test]
async fn lines_and_parts_are_items() {
    let mut lines = LinesStream::new((&b"green\nblack\r\nwhite"[..]).lines());
    for line in ["green", "black", "white"] {
        assert_eq!(next(&mut lines).await.unwrap().unwrap(), line);
    }
    assert!(next(&mut lines).await.is_none());
    let _: &mut Lines<&[u8]> = lines.as_mut();
    let _: Pin<&mut Lines<&[u8]>> = Pin::new(&mut lines).as_pin_mut();
    let _: &Lines<&[u8]> = lines.as_ref();
    assert!(lines.into_inner().into_inner().is_empty());

    let mut parts = SplitStream::new(AsyncBufReadExt::split(&b"a,b"[..], b','));
    assert_eq!(next(&mut parts).await.unwrap().unwrap(), b"a");
    assert_eq!(next(&mut parts).await.unwrap().unwrap(), b"b");
    assert!(next(&mut parts).await.is_none());
    let _: &mut Split<&[u8]> = parts.as_mut();
    let _: Pin<&mut Split<&[u8]>> = Pin::new(&mut parts).as_pin_mut();
    let _: Split<&[u8]> = parts.into_inner();
}

#[kettle::test]
async fn a_line_that_is_no_text_is_an_error() {
    let mut lines = LinesStream::new((&b"\xff\n"[..]).lines());
    let error = next(&mut lines).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
}
