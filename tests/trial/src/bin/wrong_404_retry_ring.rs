//! An uploader hands what failed back to the scheduler, which hands it out again.
//! doctor: `deadlock`

use kettle::sync::mpsc;

struct Upload {
    name: String,
    tries: u32,
}

async fn scheduler(
    mut fresh: mpsc::Receiver<Upload>,
    mut failed: mpsc::Receiver<Upload>,
    work: mpsc::Sender<Upload>,
) {
    loop {
        let upload = kettle::select! {
            Some(upload) = fresh.recv() => upload,
            Some(upload) = failed.recv() => upload,
            else => break,
        };
        work.send(upload).await.unwrap();
    }
}

async fn uploader(
    mut work: mpsc::Receiver<Upload>,
    failed: mpsc::Sender<Upload>,
    done: mpsc::Sender<String>,
) {
    while let Some(mut upload) = work.recv().await {
        upload.tries += 1;
        if upload.tries < 3 {
            failed.send(upload).await.unwrap();
        } else {
            done.send(upload.name).await.unwrap();
        }
    }
}

#[kettle::main]
async fn main() {
    let (fresh_tx, fresh) = mpsc::channel(1);
    let (failed_tx, failed) = mpsc::channel(1);
    let (work_tx, work) = mpsc::channel(1);
    let (done_tx, mut done) = mpsc::channel(64);
    kettle::spawn(scheduler(fresh, failed, work_tx));
    kettle::spawn(uploader(work, failed_tx, done_tx));
    for n in 0..20 {
        fresh_tx.send(Upload { name: format!("photo-{n}.jpg"), tries: 0 }).await.unwrap();
    }
    for _ in 0..20 {
        println!("{} is up", done.recv().await.unwrap());
    }
}
