/** Version of this release: that of `package.json`, which the functions' bundles do not contain. */
export const version = '0.1.0';
