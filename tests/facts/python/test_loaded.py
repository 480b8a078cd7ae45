"""Names that are reached through what a running interpreter has at hand are as good as written out."""

from __future__ import annotations

import hashlib

import pytest

from pratique.artifact import Member, Role
from pratique.facts.python.model import Call
from pratique.facts.python.reader import read_python
from pratique.finding import Phase


def _calls(source: str) -> list[Call]:
    data = source.encode()
    digest = hashlib.sha256(data).hexdigest()
    member = Member(path="m.py", data=data, sha256=digest, size=len(data), role=Role.MODULE)  # type: ignore[arg-type]
    return list(read_python(member).calls)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("[c for c in object.__subclasses__() if c.__name__ == 'Popen'][0]('id')", "subprocess.Popen"),
        ("import inspect, os\ndict(inspect.getmembers(os))['system']('id')", "os.system"),
        ("import importlib.util as u\nu.module_from_spec(u.find_spec('os')).system('id')", "os.system"),
        ("import importlib.util as u\nu.find_spec('os').loader.load_module().system('id')", "os.system"),
        ("__loader__.load_module('os').system('id')", "os.system"),
        ("import copyreg, os\ncopyreg.pickle(int, lambda a: (os.system, ('id',)))", "os.system"),
        ("import os\nmatch os:\n    case object(system=f):\n        f('id')\n", "os.system"),
    ],
)
def test_the_name_is_the_real_one(source: str, name: str) -> None:
    """Whatever leads to it."""
    assert [c.arguments["0"].text for c in _calls(source) if c.name == name] == ["id"]


@pytest.mark.parametrize(
    "source",
    [
        (
            "class M(type):\n    def __instancecheck__(cls, o):\n        os.system('id')\nclass A(metaclass=M): ...\n"
            "isinstance(1, A)\n"
        ),
        (
            "import logging\nclass F(logging.Filter):\n    def filter(self, record):\n        os.system('id')\n"
            "log = logging.getLogger()\nlog.addFilter(F())\nlog.warning('a')\n"
        ),
        "if __name__ != '__main__':\n    os.system('id')\n",
    ],
)
def test_what_runs_while_a_module_is_imported_does_so(source: str) -> None:
    """A question to a class, a message to a logger, a main guard turned round."""
    assert {c.phase for c in _calls(f"import os\n{source}") if c.name == "os.system"} >= {Phase.IMPORT}


def test_the_main_guard_turned_round_keeps_its_other_half() -> None:
    """What runs when somebody starts the module is no matter of its import."""
    source = "import os\nif __name__ != '__main__':\n    pass\nelse:\n    os.system('id')\n"
    assert [c.phase for c in _calls(source) if c.name == "os.system"] == [Phase.CALL]


def test_a_closed_over_text_is_known() -> None:
    """A cell is as good as its value."""
    source = "import os\ndef a():\n    c = 'id'\n    return lambda: c\nos.system(a().__closure__[0].cell_contents)\n"
    assert [c.arguments["0"].text for c in _calls(source) if c.name == "os.system"] == ["id"]
