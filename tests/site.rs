//! `cargo hazmap docs OUT`: one page of all lints that needs nothing but a browser.

mod made;

use hazmap::lints::ALL;
use made::Made;

#[test]
fn every_lint_is_on_the_page() {
    let made = Made::new(&[]);
    let ran = made.run(&["docs", "out/site"]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    let page = made.read("out/site/index.html");
    for lint in ALL {
        let article = format!(
            "<article id=\"{}\" data-group=\"{}\" data-level=\"{}\"",
            lint.name,
            lint.group.name(),
            lint.level.name()
        );
        assert_eq!(page.matches(&article).count(), 1, "{}", lint.name);
        assert!(page.contains(&format!("href=\"#{}\"", lint.name)));
    }
    assert_eq!(page.matches("<h3>What it does</h3>").count(), ALL.len());
    // Dark mode, and what the filters work on.
    for words in ["prefers-color-scheme: dark", "id=\"text\"", "id=\"group\"", "id=\"level\"", "id=\"class\""]
    {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let made = Made::new(&[]);
    made.run(&["docs", "out"]);
    let page = made.read("out/index.html");
    assert!(page.contains("content=\"default-src 'none'; "));
    for element in ["<link", "<img", "<iframe", " src=", "@import", "url("] {
        assert!(!page.contains(element), "{element}");
    }
    assert_eq!(std::fs::read_dir(made.path().join("out")).unwrap().count(), 1);
}

#[test]
fn links_lead_somewhere() {
    let made = Made::new(&[]);
    made.run(&["docs", "out"]);
    let page = made.read("out/index.html");
    for link in page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        let known = match link.strip_prefix('#') {
            Some(anchor) => page.contains(&format!(" id=\"{anchor}\"")),
            None => link.starts_with("https://"),
        };
        assert!(known, "{link}");
    }
    assert!(
        page.contains("href=\"#lock_in_loop\"><code>lock_in_loop</code></a>"),
        "a link from one lint to another"
    );
}

#[test]
fn elements_are_closed() {
    let made = Made::new(&[]);
    made.run(&["docs", "out"]);
    let page = made.read("out/index.html");
    for name in [
        "article", "details", "summary", "h2", "h3", "pre", "code", "select", "option", "script", "style",
        "table",
    ] {
        let open = page.matches(&format!("<{name}>")).count() + page.matches(&format!("<{name} ")).count();
        assert_eq!(open, page.matches(&format!("</{name}>")).count(), "{name}");
    }
}
