// What does it cost to fetch hundreds of slow pages at once? One sample, of the scraper, of the same source on tokio, or of
// a thread for each request.
//
// It serves the pages itself, each after half a second, starts the program as a process of its own, and prints the CPU
// time of a request, the most memory that was resident, and the most threads. `cargo xtask bench scraper-500` asks it as
// it asks the bench: `scraper-measure list`, then `scraper-measure RUNTIME ROW`. (Linux.)

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("it asks Linux what a process has used, and runs there only");
}

#[cfg(target_os = "linux")]
#[kettle::main(flavor = "current_thread", crate = "kettle")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    linux::measure().await
}

#[cfg(target_os = "linux")]
mod linux {
    use std::env::{args, current_exe};
    use std::error::Error;
    use std::fs;
    use std::process::{Child, Command, Stdio, id};
    use std::thread;
    use std::time::Duration;

    use kettle::net::TcpListener;
    use kettle::task::spawn_blocking;
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    use scraper::site;

    pub(super) async fn measure() -> Result<(), Box<dyn Error>> {
        let words: Vec<String> = args().skip(1).collect();
        let [runtime, row] = match &words[..] {
            [list] if list == "list" => {
                println!(
                    "scraper-500\tscraper-measure\tns\t-\t-\tkettle,tokio,threads\t\
                     one of 500 slow pages that are fetched at once"
                );
                return Ok(());
            }
            [runtime, row, ..] => [runtime, row],
            _ => return Err("scraper-measure RUNTIME scraper-NUMBER".into()),
        };
        let number: u32 = row.strip_prefix("scraper-").ok_or("no such row")?.parse()?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let site = format!("http://{}", listener.local_addr()?);
        kettle::spawn(site::serve(listener));
        let urls: Vec<String> = (0..number).map(|page| format!("{site}/slow/{page}\n")).collect();
        let list = std::env::temp_dir().join(format!("scraper-{}", id()));
        fs::write(&list, urls.concat())?;
        let (name, limits) = match &**runtime {
            "kettle" => ("scraper", true),
            "tokio" => ("scraper-on-tokio", true),
            "threads" => ("scraper-threads", false),
            _ => return Err("no such runtime".into()),
        };
        let mut program = Command::new(current_exe()?.with_file_name(name));
        if limits {
            let all = number.to_string();
            program.args(["--delay", "0", "--at-once", &all, "--per-host", &all, "--list"]);
        }
        // Unwatched, as in a release build.
        program.arg(&list).env("KETTLE_DOCTOR", "off").stdout(Stdio::piped()).stderr(Stdio::null());
        let program = program.spawn().map_err(|error| format!("{name}: {error}"))?;
        let ended = spawn_blocking(|| watch(program)).await?;
        fs::remove_file(list)?;
        let (lines, threads) = ended?;
        let right = lines.lines().filter(|line| line.contains(r#""title":"Slow""#)).count();
        if right != number as usize {
            return Err(format!("{right} pages of {number}").into());
        }
        // Of all children, of which there was one.
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
        let micros = (usage.user_time() + usage.system_time()).num_microseconds();
        println!("value {}", micros * 1000 / i64::from(number));
        println!("resident {}", usage.max_rss() * 1024);
        println!("threads {threads}");
        Ok(())
    }

    /// What it says, and the most threads that were seen.
    fn watch(mut program: Child) -> std::io::Result<(String, usize)> {
        let mut out = program.stdout.take().expect("a pipe");
        let reader = thread::spawn(move || std::io::read_to_string(&mut out));
        let tasks = format!("/proc/{}/task", program.id());
        let mut most = 0;
        while program.try_wait()?.is_none() {
            most = most.max(fs::read_dir(&tasks).map_or(0, Iterator::count));
            thread::sleep(Duration::from_millis(20));
        }
        Ok((reader.join().expect("it doesn't panic")?, most))
    }
}
