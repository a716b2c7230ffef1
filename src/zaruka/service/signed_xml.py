"""Judging the signatures of an XML document, and what they say of the files beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from zaruka.findings import Finding, Severity, SubIndication
from zaruka.signatures.input.rules import CONTENT_NOT_COVERED
from zaruka.signatures.input.xml_files import read_signed_xml
from zaruka.signatures.xml.rules import UNREADABLE
from zaruka.validation.process import validate_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zaruka.signatures.input.forms import Form
    from zaruka.signatures.input.opening import Input
    from zaruka.signatures.input.xml_files import FilesBeside
    from zaruka.signatures.xml.document import SignedXml
    from zaruka.validation.context import Context
    from zaruka.validation.results import ValidationReport

__all__ = ["judge_signed_xml", "judge_xml_document"]

_SHA_256 = "2.16.840.1.101.3.4.2.1"


def judge_signed_xml(
    form: Form,
    files: FilesBeside,
    given: Input | None,
    context: Context,
    told: Callable[[int], Callable[[int], None] | None],
) -> ValidationReport:
    """Judge every signature of an XML document; `given` is the document that somebody named.

    `told` makes, of the size of a file, what is told how far its reading has come. Errors as of
    `read_signed_xml`.
    """
    document = read_signed_xml(form, files)
    _digest(document, told)
    report = judge_xml_document(document, context)
    return structs.replace(
        report, findings=(*report.findings, *_about_given(document, form, given))
    )


def judge_xml_document(document: SignedXml, context: Context) -> ValidationReport:
    """Judge the signatures of a document that was read.

    One that cannot be read leaves open what it would have said of the whole.
    """
    report = validate_document(document, None, context)
    findings = (
        structs.replace(each, severity=Severity.UNKNOWN, sub_indication=SubIndication.CUSTOM)
        if each.rule is UNREADABLE
        else each
        for each in report.findings
    )
    return structs.replace(report, findings=tuple(findings))


def _digest(document: SignedXml, told: Callable[[int], Callable[[int], None] | None]) -> None:
    """Read the files outside once, before they are asked for."""
    for signature in document.signatures:
        for each in signature.references:
            if each.content is not None and each.digest_oid is not None and not each.place:
                each.content.digest_many((each.digest_oid,), progress=told(each.content.size))


def _about_given(document: SignedXml, form: Form, given: Input | None) -> Iterator[Finding]:
    """Whoever names a document asks about that document: it has to be one that is signed."""
    if given is None:
        return
    wanted = given.digest(_SHA_256)
    signed = [each.content for found in document.signatures for each in found.references]
    contents = [form.source, *(each for each in signed if each is not None)]
    if all(each.digest(_SHA_256) != wanted for each in contents):
        yield Finding(
            CONTENT_NOT_COVERED,
            Severity.UNKNOWN,
            document.ref,
            details={"file": given.title},
            sub_indication=SubIndication.SIGNED_DATA_NOT_FOUND,
        )
