//! Why does a task have no output: did it panic, or was it cancelled?

use std::any::Any;
use std::fmt;
use std::io;
use std::mem;

use kettle_events::{Id, Outcome, StateLock};

/// Says why a task has no output, and keeps the value of a panic for the program to pass on.
pub struct JoinError {
    id: Id,
    /// `None`: it was cancelled. The box keeps `Result`s with this error small, and the mutex makes
    /// it `Sync`, which the value of a panic need not be.
    panic: Option<Box<StateLock<Panic>>>,
}

type Panic = Box<dyn Any + Send + 'static>;

impl JoinError {
    pub(crate) fn cancelled(id: Id) -> JoinError {
        JoinError { id, panic: None }
    }

    pub(crate) fn panic(id: Id, panic: Panic) -> JoinError {
        JoinError { id, panic: Some(Box::new(StateLock::new(panic))) }
    }

    /// Was the task aborted, or its runtime shut down?
    pub fn is_cancelled(&self) -> bool {
        self.panic.is_none()
    }

    /// Did the task panic?
    pub fn is_panic(&self) -> bool {
        self.panic.is_some()
    }

    /// The value that the task panicked with, which `std::panic::resume_unwind` passes on.
    ///
    /// # Panics
    ///
    /// If the task did not panic.
    #[track_caller]
    pub fn into_panic(self) -> Box<dyn Any + Send + 'static> {
        match self.try_into_panic() {
            Ok(panic) => panic,
            Err(error) => panic!("into_panic: {error}, it did not panic"),
        }
    }

    /// The same, or the error itself if the task did not panic.
    ///
    /// # Errors
    ///
    /// The task was cancelled.
    pub fn try_into_panic(self) -> Result<Box<dyn Any + Send + 'static>, JoinError> {
        match self.panic {
            Some(mut panic) => Ok(mem::replace(panic.get_mut(), Box::new(()))),
            None => Err(self),
        }
    }

    /// The task's id.
    pub fn id(&self) -> Id {
        self.id
    }

    /// The panic's message, if its value is a string, as it almost always is.
    fn words(&self) -> Option<String> {
        let panic = self.panic.as_ref()?.lock();
        let text = panic.downcast_ref::<&'static str>().map(|text| (*text).to_owned());
        text.or_else(|| panic.downcast_ref::<String>().cloned())
    }
}

pub(crate) fn outcome<T>(output: &Result<T, JoinError>) -> Outcome {
    match output {
        Ok(_) => Outcome::Ready,
        Err(error) if error.is_panic() => Outcome::Panicked,
        Err(_) => Outcome::Cancelled,
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.is_panic(), self.words()) {
            (false, _) => write!(f, "task {} was cancelled", self.id),
            (true, Some(words)) => write!(f, "task {} panicked with message {words:?}", self.id),
            (true, None) => write!(f, "task {} panicked", self.id),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.is_panic(), self.words()) {
            (false, _) => write!(f, "JoinError::Cancelled({:?})", self.id),
            (true, Some(words)) => write!(f, "JoinError::Panic({:?}, {words:?}, ...)", self.id),
            (true, None) => write!(f, "JoinError::Panic({:?}, ...)", self.id),
        }
    }
}

impl std::error::Error for JoinError {}

impl From<JoinError> for io::Error {
    fn from(error: JoinError) -> io::Error {
        let text = if error.is_panic() { "task panicked" } else { "task was cancelled" };
        io::Error::other(text)
    }
}
