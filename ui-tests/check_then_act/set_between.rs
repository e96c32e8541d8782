//! Between the check and the write the function sets the entry itself: it is that entry that the write goes by.

use dashmap::DashMap;

fn ask(_node: &str) -> Result<u64, String> {
    Err("forward to b".to_owned())
}

fn is_lost(err: &str) -> bool {
    err.starts_with("lost")
}

fn forwarded(_err: &str) -> Option<String> {
    None
}

pub struct Leaders {
    known: DashMap<String, String>,
}

impl Leaders {
    pub fn good_the_new_one_goes(&self, method: &str) -> Option<u64> {
        let node = self.known.get(method).map(|it| it.value().clone())?;
        match ask(&node) {
            Ok(it) => Some(it),
            Err(err) => {
                let leader = forwarded(&err)?;
                self.known.insert(method.to_owned(), leader.clone());
                match ask(&leader) {
                    Ok(it) => Some(it),
                    Err(err) => {
                        if is_lost(&err) {
                            self.known.remove(method);
                        }
                        None
                    }
                }
            }
        }
    }

    // Another thread may have found the new leader by now.
    pub fn bad_the_old_one_goes(&self, method: &str) -> Option<u64> {
        let node = self.known.get(method).map(|it| it.value().clone())?;
        match ask(&node) {
            Ok(it) => Some(it),
            Err(err) => {
                if err.is_empty() {
                    self.known.insert(method.to_owned(), "none".to_owned()); //~ check_then_act
                }
                if is_lost(&err) {
                    self.known.remove(method); //~ check_then_act
                }
                None
            }
        }
    }
}
