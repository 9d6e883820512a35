import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const fixture = new URL('./fixtures/java-messages.txt.gz', import.meta.url);

export interface JavaMessage {
  readonly name: string;
  readonly version: number;
  readonly bytes: Buffer;
}

/** Random messages of every API and version, as Java serialised them (RandomMessages.java). */
export function javaMessages(): readonly JavaMessage[] {
  const lines = gunzipSync(readFileSync(fixture)).toString('utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [name = '', version = '', hex = ''] = line.split(' ');
    return { name, version: Number(version), bytes: Buffer.from(hex, 'hex') };
  });
}
