//! The commit that the working tree is compared with.
//!
//! git is asked for stored objects and its index only (`cat-file`, `rev-parse`, `merge-base`, `diff-index --cached`): it looks at no
//! working tree, so that no filter, hook, pager, monitor or diff driver that a repository configures has a reason to run.

use crate::driver::git;
use std::collections::BTreeMap;
use std::path::Path;

/// A commit that the working tree is compared with.
#[derive(Debug)]
pub struct Revision<'r> {
    repository: &'r Path,
    commit: String,
    /// What files that were renamed since were called in it.
    earlier: BTreeMap<String, String>,
}

impl<'r> Revision<'r> {
    /// The commit that a name stands for.
    pub fn named(repository: &'r Path, name: &str) -> Result<Revision<'r>, String> {
        Revision::at(repository, commit(repository, name)?)
    }

    /// The commit at which a branch and the present one parted.
    pub fn merge_base(repository: &'r Path, branch: &str) -> Result<Revision<'r>, String> {
        let theirs = commit(repository, branch)?;
        let base = git::output(repository, &["merge-base", &theirs, "HEAD"])?;
        let base = base
            .ok_or_else(|| format!("`{branch}` and HEAD have no commit in common{}", shallow(repository)))?;
        Revision::at(repository, base.trim().to_owned())
    }

    fn at(repository: &'r Path, commit: String) -> Result<Revision<'r>, String> {
        let earlier = renames(repository, &commit)?;
        Ok(Revision { repository, commit, earlier })
    }

    /// A file's text in the commit, by its present path; `None` where it did not exist.
    pub fn text(&self, path: &str) -> Result<Option<String>, String> {
        let blob = |path: &str| {
            git::output(self.repository, &["cat-file", "blob", &format!("{}:{path}", self.commit)])
        };
        match (blob(path)?, self.earlier.get(path)) {
            (None, Some(earlier)) => blob(earlier),
            (text, _) => Ok(text),
        }
    }
}

fn commit(repository: &Path, name: &str) -> Result<String, String> {
    let commit = format!("{name}^{{commit}}");
    let args = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
    if let Some(commit) = git::output(repository, &args)? {
        return Ok(commit.trim().to_owned());
    }
    let place = repository.display();
    Err(match git::output(repository, &["rev-parse", "--git-dir"])? {
        None => format!(
            "{place} is not under git, or git refuses to look at it\n\
             help: `git -C '{place}' status` says why; a baseline needs no git"
        ),
        Some(_) => format!("git knows no revision `{name}` in {place}{}", shallow(repository)),
    })
}

/// What to do where history was left out, as pipelines like to do.
fn shallow(repository: &Path) -> &'static str {
    match git::output(repository, &["rev-parse", "--is-shallow-repository"]) {
        Ok(Some(answer)) if answer.trim() == "true" => {
            "\nhelp: this clone is shallow: fetch the whole history, with `fetch-depth: 0` for actions/checkout or with \
             `git fetch --unshallow`"
        }
        _ => "",
    }
}

/// The files that were renamed between a commit and the index: by their present paths, those in the commit.
fn renames(repository: &Path, commit: &str) -> Result<BTreeMap<String, String>, String> {
    let args = [
        "diff-index",
        "--cached",
        "--find-renames",
        "--diff-filter=R",
        "--name-status",
        "--no-ext-diff",
        "--no-textconv",
        "--no-relative",
        "-z",
        commit,
        "--",
    ];
    let listed = git::output(repository, &args)?.unwrap_or_default();
    let mut fields = listed.split('\0');
    let mut renames = BTreeMap::new();
    // `R096`, the old path, the new one.
    while let (Some(_), Some(old), Some(new)) = (fields.next(), fields.next(), fields.next()) {
        renames.insert(new.to_owned(), old.to_owned());
    }
    Ok(renames)
}
