//! The forms of output that platforms read, each checked by a reader that is not ours.

mod made;

use made::{Made, RELOCKS};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;
use std::fs;

/// One finding through a call, one that is permitted, and one about a permission.
fn sample() -> Made {
    let permitted = RELOCKS.replace("Peers", "Friends").replace(
        "        self.add(",
        "        // hazmap: allow(relock_while_held, reason = \"a trial, 50 % <done>\")\n        self.add(",
    );
    let lib = format!("{RELOCKS}\n// hazmap: allow(race)\npub mod more {{\n{permitted}}}\n");
    Made::package(&lib, &[])
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn sarif_is_valid_and_full() {
    let made = sample();
    let ran = made.run(&["--message-format", "sarif"]);
    assert_eq!(ran.code, 1);
    let log = json(&ran.out);
    let schema = json(&fs::read_to_string("tests/schemas/sarif-2.1.0.json").unwrap());
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> =
        validator.iter_errors(&log).map(|it| format!("{}: {it}", it.instance_path())).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(!validator.is_valid(&json(&ran.out.replace("\"2.1.0\"", "\"2.1\""))));

    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let relocks: Vec<&Value> =
        results.iter().filter(|it| it["ruleId"] == "hazmap::relock_while_held").collect();
    let [shown, permitted] = relocks.as_slice() else { panic!("{results:#?}") };
    let index = usize::try_from(shown["ruleIndex"].as_u64().unwrap()).unwrap();
    let rule = &run["tool"]["driver"]["rules"][index];
    assert_eq!(rule["id"], "hazmap::relock_while_held");
    assert!(rule["help"]["markdown"].as_str().unwrap().starts_with("# relock_while_held\n"));
    let place = &shown["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "src/lib.rs");
    assert_eq!(place["region"]["startLine"], 11);
    assert_eq!(shown["locations"][0]["logicalLocations"][0]["fullyQualifiedName"], "app::Peers::greet");
    assert_eq!(shown["suppressions"], Value::Array(Vec::new()));
    assert_eq!(shown["partialFingerprints"]["hazmap/v1"].as_str().map(str::len), Some(32));
    let steps = shown["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap();
    let lines: Vec<_> = steps
        .iter()
        .map(|it| it["location"]["physicalLocation"]["region"]["startLine"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [10, 11, 16], "taken, called, taken again");
    let suppression = &permitted["suppressions"][0];
    assert_eq!((&suppression["kind"], &suppression["status"]), (&"inSource".into(), &"accepted".into()));
    assert_eq!(suppression["justification"], "a trial, 50 % <done>");
}

#[test]
fn a_clean_run_is_valid_too() {
    let made = Made::package("pub fn fine() {}\n", &[]);
    let schema = json(&fs::read_to_string("tests/schemas/sarif-2.1.0.json").unwrap());
    let ran = made.run(&["--message-format", "sarif"]);
    assert!(jsonschema::is_valid(&schema, &json(&ran.out)));
    assert_eq!(made.run(&["--message-format", "gitlab"]).out, "[]\n");
    assert_eq!(made.run(&["--message-format", "github"]).out, "");
    assert!(made.run(&["--message-format", "markdown"]).out.contains("No findings."));
    assert_eq!(
        elements(&made.run(&["--message-format", "junit"]).out),
        ["testsuites", "testsuite", "testcase"]
    );
    assert_eq!(elements(&made.run(&["--message-format", "checkstyle"]).out), ["checkstyle"]);
}

#[test]
fn workflow_commands_of_github() {
    let ran = sample().run(&["--message-format", "github"]);
    let commands: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("::")).collect();
    assert!(commands[0].starts_with("::error file=src/lib.rs,line=11,endLine=11,col=14,endColumn=17,title=hazmap%3A%3Arelock_while_held::`self.by_id` is"), "{}", commands[0]);
    assert!(commands[0].contains("%0Anote: ") && !commands[0].contains("%0D"));
    assert_eq!(
        commands.iter().filter(|line| line.starts_with("::warning file=src/lib.rs,")).count(),
        commands.len() - 1
    );
}

#[test]
fn code_quality_of_gitlab() {
    let made = sample();
    let issues = json(&made.run(&["--message-format", "gitlab"]).out);
    let first = &issues[0];
    assert_eq!(first["check_name"], "hazmap::relock_while_held");
    assert_eq!((&first["severity"], &first["location"]["path"]), (&"critical".into(), &"src/lib.rs".into()));
    assert_eq!(first["location"]["lines"]["begin"], 11);
    // The fingerprint stays when lines move.
    made.write("src/lib.rs", &format!("// one more line\n\n{}", made.read("src/lib.rs")));
    let moved = json(&made.run(&["--message-format", "gitlab"]).out);
    assert_eq!(moved[0]["location"]["lines"]["begin"], 13);
    assert_eq!(moved[0]["fingerprint"], first["fingerprint"]);
}

#[test]
fn forms_in_xml() {
    let made = sample();
    let junit = made.run(&["--message-format", "junit"]).out;
    let n = elements(&junit).iter().filter(|name| *name == "failure").count();
    assert!(n >= 2 && junit.contains(&format!("tests=\"{n}\" failures=\"{n}\"")), "{junit}");
    let checkstyle = made.run(&["--message-format", "checkstyle"]).out;
    let names = elements(&checkstyle);
    assert_eq!(names[..3], ["checkstyle", "file", "error"]);
    assert_eq!(names.iter().filter(|name| *name == "file").count(), 1);
    assert!(checkstyle.contains("line=\"11\" column=\"14\" severity=\"error\""), "{checkstyle}");
}

/// The names of a document's elements in order; reading it checks that it is well-formed.
fn elements(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let mut names = Vec::new();
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}: {xml}")) {
            Event::Start(it) | Event::Empty(it) => {
                it.attributes().for_each(|attribute| drop(attribute.unwrap()));
                names.push(it.name().as_ref().to_owned());
            }
            Event::Eof => return names,
            _ => {}
        }
    }
}

