"""Evasions that are open, by the reason; a line goes when its case is mended (the suite says so)."""

from __future__ import annotations

from collections.abc import Mapping

_MISSED: dict[str, tuple[str, ...]] = {
    "a distribution's modules and data files are read one by one": (
        "modules: alias re-exported from a module of names",
        "modules: inheritance across modules",
    ),
    "a limit is reached in front of the payload": (
        "padding: command behind 5,000 characters",
        "padding: command is the 300th element of a list",
        "padding: endless loops, then a looped payload",
        "padding: payload called last of fifty calls of one function",
    ),
    "held, not proven": (
        "handing: Y combinator",
        "handing: __getattr__ of the module itself",
        "handing: dataclass default factory",
        "handing: meta path finder by assignment",
        "handing: unittest run at import",
        "gates: main guard in a module that is started as a process",
        "gates: main guard turned round",
        "network: fetched to a file and imported",
        "persisting: files of the home directory deleted one by one",
    ),
    "held, not proven: a distribution's modules and data files are read one by one": (
        "modules: a class's documentation",
        "modules: a comment in its own source, by __file__",
        "modules: a function's documentation",
        "modules: constant split over three modules",
        "modules: the module's own documentation",
    ),
    "held, not proven: that the build calls it is not seen": (
        "packaging: back end as an object",
        "packaging: build script of PDM",
        "packaging: cmdclass imported from a helper",
        "packaging: payload in the package's __main__",
    ),
    "who calls it, or with what, is not seen": (
        "handing: HTMLParser's attributes",
        "handing: KeyError's key",
        "handing: closure cell",
        "handing: copyreg",
        "handing: exception's note",
        "handing: function default as a store",
        "handing: generator throws",
        "handing: match value chooses the function",
        "handing: metaclass __instancecheck__",
        "handing: metaclass __prepare__ with its mapping",
        "handing: re.Scanner",
    ),
    "the name is not resolved": ("reflection: type hints evaluate text",),
    "the place or the act is not known": (
        "persisting: files of the home directory encrypted",
        "persisting: shellcode in a mapped page",
    ),
    "the process, or what it is fed, is not seen": (
        "processes: gzip and base64",
        "processes: plumbum",
        "processes: reversed by rev",
        "processes: rundll32",
        "processes: shlex",
    ),
    "the secret, or the way it leaves, is not seen": (
        "theft: archive of keys uploaded",
        "theft: caller's secret in a decorator",
        "theft: clipboard replaced",
        "theft: cloud credentials parsed",
        "theft: environment by vars",
        "theft: home directory listed and read",
        "theft: host and user by hand",
        "theft: key strokes",
        "theft: logging by syslog",
        "theft: logging over HTTP",
        "theft: reads secrets in one module, sends in another",
        "theft: requests session with headers set",
        "theft: zip of browser stores uploaded",
    ),
    "the text is not computed": (
        "building: shuffled with a seeded generator",
        "building: thirty layers",
    ),
    "the text is read otherwise than Python reads it": ("source_text: Python 2, exec statement of a fetched text",),
    "what arrives this way is not labelled": (
        "receiving: twisted's getPage",
        "receiving: hub of models",
        "receiving: WinHttp by COM",
        "receiving: dig",
        "receiving: nslookup",
        "receiving: logging's configuration server",
        "network: FancyURLopener",
        "network: Windows download function",
    ),
    "what is loaded this way is not read": (
        "loading: SQL function",
        "loading: byte code that differs from its source",
        "loading: pickle by a call that no list names",
        "loading: program of the package started",
    ),
    "what runs it is not seen": ("packaging: setup.py, setup_requires by URL",),
}
_NOISY: dict[str, tuple[str, ...]] = {}

MISSED: Mapping[str, str] = {name: reason for reason, names in _MISSED.items() for name in names}
"""Open evasions: the name of a case to why the engine misses it."""

NOISY: Mapping[str, str] = {name: reason for reason, names in _NOISY.items() for name in names}
"""Honest twins that are stopped, likewise."""
