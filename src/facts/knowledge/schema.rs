//! The form of a file of rows, as `SCHEMA.md` tells it.

use super::effects::{ArgRef, Looks, Mode, Reads, When, Writes};
use super::roles::{LockShape, MapKind, RecursiveRead, WaitKind};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use toml::Spanned;

/// A file of rows.
#[derive(Deserialize, JsonSchema, Debug, Default)]
#[serde(deny_unknown_fields)]
pub struct RowFile {
    #[serde(rename = "crate")]
    pub(super) krate: Option<String>,
    pub(super) source: Option<String>,
    pub(super) since: Option<String>,
    pub(super) until: Option<String>,
    #[serde(rename = "use", default)]
    pub(super) uses: Vec<String>,
    #[serde(default)]
    pub(super) aliases: BTreeMap<String, String>,
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub(super) type_aliases: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub(super) consts: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub(super) predeclared: Vec<String>,
    #[serde(default)]
    pub(super) prelude: Vec<String>,
    #[serde(rename = "type", default)]
    pub(super) types: Vec<TypeRow>,
    #[serde(rename = "impl", default)]
    pub(super) impls: Vec<ImplRow>,
}

/// A `[[type]]`.
#[derive(Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct TypeRow {
    #[schemars(with = "String")]
    pub(super) path: Spanned<String>,
    #[serde(default)]
    pub(super) params: Vec<String>,
    pub(super) map: Option<MapWord>,
    pub(super) lock: Option<LockWord>,
    pub(super) kind: Option<KindWord>,
    pub(super) recursive_read: Option<RecursiveWord>,
    #[serde(default)]
    pub(super) poisons: bool,
    #[serde(default)]
    pub(super) reentrant: bool,
    pub(super) guard: Option<ModeWord>,
    #[serde(default)]
    pub(super) upgradable: bool,
    pub(super) derefs_to: Option<String>,
    #[serde(default)]
    pub(super) builtin_deref: bool,
    #[serde(default)]
    pub(super) handle: bool,
    #[serde(default)]
    pub(super) copy: bool,
    #[serde(default)]
    pub(super) identity: bool,
    #[serde(default)]
    pub(super) lazy: bool,
    #[serde(default)]
    pub(super) heap: bool,
    #[serde(default)]
    pub(super) holds: Vec<String>,
    pub(super) waits_when_iterated: Option<String>,
    pub(super) io: Option<String>,
    #[serde(default)]
    pub(super) phantom: bool,
    #[serde(default)]
    pub(super) raw_cell: bool,
    pub(super) store: Option<String>,
    pub(super) store_value: Option<String>,
    #[serde(default)]
    pub(super) state: bool,
    #[serde(default)]
    pub(super) bounds_itself: bool,
    #[serde(default)]
    pub(super) clone_shares: bool,
    #[serde(default)]
    pub(super) slow_when_iterated: bool,
    #[serde(default)]
    pub(super) variants: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) fields: BTreeMap<String, String>,
    pub(super) index: Option<String>,
    pub(super) iter: Option<IterRow>,
    #[serde(default)]
    pub(super) traits: Vec<String>,
}

/// The items of `for x in m`, `&m`, `&mut m`.
#[derive(Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct IterRow {
    pub(super) owned: Option<String>,
    pub(super) shared: Option<String>,
    #[serde(rename = "mut")]
    pub(super) mutable: Option<String>,
}

/// An `[[impl]]`.
#[derive(Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct ImplRow {
    #[serde(rename = "for")]
    #[schemars(with = "String")]
    pub(super) for_: Spanned<String>,
    #[serde(rename = "trait")]
    pub(super) trait_: Option<String>,
    #[serde(default)]
    pub(super) params: Vec<String>,
    #[serde(rename = "where")]
    pub(super) where_: Option<String>,
    pub(super) since: Option<String>,
    pub(super) until: Option<String>,
    #[serde(default)]
    pub(super) fns: Vec<FnRow>,
}

