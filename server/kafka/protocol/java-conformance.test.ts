import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generateModules, readSchemas } from './generate.ts';
import { ProtocolReader } from './reader.ts';
import { javaMessages } from './verification/java-messages.ts';
import { generated, loadCodecs } from './verification/load-codecs.ts';
import { ProtocolWriter } from './writer.ts';

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
    for (const { name, version, bytes } of javaMessages()) {
      const codec = codecs.get(name);
      if (codec === undefined) throw new Error(`no codec for ${name}`);
      const reader = new ProtocolReader(bytes);
      const message = codec.decode(reader, version);
      expect(reader.remaining, `${name} ${version}`).toBe(0);
      writer.reset();
      codec.encode(writer, message, version);
      if (!writer.toBuffer().equals(bytes)) {
        expect(writer.toBuffer().toString('hex'), `${name} ${version}`).toBe(bytes.toString('hex'));
      }
      seen.add(`${name} ${version}`);
    }
    for (const codec of codecs.values()) {
      for (let v = codec.minVersion; v <= codec.maxVersion; v++) expect(seen).toContain(`${codec.name} ${v}`);
    }
  });
});
