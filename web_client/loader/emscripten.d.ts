// What we touch of the machine that Pyodide runs on. It is Emscripten's and Pyodide's inside, so
// the version is pinned, and a build that no longer fits fails in build/snapshot.mjs.

export interface Machine {
  readonly API: {
    config: { BUILD_ID: string };
    rawRun(code: string): [number, string];
    restoreSnapshot(bytes: Uint8Array): object | undefined;
  };
  readonly FS: {
    mkdirTree(path: string): void;
    writeFile(path: string, body: Uint8Array | string, options?: { canOwn?: boolean }): void;
  };
  readonly HEAP32: Int32Array;
  readonly HEAPU32: Uint32Array;
  readonly HEAPU8: Uint8Array;
  readonly wasmTable: WebAssembly.Table;
  readonly __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: number;
  readonly __PyRuntime: number;
  _emscripten_get_sbrk_ptr(): number;
  _emscripten_stack_get_base(): number;
  _emscripten_stack_get_current(): number;
  _emscripten_stack_get_end(): number;
  _free(address: number): void;
  _malloc(size: number): number;
  _PyObject_Hash(object: number): number;
  jspiSupported: boolean;
  noInitialRun?: boolean;
  onRuntimeInitialized?: () => void;
  addRunDependency(name: string): void;
  removeRunDependency(name: string): void;
  growMemory(size: number): unknown;
  newDSO(name: string, handle: undefined, symbols: "loading"): Library;
  loadWebAssemblyModule(
    module: WebAssembly.Module,
    flags: { loadAsync: true; nodelete: true; allowUndefined: false },
    name: string,
    scope: object,
  ): Promise<object>;
}

interface Library {
  refcount: number;
  global: boolean;
  exports: object;
}

/** The default export of pyodide.asm.mjs; Pyodide's option `createPyodideModule` takes its like. */
export type Factory = (settings: Settings) => Promise<Machine>;

interface Settings {
  preRun: ((machine: Machine) => void)[];
  instantiateWasm(imports: WebAssembly.Imports, receive: Receive): unknown;
}

type Receive = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;
