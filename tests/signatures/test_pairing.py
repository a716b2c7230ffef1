"""A detached signature finds its document by the digest inside; folders and archives in full."""

from __future__ import annotations

import json
import zipfile
from email.message import EmailMessage

import pytest
from asn1crypto import cms
from hypothesis import given
from hypothesis import strategies as st

from zaruka.errors import InputError
from zaruka.findings import ObjectKind, ObjectRef
from zaruka.signatures.input.archives import folder_members, members, zip_members
from zaruka.signatures.input.forms import Kind, recognise
from zaruka.signatures.input.hints import find_hints
from zaruka.signatures.input.names import FAR, closeness, document_names
from zaruka.signatures.input.opening import Input
from zaruka.signatures.input.pairing import (
    Budget,
    Tie,
    find_document,
    find_signatures,
    members_in,
    pair_members,
)
from zaruka.signatures.input.reading import CmsReader

READER = CmsReader()


@pytest.fixture
def text(shared):
    return (shared / "interop/by/docs/text.txt").read_bytes()


@pytest.fixture
def signature(shared):
    """Detached, over `text`, GosSUOK-like."""
    return (shared / "interop/by/cms/g-text-det.p7s").read_bytes()


@pytest.fixture
def russian(shared):
    """Detached, over the Russian `text`."""
    return (shared / "interop/ru/cms/ul-512-a-text-det.p7s").read_bytes()


def find(path, **options):
    return find_document(path, recognise(Input.open(path)), READER, **options)


@pytest.mark.parametrize(
    ("document", "signature_name"),
    [
        ("bid.pdf", "bid.pdf.sig"),
        ("bid.pdf", "bid.sig"),
        ("bid.pdf", "bid.pdf.1.sig"),
        ("bid.pdf", "bid.pdf.p7s.b64"),
        ("bid.pdf", "bid.pdf (1).sig"),
        ("bid.pdf", "BID.PDF.SGN"),
        ("bid.pdf", "bid_signed.p7s"),
        ("Заявка й.docx", "Заявка й.docx.sig"),
        ("contract.docx", "something else.bin"),
    ],
)
def test_a_document_is_found_beside_its_signature(
    tmp_path, text, signature, document, signature_name
):
    (tmp_path / document).write_bytes(text)
    (tmp_path / "another.pdf").write_bytes(b"%PDF-1.4 something else")
    (tmp_path / signature_name).write_bytes(signature)
    pair = find(tmp_path / signature_name)
    assert pair.tie is Tie.DIGEST
    assert pair.document.name == document


def test_the_digest_decides_against_a_name_that_is_only_close(tmp_path, text, signature):
    (tmp_path / "bid.pdf").write_bytes(b"the new edition")
    (tmp_path / "bid (old).pdf").write_bytes(text)
    (tmp_path / "bid.sig").write_bytes(signature)
    pair = find(tmp_path / "bid.sig")
    assert (pair.tie, pair.document.name) == (Tie.DIGEST, "bid (old).pdf")


def test_the_document_of_the_very_name_is_never_passed_over_for_one_that_fits(
    tmp_path, text, signature
):
    (tmp_path / "bid.pdf").write_bytes(b"altered")
    (tmp_path / "desktop.ini").write_bytes(text)
    (tmp_path / "bid.pdf.bak").write_bytes(text)
    (tmp_path / "bid.pdf.sig").write_bytes(signature)
    pair = find(tmp_path / "bid.pdf.sig")
    assert (pair.tie, pair.document.name) == (Tie.NAME, "bid.pdf")
    assert pair.fitting.name in {"desktop.ini", "bid.pdf.bak"}
    [pair] = pair_members(folder_members(tmp_path), READER).pairs
    assert (pair.tie, pair.document.name) == (Tie.NAME, "bid.pdf")


def test_every_signature_that_says_the_name_of_a_document_is_found(
    tmp_path, text, signature, russian
):
    (tmp_path / "bid.pdf").write_bytes(text)
    (tmp_path / "bid.pdf.sig").write_bytes(signature)
    (tmp_path / "bid.pdf.p7s").write_bytes(russian)
    (tmp_path / "other.sig").write_bytes(russian)
    found = find_signatures(tmp_path / "bid.pdf", READER)
    assert [member.name for member in found] == ["bid.pdf.p7s", "bid.pdf.sig"]


