"""Evidence bundles: the same parts give the same octets, and whatever was altered is named."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest

from third_parties import BID, shown
from zaruka.errors import BudgetExceeded, InputError
from zaruka.signatures.content import BytesContent
from zaruka.ttp import bundle as bundles
from zaruka.ttp.bundle import make_bundle, read_bundle
from zaruka.ttp.checking import Shown, check_receipt


@pytest.fixture(scope="module")
def made(world):
    message = world.signature()
    context = world.context()
    checked = check_receipt(world.receipt(message), context, shown(message))
    return make_bundle(checked, shown(message), context.evidence)


def rewritten(octets, change):
    """Write the zip again with its files changed."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_bundle_is_enough_to_check_the_receipt_on_another_machine(world, made):
    bundle = read_bundle(made)
    bare = world.context()
    own = Shown(bundle.message, BytesContent(BID))
    assert check_receipt(bundle.receipt, bare.having(bundle.evidence), own).conclusion.passed
    assert set(bundle.digests) == {"document", "signature", "sent"}


def test_the_document_itself_is_not_in_it(made):
    assert BID not in made


def test_the_same_parts_give_the_same_octets(world):
    message = world.signature()
    context = world.context()
    receipt = world.receipt(message)
    checked = check_receipt(receipt, context, shown(message))
    made = [make_bundle(checked, shown(message), context.evidence) for _ in range(2)]
    assert made[0] == made[1]


def drop(name):
    return lambda files: files.pop(name)


def put(name, content=b"x"):
    return lambda files: files.update({name: content})


@pytest.mark.parametrize(
    "change",
    [
        drop("receipt.dvc"),
        drop("signature.p7s"),
        put("receipt.dvc"),
        put("../outside"),
        put("certificates/" + "0" * 64),
    ],
)
def test_what_is_not_as_the_manifest_has_it_is_named(made, change):
    with pytest.raises(InputError) as raised:
        read_bundle(rewritten(made, change))
    assert raised.value.code == "ttp.bundle-altered"


def relist(name, content):
    """Add a file and list it: the name itself is not one of a bundle."""

    def change(files):
        manifest = json.loads(files["manifest.json"])
        digest = hashlib.sha256(content).hexdigest()
        manifest["files"].append({"name": name, "sha256": digest, "size": len(content)})
        files["manifest.json"] = json.dumps(manifest).encode()
        files[name] = content

    return change


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "notes.txt", "crls/x"])
def test_only_files_of_a_bundle_are_in_a_bundle(made, name):
    with pytest.raises(InputError):
        read_bundle(rewritten(made, relist(name, b"x")))


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"[]",
        b"{",
        b'{"files": 5}',
        b"[" * 5000,
        b'{"version":2,"files":[],"digests":{}}',
    ],
)
def test_a_manifest_that_is_none_is_refused(made, manifest):
    with pytest.raises(InputError) as raised:
        read_bundle(rewritten(made, put("manifest.json", manifest)))
    assert raised.value.code == "ttp.bundle-unreadable"


@pytest.mark.parametrize("octets", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"x" * 500])
def test_what_is_no_zip_is_refused(octets):
    with pytest.raises(InputError):
        read_bundle(octets)


def test_a_bomb_is_not_unpacked(made):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", bytes(50_000_000))
    with pytest.raises(InputError):
        read_bundle(out.getvalue())
    assert len(made) < 100_000


def test_a_bundle_over_its_bound_is_refused(made, monkeypatch):
    monkeypatch.setattr(bundles, "_SIZE_MAX", 1000)
    with pytest.raises(BudgetExceeded):
        read_bundle(made)
