//! `kettle::time`: what a program sees of sleeping, giving up, ticking, and of the clock. The wheel
//! has tests of its own: the checks of an exercise (`exercises/timer-wheel`).
//!
//! Time is virtual wherever it passes. The few tests of the machine's clock ask only "not early".

#![allow(clippy::async_yields_async)] // a sleep made on one runtime, to be awaited elsewhere

mod clock;
mod elsewhere;
mod interval;
mod order;
mod sleep;
mod timeout;

use crate::common::time::*;
