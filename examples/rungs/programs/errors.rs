// The tutorial's `errors`, as far as one task goes: an error travels up through `?`.

use std::error::Error;
use std::io;

async fn fallible_operation() -> Result<String, io::Error> {
    Ok("Success".to_string())
}

async fn my_task() -> Result<(), Box<dyn Error>> {
    let data = fallible_operation().await?;
    println!("{data}");
    Ok(())
}

pub(crate) async fn failing_operation() -> Result<String, io::Error> {
    Err(io::Error::new(io::ErrorKind::NotFound, "there is no tea left"))
}

async fn my_failing_task() -> Result<(), Box<dyn Error>> {
    let data = failing_operation().await?;
    println!("{data} (never printed: `?` has left by now)");
    Ok(())
}

pub(crate) async fn main() {
    my_task().await.expect("it succeeds");
    if let Err(e) = my_failing_task().await {
        println!("The error travelled up: {e}");
    }
}
