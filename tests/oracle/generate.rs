//! Programs from a seed: the constructs of the rows nested in each other, in pieces that rustc accepts.
//!
//! Pieces are made **in evaluation order**, and [`Gen::owned`] is what a guard variable's life is at that point: after a branch only
//! guards owned on all sides are left, and in loops, closures and match guards those from outside may be used but not moved.

use proc_macro2::{Delimiter, Ident, Literal, Span, TokenStream, TokenTree};
use quote::quote;

/// A generated function.
pub struct Generated {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Makes `count` functions for an edition.
pub fn programs(seed: u64, count: usize, depth: u32, edition: u16) -> Vec<Generated> {
    (0..count)
        .map(|n| {
            let mut generator =
                Gen::new(seed.wrapping_add((n as u64).wrapping_mul(0x5851_f42d_4c95_7f2d)), edition);
            let name = format!("g{n}");
            let function = generator.function(&name, depth);
            Generated { name, text: layout(function) }
        })
        .collect()
}

/// Where the piece stands, for what must not be written there.
#[derive(Clone, Copy, PartialEq)]
enum Exit {
    /// In the function itself: `return` and `?` are allowed.
    Function,
    /// In a closure.
    Closure,
}

struct Gen {
    random: u64,
    chains: bool,
    locks: u32,
    markers: u32,
    names: u32,
    /// Guard variables that hold a guard on every path to here.
    owned: Vec<Ident>,
    /// Those of them that must not be moved here.
    frozen: Vec<Ident>,
    exit: Exit,
    /// How many loops of this body are open.
    loops: u32,
}

impl Gen {
    fn new(seed: u64, edition: u16) -> Gen {
        Gen {
            random: seed,
            chains: edition >= 2024,
            locks: 0,
            markers: 0,
            names: 0,
            owned: Vec::new(),
            frozen: Vec::new(),
            exit: Exit::Function,
            loops: 0,
        }
    }

    fn pick(&mut self, n: u64) -> u64 {
        // splitmix64.
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn function(&mut self, name: &str, depth: u32) -> TokenStream {
        let name = Ident::new(name, Span::call_site());
        let first = self.statements(depth, 2);
        let tail = self.option(depth);
        quote! { fn #name(l: &L) -> Option<u32> { #first #tail } }
    }

    fn lock(&mut self) -> Literal {
        self.locks += 1;
        Literal::u32_unsuffixed(self.locks)
    }

    fn marker(&mut self) -> Literal {
        self.markers += 1;
        Literal::u32_unsuffixed(self.markers)
    }

    fn at(&mut self) -> TokenStream {
        let m = self.marker();
        quote! { at(#m) }
    }

    fn name(&mut self, stem: &str) -> Ident {
        self.names += 1;
        Ident::new(&format!("{stem}{}", self.names), Span::call_site())
    }

    /// A guard variable that may be used.
    fn usable(&mut self) -> Option<Ident> {
        if self.owned.is_empty() {
            return None;
        }
        let n = self.pick(self.owned.len() as u64);
        self.owned.get(n as usize).cloned()
    }

    /// A guard variable that is moved here.
    fn moved(&mut self) -> Option<Ident> {
        let free: Vec<Ident> = self.owned.iter().filter(|g| !self.frozen.contains(g)).cloned().collect();
        if free.is_empty() {
            return None;
        }
        let g = free[self.pick(free.len() as u64) as usize].clone();
        self.owned.retain(|o| *o != g);
        Some(g)
    }

    /// What is declared inside ends with it.
    fn scope<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.owned.clone();
        let made = f(self);
        self.owned.retain(|g| before.contains(g));
        made
    }

    /// Guards from outside may not be moved inside.
    fn freeze<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.frozen, self.owned.clone());
        let made = self.scope(f);
        self.frozen = before;
        made
    }

    /// One of two ways that the program may go.
    fn either<A, B>(&mut self, a: impl FnOnce(&mut Self) -> A, b: impl FnOnce(&mut Self) -> B) -> (A, B) {
        let before = self.owned.clone();
        let a = self.scope(a);
        let after = std::mem::replace(&mut self.owned, before);
        let b = self.scope(b);
        self.owned.retain(|g| after.contains(g));
        (a, b)
    }

    /// Maybe run: guards moved inside are gone after it.
    fn maybe<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        self.either(f, |_| ()).0
    }

