import { readdirSync } from 'node:fs';
import type { MessageCodec } from '../api.ts';

export const generated = new URL('../generated/', import.meta.url);

/** Every generated message, requests and responses alike, by name. */
export async function loadCodecs(): Promise<ReadonlyMap<string, MessageCodec<unknown>>> {
  const codecs = new Map<string, MessageCodec<unknown>>();
  for (const file of readdirSync(generated).filter((name) => name.endsWith('.js'))) {
    const module = (await import(new URL(file, generated).href)) as Record<string, Record<string, unknown>>;
    for (const exported of Object.values(module)) {
      const found = 'request' in exported ? [exported.request, exported.response] : [exported];
      for (const codec of found as MessageCodec<unknown>[]) codecs.set(codec.name, codec);
    }
  }
  return codecs;
}
