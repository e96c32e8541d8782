//! The resolved program: names, types, places, bodies as steps.

pub mod body;
pub mod items;
pub mod library;
pub mod types;
pub mod typing;
