// TEMPORARIES.md, "async": futures polled by hand.

async fn a_later_argument(l: &L) -> u32 { f(l.lock(1).n(), y().await) }
fn await_later_argument(l: &L) { run(a_later_argument(l)); at(2); }
fn await_later_argument_cancel(l: &L) { cancel(a_later_argument(l)); at(2); }
fn await_put(l: &L) { run(async { l.lock(1).put(y().await); at(1); }); at(2); }
async fn a_ref(g: &G) -> u32 { y().await; at(5) }
fn await_argument_ref(l: &L) { run(async { a_ref(&l.lock(1)).await; at(1); }); at(2); }
fn await_in_match(l: &L) { run(async { match l.lock(1).copied() { Some(_) => y().await, None => at(3) }; at(1); }); at(2); }
fn await_in_if_let(l: &L) { run(async { if let Some(_) = l.lock(1).opt() { y().await; at(3); } at(1); }); at(2); }
fn await_in_if_let_else(l: &L) { run(async { if let Some(_) = l.lock(1).opt() { at(3); } else { y().await; at(4); } at(1); }); at(2); }
fn await_in_condition(l: &L) { run(async { if l.lock(1).n() * 0 == y().await + k() { at(1); } else { at(3); } at(4); }); at(2); }
fn await_in_body_of_if(l: &L) { run(async { if l.lock(1).b() { y().await; at(1); } at(4); }); at(2); }
fn await_in_let_else(l: &L) { run(async { let Some(_) = l.lock(1).copied() else { y().await; at(1); return; }; y().await; at(4); }); at(2); }
fn await_after_let(l: &L) { run(async { let x = l.lock(1).copied(); y().await; at(4); }); at(2); }
fn await_with_guard(l: &L) { run(async { let g = l.lock(1); y().await; at(4); drop(g); y().await; }); at(2); }
fn await_with_guard_cancel(l: &L) { cancel(async { let h = l.lock(2); let g = l.lock(1); y().await; at(4); }); at(2); }
async fn a_takes(g: G) -> u32 { y().await; g.n(); at(5) }
async fn a_takes_wild(_: G) -> u32 { y().await; at(5) }
async fn a_takes_two(_: G, g: G) -> u32 { let m = mark(6); drop(g); y().await; at(5) }
fn await_argument(l: &L) { run(a_takes(l.lock(1))); at(2); }
fn await_argument_wild(l: &L) { run(a_takes_wild(l.lock(1))); at(2); }
fn await_argument_two(l: &L) { run(a_takes_two(l.lock(1), l.lock(2))); at(2); }
fn future_not_polled(l: &L) { let x = a_takes(l.lock(1)); at(1); drop(x); at(2); }
fn future_not_polled_wild(l: &L) { let x = a_takes_wild(l.lock(1)); at(1); drop(x); at(2); }
fn future_cancelled(l: &L) { cancel(a_takes(l.lock(1))); at(2); }
fn block_not_captured(l: &L) { let g = l.lock(1); let x = async move {}; drop(x); at(1); }
fn block_captured(l: &L) { let g = l.lock(1); let x = async move { g.n(); at(3) }; at(1); drop(x); at(2); }
fn block_captured_run(l: &L) { let g = l.lock(1); let x = async move { y().await; g.n(); at(3) }; at(1); run(x); at(2); }
fn block_moves(l: &L) { let g = l.lock(1); let x = async { drop(g); y().await; at(3) }; at(1); run(x); at(2); }
fn async_block_tail(l: &L) { run(async { let m = mark(1); l.lock(1).n() }); at(2); }
async fn a_tail(l: &L) -> u32 { let m = mark(1); l.lock(1).n() }
fn async_fn_tail(l: &L) { run(a_tail(l)); at(2); }
fn nested_futures(l: &L) { run(async { let g = l.lock(1); let x = async { let h = l.lock(2); y().await; at(3) }.await; at(4); y().await; }); at(2); }
fn future_in_local(l: &L) { run(async { let x = a_takes(l.lock(1)); at(3); y().await; at(4); x.await; at(5); }); at(2); }
fn future_twice_pending(l: &L) { run(async { f(y().await, l.lock(1).n() + y().await); at(3); }); at(2); }
fn async_returns_guard(l: &L) { let g = run(async { y().await; l.lock(1) }); at(2); }
fn async_try(l: &L) { run(async { let m = mark(7); let x = l.lock(1).copied()? + y().await; at(3); Some(x) }); at(2); }