    fn closure<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let exit = std::mem::replace(&mut self.exit, Exit::Closure);
        let loops = std::mem::replace(&mut self.loops, 0);
        let made = self.freeze(f);
        self.exit = exit;
        self.loops = loops;
        made
    }

    /// A `u32`.
    fn number(&mut self, depth: u32) -> TokenStream {
        if depth == 0 {
            let n = self.lock();
            return match self.pick(6) {
                0 => quote! { 1 },
                1 | 2 => self.at(),
                3 => quote! { l.lock(#n).n },
                4 => match self.usable() {
                    Some(g) => quote! { #g.n() },
                    None => quote! { l.lock(#n).n() },
                },
                _ => quote! { l.lock(#n).n() },
            };
        }
        let d = depth - 1;
        match self.pick(32) {
            0 | 1 => {
                let (a, b) = (self.number(d), self.number(d));
                quote! { f(#a, #b) }
            }
            2 => {
                let (a, b, c) = (self.number(d), self.at(), self.number(d));
                quote! { f3(#a, #b, #c) }
            }
            3 => {
                let (a, b) = (self.number(d), self.number(d));
                quote! { ((#a) * 0 + (#b) * 0) }
            }
            4 => {
                let (a, b) = (self.number(d), self.number(d));
                quote! { (#a, #b).0 }
            }
            5 => {
                let (a, m) = (self.number(d), self.marker());
                quote! { [#a, 7][ix(#m)] }
            }
            6 | 7 => self.block(d, Self::number),
            8 => {
                let b = self.block(d, Self::number);
                quote! { unsafe #b }
            }
            9 | 10 => {
                let b = self.condition(d);
                let (x, y) = self.either(|s| s.inner(d, Self::number), |s| s.inner(d, Self::number));
                quote! { (if #b { #x } else { #y }) }
            }
            11 | 12 => self.match_option(d, Self::number),
            13 => {
                let m = self.match_number(d, Self::number);
                quote! { (#m) }
            }
            14 | 15 => {
                let m = self.if_let(d, Self::number);
                quote! { (#m) }
            }
            16 => {
                let label = lifetime(&self.name("a"));
                // An unlabelled `break` may not cross a labelled block.
                let loops = std::mem::replace(&mut self.loops, 0);
                let inner = self.scope(|s| {
                    let first = s.statements(d, 1);
                    let b = s.condition(d);
                    let x = s.maybe(|s| s.number(d));
                    let y = s.at();
                    quote! { #first if #b { break #label #x; } #y }
                });
                self.loops = loops;
                quote! { (#label: { #inner }) }
            }
            17 => {
                let loops = std::mem::replace(&mut self.loops, 0);
                let inner = self.freeze(|s| {
                    let first = s.statements(d, 1);
                    let x = s.number(d);
                    quote! { #first break #x; }
                });
                self.loops = loops;
                quote! { (loop { #inner }) }
            }
            18 => {
                let g = self.guard(d);
                quote! { consume(#g) }
            }
            19 => {
                let n = self.lock();
                let (x, y) = self.either(|s| s.number(d), |s| s.number(d));
                quote! { (match l.lock(#n).res() { Ok(v) => #x, Err(_) => #y }) }
            }
            20 => {
                let (o, x) = (self.option(d), self.number(d));
                quote! { (#o).unwrap_or(#x) }
            }
            21 => {
                let o = self.option(d);
                let x = self.closure(|s| s.number(d));
                quote! { (#o).map(|x| #x).unwrap_or(3) }
            }
            22 => {
                let x = self.closure(|s| s.block(d, Self::number));
                quote! { (|| #x)() }
            }
            23 => {
                let g = self.guard(d);
                quote! { *(#g).r() }
            }
            24 => {
                let (n, x) = (self.lock(), self.number(d));
                quote! { l.lock(#n).put(#x) }
            }
            25 => match self.usable() {
                Some(g) => {
                    let x = self.freeze(|s| s.number(d));
                    quote! { #g.add(#x) }
                }
                None => {
                    let (n, x) = (self.lock(), self.number(d));
                    quote! { l.lock(#n).add(#x) }
                }
            },
            26 => {
                let (n, m) = (self.lock(), self.marker());
                quote! { l.lock(#n).v[ix(#m)] }
            }
            27 => {
                let n = self.lock();
                quote! { l.lock(#n).a[l.lock(#n).i()] }
            }
            28 if self.exit == Exit::Function => {
                let o = self.option(d);
                quote! { (#o)? }
            }
            29 => {
                let g = self.guard(d);
                quote! { show(&(#g).n) }
            }
            30 => {
                let b = self.condition(d);
                quote! { unit(#b) }
            }
            _ => {
                let g = self.guard(d);
                let x = self.number(d);
                quote! { both(#g, #x) }
            }
        }
    }

    /// A `bool`.
    fn condition(&mut self, depth: u32) -> TokenStream {
        let n = self.lock();
        if depth == 0 {
            return match self.pick(4) {
                0 => quote! { c() },
                1 => {
                    let m = self.at();
                    quote! { #m == k() }
                }
                _ => quote! { l.lock(#n).b() },
            };
        }
        let d = depth - 1;
        match self.pick(11) {
            0 => {
                let b = self.condition(d);
                quote! { !(#b) }
            }
            1 | 2 => {
                let a = self.condition(d);
                let b = self.maybe(|s| s.condition(d));
                quote! { ((#a) && (#b)) }
            }
            3 => {
                let a = self.condition(d);
                let b = self.maybe(|s| s.condition(d));
                quote! { ((#a) || (#b)) }
            }
            4 | 5 => {
                let (x, m) = (self.number(d), self.at());
                quote! { ((#x) * 0 == k() + #m) }
            }
            6 => {
                let o = self.option(d);
                quote! { (#o).is_some() }
            }
            7 => quote! { l.get(#n).is_some() },
            8 => {
                let o = self.option(d);
                let b = self.freeze(|s| s.condition(0));
                quote! { matches!(#o, Some(_) if #b) }
            }
            9 => {
                let b = self.block(d, Self::condition);
                quote! { (#b) }
            }
            _ => {
                let b = self.condition(d);
                let (x, y) = self.either(|s| s.inner(d, Self::condition), |s| s.inner(d, Self::condition));
                quote! { (if #b { #x } else { #y }) }
            }
        }
    }

    /// An `Option<u32>`.
    fn option(&mut self, depth: u32) -> TokenStream {
        let n = self.lock();
        if depth == 0 {
            return match self.pick(5) {
                0 => {
                    let m = self.at();
                    quote! { Some(#m) }
                }
                1 => quote! { l.lock(#n).o },
                _ => quote! { l.lock(#n).copied() },
            };
        }
        let d = depth - 1;
        match self.pick(12) {
            0 => {
                let x = self.number(d);
                quote! { Some(#x) }
            }
            1 => {
                let o = self.guard_option(d);
                let x = self.closure(|s| s.number(0));
                quote! { (#o).map(|g| g.n() * (#x)) }
            }
            2 => {
                let b = self.condition(d);
                let (x, y) = self.either(|s| s.inner(d, Self::option), |s| s.inner(d, Self::option));
                quote! { (if #b { #x } else { #y }) }
            }
            3 => {
                let o = self.option(d);
                let b = self.closure(|s| s.condition(d));
                quote! { (#o).filter(|_| #b) }
            }
            4 => {
                let o = self.option(d);
                let p = self.closure(|s| s.option(d));
                quote! { (#o).or_else(|| #p) }
            }
            5 => {
                let b = self.block(d, Self::option);
                quote! { (#b) }
            }
            6 => quote! { l.lock(#n).res().ok() },
            7 => self.match_option(d, Self::option),
            8 if self.exit == Exit::Function => {
                let o = self.option(d);
                quote! { Some((#o)?) }
            }
            9 => {
                let m = self.if_let(d, Self::option);
                quote! { (#m) }
            }
            _ => {
                let g = self.guard(d);
                quote! { (#g).copied() }
            }
        }
    }

    /// A guard.
    fn guard(&mut self, depth: u32) -> TokenStream {
        let n = self.lock();
        if self.pick(4) == 0
            && let Some(g) = self.moved()
        {
            return quote! { #g };
        }
        if depth == 0 {
            return quote! { l.lock(#n) };
        }
        let d = depth - 1;
        match self.pick(12) {
            0 => {
                let b = self.block(d, Self::guard);
                quote! { (#b) }
            }
            1 => {
                let b = self.condition(d);
                let (x, y) = self.either(|s| s.inner(d, Self::guard), |s| s.inner(d, Self::guard));
                quote! { (if #b { #x } else { #y }) }
            }
            2 => {
                let g = self.guard(d);
                quote! { id(#g) }
            }
            3 => {
                let g = self.guard(d);
                quote! { (#g).fw() }
            }
            4 => match self.moved() {
                Some(g) => {
                    let x = self.guard(d);
                    self.owned.push(g.clone());
                    quote! { mem::replace(&mut #g, #x) }
                }
                None => quote! { l.lock(#n) },
            },
            5 => {
                let g = self.guard(d);
                quote! { Some(#g).unwrap() }
            }
            6 => {
                let (g, x) = (self.guard(d), self.number(d));
                quote! { (#g, #x).0 }
            }
            7 => {
                let (x, g) = (self.number(d), self.guard(d));
                quote! { (S { n: #x, g: #g }).g }
            }
            8 => {
                let g = self.guard(d);
                quote! { W(#g).0 }
            }
            9 => {
                let g = self.guard(d);
                quote! { give(l, #g) }
            }
            _ => quote! { l.lock(#n) },
        }
    }

    /// An `Option` of a guard.
    fn guard_option(&mut self, depth: u32) -> TokenStream {
        let n = self.lock();
        match self.pick(5) {
            0 => {
                let g = self.guard(depth.saturating_sub(1));
                quote! { Some(#g) }
            }
            1 if depth > 0 => {
                let b = self.condition(depth - 1);
                let x = self.maybe(|s| s.guard(depth - 1));
                quote! { (if #b { Some(#x) } else { None }) }
            }
            2 => quote! { l.try_lock(#n).ok() },
            _ => quote! { l.get(#n) },
        }
    }

    /// `{ statements; value }`.
    fn block(&mut self, depth: u32, value: fn(&mut Self, u32) -> TokenStream) -> TokenStream {
        let inner = self.inner(depth, value);
        quote! { { #inner } }
    }

    /// Statements and a value, without the braces.
    fn inner(&mut self, depth: u32, value: fn(&mut Self, u32) -> TokenStream) -> TokenStream {
        self.scope(|s| {
            let n = s.pick(2) as u32;
            let first = s.statements(depth, n);
            let value = value(s, depth);
            quote! { #first #value }
        })
    }

    fn match_option(&mut self, d: u32, value: fn(&mut Self, u32) -> TokenStream) -> TokenStream {
        if self.pick(2) == 0 {
            let o = self.option(d);
            let b = self.freeze(|s| s.condition(d));
            let (x, (y, z)) = self.either(|s| value(s, d), |s| s.either(|s| value(s, d), |s| value(s, d)));
            return quote! { (match #o { Some(x) if #b => #x, Some(_) => #y, None => #z }) };
        }
        let o = self.guard_option(d);
        let g = self.name("g");
        let b = self.freeze(|s| s.condition(d));
        let (x, (y, z)) = self.either(
            |s| {
                s.owned.push(g.clone());
                value(s, d)
            },
            |s| s.either(|s| value(s, d), |s| value(s, d)),
        );
        quote! { (match #o { Some(mut #g) if #b => #x, Some(_) => #y, None => #z }) }
    }

    fn match_number(&mut self, d: u32, value: fn(&mut Self, u32) -> TokenStream) -> TokenStream {
        match self.pick(3) {
            0 => {
                let o = self.condition(d);
                let (x, y) = self.either(|s| value(s, d), |s| value(s, d));
                quote! { match #o { true => #x, false => #y } }
            }
            1 => {
                let o = self.guard(d);
                let g = self.name("g");
                let x = self.scope(|s| {
                    s.owned.push(g.clone());
                    s.inner(d, value)
                });
                quote! { match #o { mut #g => { #x } } }
            }
            _ => {
                let o = self.number(d);
                let b = self.freeze(|s| s.condition(d));
                let (x, y) = self.either(|s| value(s, d), |s| value(s, d));
                quote! { match #o { n if #b => #x, _ => #y } }
            }
        }
    }

    fn if_let(&mut self, d: u32, value: fn(&mut Self, u32) -> TokenStream) -> TokenStream {
        if self.pick(2) == 0 {
            let o = self.guard_option(d);
            let g = self.name("g");
            let rest = self.chain(d);
            let (x, y) = self.either(
                |s| {
                    s.owned.push(g.clone());
                    s.inner(d, value)
                },
                |s| s.inner(d, value),
            );
            return quote! { if let Some(mut #g) = #o #rest { #x } else { #y } };
        }
        let o = match self.pick(3) {
            0 => {
                let n = self.lock();
                quote! { l.lock(#n).opt() }
            }
            _ => self.option(d),
        };
        let rest = self.chain(d);
        let (x, y) = self.either(|s| s.inner(d, value), |s| s.inner(d, value));
        match self.pick(3) {
            0 => {
                let o2 = self.option(0);
                let z = self.maybe(|s| s.inner(d, value));
                quote! { if let Some(x) = #o #rest { #x } else if let Some(y) = #o2 { #z } else { #y } }
            }
            _ => quote! { if let Some(x) = #o #rest { #x } else { #y } },
        }
    }

    /// The rest of a let chain, where the edition has them.
    fn chain(&mut self, d: u32) -> TokenStream {
        if !self.chains || self.pick(3) != 0 {
            return TokenStream::new();
        }
        let b = self.maybe(|s| s.condition(d));
        if self.pick(2) == 0 {
            return quote! { && (#b) };
        }
        let o = self.maybe(|s| s.option(d));
        quote! { && (#b) && let Some(_) = #o }
    }

    fn statements(&mut self, depth: u32, n: u32) -> TokenStream {
        let mut out = TokenStream::new();
        for _ in 0..n {
            out.extend(self.statement(depth));
        }
        if self.pick(2) == 0 {
            let at = self.at();
            out.extend(quote! { #at; });
        }
        out
    }

    fn statement(&mut self, depth: u32) -> TokenStream {
        let d = depth.saturating_sub(1);
        match self.pick(34) {
            0 => {
                let (x, n) = (self.name("x"), self.number(d));
                quote! { let #x = #n; }
            }
            1..=3 => {
                let n = self.guard(d);
                let g = self.name("g");
                self.owned.push(g.clone());
                quote! { let mut #g = #n; }
            }
            4 => {
                let n = self.guard(d);
                quote! { let _ = #n; }
            }
            5 => {
                let n = self.guard(d);
                quote! { let _ = &#n; }
            }
            6 => {
                let (n, r, m) = (self.guard(d), self.name("r"), self.at());
                quote! { let #r = &(#n).n; #m; show(#r); }
            }
            7 => {
                let (n, r, m) = (self.guard(d), self.name("r"), self.at());
                quote! { let #r = Some(&(#n).n); #m; }
            }
            8 | 9 => {
                let n = self.number(d);
                discarded(n)
            }
            10 => match self.moved() {
                Some(g) => quote! { drop(#g); },
                None => {
                    let n = self.guard(d);
                    quote! { drop(#n); }
                }
            },
            11 => {
                let n = self.guard(d);
                let free: Vec<Ident> =
                    self.owned.iter().filter(|g| !self.frozen.contains(g)).cloned().collect();
                match free.last() {
                    Some(g) => quote! { #g = #n; },
                    None => quote! { drop(#n); },
                }
            }
            12..=14 => {
                let b = self.condition(d);
                let (x, y) = self.either(|s| s.statements(d, 1), |s| s.statements(d, 1));
                quote! { if #b { #x } else { #y } }
            }
            15 => {
                let m = self.if_let(d, |s, d| s.statements(d, 1));
                quote! { #m }
            }
            16 => {
                let m = self.match_number(d, |s, d| {
                    let x = s.scope(|s| s.statements(d, 1));
                    quote! { { #x } }
                });
                quote! { #m }
            }
            17 => self.freeze(|s| {
                let b = s.condition(d);
                let x = s.in_loop(d);
                quote! { while #b { #x } }
            }),
            18 => self.freeze(|s| {
                let o = s.guard_option(d);
                let g = s.name("g");
                s.owned.push(g.clone());
                let x = s.in_loop(d);
                quote! { while let Some(mut #g) = #o { #x } }
            }),
            19 => self.freeze(|s| {
                let n = s.number(d);
                let x = s.in_loop(d);
                quote! { for i in 0..((#n) * 0 + 2) { #x } }
            }),
            20 => self.freeze(|s| {
                let g = s.guard(d);
                let x = s.in_loop(d);
                quote! { for i in (#g).v.iter() { #x } }
            }),
            21 | 22 if self.loops > 0 => {
                let b = self.condition(d);
                let x = self.maybe(|s| s.statements(d, 1));
                let how = if self.pick(2) == 0 {
                    quote! { break }
                } else {
                    quote! { continue }
                };
                quote! { if #b { #x #how; } }
            }
            23 if self.exit == Exit::Function => {
                let b = self.condition(d);
                let x = self.maybe(|s| {
                    let first = s.statements(d, 1);
                    let x = s.option(d);
                    quote! { #first return #x; }
                });
                quote! { if #b { #x } }
            }
            24 => {
                let (n, m) = (self.name("m"), self.marker());
                quote! { let #n = mark(#m); }
            }
            25 => {
                let x = self.number(d);
                let n = self.lock();
                match self.pick(5) {
                    0 => quote! { *l.lock(#n).m() = #x; },
                    1 => quote! { *l.lock(#n).m() += #x; },
                    2 => quote! { l.lock(#n).n = #x; },
                    3 => quote! { l.lock(#n).n += #x; },
                    _ => quote! { l.lock(#n).v[l.lock(#n).i()] = #x; },
                }
            }
            26 => {
                let (x, n) = (self.number(d), self.lock());
                match self.pick(3) {
                    0 => quote! { *l.lock(#n) += #x; },
                    1 => quote! { *l.lock(#n).m() += &(#x); },
                    _ => quote! { l.lock(#n).s += { #x; "x" }; },
                }
            }
            27 => {
                let (x, y) = (self.guard(d), self.guard(d));
                let g = self.name("g");
                self.owned.push(g.clone());
                quote! { let (mut #g, _) = (#x, #y); }
            }
            28 => {
                let (x, y) = (self.guard(d), self.guard(d));
                let (g, h) = (self.name("g"), self.name("g"));
                self.owned.push(g.clone());
                self.owned.push(h.clone());
                quote! { let (mut #g, mut #h) = (#x, #y); }
            }
            29 => {
                let o = self.guard_option(d);
                let (g, way) = (self.name("g"), self.exit);
                let x = self.maybe(|s| s.statements(d, 1));
                let how = match way {
                    Exit::Function => quote! { return None },
                    Exit::Closure => quote! { panic!() },
                };
                self.owned.push(g.clone());
                quote! { let Some(mut #g) = #o else { #x #how; }; }
            }
            30 => {
                let o = self.option(d);
                let x = self.name("x");
                let y = self.maybe(|s| s.statements(d, 1));
                let how = match self.exit {
                    Exit::Function => quote! { return None },
                    Exit::Closure => quote! { panic!() },
                };
                quote! { let Some(#x) = #o else { #y #how; }; }
            }
            31 => {
                // A closure that takes a guard along.
                let Some(g) = self.moved() else {
                    let at = self.at();
                    return quote! { #at; };
                };
                let outer = std::mem::replace(&mut self.owned, vec![g]);
                let frozen = std::mem::take(&mut self.frozen);
                let (exit, loops) =
                    (std::mem::replace(&mut self.exit, Exit::Closure), std::mem::replace(&mut self.loops, 0));
                let first = self.statements(d, 1);
                let x = self.number(d);
                (self.owned, self.frozen, self.exit, self.loops) = (outer, frozen, exit, loops);
                let h = self.name("h");
                let at = self.at();
                if self.pick(2) == 0 {
                    quote! { let mut #h = move || { #first #x }; #at; if c() { #h(); } }
                } else {
                    quote! { let mut #h = move || { #first #x }; #at; #h(); }
                }
            }
            32 => {
                let (x, y) = (self.number(d), self.number(d));
                quote! { format!("{}{}", #x, #y); }
            }
            _ => {
                let x = self.scope(|s| s.statements(d, 2));
                quote! { { #x } }
            }
        }
    }

    fn in_loop(&mut self, d: u32) -> TokenStream {
        self.loops += 1;
        let x = self.statements(d, 1);
        self.loops -= 1;
        x
    }
}

/// `value;`. A block-like expression would be a statement of its own, and be refused for its type.
fn discarded(value: TokenStream) -> TokenStream {
    let block_like = match value.clone().into_iter().next() {
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        Some(TokenTree::Ident(word)) => word == "unsafe",
        Some(TokenTree::Punct(_) | TokenTree::Literal(_)) | None => false,
    };
    if block_like {
        quote! { let _ = #value; }
    } else {
        quote! { #value; }
    }
}

fn lifetime(name: &Ident) -> TokenStream {
    format!("'{name}").parse().expect("a label")
}

/// Breaks the text into lines, so that a mismatch can be read.
fn layout(tokens: TokenStream) -> String {
    let mut out = String::new();
    let mut depth = 0usize;
    let text = tokens.to_string();
    let chars = text.chars().peekable();
    let mut in_string = false;
    for ch in chars {
        if ch == '"' {
            in_string = !in_string;
        }
        if in_string {
            out.push(ch);
            continue;
        }
        match ch {
            '{' => {
                depth += 1;
                out.push(ch);
                newline(&mut out, depth);
            }
            '}' => {
                depth = depth.saturating_sub(1);
                newline(&mut out, depth);
                out.push(ch);
            }
            ';' => {
                out.push(ch);
                newline(&mut out, depth);
            }
            ' ' if out.ends_with(' ') || out.ends_with('\n') => {}
            other => out.push(other),
        }
    }
    out.push('\n');
    out
}

fn newline(out: &mut String, depth: usize) {
    out.truncate(out.trim_end().len());
    out.push('\n');
    for _ in 0..depth {
        out.push_str("    ");
    }
}
