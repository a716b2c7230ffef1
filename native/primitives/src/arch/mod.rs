//! What the portable code cannot say: instructions of one processor, and words with valgrind.
//! Everything here has a portable twin that it is tested against.

#[cfg(target_arch = "x86_64")]
pub mod adx;
#[cfg(target_arch = "x86_64")]
pub mod ifma;
#[cfg(all(feature = "ctgrind", target_arch = "x86_64"))]
pub mod valgrind;

/// Whether this processor has all these features and none is named in the environment variable
/// `ZARUKA_WITHOUT`: names as Rust spells them, between spaces; `all` for every one. So one machine
/// shows what others do, and an operator can do without instructions that are not to be trusted.
/// Found once for each place that asks: long products do so every time.
#[cfg(target_arch = "x86_64")]
macro_rules! has {
    ($($feature:tt),+) => {{
        static ANSWER: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
        #[cold]
        #[inline(never)]
        fn find() -> bool {
            $(std::arch::is_x86_feature_detected!($feature) && $crate::arch::is_allowed($feature))&&+
        }
        *ANSWER.get_or_init(find)
    }};
}
#[cfg(target_arch = "x86_64")]
pub(crate) use has;

/// Whether the environment says nothing against a feature of the processor.
#[cfg(target_arch = "x86_64")]
#[cold]
pub fn is_allowed(feature: &str) -> bool {
    let without = std::env::var("ZARUKA_WITHOUT").unwrap_or_default();
    !without
        .split_whitespace()
        .any(|name| name == feature || name == "all")
}

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

/// The same limbs, of which the compiler does not know that they are the same.
#[inline(always)]
pub fn apart<const N: usize>(limbs: &[u64; N]) -> [u64; N] {
    #[cfg(target_arch = "x86_64")]
    return core::array::from_fn(|i| opaque(limbs[i]));
    #[cfg(not(target_arch = "x86_64"))]
    *limbs
}
