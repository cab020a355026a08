"""The command line: one module a command, imported only when it is called.

A command module has ``arguments(parser)`` and ``run(args) -> int``; the status is 0 done,
1 done with problems found, 2 could not be done. Results go to standard output, the rest to
standard error.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from hasila.errors import HasilaError

COMMANDS = {
    "validate": "check a corpus, or the packaged one",
    "annotate": "annotate a corpus, files or a stream by rule",
    "publish": "write a corpus as Parquet, its card and metadata",
    "evaluate": "score predicted annotations against gold",
    "agree": "measure the agreement of two passes",
    "figures": "show who says how many",
    "stats": "count annotations by layer and label",
    "export": "write a corpus in another format",
    "import": "take corrections back from another format",
    "browse": "write a static site to read a corpus",
    "place": "turn quotes into annotations with offsets",
    "init": "make a corpus from articles",
    "wire": "find passages that articles share",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    given = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="hasila", description="Arabic news figures: annotate, validate, publish, load, look."
    )
    parser.add_argument("--version", action="store_true", help="print the versions of package and data")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    chosen = next((word for word in given if not word.startswith("-")), None)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if name == chosen:
            module = importlib.import_module(f"hasila.cli.{name}_")
            module.arguments(command)
            command.set_defaults(run=module.run)
    args = parser.parse_args(given)
    if args.version:
        import hasila

        print(f"hasila {hasila.__version__}, data {hasila.data_version()}")
        return 0
    if args.command is None:
        parser.print_help(sys.stderr)
        return 2
    try:
        return int(args.run(args))
    except HasilaError as error:
        print(f"hasila {args.command}: {error}", file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"hasila {args.command}: {where}{error.strerror or error}", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"hasila {args.command}: interrupted; nothing was left half-written", file=sys.stderr)
    return 2
