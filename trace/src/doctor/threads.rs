//! May another thread of this program still do something?
//!
//! Linux tells what a thread waits for, in `/proc/self/task/*/syscall`. Only a thread of the same
//! process can end a wait for a futex of its own that has no timeout, and only the end of a thread a
//! wait for that end. A runtime's thread that sleeps in the selector without a timeout, while none of its
//! tasks waits for a socket, is woken by a message of another thread alone. So if *each* thread waits in
//! one of these ways, none will ever run again. Each is looked at twice: if it was given a processor in
//! between, its count of those times has changed. So there was a moment at which all of them waited. (One that was
//! woken while no processor has yet taken it over is still shown in its call: only its state says that it doesn't
//! sleep. On a virtual machine whose host is busy that may last for longer than two looks.)
//!
//! Under `cargo test` there is one thread more: libtest's own, the program's first, which waits for the
//! results, with a timeout at which it says that a test takes long. It touches nothing of a test's. A
//! thread that runs a test for it is known by its name ([`runs_a_test`]).
//!
//! Interface: [`is_alone`], [`Others`]; the doctor's own thread asks [`Stillness::look`] (`asleep.rs`). Not here: what
//! a runtime's own thread has done ([`system.rs`](super::system)).

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::Path;
use std::process;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use kettle_runtime::Handle;

use crate::words::names::WRITER;

/// The name of the doctor's own thread, and of one that a process of a search has.
pub(crate) const WATCHER: &str = "kettle-doctor";

/// The threads that are no program's: those, the one that writes a trace, and the package `tokio`'s, which tells of a
/// `block_in_place`.
const OURS: [&str; 3] = [WATCHER, WRITER, "kettle-in-place"];

/// There is at most one of each, perhaps one that is just about to end, and a search's.
const WATCHERS: usize = 5;

/// With no more other threads than these, a test's own thread looks at them as it goes to sleep.
const FEW: usize = 8;

/// No thread but a runtime's own can run: what was seen of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Others {
    /// So many wait.
    pub(super) waiting: usize,
    /// The program's first thread waits with a timeout. That is right if it is libtest's.
    pub(super) first_has_limit: bool,
}

impl Others {
    pub(super) const NONE: Others = Others { waiting: 0, first_has_limit: false };

    /// From the runtime's thread. If that is about to sleep (`parks`), a timer may have come as well as a
    /// message. The doctor's own thread looks again a second later, if there are too many others to look at
    /// them each time.
    pub(super) fn now(parks: bool) -> Option<Others> {
        if is_alone() {
            return Some(Others::NONE);
        }
        let few = || most_other_threads().is_some_and(|others| others <= FEW);
        if !is_a_test_program() || !few() {
            return None;
        }
        let runtime = Handle::try_current().ok()?;
        let (inspector, metrics) = (runtime.inspector(), runtime.metrics());
        let own = own_number()?;
        let seen = Stillness::look(&[], Some(own))?;
        let still = Stillness::look(&[], Some(own))? == seen;
        let nothing_came =
            if parks { inspector.is_asleep() } else { metrics.global_queue_depth() == 0 };
        (still && nothing_came).then(|| seen.others())?.confirmed()
    }

    /// The same for a search of schedules, which has the time: its verdict must not depend on whether a
    /// thread that has just begun to wait still has its processor.
    pub(super) fn at_last(parks: bool) -> Option<Others> {
        let others = Others::now(parks);
        let pause = |_| thread::sleep(Duration::from_millis(1));
        others.or_else(|| (0..50).map(pause).find_map(|()| Others::now(parks)))
    }

    /// As they are, if the program's first thread may be left out. From the runtime's thread.
    pub(super) fn confirmed(self) -> Option<Others> {
        (!self.first_has_limit || runs_a_test()).then_some(self)
    }
}

/// All threads wait for each other: how often each was given a processor.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stillness {
    turns: BTreeMap<u64, String>,
    first_has_limit: bool,
}

