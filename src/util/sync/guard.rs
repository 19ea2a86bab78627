//! How is a token cancelled at the end of a scope, also by a panic or a dropped future?
//!
//! By a guard that cancels it when it is dropped.
//!
//! tokio-util: `sync/cancellation_token/guard.rs`, `guard_ref.rs`.

use super::token::CancellationToken;

impl CancellationToken {
    /// A guard that cancels this token when it is dropped.
    ///
    /// tokio: `tokio_util::sync::CancellationToken::drop_guard`.
    ///
    /// ```
    /// use kettle::util::sync::CancellationToken;
    ///
    /// let token = CancellationToken::new();
    /// drop(token.clone().drop_guard());
    /// assert!(token.is_cancelled());
    /// ```
    pub fn drop_guard(self) -> DropGuard {
        DropGuard { token: Some(self) }
    }

    /// As [`drop_guard`](CancellationToken::drop_guard), for a token that is only borrowed.
    ///
    /// tokio: `tokio_util::sync::CancellationToken::drop_guard_ref`.
    pub fn drop_guard_ref(&self) -> DropGuardRef<'_> {
        DropGuardRef { token: Some(self) }
    }
}

/// Cancels its token when it is dropped, unless it is disarmed.
///
/// tokio: `tokio_util::sync::DropGuard`.
#[derive(Debug)]
pub struct DropGuard {
    /// `None` once it is disarmed.
    token: Option<CancellationToken>,
}

impl DropGuard {
    /// The token.
    ///
    /// tokio: `tokio_util::sync::DropGuard::token`.
    pub fn token(&self) -> &CancellationToken {
        self.token.as_ref().expect(ARMED)
    }

    /// Gives the token back, without cancelling it.
    ///
    /// tokio: `tokio_util::sync::DropGuard::disarm`.
    ///
    /// ```
    /// let guard = kettle::util::sync::CancellationToken::new().drop_guard();
    /// let token = guard.disarm();
    /// assert!(!token.is_cancelled());
    /// ```
    pub fn disarm(mut self) -> CancellationToken {
        self.token.take().expect(ARMED)
    }
}

/// Only `disarm` takes the token away, and it consumes the guard.
const ARMED: &str = "a guard that can be called has its token";

impl Drop for DropGuard {
    fn drop(&mut self) {
        if let Some(token) = &self.token {
            token.cancel();
        }
    }
}

/// Cancels a borrowed token when it is dropped, unless it is disarmed.
///
/// tokio: `tokio_util::sync::DropGuardRef`.
#[derive(Debug)]
pub struct DropGuardRef<'a> {
    /// `None` once it is disarmed.
    token: Option<&'a CancellationToken>,
}

impl<'a> DropGuardRef<'a> {
    /// The token.
    ///
    /// tokio: `tokio_util::sync::DropGuardRef::token`.
    pub fn token(&self) -> &CancellationToken {
        self.token.expect(ARMED)
    }

    /// Gives the token back, without cancelling it.
    ///
    /// tokio: `tokio_util::sync::DropGuardRef::disarm`.
    pub fn disarm(mut self) -> &'a CancellationToken {
        self.token.take().expect(ARMED)
    }
}

impl Drop for DropGuardRef<'_> {
    fn drop(&mut self) {
        if let Some(token) = self.token {
            token.cancel();
        }
    }
}
