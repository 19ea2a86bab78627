//! How are names, counts and times written into a sentence?
//!
//! They are written straight to the end of a buffer that is reused, so no sentence allocates.
//!
//! Interface: [`say!`](say) writes with a template like `format!`'s. What it can write, besides
//! texts and numbers: [`Who`], a name; [`Count`], a number with its noun; [`Seconds`] and
//! [`Millis`], times.

use std::fmt::{self, Display};
use std::time::Duration;

use crate::words::names::Name;

/// Writes to the end of a sentence: `say!(text, "{who} takes {name}")`.
macro_rules! say {
    ($text:expr, $($part:tt)+) => {
        std::fmt::Write::write_fmt($text, format_args!($($part)+)).expect("there is always room")
    };
}
pub(crate) use say;

/// Who does something: a task, a job, or other code.
#[derive(Clone, Copy)]
pub(super) struct Who(pub(super) Option<Name>);

impl Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => name.fmt(f),
            None => f.write_str("code outside of any task"),
        }
    }
}

/// "1 task", "2 tasks", "2 branches".
pub(crate) struct Count(pub(crate) usize, pub(crate) &'static str);

impl Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Count(number, thing) = *self;
        let plural = match number {
            1 => "",
            _ if thing.ends_with("ch") => "es",
            _ => "s",
        };
        write!(f, "{number} {thing}{plural}")
    }
}

/// Seconds with three digits after the point, or six if the time isn't in whole milliseconds.
pub(crate) struct Seconds(pub(crate) Duration);

impl Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.subsec_nanos().is_multiple_of(1_000_000) {
            return Millis(self.0).fmt(f);
        }
        let micros = self.0.saturating_add(Duration::from_nanos(500));
        write!(f, "{}.{:06} s", micros.as_secs(), micros.subsec_micros())
    }
}

/// Seconds with three digits after the point.
pub(crate) struct Millis(pub(crate) Duration);

impl Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.saturating_add(Duration::from_micros(500));
        write!(f, "{}.{:03} s", millis.as_secs(), millis.subsec_millis())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits_or_six() {
        let seconds = |nanos| Seconds(Duration::from_nanos(nanos)).to_string();
        assert_eq!(seconds(0), "0.000 s");
        assert_eq!(seconds(2_000_000_000), "2.000 s");
        assert_eq!(seconds(1_005_000_000), "1.005 s");
        assert_eq!(seconds(1_005_000_400), "1.005000 s");
        assert_eq!(seconds(1_000_049_600), "1.000050 s");
        assert_eq!(seconds(1_999_999_999), "2.000000 s");
        assert_eq!(Millis(Duration::from_micros(1_999_600)).to_string(), "2.000 s");
        assert_eq!(Millis(Duration::from_nanos(62_499_999)).to_string(), "0.062 s");
        assert!(Seconds(Duration::MAX).to_string().ends_with(" s"));
    }
}
