"""Fuzz the recognition of input: every octet string is a form or an error with a known code.

With atheris installed, coverage leads the way: `python tests/fuzz/fuzz_forms.py [options of
libFuzzer] [corpus]`. Without it, seeds are mutated at random for `--seconds` (default 60).
"""

from __future__ import annotations

import argparse
import base64
import random
import sys
import time
from pathlib import Path

try:
    import atheris
except ModuleNotFoundError:
    atheris = None

if atheris is not None:
    with atheris.instrument_imports(include=["zaruka.signatures.input"]):
        from zaruka.errors import ZarukaError
        from zaruka.signatures.input import archives, codes, forms, kinds, opening
else:
    from zaruka.errors import ZarukaError
    from zaruka.signatures.input import archives, codes, forms, kinds, opening

SLOW = 2.0  # seconds that one input may take


def check(octets: bytes) -> None:
    """Recognise `octets`, look at every object and member; anything unforeseen is raised."""
    source = opening.Input.of(octets, "fuzz")
    before = time.monotonic()
    try:
        for count, form in enumerate(forms.objects(source, limit=100)):
            _check_form(form)
            if count == 0 and form.kind in {kinds.Kind.ZIP, kinds.Kind.MAIL}:
                for member in archives.members(form):
                    _check_small(member)
            forms.expect(form, kinds.Kind.SIGNED_DATA)
    except ZarukaError as error:
        if set(error.details) != set(codes.CODES[error.code].details):
            raise
    assert time.monotonic() - before < SLOW, f"{len(octets)} octets took too long"


def _check_form(form: forms.Form) -> None:
    assert 0 <= form.length <= form.source.size
    assert len(form.data) == form.length
    assert form.trailing >= 0
    assert form.missing >= 0
    if form.kind is kinds.Kind.CERTIFICATES:
        found = kinds.certificates_and_crls(form.data, limit=1000, name="fuzz")
        assert all(0 <= start < end <= len(form.data) for _, start, end in found)


def _check_small(member: archives.Member) -> None:
    if member.size <= 1 << 20:
        assert member.open().size <= member.size


def seeds() -> list[bytes]:
    """One small object of each sort, wrapped in each way."""
    enveloped = bytes.fromhex("300f06092a864886f70d010703a0023000")
    certs_only = bytes.fromhex(
        "302306092a864886f70d010702a01630140201013100300b06092a864886f70d0107013100"
    )
    time_stamp = bytes.fromhex("30053003020102")
    objects = (enveloped, certs_only, time_stamp, bytes(range(200, 248)))
    found = [b"", b"%PDF-1.4\n/ByteRange [0 1 2 3]", b"<a><b/></a>", b'{"a": 1}', b"PK\x05\x06"]
    for der in objects:
        text = base64.encodebytes(der)
        pem = b"-----BEGIN CMS-----\n" + text + b"-----END CMS-----\n"
        mail = (
            b"MIME-Version: 1.0\nContent-Type: multipart/signed; boundary=b\n\n--b\n\nx\n--b\n"
            b"Content-Transfer-Encoding: base64\n\n" + text + b"\n--b--\n"
        )
        found += [der, text, pem, mail, der.hex().encode(), base64.b64encode(text)]
        found += [text.decode().encode("utf-16"), b"\xef\xbb\xbf" + pem]
    return found


def mutate(octets: bytes, choice: random.Random, others: list[bytes]) -> bytes:
    """Change a few octets, cut, double or join."""
    changed = bytearray(octets)
    for _ in range(choice.randint(1, 6)):
        at = choice.randint(0, len(changed))
        match choice.randint(0, 4):
            case 0 if at < len(changed):
                changed[at] = choice.choice((0, 0x30, 0x80, 0xFF, choice.randint(0, 255)))
            case 1:
                changed[at:at] = choice.randbytes(choice.randint(1, 8))
            case 2:
                del changed[at : at + choice.randint(1, 16)]
            case 3:
                changed[at:at] = changed[at : at + choice.randint(1, 64)]
            case 4:
                changed[at:] = choice.choice(others)
    return bytes(changed[: 1 << 16])


def run(seconds: float, seed: int) -> None:
    """Mutate the seeds and what came of them until the time is over."""
    choice = random.Random(seed)
    pool = seeds()
    end = time.monotonic() + seconds
    count = 0
    while time.monotonic() < end:
        octets = mutate(choice.choice(pool), choice, pool)
        try:
            check(octets)
        except BaseException:
            Path("crash-forms").write_bytes(octets)
            raise
        if choice.random() < 0.01:
            pool[choice.randrange(len(pool))] = octets
        if count % 10_000 == 0:
            pool = seeds() + pool[:200]
        count += 1
    print(f"fuzz_forms: {count} inputs in {seconds:.0f} s, seed {seed}: no findings")  # noqa: T201


def main() -> None:
    """Run with coverage where atheris is there, else by chance."""
    if atheris is not None and "--seconds" not in sys.argv:
        atheris.Setup(sys.argv, check)
        atheris.Fuzz()
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**32)
    options = parser.parse_args()
    for octets in seeds():
        check(octets)
    run(options.seconds, options.seed)


if __name__ == "__main__":
    main()
