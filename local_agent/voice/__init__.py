"""Voice: a call over WebRTC, heard, answered and spoken on this machine (4-local-agent, 4.2).

Sound comes in by `peer` and goes through `ear` (`vad`, `turns`, `recogniser`) to the `session`,
which has the conversation; its replies go through `synthesis` to `mouth`, and out again.
"""
