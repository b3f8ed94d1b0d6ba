"""The five presets: complete, overridable, and readable on any page."""

import re
from pathlib import Path

import pytest

from web_client.elements import themes
from web_client.elements.themes import (
    FIELDS,
    PRESETS,
    property_name,
    style_sheet,
    theme_properties,
)

READABLE = 4.5
"""WCAG 2.2, 1.4.3: contrast of text, level AA."""

Colour = tuple[float, float, float]
GROUNDS: dict[str, Colour] = {"white": (255, 255, 255), "black": (0, 0, 0)}


def colour(text: str, ground: Colour) -> Colour:
    """`#rgb`, `#rrggbb` or `rgba(…)` as it looks upon `ground`."""
    if text.startswith("#"):
        digits = text[1:] if len(text) == 7 else "".join(digit * 2 for digit in text[1:])
        one, two, three = bytes.fromhex(digits)
        return one, two, three
    red, green, blue, alpha = map(float, re.findall(r"[\d.]+", text))
    return mixed((red, green, blue), ground, alpha)


def mixed(upper: Colour, lower: Colour, part: float) -> Colour:
    """`part` of the upper colour over the lower one."""
    red, green, blue = (
        part * top + (1 - part) * low for top, low in zip(upper, lower, strict=True)
    )
    return red, green, blue


def luminance(of: Colour) -> float:
    linear = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (value / 255 for value in of)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_the_standard_does() -> None:
    assert contrast(GROUNDS["white"], GROUNDS["black"]) == pytest.approx(21)
    assert contrast(colour("#777", GROUNDS["white"]), GROUNDS["white"]) == pytest.approx(4.48, 0.01)


@pytest.mark.parametrize("ground", GROUNDS.values(), ids=GROUNDS)
@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("labelColor", "labelBg"),
        ("bubbleBotColor", "bubbleBotBg"),
        ("bubbleUserColor", "bubbleBotBg"),
    ],
)
def test_words_are_readable(preset: str, ink: str, paper: str, ground: Colour) -> None:
    theme = PRESETS[preset]
    on = colour(theme[paper], ground)
    assert contrast(colour(theme[ink], on), on) >= READABLE


@pytest.mark.parametrize("ground", GROUNDS.values(), ids=GROUNDS)
@pytest.mark.parametrize("preset", PRESETS)
def test_words_of_less_weight_are_readable_too(preset: str, ground: Colour) -> None:
    """On the panel, and on the veil upon it: 74 of 100 and 9 of 100 of the words' own colour."""
    theme = PRESETS[preset]
    panel = colour(theme["panelBg"], ground)
    words = colour(theme["bubbleBotColor"], panel)
    veiled = mixed(words, panel, 0.09)
    assert contrast(mixed(words, panel, 0.74), panel) >= READABLE
    assert contrast(mixed(words, veiled, 0.74), veiled) >= READABLE


@pytest.mark.parametrize("ground", GROUNDS.values(), ids=GROUNDS)
@pytest.mark.parametrize("preset", PRESETS)
def test_what_the_person_wrote_is_readable(preset: str, ground: Colour) -> None:
    theme = PRESETS[preset]
    bubble = colour(f"rgba({theme['colorAccent']}, 0.22)", colour(theme["panelBg"], ground))
    assert contrast(colour(theme["bubbleUserColor"], bubble), bubble) >= READABLE


@pytest.mark.parametrize("ground", GROUNDS.values(), ids=GROUNDS)
@pytest.mark.parametrize("preset", PRESETS)
def test_words_are_readable_where_the_modal_s_card_has_most_colour(
    preset: str, ground: Colour
) -> None:
    """At its top: 22 of 100 of the accent upon the panel, above the veiled page."""
    theme = PRESETS[preset]
    panel = colour(theme["panelBg"], colour("rgba(8, 6, 12, 0.58)", ground))
    card = mixed(colour(f"rgba({theme['colorAccent']}, 1)", ground), panel, 0.22)
    words = colour(theme["bubbleBotColor"], card)
    assert contrast(mixed(words, card, 0.74), card) >= READABLE
    assert contrast(colour(theme["bubbleUserColor"], card), card) >= READABLE
    bubble = colour(f"rgba({theme['colorAccent']}, 0.22)", card)
    assert contrast(colour(theme["bubbleUserColor"], bubble), bubble) >= READABLE


@pytest.mark.parametrize("preset", PRESETS)
def test_the_icon_is_seen_on_the_orb(preset: str) -> None:
    """WCAG 1.4.11: 3 for what is no text. The icon is black, .78 of it, at the orb's middle."""
    middle = colour(f"rgba({PRESETS[preset]['orbMid']}, 1)", GROUNDS["white"])
    assert contrast(colour("rgba(0, 0, 0, .78)", middle), middle) >= 3


def test_every_preset_has_the_eighteen_values() -> None:
    assert {preset: len(values) for preset, values in PRESETS.items()} == dict.fromkeys(
        ("dark", "midnight", "aurora", "sunset", "light"), 18
    )


def test_the_names_are_those_of_the_table() -> None:
    assert property_name("orbFrom") == "--vw-orb-from"
    assert property_name("colorUserSpeaking") == "--vw-color-user-speaking"


def test_what_the_page_sets_wins_over_the_preset() -> None:
    assert "--label-bg: var(--vw-label-bg, #181818);" in style_sheet()
    assert ':host([preset="light"]) {' in style_sheet()


def test_a_theme_object_wins_over_the_preset_and_the_page_s_css_over_both() -> None:
    ring = {"--ring-color": "var(--vw-ring-color, 1, 2, 3)"}
    assert theme_properties({"ringColor": "1, 2, 3", "orbTo": None}) == ring
    with pytest.raises(ValueError, match="ringColour"):
        theme_properties({"ringColour": "1, 2, 3"})


def test_the_readme_names_each_value() -> None:
    written = Path(themes.__file__).with_name("README.md").read_text()
    names = [property_name(field).removeprefix("--vw-") for field in FIELDS]
    assert [name for name in names if f"`{name}`" not in written] == []
