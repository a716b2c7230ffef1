"""How to check the same with OpenSSL: commands that run as they are printed.

They take certificates, signatures and stamps out of the report for programs (`report.json`), and
the files that were judged from the folder they are typed in. Where OpenSSL cannot do something,
that is said instead. Engines: gost for the Russian algorithms, bee2evp for the Belarusian ones.
"""

from __future__ import annotations

import re
from shlex import quote
from typing import TYPE_CHECKING, Final

from zaruka.asn1 import schema as s
from zaruka.asn1.cms import SIGNER_INFO
from zaruka.errors import InputError
from zaruka.findings import ObjectKind
from zaruka.messages import visible
from zaruka.reports.document import Commands
from zaruka.reports.page import Line, Section, Tone
from zaruka.reports.told import links_of
from zaruka.signatures.cms import parse_timestamp_token
from zaruka.validation.results import (
    Block,
    CertificateResult,
    SignatureResult,
    TimestampKind,
    TimestampResult,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from zaruka.messages import Messages
    from zaruka.reports.document import Block as Printed
    from zaruka.validation.results import ChainLink, Input, ObjectResult, ValidationReport

__all__ = ["REPORT_NAME", "how_to_repeat"]

REPORT_NAME: Final = "report.json"

_ENGINES: Final = (("1.2.643.", "gost"), ("1.2.112.", "bee2evp"))
_PLAIN: Final = re.compile(r"[\w(),.+=@№ -]+")
_TAKE: Final = f"""\
take() {{
  jq -r --arg id "$1" 'first(.facts[] | select(.sha256 == $id and .der != null)) | .der' \\
    {REPORT_NAME} | base64 -d
}}"""
_ENGINE: Final = """\
cat > engines.cnf <<'END'
openssl_conf = start
[start]
engines = engines
[engines]
{names}
{sections}
END
export OPENSSL_CONF="$PWD/engines.cnf\""""
_LISTS: Final = """\
for list in *.crl; do
  digest=$(openssl crl -in "$list" -outform DER | sha256sum | cut -d' ' -f1)
  case $digest in
    {digests}) openssl crl -in "$list" >> lists-{number}.pem ;;
  esac
done"""


def how_to_repeat(report: ValidationReport, say: Messages) -> tuple[Printed, ...]:
    """Return the commands for everything in a report that OpenSSL can check."""
    return tuple(_Repeating(report, say).steps())


class _Repeating:
    def __init__(self, report: ValidationReport, say: Messages) -> None:
        self._report = report
        self._say = say
        self._kept = {fact.sha256: fact for fact in report.facts if fact.der is not None}

    def steps(self) -> Iterator[Printed]:
        report = self._report
        yield self._files()
        if not self._kept:
            return
        engines = self._engines()
        if engines:
            said = [self._say(f"words.repeat.engine.{name}") for name in engines]
            names = "\n".join(f"{name} = {name}" for name in engines)
            sections = "\n".join(f"[{name}]\ndefault_algorithms = ALL" for name in engines)
            yield Commands(" ".join(said), _ENGINE.format(names=names, sections=sections))
        yield Commands(self._say("words.repeat.take"), _TAKE)
        cms = [each for each in report.signatures if _is_cms(each)]
        if cms:
            yield from self._message(cms)
        if len(cms) < len(report.signatures):
            yield self._cannot("other")
        for number, found in enumerate(report.signatures, 1):
            holds = _holds(found, Block.X509_VALIDATION)
            yield from self._chain(number, found, found.best_signature_time, holds=holds)
            yield from self._stamps(number, found)
        for number, each in enumerate(report.objects, len(report.signatures) + 1):
            yield from self._object(number, each)

    def _files(self) -> Commands:
        """Show that the files are the same ones."""
        lines = [f"{given.sha256}  {_name(given.name, n)}" for n, given in self._numbered()]
        text = "\n".join(["sha256sum -c <<'END'", *lines, "END"])
        strange = [
            self._say("words.repeat.renamed", name=given.name, as_name=_name(given.name, n))
            for n, given in self._numbered()
            if _name(given.name, n) != given.name
        ]
        return Commands(" ".join([self._say("words.repeat.files"), *strange]), text)

    def _engines(self) -> list[str]:
        """Return the engines that the algorithms of the report need."""
        report = self._report
        owners: list[SignatureResult | ObjectResult] = [*report.signatures, *report.objects]
        owners += [stamp for each in report.signatures for stamp in each.timestamps]
        oids = [link.certificate.signature_algorithm.oid for o in owners for link in links_of(o)]
        oids += [each.algorithm.signature_oid for each in report.signatures]
        oids += [each.imprint_algorithm_oid for each in owners if isinstance(each, TimestampResult)]
        return [name for arc, name in _ENGINES if any(oid.startswith(arc) for oid in oids)]

    def _numbered(self) -> list[tuple[int, Input]]:
        return [*enumerate(self._report.inputs, 1)]

    def _cannot(self, what: str) -> Section:
        return Section(None, (Line(self._say(f"words.repeat.cannot.{what}"), Tone.UNSURE),))

    # --- signatures

    def _message(self, signatures: list[SignatureResult]) -> Iterator[Printed]:
        """Check the values of all signatures of each message over its document."""
        signer_ids = [f.signing_certificate.sha256 for f in signatures if f.signing_certificate]
        taken = _pem(dict.fromkeys(i for i in signer_ids if i in self._kept), "signers.pem")
        messages = [_name(g.name, n) for n, g in self._numbered() if g.role != "content"]
        contents = [_name(g.name, n) for n, g in self._numbered() if g.role == "content"]
        holds = all(_holds(each, Block.CRYPTOGRAPHIC_VERIFICATION) for each in signatures)
        ends = "holds" if holds else "open" if len(messages) == 1 else "some"
        for name in messages:
            words = ["openssl cms -verify", "-binary -inform DER", f"-in {quote(name)}"]
            words += [f"-content {quote(each)}" for each in contents[:1]]
            words += ["-certfile signers.pem"] if taken else []
            words += ["-noverify", "-out /dev/null"]
            said = self._sentence(f"signature.{ends}", "encoding")
            yield Commands(said, "\n".join([*taken, _continued(words)]))

    def _chain(
        self, number: int, found: SignatureResult | ObjectResult, at: datetime, *, holds: bool
    ) -> Iterator[Printed]:
        """Check a chain at the moment that counted, with the lists that counted then."""
        links = links_of(found)
        if not links or links[-1].anchor is None:
            yield self._cannot("chain")
            return
        root, above, leaf = (f"{name}-{number}.pem" for name in ("root", "chain", "holder"))
        text = [
            *_pem([links[-1].ref.sha256], root),
            *_pem([link.ref.sha256 for link in links[1:-1]], above),
            *_pem([links[0].ref.sha256], leaf),
        ]
        words = ["openssl verify", f"-attime {int(at.timestamp())}", f"-CAfile {root}"]
        if len(links) > 2:
            words.append(f"-untrusted {above}")
        lists = _lists(links, at)
        if lists:
            text.append(_LISTS.format(digests="|".join(lists), number=number))
            words += ["-crl_check_all", f"-CRLfile lists-{number}.pem"]
        text.append(_continued([*words, leaf]))
        yield Commands(
            self._sentence(
                f"chain.{'holds' if holds else 'open'}",
                "lists" if lists else "no_lists",
                name=links[0].ref.name,
                at=at,
            ),
            "\n".join(text),
        )

    def _stamps(self, number: int, found: SignatureResult) -> Iterator[Printed]:
        """Check that each stamp is of this very signature value, and its own chain."""
        for place, stamp in enumerate(found.timestamps, 1):
            name = f"stamp-{number}-{place}"
            data = None
            if stamp.kind is TimestampKind.SIGNATURE:
                data = self._value_of(found.ref.sha256, f"value-{number}.bin")
            yield from self._stamp(name, stamp, data)

    def _stamp(
        self, name: str, stamp: TimestampResult, data: tuple[list[str], str] | None
    ) -> Iterator[Printed]:
        """Check a stamp over `data` (how to make it, its file), else over the imprint in it."""
        links, imprint = links_of(stamp), self._imprint(stamp)
        if not links or links[-1].anchor is None or imprint is None:
            yield self._cannot("stamp")
            return
        text = [
            *([] if data is None else data[0]),
            f"take {stamp.ref.sha256} > {name}.tst",
            *_pem([links[-1].ref.sha256], f"{name}-root.pem"),
            *_pem([link.ref.sha256 for link in links[:-1]], f"{name}-chain.pem"),
        ]
        over = f"-digest {imprint}" if data is None else f"-data {data[1]}"
        words = ["openssl ts -verify", f"-token_in -in {name}.tst", over]
        words += [f"-attime {int(stamp.time.timestamp())}", f"-CAfile {name}-root.pem"]
        if len(links) > 1:
            words.append(f"-untrusted {name}-chain.pem")
        text.append(_continued(words))
        ends = "holds" if stamp.conclusion.passed else "open"
        rest = "over_value" if data is not None else "over_imprint"
        said = self._sentence(f"stamp.{ends}", rest, at=stamp.time)
        yield Commands(said, "\n".join(text))

    def _value_of(self, sha256: str, file: str) -> tuple[list[str], str] | None:
        """Return how to cut the value of a signature out of its SignerInfo."""
        fact = self._kept.get(sha256)
        try:
            value = s.decode(SIGNER_INFO, fact.der).signature if fact and fact.der else b""
        except InputError:
            return None
        if not fact or not fact.der or not value:
            return None
        start = fact.der.index(value) + 1
        cut = f"tail -c +{start} | head -c {len(value)} > {file}"
        return [f"take {sha256} |\n  {cut}"], file

    def _imprint(self, stamp: TimestampResult) -> str | None:
        fact = self._kept.get(stamp.ref.sha256)
        if fact is None or fact.der is None:
            return None
        return parse_timestamp_token(fact.der).tst_info.imprint.hex()

    # --- objects given by themselves

    def _object(self, number: int, found: ObjectResult) -> Iterator[Printed]:
        match found:
            case TimestampResult():
                content = next((g for g in self._numbered() if g[1].role == "content"), None)
                name = quote(_name(content[1].name, content[0])) if content else ""
                yield from self._stamp(f"stamp-{number}", found, ([], name) if name else None)
            case CertificateResult():
                at = self._report.validation_time
                yield from self._chain(number, found, at, holds=found.conclusion.passed)
            case _:
                yield self._cannot("evidence")

    # --- words

    def _sentence(self, *keys: str, **values: object) -> str:
        return " ".join(self._say(f"words.repeat.{key}", **values) for key in keys)


def _is_cms(found: SignatureResult) -> bool:
    return found.format in {"CAdES", "CMS"}


def _holds(found: SignatureResult, block: Block) -> bool:
    return any(each.block is block and each.conclusion.passed for each in found.blocks)


def _lists(links: tuple[ChainLink, ...], at: datetime) -> list[str]:
    """Return the digests of the lists that OpenSSL can use for a chain at one moment.

    It knows no list but those current at that moment, and holds any entry against a certificate,
    whenever it was revoked: elsewhere the chain is checked without lists.
    """
    found = []
    for link in links[:-1]:
        used = link.revocation
        if used.source is None or used.source.kind is not ObjectKind.CRL:
            return []
        starts, ends, revoked = used.this_update, used.next_update, used.revoked_at
        if starts is None or starts > at or (ends is not None and ends < at):
            return []
        if revoked is not None and revoked > at:
            return []
        found.append(used.source.sha256)
    return sorted(set(found))


def _pem(digests: Iterable[str], file: str) -> list[str]:
    """Return how to gather certificates of the report into one file."""
    return [
        f"take {digest} |\n  openssl x509 -inform DER {'>>' if number else '>'} {file}"
        for number, digest in enumerate(digests)
    ]


def _continued(words: list[str]) -> str:
    """Break a long command where a shell lets it go on below."""
    lines, line = [], ""
    for word in words:
        if line and len(line) + len(word) > 92:
            lines.append(line + " \\")
            line = "  " + word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])


def _name(name: str, number: int) -> str:
    """Return the name of a file as it can be typed, or another to give it."""
    safe = _PLAIN.fullmatch(name) and visible(name) == name and not name.startswith("-")
    return name if safe else f"file-{number}"
