"""A request is read whole or refused with everything that is wrong with it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.errors import InvalidAssetError
from braid.domain.generation.request import GenerationRequest, next_request, read_request
from braid.domain.generation.tasks import NEEDS, Task

BY_TASK = {
    Task.TEXT_TO_IMAGE: 'prompt = "a dog"',
    Task.CONDITION: 'prompt = "a dog"\nreferences = ["inbox/a.png"]',
    Task.VARIATION: 'prompt = "a dog"\nreferences = ["inbox/a.png", "assets/x/1/b.png"]',
    Task.INPAINT: 'prompt = "a dog"\nreferences = ["inbox/a.png"]\nmask = "inbox/m.png"',
    Task.OUTPAINT: 'prompt = "a dog"\nreferences = ["inbox/a.png"]\nexpand = {left = 100}',
    Task.COLOUR_GUIDED: 'prompt = "a dog"\ncolours = ["#112233"]',
    Task.REMOVE_BACKGROUND: 'references = ["inbox/a.png"]',
    Task.TEXT_TO_VIDEO: 'prompt = "a dog"\nduration_seconds = 6\nfps = 24\nresolution = "1280x720"',
    Task.IMAGE_TO_VIDEO: 'prompt = "a dog"\nreferences = ["inbox/a.png"]',
}


def _read(text: str) -> GenerationRequest:
    return read_request(text, name="poster.toml")


def _refusal(body: str | bytes) -> str:
    """Why it is refused; the file's name where it isn't."""
    try:
        read_request(body, name="poster.toml")
    except InvalidAssetError as refused:
        return str(refused)
    return "poster.toml"


@pytest.mark.parametrize("task", Task)
def test_each_task_can_be_asked_for(task: Task) -> None:
    assert _read(f'task = "{task}"\n{BY_TASK[task]}').task is task


@pytest.mark.parametrize("task", [task for task in Task if NEEDS[task].prompt])
def test_what_is_made_of_words_needs_words(task: Task) -> None:
    with pytest.raises(InvalidAssetError, match="needs a prompt"):
        _read(f'task = "{task}"\n' + BY_TASK[task].replace('prompt = "a dog"', 'prompt = " "'))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("task = [", "poster.toml isn't TOML"),
        ('task = "draw"', "must be one of text_to_image"),
        ('task = "text_to_image"\nprompt = "x"\nnegativ_prompt = "y"', "did you mean negative_prompt"),
        ('task = "text_to_image"\nprompt = "x"\ntemplate = "y"', "not both"),
        ('task = "text_to_image"\nprompt = "x"\nvalues = {a = "b"}', "none is named"),
        ('task = "text_to_image"\nprompt = "x"\nreferences = ["inbox/a.png"]', "takes 0 references, not 1"),
        ('task = "text_to_image"\nprompt = "x"\nwidth = 100\nheight = 100', "width is 320 to 4096"),
        ('task = "text_to_image"\nprompt = "x"\nwidth = 1024', "width and height together"),
        ('task = "text_to_image"\nprompt = "x"\nseed = -1', "seed is 0 to"),
        ('task = "text_to_image"\nprompt = "x"\nfps = 24', "belong to a video"),
        ('task = "text_to_image"\nprompt = "x"\ncolours = ["#112233"]', "belong to colour_guided"),
        ('task = "colour_guided"\nprompt = "x"\ncolours = ["red"]', "of the form #1A2B3C"),
        ('task = "inpaint"\nprompt = "x"\nreferences = ["inbox/a.png"]', "inpaint needs a mask"),
        ('task = "outpaint"\nprompt = "x"\nreferences = ["inbox/a.png"]', "belongs to outpaint, which needs"),
        ('task = "outpaint"\nprompt = "x"\nreferences = ["inbox/a.png"]\nexpand = {up = 0}', "expand by"),
        ('task = "remove_background"\nreferences = ["/etc/passwd"]', "no key below inbox/"),
        ('task = "remove_background"\nreferences = ["previous"]', "before the first stage"),
        ('task = "text_to_video"\nprompt = "x"\nresolution = "HD"', "of the form 1280x720"),
        (
            'task = "text_to_image"\nprompt = "x"\n[[then]]\ntask = "image_to_video"',
            "stage 2: image_to_video",
        ),
        ('task = "text_to_image"\nprompt = "x"\n[[then]]\ntask = "swim"', "stage 2: the request.task"),
        (
            'task = "text_to_image"\nprompt = "x"\n' + '[[then]]\ntask = "text_to_image"\nprompt = "y"\n' * 4,
            "at most 4",
        ),
    ],
)
def test_what_is_wrong_is_said_with_the_file(text: str, sentence: str) -> None:
    with pytest.raises(InvalidAssetError, match=r"poster\.toml") as refused:
        _read(text)
    assert sentence in str(refused.value)


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(InvalidAssetError) as refused:
        _read('task = "text_to_image"\nseed = -1\ncount = 9\nmask = "inbox/m.png"')
    assert all(
        part in str(refused.value) for part in ("seed is", "count is", "mask and replaces", "a prompt")
    )


def test_a_chain_hands_on_what_was_made() -> None:
    request = _read(
        'task = "text_to_image"\nprompt = "a dog"\nrequested_by = "ann"\n'
        '[[then]]\ntask = "image_to_video"\nprompt = "it barks"\nreferences = ["previous"]\n'
        '[[then]]\ntask = "remove_background"\nreferences = ["inbox/b.png"]'
    )
    second = next_request(request, "assets/dog/1/draft.png")
    assert second is not None
    assert (second.task, second.references) == (Task.IMAGE_TO_VIDEO, ("assets/dog/1/draft.png",))
    assert second.requested_by == "ann"
    third = next_request(second, "assets/dog-2/1/draft.mp4")
    assert third is not None
    assert third.references == ("inbox/b.png",)
    assert next_request(third, "assets/x") is None


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    assert _refusal(text).startswith("poster.toml")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_words(body: bytes) -> None:
    assert _refusal(body).startswith("poster.toml")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1).filter(str.strip))
def test_a_prompt_comes_through_as_written(prompt: str) -> None:
    assert (
        _read(f'task = "text_to_image"\nprompt = {json.dumps(prompt, ensure_ascii=False)}').prompt == prompt
    )
