//! What cargo asks rustc for, read off the arguments.

use crate::render::Paint;
use crate::source::Edition;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// One crate that rustc is asked to compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The crate's name.
    pub name: String,
    /// Its root file.
    pub root: PathBuf,
    /// The edition that it is compiled with.
    pub edition: Edition,
    /// Compiled as a test harness.
    pub test: bool,
    /// Messages are wanted as JSON.
    pub json: bool,
    /// Messages are wanted with colours in them.
    pub ansi: bool,
    /// What lints are capped at: cargo does that to what is not the user's own, and while it applies fixes.
    pub cap: Option<String>,
    /// Where the list of the crate's files is written.
    pub dep_info: Option<PathBuf>,
    /// The libraries that it is given, by their names in code, with their files where they are named.
    pub externs: BTreeMap<String, Option<PathBuf>>,
    /// The library that is made of it, as others are given it, without an extension; `None` where others cannot call it.
    pub library: Option<PathBuf>,
    /// The arguments that decide what is set for `#[cfg(..)]`.
    pub cfg_args: Vec<String>,
}

impl Invocation {
    /// How messages are wanted.
    pub fn paint(&self) -> Paint {
        if self.ansi { Paint::Ansi } else { Paint::Plain }
    }

    /// Reads rustc's arguments; `None` when nothing is compiled, as by `-vV` and `--print`.
    pub fn read(args: &[OsString]) -> Option<Invocation> {
        let words = expanded(args);
        let parsed = Parsed::of(&words);
        let root = parsed.inputs.iter().find(|input| input.ends_with(".rs"))?;
        let name = parsed.last("--crate-name")?.to_owned();
        if parsed.options.contains_key("--print") || name == "___" {
            return None;
        }
        let edition = parsed.last("--edition").and_then(Edition::from_year).unwrap_or(Edition::E2015);
        let format = parsed.last("--error-format").unwrap_or("human");
        let has = |option: &str, word: &str| {
            parsed.all(option).iter().any(|value| value.split(',').any(|it| it == word))
        };
        Some(Invocation {
            edition,
            test: parsed.flags.contains(&"--test"),
            json: format == "json",
            ansi: has("--json", "diagnostic-rendered-ansi") || parsed.last("--color") == Some("always"),
            cap: parsed.last("--cap-lints").map(str::to_owned),
            dep_info: parsed.dep_info(&name),
            externs: parsed.all("--extern").iter().map(|it| read_extern(it)).collect(),
            library: parsed.library(&name),
            cfg_args: parsed.cfg_args(),
            root: PathBuf::from(root),
            name,
        })
    }
}

/// `serde` and `/t/libserde.rmeta` in `priv,noprelude:serde=/t/libserde.rmeta`.
fn read_extern(value: &str) -> (String, Option<PathBuf>) {
    let (named, path) = value.split_once('=').map_or((value, None), |(named, path)| (named, Some(path)));
    let name = named.rsplit_once(':').map_or(named, |(_, name)| name);
    (name.to_owned(), path.map(PathBuf::from))
}

/// Arguments with the files that they name (`@file`, one argument a line) in their place.
fn expanded(args: &[OsString]) -> Vec<String> {
    let mut words = Vec::new();
    for arg in args {
        let arg = arg.to_string_lossy();
        match arg.strip_prefix('@').and_then(|path| fs::read_to_string(path).ok()) {
            Some(text) => words.extend(text.lines().map(str::to_owned)),
            None => words.push(arg.into_owned()),
        }
    }
    words
}

/// Options of rustc that take a value, which may be the next argument.
const WITH_VALUE: &[&str] = &[
    "--crate-name",
    "--edition",
    "--error-format",
    "--json",
    "--color",
    "--print",
    "--emit",
    "--out-dir",
    "--cap-lints",
    "--cfg",
    "--check-cfg",
    "--extern",
    "--crate-type",
    "--target",
    "--codegen",
    "--sysroot",
    "--remap-path-prefix",
    "--diagnostic-width",
    "--allow",
    "--warn",
    "--deny",
    "--forbid",
    "--force-warn",
    "-C",
    "-L",
    "-l",
    "-o",
    "-A",
    "-W",
    "-D",
    "-F",
    "-Z",
    "--explain",
    "--env-set",
];

/// Arguments by their kinds.
#[derive(Default)]
struct Parsed<'w> {
    options: BTreeMap<&'w str, Vec<&'w str>>,
    flags: Vec<&'w str>,
    inputs: Vec<&'w str>,
}

impl<'w> Parsed<'w> {
    fn of(words: &'w [String]) -> Parsed<'w> {
        let mut parsed = Parsed::default();
        let mut words = words.iter().map(String::as_str);
        while let Some(word) = words.next() {
            if let Some((name, value)) = word.split_once('=').filter(|_| word.starts_with("--")) {
                parsed.options.entry(name).or_default().push(value);
            } else if WITH_VALUE.contains(&word) {
                let value = words.next().unwrap_or_default();
                parsed.options.entry(word).or_default().push(value);
            } else if word.starts_with('-') && word.len() > 1 {
                let short =
                    word.get(..2).filter(|short| !word.starts_with("--") && WITH_VALUE.contains(short));
                match short {
                    Some(short) => parsed.options.entry(short).or_default().push(&word[2..]),
                    None => parsed.flags.push(word),
                }
            } else {
                parsed.inputs.push(word);
            }
        }
        parsed
    }

    fn all(&self, option: &str) -> &[&'w str] {
        self.options.get(option).map_or(&[], Vec::as_slice)
    }

    fn last(&self, option: &str) -> Option<&'w str> {
        self.all(option).last().copied()
    }

