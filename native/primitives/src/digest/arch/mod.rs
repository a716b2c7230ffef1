//! What the processor at hand does faster; every function has a portable twin.

#[cfg(target_arch = "x86_64")]
mod x86_64;

use super::bash::{bash_f_scalar, Words};

/// bash-f (STB 34.101.77, 6.2.2) by the fastest means that this processor has.
#[inline]
pub(super) fn bash_f(w: &mut Words) {
    #[cfg(target_arch = "x86_64")]
    if x86_64::bash_f(w) {
        return;
    }
    bash_f_scalar(w);
}

/// Every form of bash-f that this processor can run.
#[cfg(test)]
pub(super) fn available_bash_f() -> Vec<fn(&mut Words)> {
    #[cfg(target_arch = "x86_64")]
    let vectorised = x86_64::available_bash_f();
    #[cfg(not(target_arch = "x86_64"))]
    let vectorised = Vec::new();
    vectorised
}
