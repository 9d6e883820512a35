import type { JsonObject } from '../arg-json.ts';
import { counting, days, oneOf, quickstart, record, start2024Days, within, withRows } from './schema-json.ts';

const order = {
  store_id: within('int', 1, 11),
  store_order_id: counting('int', 1_000),
};
const date = days(start2024Days, start2024Days + 366);

const line = {
  product_id: 'int',
  category: 'string',
  quantity: 'int',
  unit_price: 'double',
  net_price: 'double',
};

const lines: JsonObject = {
  type: 'array',
  items: withRows(record('order_line', line), [
    [1, 'pizza', 1, 11.5, 11.5],
    [2, 'pizza', 2, 9.25, 18.5],
    [11, 'salad', 1, 7.75, 7.75],
    [21, 'dessert', 3, 4.5, 13.5],
    [31, 'drinks', 2, 2.75, 5.5],
  ]),
  'arg.properties': { length: { min: 1, max: 6 } },
};

export const pizzaQuickstarts = {
  pizza_orders: quickstart('pizza_orders.pizza_orders', 'store_id', {
    ...order,
    coupon_code: within('int', 1_000, 2_000),
    date,
    status: oneOf('accepted'),
    order_lines: lines,
  }),
  pizza_orders_cancelled: quickstart('pizza_orders.pizza_orders_cancelled', 'store_id', {
    ...order,
    date,
    status: oneOf('cancelled'),
  }),
  pizza_orders_completed: quickstart('pizza_orders.pizza_orders_completed', 'store_id', {
    ...order,
    date,
    status: oneOf('completed'),
    rack_time_secs: within('int', 5, 120),
    order_delivery_time_secs: within('int', 300, 3_600),
  }),
};
