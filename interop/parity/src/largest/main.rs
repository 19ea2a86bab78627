//! How large a future may be on a thread with 2 MiB of stack: with kettle, and with tokio.
//!
//! `cargo run -p kettle-parity --bin largest`, and again with `--release`. The same code
//! (`ways.rs`) is compiled for both runtimes. Each size is tried in a process of its own, because a
//! stack that overflows ends the process.

mod ways_kettle {
    use kettle as rt;
    include!("ways.rs");
}
mod ways_tokio {
    use tokio as rt;
    include!("ways.rs");
}

use std::env;
use std::process::{Command, Stdio};

const STACK: usize = 2 << 20;

fn main() {
    let words: Vec<_> = env::args().skip(1).collect();
    if let [runtime, way, kib] = words.as_slice() {
        return try_one(runtime, way, kib.parse().expect("a number of KiB"));
    }
    println!("largest future in KiB on a thread with 2 MiB of stack (0: none of those tried)");
    println!("{:24}{:>8}{:>8}", "", "kettle", "tokio");
    for way in ways_kettle::WAYS {
        println!("{way:24}{:>8}{:>8}", largest("kettle", way), largest("tokio", way));
    }
}

/// The largest that works before the first that does not.
fn largest(runtime: &str, way: &str) -> usize {
    let this = env::current_exe().expect("this program has a path");
    let works = |kib: &&usize| {
        let args = [runtime, way, &kib.to_string()];
        let tried = Command::new(&this).args(args).stderr(Stdio::null()).status();
        tried.expect("this program can be started").success()
    };
    ways_kettle::SIZES.iter().take_while(works).last().copied().unwrap_or(0)
}

fn try_one(runtime: &str, way: &str, kib: usize) {
    let tries = if runtime == "kettle" { ways_kettle::tries } else { ways_tokio::tries };
    let way = way.to_owned();
    let thread = std::thread::Builder::new().stack_size(STACK);
    let thread = thread.spawn(move || tries(&way, kib)).expect("a thread");
    thread.join().expect("the future runs to its end");
}
