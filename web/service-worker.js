// @ts-check
/**
 * The page without a line: what it was made of when it was last there. `scripts.site --installable` writes RELEASE into
 * the first line of the code, and this file beside the page, on an origin of the page's own.
 *
 * The page itself is asked for first, so that nobody sees an old one after a deployment; all else has a name that
 * changes with what is in it.
 */

/** @type {{ name: string, files: readonly string[] }} the folder of the assets, and all that is kept */
const RELEASE = { name: "", files: [] };

const PREFIX = `digits ${registered().scope} `; // of the names of its caches: other pages of this origin have others
const CACHE = PREFIX + RELEASE.name;
const PAGE = "index.html";
const PATIENCE = 5000; // ms: a line that is slower than this counts as none, and the page is the one of the last visit

/** @typedef {{ waitUntil: (work: Promise<unknown>) => void, request: Request, respondWith: (answer: Promise<Response>) => void }} Happened */
/** @typedef {{ skipWaiting: () => Promise<void>, clients: { claim: () => Promise<void> }, registration: { scope: string } }} Scope */

/** The worker's own scope, which TypeScript has only where there is no document. */
function own() {
  return /** @type {Scope} */ (/** @type {unknown} */ (globalThis));
}

function registered() {
  return own().registration;
}

/** Keeps a release whole, or not at all: the host may be in the middle of getting the next one. */
async function install() {
  const page = await fetch(PAGE, { cache: "no-cache" });
  if (!page.ok || !(await page.clone().text()).includes(RELEASE.name)) throw new Error("a page of another release");
  const cache = await caches.open(CACHE);
  await cache.addAll(RELEASE.files);
  await cache.put(PAGE, await unredirected(page));
  await own().skipWaiting(); // a page that is open goes on with its own modules, which the host still has
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  await own().clients.claim();
}

/** As a navigation takes it. @param {Response} response */
async function unredirected(response) {
  return new Response(await response.blob(), { headers: response.headers });
}

/** @param {Request} request */
async function pageFirst(request) {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
  } catch (error) {
    const kept = await caches.match(PAGE, { cacheName: CACHE });
    if (kept === undefined) throw error;
    return kept;
  }
}

/** @param {Request} request */
async function keptFirst(request) {
  return (await caches.match(request, { cacheName: CACHE, ignoreVary: true })) ?? fetch(request);
}

/** @param {Happened} event */
function answer(event) {
  const { request } = event;
  const { scope } = registered();
  if (request.method !== "GET" || !request.url.startsWith(scope)) return;
  const path = request.url.slice(scope.length).replace(/[?#].*$/, "");
  if (request.mode === "navigate" && (path === "" || path === PAGE)) event.respondWith(pageFirst(request));
  else if (path.startsWith(`${RELEASE.name}/`)) event.respondWith(keptFirst(request));
}

/**
 * @param {string} name
 * @param {(event: Happened) => void} happen
 */
function on(name, happen) {
  addEventListener(name, (event) => happen(/** @type {Happened} */ (/** @type {unknown} */ (event))));
}

on("install", (event) => event.waitUntil(install()));
on("activate", (event) => event.waitUntil(activate()));
on("fetch", answer);
