//! Products of 384- and 512-bit field elements with MULX, ADCX and ADOX (Intel's BMI2 and ADX): two independent
//! chains of carries, which the compiler cannot express.
//!
//! A product goes row by row. When row i begins, the registers hold the limbs from i on of the sum
//! so far; its lowest limb is then final and goes to memory, and its register takes the new
//! highest limb. So the names of the registers rotate from row to row.
//!
//! rsi: a; rdi: b, or the number that is squared; rbp: the result; rdx: the factor of the row; rax, rcx: one product.

use core::arch::asm;
use core::mem::MaybeUninit;

/// Whether this processor has the instructions.
#[inline(always)]
pub fn available() -> bool {
    super::has!("adx", "bmi2")
}

/// Limbs of `b`, from octet `$at` on, times rdx, added to pairs of neighbouring registers.
macro_rules! steps {
    ([$at:literal $($ats:literal)*] $x:literal $y:literal $($rest:literal)*) => {
        concat!(
            "mulx rcx, rax, [rdi + ", $at, "]\n",
            "adcx ", $x, ", rax\n",
            "adox ", $y, ", rcx\n",
            steps!([$($ats)*] $y $($rest)*),
        )
    };
    ([] $($left:literal)*) => { "" };
}

/// The same for the first row, where there is nothing yet to add to.
macro_rules! first_steps {
    ([$at:literal $($ats:literal)*] $x:literal $y:literal $($rest:literal)*) => {
        concat!(
            "mulx ", $y, ", rax, [rdi + ", $at, "]\n",
            "adc ", $x, ", rax\n",
            first_steps!([$($ats)*] $y $($rest)*),
        )
    };
    ([] $last:literal) => { "" };
}

macro_rules! last {
    ($last:literal) => { $last };
    ($x:literal $($rest:literal)+) => { last!($($rest)+) };
}

/// The row of the limb at octet `$i` of `a`; `$top` is the last octet offset of `b`.
macro_rules! row {
    (0, [$($ats:literal)*] $top:literal, $x:literal $y:literal $($rest:literal)*) => {
        concat!(
            "mov rdx, [rsi]\n",
            "mulx ", $y, ", ", $x, ", [rdi]\n",
            "mov [rbp], ", $x, "\n",
            "xor eax, eax\n",
            first_steps!([$($ats)*] $y $($rest)*),
            "mulx ", $x, ", rax, [rdi + ", $top, "]\n",
            "adc ", last!($($rest)*), ", rax\n",
            "adc ", $x, ", 0\n",
        )
    };
    ($i:literal, [$($ats:literal)*] $top:literal, $x:literal $y:literal $($rest:literal)*) => {
        concat!(
            "mov rdx, [rsi + ", $i, "]\n",
            "xor eax, eax\n",
            "mulx rcx, rax, [rdi]\n",
            "adcx ", $x, ", rax\n",
            "adox ", $y, ", rcx\n",
            "mov [rbp + ", $i, "], ", $x, "\n",
            steps!([$($ats)*] $y $($rest)*),
            "mulx ", $x, ", rax, [rdi + ", $top, "]\n",
            "adcx ", last!($($rest)*), ", rax\n",
            "mov eax, 0\n",
            "adcx ", $x, ", rax\n",
            "adox ", $x, ", rax\n",
        )
    };
}

/// All rows; then the low half of the product is in memory and the high half in the registers.
#[rustfmt::skip]
macro_rules! rows {
    () => {
        concat!(
            row!(0, [8 16 24 32 40 48] 56, "r8" "r9" "r10" "r11" "r12" "r13" "r14" "r15"),
            row!(8, [8 16 24 32 40 48] 56, "r9" "r10" "r11" "r12" "r13" "r14" "r15" "r8"),
            row!(16, [8 16 24 32 40 48] 56, "r10" "r11" "r12" "r13" "r14" "r15" "r8" "r9"),
            row!(24, [8 16 24 32 40 48] 56, "r11" "r12" "r13" "r14" "r15" "r8" "r9" "r10"),
            row!(32, [8 16 24 32 40 48] 56, "r12" "r13" "r14" "r15" "r8" "r9" "r10" "r11"),
            row!(40, [8 16 24 32 40 48] 56, "r13" "r14" "r15" "r8" "r9" "r10" "r11" "r12"),
            row!(48, [8 16 24 32 40 48] 56, "r14" "r15" "r8" "r9" "r10" "r11" "r12" "r13"),
            row!(56, [8 16 24 32 40 48] 56, "r15" "r8" "r9" "r10" "r11" "r12" "r13" "r14"),
        )
    };
}

