//! A gallery makes thumbnails with an external program, and shows its progress meanwhile.
//! doctor: `blocking_poll`

use std::process::Command;
use std::time::Duration;

use kettle::sync::watch;
use kettle::time::interval;

async fn thumbnail(picture: &str) -> Result<String, std::io::Error> {
    // Stands for `convert picture -resize 64x64 …`.
    let output =
        Command::new("sh").arg("-c").arg(format!("sleep 0.7; echo {picture}.thumb")).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_string())
}

async fn progress_bar(done: watch::Receiver<usize>, all: usize) {
    let mut frames = interval(Duration::from_millis(100));
    loop {
        frames.tick().await;
        let done = *done.borrow();
        println!("{done}/{all}");
        if done == all {
            break;
        }
    }
}

#[kettle::main]
async fn main() -> Result<(), std::io::Error> {
    let pictures = ["cat.png", "dog.png", "sea.png"];
    let (done, watched) = watch::channel(0);
    let bar = kettle::spawn(progress_bar(watched, pictures.len()));
    let worker = kettle::spawn(async move {
        for picture in pictures {
            let name = thumbnail(picture).await?;
            println!("made {name}");
            done.send_modify(|done| *done += 1);
            kettle::task::yield_now().await;
        }
        Ok::<(), std::io::Error>(())
    });
    worker.await.unwrap()?;
    bar.await.unwrap();
    Ok(())
}
