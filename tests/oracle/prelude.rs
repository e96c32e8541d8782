#![allow(warnings)]
use probe::*;
use std::future::Future;
use std::mem;
use std::mem::ManuallyDrop;
use std::pin::pin;

struct S {
    g: G,
    n: u32,
}
struct T2 {
    a: G,
    b: G,
    n: u32,
}
struct P(G, u32);
struct W<T>(T);
struct R<'a> {
    r: &'a u32,
}
enum E {
    A(G),
    B { g: G, n: u32 },
    C,
}

fn f(a: u32, b: u32) -> u32 {
    b
}
fn f3(a: u32, b: u32, c: u32) -> u32 {
    c
}
fn id<T>(t: T) -> T {
    t
}
fn consume(g: G) -> u32 {
    g.n()
}
fn give(l: &L, g: G) -> G {
    l.lock(90);
    g
}
fn show(r: &u32) -> u32 {
    *r
}
fn peek(g: &G) -> u32 {
    g.n()
}
fn unit<T>(t: T) -> u32 {
    0
}
fn both(a: G, b: u32) -> u32 {
    at(91)
}
