"""`zaruka verify`: judge and explain."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, parse_moment

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages

OPTIONS: Final = (Option("files", many=True),)


def run(options: Namespace, say: Messages) -> int:
    return 0