#[test]
fn a_summary_in_markdown() {
    let out = sample().run(&["--message-format", "markdown"]).out;
    assert!(out.starts_with("## hazmap\n") && out.contains("| `relock_while_held` | 1 | 0 |"), "{out}");
    assert!(
        out.contains(
            "| `src/lib.rs:11` | error | `hazmap::relock_while_held` | `self.by_id` is locked again"
        )
    );
}

#[test]
fn platforms_are_recognised_unless_a_format_is_named() {
    let made = sample();
    assert!(made.run_with(&[], &[("GITHUB_ACTIONS", "true")]).out.contains("::error file="));
    assert!(json(&made.run_with(&[], &[("GITLAB_CI", "true")]).out).is_array());
    assert!(
        !made
            .run_with(&["--message-format", "short"], &[("GITHUB_ACTIONS", "true")])
            .out
            .contains("::error file")
    );
}

#[test]
fn several_at_once() {
    let made = sample();
    let args = ["--output", "sarif=out.sarif", "--output", "junit=out.xml", "--output=markdown=out.md"];
    let ran = made.run(&args);
    assert!(ran.out.contains("error[hazmap::relock_while_held]") && ran.code == 1);
    assert_eq!(json(&made.read("out.sarif"))["version"], "2.1.0");
    assert!(made.read("out.xml").contains("<testsuites") && made.read("out.md").starts_with("## hazmap"));
    let ran = made.run(&["--output", "sarf=x"]);
    assert_eq!(ran.code, 2);
    ran.says("there is no format `sarf`");
}

#[test]
fn folders_are_made_and_what_cannot_be_written_keeps_the_others_from_nothing() {
    let made = sample();
    let ran = made.run(&["--output", "sarif=no/such/folder/x", "--write-baseline", "ci/old.json"]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    assert_eq!(json(&made.read("no/such/folder/x"))["version"], "2.1.0");
    assert!(made.read("ci/old.json").contains("relock_while_held"));
    // A file stands where the folder should be.
    let outputs = ["sarif=Cargo.toml/x", "junit=out.xml", "gitlab=Cargo.toml/y"];
    let args: Vec<&str> = outputs.iter().flat_map(|it| ["--output", it]).collect();
    let ran = made.run(&args);
    assert_eq!(ran.code, 2);
    ran.says("error: cannot write: Cargo.toml/x: ").says("error: cannot write: Cargo.toml/y: ");
    assert!(made.read("out.xml").contains("<testsuites") && ran.out.contains("relock_while_held"));
}

#[test]
fn paths_are_told_from_the_repository() {
    let made = Made::new(&[
        ("code/rust/Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
        ("code/rust/src/lib.rs", RELOCKS),
        ("code/.git/HEAD", "ref: refs/heads/main\n"),
    ]);
    let issues = json(&made.run(&["check", "code/rust", "--message-format", "gitlab"]).out);
    assert_eq!(issues[0]["location"]["path"], "rust/src/lib.rs");
    // For people they are told from where they stand.
    assert!(
        made.run(&["check", "code/rust", "--message-format", "short"])
            .out
            .starts_with("code/rust/src/lib.rs:11")
    );
}
