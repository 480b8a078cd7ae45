"""The command line: one file per command, loaded only when it is called."""

from __future__ import annotations

from collections.abc import Sequence

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130
EXIT_READER_LEFT = 141
"""What a shell says of a program that SIGPIPE ended: neither good nor bad was found."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that ``arguments`` (by default the process's) name; return its exit status.

    Whatever Pratique raises on purpose, and bad usage, is one clear line on stderr and status 2. So is a
    defect of its own, with its trace: Python's own status for it, 1, would read as "something was found".
    """
    import sys

    from pratique.cli.app import build
    from pratique.errors import PratiqueError

    tokens = sys.argv[1:] if arguments is None else list(arguments)
    try:
        status = build()(tokens, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
    except PratiqueError as error:
        return _fail(error.message, error.remedy)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        return _reader_left()
    except SystemExit as left:
        if isinstance(left.__context__, BrokenPipeError):  # rich's way to say so
            return _reader_left()
        raise
    except Exception as error:  # noqa: BLE001 - a defect must not end with a status that means something else
        from cyclopts import CycloptsError

        if not isinstance(error, CycloptsError):
            return _crash()
        return _fail(str(error), f"See `pratique {' '.join(error.command_chain or ())} --help`.".replace("  ", " "))
    return status if isinstance(status, int) else 0


def _fail(message: str, remedy: str) -> int:
    import sys

    from pratique.printable import printable

    line = f"pratique: {printable(message)} {printable(remedy)}".rstrip()
    print(line, file=sys.stderr)  # noqa: T201 - the command line's own voice
    return EXIT_USAGE


def _crash() -> int:
    import traceback

    traceback.print_exc()
    return _fail("This is a defect of Pratique, not of what was screened.", "Report it with the lines above.")


def _reader_left() -> int:
    """The reader of a pipe left early (``| head``): no trace, and no second error at exit."""
    import os
    import sys

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_READER_LEFT
