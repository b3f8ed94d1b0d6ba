// What build/bundle.py generates for these scripts.

declare module "virtual:idle" {
  /** The elements before Python is up: see web_client/elements/idle.py. */
  export const idle: {
    css: string;
    words: Record<string, Record<string, string>>;
    elements: Record<string, Idle>;
  };
  export interface Idle {
    html: string;
    css: string;
    says: { rest: string; cancel: string; retry: string };
    state: object;
    attributes: string[];
    properties: string[];
    methods: string[];
  }
}

declare module "virtual:boot" {
  /** Where the boot file is, relative to the shell. */
  export const bootFile: string;
}

declare module "virtual:assets" {
  /** All addresses are relative to the boot file. */
  export const assets: {
    version: string;
    /** The folder of the interpreter. */
    pyodide: string;
    /** What every Python here has from its start. */
    packages: string[];
    /** Those, and all they need, as one archive of bytecode. */
    archive: string;
    /** A folder with an interpreter and an archive that have nothing in them. */
    empty: string;
    /** Their shared libraries, by the module that each is. */
    libraries: Record<string, string>;
    /** What the interpreter's own memory lacks at first (build/tables.py), in one file... */
    tables: string;
    /** ... and where each piece of it belongs: address and length. */
    runs: [number, number][];
    /** A memory in which they are imported (snapshot.js). */
    snapshot: string;
    /** The AudioWorklet of a dictation. */
    recorder: string;
    lock: import("pyodide").Lockfile;
  };
}
