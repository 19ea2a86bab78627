//! What must another thread see, by the rules of the language?
//!
//! A processor mostly shows more than it must: on x86 a relaxed store does whatever a releasing one
//! does. So no run of an answer finds an `Ordering` that is too weak. The atomics here do what std's
//! do, and carry beside their value what a thread *learns* that reads it: which [`News`] were written
//! before. A store that releases leaves there what its thread knows; a weaker one leaves nothing, and
//! wipes out what was there. A swap, or any other step that reads and writes, adds to it. A load that
//! acquires learns what is there. The [`Mutex`](crate::lock::Mutex) beside them does both.
//!
//! So one run is enough, in any order of the threads that the check likes: two wakers one after the
//! other, and then the sleeper.
//!
//! And a load may miss what another thread has just written to *its* atomic, if nothing leads from there to this
//! thread. Where two threads write one atomic each and then load the other's, both may miss it, unless all four steps
//! are `SeqCst`. A swap misses nothing. A check asks for this by [`loads_may_miss`]: then what runs in a gap, and the
//! load just after that gap, miss each such write once.
//!
//! A weak exchange may fail though the value is what it should be. Mostly it doesn't; here it does each other time.
//!
//! An engine that an answer is put into takes its atomics from here, in its copy of `base/sync.rs`, and an
//! answer on the public API finds them under std's names.
//!
//! Interface: [`AtomicBool`], [`AtomicUsize`] and the other integers; [`fence`]; [`News`]; [`accesses`]; [`loads_may_miss`]. Invariants:
//! what is not from here teaches nothing. An answer with std's own atomics or locks is not judged by this, which
//! [`accesses`] shows; one with a fence of these is believed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release, SeqCst};
use std::sync::atomic::{self, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::told::IN_ONE;

/// Of each thread that has written news, the number of its latest that are known.
#[derive(Debug)]
struct Known(BTreeMap<u64, u64>);

thread_local! {
    /// This thread's number, if it has one, and what it knows.
    static HERE: RefCell<(Option<u64>, Known)> = const { RefCell::new((None, Known::NOTHING)) };
}

static THREADS: atomic::AtomicU64 = atomic::AtomicU64::new(0);
static ACCESSES: atomic::AtomicUsize = atomic::AtomicUsize::new(0);

/// What was written before this access is not missed.
static MISSED_FROM: atomic::AtomicUsize = atomic::AtomicUsize::new(usize::MAX);

static IS_FENCED: atomic::AtomicBool = atomic::AtomicBool::new(false);

/// As std's. What it orders is not known here: from now on all [`News`] must be seen.
pub fn fence(order: Ordering) {
    IS_FENCED.store(true, SeqCst);
    atomic::fence(order);
}

/// How often one of these atomics has been read or written, or such a lock taken, by any thread.
pub fn accesses() -> usize {
    ACCESSES.load(SeqCst)
}

/// From here on loads may miss what is written, in gaps and just after them: the threads that are about to use the
/// answer know what was written before.
pub fn loads_may_miss() {
    MISSED_FROM.store(accesses(), SeqCst);
}

/// Something that a thread has written, in no way that other threads must see.
///
/// ```
/// use kettle_judge::atomic::{AtomicBool, News};
/// use std::sync::atomic::Ordering;
///
/// for (order, expected) in [(Ordering::Release, true), (Ordering::Relaxed, false)] {
///     let flag = AtomicBool::new(false);
///     let news = std::thread::scope(|scope| {
///         let write = || {
///             let news = News::write();
///             flag.store(true, order);
///             news
///         };
///         scope.spawn(write).join().unwrap()
///     });
///     assert!(flag.load(Ordering::Acquire));
///     assert_eq!(news.must_be_seen(), expected);
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct News {
    thread: u64,
    number: u64,
}

impl News {
    /// This thread writes something.
    pub fn write() -> News {
        HERE.with_borrow_mut(|(thread, known)| {
            let thread = *thread.get_or_insert_with(|| THREADS.fetch_add(1, SeqCst));
            let number = known.0.entry(thread).or_default();
            *number += 1;
            News { thread, number: *number }
        })
    }

    /// Do the rules say that this thread sees it?
    pub fn must_be_seen(self) -> bool {
        let is_known =
            HERE.with_borrow(|(_, known)| known.0.get(&self.thread) >= Some(&self.number));
        is_known || IS_FENCED.load(SeqCst)
    }
}

impl Known {
    const NOTHING: Known = Known(BTreeMap::new());

    fn learn(&mut self, other: &Known) {
        for (&thread, &number) in &other.0 {
            let known = self.0.entry(thread).or_default();
            *known = number.max(*known);
        }
    }
}

/// What a thread learns that reads a value.
#[derive(Debug)]
pub(crate) struct Told {
    known: Mutex<Known>,
    /// The latest write, until a thread has read it that need not see it: whether that is `SeqCst`.
    latest: Mutex<Option<(News, bool)>>,
}

impl Default for Told {
    fn default() -> Told {
        Told::nothing()
    }
}

impl Told {
    pub(crate) const fn nothing() -> Told {
        Told { known: Mutex::new(Known::NOTHING), latest: Mutex::new(None) }
    }

    /// Learns what is here.
    pub(crate) fn acquire(&self) {
        ACCESSES.fetch_add(1, SeqCst);
        teach(&self.known());
    }

    /// Adds what this thread knows.
    pub(crate) fn release(&self) {
        tell(&mut self.known());
    }

    /// The value is read, or the one before it.
    fn load<R>(&self, order: Ordering, read: impl FnOnce(bool) -> R) -> R {
        self.access(|known, may_miss| {
            let misses = self.is_unknown(order == SeqCst) && may_miss;
            let value = read(misses);
            if !misses && matches!(order, Acquire | AcqRel | SeqCst) {
                teach(known);
            }
            value
        })
    }

    /// Need this thread not see the latest write? (The next time it does: a write is seen at last.)
    fn is_unknown(&self, seq_cst: bool) -> bool {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let may_miss = |&mut (news, is_seq_cst): &mut (News, bool)| {
            !(is_seq_cst && seq_cst || news.must_be_seen())
        };
        latest.take_if(may_miss).is_some()
    }

    fn is_written(&self, order: Ordering) {
        let is_late = accesses() > MISSED_FROM.load(SeqCst);
        let latest = is_late.then(|| (News::write(), order == SeqCst));
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = latest;
    }

    /// The value is written.
    fn store(&self, order: Ordering, write: impl FnOnce()) {
        self.access(|known, _| {
            write();
            self.is_written(order);
            *known = Known::NOTHING;
            if matches!(order, Release | AcqRel | SeqCst) {
                tell(known);
            }
        });
    }

    /// The value is read and written in one step; where that is an error, it is only read.
    fn change<V>(
        &self,
        orders: (Ordering, Ordering),
        change: impl FnOnce() -> Result<V, V>,
    ) -> Result<V, V> {
        self.access(|known, _| {
            let value = change();
            let order = if value.is_ok() { orders.0 } else { orders.1 };
            if value.is_ok() {
                self.is_written(order);
            } else {
                let _is_read = self.is_unknown(false);
            }
            if matches!(order, Acquire | AcqRel | SeqCst) {
                teach(known);
            }
            if value.is_ok() && matches!(order, Release | AcqRel | SeqCst) {
                tell(known);
            }
            value
        })
    }

    fn access<R>(&self, step: impl FnOnce(&mut Known, bool) -> R) -> R {
        let may_miss = crate::gap::gap() || IN_ONE.load(SeqCst);
        ACCESSES.fetch_add(1, SeqCst);
        let came = step(&mut self.known(), may_miss);
        crate::gap::gap();
        came
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// This thread learns what `known` says. (Not at its end, when nothing asks it any more.)
fn teach(known: &Known) {
    let _ = HERE.try_with(|here| here.borrow_mut().1.learn(known));
}

/// `known` learns what this thread knows.
fn tell(known: &mut Known) {
    let _ = HERE.try_with(|here| known.learn(&here.borrow().1));
}

/// std's atomic of this name, with those of its methods that both kinds have, and these beside them,
/// which read and write in one step.
macro_rules! atomic {
    ($name:ident of $value:ty: $($change:ident)*) => {
        #[doc = concat!("As std's `", stringify!($name), "`.")]
        #[derive(Debug, Default)]
        pub struct $name {
            value: atomic::$name,
            /// What was there before the latest write.
            before: atomic::$name,
            told: Told,
            /// Has the last weak exchange failed for no reason?
            weak: atomic::AtomicBool,
        }

        impl $name {
            #[doc = "As std's."]
            pub const fn new(value: $value) -> $name {
                let weak = atomic::AtomicBool::new(false);
                let before = atomic::$name::new(value);
                $name { value: atomic::$name::new(value), before, told: Told::nothing(), weak }
            }

            fn replaced(&self, before: $value) -> $value {
                self.before.store(before, SeqCst);
                before
            }

            #[doc = "As std's."]
            pub fn load(&self, order: Ordering) -> $value {
                self.told.load(order, |misses| match misses {
                    true => self.before.load(SeqCst),
                    false => self.value.load(order),
                })
            }

            #[doc = "As std's."]
            pub fn store(&self, value: $value, order: Ordering) {
                self.told.store(order, || {
                    self.replaced(self.value.load(SeqCst));
                    self.value.store(value, order);
                });
            }

            #[doc = "As std's."]
            pub fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                let exchange = || self.value.compare_exchange(current, new, success, failure);
                let change = || exchange().map(|before| self.replaced(before));
                self.told.change((success, failure), change)
            }

            #[doc = "As std's. Each other one fails, whatever the value is."]
            pub fn compare_exchange_weak(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                if self.weak.fetch_xor(true, SeqCst) {
                    return self.compare_exchange(current, new, success, failure);
                }
                self.told.change((success, failure), || Err(self.value.load(SeqCst)))
            }

            #[doc = "As std's."]
            pub fn fetch_update(
                &self,
                set: Ordering,
                fetch: Ordering,
                next: impl FnMut($value) -> Option<$value>,
            ) -> Result<$value, $value> {
                self.try_update(set, fetch, next)
            }

            #[doc = "As std's."]
            pub fn update(
                &self,
                set: Ordering,
                fetch: Ordering,
                mut next: impl FnMut($value) -> $value,
            ) -> $value {
                let (Ok(before) | Err(before)) = self.try_update(set, fetch, |now| Some(next(now)));
                before
            }

            #[doc = "As std's."]
            pub fn try_update(
                &self,
                set: Ordering,
                fetch: Ordering,
                mut next: impl FnMut($value) -> Option<$value>,
            ) -> Result<$value, $value> {
                let mut now = self.load(fetch);
                while let Some(new) = next(now) {
                    match self.compare_exchange(now, new, set, fetch) {
                        Ok(before) => return Ok(before),
                        Err(other) => now = other,
                    }
                }
                Err(now)
            }

            #[doc = "As std's."]
            pub fn get_mut(&mut self) -> &mut $value {
                self.value.get_mut()
            }

            #[doc = "As std's."]
            pub fn into_inner(self) -> $value {
                self.value.into_inner()
            }

            $(
                #[doc = "As std's."]
                pub fn $change(&self, value: $value, order: Ordering) -> $value {
                    let change = || Ok(self.replaced(self.value.$change(value, order)));
                    let (Ok(before) | Err(before)) = self.told.change((order, order), change);
                    before
                }
            )*
        }

        impl From<$value> for $name {
            fn from(value: $value) -> $name {
                $name::new(value)
            }
        }
    };
}

atomic!(AtomicBool of bool: swap fetch_and fetch_nand fetch_or fetch_xor);

macro_rules! integers {
    ($($name:ident of $value:ty),*) => { $(atomic!($name of $value:
        swap fetch_add fetch_sub fetch_and fetch_nand fetch_or fetch_xor fetch_max fetch_min);)* };
}

integers!(AtomicUsize of usize, AtomicU8 of u8, AtomicU16 of u16, AtomicU32 of u32, AtomicU64 of u64);
integers!(AtomicIsize of isize, AtomicI8 of i8, AtomicI16 of i16, AtomicI32 of i32, AtomicI64 of i64);

impl AtomicBool {
    /// As std's.
    pub fn fetch_not(&self, order: Ordering) -> bool {
        self.fetch_xor(true, order)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;
    use std::thread;

    use super::*;

    /// Another thread writes news and takes `step`. It has ended when this returns.
    fn elsewhere(step: impl FnOnce() + Send) -> News {
        let write_and_step = || {
            let news = News::write();
            step();
            news
        };
        thread::scope(|scope| scope.spawn(write_and_step).join().unwrap())
    }

    #[test]
    fn both_sides_must_ask_for_it() {
        let orders = [(Release, Acquire), (Relaxed, Acquire), (Release, Relaxed), (SeqCst, SeqCst)];
        let seen = orders.map(|(store, load)| {
            let flag = AtomicBool::new(false);
            let news = elsewhere(|| flag.store(true, store));
            flag.load(load);
            news.must_be_seen()
        });
        assert_eq!(seen, [true, false, false, true]);
    }

    #[test]
    fn a_store_wipes_out_what_a_swap_keeps() {
        let steps: [fn(&AtomicUsize); 3] = [
            |number| number.store(2, Release),
            |number| _ = number.swap(2, Relaxed),
            |number| _ = number.fetch_add(1, Release),
        ];
        let seen = steps.map(|second| {
            let number = AtomicUsize::new(0);
            let first = elsewhere(|| number.store(1, Release));
            let second = elsewhere(|| second(&number));
            number.swap(0, AcqRel);
            [first.must_be_seen(), second.must_be_seen()]
        });
        assert_eq!(seen, [[false, true], [true, false], [true, true]]);
    }

    #[test]
    fn an_exchange_that_fails_only_reads() {
        let flag = AtomicBool::new(false);
        let failed = elsewhere(|| _ = flag.compare_exchange(true, false, AcqRel, Acquire));
        flag.load(Acquire);
        assert!(!failed.must_be_seen());
        let news = elsewhere(|| flag.store(true, Release));
        assert_eq!(flag.compare_exchange(false, true, AcqRel, Relaxed), Err(true));
        assert!(!news.must_be_seen());
        assert_eq!(flag.compare_exchange(false, true, AcqRel, Acquire), Err(true));
        assert!(news.must_be_seen());
    }

    #[test]
    fn a_weak_exchange_fails_for_no_reason_and_not_for_ever() {
        let number = AtomicUsize::from(1);
        let exchange = || number.compare_exchange_weak(1, 2, AcqRel, Acquire);
        assert_eq!([exchange(), exchange(), exchange()], [Err(1), Ok(1), Err(2)]);
        assert_eq!([number.update(AcqRel, Acquire, |now| now + 1), number.into_inner()], [2, 3]);
    }

    #[test]
    fn a_lock_hands_on_what_was_known() {
        let lock = crate::lock::Mutex::new(());
        let news = elsewhere(|| drop(lock.lock()));
        assert!(!news.must_be_seen());
        drop(lock.lock());
        assert!(news.must_be_seen());
    }

    #[test]
    fn the_latest_news_of_a_thread_are_its_own() {
        let flag = AtomicBool::new(false);
        let news = thread::scope(|scope| {
            let early_and_late = || {
                let early = News::write();
                flag.store(true, Release);
                [early, News::write()]
            };
            scope.spawn(early_and_late).join().unwrap()
        });
        flag.load(Acquire);
        assert_eq!(news.map(News::must_be_seen), [true, false]);
    }
}
