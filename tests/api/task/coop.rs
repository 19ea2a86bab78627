//! `task`: coop.
