//! `sync::rwlock`.
