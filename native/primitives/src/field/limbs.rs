//! Fixed arrays of 64-bit limbs, least significant first. Nothing here branches on a value,
//! except where the name says `_vartime`.

use crate::arch;

/// `a + b + carry`: the sum and the carry out.
#[inline(always)]
pub const fn adc(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (sum, over) = a.overflowing_add(b);
    let (sum, over_carry) = sum.overflowing_add(carry as u64);
    (sum, over | over_carry)
}

/// `a - b - borrow`: the difference and the borrow out.
#[inline(always)]
pub const fn sbb(a: u64, b: u64, borrow: bool) -> (u64, bool) {
    let (difference, under) = a.overflowing_sub(b);
    let (difference, under_borrow) = difference.overflowing_sub(borrow as u64);
    (difference, under | under_borrow)
}

/// `a + b * c + carry`: low and high limb; it cannot overflow.
#[inline(always)]
pub const fn mac(a: u64, b: u64, c: u64, carry: u64) -> (u64, u64) {
    let sum = a as u128 + b as u128 * c as u128 + carry as u128;
    (sum as u64, (sum >> 64) as u64)
}

/// `a + b`: the sum and the carry out.
#[inline(always)]
pub const fn add<const N: usize>(a: &[u64; N], b: &[u64; N]) -> ([u64; N], bool) {
    add_carry(a, b, false)
}

/// `a + b + carry`: the sum and the carry out.
#[inline(always)]
pub const fn add_carry<const N: usize>(
    a: &[u64; N],
    b: &[u64; N],
    mut carry: bool,
) -> ([u64; N], bool) {
    let (mut sum, mut i) = ([0; N], 0);
    while i < N {
        (sum[i], carry) = adc(a[i], b[i], carry);
        i += 1;
    }
    (sum, carry)
}

/// `a - b`: the difference and the borrow out.
#[inline(always)]
pub const fn sub<const N: usize>(a: &[u64; N], b: &[u64; N]) -> ([u64; N], bool) {
    let (mut difference, mut borrow, mut i) = ([0; N], false, 0);
    while i < N {
        (difference[i], borrow) = sbb(a[i], b[i], borrow);
        i += 1;
    }
    (difference, borrow)
}

/// `a + small`: the sum and the carry out.
#[inline(always)]
pub const fn add_small<const N: usize>(a: &[u64; N], small: u64) -> ([u64; N], bool) {
    let (mut sum, mut carry, mut i) = ([0; N], false, 1);
    (sum[0], carry) = adc(a[0], small, carry);
    while i < N {
        (sum[i], carry) = adc(a[i], 0, carry);
        i += 1;
    }
    (sum, carry)
}

/// `a - small`: the difference and the borrow out.
#[inline(always)]
pub const fn sub_small<const N: usize>(a: &[u64; N], small: u64) -> ([u64; N], bool) {
    let (mut difference, mut borrow, mut i) = ([0; N], false, 1);
    (difference[0], borrow) = sbb(a[0], small, borrow);
    while i < N {
        (difference[i], borrow) = sbb(a[i], 0, borrow);
        i += 1;
    }
    (difference, borrow)
}

/// All ones for true, zero for false.
#[inline(always)]
pub fn mask(choice: bool) -> u64 {
    arch::opaque((choice as u64).wrapping_neg())
}

/// `a` where the mask is zero, `b` where it is all ones.
#[inline(always)]
pub const fn select<const N: usize>(a: &[u64; N], b: &[u64; N], mask: u64) -> [u64; N] {
    let (mut chosen, mut i) = ([0; N], 0);
    while i < N {
        chosen[i] = a[i] ^ (mask & (a[i] ^ b[i]));
        i += 1;
    }
    chosen
}

/// `a < b`.
#[inline(always)]
pub const fn less<const N: usize>(a: &[u64; N], b: &[u64; N]) -> bool {
    sub(a, b).1
}

/// `a == 0`.
#[inline(always)]
pub const fn is_zero<const N: usize>(a: &[u64; N]) -> bool {
    let (mut bits, mut i) = (0, 0);
    while i < N {
        bits |= a[i];
        i += 1;
    }
    bits == 0
}

/// Two halves of a number, the low one first.
pub type Wide<const N: usize> = ([u64; N], [u64; N]);

