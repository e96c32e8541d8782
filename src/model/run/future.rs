//! Futures: frames that wait.

use super::machine::{Exit, Frame};
use super::{Code, Machine, Pointer, Stop, Value};

/// What an `async` block or function gave.
#[derive(Debug)]
pub enum Future {
    /// Not polled yet: the arguments, or the captures as a closure.
    Fresh(Code, Vec<Value>),
    /// Waiting at an await.
    Waiting(Box<Frame>),
    /// Finished, or being polled.
    Done,
}

impl Machine<'_> {
    /// Polls the future that stands in a place, through references and boxes: its output, or `None` when it is pending.
    pub fn poll(&mut self, at: &Pointer) -> Result<Option<Value>, Stop> {
        let at = self.follow(at.clone())?;
        let slot = self.slot(&at)?;
        let future = match slot {
            Value::Future(future) => std::mem::replace(&mut **future, Future::Done),
            _ => return self.world().poll(self, &at),
        };
        let mut frame = match future {
            Future::Fresh(code, args) => Box::new(self.frame(code, args)?),
            Future::Waiting(frame) => frame,
            Future::Done => return Err(Stop::unknown("polls a finished future")),
        };
        match self.run_frame(&mut frame)? {
            Exit::Returned(value) => Ok(Some(value)),
            Exit::Pending => {
                if let Value::Future(future) = self.slot(&at)? {
                    **future = Future::Waiting(frame);
                }
                Ok(None)
            }
        }
    }

    /// Drops a future that is not polled any more.
    pub(super) fn drop_future(&mut self, future: Future) -> Result<(), Stop> {
        match future {
            Future::Fresh(_, args) => args.into_iter().try_for_each(|arg| self.drop_value(arg)),
            Future::Done => Ok(()),
            // Under-approximates: what is alive is dropped by age. Scopes would have a late `let g;` by its declaration.
            Future::Waiting(frame) => frame.by_age().into_iter().try_for_each(|at| {
                let value = self.slot(&at)?.take();
                self.drop_value(value)
            }),
        }
    }
}