    /// The arguments that `--print cfg` goes by.
    fn cfg_args(&self) -> Vec<String> {
        const DECIDING: [&str; 7] =
            ["--cfg", "--target", "--sysroot", "--crate-type", "-C", "--codegen", "-Z"];
        // Where something is written to is none of them.
        const OTHERS: [&str; 3] = ["incremental=", "metadata=", "extra-filename="];
        let values = |option: &&'static str| {
            let asked =
                self.all(option).iter().filter(|it| !OTHERS.iter().any(|other| it.starts_with(other)));
            let option = *option;
            asked.flat_map(move |value| [option.to_owned(), (*value).to_owned()]).collect::<Vec<_>>()
        };
        let test = self.flags.contains(&"--test").then(|| "--test".to_owned());
        DECIDING.iter().flat_map(values).chain(test).collect()
    }

    /// Where rustc writes the list of files: `--emit dep-info=PATH`, or beside what it builds.
    fn dep_info(&self, name: &str) -> Option<PathBuf> {
        let kinds = self.all("--emit").iter().flat_map(|value| value.split(','));
        let asked = kinds.filter_map(|kind| kind.strip_prefix("dep-info")).next_back()?;
        if let Some(path) = asked.strip_prefix('=') {
            return Some(PathBuf::from(path));
        }
        Some(self.out_dir().join(format!("{name}{}.d", self.extra_filename())))
    }

    /// Where rustc writes a library that others link or read: not a harness of tests, a program, or macros that rustc itself loads.
    fn library(&self, name: &str) -> Option<PathBuf> {
        const LINKED: [&str; 3] = ["lib", "rlib", "dylib"];
        let mut kinds = self.all("--crate-type").iter().flat_map(|value| value.split(','));
        let is_linked = kinds.any(|kind| LINKED.contains(&kind)) && !self.flags.contains(&"--test");
        is_linked.then(|| self.out_dir().join(format!("lib{name}{}", self.extra_filename())))
    }

    fn extra_filename(&self) -> &'w str {
        let codegen = self.all("-C").iter().chain(self.all("--codegen"));
        codegen.filter_map(|it| it.strip_prefix("extra-filename=")).next_back().unwrap_or_default()
    }

    fn out_dir(&self) -> &'w Path {
        self.last("--out-dir").map(Path::new).unwrap_or(Path::new(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Option<Invocation> {
        Invocation::read(&words.split_whitespace().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn what_cargo_writes() {
        let found = read(
            "--crate-name app --edition=2021 src/lib.rs --error-format=json \
             --json=diagnostic-rendered-ansi,artifacts,future-incompat --crate-type lib --emit=dep-info,metadata \
             -C embed-bitcode=no -C metadata=1 -C extra-filename=-ab --out-dir /t/deps -L dependency=/t/deps \
             --cfg feature=\"x\" --check-cfg cfg(docsrs) --extern serde=/t/libserde-4f.rmeta --extern noprelude:a \
             --target x86_64-unknown-linux-gnu",
        );
        let expected = Invocation {
            name: "app".to_owned(),
            root: PathBuf::from("src/lib.rs"),
            edition: Edition::E2021,
            test: false,
            json: true,
            ansi: true,
            cap: None,
            dep_info: Some(PathBuf::from("/t/deps/app-ab.d")),
            externs: [
                ("a".to_owned(), None),
                ("serde".to_owned(), Some(PathBuf::from("/t/libserde-4f.rmeta"))),
            ]
            .into(),
            library: Some(PathBuf::from("/t/deps/libapp-ab")),
            cfg_args: [
                "--cfg",
                "feature=\"x\"",
                "--target",
                "x86_64-unknown-linux-gnu",
                "--crate-type",
                "lib",
                "-C",
                "embed-bitcode=no",
            ]
            .map(str::to_owned)
            .into(),
        };
        assert_eq!(found, Some(expected));
    }

    #[test]
    fn other_ways_to_say_it() {
        let found =
            read("--test --cap-lints allow --crate-name a x.rs --emit dep-info=q.d,link -Cextra-filename=-1");
        let found = found.unwrap_or_else(|| panic!("a crate"));
        assert!(found.test && found.cap.as_deref() == Some("allow") && !found.json && !found.ansi);
        assert_eq!((found.dep_info, found.edition), (Some(PathBuf::from("q.d")), Edition::E2015));
    }

    #[test]
    fn libraries_that_others_are_given() {
        let library = |words: &str| read(&format!("--crate-name a a.rs {words}")).and_then(|it| it.library);
        let expected = Some(PathBuf::from("t/liba"));
        assert_eq!(library("--crate-type cdylib,rlib --out-dir t"), expected);
        for words in ["--out-dir t", "--crate-type bin", "--crate-type proc-macro", "--crate-type lib --test"]
        {
            assert_eq!(library(words), None, "{words}");
        }
    }

    #[test]
    fn probes_compile_nothing() {
        for words in [
            "-vV",
            "- --crate-name ___ --print=file-names",
            "--print cfg",
            "--crate-name a",
            "--version x.rs",
        ] {
            assert_eq!(read(words), None, "{words}");
        }
    }
}
