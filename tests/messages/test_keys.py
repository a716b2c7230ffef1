"""Every text that the code asks for is there in every language."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

import zaruka
from zaruka.asn1.dvcs import _TOKENS
from zaruka.cli import COMMANDS, lab, receipt, store, trust
from zaruka.facts import FactKind
from zaruka.findings import Indication
from zaruka.messages import LANGUAGES, messages
from zaruka.messages.catalogue import _read
from zaruka.recognition import Outcome
from zaruka.reports.as_csv import COLUMNS
from zaruka.reports.batch_page import _COUNTED
from zaruka.reports.replay_page import PLACES
from zaruka.service.changes import ChangeKind
from zaruka.signatures.input.kinds import Kind
from zaruka.trust import Purpose, Standing
from zaruka.ttp.documents import Form
from zaruka.ttp.profiles import SERVICES
from zaruka.ttp.reading import Verdict
from zaruka.validation.jurisdiction import HolderKind
from zaruka.validation.powers import PowersBasis, PowersOutcome
from zaruka.validation.replayed import Ground
from zaruka.validation.results import Block, RevocationState, TimestampKind

SOURCE = Path(zaruka.__file__).parent
FILES = "words|command|kinds|demo"
KEY = re.compile(rf"(?:{FILES})(?:\.[A-Za-z0-9_-]+)+")
BEGINNING = re.compile(rf"(?:{FILES})\.")
OF_OBJECT = [Indication.PASSED, Indication.FAILED, Indication.INDETERMINATE]

# Commands of commands, each with its module.
IN_GROUPS = {
    f"{group} {name}": f"{group}.{module}"
    for group, commands in (
        ("lab", lab.COMMANDS),
        ("receipt", receipt.COMMANDS),
        ("store", store.COMMANDS),
        ("trust", trust.COMMANDS),
    )
    for name, module in commands.items()
}

# What stands for the placeholder of a key that is put together.
MEMBERS = {
    "words.block.{}": Block,
    "words.block_state.{}": ["passed", "failed", "indeterminate"],
    "words.holder.{}": HolderKind,
    "words.need.{}": [FactKind.CERTIFICATE, FactKind.CRL],
    "words.fact.{}": FactKind,
    "words.policy.{}": ["etsi"],
    "words.protocol.column.{}": [
        "about",
        "clause",
        "digest",
        "fact",
        "file",
        "means",
        "question",
        "reply",
        "size",
        "source",
        "standing",
        "verdict",
        "version",
    ],
    "words.protocol.made_by_{}": ["person", "sign", "date"],
    "words.protocol.part.{}": [
        "drawn",
        "facts",
        "findings",
        "for_programs",
        "means",
        "questions",
        "repeat",
    ],
    "words.protocol.reply.{}": Indication,
    "words.protocol.row.{}": ["crl", "ocsp"],
    "words.question.{}": Block,
    "words.repeat.cannot.{}": ["other", "chain", "stamp", "evidence"],
    "words.repeat.engine.{}": ["gost", "bee2evp"],
    "words.repeat.{}": ["encoding", "lists", "no_lists", "over_imprint", "over_value"],
    "words.revocation.{}": RevocationState,
    "words.stamp.{}": TimestampKind,
    "words.short.{}": Indication,
    "words.stamp_state.{}": OF_OBJECT,
    "words.standing.{}": ["confirmed", "reference"],
    "words.summary.{}": _COUNTED,
    "words.table.{}": COLUMNS,
    "words.powers.{}": PowersOutcome,
    "words.powers_basis.{}": PowersBasis,
    "words.recognition.{}": Outcome,
    "words.unchecked.{}": ["RU", "BY"],
    "words.verdict.certificate.{}": OF_OBJECT,
    "words.verdict.crl.{}": OF_OBJECT,
    "words.verdict.ocsp.{}": OF_OBJECT,
    "words.verdict.timestamp.{}": OF_OBJECT,
    "words.verdict.{}": [i for i in Indication if i not in {Indication.PASSED, Indication.FAILED}],
    "kinds.kind.{}": Kind,
    "words.receipt_verdict.{}": [*Verdict, "cannot-check"],
    "words.receipt_service.{}": SERVICES.values(),
    "words.receipt_form.{}": Form,
    "words.receipt_token.{}": _TOKENS,
    "words.receipt.state.{}": OF_OBJECT,
    "command.usage.{}": [*COMMANDS, *IN_GROUPS],
    "command.summary.{}": [*COMMANDS, *IN_GROUPS],
    "command.epilog.{}": [*COMMANDS, *IN_GROUPS],
    "words.replay.changed_{}": ["policy", "version", "trust", "agreement"],
    "words.replay_part.{}": ["verdict", "recognition", "powers"],
    "words.replay_ground.{}": Ground,
    "words.replay_absent.{}": [
        "xml",
        "list",
        "agreement",
        "receipt",
        "power-of-attorney",
        "message",
    ],
    "words.replay.{}": ["same", "other", "reported", "replayed", "unsigned", "unread"],
    "words.replay_count.{}": ["same", "other", "open", "refused", "nothing"],
    "words.replay_place.{}": [*PLACES, "other"],
    "words.trust.change.{}": ChangeKind,
    "command.done.renew_{}": ["certificate", "algorithm"],
    "words.trust.standing.{}": [*Standing, "none"],
    "words.trust.purpose.{}": Purpose,
    "words.trust.answer.accreditation.{}": [*Standing, "none"],
    "words.trust.answer.service.{}": [*Standing, "none"],
    "words.trust.outcome.{}": ["accepted", "declined", "unchanged"],
}


def options_of(command):
    if command in IN_GROUPS:
        return import_module(f"zaruka.cli.{IN_GROUPS[command]}").OPTIONS
    return getattr(import_module(f"zaruka.cli.{command}"), "OPTIONS", ())


def keys_in_code():
    """Whole keys, and those put together with "{}" for what is put in."""
    whole, put_together = set(), set()
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inner = {id(v) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for v in n.values}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [v.value if isinstance(v, ast.Constant) else "{}" for v in node.values]
                if BEGINNING.match(str(parts[0])):
                    put_together.add("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and id(node) not in inner:
                found = KEY.fullmatch(str(node.value))
                whole |= {found[0]} if found else set()
    return whole, put_together


def texts(table, prefix):
    for name, value in table.items():
        if isinstance(value, dict):
            yield from texts(value, f"{prefix}.{name}")
        else:
            yield f"{prefix}.{name}"


def known(language):
    return {key for file in FILES.split("|") for key in texts(_read(language, file), file)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_in_the_code_has_a_text(language):
    whole, _ = keys_in_code()
    assert len(whole) > 60
    say = messages(language)
    errors = set(_read("ru", "errors"))
    assert {key for key in whole - errors if not say.has(key)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_is_put_together_can_have_a_text(language):
    _, put_together = keys_in_code()
    assert len(put_together) > 20
    found = known(language)
    for key in put_together:
        wanted = ".+".join(re.escape(part) for part in key.split("{}"))
        assert any(re.match(wanted, each) for each in found), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_member_of_a_family_has_a_text(language):
    say = messages(language)
    for key, members in MEMBERS.items():
        for member in members:
            assert say.has(key.replace("{}", str(member))), (key, member)


def test_every_option_of_a_command_is_explained():
    for command in (*COMMANDS, *IN_GROUPS):
        for option in options_of(command):
            for language in LANGUAGES:
                say = messages(language)
                key = f"{option.says or option.attribute}"
                table = "argument" if option.positional else "option"
                assert say.has(f"command.{table}.{key}"), (command, option.name)
                assert option.value is None or say.has(f"command.value.{option.value}")
