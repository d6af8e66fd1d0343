// @ts-check
/** URLs of our own scripts, as the page's policy wants them where a browser knows Trusted Types. */

/** @typedef {{ createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => { createScriptURL: (url: string) => string } }} Factory */

const { trustedTypes } = /** @type {{ trustedTypes?: Factory }} */ (/** @type {unknown} */ (globalThis));

const policy = trustedTypes?.createPolicy("digits", {
  createScriptURL(url) {
    if (new URL(url).origin !== location.origin) throw new TypeError("a script of another origin");
    return url;
  },
});

/** @param {string} url absolute, of this page's own origin */
export function scriptUrl(url) {
  return policy === undefined ? url : policy.createScriptURL(url);
}
