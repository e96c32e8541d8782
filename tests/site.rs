//! `cargo hazmap docs OUT`: one page of all lints that needs nothing but a browser.

mod browser;
mod made;

use browser::Browser;
use hazmap::lint::{Level, Lint};
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
    for words in [
        "prefers-color-scheme: dark",
        "id=\"text\"",
        "id=\"group\"",
        "id=\"level\"",
        "id=\"class\"",
        "id=\"since\"",
    ] {
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
    // What the remedies cost comes along, pictures and all.
    assert!(page.contains("href=\"#remedies\">docs/remedies.md</a>") && page.matches("<svg ").count() == 2);
    assert!(page.contains("<h3>Where folk wisdom fails</h3>") && !page.contains("measured: begin"));
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

/// The page in a browser, from the disk.
struct Page {
    browser: Browser,
    url: String,
    _made: Made,
}

impl Page {
    fn open() -> Option<Page> {
        let browser = Browser::start()?;
        let made = Made::new(&[]);
        made.run(&["docs", "out"]);
        let url = browser::file_url(&made.path().join("out/index.html"));
        browser.open(&url);
        Some(Page { browser, url, _made: made })
    }

    /// The lints that are shown, in order.
    fn shown(&self) -> Vec<String> {
        self.browser.strings(
            "return [...document.querySelectorAll('article')].filter((it) => it.checkVisibility()).map((it) => it.id)",
        )
    }

    fn shows(&self, fits: impl Fn(&Lint) -> bool) {
        let mut expected: Vec<&str> = ALL.iter().filter(|lint| fits(lint)).map(|lint| lint.name).collect();
        let mut shown = self.shown();
        expected.sort_unstable();
        shown.sort_unstable();
        assert_eq!(shown, expected);
        let count = self.browser.run("return document.getElementById('count').textContent");
        assert_eq!(count, expected.len().to_string());
        let said = self.browser.run("return document.getElementById('nothing').checkVisibility()");
        assert_eq!(said, expected.is_empty());
    }

    /// The lint whose page is open and begins below the header, in sight.
    fn in_front(&self) -> Vec<String> {
        self.browser.strings(
            "const top = document.querySelector('header').getBoundingClientRect().bottom;
             return [...document.querySelectorAll('article')].filter((it) => {
                 const title = it.querySelector('h2').getBoundingClientRect();
                 const there = document.elementFromPoint(title.left + 5, title.top + title.height / 2);
                 return it.querySelector('details').open && title.top >= top && it.contains(there);
             }).map((it) => it.id)",
        )
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.browser.complaints(), Vec::<String>::new());
            let requests = self.browser.requests();
            assert!(
                !requests.is_empty() && requests.iter().all(|it| it.starts_with("file://")),
                "{requests:?}"
            );
        }
    }
}

#[test]
fn filters_filter() {
    let Some(page) = Page::open() else { return };
    page.shows(|_| true);
    page.browser.choose("level", "deny");
    page.shows(|lint| lint.level == Level::Deny);
    page.browser.choose("group", "deadlock");
    page.shows(|lint| lint.level == Level::Deny && lint.group.name() == "deadlock");
    page.browser.choose("level", "any level");
    page.shows(|lint| lint.group.name() == "deadlock");
    page.browser.choose("group", "any group");
    let class = ALL.iter().find_map(|lint| lint.class).expect("some lint has a class");
    page.browser.choose("class", class.name());
    page.shows(|lint| lint.class == Some(class));
    page.browser.choose("class", "any class");
    page.browser.choose("since", ALL[0].since);
    page.shows(|lint| lint.since == ALL[0].since);
    page.browser.choose("since", "any since");
    page.shows(|_| true);
    // No lint of today is older than all, so a version that is none of theirs shows that the filter has a say.
    page.browser.run("const it = document.getElementById('since'); it.append(new Option('9.9.9')); it.value = '9.9.9'; it.dispatchEvent(new Event('change', {bubbles: true}))");
    page.shows(|_| false);
}

#[test]
fn words_find_lints() {
    let Some(page) = Page::open() else { return };
    // The field for words has the focus.
    page.browser.press("relock_while");
    assert!(page.shown().contains(&"relock_while_held".to_owned()), "{:?}", page.shown());
    assert!(page.shown().len() < ALL.len());
    // All of several words, in any order and any case; in the text of the page as well.
    page.browser.fill("#text", "SUSPENDED guard");
    assert!(page.shown().contains(&"await_holding_map_guard".to_owned()), "{:?}", page.shown());
    page.browser.fill("#text", "no such words");
    page.shows(|_| false);
    page.browser.press("\u{e007}");
    assert_eq!(
        page.browser.run("return location.search + location.hash"),
        "",
        "Enter sends nothing anywhere"
    );
    page.browser.fill("#text", "");
    page.shows(|_| true);
}

