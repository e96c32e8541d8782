// TEMPORARIES.md, "conditions".

fn if_plain(l: &L) { if l.lock(1).b() { at(1); } else { at(2); } at(3); }
fn if_not(l: &L) { if !l.lock(1).b() { at(1); } else { at(2); } at(3); }
fn while_plain(l: &L) { while l.lock(1).b() { at(1); } at(3); }
fn if_rest_of_condition(l: &L) { if l.lock(1).n() * 0 == at(1) + k() { at(2); } else { at(3); } at(4); }
fn while_rest_of_condition(l: &L) { while l.lock(1).n() * 0 == at(1) + k() { at(2); } at(4); }
fn and_rhs(l: &L) { let x = l.lock(1).b() && at(1) == 0; at(2); }
fn or_rhs(l: &L) { let x = l.lock(1).b() || at(1) == 0; at(2); }
fn and_in_arguments(l: &L) { f((l.lock(1).b() && c()) as u32, at(1)); at(2); }
fn and_right_in_arguments(l: &L) { f((c() && l.lock(1).b()) as u32, at(1)); at(2); }
fn or_in_tuple(l: &L) { (c() || l.lock(1).b(), at(1)); at(2); }
fn and_three(l: &L) { if l.lock(1).b() && l.lock(2).b() || l.lock(3).b() && at(1) == 0 { at(2); } else { at(3); } }
fn and_compare(l: &L) { if c() && l.lock(2).n() * 0 == at(1) { at(2); } else { at(3); } }
fn and_nested_parentheses(l: &L) { let x = (l.lock(1).b() && (l.lock(2).b() || at(1) == 0)) && at(2) == 0; at(3); }
fn not_in_arguments(l: &L) { f(!l.lock(1).b() as u32, at(1)); at(2); }
fn cast_in_arguments(l: &L) { f(l.lock(1).n() as u32, at(1)); at(2); }
fn tuple_field_in_arguments(l: &L) { f((l.lock(1).n(),).0, at(1)); at(2); }
fn bit_or_in_arguments(l: &L) { f(l.lock(1).n() | at(1), at(2)); at(3); }
fn bit_or_bools(l: &L) { let x = l.lock(1).b() | (at(1) == 0); at(2); }
fn equals_in_arguments(l: &L) { f((l.lock(1).n() == at(1)) as u32, at(2)); at(3); }
fn assert_message(l: &L) { assert!(l.lock(1).b(), "{}", at(1)); at(2); }
fn assert_rest(l: &L) { assert!(l.lock(1).n() * 0 == at(1)); at(2); }
fn assert_eq_rhs(l: &L) { assert_eq!(l.lock(1).n() * 0, at(1)); at(2); }
fn assert_eq_message(l: &L) { assert_eq!(l.lock(1).b(), true, "{}", at(1)); at(2); }
fn assert_ne_rhs(l: &L) { assert_ne!(l.lock(1).n(), at(1), "{}", at(2)); at(3); }
fn debug_assert_rest(l: &L) { debug_assert!(l.lock(1).n() * 0 == at(1)); at(2); }
fn debug_assert_eq_rhs(l: &L) { debug_assert_eq!(l.lock(1).n() * 0, at(1)); at(2); }
fn if_block_condition(l: &L) { if { l.lock(1).b() } { at(1); } else { at(2); } at(3); }
fn if_in_condition(l: &L) { if if l.lock(1).b() { l.lock(2).b() } else { at(1) == 1 } { at(2); } else { at(3); } at(4); }
fn if_matches(l: &L) { if matches!(l.lock(1).copied(), Some(_)) { at(1); } else { at(2); } at(3); }
fn else_if_plain(l: &L) { if l.lock(1).b() { at(1); } else if l.lock(2).b() { at(2); } else { at(3); } at(4); }
