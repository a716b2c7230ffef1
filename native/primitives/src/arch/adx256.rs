//! Products and squares of 256-bit field elements with MULX, ADCX and ADOX, wholly in registers.
//!
//! rsi: a; rdi: b. Of a square, rdi: a; rsi: what is added to it. r8 to r15: the product; rdx: the
//! factor of the row; rax, rcx: one product of limbs.

use core::arch::asm;

/// The row of the limb at octet `$at` of `a`, added to `$x0` to `$x3`; `$x4` is new.
macro_rules! row {
    ($at:literal, $x0:literal $x1:literal $x2:literal $x3:literal $x4:literal) => {
        concat!(
            "mov rdx, [rsi + ", $at, "]\n",
            "xor eax, eax\n",
            add_product!("[rdi]" to $x0 $x1),
            add_product!("[rdi + 8]" to $x1 $x2),
            add_product!("[rdi + 16]" to $x2 $x3),
            "mulx ", $x4, ", rax, [rdi + 24]\n",
            "adcx ", $x3, ", rax\n",
            "mov eax, 0\n",
            "adcx ", $x4, ", rax\n",
            "adox ", $x4, ", rax\n",
        )
    };
}

/// Adds `rdx $factor` to two registers.
macro_rules! add_product {
    ($factor:literal to $lower:literal $upper:literal) => {
        concat!(
            "mulx rcx, rax, ",
            $factor,
            "\n",
            "adcx ",
            $lower,
            ", rax\n",
            "adox ",
            $upper,
            ", rcx\n",
        )
    };
}

/// `a b`.
#[rustfmt::skip]
macro_rules! rows {
    () => {
        concat!(
            "mov rdx, [rsi]\n",
            "mulx r9, r8, [rdi]\n",
            "mulx r10, rax, [rdi + 8]\n",
            "add r9, rax\n",
            "mulx r11, rax, [rdi + 16]\n",
            "adc r10, rax\n",
            "mulx r12, rax, [rdi + 24]\n",
            "adc r11, rax\n",
            "adc r12, 0\n",
            row!(8, "r9" "r10" "r11" "r12" "r13"),
            row!(16, "r10" "r11" "r12" "r13" "r14"),
            row!(24, "r11" "r12" "r13" "r14" "r15"),
        )
    };
}

/// `c + a b`, for c in r8 to r11.
#[rustfmt::skip]
macro_rules! adding_rows {
    () => {
        concat!(
            row!(0, "r8" "r9" "r10" "r11" "r12"),
            row!(8, "r9" "r10" "r11" "r12" "r13"),
            row!(16, "r10" "r11" "r12" "r13" "r14"),
            row!(24, "r11" "r12" "r13" "r14" "r15"),
        )
    };
}

