import { describe, expect, test } from 'vitest';
import { MemoryConfigStore } from '../../storage/memory-config-store.ts';
import { decodeAssignment, encodeMetadata } from './connect-protocol.ts';
import { newGroupLeader } from './group-leader.ts';

async function leaderWith(connectors: readonly string[]) {
  const store = new MemoryConfigStore();
  for (const connector of connectors) await store.putConnectorConfig(connector, {}, null);
  const lines: string[] = [];
  const leader = newGroupLeader({
    maxDelayMs: 0,
    snapshot: () => store.snapshot(),
    log: (_level, message) => lines.push(message),
    now: () => 1000,
  });
  return { leader, lines, offset: store.snapshot().offset };
}

function member(memberId: string, configOffset: number, version = 2) {
  const url = `http://${memberId}:8083/`;
  return {
    memberId,
    groupInstanceId: null,
    metadata: encodeMetadata({ version, url, configOffset, allocation: null }),
  };
}

function answers(assignments: ReadonlyMap<string, Uint8Array>) {
  return new Map([...assignments].map(([memberId, bytes]) => [memberId, decodeAssignment(bytes)]));
}

describe('leader of a worker group', () => {
  test('answers every member with its share, its own URL and the offset of the configs', async () => {
    const { leader, offset } = await leaderWith(['x', 'y']);
    const decoded = answers(leader.assign('sessioned', [member('a', offset), member('b', -1)], 'a', 1));
    for (const id of ['a', 'b']) {
      expect(decoded.get(id)).toMatchObject({
        version: 2,
        error: 0,
        leader: 'a',
        leaderUrl: 'http://a:8083/',
        configOffset: 2,
        delayMs: 0,
      });
      expect(decoded.get(id)?.assigned.connectors).toHaveLength(1);
    }
    expect(leader.members().map(({ url, work }) => [url, work.connectors])).toEqual([
      ['http://a:8083/', ['x']],
      ['http://b:8083/', ['y']],
    ]);
  });

  test('that is behind a member gives nobody work but error 1', async () => {
    const { leader, lines } = await leaderWith(['x']);
    const decoded = answers(leader.assign('sessioned', [member('a', 1), member('b', 9)], 'a', 1));
    for (const id of ['a', 'b']) {
      expect(decoded.get(id)).toMatchObject({ error: 1, configOffset: 9 });
      expect(decoded.get(id)?.assigned).toEqual({ connectors: [], tasks: [] });
    }
    expect(lines).toHaveLength(1);
  });

  test('that is behind forgets nothing of what it assigned', async () => {
    const { leader } = await leaderWith(['x']);
    leader.assign('sessioned', [member('a', 1)], 'a', 1);
    leader.onRoundCompleted(1, true);
    leader.assign('sessioned', [member('a', 1), member('b', 9)], 'a', 2);
    leader.onRoundCompleted(2, true);
    const decoded = answers(leader.assign('sessioned', [member('a', 1), member('b', 1)], 'a', 3));
    expect([...decoded.values()].flatMap(({ assigned }) => assigned.connectors)).toEqual(['x']);
  });

  test('gives a member that cannot be understood an empty assignment and goes on', async () => {
    const { leader, lines, offset } = await leaderWith(['x']);
    const garbage = { memberId: 'g', groupInstanceId: null, metadata: Buffer.from('ff', 'hex') };
    const decoded = answers(leader.assign('sessioned', [garbage, member('a', offset)], 'a', 1));
    expect(decoded.get('g')?.assigned).toEqual({ connectors: [], tasks: [] });
    expect(decoded.get('a')?.assigned.connectors).toEqual(['x']);
    expect(lines[0]).toContain('member g of the worker group gets no work');
  });

  test('deals out everything anew when the group speaks the eager protocol', async () => {
    const { leader, offset } = await leaderWith(['x', 'y', 'z']);
    const decoded = answers(
      leader.assign('default', [member('a', offset, 0), member('b', offset, 0)], 'b', 1),
    );
    expect(decoded.get('a')).toMatchObject({ version: 0, leader: 'b' });
    expect(decoded.get('a')?.assigned.connectors).toEqual(['x', 'z']);
    expect(decoded.get('b')?.assigned.connectors).toEqual(['y']);
  });
});
