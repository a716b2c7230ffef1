//! Memcheck's client requests, as valgrind.h defines them for x86-64: a magic sequence of
//! rotations that leaves the registers as they were, and does nothing outside valgrind.

use core::arch::asm;
use core::mem::size_of_val;

/// VALGRIND_MAKE_MEM_UNDEFINED: the tool base 'M','C' and its number.
const MAKE_MEM_UNDEFINED: u64 = 0x4d43_0001;
/// VALGRIND_MAKE_MEM_DEFINED.
const MAKE_MEM_DEFINED: u64 = 0x4d43_0002;
/// VALGRIND_RUNNING_ON_VALGRIND.
const RUNNING_ON_VALGRIND: u64 = 0x1001;

fn request(code: u64, address: u64, length: u64) -> u64 {
    let arguments = [code, address, length, 0, 0, 0];
    let mut result = 0u64;
    // SAFETY: rdi is rotated by 128 bits in all, `xchg rbx, rbx` changes nothing; valgrind sees
    // the sequence and reads `arguments`, which outlive it.
    unsafe {
        asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            inout("rdx") result,
            in("rax") arguments.as_ptr(),
            inout("rdi") 0u64 => _,
        );
    }
    result
}

/// Makes memcheck report every branch and address that depends on these octets.
pub fn make_undefined<T: ?Sized>(secret: &mut T) {
    request(
        MAKE_MEM_UNDEFINED,
        (secret as *mut T).cast::<u8>() as u64,
        size_of_val(&*secret) as u64,
    );
}

/// Takes that back.
pub fn make_defined<T: ?Sized>(public: &mut T) {
    request(
        MAKE_MEM_DEFINED,
        (public as *mut T).cast::<u8>() as u64,
        size_of_val(&*public) as u64,
    );
}

/// Whether valgrind runs this program.
pub fn running() -> bool {
    request(RUNNING_ON_VALGRIND, 0, 0) != 0
}
