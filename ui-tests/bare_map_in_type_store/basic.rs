//! Maps under their bare types, in the stores that have rows.

use dashmap::DashMap;
use http::{Extensions, Request, Response};
use opentelemetry::Context;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, RwLock};

type Shared<V> = Arc<Mutex<HashMap<String, V>>>;

pub struct Session {
    id: u64,
}

#[derive(Clone)]
pub struct Table<V>(HashMap<String, V>);

pub struct Outer {
    extensions: Extensions,
}

fn bad_local(extensions: &mut Extensions) {
    let mut seen = HashSet::new();
    seen.insert(1u64);
    extensions.insert(seen); //~ bare_map_in_type_store
}

fn bad_generic_alias(parts: &mut http::request::Parts, shared: Shared<u16>) {
    parts.extensions.insert(shared); //~ bare_map_in_type_store
}

fn bad_concurrent<B>(response: &mut Response<B>) {
    response.extensions_mut().insert(Arc::new(DashMap::<u64, u64>::new())); //~ bare_map_in_type_store
}

fn bad_own_field(outer: &mut Outer, map: BTreeMap<u8, Option<String>>) {
    outer.extensions.insert(map); //~ bare_map_in_type_store
}

fn bad_boxed(cx: &Context, map: Box<HashMap<u8, u8>>) -> Context {
    cx.with_value(map) //~ bare_map_in_type_store
}

fn bad_builder(limits: Arc<HashMap<u8, u32>>) -> http::Result<Request<()>> {
    Request::builder().uri("/").extension(limits).body(()) //~ bare_map_in_type_store
}

fn bad_tonic(mut request: tonic::Request<()>, map: HashMap<u8, i64>) {
    request.extensions_mut().insert(map); //~ bare_map_in_type_store
}

fn bad_any_map(any: &mut anymap::AnyMap, map: HashMap<u8, bool>) {
    any.insert(map); //~ bare_map_in_type_store
}

fn bad_depot(depot: &mut salvo::Depot, map: Arc<RwLock<HashMap<u8, bool>>>) {
    depot.inject(map); //~ bare_map_in_type_store
}

fn bad_in_a_closure(requests: &mut Vec<Request<()>>) {
    requests.iter_mut().for_each(|request| {
        request.extensions_mut().insert(HashMap::<u8, char>::new()); //~ bare_map_in_type_store
    });
}

fn good_value_of_the_crate(extensions: &mut Extensions, sessions: HashMap<u64, Session>) {
    extensions.insert(sessions);
}

fn good_key_of_the_crate<B>(request: &mut Request<B>, map: Arc<Mutex<BTreeMap<Table<u8>, u8>>>) {
    request.extensions_mut().insert(map);
}

fn good_generic_newtype(extensions: &mut Extensions, map: HashMap<String, u8>) {
    extensions.insert(Table(map));
}

fn good_map_of_extensions(all: &mut HashMap<String, Extensions>) {
    all.insert(String::new(), Extensions::new());
}

fn good_list_of_maps(extensions: &mut Extensions, maps: Vec<HashMap<u8, u8>>) {
    extensions.insert(maps);
}

fn good_unknown_value<V: Clone + Send + Sync + 'static>(extensions: &mut Extensions, map: HashMap<String, V>) {
    extensions.insert(map);
}

fn good_state(map: Arc<Mutex<HashMap<u8, u8>>>) -> axum::Router {
    axum::Router::new().with_state(map)
}

fn good_headers(headers: &mut http::HeaderMap, value: http::HeaderValue) {
    headers.insert("x", value);
}

fn put<T: Clone + Send + Sync + 'static>(extensions: &mut Extensions, value: T) {
    extensions.insert(value);
}

fn through_a_generic(extensions: &mut Extensions) {
    put(extensions, HashMap::<u8, u8>::new()); //~ missed bare_map_in_type_store: the type is not known where it goes in
}

pub struct Visit {
    bag: http::Extensions,
}

impl Visit {
    fn bag(&mut self) -> &mut http::Extensions {
        &mut self.bag
    }
}

pub fn bad_through_an_accessor(visit: &mut Visit, weights: std::collections::HashMap<u32, f64>) {
    visit.bag().insert(weights); //~ bare_map_in_type_store
}

pub fn bad_of_the_default_hasher(bag: &mut http::Extensions) {
    bag.insert(indexmap::IndexMap::<u16, u16>::new()); //~ bare_map_in_type_store
}

pub fn bad_of_default_types(bag: &mut http::Extensions) {
    bag.insert(serde_json::Map::new()); //~ bare_map_in_type_store
}
