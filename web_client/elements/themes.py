"""The five presets as one datum, and the style sheet that follows from it (3-elements, Themes).

A theme is 18 values. The page's own `--vw-…` properties inherit into the shadow root, so the
element reads each value through a private name, `--orb-from: var(--vw-orb-from, <preset>)`:
whatever the page sets, on the element or on anything around it, wins over the preset.
Colours that need transparency are RGB triplets.
"""

from collections.abc import Mapping
from typing import Final

from web_client.spelling import snake

DEFAULT_PRESET: Final = "dark"
AUTO: Final = "auto"
"""The preset that is dark or light as the visitor's system is."""

_PRESET_NAMES: Final = ("dark", "midnight", "aurora", "sunset", "light")

_TABLE: Final[Mapping[str, tuple[str, str, str, str, str]]] = {
    "orbFrom": (
        "255, 255, 255",
        "190, 210, 255",
        "170, 255, 215",
        "255, 215, 190",
        "255, 255, 255",
    ),
    "orbMid": ("240, 238, 231", "90, 120, 200", "60, 190, 150", "235, 140, 90", "225, 230, 245"),
    "orbTo": ("184, 181, 168", "40, 55, 130", "20, 130, 90", "195, 70, 50", "190, 200, 225"),
    "colorConnecting": (
        "245, 158, 11",
        "100, 180, 255",
        "255, 200, 60",
        "255, 180, 60",
        "230, 140, 10",
    ),
    "colorActive": ("76, 175, 80", "60, 200, 180", "50, 220, 140", "240, 160, 80", "34, 150, 60"),
    "colorUserSpeaking": (
        "52, 211, 153",
        "80, 220, 200",
        "100, 240, 180",
        "255, 200, 100",
        "20, 170, 110",
    ),
    "colorSpeaking": (
        "248, 113, 113",
        "140, 160, 255",
        "180, 100, 255",
        "255, 100, 80",
        "210, 50, 50",
    ),
    "colorThinking": (
        "139, 92, 246",
        "100, 120, 240",
        "140, 80, 220",
        "240, 140, 100",
        "100, 60, 200",
    ),
    "colorWarning": ("255, 160, 0", "255, 180, 60", "255, 200, 60", "255, 180, 40", "230, 140, 10"),
    "colorAccent": ("124, 58, 237", "100, 140, 255", "50, 200, 140", "240, 120, 60", "80, 40, 200"),
    "ringColor": ("216, 65, 44", "70, 110, 210", "40, 170, 110", "215, 95, 45", "100, 120, 200"),
    "panelBg": (
        "rgba(16,14,20,.92)",
        "rgba(10,15,35,.94)",
        "rgba(8,20,14,.94)",
        "rgba(25,12,8,.94)",
        "rgba(255,255,255,.95)",
    ),
    "panelBorder": (
        "rgba(255,255,255,.08)",
        "rgba(100,140,255,.12)",
        "rgba(50,200,140,.1)",
        "rgba(240,120,60,.1)",
        "rgba(0,0,0,.08)",
    ),
    "bubbleBotBg": (
        "rgba(18,16,22,.9)",
        "rgba(15,20,45,.92)",
        "rgba(10,25,18,.92)",
        "rgba(30,16,10,.92)",
        "rgba(245,245,250,.95)",
    ),
    "bubbleBotColor": ("#e8e4f0", "#c8d0f0", "#c0ecd4", "#f0d4c0", "#2a2a3a"),
    "bubbleUserColor": ("#e0d4f7", "#b8c8ff", "#a8e8c4", "#ffd8b4", "#3a2a5a"),
    "labelBg": (
        "#181818",
        "rgba(15,20,40,.92)",
        "rgba(10,24,16,.92)",
        "rgba(28,14,10,.92)",
        "rgba(255,255,255,.92)",
    ),
    "labelColor": ("#fff", "#c8d4ff", "#a8e8c4", "#f0d0b0", "#333"),
}

FIELDS: Final = tuple(_TABLE)

PRESETS: Final[Mapping[str, Mapping[str, str]]] = {
    preset: {field: values[place] for field, values in _TABLE.items()}
    for place, preset in enumerate(_PRESET_NAMES)
}


def property_name(field: str) -> str:
    """`orbFrom` → `--vw-orb-from`: what a page sets in its own style sheet."""
    return "--vw-" + snake(field).replace("_", "-")


def theme_properties(theme: Mapping[str, object]) -> dict[str, str]:
    """A page's `theme` object as CSS custom properties; what is None there is the preset's.

    They have the private names: set on the element under its own, they would win over the page's
    style sheet. Raises ValueError on an unknown field.
    """
    unknown = sorted(set(theme) - set(FIELDS))
    if unknown:
        raise ValueError(f"theme has no {', '.join(unknown)}; its fields are {', '.join(FIELDS)}")
    told = {property_name(field): value for field, value in theme.items() if value is not None}
    return {_private(name): f"var({name}, {value})" for name, value in told.items()}


def style_sheet() -> str:
    """The rules that give `:host` its preset, before Python is up and after."""
    rules = [_rule(_selector(preset), values) for preset, values in PRESETS.items()]
    light = _rule(_selector(AUTO), PRESETS["light"])
    return "\n".join([*rules, f"@media (prefers-color-scheme: light) {{ {light} }}"])


def _rule(selector: str, values: Mapping[str, str]) -> str:
    return f"{selector} {{ {_declarations(values)} }}"


def _selector(preset: str) -> str:
    return ":host" if preset == DEFAULT_PRESET else f':host([preset="{preset}"])'


def _declarations(values: Mapping[str, str]) -> str:
    return " ".join(
        f"{_private(name)}: var({name}, {values[field]});"
        for field, name in ((field, property_name(field)) for field in values)
    )


def _private(name: str) -> str:
    return f"--{name.removeprefix('--vw-')}"
