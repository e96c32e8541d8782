//! What a caller knows of a function: the contract between bodies.

use super::event::{Acquisition, MapOp, Trace, What};
use super::needs::Need;
use super::path::LockPath;
use crate::source::Span;
use crate::syntax::{Cfg, Name};

/// What a function returns, over its parameters.
#[derive(Clone, Debug, Default)]
pub struct Returned {
    /// The place that the result is or points to.
    pub path: Option<LockPath>,
    /// Fields of the result, and the place that each is or points to.
    pub parts: Vec<(Name, LockPath)>,
    /// Guards that it takes and gives out, and what its parameters must be for each.
    pub guards: Vec<(Acquisition, Vec<Need>)>,
    /// Parameters whose guards go on living in the result.
    pub params: Vec<u32>,
    /// It does not depend on what callees return.
    pub settled: bool,
}

/// Something that a function does, seen from a caller.
#[derive(Clone, Debug)]
pub struct Effect {
    /// What; places are over the function's parameters.
    pub what: What,
    /// Where it really happens.
    pub span: Span,
    /// It happens on every path through the function.
    pub surely: bool,
    /// Under which configuration.
    pub cfg: Cfg,
    /// The calls inside the function down to it.
    pub trace: Trace,
    /// What the function's parameters must be for it to happen.
    pub needs: Vec<Need>,
    /// Parameters whose guards are still held then.
    pub held_params: Vec<u32>,
    /// It happens in the async block that the function gives out, when that is awaited.
    pub in_future: bool,
}

/// A read or a write of a shared map that a function makes, seen from a caller.
#[derive(Clone, Debug)]
pub struct MapEffect {
    /// The operation; places and keys are over the function's parameters.
    pub op: MapOp,
    /// What the function returns depends on it.
    pub answers_caller: bool,
    /// The parameter that is the value written.
    pub value_param: Option<u32>,
}
