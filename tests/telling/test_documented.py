from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pratique.notices import Notice, NoticeKind
from pratique.telling.letters import letter
from pratique.telling.targets import Target, read_targets

_DOCUMENT = (Path(__file__).parents[2] / "docs" / "aftercare.md").read_text(encoding="utf-8")
_SECRET = "a secret of the operator"


def _code(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", _DOCUMENT, re.DOTALL)
    assert found
    return found[1]


def test_the_documented_receiver_knows_what_is_genuine() -> None:
    """It takes what we send, once; not what is old, seen, changed, or signed by somebody else."""
    room: dict[str, Any] = {}
    exec(_code("python"), room)
    genuine: Callable[[dict[str, str], bytes, str, set[str]], bool] = room["genuine"]
    notice = Notice(key="k", kind=NoticeKind.BLOCK, at=datetime.now(UTC), title="demo is blocked")

    def sent(at: float) -> tuple[dict[str, str], bytes]:
        target = Target(name="team", url="http://127.0.0.1:9/", secret=_SECRET)
        made = letter(target, notice, identity="x-1", at=datetime.fromtimestamp(at, UTC))
        return dict(made.headers), made.body

    headers, body = sent(time.time())
    assert genuine(headers, body, _SECRET, set())
    assert not genuine(headers, body, _SECRET, {"x-1"})
    assert not genuine(headers, body + b" ", _SECRET, set())
    assert not genuine(headers, body, "another secret", set())
    assert not genuine({**headers, "Webhook-Timestamp": str(int(time.time()) + 1)}, body, _SECRET, set())
    assert not genuine(*sent(time.time() - 3600), _SECRET, set())


def test_the_documented_file_can_be_used(tmp_path: Path) -> None:
    """As it stands there, with secrets where it says."""
    (tmp_path / "url").write_text("https://chat.example.invalid/x", encoding="utf-8")
    text = "\n".join(re.findall(r"```toml\n(.*?)```", _DOCUMENT, re.DOTALL))
    text = text.replace("/run/secrets/chat-url", str(tmp_path / "url"))
    (tmp_path / "notify.toml").write_text(text, encoding="utf-8")
    secrets = {"PRATIQUE_WEBHOOK_SECRET": _SECRET, "PRATIQUE_MAIL_PASSWORD": "another"}
    targets = read_targets(tmp_path / "notify.toml", secrets)
    assert [(target.name, target.form) for target in targets.targets] == [("security", "json"), ("chat", "slack")]
    assert targets.mail
    assert (targets.mail.port, targets.mail.password) == (587, "another")


def test_every_event_is_documented() -> None:
    """Each kind of notice stands in the table."""
    assert set(re.findall(r"^\| `([a-z-]+)` \|", _DOCUMENT, re.MULTILINE)) >= {kind.value for kind in NoticeKind}
