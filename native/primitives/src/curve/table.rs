//! Multiples computed once, and the ways to add them up.

use std::sync::OnceLock;

use super::{Affine, Curve, Masked, Point, SecretPoint};
use crate::arch;
use crate::field::{limbs, Field};

/// Digits of a number of at most 512 bits in non-adjacent form of some width: each is zero or
/// odd, and after one that is not zero follow at least `width - 1` zeros.
pub struct NonAdjacent {
    digits: [i16; 513],
    len: usize,
}

impl NonAdjacent {
    /// The form of `number`; every digit is below `2^(width - 1)` in magnitude.
    pub fn of(number: &[u64], width: usize) -> Self {
        let (mut digits, mut len, mut at, mut carry) = ([0; 513], 0, 0, 0);
        while at <= 64 * number.len() {
            let window = bits(number, at, width) + carry;
            let zeros = width.min(window.trailing_zeros() as usize);
            if zeros > 0 {
                at += zeros;
                continue;
            }
            carry = window >> (width - 1);
            digits[at] = (window as i64 - ((carry as i64) << width)) as i16;
            len = at + 1;
            at += width;
        }
        Self { digits, len }
    }

    /// That of `2^place`.
    #[inline(always)]
    pub(super) fn digit(&self, place: usize) -> i16 {
        self.digits[place]
    }

    /// Least significant first; the last is not zero.
    pub fn digits(&self) -> &[i16] {
        &self.digits[..self.len]
    }
}

/// `width` bits of `number` from bit `at`; zeros beyond its end.
#[inline(always)]
fn bits(number: &[u64], at: usize, width: usize) -> u64 {
    let (limb, shift) = (at / 64, at % 64);
    let get = |i: usize| number.get(i).copied().unwrap_or(0);
    let above = if shift == 0 {
        0
    } else {
        get(limb + 1) << (64 - shift)
    };
    (get(limb) >> shift | above) & ((1 << width) - 1)
}

/// A digit in non-adjacent form, and the odd multiples of which it chooses one.
pub struct Addend<'a, M>(pub(super) i16, pub(super) &'a [M]);

impl<M: Masked> Addend<'_, M> {
    #[inline(always)]
    pub(super) fn is_zero(&self) -> bool {
        self.0 == 0
    }

    /// The multiple, unless the digit is zero.
    #[inline(always)]
    pub(super) fn multiple(&self) -> M {
        let Self(digit, odd) = *self;
        odd[usize::from(digit.unsigned_abs() / 2)].negate_if(limbs::mask(digit < 0))
    }
}

/// A number in non-adjacent form, and the odd multiples of which its digits choose.
pub struct Digits<'a, M>(pub(super) &'a NonAdjacent, pub(super) &'a [M]);

impl<'a, M> Digits<'a, M> {
    #[inline(always)]
    pub(super) fn digit(&self, place: usize) -> i16 {
        self.0.digit(place)
    }

    #[inline(always)]
    pub(super) fn at(&self, place: usize) -> Addend<'a, M> {
        Addend(self.digit(place), self.1)
    }
}

/// The number of places that the longest of all has.
pub(super) fn longest<M>(k: &NonAdjacent, [lower, upper]: &[Digits<M>; 2]) -> usize {
    k.len.max(lower.0.len).max(upper.0.len)
}

/// P, 3 P, 5 P, ..., so many.
pub(super) fn odd_multiples<P: Point<N, F>, F: Field<N>, const N: usize>(
    point: &P,
    count: usize,
) -> Vec<P> {
    let double = point.double();
    let next = |last: &P| Some(last.add(&double));
    std::iter::successors(Some(*point), next)
        .take(count)
        .collect()
}

/// How many odd multiples the digits of a non-adjacent form need.
const fn odd_digits(width: usize) -> usize {
    1 << (width - 2)
}

