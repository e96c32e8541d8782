//! The programs of a run: hand-written rows and generated functions, cut into crates.

use super::generate;

/// A crate of programs.
pub struct Batch {
    /// Its name.
    pub name: String,
    /// Its whole text.
    pub source: String,
    /// The functions that are run, with their own text.
    pub functions: Vec<(String, String)>,
}

const PRELUDE: &str = include_str!("prelude.rs");

const ROWS: [(&str, &str); 9] = [
    ("scrutinees", include_str!("rows_scrutinees.rs")),
    ("conditions", include_str!("rows_conditions.rs")),
    ("lets", include_str!("rows_let.rs")),
    ("operands", include_str!("rows_operands.rs")),
    ("blocks", include_str!("rows_blocks.rs")),
    ("closures", include_str!("rows_closures.rs")),
    ("futures", include_str!("rows_async.rs")),
    ("moves", include_str!("rows_moves.rs")),
    ("foreign", include_str!("rows_macros.rs")),
];

/// The rows of TEMPORARIES.md, a crate for each part of the table.
pub fn rows(edition: u16) -> Vec<Batch> {
    ROWS.iter().map(|(name, text)| rows_of(name, text, edition)).collect()
}

fn rows_of(name: &str, text: &str, edition: u16) -> Batch {
    let mut body = String::new();
    let mut functions = Vec::new();
    let mut skip = false;
    for line in text.lines() {
        if line.starts_with("// only 2024") {
            skip = edition < 2024;
            continue;
        }
        if std::mem::take(&mut skip) {
            continue;
        }
        body.push_str(line);
        body.push('\n');
        if let Some((row, _)) = line.strip_prefix("fn ").and_then(|rest| rest.split_once("(l: &L)")) {
            functions.push((row.to_owned(), line.to_owned()));
        }
    }
    batch(name.to_owned(), &body, functions)
}

/// Generated functions, in crates of a size that compiles well.
pub fn generated(seed: u64, count: usize, depth: u32, edition: u16) -> Vec<Batch> {
    let all = generate::programs(seed, count, depth, edition);
    all.chunks(count.div_ceil(2).max(1))
        .enumerate()
        .map(|(i, part)| {
            let functions: Vec<_> = part.iter().map(|g| (g.name.clone(), g.text.clone())).collect();
            let body: String = part.iter().map(|g| g.text.as_str()).collect();
            batch(format!("generated{i}"), &body, functions)
        })
        .collect()
}

fn batch(name: String, body: &str, functions: Vec<(String, String)>) -> Batch {
    let calls: String = functions.iter().map(|(f, _)| format!("    explore({f:?}, {f});\n")).collect();
    let source = format!("{PRELUDE}\n{body}\nfn main() {{\n    start();\n{calls}}}\n");
    Batch { name, source, functions }
}
