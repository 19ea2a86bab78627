//! Does kettle run on systems that this machine isn't?
//!
//! What one Linux machine can run: another C library (musl), 32 bits (i686), another order of bytes
//! (s390x) and another processor (aarch64) under QEMU, and Windows under Wine (`wine.sh`). On each
//! come all examples with their expected output, the tour among them, then the unit tests, and the
//! tests of the API. What fails there because of the emulator is left out by its name.
//!
//! Interface: [`systems`], and [`SYSTEMS`] for `setup.rs`. Not here: systems that can only be
//! compiled for (`full.rs`), which CI runs.

use std::env;
use std::process::Command;

use kettle_kit::cargo::{check, command, finish};
use kettle_kit::report::{Outcome, Report, Trouble, none_of};
use kettle_kit::{process, tree};

use crate::cargo::WHOLE;
use crate::{examples, full};

/// The target, what links for it and what runs it, unless this machine does, and the tests that the
/// emulator fails.
pub(crate) struct System(pub(crate) &'static str, &'static str, &'static str, &'static str);

pub(crate) const SYSTEMS: [System; 5] = [
    System("x86_64-unknown-linux-musl", "", "", ""),
    System("i686-unknown-linux-gnu", "i686-linux-gnu-gcc", "", ""),
    System("s390x-unknown-linux-gnu", "s390x-linux-gnu-gcc", "qemu-s390x", QEMU),
    System("aarch64-unknown-linux-gnu", "aarch64-linux-gnu-gcc", "qemu-aarch64", QEMU),
    System("x86_64-pc-windows-gnu", "x86_64-w64-mingw32-gcc", "wine", WINE),
];
/// Debian packages, and a program of each.
pub(crate) const TOOLS: [(&str, &str); 7] = [
    ("gcc-i686-linux-gnu libc6-dev-i386-cross", "i686-linux-gnu-gcc"),
    ("libc6-i386 lib32gcc-s1", "/lib/ld-linux.so.2"),
    ("gcc-s390x-linux-gnu libc6-dev-s390x-cross", "s390x-linux-gnu-gcc"),
    ("gcc-aarch64-linux-gnu libc6-dev-arm64-cross", "aarch64-linux-gnu-gcc"),
    ("qemu-user", "qemu-s390x"),
    ("gcc-mingw-w64-x86-64", "x86_64-w64-mingw32-gcc"),
    ("wine", "wine"),
];

/// A program that starts itself again gets "Exec format error", and no socket is bound to a device.
const QEMU: &str = "io::stdio process::a_program_that_is_not_there_is_an_error_at_once \
    signal::a_ctrl_c_while_a_handler_blocks_the_thread_is_not_lost net::tcp_socket::an_interface";

/// tokio's tests fail and hang in the same: AFD reports no error for a port without a program, a
/// reset is read as an end, and a datagram that is too long is an error.
const WINE: &str = "net::readiness::an_error net::readiness::what_was_not_asked_is_not_said \
    net::tcp::a_reset_is_an_error net::tcp::half_close_both_ways net::udp::a_peek_takes_nothing \
    net::udp::a_port_without_a_program net::udp::datagrams_keep_their_bounds net::udp::options \
    net::udp::tries_say_would_block fs_path::a_path_lives_as_long_as_the_operation_on_it \
    a_reset_is_an_error_and_not_a_hang";

/// The unit tests and those of the API.
const TESTS: &str = "--lib --test api -p kettle -p kettle-runtime -p kettle-events -p kettle-trace";

pub(crate) fn systems(report: &mut Report) {
    for system in &SYSTEMS {
        let System(target, _, _, without) = *system;
        let words = format!("cargo build --target {target} --examples");
        if report.long_check(&format!("{target}: examples"), &words, || system.examples()) {
            let mut tests = system.cargo("test");
            tests.args(TESTS.split(' ')).args(WHOLE).args(["--no-fail-fast", "--"]);
            tests.args(without.split_whitespace().flat_map(|test| ["--skip", test]));
            check(report, &format!("{target}: tests"), tests);
        }
    }
}

impl System {
    /// Cargo for this system, in a target directory of its own.
    fn cargo(&self, what: &str) -> Command {
        let System(target, linker, ..) = *self;
        let mut command = command(&[what, "--target", target]);
        let me = env::current_exe().expect("a program knows where it is").display().to_string();
        let runner = [vec![me, "mind".to_owned()], self.runner()].concat();
        command.arg("--config").arg(format!("target.{target}.runner = {runner:?}"));
        if !linker.is_empty() {
            command.arg("--config").arg(format!("target.{target}.linker = {linker:?}"));
        }
        command.env("CARGO_TARGET_DIR", tree::root().join("target/systems"));
        // Debug information would be a gigabyte for each.
        command.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
        command.env("KETTLE_DOCTOR", "off");
        command
    }

    /// The program that runs its programs.
    fn runner(&self) -> Vec<String> {
        let libraries = format!("/usr/{}", self.1.trim_end_matches("-gcc"));
        match self.2 {
            "" => Vec::new(),
            "wine" => vec![tree::root().join("xtask/src/wine.sh").display().to_string()],
            qemu => vec![qemu.to_owned(), "-L".to_owned(), libraries],
        }
    }

    /// Builds and plays them; skipped, and the tests with them, if something is missing.
    fn examples(&self) -> Outcome {
        let System(target, linker, emulator, _) = *self;
        let tools = [linker, emulator].into_iter().filter(|it| !it.is_empty());
        process::needs(&tools.collect::<Vec<_>>())?;
        if !full::has_target(target) {
            return Err(Trouble::Skipped(format!("no {target} here")));
        }
        finish(self.cargo("build").arg("--examples").args(WHOLE), target)?;
        let suffix = if target.contains("windows") { ".exe" } else { "" };
        let folder = tree::root().join("target/systems").join(target).join("debug/examples");
        let mut faults = Vec::new();
        for name in examples::expected() {
            let program = folder.join(name.clone() + suffix).display().to_string();
            let words = [self.runner(), vec![program]].concat();
            let mut command = Command::new(&words[0]);
            command.args(&words[1..]).current_dir(tree::root());
            if let Err(trouble) = examples::compare(command, &examples::words_elsewhere(&name)?) {
                faults.push(format!("{name}: {trouble}"));
            }
        }
        none_of(&faults)
    }
}
