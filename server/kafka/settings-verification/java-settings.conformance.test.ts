import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ClientKind, settingsByClient } from '../settings-by-client.ts';
import { settingProblems } from '../settings-table.ts';

/** What ClientSettings.java prints for Apache Kafka 4.3.1. Numbers are text there. */
interface JavaSetting {
  readonly type: string;
  readonly default?: unknown;
  readonly internal?: boolean;
  readonly verdicts?: Readonly<Record<string, string | null>>;
}

const fixture = new URL('./fixtures/java-settings.json.gz', import.meta.url);
const java = JSON.parse(gunzipSync(readFileSync(fixture)).toString('utf8')) as Record<
  ClientKind,
  Record<string, JavaSetting>
>;

/** Keys of this project. */
const own = new Set(['batch.growth.max.bytes']);

/** Defaults that differ, and why. */
const otherDefaults: Readonly<Record<string, unknown>> = {
  // There is nothing to serialise, so nobody has to name a class for it.
  'producer key.serializer': null,
  'producer value.serializer': null,
  'consumer key.deserializer': null,
  'consumer value.deserializer': null,
  // Controllers cannot be talked to in their place.
  'admin bootstrap.servers': undefined,
  // Connections are shared with producers and consumers.
  'admin connections.max.idle.ms': 540_000,
};

/** Values about which we are of another mind, and why. */
const otherVerdicts: Readonly<Record<string, string>> = {
  'admin bootstrap.servers=': 'controllers cannot be talked to in their place',
};

describe.each(Object.keys(java) as ClientKind[])('settings of the %s', (kind) => {
  const ours = settingsByClient[kind];
  const theirs = Object.entries(java[kind]).filter(([, { internal }]) => internal !== true);

  it('are those of Java, all of them', () => {
    expect(
      Object.keys(ours)
        .filter((key) => !own.has(key))
        .toSorted(),
    ).toEqual(theirs.map(([key]) => key).toSorted());
  });

  it('have the types and defaults of Java', () => {
    for (const [key, setting] of theirs) {
      expect(ours[key]?.type, key).toBe(setting.type);
      const id = `${kind} ${key}`;
      const expected = Object.hasOwn(otherDefaults, id) ? otherDefaults[id] : setting.default;
      const actual = ours[key]?.default;
      expect(
        typeof actual === 'number' && typeof expected === 'string' ? String(actual) : actual,
        id,
      ).toEqual(expected);
    }
  });

  it("accept and refuse the same values in Java's words", () => {
    let compared = 0;
    for (const [key, { verdicts = {} }] of theirs) {
      for (const [value, verdict] of Object.entries(verdicts)) {
        if (`${kind} ${key}=${value}` in otherVerdicts) continue;
        const [problem] = settingProblems(ours, { [key]: value });
        if (problem?.message.includes('cannot be honoured') === true && verdict === null) continue;
        compared++;
        expect(problem?.message ?? null, `${key}=${value}`).toBe(verdict);
      }
    }
    expect(compared).toBeGreaterThan(1000);
  });
});
