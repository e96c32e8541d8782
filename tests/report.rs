//! `cargo hazmap report` and `--explain-finding`: what a workspace's locks look like, as data, graph, page and figure.

mod browser;
mod made;

use browser::{Browser, file_url};
use hazmap::render::locks::data::{Cycle, Edge, Finding, Lock, Mark, Order, Place, Report};
use hazmap::render::locks::page;
use made::Made;
use serde_json::Value;
use std::time::{Duration, Instant};
use unicode_width::UnicodeWidthStr;

/// Two locks that are taken in both orders, a map that locks itself, a guard across an await, and a global map.
const BANK: &str = "\
use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::{Mutex, RwLock};

pub static CACHE: Mutex<HashMap<u32, u32>> = Mutex::new(HashMap::new());

pub struct Bank {
    accounts: RwLock<HashMap<u32, i64>>,
    names: Mutex<HashMap<u32, String>>,
    seen: DashMap<u32, u32>,
}

pub struct Branch {
    bank: std::sync::Arc<Bank>,
}

impl Bank {
    pub fn rename(&self, id: u32, name: String) {
        let mut names = self.names.lock().unwrap();
        // A comment of this life.
        self.touch(id);
        names.insert(id, name);
    }

    fn touch(&self, id: u32) {
        self.accounts.write().unwrap().entry(id).or_default();
    }

    pub fn title(&self, id: u32) -> usize {
        let accounts = self.accounts.read().unwrap();
        let n = accounts.len();
        let names = self.names.lock().unwrap();
        drop(accounts);
        names.get(&id).map_or(n, String::len)
    }

    pub async fn total(&self) -> i64 {
        let accounts = self.accounts.read().unwrap();
        let sum = accounts.values().sum();
        pause().await;
        sum
    }

    pub fn see(&self, id: u32) {
        self.seen.insert(id, 1);
    }
}

impl Branch {
    pub fn open(&self) -> bool {
        !self.bank.seen.is_empty()
    }
}

async fn pause() {}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_of_tests_counts() {
        let cache = super::CACHE.lock().unwrap();
        assert!(cache.is_empty());
    }
}
";

fn bank() -> Made {
    Made::package(BANK, &[])
}

fn data(made: &Made, args: &[&str]) -> Value {
    let ran = made.run(&[&["report", "--json"], args].concat());
    assert_eq!(ran.code, 0, "{ran:#?}");
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.out))
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().unwrap_or_else(|| panic!("no list `{name}`: {value}"))
}

/// `name reads/writes/iterates` of each map.
fn counts(data: &Value) -> Vec<String> {
    let one = |map: &Value| {
        format!("{} {}/{}/{}", map["name"].as_str().unwrap(), map["reads"], map["writes"], map["iterates"])
    };
    list(data, "maps").iter().map(one).collect()
}

#[test]
fn maps_are_listed_with_their_sites_and_owners() {
    let data = data(&bank(), &[]);
    assert_eq!(data["version"], 1);
    assert_eq!(counts(&data), ["CACHE 0/0/0", "Bank.accounts 1/1/1", "Bank.names 1/1/0", "Bank.seen 1/1/0"]);
    let maps = list(&data, "maps");
    assert_eq!(maps[1]["path"], "app::Bank.accounts");
    assert_eq!(maps[1]["type"], "RwLock<HashMap<u32, i64>>");
    assert_eq!(maps[1]["package"], "app");
    assert_eq!(maps[1]["at"], serde_json::json!({ "path": "src/lib.rs", "line": 8, "column": 5 }));
    assert_eq!(maps[1]["owners"], serde_json::json!(["Branch"]));
    assert_eq!(maps[0]["lives"], serde_json::json!([]), "the only guard of it is a test's");
}

#[test]
fn lives_are_listed_with_what_runs_under_them_longest_first() {
    let data = data(&bank(), &[]);
    let lives = list(&data, "lives");
    let of_map = |n: usize| -> Vec<String> {
        let lives =
            list(&list(&data, "maps")[n], "lives").iter().map(|it| &lives[it.as_u64().unwrap() as usize]);
        lives
            .map(|life| {
                let bars = list(life, "bars").iter().map(|it| format!("{}-{}", it["from"], it["to"]));
                let under = list(life, "under")
                    .iter()
                    .map(|it| format!("{}:{}", it["line"], it["kind"].as_str().unwrap()));
                let (bars, under) = (bars.collect::<Vec<_>>().join(","), under.collect::<Vec<_>>().join(" "));
                format!("{} {bars} [{under}]", life["mode"].as_str().unwrap())
            })
            .collect()
    };
    assert_eq!(
        of_map(1),
        [
            "read 38-41 [39:iterate 40:call 40:await]",
            "read 30-33 [31:read 32:lock]",
            "write 26-26 [26:write]"
        ]
    );
    // The comment and the call belong to the life; the guard goes with the block.
    assert_eq!(of_map(2), ["write 19-22 [21:lock 22:write]", "write 32-34 [34:read]"]);
    assert_eq!(of_map(3), Vec::<String>::new());
}

