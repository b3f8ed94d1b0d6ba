// A page with Python and nothing else: `ask(…)` asks talks.py, `held()` counts what there is.
import { loadPyodide } from "/boot.mjs";

const pyodide = await loadPyodide();
pyodide.FS.writeFile("/home/pyodide/talks.py", await (await fetch("/bare/talks.py")).text());
const ask = pyodide.pyimport("talks").ask;

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

globalThis.ready = true;
