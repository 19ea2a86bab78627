//! Has a task lost its wake-up?
//!
//! It returned `Pending`, and nobody is left who could wake it: nothing that it waits for stands on
//! the chart, nobody cloned its waker, and it did not wake itself. It will never be polled again.
//!
//! Judged at the next park, when every wake that was on its way by letter has arrived. A task that
//! has not been polled yet is queued and can't be meant. One that had a handle when it was last
//! polled may be there to be aborted: it is judged when nobody is left to do so, because the thread
//! sleeps for good and is the only one.

use kettle_runtime::event::{Event, Outcome, Record};
use kettle_runtime::id::Id;

use super::chart::Chart;
use super::patient::{Patient, State};
use super::system::other_threads;
use super::{Lint, LintKind};

/// Tasks that nobody seems to hold.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    /// To be judged at the next park; with the number of the poll that they came out of.
    now: Vec<(Id, u64)>,
    /// Somebody may yet end them.
    later: Vec<(Id, u64)>,
}

impl Suspects {
    pub(super) fn see(&mut self, chart: &Chart, record: &Record, now: bool) -> Vec<Lint> {
        match record.event {
            Event::PollEnd { task, outcome: Outcome::Pending, .. } => self.suspect(chart, task),
            Event::Park { timeout } => {
                return self.judge(chart, timeout.is_none(), record.seq, now);
            }
            _ => {}
        }
        Vec::new()
    }

    fn suspect(&mut self, chart: &Chart, task: Id) {
        if let Some(patient) = chart.task(task).filter(|patient| is_lost(chart, patient)) {
            self.now.push((task, patient.polls));
        }
    }

    fn judge(&mut self, chart: &Chart, for_good: bool, after: u64, now: bool) -> Vec<Lint> {
        if for_good {
            self.now.append(&mut self.later);
        }
        let mut found = Vec::new();
        for (task, polls) in self.now.drain(..) {
            let Some(patient) = chart.task(task).filter(|patient| patient.polls == polls) else {
                continue;
            };
            if !is_lost(chart, patient) {
                continue;
            }
            if may_be_aborted(patient, for_good, now) {
                self.later.push((task, polls));
            } else {
                found.push(lint(patient, after));
            }
        }
        found
    }
}

/// Could its end be asked for, by a handle that it had when it was last polled, or by an abort handle
/// made from that? (A handle in a cell can lie on any thread.)
fn may_be_aborted(patient: &Patient, for_good: bool, now: bool) -> bool {
    let had_handle = patient.had_handle || patient.celled;
    had_handle && !(for_good && now && other_threads() == Some(0))
}

fn is_lost(chart: &Chart, patient: &Patient) -> bool {
    patient.state == State::Idle && patient.held == 0 && chart.waits(patient).next().is_none()
}

fn lint(patient: &Patient, after: u64) -> Lint {
    let name = patient.name();
    let text = format!("{name} returned `Pending` and nobody holds its waker");
    Lint::new(LintKind::LostWakeup, Some(name), text, after)
        .spot(Some(patient.made), patient.birth())
        .spot(patient.at, "the last `.await` of kettle's that it came to")
        .note(
            "a task is polled again only after somebody has called its waker: this one stands \
             still for ever",
        )
        .help(
            "before a future returns `Pending`, give `cx.waker().clone()` to whoever will know \
             that it can go on, look once more after that, and do so at each poll: only the latest \
             waker counts",
        )
}
