// node compress.mjs jobs.json: for each {source: [target, quality]}, writes target.br and target.gz.
import { readFile, rename, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import zlib from "node:zlib";

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);
const WINDOW = 24;

/** A half-written result must never be taken for a whole one. */
async function keep(target, body) {
  await writeFile(`${target}.part`, body);
  await rename(`${target}.part`, target);
}

async function compress([source, [target, quality]]) {
  const body = await readFile(source);
  const params = {
    [zlib.constants.BROTLI_PARAM_QUALITY]: quality,
    [zlib.constants.BROTLI_PARAM_LGWIN]: WINDOW,
    [zlib.constants.BROTLI_PARAM_SIZE_HINT]: body.length,
  };
  await keep(`${target}.br`, await brotli(body, { params }));
  await keep(`${target}.gz`, await gzip(body, { level: Math.min(quality, 9) }));
}

const jobs = JSON.parse(await readFile(process.argv[2], "utf8"));
await Promise.all(Object.entries(jobs).map(compress));
