// TEMPORARIES.md, "Also to be encoded".

fn moved_drop(l: &L) { let g = l.lock(1); drop(g); at(1); }
fn moved_consume(l: &L) { let g = l.lock(1); consume(g); at(1); }
fn moved_some(l: &L) { let g = l.lock(1); let o = Some(g); at(1); drop(o); at(2); }
fn moved_field(l: &L) { let g = l.lock(1); let s = S { g, n: 1 }; at(1); drop(s); at(2); }
fn moved_box(l: &L) { let g = Box::new(l.lock(1)); at(1); g.n(); drop(g); at(2); }
fn moved_out_of_box(l: &L) { let b = Box::new(l.lock(1)); let g = *b; at(1); drop(g); at(2); }
fn moved_on_one_branch(l: &L) { let g = l.lock(1); if c() { drop(g); at(1); } at(2); }
fn moved_in_one_arm(l: &L) { let g = l.lock(1); match k() { 0 => { consume(g); } _ => { at(1); } } at(2); }
fn moved_in_and(l: &L) { let g = l.lock(1); if c() && consume(g) == 2 { at(1); } at(2); }
fn moved_in_loop_once(l: &L) { let g = l.lock(1); loop { if c() { drop(g); at(1); break; } if c() { break; } at(2); } at(3); }
fn shadowing(l: &L) { let g = l.lock(1); let g = g; at(1); let g = l.lock(2); at(2); }
fn assign_over(l: &L) { let mut g = l.lock(1); at(1); g = l.lock(2); at(2); }
fn assign_over_rhs(l: &L) { let mut g = l.lock(1); g = { at(1); l.lock(2) }; at(2); }
fn assign_over_moved(l: &L) { let mut g = l.lock(1); if c() { drop(g); } g = l.lock(2); at(2); }
fn assign_over_field(l: &L) { let mut s = S { g: l.lock(1), n: 1 }; s.g = l.lock(2); at(1); }
fn assign_over_option(l: &L) { let mut o = l.get(1); o = None; at(1); o = Some(l.lock(2)); at(2); }
fn assign_in_loop(l: &L) { let mut g = l.lock(1); while c() { g = l.lock(2); at(1); } at(2); }
fn assign_through_ref(l: &L) { let mut g = l.lock(1); let r = &mut g; *r = l.lock(2); at(1); }
fn forget(l: &L) { let g = l.lock(1); mem::forget(g); at(1); }
fn leak(l: &L) { let g = Box::leak(Box::new(l.lock(1))); at(1); }
fn manually_drop(l: &L) { let g = ManuallyDrop::new(l.lock(1)); at(1); }
fn replace(l: &L) { let mut g = l.lock(1); let h = mem::replace(&mut g, l.lock(2)); at(1); drop(h); at(2); }
fn replace_dropped(l: &L) { let mut g = l.lock(1); mem::replace(&mut g, l.lock(2)); at(1); }
fn swap(l: &L) { let mut g = l.lock(1); let mut h = l.lock(2); mem::swap(&mut g, &mut h); drop(g); at(1); }
fn option_take(l: &L) { let mut o = Some(l.lock(1)); at(1); o.take(); at(2); }
fn option_take_kept(l: &L) { let mut o = l.get(1); let p = o.take(); at(1); drop(o); at(2); drop(p); at(3); }
fn vec_push_pop(l: &L) { let mut v = Vec::new(); v.push(l.lock(1)); v.push(l.lock(2)); at(1); v.pop(); at(2); }
fn vec_clear(l: &L) { let mut v = vec![l.lock(1), l.lock(2)]; at(1); v.clear(); at(2); }
fn vec_into_iter(l: &L) { for g in vec![l.lock(1), l.lock(2)] { at(1); if c() { break; } } at(2); }
fn array_into_iter(l: &L) { for g in [l.lock(1), l.lock(2)] { at(1); if c() { break; } } at(2); }
fn tuple_wild(l: &L) { let (a, _) = (l.lock(1), l.lock(2)); at(1); }
fn tuple_wild_through(l: &L) { let (a, _) = id((l.lock(1), l.lock(2))); at(1); }
fn tuple_wild_assign(l: &L) { let a; (a, _) = (l.lock(1), l.lock(2)); at(1); }
fn tuple_wild_place(l: &L) { let t = (l.lock(1), l.lock(2)); let (a, _) = t; drop(a); at(1); }
fn tuple_assign(l: &L) { let (mut a, mut b) = (l.lock(1), l.lock(2)); (a, b) = (l.lock(3), l.lock(4)); at(1); }
fn base_of_local(l: &L) { let b = T2 { a: l.lock(1), b: l.lock(2), n: 0 }; let s = T2 { a: l.lock(3), ..b }; at(1); drop(s); at(2); }
fn base_of_temporary(l: &L) { let s = T2 { a: l.lock(3), ..T2 { a: l.lock(1), b: l.lock(2), n: at(3) } }; at(1); drop(s); at(2); }
fn partial_move(l: &L) { let t = (l.lock(1), l.lock(2)); drop(t.0); at(1); }
fn partial_move_struct(l: &L) { let s = T2 { a: l.lock(1), b: l.lock(2), n: 0 }; drop(s.b); at(1); }
fn partial_move_branch(l: &L) { let s = T2 { a: l.lock(1), b: l.lock(2), n: 0 }; if c() { drop(s.b); } at(1); }
fn partial_move_refill(l: &L) { let mut t = (l.lock(1), l.lock(2)); drop(t.0); at(1); t.0 = l.lock(3); at(2); }
fn drop_order_locals(l: &L) { let a = l.lock(1); let b = l.lock(2); let t = (l.lock(3), l.lock(4)); let s = T2 { b: l.lock(5), a: l.lock(6), n: 0 }; }
fn drop_order_array(l: &L) { let a = [l.lock(1), l.lock(2)]; let m = mark(1); }
fn drop_order_temporaries(l: &L) { f(l.lock(1).n(), l.lock(2).n()); at(1); }
fn copy_place(l: &L) { let x = l.lock(1).n; at(1); }
fn match_place(l: &L) { let o = l.get(1); match o { Some(_) => { at(1); } None => { at(2); } } at(3); }
fn match_place_moves(l: &L) { let o = l.get(1); match o { Some(g) => { at(1); } None => { at(2); } } at(3); }
fn match_place_ref(l: &L) { let o = l.get(1); match &o { Some(g) => { at(1); } None => { at(2); } } at(3); }
fn match_place_ref_pattern(l: &L) { let o = l.get(1); match o { Some(ref g) => { at(1); } None => { at(2); } } at(3); }
fn if_let_place(l: &L) { let o = (l.get(1), 1); if let Some(g) = o.0 { at(1); } else { at(2); } at(3); }
fn match_temporary_takes(l: &L) { match l.get(1) { Some(g) => { drop(g); at(1); } None => { at(2); } } at(3); }
fn match_temporary_leaves(l: &L) { match l.get(1) { Some(_) => { at(1); } None => { at(2); } } at(3); }
fn match_deref_guard(l: &L) { let g = l.lock(1); match g.o { Some(_) => { at(1); } None => {} } drop(g); at(2); }
fn match_deref_temporary(l: &L) { match *l.lock(1).r() { 2 => { at(1); } _ => {} } at(2); }
fn match_guard_moves_after(l: &L) { match l.get(1) { Some(g) if c() => { drop(g); at(1); } Some(g) if at(4) == k() => { at(5); } _ => { at(2); } } at(3); }
fn match_guard_moves_place(l: &L) { let o = l.get(1); match o { Some(g) if c() => { at(1); } _ => { at(2); } } at(3); }
fn match_or_pattern(l: &L) { match l.try_lock(1) { Ok(g) | Ok(g) if c() => { at(1); } Ok(_) | Err(_) => { at(2); } } at(3); }
fn match_enum(l: &L) { let e = match k() { 0 => E::A(l.lock(1)), _ => if c() { E::B { g: l.lock(2), n: at(4) } } else { E::C } }; match e { E::A(g) => { at(1); } E::B { n, .. } => { at(2); } E::C => { at(5); } } at(3); }
fn match_pair(l: &L) { match (l.get(1), l.get(2)) { (Some(a), Some(b)) => { drop(a); at(1); } (Some(a), None) => { at(2); } (_, b) => { at(3); } } at(4); }
fn match_at_binding(l: &L) { match l.get(1) { o @ Some(_) => { at(1); drop(o); at(2); } None => { at(4); } } at(3); }
fn question_operand(l: &L) -> Option<u32> { let x = l.lock(1).copied()? + at(1); at(2); Some(x) }
fn question_let(l: &L) -> Option<u32> { let m = mark(3); let x = l.lock(1).copied()?; at(2); Some(x) }
fn question_guard(l: &L) -> Option<u32> { let m = mark(3); let x = l.get(1)?.n() + at(1); at(2); Some(x) }
fn question_guard_let(l: &L) -> Option<u32> { let m = mark(3); let g = l.get(1)?; at(2); Some(1) }
fn question_map_err(l: &L) -> Result<u32, u32> { let m = mark(3); let x = l.lock(1).res().map_err(|e| at(1))?; at(2); Ok(x) }
fn question_try_lock(l: &L) -> Result<u32, ()> { let g = l.try_lock(1)?; let h = l.try_lock(2)?; at(2); Ok(1) }
fn question_tail(l: &L) -> Option<u32> { let m = mark(3); let g = l.lock(2); Some(l.get(1)?.n()) }
fn question_argument(l: &L) -> Option<u32> { both(l.lock(1), l.lock(2).copied()?); at(1); None }
fn format_let(l: &L) { let a = format_args!("{}", l.lock(1)); at(1); }
fn format_let_value(l: &L) { let a = format_args!("{}", l.lock(1).n()); at(1); }
fn format_let_field(l: &L) { let a = format_args!("{}", l.lock(1).n); at(1); }
fn format_captured(l: &L) { let g = l.lock(1); let s = format!("{g}{}", at(1)); drop(g); at(2); }
fn pin_extends(l: &L) { let p = pin!(l.lock(1)); at(1); }
fn pin_extends_tail(l: &L) { let p = { at(2); pin!(l.lock(1)) }; at(1); }
fn pin_value(l: &L) { let p = pin!(l.lock(1).n()); at(1); }
fn dbg_operand(l: &L) { if c() { let x = unit(dbg!(l.lock(1).n())) + at(1); } at(2); }
fn matches_argument(l: &L) { f(matches!(l.lock(1).copied(), Some(_)) as u32, at(1)); at(2); }
fn matches_condition(l: &L) { let x = matches!(l.lock(1).copied(), Some(n) if at(1) == k()) as u32 + at(3); at(2); }
fn vec_elements(l: &L) { let v = vec![l.lock(1).n(), at(1)]; at(2); }
fn unwrap_guard(l: &L) { let g = l.get(1).unwrap(); at(1); }
fn unwrap_temporary(l: &L) { let x = l.get(1).unwrap().n() + at(1); at(2); }
fn expect_temporary(l: &L) { let x = l.try_lock(1).expect("free").n() + at(1); at(2); }
fn is_some_operand(l: &L) { let x = l.get(1).is_some() as u32 + at(1); at(2); }
fn as_ref_map(l: &L) { let o = l.get(1); let x = o.as_ref().map(|g| g.n() + at(1)); at(2); drop(o); at(3); }
fn and_then_guard(l: &L) { let x = l.get(1).and_then(|g| { at(1); l.get(2) }); at(2); }
fn ok_guard(l: &L) { let x = l.try_lock(1).ok(); at(2); }
fn nested_function(l: &L) { fn inner(l: &L) -> G { let h = l.lock(1); l.lock(2) } let g = inner(l); at(1); }
fn option_guard_assigned_later(l: &L) { let mut o = None; if c() { o = Some(l.lock(1)); } at(1); if let Some(g) = o { at(2); } at(3); }
fn guard_in_loop(l: &L) { let mut v = Vec::new(); for i in 0..2 { v.push(l.lock(1)); at(1); } at(2); }
fn deref_of_field(l: &L) { let s = S { g: l.lock(1), n: 1 }; let x = s.g.n + at(1); let S { g, n } = s; at(2); drop(g); at(3); }
fn reborrow(l: &L) { let g = l.lock(1); let r = &g; let h = &*r; peek(h); drop(g); at(1); }
static ONE: u32 = 1;
const TWO: u32 = 2;
fn statics_hold_nothing(l: &L) { let r = &ONE; let x = &TWO; match TWO { 2 => { at(1); } _ => {} } at(2); }
fn match_or_pattern_parts(l: &L) { match (l.get(1), l.get(2)) { (Some(g), _) | (_, Some(g)) if g.b() => { at(1); drop(g); at(2); } (None, _) => { at(3); } _ => { at(4); } } at(5); }
fn match_or_pattern_no_names(l: &L) { match (l.lock(1).copied(), l.get(2)) { (Some(_), _) | (_, Some(_)) if l.lock(3).b() => { at(1); } _ => { at(4); } } at(5); }
fn if_let_or_pattern(l: &L) { if let (Some(g), _) | (None, Some(g)) = (l.get(1), l.get(2)) { at(1); drop(g); at(2); } else { at(3); } at(4); }
fn let_or_pattern(l: &L) { let (Ok(x) | Err(x)) = l.try_lock(1).map(|g| Some(g)).map_err(|_| None); at(1); }
