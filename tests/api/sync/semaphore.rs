//! `sync::semaphore`.
