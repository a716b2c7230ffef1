//! Modular inversion by the division steps of Bernstein and Yang ("Fast constant-time gcd
//! computation and modular inversion", 2019), 62 at a time; here in variable time.

/// Limbs of 62 bits, signed: enough for 512 bits and a sign.
const LIMBS: usize = 9;
const LOW_62: u64 = u64::MAX >> 2;

type Signed = [i64; LIMBS];

/// What 62 division steps do to the pair (f, g), times 2^62.
struct Matrix {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

/// `1 / x mod modulus` for an odd modulus of at most 512 bits and `x` below it; zero for zero.
pub(super) fn invert_vartime<const N: usize>(x: &[u64; N], modulus: &[u64; N]) -> [u64; N] {
    match N {
        4 => invert::<N, 5>(x, modulus),
        6 => invert::<N, 7>(x, modulus),
        _ => invert::<N, 9>(x, modulus),
    }
}

fn invert<const N: usize, const L: usize>(x: &[u64; N], modulus: &[u64; N]) -> [u64; N] {
    let modulus_62 = split(modulus);
    let inverse_62 = invert_62(modulus[0]);
    let (mut f, mut g) = (modulus_62, split(x));
    let (mut d, mut e) = ([0; LIMBS], [0; LIMBS]);
    e[0] = 1;
    let mut eta = -1;
    let mut used = L;
    while g[..used].iter().any(|&limb| limb != 0) {
        let matrix = steps(&mut eta, f[0] as u64, g[0] as u64);
        update_de::<L>(&mut d, &mut e, &matrix, &modulus_62, inverse_62);
        update_fg(&mut f, &mut g, &matrix, used);
        used = shorten(&mut f, &mut g, used);
    }
    let negative = f[used - 1] < 0;
    join(&normalise::<L>(d, negative, &modulus_62))
}

/// `1 / m mod 2^62`.
fn invert_62(m: u64) -> u64 {
    let mut inverse = m;
    for _ in 0..5 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(m.wrapping_mul(inverse)));
    }
    inverse & LOW_62
}

/// 62 division steps on the low limbs; zeros of g are taken away many at a time.
fn steps(eta: &mut i64, mut f: u64, mut g: u64) -> Matrix {
    let (mut u, mut v, mut q, mut r) = (1u64, 0u64, 0u64, 1u64);
    let mut left = 62u32;
    loop {
        let zeros = (g | (u64::MAX << left)).trailing_zeros();
        g >>= zeros;
        (u, v) = (u << zeros, v << zeros);
        *eta -= i64::from(zeros);
        left -= zeros;
        if left == 0 {
            break;
        }
        if *eta < 0 {
            *eta = -*eta;
            (f, g) = (g, f.wrapping_neg());
            (u, q) = (q, u.wrapping_neg());
            (v, r) = (r, v.wrapping_neg());
        }
        // A multiple of f that clears up to six low bits of g at once.
        let limit = (*eta + 1).min(i64::from(left)).min(6) as u32;
        let minus_inverse_f = f.wrapping_mul(f.wrapping_mul(f).wrapping_sub(2));
        let w = g.wrapping_mul(minus_inverse_f) & ((1 << limit) - 1);
        g = g.wrapping_add(f.wrapping_mul(w));
        q = q.wrapping_add(u.wrapping_mul(w));
        r = r.wrapping_add(v.wrapping_mul(w));
    }
    Matrix {
        u: u as i64,
        v: v as i64,
        q: q as i64,
        r: r as i64,
    }
}

/// (f, g) becomes matrix * (f, g) / 2^62, an exact division.
#[inline(always)]
fn update_fg(f: &mut Signed, g: &mut Signed, m: &Matrix, used: usize) {
    let (mut carry_f, mut carry_g) = (0i128, 0i128);
    for i in 0..used {
        let (fi, gi) = (i128::from(f[i]), i128::from(g[i]));
        carry_f += i128::from(m.u) * fi + i128::from(m.v) * gi;
        carry_g += i128::from(m.q) * fi + i128::from(m.r) * gi;
        if i > 0 {
            f[i - 1] = (carry_f as u64 & LOW_62) as i64;
            g[i - 1] = (carry_g as u64 & LOW_62) as i64;
        }
        carry_f >>= 62;
        carry_g >>= 62;
    }
    f[used - 1] = carry_f as i64;
    g[used - 1] = carry_g as i64;
}

