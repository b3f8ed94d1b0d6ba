// A disk that gives Python's standard library last, when all else of a machine is ready.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { setTimeout } from "node:timers/promises";

const { readFile } = fs.promises;
fs.promises.readFile = async (file, ...options) => {
  if (String(file).includes("/bytecode/") && String(file).endsWith(".zip")) await setTimeout(2000);
  return readFile(file, ...options);
};
syncBuiltinESMExports();
