"""One file with lists for a machine without internet."""

from __future__ import annotations

import io
import json
import os
import zipfile

import pytest
from minted_lists import ISSUED, Party, russian_list

from zaruka.errors import BudgetExceeded, InputError
from zaruka.service.bundle import ENTRIES_MAX, check_signer, make_bundle, read_bundle
from zaruka.service.lists import Obtained
from zaruka.signatures.creation import sign_cades
from zaruka.signatures.input.opening import Input

NOBODY = frozenset()


def signing(party):
    return lambda octets: sign_cades(
        octets, [party.signer], signing_time=ISSUED, entropy=os.urandom, detached=True
    )


@pytest.fixture
def lists(taking, store, source):
    for version in (5, 6):
        octets = russian_list(version=version)
        taking.accept(taking.propose(source, Obtained(octets, f"{version}.xml")))
    return [(each, store.octets(each)) for each in store.lists()]


def opened(octets):
    return read_bundle(Input.of(octets, "lists.zip"))


def rewritten(octets, change):
    """The same zip with some files changed: None takes one out."""
    source, packed = zipfile.ZipFile(io.BytesIO(octets)), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            changed = change(name, source.read(name))
            if changed is not None:
                target.writestr(name, changed)
    return packed.getvalue()


def test_a_bundle_gives_back_every_list(lists):
    bundle = opened(make_bundle(lists, None))
    assert [(e.source, e.sequence, e.place, e.obtained, e.octets) for e in bundle.lists] == [
        (each.source, each.sequence, each.place, each.obtained, octets) for each, octets in lists
    ]


def test_the_same_lists_make_the_same_octets(lists):
    assert make_bundle(lists, None) == make_bundle(lists, None)


def test_the_signer_may_be_pinned_or_stand_under_an_anchor(lists):
    root = Party("Root of the operator")
    operator = Party("Operator", root, ca=False)
    bundle = opened(make_bundle(lists, signing(operator)))
    found = operator.certificate
    assert check_signer(bundle, frozenset({found.sha256}), [], ISSUED) == found
    assert check_signer(bundle, NOBODY, [found], ISSUED) == found
    assert check_signer(bundle, NOBODY, [root.certificate], ISSUED) == found
    with pytest.raises(InputError) as raised:
        check_signer(bundle, NOBODY, [Party("Stranger").certificate], ISSUED)
    assert raised.value.code == "trust.bundle-signer"
    assert raised.value.details["sha256"] == found.sha256


def test_a_bundle_without_signature_has_no_signer(lists):
    with pytest.raises(InputError) as raised:
        check_signer(opened(make_bundle(lists, None)), NOBODY, [], ISSUED)
    assert raised.value.code == "trust.bundle-unsigned"


def test_what_was_changed_after_signing_is_found(lists):
    operator = Party("Operator", ca=False)
    octets = make_bundle(lists, signing(operator))

    def other_date(name, content):
        return content.replace(b"2026-07", b"2025-07") if name == "manifest.json" else content

    with pytest.raises(InputError) as raised:
        check_signer(opened(rewritten(octets, other_date)), NOBODY, [operator.certificate], ISSUED)
    assert raised.value.code == "trust.bundle-forged"

    def other_list(name, content):
        return content + b"\n" if name.startswith("lists/") else content

    with pytest.raises(InputError) as raised:
        opened(rewritten(octets, other_list))
    assert raised.value.code == "trust.bundle-damaged"


MANIFESTS = [
    b"",
    b"[]",
    b"{}",
    b"\xff",
    b"[" * 100_000,
    json.dumps({"bundle": 2, "lists": []}).encode(),
    json.dumps({"bundle": 1, "lists": {}}).encode(),
    json.dumps({"bundle": 1, "lists": ["x"]}).encode(),
    json.dumps({"bundle": 1, "lists": [{"file": "../../etc/passwd"}]}).encode(),
    json.dumps({"bundle": 1, "lists": [{"file": ["x"]}]}).encode(),
]


@pytest.mark.parametrize("manifest", MANIFESTS, ids=range(len(MANIFESTS)))
def test_what_is_no_manifest_is_named(lists, manifest):
    octets = make_bundle(lists, None)
    changed = rewritten(octets, lambda n, c: manifest if n == "manifest.json" else c)
    with pytest.raises(InputError) as raised:
        opened(changed)
    assert raised.value.code == "trust.not-a-bundle"


def test_a_missing_list_or_manifest_is_named(lists):
    octets = make_bundle(lists, None)
    for gone in ("lists/", "manifest.json"):
        with pytest.raises(InputError) as raised:
            opened(rewritten(octets, lambda n, c, gone=gone: None if n.startswith(gone) else c))
        assert raised.value.code == "trust.not-a-bundle"


@pytest.mark.parametrize(
    ("key", "value"), [("sequence", float("inf")), ("obtained", "0001-01-01T00:00:00+14:00")]
)
def test_numbers_and_moments_beyond_all_bounds_are_named(lists, key, value):
    octets = make_bundle(lists, None)
    manifest = json.loads(opened(octets).manifest)
    manifest["lists"][0][key] = value
    whole = json.dumps(manifest).encode()
    with pytest.raises(InputError) as raised:
        opened(rewritten(octets, lambda n, c: whole if n == "manifest.json" else c))
    assert raised.value.code == "trust.not-a-bundle"


def test_a_file_that_many_entries_name_is_read_once(lists):
    """Else a small manifest would fill the memory with copies of one list."""
    octets = make_bundle(lists, None)
    manifest = json.loads(opened(octets).manifest)
    entry = manifest["lists"][0]

    def naming(count):
        many = [entry | {"source": f"list {n}"} for n in range(count)]
        said = json.dumps(manifest | {"lists": many}).encode()
        return rewritten(octets, lambda n, c: said if n == "manifest.json" else c)

    found = opened(naming(ENTRIES_MAX)).lists
    assert (len(found), len({id(each.octets) for each in found})) == (ENTRIES_MAX, 1)
    with pytest.raises(BudgetExceeded):
        opened(naming(ENTRIES_MAX + 1))
