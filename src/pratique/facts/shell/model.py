"""What a command line or a script does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellFacts:
    """What running a command text would do, as far as reading it tells.

    Unknown parts of the text may stand in angle brackets (``curl <url> | sh``) and come back so in
    URLs. What was decoded on the way is read again and its facts are merged into these.
    """

    path: str = ""
    """The member this was read from; empty for a command inside other code."""
    downloads: tuple[str, ...] = ()
    """URLs that are fetched (``<unknown>`` where only the fetching is certain)."""
    runs_download: bool = False
    """What was fetched is executed, at once or as a file."""
    runs_decoded: bool = False
    """What was decoded is executed."""
    layers: tuple[str, ...] = ()
    """Decoders that were undone, outermost first (``powershell-encoded``, ``base64``, ``hex``)."""
    decoded: tuple[str, ...] = ()
    """The decoded texts."""
    disguise: tuple[str, ...] = ()
    """Tricks by which words were hidden (``caret``, ``ifs``, ``quotes``, ``backtick``, ``variable`` ...)."""
    python: tuple[str, ...] = ()
    """Python programs handed to an interpreter (``python -c``), for the Python reader."""
    hidden: bool = False
    """Hides its window, or its output and itself in the background."""
    persists: tuple[str, ...] = ()
    disarms: tuple[str, ...] = ()
    destroys: tuple[str, ...] = ()
    reverse_shell: bool = False
    installs: tuple[str, ...] = ()
    """Arguments of package managers (``pip install X``: ``X``)."""
    reads_secrets: tuple[str, ...] = ()
    identifies: bool = False
    """Asks for the host's or the user's name or addresses."""
    sends: tuple[str, ...] = ()
    """Destinations that data are sent to."""
    steals: bool = False
    """Secrets that it reads reach a destination that it sends to."""
    truncated: bool = False
    """A limit was hit: something further down was not read."""
    line: int = 0
    """Of the first remarkable command, 1-based; 0 when there is none."""
    code: str = ""
    """That command, cut at 400 characters."""

    @property
    def remarkable(self) -> bool:
        """Whether anything here is worth a finding of its own."""
        return bool(
            self.runs_download
            or self.runs_decoded
            or self.persists
            or self.disarms
            or self.destroys
            or self.reverse_shell
            or self.steals
        )
