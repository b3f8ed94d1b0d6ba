// Starts Python and runs one case at a time. A case fails when it raises, and also when it leaves
// anything behind: a proxy of a Python object, a JavaScript object that Python still holds, a
// task, a socket, a peer connection, a microphone, a player or an audio context.
import { loadPyodide } from "/dist/boot.mjs";

// Milliseconds in which what was closed has to be gone; and how long objects are waited for, which
// may be Pyodide's own.
const SETTLING = 20000;
const HELD_SETTLING = 2000;
const HELD = "JavaScript objects that Python holds";

const pyodide = await loadPyodide();
pyodide.unpackArchive(await (await fetch("/cases.zip")).arrayBuffer(), "zip");
await pyodide.runPythonAsync(`
  import web_client.browser
  from tests.pyodide.inside.run import held_tasks, run
`);

// What Pyodide's own tests count: PyProxies by tracing, JavaScript objects by their handles.
const { hiwire, pyproxy_alloc_map: proxies } = pyodide._module;
pyodide._module.enable_pyproxy_allocation_tracing();

function leftBehind(before) {
  const tasks = pyodide.runPython("held_tasks()");
  const held = hiwire.num_keys() - before.handles;
  const leaked = [...proxies].filter(([proxy]) => !before.proxies.has(proxy));
  return [
    ...witness.leftOpen(),
    ...(tasks ? [`${tasks} tasks`] : []),
    ...leaked.map(([proxy, trace]) => `proxy of ${proxy.type}\n${trace}`),
    ...(held > 0 ? [HELD] : []),
  ];
}

async function settled(before, longest) {
  const began = performance.now();
  for (;;) {
    const left = leftBehind(before);
    const limit = left.join() === HELD ? HELD_SETTLING : longest;
    if (!left.length || performance.now() - began > limit) return left;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function runOnce(name, settling = SETTLING) {
  witness.forget();
  const before = { proxies: new Set(proxies.keys()), handles: hiwire.num_keys() };
  const failure = await pyodide.runPythonAsync(`await run(${JSON.stringify(name)})`);
  return { failure, left: failure ? [] : await settled(before, settling) };
}

globalThis.runCase = async (name, settling) => {
  const result = await runOnce(name, settling);
  // Pyodide keeps some objects when it first meets them. What grows again is a leak.
  return result.left.join() === HELD ? runOnce(name) : result;
};

// What it leaves behind is the point of it. Twice: the first count wakes what it calls
// (build/inside/waking.py), and that drops a handle which every run holds again.
await runOnce("run.warm_up", 0);
await runOnce("run.warm_up", 0);
document.documentElement.dataset.ready = "";

const alone = new URLSearchParams(location.search).get("case");
if (alone) console.log(`result ${JSON.stringify(await runCase(alone))}`);
