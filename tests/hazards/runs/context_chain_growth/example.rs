//! A thousand turns, counted; then a million, dropped.

use super::{Frame, chain};
use stage::observed;

#[test]
fn hazard() {
    let cx = chain(&vec![String::new(); 1000]);
    let mut maps = 0;
    let mut next = Some(&cx);
    while let Some(frame) = next.and_then(|cx| cx.get::<Frame>()) {
        maps += frame.tags.len();
        next = Some(&frame.parent);
    }
    observed(format!("1000 turns keep {maps} maps alive"));
    drop(chain(&vec![String::new(); 1_000_000]));
}
