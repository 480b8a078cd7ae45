"""The page that a refusal links to: verdict, evidence, what the attacker gains, and who asked."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from pratique.cache import Arrival
from pratique.errors import BadName, NotFound
from pratique.finding import Finding, Step, line_in_file
from pratique.gateway.origin import Origin
from pratique.history.spans import span
from pratique.names import distribution_name, project_name, sha256_digest
from pratique.policy import Action, Decision, rank
from pratique.releases import OwnFile, State
from pratique.rules.catalogue import RULES
from pratique.rules.explained import MENDING, gain, in_words, language, sections
from pratique.verdict import Report
from pratique.web.answers import DIGITS
from pratique.web.console import alike, page
from pratique.web.keys import SITE

_EVENTS = 25
_SHOWN = 200
"""Findings on one page; the worst come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A finding as the page says it."""

    rule: str
    behaviour: str
    severity: str
    confidence: str
    proven: bool
    message: str
    place: str
    line: int
    code: str
    layers: tuple[str, ...]
    flow: tuple[Step, ...]
    moment: str
    gain: str
    about: tuple[tuple[str, str], ...]
    """Headings and texts on the rule; empty for a note."""


def routes() -> list[web.RouteDef]:
    """The routes of this feature."""
    return [
        web.get(f"/report/{{project}}/{{digits:[0-9a-f]{{{DIGITS}}}}}", _shortened),
        web.get("/report/{sha256}/{filename}", _report),
        web.get("/report/{rest:.*}", _elsewhere),
    ]


async def _shortened(request: web.Request) -> web.Response:
    """From the address that stands in a refusal to that of the report."""
    project, digits = project_name(request.match_info["project"]), request.match_info["digits"]
    judged = await request.app[SITE].gateway.judged(project)
    found = [one for one in judged if one.artifact.sha256.startswith(digits)]
    if not found:
        raise NotFound(
            f"There is no report on a file of {project} with this digest.",
            remedy="Reports are linked from what was asked for lately, from the quarantine and from projects.",
        )
    worst = max(found, key=lambda one: one.score).artifact  # where somebody made two that begin alike
    raise web.HTTPSeeOther(f"/report/{worst.sha256}/{quote(worst.name.filename)}")


async def _elsewhere(request: web.Request) -> web.Response:
    """A SHA-256 alone leads to its file; of what else is asked for, it is said where reports are found."""
    with suppress(BadName):
        events = await request.app[SITE].store.events(sha256=sha256_digest(request.match_info["rest"].strip("/")))
        for event in (one for one in events if one.verdict):
            raise web.HTTPSeeOther(f"/report/{event.sha256}/{quote(event.filename)}")
    raise NotFound(
        "There is no report at this address: it is /report/, a SHA-256 and a file's name.",
        remedy="Reports are linked from what was asked for lately, from the quarantine and from projects.",
    )


async def _report(request: web.Request) -> web.Response:
    sha256 = sha256_digest(request.match_info["sha256"])
    filename = distribution_name(request.match_info["filename"]).filename
    found = await request.app[SITE].gateway.report(sha256, filename)
    if found is None:
        raise NotFound(
            f"There is no report on {filename} with this digest.",
            remedy="Reports are linked from what was asked for lately, from the quarantine and from projects.",
        )
    report, decision = found
    events = await request.app[SITE].store.events(sha256=sha256, limit=_EVENTS)
    findings = sorted(report.findings, key=rank, reverse=True)[:_SHOWN]
    first = {finding.rule: number for number, finding in reversed(list(enumerate(findings)))}
    shown = [_shown(f, report, explain=first[f.rule] == number) for number, f in enumerate(findings)]
    own = await _own(request, report)
    gateway = request.app[SITE].gateway
    origin = await gateway.origin(report) if own is None else None
    fetched = await gateway.fetched(report) if own is None else None
    return page(
        request,
        "report.html",
        report=report,
        decision=decision,
        findings=shown,
        events=alike(events),
        mending=MENDING,
        deciding=_deciding(report, decision, own),
        origin=_uploaded(own) if own else (*_fetched(fetched), *(_origin(origin) if origin else ())),
        project=own.project if own else "",
        signals=origin.signals if origin else (),
    )


async def _own(request: web.Request, report: Report) -> OwnFile | None:
    """The upload whose bytes these are; nothing for what came from the upstream."""
    releases = request.app[SITE].releases
    found = await releases.file(report.artifact.name.filename) if releases else None
    return found if found is not None and found.sha256 == report.artifact.sha256 else None


def _deciding(report: Report, decision: Decision, own: OwnFile | None) -> str:
    """Where reviewers release a file or turn it down; nowhere if it does not wait for them."""
    if own is not None:
        return f"/projects/{own.project}/manage" if own.state is State.HELD and own.taken_down is None else ""
    artifact = report.artifact
    held = decision.action is Action.QUARANTINE
    return f"/quarantine/{artifact.sha256}/{quote(artifact.name.filename)}" if held else ""


def _uploaded(file: OwnFile) -> tuple[tuple[str, str], ...]:
    """Headings and texts on an upload."""
    decided = f", decided by {file.judged_by}" if file.judged_by else ""
    attested = "attested by a trusted publisher of the project" if file.provenance else "no attestation came with it"
    return (
        ("uploaded", f"{file.uploaded:%Y-%m-%d %H:%M} UTC by {file.uploader}, to this index"),
        ("state", f"{'taken down' if file.taken_down is not None else file.state.value}{decided}"),
        ("provenance", attested),
    )


def _fetched(arrival: Arrival | None) -> tuple[tuple[str, str], ...]:
    """Heading and text on the upstream that gave a file."""
    if arrival is None or not arrival.upstream:
        return ()
    return (("upstream", f"{arrival.upstream}, fetched {arrival.at:%Y-%m-%d %H:%M} UTC"),)


def _origin(origin: Origin) -> tuple[tuple[str, str], ...]:
    """Headings and texts on where a file comes from."""
    standing, checked = origin.standing, origin.checked
    by = f" by {'; '.join(map(str, checked.publishers))}" if checked.publishers else ""
    note = f" ({checked.note})" if checked.note else ""
    told = [("provenance", f"{checked.proof.value}{by}{note}")]
    if standing.released:
        told.insert(0, ("published", f"{standing.released:%Y-%m-%d %H:%M} UTC"))
    if standing.previous and standing.gap is not None:
        told.append(("before it", f"{standing.previous}, {span(standing.gap)} earlier"))
    return (*told, *(("unclear", doubt) for doubt in standing.doubts))


def _shown(finding: Finding, report: Report, *, explain: bool) -> Shown:
    """The finding; what its rule says of itself stands only at the rule's first one."""
    line = line_in_file(finding, report.findings)
    rule = next((r for r in RULES if r.id == finding.rule), None)
    return Shown(
        rule=finding.rule,
        behaviour=finding.behaviour.value,
        severity=finding.severity.name.lower(),
        confidence=finding.confidence.name.lower(),
        proven=finding.proven,
        message=finding.message,
        place=f"{finding.path}:{line}" if line else finding.path,
        line=finding.line,
        code=finding.code.strip(),
        layers=(*finding.layers, *language(finding)),
        flow=tuple(Step(line=s.line, what=in_words(s.what)) for s in finding.flow),
        moment=finding.phase.moment,
        gain=gain(finding.rule) if explain else "",
        about=sections(rule) if rule and explain else (),
    )
