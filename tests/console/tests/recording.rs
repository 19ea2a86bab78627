//! What does the console's own subscriber make of a run?
//!
//! It can write what it was told into a file (`TOKIO_CONSOLE_RECORD_PATH`): a line for each task
//! made, each poll's begin and end, each waker called, cloned and dropped. Here those lines are
//! counted against the engine's records of the same run.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use console_subscriber::ConsoleLayer;
use kettle::runtime::Builder;
use kettle::trace::{Console, Event, Record, Recorder, Sink};
use kettle_events::{Cause, Effect, Outcome};
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;

/// The task that `src/lib.rs` loses.
const LOST: &str = "task 9";

/// What is counted of one task.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    enters: usize,
    exits: usize,
    wakes: usize,
    self_wakes: usize,
    is_closed: bool,
}

/// A task as the recording has it.
#[derive(Debug, Default)]
struct Task {
    name: String,
    id: u64,
    counts: Counts,
    /// Clones less drops at the end of the recording, and the least there ever were.
    wakers: i64,
    fewest: i64,
    /// Was it called since its last poll began?
    is_awake: bool,
}

/// How far a recording is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    /// `main` is over, and the runtime has not yet dropped the others.
    MainIsOver,
    End,
}

/// Reads a recording; tasks by the ids of their spans.
fn read(path: &Path, until: Until) -> BTreeMap<u64, Task> {
    let text = fs::read_to_string(path).expect("the recording");
    // A program ends while the subscriber writes: the last line may be half of one.
    let text = text.rfind('\n').map_or("", |end| &text[..=end]);
    let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line"));
    assert_eq!(lines.next(), Some(serde_json::json!({ "v": 1 })));
    let mut tasks: BTreeMap<u64, Task> = BTreeMap::new();
    for line in lines {
        let (what, line) = line.as_object().and_then(|line| line.iter().next()).expect("an event");
        let id = line["id"].as_u64().expect("a span's id");
        if what == "Spawn" {
            let task = tasks.entry(id).or_default();
            task.name = String::from(field(line, "task.name").as_str().expect("a name"));
            task.id = field(line, "task.id").as_u64().expect("a number");
        }
        // Resources and their ops are entered, left and closed, too; but they are not spawned.
        if let Some(task) = tasks.get_mut(&id) {
            task.count(what, &line["op"]);
            if until == Until::MainIsOver && task.name == "main" && task.counts.is_closed {
                break;
            }
        }
    }
    tasks
}

fn field(line: &Value, name: &str) -> Value {
    let fields = line["fields"].as_array().expect("fields");
    let found = fields.iter().find(|field| field["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}: {line}"))["value"].clone()
}

impl Task {
    fn count(&mut self, what: &str, op: &Value) {
        match what {
            "Enter" => {
                self.counts.enters += 1;
                self.is_awake = false;
            }
            "Exit" => self.counts.exits += 1,
            "Close" => self.counts.is_closed = true,
            "Waker" => self.count_waker(op),
            _ => {}
        }
    }

    fn count_waker(&mut self, op: &Value) {
        let wake = op.as_object().and_then(|op| op.iter().next());
        if let Some((_, wake)) = wake {
            self.is_awake = true;
            self.counts.wakes += 1;
            self.counts.self_wakes += usize::from(wake["self_wake"] == true);
        }
        // A wake by value uses the waker up, and the console counts it as a drop.
        self.wakers += match (op.as_str(), wake.map(|(name, _)| name.as_str())) {
            (Some("Clone"), _) => 1,
            (Some("Drop"), _) | (_, Some("Wake")) => -1,
            (_, Some("WakeByRef")) => 0,
            other => panic!("no waker's op: {other:?}"),
        };
        self.fewest = self.fewest.min(self.wakers);
    }
}

/// Which tasks would the console call lost now?
fn lost(tasks: &BTreeMap<u64, Task>) -> Vec<&str> {
    let is_idle = |Counts { enters, exits, .. }: &Counts| *enters > 0 && enters == exits;
    let is_lost = |task: &&Task| is_idle(&task.counts) && task.wakers == 0 && !task.is_awake;
    let open = tasks.values().filter(|task| !task.counts.is_closed);
    open.filter(is_lost).map(|task| task.name.as_str()).collect()
}

/// The console's sink, and a recorder that sees the same.
struct Both(Console, Recorder);

impl Sink for Both {
    fn record(&mut self, records: &[Record]) {
        self.0.record(records);
        self.1.record(records);
    }

    fn live(&self) -> bool {
        self.0.live()
    }
}

