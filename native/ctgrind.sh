#!/usr/bin/env bash
# Signs under valgrind with key and nonce undefined: no branch and no address may depend on them.
# What does depend on a secret must be found, or the check would prove nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

need() {
    command -v "$1" >/dev/null || { echo "zaruka: $1 is missing; install it: $2" >&2; exit 1; }
}
need cargo 'rustup, from https://rustup.rs, then: rustup default stable'
need valgrind 'apt-get install valgrind'
[[ $(uname -m) == x86_64 ]] || { echo 'zaruka: the check needs an x86-64 processor' >&2; exit 1; }

cargo --locked build -q --release -p zaruka-primitives --features ctgrind --example ctgrind
program=${CARGO_TARGET_DIR:-target}/release/examples/ctgrind
check=(valgrind -q --error-exitcode=1 "$program")

if ! report=$("${check[@]}" 2>&1); then
    echo "$report" >&2
    echo 'zaruka: signing depends on a secret; the report above says where' >&2
    exit 1
fi
if "${check[@]}" leaky >/dev/null 2>&1; then
    echo 'zaruka: a leak on purpose was not found, so the check proves nothing' >&2
    exit 1
fi
echo "constant time: signing on $(grep -c ": signed$" <<<"$report") curves depends on no secret; a leak on purpose is found"
