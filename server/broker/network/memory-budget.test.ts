import { describe, expect, it } from 'vitest';
import { MemoryBudget } from './memory-budget.ts';

function holder(name: string, gone: string[]) {
  return { giveUp: (reason: string) => gone.push(`${name}: ${reason}`) };
}

describe('the memory budget', () => {
  it('knows what is left, whoever holds how much', () => {
    const budget = new MemoryBudget(100, 'of requests');
    const [a, b] = [holder('a', []), holder('b', [])];
    budget.set(a, 30);
    budget.set(b, 20);
    expect(budget.left).toBe(50);
    budget.set(a, 10);
    expect(budget.left).toBe(70);
    budget.set(a, 0);
    budget.set(b, 0);
    expect(budget.left).toBe(100);
  });

  it('has whoever holds most give up, until the rest fits', () => {
    const gone: string[] = [];
    const budget = new MemoryBudget(100, 'of requests');
    const small = holder('small', gone);
    budget.set(small, 30);
    budget.set(holder('large', gone), 60);
    expect(gone).toEqual([]);
    budget.set(small, 50);
    expect(gone).toEqual(['large: 60 bytes of requests, and all clients together may have 100']);
    expect(budget.left).toBe(50);
    budget.set(holder('huge', gone), 101);
    expect(gone[1]).toContain('huge: 101 bytes');
    expect(budget.left).toBe(50);
  });
});
