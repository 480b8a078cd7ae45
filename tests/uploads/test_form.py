from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pratique.uploads.filenames import check_filename
from pratique.uploads.form import read_form
from pratique.uploads.limits import UploadLimits
from pratique.uploads.refusal import UploadRefused
from tests.support.distributions import make_wheel
from tests.uploads.shop import form_of

WHEEL = make_wheel("demo", "1.0", {"demo.py": ""})
_FIELDS = st.sampled_from(
    [
        *("name", "version", "summary", "description", "requires_dist", "requires_python", "classifiers", "keywords"),
        *("project_urls", "home_page", "license_expression", "description_content_type", "metadata_version", "dynamic"),
        *("filetype", "sha256_digest", "md5_digest", "license_file", "provides_extra", "author_email", "platform"),
    ]
)
_TEXT = st.one_of(st.text(max_size=40), st.sampled_from(["(" * 3000, "a" * 3000, "x; " + "(" * 5000, "\ud800", "\0"]))


def form(**changes: list[str]) -> dict[str, list[str]]:
    """The fields of an honest upload, some changed."""
    honest = {name: [str(value)] for name, value in form_of(WHEEL).items() if isinstance(value, str)}
    return {**honest, **changes}


@given(_FIELDS, st.lists(_TEXT, max_size=3))
def test_any_field_is_read_or_refused_with_a_reason(name: str, values: list[str]) -> None:
    """Whatever stands in a field, the form is taken, or refused in a sentence; nothing else is ever raised."""
    try:
        said = read_form(form(**{name: values}), WHEEL.filename, UploadLimits()).filetype
    except UploadRefused as refused:
        said = str(refused)
    except RecursionError:
        said = "nested too deep"  # which receiving says in its place
    assert said.strip()


@given(st.text(max_size=60))
def test_no_other_file_name_is_ever_taken(filename: str) -> None:
    """Of all names only those that name and version lead to pass; such a one has no separator and no control."""
    read = read_form(form(), filename, UploadLimits())
    try:
        taken = check_filename(read).filename
    except UploadRefused:
        return
    assert taken.startswith("demo-1.0-")
    assert taken.endswith(".whl")
    assert taken.isascii()
    assert taken.isprintable()
    assert "/" not in taken
