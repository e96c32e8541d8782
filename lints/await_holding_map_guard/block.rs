//! The edit that closes a guard and its uses in a block, so that it is gone before the await.

use hazmap::prelude::*;

/// The edit, where the guard is a variable whose last use stands some statements before the first await of the block.
///
/// Only statements that are surely understood by their letters are moved: no nested declaration, no comment, and of results only
/// those that lend nothing out of the guard.
pub(super) fn suggestion(pass: &Pass<'_>, life: &GuardLife<'_>, first_await: Span) -> Option<Suggestion> {
    let name = life.guard.name?;
    let (before, _) = pass.around(life.guard.span);
    let (start, _) = before.rmatch_indices("let ").next()?;
    let pattern = before.get(start + 4..)?.split('=').next()?.trim();
    if pattern.strip_prefix("mut ").unwrap_or(pattern) != name.as_str() {
        return None;
    }
    let text = before.clone() + &pass.text(life.guard.span) + &pass.around(life.guard.span).1;
    let block = statements(text.get(start..)?)?;
    let await_at = (first_await.range.lo as usize).checked_sub(start)?;
    let awaiting = block.iter().position(|it| it.end > await_at)?;
    let last = block.iter().rposition(|it| mentions(it.text, name.as_str()))?;
    let moved = block.get(..=last)?;
    let (used, rest) = moved.split_last().filter(|_| last > 0 && last < awaiting)?;
    if moved.iter().any(|it| it.text.contains("//")) || rest.iter().skip(1).any(|it| declares(it.text)) {
        return None;
    }
    let result = owned_result(used.text, name.as_str());
    if result.is_none() && declares(used.text) {
        return None;
    }
    let indent = before.get(..start)?.rsplit('\n').next().filter(|it| it.trim().is_empty())?.to_owned();
    let mut lines: Vec<String> = rest.iter().map(|it| it.text.trim().to_owned()).collect();
    let (head, tail) = match result {
        Some((binding, value)) => {
            lines.push(value.to_owned());
            (format!("{binding} = {{"), "};")
        }
        None => {
            lines.push(used.text.trim().to_owned());
            ("{".to_owned(), "}")
        }
    };
    // Lines of a statement that was broken over several would keep their old indent.
    if lines.iter().any(|line| line.contains('\n')) {
        return None;
    }
    let inner = lines.join(&format!("\n{indent}    "));
    let whole = TextRange::new(u32::try_from(start).ok()?, u32::try_from(start + used.end).ok()?);
    Some(Suggestion {
        message: String::from("close the guard in a block"),
        edits: vec![(whole.of(life.guard.span.file), format!("{head}\n{indent}    {inner}\n{indent}{tail}"))],
        applicability: if awaiting == last + 1 {
            Applicability::MachineApplicable
        } else {
            // What stands between may count on the lock.
            Applicability::MaybeIncorrect
        },
    })
}

struct Statement<'t> {
    text: &'t str,
    /// Where it ends, its semicolon included.
    end: usize,
}

/// The statements of the rest of a block; the last one may be its value. `None` where letters alone do not tell.
fn statements(text: &str) -> Option<Vec<Statement<'_>>> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_u32, 0);
    let (mut quoted, mut escaped, mut comment) = (false, false, false);
    for (at, c) in text.char_indices() {
        if comment {
            comment = c != '\n';
            continue;
        }
        if quoted {
            quoted = c != '"' || escaped;
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '"' => quoted = true,
            '\'' | '#' => return None,
            '/' if text.get(at..).is_some_and(|it| it.starts_with("//")) => comment = true,
            '/' if text.get(at..).is_some_and(|it| it.starts_with("/*")) => return None,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth > 0 => depth -= 1,
            ')' | ']' | '}' => {
                found.push(Statement { text: text.get(start..at)?, end: at });
                return Some(found);
            }
            ';' if depth == 0 => {
                found.push(Statement { text: text.get(start..=at)?, end: at + 1 });
                start = at + 1;
            }
            _ => {}
        }
    }
    None
}

/// Whether a word stands in a text by itself.
fn mentions(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|it| it.chars().next());
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

fn declares(text: &str) -> bool {
    ["let", "fn", "use", "const", "static", "struct", "macro_rules", "mod"]
        .iter()
        .any(|word| mentions(text, word))
}

/// `let x = guard.get(..).cloned();` and its like, as the binding and the value: nothing of the guard goes out with it.
fn owned_result<'t>(statement: &'t str, guard: &str) -> Option<(&'t str, &'t str)> {
    let (binding, value) = statement.trim().strip_suffix(';')?.split_once(" = ")?;
    let pattern = binding.strip_prefix("let ")?;
    let variable = pattern.strip_prefix("mut ").unwrap_or(pattern);
    let plain = variable.chars().all(|c| c.is_alphanumeric() || c == '_');
    let call = value.strip_prefix(guard)?.strip_prefix('.')?;
    let counted = call == "len()" || call == "is_empty()";
    let looked_up = || {
        let key = call.strip_prefix("get(")?;
        let key = key.strip_suffix(").cloned()").or_else(|| key.strip_suffix(").copied()"))?;
        (!key.contains(['(', ')', '"'])).then_some(())
    };
    (plain && (counted || looked_up().is_some())).then_some((binding, value))
}
