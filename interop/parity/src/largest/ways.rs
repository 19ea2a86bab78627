// Compiled for each runtime, which is `rt` here.

use std::hint::black_box;

use rt::runtime::{Builder, Runtime};
use rt::task::{LocalSet, spawn_blocking, spawn_local, yield_now};

/// A future of `N` bytes and a little more.
async fn large<const N: usize>() {
    let mut bytes = [1_u8; N];
    black_box(&mut bytes);
    yield_now().await;
    assert_eq!(black_box(&bytes)[N - 1], 1);
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn by_spawn<const N: usize>() {
    runtime().block_on(async { rt::spawn(large::<N>()).await.expect("it ends") });
}

fn by_runtime_spawn<const N: usize>() {
    let runtime = runtime();
    let task = runtime.spawn(large::<N>());
    runtime.block_on(task).expect("it ends");
}

fn by_block_on<const N: usize>() {
    runtime().block_on(large::<N>());
}

fn by_handle_block_on<const N: usize>() {
    runtime().handle().block_on(async {
        // Nothing drives the runtime here, so no yield.
        let mut bytes = [1_u8; N];
        black_box(&mut bytes);
        std::future::ready(()).await;
        assert_eq!(black_box(&bytes)[N - 1], 1);
    });
}

fn by_spawn_local<const N: usize>() {
    LocalSet::new()
        .block_on(&runtime(), async { spawn_local(large::<N>()).await.expect("it ends") });
}

fn by_set_block_on<const N: usize>() {
    LocalSet::new().block_on(&runtime(), large::<N>());
}

fn by_spawn_blocking<const N: usize>() {
    runtime().block_on(async {
        let bytes = [1_u8; N];
        let job = move || assert_eq!(black_box(&bytes)[N - 1], 1);
        spawn_blocking(job).await.expect("it ends");
    });
}

macro_rules! ways {
    ($($way:ident)*; $sizes:tt) => {
        #[allow(dead_code)] // asked of one of the two
        pub(crate) const WAYS: &[&str] = &[$(stringify!($way)),*];

        pub(crate) fn tries(way: &str, kib: usize) {
            match way {
                $(stringify!($way) => sizes!($way, kib, $sizes),)*
                other => panic!("no way `{other}`"),
            }
        }
    };
}

macro_rules! sizes {
    ($way:ident, $kib:expr, [$($size:literal)*]) => {
        match $kib {
            $($size => $way::<{ $size << 10 }>(),)*
            other => panic!("{other} KiB are not among the sizes"),
        }
    };
}

macro_rules! list {
    ($($size:literal)*) => {
        #[allow(dead_code)] // asked of one of the two
        pub(crate) const SIZES: &[usize] = &[$($size),*];
        ways! {
            by_spawn by_runtime_spawn by_block_on by_handle_block_on by_spawn_local by_set_block_on
            by_spawn_blocking;
            [$($size)*]
        }
    };
}

list! {
    64 128 192 224 256 320 384 400 448 512 576 640 768 896 1024 1280 1400 1472 1536 1664 1792 1920
}