/// As [`rows`], for six limbs.
#[rustfmt::skip]
macro_rules! six_rows {
    () => {
        concat!(
            row!(0, [8 16 24 32] 40, "r8" "r9" "r10" "r11" "r12" "r13"),
            row!(8, [8 16 24 32] 40, "r9" "r10" "r11" "r12" "r13" "r8"),
            row!(16, [8 16 24 32] 40, "r10" "r11" "r12" "r13" "r8" "r9"),
            row!(24, [8 16 24 32] 40, "r11" "r12" "r13" "r8" "r9" "r10"),
            row!(32, [8 16 24 32] 40, "r12" "r13" "r8" "r9" "r10" "r11"),
            row!(40, [8 16 24 32] 40, "r13" "r8" "r9" "r10" "r11" "r12"),
        )
    };
}

/// The row of the limb at octet `$i` of `a` in a square: only the products with the limbs after it.
/// `$top` is the last octet offset of `a`; the registers hold the limbs from that of the first
/// product on, and the last of them is new.
macro_rules! square_row {
    ($i:literal, [$($ats:literal)*] $top:literal, $($registers:literal)*) => {
        concat!(
            "mov rdx, [rdi + ", $i, "]\n",
            "xor eax, eax\n",
            steps!([$($ats)*] $($registers)*),
            square_row_end!($top, $($registers)*),
        )
    };
}

macro_rules! square_row_end {
    ($top:literal, $x:literal $new:literal) => {
        concat!(
            "mulx ", $new, ", rax, [rdi + ", $top, "]\n",
            "adcx ", $x, ", rax\n",
            "mov eax, 0\n",
            "adcx ", $new, ", rax\n",
            "adox ", $new, ", rax\n",
        )
    };
    ($top:literal, $x:literal $($rest:literal)+) => { square_row_end!($top, $($rest)+) };
}

/// A limb at octet `$i` of `a`, squared, and the two limbs at its place doubled and added to it.
macro_rules! diagonal {
    ($i:literal, $lower:literal $upper:literal) => {
        concat!(
            "mov rdx, [rdi + ",
            $i,
            "]\n",
            "mulx rcx, rdx, rdx\n",
            "adcx ",
            $lower,
            ", ",
            $lower,
            "\n",
            "adox ",
            $lower,
            ", rdx\n",
            "adcx ",
            $upper,
            ", ",
            $upper,
            "\n",
            "adox ",
            $upper,
            ", rcx\n",
        )
    };
    ($i:literal at $lower:literal $upper:literal) => {
        concat!(
            "mov rdx, [rdi + ",
            $i,
            "]\n",
            "mulx rcx, rdx, rdx\n",
            "mov rax, [rbp + ",
            $lower,
            "]\n",
            "adcx rax, rax\n",
            "adox rax, rdx\n",
            "mov [rbp + ",
            $lower,
            "], rax\n",
            "mov rax, [rbp + ",
            $upper,
            "]\n",
            "adcx rax, rax\n",
            "adox rax, rcx\n",
            "mov [rbp + ",
            $upper,
            "], rax\n",
        )
    };
}

/// As [`rows`], for the square of the number at rdi: 36 products instead of 64.
#[rustfmt::skip]
macro_rules! square_rows {
    () => {
        concat!(
            "mov rdx, [rdi]\n",
            "mulx r10, r9, [rdi + 8]\n",
            "xor eax, eax\n",
            first_steps!([16 24 32 40 48 56] "r10" "r11" "r12" "r13" "r14" "r15" "r8"),
            "adc r8, 0\n",
            "mov qword ptr [rbp], 0\n",
            "mov [rbp + 8], r9\n",
            "mov [rbp + 16], r10\n",
            square_row!(8, [16 24 32 40 48] 56, "r11" "r12" "r13" "r14" "r15" "r8" "r9"),
            "mov [rbp + 24], r11\n",
            "mov [rbp + 32], r12\n",
            square_row!(16, [24 32 40 48] 56, "r13" "r14" "r15" "r8" "r9" "r10"),
            "mov [rbp + 40], r13\n",
            "mov [rbp + 48], r14\n",
            square_row!(24, [32 40 48] 56, "r15" "r8" "r9" "r10" "r11"),
            "mov [rbp + 56], r15\n",
            square_row!(32, [40 48] 56, "r9" "r10" "r11" "r12"),
            square_row!(40, [48] 56, "r11" "r12" "r13"),
            square_row!(48, [] 56, "r13" "r14"),
            "xor r15d, r15d\n",
            diagonal!(0 at 0 8),
            diagonal!(8 at 16 24),
            diagonal!(16 at 32 40),
            diagonal!(24 at 48 56),
            diagonal!(32, "r8" "r9"),
            diagonal!(40, "r10" "r11"),
            diagonal!(48, "r12" "r13"),
            diagonal!(56, "r14" "r15"),
        )
    };
}

