"""Listening: what waits for another machine's word, and runs once somebody starts to listen.

A handler is handed over in many ways: as an argument, by a decorator, as an attribute of a client, as a
class that a server makes objects of. It is kept until something that waits is called, and is run then,
with all that it is given received from the network.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from pratique.facts.python.catalogue.apis import is_web, look_up
from pratique.facts.python.catalogue.clients import is_remote
from pratique.facts.python.machine import Machine
from pratique.facts.python.model import Does, Source, Taint
from pratique.facts.python.values import Api, Class, Function, Instance, Items, Partial, Result, Table, Value

_STARTS = frozenset(
    [
        *("run", "run_forever", "run_until_complete", "run_polling", "polling", "infinity_polling", "start_polling"),
        *("start", "serve_forever", "handle_request", "loop", "loop_forever", "loop_start", "wait", "connect", "sniff"),
        *(
            "start_consuming",
            "start_server",
            "create_server",
            "create_connection",
            "create_datagram_endpoint",
            "listen",
        ),
        *("connectTCP", "connectSSL", "listenTCP", "listenUDP", "run_until_disconnected", "consume", "react", "spin"),
    ]
)
"""Methods that wait for what others say, or make something do so."""
_LOOPS = ("asyncio.", "twisted.internet.", "tornado.ioloop.", "trio.", "anyio.", "uvloop.")
_FETCHING = frozenset(["pycurl.Curl().perform", "urllib.request.build_opener().open"])
"""Calls that fetch by way of handlers."""
_LIMIT = 64
_HERE = ast.Pass()


def wait(machine: Machine, value: Value) -> None:
    """Keep a handler; one that is there already is not kept twice."""
    if len(machine.waiting) < _LIMIT and not any(value is one for one in machine.waiting):
        machine.waiting.append(value)


def waits(value: Value) -> bool:
    """Whether a class is one of those that a library makes objects of to handle what arrives."""
    cls = value.cls if isinstance(value, Instance) else value
    return isinstance(cls, Class) and _is_handler(cls, 0)


def _is_handler(cls: Class, depth: int) -> bool:
    return any(
        is_client(f"{base.name}().") if isinstance(base, Api) else depth < 8 and _is_handler(base, depth + 1)
        for base in cls.bases
        if isinstance(base, Api | Class)
    )


@lru_cache(maxsize=16_384)
def is_client(name: str) -> bool:
    """Whether a name belongs to what stands for another machine, or asks one for pages."""
    return is_remote(name) or is_web(name)


def within(value: Value, depth: int = 0) -> Iterator[Value]:
    """What a table or a list of handlers holds; anything else itself."""
    if isinstance(value, Table | Items) and depth < 3:
        for one in list(value.entries.values())[:16] if isinstance(value, Table) else value.items[:16]:
            yield from within(one, depth + 1)
    else:
        yield value


@lru_cache(maxsize=16_384)
def starts(name: str) -> bool:
    """Whether a call of that name waits for what others say."""
    waiting = name.rpartition(".")[2] in _STARTS and (is_remote(name) or name.startswith(_LOOPS))
    return waiting or name in _FETCHING or (is_web(name) and Does.FETCH in look_up(name).does)


def start(machine: Machine, name: str, line: int) -> None:
    """Somebody listens: every handler that was kept runs."""
    handlers, machine.waiting = machine.waiting, []
    heard = Value(taints=frozenset({Taint(Source.NETWORK, name, line)}))
    for handler in handlers:
        hear(machine, handler, heard)


def hear(machine: Machine, handler: Value, heard: Value) -> Value | None:
    """Run a handler with what was received in the place of each of its parameters."""
    if isinstance(handler, Function):
        return machine.invoke(machine, handler, [heard] * _parameters(handler), {}, _HERE)
    if isinstance(handler, Api | Partial | Result):
        return machine.invoke(machine, handler, [heard], {}, _HERE)
    cls = handler.cls if isinstance(handler, Instance) else handler
    if isinstance(cls, Class):
        _hear_methods(machine, cls, handler if isinstance(handler, Instance) else Instance(cls=cls), heard)
    return None


def _hear_methods(machine: Machine, cls: Class, instance: Instance, heard: Value) -> None:
    for value in list(cls.names.values()):
        if isinstance(value, Function):
            hear(machine, value.bound_to(instance), heard)
        elif waits(value) and value is not cls:
            hear(machine, value, heard)


def _parameters(handler: Function) -> int:
    if handler.node is None:
        return 0
    spec = handler.node.args
    return max(len(spec.posonlyargs) + len(spec.args) - (handler.bound is not None), 1 if spec.vararg else 0)
