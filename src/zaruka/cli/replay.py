"""`zaruka replay`: whether a report says what its facts say."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from zaruka.cli.arguments import Option, require

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

    from zaruka.messages import Messages
    from zaruka.service.evidence_bundle import Bundle
    from zaruka.validation.policy import Policy
    from zaruka.validation.replayed import Replay, Replays

OPTIONS: Final = (
    Option("file"),
    Option("--evidence", "bundle", many=True),
    Option("--content", "file", many=True, says="judged_file"),
    Option("--policy", "name", says="replay_policy"),
    Option("--agreement", "file", many=True),
    Option("--json"),
)

_SAME, _OTHER, _OPEN, _UNREADABLE = 0, 1, 2, 3


def run(options: Namespace, say: Messages) -> int:
    """Judge again and say what differs.

    0 where nothing does, 1 where something does, 2 where a part could not be judged again, 3 where
    one of several reports could not.
    """
    require(options, "replay", "file")

    from zaruka.reports.as_json import dump  # noqa: PLC0415 - after wrong usage is said
    from zaruka.reports.replay_page import (  # noqa: PLC0415
        replay_page,
        replay_value,
        replays_page,
        replays_value,
    )
    from zaruka.service.evidence_bundle import read_bundle  # noqa: PLC0415
    from zaruka.service.replaying import read_reports  # noqa: PLC0415
    from zaruka.service.replaying_many import replay_all  # noqa: PLC0415
    from zaruka.signatures.input.opening import Input  # noqa: PLC0415

    path = Path(options.file)
    bundles = [read_bundle(Path(each)) for each in options.evidence]
    octets = Input.open(path)
    if octets.head(4) == b"PK\x03\x04":
        inner = read_bundle(path)
        report, bundles = read_reports(inner.report), [inner, *bundles]
    else:
        report = read_reports(bytes(octets.octets))
    again = _Again(options, bundles)
    if "reports" in report:
        every = replay_all(report, again)
        page, value = replays_page(every, say), replays_value(every, say)
        status = _UNREADABLE if every.is_same and every.refused else _status(every)
    else:
        found = again(report)
        page, value, status = replay_page(found, say), replay_value(found), _status(found)
    if options.json:
        sys.stdout.write(dump(value))
    else:
        from zaruka.cli.screen import Screen  # noqa: PLC0415 - slow to import

        Screen().page(page)
    return status


def _status(found: Replay | Replays) -> int:
    if not found.is_same:
        return _OTHER
    return _SAME if found.is_whole else _OPEN


class _Again:
    """Judges reports again by what the options name and the bundles hold."""

    def __init__(self, options: Namespace, bundles: list[Bundle]) -> None:
        from zaruka.cli.verify import configured  # noqa: PLC0415
        from zaruka.service.at_hand import files_at_hand  # noqa: PLC0415
        from zaruka.service.recognising import read_agreement  # noqa: PLC0415

        named = map(read_agreement, (*configured().agreements, *options.agreement))
        self._agreements = [*named, *(text for each in bundles for text in each.agreements)]
        self._octets = files_at_hand(options.content)
        for each in bundles:
            self._octets |= each.octets
        self._asked = _asked_policy(options.policy)
        self._policies = _policies(bundles)

    def __call__(self, report: Mapping[str, Any]) -> Replay:
        from zaruka.service.replaying import replay  # noqa: PLC0415

        digest = str(report["policy"]["sha256"]) if isinstance(report["policy"], dict) else ""
        return replay(
            report,
            policy=self._asked or self._policies.get(digest),
            octets=self._octets,
            agreements=self._agreements,
        )


def _asked_policy(asked: str | None) -> Policy | None:
    from zaruka.cli.verify import load_policy  # noqa: PLC0415
    from zaruka.validation.policy_file import built_in  # noqa: PLC0415

    if asked is None:
        return None
    found = load_policy(asked)
    return built_in(found) if isinstance(found, str) else found


def _policies(bundles: list[Bundle]) -> dict[str, Policy]:
    """Return the policies that lie in bundles, by SHA-256."""
    from zaruka.validation.policy_file import parse_policy  # noqa: PLC0415

    found = [parse_policy(each.policy) for each in bundles if each.policy is not None]
    return {each.ref.sha256: each for each in found}
