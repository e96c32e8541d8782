//! A headless browser for tests of pages: chromium, driven through chromedriver by the W3C's WebDriver protocol.
//!
//! Where there is no browser on the machine, [`Browser::start`] gives none and says so; where there is one, it has to work. With
//! `HAZMAP_BROWSER=required` it has to be there.
#![allow(dead_code, reason = "each test binary uses a part")]

use serde_json::{Value, json};
use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use ureq::Agent;

/// What a browser may be called.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "chrome"];
const DRIVER: &str = "chromedriver";
/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// An element in the protocol's JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Nothing but the page: no sandbox (tests run as root), no profile, nothing in the background that asks a network.
const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--window-size=1100,900",
];

/// One browser with one window. It ends with the value.
pub struct Browser {
    driver: Driver,
    session: String,
    _profile: TempDir,
}

impl Browser {
    /// Starts a browser with an empty profile; `None` where there is none.
    pub fn start() -> Option<Browser> {
        let found = BROWSERS.iter().find_map(|name| on_path(name)).zip(on_path(DRIVER));
        let Some((browser, driver)) = found else {
            let words = format!("there is no browser here: one of {BROWSERS:?}, and {DRIVER}");
            assert!(env::var("HAZMAP_BROWSER").as_deref() != Ok("required"), "{words}");
            eprintln!("skipped: {words}");
            return None;
        };
        let driver = Driver::start(&driver);
        let profile = TempDir::new().unwrap();
        let mut flags: Vec<String> = FLAGS.iter().map(|it| (*it).to_owned()).collect();
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "binary": browser, "args": flags },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let started = driver.post("/session", &json!({ "capabilities": { "alwaysMatch": capabilities } }));
        let session =
            started["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {started}")).to_owned();
        let browser = Browser { driver, session, _profile: profile };
        // The page that a new window shows is no test's business.
        browser.open("about:blank");
        browser.complaints();
        browser.requests();
        Some(browser)
    }

    /// Opens an address.
    pub fn open(&self, url: &str) {
        self.post("url", &json!({ "url": url }));
    }

    /// Runs the body of a function in the page, and gives what it returns.
    pub fn run(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Runs a script that returns a list of strings.
    pub fn strings(&self, script: &str) -> Vec<String> {
        let found = self.run(script);
        serde_json::from_value(found.clone()).unwrap_or_else(|_| panic!("no strings: {found}"))
    }

    /// Clicks where the first element of a selector is.
    pub fn click(&self, selector: &str) {
        let element = self.element(selector);
        self.post(&format!("element/{element}/click"), &json!({}));
    }

    /// Types into the first element of a selector, in place of what is there.
    pub fn fill(&self, selector: &str, text: &str) {
        let element = self.element(selector);
        // `clear` tells nobody; who selects all and types on it does as a user.
        let keys = format!("\u{e009}a\u{e000}\u{e017}{text}");
        self.post(&format!("element/{element}/value"), &json!({ "text": keys }));
    }

    /// Chooses an option of the `select` with an id, by what it shows.
    pub fn choose(&self, id: &str, option: &str) {
        let path = format!("//select[@id='{id}']/option[normalize-space()='{option}']");
        let element = self.element_by("xpath", &path);
        self.post(&format!("element/{element}/click"), &json!({}));
    }

    /// Presses keys wherever the focus is.
    pub fn press(&self, keys: &str) {
        let pairs = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })));
        let actions: Vec<Value> = pairs.collect();
        self.post(
            "actions",
            &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }),
        );
    }

    /// What the page gets for `prefers-color-scheme`.
    pub fn color_scheme(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    /// The window's size.
    pub fn resize(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// What pages have complained of since the last time: errors of scripts, refused loads, warnings.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.post("se/log", &json!({ "type": "browser" }));
        let entries = log.as_array().unwrap_or_else(|| panic!("no log: {log}"));
        entries.iter().map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits until pages have complained so many times.
    pub fn wait_for_complaints(&self, n: usize) -> Vec<String> {
        let mut heard = Vec::new();
        let start = Instant::now();
        while heard.len() < n {
            assert!(start.elapsed() < TIMEOUT, "only {heard:?}");
            heard.extend(self.complaints());
        }
        heard
    }

    /// The addresses that pages have asked for since the last time.
    pub fn requests(&self) -> Vec<String> {
        let log = self.post("se/log", &json!({ "type": "performance" }));
        let entries = log.as_array().unwrap_or_else(|| panic!("no log: {log}"));
        let messages = entries.iter().map(|entry| {
            let message: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
            message["message"].clone()
        });
        let sent = messages.filter(|it| it["method"] == "Network.requestWillBeSent");
        sent.map(|it| it["params"]["request"]["url"].as_str().unwrap().to_owned()).collect()
    }

    /// A picture of the window, as PNG in base64.
    pub fn picture(&self) -> String {
        self.driver.get(&self.path("screenshot")).as_str().unwrap().to_owned()
    }

    fn element(&self, selector: &str) -> String {
        self.element_by("css selector", selector)
    }

    fn element_by(&self, how: &str, value: &str) -> String {
        let found = self.post("element", &json!({ "using": how, "value": value }));
        found[ELEMENT].as_str().unwrap_or_else(|| panic!("`{value}`: {found}")).to_owned()
    }

    fn devtools(&self, command: &str, params: &Value) {
        self.post("goog/cdp/execute", &json!({ "cmd": command, "params": params }));
    }

    fn post(&self, what: &str, body: &Value) -> Value {
        self.driver.post(&self.path(what), body)
    }

    fn path(&self, what: &str) -> String {
        format!("/session/{}/{what}", self.session)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser goes with its session; a session that is gone already is no matter.
        let _ = self.driver.agent.delete(self.driver.url(&format!("/session/{}", self.session))).call();
    }
}

/// The address of a file.
pub fn file_url(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// A running chromedriver.
struct Driver {
    child: Child,
    port: u16,
    agent: Agent,
}

impl Driver {
    /// Starts it on a port that is free, which it tells.
    fn start(program: &Path) -> Driver {
        let mut command = Command::new(program);
        let mut child = command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            let (_, port) = line.rsplit_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        // What it says later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let config = Agent::config_builder().timeout_global(Some(TIMEOUT)).http_status_as_error(false);
        let agent = config.proxy(None).build().into();
        Driver { child, port: port.expect("chromedriver tells its port"), agent }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let mut answer = self.agent.post(self.url(path)).send_json(body).unwrap();
        value(path, answer.body_mut().read_json().unwrap())
    }

    fn get(&self, path: &str) -> Value {
        let mut answer = self.agent.get(self.url(path)).call().unwrap();
        value(path, answer.body_mut().read_json().unwrap())
    }
}

/// What an answer holds; a refusal is a failed test.
fn value(path: &str, mut answer: Value) -> Value {
    let value = answer["value"].take();
    assert!(value["error"].is_null(), "{path}: {} ({})", value["message"], value["error"]);
    value
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file())
}
