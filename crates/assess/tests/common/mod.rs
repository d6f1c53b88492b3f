//! What tests of the Boolean engine share.

pub(crate) mod recipe;
pub(crate) mod table;
