//! `sync::barrier`.