/// Width of the non-adjacent form for a generator: 64 or 128 KB of multiples.
const GENERATOR_WIDTH: usize = 12;
/// Width of the non-adjacent form for a key that is seen once.
const KEY_WIDTH: usize = 5;
/// How many odd multiples of such a key are needed.
pub(super) const KEY_MULTIPLES: usize = odd_digits(KEY_WIDTH);
/// Width of the windows for a generator, for keys that recur.
const GENERATOR_WINDOW: usize = 8;
/// Width of the windows for a key that recurs.
const KEY_WINDOW: usize = 5;
/// Width of the windows of which every entry is read when signing.
const SECRET_WINDOW: usize = 5;

/// `j 2^(width i) P` for `j` in `1..=2^(width - 1)`: multiples of P need additions only.
pub struct Windows<A> {
    width: usize,
    entries: Vec<A>,
}

impl<A: Masked> Windows<A> {
    /// For multiples by numbers of up to `bits` bits.
    fn new<P: Point<N, F, Affine = A>, F: Field<N>, const N: usize>(
        point: &P,
        bits: usize,
        width: usize,
    ) -> Self {
        let mut points = Vec::new();
        let mut base = *point;
        for _ in 0..=bits / width {
            let mut multiple = base;
            points.push(multiple);
            for _ in 1..1 << (width - 1) {
                multiple = multiple.add(&base);
                points.push(multiple);
            }
            base = multiple.double();
        }
        Self {
            width,
            entries: P::normalise(&points),
        }
    }

    /// Window by window: its entries and the digit, in `-2^(width - 1) < digit <= 2^(width - 1)`.
    fn digits<'a>(&'a self, number: &'a [u64]) -> impl Iterator<Item = (&'a [A], i64)> {
        let (mut at, mut carry) = (0, 0);
        self.entries
            .chunks_exact(1 << (self.width - 1))
            .map(move |entries| {
                let window = bits(number, at, self.width) as i64 + carry;
                at += self.width;
                carry = (window + (1 << (self.width - 1)) - 1) >> self.width;
                (entries, window - (carry << self.width))
            })
    }

    /// Points whose sum is `number P`, in variable time.
    fn addends<'a>(&'a self, number: &'a [u64]) -> impl Iterator<Item = A> + 'a {
        let digits = self.digits(number).filter(|(_, digit)| *digit != 0);
        digits.map(|(entries, digit)| {
            let entry = &entries[digit.unsigned_abs() as usize - 1];
            entry.negate_if(limbs::mask(digit < 0))
        })
    }

    /// `number P`: every entry is read and every step done, whatever the number is.
    fn multiply_secret<P: SecretPoint<N, F, Affine = A>, F: Field<N>, const N: usize>(
        &self,
        number: &[u64; N],
    ) -> P {
        let mut sum = P::identity();
        for (entries, digit) in self.digits(number) {
            let negative = arch::opaque((digit >> 63) as u64);
            let magnitude = (digit as u64 ^ negative).wrapping_sub(negative);
            let mut entry = entries[0];
            for (multiple, candidate) in (1..).zip(entries) {
                entry = entry.select(candidate, !nonzero_mask(magnitude ^ multiple));
            }
            let next = sum.add_affine(&entry.negate_if(negative));
            sum = sum.select(&next, nonzero_mask(magnitude));
        }
        sum
    }
}

/// All ones unless `x`, which is below 2^63, is zero.
#[inline(always)]
fn nonzero_mask(x: u64) -> u64 {
    arch::opaque(((x.wrapping_neg() as i64) >> 63) as u64)
}

/// Multiples of the generator of a curve, each kind computed when first used.
pub struct Tables<C: Curve<N>, const N: usize> {
    odd: OnceLock<Vec<Affine<C, N>>>,
    odd_upper: OnceLock<Vec<Affine<C, N>>>,
    windows: OnceLock<Windows<Affine<C, N>>>,
    secret: OnceLock<Windows<Affine<C, N>>>,
}

impl<C: Curve<N>, const N: usize> Tables<C, N> {
    /// Nothing computed yet.
    pub const fn new() -> Self {
        Self {
            odd: OnceLock::new(),
            odd_upper: OnceLock::new(),
            windows: OnceLock::new(),
            secret: OnceLock::new(),
        }
    }

