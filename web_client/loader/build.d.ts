// What build/bundle.py generates for these scripts.

declare module "virtual:idle" {
  /** Each element before Python is up, by tag: see web_client/elements/idle.py. */
  export const idle: Record<string, Idle>;
  export interface Idle {
    html: string;
    css: string;
    words: Record<string, string>;
    state: object;
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
    /** What every page loads. */
    packages: string[];
    /** The AudioWorklet of a dictation. */
    recorder: string;
    lock: import("pyodide").Lockfile;
  };
}
