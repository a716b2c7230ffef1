//! What must not depend on secrets, and where it may again.

/// Says that a value computed from secrets is public from here on: part of a signature, or
/// whether a candidate was acceptable. Checked by `examples/ctgrind.rs`.
#[inline(always)]
pub fn declassify<T: Copy>(value: T) -> T {
    #[cfg(feature = "ctgrind")]
    crate::arch::valgrind::make_defined(&value);
    value
}
