//! The runtime `rt` of a variation that is compiled with kettle.

pub(crate) use ::kettle::*;
