//! The runtime `rt` of what is compiled with kettle.

pub(crate) use ::kettle::*;
