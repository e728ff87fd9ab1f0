"""References, policy, taxonomy and decision rules of a profile: what is read, what synth complains of."""

from __future__ import annotations

import json

import pytest

from braid.domain.errors import ConfigError, InvalidInputError
from braid.domain.profile.example import read_example
from braid.domain.profile.policy import read_policy
from braid.domain.profile.profile import Profile, read_profile
from braid.domain.profile.references import read_references
from braid.domain.profile.taxonomy import nearest_paths, read_taxonomy
from braid.runtime.library import CODE_ROOT, profile
from lambdas.inference.checks.profile_checks import broken_rules
from lambdas.inference.request.prompt import instructions
from tests.unit.profiles.test_decision_basis import EVIDENCE

DECISIONS = ("allow", "review", "block")


def files(name: str, **changed: bytes | None) -> dict[str, bytes]:
    """A profile's files; names with ``__`` for the dot are replaced, or taken away."""
    folder = CODE_ROOT / "profiles" / name
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    for path, body in changed.items():
        path = path.replace("__", ".")
        if body is None:
            found.pop(path)
        else:
            found[path] = body
    return found


def read(name: str, **changed: bytes | None) -> Profile:
    return read_profile(name, files(name, **changed), "rules")


def test_references_are_asked_along_behind_the_prompt() -> None:
    asked = instructions(profile("moderation"))
    assert asked.index("You answer only through the tool") < asked.index('<reference name="policy.md">')
    assert "ratio squad" in asked
    assert "Was hier veröffentlicht" not in asked


@pytest.mark.parametrize("code", ["de", "de-DE", "DE-at"])
def test_a_variant_stands_in_place_of_the_plain_file(code: str) -> None:
    asked = instructions(profile("moderation"), code)
    assert "Was hier veröffentlicht" in asked
    assert "ratio squad" not in asked
    assert profile("moderation").policy(code)["Hate"] == {"review": 1.0, "block": 2.0}
    assert profile("moderation").policy("fr")["Hate"] == {"review": 1.0, "block": 3.0}


def test_a_region_s_variant_comes_before_its_language_s() -> None:
    (found,), problems = read_references(
        {"policy.md": b"plain", "policy.pt.md": b"pt", "policy.pt-BR.md": b"br", "prompt.md": b"no"}
    )
    assert problems == []
    assert [found.text_for(code) for code in ("pt-BR", "pt-PT", "en", None)] == ["br", "pt", "plain", "plain"]


@pytest.mark.parametrize(
    ("path", "body", "complaint"),
    [
        ("policy.de.md", b"x", "policy.md is missing"),
        ("Policy.md", b"x", "Policy.md: a reference is called name.md"),
        ("policy.md", b" \n", "policy.md is empty"),
        ("policy.md", b"\xff", "policy.md isn't UTF-8"),
        ("policy.md", b"x" * 60_001, "60001 characters of at most 60000"),
    ],
)
def test_references_that_make_no_sense_are_told(path: str, body: bytes, complaint: str) -> None:
    assert complaint in " ".join(read_references({path: body})[1])


def test_examples_and_readme_are_no_references() -> None:
    assert read_references({"examples/a.md": b"x", "README.md": b"x", "prompt.md": b"x"}) == ((), [])


def test_headings_of_a_policy_are_its_categories() -> None:
    text = "# All\n## For people\n## Threats: review from 2, block from 3\nA: b.\n### Spam: block from 1.5"
    policy, problems = read_policy(text, DECISIONS)
    assert policy == {"Threats": {"review": 2.0, "block": 3.0}, "Spam": {"block": 1.5}}
    assert problems == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("## Threats: blok from 3", "'blok from 3' isn't a threshold such as 'block from 3'"),
        ("## Threats: block above 3", "'block above 3' isn't a threshold"),
        ("## A: block from 3\n## A: block from 2", "'A' has two headings"),
        ("Be nice.", "no heading names a category"),
    ],
)
def test_a_policy_that_code_cannot_read_is_told(text: str, complaint: str) -> None:
    assert complaint in " ".join(read_policy(text, DECISIONS)[1])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("A > > B", "taxonomy.txt:1: 'A > > B' has an empty level"),
        ("A>B", "part the levels with ' > ': 'A > B'"),
        ("# title\nA\nA", "taxonomy.txt:3: 'A' stands there twice"),
        ("# nothing", "taxonomy.txt has no path"),
    ],
)
def test_a_taxonomy_that_makes_no_sense_is_told(text: str, complaint: str) -> None:
    assert complaint in " ".join(read_taxonomy(text)[1])


def test_the_answer_s_schema_takes_the_taxonomy_s_paths_alone() -> None:
    path = profile("catalog").answer_schema["properties"]["category"]["properties"]["path"]
    assert path["enum"] == list(profile("catalog").taxonomy_paths)


def test_a_path_that_is_none_is_told_with_what_may_be_meant() -> None:
    (told,) = broken_rules(profile("catalog"), {"category": {"path": "Home > Kitchen > Cups"}}, {}, None)
    assert "'Home > Kitchen > Cups', which is no line of taxonomy.txt" in told
    assert "did you mean 'Home > Kitchen > Cups and glasses'" in told
    assert nearest_paths("Sandals", profile("catalog").taxonomy_paths) == ["Shoes > Sandals"]


def test_votes_and_categories_that_break_the_rules_are_told() -> None:
    answer = {
        "decision": "allow",
        "votes": [{"modality": "speech", "vote": "allow", "evidence_ids": ["s1", "t1"]}],
        "categories": [{"name": "Rudeness", "severity": 1}],
    }
    told = broken_rules(profile("moderation"), answer, {piece.evidence_id: piece for piece in EVIDENCE}, None)
    assert [line.split(":")[0] for line in told] == [
        "/votes/0 is the vote of speech and cites evidence of text",
        "/votes has no vote of text, vision",
        "/categories/0/name is 'Rudeness', which is no category of the policy",
    ]