/// `a + b` of two numbers in halves, and the carry out.
#[inline(always)]
const fn add_wide<const N: usize>(a: &Wide<N>, b: &Wide<N>, carry: bool) -> (Wide<N>, bool) {
    let (low, carry) = add_carry(&a.0, &b.0, carry);
    let (high, carry) = add_carry(&a.1, &b.1, carry);
    ((low, high), carry)
}

/// `factor * b` and, above it, one more limb. The low halves of the products and the high ones are
/// added up in one chain of carries: the compiler makes more of a chain than of sums of three.
#[inline(always)]
pub fn row<const N: usize>(factor: u64, b: &[u64; N]) -> ([u64; N], u64) {
    let (mut row, mut above, mut carry) = ([0; N], 0, false);
    for j in 0..N {
        let (lower, upper) = mac(0, factor, b[j], 0);
        (row[j], carry) = adc(lower, above, carry);
        above = upper;
    }
    (row, above + carry as u64)
}

/// `a * b`.
#[inline(always)]
pub fn mul_wide<const N: usize>(a: &[u64; N], b: &[u64; N]) -> Wide<N> {
    match N {
        6 => mul_halves::<N, 3>(a, b),
        8 => mul_halves::<N, 4>(a, b),
        _ => mul_rows(a, b),
    }
}

/// `a * a`.
#[inline(always)]
pub fn square_wide<const N: usize>(a: &[u64; N]) -> Wide<N> {
    match N {
        8 => square_halves::<N, 4>(a),
        _ => square_rows(a),
    }
}

#[inline(always)]
fn mul_rows<const N: usize>(a: &[u64; N], b: &[u64; N]) -> Wide<N> {
    let (mut low, mut high) = ([0; N], [0; N]);
    for i in 0..N {
        let (row, above) = row(a[i], b);
        let mut carry = false;
        for j in 0..N {
            let limb = at(&mut low, &mut high, i + j);
            (*limb, carry) = adc(*limb, row[j], carry);
        }
        high[i] = above + carry as u64;
    }
    (low, high)
}

/// Each product of two different limbs once, doubled.
#[inline(always)]
fn square_rows<const N: usize>(a: &[u64; N]) -> Wide<N> {
    let (mut low, mut high) = ([0; N], [0; N]);
    for i in 0..N - 1 {
        let (mut above, mut row_carry, mut carry) = (0, false, false);
        for j in i + 1..N {
            let (lower, upper) = mac(0, a[i], a[j], 0);
            let sum;
            (sum, row_carry) = adc(lower, above, row_carry);
            let limb = at(&mut low, &mut high, i + j);
            (*limb, carry) = adc(*limb, sum, carry);
            above = upper;
        }
        high[i] = above + row_carry as u64 + carry as u64;
    }
    let (mut top, mut carry) = (0, false);
    for i in 0..N {
        let (lower, upper) = mac(0, a[i], a[i], 0);
        for (k, part) in [(2 * i, lower), (2 * i + 1, upper)] {
            let limb = at(&mut low, &mut high, k);
            let double = *limb << 1 | top;
            top = *limb >> 63;
            (*limb, carry) = adc(double, part, carry);
        }
    }
    (low, high)
}

/// By three products of halves instead of four (Karatsuba), for `N = 2 H`.
#[inline(always)]
fn mul_halves<const N: usize, const H: usize>(a: &[u64; N], b: &[u64; N]) -> Wide<N> {
    let ((a0, a1), (b0, b1)) = (halves::<N, H>(a), halves::<N, H>(b));
    let ((a_distance, a_sign), (b_distance, b_sign)) = (distance(&a0, &a1), distance(&b1, &b0));
    let middle = mul_rows(&a_distance, &b_distance);
    joined(
        mul_rows(&a0, &b0),
        mul_rows(&a1, &b1),
        middle,
        a_sign ^ b_sign,
    )
}

#[inline(always)]
fn square_halves<const N: usize, const H: usize>(a: &[u64; N]) -> Wide<N> {
    let (a0, a1) = halves::<N, H>(a);
    let (distance, _) = distance(&a0, &a1);
    joined(
        square_rows(&a0),
        square_rows(&a1),
        square_rows(&distance),
        u64::MAX,
    )
}

