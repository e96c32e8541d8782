//! One finding of a lint: spans and words, without level.

use super::declare::{Level, Lint};
use crate::facts::event::{Event, RunBy};
use crate::source::Span;

/// One finding of a lint.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The lint that made it.
    pub lint: &'static Lint,
    /// The primary span; `None` for what has no place in a file (an option on the command line, for one).
    pub span: Option<Span>,
    /// What is wrong, in lower case, without full stop.
    pub message: String,
    /// Words at the primary span.
    pub here: Option<String>,
    /// Other places that matter, with words.
    pub labels: Vec<Label>,
    /// Facts without a span: the mechanism.
    pub notes: Vec<String>,
    /// What to do, as an order.
    pub helps: Vec<String>,
    /// Edits that would do it.
    pub suggestions: Vec<Suggestion>,
    /// How sure it is.
    pub certainty: Certainty,
    /// The function that the finding belongs to: directives at labels inside it count.
    pub fn_range: Option<Span>,
    /// The primary span lies in test code.
    pub in_test_code: bool,
    /// The path of the function or item that it belongs to, as `app::Peers::insert`: it stays when lines move.
    pub item: Option<String>,
    /// How many labels come before the primary span on the way to what happens; the others are calls down from there.
    pub trace: Option<usize>,
}

/// A span with words, other than the primary one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there.
    pub words: String,
}

/// An edit that would mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What the edit does, as an order.
    pub message: String,
    /// Spans and the texts that take their place; they do not overlap.
    pub edits: Vec<(Span, String)>,
    /// How safely it can be applied unread.
    pub applicability: Applicability,
}

/// How safely an edit can be applied unread; rustc's four words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Applicability {
    /// It is what was meant, and it compiles.
    MachineApplicable,
    /// It may not be what was meant.
    MaybeIncorrect,
    /// It has holes to fill in.
    HasPlaceholders,
    /// Nobody says.
    Unspecified,
}

impl Applicability {
    /// Its name in rustc's output.
    pub fn name(self) -> &'static str {
        match self {
            Applicability::MachineApplicable => "MachineApplicable",
            Applicability::MaybeIncorrect => "MaybeIncorrect",
            Applicability::HasPlaceholders => "HasPlaceholders",
            Applicability::Unspecified => "Unspecified",
        }
    }
}

/// How surely the hazard is there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Certainty {
    /// On some path, or for some places.
    Possible,
    /// Whenever the point is reached.
    Definite,
}

impl Certainty {
    /// Sure only if both are.
    pub fn and(self, other: Certainty) -> Certainty {
        self.min(other)
    }
}

impl Diagnostic {
    /// A definite finding at `span`, without labels.
    pub fn new(lint: &'static Lint, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { span: Some(span), ..Diagnostic::without_place(lint, message) }
    }

    /// A finding that stands nowhere in the analysed files.
    pub fn without_place(lint: &'static Lint, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            lint,
            span: None,
            message: message.into(),
            here: None,
            labels: Vec::new(),
            notes: Vec::new(),
            helps: Vec::new(),
            suggestions: Vec::new(),
            certainty: Certainty::Definite,
            fn_range: None,
            in_test_code: false,
            item: None,
            trace: None,
        }
    }

    /// Puts words at a span; at the primary one they become its own.
    pub fn label(mut self, span: Span, words: impl Into<String>) -> Diagnostic {
        let words = words.into();
        if self.span == Some(span) && self.here.is_none() {
            self.here = Some(words);
        } else {
            self.labels.push(Label { span, words });
        }
        self
    }

    /// Labels the calls from the primary span down to where an event really happens, six at most, and that place with `here`.
    pub fn through_calls(mut self, event: &Event, here: &str) -> Diagnostic {
        let Some(inner) = event.inner else { return self.label(event.span, here.to_owned()) };
        self.trace = Some(self.labels.len());
        for (n, step) in event.trace.steps.iter().enumerate() {
            let which = if n == 0 { "" } else { "which " };
            let words = match step.by {
                RunBy::Call | RunBy::Await => format!("{which}calls `{}`", step.name),
                RunBy::Drop => format!("{which}drops a value: its destructor runs"),
                RunBy::LastOwner => {
                    format!("{which}drops a handle, maybe the last: the destructor runs")
                }
            };
            self = self.label(step.span, words);
        }
        if event.trace.n_more > 0 {
            self = self.note(format!("and {} more calls", event.trace.n_more));
        }
        // A closure or future that was made before is run there, by no call with a name.
        if self.span == Some(event.span) && self.here.is_none() && inner != event.span {
            self = self.label(event.span, "which is run here");
        }
        self.label(inner, here.to_owned())
    }

    /// Adds a fact without a span.
    pub fn note(mut self, words: impl Into<String>) -> Diagnostic {
        self.notes.push(words.into());
        self
    }

    /// Says what to do.
    pub fn help(mut self, words: impl Into<String>) -> Diagnostic {
        self.helps.push(words.into());
        self
    }

    /// Offers an edit.
    pub fn suggestion(mut self, suggestion: Suggestion) -> Diagnostic {
        self.suggestions.push(suggestion);
        self
    }

    /// Says how sure it is.
    pub fn certainty(mut self, certainty: Certainty) -> Diagnostic {
        self.certainty = certainty;
        self
    }

    /// Says which function it belongs to.
    pub fn fn_range(mut self, span: Span) -> Diagnostic {
        self.fn_range = Some(span);
        self
    }

    /// Says which function or item it is about.
    pub fn item(mut self, path: impl Into<String>) -> Diagnostic {
        self.item = Some(path.into());
        self
    }

    /// Marks it as standing in test code.
    pub fn in_test_code(mut self, test: bool) -> Diagnostic {
        self.in_test_code = test;
        self
    }

    /// The spans at which a permission counts: the primary one, and labels inside the finding's own function.
    pub fn permission_spans(&self) -> impl Iterator<Item = Span> + '_ {
        let own = self.fn_range;
        let inside =
            move |span: &Span| own.is_some_and(|f| f.file == span.file && f.range.covers(span.range));
        self.span.into_iter().chain(self.labels.iter().map(|label| label.span).filter(inside))
    }
}

/// A diagnostic with the level that it is shown at.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What was found.
    pub diagnostic: Diagnostic,
    /// The final level: warn, deny or forbid.
    pub level: Level,
    /// What it is known by from one run to the next, on every machine; empty when that does not matter.
    pub fingerprint: String,
}

/// A finding that is not shown, and why.
#[derive(Clone, Debug)]
pub struct Silenced {
    /// What was found.
    pub finding: Finding,
    /// Why it is not shown.
    pub by: SilencedBy,
}

/// Why a finding is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SilencedBy {
    /// A permission in the code, with its reason.
    Permission(Option<String>),
    /// The baseline knows it.
    Baseline,
    /// It stands in lines that the change at hand did not touch.
    OldCode,
}

impl Finding {
    /// A finding that needs no fingerprint.
    pub fn new(diagnostic: Diagnostic, level: Level) -> Finding {
        Finding { diagnostic, level, fingerprint: String::new() }
    }
}
