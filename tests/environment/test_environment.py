"""An environment as data: what its records say, what does not agree with them, and what nobody lists."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from pratique.environment import Loose, installed, loose_files, site_packages
from pratique.errors import BadSetting
from tests.support.distributions import make_wheel


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Two distributions, unpacked as an installer would."""
    folder = tmp_path / "venv" / "lib" / "python3.11" / "site-packages"
    folder.mkdir(parents=True)
    for built in (
        make_wheel("one-demo", "1.0", {"one_demo/__init__.py": "A = 1\n", "one_demo/more.py": "B = 1\n"}),
        make_wheel("two-demo", "2.0", {"two.py": "A = 1\n"}),
    ):
        with zipfile.ZipFile(io.BytesIO(built.data)) as archive:
            archive.extractall(folder)
    return folder


def test_what_is_as_recorded(site: Path) -> None:
    """Names, versions and files; nothing is changed, missing or loose. Compiled copies belong to their sources."""
    (site / "__pycache__").mkdir()
    (site / "__pycache__" / "two.cpython-311.pyc").write_bytes(b"")
    found = list(installed(site))
    assert [(one.project, one.version) for one in found] == [("one-demo", "1.0"), ("two-demo", "2.0")]
    assert not any((one.changed, one.missing, one.faults, one.editable) != ((), (), (), False) for one in found)
    assert "one_demo/more.py" in found[0].files
    assert loose_files(site, (path for one in found for path in one.files)) == Loose()


def test_what_is_not(site: Path) -> None:
    """A changed file, a missing one, and files that nobody lists: those that run at start-up first."""
    (site / "one_demo" / "more.py").write_text("B = 2\n")
    (site / "two.py").unlink()
    for name in ("evil.pth", "sitecustomize.py", "stray.py"):
        (site / name).write_text("")
    one, two = installed(site)
    assert (one.changed, two.missing) == (("one_demo/more.py",), ("two.py",))
    loose = loose_files(site, (*one.files, *two.files))
    assert loose == Loose(startup=("evil.pth", "sitecustomize.py"), others=("stray.py",))


def test_records_that_cannot_be_believed(site: Path) -> None:
    """A path that leaves the environment, no RECORD, no METADATA, a name that is none: each is told."""
    record = site / "two_demo-2.0.dist-info" / "RECORD"
    record.write_text("../../../../outside,,\n/etc/passwd,,\n")
    (site / "one_demo-1.0.dist-info" / "RECORD").unlink()
    (site / "one_demo-1.0.dist-info" / "METADATA").unlink()
    (site / "-.dist-info").mkdir()
    nameless, one, two = installed(site)
    assert any("is not a project name" in fault for fault in nameless.faults)
    assert (one.project, one.version, len(one.faults)) == ("one-demo", "1.0", 1)
    assert (one.files, "no RECORD" in one.unproven) == (("one_demo/__init__.py", "one_demo/more.py"), True)
    assert [fault for fault in two.faults if "outside of the environment" in fault] == list(two.faults)
    assert two.files == ()


def test_an_editable_install_and_an_egg(site: Path) -> None:
    """The first is known by PEP 610; the second lists its files in its own way, or not at all."""
    (site / "two_demo-2.0.dist-info" / "direct_url.json").write_text(
        '{"url": "file:///x", "dir_info": {"editable": true}}'
    )
    egg = site / "old_demo-0.1-py3.11.egg-info"
    egg.mkdir()
    (egg / "PKG-INFO").write_text("Metadata-Version: 1.0\nName: old-demo\nVersion: 0.1\n")
    (egg / "installed-files.txt").write_text("../old.py\nPKG-INFO\n")
    (site / "old.py").write_text("")
    (site / "bare_demo-3.0.egg-info").write_text("Name: bare-demo\nVersion: 3.0\n")
    by_name = {str(one.project): one for one in installed(site)}
    assert by_name["two-demo"].editable
    assert by_name["old-demo"].files == ("old.py", "old_demo-0.1-py3.11.egg-info/PKG-INFO")
    assert by_name["bare-demo"].faults == ("it has no RECORD, and nothing else says which files are its own",)


def test_where_distributions_lie(site: Path, tmp_path: Path) -> None:
    """Of a virtual environment, with a link beside it, or the folder itself; else a next step is told."""
    (tmp_path / "venv" / "lib64").symlink_to("lib")
    assert site_packages(tmp_path / "venv") == (site,)
    assert site_packages(site) == (site,)
    for wrong in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(BadSetting, match=r"no folder|no installed"):
            site_packages(wrong)


def test_a_distribution_of_the_system_s(site: Path) -> None:
    """Has no RECORD: what lies under its top names is its own, compiled modules too, and names lead nowhere else."""
    folder = site / "sys_demo-1.egg-info"
    folder.mkdir()
    (folder / "PKG-INFO").write_text("Name: sys-demo\nVersion: 1\n")
    (folder / "top_level.txt").write_text("_sysdemo\nsysdemo\n../../outside\n")
    (site / "sysdemo").mkdir()
    for name in ("sysdemo/__init__.py", "_sysdemo.cpython-311-x86_64-linux-gnu.so"):
        (site / name).write_text("")
    (found,) = [one for one in installed(site) if one.project == "sys-demo"]
    assert sorted(found.files) == ["_sysdemo.cpython-311-x86_64-linux-gnu.so", "sysdemo/__init__.py"]
    assert found.faults == ()


def test_what_is_no_plain_file_is_not_waited_for(site: Path) -> None:
    """A pipe in the place of a record would never end."""
    for name in ("RECORD", "METADATA"):
        (site / "two_demo-2.0.dist-info" / name).unlink()
        os.mkfifo(site / "two_demo-2.0.dist-info" / name)
    (found,) = [one for one in installed(site) if one.project == "two-demo"]
    assert (found.version, found.files) == ("2.0", ())


def test_records_made_to_break_an_audit_break_nothing(site: Path) -> None:
    """A digest without a length of its own, and JSON without end: what is wrong is told, and the rest is read."""
    one = site / "one_demo-1.0.dist-info"
    (one / "RECORD").write_text("one_demo/__init__.py,shake_128=AA,\none_demo/more.py,,\n")
    (one / "direct_url.json").write_text("[" * 200_000)
    first, second = installed(site)
    assert (first.changed, first.editable) == (("one_demo/__init__.py",), False)
    assert second.files
