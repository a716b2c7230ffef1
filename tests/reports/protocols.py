"""Reports to make protocols of: each kind of answer, in both countries, and names that attack."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache

import cases
from msgspec import structs

import zaruka

ANSWERS = {
    "passed": "ru/ul-256-xa-text-det",
    "belarusian": "by/cms/m384-text-cades-T.p7s+docs/text.txt",
    "failed": "ru-cades/b-changed-det",
    "revoked": "ru-cades/t-revoked-before-det",
    "expired": "by/cms/m256-expired.p7s+docs/text.txt",
    "several": "by/cms/multi-256-384-512-text.p7s+docs/text.txt",
    "stamps": "ru-cades/xl-carevoked-det",
    "two-countries-of-keys": "ru-cades/two-gost-rsa-t-det",
    "stamp": "ru-cades/ts-good",
    "certificate": "by/pki/m-ee256.cer",
    "list": "by/crl/m-sub.crl",
    "answer": "by/ocsp/good.resp",
}

HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>",
    '=HYPERLINK("http://x")&{{7*7}}{nb}{% raw %}',
    "\u202eexe.fdp\u2066\u200b\x1b[31m\x00\x08\ufeff",
    "A" * 3000,
    "слово" * 400,
    "龍\U0001f600\u0301\u0301\u0301\u0301\ud800",
    "'; rm -rf / #`id`$(id)\n\n%s",
)


@cache
def report(name):
    wanted = ANSWERS.get(name, name)
    if wanted.startswith("ru-cades/"):
        return _ru_cades(wanted.partition("/")[2])
    case = next(c for c in cases.every_case() if c.id == wanted)
    return zaruka.verify(
        case.file,
        content=case.content,
        anchors=case.anchors,
        certificates=case.certificates,
        crls=case.crls,
        at=case.at,
    )


def _ru_cades(wanted):
    home = cases.SHARED / "interop" / "ru-cades"
    every = json.loads((home / "manifest.json").read_text())["cases"]
    raw = next(each for each in every if each["id"] == wanted)
    detached = raw["kind"] != "cms-attached" and "content" in raw
    return zaruka.verify(
        home / raw["file"],
        content=home / raw["content"] if detached else None,
        anchors=[home / name for name in raw["trust"]],
        certificates=[home / name for name in raw["intermediates"]],
        crls=[home / name for name in raw["crls"]],
        at=datetime.fromisoformat(raw["verify_at"]),
    )


def renamed(found, name):
    """Put a name from outside wherever a name from outside may stand."""
    inputs = tuple(structs.replace(each, name=name) for each in found.inputs)
    return structs.replace(
        found,
        inputs=inputs,
        signatures=tuple(_signature(each, name) for each in found.signatures),
        facts=tuple(structs.replace(each, source=name) for each in found.facts),
    )


def _signature(found, name):
    who = found.signer
    return structs.replace(
        found,
        ref=structs.replace(found.ref, name=name),
        signer=structs.replace(who, name=name, person=name, organisation=name, position=name),
        signing_certificate=structs.replace(found.signing_certificate, name=name),
        chain=tuple(
            structs.replace(link, ref=structs.replace(link.ref, name=name)) for link in found.chain
        ),
        timestamps=tuple(
            structs.replace(stamp, tsa=structs.replace(stamp.tsa, name=name))
            for stamp in found.timestamps
        ),
    )
