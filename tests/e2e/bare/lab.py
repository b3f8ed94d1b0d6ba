"""The bare page from the outside: its talks, the agent behind it, and what can go wrong there."""

import socket
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Route

from tests.e2e.agent_process import ROOT, AgentProcess
from tests.e2e.bare.relay import Relay, without_candidates

PAGE = Path(__file__).parent / "page"
WITNESS = ROOT / "tests" / "pyodide" / "page" / "witness.js"
PARTS = {path.name: path for path in [*PAGE.glob("*.*"), WITNESS]}


class Lab:
    """One page with Python on it, and an agent that fails on demand (4-local-agent, 4.3)."""

    def __init__(self, browser: Browser, log: Path, timeout: float) -> None:
        self._log = log
        self._place = _held_place()
        self.start_agent()
        self.url = self.agent.url
        self.page = browser.new_context(base_url=self.url).new_page()
        self.page.set_default_timeout(timeout)
        self.raised: list[str] = []
        self.page.on("pageerror", lambda error: self.raised.append(str(error)))
        self.page.route("**/bare/*", _part)
        self.page.expose_function("withoutCandidates", without_candidates)
        self.page.expose_function("carried", lambda answer: self._relay.carry(answer))
        self.load()

    def load(self) -> None:
        """The page anew."""
        # A page that no server sent may not open a socket to this machine.
        self.page.goto("index.html")
        self.page.set_content(PARTS["bare.html"].read_text())
        self.page.wait_for_function("globalThis.ready")

    def close(self) -> None:
        self.page.context.close()
        self.agent.stop()
        self._place.close()

    def ask(self, *question: object) -> Any:
        """A function of page/talks.py, with its arguments."""
        [answer] = self.ask_at_once(question)
        return answer

    def ask_at_once(self, *questions: tuple[object, ...]) -> list[Any]:
        """Several, one after the other, with no time between them."""
        asking = "all => Promise.all(all.map(question => ask(...question)))"
        answers: list[Any] = self.page.evaluate(asking, questions)
        return answers

    def talk(self, name: str, kind: str, **options: Any) -> "Talk":
        self.ask("begin", name, kind, {"server": self.url, **options})
        return Talk(self, name)

    def held(self) -> dict[str, Any]:
        """What Python and the page hold by now."""
        held: dict[str, Any] = self.page.evaluate("held()")
        return held

    def fault(self, fault: str, **details: Any) -> dict[str, int]:
        """Ask the agent for a fault; `local_agent.faults` has the list."""
        answer = self.page.request.post("_faults", data={"fault": fault, **details})
        assert answer.ok, answer.text()
        told: dict[str, int] = answer.json()
        return told

    def kill_agent(self) -> None:
        self.agent.kill()

    def start_agent(self) -> None:
        """Another one, where the last one was."""
        port = self._place.getsockname()[1]
        self.agent = AgentProcess(self._log, "--faults", port=port)

    def forget(self) -> None:
        """Ready for another test: no talk, no fault, nothing open."""
        self.ask("forget")
        self.page.request.delete("_faults")
        self.page.wait_for_function("witness.leftOpen().length === 0")
        self.page.evaluate("leadDirectly()")
        assert self.raised == []

    def led_through(self, relay: Relay) -> None:
        """The sound and the events of calls to come go through this relay."""
        self._relay = relay
        self.page.evaluate("leadThroughRelay()")

    def wait(self, seconds: float) -> None:
        """Let real time pass, for what only time can show."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.page.wait_for_timeout(1000 * max(until - time.monotonic(), 0))


class Talk:
    """One session of the page, by its name."""

    def __init__(self, lab: Lab, name: str) -> None:
        self._lab = lab
        self._name = name

    def connect(self) -> None:
        self._lab.ask("connect", self._name)

    def say(self, text: str) -> None:
        self._lab.ask("say", self._name, text)

    def retry(self) -> None:
        self._lab.ask("retry", self._name)

    def until(self, **fields: object) -> None:
        self._lab.ask("until", self._name, fields)

    def until_said(self, role: str, text: str) -> None:
        self._lab.ask("until_said", self._name, role, text)

    def shown(self) -> dict[str, Any]:
        """The state, with `statuses` and `errors`: all that it went through."""
        shown: dict[str, Any] = self._lab.ask("shown", self._name)
        return shown

    def said(self, role: str) -> list[str]:
        return [message["text"] for message in self.shown()["messages"] if message["role"] == role]


def _held_place() -> socket.socket:
    """A port that nobody else is given while its agent is dead. It doesn't listen, so that the
    agent may, and nobody is connected when it doesn't."""
    place = socket.socket()
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    place.bind(("127.0.0.1", 0))
    return place


def _part(route: Route) -> None:
    route.fulfill(path=PARTS[route.request.url.rsplit("/", 1)[1]])
