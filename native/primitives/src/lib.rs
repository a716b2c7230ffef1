//! Digests and signatures of Russia and Belarus. No Python, no allocation in the arithmetic.

pub mod digest;

mod arch;
pub mod bign;
mod ct;
pub mod curve;
pub mod field;
pub mod gost;
pub mod key;
pub mod recent;
pub mod suite;

/// What `examples/ctgrind.rs` says to valgrind.
#[cfg(all(feature = "ctgrind", target_arch = "x86_64"))]
pub mod ctgrind {
    pub use crate::arch::valgrind::{make_defined, make_undefined, running};
}