/// The same counts from the engine's records; tasks by their numbers.
fn recorded(records: &[Record]) -> HashMap<u64, Counts> {
    let mut tasks: HashMap<u64, Counts> = HashMap::new();
    for record in records {
        match record.event {
            Event::PollStart { task } => tasks.entry(task.get()).or_default().enters += 1,
            Event::PollEnd { task, outcome, .. } => {
                let counts = tasks.entry(task.get()).or_default();
                counts.exits += 1;
                counts.is_closed = outcome != Outcome::Pending;
            }
            Event::Wake { task, by, effect } => {
                let counts = tasks.entry(task.get()).or_default();
                // That a task is queued when it is made is no call of a waker.
                let is_first = by == Cause::Runtime && counts.enters == 0;
                counts.wakes += usize::from(effect != Effect::Stale && !is_first);
                counts.self_wakes += usize::from(by == Cause::Task(task));
            }
            Event::Lost { records } => panic!("{records} records were lost"),
            _ => {}
        }
    }
    tasks
}

/// So often the file is found unchanged before it is given up, ten milliseconds apart.
const LOOKS: u32 = 3_000;

/// Reads when every task that was spawned is closed: a thread of the subscriber's writes the file, and says nothing when
/// it is done. Until then only the lines' beginnings are read, because that thread needs the time. If it writes no more,
/// lines are missing.
fn read_when_done(path: &Path, tasks: usize) -> BTreeMap<u64, Task> {
    let (mut length, mut unchanged) = (0, 0);
    loop {
        let text = fs::read_to_string(path).unwrap_or_default();
        let ids = |what: &str| -> BTreeSet<&str> {
            let lines = text.lines().filter_map(|line| line.strip_prefix(what));
            lines.filter_map(|line| line.split(',').next()).collect()
        };
        let (spawned, closed) = (ids(r#"{"Spawn":{"id":"#), ids(r#"{"Close":{"id":"#));
        if text.ends_with('\n') && spawned.len() == tasks && spawned.is_subset(&closed) {
            return read(path, Until::End);
        }
        unchanged = if text.len() == length { unchanged + 1 } else { 0 };
        length = text.len();
        let missing = spawned.difference(&closed).collect::<Vec<_>>();
        assert!(unchanged < LOOKS, "{} of {tasks} spawned, not closed: {missing:?}", spawned.len());
        std::thread::sleep(Duration::from_millis(10)); // and look again
    }
}

fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn the_recording_says_of_each_task_what_the_engine_says() {
    let path = scratch("counted.json");
    let _ = fs::remove_file(&path);
    // The server is never asked for anything, but without it the layer would tell nobody.
    let (layer, _server) = ConsoleLayer::builder().recording_path(&path).build();
    let (recorder, kept) = Recorder::new();
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::with_default(subscriber, || {
        let sink = Both(Console::new(), recorder);
        let runtime = Builder::new_current_thread()
            .start_paused(true)
            .trace(sink)
            .build()
            .expect("a runtime");
        runtime.block_on(kettle_console::tea_house(Duration::from_secs(5)));
    });
    let expected = recorded(&kept.records());
    let heard = read_when_done(&path, expected.len());
    assert_eq!(heard.len(), 10, "main, and those of the tea house: {heard:?}");
    for task in heard.values() {
        assert_eq!(task.counts, expected[&task.id], "{}", task.name);
        assert_eq!(task.counts.enters, task.counts.exits, "{}", task.name);
        assert!(task.fewest >= 0, "more drops than clones: {task:?}");
    }
    let by_name = |name: &str| heard.values().find(|task| task.name == name).expect("by name");
    assert_eq!(by_name(LOST).counts.wakes, 1, "the runtime's end wakes it to drop it");
    assert_eq!(lost(&read(&path, Until::MainIsOver)), [LOST]);
    assert!(by_name("task 7").counts.self_wakes > by_name("task 7").counts.wakes / 2);
}

#[test]
fn a_program_that_says_only_init_is_seen_and_only_the_lost_task_is_lost() {
    let path = scratch("program.json");
    let _ = fs::remove_file(&path);
    let program = Command::new(env!("CARGO_BIN_EXE_kettle-console"))
        .arg("2")
        .env("TOKIO_CONSOLE_RECORD_PATH", &path)
        .env("TOKIO_CONSOLE_BIND", "127.0.0.1:0")
        .env_remove("KETTLE_TRACE")
        .output()
        .expect("the program");
    assert!(program.status.success(), "{program:?}");
    let tasks = read(&path, Until::MainIsOver);
    let names: Vec<_> = tasks.values().map(|task| task.name.as_str()).collect();
    assert!(names.contains(&"main"), "{names:?}");
    assert_eq!(names.len(), 10, "{names:?}");
    assert_eq!(lost(&tasks), [LOST]);
}