impl Stillness {
    /// `sleepers`: threads of runtimes that have said that they sleep for good. `own`: the one that asks,
    /// if it is no thread of the doctor's.
    pub(super) fn look(sleepers: &[u64], own: Option<u64>) -> Option<Stillness> {
        let (mut turns, mut ends, mut first_has_limit) = (BTreeMap::new(), Vec::new(), false);
        for entry in fs::read_dir("/proc/self/task").ok()? {
            let folder = entry.ok()?.path();
            let number: u64 = folder.file_name()?.to_str()?.parse().ok()?;
            let read = |file: &str| fs::read_to_string(folder.join(file)).ok();
            if own == Some(number) {
                turns.insert(number, String::new());
                continue;
            }
            if OURS.contains(&read("comm")?.trim_end()) {
                // While it runs, another thread may wait for it after all, as at a lock of the allocator's.
                if !is_asleep(&read("stat")?)? && own_number() != Some(number) {
                    return None;
                }
                continue;
            }
            // In this order: with the same count at the next look it has slept from here to there.
            let (turn, waits) = asleep(&read("stat")?, &read("schedstat")?, &read("syscall")?)?;
            turns.insert(number, turn);
            match waits {
                Wait::Selector if sleepers.contains(&number) => {}
                Wait::Wake if !sleepers.contains(&number) => {}
                Wait::End(of) => ends.push(of),
                Wait::Limited if number == u64::from(process::id()) => first_has_limit = true,
                Wait::Selector | Wait::Wake | Wait::Limited => return None,
            }
        }
        let asked = sleepers.iter().chain(&own);
        let all = asked.chain(&ends).all(|number| turns.contains_key(number));
        all.then_some(Stillness { turns, first_has_limit })
    }

    /// All but one runtime's own thread.
    pub(super) fn others(&self) -> Others {
        let first_has_limit = self.first_has_limit;
        Others { waiting: self.turns.len() - 1 - usize::from(first_has_limit), first_has_limit }
    }
}

/// How often a thread with these lines was given a processor, and what it waits for. `None`: it may run.
fn asleep(stat: &str, schedstat: &str, syscall: &str) -> Option<(String, Wait)> {
    is_asleep(stat)?.then(|| Some((turns_of(schedstat)?, Wait::of(syscall)?)))?
}

/// Does the thread with this line neither run, nor is it ready to?
pub(super) fn is_asleep(stat: &str) -> Option<bool> {
    // The thread's name is in brackets, and may hold anything.
    let state = stat.rsplit_once(')')?.1.trim_start().chars().next()?;
    Some(matches!(state, 'S' | 'D'))
}

/// How often the thread with this line was given a processor; `None` if the system doesn't count: then the
/// file is there all the same, and says nothing but zeros.
fn turns_of(line: &str) -> Option<String> {
    let counts = line.split_ascii_whitespace().any(|number| number != "0");
    counts.then(|| line.split_ascii_whitespace().nth(2).map(str::to_owned))?
}

/// What a thread waits for.
#[derive(Debug, PartialEq)]
enum Wait {
    /// A lock, a channel, a condition, without a timeout.
    Wake,
    /// The same, with one.
    Limited,
    /// That thread's end.
    End(u64),
    /// The selector, without a timeout.
    Selector,
}

