//! Who else may have a socket of this process?
//!
//! A child that it has started, and code of its own that keeps another descriptor. Neither is known
//! elsewhere than on Linux, so there somebody always may.
//!
//! Interface: [`has_children`], [`is_ours`].

/// May a socket that comes from elsewhere be taken for ours? In a search it may, if this process
/// has no other descriptor of it.
#[cfg(target_os = "linux")]
pub(in crate::net) fn is_ours(io: &impl std::os::fd::AsRawFd) -> bool {
    use kettle_runtime::has_schedule;
    use std::fs::{read_dir, read_link};
    const ALL: &str = "/proc/self/fd";
    if !cfg!(debug_assertions) || !has_schedule() {
        return false;
    }
    let Ok(file) = read_link(format!("{ALL}/{}", io.as_raw_fd())) else { return false };
    let is_it = |path| read_link(path).is_ok_and(|it| it == file);
    read_dir(ALL).is_ok_and(|all| all.flatten().filter(|fd| is_it(fd.path())).count() == 1)
}

#[cfg(not(target_os = "linux"))]
pub(in crate::net) fn is_ours<S>(_: &S) -> bool {
    false
}

/// Has this process a child, running or not reaped yet? (It is not reaped here.)
#[cfg(target_os = "linux")]
pub(super) fn has_children() -> bool {
    use nix::sys::wait::{Id, WaitPidFlag, waitid};
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT | WaitPidFlag::WNOHANG;
    waitid(Id::All, flags) != Err(nix::errno::Errno::ECHILD)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn has_children() -> bool {
    true
}
