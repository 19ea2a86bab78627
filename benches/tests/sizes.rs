//! How large are the futures of `select!`, `join!` and `try_join!`: with kettle, and with tokio?
//!
//! The same code (`sizes/futures.rs`) is compiled for both. Sizes are fixed at compile time, so
//! they can differ only between compilers. `-- --nocapture` prints the table that
//! `docs/tokio-map.md` quotes.

#![cfg(all(target_os = "linux", feature = "tokio"))]

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

/// A branch of a macro: a future of this size in bytes. `try_join!` needs its output to be a
/// `Result`.
struct Branch<const BYTES: usize>([u8; BYTES]);

/// Most futures have a destructor, which makes the macro's future larger.
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
    println!("bytes besides the branches themselves, at 8 and at 100 bytes a branch");
    println!("{:24}{:>16}{:>16}", "", "kettle", "tokio");
    let kettle = without_branches(futures_kettle::sizes::<8>(), futures_kettle::sizes::<100>());
    let tokio = without_branches(futures_tokio::sizes::<8>(), futures_tokio::sizes::<100>());
    for ((name, kettle), (_, tokio)) in kettle.into_iter().zip(tokio) {
        println!("{name:24}{:>8}{:>8}{:>8}{:>8}", kettle[0], kettle[1], tokio[0], tokio[1]);
        // kettle's tools store a scope's number and entry; a build without them doesn't.
        let scope = size_of::<[u64; 2]>();
        let most = tokio.map(|bytes| bytes + scope);
        assert!(kettle[0] <= most[0] && kettle[1] <= most[1], "{name}: no larger than tokio's");
    }
}

type Sizes = Vec<(&'static str, usize)>;

/// The sizes of the futures, less the sizes of their branches, at 8 and at 100 bytes a branch.
fn without_branches(small: Sizes, large: Sizes) -> Vec<(&'static str, [usize; 2])> {
    let both = small.into_iter().zip(large).map(|((name, small), (_, large))| {
        let branches = name.split([' ', ',']).find_map(|word| word.parse().ok()).unwrap_or(0);
        (name, [small - 8 * branches, large - 100 * branches])
    });
    both.collect()
}
