"""What a release can do that its predecessor could not."""

from __future__ import annotations

from pratique.capability import Capabilities, Capability, Kind
from pratique.finding import Phase
from pratique.history.compare import Novelty, compare
from pratique.history.words import sentence


def _call(kind: Kind, what: str, phase: Phase, code: str = "x()", *, layers: tuple[str, ...] = ()) -> Capability:
    return Capability(kind=kind, what=what, phase=phase, path="demo/a.py", line=3, code=code, layers=layers)


def _of(*items: Capability, cut: tuple[Kind, ...] = ()) -> Capabilities:
    return Capabilities(items=items, cut=cut)


_OLD = _call(Kind.NETWORK, "requests.get", Phase.CALL)


def test_an_ability_in_another_phase_is_new() -> None:
    """A library that fetches when it is called has not fetched on import before."""
    changes = compare(_of(_OLD), _of(_OLD, _call(Kind.NETWORK, "requests.get", Phase.IMPORT)))
    (change,) = changes.added
    assert change.novelty is Novelty.ABILITY
    assert changes.chains == (change,)


def test_other_means_and_other_code_are_told_apart() -> None:
    """What was done before, by other means or elsewhere, is shown, and is no new ability."""
    means = _call(Kind.NETWORK, "httpx.get", Phase.CALL)
    place = _call(Kind.NETWORK, "requests.get", Phase.CALL, "y()")
    changes = compare(_of(_OLD), _of(_OLD, place, means))
    assert [change.novelty for change in changes.added] == [Novelty.MEANS, Novelty.PLACE]
    assert not changes.chains


def test_the_same_elsewhere_is_no_change() -> None:
    """Code that moved to another file or line is not new."""
    moved = Capability(kind=_OLD.kind, what=_OLD.what, phase=_OLD.phase, path="b.py", line=99, code=_OLD.code)
    assert not compare(_of(_OLD), _of(moved)).added


def test_what_is_called_by_the_user_is_no_chain() -> None:
    """A new function that fetches waits to be called."""
    changes = compare(_of(), _of(_OLD, _call(Kind.PROCESS, "os.system", Phase.CALL)))
    assert len(changes.added) == 2
    assert not changes.chains


def test_a_new_finding_is_a_chain_even_in_what_is_called() -> None:
    """A helper that sends its caller's key away waits to be called, too."""
    assert compare(_of(_OLD), _of(_OLD, _call(Kind.FINDING, "theft", Phase.CALL))).chains
    assert not compare(_of(_OLD), _of(_OLD, _call(Kind.FINDING, "theft", Phase.NONE))).chains


def test_code_behind_a_decoder_is_never_what_plain_code_was() -> None:
    """A project that starts programs on import has not started hidden ones."""
    plain = _call(Kind.PROCESS, "subprocess.run", Phase.IMPORT)
    changes = compare(_of(plain), _of(plain, _call(Kind.PROCESS, "subprocess.run", Phase.IMPORT, layers=("base64",))))
    assert len(changes.chains) == 1
    assert "behind a decoder" in sentence(changes.chains[0].capability)


def test_chains_are_one_for_each_ability() -> None:
    """Ten requests on import are one new ability, shown at its first place."""
    calls = [_call(Kind.NETWORK, f"requests.{n}", Phase.IMPORT) for n in range(10)]
    assert len(compare(_of(), _of(*calls)).chains) == 1


def test_what_is_gone_is_told() -> None:
    """A dependency that is no longer required, once."""
    gone = Capability(kind=Kind.DEPENDENCY, what="six", path="METADATA", code="six>=1")
    assert compare(_of(gone), _of()).removed == (gone,)


def test_where_the_old_release_is_cut_only_abilities_are_new() -> None:
    """Of a kind with too many to keep, nobody can say which of them is new."""
    known = _call(Kind.NETWORK, "requests.get", Phase.IMPORT)
    other = _call(Kind.NETWORK, "httpx.get", Phase.IMPORT)
    hook = _call(Kind.NETWORK, "httpx.get", Phase.INSTALL)
    changes = compare(_of(known, cut=(Kind.NETWORK,)), _of(other, hook))
    assert [change.capability for change in changes.added] == [hook]
    assert changes.unsure == (Kind.NETWORK,)


def test_comparing_with_oneself_gives_nothing() -> None:
    """Whatever a release can do, it could do before."""
    all_kinds = _of(*(_call(kind, "w", phase) for kind in Kind for phase in Phase), cut=(Kind.HOST,))
    changes = compare(all_kinds, all_kinds)
    assert not changes.added
    assert not changes.removed


def test_every_kind_has_words() -> None:
    """A person reads a sentence, whatever is new."""
    from pratique.history.words import PLURAL

    assert set(PLURAL) == set(Kind)
    assert all(sentence(_call(kind, "w", Phase.IMPORT)) for kind in Kind)
