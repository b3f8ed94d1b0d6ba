// @ts-check
/** Where every Python of ours finds the packages, in the builder and at a visitor's. */

export const PACKAGES = "/lib/packages.zip";

export const ENVIRONMENT = {
  PYTHONPATH: PACKAGES,
  // To look for plugins, pydantic would read the metadata of every package, and keep them open.
  PYDANTIC_DISABLE_PLUGINS: "__all__",
};
