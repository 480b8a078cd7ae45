"""The objects of SARIF 2.1.0 that are written; section numbers are those of the specification."""

from __future__ import annotations

import msgspec


class _Object(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """Written in camel case; what has its default is left out."""


class Message(_Object, frozen=True, kw_only=True):
    """3.11: a sentence; brackets, braces and backslashes of its own must be escaped."""

    text: str


class MultiformatMessage(_Object, frozen=True, kw_only=True):
    """3.12: the same as plain text and as GitHub-flavoured Markdown."""

    text: str
    markdown: str = ""


class Content(_Object, frozen=True, kw_only=True):
    """3.3: text of an artifact, as it stands there."""

    text: str


class ArtifactLocation(_Object, frozen=True, kw_only=True):
    """3.4: a URI reference, and the number of the artifact in the run's list."""

    uri: str
    index: int = -1


class Region(_Object, frozen=True, kw_only=True):
    """3.30: by lines, from 1."""

    start_line: int
    snippet: Content | None = None


class PhysicalLocation(_Object, frozen=True, kw_only=True):
    """3.29: a region of an artifact."""

    artifact_location: ArtifactLocation
    region: Region | None = None


class LogicalLocation(_Object, frozen=True, kw_only=True):
    """3.33: where it stands in the distribution, whatever that is called on this machine."""

    name: str
    fully_qualified_name: str
    kind: str


class Location(_Object, frozen=True, kw_only=True):
    """3.28: a place, and what happens there."""

    physical_location: PhysicalLocation
    logical_locations: tuple[LogicalLocation, ...] = ()
    message: Message | None = None


class ThreadFlowLocation(_Object, frozen=True, kw_only=True):
    """3.38: one station."""

    location: Location
    execution_order: int
    importance: str = "essential"


class ThreadFlow(_Object, frozen=True, kw_only=True):
    """3.37: stations in the order of execution."""

    locations: tuple[ThreadFlowLocation, ...]


class CodeFlow(_Object, frozen=True, kw_only=True):
    """3.36: a way from source to sink."""

    thread_flows: tuple[ThreadFlow, ...]


class ResultProperties(_Object, frozen=True, kw_only=True):
    """3.8: a finding's own words, spelled as in `docs/report.schema.json`."""

    behaviour: str
    severity: str
    confidence: str
    phase: str
    proven: bool
    layers: tuple[str, ...]
    decoded_line: int = 0
    decoded_code: str = ""


class Result(_Object, frozen=True, kw_only=True):
    """3.27: a finding."""

    rule_id: str
    rule_index: int
    level: str
    message: Message
    locations: tuple[Location, ...]
    partial_fingerprints: dict[str, str]
    rank: float
    properties: ResultProperties
    analysis_target: ArtifactLocation | None = None
    code_flows: tuple[CodeFlow, ...] = ()


class RuleProperties(_Object, frozen=True, kw_only=True):
    """3.8: what code scanning sorts and filters by."""

    tags: tuple[str, ...]
    precision: str
    behaviour: str
    problem_severity: str = msgspec.field(name="problem.severity")
    security_severity: str = msgspec.field(name="security-severity")


class Configuration(_Object, frozen=True, kw_only=True):
    """3.50: how bad a finding is unless it says otherwise itself."""

    level: str


class Descriptor(_Object, frozen=True, kw_only=True):
    """3.49: a rule."""

    id: str
    short_description: Message
    full_description: Message
    help: MultiformatMessage
    default_configuration: Configuration
    properties: RuleProperties


class ArtifactProperties(_Object, frozen=True, kw_only=True):
    """3.8: what was said of an artifact as a whole."""

    verdict: str
    score: float


class Artifact(_Object, frozen=True, kw_only=True):
    """3.24: a distribution, or a member of one."""

    location: ArtifactLocation
    roles: tuple[str, ...] = ()
    length: int = -1
    hashes: dict[str, str] = {}
    properties: ArtifactProperties | None = None


class Notification(_Object, frozen=True, kw_only=True):
    """3.58: something that went wrong while the tool ran."""

    level: str
    message: Message
    locations: tuple[Location, ...] = ()


class Invocation(_Object, frozen=True, kw_only=True):
    """3.20: this run of the tool."""

    execution_successful: bool
    tool_execution_notifications: tuple[Notification, ...] = ()


class Driver(_Object, frozen=True, kw_only=True):
    """3.19: the tool."""

    name: str
    version: str
    semantic_version: str
    full_name: str
    rules: tuple[Descriptor, ...]


class Tool(_Object, frozen=True, kw_only=True):
    """3.18: the tool and, were there any, its extensions."""

    driver: Driver


class Run(_Object, frozen=True, kw_only=True):
    """3.14: everything found by one run."""

    tool: Tool
    invocations: tuple[Invocation, ...]
    artifacts: tuple[Artifact, ...]
    results: tuple[Result, ...]
    column_kind: str = "unicodeCodePoints"


class Log(_Object, frozen=True, kw_only=True):
    """3.13: the file."""

    schema: str = msgspec.field(name="$schema")
    version: str
    runs: tuple[Run, ...]
