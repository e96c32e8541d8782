// TEMPORARIES.md, "blocks and tails".

fn tail_of_operand(l: &L) { let x = { l.lock(1).n() } + at(1); at(2); }
fn tail_of_argument(l: &L) { f({ l.lock(1).n() }, at(1)); at(2); }
fn tail_of_unsafe(l: &L) { f(unsafe { l.lock(1).n() }, at(1)); at(2); }
fn tail_of_labelled(l: &L) { f('a: { if c() { break 'a 5; } l.lock(1).n() }, at(1)); at(2); }
fn tail_nested(l: &L) { f({ { l.lock(1).n() } }, at(1)); at(2); }
fn tail_through_let(l: &L) { let x = { let v = l.lock(1).n(); v } + at(1); at(2); }
fn tail_after_statement(l: &L) { let x = { l.lock(1).n(); 1 } + at(1); at(2); }
fn tail_after_drop(l: &L) { let x = { drop(l.lock(1)); 1 } + at(1); at(2); }
fn branch_of_if(l: &L) { f(if c() { l.lock(1).n() } else { 0 }, at(1)); at(2); }
fn arm_of_match(l: &L) { f(match k() { 0 => l.lock(1).n(), _ => { l.lock(2).n() } }, at(1)); at(2); }
fn loop_break(l: &L) { f(loop { break l.lock(1).n(); }, at(1)); at(2); }
fn label_break(l: &L) { f('a: { break 'a l.lock(1).n(); }, at(1)); at(2); }
fn closure_body(l: &L) { f((|| l.lock(1).n())(), at(1)); at(2); }
fn closure_body_block(l: &L) { f((|| { let m = mark(5); l.lock(1).n() })(), at(1)); at(2); }
fn block_gives_guard(l: &L) { let x = *{ l.lock(1) }.r() + at(1); at(2); }
fn fn_tail(l: &L) -> u32 { let m = mark(1); l.lock(1).n() }
fn fn_tail_match(l: &L) -> u32 { let m = mark(1); match l.lock(1).copied() { Some(x) => at(2), None => at(3) } }
fn fn_tail_if_let(l: &L) -> u32 { let m = mark(1); if let Some(x) = l.lock(1).opt() { at(2) } else { at(3) } }
fn fn_tail_matches(l: &L) -> bool { let m = mark(1); matches!(l.lock(1).copied(), Some(_)) }
fn fn_tail_assert_eq(l: &L) { let m = mark(1); assert_eq!(l.lock(1).n() * 0, at(2)) }
fn fn_tail_assert(l: &L) { let m = mark(1); assert!(l.lock(1).b()) }
fn fn_tail_print(l: &L) { let m = mark(1); eprint!("", ) }
fn fn_tail_for(l: &L) { let m = mark(1); for x in l.lock(1).v.iter() { at(2); } }
fn fn_tail_while(l: &L) { let m = mark(1); while l.lock(1).b() { at(2); } }
fn fn_tail_while_let(l: &L) { let m = mark(1); while let Some(x) = l.lock(1).opt() { at(2); } }
fn fn_return(l: &L) -> u32 { let m = mark(1); return l.lock(1).n(); }
fn fn_return_tail(l: &L) -> u32 { let m = mark(1); return l.lock(1).n() }
fn fn_statement(l: &L) { let m = mark(1); l.lock(1).n(); }
fn fn_tail_block(l: &L) -> u32 { let m = mark(1); { let m = mark(2); l.lock(1).n() } }
fn fn_tail_if(l: &L) -> u32 { let m = mark(1); if l.lock(2).b() { let m = mark(2); l.lock(1).n() } else { at(3) } }
fn fn_tail_and(l: &L) -> bool { let m = mark(1); l.lock(1).b() && l.lock(2).b() }
fn fn_tail_field(l: &L) -> u32 { let m = mark(1); l.lock(1).n }
fn fn_tail_tuple(l: &L) -> (u32, u32) { let m = mark(1); (l.lock(1).n(), at(2)) }
fn fn_tail_call(l: &L) -> u32 { let m = mark(1); f(l.lock(1).n(), at(2)) }
fn fn_tail_guard(l: &L) -> G { let m = mark(1); l.lock(1) }
fn fn_tail_try(l: &L) -> Option<u32> { let m = mark(1); Some(l.lock(1).copied()?) }
fn closure_tail(l: &L) { let h = || { let m = mark(1); l.lock(1).n() }; h(); at(2); }
fn loop_tail(l: &L) { while c() { let m = mark(1); match l.lock(1).n() { _ => {} } } at(2); }
fn loop_tail_if_let(l: &L) { for i in 0..2 { let m = mark(1); if let Some(x) = l.lock(1).opt() { at(2); } } at(3); }
fn block_tail(l: &L) { let x = { let m = mark(1); l.lock(1).n() }; at(2); }
fn block_tail_statement(l: &L) { { let m = mark(1); l.lock(1).n() }; at(2); }
fn block_tail_match(l: &L) { { let m = mark(1); match l.lock(1).n() { _ => { at(3); } } } at(2); }
fn block_tail_if_let(l: &L) { { let m = mark(1); if let Some(_) = l.lock(1).opt() { at(3); } else { at(4); } } at(2); }
fn after_call_of_tail(l: &L) { f(fn_tail(l), at(2)); at(3); }
macro_rules! tail { ($e:expr) => {{ at(7); $e }}; }
fn macro_block_tail(l: &L) { f(tail!(l.lock(1).n()), at(1)); at(2); }
macro_rules! tail_of_lock { ($l:ident) => {{ let m = mark(8); $l.lock(1).n() }}; }
fn macro_block_tail_own(l: &L) { f(tail_of_lock!(l), at(1)); at(2); }
fn labelled_break_scopes(l: &L) { let x = 'a: { let g = l.lock(1); { let h = l.lock(2); if c() { break 'a at(1); } if c() { break 'a 2; } } at(2); 3 }; at(3); }
fn continue_scopes(l: &L) { for i in 0..2 { let g = l.lock(1); if c() { let h = l.lock(2); continue; } at(1); } at(2); }
fn continue_label(l: &L) { 'a: while c() { let g = l.lock(1); loop { let h = l.lock(2); if c() { continue 'a; } at(1); break; } at(2); } at(3); }
fn break_value(l: &L) { let g = loop { let h = l.lock(1); if c() { break h; } at(1); if c() { break l.lock(2); } }; at(2); }
fn return_scopes(l: &L) -> u32 { let g = l.lock(1); { let h = l.lock(2); if c() { return at(1); } } at(2) }
fn return_guard(l: &L) -> G { let h = l.lock(1); let g = l.lock(2); if c() { return g; } at(1); h }
fn const_block(l: &L) { let x = const { 1 + 2 }; let r = &1; at(1); }
