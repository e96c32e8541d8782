//! Which of the packages were asked for.

use globset::{Glob, GlobMatcher};

use super::workspace::{LoadOptions, LoadProblem, Package, Workspace};

/// Marks the selected packages by `-p` and `--exclude`. A name that fits none is an error for `-p` and a problem for `--exclude`.
pub(super) fn select(workspace: &mut Workspace, options: &LoadOptions) -> Result<(), LoadProblem> {
    if !options.packages.is_empty() {
        workspace.packages.iter_mut().for_each(|package| package.selected = false);
        for wanted in &options.packages {
            let matcher = matcher(workspace, wanted)?;
            let mut found = false;
            for package in workspace.packages.iter_mut().filter(|package| package.member) {
                if matcher.is_match(&package.name) {
                    found = true;
                    package.selected = true;
                }
            }
            if !found {
                return Err(no_such(workspace, wanted));
            }
        }
    }
    for unwanted in &options.exclude {
        let matcher = matcher(workspace, unwanted)?;
        let mut found = false;
        for package in workspace.packages.iter_mut().filter(|package| matcher.is_match(&package.name)) {
            found |= package.member;
            package.selected = false;
        }
        if !found {
            workspace.problems.push(no_such(workspace, unwanted));
        }
    }
    Ok(())
}

fn matcher(workspace: &Workspace, spec: &str) -> Result<GlobMatcher, LoadProblem> {
    // `name@version`, as cargo writes it; in one workspace the name is enough.
    let name = spec.split_once('@').map_or(spec, |(name, _)| name);
    Glob::new(name).map(|glob| glob.compile_matcher()).map_err(|error| {
        let message = format!("`{spec}` is no package name and no valid pattern: {}", error.kind());
        LoadProblem::new(&workspace.root, message)
    })
}

fn no_such(workspace: &Workspace, spec: &str) -> LoadProblem {
    let problem = LoadProblem::new(&workspace.root, format!("no package `{spec}` in the workspace"));
    let mut names: Vec<&str> = members(workspace).map(|package| package.name.as_str()).collect();
    names.sort_by_key(|name| strsim::levenshtein(name, spec));
    names.truncate(5);
    match names.as_slice() {
        [] => problem,
        names => problem.help(format!("did you mean one of `{}`?", names.join("`, `"))),
    }
}

fn members(workspace: &Workspace) -> impl Iterator<Item = &Package> {
    workspace.packages.iter().filter(|package| package.member)
}