def test_attachments_of_one_name_are_numbered_and_none_vanishes():
    message = EmailMessage()
    message.set_content("see")
    for octets in (b"one", b"two", b"three"):
        message.add_attachment(
            octets, maintype="application", subtype="octet-stream", filename="a.txt"
        )
    found = members(recognise(Input.of(message.as_bytes(), "letter.eml")))
    assert {m.name: bytes(m.open().octets) for m in found} == {
        "a.txt": b"one",
        "a (2).txt": b"two",
        "a (3).txt": b"three",
    }


def test_a_document_of_the_same_name_that_does_not_fit_is_given_as_such(tmp_path, signature):
    (tmp_path / "bid.pdf").write_bytes(b"altered")
    (tmp_path / "bid.pdf.sig").write_bytes(signature)
    pair = find(tmp_path / "bid.pdf.sig")
    assert (pair.tie, pair.document.name) == (Tie.NAME, "bid.pdf")


@pytest.mark.parametrize("document", ["bid.pdf", "bid.txt", "bid.bin", "bid.v 2.docx"])
def test_an_altered_document_is_given_by_its_name_without_extension(tmp_path, signature, document):
    (tmp_path / document).write_bytes(b"altered")
    (tmp_path / (document.rpartition(".")[0] + ".sig")).write_bytes(signature)
    [path] = tmp_path.glob("*.sig")
    pair = find(path)
    assert (pair.tie, pair.document.name) == (Tie.NAME, document)


def test_without_a_document_there_is_none(tmp_path, signature):
    (tmp_path / "bid.pdf.sig").write_bytes(signature)
    (tmp_path / "readme.txt").write_bytes(b"hello")
    pair = find(tmp_path / "bid.pdf.sig")
    assert (pair.tie, pair.document) == (None, None)


def test_two_signatures_are_not_each_others_document(tmp_path, signature):
    (tmp_path / "bid.sig").write_bytes(signature)
    (tmp_path / "bid.p7s").write_bytes(signature + b"\n")
    assert find(tmp_path / "bid.sig").document is None


def test_an_attached_signature_holds_its_document(shared):
    path = shared / "interop/by/cms/m256-text-att.p7s"
    assert find(path).tie is Tie.INSIDE


def test_an_unreadable_neighbour_does_not_stop_the_search(tmp_path, text, signature):
    (tmp_path / "bid.pdf").write_bytes(text)
    (tmp_path / "bid.sig").write_bytes(signature)
    (tmp_path / "bid").mkdir()
    (tmp_path / "bid.txt").symlink_to("nowhere")
    assert find(tmp_path / "bid.sig").document.name == "bid.pdf"


def test_a_signature_without_signed_attributes_is_tied_by_verifying(tmp_path, text, shared):
    attached = (shared / "interop/by/cms/m256-text-noattr.p7s").read_bytes()
    info = cms.ContentInfo.load(attached)
    assert info["content"]["signer_infos"][0]["signed_attrs"].native is None
    inner = info["content"]["encap_content_info"]
    if inner["content"].native is not None:
        info["content"]["encap_content_info"] = {"content_type": "data"}
        attached = info.dump()
    (tmp_path / "s.sig").write_bytes(attached)
    (tmp_path / "a.txt").write_bytes(b"other")
    (tmp_path / "b.txt").write_bytes(text)
    pair = find(tmp_path / "s.sig")
    assert (pair.tie, pair.document.name) == (Tie.VERIFIED, "b.txt")


def test_the_budget_bounds_the_search_among_foreign_names(tmp_path, text, signature):
    (tmp_path / "s.sig").write_bytes(signature)
    for number in range(20):
        (tmp_path / f"other{number:02}.dat").write_bytes(b"x" * (number + 1))
    (tmp_path / "target.dat").write_bytes(text)
    assert find(tmp_path / "s.sig", budget=Budget(files=5)).document is None
    assert find(tmp_path / "s.sig", budget=Budget(octets=10)).document is None
    assert find(tmp_path / "s.sig").document.name == "target.dat"


def test_signatures_of_a_document_are_found(tmp_path, text, signature, shared):
    (tmp_path / "bid.pdf").write_bytes(text)
    (tmp_path / "bid.pdf.1.sig").write_bytes(signature)
    (tmp_path / "x.p7s").write_bytes((shared / "interop/by/cms/m256-text-att.p7s").read_bytes())
    (tmp_path / "other.sig").write_bytes((shared / "interop/by/cms/m256-xml-det.p7s").read_bytes())
    assert [m.name for m in find_signatures(tmp_path / "bid.pdf", READER)] == ["bid.pdf.1.sig"]