#[test]
fn links_lead_to_lints() {
    let Some(page) = Page::open() else { return };
    assert_eq!(page.in_front(), Vec::<String>::new());
    let (url, here) = (&page.url, &page.browser);
    here.open(&format!("{url}#check_then_act"));
    assert_eq!(page.in_front(), ["check_then_act"]);
    // Its own link is what is shared.
    here.click("#static_mut_map summary a");
    assert_eq!(here.run("return location.hash"), "#static_mut_map");
    assert_eq!(page.in_front(), ["static_mut_map"]);
    // What the filters hide is shown when it is asked for.
    here.choose("level", "allow");
    here.run("location.hash = 'relock_while_held'");
    assert_eq!(page.in_front(), ["relock_while_held"]);
    here.run("location.hash = 'remedies'");
    assert_eq!(here.run("return document.querySelector('#remedies details').open"), true);
    here.open("about:blank");
    here.open(&format!("{url}#no_such_lint"));
    page.shows(|_| true);
}

/// That the other tests hear of errors, and that the page lets nothing in from elsewhere.
#[test]
fn what_goes_wrong_is_heard() {
    let Some(page) = Page::open() else { return };
    let load = "new Image().src = 'https://example.invalid/x.png'; setTimeout(() => { throw new Error('on purpose') })";
    page.browser.run(load);
    let heard = page.browser.wait_for_complaints(2);
    assert!(heard.iter().any(|it| it.contains("on purpose")), "{heard:?}");
    assert!(heard.iter().any(|it| it.contains("Content Security Policy")), "{heard:?}");
    assert!(page.browser.requests().contains(&"https://example.invalid/x.png".to_owned()));
    page.browser.open(&page.url);
}

#[test]
fn it_can_be_read_in_the_light_and_in_the_dark_on_any_screen() {
    let Some(page) = Page::open() else { return };
    let here = &page.browser;
    here.run("document.querySelectorAll('details').forEach((it) => { it.open = true })");
    for (scheme, is_dark) in [("light", false), ("dark", true)] {
        here.color_scheme(scheme);
        let poor = here.strings(CONTRAST);
        assert_eq!(poor, Vec::<String>::new(), "{scheme}: letters that hardly differ from their ground");
        let ground = here.run("return getComputedStyle(document.body).backgroundColor");
        let brightness: u32 = ground
            .as_str()
            .unwrap()
            .split(|it: char| !it.is_ascii_digit())
            .filter_map(|it| it.parse::<u32>().ok())
            .sum();
        assert_eq!(brightness < 3 * 128, is_dark, "{scheme}: {ground}");
    }
    for (width, height) in [(1100, 900), (360, 640)] {
        here.resize(width, height);
        let wide = here.run("return document.documentElement.scrollWidth - innerWidth");
        assert!(wide.as_i64().unwrap() <= 0, "{width}: {wide} too wide");
        // The header leaves room for what is read, and does not lie over it.
        here.run("scrollTo(0, document.documentElement.scrollHeight / 2)");
        let header =
            here.run("return document.querySelector('header').getBoundingClientRect().bottom / innerHeight");
        assert!(header.as_f64().unwrap() < 0.25, "{width}: the header takes {header} of the window");
        here.run("location.hash = ''");
        here.run("location.hash = 'relock_while_held'");
        assert!(page.in_front().contains(&"relock_while_held".to_owned()), "{width}");
    }
}

/// The texts whose letters have less than 4.5 to 1 against their ground, as accessibility asks for.
const CONTRAST: &str = "
    const light = (color) => {
        const [r, g, b] = color.match(/[0-9.]+/g).slice(0, 3).map((it) => it / 255).map((it) => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (it) => {
        for (; it; it = it.parentElement) {
            const color = getComputedStyle(it).backgroundColor;
            if (color !== 'rgba(0, 0, 0, 0)') return color;
        }
        return 'rgb(255, 255, 255)';
    };
    const poor = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const it = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !it.checkVisibility()) continue;
        const [a, b] = [light(getComputedStyle(it).color), light(ground(it))].sort((a, b) => b - a);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < 4.5) poor.add(`${it.tagName}.${it.className}: ${ratio.toFixed(2)}`);
    }
    return [...poor];
";
