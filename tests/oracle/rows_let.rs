// TEMPORARIES.md, "`let`".

fn let_else_plain(l: &L) { let Some(x) = l.lock(1).copied() else { at(1); return; }; at(2); }
fn let_else_ref(l: &L) { let Some(x) = &l.lock(1).o else { at(1); return; }; at(2); }
fn let_else_opt(l: &L) { let Some(5) = l.lock(1).o else { at(1); return; }; at(2); }
fn let_else_never(l: &L) { let Some(7) = l.lock(1).o else { at(1); return; }; at(2); }
fn let_else_block(l: &L) { let Some(x) = ({ l.lock(1).copied() }) else { at(1); return; }; at(2); }
fn let_else_match(l: &L) { let Some(x) = (match l.lock(1).copied() { Some(x) if c() => { at(3); Some(x) } _ => None }) else { at(1); return; }; at(2); }
fn let_else_ref_guard(l: &L) { let Some(x) = &l.get(1) else { at(1); return; }; at(2); }
fn let_else_ok_guard(l: &L) { let Ok(g) = l.try_lock(1) else { at(1); return; }; at(2); }
fn let_else_some_guard(l: &L) { let Some(g) = l.get(1) else { at(1); return; }; at(2); }
fn let_else_wild(l: &L) { let Some(_) = l.get(1) else { at(1); return; }; at(2); }
fn let_else_break(l: &L) { loop { let Some(x) = l.lock(1).copied() else { at(1); break; }; at(2); } at(3); }
fn let_copied(l: &L) { let v = l.lock(1).copied(); at(1); }
fn let_ref_of_call(l: &L) { let v = &l.lock(1).n(); at(1); }
fn let_ref_len(l: &L) { let v = &l.lock(1).v.len(); at(1); }
fn extend_deref(l: &L) { let v = &*l.lock(1); at(1); }
fn extend_field(l: &L) { let v = &l.lock(1).n; at(1); }
fn extend_field_mut(l: &L) { let v = &mut l.lock(1).n; *v = at(2); at(1); }
fn extend_index(l: &L) { let v = &l.lock(1).a[1]; at(1); }
fn extend_index_vec(l: &L) { let v = &l.lock(1).v[1]; at(1); }
fn extend_slice(l: &L) { let v = &l.lock(1).v[..]; at(1); }
fn extend_guard(l: &L) { let v = &l.lock(1); at(1); }
fn extend_tuple(l: &L) { let v = (&l.lock(1).n, at(2)); at(1); }
fn extend_array(l: &L) { let v = [&l.lock(1).n, &l.lock(2).n]; at(1); }
fn extend_struct(l: &L) { let v = R { r: &l.lock(1).n }; at(1); }
fn extend_some(l: &L) { let v = Some(&l.lock(1).n); at(1); }
fn extend_tuple_struct(l: &L) { let v = W(&l.lock(1).n); at(1); }
fn extend_nested(l: &L) { let v = Some((W(&l.lock(1).n), [R { r: &l.lock(2).n }])); at(1); }
fn extend_cast(l: &L) { let v = &l.lock(1).n as &dyn std::fmt::Display; at(1); }
fn extend_block_tail(l: &L) { let v = { at(2); &l.lock(1).n }; at(1); }
fn extend_if(l: &L) { let v = if c() { &l.lock(1).n } else { &l.lock(2).n }; at(1); }
fn extend_match(l: &L) { let v = match k() { 0 => &l.lock(1).n, _ => &l.lock(2).n }; at(1); }
fn extend_match_block(l: &L) { let v = match k() { 0 => { at(3); &l.lock(1).n } _ => { at(4); &l.lock(2).n } }; at(1); }
fn extend_if_some(l: &L) { let v = Some(if c() { &l.lock(1).n } else { &l.lock(2).n }); at(1); }
fn argument_not_extended(l: &L) { let v = *id(&l.lock(1).n); at(1); }
fn receiver_not_extended(l: &L) { let v = (&l.lock(1).v).len(); at(1); }
fn vec_not_extended(l: &L) { let v = vec![&l.lock(1).n].len(); at(1); }
fn some_map_not_extended(l: &L) { let v = Some(&l.lock(1).n).map(|x| *x); at(1); }
fn ref_of_clone(l: &L) { let x = &l.lock(1).v.clone(); at(1); }
fn ref_pattern_of_call(l: &L) { let ref x = l.lock(1).n(); at(1); }
fn ref_pattern_guard(l: &L) { let ref x = l.lock(1); at(1); }
fn ref_pattern_field(l: &L) { let ref x = l.lock(1).n; at(1); }
fn at_wild(l: &L) { let _x @ _ = l.lock(1); at(1); }
fn struct_pattern_ref(l: &L) { let S { ref g, .. } = S { g: l.lock(1), n: at(2) }; at(1); }
fn wild_guard(l: &L) { let _ = l.lock(1); at(1); }
fn assign_wild_guard(l: &L) { _ = l.lock(1); at(1); }
fn wild_in_tuple(l: &L) { let (_, ..) = (l.lock(1), l.lock(2), at(2)); at(1); }
fn struct_pattern_rest(l: &L) { let S { n, .. } = S { g: l.lock(1), n: at(2) }; at(1); }
fn slice_pattern(l: &L) { let [x, ..] = [l.lock(1), l.lock(2)]; at(1); }
fn slice_pattern_of_array(l: &L) { let a = l.lock(1); let [x, ..] = [a, l.lock(2)]; at(1); }
fn let_guard(l: &L) { let _g = l.lock(1); at(1); }
fn wild_ref_guard(l: &L) { let _ = &l.lock(1); at(1); }
fn wild_of_binding(l: &L) { let g = l.lock(1); let _ = g; at(1); }
fn assign_wild_of_binding(l: &L) { let g = l.lock(1); _ = g; at(1); }
fn wild_of_tuple_binding(l: &L) { let t = (l.lock(1), l.lock(2)); let (a, _) = t; at(1); drop(a); at(2); }
fn path_statement(l: &L) { let g = l.lock(1); g; at(1); }
fn drop_call(l: &L) { let g = l.lock(1); drop(g); at(1); }
fn late_init(l: &L) { let g; if c() { g = l.lock(1); at(2); } at(1); }
fn late_init_both(l: &L) { let g; if c() { g = l.lock(1); } else { g = l.lock(2); at(3); } at(1); peek(&g); }