def fill(folder, shared, text, signature, russian):
    """A folder as a bidder sends it."""
    for name, octets in contents(shared, text, signature, russian).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)


def contents(shared, text, signature, russian):
    return {
        "bid/Заявка.txt": text,
        "bid/Заявка.txt.sig": signature,
        "bid/second/renamed.bin": (shared / "interop/ru/content/text.txt").read_bytes(),
        "bid/second/contract.sig": russian,
        "bid/attached.p7m": (shared / "interop/by/cms/m256-text-att.p7s").read_bytes(),
        "bid/altered.pdf": b"%PDF-1.4 altered",
        "bid/altered.pdf.sig": (shared / "interop/by/cms/m256-xml-det.p7s").read_bytes(),
        "bid/lost.sig": (shared / "interop/by/cms/m512-xml-det.p7s").read_bytes(),
        "bid/unsigned.txt": b"nobody signed this",
        "bid/signed.pdf": b"%PDF-1.4 /ByteRange [0 1 2 3]",
        "bid/cut.sig": signature[:-5],
        "root.cer": (shared / "interop/by/pki/g-kuc.cer").read_bytes(),
        "empty.txt": b"",
    }


def check_bid(pairing):
    ties = {
        pair.signature.name: (pair.tie, pair.document.name if pair.document else None)
        for pair in pairing.pairs
    }
    assert ties == {
        "bid/Заявка.txt.sig": (Tie.DIGEST, "bid/Заявка.txt"),
        "bid/second/contract.sig": (Tie.DIGEST, "bid/second/renamed.bin"),
        "bid/attached.p7m": (Tie.INSIDE, None),
        "bid/altered.pdf.sig": (Tie.NAME, "bid/altered.pdf"),
        "bid/lost.sig": (None, None),
    }
    assert {m.name for m in pairing.unsigned} == {
        "bid/altered.pdf",
        "bid/unsigned.txt",
        "empty.txt",
    }
    assert [(m.name, kind) for m, kind in pairing.signed] == [("bid/signed.pdf", Kind.PDF)]
    assert [(m.name, kind) for m, kind in pairing.evidence] == [("root.cer", Kind.CERTIFICATE)]
    assert [(m.name, e.code) for m, e in pairing.unread] == [("bid/cut.sig", "input.truncated")]


def test_every_pair_of_a_folder_is_found(tmp_path, shared, text, signature, russian):
    fill(tmp_path, shared, text, signature, russian)
    check_bid(pair_members(folder_members(tmp_path), READER))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_every_pair_of_a_zip_is_found(tmp_path, shared, text, signature, russian, method):
    path = tmp_path / "bid.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, octets in contents(shared, text, signature, russian).items():
            archive.writestr(name, octets)
    form = recognise(Input.open(path))
    assert form.kind is Kind.ZIP
    check_bid(pair_members(members(form), READER))
    check_bid(pair_members(members_in(path), READER))


def test_the_order_of_members_changes_nothing(tmp_path, shared, text, signature, russian):
    fill(tmp_path, shared, text, signature, russian)
    check_bid(pair_members(reversed(folder_members(tmp_path)), READER))


def test_many_files_of_one_folder_are_hashed_once_each(tmp_path, text, signature, monkeypatch):
    (tmp_path / "s.sig").write_bytes(signature)
    for number in range(300):
        (tmp_path / f"{number}.dat").write_bytes(b"%d" % number)
        (tmp_path / f"{number}.sgn").write_bytes(signature)
    (tmp_path / "z.dat").write_bytes(text)
    passes = []
    real = Input.digest_many
    monkeypatch.setattr(
        Input,
        "digest_many",
        lambda self, *a, **k: (passes.append(self.title), real(self, *a, **k))[1],
    )
    pairing = pair_members(folder_members(tmp_path), READER)
    assert {pair.document.name for pair in pairing.pairs} == {"z.dat"}
    assert len(passes) == len(set(passes))


def test_a_mail_message_brings_its_own_document(tmp_path, text, signature):
    path = tmp_path / "letter.eml"
    path.write_bytes(mail_with_attachments({"bid.txt": text, "bid.txt.sig": signature}))
    pairing = pair_members(members_in(path), READER)
    [pair] = pairing.pairs
    assert (pair.tie, pair.document.name) == (Tie.DIGEST, "bid.txt")


