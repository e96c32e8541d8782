//! Steps on values that are no primitive numbers, and values that are lent to a function to be changed.

use std::collections::HashMap;
use std::sync::{Mutex, RwLock};
use std::time::{Duration, SystemTime};

#[derive(Clone, Default)]
pub struct Task {
    spent: Duration,
    due: Option<SystemTime>,
    notes: Vec<String>,
}

pub struct Plan {
    tasks: RwLock<HashMap<u32, Task>>,
    due: Mutex<HashMap<u32, SystemTime>>,
    spent: Mutex<HashMap<u32, Duration>>,
}

fn note(task: &mut Task, text: &str) {
    task.notes.push(text.to_string());
}

fn length(task: &Task) -> usize {
    task.notes.len()
}

impl Plan {
    fn task(&self, id: u32) -> Option<Task> {
        self.tasks.read().unwrap().get(&id).cloned()
    }

    pub fn bad_sum(&self, id: u32, by: Duration) -> Option<()> {
        let due = *self.due.lock().unwrap().get(&id)?;
        self.due.lock().unwrap().insert(id, due + by); //~ split_read_modify_write
        Some(())
    }

    pub fn bad_compound(&self, id: u32, by: Duration) -> Option<()> {
        let mut due = *self.due.lock().unwrap().get(&id)?;
        due += by;
        self.due.lock().unwrap().insert(id, due); //~ split_read_modify_write
        Some(())
    }

    pub fn bad_compound_of_a_field(&self, id: u32, by: Duration) {
        let Some(mut task) = self.task(id) else { return };
        task.spent += by;
        self.tasks.write().unwrap().insert(id, task); //~ split_read_modify_write
    }

    pub fn bad_field_in_place(&self, id: u32, by: Duration) {
        let spent = self.tasks.read().unwrap().get(&id).map(|it| it.spent).unwrap_or_default();
        if let Some(task) = self.tasks.write().unwrap().get_mut(&id) {
            task.spent = spent + by; //~ split_read_modify_write
        }
    }

    pub fn bad_lent(&self, id: u32) {
        let Some(mut task) = self.task(id) else { return };
        note(&mut task, "seen");
        self.tasks.write().unwrap().insert(id, task); //~ split_read_modify_write
    }

    pub fn good_in_place(&self, id: u32, by: Duration) {
        if let Some(due) = self.due.lock().unwrap().get_mut(&id) {
            *due += by;
        }
        if let Some(task) = self.tasks.write().unwrap().get_mut(&id) {
            note(task, "seen");
        }
    }

    // What comes of taking one time from another is no time any more.
    pub fn good_of_another_type(&self, id: u32, now: SystemTime) -> Option<()> {
        let due = *self.due.lock().unwrap().get(&id)?;
        let left = due.duration_since(now).ok()?;
        self.spent.lock().unwrap().insert(id, left);
        Some(())
    }

    pub fn good_lent_to_look(&self, id: u32) -> usize {
        let Some(task) = self.task(id) else { return 0 };
        let n = length(&task);
        self.tasks.write().unwrap().insert(id, task);
        n
    }

    pub fn good_under_another_key(&self, id: u32, by: Duration) -> Option<()> {
        let due = *self.due.lock().unwrap().get(&id)?;
        self.due.lock().unwrap().insert(id + 1, due + by);
        Some(())
    }
}
