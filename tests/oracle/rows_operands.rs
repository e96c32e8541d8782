// TEMPORARIES.md, "operands in order".

fn later_argument(l: &L) { f(l.lock(1).n(), at(1)); at(2); }
fn later_element(l: &L) { (l.lock(1).n(), at(1)); at(2); }
fn later_array_element(l: &L) { [l.lock(1).n(), at(1)]; at(2); }
fn later_field(l: &L) { S { n: l.lock(1).n(), g: l.lock(2) }; at(2); }
fn later_field_reordered(l: &L) { let s = T2 { b: l.lock(1), n: at(1), a: l.lock(2) }; at(2); }
fn later_operand(l: &L) { l.lock(1).n() + at(1); at(2); }
fn later_range_end(l: &L) { let r = l.lock(1).n()..at(1); at(2); }
fn later_in_method(l: &L) { l.lock(1).put(at(1)); at(2); }
fn later_insert(l: &L) { l.lock(1).v.insert(ix(1), at(2)); at(3); }
fn whole_statement_let(l: &L) { let x = (l.lock(1).n(), at(1)); at(2); }
fn println_args(l: &L) { let s = format_args!("{}{}", l.lock(1).n(), at(1)).to_string(); at(2); }
fn write_args(l: &L) { use std::fmt::Write; let mut s = String::new(); write!(s, "{}{}", l.lock(1).n(), at(1)); at(2); }
fn eprint_args(l: &L) { if c() { eprint!("{}{}", l.lock(1).n, at(1)); } at(2); }
fn panic_args(l: &L) { panic!("{}{}", l.lock(1).n(), at(1)); }
fn format_then(l: &L) { f(unit(format!("{}{}", l.lock(1).n(), at(1))), at(2)); at(3); }
fn forward_by_value(l: &L) { f(l.lock(1).fw().n(), at(1)); at(2); }
fn drop_in_arguments(l: &L) { f(unit(drop(l.lock(1))), at(1)); at(2); }
fn drop_ref_in_arguments(l: &L) { f(unit(drop(&l.lock(1))), at(1)); at(2); }
fn drop_value_in_arguments(l: &L) { f(unit(drop(l.lock(1).n())), at(1)); at(2); }
fn is_ok_in_arguments(l: &L) { f(l.lock(1).res().is_ok() as u32, at(1)); at(2); }
fn try_is_ok_in_arguments(l: &L) { f(l.try_lock(1).is_ok() as u32, at(1)); at(2); }
fn index_after_base(l: &L) { let x = l.lock(1).a[ix(1)]; at(2); }
fn index_vec_after_base(l: &L) { let x = l.lock(1).v[ix(1)]; at(2); }
fn index_of_local(l: &L) { let a = [1, 2, 3]; let x = a[l.lock(1).i()] + at(1); at(2); }
fn index_assign(l: &L) { l.lock(1).v[ix(1)] = at(2); at(3); }
fn assign_through_method(l: &L) { *l.lock(1).m() = at(1); at(2); }
fn assign_field(l: &L) { l.lock(1).n = at(1); at(2); }
fn assign_index(l: &L) { l.lock(1).a[1] = at(1); at(2); }
fn assign_index_vec(l: &L) { l.lock(1).v[1] = at(1); at(2); }
fn assign_index_by_lock(l: &L) { let mut a = [1, 2, 3]; a[l.lock(1).i()] = at(1); at(2); }
fn assign_op_through_method(l: &L) { *l.lock(1).m() += at(1); at(2); }
fn assign_op_field(l: &L) { l.lock(1).n += at(1); at(2); }
fn assign_op_index(l: &L) { let mut a = [1, 2, 3]; a[l.lock(1).i()] += at(1); at(2); }
fn assign_op_index_vec(l: &L) { l.lock(1).v[ix(2)] += at(1); at(3); }
fn assign_op_overloaded(l: &L) { *l.lock(1) += at(1); at(2); }
fn assign_op_string(l: &L) { l.lock(1).s += { at(1); "x" }; at(2); }
fn assign_op_string_index(l: &L) { let mut s = vec![String::new(), String::new()]; s[l.lock(1).i()] += { at(1); "x" }; at(2); }
fn assign_op_reference(l: &L) { *l.lock(1).m() += &at(1); at(2); }
fn assign_meets(l: &L) { *l.lock(1).m() = l.lock(2).n() + at(1); at(2); }
fn assign_op_meets(l: &L) { *l.lock(1).m() += l.lock(2).n() + at(1); at(2); }
fn two_phase(l: &L) { l.lock(1).put({ at(1); l.lock(2).n() }); at(2); }
fn two_phase_argument(l: &L) { f(l.lock(1).put({ l.lock(2).n() }), at(1)); at(2); }
fn two_phase_plain(l: &L) { f(l.lock(1).put(l.lock(2).n()), at(1)); at(2); }
fn two_phase_vec(l: &L) { l.lock(1).v.push({ at(1); l.lock(2).n() }); at(2); }
fn argument_returns(l: &L) -> u32 { f(l.lock(1).n(), { if c() { return at(1); } at(2) }); at(3) }
fn argument_panics(l: &L) { f(l.lock(1).n(), { if c() { panic!("{}", at(1)) } at(2) }); at(3); }
fn argument_breaks(l: &L) { loop { f(l.lock(1).n(), { if c() { at(1); break; } at(2) }); at(3); } at(4); }
fn argument_guard_returns(l: &L) -> u32 { both(l.lock(1), { if c() { return at(1); } at(2) }); at(3) }
fn move_into_call(l: &L) { let g = l.lock(1); f(consume(g), at(1)); at(2); }
fn guard_through(l: &L) { let g = give(l, l.lock(1)); at(1); }
fn pass_both(l: &L) { both(l.lock(1), l.lock(2).n()); at(1); }
fn array_repeat(l: &L) { let a = [l.lock(1).n(); 2]; at(1); }
fn nested_calls(l: &L) { f(f(l.lock(1).n(), at(1)), f(l.lock(2).n(), at(2))); at(3); }
fn method_chain(l: &L) { let x = l.lock(1).v.iter().map(|x| at(1)).filter(|x| at(2) == 0).count(); at(3); }
fn compare_refs(l: &L) { let x = &l.lock(1).n == &l.lock(2).n || at(1) == 0; at(2); }
fn compare_strings(l: &L) { let x = l.lock(1).s == l.lock(2).s; at(1); }
fn add_strings(l: &L) { let x = l.lock(1).s.clone() + &l.lock(2).s + { at(1); "x" }; at(2); }
fn shadow_arg(l: &L) { let g = l.lock(1); let g = { at(1); g }; at(2); }
