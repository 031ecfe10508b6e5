"""What is installed may be used: each distribution states a licence, and it is one of these."""

import re
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

ALLOWED = {  # they ask for a notice, and for nothing that our own code would have to do
    "Apache-2.0",
    "BSD",  # the classifier does not tell the two and the three clauses apart
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MIT",
    "PSF-2.0",
}
EXCEPTIONS = {  # what else is stated, and why it may be installed nevertheless
    "aiosmtpd": ({"OSI Approved"}, "only tests import it; its other line says Apache-2.0"),
    "certifi": ({"MPL-2.0"}, "root certificates; the MPL asks for its own files alone"),
    "hypothesis": ({"MPL-2.0"}, "only tests import it; the MPL asks for its own files alone"),
    "orjson": ({"MPL-2.0"}, "used as it is; the MPL asks for its own files alone"),
    "pathspec": ({"MPL-2.0"}, "of dbt, used as it is; the MPL asks for its own files alone"),
    "psycopg2-binary": (
        {"GNU Library or Lesser General Public License (LGPL)"},
        "of dbt-postgres, used as it is; the LGPL asks for its own files alone",
    ),
    "text-unidecode": (
        {"Artistic", "GPL", "GPL-2.0-or-later"},
        "of dbt; the Artistic one is taken",
    ),
    "tqdm": ({"MPL-2.0"}, "of sqlfmt, used as it is; the MPL asks for its own files alone"),
}
SPELT = {  # how classifiers and older fields write them
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Apache-2": "Apache-2.0",
    "Artistic License": "Artistic",
    "BSD License": "BSD",
    "GNU General Public License (GPL)": "GPL",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
OPERATORS = {"AND", "OR", "WITH"}
Stated = set[str]


def stated(distribution: Distribution) -> Stated:
    """Every licence that a distribution names: as an expression, else by classifier, else as text.

    An expression with OR names all its parts, so that each of them has to be allowed.
    """
    metadata = distribution.metadata.json
    expression = str(metadata.get("license_expression", ""))
    if expression:
        return set(re.findall(r"[\w.+-]+", expression)) - OPERATORS
    classifiers = [str(each) for each in metadata.get("classifier", [])]
    names = [each.split(" :: ")[-1] for each in classifiers if each.startswith("License ::")]
    if not names:
        names = [each.strip() for each in re.split(r" AND | OR ", str(metadata.get("license", "")))]
    return {SPELT.get(name, name) for name in names}


def refused(found: list[Distribution]) -> dict[str, Stated]:
    """The distributions that state another licence, or none, with what they state."""
    other = {each.name: stated(each) for each in found}
    allowed = {name: licences for name, (licences, _) in EXCEPTIONS.items()}
    return {
        name: licences
        for name, licences in other.items()
        if not licences or not licences <= ALLOWED | allowed.get(name, set())
    }


def test_whatever_is_installed_has_a_licence_that_is_allowed() -> None:
    assert refused(list(distributions())) == {}


def test_every_exception_is_needed_and_gives_its_reason() -> None:
    found = {each.name: stated(each) for each in distributions()}
    needed = {name: found.get(name, set()) - ALLOWED for name in EXCEPTIONS}
    assert needed == {name: licences for name, (licences, _) in EXCEPTIONS.items()}
    assert all(len(reason) > 20 for _, reason in EXCEPTIONS.values())


@pytest.mark.parametrize(
    "lines",
    [
        "",
        "License: UNKNOWN",
        "License: Proprietary",
        "License: MIT OR AGPL-3.0",
        "License: GPL v3\nClassifier: Programming Language :: Python",
        "License: MIT\nClassifier: License :: OSI Approved :: GNU Affero General Public License v3",
        "Classifier: License :: Other/Proprietary License",
        "License-Expression: AGPL-3.0-only",
        "License-Expression: MIT AND LicenseRef-Ours",
        "License-Expression: (MIT OR GPL-2.0-only) AND Apache-2.0",
        "License-Expression: Apache-2.0 WITH LLVM-exception",
        "License-Expression: MPL-2.0",
        "License-Expression: SSPL-1.0\nLicense: MIT",
    ],
)
def test_a_licence_that_is_not_allowed_or_not_stated_is_found(tmp_path: Path, lines: str) -> None:
    assert set(refused([made(tmp_path, lines)])) == {"made"}


@pytest.mark.parametrize(
    "lines",
    [
        "License: MIT License",
        "License: Dual License\nClassifier: License :: OSI Approved :: BSD License",
        "License-Expression: Apache-2.0 OR (BSD-2-Clause AND MIT)",
    ],
)
def test_a_licence_is_known_in_each_field_that_may_state_it(tmp_path: Path, lines: str) -> None:
    assert refused([made(tmp_path, lines)]) == {}


def made(folder: Path, lines: str) -> Distribution:
    """A distribution that says this of itself."""
    info = folder / "made-1.0.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.4\nName: made\nVersion: 1.0\n{lines}".rstrip() + "\n"
    (info / "METADATA").write_text(metadata)
    (found,) = distributions(path=[str(folder)])
    return found
