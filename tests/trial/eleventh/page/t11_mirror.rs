// Six files are fetched, at most two at a time. The first error ends it all.
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::sleep;

async fn fetch(number: u32, places: Arc<Semaphore>) -> Result<u32, String> {
    let _place = places.acquire().await.unwrap();
    if number == 3 {
        sleep(Duration::from_millis(20)).await;
        return Err(format!("file {number} is not there"));
    }
    sleep(Duration::from_millis(60)).await;
    Ok(number)
}

async fn mirror() -> Result<u32, String> {
    let places = Arc::new(Semaphore::new(2));
    let mut files = JoinSet::new();
    for number in 1..=6 {
        files.spawn(fetch(number, places.clone()));
    }
    let mut fetched = 0;
    while let Some(file) = files.join_next().await {
        file.unwrap()?;
        fetched += 1;
    }
    Ok(fetched)
}

#[kettle::main]
async fn main() {
    match mirror().await {
        Ok(fetched) => println!("{fetched} files"),
        Err(error) => println!("{error}"),
    }
    sleep(Duration::from_millis(30)).await; // says goodbye
}
