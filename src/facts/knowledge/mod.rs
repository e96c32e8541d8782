//! What is known of libraries: rows of TOML, ours and the user's, as types, signatures, roles and effects.
//!
//! **Invariant:** no code outside this folder names a library's types or functions; whoever needs to know something of one asks here.
//!
//! What it does not know: which version of a library is used. Rows that hold for some versions say so in their effects.

mod check;
mod effects;
mod load;
mod roles;
mod schema;
mod signature;
mod versions;

pub use effects::{
    ArgRef, Effects, FILE_IO, Looks, MapsGuard, Mode, Reads, SENDING, Stores, Takes, When, Writes,
};
pub use load::{UserRows, load, load_builtin};
pub use roles::{GUARD, IDENTITY, LOCK, MAP};
pub use roles::{GuardRole, LockRole, LockShape, MapKind, RecursiveRead, StoreRole, TypeRole, WaitKind};
pub use schema::RowFile;
pub use versions::Versions;

use crate::model::library::ApiId;
use crate::syntax::Name;
use rustc_hash::{FxHashMap, FxHashSet};

/// Roles of types and effects of functions.
#[derive(Debug, Default)]
pub struct Knowledge {
    /// Roles by the types' canonical paths; types without a role are absent.
    pub types: FxHashMap<Name, TypeRole>,
    /// Effects by [`ApiId`].
    pub effects: Vec<Effects>,
    /// Names of functions that take the lock of a mutex, an rwlock or a cell, for the prefilter.
    pub acquiring: FxHashSet<Name>,
    /// Names of functions that take a lock inside a map that locks itself.
    pub self_locking: FxHashSet<Name>,
}

impl Knowledge {
    /// The role of a library type.
    pub fn role(&self, path: Name) -> Option<&TypeRole> {
        self.types.get(&path)
    }

    /// The effects of a library function.
    pub fn effects(&self, api: ApiId) -> &Effects {
        &self.effects[api.0 as usize]
    }
}

/// A row, or a file of rows, that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnowledgeProblem {
    /// Which file.
    pub origin: String,
    /// The line in it, from 1.
    pub line: u32,
    /// What is wrong.
    pub message: String,
}

/// The files that come with hazmap: name and text. Sorted by name.
const BUILTIN: &[(&str, &str)] = &[
    ("actix.toml", include_str!("actix.toml")),
    ("ahash.toml", include_str!("ahash.toml")),
    ("antidote.toml", include_str!("antidote.toml")),
    ("anyhow.toml", include_str!("anyhow.toml")),
    ("anymap.toml", include_str!("anymap.toml")),
    ("arc_swap.toml", include_str!("arc_swap.toml")),
    ("async_channel.toml", include_str!("async_channel.toml")),
    ("async_lock.toml", include_str!("async_lock.toml")),
    ("async_std.toml", include_str!("async_std.toml")),
    ("axum.toml", include_str!("axum.toml")),
    ("bevy.toml", include_str!("bevy.toml")),
    ("bytes.toml", include_str!("bytes.toml")),
    ("chrono.toml", include_str!("chrono.toml")),
    ("crossbeam.toml", include_str!("crossbeam.toml")),
    ("dashmap.toml", include_str!("dashmap.toml")),
    ("digest.toml", include_str!("digest.toml")),
    ("flate2.toml", include_str!("flate2.toml")),
    ("flume.toml", include_str!("flume.toml")),
    ("flurry.toml", include_str!("flurry.toml")),
    ("fnv.toml", include_str!("fnv.toml")),
    ("futures.toml", include_str!("futures.toml")),
    ("hashbrown.toml", include_str!("hashbrown.toml")),
    ("http.toml", include_str!("http.toml")),
    ("im.toml", include_str!("im.toml")),
    ("im_rc.toml", include_str!("im_rc.toml")),
    ("imbl.toml", include_str!("imbl.toml")),
    ("indexmap.toml", include_str!("indexmap.toml")),
    ("lazy_static.toml", include_str!("lazy_static.toml")),
    ("lock_api.toml", include_str!("lock_api.toml")),
    ("lru.toml", include_str!("lru.toml")),
    ("moka.toml", include_str!("moka.toml")),
    ("once_cell.toml", include_str!("once_cell.toml")),
    ("opentelemetry.toml", include_str!("opentelemetry.toml")),
    ("papaya.toml", include_str!("papaya.toml")),
    ("parking_lot.toml", include_str!("parking_lot.toml")),
    ("quick_cache.toml", include_str!("quick_cache.toml")),
    ("quic.toml", include_str!("quic.toml")),
    ("rand.toml", include_str!("rand.toml")),
    ("rayon.toml", include_str!("rayon.toml")),
    ("regex.toml", include_str!("regex.toml")),
    ("reqwest.toml", include_str!("reqwest.toml")),
    ("rpds.toml", include_str!("rpds.toml")),
    ("rustc_hash.toml", include_str!("rustc_hash.toml")),
    ("scc.toml", include_str!("scc.toml")),
    ("serde_formats.toml", include_str!("serde_formats.toml")),
    ("serde_json.toml", include_str!("serde_json.toml")),
    ("slab.toml", include_str!("slab.toml")),
    ("slotmap.toml", include_str!("slotmap.toml")),
    ("spin.toml", include_str!("spin.toml")),
    ("std_collections.toml", include_str!("std_collections.toml")),
    ("std_io.toml", include_str!("std_io.toml")),
    ("std_iter.toml", include_str!("std_iter.toml")),
    ("std_mem.toml", include_str!("std_mem.toml")),
    ("std_misc.toml", include_str!("std_misc.toml")),
    ("std_num.toml", include_str!("std_num.toml")),
    ("std_option.toml", include_str!("std_option.toml")),
    ("std_seq.toml", include_str!("std_seq.toml")),
    ("std_sync.toml", include_str!("std_sync.toml")),
    ("std_text.toml", include_str!("std_text.toml")),
    ("std_thread.toml", include_str!("std_thread.toml")),
    ("std_traits.toml", include_str!("std_traits.toml")),
    ("tokio.toml", include_str!("tokio.toml")),
    ("tokio_io.toml", include_str!("tokio_io.toml")),
    ("tokio_stream.toml", include_str!("tokio_stream.toml")),
    ("tokio_util.toml", include_str!("tokio_util.toml")),
    ("tonic.toml", include_str!("tonic.toml")),
    ("tracing.toml", include_str!("tracing.toml")),
    ("tracing_subscriber.toml", include_str!("tracing_subscriber.toml")),
    ("triomphe.toml", include_str!("triomphe.toml")),
    ("type_map.toml", include_str!("type_map.toml")),
    ("url.toml", include_str!("url.toml")),
    ("uuid.toml", include_str!("uuid.toml")),
    ("web_stores.toml", include_str!("web_stores.toml")),
];

#[cfg(test)]
mod library_tests;
#[cfg(test)]
mod tests;
