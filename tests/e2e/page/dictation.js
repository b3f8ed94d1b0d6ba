// A page of somebody's own that has what is said written down: `session` is Python's.
import { boot } from "/boot.mjs";

const python = await boot();
const { agent_info, DictationSession } = python.pyimport("web_client");

// In Python, since a proxy has a `type` of its own.
const types = python.runPython("lambda info: [channel.type for channel in info.channels]");
globalThis.knownOf = async (agent) => {
  const info = await agent_info(agent, location.origin);
  return info ? types(info).toJs() : null;
};

globalThis.statuses = [];
globalThis.shown = new Set();
// Seconds: a busy machine takes its time to understand what comes all at once.
const timeouts = python.toPy({ done: 60 });
const options = { agent: "mara", server: location.origin, timeouts };
globalThis.session = DictationSession.callKwargs(options);
session.subscribe(() => {
  const { status, transcript } = session.state;
  if (statuses.at(-1) !== status) statuses.push(status);
  shown.add(transcript);
});
