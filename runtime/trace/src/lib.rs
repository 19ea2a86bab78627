//! Events, told.