def mail_with_attachments(files):
    message = EmailMessage()
    message["Subject"] = "Заявка"
    message.set_content("Во вложении")
    for name, octets in files.items():
        message.add_attachment(
            octets, maintype="application", subtype="octet-stream", filename=name
        )
    return message.as_bytes()


def test_names_say_where_to_look_first():
    assert closeness("bid.pdf.sig", "bid.pdf") == 0
    assert closeness("bid.pdf.1.sig", "bid.pdf") == 1
    assert closeness("bid.sig", "bid.pdf") == 2
    assert closeness("bid.sig", "bid.p7s") > 2
    assert closeness("bid.sig", "bid final.pdf") == 3
    assert closeness("bid.sig", "contract.pdf") == FAR
    assert document_names("report 2024.sig")[0] == "report 2024"


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_names_have_a_closeness(one, other):
    assert 0 <= closeness(one, other) <= FAR


def test_a_missing_folder_is_an_input_error(tmp_path):
    with pytest.raises(InputError) as caught:
        folder_members(tmp_path / "nothing")
    assert caught.value.code == "input.not-found"


def test_zip_members_can_be_opened_again_and_again(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", b"a" * 10)
    [member] = zip_members(Input.open(path))
    assert bytes(member.open()) == bytes(member.open()) == b"a" * 10


def detached_cases(shared):
    """Every detached CMS of the interop sets with its content."""
    ru = json.loads((shared / "interop/ru/manifest.json").read_text())["cases"]
    by = json.loads((shared / "interop/by/manifest.json").read_text())["entries"]
    for root, cases in (("ru", ru), ("by", by)):
        for case in cases:
            if case["kind"] == "cms-detached" and case["expected"].startswith("valid"):
                folder = shared / "interop" / root
                yield folder / case["file"], folder / case["content"]


@pytest.mark.parametrize("packed", [False, True])
def test_all_detached_signatures_of_both_countries_in_one_heap_are_paired(tmp_path, shared, packed):
    documents, signatures = {}, {}
    for number, (file, content) in enumerate(detached_cases(shared)):
        octets = content.read_bytes()
        name = documents.setdefault(octets, f"document {len(documents)}.dat")
        signatures[f"{number:03}.bin"] = (file.read_bytes(), name)
    assert len(signatures) >= 20
    assert len(documents) >= 4
    heap = {name: octets for octets, name in documents.items()}
    heap |= {name: octets for name, (octets, _) in signatures.items()}
    if packed:
        with zipfile.ZipFile(tmp_path / "heap.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, octets in heap.items():
                archive.writestr(name, octets)
        found = pair_members(members_in(tmp_path / "heap.zip"), READER)
    else:
        for name, octets in heap.items():
            (tmp_path / name).write_bytes(octets)
        found = pair_members(folder_members(tmp_path), READER)
    assert {p.signature.name: p.document.name for p in found.pairs if p.document} == {
        name: document for name, (_, document) in signatures.items()
    }
    assert {pair.tie for pair in found.pairs} <= {Tie.DIGEST, Tie.VERIFIED}
    assert found.unsigned == ()
    assert found.unread == ()


def test_a_neighbour_that_holds_what_was_signed_is_a_hint(tmp_path, shared, signature):
    attached = (shared / "interop/by/cms/m256-text-att.p7s").read_bytes()
    (tmp_path / "signed.p7m").write_bytes(attached)
    signers = READER.signers(recognise(Input.of(signature, "s.sig")))
    [finding] = find_hints(
        signers,
        Input.of(b"altered", "bid.txt"),
        ObjectRef(ObjectKind.DOCUMENT, "0" * 64, "bid.txt"),
        neighbours=folder_members(tmp_path),
        attached_content=READER.attached_content,
    )
    assert finding.details == {"variant": "attached", "file": "signed.p7m"}


def test_a_document_whose_line_ends_mail_changed_is_a_hint(text, signature):
    signers = READER.signers(recognise(Input.of(signature, "s.sig")))
    assert b"\n" in text
    shown = text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    subject = ObjectRef(ObjectKind.DOCUMENT, "0" * 64, "bid.txt")
    [finding] = find_hints(signers, Input.of(shown, "bid.txt"), subject)
    assert finding.details == {"variant": "lf"}
