"""Effects: what a call does to the world, recorded, with the flow through files it writes and runs."""

from __future__ import annotations

import ast
import re

from pratique.facts.python.catalogue import runners
from pratique.facts.python.catalogue.apis import look_up
from pratique.facts.python.distribution import siblings
from pratique.facts.python.expressions import outsiders
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Argument, Does
from pratique.facts.python.outside import carrying, commands, dropped, filling, running
from pratique.facts.python.outside.files import archived, gathered, label_secrets, opened, remember_written
from pratique.facts.python.statements import binding
from pratique.facts.python.values import Api, Known, Result, Scope, Value, all_taints, argument, text_of
from pratique.finding import Step

_FINAL = frozenset({Does.RUN_CODE, Does.RUN_PROCESS, Does.IMPORT, Does.SEND, Does.FETCH, Does.WRITE})
"""Where a value goes that another module made, that module is looked into."""
_AFTER_THE_FIRST = re.compile(r"os\.spawn|.*\.subprocess_(shell|exec)$")
"""Their first argument is a mode or a protocol, the command comes after it."""
_COMMANDS = ("command", "cmd", "commandstring")
"""Keywords of a command line, besides ``args``."""
_CONNECTED = frozenset({"http.client.HTTPConnection().request", "http.client.HTTPSConnection().request"})
_SESSIONS = ("requests.Session().", "httpx.Client().", "httpx.AsyncClient().", "aiohttp.ClientSession().")
"""Objects that keep headers and cookies and send them with every request."""


def record(
    machine: Machine, callee: Api, args: list[Value], keywords: dict[str, Value], node: ast.AST, scope: Scope | None
) -> Value | None:
    """Record a call of the catalogue; the value where reading its argument gave one, else nothing."""
    name = callee.name
    does = look_up(name).does
    if not does or not _counts(name, args, keywords):
        return None
    args, keywords = _commanded(name, does, runners.handed(name, args), keywords)
    if machine.library is not None and (does & _FINAL):
        args[:] = [siblings.settled(machine, a) for a in args]
    arguments = _shown(machine, callee, does, args, keywords, getattr(node, "lineno", 0))
    flow: tuple[Step, ...] = ()
    if does & {Does.RUN_PROCESS, Does.IMPORT, Does.RUN_CODE}:
        flow = dropped.from_files(machine, does, arguments, node)
    machine.record(name, does, node, arguments, disguise=callee.disguise, flow=flow)
    return _followed(machine, callee, does, args, keywords, node, scope)


def _commanded(
    name: str, does: frozenset[Does], args: list[Value], keywords: dict[str, Value]
) -> tuple[list[Value], dict[str, Value]]:
    """The arguments of what starts a program, its command first."""
    if Does.RUN_PROCESS not in does:
        return args, keywords
    if not args and (called := next((keywords[k] for k in _COMMANDS if k in keywords), None)):
        return [called], {k: v for k, v in keywords.items() if v is not called}
    return (_command_alone(name, args) if len(args) > 1 else args), keywords


def _shown(
    machine: Machine,
    callee: Api,
    does: frozenset[Does],
    args: list[Value],
    keywords: dict[str, Value],
    line: int,
) -> dict[str, Argument]:
    """The arguments as facts, with the path that is written or read, and what goes along that stands elsewhere."""
    arguments = {str(i): argument(a) for i, a in enumerate(args)} | {k: argument(v) for k, v in keywords.items()}
    if Does.FILL in does:
        arguments |= {str(i): filling.shown(arguments[str(i)], a) for i, a in enumerate(args)}
    if Does.WRITE in does:
        remember_written(machine, callee, args, keywords, line, arguments)
    if Does.READ in does:
        label_secrets(args, keywords, line, arguments)
    if callee.name.startswith("pathlib.") and callee.owner and "path" not in arguments:
        arguments["path"] = Argument(text=text_of(callee.owner[0])[:400])
    return arguments | _kept(machine, callee) | _asked(callee, args)


def _asked(callee: Api, args: list[Value]) -> dict[str, Argument]:
    """The address that is asked for through a connection made before."""
    if callee.name not in _CONNECTED or not callee.owner:
        return {}
    host, path = callee.owner[0], args[1:2]
    text = f"http{'s' if 'HTTPS' in callee.name else ''}://{text_of(host)}{''.join(map(text_of, path))}"
    return {"url": Argument(text=text[:400], taints=host.taints | all_taints(path))}


def _kept(machine: Machine, callee: Api) -> dict[str, Argument]:
    """What a session was given before, in its headers or cookies, goes with every request."""
    if not callee.taints or not callee.name.startswith(_SESSIONS) or not machine.phase.automatic:
        return {}
    taken = frozenset(t for t in callee.taints if t.source in carrying.STOLEN)
    return {"self": Argument(text="", taints=taken)} if taken else {}


def _followed(
    machine: Machine,
    callee: Api,
    does: frozenset[Does],
    args: list[Value],
    keywords: dict[str, Value],
    node: ast.AST,
    scope: Scope | None,
) -> Value | None:
    """What the recorded call makes of its arguments: text that runs, a command, an open file."""
    name, line = callee.name, getattr(node, "lineno", 0)
    if Does.RUN_CODE in does:
        return running.read_code(machine, name, args, keywords, scope, line)
    if Does.RUN_PROCESS in does:
        return commands.read_command(machine, name, args, keywords, node)
    if name.endswith("ConfigParser().read") and args:
        binding.absorb(callee.of, outsiders.secret_taint(text_of(args[0]), line))
        return None
    if name == "shutil.make_archive" and len(args) > 1:
        made = archived(args)[:400]
        return Result(name=f"{name}()", taints=gathered(machine, made), path=made)
    if Does.READ in does:
        return opened(machine, callee, args, keywords, line)
    if Does.REGISTRY in does and (label := outsiders.registry_taint(" ".join(text_of(a) for a in args), line)):
        return Result(name=f"{name}()", taints=label, parts=tuple(args[:3]))
    return None


def _counts(name: str, args: list[Value], keywords: dict[str, Value]) -> bool:
    """Whether it does with these arguments what calls of that name are known for."""
    return runners.counts(name, args, keywords) and (name != "numpy.load" or _allows_pickle(keywords))


def _allows_pickle(keywords: dict[str, Value]) -> bool:
    allowed = keywords.get("allow_pickle")
    return allowed is not None and not (isinstance(allowed, Known) and not allowed.value)


def _command_alone(name: str, args: list[Value]) -> list[Value]:
    if name == "_posixsubprocess.fork_exec":
        return args[:1]
    return args[1:] if _AFTER_THE_FIRST.match(name) else args
