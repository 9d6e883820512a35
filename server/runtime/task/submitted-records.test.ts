import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SubmittedRecords, type SubmittedRun } from './submitted-records.ts';

const file = { filename: 'a' };
const at = (position: number) => ({ position });

describe('submitted records', () => {
  it('offers an offset only when every record before it is acknowledged', () => {
    const records = new SubmittedRecords(1);
    const first = records.submit(file, at(1));
    const second = records.submit(file, at(2));
    records.acknowledge(second);
    expect(records.takeCommittable()).toEqual([]);
    records.acknowledge(first);
    expect(records.takeCommittable()).toEqual([{ partition: file, offset: at(2) }]);
    expect(records.takeCommittable()).toEqual([]);
  });

  it('lets a pending record hold up its own partition only', () => {
    const records = new SubmittedRecords(128);
    const other = { filename: 'b' };
    records.submit(file, at(1));
    records.acknowledge(records.submit(other, at(7)));
    expect(records.takeCommittable()).toEqual([{ partition: other, offset: at(7) }]);
  });

  it('takes partitions with equal contents for one, whatever object they come in', () => {
    const records = new SubmittedRecords(1);
    const first = records.submit({ a: 1, b: 'x' }, at(1));
    const second = records.submit({ b: 'x', a: 1n }, at(2));
    records.acknowledge(second);
    expect(records.takeCommittable()).toEqual([]);
    records.acknowledge(first);
    expect(records.takeCommittable()).toEqual([{ partition: { a: 1, b: 'x' }, offset: at(2) }]);
  });

  it('keeps text and number with the same digits apart', () => {
    const records = new SubmittedRecords(1);
    records.submit({ id: '1' }, at(1));
    records.acknowledge(records.submit({ id: 1 }, at(2)));
    expect(records.takeCommittable()).toEqual([{ partition: { id: 1 }, offset: at(2) }]);
  });

  it('commits past a dropped record once what came before is acknowledged', () => {
    const records = new SubmittedRecords(128);
    const run = records.submit(file, at(1));
    records.drop(file, at(2));
    expect(records.takeCommittable()).toEqual([]);
    records.acknowledge(run);
    expect(records.takeCommittable()).toEqual([{ partition: file, offset: at(2) }]);
  });

  it('does not grow while one record is stuck and all later ones are dropped', () => {
    const records = new SubmittedRecords(1);
    const stuck = records.submit(file, at(0));
    for (let position = 1; position < 1_000; position++) records.drop(file, at(position));
    expect(stuck.next).toBeNull();
    records.acknowledge(stuck);
    expect(records.takeCommittable()).toEqual([{ partition: file, offset: at(999) }]);
  });

  it('forgets a withdrawn record', () => {
    const records = new SubmittedRecords(128);
    const run = records.submit(file, at(1));
    records.withdraw(run);
    expect(records.pending).toBe(0);
    expect(records.takeCommittable()).toEqual([]);
    const again = records.submit(file, at(1));
    records.acknowledge(again);
    expect(records.takeCommittable()).toEqual([{ partition: file, offset: at(1) }]);
  });

  it('gives back what a failed commit took, unless something newer came', () => {
    const records = new SubmittedRecords(1);
    records.acknowledge(records.submit(file, at(1)));
    const taken = records.takeCommittable();
    records.restore(taken);
    expect(records.takeCommittable()).toEqual(taken);
    records.acknowledge(records.submit(file, at(2)));
    records.restore(taken);
    expect(records.takeCommittable()).toEqual([{ partition: file, offset: at(2) }]);
  });

  it('never offers an offset past an unacknowledged record, in any order of events', () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('submit' as const), partition: fc.nat(2) }),
      fc.record({ kind: fc.constant('drop' as const), partition: fc.nat(2) }),
      fc.record({ kind: fc.constant('withdraw' as const), partition: fc.nat(2) }),
      fc.record({ kind: fc.constant('acknowledge' as const), choice: fc.nat(1_000) }),
      fc.record({ kind: fc.constant('take' as const), fails: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.constantFrom(1, 3, 128), fc.array(action, { maxLength: 200 }), (runLength, actions) => {
        const records = new SubmittedRecords(runLength);
        const partitions = [{ p: 0 }, { p: 1 }, { p: 2 }];
        const next = [0, 0, 0];
        const committed = [-1, -1, -1];
        const pending: { partition: number; position: number; run: SubmittedRun }[] = [];
        const take = (fails: boolean) => {
          const entries = records.takeCommittable();
          if (fails) {
            records.restore(entries);
            return;
          }
          for (const entry of entries) {
            const partition = Number(entry.partition.p);
            const position = Number(entry.offset?.position);
            expect(position).toBeGreaterThan(committed[partition] ?? 0);
            committed[partition] = position;
          }
        };
        const check = () => {
          for (const { partition, position } of pending) {
            expect(committed[partition]).toBeLessThan(position);
          }
        };
        for (const step of actions) {
          if (step.kind === 'take') take(step.fails);
          else if (step.kind === 'acknowledge') {
            const [done] = pending.splice(step.choice % Math.max(1, pending.length), 1);
            if (done !== undefined) records.acknowledge(done.run);
          } else {
            const { partition } = step;
            const source = step.kind === 'submit' ? (partitions[partition] ?? null) : { p: partition };
            const position = next[partition] ?? 0;
            if (step.kind === 'withdraw') records.withdraw(records.submit(source, at(position)));
            else {
              next[partition] = position + 1;
              if (step.kind === 'drop') records.drop(source, at(position));
              else pending.push({ partition, position, run: records.submit(source, at(position)) });
            }
          }
          check();
        }
        for (const { run } of pending.splice(0)) records.acknowledge(run);
        take(false);
        expect(records.pending).toBe(0);
        expect(committed).toEqual(next.map((count) => count - 1));
      }),
      { numRuns: 300 },
    );
  });
});
