"""Requirement files: what they pin, and every line that cannot be audited, with its place."""

from __future__ import annotations

from pathlib import Path

from pratique.locks import Lock, read_lock

_A, _B = "a" * 64, "b" * 64


def _read(tmp_path: Path, text: str, **others: str) -> Lock:
    for name, content in others.items():
        (tmp_path / f"{name}.txt").write_text(content, encoding="utf-8")
    path = tmp_path / "requirements.txt"
    path.write_text(text, encoding="utf-8")
    return read_lock(path)


def test_pins_with_their_hashes_and_lines(tmp_path: Path) -> None:
    """Joined lines count from their first; comments, markers, extras and options are no part of a name."""
    text = (
        f"# top\nDemo_One[extra]==1.0 ; python_version >= '3' \\\n    --hash=sha256:{_A} \\\n    --hash sha256:{_B}\n"
        "\ntwo===2.0  # why\nthree==3 --config-settings=x=y\n"
    )
    lock = _read(tmp_path, text)
    assert lock.faults == ()
    assert [(pin.project, pin.version, pin.line) for pin in lock.pins] == [
        ("demo-one", "1.0", 2),
        ("two", "2.0", 6),
        ("three", "3", 7),
    ]
    assert lock.pins[0].hashes == {_A, _B}


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """What pins nothing, what comes from elsewhere, and what is no requirement; one's own folder is none of these."""
    text = (
        "loose>=1\nwild==1.*\nnot a requirement!\ngit+https://a.example.invalid/x\n"
        "direct @ https://a.example.invalid/x.zip\n./local.whl\n-e .\n-e ./sub\nfine==1\n"
    )
    lock = _read(tmp_path, text)
    assert [fault.line for fault in lock.faults] == [1, 2, 3, 4, 5, 6]
    assert str(lock.faults[0]) == (
        f"{tmp_path}/requirements.txt:1: loose>=1 names no one release: pin it with ==, or audit a lock file"
    )
    assert [pin.project for pin in lock.pins] == ["fine"]


def test_included_files_are_read_once_and_constraints_pin_what_is_loose(tmp_path: Path) -> None:
    """With the file that says so; one that is not there is a fault of its own."""
    lock = _read(
        tmp_path,
        "-r more.txt\n--requirement=more.txt\n-cpins.txt\nloose\n-r nowhere.txt\n",
        more="inner==2\n-r requirements.txt\n",
        pins="Loose==3.1\nunused==1\n",
    )
    assert sorted((pin.project, pin.version, Path(pin.path).name, pin.line) for pin in lock.pins) == [
        ("inner", "2", "more.txt", 1),
        ("loose", "3.1", "requirements.txt", 4),
    ]
    assert [(Path(fault.path).name, fault.message) for fault in lock.faults] == [
        ("nowhere.txt", "it cannot be read: No such file or directory")
    ]


def test_what_leads_an_installer_elsewhere_is_known(tmp_path: Path) -> None:
    """Options and addresses, for whoever runs an installer on the file."""
    lock = _read(tmp_path, "-i http://a.example.invalid/\n--find-links=./wheels\nx @ https://a.example.invalid/x.whl\n")
    assert [(one.line, one.message.split()[0]) for one in lock.detours] == [
        (1, "-i"),
        (2, "--find-links"),
        (3, "https://a.example.invalid/x.whl"),
    ]


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    """One fault for all of it."""
    path = tmp_path / "requirements.txt"
    path.write_bytes(b"\xff\xfe\x00")
    assert [fault.message for fault in read_lock(path).faults] == ["it cannot be read: it is not UTF-8"]
