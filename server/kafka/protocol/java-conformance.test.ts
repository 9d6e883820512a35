import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { MessageCodec } from './api.ts';
import { generateModules, readSchemas } from './generate.ts';
import { ProtocolReader } from './reader.ts';
import { ProtocolWriter } from './writer.ts';

const generated = new URL('./generated/', import.meta.url);
const fixture = new URL('./verification/fixtures/java-messages.txt.gz', import.meta.url);

async function loadCodecs(): Promise<Map<string, MessageCodec<unknown>>> {
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

describe('generated messages', () => {
  it('are what the generator makes of the definitions', () => {
    const modules = generateModules(readSchemas());
    expect(readdirSync(generated).toSorted()).toEqual([...modules.keys()].toSorted());
    for (const [file, content] of modules) {
      expect(readFileSync(new URL(file, generated), 'utf8'), file).toBe(content);
    }
  });

  it('decode and re-encode every message that Java serialised, byte for byte', async () => {
    const codecs = await loadCodecs();
    const writer = new ProtocolWriter();
    const seen = new Set<string>();
    const lines = gunzipSync(readFileSync(fixture)).toString('utf8').trimEnd().split('\n');
    for (const line of lines) {
      const [name = '', version = '', hex = ''] = line.split(' ');
      const codec = codecs.get(name);
      if (codec === undefined) throw new Error(`no codec for ${name}`);
      const reader = new ProtocolReader(Buffer.from(hex, 'hex'));
      const message = codec.decode(reader, Number(version));
      expect(reader.remaining, `${name} ${version}`).toBe(0);
      writer.reset();
      codec.encode(writer, message, Number(version));
      if (writer.toBuffer().toString('hex') !== hex)
        expect(writer.toBuffer().toString('hex'), line).toBe(hex);
      seen.add(`${name} ${version}`);
    }
    for (const codec of codecs.values()) {
      for (let v = codec.minVersion; v <= codec.maxVersion; v++) expect(seen).toContain(`${codec.name} ${v}`);
    }
  });

  it('answer every cut or flipped message with an error or a message, never a crash of another kind', async () => {
    const codecs = await loadCodecs();
    const lines = gunzipSync(readFileSync(fixture)).toString('utf8').trimEnd().split('\n');
    let refused = 0;
    for (const [i, line] of lines.entries()) {
      const [name = '', version = '', hex = ''] = line.split(' ');
      const bytes = Buffer.from(hex, 'hex');
      const broken = i % 2 === 0 ? bytes.subarray(0, Math.floor(bytes.length / 2)) : Buffer.from(bytes);
      if (i % 2 === 1 && bytes.length > 0) broken[i % bytes.length] = 0xff;
      try {
        codecs.get(name)?.decode(new ProtocolReader(broken), Number(version));
      } catch (error) {
        expect(error).toMatchObject({ code: 'data' });
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(lines.length / 4);
  });
});
