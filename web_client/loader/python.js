// @ts-check
/** The Python of a page with elements. */
import { bootFile } from "virtual:boot";
import { moduleAt } from "./modules.js";
import { breathe } from "./patience.js";

const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
const here = script?.src ?? import.meta.url;

/** One for all elements of the page, each in its turn. A boot that failed is tried anew. */
export async function python() {
  const { boot } = await moduleAt(new URL(bootFile, here).href);
  const pyodide = await boot();
  await breathe();
  return pyodide;
}
