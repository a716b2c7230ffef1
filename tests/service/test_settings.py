"""The configuration file: every key has a default, and a wrong one is named."""

from __future__ import annotations

import pytest

from zaruka.errors import ConfigError
from zaruka.service.settings import Settings, load_settings, parse_settings, store_place
from zaruka.trust import Scheme

PIN = "AB:" * 31 + "ab"


def written(tmp_path, text):
    folder = tmp_path / "zaruka"
    folder.mkdir()
    (folder / "zaruka.toml").write_text(text, encoding="utf-8")
    return {"XDG_CONFIG_HOME": str(tmp_path), "HOME": "/nonexistent"}


def test_without_a_file_all_is_as_documented(tmp_path):
    settings = load_settings({"XDG_CONFIG_HOME": str(tmp_path)})
    assert settings == Settings()
    assert [each.name for each in settings.sources] == ["e-trust", "gossuok"]
    assert settings.removed_max is None


def test_everything_can_be_said(tmp_path):
    settings = load_settings(
        written(
            tmp_path,
            f"""
            store = "/var/lib/zaruka/zaruka.db"
            [update]
            policy = "accept-unless-removed-over-20-percent"
            [bundles]
            signers = ["{PIN}"]
            [fetch]
            allow = ["10.0.0.0/8"]
            proxy = "http://proxy.example:3128"
            [sources.e-trust]
            url = "https://mirror.example/list.xml"
            [sources.gossuok]
            enabled = false
            [sources.eu]
            scheme = "etsi-lotl"
            url = "https://ec.europa.eu/tools/lotl/eu-lotl.xml"
            signers = ["{PIN}"]
            """,
        )
    )
    assert settings.store == "/var/lib/zaruka/zaruka.db"
    assert settings.removed_max == 20
    assert settings.bundle_signers == {"ab" * 32}
    assert settings.fetch.allow == ("10.0.0.0/8",)
    assert [each.name for each in settings.sources] == ["e-trust", "eu"]
    assert settings.source("e-trust").url == "https://mirror.example/list.xml"
    assert settings.source("e-trust").scheme is Scheme.E_TRUST
    assert settings.source("eu").signers == {"ab" * 32}


@pytest.mark.parametrize(
    ("text", "code", "nearest"),
    [
        ('stor = "x"', "config.unknown-key", "store"),
        ('[update]\npolcy = "ask"', "config.unknown-key", "policy"),
        ('[sources.e-trust]\nurll = "x"', "config.unknown-key", "url"),
        ("[sorces.e-trust]", "config.unknown-key", "sources"),
        ("[fetch]\nallowed = []", "config.unknown-key", "allow"),
        ('[update]\npolicy = "always"', "config.wrong-value", None),
        ('[update]\npolicy = "accept-unless-removed-over-101-percent"', "config.wrong-value", None),
        ('[update]\npolicy = "accept-unless-removed-over-²-percent"', "config.wrong-value", None),
        ("[sources.new]", "config.wrong-value", None),
        ('[sources.new]\nscheme = "unknown"', "config.wrong-value", None),
        ('[sources.e-trust]\nsigners = ["abcd"]', "config.wrong-value", None),
        ("[sources]\ne-trust = 1", "config.wrong-value", None),
        ("store = 1", "config.wrong-value", None),
    ],
)
def test_what_is_wrong_is_named_with_what_is_nearest(text, code, nearest):
    with pytest.raises(ConfigError) as raised:
        parse_settings(text)
    assert raised.value.code == code
    assert nearest is None or raised.value.details["nearest"] == nearest


@pytest.mark.parametrize("octets", [b"store = ", b"\xff\xfe", b"x = " + b"[" * 100_000])
def test_a_file_that_is_no_toml_is_named(tmp_path, octets):
    (tmp_path / "zaruka.toml").write_bytes(octets)
    with pytest.raises(ConfigError) as raised:
        load_settings({"ZARUKA_CONFIG": str(tmp_path / "zaruka.toml")})
    assert raised.value.code == "config.unreadable"


def test_a_file_that_was_named_has_to_be_there(tmp_path):
    with pytest.raises(ConfigError) as raised:
        load_settings({"ZARUKA_CONFIG": str(tmp_path / "zaruka.toml")})
    assert raised.value.code == "config.missing"


def test_the_store_is_where_the_nearest_says():
    environment = {"ZARUKA_STORE": "/env.db", "XDG_DATA_HOME": "/data", "HOME": "/home/me"}
    configured = Settings(store="/configured.db")
    assert store_place("/option.db", configured, environment) == ("/option.db", True)
    assert store_place(None, configured, environment) == ("/env.db", True)
    del environment["ZARUKA_STORE"]
    assert store_place(None, configured, environment) == ("/configured.db", True)
    assert store_place(None, Settings(), environment) == ("/data/zaruka/zaruka.db", False)
    environment["XDG_DATA_HOME"] = "relative"
    usual = "/home/me/.local/share/zaruka/zaruka.db"
    assert store_place(None, Settings(), environment) == (usual, False)
