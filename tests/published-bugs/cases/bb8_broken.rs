//! bb8 #167: tasks wait for one of five connections; all five come back broken; nothing tells the
//! waiting tasks, and no new connection is made for them.

use tokio::{spawn, task::yield_now};

use crate::play::limited;

struct Manager;
#[async_trait::async_trait]
impl bb8::ManageConnection for Manager {
    type Connection = ();
    type Error = std::io::Error;
    async fn connect(&self) -> Result<(), Self::Error> {
        Ok(())
    }
    async fn is_valid(&self, _: &mut ()) -> Result<(), Self::Error> {
        Ok(())
    }
    fn has_broken(&self, _: &mut ()) -> bool {
        true
    }
}

#[tokio::test(start_paused = true)]
#[ignore = "run by `told`"]
async fn bb8_broken() {
    limited(async {
        let pool = bb8::Pool::builder().max_size(5).build(Manager).await.unwrap();
        let tasks: Vec<_> = (0..10)
            .map(|_| {
                let pool = pool.clone();
                spawn(async move {
                    let connection = pool.get().await.map_err(|error| error.to_string())?;
                    yield_now().await;
                    drop(connection);
                    Ok::<_, String>(())
                })
            })
            .collect();
        let mut failed = 0;
        for task in tasks {
            failed += usize::from(task.await.unwrap().is_err());
        }
        assert_eq!(failed, 0, "of 10 tasks timed out in get()");
    })
    .await;
}
