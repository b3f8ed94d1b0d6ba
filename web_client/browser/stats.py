"""What of an RTCStatsReport a session shows (2-sessions, 2.3)."""

from collections.abc import Iterable, Mapping
from typing import Any

Report = Mapping[str, Mapping[str, Any]]

_INBOUND = {
    "jitter": "jitter",
    "packetsLost": "packets_lost",
    "packetsReceived": "packets_received",
}


def call_stats(report: Report) -> dict[str, float | str]:
    """`round_trip_time`, `jitter` (seconds), `packets_lost`, `packets_received`, `codec`.

    Only what the browser knows by now: before the first packet, nothing.
    """
    stats: dict[str, float | str] = {}
    for pair in _of_type(report, "candidate-pair"):
        if pair.get("nominated") and "currentRoundTripTime" in pair:
            stats["round_trip_time"] = pair["currentRoundTripTime"]
    for inbound in _of_type(report, "inbound-rtp"):
        stats |= {name: inbound[theirs] for theirs, name in _INBOUND.items() if theirs in inbound}
        codec = report.get(inbound.get("codecId", ""))
        if codec is not None:
            stats["codec"] = codec["mimeType"]
    return stats


def bytes_received(report: Report) -> float:
    """Of all kinds, over every path there was."""
    pairs = _of_type(report, "candidate-pair")
    total: float = sum(pair.get("bytesReceived", 0) for pair in pairs)
    return total


def _of_type(report: Report, kind: str) -> Iterable[Mapping[str, Any]]:
    return (entry for entry in report.values() if entry["type"] == kind)