/// As [`square_rows`], for six limbs: 21 products instead of 36.
#[rustfmt::skip]
macro_rules! six_square_rows {
    () => {
        concat!(
            "mov rdx, [rdi]\n",
            "mulx r10, r9, [rdi + 8]\n",
            "xor eax, eax\n",
            first_steps!([16 24 32 40] "r10" "r11" "r12" "r13" "r8"),
            "adc r8, 0\n",
            "mov qword ptr [rbp], 0\n",
            "mov [rbp + 8], r9\n",
            "mov [rbp + 16], r10\n",
            square_row!(8, [16 24 32] 40, "r11" "r12" "r13" "r8" "r9"),
            "mov [rbp + 24], r11\n",
            "mov [rbp + 32], r12\n",
            square_row!(16, [24 32] 40, "r13" "r8" "r9" "r10"),
            "mov [rbp + 40], r13\n",
            square_row!(24, [32] 40, "r9" "r10" "r11"),
            square_row!(32, [] 40, "r11" "r12"),
            "xor r13d, r13d\n",
            diagonal!(0 at 0 8),
            diagonal!(8 at 16 24),
            diagonal!(16 at 32 40),
            diagonal!(24, "r8" "r9"),
            diagonal!(32, "r10" "r11"),
            diagonal!(40, "r12" "r13"),
        )
    };
}

/// A register becomes its limb of `c high`, plus the limb of `low` at octet `$at`, plus the upper
/// limb of the product before (rax).
macro_rules! fold {
    ($($x:literal at $at:literal)*) => {
        concat!($(
            "mulx rcx, ", $x, ", ", $x, "\n",
            "adcx ", $x, ", [rbp + ", $at, "]\n",
            "adox ", $x, ", rax\n",
            "mov rax, rcx\n",
        )*)
    };
}

macro_rules! add_carry {
    ($instruction:literal $($x:literal)*) => { concat!($($instruction, " ", $x, ", 0\n",)*) };
}

/// low + c high modulo `2^512 - c`, with c in rdx.
macro_rules! fold_below {
    () => {
        fold_below!("r8" at 0 "r9" at 8 "r10" at 16 "r11" at 24
            "r12" at 32 "r13" at 40 "r14" at 48 "r15" at 56)
    };
    ($first:literal at $start:literal $($x:literal at $at:literal)*) => {
        concat!(
            "xor eax, eax\n",
            fold!($first at $start $($x at $at)*),
            "mov ecx, 0\n",
            "adcx rax, rcx\n",
            "adox rax, rcx\n",
            // what is above the limbs counts c
            "imul rax, rdx\n",
            "add ", $first, ", rax\n",
            add_carry!("adc" $($x)*),
            // after a carry out of them the sum is a small number
            "sbb rax, rax\n",
            "and rax, rdx\n",
            "add ", $first, ", rax\n",
        )
    };
}

/// As [`fold_below`], modulo `2^384 - c`.
macro_rules! six_fold_below {
    () => {
        fold_below!("r8" at 0 "r9" at 8 "r10" at 16 "r11" at 24 "r12" at 32 "r13" at 40)
    };
}

