//! Of what parts is a sentence made, and how are they put together without cost?
//!
//! Of words, names, numbers, times. Each part is pushed to the end of one `String` that is used again
//! and again: `format!` would take half of what an event may cost.
//!
//! Interface: [`Say`], implemented by each sort of part; [`say!`](say), which takes parts of several
//! sorts at once (a function could not).

use std::fmt::Write as _;
use std::time::Duration;

use crate::words::names::Name;

/// A part of a sentence.
pub(crate) trait Say {
    fn say(&self, out: &mut String);
}

/// Puts parts at the end of a sentence: `say!(text, who, " takes ", name)`.
macro_rules! say {
    ($text:expr, $($part:expr),+ $(,)?) => {{
        $( $crate::words::say::Say::say(&$part, &mut $text); )+
    }};
}
pub(crate) use say;

impl Say for &str {
    #[inline]
    fn say(&self, out: &mut String) {
        out.push_str(self);
    }
}

impl Say for Name {
    #[inline]
    fn say(&self, out: &mut String) {
        out.push_str(self.word());
        if let Some(number) = self.shown_number() {
            out.push(' ');
            number.say(out);
        }
    }
}

impl Say for u64 {
    #[inline]
    fn say(&self, out: &mut String) {
        write!(out, "{self}").expect("there is always room");
    }
}

impl Say for u8 {
    #[inline]
    fn say(&self, out: &mut String) {
        u64::from(*self).say(out);
    }
}

impl Say for usize {
    #[inline]
    fn say(&self, out: &mut String) {
        (*self as u64).say(out);
    }
}

/// What does it: a task, a job, or other code.
#[derive(Clone, Copy)]
pub(super) struct Who(pub(super) Option<Name>);

impl Say for Who {
    #[inline]
    fn say(&self, out: &mut String) {
        match self.0 {
            Some(name) => name.say(out),
            None => out.push_str("code outside of any task"),
        }
    }
}

/// "1 task", "2 tasks", "2 branches".
pub(crate) struct Count(pub(crate) usize, pub(crate) &'static str);

impl Say for Count {
    fn say(&self, out: &mut String) {
        let Count(number, thing) = *self;
        say!(*out, number, " ", thing);
        if number != 1 {
            out.push_str(if thing.ends_with("ch") { "es" } else { "s" });
        }
    }
}

/// Seconds with three digits, and with more when there are more to tell.
pub(crate) struct Seconds(pub(crate) Duration);

impl Say for Seconds {
    fn say(&self, out: &mut String) {
        if self.0.subsec_nanos().is_multiple_of(1_000_000) {
            return Millis(self.0).say(out);
        }
        let micros = self.0.as_secs().saturating_mul(1_000_000);
        let micros = micros.saturating_add(u64::from((self.0.subsec_nanos() + 500) / 1_000));
        let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
        write!(out, "{seconds}.{micros:06} s").expect("there is always room");
    }
}

/// Seconds with three digits, whatever there is to tell.
pub(crate) struct Millis(pub(crate) Duration);

impl Say for Millis {
    fn say(&self, out: &mut String) {
        let millis = self.0.as_secs().saturating_mul(1_000);
        let millis =
            millis.saturating_add(u64::from((self.0.subsec_nanos() + 500_000) / 1_000_000));
        let (seconds, millis) = (millis / 1_000, millis % 1_000);
        write!(out, "{seconds}.{millis:03} s").expect("there is always room");
    }
}

/// The same as a text of its own.
pub(crate) fn said(part: &impl Say) -> String {
    let mut text = String::new();
    part.say(&mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::names::Family;

    #[test]
    fn parts_are_put_together() {
        let name = Name { family: Family::Task, number: 12 };
        let mut text = String::new();
        say!(text, Who(Some(name)), " and ", Who(None), ": ", Count(1, "task"), ", ", 0_usize);
        assert_eq!(text, "task 12 and code outside of any task: 1 task, 0");
        assert_eq!(said(&Name { family: Family::Main, number: 1 }), "main");
        assert_eq!(said(&Count(0, "value")), "0 values");
        assert_eq!(said(&Count(2, "branch")), "2 branches");
        for number in [0, 9, 10, 1_234_567_890, u64::MAX] {
            assert_eq!(said(&number), number.to_string());
        }
    }

    #[test]
    fn times_have_three_digits_or_six() {
        let told = |nanos| said(&Seconds(Duration::from_nanos(nanos)));
        assert_eq!(told(0), "0.000 s");
        assert_eq!(told(2_000_000_000), "2.000 s");
        assert_eq!(told(1_005_000_000), "1.005 s");
        assert_eq!(told(1_005_000_400), "1.005000 s");
        assert_eq!(told(1_000_049_600), "1.000050 s");
        assert_eq!(told(1_999_999_999), "2.000000 s");
        assert_eq!(said(&Millis(Duration::from_micros(1_999_600))), "2.000 s");
        assert_eq!(said(&Millis(Duration::from_nanos(62_499_999))), "0.062 s");
        assert!(said(&Seconds(Duration::MAX)).ends_with(" s"));
    }
}
