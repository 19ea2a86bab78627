//! kettle

pub mod io;
