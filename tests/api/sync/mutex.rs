//! `sync::mutex`.
