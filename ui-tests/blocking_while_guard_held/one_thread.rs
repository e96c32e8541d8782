//! A lock behind an `Rc` never leaves its thread: nobody waits for it while that thread is blocked.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tokio::sync::Mutex;

pub struct Bundler {
    files: HashMap<String, Vec<u8>>,
}

pub async fn good_of_one_thread(bundler: Rc<Mutex<Bundler>>) -> std::io::Result<()> {
    let bundler = bundler.lock().await;
    for _ in &bundler.files {
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

pub fn good_in_a_closure(
    bundler: &Rc<Mutex<Bundler>>,
) -> impl Fn() -> std::pin::Pin<Box<dyn Future<Output = std::io::Result<()>>>> {
    let bundler = Rc::clone(bundler);
    move || {
        let bundler = Rc::clone(&bundler);
        Box::pin(async move {
            let bundler = bundler.lock().await;
            for _ in &bundler.files {
                thread::sleep(Duration::from_millis(1));
            }
            Ok(())
        })
    }
}

pub async fn bad_of_many(bundler: Arc<Mutex<Bundler>>) -> std::io::Result<()> {
    let bundler = bundler.lock().await;
    for _ in &bundler.files {
        thread::sleep(Duration::from_millis(1)); //~ blocking_while_guard_held
    }
    Ok(())
}
