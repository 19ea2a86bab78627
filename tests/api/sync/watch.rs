//! `sync::watch`.
