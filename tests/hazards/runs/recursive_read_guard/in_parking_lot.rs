//! A lock of parking_lot.

use parking_lot::RwLock;
use std::collections::HashMap;

pub fn both(prices: &RwLock<HashMap<String, u32>>) -> u32 {
    let first = prices.read();
    let tea = first.get("tea").copied().unwrap_or(0);
    tea + prices.read().get("milk").copied().unwrap_or(0)
}

#[cfg(test)]
mod run {
    use parking_lot::RwLock;
    use stage::keeps_on;
    use std::collections::HashMap;
    use std::sync::Arc;

    #[test]
    fn hazard() {
        let prices = Arc::new(RwLock::new(HashMap::new()));
        let ours = Arc::clone(&prices);
        let reader = keeps_on("reader", move || assert!(super::both(&ours) < 3));
        let writer = keeps_on("writer", move || {
            prices.write().insert(String::from("tea"), 1);
        });
        reader.end().unwrap();
        writer.end().unwrap();
    }
}