#[test]
fn an_await_under_the_guard_of_an_async_lock_is_no_hazard() {
    let text = "use std::collections::HashMap;\npub struct Pool { all: tokio::sync::RwLock<HashMap<u32, u32>> }\nimpl Pool {\n    pub async fn grow(&self) {\n        let mut all = self.all.write().await;\n        pause().await;\n        all.insert(1, 2);\n    }\n}\nasync fn pause() {}\n";
    let made = Made::package(text, &[]);
    let data = data(&made, &[]);
    let life = &list(&data, "lives")[0];
    assert_eq!((life["waits"].as_str(), life["lines"].as_u64()), (Some("task"), Some(3)), "{life}");
    made.run(&["report", "--html", "page.html"]);
    let Some(page) = Page::open(made) else { return };
    page.open_details("#maps-list summary", "#maps-list .inner");
    page.open_details("#maps-list .inner > details:nth-of-type(2) > summary", "#maps-list .figure");
    assert_eq!((page.count(".row.mark") > 2, page.count(".row.hazard")), (true, 0));
}

#[test]
fn the_order_of_locks_has_its_edges_and_its_cycle() {
    let data = data(&bank(), &[]);
    let order = &data["order"];
    let names: Vec<&str> = list(order, "locks").iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Bank.accounts", "Bank.names"]);
    let edges: Vec<(u64, u64)> = list(order, "edges")
        .iter()
        .map(|it| (it["from"].as_u64().unwrap(), it["to"].as_u64().unwrap()))
        .collect();
    assert_eq!(edges, [(0, 1), (1, 0)]);
    assert!(list(order, "edges").iter().all(|it| it["cycles"] == serde_json::json!([0])), "{order}");
    let paths = list(&list(order, "cycles")[0], "paths");
    let ways: Vec<Vec<u64>> = paths
        .iter()
        .map(|it| list(it, "way").iter().map(|it| it["line"].as_u64().unwrap()).collect())
        .collect();
    // One path goes through a call.
    assert_eq!(ways, [vec![21, 26], vec![32]]);
}

#[test]
fn findings_carry_the_lives_that_they_are_about() {
    let made = bank();
    let data = data(&made, &[]);
    let findings = list(&data, "findings");
    let lints: Vec<&str> = findings.iter().map(|it| it["lint"].as_str().unwrap()).collect();
    assert_eq!(lints, ["inconsistent_lock_order", "await_holding_map_guard"]);
    let life = |finding: &Value| list(finding, "lives")[0].as_u64().unwrap() as usize;
    assert_eq!(list(&data, "lives")[life(&findings[1])]["function"], "app::Bank::total");
    assert_eq!(findings[1]["maps"], serde_json::json!([1]));
    // The same ids as SARIF has.
    let sarif: Value = serde_json::from_str(&made.run(&["--message-format", "sarif"]).out).unwrap();
    let prints = sarif["runs"][0]["results"].as_array().unwrap();
    let ids: Vec<&Value> = prints
        .iter()
        .map(|it| it["partialFingerprints"].as_object().unwrap().values().next().unwrap())
        .collect();
    assert_eq!(ids, findings.iter().map(|it| &it["id"]).collect::<Vec<_>>());
    // Each line that a drawing shows is there.
    let shown = findings.iter().flat_map(|it| list(it, "excerpts"));
    for (path, range) in
        shown.flat_map(|it| list(it, "ranges").iter().map(|range| (it["path"].as_str().unwrap(), range)))
    {
        for line in range[0].as_u64().unwrap()..=range[1].as_u64().unwrap() {
            let text = data["sources"][path][line.to_string()].as_str().unwrap();
            assert_eq!(text, BANK.lines().nth(line as usize - 1).unwrap());
        }
    }
}

