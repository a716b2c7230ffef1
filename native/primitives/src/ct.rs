//! What must not depend on secrets, and where it may again.

use crate::field::limbs;

/// Says that a value computed from secrets is public from here on: part of a signature, or
/// whether a candidate was acceptable. Checked by `examples/ctgrind.rs`.
#[inline(always)]
#[cfg_attr(
    not(all(feature = "ctgrind", target_arch = "x86_64")),
    expect(unused_mut)
)]
pub fn declassify<T: Copy>(mut value: T) -> T {
    #[cfg(all(feature = "ctgrind", target_arch = "x86_64"))]
    crate::arch::valgrind::make_defined(&mut value);
    value
}

/// Whether `0 < number < bound`, which becomes public; the number does not.
pub fn in_range<const N: usize>(number: &[u64; N], bound: &[u64; N]) -> bool {
    let below = limbs::mask(limbs::less(number, bound));
    let zero = limbs::mask(limbs::is_zero(number));
    declassify(below & !zero) != 0
}
