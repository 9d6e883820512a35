import { counting, oneOf, quickstart, quickstartOfRows, within } from './schema-json.ts';

const customer = {
  customer_id: 'int',
  first_name: 'string',
  last_name: 'string',
  email: 'string',
  gender: 'string',
  income: 'int',
  fico: 'int',
  years_active: 'int',
};

export const insuranceQuickstarts = {
  insurance_customer_activity: quickstart('insurance.insurance_customer_activity', 'activity_id', {
    activity_id: counting('int', 1),
    customer_id: { type: 'int', 'arg.properties': { options: [1, 2, 3, 4, 5, 6] } },
    activity_type: oneOf('web_visit', 'app_visit', 'address_change', 'claim', 'call'),
    propensity_to_churn: within('double', 0, 1),
    ip_address: oneOf('203.0.113.7', '203.0.113.19', '198.51.100.4', '192.0.2.140'),
  }),
  insurance_customers: quickstartOfRows('insurance.insurance_customers', 'customer_id', customer, [
    [1, 'Ada', 'Berger', 'ada@example.com', 'Female', 71_000, 742, 11],
    [2, 'Benno', 'Costa', 'benno@example.com', 'Male', 48_500, 688, 3],
    [3, 'Chidi', 'Okafor', 'chidi@example.com', 'Male', 95_200, 801, 17],
    [4, 'Dara', 'Novak', 'dara@example.com', 'Female', 39_900, 655, 1],
    [5, 'Hana', 'Tanaka', 'hana@example.com', 'Female', 120_750, 779, 8],
    [6, 'Zoe', 'Eklund', 'zoe@example.com', 'Other', 64_300, 713, 5],
  ]),
  insurance_offers: quickstartOfRows(
    'insurance.insurance_offers',
    'offer_id',
    { offer_id: 'int', offer_name: 'string', offer_url: 'string' },
    [
      [1, 'storm_cover', 'https://offers.example.com/storm'],
      [2, 'welcome_discount', 'https://offers.example.com/welcome'],
      [3, 'second_bicycle', 'https://offers.example.com/bicycle'],
      [4, 'loyalty_ten_years', 'https://offers.example.com/loyalty'],
    ],
  ),
};
