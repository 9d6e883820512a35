import { describe } from 'vitest';
import { brokers } from '../../testing/brokers.ts';
import { transactionSuite } from './testing/transaction-suite.ts';

describe.each(await brokers())('transactions on $name', ({ bootstrap }) => {
  transactionSuite(() => bootstrap);
});
