// TEMPORARIES.md, "scrutinees".

fn match_arms_number(l: &L) { match l.lock(1).n() { 0 => { at(1); } _ => { at(2); } } at(3); }
fn match_arms_bool(l: &L) { match l.lock(1).b() { true => { at(1); } false => { at(2); } } at(3); }
fn match_arms_ref(l: &L) { match l.lock(1).r() { x => { at(1); show(x); } } at(3); }
fn match_arms_place(l: &L) { match l.lock(1).n { 2 => { at(1); } _ => { at(2); } } at(3); }
fn match_arms_parenthesised(l: &L) { match ((l.lock(1).n())) { 0 => { at(1); } x if at(4) == x => { at(5); } _ => { at(2); } } at(3); }
fn match_arms_wild_of_guard(l: &L) { match l.lock(1) { _ => { at(1); } } at(2); }
fn match_arms_bound_guard(l: &L) { match l.lock(1) { g => { at(1); } } at(2); }
fn match_arms_copied(l: &L) { match l.lock(1).copied() { Some(x) if x == at(1) => { at(2); } Some(_) => { at(3); } None => { at(4); } } at(5); }
fn match_guard_own_temporary(l: &L) { match k() { 0 if l.lock(1).b() => { at(1); } 0 if at(2) == 1 => { at(3); } 1 if l.lock(2).b() => { at(4); } _ => { at(5); } } at(6); }
fn match_guard_rest_of_guard(l: &L) { match k() { 0 if l.lock(1).n() * 0 + k() == at(1) => { at(2); } _ => { at(3); } } at(4); }
fn match_guard_let(l: &L) { match k() { 0 if let Some(_) = l.lock(1).opt() && at(4) == 0 && c() => { at(1); } 0 if c() => { at(5); } _ => { at(2); } } at(3); }
fn match_block_scrutinee(l: &L) { match { l.lock(1).n() } { 0 => { at(1); } _ => { at(2); } } at(3); }
fn match_block_scrutinee_nested(l: &L) { match { { l.lock(1).n() } } { _ => { at(2); } } at(3); }
fn match_block_scrutinee_unsafe(l: &L) { match unsafe { l.lock(1).n() } { _ => { at(2); } } at(3); }
fn match_block_scrutinee_labelled(l: &L) { match 'a: { if c() { break 'a 5; } l.lock(1).n() } { _ => { at(2); } } at(3); }
fn match_block_gives_guard(l: &L) { match { l.lock(1) }.n() { _ => { at(2); } } at(3); }
fn match_and_left(l: &L) { match l.lock(1).b() && c() { true => { at(1); } false => { at(2); } } at(3); }
fn match_and_right(l: &L) { match c() && l.lock(1).b() { true => { at(1); } false => { at(2); } } at(3); }
fn match_or_right(l: &L) { match c() || l.lock(1).b() { true => { at(1); } false => { at(2); } } at(3); }
fn match_tuple(l: &L) { match (l.lock(1).n(), at(1)) { (0, _) => { at(2); } (_, x) => { at(3); } } at(4); }
fn match_tuple_two(l: &L) { match (l.lock(1).copied(), l.lock(2).copied()) { (Some(_), None) => { at(2); } (None, x) if x.is_some() => { at(3); } _ => { at(5); } } at(4); }
fn match_as_argument(l: &L) { f(match l.lock(1).n() { _ => 1 }, at(1)); at(2); }
fn match_as_operand(l: &L) { let x = match l.lock(1).copied() { Some(x) => x, None => 0 } + at(1); at(2); }
fn match_as_let(l: &L) { let x = match l.lock(1).copied() { Some(x) => at(1), None => at(2) }; at(3); }
fn if_let_then(l: &L) { if let Some(x) = l.lock(1).opt() { at(1); } at(2); }
fn if_let_ref_field(l: &L) { if let x = &l.lock(1).n { at(1); } at(2); }
fn if_let_field(l: &L) { if let Some(x) = l.lock(1).o { at(1); } else { at(3); } at(2); }
fn if_let_else(l: &L) { if let Some(x) = l.lock(1).opt() { at(1); } else { at(2); } at(3); }
fn if_let_else_if(l: &L) { if let Some(x) = l.lock(1).opt() { at(1); } else if at(2) == k() { at(3); } else { at(4); } at(5); }
fn if_let_else_if_let(l: &L) { if let Some(x) = l.lock(1).opt() { at(1); } else if let Some(y) = l.lock(2).opt() { at(2); } else { at(3); } at(4); }
fn if_let_else_if_let_three(l: &L) { if let Some(x) = l.lock(1).opt() { at(1); } else if let Some(y) = l.lock(2).opt() { at(2); } else if let Some(y) = l.get(3) { at(3); } else { at(5); } at(4); }
fn if_let_as_argument(l: &L) { f(if let Some(x) = l.lock(1).opt() { at(1) } else { at(2) }, at(3)); at(4); }
fn if_let_as_operand(l: &L) { let x = (if let Some(x) = l.lock(1).opt() { 1 } else { 2 }) + at(1); at(2); }
fn if_let_as_let(l: &L) { let x = if let Some(x) = l.lock(1).opt() { at(1) } else { at(2) }; at(3); }
fn if_let_block(l: &L) { if let Some(x) = { l.lock(1).copied() } { at(1); } else { at(2); } at(3); }
fn if_let_owned_guard(l: &L) { if let Some(g) = l.get(1) { at(1); } else { at(2); } at(3); }
fn if_let_owned_guard_wild(l: &L) { if let Some(_) = l.get(1) { at(1); } else { at(2); } at(3); }
fn if_let_owned_guard_dropped(l: &L) { if let Some(g) = l.get(1) { drop(g); at(1); } else { at(2); } at(3); }
fn if_let_ok(l: &L) { if let Ok(g) = l.try_lock(1) { at(1); } else { at(2); } at(3); }
// only 2024
fn chain(l: &L) { if let Some(_) = l.lock(1).opt() && at(1) == 0 && let Some(_) = l.lock(2).opt() { at(2); } else { at(3); } at(4); }
// only 2024
fn chain_while(l: &L) { while let Some(_) = l.lock(1).opt() && at(1) == 0 && let Some(_) = l.lock(2).opt() { at(2); } at(4); }
// only 2024
fn chain_else_if(l: &L) { if let Some(_) = l.lock(1).opt() && c() { at(2); } else if at(3) == 0 && c() { at(4); } else { at(5); } at(6); }
// only 2024
fn chain_else_if_let(l: &L) { if c() && let Some(_) = l.lock(1).opt() { at(2); } else if let Some(_) = l.lock(2).opt() && c() { at(4); } else { at(5); } at(6); }
// only 2024
fn chain_plain_link(l: &L) { if l.lock(1).b() && at(1) == 0 && let Some(_) = l.lock(2).opt() && l.lock(3).b() { at(2); } else { at(3); } at(4); }
// only 2024
fn chain_moves_guard(l: &L) { if let Some(g) = l.get(1) && c() { at(2); drop(g); at(5); } else { at(3); } at(4); }
// only 2024
fn chain_as_argument(l: &L) { f(if let Some(_) = l.lock(1).opt() && c() { at(5) } else { at(6) }, at(1)); at(2); }
fn while_let_body(l: &L) { while let Some(x) = l.lock(1).opt() { at(1); } at(2); }
fn while_let_continue(l: &L) { while let Some(x) = l.lock(1).opt() { if c() { continue; } at(1); } at(2); }
fn while_let_break(l: &L) { while let Some(x) = l.lock(1).opt() { if c() { at(3); break; } at(1); } at(2); }
fn while_let_pop(l: &L) { let mut n = 0; while let Some(x) = l.lock(1).v.pop() { at(1); if c() { break; } } at(2); }
fn while_let_block(l: &L) { while let Some(x) = { l.lock(1).copied() } { at(1); } at(2); }
fn while_let_block_let(l: &L) { while let Some(x) = { let v = l.lock(1).copied(); v } { at(1); } at(2); }
fn while_let_guard(l: &L) { while let Some(g) = l.get(1) { at(1); if c() { drop(g); at(3); } } at(2); }
fn for_block(l: &L) { for x in { l.lock(1).v.clone() } { at(1); } at(2); }
fn for_iter(l: &L) { for x in l.lock(1).v.iter() { at(1); } at(2); }
fn for_ref(l: &L) { for x in &l.lock(1).v { at(1); } at(2); }
fn for_clone(l: &L) { for x in l.lock(1).v.clone() { at(1); if c() { break; } } at(2); }
fn for_collect(l: &L) { for x in l.lock(1).v.iter().collect::<Vec<_>>() { at(1); } at(2); }
fn for_range(l: &L) { for x in (0..l.lock(1).n) { at(1); if c() { continue; } at(3); } at(2); }
fn for_range_without(l: &L) { for x in 0..l.lock(1).n() { at(1); } at(2); }
fn for_zip(l: &L) { for x in l.lock(1).v.iter().zip(l.lock(2).v.iter()) { at(1); } at(2); }
fn for_map(l: &L) { for x in l.lock(1).v.iter().map(|x| at(3)) { at(1); } at(2); }
