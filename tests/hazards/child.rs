//! Runs one sample in a process of its own, and says what came of it: what it told, or who hangs.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// So long must all threads sleep, not one of them waking, before they are said to hang.
const STILL: Duration = Duration::from_millis(1500);
/// So long a run may take when it does not hang.
const LIMIT: Duration = Duration::from_secs(40);

/// How a process came to its end.
enum End {
    Exit(ExitStatus),
    /// All its threads sleep; these are the ones that the run named.
    Hang(Vec<String>),
    /// It was stopped: it neither ended nor slept.
    Busy,
}

/// Runs a test of a test binary. What was seen in words, or why that cannot be said.
pub fn run(binary: &Path, test: &str) -> Result<String, String> {
    let mut command = Command::new(binary);
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let (out, err) = (gather(child.stdout.take()), gather(child.stderr.take()));
    let end = watch(&mut child);
    let told = |thread: JoinHandle<String>| thread.join().unwrap_or_default();
    let (out, err) = (told(out), told(err));
    words(&end, &out, &err)
}

fn gather(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is all that was said.
        let _ = pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn watch(child: &mut Child) -> End {
    let start = Instant::now();
    let (mut last, mut since) = (None, start);
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return End::Exit(status);
        }
        let now = asleep(child.id());
        if now.is_none() || now != last {
            (last, since) = (now, Instant::now());
        }
        let hangs = last.as_ref().filter(|_| since.elapsed() >= STILL);
        if let Some(threads) = hangs {
            let mut names: Vec<String> =
                threads.values().filter_map(|it| it.name.strip_prefix("actor ")).map(str::to_owned).collect();
            names.sort();
            stop(child);
            return End::Hang(names);
        }
        if start.elapsed() > LIMIT {
            stop(child);
            return End::Busy;
        }
        thread::sleep(Duration::from_millis(50));
    }
}

fn stop(child: &mut Child) {
    // It may have ended in the meantime.
    let _ = child.kill();
    let _ = child.wait();
}

/// A thread that sleeps.
#[derive(PartialEq, Eq)]
struct Sleeper {
    name: String,
    /// How often it has left a processor: unchanged, it did not wake.
    switches: [u64; 2],
}

/// The threads of a process, if all of them sleep, and those that are named wait for a lock, a channel or another thread.
fn asleep(process: u32) -> Option<BTreeMap<u32, Sleeper>> {
    let mut threads = BTreeMap::new();
    for task in fs::read_dir(format!("/proc/{process}/task")).ok()? {
        let task = task.ok()?;
        let status = fs::read_to_string(task.path().join("status")).ok()?;
        let field = |key: &str| status.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
        let number = |key: &str| field(key).and_then(|text| text.parse().ok());
        let name = field("Name:")?.to_owned();
        let waits = !name.starts_with("actor ") || in_futex(&task.path()) != Some(false);
        if !field("State:")?.starts_with('S') || !waits {
            return None;
        }
        let switches = [number("voluntary_ctxt_switches:")?, number("nonvoluntary_ctxt_switches:")?];
        threads.insert(task.file_name().to_str()?.parse().ok()?, Sleeper { name, switches });
    }
    Some(threads)
}

/// Whether a thread sleeps in `futex`, which is what locks, channels and joins of Linux sleep in; unknown where it may not be asked.
fn in_futex(task: &Path) -> Option<bool> {
    let number = match std::env::consts::ARCH {
        "x86_64" => "202",
        "aarch64" | "riscv64" => "98",
        _ => return None,
    };
    let text = fs::read_to_string(task.join("syscall")).ok()?;
    text.split(' ').next().map(|call| call == number)
}

fn words(end: &End, out: &str, err: &str) -> Result<String, String> {
    let told = |key: &str| -> Vec<String> {
        out.lines().filter_map(|line| line.strip_prefix(key)).map(str::to_owned).collect()
    };
    let mut seen = told("observed: ");
    let worst = told("at worst: ");
    match end {
        End::Exit(status) if status.success() => {}
        _ if out.lines().any(|line| line.starts_with("undecided: ")) => {
            return Err(format!("nothing went wrong in time\n{out}\n{err}"));
        }
        _ if !worst.is_empty() => seen = worst,
        End::Exit(status) if status.signal().is_some() && err.contains("has overflowed its stack") => {
            seen.push(String::from("the stack overflows"));
        }
        End::Hang(names) if !names.is_empty() => {
            let verb = if names.len() == 1 { "hangs" } else { "hang" };
            seen.push(format!("the {} {verb}", names.join(" and the ")));
        }
        End::Exit(status) => return Err(format!("{status}\n{out}\n{err}")),
        End::Hang(_) => return Err(format!("all threads sleep, and none of them is ours\n{out}\n{err}")),
        End::Busy => return Err(format!("it was not done after {LIMIT:?}\n{out}\n{err}")),
    }
    if seen.is_empty() {
        Err(format!("it ended, and told nothing\n{out}\n{err}"))
    } else {
        Ok(seen.join("; "))
    }
}
