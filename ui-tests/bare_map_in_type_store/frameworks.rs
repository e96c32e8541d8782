//! Stores of web frameworks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

#[derive(Default)]
pub struct Hits(Mutex<HashMap<String, u64>>);

fn bad_actix() {
    let hits = actix_web::web::Data::new(Mutex::new(HashMap::<String, u64>::new()));
    actix_web::App::new().app_data(hits.clone()); //~ bare_map_in_type_store
}

fn good_actix_newtype() {
    actix_web::App::new().app_data(actix_web::web::Data::new(Hits::default()));
}

fn bad_actix_request(request: &actix_web::HttpRequest, map: HashMap<u8, u8>) {
    request.extensions_mut().insert(map); //~ bare_map_in_type_store
}

fn bad_rocket(map: RwLock<HashMap<u8, u8>>) {
    rocket::build().manage(map); //~ bare_map_in_type_store
}

fn good_rocket_newtype() {
    rocket::build().manage(Hits::default());
}

fn bad_graphql(request: async_graphql::Request, map: Arc<HashMap<u8, u8>>) -> async_graphql::Request {
    request.data(map) //~ bare_map_in_type_store
}

fn bad_layer(map: Arc<HashMap<u8, u8>>) -> axum::Router {
    let layer = axum::Extension(map); //~ bare_map_in_type_store
    axum::Router::new().layer(layer)
}

fn bad_tower_http(map: Arc<HashMap<u8, u8>>) -> axum::Router {
    axum::Router::new().layer(tower_http::add_extension::AddExtensionLayer::new(map)) //~ bare_map_in_type_store
}

fn good_extractor(axum::Extension(map): axum::Extension<Arc<HashMap<u8, u8>>>) -> usize {
    map.len()
}

fn bad_graphql_schema(query: Query, hits: Arc<RwLock<HashMap<String, u64>>>) {
    async_graphql::Schema::build(query, async_graphql::EmptyMutation, async_graphql::EmptySubscription)
        .data(hits) //~ bare_map_in_type_store, mutable_map_in_type_store
        .finish();
}

pub struct Query;

fn graphql_taker(context: &async_graphql::Context<'_>) {
    context.data_unchecked::<Arc<RwLock<HashMap<String, u64>>>>().write().unwrap().clear();
}

fn bad_poem_route(hits: Arc<Mutex<HashMap<u16, u64>>>, endpoint: poem::endpoint::BoxEndpoint) {
    poem::Route::new().at("/", endpoint).data(hits); //~ bare_map_in_type_store
}

fn good_poem_newtype(hits: Arc<Hits>, endpoint: poem::endpoint::BoxEndpoint) {
    poem::Route::new().at("/", endpoint).data(hits);
}

// A resource has a type of its own, and stands in the systems' signatures.
#[derive(bevy::prelude::Resource, Default)]
pub struct Scores(HashMap<u32, u32>);

fn good_bevy_resource(world: &mut bevy::prelude::World) {
    world.insert_resource(Scores::default());
}

fn bevy_system(mut scores: bevy::prelude::ResMut<Scores>) {
    scores.0.insert(1, 1);
}
