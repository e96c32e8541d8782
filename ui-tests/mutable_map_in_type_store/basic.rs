//! What goes in, what comes out, and who changes it.

use dashmap::DashMap;
use http::{Extensions, Request};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, RwLock};

// Changed through a method of its own.
#[derive(Clone, Default)]
pub struct Trace(Arc<Mutex<BTreeMap<u32, String>>>);

impl Trace {
    fn note(&self, at: u32, what: &str) {
        self.0.lock().unwrap().insert(at, what.to_owned());
    }
}

fn bad_put_trace<B>(request: &mut Request<B>) {
    request.extensions_mut().insert(Trace::default()); //~ mutable_map_in_type_store
}

fn note<B>(request: &Request<B>) {
    if let Some(trace) = request.extensions().get::<Trace>() {
        trace.note(1, "noted");
    }
}

// Changed by a function that gets it.
#[derive(Clone, Default)]
pub struct Flags {
    set: Arc<DashMap<u8, bool>>,
}

fn set_flag(flags: &Flags) {
    flags.set.insert(1, true);
}

fn bad_put_flags(parts: &mut http::request::Parts) {
    let flags = Flags::default();
    parts.extensions.insert(flags.clone()); //~ mutable_map_in_type_store
}

fn use_flags(parts: &http::request::Parts) -> Option<()> {
    let flags = parts.extensions.get::<Flags>()?;
    set_flag(flags);
    Some(())
}

// A handle to a struct with a lock inside; removed by the key.
pub struct Counters {
    by_name: RwLock<HashMap<String, u64>>,
}

fn bad_put_counters(store: &mut anymap::AnyMap) {
    store.insert(Arc::new(Counters { by_name: RwLock::default() })); //~ mutable_map_in_type_store
}

fn forget(store: &anymap::AnyMap) {
    let Some(counters) = store.get::<Arc<Counters>>() else { return };
    counters.by_name.write().unwrap().remove("old");
}

// An extractor, changed in a task.
#[derive(Clone, Default)]
pub struct Jobs(Arc<Mutex<HashMap<u64, u8>>>);

fn bad_layer() -> axum::Router {
    axum::Router::new().layer(axum::Extension(Jobs::default())) //~ mutable_map_in_type_store
}

async fn start(axum::Extension(jobs): axum::Extension<Jobs>) {
    let mut jobs = jobs.0.lock().unwrap();
    jobs.entry(1).or_default();
}

// A task's own.
tokio::task_local! {
    static NOTES: Mutex<HashMap<u8, String>>; //~ mutable_map_in_type_store
    static NAMES: HashMap<u8, String>;
    static TURNS: std::cell::Cell<u8>;
}

fn write_note(text: &str) {
    NOTES.with(|notes| {
        notes.lock().unwrap().insert(1, text.to_owned());
    });
}

fn good_read_name() -> usize {
    NAMES.with(|names| names.len())
}

// Only read where it comes out.
#[derive(Clone, Default)]
pub struct Rules(Arc<RwLock<HashMap<String, bool>>>);

fn good_put_rules(extensions: &mut Extensions) {
    let rules = Rules::default();
    rules.0.write().unwrap().insert(String::new(), true);
    extensions.insert(rules);
}

fn good_ask_rules(extensions: &Extensions) -> bool {
    extensions.get::<Rules>().is_some_and(|it| it.0.read().unwrap().is_empty())
}

// A plain map, changed by the one who owns the store.
#[derive(Clone, Default)]
pub struct Notes(HashMap<String, String>);

fn good_plain_map(extensions: &mut Extensions) {
    extensions.insert(Notes::default());
    if let Some(notes) = extensions.get_mut::<Notes>() {
        notes.0.insert(String::new(), String::new());
    }
}

// A lock around the store is not inside of what is in it.
fn good_lock_around(store: &Mutex<Extensions>) {
    let mut store = store.lock().unwrap();
    store.insert(Notes::default());
    if let Some(notes) = store.get_mut::<Notes>() {
        notes.0.insert(String::new(), String::new());
    }
}

// Another store keeps a type of this name.
#[derive(Clone, Default)]
pub struct Local(Arc<Mutex<HashMap<u8, u8>>>);

fn good_other_store(extensions: &mut Extensions) {
    extensions.insert(Local::default());
}

fn good_changed_in_another_store(store: &anymap::AnyMap) {
    if let Some(local) = store.get::<Local>() {
        local.0.lock().unwrap().clear();
    }
}

// Explicit state.
fn good_actix(data: actix_web::web::Data<Jobs>) {
    data.0.lock().unwrap().clear();
}

fn good_actix_app() {
    actix_web::App::new().app_data(actix_web::web::Data::new(Jobs::default()));
}

fn good_state(axum::extract::State(jobs): axum::extract::State<Jobs>) {
    jobs.0.lock().unwrap().clear();
}

// The one who takes it out changes a map of its own.
fn good_other_map(extensions: &Extensions, own: &Mutex<HashMap<u8, u8>>) {
    if let Some(rules) = extensions.get::<Rules>() {
        own.lock().unwrap().insert(1, rules.0.read().unwrap().len() as u8);
    }
}

#[derive(Clone, Default)]
pub struct Marks(Arc<Mutex<HashMap<u8, u8>>>);

fn marks(extensions: &Extensions) -> Marks {
    extensions.get::<Marks>().cloned().unwrap_or_default()
}

fn through_an_accessor(extensions: &mut Extensions) {
    extensions.insert(Marks::default()); //~ missed mutable_map_in_type_store: the caller of `marks` changes it
    marks(extensions).0.lock().unwrap().insert(1, 1);
}
