"""Notes: findings of the reading itself, which no rule makes; explained like rules, so that nobody meets a bare word."""

from __future__ import annotations

from dataclasses import dataclass

from pratique.finding import Behaviour


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A kind of note: ``summary`` is one sentence, ``gain`` says what an attacker gets from it."""

    id: str
    behaviour: Behaviour
    summary: str
    gain: str


_UNREAD = "What was not read could hold anything, so the file is held, never passed."
_AMBIGUOUS = "A scanner and an installer read the same archive differently, and the payload lies in the difference."
_UNSEEN = "People who read the code see something else than Python does."

NOTES: tuple[Note, ...] = (
    Note(
        id="archive-limit",
        behaviour=Behaviour.LIMIT,
        summary="A limit on members, size, ratio, nesting or length of paths was reached while unpacking.",
        gain=_UNREAD,
    ),
    Note(
        id="archive-damaged",
        behaviour=Behaviour.LIMIT,
        summary="A part of the archive cannot be read; another reader may get further.",
        gain=_UNREAD,
    ),
    Note(
        id="source-too-large",
        behaviour=Behaviour.LIMIT,
        summary="A source file is larger than what is parsed; only its beginning was read.",
        gain=_UNREAD,
    ),
    Note(
        id="layer-limit",
        behaviour=Behaviour.LIMIT,
        summary="Code lies under more decoders, or in more decoded text, than are undone: the innermost was not read.",
        gain=_UNREAD,
    ),
    Note(
        id="depth-limit",
        behaviour=Behaviour.LIMIT,
        summary="A file is nested deeper than can be followed, and was not read to its end.",
        gain=_UNREAD,
    ),
    Note(
        id="memory-limit",
        behaviour=Behaviour.LIMIT,
        summary="Reading a file takes more memory than an inspection may use; it was not read to its end.",
        gain=_UNREAD,
    ),
    Note(
        id="time-limit",
        behaviour=Behaviour.LIMIT,
        summary="Reading a file takes more CPU time than a file may use; it was not read to its end.",
        gain=_UNREAD,
    ),
    Note(
        id="reading-failed",
        behaviour=Behaviour.LIMIT,
        summary="The engine failed on a file: a defect of Pratique, worth a report.",
        gain="A file that makes readers fail would pass wherever failing means passing; here it is held.",
    ),
    Note(
        id="rule-failed",
        behaviour=Behaviour.LIMIT,
        summary="A rule failed on the distribution: a defect of Pratique, worth a report.",
        gain="What makes a rule fail would pass wherever failing means passing; here it is held.",
    ),
    Note(
        id="evaluation-limit",
        behaviour=Behaviour.LIMIT,
        summary="Computing the values of a file took more steps than are allowed: every line was read, not every value computed.",
        gain="A payload could be built by more computation than a reader can afford.",
    ),
    Note(
        id="nesting-limit",
        behaviour=Behaviour.LIMIT,
        summary="Source is nested deeper than is walked in its place; what lies deeper was read by itself.",
        gain="A payload could lie deeper than a reader goes.",
    ),
    Note(
        id="configuration-too-large",
        behaviour=Behaviour.LIMIT,
        summary="A file that tells a build what to do is larger than is read; its beginning was.",
        gain=_UNREAD,
    ),
    Note(
        id="shell-limit",
        behaviour=Behaviour.LIMIT,
        summary="A shell's script, or a layer in it, is longer or deeper than is read; its beginning was.",
        gain=_UNREAD,
    ),
    Note(
        id="archive-device",
        behaviour=Behaviour.PACKAGING,
        summary="The archive holds a device, a pipe or another member that is no file.",
        gain="An installer that makes it opens a way to the system.",
    ),
    Note(
        id="archive-duplicate-name",
        behaviour=Behaviour.PACKAGING,
        summary="Two members have the same name, or names that one file system takes for the same.",
        gain=_AMBIGUOUS,
    ),
    Note(
        id="archive-hidden-data",
        behaviour=Behaviour.PACKAGING,
        summary="Bytes lie between or before the archive's members, where no member is listed.",
        gain=_AMBIGUOUS,
    ),
    Note(
        id="archive-hidden-member",
        behaviour=Behaviour.PACKAGING,
        summary="A member is there that the archive's own list leaves out, or lists otherwise.",
        gain=_AMBIGUOUS,
    ),
    Note(
        id="archive-link",
        behaviour=Behaviour.PACKAGING,
        summary="A link leads out of the distribution, or a path climbs out of it.",
        gain="Unpacking it writes or reads files that belong to the system or its user.",
    ),
    Note(
        id="archive-member-name",
        behaviour=Behaviour.PACKAGING,
        summary="A member's name climbs out of the distribution, is absolute, or holds characters that no file should.",
        gain="Unpacking it writes where it should not, or the name is shown as another.",
    ),
    Note(
        id="archive-readers-disagree",
        behaviour=Behaviour.PACKAGING,
        summary="The archive says one thing in its list and another beside the member itself.",
        gain=_AMBIGUOUS,
    ),
    Note(
        id="archive-nested-data",
        behaviour=Behaviour.PACKAGING,
        summary="An archive inside the archive holds data that its own list does not name.",
        gain=_AMBIGUOUS,
    ),
    Note(
        id="archive-trailing-data",
        behaviour=Behaviour.PACKAGING,
        summary="Bytes follow after the archive's end.",
        gain=_AMBIGUOUS,
    ),
    Note(
        id="wheel-record",
        behaviour=Behaviour.PACKAGING,
        summary="RECORD does not agree with the files of the wheel.",
        gain="Files are installed that no list answers for, or a changed file passes for the listed one.",
    ),
    Note(
        id="source-encoding",
        behaviour=Behaviour.OBFUSCATION,
        summary="The source declares an encoding under which it reads as something else.",
        gain=_UNSEEN,
    ),
    Note(
        id="source-bidi",
        behaviour=Behaviour.OBFUSCATION,
        summary="The source holds characters that reverse the order in which a line is shown.",
        gain=_UNSEEN,
    ),
    Note(
        id="source-zero-width",
        behaviour=Behaviour.OBFUSCATION,
        summary="The source holds characters that take no room on the screen.",
        gain=_UNSEEN,
    ),
    Note(
        id="source-off-screen",
        behaviour=Behaviour.OBFUSCATION,
        summary="Code stands far to the right, behind white space.",
        gain=_UNSEEN,
    ),
    Note(
        id="source-homoglyph",
        behaviour=Behaviour.OBFUSCATION,
        summary="A name is written with letters that look like others.",
        gain=_UNSEEN,
    ),
    Note(
        id="source-nul",
        behaviour=Behaviour.OBFUSCATION,
        summary="The source holds NUL bytes, at which some readers stop.",
        gain=_UNSEEN,
    ),
)
"""Every kind that unpacking and reading make; `docs/rules/notes.md` lists them."""