/// `low + 2^(64 H) (low + high + middle) + 2^(128 H) high`, where all ones as the sign say that
/// `middle` is negative.
#[inline(always)]
fn joined<const N: usize, const H: usize>(
    low: Wide<H>,
    high: Wide<H>,
    middle: Wide<H>,
    sign: u64,
) -> Wide<N> {
    let signed = |limbs: [u64; H]| limbs.map(|limb| limb ^ sign);
    let (sum, carry) = add_wide(&low, &high, false);
    let middle = (signed(middle.0), signed(middle.1));
    let (sum, carry_again) = add_wide(&sum, &middle, sign & 1 == 1);
    let top = (carry as u64 + carry_again as u64).wrapping_add(sign);
    let (inner, carry) = add_wide(&(low.1, high.0), &sum, false);
    let (outer, _) = add_small(&high.1, top + carry as u64);
    (whole(&low.0, &inner.0), whole(&inner.1, &outer))
}

#[inline(always)]
fn halves<const N: usize, const H: usize>(a: &[u64; N]) -> Wide<H> {
    (
        core::array::from_fn(|i| a[i]),
        core::array::from_fn(|i| a[i + H]),
    )
}

#[inline(always)]
fn whole<const N: usize, const H: usize>(low: &[u64; H], high: &[u64; H]) -> [u64; N] {
    core::array::from_fn(|i| if i < H { low[i] } else { high[i - H] })
}

/// The magnitude of `a - b`, and all ones if that is negative.
#[inline(always)]
fn distance<const N: usize>(a: &[u64; N], b: &[u64; N]) -> ([u64; N], u64) {
    let (difference, borrow) = sub(a, b);
    let sign = mask(borrow);
    let flipped = difference.map(|limb| limb ^ sign);
    (add_small(&flipped, sign & 1).0, sign)
}

/// Limb k of a number in two halves.
#[inline(always)]
fn at<'a, const N: usize>(low: &'a mut [u64; N], high: &'a mut [u64; N], k: usize) -> &'a mut u64 {
    if k < N {
        &mut low[k]
    } else {
        &mut high[k - N]
    }
}

/// The number that the big-endian hexadecimal digits write; the parameters of the standards.
pub const fn hex<const N: usize>(digits: &str) -> [u64; N] {
    let (bytes, mut limbs, mut i) = (digits.as_bytes(), [0u64; N], 0);
    assert!(bytes.len() <= 16 * N);
    while i < bytes.len() {
        let digit = match bytes[bytes.len() - 1 - i] {
            digit @ b'0'..=b'9' => digit - b'0',
            digit @ b'a'..=b'f' => digit - b'a' + 10,
            _ => panic!("not a hexadecimal digit"),
        };
        limbs[i / 16] |= (digit as u64) << (4 * (i % 16));
        i += 1;
    }
    limbs
}

/// The number of `8 N` octets, least significant first.
pub fn from_le<const N: usize>(bytes: &[u8]) -> [u64; N] {
    assert_eq!(bytes.len(), 8 * N);
    core::array::from_fn(|i| {
        u64::from_le_bytes(bytes[8 * i..8 * i + 8].try_into().expect("eight octets"))
    })
}

/// The number of `8 N` octets, most significant first.
pub fn from_be<const N: usize>(bytes: &[u8]) -> [u64; N] {
    assert_eq!(bytes.len(), 8 * N);
    core::array::from_fn(|i| {
        let at = 8 * (N - 1 - i);
        u64::from_be_bytes(bytes[at..at + 8].try_into().expect("eight octets"))
    })
}

/// `8 N` octets, least significant first.
pub fn to_le<const N: usize>(limbs: &[u64; N]) -> Vec<u8> {
    limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect()
}

/// `8 N` octets, most significant first.
pub fn to_be<const N: usize>(limbs: &[u64; N]) -> Vec<u8> {
    limbs
        .iter()
        .rev()
        .flat_map(|limb| limb.to_be_bytes())
        .collect()
}

/// `a >> by`, for `by` in 1..63.
#[inline(always)]
pub const fn shift_right<const N: usize>(a: &[u64; N], by: u32) -> [u64; N] {
    let (mut shifted, mut above, mut i) = ([0; N], 0, N);
    while i > 0 {
        i -= 1;
        shifted[i] = a[i] >> by | above;
        above = a[i] << (64 - by);
    }
    shifted
}

/// Bit `i`.
#[inline(always)]
pub const fn bit<const N: usize>(limbs: &[u64; N], i: usize) -> u64 {
    (limbs[i / 64] >> (i % 64)) & 1
}