/// A row of `fns`.
#[derive(Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct FnRow {
    #[schemars(with = "String")]
    pub(super) sig: Spanned<String>,
    pub(super) takes: Option<ModeWord>,
    #[serde(default)]
    pub(super) momentary: bool,
    #[serde(default)]
    pub(super) while_calling: bool,
    #[serde(rename = "try", default)]
    pub(super) try_: bool,
    #[serde(default)]
    pub(super) recursive: bool,
    pub(super) of: Option<ArgWord>,
    pub(super) reads_by: Option<String>,
    pub(super) maps_guard: Option<ArgWord>,
    pub(super) mode: Option<ModeWord>,
    pub(super) unlocks: Option<ArgWord>,
    pub(super) waits_on: Option<ArgWord>,
    #[serde(default)]
    pub(super) does_io_of: Vec<ArgWord>,
    pub(super) reads: Option<ReadsWord>,
    pub(super) writes: Option<WritesWord>,
    pub(super) key: Option<u32>,
    pub(super) value: Option<u32>,
    #[serde(default)]
    pub(super) answers: bool,
    pub(super) blocks: Option<String>,
    pub(super) blocks_if_bounded: Option<String>,
    pub(super) bounds: Option<bool>,
    pub(super) spawns: Option<u32>,
    pub(super) block_on: Option<u32>,
    #[serde(default)]
    pub(super) gives_up: bool,
    #[serde(default)]
    pub(super) calls: Vec<CallRow>,
    pub(super) same: Option<ArgWord>,
    pub(super) part_of: Option<ArgWord>,
    pub(super) copies: Option<ArgWord>,
    pub(super) value_of: Option<ArgWord>,
    #[serde(default)]
    pub(super) same_variant: bool,
    pub(super) forgets: Option<ArgWord>,
    pub(super) drops: Option<ArgWord>,
    pub(super) takes_out: Option<ArgWord>,
    #[serde(default)]
    pub(super) removes: bool,
    pub(super) stores: Option<u32>,
    pub(super) into: Option<ArgWord>,
    pub(super) lends: Option<ArgWord>,
    pub(super) tells: Option<String>,
    pub(super) expects: Option<String>,
    pub(super) puts: Option<u32>,
    #[serde(default)]
    pub(super) gives: bool,
    #[serde(default)]
    pub(super) fills: bool,
    pub(super) forces: Option<ArgWord>,
    #[serde(default)]
    pub(super) decodes: bool,
    #[serde(default)]
    pub(super) unique: bool,
    #[serde(default)]
    pub(super) counts_owners: bool,
    #[serde(default)]
    pub(super) parallel: bool,
    pub(super) looks: Option<LooksWord>,
    #[serde(default)]
    pub(super) gathers: bool,
    #[serde(default)]
    pub(super) folds: bool,
    pub(super) work: Option<String>,
    #[serde(default)]
    pub(super) one_thread: bool,
    #[serde(default)]
    pub(super) diverges: bool,
    #[serde(rename = "pure", default)]
    pub(super) pure_: bool,
    pub(super) since: Option<String>,
    pub(super) until: Option<String>,
}

/// An element of `calls`.
#[derive(Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct CallRow {
    pub(super) arg: u32,
    pub(super) when: WhenWord,
    pub(super) on: Option<String>,
}

/// `"self"` or the number of an argument.
#[derive(Debug, Clone, Copy)]
pub(super) struct ArgWord(pub(super) ArgRef);

impl JsonSchema for ArgWord {
    fn schema_name() -> Cow<'static, str> {
        "ArgWord".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "const": "self" }, { "type": "integer", "minimum": 0 }] })
    }
}

impl<'de> Deserialize<'de> for ArgWord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ArgVisitor;
        impl Visitor<'_> for ArgVisitor {
            type Value = ArgWord;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`\"self\"` or the number of an argument")
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<ArgWord, E> {
                match word {
                    "self" => Ok(ArgWord(ArgRef::SelfArg)),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(word), &self)),
                }
            }

            fn visit_i64<E: Error>(self, n: i64) -> Result<ArgWord, E> {
                match u32::try_from(n) {
                    Ok(n) => Ok(ArgWord(ArgRef::Arg(n))),
                    Err(_) => Err(E::invalid_value(serde::de::Unexpected::Signed(n), &self)),
                }
            }

            fn visit_u64<E: Error>(self, n: u64) -> Result<ArgWord, E> {
                match u32::try_from(n) {
                    Ok(n) => Ok(ArgWord(ArgRef::Arg(n))),
                    Err(_) => Err(E::invalid_value(serde::de::Unexpected::Unsigned(n), &self)),
                }
            }
        }
        deserializer.deserialize_any(ArgVisitor)
    }
}

/// Words that stand for values of the effect and role types.
macro_rules! words {
    ($($word:ident => $target:ty { $($variant:ident => $value:expr),* $(,)? })*) => {$(
        #[derive(Deserialize, JsonSchema, Debug, Clone, Copy)]
        #[serde(rename_all = "snake_case")]
        pub(super) enum $word {
            $($variant),*
        }

        impl From<$word> for $target {
            fn from(word: $word) -> $target {
                match word {
                    $($word::$variant => $value),*
                }
            }
        }
    )*};
}

words! {
    ModeWord => Mode { Shared => Mode::Shared, Exclusive => Mode::Exclusive }
    ReadsWord => Reads { Key => Reads::Key, Len => Reads::Len, All => Reads::All }
    WritesWord => Writes {
        Insert => Writes::Insert,
        Remove => Writes::Remove,
        Update => Writes::Update,
        Entry => Writes::Entry,
        Clear => Writes::Clear,
        All => Writes::All,
    }
    LooksWord => Looks { Part => Looks::Part, On => Looks::On }
    WhenWord => When { Now => When::Now, Iterated => When::Iterated, Awaited => When::Awaited, Later => When::Later }
    MapWord => MapKind { Plain => MapKind::Plain, Concurrent => MapKind::Concurrent, Persistent => MapKind::Persistent }
    LockWord => LockShape {
        Mutex => LockShape::Mutex,
        Rwlock => LockShape::RwLock,
        Cell => LockShape::Cell,
        Semaphore => LockShape::Semaphore,
    }
    KindWord => WaitKind { Sync => WaitKind::Sync, Async => WaitKind::Async, Cell => WaitKind::Cell }
    RecursiveWord => RecursiveRead { Deadlocks => RecursiveRead::Deadlocks, Allowed => RecursiveRead::Allowed }
}
