//! Requests that are begun by their method.

use http::Request;
use std::collections::HashMap;

pub struct Retries(HashMap<String, u32>);

pub fn bad_get(retries: HashMap<String, u32>) -> http::Result<Request<()>> {
    Request::get("/items").extension(retries).body(()) //~ bare_map_in_type_store
}

pub fn bad_post(counts: HashMap<u64, u32>) -> http::Result<Request<String>> {
    let request = Request::post("/items").header("accept", "text/plain");
    request.extension(counts).body(String::new()) //~ bare_map_in_type_store
}

pub fn good_newtype(retries: HashMap<String, u32>) -> http::Result<Request<()>> {
    Request::put("/items").extension(Retries(retries)).body(())
}
