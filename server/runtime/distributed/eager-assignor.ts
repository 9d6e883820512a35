import { compareTasks, joined, noWork, type WorkItems } from './work-items.ts';

/** The assignor of protocol `default`: everything dealt out anew, in turn, first connectors and then tasks. */
export function assignEagerly(
  memberIds: readonly string[],
  configured: WorkItems,
): ReadonlyMap<string, WorkItems> {
  const order = [...memberIds].sort();
  const shares = new Map<string, WorkItems>(order.map((memberId) => [memberId, noWork]));
  let turn = 0;
  const deal = (items: WorkItems) => {
    const memberId = order[turn++ % order.length];
    if (memberId !== undefined) shares.set(memberId, joined(shares.get(memberId) ?? noWork, items));
  };
  for (const connector of [...configured.connectors].sort()) deal({ connectors: [connector], tasks: [] });
  for (const task of [...configured.tasks].sort(compareTasks)) deal({ connectors: [], tasks: [task] });
  return shares;
}
