//! Functions that are not async themselves and give out an async block: it runs where it is awaited.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use tokio::sync::Mutex;

#[derive(Default)]
pub struct Mailbox {
    letters: Mutex<HashMap<u64, String>>,
}

impl Mailbox {
    fn count(&self) -> impl Future<Output = usize> + Send + '_ {
        async move { self.letters.lock().await.len() }
    }

    fn put(&self, id: u64, text: String) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            self.letters.lock().await.insert(id, text);
        })
    }

    pub async fn bad_count(&self) -> usize {
        let letters = self.letters.lock().await;
        letters.len() + self.count().await //~ relock_while_held
    }

    pub async fn bad_put(&self) {
        let letters = self.letters.lock().await;
        self.put(letters.len() as u64, String::new()).await; //~ relock_while_held
    }

    async fn twice(&self) -> usize {
        self.count().await * 2
    }

    pub async fn bad_through_another(&self) -> usize {
        let letters = self.letters.lock().await;
        letters.len() + self.twice().await //~ relock_while_held
    }

    // Made under the guard, run after it.
    pub async fn good_awaited_later(&self) -> usize {
        let letters = self.letters.lock().await;
        let n = letters.len();
        let count = self.count();
        drop(letters);
        n + count.await
    }

    pub async fn good_in_turn(&self) -> usize {
        let n = self.letters.lock().await.len();
        n + self.count().await
    }

    // Never awaited here.
    pub fn good_given_on(&self) -> impl Future<Output = usize> + Send + '_ {
        self.count()
    }
}

// Async recursion.
impl Mailbox {
    pub async fn bad_recursion(&self, id: u64) -> usize {
        let letters = self.letters.lock().await;
        match letters.get(&id) {
            Some(letter) => letter.len() + Box::pin(self.bad_recursion(id + 1)).await, //~ relock_while_held
            None => 0,
        }
    }

    pub async fn good_recursion(&self, id: u64) -> usize {
        let n = self.letters.lock().await.get(&id).map(String::len);
        match n {
            Some(n) => n + Box::pin(self.good_recursion(id + 1)).await,
            None => 0,
        }
    }
}
