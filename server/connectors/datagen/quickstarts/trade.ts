import type { JsonObject } from '../arg-json.ts';
import {
  counting,
  cycling,
  oneOf,
  pattern,
  quickstart,
  quickstartOfRows,
  record,
  start2024Ms,
  start2025Ms,
  within,
} from './schema-json.ts';

const price: JsonObject = {
  type: 'bytes',
  logicalType: 'decimal',
  precision: 4,
  scale: 2,
  'arg.properties': { range: { min: 0.5, max: 80 } },
};

const nthProduct = (prefix: string): JsonObject => ({
  type: 'string',
  'arg.properties': { prefix, iteration: { start: 1 } },
});

export const tradeQuickstarts = {
  campaign_finance: quickstart('datagen.campaign_finance', 'candidate_id', {
    time: within('long', start2024Ms, start2025Ms),
    candidate_id: pattern('[HPS][0-9]{3}'),
    party_affiliation: oneOf('HERON', 'LARK', 'OTTER', 'IND'),
    contribution: within('int', 5, 3_301),
  }),
  credit_cards: quickstartOfRows(
    'datagen.example.users',
    'card_id',
    { card_id: 'int', card_number: 'long', cvv: 'int', expiration_date: 'string' },
    [
      [1, 4_000_000_000_000_101, 214, '05/29'],
      [2, 4_000_000_000_000_202, 387, '11/28'],
      [3, 4_000_000_000_000_303, 541, '02/30'],
      [4, 5_100_000_000_000_404, 660, '08/27'],
      [5, 5_100_000_000_000_505, 733, '12/30'],
      [6, 5_100_000_000_000_606, 809, '03/28'],
    ],
  ),
  inventory: quickstart('ksql.inventory', 'id', {
    id: counting('long', 1),
    quantity: cycling('long', 1, 500),
    productid: cycling('long', 1, 100),
  }),
  orders: quickstart('ksql.orders', 'orderid', {
    ordertime: within('long', start2024Ms, start2025Ms),
    orderid: counting('int', 0),
    itemid: pattern('Item_[1-9][0-9]{0,2}'),
    orderunits: within('double', 0.1, 10),
    address: record('address', {
      city: pattern('City_[1-9][0-9]?'),
      state: pattern('State_[1-9][0-9]?'),
      zipcode: within('long', 10_000, 100_000),
    }),
  }),
  product: quickstart('ksql.product', 'id', {
    id: counting('long', 1),
    name: nthProduct('Product_'),
    description: nthProduct('All about product '),
    price: cycling('double', 1.25, 100.25),
  }),
  purchases: quickstart('datagen.example.purchase', 'id', {
    id: counting('long', 0),
    item_type: oneOf('lamp', 'kettle', 'notebook', 'umbrella', 'bicycle bell'),
    quantity: within('long', 1, 12),
    price_per_unit: price,
  }),
  stock_trades: quickstart('ksql.StockTrade', 'symbol', {
    side: oneOf('BUY', 'SELL'),
    quantity: within('int', 1, 5_000),
    symbol: oneOf('ZJZZT', 'ZTEST', 'ZVV', 'ZVZZT', 'ZWZZT', 'ZXZZT'),
    price: within('int', 5, 1_000),
    account: oneOf('AC-1001', 'AC-1002', 'AC-2417', 'AC-3090'),
    userid: pattern('User_[1-9]'),
  }),
  stores: quickstartOfRows(
    'datagen.example.stores',
    'store_id',
    { store_id: 'int', city: 'string', state: 'string' },
    [
      [1, 'Duluth', 'MN'],
      [2, 'Tucson', 'AZ'],
      [3, 'Savannah', 'GA'],
      [4, 'Boise', 'ID'],
      [5, 'Erie', 'PA'],
      [6, 'Eugene', 'OR'],
    ],
  ),
  transactions: quickstart('datagen.example.transactions', 'transaction_id', {
    transaction_id: counting('long', 1),
    card_id: within('long', 1, 7),
    user_id: pattern('User_[1-9]'),
    purchase_id: counting('long', 0),
    store_id: within('int', 1, 7),
  }),
};
