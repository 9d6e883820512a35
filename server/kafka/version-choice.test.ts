import { describe, expect, it } from 'vitest';
import { addPartitionsToTxnApi } from './protocol/generated/add-partitions-to-txn.js';
import { initProducerIdApi } from './protocol/generated/init-producer-id.js';
import { metadataApi } from './protocol/generated/metadata.js';
import { produceApi } from './protocol/generated/produce.js';
import { chooseVersion, findVersion } from './version-choice.ts';

describe('version choice', () => {
  it('is the highest that both sides know', () => {
    expect(chooseVersion(metadataApi, { min: 0, max: 9 }, 'b:1')).toBe(9);
    expect(chooseVersion(metadataApi, { min: 0, max: 99 }, 'b:1')).toBe(13);
  });

  it('stays below versions that are for brokers, unstable, or need topic ids', () => {
    expect(chooseVersion(addPartitionsToTxnApi, { min: 0, max: 5 }, 'b:1')).toBe(3);
    expect(chooseVersion(initProducerIdApi, { min: 0, max: 6 }, 'b:1')).toBe(5);
    expect(chooseVersion(produceApi, { min: 0, max: 13 }, 'b:1')).toBe(11);
    expect(chooseVersion(produceApi, { min: 0, max: 13 }, 'b:1', 13)).toBe(13);
  });

  it('names API and broker when there is no common version', () => {
    expect(() => chooseVersion(produceApi, { min: 0, max: 2 }, 'old:9092')).toThrow(
      'Produce versions 3 to 13 are needed, but broker old:9092 offers versions 0 to 2',
    );
    expect(findVersion(produceApi, undefined)).toBeUndefined();
  });
});