impl Wait {
    /// As the line of its system call tells; `None` for any other.
    fn of(line: &str) -> Option<Wait> {
        const WAIT: u64 = 0;
        const WAIT_BITSET: u64 = 9;
        const PRIVATE: u64 = 0x80;
        const CLOCK: u64 = 0x100;
        const JOIN: u64 = WAIT_BITSET | CLOCK; // as the C library joins a thread
        const FOREVER: u64 = 0xffff_ffff; // -1, as the selector takes it
        // futex; epoll_wait, epoll_pwait
        let (waits, selects): (&str, &[&str]) = match () {
            () if cfg!(target_arch = "x86_64") => ("202", &["232", "281"]),
            () if cfg!(target_arch = "aarch64") => ("98", &["22"]),
            () => return None,
        };
        let mut words = line.split_ascii_whitespace();
        let call = words.next()?;
        let mut next = || u64::from_str_radix(words.next()?.trim_start_matches("0x"), 16).ok();
        let (_address, what, value, timeout) = (next()?, next()?, next()?, next()?);
        if selects.contains(&call) {
            return (timeout & FOREVER == FOREVER).then_some(Wait::Selector);
        }
        if call != waits || ![WAIT, WAIT_BITSET].contains(&(what & !PRIVATE & !CLOCK)) {
            return None;
        }
        match (timeout, what & PRIVATE) {
            (0, 0) => (what == JOIN).then_some(Wait::End(value)), // any other may be another process's, too
            (0, _) => Some(Wait::Wake),
            _ => Some(Wait::Limited),
        }
    }
}

/// Does this thread wait, without a timeout, for a lock, a channel or the like; or for a thread's end (`true`)?
pub(super) fn awaits_another(number: u64) -> Option<bool> {
    let line = fs::read_to_string(format!("/proc/self/task/{number}/syscall")).ok()?;
    match Wait::of(&line)? {
        Wait::Wake => Some(false),
        Wait::End(_) => Some(true),
        Wait::Limited | Wait::Selector => None,
    }
}

/// Is this the program's only thread, beside the doctor's own, the one that writes a trace, and the idle ones
/// of this runtime's pool for blocking work? (And libtest's, if this one runs a test.) Not if a job is out, or
/// if the system doesn't tell.
///
/// Nor if a message has come meanwhile: a thread that has ended may have sent it.
pub(super) fn is_alone() -> bool {
    is_alone_but(0)
}

/// The same; and if there is one thread more, it is libtest's.
pub(super) fn is_alone_in_a_test() -> bool {
    is_alone() || is_a_test_program() && is_alone_but(1) && runs_a_test()
}

fn is_alone_but(some: usize) -> bool {
    let Ok(handle) = Handle::try_current() else { return false };
    let inspector = handle.inspector();
    let Some(idle) = inspector.idle_threads() else { return false };
    // Their number is one look; whose they are, one for each.
    let known = idle + some;
    most_other_threads().is_none_or(|others| others >= known && others <= known + WATCHERS)
        && other_threads() == Some(known)
        && inspector.idle_threads() == Some(idle)
}

/// How many other threads there are, the doctor's own among them, as the system counts them.
#[cfg(target_os = "linux")]
fn most_other_threads() -> Option<usize> {
    use std::os::linux::fs::MetadataExt;
    // A folder for each thread, and two links that every folder has.
    let links = fs::metadata("/proc/self/task").ok()?.st_nlink();
    usize::try_from(links.checked_sub(3)?).ok()
}

#[cfg(not(target_os = "linux"))]
fn most_other_threads() -> Option<usize> {
    None
}

/// How many other threads there are, without [`OURS`], if the system tells.
pub(crate) fn other_threads() -> Option<usize> {
    let mut threads = 0_usize;
    for entry in fs::read_dir("/proc/self/task").ok()? {
        let name = fs::read_to_string(entry.ok()?.path().join("comm")).unwrap_or_default();
        threads += usize::from(!OURS.contains(&name.trim_end()));
    }
    threads.checked_sub(1)
}

/// This thread's number in the system.
pub(super) fn own_number() -> Option<u64> {
    fs::read_link("/proc/thread-self").ok()?.file_name()?.to_str()?.parse().ok()
}

/// May this be a program of tests? Cargo puts those into a folder `deps`. It is no proof, and spares all
/// others the looks.
pub(super) fn is_a_test_program() -> bool {
    static IS: OnceLock<bool> = OnceLock::new();
    *IS.get_or_init(|| {
        let program = env::current_exe().unwrap_or_default();
        program.parent().and_then(Path::file_name).is_some_and(|folder| folder == "deps")
    })
}

