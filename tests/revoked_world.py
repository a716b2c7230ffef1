"""A signature that only a proof of its time saves, and what every report on one has to allow."""

from __future__ import annotations

from extending_world import HOUR, NOW, Country
from zaruka.messages import LANGUAGES, messages
from zaruka.reports.as_json import dump, report_value
from zaruka.reports.reading import report_of
from zaruka.reports.report_page import report_page
from zaruka.service.replaying import read_report, replay

__all__ = ["Revoked", "codes", "kept", "the_same_later"]


class Revoked(Country):
    """A signature of two hours ago whose certificate was revoked half an hour ago."""

    def __init__(self, name, folder):
        super().__init__(name, folder)
        self.hierarchy.revoke(self.signer, NOW - HOUR / 2)
        self.publish()
        self.message = self.sign()
        self.detached = self.sign(detached=True)

    def write(self, name, octets):
        path = self.folder / name
        path.write_bytes(octets)
        return path

    def verify(self, source, *proofs, content=None, at=None, **more):
        return self.zaruka(at=at, proofs=proofs, **more).verify(source, content=content)


def kept(report):
    return read_report(dump(report_value(report, messages("ru"))).encode())


def the_same_later(report):
    """What was examined is examined again from the facts, and the pages can be made of them."""
    value = kept(report)
    found = replay(value)
    assert found.differences == ()
    for language in LANGUAGES:
        say = messages(language)
        assert report_page(report_of(value), say) == report_page(report, say)
    return found


def codes(report):
    return {each.rule.code: each for each in report.findings}
