//! What the portable code cannot say: instructions of one processor, and words with valgrind.
//! Everything here has a portable twin that it is tested against.

#[cfg(target_arch = "x86_64")]
pub mod adx;
#[cfg(target_arch = "x86_64")]
pub mod adx256;
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