/// Does libtest run a test on this thread, and wait for it on the program's first? It names the thread as the test.
fn runs_a_test() -> bool {
    thread::current().name().is_some_and(is_a_path)
        && is_a_test_program()
        && !tests_share_a_thread()
        && own_number().is_some_and(|own| own != u64::from(process::id()))
}

fn is_a_path(name: &str) -> bool {
    let is_in_a_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    name.split("::").all(|part| !part.is_empty() && part.chars().all(is_in_a_name))
}

/// Then libtest runs each test on the program's first thread.
fn tests_share_a_thread() -> bool {
    let words: Vec<_> = env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let asked = |pair: &[String]| pair[0] == "--test-threads" && pair[1] == "1";
    words.iter().any(|word| word == "--test-threads=1")
        || words.windows(2).any(asked)
        || env::var("RUST_TEST_THREADS").is_ok_and(|number| number == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_that_does_not_count_proves_nothing() {
        assert_eq!(turns_of("812500 0 17\n"), Some("17".to_owned()));
        assert_eq!(turns_of("0 0 0\n"), None);
        assert_eq!((turns_of(""), turns_of("812500 0")), (None, None));
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn what_a_thread_waits_for_is_read() {
        let rest = "0x0 0xffffffff 0x7ffe771cbaa8 0x7f1a5dd2f829";
        let of = |line: &str| Wait::of(&format!("{line} {rest}"));
        assert_eq!(of("202 0x5582d52934a8 0x89 0xffffffff 0x0"), Some(Wait::Wake));
        assert_eq!(of("202 0x5582d52934a8 0x89 0xffffffff 0x7ffe7"), Some(Wait::Limited));
        assert_eq!(of("202 0x7f1a5dc28910 0x109 0x172f 0x0"), Some(Wait::End(0x172f)));
        assert_eq!(of("202 0x7f1a5dc28910 0x0 0x172f 0x0"), None, "it may be shared");
        assert_eq!(of("202 0x7f1a5dc28910 0x9 0x172f 0x0"), None, "it may be shared");
        assert_eq!(of("202 0x5582d52934a8 0x81 0x1 0x0"), None, "it wakes");
        assert_eq!(of("232 0x4 0x55d0 0x400 0xffffffff"), Some(Wait::Selector));
        assert_eq!(of("232 0x4 0x55d0 0x400 0xffffffffffffffff"), Some(Wait::Selector));
        assert_eq!(of("232 0x4 0x55d0 0x400 0x3e8"), None, "it has a timeout");
        assert_eq!(of("0 0x4 0x7f1a5dc28ee0 0x20 0xfff"), None, "it reads");
        assert_eq!((Wait::of("running\n"), Wait::of("")), (None, None));
    }

    /// It is shown in its call as before; only its state tells.
    #[cfg(target_arch = "x86_64")]
    #[test]
    fn a_thread_that_was_woken_but_has_no_processor_does_not_sleep() {
        let call =
            "202 0x5582d52934a8 0x89 0xffffffff 0x0 0x0 0xffffffff 0x7ffe771cbaa8 0x7f1a5dd2f829";
        let look = |state| asleep(&format!("7 (a) R (b) {state} 1 7 7"), "812500 0 17\n", call);
        assert_eq!(look('S'), Some(("17".to_owned(), Wait::Wake)));
        assert_eq!(look('R'), None);
    }

    #[test]
    fn the_thread_of_a_test_is_known_by_its_name() {
        assert_eq!(runs_a_test(), !tests_share_a_thread());
        thread::spawn(|| assert!(!runs_a_test())).join().unwrap();
        assert!(is_a_path("doctor::threads::tests::a_test"));
        assert!(["worker-1", "a thread", "", "a::"].iter().all(|name| !is_a_path(name)));
    }
}
