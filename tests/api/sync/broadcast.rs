//! `sync::broadcast`.
