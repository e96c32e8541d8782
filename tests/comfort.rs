//! What makes the first day easy.

mod made;

use made::{Made, RELOCKS};

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
    ran.says("error: hazmap.toml: ");
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
}

#[test]
fn counts_by_lint_and_package() {
    let made = Made::package(RELOCKS, &[]);
    let ran = made.run(&["--statistics"]);
    ran.says("findings by lint:\n      1  relock_while_held\nfindings by package:\n      1  app\n");
}
