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
