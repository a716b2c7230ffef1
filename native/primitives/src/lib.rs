//! Digests and signatures of Russia and Belarus. No Python, no allocation in the arithmetic.

pub mod digest;

pub mod bign;
mod ct;
pub mod curve;
pub mod field;
pub mod gost;
pub mod key;
pub mod recent;
pub mod suite;
