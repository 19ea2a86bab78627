//! Floor 5: which sink does a run get whose program names none?
//!
//! Reading order: `env.rs` (what `KETTLE_TRACE` asks for), `record.rs` (what the program asks for).

pub(crate) mod env;
pub(crate) mod record;
