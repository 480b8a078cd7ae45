"""How outside code of each name treats a callable that it is given."""

from __future__ import annotations

from enum import Enum, auto
from functools import lru_cache


class Passes(Enum):
    """What outside code hands to a callable that it was given."""

    REST = auto()
    """The arguments that follow the callable."""
    PACKED = auto()
    """A tuple of arguments, or ``args=`` and ``kwargs=``."""
    EACH = auto()
    """Items of the other arguments, one at a time."""
    MADE = auto()
    """Something that was made of the other arguments."""
    UNSURE = auto()
    """The code is not known to run it: perhaps it only keeps it for later."""
    NEVER = auto()


_PACKED = (
    "Thread Timer Process start_new_thread start_new apply apply_async enter enterabs starmap starmap_async execute"
)
_EACH = "map imap imap_unordered map_async filter filterfalse takewhile dropwhile sorted sort max min groupby"
_REST = (
    "register register_at_fork finalize callback push enter_context submit to_thread run_in_executor call_soon "
    "call_soon_threadsafe call_later call_at run run_until_complete run_forever create_task ensure_future gather wait "
    "wait_for signal settrace setprofile addaudithook add_done_callback retrbinary retrlines run_sync spawn "
    "spawn_later spawn_n spawn_raw Greenlet callLater callInThread any all run_coroutine_threadsafe runcall runctx "
    "settrace_all_threads setprofile_all_threads addCallback addCallbacks addBoth start_soon accumulate call_function "
    "after after_idle"
)
_MADE = "sub subn scan Scanner"
_NEVER = (
    "isinstance issubclass hasattr callable wraps update_wrapper getattr setattr delattr property staticmethod "
    "classmethod lru_cache cache partialmethod singledispatch total_ordering id repr str print type super hash len "
    "bool TypeVar NewType cast field getsource getsourcefile signature getmembers getdoc getfile isfunction ismethod "
    "isclass isgeneratorfunction iscoroutinefunction iscoroutine unwrap getfullargspec getargspec contextmanager "
    "asynccontextmanager deepcopy copy append extend format setup namedtuple dict set frozenset list tuple Choice "
    "assert_called assertRaises raises deprecated warn method_descriptor coroutine overload final"
)
IMPORTERS = ("sys.meta_path.", "importlib.util.spec_from_loader", "importlib.machinery.ModuleSpec")
"""What is told who finds modules, and who brings their source."""
FINDERS = ("sys.meta_path.", "sys.path_hooks.")
"""What it may be told by a class as well as by an object."""
INTERPRETER = (
    *IMPORTERS,
    "sys.path_hooks.",
    "gc.callbacks.",
    "atexit.",
    "signal.",
    "sys.",
    "threading.",
)
"""Lists and hooks that the interpreter itself calls back."""
_WAYS = {
    **dict.fromkeys(_NEVER.split(), Passes.NEVER),
    **dict.fromkeys(_REST.split(), Passes.REST),
    **dict.fromkeys(_PACKED.split(), Passes.PACKED),
    **dict.fromkeys(_EACH.split(), Passes.EACH),
    **dict.fromkeys(_MADE.split(), Passes.MADE),
}


@lru_cache(maxsize=16_384)
def way(name: str) -> Passes:
    """How outside code of that name treats a callable that it is given."""
    last = name.rpartition(".")[2]
    if name.startswith(INTERPRETER):
        return Passes.PACKED if last in {"Thread", "Timer"} else Passes.REST
    return _WAYS.get(last, Passes.UNSURE)
