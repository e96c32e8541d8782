//! Whether a file of facts was made from what is here: the texts of a library and of those that it depends on, and what was known of others.

use super::form::{CrateMark, FactsForm, FileMark};
use super::world::World;
use crate::facts::knowledge::{Knowledge, UserRows, Versions};
use crate::model::items::{Crate, CrateId};
use crate::model::types::FnId;
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

/// A mark of a library, and the files that it marks in the same order.
#[derive(Debug)]
pub(super) struct Marked {
    pub mark: CrateMark,
    pub files: Vec<FileId>,
}

impl World<'_> {
    /// The mark of a library's texts.
    pub(super) fn mark(&self, id: CrateId) -> Option<&Marked> {
        self.marks.get(id.0 as usize)?.get_or_init(|| self.make_mark(id)).as_ref()
    }

    fn make_mark(&self, id: CrateId) -> Option<Marked> {
        let krate = self.model.crates.get(id.0 as usize)?;
        let mut files: Vec<(FileMark, FileId)> = self
            .files_of(id)
            .iter()
            .map(|&file| {
                let path = relative(&krate.dir, &self.files.path(file));
                let text = self.files.text(file);
                let hash = format!("{:032x}", xxh3_128(text.as_bytes()));
                (FileMark { path, hash, skeleton: self.skeleton(file, &text) }, file)
            })
            .collect();
        files.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
        let (marks, files) = files.into_iter().unzip();
        let version = krate.version.map(|it| it.to_string());
        let package = krate.package.to_string();
        let mark = CrateMark { package, version, edition: krate.edition, summaries: None, files: marks };
        Some(Marked { mark, files })
    }
}

/// What libraries do, told by the [marks](FactsForm::summaries) of their summaries.
pub(super) type SummaryMarks = FxHashMap<CrateId, String>;

/// A mark of what the functions of a library do: of what is written of them, and of the bodies of those that nothing is written of, or
/// not all (these are looked into).
pub(super) fn summaries_mark(
    form: &FactsForm,
    told: &FxHashSet<FnId>,
    world: &World<'_>,
    krate: CrateId,
) -> Option<String> {
    let mut state = Xxh3::new();
    state.update(&serde_json::to_vec(&(&form.items, &form.functions)).ok()?);
    let own: FxHashSet<FileId> = world.files_of(krate).iter().copied().collect();
    for (def, n) in world.model.fns.iter().zip(0..) {
        let is_asked = own.contains(&def.span.file) && !def.test && !told.contains(&FnId(n));
        let Some(body) = def.body.filter(|_| is_asked) else { continue };
        let text = world.files.text(def.span.file);
        let body = text.get(body.body.lo as usize..body.body.hi as usize).unwrap_or_default();
        state.update(&(body.len() as u64).to_le_bytes());
        state.update(body.as_bytes());
    }
    Some(format!("{:032x}", state.digest128()))
}

/// The files of a file of facts, those that are not read here left out as `None`; or why it was made from something else.
///
/// Of a library that this one depends on the bodies may have changed, where `known` says that what it does has not.
pub(super) fn files_here(
    form: &FactsForm,
    world: &World<'_>,
    krate: CrateId,
    known: &SummaryMarks,
) -> Result<Vec<Option<FileId>>, String> {
    if form.knowledge != world.knowledge {
        return Err("was made with other rows about libraries, or other versions of them".to_owned());
    }
    let here: Vec<(CrateId, &Crate, &Marked)> = world
        .with_dependencies(krate)
        .into_iter()
        .filter_map(|id| Some((id, world.model.crates.get(id.0 as usize)?, world.mark(id)?)))
        .collect();
    let mut found = Vec::new();
    for made in &form.crates {
        let is_it = |(_, _, it): &&(CrateId, &Crate, &Marked)| is_of_one(&it.mark, made);
        let mut same = here.iter().filter(is_it);
        let (Some((id, of, marked)), None) = (same.next(), same.next()) else {
            return Err(format!("was made with sources of `{}` that are not the ones here", made.package));
        };
        let does_the_same =
            *id != krate && made.summaries.is_some() && made.summaries.as_ref() == known.get(id);
        let looked_at: fn(&FileMark) -> &str =
            if does_the_same { |it| it.skeleton.as_str() } else { |it| it.hash.as_str() };
        let in_parts = world.by_parts && of.foreign;
        found.extend(files_of_crate(made, of, marked, looked_at, in_parts)?);
    }
    let is_missing =
        |(_, _, it): &&(CrateId, &Crate, &Marked)| !form.crates.iter().any(|made| is_of_one(&it.mark, made));
    match here.iter().find(is_missing) {
        Some((_, _, it)) => Err(format!("was made without the sources of `{}`", it.mark.package)),
        None => Ok(found),
    }
}

/// Whether two marks are of one package, of one version.
pub(super) fn is_of_one(a: &CrateMark, b: &CrateMark) -> bool {
    a.package == b.package && a.version == b.version
}

/// The files of one crate, if what is looked at of each is the same here.
fn files_of_crate(
    made: &CrateMark,
    krate: &Crate,
    here: &Marked,
    looked_at: fn(&FileMark) -> &str,
    in_parts: bool,
) -> Result<Vec<Option<FileId>>, String> {
    let Marked { mark, files } = here;
    let changed = |path: &str| Err(format!("was made when `{path}` of `{}` was another", mark.package));
    if mark.edition != made.edition {
        return Err(format!("was made for another edition of `{}`", mark.package));
    }
    let known: FxHashMap<&str, &str> =
        made.files.iter().map(|it| (it.path.as_str(), looked_at(it))).collect();
    let is_other = |it: &&FileMark| match known.get(it.path.as_str()) {
        Some(made) => *made != looked_at(it),
        None => !in_parts,
    };
    if let Some(file) = mark.files.iter().find(is_other) {
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
