//! Are the engine's types and the sockets what tokio's are to the compiler: `Send`, `Sync`,
//! `Unpin`, safe to carry through a caught panic?
//!
//! Everything here is decided when it is compiled; the functions are there to be named.

use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::auto_traits;
use crate::auto_traits::{NN, YN, YY};
use kettle::net::tcp::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, WriteHalf};
use kettle::net::{TcpListener, TcpSocket, TcpStream};
use kettle::runtime::{Builder, EnterGuard, Handle, Runtime, TryCurrentError};
use kettle::task::{AbortHandle, Id, JoinError, JoinHandle, LocalEnterGuard, LocalSet};

fn send<T: Send>() {}
fn sync<T: Sync>() {}
fn unpin<T: Unpin>() {}
fn unwind_safe<T: UnwindSafe + RefUnwindSafe>() {}

/// Compiles only if the type does *not* have the trait: with it there are two candidates for `A`.
macro_rules! assert_not {
    ($type:ty, $bound:path) => {{
        trait Ambiguous<A> {
            fn one() {}
        }
        impl<T: ?Sized> Ambiguous<()> for T {}
        #[allow(dead_code)]
        struct Other;
        impl<T: ?Sized + $bound> Ambiguous<Other> for T {}
        <$type as Ambiguous<_>>::one();
    }};
}

// As the future of an `async fn`, which tokio's is.
auto_traits!(fn kettle::task::yield_now() => Send & Sync & !Unpin);

#[test]
fn handles_are_send_and_sync_if_their_output_is_send() {
    send::<JoinHandle<YY>>();
    sync::<JoinHandle<YY>>();
    send::<JoinHandle<YN>>();
    sync::<JoinHandle<YN>>();
    assert_not!(JoinHandle<NN>, Send);
    assert_not!(JoinHandle<NN>, Sync);
    unpin::<JoinHandle<YY>>();
    unpin::<JoinHandle<std::marker::PhantomPinned>>();
    unwind_safe::<JoinHandle<YN>>();
    unwind_safe::<JoinHandle<NN>>();
}

#[test]
fn what_asks_for_an_end_and_tells_of_one_goes_everywhere() {
    send::<AbortHandle>();
    sync::<AbortHandle>();
    unpin::<AbortHandle>();
    unwind_safe::<AbortHandle>();
    send::<JoinError>();
    sync::<JoinError>();
    unpin::<JoinError>();
    send::<Id>();
    sync::<Id>();
}

#[test]
fn a_runtime_its_builder_and_its_handles_go_everywhere() {
    send::<Runtime>();
    sync::<Runtime>();
    unpin::<Runtime>();
    unwind_safe::<Runtime>();
    send::<Handle>();
    sync::<Handle>();
    unpin::<Handle>();
    unwind_safe::<Handle>();
    send::<Builder>();
    sync::<Builder>();
    unpin::<Builder>();
    send::<TryCurrentError>();
    sync::<TryCurrentError>();
}

#[test]
fn a_socket_is_safe_to_carry_through_a_caught_panic() {
    unwind_safe::<TcpListener>();
    unwind_safe::<TcpSocket>();
    unwind_safe::<TcpStream>();
    unwind_safe::<OwnedReadHalf>();
    unwind_safe::<OwnedWriteHalf>();
    unwind_safe::<ReadHalf<'static>>();
    unwind_safe::<WriteHalf<'static>>();
}

#[test]
fn a_guard_of_enter_stays_on_its_thread() {
    assert_not!(EnterGuard<'static>, Send);
    sync::<EnterGuard<'static>>();
    unpin::<EnterGuard<'static>>();
}

#[test]
fn a_local_set_stays_on_its_thread() {
    assert_not!(LocalSet, Send);
    assert_not!(LocalSet, Sync);
    unpin::<LocalSet>();
    assert_not!(LocalEnterGuard, Send);
    assert_not!(LocalEnterGuard, Sync);
}
