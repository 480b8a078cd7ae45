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


def test_shortened_attached_and_several_options_hide_nothing(tmp_path: Path) -> None:
    """What pip reads of a line of options is read, however it is written."""
    more = {"more": "inner==2\n", "also": "inner==3\n", "third": "inner==4\n"}
    lock = _read(tmp_path, "--req more.txt\n--pre -r also.txt\n-r 'third.txt'\n", **more)
    assert [pin.version for pin in lock.pins] == ["2", "3", "4"]
    lock = _read(tmp_path, "--edit git+https://a.example.invalid/x\n-ehttps://a.example.invalid/y.zip\n")
    assert [fault.line for fault in lock.faults] == [1, 2]
    where = "https://a.example.invalid/"
    lock = _read(tmp_path, f"--extra {where}\n-i{where}\n-f{where}\n--no-index --find-links={where}\n--pre\n")
    assert [fault.line for fault in lock.detours] == [1, 2, 3, 4]
    assert not lock.faults


def test_name_with_a_nul_is_a_fault(tmp_path: Path) -> None:
    """No crash."""
    (fault,) = _read(tmp_path, "-r more\0.txt\n").faults
    assert "its name has a NUL" in str(fault)


def test_constraint_pins_a_name_that_is_written_otherwise(tmp_path: Path) -> None:
    """As PEP 503 compares names."""
    lock = _read(tmp_path, "a_b>=1\n-c pins.txt\n", pins="A.b==2\n")
    assert [(pin.project, pin.version) for pin in lock.pins] == [("a-b", "2")]
    assert not lock.faults
