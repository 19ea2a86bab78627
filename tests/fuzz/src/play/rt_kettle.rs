//! Which runtime is `rt` here?

pub(super) use kettle::*;
