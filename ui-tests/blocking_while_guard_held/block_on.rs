//! A future that is run to its end in place: one wait, told once, and not as an await of the task's own.
use parking_lot::RwLock;
use std::collections::HashMap;

pub struct Console {
    commands: RwLock<HashMap<String, u64>>,
    runtime: tokio::runtime::Handle,
}

async fn resolve(_: u64) -> u64 {
    0
}

impl Console {
    fn bad_block_on_under_guard(&self, name: &str) -> u64 {
        let commands = self.commands.read();
        let id = commands.get(name).copied().unwrap_or(0);
        let answer = self.runtime.block_on(async { resolve(id).await }); //~ blocking_while_guard_held
        answer + commands.len() as u64
    }

    fn good_block_on_after_the_guard(&self, name: &str) -> u64 {
        let id = self.commands.read().get(name).copied().unwrap_or(0);
        self.runtime.block_on(async { resolve(id).await })
    }
}
