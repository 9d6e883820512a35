import { counting, moments, oneOf, pattern, quickstart, quickstartOfRows, within } from './schema-json.ts';

const productIds = ['shoe-0001', 'shoe-0002', 'shoe-0003', 'shoe-0004', 'shoe-0005'];
const customerIds = ['cust-0001', 'cust-0002', 'cust-0003', 'cust-0004'];

const customer = {
  id: 'string',
  first_name: 'string',
  last_name: 'string',
  email: 'string',
  phone: 'string',
  street_address: 'string',
  state: 'string',
  zip_code: 'string',
  country: 'string',
  country_code: 'string',
};

const shoe = { id: 'string', brand: 'string', name: 'string', sale_price: 'int', rating: 'double' };

export const shoeQuickstarts = {
  shoe_clickstream: quickstart('shoes.shoe_clickstream', 'product_id', {
    product_id: oneOf(...productIds),
    user_id: oneOf(...customerIds),
    view_time: within('int', 10, 120),
    page_url: pattern('https://shoes\\.example\\.com/product/[a-z]{5}'),
    ip: oneOf('203.0.113.7', '203.0.113.19', '198.51.100.4', '192.0.2.140'),
    ts: moments(2_000),
  }),
  shoe_customers: quickstartOfRows('shoes.shoe_customers', 'id', customer, [
    [
      'cust-0001',
      'Ada',
      'Berger',
      'ada@example.com',
      '5550100',
      '4 Mill Lane',
      'Minnesota',
      '55802',
      'United States',
      'US',
    ],
    [
      'cust-0002',
      'Benno',
      'Costa',
      'benno@example.com',
      '5550117',
      '19 Harbour Row',
      'Georgia',
      '31401',
      'United States',
      'US',
    ],
    [
      'cust-0003',
      'Chidi',
      'Okafor',
      'chidi@example.com',
      '5550142',
      '7 Orchard Close',
      'Oregon',
      '97401',
      'United States',
      'US',
    ],
    [
      'cust-0004',
      'Dara',
      'Novak',
      'dara@example.com',
      '5550163',
      '88 Station Road',
      'Idaho',
      '83702',
      'United States',
      'US',
    ],
  ]),
  shoe_orders: quickstart('shoes.shoe_orders', 'order_id', {
    order_id: counting('int', 1_000),
    product_id: oneOf(...productIds),
    customer_id: oneOf(...customerIds),
    ts: moments(100_000),
  }),
  shoes: quickstartOfRows('shoes.shoe_product', 'id', shoe, [
    ['shoe-0001', 'Fenwick', 'Walker 3', 7_990, 4.1],
    ['shoe-0002', 'Fenwick', 'Runner 9', 11_950, 4.6],
    ['shoe-0003', 'Ibex & Sons', 'Scree Boot', 18_900, 4.8],
    ['shoe-0004', 'Palter', 'Canvas Low', 4_995, 3.7],
    ['shoe-0005', 'Palter', 'Rain Mid', 9_450, 4],
  ]),
};
