"""An author's own file: its agents, and what it is made of (4-local-agent, 4.1)."""

import importlib.util
import sys
import traceback
from pathlib import Path

from local_agent.agent import Agent

_MODULE = "agent_file"
"""The name that the file has as a module: none that could be another's."""


class AgentFileBroken(Exception):
    """The file gives no agents; the message says why, in one sentence."""


def load_agents(file: Path) -> list[Agent]:
    """Run the file; the agents in it. It can import what stands beside it.

    Raises AgentFileBroken.
    """
    if not file.is_file():
        raise AgentFileBroken(f"There is no agent file {str(file)!r}.")
    agents = {value.id: value for value in _run(file).values() if isinstance(value, Agent)}
    if not agents:
        raise AgentFileBroken(f"There is no Agent in {str(file)!r}.")
    return list(agents.values())


class Watch:
    """Watches the file, and each module that it imported from beside it, from now on."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._before = _times(file)

    def changed(self) -> bool:
        return _times(self._file) != self._before


def _times(file: Path) -> dict[Path, float]:
    folder = file.resolve().parent
    modules = [getattr(module, "__file__", None) for module in tuple(sys.modules.values())]
    own = {Path(name).resolve() for name in modules if name}
    own = {path for path in own if path.is_relative_to(folder) and ".venv" not in path.parts}
    return {path: _changed(path) for path in {file.resolve(), *own}}


def _run(file: Path) -> dict[str, object]:
    spec = importlib.util.spec_from_file_location(_MODULE, file)
    if spec is None or spec.loader is None:
        raise AgentFileBroken(f"{str(file)!r} is no Python file; its name must end in .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[_MODULE] = module
    sys.path.insert(0, str(file.resolve().parent))
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        problem = traceback.format_exception_only(error)[-1].strip()
        raise AgentFileBroken(
            f"{str(file)!r} can't be run{_line(error, file)}: {problem}"
        ) from error
    finally:
        sys.path.remove(str(file.resolve().parent))
    return vars(module)


def _line(error: BaseException, file: Path) -> str:
    if isinstance(error, SyntaxError):
        return f" (line {error.lineno})"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename) == file]
    return f" (line {lines[-1]})" if lines else ""


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # an editor puts the new file in the old one's place
        return 0.0
