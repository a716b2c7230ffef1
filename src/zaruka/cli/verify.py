"""`zaruka verify`: judge and explain."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, parse_moment
from zaruka.errors import ConfigError, ZarukaError, defect
from zaruka.findings import Indication

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Sequence

    from zaruka.cli.screen import Screen
    from zaruka.facts import Need
    from zaruka.fetch.power_registry import PowerRegistry
    from zaruka.findings import Conclusion
    from zaruka.messages import Messages
    from zaruka.service import Answer, Zaruka
    from zaruka.service.kept import KeptEvidence
    from zaruka.service.online import Online
    from zaruka.service.settings import Settings
    from zaruka.validation.policy import Policy
    from zaruka.validation.results import ValidationReport

OPTIONS: Final = (
    Option("files", many=True),
    Option("--content", "file"),
    Option("--anchor", "certificate", many=True),
    Option("--cert", "certificate", many=True),
    Option("--crl", "list", many=True),
    Option("--ocsp", "answer", many=True),
    Option("--key", "key", says="verify_key"),
    Option("--store", "file"),
    Option("--at", "time"),
    Option("--policy", "name"),
    Option("--strict"),
    Option("--online"),
    Option("--offline"),
    Option("--in", "country"),
    Option("--from-kind", "kind"),
    Option("--to-kind", "kind"),
    Option("--about", "subject"),
    Option("--agreement", "file", many=True),
    Option("--receipt", "file", many=True, says="home_receipt"),
    Option("--proof", "file", many=True),
    Option("--powers", "file", many=True),
    Option("--power", "code", many=True),
    Option("--json"),
    Option("--csv"),
    Option("--report", "file", many=True),
    Option("--force"),
    Option("--verbose"),
    Option("--bundle", "bundle", says="write_bundle"),
    Option("--with-content"),
)

_PASSED, _FAILED, _INDETERMINATE, _UNREADABLE, _DEFECT = 0, 1, 2, 3, 70


def run(options: Namespace, say: Messages) -> int:
    """Judge the files and say the answer; return the exit status."""
    _check_together(options)
    at = parse_moment(options.at) if options.at else None
    files = [Path(name) for name in options.files]

    from zaruka.cli.progress import HashingProgress  # noqa: PLC0415 - after wrong usage is said
    from zaruka.cli.report_files import check_targets, write_reports  # noqa: PLC0415
    from zaruka.service import Zaruka, holds_many, question  # noqa: PLC0415

    targets = check_targets(options.report, _given(options), force=options.force)
    several = len(files) > 1 or holds_many(files[0])
    if several:
        _check_of_one(options)

    settings = configured()
    online = online_of(options, settings)
    agreements = [*settings.agreements, *options.agreement]
    with HashingProgress(say) as progress:
        zaruka = Zaruka(
            anchors=options.anchor,
            certificates=options.cert,
            crls=options.crl,
            ocsps=options.ocsp,
            key=options.key,
            store=store_of(options, settings),
            at=at,
            policy=load_policy(options.policy),
            strict=options.strict,
            fetch=online,
            recognition=question(
                recognise_in=getattr(options, "in"),  # a word of Python
                from_kind=options.from_kind,
                to_kind=options.to_kind,
                about=options.about,
                agreement_files=agreements,
            ),
            powers=options.powers,
            power_codes=options.power,
            registry=_registry(online, settings),
            receipts=options.receipt,
            proofs=options.proof,
            progress=progress.of,
            list_max_age=settings.list_max_age,
        )
        if several or options.csv:
            answers = [*zaruka.verify_all(files)] if several else [_one(zaruka, options, files[0])]
            progress.end()
            write_reports(answers[0].outcome, targets, say, beside=files[0], force=options.force)
            return _say_many(answers, options, say)
        report = zaruka.verify(files[0], content=options.content)
    write_reports(report, targets, say, beside=files[0], force=options.force)
    if options.bundle:
        _write_bundle(zaruka, report, options, agreements, say)
    if options.json:
        from zaruka.reports.as_json import dump, report_value  # noqa: PLC0415

        sys.stdout.write(dump(report_value(report, say)))
    else:
        from zaruka.cli.screen import Screen  # noqa: PLC0415
        from zaruka.reports.report_page import report_page  # noqa: PLC0415

        screen = Screen()
        screen.page(report_page(report, say, verbose=options.verbose))
        if options.offline and report.needs:
            _say_commands(report.needs, options, screen, say)
    return status_of(report.conclusion)


def _check_together(options: Namespace) -> None:
    """Refuse options that say different things; ConfigError."""
    if options.json and options.csv:
        raise ConfigError("usage.json-and-csv")
    if options.online and options.offline:
        raise ConfigError("usage.online-and-offline")
    if options.with_content and not options.bundle:
        raise ConfigError("usage.with-content")


def _check_of_one(options: Namespace) -> None:
    """Refuse, with several inputs, what is about one; ConfigError."""
    if options.report:
        raise ConfigError("report.several")
    if options.content or options.receipt or options.proof:
        raise ConfigError("usage.one-content")
    if options.bundle:
        raise ConfigError("usage.one-bundle")


def configured() -> Settings:
    """Read the configuration: once for a command, which hands it on."""
    import os  # noqa: PLC0415 - after wrong usage is said

    from zaruka.service.settings import load_settings  # noqa: PLC0415

    return load_settings(os.environ)


def store_of(options: Namespace, settings: Settings) -> str | None:
    """Return the store, if there is one; with `--anchor` nothing else is trusted."""
    if options.anchor:
        return None

    import os  # noqa: PLC0415 - after wrong usage is said

    from zaruka.service.settings import store_place  # noqa: PLC0415

    place, is_said = store_place(options.store, settings, os.environ)
    return place if is_said or Path(place).exists() else None


def _registry(online: Online | KeptEvidence | None, settings: Settings) -> PowerRegistry | None:
    """Return the registry of powers of attorney: with --online, where one is configured."""
    address = settings.registry
    if online is None or online.fetcher is None or address is None:
        return None

    from zaruka.fetch.power_registry import PowerRegistry  # noqa: PLC0415 - HTTP

    return PowerRegistry(online.fetcher, address)


def online_of(options: Namespace, settings: Settings) -> Online | KeptEvidence | None:
    """Return what obtains evidence: from the network only if that was asked for.

    What comes is kept beside the store, where there is one, and serves later without a network.
    """
    import os  # noqa: PLC0415 - after wrong usage is said

    from zaruka.service.kept import kept_evidence  # noqa: PLC0415
    from zaruka.service.settings import store_place  # noqa: PLC0415

    place, is_said = store_place(options.store, settings, os.environ)
    if not options.online:
        return kept_evidence(place)

    from zaruka.service.online import Online, keep_beside  # noqa: PLC0415 - HTTP takes long
    from zaruka.service.reaching import fetch_settings  # noqa: PLC0415

    kept = "://" not in place and (is_said or Path(place).exists())
    return Online(fetch_settings(settings.fetch), store=keep_beside(place) if kept else None)


def _write_bundle(
    zaruka: Zaruka,
    report: ValidationReport,
    options: Namespace,
    agreements: Iterable[str | Path],
    say: Messages,
) -> None:
    """Write everything that the verdict rests on; the document only if that was asked for."""
    from zaruka.cli.writing import write_new  # noqa: PLC0415 - seldom asked for
    from zaruka.reports.as_json import dump, report_value  # noqa: PLC0415
    from zaruka.service.at_hand import documents_of, inputs_at_hand, octets_of  # noqa: PLC0415
    from zaruka.service.evidence_bundle import write_bundle  # noqa: PLC0415
    from zaruka.service.recognising import read_agreement  # noqa: PLC0415
    from zaruka.validation.policy_file import text_of  # noqa: PLC0415

    path = Path(options.files[0])
    places = [path, *map(Path, filter(None, [options.content]))]
    places += (path.parent / each.name for each in report.inputs)
    files = inputs_at_hand(report, places, documents=options.with_content)
    is_file = options.policy is not None and options.policy.endswith(".toml")
    policy = _read_policy(options.policy) if is_file else text_of(zaruka.context.policy)
    blocks = write_bundle(
        report,
        dump(report_value(report, say)),
        zaruka.context.evidence,
        policy=policy,
        agreements=map(read_agreement, agreements),
        octets=octets_of(report, files),
        contents=documents_of(report, files) if options.with_content else (),
    )
    write_new(Path(options.bundle), blocks, force=False)


def _say_commands(needs: Sequence[Need], options: Namespace, screen: Screen, say: Messages) -> None:
    """Say what would have been fetched, as commands for a machine with a network."""
    from zaruka.cli.offline import commands  # noqa: PLC0415
    from zaruka.reports.page import Line, Section  # noqa: PLC0415

    given = {"--anchor": options.anchor, "--cert": options.cert, "--crl": options.crl}
    words = [*options.files, *(["--content", options.content] if options.content else [])]
    words += [word for name, values in given.items() for value in values for word in (name, value)]
    typed = [*commands(needs, words)]
    if typed:
        screen.section(Section(say("words.heading.offline"), (Line(say("words.need.commands")),)))
        for line in typed:
            screen.plain(line)


def _given(options: Namespace) -> list[str]:
    """Return every file that the command reads."""
    single = (options.content, options.key, options.policy, options.store)
    many = (
        *(options.files, options.anchor, options.cert, options.crl, options.ocsp),
        *(options.agreement, options.receipt, options.proof, options.powers),
    )
    return [*filter(None, single), *(name for each in many for name in each)]


def load_policy(asked: str | None) -> str | Policy:
    """Return the name of a policy that comes with Zaruka, or read the file asked for.

    Raises ConfigError (policy.unreadable) or what opening the file raises.
    """
    if asked is None or not asked.endswith(".toml"):
        return asked or "etsi"

    from zaruka.validation.policy_file import parse_policy  # noqa: PLC0415 - seldom asked for

    return parse_policy(_read_policy(asked))


def _read_policy(name: str) -> str:
    from zaruka.signatures.input.opening import Input  # noqa: PLC0415
    from zaruka.toml import NotTomlError, decode_toml  # noqa: PLC0415

    try:
        return decode_toml(bytes(Input.open(Path(name)).octets))
    except NotTomlError as error:
        raise ConfigError("policy.unreadable", **error.details) from error


def _one(zaruka: Zaruka, options: Namespace, path: Path) -> Answer:
    from zaruka.service import Answer  # noqa: PLC0415

    try:
        return Answer(path.name, zaruka.verify(path, content=options.content), options.content)
    except ZarukaError as error:
        return Answer(path.name, error)
    except Exception as error:  # noqa: BLE001 - a table has a line for it
        return Answer(path.name, defect(error))


def _say_many(answers: Sequence[Answer], options: Namespace, say: Messages) -> int:
    from zaruka.service import conclusion_of  # noqa: PLC0415

    if options.json:
        from zaruka.reports.as_json import dump, reports_value  # noqa: PLC0415

        items = [(answer.name, answer.outcome) for answer in answers]
        sys.stdout.write(dump(reports_value(items, conclusion_of(answers), say)))
    elif options.csv:
        from zaruka.reports.as_csv import write_table  # noqa: PLC0415

        write_table(sys.stdout, [(a.name, a.document, a.outcome) for a in answers], say)
    else:
        from zaruka.cli.screen import Screen  # noqa: PLC0415
        from zaruka.reports.batch_page import batch_page  # noqa: PLC0415
        from zaruka.reports.report_page import report_page  # noqa: PLC0415

        screen = Screen()
        if options.verbose:
            for answer in answers:
                if answer.outcome is not None and not isinstance(answer.outcome, ZarukaError):
                    screen.page(report_page(answer.outcome, say, verbose=True))
                    screen.rule()
        screen.page(batch_page([(a.name, a.document, a.outcome) for a in answers], say))
    return _status_of_all(answers)


def _status_of_all(answers: Sequence[Answer]) -> int:
    """Return the worst: a defect, then failed, unreadable, indeterminate, passed."""
    from zaruka.service import conclusion_of  # noqa: PLC0415

    errors = [a.outcome.code for a in answers if isinstance(a.outcome, ZarukaError)]
    if "zaruka.defect" in errors:
        return _DEFECT
    status = status_of(conclusion_of(answers))
    return _UNREADABLE if errors and status != _FAILED else status


def status_of(conclusion: Conclusion) -> int:
    """Return the exit status that says a conclusion."""
    if conclusion.passed:
        return _PASSED
    return _INDETERMINATE if conclusion.indication is Indication.INDETERMINATE else _FAILED
