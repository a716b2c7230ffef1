"""What an XML document with signatures holds, in words: nothing is judged, nothing fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.messages import visible
from zaruka.reports.page import Line, Section, Tone
from zaruka.reports.sentences import sentence
from zaruka.signatures.input.xml_files import read_signed_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.messages import Messages
    from zaruka.signatures.input.forms import Form
    from zaruka.signatures.xml.document import Reference, SignedXml, XmlSignature

__all__ = ["inspect_signed_xml"]


def inspect_signed_xml(form: Form, say: Messages) -> Iterator[Section]:
    """Describe the signatures of a document: what each signs, how, who signed, what is inside.

    Raises what `read_signed_xml` does.
    """
    document = read_signed_xml(form)
    for signature in document.signatures:
        heading = say("kinds.show.signature", index=signature.index + 1)
        yield Section(heading, tuple(_signature(signature, say)))
        for number, reference in enumerate(signature.references, 1):
            heading = say("kinds.show.reference", index=number)
            yield Section(heading, tuple(_reference(reference, say)))
    yield from _unread(document, say)
    names = [visible(each.ref.name) for each in document.certificates]
    if names:
        lines = tuple(Line(f"{number}. {name}") for number, name in enumerate(names, 1))
        yield Section(say("kinds.show.certificates"), lines)


def _signature(found: XmlSignature, say: Messages) -> Iterator[Line]:
    signer = found.signers[0].ref.name if found.signers else found.sid.display()
    yield _line("signer", signer or say("words.absent"), say)
    yield _line("place", found.place, say)
    yield _line("level", found.level, say)
    yield _line("algorithm", found.method_uri, say)
    yield _line("canonical", found.canonicalization, say)
    if found.signing_time is not None:
        yield Line(say.moment(found.signing_time), label=say("words.label.claimed_time"))
    for number, each in enumerate(found.evidence):
        if number == 0:
            yield Line(say("kinds.show.unsigned") + ":")
        yield Line(visible(each.attribute.oid), depth=1)
        for token in each.tokens:
            yield Line(say.moment(token.tst_info.time), depth=2)


def _reference(found: Reference, say: Messages) -> Iterator[Line]:
    uri = say("words.absent") if found.uri is None else f'"{found.uri}"'
    yield _line("uri", uri, say)
    if found.place:
        yield _line("place", found.place, say)
    if found.content is not None:
        yield _line("size", say("words.label.content_size", size=found.content.size), say)
    elif found.finding is not None:
        yield Line(sentence(found.finding, say).text, Tone.UNSURE)
    yield _line("digest", f"{found.digest_uri} {found.digest.hex()}", say)
    for each in found.transforms:
        yield _line("transform", each, say)


def _unread(document: SignedXml, say: Messages) -> Iterator[Section]:
    lines = [
        Line(say("kinds.show.damaged", reason=say.error(each.reason, {}).text), Tone.BAD)
        for each in document.unread
    ]
    if lines:
        yield Section(None, tuple(lines))


def _line(key: str, value: str, say: Messages) -> Line:
    return Line(visible(value), label=say(f"kinds.show.{key}"))
