//! Whether a file of facts was made from what is here: the texts of a library and of those that it depends on, and what was known of others.

use super::form::{CrateMark, FactsForm, FileMark};
use super::world::World;
use crate::facts::knowledge::{Knowledge, UserRows, Versions};
use crate::model::items::{Crate, CrateId};
use crate::source::{FileId, relative};
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// A mark of what is known of libraries: of the user's rows, and of the versions in use of libraries that rows speak of. Our own rows
/// belong to the version of hazmap.
pub fn knowledge_mark(rows: &[UserRows], versions: &Versions, knowledge: &Knowledge) -> String {
    let known: FxHashSet<&str> = knowledge.types.keys().filter_map(|it| it.split("::").next()).collect();
    let mut state = Xxh3::new();
    let texts = rows.iter().map(|it| it.text.as_str());
    let versions = versions.in_words(|krate| known.contains(krate));
    for words in texts.chain(versions.iter().map(String::as_str)) {
        state.update(words.as_bytes());
        state.update(&[0]);
    }
    format!("{:032x}", state.digest128())
}

/// The texts of a library, and the files themselves in the same order.
pub(super) fn mark(world: &World<'_>, id: CrateId) -> Option<(CrateMark, Vec<FileId>)> {
    let krate = world.model.crates.get(id.0 as usize)?;
    let mut files: Vec<(FileMark, FileId)> = world
        .files_of(id)
        .iter()
        .map(|&file| {
            let path = relative(&krate.dir, &world.files.path(file));
            let hash = format!("{:032x}", xxh3_128(world.files.text(file).as_bytes()));
            (FileMark { path, hash }, file)
        })
        .collect();
    files.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    let (marks, ids) = files.into_iter().unzip();
    let version = krate.version.map(|it| it.to_string());
    let mark =
        CrateMark { package: krate.package.to_string(), version, edition: krate.edition, files: marks };
    Some((mark, ids))
}

/// The files of a file of facts, those that are not read here left out as `None`; or why it was made from something else.
pub(super) fn files_here(
    form: &FactsForm,
    world: &World<'_>,
    krate: CrateId,
) -> Result<Vec<Option<FileId>>, String> {
    if form.knowledge != world.knowledge {
        return Err("was made with other rows about libraries, or other versions of them".to_owned());
    }
    let crates = world.with_dependencies(krate);
    let here: Vec<(&Crate, CrateMark, Vec<FileId>)> = crates
        .iter()
        .filter_map(|id| {
            let (mark, files) = mark(world, *id)?;
            Some((world.model.crates.get(id.0 as usize)?, mark, files))
        })
        .collect();
    let mut found = Vec::new();
    for made in &form.crates {
        let is_it = |(_, mark, _): &&(&Crate, CrateMark, Vec<FileId>)| {
            mark.package == made.package && mark.version == made.version
        };
        let mut same = here.iter().filter(is_it);
        let (Some((krate, mark, files)), None) = (same.next(), same.next()) else {
            return Err(format!("was made with sources of `{}` that are not the ones here", made.package));
        };
        found.extend(files_of_crate(made, krate, mark, files)?);
    }
    let is_missing = |(_, mark, _): &&(&Crate, CrateMark, Vec<FileId>)| {
        !form.crates.iter().any(|it| it.package == mark.package && it.version == mark.version)
    };
    match here.iter().find(is_missing) {
        Some((_, mark, _)) => Err(format!("was made without the sources of `{}`", mark.package)),
        None => Ok(found),
    }
}

fn files_of_crate(
    made: &CrateMark,
    krate: &Crate,
    mark: &CrateMark,
    files: &[FileId],
) -> Result<Vec<Option<FileId>>, String> {
    let changed = |path: &str| Err(format!("was made when `{path}` of `{}` was another", mark.package));
    if mark.edition != made.edition {
        return Err(format!("was made for another edition of `{}`", mark.package));
    }
    let known: FxHashMap<&str, &str> =
        made.files.iter().map(|it| (it.path.as_str(), it.hash.as_str())).collect();
    if let Some(file) = mark.files.iter().find(|it| known.get(it.path.as_str()) != Some(&it.hash.as_str())) {
        return changed(&file.path);
    }
    let here: FxHashMap<&str, FileId> =
        mark.files.iter().map(|it| it.path.as_str()).zip(files.iter().copied()).collect();
    let mut found = Vec::new();
    for file in &made.files {
        let id = here.get(file.path.as_str()).copied();
        // Of a crate from elsewhere only a part is read.
        if id.is_none() && !krate.foreign {
            return changed(&file.path);
        }
        found.push(id);
    }
    Ok(found)
}
