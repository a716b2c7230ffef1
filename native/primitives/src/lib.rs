//! Digests and signatures of Russia and Belarus. No Python, no allocation in the arithmetic.

pub mod digest;
