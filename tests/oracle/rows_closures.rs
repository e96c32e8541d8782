// TEMPORARIES.md, "closures" and the items on captures.

fn unwrap_or_else_body(l: &L) { l.lock(1).copied().unwrap_or_else(|| at(1)); at(2); }
fn map_body(l: &L) { l.lock(1).opt().map(|v| at(1)); at(2); }
fn retain_body(l: &L) { l.lock(1).v.retain(|v| at(1) == 0); at(2); }
fn for_each_body(l: &L) { l.lock(1).v.iter().for_each(|v| { at(1); }); at(2); }
fn any_body(l: &L) { let x = l.lock(1).v.iter().any(|v| at(1) == 1); at(2); }
fn consumed_by_earlier(l: &L) { l.get(1).map(|g| g.n()).filter(|_| at(1) == 0); at(2); }
fn passed_on(l: &L) { let o = l.get(1).filter(|g| at(1) == k()); at(2); }
fn parameter_wild(l: &L) { (|_: G| at(1))(l.lock(1)); at(2); }
fn parameter_named(l: &L) { (|_g: G| at(1))(l.lock(1)); at(2); }
fn parameter_pair(l: &L) { (|(a, _): (G, G)| { at(1); drop(a); at(2) })((l.lock(1), l.lock(2))); at(3); }
fn takes_wild(_: G) -> u32 { at(5) }
fn parameter_wild_fn(l: &L) { takes_wild(l.lock(1)); at(2); }
fn takes_pair((a, _): (G, G)) -> u32 { drop(a); at(5) }
fn parameter_pair_fn(l: &L) { takes_pair((l.lock(1), l.lock(2))); at(2); }
fn takes_two(a: G, b: G) -> u32 { let m = mark(5); at(6) }
fn parameters_reverse(l: &L) { takes_two(l.lock(1), l.lock(2)); at(2); }
fn capture_nothing(l: &L) { let g = l.lock(1); let h = move || { let _ = g; }; at(1); h(); drop(h); at(2); }
fn capture_move(l: &L) { let g = l.lock(1); let h = move || { g.n(); at(1) }; h(); at(2); drop(h); at(3); }
fn capture_by_use(l: &L) { let g = l.lock(1); let h = || { drop(g); at(1) }; at(2); h(); at(3); }
fn capture_by_use_not_called(l: &L) { let g = l.lock(1); let h = || { drop(g); at(1) }; at(2); drop(h); at(3); }
fn capture_by_use_sometimes(l: &L) { let g = l.lock(1); let h = || { drop(g); at(1) }; if c() { h(); } at(3); }
fn capture_ref(l: &L) { let g = l.lock(1); let h = || { g.n(); at(1) }; h(); drop(h); at(2); }
fn capture_copy_field(l: &L) { let s = S { g: l.lock(1), n: 1 }; let h = move || s.n + at(1); h(); at(2); drop(h); at(3); }
fn capture_part(l: &L) { let t = (P(l.lock(1), 1), l.lock(2)); let h = move || { t.0.0.n() + at(1) }; h(); at(2); drop(h); at(3); }
fn capture_through_deref(l: &L) { let t = (l.lock(1), l.lock(2)); let h = move || t.0.n + at(1); h(); at(2); drop(h); at(3); }
fn capture_in_none(l: &L) { let g = l.lock(1); let x = None.map(move |x: u32| { g.n(); x }); at(1); }
fn capture_in_some(l: &L) { let g = l.lock(1); let x = Some(1).map(move |x: u32| { g.n(); at(2) }); at(1); }
fn capture_in_unwrap_or_else(l: &L) { let g = l.lock(1); let x = l.lock(2).copied().unwrap_or_else(move || g.n() + at(2)); at(1); }
fn capture_nested(l: &L) { let g = l.lock(1); let h = move || { let i = move || { g.n(); at(1) }; i(); at(2) }; h(); at(3); }
fn closure_returns_guard(l: &L) { let h = || l.lock(1); let g = h(); at(1); let x = h().n() + at(2); at(3); }
fn closure_takes_guard(l: &L) { let h = |g: G| g.n() + at(1); h(l.lock(1)); at(2); }
fn closure_returned(l: &L) { let h = { let g = l.lock(1); move || g.n() }; at(1); h(); at(2); drop(h); at(3); }
fn call_it(h: impl FnOnce() -> u32) -> u32 { at(5); h(); at(6) }
fn closure_given(l: &L) { let g = l.lock(1); call_it(move || { g.n(); at(1) }); at(2); }
fn closure_given_moves(l: &L) { let g = l.lock(1); call_it(|| { drop(g); at(1) }); at(2); }
fn call_ref(h: &dyn Fn() -> u32) -> u32 { h() + at(5) }
fn closure_by_reference(l: &L) { let g = l.lock(1); call_ref(&|| g.n() + at(1)); at(2); }
fn closure_mut(l: &L) { let mut n = 0; let mut h = || { n += 1; l.lock(1).n() + at(1) }; h(); h(); at(2); }
fn return_in_closure(l: &L) { let h = || { let g = l.lock(1); if c() { return at(1); } at(2) }; h(); at(3); }
fn try_in_closure(l: &L) { let h = || -> Option<u32> { let m = mark(4); let g = l.get(1)?; let x = l.lock(2).copied()? + at(1); Some(x) }; h(); at(3); }