    fn generator() -> C::Point {
        let (x, y) = (C::F::reduce(C::G.0), C::F::reduce(C::G.1));
        C::Point::from_weierstrass(x, y).expect("the generator is a point")
    }

    fn odd(&self) -> &[Affine<C, N>] {
        self.odd
            .get_or_init(|| Self::generator().odd_affine_multiples(odd_digits(GENERATOR_WIDTH)))
    }

    /// The odd multiples of `2^(32 N) G`.
    fn odd_upper(&self) -> &[Affine<C, N>] {
        self.odd_upper.get_or_init(|| {
            let upper = (0..32 * N).fold(Self::generator(), |point, _| point.double());
            upper.odd_affine_multiples(odd_digits(GENERATOR_WIDTH))
        })
    }

    fn windows(&self) -> &Windows<Affine<C, N>> {
        self.windows
            .get_or_init(|| Windows::new(&Self::generator(), 64 * N, GENERATOR_WINDOW))
    }

    /// `number G`, in constant time.
    pub fn multiply_secret(&self, number: &[u64; N]) -> C::SecretPoint {
        let windows = || Windows::new(&Self::generator(), 64 * N, SECRET_WINDOW);
        self.secret.get_or_init(windows).multiply_secret(number)
    }
}

impl<C: Curve<N>, const N: usize> Default for Tables<C, N> {
    fn default() -> Self {
        Self::new()
    }
}

/// Multiples of a key that recurs.
pub struct KeyWindows<C: Curve<N>, const N: usize>(Windows<Affine<C, N>>);

impl<C: Curve<N>, const N: usize> KeyWindows<C, N> {
    /// For factors of up to `bits` bits.
    pub fn new(point: &C::Point, bits: usize) -> Self {
        Self(Windows::new(point, bits, KEY_WINDOW))
    }

    /// `g G + k K`.
    pub fn combine(&self, g: &[u64; N], k: &[u64]) -> C::Point {
        let of_generator = C::tables().windows().addends(g);
        C::sum(&mut of_generator.chain(self.0.addends(k)))
    }
}

/// `g G + k K` by one run of doublings (Straus). Where `k` has at most half the limbs of `g`, so
/// has the run: the upper half of `g` takes the multiples of `2^(32 N) G`.
pub fn combine<C: Curve<N>, const N: usize>(g: &[u64; N], point: &C::Point, k: &[u64]) -> C::Point {
    let tables = C::tables();
    let key = NonAdjacent::of(k, KEY_WIDTH);
    let (lower, upper) = g.split_at(N / 2);
    let split = key.len <= 32 * N + KEY_WIDTH;
    let (lower, upper) = if split {
        (
            NonAdjacent::of(lower, GENERATOR_WIDTH),
            NonAdjacent::of(upper, GENERATOR_WIDTH),
        )
    } else {
        (
            NonAdjacent::of(g, GENERATOR_WIDTH),
            NonAdjacent::of(&[], GENERATOR_WIDTH),
        )
    };
    let odd_upper = if split { tables.odd_upper() } else { &[] };
    C::combine(
        point,
        &key,
        &[Digits(&lower, tables.odd()), Digits(&upper, odd_upper)],
    )
}

/// `number P`, in variable time.
pub fn multiply<P: Point<N, F>, F: Field<N>, const N: usize>(point: &P, number: &[u64; N]) -> P {
    let multiples = odd_multiples(point, odd_digits(KEY_WIDTH));
    let form = NonAdjacent::of(number, KEY_WIDTH);
    form.digits()
        .iter()
        .rev()
        .fold(P::identity(), |sum, &digit| {
            let sum = sum.double();
            if digit == 0 {
                return sum;
            }
            let multiple = multiples[usize::from(digit.unsigned_abs() / 2)];
            sum.add(&if digit < 0 {
                multiple.negate()
            } else {
                multiple
            })
        })
}
