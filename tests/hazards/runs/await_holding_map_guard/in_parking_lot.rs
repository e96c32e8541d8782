//! A lock of parking_lot: two tasks of one thread.

use parking_lot::Mutex;
use std::collections::HashMap;

pub async fn greet(names: &Mutex<HashMap<u64, String>>, id: u64) {
    let held = names.lock();
    if held.contains_key(&id) {
        tokio::task::yield_now().await;
    }
}

#[cfg(test)]
mod run {
    use parking_lot::Mutex;
    use std::collections::HashMap;
    use std::rc::Rc;
    use tokio::task::{LocalSet, spawn_local};

    async fn two_tasks() {
        let names = Rc::new(Mutex::new(HashMap::from([(1, String::from("Ann"))])));
        let tasks = [1, 1].map(|id| {
            let names = Rc::clone(&names);
            spawn_local(async move { super::greet(&names, id).await })
        });
        for task in tasks {
            task.await.unwrap();
        }
    }

    #[test]
    fn hazard() {
        let run = || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            LocalSet::new().block_on(&runtime, two_tasks());
        };
        stage::actor("runtime", run).end().unwrap();
    }
}
