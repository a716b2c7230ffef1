//! Products of 512-bit field elements with MULX, ADCX and ADOX (Intel's BMI2 and ADX): two independent
//! chains of carries, which the compiler cannot express. (At 256 and 384 bits the compiler does as well.)
//!
//! A product goes row by row. When row i begins, the registers hold the limbs from i on of the sum
//! so far; its lowest limb is then final and goes to memory, and its register takes the new
//! highest limb. So the names of the registers rotate from row to row.
//!
//! rsi: a; rdi: b; rbp: the result; rdx: the factor of the row; rax, rcx: one product.

use core::arch::asm;
use core::mem::MaybeUninit;

/// Whether this processor has the instructions.
#[inline(always)]
pub fn available() -> bool {
    std::arch::is_x86_feature_detected!("adx") && std::arch::is_x86_feature_detected!("bmi2")
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
    ([] $last:literal) => { "" };
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

/// The low and the high half of `a * b`; asks for [`available`].
#[inline(always)]
pub fn wide(a: &[u64; 8], b: &[u64; 8]) -> ([u64; 8], [u64; 8]) {
    let mut low = MaybeUninit::<[u64; 8]>::uninit();
    let mut high = [0; 8];
    // SAFETY: the processor has the instructions, says the caller. Read are the arrays behind `a`
    // and `b`, written is all of `low`; rbp and the stack are restored.
    let low = unsafe {
        asm!(
            "push rbp",
            "mov rbp, rax",
            rows!(),
            "pop rbp",
            inout("rax") low.as_mut_ptr() => _,
            in("rsi") a.as_ptr(), in("rdi") b.as_ptr(), out("rcx") _, out("rdx") _,
            out("r8") high[0], out("r9") high[1], out("r10") high[2], out("r11") high[3],
            out("r12") high[4], out("r13") high[5], out("r14") high[6], out("r15") high[7],
        );
        low.assume_init()
    };
    (low, high)
}

/// `a b` modulo `2^512 - c` for a small c, not always reduced; asks for [`available`].
#[inline(always)]
pub fn below(a: &[u64; 8], b: &[u64; 8], c: u64) -> [u64; 8] {
    let mut low = MaybeUninit::<[u64; 8]>::uninit();
    let mut sum = [0; 8];
    // SAFETY: as above.
    unsafe {
        asm!(
            "push rbp",
            "push rdx",
            "mov rbp, rax",
            rows!(),
            "pop rdx",
            // low + c high
            "xor eax, eax",
            fold!("r8" at 0 "r9" at 8 "r10" at 16 "r11" at 24),
            fold!("r12" at 32 "r13" at 40 "r14" at 48 "r15" at 56),
            "mov ecx, 0",
            "adcx rax, rcx",
            "adox rax, rcx",
            // what is above the limbs counts c; a carry out of that leaves a small number
            "imul rax, rdx",
            "add r8, rax",
            "adc r9, 0",
            "adc r10, 0",
            "adc r11, 0",
            "adc r12, 0",
            "adc r13, 0",
            "adc r14, 0",
            "adc r15, 0",
            "sbb rax, rax",
            "and rax, rdx",
            "add r8, rax",
            "pop rbp",
            inout("rax") low.as_mut_ptr() => _, inout("rdx") c => _,
            in("rsi") a.as_ptr(), in("rdi") b.as_ptr(), out("rcx") _,
            out("r8") sum[0], out("r9") sum[1], out("r10") sum[2], out("r11") sum[3],
            out("r12") sum[4], out("r13") sum[5], out("r14") sum[6], out("r15") sum[7],
        );
    }
    sum
}
