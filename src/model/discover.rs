//! Finds the files of all targets by following `mod` and `include!`, and parses each once, in parallel.

use super::FileProblem;
use crate::source::{FileId, Files, OpenError, Workspace};
use crate::syntax::{self, FileTree, ItemIdx, ItemKind, Name, Problem};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};

/// How much text stays in memory. What is beyond is read from the disk again when a body is asked for.
const KEPT_TEXT_BYTES: usize = 96 << 20;

/// How many links are followed at a time: as many texts are in memory at once.
const LINKS_AT_ONCE: usize = 1024;

/// In how many folders one file is looked through for links: `#[path = "x/../a.rs"]` in `a.rs`, or a folder linked into itself, gives
/// ever longer names to one file.
const MAX_FOLDERS_OF_FILE: usize = 16;

/// Where the files of a file's or an inline module's `mod` declarations are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Folder {
    /// The folder that the source file stands in.
    of_file: PathBuf,
    /// The folder of the files of `mod name;`.
    of_children: PathBuf,
    /// Inside an inline module: `#[path]` starts from `of_children` then.
    inline: bool,
}

impl Folder {
    /// Makes the folder of a file. `owns`: it is a root, a `mod.rs` or was named by `#[path]`, so that its children stand next to it.
    pub(super) fn of_file(path: &Path, owns: bool) -> Folder {
        let of_file = path.parent().map(Path::to_path_buf).unwrap_or_default();
        let of_children = match path.file_stem() {
            Some(stem) if !owns => of_file.join(stem),
            _ => of_file.clone(),
        };
        Folder { of_file, of_children, inline: false }
    }

    fn path_base(&self) -> &Path {
        match self.inline {
            true => &self.of_children,
            false => &self.of_file,
        }
    }

    /// Returns the folder of an inline module.
    pub(super) fn inline(&self, name: Name, path: Option<Name>) -> Folder {
        let of_children = match path {
            Some(path) => self.path_base().join(path.as_str()),
            None => self.of_children.join(name.as_str()),
        };
        Folder { of_file: self.of_file.clone(), of_children, inline: true }
    }

    /// Returns which file `mod name;` means.
    pub(super) fn module(&self, name: Name, path: Option<Name>) -> Link {
        match path {
            Some(path) => Link { path: self.path_base().join(path.as_str()), kind: LinkKind::Path },
            None => Link { path: self.of_children.join(format!("{name}.rs")), kind: LinkKind::Name },
        }
    }

    /// Returns which file `include!` means.
    pub(super) fn include(&self, path: Name) -> Link {
        Link { path: self.of_file.join(path.as_str()), kind: LinkKind::Path }
    }
}

/// A file that a declaration names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Link {
    path: PathBuf,
    kind: LinkKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum LinkKind {
    /// A target's root.
    Root,
    /// `mod name;`: `name.rs` or `name/mod.rs`.
    Name,
    /// `#[path]` or `include!`: written by the analysed project.
    Path,
}

impl Link {
    /// Makes the link to a target's root.
    pub(super) fn root(path: &Path) -> Link {
        Link { path: path.to_path_buf(), kind: LinkKind::Root }
    }

    /// Returns the places where the file is looked for, in words.
    pub(super) fn places(&self) -> String {
        match self.second() {
            Some(second) => format!("{} or {}", self.path.display(), second.display()),
            None => self.path.display().to_string(),
        }
    }

    fn second(&self) -> Option<PathBuf> {
        match self.kind {
            LinkKind::Name => Some(self.path.with_extension("").join("mod.rs")),
            LinkKind::Root | LinkKind::Path => None,
        }
    }
}

/// A file that a link leads to.
#[derive(Debug, Clone)]
pub(super) struct Linked {
    /// The file.
    pub(super) file: FileId,
    /// Where its own children are.
    pub(super) folder: Folder,
}

/// Where a link leads.
#[derive(Debug, Clone)]
pub(super) enum Linkage {
    /// To this file.
    To(Linked),
    /// To no file: whoever follows it says so.
    Missing,
    /// To a file that must not be read: whoever follows it says why.
    Refused(String),
    /// To a file that could not be read, which is said already.
    Unreadable,
}

/// Where links lead.
pub(super) type Links = FxHashMap<Link, Linkage>;

/// All files, parsed, and where links lead.
#[derive(Debug, Default)]
pub(super) struct Sources {
    pub(super) trees: FxHashMap<FileId, FileTree>,
    pub(super) links: Links,
    pub(super) problems: Vec<FileProblem>,
}

