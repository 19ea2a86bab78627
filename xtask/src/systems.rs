//! Does kettle run on systems that this machine isn't?
//!
//! One Linux machine can run programs for another C library (musl), for 32 bits (i686), for another
//! order of bytes (s390x) and another processor (aarch64) under QEMU, and for Windows under Wine
//! (`wine.sh`). For each of these, [`systems`] runs all examples and compares their outputs, and
//! then runs the unit tests and the tests of the API. Whatever fails only because of the emulator
//! is left out by its name ([`QEMU`], [`WINE`]).

use std::process::Command;

use kettle_kit::cargo::{command, finish, tally};
use kettle_kit::report::{Outcome, Report, Trouble, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::{process, tree};

use crate::cargo::{ALL_FEATURES, under_watchdog};
use crate::{examples, full};

pub(crate) struct System {
    pub(crate) target: &'static str,
    linker: &'static str,
    /// The program that runs programs for this target; `env` if the machine itself can.
    emulator: &'static str,
    /// The tests, and the examples (`book_…`), that can't pass under the emulator.
    left_out: &'static str,
}

pub(crate) const SYSTEMS: [System; 5] = [
    system("x86_64-unknown-linux-musl", "cc", "env", ""),
    system("i686-unknown-linux-gnu", "i686-linux-gnu-gcc", "env", "book_sizes"), // prints 64 bits
    system("s390x-unknown-linux-gnu", "s390x-linux-gnu-gcc", "qemu-s390x", QEMU),
    system("aarch64-unknown-linux-gnu", "aarch64-linux-gnu-gcc", "qemu-aarch64", QEMU),
    system("x86_64-pc-windows-gnu", "x86_64-w64-mingw32-gcc", "wine", WINE),
];

const fn system(
    target: &'static str,
    linker: &'static str,
    emulator: &'static str,
    left_out: &'static str,
) -> System {
    System { target, linker, emulator, left_out }
}

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

/// Under QEMU, a program can't start itself again, and no socket can be bound to a device.
const QEMU: &str = "io::stdio process::a_program_that_is_not_there_is_an_error_at_once \
    signal::a_ctrl_c_while_a_handler_blocks_the_thread_is_not_lost net::tcp_socket::an_interface";

/// Under Wine, tokio's tests fail and hang in the same places: AFD reports no error for a port
/// without a program, a reset is read as an end of file, and a datagram that is too long is an
/// error. Wine's server hangs at ten thousand threads, which need too many descriptors.
const WINE: &str = "net::readiness::an_error net::readiness::what_was_not_asked_is_not_said \
    net::tcp::a_reset_is_an_error net::tcp::half_close_both_ways net::udp::a_peek_takes_nothing \
    net::udp::a_port_without_a_program net::udp::datagrams_keep_their_bounds net::udp::options \
    net::udp::tries_say_would_block fs_path::a_path_lives_as_long_as_the_operation_on_it \
    a_reset_is_an_error_and_not_a_hang book_million";

/// Cargo's arguments for the unit tests and the tests of the API.
const TESTS: &str = "--lib --test api -p kettle -p kettle-runtime -p kettle-events -p kettle-trace";

pub(crate) fn systems(report: &mut Report) {
    for system in &SYSTEMS {
        let System { target, left_out, .. } = *system;
        if report.long_check(&format!("{target}: examples"), "cargo build", || system.examples()) {
            let mut tests = system.cargo("test");
            tests.args(TESTS.split(' ')).args(ALL_FEATURES).args(["--no-fail-fast", "--"]);
            tests.args(left_out.split_whitespace().flat_map(|test| ["--skip", test]));
            // A test that a system can't pass is marked `ignore`, with the reason.
            let tested = || tally(&mut tests, target).map(|it| Tally { ignored: 0, ..it });
            report.long_check(&format!("{target}: tests"), "cargo test", tested);
        }
    }
}

impl System {
    /// Cargo for this system, in a target directory of its own.
    fn cargo(&self, what: &str) -> Command {
        let System { target, linker, .. } = *self;
        let mut command = command(&[what, "--target", target]);
        command.arg("--config").arg(under_watchdog(&self.runner()));
        command.arg("--config").arg(format!("target.{target}.linker = {linker:?}"));
        command.env("CARGO_TARGET_DIR", tree::root().join("target/systems"));
        // Debug information would be a gigabyte for each.
        command.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
        command.env("KETTLE_DOCTOR", "off");
        command
    }

    /// The command that runs a program for this system.
    fn runner(&self) -> Vec<String> {
        let libraries = format!("/usr/{}", self.linker.trim_end_matches("-gcc"));
        match self.emulator {
            "env" => Vec::new(),
            "wine" => vec![tree::root().join("xtask/src/wine.sh").display().to_string()],
            qemu => vec![qemu.to_owned(), "-L".to_owned(), libraries],
        }
    }

    /// Builds the examples, runs them and compares their outputs.
    fn examples(&self) -> Outcome {
        let System { target, linker, emulator, left_out } = *self;
        process::needs(&[linker, emulator])?;
        if !full::has_target(target) {
            return Err(Trouble::Skipped(format!("no {target} here")));
        }
        finish(self.cargo("build").arg("--examples").args(ALL_FEATURES), target)?;
        let suffix = if target.contains("windows") { ".exe" } else { "" };
        let folder = tree::root().join("target/systems").join(target).join("debug/examples");
        let mut faults = Vec::new();
        let is_run = |name: &String| left_out.split_whitespace().all(|it| it != name);
        for name in examples::expected().into_iter().filter(is_run) {
            let program = folder.join(name.clone() + suffix).display().to_string();
            let words = [self.runner(), vec![program]].concat();
            let mut command = Command::new(&words[0]);
            command.args(&words[1..]).current_dir(tree::root());
            let compared = examples::compare(command, &examples::expected_output(&name, false)?);
            faults.extend(compared.err().map(|trouble| format!("{name}: {trouble}")));
        }
        none_of(&faults)
    }
}
