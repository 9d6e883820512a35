import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AssignorMemory,
  assignIncrementally,
  freshAssignorMemory,
  type MemberShare,
} from './assignor.ts';
import { assignEagerly } from './eager-assignor.ts';
import { isEmpty, noWork, taskKey, together, type WorkItems, without } from './work-items.ts';

const maxDelayMs = 300_000;

/** A group of workers that do what their leader says. */
class Group {
  readonly held = new Map<string, WorkItems>();
  configured: WorkItems = noWork;
  memory: AssignorMemory = freshAssignorMemory;
  generation = 0;
  now = 1_000_000;
  moves = 0;
  maxDelayMs = maxDelayMs;

  round(): { readonly shares: ReadonlyMap<string, MemberShare>; readonly delayMs: number } {
    const output = assignIncrementally({
      members: [...this.held].map(([memberId, held]) => ({ memberId, held })),
      configured: this.configured,
      memory: this.memory,
      generation: this.generation + 1,
      lastCompletedGeneration: this.generation,
      maxDelayMs: this.maxDelayMs,
      now: this.now,
    });
    this.generation++;
    this.memory = output.memory;
    for (const [memberId, { assigned, revoked }] of output.shares) {
      const kept = without(this.held.get(memberId) ?? noWork, revoked);
      this.held.set(memberId, together(kept, assigned));
      this.moves += revoked.connectors.length + revoked.tasks.length;
    }
    return output;
  }

  /** Meets again as long as workers would: after revocations at once, after a delay when it is over. */
  settle(): void {
    for (let rounds = 0; rounds < 50; rounds++) {
      const { shares, delayMs } = this.round();
      const hasRevoked = [...shares.values()].some(({ revoked }) => !isEmpty(revoked));
      if (!hasRevoked && delayMs === 0) return;
      if (!hasRevoked) this.now += delayMs;
    }
    throw new Error('the group does not come to rest');
  }

  loads(): { readonly connectors: readonly number[]; readonly tasks: readonly number[] } {
    const all = [...this.held.values()];
    return {
      connectors: all.map(({ connectors }) => connectors.length).sort(),
      tasks: all.map(({ tasks }) => tasks.length).sort(),
    };
  }
}

function work(connectors: number, tasksEach: number): WorkItems {
  const names = Array.from({ length: connectors }, (_, index) => `c${index}`);
  return {
    connectors: names,
    tasks: names.flatMap((connector) =>
      Array.from({ length: tasksEach }, (_, task) => ({ connector, task })),
    ),
  };
}

function groupOf(members: readonly string[], configured: WorkItems): Group {
  const group = new Group();
  for (const member of members) group.held.set(member, noWork);
  group.configured = configured;
  group.settle();
  return group;
}

