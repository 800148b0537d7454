/** Data blocks of the page: base64 of raw DEFLATE of JSON in, values out. Nothing here knows what they mean. */

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  if (native) return native.call(Uint8Array, base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** The page is still being read while the script runs: a block may not be there yet. */
function parsed(): Promise<void> {
  if (document.readyState !== "loading") return Promise.resolve();
  return new Promise((done) => document.addEventListener("DOMContentLoaded", () => done(), { once: true }));
}

const element = (name: string) => document.querySelector(`script[data-name="${name}"]`);

/** Reads a block. The element is emptied: what was read is held as values, not twice. */
export async function read<T>(name: string): Promise<T> {
  let found = element(name);
  if (!found) {
    await parsed();
    found = element(name);
  }
  if (!found) throw new Error(`this report is damaged: it has no block ${name}`);
  const bytes = bytesOf(found.textContent ?? "");
  found.textContent = "";
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return (await new Response(stream).json()) as T;
}