def test_the_severest_decision_names_what_it_rests_on() -> None:
    answer = {"decision": "block", "votes": [], "categories": []}
    (told,) = broken_rules(profile("moderation"), answer, {}, None)
    assert told.startswith("/decision is 'block', and /categories names no category of the policy")

    named = {**answer, "categories": [{"name": "Threats", "severity": 3}]}
    assert broken_rules(profile("moderation"), named, {}, None) == ()
    assert broken_rules(profile("moderation"), {**answer, "decision": "review"}, {}, None) == ()


def _without(name: str, member: str) -> bytes:
    schema = json.loads(files(name)["answer.schema.json"])
    schema["required"] = [each for each in schema["required"] if each != member]
    del schema["properties"][member]
    return json.dumps(schema).encode()


@pytest.mark.parametrize(
    ("name", "changed", "complaint"),
    [
        ("catalog", {"taxonomy__txt": None}, "taxonomy.txt is missing"),
        ("catalog", {"taxonomy__de__txt": b"A"}, "taxonomy.txt can't have variants"),
        (
            "catalog",
            {"answer__schema__json": _without("catalog", "category")},
            "taxonomy.pointer is '/category/path', which answer.schema.json doesn't have",
        ),
        ("moderation", {"policy__md": None, "policy__de__md": None}, "policy.md is missing"),
        ("moderation", {"policy__fr__md": b"## Haine: blocage from 2"}, "policy.fr.md: 'Haine'"),
        (
            "moderation",
            {"answer__schema__json": _without("moderation", "decision")},
            "decision must be an enum of decision.ranks: allow, review, block",
        ),
        ("moderation", {"answer__schema__json": _without("moderation", "votes")}, "items of /votes need"),
        (
            "moderation",
            {"answer__schema__json": _without("moderation", "categories")},
            "items of /categories",
        ),
    ],
)
def test_files_that_do_not_fit_together_are_refused(
    name: str, changed: dict[str, bytes | None], complaint: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        read(name, **changed)
    assert complaint in str(raised.value)


def _schema(old: str, new: str) -> bytes:
    text = files("general")["answer.schema.json"].decode()
    assert old in text
    return text.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        (('"type": "string"', '"type": "strin"'), "/summary/0/text has the type 'strin'; there are object"),
        (('"type": "string"', '"$ref": "#/$defs/text"'), "/summary/0/text refers to #/$defs/text"),
        (('"required": ["summary"', '"required": ["sumary"'), "the top requires sumary, which isn't among"),
        (('"type": "object"', '"type": "object", "oneOf": [{}]'), "oneOf at the top isn't told to a model"),
    ],
)
def test_a_schema_that_no_model_could_follow_is_refused(changed: tuple[str, str], complaint: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read("general", answer__schema__json=_schema(*changed))
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("name", "line", "instead", "complaint"),
    [
        ("general", '"/summary/0/text"', '"/summary/0/txt"', "inference.headline points to /summary/0/txt"),
        ("general", "max_pictures = 0", "max_picturs = 0", "toml: inference has no member max_picturs; did"),
        ("general", "[vision]", "[vison]", "profile.toml: it has no member vison; did you mean vision?"),
        ("accessibility", 'summary = "/summary"', 'summary = "/plain"', "summary points to /plain, which"),
    ],
)
def test_a_slip_in_the_plan_is_told_with_what_was_meant(
    name: str, line: str, instead: str, complaint: str
) -> None:
    toml = files(name)["profile.toml"].decode()
    assert line in toml
    with pytest.raises(ConfigError) as raised:
        read(name, profile__toml=toml.replace(line, instead, 1).encode())
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("line", "instead", "complaint"),
    [
        ('undecided = "review"', 'undecided = "ask"', "decision.undecided is 'ask'"),
        ('ranks = ["allow", "review", "block"]', "ranks = []", "decision.ranks names no decision"),
        ('ranks = ["allow", "review", "block"]', 'ranks = ["review"]', "at least two decisions"),
        ('"*" = { review = 0.7 }', '"*" = { reviw = 0.7 }', "decision.services.'*': reviw = 0.7"),
        ('"*" = { review = 0.7 }', '"*" = { review = 70 }', "with a confidence from 0 to 1"),
        ('decisions = ["review"]', 'decisions = ["ask"]', "review.decisions has 'ask'"),
    ],
)
def test_decision_rules_that_make_no_sense_are_refused(line: str, instead: str, complaint: str) -> None:
    toml = files("moderation")["profile.toml"].decode()
    assert line in toml
    with pytest.raises(ConfigError) as raised:
        read("moderation", profile__toml=toml.replace(line, instead, 1).encode())
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "isn't JSON"),
        ('{"description": "x", "answer": {}}', "either a timeline or evidence"),
        ('{"description": "x", "evidence": [], "answer": {}, "wanted": 1}', "has no member wanted"),
    ],
)
def test_an_example_that_can_not_be_read_says_why(text: str, complaint: str) -> None:
    with pytest.raises(InvalidInputError, match=complaint):
        read_example(text)


def test_members_that_were_renamed_are_read_and_named() -> None:
    toml = files("catalog")["profile.toml"].replace(b"description_tier", b"caption_tier")

    found = read("catalog", profile__toml=toml)

    assert found.vision == profile("catalog").vision
    assert found.warnings == (
        "profiles/catalog: profile.toml: vision.caption_tier is called description_tier now",
    )
    assert profile("catalog").warnings == ()