describe('incremental cooperative assignor', () => {
  test('a single worker gets everything in one round, and keeps it', () => {
    const group = new Group();
    group.held.set('a', noWork);
    group.configured = work(2, 3);
    const { shares, delayMs } = group.round();
    expect(shares.get('a')?.assigned).toEqual(work(2, 3));
    expect(delayMs).toBe(0);
    expect(group.round().shares.get('a')).toEqual({ assigned: noWork, revoked: noWork });
  });

  test('a single worker that starts again gets everything at once, without a delay', () => {
    const group = groupOf(['a'], work(2, 2));
    group.held.clear();
    group.held.set('a-restarted', noWork);
    group.memory = freshAssignorMemory;
    expect(group.round()).toMatchObject({ delayMs: 0 });
    expect(group.held.get('a-restarted')?.tasks).toHaveLength(4);
  });

  test('a new worker gets its share in the second round; in between nobody runs what moves', () => {
    const group = groupOf(['a'], work(4, 2));
    group.moves = 0;
    group.held.set('b', noWork);
    const first = group.round();
    expect(first.shares.get('b')).toEqual({ assigned: noWork, revoked: noWork });
    expect(first.shares.get('a')?.revoked.connectors).toHaveLength(2);
    expect(first.shares.get('a')?.revoked.tasks).toHaveLength(4);
    group.round();
    expect(group.loads()).toEqual({ connectors: [2, 2], tasks: [4, 4] });
    expect(group.moves).toBe(6);
  });

  test('work of a worker that left waits, and goes to the others when the delay is over', () => {
    const group = groupOf(['a', 'b'], work(2, 2));
    group.held.delete('b');
    expect(group.round().delayMs).toBe(maxDelayMs);
    group.now += 100_000;
    expect(group.round().delayMs).toBe(200_000);
    expect(group.loads()).toEqual({ connectors: [1], tasks: [2] });
    group.now += 200_000;
    expect(group.round().delayMs).toBe(0);
    expect(group.loads()).toEqual({ connectors: [2], tasks: [4] });
  });

  test('a worker that comes back within the delay gets the lost work', () => {
    const group = groupOf(['a', 'b'], work(2, 2));
    const kept = group.held.get('a');
    group.held.delete('b');
    group.round();
    group.held.set('b-again', noWork);
    group.now += 1000;
    expect(group.round().delayMs).toBe(maxDelayMs - 1000);
    group.now += maxDelayMs;
    group.settle();
    expect(group.held.get('a')).toEqual(kept);
    expect(group.loads()).toEqual({ connectors: [1, 1], tasks: [2, 2] });
  });

  test('without a delay lost work is placed at once', () => {
    const group = groupOf(['a', 'b'], work(2, 2));
    group.maxDelayMs = 0;
    group.held.delete('b');
    expect(group.round().delayMs).toBe(0);
    expect(group.loads()).toEqual({ connectors: [2], tasks: [4] });
  });

  test('an assignment that did not arrive is made again at once', () => {
    const group = groupOf(['a', 'b'], work(2, 0));
    const before = new Map(group.held);
    group.configured = work(4, 0);
    group.round();
    group.held.set('b', before.get('b') ?? noWork);
    expect(group.round().delayMs).toBe(0);
    expect(group.loads().connectors).toEqual([2, 2]);
  });

  test('deleted connectors are revoked, others stay where they are', () => {
    const group = groupOf(['a'], work(2, 1));
    group.configured = work(1, 1);
    const { shares } = group.round();
    expect(shares.get('a')).toEqual({
      assigned: noWork,
      revoked: { connectors: ['c1'], tasks: [{ connector: 'c1', task: 0 }] },
    });
  });

  test('a new leader revokes what is held but not configured', () => {
    const group = groupOf(['a'], work(2, 1));
    group.memory = freshAssignorMemory;
    group.configured = work(1, 1);
    expect(group.round().shares.get('a')?.revoked.connectors).toEqual(['c1']);
    expect(group.held.get('a')).toEqual(work(1, 1));
  });

  test('what two workers hold is revoked from both and given to one', () => {
    const group = groupOf(['a'], work(1, 2));
    group.held.set('b', work(1, 2));
    const { shares } = group.round();
    expect([...shares.values()].map(({ revoked }) => revoked)).toEqual([work(1, 2), work(1, 2)]);
    group.settle();
    expect(group.loads()).toEqual({ connectors: [0, 1], tasks: [1, 1] });
  });

  test('revocations in a row make growing pauses', () => {
    const group = groupOf(['a'], work(12, 0));
    group.held.set('b', noWork);
    expect(group.round().delayMs).toBe(0);
    group.held.set('c', noWork);
    expect(group.round().delayMs).toBe(40);
    group.now += 40;
    group.settle();
    expect(group.loads().connectors).toEqual([4, 4, 4]);
  });

  const changes = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('join' as const), member: fc.integer({ min: 0, max: 6 }) }),
      fc.record({ kind: fc.constant('leave' as const), member: fc.integer({ min: 0, max: 6 }) }),
      fc.record({ kind: fc.constant('forget' as const) }),
      fc.record({
        kind: fc.constant('configure' as const),
        connectors: fc.integer({ min: 0, max: 12 }),
        tasks: fc.integer({ min: 0, max: 5 }),
      }),
      fc.record({ kind: fc.constant('round' as const) }),
    ),
    { maxLength: 12 },
  );

  test('whatever happens, the group comes to rest with all work placed once and loads within one', () => {
    fc.assert(
      fc.property(changes, (steps) => {
        const group = new Group();
        group.held.set('m0', noWork);
        for (const step of steps) {
          if (step.kind === 'join' && !group.held.has(`m${step.member}`))
            group.held.set(`m${step.member}`, noWork);
          if (step.kind === 'leave' && group.held.size > 1) group.held.delete(`m${step.member}`);
          if (step.kind === 'forget') group.memory = freshAssignorMemory;
          if (step.kind === 'configure') group.configured = work(step.connectors, step.tasks);
          if (step.kind === 'round') group.round();
        }
        group.settle();
        group.settle();
        const all = [...group.held.values()];
        const connectors = all.flatMap((items) => items.connectors);
        const tasks = all.flatMap((items) => items.tasks.map(taskKey));
        expect(connectors.sort()).toEqual([...group.configured.connectors].sort());
        expect(tasks.sort()).toEqual(group.configured.tasks.map(taskKey).sort());
        const loads = group.loads();
        for (const sizes of [loads.connectors, loads.tasks]) {
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('no round gives an item to a worker while another one still holds it', () => {
    fc.assert(
      fc.property(changes, (steps) => {
        const group = new Group();
        group.held.set('m0', noWork);
        for (const step of steps) {
          if (step.kind === 'join' && !group.held.has(`m${step.member}`))
            group.held.set(`m${step.member}`, noWork);
          if (step.kind === 'leave' && group.held.size > 1) group.held.delete(`m${step.member}`);
          if (step.kind === 'configure') group.configured = work(step.connectors, step.tasks);
          const before = new Map(group.held);
          const { shares } = group.round();
          for (const [memberId, { assigned }] of shares) {
            for (const [other, held] of before) {
              if (other !== memberId) expect(without(assigned, held)).toEqual(assigned);
            }
          }
        }
      }),
    );
  });

  test('one more worker moves no more than its share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 15 }), (workers, connectors) => {
        const group = groupOf(
          Array.from({ length: workers }, (_, index) => `m${index}`),
          work(connectors, 2),
        );
        group.moves = 0;
        group.held.set('new', noWork);
        group.settle();
        const share = Math.ceil(connectors / (workers + 1)) + Math.ceil((connectors * 2) / (workers + 1));
        expect(group.moves).toBeLessThanOrEqual(share);
      }),
    );
  });
});

describe('eager assignor', () => {
  test('deals connectors and then tasks in turn, without beginning anew', () => {
    const shares = assignEagerly(['b', 'a'], {
      connectors: ['y', 'x', 'z'],
      tasks: [
        { connector: 'x', task: 10 },
        { connector: 'x', task: 2 },
      ],
    });
    expect(shares.get('a')).toEqual({ connectors: ['x', 'z'], tasks: [{ connector: 'x', task: 10 }] });
    expect(shares.get('b')).toEqual({ connectors: ['y'], tasks: [{ connector: 'x', task: 2 }] });
  });
});
