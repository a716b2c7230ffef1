"""The roots of the Ministry of Digital Development (Минцифры, before 2021 Минкомсвязь).

Fingerprints of the self-signed certificates in the list of accredited certification
authorities, version 16314 of 2026-07-23, whose subject is the ministry itself (ОГРН
1047702026701). The root of the passport system (ФГУП НИИ "Восход") is not among them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from zaruka.trust import pinned

if TYPE_CHECKING:
    from zaruka.trust import Statement

__all__ = ["ROOTS"]

_MINISTRY_BEFORE_2021 = "Минкомсвязь России"
_MINISTRY = "Минцифры России"

ROOTS: tuple[Statement, ...] = (
    pinned(
        "RU",
        "4e450e4971f2d77d22567b55ecc2162b3dfd0d2fa6a8da8a92cdcabc80489b59",
        "Головной удостоверяющий центр",
        datetime(2012, 7, 20, 12, 31, 14, tzinfo=UTC),
        datetime(2027, 7, 17, 12, 31, 14, tzinfo=UTC),
    ),
    pinned(
        "RU",
        "bae62b5b7bede326b06856fb67a2a471268f9f404e5b18fdf40261c3e63010b1",
        _MINISTRY_BEFORE_2021,
        datetime(2018, 7, 6, 12, 18, 6, tzinfo=UTC),
        datetime(2036, 7, 1, 12, 18, 6, tzinfo=UTC),
    ),
    pinned(
        "RU",
        "d5a17174722fa9719fe3e82a2bc0b9fd834c158603194c45a395dc66e02cd891",
        _MINISTRY_BEFORE_2021,
        datetime(2021, 7, 2, 12, 41, 47, tzinfo=UTC),
        datetime(2039, 7, 2, 12, 41, 47, tzinfo=UTC),
    ),
    pinned(
        "RU",
        "4bb37cc7c0ff4bf2aa893e95076ebb3565c69237ee1b61635beee4c1966495c7",
        _MINISTRY,
        datetime(2022, 1, 8, 13, 32, 39, tzinfo=UTC),
        datetime(2040, 1, 8, 13, 32, 39, tzinfo=UTC),
    ),
    pinned(
        "RU",
        "bdb075c0f81614c4edf1146ba7a5bef3d2e02980f22d1e9b03cf2afb7b675c23",
        _MINISTRY,
        datetime(2025, 12, 17, 10, 6, tzinfo=UTC),
        datetime(2043, 12, 17, 10, 6, tzinfo=UTC),
    ),
    pinned(
        "RU",
        "a2375989f1e52984eb138416012e1d302b44c2026290d45890640c739dd32aa8",
        _MINISTRY,
        datetime(2026, 2, 2, 9, 55, 54, tzinfo=UTC),
        datetime(2044, 2, 2, 9, 55, 54, tzinfo=UTC),
    ),
)
