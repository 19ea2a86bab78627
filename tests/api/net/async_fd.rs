//! `net`: async_fd.
