// A report is made by a program of its own. The short one is there at once, the long one never.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use kettle::io::AsyncReadExt;
use kettle::process::Command;
use kettle::time::sleep;

struct Report {
    title: String,
    text: String,
}

/// Runs the program, and reads what it has written if it succeeded.
async fn report(title: &str, lines: u32) -> io::Result<Report> {
    let script = format!(
        "i=0; while [ $i -lt {lines} ]; do \
         echo \"line $i: forty cups, four spoons, one kettle\"; i=$((i+1)); done"
    );
    let mut program = Command::new("sh")
        .arg("-c")
        .arg(script)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut output = program.stdout.take().expect("a pipe");
    let status = program.wait().await?;
    if !status.success() {
        return Err(io::Error::other(format!("{title}: {status}")));
    }
    let mut text = String::new();
    output.read_to_string(&mut text).await?;
    Ok(Report { title: title.into(), text })
}

async fn clock() {
    for tick in 1.. {
        sleep(Duration::from_millis(200)).await;
        println!("{} ms", tick * 200);
    }
}

async fn day() -> io::Result<Report> {
    report("the day", 40).await
}

async fn year() -> io::Result<Report> {
    report("the year", 4000).await
}

#[kettle::main]
async fn main() -> io::Result<()> {
    kettle::spawn(clock());
    let reports = [kettle::spawn(day()), kettle::spawn(year())];
    for report in reports {
        let Report { title, text } = report.await??;
        println!("{title}: {} lines", text.lines().count());
    }
    Ok(())
}
