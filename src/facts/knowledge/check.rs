//! Turns a row's keys into effects, and says which do not fit together.

use super::effects::{ArgRef, Effects, MapsGuard, Reads, Stores, Takes, Writes};
use super::schema::{ArgWord, FnRow};
use crate::model::items::SelfKind;
use crate::model::types::Type;
use crate::syntax::Name;

/// What a row inherits from its file and impl.
pub(super) struct Inherited {
    pub(super) source: Name,
    pub(super) since: Option<Name>,
    pub(super) until: Option<Name>,
}

/// Makes the effects of a row for a function with this receiver and so many arguments.
pub(super) fn effects(
    row: &FnRow,
    recv: Option<SelfKind>,
    n_args: usize,
    returns: &Type,
    inherited: &Inherited,
) -> Result<Effects, String> {
    let shape = Shape { recv, n_args };
    let arg = |key: &str, word: Option<ArgWord>| shape.check(key, word.map(|ArgWord(arg)| arg));
    let number = |key: &str, n: Option<u32>| shape.check(key, n.map(ArgRef::Arg)).map(|_| n);
    let effects = Effects {
        takes: takes(row, &shape)?,
        reads: row.reads.map(Into::into),
        writes: row.writes.map(Into::into),
        key: number("key", row.key)?.or_else(|| default_key(row, n_args)),
        value: number("value", row.value)?.or_else(|| default_value(row, n_args)),
        answers: row.answers,
        blocks: row.blocks.as_deref().map(Name::from),
        blocks_if_bounded: row.blocks_if_bounded.as_deref().map(Name::from),
        bounds: row.bounds,
        spawns: number("spawns", row.spawns)?,
        block_on: number("block_on", row.block_on)?,
        gives_up: row.gives_up,
        calls: row
            .calls
            .iter()
            .map(|call| number("calls", Some(call.arg)).map(|_| (call.arg, call.when.into())))
            .collect::<Result<_, _>>()?,
        calls_on: row
            .calls
            .iter()
            .filter_map(|call| Some((call.arg, Name::from(call.on.as_deref()?))))
            .collect(),
        same: arg("same", row.same)?,
        part_of: arg("part_of", row.part_of)?,
        copies: arg("copies", row.copies)?,
        value_of: arg("value_of", row.value_of)?,
        same_variant: row.same_variant,
        lends: arg("lends", row.lends)?,
        tells: row.tells.as_deref().map(Name::from),
        expects: row.expects.as_deref().map(Name::from),
        maps_guard: match (arg("maps_guard", row.maps_guard)?, row.mode) {
            (Some(of), mode) => Some(MapsGuard { of, mode: mode.map(Into::into) }),
            (None, None) => None,
            (None, Some(_)) => return Err("`mode` without `maps_guard`".to_owned()),
        },
        unlocks: arg("unlocks", row.unlocks)?,
        waits_on: arg("waits_on", row.waits_on)?,
        does_io_of: row
            .does_io_of
            .iter()
            .map(|it| arg("does_io_of", Some(*it)))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten()
            .collect(),
        forgets: arg("forgets", row.forgets)?,
        drops: arg("drops", row.drops)?,
        takes_out: arg("takes_out", row.takes_out)?,
        removes: row.removes,
        stores: stores(row, &shape)?,
        puts: number("puts", row.puts)?,
        gives: row.gives,
        fills: row.fills,
        forces: arg("forces", row.forces)?,
        decodes: row.decodes,
        unique: row.unique,
        counts_owners: row.counts_owners,
        parallel: row.parallel,
        looks: row.looks.map(Into::into),
        gathers: row.gathers,
        folds: row.folds,
        work: row.work.as_deref().map(Name::from),
        one_thread: row.one_thread,
        diverges: row.diverges || returns == &Type::Never,
        pure_: row.pure_,
        source: inherited.source,
        since: row.since.as_deref().map(Name::from).or(inherited.since),
        until: row.until.as_deref().map(Name::from).or(inherited.until),
    };
    Ok(effects)
}

/// What arguments there are to refer to.
struct Shape {
    recv: Option<SelfKind>,
    n_args: usize,
}

impl Shape {
    fn check(&self, key: &str, arg: Option<ArgRef>) -> Result<Option<ArgRef>, String> {
        match arg {
            Some(ArgRef::SelfArg) if self.recv.is_none() => {
                Err(format!("`{key}` names `self`, but the function has no receiver"))
            }
            Some(ArgRef::Arg(n)) if n as usize >= self.n_args => Err(format!(
                "`{key}` names argument {n}, but the function has {} besides its receiver",
                self.n_args
            )),
            arg => Ok(arg),
        }
    }
}

fn takes(row: &FnRow, shape: &Shape) -> Result<Option<Takes>, String> {
    let Some(mode) = row.takes else {
        let stray = [
            (row.momentary, "momentary"),
            (row.while_calling, "while_calling"),
            (row.try_, "try"),
            (row.recursive, "recursive"),
            (row.of.is_some(), "of"),
            (row.reads_by.is_some(), "reads_by"),
        ];
        return match stray.iter().find(|(set, _)| *set) {
            Some((_, key)) => Err(format!("`{key}` without `takes`")),
            None => Ok(None),
        };
    };
    let of = row.of.map_or(ArgRef::SelfArg, |ArgWord(of)| of);
    shape.check("of", Some(of))?;
    Ok(Some(Takes {
        mode: mode.into(),
        // What is held only while closures run is not held afterwards.
        momentary: row.momentary || row.while_calling,
        while_calling: row.while_calling,
        try_: row.try_,
        recursive: row.recursive,
        of,
        reads_by: row.reads_by.as_deref().map(Name::from),
    }))
}

fn stores(row: &FnRow, shape: &Shape) -> Result<Option<Stores>, String> {
    let Some(arg) = row.stores else {
        return if row.into.is_some() { Err("`into` without `stores`".to_owned()) } else { Ok(None) };
    };
    shape.check("stores", Some(ArgRef::Arg(arg)))?;
    let into = row.into.map_or(ArgRef::SelfArg, |ArgWord(into)| into);
    shape.check("into", Some(into))?;
    Ok(Some(Stores { arg, into }))
}

fn default_key(row: &FnRow, n_args: usize) -> Option<u32> {
    let reads = matches!(row.reads.map(Into::into), Some(Reads::Key));
    let writes = matches!(
        row.writes.map(Into::into),
        Some(Writes::Insert | Writes::Remove | Writes::Update | Writes::Entry)
    );
    // `VacantEntry::insert(value)`: the key is in the receiver.
    let only_value = row.value == Some(0);
    ((reads || writes) && n_args > 0 && !only_value).then_some(0)
}

fn default_value(row: &FnRow, n_args: usize) -> Option<u32> {
    (matches!(row.writes.map(Into::into), Some(Writes::Insert)) && n_args > 1).then_some(1)
}
