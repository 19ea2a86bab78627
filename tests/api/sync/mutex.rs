//! `sync::Mutex`: who gets the lock when, who is woken how often, and what guards may do.

mod guards;
mod line;
mod mapped;
mod threads;
mod types;
