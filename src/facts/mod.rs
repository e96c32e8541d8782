//! What happens in bodies: knowledge of libraries, and all that is derived with it.

pub mod knowledge;
