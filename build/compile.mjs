// node compile.mjs jobs.json: for each {source: target}, an archive of Python as bytecode.
import { readFile, writeFile } from "node:fs/promises";
import { loadPyodide } from "pyodide";

const jobs = Object.entries(JSON.parse(await readFile(process.argv[2], "utf8")));
const pyodide = await loadPyodide({ env: { PYTHONNODEBUGRANGES: "1" } });
for (const folder of ["/in", "/out"]) pyodide.FS.mkdirTree(folder);
for (const [i, [source]] of jobs.entries()) {
  pyodide.FS.writeFile(`/in/${i}.zip`, await readFile(source));
}
pyodide.runPython(await readFile(new URL("inside/compile.py", import.meta.url), "utf8"));
for (const [i, [, target]] of jobs.entries()) {
  await writeFile(target, pyodide.FS.readFile(`/out/${i}.zip`));
}
