import { gamingQuickstarts } from './quickstarts/gaming.ts';
import { insuranceQuickstarts } from './quickstarts/insurance.ts';
import { machineQuickstarts } from './quickstarts/machines.ts';
import { payrollQuickstarts } from './quickstarts/payroll.ts';
import { pizzaQuickstarts } from './quickstarts/pizza.ts';
import type { Quickstart } from './quickstarts/schema-json.ts';
import { shoeQuickstarts } from './quickstarts/shoes.ts';
import { tradeQuickstarts } from './quickstarts/trade.ts';
import { webQuickstarts } from './quickstarts/web.ts';

export type { Quickstart } from './quickstarts/schema-json.ts';

/** Names, fields and types are those of the Java connector, so that examples found elsewhere work; values are our own. */
export const quickstarts: ReadonlyMap<string, Quickstart> = new Map(
  Object.entries({
    ...webQuickstarts,
    ...tradeQuickstarts,
    ...machineQuickstarts,
    ...pizzaQuickstarts,
    ...insuranceQuickstarts,
    ...gamingQuickstarts,
    ...payrollQuickstarts,
    ...shoeQuickstarts,
  }),
);

export const quickstartNames: readonly string[] = [...quickstarts.keys()].sort();
