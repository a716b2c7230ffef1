//! What the portable code cannot say: instructions of one processor, and words with valgrind.
//! Everything here has a portable twin that it is tested against.

#[cfg(target_arch = "x86_64")]
pub mod adx;
#[cfg(target_arch = "x86_64")]
pub mod ifma;
#[cfg(all(feature = "ctgrind", target_arch = "x86_64"))]
pub mod valgrind;

#[cfg(target_arch = "x86_64")]
use core::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// Whether this processor has all these features and none is named in the environment variable
/// `ZARUKA_WITHOUT`: names as Rust spells them, between spaces; `all` for every one. So one machine
/// shows what others do, and an operator can do without instructions that are not to be trusted.
#[cfg(target_arch = "x86_64")]
macro_rules! has {
    ($($feature:tt),+) => {{
        static ANSWER: $crate::arch::Answer = $crate::arch::Answer::new();
        #[cold]
        #[inline(never)]
        fn find() -> bool {
            $(std::arch::is_x86_feature_detected!($feature) && $crate::arch::is_allowed($feature))&&+
        }
        ANSWER.get(find)
    }};
}
#[cfg(target_arch = "x86_64")]
pub(crate) use has;

/// An answer that is kept, for it is asked for at every product.
#[cfg(target_arch = "x86_64")]
pub struct Answer(AtomicU8);

#[cfg(target_arch = "x86_64")]
impl Answer {
    const YES: u8 = 1;
    const NO: u8 = 2;

    /// Not asked yet.
    pub const fn new() -> Self {
        Self(AtomicU8::new(0))
    }

    /// What was found the first time.
    #[inline(always)]
    pub fn get(&self, find: fn() -> bool) -> bool {
        match self.0.load(Relaxed) {
            Self::YES => true,
            Self::NO => false,
            _ => self.keep(find()),
        }
    }

    #[cold]
    fn keep(&self, answer: bool) -> bool {
        self.0
            .store(if answer { Self::YES } else { Self::NO }, Relaxed);
        answer
    }
}

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

/// The same limbs, loaded one by one: a load of two at a time would have to wait until the two
/// stores that wrote them are done.
#[inline(always)]
pub fn one_by_one<const N: usize>(limbs: &[u64; N]) -> [u64; N] {
    #[cfg(target_arch = "x86_64")]
    return core::array::from_fn(|i| opaque(limbs[i]));
    #[cfg(not(target_arch = "x86_64"))]
    *limbs
}
