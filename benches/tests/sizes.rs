//! How large are the futures of `select!`, `join!` and `try_join!`: with kettle, and with tokio?
//!
//! The same code (`sizes/futures.rs`) is compiled for both. A size is known when the program is
//! compiled, so there is one answer for a compiler. `-- --nocapture` prints the table of which
//! `docs/tokio-map.md` tells.

#![cfg(all(target_os = "linux", feature = "peers"))]

mod futures_kettle {
    use kettle as rt;
    include!("sizes/futures.rs");
}
mod futures_tokio {
    use tokio as rt;
    include!("sizes/futures.rs");
}

use std::pin::Pin;
use std::task::{Context, Poll};

/// A future of this size in bytes. It is a `Result` that it gives, for `try_join!`.
struct Branch<const BYTES: usize>([u8; BYTES]);

impl<const BYTES: usize> Branch<BYTES> {
    fn new() -> Branch<BYTES> {
        Branch([0; BYTES])
    }
}

/// As most futures, it is dropped by code: the compiler keeps more room for those.
impl<const BYTES: usize> Drop for Branch<BYTES> {
    fn drop(&mut self) {}
}

impl<const BYTES: usize> Future for Branch<BYTES> {
    type Output = Result<(), u8>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), u8>> {
        self.0.first().map_or(Poll::Ready(Ok(())), |byte| Poll::Ready(Err(*byte)))
    }
}

#[test]
fn no_future_is_larger_than_tokios() {
    println!("bytes beside those of the branches themselves, at 8 and at 100 bytes a branch");
    println!("{:24}{:>16}{:>16}", "", "kettle", "tokio");
    let kettle = beside(futures_kettle::sizes::<8>(), futures_kettle::sizes::<100>());
    let tokio = beside(futures_tokio::sizes::<8>(), futures_tokio::sizes::<100>());
    for ((name, kettle), (_, tokio)) in kettle.into_iter().zip(tokio) {
        println!("{name:24}{:>8}{:>8}{:>8}{:>8}", kettle[0], kettle[1], tokio[0], tokio[1]);
        // Its number and its entry, which a build without the tools doesn't keep.
        let scope = size_of::<[u64; 2]>();
        let most = tokio.map(|bytes| bytes + scope);
        assert!(kettle[0] <= most[0] && kettle[1] <= most[1], "{name}: no larger than tokio's");
    }
}

type Sizes = Vec<(&'static str, usize)>;

fn beside(small: Sizes, large: Sizes) -> Vec<(&'static str, [usize; 2])> {
    let both = small.into_iter().zip(large).map(|((name, small), (_, large))| {
        let branches = name.split([' ', ',']).find_map(|word| word.parse().ok()).unwrap_or(0);
        (name, [small - 8 * branches, large - 100 * branches])
    });
    both.collect()
}
