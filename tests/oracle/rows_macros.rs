// TEMPORARIES.md, "macros from another crate".

fn if_let_of_2021(l: &L) { mac21::if_let!(l.lock(1).opt(), at(1), at(2)); at(3); }
fn if_let_of_2024(l: &L) { mac24::if_let!(l.lock(1).opt(), at(1), at(2)); at(3); }
fn block_of_2021(l: &L) { f(mac21::tail!(at(1), => l.lock(1).n()), at(2)); at(3); }
fn block_of_2024(l: &L) { f(mac24::tail!(at(1), => l.lock(1).n()), at(2)); at(3); }
fn given_to_2021(l: &L) { f(mac21::given!({ l.lock(1).n() }), at(2)); at(3); }
fn given_to_2024(l: &L) { f(mac24::given!({ l.lock(1).n() }), at(2)); at(3); }
fn given_if_let_to_2021(l: &L) { mac21::given!(if let Some(_) = l.lock(1).opt() { at(1) } else { at(2) }); at(3); }
fn given_if_let_to_2024(l: &L) { mac24::given!(if let Some(_) = l.lock(1).opt() { at(1) } else { at(2) }); at(3); }
