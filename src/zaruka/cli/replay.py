"""`zaruka replay`: whether a report says what its facts say."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, require

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages
    from zaruka.service.evidence_bundle import Bundle
    from zaruka.validation.policy import Policy
    from zaruka.validation.replayed import Replay

OPTIONS: Final = (
    Option("file"),
    Option("--evidence", "bundle"),
    Option("--policy", "name", says="replay_policy"),
    Option("--agreement", "file", many=True),
    Option("--json"),
)

_SAME, _OTHER, _OPEN = 0, 1, 2


def run(options: Namespace, say: Messages) -> int:
    """Judge again and say what differs; 0 where nothing does, 2 where a part is not judged."""
    require(options, "replay", "file")

    from zaruka.service.evidence_bundle import read_bundle  # noqa: PLC0415 - after wrong usage is said
    from zaruka.service.replaying import read_report, replay  # noqa: PLC0415
    from zaruka.signatures.input.opening import Input  # noqa: PLC0415

    path = Path(options.file)
    bundle = read_bundle(Path(options.evidence)) if options.evidence else None
    if Input.open(path).head(4) == b"PK\x03\x04":
        inner = read_bundle(path)
        report, bundle = read_report(inner.report), bundle or inner
    else:
        report = read_report(bytes(Input.open(path).octets))
    found = replay(
        report,
        policy=_policy(options.policy, bundle),
        octets=None if bundle is None else bundle.octets,
        agreements=_agreements(options.agreement, bundle),
    )
    if options.json:
        from zaruka.reports.as_json import dump  # noqa: PLC0415
        from zaruka.reports.replay_page import replay_value  # noqa: PLC0415

        sys.stdout.write(dump(replay_value(found)))
    else:
        _show(found, say)
    if not found.is_same:
        return _OTHER
    return _SAME if found.is_whole else _OPEN


def _policy(asked: str | None, bundle: Bundle | None) -> Policy | None:
    """Return the policy asked for, or the one that lies in the bundle."""
    from zaruka.cli.verify import load_policy  # noqa: PLC0415
    from zaruka.validation.policy_file import built_in, parse_policy  # noqa: PLC0415

    if asked is not None:
        found = load_policy(asked)
        return built_in(found) if isinstance(found, str) else found
    text = None if bundle is None else bundle.policy
    return None if text is None else parse_policy(text)


def _agreements(named: list[str], bundle: Bundle | None) -> list[str]:
    """Return the texts of the files named, of those configured, and of those in the bundle."""
    from zaruka.cli.verify import configured  # noqa: PLC0415
    from zaruka.service.recognising import read_agreement  # noqa: PLC0415

    inside = () if bundle is None else bundle.agreements
    return [*map(read_agreement, (*configured().agreements, *named)), *inside]


def _show(found: Replay, say: Messages) -> None:
    from zaruka.cli.screen import Screen  # noqa: PLC0415 - slow to import
    from zaruka.reports.replay_page import replay_page  # noqa: PLC0415

    Screen().page(replay_page(found, say))
