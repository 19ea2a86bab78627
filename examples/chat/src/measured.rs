//! What does the system say of a process, and of all sockets? (For `load` and `million`; Linux.)

use std::fs;

const PAGE: u64 = 4096;

/// The resident memory of a process (`self`, or its number), in bytes.
pub fn resident(process: &str) -> u64 {
    let statm = read(&format!("/proc/{process}/statm"));
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).expect("statm") * PAGE
}

/// The CPU time that a process has used, user and system, in milliseconds.
pub fn cpu(process: &str) -> u64 {
    let stat = read(&format!("/proc/{process}/stat"));
    let (_, after_name) = stat.rsplit_once(") ").expect("stat");
    let ticks = |nth| after_name.split(' ').nth(nth).and_then(|it: &str| it.parse::<u64>().ok());
    (ticks(11).expect("utime") + ticks(12).expect("stime")) * 10
}

/// What the kernel's own objects take (sockets, files, what epoll keeps), in bytes; of the whole system.
pub fn slab() -> u64 {
    number(&read("/proc/meminfo"), "Slab:") * 1024
}

/// What the buffers of all TCP sockets take, in bytes.
pub fn buffers() -> u64 {
    let sockstat = read("/proc/net/sockstat");
    let tcp = sockstat.lines().find(|line| line.starts_with("TCP:")).expect("sockstat");
    number(tcp, "mem") * PAGE
}

/// How many files this process may have open.
pub fn files() -> u64 {
    number(&read("/proc/self/limits"), "Max open files")
}

/// The number after these words.
fn number(text: &str, words: &str) -> u64 {
    let after = text.split_once(words).expect("a line with these words").1;
    after.split_whitespace().next().and_then(|word| word.parse().ok()).expect("a number")
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}; it needs Linux"))
}