/// The square of the limb at octet `$at`, and the two registers at its place doubled.
macro_rules! diagonal {
    ($at:literal, $lower:literal $upper:literal) => {
        concat!(
            "mov rdx, [rdi + ",
            $at,
            "]\n",
            "mulx rcx, rax, rdx\n",
            "adcx ",
            $lower,
            ", ",
            $lower,
            "\n",
            "adox ",
            $lower,
            ", rax\n",
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
}

/// `a^2`, for a at rdi: each product of two different limbs once, doubled.
#[rustfmt::skip]
macro_rules! square_rows {
    () => {
        concat!(
            "mov rdx, [rdi]\n",
            "mulx r10, r9, [rdi + 8]\n",
            "mulx r11, rax, [rdi + 16]\n",
            "add r10, rax\n",
            "mulx r12, rax, [rdi + 24]\n",
            "adc r11, rax\n",
            "adc r12, 0\n",
            "mov rdx, [rdi + 16]\n",
            "mulx r14, r13, [rdi + 24]\n",
            "mov rdx, [rdi + 8]\n",
            "xor r15d, r15d\n",
            add_product!("[rdi + 16]" to "r11" "r12"),
            add_product!("[rdi + 24]" to "r12" "r13"),
            "adcx r13, r15\n",
            "adox r14, r15\n",
            "adcx r14, r15\n",
            "mov r8d, 0\n",
            diagonal!(0, "r8" "r9"),
            diagonal!(8, "r10" "r11"),
            diagonal!(16, "r12" "r13"),
            diagonal!(24, "r14" "r15"),
        )
    };
}

/// `a^2 + c`, for a at rdi and c at rsi.
#[rustfmt::skip]
macro_rules! adding_square_rows {
    () => {
        concat!(
            square_rows!(),
            "add r8, [rsi]\n",
            "adc r9, [rsi + 8]\n",
            "adc r10, [rsi + 16]\n",
            "adc r11, [rsi + 24]\n",
            "adc r12, 0\n",
            "adc r13, 0\n",
            "adc r14, 0\n",
            "adc r15, 0\n",
        )
    };
}

/// Adds `rdx` times r12 to r15 to r8 to r11; what goes above them comes to rcx.
#[rustfmt::skip]
macro_rules! add_high {
    () => {
        concat!(
            add_product!("r12" to "r8" "r9"),
            add_product!("r13" to "r9" "r10"),
            add_product!("r14" to "r10" "r11"),
            "mulx rcx, rax, r15\n",
            "adcx r11, rax\n",
            "mov eax, 0\n",
            "adcx rcx, rax\n",
            "adox rcx, rax\n",
        )
    };
}

/// low + c high, modulo `2^256 - c`.
#[rustfmt::skip]
macro_rules! fold_below {
    () => {
        concat!(
            "mov edx, {c}\n",
            "xor eax, eax\n",
            add_high!(),
            // what is above the limbs counts c; a carry out of that leaves a small number
            "imul rcx, rdx\n",
            "add r8, rcx\n",
            "adc r9, 0\n",
            "adc r10, 0\n",
            "adc r11, 0\n",
            "sbb rax, rax\n",
            "and rax, rdx\n",
            "add r8, rax\n",
        )
    };
}

/// low + 2 c !high + 2 c (2 c + 2) + 2^256, modulo `2^255 + c`; see `Above::fold`.
#[rustfmt::skip]
macro_rules! fold_above {
    () => {
        concat!(
            "not r12\n", "not r13\n", "not r14\n", "not r15\n",
            "mov edx, 2 * {c}\n",
            "xor eax, eax\n",
            "mov eax, 2 * {c} * (2 * {c} + 2)\n",
            "adox r8, rax\n",
            add_high!(),
            // what is above bit 255 counts -c
            "mov rax, r11\n",
            "shr rax, 63\n",
            "lea rcx, [rax + 2 * rcx + 1]\n",
            "bts r11, 63\n",
            "imul rcx, rcx, {c}\n",
            "sub r8, rcx\n",
            "sbb r9, 0\n",
            "sbb r10, 0\n",
            "sbb r11, 0\n",
        )
    };
}

/// A function of numbers of four limbs, for a constant C below `2^15`; None for other numbers and
/// where the processor has not the instructions. Registers r8 to r11 begin with what is given after
/// `inout`, or with nothing.
macro_rules! modular {
    (
        $(#[$doc:meta])*
        $name:ident($($register:tt: $operand:ident),* $(; $addend:ident)?),
        $direction:ident $start:expr, $rows:ident, $fold:ident
    ) => {
        $(#[$doc])*
        #[inline(always)]
        pub fn $name<const N: usize, const C: u64>(
            $($operand: &[u64; N],)* $($addend: &[u64; N])?
        ) -> Option<[u64; N]> {
            if !super::adx::available() {
                return None;
            }
            $(let $operand: &[u64; 4] = $operand.as_slice().try_into().ok()?;)*
            $(let $addend: &[u64; 4] = $addend.as_slice().try_into().ok()?;)?
            let mut result: [u64; 4] = $start;
            // SAFETY: the processor has the instructions. Read are the arrays behind the
            // references, nothing is written.
            unsafe {
                asm!(
                    $rows!(),
                    $fold!(),
                    c = const C,
                    $(in($register) $operand.as_ptr(),)*
                    out("rax") _, out("rcx") _, out("rdx") _,
                    $direction("r8") result[0], $direction("r9") result[1],
                    $direction("r10") result[2], $direction("r11") result[3],
                    out("r12") _, out("r13") _, out("r14") _, out("r15") _,
                    options(pure, readonly, nostack),
                );
            }
            Some(core::array::from_fn(|i| result[i]))
        }
    };
}

modular! {
    /// `a b` modulo `2^256 - C`, not always reduced.
    multiply_below("rsi": a, "rdi": b), out [0; 4], rows, fold_below
}

modular! {
    /// `a b + c`, as [`multiply_below`].
    multiply_add_below("rsi": a, "rdi": b; c), inout *c, adding_rows, fold_below
}

modular! {
    /// `a^2`, as [`multiply_below`].
    square_below("rdi": a), out [0; 4], square_rows, fold_below
}

modular! {
    /// `a^2 + c`, as [`multiply_below`].
    square_add_below("rdi": a, "rsi": c), out [0; 4], adding_square_rows, fold_below
}

modular! {
    /// `a b` modulo `2^255 + C`, not always reduced.
    multiply_above("rsi": a, "rdi": b), out [0; 4], rows, fold_above
}

modular! {
    /// `a b + c`, as [`multiply_above`].
    multiply_add_above("rsi": a, "rdi": b; c), inout *c, adding_rows, fold_above
}

modular! {
    /// `a^2`, as [`multiply_above`].
    square_above("rdi": a), out [0; 4], square_rows, fold_above
}

modular! {
    /// `a^2 + c`, as [`multiply_above`].
    square_add_above("rdi": a, "rsi": c), out [0; 4], adding_square_rows, fold_above
}
