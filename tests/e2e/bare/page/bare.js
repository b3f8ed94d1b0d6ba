// A page with Python and nothing else: `ask(…)` asks talks.py, `held()` counts what there is.
// `leadThroughRelay()` leads the calls to come another way, until `leadDirectly()`.
import { loadPyodide } from "/boot.mjs";

const pyodide = await loadPyodide();
pyodide.FS.writeFile("/home/pyodide/talks.py", await (await fetch("/bare/talks.py")).text());
// No proxy is left to the garbage, such as pyimport's of a whole module: what tidies up behind it is
// a script, and a page in which one runs while it is put away is thrown away.
const ask = pyodide.runPython("from talks import ask; ask");

// What Pyodide's own tests count: PyProxies by tracing, JavaScript objects by their handles.
const { hiwire, pyproxy_alloc_map: proxies } = pyodide._module;
pyodide._module.enable_pyproxy_allocation_tracing();

globalThis.ask = async (...question) => JSON.parse(await ask(JSON.stringify(question)));

globalThis.held = async () => ({
  ...(await globalThis.ask("heap")),
  proxies: proxies.size,
  handles: hiwire.num_keys(),
  memory: pyodide._module.HEAPU8.length,
  open: witness.leftOpen(),
});

// The way of a call's sound and events is agreed on in one request: the offer, and its answer.
const directly = globalThis.fetch;
globalThis.leadDirectly = () => void (globalThis.fetch = directly);
globalThis.leadThroughRelay = () =>
  void (globalThis.fetch = async (url, options) => {
    if (!url.includes("/webrtc/offer")) return directly(url, options);
    const offer = JSON.parse(options.body);
    const sdp = await withoutCandidates(offer.sdp);
    const response = await directly(url, { ...options, body: JSON.stringify({ ...offer, sdp }) });
    const answer = await response.json();
    return Response.json({ ...answer, sdp: await carried(answer.sdp) }, response);
  });

globalThis.ready = true;
