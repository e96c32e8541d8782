//! Two maps of one bare type, in one store and in two.

use http::{Extensions, Request, Response};
use opentelemetry::Context;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

type Claims = HashMap<String, u8>;
type Texts = HashMap<String, u8>;

#[derive(Clone)]
pub struct Named(HashMap<String, u8>);

fn bad_parts(parts: &mut http::request::Parts, claims: Claims, texts: Texts) {
    parts.extensions.insert(claims); //~ bare_map_in_type_store
    if !texts.is_empty() {
        parts.extensions.insert(texts); //~ type_store_collision, bare_map_in_type_store
    }
}

fn bad_builder(one: Arc<HashMap<u8, u8>>, two: Arc<HashMap<u8, u8>>) -> http::Result<Request<()>> {
    Request::builder()
        .extension(one) //~ bare_map_in_type_store
        .uri("/")
        .extension(two) //~ type_store_collision, bare_map_in_type_store
        .body(())
}

fn bad_layers(one: Arc<Mutex<HashMap<u8, u8>>>, two: Arc<Mutex<HashMap<u8, u8>>>) -> axum::Router {
    axum::Router::new()
        .layer(axum::Extension(one)) //~ bare_map_in_type_store
        .layer(axum::Extension(two)) //~ type_store_collision, bare_map_in_type_store
}

fn bad_context(cx: Context) -> Context {
    let first = cx.with_value(BTreeMap::<u8, u8>::new()); //~ bare_map_in_type_store
    let second = first.with_value(7u8);
    second.with_value(BTreeMap::<u8, u8>::new()) //~ type_store_collision, bare_map_in_type_store
}

fn put_claims(extensions: &mut Extensions) {
    extensions.insert(Claims::new()); //~ bare_map_in_type_store
}

fn bad_in_a_callee(extensions: &mut Extensions) {
    put_claims(extensions);
    extensions.insert(Texts::new()); //~ type_store_collision, bare_map_in_type_store
}

fn apart_siblings(cx: &Context) -> (Context, Context) {
    (cx.with_value(BTreeMap::<u8, u8>::new()), cx.with_value(BTreeMap::<u8, u8>::new())) //~ bare_map_in_type_store, bare_map_in_type_store
}

fn apart_two_requests(a: &mut Request<()>, b: &mut Request<()>) {
    a.extensions_mut().insert(Claims::new()); //~ bare_map_in_type_store
    b.extensions_mut().insert(Texts::new()); //~ bare_map_in_type_store
}

fn apart_request_and_response(a: &mut Request<()>, b: &mut Response<()>) {
    a.extensions_mut().insert(Claims::new()); //~ bare_map_in_type_store
    b.extensions_mut().insert(Texts::new()); //~ bare_map_in_type_store
}

fn apart_match(extensions: &mut Extensions, n: u8) {
    match n {
        0 => extensions.insert(Claims::new()), //~ bare_map_in_type_store
        _ => extensions.insert(Texts::new()), //~ bare_map_in_type_store
    };
}

fn apart_early_return(extensions: &mut Extensions, n: u8) {
    if n == 0 {
        extensions.insert(Claims::new()); //~ bare_map_in_type_store
        return;
    }
    extensions.insert(Texts::new()); //~ bare_map_in_type_store
}

fn apart_taken_out(extensions: &mut Extensions) {
    extensions.insert(Claims::new()); //~ bare_map_in_type_store
    let mut claims = extensions.remove::<Claims>().unwrap_or_default();
    claims.insert(String::new(), 1);
    extensions.insert(claims); //~ bare_map_in_type_store
}

fn apart_newtypes(extensions: &mut Extensions) {
    extensions.insert(Named(HashMap::new()));
    extensions.insert(Named(HashMap::new()));
}

fn apart_value_types_differ(extensions: &mut Extensions) {
    extensions.insert(HashMap::<u8, i8>::new()); //~ bare_map_in_type_store
    extensions.insert(HashMap::<u8, i16>::new()); //~ bare_map_in_type_store
}

fn apart_one_insert_in_a_loop(requests: &mut [Request<()>]) {
    for request in requests {
        request.extensions_mut().insert(Claims::new()); //~ bare_map_in_type_store
    }
}

fn apart_fresh_each(n: u8) -> Vec<Extensions> {
    let mut one = Extensions::new();
    one.insert(Claims::new()); //~ bare_map_in_type_store
    let mut two = Extensions::new();
    two.insert(Claims::new()); //~ bare_map_in_type_store
    vec![one, two]
}

// Functions with names that methods of the standard library have, too.
fn first(request: &mut Request<()>) {
    request.extensions_mut().insert(HashMap::<&'static str, bool>::new()); //~ bare_map_in_type_store
}

fn last(request: &mut Request<()>) {
    request.extensions_mut().insert(HashMap::<&'static str, bool>::new()); //~ bare_map_in_type_store, type_store_collision
}

fn first_and_last(request: &mut Request<()>) {
    first(request);
    last(request);
}
