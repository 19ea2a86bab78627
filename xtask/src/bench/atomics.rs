//! How many atomic operations did a program execute?
//!
//! On x86-64 each atomic operation that changes memory is one instruction with a `lock` before it, or
//! an `xchg` with memory, and costs as much as dozens of others. `objdump` says where these are in the
//! program; callgrind says how often each instruction was executed. Only the program's own code counts,
//! with what it has linked in of std, not that of the system's libraries.
//!
//! Interface: [`Atomics`]. Not here: loads and plain stores, which cost nothing extra on this machine.

use std::collections::HashSet;
use std::env::consts::ARCH;
use std::path::Path;
use std::process::Command;

use kettle_kit::process;
use kettle_kit::report::Trouble;

/// Where a program's atomic instructions are.
pub(crate) struct Atomics {
    addresses: HashSet<u64>,
}

impl Atomics {
    pub(crate) fn of(program: &Path) -> Result<Atomics, Trouble> {
        if ARCH != "x86_64" {
            return Err(Trouble::Skipped(format!("atomic instructions are not known on {ARCH}")));
        }
        let mut command = Command::new("objdump");
        command.args(["--disassemble", "--no-show-raw-insn"]).arg(program);
        let listing = process::run(&mut command)?.expect_success()?.stdout;
        Ok(Atomics { addresses: listing.lines().filter_map(atomic).collect() })
    }

    /// How many were executed, by callgrind's file: a line for each instruction, `0xADDRESS LINE
    /// COUNT`, under the object it belongs to.
    pub(crate) fn executed(&self, profile: &str, program: &Path) -> f64 {
        let (mut ours, mut of_a_call, mut sum) = (false, false, 0.0);
        for line in profile.lines() {
            if let Some(object) = line.strip_prefix("ob=") {
                ours = Path::new(object) == program;
            } else if line.starts_with("calls=") {
                of_a_call = true; // the next line is the sum of what was called
            } else if let Some((address, count)) = instruction(line)
                && !std::mem::take(&mut of_a_call)
                && ours
                && self.addresses.contains(&address)
            {
                sum += count;
            }
        }
        sum
    }
}

/// The address of an atomic instruction, if this line of objdump's is one.
fn atomic(line: &str) -> Option<u64> {
    let (address, words) = line.trim_start().split_once(":\t")?;
    let exchanges_memory = words.starts_with("xchg") && words.contains('(');
    (words.starts_with("lock ") || exchanges_memory)
        .then(|| u64::from_str_radix(address, 16).ok())
        .flatten()
}

/// Address and count of a line of callgrind's, if it is about an instruction.
fn instruction(line: &str) -> Option<(u64, f64)> {
    let (address, rest) = line.strip_prefix("0x")?.split_once(' ')?;
    let count = rest.rsplit(' ').next()?.parse().ok()?;
    Some((u64::from_str_radix(address, 16).ok()?, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_atomic_instruction_is_known_by_its_words() {
        assert_eq!(atomic("   1a0:\tlock xadd %eax,(%rdi)"), Some(0x1a0));
        assert_eq!(atomic("   1a4:\txchg   %al,0x10(%rdi)"), Some(0x1a4));
        assert_eq!(atomic("   1a8:\txchg   %ax,%ax"), None, "does nothing");
        assert_eq!(atomic("   1ac:\tcall   20 <lock>"), None);
        assert_eq!(atomic("0000000000001000 <lock>:"), None);
    }

    #[test]
    fn what_was_executed_is_summed_for_the_program_alone_and_without_calls() {
        let atomics = Atomics { addresses: HashSet::from([0x10, 0x20]) };
        let profile = "ob=/bin/it\nfn=a\n0x10 0 3\n0x14 0 9\ncfn=b\ncalls=1 0x20 0\n0x20 0 500\n\
            0x20 7 4\nob=/lib/libc.so\nfn=c\n0x10 0 100\n";
        let sum = atomics.executed(profile, Path::new("/bin/it"));
        assert!((sum - 7.0).abs() < 0.1, "{sum}");
    }
}