/// Follows all links from the roots of all targets.
pub(super) fn discover(ws: &Workspace, files: &Files) -> Sources {
    let mut search = Search::resume(files, ws, Sources::default());
    let targets = ws.packages.iter().flat_map(|package| &package.targets);
    let mut wave: Vec<Link> = targets.map(|target| Link::root(&target.root)).collect();
    while !wave.is_empty() {
        let mut rest = wave.into_iter();
        wave = Vec::new();
        loop {
            let links: Vec<Link> = rest.by_ref().take(LINKS_AT_ONCE).collect();
            if links.is_empty() {
                break;
            }
            wave.extend(search.wave(links));
        }
    }
    search.finish()
}

/// Opens and parses what links lead to.
pub(super) struct Search<'a> {
    files: &'a Files,
    /// The folders that `#[path]` may lead into.
    trees: Vec<PathBuf>,
    pub(super) sources: Sources,
    /// Files that were looked through for links, with the folder that they had: a file may be a root and a module at once.
    walked: FxHashMap<FileId, Vec<Folder>>,
    unreadable: FxHashSet<PathBuf>,
    text_bytes: usize,
}

impl<'a> Search<'a> {
    /// Goes on from what was read before.
    pub(super) fn resume(files: &'a Files, ws: &Workspace, sources: Sources) -> Search<'a> {
        let text_bytes = sources.trees.keys().map(|file| files.text_len(*file)).sum();
        let trees = std::iter::once(&ws.root).chain(ws.packages.iter().map(|package| &package.dir));
        Search {
            files,
            trees: trees.cloned().collect(),
            sources,
            walked: FxHashMap::default(),
            unreadable: FxHashSet::default(),
            text_bytes,
        }
    }

    /// Lets `#[path]` lead into a folder.
    pub(super) fn allow(&mut self, dir: &Path) {
        self.trees.push(dir.to_path_buf());
    }

    /// Opens and parses what links of a wave lead to, and returns the links of the new files.
    fn wave(&mut self, links: Vec<Link>) -> Vec<Link> {
        let reached = self.load(links);
        let mut next = Vec::new();
        for linked in &reached {
            if let Some(tree) = self.sources.trees.get(&linked.file) {
                links_of(tree, linked, &mut next);
            }
        }
        next
    }

    /// Opens and parses what links lead to, and returns what is new.
    pub(super) fn load(&mut self, mut links: Vec<Link>) -> Vec<Linked> {
        let mut seen = FxHashSet::default();
        links.retain(|link| !self.sources.links.contains_key(link) && seen.insert(link.clone()));
        let opened = self.open(&links);
        let mut reached = Vec::new();
        for (link, opened) in links.into_iter().zip(opened) {
            let linkage = match opened {
                Ok(linked) => {
                    if self.is_new(&linked) {
                        reached.push(linked.clone());
                    }
                    Linkage::To(linked)
                }
                Err((path, error)) => self.failed(&link, path, &error),
            };
            self.sources.links.insert(link, linkage);
        }
        self.parse(&reached);
        reached
    }

    fn failed(&mut self, link: &Link, path: PathBuf, error: &OpenError) -> Linkage {
        match (error, link.kind) {
            (OpenError::NotFound, LinkKind::Name | LinkKind::Path) => Linkage::Missing,
            (OpenError::OutsideTree, _) => Linkage::Refused(format!("{}: {error}", path.display())),
            _ => {
                if self.unreadable.insert(path.clone()) {
                    let problem = Problem { message: error.to_string(), range: None, help: None };
                    self.sources.problems.push(FileProblem { path, file: None, problem });
                }
                Linkage::Unreadable
            }
        }
    }

    fn is_new(&mut self, linked: &Linked) -> bool {
        let folders = self.walked.entry(linked.file).or_default();
        let is_new = folders.len() < MAX_FOLDERS_OF_FILE && !folders.contains(&linked.folder);
        if is_new {
            folders.push(linked.folder.clone());
        }
        is_new
    }

    fn open(&self, links: &[Link]) -> Vec<Result<Linked, (PathBuf, OpenError)>> {
        let mut opened: Vec<Result<Linked, (PathBuf, OpenError)>> = Vec::with_capacity(links.len());
        for (link, result) in links.iter().zip(self.open_first(links)) {
            let owns = link.kind != LinkKind::Name;
            opened.push(match result {
                Ok(file) => Ok(Linked { file, folder: Folder::of_file(&link.path, owns) }),
                Err(error) => Err((link.path.clone(), error)),
            });
        }
        let seconds: Vec<(usize, PathBuf)> = (links.iter().zip(&opened).enumerate())
            .filter(|(_, (_, result))| matches!(result, Err((_, OpenError::NotFound))))
            .filter_map(|(place, (link, _))| link.second().map(|path| (place, path)))
            .collect();
        let paths: Vec<PathBuf> = seconds.iter().map(|(_, path)| path.clone()).collect();
        for ((place, path), result) in seconds.into_iter().zip(self.files.open_all(&paths)) {
            let Some(slot) = opened.get_mut(place) else { continue };
            match result {
                Ok(file) => *slot = Ok(Linked { file, folder: Folder::of_file(&path, true) }),
                Err(OpenError::NotFound) => {}
                Err(error) => *slot = Err((path, error)),
            }
        }
        opened
    }

    /// Opens the first place of each link. Ids follow the order of the wave; most are opened together, those that the project wrote a
    /// path for one by one, since they must stay in the tree.
    fn open_first(&self, links: &[Link]) -> Vec<Result<FileId, OpenError>> {
        let plain: Vec<PathBuf> =
            links.iter().filter(|link| link.kind != LinkKind::Path).map(|link| link.path.clone()).collect();
        let trees: Vec<&Path> = self.trees.iter().map(PathBuf::as_path).collect();
        let mut plain = self.files.open_all(&plain).into_iter();
        let open = |link: &Link| match link.kind {
            LinkKind::Path => self.files.open_under(&trees, &link.path),
            LinkKind::Root | LinkKind::Name => plain.next().unwrap_or(Err(OpenError::NotFound)),
        };
        links.iter().map(open).collect()
    }

    fn parse(&mut self, reached: &[Linked]) {
        let mut new: Vec<FileId> = reached.iter().map(|linked| linked.file).collect();
        new.retain(|file| !self.sources.trees.contains_key(file));
        new.sort_unstable();
        new.dedup();
        let mut texts: Vec<(FileId, usize)> =
            new.iter().map(|file| (*file, self.files.text(*file).len())).collect();
        // Largest first, so that no thread starts on a giant when the others are done.
        texts.sort_by_key(|(file, len)| (std::cmp::Reverse(*len), *file));
        let parsed: Vec<(FileId, FileTree)> = texts
            .par_iter()
            .with_max_len(1)
            .map(|(file, _)| {
                let tree = syntax::parse_file(&self.files.text(*file));
                syntax::invalidate_spans();
                (*file, tree)
            })
            .collect();
        for (file, len) in texts {
            self.text_bytes += len;
            if self.text_bytes > KEPT_TEXT_BYTES {
                self.files.release(file);
            }
        }
        self.sources.trees.extend(parsed);
    }

    fn finish(self) -> Sources {
        let mut sources = self.sources;
        let mut ids: Vec<FileId> = sources.trees.keys().copied().collect();
        ids.sort_unstable();
        for file in ids {
            let problems = sources.trees.get(&file).map(|tree| tree.problems.clone()).unwrap_or_default();
            let path = self.files.path(file);
            let of_file = problems.into_iter().map(|problem| FileProblem {
                path: path.clone(),
                file: Some(file),
                problem,
            });
            sources.problems.extend(of_file);
        }
        sources
    }
}

/// Collects the files that a file's items name, those in inline modules and in function bodies too.
fn links_of(tree: &FileTree, linked: &Linked, next: &mut Vec<Link>) {
    // A stack of our own: modules may be nested as deep as text is long.
    let mut stack: Vec<(&[ItemIdx], Folder)> =
        vec![(&tree.local_items, linked.folder.clone()), (&tree.roots, linked.folder.clone())];
    while let Some((items, folder)) = stack.pop() {
        for idx in items {
            let Some(item) = tree.items.get(idx.0 as usize) else { continue };
            match &item.kind {
                ItemKind::Mod { items: Some(inner) } => {
                    stack.push((inner, folder.inline(item.name, item.attrs.path)))
                }
                ItemKind::Mod { items: None } => next.push(folder.module(item.name, item.attrs.path)),
                ItemKind::Include { path } => next.push(folder.include(*path)),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(link: &Link) -> String {
        link.path.to_string_lossy().replace('\\', "/")
    }

    #[test]
    fn module_files_are_looked_for_where_rustc_does() {
        let name = |text: &str| Name::from(text);
        let root = Folder::of_file(Path::new("src/lib.rs"), true);
        assert_eq!(at(&root.module(name("a"), None)), "src/a.rs");
        assert_eq!(root.module(name("a"), None).second(), Some(PathBuf::from("src/a/mod.rs")));
        let a = Folder::of_file(Path::new("src/a.rs"), false);
        assert_eq!(at(&a.module(name("b"), None)), "src/a/b.rs");
        // `#[path]` starts from the file's folder, but inside an inline module from the folder of that module.
        assert_eq!(at(&a.module(name("b"), Some(name("x.rs")))), "src/x.rs");
        assert_eq!(at(&a.inline(name("i"), None).module(name("b"), Some(name("x.rs")))), "src/a/i/x.rs");
        assert_eq!(at(&root.inline(name("i"), Some(name("p"))).module(name("b"), None)), "src/p/b.rs");
        assert_eq!(at(&a.include(name("gen.rs"))), "src/gen.rs");
    }
}
