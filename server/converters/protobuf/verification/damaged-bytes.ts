import { type CaseNote, Chance } from './case-generator.ts';

/** Bytes that are cut off, doubled, mixed with unknown fields, or changed in places. */
export function damagedBytes(bytes: Buffer, { schema }: CaseNote, seed: number): string[] {
  const chance = new Chance(seed);
  const damaged = [
    bytes.subarray(0, chance.below(bytes.length + 1)),
    Buffer.concat([bytes, bytes]),
    Buffer.concat([Buffer.from('d2a3041005deadbeefdeadbeefdeadbeefdeadbe', 'hex'), bytes]),
    Buffer.concat([bytes, Buffer.from('9bfb039a0100089cfb03', 'hex')]),
  ];
  // Neither library promises the bits of a NaN, nor what becomes of wrong UTF-8 in proto2.
  const types = schema.messages.flatMap(({ fields }) => fields.flatMap(({ type, key }) => [type, key]));
  if (!types.some((type) => type === 'float' || type === 'double' || type === 'string')) {
    for (let count = 4; count > 0; count--) damaged.push(flipped(bytes, chance));
  }
  return damaged.map((each) => each.toString('hex'));
}

function flipped(bytes: Buffer, chance: Chance): Buffer {
  const changed = Buffer.from(bytes);
  if (changed.length > 0) changed[chance.below(changed.length)] = chance.below(256);
  return changed;
}
