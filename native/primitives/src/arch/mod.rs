//! What the portable code cannot say: instructions of one processor, and words with valgrind.
//! Everything here has a portable twin that it is tested against.

#[cfg(target_arch = "x86_64")]
pub mod adx;
#[cfg(target_arch = "x86_64")]
pub mod adx256;
#[cfg(target_arch = "x86_64")]
pub mod ifma;
#[cfg(all(feature = "ctgrind", target_arch = "x86_64"))]
pub mod valgrind;

/// The same number, of which the compiler knows nothing: so it cannot turn a mask back into the
/// branch that the mask stands for.
#[inline(always)]
pub fn opaque(number: u64) -> u64 {
    #[cfg(target_arch = "x86_64")]
    {
        let mut number = number;
        // SAFETY: there is no instruction.
        unsafe {
            core::arch::asm!(
                "/* {0} */",
                inout(reg) number,
                options(pure, nomem, nostack, preserves_flags)
            );
        }
        number
    }
    #[cfg(not(target_arch = "x86_64"))]
    core::hint::black_box(number)
}

/// The same limbs, loaded one by one: a load of two at a time would have to wait until the two
/// stores that wrote them are done.
#[inline(always)]
pub fn one_by_one<const N: usize>(limbs: &[u64; N]) -> [u64; N] {
    #[cfg(target_arch = "x86_64")]
    return core::array::from_fn(|i| opaque(limbs[i]));
    #[cfg(not(target_arch = "x86_64"))]
    *limbs
}
