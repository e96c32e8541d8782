//! Where and with what it was measured.

use crate::Plan;
use core_affinity::CoreId;
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

/// All that a reader needs to judge the numbers.
pub struct Machine {
    pub processor: String,
    pub cores: usize,
    /// The system's load averages of one minute, before and after.
    pub load: [String; 2],
    pub compiler: String,
    /// The measured crates with their versions.
    pub crates: Vec<String>,
    pub took: Duration,
    pub plan: Plan,
}

impl Machine {
    pub fn now(load_before: String, took: Duration, plan: Plan) -> Machine {
        let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let compiler = Command::new("rustc").arg("--version").output();
        Machine {
            processor: model.map_or(std::env::consts::ARCH, |(_, name)| name).to_owned(),
            cores: CORES.len(),
            load: [load_before, load()],
            compiler: compiler
                .map_or(String::from("unknown"), |it| String::from_utf8_lossy(&it.stdout).trim().to_owned()),
            crates: crates(),
            took,
            plan,
        }
    }
}

/// The cores that this process may use, asked for once: a thread that is kept on one core is told of no other.
static CORES: LazyLock<Vec<CoreId>> = LazyLock::new(|| core_affinity::get_core_ids().unwrap_or_default());

/// Keeps this thread on one core, the threads in turn on all of them: a scheduler that leaves two threads on one core for a while,
/// since others keep the next one busy, would decide what is measured.
pub fn pin(thread: usize) {
    if let Some(core) = CORES.get(thread % CORES.len().max(1)) {
        // Where it may not be set the thread stays free.
        core_affinity::set_for_current(*core);
    }
}

/// The load average of the last minute.
pub fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().filter(|it| !it.is_empty()).unwrap_or("unknown").to_owned()
}

/// What the manifest asks for, in the versions of the lock file.
fn crates() -> Vec<String> {
    let parsed = |text: &str| text.parse::<toml::Table>().unwrap_or_default();
    let (manifest, lock) = (parsed(include_str!("../Cargo.toml")), parsed(include_str!("../Cargo.lock")));
    let wanted = manifest.get("dependencies").and_then(toml::Value::as_table);
    let text = |package: &toml::Value, key| package.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let mut crates = Vec::new();
    for package in packages.into_iter().flatten() {
        let (Some(name), Some(version)) = (text(package, "name"), text(package, "version")) else { continue };
        if wanted.is_some_and(|it| it.contains_key(&name)) {
            crates.push(format!("{name} {version}"));
        }
    }
    crates
}
