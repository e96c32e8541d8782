//! The measured part of `docs/remedies.md`, and the numbers as a table for other programs.

use crate::hazards::{ENTRIES, Row};
use crate::load::{Case, Outcome};
use crate::machine::Machine;
use crate::{SHARES, SIZES, THREADS, maps, plot};
use std::fmt::Write;
use std::time::Duration;

const BEGIN: &str = "<!-- measured: begin -->\n";
const END: &str = "<!-- measured: end -->\n";

/// The threads of the tables in the page; the plots show the others.
const SHOWN: [usize; 2] = [2, 8];

/// A page with the part between the marks exchanged. A page without marks gets it at its end.
pub fn filled(page: &str, measured: &str) -> String {
    let (before, rest) = page.split_once(BEGIN).unwrap_or((page, ""));
    let after = rest.split_once(END).map_or("", |(_, after)| after);
    format!("{before}{BEGIN}{measured}{END}{after}")
}

/// All tables.
pub fn tables(machine: &Machine, all: &[(Case, Outcome)], hazards: &[Row]) -> String {
    let mut text = head(machine);
    for size in SIZES {
        let _ = write!(
            text,
            "\n### {} entries\n\n![Throughput by threads]({})\n",
            grouped(size),
            plot::file(size)
        );
        let _ = write!(
            text,
            "\nMillion operations a second with {} threads, and with {}:\n\n",
            SHOWN[0], SHOWN[1]
        );
        text += &table(all, size, |it| it.rate / 1e6, Best::Most);
        let _ = write!(
            text,
            "\nMicroseconds in which 99 of 100 operations are done, with {} threads, and with {}:\n\n",
            SHOWN[0], SHOWN[1]
        );
        text += &table(all, size, |it| it.p99.as_secs_f64() * 1e6, Best::Least);
        let _ =
            write!(text, "\nAllocations an operation, with {} threads, and with {}:\n\n", SHOWN[0], SHOWN[1]);
        text += &table(all, size, |it| it.allocations, Best::None);
    }
    text + &costs(hazards)
}

fn head(machine: &Machine) -> String {
    let Machine { processor, cores, load, compiler, crates, took, plan } = machine;
    format!(
        "Measured on {processor}, {cores} cores, by {compiler}, built for release. Load average {} before, when only\n\
         other programs could run, and {} after. Each case: the middle one of {} rounds of {} ms, all of it {:.0} s.\nIn bold: within a tenth of the best of the column.\n\nVersions: {}.\n",
        load[0],
        load[1],
        plan.rounds,
        plan.moment.as_millis(),
        took.as_secs_f64(),
        crates.join(", ")
    )
}

/// Which numbers of a column are set in bold: those within a tenth of the best.
enum Best {
    Most,
    Least,
    None,
}

impl Best {
    fn has(&self, own: f64, column: impl Iterator<Item = f64>) -> bool {
        match self {
            Best::Most => own >= column.fold(f64::NAN, f64::max) * 0.9,
            Best::Least => own <= column.fold(f64::NAN, f64::min) * 1.1,
            Best::None => false,
        }
    }
}

fn table(all: &[(Case, Outcome)], size: u64, number: impl Fn(&Outcome) -> f64, best: Best) -> String {
    let mut text = String::from("| |");
    SHARES.iter().for_each(|share| text += &format!(" {share} % reads |"));
    text += "\n|---|";
    SHARES.iter().for_each(|_| text += "---|");
    text += "\n";
    let value = |remedy, share, threads| {
        let case = Case { remedy, size, share, threads };
        all.iter().find(|(it, _)| *it == case).map_or(f64::NAN, |(_, outcome)| number(outcome))
    };
    for remedy in maps::NAMES {
        let _ = write!(text, "| {remedy} |");
        for share in SHARES {
            let cell = SHOWN.map(|threads| {
                let column = maps::NAMES.iter().map(|other| value(other, share, threads));
                let own = value(remedy, share, threads);
                if best.has(own, column) { format!("**{}**", short(own)) } else { short(own) }
            });
            let _ = write!(text, " {} |", cell.join(", "));
        }
        text += "\n";
    }
    text
}

fn costs(hazards: &[Row]) -> String {
    let mut text = format!(
        "\n### The hazards of cost\n\nMaps of {} entries. One thread does it, with as long a rest between; somebody else wants the lock about\n\
         10,000 times a second. The last column says how long that one waits at most, 99 of 100 times.\n\n\
         | lint | what is done | takes | allocations | others wait |\n|---|---|---|---|---|\n",
        grouped(ENTRIES)
    );
    for row in hazards {
        let wait = row.cost.wait.map_or(String::new(), time);
        let lint = row.lint;
        let _ = writeln!(
            text,
            "| [`{lint}`](../lints/{lint}/README.md) | {} | {} | {} | {wait} |",
            row.what,
            time(row.cost.took),
            short(row.cost.allocations),
        );
    }
    text
}

/// Comma-separated values, a line for each case.
pub fn numbers(all: &[(Case, Outcome)]) -> String {
    let mut text = String::from(
        "remedy,entries,reads_percent,threads,operations_per_second,least,most,p99_ns,\
         allocations_per_operation,processor_share\n",
    );
    for (case, outcome) in all {
        let Case { remedy, size, share, threads } = case;
        let Outcome { rate, p99, allocations, busy, between: (least, most) } = outcome;
        let _ = writeln!(
            text,
            "{remedy},{size},{share},{threads},{rate:.0},{least:.0},{most:.0},{},{allocations:.4},{busy:.2}",
            p99.as_nanos()
        );
    }
    debug_assert_eq!(all.len(), maps::NAMES.len() * SIZES.len() * SHARES.len() * THREADS.len());
    text
}

/// Three digits, as far as there are so many.
fn short(number: f64) -> String {
    match number {
        it if it >= 100.0 => grouped(it.round() as u64),
        it if it >= 10.0 => format!("{it:.1}"),
        it if it >= 1.0 => format!("{it:.2}"),
        0.0 => String::from("0"),
        it if it < 0.001 => String::from("< 0.001"),
        it => format!("{it:.3}"),
    }
}

fn time(duration: Duration) -> String {
    let nanos = duration.as_secs_f64() * 1e9;
    match nanos {
        it if it >= 1e6 => format!("{} ms", short(it / 1e6)),
        it if it >= 1e3 => format!("{} µs", short(it / 1e3)),
        it => format!("{it:.0} ns"),
    }
}

/// With a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
