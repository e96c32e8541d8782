//! A task waits for a lock of tokio that it holds.

use std::collections::HashMap;
use tokio::sync::Mutex;

pub async fn shout(names: &Mutex<HashMap<u64, String>>, id: u64) {
    let held = names.lock().await;
    if let Some(name) = held.get(&id) {
        names.lock().await.insert(id, name.to_uppercase());
    }
}

#[cfg(test)]
mod run {
    use std::collections::HashMap;
    use tokio::runtime::Builder;
    use tokio::sync::Mutex;

    #[test]
    fn hazard() {
        let names = Mutex::new(HashMap::from([(1, String::from("Ann"))]));
        let runtime = Builder::new_current_thread().build().unwrap();
        stage::actor("runtime", move || runtime.block_on(super::shout(&names, 1))).end().unwrap();
    }
}
