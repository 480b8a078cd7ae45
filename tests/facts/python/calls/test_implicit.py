"""What Python calls by itself while a module is imported: its phase, and that nothing else is taken for it."""

from __future__ import annotations

import hashlib

import pytest

from pratique.artifact import Member, Role
from pratique.facts.python.model import Call
from pratique.facts.python.reader import read_python
from pratique.finding import Phase

_ACT = "__import__('os').system('id')"


def _commands(source: str, role: Role = Role.MODULE) -> list[Call]:
    data = source.encode()
    digest = hashlib.sha256(data).hexdigest()
    member = Member(path="m.py", data=data, sha256=digest, size=len(data), role=role)  # type: ignore[arg-type]
    return [c for c in read_python(member).calls if c.name == "os.system"]


@pytest.mark.parametrize(
    ("method", "use"),
    [
        ("__add__(self, o)", "A() + 1"),
        ("__radd__(self, o)", "1 + A()"),
        ("__eq__(self, o)", "A() == 1"),
        ("__contains__(self, o)", "1 in A()"),
        ("__getitem__(self, k)", "A()[0]"),
        ("__setitem__(self, k, v)", "a = A()\na[0] = 1"),
        ("__getattr__(self, n)", "A().x"),
        ("__setattr__(self, n, v)", "a = A()\na.x = 1"),
        ("__iter__(self)", "for _ in A(): ..."),
        ("__bool__(self)", "if A(): ..."),
        ("__str__(self)", "f'{A()}'"),
        ("__len__(self)", "len(A())"),
        ("__del__(self)", "A()"),
        ("__exit__(self, *a)", "with A(): ..."),
        ("__call__(self)", "A()()"),
        ("__format__(self, spec)", "f'{A()}'"),
    ],
)
def test_a_special_method_runs_when_an_object_was_made(method: str, use: str) -> None:
    """An operation on an object of the module's own class runs its method while the module is imported."""
    source = f"class A:\n    def {method}:\n        {_ACT}\n"
    assert {c.phase for c in _commands(source)} == {Phase.CALL}
    assert Phase.IMPORT in {c.phase for c in _commands(f"{source}\n{use}\n")}


@pytest.mark.parametrize(
    "source",
    [
        f"class M(type):\n    def __new__(m, n, b, d):\n        {_ACT}\n\nclass A(metaclass=M): ...\n",
        f"class M(type):\n    def __init__(c, n, b, d):\n        {_ACT}\n\nclass A(metaclass=M): ...\n",
        f"def m(n, b, d):\n    {_ACT}\n\nclass A(metaclass=m): ...\n",
        f"class B:\n    def __init_subclass__(cls):\n        {_ACT}\n\nclass A(B): ...\n",
        f"class B:\n    def __class_getitem__(cls, k):\n        {_ACT}\n\nB[1]\n",
        f"class D:\n    def __set_name__(self, o, n):\n        {_ACT}\n\nclass A:\n    x = D()\n",
        f"class D:\n    def __get__(self, o, t):\n        {_ACT}\n\nclass A:\n    x = D()\n\nA.x\n",
        f"class A:\n    @property\n    def x(self):\n        {_ACT}\n\nA().x\n",
        f"class A:\n    x = property(lambda self: {_ACT})\n\nA().x\n",
        f"class A:\n    @property\n    def x(s): ...\n    @x.setter\n    def x(s, v):\n        {_ACT}\n\nA().x = 1\n",
        f"def now(c):\n    {_ACT}\n    return c\n\n@now\nclass A: ...\n",
        f"class Now:\n    def __init__(self, f):\n        {_ACT}\n\n@Now\ndef f(): ...\n",
        f"def f(x={_ACT}): ...\n",
        f"def f(x: {_ACT}): ...\n",
        f"def f() -> {_ACT}: ...\n",
        f"x: {_ACT} = 1\n",
        f"f = lambda x={_ACT}: x\n",
        f"type('A', (), {{'go': lambda s: {_ACT}}})().go()\n",
        f"class A: ...\n\nsetattr(A, '__init__', lambda self: {_ACT})\nA()\n",
    ],
)
def test_what_defining_a_class_or_function_runs(source: str) -> None:
    """Metaclasses, hooks of bases, descriptors, decorators, defaults and annotations run at definition or at use."""
    assert _commands(source)[0].phase is Phase.IMPORT


@pytest.mark.parametrize(
    "source",
    [
        f"class A:\n    @property\n    def x(self):\n        {_ACT}\n",
        f"import functools\n\n@functools.lru_cache\ndef f():\n    {_ACT}\n",
        f"import click\n\n@click.command()\ndef f():\n    {_ACT}\n",
        f"def later(f):\n    return f\n\n@later\ndef f():\n    {_ACT}\n",
        f"class A:\n    def __add__(self, o):\n        {_ACT}\n\ndef make():\n    return A()\n",
        f"class A:\n    def go(self):\n        {_ACT}\n\nA()\n",
    ],
)
def test_what_only_a_user_calls_stays_his(source: str) -> None:
    """A definition, an outside decorator or an ordinary method runs nothing by itself."""
    assert {c.phase for c in _commands(source)} == {Phase.CALL}


@pytest.mark.parametrize(
    "definition",
    [
        f"class M:\n    def run(self):\n        {_ACT}\n\nclass C(M, install): ...\n",
        f"C = type('C', (install,), {{'run': lambda s: {_ACT}}})\n",
        f"class C(unknown.Base):\n    def go(self):\n        {_ACT}\n",
        f"class C(install): ...\n\ndef run(self):\n    {_ACT}\n\ninstall.run = run\n",
    ],
)
def test_a_command_of_a_build_runs_however_it_is_made(definition: str) -> None:
    """Mix-ins, classes made by ``type``, unknown bases and patched commands run when the distribution is built."""
    head = "import unknown\nfrom setuptools import setup\nfrom setuptools.command.install import install\n\n"
    found = _commands(head + definition + "\nsetup(cmdclass={'install': C})\n", Role.SETUP)
    assert found[0].phase is Phase.INSTALL
