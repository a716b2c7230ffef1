//! What the processor at hand does faster; every function has a portable twin.

#[cfg(target_arch = "x86_64")]
mod x86_64;

use super::bash::{bash_f_scalar, Words};
use super::belt::{compress, encrypt_one, Algebra};
use super::streebog::{compress_by_tables, Block};

/// belt-compress (STB 34.101.31, 6.3) in constant time: replaces `h` by Y and returns S.
pub(super) fn belt_compress(x: &[u32; 8], h: &mut [u32; 8]) -> [u32; 4] {
    #[cfg(target_arch = "x86_64")]
    if let Some(s) = x86_64::belt::compress(x, h) {
        return s;
    }
    compress::<Algebra>(x, h)
}

/// belt-block (STB 34.101.31, 6.1.3) in constant time.
pub(super) fn belt_encrypt(x: [u32; 4], key: &[u32; 8]) -> [u32; 4] {
    #[cfg(target_arch = "x86_64")]
    if let Some(y) = x86_64::belt::encrypt(x, key) {
        return y;
    }
    encrypt_one::<Algebra>(x, key)
}

/// bash-f (STB 34.101.77, 6.2.2) by the fastest means that this processor has.
#[inline]
pub(super) fn bash_f(w: &mut Words) {
    #[cfg(target_arch = "x86_64")]
    if x86_64::bash::bash_f(w) {
        return;
    }
    bash_f_scalar(w);
}

/// The compression g_N(h, m) of Streebog (RFC 6986 section 8): replaces h.
#[inline]
pub(super) fn streebog_compress(h: &mut Block, n: &Block, m: &Block) {
    #[cfg(target_arch = "x86_64")]
    if x86_64::streebog::compress(h, n, m) {
        return;
    }
    compress_by_tables(h, n, m);
}

/// Every form of bash-f that this processor can run.
#[cfg(test)]
pub(super) fn available_bash_f() -> Vec<fn(&mut Words)> {
    #[cfg(target_arch = "x86_64")]
    let vectorised = x86_64::bash::available_bash_f();
    #[cfg(not(target_arch = "x86_64"))]
    let vectorised = Vec::new();
    vectorised
}

/// Every form of belt-compress in constant time that this processor can run.
#[cfg(test)]
pub(super) fn available_belt_compress() -> Vec<super::belt::Compress> {
    #[cfg(target_arch = "x86_64")]
    let vectorised = x86_64::belt::available_compress();
    #[cfg(not(target_arch = "x86_64"))]
    let vectorised = Vec::new();
    vectorised
}
