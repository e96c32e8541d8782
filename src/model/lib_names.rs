//! Names of libraries: canonical paths, and what their modules export.

use super::items::Def;
use super::library::Library;
use super::names::Ns;
use super::prelude::{self, last_segment, split_last};
use crate::syntax::Name;
use rustc_hash::{FxHashMap, FxHashSet};

/// What rows tell about names, sorted for looking up.
#[derive(Debug, Default)]
pub(super) struct LibNames {
    crates: FxHashSet<Name>,
    traits: FxHashSet<Name>,
    exports: FxHashMap<Name, Vec<(Name, Name)>>,
}

impl LibNames {
    pub(super) fn new(library: &Library) -> LibNames {
        let mut names = LibNames::default();
        names.traits.extend(library.trait_methods.keys().map(|(owner, _)| *owner));
        names.traits.extend(library.impls.keys().map(|(trait_, _)| *trait_));
        let items = library
            .types
            .keys()
            .chain(library.type_aliases.keys())
            .chain(library.fns.keys())
            .chain(library.consts.keys());
        let mut paths: Vec<Name> = items.chain(&names.traits).copied().collect();
        paths.sort_unstable_by(|a, b| a.as_str().cmp(b.as_str()));
        for path in paths {
            names.export(path, path);
        }
        let mut aliases: Vec<(Name, Name)> = library.aliases.iter().map(|(from, to)| (*from, *to)).collect();
        aliases.sort_unstable_by(|a, b| a.0.as_str().cmp(b.0.as_str()));
        for (from, to) in aliases {
            names.export(from, to);
        }
        for (module, list) in &library.exports {
            names.crates.insert(crate_of(*module));
            names.exports.entry(*module).or_default().extend(list.iter().copied());
        }
        for list in names.exports.values_mut() {
            list.sort_unstable_by(|a, b| (a.0.as_str(), a.1.as_str()).cmp(&(b.0.as_str(), b.1.as_str())));
            list.dedup();
        }
        names.crates.insert(Name::from("std"));
        names
    }

    fn export(&mut self, path: Name, canonical: Name) {
        self.crates.insert(crate_of(path));
        if let Some((module, last)) = split_last(&path) {
            self.exports.entry(Name::from(module)).or_default().push((Name::from(last), canonical));
        }
    }

    /// Returns whether there are rows of a crate.
    pub(super) fn knows_crate(&self, name: Name) -> bool {
        self.crates.contains(&name)
    }

    /// Returns the public names of a module, with canonical paths, as far as rows tell.
    pub(super) fn exports(&self, module: Name) -> &[(Name, Name)] {
        self.exports.get(&module).map_or(&[], Vec::as_slice)
    }

    /// Returns whether a path is that of a trait with rows, or of one that every module sees.
    pub(super) fn is_trait(&self, path: Name) -> bool {
        self.traits.contains(&path) || is_known_trait(&path)
    }
}

/// Traits of the standard library that rows may say nothing about, but that stand as prefixes of paths and in bounds.
fn is_known_trait(path: &str) -> bool {
    let Some((module, last)) = split_last(path) else { return false };
    match module {
        "std::convert" => last != "Infallible",
        "std::clone" | "std::default" => true,
        "std::marker" => !last.starts_with("Phantom"),
        "std::iter" => matches!(
            last,
            "Iterator"
                | "IntoIterator"
                | "FromIterator"
                | "Extend"
                | "Sum"
                | "Product"
                | "DoubleEndedIterator"
                | "ExactSizeIterator"
        ),
        "std::future" => matches!(last, "Future" | "IntoFuture"),
        "std::cmp" => matches!(last, "Eq" | "Ord" | "PartialEq" | "PartialOrd"),
        "std::hash" => matches!(last, "Hash" | "Hasher" | "BuildHasher"),
        "std::fmt" => matches!(last, "Debug" | "Display" | "Write"),
        "std::io" => matches!(last, "Read" | "Write" | "BufRead" | "Seek"),
        "std::borrow" => matches!(last, "Borrow" | "BorrowMut" | "ToOwned"),
        "std::string" => last == "ToString",
        "std::str" => last == "FromStr",
        "std::error" => last == "Error",
        "std::any" => last == "Any",
        "std::ops" => !(last.starts_with("Range") || matches!(last, "Bound" | "ControlFlow")),
        _ => false,
    }
}

/// Returns the crate that a path starts with.
pub(super) fn crate_of(path: Name) -> Name {
    match path.as_str().split_once("::") {
        Some((krate, _)) => Name::from(krate),
        None => path,
    }
}

/// Returns the canonical name of a library crate: `core` and `alloc` are parts of `std`, `futures_util` of `futures`.
pub(super) fn canonical_crate(library: &Library, name: Name) -> Name {
    match name.as_str() {
        "core" | "alloc" => Name::from("std"),
        _ => library.canonical(&name),
    }
}

/// Returns the canonical path of a name in a library's module or type.
pub(super) fn join(library: &Library, base: Name, name: Name) -> Name {
    prelude_member(base, name).unwrap_or_else(|| library.canonical(&format!("{base}::{name}")))
}

/// `std::prelude::v1::Vec` and the like.
fn prelude_member(base: Name, name: Name) -> Option<Name> {
    if !base.as_str().starts_with("std::prelude::") {
        return None;
    }
    let found = prelude::lookup(name, Ns::Types).or_else(|| prelude::lookup(name, Ns::Values));
    match found {
        Some(Def::LibPath(path)) => Some(path),
        _ => None,
    }
}

/// Returns in which namespaces a library's path may stand, and whether that is certain.
pub(super) fn namespaces(library: &Library, path: Name) -> &'static [(Ns, bool)] {
    if library.types.contains_key(&path) || library.type_aliases.contains_key(&path) {
        // A tuple struct is a value as well.
        return &[(Ns::Types, true), (Ns::Values, false)];
    }
    if library.fns.contains_key(&path) || library.consts.contains_key(&path) {
        return &[(Ns::Values, true), (Ns::Types, false)];
    }
    let last = last_segment(&path);
    let is_const = !last.chars().any(char::is_lowercase) && last.len() > 1;
    match is_const {
        true => &[(Ns::Values, true), (Ns::Types, false)],
        false => &[(Ns::Types, false), (Ns::Values, false)],
    }
}

/// Returns whether a library's path may stand in a namespace.
pub(super) fn may_be(library: &Library, path: Name, ns: Ns) -> bool {
    let spaces = namespaces(library, path);
    let sure_elsewhere = spaces.iter().any(|(space, sure)| *sure && *space != ns);
    ns == Ns::Values && is_camel_case(&path) || !sure_elsewhere
}

/// Returns whether a library's path is written like a type, a trait or a variant.
pub(super) fn is_camel_case(path: &str) -> bool {
    last_segment(path).chars().next().is_some_and(char::is_uppercase)
}
