"""Fuzz the reading of signed messages: every octet string is a document or an InputError.

Run as `python tests/fuzz/fuzz_cms.py [--seconds N] [FILE...]`: the files (default: the CMS and
time-stamp files of the shared material) are mutated at random, most of all inside their structure.
With atheris installed, `--atheris` lets coverage lead the way and takes options of libFuzzer.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from pathlib import Path

from zaruka.errors import InputError
from zaruka.signatures import cades, cms, content, tsp, verifying
from zaruka.signatures.document import SignedDocument, TimeStampToken

SLOW = 2.0  # seconds that one input may take
SHARED = Path(os.environ.get("ZARUKA_SHARED", Path(__file__).parents[3] / "shared"))
SMALL = 32 << 10  # larger seeds teach nothing new
OTHER = content.BytesContent(b"not what was signed")


def check(octets: bytes) -> None:
    """Read `octets` in every way and verify what is there; anything but InputError is raised."""
    before = time.monotonic()
    for parse in (cms.parse_signed_data, cms.parse_timestamp_token):
        try:
            _look(parse(octets))
        except InputError:
            continue
    for wire in (tsp.TimeStampRequest.parse, tsp.TimeStampResponse.parse):
        try:
            wire(octets)
        except InputError:
            continue
    assert time.monotonic() - before < SLOW, f"{len(octets)} octets took too long"


def _look(found: SignedDocument | TimeStampToken) -> None:
    """Ask everything that validation asks."""
    document = found.signed if isinstance(found, TimeStampToken) else found
    if isinstance(found, TimeStampToken):
        tsp.check_token(found)
        assert found.ref.name
    for signature in document.signatures:
        assert signature.ref.name is not None
        signed = document.encapsulated or OTHER
        verifying.check_content(signature, signed)
        for token in signature.timestamps:
            tsp.check_imprint(token, cades.stamp_imprint_octets(signature))
            _look(token)
        for certificate in signature.find_signers(document.all_certificates):
            cades.check_signing_certificate(signature, certificate)
            result = verifying.verify_signer(signature, certificate.key, signed)
            assert result.findings(signature)


def mutate(seed: bytes, chance: random.Random) -> bytes:
    """Change a few octets, lengths and pieces of `seed`."""
    octets = bytearray(seed)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(octets)) if octets else 0
        match chance.randrange(5):
            case 0:
                octets[at : at + 1] = bytes((chance.randrange(256),))
            case 1:
                octets[at : at + 1] = (
                    bytes((octets[at] ^ 1 << chance.randrange(8),)) if octets else b""
                )
            case 2:
                del octets[at : at + chance.randint(1, 40)]
            case 3:
                end = min(len(octets), at + chance.randint(1, 200))
                octets[at:at] = octets[at:end]
            case _:
                values = (0x00, 0x7F, 0x80, 0x81, 0x84, 0xFF, 0x30, 0x31, 0xA0)
                octets[at : at + 1] = bytes((chance.choice(values),))
    return bytes(octets)


def seeds(paths: list[Path]) -> list[bytes]:
    """Give the files, or those of the shared material."""
    if not paths:
        patterns = ("interop/*/c[ma]*s/*.p7s", "interop/*/ts*/*.ts[tqr]", "real/ru/*/*.p7s")
        paths = [path for pattern in patterns for path in sorted(SHARED.glob(pattern))]
    found = [path.read_bytes() for path in paths if path.stat().st_size <= SMALL]
    if not found:
        sys.exit("no seeds: name files, or set ZARUKA_SHARED")
    return found


def main() -> None:
    """Fuzz for the time asked; a failing input is left in `fuzz-cms-failed.bin`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--atheris", action="store_true")
    parser.add_argument("files", nargs="*", type=Path)
    options, rest = parser.parse_known_args()
    if options.atheris:
        import atheris  # noqa: PLC0415 - optional

        atheris.instrument_all()
        atheris.Setup([sys.argv[0], *rest], check)
        atheris.Fuzz()
        return
    number = options.seed if options.seed is not None else random.SystemRandom().getrandbits(32)
    chance, found = random.Random(number), seeds(options.files)
    end, count = time.monotonic() + options.seconds, 0
    while time.monotonic() < end:
        octets = mutate(chance.choice(found), chance)
        try:
            check(octets)
        except BaseException:
            Path("fuzz-cms-failed.bin").write_bytes(octets)
            print(f"failed after {count} inputs, seed {number}: fuzz-cms-failed.bin")  # noqa: T201
            raise
        count += 1
    print(f"{count} inputs, seed {number}: nothing found")  # noqa: T201


if __name__ == "__main__":
    main()
