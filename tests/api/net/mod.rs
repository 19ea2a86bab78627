//! Sockets.

mod async_fd;
mod pipe;
mod readiness;
mod tcp;
mod tcp_socket;
mod tcp_stream;
mod udp;
mod unix_datagram;
mod unix_socket;
mod unix_stream;

/// What both kinds of streams do: the same file, twice.
#[path = "."]
mod tcp_streams {
    pub(super) use super::tcp_stream::pair;
    pub(super) use kettle::net::TcpStream as Stream;
    mod streams;
}
#[path = "."]
mod unix_streams {
    pub(super) use kettle::net::UnixStream as Stream;
    pub(super) async fn pair() -> (Stream, Stream) {
        Stream::pair().unwrap()
    }
    #[allow(clippy::duplicate_mod, reason = "that is the point")]
    mod streams;
}

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder of its own for a test's sockets, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "api-{}-{}-{}",
            env!("CARGO_PKG_NAME"),
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).expect("a folder");
        Folder(path)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    #[cfg(target_os = "linux")]
    fn path(&self) -> &std::path::Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// As tokio's futures are.
fn send<T: Send>(value: T) -> T {
    value
}
