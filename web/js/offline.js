// @ts-check
/** Keeps the page for when there is no line, where its site says that the origin is its own; elsewhere, ends that. */

import { scriptUrl } from "./trusted.js";

const WORKER = "service-worker.js"; // as the site is written; beside the page

/** Never fails: a browser without, or one that keeps nothing, has the page as ever. */
export async function keepForOffline() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return; // also where the page came by plain http
  const url = new URL(WORKER, document.baseURI).href;
  const isInstallable = document.querySelector('meta[name="digits-installable"]') !== null;
  try {
    if (isInstallable) await serviceWorker.register(scriptUrl(url), { updateViaCache: "none" });
    else await forget(url);
  } catch {
    // kept or not, the page that is here works
  }
}

/** The worker and what it keeps, if this page's site has ever installed one; nobody else's. @param {string} url */
async function forget(url) {
  const registration = await navigator.serviceWorker.getRegistration();
  const worker = registration?.active ?? registration?.waiting ?? registration?.installing;
  if (registration === undefined || worker?.scriptURL !== url) return;
  await registration.unregister();
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(`digits ${registration.scope} `)).map((name) => caches.delete(name)));
}
