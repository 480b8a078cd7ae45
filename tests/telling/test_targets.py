from __future__ import annotations

from pathlib import Path

import pytest

from pratique.errors import BadSetting
from pratique.notices import NoticeKind
from pratique.telling.targets import read_targets

_SECRET = "0123456789abcdef-secret"


def _file(folder: Path, text: str) -> Path:
    path = folder / "notify.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_secrets_come_from_the_environment_and_from_files(tmp_path: Path) -> None:
    """Also addresses, which for some services are the secret; private hosts are fine."""
    (tmp_path / "address").write_text("http://10.0.0.7/hook\n", encoding="utf-8")
    path = _file(
        tmp_path,
        'timeout = 2\ntries = 3\n[[webhook]]\nname = "team"\nurl = "https://hooks.example.invalid/x"\n'
        'secret-env = "HOOK"\nevents = ["block"]\n[[webhook]]\nname = "chat"\nform = "slack"\n'
        f'url-file = "{tmp_path / "address"}"\n',
    )
    targets = read_targets(path, {"HOOK": _SECRET})
    team, chat = targets.targets
    assert (targets.seconds, targets.tries) == (2.0, 3)
    assert (team.secret, team.wants) == (_SECRET, frozenset({NoticeKind.BLOCK}))
    assert (chat.url, chat.wants) == ("http://10.0.0.7/hook", frozenset(NoticeKind) - {NoticeKind.TEST})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[webhook]]\nname = "a"\nurl = "http://h/"\n', "0 characters"),
        ('[[webhook]]\nname = "a"\nurl = "http://h/"\nsecret-env = "NONE"\n', "NONE is not set"),
        ('[[webhook]]\nname = "a"\nurl = "http://h/"\nsecret-file = "/nowhere/x"\n', "cannot be read"),
        ('[[webhook]]\nname = "a"\nurl = "ftp://h/"\nform = "slack"\n', "no http"),
        ('[[webhook]]\nname = "a"\nurl = "http://h/"\nform = "slack"\nevents = ["late"]\n', "late is no event"),
        ('[[webhook]]\nname = "a"\nurl = "http://h/"\nsecret = "in the file"\n', "secret"),
        ("tries = 0\n", "at least one try"),
        ("timeout = inf\n", "timeout"),
        ('[[webhook]]\nname = "a"\nurl = "http://h/"\nform = "slack"\n' * 2, "two webhooks"),
        ('[[webhook]]\nname = "people"\nurl = "http://h/"\nform = "slack"\n', "other than people"),
        ('[mail]\nserver = "h"\n', "from"),
        ('[mail]\nserver = "h"\nfrom = "nobody"\n', "no sender"),
        ('[mail]\nserver = "h"\nfrom = "a@example.invalid\\r\\nBcc: b@example.invalid"\n', "no sender"),
        ('[mail]\nserver = ""\nfrom = "a@example.invalid"\n', "names no server"),
        ('[mail]\nserver = "h"\nport = 70000\nfrom = "a@example.invalid"\n', "names no server"),
        ('[mail]\nserver = "h"\nfrom = "a@example.invalid"\nuser = "u"\n', "go together"),
        (
            '[mail]\nserver = "h"\nfrom = "a@example.invalid"\nuser = "u"\npassword-env = "HOOK"\nsecurity = "none"\n',
            "in the clear",
        ),
        ('[mail]\nserver = "h"\nfrom = "a@example.invalid"\npassword = "in the file"\n', "password"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(tmp_path: Path, text: str, said: str) -> None:
    """At the start, with what to do, and without the secret."""
    with pytest.raises(BadSetting) as caught:
        read_targets(_file(tmp_path, text), {"HOOK": _SECRET})
    assert said in str(caught.value)
    assert _SECRET not in str(caught.value)
