//! What makes the first day easy.

mod made;

use made::{Made, RELOCKS, Ran, program};

#[test]
fn a_first_configuration() {
    let made = Made::package(RELOCKS, &[]);
    let ran = made.run(&["init"]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    assert!(ran.out.contains("--new-from-merge-base origin/${{ github.base_ref }}"));
    let before = made.run(&["config", "--no-config"]).out;
    let after = made.run(&["config"]).out;
    let settings = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(settings(&after), settings(&before), "comments change nothing");

    // Each line that looks like a setting is one.
    let prose = |line: &str| {
        line.starts_with("# ") && line.ends_with(['.', ':']) || line.contains("shows what is in force")
    };
    let text = made.read("hazmap.toml");
    let settings = text.lines().filter(|line| !prose(line)).map(|line| line.trim_start_matches("# "));
    made.write("hazmap.toml", &settings.map(|line| format!("{line}\n")).collect::<String>());
    let ran = made.run(&["config"]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    assert!(ran.out.contains("\"deadlock\" = \"warn\""), "{}", ran.out);

    let ran = made.run(&["init"]);
    assert_eq!(ran.code, 2);
    ran.says("error: hazmap.toml is there already\nhelp: it stays as it is");
}

#[test]
fn the_configuration_is_that_of_the_workspace() {
    let made = Made::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n"),
        ("a/Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
        ("a/src/lib.rs", RELOCKS),
    ]);
    let inside = |args: &[&str]| {
        Ran::of(program().args(args).current_dir(made.path().join("a/src")).output().unwrap())
    };
    let ran = inside(&["init"]);
    assert!(ran.code == 0 && ran.out.starts_with("written: "), "{ran:#?}");
    assert!(made.path().join("hazmap.toml").is_file() && !made.path().join("a/src/hazmap.toml").exists());
    // One in a member is read by nobody, and that is said.
    made.write("a/hazmap.toml", "[lints]\nall = \"allow\"\n");
    let ran = inside(&[]);
    assert_eq!(ran.code, 1, "{ran:#?}");
    ran.says("a/hazmap.toml: only the configuration in the root of a workspace is read");
}

#[test]
fn slips_are_told() {
    let made = Made::package(RELOCKS, &[]);
    let ran = made.run(&["lst"]);
    assert_eq!(ran.code, 2, "{ran:#?}");
    ran.says("there is neither a path nor a command `lst`; did you mean `list`?");
    made.write("lst/src/lib.rs", RELOCKS);
    assert_eq!(made.run(&["lst"]).code, 1, "a path by that name is one");
    let ran = made.run(&["--output", "sarif=-"]);
    assert_eq!(ran.code, 2, "{ran:#?}");
    ran.says("what goes to stdout is chosen by --message-format");
    assert!(!made.path().join("-").exists());
    assert_eq!(
        made.run(&["--explain", "relock_while_held"]).out,
        made.run(&["explain", "relock_while_held"]).out
    );
}

#[test]
fn completions_and_the_manual() {
    let made = Made::new(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = made.run(&["completions", shell]);
        assert!(ran.code == 0 && ran.out.contains("message-format"), "{shell}: {ran:#?}");
    }
    assert_eq!(made.run(&["completions", "csh"]).code, 2);
    let manual = made.run(&["man"]);
    assert!(
        manual.code == 0 && manual.out.contains(".TH cargo-hazmap") && manual.out.contains("Exit status")
    );
    // The pages of the commands that it names are there for the asking.
    assert_eq!(made.run(&["man", "pages"]).code, 0);
    let named = manual.out.lines().filter_map(|line| line.strip_suffix("(1)"));
    for name in named.map(|it| it.replace('\\', "")) {
        assert!(made.path().join(format!("pages/{name}.1")).is_file(), "no page of {name}");
    }
}

#[test]
fn counts_by_lint_and_package() {
    let made = Made::package(RELOCKS, &[]);
    let ran = made.run(&["--statistics"]);
    ran.says("findings by lint:\n      1  relock_while_held\nfindings by package:\n      1  app\n");
}