/// (d, e) becomes matrix * (d, e) / 2^62 mod modulus; both stay within (-2 modulus, modulus).
#[inline(always)]
fn update_de<const L: usize>(
    d: &mut Signed,
    e: &mut Signed,
    m: &Matrix,
    modulus: &Signed,
    inverse_62: u64,
) {
    let (sign_d, sign_e) = (d[L - 1] >> 63, e[L - 1] >> 63);
    let mut times_d = (m.u & sign_d) + (m.v & sign_e);
    let mut times_e = (m.q & sign_d) + (m.r & sign_e);
    let row = |x: i64, y: i64, i: usize, d: &Signed, e: &Signed| {
        i128::from(x) * i128::from(d[i]) + i128::from(y) * i128::from(e[i])
    };
    let (mut carry_d, mut carry_e) = (row(m.u, m.v, 0, d, e), row(m.q, m.r, 0, d, e));
    // The multiple of the modulus that makes the low 62 bits vanish.
    let clear = |carry: i128, times: i64| {
        times
            - (inverse_62
                .wrapping_mul(carry as u64)
                .wrapping_add(times as u64)
                & LOW_62) as i64
    };
    times_d = clear(carry_d, times_d);
    times_e = clear(carry_e, times_e);
    for i in 0..L {
        if i > 0 {
            carry_d += row(m.u, m.v, i, d, e);
            carry_e += row(m.q, m.r, i, d, e);
        }
        carry_d += i128::from(modulus[i]) * i128::from(times_d);
        carry_e += i128::from(modulus[i]) * i128::from(times_e);
        if i > 0 {
            d[i - 1] = (carry_d as u64 & LOW_62) as i64;
            e[i - 1] = (carry_e as u64 & LOW_62) as i64;
        }
        carry_d >>= 62;
        carry_e >>= 62;
    }
    d[L - 1] = carry_d as i64;
    e[L - 1] = carry_e as i64;
}

/// Drops the top limb of both where it only holds the sign.
#[inline(always)]
fn shorten(f: &mut Signed, g: &mut Signed, used: usize) -> usize {
    let (top_f, top_g) = (f[used - 1], g[used - 1]);
    if used == 1 || top_f != top_f >> 63 || top_g != top_g >> 63 {
        return used;
    }
    f[used - 2] |= ((top_f as u64) << 62) as i64;
    g[used - 2] |= ((top_g as u64) << 62) as i64;
    used - 1
}

/// `d`, or `-d`, brought from (-2 modulus, modulus) to 0..modulus.
fn normalise<const L: usize>(mut d: Signed, negate: bool, modulus: &Signed) -> Signed {
    let add_if_negative = |d: &mut Signed| {
        let mask = d[L - 1] >> 63;
        (0..L).for_each(|i| d[i] += modulus[i] & mask);
    };
    let propagate = |d: &mut Signed| {
        for i in 0..L - 1 {
            d[i + 1] += d[i] >> 62;
            d[i] &= LOW_62 as i64;
        }
    };
    add_if_negative(&mut d);
    if negate {
        d.iter_mut().for_each(|limb| *limb = -*limb);
    }
    propagate(&mut d);
    add_if_negative(&mut d);
    propagate(&mut d);
    d
}

/// From limbs of 64 bits to limbs of 62.
fn split<const N: usize>(x: &[u64; N]) -> Signed {
    core::array::from_fn(|i| {
        let (limb, shift) = (62 * i / 64, 62 * i % 64);
        if limb >= N {
            return 0;
        }
        let above = if limb + 1 < N && shift > 0 {
            x[limb + 1] << (64 - shift)
        } else {
            0
        };
        ((x[limb] >> shift | above) & LOW_62) as i64
    })
}

/// From limbs of 62 bits to limbs of 64.
fn join<const N: usize>(x: &Signed) -> [u64; N] {
    core::array::from_fn(|i| {
        let (limb, shift) = (64 * i / 62, 64 * i % 62);
        let mut bits = x[limb] as u64 >> shift;
        if limb + 1 < LIMBS {
            bits |= (x[limb + 1] as u64) << (62 - shift);
        }
        if limb + 2 < LIMBS && shift > 60 {
            bits |= (x[limb + 2] as u64) << (124 - shift);
        }
        bits
    })
}
