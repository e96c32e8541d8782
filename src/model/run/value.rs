//! Values.

use super::future::Future;
use super::store::Pointer;
use crate::model::body::Body;
use crate::model::typing::Res;
use crate::syntax::Name;
use std::sync::Arc;

/// A value.
#[derive(Debug, Default)]
pub enum Value {
    /// Nothing: moved out, or never set.
    #[default]
    Gone,
    /// A value that nothing is known of, and that holds nothing.
    Unknown,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i128),
    /// A text of whatever content.
    Text,
    /// A tuple, struct or variant.
    Record(Record),
    /// An array or `Vec`.
    List(Vec<Value>),
    /// A `Box`.
    Own(Box<Value>),
    /// A reference.
    Ref(Pointer),
    /// A value whose drop the world is told of: then what is inside is dropped.
    Token {
        /// What the world knows it by.
        label: u64,
        /// What it holds.
        inside: Box<Value>,
    },
    /// A value that is never dropped (`ManuallyDrop`).
    Kept(Box<Value>),
    /// A function or constructor.
    Function(Res),
    /// A closure with its captures.
    Closure(Code, Vec<Value>),
    /// What an `async` block or function gave.
    Future(Box<Future>),
}

/// Named parts, in the order in which they are dropped.
#[derive(Debug, Default)]
pub struct Record {
    /// The variant's name, for an enum.
    pub variant: Option<Name>,
    /// The fields.
    pub fields: Vec<(Name, Value)>,
}

/// A body inside another: the outermost one, and the way down to it by indices of [`Body::children`].
#[derive(Debug, Clone)]
pub struct Code {
    pub(super) root: Arc<Body>,
    pub(super) path: Vec<usize>,
}

impl Code {
    /// A whole body.
    pub fn of(root: Arc<Body>) -> Code {
        Code { root, path: Vec::new() }
    }

    /// The body.
    pub fn body(&self) -> Option<&Body> {
        self.path.iter().try_fold(&*self.root, |body, &index| body.children.get(index))
    }
}

impl Value {
    /// `()`.
    pub fn unit() -> Value {
        Value::Record(Record::default())
    }

    /// A tuple, or the positional fields of something.
    pub fn tuple(parts: impl IntoIterator<Item = Value>) -> Value {
        Value::Record(Record { variant: None, fields: positional(parts) })
    }

    /// A variant with positional fields.
    pub fn variant(name: &str, parts: impl IntoIterator<Item = Value>) -> Value {
        Value::Record(Record { variant: Some(Name::from(name)), fields: positional(parts) })
    }

    /// Takes the value out of its place.
    pub fn take(&mut self) -> Value {
        std::mem::take(self)
    }

    /// A second value like this one, where `Copy` allows that.
    pub fn copied(&self) -> Option<Value> {
        Some(match self {
            Value::Unknown => Value::Unknown,
            Value::Bool(it) => Value::Bool(*it),
            Value::Int(it) => Value::Int(*it),
            Value::Text => Value::Text,
            Value::Record(Record { variant, fields }) => {
                let fields = fields
                    .iter()
                    .map(|(name, it)| it.copied().map(|it| (*name, it)))
                    .collect::<Option<_>>()?;
                Value::Record(Record { variant: *variant, fields })
            }
            Value::List(items) => Value::List(items.iter().map(Value::copied).collect::<Option<_>>()?),
            Value::Ref(it) => Value::Ref(it.clone()),
            Value::Function(it) => Value::Function(it.clone()),
            Value::Closure(code, captures) => {
                Value::Closure(code.clone(), captures.iter().map(Value::copied).collect::<Option<_>>()?)
            }
            Value::Gone | Value::Own(_) | Value::Token { .. } | Value::Kept(_) | Value::Future(_) => {
                return None;
            }
        })
    }

    /// What it is, in a word, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Gone => "nothing",
            Value::Unknown => "an unknown value",
            Value::Bool(_) => "a boolean",
            Value::Int(_) => "an integer",
            Value::Text => "a text",
            Value::Record(_) => "a record",
            Value::List(_) => "a list",
            Value::Own(_) => "a box",
            Value::Ref(_) => "a reference",
            Value::Token { .. } => "a token",
            Value::Kept(_) => "a kept value",
            Value::Function(_) => "a function",
            Value::Closure(..) => "a closure",
            Value::Future(_) => "a future",
        }
    }
}

fn positional(parts: impl IntoIterator<Item = Value>) -> Vec<(Name, Value)> {
    parts.into_iter().enumerate().map(|(n, part)| (Name::from(&n.to_string()), part)).collect()
}