#[test]
fn graphs_are_written_for_other_programs() {
    let made = bank();
    let ran = made.run(&["report", "--dot=order.dot", "--mermaid"]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    let dot = made.read("order.dot");
    assert!(dot.starts_with("digraph lock_order {\n") && dot.ends_with("}\n"), "{dot}");
    assert_eq!(dot.matches('"').count() % 2, 0);
    for line in [
        "  n0 [label=\"Bank.accounts\", tooltip=\"app::Bank.accounts\"];",
        "  n0 -> n1 [label=\"lib.rs:32\", color=red, fontcolor=red];",
        "  n1 -> n0 [label=\"lib.rs:21\", color=red, fontcolor=red];",
    ] {
        assert!(dot.lines().any(|it| it == line), "{line}: {dot}");
    }
    assert_eq!(
        ran.out,
        "flowchart LR\n  n0[\"Bank.accounts\"]\n  n1[\"Bank.names\"]\n  n0 -->|\"lib.rs:32\"| n1\n  n1 -->|\"lib.rs:21\"| n0\n  linkStyle 0,1 stroke:red,color:red\n"
    );
}

/// `line:kind` of each mark, with `!` behind a hazard.
fn marks(finding: &Value) -> Vec<String> {
    let one = |mark: &Value| {
        let hazard = if mark["hazard"] == true { "!" } else { "" };
        format!("{}:{}{hazard}", mark["line"], mark["kind"].as_str().unwrap())
    };
    list(finding, "marks").iter().map(one).collect()
}

#[test]
fn what_is_wrong_is_marked_as_the_hazard() {
    let made = bank();
    let found = data(&made, &[]);
    let findings = list(&found, "findings");
    // Of an order the second lock of each path, be it behind a call.
    let mut order = marks(&findings[0]);
    order.sort();
    assert_eq!(order, ["19:take", "21:lock", "26:lock!", "30:take", "32:lock!"]);
    assert_eq!((&findings[0]["cycle"], &findings[1]["cycle"]), (&Value::from(0), &Value::Null));
    assert_eq!(marks(&findings[1]), ["38:take", "40:await!"]);
}

#[test]
fn a_second_guard_that_has_a_name_is_a_relock() {
    let text = "use std::collections::HashMap;\nuse std::sync::RwLock;\npub struct Peers { by_id: RwLock<HashMap<u32, u32>> }\nimpl Peers {\n    pub fn greet(&self, id: u32) {\n        let all = self.by_id.read().unwrap();\n        let mut again = self.by_id.write().unwrap();\n        again.insert(id, all.len() as u32);\n    }\n}\n";
    let made = Made::package(text, &[]);
    let found = data(&made, &[]);
    assert_eq!(marks(&list(&found, "findings")[0]), ["7:relock!", "6:take"]);
    let drawn = made.run(&["--explain-finding", "src/lib.rs:7", "--color", "always"]).out;
    assert!(drawn.contains("\x1b[31m╰ locked again here\x1b[0m"), "{drawn}");
    assert!(drawn.contains("\x1b[34m╰ the read guard is taken here\x1b[0m"), "{drawn}");
}

#[test]
fn a_callback_is_a_hazard_though_it_takes_a_lock_too() {
    let text = "use std::collections::HashMap;\nuse std::sync::Mutex;\npub struct Bus { by_id: Mutex<HashMap<u32, u32>>, log: Mutex<HashMap<u32, u32>> }\nimpl Bus {\n    pub fn each(&self, tell: impl Fn(u32)) {\n        let all = self.by_id.lock().unwrap();\n        self.told(all.len() as u32, tell);\n    }\n    fn told(&self, n: u32, tell: impl Fn(u32)) {\n        self.log.lock().unwrap().insert(n, n);\n        tell(n);\n    }\n}\n";
    let found = data(&Made::package(text, &[]), &["-W", "callback_while_guard_held"]);
    let finding = list(&found, "findings").iter().find(|it| it["lint"] == "callback_while_guard_held");
    let marks = marks(finding.unwrap_or_else(|| panic!("{found}")));
    assert!(
        marks.contains(&"7:callback!".to_owned()) && marks.contains(&"11:callback!".to_owned()),
        "{marks:?}"
    );
}

#[test]
fn a_finding_about_an_await_means_it_whatever_the_lock() {
    let text = "use std::collections::HashMap;\npub struct Pool { all: tokio::sync::RwLock<HashMap<u32, u32>> }\nimpl Pool {\n    pub async fn grow(&self) {\n        let mut all = self.all.write().await;\n        pause().await;\n        all.insert(1, 2);\n    }\n}\nasync fn pause() {}\n";
    let found = data(&Made::package(text, &[]), &["-W", "async_guard_across_await"]);
    assert_eq!(marks(&list(&found, "findings")[0]), ["5:take", "6:await!"]);
    assert!(
        list(&found, "lives")[0]["under"].as_array().unwrap().iter().all(|it| it["hazard"] == false),
        "{found}"
    );
}

#[test]
fn a_map_inside_a_locks_value_is_told_by_the_way_to_it() {
    let text = "use std::collections::HashMap;\nuse std::sync::{Arc, Mutex, Weak};\npub struct Status { by_name: HashMap<String, u32>, rest: Rest }\npub struct Rest { ids: Option<Vec<HashMap<u32, u32>>> }\npub struct Health { status: Mutex<Status>, table: Arc<Mutex<HashMap<u8, u8>>> }\npub struct Watcher { table: Weak<Mutex<HashMap<u8, u8>>> }\nimpl Health {\n    pub fn add(&self) { self.table.lock().unwrap().insert(1, 1); }\n}\nimpl Watcher {\n    pub fn add(&self) {\n        if let Some(table) = self.table.upgrade() { table.lock().unwrap().insert(1, 1); }\n    }\n}\n";
    let found = data(&Made::package(text, &[]), &[]);
    let maps = list(&found, "maps");
    assert_eq!(maps[0]["inside"], serde_json::json!(["Status.by_name", "Status.rest.ids"]));
    assert_eq!(maps[1]["inside"], serde_json::json!([]), "the type shows it");
    // The weak handle is no map of its own: what is done through it is done to the map that it leads to.
    assert_eq!(counts(&found), ["Health.status 0/0/0", "Health.table 0/2/0"]);
    assert_eq!(maps[1]["owners"], serde_json::json!(["Watcher"]));
}

#[test]
fn what_does_not_go_together_is_refused() {
    let made = bank();
    let refused = |args: &[&str], words: &str| {
        let ran = made.run(args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {ran:#?}");
        assert!(ran.err.contains("cannot be used with"), "{args:?}: {ran:#?}");
        ran.says(words);
    };
    refused(
        &["report", "--json", "--dot"],
        "'--json' cannot be used with '--dot': both would be written to stdout",
    );
    refused(&["report", "--html", "a", "--mermaid=a"], "both would be written to a");
    refused(
        &["report", "--explain-finding", "src/lib.rs:38", "--json"],
        "'--explain-finding' cannot be used with 'report'",
    );
    refused(
        &["report", "--html", "a", "--message-format", "sarif"],
        "'--message-format' cannot be used with 'report'",
    );
    refused(&["report", "--json", "--output", "sarif=a"], "'--output' cannot be used with 'report'");
    refused(&["--explain-finding", "src/lib.rs:38", "--statistics"], "--explain-finding");
    assert!(!made.path().join("a").exists());
    // Several forms, one of them on stdout.
    assert_eq!(made.run(&["report", "--json", "--dot=order.dot"]).code, 0);
}

#[test]
fn a_form_has_to_be_asked_for_and_files_have_to_be_writable() {
    let made = bank();
    let ran = made.run(&["report"]);
    assert_eq!(ran.code, 2);
    ran.says("--html <FILE>");
    let ran = made.run(&["report", "--html", "Cargo.toml/page.html"]);
    assert_eq!(ran.code, 2);
    ran.says("error: Cargo.toml/page.html: ");
    assert_eq!(made.run(&["report", "--html", "a/new/folder/page.html"]).code, 0);
    assert!(made.read("a/new/folder/page.html").contains("<html"));
    assert_eq!(made.run(&["report", "--json", "no/such/package"]).code, 2);
}

#[test]
fn a_workspace_without_locks_has_a_report_too() {
    let made = Made::package("pub fn fine() {}\n", &[]);
    let found = data(&made, &[]);
    assert!(["maps", "lives", "findings"].iter().all(|name| list(&found, name).is_empty()), "{found}");
    let ran = made.run(&["report", "--html", "page.html", "--dot=order.dot", "--mermaid"]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    assert!(made.read("page.html").contains("No lock is taken while another one is held."));
}

#[test]
fn the_page_loads_nothing_and_takes_code_as_text() {
    let text = format!(
        "{BANK}\npub fn evil() {{ let _ = \"</script><img src=x>\"; CACHE.lock().unwrap().clear(); }}\n"
    );
    let made = Made::package(&text, &[]);
    assert_eq!(made.run(&["report", "--html", "page.html"]).code, 0);
    let page = made.read("page.html");
    assert!(page.contains("content=\"default-src 'none'; "));
    for element in ["<link", "<img", "<iframe", "<script src", "@import", "url(http", "http://", "https://"] {
        assert!(!page.contains(element), "{element}");
    }
    assert_eq!(page.matches("</script>").count(), 2, "code of the workspace ends no script");
}

#[test]
fn a_finding_is_drawn_beside_its_lines() {
    let made = bank();
    let ran = made.run(&["--explain-finding", "src/lib.rs:38"]);
    let id = list(&data(&made, &[]), "findings")[1]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, TOTAL.replace("ID", &id).as_str()),
        "{}\n{}",
        ran.out,
        ran.err
    );
    // The beginning of the id will do, in the command's own place too.
    let by_id = made.run(&["check", "--explain-finding", &id[..8]]);
    assert_eq!(by_id.out, ran.out);
    // So will a line that the finding tells of.
    assert_eq!(made.run(&["--explain-finding", "src/lib.rs:40"]).out, ran.out);
    let colored = made.run(&["--explain-finding", &id, "--color", "always"]);
    assert!(colored.out.contains("\x1b[31m"), "{colored:#?}");
}

const TOTAL: &str = "\
error[hazmap::await_holding_map_guard]: a guard of `self.accounts` is alive across an await
     src/lib.rs, in app::Bank::total
 37 │       pub async fn total(&self) -> i64 {
 38 │ ┌         let accounts = self.accounts.read().unwrap();
    │ │                                      ╰ the guard is taken here
 39 │ │         let sum = accounts.values().sum();
 40 │ │         pause().await;
    │ │         ╰ the task may be suspended here, and keep the lock
 41 │ └         sum
 42 │       }
     = bar 1: `accounts` of `self.accounts`, for reading, 4 lines: `accounts` lives to the end of its block, unless it is dropped or moved before
     = note: while the task is suspended every thread that wants the lock is blocked, the one that would wake the task included
     = help: copy what is needed out and end the guard before the await: close it in a block
     = id: ID
";

#[test]
fn a_finding_that_is_not_there_is_told() {
    let made = bank();
    let says = |id: &str, words: &str| {
        let ran = made.run(&["--explain-finding", id]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{id}");
        ran.says(words);
    };
    says("ffffffffffffffffffffffffffffffffff", "no finding of this run has the id `ffff");
    says("not hex", "no finding of this run has the id `not hex`");
    says(
        "src/lib.rs:2",
        "no finding of this run stands at src/lib.rs:2; in this file there are some on line ",
    );
    says("src/none.rs:2", "no finding of this run stands in src/none.rs");
}

#[test]
fn what_is_permitted_can_be_drawn_all_the_same() {
    let text = BANK.replace(
        "        let sum =",
        "        // hazmap: allow(await_holding_map_guard, reason = \"it is short\")\n        let sum =",
    );
    let text = text.replace(
        "        pause().await;",
        "        // hazmap: allow(await_holding_map_guard, reason = \"it is short\")\n        pause().await;",
    );
    let made = Made::package(&text, &[]);
    let ran = made.run(&["--explain-finding", "src/lib.rs:38"]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    assert!(ran.out.contains("= not shown otherwise: permitted: it is short"), "{}", ran.out);
}

/// A page in a browser, from the disk.
struct Page {
    browser: Browser,
    url: String,
    _made: Made,
}

impl Page {
    fn open(made: Made) -> Option<Page> {
        let browser = Browser::start()?;
        let url = file_url(&made.path().join("page.html"));
        browser.open(&url);
        Some(Page { browser, url, _made: made })
    }

    fn of_bank() -> Option<Page> {
        let made = bank();
        assert_eq!(made.run(&["report", "--html", "page.html"]).code, 0);
        Page::open(made)
    }

    fn count(&self, selector: &str) -> u64 {
        self.browser.run(&format!("return document.querySelectorAll({selector:?}).length")).as_u64().unwrap()
    }

    /// Clicks on something, in the middle of the window: at its top the page's head would lie over it.
    fn click(&self, selector: &str) {
        self.browser
            .run(&format!("document.querySelector({selector:?}).scrollIntoView({{ block: 'center' }})"));
        self.browser.click(selector);
    }

    /// Opens what a summary stands for, and waits until it is there.
    fn open_details(&self, summary: &str, inside: &str) {
        self.click(summary);
        self.wait_for(inside);
    }

    fn wait_for(&self, selector: &str) {
        let start = Instant::now();
        while self.count(selector) == 0 {
            assert!(start.elapsed() < Duration::from_secs(20), "there is no {selector}");
        }
    }

    /// The locks of the graph that the filters leave alone.
    fn lit(&self) -> Vec<String> {
        self.browser.strings(
            "return [...document.querySelectorAll('.node:not(.dim) text')].map((it) => it.textContent)",
        )
    }

    /// Whether something is to be seen: the middle of its top edge lies in the window, and in the box of the graph if it is in there.
    fn sees(&self, selector: &str) -> bool {
        let seen = self.browser.run(&format!(
            "const it = document.querySelector({selector:?}); const at = it.getBoundingClientRect(); const box = it.closest('.graph')?.getBoundingClientRect(); \
             const [x, y] = [(at.left + at.right) / 2, at.top]; \
             return y >= 0 && y < innerHeight && (!box || (x >= box.left && x <= box.right && y >= box.top && y <= box.bottom))"
        ));
        seen.as_bool().unwrap()
    }

    fn titles(&self, list: &str) -> Vec<String> {
        self.browser.strings(&format!(
            "return [...document.querySelectorAll('#{list}-list > article > details > summary > .title')].map((it) => it.textContent)"
        ))
    }
}

#[test]
fn in_a_browser_filters_filter_and_nothing_is_complained_of() {
    let Some(page) = Page::of_bank() else { return };
    let browser = &page.browser;
    assert_eq!(browser.requests(), std::slice::from_ref(&page.url));
    assert_eq!((page.titles("maps").len(), page.titles("findings").len()), (4, 2));
    browser.choose("lint", "await_holding_map_guard");
    assert_eq!(page.titles("findings"), ["a guard of `self.accounts` is alive across an await"]);
    assert_eq!(page.titles("maps"), ["Bank.accounts"], "the map of the finding");
    assert_eq!(page.lit(), ["Bank.accounts"], "the lock of the finding");
    browser.choose("lint", "any lint");
    browser.choose("map", "Bank.seen");
    assert_eq!((page.titles("maps"), page.titles("findings").len()), (vec!["Bank.seen".to_owned()], 0));
    assert_eq!((page.lit(), page.count(".edge.dim")), (Vec::new(), 2));
    browser.choose("map", "Bank.names");
    assert_eq!(
        (page.titles("maps"), page.lit()),
        (vec!["Bank.names".to_owned()], vec!["Bank.names".to_owned()])
    );
    assert_eq!((page.titles("findings").len(), page.count(".edge.dim")), (1, 0));
    browser.choose("map", "any map");
    browser.fill("#text", "bank.names");
    assert_eq!(page.titles("maps"), ["Bank.names"]);
    assert_eq!(page.titles("findings").len(), 1, "the one that is about this map");
    assert_eq!(page.count(".node.dim"), 1);
    browser.choose("crate", "app");
    assert_eq!(page.titles("maps"), ["Bank.names"]);
    browser.fill("#text", "nowhere at all");
    assert_eq!(browser.run("return document.getElementById('findings-nothing').hidden"), false);
    assert_eq!(browser.complaints(), Vec::<String>::new());
    assert_eq!(browser.requests(), Vec::<String>::new());
}

#[test]
fn in_a_browser_a_click_on_a_red_arrow_opens_both_paths() {
    let Some(page) = Page::of_bank() else { return };
    assert_eq!(page.count("#paths .path"), 0);
    page.click(".edge.cycle");
    let heads = page
        .browser
        .strings("return [...document.querySelectorAll('#paths h3')].map((it) => it.textContent)");
    assert_eq!(
        heads,
        [
            "Path 1 of 2: Bank.accounts is taken while Bank.names is held",
            "Path 2 of 2: Bank.names is taken while Bank.accounts is held"
        ]
    );
    assert_eq!(page.count(".edge.chosen"), 2);
    // Each path marks where the second lock is taken, the first one behind a call.
    let marks = page.browser.strings(
        "return [...document.querySelectorAll('#paths .hazard .text')].map((it) => it.textContent.trim())",
    );
    assert_eq!(marks, ["╰ `Bank.accounts` is taken here", "╰ `Bank.names` is taken here"]);
    // By the keyboard as well.
    page.browser.run(
        "document.getElementById('paths').replaceChildren(); document.querySelector('.edge.cycle').focus()",
    );
    page.browser.press("\u{e007}");
    assert_eq!(page.count("#paths .path"), 2);
    assert_eq!(page.browser.complaints(), Vec::<String>::new());
}

#[test]
fn in_a_browser_a_finding_is_drawn_when_it_is_opened() {
    let Some(page) = Page::of_bank() else { return };
    let browser = &page.browser;
    assert_eq!(page.count(".figure"), 0, "nothing is drawn before");
    page.open_details("#findings-list article:last-child summary", "#findings-list .figure");
    assert_eq!(page.count("#findings-list .figure"), 1);
    // Four lines of life, and the two marks between them.
    assert_eq!(page.count("#findings-list .row:not(.mark) .lane.on.read"), 4);
    let hazards = browser.strings("return [...document.querySelectorAll('#findings-list .hazard .text')].map((it) => it.textContent.trim())");
    assert_eq!(hazards, ["╰ the task may be suspended here, and keep the lock"]);
    assert!(page.count("#findings-list code .k") > 3, "keywords have a colour");
    // A link to the other finding opens that one.
    browser.run("location.hash = document.querySelector('#findings-list article').id");
    assert_eq!(browser.run("return document.querySelector('#findings-list article details').open"), true);
    // Maps, and the lives in them.
    page.open_details("#maps-list article:nth-child(2) summary", "#maps-list .inner");
    page.open_details(
        "#maps-list article:nth-child(2) .inner > details:nth-of-type(3) > summary",
        "#maps-list .figure",
    );
    assert!(page.count("#maps-list .figure .lane.on") > 3);
    // On a telephone nothing but drawings is wider than the page.
    for scheme in ["light", "dark"] {
        browser.color_scheme(scheme);
        browser.resize(380, 800);
        let wide = browser.run("return document.documentElement.scrollWidth - innerWidth");
        assert!(wide.as_i64().unwrap() <= 0, "{scheme}: {wide}");
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn in_a_browser_cycles_findings_and_maps_lead_to_each_other() {
    let Some(page) = Page::of_bank() else { return };
    let browser = &page.browser;
    page.click("header p a");
    assert!(page.sees("#cycles"), "the count leads to the list");
    let names = browser
        .strings("return [...document.querySelectorAll('#cycles button')].map((it) => it.textContent)");
    assert_eq!(names, ["Bank.names → Bank.accounts → Bank.names"]);
    page.click("#cycles button");
    assert_eq!((page.count("#paths .path"), page.count(".edge.chosen")), (2, 2));
    assert!(page.sees("#paths h3"));
    // To the finding, and from there back.
    page.click("#cycles li a");
    page.wait_for("#findings-list .figure");
    browser.run("document.getElementById('paths').replaceChildren()");
    page.click("#findings-list a[href='#cycle-0']");
    page.wait_for("#paths .path");
    assert!(page.sees("#paths h3"));
    // The same link once more, though the address stays.
    browser.run("scrollTo(0, document.body.scrollHeight)");
    page.click("#findings-list a[href='#cycle-0']");
    assert!(page.sees("#paths h3"));
    // To a map of the finding, and from there back, though the filters hide both.
    browser.fill("#text", "nowhere at all");
    browser.run("location.hash = 'map-1'");
    page.wait_for("#map-1 .inner");
    assert!(page.sees("#map-1"));
    page.click("#map-1 .inner > details:nth-of-type(2) > summary");
    page.wait_for("#map-1 a[href^='#f-']");
    page.click("#map-1 a[href^='#f-']");
    page.wait_for("#findings-list .figure");
    let links = browser.strings("return [...document.querySelectorAll('#findings-list a[href^=\"#map-\"]')].map((it) => it.textContent)");
    assert!(links.contains(&"Bank.accounts".to_owned()), "{links:?}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// A chain of locks that is longer than a window is wide, with a cycle at its end.
fn wide() -> Report {
    let lock = |n: usize| Lock {
        name: format!("Chain.lock_{n}"),
        path: format!("app::Chain.lock_{n}"),
        on_map: true,
        map: None,
        package: "app".to_owned(),
    };
    let edge = |from, to, cycles| Edge { from, to, cycles, sites: Vec::new() };
    let chain = (0..29).map(|n| edge(n, n + 1, Vec::new()));
    let cycle = [edge(29, 30, vec![0]), edge(30, 29, vec![0])];
    let order = Order {
        locks: (0..31).map(lock).collect(),
        edges: chain.chain(cycle).collect(),
        cycles: vec![Cycle { paths: Vec::new() }],
    };
    Report { version: 1, order, ..Report::default() }
}

#[test]
fn in_a_browser_a_wide_graph_shows_its_cycle_at_once_and_fits_if_asked() {
    let made = Made::new(&[("page.html", page(&wide()).as_str())]);
    let Some(page) = Page::open(made) else { return };
    let browser = &page.browser;
    assert!(page.sees(".edge.cycle") && !page.sees(".node"), "the end of the chain, not its start");
    let wider =
        || browser.run("const it = document.querySelector('.graph'); return it.scrollWidth > it.clientWidth");
    assert_eq!(wider(), true);
    page.click("#fit");
    assert_eq!((wider(), page.sees(".edge.cycle"), page.sees(".node")), (false.into(), true, true));
    page.click("#fit");
    assert_eq!((wider(), page.sees(".edge.cycle")), (true.into(), true));
    assert_eq!(browser.complaints(), Vec::<String>::new());
    // What fits has no such button.
    let Some(small) = Page::of_bank() else { return };
    assert_eq!(small.browser.run("return document.getElementById('fit').hidden"), true);
}

/// A line with wide letters, a control character and one that turns the order of letters, before the places that are marked.
fn odd_letters() -> Made {
    let odd = "/* 日本語 \u{1b}[31m \u{202e} 👩 */ self.names";
    Made::package(&BANK.replace("let mut names = self.names", &format!("let mut names = {odd}")), &[])
}

#[test]
fn what_would_command_a_terminal_is_shown() {
    let made = odd_letters();
    let forms: [&[&str]; 5] = [
        &["--color", "never"],
        &["--message-format", "short"],
        &["--message-format", "markdown"],
        &["--explain-finding", "src/lib.rs:21", "--color", "never"],
        &["why", "src/lib.rs:19"],
    ];
    for form in forms {
        let ran = made.run(form);
        assert!(ran.out.contains("lib.rs"), "{form:?}: {ran:#?}");
        assert!(!ran.out.contains(['\u{1b}', '\u{202e}']), "{form:?}: {ran:#?}");
    }
    // The marks stand under what they mean, in columns of a terminal.
    let column = |text: &str, what: &str| text.find(what).map(|at| text[..at].width());
    let human = made.run(&["--color", "never"]).out;
    let lines: Vec<&str> = human.lines().collect();
    let at = lines
        .iter()
        .position(|it| it.contains("/* 日本語 ␛[31m \u{fffd} 👩 */"))
        .unwrap_or_else(|| panic!("{human}"));
    assert_eq!(column(lines[at + 1], "----"), column(lines[at], "lock()"), "{human}");
    let figure = made.run(&["--explain-finding", "src/lib.rs:21"]).out;
    let lines: Vec<&str> = figure.lines().collect();
    let at = lines.iter().position(|it| it.contains("日本語")).unwrap_or_else(|| panic!("{figure}"));
    assert_eq!(column(lines[at + 1], "╰"), column(lines[at], "lock()"), "{figure}");
}

#[test]
fn in_a_browser_marks_stand_under_wide_letters() {
    let made = odd_letters();
    assert_eq!(made.run(&["report", "--html", "page.html"]).code, 0);
    let Some(page) = Page::open(made) else { return };
    page.open_details("#findings-list summary", "#findings-list .figure");
    let row = "[...document.querySelectorAll('#findings-list .row')].find((it) => it.textContent.includes('日本語'))";
    let text = page.browser.run(&format!("return {row}.textContent"));
    assert!(text.as_str().unwrap().contains("日本語 ␛[31m \u{fffd} 👩"), "{text}");
    // How far the mark's sign is from the letter that it means.
    let off = page.browser.run(&format!(
        "const row = {row}; const code = row.querySelector('code'); const at = code.textContent.indexOf('lock()'); \
         const walk = document.createTreeWalker(code, NodeFilter.SHOW_TEXT); let node, before = 0; \
         while ((node = walk.nextNode()) && before + node.length <= at) before += node.length; \
         const range = document.createRange(); range.setStart(node, at - before); range.setEnd(node, at - before + 1); \
         const mark = row.nextElementSibling.querySelector('.text').getBoundingClientRect(); \
         return Math.abs(mark.left - range.getBoundingClientRect().left)"
    ));
    assert!(off.as_f64().unwrap() < 2.0, "{off}");
}

/// A report with as many findings as a very large workspace has.
fn large() -> Report {
    let finding = |n: u32| {
        let at = Place { path: format!("src/file_{}.rs", n % 97), line: n + 1, column: 1 };
        Finding {
            id: format!("{n:032x}"),
            lint: ["check_then_act", "relock_while_held"][n as usize % 2].to_owned(),
            level: "warning",
            certainty: "definite",
            message: format!("`self.map_{n}` is told of"),
            package: format!("crate_{}", n % 20),
            item: None,
            at: Some(at.clone()),
            maps: Vec::new(),
            lives: Vec::new(),
            cycle: None,
            marks: vec![Mark { at, kind: "here", hazard: true, words: "here".to_owned() }],
            notes: Vec::new(),
            helps: Vec::new(),
            silenced: None,
            excerpts: Vec::new(),
        }
    };
    Report { version: 1, findings: (0..5000).map(finding).collect(), ..Report::default() }
}

#[test]
fn in_a_browser_five_thousand_findings_stay_usable() {
    let made = Made::new(&[("page.html", page(&large()).as_str())]);
    let Some(page) = Page::open(made) else { return };
    let browser = &page.browser;
    assert_eq!(page.titles("findings").len(), 200, "as many as are looked at");
    page.click("#findings-more");
    assert_eq!(page.titles("findings").len(), 400);
    // From a letter typed to the new list, in the page's own time.
    let time = browser.run(
        "const from = performance.now(); const text = document.getElementById('text'); text.value = 'map_4999'; \
         text.dispatchEvent(new Event('input', { bubbles: true })); document.body.offsetHeight; return performance.now() - from",
    );
    assert_eq!(page.titles("findings"), ["`self.map_4999` is told of"]);
    assert!(time.as_f64().unwrap() < 1000.0, "{time} ms");
    browser.fill("#text", "");
    browser.choose("crate", "crate_7");
    assert_eq!(browser.run("return document.getElementById('findings-count').value"), "250 of 5000");
    // A link leads to a finding that no list shows yet.
    browser.run(&format!("location.hash = 'f-{:032x}'", 4998));
    assert_eq!(
        browser
            .run(&format!("return document.getElementById('f-{:032x}').querySelector('details').open", 4998)),
        true
    );
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