/// low - 2 c high modulo `2^511 + c`, with 2 c in rdx, as `Above::fold` does it.
#[rustfmt::skip]
macro_rules! fold_above {
    () => {
        concat!(
            "lea rdi, [rdx + 2]\n",
            "imul rdi, rdx\n",
            "not r8\n", "not r9\n", "not r10\n", "not r11\n",
            "not r12\n", "not r13\n", "not r14\n", "not r15\n",
            "xor eax, eax\n",
            "mov rax, rdi\n",
            fold!("r8" at 0 "r9" at 8 "r10" at 16 "r11" at 24),
            fold!("r12" at 32 "r13" at 40 "r14" at 48 "r15" at 56),
            "mov ecx, 0\n",
            "adcx rax, rcx\n",
            "adox rax, rcx\n",
            // what is above bit 511 counts -c
            "mov rcx, r15\n",
            "shr rcx, 63\n",
            "lea rax, [rcx + 2 * rax + 1]\n",
            "bts r15, 63\n",
            "shr rdx, 1\n",
            "imul rax, rdx\n",
            "sub r8, rax\n",
            add_carry!("sbb" "r9" "r10" "r11" "r12" "r13" "r14" "r15"),
        )
    };
}

/// A function from `a` and `b` and a constant in rdx to so many limbs in registers; None for numbers
/// of another length, and where the processor has not the instructions.
macro_rules! modular {
    (
        $name:ident($($operand:ident),*), $rows:ident, $fold:ident,
        $size:literal: $($register:tt $limb:literal)*
    ) => {
        #[inline(always)]
        fn $name<const N: usize>($($operand: &[u64; N],)* constant: u64) -> Option<[u64; N]> {
            $(let $operand: &[u64; $size] = $operand.as_slice().try_into().ok()?;)*
            if !available() {
                return None;
            }
            let [a, b] = first_and_last([$($operand),*].as_slice());
            let mut low = MaybeUninit::<[u64; $size]>::uninit();
            let mut result = [0; $size];
            // SAFETY: the processor has the instructions. Read are the arrays behind `a` and `b`,
            // written is all of `low`; rbp and the stack are restored.
            unsafe {
                asm!(
                    "push rbp",
                    "push rdx",
                    "mov rbp, rax",
                    $rows!(),
                    "pop rdx",
                    $fold!(),
                    "pop rbp",
                    inout("rax") low.as_mut_ptr() => _, inout("rdx") constant => _,
                    in("rsi") a, inout("rdi") b => _, out("rcx") _,
                    $(out($register) result[$limb],)*
                );
            }
            Some(core::array::from_fn(|i| result[i]))
        }
    };
    (six $($rest:tt)*) => {
        modular!($($rest)*, 6: "r8" 0 "r9" 1 "r10" 2 "r11" 3 "r12" 4 "r13" 5);
    };
    (eight $($rest:tt)*) => {
        modular!(
            $($rest)*, 8: "r8" 0 "r9" 1 "r10" 2 "r11" 3 "r12" 4 "r13" 5 "r14" 6 "r15" 7
        );
    };
}

/// Addresses of the first and the last factor of a product, or of a number that is squared.
#[inline(always)]
fn first_and_last<const N: usize>(operands: &[&[u64; N]]) -> [*const u64; 2] {
    [operands[0].as_ptr(), operands[operands.len() - 1].as_ptr()]
}

modular!(six multiply_six_below(a, b), six_rows, six_fold_below);
modular!(six square_six_below(a), six_square_rows, six_fold_below);
modular!(eight multiply_eight_below(a, b), rows, fold_below);
modular!(eight square_eight_below(a), square_rows, fold_below);
modular!(eight multiply_eight_above(a, b), rows, fold_above);
modular!(eight square_eight_above(a), square_rows, fold_above);

/// `a b` modulo `2^(64 N) - C` for a small C, not always reduced.
#[inline(always)]
pub fn multiply_below<const N: usize, const C: u64>(
    a: &[u64; N],
    b: &[u64; N],
) -> Option<[u64; N]> {
    multiply_six_below(a, b, C).or_else(|| multiply_eight_below(a, b, C))
}

/// `a^2`, as [`multiply_below`].
#[inline(always)]
pub fn square_below<const N: usize, const C: u64>(a: &[u64; N]) -> Option<[u64; N]> {
    square_six_below(a, C).or_else(|| square_eight_below(a, C))
}

/// `a b` modulo `2^(64 N - 1) + C` for a small C, not always reduced.
#[inline(always)]
pub fn multiply_above<const N: usize, const C: u64>(
    a: &[u64; N],
    b: &[u64; N],
) -> Option<[u64; N]> {
    multiply_eight_above(a, b, 2 * C)
}

/// `a^2`, as [`multiply_above`].
#[inline(always)]
pub fn square_above<const N: usize, const C: u64>(a: &[u64; N]) -> Option<[u64; N]> {
    square_eight_above(a, 2 * C)
}
