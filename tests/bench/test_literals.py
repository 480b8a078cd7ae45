"""The scan for memorised words, on our own inert code and corpus."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from pathlib import Path

import pyzipper

_ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(_ROOT / "bench"))

from literals import found_in, words_of  # noqa: E402 - a bench is no package


def test_words_are_taken_from_lists_and_patterns() -> None:
    """A list gives its words, a regular expression its plain runs in every branch, and short ones are no mark."""
    assert words_of("os.system subprocess.run id") == {"os.system", "subprocess.run"}
    assert words_of(r"\b(?:alphabet|beta)\d+/gamma\.delta") == {"alphabet", "/gamma.delta"}


def test_texts_for_people_and_examples_are_no_words(tmp_path: Path) -> None:
    """Documentation, messages and the rules' own examples may name what they like."""
    (tmp_path / "rule.py").write_text(
        '"""documentation"""\nX = "marking"\nY = f"message {X}"\nR = Rule(id="identity", loud=("examples",))\n'
        'f(message="whatever")\n',
        encoding="utf-8",
    )
    assert {(w.text, w.place) for w in found_in([tmp_path])} == {("marking", "rule.py:2")}


def _zip(path: Path, samples: dict[str, str]) -> None:
    with pyzipper.AESZipFile(path, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"secret")
        for name, text in samples.items():
            stream = io.BytesIO()
            with tarfile.open(fileobj=stream, mode="w:gz") as sdist:
                info = tarfile.TarInfo(f"{name}-1/setup.py")
                info.size = len(text)
                sdist.addfile(info, io.BytesIO(text.encode()))
            archive.writestr(f"{name}-1.tar.gz", stream.getvalue())


def test_a_word_of_one_cluster_needs_a_reason(tmp_path: Path) -> None:
    """A word that one sample alone has fails the bench until it is explained; a common one never does."""
    _zip(tmp_path / "bad.zip", {"a": "common = 'CAMPAIGN-7'", "b": "common = 1"})
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "rule.py").write_text("X = ('common', 'campaign-7', 'absent-word')\n", encoding="utf-8")
    reasons = tmp_path / "reasons.md"
    command = [sys.executable, str(_ROOT / "bench" / "literals.py"), "--malicious", str(tmp_path / "bad.zip")]
    command += ["--password", "secret", "--source", str(tmp_path / "code"), "--reasons", str(reasons)]
    bare = subprocess.run(command, capture_output=True, text=True, check=False)
    assert bare.returncode == 1
    assert "campaign-7" in bare.stdout
    assert "common" not in bare.stdout
    reasons.write_text("| word | reason |\n| --- | --- |\n| `campaign-7` | a test |\n", encoding="utf-8")
    assert subprocess.run(command, capture_output=True, text=True, check=False).returncode == 0
